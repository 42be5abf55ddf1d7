/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: records of the input, whole and by the byte, and their fields. Fields must lie in the record or in the arena. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
split(ac_str record, char separator, ac_arena *arena)
{
	ac_str *fields;
	size_t count, total = 0;

	if (ac_csv_split(record, separator, arena, &fields, &count, NULL) != 0)
		return;
	if (count == 0 || count > AC_CSV_COLUMNS_MAX)
		abort();
	for (size_t i = 0; i < count; i++) {
		total += fields[i].n;
		for (size_t k = 0; k < fields[i].n; k++)
			total += fields[i].p[k] == '\0';
	}
	/* Nothing is made up: at most the record's bytes, and the NULs counted twice. */
	if (total > 2 * record.n)
		abort();
	ac_arena_reset(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	char separator = ac_csv_detect_separator(text);
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	while (text.n > 0) {
		size_t n = ac_csv_record_length(text, true), early = ac_csv_record_length(text, false);

		if (n == 0 || n > text.n || (early != 0 && early != n))
			abort();
		/* What is whole does not change when more comes. */
		if (early != 0 && ac_csv_record_length(ac_str_slice(text, 0, n), false) != n)
			abort();
		split(ac_str_slice(text, 0, n), separator, &arena);
		split(ac_str_slice(text, 0, n), ';', &arena);
		text = ac_str_slice(text, n, text.n);
	}
	ac_arena_done(&arena);
	return 0;
}
