/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign is judged by: its own text, and the day of its first report. */
#include "judge_fixture.h"

#include "attribute/incidents.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_report_of_a_campaign__is_none_from_before_it_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
