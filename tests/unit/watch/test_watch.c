/* SPDX-License-Identifier: Apache-2.0 */
/* The engine around the scanner: chunks, long lines, noise, and a slow and obvious matcher to compare with. */
#include "watch_test.h"

#include "base/limits.h"
#include "watch/scan.h"
#include "watch/watch_state.h"

static const char mixed[] =
    "#fields\tts\tid.orig_h\thost\turi\n1599999999.5\t192.0.2.7\tbad.example\t/a\n"
    "{\"timestamp\":\"2020-09-13T12:26:39Z\",\"q\":\"x\\nevil.example\",\"u\":\"http:\\/\\/bad.example\\/a\"}\n"
    "plain www.evil.example and 192.0.2.7, 2001:db8::1 mail a@evil.example\r\n\r\n"
    "C:\\x\\evil.exe evil.exe/192.0.2.7 {\"a\":\"\\tevil.example\"}\nlast 192.0.2.7";

static void
add_all(wt *t)
{
	wt_value(t, "ip", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(t, "six", AC_VALUE_IPV6, "2001:db8::1");
	wt_value(t, "dom", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "url", AC_VALUE_URL, "http://bad.example/a");
	wt_value(t, "mail", AC_VALUE_EMAIL, "a@evil.example");
	wt_value(t, "file", AC_VALUE_FILE_NAME, "evil.exe");
	wt_build(t);
}

static void
hits__do_not_depend_on_chunks(void **state)
{
	ac_str input = { mixed, sizeof(mixed) - 1 };
	ac_buf want;
	wt t;

	(void)state;
	wt_open(&t);
	add_all(&t);
	ac_buf_init(&want, AC_MIB);
	wt_scan_n(&t, input, 0);
	assert_int_equal(t.counts.lines, 7);
	assert_true(t.counts.hits >= 12);
	ac_buf_add(&want, ac_buf_view(&t.report));
	for (size_t step = 1; step < 70; step++) {
		wt_scan_n(&t, input, step);
		assert_str(ac_buf_view(&t.report), ac_buf_view(&want));
	}
	ac_buf_done(&want);
	wt_close(&t);
}

static void
byte_order_mark__is_none_of_the_first_word_however_it_is_cut(void **state)
{
	ac_str input = AC_S("\xef\xbb\xbf"
			    "evil.example\n");
	wt t;

	(void)state;
	wt_open(&t);
	add_all(&t);
	for (size_t step = 0; step < 6; step++) {
		wt_scan_n(&t, input, step);
		assert_int_equal(t.counts.hits, 1);
		assert_int_equal(t.counts.lines, 1);
	}
	wt_close(&t);
}

/* Minimal linear congruential numbers: the same on every machine. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Many lines, larger than a block, cut at odd places. */
static void
hits__do_not_depend_on_blocks(void **state)
{
	static const size_t steps[] = { 4093, 65536, 131071, 300000, 1000003 };
	ac_buf input, want;
	uint32_t seed = 7;
	wt t;

	(void)state;
	wt_open(&t);
	add_all(&t);
	ac_buf_init(&input, 8 * AC_MIB);
	ac_buf_init(&want, 8 * AC_MIB);
	while (input.n < 1500000) {
		unsigned pad = next_random(&seed) % 400;

		for (unsigned i = 0; i < pad; i++)
			ac_buf_add_byte(&input, "abc .:/\\{\"x9"[next_random(&seed) % 12]);
		ac_buf_add_cstr(&input, next_random(&seed) % 3 ? "\n" : " evil.example 192.0.2.7\n");
	}
	wt_scan_n(&t, ac_buf_view(&input), 0);
	assert_true(t.counts.hits > 1000);
	ac_buf_add(&want, ac_buf_view(&t.report));
	for (size_t i = 0; i < AC_COUNT(steps); i++) {
		wt_scan_n(&t, ac_buf_view(&input), steps[i]);
		assert_true(ac_str_eq(ac_buf_view(&t.report), ac_buf_view(&want)));
	}
	ac_buf_done(&input);
	ac_buf_done(&want);
	wt_close(&t);
}

/* A line of several pieces, with blanks or without, tokens everywhere around the cuts. */
static void
long_line__loses_and_doubles_nothing(void **state)
{
	static const char token[] = "192.0.2.7";
	const size_t n = 3 * AC_WATCH_LINE_MAX + 12345;
	char *input = malloc(n + 16);
	wt t;

	(void)state;
	assert_non_null(input);
	wt_open(&t);
	add_all(&t);
	for (unsigned blank = 0; blank < 2; blank++) {
		static const size_t steps[] = { 0, 77777 };
		size_t planted = 0;

		memset(input, blank ? ' ' : ',', n);
		for (size_t at = 0; at + 100 < n; at += 997 + at % 13) {
			memcpy(input + at, token, sizeof(token) - 1);
			planted++;
		}
		memcpy(input + n, "\n192.0.2.7\n", 11);
		for (size_t s = 0; s < AC_COUNT(steps); s++) {
			ac_str rest, row;
			uint64_t line, offset, last = 0;
			size_t seen = 0;

			wt_scan_n(&t, (ac_str){ input, n + 11 }, steps[s]);
			assert_int_equal(t.counts.hits, planted + 1);
			assert_int_equal(t.counts.lines, 2);
			rest = ac_buf_view(&t.report);
			while (ac_str_cut(&rest, '\n', &row)) {
				ac_str tail = row, head;

				assert_true(ac_str_cut(&tail, ':', &head) && ac_str_to_u64(head, &line));
				assert_true(ac_str_cut(&tail, '+', &head) && ac_str_to_u64(head, &offset));
				assert_true(seen == 0 || offset > last);
				assert_memory_equal(input + offset, token, sizeof(token) - 1);
				assert_int_equal(line, offset > n ? 2 : 1);
				last = offset;
				seen++;
			}
		}
	}
	free(input);
	wt_close(&t);
}

static void
line_of_exactly_the_limit__is_a_record(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	add_all(&t);
	for (size_t over = 0; over < 2; over++)
		for (size_t step = 0; step < 2; step++) {
			size_t n = AC_WATCH_LINE_MAX + over;
			char *input = malloc(n + 1);

			assert_non_null(input);
			memset(input, ' ', n);
			memcpy(input, "evil.example", 12);
			memcpy(input + n - 9, "192.0.2.7", 9);
			input[n] = '\n';
			wt_scan_n(&t, (ac_str){ input, n + 1 }, step * 100000);
			assert_int_equal(t.counts.hits, 2);
			assert_int_equal(t.counts.malformed, over);
			free(input);
		}
	wt_close(&t);
}

static void
noise__gives_nothing_and_harms_nothing(void **state)
{
	uint32_t seed = 99;
	ac_buf input;
	wt t;

	(void)state;
	wt_open(&t);
	add_all(&t);
	ac_buf_init(&input, 8 * AC_MIB);
	while (input.n < 2 * AC_MIB)
		ac_buf_add_byte(&input, (char)next_random(&seed));
	wt_scan_n(&t, ac_buf_view(&input), 0);
	assert_int_equal(t.counts.hits, 0);
	assert_int_equal(t.counts.bytes, input.n);
	ac_buf_done(&input);
	wt_close(&t);
}

static bool
continues(const char *text, size_t n, size_t at)
{
	unsigned char c = at < n ? (unsigned char)text[at] : ' ';

	return ac_is_alnum((char)c) || c == '_' || c == '-' || c >= 0x80;
}

/* The obvious matcher: every place, byte by byte, for one address and one domain. */
static size_t
count_slowly(const char *text, size_t n)
{
	static const char address[] = "192.0.2.7", domain[] = "evil.example";
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		size_t end = i + sizeof(address) - 1;
		bool before = i > 0 && continues(text, n, i - 1);
		bool dot_before = i > 1 && text[i - 1] == '.' && continues(text, n, i - 2);

		if (end <= n && memcmp(text + i, address, end - i) == 0 && !before && !dot_before &&
		    !continues(text, n, end) && !(end < n && text[end] == '.' && continues(text, n, end + 1)))
			count++;
		end = i + sizeof(domain) - 1;
		/* subdomains are the same hit: any label may stand before, but the label itself is whole */
		if (end <= n && memcmp(text + i, domain, end - i) == 0 && !before && !continues(text, n, end) &&
		    !(end < n && text[end] == '.' && continues(text, n, end + 1)))
			count++;
	}
	return count;
}

static void
scanner__agrees_with_the_obvious_matcher(void **state)
{
	static const char *const parts[] = { "192.0.2.7", "evil.example", ".", "a", "-", " ", "1", "\xc3\xa9", "evil",
		"example", "192.0.2", "_", "/", "x y" };
	uint32_t seed = 4711;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "ip", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(&t, "dom", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&t);
	for (unsigned round = 0; round < 3000; round++) {
		char text[600];
		size_t n = 0;

		while (n < 500) {
			const char *part = parts[next_random(&seed) % AC_COUNT(parts)];

			memcpy(text + n, part, strlen(part));
			n += strlen(part);
		}
		wt_scan_n(&t, (ac_str){ text, n }, 0);
		/* version numbers are held back, not lost */
		if (t.counts.hits + t.counts.held_back != count_slowly(text, n))
			print_error("%.*s\n%.*s", (int)n, text, AC_FMT(ac_buf_view(&t.report)));
		assert_int_equal(t.counts.hits + t.counts.held_back, count_slowly(text, n));
	}
	wt_close(&t);
}

/* A host and an address that were nobody's a moment ago are looked up again under another index. */
static void
index__that_is_replaced_leaves_nothing_remembered(void **state)
{
	static const char line[] = "2021-07-19T10:00:00Z sensor a long beginning, so that the name stands behind the "
				   "first bytes: www.evil.example 192.0.2.7 192.0.2.9 x\n";
	enum { LINES = 2000 };
	static char text[LINES * (sizeof(line) - 1)];
	wt before, after;
	ac_watch_sink sink = { wt_on_hit, wt_on_held, &after };
	accord_err err = { 0 };
	ac_watch *w;

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line) - 1);
	wt_open(&before);
	wt_value(&before, "other", AC_VALUE_DOMAIN, "other.evil.example");
	wt_value(&before, "neighbour", AC_VALUE_IPV4, "192.0.2.200");
	wt_build(&before);
	wt_open(&after);
	wt_value(&after, "new", AC_VALUE_DOMAIN, "www.evil.example");
	wt_value(&after, "address", AC_VALUE_IPV4, "192.0.2.7");
	wt_build(&after);
	w = ac_watch_open(before.index, AC_S("input.log"), after.as_of, &sink);
	assert_non_null(w);
	assert_int_equal(ac_watch_feed(w, (ac_str){ text, sizeof(text) }, &err), 0);
	ac_watch_use(w, after.index);
	assert_int_equal(ac_watch_feed(w, (ac_str){ text, sizeof(text) }, &err), 0);
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_count(w, &after.counts);
	/* Both in each line of the second half, and perhaps in the last of the first. */
	assert_in_range(after.counts.hits, 2 * LINES, 2 * LINES + 2);
	ac_watch_close(w);
	wt_close(&before);
	wt_close(&after);
}

/* Hosts and addresses that are remembered of the index at hand. */
static size_t
count_remembered(const ac_watch *w)
{
	const ac_scan_memory *m = &w->scan->memory;
	size_t n = 0;

	for (size_t i = 0; i < AC_SEEN_HOSTS; i++)
		n += m->seen[i].text[AC_SEEN_WORDS - 1] != 0;
	for (size_t i = 0; i < AC_STRANGERS; i++)
		n += m->strangers[i] > 1;
	return n;
}

/* While one index is used, parts of the text are looked at with the one that comes: what is nobody's there is known when it is taken, and nothing else was said of it. */
static void
index__that_comes_is_warm_when_it_is_taken(void **state)
{
	static const char line[] = "2021-07-19T10:00:00Z sensor a long beginning, so that the name stands behind the "
				   "first bytes: www.evil.example 192.0.2.9 new.evil.example 192.0.2.7 x\n";
	enum { LINES = 8000 };
	static char text[LINES * (sizeof(line) - 1)];
	wt before, after;
	ac_watch_sink sink = { wt_on_hit, wt_on_held, &after };
	accord_err err = { 0 };
	ac_watch *w;

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line) - 1);
	wt_open(&before);
	wt_value(&before, "other", AC_VALUE_DOMAIN, "other.evil.example");
	wt_build(&before);
	wt_open(&after);
	wt_value(&after, "new", AC_VALUE_DOMAIN, "new.evil.example");
	wt_value(&after, "address", AC_VALUE_IPV4, "192.0.2.7");
	wt_build(&after);
	for (unsigned expects = 0; expects < 2; expects++) {
		w = ac_watch_open(before.index, AC_S("input.log"), after.as_of, &sink);
		assert_non_null(w);
		if (expects)
			ac_watch_expect(w, after.index);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, sizeof(text) }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &after.counts);
		assert_int_equal(after.counts.hits + after.counts.held_back, 0);
		ac_watch_use(w, after.index);
		/* "www.evil.example" and 192.0.2.9 */
		assert_int_equal(count_remembered(w), expects ? 2 : 0);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, sizeof(text) }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &after.counts);
		assert_int_equal(after.counts.hits, 2 * LINES);
		/* And back: what was remembered of the first is no lie now. */
		ac_watch_use(w, before.index);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, sizeof(text) }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &after.counts);
		assert_int_equal(after.counts.hits, 2 * LINES);
		ac_watch_close(w);
	}
	wt_close(&before);
	wt_close(&after);
}

/* Two indexes of one value: their indicators stand in the same places. What is told of a hit is the same each time, and the present index's. */
static void
indicators__are_called_what_the_index_at_hand_calls_them(void **state)
{
	static const char line[] = "x evil.example x\n";
	ac_watch_sink sink = { wt_on_hit, wt_on_held, NULL };
	accord_err err = { 0 };
	wt before, after;
	ac_watch *w;

	(void)state;
	wt_open(&before);
	wt_value(&before, "indicator--old", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&before);
	wt_open(&after);
	wt_value(&after, "indicator--new", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&after);
	sink.payload = &after;
	w = ac_watch_open(before.index, AC_S("input.log"), after.as_of, &sink);
	assert_non_null(w);
	for (unsigned i = 0; i < 4; i++) {
		ac_watch_position at;

		if (i == 2)
			ac_watch_use(w, after.index);
		assert_int_equal(ac_watch_feed(w, ac_str_from(line), &err), 0);
		assert_int_equal(ac_watch_pause(w, &at, &err), 0);
	}
	assert_str(ac_buf_view(&after.report), AC_S("1:2+12 domain-name exact evil.example indicator--old\n"
						    "2:19+12 domain-name exact evil.example indicator--old\n"
						    "3:36+12 domain-name exact evil.example indicator--new\n"
						    "4:53+12 domain-name exact evil.example indicator--new\n"));
	ac_watch_close(w);
	wt_close(&before);
	wt_close(&after);
}

/* What a scan that goes on elsewhere is shown again. */
static void
remarks__are_no_header(void **state)
{
	ac_watch_sink sink = { wt_on_hit, wt_on_held, NULL };
	ac_watch_position at;
	accord_err err = { 0 };
	ac_buf text;
	ac_watch *w;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "u", AC_VALUE_URL, "http://bad.example:8080/x");
	wt_build(&t);
	sink.payload = &t;
	ac_buf_init(&text, AC_KIB);
	ac_buf_add_cstr(&text, "#Version: 1.0\n");
	ac_buf_add_cstr(&text, "#Fields: date time cs-uri-stem s-port cs-host c-ip\n");
	ac_buf_add_cstr(&text,
	    "#Remark: ours\n2021-05-03 00:00:00 / 80 a.example -\n#Remark: x\n2021-05-03 00:00:01 / 80 a.example -\n");
	w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
	assert_non_null(w);
	assert_int_equal(ac_watch_feed(w, ac_buf_view(&text), &err), 0);
	assert_int_equal(ac_watch_pause(w, &at, &err), 0);
	assert_int_equal(at.header_begin, sizeof("#Version: 1.0\n") - 1);
	assert_int_equal(
	    ac_watch_resume(w, AC_S("x"), &at, ac_str_slice(ac_buf_view(&text), at.header_begin, at.header_end),
		ac_str_slice(ac_buf_view(&text), at.first_begin, at.first_end), &err),
	    0);
	assert_int_equal(ac_watch_feed(w, AC_S("2021-05-03 00:00:02 /x 8080 bad.example 192.0.2.1\n"), &err), 0);
	assert_int_equal(ac_watch_end(w, &err), 0);
	assert_str(ac_buf_view(&t.report), AC_S("7:192+11 url url http://bad.example:8080/x u\n"));
	ac_watch_close(w);
	ac_buf_done(&text);
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits__do_not_depend_on_chunks),
		cmocka_unit_test(byte_order_mark__is_none_of_the_first_word_however_it_is_cut),
		cmocka_unit_test(hits__do_not_depend_on_blocks),
		cmocka_unit_test(long_line__loses_and_doubles_nothing),
		cmocka_unit_test(line_of_exactly_the_limit__is_a_record),
		cmocka_unit_test(noise__gives_nothing_and_harms_nothing),
		cmocka_unit_test(index__that_is_replaced_leaves_nothing_remembered),
		cmocka_unit_test(index__that_comes_is_warm_when_it_is_taken),
		cmocka_unit_test(indicators__are_called_what_the_index_at_hand_calls_them),
		cmocka_unit_test(scanner__agrees_with_the_obvious_matcher),
		cmocka_unit_test(remarks__are_no_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
