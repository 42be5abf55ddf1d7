/* SPDX-License-Identifier: Apache-2.0 */
/* Defanged spellings in telemetry, and the pass that finds them. */
#include "watch/defang.h"
#include "watch_test.h"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "a", AC_VALUE_IPV4, "192.0.2.1");
	wt_value(t, "6", AC_VALUE_IPV6, "2001:db8::1");
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a?b=c");
	wt_value(t, "s", AC_VALUE_URL, "https://bad.example/s");
	wt_value(t, "e", AC_VALUE_EMAIL, "user@mail.example");
}

static void
defanged_values__are_what_was_meant(void **state)
{
	static const wt_row rows[] = {
		{ "see evil[.]example now", "1:4+14 domain-name exact evil.example d\n" },
		{ "evil(.)example", "1:0+14 domain-name exact evil.example d\n" },
		{ "evil{.}example", "1:0+14 domain-name exact evil.example d\n" },
		{ "evil[dot]example", "1:0+16 domain-name exact evil.example d\n" },
		{ "EVIL(DOT)example.", "1:0+16 domain-name exact evil.example d\n" },
		{ "evil\\.example", "1:0+13 domain-name exact evil.example d\n" },
		{ "www[.]evil[.]example", "1:0+20 domain-name subdomain www.evil.example d\n" },
		{ "192.0.2[.]1", "1:0+11 ipv4-addr exact 192.0.2.1 a\n" },
		{ "192[.]0[.]2[.]1,", "1:0+15 ipv4-addr exact 192.0.2.1 a\n" },
		{ "2001[:]db8[:][:]1", "1:0+17 ipv6-addr exact 2001:db8::1 6\n" },
		{ "hxxp://bad.example/a?b=c", "1:0+24 url url http://bad.example/a?b=c u\n" },
		{ "hXXps://bad[.]example/s", "1:0+23 url url https://bad.example/s s\n" },
		{ "hxxps[://]bad[.]example/s", "1:0+25 url url https://bad.example/s s\n" },
		{ "user[@]mail[.]example", "1:0+21 email-addr exact user@mail.example e\n" },
		{ "user[at]mail[dot]example", "1:0+24 email-addr exact user@mail.example e\n" },
		{ "{\"msg\":\"to evil[.]example\"}", "1:11+14 domain-name exact evil.example d\n" },
		{ "{\"msg\":\"a\\tevil[.]example\\n\"}", "1:11+14 domain-name exact evil.example d\n" },
		{ "{\"msg\":\"evil\\\\.example\"}", "" }, /* JSON: "evil\.example" */
		/* what stands as it is, is matched once */
		{ "evil.example [.]", "1:0+12 domain-name exact evil.example d\n" },
		{ "a[.]b evil.example", "1:6+12 domain-name exact evil.example d\n" },
		{ "evil[.]example evil.example",
		    "1:0+14 domain-name exact evil.example d\n1:15+12 domain-name exact evil.example d\n" },
		{ "notevil[.]example", "" },
		{ "evil[.]example[.]org", "" },
		{ "192.0.2[.]11", "" },
		{ "xevil[dot]example", "" },
		{ "evil[ .]example evil[.", "" },
		/* a name is judged as it was meant, where it goes on */
		{ "www.evil.example[.]org", "" },
		{ "evil.example(.)org", "" },
		{ "evil.example[dot]org", "" },
		{ "evil.example\\.org", "" },
		{ "192.0.2.1[.]5", "" },
		{ "5[.]192.0.2.1", "" },
		{ "http://bad.example/a?b=c\\.d", "" },
		{ "www[.]evil.example", "1:0+18 domain-name subdomain www.evil.example d\n" },
		{ "evil.example[.] the end", "1:0+12 domain-name exact evil.example d\n" },
		{ "evil.example[:]443", "1:0+12 domain-name exact evil.example d\n" },
		{ "{\"msg\":\"a\\tevil.example[.]org\"}", "" },
		/* DNS servers of Windows: each label behind its length */
		{ "A      (3)www(4)evil(7)example(0)", "1:10+20 domain-name subdomain www.evil.example d\n" },
		{ "(4)EVIL(7)example(0)", "1:3+14 domain-name exact evil.example d\n" },
		{ "(10)abcdefghij(12)abcdefghijkl(4)evil(7)example(0) [0001]",
		    "1:4+43 domain-name subdomain abcdefghij.abcdefghijkl.evil.example d\n" },
		{ "{\"query\":\"(1)a(4)evil(7)example(0)\"}", "1:13+18 domain-name subdomain a.evil.example d\n" },
		{ "(4)evil(7)example(3)org(0)", "" },
		{ "(7)notevil(7)example(0)", "" },
		{ "(3)evil(7)example(0)", "" },
		{ "(4)evil(8)example(0)", "" },
		{ "(4)evil(7)example0(0)", "" },
		{ "evil(7)example(0)", "" },
		{ "evil(7)example", "" },
		{ "f(1) g(0)x sshd[12]a (2)b", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* Cut into chunks and at every place of the pass's steps of 32 bytes. */
static void
defanged_values__are_found_at_every_place(void **state)
{
	static char input[4000];
	wt t;

	(void)state;
	open_index(&t);
	for (size_t at = 0; at < 100; at++) {
		char want[64];

		memset(input, ' ', sizeof(input));
		memcpy(input + at, "evil[.]example", 14);
		(void)snprintf(want, sizeof(want), "1:%zu+14 domain-name exact evil.example d\n", at);
		wt_scan_n(&t, (ac_str){ input, 120 + at }, at % 7 ? at % 7 : 0);
		assert_str(ac_buf_view(&t.report), ac_str_from(want));
	}
	wt_close(&t);
}

static void
find__gives_the_same_places_on_all_paths(void **state)
{
	static const char bytes[] = "[({\\.@:/dDaAtT])}ox. [.][dot]";
	char text[256];
	uint64_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t n = round % sizeof(text);
		ac_str view = { text, n };

		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			text[i] = bytes[(seed >> 33) % (sizeof(bytes) - 1)];
		}
		for (size_t at = 0; at <= n; at++) {
			size_t found = ac_defang_find(view, at);

			assert_int_equal(found, ac_defang_find_portable(view, at));
			at = found;
		}
	}
}

static void
composite__needs_no_brackets_gone(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "o", "[domain-name:value = 'one.example' OR domain-name:value = 'two.example']"));
	assert_str(wt_scan(&t, "one[.]example"), AC_S("1:0+13 domain-name exact one.example o\n"));
	wt_close(&t);
}

static void
percent_encoding__counts_where_it_changes_the_meaning_only(void **state)
{
	static const wt_row rows[] = {
		{ "http://bad.example/%61?b=c", "1:0+26 url url http://bad.example/%61?b=c u\n" },
		{ "http://bad.example/x%2fy", "1:0+24 url url http://bad.example/x%2fy p\n" },
		{ "http://bad.example/x%2Fy", "1:0+24 url url http://bad.example/x%2Fy p\n" },
		{ "http://bad.example/x/y", "" }, /* another path: RFC 3986 s2.2 */
		{ "{\"http\":{\"hostname\":\"bad.example\",\"url\":\"/x%2fy\"}}",
		    "1:21+11 url url http://bad.example/x%2fy p\n" },
		{ "http://bad.example/%", "" },
		{ "http://bad.example/%6", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "u", AC_VALUE_URL, "http://bad.example/a?b=c");
	wt_value(&t, "p", AC_VALUE_URL, "http://bad.example/x%2Fy");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defanged_values__are_what_was_meant),
		cmocka_unit_test(defanged_values__are_found_at_every_place),
		cmocka_unit_test(find__gives_the_same_places_on_all_paths),
		cmocka_unit_test(composite__needs_no_brackets_gone),
		cmocka_unit_test(percent_encoding__counts_where_it_changes_the_meaning_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
