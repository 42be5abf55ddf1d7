/* SPDX-License-Identifier: Apache-2.0 */
/* Grades of the Admiralty system: of who saw the evidence, of relationships, and of reports; what they leave, and what it does to the answer. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/view.h"

#define NEAR 1e-9

static void
grades__leave_what_their_table_says(void **state)
{
	static const struct {
		ac_admiralty grade;
		double want;
	} rows[] = {
		{ { 'A', '1' }, 1 },
		{ { 'B', '2' }, 1 },
		{ { 'C', '1' }, 0.7 },
		{ { 'D', '1' }, 0.4 },
		{ { 'E', '1' }, 0 },
		{ { 'F', '1' }, 0.5 },
		{ { 'A', '3' }, 0.7 },
		{ { 'A', '4' }, 0.4 },
		{ { 'A', '5' }, 0 },
		{ { 'A', '6' }, 0.5 },
		{ { 'C', '4' }, 0.4 }, /* the lesser */
		{ { 'F', '6' }, 0.5 }, /* what nobody can judge is not doubted twice */
		{ { 0, '4' }, 0.4 },
		{ { 'D', 0 }, 0.4 },
		{ { 0, 0 }, 1 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (fabs(ac_admiralty_part(rows[i].grade) - rows[i].want) > NEAR)
			fail_msg("row %zu: %f", i, ac_admiralty_part(rows[i].grade));
	(void)state;
}

static void
labels__grade_as_misp_writes_them(void **state)
{
	static const struct {
		const char *labels;
		ac_admiralty want;
	} rows[] = {
		{ "[\"admiralty-scale:source-reliability=\\\"b\\\"\"]", { 'B', 0 } },
		{ "[\"tlp:green\",\"admiralty-scale:information-credibility=\\\"4\\\"\","
		  "\"admiralty-scale:source-reliability=\\\"c\\\"\"]",
		    { 'C', '4' } },
		{ "[\"admiralty-scale:source-reliability=\\\"g\\\"\"]", { 'E', 0 } },
		{ "[\"Admiralty-Scale:Source-Reliability=D\"]", { 'D', 0 } },
		{ "[\"admiralty-scale:source-reliability=\\\"a\\\"\",\"admiralty-scale:source-reliability=\\\"e\\\"\"]",
		    { 'E', 0 } },
		{ "[\"admiralty-scale:source-reliability=\\\"x\\\"\"]", { 0, 0 } },
		{ "[\"admiralty-scale:source-reliability=\\\"ab\\\"\"]", { 0, 0 } },
		{ "[\"admiralty-scale:source-reliability=\"]", { 0, 0 } },
		{ "[\"admiralty-scale:information-credibility=\\\"7\\\"\", 4, null]", { 0, 0 } },
		{ "\"admiralty-scale:source-reliability=a\"", { 0, 0 } },
	};
	ac_arena arena;

	ac_arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str text = ac_arena_printf(&arena, "{\"labels\":%s}", rows[i].labels);
		const ac_json *json;
		ac_admiralty got;

		assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, &arena, &json, NULL), 0);
		got = ac_admiralty_of(json);
		if (got.reliability != rows[i].want.reliability || got.credibility != rows[i].want.credibility)
			fail_msg("row %zu: '%c' '%c'", i, got.reliability, got.credibility);
	}
	ac_arena_done(&arena);
	(void)state;
}

static double
nats_of(const ac_judgement *a, const char *item)
{
	for (size_t w = 0; w < a->weight_count; w++)
		if (ac_str_eq(a->weights[w].text, ac_str_from(item)))
			return a->weights[w].nats[0];
	fail_msg("%s has no row", item);
	return 0;
}

static void
what_a_source_saw__counts_by_its_grade(void **state)
{
	static const char *const texts[] = { "T1002", "S0001" };
	ac_evidence_source sources[] = { { AC_S("Good"), { 0 }, AC_TIME_MIN, 'A', '1' },
		{ AC_S("Poor"), { 0 }, AC_TIME_MIN, 'D', '2' } };
	judge_case c;
	ac_evidence e;
	double full[2], left[2];
	const ac_judgement *a;

	judge_open(&c, judge_world);
	e = judge_evidence(&c, "T1001 T1002 S0001");
	e.sources = sources;
	e.source_count = 2;
	for (size_t i = 0; i < 3; i++)
		*(i < 2 ? &e.techniques.items[i].source : &e.software.items[0].source) = i > 0;
	sources[1].reliability = 'B';
	a = judge(&c, &e);
	for (size_t i = 0; i < 2; i++)
		full[i] = nats_of(a, texts[i]);
	/* Without what the second source saw there is a row of its own. */
	assert_true(a->sensitivity_count > 0);
	for (size_t s = 0, found = 0; s < a->sensitivity_count; s++) {
		found += a->sensitivities[s].what == AC_WITHOUT_SOURCE;
		assert_true(s + 1 < a->sensitivity_count || found == 2);
	}
	sources[1].reliability = 'D';
	a = judge(&c, &e);
	for (size_t i = 0; i < 2; i++) {
		left[i] = nats_of(a, texts[i]);
		assert_true(left[i] > 0 && left[i] < full[i]);
	}
	sources[1].reliability = 'E';
	a = judge(&c, &e);
	for (size_t i = 0; i < 2; i++)
		assert_true(fabs(nats_of(a, texts[i])) < NEAR);
	assert_int_equal(a->note_count, 2);
	assert_int_equal(a->notes[0].kind, AC_NOTE_GRADED);
	/* It is as if it had not been seen. */
	e.software.count = 0;
	e.techniques.count = 1;
	assert_true(fabs(judge(&c, &e)->ranking[0].p - a->ranking[0].p) < 1e-9);
	judge_close(&c);
	(void)state;
}

#define LABEL(predicate, value) "'labels':['admiralty-scale:" predicate "=" value "']"
#define GRADED(n, from, to, cites, labels)                                                                             \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'uses','source_ref':'" from "','target_ref':'" to    \
					    "'," labels ",'external_references':[" cites "]}"

/* Lake: T1001 by a report that nobody grades, T1002 by a claim of credibility 3, the shell by a report of reliability D, T1003 by an unreliable one. */
static const char *const graded_world[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "3", "Steal", "T1003"),
	NUMBERED("malware", "1", "Lake Shell", "S0001"),
	USES("1", LAKE, T("1"), R1),
	GRADED("2", LAKE, T("2"), R1, LABEL("information-credibility", "3")),
	USES("3", LAKE, SHELL, R2),
	USES("4", LAKE, T("3"), R3),
	"{" FIXTURE_HEAD(
	    "report", "1") ",'name':'Lake Two in the store','published':'2020-06-01T00:00:00Z',"
			   "'object_refs':['" LAKE "']," LABEL("source-reliability",
			       "d") ",'external_references':[{'source_name':'v','url':'https://two.example/lake'}]}",
	"{" FIXTURE_HEAD(
	    "report", "2") ",'name':'River One','published':'2020-06-01T00:00:00Z',"
			   "'object_refs':['" LAKE "']," LABEL("source-reliability",
			       "e") ",'external_references':[{'source_name':'v','url':'https://one.example/river'}]}",
	NULL,
};

static void
what_reports_say__counts_by_their_grades(void **state)
{
	static const struct {
		const char *feature;
		double want;
	} rows[] = { { "T1001", 1 }, { "T1002", 0.7 }, { "S0001", 0.4 }, { "T1003", 0 } };
	ac_evidence_hide hide = { .from = AC_TIME_MAX };
	judge_case c;
	ac_view view;

	judge_open(&c, graded_world);
	assert_int_equal(ac_view_make(c.k, &hide, AC_VIEW_NO_CHANGE, &c.arena, &view, &c.f.err), 0);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		for (size_t p = 0; p < c.k->pair_count; p++)
			if (ac_str_eq(c.k->features[c.k->pairs[p].feature].external_id, ac_str_from(rows[i].feature)) &&
			    fabs(view.count[p] - rows[i].want) > NEAR)
				fail_msg("%s: %f", rows[i].feature, view.count[p]);
	/* Who is only told of by an unreliable report shares nothing. */
	assert_int_equal(view.shared_by[ac_knowledge_find(c.k, AC_S("T1003"))->feature], 0);
	judge_close(&c);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grades__leave_what_their_table_says),
		cmocka_unit_test(labels__grade_as_misp_writes_them),
		cmocka_unit_test(what_a_source_saw__counts_by_its_grade),
		cmocka_unit_test(what_reports_say__counts_by_their_grades),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
