/* SPDX-License-Identifier: Apache-2.0 */
/* References as catalogues write them: a date is a day, a month or a year of ours, and an address is one however it was written. */
#include <stdint.h>
#include <stdlib.h>

#include "attribute/knowledge_part.h"
#include "base/limits.h"
#include "know/citation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAY 86400

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
check_date(ac_str text)
{
	ac_time first, last, year_1990, year_2202;
	int64_t seconds;

	if (!ac_citation_date(text, &first, &last))
		return;
	must(
	    ac_time_from_civil(1990, 1, 1, 0, 0, 0, &year_1990) && ac_time_from_civil(2202, 1, 1, 0, 0, 0, &year_2202));
	must(ac_time_cmp(first, year_1990) >= 0 && ac_time_cmp(last, year_2202) < 0);
	seconds = last.seconds - first.seconds + 1;
	must(seconds == DAY || (seconds >= 28 * DAY && seconds <= 31 * DAY) || seconds == 365 * DAY ||
	     seconds == 366 * DAY);
}

static void
check_address(ac_str text)
{
	ac_arena arena;
	ac_str address, again;

	ac_arena_init(&arena, 64 * AC_MIB);
	address = ac_citation_address(text, &arena);
	must(address.p && address.n <= text.n && ac_str_find_byte(address, '#') == address.n);
	must(address.n == 0 || address.p[address.n - 1] != '/');
	for (size_t i = 0; i < address.n; i++)
		must(address.p[i] == ac_lower(address.p[i]));
	again = ac_citation_address(ac_arena_printf(&arena, "https://%.*s/", AC_FMT(address)), &arena);
	/* What is inside of an address may be one itself, but never a longer one. */
	must(again.p && again.n <= address.n);
	ac_arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };

	check_date(text);
	check_address(text);
	return 0;
}
