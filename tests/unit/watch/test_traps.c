/* SPDX-License-Identifier: Apache-2.0 */
/* Where scanners of tokens are known to miss or to invent: each fact alone. Lines are longer than a window of the bitmaps, so that the fast way is taken. */
#include "watch_test.h"

/* 80 bytes before and behind: neither end of the text is near. */
#define PAD "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - "

static void
assert_found(wt *t, const char *what, bool want)
{
	char line[1024];
	ac_str got;

	(void)snprintf(line, sizeof(line), PAD "%s" PAD, what);
	got = wt_scan(t, line);
	if ((got.n > 0) != want)
		fail_msg("%s: %s", what, want ? "not found" : "found");
}

static void
last_label__may_hold_digits_and_hyphens(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "evil.xn--p1ai");
	wt_value(&t, "b", AC_VALUE_DOMAIN, "evil.zone1");
	wt_value(&t, "c", AC_VALUE_DOMAIN, "evil.a-very-long-last-label");
	assert_found(&t, "evil.xn--p1ai ", true);
	assert_found(&t, "WWW.Evil.XN--P1AI. ", true);
	assert_found(&t, "evil.\xd1\x80\xd1\x84 ", true);
	assert_found(&t, "a.evil.zone1 ", true);
	assert_found(&t, "evil.zone2 ", false);
	assert_found(&t, "x.evil.a-very-long-last-label ", true);
	assert_found(&t, "evil.b-very-long-last-label ", false);
	wt_close(&t);
}

static void
unicode_label__may_end_in_a_digit_where_its_punycode_does_not(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN,
	    "evil.\xc3\xa9"
	    "1");
	assert_found(&t,
	    "evil.\xc3\xa9"
	    "1 ",
	    true);
	wt_close(&t);
}

static void
long_name__is_found_by_its_end(void **state)
{
	static const char parent[] = "a-label-of-more-than-thirty-two-bytes-in-all.evil.example ";
	char name[300];
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "a-label-of-more-than-thirty-two-bytes-in-all.evil.example");
	assert_found(&t, parent, true);
	(void)snprintf(name, sizeof(name), "%s.%s", "one.two.three.four.five.six.seven.eight.nine.ten", parent);
	assert_found(&t, name, true);
	assert_found(&t, "b-label-of-more-than-thirty-two-bytes-in-all.evil.example ", false);
	wt_close(&t);
}

static void
ipv6__of_short_groups_needs_no_double_colon(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV6, "1:2:3:4:5:6:7:8");
	wt_value(&t, "b", AC_VALUE_IPV4, "192.0.2.7");
	assert_found(&t, "1:2:3:4:5:6:7:8 ", true);
	assert_found(&t, "01:2:3:04:5:6:7:8 ", true);
	assert_found(&t, "1:2:3:4:5:6:7:9 ", false);
	assert_found(&t, "::ffff:192.0.2.7 ", true);
	assert_found(&t, "::ffff:c000:0207 ", true);
	wt_close(&t);
}

/* RFC 4632: every length; nested ones all at once. */
static void
range__of_every_length_is_found(void **state)
{
	char text[64], id[16];
	size_t found = 0;
	ac_str got;
	wt t;

	(void)state;
	wt_open(&t);
	for (unsigned bits = 8; bits <= 32; bits++) {
		(void)snprintf(text, sizeof(text), "203.0.113.129/%u", bits);
		(void)snprintf(id, sizeof(id), "r%u", bits);
		wt_value(&t, id, AC_VALUE_IPV4, text);
	}
	got = wt_scan(&t, PAD "203.0.113.129 " PAD);
	for (size_t i = 0; i < got.n; i++)
		found += got.p[i] == ',';
	assert_int_equal(found + 1, 25);
	assert_found(&t, "203.255.255.255 ", true);
	assert_found(&t, "204.0.113.129 ", false);
	wt_close(&t);
}

static void
address__has_four_numbers_and_nothing_around_them(void **state)
{
	static const char *const not_one[] = { "192.0.2.7.5 ", "5.192.0.2.7 ", "192.0.2.07 ", "192.0.02.7 ",
		"1192.0.2.7 ", "192.0.2.70 ", "192.0.2.7a ", "192.0.a2.7 ", "192.0..2.7 ", "x.192.0.2.7 ",
		"192.0.2.7.x ", "192.0.1a2.7 ", "448.0.2.7 ", "192.256.2.7 " };
	static const char *const one[] = { "192.0.2.7 ", ".192.0.2.7. ", "..192.0.2.7.. ", "\"192.0.2.7\"",
		"192.0.2.7:80 ", "192.0.2.7/24 ", "[192.0.2.7] ", "1.2.192. 192.0.2.7 " };
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV4, "192.0.2.7");
	for (size_t i = 0; i < AC_COUNT(not_one); i++)
		assert_found(&t, not_one[i], false);
	for (size_t i = 0; i < AC_COUNT(one); i++)
		assert_found(&t, one[i], true);
	wt_close(&t);
}

static void
path__has_case_and_host_has_none(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_URL, "http://evil.example/Path/x");
	assert_found(&t, "http://EVIL.example/Path/x ", true);
	assert_found(&t, "http://evil.example/path/x ", false);
	assert_found(&t, "http://evil.example/Path/xy ", false);
	assert_found(&t, "http://evil.example/Path/x, ", true);
	assert_found(&t, "http://evil.example:80/Path/x ", true);
	assert_found(&t, "http://b.evil.example/Path/x ", false);
	wt_close(&t);
}

static void
url_in_fields__has_the_servers_port(void **state)
{
	static const char head[] = "#Fields: date time s-ip cs-method cs-uri-stem s-port cs-host\n";
	char text[512];
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_URL, "http://evil.example:8080/x");
	(void)snprintf(text, sizeof(text), "%s2024-01-01 00:00:00 192.0.2.1 GET /x 8080 evil.example\n", head);
	assert_true(wt_scan(&t, text).n > 0);
	(void)snprintf(text, sizeof(text), "%s2024-01-01 00:00:00 192.0.2.1 GET /x 8081 evil.example\n", head);
	assert_int_equal(wt_scan(&t, text).n, 0);
	wt_close(&t);
}

static void
escaped_json__is_read_as_it_was_meant(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "evil.example");
	wt_value(&t, "b", AC_VALUE_URL, "http://bad.example/a?b=1&c=2");
	assert_true(wt_scan(&t, "{\"q\":\"evil\\u002eexample\"}\n").n > 0);
	assert_true(wt_scan(&t, "{\"u\":\"http:\\/\\/bad.example\\/a?b=1\\u0026c=2\"}\n").n > 0);
	assert_int_equal(wt_scan(&t, "{\"u\":\"http:\\/\\/bad.example\\/a?b=1\\u0026c=3\"}\n").n, 0);
	wt_close(&t);
}

/* A host that was looked up and is nobody's is remembered: what is around it next time still counts. */
static void
remembered_host__is_still_looked_at(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "evil.pages.example");
	wt_value(&t, "b", AC_VALUE_EMAIL, "x@good.pages.example");
	assert_found(&t, "good.pages.example good.pages.example x@good.pages.example ", true);
	assert_found(&t, "good.pages.example b.good.pages.example evil.pages.example ", true);
	assert_found(&t, "good.pages.example y@good.pages.example ", false);
	wt_close(&t);
}

/* RFC 5322 s3.2.3: a local part may hold bytes that mostly end one. */
static void
email__may_hold_what_mostly_stands_around_one(void **state)
{
	static const wt_row rows[] = {
		{ "from=o'neil@mail.example,", "1:5+19 email-addr exact o'neil@mail.example o\n" },
		{ "<a=b@mail.example>", "1:1+16 email-addr exact a=b@mail.example a\n" },
		{ "to=/a=B@mail.example", "1:4+16 email-addr exact a=b@mail.example a\n" },
		{ "'o'neil@mail.example'", "1:1+19 email-addr exact o'neil@mail.example o\n" },
		{ "''''''''o'neil@mail.example", "1:8+19 email-addr exact o'neil@mail.example o\n" },
		{ "from=xo'neil@mail.example o'xneil@mail.example o' neil@mail.example", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "o", AC_VALUE_EMAIL, "o'neil@mail.example");
	wt_value(&t, "a", AC_VALUE_EMAIL, "a=b@mail.example");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_label__may_hold_digits_and_hyphens),
		cmocka_unit_test(unicode_label__may_end_in_a_digit_where_its_punycode_does_not),
		cmocka_unit_test(long_name__is_found_by_its_end),
		cmocka_unit_test(ipv6__of_short_groups_needs_no_double_colon),
		cmocka_unit_test(range__of_every_length_is_found),
		cmocka_unit_test(address__has_four_numbers_and_nothing_around_them),
		cmocka_unit_test(path__has_case_and_host_has_none),
		cmocka_unit_test(url_in_fields__has_the_servers_port),
		cmocka_unit_test(escaped_json__is_read_as_it_was_meant),
		cmocka_unit_test(remembered_host__is_still_looked_at),
		cmocka_unit_test(email__may_hold_what_mostly_stands_around_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
