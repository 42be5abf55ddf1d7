/* SPDX-License-Identifier: Apache-2.0 */
/* The public cases of ACCORD_SHARED_DATA/stix/match_21.jsonl; skipped where they are absent. */
#include "test.h"

#include <stdio.h>

#include "base/limits.h"
#include "match_case.h"

static void
check_line(ac_str line, unsigned *failed)
{
	const ac_json *json = NULL;
	ac_str expected, pattern;
	const char *got;
	ac_arena arena;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	assert_int_equal(ac_json_parse(line, AC_JSON_LIMITS, &arena, &json, NULL), 0);
	expected = ac_json_get_string(json, AC_S("spec_expected"));
	if (!expected.p)
		expected = ac_json_get_string(json, AC_S("expected"));
	pattern = ac_json_get_string(json, AC_S("pattern"));
	got = case_result(pattern, AC_PATTERN_SAME_QUALIFIERS, ac_json_get(json, AC_S("observations")));
	/* s9.4: what is invalid matches nothing, so "error" and "nomatch" say the same. */
	if (ac_str_eq(expected, AC_S("match"))
		? strcmp(got, "match") != 0
		: strcmp(got, "match") == 0 || strcmp(got, "undecided") == 0 || strcmp(got, "error") == 0) {
		print_error("%.*s: want %.*s, got %s: %.*s\n", AC_FMT(ac_json_get_string(json, AC_S("id"))),
		    AC_FMT(expected), got, AC_FMT(pattern));
		++*failed;
	}
	ac_arena_done(&arena);
}

static void
match__agrees_with_the_public_cases(void **state)
{
	static char line[1 << 20];
	const char *folder = shared_data();
	unsigned failed = 0, count = 0;
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/stix/match_21.jsonl", folder ? folder : "");
	file = folder ? fopen(path, "r") : NULL;
	if (!file)
		skip();
	while (fgets(line, sizeof(line), file)) {
		check_line(ac_str_from(line), &failed);
		count++;
	}
	(void)fclose(file);
	assert_int_equal(failed, 0);
	assert_true(count >= 411);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match__agrees_with_the_public_cases),
	};

	return cmocka_run_group_tests_name("match/cases", tests, NULL, NULL);
}
