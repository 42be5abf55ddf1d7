/* SPDX-License-Identifier: Apache-2.0 */
/* A view is made from the one with nothing hidden, and only what hiding touches is counted: it must be what counting everything gives, to the last bit. */
#include "judge_fixture.h"

#include "attribute/view.h"

/* A copy of the river's report by another name, two claims of one thing, and what the scanner can do. */
static const char *const told[] = {
	WORLD_HEAD,
	TOLD("4", RIVER, T("1"), R3, "Red River opens doors with letters"),
	TOLD("5", RIVER, T("3"), R3, "Red River copies whole archives"),
	TOLD("a", RIVER, T("3"), R1, "Red River copies whole archives at night"),
	TOLD("b", RIVER, T("3"), R3, "It copies archives"),
	USES("6", RIVER, FIXTURE_ID("tool", "1"), R3),
	USES("7", LAKE, FIXTURE_ID("tool", "1"), R2),
	USES("c", FIXTURE_ID("tool", "1"), T("1"), R3),
	USES("d", FIXTURE_ID("tool", "1"), T("2"), R1 "," R3),
	NULL,
};

static judge_case world;

static int
open_world(void **state)
{
	(void)state;
	judge_open(&world, told);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

#define SAME(field, n)                                                                                                 \
	do {                                                                                                           \
		if ((n) && memcmp(a->field, b->field, (n) * sizeof(*a->field)))                                        \
			fail_msg("row %zu, change %zu: " #field " differs", row, change);                              \
	} while (0)

static void
compare(const ac_view *a, const ac_view *b, size_t row, size_t change)
{
	const ac_knowledge *k = a->k;

	SAME(told, k->cluster_count);
	SAME(report_part, k->report_count);
	SAME(claim_hidden, k->claim_count + k->tie_count);
	SAME(claim_part, k->claim_count + k->tie_count);
	SAME(ability_seen, k->ability_count);
	SAME(count, k->pair_count);
	SAME(shared_by, k->feature_count);
	SAME(length, k->actor_count);
	SAME(software_length, k->actor_count);
	SAME(clusters, k->actor_count);
	SAME(last, k->actor_count);
	SAME(prose_hidden, k->claim_count);
	SAME(words, k->actor_count);
	SAME(doc_weight, k->doc_count);
	SAME(entry_seen, k->doc_entry_count);
	SAME(able->can, k->feature_count);
	SAME(able->rarity, k->feature_count);
	SAME(able->norm, k->feature_count);
	assert_memory_equal(&a->mean_words, &b->mean_words, sizeof(double));
	assert_memory_equal(&a->mean_length, &b->mean_length, sizeof(double));
	assert_memory_equal(&a->mean_software_length, &b->mean_software_length, sizeof(double));
	assert_int_equal(a->profiles, b->profiles);
	assert_int_equal(a->hidden_claims, b->hidden_claims);
}

static void
view__is_what_counting_everything_gives(void **state)
{
	static const struct {
		const char *report, *relationship;
		int64_t from; /* 0: nothing is hidden by day */
	} rows[] = {
		{ "", "", 0 },
		{ "Lake One", "", 0 },
		{ "https://one.example/river", "", 0 },
		{ "Lake Two", FIXTURE_ID("relationship", "5"), 0 },
		{ "", FIXTURE_ID("relationship", "a"), 0 },
		{ "", FIXTURE_ID("relationship", "d"), 0 },
		{ "", "", 1559347200 }, /* 1 June 2019 */
		{ "", "", 1590969600 }, /* 1 June 2020 */
		{ "River One", FIXTURE_ID("relationship", "c"), 1577836800 },
		{ "", "", 1 },
	};
	const ac_view_change changes[] = { AC_VIEW_NO_CHANGE, { 0, AC_VIEW_NOBODY, 1 }, { AC_VIEW_NOBODY, 1, 20 } };
	const ac_view *plain = world.k->plain;

	assert_non_null(plain);
	for (size_t row = 0; row < AC_COUNT(rows); row++)
		for (size_t change = 0; change < AC_COUNT(changes); change++) {
			ac_str report = ac_str_from(rows[row].report), id = ac_str_from(rows[row].relationship);
			ac_evidence_hide hide = { &id, id.n > 0, &report, report.n > 0,
				rows[row].from ? (ac_time){ rows[row].from, 0 } : AC_TIME_MAX };
			ac_view some, all;

			assert_int_equal(
			    ac_view_make(world.k, &hide, changes[change], &world.arena, &some, &world.f.err), 0);
			world.k->plain = NULL;
			assert_int_equal(
			    ac_view_make(world.k, &hide, changes[change], &world.arena, &all, &world.f.err), 0);
			world.k->plain = plain;
			compare(&some, &all, row, change);
		}
	(void)state;
}

/* Else the test above would compare a whole count with a whole count. */
static void
view__counts_only_what_hiding_touches(void **state)
{
	ac_str report = AC_S("Lake One");
	const ac_evidence_hide hide = { .reports = &report, .report_count = 1, .from = AC_TIME_MAX };
	const ac_knowledge *k = world.k;
	size_t touched = 0;
	ac_view view;

	assert_int_equal(ac_view_make(k, &hide, AC_VIEW_NO_CHANGE, &world.arena, &view, &world.f.err), 0);
	for (size_t p = 0; p < k->pair_count; p++)
		touched += view.pair_touched[p];
	/* Lake's T1001 and T1002, River's T1003; not Lake's scanner, River's T1001, T1002 and scanner. */
	assert_int_equal(touched, 3);
	assert_int_equal(k->pair_count, 7);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(view__is_what_counting_everything_gives),
		cmocka_unit_test(view__counts_only_what_hiding_touches),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
