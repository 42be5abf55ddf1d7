/* SPDX-License-Identifier: Apache-2.0 */
/* Selectors of granular markings, on the standard's own example (s7.2.3) and beyond. */
#include <stdio.h>

#include "base/buf.h"
#include "stix/selector.h"
#include "stix_test.h"

static const char example[] =
    "{'type':'vulnerability','name':'CVE-2014-0160','labels':['heartbleed','has-logo'],'revoked':false,'confidence':0,"
    "'external_references':[{'source_name':'cve','hashes':{'SHA-256':'00'}}],'empty':''}";

static void
selector__points_to_what_is_there(void **state)
{
	static const struct {
		const char *selector;
		const char *want; /* raw JSON with ' for "; NULL: an error */
		int code;
	} rows[] = {
		{ "name", "'CVE-2014-0160'", 0 },
		{ "external_references.[0].source_name", "'cve'", 0 },
		{ "external_references.[0].hashes.SHA-256", "'00'", 0 },
		{ "labels.[1]", "'has-logo'", 0 },
		{ "labels", "['heartbleed','has-logo']", 0 },
		{ "revoked", "false", 0 },
		{ "confidence", "0", 0 },
		{ "empty", "''", 0 },
		{ "pattern", NULL, ACCORD_ENOTFOUND },
		{ "external_references.[3]", NULL, ACCORD_ENOTFOUND },
		{ "name.[0]", NULL, ACCORD_ENOTFOUND },
		{ "labels.name", NULL, ACCORD_ENOTFOUND },
		{ "labels.[0].x", NULL, ACCORD_ENOTFOUND },
		{ "[0]", NULL, ACCORD_ENOTFOUND },
		{ "labels[0]", NULL, ACCORD_EINPUT },
		{ "labels.[-1]", NULL, ACCORD_EINPUT },
		{ "labels.[01]", NULL, ACCORD_EINPUT },
		{ "labels.[]", NULL, ACCORD_EINPUT },
		{ "labels.[0", NULL, ACCORD_EINPUT },
		{ "labels.[99999999999999999999]", NULL, ACCORD_EINPUT },
		{ "labels.", NULL, ACCORD_EINPUT },
		{ ".labels", NULL, ACCORD_EINPUT },
		{ "", NULL, ACCORD_EINPUT },
		{ "$.name", NULL, ACCORD_EINPUT },
	};
	ac_arena arena;
	const ac_json *object;

	ac_arena_init(&arena, AC_MIB);
	object = json_of(&arena, example);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *found = NULL;
		accord_err err = { 0 };
		int rc = ac_stix_select(object, ac_str_from(rows[i].selector), NULL, &found, &err);

		if (rc != rows[i].code)
			fail_msg("'%s': got %d %s", rows[i].selector, rc, err.text);
		if (rows[i].want)
			assert_str(ac_json_raw(found), quoted(&arena, rows[i].want));
	}
	assert_int_equal(ac_stix_select(object, (ac_str){ NULL, 0 }, NULL, &object, NULL), ACCORD_EINPUT);
	ac_arena_done(&arena);
}

/* selectors.jsonl of the public data; two of its cases are undecided. */
static void
selector__spends_no_more_steps_than_it_has(void **state)
{
	const ac_json *object, *found;
	uint64_t steps = 7;
	ac_arena arena;
	ac_str text;
	ac_buf buf;

	ac_arena_init(&arena, AC_MIB);
	object = json_of(&arena, "{'a':1,'b':[1,2,3,4,5]}");
	/* Two members and five items are all of them. */
	assert_int_equal(ac_stix_select(object, AC_S("b.[4]"), &steps, &found, NULL), 0);
	assert_int_equal(steps, 0);
	assert_int_equal(ac_stix_select(object, AC_S("a"), &steps, &found, NULL), ACCORD_ELIMIT);
	/* With more selectors than are compared, everything counts as selected. */
	for (size_t n = AC_STIX_SELECTORS_MAX - 1; n <= AC_STIX_SELECTORS_MAX; n++) {
		ac_buf_init(&buf, AC_MIB);
		ac_buf_add(&buf, AC_S("{\"granular_markings\":[{\"selectors\":[\"b\""));
		for (size_t i = 1; i < n; i++)
			ac_buf_add(&buf, AC_S(",\"b\""));
		ac_buf_add(&buf, AC_S("]}]}"));
		assert_int_equal(ac_buf_finish(&buf, &text, NULL), 0);
		assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, &arena, &object, NULL), 0);
		assert_true(ac_stix_is_selected(object, AC_S("b")));
		assert_int_equal(ac_stix_is_selected(object, AC_S("a")), n == AC_STIX_SELECTORS_MAX);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static void
selector__agrees_with_every_published_case(void **state)
{
	char path[512], *line = NULL;
	size_t capacity = 0, cases = 0;
	ssize_t n;
	ac_arena arena;
	FILE *file = NULL;

	if (shared_data()) {
		(void)snprintf(path, sizeof(path), "%s/stix/selectors.jsonl", shared_data());
		file = fopen(path, "rb");
	}
	if (!file) {
		print_message("the published cases are not at hand\n");
		skip();
	}
	ac_arena_init(&arena, 16 * AC_MIB);
	while ((n = getline(&line, &capacity, file)) > 0) {
		const ac_json *json, *found;
		accord_err err = { 0 };
		int rc;

		ac_arena_reset(&arena);
		assert_int_equal(ac_json_parse((ac_str){ line, (size_t)n }, AC_JSON_LIMITS, &arena, &json, &err), 0);
		if (ac_json_is(ac_json_get(json, AC_S("valid")), AC_JSON_NULL))
			continue;
		rc = ac_stix_select(
		    ac_json_get(json, AC_S("object")), ac_json_get_string(json, AC_S("selector")), NULL, &found, &err);
		if ((rc == 0) != ac_json_is_true(ac_json_get(json, AC_S("valid"))))
			fail_msg("%.300s: %s", line, err.text);
		cases++;
	}
	assert_int_equal(cases, 42);
	free(line);
	(void)fclose(file);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selector__points_to_what_is_there),
		cmocka_unit_test(selector__spends_no_more_steps_than_it_has),
		cmocka_unit_test(selector__agrees_with_every_published_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
