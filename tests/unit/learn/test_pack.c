/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/galaxy.h"
#include "learn/kinds.h"

#define T "\t"
#define TIMES "2018-04-18T17:59:24.739Z" T "2025-02-03T21:55:54.314Z"
#define HEAD                                                                                                           \
	"accord.pack/1" T "2026-08-06\n# a notice\nmeta" T "tlp" T "CLEAR\nsource" T "2" T                             \
	"MISP galaxy threat-actor" T "349" T "2026-08-06" T "https://a.example" T "CC0-1.0\n"
#define TECHNIQUE                                                                                                      \
	"technique" T "T1505.003" T "5d0d3609-d06d-49e1-b9c9-b544e0c618cb" T TIMES T "persistence,execution" T         \
	"Web Shell\n"
#define REFERENCE "reference" T "1" T "2021-07-19" T "CISA" T "CISA AA21-200A" T "https://cisa.example/\n"
#define ACTOR                                                                                                          \
	"actor" T "G0065" T "7113eaa5-ba79-4fb3-b68a-398ee9cd698e" T TIMES T "Leviathan\nname" T "Leviathan" T         \
	"MITRE\nname" T "APT40" T "CISA" T "1\n"
#define ACTOR_ID "intrusion-set--7113eaa5-ba79-4fb3-b68a-398ee9cd698e"
#define USES "uses" T "2cf01fbd-c940-4152-8173-bae63f37aedd" T TIMES T "G0065" T "T1505.003" T "1\n"
#define CLUSTER                                                                                                        \
	"cluster" T "threat-actor" T "5b4b6980-3bc7-11e8-84d6-879aaac37dd9" T "2" T "APT40\nname" T "APT40" T          \
	"Mandiant\nname" T "MUDCARP\nid" T "mitre-attack" T "G0065\ncountry" T "CN" T "Microsoft" T "80\nvictim" T     \
	"Belgium" T "Council on Foreign Relations" T "BE\nsector" T "Government" T "Council on Foreign "               \
	"Relations\nsponsor" T "China" T "Council on Foreign Relations\n"
#define SIMILAR                                                                                                        \
	"similar" T "threat-actor" T "5b4b6980-3bc7-11e8-84d6-879aaac37dd9" T "mitre-intrusion-set" T                  \
	"7113eaa5-ba79-4fb3-b68a-398ee9cd698e" T "likely" T "2\n"

static void
pack__rows_become_objects_and_relations(void **state)
{
	/* rows: head 1, meta, source, technique, reference, actor + 2 names, uses = 9 */
	got *g = read_text(&ac_reader_pack, HEAD TECHNIQUE REFERENCE ACTOR USES "end" T "9\n");
	const ac_record *actor = got_find(g, ACTOR_ID),
			*uses = got_find(g, "relationship--2cf01fbd-c940-4152-8173-bae63f37aedd"),
			*technique = got_find(g, "attack-pattern--5d0d3609-d06d-49e1-b9c9-b544e0c618cb");

	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->record_count, 3);
	assert_true(actor->abridged && uses->abridged && technique->abridged);
	assert_int_equal(actor->tlp, AC_TLP_CLEAR);
	assert_true(has_name(actor, AC_NAME_PRIMARY, "Leviathan", "MITRE"));
	assert_true(has_name(actor, AC_NAME_ALIAS, "APT40", "CISA"));
	assert_true(has_name(actor, AC_NAME_EXTERNAL_ID, "G0065", "mitre-attack"));
	assert_true(has_edge(uses, "uses", "attack-pattern--5d0d3609-d06d-49e1-b9c9-b544e0c618cb"));
	assert_true(ac_str_find(uses->exact, AC_S("\"description\":\"CISA. (2021-07-19).\"")) < uses->exact.n);
	assert_true(ac_str_find(technique->exact, AC_S("\"phase_name\":\"execution\"")) < technique->exact.n);
	assert_true(ac_str_find(technique->exact, AC_S("\"x_mitre_is_subtechnique\":true")) < technique->exact.n);
	assert_int_equal(actor->modified.seconds, 1738619754);
	got_free(g);
}

static void
pack__claims_keep_their_claimants(void **state)
{
	got *g = read_text(&ac_reader_pack, HEAD ACTOR CLUSTER SIMILAR "end" T "15\n");
	ac_arena arena;
	accord_err err = { 0 };
	ac_str cluster;
	size_t claims = 0;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_galaxy_id(AC_S("threat-actor"), AC_S("5b4b6980-3bc7-11e8-84d6-879aaac37dd9"), &arena, &cluster, &err),
	    0);
	assert_int_equal(g->refusal_count, 0);
	assert_non_null(got_find(g, ac_arena_str(&arena, cluster).p));
	for (size_t i = 0; i < g->record_count; i++) {
		const ac_record *r = &g->records[i].r;

		claims += ac_str_find(r->exact, AC_S("\"x_accord_claimant\":")) < r->exact.n;
		if (r->edge_count && ac_str_eq(r->edges[0].kind, AC_S("originates-from"))) {
			assert_str(member(g, r, "confidence"), AC_S("80"));
			assert_str(member(g, r, "x_accord_claimant"), AC_S("Microsoft"));
		}
		if (r->edge_count && ac_str_eq(r->edges[0].kind, AC_S("similar"))) {
			assert_str(r->edges[0].source_id, cluster);
			assert_true(has_edge(r, "similar", ACTOR_ID));
		}
	}
	assert_int_equal(claims, 4);
	assert_int_equal(got_count(g, "location"), 2);
	assert_int_equal(got_count(g, "identity"), 2);
	ac_arena_done(&arena);
	got_free(g);
}

static void
pack__cut_off_is_told(void **state)
{
	got *g = read_text(&ac_reader_pack, HEAD TECHNIQUE),
	    *h = read_text(&ac_reader_pack, HEAD TECHNIQUE "end" T "17\n");

	assert_int_equal(g->record_count, 1);
	assert_string_equal(g->refusals[0].reason, "cut-short");
	assert_int_equal(h->record_count, 1);
	assert_string_equal(h->refusals[0].reason, "cut-short");
	got_free(g);
	got_free(h);
}

static const char *const bad_rows[] = {
	"technique" T "T1\n",
	"technique" T "T1" T "nonsense" T TIMES T "x" T "y\n",
	"uses" T "2cf01fbd-c940-4152-8173-bae63f37aedd" T TIMES T "G0001" T "G0002\n",
	"name" T "of nothing\n",
	"country" T "CN\n",
	"cluster" T "threat-actor" T "5b4b6980" T "2" T "x\n",
	"similar" T "a" T "b\n",
	"reference" T "x\n",
	"source" T "18446744073709551616" T "x\n",
	"meta" T "tlp" T "PURPLE\n",
};

static void
pack__bad_rows_cost_only_themselves(void **state)
{
	for (size_t i = 0; i < AC_COUNT(bad_rows); i++) {
		char text[4096];
		got *g;

		(void)snprintf(text, sizeof(text), HEAD "%s" TECHNIQUE "end" T "5\n", bad_rows[i]);
		g = read_text(&ac_reader_pack, text);
		if (g->refusal_count != 1 || g->record_count != 1)
			print_error("row %zu: %zu refusals, %zu records\n", i, g->refusal_count, g->record_count);
		assert_int_equal(g->record_count, 1);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, "bad-row");
		assert_int_equal(g->refusals[0].what.line, 5);
		got_free(g);
	}
}

static void
pack__numbers_over_the_ceiling_are_refused(void **state)
{
	got *g = read_text(&ac_reader_pack, HEAD "reference" T "99999999" T "" T "p" T "n" T "u\n");

	assert_int_equal(g->end_rc, ACCORD_ELIMIT);
	got_free(g);
}

static void
pack__skips_kinds_of_later_editions(void **state)
{
	got *g = read_text(&ac_reader_pack, HEAD "colour" T "blue\n" TECHNIQUE "end" T "5\n");

	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->record_count, 1);
	got_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pack__rows_become_objects_and_relations),
		cmocka_unit_test(pack__claims_keep_their_claimants),
		cmocka_unit_test(pack__cut_off_is_told),
		cmocka_unit_test(pack__bad_rows_cost_only_themselves),
		cmocka_unit_test(pack__numbers_over_the_ceiling_are_refused),
		cmocka_unit_test(pack__skips_kinds_of_later_editions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
