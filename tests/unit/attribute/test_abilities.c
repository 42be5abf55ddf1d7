/* SPDX-License-Identifier: Apache-2.0 */
/* What software can do: which relationships count, what hiding takes, whose tool an incident is like, which techniques a tool explains. Likenesses are worked out by hand. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/abilities.h"
#include "attribute/view.h"
#include "fail_malloc.h"

#define NEAR 2e-6
#define MANUAL CITE("Manual", "2021, May 2", "https://tools.example/manual")
#define STUDY CITE("Study", "2018, May 2", "https://tools.example/study")

/*
 * The shell is Lake's alone, the scanner Lake's and River's. The shell can do T1001 and T1002, the scanner T1001. Rarity among two: of T1001 ln(1 + 0.5/2.5) = ln 1.2, of T1002 ln 2, of T1003, which
 * neither can, ln 6.
 */
static const char *const able[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "3", "Steal", "T1003"),
	NUMBERED("malware", "1", "Lake Shell", "S0001"),
	NUMBERED("tool", "1", "Scanner", "S0002"),
	USES("1", LAKE, SHELL, R1),
	USES("2", LAKE, SCANNER, R2),
	USES("3", RIVER, SCANNER, R3),
	USES("4", SHELL, T("1"), STUDY),
	USES("5", SHELL, T("2"), MANUAL),
	USES("6", SHELL, T("2"), STUDY "," MANUAL),
	USES("7", SCANNER, T("1"), STUDY),
	USES("8", SCANNER, T("3"), UNDATED),
	FIXTURE_RELATION("9", "uses", SCANNER, T("2")),
	USES("a", SHELL, SCANNER, STUDY),
	NULL,
};

static judge_case world;

static int
open_world(void **state)
{
	(void)state;
	judge_open(&world, able);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

/* A score of the evidence, and how like each actor's most like software is; NULL: without leaving anything out. */
static void
score_of(const ac_evidence *e, const bool *without, ac_view *view, ac_score *score, double likeness[2])
{
	assert_int_equal(ac_view_make(world.k, &e->hide, AC_VIEW_NO_CHANGE, &world.arena, view, &world.f.err), 0);
	assert_int_equal(ac_score_make(view, e, &world.k->weights, 1, &world.arena, score, &world.f.err), 0);
	(void)ac_abilities_compare(score, without, likeness, NULL);
}

static size_t
count_seen(const ac_evidence *e)
{
	ac_view view;
	size_t seen = 0;

	assert_int_equal(ac_view_make(world.k, &e->hide, AC_VIEW_NO_CHANGE, &world.arena, &view, &world.f.err), 0);
	for (size_t i = 0; i < world.k->ability_count; i++)
		seen += view.ability_seen[i];
	return seen;
}

static void
abilities__count_only_with_a_dated_source(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;

	assert_int_equal(world.k->ability_count, 4);
	assert_int_equal(count_seen(&e), 4);
	(void)state;
}

static void
likeness__is_a_cosine_over_how_many_have_the_tool(void **state)
{
	static const struct {
		const char *ids;
		double lake, river;
	} rows[] = {
		/* ln 2 / sqrt((ln 1.2 + ln 2) (ln 2 + ln 6)) */
		{ "T1002 T1003", 0.469948, 0 },
		/* the shell: sqrt(ln 1.2 / (ln 1.2 + ln 2)) = .456; the scanner: 1, which two have */
		{ "T1001", 0.5, 0.5 },
		/* the shell: 1; the scanner: sqrt(ln 1.2 / (ln 1.2 + ln 2)) / 2 */
		{ "T1001 T1002", 1, 0.228175 },
		{ "T1003", 0, 0 },
		{ "S0001", 0, 0 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence e = judge_evidence(&world, rows[i].ids);
		double likeness[2];
		ac_score score;
		ac_view view;

		score_of(&e, NULL, &view, &score, likeness);
		if (fabs(likeness[0] - rows[i].lake) > NEAR || fabs(likeness[1] - rows[i].river) > NEAR)
			fail_msg("%s: %f %f", rows[i].ids, likeness[0], likeness[1]);
	}
	(void)state;
}

static void
what_is_left_out__makes_nothing_alike(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 T1003");
	const bool without[] = { true, false, false };
	double likeness[2];
	ac_score score;
	ac_view view;

	score_of(&e, without, &view, &score, likeness);
	assert_true(fabs(likeness[0] - 0.469948) < NEAR);
	assert_true(likeness[1] < NEAR);
	(void)state;
}

static void
hiding__takes_abilities_by_day_report_and_relationship(void **state)
{
	ac_str ids[] = { AC_S(FIXTURE_ID("relationship", "5")), AC_S(FIXTURE_ID("relationship", "4")) };
	ac_str study = AC_S("https://tools.example/study");
	ac_evidence e = AC_EVIDENCE_NONE;

	assert_true(ac_time_parse_loose(AC_S("2021-05-02"), &e.hide.from));
	assert_int_equal(count_seen(&e), 3);
	assert_true(ac_time_parse_loose(AC_S("2018-05-02"), &e.hide.from));
	assert_int_equal(count_seen(&e), 0);
	e = AC_EVIDENCE_NONE;
	e.hide.reports = &study;
	e.hide.report_count = 1;
	assert_int_equal(count_seen(&e), 2);
	e = AC_EVIDENCE_NONE;
	e.hide.relationships = ids;
	e.hide.relationship_count = 2;
	assert_int_equal(count_seen(&e), 2);
	(void)state;
}

static void
tools_of_the_evidence__explain_what_they_can_do(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 T1003 S0001 S0002");
	const bool without_shell[] = { false, false, false, true, false };
	const bool without_both[] = { false, false, false, true, true };
	bool explained[5];
	double likeness[2];
	ac_score score;
	ac_view view;

	score_of(&e, NULL, &view, &score, likeness);
	ac_abilities_explain(&score, NULL, explained);
	assert_true(explained[0] && explained[1] && !explained[2] && !explained[3] && !explained[4]);
	ac_abilities_explain(&score, without_shell, explained);
	assert_true(explained[0] && !explained[1]);
	ac_abilities_explain(&score, without_both, explained);
	assert_false(explained[0]);
	(void)state;
}

/* River is not said to use a technique, nor is Lake: what speaks is the tool alone, and the rows still add up. */
static void
rows__add_up_with_tools(void **state)
{
	static const char *const asked[] = { "T1001 T1002 T1003", "T1001 T1002 T1003 S0001 S0002", "T1001 S0002" };

	for (size_t i = 0; i < AC_COUNT(asked); i++) {
		ac_evidence e = judge_evidence(&world, asked[i]);
		const ac_judgement *a = judge(&world, &e);

		assert_int_equal(a->column_count, 3);
		for (size_t h = 0; h < a->column_count; h++) {
			double sum = 0, want = h < 2 ? a->ranking[h].utility : a->unknown_utility;

			for (size_t w = 0; w < a->weight_count; w++)
				sum += a->weights[w].nats[h];
			assert_true(fabs(sum - want) < NEAR);
		}
		if (i == 0)
			assert_str(a->ranking[0].actor->external_id, AC_S("G0001"));
	}
	(void)state;
}

static void
judging__survives_failed_allocations(void **state)
{
	bool failed = true;

	for (unsigned long n = 1; failed; n += n < 100 ? 1 : 7) {
		accord_err err = { 0 };
		ac_knowledge *k = NULL;
		ac_arena arena;
		ac_judgement out;
		ac_evidence e = judge_evidence(&world, "T1001 T1002 S0001");
		ac_judge_options options = AC_JUDGE_OPTIONS;
		int rc;

		ac_arena_init(&arena, AC_REPORT_MAX);
		fail_malloc_at(n);
		rc = ac_knowledge_make(world.know, &k, &err);
		if (rc == 0)
			rc = ac_judge(k, &e, &options, &arena, &out, &err);
		failed = fail_malloc_done();
		if (rc != 0 && rc != ACCORD_ENOMEM)
			fail_msg("allocation %lu: %d %s", n, rc, err.text);
		ac_arena_done(&arena);
		(void)ac_knowledge_free(k);
	}
	(void)state;
}

/* Of Lake's tools the shell is more like the three techniques: (ln 1.2 + ln 2) / root of ln 2.4, against ln 1.2 / (2 root of ln 1.2). It cannot do T1003. */
static void
rows__name_the_leaders_tool_that_is_most_like_them(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 T1003 S0001");
	const ac_judgement *j = judge(&world, &e);
	ac_str with = { "", 0 };

	(void)state;
	assert_str(j->ranking[0].actor->name, AC_S("Blue Lake"));
	assert_non_null(j->tool);
	assert_str(j->tool->name, AC_S("Lake Shell"));
	for (size_t i = 0; i < j->weight_count; i++)
		if (j->weights[i].tool) {
			assert_ptr_equal(j->weights[i].tool, j->tool);
			assert_int_equal(j->weights[i].kind, AC_WEIGHT_TECHNIQUE);
			assert_false(ac_str_eq(j->weights[i].text, AC_S("T1003")));
			with = ac_arena_printf(&world.arena, "%.*s+", AC_FMT(with));
		}
	assert_str(with, AC_S("++"));
	/* Nothing that a tool can do was seen. */
	e = judge_evidence(&world, "T1003 S0001");
	assert_null(judge(&world, &e)->tool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(abilities__count_only_with_a_dated_source),
		cmocka_unit_test(likeness__is_a_cosine_over_how_many_have_the_tool),
		cmocka_unit_test(what_is_left_out__makes_nothing_alike),
		cmocka_unit_test(hiding__takes_abilities_by_day_report_and_relationship),
		cmocka_unit_test(tools_of_the_evidence__explain_what_they_can_do),
		cmocka_unit_test(rows__add_up_with_tools),
		cmocka_unit_test(judging__survives_failed_allocations),
		cmocka_unit_test(rows__name_the_leaders_tool_that_is_most_like_them),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
