/* SPDX-License-Identifier: Apache-2.0 */
/* Whom descriptions name as victims, on whose word, and what that weighs. Expected numbers are worked out by hand from the mixture that victims.c states. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/places.h"
#include "attribute/victims.h"
#include "attribute/view.h"

#define NEAR 1e-6
#define MISS -0.673345 /* ln(.5 x .02 + .5): what the list does not hold */
#define DESCRIBED(n, name, number, description, references)                                                            \
	"{" FIXTURE_HEAD("intrusion-set", n) ",'name':'" name "','description':'" description                          \
					     "','external_references':[{'source_name':'mitre-attack','external_id':'"  \
					     "" number "'}," references "]}"
/* As ATT&CK says who uses a name: an entry called so, whose text is a citation. It is no work. */
#define ALIAS(name, cited) "{'source_name':'" name "','description':'(Citation: " cited ")'}"
#define OWN CITE("Blue Lake Two", "2020, May 1", "https://five.example/two")

/* Lake: France by a report whose name holds the group's, Spain by another. River: Spain. Pond has no list. */
static const char *const world[] = {
	DESCRIBED("1", "Blue Lake", "G0001",
	    "Blue Lake has targeted France.(Citation: Blue Lake Two) It went against Spain, too.(Citation: Lake "
	    "One)(Citation: "
	    "Lake Two) Before, it was a club in Norway.(Citation: Lake One)",
	    ALIAS("Blue Lake", "Blue Lake Two") "," OWN "," R1 "," R2),
	DESCRIBED("2", "Red River", "G0002", "Victims of Red River are in Spain.(Citation: River One)", R3),
	NUMBERED("intrusion-set", "3", "Small Pond", "G0003"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	USES("1", LAKE, T("1"), CITE("Lake Three", "2018, May", "https://six.example/")),
	USES("2", RIVER, T("1"), CITE("River Two", "2018, May", "https://seven.example/")),
	USES("3", POND, T("1"), CITE("Pond One", "2018, May", "https://eight.example/")),
	NULL,
};

typedef struct weighed {
	double lake, river, pond;
	size_t shared_by;
} weighed;

static weighed
weigh(judge_case *c, const char *country, const char *hidden)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_str name = ac_str_from(hidden ? hidden : "");
	double raw[3] = { 0 };
	weighed out;
	ac_view view;

	assert_int_equal(ac_knowledge_actor_count(c->k), 3);
	e.hide.reports = &name;
	e.hide.report_count = hidden != NULL;
	assert_int_equal(ac_view_make(c->k, &e.hide, AC_VIEW_NO_CHANGE, &c->arena, &view, &c->f.err), 0);
	ac_victims_weigh(&view, ac_str_from(country), false, raw, &out.shared_by);
	out.lake = raw[0];
	out.river = raw[1];
	out.pond = raw[2];
	return out;
}

static void
assert_weighs(weighed got, double lake, double river, size_t shared_by)
{
	assert_true(fabs(got.lake - lake) < NEAR);
	assert_true(fabs(got.river - river) < NEAR);
	/* Who has no list is neither nor. */
	assert_true(got.pond == 0);
	assert_int_equal(got.shared_by, shared_by);
}

/* Share of a country: (actors with it + .5) / (actors with a list + 1). With it: ln((.5 + .5 share) / share). */
static void
victims__weigh_by_how_few_have_them(void **state)
{
	judge_case c;

	(void)state;
	judge_open(&c, world);
	assert_weighs(weigh(&c, "FR", NULL), log((.5 + .25) / .5), MISS, 1);
	assert_weighs(
	    weigh(&c, "ES", NULL), log((.5 + .5 * 2.5 / 3) / (2.5 / 3)), log((.5 + .5 * 2.5 / 3) / (2.5 / 3)), 2);
	judge_close(&c);
}

/* It tells no list from another, and who has none is no likelier for it. */
static void
what_is_on_nobodys_list__says_nothing(void **state)
{
	judge_case c;

	(void)state;
	judge_open(&c, world);
	assert_weighs(weigh(&c, "TO", NULL), 0, 0, 0);
	/* Behind no word for victims stands where somebody is from. */
	assert_weighs(weigh(&c, "NO", NULL), 0, 0, 0);
	judge_close(&c);
}

/* The entry that tells of the name is no source of its own, although its name stands in the report's. */
static void
victims_of_a_hidden_report__are_gone(void **state)
{
	judge_case c;

	(void)state;
	judge_open(&c, world);
	assert_weighs(weigh(&c, "FR", "Blue Lake Two"), 0, 0, 0);
	assert_weighs(weigh(&c, "FR", "Blue Lake"), log((.5 + .25) / .5), MISS, 1);
	/* One of two is left. */
	assert_weighs(
	    weigh(&c, "ES", "Lake One"), log((.5 + .5 * 2.5 / 3) / (2.5 / 3)), log((.5 + .5 * 2.5 / 3) / (2.5 / 3)), 2);
	assert_weighs(weigh(&c, "ES", "River One"), log((.5 + .5 * .75) / .75), 0, 1);
	judge_close(&c);
}

static void
words_of_a_text__are_sectors_where_they_mean_victims(void **state)
{
	static const struct {
		const char *text, *sectors;
	} rows[] = {
		{ "government-regional", "government" },
		{ "hospitality-leisure", "hospitality-leisure" },
		{ "hospitality and retail", "retail hospitality-leisure" },
		{ "a hospital, hospitals", "healthcare" },
		{ "watering holes at water plants", "water" },
		{ "watering holes", "" },
		{ "non-governmental organizations", "non-profit" },
		{ "ministries and NGOs", "government non-profit" },
		{ "OilRig", "" },
		{ "oil & gas", "energy" },
		{ "social media, social engineering", "" },
		{ "news media by social engineering", "communications" },
		{ "cryptocurrency miners for financial gain", "" },
		{ "operational technology of critical infrastructure", "infrastructure" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str found[AC_PLACES_MAX];
		size_t n = ac_sectors_in(ac_str_from(rows[i].text), found, AC_PLACES_MAX);
		char got[256] = "";

		for (size_t s = 0; s < n; s++)
			(void)snprintf(
			    got + strlen(got), sizeof(got) - strlen(got), "%s%.*s", s ? " " : "", AC_FMT(found[s]));
		if (strcmp(got, rows[i].sectors) != 0)
			fail_msg("%s: %s", rows[i].text, got);
	}
}

/* An actor's list is read by sentences; neither the address of a link nor whom it works for is on it. */
static void
victims_of_a_description__stand_in_sentences_that_speak_of_them(void **state)
{
	static const char *const described[] = {
		DESCRIBED("1", "Blue Lake", "G0001",
		    "Blue Lake is a group that has targeted U.S. banks and the UAE with "
		    "[Lake Shell](https://attack.example/software/S0001). It works on behalf of the government of Iran."
		    "(Citation: Lake One)",
		    R1),
		NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
		USES("1", LAKE, T("1"), CITE("Lake Three", "2018, May", "https://six.example/")),
		NULL,
	};
	static const struct {
		const char *code;
		bool is_sector, is_listed;
	} rows[] = { { "US", false, true }, { "AE", false, true }, { "IR", false, false },
		{ "financial-services", true, true }, { "technology", true, false }, { "government", true, false } };
	ac_evidence e = AC_EVIDENCE_NONE;
	judge_case c;
	ac_view view;

	(void)state;
	judge_open(&c, described);
	assert_int_equal(ac_knowledge_actor_count(c.k), 1);
	assert_int_equal(ac_view_make(c.k, &e.hide, AC_VIEW_NO_CHANGE, &c.arena, &view, &c.f.err), 0);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		double raw = 0;
		size_t shared_by;

		ac_victims_weigh(&view, ac_str_from(rows[i].code), rows[i].is_sector, &raw, &shared_by);
		if (shared_by != rows[i].is_listed)
			fail_msg("%s is%s listed", rows[i].code, shared_by ? "" : " not");
	}
	judge_close(&c);
}

/* The row of a victim in the answer on an evidence; NULL. */
static const ac_weight *
row_of(judge_case *c, const ac_evidence *e, const char *code)
{
	const ac_judgement *j = judge(c, e);

	for (size_t i = 0; i < j->weight_count; i++)
		if (j->weights[i].kind == AC_WEIGHT_VICTIM && ac_str_eq(j->weights[i].text, ac_str_from(code)))
			return &j->weights[i];
	return NULL;
}

/* Whom the evidence's text says was attacked is a victim where no list says it; a list that is given is the whole of them. */
static void
victims_of_the_text__count_where_none_are_given(void **state)
{
	ac_evidence_item given = { AC_S_INIT("ES"), AC_EVIDENCE_NO_SOURCE };
	const ac_weight *row;
	double told;
	ac_evidence e;
	judge_case c;

	(void)state;
	judge_open(&c, world);
	e = judge_evidence(&c, "T1001");
	assert_null(row_of(&c, &e, "ES"));
	e.text =
	    AC_S("From Norway they came. They went against Spanish banks, and [France](https://a.example/germany). "
		 "Germany helped.");
	row = row_of(&c, &e, "ES");
	assert_non_null(row);
	assert_true(row->is_named);
	assert_non_null(row_of(&c, &e, "FR"));
	assert_non_null(row_of(&c, &e, "financial-services"));
	assert_null(row_of(&c, &e, "NO"));
	assert_null(row_of(&c, &e, "DE"));
	e.text = AC_S("They went against Spain.");
	told = row_of(&c, &e, "ES")->nats[0];
	e.countries = (ac_evidence_items){ &given, 1 };
	e.text = AC_S("They went against Spain and France.");
	row = row_of(&c, &e, "ES");
	assert_false(row->is_named);
	assert_true(fabs(row->nats[0] - told) < NEAR);
	assert_null(row_of(&c, &e, "FR"));
	judge_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(victims__weigh_by_how_few_have_them),
		cmocka_unit_test(what_is_on_nobodys_list__says_nothing),
		cmocka_unit_test(victims_of_a_hidden_report__are_gone),
		cmocka_unit_test(words_of_a_text__are_sectors_where_they_mean_victims),
		cmocka_unit_test(victims_of_a_description__stand_in_sentences_that_speak_of_them),
		cmocka_unit_test(victims_of_the_text__count_where_none_are_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
