/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Observation expressions over time on one core, medians of five rounds, from hits that are there to an answer. Most are questions without a
 * match, which cost most: every window has to be looked at. The OASIS matcher forms combinations: REPEATS 5 of 300 observations are
 * 300 * 299 * ... * 296 / 5! = 1.96e10 of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "match/sequence.h"

enum { ROUNDS = 5, LEAVES_MAX = 5 };

/* A question: every leaf holds for `hits` observations. */
typedef struct question {
	const char *name;
	const char *pattern;
	size_t leaves;
	size_t hits;
	int64_t apart;  /* seconds between an observation and the next one of any leaf */
	bool in_blocks; /* leaf after leaf in time, not in turn */
	bool shared;    /* all leaves hold for all observations */
	int64_t length; /* of intervals, at most, in seconds */
	ac_sequence_verdict want;
} question;

static const question questions[] = {
	{ "REPEATS 5 WITHIN 300, no match", "[a:b = 1] REPEATS 5 TIMES WITHIN 300 SECONDS", 1, 300, 75, false, false, 0,
	    AC_SEQUENCE_NO },
	{ "REPEATS 5 WITHIN 300, no match", "[a:b = 1] REPEATS 5 TIMES WITHIN 300 SECONDS", 1, 100000, 75, false, false,
	    0, AC_SEQUENCE_NO },
	{ "REPEATS 1000 WITHIN 3600, no match", "[a:b = 1] REPEATS 1000 TIMES WITHIN 3600 SECONDS", 1, 100000, 4, false,
	    false, 0, AC_SEQUENCE_NO },
	{ "REPEATS 1000 WITHIN 3600, intervals", "[a:b = 1] REPEATS 1000 TIMES WITHIN 3600 SECONDS", 1, 100000, 5,
	    false, false, 60, AC_SEQUENCE_NO },
	{ "AND of 3 WITHIN 60, no match", "([a:b = 1] AND [a:b = 2] AND [a:b = 3]) WITHIN 60 SECONDS", 3, 100000, 30,
	    false, false, 0, AC_SEQUENCE_NO },
	{ "AND of 3 WITHIN 60, shared, no match", "([a:b = 1] AND [a:b = 2] AND [a:b = 3]) WITHIN 60 SECONDS", 3,
	    100000, 30, false, true, 0, AC_SEQUENCE_NO },
	{ "chain of 5 WITHIN 60, no match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2] FOLLOWEDBY [a:b = 3] FOLLOWEDBY [a:b = 4] FOLLOWEDBY [a:b = 5]) WITHIN 60 "
	    "SECONDS",
	    5, 100000, 15, false, false, 0, AC_SEQUENCE_NO },
	{ "chain of 5 WITHIN 60, match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2] FOLLOWEDBY [a:b = 3] FOLLOWEDBY [a:b = 4] FOLLOWEDBY [a:b = 5]) WITHIN 61 "
	    "SECONDS",
	    5, 100000, 15, false, false, 0, AC_SEQUENCE_YES },
	{ "chain of 5 WITHIN 60, shared, no match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2] FOLLOWEDBY [a:b = 3] FOLLOWEDBY [a:b = 4] FOLLOWEDBY [a:b = 5]) WITHIN 60 "
	    "SECONDS",
	    5, 100000, 15, false, true, 0, AC_SEQUENCE_NO },
	{ "composite REPEATS 5 WITHIN 300, no match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2]) REPEATS 5 TIMES WITHIN 300 SECONDS", 2, 100000, 34, false, false, 0,
	    AC_SEQUENCE_NO },
	{ "composite REPEATS 1000 WITHIN 3600, no match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2]) REPEATS 1000 TIMES WITHIN 3600 SECONDS", 2, 100000, 2, false, false, 0,
	    AC_SEQUENCE_NO },
	{ "composite REPEATS 20000, intervals, match",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 30 SECONDS REPEATS 20000 TIMES", 2, 100000, 43, false, false, 60,
	    AC_SEQUENCE_YES },
	{ "composite REPEATS 1000, no match", "([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 30 SECONDS REPEATS 1000 TIMES",
	    2, 100000, 30, true, false, 0, AC_SEQUENCE_NO },
	{ "composite REPEATS 1000, match", "([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 31 SECONDS REPEATS 1000 TIMES", 2,
	    100000, 30, false, false, 0, AC_SEQUENCE_YES },
	{ "composite REPEATS 5 WITHIN 300, shared",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2]) REPEATS 5 TIMES WITHIN 300 SECONDS", 2, 1000, 34, false, true, 0,
	    AC_SEQUENCE_NO },
	{ "composite REPEATS 5 WITHIN 300, intervals",
	    "([a:b = 1] FOLLOWEDBY [a:b = 2]) REPEATS 5 TIMES WITHIN 300 SECONDS", 2, 1000, 43, false, false, 60,
	    AC_SEQUENCE_NO },
};

typedef struct data {
	ac_observed *observed;
	size_t n;
	uint32_t *indexes;
	ac_leaf_hits hits[LEAVES_MAX];
} data;

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static bool
make_data(const question *q, data *d)
{
	size_t groups = q->shared ? 1 : q->leaves;
	uint64_t seed = 20210719;

	d->n = q->hits * groups;
	d->observed = calloc(d->n, sizeof(*d->observed));
	d->indexes = calloc(d->n, sizeof(*d->indexes));
	if (!d->observed || !d->indexes)
		return false;
	/* By leaf, each in time; leaves in turn or one after the other. */
	for (size_t i = 0; i < d->n; i++) {
		size_t leaf = i / q->hits, place = i % q->hits;
		int64_t at = 1600000000 + q->apart * (int64_t)(q->in_blocks ? i : place * groups + leaf);

		d->observed[i] = (ac_observed){ { at, 0 }, { at, 0 }, 1 };
		if (q->length)
			d->observed[i].last.seconds += (int64_t)(next_random(&seed) % (uint64_t)(q->length + 1));
		d->indexes[i] = (uint32_t)i;
	}
	for (size_t leaf = 0; leaf < q->leaves; leaf++)
		d->hits[leaf] = (ac_leaf_hits){ d->indexes + (q->shared ? 0 : leaf * q->hits), q->hits };
	return true;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
ask(const question *q)
{
	data d = { 0 };
	const ac_pattern_node *root;
	ac_sequence_result result = { 0 };
	double cost[ROUNDS];
	ac_arena arena;
	int rc = make_data(q, &d) ? 0 : -1;

	ac_arena_init(&arena, 16 * AC_MIB);
	if (!rc)
		rc = ac_pattern_parse(ac_str_from(q->pattern), &arena, &root, NULL);
	for (int i = 0; !rc && i < ROUNDS; i++) {
		double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);

		rc = ac_sequence_match(
		    root, d.observed, d.n, d.hits, q->leaves, &AC_SEQUENCE_BUDGET, &arena, &result, NULL);
		cost[i] = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	if (!rc && result.verdict != q->want) {
		fprintf(stderr, "%s: verdict %d, want %d\n", q->name, result.verdict, q->want);
		rc = -1;
	}
	if (!rc) {
		qsort(cost, ROUNDS, sizeof(*cost), compare_doubles);
		printf("%s, %zu hits each\t%.3f\tms\t%zu leaves%s%s; %llu steps\n", q->name, q->hits,
		    cost[ROUNDS / 2] * 1e3, q->leaves, q->shared ? " that share all observations" : "",
		    q->length ? ", intervals inside each other" : "", (unsigned long long)result.steps);
	}
	ac_arena_done(&arena);
	free(d.observed);
	free(d.indexes);
	return rc;
}

int
main(void)
{
	int rc = 0;

	for (size_t i = 0; i < AC_COUNT(questions); i++)
		rc |= ask(&questions[i]);
	return rc ? 1 : 0;
}
