/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what patterns over time remember, as they are and with the checksum that they should have. What is taken can be gone on with, and written; what was written is taken again.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "match/pattern_set.h"
#include "watch/index_format.h"
#include "watch/over_time.h"

#define SEED ((ac_hash_seed){ { 3, 5 } })
#define TEXT "[file:name = 'a'] FOLLOWEDBY [file:name = 'b'] WITHIN 60 SECONDS"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ac_pattern_set *
set_of_pattern(void)
{
	accord_err err = { 0 };
	ac_pattern_set *set;

	if (ac_pattern_set_new(SEED, &set, &err) || ac_pattern_set_add(set, AC_S(TEXT), 0, NULL, &err) ||
	    ac_pattern_set_finish(set, &err))
		abort();
	return set;
}

static ac_over_time *
nothing_yet(const ac_over_time_pattern *pattern)
{
	accord_err err = { 0 };
	ac_over_time *time;

	if (ac_over_time_new(pattern, 1, SEED, (ac_over_time_limits){ .states = 64, .bytes = AC_MIB }, &time, &err))
		abort();
	return time;
}

static void
go_on(ac_over_time *time)
{
	ac_witness record = { .file = AC_S("b.log"), .line = 1, .time = { 1700000000, 0 } };
	const ac_witness *out;
	accord_err err = { 0 };
	ac_arena arena;
	size_t n;

	ac_arena_init(&arena, 16 * AC_MIB);
	if (ac_over_time_add(time, 0, AC_S("host"), 2, &record, &arena, &out, &n, &err))
		abort();
	ac_arena_done(&arena);
}

static void
load(const ac_over_time_pattern *pattern, ac_str bytes)
{
	ac_over_time *time = nothing_yet(pattern), *again = nothing_yet(pattern);
	accord_err err = { 0 };
	ac_buf saved;

	ac_buf_init(&saved, 64 * AC_MIB);
	if (ac_over_time_load(time, bytes, &err)) {
		if (ac_over_time_count(time).states)
			abort();
	} else if (ac_over_time_save(time, &saved, &err) || ac_over_time_load(again, ac_buf_view(&saved), &err) ||
		   ac_over_time_count(again).states != ac_over_time_count(time).states) {
		abort();
	}
	go_on(time);
	ac_buf_done(&saved);
	ac_over_time_free(time);
	ac_over_time_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_pattern_set *set = set_of_pattern();
	ac_over_time_pattern pattern = { ac_pattern_set_tree(set, 0), ac_pattern_set_leaves(set, 0), AC_S(TEXT) };
	ac_str bytes = { (const char *)data, size };
	uint64_t sum = ac_index_checksum(bytes);
	accord_err err = { 0 };
	ac_buf sealed;
	ac_str whole;

	load(&pattern, bytes);
	ac_buf_init(&sealed, size + sizeof(sum));
	ac_buf_add(&sealed, bytes);
	ac_buf_add(&sealed, (ac_str){ (const char *)&sum, sizeof(sum) });
	if (ac_buf_finish(&sealed, &whole, &err))
		abort();
	load(&pattern, whole);
	ac_buf_done(&sealed);
	ac_pattern_set_free(set);
	return 0;
}
