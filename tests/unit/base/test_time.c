/* SPDX-License-Identifier: Apache-2.0 */
/* Instants and their texts. Expected seconds are `date -u -d TEXT +%s`. */
#include "test.h"

#include "base/time.h"

static void
time__reads_stix_timestamps(void **state)
{
	static const struct {
		ac_str text;
		bool good;
		int64_t seconds;
		uint32_t nanoseconds;
	} rows[] = {
		{ AC_S_INIT("1970-01-01T00:00:00Z"), true, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00.123Z"), true, 1626688800, 123000000 },
		{ AC_S_INIT("2021-07-19T10:00:00.123456789Z"), true, 1626688800, 123456789 },
		{ AC_S_INIT("2021-07-19T10:00:00.1234567891234Z"), true, 1626688800, 123456789 },
		{ AC_S_INIT("2000-02-29T23:59:59Z"), true, 951868799, 0 },
		{ AC_S_INIT("1969-12-31T23:59:59.5Z"), true, -1, 500000000 },
		{ AC_S_INIT("0000-01-01T00:00:00Z"), true, -62167219200, 0 },
		{ AC_S_INIT("9999-12-31T23:59:59Z"), true, 253402300799, 0 },
		/* A leap second is the instant just before the next minute. */
		{ AC_S_INIT("2016-12-31T23:59:60Z"), true, 1483228799, 999999999 },
		{ AC_S_INIT("2016-12-31T23:59:60.5Z"), true, 1483228799, 999999999 },
		{ AC_S_INIT("1900-02-29T00:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-04-31T00:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-00-10T00:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-13-10T00:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-01-00T00:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-01-01T24:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-01-01T00:60:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-01-01T00:00:61Z"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19t10:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00z"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00.Z"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00+00:00"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T10:00:00Z "), false, 0, 0 },
		{ AC_S_INIT("2021-07-19 10:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("2021-7-19T10:00:00Z"), false, 0, 0 },
		{ AC_S_INIT("20x1-07-19T10:00:00Z"), false, 0, 0 },
		{ AC_S_INIT(""), false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_time t = { 7, 7 };
		accord_err err = { 0 };
		int status = ac_time_parse_stix(rows[i].text, &t, &err);

		if ((status == 0) != rows[i].good)
			fail_msg("'%.*s': %s", AC_FMT(rows[i].text), err.text);
		assert_int_equal(t.seconds, rows[i].good ? rows[i].seconds : 7);
		assert_int_equal(t.nanoseconds, rows[i].good ? rows[i].nanoseconds : 7);
		if (!rows[i].good) {
			assert_int_equal(status, ACCORD_EINPUT);
			assert_memory_equal(err.text, "want a timestamp", 16);
		}
	}
}

static void
time__reads_what_logs_write(void **state)
{
	static const struct {
		ac_str text;
		bool good;
		int64_t seconds;
		uint32_t nanoseconds;
	} rows[] = {
		{ AC_S_INIT("2021-07-19T10:00:00Z"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19t10:00:00z"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19 10:00:00"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00.5+0200"), true, 1626688800, 500000000 },
		{ AC_S_INIT("2021-07-19T12:00:00+02:00"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00+02"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19T04:30:00-05:30"), true, 1626688800, 0 },
		{ AC_S_INIT("2021-07-19"), true, 1626652800, 0 },
		{ AC_S_INIT("1626688800"), true, 1626688800, 0 },
		{ AC_S_INIT("1626688800.123456"), true, 1626688800, 123456000 },
		{ AC_S_INIT("0"), true, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00+24:00"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00+02:60"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00+02:"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00+02001"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00x"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00:00Zx"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T12:00"), false, 0, 0 },
		{ AC_S_INIT("2021-07-32"), false, 0, 0 },
		{ AC_S_INIT("2021-07-3x"), false, 0, 0 },
		{ AC_S_INIT("2021-07-19T25:00:00"), false, 0, 0 },
		{ AC_S_INIT("1626688800."), false, 0, 0 },
		{ AC_S_INIT("1626688800.12x"), false, 0, 0 },
		{ AC_S_INIT("-1"), false, 0, 0 },
		{ AC_S_INIT("9999999999999999"), false, 0, 0 },
		{ AC_S_INIT("yesterday"), false, 0, 0 },
		{ AC_S_INIT("-"), false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_time t = { 7, 7 };

		if (ac_time_parse_loose(rows[i].text, &t) != rows[i].good)
			fail_msg("'%.*s'", AC_FMT(rows[i].text));
		assert_int_equal(t.seconds, rows[i].good ? rows[i].seconds : 7);
		assert_int_equal(t.nanoseconds, rows[i].good ? rows[i].nanoseconds : 7);
	}
}

static void
time__writes_what_it_reads(void **state)
{
	static const struct {
		ac_time t;
		unsigned digits;
		const char *text;
	} rows[] = {
		{ { 0, 0 }, 3, "1970-01-01T00:00:00.000Z" },
		{ { 0, 0 }, 0, "1970-01-01T00:00:00Z" },
		{ { 1626688800, 123456000 }, 3, "2021-07-19T10:00:00.123456Z" },
		{ { 1626688800, 120000000 }, 0, "2021-07-19T10:00:00.12Z" },
		{ { 951868799, 1 }, 3, "2000-02-29T23:59:59.000000001Z" },
		{ { -1, 500000000 }, 3, "1969-12-31T23:59:59.500Z" },
		{ { -62167219200, 0 }, 0, "0000-01-01T00:00:00Z" },
		{ { 253402300799, 999999999 }, 3, "9999-12-31T23:59:59.999999999Z" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;
		ac_time back;

		ac_buf_init(&buf, 100);
		ac_time_add(&buf, rows[i].t, rows[i].digits);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].text));
		assert_int_equal(ac_time_parse_stix(ac_buf_view(&buf), &back, NULL), 0);
		assert_int_equal(ac_time_cmp(back, rows[i].t), 0);
		ac_buf_reset(&buf);
		ac_time_add_date(&buf, rows[i].t);
		assert_str(ac_buf_view(&buf), ac_str_slice(ac_str_from(rows[i].text), 0, 10));
		ac_buf_done(&buf);
	}
}

static void
time__every_day_of_400_years_comes_back(void **state)
{
	/* One whole Gregorian cycle: 146,097 days, each one after the other. */
	int64_t day = 0;

	(void)state;
	for (int64_t year = 1970; year < 2370; year++) {
		for (unsigned month = 1; month <= 12; month++) {
			for (unsigned d = 1; d <= 31; d++) {
				ac_time t;
				int64_t y;
				unsigned m, back;

				if (!ac_time_from_civil(year, month, d, 0, 0, 0, &t))
					continue;
				assert_int_equal(t.seconds, day * 86400);
				ac_time_to_civil(t, &y, &m, &back);
				assert_true(y == year && m == month && back == d);
				day++;
			}
		}
	}
	assert_int_equal(day, 146097);
}

static void
time__compares_and_counts_microseconds(void **state)
{
	static const struct {
		ac_time t;
		int64_t us;
	} rows[] = {
		{ { 0, 0 }, 0 },
		{ { 1, 1999 }, 1000001 },
		{ { -1, 500000000 }, -500000 },
		{ { INT64_MAX, 0 }, INT64_MAX },
		{ { INT64_MIN, 0 }, INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(ac_time_to_us(rows[i].t), rows[i].us);
	assert_int_equal(ac_time_from_us(-500000).seconds, -1);
	assert_int_equal(ac_time_from_us(-500000).nanoseconds, 500000000);
	assert_int_equal(ac_time_from_us(1000001).nanoseconds, 1000);
	assert_true(ac_time_cmp(AC_TIME_MIN, AC_TIME_MAX) < 0);
	assert_true(ac_time_cmp((ac_time){ 5, 1 }, (ac_time){ 5, 0 }) > 0);
	assert_true(ac_time_cmp((ac_time){ 5, 0 }, (ac_time){ 5, 1 }) < 0);
	assert_true(ac_time_cmp((ac_time){ 6, 0 }, (ac_time){ 5, 1 }) > 0);
	assert_int_equal(ac_time_cmp((ac_time){ 5, 1 }, (ac_time){ 5, 1 }), 0);
}

static void
time__significant_text_is_one_for_each_instant(void **state)
{
	static const char *const rows[][2] = {
		{ "2021-07-19T10:00:00Z", "2021-07-19T10:00:00" },
		{ "2021-07-19T10:00:00.000Z", "2021-07-19T10:00:00" },
		{ "2021-07-19T10:00:00.500Z", "2021-07-19T10:00:00.5" },
		{ "2021-07-19T10:00:00.0000000000010Z", "2021-07-19T10:00:00.000000000001" },
		{ "2021-07-19T10:00:60Z", "2021-07-19T10:00:60" },
		{ "", "" },
		{ "Z", "" },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_time_significant(ac_str_from(rows[i][0])), ac_str_from(rows[i][1]));
}

static void
time__orders_timestamps_by_all_their_digits(void **state)
{
	/* Each is earlier than the next. */
	static const char *const rows[] = { "2016-12-31T23:59:59Z", "2016-12-31T23:59:59.0000000001Z",
		"2016-12-31T23:59:59.00000000012Z", "2016-12-31T23:59:59.000000001Z", "2016-12-31T23:59:59.999999999Z",
		"2016-12-31T23:59:59.9999999995Z", "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.2Z",
		"2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00Z" };
	int order;

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		for (size_t j = 0; j < AC_COUNT(rows); j++) {
			assert_true(ac_time_cmp_stix(ac_str_from(rows[i]), ac_str_from(rows[j]), &order));
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
	assert_true(ac_time_cmp_stix(AC_S("2017-01-01T00:00:00.10Z"), AC_S("2017-01-01T00:00:00.1Z"), &order));
	assert_int_equal(order, 0);
	assert_false(ac_time_cmp_stix(AC_S("2017-01-01"), AC_S("2017-01-01T00:00:00Z"), &order));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time__reads_stix_timestamps),
		cmocka_unit_test(time__reads_what_logs_write),
		cmocka_unit_test(time__writes_what_it_reads),
		cmocka_unit_test(time__every_day_of_400_years_comes_back),
		cmocka_unit_test(time__compares_and_counts_microseconds),
		cmocka_unit_test(time__significant_text_is_one_for_each_instant),
		cmocka_unit_test(time__orders_timestamps_by_all_their_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
