/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/kinds.h"
#include "learn/misp_pattern.h"

#define EVENT_UUID "6a19e663-6488-4188-979c-ee98dd8f05d7"
#define ORG "\"Orgc\":{\"id\":\"7\",\"name\":\"Blackfen Labs\",\"uuid\":\"2833123f-bca2-4034-875a-8cae6641f0d1\"}"
#define ORG_ID "identity--2833123f-bca2-4034-875a-8cae6641f0d1"
#define HEAD "\"uuid\":\"" EVENT_UUID "\",\"info\":\"Web shells\",\"date\":\"2021-03-01\",\"timestamp\":\"1614844800\""
#define TAGS "\"Tag\":[{\"name\":\"tlp:green\"}]"
#define ATTRIBUTE(uuid, type, value, more)                                                                             \
	"{\"uuid\":\"" uuid "\",\"type\":\"" type "\",\"category\":\"Network activity\",\"value\":\"" value            \
	"\",\"timestamp\":\"1614844801\"" more "}"
#define A1 "bb104d50-0ef5-48a0-9e3a-106a5f7da1aa"
#define A2 "aef5939c-9639-4698-bba8-635b5c378d21"
#define ADDRESS ATTRIBUTE(A1, "ip-dst", "203.0.113.47", ",\"to_ids\":true,\"comment\":\"C2\"")
#define EVENT(members) "{\"Event\":{" members "}}"

static void
misp__attribute_for_detection_becomes_an_indicator(void **state)
{
	got *g = read_text(&ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ADDRESS "]"));
	const ac_record *r = got_find(g, "indicator--" A1);

	assert_int_equal(g->end_rc, 0);
	assert_int_equal(g->refusal_count, 0);
	assert_non_null(r);
	assert_int_equal(r->form, AC_FORM_DERIVED);
	assert_str(r->exact, AC_S(ADDRESS));
	assert_str(member(g, r, "pattern"), AC_S("[ipv4-addr:value = '203.0.113.47']"));
	assert_str(member(g, r, "pattern_type"), AC_S("stix"));
	assert_str(member(g, r, "valid_from"), AC_S("2021-03-04T08:00:01.000Z"));
	assert_str(member(g, r, "created"), AC_S("2021-03-01T00:00:00.000Z"));
	assert_str(member(g, r, "modified"), AC_S("2021-03-04T08:00:01.000Z"));
	assert_str(member(g, r, "description"), AC_S("C2"));
	assert_int_equal(r->tlp, AC_TLP_GREEN);
	assert_true(has_edge(r, "created_by_ref", ORG_ID));
	assert_int_equal(r->value_count, 1);
	got_free(g);
}

static void
misp__event_becomes_a_report_that_names_everything(void **state)
{
	got *g = read_text(&ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ADDRESS "," ATTRIBUTE(
						A2, "domain", "quiet.example", ",\"to_ids\":false") "]"));
	const ac_record *report = got_find(g, "report--" EVENT_UUID), *domain = got_type(g, "domain-name");

	assert_non_null(report);
	assert_non_null(domain);
	assert_true(has_name(report, AC_NAME_PRIMARY, "Web shells", ""));
	assert_true(has_edge(report, "object_refs", "indicator--" A1));
	assert_true(has_edge(report, "object_refs", "observed-data--" A2));
	assert_true(has_edge(report, "object_refs", ac_arena_str(&g->arena, domain->id).p));
	assert_int_equal(report->tlp, AC_TLP_GREEN);
	assert_str(g->producers[0], AC_S("Blackfen Labs"));
	assert_non_null(got_find(g, ORG_ID));
	got_free(g);
}

/* STIX 2.1 s2.9: UUIDv5(00abedb4-aa42-466c-9c01-fed23315a9b7, {"value":"198.51.100.3"}). */
static void
misp__observables_have_deterministic_ids_and_say_nothing_else(void **state)
{
	got *g = read_text(&ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ATTRIBUTE(
						A1, "ip-src", "198.51.100.3", ",\"to_ids\":false") "]"));
	const ac_record *r = got_find(g, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");

	assert_non_null(r);
	assert_int_equal(r->form, AC_FORM_STIX21);
	assert_str(r->exact, AC_S("{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":\"ipv4-addr--28bb3599-77cd-"
				  "5a82-a950-b5bc3caf07c4\",\"value\":\"198.51.100.3\"}"));
	got_free(g);
}

/* Nothing depends on key order: what attributes inherit may stand behind them. */
static void
misp__order_of_keys_does_not_matter(void **state)
{
	static const char *const orders[] = {
		EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ADDRESS "]"),
		EVENT("\"Attribute\":[" ADDRESS "]," TAGS "," ORG "," HEAD),
		EVENT(TAGS ",\"Attribute\":[" ADDRESS "]," HEAD "," ORG),
		"{" HEAD "," ORG "," TAGS ",\"Attribute\":[" ADDRESS "]}",
		"{\"response\":[" EVENT("\"Attribute\":[" ADDRESS "]," TAGS "," ORG "," HEAD) "]}",
		"[" EVENT("\"Attribute\":[" ADDRESS "]," TAGS "," ORG "," HEAD) "]",
		EVENT("\"Attribute\":[" ADDRESS "]," TAGS "," ORG "," HEAD) "\n" EVENT(
		    "\"Attribute\":[" ADDRESS "]," TAGS "," ORG "," HEAD) "\n",
	};
	got *first = read_text(&ac_reader_misp, orders[0]);
	const ac_record *want = got_find(first, "indicator--" A1);

	for (size_t i = 0; i < AC_COUNT(orders); i++)
		for (size_t piece = 0; piece < 100; piece += 33) {
			got *g = got_new();
			const ac_record *r;

			got_feed(g, &ac_reader_misp, ac_str_from(orders[i]), piece);
			r = got_find(g, "indicator--" A1);
			if (!r || !got_find(g, "report--" EVENT_UUID) || g->refusal_count)
				print_error("order %zu, pieces of %zu: %zu records, %zu refusals %s\n", i, piece,
				    g->record_count, g->refusal_count, g->refusals[0].what.text);
			assert_non_null(r);
			assert_non_null(got_find(g, "report--" EVENT_UUID));
			assert_str(r->exact, want->exact);
			assert_str(r->derived, want->derived);
			got_free(g);
		}
	got_free(first);
}

static void
misp__numbers_may_be_strings_or_numbers(void **state)
{
	static const char *const events[] = {
		EVENT("\"uuid\":\"" EVENT_UUID
		      "\",\"info\":\"x\",\"date\":\"2021-03-01\",\"timestamp\":1614844800,\"threat_level_id\":1," ORG
		      ",\"Attribute\":["
		      "{\"uuid\":\"" A1
		      "\",\"type\":\"ip-dst\",\"value\":\"203.0.113.47\",\"to_ids\":true,\"timestamp\":1614844801}]"),
		EVENT("\"uuid\":\"" EVENT_UUID "\",\"info\":\"x\",\"date\":\"2021-03-01\",\"timestamp\":\"1614844800\","
		      "\"threat_level_id\":\"1\"," ORG ",\"Attribute\":["
		      "{\"uuid\":\"" A1 "\",\"type\":\"ip-dst\",\"value\":\"203.0.113.47\",\"to_ids\":\"1\","
		      "\"timestamp\":\"1614844801\"}]"),
	};

	for (size_t i = 0; i < AC_COUNT(events); i++) {
		got *g = read_text(&ac_reader_misp, events[i]);

		assert_int_equal(g->refusal_count, 0);
		assert_non_null(got_find(g, "indicator--" A1));
		assert_str(member(g, got_find(g, "report--" EVENT_UUID), "x_misp_threat_level_id"), AC_S("1"));
		/* MISP writes numbers as strings; a flag it writes as true or false. */
		assert_int_equal(got_repaired(g, "quoted-boolean"), i);
		got_free(g);
	}
}

static const struct {
	const char *wrong;
	const char *reason;
} bad_attributes[] = {
	{ "17", "not-an-object" },
	{ "{\"uuid\":\"nonsense\",\"type\":\"ip-dst\",\"value\":\"203.0.113.1\",\"timestamp\":\"1\"}", "bad-id" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"ip-dst\",\"timestamp\":\"1\"}", "bad-object" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"ip-dst\",\"value\":\"203.0.113.1\",\"timestamp\":\"soon\"}",
	    "bad-timestamp" },
	{ "{\"uuid\":\"" A2
	  "\",\"type\":\"ip-dst\",\"value\":\"203.0.113.1\",\"timestamp\":\"1\",\"first_seen\":\"soon\"}",
	    "bad-timestamp" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"ip-dst\",\"value\":\"203.0.113.300\",\"timestamp\":\"1\"}", "not-a-value" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"md5\",\"value\":\"abc\",\"timestamp\":\"1\"}", "not-a-value" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"ip-dst|port\",\"value\":\"203.0.113.1|70000\",\"timestamp\":\"1\"}",
	    "not-a-value" },
	{ "{\"uuid\":\"" A2 "\",\"type\":\"comment\",\"value\":\"\\u202eabc\",\"timestamp\":\"1\"}", "bidi-control" },
	{ "{\"uuid\":\"" A2 "\",\"uuid\":\"" A2 "\"}", "not-json" },
};

static void
misp__refuses_a_bad_attribute_and_keeps_the_rest(void **state)
{
	for (size_t i = 0; i < AC_COUNT(bad_attributes); i++) {
		char text[2048];
		got *g;

		(void)snprintf(text, sizeof(text), EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[\n%s,\n" ADDRESS "]"),
		    bad_attributes[i].wrong);
		g = read_text(&ac_reader_misp, text);
		if (g->refusal_count != 1 || strcmp(g->refusals[0].reason, bad_attributes[i].reason) != 0)
			print_error("row %zu: %zu refusals, %s: %s\n", i, g->refusal_count, g->refusals[0].reason,
			    g->refusals[0].what.text);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, bad_attributes[i].reason);
		assert_int_equal(g->refusals[0].what.line, 2);
		assert_non_null(got_find(g, "indicator--" A1));
		assert_non_null(got_find(g, "report--" EVENT_UUID));
		got_free(g);
	}
}

static void
misp__strictest_tlp_wins(void **state)
{
	got *g = read_text(&ac_reader_misp,
	    EVENT(HEAD "," ORG ",\"Tag\":[{\"name\":\"tlp:green\"},{\"name\":\"tlp:white\"}],\"Attribute\":[" ATTRIBUTE(
		A1, "ip-dst", "203.0.113.1", ",\"to_ids\":true,\"Tag\":[{\"name\":\"tlp:amber\"}]") "," ATTRIBUTE(A2,
		"ip-dst", "203.0.113.2", ",\"to_ids\":true,\"Tag\":[{\"name\":\"tlp:odd\"}]") "]"));

	assert_int_equal(got_find(g, "indicator--" A1)->tlp, AC_TLP_AMBER);
	assert_int_equal(got_find(g, "indicator--" A2)->tlp, AC_TLP_RED); /* unknown: the most restrictive */
	assert_int_equal(got_find(g, "report--" EVENT_UUID)->tlp, AC_TLP_GREEN);
	got_free(g);
}

static void
misp__deleted_attribute_is_revoked_and_expired_one_ends(void **state)
{
	got *g = read_text(
	    &ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ATTRIBUTE(A1, "ip-dst", "203.0.113.1",
				 ",\"to_ids\":true,\"deleted\":true") "," ATTRIBUTE(A2, "ip-dst", "203.0.113.2",
				 ",\"to_ids\":true,\"first_seen\":\"2021-02-01T00:00:00.000000+00:00\",\"last_seen\":"
				 "\"2021-02-03T00:00:00.000000+00:00\","
				 "\"Sighting\":[{\"type\":\"0\",\"date_sighting\":\"1617000000\"},{\"type\":\"2\","
				 "\"date_sighting\":\"1615000000\"}]") "]"));
	const ac_record *second = got_find(g, "indicator--" A2);

	assert_true(got_find(g, "indicator--" A1)->revoked);
	assert_false(second->revoked);
	assert_str(member(g, second, "valid_from"), AC_S("2021-02-01T00:00:00.000Z"));
	assert_str(member(g, second, "valid_until"), AC_S("2021-03-06T03:06:40.000Z"));
	assert_str(member(g, second, "x_misp_last_seen"), AC_S("2021-02-03T00:00:00.000Z"));
	got_free(g);
}

/* The same cluster by Galaxy and by tag is one; ATT&CK's clusters have ATT&CK's ids; a galaxy's own file has the same id for the other (test_galaxy.c). */
static void
misp__clusters_become_what_they_are(void **state)
{
	got *g = read_text(&ac_reader_misp,
	    EVENT(HEAD "," ORG ",\"Tag\":[{\"name\":\"misp-galaxy:threat-actor=\\\"Tin "
		       "Mallard\\\"\"},{\"name\":\"misp-galaxy:mitre-malware=\\\"Reedgate - S9999\\\"\"}],"
		       "\"Galaxy\":[{\"type\":\"threat-actor\",\"GalaxyCluster\":[{\"uuid\":\"7bc4803d-d57f-4a85-92ee-"
		       "138d7aa44800\",\"type\":\"threat-actor\",\"value\":\"Tin Mallard\","
		       "\"tag_name\":\"misp-galaxy:threat-actor=\\\"Tin "
		       "Mallard\\\"\",\"version\":\"3\",\"meta\":{\"synonyms\":[\"JADE HERON\"]}}]},"
		       "{\"type\":\"mitre-attack-pattern\",\"GalaxyCluster\":[{\"uuid\":\"3f886f2a-874f-4333-b794-"
		       "aa6075009b1c\",\"type\":\"mitre-attack-pattern\","
		       "\"value\":\"Exploit Public-Facing Application - "
		       "T1190\",\"version\":\"8\",\"meta\":{\"external_id\":[\"T1190\"]}}]}],\"Attribute\":[" ADDRESS
		       "]"));
	const ac_record *actor = got_type(g, "intrusion-set"),
			*technique = got_find(g, "attack-pattern--3f886f2a-874f-4333-b794-aa6075009b1c"),
			*malware = got_type(g, "malware"), *report = got_find(g, "report--" EVENT_UUID);

	assert_int_equal(got_count(g, "intrusion-set"), 1);
	assert_true(has_name(actor, AC_NAME_ALIAS, "JADE HERON", ""));
	assert_true(actor->abridged);
	assert_non_null(technique);
	assert_true(technique->abridged);
	assert_true(has_name(technique, AC_NAME_EXTERNAL_ID, "T1190", "mitre-attack"));
	assert_non_null(malware);
	assert_true(has_edge(report, "object_refs", ac_arena_str(&g->arena, actor->id).p));
	assert_true(has_edge(report, "object_refs", "attack-pattern--3f886f2a-874f-4333-b794-aa6075009b1c"));
	got_free(g);
}

static void
misp__cluster_on_an_attribute_is_indicated(void **state)
{
	got *g = read_text(&ac_reader_misp,
	    EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ATTRIBUTE(A1, "ip-dst", "203.0.113.1",
		",\"to_ids\":true,\"Tag\":[{\"name\":\"misp-galaxy:threat-actor=\\\"Tin Mallard\\\"\"}]") "]"));
	const ac_record *relation = got_type(g, "relationship"), *actor = got_type(g, "intrusion-set");

	assert_non_null(relation);
	assert_non_null(actor);
	assert_true(has_edge(relation, "indicates", ac_arena_str(&g->arena, actor->id).p));
	got_free(g);
}

static void
misp__objects_give_their_attributes_and_themselves(void **state)
{
	got *g = read_text(&ac_reader_misp,
	    EVENT(HEAD "," ORG "," TAGS
		       ",\"Attribute\":[],\"Object\":[{\"uuid\":\"11111111-2222-4333-8444-555555555555\",\"name\":"
		       "\"file\",\"meta-category\":\"file\",\"timestamp\":\"1614844800\","
		       "\"Attribute\":[" ATTRIBUTE(A1, "filename", "mallard.aspx",
			   ",\"to_ids\":true,\"object_relation\":\"filename\"") "," ATTRIBUTE(A2, "md5",
			   "D41D8CD98F00B204E9800998ECF8427E", ",\"to_ids\":true,\"object_relation\":\"md5\"") "]}]"));
	const ac_record *report = got_find(g, "report--" EVENT_UUID);

	assert_str(member(g, got_find(g, "indicator--" A1), "pattern"), AC_S("[file:name = 'mallard.aspx']"));
	assert_str(member(g, got_find(g, "indicator--" A2), "pattern"),
	    AC_S("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"));
	assert_non_null(got_find(g, "x-misp-object--11111111-2222-4333-8444-555555555555"));
	assert_true(has_edge(report, "object_refs", "x-misp-object--11111111-2222-4333-8444-555555555555"));
	got_free(g);
}

static void
misp__keeps_what_has_no_place_in_stix(void **state)
{
	got *g = read_text(&ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ATTRIBUTE(
						A1, "target-org", "Harbour Billing", ",\"to_ids\":false") "]"));
	const ac_record *r = got_find(g, "x-misp-attribute--" A1);

	assert_non_null(r);
	assert_int_equal(r->value_count, 0); /* personal and free text is not indexed as an observable */
	assert_int_equal(got_repaired(g, "not-mapped"), 1);
	got_free(g);
}

static void
misp__vulnerability_is_one_object_wherever_it_is_named(void **state)
{
	got *a = read_text(&ac_reader_misp, EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ATTRIBUTE(
						A1, "vulnerability", "cve-2021-26855", ",\"to_ids\":false") "]"));
	got *b = read_text(&ac_reader_misp, EVENT(HEAD ",\"Orgc\":{\"name\":\"Other\"},\"Attribute\":[" ATTRIBUTE(
						A2, "vulnerability", "CVE-2021-26855", ",\"to_ids\":false") "]"));

	assert_non_null(got_type(a, "vulnerability"));
	assert_str(got_type(a, "vulnerability")->exact, got_type(b, "vulnerability")->exact);
	assert_true(has_name(got_type(a, "vulnerability"), AC_NAME_PRIMARY, "CVE-2021-26855", ""));
	got_free(a);
	got_free(b);
}

static void
misp__reads_an_answer_of_attributes(void **state)
{
	got *g = read_text(&ac_reader_misp, "{\"response\":{\"Attribute\":[" ADDRESS "]}}");

	assert_non_null(got_find(g, "indicator--" A1));
	assert_int_equal(g->record_count, 1);
	assert_int_equal(g->refusal_count, 0);
	got_free(g);
}

static void
misp__event_without_identity_or_time_is_refused_and_its_attributes_are_kept(void **state)
{
	got *g =
	    read_text(&ac_reader_misp, EVENT("\"uuid\":\"nonsense\",\"info\":\"x\",\"timestamp\":\"1614844800\"," ORG
					     ",\"Attribute\":[" ADDRESS "]"));
	got *h = read_text(
	    &ac_reader_misp, EVENT("\"uuid\":\"" EVENT_UUID "\",\"info\":\"x\"," ORG ",\"Attribute\":[" ADDRESS "]"));

	assert_non_null(got_find(g, "indicator--" A1));
	assert_string_equal(g->refusals[0].reason, "bad-id");
	assert_non_null(got_find(h, "indicator--" A1));
	assert_string_equal(h->refusals[0].reason, "bad-timestamp");
	got_free(g);
	got_free(h);
}

static void
misp__truncated_event_keeps_the_attributes_before(void **state)
{
	const char *whole = EVENT(HEAD "," ORG "," TAGS ",\"Attribute\":[" ADDRESS
				       "," ATTRIBUTE(A2, "ip-dst", "203.0.113.2", ",\"to_ids\":true") "]");
	got *g = got_new();

	got_feed(g, &ac_reader_misp, (ac_str){ whole, strlen(whole) - 20 }, 0);
	assert_true(g->end_rc < 0);
	assert_non_null(got_find(g, "indicator--" A1));
	assert_null(got_find(g, "report--" EVENT_UUID));
	got_free(g);
}

/* What a large event gives, counted as it comes. */
typedef struct tally {
	size_t indicators, groupings, referred, refusals;
} tally;

static int
tally_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	tally *t = payload;

	t->indicators += ac_str_eq(record->type, AC_S("indicator"));
	t->groupings += ac_str_eq(record->type, AC_S("grouping"));
	if (ac_str_eq(record->type, AC_S("indicator")))
		return 0;
	for (size_t i = 0; i < record->edge_count; i++)
		t->referred += ac_str_eq(record->edges[i].kind, AC_S("object_refs"));
	return 0;
}

static int
tally_refused(void *payload, const char *reason, const accord_err *what)
{
	tally *t = payload;

	t->refusals++;
	return 0;
}

static void
tally_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
}

/* An event of more objects than one object may refer to: every one of them is referred to by the report or a grouping. */
static void
misp__large_event_continues_in_groupings(void **state)
{
	enum { ATTRIBUTES = 60000 };
	tally t = { 0 };
	ac_reader_sink sink = {
		.on_record = tally_record, .on_refused = tally_refused, .on_repair = tally_repair, .payload = &t
	};
	ac_reader_options options = { .input_name = AC_S("test") };
	ac_reader *reader = ac_reader_misp.open(&options, &sink);
	accord_err err = { 0 };
	char text[512];

	assert_int_equal(
	    ac_reader_misp.feed(reader, AC_S("{\"Event\":{" HEAD "," ORG "," TAGS ",\"Attribute\":["), &err), 0);
	for (int i = 0; i < ATTRIBUTES; i++) {
		(void)snprintf(text, sizeof(text),
		    "%s{\"uuid\":\"00000000-0000-4000-8000-%012x\",\"type\":\"ip-dst\",\"value\":\"10.%d.%d.%d\",\"to_"
		    "ids\":true,"
		    "\"timestamp\":\"1614844801\"}",
		    i ? "," : "", (unsigned)i, i >> 16 & 255, i >> 8 & 255, i & 255);
		assert_int_equal(ac_reader_misp.feed(reader, ac_str_from(text), &err), 0);
	}
	assert_int_equal(ac_reader_misp.feed(reader, AC_S("]}}"), &err), 0);
	assert_int_equal(ac_reader_misp.end(reader, &err), 0);
	(void)ac_reader_misp.close(reader);
	assert_int_equal(t.refusals, 0);
	assert_int_equal(t.indicators, ATTRIBUTES);
	assert_int_equal(t.referred, ATTRIBUTES);
	assert_int_equal(t.groupings, 1);
}

/* What two readings give: indicators by TLP, reports. */
typedef struct readings {
	size_t indicators[AC_TLP_RED + 1], reports, refusals;
	ac_str producer;
	char name[64];
} readings;

static int
readings_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	readings *r = payload;

	if (ac_str_eq(record->type, AC_S("indicator"))) {
		r->indicators[record->tlp]++;
		/* the giant is the only event with TLP:GREEN */
		assert_string_equal(r->name, record->tlp == AC_TLP_GREEN ? "Giant Org" : "Small Org");
	}
	r->reports += ac_str_eq(record->type, AC_S("report"));
	return 0;
}

static int
readings_refused(void *payload, const char *reason, const accord_err *what)
{
	readings *r = payload;

	r->refusals++;
	return 0;
}

static int
readings_producer(void *payload, ac_str name, accord_err *err)
{
	readings *r = payload;

	(void)snprintf(r->name, sizeof(r->name), "%.*s", AC_FMT(name));
	return 0;
}

static void
feed_small(ac_reader *reader, const char *before, unsigned number)
{
	accord_err err = { 0 };
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "%s{\"Event\":{\"uuid\":\"00000000-0000-4000-9000-%012x\",\"info\":\"small\",\"date\":\"2021-03-01\","
	    "\"timestamp\":\"1614844800\","
	    "\"Attribute\":[{\"uuid\":\"00000000-0000-4000-a000-%012x\",\"type\":\"ip-dst\",\"value\":\"203.0.113.7\","
	    "\"to_ids\":true}],"
	    "\"Tag\":[{\"name\":\"tlp:amber\"}],\"Orgc\":{\"name\":\"Small Org\"}}}",
	    before, number, number);
	assert_int_equal(ac_reader_misp.feed(reader, ac_str_from(text), &err), 0);
}

static void
feed_small_giant_small(ac_reader *reader, unsigned attributes, const char *comment)
{
	accord_err err = { 0 };
	char text[512];

	feed_small(reader, "{\"response\":[", 1);
	assert_int_equal(ac_reader_misp.feed(reader, AC_S(",{\"Event\":{" HEAD ",\"Attribute\":["), &err), 0);
	for (unsigned i = 0; i < attributes; i++) {
		(void)snprintf(text, sizeof(text),
		    "%s{\"uuid\":\"00000000-0000-4000-8000-%012x\",\"type\":\"ip-dst\",\"value\":\"10.0.%u.%u\",\"to_"
		    "ids\":true,\"comment\":\"",
		    i ? "," : "", i, i >> 8 & 255, i & 255);
		assert_int_equal(ac_reader_misp.feed(reader, ac_str_from(text), &err), 0);
		assert_int_equal(ac_reader_misp.feed(reader, ac_str_from(comment), &err), 0);
		assert_int_equal(ac_reader_misp.feed(reader, AC_S("\"}"), &err), 0);
	}
	assert_int_equal(ac_reader_misp.feed(reader,
			     AC_S("],\"Tag\":[{\"name\":\"tlp:green\"}],\"Orgc\":{\"name\":\"Giant Org\"}}}"), &err),
	    0);
	feed_small(reader, ",", 2);
	assert_int_equal(ac_reader_misp.feed(reader, AC_S(",17]}"), &err), 0);
	assert_int_equal(ac_reader_misp.end(reader, &err), 0);
}

/* More attributes than may wait for the tags behind them: a second reading takes them, and nothing else again. */
static void
misp__event_too_large_to_wait_is_read_twice(void **state)
{
	enum { ATTRIBUTES = 1100, COMMENT = 64 * 1024 };
	char *comment = malloc(COMMENT + 1);
	readings r = { 0 };
	ac_reader_sink sink = { .on_record = readings_record,
		.on_refused = readings_refused,
		.on_repair = tally_repair,
		.on_producer = readings_producer,
		.payload = &r };
	ac_reader_options options = { .input_name = AC_S("test") };
	ac_reader *reader = ac_reader_misp.open(&options, &sink);

	assert_non_null(comment);
	memset(comment, 'c', COMMENT);
	comment[COMMENT] = '\0';
	feed_small_giant_small(reader, ATTRIBUTES, comment);
	assert_int_equal(r.indicators[AC_TLP_GREEN], 0);
	assert_int_equal(r.indicators[AC_TLP_AMBER], 2);
	assert_int_equal(r.reports, 2);
	assert_int_equal(r.refusals, 1); /* 17 is no event */
	assert_true(ac_reader_misp.again(reader));
	feed_small_giant_small(reader, ATTRIBUTES, comment);
	assert_false(ac_reader_misp.again(reader));
	assert_int_equal(r.indicators[AC_TLP_GREEN], ATTRIBUTES);
	assert_int_equal(r.indicators[AC_TLP_AMBER], 2);
	assert_int_equal(r.reports, 3);
	assert_int_equal(r.refusals, 1);
	(void)ac_reader_misp.close(reader);
	free(comment);
}

typedef struct pattern_row {
	const char *type;
	const char *value;
	const char *pattern; /* NULL: refused */
	size_t observables;
} pattern_row;

/* Derived from STIX 2.1 s6 (property names) and s9.2 (escapes) by hand. */
static const pattern_row patterns[] = {
	{ "ip-src", "2001:DB8::0:1", "[ipv6-addr:value = '2001:db8::1']", 1 },
	{ "ip-dst", "198.51.100.0/24", "[ipv4-addr:value = '198.51.100.0/24']", 1 },
	{ "ip-dst|port", "203.0.113.7|8443",
	    "[network-traffic:dst_ref.value = '203.0.113.7' AND network-traffic:dst_port = 8443]", 1 },
	{ "ip-src|port", "203.0.113.7|22",
	    "[network-traffic:src_ref.value = '203.0.113.7' AND network-traffic:src_port = 22]", 1 },
	{ "ip-dst|port", "203.0.113.7", NULL, 0 },
	{ "domain", "EVIL.example.", "[domain-name:value = 'evil.example']", 1 },
	{ "hostname|port", "evil.example|443",
	    "[network-traffic:dst_ref.value = 'evil.example' AND network-traffic:dst_port = 443]", 1 },
	{ "domain|ip", "evil.example|203.0.113.7",
	    "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.7']", 2 },
	{ "url", "hxxp://EVIL.example/a'b", "[url:value = 'http://evil.example/a\\'b']", 1 },
	{ "url", "evil.example/without-scheme", "[url:value = 'evil.example/without-scheme']", 1 },
	{ "md5", "D41D8CD98F00B204E9800998ECF8427E", "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", 1 },
	{ "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	    "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']", 1 },
	{ "sha1", "da39a3", NULL, 0 },
	/* wrong algorithm under SHA-256 would match nothing, or the wrong file */
	{ "sha512/256", "C672B8D1EF56ED28AB87C3622C5114069BDD3AD7B8F9737498D0C01ECEF0967A",
	    "[file:hashes.'SHA-512-256' = 'c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a']", 1 },
	{ "ssdeep", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
	    "[file:hashes.SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C']", 1 },
	{ "filename|md5", "C:\\\\tmp\\\\a.exe|d41d8cd98f00b204e9800998ecf8427e",
	    "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", 1 },
	{ "filename|md5", "a.exe", NULL, 0 },
	{ "malware-sample", "a.exe|d41d8cd98f00b204e9800998ecf8427e",
	    "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", 1 },
	{ "filename", "mallard.aspx", "[file:name = 'mallard.aspx']", 1 },
	{ "AS", "AS174", "[autonomous-system:number = 174]", 1 },
	{ "mutex", "Global\\x", "[mutex:name = 'Global\\\\x']", 1 },
	{ "email-src", "Bad@EVIL.example", "[email-addr:value = 'bad@evil.example']", 1 },
	{ "email-subject", "Your 'bill'", "[email-message:subject = 'Your \\'bill\\'']", 0 },
	{ "regkey|value", "HKLM\\Run|evil.exe", "[windows-registry-key:key = '", 1 },
	{ "x509-fingerprint-sha1", "DA:39:A3:EE", "[x509-certificate:hashes.'SHA-1' = 'da39a3ee']", 1 },
	{ "yara", "rule a { condition: true }", "rule a { condition: true }", 0 },
	{ "stix2-pattern", "[ipv4-addr:value = '203.0.113.7']", "[ipv4-addr:value = '203.0.113.7']", 0 },
	{ "stix2-pattern", "[ipv4-addr:value = ", NULL, 0 },
};

static void
misp_pattern__of_each_form(void **state)
{
	for (size_t i = 0; i < AC_COUNT(patterns); i++) {
		ac_misp_pattern out;
		accord_err err = { 0 };
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, 16 * AC_MIB);
		rc = ac_misp_pattern_of(ac_misp_type_find(ac_str_from(patterns[i].type)),
		    ac_str_from(patterns[i].value), &arena, &out, &err);
		if ((rc == 0) != (patterns[i].pattern != NULL) ||
		    (rc == 0 && !ac_str_starts(out.text, ac_str_from(patterns[i].pattern))))
			print_error("%s '%s': %d '%.*s' %s\n", patterns[i].type, patterns[i].value, rc,
			    AC_FMT(out.text), err.text);
		assert_int_equal(rc, patterns[i].pattern ? 0 : ACCORD_EINPUT);
		if (rc == 0) {
			assert_true(ac_str_starts(out.text, ac_str_from(patterns[i].pattern)));
			assert_int_equal(out.observable_count, patterns[i].observables);
		}
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misp__attribute_for_detection_becomes_an_indicator),
		cmocka_unit_test(misp__event_becomes_a_report_that_names_everything),
		cmocka_unit_test(misp__observables_have_deterministic_ids_and_say_nothing_else),
		cmocka_unit_test(misp__order_of_keys_does_not_matter),
		cmocka_unit_test(misp__numbers_may_be_strings_or_numbers),
		cmocka_unit_test(misp__refuses_a_bad_attribute_and_keeps_the_rest),
		cmocka_unit_test(misp__strictest_tlp_wins),
		cmocka_unit_test(misp__deleted_attribute_is_revoked_and_expired_one_ends),
		cmocka_unit_test(misp__clusters_become_what_they_are),
		cmocka_unit_test(misp__cluster_on_an_attribute_is_indicated),
		cmocka_unit_test(misp__objects_give_their_attributes_and_themselves),
		cmocka_unit_test(misp__keeps_what_has_no_place_in_stix),
		cmocka_unit_test(misp__vulnerability_is_one_object_wherever_it_is_named),
		cmocka_unit_test(misp__reads_an_answer_of_attributes),
		cmocka_unit_test(misp__event_without_identity_or_time_is_refused_and_its_attributes_are_kept),
		cmocka_unit_test(misp__truncated_event_keeps_the_attributes_before),
		cmocka_unit_test(misp__large_event_continues_in_groupings),
		cmocka_unit_test(misp__event_too_large_to_wait_is_read_twice),
		cmocka_unit_test(misp_pattern__of_each_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
