/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of pledges: its text, whose word counts, and what it comes to at some time. */
#include "coalition.h"

#include "agree/chain.h"
#include "agree/pledge.h"
#include "fail_malloc.h"

#define A "alpha.example/sign"
#define B "bravo.example/sign"

typedef struct fixture {
	ac_arena arena;
	ac_chain chain;
} fixture;

static void
begin(fixture *f)
{
	static const coalition_charter three = { .members = { "alpha", "bravo", "charlie" }, .needed = 2 };
	ac_str text;

	*f = (fixture){ 0 };
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_chain_init(&f->chain, &f->arena);
	text = coalition_charter_text(&f->arena, &three);
	assert_int_equal(ac_chain_add(&f->chain, COALITION_SIGN(&f->arena, text, { A, 0 }, { B, 0 }), NULL), 0);
}

static ac_time
at(const char *text)
{
	ac_time t;

	assert_int_equal(ac_time_parse_stix(ac_str_from(text), &t, NULL), 0);
	return t;
}

static ac_str
text_of(fixture *f, const char *member, const char *reviewer, ac_pledge_status status, const char *when)
{
	static const ac_str evidence[] = { AC_S_INIT("https://alpha.example/releases"), AC_S_INIT("sha256:00") };
	const ac_charter *c = ac_chain_latest(&f->chain);
	ac_pledge_note n = { .coalition = c->coalition,
		.charter_version = c->version,
		.member = ac_str_from(member),
		.pledge = AC_S("p1"),
		.reviewer = ac_str_from(reviewer),
		.status = status,
		.at = at(when),
		.review = at("2027-01-01T00:00:00Z"),
		.evidence = evidence,
		.evidence_count = AC_COUNT(evidence),
		.note = { AC_S_INIT("signed releases"), AC_S_INIT("versions signées") } };
	ac_str text;
	ac_buf buf;

	memcpy(n.charter, c->digest, sizeof(n.charter));
	ac_buf_init(&buf, AC_MIB);
	ac_pledge_note_add(&buf, &n);
	text = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static void
pledge__is_read_as_it_is_written(void **state)
{
	ac_pledge_note n;
	ac_str text;
	fixture f;

	(void)state;
	begin(&f);
	text = text_of(&f, "alpha", "bravo", AC_PLEDGE_AT_RISK, "2026-06-01T00:00:00Z");
	assert_int_equal(ac_pledge_note_parse(text, &f.arena, &n, NULL), 0);
	assert_str(n.member, AC_S("alpha"));
	assert_str(n.reviewer, AC_S("bravo"));
	assert_int_equal(n.status, AC_PLEDGE_AT_RISK);
	assert_int_equal(n.evidence_count, 2);
	assert_str(n.evidence[1], AC_S("sha256:00"));
	assert_str(n.note[AC_TONGUE_FR], AC_S("versions signées"));
	ac_arena_done(&f.arena);
}

#define HEAD                                                                                                           \
	"accord/pledge/v1\ncoalition quay.example\ncharter 1 "                                                         \
	"sha256:cbf1b1b1f0cf13978995f46bb1f0bdf40d9817adfb255ad14b6199a4d447e092\n"
#define BODY                                                                                                           \
	"member alpha\npledge p1\nreviewer alpha\nstatus kept\nat 2026-06-01T00:00:00Z\nreview 2027-06-01T00:00:00Z\n"

static void
pledge__refuses_other_texts_and_names_the_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "accord/statement/v1\n", 1 }, { HEAD BODY, 9 }, /* no evidence */
		{ HEAD BODY "evidence \n", 10 }, { HEAD BODY "evidence a\nevidence \n", 11 },
		{ HEAD BODY "evidence a\nstatus kept\n", 11 },
		{ HEAD BODY "evidence a\nnote en one\nnote en two\n", 12 },
		{ HEAD BODY "note en one\nevidence a\n", 10 }, /* in another order */
		{ HEAD "member \xd0\xb0lpha\n", 4 }, { HEAD "member alpha\npledge p/1\n", 5 },
		{ HEAD "member alpha\npledge p1\nreviewer alpha\nstatus perhaps\n", 7 },
		{ HEAD "member alpha\npledge p1\nreviewer alpha\nstatus kept\nat 2026-06-01\n", 8 },
		{ HEAD "member alpha\npledge p1\nreviewer alpha\nstatus kept\nat 2026-06-01T00:00:00Z\nreview "
		       "2026-06-01T00:00:00Z\nevidence a\n",
		    0 }, /* nothing to come */
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_pledge_note n;
		int rc = ac_pledge_note_parse(ac_str_from(wrong[i].text), &arena, &n, &err);

		if (rc != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

/* As whoever finds the note at that entry of alpha's log judges it; 0: it is in no log. */
static int
check(const ac_chain *chain, ac_str bytes, uint64_t entry, ac_arena *arena, ac_pledge_note *out)
{
	ac_leaf_place place = { entry ? AC_S("alpha.example/log") : (ac_str){ 0 }, entry };
	const ac_charter *c = NULL;
	bool *signers = NULL;
	ac_note note;
	int rc = ac_note_parse(bytes, arena, &note, NULL);

	if (!rc)
		rc = ac_pledge_note_parse(note.text, arena, out, NULL);
	if (!rc)
		rc = ac_chain_cited(chain, out->charter_version, out->charter, &c, NULL);
	if (!rc)
		rc = ac_chain_signers(chain, c->version, &note, place, arena, &signers, NULL, NULL);
	return rc ? rc : ac_pledge_note_check(c, out, signers, NULL);
}

static void
pledge__counts_when_its_reviewer_signed(void **state)
{
	ac_pledge_note n;
	ac_str text;
	fixture f;

	(void)state;
	begin(&f);
	text = text_of(&f, "alpha", "bravo", AC_PLEDGE_KEPT, "2026-06-01T00:00:00Z");
	assert_int_equal(check(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }), 0, &f.arena, &n), 0);
	assert_int_equal(check(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), 0, &f.arena, &n), ACCORD_EDENIED);
	assert_int_equal(check(&f.chain, COALITION_SIGN(&f.arena, text, { "delta.example/sign", 0 }), 0, &f.arena, &n),
	    ACCORD_ENOTFOUND);
	assert_int_equal(
	    check(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }, { "bravo.example/log", 0 }), 0, &f.arena, &n),
	    ACCORD_EDENIED);
	text = text_of(&f, "delta", "bravo", AC_PLEDGE_KEPT, "2026-06-01T00:00:00Z");
	assert_int_equal(check(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }), 0, &f.arena, &n), ACCORD_EDENIED);
	text = ac_arena_str(&f.arena, AC_S(HEAD BODY "evidence a\n"));
	assert_int_equal(check(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), 0, &f.arena, &n),
	    ACCORD_EDENIED); /* of another charter */
	ac_arena_done(&f.arena);
}

static void
pledge__of_a_compromised_key_is_void_from_the_named_entry_on(void **state)
{
	ac_pledge_note n;
	ac_str note, text;
	fixture f;

	(void)state;
	begin(&f);
	note =
	    COALITION_SIGN(&f.arena, text_of(&f, "alpha", "alpha", AC_PLEDGE_KEPT, "2026-06-01T00:00:00Z"), { A, 0 });
	assert_int_equal(check(&f.chain, note, 0, &f.arena, &n), 0);
	text = coalition_change_text(&f.arena, ac_chain_latest(&f.chain)->text,
	    &(coalition_change){ .change = AC_KEY_COMPROMISED,
		.member = "alpha",
		.purpose = AC_PURPOSE_SIGN,
		.key = { A, 0 },
		.index = 7 });
	assert_int_equal(ac_chain_add_change(
			     &f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }, { "charlie.example/sign", 0 }), NULL),
	    0);
	assert_int_equal(check(&f.chain, note, 6, &f.arena, &n), 0);
	assert_int_equal(check(&f.chain, note, 7, &f.arena, &n), ACCORD_EDENIED);
	assert_int_equal(check(&f.chain, note, 0, &f.arena, &n), ACCORD_EDENIED);
	ac_arena_done(&f.arena);
}

static void
pledge__says_the_same_whenever_it_is_said(void **state)
{
	ac_pledge_note a, b;
	fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(ac_pledge_note_parse(
			     text_of(&f, "alpha", "alpha", AC_PLEDGE_KEPT, "2026-06-01T00:00:00Z"), &f.arena, &a, NULL),
	    0);
	assert_int_equal(ac_pledge_note_parse(
			     text_of(&f, "alpha", "alpha", AC_PLEDGE_KEPT, "2026-07-01T00:00:00Z"), &f.arena, &b, NULL),
	    0);
	assert_true(ac_pledge_note_is_same(&a, &b));
	b.status = AC_PLEDGE_BROKEN;
	assert_false(ac_pledge_note_is_same(&a, &b));
	b = a;
	b.reviewer = AC_S("bravo");
	assert_false(ac_pledge_note_is_same(&a, &b));
	b = a;
	b.evidence_count = 1;
	assert_false(ac_pledge_note_is_same(&a, &b));
	b = a;
	b.note[AC_TONGUE_FR] = AC_S("autre");
	assert_false(ac_pledge_note_is_same(&a, &b));
	ac_arena_done(&f.arena);
}

static void
judgement__is_of_the_last_word_and_of_what_is_overdue(void **state)
{
	ac_pledge_state *states = NULL;
	ac_pledge_note notes[3];
	size_t count = 0;
	fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(ac_pledge_note_parse(text_of(&f, "alpha", "alpha", AC_PLEDGE_BROKEN, "2026-06-01T00:00:00Z"),
			     &f.arena, &notes[0], NULL),
	    0);
	assert_int_equal(ac_pledge_note_parse(text_of(&f, "alpha", "bravo", AC_PLEDGE_KEPT, "2026-07-01T00:00:00Z"),
			     &f.arena, &notes[1], NULL),
	    0);
	assert_int_equal(ac_pledge_note_parse(text_of(&f, "delta", "delta", AC_PLEDGE_KEPT, "2026-07-01T00:00:00Z"),
			     &f.arena, &notes[2], NULL),
	    0);
	for (unsigned order = 0; order < 2; order++) {
		ac_pledge_note other[] = { notes[1], notes[2], notes[0] };

		assert_int_equal(ac_pledge_judge(&f.chain, order ? other : notes, 3, at("2026-12-31T23:59:59Z"),
				     &f.arena, &states, &count, NULL),
		    0);
		assert_int_equal(count, 3);
		assert_true(states[0].last && states[0].last->status == AC_PLEDGE_KEPT && states[0].told == 2);
		assert_true(states[0].has_due && !states[0].overdue);
		assert_true(!states[1].last && !states[1].has_due && !states[1].overdue);
	}
	assert_int_equal(
	    ac_pledge_judge(&f.chain, notes, 3, at("2027-01-01T00:00:01Z"), &f.arena, &states, &count, NULL), 0);
	assert_true(states[0].overdue && !states[1].overdue);
	ac_arena_done(&f.arena);
}

static void
pledge__survives_every_allocation_failure(void **state)
{
	ac_str bytes;
	fixture f;

	(void)state;
	begin(&f);
	bytes =
	    COALITION_SIGN(&f.arena, text_of(&f, "alpha", "alpha", AC_PLEDGE_KEPT, "2026-06-01T00:00:00Z"), { A, 0 });
	for (unsigned long n = 1;; n++) {
		ac_pledge_state *states = NULL;
		ac_pledge_note note;
		size_t count = 0;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = check(&f.chain, bytes, 0, &arena, &note);
		if (!rc)
			rc = ac_pledge_judge(&f.chain, &note, 1, (ac_time){ 0 }, &arena, &states, &count, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* OpenSSL has no word for it. */
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
	ac_arena_done(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pledge__is_read_as_it_is_written),
		cmocka_unit_test(pledge__refuses_other_texts_and_names_the_line),
		cmocka_unit_test(pledge__counts_when_its_reviewer_signed),
		cmocka_unit_test(pledge__of_a_compromised_key_is_void_from_the_named_entry_on),
		cmocka_unit_test(pledge__says_the_same_whenever_it_is_said),
		cmocka_unit_test(judgement__is_of_the_last_word_and_of_what_is_overdue),
		cmocka_unit_test(pledge__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
