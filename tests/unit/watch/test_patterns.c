/* SPDX-License-Identifier: Apache-2.0 */
/* STIX patterns over telemetry, from the index to the hit with its witnesses. */
#include <stdio.h>
#include <stdlib.h>

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
feed(wt *t, ac_patterns *patterns, const char *input, size_t step, const ac_watch_sink *sink)
{
	accord_err err = { 0 };
	ac_str left = ac_str_from(input);
	ac_watch *w = ac_watch_open(t->index, AC_S("input.log"), t->as_of, sink);

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

static void
scan(wt *t, ac_patterns *patterns, const char *input, size_t step, found *f)
{
	feed(t, patterns, input, step, &(ac_watch_sink){ on_hit, NULL, f });
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
	static const char *const want[] = { "2:set  2\n", "4:seq h1 1,4\n", "4:set  4\n", "5:like  5\n", "7:like  7\n",
		"7:twice h3 5,7\n" };
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

/* A name that its log writes with lengths for dots. */
static void
patterns__see_names_of_windows_dns(void **state)
{
	static const char *const lines =
	    "7/19/2021 10:00:00 AM 0E6C PACKET  00000012F5A2B8D0 UDP Rcv 192.0.2.7   0001   Q "
	    "[0001   D   NOERROR] A      (3)www(4)like(7)example(0)\n"
	    "7/19/2021 10:00:01 AM 0E6C PACKET  00000012F5A2B8D0 UDP Rcv 192.0.2.8   0001   Q "
	    "[0001   D   NOERROR] A      (3)www(4)like(7)example(0)\n";
	ac_patterns_options options = { .limits = { .late_seconds = 60 }, .seed = { { 7, 9 } } };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	found f;
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "p", "[domain-name:value LIKE '%.like.example']"));
	assert_null(wt_pattern(&t, "q", "[network-traffic:src_ref.value LIKE '%.2.8']"));
	wt_build(&t);
	assert_int_equal(ac_patterns_new(t.index, &options, &patterns, &err), 0);
	ac_buf_init(&f.text, AC_MIB);
	scan(&t, patterns, lines, 0, &f);
	assert_true(ac_str_eq(ac_buf_view(&f.text), AC_S("1:p  1\n2:p  2\n2:q  2\n")));
	ac_buf_done(&f.text);
	ac_patterns_free(patterns);
	wt_close(&t);
}

static int
note_file(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_buf *files = payload;

	(void)err;
	ac_buf_printf(files, "%.*s ", AC_FMT(hit->file));
	return 0;
}

/* A follower turns one scan from file to file, often ones without any listed value. */
static void
a_hit__names_the_file_that_is_read_now(void **state)
{
	static const char *const files[] = { "a.log", "a-much-longer-name-than-the-first.log", "b.log" };
	ac_patterns_options options = { .limits = { .late_seconds = 60 }, .seed = { { 7, 9 } } };
	ac_watch_position begin = { .offset = 0 };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	ac_watch_sink sink = { .on_hit = note_file };
	ac_watch *w;
	ac_buf told;
	wt t;

	(void)state;
	ac_buf_init(&told, AC_MIB);
	sink.payload = &told;
	wt_open(&t);
	assert_null(wt_pattern(&t, "like", "[domain-name:value LIKE 'a.%']"));
	wt_build(&t);
	assert_int_equal(ac_patterns_new(t.index, &options, &patterns, &err), 0);
	w = ac_watch_open(t.index, AC_S("nothing read"), t.as_of, &sink);
	assert_non_null(w);
	assert_int_equal(ac_watch_set_patterns(w, patterns, &err), 0);
	for (size_t i = 0; i < AC_COUNT(files); i++) {
		ac_watch_position at;

		assert_int_equal(ac_watch_resume(w, ac_str_from(files[i]), &begin, AC_S(""), AC_S(""), &err), 0);
		assert_int_equal(ac_watch_feed(w, AC_S(LINE("h1", "10", "a.like.example")), &err), 0);
		assert_int_equal(ac_watch_pause(w, &at, &err), 0);
	}
	ac_buf_add_byte(&told, 0);
	assert_string_equal(told.p, "a.log a-much-longer-name-than-the-first.log b.log ");
	ac_watch_close(w);
	ac_buf_done(&told);
	ac_patterns_free(patterns);
	wt_close(&t);
}

/* ---- the fast way against the slow one ---- */

static uint32_t
next_random(uint64_t *random)
{
	*random = *random * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*random >> 33);
}

static const char *
pick(uint64_t *random, const char *const *from, size_t n)
{
	return from[next_random(random) % n];
}
#define PICK(list) pick(random, list, AC_COUNT(list))

static const char *const hosts[] = { "evil.example", "www.evil.example", "EVIL.example.", "b.test.example",
	"notevil.example", "192.0.2.7", "198.51.100.9", "2001:db8::1" };
static const char *const paths[] = { "/", "/gate.php?id=1", "/gate.php", "/a/b.exe", "/A/b.exe", "/x\\u0041" };
static const char *const agents[] = { "curl/7", "Mozilla/5.0 (bad)", "mozilla", "" };
static const char *const files[] = { "/tmp/evil.exe", "C:\\\\Temp\\\\Evil.EXE", "good.txt", "evil.exe" };
static const char *const digests[] = { "00112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFF",
	"ffeeddccbbaa99887766554433221100" };

static void
write_lines(uint64_t *random, unsigned count, ac_buf *out)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned second = i % 60, minute = i / 60;

		if (next_random(random) % 8 == 0) {
			ac_buf_printf(out, "plain text about %s and %s\n", PICK(hosts), PICK(digests));
			continue;
		}
		ac_buf_printf(out,
		    "{\"timestamp\":\"2023-11-14T22:%02u:%02u.0+0000\",\"event_type\":\"http\",\"host\":\"h%u\",\"src_"
		    "ip\":\"%s\",\"dest_ip\":\"%s\",\"dest_port\":%u,"
		    "\"http\":{\"hostname\":\"%s\",\"url\":\"%s\",\"http_user_agent\":\"%s\"},\"fileinfo\":{"
		    "\"filename\":\"%s\",\"md5\":\"%s\",\"size\":%u}}\n",
		    minute, second, next_random(random) % 3, PICK(hosts), PICK(hosts),
		    next_random(random) % 2 ? 443 : 8080, PICK(hosts), PICK(paths), PICK(agents), PICK(files),
		    PICK(digests), next_random(random) % 5);
	}
}

static void
write_comparison(uint64_t *random, ac_buf *out)
{
	static const char *const all[] = { "domain-name:value = 'evil.example'",
		"domain-name:value = 'www.evil.example'", "domain-name:value LIKE '%.evil.example'",
		"domain-name:value LIKE '%evil%'", "ipv4-addr:value = '192.0.2.7'",
		"ipv4-addr:value ISSUBSET '198.51.100.0/24'", "network-traffic:dst_ref.value = '198.51.100.9'",
		"network-traffic:src_ref.value IN ('192.0.2.7', 'evil.example')",
		"network-traffic:dst_ref.type = 'ipv6-addr'", "network-traffic:dst_port = '443'",
		"network-traffic:dst_port > 8000", "url:value = 'http://evil.example/gate.php'",
		"url:value LIKE 'http://evil.example/gate%'", "url:value LIKE '%/gate.php%'",
		"url:value MATCHES '^https?://[^/]+/gate'", "file:name = 'evil.exe'", "file:name LIKE '%.exe'",
		"file:hashes.MD5 = '00112233445566778899aabbccddeeff'",
		"file:hashes.MD5 != '00112233445566778899aabbccddeeff'", "file:size < 2", "NOT file:size = 3",
		"EXISTS file:size",
		"network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Mozilla/5.0 (bad)'",
		"network-traffic:extensions.'http-request-ext'.request_value LIKE '%exe'",
		"file:parent_directory_ref.path = '/tmp'", "ipv6-addr:value = '2001:0db8::1'" };

	ac_buf_printf(out, "%s", PICK(all));
}

static void
write_bracket(uint64_t *random, ac_buf *out)
{
	unsigned more = next_random(random) % 3;

	ac_buf_printf(out, "[");
	write_comparison(random, out);
	for (; more; more--) {
		ac_buf_printf(out, next_random(random) % 2 ? " AND " : " OR ");
		write_comparison(random, out);
	}
	ac_buf_printf(out, "]");
}

static void
write_pattern(uint64_t *random, ac_buf *out)
{
	static const char *const joints[] = { " FOLLOWEDBY ", " AND ", " OR " };

	switch (next_random(random) % 4) {
	case 0:
	case 1:
		write_bracket(random, out);
		break;
	case 2:
		ac_buf_printf(out, "(");
		write_bracket(random, out);
		ac_buf_printf(out, "%s", PICK(joints));
		write_bracket(random, out);
		ac_buf_printf(out, ") WITHIN 20 SECONDS");
		break;
	default:
		write_bracket(random, out);
		ac_buf_printf(out, " REPEATS 2 TIMES WITHIN 30 SECONDS");
		break;
	}
	ac_buf_add_byte(out, 0);
}

static int
by_text(const void *a, const void *b)
{
	return ac_str_cmp(*(const ac_str *)a, *(const ac_str *)b);
}

/* Lines in order, without the last empty one. */
static size_t
sorted_lines(ac_str text, ac_str *out, size_t max)
{
	ac_str line;
	size_t n = 0;

	while (n < max && ac_str_next_field(&text, '\n', &line))
		if (line.n)
			out[n++] = line;
	if (n)
		qsort(out, n, sizeof(*out), by_text);
	return n;
}

#define HITS_MAX 65536

static void
gates__lose_nothing(void **state)
{
	static ac_str fast_lines[HITS_MAX], slow_lines[HITS_MAX];
	uint64_t at = 5, *random = &at;
	size_t hits = 0, gated = 0, open = 0;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		ac_patterns_options options = { .limits = { .late_seconds = 60 }, .seed = { { 7, round } } };
		ac_patterns *fast = NULL, *slow = NULL;
		accord_err err = { 0 };
		found f[2];
		ac_buf lines, pattern;
		size_t n[2];
		wt t;

		wt_open(&t);
		ac_buf_init(&lines, AC_MIB);
		ac_buf_init(&pattern, AC_MIB);
		write_lines(random, 120, &lines);
		ac_buf_add_byte(&lines, 0);
		for (unsigned i = 0; i < 40; i++) {
			char id[16];

			(void)snprintf(id, sizeof(id), "p%u", i);
			ac_buf_reset(&pattern);
			write_pattern(random, &pattern);
			(void)wt_pattern(&t, id, pattern.p);
		}
		wt_build(&t);
		assert_int_equal(ac_patterns_new(t.index, &options, &fast, &err), 0);
		options.take_all = true;
		assert_int_equal(ac_patterns_new(t.index, &options, &slow, &err), 0);
		ac_buf_init(&f[0].text, 16 * AC_MIB);
		ac_buf_init(&f[1].text, 16 * AC_MIB);
		scan(&t, fast, lines.p, round % 3 * 777, &f[0]);
		scan(&t, slow, lines.p, 0, &f[1]);
		n[0] = sorted_lines(ac_buf_view(&f[0].text), fast_lines, HITS_MAX);
		n[1] = sorted_lines(ac_buf_view(&f[1].text), slow_lines, HITS_MAX);
		/* What stands in plain text is found by the gates alone. */
		for (size_t i = 0, k = 0; i < n[1]; i++) {
			while (k < n[0] && ac_str_cmp(fast_lines[k], slow_lines[i]) < 0)
				k++;
			if (k == n[0] || !ac_str_eq(fast_lines[k], slow_lines[i])) {
				print_error("round %u: the gates miss %.*s\n", round, AC_FMT(slow_lines[i]));
				fail();
			}
		}
		hits += n[1];
		open += ac_patterns_count(fast).open;
		gated += ac_patterns_count(fast).patterns - ac_patterns_count(fast).open;
		ac_patterns_free(fast);
		ac_patterns_free(slow);
		ac_buf_done(&f[0].text);
		ac_buf_done(&f[1].text);
		ac_buf_done(&lines);
		ac_buf_done(&pattern);
		wt_close(&t);
	}
	assert_true(hits > 1000);
	assert_true(gated > 200 && open > 200);
}

static int
on_any(void *payload, const ac_hit *hit, accord_err *err)
{
	found *f = payload;

	(void)err;
	ac_buf_printf(&f->text, "%llu %.*s\n", (unsigned long long)hit->line, AC_FMT(hit->indicators[0].id));
	return 0;
}

static int
on_any_held(void *payload, const ac_held_back *held, accord_err *err)
{
	found *f = payload;

	(void)err;
	ac_buf_printf(&f->text, "%llu %.*s held\n", (unsigned long long)held->line, AC_FMT(held->indicator_id));
	return 0;
}

/* Values (told at once, one of them by the long way), open patterns (judged many at a time) and gated ones: one order. */
static void
hits__come_by_lines_however_the_input_is_cut(void **state)
{
	static const char *const want = "1 open\n2 value\n3 open\n4 old held\n5 at\n5 open\n6 gate\n6 open\n7 value\n"
					"8 many\n9 open\n";
	static const char *const input =
	    LINE("h1", "10", "a.like.example") LINE("h1", "11", "one.example") LINE("h1", "12", "b.like.example")
		LINE("h1", "13", "old.example") LINE("h1", "14", "c.like.example") LINE("h1", "15", "gate.like.example")
		    LINE("h1", "16", "one.example") LINE("h1", "17", "many.example") LINE("h1", "18", "d.like.example");
	ac_patterns_options options = { .limits = { .late_seconds = 60 }, .seed = { { 7, 9 } } };
	ac_index_indicator old = wt_who("old");
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	ac_value value;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "value", AC_VALUE_DOMAIN, "one.example");
	wt_value(&t, "at", AC_VALUE_DOMAIN, "c.like.example");
	wt_value(&t, "many", AC_VALUE_DOMAIN, "many.example");
	wt_value(&t, "more", AC_VALUE_DOMAIN, "many.example");
	old.revoked = true;
	assert_int_equal(ac_value_parse(AC_VALUE_DOMAIN, AC_S("old.example"), &t.arena, &value, &err), 0);
	assert_int_equal(ac_index_add_value(t.builder, &old, &value, &err), 0);
	assert_null(wt_pattern(&t, "open", "[domain-name:value LIKE '%.like.%']"));
	assert_null(
	    wt_pattern(&t, "gate", "[domain-name:value = 'gate.like.example' AND domain-name:value LIKE 'g%']"));
	wt_build(&t);
	assert_int_equal(ac_patterns_new(t.index, &options, &patterns, &err), 0);
	assert_int_equal(ac_patterns_count(patterns).open, 1);
	for (size_t step = 0; step < 2000; step += 97) {
		ac_watch_sink sink = { .on_hit = on_any, .on_held_back = on_any_held };
		found f;

		ac_buf_init(&f.text, AC_MIB);
		sink.payload = &f;
		feed(&t, patterns, input, step, &sink);
		ac_buf_add_byte(&f.text, 0);
		assert_string_equal(f.text.p, want);
		ac_buf_done(&f.text);
	}
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
		cmocka_unit_test(patterns__see_names_of_windows_dns),
		cmocka_unit_test(a_hit__names_the_file_that_is_read_now),
		cmocka_unit_test(gates__lose_nothing),
		cmocka_unit_test(hits__come_by_lines_however_the_input_is_cut),
		cmocka_unit_test(an_index_without_patterns__costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
