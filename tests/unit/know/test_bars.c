/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bars of grouping on the feeds that speak of actors, each learned in a run of its own: ATT&CK, and the galaxies threat-actor, microsoft-activity-group, tidal-groups, 360net and
 * mitre-intrusion-set. Numbers that must be reached are those of issue and notes, not what the program once gave.
 */
#include "store_fixture.h"

#include "full_knowledge.h"
#include "know/know.h"

static const char *const feeds[] = { "attack", "threat-actor", "microsoft-activity-group", "tidal-groups", "360net",
	"mitre-intrusion-set" };
enum { FEEDS = AC_COUNT(feeds) };

static ac_buf tar;
static const char *data;

static int
unpack_once(void **state)
{
	static char path[AC_PATH_MAX];
	accord_err err = { 0 };

	ac_buf_init(&tar, 128 * AC_MIB);
	data = shared_data();
	(void)snprintf(path, sizeof(path), "%s/misp/misp-galaxy.tar.zst", data ? data : "");
	if (!data || access(path, R_OK) != 0) {
		data = NULL;
		return 0;
	}
	return full_knowledge_unpack(path, &tar, &err);
}

static int
drop_tar(void **state)
{
	ac_buf_done(&tar);
	return 0;
}

static bool
is_absent(void)
{
	if (!data)
		print_message("the public data is not here\n");
	return !data;
}

static void
learn(fixture *f, size_t feed)
{
	if (full_knowledge_feed(f->store, data, ac_buf_view(&tar), feeds[feed], &f->err) < 0)
		fail_msg("%s: %s", feeds[feed], f->err.text);
}

static const ac_know_actors *
group_all(fixture *f, ac_know **out_know)
{
	const ac_know_actors *all;

	assert_int_equal(ac_know_open(f->store, (ac_hash_seed){ { 3, 4 } }, out_know, &f->err), 0);
	if (ac_know_actors_all(*out_know, &all, &f->err) < 0)
		fail_msg("%s", f->err.text);
	return all;
}

/* The partition as text: every record's id with that of its group's first record. */
static ac_str
partition(fixture *f)
{
	ac_know *know;
	const ac_know_actors *all = group_all(f, &know);
	ac_buf buf;
	ac_str text;

	ac_buf_init(&buf, 16 * AC_MIB);
	for (size_t i = 0; i < all->count; i++) {
		ac_buf_add(&buf, all->records[i].id);
		ac_buf_add_byte(&buf, ' ');
		ac_buf_add(&buf, all->records[all->grouping.group_of[i]].id);
		ac_buf_add_byte(&buf, '\n');
	}
	text = ac_arena_str(&f->arena, ac_buf_view(&buf));
	assert_non_null(text.p);
	ac_buf_done(&buf);
	(void)ac_know_close(know);
	return text;
}

static bool
share_number(const ac_actor_record *a, const ac_actor_record *b)
{
	for (size_t i = 0; i < a->group_id_count; i++)
		for (size_t j = 0; j < b->group_id_count; j++)
			if (ac_str_eq(a->group_ids[i], b->group_ids[j]))
				return true;
	return false;
}

/* Tidal numbers groups of its own in ATT&CK's manner (G3000 and above): an ATT&CK id is one that an ATT&CK record has. */
static bool
is_attack_id(const ac_know_actors *all, ac_str number)
{
	for (size_t i = 0; i < all->count; i++)
		if (ac_str_eq(all->records[i].own_number, number) &&
		    ac_str_eq(all->records[i].catalogue, AC_S("identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5")))
			return true;
	return false;
}

/*
 * Two records with one ATT&CK id each, and the same. A record with two (seven entries of threat-actor: APT41 with Winnti's, Naikon with APT30's ...) can only ever be with one of
 * them, since ATT&CK's own two are not one.
 */
static bool
share_the_one_id(const ac_know_actors *all, const ac_actor_record *a, const ac_actor_record *b)
{
	return a->group_id_count == 1 && b->group_id_count == 1 && ac_str_eq(a->group_ids[0], b->group_ids[0]) &&
	       is_attack_id(all, a->group_ids[0]);
}

/* A record with several ids and the name of one of them is with that one. */
static void
assert_named_as(const ac_know_actors *all, const char *name, const char *number)
{
	size_t checked = 0;

	for (size_t i = 0; i < all->count; i++)
		for (size_t j = 0; j < all->count; j++)
			if (ac_str_eq(all->records[i].name, ac_str_from(name)) &&
			    ac_str_eq(all->records[i].catalogue, AC_S("threat-actor")) &&
			    ac_str_eq(all->records[j].own_number, ac_str_from(number))) {
				checked++;
				if (all->grouping.group_of[i] != all->grouping.group_of[j])
					fail_msg("%s is not with %s", name, number);
			}
	assert_true(checked >= 1);
}

static void
bars_of_grouping__are_reached(void **state)
{
	size_t contradicted = 0, grouped = 0, largest = 0, sharing = 0, found = 0;
	const ac_know_actors *all;
	const size_t *group_of;
	ac_know *know;
	fixture f;

	if (is_absent())
		skip();
	fixture_open(&f);
	for (size_t i = 0; i < FEEDS; i++)
		learn(&f, i);
	all = group_all(&f, &know);
	group_of = all->grouping.group_of;
	assert_false(all->is_cut);
	for (size_t i = 0; i < all->count; i++) {
		size_t size = 0;

		for (size_t j = 0; j < all->count; j++) {
			const ac_actor_record *a = &all->records[i], *b = &all->records[j];
			bool shared = j > i && share_number(a, b), together = group_of[i] == group_of[j];

			size += together;
			if (shared && share_the_one_id(all, a, b)) {
				sharing++;
				found += together;
			}
			grouped += j > i && together;
			contradicted += j > i && together && a->group_id_count && b->group_id_count && !shared;
		}
		largest = size > largest ? size : largest;
	}
	print_message(
	    "%zu records, %zu grouped pairs, %zu contradicted, largest %zu, %zu of %zu that share an ATT&CK id\n",
	    all->count, grouped, contradicted, largest, found, sharing);
	/* A record with an ATT&CK UUID is that record: the galaxy of intrusion sets brings no second one. */
	assert_true(all->count > 1600 && all->count < 1900);
	assert_true(grouped > 500);
	assert_int_equal(contradicted, 0);
	assert_in_range(largest, 5, 8);
	assert_true(sharing > 250);
	assert_true((double)found >= 0.985 * (double)sharing);
	assert_named_as(all, "APT17", "G0025");
	assert_named_as(all, "APT19", "G0073");
	assert_named_as(all, "APT41", "G0096");
	assert_named_as(all, "FIN7", "G0046");
	assert_named_as(all, "Naikon", "G0019");
	assert_named_as(all, "DragonOK", "G0017");
	assert_named_as(all, "Lazarus Group", "G0032");
	(void)ac_know_close(know);
	fixture_close(&f);
}

/* Feeds in this order, with a session after each, so that later feeds change what has been kept of earlier ones. */
static ac_str
in_order(fixture *f, const size_t *order)
{
	ac_str last = { 0 };

	fixture_open(f);
	for (size_t i = 0; i < FEEDS; i++) {
		learn(f, order[i]);
		last = partition(f);
	}
	return last;
}

static void
order_of_feeds__gives_what_a_full_regroup_gives(void **state)
{
	uint64_t random = 20240719;
	ac_str whole;
	fixture f, g;

	if (is_absent())
		skip();
	fixture_open(&f);
	for (size_t i = 0; i < FEEDS; i++)
		learn(&f, i);
	whole = partition(&f);
	for (size_t round = 0; round < 3; round++) {
		size_t order[FEEDS];
		ac_str text;

		for (size_t i = 0; i < FEEDS; i++) {
			size_t j;

			random = random * 6364136223846793005u + 1442695040888963407u;
			j = (size_t)(random >> 33) % (i + 1);
			order[i] = order[j];
			order[j] = i;
		}
		text = in_order(&g, order);
		assert_true(ac_str_eq(text, whole));
		/* And once more, of everything derived again. */
		assert_int_equal(ac_store_begin(g.store, &g.err), 0);
		assert_int_equal(ac_store_reindex(g.store, &g.err), 0);
		assert_int_equal(ac_store_commit(g.store, &g.err), 0);
		assert_true(ac_str_eq(partition(&g), whole));
		fixture_close(&g);
	}
	fixture_close(&f);
}

static void
next_session__derives_nothing_again(void **state)
{
	const ac_know_actors *all;
	ac_know *know;
	fixture f;

	if (is_absent())
		skip();
	fixture_open(&f);
	learn(&f, 4);
	all = group_all(&f, &know);
	assert_int_equal(all->derived, 42);
	(void)ac_know_close(know);
	all = group_all(&f, &know);
	assert_int_equal(all->derived, 0);
	(void)ac_know_close(know);
	fixture_close(&f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_of_grouping__are_reached),
		cmocka_unit_test(order_of_feeds__gives_what_a_full_regroup_gives),
		cmocka_unit_test(next_session__derives_nothing_again),
	};
	int status;

	if (full_knowledge_role(argc, argv, &status))
		return status;
	return cmocka_run_group_tests(tests, unpack_once, drop_tar);
}
