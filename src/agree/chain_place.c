/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys count at a place of a log. Knows nothing of how versions and changes were accepted. */
#include <stdio.h>

#include "agree/chain_part.h"

int
ac_warnings_add(ac_warnings *w, accord_err *err, const char *format, ...)
{
	char text[512];
	ac_str view;
	va_list ap;

	if (!w)
		return 0;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	view = ac_str_from(text);
	for (unsigned i = 0; i < w->count; i++)
		if (ac_str_eq(w->items[i], view))
			return 0;
	w->items = ac_text_grow(w->arena, w->items, w->count, sizeof(*w->items));
	if (!w->items)
		return ac_arena_check(w->arena, err);
	w->items[w->count] = ac_arena_str(w->arena, view);
	if (!w->items[w->count].p)
		return ac_arena_check(w->arena, err);
	w->count++;
	return 0;
}

/*
 * Does a change hold there already? It does in a log that it does not name, and for what is in no log: nothing shows that it was before. A theft also does where nothing but the log's own signature shows the place, for whoever has
 * the member's keys writes that; a rotation, which is no theft, does not.
 */
static bool
holds_at(const ac_key_note *n, ac_leaf_place place)
{
	if (place.is_own && n->change == AC_KEY_COMPROMISED)
		return true;
	for (unsigned i = 0; i < n->place_count; i++)
		if (place.origin.n && ac_str_eq(n->places[i].origin, place.origin))
			return place.index >= n->places[i].index;
	return true;
}

/* The change because of which a key does not count at a place; NULL: it counts. *out_later: it was declared compromised, from later on. */
static const ac_chain_change *
void_there(const ac_chain *chain, const ac_vkey *key, ac_leaf_place place, const ac_chain_change **out_later)
{
	const ac_chain_change *rotated = NULL;

	*out_later = NULL;
	for (unsigned i = 0; i < chain->change_count; i++) {
		const ac_chain_change *change = &chain->changes[i];

		if (!ac_vkey_eq(&change->note.key, key))
			continue;
		if (holds_at(&change->note, place)) {
			if (change->note.change == AC_KEY_COMPROMISED)
				return change;
			rotated = change;
		} else if (change->note.change == AC_KEY_COMPROMISED) {
			*out_later = change;
		}
	}
	return rotated;
}

/* Does a change leave a checkpoint of so many leaves as it is? */
static bool
stands(const ac_chain_change *change, ac_str origin, uint64_t size)
{
	if (!change)
		return true;
	for (unsigned i = 0; i < change->note.place_count; i++)
		if (ac_str_eq(change->note.places[i].origin, origin))
			return size <= change->note.places[i].index;
	return false;
}

int
ac_chain_log_keys(const ac_chain *chain, const ac_charter *charter, ac_str origin, uint64_t size, ac_arena *arena,
    ac_vkey **out_keys, unsigned **out_members, size_t *out_count, accord_err *err)
{
	ac_chain_key *all = NULL;
	size_t count = 0, n = 0;
	int rc = ac_chain_keys(chain, charter, arena, &all, &count, err);
	ac_vkey *keys;
	unsigned *members;

	if (rc)
		return rc;
	keys = ac_arena_zalloc(arena, count + 1, sizeof(*keys));
	members = ac_arena_zalloc(arena, count + 1, sizeof(*members));
	if (!keys || !members)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++) {
		const ac_charter_key *key = &all[i].key;
		bool is_log = key->vkey.purpose == AC_PURPOSE_LOG && ac_str_eq(key->vkey.name, origin);

		if ((!is_log && key->vkey.purpose != AC_PURPOSE_WITNESS) || !stands(all[i].rotated, origin, size) ||
		    !stands(all[i].compromised, origin, size))
			continue;
		keys[n] = key->vkey;
		members[n++] = key->member;
	}
	*out_keys = keys;
	if (out_members)
		*out_members = members;
	*out_count = n;
	return 0;
}

/* Why a signature does not count. */
static int
fail_void(
    const ac_charter *c, const ac_chain_key *key, const ac_chain_change *change, ac_leaf_place place, accord_err *err)
{
	char where[600] = "in no log";

	if (place.origin.n)
		(void)snprintf(where, sizeof(where), "as entry %llu of %.*s", (unsigned long long)place.index,
		    AC_FMT(place.origin));
	return ac_fail(err, ACCORD_EDENIED, "%.*s signed %s with the key %08x, which %s before",
	    AC_FMT(c->members[key->key.member].name), where, key->key.vkey.id,
	    change->note.change == AC_KEY_COMPROMISED ? "was declared compromised" : "was rotated");
}

int
ac_chain_signers(const ac_chain *chain, uint64_t version, const ac_note *note, ac_leaf_place place, ac_arena *arena,
    bool **out_members, ac_warnings *warnings, accord_err *err)
{
	const ac_charter *c = ac_chain_at(chain, version);
	accord_err last = { 0 };
	ac_note_verdict verdict;
	ac_chain_key *keys = NULL;
	bool *members, any = false;
	size_t count = 0;
	int rc;

	if (!c)
		return ac_fail(err, ACCORD_ENOTFOUND, "version %llu of the charter is not known here",
		    (unsigned long long)version);
	members = ac_arena_zalloc(arena, c->member_count + 1, sizeof(*members));
	if (!members)
		return ac_arena_check(arena, err);
	rc = ac_chain_keys(chain, c, arena, &keys, &count, err);
	if (!rc)
		rc = ac_chain_verify(note, keys, count, arena, &verdict, err);
	for (size_t i = 0; !rc && i < count; i++) {
		const ac_chain_change *later, *change;

		if (!verdict.signed_by[i] || keys[i].key.vkey.purpose != AC_PURPOSE_SIGN)
			continue;
		change = void_there(chain, &keys[i].key.vkey, place, &later);
		if (change) {
			(void)fail_void(c, &keys[i], change, place, &last);
			rc = ac_warnings_add(warnings, err, "%s: it does not count", last.text);
			continue;
		}
		members[keys[i].key.member] = any = true;
		if (later)
			rc = ac_warnings_add(warnings, err,
			    "%.*s signed with the key %08x, which was declared compromised later%s",
			    AC_FMT(c->members[keys[i].key.member].name), keys[i].key.vkey.id,
			    later->by_quorum ? "" : ", by the member itself");
	}
	if (rc)
		return rc;
	if (!any && last.code)
		return ac_fail(err, ACCORD_EDENIED, "%s", last.text);
	if (!any)
		return ac_fail(err, ACCORD_ENOTFOUND, "no member has signed with a sign key");
	*out_members = members;
	return 0;
}
