/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/detect.h"
#include "learn/kinds.h"

static void
warning_list__gives_a_row_for_each_value_whatever_the_order_of_keys(void **state)
{
	static const char *const texts[] = {
		"{\"list\":[\".Example.com\",\"*.evil.example\"],\"name\":\"Hosts\",\"type\":\"hostname\",\"version\":"
		"3}",
		"{\"type\":\"hostname\",\"version\":3,\"name\":\"Hosts\",\"list\":[\".Example.com\",\"*.evil.example\"]"
		"}",
	};

	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		got *g = read_text(&ac_reader_misp_warning, texts[i]);

		assert_int_equal(g->end_rc, 0);
		assert_int_equal(g->refusal_count, 0);
		assert_int_equal(g->row_count, 2);
		assert_str(g->rows[0].value.text, AC_S("example.com"));
		assert_str(g->rows[1].value.text, AC_S("evil.example"));
		assert_str(g->rows[0].comment, AC_S("hostname"));
		got_free(g);
	}
	(void)state;
}

static void
warning_list__of_ranges_and_strings_has_values_of_their_types(void **state)
{
	got *g = read_text(&ac_reader_misp_warning,
	    "{\"list\":[\"198.51.100.7/24\",\"2001:DB8::/32\"],\"name\":\"R\",\"type\":\"cidr\"}");

	assert_int_equal(g->row_count, 2);
	assert_str(g->rows[0].value.text, AC_S("198.51.100.0/24"));
	assert_str(g->rows[1].value.text, AC_S("2001:db8::/32"));
	got_free(g);
	g = read_text(&ac_reader_misp_warning,
	    "{\"list\":[\"D41D8CD98F00B204E9800998ECF8427E\",\"http://evil.example/A\"],\"name\":\"S\","
	    "\"type\":\"string\"}");
	assert_int_equal(g->row_count, 2);
	assert_int_equal(g->rows[0].value.type, AC_VALUE_MD5);
	assert_int_equal(g->rows[1].value.type, AC_VALUE_URL);
	got_free(g);
	(void)state;
}

static void
warning_list__that_names_no_values_is_refused_as_a_whole(void **state)
{
	static const char *const texts[] = {
		"{\"list\":[\"/x/i\",\"/y/\"],\"name\":\"R\",\"type\":\"regex\"}",
		"{\"list\":[\"x\"],\"name\":\"R\",\"type\":\"substring\"}",
		"{\"list\":[\"198.51.100.7\"],\"type\":\"cidr\"}",
		"{\"name\":\"R\",\"type\":\"cidr\"}",
	};

	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		got *g = read_text(&ac_reader_misp_warning, texts[i]);

		assert_int_equal(g->row_count, 0);
		assert_int_equal(g->refusal_count, 1);
		got_free(g);
	}
	(void)state;
}

/* Half a list that nobody has named is none. */
static void
warning_list__that_is_cut_short_gives_nothing(void **state)
{
	got *g = read_text(&ac_reader_misp_warning, "{\"list\":[\"198.51.100.7\",\"198.51.");

	assert_int_equal(g->row_count, 0);
	got_free(g);
	(void)state;
}

static void
warning_list__is_told_by_its_first_bytes(void **state)
{
	assert_ptr_equal(
	    ac_reader_detect(AC_S("{\"description\":\"d\",\"list\":[\"198.51.100.7\",")), &ac_reader_misp_warning);
	assert_ptr_not_equal(ac_reader_detect(AC_S("{\"list\":\"x\",\"description\":\"d\"}")), &ac_reader_misp_warning);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warning_list__gives_a_row_for_each_value_whatever_the_order_of_keys),
		cmocka_unit_test(warning_list__of_ranges_and_strings_has_values_of_their_types),
		cmocka_unit_test(warning_list__that_names_no_values_is_refused_as_a_whole),
		cmocka_unit_test(warning_list__that_is_cut_short_gives_nothing),
		cmocka_unit_test(warning_list__is_told_by_its_first_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
