/* SPDX-License-Identifier: Apache-2.0 */
/* What members say of a statement's follow-ups: which of it counts. How far things have come is progress.c's. */
#include "agree/account_part.h"

static bool
is_known(const ac_account *a, const ac_action *action)
{
	for (size_t i = 0; i < a->acted_count; i++)
		if (memcmp(a->acted[i].action.digest, action->digest, sizeof(action->digest)) == 0)
			return true;
	return false;
}

/* ACCORD_EDENIED, ACCORD_EINPUT ...: it does not count, and why says why. *out_is_ours false: it is about another statement. */
static int
judge_action(const ac_account *a, ac_acted *acted, ac_str text, const bool *signers, bool *out_is_ours, accord_err *why)
{
	unsigned member;
	int rc = ac_action_parse(text, &acted->action, why);

	*out_is_ours = rc == 0 && ac_about_is_of(&acted->action.about, &a->statement);
	if (!*out_is_ours)
		return rc;
	rc = ac_action_check(&acted->action, &a->statement, why);
	if (rc)
		return rc;
	member = ac_charter_member_find(a->charter, acted->action.about.member);
	if (member == a->charter->member_count || !signers[member])
		return ac_fail(why, ACCORD_EDENIED, "it is not signed by the member that it speaks for");
	if (!a->may_speak[member])
		return ac_fail(why, ACCORD_EDENIED, "the key of that member is not among those that are trusted");
	return 0;
}

static int
take_action(ac_judging *j, ac_account *a, size_t item, accord_err *err)
{
	ac_acted acted = { .item = item };
	accord_err why = { 0 };
	bool *members = NULL, is_ours;
	ac_str reason;
	int rc = ac_judging_signers(j, a->anchor, a->charter->version, item, &members, &reason, err);

	/* What nobody has signed is not read. */
	if (rc || !members)
		return rc;
	rc = judge_action(a, &acted, j->h->items[item].note.text, members, &is_ours, &why);
	if (rc && !ac_judging_is_answer(rc)) {
		if (err)
			*err = why;
		return rc;
	}
	if (rc)
		ac_judging_tell(j, item, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(why.text)));
	else if (is_ours && !is_known(a, &acted.action))
		a->acted[a->acted_count++] = acted;
	return ac_arena_check(j->arena, err);
}

int
ac_judging_actions(ac_judging *j, ac_account *a, accord_err *err)
{
	const ac_action **some;
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < j->h->count; i++)
		count += ac_held_is_text(&j->h->items[i], "action");
	a->acted = ac_arena_zalloc(j->arena, count + 1, sizeof(*a->acted));
	some = ac_arena_zalloc(j->arena, count + 1, sizeof(*some));
	if (!a->acted || !some)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; rc == 0 && i < j->h->count; i++)
		if (ac_held_is_text(&j->h->items[i], "action"))
			rc = take_action(j, a, i, err);
	for (size_t i = 0; i < a->acted_count; i++)
		some[i] = &a->acted[i].action;
	return rc ? rc
		  : ac_progress_judge(a->charter, &a->statement, some, a->acted_count, j->options->as_of, j->arena,
			&a->progress, err);
}
