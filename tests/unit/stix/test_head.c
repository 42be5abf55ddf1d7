/* SPDX-License-Identifier: Apache-2.0 */
/* The head of an object: identity, version, what is refused; and TLP levels by id and name. */
#include "stix/marking.h"
#include "stix/object.h"
#include "stix_test.h"

static void
head__refuses_what_cannot_be_told_apart(void **state)
{
	static const struct {
		const char *json;
		const char *text; /* part of the error; NULL: fine */
	} rows[] = {
		{ SDO("tool", ",'name':'x'"), NULL },
		{ SCO("url", ",'value':'http://a.example/'"), NULL },
		{ "{'type':'bundle','id':'bundle--" UUID4 "'}", NULL },
		{ "[]", "JSON object" },
		{ "{'id':'tool--" UUID4 "'}", "\"type\"" },
		{ "{'type':1,'id':'tool--" UUID4 "'}", "\"type\"" },
		{ "{'type':'tool'}", "\"id\"" },
		{ "{'type':'tool','id':'tool--1'}", "type--UUID" },
		{ "{'type':'tool','id':'malware--" UUID4 "'}", "begins with malware" },
		{ "{'type':'tool','id':'tool--" UUID4 "','created':1}", "created is no string" },
		{ "{'type':'tool','id':'tool--" UUID4 "','created':'2020'}", "created" },
		{ "{'type':'tool','id':'tool--" UUID4 "','modified':'2020-02-30T00:00:00.000Z'}", "modified" },
		{ "{'type':'tool','id':'tool--" UUID4 "','name':'a\\u202eb'}", "bidi" },
		{ "{'type':'tool','id':'tool--" UUID4 "','x_a':[{'\\u2066':1}]}", "bidi" },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_stix_head head;
		accord_err err = { 0 };
		int rc = ac_stix_head_read(json_of(&arena, rows[i].json), &head, &err);

		if (rows[i].text ? rc != ACCORD_EINPUT || !strstr(err.text, rows[i].text) : rc != 0)
			fail_msg("%s: got %d '%s'", rows[i].json, rc, err.text);
	}
	ac_arena_done(&arena);
}

static void
head__reads_version_and_revocation(void **state)
{
	ac_arena arena;
	ac_stix_head head;
	ac_time want;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_stix_head_read(
		json_of(&arena, "{'type':'tool','spec_version':'2.1','id':'tool--" UUID4 "','revoked':true,"
				"'created':'2020-01-01T00:00:00.000Z','modified':'2021-01-01T00:00:00.123456789Z'}"),
		&head, NULL),
	    0);
	assert_int_equal(ac_time_parse_stix(AC_S("2021-01-01T00:00:00.123456789Z"), &want, NULL), 0);
	assert_int_equal(ac_time_cmp(head.modified, want), 0);
	assert_true(head.revoked);
	assert_false(head.is_20);
	assert_str(head.type->name, AC_S("tool"));
	/* s7.2.1: no modified; its version is created. */
	assert_int_equal(
	    ac_stix_head_read(json_of(&arena, "{'type':'marking-definition','id':'marking-definition--" UUID4
					      "','created':'2017-01-20T00:00:00.000Z'}"),
		&head, NULL),
	    0);
	assert_int_equal(ac_time_cmp(head.modified, head.created), 0);
	/* SCOs have no version at all. */
	assert_int_equal(ac_stix_head_read(json_of(&arena, SCO("mutex", ",'name':'m'")), &head, NULL), 0);
	assert_int_equal(ac_time_cmp(head.modified, AC_TIME_MIN), 0);
	assert_int_equal(ac_time_cmp(head.created, AC_TIME_MIN), 0);
	ac_arena_done(&arena);
}

static void
head__knows_stix_20_by_what_is_missing(void **state)
{
	static const struct {
		const char *json;
		bool is_20;
	} rows[] = {
		{ "{'type':'tool','id':'tool--" UUID4 "'" TIMES "}", true },
		{ "{'type':'tool','spec_version':'2.0','id':'tool--" UUID4 "'" TIMES "}", true },
		{ "{'type':'tool','spec_version':'2.1','id':'tool--" UUID4 "'" TIMES "}", false },
		{ "{'type':'marking-definition','id':'marking-definition--" UUID4 "'}", true },
		{ "{'type':'mutex','id':'mutex--" UUID5 "','name':'m'}", false },
		{ "{'type':'x-custom','id':'x-custom--" UUID4 "'" TIMES "}", true },
		{ "{'type':'x-custom','id':'x-custom--" UUID5 "','value':'v'}", false },
		{ "{'type':'bundle','id':'bundle--" UUID4 "'}", false },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_stix_head head;

		assert_int_equal(ac_stix_head_read(json_of(&arena, rows[i].json), &head, NULL), 0);
		if (head.is_20 != rows[i].is_20)
			fail_msg("%s", rows[i].json);
	}
	ac_arena_done(&arena);
}

/* Ids: STIX 2.1 s7.2.1 (TLP 1), OASIS' common objects (TLP 2). */
static void
tlp__is_known_by_id(void **state)
{
	static const struct {
		const char *uuid;
		ac_tlp tlp;
	} rows[] = {
		{ "613f2e26-407d-48c7-9eca-b8e91df99dc9", AC_TLP_CLEAR },
		{ "34098fce-860f-48ae-8e50-ebd3cc5e41da", AC_TLP_GREEN },
		{ "f88d31f6-486f-44da-b317-01333bde0b82", AC_TLP_AMBER },
		{ "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", AC_TLP_RED },
		{ "94868c89-83c2-464b-929b-a1a8aa3c8487", AC_TLP_CLEAR },
		{ "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", AC_TLP_GREEN },
		{ "55d920b0-5e8b-4f79-9ee9-91f868d9b421", AC_TLP_AMBER },
		{ "939a9414-2ddd-4d32-a0cd-375ea402b003", AC_TLP_AMBER_STRICT },
		{ "e828b379-4e03-4974-9ac4-e53a884c97c1", AC_TLP_RED },
		{ "826578e1-40ad-459f-bc73-ede076f81f37", AC_TLP_AMBER_STRICT },
	};
	char id[64] = "marking-definition--";
	ac_tlp tlp = AC_TLP_NONE;

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		memcpy(id + 20, rows[i].uuid, 37);
		assert_true(ac_tlp_from_id(ac_str_from(id), &tlp));
		assert_int_equal(tlp, rows[i].tlp);
		if (i >= 4 && i < 9)
			assert_str(ac_tlp_marking_id(tlp), ac_str_from(id));
	}
	assert_false(ac_tlp_from_id(AC_S("marking-definition--" UUID4), &tlp));
	assert_null(ac_tlp_marking_id(AC_TLP_NONE).p);
}

static void
tlp__is_known_by_name_in_any_case(void **state)
{
	static const struct {
		const char *name;
		int tlp; /* -1: none */
	} rows[] = {
		{ "TLP:CLEAR", AC_TLP_CLEAR },
		{ "tlp:white", AC_TLP_CLEAR },
		{ "White", AC_TLP_CLEAR },
		{ " tlp: green ", AC_TLP_GREEN },
		{ "TLP-AMBER", AC_TLP_AMBER },
		{ "amber+strict", AC_TLP_AMBER_STRICT },
		{ "TLP:AMBER-STRICT", AC_TLP_AMBER_STRICT },
		{ "tlp_amber_strict", AC_TLP_AMBER_STRICT },
		{ "Tlp:Amber Strict", AC_TLP_AMBER_STRICT },
		{ "TLP:RED", AC_TLP_RED },
		{ "tlp", -1 },
		{ "", -1 },
		{ "TLP:EX:CHR", -1 },
		{ "infrared", -1 },
		{ "TLP:ORANGE", -1 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_tlp tlp = AC_TLP_NONE;
		bool is_tlp = ac_tlp_from_name(ac_str_from(rows[i].name), &tlp);

		if (is_tlp != (rows[i].tlp >= 0) || (is_tlp && (int)tlp != rows[i].tlp))
			fail_msg("'%s': got %d %d", rows[i].name, is_tlp, (int)tlp);
	}
	assert_str(ac_tlp_name(AC_TLP_AMBER_STRICT), AC_S("TLP:AMBER+STRICT"));
	assert_str(ac_tlp_name(AC_TLP_NONE), AC_S(""));
	assert_str(ac_tlp_name((ac_tlp)77), AC_S(""));
}

static void
tlp__is_known_by_definition(void **state)
{
	static const struct {
		const char *json;
		int tlp;
	} rows[] = {
		{ "{'id':'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed'}", AC_TLP_RED },
		{ "{'definition_type':'tlp','definition':{'tlp':'amber'}}", AC_TLP_AMBER },
		{ "{'extensions':{'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d':{'tlp_2_0':'amber+"
		  "strict'}}}",
		    AC_TLP_AMBER_STRICT },
		{ "{'name':'TLP:CLEAR'}", AC_TLP_CLEAR },
		{ "{'definition_type':'statement','definition':{'statement':'TLP:AMBER+STRICT'}}",
		    AC_TLP_AMBER_STRICT },
		{ "{'name':'Red','definition':{'statement':'amber'}}", -1 },
		{ "{'extensions':[{'tlp_2_0':'red'}]}", -1 },
		{ "{}", -1 },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_tlp tlp = AC_TLP_NONE;
		bool is_tlp = ac_tlp_from_definition(json_of(&arena, rows[i].json), &tlp);

		if (is_tlp != (rows[i].tlp >= 0) || (is_tlp && (int)tlp != rows[i].tlp))
			fail_msg("%s", rows[i].json);
	}
	ac_arena_done(&arena);
}

static void
tlp__strictest_of_an_object_wins(void **state)
{
	ac_arena arena;
	size_t unknown = 9;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_tlp_of(
		json_of(&arena,
		    "{'object_marking_refs':['marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',"
		    "'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',"
		    "'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82','marking-definition--" UUID4 "']}"),
		&unknown),
	    AC_TLP_AMBER_STRICT);
	assert_int_equal(unknown, 1);
	assert_int_equal(ac_tlp_of(json_of(&arena, "{}"), NULL), AC_TLP_NONE);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head__refuses_what_cannot_be_told_apart),
		cmocka_unit_test(head__reads_version_and_revocation),
		cmocka_unit_test(head__knows_stix_20_by_what_is_missing),
		cmocka_unit_test(tlp__is_known_by_id),
		cmocka_unit_test(tlp__is_known_by_name_in_any_case),
		cmocka_unit_test(tlp__is_known_by_definition),
		cmocka_unit_test(tlp__strictest_of_an_object_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
