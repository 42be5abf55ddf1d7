/* SPDX-License-Identifier: Apache-2.0 */
/* One file after the other: who signed it, and what it proves by itself. Statements and what is about them are account_statement.c's. */
#include "agree/account_part.h"

#include "agree/commitment.h"
#include "base/limits.h"

bool
ac_held_is_text(const ac_held *item, const char *kind)
{
	return item->kind == AC_HELD_NOTE && ac_str_eq(item->text_kind, ac_str_from(kind));
}

bool
ac_judging_is_answer(int rc)
{
	return rc == ACCORD_EDENIED || rc == ACCORD_ENOTFOUND || rc == ACCORD_EINPUT || rc == ACCORD_EVERSION ||
	       rc == ACCORD_ELIMIT;
}

static int
signers_at(ac_judging *j, const ac_anchor *anchor, uint64_t version, size_t item, ac_leaf_place place,
    ac_warnings *warnings, bool **members, ac_str *reason, accord_err *err)
{
	const ac_charter *charter = ac_chain_at(&anchor->chain, version);
	accord_err why = { 0 };
	bool *some = NULL;
	int rc =
	    ac_chain_signers(&anchor->chain, version, &j->h->items[item].note, place, j->arena, &some, warnings, &why);

	if (ac_judging_is_answer(rc)) {
		if (!reason->p)
			*reason = ac_arena_str(j->arena, ac_str_from(why.text));
		return ac_arena_check(j->arena, err);
	}
	if (rc) {
		if (err)
			*err = why;
		return rc;
	}
	for (unsigned i = 0; *members && i < charter->member_count; i++)
		(*members)[i] = (*members)[i] || some[i];
	if (!*members)
		*members = some;
	return 0;
}

/*
 * What a member's own log shows of his own word, before any witness has seen it: that it was there before he rotated the key. Only for him: who keeps a log may put others' notes into it at any place.
 */
static int
own_signers(ac_judging *j, const ac_anchor *anchor, uint64_t version, size_t item, bool **members, accord_err *err)
{
	const ac_charter *charter = ac_chain_at(&anchor->chain, version);
	ac_str reason = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->out->places.own_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.own[i];
		unsigned own = ac_charter_member_find(charter, leaf->head->member);
		bool *some = NULL;

		if (leaf->item != item || leaf->head->anchor != anchor || own == charter->member_count)
			continue;
		rc = signers_at(j, anchor, version, item, leaf->place, NULL, &some, &reason, err);
		if (rc || !some || !some[own])
			continue;
		for (unsigned m = 0; m < charter->member_count; m++)
			some[m] = m == own || (*members && (*members)[m]);
		*members = some;
	}
	return rc;
}

int
ac_judging_signers(ac_judging *j, const ac_anchor *anchor, uint64_t version, size_t item, bool **out_members,
    ac_str *out_reason, accord_err *err)
{
	const ac_held *held = &j->h->items[item];
	bool *members = NULL, is_logged = false, was_sealed = false;
	ac_str reason = { 0 };
	int rc = own_signers(j, anchor, version, item, &members, err);
	bool is_own = members != NULL;

	for (size_t i = ac_judging_stands(j, held->digest); rc == 0 && i < j->stands.count; i++) {
		const ac_stand *s = &j->stands.items[i];

		if (memcmp(s->digest, held->digest, sizeof(held->digest)) != 0)
			break;
		if (s->leaf->head->anchor != anchor || !ac_str_eq(j->h->items[s->item].bytes, held->bytes))
			continue;
		is_logged = true;
		/* What counted when it was sealed, or in the member's own log, needs no word about how late it came to light. */
		rc = signers_at(j, anchor, version, item, s->leaf->place,
		    is_own || (was_sealed && members) ? NULL : &j->out->warnings, &members, &reason, err);
		was_sealed = was_sealed || s->is_sealed;
	}
	if (rc == 0 && !is_logged)
		rc = signers_at(j, anchor, version, item, (ac_leaf_place){ 0 }, is_own ? NULL : &j->out->warnings,
		    &members, &reason, err);
	*out_members = members;
	*out_reason = members ? (ac_str){ 0 } : reason;
	return rc;
}

void
ac_judging_tell(ac_judging *j, size_t item, ac_point_state state, ac_str words)
{
	ac_item_verdict *v = &j->out->verdicts[item];

	v->is_checked = true;
	v->state = state;
	v->words = words;
}

void
ac_judging_tell_signed(
    ac_judging *j, size_t item, const ac_anchor *anchor, const ac_charter *charter, const bool *members)
{
	ac_item_verdict *v = &j->out->verdicts[item];
	char digest[2 * AC_SHA256_SIZE];

	v->anchor = anchor;
	v->version = charter->version;
	v->members = members;
	if (anchor->kind != AC_ANCHOR_NONE) {
		ac_judging_tell(j, item, AC_POINT_PROVED,
		    ac_arena_printf(j->arena, "signed by %.*s", AC_FMT(ac_member_names(charter, members, j->arena))));
		return;
	}
	ac_hex(charter->digest, sizeof(charter->digest), digest);
	ac_judging_tell(j, item, AC_POINT_FAILED,
	    ac_arena_printf(j->arena,
		"signed by %.*s, consistent under charter sha256:%.*s, which you must compare by another channel",
		AC_FMT(ac_member_names(charter, members, j->arena)), (int)sizeof(digest), digest));
}

/* The first version, from the latest one of each chain on, under which somebody signed. */
static int
judge_text(ac_judging *j, size_t item, accord_err *err)
{
	ac_str first = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->out->anchors.count; i++) {
		const ac_anchor *anchor = j->out->anchors.items[i];

		for (unsigned v = anchor->chain.count; rc == 0 && v-- > 0;) {
			const ac_charter *charter = &anchor->chain.versions[v]->charter;
			bool *members = NULL;
			ac_str reason;

			rc = ac_judging_signers(j, anchor, charter->version, item, &members, &reason, err);
			if (rc == 0 && members) {
				ac_judging_tell_signed(j, item, anchor, charter, members);
				return 0;
			}
			/* That a signature is wrong is worth more than that another chain does not know the signer. */
			if (!first.p || j->out->anchors.count == 1)
				first = reason;
		}
	}
	ac_judging_tell(
	    j, item, AC_POINT_FAILED, first.p ? first : AC_S("no charter is here whose members could have signed it"));
	return rc;
}

static void
judge_charter(ac_judging *j, size_t item)
{
	const ac_held *held = &j->h->items[item];
	const ac_anchor *anchor = ac_anchors_find(&j->out->anchors, held->digest);
	char digest[2 * AC_SHA256_SIZE];
	const ac_charter *charter;

	if (!anchor) {
		ac_judging_tell(j, item, AC_POINT_FAILED,
		    AC_S("it is not signed as a charter must be, or follows none that is here"));
		return;
	}
	charter = ac_chain_by_digest(&anchor->chain, held->digest);
	ac_hex(charter->digest, sizeof(charter->digest), digest);
	if (anchor->kind == AC_ANCHOR_NONE)
		ac_judging_tell(j, item, AC_POINT_FAILED,
		    ac_arena_printf(j->arena,
			"version %llu of the charter of %.*s, signed by its own quorum: consistent under charter "
			"sha256:%.*s, which "
			"you must compare by another channel",
			(unsigned long long)charter->version, AC_FMT(charter->coalition), (int)sizeof(digest), digest));
	else
		ac_judging_tell(j, item, AC_POINT_PROVED,
		    ac_arena_printf(j->arena, "version %llu of the charter of %.*s, %s",
			(unsigned long long)charter->version, AC_FMT(charter->coalition),
			charter->version != anchor->version ? "in the chain from the trusted one"
			: anchor->kind == AC_ANCHOR_DIGEST  ? "the trusted one"
							    : "signed by all keys that are trusted"));
}

static bool
is_in_chain(const ac_anchor *anchor, const ac_held *held)
{
	for (unsigned i = 0; i < anchor->chain.change_count; i++)
		if (memcmp(anchor->chain.changes[i].note.digest, held->digest, AC_SHA256_SIZE) == 0)
			return true;
	return false;
}

static void
judge_change(ac_judging *j, size_t item)
{
	bool is_trusted = false, is_in = false;

	for (size_t i = 0; i < j->out->anchors.count; i++)
		if (is_in_chain(j->out->anchors.items[i], &j->h->items[item])) {
			is_in = true;
			is_trusted = is_trusted || j->out->anchors.items[i]->kind != AC_ANCHOR_NONE;
		}
	ac_judging_tell(j, item, is_trusted ? AC_POINT_PROVED : AC_POINT_FAILED,
	    is_trusted ? AC_S("a change of a key, accepted under the charter")
	    : is_in    ? AC_S("a change of a key, consistent under a charter that nobody here vouches for")
		       : AC_S("a change of a key that no charter here accepts"));
}

static ac_str
head_words(ac_judging *j, const ac_known_head *head)
{
	if (!head->is_accepted)
		return head->reason;
	return ac_arena_printf(
	    j->arena, "the log of %.*s%s", AC_FMT(head->member), head->oldest ? ", cosigned as is asked for" : "");
}

/* The old checkpoint that growth goes on from, as well proved as the new one. */
static int
judge_growth(ac_judging *j, size_t item, const ac_known_head *head, accord_err *err)
{
	const ac_growth *growth = j->h->items[item].growth;
	ac_hash old_root, new_root;

	memcpy(new_root.bytes, growth->checkpoint.root, sizeof(new_root.bytes));
	for (size_t i = 0; i < j->out->places.head_count; i++) {
		const ac_known_head *old = &j->out->places.heads[i];
		int rc;

		if (!old->is_accepted || old->item == item || old->anchor != head->anchor ||
		    old->checkpoint.size != growth->old_size ||
		    !ac_str_eq(old->checkpoint.origin, head->checkpoint.origin))
			continue;
		memcpy(old_root.bytes, old->checkpoint.root, sizeof(old_root.bytes));
		rc = ac_tlog_check_consistency(j->digester, growth->old_size, growth->checkpoint.size, &old_root,
		    &new_root, growth->hashes, growth->count, err);
		if (rc && rc != ACCORD_EDENIED)
			return rc;
		ac_judging_tell(j, item, rc ? AC_POINT_FAILED : AC_POINT_PROVED,
		    rc ? AC_S("it does not show that the log has only grown")
		       : ac_arena_printf(j->arena, "the log of %.*s has only grown since it had %llu leaves",
			     AC_FMT(head->member), (unsigned long long)growth->old_size));
		return 0;
	}
	ac_judging_tell(j, item, AC_POINT_FAILED,
	    ac_arena_printf(j->arena, "the checkpoint of %llu leaves that it goes on from is not among the files",
		(unsigned long long)growth->old_size));
	return 0;
}

static int
judge_head(ac_judging *j, size_t item, accord_err *err)
{
	const ac_known_head *head = ac_places_head(&j->out->places, item);
	const ac_held *held = &j->h->items[item];
	bool is_trusted = head->is_accepted && head->anchor->kind != AC_ANCHOR_NONE;

	ac_judging_tell(j, item, is_trusted ? AC_POINT_PROVED : AC_POINT_FAILED, head_words(j, head));
	for (size_t i = 0; held->kind == AC_HELD_PROOF && i < j->out->places.own_count; i++)
		if (j->out->places.own[i].head == head && head->anchor->kind != AC_ANCHOR_NONE) {
			ac_judging_tell(j, item, AC_POINT_PROVED,
			    ac_arena_printf(j->arena,
				"%s is leaf %llu of the log of %.*s by that log's own signature: enough for a word "
				"from before "
				"a rotation of its key",
				j->h->items[j->out->places.own[i].item].path, (unsigned long long)held->proof->index,
				AC_FMT(head->member)));
			return 0;
		}
	if (head->is_accepted && !is_trusted)
		ac_judging_tell(
		    j, item, AC_POINT_FAILED, AC_S("consistent under a charter that nobody here vouches for"));
	if (!is_trusted || held->kind == AC_HELD_CHECKPOINT)
		return 0;
	if (held->kind == AC_HELD_GROWTH)
		return judge_growth(j, item, head, err);
	for (size_t i = 0; i < j->out->places.leaf_count; i++)
		if (j->out->places.leaves[i].head == head) {
			ac_judging_tell(j, item, AC_POINT_PROVED,
			    ac_arena_printf(j->arena, "%s is leaf %llu of the log of %.*s",
				j->h->items[j->out->places.leaves[i].item].path, (unsigned long long)held->proof->index,
				AC_FMT(head->member)));
			return 0;
		}
	ac_judging_tell(j, item, AC_POINT_FAILED, AC_S("the leaf that it proves is not among the files"));
	return 0;
}

/* Is there anything here but charters, changes of keys and misbehaviour, which would rely on what a log says? */
static bool
relies_on_logs(const ac_judging *j)
{
	for (size_t i = 0; i < j->h->count; i++)
		if (j->h->items[i].kind != AC_HELD_MISBEHAVIOUR && j->h->items[i].kind != AC_HELD_OTHER &&
		    !ac_held_is_text(&j->h->items[i], "charter") && !ac_held_is_text(&j->h->items[i], "key"))
			return true;
	return false;
}

/* By any log key of a chain that somebody vouches for. Whoever asks about nothing else has his answer; for all that relies on the log it is a failure. */
static int
judge_misbehaviour(ac_judging *j, size_t item, accord_err *err)
{
	const ac_misbehaviour *m = j->h->items[item].misbehaviour;
	int rc = 0;

	ac_judging_tell(j, item, AC_POINT_FAILED, AC_S("no log of a trusted charter signed both checkpoints"));
	for (size_t i = 0; rc == 0 && i < j->out->anchors.count; i++) {
		const ac_anchor *anchor = j->out->anchors.items[i];

		for (unsigned v = anchor->chain.count; rc == 0 && anchor->kind != AC_ANCHOR_NONE && v-- > 0;) {
			const ac_charter *charter = &anchor->chain.versions[v]->charter;
			ac_chain_key *all = NULL;
			ac_vkey *keys;
			size_t count = 0, all_count = 0, signers[2];

			rc = ac_chain_keys(&anchor->chain, charter, j->arena, &all, &all_count, err);
			keys = ac_arena_zalloc(j->arena, all_count + 1, sizeof(*keys));
			if (rc || !keys)
				return rc ? rc : ac_arena_check(j->arena, err);
			for (size_t k = 0; k < all_count; k++)
				if (all[k].key.vkey.purpose == AC_PURPOSE_LOG)
					keys[count++] = all[k].key.vkey;
			rc = ac_misbehaviour_check(j->digester, m, keys, count, j->arena, signers, err);
			if (rc == 0) {
				ac_judging_tell(j, item, AC_POINT_PROVED,
				    ac_arena_printf(j->arena, "%.*s has signed two trees that contradict each other",
					AC_FMT(m->origin)));
				ac_point_add(&j->out->points, "misbehaviour",
				    relies_on_logs(j) ? AC_POINT_FAILED : AC_POINT_OPEN,
				    ac_arena_printf(j->arena,
					"%.*s has signed two trees that contradict each other: what its log "
					"says is not to be relied on",
					AC_FMT(m->origin)));
				return 0;
			}
			rc = ac_judging_is_answer(rc) ? 0 : rc;
		}
	}
	return rc;
}

/* Behind all other texts, whose signers are known then. */
static int
judge_openings(ac_judging *j, accord_err *err)
{
	for (size_t i = 0; i < j->h->count; i++) {
		const ac_opened *opened = &j->out->openings[i];
		accord_err why = { 0 };
		ac_opening opening;
		int rc;

		if (!ac_held_is_text(&j->h->items[i], "opening") || !j->out->verdicts[i].members)
			continue;
		rc = ac_opening_parse(j->h->items[i].note.text, &opening, &why);
		if (rc && !ac_judging_is_answer(rc)) {
			if (err)
				*err = why;
			return rc;
		}
		if (rc)
			ac_judging_tell(j, i, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(why.text)));
		else if (!opened->has_commitment)
			ac_judging_tell(
			    j, i, AC_POINT_FAILED, AC_S("the commitment that it opens is not among the files"));
		else if (!opened->is_opened)
			ac_judging_tell(
			    j, i, AC_POINT_FAILED, AC_S("no note that is here is what the commitment stood for"));
		else
			ac_judging_tell(j, i, j->out->verdicts[i].state,
			    ac_arena_printf(j->arena, "the commitment %s stood for %s; %.*s",
				j->h->items[opened->commitment].path, j->h->items[opened->note].path,
				AC_FMT(j->out->verdicts[i].words)));
	}
	return 0;
}

static int
judge_item(ac_judging *j, size_t item, accord_err *err)
{
	const ac_held *held = &j->h->items[item];

	switch (held->kind) {
	case AC_HELD_BROKEN:
		ac_judging_tell(j, item, AC_POINT_FAILED, ac_str_from(held->what->text));
		return 0;
	case AC_HELD_OTHER:
		return 0;
	case AC_HELD_CHECKPOINT:
	case AC_HELD_PROOF:
	case AC_HELD_GROWTH:
		return judge_head(j, item, err);
	case AC_HELD_MISBEHAVIOUR:
		return judge_misbehaviour(j, item, err);
	case AC_HELD_NOTE:
		break;
	}
	if (ac_held_is_text(held, "charter"))
		judge_charter(j, item);
	else if (ac_held_is_text(held, "key"))
		judge_change(j, item);
	else
		return judge_text(j, item, err);
	return 0;
}

int
ac_judging_items(ac_judging *j, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->h->count; i++)
		rc = judge_item(j, i, err);
	if (rc == 0)
		rc = judge_openings(j, err);
	return rc ? rc : ac_arena_check(j->arena, err);
}
