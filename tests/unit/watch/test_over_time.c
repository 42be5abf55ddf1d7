/* SPDX-License-Identifier: Apache-2.0 */
/* What patterns over time remember: the same verdict as over all records at once, in any order of arrival; bounded; saved and restored. */
#include <stdio.h>

#include "test.h"

#include "base/limits.h"
#include "match/pattern_set.h"
#include "match/sequence.h"
#include "watch/over_time.h"

#define SEED ((ac_hash_seed){ { 3, 5 } })
#define RECORDS 24

typedef struct scene {
	ac_pattern_set *set;
	ac_over_time *time;
	ac_over_time_pattern pattern;
	uint64_t added;
	ac_str text;
	ac_arena arena;
} scene;

static void
open_scene(scene *s, const char *pattern, ac_over_time_limits limits)
{
	accord_err err = { 0 };

	*s = (scene){ .text = ac_str_from(pattern) };
	ac_arena_init(&s->arena, (size_t)1 << 28);
	assert_int_equal(ac_pattern_set_new(SEED, &s->set, &err), 0);
	assert_int_equal(ac_pattern_set_add(s->set, s->text, 0, NULL, &err), 0);
	assert_int_equal(ac_pattern_set_finish(s->set, &err), 0);
	s->pattern =
	    (ac_over_time_pattern){ ac_pattern_set_tree(s->set, 0), ac_pattern_set_leaves(s->set, 0), s->text };
	assert_int_equal(ac_over_time_new(&s->pattern, 1, SEED, limits, &s->time, &err), 0);
}

static void
close_scene(scene *s)
{
	ac_over_time_free(s->time);
	ac_pattern_set_free(s->set);
	ac_arena_done(&s->arena);
}

/* Witnesses when it fires, else 0. */
static size_t
add(scene *s, const char *scope, uint64_t brackets, int64_t second)
{
	ac_witness record = {
		.file = AC_S("a.log"), .line = (uint64_t)second, .offset = ++s->added, .time = { second, 0 }
	};
	const ac_witness *out;
	accord_err err = { 0 };
	size_t n;

	ac_arena_reset(&s->arena);
	assert_int_equal(
	    ac_over_time_add(s->time, 0, ac_str_from(scope), brackets, &record, &s->arena, &out, &n, &err), 0);
	return n;
}

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*state >> 33);
}

/* Over all records at once. */
static bool
holds_at_once(const scene *s, const int64_t *seconds, const uint64_t *brackets, size_t n)
{
	size_t leaves = ac_pattern_set_leaves(s->set, 0);
	ac_observed observed[RECORDS];
	uint32_t lists[4][RECORDS];
	ac_leaf_hits hits[4] = { 0 };
	ac_sequence_result result;
	accord_err err = { 0 };
	ac_arena arena;

	ac_arena_init(&arena, (size_t)1 << 26);
	for (size_t i = 0; i < n; i++)
		observed[i] = (ac_observed){ { seconds[i], 0 }, { seconds[i], 0 }, 1 };
	for (size_t b = 0; b < leaves; b++) {
		hits[b].observations = lists[b];
		for (size_t i = 0; i < n; i++)
			if (brackets[i] >> b & 1)
				lists[b][hits[b].n++] = (uint32_t)i;
	}
	assert_int_equal(ac_sequence_match(ac_pattern_set_tree(s->set, 0), observed, n, hits, leaves,
			     &AC_SEQUENCE_BUDGET, &arena, &result, &err),
	    0);
	ac_arena_done(&arena);
	return result.verdict == AC_SEQUENCE_YES;
}

#define A "[file:size = 1]"
#define B "[file:size = 2]"
#define C "[file:size = 3]"
static const char *const patterns[] = {
	A " AND " B,
	A " FOLLOWEDBY " B,
	"(" A " FOLLOWEDBY " B ") WITHIN 4 SECONDS",
	"(" A " AND " B " AND " C ") WITHIN 5 SECONDS",
	"(" A " FOLLOWEDBY " B " FOLLOWEDBY " C ") WITHIN 9 SECONDS",
	A " FOLLOWEDBY " B " FOLLOWEDBY " C " FOLLOWEDBY " A,
	A " REPEATS 3 TIMES",
	"(" A " REPEATS 3 TIMES) WITHIN 4 SECONDS",
	"(" A " REPEATS 4 TIMES) FOLLOWEDBY " B,
	"(" A " AND " B ") WITHIN 2 SECONDS FOLLOWEDBY " C,
	"(" A " OR " B ") FOLLOWEDBY " C " FOLLOWEDBY " B,
	A " START t'1970-01-01T00:00:05Z' STOP t'1970-01-01T00:00:15Z' FOLLOWEDBY " B,
	"((" A " FOLLOWEDBY " B ") REPEATS 2 TIMES) WITHIN 12 SECONDS",
};

static void
arrival__does_not_matter_within_the_lateness(void **state)
{
	uint64_t random = 42;
	size_t yes = 0, no = 0;

	(void)state;
	for (size_t p = 0; p < AC_COUNT(patterns); p++)
		for (unsigned round = 0; round < 1500; round++) {
			int64_t seconds[RECORDS];
			uint64_t brackets[RECORDS];
			size_t n = 1 + next_random(&random) % RECORDS;
			unsigned late = next_random(&random) % 4, spread = 1 + next_random(&random) % 40;
			bool want, got = false;
			scene s;

			open_scene(&s, patterns[p], (ac_over_time_limits){ .late_seconds = late });
			for (size_t i = 0; i < n; i++) {
				/* Ascending, but for at most `late` seconds. */
				seconds[i] = (int64_t)(i * spread / RECORDS + 3 + late) -
					     (int64_t)(next_random(&random) % (late + 1));
				brackets[i] = 1U << next_random(&random) % ac_pattern_set_leaves(s.set, 0);
				if (next_random(&random) % 8 == 0)
					brackets[i] |= 1;
			}
			want = holds_at_once(&s, seconds, brackets, n);
			for (size_t i = 0; i < n; i++)
				got |= add(&s, "host", brackets[i], seconds[i]) > 0;
			if (got != want) {
				print_error("%s, late %u:", patterns[p], late);
				for (size_t i = 0; i < n; i++)
					print_error(" %d:%x", (int)seconds[i], (unsigned)brackets[i]);
				print_error(": want %d\n", want);
				fail();
			}
			assert_int_equal(ac_over_time_count(s.time).evicted, 0);
			yes += want;
			no += !want;
			close_scene(&s);
		}
	/* Both verdicts were asked for. */
	assert_true(yes > 1000 && no > 1000);
}

static void
scopes__are_apart_and_records_fire_once(void **state)
{
	scene s;

	(void)state;
	open_scene(&s, "(" A " FOLLOWEDBY " B ") WITHIN 60 SECONDS", (ac_over_time_limits){ .late_seconds = 10 });
	assert_int_equal(add(&s, "one", 1, 100), 0);
	assert_int_equal(add(&s, "two", 2, 110), 0);
	assert_int_equal(add(&s, "one", 2, 120), 2);
	assert_int_equal(add(&s, "one", 2, 121), 0);
	assert_int_equal(add(&s, "two", 1, 105), 2);
	assert_int_equal(add(&s, "one", 1, 130), 0);
	assert_int_equal(add(&s, "one", 2, 131), 2);
	/* Nothing is left to remember but what cannot be finished. */
	assert_true(ac_over_time_count(s.time).states <= 2);
	close_scene(&s);
}

static void
hosts__are_bounded_and_what_is_forgotten_is_counted(void **state)
{
	scene s;
	ac_over_time_counts c;
	char name[32];

	(void)state;
	open_scene(&s, A " FOLLOWEDBY " B, (ac_over_time_limits){ .states = 1000, .bytes = AC_MIB });
	for (unsigned i = 0; i < 1000000; i++) {
		(void)snprintf(name, sizeof(name), "host-%u", i);
		assert_int_equal(add(&s, name, 1, 100 + i), 0);
	}
	c = ac_over_time_count(s.time);
	assert_true(c.states <= 1000);
	assert_true(c.bytes <= AC_MIB);
	assert_int_equal(c.states + c.evicted, 1000000);
	assert_int_equal(add(&s, "host-999999", 2, 2000000), 2);
	assert_int_equal(add(&s, "host-1", 2, 2000000), 0);
	close_scene(&s);
}

static void
records_of_one_host__are_bounded(void **state)
{
	scene s;

	(void)state;
	open_scene(&s, "(" A " FOLLOWEDBY " B ") WITHIN 2 SECONDS FOLLOWEDBY " C, (ac_over_time_limits){ 0 });
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(add(&s, "host", 1U << (i & 1) / 1, 10 * (int64_t)i), 0);
	assert_true(ac_over_time_count(s.time).bytes < 64 * AC_KIB);
	assert_true(ac_over_time_count(s.time).evicted > 9000);
	close_scene(&s);
	/* Alike in a row: the last of them do, and nothing is lost. */
	open_scene(&s, A " FOLLOWEDBY " B, (ac_over_time_limits){ 0 });
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(add(&s, "host", 1, 10 * (int64_t)i), 0);
	assert_true(ac_over_time_count(s.time).bytes < 4 * AC_KIB);
	assert_int_equal(ac_over_time_count(s.time).evicted, 0);
	/* The clock goes back: late, counted, and still a witness. */
	assert_int_equal(add(&s, "host", 2, 5), 0);
	assert_int_equal(ac_over_time_count(s.time).late, 1);
	assert_int_equal(add(&s, "host", 2, 100000), 2);
	close_scene(&s);
}

static void
checkpoints__restore_what_was_remembered(void **state)
{
	scene s, other, changed;
	accord_err err = { 0 };
	ac_buf saved, again;

	(void)state;
	ac_buf_init(&saved, AC_MIB);
	ac_buf_init(&again, AC_MIB);
	open_scene(&s, "(" A " FOLLOWEDBY " B ") WITHIN 60 SECONDS", (ac_over_time_limits){ .late_seconds = 10 });
	(void)add(&s, "one", 1, 100);
	(void)add(&s, "two", 1, 110);
	(void)add(&s, "two", 1, 115);
	assert_int_equal(ac_over_time_save(s.time, &saved, &err), 0);
	open_scene(&other, "(" A " FOLLOWEDBY " B ") WITHIN 60 SECONDS", (ac_over_time_limits){ .late_seconds = 10 });
	assert_int_equal(ac_over_time_load(other.time, ac_buf_view(&saved), &err), 0);
	assert_int_equal(ac_over_time_count(other.time).restored, 2);
	assert_int_equal(ac_over_time_save(other.time, &again, &err), 0);
	assert_true(ac_str_eq(ac_buf_view(&saved), ac_buf_view(&again)));
	assert_int_equal(add(&other, "one", 2, 120), 2);
	assert_int_equal(add(&other, "two", 2, 175), 0);
	open_scene(&changed, A " FOLLOWEDBY " B, (ac_over_time_limits){ 0 });
	assert_int_equal(ac_over_time_load(changed.time, ac_buf_view(&saved), &err), 0);
	assert_int_equal(ac_over_time_count(changed.time).dropped, 2);
	assert_int_equal(ac_over_time_count(changed.time).states, 0);
	/* One byte other, or missing: refused, and nothing is taken. */
	for (size_t i = 0; i < saved.n; i++) {
		saved.p[i] ^= 0x20;
		assert_int_equal(ac_over_time_load(changed.time, ac_buf_view(&saved), &err), ACCORD_EINPUT);
		saved.p[i] ^= 0x20;
		assert_int_equal(
		    ac_over_time_load(changed.time, ac_str_slice(ac_buf_view(&saved), 0, i), &err), ACCORD_EINPUT);
	}
	assert_int_equal(ac_over_time_count(changed.time).dropped, 2);
	close_scene(&s);
	close_scene(&other);
	close_scene(&changed);
	ac_buf_done(&saved);
	ac_buf_done(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrival__does_not_matter_within_the_lateness),
		cmocka_unit_test(scopes__are_apart_and_records_fire_once),
		cmocka_unit_test(hosts__are_bounded_and_what_is_forgotten_is_counted),
		cmocka_unit_test(records_of_one_host__are_bounded),
		cmocka_unit_test(checkpoints__restore_what_was_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
