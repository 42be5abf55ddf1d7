/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints first, then what they vouch for, then whether all of it can be so at once. Reads no text of a leaf but its first line. */
#include "agree/places.h"

#include "agree/log.h"
#include "base/limits.h"

#define TILE_BUF_MAX (16 * AC_MIB)

typedef struct finder {
	ac_holding *h;
	const ac_anchors *anchors;
	const ac_trust *trust;
	ac_digester *digester;
	ac_arena *arena;
	bool with_leaves;
	ac_known_head *heads;
	size_t head_count;
	ac_known_leaf *leaves;
	size_t leaf_count, leaf_capacity;
	ac_known_leaf *own;
	size_t own_count, own_capacity;
	ac_str contradiction;
} finder;

/* By the policy that is trusted, in place of the charter's quorum. */
static int
judge_by_policy(finder *f, const ac_note *note, ac_known_head *head, accord_err *why)
{
	ac_policy_verdict v;
	int rc = ac_policy_judge(f->trust->policy, note, f->arena, &v, why);

	if (rc)
		return rc;
	head->oldest = v.oldest;
	head->is_accepted = v.is_met;
	return v.is_met ? 0
			: ac_fail(why, ACCORD_EDENIED,
			      "the quorum of the policy is not met: %u of its witnesses have cosigned", v.witnesses);
}

static int
judge_by_charter(finder *f, const ac_charter *charter, const bool *witnesses, unsigned cosigners, ac_known_head *head,
    accord_err *why)
{
	int rc = 0;

	head->is_accepted = charter->for_checkpoint == charter->quorum.count;
	if (!head->is_accepted)
		rc = ac_charter_is_met(charter, charter->for_checkpoint, witnesses, f->arena, &head->is_accepted, why);
	if (rc || head->is_accepted)
		return rc;
	return ac_fail(why, ACCORD_EDENIED,
	    "the charter's quorum for checkpoints is not met: %u of its members have cosigned", cosigners);
}

/*
 * By the keys of the log and of witnesses, and by those of texts, whose signature on a checkpoint refuses it whatever else it bears: each purpose has a key of its own, however the key came to be known.
 */
static int
verify_head(finder *f, const ac_anchor *anchor, const ac_charter *charter, const ac_note *note, const ac_vkey *keys,
    size_t count, ac_note_verdict *out, accord_err *why)
{
	ac_chain_key *all = NULL;
	size_t all_count = 0, n = count;
	ac_vkey *tried;
	int rc = ac_chain_keys(&anchor->chain, charter, f->arena, &all, &all_count, why);

	tried = rc ? NULL : ac_arena_zalloc(f->arena, count + all_count + 1, sizeof(*tried));
	if (!tried)
		return rc ? rc : ac_arena_check(f->arena, why);
	if (count > 0)
		memcpy(tried, keys, count * sizeof(*tried));
	for (size_t i = 0; i < all_count; i++)
		if (all[i].key.vkey.purpose == AC_PURPOSE_SIGN || all[i].key.vkey.purpose == AC_PURPOSE_ROOT)
			tried[n++] = all[i].key.vkey;
	return ac_note_verify(note, tried, n, f->arena, out, why);
}

/* One version of one chain. ACCORD_ENOTFOUND: the log is nobody's there. */
static int
judge_version(finder *f, const ac_anchor *anchor, const ac_charter *charter, const ac_note *note, ac_known_head *head,
    accord_err *why)
{
	ac_note_verdict verdict;
	ac_vkey *keys = NULL;
	unsigned *members = NULL, cosigners = 0;
	size_t count = 0;
	bool *witnesses = ac_arena_zalloc(f->arena, charter->member_count, sizeof(*witnesses));
	int rc = ac_chain_log_keys(&anchor->chain, charter, head->checkpoint.origin, head->checkpoint.size, f->arena,
	    &keys, &members, &count, why);

	if (!rc && !witnesses)
		rc = ac_arena_check(f->arena, why);
	if (!rc)
		rc = verify_head(f, anchor, charter, note, keys, count, &verdict, why);
	if (rc)
		return rc;
	head->is_signed = false;
	head->oldest = head->newest = 0;
	for (size_t i = 0; i < count; i++) {
		if (!verdict.signed_by[i])
			continue;
		if (keys[i].purpose == AC_PURPOSE_LOG) {
			head->is_signed = true;
			head->member = charter->members[members[i]].name;
			continue;
		}
		cosigners += !witnesses[members[i]];
		witnesses[members[i]] = true;
		if (head->oldest == 0 || verdict.times[i] < head->oldest)
			head->oldest = verdict.times[i];
		if (verdict.times[i] > head->newest)
			head->newest = verdict.times[i];
	}
	if (!head->is_signed)
		return ac_fail(why, ACCORD_ENOTFOUND, "the key of its log has not signed it");
	head->anchor = anchor;
	head->version = charter->version;
	return f->trust->policy ? judge_by_policy(f, note, head, why)
				: judge_by_charter(f, charter, witnesses, cosigners, head, why);
}

static bool
is_answer(int rc)
{
	return rc == 0 || rc == ACCORD_EDENIED || rc == ACCORD_ENOTFOUND;
}

/* By the latest version that accepts it; else the first thing that is wrong under a chain that knows the log. */
static int
judge_head(finder *f, const ac_note *note, ac_known_head *head, accord_err *err)
{
	ac_known_head best = *head;

	best.reason = AC_S("no member of a charter that is here has such a log");
	for (size_t i = 0; i < f->anchors->count; i++) {
		const ac_anchor *anchor = f->anchors->items[i];

		for (unsigned v = anchor->chain.count; v-- > 0;) {
			ac_known_head tried = *head;
			accord_err why = { 0 };
			int rc = judge_version(f, anchor, &anchor->chain.versions[v]->charter, note, &tried, &why);

			if (!is_answer(rc)) {
				if (err)
					*err = why;
				return rc;
			}
			if (tried.is_accepted) {
				*head = tried;
				return 0;
			}
			if (rc == ACCORD_EDENIED && !best.anchor) {
				best = tried;
				best.reason = ac_arena_str(f->arena, ac_str_from(why.text));
			}
		}
	}
	*head = best;
	return ac_arena_check(f->arena, err);
}

static int
find_heads(finder *f, accord_err *err)
{
	int rc = 0;

	f->heads = ac_arena_zalloc(f->arena, f->h->count + 1, sizeof(*f->heads));
	if (!f->heads)
		return ac_arena_check(f->arena, err);
	for (size_t i = 0; i < f->h->count && rc == 0; i++) {
		const ac_held *item = &f->h->items[i];
		ac_known_head *head = &f->heads[f->head_count];

		if (item->kind != AC_HELD_CHECKPOINT && item->kind != AC_HELD_PROOF && item->kind != AC_HELD_GROWTH)
			continue;
		*head = (ac_known_head){ .item = i, .checkpoint = item->checkpoint };
		for (size_t k = 0; k < f->h->log_count; k++)
			if (item->kind == AC_HELD_CHECKPOINT && f->h->logs[k].bytes.p == item->bytes.p)
				head->log = &f->h->logs[k];
		rc = judge_head(f, &item->note, head, err);
		f->head_count++;
	}
	return rc;
}

static int
contradict(finder *f, accord_err *err, ac_str text)
{
	if (!f->contradiction.p)
		f->contradiction = text;
	return ac_arena_check(f->arena, err);
}

static int
push_leaf(finder *f, ac_known_leaf **leaves, size_t *count, size_t *capacity, ac_known_leaf leaf, accord_err *err)
{
	size_t wanted = *capacity ? *capacity * 2 : 64;
	ac_known_leaf *grown = *leaves;

	if (*count == *capacity) {
		grown = ac_arena_resize(f->arena, *leaves, *count * sizeof(*grown), wanted * sizeof(*grown));
		if (!grown)
			return ac_arena_check(f->arena, err);
		*leaves = grown;
		*capacity = wanted;
	}
	grown[(*count)++] = leaf;
	return 0;
}

static int
add_leaf(finder *f, size_t item, const ac_known_head *head, uint64_t index, accord_err *err)
{
	return push_leaf(f, &f->leaves, &f->leaf_count, &f->leaf_capacity,
	    (ac_known_leaf){ item, { head->checkpoint.origin, index, false }, head }, err);
}

static int
add_own(finder *f, size_t item, const ac_known_head *head, uint64_t index, accord_err *err)
{
	return push_leaf(f, &f->own, &f->own_count, &f->own_capacity,
	    (ac_known_leaf){ item, { head->checkpoint.origin, index, true }, head }, err);
}

/* Every file that a proof proves. */
static int
follow_proof(finder *f, const ac_known_head *head, bool is_own, accord_err *err)
{
	const ac_proof *proof = f->h->items[head->item].proof;
	int rc = 0;

	for (size_t i = 0; i < f->h->count && rc == 0; i++) {
		const ac_held *item = &f->h->items[i];

		if (item->kind == AC_HELD_PROOF || item->kind == AC_HELD_GROWTH || !item->bytes.p)
			continue;
		if (++f->h->proof_checks > AC_PROOF_CHECKS_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "want at most %d files to try proofs against, in all",
			    AC_PROOF_CHECKS_MAX);
		rc = ac_proof_check(f->digester, proof, item->bytes, err);
		if (rc == 0 && is_own)
			rc = add_own(f, i, head, proof->index, err);
		else if (rc == 0)
			rc = add_leaf(f, i, head, proof->index, err);
		else if (rc == ACCORD_EDENIED)
			rc = 0;
	}
	return rc;
}

typedef struct leaves {
	finder *f;
	const ac_known_head *head;
	const char *folder;
} leaves;

static int
on_leaf(void *payload, uint64_t index, ac_str leaf, accord_err *err)
{
	leaves *l = payload;
	finder *f = l->f;
	const char *name;
	size_t item;
	ac_str bytes;
	int rc;

	if (!ac_str_starts(leaf, AC_S("accord/")))
		return 0;
	name = ac_arena_printf(f->arena, "%s leaf %llu", l->folder, (unsigned long long)index).p;
	bytes = ac_arena_str(f->arena, leaf);
	if (!name || !bytes.p)
		return ac_arena_check(f->arena, err);
	rc = ac_holding_add(f->h, name, bytes, &item, err);
	if (rc)
		return rc;
	f->h->items[item].is_leaf = true;
	return add_leaf(f, item, l->head, index, err);
}

static void
refuse_damaged(ac_known_head *head)
{
	head->is_accepted = false;
	head->reason = head->log->damage;
}

/* A log is taken whole or not at all: what was added of one that turns out to be damaged is taken back. */
static int
follow_log(finder *f, ac_known_head *head, accord_err *err)
{
	leaves l = { f, head, head->log->folder };
	const ac_audit_sink sink = { on_leaf, &l };
	size_t items = f->h->count, count = f->leaf_count;
	accord_err why = { 0 };
	ac_audit audit;
	int rc = ac_log_audit(head->log->folder, &head->checkpoint, &sink, &audit, &why);

	if (rc == 0)
		return 0;
	if (rc == ACCORD_ENOMEM || rc == ACCORD_ELIMIT || f->arena->failed) {
		if (err)
			*err = why;
		return rc;
	}
	f->h->count = items;
	f->leaf_count = count;
	head->log->damage = ac_arena_str(f->arena, ac_str_from(why.text));
	refuse_damaged(head);
	return ac_arena_check(f->arena, err);
}

/* Leaves that an earlier round took out of logs, by their names. */
static int
follow_log_again(finder *f, const ac_known_head *head, accord_err *err)
{
	ac_str prefix = ac_arena_printf(f->arena, "%s leaf ", head->log->folder);
	int rc = prefix.p ? 0 : ac_arena_check(f->arena, err);

	for (size_t i = 0; i < f->h->count && rc == 0; i++) {
		ac_str path = ac_str_from(f->h->items[i].path);
		uint64_t index;

		if (ac_str_starts(path, prefix) && f->h->items[i].is_leaf &&
		    ac_str_to_u64(ac_str_slice(path, prefix.n, path.n), &index))
			rc = add_leaf(f, i, head, index, err);
	}
	return rc;
}

/* A leaf of a log that no quorum has cosigned: notes that are held anyway have a place in it, and it adds none. */
static int
on_own_leaf(void *payload, uint64_t index, ac_str leaf, accord_err *err)
{
	leaves *l = payload;
	finder *f = l->f;
	int rc = 0;

	for (size_t i = 0; i < f->h->count && rc == 0; i++)
		if (ac_str_eq(f->h->items[i].bytes, leaf))
			rc = add_own(f, i, l->head, index, err);
	return rc;
}

/* Has the member whose log it is rotated a key? Nobody asks for the places otherwise. */
static bool
has_rotated(const ac_known_head *head)
{
	for (unsigned i = 0; head->anchor && i < head->anchor->chain.change_count; i++) {
		const ac_key_note *n = &head->anchor->chain.changes[i].note;

		if (n->change == AC_KEY_ROTATE && ac_str_eq(n->member, head->member))
			return true;
	}
	return false;
}

static int
follow_own(finder *f, ac_known_head *head, accord_err *err)
{
	leaves l = { f, head, head->log->folder };
	const ac_audit_sink sink = { on_own_leaf, &l };
	size_t count = f->own_count;
	accord_err why = { 0 };
	ac_audit audit;
	int rc = ac_log_audit(head->log->folder, &head->checkpoint, &sink, &audit, &why);

	if (rc == ACCORD_ENOMEM || f->arena->failed) {
		if (err)
			*err = why;
		return rc;
	}
	if (rc)
		f->own_count = count;
	return 0;
}

/* In the second round, which knows the changes of keys that stand in logs. */
static int
follow_unseen(finder *f, ac_known_head *head, accord_err *err)
{
	if (f->with_leaves || !head->is_signed || !has_rotated(head))
		return 0;
	if (head->log)
		return head->log->damage.p ? 0 : follow_own(f, head, err);
	return f->h->items[head->item].kind == AC_HELD_PROOF ? follow_proof(f, head, true, err) : 0;
}

static int
find_leaves(finder *f, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < f->head_count && rc == 0; i++) {
		ac_known_head *head = &f->heads[i];

		if (head->log && head->log->damage.p)
			refuse_damaged(head);
		if (!head->is_accepted) {
			rc = follow_unseen(f, head, err);
			continue;
		}
		if (head->log)
			rc = f->with_leaves ? follow_log(f, head, err) : follow_log_again(f, head, err);
		else if (f->h->items[head->item].kind == AC_HELD_PROOF)
			rc = follow_proof(f, head, false, err);
	}
	return rc;
}

/* Leaves of one held log are one at a place; what proofs show is held against all. */
static int
compare_leaves(finder *f, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < f->leaf_count && rc == 0; i++) {
		const ac_known_leaf *a = &f->leaves[i];

		for (size_t k = 0; k < f->leaf_count && !a->head->log && rc == 0; k++) {
			const ac_known_leaf *b = &f->leaves[k];

			if (a->place.index == b->place.index && a->head->anchor == b->head->anchor &&
			    ac_str_eq(a->place.origin, b->place.origin) &&
			    !ac_str_eq(f->h->items[a->item].bytes, f->h->items[b->item].bytes))
				rc = contradict(f, err,
				    ac_arena_printf(f->arena, "leaf %llu of %.*s is shown to be two texts",
					(unsigned long long)a->place.index, AC_FMT(a->place.origin)));
		}
	}
	return rc;
}

/* The root of the first `size` leaves of a log that is held. */
static int
root_of(finder *f, const ac_held_log *log, uint64_t size, ac_hash *out, accord_err *err)
{
	ac_tile_nodes *tiles = ac_arena_zalloc(f->arena, 1, sizeof(*tiles));
	ac_log_files files = { log->folder, NULL };
	ac_tlog_nodes nodes;
	ac_buf buf;
	int rc;

	if (!tiles)
		return ac_arena_check(f->arena, err);
	ac_buf_init(&buf, TILE_BUF_MAX);
	files.buf = &buf;
	ac_tile_nodes_init(tiles, (ac_tile_source){ ac_log_read_tile, &files }, f->digester, log->head.size);
	nodes = ac_tile_nodes_of(tiles);
	rc = ac_tlog_root(f->digester, &nodes, size, out, err);
	ac_buf_done(&buf);
	return rc;
}

/* Two heads that are signed by one log: of one size with one root; and what a held log begins with is what it was. */
static int
compare(finder *f, const ac_known_head *a, const ac_known_head *b, accord_err *err)
{
	const ac_checkpoint *c = &a->checkpoint, *d = &b->checkpoint;
	ac_hash root;
	int rc;

	if (!a->is_signed || !b->is_signed || a->anchor != b->anchor || !ac_str_eq(c->origin, d->origin))
		return 0;
	if (c->size == d->size) {
		if (memcmp(c->root, d->root, sizeof(c->root)) == 0)
			return 0;
		return contradict(f, err,
		    ac_arena_printf(f->arena, "%.*s has signed two trees of %llu leaves", AC_FMT(c->origin),
			(unsigned long long)c->size));
	}
	if (!a->log || !a->is_accepted || c->size < d->size)
		return 0;
	rc = root_of(f, a->log, d->size, &root, err);
	if (rc == 0 && memcmp(root.bytes, d->root, sizeof(d->root)) != 0)
		return contradict(f, err,
		    ac_arena_printf(f->arena,
			"%.*s of %llu leaves does not begin with the tree of %llu leaves that it signed before",
			AC_FMT(c->origin), (unsigned long long)c->size, (unsigned long long)d->size));
	return rc;
}

static int
compare_heads(finder *f, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < f->head_count && rc == 0; i++)
		for (size_t k = 0; k < f->head_count && rc == 0; k++)
			if (i != k)
				rc = compare(f, &f->heads[i], &f->heads[k], err);
	return rc;
}

int
ac_places_make(ac_holding *holding, const ac_anchors *anchors, const ac_trust *trust, ac_digester *digester,
    bool with_leaves, ac_arena *arena, ac_places *out, accord_err *err)
{
	finder f = { .h = holding,
		.anchors = anchors,
		.trust = trust,
		.digester = digester,
		.arena = arena,
		.with_leaves = with_leaves };
	accord_err own = { 0 };
	int rc = find_heads(&f, &own);

	if (rc == 0)
		rc = find_leaves(&f, &own);
	if (rc == 0)
		rc = compare_leaves(&f, &own);
	if (rc == 0)
		rc = compare_heads(&f, &own);
	if (rc && err)
		*err = own;
	if (rc == 0)
		*out =
		    (ac_places){ f.heads, f.head_count, f.leaves, f.leaf_count, f.own, f.own_count, f.contradiction };
	return rc;
}

const ac_known_head *
ac_places_head(const ac_places *places, size_t item)
{
	for (size_t i = 0; i < places->head_count; i++)
		if (places->heads[i].item == item)
			return &places->heads[i];
	return NULL;
}

const ac_known_leaf *
ac_places_leaf(const ac_places *places, const ac_anchor *anchor, ac_str member, uint64_t version, uint64_t index)
{
	for (size_t i = 0; i < places->leaf_count; i++) {
		const ac_known_leaf *leaf = &places->leaves[i];

		if (leaf->place.index == index && leaf->head->anchor == anchor && leaf->head->version >= version &&
		    ac_str_eq(leaf->head->member, member))
			return leaf;
	}
	return NULL;
}
