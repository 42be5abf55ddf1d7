/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping and pages at real size: ATT&CK and all MISP galaxies. What must and must not be one actor is the field's knowledge (the joint statement of July 2021 and ATT&CK's own
 * distinctions), not what the program once said.
 */
#include "store_fixture.h"

#include "full_knowledge.h"
#include "know/page.h"

static fixture knowledge;
static bool is_loaded;

static int
load_once(void **state)
{
	const char *data = shared_data();
	char path[AC_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", data ? data : "");
	if (!data || access(path, R_OK) != 0)
		return 0;
	fixture_open(&knowledge);
	if (full_knowledge_learn(knowledge.store, data, &knowledge.err) < 0) {
		print_error("%s\n", knowledge.err.text);
		return -1;
	}
	is_loaded = true;
	return 0;
}

static int
drop_all(void **state)
{
	if (is_loaded)
		fixture_close(&knowledge);
	return 0;
}

static bool
is_absent(void)
{
	if (!is_loaded)
		print_message("the public data is not here\n");
	return !is_loaded;
}

static ac_know *
session(void)
{
	ac_know *know;

	assert_int_equal(ac_know_open(knowledge.store, (ac_hash_seed){ { 3, 4 } }, &know, &knowledge.err), 0);
	return know;
}

/* The actor on the page of a name. */
static const ac_know_actor *
actor_called(ac_know *know, const char *name, ac_page *page)
{
	if (ac_page_find(know, ac_str_from(name), (ac_str){ 0 }, page, &knowledge.err) != 0)
		fail_msg("%s: %s", name, knowledge.err.text);
	if (!page->actor)
		fail_msg("%s is no actor page", name);
	return page->actor;
}

static void
six_names_of_apt40__are_one_page_and_hafnium_another(void **state)
{
	/* Joint statement of 19 July 2021 and AA21-200A: the names of the first actor. */
	static const char *const names[] = { "APT40", "BRONZE MOHAWK", "Kryptonite Panda", "Leviathan",
		"TEMP.Periscope", "GADOLINIUM", "Gingham Typhoon", "TEMP.Jumper", "MUDCARP", "G0065" };
	/* Microsoft has two entries, as it keeps former names; ATT&CK, threat-actor and Tidal one each. */
	static const char *const catalogues[] = { "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", "threat-actor",
		"microsoft-activity-group", "groups" };
	const ac_know_actor *first, *hafnium;
	ac_page page;
	ac_know *know;

	if (is_absent())
		skip();
	know = session();
	first = actor_called(know, names[0], &page);
	for (size_t i = 1; i < AC_COUNT(names); i++)
		if (actor_called(know, names[i], &page) != first)
			fail_msg("%s is on another page than %s", names[i], names[0]);
	assert_int_equal(page.record_count, 5);
	for (size_t c = 0; c < AC_COUNT(catalogues); c++) {
		size_t count = 0;

		for (size_t i = 0; i < page.record_count; i++)
			count += ac_str_eq(page.records[i].object->catalogue, ac_str_from(catalogues[c]));
		assert_int_equal(count, c == 2 ? 2 : 1);
	}
	assert_str(first->name, AC_S("Leviathan"));
	hafnium = actor_called(know, "Hafnium", &page);
	assert_ptr_not_equal(hafnium, first);
	assert_ptr_equal(actor_called(know, "Silk Typhoon", &page), hafnium);
	(void)ac_know_close(know);
}

static void
different_actors__are_never_one_page(void **state)
{
	static const char *const pairs[][2] = { { "OilRig", "APT42" }, { "APT38", "APT45" }, { "APT40", "Hafnium" },
		{ "APT28", "APT29" }, { "G0032", "G0082" }, { "Kimsuky", "Lazarus Group" }, { "APT41", "APT17" },
		{ "Turla", "APT29" } };
	ac_page page;
	ac_know *know;

	if (is_absent())
		skip();
	know = session();
	for (size_t i = 0; i < AC_COUNT(pairs); i++) {
		const ac_know_actor *a = actor_called(know, pairs[i][0], &page),
				    *b = actor_called(know, pairs[i][1], &page);

		if (a == b)
			fail_msg("%s and %s are one", pairs[i][0], pairs[i][1]);
	}
	(void)ac_know_close(know);
}

static void
names_in_other_scripts__lead_to_their_actor(void **state)
{
	ac_page page;
	ac_know *know;

	if (is_absent())
		skip();
	know = session();
	assert_str(actor_called(know, "海莲花", &page)->external_id, AC_S("G0050"));
	assert_ptr_not_equal(actor_called(know, "摩诃草", &page), actor_called(know, "海莲花", &page));
	(void)ac_know_close(know);
}

static void
name_of_two__says_so(void **state)
{
	size_t shared = 0;
	ac_page page;
	ac_know *know;

	if (is_absent())
		skip();
	know = session();
	/* APT45 is an alias of Andariel (G0138) in ATT&CK and an actor of its own in the threat-actor galaxy. */
	(void)actor_called(know, "APT45", &page);
	for (size_t i = 0; i < page.name_count; i++)
		if (ac_str_eq(page.names[i].text, AC_S("APT45")))
			shared = page.names[i].also_count;
	assert_true(shared >= 1);
	assert_true(page.overlap_count >= 1);
	(void)ac_know_close(know);
}

typedef struct survey {
	ac_know *know;
	ac_str ids[8192];
	size_t count;
} survey;

static int
on_actor(void *payload, const ac_stored *stored, accord_err *err)
{
	survey *s = payload;

	if (!stored->revoked && s->count < AC_COUNT(s->ids))
		s->ids[s->count++] = ac_arena_str(ac_know_arena(s->know), stored->id);
	return 0;
}

static bool
ids_differ(const ac_actor_record *a, const ac_actor_record *b)
{
	for (size_t i = 0; i < a->group_id_count; i++)
		for (size_t j = 0; j < b->group_id_count; j++)
			if (ac_str_eq(a->group_ids[i], b->group_ids[j]))
				return false;
	return a->group_id_count && b->group_id_count;
}

static void
groups__are_small_and_never_contradicted(void **state)
{
	static survey s;
	size_t largest = 0;
	ac_arena scratch;

	if (is_absent())
		skip();
	s.know = session();
	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	assert_int_equal(
	    ac_store_each(knowledge.store, AC_S("intrusion-set"), 0, &scratch, on_actor, &s, &knowledge.err), 0);
	ac_arena_done(&scratch);
	/* ATT&CK 187 with 15 revoked, threat-actor 1,041, Microsoft 179, Tidal 281, 360 42 and more. */
	assert_true(s.count > 1600);
	for (size_t i = 0; i < s.count; i++) {
		const ac_know_actor *actor;

		assert_int_equal(ac_know_actor_of(s.know, s.ids[i], &actor, &knowledge.err), 0);
		assert_false(actor->actors->is_cut);
		largest = actor->member_count > largest ? actor->member_count : largest;
		for (size_t a = 0; a < actor->member_count; a++)
			for (size_t b = 0; b < a; b++)
				if (ids_differ(&actor->actors->records[actor->members[a]],
					&actor->actors->records[actor->members[b]]))
					fail_msg("%.*s holds two group numbers", AC_FMT(actor->name));
	}
	print_message("%zu records, largest group %zu\n", s.count, largest);
	assert_in_range(largest, 5, 8);
	(void)ac_know_close(s.know);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_names_of_apt40__are_one_page_and_hafnium_another),
		cmocka_unit_test(different_actors__are_never_one_page),
		cmocka_unit_test(names_in_other_scripts__lead_to_their_actor),
		cmocka_unit_test(name_of_two__says_so),
		cmocka_unit_test(groups__are_small_and_never_contradicted),
	};
	int status;

	if (full_knowledge_role(argc, argv, &status))
		return status;
	return cmocka_run_group_tests(tests, load_once, drop_all);
}
