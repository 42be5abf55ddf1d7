/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of in the same reports as a tool: which citations count, what hiding takes, what remains of a share. Shares are worked out by hand. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/told.h"
#include "fail_malloc.h"

#define NEAR 1e-12
#define CITED(type, n, name, number, cites)                                                                            \
	"{" FIXTURE_HEAD(type, n) ",'name':'" name "','external_references':[{'source_name':'mitre-attack',"           \
				  "'external_id':'" number "'}," cites "],'is_family':true}"
#define UNDATED_R3 "{'source_name':'No Day','description':'n.d.','url':'https://four.example/undated'}"

/*
 * Nobody is said to use the shell. Its own record cites Two, and that it can do T1001 is cited of One. Two tells of Lake and of River, One of Lake alone: Lake 1/2 + 1, River 1/2, of 2. The scanner is River's by
 * Three; its own record cites Two: Lake 1/2, of which River's own counts one more. A report without a date tells nothing.
 */
static const char *const told[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "3", "Steal", "T1003"),
	CITED("malware", "1", "Lake Shell", "S0001", R2 "," UNDATED_R3),
	CITED("tool", "1", "Scanner", "S0002", R2),
	USES("1", LAKE, T("1"), R1 "," R2),
	USES("2", RIVER, T("3"), R2 "," UNDATED_R3),
	USES("3", RIVER, SCANNER, R3),
	USES("4", SHELL, T("1"), R1),
	NULL,
};

/* River's own record cites One, too. */
static const char *const cited[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	CITED("intrusion-set", "2", "Red River", "G0002", R1),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("malware", "1", "Lake Shell", "S0001"),
	USES("1", LAKE, T("1"), R1),
	USES("2", RIVER, T("1"), R3),
	USES("4", SHELL, T("1"), R1),
	NULL,
};

static void
weigh(judge_case *c, const ac_evidence *e, ac_view_change change, const char *tool, double out[2])
{
	const ac_feature_alias *alias = ac_knowledge_find(c->k, ac_str_from(tool));
	ac_view *view = ac_arena_zalloc(&c->arena, 1, sizeof(*view));

	assert_non_null(alias);
	assert_non_null(view);
	assert_int_equal(c->k->actor_count, 2);
	assert_int_equal(ac_view_make(c->k, &e->hide, change, &c->arena, view, &c->f.err), 0);
	ac_told_weigh(view, alias->feature, out);
}

static const struct {
	const char *hidden, *relationship, *from, *tool;
	uint32_t without;
	double lake, river;
} rows[] = {
	{ NULL, NULL, NULL, "S0001", AC_VIEW_NOBODY, 0.75, 0.25 },
	{ NULL, NULL, NULL, "S0002", AC_VIEW_NOBODY, 1.0 / 3, 0 },
	{ "Lake One", NULL, NULL, "S0001", AC_VIEW_NOBODY, 0.5, 0.5 },
	{ "https://two.example/lake", NULL, NULL, "S0001", AC_VIEW_NOBODY, 1, 0 },
	{ "Lake Two", NULL, NULL, "S0002", AC_VIEW_NOBODY, 0, 0 },
	{ NULL, FIXTURE_ID("relationship", "4"), NULL, "S0001", AC_VIEW_NOBODY, 0.5, 0.5 },
	{ NULL, FIXTURE_ID("relationship", "1"), NULL, "S0001", AC_VIEW_NOBODY, 0, 1 },
	{ NULL, FIXTURE_ID("relationship", "3"), NULL, "S0002", AC_VIEW_NOBODY, 0.5, 0.5 },
	{ NULL, NULL, "2020-06-01T00:00:00Z", "S0001", AC_VIEW_NOBODY, 1, 0 },
	{ NULL, NULL, NULL, "S0001", 0, 0, 1 },
};

static void
told__is_a_share_of_what_visible_reports_tell_of_both(void **state)
{
	judge_case c;

	(void)state;
	judge_open(&c, told);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str report = ac_str_from(rows[i].hidden ? rows[i].hidden : ""),
		       relationship = ac_str_from(rows[i].relationship ? rows[i].relationship : "");
		ac_evidence e = AC_EVIDENCE_NONE;
		double shares[2];

		e.hide.reports = &report;
		e.hide.report_count = report.n > 0;
		e.hide.relationships = &relationship;
		e.hide.relationship_count = relationship.n > 0;
		if (rows[i].from)
			assert_int_equal(ac_time_parse_stix(ac_str_from(rows[i].from), &e.hide.from, &c.f.err), 0);
		weigh(&c, &e, (ac_view_change){ rows[i].without, AC_VIEW_NOBODY, 1 }, rows[i].tool, shares);
		if (fabs(shares[0] - rows[i].lake) > NEAR || fabs(shares[1] - rows[i].river) > NEAR)
			fail_msg("row %zu: want %g and %g, got %g and %g", i, rows[i].lake, rows[i].river, shares[0],
			    shares[1]);
	}
	judge_close(&c);
}

static void
told__counts_what_the_actors_own_record_cites(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	double shares[2];
	judge_case c;

	(void)state;
	judge_open(&c, cited);
	weigh(&c, &e, AC_VIEW_NO_CHANGE, "S0001", shares);
	assert_true(fabs(shares[0] - 0.5) < NEAR);
	assert_true(fabs(shares[1] - 0.5) < NEAR);
	judge_close(&c);
}

static void
told__row_names_the_reports_that_tell_of_both(void **state)
{
	const ac_judgement *answer;
	ac_evidence e;
	judge_case c;

	(void)state;
	judge_open(&c, told);
	e = judge_evidence(&c, "T1001 S0001");
	answer = judge(&c, &e);
	assert_true(answer->ranking_count > 0);
	assert_true(ac_str_eq(answer->ranking[0].actor->external_id, AC_S("G0001")));
	for (size_t i = 0; i < answer->weight_count; i++)
		if (answer->weights[i].kind == AC_WEIGHT_SOFTWARE) {
			assert_true(answer->weights[i].is_told_with);
			assert_int_equal(answer->weights[i].report_count, 2);
			assert_int_equal(answer->weights[i].shared_by, 0);
			assert_true(answer->weights[i].nats[0] > answer->weights[i].nats[1]);
			judge_close(&c);
			return;
		}
	fail_msg("no row of the tool");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told__is_a_share_of_what_visible_reports_tell_of_both),
		cmocka_unit_test(told__counts_what_the_actors_own_record_cites),
		cmocka_unit_test(told__row_names_the_reports_that_tell_of_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
