/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "fail_malloc.h"
#include "learn/kinds.h"

#define IDENTITY                                                                                                       \
	"{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--dac6b8d4-f934-40a9-83cc-cb15dcc6912c\","   \
	"\"created\":\"2021-03-04T08:00:00.000Z\",\"modified\":\"2021-03-04T08:00:00.000Z\",\"name\":\"CERT "          \
	"Norvalia\",\"identity_class\":\"organization\"}"
#define MALWARE                                                                                                        \
	"{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc\","     \
	"\"created_by_ref\":\"identity--dac6b8d4-f934-40a9-83cc-cb15dcc6912c\",\"created\":\"2021-03-04T08:00:00."     \
	"000Z\",\"modified\":\"2021-03-05T08:00:00.000Z\",\"name\":\"REEDGATE\",\"aliases\":[\"Reed "                  \
	"Gate\"],\"is_family\":true}"
#define MALWARE_ID "malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc"
#define BUNDLE(objects)                                                                                                \
	"{\"type\":\"bundle\",\"id\":\"bundle--c8eaca95-aba8-48cd-a885-462e4921563e\",\"objects\":[" objects "]}"
#define INDICATOR(id, more)                                                                                            \
	"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--" id "\",\"created\":\"2021-03-04T08:"   \
	"00:00.000Z\",\"modified\":\"2021-03-04T08:00:00.000Z\",\"pattern_type\":\"stix\"," more "}"

static void
stix__keeps_the_exact_bytes_of_each_object(void **state)
{
	got *g = read_text(&ac_reader_stix, BUNDLE(IDENTITY " ,\n" MALWARE));
	const ac_record *r = got_find(g, MALWARE_ID);

	assert_int_equal(g->end_rc, 0);
	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->record_count, 2);
	assert_non_null(r);
	assert_int_equal(r->form, AC_FORM_STIX21);
	assert_str(r->exact, AC_S(MALWARE));
	assert_true(has_name(r, AC_NAME_PRIMARY, "REEDGATE", ""));
	assert_true(has_name(r, AC_NAME_ALIAS, "Reed Gate", ""));
	assert_true(has_edge(r, "created_by_ref", "identity--dac6b8d4-f934-40a9-83cc-cb15dcc6912c"));
	got_free(g);
}

/* The identity that the first object with a created_by_ref names, before or behind it. */
static void
stix__finds_the_producer_wherever_its_identity_stands(void **state)
{
	static const char *const bundles[] = { BUNDLE(IDENTITY "," MALWARE), BUNDLE(MALWARE "," IDENTITY),
		MALWARE "\n" IDENTITY "\n" };

	for (size_t i = 0; i < AC_COUNT(bundles); i++) {
		got *g = read_text(&ac_reader_stix, bundles[i]);

		assert_int_equal(g->producer_count, 1);
		assert_str(g->producers[0], AC_S("CERT Norvalia"));
		got_free(g);
	}
}

static void
stix__takes_bundles_objects_lists_envelopes_and_lines(void **state)
{
	static const char *const texts[] = { BUNDLE(MALWARE), MALWARE, "[" MALWARE "]", "[" BUNDLE(MALWARE) "]",
		"{\"more\":false,\"objects\":[" MALWARE "]}", BUNDLE(MALWARE) "\n" IDENTITY, "\xEF\xBB\xBF" MALWARE };

	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		got *g = read_text(&ac_reader_stix, texts[i]);

		if (!got_find(g, MALWARE_ID) || g->refusal_count)
			print_error("text %zu: %zu records, %zu refusals\n", i, g->record_count, g->refusal_count);
		assert_non_null(got_find(g, MALWARE_ID));
		assert_int_equal(g->refusal_count, 0);
		got_free(g);
	}
}

static void
stix__empty_bundles_and_envelopes_are_legal(void **state)
{
	static const char *const texts[] = { "{}", "{\"more\":false}",
		"{\"type\":\"bundle\",\"id\":\"bundle--c8eaca95-aba8-48cd-a885-462e4921563e\"}", BUNDLE(""), "[]" };

	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		got *g = read_text(&ac_reader_stix, texts[i]);

		assert_int_equal(g->end_rc, 0);
		assert_int_equal(g->refusal_count, 0);
		assert_int_equal(g->record_count, 0);
		got_free(g);
	}
}

typedef struct bad_row {
	const char *what;
	const char *object;
	const char *reason;
} bad_row;

static const bad_row bad_objects[] = {
	{ "no type", "{\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\"}", "no-type" },
	{ "a number", "17", "not-an-object" },
	{ "no id", "{\"type\":\"malware\",\"name\":\"x\"}", "bad-id" },
	{ "no UUID", "{\"type\":\"malware\",\"id\":\"malware--31b940d4\"}", "bad-id" },
	{ "another type's id", "{\"type\":\"malware\",\"id\":\"tool--31b940d4-6f7f-459a-80ea-9c1f17b58abd\"}",
	    "bad-id" },
	{ "modified is no time",
	    "{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\","
	    "\"created\":"
	    "\"2021-03-04T08:00:00.000Z\",\"modified\":\"2021-13-04T08:00:00.000Z\",\"name\":\"x\",\"is_family\":true}",
	    "bad-timestamp" },
	{ "valid_from is no time",
	    INDICATOR("31b940d4-6f7f-459a-80ea-9c1f17b58abd",
		"\"pattern\":\"[ipv4-addr:value = '203.0.113.7']\",\"valid_from\":\"yesterday\""),
	    "bad-timestamp" },
	{ "doubled key",
	    "{\"type\":\"malware\",\"type\":\"malware\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\"}",
	    "not-json" },
	{ "wrong UTF-8",
	    "{\"type\":\"malware\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\",\"name\":\"\xC3\x28\"}",
	    "not-json" },
	{ "NUL", "{\"type\":\"malware\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\",\"name\":\"\\u0000\"}",
	    "not-json" },
	{ "override",
	    "{\"type\":\"malware\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abd\",\"name\":\"\\u202egnp."
	    "exe\"}",
	    "bidi-control" },
};

/* One bad object among good ones: it is refused with its place, its neighbours are learned. */
static void
stix__refuses_a_bad_object_and_keeps_its_neighbours(void **state)
{
	for (size_t i = 0; i < AC_COUNT(bad_objects); i++) {
		char text[4096];
		got *g;

		(void)snprintf(text, sizeof(text), BUNDLE(IDENTITY ",\n%s,\n" MALWARE), bad_objects[i].object);
		g = read_text(&ac_reader_stix, text);
		if (g->record_count != 2 || g->refusal_count != 1 ||
		    strcmp(g->refusals[0].reason, bad_objects[i].reason) != 0)
			print_error("%s: %zu records, %zu refusals, %s: %s\n", bad_objects[i].what, g->record_count,
			    g->refusal_count, g->refusals[0].reason, g->refusals[0].what.text);
		assert_int_equal(g->end_rc, 0);
		assert_int_equal(g->record_count, 2);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, bad_objects[i].reason);
		assert_int_equal(g->refusals[0].what.line, 2);
		got_free(g);
	}
}

/* A bundle inside a bundle's list is taken apart; one more inside that is refused. */
static void
stix__takes_bundles_apart_once(void **state)
{
	got *g = read_text(&ac_reader_stix, BUNDLE(BUNDLE(IDENTITY "," BUNDLE(MALWARE))));

	assert_non_null(got_type(g, "identity"));
	assert_int_equal(g->record_count, 1);
	assert_int_equal(g->refusal_count, 1);
	assert_string_equal(g->refusals[0].reason, "bad-object");
	got_free(g);
}

static void
stix__truncated_input_keeps_what_came_before(void **state)
{
	const char *whole = BUNDLE(IDENTITY "," MALWARE);

	for (size_t cut = strlen(whole) - 1; cut > strlen(whole) - 60; cut--) {
		got *g = got_new();

		got_feed(g, &ac_reader_stix, (ac_str){ whole, cut }, 0);
		assert_int_equal(g->end_rc, ACCORD_EINPUT);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, "not-json");
		assert_non_null(got_type(g, "identity"));
		got_free(g);
	}
}

static void
stix__refuses_deep_nesting_without_harm(void **state)
{
	const size_t depth = 100000;
	char *text = malloc(depth + 64);
	got *g = got_new();

	assert_non_null(text);
	memset(text, '[', depth);
	got_feed(g, &ac_reader_stix, (ac_str){ text, depth }, 4096);
	assert_true(g->end_rc < 0);
	assert_true(g->refusal_count >= 1);
	assert_string_equal(g->refusals[0].reason, "over-limit");
	free(text);
	got_free(g);
}

/* STIX 2.0 has no spec_version on objects. The exact bytes stay, and what they say is found. */
static void
stix__lifts_2_0(void **state)
{
	const char *text = "{\"type\":\"bundle\",\"id\":\"bundle--c8eaca95-aba8-48cd-a885-462e4921563e\",\"spec_"
			   "version\":\"2.0\",\"objects\":["
			   "{\"type\":\"malware\",\"id\":\"" MALWARE_ID
			   "\",\"created\":\"2017-03-04T08:00:00.000Z\",\"modified\":\"2017-03-04T08:00:00.000Z\","
			   "\"name\":\"REEDGATE\",\"labels\":[\"backdoor\"],\"external_references\":[{\"source_name\":"
			   "\"mitre-attack\",\"external_id\":\"S9999\"}]}]}";
	got *g = read_text(&ac_reader_stix, text);

	assert_int_equal(g->record_count, 1);
	assert_int_equal(g->records[0].r.form, AC_FORM_STIX20);
	assert_int_equal(got_repaired(g, "stix20-lifted"), 1);
	assert_true(has_name(&g->records[0].r, AC_NAME_EXTERNAL_ID, "S9999", "mitre-attack"));
	assert_int_equal(g->records[0].r.derived.n, 0);
	got_free(g);
}

/* STIX 2.0 observed-data holds its observables; they become objects with deterministic ids. */
static void
stix__takes_observables_out_of_2_0_observed_data(void **state)
{
	const char *text =
	    "{\"type\":\"observed-data\",\"id\":\"observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf\",\"created\":"
	    "\"2016-04-06T19:58:16.000Z\","
	    "\"modified\":\"2016-04-06T19:58:16.000Z\",\"first_observed\":\"2015-12-21T19:00:00Z\",\"last_observed\":"
	    "\"2015-12-21T19:00:00Z\","
	    "\"number_observed\":50,\"objects\":{\"0\":{\"type\":\"ipv4-addr\",\"value\":\"203.0.113.7\"}}}";
	got *g = read_text(&ac_reader_stix, text);
	const ac_record *observed = got_type(g, "observed-data"), *address = got_type(g, "ipv4-addr");

	assert_int_equal(g->refusal_count, 0);
	assert_non_null(observed);
	assert_non_null(address);
	assert_int_equal(observed->form, AC_FORM_STIX20);
	assert_str(observed->exact, ac_str_from(text));
	assert_int_equal(address->value_count, 1);
	assert_str(address->values[0].value.text, AC_S("203.0.113.7"));
	assert_true(has_edge(observed, "object_refs", ac_arena_printf(&g->arena, "%.*s", AC_FMT(address->id)).p));
	got_free(g);
}

static const struct {
	const char *pattern;
	const char *repaired; /* NULL: left as it is */
} quoted[] = {
	{ "[network-traffic:dst_port = '8443']", "[network-traffic:dst_port = 8443]" },
	{ "[autonomous-system:number='174' OR autonomous-system:number = '175']",
	    "[autonomous-system:number=174 OR autonomous-system:number = 175]" },
	{ "[network-traffic:dst_port = 8443]", NULL },
	{ "[file:name = '8443']", NULL },
	{ "[network-traffic:dst_port = '84 43']", NULL },
};

static void
stix__repairs_quoted_integers_in_patterns(void **state)
{
	for (size_t i = 0; i < AC_COUNT(quoted); i++) {
		char text[1024];
		got *g;

		(void)snprintf(text, sizeof(text),
		    INDICATOR("31b940d4-6f7f-459a-80ea-9c1f17b58abd",
			"\"pattern\":\"%s\",\"valid_from\":\"2021-03-04T08:00:00Z\""),
		    quoted[i].pattern);
		g = read_text(&ac_reader_stix, text);
		assert_int_equal(g->record_count, 1);
		assert_str(g->records[0].r.exact, ac_str_from(text));
		assert_int_equal(g->records[0].r.form, quoted[i].repaired ? AC_FORM_DERIVED : AC_FORM_STIX21);
		assert_int_equal(got_repaired(g, "quoted-integers"), quoted[i].repaired != NULL);
		assert_str(member(g, &g->records[0].r, "pattern"),
		    ac_str_from(quoted[i].repaired ? quoted[i].repaired : quoted[i].pattern));
		got_free(g);
	}
}

static void
stix__strict_stops_at_the_first_bad_object(void **state)
{
	got *g = got_new();

	g->strict = true;
	got_feed(g, &ac_reader_stix, ac_str_from(BUNDLE(IDENTITY ",17,18," MALWARE)), 0);
	assert_true(g->end_rc < 0);
	assert_int_equal(g->refusal_count, 1);
	assert_null(got_find(g, MALWARE_ID));
	got_free(g);
}

static void
stix__says_the_same_in_any_pieces(void **state)
{
	const char *text = BUNDLE(IDENTITY ",17,\n" MALWARE);

	for (size_t piece = 1; piece < 200; piece += 7) {
		got *g = got_new();

		got_feed(g, &ac_reader_stix, ac_str_from(text), piece);
		assert_int_equal(g->record_count, 2);
		assert_int_equal(g->refusal_count, 1);
		assert_str(got_find(g, MALWARE_ID)->exact, AC_S(MALWARE));
		got_free(g);
	}
}

static int
quiet_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	return 0;
}

static int
quiet_refused(void *payload, const char *reason, const accord_err *what)
{
	size_t *refused = payload;

	(*refused)++;
	return 0;
}

static void
quiet_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
}

/* A failed allocation is ENOMEM, not a refused record and not a crash. */
static void
stix__survives_every_allocation_failure(void **state)
{
	ac_str text = AC_S(BUNDLE(IDENTITY "," MALWARE));
	unsigned long n;

	for (n = 1; n < 1000; n++) {
		size_t refused = 0;
		ac_reader_sink sink = { .on_record = quiet_record,
			.on_refused = quiet_refused,
			.on_repair = quiet_repair,
			.payload = &refused };
		ac_reader_options options = { .input_name = AC_S("test") };
		accord_err err = { 0 };
		ac_reader *reader;
		int rc = ACCORD_ENOMEM;

		fail_malloc_at(n);
		reader = ac_reader_stix.open(&options, &sink);
		if (reader)
			rc = ac_reader_stix.feed(reader, text, &err);
		if (reader && rc == 0)
			rc = ac_reader_stix.end(reader, &err);
		(void)ac_reader_stix.close(reader);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* Remembering who the producer is may fail without harm; everything else is told. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && refused == 0));
	}
	assert_true(n > 3 && n < 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stix__keeps_the_exact_bytes_of_each_object),
		cmocka_unit_test(stix__finds_the_producer_wherever_its_identity_stands),
		cmocka_unit_test(stix__takes_bundles_objects_lists_envelopes_and_lines),
		cmocka_unit_test(stix__empty_bundles_and_envelopes_are_legal),
		cmocka_unit_test(stix__refuses_a_bad_object_and_keeps_its_neighbours),
		cmocka_unit_test(stix__takes_bundles_apart_once),
		cmocka_unit_test(stix__truncated_input_keeps_what_came_before),
		cmocka_unit_test(stix__refuses_deep_nesting_without_harm),
		cmocka_unit_test(stix__lifts_2_0),
		cmocka_unit_test(stix__takes_observables_out_of_2_0_observed_data),
		cmocka_unit_test(stix__repairs_quoted_integers_in_patterns),
		cmocka_unit_test(stix__strict_stops_at_the_first_bad_object),
		cmocka_unit_test(stix__says_the_same_in_any_pieces),
		cmocka_unit_test(stix__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
