/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of pledges among files and leaves: what of it counts, by the place where it stands. */
#include "account_world.h"

static ac_str
pledge_text(world *w, const char *member, const char *reviewer, const char *at)
{
	return ac_arena_printf(&w->arena,
	    "accord/pledge/v1\ncoalition quay.example\ncharter 1 %.*s\nmember %s\npledge p1\nreviewer %s\nstatus kept\n"
	    "at %s\nreview 2027-01-01T00:00:00Z\nevidence https://alpha.example/releases\n",
	    AC_FMT(digest_of(&w->arena, w->charter)), member, reviewer, at);
}

static bool
counts(const world *w, ac_str note)
{
	for (size_t i = 0; i < w->accounts.pledge_count; i++)
		if (ac_str_starts(note, w->accounts.pledges[i].note.text))
			return true;
	return false;
}

static void
pledge__in_a_log_counts_by_its_place(void **state)
{
	ac_str before, later, loose, stolen;
	world w;

	(void)state;
	begin(&w);
	before = COALITION_SIGN(&w.arena, pledge_text(&w, "alpha", "alpha", "2026-03-01T13:00:00Z"), { A, 0 });
	later = COALITION_SIGN(&w.arena, pledge_text(&w, "alpha", "alpha", "2026-03-01T14:00:00Z"), { A, 0 });
	loose = COALITION_SIGN(&w.arena, pledge_text(&w, "alpha", "alpha", "2026-02-01T00:00:00Z"), { A, 0 });
	leaf(&w, before);
	stolen = coalition_change_text(&w.arena, w.charter,
	    &(coalition_change){ .change = AC_KEY_COMPROMISED,
		.member = "alpha",
		.purpose = AC_PURPOSE_SIGN,
		.key = { A, 0 },
		.index = w.leaf_count,
		.logs = 5 });
	leaf(&w, COALITION_SIGN(&w.arena, stolen, { B, 0 }, { C, 0 }, { D, 0 }));
	leaf(&w, later);
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	put(&w, "before.note", before);
	put(&w, "later.note", later);
	put(&w, "loose.note", loose);
	trust_charter(&w, w.charter);
	(void)judge(&w);
	assert_int_equal(w.accounts.pledge_count, 1);
	assert_true(counts(&w, before) && !counts(&w, later) && !counts(&w, loose));
	end(&w);
}

static void
pledge__of_a_stranger_or_in_another_s_name_does_not_count(void **state)
{
	ac_str good, name, stranger, other;
	world w;

	(void)state;
	begin(&w);
	good = COALITION_SIGN(&w.arena, pledge_text(&w, "alpha", "bravo", "2026-03-01T13:00:00Z"), { B, 0 });
	name = COALITION_SIGN(&w.arena, pledge_text(&w, "alpha", "alpha", "2026-03-01T13:00:00Z"), { B, 0 });
	stranger = COALITION_SIGN(
	    &w.arena, pledge_text(&w, "alpha", "alpha", "2026-03-01T14:00:00Z"), { "mallory.example/sign", 0 });
	other = COALITION_SIGN(&w.arena, pledge_text(&w, "mallory", "bravo", "2026-03-01T13:00:00Z"), { B, 0 });
	put(&w, "good.note", good);
	put(&w, "again.note", good);
	put(&w, "name.note", name);
	put(&w, "stranger.note", stranger);
	put(&w, "other.note", other);
	trust_charter(&w, w.charter);
	(void)judge(&w);
	assert_int_equal(w.accounts.pledge_count, 1);
	assert_true(counts(&w, good));
	for (size_t i = 0; i < w.held.count; i++)
		if (ac_str_eq(w.held.items[i].text_kind, AC_S("pledge")))
			assert_int_equal(w.accounts.verdicts[i].state,
			    ac_str_eq(w.held.items[i].bytes, good) ? AC_POINT_PROVED : AC_POINT_FAILED);
	end(&w);
}

/* Foxtrot joins with version 2: what it says about version 1 is a stranger's word. */
static void
pledge__counts_under_the_charter_that_it_cites(void **state)
{
	coalition_charter six = {
		.version = 2, .members = { "alpha", "bravo", "charlie", "delta", "echo", "foxtrot" }, .needed = 3
	};
	ac_str text, cites, early, late;
	world w;

	(void)state;
	begin(&w);
	six.previous = w.charter;
	text = coalition_charter_text(&w.arena, &six);
	put(&w, "charter-2.note", COALITION_SIGN(&w.arena, text, { A, 0 }, { B, 0 }, { C, 0 }));
	cites = pledge_text(&w, "alpha", "foxtrot", "2026-03-01T13:00:00Z");
	early = COALITION_SIGN(&w.arena, cites, { "foxtrot.example/sign", 0 });
	put(&w, "early.note", early);
	put(&w, "name.note",
	    COALITION_SIGN(
		&w.arena, pledge_text(&w, "alpha", "bravo", "2026-03-01T13:00:00Z"), { "foxtrot.example/sign", 0 }));
	late = ac_arena_printf(&w.arena, "accord/pledge/v1\ncoalition quay.example\ncharter 2 %.*s\n%.*s",
	    AC_FMT(digest_of(&w.arena, text)),
	    AC_FMT(ac_str_slice(cites, ac_str_find(cites, AC_S("member ")), cites.n)));
	late = COALITION_SIGN(&w.arena, late, { "foxtrot.example/sign", 0 });
	put(&w, "late.note", late);
	trust_charter(&w, w.charter);
	(void)judge(&w);
	assert_int_equal(w.accounts.pledge_count, 1);
	assert_true(counts(&w, late) && !counts(&w, early));
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pledge__in_a_log_counts_by_its_place),
		cmocka_unit_test(pledge__counts_under_the_charter_that_it_cites),
		cmocka_unit_test(pledge__of_a_stranger_or_in_another_s_name_does_not_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
