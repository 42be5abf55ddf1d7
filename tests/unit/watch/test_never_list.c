/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's own never-list: what it holds back, and which lines are refused. */
#include "fail_malloc.h"
#include "watch_test.h"

#include "base/limits.h"

static ac_never_list *
read_list(const char *text)
{
	ac_never_list *list = NULL;
	accord_err err = { 0 };

	if (ac_never_list_read(ac_str_from(text), (ac_hash_seed){ { 1, 2 } }, &list, &err))
		print_error("%llu: %s\n", (unsigned long long)err.line, err.text);
	assert_non_null(list);
	return list;
}

static void
never_list__covers_what_an_indicator_of_the_value_would(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
		bool want;
	} rows[] = {
		{ AC_VALUE_DOMAIN, "ours.example", true },
		{ AC_VALUE_DOMAIN, "a.b.ours.example", true },
		{ AC_VALUE_DOMAIN, "notours.example", false },
		{ AC_VALUE_DOMAIN, "ours.example.org", false },
		{ AC_VALUE_DOMAIN, "example", false },
		{ AC_VALUE_DOMAIN, "xn--bcher-kva.example", true },
		{ AC_VALUE_IPV4, "192.0.2.0", true },
		{ AC_VALUE_IPV4, "192.0.2.255", true },
		{ AC_VALUE_IPV4, "192.0.3.0", false },
		{ AC_VALUE_IPV4, "198.51.100.7", true },
		{ AC_VALUE_IPV4, "198.51.100.8", false },
		{ AC_VALUE_IPV4, "192.0.2.64/26", true },
		{ AC_VALUE_IPV4, "192.0.0.0/16", false },
		{ AC_VALUE_IPV6, "2001:db8:7::1", true },
		{ AC_VALUE_IPV6, "2001:db8:6:ffff::1", true },
		{ AC_VALUE_IPV6, "2001:db8:8::1", false },
		{ AC_VALUE_IPV4, "no address", false },
		{ AC_VALUE_URL, "http://ours.example/", false },
		{ AC_VALUE_URL, "http://shared.example/ours", true },
		{ AC_VALUE_URL, "http://shared.example/theirs", false },
		{ AC_VALUE_URL, "http://shared.example/our%73", true },
		{ AC_VALUE_URL, "http://shared.example/~us", true },
		{ AC_VALUE_URL, "http://shared.example/%7Eus", true },
		{ AC_VALUE_URL, "http://shared.example/%7FUs", false },
		{ AC_VALUE_EMAIL, "us@ours.example", false },
		{ AC_VALUE_EMAIL, "desk@mail.example", true },
		{ AC_VALUE_DOMAIN, "mail.example", false },
		{ AC_VALUE_MD5, "0123456789abcdef0123456789abcdef", true },
		{ AC_VALUE_JA3, "0123456789abcdef0123456789abcdef", false },
		{ AC_VALUE_JA3, "fedcba9876543210fedcba9876543210", true },
		{ AC_VALUE_MUTEX, "abc12", true },
		{ AC_VALUE_FILE_NAME, "abc12", false },
		{ AC_VALUE_USER_AGENT, "Inventory/1.0 (ours, all)", true },
	};
	ac_never_list *list = read_list("\xef\xbb\xbf# ours\r\n"
					"OURS[.]example\r\n"
					"B\xc3\xbc"
					"cher.example. # with a comment\n"
					"\n; none\n// none\n"
					"192.0.2.77/24\n"
					"198.51.100[.]7\n"
					"2001:DB8:6::/47\n"
					"hxxp://shared[.]example/ours\n"
					"http://shared.example/%7eus\n"
					"desk[at]mail[.]example\n"
					"0123456789ABCDEF0123456789abcdef\n"
					"ja3 , fedcba9876543210fedcba9876543210\n"
					"mutex,abc12\n"
					"user-agent,Inventory/1.0 (ours, all)\n"
					"ours.example");

	(void)state;
	assert_int_equal(ac_never_list_count(list), 12);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_never_list_has(list, rows[i].type, ac_str_from(rows[i].text)) != rows[i].want) {
			print_error("%s\n", rows[i].text);
			fail();
		}
	ac_never_list_close(list);
}

static void
never_list__names_the_line_that_is_no_value(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
	} rows[] = {
		{ "ours.example\nnot a value\n", 2 },
		{ "\n# c\n\nmutex,\n", 4 },
		{ "ours.example\n192.0.2.0/33\n", 2 },
		{ "CVE-2021-44228\n", 1 },
		{ "\xff\xfe\n", 1 },
		{ "ip,ours.example\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_never_list *list = NULL;
		accord_err err = { 0 };

		if (ac_never_list_read(ac_str_from(rows[i].text), (ac_hash_seed){ { 1, 2 } }, &list, &err) !=
			ACCORD_EINPUT ||
		    err.line != rows[i].line) {
			print_error("row %zu: line %llu: %s\n", i, (unsigned long long)err.line, err.text);
			fail();
		}
		assert_null(list);
	}
}

static void
hits_of_listed_values__are_held_back(void **state)
{
	ac_never_list *list = read_list("192.0.2.7\nwww.ours.example\nuser-agent,our tool\n");
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "ours.example");
	wt_value(&t, "r", AC_VALUE_IPV4, "192.0.2.0/24");
	wt_value(&t, "u", AC_VALUE_URL, "http://ours.example/evil");
	wt_value(&t, "a", AC_VALUE_USER_AGENT, "our tool");
	t.rules.never = list;
	assert_str(wt_scan(&t, "192.0.2.7 192.0.2.8 x.www.OURS.example http://ours.example/evil \"our tool\"\n"),
	    AC_S("1:10+9 ipv4-addr cidr 192.0.2.8 r\n1:39+24 url url http://ours.example/evil u\n"
		 "1:46+12 domain-name exact ours.example d\n"));
	assert_str(ac_buf_view(&t.held), AC_S("1 r never-list\n1 d never-list\n1 a never-list\n"));
	assert_int_equal(t.counts.held_back, 3);
	assert_int_equal(t.counts.hits, 3);
	wt_close(&t);
	ac_never_list_close(list);
}

/* The pattern holds; only its listed value is not told. */
static void
composite_patterns__keep_their_other_values(void **state)
{
	ac_never_list *list = read_list("192.0.2.7\n");
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "p", "[ipv4-addr:value = '192.0.2.7' AND domain-name:value = 'evil.example']"));
	t.rules.never = list;
	assert_str(wt_scan(&t, "192.0.2.7 evil.example\n"), AC_S("1:10+12 domain-name exact evil.example p\n"));
	assert_str(ac_buf_view(&t.held), AC_S("1 p never-list\n"));
	wt_close(&t);
	ac_never_list_close(list);
}

static void
never_list__survives_every_allocation_failure(void **state)
{
	static const ac_str text = AC_S_INIT("ours.example\n192.0.2.0/24\nmutex,abc12\nhxxp://a[.]example/x\n");

	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_never_list *list = NULL;
		accord_err err = { 0 };
		int rc;

		fail_malloc_at(n);
		rc = ac_never_list_read(text, (ac_hash_seed){ { 1, 2 } }, &list, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_int_equal(ac_never_list_count(list), 4);
			ac_never_list_close(list);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_list__covers_what_an_indicator_of_the_value_would),
		cmocka_unit_test(never_list__names_the_line_that_is_no_value),
		cmocka_unit_test(hits_of_listed_values__are_held_back),
		cmocka_unit_test(composite_patterns__keep_their_other_values),
		cmocka_unit_test(never_list__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
