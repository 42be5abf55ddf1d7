/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that stood in a log as commitments, and keys that were stolen between then and their opening. */
#include "account_world.h"

#include "agree/commitment.h"
#include "fail_malloc.h"

/* What stands in the log for a note, signed, and what opens it. */
static ac_str
seal(world *w, ac_str note, coalition_key by, ac_str *out_opening)
{
	static const uint8_t nonce[AC_NONCE_SIZE] = { 1, 2, 3 };
	ac_opening opening = { 0 };
	ac_commitment commitment;
	ac_str text, statement;
	ac_time at;
	ac_buf buf;

	assert_int_equal(ac_time_parse_stix(AC_S("2026-03-01T09:30:00Z"), &at, NULL), 0);
	assert_int_equal(ac_commitment_make(note, nonce, at, &commitment, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	ac_commitment_add(&buf, &commitment);
	text = ac_arena_str(&w->arena, ac_buf_view(&buf));
	statement = ac_str_slice(note, 0, ac_str_find(note, AC_S("\n\n")) + 1);
	memcpy(opening.commit, commitment.commit, sizeof(opening.commit));
	memcpy(opening.nonce, nonce, sizeof(nonce));
	assert_int_equal(ac_sha256(statement, opening.note, NULL), 0);
	ac_buf_reset(&buf);
	ac_opening_add(&buf, &opening);
	*out_opening = ac_arena_str(&w->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return coalition_sign(&w->arena, text, (const coalition_key[]){ by, { NULL, 0 } });
}

/* alpha's sign key is stolen, and void from entry 3 of each log on; alpha goes on with the next one. */
static void
steal(world *w)
{
	ac_str text = coalition_change_text(&w->arena, w->charter,
	    &(coalition_change){ AC_KEY_COMPROMISED, "alpha", AC_PURPOSE_SIGN, { A, 0 }, 1, 3, NULL, 5 });

	put(w, "stolen.note", COALITION_SIGN(&w->arena, text, { B, 0 }, { C, 0 }, { D, 0 }));
	text = coalition_change_text(&w->arena, w->charter,
	    &(coalition_change){ AC_KEY_ROTATE, "alpha", AC_PURPOSE_SIGN, { A, 0 }, 1, 3, NULL, 5 });
	put(w, "rotated.note", COALITION_SIGN(&w->arena, text, { A, 0 }, { A, 1 }));
}

/* The log of a statement that was sealed as entry `at`, 1 or 4, and came to light as entry 6. */
static void
publish_sealed(world *w, size_t at, coalition_key opener, bool with_opening)
{
	ac_str opening, commitment = seal(w, w->statement_note, (coalition_key){ at == 1 ? A : B, 0 }, &opening);

	w->leaf_count = 1; /* the charter stays */
	for (size_t i = 1; i < 6; i++)
		leaf(w, i == at ? commitment
				: COALITION_SIGN(&w->arena,
				      ac_arena_printf(&w->arena, "accord/test/v1\nnumber %zu\n", i), { B, 0 }));
	leaf(w, w->statement_note);
	if (with_opening)
		leaf(w, coalition_sign(&w->arena, opening, (const coalition_key[]){ opener, { NULL, 0 } }));
	write_log(w, "log", "alpha", w->leaves, w->leaf_count);
	steal(w);
	w->is_whole = false;
	trust_charter(w, w->charter);
}

static void
statement__that_was_sealed_before_its_key_was_stolen_counts_when_it_is_opened(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish_sealed(&w, 1, (coalition_key){ A, 1 }, true);
	(void)judge(&w);
	assert_int_equal(w.accounts.count, 1);
	assert_point(&w.accounts.items[0].points, "signed", AC_POINT_PROVED, "signed by alpha");
	assert_file(&w, "log leaf 6", AC_POINT_PROVED, "signed by alpha");
	assert_file(&w, "log leaf 7", AC_POINT_PROVED, "leaf 1 stood for ");
	/* That its key was stolen later is told; not that it came to light late. */
	for (unsigned i = 0; i < w.accounts.warnings.count; i++)
		assert_true(
		    ac_str_find(w.accounts.warnings.items[i], AC_S("as entry 6")) == w.accounts.warnings.items[i].n);
	assert_true(w.accounts.warnings.count == 1 &&
		    ac_str_find(w.accounts.warnings.items[0], AC_S("declared compromised later")) <
			w.accounts.warnings.items[0].n);
	end(&w);
}

static void
statement__that_was_sealed_after_its_key_was_stolen_is_void(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish_sealed(&w, 4, (coalition_key){ A, 1 }, true);
	(void)judge(&w);
	assert_int_equal(w.accounts.count, 0);
	assert_file(&w, "log leaf 6", AC_POINT_FAILED, "declared compromised before");
	end(&w);
}

/* The thief, a stranger, or nobody opens it: nothing shows that it was there before. */
static void
statement__that_no_member_opens_is_judged_where_it_stands(void **state)
{
	static const coalition_key openers[] = { { A, 0 }, { "mallory.example/sign", 0 }, { B, 0 } };

	(void)state;
	for (unsigned i = 0; i < AC_COUNT(openers); i++) {
		world w;

		begin(&w);
		publish_sealed(&w, 1, openers[i], i < 2);
		(void)judge(&w);
		assert_int_equal(w.accounts.count, 0);
		assert_file(&w, "log leaf 6", AC_POINT_FAILED, "declared compromised before");
		end(&w);
	}
}

/* The thief signs another text and says that the commitment stood for it. */
static void
opening__of_another_note_moves_nothing(void **state)
{
	ac_str opening, forged, text;
	world w;

	(void)state;
	begin(&w);
	publish_sealed(&w, 1, (coalition_key){ A, 1 }, true);
	text = statement_text(&w, AC_S("quay.example"), w.charter, "2026-forged");
	forged = COALITION_SIGN(&w.arena, text, { A, 0 });
	(void)seal(&w, forged, (coalition_key){ A, 0 }, &opening);
	put(&w, "forged.note", forged);
	/* With the hash of the commitment that is in the log. */
	(void)seal(&w, w.statement_note, (coalition_key){ A, 0 }, &text);
	opening = ac_arena_printf(&w.arena, "%.*s%.*s", AC_FMT(ac_str_slice(text, 0, ac_str_find(text, AC_S("note ")))),
	    AC_FMT(ac_str_slice(opening, ac_str_find(opening, AC_S("note ")), opening.n)));
	put(&w, "forged-opening.note", COALITION_SIGN(&w.arena, opening, { B, 0 }));
	assert_false(judge(&w));
	assert_int_equal(w.accounts.count, 1);
	assert_file(
	    &w, "forged-opening.note", AC_POINT_FAILED, "no note that is here is what the commitment stood for");
	assert_file(&w, "forged.note", AC_POINT_FAILED, "declared compromised before");
	end(&w);
}

/* The owner reads his own folder before anybody else can open it. */
static void
seal__of_one_s_own_needs_no_opening(void **state)
{
	ac_account_options options = { .opening_count = 1 };
	ac_opening known;
	ac_accounts accounts;
	ac_holding held;
	ac_str opening;
	world w;

	(void)state;
	begin(&w);
	(void)seal(&w, w.statement_note, (coalition_key){ A, 0 }, &opening);
	assert_int_equal(ac_opening_parse(opening, &known, NULL), 0);
	publish_sealed(&w, 1, (coalition_key){ A, 1 }, false);
	options.trust = &w.trust;
	options.openings = &known;
	for (unsigned i = 0; i < 2; i++) {
		options.opening_count = 1 - i;
		ac_holding_init(&held, &w.arena);
		assert_int_equal(ac_holding_add_path(&held, w.folder, NULL), 0);
		assert_int_equal(ac_accounts_make(&held, &options, w.digester, &w.arena, &accounts, NULL), 0);
		assert_int_equal(accounts.count, 1 - i);
	}
	end(&w);
}

static void
sealed__accounts_survive_every_allocation_failure(void **state)
{
	world w;

	(void)state;
	begin(&w);
	publish_sealed(&w, 1, (coalition_key){ A, 1 }, true);
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
		assert_int_equal(rc, ACCORD_ENOMEM);
		ac_arena_done(&arena);
	}
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statement__that_was_sealed_before_its_key_was_stolen_counts_when_it_is_opened),
		cmocka_unit_test(statement__that_was_sealed_after_its_key_was_stolen_is_void),
		cmocka_unit_test(statement__that_no_member_opens_is_judged_where_it_stands),
		cmocka_unit_test(opening__of_another_note_moves_nothing),
		cmocka_unit_test(seal__of_one_s_own_needs_no_opening),
		cmocka_unit_test(sealed__accounts_survive_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
