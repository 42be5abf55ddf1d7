/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in prose: which numbers a sentence dates things by, and which it does not. */
#include "test.h"

#include "attribute/text_when.h"
#include "base/limits.h"

/* The day that a text tells, as "2022-07-15"; empty for none. */
static ac_str
day_of(ac_arena *arena, const char *text, ac_time latest, bool is_told)
{
	accord_err err;
	ac_time when;
	ac_buf buf;
	ac_str out = { "", 0 };

	assert_int_equal(ac_text_when(ac_str_from(text), latest, is_told, arena, &when, &err), 0);
	if (ac_time_cmp(when, AC_TIME_MIN) == 0)
		return out;
	ac_buf_init(&buf, AC_KIB);
	ac_time_add_date(&buf, when);
	out = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return out;
}

typedef struct row {
	const char *text, *day;
} row;

static void
assert_rows(const row *rows, size_t count)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < count; i++) {
		ac_str got = day_of(&arena, rows[i].text, AC_TIME_MAX, false);

		if (!ac_str_eq(got, ac_str_from(rows[i].day)))
			fail_msg("%s: want \"%s\", got \"%.*s\"", rows[i].text, rows[i].day, AC_FMT(got));
	}
	ac_arena_done(&arena);
}

static void
dates_of_sentences__are_read(void **state)
{
	static const row rows[] = {
		{ "It was first seen on 2022-07-15 at noon.", "2022-07-15" },
		{ "They came on July 15, 2022, by mail.", "2022-07-15" },
		{ "They came on 15 July 2022.", "2022-07-15" },
		{ "Still ongoing as of July 2022.", "2022-07-15" },
		{ "It ran in June through December of 2022.", "2022-12-15" },
		{ "It took place in mid-December 2020.", "2020-12-15" },
		{ "In 2022, routers were taken over.", "2022-07-01" },
		{ "It began in late 2022.", "2022-11-15" },
		{ "It began in early-2022.", "2022-03-15" },
		{ "from mid-2023 through the end of 2024", "2024-03-09" },
		{ "from October 2022 through January 2024", "2023-06-01" },
		{ "between 2013 and 2017", "2015-07-02" },
		{ "in 2013-2017", "2015-07-02" },
		{ "in 2013\342\200\2232017", "2015-07-02" },
		{ "In the second half of 2021 it went on.", "2021-07-01" },
		{ "In the summer of 2020 and in Q4 2020", "2020-09-15" },
		{ "throughout 2021 (in all of Europe)", "2021-07-01" },
		{ "In May 2021 they came.", "2021-05-15" },
		{ "en juillet 2021", "2021-07-15" },
		{ "au d\303\251but 2021", "2021-02-15" },
		{ "le 15 ao\303\273t 2021", "2021-08-15" },
		{ "En d\303\251cembre 2020, des routeurs", "2020-12-15" },
		{ "entre 2019 et 2021", "2020-07-01" },
		{ "jusqu\342\200\231en 2021", "2021-07-01" },
		{ "In September 2023 callers talked to the help desk.", "2023-09-15" },
		{ "Throughout 2022 letters came.", "2022-07-01" },
		{ "From 2015 to 2017 waiters got letters.", "2016-07-01" },
		/* The day that is no day of its month is of the month. */
		{ "on February 31, 2021", "2021-02-15" },
	};

	(void)state;
	assert_rows(rows, AC_COUNT(rows));
}

static void
other_numbers__are_no_dates(void **state)
{
	static const row rows[] = {
		{ "They exploited CVE-2021-44228 and CVE 2021-44207.", "" },
		{ "in CVE-2021-44228", "" },
		{ "They scanned Windows Server 2003, Server 2003 through 2012 and Office 2007 in version 2019.", "" },
		{ "from 2012 R2", "" },
		{ "over ports 2083 and 2087", "" },
		{ "They sent mail to 2000 people in 2000 organizations.", "" },
		{ "a key in 2048 bits", "" },
		{ "from 2000 hosts, by 2021 users", "" },
		{ "https://a.example/in/2021/07/ and a.example/2021-07-15/x", "" },
		{ "version 2021.07 of in 2021.1", "" },
		{ "build in 2021-44228", "" },
		{ "During the 2016 Olympics, and in the 2018 attack", "" },
		/* Markup names who wrote it and what others call it, which dates nothing. */
		{ "They came.(Citation: Vendor in May 2019)", "" },
		{ "During [the one in 2015](https://attack.mitre.org/campaigns/C0028) they came.", "" },
		/* How long somebody has been about is not when this was. */
		{ "The group, active since at least 2009, came.", "" },
		{ "prior to the end of 2019, and after March 2020", "" },
		{ "actif depuis au moins 2009", "" },
		{ "they may 2021 march 2020", "" },
		{ "in 1066 and in 2345", "" },
		/* A sentence ends with its point; what stands before it dates nothing behind it. */
		{ "So they came in. 2021 was dry.", "" },
		{ "2021", "" },
		{ "", "" },
	};

	(void)state;
	assert_rows(rows, AC_COUNT(rows));
}

/* A look back moves the middle of many dates little, and what links to tools say is read. */
static void
median__stands_for_all(void **state)
{
	static const row rows[] = {
		{ "In 2009 [Loader](https://attack.mitre.org/software/S0001) was sold. In July 2022 they came, and "
		  "again in July 2022.",
		    "2022-07-15" },
		{ "In [July](https://attack.mitre.org/software/S0001) 2022", "2022-07-15" },
	};

	(void)state;
	assert_rows(rows, AC_COUNT(rows));
}

/* What was told on a day was not later; a file that nobody dated may be ahead of what is known, but not by decades. */
static void
later_dates__are_of_the_day_of_telling_or_none(void **state)
{
	ac_time told;
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_time_parse_stix(AC_S("2023-12-13T00:00:00Z"), &told, &err), 0);
	assert_true(ac_str_eq(day_of(&arena, "until January 2024", told, true), AC_S("2023-12-13")));
	assert_true(ac_str_eq(day_of(&arena, "until January 2024", told, false), AC_S("")));
	assert_true(ac_str_eq(day_of(&arena, "until January 2023", told, false), AC_S("2023-01-15")));
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_of_sentences__are_read),
		cmocka_unit_test(other_numbers__are_no_dates),
		cmocka_unit_test(median__stands_for_all),
		cmocka_unit_test(later_dates__are_of_the_day_of_telling_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
