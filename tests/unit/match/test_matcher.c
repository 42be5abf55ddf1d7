/* SPDX-License-Identifier: Apache-2.0 */
/* The matcher as a machine: what is shared and indexed, what a budget ends, what happens without memory. */
#include "test.h"

#include <stdio.h>
#include <time.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "match_case.h"

/* Observations of one object x-t each, with one member v. */
static ac_observations *
values(const ac_str *texts, size_t n)
{
	ac_observations *o;

	assert_int_equal(ac_observations_new(CASE_SEED, 64 * AC_MIB, &o, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		ac_observations_begin(o, AC_S("o"), (ac_time){ 0, 0 }, (ac_time){ 9, 0 }, 1);
		ac_object_begin(o, AC_S("x-t"), AC_S("0"));
		ac_object_enter(o, AC_S("v"));
		ac_object_text(o, texts[i]);
		ac_object_leave(o);
		ac_object_end(o);
		ac_observations_end(o);
	}
	assert_int_equal(ac_observations_seal(o, NULL), 0);
	return o;
}

static ac_pattern_set *
set_of(const char *const *patterns, size_t n)
{
	ac_pattern_set *set;

	assert_int_equal(ac_pattern_set_new(CASE_SEED, &set, NULL), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ac_pattern_set_add(set, ac_str_from(patterns[i]), 0, NULL, NULL), 0);
	assert_int_equal(ac_pattern_set_finish(set, NULL), 0);
	return set;
}

static void
set__keeps_what_says_the_same_once(void **state)
{
	static const char *const patterns[] = { "[file:name = 'a' AND file:size > 5]",
		"[file:size > 5 AND file:name = 'a']", "[file:name = 'a']", "([file:name = 'a']) WITHIN 5 SECONDS",
		"[file:name = 'a'] AND [file:name = 'a' OR file:name = 'a']" };
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));
	ac_pattern_set_sizes sizes = ac_pattern_set_measure(set);

	assert_int_equal(sizes.patterns, 5);
	assert_int_equal(sizes.comparisons, 2);
	assert_int_equal(sizes.brackets, 2);
	assert_int_equal(sizes.paths, 2);
	assert_int_equal(sizes.always, 0);
	assert_int_equal(ac_pattern_set_leaves(set, 4), 2);
	set = ac_pattern_set_free(set);
}

static void
set__explains_what_is_indexed_by_what(void **state)
{
	static const struct {
		const char *pattern, *path, *index, *engine;
	} rows[] = {
		{ "[file:hashes.'SHA-256' = '"
		  "aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
		    "file:hashes.'SHA-256'", "hash", "" },
		{ "[file:name IN ('a', 'b')]", "file:name", "hash", "" },
		{ "[file:name LIKE 'abc']", "file:name", "hash", "" },
		{ "[file:name LIKE 'abc%']", "file:name", "affix", "" },
		{ "[file:name LIKE '%.exe']", "file:name", "affix", "" },
		{ "[file:name LIKE '%abc%']", "file:name", "literal", "" },
		{ "[file:name LIKE '%a%']", "file:name", "presence", "" },
		{ "[file:size > 5]", "file:size", "order", "" },
		{ "[file:size != 5]", "file:size", "presence", "" },
		{ "[file:size NOT = 5]", "file:size", "presence", "" },
		{ "[EXISTS file:size]", "file:size", "presence", "" },
		{ "[NOT EXISTS file:size]", "file:size", "type", "" },
		{ "[network-traffic:src_ref.value ISSUBSET '10.0.0.0/8']", "network-traffic:src_ref.value", "network",
		    "" },
		{ "[x-t:l[*].m[2] MATCHES '^abc.*']", "x-t:l[*].m[2]", "literal", "vectorscan" },
		{ "[file:name MATCHES '^[a-f]+$']", "file:name", "scan", "vectorscan" },
		{ "[file:name MATCHES '\\\\w']", "file:name", "scan", "vectorscan or pcre2" },
		{ "[file:name MATCHES '(.)\\\\1']", "file:name", "presence", "pcre2" },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_pattern_set *set = set_of(&rows[i].pattern, 1);
		const ac_match_explained *explained;
		ac_arena arena;
		size_t n;

		ac_arena_init(&arena, AC_MIB);
		assert_int_equal(ac_pattern_set_explain(set, 0, &arena, &explained, &n, NULL), 0);
		assert_int_equal(n, 1);
		assert_str(explained->path, ac_str_from(rows[i].path));
		assert_str(ac_match_index_name(explained->index), ac_str_from(rows[i].index));
		assert_str(explained->engine, ac_str_from(rows[i].engine));
		assert_int_equal(explained->shared_by, 1);
		ac_arena_done(&arena);
		set = ac_pattern_set_free(set);
	}
}

static void
set__gates_an_and_by_its_rarest_comparison(void **state)
{
	static const char *const patterns[] = {
		"[network-traffic:protocols[*] = 'tcp' AND network-traffic:dst_ref.value = '10.0.0.1']",
		"[network-traffic:protocols[*] = 'tcp' AND network-traffic:dst_ref.value = '10.0.0.2']",
		"[network-traffic:protocols[*] = 'tcp' AND network-traffic:dst_ref.value = '10.0.0.3']"
	};
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));
	const ac_match_explained *rows;
	ac_arena arena;
	size_t n;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_pattern_set_explain(set, 1, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].index, AC_MATCH_INDEX_NONE);
	assert_int_equal(rows[0].shared_by, 3);
	assert_int_equal(rows[1].index, AC_MATCH_INDEX_HASH);
	ac_arena_done(&arena);
	set = ac_pattern_set_free(set);
}

static void
set__tells_why_a_pattern_matches_nothing(void **state)
{
	static const char *const patterns[] = { "[file:name MATCHES '(']", "[file:name = 'a']",
		"[ipv4-addr:value ISSUBSET 'x']", "[file:ctime = t'2020-02-30T00:00:00Z']",
		"[file:name = 'a'] WITHIN 0 SECONDS", "[file:size IN (1, 'a')]" };
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));

	assert_int_equal(ac_pattern_set_measure(set).unusable, 5);
	assert_true(ac_str_starts(
	    ac_pattern_set_problem(set, 0), AC_S("want a PCRE regular expression, got an error at byte 1")));
	assert_null(ac_pattern_set_problem(set, 1).p);
	assert_true(ac_str_starts(
	    ac_pattern_set_problem(set, 2), AC_S("want an IP address or CIDR network behind ISSUBSET, got 'x'")));
	assert_non_null(ac_pattern_set_problem(set, 3).p);
	assert_non_null(ac_pattern_set_problem(set, 4).p);
	assert_str(ac_pattern_set_problem(set, 5), AC_S("want constants of one type in IN (s9.6.1)"));
	set = ac_pattern_set_free(set);
}

static void
matcher__gives_one_witness(void **state)
{
	static const char *const patterns[] = { "[x-t:v = 'b']", "[x-t:v = 'a'] AND [x-t:v = 'b'] REPEATS 2 TIMES",
		"[x-t:v = 'c']" };
	static const ac_str texts[] = { AC_S_INIT("a"), AC_S_INIT("b"), AC_S_INIT("b") };
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));
	ac_observations *o = values(texts, AC_COUNT(texts));
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_matcher *m;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	assert_int_equal(result.count, 2);
	assert_int_equal(result.undecided, 0);
	assert_int_equal(result.matches[0].pattern, 0);
	assert_int_equal(result.matches[0].witness_count, 1);
	assert_int_equal(result.matches[0].witness[0].observation, 1);
	assert_int_equal(result.matches[1].pattern, 1);
	assert_int_equal(result.matches[1].witness_count, 3);
	assert_int_equal(result.matches[1].witness[0].leaf, 0);
	assert_int_equal(result.matches[1].witness[0].observation, 0);
	assert_int_equal(result.matches[1].witness[2].leaf, 1);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

/* What a budget ended is undecided, unless the rest decides. */
static void
matcher__says_undecided_when_a_budget_ends(void **state)
{
	static const char *const patterns[] = { "[x-t:v MATCHES '^(?=(a+)+[bc])']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])' OR x-t:v LIKE 'a%']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])' AND x-t:v = 'x']", "[x-t:v NOT MATCHES '^(?=(a+)+[bc])']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])'] AND [x-t:v = 'x']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])'] OR [x-t:v LIKE 'a%']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])'] FOLLOWEDBY [x-t:v = 'y']" };
	static const int wanted[] = { 2, 1, 0, 1, 2, 1, 0 }; /* 1 holds, 2 undecided */
	char evil[64];
	ac_str texts[] = { { evil, sizeof(evil) }, AC_S_INIT("x") };
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	int got[AC_COUNT(patterns)] = { 0 };
	ac_match_result result;
	ac_observations *o;
	ac_matcher *m;
	ac_arena arena;

	memset(evil, 'a', sizeof(evil));
	o = values(texts, AC_COUNT(texts));
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	for (size_t i = 0; i < result.count; i++)
		got[result.matches[i].pattern] = result.matches[i].undecided ? 2 : 1;
	for (size_t i = 0; i < AC_COUNT(patterns); i++)
		assert_int_equal(got[i], wanted[i]);
	assert_int_equal(result.undecided, 2);
	assert_true(result.comparisons_undecided > 0);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

static void
matcher__says_undecided_when_the_run_ends_early(void **state)
{
	static const char *const patterns[] = { "[x-t:v = 'a']", "[x-t:v = 'b']", "[file:name MATCHES '(']" };
	static const ac_str texts[] = { AC_S_INIT("a"), AC_S_INIT("b") };
	ac_pattern_set *set = set_of(patterns, AC_COUNT(patterns));
	ac_observations *o = values(texts, AC_COUNT(texts));
	ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_matcher *m;
	ac_arena arena;

	budget.steps = 6; /* the first object */
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	assert_true(result.exhausted);
	assert_int_equal(result.count, 2);
	assert_false(result.matches[0].undecided);
	assert_true(result.matches[1].undecided);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

/* CPU seconds of one pattern on one value: of 'a' alone, or with a 'c' at every so manyth place and a 'b' at the end. */
static double
seconds_for(const char *pattern, size_t length, size_t every)
{
	char *text = malloc(length);
	ac_str value = { text, length };
	ac_pattern_set *set = set_of(&pattern, 1);
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_observations *o;
	ac_matcher *m;
	ac_arena arena;
	clock_t start;

	assert_non_null(text);
	memset(text, 'a', length);
	for (size_t i = every; every && i <= length; i += every)
		text[i - 1] = 'c';
	if (every)
		text[length - 1] = 'b';
	o = values(&value, 1);
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	start = clock();
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	start = clock() - start;
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
	free(text);
	return (double)start / CLOCKS_PER_SEC;
}

/* AC_MATCH_REGEX_STEPS_MAX is some 30 ms; a second leaves room for sanitizers and busy machines. Without a budget these take minutes to centuries. */
static void
matcher__pays_at_most_the_budget_for_an_evil_regex(void **state)
{
	static const char *const patterns[] = {
		"[x-t:v MATCHES '^(a+)+$']",
		"[x-t:v MATCHES '^(a+)+b$']",
		"[x-t:v MATCHES '^(?=(a+)+[bc])']",
		"[x-t:v MATCHES '(a|aa)+b(?!x)']",
		"[x-t:v MATCHES '(?=x?)[ab]*[cd]']",
		"[x-t:v MATCHES '(?>x?)(a*)*(a*)*b']",
		"[x-t:v MATCHES '(.*)(.*)(.*)(.*)(.*)\\\\1b']",
		"[x-t:v MATCHES '(?:a?){200}(?=a{200})b']",
		"[x-t:v LIKE '%a_a_a_a_a_a_a_a_a%a_a_a_a_a_a%b']",
		"[x-t:v LIKE '%a_a_a_a_a_a_a_a_a%a_a_a_a_a_a%_b']",
		"[x-t:v MATCHES 'a{60000}b']",
		"[x-t:v MATCHES '[{a]{60000}b']",
		"[x-t:v MATCHES '\\\\x{61}{1,60000}+b']",
		"[x-t:v MATCHES '(?i)(a*).{5}\\\\1b']",
	};

	for (size_t i = 0; i < 2 * AC_COUNT(patterns); i++) {
		double took = seconds_for(patterns[i / 2], 1 << 20, i % 2 ? 60000 : 0);

		if (took > 1)
			print_error("%s took %.2f s\n", patterns[i / 2], took);
		assert_true(took < 1);
	}
}

/* References round and round: every way of length 30 through 60 objects that all know each other. */
/* Vectorscan takes 30 seconds for the first alone, and twice as long for each group more that may be empty; asked again after each that it refuses it takes as long for some hundred; more than 16,000 bytes it refuses as texts. */
static void
set__compiles_regexes_and_texts_in_bounded_time(void **state)
{
	enum { KINDS = 3, EACH = 200, LONG = 20000, PATTERN = LONG + 64 };
	const char **patterns = malloc(KINDS * EACH * sizeof(*patterns));
	char *texts = malloc((size_t)KINDS * EACH * PATTERN);
	ac_pattern_set *set;
	ac_matcher *m;
	clock_t start = clock();

	assert_non_null(patterns);
	assert_non_null(texts);
	for (size_t i = 0; i < KINDS * EACH; i++) {
		char *text = texts + i * PATTERN, *at = text;

		patterns[i] = text;
		at += snprintf(text, PATTERN, "[x-t:v %s '%s%zu", i % KINDS == 2 ? "LIKE" : "MATCHES",
		    i % KINDS == 0   ? "\xc3\xa9"
		    : i % KINDS == 1 ? ""
				     : "%",
		    i);
		for (size_t k = 0; k < 50 && i % KINDS == 0; k++)
			at = stpcpy(at, "\\\\w+\\\\d+");
		for (size_t k = 0; k < 60 && i % KINDS == 1 && i % 2; k++)
			at = stpcpy(at, "(?:a|b.*c.*d[1-9]*e.*)");
		for (size_t k = 0; k < LONG && i % KINDS == 2; k++)
			*at++ = 'a';
		(void)stpcpy(at, i % KINDS == 2 ? "%']" : "']");
	}
	set = set_of(patterns, KINDS * EACH);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	free(texts);
	free(patterns);
}

/* One hit is enough for a bracket that is a whole pattern; what has no room for more leaves others undecided. */
static void
matcher__keeps_so_many_hits(void **state)
{
	static const char *const patterns[] = { "[x-t:v = 'a']", "[x-t:v = 'b'] AND [x-t:v = 'c']",
		"[x-t:v = 'a'] FOLLOWEDBY [x-t:v = 'c']" };
	ac_str texts[12];
	ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_arena arena;

	for (size_t i = 0; i < AC_COUNT(texts); i++)
		texts[i] = i < 10 ? AC_S("a") : AC_S("b");
	ac_arena_init(&arena, AC_MIB);
	for (size_t n = 2; n <= 3; n++) {
		ac_pattern_set *set = set_of(patterns, n);
		ac_observations *o = values(texts, AC_COUNT(texts));
		ac_matcher *m;

		budget.hits = 3;
		assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
		assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
		assert_int_equal(result.exhausted, n == 3);
		assert_int_equal(result.count, n == 3 ? 3 : 1);
		assert_int_equal(result.undecided, n == 3 ? 2 : 0);
		assert_false(result.matches[0].undecided);
		m = ac_matcher_free(m);
		set = ac_pattern_set_free(set);
		o = ac_observations_free(o);
	}
	ac_arena_done(&arena);
}

/* Each could have all steps of its own; together they have no more than the run. */
static void
matcher__gives_all_sequences_one_budget(void **state)
{
	enum { PATTERNS = 100 };
	static char texts[PATTERNS][64];
	const char *patterns[PATTERNS];
	static const ac_str seen[] = { AC_S_INIT("a"), AC_S_INIT("b") };
	ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_pattern_set *set;
	ac_observations *o = values(seen, AC_COUNT(seen));
	ac_matcher *m;
	ac_arena arena;

	for (size_t i = 0; i < PATTERNS; i++) {
		(void)snprintf(
		    texts[i], sizeof(texts[i]), "([x-t:v LIKE '_'] AND [x-t:v LIKE '_']) WITHIN %zu SECONDS", i + 1);
		patterns[i] = texts[i];
	}
	set = set_of(patterns, PATTERNS);
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	assert_int_equal(result.count, PATTERNS);
	assert_int_equal(result.undecided, 0);
	budget.steps = result.steps;
	do {
		budget.steps *= 2;
		assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
		assert_false(result.exhausted);
		assert_int_equal(result.count, PATTERNS);
	} while (result.undecided == PATTERNS);
	/* Enough for one, and not for all. */
	assert_in_range(result.undecided, 1, PATTERNS - 1);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

static void
matcher__follows_references_in_polynomial_time(void **state)
{
	char pattern[2048] = "[x-t:n", text[16];
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	const char *only = pattern;
	ac_match_result result;
	ac_pattern_set *set;
	ac_observations *o;
	ac_matcher *m;
	ac_arena arena;
	clock_t start;

	strcpy(pattern, "[x-t:");
	for (int i = 0; i < 30; i++)
		strcat(pattern, "k_refs[*].");
	strcat(pattern, "v = 'none' AND x-t:v != 'x']");
	set = set_of(&only, 1);
	assert_int_equal(ac_observations_new(CASE_SEED, 64 * AC_MIB, &o, NULL), 0);
	ac_observations_begin(o, AC_S("o"), (ac_time){ 0, 0 }, (ac_time){ 9, 0 }, 1);
	for (int i = 0; i < 60; i++) {
		(void)snprintf(text, sizeof(text), "%d", i);
		ac_object_begin(o, AC_S("x-t"), ac_str_from(text));
		ac_object_enter(o, AC_S("k_refs"));
		ac_object_container(o);
		for (int k = 0; k < 60; k++) {
			(void)snprintf(text, sizeof(text), "%d", k);
			ac_object_item(o);
			ac_object_text(o, ac_str_from(text));
			ac_object_leave(o);
		}
		ac_object_leave(o);
		ac_object_enter(o, AC_S("v"));
		ac_object_text(o, AC_S("y"));
		ac_object_leave(o);
		ac_object_end(o);
	}
	ac_observations_end(o);
	assert_int_equal(ac_observations_seal(o, NULL), 0);
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	start = clock();
	assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
	assert_int_equal(result.count, 0);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

/* The builder's places by number, as a log reader uses them; a batch that is emptied keeps its paths. */
static void
observations__are_filled_field_by_field(void **state)
{
	static const char *const patterns[] = {
		"[network-traffic:dst_ref.value = '10.0.0.1' AND network-traffic:dst_port = 443]"
	};
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_pattern_set *set = set_of(patterns, 1);
	ac_match_result result;
	ac_observations *o;
	ac_matcher *m;
	ac_arena arena;

	assert_int_equal(ac_observations_new(CASE_SEED, AC_MIB, &o, NULL), 0);
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_matcher_new(set, &m, NULL), 0);
	for (int round = 0; round < 3; round++) {
		ac_observations_reset(o);
		ac_observations_begin(o, AC_S("line 1"), (ac_time){ 5, 0 }, (ac_time){ 5, 0 }, 1);
		ac_object_begin(o, AC_S("network-traffic"), AC_S("n"));
		ac_object_enter(o, AC_S("dst_port"));
		ac_object_number(o, round == 1 ? AC_S("80") : AC_S("443"));
		ac_object_leave(o);
		ac_object_enter(o, AC_S("dst_ref"));
		ac_object_text(o, AC_S("a"));
		ac_object_leave(o);
		ac_object_end(o);
		ac_object_begin(o, AC_S("ipv4-addr"), AC_S("a"));
		ac_object_enter(o, AC_S("value"));
		ac_object_text(o, AC_S("10.0.0.1"));
		ac_object_leave(o);
		ac_object_end(o);
		ac_observations_end(o);
		assert_int_equal(ac_observations_seal(o, NULL), 0);
		assert_int_equal(ac_matcher_run(m, o, &budget, &arena, &result, NULL), 0);
		assert_int_equal(result.count, round == 1 ? 0 : 1);
	}
	assert_str(ac_observations_id(o, result.matches[0].witness[0].observation), AC_S("line 1"));
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
}

static void
observations__keep_their_ceiling(void **state)
{
	accord_err err = { 0 };
	ac_observations *o;

	assert_int_equal(ac_observations_new(CASE_SEED, 4096, &o, NULL), 0);
	for (int i = 0; i < 1000; i++) {
		ac_object_begin(o, AC_S("x-t"), AC_S("an id that takes some room"));
		ac_object_end(o);
	}
	assert_int_equal(ac_observations_seal(o, &err), ACCORD_ELIMIT);
	ac_observations_reset(o);
	assert_int_equal(ac_observations_seal(o, &err), 0);
	o = ac_observations_free(o);
	/* 24 KiB for all together: 200 observations of 100 bytes with 200 facts of 64 do not fit, though each of these would. */
	assert_int_equal(ac_observations_new(CASE_SEED, 24 * AC_KIB, &o, NULL), 0);
	for (int i = 0; i < 200; i++) {
		ac_observations_begin(o, AC_S(""), (ac_time){ 0, 0 }, (ac_time){ 0, 0 }, 1);
		ac_object_begin(o, AC_S("x"), AC_S(""));
		ac_object_end(o);
		ac_observations_end(o);
	}
	assert_int_equal(ac_observations_seal(o, &err), ACCORD_ELIMIT);
	o = ac_observations_free(o);
}

/* Everything once: 0 or the first error. */
static int
all_of_it(void)
{
	static const char *const patterns[] = { "[x-t:v = 'a' AND x-t:w IN (1, 2.5)]",
		"[x-t:v MATCHES 'a\\\\b' OR NOT EXISTS x-t:z]", "[x-t:l[*].m_ref.v LIKE 'abc%']",
		"[x-t:v = 'a'] AND [x-t:v ISSUBSET '10.0.0.0/8'] WITHIN 5 SECONDS", "[x-t:v MATCHES '(']",
		"[x-t:d_hex MATCHES 'x' AND x-t:w > 1]",
		"[x-t:v MATCHES '[a-f]x' OR x-t:v MATCHES '[a-f]y' OR x-t:v MATCHES '[a-f]z' OR x-t:v MATCHES '[b-f]x' "
		"OR x-t:v MATCHES '[c-f]x' OR x-t:v MATCHES '[d-f]x' OR "
		"x-t:v MATCHES '[e-f]x' OR x-t:v MATCHES '[f-h]x' OR x-t:v MATCHES '[f-z]x']",
		"[x-t:v LIKE '%abc%' OR x-t:v LIKE '%abd%' OR x-t:v LIKE '%abe%' OR x-t:v LIKE '%abf%' OR x-t:v LIKE "
		"'%abg%' OR x-t:v LIKE '%abh%' OR x-t:v LIKE '%abi%' OR x-t:v LIKE "
		"'%abj%' OR x-t:v LIKE '%abk%']" };
	static const char text[] = "[{\"type\":\"observed-data\",\"id\":\"o\",\"first_observed\":\"2020-01-01T00:00:"
				   "00Z\",\"last_observed\":\"2020-01-01T00:00:00Z\",\"number_observed\":2,"
				   "\"object_refs\":[\"a\",\"b\"]},{\"type\":\"x-t\",\"id\":\"a\",\"v\":\"a\",\"w\":2."
				   "5,\"l\":[{\"m_ref\":\"b\"}],\"d_hex\":\"78\"},"
				   "{\"type\":\"x-t\",\"id\":\"b\",\"v\":\"abc\\u00e9\"}]";
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_observations *o = NULL;
	ac_pattern_set *set = NULL;
	ac_match_result result;
	ac_matcher *m = NULL;
	const ac_json *json;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_MIB);
	rc = ac_pattern_set_new(CASE_SEED, &set, NULL);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(patterns); i++)
		rc = ac_pattern_set_add(set, ac_str_from(patterns[i]), 0, NULL, NULL);
	if (rc == 0)
		rc = ac_pattern_set_finish(set, NULL);
	if (rc == 0)
		rc = ac_json_parse(ac_str_from(text), AC_JSON_LIMITS, &arena, &json, NULL);
	if (rc == 0)
		rc = ac_observations_new(CASE_SEED, AC_MIB, &o, NULL);
	if (rc == 0)
		rc = ac_observations_add_json(o, json, NULL);
	if (rc == 0)
		rc = ac_observations_seal(o, NULL);
	if (rc == 0)
		rc = ac_matcher_new(set, &m, NULL);
	if (rc == 0)
		rc = ac_matcher_run(m, o, &budget, &arena, &result, NULL);
	if (rc == 0)
		assert_int_equal(result.count, 5);
	m = ac_matcher_free(m);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
	return rc;
}

/* A regex that finds no memory for Vectorscan runs in PCRE2: then all is well. */
static void
match__survives_every_allocation_failure(void **state)
{
	unsigned went_on = 0;

	for (unsigned long n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = all_of_it();
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_true(n > 50);
			break;
		}
		went_on += rc == 0;
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
	}
	assert_true(went_on < 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set__keeps_what_says_the_same_once),
		cmocka_unit_test(set__explains_what_is_indexed_by_what),
		cmocka_unit_test(set__gates_an_and_by_its_rarest_comparison),
		cmocka_unit_test(set__tells_why_a_pattern_matches_nothing),
		cmocka_unit_test(matcher__gives_one_witness),
		cmocka_unit_test(matcher__says_undecided_when_a_budget_ends),
		cmocka_unit_test(matcher__says_undecided_when_the_run_ends_early),
		cmocka_unit_test(matcher__pays_at_most_the_budget_for_an_evil_regex),
		cmocka_unit_test(set__compiles_regexes_and_texts_in_bounded_time),
		cmocka_unit_test(matcher__keeps_so_many_hits),
		cmocka_unit_test(matcher__gives_all_sequences_one_budget),
		cmocka_unit_test(matcher__follows_references_in_polynomial_time),
		cmocka_unit_test(observations__are_filled_field_by_field),
		cmocka_unit_test(observations__keep_their_ceiling),
		cmocka_unit_test(match__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests_name("match/matcher", tests, NULL, NULL);
}
