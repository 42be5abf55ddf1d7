/* SPDX-License-Identifier: Apache-2.0 */
/* A state's part is quoted as somebody's, with a dated citation, or not at all; what is hidden is not even counted. */
#include "judge_fixture.h"

#include "attribute/states.h"
#include "fail_malloc.h"

#define MINISTRY FIXTURE_ID("identity", "1")
#define ALLY FIXTURE_ID("identity", "2")
#define STATED(n, from, to, more)                                                                                      \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'attributed-to','source_ref':'" from                 \
					    "','target_ref':'" to "'," more "}"
#define LABEL(level) "'labels':['state-responsibility:" level "']"
#define CITES(cites) "'external_references':[" cites "]"
#define STATEMENT CITE("Joint Statement", "2021, July 19", "https://www.ally.example/statement/")

static const char *const told[] = {
	"{" FIXTURE_HEAD("intrusion-set", "1") ",'name':'Blue Lake'}",
	"{" FIXTURE_HEAD("intrusion-set", "2") ",'name':'Red River'}",
	"{" FIXTURE_HEAD("threat-actor", "3") ",'name':'Harbour Crew','threat_actor_types':['unknown']}",
	"{" FIXTURE_HEAD("identity", "1") ",'name':'Ministry of Water','identity_class':'organization'}",
	"{" FIXTURE_HEAD("identity", "2") ",'name':'Norvalia','identity_class':'organization'}",
	/* Quoted: the author says it, with quotes as MISP writes them and a citation without a date before the one that has one. */
	STATED("1", LAKE, MINISTRY,
	    "'created_by_ref':'" ALLY
	    "','labels':['tlp:clear','state-responsibility:`state-coordinated.`']," CITES(UNDATED "," STATEMENT)),
	/* Quoted: the relationship itself names who states it; the level stands in MISP's tags. */
	STATED("2", LAKE, MINISTRY,
	    "'x_misp_claimant':'Estoria','x_misp_tags':['state-responsibility:state-ordered']," CITES(
		CITE("Estoria Speech", "2020, March", "https://estoria.example/speech"))),
	/* Quoted: nobody is named, so whoever sent it says it. */
	STATED("3", LAKE, MINISTRY, LABEL("state-shaped") "," CITES(R1)),
	/* Counted only: no citation, and one without a date. An entry's own number in a catalogue is no citation. */
	STATED("4", LAKE, MINISTRY,
	    LABEL("state-ignored") ",'external_references':[{'source_name':'a','external_id':'A1','description':'(2020,"
				   " May 1).'}]"),
	STATED("5", LAKE, MINISTRY, LABEL("state-executed") "," CITES(UNDATED)),
	/* Neither: no level, no level of the taxonomy, withdrawn, of another actor, another relation. */
	STATED("6", LAKE, MINISTRY, "'labels':['tlp:clear']," CITES(R2)),
	STATED("7", LAKE, MINISTRY, LABEL("state-certain") "," CITES(R2)),
	STATED("8", LAKE, MINISTRY, "'revoked':true," LABEL("state-rogue-conducted") "," CITES(R2)),
	STATED("9", LAKE, FIXTURE_ID("threat-actor", "3"), LABEL("state-integrated") "," CITES(R2)),
	STATED("a", RIVER, MINISTRY, LABEL("state-prohibited") "," CITES(R3)),
	NULL,
};

typedef struct states_case {
	fixture f;
	ac_know *know;
	ac_arena arena;
} states_case;

static void
open_case(states_case *c)
{
	memset(c, 0, sizeof(*c));
	fixture_open(&c->f);
	fixture_put(&c->f, "Catalogue", told);
	ac_arena_init(&c->arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c->f.store, (ac_hash_seed){ { 3, 4 } }, &c->know, &c->f.err), 0);
}

static void
close_case(states_case *c)
{
	c->know = ac_know_close(c->know);
	ac_arena_done(&c->arena);
	fixture_close(&c->f);
}

static int
try_find(states_case *c, const char *id, const ac_evidence_hide *hide, ac_state_claims *out)
{
	const ac_know_actor *actor;
	int rc = ac_know_actor_of(c->know, ac_str_from(id), &actor, &c->f.err);

	return rc < 0 ? rc : ac_states_find(c->know, actor, hide, &c->arena, out, &c->f.err);
}

static ac_state_claims
find(states_case *c, const char *id, const ac_evidence_hide *hide)
{
	ac_state_claims claims;

	if (try_find(c, id, hide, &claims) < 0)
		fail_msg("%s", c->f.err.text);
	return claims;
}

static void
claims__are_quoted_with_claimant_level_day_and_citation(void **state)
{
	static const struct {
		const char *level, *claimant, *name, *url;
		int64_t day; /* since 1970 */
	} want[] = {
		{ "state-coordinated", "Norvalia", "Joint Statement", "https://www.ally.example/statement/", 18827 },
		{ "state-ordered", "Estoria", "Estoria Speech", "https://estoria.example/speech",
		    18322 }, /* the first of March */
		{ "state-shaped", "Catalogue", "Lake One", "https://one.example/lake", 18019 },
	};
	const ac_evidence_hide nothing = AC_EVIDENCE_NONE.hide;
	states_case c;
	ac_state_claims claims;

	(void)state;
	open_case(&c);
	claims = find(&c, LAKE, &nothing);
	assert_int_equal(claims.count, AC_COUNT(want));
	for (size_t i = 0; i < AC_COUNT(want); i++) {
		assert_str(claims.items[i].level->code, ac_str_from(want[i].level));
		assert_str(claims.items[i].claimant, ac_str_from(want[i].claimant));
		assert_str(claims.items[i].sponsor, AC_S("Ministry of Water"));
		assert_str(claims.items[i].name, ac_str_from(want[i].name));
		assert_str(claims.items[i].url, ac_str_from(want[i].url));
		assert_int_equal(claims.items[i].day.seconds, want[i].day * 86400);
	}
	assert_int_equal(claims.uncited, 2);
	claims = find(&c, RIVER, &nothing);
	assert_int_equal(claims.count, 1);
	assert_str(claims.items[0].level->code, AC_S("state-prohibited"));
	assert_int_equal(claims.uncited, 0);
	close_case(&c);
}

static void
what_is_hidden__is_neither_quoted_nor_counted(void **state)
{
	ac_str relationship = AC_S(FIXTURE_ID("relationship", "1")), name = AC_S("Estoria Speech"),
	       address = AC_S("http://ally.example/statement");
	struct {
		ac_evidence_hide hide;
		size_t left;
	} rows[] = {
		{ AC_EVIDENCE_NONE.hide, 2 },
		{ AC_EVIDENCE_NONE.hide, 2 },
		{ AC_EVIDENCE_NONE.hide, 2 },
		/* Of a citation of which only the month is known, its last day counts: on the 31st it may not have been there yet. */
		{ AC_EVIDENCE_NONE.hide, 1 },
		{ AC_EVIDENCE_NONE.hide, 2 },
		{ AC_EVIDENCE_NONE.hide, 0 },
	};
	static const char *const days[] = { "2020-03-31T00:00:00Z", "2020-04-01T00:00:00Z", "2019-05-03T00:00:00Z" };
	states_case c;

	(void)state;
	open_case(&c);
	rows[0].hide.relationships = &relationship;
	rows[0].hide.relationship_count = 1;
	rows[1].hide.reports = &name;
	rows[1].hide.report_count = 1;
	rows[2].hide.reports = &address;
	rows[2].hide.report_count = 1;
	for (size_t i = 0; i < AC_COUNT(days); i++)
		assert_int_equal(ac_time_parse_stix(ac_str_from(days[i]), &rows[3 + i].hide.from, &c.f.err), 0);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_state_claims claims = find(&c, LAKE, &rows[i].hide);

		assert_int_equal(claims.count, rows[i].left);
		assert_int_equal(claims.uncited, 2);
	}
	close_case(&c);
}

static void
levels__have_words_in_both_languages(void **state)
{
	const ac_evidence_hide nothing = AC_EVIDENCE_NONE.hide;
	states_case c;
	ac_state_claims claims;

	(void)state;
	open_case(&c);
	claims = find(&c, LAKE, &nothing);
	assert_str(ac_state_level_word(claims.items[0].level, AC_LANG_EN), AC_S("coordinated by the state"));
	assert_str(ac_state_level_word(claims.items[0].level, AC_LANG_FR), AC_S("coordonné par l'État"));
	assert_str(ac_state_level_word(claims.items[1].level, AC_LANG_EN), AC_S("ordered by the state"));
	assert_str(ac_state_level_word(claims.items[1].level, AC_LANG_FR), AC_S("ordonné par l'État"));
	close_case(&c);
}

/* SQLite survives some failed allocations by itself; then the claims must be whole. */
static void
finding__survives_every_allocation_failure(void **state)
{
	const ac_evidence_hide nothing = AC_EVIDENCE_NONE.hide;
	bool failed = true;

	(void)state;
	for (unsigned long n = 1; failed; n++) {
		ac_state_claims claims = { 0 };
		states_case c;
		int rc;

		open_case(&c);
		fail_malloc_at(n);
		rc = try_find(&c, LAKE, &nothing, &claims);
		failed = fail_malloc_done();
		assert_true(rc == 0 || (failed && rc == ACCORD_ENOMEM));
		if (rc == 0)
			assert_int_equal(claims.count, 3);
		close_case(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims__are_quoted_with_claimant_level_day_and_citation),
		cmocka_unit_test(what_is_hidden__is_neither_quoted_nor_counted),
		cmocka_unit_test(levels__have_words_in_both_languages),
		cmocka_unit_test(finding__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
