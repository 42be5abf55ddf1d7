/* SPDX-License-Identifier: Apache-2.0 */
/* Frames from a parse role that hostile input has taken over: what unpacks must pack to the same record, and nothing may point outside the bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "store/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
must_view(ac_str part, ac_str whole)
{
	must(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void
check_record(ac_str bytes, ac_arena *arena)
{
	ac_record record, again;
	accord_err err = { 0 };
	ac_buf buf;

	if (ac_record_unpack(bytes, arena, &record, &err) < 0)
		return;
	must_view(record.id, bytes);
	must_view(record.exact, bytes);
	for (size_t i = 0; i < record.edge_count; i++)
		must_view(record.edges[i].target_id, bytes);
	for (size_t i = 0; i < record.name_count; i++)
		must_view(record.names[i].namer, bytes);
	for (size_t i = 0; i < record.value_count; i++)
		must(record.values[i].value.type > AC_VALUE_NONE && record.values[i].value.type < AC_VALUE_TYPE_COUNT);
	ac_buf_init(&buf, AC_FRAME_MAX);
	must(ac_record_pack(&record, &buf, &err) == 0);
	must(ac_record_unpack(ac_buf_view(&buf), arena, &again, &err) == 0);
	must(again.edge_count == record.edge_count && again.name_count == record.name_count &&
	     again.value_count == record.value_count);
	must(ac_str_eq(again.exact, record.exact) && ac_str_eq(again.derived, record.derived));
	ac_buf_done(&buf);
}

static void
check_row(ac_str bytes, ac_arena *arena)
{
	ac_row row;
	accord_err err = { 0 };

	if (ac_row_unpack(bytes, arena, &row, &err) < 0)
		return;
	must_view(row.exact, bytes);
	must_view(row.comment, bytes);
	must(row.confidence >= -1 && row.confidence <= 100);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str bytes = { (const char *)data, size };
	ac_arena arena;

	ac_arena_init(&arena, (size_t)64 << 20);
	check_record(bytes, &arena);
	check_row(bytes, &arena);
	ac_arena_done(&arena);
	return 0;
}
