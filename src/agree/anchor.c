/* SPDX-License-Identifier: Apache-2.0 */
/* From loose charters to chains. Whether a version may follow another is chain.c's business. */
#include "agree/anchor.h"

#include "base/limits.h"

typedef struct maker {
	const ac_holding *h;
	const ac_trust *trust;
	ac_arena *arena;
	ac_anchors *out;
	ac_str *changes;
	size_t change_count;
} maker;

static bool
is_charter(const ac_held *item)
{
	return item->kind == AC_HELD_NOTE && ac_str_eq(item->text_kind, AC_S("charter"));
}

/* Failures of memory end everything; anything else means that this copy of this charter is not accepted. */
static bool
is_fatal(int rc)
{
	return rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL;
}

static bool
has_digest(const ac_chain *chain, const uint8_t digest[static AC_SHA256_SIZE])
{
	return ac_chain_by_digest(chain, digest) != NULL;
}

const ac_anchor *
ac_anchors_find(const ac_anchors *anchors, const uint8_t digest[static AC_SHA256_SIZE])
{
	for (size_t i = 0; i < anchors->count; i++)
		if (has_digest(&anchors->items[i]->chain, digest))
			return anchors->items[i];
	return NULL;
}

/* Changes of keys in whatever order they came; what is not accepted yet may be once a later charter is in. */
static int
take_changes(const maker *m, ac_anchor *a, bool is_last, accord_err *err)
{
	accord_err own = { 0 };
	int rc = ac_chain_take(&a->chain, NULL, 0, m->changes, m->change_count, is_last ? &a->warnings : NULL, &own);

	if (is_fatal(rc) && err)
		*err = own;
	return is_fatal(rc) ? rc : 0;
}

/* Some copy of the charter of that digest, put into the chain by `add`. *out: it was accepted. *why says why not. */
static int
add_copy(const maker *m, ac_chain *chain, const uint8_t digest[static AC_SHA256_SIZE],
    int (*add)(ac_chain *, ac_str, accord_err *), bool *out, accord_err *why)
{
	*out = false;
	for (size_t i = 0; i < m->h->count && !*out; i++) {
		const ac_held *item = &m->h->items[i];
		int rc;

		if (!is_charter(item) || memcmp(item->digest, digest, AC_SHA256_SIZE) != 0)
			continue;
		rc = add(chain, item->bytes, why);
		if (is_fatal(rc))
			return rc;
		*out = rc == 0;
	}
	return 0;
}

static int
add_before(const maker *m, ac_anchor *a, accord_err *err)
{
	accord_err why = { 0 };
	bool was_added = true;
	int rc = 0;

	while (rc == 0 && was_added && a->chain.versions[0]->charter.has_previous) {
		rc = add_copy(m, &a->chain, a->chain.versions[0]->charter.previous, ac_chain_add, &was_added, &why);
		if (rc && err)
			*err = why;
	}
	return rc;
}

/* Does a charter's text say that it follows that one? Whether it may is asked of the chain, which costs much more. */
static bool
names(const ac_held *item, const ac_charter *before)
{
	static const char word[] = "\nprevious sha256:";
	char line[sizeof(word) - 1 + 2 * AC_SHA256_SIZE];

	memcpy(line, word, sizeof(word) - 1);
	ac_hex(before->digest, AC_SHA256_SIZE, line + sizeof(word) - 1);
	return ac_str_find(item->note.text, (ac_str){ line, sizeof(line) }) < item->note.text.n;
}

/*
 * The next version, if there is exactly one. Each candidate is tried on a chain of its own, since a coalition's quorum can sign two that both follow: then neither counts.
 */
static int
add_after(const maker *m, ac_anchor *a, bool *out_added, accord_err *err)
{
	const ac_charter *last = ac_chain_latest(&a->chain);
	const uint8_t *digest = NULL;
	ac_chain next = a->chain;
	int rc = 0;

	*out_added = false;
	for (size_t i = 0; i < m->h->count && !a->is_forked; i++) {
		const ac_held *item = &m->h->items[i];
		ac_chain tried = a->chain;
		accord_err why = { 0 };

		if (!is_charter(item) || !names(item, last) || has_digest(&a->chain, item->digest) ||
		    (digest && memcmp(digest, item->digest, AC_SHA256_SIZE) == 0))
			continue;
		rc = ac_chain_add(&tried, item->bytes, &why);
		if (is_fatal(rc)) {
			if (err)
				*err = why;
			return rc;
		}
		if (rc || ac_chain_latest(&tried)->version != last->version + 1)
			continue;
		a->is_forked = digest != NULL;
		digest = item->digest;
		next = tried;
	}
	if (digest && !a->is_forked) {
		a->chain = next;
		*out_added = true;
	}
	return 0;
}

static int
grow(const maker *m, ac_anchor *a, accord_err *err)
{
	bool added = true;
	int rc = add_before(m, a, err);

	while (rc == 0 && added) {
		rc = take_changes(m, a, false, err);
		if (rc == 0)
			rc = add_after(m, a, &added, err);
	}
	return rc ? rc : take_changes(m, a, true, err);
}

/* Begin a chain with the charter of that digest and let it grow. *out: it was accepted. */
static int
begin(const maker *m, const uint8_t digest[static AC_SHA256_SIZE], ac_anchor_kind kind, bool *out, accord_err *err)
{
	ac_anchor *a = ac_arena_zalloc(m->arena, 1, sizeof(*a));
	ac_anchor **grown;
	accord_err why = { 0 };
	int rc;

	*out = false;
	grown = ac_arena_resize(m->arena, m->out->items, m->out->count * sizeof(a), (m->out->count + 1) * sizeof(a));
	if (!a || !grown)
		return ac_arena_check(m->arena, err);
	m->out->items = grown;
	ac_chain_init(&a->chain, m->arena);
	a->warnings.arena = m->arena;
	a->kind = kind;
	a->trust = m->trust;
	rc = add_copy(m, &a->chain, digest, ac_chain_begin, out, &why);
	if (rc || !*out) {
		if (err && (rc || why.code))
			*err = why;
		return rc;
	}
	a->version = ac_chain_latest(&a->chain)->version;
	rc = grow(m, a, err);
	if (rc == 0)
		grown[m->out->count++] = a;
	return rc;
}

static int
begin_trusted(maker *m, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < m->trust->digest_count && rc == 0; i++) {
		const uint8_t *digest = m->trust->digests[i];
		char text[2 * AC_SHA256_SIZE];
		accord_err why = { 0 };
		bool is_in;

		if (ac_anchors_find(m->out, digest))
			continue;
		rc = begin(m, digest, AC_ANCHOR_DIGEST, &is_in, &why);
		if (rc) {
			if (err)
				*err = why;
			return rc;
		}
		ac_hex(digest, AC_SHA256_SIZE, text);
		if (!is_in && !m->out->missing.p)
			m->out->missing =
			    ac_arena_printf(m->arena, "the trusted charter sha256:%.*s %s%s", (int)sizeof(text), text,
				why.code ? "is not accepted: " : "is not among the files", why.text);
	}
	return rc;
}

static bool
may_vouch(const ac_vkey *key)
{
	return key->type == AC_NOTE_ED25519 && key->purpose != AC_PURPOSE_LOG;
}

/* Is that key among some? */
static bool
is_trusted(const ac_trust *trust, const ac_vkey *key)
{
	for (size_t i = 0; i < trust->count; i++)
		if (ac_vkey_eq(&trust->keys[i], key))
			return true;
	return false;
}

/*
 * Have all trusted keys that could speak for a charter signed this one, and are the members whose keys they are a quorum of it? Fewer would let one trusted signer invent a charter in the name of the others.
 */
static int
is_vouched(const maker *m, const ac_held *item, bool *out, accord_err *err)
{
	ac_note_verdict verdict;
	ac_charter charter;
	bool *members, is_met = false;
	size_t vouching = 0;
	int rc;

	*out = false;
	if (ac_note_verify(&item->note, m->trust->keys, m->trust->count, m->arena, &verdict, NULL))
		return ac_arena_check(m->arena, err);
	for (size_t i = 0; i < m->trust->count; i++) {
		vouching += may_vouch(&m->trust->keys[i]);
		if (may_vouch(&m->trust->keys[i]) && !verdict.signed_by[i])
			return 0;
	}
	if (vouching == 0 || ac_charter_parse(item->note.text, m->arena, &charter, NULL))
		return ac_arena_check(m->arena, err);
	members = ac_arena_zalloc(m->arena, charter.member_count, sizeof(*members));
	if (!members)
		return ac_arena_check(m->arena, err);
	for (unsigned k = 0; k < charter.key_count; k++)
		if (ac_charter_key_counts(&charter, &charter.keys[k], AC_PURPOSE_ROOT) &&
		    is_trusted(m->trust, &charter.keys[k].vkey))
			members[charter.keys[k].member] = true;
	rc = ac_charter_is_met(&charter, charter.for_charter, members, m->arena, &is_met, err);
	*out = rc == 0 && is_met;
	return rc;
}

static int
begin_others(maker *m, bool by_keys, accord_err *err)
{
	unsigned others = 0;
	int rc = 0;

	for (size_t i = 0; i < m->h->count && rc == 0; i++) {
		const ac_held *item = &m->h->items[i];
		bool is_vouched_for = false, is_in;

		if (!is_charter(item) || ac_anchors_find(m->out, item->digest))
			continue;
		if (by_keys)
			rc = is_vouched(m, item, &is_vouched_for, err);
		if (rc || is_vouched_for != by_keys)
			continue;
		rc = begin(m, item->digest, by_keys ? AC_ANCHOR_KEYS : AC_ANCHOR_NONE, &is_in, by_keys ? err : NULL);
		others += rc == 0 && !by_keys && is_in;
		if (others > AC_ANCHORS_OTHER_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "want at most %d charters that nobody vouches for",
			    AC_ANCHORS_OTHER_MAX);
	}
	return rc;
}

static int
gather_changes(maker *m, accord_err *err)
{
	m->changes = ac_arena_zalloc(m->arena, m->h->count + 1, sizeof(*m->changes));
	if (!m->changes)
		return ac_arena_check(m->arena, err);
	for (size_t i = 0; i < m->h->count; i++)
		if (m->h->items[i].kind == AC_HELD_NOTE && ac_str_eq(m->h->items[i].text_kind, AC_S("key")))
			m->changes[m->change_count++] = m->h->items[i].bytes;
	return 0;
}

int
ac_anchors_make(const ac_holding *holding, const ac_trust *trust, ac_arena *arena, ac_anchors *out, accord_err *err)
{
	maker m = { .h = holding, .trust = trust, .arena = arena, .out = out };
	int rc;

	*out = (ac_anchors){ 0 };
	rc = gather_changes(&m, err);
	if (rc == 0)
		rc = begin_trusted(&m, err);
	if (rc == 0 && trust->count > 0)
		rc = begin_others(&m, true, err);
	if (rc == 0)
		rc = begin_others(&m, false, err);
	return rc ? rc : ac_arena_check(arena, err);
}

int
ac_anchor_voices(const ac_anchor *anchor, const ac_charter *charter, ac_arena *arena, bool **out, accord_err *err)
{
	bool *members = ac_arena_zalloc(arena, charter->member_count, sizeof(*members));

	if (!members)
		return ac_arena_check(arena, err);
	for (unsigned k = 0; k < charter->key_count; k++) {
		const ac_charter_key *key = &charter->keys[k];

		if (anchor->kind != AC_ANCHOR_KEYS ||
		    (ac_charter_key_counts(charter, key, AC_PURPOSE_SIGN) && is_trusted(anchor->trust, &key->vkey)))
			members[key->member] = true;
	}
	*out = members;
	return 0;
}
