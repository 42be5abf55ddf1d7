/* SPDX-License-Identifier: Apache-2.0 */
/* Words on follow-ups among files: those of whose follow-up it is, and no other's. */
#include "account_world.h"

#include "fail_malloc.h"

/* The world's statement with one action of bravo's, and one of everybody. */
static void
begin_acting(world *w)
{
	begin(w);
	w->statement = ac_arena_printf(&w->arena,
	    "%.*saction a1 2026-04-01T00:00:00Z Patch\naction-fr a1 Corriger\naction-owner a1 bravo\n"
	    "action a2 2026-05-01T00:00:00Z Watch\naction-fr a2 Surveiller\n",
	    AC_FMT(w->statement));
	w->statement_note = COALITION_SIGN(&w->arena, w->statement, { A, 0 });
	put(w, "statement.note", w->statement_note);
	w->as_of = "2026-04-02T00:00:00Z";
	trust_charter(w, w->charter);
}

static ac_str
action_text(world *w, const char *member, unsigned seq, const char *at, const char *rest)
{
	return ac_arena_printf(&w->arena,
	    "accord/action/v1\ncoalition quay.example\nstatement %.*s\nmember %s\nseq %u\nat %s\n%s",
	    AC_FMT(digest_of(&w->arena, w->statement)), member, seq, at, rest);
}
#define A1_DONE "action a1\nstatus done\n"
#define AT "2026-03-20T00:00:00Z"

static ac_point_state
state_of(const world *w, const char *name)
{
	for (size_t i = 0; i < w->held.count; i++)
		if (ac_str_ends(ac_str_from(w->held.items[i].path), ac_str_from(name)))
			return w->accounts.verdicts[i].state;
	fail_msg("%s is not held", name);
	return AC_POINT_OPEN;
}

static void
action__counts_when_its_member_signed_it(void **state)
{
	const ac_account *a;
	world w;

	(void)state;
	begin_acting(&w);
	put(&w, "good.note", COALITION_SIGN(&w.arena, action_text(&w, "bravo", 1, AT, A1_DONE), { B, 0 }));
	put(&w, "again.note", COALITION_SIGN(&w.arena, action_text(&w, "bravo", 1, AT, A1_DONE), { B, 0 }));
	put(&w, "all.note",
	    COALITION_SIGN(&w.arena, action_text(&w, "charlie", 1, AT, "action a2\nstatus underway\n"), { C, 0 }));
	(void)judge(&w);
	assert_int_equal(w.accounts.count, 1);
	a = &w.accounts.items[0];
	assert_int_equal(a->acted_count, 2);
	assert_int_equal(a->progress.count, 6);
	assert_true(a->progress.steps[0].status == AC_ACTION_DONE && !a->progress.steps[0].is_overdue);
	assert_true(a->progress.steps[3].member == 2 && a->progress.steps[3].status == AC_ACTION_UNDERWAY);
	assert_true(!a->progress.steps[3].is_overdue);
	assert_int_equal(state_of(&w, "good.note"), AC_POINT_PROVED);
	end(&w);
}

static void
action__of_another_than_its_owner_does_not_count(void **state)
{
	/* Files, their texts' member, and who signed. */
	static const struct {
		const char *name, *member, *at, *rest;
		coalition_key key;
	} rows[] = {
		{ "another.note", "charlie", AT, A1_DONE, { C, 0 } },
		{ "name.note", "bravo", AT, A1_DONE, { C, 0 } },
		{ "convener.note", "bravo", AT, A1_DONE, { A, 0 } },
		{ "stranger.note", "bravo", AT, A1_DONE, { "mallory.example/sign", 0 } },
		{ "log-key.note", "bravo", AT, A1_DONE, { "bravo.example/log", 0 } },
		{ "nobody.note", "mallory", AT, "action a2\nstatus done\n", { B, 0 } },
		{ "none.note", "bravo", AT, "action a3\nstatus done\n", { B, 0 } },
		{ "early.note", "bravo", "2026-02-28T00:00:00Z", A1_DONE, { B, 0 } },
		{ "odd.note", "bravo", AT, "action a1\nstatus perhaps\n", { B, 0 } },
	};
	world w;

	(void)state;
	begin_acting(&w);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		put(&w, rows[i].name,
		    COALITION_SIGN(
			&w.arena, action_text(&w, rows[i].member, 1, rows[i].at, rows[i].rest), rows[i].key));
	(void)judge(&w);
	assert_int_equal(w.accounts.count, 1);
	assert_int_equal(w.accounts.items[0].acted_count, 0);
	assert_true(w.accounts.items[0].progress.steps[0].is_overdue);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (state_of(&w, rows[i].name) != AC_POINT_FAILED)
			fail_msg("%s", rows[i].name);
	end(&w);
}

static void
actions__survive_every_allocation_failure(void **state)
{
	world w;

	(void)state;
	begin_acting(&w);
	put(&w, "good.note", COALITION_SIGN(&w.arena, action_text(&w, "bravo", 1, AT, A1_DONE), { B, 0 }));
	for (unsigned long n = 1;; n++) {
		ac_account_options options = { .trust = &w.trust };
		ac_accounts accounts;
		ac_holding held;
		ac_arena arena;
		bool done;
		int rc;

		ac_arena_init(&arena, 64 * AC_MIB);
		ac_holding_init(&held, &arena);
		fail_malloc_at(n);
		rc = ac_holding_add_path(&held, w.folder, NULL);
		if (!rc)
			rc = ac_accounts_make(&held, &options, w.digester, &arena, &accounts, NULL);
		done = !fail_malloc_done();
		/* What was refused once and had at a second try leaves no trace. */
		if (rc == 0)
			assert_true(accounts.count == 1 && accounts.items[0].acted_count == 1);
		else if (done || (rc != ACCORD_ENOMEM && rc != ACCORD_EINTERNAL))
			fail_msg("%lu: %d", n, rc);
		ac_arena_done(&arena);
		if (done)
			break;
	}
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(action__counts_when_its_member_signed_it),
		cmocka_unit_test(action__of_another_than_its_owner_does_not_count),
		cmocka_unit_test(actions__survive_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
