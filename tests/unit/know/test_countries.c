/* SPDX-License-Identifier: Apache-2.0 */
/* Names of countries: what catalogues write becomes one code, what is none becomes nothing. */
#include "test.h"

#include "know/countries.h"

static void
countries__are_known_by_code_and_by_each_of_their_names(void **state)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
		{ "US", "US" },
		{ "us", "US" },
		{ "United States", "US" },
		{ "United States of America", "US" },
		{ "russia", "RU" },
		{ "Russian Federation", "RU" },
		{ " The Philippines ", "PH" },
		{ "Iran (Islamic Republic of)", "IR" },
		{ "Korea (Democratic People's Republic of)", "KP" },
		{ "Korea (Republic of)", "KR" },
		{ "Republic of Korea", "KR" },
		{ "Ivory Coast", "CI" },
		{ "Côte d'Ivoire", "CI" },
		{ "UK", "GB" },
		{ "GB", "GB" },
		{ "Niger", "NE" },
		{ "Nigeria", "NG" },
		{ "Dominica", "DM" },
		{ "Dominican Republic", "DO" },
		/* No country, or more than one. */
		{ "Korea", "" },
		{ "Europe", "" },
		{ "EU", "" },
		{ "Middle East", "" },
		{ "Bank of America", "" },
		{ "US Bancorp", "" },
		{ "the", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_country_code(ac_str_from(rows[i].text)), ac_str_from(rows[i].code));
}

/* ISO 3166-1 has 249 of them; in the table those of one country stand together, and no word is two countries'. */
static void
countries__of_the_standard_are_all_there_once(void **state)
{
	size_t count, codes = 0;
	const ac_country_word *words = ac_country_words(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		bool is_new = i == 0 || !ac_str_eq(words[i].code, words[i - 1].code);

		codes += is_new;
		assert_int_equal(words[i].code.n, 2);
		for (size_t k = 0; k < i; k++) {
			assert_false(ac_str_eq_fold(words[i].word, words[k].word));
			assert_false(is_new && ac_str_eq(words[i].code, words[k].code));
		}
	}
	assert_int_equal(codes, 249);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries__are_known_by_code_and_by_each_of_their_names),
		cmocka_unit_test(countries__of_the_standard_are_all_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
