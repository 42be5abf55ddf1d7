/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree comment: what a member would have otherwise, before a statement is opened. */
#include "agree/comment.h"
#include "app/agree_show.h"
#include "base/limits.h"
#include "sys/file.h"

static const ac_option options[] = {
	{ "round", 0, "N", "the round of consultation (default: 1)" },
	{ "claim", 0, "ID", "the claim it is about (default: the whole)" },
	{ "likelihood", 0, "TERM:NUMBER[:CONFIDENCE]", "how likely the claim should be called" },
	{ "wording-en", 0, "TEXT", "the claim as it should read in English" },
	{ "wording-fr", 0, "TEXT", "the claim as it should read in French" },
	{ "remark-en", 0, "TEXT", "a remark in English" },
	{ "remark-fr", 0, "TEXT", "a remark in French" },
	AC_AGREE_ROOM_OPTIONS,
	{ 0 },
};

/* The next number of the member's comments on that draft. */
static uint64_t
next_seq(ac_room *room, ac_str draft)
{
	uint64_t next = 1;

	for (size_t i = 0; i < room->holding.count; i++) {
		const ac_held *item = &room->holding.items[i];
		ac_comment c;
		bool *members;

		if (!ac_str_eq(item->text_kind, AC_S("comment")) ||
		    ac_charter_signers(room->charter, &item->note, AC_PURPOSE_SIGN, &room->arena, &members, NULL) ||
		    !members[room->member] || ac_comment_parse(item->note.text, &c, NULL) || !ac_str_eq(c.draft, draft))
			continue;
		if (c.about.seq >= next)
			next = c.about.seq + 1;
	}
	return next;
}

static int
take_options(ac_room *room, ac_comment *c, accord_err *err)
{
	const char *likelihood = ac_arg(room->args, "likelihood", NULL), *round = ac_arg(room->args, "round", "1");
	int rc = 0;

	if (!ac_str_to_u64(ac_str_from(round), &c->round) || c->round == 0)
		return ac_fail(err, ACCORD_EUSAGE, "--round: want a number from 1 on, got '%s'", round);
	c->claim = ac_str_from(ac_arg(room->args, "claim", NULL));
	c->has_judgement = likelihood != NULL;
	if (likelihood)
		rc = ac_room_judgement(ac_str_from(likelihood), &room->arena, &c->judgement, err);
	if (!rc)
		rc = ac_room_pair(room->args, "wording", false, c->wording, err);
	return rc ? rc : ac_room_pair(room->args, "remark", false, c->remark, err);
}

/* The draft that the comment is about, as the convener sent it. */
static int
load_draft(ac_room *room, ac_statement *out, accord_err *err)
{
	ac_str text;
	int rc = ac_file_load_text(room->args->operands[0], AC_LEAF_MAX, &room->arena, &text, err);

	if (!rc)
		rc = ac_note_check_text(text, err);
	if (!rc)
		rc = ac_statement_parse(text, &room->arena, out, err);
	if (!rc && !ac_str_eq(out->coalition, room->charter->coalition))
		rc = ac_fail(err, ACCORD_EINPUT, "want a draft of %.*s, got one of %.*s",
		    AC_FMT(room->charter->coalition), AC_FMT(out->coalition));
	return rc;
}

static int
comment(ac_room *room, accord_err *err)
{
	ac_comment c = { 0 };
	ac_log_place place = { 0 };
	ac_statement s;
	ac_str note;
	ac_buf text;
	int rc = load_draft(room, &s, err);

	if (!rc)
		rc = take_options(room, &c, err);
	if (!rc && c.claim.n && ac_statement_claim(&s, c.claim) == s.claim_count)
		rc = ac_fail(err, ACCORD_EUSAGE, "--claim: the draft makes no claim '%.*s'", AC_FMT(c.claim));
	if (rc)
		return rc;
	c.draft = s.id;
	c.about = (ac_about){ .coalition = s.coalition, .member = ac_room_member(room), .at = ac_room_now(room) };
	c.about.seq = next_seq(room, s.id);
	memcpy(c.about.statement, s.digest, sizeof(s.digest));
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_comment_add(&text, &c);
	rc = ac_room_sign(room, &text, &note, err);
	ac_buf_done(&text);
	/* Whatever becomes of the statement. */
	if (!rc)
		rc = ac_room_put(room, &note, 1, true, &place, err);
	return rc ? rc : ac_agree_show_signed(room, "signed", note, true, &place, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	return ac_room_act(app, args, comment);
}

const ac_command ac_command_agree_comment = {
	.name = "agree comment",
	.operands = "DRAFT",
	.summary = "say how a draft should read, before it is opened",
	.details = "DRAFT is the file that the convener sent. A comment proposes a likelihood or a wording of one "
		   "claim, or is a "
		   "remark; words may be in one language. It is kept among the member's notes, for the members that he "
		   "hands them to, "
		   "and stands in his log as a commitment only: comments are never public. The convener sees them with "
		   "accord agree "
		   "statement show.",
	.examples = "accord agree comment harbour.draft --remark-en \"too sure\" --key bora.key\n",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
