/* SPDX-License-Identifier: Apache-2.0 */
/* Judging in a world of two actors: what counts, what hiding takes away, and that every number is the sum of what is shown. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/view.h"
#include "fail_malloc.h"

#define NEAR 1e-9

static judge_case world;

static int
open_world(void **state)
{
	(void)state;
	judge_open(&world, judge_world);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

static double
count_of(const ac_view *view, const char *actor, const char *feature)
{
	const ac_knowledge *k = view->k;

	for (size_t p = 0; p < k->pair_count; p++)
		if (ac_str_eq(k->actors[k->pairs[p].actor].external_id, ac_str_from(actor)) &&
		    ac_str_eq(k->features[k->pairs[p].feature].external_id, ac_str_from(feature)))
			return view->count[p];
	return 0;
}

static ac_view
view_of(const ac_evidence *evidence)
{
	ac_view view;

	assert_int_equal(
	    ac_view_make(world.k, &evidence->hide, AC_VIEW_NO_CHANGE, &world.arena, &view, &world.f.err), 0);
	return view;
}

static void
claims__count_only_with_a_dated_source(void **state)
{
	const ac_knowledge_counts *counts = ac_knowledge_counted(world.k);

	/* Pond has one claim without a source: no profile. River's claim of T1002 has no date. */
	assert_int_equal(ac_knowledge_actor_count(world.k), 2);
	assert_int_equal(counts->claims, 6);
	assert_int_equal(counts->claims_uncited, 1);
	assert_int_equal(counts->claims_undated, 1);
	(void)state;
}

static void
one_address__is_one_report(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_view view = view_of(&e);

	/* Three that count, and the one without a date. */
	assert_int_equal(ac_knowledge_report_count(world.k), 4);
	assert_true(fabs(count_of(&view, "G0001", "T1001") - 2) < NEAR);
	assert_true(fabs(count_of(&view, "G0002", "T1001") - 1) < NEAR);
	assert_int_equal(view.shared_by[ac_knowledge_find(world.k, AC_S("T1001"))->feature], 2);
	assert_int_equal(view.profiles, 2);
	(void)state;
}

static void
hiding_a_report__takes_it_by_any_of_its_names(void **state)
{
	static const char *const names[] = { "Lake One", "Lake One Again", "https://one.example/lake",
		"http://one.example/lake#top" };

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		ac_evidence e = AC_EVIDENCE_NONE;
		ac_str name = ac_str_from(names[i]);
		ac_view view;

		e.hide.reports = &name;
		e.hide.report_count = 1;
		view = view_of(&e);
		assert_true(fabs(count_of(&view, "G0001", "T1001") - 1) < NEAR);
		assert_true(count_of(&view, "G0001", "T1002") < NEAR);
		assert_int_equal(view.shared_by[ac_knowledge_find(world.k, AC_S("T1002"))->feature], 0);
		assert_int_equal(view.hidden_claims, 1);
		assert_true(fabs(view.clusters[0] - 1) < NEAR);
	}
	(void)state;
}

static void
hiding_from_a_day__takes_what_may_be_of_that_day(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_view view;

	/* "2020" may be the last of December, "2020, June" the last of June. */
	assert_true(ac_time_parse_loose(AC_S("2020-06-30"), &e.hide.from));
	view = view_of(&e);
	assert_true(fabs(count_of(&view, "G0001", "T1001") - 1) < NEAR);
	assert_true(count_of(&view, "G0002", "T1001") < NEAR);
	assert_int_equal(view.profiles, 1);
	assert_true(ac_time_parse_loose(AC_S("2020-07-01"), &e.hide.from));
	view = view_of(&e);
	assert_true(fabs(count_of(&view, "G0001", "T1001") - 2) < NEAR);
	assert_true(count_of(&view, "G0002", "T1001") < NEAR);
	(void)state;
}

static void
hiding_a_relationship__takes_that_claim_only(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_str id = AC_S(FIXTURE_ID("relationship", "2"));
	ac_view view;

	e.hide.relationships = &id;
	e.hide.relationship_count = 1;
	view = view_of(&e);
	assert_true(count_of(&view, "G0001", "T1002") < NEAR);
	assert_true(fabs(count_of(&view, "G0001", "T1001") - 2) < NEAR);
	(void)state;
}

static void
weights__add_up_to_the_odds(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 T9999 S0001 S0002");
	const ac_judgement *a = judge(&world, &e);
	double p = a->unknown;

	assert_int_equal(a->column_count, 3);
	assert_str(a->ranking[0].actor->external_id, AC_S("G0001"));
	for (size_t h = 0; h < a->column_count; h++) {
		double sum = 0, want = h < 2 ? a->ranking[h].utility : a->unknown_utility;

		for (size_t w = 0; w < a->weight_count; w++)
			sum += a->weights[w].nats[h];
		assert_true(fabs(sum - want) < NEAR);
	}
	assert_true(fabs(log(a->ranking[0].p / a->unknown) - (a->ranking[0].utility - a->unknown_utility)) < 1e-6);
	for (size_t h = 0; h < a->ranking_count; h++)
		p += a->ranking[h].p;
	assert_true(fabs(p - 1) < NEAR);
	assert_int_equal(a->note_count, 1);
	assert_int_equal(a->notes[0].kind, AC_NOTE_UNKNOWN);
	(void)state;
}

static const ac_weight *
row_of(const ac_judgement *a, const char *text)
{
	for (size_t w = 0; w < a->weight_count; w++)
		if (ac_str_eq(a->weights[w].text, ac_str_from(text)))
			return &a->weights[w];
	fail_msg("no row %s", text);
	return NULL;
}

/* Only the row is judged then: the utility without prior, count and calibration is the item's. */
static void
row_of_an_item__is_what_it_says_alone(void **state)
{
	static const char *const items[] = { "T1001", "T1002", "S0001", "S0002" };

	for (size_t i = 0; i < AC_COUNT(items); i++) {
		ac_evidence alone = judge_evidence(&world, items[i]);
		ac_judgement one = *judge(&world, &alone);
		ac_evidence all = judge_evidence(&world, "T1001 T1002 S0001 S0002");
		const ac_judgement *a = judge(&world, &all);

		assert_true(fabs(row_of(&one, "square-root")->nats[0]) < NEAR);
		for (size_t h = 0; h < 2; h++)
			for (size_t o = 0; o < 2; o++)
				if (a->ranking[h].actor == one.ranking[o].actor)
					assert_true(fabs(row_of(a, items[i])->nats[h] -
							 row_of(&one, items[i])->nats[o]) < NEAR);
		/* Four items say less together than one by one. */
		assert_true(row_of(a, "square-root")->nats[0] < -NEAR);
		assert_int_equal(row_of(a, "square-root")->kind, AC_WEIGHT_SQUARE_ROOT);
	}
	(void)state;
}

static void
empty_evidence__is_insufficient_and_prefers_nobody(void **state)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	const ac_judgement *a = judge(&world, &e);

	assert_true(a->insufficient);
	assert_false(a->gate.passes);
	assert_int_equal(a->ranking_count, 2);
	assert_memory_equal(&a->ranking[0].p, &a->ranking[1].p, sizeof(double));
	assert_true(fabs(row_of(a, "calibration")->nats[0]) < NEAR);
	/* What is not known here is no evidence either. */
	e = judge_evidence(&world, "T9999");
	a = judge(&world, &e);
	assert_memory_equal(&a->ranking[0].p, &a->ranking[1].p, sizeof(double));
	(void)state;
}

static void
order__is_that_of_what_is_told(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 T9999 T9998 S0001 S0002");
	const ac_judgement *a = judge(&world, &e);

	/* Neither is known: equals, in order of their ids and not of the evidence. */
	assert_true(row_of(a, "T9998") < row_of(a, "T9999"));
	(void)state;
}

static void
dates_of_citations__are_read_as_exactly_as_they_say(void **state)
{
	static const struct {
		const char *text, *first, *last;
	} rows[] = {
		{ "Vendor. (2021, July 14). Title. Retrieved May 1, 2022.", "2021-07-14T00:00:00Z",
		    "2021-07-14T23:59:59Z" },
		{ "Vendor. (2021, July). Title.", "2021-07-01T00:00:00Z", "2021-07-31T23:59:59Z" },
		{ "Vendor. (2021). Title.", "2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z" },
		{ "Vendor. (2021-07-14).", "2021-07-14T00:00:00Z", "2021-07-14T23:59:59Z" },
		{ "Vendor (UK). (2020, Feb 2). Title.", "2020-02-02T00:00:00Z", "2020-02-02T23:59:59Z" },
		{ "Vendor. (n.d.). Title.", NULL, NULL },
		{ "Vendor (12345).", NULL, NULL },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_time first, last, want;
		bool is_dated = ac_citation_date(ac_str_from(rows[i].text), &first, &last);

		assert_int_equal(is_dated, rows[i].first != NULL);
		if (!is_dated)
			continue;
		assert_int_equal(ac_time_parse_stix(ac_str_from(rows[i].first), &want, NULL), 0);
		assert_int_equal(ac_time_cmp(first, want), 0);
		assert_int_equal(ac_time_parse_stix(ac_str_from(rows[i].last), &want, NULL), 0);
		assert_int_equal(ac_time_cmp(last, want), 0);
	}
	(void)state;
}

/* What a world answers that knows the report and hides it, a world answers that has never heard of it: to the last bit. */
static void
hidden_report__leaves_no_trace(void **state)
{
	static judge_case with, without;
	ac_str name = AC_S("River One");
	ac_evidence hiding, plain;
	const ac_judgement *a, *b;
	ac_evidence_item victim = { AC_S("FR"), AC_EVIDENCE_NO_SOURCE };
	ac_str text = AC_S("Letters open doors, archives are copied, Red River plans tasks");

	judge_open(&with, world_with_report);
	judge_open(&without, world_without_report);
	hiding = judge_evidence(&with, "T1001 T1002 T1003 S0002");
	plain = judge_evidence(&without, "T1001 T1002 T1003 S0002");
	hiding.text = plain.text = text;
	hiding.countries = plain.countries = (ac_evidence_items){ &victim, 1 };
	hiding.hide.reports = &name;
	hiding.hide.report_count = 1;
	a = judge(&with, &hiding);
	b = judge(&without, &plain);
	assert_int_equal(a->ranking_count, b->ranking_count);
	assert_memory_equal(&a->unknown, &b->unknown, sizeof(double));
	for (size_t h = 0; h < a->ranking_count; h++) {
		assert_str(a->ranking[h].actor->external_id, b->ranking[h].actor->external_id);
		assert_memory_equal(&a->ranking[h].p, &b->ranking[h].p, sizeof(double));
	}
	assert_int_equal(a->weight_count, b->weight_count);
	for (size_t w = 0; w < a->weight_count; w++) {
		assert_str(a->weights[w].text, b->weights[w].text);
		assert_int_equal(a->weights[w].shared_by, b->weights[w].shared_by);
		assert_memory_equal(a->weights[w].nats, b->weights[w].nats, a->column_count * sizeof(double));
	}
	/* Not hidden, it is seen. */
	hiding.hide.report_count = 0;
	a = judge(&with, &hiding);
	assert_memory_not_equal(&a->unknown, &b->unknown, sizeof(double));
	judge_close(&with);
	judge_close(&without);
	(void)state;
}

/* Victims in relationships: of an actor, and of a campaign that is attributed to it. */
#define TARGETS(n, from, to, cites)                                                                                    \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'targets','source_ref':'" from "','target_ref':'" to \
					    "','external_references':[" cites "]}"
static const char *const world_with_targets[] = {
	WORLD_HEAD,
	TOLD("4", RIVER, T("1"), R3, "Red River opens doors with letters"),
	NUMBERED("campaign", "1", "First Wave", "C0001"),
	"{" FIXTURE_HEAD("location", "1") ",'name':'France','country':'FR'}",
	"{" FIXTURE_HEAD("location", "2") ",'name':'somewhere in Australia','region':'australia-new-zealand'}",
	"{" FIXTURE_HEAD("location", "3") ",'name':'Japan','country':'JP'}",
	"{" FIXTURE_HEAD("identity", "1") ",'name':'Banks','identity_class':'class','sectors':['financial-services']}",
	TARGETS("a", RIVER, FIXTURE_ID("location", "1"), R3),
	TARGETS("b", RIVER, FIXTURE_ID("identity", "1"), R2),
	TARGETS("c", WAVE, FIXTURE_ID("location", "2"), R2),
	FIXTURE_RELATION("d", "attributed-to", WAVE, LAKE),
	TARGETS("e", LAKE, FIXTURE_ID("location", "3"), UNDATED),
	NULL,
};

static void
targets__are_victims_until_hidden(void **state)
{
	static const struct {
		const char *country, *sector, *relationship, *report, *from;
		size_t want; /* actors who have it */
	} rows[] = {
		{ "FR", NULL, NULL, NULL, NULL, 1 }, { "FR", NULL, FIXTURE_ID("relationship", "a"), NULL, NULL, 0 },
		{ "FR", NULL, NULL, "River One", NULL, 0 }, { "FR", NULL, NULL, NULL, "2020-12-31", 0 },
		{ "FR", NULL, NULL, NULL, "2021-01-01", 1 }, { NULL, "financial-services", NULL, NULL, NULL, 1 },
		{ NULL, "financial-services", FIXTURE_ID("relationship", "b"), NULL, NULL, 0 },
		{ "AU", NULL, NULL, NULL, NULL, 1 }, { "AU", NULL, FIXTURE_ID("relationship", "c"), NULL, NULL, 0 },
		{ "AU", NULL, FIXTURE_ID("relationship", "d"), NULL, NULL, 0 },
		{ "AU", NULL, NULL, "Lake Two", NULL, 0 },
		{ "JP", NULL, NULL, NULL, NULL, 0 }, /* its source has no date */
		{ "AQ", NULL, NULL, NULL, NULL, 0 }, /* nobody's */
	};
	static judge_case c;

	judge_open(&c, world_with_targets);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		bool is_country = rows[i].country;
		ac_evidence_item item = { ac_str_from(is_country ? rows[i].country : rows[i].sector),
			AC_EVIDENCE_NO_SOURCE };
		ac_str relationship = ac_str_from(rows[i].relationship ? rows[i].relationship : ""),
		       report = ac_str_from(rows[i].report ? rows[i].report : "");
		ac_evidence e = judge_evidence(&c, "T1001");
		const ac_judgement *a;

		*(is_country ? &e.countries : &e.sectors) = (ac_evidence_items){ &item, 1 };
		e.hide.relationships = &relationship;
		e.hide.relationship_count = relationship.n > 0;
		e.hide.reports = &report;
		e.hide.report_count = report.n > 0;
		if (rows[i].from)
			assert_true(ac_time_parse_loose(ac_str_from(rows[i].from), &e.hide.from));
		a = judge(&c, &e);
		for (size_t w = 0; w < a->weight_count; w++) {
			const ac_weight *weight = &a->weights[w];

			if (weight->kind != AC_WEIGHT_VICTIM)
				continue;
			/* Whom nobody is known to attack speaks for nobody who is known. */
			for (size_t h = 0; rows[i].want == 0 && h < a->column_count; h++)
				assert_true(weight->nats[h] < NEAR);
			if (weight->shared_by != rows[i].want)
				fail_msg("row %zu: %zu actors", i, weight->shared_by);
			if (weight->report_count != (weight->nats[0] > 0))
				fail_msg("row %zu: %zu reports, %f nats", i, weight->report_count, weight->nats[0]);
		}
	}
	judge_close(&c);
	(void)state;
}

static void
names_of_actors__are_no_evidence(void **state)
{
	static judge_case c;
	ac_evidence e;
	double p;

	judge_open(&c, world_with_report);
	e = judge_evidence(&c, "T1001");
	e.text = AC_S("Letters with macros");
	p = judge(&c, &e)->ranking[0].p;
	e.text = AC_S("Red River Letters with macros Blue Lake");
	assert_memory_equal(&p, &judge(&c, &e)->ranking[0].p, sizeof(double));
	judge_close(&c);
	(void)state;
}

/* Lake's report says "odd macros": whoever says so, too, is nearer than who says both words. */
static void
words_that_follow_one_another__say_more_than_apart(void **state)
{
	static judge_case c;
	ac_evidence e;
	double apart;

	judge_open(&c, world_with_report);
	e = judge_evidence(&c, "T1001");
	e.text = AC_S("Macros are odd");
	apart = judge(&c, &e)->ranking[0].p;
	e.text = AC_S("Odd macros");
	assert_true(judge(&c, &e)->ranking[0].p > apart);
	assert_str(c.answer.ranking[0].actor->external_id, AC_S("G0001"));
	judge_close(&c);
	(void)state;
}

static void
same_evidence__gives_the_same_bits(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 T1002 S0001");
	ac_judgement first = *judge(&world, &e);
	const ac_judgement *second = judge(&world, &e);

	assert_int_equal(first.sensitivity_count, second->sensitivity_count);
	assert_true(first.sensitivity_count > 0);
	for (size_t h = 0; h < first.ranking_count; h++) {
		assert_memory_equal(&first.ranking[h].p, &second->ranking[h].p, sizeof(double));
		assert_memory_equal(&first.ranking[h].low, &second->ranking[h].low, sizeof(double));
		assert_memory_equal(&first.ranking[h].high, &second->ranking[h].high, sizeof(double));
		assert_true(first.ranking[h].low <= first.ranking[h].p && first.ranking[h].p <= first.ranking[h].high);
	}
	(void)state;
}

static void
judging__survives_failed_allocations(void **state)
{
	bool failed = true;

	for (unsigned long n = 1; failed; n += n < 100 ? 1 : 13) {
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

static double
first_with(judge_case *c, const char *first, const char *last, const char *source, const char *from)
{
	ac_evidence e = judge_evidence(c, "T1001 T1003 S0002");
	ac_evidence_source sources[2] = { { .date = AC_TIME_MIN }, { .date = AC_TIME_MIN } };
	const struct {
		const char *text;
		ac_time *out;
	} days[] = { { first, &e.first }, { last, &e.last }, { source, &sources[1].date }, { from, &e.hide.from } };
	const ac_judgement *a;

	for (size_t i = 0; i < AC_COUNT(days); i++)
		if (days[i].text)
			assert_int_equal(ac_time_parse_stix(ac_str_from(days[i].text), days[i].out, &c->f.err), 0);
	e.sources = sources;
	e.source_count = source ? 2 : 0;
	a = judge(c, &e);
	assert_true(a->ranking_count > 0);
	return a->ranking[0].p;
}

/* The middle of its own days, else the day of its first source, else that from which all is hidden. */
static void
when_it_was__is_told_by_its_own_days_first(void **state)
{
#define MAY_1 "2024-05-01T00:00:00Z"
#define MAY_3 "2024-05-03T00:00:00Z"
#define MAY_5 "2024-05-05T00:00:00Z"
#define YEARS_LATER "2031-01-01T00:00:00Z"
	judge_case c;
	double at, never, later;

	(void)state;
	judge_open(&c, judge_world);
	never = first_with(&c, NULL, NULL, NULL, NULL);
	at = first_with(&c, MAY_3, MAY_3, NULL, NULL);
	later = first_with(&c, YEARS_LATER, NULL, NULL, NULL);
	assert_true(fabs(at - never) > NEAR && fabs(at - later) > NEAR);
	assert_true(fabs(at - first_with(&c, MAY_1, MAY_5, NULL, NULL)) < NEAR);
	assert_true(fabs(at - first_with(&c, MAY_3, NULL, YEARS_LATER, YEARS_LATER)) < NEAR);
	assert_true(fabs(at - first_with(&c, NULL, MAY_3, NULL, NULL)) < NEAR);
	assert_true(fabs(at - first_with(&c, NULL, NULL, MAY_3, YEARS_LATER)) < NEAR);
	assert_true(fabs(at - first_with(&c, NULL, NULL, NULL, MAY_3)) < NEAR);
	judge_close(&c);
}

/* Another ally's persons: one by the name of a group, and one alone, each with the only claim that counts. */
static const char *const group[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NULL,
};
static const char *const persons[] = {
	"{" FIXTURE_HEAD("threat-actor", "7") ",'name':'Blue Lake','resource_level':'individual'}",
	"{" FIXTURE_HEAD("threat-actor", "8") ",'name':'Jane Doe','resource_level':'individual'}",
	USES("1", FIXTURE_ID("threat-actor", "7"), T("1"), R1),
	USES("2", FIXTURE_ID("threat-actor", "8"), T("1"), R2),
	NULL,
};

static void
group__is_named_by_its_own_record_and_a_person_never(void **state)
{
	judge_case c;

	judge_open(&c, group);
	fixture_put(&c.f, "Ally B", persons);
	c.k = ac_knowledge_free(c.k);
	c.know = ac_know_close(c.know);
	assert_int_equal(ac_know_open(c.f.store, (ac_hash_seed){ { 3, 4 } }, &c.know, &c.f.err), 0);
	assert_int_equal(ac_knowledge_make(c.know, &c.k, &c.f.err), 0);
	assert_int_equal(ac_knowledge_actor_count(c.k), 2);
	for (size_t i = 0; i < 2; i++) {
		const ac_judged_actor *actor = ac_knowledge_actor(c.k, i);

		assert_int_equal(actor->is_individual, ac_str_eq(actor->name, AC_S("Jane Doe")));
	}
	judge_close(&c);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group__is_named_by_its_own_record_and_a_person_never),
		cmocka_unit_test(claims__count_only_with_a_dated_source),
		cmocka_unit_test(one_address__is_one_report),
		cmocka_unit_test(hiding_a_report__takes_it_by_any_of_its_names),
		cmocka_unit_test(hiding_from_a_day__takes_what_may_be_of_that_day),
		cmocka_unit_test(hiding_a_relationship__takes_that_claim_only),
		cmocka_unit_test(weights__add_up_to_the_odds),
		cmocka_unit_test(row_of_an_item__is_what_it_says_alone),
		cmocka_unit_test(order__is_that_of_what_is_told),
		cmocka_unit_test(empty_evidence__is_insufficient_and_prefers_nobody),
		cmocka_unit_test(hidden_report__leaves_no_trace),
		cmocka_unit_test(targets__are_victims_until_hidden),
		cmocka_unit_test(names_of_actors__are_no_evidence),
		cmocka_unit_test(words_that_follow_one_another__say_more_than_apart),
		cmocka_unit_test(same_evidence__gives_the_same_bits),
		cmocka_unit_test(judging__survives_failed_allocations),
		cmocka_unit_test(dates_of_citations__are_read_as_exactly_as_they_say),
		cmocka_unit_test(when_it_was__is_told_by_its_own_days_first),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
