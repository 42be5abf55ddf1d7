/* SPDX-License-Identifier: Apache-2.0 */
/* Data markings (STIX 2.1 s7.2): what a definition says, and what holds for an object and its parts. */
#include "base/buf.h"
#include "fail_malloc.h"
#include "stix/marking.h"
#include "stix_test.h"

#define MD(n) "marking-definition--00000000-0000-4000-8000-0000000000" n
#define TLP2(hex) "marking-definition--" hex
#define CLEAR2 TLP2("94868c89-83c2-464b-929b-a1a8aa3c8487")
#define GREEN2 TLP2("bab4a63c-aed9-4cf5-a766-dfca5abac2bb")
#define AMBER1 TLP2("f88d31f6-486f-44da-b317-01333bde0b82")
#define STRICT2 TLP2("939a9414-2ddd-4d32-a0cd-375ea402b003")
#define RED1 TLP2("5e57c739-391a-4eb3-b6be-7d15ca92d5ed")
#define DEFINITION(id, more)                                                                                           \
	"{'type':'marking-definition','spec_version':'2.1','id':'" id "','created':'2021-03-04T08:00:00.000Z'" more "}"

#define COPYRIGHT MD("01")
#define TERMS MD("02")
#define IEP_PLAIN MD("03")
#define IEP_AMBER MD("04")
#define OWN_STRICT MD("05")
#define PAP MD("06")
#define FOREIGN MD("07")
#define SECRET_STATEMENT MD("08")
#define LOOP MD("09")
#define ABSENT MD("99")

static const char *const definitions[] = {
	DEFINITION(
	    COPYRIGHT, ",'definition_type':'statement','definition':{'statement':'Copyright 2019, Example Corp'}"),
	DEFINITION(TERMS, ",'definition_type':'statement','definition':{'statement':'Terms of use are here'}"),
	DEFINITION(IEP_PLAIN, ",'definition_type':'iep','definition':{'name':'Policy A','attribution':'MAY'}"),
	DEFINITION(IEP_AMBER, ",'definition_type':'iep','definition':{'iep':{'name':'Policy B','tlp':'AMBER'}}"),
	DEFINITION(OWN_STRICT,
	    ",'definition_type':'statement','definition':{'statement':'custom'},'x_opencti_definition_"
	    "type':'TLP','x_opencti_definition':'TLP:AMBER+STRICT'"),
	DEFINITION(PAP,
	    ",'definition_type':'statement','definition':{'statement':'custom'},'x_opencti_definition_type':'"
	    "PAP','x_opencti_definition':'PAP:RED'"),
	DEFINITION(FOREIGN, ",'name':'Level 7','definition_type':'acme','definition':{'level':7}"),
	DEFINITION(SECRET_STATEMENT, ",'definition_type':'statement','definition':{'statement':'From our partner'},"
				     "'object_marking_refs':['" RED1 "']"),
	DEFINITION(
	    LOOP, ",'definition_type':'statement','definition':{'statement':'x'},'object_marking_refs':['" LOOP "']"),
};

typedef struct shelf {
	ac_arena *arena;
	int rc; /* what a look-up returns, when not 0 */
	size_t asked;
} shelf;

static int
resolve(void *payload, ac_str id, const ac_json **out, accord_err *err)
{
	shelf *s = payload;

	s->asked++;
	*out = NULL;
	if (s->rc)
		return ac_fail(err, s->rc, "the shelf is shut");
	for (size_t i = 0; i < AC_COUNT(definitions); i++) {
		const ac_json *json = json_of(s->arena, definitions[i]);

		if (ac_str_eq(ac_json_get_string(json, AC_S("id")), id))
			*out = json;
	}
	return 0;
}

static ac_marking
marking_of(ac_arena *arena, const char *object, ac_tlp source_default)
{
	shelf s = { .arena = arena };
	ac_marking marking = { 0 };
	accord_err err = { 0 };

	if (ac_marking_of(json_of(arena, object), resolve, &s, source_default, arena, &marking, &err))
		fail_msg("%s: %s", object, err.text);
	return marking;
}

#define OBJECT(more)                                                                                                   \
	SDO("malware", ",'name':'REEDGATE','is_family':true,'labels':['a','b'],'description':'d',"                     \
		       "'external_references':[{'source_name':'s','description':'t'}]" more)
#define MARKED(refs) OBJECT(",'object_marking_refs':[" refs "]")
#define GRANULAR(list) OBJECT(",'granular_markings':[" list "]")
#define ON(ref, selectors) "{'marking_ref':'" ref "','selectors':[" selectors "]}"

typedef struct level_row {
	const char *what;
	const char *object;
	ac_tlp source_default;
	ac_tlp level;
	ac_marking_reason reason;
	const char *ref;
} level_row;

static const level_row level_rows[] = {
	{ "no marking, no default", OBJECT(""), AC_TLP_NONE, AC_TLP_AMBER_STRICT, AC_MARKING_BY_DEFAULT, "" },
	{ "no marking, the source's default", OBJECT(""), AC_TLP_GREEN, AC_TLP_GREEN, AC_MARKING_BY_SOURCE, "" },
	{ "TLP 1", MARKED("'" AMBER1 "'"), AC_TLP_CLEAR, AC_TLP_AMBER, AC_MARKING_BY_REF, AMBER1 },
	{ "TLP 2", MARKED("'" CLEAR2 "'"), AC_TLP_RED, AC_TLP_CLEAR, AC_MARKING_BY_REF, CLEAR2 },
	{ "the strictest of several", MARKED("'" CLEAR2 "','" AMBER1 "','" GREEN2 "'"), AC_TLP_NONE, AC_TLP_AMBER,
	    AC_MARKING_BY_REF, AMBER1 },
	{ "AMBER+STRICT is stricter than AMBER", MARKED("'" AMBER1 "','" STRICT2 "'"), AC_TLP_NONE, AC_TLP_AMBER_STRICT,
	    AC_MARKING_BY_REF, STRICT2 },
	{ "a statement restricts nothing", MARKED("'" COPYRIGHT "','" CLEAR2 "'"), AC_TLP_NONE, AC_TLP_CLEAR,
	    AC_MARKING_BY_REF, CLEAR2 },
	{ "a statement alone is no TLP", MARKED("'" COPYRIGHT "'"), AC_TLP_GREEN, AC_TLP_GREEN, AC_MARKING_BY_SOURCE,
	    "" },
	{ "a policy without a level restricts nothing", MARKED("'" IEP_PLAIN "'"), AC_TLP_GREEN, AC_TLP_GREEN,
	    AC_MARKING_BY_SOURCE, "" },
	{ "a policy with a level", MARKED("'" IEP_AMBER "','" CLEAR2 "'"), AC_TLP_NONE, AC_TLP_AMBER, AC_MARKING_BY_REF,
	    IEP_AMBER },
	{ "a statement that stands for a level", MARKED("'" OWN_STRICT "'"), AC_TLP_CLEAR, AC_TLP_AMBER_STRICT,
	    AC_MARKING_BY_REF, OWN_STRICT },
	{ "PAP is a statement here", MARKED("'" PAP "'"), AC_TLP_CLEAR, AC_TLP_CLEAR, AC_MARKING_BY_SOURCE, "" },
	{ "an absent definition is RED", MARKED("'" CLEAR2 "','" ABSENT "'"), AC_TLP_CLEAR, AC_TLP_RED,
	    AC_MARKING_BY_REF, ABSENT },
	{ "a definition of another kind is RED", MARKED("'" FOREIGN "'"), AC_TLP_CLEAR, AC_TLP_RED, AC_MARKING_BY_REF,
	    FOREIGN },
	{ "no id at all is RED", MARKED("7"), AC_TLP_CLEAR, AC_TLP_RED, AC_MARKING_BY_REF, "" },
	{ "no list", OBJECT(",'object_marking_refs':'" GREEN2 "'"), AC_TLP_CLEAR, AC_TLP_GREEN, AC_MARKING_BY_REF,
	    GREEN2 },
	{ "a statement that is RED itself restricts nothing", MARKED("'" SECRET_STATEMENT "','" CLEAR2 "'"),
	    AC_TLP_NONE, AC_TLP_CLEAR, AC_MARKING_BY_REF, CLEAR2 },
	{ "a statement that marks itself", MARKED("'" LOOP "','" CLEAR2 "'"), AC_TLP_NONE, AC_TLP_CLEAR,
	    AC_MARKING_BY_REF, CLEAR2 },
	{ "a selector that selects nothing holds for all", GRANULAR(ON(RED1, "'labels[0]'")), AC_TLP_CLEAR, AC_TLP_RED,
	    AC_MARKING_BY_SELECTOR, RED1 },
	{ "no selectors hold for all", GRANULAR("{'marking_ref':'" AMBER1 "'}"), AC_TLP_CLEAR, AC_TLP_AMBER,
	    AC_MARKING_BY_SELECTOR, AMBER1 },
	{ "a language is no data marking", GRANULAR("{'lang':'fr','selectors':['name']}"), AC_TLP_GREEN, AC_TLP_GREEN,
	    AC_MARKING_BY_SOURCE, "" },
	{ "a part's marking is not the object's", GRANULAR(ON(RED1, "'description'")), AC_TLP_GREEN, AC_TLP_GREEN,
	    AC_MARKING_BY_SOURCE, "" },
	/* Marking definitions are objects too. */
	{ "the standard's own definition is public", DEFINITION(CLEAR2, ""), AC_TLP_RED, AC_TLP_CLEAR,
	    AC_MARKING_BY_STANDARD, "" },
	{ "a RED level's definition is public", DEFINITION(RED1, ",'definition_type':'tlp','definition':{'tlp':'red'}"),
	    AC_TLP_RED, AC_TLP_CLEAR, AC_MARKING_BY_STANDARD, "" },
	{ "an unmarked statement has its source's default",
	    DEFINITION(COPYRIGHT, ",'definition_type':'statement','definition':{'statement':'c'}"), AC_TLP_GREEN,
	    AC_TLP_GREEN, AC_MARKING_BY_SOURCE, "" },
	{ "a marked definition",
	    DEFINITION(COPYRIGHT,
		",'definition_type':'statement','definition':{'statement':'c'},'object_marking_refs':['" RED1 "']"),
	    AC_TLP_GREEN, AC_TLP_RED, AC_MARKING_BY_REF, RED1 },
	{ "observables too", SCO("mutex", ",'name':'m','object_marking_refs':['" GREEN2 "']"), AC_TLP_NONE,
	    AC_TLP_GREEN, AC_MARKING_BY_REF, GREEN2 },
};

static void
marking__the_strictest_holds_and_says_why(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(level_rows); i++) {
		const level_row *row = &level_rows[i];
		ac_marking marking = marking_of(&arena, row->object, row->source_default);

		if (marking.level != row->level || marking.reason != row->reason ||
		    !ac_str_eq(marking.ref, ac_str_from(row->ref)))
			fail_msg("%s: %.*s by %.*s %.*s", row->what, AC_FMT(ac_tlp_name(marking.level)),
			    AC_FMT(ac_marking_reason_name(marking.reason)), AC_FMT(marking.ref));
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

static void
marking__lists_statements_policies_and_the_unknown(void **state)
{
	static const struct {
		const char *id;
		ac_marking_kind kind;
		const char *text;
		ac_tlp tlp, own;
		bool is_object;
	} want[] = {
		{ COPYRIGHT, AC_MARKING_STATEMENT, "Copyright 2019, Example Corp", AC_TLP_NONE, AC_TLP_NONE, true },
		{ SECRET_STATEMENT, AC_MARKING_STATEMENT, "From our partner", AC_TLP_NONE, AC_TLP_RED, true },
		{ IEP_AMBER, AC_MARKING_IEP, "Policy B", AC_TLP_AMBER, AC_TLP_NONE, true },
		{ PAP, AC_MARKING_STATEMENT, "PAP:RED", AC_TLP_NONE, AC_TLP_NONE, true },
		{ GREEN2, AC_MARKING_TLP, "TLP:GREEN", AC_TLP_GREEN, AC_TLP_NONE, true },
		{ FOREIGN, AC_MARKING_UNKNOWN, "Level 7", AC_TLP_RED, AC_TLP_NONE, false },
		{ TERMS, AC_MARKING_STATEMENT, "Terms of use are here", AC_TLP_NONE, AC_TLP_NONE, false },
	};
	ac_marking marking;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	/* Each once, both statements of use apply (s7.2.1.3). */
	marking = marking_of(&arena,
	    OBJECT(",'object_marking_refs':['" COPYRIGHT "','" SECRET_STATEMENT "','" IEP_AMBER "','" PAP "','" GREEN2
		   "','" COPYRIGHT "'],'granular_markings':[" ON(FOREIGN, "'name'") "," ON(TERMS, "'labels'") "," ON(
		       COPYRIGHT, "'labels'") "]"),
	    AC_TLP_NONE);
	assert_int_equal(marking.ref_count, AC_COUNT(want));
	for (size_t i = 0; i < AC_COUNT(want); i++) {
		const ac_marking_ref *ref = &marking.refs[i];

		assert_str(ref->id, ac_str_from(want[i].id));
		assert_int_equal(ref->kind, want[i].kind);
		assert_str(ref->text, ac_str_from(want[i].text));
		assert_int_equal(ref->tlp, want[i].tlp);
		assert_int_equal(ref->own, want[i].own);
		assert_int_equal(ref->is_object, want[i].is_object);
	}
	assert_int_equal(marking.level, AC_TLP_AMBER);
	assert_int_equal(marking.highest, AC_TLP_RED);
	ac_arena_done(&arena);
}

typedef struct part_row {
	const char *object;
	const char *parts; /* "selector=LEVEL " of each */
	const char *above_clear, *above_green, *above_strict;
} part_row;

static const part_row part_rows[] = {
	{ OBJECT(""), "", "", "", "" },
	/* The standard's own illustration: name GREEN, description AMBER, another property RED (s7.2.3). */
	{ GRANULAR(ON(GREEN2, "'name'") "," ON(AMBER1, "'description'") "," ON(RED1, "'external_references'")),
	    "description=TLP:AMBER external_references=TLP:RED name=TLP:GREEN ",
	    "description external_references name ", "description external_references ", "external_references " },
	/* A list and one of its values: the whole holds for the part, not the other way round. */
	{ GRANULAR(ON(AMBER1, "'labels'") "," ON(GREEN2, "'labels.[0]'")), "labels=TLP:AMBER labels.[0]=TLP:AMBER ",
	    "labels ", "labels ", "" },
	{ GRANULAR(ON(RED1, "'labels.[1]'") "," ON(GREEN2, "'labels'")), "labels=TLP:GREEN labels.[1]=TLP:RED ",
	    "labels ", "labels.[1] ", "labels.[1] " },
	/* Two steps down, with nothing said in between. */
	{ GRANULAR(ON(RED1, "'external_references'") "," ON(GREEN2, "'external_references.[0].description'")),
	    "external_references=TLP:RED external_references.[0].description=TLP:RED ", "external_references ",
	    "external_references ", "external_references " },
	/* Twice the same selector: the strictest. */
	{ GRANULAR(ON(GREEN2, "'name'") "," ON(RED1, "'name'") "," ON(CLEAR2, "'name'")), "name=TLP:RED ", "name ",
	    "name ", "name " },
	/* The object's own marking holds for its parts too. */
	{ OBJECT(",'object_marking_refs':['" AMBER1 "'],'granular_markings':[" ON(CLEAR2, "'name'") "]"),
	    "name=TLP:AMBER ", "name ", "name ", "" },
	/* A statement on a part is no level; unknown markings are RED. */
	{ GRANULAR(ON(COPYRIGHT, "'name'") "," ON(ABSENT, "'description'")),
	    "description=TLP:RED name= ", "description ", "description ", "description " },
	/* What one broken selector was meant for is not known. */
	{ GRANULAR(ON(AMBER1, "'name','labels.[9]'") "," ON(GREEN2, "'description'")),
	    "description=TLP:AMBER name=TLP:AMBER ", "description name ", "description name ", "" },
};

static ac_str
listed(ac_arena *arena, const ac_marking *marking, ac_tlp cleared)
{
	const ac_str *selectors;
	ac_str text = AC_S("");
	size_t n;

	assert_int_equal(ac_marking_above(marking, cleared, arena, &selectors, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		text = ac_arena_printf(arena, "%.*s%.*s ", AC_FMT(text), AC_FMT(selectors[i]));
	return text;
}

static void
marking__parts_have_levels_and_are_listed_above_a_clearance(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(part_rows); i++) {
		ac_marking marking = marking_of(&arena, part_rows[i].object, AC_TLP_CLEAR);
		ac_str parts = AC_S("");

		for (size_t p = 0; p < marking.part_count; p++)
			parts = ac_arena_printf(&arena, "%.*s%.*s=%.*s ", AC_FMT(parts),
			    AC_FMT(marking.parts[p].selector), AC_FMT(ac_tlp_name(marking.parts[p].tlp)));
		assert_str(parts, ac_str_from(part_rows[i].parts));
		assert_str(listed(&arena, &marking, AC_TLP_CLEAR), ac_str_from(part_rows[i].above_clear));
		assert_str(listed(&arena, &marking, AC_TLP_GREEN), ac_str_from(part_rows[i].above_green));
		assert_str(listed(&arena, &marking, AC_TLP_AMBER_STRICT), ac_str_from(part_rows[i].above_strict));
		assert_str(listed(&arena, &marking, AC_TLP_RED), AC_S(""));
	}
	ac_arena_done(&arena);
}

static void
marking__an_unmarked_definition_travels(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	assert_true(marking_of(&arena, definitions[0], AC_TLP_NONE).travels);
	assert_false(marking_of(&arena, definitions[7], AC_TLP_NONE).travels);
	assert_false(marking_of(&arena, OBJECT(""), AC_TLP_NONE).travels);
	ac_arena_done(&arena);
}

/* Nobody can make RED public by sending an object of RED's id. */
static void
marking__known_ids_are_not_looked_up(void **state)
{
	shelf s = { 0 };
	ac_marking marking;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	s.arena = &arena;
	assert_int_equal(
	    ac_marking_of(json_of(&arena, MARKED("'" RED1 "'")), NULL, NULL, AC_TLP_NONE, &arena, &marking, NULL), 0);
	assert_int_equal(marking.level, AC_TLP_RED);
	/* Without a place to look, another id is unknown. */
	assert_int_equal(
	    ac_marking_of(json_of(&arena, MARKED("'" COPYRIGHT "'")), NULL, NULL, AC_TLP_CLEAR, &arena, &marking, NULL),
	    0);
	assert_int_equal(marking.refs[0].kind, AC_MARKING_UNKNOWN);
	assert_int_equal(marking.level, AC_TLP_RED);
	/* A place that cannot be looked at ends it. */
	s.rc = ACCORD_EIO;
	assert_int_equal(ac_marking_of(json_of(&arena, MARKED("'" COPYRIGHT "'")), resolve, &s, AC_TLP_CLEAR, &arena,
			     &marking, NULL),
	    ACCORD_EIO);
	ac_arena_done(&arena);
}

static void
marking__more_than_can_be_looked_at_is_red(void **state)
{
	ac_marking marking;
	ac_arena arena;
	ac_buf text;

	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&text, AC_MIB);
	ac_buf_add(&text, AC_S("{'type':'mutex','id':'mutex--" UUID5 "','object_marking_refs':['" CLEAR2 "'"));
	for (unsigned i = 0; i < AC_MARKING_REFS_MAX; i++)
		ac_buf_printf(&text, ",'marking-definition--00000000-0000-4000-8000-%012u'", i);
	ac_buf_add(&text, AC_S("]}\0"));
	assert_int_equal(ac_marking_of(json_of(&arena, text.p), NULL, NULL, AC_TLP_CLEAR, &arena, &marking, NULL), 0);
	assert_true(marking.is_cut);
	assert_int_equal(marking.level, AC_TLP_RED);
	ac_buf_done(&text);
	ac_arena_done(&arena);
}

/* 2^27 steps: 671 times over a list of 200,000 values. */
static void
marking__selectors_that_take_too_long_hold_for_all(void **state)
{
	ac_marking marking;
	ac_arena arena;
	ac_buf text;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&text, AC_MIB);
	ac_buf_add(&text, AC_S("{'type':'mutex','id':'mutex--" UUID5 "','x_list':[0"));
	for (unsigned i = 1; i < 200000; i++)
		ac_buf_add(&text, AC_S(",0"));
	ac_buf_add(&text, AC_S("],'granular_markings':[{'marking_ref':'" GREEN2 "','selectors':['x_list.[0]'"));
	for (unsigned i = 0; i < 700; i++)
		ac_buf_add(&text, AC_S(",'x_list.[199999]'"));
	ac_buf_add(&text, AC_S("]}]}\0"));
	assert_int_equal(ac_marking_of(json_of(&arena, text.p), NULL, NULL, AC_TLP_CLEAR, &arena, &marking, NULL), 0);
	assert_true(marking.is_cut);
	assert_int_equal(marking.level, AC_TLP_GREEN);
	assert_int_equal(marking.reason, AC_MARKING_BY_SELECTOR);
	ac_buf_done(&text);
	ac_arena_done(&arena);
}

static void
tlp__ids_of_others_stand_for_the_standards(void **state)
{
	assert_str(ac_tlp_standard_id(AC_S("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37")), AC_S(STRICT2));
	assert_str(ac_tlp_standard_id(AC_S("marking-definition--2dd42701-1299-5767-ae3f-841289c26369")), AC_S(CLEAR2));
	assert_null(ac_tlp_standard_id(AC_S(AMBER1)).p);
	assert_null(ac_tlp_standard_id(AC_S(STRICT2)).p);
	assert_null(ac_tlp_standard_id(AC_S(COPYRIGHT)).p);
}

static void
marking__survives_every_allocation_failure(void **state)
{
	static const char text[] =
	    OBJECT(",'object_marking_refs':['" COPYRIGHT "','" GREEN2
		   "'],'granular_markings':[" ON(RED1, "'name','labels'") "," ON(GREEN2, "'labels.[0]'") "]");
	ac_arena arena;
	const ac_json *json;
	int rc = -1;

	ac_arena_init(&arena, AC_MIB);
	json = json_of(&arena, text);
	for (size_t limit = 16;; limit += 16) {
		ac_arena scratch;
		ac_marking marking;
		const ac_str *selectors;
		size_t n;

		ac_arena_init(&scratch, limit);
		rc = ac_marking_of(json, NULL, NULL, AC_TLP_NONE, &scratch, &marking, NULL);
		if (rc == 0)
			rc = ac_marking_above(&marking, AC_TLP_CLEAR, &scratch, &selectors, &n, NULL);
		ac_arena_done(&scratch);
		if (rc == 0)
			break;
		assert_int_equal(rc, ACCORD_ELIMIT);
	}
	for (unsigned long n = 1;; n++) {
		ac_arena scratch;
		ac_marking marking;

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_marking_of(json, NULL, NULL, AC_TLP_NONE, &scratch, &marking, NULL);
		ac_arena_done(&scratch);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marking__the_strictest_holds_and_says_why),
		cmocka_unit_test(marking__lists_statements_policies_and_the_unknown),
		cmocka_unit_test(marking__parts_have_levels_and_are_listed_above_a_clearance),
		cmocka_unit_test(marking__an_unmarked_definition_travels),
		cmocka_unit_test(marking__known_ids_are_not_looked_up),
		cmocka_unit_test(marking__more_than_can_be_looked_at_is_red),
		cmocka_unit_test(marking__selectors_that_take_too_long_hold_for_all),
		cmocka_unit_test(tlp__ids_of_others_stand_for_the_standards),
		cmocka_unit_test(marking__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
