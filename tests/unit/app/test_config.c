/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file. */
#include "test.h"

#include "app/config.h"
#include "base/limits.h"
#include "fail_malloc.h"

static int
read_text(const char *text, ac_arena *arena, ac_config *config, accord_err *err)
{
	ac_config_defaults(config);
	return ac_config_read(ac_str_from(text), arena, config, err);
}

static void
config__defaults_hold_without_a_line(void **state)
{
	ac_arena arena;
	ac_config config;
	accord_err err = { 0 };

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(read_text("\n# only words\n  ; and more\n", &arena, &config, &err), 0);
	assert_null(config.store_db);
	assert_true(config.learn_sandbox);
	assert_true(config.watch_record);
	ac_arena_done(&arena);
}

static void
config__takes_every_setting(void **state)
{
	ac_arena arena;
	ac_config config;
	accord_err err = { 0 };

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    read_text("[store]\r\ndb = /srv/a b\r\n[learn]\nfrom=CERT = X\nsandbox = no\n[watch]\n  record = no",
		&arena, &config, &err),
	    0);
	assert_string_equal(config.store_db, "/srv/a b");
	assert_string_equal(config.learn_from, "CERT = X");
	assert_false(config.learn_sandbox);
	assert_false(config.watch_record);
	ac_arena_done(&arena);
}

static void
config__keeps_what_holds_for_one_producer(void **state)
{
	ac_arena arena;
	ac_config config;
	accord_err err = { 0 };

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(read_text("[source \"CERT \"X\"\"]\ntlp = green\n[source \"a\"]\ntlp = red\n[source "
				   "\"a\"]\ntlp = amber\n[learn]\ntlp = clear\nno-repair = all\n[know]\nlang = fr\n",
			     &arena, &config, &err),
	    0);
	assert_str(config.sources->name, AC_S("a"));
	assert_string_equal(config.sources->tlp, "amber");
	assert_str(config.sources->next->name, AC_S("CERT \"X\""));
	assert_string_equal(config.sources->next->tlp, "green");
	assert_null(config.sources->next->next);
	assert_string_equal(config.learn_tlp, "clear");
	assert_string_equal(config.learn_no_repair, "all");
	assert_string_equal(config.know_lang, "fr");
	ac_arena_done(&arena);
}

static void
config__refuses_with_the_line(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
		const char *words;
	} rows[] = {
		{ "[store]\ndbb = x\n", 2, "known setting" },
		{ "db = x\n", 1, "known setting" },
		{ "[source \"\"]\ntlp = red\n", 2, "known setting" },
		{ "[source a]\ntlp = red\n", 2, "known setting" },
		{ "[source \"a\"]\ndb = x\n", 2, "known setting" },
		{ "\n\n[learn\n", 3, "want ']'" },
		{ "[learn]\nsandbox = maybe\n", 2, "want yes or no" },
		{ "[learn]\nsandbox\n", 2, "key = value" },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_arena arena;
		ac_config config;
		accord_err err = { 0 };

		ac_arena_init(&arena, AC_MIB);
		assert_int_equal(read_text(rows[i].text, &arena, &config, &err), ACCORD_EUSAGE);
		assert_int_equal(err.line, rows[i].line);
		assert_non_null(strstr(err.text, rows[i].words));
		ac_arena_done(&arena);
	}
}

static void
config__survives_every_allocation_failure(void **state)
{
	for (unsigned long n = 1;; n++) {
		ac_arena arena;
		ac_config config;
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = read_text("[store]\ndb = /x\n[source \"a\"]\ntlp = red\n", &arena, &config, &err);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config__defaults_hold_without_a_line),
		cmocka_unit_test(config__takes_every_setting),
		cmocka_unit_test(config__keeps_what_holds_for_one_producer),
		cmocka_unit_test(config__refuses_with_the_line),
		cmocka_unit_test(config__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
