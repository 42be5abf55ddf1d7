/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign is judged by: its own text, and the day of its first report; the same text where it is asked about, and whose word is then not asked. */
#include "judge_fixture.h"

#include "attribute/evidence_from.h"
#include "attribute/incidents.h"
#include "attribute/view.h"

#define CAMPAIGN(seen, description)                                                                                    \
	"{" FIXTURE_HEAD(                                                                                              \
	    "campaign", "1") ",'name':'First Wave','description':'" description "'," seen                              \
			     "'external_references':[{'source_name':'mitre-attack','external_id':'C0001'}]}"
#define TOOL_PAGE CITE("Loader", "2019, May 1", "https://code.example/loader")
#define REPORT CITE("Wave One", "2020, March 7", "https://one.example/wave")
#define WORLD(seen)                                                                                                    \
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"), NUMBERED("attack-pattern", "1", "Exploit", "T1001"),     \
	    NUMBERED("attack-pattern", "2", "Persist", "T1002"),                                                       \
	    CAMPAIGN(seen, "First Wave went through small office equipment."),                                         \
	    TOLD("1", WAVE, T("1"), REPORT, "It came by routers."),                                                    \
	    TOLD("2", WAVE, T("2"), TOOL_PAGE, "It took a public loader."),                                            \
	    FIXTURE_RELATION("3", "attributed-to", WAVE, LAKE), USES("4", LAKE, T("1"), R1), NULL

/* Of the one campaign in the world: the day from which level 2 hides, and its text. */
static void
assert_campaign(const char *const *world, const char *from, const char *text)
{
	ac_incidents incidents;
	ac_evidence e;
	ac_time day;
	judge_case c;

	judge_open(&c, world);
	assert_int_equal(ac_incidents_of_campaigns(c.k, &c.arena, &incidents, &c.f.err), 0);
	assert_int_equal(incidents.count, 1);
	e = ac_incident_evidence(&incidents.items[0], 2);
	assert_int_equal(ac_time_parse_stix(ac_str_from(from), &day, &c.f.err), 0);
	assert_int_equal(ac_time_cmp(e.hide.from, day), 0);
	assert_true(ac_str_eq(e.text, ac_str_from(text)));
	judge_close(&c);
}

static const char text[] =
    "First Wave went through small office equipment.\nIt came by routers.\nIt took a public loader.\n";

/* The page of a tool that it used is older than the campaign, and tells nothing of it. */
static void
first_report_of_a_campaign__is_none_from_before_it_began(void **state)
{
	static const char *const seen[] = { WORLD("'first_seen':'2020-01-01T00:00:00Z',") };
	static const char *const unseen[] = { WORLD("") };
	static const char *const contradicted[] = { WORLD("'first_seen':'2024-01-01T00:00:00Z',") };

	(void)state;
	assert_campaign(seen, "2020-03-07T00:00:00Z", text);
	/* Who does not know when it began takes the first that there is. */
	assert_campaign(unseen, "2019-05-01T00:00:00Z", text);
	assert_campaign(contradicted, "2019-05-01T00:00:00Z", text);
}

/* The evidence of the campaign, as --evidence takes it. */
static ac_evidence
asked(judge_case *c, const ac_evidence_hide *hidden)
{
	ac_answer_origin origin;
	ac_evidence e;
	bool is_cut;

	if (ac_evidence_from_object(c->know, AC_S(WAVE), hidden, &c->arena, &e, &origin, &is_cut, &c->f.err) < 0)
		fail_msg("%s", c->f.err.text);
	assert_false(is_cut);
	return e;
}

static bool
hides(const ac_evidence *e, ac_str name)
{
	for (size_t i = 0; i < e->hide.report_count; i++)
		if (ac_str_eq(e->hide.reports[i], name))
			return true;
	return false;
}

/* Two attributions bring each relationship twice, and the store has them in another order than that of what was used. */
static const char *const shared_campaign[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	CAMPAIGN("", "First Wave went through small office equipment."),
	TOLD("2", WAVE, T("2"), TOOL_PAGE, "It took a public loader."),
	TOLD("1", WAVE, T("1"), REPORT, "It came by routers."),
	FIXTURE_RELATION("3", "attributed-to", WAVE, LAKE),
	FIXTURE_RELATION("5", "attributed-to", WAVE, RIVER),
	USES("4", LAKE, T("1"), R1),
	USES("6", RIVER, T("1"), R1),
	NULL,
};

/* What is measured is what is asked: the same text from the same sentences, each once, and what these cite is hidden from the knowledge. */
static void
campaign_of_the_store__is_asked_about_by_the_text_it_is_measured_by(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	ac_incidents incidents;
	ac_evidence e;
	judge_case c;

	(void)state;
	judge_open(&c, shared_campaign);
	assert_int_equal(ac_incidents_of_campaigns(c.k, &c.arena, &incidents, &c.f.err), 0);
	assert_int_equal(incidents.count, 1);
	assert_int_equal(incidents.items[0].truth_count, 2);
	assert_true(ac_str_eq(incidents.items[0].evidence.text, ac_str_from(text)));
	e = asked(&c, &nothing);
	assert_true(ac_str_eq(e.text, ac_str_from(text)));
	assert_int_equal(e.techniques.count, 2);
	assert_true(hides(&e, AC_S("Wave One")));
	assert_true(hides(&e, AC_S("https://code.example/loader")));
	judge_close(&c);
}

/* The technique of a hidden relationship is still what was seen: only what the relationship says in words is not read. */
static void
sentence_of_a_hidden_relationship__is_not_read(void **state)
{
	ac_str first[] = { AC_S_INIT(FIXTURE_ID("relationship", "1")) };
	const ac_evidence_hide hidden = { .relationships = first, .relationship_count = 1, .from = AC_TIME_MAX };
	ac_evidence e;
	judge_case c;

	(void)state;
	judge_open(&c, shared_campaign);
	e = asked(&c, &hidden);
	assert_true(
	    ac_str_eq(e.text, AC_S("First Wave went through small office equipment.\nIt took a public loader.\n")));
	assert_int_equal(e.techniques.count, 2);
	judge_close(&c);
}

/* Who takes a relationship back no longer says that it was used, nor how. */
static void
revoked_relationship__is_no_evidence(void **state)
{
	static const char *const revoked[] = {
		"{'type':'relationship','spec_version':'2.1','id':'" FIXTURE_ID("relationship",
		    "1") "','created':'2021-07-19T10:00:00.000Z','modified':'2022-01-01T00:00:00.000Z','revoked':true,"
			 "'relationship_type':'uses','source_ref':'" WAVE
			 "','target_ref':'" T("1") "','description':'It came by routers.'}",
		NULL,
	};
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	ac_evidence e;
	judge_case c;

	(void)state;
	memset(&c, 0, sizeof(c));
	fixture_open(&c.f);
	fixture_put(&c.f, "Catalogue", shared_campaign);
	fixture_put(&c.f, "Catalogue", revoked);
	ac_arena_init(&c.arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c.f.store, (ac_hash_seed){ { 3, 4 } }, &c.know, &c.f.err), 0);
	e = asked(&c, &nothing);
	assert_true(
	    ac_str_eq(e.text, AC_S("First Wave went through small office equipment.\nIt took a public loader.\n")));
	assert_int_equal(e.techniques.count, 1);
	judge_close(&c);
}

#define REPORTED(n, name, refs)                                                                                        \
	"{" FIXTURE_HEAD("report", n) ",'name':'" name "','published':'2020-05-0" n "T00:00:00Z','object_refs':[" refs \
				      "]}"
#define Q(id) "'" id "'"
#define SIGN FIXTURE_ID("indicator", "1")

/* What is said of Blue Lake by reports around the campaign: of the campaign itself, of what it used, of what indicates it; and by one of other things. */
static const char *const told_around[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	CAMPAIGN("", "First Wave went through small office equipment."),
	USES("1", WAVE, T("1"), REPORT),
	FIXTURE_RELATION("2", "uses", WAVE, T("2")),
	FIXTURE_RELATION("3", "attributed-to", WAVE, LAKE),
	"{" FIXTURE_HEAD("indicator", "1") ",'pattern_type':'stix','valid_from':'2021-01-01T00:00:00Z',"
					   "'pattern':'[domain-name:value = `c2.example`]','name':'c2',"
					   "'external_references':[" R1 "]}",
	FIXTURE_RELATION("4", "indicates", SIGN, WAVE),
	REPORTED("1", "On the wave", Q(WAVE) "," Q(LAKE) "," Q(T("1"))),
	REPORTED("2", "On what it used", Q(FIXTURE_ID("relationship", "2")) "," Q(LAKE) "," Q(T("1"))),
	REPORTED("3", "On signs", Q(SIGN) "," Q(LAKE) "," Q(T("1"))),
	REPORTED("4", "On Blue Lake", Q(LAKE) "," Q(T("1"))),
	FIXTURE_RELATION("5", "uses", LAKE, T("1")),
	USES("6", LAKE, T("2"), REPORT "," R1),
	NULL,
};

/* Reports about the only actor that are left. */
static double
reports_left(judge_case *c, const ac_evidence *e)
{
	ac_view view;

	assert_int_equal(ac_knowledge_actor_count(c->k), 1);
	assert_int_equal(ac_view_make(c->k, &e->hide, AC_VIEW_NO_CHANGE, &c->arena, &view, &c->f.err), 0);
	return view.clusters[0];
}

/*
 * "Blue Lake uses T1001" stands on four reports of the store; the one that refers to the campaign and the one that refers to what it used are where the campaign is from. Who only tells that a value is
 * Blue Lake's is another witness, and stays.
 */
static void
reports_that_tell_of_the_campaign__are_hidden_with_it(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	ac_evidence e;
	judge_case c;

	(void)state;
	judge_open(&c, told_around);
	e = asked(&c, &nothing);
	assert_int_equal(e.techniques.count, 2);
	assert_int_equal(e.indicators.count, 1);
	assert_true(hides(&e, AC_S("On the wave")));
	assert_true(hides(&e, AC_S("On what it used")));
	assert_false(hides(&e, AC_S("On signs")));
	assert_false(hides(&e, AC_S("On Blue Lake")));
	/* What a relationship without words cites, and what says that the indicator indicates it. */
	assert_true(hides(&e, AC_S("Wave One")));
	assert_true(hides(&e, AC_S("https://one.example/lake")));
	assert_true(reports_left(&c, &(ac_evidence){ .hide = nothing }) == 6);
	assert_true(reports_left(&c, &e) == 2);
	judge_close(&c);
}

/* A report that has no address is known by its name alone. */
static void
report__is_no_witness_of_itself(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	ac_answer_origin origin;
	ac_evidence e;
	judge_case c;
	bool is_cut;

	(void)state;
	judge_open(&c, told_around);
	assert_int_equal(ac_evidence_from_object(c.know, AC_S(FIXTURE_ID("report", "4")), &nothing, &c.arena, &e,
			     &origin, &is_cut, &c.f.err),
	    0);
	assert_int_equal(e.techniques.count, 1);
	assert_true(reports_left(&c, &e) == 5);
	judge_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_report_of_a_campaign__is_none_from_before_it_began),
		cmocka_unit_test(campaign_of_the_store__is_asked_about_by_the_text_it_is_measured_by),
		cmocka_unit_test(sentence_of_a_hidden_relationship__is_not_read),
		cmocka_unit_test(revoked_relationship__is_no_evidence),
		cmocka_unit_test(reports_that_tell_of_the_campaign__are_hidden_with_it),
		cmocka_unit_test(report__is_no_witness_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
