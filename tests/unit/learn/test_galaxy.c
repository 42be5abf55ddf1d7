/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/galaxy.h"
#include "learn/galaxy_links.h"
#include "learn/kinds.h"

#define GALAXY(type, version, values)                                                                                  \
	"{\"authors\":[\"Various\"],\"category\":\"actor\",\"description\":\"d\",\"name\":\"Threat "                   \
	"Actor\",\"source\":\"MISP Project\",\"type\":\"" type "\",\"uuid\":\"7cdff317-a673-4474-84ec-4f1754947823\"," \
	"\"values\":[" values "],\"version\":" version "}"
#define U1 "5b4b6980-3bc7-11e8-84d6-879aaac37dd9"
#define U2 "7113eaa5-ba79-4fb3-b68a-398ee9cd698e"
#define ACTOR(more) "{\"uuid\":\"" U1 "\",\"value\":\"APT40\",\"description\":\"An actor.\"" more "}"

static void
galaxy__cluster_becomes_an_object_with_its_slice(void **state)
{
	got *g = read_text(&ac_reader_misp_galaxy, GALAXY("threat-actor", "349", ACTOR("")));
	const ac_record *r = got_type(g, "intrusion-set");

	assert_int_equal(g->end_rc, 0);
	assert_non_null(r);
	assert_int_equal(r->form, AC_FORM_DERIVED);
	assert_str(r->exact, AC_S(ACTOR("")));
	assert_str(member(g, r, "x_misp_galaxy"), AC_S("threat-actor"));
	assert_str(g->producers[0], AC_S("MISP galaxy Threat Actor"));
	/* 2015-01-01 and 349 seconds: galaxies number their versions, they do not date them */
	assert_int_equal(r->modified.seconds, 1420070400 + 349);
	assert_int_equal(r->created.seconds, 1420070400);
	assert_false(r->abridged);
	got_free(g);
}

static void
galaxy__versions_become_times_in_their_order(void **state)
{
	static const int64_t versions[] = { -3, 0, 1, 25472, 20250305, 26060508, 999999999, 1610540740 };

	assert_int_equal(ac_galaxy_time(-3).seconds, ac_galaxy_time(0).seconds);
	assert_int_equal(ac_galaxy_time(1610540740).seconds, 1610540740);
	for (size_t i = 2; i < AC_COUNT(versions); i++)
		if (versions[i] != 1610540740)
			assert_true(ac_time_cmp(ac_galaxy_time(versions[i - 1]), ac_galaxy_time(versions[i])) < 0);
}

static void
galaxy__attack_clusters_have_attacks_ids_and_rank_below(void **state)
{
	got *g = read_text(&ac_reader_misp_galaxy,
	    GALAXY("mitre-intrusion-set", "40",
		"{\"uuid\":\"" U2 "\",\"value\":\"Leviathan - "
		"G0065\",\"meta\":{\"external_id\":\"G0065\",\"synonyms\":[\"Leviathan\",\"MUDCARP\"]}}"));
	const ac_record *r = got_find(g, "intrusion-set--" U2);

	assert_non_null(r);
	assert_true(r->abridged);
	assert_str(member(g, r, "name"), AC_S("Leviathan"));
	assert_true(has_name(r, AC_NAME_PRIMARY, "Leviathan", ""));
	assert_true(has_name(r, AC_NAME_ALIAS, "MUDCARP", ""));
	assert_true(has_name(r, AC_NAME_EXTERNAL_ID, "G0065", "mitre-attack"));
	got_free(g);
}

/* name-attribution and the older origin: say who calls an actor so; what nobody is named for is the galaxy's own claim. */
static void
galaxy__names_know_who_uses_them(void **state)
{
	got *g = read_text(&ac_reader_misp_galaxy,
	    GALAXY("threat-actor", "349",
		ACTOR(",\"meta\":{\"synonyms\":[\"KRYPTONITE PANDA\",\"BRONZE MOHAWK\",\"MUDCARP\",\"Odd One\"],"
		      "\"name-attribution\":[\"KRYPTONITE "
		      "PANDA:f9eb432f-2293-48b7-bca4-cc78beb50df0\",\"APT40:da5cdcd1-7b15-4371-b7eb-ca32916d2052\","
		      "\"G0065:a1ad5090-2487-46d2-8237-6151a2dd5063\",\"Odd "
		      "One:00000000-0000-4000-8000-000000000000\",\"broken\"],"
		      "\"origin:BRONZE "
		      "MOHAWK\":\"Secureworks\",\"country\":\"CN\",\"cfr-suspected-victims\":[\"Belgium\"],\"refs\":["
		      "\"https://a.example/\"],\"empty\":[]}")));
	const ac_record *r = got_type(g, "intrusion-set");

	assert_true(has_name(r, AC_NAME_ALIAS, "KRYPTONITE PANDA", "CrowdStrike"));
	assert_false(has_name(r, AC_NAME_ALIAS, "KRYPTONITE PANDA", ""));
	assert_true(has_name(r, AC_NAME_PRIMARY, "APT40", "Mandiant"));
	assert_true(has_name(r, AC_NAME_PRIMARY, "APT40", ""));
	assert_true(has_name(r, AC_NAME_EXTERNAL_ID, "G0065", "MITRE"));
	assert_true(has_name(r, AC_NAME_ALIAS, "BRONZE MOHAWK", "Secureworks"));
	assert_true(has_name(r, AC_NAME_ALIAS, "MUDCARP", ""));
	assert_true(has_name(r, AC_NAME_ALIAS, "Odd One", "00000000-0000-4000-8000-000000000000"));
	assert_true(has_name(r, AC_NAME_UUID, U1, ""));
	assert_str(member(g, r, "x_misp_country"), AC_S("CN"));
	assert_str(member(g, r, "x_misp_empty"), AC_S(""));
	got_free(g);
}

typedef struct kind_row {
	const char *galaxy, *type;
} kind_row;

static const kind_row kinds[] = {
	{ "microsoft-activity-group", "intrusion-set" },
	{ "malpedia", "malware" },
	{ "ransomware", "malware" },
	{ "tool", "tool" },
	{ "mitre-course-of-action", "course-of-action" },
	{ "mitre-attack-pattern", "attack-pattern" },
	{ "sector", "identity" },
	{ "country", "location" },
	{ "firearms", "x-misp-galaxy-cluster" },
};

static void
galaxy__every_kind_makes_an_object_of_its_type(void **state)
{
	for (size_t i = 0; i < AC_COUNT(kinds); i++) {
		char text[1024];
		got *g;

		(void)snprintf(
		    text, sizeof(text), GALAXY("%s", "1", ACTOR(",\"meta\":{\"ISO\":\"CN\"}")), kinds[i].galaxy);
		g = read_text(&ac_reader_misp_galaxy, text);
		assert_int_equal(g->refusal_count, 0);
		assert_int_equal(g->record_count, 1);
		assert_str(g->records[0].r.type, ac_str_from(kinds[i].type));
		got_free(g);
	}
}

static void
galaxy__order_of_keys_does_not_matter(void **state)
{
	static const char *const orders[] = {
		GALAXY("threat-actor", "349", ACTOR("")),
		"{\"version\":349,\"name\":\"Threat Actor\",\"type\":\"threat-actor\",\"values\":[" ACTOR("") "]}",
		"{\"values\":[" ACTOR("") "],\"version\":\"349\",\"name\":\"Threat Actor\",\"type\":\"threat-actor\"}",
	};
	got *first = read_text(&ac_reader_misp_galaxy, orders[0]);

	for (size_t i = 0; i < AC_COUNT(orders); i++)
		for (size_t piece = 0; piece < 60; piece += 19) {
			got *g = got_new();

			got_feed(g, &ac_reader_misp_galaxy, ac_str_from(orders[i]), piece);
			assert_int_equal(g->record_count, 1);
			assert_str(g->records[0].r.derived, first->records[0].r.derived);
			assert_str(g->producers[0], AC_S("MISP galaxy Threat Actor"));
			assert_int_equal(got_repaired(g, "quoted-integers"), i == 2);
			got_free(g);
		}
	got_free(first);
}

static const struct {
	const char *cluster, *reason;
} bad_clusters[] = {
	{ "17", "not-an-object" },
	{ "{\"value\":\"x\"}", "bad-id" },
	{ "{\"uuid\":\"" U2 "\",\"value\":\" \"}", "bad-object" },
	{ "{\"uuid\":\"" U2 "\",\"value\":\"a\\u202Eb\"}", "bidi-control" },
	{ "{\"uuid\":\"" U2 "\",\"value\":\"a\",\"value\":\"b\"}", "not-json" },
};

static void
galaxy__refuses_a_bad_cluster_and_keeps_the_rest(void **state)
{
	for (size_t i = 0; i < AC_COUNT(bad_clusters); i++) {
		char text[1024];
		got *g;

		(void)snprintf(
		    text, sizeof(text), GALAXY("threat-actor", "1", "%s,\n" ACTOR("")), bad_clusters[i].cluster);
		g = read_text(&ac_reader_misp_galaxy, text);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, bad_clusters[i].reason);
		assert_int_equal(g->record_count, 1);
		got_free(g);
	}
}

/* Marks that a right-to-left name needs are let in and left out of the made object. */
static void
galaxy__leaves_out_reading_marks_and_keeps_the_bytes(void **state)
{
	got *g = read_text(&ac_reader_misp_galaxy,
	    GALAXY("target-information", "1",
		"{\"uuid\":\"" U1
		"\",\"value\":\"Algeria\",\"meta\":{\"synonyms\":[\"a\\u200e\",\"b\xE2\x80\x8E\"]}}"));
	const ac_record *r = got_type(g, "location");

	assert_int_equal(g->refusal_count, 0);
	assert_non_null(r);
	assert_true(ac_str_find(r->exact, AC_S("\\u200e")) < r->exact.n);
	assert_int_equal(ac_str_find(r->derived, AC_S("200e")), r->derived.n);
	assert_true(has_name(r, AC_NAME_ALIAS, "a", ""));
	assert_true(has_name(r, AC_NAME_ALIAS, "b", ""));
	assert_int_equal(got_repaired(g, "bidi-mark"), 1);
	got_free(g);
}

static void
galaxy__truncated_file_keeps_the_clusters_before(void **state)
{
	const char *whole = GALAXY("threat-actor", "349",
	    ACTOR("") ","
		      "{\"uuid\":\"" U2 "\",\"value\":\"Second\"}");
	got *g = got_new();

	got_feed(g, &ac_reader_misp_galaxy, (ac_str){ whole, strlen(whole) - 25 }, 0);
	assert_int_equal(g->end_rc, ACCORD_EINPUT);
	assert_int_equal(g->refusal_count, 1);
	assert_int_equal(g->record_count, 1);
	/* the oldest version: the whole file, learned later, ranks above it */
	assert_int_equal(g->records[0].r.modified.seconds, 1420070400);
	got_free(g);
}

static void
galaxy__a_description_of_a_galaxy_holds_nothing_to_learn(void **state)
{
	got *g = read_text(&ac_reader_misp_galaxy, "{\"description\":\"d\",\"icon\":\"user-secret\",\"name\":\"Threat "
						   "Actor\",\"namespace\":\"misp\",\"type\":\"threat-actor\","
						   "\"uuid\":\"698774c7-8022-42c4-917f-8d6e4f06ada3\",\"version\":3}");

	assert_int_equal(g->record_count, 0);
	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(got_repaired(g, "galaxy-description"), 1);
	got_free(g);
}

#define SIMILAR                                                                                                        \
	",\"related\":[{\"dest-uuid\":\"" U2                                                                           \
	"\",\"tags\":[\"estimative-language:likelihood-probability=\\\"likely\\\"\"],\"type\":\"similar\"}]"
#define ACTORS GALAXY("threat-actor", "349", ACTOR(SIMILAR))
#define ATTACK                                                                                                         \
	GALAXY("mitre-intrusion-set", "40",                                                                            \
	    "{\"uuid\":\"" U2 "\",\"value\":\"Leviathan - G0065\",\"meta\":{\"external_id\":\"G0065\"}}")

/* Learn two files as one run does: the relation between them. */
static got *
learn_together(const char *a, const char *b)
{
	ac_galaxy_links *links = ac_galaxy_links_open((ac_hash_seed){ { 1, 2 } });
	const char *texts[] = { a, b };
	got *g = got_new();
	ac_reader_sink sink = got_sink(g);
	accord_err err = { 0 };

	for (size_t i = 0; i < 2; i++) {
		ac_reader_options options = { .input_name = AC_S("test"), .links = links };
		ac_reader *reader = texts[i] ? ac_reader_misp_galaxy.open(&options, &sink) : NULL;

		if (!reader)
			continue;
		assert_int_equal(ac_reader_misp_galaxy.feed(reader, ac_str_from(texts[i]), &err), 0);
		assert_int_equal(ac_reader_misp_galaxy.end(reader, &err), 0);
		(void)ac_reader_misp_galaxy.close(reader);
	}
	assert_int_equal(ac_galaxy_links_finish(links, &sink, &err), 0);
	(void)ac_galaxy_links_close(links);
	return g;
}

static void
galaxy__relations_find_their_end_in_any_order_of_files(void **state)
{
	got *forward = learn_together(ACTORS, ATTACK), *backward = learn_together(ATTACK, ACTORS);
	const ac_record *a = got_type(forward, "relationship"), *b = got_type(backward, "relationship");

	assert_non_null(a);
	assert_true(has_edge(a, "similar", "intrusion-set--" U2));
	assert_false(a->abridged);
	assert_true(ac_str_find(a->exact, AC_S("likelihood-probability=\\\"likely\\\"")) < a->exact.n);
	assert_str(a->exact, b->exact);
	got_free(forward);
	got_free(backward);
}

/* Alone it is kept with an open end, and the version with a known end has the same id and ranks above. */
static void
galaxy__relation_without_end_is_kept_and_resolved_later(void **state)
{
	got *alone = learn_together(ACTORS, NULL), *both = learn_together(ACTORS, ATTACK);
	const ac_record *open = got_type(alone, "relationship"), *closed = got_type(both, "relationship");

	assert_non_null(open);
	assert_true(open->abridged);
	assert_true(has_edge(open, "similar", "x-misp-galaxy-cluster--" U2));
	assert_int_equal(got_repaired(alone, "relation-without-end"), 1);
	assert_str(open->id, closed->id);
	assert_true(ac_time_cmp(open->modified, closed->modified) < 0);
	got_free(alone);
	got_free(both);
}

static void
galaxy__relation_types_fit_stix(void **state)
{
	static const struct {
		const char *text, *kind;
	} rows[] = { { "uses", "uses" }, { "is-allied-with ", "is-allied-with" }, { "TOE", "toe" },
		{ "used by", "used-by" }, { "a_b", "a-b" } };
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_relation_kind(ac_str_from(rows[i].text), &arena), ac_str_from(rows[i].kind));
	assert_null(ac_relation_kind(AC_S("  "), &arena).p);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxy__cluster_becomes_an_object_with_its_slice),
		cmocka_unit_test(galaxy__versions_become_times_in_their_order),
		cmocka_unit_test(galaxy__attack_clusters_have_attacks_ids_and_rank_below),
		cmocka_unit_test(galaxy__names_know_who_uses_them),
		cmocka_unit_test(galaxy__every_kind_makes_an_object_of_its_type),
		cmocka_unit_test(galaxy__order_of_keys_does_not_matter),
		cmocka_unit_test(galaxy__refuses_a_bad_cluster_and_keeps_the_rest),
		cmocka_unit_test(galaxy__leaves_out_reading_marks_and_keeps_the_bytes),
		cmocka_unit_test(galaxy__truncated_file_keeps_the_clusters_before),
		cmocka_unit_test(galaxy__a_description_of_a_galaxy_holds_nothing_to_learn),
		cmocka_unit_test(galaxy__relations_find_their_end_in_any_order_of_files),
		cmocka_unit_test(galaxy__relation_without_end_is_kept_and_resolved_later),
		cmocka_unit_test(galaxy__relation_types_fit_stix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
