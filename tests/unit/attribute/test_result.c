/* SPDX-License-Identifier: Apache-2.0 */
/* Result objects: valid STIX 2.1 whatever the answer, with the term's value as confidence and the whole chain in them. */
#include "judge_fixture.h"

#include "attribute/evidence_from.h"
#include "attribute/result.h"
#include "fail_malloc.h"
#include "stix/object.h"

#define CASE FIXTURE_ID("campaign", "2")

/* A campaign that two allies attribute, each to another. */
static const char *const claims[] = {
	"{" FIXTURE_HEAD("campaign", "2") ",'name':'Second Wave'}",
	FIXTURE_RELATION("a", "uses", CASE, T("1")),
	FIXTURE_RELATION("b", "uses", CASE, T("2")),
	FIXTURE_RELATION("c", "uses", CASE, SHELL),
	FIXTURE_RELATION("d", "attributed-to", CASE, RIVER),
	FIXTURE_RELATION("e", "attributed-to", CASE, LAKE),
	NULL,
};

static judge_case world;
static ac_evidence evidence;
static ac_answer_origin origin;
static ac_judgement judgement;
static ac_answer answer;

static int
open_world(void **state)
{
	(void)state;
	fixture_open(&world.f);
	fixture_put(&world.f, "Catalogue", judge_world);
	fixture_put(&world.f, "Ally B", claims);
	ac_arena_init(&world.arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(world.f.store, (ac_hash_seed){ { 3, 4 } }, &world.know, &world.f.err), 0);
	if (ac_knowledge_make(world.know, &world.k, &world.f.err) < 0)
		fail_msg("%s", world.f.err.text);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

/* The judgement of the evidence, with another probability of its first name, and a gate that passes or not. */
static void
make(double p, bool passes)
{
	judgement = *judge(&world, &evidence);
	judgement.insufficient = p <= 0;
	if (p > 0)
		judgement.ranking[0].p = p;
	judgement.gate.passes = passes;
	if (ac_answer_make(world.know, world.k, &evidence, NULL, &origin, &judgement, ac_scale_of(AC_S("icd203")),
		&world.arena, &answer, &world.f.err) < 0)
		fail_msg("%s", world.f.err.text);
}

static void
from_ids(const char *ids)
{
	evidence = judge_evidence(&world, ids);
	origin = (ac_answer_origin){ .name = AC_S_INIT("a case") };
}

static void
from_campaign(void)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	bool is_cut;

	assert_int_equal(ac_evidence_from_object(
			     world.know, AC_S(CASE), &nothing, &world.arena, &evidence, &origin, &is_cut, &world.f.err),
	    0);
}

static void
on_finding(void *payload, const ac_stix_finding *f)
{
	(void)payload;
	if (f->level == AC_STIX_ERROR)
		print_error("%.*s: %.*s\n", AC_FMT(f->pointer), AC_FMT(f->text));
}

static const ac_json *
bundle_of(ac_lang lang)
{
	const ac_json *bundle;
	ac_json_writer w;
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	if (ac_answer_stix(&answer, lang, ac_time_from_us(1626700000000000), &w, &world.arena, &world.f.err) < 0)
		fail_msg("%s", world.f.err.text);
	text = ac_arena_str(&world.arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	if (ac_json_parse(text, AC_JSON_LIMITS, &world.arena, &bundle, &world.f.err) < 0)
		fail_msg("%s", world.f.err.text);
	assert_int_equal(ac_stix_validate(bundle, &world.arena, on_finding, NULL, &world.f.err), 0);
	return bundle;
}

/* The n-th object of a type, NULL behind the last. */
static const ac_json *
object_of(const ac_json *bundle, const char *type, size_t n)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("type")), ac_str_from(type)) && n-- == 0)
			return it.value;
	return NULL;
}

static int64_t
confidence_of(const ac_json *object)
{
	int64_t value = -1;

	(void)ac_json_i64(ac_json_get(object, AC_S("confidence")), &value);
	return value;
}

static void
likely_actor__is_attributed_with_the_terms_value(void **state)
{
	static const struct {
		double p;
		bool passes;
		int64_t confidence;
		const char *opinion;
	} rows[] = {
		{ .57, false, 70, "agree" },
		{ .97, false, 70, "agree" }, /* the gate */
		{ .85, true, 85, "strongly-agree" },
		{ .96, true, 95, "strongly-agree" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *bundle, *claim, *opinion;

		from_ids("T1001 T1002 T1003 T1003.001 S0001");
		make(rows[i].p, rows[i].passes);
		bundle = bundle_of(AC_LANG_EN);
		claim = object_of(bundle, "relationship", 0);
		opinion = object_of(bundle, "opinion", 0);
		assert_str(ac_json_get_string(claim, AC_S("relationship_type")), AC_S("attributed-to"));
		assert_str(ac_json_get_string(claim, AC_S("target_ref")), AC_S(LAKE));
		assert_str(ac_json_get_string(claim, AC_S("source_ref")),
		    ac_json_get_string(object_of(bundle, "campaign", 0), AC_S("id")));
		assert_int_equal(confidence_of(claim), rows[i].confidence);
		assert_int_equal(confidence_of(opinion), rows[i].confidence);
		assert_str(ac_json_get_string(opinion, AC_S("opinion")), ac_str_from(rows[i].opinion));
		assert_null(object_of(bundle, "opinion", 1));
		assert_null(object_of(bundle, "note", 0));
	}
}

static void
chain__is_in_an_extension_that_is_defined(void **state)
{
	const ac_json *bundle, *extension, *kept;
	ac_str id;

	(void)state;
	from_ids("T1001 T1002 T1003 T1003.001 S0001");
	make(.7, false);
	bundle = bundle_of(AC_LANG_FR);
	id = ac_json_get_string(object_of(bundle, "extension-definition", 0), AC_S("id"));
	extension = ac_json_get(ac_json_get(object_of(bundle, "relationship", 0), AC_S("extensions")), id);
	assert_str(ac_json_get_string(extension, AC_S("extension_type")), AC_S("property-extension"));
	kept = ac_json_get(extension, AC_S("answer"));
	assert_str(ac_json_get_string(kept, AC_S("schema")), AC_S("accord.attribution/1"));
	assert_int_equal(ac_json_count(ac_json_get(kept, AC_S("evidence"))), judgement.weight_count);
	assert_int_equal(ac_json_get_string(extension, AC_S("answer_sha256")).n, 64);
	assert_str(ac_json_get_string(object_of(bundle, "relationship", 0), AC_S("lang")), AC_S("fr"));
}

static void
nobody_likely__is_a_note_and_no_attribution(void **state)
{
	static const double chances[] = { 0, .3, .5 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(chances); i++) {
		const ac_json *bundle;

		from_ids("T1001");
		make(chances[i], false);
		bundle = bundle_of(AC_LANG_EN);
		assert_null(object_of(bundle, "relationship", 0));
		assert_null(object_of(bundle, "opinion", 0));
		assert_non_null(object_of(bundle, "note", 0));
		assert_int_equal(confidence_of(object_of(bundle, "note", 0)), -1);
	}
}

/* The campaign itself is what is attributed, and each ally's claim gets an opinion: silence of evidence is no disagreement. */
static void
claims_of_allies__get_opinions(void **state)
{
	const ac_json *bundle;

	(void)state;
	from_campaign();
	make(.7, false);
	bundle = bundle_of(AC_LANG_EN);
	assert_null(object_of(bundle, "campaign", 0));
	assert_str(ac_json_get_string(object_of(bundle, "relationship", 0), AC_S("source_ref")), AC_S(CASE));
	assert_non_null(object_of(bundle, "opinion", 2));
	assert_null(object_of(bundle, "opinion", 3));
	for (size_t i = 1; i < 3; i++) {
		const ac_json *opinion = object_of(bundle, "opinion", i);
		ac_json_iter refs = ac_json_iter_of(ac_json_get(opinion, AC_S("object_refs")));
		bool is_river;

		assert_true(ac_json_next(&refs));
		is_river = ac_str_eq(ac_json_string(refs.value), AC_S(FIXTURE_ID("relationship", "d")));
		assert_str(ac_json_get_string(opinion, AC_S("opinion")), is_river ? AC_S("neutral") : AC_S("agree"));
	}
	/* A well-founded answer that it was another does disagree. */
	make(.9, true);
	bundle = bundle_of(AC_LANG_EN);
	for (size_t i = 1; i < 3; i++) {
		ac_str opinion = ac_json_get_string(object_of(bundle, "opinion", i), AC_S("opinion"));

		assert_true(ac_str_eq(opinion, AC_S("disagree")) || ac_str_eq(opinion, AC_S("strongly-agree")));
	}
}

static void
same_answer__gives_the_same_ids(void **state)
{
	const ac_json *first;

	(void)state;
	from_ids("T1001 T1002 T1003 T1003.001 S0001");
	make(.7, false);
	first = bundle_of(AC_LANG_EN);
	assert_str(ac_json_raw(bundle_of(AC_LANG_EN)), ac_json_raw(first));
}

static void
result__survives_failed_allocations(void **state)
{
	bool failed = true;

	(void)state;
	from_campaign();
	make(.7, false);
	/* OpenSSL survives some failed allocations by itself; then the bundle must be whole. */
	for (unsigned long n = 1; failed; n++) {
		accord_err err = { 0 };
		ac_json_writer w;
		ac_arena arena;
		ac_str text;
		ac_buf buf;
		int rc;

		ac_arena_init(&arena, AC_REPORT_MAX);
		ac_buf_init(&buf, AC_REPORT_MAX);
		ac_json_writer_init(&w, &buf);
		fail_malloc_at(n);
		rc = ac_answer_stix(&answer, AC_LANG_EN, ac_time_from_us(1626700000000000), &w, &arena, &err);
		if (rc == 0)
			rc = ac_buf_finish(&buf, &text, &err);
		failed = fail_malloc_done();
		if (!failed && rc < 0)
			fail_msg("%s", err.text);
		ac_buf_done(&buf);
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(likely_actor__is_attributed_with_the_terms_value),
		cmocka_unit_test(chain__is_in_an_extension_that_is_defined),
		cmocka_unit_test(nobody_likely__is_a_note_and_no_attribution),
		cmocka_unit_test(claims_of_allies__get_opinions),
		cmocka_unit_test(same_answer__gives_the_same_ids),
		cmocka_unit_test(result__survives_failed_allocations),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
