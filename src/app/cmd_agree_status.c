/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree status: who stands behind which claim. */
#include "app/agree_show.h"

static const ac_option options[] = {
	{ "lang", 0, "LANG", "en (default) or fr" },
	AC_AGREE_AS_OF_OPTION,
	AC_AGREE_DIR_OPTION,
	{ 0 },
};

/* Those that are named, or all. */
static int
show_all(ac_room *room, ac_lang lang, accord_err *err)
{
	int rc = 0;

	for (int i = 0; i < room->args->operand_count && !rc; i++) {
		const ac_account *a;

		rc = ac_room_find(room, room->args->operands[i], &a, err);
		if (rc)
			return ac_fail_context(err, ac_str_from(room->args->operands[i]));
		rc = ac_agree_show_status(room, a, lang, err);
	}
	for (size_t i = 0; room->args->operand_count == 0 && i < room->accounts.count && !rc; i++) {
		if (i && !ac_app_json(room->app))
			ac_buf_add_byte(ac_app_out(room->app), '\n');
		rc = ac_agree_show_status(room, &room->accounts.items[i], lang, err);
	}
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	accord_err err = { 0 };
	ac_lang lang;
	ac_room room;
	int rc;

	if (!ac_lang_of(ac_str_from(ac_arg(args, "lang", "en")), &lang)) {
		(void)ac_fail(&err, ACCORD_EUSAGE, "--lang: want en or fr, got '%s'", ac_arg(args, "lang", "en"));
		return ac_app_fail(app, NULL, &err);
	}
	rc = ac_room_open(app, args, &room, &err);
	if (!rc)
		rc = ac_room_read(&room, &err);
	if (!rc)
		rc = show_all(&room, lang, &err);
	ac_room_close(&room);
	return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_status = {
	.name = "agree status",
	.operands = "[STATEMENT...]",
	.summary = "show who stands behind which claim, how surely, and what a quorum lacks",
	.details = "For each claim: which members join, note, abstain or dissent, and the likelihood that each who "
		   "joins gives. The "
		   "headline is the least sure of those who join, with the range of all. A claim is joint when those "
		   "who join meet the "
		   "quorum of the charter; else it is said which group lacks how many of whom. Without a name all "
		   "statements of the "
		   "folder are shown. Follow-ups stand behind the claims, with how far each member who is to do them "
		   "has come (accord agree action), and what is overdue.\n\n"
		   "A member has one voice: his latest endorsement counts, whoever replays an older one. Two "
		   "endorsements of one number "
		   "that differ count for nothing until he has written a later one, and are told. After publication, "
		   "who joined late "
		   "and who joins no more are shown with their dates; a claim that lost its quorum has lapsed. It is "
		   "all counted anew "
		   "from the signed notes, under the folder's own charter.",
	.examples = "accord agree status --lang fr\n",
	.options = options,
	.min_operands = 0,
	.max_operands = 100,
	.run = run,
};
