/* SPDX-License-Identifier: Apache-2.0 */
/* What a technique means that has sub-techniques and is named without one: itself for who names sub-techniques elsewhere, any of its family for who names few. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/score.h"
#include "attribute/view.h"

/* Lake has T1003.001, River the bare T1003; T1001 and T1002 have sub-techniques, too. */
static const char *const families[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "3", "Steal", "T1003"),
	NUMBERED("attack-pattern", "4", "Steal files", "T1003.001"),
	NUMBERED("attack-pattern", "5", "Exploit a browser", "T1001.001"),
	NUMBERED("attack-pattern", "6", "Persist by tasks", "T1002.001"),
	USES("1", LAKE, T("4"), R1),
	USES("2", LAKE, T("5"), R1),
	USES("3", RIVER, T("3"), R3),
	USES("4", RIVER, T("6"), R3),
	NULL,
};

enum { IS_LAKE, IS_RIVER };

static judge_case world;
static ac_view view;
static ac_score score;

static int
open_world(void **state)
{
	(void)state;
	judge_open(&world, families);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

/* The first item of a score of these techniques. */
static const ac_scored *
first_of(const char *ids)
{
	ac_evidence e = judge_evidence(&world, ids);

	assert_int_equal(ac_view_make(world.k, &e.hide, AC_VIEW_NO_CHANGE, &world.arena, &view, &world.f.err), 0);
	assert_int_equal(ac_score_make(&view, &e, &world.k->weights, 1, &world.arena, &score, &world.f.err), 0);
	return &score.items[0];
}

static bool
is_near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

static void
bare_technique__alone_means_any_of_its_family(void **state)
{
	const ac_scored *item = first_of("T1003");
	const double *family = score.families[item->family].raw;

	assert_true(item->is_coarse);
	assert_int_equal(item->shared_by, 2);
	assert_true(family[IS_LAKE] > 0 && family[IS_RIVER] > 0);
	assert_true(is_near(item->raw[IS_LAKE], family[IS_LAKE]));
	assert_true(is_near(item->raw[IS_RIVER], family[IS_RIVER]));
	(void)state;
}

/* One of two is named by a sub-technique: half, from where on a bare one is meant as it stands. */
static void
bare_technique__beside_as_many_sub_techniques_means_itself(void **state)
{
	const ac_scored *item = first_of("T1003 T1001.001");

	assert_false(item->is_coarse);
	assert_int_equal(item->shared_by, 1);
	assert_true(item->raw[IS_LAKE] <= 0 && item->raw[IS_RIVER] > 0);
	(void)state;
}

/* One of four: half of what a half would be. */
static void
bare_technique__between_them_means_both_in_part(void **state)
{
	double own = first_of("T1003 T1003.001")->raw[IS_RIVER];
	const ac_scored *item = first_of("T1003 T1001 T1002 T1003.001");
	const double *family = score.families[item->family].raw;

	assert_true(item->is_coarse);
	assert_true(is_near(item->raw[IS_LAKE], 0.5 * family[IS_LAKE]));
	assert_true(is_near(item->raw[IS_RIVER], 0.5 * own + 0.5 * family[IS_RIVER]));
	(void)state;
}

static void
sub_technique__means_itself(void **state)
{
	const ac_scored *item = first_of("T1003.001 T1001 T1002");

	assert_false(item->is_coarse);
	assert_true(item->raw[IS_LAKE] > 0 && item->raw[IS_RIVER] <= 0);
	(void)state;
}

static void
score__filled_again_is_the_same(void **state)
{
	const ac_scored *item = first_of("T1003 T1001 T1002 T1003.001");
	double lake = item->raw[IS_LAKE], river = item->raw[IS_RIVER], nearness = item->nearness;

	ac_score_fill(&score);
	assert_true(is_near(item->raw[IS_LAKE], lake) && is_near(item->raw[IS_RIVER], river));
	assert_true(is_near(item->nearness, nearness));
	(void)state;
}

/* Lake never is said to have the bare one: what its row stands on is the report of the sub-technique. */
static void
row_of_a_bare_technique__has_the_reports_of_its_family(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001");
	const ac_judgement *j = judge(&world, &e);

	assert_true(ac_str_eq(j->ranking[0].actor->name, AC_S("Blue Lake")));
	assert_int_equal(j->weights[0].report_count, 1);
	assert_int_equal(j->weights[0].clusters, 1);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_technique__alone_means_any_of_its_family),
		cmocka_unit_test(bare_technique__beside_as_many_sub_techniques_means_itself),
		cmocka_unit_test(bare_technique__between_them_means_both_in_part),
		cmocka_unit_test(sub_technique__means_itself),
		cmocka_unit_test(score__filled_again_is_the_same),
		cmocka_unit_test(row_of_a_bare_technique__has_the_reports_of_its_family),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
