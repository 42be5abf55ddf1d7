/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of warnings by code: what is on by default, what groups stand for, what is no code. */
#include "app/validate_codes.h"
#include "test.h"

static void
codes__are_on_as_the_options_say(void **state)
{
	static const struct {
		const char *disable, *enable;
		const char *on, *off; /* codes with blanks; "" as "-": uncoded */
	} rows[] = {
		{ NULL, NULL, "103 111 202 203 211 245 277 301 306 401 -", "101 102 210 1 512 999" },
		{ "202,210", NULL, "201 203 271 -", "202 211 245" },
		{ "approved-values", NULL, "103 401", "201 211 277" },
		{ "1", NULL, "201", "103 150 101 102" },
		{ "all", NULL, "-", "103 201 301 401 101" },
		{ NULL, "218", "218", "103 219 401 -" },
		{ NULL, "103, region ,270", "103 223 271 277", "202 -" },
		{ "all", "303", "303 -", "103 304" },
		/* Who does without extensions is told of prefixes. */
		{ "401", NULL, "101 103", "102 401" },
		{ "401,101", NULL, "102", "101 401" },
		{ "401,101,102", NULL, "103", "101 102 401" },
		{ "401,1", NULL, "201", "101 102 401" },
		{ NULL, "101", "101", "102 103" },
	};
	ac_codes codes;
	accord_err err = { 0 };
	ac_str rest, word;

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		assert_int_equal(ac_codes_parse(rows[i].disable, rows[i].enable, &codes, &err), 0);
		for (rest = ac_str_from(rows[i].on); ac_str_next_field(&rest, ' ', &word);)
			if (!ac_codes_want(&codes, ac_str_eq(word, AC_S("-")) ? AC_S("") : word))
				fail_msg("row %zu: %.*s is off", i, AC_FMT(word));
		for (rest = ac_str_from(rows[i].off); ac_str_next_field(&rest, ' ', &word);)
			if (ac_codes_want(&codes, ac_str_eq(word, AC_S("-")) ? AC_S("") : word))
				fail_msg("row %zu: %.*s is on", i, AC_FMT(word));
	}
}

static void
codes__that_are_none_are_refused(void **state)
{
	static const char *const lists[] = { "0", "217", "202,", "no-such", "-1", "202;210" };
	ac_codes codes;

	for (size_t i = 0; i < AC_COUNT(lists); i++) {
		accord_err err = { 0 };

		assert_int_equal(ac_codes_parse(lists[i], NULL, &codes, &err), ACCORD_EUSAGE);
		assert_int_equal(ac_codes_parse(NULL, lists[i], &codes, &err), ACCORD_EUSAGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes__are_on_as_the_options_say),
		cmocka_unit_test(codes__that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
