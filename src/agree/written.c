/* SPDX-License-Identifier: Apache-2.0 */
/* Texts read again before they are signed. Knows nothing of what they are about. */
#include "agree/written.h"

#include "agree/action.h"
#include "agree/charter.h"
#include "agree/comment.h"
#include "agree/commitment.h"
#include "agree/endorsement.h"
#include "agree/key_note.h"
#include "agree/pledge.h"
#include "agree/publication.h"
#include "base/limits.h"

static int
read_statement(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_statement s;

	return ac_statement_parse(text, arena, &s, err);
}

static int
read_endorsement(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_endorsement e;

	return ac_endorsement_parse(text, arena, &e, err);
}

static int
read_publication(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_publication p;

	return ac_publication_parse(text, arena, &p, err);
}

static int
read_withdrawal(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_withdrawal w;

	(void)arena;
	return ac_withdrawal_parse(text, &w, err);
}

static int
read_action(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_action a;

	(void)arena;
	return ac_action_parse(text, &a, err);
}

static int
read_comment(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_comment c;

	(void)arena;
	return ac_comment_parse(text, &c, err);
}

static int
read_pledge(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_pledge_note n;

	return ac_pledge_note_parse(text, arena, &n, err);
}

static int
read_key(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_key_note n;

	return ac_key_note_parse(text, arena, &n, err);
}

static int
read_charter(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_charter c;

	return ac_charter_parse(text, arena, &c, err);
}

static int
read_commitment(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_commitment c;

	(void)arena;
	return ac_commitment_parse(text, &c, err);
}

static int
read_opening(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_opening o;

	(void)arena;
	return ac_opening_parse(text, &o, err);
}

static const struct {
	const char *kind;
	int (*read)(ac_str text, ac_arena *arena, accord_err *err);
} kinds[] = {
	{ "action", read_action },
	{ "charter", read_charter },
	{ "comment", read_comment },
	{ "commitment", read_commitment },
	{ "endorsement", read_endorsement },
	{ "key", read_key },
	{ "opening", read_opening },
	{ "pledge", read_pledge },
	{ "publication", read_publication },
	{ "statement", read_statement },
	{ "withdrawal", read_withdrawal },
};

int
ac_written_check(ac_str text, ac_arena *arena, accord_err *err)
{
	ac_str kind;
	int rc = ac_note_check_text(text, err);

	if (rc)
		return rc;
	if (!ac_text_kind(text, &kind))
		return ac_fail(err, ACCORD_EINPUT, "want a text that begins with accord/KIND/v1");
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(kind, ac_str_from(kinds[i].kind)))
			return kinds[i].read(text, arena, err);
	return ac_fail(err, ACCORD_EINPUT, "accord/%.*s/v1 is no text that members sign", AC_FMT(kind));
}

int
ac_written_sign(
    const ac_buf *text, const ac_vkey *vkey, const ac_ed25519_key *key, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str bytes;
	ac_buf note;
	int rc = ac_buf_finish(text, &bytes, err);

	if (!rc)
		rc = ac_written_check(bytes, arena, err);
	if (rc)
		return rc;
	ac_buf_init(&note, AC_NOTE_MAX);
	ac_buf_add(&note, bytes);
	ac_buf_add_byte(&note, '\n');
	rc = ac_note_sign(&note, bytes, vkey, key, 0, err);
	if (!rc)
		rc = ac_buf_finish(&note, &bytes, err);
	if (!rc) {
		*out = ac_arena_str(arena, bytes);
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(&note);
	return rc;
}
