/* SPDX-License-Identifier: Apache-2.0 */
/* What files prove together: the worked example as it is known, and everything by which somebody could make them seem to prove more. */
#include "account_world.h"
#include "agree_data.h"

#include "codec/json.h"
#include "fail_malloc.h"

static const ac_claim_standing *
claim_then(const world *w, size_t n)
{
	assert_true(w->accounts.count > 0 && w->accounts.items[0].has_then);
	return &w->accounts.items[0].then.claims[n];
}

static void
folder__proves_what_its_members_said(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	if (!judge(&w))
		for (size_t i = 0; i < w.accounts.items[0].points.count; i++)
			print_error("%.*s\n", AC_FMT(w.accounts.items[0].points.items[i].words));
	assert_true(w.accounts.is_proved);
	assert_int_equal(w.accounts.count, 1);
	assert_true(claim_then(&w, 0)->is_joint && claim_then(&w, 0)->joined == 3);
	assert_true(claim_then(&w, 0)->least->number == 85 && claim_then(&w, 0)->most->number == 95);
	assert_false(claim_then(&w, 1)->is_joint);
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_PROVED, "");
	assert_point(&w.accounts.items[0].points, "logs", AC_POINT_OPEN, "bravo, charlie, delta, echo");
	end(&w);
}

static void
folder__that_brings_its_own_charter_proves_only_itself(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	assert_false(judge(&w));
	assert_int_equal(w.accounts.count, 1);
	assert_point(
	    &w.accounts.items[0].points, "charter", AC_POINT_FAILED, "which you must compare by another channel");
	for (size_t i = 0; i < w.accounts.items[0].points.count; i++)
		assert_true(w.accounts.items[0].points.items[i].state != AC_POINT_PROVED);
	for (size_t i = 0; i < w.held.count; i++)
		assert_true(!w.accounts.verdicts[i].is_checked || w.accounts.verdicts[i].state != AC_POINT_PROVED);
	end(&w);
}

static void
trust__in_a_charter_that_is_not_there_proves_nothing(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, AC_S("another"));
	assert_false(judge(&w));
	assert_point(&w.accounts.points, "trust", AC_POINT_FAILED, "is not among the files");
	assert_point(&w.accounts.items[0].points, "charter", AC_POINT_FAILED, "another channel");
	end(&w);
}

/* The same name and members, and keys that the impostor has. */
static void
charter__of_the_same_name_with_other_keys_is_another(void **state)
{
	coalition_charter theirs = five;
	ac_str text, statement;
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	theirs.generation = 7;
	text = coalition_charter_text(&w.arena, &theirs);
	statement = statement_text(&w, AC_S("quay.example"), text, "2026-quay");
	put(&w, "forged-charter.note", COALITION_SIGN(&w.arena, text, { A, 7 }, { B, 0 }, { C, 0 }));
	put(&w, "forged.note", COALITION_SIGN(&w.arena, statement, { A, 7 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_file(&w, "forged-charter.note", AC_POINT_FAILED, "another channel");
	assert_file(&w, "forged.note", AC_POINT_FAILED, "");
	assert_int_equal(w.accounts.count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true((w.accounts.items[i].anchor->kind == AC_ANCHOR_DIGEST) ==
			    ac_str_eq(w.accounts.items[i].statement.text, w.statement));
	end(&w);
}

/* A statement that cites the trusted charter, signed by members of another one with the same names. */
static void
statement__signed_by_strangers_is_not_read(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "forged.note",
	    COALITION_SIGN(&w.arena, statement_text(&w, AC_S("quay.example"), w.charter, "2026-forged"), { A, 7 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_int_equal(w.accounts.count, 1);
	assert_file(&w, "forged.note", AC_POINT_FAILED, "none of its 1 signatures is by a trusted key");
	end(&w);
}

static void
statement__of_another_coalition_or_charter_is_not_counted(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "swapped.note",
	    COALITION_SIGN(
		&w.arena, statement_text(&w, AC_S("other.example"), w.charter, "2026-x"), { A, 0 }, { B, 0 }));
	put(&w, "cites.note",
	    COALITION_SIGN(
		&w.arena, statement_text(&w, AC_S("quay.example"), AC_S("x"), "2026-y"), { A, 0 }, { B, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_int_equal(w.accounts.count, 1);
	assert_file(&w, "swapped.note", AC_POINT_FAILED, "cites a charter that is not in the chain");
	assert_file(&w, "cites.note", AC_POINT_FAILED, "cites a charter that is not in the chain");
	end(&w);
}

static void
statement__that_wants_a_quorum_nobody_defined_hinders_no_other(void **state)
{
	ac_str text;
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	text = statement_text(&w, AC_S("quay.example"), w.charter, "2026-x");
	((char *)(uintptr_t)text.p)[ac_str_find(text, AC_S("quorum statement\n")) + sizeof("quorum ") - 1] = 'S';
	put(&w, "odd.note", COALITION_SIGN(&w.arena, text, { B, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_int_equal(w.accounts.count, 1);
	assert_file(&w, "odd.note", AC_POINT_FAILED, "the charter has no quorum 'Statement'");
	end(&w);
}

/* What a text would say with some words for others. */
static ac_str
with(world *w, ac_str text, const char *old, const char *new)
{
	size_t at = ac_str_find(text, ac_str_from(old));

	assert_true(at < text.n);
	return ac_arena_printf(&w->arena, "%.*s%s%.*s", AC_FMT(ac_str_slice(text, 0, at)), new,
	    AC_FMT(ac_str_slice(text, at + strlen(old), text.n)));
}

static void
statement__is_counted_by_a_quorum_for_statements_which_is_named(void **state)
{
	ac_charter charter;
	unsigned place;
	ac_str text;
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "quorum", AC_POINT_PROVED,
	    "'statement', all-of-us (3 of alpha, bravo, charlie, delta, echo)");
	/* The group of statements is one for statements, whatever the kind is called; another one is not. */
	assert_int_equal(ac_charter_parse(w.charter, &w.arena, &charter, NULL), 0);
	assert_int_equal(ac_charter_statement_quorum(&charter, AC_S("charter"), &place, NULL), 0);
	text = with(&w, w.charter, "quorum charter all-of-us\n", "group two 2 alpha bravo\nquorum charter two\n");
	text = ac_arena_printf(&w.arena, "%.*squorum checkpoint two\n", AC_FMT(text));
	assert_int_equal(ac_charter_parse(text, &w.arena, &charter, NULL), 0);
	assert_int_equal(ac_charter_statement_quorum(&charter, AC_S("statement"), &place, NULL), 0);
	assert_int_equal(ac_charter_statement_quorum(&charter, AC_S("charter"), &place, NULL), ACCORD_EDENIED);
	assert_int_equal(ac_charter_statement_quorum(&charter, AC_S("checkpoint"), &place, NULL), ACCORD_EDENIED);
	assert_int_equal(ac_charter_statement_quorum(&charter, AC_S("advice"), &place, NULL), ACCORD_ENOTFOUND);
	end(&w);
}

static void
statement__that_is_not_clear_is_never_plain_nor_published(void **state)
{
	world w;

	(void)state;
	begin(&w);
	w.statement = with(&w, w.statement, "tlp clear", "tlp red");
	w.statement_note = w.leaves[1] = COALITION_SIGN(&w.arena, w.statement, { A, 0 });
	w.leaf_count = 2;
	put(&w, "statement.note", w.statement_note);
	trust_charter(&w, w.charter);
	w.is_whole = false;
	assert_true(judge(&w));
	assert_null(find_point(&w.accounts.items[0].points, "tlp"));
	put(&w, "publication.note", COALITION_SIGN(&w.arena, publication_text(&w, "1", "not-joint c1 c2\n"), { A, 0 }));
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "tlp", AC_POINT_FAILED, "it is TLP:RED, and was published");
	assert_int_equal(remove(ac_arena_printf(&w.arena, "%s/publication.note", w.folder).p), 0);
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "tlp", AC_POINT_FAILED, "in the log of alpha for everybody to read");
	end(&w);
}

/* Statements of which that is said. */
static unsigned
two_texts(const world *w, ac_point_state state, const char *words)
{
	unsigned count = 0;

	for (size_t i = 0; i < w->accounts.count; i++) {
		const ac_point *p = find_point(&w->accounts.items[i].points, "two-texts");

		count += p && p->state == state && ac_str_find(p->words, ac_str_from(words)) < p->words.n;
	}
	return count;
}

static void
statement__of_two_texts_under_one_version_is_not_proved(void **state)
{
	ac_str first, other;
	world w;

	(void)state;
	begin(&w);
	first = w.statement;
	other = with(&w, first, "They did it.", "They did not.");
	/* One that a member writes under the same name is his, and changes nothing. */
	put(&w, "bravo.note", COALITION_SIGN(&w.arena, with(&w, other, "convener alpha", "convener bravo"), { B, 0 }));
	put(&w, "statement.note", w.statement_note);
	trust_charter(&w, w.charter);
	w.is_whole = false;
	assert_true(judge(&w));
	put(&w, "other.note", COALITION_SIGN(&w.arena, other, { A, 0 }));
	assert_true(judge(&w));
	assert_int_equal(two_texts(&w, AC_POINT_OPEN, "signed another text"), 2);
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", C1_ONLY), { A, 0 }));
	w.statement = other;
	leaf(&w, COALITION_SIGN(&w.arena, other, { A, 0 }));
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "6", "not-joint c1 c2\n"), { A, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	assert_false(judge(&w));
	assert_int_equal(two_texts(&w, AC_POINT_FAILED, "published another text of the same name and version"), 2);
	assert_int_equal(w.accounts.count, 3);
	end(&w);
}

static void
norm__of_no_vocabulary_is_told(void **state)
{
	world w;

	(void)state;
	begin(&w);
	w.statement = ac_arena_printf(&w.arena, "%.*snorm un-gge-2015/c\nnorm un-gge-2015/z\n", AC_FMT(w.statement));
	put(&w, "statement.note", COALITION_SIGN(&w.arena, w.statement, { A, 0 }));
	trust_charter(&w, w.charter);
	w.is_whole = false;
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "norm", AC_POINT_OPEN, "the norm un-gge-2015/z");
	end(&w);
}

static void
dissent__that_is_left_out_is_named(void **state)
{
	ac_str dissent;
	world w;

	(void)state;
	begin(&w);
	dissent = w.leaves[--w.leaf_count];
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3", C1_ONLY), { A, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_true(judge(&w));
	/* In the dissenter's own log. */
	write_log(&w, "delta-log", "delta", &dissent, 1);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_FAILED,
	    "incomplete: the publication leaves out that delta dissents");
	end(&w);
}

static void
publication__is_counted_anew(void **state)
{
	world w;

	(void)state;
	begin(&w);
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", "joint c1 c2\n"), { A, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "recount", AC_POINT_FAILED, "says that claim c2 is joint");
	end(&w);
}

static void
publication__by_another_member_does_not_publish(void **state)
{
	world w;

	(void)state;
	begin(&w);
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", C1_ONLY), { B, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	put(&w, "publication.note", w.leaves[5]);
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_false(w.accounts.items[0].is_published);
	assert_file(&w, "publication.note", AC_POINT_FAILED, "not signed by the convener");
	end(&w);
}

static void
publication__that_is_in_no_log_is_not_proved(void **state)
{
	world w;

	(void)state;
	begin(&w);
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	put(&w, "publication.note", COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", C1_ONLY), { A, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_true(w.accounts.items[0].has_then);
	assert_point(&w.accounts.items[0].points, "logged", AC_POINT_FAILED, "in the convener's log");
	end(&w);
}

static void
publication__of_entries_that_are_not_here_is_incomplete(void **state)
{
	world w;

	(void)state;
	begin(&w);
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 9", C1_ONLY), { A, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED,
	    "entry 9 of the convener's log is not among the files");
	end(&w);
}

/* A member's log of the same leaves is not the convener's. */
static void
entries__count_in_the_convener_s_log_only(void **state)
{
	world w;

	(void)state;
	begin(&w);
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", C1_ONLY), { A, 0 }));
	write_log(&w, "log", "bravo", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED,
	    "entry 1 of the convener's log is not among the files");
	end(&w);
}

static void
folder__that_was_cut_short_is_not_proved(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	assert_int_equal(unlink(ac_arena_printf(&w.arena, "%s/bundle.json", w.folder).p), 0);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "bundle", AC_POINT_FAILED, "is not among the files");
	put(&w, "bundle.json", AC_S("evidencf"));
	assert_false(judge(&w));
	put(&w, "bundle.json", AC_S("evidence"));
	assert_true(judge(&w));
	/* Without its tiles a checkpoint vouches for nothing. */
	assert_int_equal(unlink(ac_arena_printf(&w.arena, "%s/log/tile/entries/000.p/6", w.folder).p), 0);
	assert_false(judge(&w));
	assert_file(&w, "log/checkpoint", AC_POINT_FAILED, "");
	end(&w);
}

static void
link__in_a_folder_is_refused(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	assert_int_equal(symlink("bundle.json", ac_arena_printf(&w.arena, "%s/link.json", w.folder).p), 0);
	assert_false(judge(&w));
	assert_int_equal(w.held.problems, 1);
	end(&w);
}

static void
member__has_one_voice_whatever_he_signs(void **state)
{
	world w;

	(void)state;
	begin(&w);
	/* The same word once more, and the statement itself signed by who has spoken. */
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4", C1_ONLY), { A, 0 }));
	put(&w, "again.note", w.leaves[2]);
	put(&w, "cosigned.note", COALITION_SIGN(&w.arena, w.statement, { A, 0 }, { A, 0 }, { B, 0 }, { D, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_true(judge(&w));
	assert_int_equal(claim_then(&w, 0)->joined, 3);
	assert_int_equal(w.accounts.items[0].now.claims[0].joined, 3);
	end(&w);
}

static void
member__who_says_two_things_under_one_number_contradicts_himself(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "two.note",
	    COALITION_SIGN(&w.arena, endorsement_text(&w, "bravo", 1, "2026-03-02T12:00:00Z", DISSENTS), { B, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "two-voices", AC_POINT_FAILED,
	    "bravo has signed two endorsements of number 1");
	assert_point(&w.accounts.items[0].points, "lapsed", AC_POINT_FAILED, "claim c1 was joint");
	end(&w);
}

static void
endorsement__in_another_s_name_is_not_counted(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "forged.note",
	    COALITION_SIGN(&w.arena, endorsement_text(&w, "echo", 1, "2026-03-01T12:00:00Z", JOINS), { B, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_file(&w, "forged.note", AC_POINT_FAILED, "not signed by the member that it speaks for");
	assert_int_equal(w.accounts.items[0].now.claims[0].joined, 3);
	end(&w);
}

static void
withdrawal__after_publication_is_shown(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "late.note",
	    COALITION_SIGN(&w.arena,
		endorsement_text(
		    &w, "bravo", 2, "2026-03-02T12:00:00Z", "stance withdraws\nreason en no\nreason fr non\n"),
		{ B, 0 }));
	trust_charter(&w, w.charter);
	assert_false(judge(&w));
	assert_true(claim_then(&w, 0)->is_joint);
	assert_false(w.accounts.items[0].now.claims[0].is_joint);
	assert_point(
	    &w.accounts.items[0].points, "lapsed", AC_POINT_FAILED, "claim c1 was joint when it was published");
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_PROVED, "");
	end(&w);
}

static void
charter__follows_the_trusted_one_through_the_chain_only(void **state)
{
	coalition_charter next = five;
	ac_str two, statement;
	world w;

	(void)state;
	begin(&w);
	next.version = 2;
	next.previous = w.charter;
	next.needed = 4;
	two = coalition_charter_text(&w.arena, &next);
	statement = ac_arena_printf(&w.arena, "%.*s", AC_FMT(w.statement));
	trust_charter(&w, w.charter);
	w.is_whole = false;
	put(&w, "statement.note", COALITION_SIGN(&w.arena, statement, { A, 0 }));
	/* Four of the new ones are asked for, and three of the old. */
	put(&w, "two.note", COALITION_SIGN(&w.arena, two, { A, 0 }, { B, 0 }, { C, 0 }));
	assert_false(judge(&w));
	assert_file(&w, "two.note", AC_POINT_FAILED, "not signed as a charter must be");
	put(&w, "two.note", COALITION_SIGN(&w.arena, two, { A, 0 }, { B, 0 }, { C, 0 }, { D, 0 }));
	assert_true(judge(&w));
	assert_file(&w, "two.note", AC_POINT_PROVED, "in the chain from the trusted one");
	/* A second version 2, as well signed: neither counts. */
	next.expires = "2031-01-01T00:00:00Z";
	put(&w, "other.note",
	    COALITION_SIGN(&w.arena, coalition_charter_text(&w.arena, &next), { A, 0 }, { B, 0 }, { C, 0 }, { E, 0 }));
	assert_false(judge(&w));
	assert_point(&w.accounts.points, "fork", AC_POINT_FAILED, "two charters follow version 1");
	end(&w);
}

static void
charter__before_the_trusted_one_is_known_by_its_digest(void **state)
{
	coalition_charter next = five;
	ac_str two;
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	next.version = 2;
	next.previous = w.charter;
	two = coalition_charter_text(&w.arena, &next);
	put(&w, "two.note", COALITION_SIGN(&w.arena, two, { A, 0 }, { B, 0 }, { C, 0 }));
	trust_charter(&w, two);
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "charter", AC_POINT_PROVED, "in the chain from the trusted one");
	end(&w);
}

static void
charter__that_has_expired_is_said(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	w.as_of = "2030-01-02T00:00:00Z";
	assert_false(judge(&w));
	assert_point(&w.accounts.points, "expiry", AC_POINT_FAILED, "expired");
	end(&w);
}

static void
trust_key(world *w, const char *name, unsigned generation)
{
	assert_int_equal(
	    ac_trust_add(&w->trust, coalition_vkey(&w->arena, (coalition_key){ name, generation }), &w->arena, NULL),
	    0);
}

static bool
has_failed(const ac_points *points)
{
	for (size_t i = 0; i < points->count; i++)
		if (points->items[i].state == AC_POINT_FAILED)
			return true;
	return false;
}

/* Entries are taken to the last one, and nobody is accused because of a key that the reader does not have. */
static void
keys__that_are_not_trusted_leave_open_what_hangs_on_them(void **state)
{
	world w;

	(void)state;
	begin(&w);
	/* The statement signed by echo as well, as another entry; bravo is the first that cannot be judged. */
	leaf(&w, COALITION_SIGN(&w.arena, w.statement, { A, 0 }, { E, 0 }));
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4 5", C1_ONLY), { A, 0 }));
	w.charter_note = COALITION_SIGN(&w.arena, w.charter, { A, 0 }, { C, 0 }, { D, 0 });
	w.leaves[0] = w.charter_note;
	put(&w, "charter.note", w.charter_note);
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_key(&w, A, 0);
	trust_key(&w, C, 0);
	trust_key(&w, D, 0);
	assert_false(judge(&w));
	assert_false(has_failed(&w.accounts.items[0].points));
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_OPEN,
	    "of which 2 cannot be judged: entry 2 is by bravo, whose key is not among those that are trusted");
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_PROVED, "");
	/* A word of bravo's that the publication does not list: nobody knows whether it is his. */
	put(&w, "word.note",
	    COALITION_SIGN(&w.arena, endorsement_text(&w, "bravo", 2, "2026-03-01T12:30:00Z", DISSENTS), { B, 0 }));
	assert_false(judge(&w));
	assert_false(has_failed(&w.accounts.items[0].points));
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_OPEN,
	    "cannot be judged: the key of bravo is not among those that are trusted");
	assert_file(&w, "word.note", AC_POINT_OPEN, "the key of bravo");
	end(&w);
}

/* Trusted keys vouch for a charter when all of them signed it, and for the voices of their own members only. */
static void
keys__vouch_for_what_all_of_them_signed(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_key(&w, A, 0);
	trust_key(&w, B, 0);
	trust_key(&w, C, 0);
	assert_false(judge(&w)); /* delta's key is not trusted, and its dissent is an entry */
	assert_point(&w.accounts.items[0].points, "charter", AC_POINT_PROVED, "which all trusted keys signed");
	assert_true(w.accounts.items[0].is_undecided);
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_OPEN,
	    "of which 1 cannot be judged: entry 4 is by delta, whose key is not among those that are trusted");
	assert_point(&w.accounts.items[0].points, "recount", AC_POINT_OPEN, "cannot be counted anew");
	assert_int_equal(w.accounts.items[0].now.claims[0].joined, 3);
	/* One that did not sign it. */
	trust_key(&w, E, 0);
	assert_false(judge(&w));
	assert_true(w.accounts.items[0].anchor->kind == AC_ANCHOR_NONE);
	end(&w);
}

static void
keys__of_fewer_than_a_quorum_vouch_for_nothing(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_key(&w, A, 0);
	trust_key(&w, B, 0);
	assert_false(judge(&w));
	assert_true(w.accounts.items[0].anchor->kind == AC_ANCHOR_NONE);
	end(&w);
}

/* Three witnesses cosign the log at a time: a quorum. */
static void
cosign_log(world *w, const char *name, const char *at)
{
	static const char *const witnesses[] = { "bravo.example/witness", "charlie.example/witness",
		"delta.example/witness" };
	const char *path = ac_arena_printf(&w->arena, "%s/%s/checkpoint", w->folder, name).p;
	ac_buf buf;
	ac_note note;
	ac_time time;

	assert_int_equal(ac_time_parse_stix(ac_str_from(at), &time, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_file_load(path, AC_MIB, &buf, NULL), 0);
	assert_int_equal(ac_note_parse(ac_arena_str(&w->arena, ac_buf_view(&buf)), &w->arena, &note, NULL), 0);
	for (size_t i = 0; i < AC_COUNT(witnesses); i++) {
		ac_ed25519_key key;
		ac_vkey vkey;

		coalition_make_key(&w->arena, (coalition_key){ witnesses[i], 0 }, &vkey, &key);
		assert_int_equal(ac_note_sign(&buf, note.text, &vkey, &key, (uint64_t)time.seconds, NULL), 0);
	}
	assert_int_equal(ac_file_replace(path, ac_buf_view(&buf), 0600, NULL), 0);
	ac_buf_done(&buf);
}

/* The world under a charter whose checkpoints three witnesses must have cosigned; with an embargo where that is asked for. */
static void
begin_witnessed(world *w, const char *embargo)
{
	coalition_charter witnessed = five;

	begin(w);
	witnessed.with_witnesses = true;
	w->charter = coalition_charter_text(&w->arena, &witnessed);
	w->charter_note = COALITION_SIGN(&w->arena, w->charter, { A, 0 }, { B, 0 }, { C, 0 });
	put(w, "charter.note", w->charter_note);
	w->statement = statement_text(w, AC_S("quay.example"), w->charter, "2026-quay");
	if (embargo) {
		size_t at = ac_str_find(w->statement, AC_S("bundle "));

		w->statement = ac_arena_printf(&w->arena, "%.*sembargo %s\n%.*s", (int)at, w->statement.p, embargo,
		    (int)(w->statement.n - at), w->statement.p + at);
	}
	w->leaf_count = 0;
	leaf(w, w->charter_note);
	leaf(w, COALITION_SIGN(&w->arena, w->statement, { A, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "bravo", 1, "2026-03-01T10:00:00Z", JOINS), { B, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "charlie", 1, "2026-03-01T11:00:00Z", JOINS), { C, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "delta", 1, "2026-03-01T12:00:00Z", DISSENTS), { D, 0 }));
	publish(w);
	trust_charter(w, w->charter);
}

static size_t
count_failed(const ac_points *points)
{
	size_t failed = 0;

	for (size_t i = 0; i < points->count; i++)
		failed += points->items[i].state == AC_POINT_FAILED;
	return failed;
}

static void
log__that_no_quorum_has_cosigned_is_said_once(void **state)
{
	world w;

	(void)state;
	begin_witnessed(&w, NULL);
	/* Copies of its leaves beside the log: words that the publication seems to leave out. */
	for (size_t i = 1; i < w.leaf_count; i++)
		put(&w, ac_arena_printf(&w.arena, "%zu.note", i).p, w.leaves[i]);
	assert_false(judge(&w));
	assert_int_equal(count_failed(&w.accounts.items[0].points), 1);
	assert_point(&w.accounts.items[0].points, "logged", AC_POINT_FAILED,
	    "in the convener's log: the charter's quorum for checkpoints is not met: 0 of its members have cosigned");
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_OPEN, "hang on the convener's log");
	assert_point(&w.accounts.items[0].points, "complete", AC_POINT_OPEN, "not all of its entries are here");
	cosign_log(&w, "log", "2026-03-02T10:00:00Z");
	assert_true(judge(&w));
	end(&w);
}

static void
cosignature__of_a_time_that_has_not_come_is_not_fresh(void **state)
{
	world w;

	(void)state;
	begin_witnessed(&w, NULL);
	cosign_log(&w, "log", "2100-01-01T00:00:00Z");
	assert_false(judge(&w));
	assert_null(find_point(&w.accounts.items[0].points, "fresh"));
	assert_point(&w.accounts.items[0].points, "ahead", AC_POINT_FAILED, "later than 2026-03-03T00:00:00Z");
	/* Clocks may differ by five minutes. */
	end(&w);
	begin_witnessed(&w, NULL);
	cosign_log(&w, "log", "2026-03-03T00:05:00Z");
	assert_true(judge(&w));
	end(&w);
	begin_witnessed(&w, NULL);
	cosign_log(&w, "log", "2026-03-03T00:05:01Z");
	assert_false(judge(&w));
	end(&w);
}

static void
statement__that_was_in_a_log_before_its_embargo_ended_is_said(void **state)
{
	world w;

	(void)state;
	begin_witnessed(&w, "2026-03-02T08:00:00Z");
	cosign_log(&w, "log", "2026-03-02T10:00:00Z");
	assert_true(judge(&w));
	assert_null(find_point(&w.accounts.items[0].points, "embargo"));
	/* In another member's log, it is that member's breach. */
	write_log(&w, "delta-log", "delta", &w.leaves[1], 1);
	cosign_log(&w, "delta-log", "2026-03-01T10:00:00Z");
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "embargo", AC_POINT_OPEN, "leaf 0 of the log of delta");
	end(&w);
	begin_witnessed(&w, "2026-03-02T08:00:00Z");
	cosign_log(&w, "log", "2026-03-02T07:59:59Z");
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "embargo", AC_POINT_FAILED,
	    "leaf 1 of the log of alpha has it in plain words, which witnesses saw at 2026-03-02T07:59:59Z");
	end(&w);
}

static void
key__of_texts_on_a_checkpoint_refuses_it(void **state)
{
	ac_ed25519_key key;
	const char *path;
	ac_vkey vkey;
	ac_note note;
	ac_buf buf;
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	path = ac_arena_printf(&w.arena, "%s/log/checkpoint", w.folder).p;
	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_file_load(path, AC_MIB, &buf, NULL), 0);
	assert_int_equal(ac_note_parse(ac_arena_str(&w.arena, ac_buf_view(&buf)), &w.arena, &note, NULL), 0);
	/* Signed as if it were no key of texts: whoever means harm uses a program of his own. */
	coalition_make_key(&w.arena, (coalition_key){ B, 0 }, &vkey, &key);
	vkey.purpose = AC_PURPOSE_ANY;
	assert_int_equal(ac_note_sign(&buf, note.text, &vkey, &key, 0, NULL), 0);
	assert_int_equal(ac_file_replace(path, ac_buf_view(&buf), 0600, NULL), 0);
	ac_buf_done(&buf);
	assert_false(judge(&w));
	assert_file(&w, "log/checkpoint", AC_POINT_FAILED, "bravo.example/sign");
	end(&w);
}

/* A proof of a log's first leaf in place of the log. */
static void
prove_instead(world *w, const char *name, const char *member)
{
	const char *folder = ac_arena_printf(&w->arena, "%s/%s", w->folder, name).p;
	ac_ed25519_key key;
	ac_log *log = NULL;
	ac_vkey vkey;
	ac_buf buf;

	coalition_make_key(
	    &w->arena, (coalition_key){ ac_arena_printf(&w->arena, "%s.example/log", member).p, 0 }, &vkey, &key);
	assert_int_equal(ac_log_open(folder, &vkey, NULL, &log, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_log_prove(log, 0, &buf, NULL), 0);
	(void)ac_log_close(log);
	put(w, "own.tlog-proof", ac_buf_view(&buf));
	ac_buf_done(&buf);
	assert_int_equal(system(ac_arena_printf(&w->arena, "rm -r -- '%s'", folder).p), 0);
}

/* Bravo has his word in his own log, which nobody has cosigned yet, and changes the key then. */
static void
rotation__leaves_what_stood_in_the_own_log(void **state)
{
	coalition_change change = {
		.member = "bravo", .purpose = AC_PURPOSE_SIGN, .key = { B, 0 }, .successor = 1, .index = 1, .logs = 5
	};
	world w;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		begin_witnessed(&w, NULL);
		cosign_log(&w, "log", "2026-03-02T10:00:00Z");
		change.change = i ? AC_KEY_COMPROMISED : AC_KEY_ROTATE;
		put(&w, "change.note",
		    i ? COALITION_SIGN(
			    &w.arena, coalition_change_text(&w.arena, w.charter, &change), { A, 0 }, { C, 0 }, { D, 0 })
		      : COALITION_SIGN(
			    &w.arena, coalition_change_text(&w.arena, w.charter, &change), { B, 0 }, { B, 1 }));
		/* The convener took it in behind the place that the change names. */
		assert_false(judge(&w));
		assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED, "entry 2");
		/* In somebody else's log it shows nothing of bravo's. */
		write_log(&w, "delta-log", "delta", &w.leaves[2], 1);
		put(&w, "bravo.note", w.leaves[2]);
		assert_false(judge(&w));
		assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED, "entry 2");
		assert_int_equal(system(ac_arena_printf(&w.arena, "rm -r -- '%s/delta-log'", w.folder).p), 0);
		write_log(&w, "bravo-log", "bravo", &w.leaves[2], 1);
		(void)judge(&w);
		if (i) {
			assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED, "entry 2");
			end(&w);
			continue;
		}
		assert_point(&w.accounts.items[0].points, "entries", AC_POINT_PROVED, "all 4 entries");
		assert_point(&w.accounts.items[0].points, "recount", AC_POINT_PROVED, "");
		assert_int_equal(w.accounts.warnings.count, 0);
		assert_int_equal(w.accounts.items[0].now.claims[0].joined, 3);
		/* As an export has it. */
		prove_instead(&w, "bravo-log", "bravo");
		assert_true(judge(&w));
		assert_file(
		    &w, "own.tlog-proof", AC_POINT_PROVED, "leaf 0 of the log of bravo by that log's own signature");
		end(&w);
	}
}

static void
time__that_is_asked_about_bounds_what_is_counted(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	put(&w, "late.note",
	    COALITION_SIGN(&w.arena,
		endorsement_text(
		    &w, "bravo", 2, "2026-03-02T12:00:00Z", "stance withdraws\nreason en no\nreason fr non\n"),
		{ B, 0 }));
	trust_charter(&w, w.charter);
	/* Between publication and withdrawal. */
	w.as_of = "2026-03-02T10:00:00Z";
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "later", AC_POINT_OPEN, "not counted: 1");
	assert_true(w.accounts.items[0].now.claims[0].is_joint);
	/* Before publication. */
	w.as_of = "2026-03-01T13:00:00Z";
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "publication", AC_POINT_FAILED, "");
	assert_point(&w.accounts.items[0].points, "later", AC_POINT_OPEN, "not counted: 2");
	/* Before it was opened, and before anybody had spoken. */
	w.as_of = "2026-02-28T00:00:00Z";
	assert_false(judge(&w));
	assert_point(&w.accounts.items[0].points, "opened", AC_POINT_FAILED, "opened at 2026-03-01T09:00:00Z");
	assert_int_equal(w.accounts.items[0].now.claims[0].joined, 1);
	end(&w);
}

static void
contradiction__that_a_later_word_has_ended_hinders_nobody(void **state)
{
	world w;

	(void)state;
	begin(&w);
	leaf(&w, COALITION_SIGN(&w.arena, endorsement_text(&w, "delta", 1, "2026-03-01T12:00:01Z", JOINS), { D, 0 }));
	leaf(
	    &w, COALITION_SIGN(&w.arena, endorsement_text(&w, "delta", 2, "2026-03-01T12:01:00Z", DISSENTS), { D, 0 }));
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4 5 6", C1_ONLY), { A, 0 }));
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	trust_charter(&w, w.charter);
	assert_true(judge(&w));
	assert_point(&w.accounts.items[0].points, "two-voices", AC_POINT_OPEN, "a later one says what counts");
	end(&w);
}

static void
log__that_shows_two_trees_contradicts_itself(void **state)
{
	ac_str others[] = { AC_S_INIT("other leaves") };
	char path[300];
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	/* A shorter tree that the log does not begin with. */
	write_log(&w, "other", "alpha", others, 1);
	(void)snprintf(path, sizeof(path), "rm -r -- '%s/other/tile'", w.folder);
	assert_int_equal(system(path), 0);
	assert_false(judge(&w));
	assert_point(&w.accounts.points, "contradiction", AC_POINT_FAILED, "does not begin with the tree of 1 leaves");
	end(&w);
}

/* Each leaf of the convener's log as a file, with its proof. */
static void
write_proofs(world *w)
{
	const char *path = ac_arena_printf(&w->arena, "%s/log", w->folder).p;
	ac_log *log = NULL;
	ac_ed25519_key key;
	ac_vkey vkey;
	ac_buf buf;

	coalition_make_key(&w->arena, (coalition_key){ "alpha.example/log", 0 }, &vkey, &key);
	assert_int_equal(ac_log_open(path, &vkey, NULL, &log, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	for (unsigned i = 1; i < w->leaf_count; i++) {
		ac_buf_reset(&buf);
		assert_int_equal(ac_log_prove(log, i, &buf, NULL), 0);
		put(w, ac_arena_printf(&w->arena, "%u.tlog-proof", i).p, ac_buf_view(&buf));
		put(w, ac_arena_printf(&w->arena, "%u.note", i).p, w->leaves[i]);
	}
	ac_buf_done(&buf);
	(void)ac_log_close(log);
}

/* Proofs in place of the log; a proof of another leaf proves nothing of this one. */
static void
proofs__stand_in_for_the_log(void **state)
{
	char path[300];
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	write_proofs(&w);
	(void)snprintf(path, sizeof(path), "rm -r -- '%s/log'", w.folder);
	assert_int_equal(system(path), 0);
	assert_true(judge(&w));
	assert_file(&w, "2.tlog-proof", AC_POINT_PROVED, "2.note is leaf 2 of the log of alpha");
	/* Swapped: the proof of leaf 3 beside no leaf 3. */
	put(&w, "3.note", w.leaves[2]);
	assert_false(judge(&w));
	assert_file(&w, "3.tlog-proof", AC_POINT_FAILED, "the leaf that it proves is not among the files");
	assert_point(&w.accounts.items[0].points, "entries", AC_POINT_FAILED, "entry 3");
	end(&w);
}

/* Each note is tried under each charter that is consistent in itself: a folder of thousands of them is refused, and one beside the trusted one is not. */
static void
charters__that_nobody_vouches_for_are_few(void **state)
{
	static const unsigned counts[] = { AC_ANCHORS_OTHER_MAX, AC_ANCHORS_OTHER_MAX + 1 };

	(void)state;
	for (unsigned i = 0; i < AC_COUNT(counts); i++) {
		ac_account_options options = { .is_whole = true };
		accord_err err = { 0 };
		world w;

		begin(&w);
		trust_charter(&w, w.charter);
		options.trust = &w.trust;
		for (unsigned k = 0; k < counts[i]; k++) {
			coalition_charter other = { .members = { "mallory" }, .needed = 1, .generation = k };
			ac_str text = coalition_charter_text(&w.arena, &other);

			put(&w, ac_arena_printf(&w.arena, "other-%u.note", k).p,
			    COALITION_SIGN(&w.arena, text, { "mallory.example/sign", k }));
		}
		ac_holding_init(&w.held, &w.arena);
		assert_int_equal(ac_holding_add_path(&w.held, w.folder, NULL), 0);
		assert_int_equal(ac_accounts_make(&w.held, &options, w.digester, &w.arena, &w.accounts, &err),
		    i == 0 ? 0 : ACCORD_ELIMIT);
		end(&w);
	}
}

/* Proofs that prove nothing here are tried against all files: thousands of both would take hours. */
static void
proofs__are_tried_so_often_and_no_more(void **state)
{
	ac_account_options options = { .is_whole = true };
	accord_err err = { 0 };
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	write_proofs(&w);
	trust_charter(&w, w.charter);
	options.trust = &w.trust;
	for (unsigned i = 0; i < 2; i++) {
		ac_holding_init(&w.held, &w.arena);
		assert_int_equal(ac_holding_add_path(&w.held, w.folder, NULL), 0);
		w.held.proof_checks = i ? AC_PROOF_CHECKS_MAX : 0;
		assert_int_equal(ac_accounts_make(&w.held, &options, w.digester, &w.arena, &w.accounts, &err),
		    i ? ACCORD_ELIMIT : 0);
	}
	end(&w);
}

static void
accounts__survive_every_allocation_failure(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish(&w);
	trust_charter(&w, w.charter);
	for (unsigned long n = 1;; n++) {
		ac_account_options options = { .trust = &w.trust, .is_whole = true };
		ac_accounts accounts;
		ac_holding held;
		ac_arena arena;
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&arena, 256 * AC_MIB);
		ac_holding_init(&held, &arena);
		assert_int_equal(ac_holding_add_path(&held, w.folder, NULL), 0);
		fail_malloc_at(n);
		rc = ac_accounts_make(&held, &options, w.digester, &arena, &accounts, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			ac_arena_done(&arena);
			break;
		}
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && !accounts.is_proved));
		ac_arena_done(&arena);
	}
	end(&w);
}

/* The names in a list of expected-quorum.json are those who stand so. */
static void
assert_members(const ac_account *a, const ac_claim_standing *c, const ac_json *names, ac_voice_stance stance)
{
	ac_json_iter it = ac_json_iter_of(names);
	size_t listed = 0, have = 0;

	while (ac_json_next(&it)) {
		unsigned m = ac_charter_member_find(a->charter, ac_json_string(it.value));

		listed++;
		assert_true(m < a->charter->member_count);
		assert_int_equal(c->voices[m].stance, stance);
	}
	for (unsigned m = 0; m < a->charter->member_count; m++)
		have += c->voices[m].stance == stance;
	assert_int_equal(have, listed);
}

static void
assert_expected(world *w, const ac_account *a, const ac_standing *standing, const char *key)
{
	const ac_json *all = NULL, *claims;
	ac_json_iter it;
	size_t n = 0;
	ac_str bytes;

	assert_true(agree_load(&w->arena, "example/expected-quorum.json", &bytes));
	assert_int_equal(ac_json_parse(bytes, AC_JSON_LIMITS, &w->arena, &all, NULL), 0);
	claims = ac_json_get(all, ac_str_from(key));
	it = ac_json_iter_of(claims);
	while (ac_json_next(&it)) {
		const ac_claim_standing *c = &standing->claims[n++];
		uint64_t least, most;

		assert_str(c->claim->id, it.key);
		assert_int_equal(c->is_joint, ac_json_is_true(ac_json_get(it.value, AC_S("joint"))));
		assert_true(ac_str_to_u64(ac_json_raw(ac_json_get(it.value, AC_S("confidence_min"))), &least));
		assert_true(ac_str_to_u64(ac_json_raw(ac_json_get(it.value, AC_S("confidence_max"))), &most));
		assert_true(c->least->number == least && c->most->number == most);
		assert_members(a, c, ac_json_get(it.value, AC_S("joined")), AC_VOICE_JOINS);
		assert_members(a, c, ac_json_get(it.value, AC_S("notes")), AC_VOICE_NOTES);
	}
	assert_int_equal(n, a->statement.claim_count);
}

static void
example__stands_as_its_readme_says(void **state)
{
	static const char *const names[] = { "charter.note", "statement.note", "statement-unanimous.note",
		"endorsement-ca.note", "endorsement-uk.note", "endorsement-au.note", "endorsement-nz.note",
		"endorsement-jp.note", "endorsement-eu.note", "endorsement-nato.note", "publication.note",
		"withdrawal-jp.note", "statement.tlog-proof", "publication.tlog-proof", "withdrawal-jp.tlog-proof",
		"statement.bundle.jcs.json" };
	ac_account_options options = { .is_whole = true };
	const char *folder = shared_data();
	ac_str bytes, log;
	world w;

	(void)state;
	begin(&w);
	ac_holding_init(&w.held, &w.arena);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		if (!agree_load(&w.arena, ac_arena_printf(&w.arena, "example/%s", names[i]).p, &bytes)) {
			end(&w);
			skip();
		}
		assert_int_equal(ac_holding_add(&w.held, names[i], bytes, NULL, NULL), 0);
	}
	log = ac_arena_printf(&w.arena, "%s/agree/example/log", folder);
	assert_int_equal(ac_holding_add_path(&w.held, log.p, NULL), 0);
	trust_charter(&w, w.held.items[0].note.text);
	options.trust = &w.trust;
	assert_int_equal(ac_time_parse_stix(AC_S("2021-09-02T00:00:00Z"), &options.as_of, NULL), 0);
	assert_int_equal(ac_accounts_make(&w.held, &options, w.digester, &w.arena, &w.accounts, NULL), 0);
	assert_int_equal(w.accounts.count, 1);
	assert_true(w.accounts.is_proved);
	assert_expected(&w, &w.accounts.items[0], &w.accounts.items[0].then, "at_publication");
	assert_expected(&w, &w.accounts.items[0], &w.accounts.items[0].now, "after_jp_withdraws");
	/* Eight days later nobody knows what has come since; a year later the charter has expired. */
	assert_int_equal(ac_time_parse_stix(AC_S("2021-09-10T00:00:00Z"), &options.as_of, NULL), 0);
	assert_int_equal(ac_accounts_make(&w.held, &options, w.digester, &w.arena, &w.accounts, NULL), 0);
	assert_false(w.accounts.is_proved);
	assert_point(&w.accounts.items[0].points, "fresh", AC_POINT_FAILED, "stale");
	end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(folder__proves_what_its_members_said),
		cmocka_unit_test(folder__that_brings_its_own_charter_proves_only_itself),
		cmocka_unit_test(trust__in_a_charter_that_is_not_there_proves_nothing),
		cmocka_unit_test(charter__of_the_same_name_with_other_keys_is_another),
		cmocka_unit_test(statement__signed_by_strangers_is_not_read),
		cmocka_unit_test(statement__of_another_coalition_or_charter_is_not_counted),
		cmocka_unit_test(statement__that_wants_a_quorum_nobody_defined_hinders_no_other),
		cmocka_unit_test(statement__is_counted_by_a_quorum_for_statements_which_is_named),
		cmocka_unit_test(statement__that_is_not_clear_is_never_plain_nor_published),
		cmocka_unit_test(statement__of_two_texts_under_one_version_is_not_proved),
		cmocka_unit_test(norm__of_no_vocabulary_is_told),
		cmocka_unit_test(dissent__that_is_left_out_is_named),
		cmocka_unit_test(publication__is_counted_anew),
		cmocka_unit_test(publication__by_another_member_does_not_publish),
		cmocka_unit_test(publication__that_is_in_no_log_is_not_proved),
		cmocka_unit_test(publication__of_entries_that_are_not_here_is_incomplete),
		cmocka_unit_test(entries__count_in_the_convener_s_log_only),
		cmocka_unit_test(folder__that_was_cut_short_is_not_proved),
		cmocka_unit_test(link__in_a_folder_is_refused),
		cmocka_unit_test(member__has_one_voice_whatever_he_signs),
		cmocka_unit_test(member__who_says_two_things_under_one_number_contradicts_himself),
		cmocka_unit_test(endorsement__in_another_s_name_is_not_counted),
		cmocka_unit_test(withdrawal__after_publication_is_shown),
		cmocka_unit_test(charter__follows_the_trusted_one_through_the_chain_only),
		cmocka_unit_test(charter__before_the_trusted_one_is_known_by_its_digest),
		cmocka_unit_test(charter__that_has_expired_is_said),
		cmocka_unit_test(keys__vouch_for_what_all_of_them_signed),
		cmocka_unit_test(keys__that_are_not_trusted_leave_open_what_hangs_on_them),
		cmocka_unit_test(log__that_no_quorum_has_cosigned_is_said_once),
		cmocka_unit_test(cosignature__of_a_time_that_has_not_come_is_not_fresh),
		cmocka_unit_test(statement__that_was_in_a_log_before_its_embargo_ended_is_said),
		cmocka_unit_test(key__of_texts_on_a_checkpoint_refuses_it),
		cmocka_unit_test(rotation__leaves_what_stood_in_the_own_log),
		cmocka_unit_test(time__that_is_asked_about_bounds_what_is_counted),
		cmocka_unit_test(contradiction__that_a_later_word_has_ended_hinders_nobody),
		cmocka_unit_test(keys__of_fewer_than_a_quorum_vouch_for_nothing),
		cmocka_unit_test(log__that_shows_two_trees_contradicts_itself),
		cmocka_unit_test(proofs__stand_in_for_the_log),
		cmocka_unit_test(charters__that_nobody_vouches_for_are_few),
		cmocka_unit_test(proofs__are_tried_so_often_and_no_more),
		cmocka_unit_test(accounts__survive_every_allocation_failure),
		cmocka_unit_test(example__stands_as_its_readme_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
