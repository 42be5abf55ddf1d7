/* SPDX-License-Identifier: Apache-2.0 */
/* What the convener says of a statement's end, and the words of members before and after: publications, withdrawals, follow-ups, comments. */
#include "agree_data.h"
#include "agree_texts.h"

#include "agree/action.h"
#include "agree/comment.h"
#include "agree/note.h"
#include "agree/publication.h"
#include "fail_malloc.h"

#define PUBLICATION_HEAD "accord/publication/v1\n" ABOUT "at 2031-03-02T12:00:00Z\n"
#define PUBLICATION PUBLICATION_HEAD "entries 1 2 18446744073709551615\njoint c1\nnot-joint c2\n"
#define WITHDRAWAL                                                                                                     \
	"accord/withdrawal/v1\n" ABOUT                                                                                 \
	"at 2031-06-01T12:00:00Z\nreason en It was wrong\nreason fr C'\xc3\xa9tait faux\n"
#define ACTION_HEAD "accord/action/v1\n" ABOUT "member bora\nseq 1\nat 2031-03-20T10:00:00Z\naction a1\n"
#define ACTION                                                                                                         \
	ACTION_HEAD "status done\ndue 2031-04-02T00:00:00Z\nproof sha256:" HASH_B                                      \
		    " 77\nremark en Done\nremark fr C'est fait\n"
#define COMMENT_HEAD                                                                                                   \
	"accord/comment/v1\n" COALITION "draft 2031-harbour sha256:" HASH_A                                            \
	"\nmember bora\nseq 3\nat 2031-02-20T10:00:00Z\nround 2\n"
#define COMMENT                                                                                                        \
	COMMENT_HEAD                                                                                                   \
	"claim c2\nlikelihood roughly-even-chance 50 low\nwording fr Peut-\xc3\xaatre\nremark en Too sure\n"

/* Read a text of any of these kinds, and write it again into buf. */
static int
again(ac_str text, ac_arena *arena, ac_buf *buf, accord_err *err)
{
	ac_publication p;
	ac_withdrawal w;
	ac_comment c;
	ac_action a;
	ac_str kind;
	int rc;

	*err = (accord_err){ 0 };
	if (!ac_text_kind(text, &kind))
		return ACCORD_EUSAGE;
	if (ac_str_eq(kind, AC_S("publication"))) {
		rc = ac_publication_parse(text, arena, &p, err);
		if (!rc)
			ac_publication_add(buf, &p);
	} else if (ac_str_eq(kind, AC_S("withdrawal"))) {
		rc = ac_withdrawal_parse(text, &w, err);
		if (!rc)
			ac_withdrawal_add(buf, &w);
	} else if (ac_str_eq(kind, AC_S("action"))) {
		rc = ac_action_parse(text, &a, err);
		if (!rc)
			ac_action_add(buf, &a);
	} else {
		rc = ac_comment_parse(text, &c, err);
		if (!rc)
			ac_comment_add(buf, &c);
	}
	return rc;
}

static const char *const good[] = {
	PUBLICATION,
	PUBLICATION_HEAD "entries 0\n",
	PUBLICATION_HEAD "entries 7\nnot-joint c1 c2 c3\n",
	WITHDRAWAL,
	ACTION,
	ACTION_HEAD "status open\n",
	COMMENT,
	COMMENT_HEAD "remark fr Bien\n",
	COMMENT_HEAD "wording en Another title\n",
};

static void
texts__are_written_as_they_were_read(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(good); i++) {
		accord_err err;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		if (again(ac_str_from(good[i]), &arena, &buf, &err))
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
		assert_str(ac_buf_view(&buf), ac_str_from(good[i]));
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static const wrong_text wrong[] = {
	{ PUBLICATION_HEAD, 4 },
	{ PUBLICATION_HEAD "entries\n", 5 },
	{ PUBLICATION_HEAD "entries 1 1\n", 5 },
	{ PUBLICATION_HEAD "entries 2 1\n", 5 },
	{ PUBLICATION_HEAD "entries 1  2\n", 5 },
	{ PUBLICATION_HEAD "entries 1 2 \n", 5 },
	{ PUBLICATION_HEAD "entries 1 -2\n", 5 },
	{ PUBLICATION_HEAD "entries 1 18446744073709551616\n", 5 },
	{ PUBLICATION_HEAD "entries 1\njoint\n", 6 },
	{ PUBLICATION_HEAD "entries 1\njoint c1 c1\n", 6 },
	{ PUBLICATION_HEAD "entries 1\njoint c1\nnot-joint c2 c1\n", 7 },
	{ PUBLICATION_HEAD "entries 1\nnot-joint c2\njoint c1\n", 6 },
	{ PUBLICATION_HEAD "entries 1\njoint c1\njoint c2\n", 7 },
	{ "accord/withdrawal/v1\n" ABOUT "at 2031-06-01T12:00:00Z\n", 4 },
	{ "accord/withdrawal/v1\n" ABOUT "at 2031-06-01T12:00:00Z\nreason en x\n", 5 },
	{ "accord/withdrawal/v1\n" ABOUT "at 2031-06-01T12:00:00Z\nreason fr x\nreason en x\n", 5 },
	{ ACTION_HEAD, 7 },
	{ ACTION_HEAD "status finished\n", 8 },
	{ ACTION_HEAD "status done\nremark en x\n", 0 },
	{ ACTION_HEAD "status done\nproof sha256:" HASH_B "\n", 9 },
	{ ACTION_HEAD "status done\nproof sha256:" HASH_B " 1\ndue 2031-04-02T00:00:00Z\n", 9 },
	{ COMMENT_HEAD, 0 },
	{ COMMENT_HEAD "likelihood likely 70 -\n", 0 },
	{ COMMENT_HEAD "claim c1\n", 0 },
	{ COMMENT_HEAD "claim c1\nlikelihood likely 70\n", 9 },
	{ COMMENT_HEAD "remark en x\nclaim c1\n", 8 },
};

static void
texts__that_are_wrong_are_refused_with_their_line(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err;
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		rc = again(ac_str_from(wrong[i].text), &arena, &buf, &err);
		if (rc != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static const ac_claim claims[] = { { .id = AC_S_INIT("c1") }, { .id = AC_S_INIT("c2") } };
static const ac_follow_up follow_ups[] = { { .id = AC_S_INIT("a1"), .owner = AC_S_INIT("bora") },
	{ .id = AC_S_INIT("a2") } };

/* What the texts above are about, without its own text. */
static ac_statement
harbour(ac_arena *arena)
{
	ac_statement s = { .coalition = AC_S("harbour.example"),
		.claims = claims,
		.claim_count = 2,
		.actions = follow_ups,
		.action_count = 2 };
	ac_publication p;

	assert_int_equal(ac_publication_parse(AC_S(PUBLICATION), arena, &p, NULL), 0);
	memcpy(s.digest, p.about.statement, sizeof(s.digest));
	return s;
}

static void
publication__names_each_claim_of_its_statement_once(void **state)
{
	static const struct {
		const char *claims;
		bool fit;
	} rows[] = {
		{ "joint c1\nnot-joint c2\n", true },
		{ "joint c2\nnot-joint c1\n", true },
		{ "joint c1 c2\n", true },
		{ "not-joint c1 c2\n", true },
		{ "joint c2 c1\n", false },
		{ "joint c1\n", false },
		{ "joint c1\nnot-joint c2 c3\n", false },
		{ "", false },
	};
	ac_arena arena;
	ac_statement s;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	s = harbour(&arena);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_publication p;
		accord_err err;
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_printf(&buf, PUBLICATION_HEAD "entries 1\n%s", rows[i].claims);
		assert_int_equal(ac_publication_parse(ac_buf_view(&buf), &arena, &p, &err), 0);
		rc = ac_publication_check(&p, &s, &err);
		if (rc != (rows[i].fit ? 0 : ACCORD_EINPUT))
			fail_msg("%zu: %d: %s", i, rc, err.text);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static void
action__is_its_owners(void **state)
{
	ac_arena arena;
	ac_statement s;
	ac_action a;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	s = harbour(&arena);
	assert_int_equal(ac_action_parse(AC_S(ACTION), &a, NULL), 0);
	assert_true(a.status == AC_ACTION_DONE && a.has_due && a.has_proof && a.proof_size == 77);
	assert_int_equal(ac_action_check(&a, &s, NULL), 0);
	/* Nobody can tell of what was not said yet. */
	s.opened = (ac_time){ a.about.at.seconds + 1, 0 };
	assert_int_equal(ac_action_check(&a, &s, NULL), ACCORD_EINPUT);
	s.opened = a.about.at;
	assert_int_equal(ac_action_check(&a, &s, NULL), 0);
	a.about.member = AC_S("alba");
	assert_int_equal(ac_action_check(&a, &s, NULL), ACCORD_EINPUT);
	a.action = AC_S("a2");
	assert_int_equal(ac_action_check(&a, &s, NULL), 0);
	a.action = AC_S("a3");
	assert_int_equal(ac_action_check(&a, &s, NULL), ACCORD_EINPUT);
	ac_arena_done(&arena);
}

static void
action__says_the_same_whenever_it_is_said(void **state)
{
	ac_action a, b;

	(void)state;
	assert_int_equal(ac_action_parse(AC_S(ACTION), &a, NULL), 0);
	b = a;
	b.about.seq++;
	b.about.at.seconds++;
	assert_true(ac_action_is_same(&a, &b));
	b.status = AC_ACTION_DROPPED;
	assert_false(ac_action_is_same(&a, &b));
	b = a;
	b.has_due = false;
	assert_false(ac_action_is_same(&a, &b));
	b = a;
	b.proof[3] ^= 1;
	assert_false(ac_action_is_same(&a, &b));
	b = a;
	b.remark[AC_TONGUE_FR] = AC_S("autre");
	assert_false(ac_action_is_same(&a, &b));
	b = a;
	b.about.member = AC_S("alba");
	assert_false(ac_action_is_same(&a, &b));
}

static void
publication__of_the_worked_example_is_read_and_written_byte_for_byte(void **state)
{
	ac_publication p;
	ac_arena arena;
	ac_note note;
	ac_str bytes;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, 16 * AC_MIB);
	if (!agree_load(&arena, "example/publication.note", &bytes)) {
		ac_arena_done(&arena);
		skip();
	}
	assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
	assert_int_equal(ac_publication_parse(note.text, &arena, &p, NULL), 0);
	assert_true(p.entry_count == 8 && p.entries[7] == 8 && p.joint_count == 4 && p.not_joint_count == 1);
	ac_buf_init(&buf, AC_MIB);
	ac_publication_add(&buf, &p);
	assert_str(ac_buf_view(&buf), note.text);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
texts__survive_every_allocation_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(good); i++)
		for (unsigned long n = 1;; n++) {
			ac_arena arena;
			accord_err err;
			ac_buf buf;
			int rc;

			ac_arena_init(&arena, AC_MIB);
			ac_buf_init(&buf, AC_MIB);
			fail_malloc_at(n);
			rc = again(ac_str_from(good[i]), &arena, &buf, &err);
			if (!rc)
				rc = buf.failed;
			ac_buf_done(&buf);
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
		cmocka_unit_test(texts__are_written_as_they_were_read),
		cmocka_unit_test(texts__that_are_wrong_are_refused_with_their_line),
		cmocka_unit_test(publication__names_each_claim_of_its_statement_once),
		cmocka_unit_test(action__is_its_owners),
		cmocka_unit_test(action__says_the_same_whenever_it_is_said),
		cmocka_unit_test(publication__of_the_worked_example_is_read_and_written_byte_for_byte),
		cmocka_unit_test(texts__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
