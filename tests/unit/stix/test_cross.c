/* SPDX-License-Identifier: Apache-2.0 */
/* What holds across objects: a row for each rule, with the objects (numbered from 1) that the finding names; ceilings; allocation failures. */
#include "base/buf.h"
#include "fail_malloc.h"
#include "stix/cross.h"
#include "stix_test.h"

enum { OBJECTS_MAX = 6 };

#define U1 "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd31"
#define U2 "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd32"
#define U3 "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd33"
#define AT(modified) ",'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-0" modified "T00:00:00.000Z'"
#define OBJ(type, uuid, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" uuid "'" more "}"
#define REF(name, type, uuid) ",'" name "':'" type "--" uuid "'"
#define REFS(name, type, uuid) ",'" name "':['" type "--" uuid "']"
#define CREATOR(uuid) REF("created_by_ref", "identity", uuid)
#define EXT(uuid, type) "'extension-definition--" uuid "':{'extension_type':'" type "','abc':1}"
#define DEFINITION(uuid, more) OBJ("extension-definition", uuid, AT("1") more)

static void
add_finding(ac_buf *out, const ac_cross_finding *f)
{
	ac_buf_printf(out, "%s%.*s %.*s %.*s %llu", f->f.level == AC_STIX_ERROR ? "E" : "W", AC_FMT(f->f.code),
	    AC_FMT(f->f.section), AC_FMT(f->f.pointer), (unsigned long long)f->place.line);
	if (f->other_id.p)
		ac_buf_printf(out, "<%llu", (unsigned long long)f->other.line);
	ac_buf_add(out, AC_S("; "));
}

static int
note(void *payload, const ac_cross_finding *f, accord_err *err)
{
	assert_true(f->f.text.n > 0 && f->id.n > 38);
	add_finding(payload, f);
	return 0;
}

typedef struct row {
	const char *objects[OBJECTS_MAX]; /* up to the first NULL */
	const char *findings;
} row;

static int
run_row(const ac_str *objects, ac_cross_dangling dangling, uint32_t bundle, ac_buf *got, ac_cross_sums *sums,
    accord_err *err)
{
	static const ac_hash_seed seed = { { 1, 2 } };
	ac_cross *cross = ac_cross_open(seed);
	ac_arena arena;
	int rc = cross ? 0 : ACCORD_ENOMEM;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; objects[i].p && rc == 0; i++) {
		const ac_json *object = NULL;

		rc = ac_json_parse(objects[i], AC_JSON_LIMITS, &arena, &object, err);
		if (rc == 0)
			rc = ac_cross_add(cross, object, (ac_cross_place){ 1, bundle, i + 1, 1 }, 0, err);
	}
	if (rc == 0)
		rc = ac_cross_judge(cross, dangling, NULL, note, got, sums, err);
	ac_arena_done(&arena);
	cross = ac_cross_close(cross);
	assert_null(cross);
	return rc;
}

/* The objects of a row with apostrophes made quotes, ended by {NULL, 0}. */
static void
take_objects(ac_arena *arena, const row *r, ac_str out[static OBJECTS_MAX + 1])
{
	size_t n = 0;

	for (; n < OBJECTS_MAX && r->objects[n]; n++)
		out[n] = quoted(arena, r->objects[n]);
	out[n] = (ac_str){ NULL, 0 };
}

static void
check_rows(const row *rows, size_t n, ac_cross_dangling dangling, uint32_t bundle)
{
	ac_arena arena;
	ac_buf got;
	size_t wrong = 0;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&got, AC_MIB);
	for (size_t i = 0; i < n; i++) {
		ac_str objects[OBJECTS_MAX + 1];
		ac_cross_sums sums;
		accord_err err = { 0 };
		int rc;

		take_objects(&arena, &rows[i], objects);
		ac_buf_reset(&got);
		rc = run_row(objects, dangling, bundle, &got, &sums, &err);
		ac_buf_add_byte(&got, '\0');
		if (rc == 0 && strcmp(got.p, rows[i].findings) == 0)
			continue;
		print_error("%s\n%s\n got  %d %s\n want %s\n", rows[i].objects[0],
		    rows[i].objects[1] ? rows[i].objects[1] : "", rc, got.p, rows[i].findings);
		wrong++;
	}
	ac_buf_done(&got);
	ac_arena_done(&arena);
	assert_int_equal(wrong, 0);
}

#define TOOL(uuid, more) OBJ("tool", uuid, ",'name':'n'" more)
static void
versions__follow_section_3_6(void **state)
{
	static const row rows[] = {
		{ { TOOL(U1, AT("1")), TOOL(U1, AT("2")) }, "" },
		/* The order of members, white space, 1.0 for 1 and a default written out are no change. */
		{ { TOOL(U1, AT("1") ",'x_a':1"), "{ 'x_a':1.0, 'revoked':false,'name':'n','id':'tool--" U1
						  "','spec_version':'2.1','type':'tool'" AT("1") "}" },
		    "" },
		{ { TOOL(U1, AT("1")), TOOL(U1, AT("1") ",'revoked':true") }, "E203 3.6 /modified 2<1; " },
		{ { TOOL(U1, AT("1") ",'x_a':[1,2]"), TOOL(U1, AT("1") ",'x_a':[2,1]") }, "E203 3.6 /modified 2<1; " },
		/* Equal instants written differently are one version. */
		{ { TOOL(U1, ",'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01T00:00:00.100Z'"),
		      TOOL(U1, ",'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01T00:00:00.1000Z'") },
		    "E203 3.6 /modified 2<1; " },
		{ { TOOL(U1, AT("1") CREATOR(U2)), TOOL(U1, AT("2") CREATOR(U3)) }, "E 3.6 /created_by_ref 2<1; " },
		{ { TOOL(U1, AT("2") CREATOR(U2)), TOOL(U1, AT("1") CREATOR(U3)) }, "E 3.6 /created_by_ref 1<2; " },
		{ { TOOL(U1, AT("1") CREATOR(U2)), TOOL(U1, AT("2") CREATOR(U2)) }, "" },
		{ { TOOL(U1, AT("1")), TOOL(U1, AT("2") CREATOR(U3)) }, "W 3.6 /created_by_ref 2<1; " },
		{ { TOOL(U1, AT("1")),
		      TOOL(U1, ",'created':'2020-01-02T00:00:00.000Z','modified':'2020-01-02T00:00:00.000Z'") },
		    "E 3.6 /created 2<1; " },
		{ { TOOL(U1, AT("1") ",'revoked':true"), TOOL(U1, AT("2")) }, "E 3.6 /modified 2<1; " },
		{ { TOOL(U1, AT("1") ",'revoked':true"), TOOL(U1, AT("2") ",'revoked':true") },
		    "W 3.6 /modified 2<1; " },
		{ { TOOL(U1, AT("2") ",'revoked':true"), TOOL(U1, AT("1")) }, "" },
		{ { OBJ("marking-definition", U1,
			",'created':'2020-01-01T00:00:00.000Z','definition_type':'statement','definition':{'statement':"
			"'a'}"),
		      OBJ("marking-definition", U1,
			  ",'created':'2020-01-01T00:00:00.000Z','definition_type':'statement','definition':{'"
			  "statement':'b'}") },
		    "E 7.2.1  2<1; " },
		{ { OBJ("mutex", U1, ",'name':'m'"), OBJ("mutex", U1, ",'name':'m','defanged':false") }, "" },
		{ { OBJ("mutex", U1, ",'name':'m'"), OBJ("mutex", U1, ",'name':'n'") }, "W 3.6  2<1; " },
		/* s2.9: one producer gives a UUID to one type only; two need not know of each other. */
		{ { TOOL(U1, AT("1")), OBJ("malware", U1, AT("1")) }, "W 2.9 /id 2<1; " },
		{ { TOOL(U1, AT("1") CREATOR(U2)), OBJ("malware", U1, AT("1") CREATOR(U2)) }, "E 2.9 /id 2<1; " },
		{ { TOOL(U1, AT("1") CREATOR(U2)), OBJ("malware", U1, AT("1") CREATOR(U3)) }, "" },
		/* What is no object with an id is nobody's business here. */
		{ { "{'type':'tool'}", "3", "{'type':'tool','id':'malware--" U1 "'}",
		      "{'type':'tool','id':'tool--1'}" },
		    "" },
	};

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_COUNTED, 0);
}

static void
copies__are_told_within_one_bundle_only(void **state)
{
	static const row rows[] = {
		{ { TOOL(U1, AT("1")), TOOL(U1, AT("1")), TOOL(U1, AT("2")) }, "W203 3.6 /modified 2<1; " },
		{ { OBJ("mutex", U1, ",'name':'m'"), OBJ("mutex", U1, ",'name':'m'") }, "" },
	};
	static const row apart[] = { { { TOOL(U1, AT("1")), TOOL(U1, AT("1")) }, "" } };

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_COUNTED, 7);
	check_rows(apart, AC_COUNT(apart), AC_CROSS_DANGLING_COUNTED, 0);
}

#define CUSTOM(type, uuid, extension) OBJ(type, uuid, AT("1") ",'extensions':{" EXT(U3, extension) "}")
static void
references__lead_to_what_their_property_asks_for(void **state)
{
	static const row rows[] = {
		{ { OBJ("sighting", U1, AT("1") REF("sighting_of_ref", "x-own", U2)), CUSTOM("x-own", U2, "new-sdo") },
		    "" },
		{ { OBJ("sighting", U1, AT("1") REF("sighting_of_ref", "x-own", U2)), CUSTOM("x-own", U2, "new-sco") },
		    "E 5.2 /sighting_of_ref 1<2; " },
		{ { OBJ("relationship", U1, AT("1") REF("source_ref", "tool", U3) REF("target_ref", "x-own", U2)),
		      CUSTOM("x-own", U2, "new-sro") },
		    "E 5.1 /target_ref 1<2; " },
		{ { OBJ("observed-data", U1, AT("1") REFS("object_refs", "x-own", U2)),
		      CUSTOM("x-own", U2, "new-sdo") },
		    "E 4.14 /object_refs/0 1<2; " },
		{ { OBJ("observed-data", U1, AT("1") REFS("object_refs", "x-own", U2)),
		      CUSTOM("x-own", U2, "new-sco") },
		    "" },
		/* The UUID is here, under another type. */
		{ { OBJ("report", U1, AT("1") REFS("object_refs", "malware", U2)), TOOL(U2, AT("1")) },
		    "W 3.3 /object_refs/0 1<2; " },
		{ { OBJ("relationship", U1,
			AT("1") ",'relationship_type':'variant-of'" REF("source_ref", "malware", U2)
			    REF("target_ref", "malware", U3)),
		      OBJ("malware", U2, AT("1") ",'is_family':true"),
		      OBJ("malware", U3, AT("1") ",'is_family':false") },
		    "E 4.11.2 /target_ref 1<3; " },
		{ { OBJ("relationship", U1,
			AT("1") ",'relationship_type':'variant-of'" REF("source_ref", "malware", U3)
			    REF("target_ref", "malware", U2)),
		      OBJ("malware", U2, AT("1") ",'is_family':true"),
		      OBJ("malware", U3, AT("1") ",'is_family':false") },
		    "" },
	};

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_COUNTED, 0);
}

static void
references__dangle_when_their_object_is_not_here(void **state)
{
	static const row rows[] = {
		{ { OBJ("report", U1, AT("1") REFS("object_refs", "tool", U2) CREATOR(U3)) },
		    "W 3.3 /object_refs/0 1; W 3.3 /created_by_ref 1; " },
		{ { OBJ("report", U1, AT("1") REFS("object_refs", "tool", U2)), TOOL(U2, AT("1")) }, "" },
		/* The order in which they come is of no matter. */
		{ { TOOL(U2, AT("1")), OBJ("report", U1, AT("1") REFS("object_refs", "tool", U2)) }, "" },
		{ { TOOL(U1,
		      AT("1") ",'object_marking_refs':['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9']") },
		    "" },
		{ { TOOL(U1, AT("1") ",'granular_markings':[{'marking_ref':'marking-definition--" U2 "'}]") },
		    "W 3.3 /granular_markings/0/marking_ref 1; " },
		{ { OBJ("email-message", U1, ",'body_multipart':[{'body_raw_ref':'file--" U2 "'}]") },
		    "W 3.3 /body_multipart/0/body_raw_ref 1; " },
		{ { OBJ("file", U1,
		      ",'extensions':{'archive-ext':{'contains_refs':['file--" U2 "','file--" U1 "','x']}}") },
		    "W 3.3 /extensions/archive-ext/contains_refs/0 1; " },
		{ { TOOL(U1, AT("1") ",'extensions':{" EXT(U2, "property-extension") "}") },
		    "W 3.3 /extensions/extension-definition--" U2 " 1; " },
	};

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_WARNING, 0);
}

static void
extensions__are_used_as_their_definition_says(void **state)
{
#define TYPES(list) ",'extension_types':[" list "]"
	static const row rows[] = {
		{ { TOOL(U1, AT("1") ",'extensions':{" EXT(U2, "property-extension") "}"),
		      DEFINITION(U2, TYPES("'property-extension'")) },
		    "" },
		{ { TOOL(U1, AT("1") ",'extensions':{" EXT(U2, "property-extension") "}"),
		      DEFINITION(U2, TYPES("'new-sdo','new-sco'")) },
		    "E 7.3 /extensions/extension-definition--" U2 "/extension_type 1<2; " },
		{ { TOOL(U1, AT("1") ",'rank':1,'extensions':{" EXT(U2, "toplevel-property-extension") "}"),
		      DEFINITION(U2, TYPES("'toplevel-property-extension'") ",'extension_properties':['rank']") },
		    "" },
		{ { TOOL(U1, AT("1") ",'rank':1,'extensions':{" EXT(U2, "toplevel-property-extension") "}"),
		      DEFINITION(U2, TYPES("'toplevel-property-extension'") ",'extension_properties':['other']") },
		    "W 7.3.1 /rank 1<2; " },
		{ { TOOL(U1, AT("1") ",'rank':1,'extensions':{" EXT(U2, "toplevel-property-extension") "}"),
		      DEFINITION(U2, TYPES("'toplevel-property-extension'")) },
		    "" },
		/* With one of two definitions missing, nobody knows. */
		{ { TOOL(U1, AT("1") ",'rank':1,'extensions':{" EXT(U2, "toplevel-property-extension") "," EXT(
				 U3, "toplevel-property-extension") "}"),
		      DEFINITION(U2, TYPES("'toplevel-property-extension'") ",'extension_properties':['other']") },
		    "" },
	};
#undef TYPES

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_COUNTED, 0);
}

static void
translations__mirror_what_they_translate(void **state)
{
#define CONTENT(more) OBJ("language-content", U1, AT("1") REF("object_ref", "threat-actor", U2) more)
#define ACTOR OBJ("threat-actor", U2, AT("2") ",'name':'n','aliases':['a','b'],'x_own':3,'goals':['g']")
	static const row rows[] = {
		{ { CONTENT(",'contents':{'fr':{'name':'x','aliases':['','c']}}"), ACTOR }, "" },
		{ { CONTENT(",'contents':{'fr':{'name':['x'],'aliases':['c'],'goals':'h'}}"), ACTOR },
		    "E 7.1.1 /contents/fr/name 1<2; E 7.1.1 /contents/fr/aliases 1<2; E 7.1.1 /contents/fr/goals "
		    "1<2; " },
		{ { CONTENT(",'contents':{'fr':{'description':'x'}}"), ACTOR },
		    "W 7.1.1 /contents/fr/description 1<2; " },
		{ { CONTENT(",'object_modified':'2020-01-02T00:00:00.000000Z','contents':{'fr':{'name':'x'}}"), ACTOR },
		    "" },
		{ { CONTENT(",'object_modified':'2020-01-03T00:00:00.000Z','contents':{'fr':{'name':3}}"), ACTOR },
		    "E 7.1.1 /object_modified 1<2; " },
		/* The version that is named is held against, not the newest. */
		{ { CONTENT(",'object_modified':'2020-01-01T00:00:00.000Z','contents':{'fr':{'aliases':['x']}}"), ACTOR,
		      OBJ("threat-actor", U2, AT("1") ",'name':'n','aliases':['a']") },
		    "" },
		{ { CONTENT(",'contents':{'fr':{'name':3}}") }, "" },
	};
#undef CONTENT
#undef ACTOR

	check_rows(rows, AC_COUNT(rows), AC_CROSS_DANGLING_COUNTED, 0);
}

/* What is brought on demand: the object of any id, once. */
typedef struct shelf {
	ac_arena arena;
	ac_buf asked, got;
} shelf;

static int
bring(void *payload, ac_cross *cross, ac_str id, accord_err *err)
{
	shelf *s = payload;

	ac_buf_printf(&s->asked, "%.*s ", AC_FMT(ac_str_slice(id, 0, id.n - 38)));
	if (!ac_str_starts(id, AC_S("tool")))
		return 0;
	return ac_cross_add(cross, json_of(&s->arena, TOOL(U2, AT("1") CREATOR(U2))), (ac_cross_place){ 2, 0, 9, 1 },
	    AC_CROSS_ADD_KNOWN | AC_CROSS_ADD_REMADE, err);
}

static int
note_on_shelf(void *payload, const ac_cross_finding *f, accord_err *err)
{
	shelf *s = payload;

	add_finding(&s->got, f);
	return 0;
}

static void
known_objects__are_brought_once_and_not_judged_themselves(void **state)
{
	static const ac_hash_seed seed = { { 1, 2 } };
	static const char *const objects[] = { OBJ("report", U1, AT("1") REFS("object_refs", "tool", U2) CREATOR(U3)),
		OBJ("note", U3, AT("1") REFS("object_refs", "tool", U2)), TOOL(U2, AT("2") CREATOR(U1)) };
	ac_cross *cross = ac_cross_open(seed);
	shelf s;
	ac_cross_sums sums;
	accord_err err = { 0 };

	ac_arena_init(&s.arena, AC_MIB);
	ac_buf_init(&s.asked, AC_MIB);
	ac_buf_init(&s.got, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(objects); i++)
		assert_int_equal(
		    ac_cross_add(cross, json_of(&s.arena, objects[i]), (ac_cross_place){ 1, 0, i + 1, 1 }, 0, &err), 0);
	assert_int_equal(ac_cross_judge(cross, AC_CROSS_DANGLING_WARNING, bring, note_on_shelf, &s, &sums, &err), 0);
	assert_str(ac_buf_view(&s.asked), AC_S("report note tool "));
	/* The tool's creator differs from that of the known version; identity--U3 is not here, but a note has its UUID; nothing is told of the known one. */
	assert_str(ac_buf_view(&s.got),
	    AC_S("E 3.6 /created_by_ref 3<9; W 3.3 /created_by_ref 1<2; W 3.3 /created_by_ref 3<1; "));
	assert_int_equal(sums.objects, 3);
	assert_int_equal(sums.references, 4);
	assert_int_equal(sums.dangling, 2);
	ac_buf_done(&s.asked);
	ac_buf_done(&s.got);
	ac_arena_done(&s.arena);
	cross = ac_cross_close(cross);
	assert_null(cross);
}

static void
cross__survives_every_allocation_failure(void **state)
{
	static const row source = { { OBJ("report", U1, AT("1") REFS("object_refs", "tool", U2)), TOOL(U2, AT("1")),
					TOOL(U2, AT("1") ",'x_a':1") },
		"" };
	ac_str objects[OBJECTS_MAX + 1];
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	take_objects(&arena, &source, objects);
	for (unsigned long n = 1;; n++) {
		ac_cross_sums sums = { 0 };
		accord_err err = { 0 };
		ac_buf got;
		int rc, got_failed;

		ac_buf_init(&got, AC_MIB);
		fail_malloc_at(n);
		rc = run_row(objects, AC_CROSS_DANGLING_COUNTED, 0, &got, &sums, &err);
		got_failed = got.failed;
		ac_buf_done(&got);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_int_equal(sums.left_out, 0);
			break;
		}
		/* A failure is told, or the object counts as left out. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && (sums.left_out > 0 || got_failed)));
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions__follow_section_3_6),
		cmocka_unit_test(copies__are_told_within_one_bundle_only),
		cmocka_unit_test(references__lead_to_what_their_property_asks_for),
		cmocka_unit_test(references__dangle_when_their_object_is_not_here),
		cmocka_unit_test(extensions__are_used_as_their_definition_says),
		cmocka_unit_test(translations__mirror_what_they_translate),
		cmocka_unit_test(known_objects__are_brought_once_and_not_judged_themselves),
		cmocka_unit_test(cross__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
