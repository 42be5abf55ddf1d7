/* SPDX-License-Identifier: Apache-2.0 */
/* Grouping of actor records: expected weights and outcomes are worked out by hand from the constants in group.c. */
#include "test.h"

#include <stdio.h>

#include "fail_malloc.h"
#include "know/group.h"

#define NAMES_MAX 6

/* A record in short: names[0] is the primary one; keys are the names themselves (lower case already). */
typedef struct row {
	const char *catalogue;
	const char *names[NAMES_MAX];
	const char *group_ids[3];
	const char *country;
	const char *similar; /* id of another record: "r2" */
	double similar_weight;
	bool renames;
} row;

typedef struct records {
	ac_actor_record items[16];
	ac_actor_name names[16][NAMES_MAX];
	ac_str ids[16][3];
	ac_str countries[16];
	ac_actor_link links[16];
	char id_text[16][24];
} records;

static void
fill(records *r, const row *rows, size_t count)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < count; i++) {
		ac_actor_record *record = &r->items[i];

		(void)snprintf(r->id_text[i], sizeof(r->id_text[i]), "r%zu", i);
		record->id = ac_str_from(r->id_text[i]);
		record->catalogue = ac_str_from(rows[i].catalogue);
		record->renames = rows[i].renames;
		record->names = r->names[i];
		for (size_t n = 0; n < NAMES_MAX && rows[i].names[n]; n++) {
			ac_str name = ac_str_from(rows[i].names[n]);

			record->names[record->name_count++] = (ac_actor_name){ name, name, n == 0, { 0 } };
		}
		record->group_ids = r->ids[i];
		for (size_t g = 0; g < 3 && rows[i].group_ids[g]; g++)
			record->group_ids[record->group_id_count++] = ac_str_from(rows[i].group_ids[g]);
		record->countries = &r->countries[i];
		if (rows[i].country) {
			r->countries[i] = ac_str_from(rows[i].country);
			record->country_count = 1;
		}
		if (rows[i].similar) {
			r->links[i] = (ac_actor_link){ ac_str_from(rows[i].similar), rows[i].similar_weight };
			record->links = &r->links[i];
			record->link_count = 1;
		}
	}
}

static void
group(const row *rows, size_t count, ac_arena *arena, ac_grouping *out)
{
	static records r;
	accord_err err = { 0 };

	fill(&r, rows, count);
	ac_arena_init(arena, 16 * 1024 * 1024);
	assert_int_equal(ac_group_records(r.items, count, arena, out, &err), 0);
}

static const ac_group_pair *
pair_of(const ac_grouping *g, size_t a, size_t b)
{
	for (size_t i = 0; i < g->pair_count; i++)
		if (g->pairs[i].a == a && g->pairs[i].b == b)
			return &g->pairs[i];
	return NULL;
}

/* Two records each: the weight of the pair and whether it is joined. */
static const struct {
	const char *fact;
	row a, b;
	double weight; /* 0: no pair at all */
	ac_group_refusal refusal;
} pairs[] = {
	{ "primary with primary", { "x", { "leviathan" } }, { "y", { "leviathan" } }, 2.0, AC_GROUP_JOINED },
	{ "primary with alias", { "x", { "leviathan", "apt40" } }, { "y", { "apt40" } }, 1.5, AC_GROUP_JOINED },
	{ "alias with alias is not enough", { "x", { "a1111", "shared" } }, { "y", { "b2222", "shared" } }, 1.0,
	    AC_GROUP_TOO_LIGHT },
	{ "two aliases are", { "x", { "a1111", "s1111", "s2222" } }, { "y", { "b2222", "s1111", "s2222" } }, 2.0,
	    AC_GROUP_JOINED },
	{ "a name of three bytes counts little", { "x", { "ta1" } }, { "y", { "ta1" } }, 0.6, AC_GROUP_TOO_LIGHT },
	{ "a stem alone is not enough", { "x", { "lazarusgroup" } }, { "y", { "lazarus" } }, 1.3, AC_GROUP_TOO_LIGHT },
	{ "a stem with a number is", { "x", { "lazarusgroup" }, { "G0032" } }, { "y", { "lazarus" }, { "G0032" } }, 4.3,
	    AC_GROUP_JOINED },
	{ "a number alone is", { "x", { "leviathan" }, { "G0065" } }, { "y", { "apt40" }, { "G0065" } }, 3.0,
	    AC_GROUP_JOINED },
	{ "a number among four is not", { "x", { "a1111" }, { "G0065" } },
	    { "y", { "b1111" }, { "G0065", "G0066", "G0067" } }, 0.5773502691896258, AC_GROUP_TOO_LIGHT },
	{ "other numbers clash", { "x", { "apt38" }, { "G0082" } }, { "y", { "apt38" }, { "G0032" } }, -2.0,
	    AC_GROUP_TOO_LIGHT },
	{ "other countries clash", { "x", { "apt38" }, { 0 }, "KP" }, { "y", { "apt38" }, { 0 }, "CN" }, -2.0,
	    AC_GROUP_TOO_LIGHT },
	{ "one list does not list an actor twice", { "x", { "apt38", "blue" } }, { "x", { "blue", "apt38" } }, 0.75,
	    AC_GROUP_TOO_LIGHT },
	{ "a former name is an entry of its own", { "m", { "gadolinium" }, { 0 }, NULL, NULL, 0, true },
	    { "m", { "gingham", "gadolinium" }, { 0 }, NULL, NULL, 0, true }, 1.5, AC_GROUP_JOINED },
	{ "other lists do not do that", { "x", { "gadolinium" } }, { "x", { "gingham", "gadolinium" } }, 0.375,
	    AC_GROUP_TOO_LIGHT },
	{ "a statement is enough", { "x", { "one" }, { 0 }, NULL, "r1", 2.5 }, { "y", { "other" } }, 2.5,
	    AC_GROUP_JOINED },
	{ "a doubtful statement is not", { "x", { "one" }, { 0 }, NULL, "r1", 0.3 }, { "y", { "other" } }, 0.3,
	    AC_GROUP_TOO_LIGHT },
	{ "both sides state one thing", { "x", { "one" }, { 0 }, NULL, "r1", 1.0 },
	    { "y", { "other" }, { 0 }, NULL, "r0", 0.3 }, 1.0, AC_GROUP_TOO_LIGHT },
	{ "nothing shared", { "x", { "one" } }, { "y", { "other" } }, 0, AC_GROUP_TOO_LIGHT },
	{ "scripts are not folded away", { "x", { "海莲花" } }, { "y", { "摩诃草" } }, 0, AC_GROUP_TOO_LIGHT },
};

static void
pair__weighs_and_joins_as_the_rules_say(void **state)
{
	for (size_t i = 0; i < AC_COUNT(pairs); i++) {
		row two[2] = { pairs[i].a, pairs[i].b };
		const ac_group_pair *pair;
		ac_arena arena;
		ac_grouping g;

		group(two, 2, &arena, &g);
		pair = pair_of(&g, 0, 1);
		if ((pair != NULL) != (pairs[i].weight != 0) ||
		    (pair && ((pair->weight - pairs[i].weight) * (pair->weight - pairs[i].weight) > 1e-12 ||
				 pair->refusal != pairs[i].refusal)))
			fail_msg("%s: weight %f refusal %d", pairs[i].fact, pair ? pair->weight : 0.0,
			    pair ? (int)pair->refusal : -1);
		assert_int_equal(g.group_of[1] == g.group_of[0], pair && pairs[i].refusal == AC_GROUP_JOINED);
		ac_arena_done(&arena);
	}
}

/* x1 and x2 are two entries of one list; y names both. The heavier pair wins, the other becomes an overlap. */
static void
bridge__does_not_glue_two_entries_of_one_list(void **state)
{
	static const row rows[] = {
		{ "x", { "apt38" } },
		{ "x", { "lazarus", "hiddencobra" } },
		{ "y", { "lazarus", "apt38", "hiddencobra" } },
	};
	ac_arena arena;
	ac_grouping g;

	group(rows, 3, &arena, &g);
	assert_int_equal(g.group_of[1], g.group_of[2]);
	assert_int_not_equal(g.group_of[0], g.group_of[1]);
	assert_non_null(pair_of(&g, 0, 2));
	assert_int_equal(pair_of(&g, 0, 2)->refusal, AC_GROUP_SAME_LIST);
	ac_arena_done(&arena);
}

/* b has no number and could join both; c, with another number than a, must not come in through it. */
static void
group__never_holds_two_numbers_that_differ(void **state)
{
	static const row rows[] = {
		{ "x", { "oilrig" }, { "G0049" } },
		{ "y", { "oilrig", "apt42" } },
		{ "z", { "apt42" }, { "G1044" } },
	};
	ac_arena arena;
	ac_grouping g;

	group(rows, 3, &arena, &g);
	assert_int_equal(g.group_of[0], g.group_of[1]);
	assert_int_not_equal(g.group_of[2], g.group_of[0]);
	assert_int_equal(pair_of(&g, 1, 2)->refusal, AC_GROUP_OTHER_ID);
	ac_arena_done(&arena);
}

static void
countries_of_one_sphere__are_tolerated_for_heavy_pairs_only(void **state)
{
	static const struct {
		const char *first, *second;
		bool joined;
	} countries[] = { { "RU", "BY", true }, { "RU", "CN", false } };

	for (size_t i = 0; i < AC_COUNT(countries); i++) {
		/* Five shared aliases and the primary name: 2 + 5 - 4 = 3 is too light for the exception; with a number 6. */
		row rows[] = {
			{ "x", { "ghost", "n1111", "n2222", "n3333", "n4444", "n5555" }, { "G0001" },
			    countries[i].first },
			{ "y", { "ghost", "n1111", "n2222", "n3333", "n4444", "n5555" }, { "G0001" },
			    countries[i].second },
		};
		ac_arena arena;
		ac_grouping g;

		group(rows, 2, &arena, &g);
		assert_int_equal(g.group_of[0] == g.group_of[1], countries[i].joined);
		if (!countries[i].joined)
			assert_int_equal(g.pairs[0].refusal, AC_GROUP_OTHER_COUNTRY);
		ac_arena_done(&arena);
	}
}

/* The same records in any order give the same groups. */
static void
order_of_records__does_not_matter(void **state)
{
	static const row rows[] = {
		{ "x", { "leviathan", "apt40" }, { "G0065" } },
		{ "y", { "apt40", "gadolinium", "bronzemohawk" }, { "G0065" }, "CN" },
		{ "m", { "ginghamtyphoon", "gadolinium", "apt40" }, { 0 }, "CN", NULL, 0, true },
		{ "m", { "gadolinium" }, { 0 }, NULL, NULL, 0, true },
		{ "z", { "hafnium" }, { "G0125" }, "CN" },
	};
	static const size_t orders[][5] = { { 0, 1, 2, 3, 4 }, { 4, 3, 2, 1, 0 }, { 2, 4, 0, 3, 1 },
		{ 3, 0, 4, 1, 2 } };

	for (size_t o = 0; o < AC_COUNT(orders); o++) {
		row shuffled[5];
		size_t hafnium = 0, first = 5;
		ac_arena arena;
		ac_grouping g;

		for (size_t i = 0; i < 5; i++) {
			shuffled[i] = rows[orders[o][i]];
			hafnium = orders[o][i] == 4 ? i : hafnium;
		}
		group(shuffled, 5, &arena, &g);
		first = hafnium == 0 ? 1 : 0;
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(g.group_of[i], i == hafnium ? hafnium : first);
		ac_arena_done(&arena);
	}
}

static void
evidence__adds_up_to_the_weight(void **state)
{
	static const row rows[] = {
		{ "x", { "apt40", "leviathan", "mudcarp" }, { "G0065" }, "CN", "r1", 2.5 },
		{ "y", { "leviathan", "apt40", "mudcarp" }, { "G0065" }, "IR" },
	};
	const ac_group_pair *pair;
	double sum = 0;
	ac_arena arena;
	ac_grouping g;

	group(rows, 2, &arena, &g);
	assert_int_equal(g.pair_count, 1);
	pair = &g.pairs[0];
	for (size_t i = 0; i < pair->evidence_count; i++)
		sum += pair->evidence[i].weight;
	/* 1.5 + 1.5 + 1 for the names, 3 for the number, 2.5 stated, -4 for the countries. */
	assert_true((sum - 5.5) * (sum - 5.5) < 1e-12);
	assert_true((pair->weight - 5.5) * (pair->weight - 5.5) < 1e-12);
	assert_int_equal(pair->evidence_count, 6);
	ac_arena_done(&arena);
}

static void
no_records__make_no_groups(void **state)
{
	ac_arena arena;
	ac_grouping g;

	group(NULL, 0, &arena, &g);
	assert_int_equal(g.count, 0);
	assert_int_equal(g.pair_count, 0);
	ac_arena_done(&arena);
}

static void
group_ids__have_g_and_four_digits(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = { { "G0065", true }, { "G006", false }, { "G00655", false }, { "g0065", false }, { "T1190", false },
		{ "G00a5", false }, { "", false } };

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(ac_is_group_id(ac_str_from(rows[i].text)), rows[i].is);
}

static void
grouping__survives_every_allocation_failure(void **state)
{
	static const row rows[] = {
		{ "x", { "apt40", "leviathan", "mudcarp" }, { "G0065" }, "CN", "r1", 2.5 },
		{ "y", { "leviathan", "apt40", "mudcarp" }, { "G0065" }, "IR" },
	};
	static records r;
	bool failed = true;

	fill(&r, rows, 2);
	for (unsigned long n = 1; failed; n++) {
		accord_err err = { 0 };
		ac_arena arena;
		ac_grouping g;
		int rc;

		ac_arena_init(&arena, 16 * 1024 * 1024);
		fail_malloc_at(n);
		rc = ac_group_records(r.items, 2, &arena, &g, &err);
		failed = fail_malloc_done();
		assert_int_equal(rc, failed ? ACCORD_ENOMEM : 0);
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pair__weighs_and_joins_as_the_rules_say),
		cmocka_unit_test(bridge__does_not_glue_two_entries_of_one_list),
		cmocka_unit_test(group__never_holds_two_numbers_that_differ),
		cmocka_unit_test(countries_of_one_sphere__are_tolerated_for_heavy_pairs_only),
		cmocka_unit_test(order_of_records__does_not_matter),
		cmocka_unit_test(evidence__adds_up_to_the_weight),
		cmocka_unit_test(no_records__make_no_groups),
		cmocka_unit_test(group_ids__have_g_and_four_digits),
		cmocka_unit_test(grouping__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
