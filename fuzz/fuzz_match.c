/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns against observations. The input is lines of patterns, a line "---", and JSON. For any bytes: the set of all patterns, each pattern alone, and the oracle (a plain walk over the
 * tree and the JSON) say the same of each pattern, where no budget ended; a witness names observations that there are.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "match_case.h"
#include "match_oracle.h"

/* The oracle is slow on purpose. */
enum { PATTERNS_MAX = 16, PATTERN_MAX = 600, INPUT_MAX = 16384 };

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* What the set says, from its result. */
static const char *
said(const ac_pattern_set *set, const ac_match_result *result, uint32_t number)
{
	if (ac_pattern_set_problem(set, number).p)
		return "unusable";
	for (size_t i = 0; i < result->count; i++)
		if (result->matches[i].pattern == number)
			return result->matches[i].undecided ? "undecided" : "match";
	return "nomatch";
}

static void
check_witnesses(const ac_match_result *result, const ac_pattern_set *set, size_t observations)
{
	for (size_t i = 0; i < result->count; i++) {
		const ac_match *match = &result->matches[i];

		must(i == 0 || match[-1].pattern < match->pattern);
		must(match->undecided ? match->witness_count == 0 : match->witness_count > 0);
		for (size_t k = 0; k < match->witness_count; k++) {
			must(match->witness[k].leaf < ac_pattern_set_leaves(set, match->pattern));
			must(match->witness[k].observation < observations && match->witness[k].instances > 0);
		}
	}
}

static void
compare(const char *a, const char *b)
{
	must(strcmp(a, b) == 0 || strcmp(a, "undecided") == 0 || strcmp(b, "undecided") == 0);
}

static void
check(const ac_str *patterns, size_t n, const ac_json *json)
{
	const ac_matcher_budget budget = { (uint64_t)1 << 24, AC_MATCH_HITS_MAX, { 2000000, 64 * AC_MIB } };
	uint32_t numbers[PATTERNS_MAX];
	ac_pattern_set *set = NULL;
	ac_observations *o = NULL;
	ac_match_result result;
	ac_matcher *m = NULL;
	ac_arena arena;

	ac_arena_init(&arena, 256 * AC_MIB);
	must(ac_pattern_set_new(CASE_SEED, &set, NULL) == 0);
	for (size_t i = 0; i < n; i++)
		numbers[i] = ac_pattern_set_add(set, patterns[i], 0, &numbers[i], NULL) ? UINT32_MAX : numbers[i];
	must(ac_pattern_set_finish(set, NULL) == 0);
	must(ac_observations_new(CASE_SEED, 256 * AC_MIB, &o, NULL) == 0);
	must(ac_observations_add_json(o, json, NULL) == 0);
	must(ac_observations_seal(o, NULL) == 0);
	must(ac_matcher_new(set, &m, NULL) == 0);
	must(ac_matcher_run(m, o, &budget, &arena, &result, NULL) == 0);
	check_witnesses(&result, set, ac_observations_count(o));
	for (size_t i = 0; i < n; i++) {
		const char *of_set = numbers[i] == UINT32_MAX ? "refused" : said(set, &result, numbers[i]);

		compare(of_set, case_result(patterns[i], 0, json));
		compare(of_set, oracle_result(patterns[i], 0, json));
	}
	m = ac_matcher_free(m);
	o = ac_observations_free(o);
	set = ac_pattern_set_free(set);
	ac_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data, size }, line, patterns[PATTERNS_MAX];
	const ac_json *json;
	ac_arena arena;
	size_t n = 0;

	if (size > INPUT_MAX)
		return 0;
	while (ac_str_cut(&rest, '\n', &line) && !ac_str_eq(line, AC_S("---")))
		if (n < PATTERNS_MAX && line.n <= PATTERN_MAX)
			patterns[n++] = line;
	ac_arena_init(&arena, 64 * AC_MIB);
	if (n > 0 && ac_json_parse(rest, AC_JSON_LIMITS, &arena, &json, NULL) == 0 &&
	    (ac_json_is(json, AC_JSON_OBJECT) || ac_json_is(json, AC_JSON_ARRAY)))
		check(patterns, n, json);
	ac_arena_done(&arena);
	return 0;
}
