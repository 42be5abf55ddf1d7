/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of pledges among the files: which of it counts, by the charter that it cites and the place where it stands. What it comes to is pledge.c's. */
#include "agree/account_part.h"

/* The version that it cites, in a chain that is here. NULL: none. */
static const ac_anchor *
find_cited(const ac_judging *j, const ac_pledge_note *note, const ac_charter **out)
{
	for (size_t i = 0; i < j->out->anchors.count; i++)
		if (ac_chain_cited(&j->out->anchors.items[i]->chain, note->charter_version, note->charter, out, NULL) ==
		    0)
			return j->out->anchors.items[i];
	return NULL;
}

static bool
is_known(const ac_accounts *out, const ac_pledge_note *note)
{
	for (size_t i = 0; i < out->pledge_count; i++)
		if (memcmp(out->pledges[i].note.digest, note->digest, sizeof(note->digest)) == 0)
			return true;
	return false;
}

/* ACCORD_EDENIED, ACCORD_EINPUT ...: it does not count, and why says why; other errors are the machine's. */
static int
judge_pledge(ac_judging *j, size_t item, accord_err *why)
{
	const ac_charter *charter = NULL;
	ac_pledged pledged = { .item = item };
	bool *members = NULL;
	ac_str reason;
	int rc = ac_pledge_note_parse(j->h->items[item].note.text, j->arena, &pledged.note, why);

	if (rc)
		return rc;
	pledged.anchor = find_cited(j, &pledged.note, &charter);
	if (!pledged.anchor)
		return ac_fail(why, ACCORD_EDENIED, "it cites a charter that is not known here");
	rc = ac_judging_signers(j, pledged.anchor, charter->version, item, &members, &reason, why);
	if (!rc && !members)
		rc = ac_fail(why, ACCORD_EDENIED, "%.*s", AC_FMT(reason));
	if (!rc)
		rc = ac_pledge_note_check(charter, &pledged.note, members, why);
	if (!rc && !is_known(j->out, &pledged.note))
		j->out->pledges[j->out->pledge_count++] = pledged;
	return rc;
}

static bool
is_logged(const ac_judging *j, const ac_pledged *pledged)
{
	for (size_t i = 0; i < j->out->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.leaves[i];

		if (leaf->head->anchor == pledged->anchor &&
		    memcmp(j->h->items[leaf->item].digest, pledged->note.digest, AC_SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

int
ac_judging_pledges(ac_judging *j, accord_err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < j->h->count; i++)
		count += ac_held_is_text(&j->h->items[i], "pledge");
	j->out->pledges = ac_arena_zalloc(j->arena, count + 1, sizeof(*j->out->pledges));
	if (!j->out->pledges)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; i < j->h->count; i++) {
		accord_err why = { 0 };
		int rc;

		/* What nobody has signed is not read; that nobody has is told already. */
		if (!ac_held_is_text(&j->h->items[i], "pledge") || !j->out->verdicts[i].members)
			continue;
		rc = judge_pledge(j, i, &why);
		if (j->arena->failed || (rc && !ac_judging_is_answer(rc))) {
			if (err)
				*err = why;
			return rc ? rc : ac_arena_check(j->arena, err);
		}
		if (rc)
			ac_judging_tell(j, i, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(why.text)));
	}
	for (size_t i = 0; i < j->out->pledge_count; i++)
		j->out->pledges[i].is_logged = is_logged(j, &j->out->pledges[i]);
	return ac_arena_check(j->arena, err);
}
