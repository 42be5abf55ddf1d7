/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: read and written byte for byte, the worked example's too; what no statement may say. */
#include "agree_data.h"
#include "agree_texts.h"

#include "agree/note.h"
#include "agree/statement.h"
#include "fail_malloc.h"

static int
read_it(ac_arena *arena, ac_str text, ac_statement *out, accord_err *err)
{
	*err = (accord_err){ 0 };
	return ac_statement_parse(text, arena, out, err);
}

static void
statement__says_who_claims_what_how_surely(void **state)
{
	ac_arena arena;
	ac_statement s;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	if (read_it(&arena, AC_S(STATEMENT), &s, &err))
		fail_msg("line %u: %s", (unsigned)err.line, err.text);
	assert_str(s.coalition, AC_S("harbour.example"));
	assert_str(s.id, AC_S("2031-harbour"));
	assert_true(s.charter_version == 1 && s.charter[0] == 0xcb && s.version == 1 && !s.has_supersedes);
	assert_true(s.kind == AC_STATEMENT_ATTRIBUTION && s.tlp == AC_TLP_CLEAR && s.has_embargo);
	assert_true(s.bundle[0] == 0x3c && s.bundle_size == 2048);
	assert_str(s.convener, AC_S("alba"));
	assert_str(s.title[AC_TONGUE_FR], AC_S("Attaque contre le port"));
	assert_int_equal(s.claim_count, 2);
	assert_str(s.claims[0].judgement.likelihood->code, AC_S("almost-certain"));
	assert_true(s.claims[0].judgement.number == 95 && s.claims[0].judgement.has_confidence);
	assert_true(s.claims[0].judgement.confidence == AC_CONFIDENCE_HIGH && !s.claims[1].judgement.has_confidence);
	assert_str(s.claims[1].text[AC_TONGUE_EN], AC_S("Grey Heron did it."));
	assert_true(ac_statement_claim(&s, AC_S("c2")) == 1 && ac_statement_claim(&s, AC_S("c3")) == 2);
	assert_int_equal(s.norm_count, 1);
	assert_str(s.norms[0], AC_S("un-gge-2015/f"));
	assert_int_equal(s.action_count, 1);
	assert_str(s.actions[0].owner, AC_S("bora"));
	assert_str(s.actions[0].text[AC_TONGUE_EN], AC_S("Warn all ports"));
	ac_arena_done(&arena);
}

static void
statement__is_open_when_it_is_clear_and_its_embargo_has_ended(void **state)
{
	ac_statement s = { .tlp = AC_TLP_CLEAR, .has_embargo = true, .embargo = { 100, 0 } };

	(void)state;
	assert_false(ac_statement_is_open(&s, (ac_time){ 99, 0 }));
	assert_true(ac_statement_is_open(&s, (ac_time){ 100, 0 }));
	s.tlp = AC_TLP_GREEN;
	assert_false(ac_statement_is_open(&s, (ac_time){ 100, 0 }));
	assert_false(ac_statement_is_public(&s));
}

static const char *const good[] = {
	STATEMENT,
	STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_1,
	"accord/statement/v1\n" COALITION "charter 12 sha256:" HASH_B
	"\nstatement x\nversion 2\nsupersedes sha256:" HASH_A
	"\nkind norm\nquorum root\nconvener alba\ntlp amber+strict\nopened "
	"2031-03-01T09:00:00Z\n" STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_2
	"action a1 2031-04-01T00:00:00Z Act\naction-fr a1 Agir\naction a2 2031-04-01T00:00:00Z Act  again\naction-fr "
	"a2 "
	"Agir encore\n",
};

static void
statement__is_written_as_it_was_read(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(good); i++) {
		ac_statement s;
		accord_err err;
		ac_buf buf;

		if (read_it(&arena, ac_str_from(good[i]), &s, &err))
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
		ac_buf_init(&buf, AC_MIB);
		ac_statement_add(&buf, &s);
		assert_str(ac_buf_view(&buf), ac_str_from(good[i]));
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

#define HEAD STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_BUNDLE STATEMENT_TITLES

static const wrong_text wrong[] = {
	{ STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_BUNDLE STATEMENT_TITLES, 13 },
	{ STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_TITLES CLAIM_1, 15 },
	{ STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_BUNDLE "title en A\ntitle en B\n" CLAIM_1, 13 },
	{ STATEMENT_HEAD STATEMENT_MIDDLE STATEMENT_BUNDLE "title en A\n" CLAIM_1, 15 },
	{ STATEMENT_HEAD STATEMENT_MIDDLE "embargo 2031-03-01T08:59:59Z\n" STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_1,
	    11 },
	{ "accord/statement/v1\n" COALITION "charter 0 sha256:" HASH_B "\n", 3 },
	{ "accord/statement/v1\n" COALITION "charter 1 sha256:" HASH_B "\nstatement ../x\n", 4 },
	{ "accord/statement/v1\n" COALITION "charter 1 sha256:" HASH_B "\nstatement x\nversion 0\n", 5 },
	/* Claims. */
	{ HEAD "claim c1 certain 99 high\n", 14 },
	{ HEAD "claim c1 likely 54 high\n", 14 },
	{ HEAD "claim c1 likely 80 high\n", 14 },
	{ HEAD "claim c1 very-likely 79 high\n", 14 },
	{ HEAD "claim c1 very-likely 95 high\n", 14 },
	{ HEAD "claim c1 almost-certain 94 high\n", 14 },
	{ HEAD "claim c1 almost-certain 101 high\n", 14 },
	{ HEAD "claim c1 almost-certain 095 high\n", 14 },
	{ HEAD "claim c1 almost-certain 95 certain\n", 14 },
	{ HEAD "claim c1 almost-certain 95\n", 14 },
	{ HEAD "claim c1 almost-certain high\n", 14 },
	{ HEAD "claim c/1 almost-certain 95 high\n", 14 },
	{ HEAD CLAIM_1 CLAIM_1, 17 },
	{ HEAD CLAIM_1 "claim-text c2 en x\n", 17 },
	{ HEAD "claim c1 likely 70 -\nclaim-text c1 en x \n", 15 },
	{ HEAD "claim c1 likely 70 -\nclaim-text c1 en  x\n", 15 },
	{ HEAD "claim c1 likely 70 -\nclaim-text c1 en  \n", 15 },
	{ HEAD CLAIM_1 "claim-text c1 en x\n", 17 },
	{ HEAD "claim c1 almost-certain 95 high\nclaim-text c1 en The harbour was attacked.\n", 0 },
	{ HEAD "claim c1 almost-certain 95 high\nclaim-text c1 de x\n", 15 },
	/* Norms and actions. */
	{ HEAD CLAIM_1 "norm un-gge-2015\n", 17 },
	{ HEAD CLAIM_1 "norm un-gge-2015/\n", 17 },
	{ HEAD CLAIM_1 "norm a/b\nnorm a/b\n", 18 },
	{ HEAD CLAIM_1 "action a1 2031-04-01T00:00:00Z Act\n", 0 },
	{ HEAD CLAIM_1 "action a1 2031-04-01 Act\naction-fr a1 Agir\n", 17 },
	{ HEAD CLAIM_1 "action-fr a1 Agir\n", 17 },
	{ HEAD CLAIM_1 STATEMENT_ACTIONS "action a1 2031-04-01T00:00:00Z Act\n", 20 },
	{ HEAD CLAIM_1 STATEMENT_ACTIONS "action-owner a1 alba\n", 20 },
	/* One order. */
	{ HEAD CLAIM_2 "norm a/b\n" CLAIM_1, 17 },
	{ "accord/statement/v1\ncharter 1 sha256:" HASH_B "\n" COALITION
	  "statement 2031-harbour\nversion 1\n" STATEMENT_MIDDLE STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_1,
	    2 },
	{ HEAD "claim c1 almost-certain 95 high\nclaim-text c1 fr x\nclaim-text c1 en x\n", 15 },
	/* A later version says what it replaces. */
	{ "accord/statement/v1\n" COALITION "charter 1 sha256:" HASH_B
	  "\nstatement x\nversion 2\n" STATEMENT_MIDDLE STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_1,
	    0 },
};

static void
statement__that_is_wrong_is_refused_with_its_line(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err;
		ac_statement s;
		int rc = read_it(&arena, ac_str_from(wrong[i].text), &s, &err);

		if (rc != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

static void
statement__has_a_bounded_number_of_claims(void **state)
{
	ac_arena arena;
	accord_err err;
	ac_statement s;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf, AC_S(HEAD));
	for (unsigned i = 0; i < AC_STATEMENT_ITEMS_MAX; i++)
		ac_buf_printf(&buf, "claim c%u likely 70 -\nclaim-text c%u en x\nclaim-text c%u fr x\n", i, i, i);
	assert_int_equal(read_it(&arena, ac_buf_view(&buf), &s, &err), 0);
	assert_int_equal(s.claim_count, AC_STATEMENT_ITEMS_MAX);
	ac_buf_add(&buf, AC_S("claim more likely 70 -\n"));
	assert_int_equal(read_it(&arena, ac_buf_view(&buf), &s, &err), ACCORD_ELIMIT);
	assert_int_equal(err.line, 14 + 3 * AC_STATEMENT_ITEMS_MAX);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
statement__of_the_worked_example_is_read_and_written_byte_for_byte(void **state)
{
	static const char *const names[] = { "example/statement.note", "example/statement-unanimous.note" };
	ac_arena arena;
	bool there = true;

	(void)state;
	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(names) && there; i++) {
		ac_statement s;
		accord_err err;
		ac_note note;
		ac_str bytes;
		ac_buf buf;

		there = agree_load(&arena, names[i], &bytes);
		if (!there)
			break;
		assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
		if (read_it(&arena, note.text, &s, &err))
			fail_msg("%s: line %u: %s", names[i], (unsigned)err.line, err.text);
		ac_buf_init(&buf, AC_MIB);
		ac_statement_add(&buf, &s);
		assert_str(ac_buf_view(&buf), note.text);
		assert_true(s.claim_count == 5 && s.norm_count == 2 && s.action_count == 3 && s.bundle_size == 21164);
		/* As the endorsements cite it. */
		assert_true(s.digest[0] == 0x3c && s.digest[31] == 0x0e);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
	if (!there)
		skip();
}

static void
statement__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_statement s;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_statement_parse(AC_S(STATEMENT), &arena, &s, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* OpenSSL has no word for it. */
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statement__says_who_claims_what_how_surely),
		cmocka_unit_test(statement__is_open_when_it_is_clear_and_its_embargo_has_ended),
		cmocka_unit_test(statement__is_written_as_it_was_read),
		cmocka_unit_test(statement__that_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(statement__has_a_bounded_number_of_claims),
		cmocka_unit_test(statement__of_the_worked_example_is_read_and_written_byte_for_byte),
		cmocka_unit_test(statement__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
