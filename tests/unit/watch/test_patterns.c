/* SPDX-License-Identifier: Apache-2.0 */
/* STIX patterns over telemetry, from the index to the hit with its witnesses. */
#include "watch_test.h"

typedef struct found {
	ac_buf text;
} found;

/* "line:indicator scope w,w" with the lines of the witnesses. */
static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	found *f = payload;

	(void)err;
	if (hit->witness_count == 0)
		return 0;
	assert_string_equal(hit->match, "pattern");
	ac_buf_printf(&f->text, "%llu:%.*s %.*s ", (unsigned long long)hit->line, AC_FMT(hit->indicators[0].id),
	    AC_FMT(hit->value));
	for (size_t i = 0; i < hit->witness_count; i++)
		ac_buf_printf(&f->text, "%s%llu", i ? "," : "", (unsigned long long)hit->witnesses[i].line);
	ac_buf_printf(&f->text, "\n");
	return 0;
}

static void
scan(wt *t, ac_patterns *patterns, const char *input, size_t step, found *f)
{
	ac_watch_sink sink = { on_hit, NULL, f };
	accord_err err = { 0 };
	ac_str left = ac_str_from(input);
	ac_watch *w = ac_watch_open(t->index, AC_S("input.log"), t->as_of, &sink);

	assert_non_null(w);
	assert_int_equal(ac_watch_set_patterns(w, patterns, &err), 0);
	while (left.n) {
		size_t n = step && step < left.n ? step : left.n;

		assert_int_equal(ac_watch_feed(w, ac_str_slice(left, 0, n), &err), 0);
		left = ac_str_slice(left, n, left.n);
	}
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_close(w);
}

#define LINE(host, second, domain)                                                                                     \
	"{\"timestamp\":\"2023-11-14T22:13:" second ".0+0000\",\"event_type\":\"dns\",\"host\":\"" host                \
	"\",\"src_ip\":\"192.0.2.7\",\"dest_ip\":\"192.0.2.53\",\"dest_port\":53,\"proto\":\"UDP\",\"dns\":{"          \
	"\"rrname\":\"" domain "\"}}\n"
#define INPUT                                                                                                          \
	LINE("h1", "10", "one.example")                                                                                \
	LINE("h2", "11", "Two.Example.")                                                                               \
	LINE("h1", "12", "quiet.example")                                                                              \
	LINE("h1", "20", "two.example")                                                                                \
	LINE("h3", "21", "a.like.example")                                                                             \
	"not json at all\n" LINE("h3", "22", "b.like.example")

static void
patterns__hold_by_record_and_over_time(void **state)
{
	static const char *const want[] = { "2:set h2 2\n", "4:seq h1 1,4\n", "4:set h1 4\n", "5:like h3 5\n",
		"7:like h3 7\n", "7:twice h3 5,7\n" };
	ac_patterns_options options = { .limits = { .late_seconds = 60 }, .seed = { { 7, 9 } } };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	ac_patterns_counts counts;
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "seq",
	    "([domain-name:value = 'ONE.example'] FOLLOWEDBY [domain-name:value = 'two.example']) WITHIN 30 SECONDS"));
	assert_null(wt_pattern(&t, "like", "[domain-name:value LIKE '%.like.example']"));
	assert_null(wt_pattern(
	    &t, "set", "[network-traffic:dst_port < 54 AND network-traffic:protocols[*] = 'udp'] OR [file:size > 5]"));
	assert_null(
	    wt_pattern(&t, "twice", "[domain-name:value LIKE '%.like.example'] REPEATS 2 TIMES WITHIN 5 SECONDS"));
	wt_build(&t);
	assert_int_equal(ac_patterns_new(t.index, &options, &patterns, &err), 0);
	assert_non_null(patterns);
	for (size_t step = 0; step < 100; step += 33) {
		found f;

		ac_buf_init(&f.text, AC_MIB);
		scan(&t, patterns, INPUT, step, &f);
		ac_buf_add_byte(&f.text, 0);
		for (size_t i = 0; i < AC_COUNT(want); i++)
			if (!strstr(f.text.p, want[i])) {
				print_error("%s lacks %s", f.text.p, want[i]);
				fail();
			}
		assert_null(strstr(f.text.p, "seq h2"));
		ac_buf_done(&f.text);
	}
	counts = ac_patterns_count(patterns);
	assert_int_equal(counts.patterns, 4);
	assert_int_equal(counts.over_time, 2);
	assert_int_equal(counts.undecided, 0);
	assert_true(counts.observed <= counts.records);
	ac_patterns_free(patterns);
	wt_close(&t);
}

static void
an_index_without_patterns__costs_nothing(void **state)
{
	ac_patterns_options options = { 0 };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "v", AC_VALUE_DOMAIN, "a.example");
	wt_build(&t);
	assert_int_equal(ac_patterns_new(t.index, &options, &patterns, &err), 0);
	assert_null(patterns);
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns__hold_by_record_and_over_time),
		cmocka_unit_test(an_index_without_patterns__costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
