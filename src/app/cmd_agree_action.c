/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree action: a member's word on what a statement said would follow. */
#include "app/agree_show.h"
#include "base/limits.h"
#include "sys/file.h"

static const ac_option options[] = {
	{ "status", 0, "STATUS", "open, underway, done or dropped" },
	{ "due", 0, "TIME", "it is due then now, and not when the statement says, as 2027-01-01T00:00:00Z" },
	{ "proof", 0, "FILE",
	    "what shows it, a report for instance: its digest and size are signed, it stays where it is" },
	{ "remark-en", 0, "TEXT", "words about it in English" },
	{ "remark-fr", 0, "TEXT", "the same in French" },
	AC_AGREE_ROOM_OPTIONS,
	{ 0 },
};

static int
take_options(ac_room *room, ac_action *a, accord_err *err)
{
	const char *status = ac_arg(room->args, "status", NULL), *due = ac_arg(room->args, "due", NULL),
		   *proof = ac_arg(room->args, "proof", NULL);
	ac_str bytes;
	int rc = 0;

	if (!status || !ac_action_status_parse(ac_str_from(status), &a->status))
		return ac_fail(err, ACCORD_EUSAGE, "--status: want open, underway, done or dropped, got %s",
		    status ? status : "none");
	a->has_due = due != NULL;
	if (due && (ac_time_parse_stix(ac_str_from(due), &a->due, NULL) || a->due.nanoseconds))
		return ac_fail(err, ACCORD_EUSAGE, "--due: want a time as 2027-01-01T00:00:00Z, got '%s'", due);
	a->has_proof = proof != NULL;
	if (proof) {
		rc = ac_file_load_text(proof, AC_BUNDLE_MAX, &room->arena, &bytes, err);
		if (!rc)
			rc = ac_sha256(bytes, a->proof, err);
		a->proof_size = rc ? 0 : bytes.n;
	}
	return rc ? rc : ac_room_pair(room->args, "remark", true, a->remark, err);
}

/* The member's latest word on any action of the statement gives the next number; on this one, it may be what is said again. */
static const ac_acted *
find_said(const ac_room *room, const ac_account *account, const ac_action *a, uint64_t *out_next)
{
	const ac_acted *last = NULL;

	*out_next = 1;
	for (size_t i = 0; i < account->acted_count; i++) {
		const ac_action *b = &account->acted[i].action;

		if (!ac_str_eq(b->about.member, ac_room_member(room)))
			continue;
		if (b->about.seq >= *out_next)
			*out_next = b->about.seq + 1;
		if (ac_str_eq(b->action, a->action) && (!last || b->about.seq > last->action.about.seq))
			last = &account->acted[i];
	}
	return last && ac_action_is_same(&last->action, a) ? last : NULL;
}

/* A new note; the one that there is when it says the same, so that whoever was interrupted says it once. */
static int
write_note(ac_room *room, const ac_account *account, ac_str *out, accord_err *err)
{
	ac_action a = { .about = { .coalition = account->statement.coalition,
			    .member = ac_room_member(room),
			    .at = ac_room_now(room) },
		.action = ac_str_from(room->args->operands[1]) };
	const ac_acted *before;
	ac_buf text;
	int rc = take_options(room, &a, err);

	memcpy(a.about.statement, account->statement.digest, sizeof(a.about.statement));
	if (!rc)
		rc = ac_action_check(&a, &account->statement, err);
	if (rc)
		return rc;
	before = find_said(room, account, &a, &a.about.seq);
	if (before) {
		*out = room->holding.items[before->item].bytes;
		return 0;
	}
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_action_add(&text, &a);
	rc = ac_room_sign(room, &text, out, err);
	ac_buf_done(&text);
	return rc;
}

static int
act(ac_room *room, accord_err *err)
{
	const ac_account *account;
	ac_log_place place = { 0 };
	ac_str note;
	bool is_sealed;
	int rc = ac_room_find(room, room->args->operands[0], &account, err);

	if (!rc && ac_charter_member_find(account->charter, ac_room_member(room)) == account->charter->member_count)
		rc = ac_fail(err, ACCORD_EDENIED, "%.*s was no member by the charter that the statement cites",
		    AC_FMT(ac_room_member(room)));
	if (!rc)
		rc = write_note(room, account, &note, err);
	if (rc)
		return rc;
	is_sealed = !ac_statement_is_open(&account->statement, ac_app_now(room->app));
	rc = ac_room_put(room, &note, 1, is_sealed, &place, err);
	return rc ? rc : ac_agree_show_signed(room, "signed", note, is_sealed, &place, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	return ac_room_act(app, args, act);
}

const ac_command ac_command_agree_action = {
	.name = "agree action",
	.operands = "STATEMENT ACTION",
	.summary = "say how far a follow-up of a statement has come",
	.details =
	    "Signs a note on ACTION, a follow-up of the statement (its name, or the begin of its digest): open, "
	    "underway, "
	    "done or dropped, with words in both languages, the digest of a file that shows it, or another time when "
	    "it is due; and appends it to the member's log, as a commitment while the statement is under embargo or "
	    "not "
	    "TLP:CLEAR. Only the member whose follow-up it is can say so; where it is everybody's, each says it of "
	    "himself.\n\n"
	    "The latest by its number counts; nothing is taken out of the log. Saying the same again writes no second "
	    "note. accord agree status and accord agree statement show tell how far things have come, and what is "
	    "overdue; of what is published, accord agree statement publish and accord agree pull put it into the "
	    "store, and "
	    "accord agree export into what outsiders get.",
	.examples = "accord agree action harbour a1 --status done --proof report.pdf --key bora.key\n",
	.options = options,
	.min_operands = 2,
	.max_operands = 2,
	.run = run,
};
