/* SPDX-License-Identifier: Apache-2.0 */
/* The text of comments. Knows nothing of who signed them, nor of the draft they are about. */
#include "agree/comment.h"

#include "base/limits.h"

static int
take_draft(void *payload, ac_line *line, accord_err *err)
{
	ac_comment *c = payload;
	int rc = ac_line_name(line, "the statement's name", &c->draft, err);

	return rc ? rc : ac_line_digest(line, "the draft's digest", c->about.statement, err);
}

static int
take_round(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_count(line, "the round of consultation", &((ac_comment *)payload)->round, err);
}

static int
take_claim(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the claim's name", &((ac_comment *)payload)->claim, err);
}

static int
take_likelihood(void *payload, ac_line *line, accord_err *err)
{
	ac_comment *c = payload;

	c->has_judgement = true;
	return ac_line_judgement(line, &c->judgement, err);
}

static int
take_wording(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the wording", ((ac_comment *)payload)->wording, err);
}

static int
take_remark(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the remark", ((ac_comment *)payload)->remark, err);
}

static const ac_text_row rows[] = {
	{ "coalition", 1, 1, ac_about_take_coalition },
	{ "draft", 1, 1, take_draft },
	AC_ABOUT_MEMBER_ROWS,
	{ "round", 1, 1, take_round },
	{ "claim", 0, 1, take_claim },
	{ "likelihood", 0, 1, take_likelihood },
	{ "wording", 0, AC_TONGUES, take_wording },
	{ "remark", 0, AC_TONGUES, take_remark },
};

void
ac_comment_add(ac_buf *buf, const ac_comment *c)
{
	ac_text_add_kind(buf, "comment");
	ac_text_add_line(buf, "coalition", c->about.coalition);
	ac_buf_printf(buf, "draft %.*s ", AC_FMT(c->draft));
	ac_text_add_digest(buf, c->about.statement);
	ac_buf_add_byte(buf, '\n');
	ac_about_add_member(buf, &c->about);
	ac_text_add_number_line(buf, "round", c->round);
	if (c->claim.n)
		ac_text_add_line(buf, "claim", c->claim);
	if (c->has_judgement) {
		ac_buf_add(buf, AC_S("likelihood "));
		ac_claim_judgement_add(buf, &c->judgement);
		ac_buf_add_byte(buf, '\n');
	}
	ac_text_add_pair(buf, "wording", (ac_str){ 0 }, c->wording);
	ac_text_add_pair(buf, "remark", (ac_str){ 0 }, c->remark);
}

static int
check(const ac_comment *c, accord_err *err)
{
	if (c->has_judgement && !c->claim.n)
		return ac_fail(err, ACCORD_EINPUT, "want a line 'claim' with a likelihood");
	for (unsigned i = 0; i < AC_TONGUES; i++)
		if (c->wording[i].n || c->remark[i].n)
			return 0;
	return c->has_judgement ? 0
				: ac_fail(err, ACCORD_EINPUT,
				      "want a comment that says something: a likelihood, a wording or a remark");
}

int
ac_comment_parse(ac_str text, ac_comment *out, accord_err *err)
{
	ac_comment c = { 0 };
	ac_buf again;
	int rc = ac_text_read(text, "comment", rows, AC_COUNT(rows), &c, err);

	if (!rc)
		rc = check(&c, err);
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_comment_add(&again, &c);
	rc = ac_text_seal(text, &again, c.digest, err);
	if (rc)
		return rc;
	c.text = text;
	*out = c;
	return 0;
}
