/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as each of the texts that members sign about statements. What is accepted is written again byte for byte, speaks of itself as its reader was asked, and keeps within its ceilings.
 */
#include <stdlib.h>

#include "agree/action.h"
#include "agree/comment.h"
#include "agree/commitment.h"
#include "agree/endorsement.h"
#include "agree/publication.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct trial {
	ac_str text;
	ac_arena *arena;
	ac_buf *buf;
	accord_err *err;
} trial;

static int
as_statement(const trial *t)
{
	ac_statement s;
	int rc = ac_statement_parse(t->text, t->arena, &s, t->err);

	if (!rc) {
		ac_statement_add(t->buf, &s);
		if (s.claim_count == 0 || s.claim_count > AC_STATEMENT_ITEMS_MAX ||
		    ac_statement_claim(&s, s.claims[s.claim_count - 1].id) != s.claim_count - 1)
			abort();
	}
	return rc;
}

static int
as_endorsement(const trial *t)
{
	ac_endorsement e;
	int rc = ac_endorsement_parse(t->text, t->arena, &e, t->err);

	if (!rc) {
		ac_endorsement_add(t->buf, &e);
		if (e.about.seq == 0 || e.claim_count > AC_STATEMENT_ITEMS_MAX || ac_endorsement_check_stance(&e, NULL))
			abort();
	}
	return rc;
}

static int
as_publication(const trial *t)
{
	ac_publication p;
	int rc = ac_publication_parse(t->text, t->arena, &p, t->err);

	if (!rc) {
		ac_publication_add(t->buf, &p);
		for (size_t i = 1; i < p.entry_count; i++)
			if (p.entries[i] <= p.entries[i - 1])
				abort();
	}
	return rc;
}

static int
as_withdrawal(const trial *t)
{
	ac_withdrawal w;
	int rc = ac_withdrawal_parse(t->text, &w, t->err);

	if (!rc)
		ac_withdrawal_add(t->buf, &w);
	return rc;
}

static int
as_action(const trial *t)
{
	ac_action a;
	int rc = ac_action_parse(t->text, &a, t->err);

	if (!rc)
		ac_action_add(t->buf, &a);
	return rc;
}

static int
as_comment(const trial *t)
{
	ac_comment c;
	int rc = ac_comment_parse(t->text, &c, t->err);

	if (!rc)
		ac_comment_add(t->buf, &c);
	return rc;
}

static int
as_commitment(const trial *t)
{
	ac_commitment c;
	int rc = ac_commitment_parse(t->text, &c, t->err);

	if (!rc)
		ac_commitment_add(t->buf, &c);
	return rc;
}

static int
as_opening(const trial *t)
{
	ac_opening o;
	int rc = ac_opening_parse(t->text, &o, t->err);

	if (!rc)
		ac_opening_add(t->buf, &o);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*const readers[])(const trial *) = { as_statement, as_endorsement, as_publication, as_withdrawal,
		as_action, as_comment, as_commitment, as_opening };
	unsigned accepted = 0;

	for (size_t i = 0; i < AC_COUNT(readers); i++) {
		accord_err err = { 0 };
		ac_arena arena;
		ac_buf buf;
		int rc;

		ac_arena_init(&arena, 16 * AC_MIB);
		ac_buf_init(&buf, AC_NOTE_MAX);
		rc = readers[i](&(trial){ { (const char *)data, size }, &arena, &buf, &err });
		if (rc == 0 && !ac_str_eq(ac_buf_view(&buf), (ac_str){ (const char *)data, size }))
			abort();
		if (rc && rc != ACCORD_EINPUT && rc != ACCORD_EVERSION && rc != ACCORD_ELIMIT && rc != ACCORD_ENOMEM)
			abort();
		accepted += rc == 0;
		ac_buf_done(&buf);
		ac_arena_done(&arena);
	}
	/* A text is of one kind. */
	if (accepted > 1)
		abort();
	return 0;
}
