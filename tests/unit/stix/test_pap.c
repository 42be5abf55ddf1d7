/* SPDX-License-Identifier: Apache-2.0 */
/* PAP (MISP taxonomy, version 3) as names, labels and marking definitions. */
#include "test.h"

#include "stix/pap.h"

static void
names__are_read_in_any_case_with_their_prefix(void **state)
{
	static const struct {
		const char *name;
		ac_pap want; /* NONE: no name */
	} rows[] = {
		{ "PAP:RED", AC_PAP_RED },
		{ " pap:Amber ", AC_PAP_AMBER },
		{ "PAP:GREEN", AC_PAP_GREEN },
		{ "pap:clear", AC_PAP_CLEAR },
		{ "PAP:WHITE", AC_PAP_CLEAR },
		{ "red", AC_PAP_NONE },
		{ "TLP:RED", AC_PAP_NONE },
		{ "PAP:", AC_PAP_NONE },
		{ "PAP:REDDISH", AC_PAP_NONE },
		{ "", AC_PAP_NONE },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_pap got = AC_PAP_NONE;

		assert_int_equal(ac_pap_from_name(ac_str_from(rows[i].name), &got), rows[i].want != AC_PAP_NONE);
		assert_int_equal(got, rows[i].want);
	}
	assert_str(ac_pap_name(AC_PAP_RED), AC_S("PAP:RED"));
	assert_str(ac_pap_name(AC_PAP_NONE), AC_S(""));
}

static void
objects__say_it_by_labels_and_definitions(void **state)
{
	static const struct {
		const char *json;
		ac_pap label, definition;
	} rows[] = {
		{ "{\"labels\":[\"x\",\"PAP:GREEN\",7,\"pap:amber\"]}", AC_PAP_AMBER, AC_PAP_NONE },
		{ "{\"labels\":{\"a\":\"PAP:RED\"}}", AC_PAP_NONE, AC_PAP_NONE },
		{ "{\"labels\":\"PAP:RED\"}", AC_PAP_NONE, AC_PAP_NONE },
		{ "{\"definition\":{\"statement\":\"PAP:RED\"}}", AC_PAP_NONE, AC_PAP_RED },
		{ "{\"definition\":{\"statement\":\"custom\"},\"x_opencti_definition\":\"PAP:GREEN\"}", AC_PAP_NONE,
		    AC_PAP_GREEN },
		{ "{\"name\":\"PAP:CLEAR\",\"extensions\":{}}", AC_PAP_NONE, AC_PAP_CLEAR },
		{ "{\"definition\":\"PAP:RED\"}", AC_PAP_NONE, AC_PAP_NONE },
	};
	accord_err err = { 0 };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, (size_t)1 << 20);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_pap got = AC_PAP_NONE;
		const ac_json *object;

		assert_int_equal(ac_json_parse(ac_str_from(rows[i].json), AC_JSON_LIMITS, &arena, &object, &err), 0);
		assert_int_equal(ac_pap_of_labels(object), rows[i].label);
		assert_int_equal(ac_pap_from_definition(object, &got), rows[i].definition != AC_PAP_NONE);
		assert_int_equal(got, rows[i].definition);
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names__are_read_in_any_case_with_their_prefix),
		cmocka_unit_test(objects__say_it_by_labels_and_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
