/* SPDX-License-Identifier: Apache-2.0 */
/* Leads over a real store. The graph is small enough to follow each chain by hand. */
#include "store_fixture.h"

#include "attribute/attribute.h"
#include "base/limits.h"
#include "fail_malloc.h"

#define LAKE FIXTURE_ID("intrusion-set", "1")
#define RIVER FIXTURE_ID("intrusion-set", "2")
#define OCEAN FIXTURE_ID("intrusion-set", "3")
#define POND FIXTURE_ID("intrusion-set", "4")
#define SHELL FIXTURE_ID("malware", "1")
#define SCANNER FIXTURE_ID("tool", "1")
#define WAVE FIXTURE_ID("campaign", "1")
#define TECHNIQUE FIXTURE_ID("attack-pattern", "1")
#define I(n) FIXTURE_ID("indicator", n)

/* Lake and River use the shell, Ocean too by a campaign; Pond is only named in a report; a technique leads nowhere. */
static const char *const knowledge[] = {
	"{" FIXTURE_HEAD("intrusion-set",
	    "1") ",'name':'Blue Lake','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f1'}",
	"{" FIXTURE_HEAD("intrusion-set",
	    "2") ",'name':'Red River','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f1'}",
	"{" FIXTURE_HEAD("intrusion-set",
	    "3") ",'name':'Open Ocean','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f1'}",
	"{" FIXTURE_HEAD("intrusion-set",
	    "4") ",'name':'Small Pond','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f1'}",
	"{" FIXTURE_HEAD("malware", "1") ",'name':'Lake Shell','is_family':true}",
	"{" FIXTURE_HEAD("tool", "1") ",'name':'Scanner'}",
	"{" FIXTURE_HEAD("campaign", "1") ",'name':'First Wave'}",
	"{" FIXTURE_HEAD("attack-pattern", "1") ",'name':'Exploit'}",
	FIXTURE_RELATION("1", "uses", LAKE, SHELL),
	FIXTURE_RELATION("2", "uses", RIVER, SHELL),
	FIXTURE_RELATION("3", "uses", WAVE, SHELL),
	FIXTURE_RELATION("4", "attributed-to", WAVE, OCEAN),
	FIXTURE_RELATION("5", "uses", RIVER, TECHNIQUE),
	NULL,
};

static const char *const ally[] = {
	/* 1: of the shell; 2: of Blue Lake outright; 3: of a technique only; 4: only in a report; 5: never seen; 6: looked for, not seen */
	FIXTURE_INDICATOR("1", "shell c2", "[domain-name:value = `c2.example`]"),
	FIXTURE_INDICATOR("2", "lake mail", "[domain-name:value = `mail.example`]"),
	FIXTURE_INDICATOR("3", "exploit path", "[url:value = `http://x.example/a`]"),
	FIXTURE_INDICATOR("4", "in a report", "[ipv4-addr:value = `192.0.2.4`]"),
	FIXTURE_INDICATOR("5", "never seen", "[ipv4-addr:value = `192.0.2.5`]"),
	FIXTURE_INDICATOR("6", "not seen", "[ipv4-addr:value = `192.0.2.6`]"),
	FIXTURE_RELATION("6", "indicates", I("1"), SHELL),
	FIXTURE_RELATION("7", "indicates", I("2"), LAKE),
	FIXTURE_RELATION("8", "indicates", I("3"), TECHNIQUE),
	FIXTURE_RELATION("9", "indicates", I("5"), POND),
	FIXTURE_RELATION("a", "indicates", I("6"), POND),
	"{" FIXTURE_HEAD("report", "1") ",'name':'Ponds','published':'2021-07-19T00:00:00Z','object_refs':['" I(
	    "4") "','" POND "','" SCANNER "']}",
	FIXTURE_RELATION("b", "uses", RIVER, SCANNER),
	NULL,
};

static const char *const seen[] = {
	"{" FIXTURE_HEAD("sighting", "1") ",'sighting_of_ref':'" I(
	    "1") "','count':5,'first_seen':'2021-07-20T01:00:00Z','last_seen':'2021-07-20T02:00:00Z',"
		 "'x_accord_input':'dns.log'}",
	"{" FIXTURE_HEAD("sighting", "2") ",'sighting_of_ref':'" I("1") "','count':1}",
	"{" FIXTURE_HEAD("sighting", "3") ",'sighting_of_ref':'" I("2") "'}",
	"{" FIXTURE_HEAD("sighting", "4") ",'sighting_of_ref':'" I("3") "','count':2}",
	"{" FIXTURE_HEAD("sighting", "5") ",'sighting_of_ref':'" I("4") "'}",
	"{" FIXTURE_HEAD("sighting", "6") ",'sighting_of_ref':'" I("6") "','count':0}",
	"{" FIXTURE_HEAD("sighting", "7") ",'sighting_of_ref':'" SHELL "'}",
	NULL,
};

static int
open_all(void **state)
{
	static fixture f;

	fixture_open(&f);
	fixture_put(&f, "Catalogue", knowledge);
	fixture_put(&f, "Ally B", ally);
	fixture_put(&f, "own sensors", seen);
	*state = &f;
	return 0;
}

static int
close_all(void **state)
{
	fixture_close(*state);
	return 0;
}

static ac_know *
follow(fixture *f, ac_leads *leads)
{
	ac_know *know;

	assert_int_equal(ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &f->err), 0);
	if (ac_attribute(know, leads, &f->err) < 0)
		fail_msg("%s", f->err.text);
	return know;
}

static const ac_lead *
lead_of(const ac_leads *leads, const char *name)
{
	for (size_t i = 0; i < leads->count; i++)
		if (ac_str_eq(leads->items[i]->actor->name, ac_str_from(name)))
			return leads->items[i];
	fail_msg("no lead to %s", name);
	return NULL;
}

static void
sightings__are_gathered_by_indicator(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);

	/* Indicators 1 to 4: not 5 (no sighting), 6 (count 0), nor the sighting of a malware. */
	assert_int_equal(leads.trace.count, 4);
	assert_int_equal(leads.trace.sightings, 5);
	assert_int_equal(leads.trace.seen, 5 + 1 + 1 + 2 + 1);
	assert_str(leads.trace.items[0]->shown, AC_S("shell c2"));
	assert_int_equal(leads.trace.items[0]->sighting_total, 2);
	assert_int_equal(leads.trace.items[0]->producers.count, 1);
	assert_str(leads.trace.items[0]->producers.items[0], AC_S("Ally B"));
	(void)ac_know_close(know);
}

static void
leads__come_in_order_of_distinct_indicators(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);

	/* Lake: 1 and 2. River and Ocean: 1 (two sightings). Pond: 4 (one sighting). Of River and Ocean the smaller id. */
	assert_int_equal(leads.count, 4);
	assert_str(leads.items[0]->actor->id, AC_S(LAKE));
	assert_int_equal(leads.items[0]->indicator_count, 2);
	assert_int_equal(leads.items[0]->sightings, 3);
	assert_str(leads.items[1]->actor->id, AC_S(RIVER));
	assert_str(leads.items[2]->actor->id, AC_S(OCEAN));
	assert_str(leads.items[3]->actor->id, AC_S(POND));
	(void)ac_know_close(know);
}

static void
chain__has_every_hop_with_its_claimant(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);
	const ac_lead *ocean = lead_of(&leads, "Open Ocean");
	const ac_trace_chain *chain = &ocean->chains[0].chain;
	static const struct {
		const char *to, *kind, *claimant;
		ac_know_direction direction;
	} hops[] = { { SHELL, "indicates", "Ally B", AC_KNOW_FROM }, { WAVE, "uses", "Catalogue", AC_KNOW_TO },
		{ OCEAN, "attributed-to", "Catalogue", AC_KNOW_FROM } };

	assert_int_equal(ocean->chain_count, 1);
	assert_int_equal(chain->hop_count, AC_COUNT(hops));
	for (size_t i = 0; i < AC_COUNT(hops); i++) {
		assert_str(chain->hops[i].to->id, ac_str_from(hops[i].to));
		assert_str(chain->hops[i].kind, ac_str_from(hops[i].kind));
		assert_str(chain->hops[i].claimant, ac_str_from(hops[i].claimant));
		assert_int_equal(chain->hops[i].direction, hops[i].direction);
	}
	assert_false(chain->is_weak);
	/* Two actors are said to use the shell outright. */
	assert_int_equal(ocean->chains[0].shared_by, 2);
	assert_int_equal(ocean->kinds, AC_EVIDENCE_MALWARE);
	(void)ac_know_close(know);
}

static void
report__is_a_weak_lead_and_to_its_own_actors_only(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);
	const ac_lead *pond = lead_of(&leads, "Small Pond"), *river = lead_of(&leads, "Red River");

	assert_false(pond->is_stated);
	assert_int_equal(pond->kinds, AC_EVIDENCE_REPORT);
	assert_int_equal(pond->chains[0].chain.hop_count, 2);
	assert_true(pond->chains[0].chain.is_weak);
	/* The report also names a tool that River uses: that is no lead to River. */
	assert_int_equal(river->indicator_count, 1);
	assert_true(river->is_stated);
	(void)ac_know_close(know);
}

static void
technique__is_no_lead_and_is_said_so(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);

	assert_int_equal(leads.without_count, 1);
	assert_str(leads.without[0]->indicator->ref.id, AC_S(I("3")));
	(void)ac_know_close(know);
}

static void
kinds_of_evidence__add_up(void **state)
{
	ac_leads leads;
	ac_know *know = follow(*state, &leads);

	assert_int_equal(lead_of(&leads, "Blue Lake")->kinds, AC_EVIDENCE_ACTOR | AC_EVIDENCE_MALWARE);
	(void)ac_know_close(know);
}

/* The text on one line: what is said does not depend on where lines wrap. */
static ac_str
unwrapped(fixture *f, ac_str text)
{
	char *out = ac_arena_alloc(&f->arena, text.n + 1);
	size_t n = 0;

	assert_non_null(out);
	for (size_t i = 0; i < text.n; i++) {
		bool is_space = ac_is_space(text.p[i]);

		if (!is_space || n == 0 || out[n - 1] != ' ')
			out[n++] = is_space ? ' ' : text.p[i];
	}
	return (ac_str){ out, n };
}

static void
answer__says_that_it_is_no_attribution(void **state)
{
	fixture *f = *state;
	ac_leads leads;
	ac_know *know = follow(f, &leads);
	ac_page_style style = AC_PAGE_STYLE;
	const ac_json *json;
	ac_json_writer w;
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_leads_text(&leads, &style, &buf);
	assert_int_equal(ac_buf_finish(&buf, &text, &f->err), 0);
	text = unwrapped(f, text);
	assert_true(ac_str_find(text, AC_S("list of leads, not an attribution")) < text.n);
	assert_true(ac_str_find(text, AC_S("only named in the same report")) < text.n);
	assert_true(ac_str_find(text, AC_S("dns.log")) < text.n);
	ac_buf_reset(&buf);
	ac_json_writer_init(&w, &buf);
	ac_leads_json(&leads, &w);
	assert_int_equal(ac_buf_finish(&buf, &text, &f->err), 0);
	if (ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, &f->err) < 0)
		fail_msg("%s", f->err.text);
	assert_str(ac_json_get_string(json, AC_S("schema")), AC_S("accord.leads/1"));
	assert_int_equal(ac_json_count(ac_json_get(json, AC_S("leads"))), 4);
	assert_int_equal(ac_json_count(ac_json_get(json, AC_S("indicators"))), 4);
	ac_buf_done(&buf);
	(void)ac_know_close(know);
}

static void
no_sighting__gives_no_lead(void **state)
{
	fixture f;
	ac_leads leads;
	ac_know *know;
	ac_page_style style = AC_PAGE_STYLE;
	ac_buf buf;

	fixture_open(&f);
	fixture_put(&f, "Catalogue", knowledge);
	know = follow(&f, &leads);
	assert_int_equal(leads.count, 0);
	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_leads_text(&leads, &style, &buf);
	assert_true(ac_str_starts(ac_buf_view(&buf), AC_S("Nothing was sighted yet")));
	ac_buf_done(&buf);
	(void)ac_know_close(know);
	fixture_close(&f);
}

/* SQLite survives some failed allocations by itself; then the answer must be whole. */
static void
leads__survive_failed_allocations(void **state)
{
	fixture *f = *state;
	bool failed = true;

	for (unsigned long n = 1; failed; n += n < 300 ? 1 : 7) {
		accord_err err = { 0 };
		ac_know *know = NULL;
		ac_leads leads = { 0 };
		int rc;

		fail_malloc_at(n);
		rc = ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &err);
		if (rc == 0)
			rc = ac_attribute(know, &leads, &err);
		failed = fail_malloc_done();
		if (rc != 0 && rc != ACCORD_ENOMEM)
			fail_msg("allocation %lu: %d %s", n, rc, err.text);
		if (rc == 0)
			assert_int_equal(leads.count, 4);
		(void)ac_know_close(know);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sightings__are_gathered_by_indicator),
		cmocka_unit_test(leads__come_in_order_of_distinct_indicators),
		cmocka_unit_test(chain__has_every_hop_with_its_claimant),
		cmocka_unit_test(report__is_a_weak_lead_and_to_its_own_actors_only),
		cmocka_unit_test(technique__is_no_lead_and_is_said_so),
		cmocka_unit_test(kinds_of_evidence__add_up),
		cmocka_unit_test(answer__says_that_it_is_no_attribution),
		cmocka_unit_test(no_sighting__gives_no_lead),
		cmocka_unit_test(leads__survive_failed_allocations),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
