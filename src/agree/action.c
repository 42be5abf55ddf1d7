/* SPDX-License-Identifier: Apache-2.0 */
/* The text of follow-ups. Knows nothing of who signed them. */
#include "agree/action.h"

#include "base/limits.h"

static const char *const statuses[] = {
	[AC_ACTION_OPEN] = "open",
	[AC_ACTION_UNDERWAY] = "underway",
	[AC_ACTION_DONE] = "done",
	[AC_ACTION_DROPPED] = "dropped",
};

const char *
ac_action_status_name(ac_action_status status)
{
	return statuses[status];
}

bool
ac_action_status_parse(ac_str word, ac_action_status *out)
{
	for (unsigned i = 0; i < AC_COUNT(statuses); i++)
		if (ac_str_eq(word, ac_str_from(statuses[i]))) {
			*out = (ac_action_status)i;
			return true;
		}
	return false;
}

static int
take_action(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the action's name", &((ac_action *)payload)->action, err);
}

static int
take_status(void *payload, ac_line *line, accord_err *err)
{
	unsigned place = 0;
	int rc = ac_line_choice(
	    line, "a status: open, underway, done or dropped", statuses, AC_COUNT(statuses), &place, err);

	((ac_action *)payload)->status = (ac_action_status)place;
	return rc;
}

static int
take_due(void *payload, ac_line *line, accord_err *err)
{
	ac_action *a = payload;

	a->has_due = true;
	return ac_line_time(line, "when it is due", &a->due, err);
}

static int
take_proof(void *payload, ac_line *line, accord_err *err)
{
	ac_action *a = payload;
	int rc = ac_line_digest(line, "the digest of what shows it", a->proof, err);

	a->has_proof = true;
	return rc ? rc : ac_line_u64(line, "its size in bytes", &a->proof_size, err);
}

static int
take_remark(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the remark", ((ac_action *)payload)->remark, err);
}

static const ac_text_row rows[] = {
	AC_ABOUT_STATEMENT_ROWS,
	AC_ABOUT_MEMBER_ROWS,
	{ "action", 1, 1, take_action },
	{ "status", 1, 1, take_status },
	{ "due", 0, 1, take_due },
	{ "proof", 0, 1, take_proof },
	{ "remark", 0, AC_TONGUES, take_remark },
};

void
ac_action_add(ac_buf *buf, const ac_action *a)
{
	ac_text_add_kind(buf, "action");
	ac_about_add_statement(buf, &a->about);
	ac_about_add_member(buf, &a->about);
	ac_text_add_line(buf, "action", a->action);
	ac_text_add_line(buf, "status", ac_str_from(ac_action_status_name(a->status)));
	if (a->has_due)
		ac_text_add_time_line(buf, "due", a->due);
	if (a->has_proof)
		ac_text_add_file_line(buf, "proof", a->proof, a->proof_size);
	ac_text_add_pair(buf, "remark", (ac_str){ 0 }, a->remark);
}

int
ac_action_parse(ac_str text, ac_action *out, accord_err *err)
{
	ac_action a = { 0 };
	ac_buf again;
	int rc = ac_text_read(text, "action", rows, AC_COUNT(rows), &a, err);

	if (!rc)
		rc = ac_pair_check(a.remark, false, "the remark", err);
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_action_add(&again, &a);
	rc = ac_text_seal(text, &again, a.digest, err);
	if (rc)
		return rc;
	a.text = text;
	*out = a;
	return 0;
}

bool
ac_action_is_same(const ac_action *a, const ac_action *b)
{
	bool same =
	    memcmp(a->about.statement, b->about.statement, sizeof(a->about.statement)) == 0 &&
	    ac_str_eq(a->about.member, b->about.member) && ac_str_eq(a->action, b->action) && a->status == b->status &&
	    a->has_due == b->has_due && (!a->has_due || ac_time_cmp(a->due, b->due) == 0) &&
	    a->has_proof == b->has_proof &&
	    (!a->has_proof || (a->proof_size == b->proof_size && memcmp(a->proof, b->proof, sizeof(a->proof)) == 0));

	for (unsigned i = 0; i < AC_TONGUES; i++)
		same = same && ac_str_eq(a->remark[i], b->remark[i]);
	return same;
}

int
ac_action_check(const ac_action *a, const ac_statement *s, accord_err *err)
{
	if (!ac_about_is_of(&a->about, s))
		return ac_fail(err, ACCORD_EINPUT, "the action is one of another statement");
	if (ac_time_cmp(a->about.at, s->opened) < 0)
		return ac_fail(err, ACCORD_EINPUT, "the action was told of before its statement was opened");
	for (size_t i = 0; i < s->action_count; i++) {
		const ac_follow_up *f = &s->actions[i];

		if (!ac_str_eq(f->id, a->action))
			continue;
		if (f->owner.n && !ac_str_eq(f->owner, a->about.member))
			return ac_fail(err, ACCORD_EINPUT, "the action '%.*s' is %.*s's, not %.*s's", AC_FMT(a->action),
			    AC_FMT(f->owner), AC_FMT(a->about.member));
		return 0;
	}
	return ac_fail(err, ACCORD_EINPUT, "the statement has no action '%.*s'", AC_FMT(a->action));
}
