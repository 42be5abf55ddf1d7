/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Observation expressions over time: the clauses of STIX 2.1 s9.5 by hand, random cases against an oracle and against plain matchings, limits,
 * failures of memory. ACCORD_SEQUENCE_CASES sets the number of random cases (100,000).
 */
#include <stdio.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "match/sequence_plan.h"
#include "sequence_case.h"
#include "sequence_oracle.h"
#include "test.h"

enum { SEEN_MAX = 16, LEAVES_MAX = 8 };

/*
 * Observations as text, in milliseconds from 2020-01-01T00:00:00Z: "0:A 5-9x3:AB" are one at 0 that leaf A (the first bracket) holds for, and
 * one from 5 to 9 with number_observed 3 that A and B hold for. A witness is "A0 B1x3": leaf, observation, instances.
 */
typedef struct row {
	const char *pattern;
	const char *seen;
	ac_sequence_verdict want;
	const char *witness; /* NULL: any */
} row;

typedef struct scene {
	ac_observed observed[SEEN_MAX];
	size_t n;
	uint32_t indexes[LEAVES_MAX][SEEN_MAX];
	ac_leaf_hits hits[LEAVES_MAX];
} scene;

#define NO AC_SEQUENCE_NO
#define YES AC_SEQUENCE_YES
#define HOUR "3600 SECONDS"

static uint64_t
take_number(const char **text)
{
	uint64_t value = 0;

	while (ac_is_digit(**text))
		value = value * 10 + (uint64_t)(*(*text)++ - '0');
	return value;
}

static ac_time
milliseconds(uint64_t ms)
{
	return (ac_time){ 1577836800 + (int64_t)(ms / 1000), (uint32_t)(ms % 1000) * 1000000 };
}

static void
read_scene(const char *text, scene *s)
{
	*s = (scene){ .n = 0 };
	for (size_t l = 0; l < LEAVES_MAX; l++)
		s->hits[l].observations = s->indexes[l];
	while (*text) {
		ac_observed *it = &s->observed[s->n];

		it->first = it->last = milliseconds(take_number(&text));
		it->count = 1;
		if (*text == '-') {
			text++;
			it->last = milliseconds(take_number(&text));
		}
		if (*text == 'x') {
			text++;
			it->count = take_number(&text);
		}
		assert_int_equal(*text, ':');
		for (text++; *text && *text != ' '; text++)
			s->indexes[*text - 'A'][s->hits[*text - 'A'].n++] = (uint32_t)s->n;
		while (*text == ' ')
			text++;
		s->n++;
	}
}

static ac_str
witness_text(ac_arena *arena, const ac_sequence_result *result)
{
	ac_str text = { "", 0 };

	for (size_t i = 0; i < result->witness_count; i++) {
		const ac_sequence_witness *w = &result->witness[i];

		text = ac_arena_printf(
		    arena, "%.*s%s%c%u", AC_FMT(text), i ? " " : "", 'A' + (char)w->leaf, w->observation);
		if (w->instances > 1)
			text = ac_arena_printf(arena, "%.*sx%llu", AC_FMT(text), (unsigned long long)w->instances);
	}
	return text;
}

/* Both ways must say what the row wants. */
static void
check_rows(const row *rows, size_t n)
{
	static const ac_sequence_ways ways[] = { AC_SEQUENCE_ALL_WAYS, AC_SEQUENCE_SEARCH_ONLY };
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < 2 * n; i++) {
		const row *r = &rows[i / 2];
		const ac_pattern_node *root;
		ac_sequence_result result;
		accord_err err = { 0 };
		scene s;

		ac_arena_reset(&arena);
		read_scene(r->seen, &s);
		if (ac_pattern_parse(ac_str_from(r->pattern), &arena, &root, &err))
			fail_msg("%s: %s", r->pattern, err.text);
		assert_int_equal(ac_sequence_match_by(ways[i % 2], root, s.observed, s.n, s.hits, LEAVES_MAX,
				     &AC_SEQUENCE_BUDGET, &arena, &result, &err),
		    0);
		if (result.verdict != r->want)
			fail_msg(
			    "%s of %s (way %zu): %d, want %d", r->pattern, r->seen, i % 2, result.verdict, r->want);
		if (r->witness)
			assert_str(witness_text(&arena, &result), ac_str_from(r->witness));
		if (r->want == NO)
			assert_int_equal(result.witness_count, 0);
	}
	ac_arena_done(&arena);
}

static void
s9_5__a_bracket_matches_one_observation(void **state)
{
	static const row rows[] = {
		{ "[a:b=1]", "0:A", YES, "A0" },
		{ "[a:b=1]", "", NO, "" },
		{ "[a:b=1]", "0:B", NO, "" },
		{ "[a:b=1]", "0:B 1:B 2x5:A", YES, "A2" },
		{ "(([a:b=1]))", "0:A", YES, "A0" },
		/* An interval that ends before it begins is no time at all. */
		{ "[a:b=1]", "5-4:A", NO, "" },
		{ "[a:b=1]", "5x0:A", NO, "" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_1__within_is_exclusive(void **state)
{
	static const row rows[] = {
		{ "([a:b=1] AND [a:b=2]) WITHIN 5 SECONDS", "0:A 4999:B", YES, "A0 B1" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 5 SECONDS", "0:A 5000:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 5 SECONDS", "5000:A 0:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 5.001 SECONDS", "0:A 5000:B", YES, "A0 B1" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 5.000000001 SECONDS", "0:A 5000:B", YES, "A0 B1" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 5.0000000001 SECONDS", "0:A 5000:B", YES, "A0 B1" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 0.1 SECONDS", "200:A 300:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 0.3 SECONDS", "100:A 400:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 0.3 SECONDS", "100:A 399:B", YES, NULL },
		/* One observation alone is within any window, and so are two at one instant. */
		{ "[a:b=1] WITHIN 0.000000001 SECONDS", "0:A", YES, "A0" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 0.000000001 SECONDS", "7:A 7:B", YES, NULL },
		{ "[a:b=1] REPEATS 2 TIMES WITHIN 0.0000000001 SECONDS", "7x2:A", YES, "A0x2" },
		/* The instants of an interval are free: 10 and 10. */
		{ "([a:b=1] AND [a:b=2]) WITHIN 1 SECONDS", "0-10000:A 10000-20000:B", YES, NULL },
		{ "([a:b=1] AND [a:b=2]) WITHIN 1 SECONDS", "0-9000:A 10000-20000:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 1 SECONDS", "0-9001:A 10000-20000:B", YES, NULL },
		{ "[a:b=1] REPEATS 2 TIMES WITHIN 0.000000001 SECONDS", "0-100000x2:A", YES, "A0x2" },
		/* Another window than the first one. */
		{ "([a:b=1] AND [a:b=2] AND [a:b=3]) WITHIN 3 SECONDS", "0:A 2000:B 3500:C 5000:A 6999:B 7000:C", YES,
		    "A3 B4 C5" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 99999999999999999999 SECONDS", "0:A 9000000000000:B", YES, NULL },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_1__repeats_counts_number_observed(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] REPEATS 3 TIMES", "0:A 1:A 2:A", YES, "A0 A1 A2" },
		{ "[a:b=1] REPEATS 3 TIMES", "0:A 1:A", NO, "" },
		{ "[a:b=1] REPEATS 3 TIMES", "0x3:A", YES, "A0x3" },
		{ "[a:b=1] REPEATS 3 TIMES", "0x2:A", NO, "" },
		{ "[a:b=1] REPEATS 3 TIMES", "0x2:A 9:A", YES, "A0x2 A1" },
		{ "[a:b=1] REPEATS 999999999 TIMES", "0x999999999:A", YES, "A0x999999999" },
		{ "[a:b=1] REPEATS 1000000000 TIMES", "0x999999999:A", NO, "" },
		{ "[a:b=1] REPEATS 1000000000 TIMES WITHIN 1 SECONDS", "0x999999999:A 999:A", YES, NULL },
		{ "[a:b=1] REPEATS 1000000000 TIMES WITHIN 1 SECONDS", "0x999999999:A 1000:A", NO, "" },
		{ "[a:b=1] REPEATS 99999999999999999999 TIMES", "0x999999999:A", NO, "" },
		{ "([a:b=1] REPEATS 9999999999 TIMES) REPEATS 9999999999 TIMES", "0x999999999:A", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 4000000000000000000 TIMES", "0x999999999:AB 1:AB", NO, "" },
		{ "([a:b=1] OR [a:b=2] WITHIN 1 SECONDS REPEATS 4 TIMES) REPEATS 3 TIMES", "0x3:A 1:B", YES, "A0x3" },
		{ "[a:b=1] REPEATS 3 TIMES WITHIN 5 SECONDS", "0:A 3000:A 5000:A 7999:A", YES, "A1 A2 A3" },
		{ "[a:b=1] REPEATS 3 TIMES WITHIN 5 SECONDS", "0:A 3000:A 5000:A 8000:A", NO, "" },
		{ "[a:b=1] REPEATS 3 TIMES WITHIN 5 SECONDS", "0:A 3000:A 5000x2:A 8000:A", YES, NULL },
		/* Which of a crowd: the long intervals wait for the late one. */
		{ "[a:b=1] REPEATS 3 TIMES WITHIN 1 SECONDS", "0-9000:A 1000:A 2000:A 8000-9500:A 9000:A", YES,
		    "A0 A3 A4" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_1__start_stop_takes_the_start_and_not_the_stop(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "1000:A", YES, "A0" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "999:A", NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "1999:A", YES, "A0" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "2000:A", NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:01Z'", "1000:A", NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:02Z' STOP t'2020-01-01T00:00:01Z'", "1000:A 2000:A", NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "0-9000:A", YES, "A0" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "2000-9000:A", NO, "" },
		{ "[a:b=1] START t'0000-01-01T00:00:00Z' STOP t'9999-12-31T23:59:60Z'", "0:A", YES, "A0" },
		/* It holds for all observations of the group, and what it cuts is cut for FOLLOWEDBY too: a at 1 or later. */
		{ "([a:b=1] AND [a:b=2]) START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z'", "1000:A 2000:B",
		    NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' FOLLOWEDBY [a:b=2]",
		    "0-9000:A 999:B", NO, "" },
		{ "[a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' FOLLOWEDBY [a:b=2]",
		    "0-9000:A 1000:B", YES, NULL },
		{ "([a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:05Z') START t'2020-01-01T00:00:03Z' "
		  "STOP t'2020-01-01T00:00:09Z'",
		    "2000:A 6000:A", NO, "" },
		/* One observation in two cuts counts once. */
		{ "([a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' OR [a:b=2] START "
		  "t'2020-01-01T00:00:05Z' STOP t'2020-01-01T00:00:06Z') REPEATS 2 TIMES",
		    "0-9000:AB", NO, "" },
		{ "([a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' OR [a:b=2] START "
		  "t'2020-01-01T00:00:05Z' STOP t'2020-01-01T00:00:06Z') REPEATS 2 TIMES",
		    "0-9000x2:AB", YES, NULL },
		{ "([a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' OR [a:b=2] START "
		  "t'2020-01-01T00:00:05Z' STOP t'2020-01-01T00:00:06Z') REPEATS 2 TIMES WITHIN 2 SECONDS",
		    "0-9000:AB 5500:B", YES, "B0 B1" },
		{ "([a:b=1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:02Z' OR [a:b=2] START "
		  "t'2020-01-01T00:00:03Z' STOP t'2020-01-01T00:00:04Z') REPEATS 2 TIMES WITHIN 0.5 SECONDS",
		    "0-2000:AB 3500:B", NO, "" },
		{ "([a:b=1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:09Z' OR [a:b=2] START "
		  "t'2020-01-01T00:00:03Z' STOP t'2020-01-01T00:00:04Z') REPEATS 2 TIMES",
		    "0-9000:AB 3500:B", YES, "A0 B1" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_1__a_qualifier_binds_to_what_stands_before_it(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] FOLLOWEDBY [a:b=2] WITHIN 5 SECONDS", "0:A 9000:B", YES, "A0 B1" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 5 SECONDS", "0:A 9000:B", NO, "" },
		/* The examples of s9.5.1 and s9.5.2: b, and behind it five c; five pairs. */
		{ "[a:b=1] FOLLOWEDBY [a:b=2] REPEATS 5 TIMES", "0:A 1x5:B", YES, "A0 B1x5" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2] REPEATS 5 TIMES", "0:A 1x4:B", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 5 TIMES", "0:A 1x5:B", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 5 TIMES", "0x4:A 1x4:B 2:A 3:B", YES, "A0x4 A2 B1x4 B3" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 5 TIMES", "0x4:A 1x4:B 3:A 2:B", NO, "" },
		/* The examples of s9.5: one a and five b; five of both. */
		{ "([a:b=1] AND [a:b=2] REPEATS 5 TIMES) WITHIN 300 SECONDS", "0:A 1x5:B", YES, "A0 B1x5" },
		{ "([a:b=1] AND [a:b=2]) REPEATS 5 TIMES WITHIN 300 SECONDS", "0:A 1x5:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) REPEATS 5 TIMES WITHIN 300 SECONDS", "0x5:A 299999x5:B", YES, "A0x5 B1x5" },
		{ "([a:b=1] AND [a:b=2]) REPEATS 5 TIMES WITHIN 300 SECONDS", "0x5:A 300000x5:B", NO, "" },
		/* WITHIN before REPEATS holds for each copy, behind it for all together. */
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS REPEATS 2 TIMES", "0:A 1000:B 9000:A 10000:B", YES, NULL },
		{ "([a:b=1] AND [a:b=2]) REPEATS 2 TIMES WITHIN 2 SECONDS", "0:A 1000:B 9000:A 10000:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS REPEATS 2 TIMES WITHIN 10 SECONDS",
		    "0:A 1000:B 9000:A 10000:B", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS REPEATS 2 TIMES WITHIN 11 SECONDS",
		    "0:A 1000:B 9000:A 10000:B", YES, NULL },
		{ "[a:b=1] WITHIN 1 SECONDS REPEATS 2 TIMES", "0:A 9000:A", YES, "A0 A1" },
		{ "([a:b=1] REPEATS 2 TIMES WITHIN 1 SECONDS) REPEATS 2 TIMES", "0:A 500:A 9000:A 9999:A", YES, NULL },
		{ "([a:b=1] REPEATS 2 TIMES WITHIN 1 SECONDS) REPEATS 2 TIMES", "0:A 500:A 9000:A 10000:A", NO, "" },
		{ "([a:b=1] REPEATS 2 TIMES) REPEATS 2 TIMES", "0x3:A", NO, "" },
		{ "([a:b=1] REPEATS 2 TIMES) REPEATS 2 TIMES", "0x4:A", YES, "A0x4" },
		{ "(([a:b=1] AND [a:b=2]) WITHIN 9 SECONDS) WITHIN 5 SECONDS", "0:A 7000:B", NO, "" },
		{ "(([a:b=1] AND [a:b=2]) WITHIN 5 SECONDS) WITHIN 9 SECONDS", "0:A 7000:B", NO, "" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_2__equal_timestamps_follow(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "5:A 5:B", YES, "A0 B1" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "5:A 4:B", NO, "" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "4:B 5:A 6:B", YES, "A1 B2" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=1]", "5:AC 5:B 5:AC", YES, NULL },
		{ "[a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=1]", "5:AC 5:B 4:AC", YES, "A2 B1 C0" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=1]", "4:AC 5:B 4:AC", NO, "" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_2__followedby_between_intervals_and_groups(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "5-20:A 0-10:B", YES, NULL },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "10-20:A 0-10:B", YES, NULL },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "11-20:A 0-10:B", NO, "" },
		/* a <= b <= c with a from 4, c up to 3: b would have to lie on both sides. */
		{ "[a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=3]", "4-9:A 0-9:B 0-3:C", NO, "" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=3]", "4-9:A 0-9:B 0-4:C", YES, NULL },
		/* All of the right side behind all of the left side. */
		{ "([a:b=1] AND [a:b=2]) FOLLOWEDBY ([a:b=3] AND [a:b=4])", "0:A 5:B 5:C 9:D", YES, NULL },
		{ "([a:b=1] AND [a:b=2]) FOLLOWEDBY ([a:b=3] AND [a:b=4])", "0:A 5:B 4:C 9:D", NO, "" },
		{ "[a:b=1] REPEATS 2 TIMES FOLLOWEDBY [a:b=2]", "0:A 5:A 4:B", NO, "" },
		{ "[a:b=1] FOLLOWEDBY ([a:b=2] FOLLOWEDBY [a:b=3])", "0:A 1:B 2:C", YES, NULL },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) FOLLOWEDBY [a:b=3]", "0:A 1:B 0:C", NO, "" },
		/* The one instant of an observation must do for everything: with b at 9, a within 2 seconds of it is after c. */
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS FOLLOWEDBY [a:b=3]", "0-10000:A 9000:B 5000:C", NO, "" },
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS FOLLOWEDBY [a:b=3]", "0-10000:A 9000:B 9000:C", YES, NULL },
		{ "([a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=3]) WITHIN 5 SECONDS", "0:A 1000:B 5000:C", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2] FOLLOWEDBY [a:b=3]) WITHIN 5 SECONDS", "0:A 100:A 1000:B 5000:C", YES,
		    "A1 B2 C3" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_2__and_and_followedby_want_different_observations(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] AND [a:b=2]", "0:AB", NO, "" },
		{ "[a:b=1] AND [a:b=2]", "0x2:AB", YES, "A0 B0" },
		{ "[a:b=1] AND [a:b=2]", "0:AB 1:A", YES, "A1 B0" },
		{ "[a:b=1] AND [a:b=2] AND [a:b=3]", "0:ABC 1:AB 2:A", YES, "A2 B1 C0" },
		{ "[a:b=1] AND [a:b=2] AND [a:b=3]", "0:ABC 1:AB 2:D", NO, "" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "0:AB", NO, "" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "0:AB 0:AB", YES, NULL },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "0:A 1:B", YES, "A0 B1" },
		{ "[a:b=1] FOLLOWEDBY [a:b=2]", "0-9:AB", NO, "" },
		{ "[a:b=1] REPEATS 2 TIMES AND [a:b=2]", "0x2:AB 1:A", YES, NULL },
		{ "[a:b=1] REPEATS 2 TIMES AND [a:b=2]", "0x2:AB", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 2 TIMES", "0:AB 1:AB 2:AB", NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 2 TIMES", "0:AB 1:AB 2:AB 3:AB", YES, NULL },
		{ "([a:b=1] AND [a:b=2]) WITHIN 1 SECONDS FOLLOWEDBY [a:b=3]", "0:AB 500:ABC 999:ABC", YES, NULL },
		{ "([a:b=1] AND [a:b=2]) WITHIN 1 SECONDS FOLLOWEDBY [a:b=3]", "0:AB 500:ABC 1500:AB", NO, "" },
		/* The early answer takes what the late one needs. */
		{ "([a:b=1] AND [a:b=2]) WITHIN 2 SECONDS", "0:AB 5000:AB 6000:C 6999:B", YES, "A1 B3" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
s9_5_2__or_is_one_side_and_nothing_of_the_other(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] OR [a:b=2]", "0:B", YES, "B0" },
		{ "[a:b=1] OR [a:b=2]", "0:C", NO, "" },
		{ "[a:b=1] OR [a:b=2] REPEATS 2 TIMES", "0:A 5:B", YES, "A0" },
		{ "[a:b=3] AND ([a:b=1] OR [a:b=2])", "0:A 1:BC", YES, "A0 B1" },
		{ "([a:b=1] OR [a:b=2]) AND [a:b=3]", "0:AC 1:B", YES, "B1 C0" },
		{ "([a:b=1] OR [a:b=2]) REPEATS 3 TIMES", "0:A 1:B 2:AB", YES, NULL },
		{ "([a:b=1] OR [a:b=2]) REPEATS 3 TIMES", "0:A 1:AB", NO, "" },
		{ "(([a:b=1] FOLLOWEDBY [a:b=2]) OR ([a:b=3] AND [a:b=4])) REPEATS 2 TIMES", "0:A 1:B 2:C 0:D", YES,
		    "A0 B1 C2 D3" },
		{ "(([a:b=1] FOLLOWEDBY [a:b=2]) OR ([a:b=3] AND [a:b=4])) REPEATS 2 TIMES", "0:A 1:B 2:C 0:C", NO,
		    "" },
		{ "[a:b=1] OR [a:b=2] AND [a:b=3]", "0:A", YES, "A0" },
		{ "(([a:b=1] OR [a:b=2] REPEATS 2 TIMES) FOLLOWEDBY [a:b=3]) WITHIN 1 SECONDS", "0:A 5000x2:B 5999:C",
		    YES, "B1x2 C2" },
	};

	check_rows(rows, AC_COUNT(rows));
}

/* s9.4: an invalid constant matches nothing. */
static void
s9_4__an_unusable_pattern_matches_nothing(void **state)
{
	static const row rows[] = {
		{ "[a:b=1] OR [a:b=2] WITHIN 0 SECONDS", "0:A", NO, "" },
		{ "[a:b=1] OR [a:b=2] REPEATS 0 TIMES", "0:A", NO, "" },
		{ "[a:b=1] OR [a:b=t'2021-02-30T00:00:00Z']", "0:A", NO, "" },
	};

	check_rows(rows, AC_COUNT(rows));
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

static void
sequence__equals_the_oracle_on_random_cases(void **state)
{
	const char *asked = getenv("ACCORD_SEQUENCE_CASES");
	uint64_t cases = 100000, counts[3] = { 0 };
	sequence_case c = { 0 };

	if (asked)
		assert_true(ac_str_to_u64(ac_str_from(asked), &cases));
	ac_arena_init(&c.arena, AC_MIB);
	for (uint64_t i = 1; i <= cases; i++) {
		case_source source = { .seed = i * 0x9e3779b97f4a7c15 };
		ac_sequence_verdict verdict;
		const char *wrong;

		ac_arena_reset(&c.arena);
		assert_true(case_make(&c, &source));
		wrong = case_check(&c, &verdict);
		if (wrong)
			fail_msg("case %llu: %s\n%.*s", (unsigned long long)i, wrong, AC_FMT(case_text(&c)));
		counts[verdict]++;
	}
	ac_arena_done(&c.arena);
	/* Neither answer is rare. */
	assert_true(cases < 1000 || (counts[NO] > cases / 5 && counts[YES] > cases / 5));
}

/* Many observations of two leaves, a and b by turns of chance, and the two lists of hits. */
typedef struct crowd {
	ac_observed *observed;
	uint32_t *indexes;
	size_t n;
	ac_leaf_hits hits[2];
} crowd;

static crowd
make_crowd(size_t n, uint64_t range_ms, uint64_t length_ms, uint64_t *seed)
{
	crowd c = { .n = n };

	c.observed = calloc(n, sizeof(*c.observed));
	c.indexes = calloc(2 * n, sizeof(*c.indexes));
	assert_true(c.observed && c.indexes);
	c.hits[0].observations = c.indexes;
	c.hits[1].observations = c.indexes + n;
	for (size_t i = 0; i < n; i++) {
		uint64_t first = next_random(seed) % range_ms, leaf = next_random(seed) % 2;

		c.observed[i] = (ac_observed){ milliseconds(first),
			milliseconds(first + next_random(seed) % (length_ms + 1)), 1 + next_random(seed) % 8 / 7 };
		c.indexes[leaf * n + c.hits[leaf].n++] = (uint32_t)i;
	}
	return c;
}

static void
free_crowd(crowd *c)
{
	free(c->observed);
	free(c->indexes);
}

static ac_sequence_result
ask(const crowd *c, ac_str pattern, ac_arena *arena)
{
	const ac_pattern_node *root;
	ac_sequence_result result;

	assert_int_equal(ac_pattern_parse(pattern, arena, &root, NULL), 0);
	assert_int_equal(
	    ac_sequence_match(root, c->observed, c->n, c->hits, 2, &AC_SEQUENCE_BUDGET, arena, &result, NULL), 0);
	return result;
}

static int64_t
to_ms(ac_time t)
{
	return (t.seconds - 1577836800) * 1000 + t.nanoseconds / 1000000;
}

enum { PAIR_INSTANCES_MAX = 200 };

/* The largest number of pairs: augmenting paths in the plain graph of instances. */
typedef struct pairs {
	const ac_observed *a[PAIR_INSTANCES_MAX], *b[PAIR_INSTANCES_MAX];
	size_t a_count, b_count;
	size_t mate[PAIR_INSTANCES_MAX]; /* of b */
	bool seen[PAIR_INSTANCES_MAX];
	bool in_order;
	int64_t window_ms;
} pairs;

static bool
is_pair(const pairs *p, const ac_observed *a, const ac_observed *b)
{
	int64_t a_first = to_ms(a->first), a_last = to_ms(a->last), b_first = to_ms(b->first), b_last = to_ms(b->last);

	return (!p->in_order || a_first <= b_last) && b_first - a_last < p->window_ms &&
	       a_first - b_last < p->window_ms;
}

static bool
find_mate(pairs *p, size_t a)
{
	for (size_t b = 0; b < p->b_count; b++) {
		if (p->seen[b] || !is_pair(p, p->a[a], p->b[b]))
			continue;
		p->seen[b] = true;
		if (p->mate[b] == SIZE_MAX || find_mate(p, p->mate[b])) {
			p->mate[b] = a;
			return true;
		}
	}
	return false;
}

static size_t
most_pairs(pairs *p, const crowd *c)
{
	size_t most = 0;

	p->a_count = p->b_count = 0;
	for (size_t i = 0; i < c->hits[0].n; i++)
		for (uint64_t k = 0; k < c->observed[c->hits[0].observations[i]].count; k++)
			p->a[p->a_count++] = &c->observed[c->hits[0].observations[i]];
	for (size_t i = 0; i < c->hits[1].n; i++)
		for (uint64_t k = 0; k < c->observed[c->hits[1].observations[i]].count; k++)
			p->b[p->b_count++] = &c->observed[c->hits[1].observations[i]];
	memset(p->mate, 0xff, sizeof(p->mate));
	for (size_t a = 0; a < p->a_count; a++) {
		memset(p->seen, 0, sizeof(p->seen));
		most += find_mate(p, a);
	}
	return most;
}

static void
repeats_of_a_pair__is_a_largest_matching(void **state)
{
	uint64_t seed = 20210719;
	ac_arena arena;
	pairs p;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < 300; i++) {
		crowd c = make_crowd(1 + next_random(&seed) % 90, 60000, i % 3 * 5000, &seed);
		size_t most;

		p.in_order = next_random(&seed) % 2;
		p.window_ms = 1000 + (int64_t)(next_random(&seed) % 4000);
		most = most_pairs(&p, &c);
		for (size_t k = most ? most : 1; k <= most + 1; k++) {
			ac_str pattern =
			    ac_arena_printf(&arena, "([a:b=1] %s [a:b=2]) WITHIN %lld.%03lld SECONDS REPEATS %zu TIMES",
				p.in_order ? "FOLLOWEDBY" : "AND", (long long)p.window_ms / 1000,
				(long long)p.window_ms % 1000, k);

			if (ask(&c, pattern, &arena).verdict != (k <= most ? YES : NO))
				fail_msg("round %zu: %.*s, and %zu pairs", i, AC_FMT(pattern), most);
		}
		free_crowd(&c);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

/* Windows by hand: from each first instant on, how many can be inside it. */
static bool
has_crowded_window(const crowd *c, uint64_t times, int64_t window_ms)
{
	for (size_t i = 0; i < c->hits[0].n; i++) {
		int64_t begin = to_ms(c->observed[c->hits[0].observations[i]].last);
		uint64_t inside = 0;

		for (size_t k = 0; k < c->hits[0].n; k++) {
			const ac_observed *it = &c->observed[c->hits[0].observations[k]];

			if (to_ms(it->last) >= begin && to_ms(it->first) < begin + window_ms)
				inside += it->count;
		}
		if (inside >= times)
			return true;
	}
	return false;
}

static void
repeats_within__looks_at_every_window(void **state)
{
	uint64_t seed = 42;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < 400; i++) {
		crowd c = make_crowd(1 + next_random(&seed) % 150, 100000, i % 2 * 7000, &seed);
		uint64_t times = 1 + next_random(&seed) % 20;
		int64_t window_ms = 1 + (int64_t)(next_random(&seed) % 20000);
		ac_str pattern = ac_arena_printf(&arena, "[a:b=1] REPEATS %llu TIMES WITHIN %lld.%03lld SECONDS",
		    (unsigned long long)times, (long long)window_ms / 1000, (long long)window_ms % 1000);

		if (ask(&c, pattern, &arena).verdict != (has_crowded_window(&c, times, window_ms) ? YES : NO))
			fail_msg("round %zu: %.*s", i, AC_FMT(pattern));
		free_crowd(&c);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

/* Most observations are in no leaf: they take no memory, and the numbers in the answer are the caller's. */
static void
sequence__numbers_observations_as_its_caller_does(void **state)
{
	enum { SEEN = 100000 };
	static ac_observed observed[SEEN];
	static const uint32_t a[] = { 7, 500, 998 }, b[] = { 500, 998 };
	static const ac_leaf_hits hits[] = { { a, 3 }, { b, 2 } };
	static const row rows[] = {
		{ "[a:b=1] AND [a:b=2]", NULL, YES, NULL },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 0.0001 SECONDS", NULL, NO, "" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 0.495 SECONDS", NULL, YES, "A7 B500" },
		{ "([a:b=1] AND [a:b=2]) REPEATS 2 TIMES", NULL, NO, "" },
	};

	for (size_t i = 0; i < SEEN; i++)
		observed[i] = (ac_observed){ milliseconds(i), milliseconds(i), 1 };
	for (size_t i = 0; i < 2 * AC_COUNT(rows); i++) {
		const row *r = &rows[i / 2];
		const ac_pattern_node *root;
		ac_sequence_result result;
		ac_arena arena;

		ac_arena_init(&arena, AC_MIB);
		assert_int_equal(ac_pattern_parse(ac_str_from(r->pattern), &arena, &root, NULL), 0);
		assert_int_equal(
		    ac_sequence_match_by(i % 2 ? AC_SEQUENCE_SEARCH_ONLY : AC_SEQUENCE_ALL_WAYS, root, observed, SEEN,
			hits, 2, &(ac_sequence_budget){ AC_SEQUENCE_STEPS_MAX, 64 * AC_KIB }, &arena, &result, NULL),
		    0);
		assert_int_equal(result.verdict, r->want);
		if (r->witness)
			assert_str(witness_text(&arena, &result), ac_str_from(r->witness));
		ac_arena_done(&arena);
	}
}

/* s9.5.1 with 100,000 observations a leaf; a budget of few steps, because nothing is searched. */
static void
sequence__takes_large_inputs_in_its_stride(void **state)
{
	static const struct {
		const char *pattern;
		ac_sequence_verdict want;
	} rows[] = {
		{ "[a:b=1] REPEATS 1000 TIMES WITHIN 1 SECONDS", NO },
		{ "[a:b=1] REPEATS 1000 TIMES", YES },
		{ "[a:b=1] REPEATS 1000 TIMES WITHIN " HOUR, YES },
		{ "([a:b=1] AND [a:b=2] REPEATS 50 TIMES) WITHIN 1 SECONDS", NO },
		{ "([a:b=1] REPEATS 300 TIMES FOLLOWEDBY [a:b=2] REPEATS 300 TIMES) WITHIN 10 SECONDS", NO },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 10 SECONDS REPEATS 50000 TIMES", YES },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 10 SECONDS REPEATS 500000 TIMES", NO },
	};
	uint64_t seed = 7;
	crowd c = make_crowd(200000, 10000000, 500, &seed);
	ac_sequence_budget budget = { 20000000, 64 * AC_MIB };
	ac_arena arena;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root;
		ac_sequence_result result;

		assert_int_equal(ac_pattern_parse(ac_str_from(rows[i].pattern), &arena, &root, NULL), 0);
		assert_int_equal(
		    ac_sequence_match(root, c.observed, c.n, c.hits, 2, &budget, &arena, &result, NULL), 0);
		if (result.verdict != rows[i].want)
			fail_msg("%s: %d, want %d", rows[i].pattern, result.verdict, rows[i].want);
	}
	free_crowd(&c);
	ac_arena_done(&arena);
}

/* As deep and as long as the parser lets a pattern be. */
static void
sequence__follows_the_longest_and_deepest_patterns(void **state)
{
	static ac_observed observed[AC_PATTERN_SEQUENCE_MAX];
	static uint32_t indexes[AC_PATTERN_SEQUENCE_MAX];
	static ac_leaf_hits hits[AC_PATTERN_SEQUENCE_MAX];
	const ac_pattern_node *root;
	ac_sequence_result result;
	ac_arena arena;
	ac_buf text;

	for (uint32_t i = 0; i < AC_PATTERN_SEQUENCE_MAX; i++) {
		indexes[i] = i;
		observed[i] = (ac_observed){ { i, 0 }, { i, 0 }, 1 };
	}
	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&text, AC_MIB);
	for (int shared = 0; shared < 2; shared++) {
		ac_buf_done(&text);
		ac_buf_add(&text, AC_S("([a:b=1]"));
		for (size_t i = 1; i < AC_PATTERN_SEQUENCE_MAX; i++)
			ac_buf_add(&text, AC_S(" FOLLOWEDBY [a:b=1]"));
		ac_buf_add(&text, AC_S(") WITHIN 1024 SECONDS"));
		for (size_t i = 0; i < AC_PATTERN_SEQUENCE_MAX; i++)
			hits[i] =
			    shared ? (ac_leaf_hits){ indexes, AC_COUNT(indexes) } : (ac_leaf_hits){ indexes + i, 1 };
		assert_int_equal(ac_pattern_parse(ac_buf_view(&text), &arena, &root, NULL), 0);
		assert_int_equal(ac_sequence_match(root, observed, AC_COUNT(observed), hits, AC_COUNT(hits),
				     &AC_SEQUENCE_BUDGET, &arena, &result, NULL),
		    0);
		assert_int_equal(result.verdict, YES);
		assert_int_equal(result.witness_count, AC_PATTERN_SEQUENCE_MAX);
	}
	/* 64 groups, each with all qualifiers: 4^64 copies. */
	ac_buf_done(&text);
	for (int i = 0; i < AC_PATTERN_NESTING_MAX; i++)
		ac_buf_add(&text, AC_S("("));
	ac_buf_add(&text, AC_S("[a:b=1] FOLLOWEDBY [a:b=1]"));
	for (int i = 0; i < AC_PATTERN_NESTING_MAX; i++)
		ac_buf_add(&text, AC_S(") REPEATS 4 TIMES WITHIN 9 SECONDS"));
	assert_int_equal(ac_pattern_parse(ac_buf_view(&text), &arena, &root, NULL), 0);
	assert_int_equal(ac_sequence_match(root, observed, AC_COUNT(observed), hits, AC_COUNT(hits),
			     &AC_SEQUENCE_BUDGET, &arena, &result, NULL),
	    0);
	assert_int_not_equal(result.verdict, YES);
	ac_buf_done(&text);
	ac_arena_done(&arena);
}

static void
budget__ends_in_undecided_never_in_no(void **state)
{
	/* Both leaves hold for all, so that it has to be searched; no ten lie within a second. */
	static const char few[] =
	    "0:AB 120:AB 240:AB 360:AB 480-500:AB 600:AB 720:AB 840:AB 960:AB 1080:AB 1200:AB 1320:AB";
	static const char many[] = "0:AB 350x5000000:AB 700:AB";
	static const struct {
		const char *pattern;
		const char *seen;
		ac_sequence_budget budget;
	} rows[] = {
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 5 TIMES WITHIN 1 SECONDS", few, { 100, AC_MIB } },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 5 TIMES WITHIN 1 SECONDS", few, { 1000000, 8 * AC_KIB } },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 4000000 TIMES", many, { 1000000, AC_MIB } },
		{ "[a:b=1]", few, { 1000000, 64 } },
	};
	ac_arena arena;
	scene s;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root;
		ac_sequence_result result = { .verdict = YES };

		read_scene(rows[i].seen, &s);
		assert_int_equal(ac_pattern_parse(ac_str_from(rows[i].pattern), &arena, &root, NULL), 0);
		assert_int_equal(ac_sequence_match(
				     root, s.observed, s.n, s.hits, LEAVES_MAX, &rows[i].budget, &arena, &result, NULL),
		    0);
		if (result.verdict != AC_SEQUENCE_UNDECIDED)
			fail_msg("row %zu: %d", i, result.verdict);
		assert_int_equal(result.witness_count, 0);
	}
	ac_arena_done(&arena);
}

static void
arena__without_room_for_the_witness_is_an_error(void **state)
{
	const ac_pattern_node *root;
	ac_sequence_result result = { .verdict = NO, .steps = 77 };
	accord_err err = { 0 };
	ac_arena arena, small;
	scene s;

	ac_arena_init(&arena, AC_MIB);
	ac_arena_init(&small, 16);
	read_scene("0:A", &s);
	assert_int_equal(ac_pattern_parse(AC_S("[a:b=1]"), &arena, &root, NULL), 0);
	assert_int_equal(
	    ac_sequence_match(root, s.observed, s.n, s.hits, 1, &AC_SEQUENCE_BUDGET, &small, &result, &err),
	    ACCORD_ELIMIT);
	assert_int_equal(result.steps, 77);
	ac_arena_done(&small);
	ac_arena_done(&arena);
}

static void
sequence__survives_every_allocation_failure(void **state)
{
	static const struct {
		const char *pattern;
		const char *seen;
	} rows[] = {
		{ "([a:b=1] FOLLOWEDBY [a:b=2] OR [a:b=3]) WITHIN 5 SECONDS", "0:A 9000:B 1000:C 1500:C" },
		{ "([a:b=1] AND [a:b=2] REPEATS 2 TIMES) WITHIN 5 SECONDS", "0:AB 1000:AB 2000-3000:AB 2500:AB" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 2 TIMES WITHIN 5 SECONDS", "0:A 1000:B 2000:A 2500:B" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 2 TIMES WITHIN 5 SECONDS",
		    "0-9000:A 1000:B 2000:A 1500:A 2500:B" },
		{ "([a:b=1] FOLLOWEDBY [a:b=2]) REPEATS 2 TIMES WITHIN 5 SECONDS", "0:AB 1000:AB 2000:AB 2500:AB" },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root;
		scene s;

		read_scene(rows[i].seen, &s);
		assert_int_equal(ac_pattern_parse(ac_str_from(rows[i].pattern), &arena, &root, NULL), 0);
		for (unsigned long n = 1;; n++) {
			ac_sequence_result result = { .steps = 77 };
			ac_arena answer;
			int rc;

			ac_arena_init(&answer, AC_MIB);
			fail_malloc_at(n);
			rc = ac_sequence_match(
			    root, s.observed, s.n, s.hits, LEAVES_MAX, &AC_SEQUENCE_BUDGET, &answer, &result, NULL);
			if (!fail_malloc_done()) {
				assert_int_equal(rc, 0);
				assert_int_equal(result.verdict, YES);
				ac_arena_done(&answer);
				assert_true(n > 2);
				break;
			}
			assert_int_equal(rc, ACCORD_ENOMEM);
			assert_int_equal(result.steps, 77);
			ac_arena_done(&answer);
		}
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(s9_4__an_unusable_pattern_matches_nothing),
		cmocka_unit_test(s9_5__a_bracket_matches_one_observation),
		cmocka_unit_test(s9_5_1__within_is_exclusive),
		cmocka_unit_test(s9_5_1__repeats_counts_number_observed),
		cmocka_unit_test(s9_5_1__start_stop_takes_the_start_and_not_the_stop),
		cmocka_unit_test(s9_5_1__a_qualifier_binds_to_what_stands_before_it),
		cmocka_unit_test(s9_5_2__equal_timestamps_follow),
		cmocka_unit_test(s9_5_2__followedby_between_intervals_and_groups),
		cmocka_unit_test(s9_5_2__and_and_followedby_want_different_observations),
		cmocka_unit_test(s9_5_2__or_is_one_side_and_nothing_of_the_other),
		cmocka_unit_test(repeats_of_a_pair__is_a_largest_matching),
		cmocka_unit_test(repeats_within__looks_at_every_window),
		cmocka_unit_test(sequence__numbers_observations_as_its_caller_does),
		cmocka_unit_test(sequence__takes_large_inputs_in_its_stride),
		cmocka_unit_test(sequence__follows_the_longest_and_deepest_patterns),
		cmocka_unit_test(budget__ends_in_undecided_never_in_no),
		cmocka_unit_test(arena__without_room_for_the_witness_is_an_error),
		cmocka_unit_test(sequence__survives_every_allocation_failure),
		cmocka_unit_test(sequence__equals_the_oracle_on_random_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
