/* SPDX-License-Identifier: Apache-2.0 */
/* Endorsements: read and written byte for byte, the worked example's too; stances that fit each other; what none may say. */
#include "agree_data.h"
#include "agree_texts.h"

#include "agree/endorsement.h"
#include "agree/note.h"
#include "fail_malloc.h"

static int
read_it(ac_arena *arena, ac_str text, ac_endorsement *out, accord_err *err)
{
	*err = (accord_err){ 0 };
	return ac_endorsement_parse(text, arena, out, err);
}

static void
endorsement__says_where_a_member_stands(void **state)
{
	ac_endorsement e;
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	if (read_it(&arena, AC_S(ENDORSEMENT), &e, &err))
		fail_msg("line %u: %s", (unsigned)err.line, err.text);
	assert_str(e.about.member, AC_S("bora"));
	assert_true(e.about.seq == 1 && e.about.statement[0] == 0x3c && e.stance == AC_STANCE_JOINS_IN_PART);
	assert_int_equal(e.claim_count, 2);
	assert_true(e.claims[0].stance == AC_STANCE_JOINS && e.claims[0].judgement.number == 85);
	assert_true(e.claims[1].stance == AC_STANCE_NOTES);
	assert_str(e.caveat[AC_TONGUE_FR], AC_S("pour autant que nous ayons vu"));
	ac_arena_done(&arena);
}

/* Which stances on two claims go with a stance on the whole. */
static void
stances__of_claims_fit_that_of_the_whole(void **state)
{
	static const struct {
		const char *whole, *claims[2];
		bool fit;
	} rows[] = {
		{ "joins", { "joins", "joins" }, true },
		{ "joins", { "joins", "abstains" }, true },
		{ "joins", { "joins", "notes" }, false },
		{ "joins", { "joins", "dissents" }, false },
		{ "joins", { "abstains", "abstains" }, false },
		{ "joins", { 0 }, false },
		{ "joins-in-part", { "joins", "notes" }, true },
		{ "joins-in-part", { "joins", "abstains" }, true },
		{ "joins-in-part", { "joins", "dissents" }, true },
		{ "joins-in-part", { "joins", "joins" }, false },
		{ "joins-in-part", { "notes", "abstains" }, false },
		{ "joins-in-part", { 0 }, false },
		{ "acknowledges", { "notes", "abstains" }, true },
		{ "acknowledges", { "notes", "dissents" }, true },
		{ "acknowledges", { "abstains", "abstains" }, false },
		{ "acknowledges", { "notes", "joins" }, false },
		{ "acknowledges", { 0 }, false },
		{ "abstains", { "abstains", "abstains" }, true },
		{ "abstains", { 0 }, true },
		{ "abstains", { "abstains", "notes" }, false },
		{ "abstains", { "joins", "abstains" }, false },
		{ "dissents", { 0 }, true },
		{ "dissents", { "dissents", "notes" }, true },
		{ "dissents", { "dissents", "abstains" }, true },
		{ "dissents", { "notes", "abstains" }, false },
		{ "dissents", { "dissents", "joins" }, false },
		{ "withdraws", { 0 }, true },
		{ "withdraws", { "dissents", "dissents" }, false },
		{ "notes", { 0 }, false },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_endorsement e;
		accord_err err;
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_printf(&buf, ENDORSEMENT_HEAD "stance %s\n", rows[i].whole);
		for (unsigned k = 0; k < 2 && rows[i].claims[k]; k++)
			ac_buf_printf(&buf, "claim c%u %s%s\n", k + 1, rows[i].claims[k],
			    strcmp(rows[i].claims[k], "joins") ? "" : " likely 70 -");
		rc = read_it(&arena, ac_buf_view(&buf), &e, &err);
		if (rc != (rows[i].fit ? 0 : ACCORD_EINPUT))
			fail_msg("%zu: %d: %s", i, rc, err.text);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static const wrong_text wrong[] = {
	{ "accord/endorsement/v1\n" ABOUT "member bora\nseq 0\n", 5 },
	{ "accord/endorsement/v1\n" ABOUT "member bora\nseq 01\n", 5 },
	{ "accord/endorsement/v1\n" ABOUT "member bora\nseq 9007199254740993\n", 5 },
	{ ENDORSEMENT_HEAD "stance joins\nclaim c1 joins almost-certain 100 -\n", 8 },
	{ ENDORSEMENT_HEAD "stance joins\nclaim c1 joins almost-no-chance 0 -\n", 8 },
	{ "accord/endorsement/v1\n" ABOUT "member b o\n", 4 },
	{ ENDORSEMENT_HEAD "stance agrees\n", 7 },
	{ ENDORSEMENT_HEAD, 6 },
	{ ENDORSEMENT_HEAD "stance joins\nclaim c1 joins\n", 8 },
	{ ENDORSEMENT_HEAD "stance joins\nclaim c1 joins likely 90 -\n", 8 },
	{ ENDORSEMENT_HEAD "stance abstains\nclaim c1 abstains likely 70 -\n", 8 },
	{ ENDORSEMENT_HEAD "stance abstains\nclaim c1 withdraws\n", 8 },
	{ ENDORSEMENT_HEAD "stance abstains\nclaim c1 abstains\nclaim c1 abstains\n", 9 },
	{ ENDORSEMENT_HEAD "stance abstains\ncaveat en x\n", 0 },
	{ ENDORSEMENT_HEAD "stance abstains\ncaveat fr x\n", 0 },
	{ ENDORSEMENT_HEAD "stance abstains\ncaveat en x\ncaveat en y\n", 9 },
	{ ENDORSEMENT_HEAD "stance abstains\ncaveat fr x\ncaveat en y\n", 8 },
	{ ENDORSEMENT_HEAD "stance abstains\nreason en x\nreason fr y\n", 0 },
	{ ENDORSEMENT_HEAD "stance withdraws\ncaveat en x\ncaveat fr y\n", 0 },
	{ ENDORSEMENT_HEAD "stance abstains\ncaveat en x\ncaveat fr y\nclaim c1 abstains\n", 8 },
	{ "accord/endorsement/v1\n" ABOUT "seq 1\nmember bora\nat 2031-03-01T10:00:00Z\nstance abstains\n", 4 },
};

static void
endorsement__that_is_wrong_is_refused_with_its_line(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		ac_endorsement e;
		accord_err err;
		int rc = read_it(&arena, ac_str_from(wrong[i].text), &e, &err);

		if (rc != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

/* A statement of claims c1 and c2 with the digest of which the endorsement speaks. */
static void
endorsement__speaks_of_all_claims_of_its_statement_or_of_none(void **state)
{
	static const ac_claim claims[] = { { .id = AC_S_INIT("c1") }, { .id = AC_S_INIT("c2") } };
	static const struct {
		const char *claims;
		bool fit;
	} rows[] = {
		{ "", true },
		{ "claim c1 dissents\nclaim c2 notes\n", true },
		{ "claim c2 dissents\nclaim c1 notes\n", false },
		{ "claim c1 dissents\n", false },
		{ "claim c2 dissents\n", false },
		{ "claim c1 dissents\nclaim c2 notes\nclaim c3 notes\n", false },
		{ "claim c1 dissents\nclaim c3 notes\n", false },
	};
	ac_statement s = { .coalition = AC_S("harbour.example"), .claims = claims, .claim_count = 2 };
	ac_endorsement e;
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_printf(&buf, ENDORSEMENT_HEAD "stance dissents\n%s", rows[i].claims);
		assert_int_equal(read_it(&arena, ac_buf_view(&buf), &e, &err), 0);
		memcpy(s.digest, e.about.statement, sizeof(s.digest));
		rc = ac_endorsement_check(&e, &s, &err);
		if (rc != (rows[i].fit ? 0 : ACCORD_EINPUT))
			fail_msg("%zu: %d: %s", i, rc, err.text);
		ac_buf_done(&buf);
	}
	assert_int_equal(read_it(&arena, AC_S(ENDORSEMENT_HEAD "stance dissents\n"), &e, &err), 0);
	s.digest[31] ^= 1;
	assert_int_equal(ac_endorsement_check(&e, &s, NULL), ACCORD_EINPUT);
	s.digest[31] ^= 1;
	s.coalition = AC_S("other.example");
	assert_int_equal(ac_endorsement_check(&e, &s, NULL), ACCORD_EINPUT);
	ac_arena_done(&arena);
}

static void
endorsements__of_the_worked_example_are_read_and_written_byte_for_byte(void **state)
{
	static const char *const names[] = { "endorsement-au", "endorsement-ca", "endorsement-eu", "endorsement-jp",
		"endorsement-nato", "endorsement-nz", "endorsement-uk", "withdrawal-jp" };
	ac_statement s;
	ac_arena arena;
	ac_note note;
	ac_str bytes;
	bool there;

	(void)state;
	ac_arena_init(&arena, 32 * AC_MIB);
	there = agree_load(&arena, "example/statement.note", &bytes);
	if (there) {
		assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
		assert_int_equal(ac_statement_parse(note.text, &arena, &s, NULL), 0);
	}
	for (size_t i = 0; there && i < AC_COUNT(names); i++) {
		ac_endorsement e;
		accord_err err;
		char path[100];
		ac_buf buf;

		(void)snprintf(path, sizeof(path), "example/%s.note", names[i]);
		assert_true(agree_load(&arena, path, &bytes));
		assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
		if (read_it(&arena, note.text, &e, &err) || ac_endorsement_check(&e, &s, &err))
			fail_msg("%s: line %u: %s", path, (unsigned)err.line, err.text);
		ac_buf_init(&buf, AC_MIB);
		ac_endorsement_add(&buf, &e);
		assert_str(ac_buf_view(&buf), note.text);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
	if (!there)
		skip();
}

static void
endorsement__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_endorsement e;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_endorsement_parse(AC_S(ENDORSEMENT), &arena, &e, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endorsement__says_where_a_member_stands),
		cmocka_unit_test(stances__of_claims_fit_that_of_the_whole),
		cmocka_unit_test(endorsement__that_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(endorsement__speaks_of_all_claims_of_its_statement_or_of_none),
		cmocka_unit_test(endorsements__of_the_worked_example_are_read_and_written_byte_for_byte),
		cmocka_unit_test(endorsement__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
