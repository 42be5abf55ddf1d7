/* SPDX-License-Identifier: Apache-2.0 */
/* Times as programs write them. The instant is always 2021-07-19T10:00:00Z, 1626688800 seconds, as worked out from the text by hand. */
#include "test.h"

#include "watch/logs/logs.h"
#include "watch/logs/when.h"

#define SECONDS 1626688800

static void
times__in_words_and_figures_are_read(void **state)
{
	static const struct {
		ac_str text;
		unsigned nanoseconds;
	} rows[] = {
		{ AC_S_INIT("Jul 19 2021 10:00:00"), 0 },
		{ AC_S_INIT("Jul 19 2021 10:00:00.120 UTC"), 120000000 },
		{ AC_S_INIT("Jul 19 2021 12:00:00 GMT+02:00"), 0 },
		{ AC_S_INIT("Jul 19 2021 06:00:00 -0400"), 0 },
		{ AC_S_INIT("Jul 19, 2021 @ 10:00:00.001"), 1000000 },
		{ AC_S_INIT("Jul 19, 2021 10:00:00 AM"), 0 },
		{ AC_S_INIT("Jul 19, 2021, 10:00:00 am"), 0 },
		{ AC_S_INIT("Mon Jul 19 10:00:00 2021"), 0 },
		{ AC_S_INIT("Mon Jul 19 10:00:00.5 2021"), 500000000 },
		{ AC_S_INIT("Mon Jul 19 10:00:00 2021 UTC"), 0 },
		{ AC_S_INIT("Mon Jul 19 10:00:00 UTC 2021"), 0 },
		{ AC_S_INIT("Mon, 19 Jul 2021 12:00:00 +0200"), 0 },
		{ AC_S_INIT("19 Jul 2021 10:00:00 Z"), 0 },
		{ AC_S_INIT("19/Jul/2021:15:30:00 +0530"), 0 },
		{ AC_S_INIT("19-Jul-2021 10:00:00.123456789"), 123456789 },
		{ AC_S_INIT("2021/07/19 10:00:00"), 0 },
		{ AC_S_INIT("2021/07/19T10:00:00.123"), 123000000 },
		{ AC_S_INIT("07/19/2021-10:00:00.123456"), 123456000 },
		{ AC_S_INIT("7/19/2021 10:00:00 AM"), 0 },
		{ AC_S_INIT("Mon Jul 19 12:00:00 CEST 2021"), 0 },
		{ AC_S_INIT("Mon, 19 Jul 2021 06:00:00 EDT"), 0 },
		{ AC_S_INIT("Jul 19 2021 03:00:00.5 PDT"), 500000000 },
		{ AC_S_INIT("19-Jul-2021 19:00:00 JST"), 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_time t = { 0, 0 };
		size_t n = 0;

		assert_true(ac_log_words_time(rows[i].text, &n, &t));
		assert_int_equal(n, rows[i].text.n);
		assert_int_equal(t.seconds, SECONDS);
		assert_int_equal(t.nanoseconds, rows[i].nanoseconds);
		assert_true(ac_log_time(rows[i].text, &t));
		for (size_t cut = 0; cut < rows[i].text.n; cut++)
			(void)ac_log_words_time(ac_str_slice(rows[i].text, 0, cut), &n, &t);
	}
}

static void
times__of_halves_of_the_day_are_of_twelve_hours(void **state)
{
	ac_time noon, midnight;
	size_t n;

	(void)state;
	assert_true(ac_log_words_time(AC_S("7/19/2021 12:00:00 PM"), &n, &noon));
	assert_true(ac_log_words_time(AC_S("7/19/2021 12:00:00 AM"), &n, &midnight));
	assert_int_equal(noon.seconds, SECONDS + 2 * 3600);
	assert_int_equal(midnight.seconds, SECONDS - 10 * 3600);
}

static void
times__that_may_be_others_are_not_taken(void **state)
{
	static const ac_str rows[] = {
		AC_S_INIT("7/8/2021 10:00:00"), /* day or month? */
		AC_S_INIT("Jul 19 10:00:00"),   /* no year */
		AC_S_INIT("Jul 19 10:00:00 host 2021"),
		AC_S_INIT("7/19/2021 13:00:00 PM"),
		AC_S_INIT("31/Feb/2021:10:00:00 +0000"),
		AC_S_INIT("19/Jul/2021:24:00:00 +0000"),
		AC_S_INIT("Jul 19 2021 10:00"),
		AC_S_INIT("2021/07/19 10:00:00x"),
		AC_S_INIT("July 19 2021 10:00:00"),
		AC_S_INIT("Mon Jul 19 10:00:00 BST 2021"), /* of several zones */
		AC_S_INIT("Mon Jul 19 10:00:00 XYZT 2021"),
		AC_S_INIT("19 Jul 2021 10:00:00 IST"),
		AC_S_INIT(""),
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_time t;
		size_t n;

		assert_false(ac_log_words_time(rows[i], &n, &t));
	}
}

static void
times__begin_lines_behind_brackets_quotes_and_a_first_word(void **state)
{
	static const ac_str rows[] = {
		AC_S_INIT("2021-07-19 10:00:00,000 up"),
		AC_S_INIT("[1626688800] unbound[1:0] info: up"),
		AC_S_INIT("1626688800.000    110 192.0.2.1 TCP_MISS/200"),
		AC_S_INIT("\"2021-07-19 10:00:00\",\"up\""),
		AC_S_INIT("http 2021-07-19T10:00:00.000000Z app/lb"),
		AC_S_INIT("[Mon Jul 19 10:00:00.000000 2021] [core:error] up"),
		AC_S_INIT("2021-07-19 12:00:00.000 CEST [123] LOG:  up"),
		AC_S_INIT("2021-07-19 05:00:00,000 CDT INFO up"),
		AC_S_INIT("2021-07-19 12:00:00 +0200 [info]: up"),
		AC_S_INIT("2021-07-19 13:00:00.000 +03 [123] LOG:  up"),
		AC_S_INIT("2021-07-19 10:00:00 -5 degrees"),
		AC_S_INIT("2021-07-19 10:00:00 INFO up"),
		AC_S_INIT("2021-07-19 10:00:00 ESTABLISHED"),
		AC_S_INIT("2021-07-19 10:00:00 Z"),
		AC_S_INIT("2021-07-19 10:00:00,000 Z"),
		AC_S_INIT("2021-07-19 10:00:00 "),
	};
	ac_time t;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		/* of its own, so that a read behind the line is seen */
		char *line = malloc(rows[i].n);

		assert_non_null(line);
		memcpy(line, rows[i].p, rows[i].n);
		assert_true(ac_log_leading_time((ac_str){ line, rows[i].n }, &t));
		assert_int_equal(t.seconds, SECONDS);
		free(line);
	}
	assert_false(ac_log_leading_time(AC_S("2021-07-19 10:00:00.123 BST [123] LOG:  up"), &t));
	assert_false(ac_log_leading_time(AC_S("expires at 2031-07-19T10:00:00Z"), &t));
}

static void
times__of_klog_have_no_year(void **state)
{
	static const ac_str others[] = { AC_S_INIT("X0719 10:00:00.123456"), AC_S_INIT("I071 10:00:00.123456 "),
		AC_S_INIT("I1319 10:00:00.123456"), AC_S_INIT("I0719 10:00:00"), AC_S_INIT("I0719 10:00:60.123456"),
		AC_S_INIT("I0719") };
	ac_time t = { 0, 0 }, as_of = { SECONDS + 86400, 0 };

	(void)state;
	assert_true(ac_log_klog_time(AC_S("I0719 10:00:00.123456   12345 main.go:12] up"), as_of, &t));
	assert_int_equal(t.seconds, SECONDS);
	assert_int_equal(t.nanoseconds, 123456000);
	as_of.seconds -= 30 * 86400;
	assert_true(ac_log_klog_time(AC_S("E0719 10:00:00.123456"), as_of, &t));
	assert_int_equal(t.seconds, SECONDS - 365 * 86400);
	for (size_t i = 0; i < AC_COUNT(others); i++)
		assert_false(ac_log_klog_time(others[i], as_of, &t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times__in_words_and_figures_are_read),
		cmocka_unit_test(times__of_halves_of_the_day_are_of_twelve_hours),
		cmocka_unit_test(times__that_may_be_others_are_not_taken),
		cmocka_unit_test(times__of_klog_have_no_year),
		cmocka_unit_test(times__begin_lines_behind_brackets_quotes_and_a_first_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
