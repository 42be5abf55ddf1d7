/* SPDX-License-Identifier: Apache-2.0 */
/* Punctuation beyond ASCII around values: it is no part of them, wherever it stands and however it is escaped; letters of names are. */
#include "watch_test.h"

#include "watch/scan_kernel.h"
#include "watch/typography.h"

#define OPEN "\xe2\x80\x9c"
#define CLOSE "\xe2\x80\x9d"
#define SINGLE "\xe2\x80\x98"
#define APOSTROPHE "\xe2\x80\x99"
#define ANGLE "\xc2\xab"
#define ANGLE_END "\xc2\xbb"
#define EN_DASH "\xe2\x80\x93"
#define EM_DASH "\xe2\x80\x94"
#define HYPHEN "\xe2\x80\x91"
#define ELLIPSIS "\xe2\x80\xa6"
#define NO_BREAK "\xc2\xa0"
#define COMMA "\xef\xbc\x8c"
#define COLON "\xef\xbc\x9a"
#define PAREN "\xef\xbc\x88"
#define PAREN_END "\xef\xbc\x89"
#define STOP "\xe3\x80\x82"
#define BOM "\xef\xbb\xbf"
#define UMLAUT "\xc3\xbc"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(t, "6", AC_VALUE_IPV6, "2001:db8::7");
	wt_value(t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "i", AC_VALUE_DOMAIN, "xn--bcher-kva.example");
	wt_value(t, "e", AC_VALUE_EMAIL, "phisher@mail.example");
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a");
	wt_value(t, "h", AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427f");
	wt_value(t, "f", AC_VALUE_FILE_NAME, "s.exe");
}

static void
signs__end_a_value(void **state)
{
	static const wt_row rows[] = {
		{ OPEN "evil.example" CLOSE, "1:3+12 domain-name exact evil.example d\n" },
		{ "x " SINGLE "192.0.2.7" APOSTROPHE ".", "1:5+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ ANGLE "phisher@mail.example" ANGLE_END, "1:2+20 email-addr exact phisher@mail.example e\n" },
		{ "x" EM_DASH "d41d8cd98f00b204e9800998ecf8427f" ELLIPSIS,
		    "1:4+32 md5 exact d41d8cd98f00b204e9800998ecf8427f h\n" },
		{ "IP" COLON "192.0.2.7" COMMA "2001:db8::7" STOP,
		    "1:5+9 ipv4-addr exact 192.0.2.7 a\n1:17+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ PAREN "2001:db8::7" PAREN_END, "1:3+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ NO_BREAK "a.evil.example" NO_BREAK ":", "1:2+14 domain-name subdomain a.evil.example d\n" },
		{ "evil.example" EN_DASH "x evil.example" APOSTROPHE "s",
		    "1:0+12 domain-name exact evil.example d\n1:17+12 domain-name exact evil.example d\n" },
		{ OPEN "http://bad.example/a" CLOSE " http://bad.example/a" COMMA "x http://bad.example/a" ELLIPSIS,
		    "1:3+20 url url http://bad.example/a u\n1:27+20 url url http://bad.example/a u\n"
		    "1:52+20 url url http://bad.example/a u\n" },
		/* several beside each other */
		{ NO_BREAK OPEN "evil.example" CLOSE ELLIPSIS ELLIPSIS "x" COMMA NO_BREAK NO_BREAK
				"192.0.2.7" STOP COMMA,
		    "1:5+12 domain-name exact evil.example d\n1:34+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ OPEN "s.exe" CLOSE, "1:3+5 file-name exact s.exe f\n" },
		{ OPEN "b" UMLAUT "cher.example" CLOSE, "1:3+15 domain-name exact xn--bcher-kva.example i\n" },
		/* once, though a name is told without its mark */
		{ "x\n" BOM "evil.example", "2:5+12 domain-name exact evil.example d\n" },
		{ BOM "evil.example", "1:3+12 domain-name exact evil.example d\n" },
		/* with what else a line spells */
		{ OPEN "evil[.]example" CLOSE " " ANGLE "hxxp://bad[.]example/a" ANGLE_END,
		    "1:3+14 domain-name exact evil.example d\n1:23+22 url url http://bad.example/a u\n" },
		{ "x#011evil.example" CLOSE "#012", "1:5+12 domain-name exact evil.example d\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
signs__end_a_value_in_json_too(void **state)
{
	static const wt_row rows[] = {
		{ "{\"m\":\"" OPEN "evil.example" CLOSE "\"}", "1:9+12 domain-name exact evil.example d\n" },
		{ "{\"m\":\"\\u201cevil.example\\u201d 192.0.2.7\\u00a0\"}",
		    "1:12+12 domain-name exact evil.example d\n1:31+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"m\":\"x\"}\n{\"m\":\"\\u00abhttp:\\/\\/bad.example\\/a\\u00bb\"}\n{\"m\":\"" OPEN
		  "evil.example" CLOSE "\"}",
		    "2:22+23 url url http://bad.example/a u\n3:63+12 domain-name exact evil.example d\n" },
		{ "{\"l\":\"{\\\"m\\\":\\\"\\\\u201cevil.example\\\\u201d\\\"}\"}",
		    "1:22+12 domain-name exact evil.example d\n" },
		{ "{\"l\":\"{\\\"m\\\":\\\"b\\\\u00fccher.example\\\\u2026 x\\\"}\"}",
		    "1:15+20 domain-name exact xn--bcher-kva.example i\n" },
		/* behind another escape, and before one */
		{ "{\"m\":\"b\\u00fccher.exampl\\u0065\\u2026 \\u201c\\u0062" UMLAUT "cher.example\"}",
		    "1:6+24 domain-name exact xn--bcher-kva.example i\n1:43+20 domain-name exact xn--bcher-kva.example "
		    "i\n" },
		/* no control characters are looked for in JSON */
		{ "{\"m\":\"x#011evil.example#012 " OPEN "192.0.2.7" CLOSE "\"}",
		    "1:31+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"m\":\"x\\u2013b" UMLAUT "cher.example\"}",
		    "1:13+15 domain-name exact xn--bcher-kva.example i\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
letters__are_of_names_and_signs_may_be_of_paths(void **state)
{
	static const wt_row rows[] = {
		{ "b" UMLAUT "cher.example", "1:0+15 domain-name exact xn--bcher-kva.example i\n" },
		{ UMLAUT "evil.example evil.example" UMLAUT " " UMLAUT "192.0.2.7", "" },
		/* hyphens, and what stands in a URL as it may */
		{ "x" HYPHEN "evil.example evil.example" HYPHEN "x", "" },
		{ "http://bad.example/a" EN_DASH "b http://bad.example/a" ELLIPSIS "b", "" },
		/* what stands behind an apostrophe in a word begins no name */
		{ "Bob" APOSTROPHE "s.exe", "" },
		{ OPEN "notevil.example" CLOSE " " OPEN "evil.example.org" CLOSE " " OPEN "192.0.2.7.1" CLOSE, "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
signs__are_found_at_every_place(void **state)
{
	static const char *const signs[] = { OPEN, ANGLE, EN_DASH, COLON, STOP, BOM, NO_BREAK, "\xe2\x86\x92" };
	char text[200];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(signs); i++) {
		size_t n = strlen(signs[i]);

		for (size_t at = 0; at + n + 3 <= sizeof(text); at++) {
			ac_str all = { text, sizeof(text) };

			for (size_t k = 0; k < sizeof(text); k++)
				text[k] = "\xc2\xe2\xef\xe3\x80"[k * k % 5];
			memcpy(text + at, signs[i], n);
			memcpy(text + at + n, "a.b", 3);
			for (size_t from = 0; from <= sizeof(text); from += 7) {
				size_t want = ac_typography_find_portable(all, from);

				assert_int_equal(ac_typography_find(all, from), want);
				assert_true(from > at || want <= at);
			}
		}
	}
}

static void
signs__are_looked_for_beside_values_only(void **state)
{
	static const struct {
		const char *text;
		bool is_found;
	} rows[] = {
		{ "Nom du compte" NO_BREAK ":\t\tSYSTEM", false },
		{ "na" UMLAUT "ve" EN_DASH "x", false },
		{ "x" NO_BREAK "192.0.2.7", true },
		{ "0123456789abcdef0123456789abcdef" NO_BREAK, true },
		{ NO_BREAK "0123456789abcdef0123456789abcdef0123456789abcdef", true },
		{ "0123456789abcdef0123456789abcde" NO_BREAK, false },
		{ "a@b" CLOSE, true },
		{ ANGLE "b" UMLAUT "cher.example", true },
		{ "\xc2", false },
		{ "a.b\xe2\x80", false },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str text = ac_str_from(rows[i].text);

		if ((ac_typography_find(text, 0) < text.n) != rows[i].is_found)
			fail_msg("%s", rows[i].text);
	}
}

/* At every place of a word of the maps, and over their ends, by each kernel of this processor. */
static void
signs__end_a_value_for_every_kernel(void **state)
{
	static const char line[] =
	    "x " OPEN "evil.example" CLOSE " 192.0.2.7" NO_BREAK "x b" UMLAUT "cher.example" STOP;
	static const char json[] = "{\"m\":\"\\u201cevil.example\\u201d\"}";
	char text[130 * (sizeof(line) + sizeof(json) + 65)];
	const ac_scan_kernel *kernel;
	accord_err err = { 0 };
	size_t n = 0;
	wt t;

	(void)state;
	open_index(&t);
	wt_build(&t);
	for (size_t i = 0; i < 130; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%s\n%s\n", (int)(i % 65), "", line, json);
	for (size_t i = 0; (kernel = ac_scan_kernel_at(i)) != NULL; i++) {
		ac_watch_sink sink = { wt_on_hit, wt_on_held, &t };
		ac_watch *w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		ac_watch_counts counts;

		assert_non_null(w);
		ac_watch_use_kernel(w, kernel);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, n }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &counts);
		assert_int_equal(counts.hits, 130 * 4);
		ac_watch_close(w);
	}
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs__end_a_value),
		cmocka_unit_test(signs__end_a_value_in_json_too),
		cmocka_unit_test(letters__are_of_names_and_signs_may_be_of_paths),
		cmocka_unit_test(signs__are_found_at_every_place),
		cmocka_unit_test(signs__are_looked_for_beside_values_only),
		cmocka_unit_test(signs__end_a_value_for_every_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
