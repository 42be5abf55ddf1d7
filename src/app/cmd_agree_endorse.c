/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree endorse: a member's word on a statement and each of its claims. */
#include "app/agree_show.h"
#include "base/limits.h"

static const ac_option options[] = {
	{ "stance", 0, "STANCE", "joins, joins-in-part, acknowledges, abstains, dissents or withdraws" },
	{ "claim", 0, "ID=STANCE[:TERM:NUMBER[:CONFIDENCE]]",
	    "on one claim: joins (at the statement's likelihood, or this one), notes, abstains or dissents (again for "
	    "more)" },
	{ "as-worded", 0, NULL, "sign the statement itself: join all its claims as worded" },
	{ "caveat-en", 0, "TEXT", "a caveat in English" },
	{ "caveat-fr", 0, "TEXT", "the same in French" },
	{ "reason-en", 0, "TEXT", "dissents, withdraws: why, in English" },
	{ "reason-fr", 0, "TEXT", "the same in French" },
	AC_AGREE_ROOM_OPTIONS,
	{ 0 },
};

/* What a stance on the whole says of a claim that no option names. */
static ac_stance
usual_stance(ac_stance whole)
{
	switch (whole) {
	case AC_STANCE_JOINS:
		return AC_STANCE_JOINS;
	case AC_STANCE_ACKNOWLEDGES:
	case AC_STANCE_NOTES:
		return AC_STANCE_NOTES;
	case AC_STANCE_DISSENTS:
		return AC_STANCE_DISSENTS;
	case AC_STANCE_ABSTAINS:
	case AC_STANCE_JOINS_IN_PART:
	case AC_STANCE_WITHDRAWS:
		break;
	}
	return AC_STANCE_ABSTAINS;
}

/* "c1=joins:very-likely:85:high". */
static int
take_claim(ac_room *room, const ac_statement *s, ac_str words, ac_endorsed_claim *claims, accord_err *err)
{
	ac_str id, stance, rest = words;
	size_t at;

	if (!ac_str_cut(&rest, '=', &id))
		return ac_fail(err, ACCORD_EUSAGE, "--claim: want ID=STANCE, got '%.*s'", AC_FMT(words));
	at = ac_statement_claim(s, id);
	if (at == s->claim_count)
		return ac_fail(err, ACCORD_EUSAGE, "--claim: the statement makes no claim '%.*s'", AC_FMT(id));
	stance = ac_str_slice(rest, 0, ac_str_find_byte(rest, ':'));
	if (!ac_stance_of_claim(stance, &claims[at].stance))
		return ac_fail(
		    err, ACCORD_EUSAGE, "--claim: want joins, notes, abstains or dissents, got '%.*s'", AC_FMT(stance));
	if (stance.n == rest.n)
		return 0;
	if (claims[at].stance != AC_STANCE_JOINS)
		return ac_fail(
		    err, ACCORD_EUSAGE, "--claim: only who joins gives a likelihood, got '%.*s'", AC_FMT(words));
	return ac_room_judgement(ac_str_slice(rest, stance.n + 1, rest.n), &room->arena, &claims[at].judgement, err);
}

/* Stances on all claims; none where the whole says it for each. */
static int
take_claims(ac_room *room, const ac_statement *s, ac_endorsement *e, accord_err *err)
{
	ac_endorsed_claim *claims = ac_arena_zalloc(&room->arena, s->claim_count + 1, sizeof(*claims));
	bool is_said = ac_arg_given(room->args, "claim");
	const char *words;
	size_t at = 0;
	int rc = 0;

	if (!claims)
		return ac_arena_check(&room->arena, err);
	if (e->stance == AC_STANCE_WITHDRAWS && is_said)
		return ac_fail(err, ACCORD_EUSAGE, "--claim: who withdraws says nothing of claims");
	for (size_t i = 0; i < s->claim_count; i++)
		claims[i] = (ac_endorsed_claim){ s->claims[i].id, usual_stance(e->stance), s->claims[i].judgement };
	while (!rc && (words = ac_arg_next(room->args, "claim", &at)))
		rc = take_claim(room, s, ac_str_from(words), claims, err);
	e->claims = claims;
	if (is_said || e->stance == AC_STANCE_JOINS || e->stance == AC_STANCE_ACKNOWLEDGES ||
	    e->stance == AC_STANCE_JOINS_IN_PART)
		e->claim_count = s->claim_count;
	return rc;
}

static int
take_options(ac_room *room, const ac_statement *s, ac_endorsement *e, accord_err *err)
{
	const char *stance = ac_arg(room->args, "stance", NULL);
	int rc;

	if (!stance || !ac_stance_of_whole(ac_str_from(stance), &e->stance))
		return ac_fail(err, ACCORD_EUSAGE,
		    "--stance: want joins, joins-in-part, acknowledges, abstains, dissents or withdraws, got %s",
		    stance ? stance : "none");
	rc = ac_room_pair(room->args, "caveat", true, e->caveat, err);
	if (!rc)
		rc = ac_room_pair(room->args, "reason", true, e->reason, err);
	return rc ? rc : take_claims(room, s, e, err);
}

/* Do two say the same, whatever their number and time? */
static bool
same_word(const ac_endorsement *a, const ac_endorsement *b)
{
	bool same = a->stance == b->stance && a->claim_count == b->claim_count;

	for (unsigned i = 0; i < AC_TONGUES; i++)
		same = same && ac_str_eq(a->caveat[i], b->caveat[i]) && ac_str_eq(a->reason[i], b->reason[i]);
	for (size_t i = 0; same && i < a->claim_count; i++) {
		const ac_claim_judgement *x = &a->claims[i].judgement, *y = &b->claims[i].judgement;

		same = a->claims[i].stance == b->claims[i].stance &&
		       (a->claims[i].stance != AC_STANCE_JOINS ||
			   (x->number == y->number && x->likelihood == y->likelihood &&
			       ac_str_eq(ac_claim_judgement_confidence(x), ac_claim_judgement_confidence(y))));
	}
	return same;
}

/* The member's latest word there is, and the next number. */
static const ac_said *
latest(const ac_room *room, const ac_account *a, uint64_t *out_next)
{
	const ac_said *found = NULL;

	*out_next = 1;
	for (size_t i = 0; i < a->said_count; i++) {
		const ac_endorsement *e = &a->said[i].endorsement;

		if (!ac_str_eq(e->about.member, ac_room_member(room)) || e->about.seq < *out_next)
			continue;
		*out_next = e->about.seq + 1;
		found = &a->said[i];
	}
	return found;
}

/* A new endorsement's note; the one that there is when it says the same, so that whoever was interrupted says it once. */
static int
write_note(ac_room *room, const ac_account *a, ac_str *out, accord_err *err)
{
	ac_endorsement e = { .about = { .coalition = a->statement.coalition, .at = ac_room_now(room) } };
	const ac_said *before;
	ac_buf text;
	int rc = take_options(room, &a->statement, &e, err);

	if (!rc)
		rc = ac_endorsement_check_stance(&e, err);
	if (rc)
		return rc;
	before = latest(room, a, &e.about.seq);
	if (before && before->is_valid && same_word(&before->endorsement, &e)) {
		*out = room->holding.items[before->item].bytes;
		return 0;
	}
	e.about.member = ac_room_member(room);
	memcpy(e.about.statement, a->statement.digest, sizeof(e.about.statement));
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_endorsement_add(&text, &e);
	rc = ac_room_sign(room, &text, out, err);
	ac_buf_done(&text);
	return rc;
}

static int
sign_statement(ac_room *room, const ac_account *a, ac_str *out, accord_err *err)
{
	ac_buf text;
	int rc;

	if (ac_arg(room->args, "stance", NULL) || ac_arg_given(room->args, "claim"))
		return ac_fail(err, ACCORD_EUSAGE, "want --as-worded or --stance, got both");
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_buf_add(&text, a->statement.text);
	rc = ac_room_sign(room, &text, out, err);
	ac_buf_done(&text);
	return rc;
}

static int
endorse(ac_room *room, accord_err *err)
{
	const ac_account *a;
	ac_log_place place = { 0 };
	ac_str note;
	bool is_sealed;
	int rc = ac_room_find(room, room->args->operands[0], &a, err);

	if (!rc && ac_charter_member_find(a->charter, ac_room_member(room)) == a->charter->member_count)
		rc = ac_fail(err, ACCORD_EDENIED, "%.*s was no member by the charter that the statement cites",
		    AC_FMT(ac_room_member(room)));
	if (!rc)
		rc = ac_arg_given(room->args, "as-worded") ? sign_statement(room, a, &note, err)
							   : write_note(room, a, &note, err);
	if (rc)
		return rc;
	is_sealed = !ac_statement_is_open(&a->statement, ac_app_now(room->app));
	rc = ac_room_put(room, &note, 1, is_sealed, &place, err);
	return rc ? rc : ac_agree_show_signed(room, "signed", note, is_sealed, &place, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	return ac_room_act(app, args, endorse);
}

const ac_command ac_command_agree_endorse = {
	.name = "agree endorse",
	.operands = "STATEMENT",
	.summary = "join, note, doubt or leave a statement, claim by claim",
	.details =
	    "Signs an endorsement of the statement (its name, or the begin of its digest) and appends it to the "
	    "member's log, "
	    "as a commitment while the statement is under embargo or not TLP:CLEAR. The stance on the whole is joins, "
	    "joins-in-part, acknowledges, abstains, dissents or withdraws; --claim says it for each claim: who joins "
	    "gives the statement's own likelihood, or his. Claims that are not named follow the whole: joins, notes or "
	    "dissents; "
	    "of who joins in part, abstains.\n\n"
	    "A later endorsement takes the place of an earlier one; nothing is taken out of the log. --as-worded signs "
	    "the "
	    "statement itself, and so joins every claim as it stands. Saying the same again writes no second note.",
	.examples = "accord agree endorse harbour --stance joins --key bora.key\n",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
