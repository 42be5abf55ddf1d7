/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: codes, texts, places, names. */
#include "test.h"

static void
err__carries_code_and_text(void **state)
{
	accord_err err = { .line = 3, .column = 4, .byte = 5 };

	(void)state;
	assert_int_equal(ac_fail(&err, ACCORD_EINPUT, "want %d, got %d", 36, 35), ACCORD_EINPUT);
	assert_int_equal(err.code, ACCORD_EINPUT);
	assert_string_equal(err.text, "want 36, got 35");
	assert_int_equal(err.line, 3); /* the place stays */
	assert_int_equal(ac_fail(NULL, ACCORD_EIO, "no one listens"), ACCORD_EIO);
}

static void
err__carries_a_place(void **state)
{
	accord_err err = { 0 };

	(void)state;
	assert_int_equal(ac_fail_at(&err, ACCORD_ELIMIT, 812, 17, 99999, "%s", "too deep"), ACCORD_ELIMIT);
	assert_int_equal(err.line, 812);
	assert_int_equal(err.column, 17);
	assert_int_equal(err.byte, 99999);
	assert_int_equal(ac_fail_at(NULL, ACCORD_ELIMIT, 1, 1, 0, "x"), ACCORD_ELIMIT);
}

static void
err__takes_a_prefix(void **state)
{
	accord_err err = { 0 };

	(void)state;
	(void)ac_fail(&err, ACCORD_EINPUT, "want a date");
	assert_int_equal(ac_fail_context(&err, AC_S("valid_from")), ACCORD_EINPUT);
	assert_string_equal(err.text, "valid_from: want a date");
	assert_int_equal(ac_fail_context(NULL, AC_S("x")), ACCORD_EINTERNAL);
}

static void
err__cuts_long_texts(void **state)
{
	accord_err err = { 0 };
	char text[2 * ACCORD_ERR_TEXT_SIZE];

	(void)state;
	memset(text, 'x', sizeof(text));
	(void)ac_fail(&err, ACCORD_EINPUT, "%.*s", (int)sizeof(text), text);
	assert_int_equal(strlen(err.text), ACCORD_ERR_TEXT_SIZE - 1);
	(void)ac_fail_context(&err, AC_S("prefix"));
	assert_int_equal(strlen(err.text), ACCORD_ERR_TEXT_SIZE - 1);
	assert_memory_equal(err.text, "prefix: xxx", 11);
}

static void
err__codes_have_names(void **state)
{
	static const struct {
		int code;
		const char *name;
	} rows[] = { { ACCORD_OK, "ok" }, { ACCORD_EUSAGE, "usage" }, { ACCORD_EINPUT, "input" },
		{ ACCORD_ELIMIT, "limit" }, { ACCORD_EIO, "io" }, { ACCORD_EDENIED, "denied" },
		{ ACCORD_ENOMEM, "memory" }, { ACCORD_ENOTFOUND, "not-found" }, { ACCORD_EVERSION, "version" },
		{ ACCORD_EINTERNAL, "internal" }, { 1, "unknown" }, { -100, "unknown" } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_string_equal(ac_code_name(rows[i].code), rows[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(err__carries_code_and_text),
		cmocka_unit_test(err__carries_a_place),
		cmocka_unit_test(err__takes_a_prefix),
		cmocka_unit_test(err__cuts_long_texts),
		cmocka_unit_test(err__codes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
