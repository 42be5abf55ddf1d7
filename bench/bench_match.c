/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns against observations on one core, medians of five rounds: one pattern and 100,000 on observations that are ready, sets of several kinds, compiling, filling from JSON, worst cases. All
 * data are made here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "base/limits.h"
#include "match/matcher.h"

enum { ROUNDS = 5, OBSERVATIONS = 200000, MANY = 100000 };
#define SEED ((ac_hash_seed){ { 0x5eed, 0xfeed } })

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
must(int rc, const accord_err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_match: %s\n", err->text);
	exit(1);
}

static ac_pattern_set *
new_set(void)
{
	ac_pattern_set *set;
	accord_err err = { 0 };

	must(ac_pattern_set_new(SEED, &set, &err), &err);
	return set;
}

static void
add(ac_pattern_set *set, const char *text)
{
	accord_err err = { 0 };

	must(ac_pattern_set_add(set, ac_str_from(text), 0, NULL, &err), &err);
}

static void
finish(ac_pattern_set *set)
{
	accord_err err = { 0 };

	must(ac_pattern_set_finish(set, &err), &err);
}

/* The text of an address, of which there are 2^24. */
static void
address(char out[24], uint32_t n)
{
	(void)snprintf(out, 24, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
}

static ac_observations *
new_batch(void)
{
	ac_observations *o;
	accord_err err = { 0 };

	must(ac_observations_new(SEED, AC_MATCH_BATCH_MAX, &o, &err), &err);
	return o;
}

static void
seal(ac_observations *o)
{
	accord_err err = { 0 };

	must(ac_observations_seal(o, &err), &err);
}

static void
member(ac_observations *o, const char *name, const char *text)
{
	ac_object_enter(o, ac_str_from(name));
	ac_object_text(o, ac_str_from(text));
	ac_object_leave(o);
}

/* One address each. */
static ac_observations *
addresses(void)
{
	ac_observations *o = new_batch();

	for (uint32_t i = 0; i < OBSERVATIONS; i++) {
		char text[24];

		address(text, i * 40503u);
		ac_observations_begin(o, AC_S("observed-data--x"), (ac_time){ i, 0 }, (ac_time){ i, 0 }, 1);
		ac_object_begin(o, AC_S("ipv4-addr"), AC_S("0"));
		member(o, "id", "ipv4-addr--00000000-0000-5000-8000-000000000000");
		member(o, "spec_version", "2.1");
		member(o, "value", text);
		ac_object_end(o);
		ac_observations_end(o);
	}
	seal(o);
	return o;
}

/* Traffic between two addresses, and a file with a name and a size. */
static ac_observations *
traffic(void)
{
	ac_observations *o = new_batch();

	for (uint32_t i = 0; i < OBSERVATIONS; i++) {
		char text[64];

		ac_observations_begin(o, AC_S("observed-data--x"), (ac_time){ i, 0 }, (ac_time){ i, 0 }, 1);
		ac_object_begin(o, AC_S("network-traffic"), AC_S("0"));
		member(o, "src_ref", "1");
		member(o, "dst_ref", "2");
		ac_object_enter(o, AC_S("dst_port"));
		ac_object_number(o, AC_S("443"));
		ac_object_leave(o);
		ac_object_end(o);
		for (uint32_t k = 1; k <= 2; k++) {
			address(text, i * 40503u + k * 77777u);
			ac_object_begin(o, AC_S("ipv4-addr"), k == 1 ? AC_S("1") : AC_S("2"));
			member(o, "value", text);
			ac_object_end(o);
		}
		ac_object_begin(o, AC_S("file"), AC_S("3"));
		(void)snprintf(text, sizeof(text), "C:\\Users\\user%u\\update%u.exe", i % 97, i * 7919u % 1000003);
		member(o, "name", text);
		ac_object_enter(o, AC_S("size"));
		(void)snprintf(text, sizeof(text), "%u", i * 31337u % 1000000);
		ac_object_number(o, ac_str_from(text));
		ac_object_leave(o);
		ac_object_end(o);
		ac_observations_end(o);
	}
	seal(o);
	return o;
}

/* Rate of a set over a batch. */
static void
measure(const char *name, ac_pattern_set *set, const ac_observations *o, const char *note)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result = { 0 };
	ac_matcher *matcher;
	accord_err err = { 0 };
	double took[ROUNDS];
	ac_arena arena;

	ac_arena_init(&arena, 1024 * AC_MIB);
	must(ac_matcher_new(set, &matcher, &err), &err);
	for (size_t i = 0; i < ROUNDS; i++) {
		double start;

		ac_arena_reset(&arena);
		start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
		must(ac_matcher_run(matcher, o, &budget, &arena, &result, &err), &err);
		took[i] = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	qsort(took, ROUNDS, sizeof(took[0]), compare_doubles);
	printf("%s\t%.0f\tobservations/s\t%zu patterns, %zu hold, %zu undecided; %s\n", name,
	    (double)ac_observations_count(o) / took[ROUNDS / 2], ac_pattern_set_count(set),
	    result.count - result.undecided, result.undecided, note);
	matcher = ac_matcher_free(matcher);
	ac_arena_done(&arena);
}

/* A set of n patterns from a format with one number, and the rate of compiling it. */
static ac_pattern_set *
compile(const char *name, void (*make)(char *out, size_t room, uint32_t i), uint32_t n)
{
	double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID), took;
	ac_pattern_set *set = new_set();
	ac_pattern_set_sizes sizes;
	char text[256];

	for (uint32_t i = 0; i < n; i++) {
		make(text, sizeof(text), i);
		add(set, text);
	}
	finish(set);
	took = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	sizes = ac_pattern_set_measure(set);
	printf("compile_%s\t%.0f\tpatterns/s\t%zu patterns, %zu comparisons, %zu bytes each, %.2f s\n", name,
	    (double)n / took, sizes.patterns, sizes.comparisons, sizes.bytes / sizes.patterns, took);
	return set;
}

static void
equal_address(char *out, size_t room, uint32_t i)
{
	char text[24];

	address(text, i * 167u + 3);
	(void)snprintf(out, room, "[ipv4-addr:value = '%s']", text);
}

static void
through_reference(char *out, size_t room, uint32_t i)
{
	char text[24];

	address(text, i * 167u + 3);
	(void)snprintf(out, room, "[network-traffic:dst_ref.value = '%s' AND network-traffic:dst_port = 443]", text);
}

static void
in_network(char *out, size_t room, uint32_t i)
{
	char text[24];

	address(text, i * 16777u);
	(void)snprintf(out, room, "[network-traffic:dst_ref.value ISSUBSET '%s/%u']", text, 24 + i % 9);
}

static void
like_suffix(char *out, size_t room, uint32_t i)
{
	(void)snprintf(out, room, "[file:name LIKE '%%\\\\update%u.exe']", i * 11u);
}

static void
like_inside(char *out, size_t room, uint32_t i)
{
	(void)snprintf(out, room, "[file:name LIKE '%%\\\\update%u.%%']", i * 11u);
}

static void
regex_literal(char *out, size_t room, uint32_t i)
{
	(void)snprintf(out, room, "[file:name MATCHES 'update%u\\\\.(exe|dll)$']", i * 11u);
}

static void
regex_plain(char *out, size_t room, uint32_t i)
{
	(void)snprintf(out, room, "[file:name MATCHES '(a|b|u)[a-z]+%u[.]e']", i * 11u);
}

static void
mixed(char *out, size_t room, uint32_t i)
{
	char text[24];

	address(text, i * 167u + 3);
	(void)snprintf(out, room,
	    "[file:name = 'x%u.exe' OR file:name LIKE 'C:\\\\Users\\\\user%u\\\\upd%%' AND file:size > %u] FOLLOWEDBY "
	    "[ipv4-addr:value = '%s'] WITHIN 300 SECONDS",
	    i, 100 + i, i, text);
}

static void
measure_one(const ac_observations *simple, const ac_observations *rich)
{
	static const struct {
		const char *name, *pattern, *note;
		bool rich;
	} rows[] = {
		{ "match_one", "[ipv4-addr:value = '10.1.2.3']", "= on addresses (OASIS matcher 13,400-26,300, notes)",
		    false },
		{ "match_one_network", "[ipv4-addr:value ISSUBSET '10.1.0.0/16']", "one in 256 holds", false },
		{ "match_one_traffic", "[ipv4-addr:value = '10.1.2.3']", "four objects an observation", true },
		{ "match_one_reference", "[network-traffic:dst_ref.value = '10.1.2.3']", "four objects an observation",
		    true },
		{ "match_one_regex", "[file:name MATCHES 'update9+\\\\.exe$']", "Vectorscan", true },
		{ "match_one_regex_pcre", "[file:name MATCHES '(\\\\d)\\\\1\\\\1\\\\1\\\\.exe$']",
		    "a back reference: PCRE2", true },
		{ "match_one_like", "[file:name LIKE '%99_.exe']", "", true },
		{ "match_one_sequence",
		    "[ipv4-addr:value LIKE '%.1'] FOLLOWEDBY [file:size > 999900] WITHIN 60 SECONDS", "", true },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_pattern_set *set = new_set();

		add(set, rows[i].pattern);
		finish(set);
		measure(rows[i].name, set, rows[i].rich ? rich : simple, rows[i].note);
		set = ac_pattern_set_free(set);
	}
}

static void
measure_many(const ac_observations *simple, const ac_observations *rich)
{
	static const struct {
		const char *name;
		void (*make)(char *out, size_t room, uint32_t i);
		uint32_t n;
		bool rich;
	} rows[] = {
		{ "equal", equal_address, MANY, false },
		{ "equal_million", equal_address, 10 * MANY, false },
		{ "reference", through_reference, MANY, true },
		{ "network", in_network, MANY, true },
		{ "like_suffix", like_suffix, MANY, true },
		{ "like_inside", like_inside, MANY / 10, true },
		{ "regex_literal", regex_literal, MANY / 10, true },
		{ "regex_scan", regex_plain, 500, true },
		{ "mixed", mixed, MANY, true },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		char name[64];
		ac_pattern_set *set = compile(rows[i].name, rows[i].make, rows[i].n);

		(void)snprintf(name, sizeof(name), "match_%s", rows[i].name);
		measure(name, set, rows[i].rich ? rich : simple,
		    rows[i].rich ? "four objects an observation" : "one address an observation");
		set = ac_pattern_set_free(set);
	}
}

/* One value that is made to be slow, and the time that it takes. */
static void
measure_worst(const char *name, const char *pattern, char byte, size_t length)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_pattern_set *set = new_set();
	ac_observations *o = new_batch();
	char *text = malloc(length + 1);
	ac_match_result result = { 0 };
	ac_matcher *matcher;
	accord_err err = { 0 };
	ac_arena arena;
	double start;

	if (!text)
		exit(1);
	memset(text, byte, length);
	text[length] = '\0';
	add(set, pattern);
	finish(set);
	ac_observations_begin(o, AC_S("x"), (ac_time){ 0, 0 }, (ac_time){ 0, 0 }, 1);
	ac_object_begin(o, AC_S("x-t"), AC_S("0"));
	member(o, "v", text);
	ac_object_end(o);
	ac_observations_end(o);
	seal(o);
	ac_arena_init(&arena, 64 * AC_MIB);
	must(ac_matcher_new(set, &matcher, &err), &err);
	start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	must(ac_matcher_run(matcher, o, &budget, &arena, &result, &err), &err);
	printf("worst_%s\t%.1f\tms\t%zu bytes, %zu undecided\n", name,
	    (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e3, length, result.undecided);
	matcher = ac_matcher_free(matcher);
	set = ac_pattern_set_free(set);
	o = ac_observations_free(o);
	ac_arena_done(&arena);
	free(text);
}

int
main(void)
{
	ac_observations *simple = addresses(), *rich = traffic();

	measure_one(simple, rich);
	measure_many(simple, rich);
	measure_worst("regex_linear", "[x-t:v MATCHES '^(a+)+b$']", 'a', 1 << 20);
	measure_worst("regex_backtracking", "[x-t:v MATCHES '^(?=(a+)+b)']", 'a', 1 << 20);
	measure_worst("regex_quadratic", "[x-t:v MATCHES '(?=x?)[ab]*[cd]']", 'a', 1 << 20);
	measure_worst("like", "[x-t:v LIKE '%a_a_a_a_a_a_a_a%b%a_a_a_a_a_a%c']", 'a', 1 << 20);
	simple = ac_observations_free(simple);
	rich = ac_observations_free(rich);
	return 0;
}
