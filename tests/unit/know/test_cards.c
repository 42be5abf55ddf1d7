/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store keeps of actors between sessions, and when it is derived again; statements of others and the member's own decisions. All actors are invented; what must be one group follows
 * from the rules by hand.
 */
#include "store_fixture.h"

#include "fail_malloc.h"
#include "know/card.h"
#include "know/decide.h"
#include "know/know.h"
#include "store/card.h"

#define SET(n) FIXTURE_ID("intrusion-set", n)
#define AT(time) ",'created':'2021-07-19T10:00:00.000Z','modified':'2021-07-" time "T10:00:00.000Z'"
#define VERSION(type, n, time) "'type':'" type "','spec_version':'2.1','id':'" FIXTURE_ID(type, n) "'" AT(time)
#define RELATION_AT(n, time, kind, from, to, more)                                                                     \
	"{" VERSION("relationship", n, time) ",'relationship_type':'" kind "','source_ref':'" from                     \
					     "','target_ref':'" to "'" more "}"
#define ACTOR(n, name, by, more)                                                                                       \
	"{" FIXTURE_HEAD("intrusion-set", n) ",'name':'" name                                                          \
					     "','created_by_ref':'" FIXTURE_ID("identity", by) "'" more "}"

static fixture f;
static const ac_know_actors *all;
static ac_know *know;

static int
open_store(void **state)
{
	fixture_open(&f);
	return 0;
}

static int
close_store(void **state)
{
	know = ac_know_close(know);
	fixture_close(&f);
	return 0;
}

static void
put(const char *producer, const char *object)
{
	const char *objects[] = { object, NULL };

	know = ac_know_close(know);
	fixture_put(&f, producer, objects);
}

/* A new session; how many cards it derived. */
static size_t
look(void)
{
	know = ac_know_close(know);
	assert_int_equal(ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &know, &f.err), 0);
	if (ac_know_actors_all(know, &all, &f.err) < 0)
		fail_msg("%s", f.err.text);
	return all->derived;
}

static size_t
place_of(const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (ac_str_eq(all->records[i].id, ac_str_from(id)))
			return i;
	fail_msg("%s is not among them", id);
	return 0;
}

static bool
together(const char *a, const char *b)
{
	return all->grouping.group_of[place_of(a)] == all->grouping.group_of[place_of(b)];
}

static const ac_group_pair *
pair_of(const char *a, const char *b)
{
	size_t i = place_of(a), j = place_of(b);

	for (size_t p = 0; p < all->grouping.pair_count; p++)
		if (all->grouping.pairs[p].a == (i < j ? i : j) && all->grouping.pairs[p].b == (i < j ? j : i))
			return &all->grouping.pairs[p];
	fail_msg("%s and %s share nothing", a, b);
	return NULL;
}

static void
card__is_derived_again_when_its_record_changes(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	assert_int_equal(look(), 2);
	assert_false(together(SET("1"), SET("2")));
	assert_int_equal(look(), 0);
	/* A later version takes the other's name. */
	put("B", "{" VERSION("intrusion-set", "2", "20") ",'name':'Blue Lake','created_by_ref':'" FIXTURE_ID(
		     "identity", "b") "'}");
	assert_int_equal(look(), 1);
	assert_true(together(SET("1"), SET("2")));
	/* An older one changes nothing that is shown. */
	put("B", "{" VERSION("intrusion-set", "2", "18") ",'name':'Other','created_by_ref':'" FIXTURE_ID(
		     "identity", "b") "'}");
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	/* Revoked: it is no actor any more. */
	put("B", "{" VERSION("intrusion-set", "2",
		     "21") ",'name':'Blue Lake','revoked':true,'created_by_ref':'" FIXTURE_ID("identity", "b") "'}");
	assert_int_equal(look(), 1);
	assert_int_equal(all->count, 1);
}

static void
card__is_derived_again_when_a_link_changes(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	put("C", ACTOR("3", "Red River", "c", ""));
	(void)look();
	/* Said without a likelihood: 1.0 is too light. */
	put("C", RELATION_AT("4", "19", "similar", SET("1"), SET("2"), ""));
	assert_int_equal(look(), 2);
	assert_false(together(SET("1"), SET("2")));
	/* The same ends, another likelihood. */
	put("C", RELATION_AT("4", "20", "similar", SET("1"), SET("2"),
		     ",'labels':['estimative-language:likelihood-probability=\\'likely\\'']"));
	assert_int_equal(look(), 2);
	assert_true(together(SET("1"), SET("2")));
	/* Another end: all three have changed. */
	put("C", RELATION_AT("4", "21", "same-as", SET("1"), SET("3"), ""));
	assert_int_equal(look(), 3);
	assert_false(together(SET("1"), SET("2")));
	assert_true(together(SET("1"), SET("3")));
	put("C", RELATION_AT("4", "22", "same-as", SET("1"), SET("3"), ",'revoked':true"));
	assert_int_equal(look(), 2);
	assert_false(together(SET("1"), SET("3")));
}

static void
card__is_derived_again_when_a_place_changes(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ",'x_misp_country':'CN'"));
	put("B", ACTOR("2", "Blue Lake", "b", ""));
	put("B", RELATION_AT("4", "19", "originates-from", SET("2"), FIXTURE_ID("location", "5"), ""));
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	/* The place arrives after what leads to it: 2 - 4 for the country. */
	put("B", "{" VERSION("location", "5", "19") ",'name':'X','country':'IR'}");
	assert_int_equal(look(), 1);
	assert_false(together(SET("1"), SET("2")));
	put("B", "{" VERSION("location", "5", "20") ",'name':'X','country':'cn'}");
	assert_int_equal(look(), 1);
	assert_true(together(SET("1"), SET("2")));
}

static void
other_relationships__leave_cards_alone(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("A", "{" FIXTURE_HEAD("malware", "2") ",'name':'Shell','is_family':true}");
	assert_int_equal(look(), 1);
	put("A", FIXTURE_RELATION("3", "uses", SET("1"), FIXTURE_ID("malware", "2")));
	assert_int_equal(look(), 0);
}

static void
number_of_a_revoked_record__is_that_of_its_successor(void **state)
{
	put("List", ACTOR("1", "Alpha", "a", ",'aliases':['G9001']"));
	put("Other", ACTOR("2", "Beta", "b", ",'aliases':['G9002']"));
	(void)look();
	assert_false(together(SET("1"), SET("2")));
	/* The catalogue says later that G9001 became G9002; and G9002 a circle that leads back. */
	put("Cat", ACTOR("3", "Gamma", "c",
		       ",'revoked':true,'external_references':[{'source_name':'mitre-attack','external_id':'G9001'}]"));
	put("Cat", ACTOR("4", "Delta", "c",
		       ",'revoked':true,'external_references':[{'source_name':'mitre-attack','external_id':'G9002'}]"));
	put("Cat", RELATION_AT("5", "19", "revoked-by", SET("3"), SET("4"), ""));
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	put("Cat", RELATION_AT("6", "19", "revoked-by", SET("4"), SET("3"), ""));
	(void)look();
	assert_int_equal(all->count, 2);
}

/* Statements of allies: each is kept and shown, and none of them outweighs what the lists themselves say. */
static void
statements__join_part_and_stand_beside(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	put("C", ACTOR("3", "Red River", "c", ""));
	put("D", ACTOR("4", "Red River", "d", ""));
	put("E", FIXTURE_RELATION("5", "merged-into", SET("1"), SET("2")));
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	assert_true(together(SET("3"), SET("4")));
	put("E", FIXTURE_RELATION("6", "distinct-from", SET("3"), SET("4")));
	put("E", FIXTURE_RELATION("7", "overlaps", SET("1"), SET("3")));
	(void)look();
	assert_false(together(SET("3"), SET("4")));
	assert_int_equal(pair_of(SET("3"), SET("4"))->refusal, AC_GROUP_DISTINCT);
	assert_int_equal(pair_of(SET("1"), SET("3"))->refusal, AC_GROUP_TOO_LIGHT);
	assert_int_equal(pair_of(SET("1"), SET("3"))->evidence[0].reason, AC_GROUP_SAID_OVERLAPS);
	/* A part of the other keeps its page, although somebody says that they are one. */
	put("E", FIXTURE_RELATION("8", "subgroup-of", SET("2"), SET("1")));
	(void)look();
	assert_false(together(SET("1"), SET("2")));
	assert_int_equal(pair_of(SET("1"), SET("2"))->refusal, AC_GROUP_SUBGROUP);
	assert_str(pair_of(SET("1"), SET("2"))->evidence[0].link->claimant, AC_S("E"));
}

/* Two entries of one list with two numbers and two countries: only the member may say that they are one, and he may take it back. */
static void
own_decision__goes_before_every_rule(void **state)
{
	put("A",
	    ACTOR("1", "Blue Lake", "a",
		",'x_misp_country':'CN','external_references':[{'source_name':'mitre-attack','external_id':'G9001'}]"));
	put("A",
	    ACTOR("2", "Quiet Heron", "a",
		",'x_misp_country':'IR','external_references':[{'source_name':'mitre-attack','external_id':'G9002'}]"));
	put("E", FIXTURE_RELATION("5", "same-as", SET("1"), SET("2")));
	put("E", FIXTURE_RELATION("6", "distinct-from", SET("1"), SET("2")));
	(void)look();
	assert_false(together(SET("1"), SET("2")));
	put(AC_KNOW_PRODUCER, RELATION_AT("7", "19", "same-as", SET("1"), SET("2"), ""));
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	assert_true(pair_of(SET("1"), SET("2"))->is_own);
	put(AC_KNOW_PRODUCER, RELATION_AT("7", "20", "same-as", SET("1"), SET("2"), ",'revoked':true"));
	(void)look();
	assert_false(together(SET("1"), SET("2")));
}

/* "1 and 2 are one, 2 and 3 are one, 1 and 3 are two": what keeps apart wins, and the rest is decided in a fixed order. */
static void
own_decisions_that_contradict__keep_apart(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	put("C", ACTOR("3", "Red River", "c", ""));
	put(AC_KNOW_PRODUCER, FIXTURE_RELATION("5", "same-as", SET("1"), SET("2")));
	put(AC_KNOW_PRODUCER, FIXTURE_RELATION("6", "same-as", SET("2"), SET("3")));
	(void)look();
	assert_true(together(SET("1"), SET("3")));
	put(AC_KNOW_PRODUCER, FIXTURE_RELATION("7", "distinct-from", SET("3"), SET("1")));
	(void)look();
	assert_true(together(SET("1"), SET("2")));
	assert_false(together(SET("1"), SET("3")));
	assert_int_equal(pair_of(SET("2"), SET("3"))->refusal, AC_GROUP_OWN_DISTINCT);
	/* Who bars them stands in the pair. */
	assert_int_equal(pair_of(SET("2"), SET("3"))->bar_a + pair_of(SET("2"), SET("3"))->bar_b,
	    place_of(SET("1")) + place_of(SET("3")));
}

/* What an ally calls itself does not make its word the member's. */
static void
own_decision__cannot_be_made_from_outside(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("A", ACTOR("2", "Quiet Heron", "a", ""));
	put("E", FIXTURE_RELATION("7", "same-as", SET("1"), SET("2")));
	(void)look();
	assert_false(together(SET("1"), SET("2")));
	assert_int_equal(pair_of(SET("1"), SET("2"))->refusal, AC_GROUP_SAME_LIST);
}

static void
links_in_a_circle__end(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	put("C", ACTOR("3", "Red River", "c", ""));
	put("E", FIXTURE_RELATION("4", "merged-into", SET("1"), SET("2")));
	put("E", FIXTURE_RELATION("5", "merged-into", SET("2"), SET("3")));
	put("E", FIXTURE_RELATION("6", "merged-into", SET("3"), SET("1")));
	put("E", FIXTURE_RELATION("7", "same-as", SET("1"), SET("1")));
	(void)look();
	assert_true(together(SET("1"), SET("2")) && together(SET("2"), SET("3")));
}

/* A galaxy that was learned alone refers to an entry of another by its UUID only. */
static void
link_to_what_was_not_there__is_found_when_it_comes(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("A", RELATION_AT(
		     "4", "19", "similar", SET("1"), FIXTURE_ID("x-misp-galaxy-cluster", "2"), ",'labels':['likely']"));
	(void)look();
	put("B", ACTOR("2", "Quiet Heron", "b", ""));
	assert_int_equal(look(), 1);
	assert_true(together(SET("1"), SET("2")));
}

typedef struct one_card {
	ac_card card;
} one_card;

static int
take_card(void *payload, const ac_card *card, accord_err *err)
{
	one_card *c = payload;

	c->card = *card;
	c->card.bytes = ac_arena_str(&f.arena, card->bytes);
	return 0;
}

/* What was derived of a state that is gone is not taken for the new one's. */
static void
card_of_an_older_state__is_not_kept(void **state)
{
	one_card c = { 0 };

	put("A", ACTOR("1", "Blue Lake", "a", ""));
	assert_int_equal(ac_store_cards(f.store, take_card, &c, &f.err), 0);
	assert_int_equal(c.card.bytes.n, 0);
	put("A", "{" VERSION("intrusion-set", "1", "20") ",'name':'Green Lake'}");
	c.card.bytes = AC_S("derived of the older state");
	ac_store_cards_keep(f.store, &c.card, 1);
	assert_int_equal(ac_store_cards(f.store, take_card, &c, &f.err), 0);
	assert_int_equal(c.card.bytes.n, 0);
	/* Damaged ones are derived again. */
	c.card.bytes = AC_S("no card at all");
	ac_store_cards_keep(f.store, &c.card, 1);
	assert_int_equal(look(), 1);
	assert_str(all->records[0].name, AC_S("Green Lake"));
	assert_int_equal(look(), 0);
}

/* One record that is called like a thousand others: work and memory stay bounded, and the others are not glued together over it. */
static void
record_of_a_thousand_names__glues_nothing(void **state)
{
	enum { MANY = 1000 };
	char text[512];
	ac_buf names;
	ac_str object;

	ac_buf_init(&names, AC_MIB);
	ac_buf_printf(&names,
	    "{'type':'intrusion-set','spec_version':'2.1','id':'%s','created':'2021-07-19T10:00:00.000Z','modified':"
	    "'2021-07-19T10:00:00.000Z','name':'Everybody','aliases':['Actor 0'",
	    SET("1"));
	for (int i = 1; i < MANY; i++)
		ac_buf_printf(&names, ",'Actor %d'", i);
	ac_buf_add_cstr(&names, "]}");
	assert_int_equal(ac_buf_finish(&names, &object, &f.err), 0);
	put("Hostile", ac_arena_printf(&f.arena, "%.*s", AC_FMT(object)).p);
	ac_buf_done(&names);
	assert_int_equal(ac_store_begin(f.store, &f.err), 0);
	for (int i = 0; i < MANY; i++) {
		const ac_json *json;
		ac_record record;
		ac_put_result result;
		int64_t source;

		(void)snprintf(text, sizeof(text),
		    "{'type':'intrusion-set','spec_version':'2.1','id':'intrusion-set--00000000-0000-4000-8000-1%011d',"
		    "'created':'2021-07-19T10:00:00.000Z','modified':'2021-07-19T10:00:00.000Z','name':'Actor %d'}",
		    i, i);
		assert_int_equal(ac_json_parse(fixture_quoted(&f, text), AC_JSON_LIMITS, &f.arena, &json, &f.err), 0);
		assert_int_equal(ac_record_from_object(json, &f.arena, &record, &f.err), 0);
		assert_int_equal(ac_store_source(f.store, AC_S("List"), &source, &f.err), 0);
		assert_int_equal(ac_store_put(f.store, source, &record, &result, &f.err), 0);
	}
	assert_int_equal(ac_store_commit(f.store, &f.err), 0);
	assert_int_equal(look(), MANY + 1);
	/* Primary with alias is 1.5: the first pair joins, and then one list's two entries bar every other. */
	for (size_t i = 0, joined = 0; i < all->count; i++) {
		joined += all->grouping.group_of[i] != i;
		assert_in_range(joined, 0, 1);
	}
	assert_int_equal(all->grouping.pair_count, MANY);
	assert_false(all->is_cut);
}

static void
actors__survive_every_allocation_failure(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ",'x_misp_country':'CN','aliases':['G9001','Озеро']"));
	put("B", ACTOR("2", "Blue Lake", "b", ""));
	put("B", RELATION_AT("4", "19", "originates-from", SET("2"), FIXTURE_ID("location", "5"), ""));
	put("B", "{" VERSION("location", "5", "19") ",'name':'X','country':'CN'}");
	put("E", FIXTURE_RELATION("6", "same-as", SET("1"), SET("2")));
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		ac_know *session = NULL;
		int rc;

		/* All cards are to be derived again. */
		assert_int_equal(ac_store_begin(f.store, &f.err), 0);
		assert_int_equal(ac_store_reindex(f.store, &f.err), 0);
		assert_int_equal(ac_store_commit(f.store, &f.err), 0);
		fail_malloc_at(n);
		rc = ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &session, &err);
		if (rc == 0)
			rc = ac_know_actors_all(session, &all, &err);
		session = ac_know_close(session);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* Keeping what was derived may fail without harm. */
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
	}
	(void)look();
	assert_true(together(SET("1"), SET("2")));
}

/* A decision that fails half-way leaves nothing; one that was acknowledged stands in the next session. */
static void
decision__survives_every_allocation_failure(void **state)
{
	put("A", ACTOR("1", "Blue Lake", "a", ""));
	put("A", ACTOR("2", "Quiet Heron", "a", ""));
	(void)look();
	for (unsigned long n = 1;; n++) {
		const ac_actor_record *a, *b;
		ac_decision_changes changes;
		accord_err err = { 0 };
		bool failed;
		int rc;

		(void)look();
		fail_malloc_at(n);
		rc = ac_know_record_called(know, AC_S("Blue Lake"), &a, &err);
		if (rc == 0)
			rc = ac_know_record_called(know, AC_S("quiet heron"), &b, &err);
		if (rc == 0)
			rc = ac_know_decide(
			    know, AC_LINK_SAME, a, b, (ac_time){ 1626700000 + (int64_t)n, 0 }, &changes, &err);
		if (rc == 0)
			rc = ac_know_write(f.store, &changes, &err);
		failed = fail_malloc_done();
		if (rc < 0 && !(failed && rc == ACCORD_ENOMEM))
			fail_msg("%lu: %d %s", n, rc, err.text);
		(void)look();
		assert_int_equal(together(SET("1"), SET("2")), rc == 0);
		if (!failed)
			break;
		if (rc == 0) {
			/* Remembering something failed, not the decision: take it back for the next round. */
			a = &all->records[place_of(SET("1"))];
			b = &all->records[place_of(SET("2"))];
			assert_int_equal(ac_know_undo(know, b, a, (ac_time){ 0, 0 }, &changes, &f.err), 0);
			assert_int_equal(changes.count, 1);
			assert_int_equal(ac_know_write(f.store, &changes, &f.err), 0);
			(void)look();
			assert_false(together(SET("1"), SET("2")));
		}
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)
	const struct CMUnitTest tests[] = {
		TEST(card__is_derived_again_when_its_record_changes),
		TEST(card__is_derived_again_when_a_link_changes),
		TEST(card__is_derived_again_when_a_place_changes),
		TEST(other_relationships__leave_cards_alone),
		TEST(number_of_a_revoked_record__is_that_of_its_successor),
		TEST(statements__join_part_and_stand_beside),
		TEST(own_decision__goes_before_every_rule),
		TEST(own_decisions_that_contradict__keep_apart),
		TEST(own_decision__cannot_be_made_from_outside),
		TEST(links_in_a_circle__end),
		TEST(link_to_what_was_not_there__is_found_when_it_comes),
		TEST(card_of_an_older_state__is_not_kept),
		TEST(record_of_a_thousand_names__glues_nothing),
		TEST(actors__survive_every_allocation_failure),
		TEST(decision__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
