/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are somebody's: which count, how they age, what sharing and hiding take away. Expected numbers are worked out by hand from the half-lives and shares that ties.c states. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/view.h"
#include "fail_malloc.h"

#define NEAR 1e-3
/* Two digits. */
#define LONG_ID(type, n) type "--00000000-0000-4000-8000-0000000001" n
#define HEAD(type, n)                                                                                                  \
	"'type':'" type "','spec_version':'2.1','id':'" LONG_ID(                                                       \
	    type, n) "','created':'2021-07-19T10:00:00.000Z','modified':'2021-07-19T10:00:00.000Z'"
#define INDICATOR(n, pattern)                                                                                          \
	"{" FIXTURE_HEAD("indicator", n) ",'name':'i','pattern':'" pattern                                             \
					 "','pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z'}"
#define EDGE(n, kind, from, to, cites)                                                                                 \
	"{" HEAD("relationship", n) ",'relationship_type':'" kind "','source_ref':'" from "','target_ref':'" to        \
				    "','external_references':[" cites "]}"
#define BARE_EDGE(n, kind, from, to)                                                                                   \
	"{" HEAD("relationship", n) ",'relationship_type':'" kind "','source_ref':'" from "','target_ref':'" to "'}"
#define I(n) FIXTURE_ID("indicator", n)
#define INFRA(n) FIXTURE_ID("infrastructure", n)
#define NET(n, types) "{" FIXTURE_HEAD("infrastructure", n) ",'name':'net','infrastructure_types':[" types "]}"
#define ADDRESS_OBSERVED "ipv4-addr--b4e29b62-2053-47c4-bab4-bbce39e5ed67"
#define DAY_ONE CITE("Seen One", "2020, January 1", "https://seen.example/1")
#define DAY_TWO CITE("Seen Two", "2020, January 1", "https://other.example/2")

static const char *const tied[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("intrusion-set", "3", "Small Pond", "G0003"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("malware", "1", "Lake Shell", "S0001"),
	NUMBERED("campaign", "1", "First Wave", "C0001"),
	USES("1", LAKE, T("1"), R1),
	USES("2", RIVER, T("1"), R3),
	USES("3", LAKE, SHELL, R1),
	INDICATOR("1", "[ipv4-addr:value = `192.0.2.7`]"),
	EDGE("11", "indicates", I("1"), LAKE, DAY_ONE),
	INDICATOR("2", "[domain-name:value = `c2.lake.example`]"),
	EDGE("12", "indicates", I("2"), LAKE, DAY_ONE),
	EDGE("13", "indicates", I("2"), RIVER, DAY_TWO),
	INDICATOR("3", "[ipv4-addr:value = `192.0.2.9`]"),
	BARE_EDGE("14", "indicates", I("3"), LAKE), /* nobody is cited */
	INDICATOR("4", "[ipv4-addr:value = `192.0.2.10`]"),
	EDGE("15", "indicates", I("4"), LAKE, UNDATED),
	INDICATOR("5", "[file:hashes.MD5 = `00112233445566778899aabbccddeeff`]"),
	EDGE("16", "indicates", I("5"), SHELL, DAY_ONE),
	INDICATOR("6", "[domain-name:value = `wave.example`]"),
	EDGE("17", "indicates", I("6"), WAVE, DAY_ONE),
	EDGE("18", "attributed-to", WAVE, RIVER, DAY_ONE),
	NET("1", "'command-and-control'"),
	NET("2", "'anonymization'"),
	"{'type':'ipv4-addr','spec_version':'2.1','id':'" ADDRESS_OBSERVED "','value':'198.51.100.3'}",
	EDGE("19", "consists-of", INFRA("1"), ADDRESS_OBSERVED, DAY_ONE),
	EDGE("20", "uses", RIVER, INFRA("1"), DAY_TWO),
	INDICATOR("7", "[ipv4-addr:value = `203.0.113.5`]"),
	EDGE("21", "indicates", I("7"), INFRA("2"), DAY_ONE),
	EDGE("22", "uses", RIVER, INFRA("2"), DAY_ONE),
	INDICATOR("8", "[domain-name:value = `pond.example`]"),
	EDGE("23", "indicates", I("8"), POND, DAY_ONE),
	INDICATOR("9", "[domain-name:value = `told.example`]"),
	BARE_EDGE("24", "indicates", I("9"), LAKE),
	"{" FIXTURE_HEAD("report",
	    "1") ",'name':'A report of the store','published':'2020-01-01T00:00:00Z','object_refs':['" I("9") "','" LAKE
													      "']}",
	INDICATOR("a", "[ipv4-addr:value ISSUBSET `203.0.113.128/25`]"),
	EDGE("25", "indicates", I("a"), LAKE, DAY_ONE),
	NULL,
};

static judge_case world;

static int
open_world(void **state)
{
	(void)state;
	judge_open(&world, tied);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world);
	return 0;
}

static ac_evidence
seen(const char *value, const char *day)
{
	ac_evidence e = judge_evidence(&world, "T1001");

	e.indicators.items = ac_arena_zalloc(&world.arena, 1, sizeof(ac_evidence_item));
	e.indicators.items[0] = (ac_evidence_item){ ac_str_from(value), AC_EVIDENCE_NO_SOURCE };
	e.indicators.count = 1;
	if (day)
		assert_true(ac_time_parse_loose(ac_str_from(day), &e.first));
	return e;
}

static const ac_weight *
row_of(const ac_judgement *a)
{
	for (size_t w = 0; w < a->weight_count; w++)
		if (a->weights[w].kind == AC_WEIGHT_INDICATOR)
			return &a->weights[w];
	fail_msg("no row");
	return NULL;
}

static double
nats_for(const ac_judgement *a, const char *actor)
{
	for (size_t h = 0; h + 1 < a->column_count; h++)
		if (ac_str_eq(a->ranking[h].actor->external_id, ac_str_from(actor)))
			return row_of(a)->nats[h];
	return 0;
}

static void
values__weigh_by_age_and_by_how_many_have_them(void **state)
{
	/* Worth of 1: the weight of an indicator as shipped. */
	double one = world.k->weights.actor[AC_TERM_INDICATOR];
	static const struct {
		const char *value, *day, *actor;
		double want; /* of one */
		size_t shared_by, clusters;
	} rows[] = {
		{ "192.0.2.7", "2020-01-01", "G0001", 1, 1, 1 },
		{ "192[.]0[.]2[.]7", "2020-01-01", "G0001", 1, 1, 1 },
		{ "192.0.2.7", "2020-04-01", "G0001", 0.5, 1,
		    1 }, /* three months: half, but for the day that the report may be of */
		{ "192.0.2.7", "2019-10-02", "G0001", 0.5, 1, 1 }, /* a report looks back */
		{ "192.0.2.7", "2023-01-01", "G0001", 0, 0, 0 },
		{ "192.0.2.7", "2020-01-01", "G0002", 0, 1, 1 },
		{ "c2.lake.example", "2020-01-01", "G0001", 0.5, 2, 1 },
		{ "c2.lake.example", "2020-01-01", "G0002", 0.5, 2, 1 },
		{ "c2.lake.example", "2021-01-01", "G0002", 0.25, 2, 1 },
		{ "http://c2.lake.example/x", "2020-01-01", "G0002", 0.5, 2, 1 },
		{ "http://192.0.2.7:8080/x", "2020-01-01", "G0001", 1, 1, 1 },
		{ "www.wave.example", "2020-01-01", "G0002", 0.5, 1, 1 }, /* a name below it */
		{ "wave.example", "2020-01-01", "G0002", 1, 1, 1 },
		{ "example", "2020-01-01", "G0002", 0, 0, 0 },
		{ "192.0.2.9", "2020-01-01", "G0001", 0, 0, 0 },
		{ "192.0.2.10", "2020-01-01", "G0001", 0, 0, 0 },
		{ "00112233445566778899aabbccddeeff", "2020-01-01", "G0001", 1, 1, 1 },
		{ "198.51.100.3", "2020-01-01", "G0002", 1, 1, 2 },
		{ "203.0.113.5", "2020-01-01", "G0002", 0, 0, 0 }, /* a relay's */
		{ "203.0.113.200", "2020-01-01", "G0001", 0.5, 1, 1 },
		{ "pond.example", "2020-01-01", "G0003", 1, 1, 1 },
		{ "told.example", "2020-01-01", "G0001", 1, 1, 1 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence e = seen(rows[i].value, rows[i].day);
		const ac_judgement *a = judge(&world, &e);

		if (fabs(nats_for(a, rows[i].actor) / one - rows[i].want) > 0.005)
			fail_msg(
			    "row %zu: %s %s: %f", i, rows[i].value, rows[i].actor, nats_for(a, rows[i].actor) / one);
		if (row_of(a)->shared_by != rows[i].shared_by)
			fail_msg("row %zu: shared by %zu", i, row_of(a)->shared_by);
		if (rows[i].want > 0 && ac_str_eq(a->ranking[0].actor->external_id, ac_str_from(rows[i].actor)) &&
		    row_of(a)->clusters != rows[i].clusters)
			fail_msg("row %zu: %zu clusters", i, row_of(a)->clusters);
	}
	(void)state;
}

static void
software_that_is_evidence__is_not_said_twice_by_its_files(void **state)
{
	ac_evidence e = seen("00112233445566778899aabbccddeeff", "2020-01-01");
	ac_evidence_item shell = { AC_S("S0001"), AC_EVIDENCE_NO_SOURCE };

	e.software = (ac_evidence_items){ &shell, 1 };
	assert_true(fabs(nats_for(judge(&world, &e), "G0001")) < NEAR);
	(void)state;
}

static void
values_without_weight__are_told(void **state)
{
	static const struct {
		const char *value;
		ac_note_kind want;
	} rows[] = { { "203.0.113.5", AC_NOTE_WEIGHTLESS }, { "192.0.2.10", AC_NOTE_UNKNOWN },
		{ "gibberish", AC_NOTE_UNKNOWN } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence e = seen(rows[i].value, NULL);
		const ac_judgement *a = judge(&world, &e);

		assert_int_equal(a->note_count, 1);
		assert_int_equal(a->notes[0].kind, rows[i].want);
	}
	(void)state;
}

static void
values_of_warning_lists__weigh_nothing(void **state)
{
	static judge_case c;
	ac_evidence_item value = { AC_S("wave.example"), AC_EVIDENCE_NO_SOURCE };
	ac_evidence e;
	const ac_judgement *a;

	judge_open(&c, tied);
	c.k = ac_knowledge_free(c.k);
	c.know = ac_know_close(c.know);
	fixture_put_row(&c.f, AC_WARNING_PRODUCER "Everybody", AC_VALUE_DOMAIN, "wave.example");
	assert_int_equal(ac_know_open(c.f.store, (ac_hash_seed){ { 3, 4 } }, &c.know, &c.f.err), 0);
	assert_int_equal(ac_knowledge_make(c.know, &c.k, &c.f.err), 0);
	e = judge_evidence(&c, "T1001");
	e.indicators = (ac_evidence_items){ &value, 1 };
	a = judge(&c, &e);
	assert_int_equal(a->notes[0].kind, AC_NOTE_WEIGHTLESS);
	assert_true(fabs(nats_for(a, "G0002")) < NEAR);
	judge_close(&c);
	(void)state;
}

/* Each step of a path, each report behind it and the day take the value away, and with it an actor of whom nothing else is known. */
static void
hiding__breaks_a_path_anywhere(void **state)
{
	static const struct {
		const char *value, *relationship, *report, *from;
	} rows[] = {
		{ "198.51.100.3", LONG_ID("relationship", "19"), NULL, NULL },
		{ "198.51.100.3", LONG_ID("relationship", "20"), NULL, NULL },
		{ "198.51.100.3", NULL, "Seen One", NULL },
		{ "198.51.100.3", NULL, "https://other.example/2", NULL },
		{ "198.51.100.3", NULL, NULL, "2020-01-01" },
		{ "wave.example", LONG_ID("relationship", "17"), NULL, NULL },
		{ "wave.example", LONG_ID("relationship", "18"), NULL, NULL },
		{ "told.example", NULL, "A report of the store", NULL },
		{ "pond.example", NULL, "Seen One", NULL },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence e = seen(rows[i].value, NULL);
		ac_str relationship = ac_str_from(rows[i].relationship ? rows[i].relationship : ""),
		       report = ac_str_from(rows[i].report ? rows[i].report : "");
		const ac_judgement *a;

		assert_true(judge(&world, &e)->note_count == 0);
		e.hide.relationships = &relationship;
		e.hide.relationship_count = relationship.n > 0;
		e.hide.reports = &report;
		e.hide.report_count = report.n > 0;
		if (rows[i].from)
			assert_true(ac_time_parse_loose(ac_str_from(rows[i].from), &e.hide.from));
		a = judge(&world, &e);
		if (a->note_count != 1 || a->notes[0].kind != AC_NOTE_UNKNOWN || row_of(a)->shared_by)
			fail_msg("row %zu is still there", i);
		for (size_t h = 0; rows[i].report && i + 1 == AC_COUNT(rows) && h < a->ranking_count; h++)
			assert_false(ac_str_eq(a->ranking[h].actor->external_id, AC_S("G0003")));
	}
	(void)state;
}

static void
weights__add_up_with_values_too(void **state)
{
	ac_evidence e = judge_evidence(&world, "T1001 S0001");
	ac_evidence_item values[] = { { AC_S("192.0.2.7"), AC_EVIDENCE_NO_SOURCE },
		{ AC_S("told.example"), AC_EVIDENCE_NO_SOURCE }, { AC_S("c2.lake.example"), AC_EVIDENCE_NO_SOURCE },
		{ AC_S("203.0.113.200"), AC_EVIDENCE_NO_SOURCE }, { AC_S("HXXP://192.0.2.7/"), AC_EVIDENCE_NO_SOURCE },
		{ AC_S("192.0.2.7"), AC_EVIDENCE_NO_SOURCE } };
	const ac_judgement *a;

	e.indicators = (ac_evidence_items){ values, AC_COUNT(values) };
	assert_true(ac_time_parse_loose(AC_S("2020-01-01"), &e.first));
	a = judge(&world, &e);
	for (size_t h = 0; h < a->column_count; h++) {
		double sum = 0, want = h + 1 < a->column_count ? a->ranking[h].utility : a->unknown_utility;

		for (size_t w = 0; w < a->weight_count; w++)
			sum += a->weights[w].nats[h];
		assert_true(fabs(sum - want) < 1e-9);
	}
	assert_int_equal(a->note_count, 1);
	assert_int_equal(a->notes[0].kind, AC_NOTE_TWICE);
	/* Together no more than two whole ones. */
	for (size_t w = 0; w < a->weight_count; w++)
		if (a->weights[w].kind == AC_WEIGHT_CAP)
			assert_true(a->weights[w].nats[0] < 0);
	(void)state;
}

static void
one_fresh_value_of_one_actor__is_telling(void **state)
{
	ac_evidence e = seen("192.0.2.7", "2020-01-01");

	e.techniques.count = 0;
	assert_false(judge(&world, &e)->insufficient);
	e = seen("192.0.2.7", "2021-01-01");
	e.techniques.count = 0;
	assert_true(judge(&world, &e)->insufficient);
	(void)state;
}

static void
reading_values__survives_failed_allocations(void **state)
{
	bool failed = true;

	for (unsigned long n = 1; failed; n += n < 100 ? 1 : 13) {
		accord_err err = { 0 };
		ac_knowledge *k = NULL;
		ac_arena arena;
		ac_judgement out;
		ac_evidence e = seen("http://c2.lake.example/x", "2020-01-01");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values__weigh_by_age_and_by_how_many_have_them),
		cmocka_unit_test(software_that_is_evidence__is_not_said_twice_by_its_files),
		cmocka_unit_test(values_without_weight__are_told),
		cmocka_unit_test(values_of_warning_lists__weigh_nothing),
		cmocka_unit_test(hiding__breaks_a_path_anywhere),
		cmocka_unit_test(weights__add_up_with_values_too),
		cmocka_unit_test(one_fresh_value_of_one_actor__is_telling),
		cmocka_unit_test(reading_values__survives_failed_allocations),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
