/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers: their form, deterministic ids (with the published cases, where they are at hand), derived ids. */
#include <stdio.h>

#include "stix/id.h"
#include "stix_test.h"
#include "fail_malloc.h"

static void
id__takes_every_version_of_rfc_9562_and_nothing_else(void **state)
{
	static const struct {
		const char *id;
		const char *type; /* NULL: refused */
	} rows[] = {
		{ "indicator--" UUID4, "indicator" },
		{ "x-mitre-tactic--" UUID4, "x-mitre-tactic" },
		{ "file--fdd60b30-b67c-11e3-b0b9-f01faf20d111", "file" },
		{ "file--FDD60B30-B67C-71E3-80B9-F01FAF20D111", "file" },
		{ "file--fdd60b30-b67c-91e3-b0b9-f01faf20d111", NULL }, /* version 9 */
		{ "file--fdd60b30-b67c-01e3-b0b9-f01faf20d111", NULL },
		{ "file--fdd60b30-b67c-41e3-c0b9-f01faf20d111", NULL }, /* variant c */
		{ "file--fdd60b30-b67c-41e3-70b9-f01faf20d111", NULL },
		{ "file-fdd60b30-b67c-41e3-b0b9-f01faf20d1111", NULL },
		{ "file--fdd60b30-b67c-41e3-b0b9-f01faf20d11", NULL },
		{ "file--fdd60b30-b67c-41e3-b0b9-f01faf20d11g", NULL },
		{ "file--fdd60b30xb67c-41e3-b0b9-f01faf20d111", NULL },
		{ "File--" UUID4, NULL },
		{ "fi--" UUID4, NULL },
		{ "9file--" UUID4, NULL },
		{ "fi--le--" UUID4, NULL },
		{ "fi_le--" UUID4, NULL },
		{ "--" UUID4, NULL },
		{ UUID4, NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str type = { NULL, 0 };
		accord_err err = { 0 };
		int rc = ac_stix_id_check(ac_str_from(rows[i].id), &type, &err);

		if (rc != (rows[i].type ? 0 : ACCORD_EINPUT))
			fail_msg("%s: got %d %s", rows[i].id, rc, err.text);
		if (rows[i].type)
			assert_str(type, ac_str_from(rows[i].type));
	}
	assert_str(ac_stix_id_type(AC_S("x-a--" UUID4)), AC_S("x-a"));
	assert_null(ac_stix_id_type(AC_S("x-a-" UUID4)).p);
	assert_null(ac_stix_id_type(AC_S("short")).p);
	assert_int_equal(ac_stix_id_version(AC_S("file--" UUID5)), 5);
	assert_int_equal(ac_stix_id_version(AC_S("no id")), 0);
}

/* The canonical text is what s2.9 says; the id of the first row is the standard's own example (s2.9). */
static void
sco_id__hashes_the_contributing_properties(void **state)
{
	static const struct {
		const char *json;
		const char *name; /* NULL: a UUIDv4 is due */
	} rows[] = {
		{ "{'type':'ipv4-addr','value':'198.51.100.3'}", "{'value':'198.51.100.3'}" },
		{ "{'value':'a.example','defanged':true,'type':'domain-name'}", "{'value':'a.example'}" },
		{ "{'type':'autonomous-system','number':15139,'name':'x'}", "{'number':15139}" },
		/* One hash: MD5, SHA-1, SHA-256, SHA-512, else the first. */
		{ "{'type':'file','hashes':{'SHA-256':'b','MD5':'a'}}", "{'hashes':{'MD5':'a'}}" },
		{ "{'type':'file','hashes':{'x_z':'1','SHA-512':'2','SHA-1':'3'}}", "{'hashes':{'SHA-1':'3'}}" },
		{ "{'type':'file','hashes':{'x_z':'1','x_a':'2'}}", "{'hashes':{'x_z':'1'}}" },
		{ "{'type':'file','hashes':{},'name':'n'}", "{'name':'n'}" },
		{ "{'type':'file','hashes':3,'name':'n'}", "{'name':'n'}" },
		/* Sorted, nested whole, no white space, numbers in their shortest form. */
		{ "{'type':'file','name':'q\\u00eary','extensions':{'x-ext':{'b':1.50,'a':[true, null]}}}",
		    "{'extensions':{'x-ext':{'a':[true,null],'b':1.5}},'name':'q\xc3\xaary'}" },
		/* An instant, not its spelling. */
		{ "{'type':'network-traffic','start':'2020-01-01T00:00:00.500Z','end':'2020-01-01T00:00:01.000Z'}",
		    "{'end':'2020-01-01T00:00:01Z','start':'2020-01-01T00:00:00.5Z'}" },
		{ "{'type':'network-traffic','start':'2020-01-01T00:00:00Z'}", "{'start':'2020-01-01T00:00:00Z'}" },
		{ "{'type':'network-traffic','start':'yesterday.00'}", "{'start':'yesterday.00'}" },
		{ "{'type':'process','pid':1}", NULL },
		{ "{'type':'email-message','is_multipart':false}", NULL },
		{ "{'type':'x-custom','value':'1'}", NULL },
		{ "{'type':'indicator','name':'1'}", NULL },
		{ "{}", NULL },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str id, name;
		accord_err err = { 0 };

		assert_int_equal(ac_stix_sco_id(json_of(&arena, rows[i].json), &arena, &id, &name, &err), 0);
		if (rows[i].name)
			assert_str(name, quoted(&arena, rows[i].name));
		assert_int_equal(id.p != NULL, rows[i].name != NULL);
		if (i == 0)
			assert_str(id, AC_S("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"));
		if (id.p)
			assert_int_equal(ac_stix_id_version(id), 5);
	}
	ac_arena_done(&arena);
}

/* sco_ids.jsonl of the public data: what other tools and the standard compute. */
static void
sco_id__agrees_with_every_published_case(void **state)
{
	char path[512], *line = NULL;
	size_t capacity = 0, cases = 0;
	ssize_t n;
	ac_arena arena;
	FILE *file = NULL;

	if (shared_data()) {
		(void)snprintf(path, sizeof(path), "%s/stix/sco_ids.jsonl", shared_data());
		file = fopen(path, "rb");
	}
	if (!file) {
		print_message("the published cases are not at hand\n");
		skip();
	}
	ac_arena_init(&arena, 16 * AC_MIB);
	while ((n = getline(&line, &capacity, file)) > 0) {
		const ac_json *json;
		accord_err err = { 0 };
		ac_str id;

		ac_arena_reset(&arena);
		assert_int_equal(ac_json_parse((ac_str){ line, (size_t)n }, AC_JSON_LIMITS, &arena, &json, &err), 0);
		assert_int_equal(ac_stix_sco_id(ac_json_get(json, AC_S("object")), &arena, &id, NULL, &err), 0);
		assert_str(id, ac_json_get_string(json, AC_S("expected_id")));
		cases++;
	}
	assert_int_equal(cases, 315);
	free(line);
	(void)fclose(file);
	ac_arena_done(&arena);
}

static void
derived_id__depends_on_the_name_alone(void **state)
{
	ac_arena arena;
	ac_str a, b, c;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_stix_derived_id(AC_S("indicator"), AC_S("one"), &arena, &a, NULL), 0);
	assert_int_equal(ac_stix_derived_id(AC_S("indicator"), AC_S("one"), &arena, &b, NULL), 0);
	assert_int_equal(ac_stix_derived_id(AC_S("indicator"), AC_S("two"), &arena, &c, NULL), 0);
	assert_str(a, b);
	assert_false(ac_str_eq(a, c));
	assert_int_equal(ac_stix_id_check(a, NULL, NULL), 0);
	assert_int_equal(ac_stix_id_version(a), 5);
	ac_arena_done(&arena);
}

static void
sco_id__survives_every_allocation_failure(void **state)
{
	ac_arena arena, scratch;
	const ac_json *json;
	ac_str id, name;
	int rc = -1;

	ac_arena_init(&arena, AC_MIB);
	json = json_of(&arena, "{'type':'file','name':'n','extensions':{'x-ext':{'b':1,'a':2}}}");
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_stix_sco_id(json, &scratch, &id, &name, &err);
		if (!fail_malloc_done())
			break;
		/* The crypto library may get along without one of its allocations. */
		assert_true(rc == 0 || rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
		ac_arena_done(&scratch);
	}
	assert_int_equal(rc, 0);
	ac_arena_done(&scratch);
	ac_arena_init(&scratch, 8); /* no room for the id */
	assert_int_equal(ac_stix_sco_id(json, &scratch, &id, &name, NULL), ACCORD_ELIMIT);
	ac_arena_done(&scratch);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(id__takes_every_version_of_rfc_9562_and_nothing_else),
		cmocka_unit_test(sco_id__hashes_the_contributing_properties),
		cmocka_unit_test(sco_id__agrees_with_every_published_case),
		cmocka_unit_test(derived_id__depends_on_the_name_alone),
		cmocka_unit_test(sco_id__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
