/* SPDX-License-Identifier: Apache-2.0 */
/* Pages over a real store: two allies and a catalogue speak of invented actors; what the pages must say follows from the objects by hand. */
#include "store_fixture.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "fail_malloc.h"
#include "know/page.h"

#define MITRE "identity--00000000-0000-4000-8000-0000000000f1"
#define LAKE FIXTURE_ID("intrusion-set", "1")
#define LAKE_B FIXTURE_ID("intrusion-set", "2")
#define RIVER FIXTURE_ID("intrusion-set", "3")
#define OCEAN FIXTURE_ID("threat-actor", "4")
#define SHELL FIXTURE_ID("malware", "5")
#define EXPLOIT FIXTURE_ID("attack-pattern", "6")
#define SUB FIXTURE_ID("attack-pattern", "7")
#define PATCH FIXTURE_ID("course-of-action", "8")
#define LISTED FIXTURE_ID("indicator", "9")

/* A catalogue with a matrix whose tactics are not in the order of the alphabet, nor of ATT&CK. */
static const char *const catalogue[] = {
	"{" FIXTURE_HEAD("x-mitre-tactic",
	    "1") ",'name':'Zero Hour','x_mitre_shortname':'zero-hour','external_references':[{'source_name':'"
		 "example-attack','external_id':'TA9001'}]}",
	"{" FIXTURE_HEAD("x-mitre-tactic", "2") ",'name':'Aftermath','x_mitre_shortname':'aftermath'}",
	"{" FIXTURE_HEAD("x-mitre-matrix", "1") ",'name':'Example','tactic_refs':['" FIXTURE_ID(
	    "x-mitre-tactic", "1") "','" FIXTURE_ID("x-mitre-tactic", "2") "']}",
	"{" FIXTURE_HEAD("attack-pattern",
	    "6") ",'name':'Exploit Mail Server','created_by_ref':'" MITRE "','kill_chain_phases':[{'kill_chain_name':"
		 "'example','phase_name':'zero-hour'}],'external_references':[{'source_name':'example-attack',"
		 "'external_id':'T9190'}]}",
	"{" FIXTURE_HEAD("attack-pattern",
	    "7") ",'name':'Web Shell "
		 "Again','kill_chain_phases':[{'kill_chain_name':'example','phase_name':'aftermath'},"
		 "{'kill_chain_name':'example','phase_name':'never-listed'}],'external_references':[{'source_name':"
		 "'example-attack','external_id':'T9190.001'}]}",
	FIXTURE_RELATION("1", "subtechnique-of", SUB, EXPLOIT),
	"{" FIXTURE_HEAD("course-of-action",
	    "8") ",'name':'Update "
		 "Software','external_references':[{'source_name':'example-attack','external_id':'M9051'}]}",
	FIXTURE_RELATION("2", "mitigates", PATCH, EXPLOIT),
	"{" FIXTURE_HEAD("intrusion-set",
	    "1") ",'name':'Blue Lake','created_by_ref':'" MITRE "','description':'A group. (Citation: Example 2021)',"
		 "'aliases':['Blue Lake','Quiet Heron','海莲花'],'external_references':[{'source_name':'mitre-attack',"
		 "'external_id':'G9001'},{'source_name':'Quiet Heron','description':'(Citation: Example 2021)'},"
		 "{'source_name':'Example 2021','description':'Example Research. (2021, July 1). Lakes.','url':"
		 "'https://example.org/lakes'}]}",
	"{" FIXTURE_HEAD("malware", "5") ",'name':'Lake Shell','is_family':true,'malware_types':['webshell']}",
	FIXTURE_RELATION("3", "uses", LAKE, SHELL),
	"{" FIXTURE_HEAD("relationship",
	    "4") ",'relationship_type':'uses','source_ref':'" LAKE "','target_ref':'" EXPLOIT
		 "','external_references':[{'source_name':'Example 2021','url':'https://example.org/lakes'}]}",
	FIXTURE_RELATION("5", "uses", SHELL, SUB),
	NULL,
};

/* Ally B knows the same actor under other names, and others. */
static const char *const ally[] = {
	"{" FIXTURE_HEAD("intrusion-set",
	    "2") ",'name':'Quiet Heron','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f2','aliases':["
		 "'Blue Lake','Shared Name'],'x_misp_country':'CN','object_marking_refs':['" FIXTURE_ID(
		     "marking-definition", "1") "'],'granular_markings':[{'marking_ref':'marking-definition--5e57c739-"
						"391a-4eb3-b6be-7d15ca92d5ed',"
						"'selectors':['aliases.[1]']}]}",
	"{" FIXTURE_HEAD(
	    "marking-definition", "1") ",'definition_type':'statement','definition':{'statement':'Copyright Ally B'}}",
	"{" FIXTURE_HEAD("language-content", "1") ",'object_ref':'" SHELL
						  "','object_modified':'2021-07-19T10:00:00.000Z',"
						  "'contents':{'fr':{'name':'Coquille du lac'}}}",
	"{" FIXTURE_HEAD("language-content", "2") ",'object_ref':'" SHELL
						  "','object_modified':'2020-07-19T10:00:00.000Z',"
						  "'contents':{'fr':{'name':'Ancienne'}}}",
	"{" FIXTURE_HEAD("intrusion-set",
	    "3") ",'name':'Red River','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f2','aliases':["
		 "'Shared Name']}",
	"{" FIXTURE_HEAD("threat-actor",
	    "4") ",'name':'Quiet "
		 "Heron','created_by_ref':'identity--00000000-0000-4000-8000-0000000000f3','aliases':['Blue Lake'],"
		 "'x_misp_country':'IR'}",
	"{" FIXTURE_HEAD("location", "1") ",'name':'Canada','country':'CA'}",
	FIXTURE_RELATION("6", "targets", LAKE_B, FIXTURE_ID("location", "1")),
	FIXTURE_INDICATOR("9", "lake c2", "[domain-name:value = `lake.example`]"),
	FIXTURE_RELATION("7", "indicates", LISTED, SHELL),
	"{" FIXTURE_HEAD(
	    "sighting", "1") ",'sighting_of_ref':'" LISTED
			     "','count':3,'first_seen':'2021-07-20T01:00:00Z','last_seen':'2021-07-20T05:00:00Z',"
			     "'x_accord_input':'dns.log'}",
	"{" FIXTURE_HEAD(
	    "report", "1") ",'name':'Lakes of July','published':'2021-07-20T00:00:00Z','object_refs':['" LISTED
			   "','" LAKE_B "']}",
	NULL,
};

static int
open_both(void **state)
{
	static fixture f;

	fixture_open(&f);
	fixture_put(&f, "Catalogue", catalogue);
	fixture_put(&f, "Ally B", ally);
	fixture_put_row(&f, "A list", AC_VALUE_DOMAIN, "lake.example");
	fixture_put_row(&f, "A list", AC_VALUE_IPV4, "203.0.113.0/24");
	*state = &f;
	return 0;
}

static int
close_both(void **state)
{
	fixture_close(*state);
	return 0;
}

static ac_know *
know_of(fixture *f)
{
	ac_know *know;

	assert_int_equal(ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &f->err), 0);
	return know;
}

static void
find(fixture *f, ac_know *know, const char *query, ac_page *page)
{
	if (ac_page_find(know, ac_str_from(query), (ac_str){ 0 }, page, &f->err) != 0)
		fail_msg("%s: %s", query, f->err.text);
}

static const ac_page_name *
name_of(const ac_page *page, const char *text)
{
	for (size_t i = 0; i < page->name_count; i++)
		if (ac_str_eq(page->names[i].text, ac_str_from(text)))
			return &page->names[i];
	return NULL;
}

static bool
has_text(const ac_page_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (ac_str_eq(texts->items[i], ac_str_from(text)))
			return true;
	return false;
}

static const ac_page_claim *
claim_of(const ac_page *page, const char *what, const char *text)
{
	for (size_t i = 0; i < page->claim_count; i++)
		if (strcmp(page->claims[i].what, what) == 0 && ac_str_eq(page->claims[i].text, ac_str_from(text)))
			return &page->claims[i];
	return NULL;
}

static void
actor_page__joins_records_that_share_names(void **state)
{
	static const char *const queries[] = { "Blue Lake", "blue-lake", "QUIET HERON", "海莲花", "G9001", LAKE,
		LAKE_B };
	fixture *f = *state;
	ac_know *know = know_of(f);

	for (size_t i = 0; i < AC_COUNT(queries); i++) {
		ac_page page;

		find(f, know, queries[i], &page);
		assert_int_equal(page.kind, AC_PAGE_ACTOR);
		assert_str(page.subject.id, AC_S(LAKE));
		/* CN and IR: the third record shares both names and is kept apart. */
		if (page.record_count != 2)
			fail_msg("%s: %zu records", queries[i], page.record_count);
	}
	(void)ac_know_close(know);
}

static void
names__say_who_uses_them_and_who_else_is_called_so(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	const ac_page_name *name;
	ac_page page;

	find(f, know, "Blue Lake", &page);
	name = name_of(&page, "Quiet Heron");
	assert_non_null(name);
	assert_int_equal(name->kind, AC_NAME_PRIMARY);
	assert_true(has_text(&name->namers, "Catalogue"));
	assert_true(has_text(&name->namers, "Ally B"));
	assert_true(has_text(&name->citations, "Example 2021"));
	assert_int_equal(name->also_count, 1);
	assert_str(name->also[0]->id, AC_S(OCEAN));
	name = name_of(&page, "Shared Name");
	assert_non_null(name);
	assert_int_equal(name->also_count, 1);
	assert_str(name->also[0]->id, AC_S(RIVER));
	assert_null(name_of(&page, "Red River"));
	(void)ac_know_close(know);
}

static void
claims__keep_their_claimant(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	const ac_page_claim *claim;
	ac_page page;

	find(f, know, "Blue Lake", &page);
	claim = claim_of(&page, "country", "CN");
	assert_non_null(claim);
	assert_int_equal(claim->claimants.count, 1);
	assert_str(claim->claimants.items[0], AC_S("Ally B"));
	assert_non_null(claim_of(&page, "victim", "Canada"));
	assert_null(claim_of(&page, "country", "IR"));
	(void)ac_know_close(know);
}

static void
refused_link__is_shown_as_overlap(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	ac_page page;

	find(f, know, "Blue Lake", &page);
	/* threat-actor 4 against Blue Lake: 2 x 1.5 for the names and no country there: heavy enough, refused because of Quiet Heron's country. */
	assert_int_equal(page.overlap_count, 1);
	assert_str(page.overlaps[0].actor->id, AC_S(OCEAN));
	assert_int_equal(page.overlaps[0].refusal, AC_GROUP_OTHER_COUNTRY);
	assert_true(has_text(&page.overlaps[0].shared, "Blue Lake"));
	(void)ac_know_close(know);
}

static void
techniques__stand_by_tactic_in_the_order_of_the_matrix(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	const ac_page_item *item;
	ac_page page;

	find(f, know, "Blue Lake", &page);
	assert_int_equal(page.tactic_count, 1);
	assert_str(page.tactics[0].tactic.ref.name, AC_S("Zero Hour"));
	item = page.tactics[0].items[0];
	assert_str(item->ref.external_id, AC_S("T9190"));
	assert_true(has_text(&item->claimants, "Catalogue"));
	assert_int_equal(item->sources.count, 1);
	assert_str(item->sources.items[0].url, AC_S("https://example.org/lakes"));
	assert_int_equal(page.sections[AC_SECTION_MITIGATIONS].count, 1);
	assert_str(page.sections[AC_SECTION_MITIGATIONS].items[0].ref.external_id, AC_S("M9051"));
	assert_str(page.sections[AC_SECTION_MITIGATIONS].items[0].of.items[0], AC_S("T9190"));

	/* The malware's technique has two phases, one of which no tactic object names. */
	find(f, know, "lake shell", &page);
	assert_int_equal(page.kind, AC_PAGE_SOFTWARE);
	assert_int_equal(page.tactic_count, 2);
	assert_str(page.tactics[0].tactic.shortname, AC_S("aftermath"));
	assert_str(page.tactics[1].tactic.shortname, AC_S("never-listed"));
	(void)ac_know_close(know);
}

static void
technique_page__has_parts_users_and_mitigations(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	ac_page page;

	find(f, know, "T9190", &page);
	assert_int_equal(page.kind, AC_PAGE_TECHNIQUE);
	assert_int_equal(page.sections[AC_SECTION_SUBTECHNIQUES].count, 1);
	assert_int_equal(page.sections[AC_SECTION_ACTORS].count, 1);
	assert_int_equal(page.sections[AC_SECTION_MITIGATIONS].count, 1);
	assert_int_equal(page.tactic_count, 1);
	find(f, know, "T9190.001", &page);
	assert_int_equal(page.sections[AC_SECTION_PARENTS].count, 1);
	assert_str(page.sections[AC_SECTION_PARENTS].items[0].ref.id, AC_S(EXPLOIT));
	assert_int_equal(page.sections[AC_SECTION_SOFTWARE].count, 1);
	(void)ac_know_close(know);
}

static void
software_page__counts_the_sightings_of_its_indicators(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	ac_page page;

	find(f, know, "Lake Shell", &page);
	assert_int_equal(page.sections[AC_SECTION_ACTORS].count, 1);
	assert_int_equal(page.sections[AC_SECTION_INDICATORS].count, 1);
	assert_int_equal(page.sighting_count, 1);
	assert_int_equal(page.sighting_total, 3);
	assert_str(page.sightings[0].where, AC_S("dns.log"));
	(void)ac_know_close(know);
}

static void
observable_page__has_everybody_who_lists_it(void **state)
{
	static const char *const spellings[] = { "lake.example", "LAKE[.]example", "lake[.]example.",
		"lake(dot)example" };
	fixture *f = *state;
	ac_know *know = know_of(f);

	for (size_t i = 0; i < AC_COUNT(spellings); i++) {
		bool row = false, indicator = false;
		ac_page page;

		find(f, know, spellings[i], &page);
		assert_int_equal(page.kind, AC_PAGE_OBSERVABLE);
		assert_str(page.value.text, AC_S("lake.example"));
		assert_int_equal(page.listing_count, 2);
		for (size_t l = 0; l < page.listing_count; l++) {
			const ac_page_listing *x = &page.listings[l];

			assert_string_equal(x->match, "exact");
			row |= x->is_row && ac_str_eq(x->producer, AC_S("A list"));
			if (!x->is_row) {
				indicator = true;
				assert_str(x->producer, AC_S("Ally B"));
				assert_int_equal(x->points_to_count, 1);
				assert_str(x->points_to[0]->name, AC_S("Lake Shell"));
				assert_int_equal(x->report_count, 1);
				assert_int_equal(x->sightings, 3);
			}
		}
		assert_true(row && indicator);
	}
	(void)ac_know_close(know);
}

/* A reader's snapshot was begun before the store made its index of list ids: it must see the rows all the same. */
static void
list_rows__are_seen_by_the_first_reader(void **state)
{
	ac_store_options options = { .mode = AC_STORE_READ, .now = fixture_now, .seed = { { 1, 2 } } };
	ac_store *reader;
	ac_know *know;
	ac_page page;
	fixture f;

	fixture_open(&f);
	fixture_put_row(&f, "A list", AC_VALUE_DOMAIN, "lake.example");
	options.now_payload = &f;
	assert_int_equal(ac_store_open(f.folder, &options, &reader, &f.err), 0);
	assert_int_equal(ac_know_open(reader, (ac_hash_seed){ { 3, 4 } }, &know, &f.err), 0);
	find(&f, know, "lake.example", &page);
	assert_int_equal(page.listing_count, 1);
	assert_str(page.listings[0].producer, AC_S("A list"));
	assert_str(page.listings[0].name, AC_S("lake.example"));
	(void)ac_know_close(know);
	(void)ac_store_close(reader);
	fixture_close(&f);
}

static void
covering_values__are_listed_as_such(void **state)
{
	static const struct {
		const char *query, *match, *value;
	} rows[] = { { "203.0.113.77", "cidr", "203.0.113.0/24" }, { "www.lake.example", "parent", "lake.example" } };
	fixture *f = *state;
	ac_know *know = know_of(f);

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_page page;

		find(f, know, rows[i].query, &page);
		assert_true(page.listing_count >= 1);
		assert_string_equal(page.listings[0].match, rows[i].match);
		assert_str(page.listings[0].value, ac_str_from(rows[i].value));
	}
	(void)ac_know_close(know);
}

static void
nothing_of_that_name__suggests_near_misses(void **state)
{
	fixture *f = *state;
	ac_know *know = know_of(f);
	ac_page page;

	assert_int_equal(ac_page_find(know, AC_S("Blue Lacke"), (ac_str){ 0 }, &page, &f->err), ACCORD_ENOTFOUND);
	assert_true(has_text(&page.near, "Blue Lake"));
	assert_int_equal(ac_page_find(know, AC_S("198.51.100.7"), (ac_str){ 0 }, &page, &f->err), ACCORD_ENOTFOUND);
	assert_int_equal(page.value.type, AC_VALUE_IPV4);
	assert_int_equal(ac_page_find(know, AC_S("Blue Lake"), AC_S("malware"), &page, &f->err), ACCORD_ENOTFOUND);
	assert_int_equal(
	    ac_page_find(know, AC_S("malware--00000000-0000-4000-8000-0000000000ff"), (ac_str){ 0 }, &page, &f->err),
	    ACCORD_ENOTFOUND);
	assert_int_equal(ac_page_find(know, AC_S("  "), (ac_str){ 0 }, &page, &f->err), ACCORD_EUSAGE);
	(void)ac_know_close(know);
}

static ac_str
text_of(fixture *f, const ac_page *page)
{
	ac_page_style style = AC_PAGE_STYLE;
	ac_buf buf;
	ac_str text;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_page_text(page, &style, &buf);
	assert_int_equal(ac_buf_finish(&buf, &text, &f->err), 0);
	text = ac_arena_str(&f->arena, text);
	ac_buf_done(&buf);
	return text;
}

static void
text__keeps_to_eighty_columns_and_shows_no_controls(void **state)
{
	static const char *const queries[] = { "Blue Lake", "T9190", "Lake Shell", "lake.example", "Red River", LISTED,
		"Lakes of July", "Canada" };
	static const char *const hostile[] = {
		"{" FIXTURE_HEAD(
		    "malware", "a") ",'name':'Bad\\u001b[2JName','is_family':true,'description':'evil \\u0007 text'}",
		NULL
	};
	fixture *f = *state;
	ac_know *know;

	fixture_put(f, "Hostile", hostile);
	know = know_of(f);
	for (size_t i = 0; i <= AC_COUNT(queries); i++) {
		ac_str text, line;
		ac_page page;

		find(f, know, i < AC_COUNT(queries) ? queries[i] : FIXTURE_ID("malware", "a"), &page);
		text = text_of(f, &page);
		assert_true(ac_utf8_is_valid(text));
		assert_int_equal(ac_utf8_find_bidi(text), text.n);
		while (ac_str_cut(&text, '\n', &line)) {
			for (size_t c = 0; c < line.n; c++)
				assert_true((unsigned char)line.p[c] >= 0x20 && line.p[c] != 0x7f);
			/* An id or URL may be longer than a line; here none is. */
			if (line.n > 80 + 12)
				fail_msg("%zu bytes: %.*s", line.n, AC_FMT(line));
		}
		assert_int_equal(text.n, 0);
	}
	(void)ac_know_close(know);
}

static void
json__parses_and_has_its_schema(void **state)
{
	static const struct {
		const char *query, *schema;
	} rows[] = { { "Blue Lake", "accord.actor/1" }, { "T9190", "accord.technique/1" },
		{ "Lake Shell", "accord.software/1" }, { "lake.example", "accord.observable/1" },
		{ LISTED, "accord.indicator/1" }, { "Update Software", "accord.object/1" } };
	fixture *f = *state;
	ac_know *know = know_of(f);

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *json;
		ac_json_writer w;
		ac_page page;
		ac_str text;
		ac_buf buf;

		find(f, know, rows[i].query, &page);
		ac_buf_init(&buf, AC_REPORT_MAX);
		ac_json_writer_init(&w, &buf);
		ac_page_json(&page, &w);
		assert_int_equal(ac_buf_finish(&buf, &text, &f->err), 0);
		if (ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, &f->err) < 0)
			fail_msg("%s: %s", rows[i].query, f->err.text);
		assert_str(ac_json_get_string(json, AC_S("schema")), ac_str_from(rows[i].schema));
		assert_str(ac_json_get_string(json, AC_S("query")), ac_str_from(rows[i].query));
		assert_true(ac_json_is_true(ac_json_get(json, AC_S("complete"))));
		ac_buf_done(&buf);
	}
	(void)ac_know_close(know);
}

/* SQLite survives some failed allocations by itself; then the page must be whole. Every failure is tried at first, then every seventh. */
static void
page__survives_failed_allocations(void **state)
{
	static const char *const queries[] = { "Blue Lake", "lake.example", "T9190", "Blue Lacke" };
	fixture *f = *state;

	for (size_t q = 0; q < AC_COUNT(queries); q++) {
		bool failed = true;

		for (unsigned long n = 1; failed; n += n < 300 ? 1 : 7) {
			accord_err err = { 0 };
			ac_know *know = NULL;
			ac_page page;
			ac_str text;
			ac_buf buf;
			int rc;

			ac_buf_init(&buf, AC_REPORT_MAX);
			fail_malloc_at(n);
			rc = ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &err);
			if (rc == 0)
				rc = ac_know_set_language(know, AC_S("fr"), &err);
			if (rc == 0)
				rc = ac_page_find(know, ac_str_from(queries[q]), (ac_str){ 0 }, &page, &err);
			if (rc == 0) {
				ac_page_text(&page, &AC_PAGE_STYLE, &buf);
				rc = ac_buf_finish(&buf, &text, &err);
			}
			failed = fail_malloc_done();
			if (rc != 0 && rc != ACCORD_ENOMEM && !(rc == ACCORD_ENOTFOUND && q == 3))
				fail_msg("%s, allocation %lu: %d %s", queries[q], n, rc, err.text);
			if (!failed)
				assert_int_equal(rc, q == 3 ? ACCORD_ENOTFOUND : 0);
			ac_buf_done(&buf);
			(void)ac_know_close(know);
		}
	}
}

static void
marking__of_each_record_and_of_its_parts(void **state)
{
	fixture *f = *state;
	const ac_page_record *strictest;
	ac_know *know;
	ac_page page;
	size_t ignored;
	accord_err err = { 0 };

	assert_int_equal(ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &err), 0);
	assert_int_equal(ac_page_find(know, AC_S(LAKE_B), (ac_str){ 0 }, &page, &err), 0);
	/* Nobody has set a default: all records are AMBER+STRICT, and the first is as strict as any. */
	strictest = ac_page_strictest(&page);
	assert_int_equal(strictest->marking.m.level, AC_TLP_AMBER_STRICT);
	assert_int_equal(strictest->marking.m.reason, AC_MARKING_BY_DEFAULT);
	for (size_t i = 0; i < page.record_count; i++) {
		const ac_marking *m = &page.records[i].marking.m;

		if (!ac_str_eq(page.records[i].object->ref.id, AC_S(LAKE_B)))
			continue;
		assert_str(page.records[i].marking.source, AC_S("Ally B"));
		assert_int_equal(m->ref_count, 2);
		assert_str(m->refs[0].text, AC_S("Copyright Ally B"));
		assert_int_equal(m->part_count, 1);
		assert_int_equal(m->highest, AC_TLP_RED);
	}
	know = ac_know_close(know);
	/* The one translation that is for this version; the other is said. */
	assert_int_equal(ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, &know, &err), 0);
	assert_int_equal(ac_know_set_language(know, AC_S("no language"), &err), ACCORD_EUSAGE);
	assert_int_equal(ac_know_set_language(know, AC_S("fr-FR"), &err), 0);
	assert_int_equal(ac_page_find(know, AC_S("Lake Shell"), (ac_str){ 0 }, &page, &err), 0);
	assert_str(page.subject.name, AC_S("Coquille du lac"));
	assert_int_equal(page.sections[AC_SECTION_RELATED].count, 0);
	assert_true(ac_str_starts(ac_know_ignored(know, &ignored)[0].why, AC_S("want the translation of version")));
	assert_true(ignored > 0);
	(void)ac_know_close(know);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actor_page__joins_records_that_share_names),
		cmocka_unit_test(names__say_who_uses_them_and_who_else_is_called_so),
		cmocka_unit_test(claims__keep_their_claimant),
		cmocka_unit_test(refused_link__is_shown_as_overlap),
		cmocka_unit_test(techniques__stand_by_tactic_in_the_order_of_the_matrix),
		cmocka_unit_test(technique_page__has_parts_users_and_mitigations),
		cmocka_unit_test(software_page__counts_the_sightings_of_its_indicators),
		cmocka_unit_test(observable_page__has_everybody_who_lists_it),
		cmocka_unit_test(marking__of_each_record_and_of_its_parts),
		cmocka_unit_test(list_rows__are_seen_by_the_first_reader),
		cmocka_unit_test(covering_values__are_listed_as_such),
		cmocka_unit_test(nothing_of_that_name__suggests_near_misses),
		cmocka_unit_test(text__keeps_to_eighty_columns_and_shows_no_controls),
		cmocka_unit_test(json__parses_and_has_its_schema),
		cmocka_unit_test(page__survives_failed_allocations),
	};

	return cmocka_run_group_tests(tests, open_both, close_both);
}
