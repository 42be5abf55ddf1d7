/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of a charter one after the other, changes of keys between them, and which keys count where. Knows nothing of files, nor of what statements say. */
#include "agree/chain.h"

#include "agree/chain_part.h"
#include "agree/keyfile.h"
#include "base/limits.h"

void
ac_chain_init(ac_chain *chain, ac_arena *arena)
{
	*chain = (ac_chain){ .arena = arena };
}

const ac_charter *
ac_chain_latest(const ac_chain *chain)
{
	return chain->count ? &chain->versions[chain->count - 1]->charter : NULL;
}

const ac_charter *
ac_chain_at(const ac_chain *chain, uint64_t version)
{
	uint64_t first = chain->count ? chain->versions[0]->charter.version : 0;

	return chain->count && version >= first && version - first < chain->count
		   ? &chain->versions[version - first]->charter
		   : NULL;
}

static bool
is_digest(const uint8_t a[static AC_SHA256_SIZE], const uint8_t b[static AC_SHA256_SIZE])
{
	return memcmp(a, b, AC_SHA256_SIZE) == 0;
}

const ac_charter *
ac_chain_by_digest(const ac_chain *chain, const uint8_t digest[static AC_SHA256_SIZE])
{
	for (unsigned i = 0; i < chain->count; i++)
		if (is_digest(chain->versions[i]->charter.digest, digest))
			return &chain->versions[i]->charter;
	return NULL;
}

int
ac_chain_cited(const ac_chain *chain, uint64_t version, const uint8_t digest[static AC_SHA256_SIZE],
    const ac_charter **out, accord_err *err)
{
	const ac_charter *c = ac_chain_at(chain, version);

	if (!c)
		return ac_fail(
		    err, ACCORD_EDENIED, "version %llu of the charter is not known here", (unsigned long long)version);
	if (!is_digest(c->digest, digest))
		return ac_fail(err, ACCORD_EDENIED, "version %llu of the charter is another one here",
		    (unsigned long long)version);
	*out = c;
	return 0;
}

int
ac_chain_check_expiry(const ac_chain *chain, ac_time as_of, accord_err *err)
{
	const ac_charter *c = ac_chain_latest(chain);

	return c ? ac_charter_check_expiry(c, as_of, err) : ac_fail(err, ACCORD_ENOTFOUND, "there is no charter");
}

/* What became of a key by changes; and, at the end of the list, what follows it. */
static int
follow_key(const ac_chain *chain, ac_chain_key *keys, size_t at, size_t *count, accord_err *err)
{
	for (unsigned i = 0; i < chain->change_count; i++) {
		const ac_chain_change *change = &chain->changes[i];
		const ac_key_note *n = &change->note;
		ac_chain_key *key = &keys[at], next = { .key = { .vkey = n->successor, .member = key->key.member } };
		size_t same = 0;
		int rc;

		if (!ac_vkey_eq(&n->key, &key->key.vkey))
			continue;
		if (n->change == AC_KEY_COMPROMISED) {
			if (!key->compromised || n->charter_version < key->compromised->note.charter_version)
				key->compromised = change;
			continue;
		}
		key->rotated = change;
		/* A later charter may list it already. */
		while (same < *count && !ac_vkey_eq(&keys[same].key.vkey, &n->successor))
			same++;
		if (same < *count)
			continue;
		next.key.vkey.purpose = key->key.vkey.purpose;
		next.key.has_next = true;
		next.rotated_in_by = change;
		memcpy(next.key.next, n->next, sizeof(next.key.next));
		rc = ac_keyfile_commitment(n->successor.public_key, next.key.commitment, err);
		if (rc)
			return rc;
		keys[(*count)++] = next;
	}
	return 0;
}

int
ac_chain_keys(
    const ac_chain *chain, const ac_charter *c, ac_arena *arena, ac_chain_key **out, size_t *out_count, accord_err *err)
{
	/* Each rotation brings one key at most. */
	ac_chain_key *keys = ac_arena_zalloc(arena, (size_t)c->key_count + chain->change_count + 1, sizeof(*keys));
	size_t count = c->key_count;

	if (!keys)
		return ac_arena_check(arena, err);
	for (unsigned i = 0; i < c->key_count; i++)
		keys[i].key = c->keys[i];
	for (size_t i = 0; i < count; i++) {
		int rc = follow_key(chain, keys, i, &count, err);

		if (rc)
			return rc;
	}
	*out = keys;
	*out_count = count;
	return 0;
}

int
ac_chain_verify(
    const ac_note *note, const ac_chain_key *keys, size_t count, ac_arena *arena, ac_note_verdict *out, accord_err *err)
{
	ac_vkey *vkeys = ac_arena_zalloc(arena, count + 1, sizeof(*vkeys));

	if (!vkeys)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++)
		vkeys[i] = keys[i].key.vkey;
	return ac_note_verify(note, vkeys, count, arena, out, err);
}

/* limit: compromises that cite a later version are passed over. A version that was accepted stays so, whatever becomes of its signers' keys. */
static int
voices_then(const ac_chain *chain, const ac_charter *c, uint64_t limit, const ac_note *note, ac_arena *arena,
    bool **out_members, accord_err *err)
{
	bool *members = ac_arena_zalloc(arena, c->member_count + 1, sizeof(*members));
	ac_note_verdict verdict;
	ac_chain_key *keys = NULL;
	size_t count = 0;
	int rc;

	if (!members)
		return ac_arena_check(arena, err);
	rc = ac_chain_keys(chain, c, arena, &keys, &count, err);
	if (!rc)
		rc = ac_chain_verify(note, keys, count, arena, &verdict, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++)
		if (verdict.signed_by[i] && ac_charter_key_counts(c, &keys[i].key, AC_PURPOSE_ROOT) &&
		    !(keys[i].compromised && keys[i].compromised->note.charter_version <= limit))
			members[keys[i].key.member] = true;
	*out_members = members;
	return 0;
}

int
ac_chain_voices(const ac_chain *chain, const ac_charter *c, const ac_note *note, ac_arena *arena, bool **out_members,
    accord_err *err)
{
	return voices_then(chain, c, UINT64_MAX, note, arena, out_members, err);
}

int
ac_chain_accepted_by(const ac_chain *chain, uint64_t version, ac_arena *arena, bool **out_members, accord_err *err)
{
	const ac_charter *c = ac_chain_at(chain, version), *before = ac_chain_at(chain, version - 1);
	accord_err why = { 0 };
	bool *members;
	ac_note note;
	int rc;

	if (!c)
		return ac_fail(err, ACCORD_ENOTFOUND, "version %llu of the charter is not known here",
		    (unsigned long long)version);
	members = ac_arena_zalloc(arena, c->member_count + 1, sizeof(*members));
	if (!members)
		return ac_arena_check(arena, err);
	rc = ac_note_parse(chain->versions[version - chain->versions[0]->charter.version]->bytes, arena, &note, err);
	if (!rc)
		rc = voices_then(chain, c, before ? before->version : 0, &note, arena, &members, &why);
	if (rc && rc != ACCORD_ENOTFOUND) {
		if (why.code && err)
			*err = why;
		return rc;
	}
	*out_members = members;
	return 0;
}

/* Is the quorum for charters met by those with a voice under c? Else ACCORD_EDENIED with words for which version. */
static int
check_quorum(const ac_chain *chain, const ac_charter *c, uint64_t limit, const ac_note *note, accord_err *err)
{
	bool *voices = NULL, met = false;
	accord_err why = { 0 };
	unsigned have = 0;
	int rc = voices_then(chain, c, limit, note, chain->arena, &voices, &why);

	if (!rc) {
		for (unsigned i = 0; i < c->member_count; i++)
			have += voices[i];
		rc = ac_charter_is_met(c, c->for_charter, voices, chain->arena, &met, &why);
	}
	if (rc == ACCORD_ENOTFOUND || (!rc && !met))
		return ac_fail(err, ACCORD_EDENIED,
		    "the quorum of version %llu for charters is not met: %u of its %u members have signed",
		    (unsigned long long)c->version, have, c->member_count);
	if (rc && err)
		*err = why;
	return rc;
}

/* Copied, read as a note and as a charter; nothing of it is believed yet. */
static int
read_version(ac_chain *chain, ac_str bytes, ac_chain_version **out, ac_note *out_note, accord_err *err)
{
	ac_chain_version *v = ac_arena_zalloc(chain->arena, 1, sizeof(*v));
	int rc;

	if (!v)
		return ac_arena_check(chain->arena, err);
	v->bytes = ac_arena_str(chain->arena, bytes);
	if (!v->bytes.p)
		return ac_arena_check(chain->arena, err);
	rc = ac_note_parse(v->bytes, chain->arena, out_note, err);
	if (!rc)
		rc = ac_charter_parse(out_note->text, chain->arena, &v->charter, err);
	if (!rc)
		*out = v;
	return rc;
}

/* Room for one more version. */
static int
make_room(ac_chain *chain, accord_err *err)
{
	ac_chain_version **versions;

	if (chain->count == AC_CHAIN_VERSIONS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d versions of a charter", AC_CHAIN_VERSIONS_MAX);
	versions = ac_text_grow(chain->arena, chain->versions, chain->count, sizeof(*versions));
	if (!versions)
		return ac_arena_check(chain->arena, err);
	chain->versions = versions;
	return 0;
}

int
ac_chain_begin(ac_chain *chain, ac_str bytes, accord_err *err)
{
	ac_chain_version *v = NULL;
	ac_note note;
	int rc = make_room(chain, err);

	if (chain->count)
		return ac_fail(err, ACCORD_EUSAGE, "the chain of charters has begun");
	if (!rc)
		rc = read_version(chain, bytes, &v, &note, err);
	if (!rc)
		rc = check_quorum(chain, &v->charter, 0, &note, err);
	if (!rc)
		chain->versions[chain->count++] = v;
	return rc;
}

/* The version before the first: the first names its digest, which says more than any signature. */
static int
put_before(ac_chain *chain, ac_chain_version *v, accord_err *err)
{
	if (!is_digest(v->charter.digest, chain->versions[0]->charter.previous))
		return ac_fail(err, ACCORD_EDENIED, "version %llu is not the one that version %llu names as previous",
		    (unsigned long long)v->charter.version, (unsigned long long)v->charter.version + 1);
	memmove(chain->versions + 1, chain->versions, chain->count * sizeof(*chain->versions));
	chain->versions[0] = v;
	chain->count++;
	chain->begun++;
	return 0;
}

/* Is it exactly what comes behind the latest version? */
static int
check_next(const ac_chain *chain, const ac_charter *c, accord_err *err)
{
	const ac_charter *latest = ac_chain_latest(chain), *same = ac_chain_at(chain, c->version);
	uint64_t want = latest ? latest->version + 1 : 1;

	if (latest && !ac_str_eq(latest->coalition, c->coalition))
		return ac_fail(err, ACCORD_EDENIED, "want a charter of %.*s, got one of %.*s",
		    AC_FMT(latest->coalition), AC_FMT(c->coalition));
	if (same)
		return ac_fail(err, ACCORD_EDENIED, "want version %llu of the charter, got version %llu%s",
		    (unsigned long long)want, (unsigned long long)c->version,
		    is_digest(same->digest, c->digest) ? " once more" : ", of which another one was accepted");
	if (c->version != want)
		return ac_fail(err, ACCORD_EDENIED, "want version %llu of the charter, got version %llu",
		    (unsigned long long)want, (unsigned long long)c->version);
	if (latest && !is_digest(c->previous, latest->digest))
		return ac_fail(err, ACCORD_EDENIED,
		    "version %llu of the charter names another version %llu as previous than the accepted one",
		    (unsigned long long)c->version, (unsigned long long)latest->version);
	return 0;
}

int
ac_chain_add(ac_chain *chain, ac_str bytes, accord_err *err)
{
	const ac_charter *latest = ac_chain_latest(chain);
	ac_chain_version *v = NULL;
	ac_note note;
	int rc = make_room(chain, err);

	if (!rc)
		rc = read_version(chain, bytes, &v, &note, err);
	if (rc)
		return rc;
	if (latest && v->charter.version + 1 == chain->versions[0]->charter.version)
		return put_before(chain, v, err);
	rc = check_next(chain, &v->charter, err);
	if (!rc && latest)
		rc = check_quorum(chain, latest, latest->version, &note, err);
	if (!rc)
		rc = check_quorum(chain, &v->charter, latest ? latest->version : 0, &note, err);
	if (!rc)
		chain->versions[chain->count++] = v;
	return rc;
}

/* Does a change say for each log of the charter from where on it holds, and for no other? */
static int
check_logs(const ac_charter *c, const ac_key_note *n, accord_err *err)
{
	unsigned named = 0;

	for (unsigned i = 0; i < c->key_count; i++) {
		bool found = c->keys[i].vkey.purpose != AC_PURPOSE_LOG;

		for (unsigned k = 0; !found && k < n->place_count; k++) {
			found = ac_str_eq(n->places[k].origin, c->keys[i].vkey.name);
			named += found;
		}
		if (!found)
			return ac_fail(err, ACCORD_EDENIED, "the change does not say from which entry of %.*s on",
			    AC_FMT(c->keys[i].vkey.name));
	}
	if (named != n->place_count)
		return ac_fail(err, ACCORD_EDENIED, "the change names a log that the charter does not have");
	return 0;
}

/* The successor is the committed key, under the same name, and nobody's yet. */
static int
check_successor(const ac_chain *chain, const ac_key_note *n, const ac_chain_key *key, accord_err *err)
{
	uint8_t commitment[AC_SHA256_SIZE];
	int rc = ac_keyfile_commitment(n->successor.public_key, commitment, err);

	if (rc)
		return rc;
	if (key->rotated)
		return ac_fail(err, ACCORD_EDENIED, "the key of %.*s was rotated already", AC_FMT(n->key.name));
	if (!key->key.has_next)
		return ac_fail(err, ACCORD_EDENIED,
		    "the key of %.*s has no committed key that follows; change the charter", AC_FMT(n->key.name));
	if (!is_digest(commitment, key->key.next))
		return ac_fail(err, ACCORD_EDENIED, "the successor of %.*s is not the key that was committed to",
		    AC_FMT(n->key.name));
	if (n->successor.type != n->key.type || !ac_str_eq(n->successor.name, n->key.name))
		return ac_fail(
		    err, ACCORD_EDENIED, "the successor of %.*s has another name or type", AC_FMT(n->key.name));
	if (is_digest(n->next, commitment))
		return ac_fail(err, ACCORD_EDENIED,
		    "the key that follows the successor of %.*s is the successor itself", AC_FMT(n->key.name));
	for (unsigned i = 0; i < chain->count; i++) {
		const ac_charter *c = &chain->versions[i]->charter;

		for (unsigned k = 0; k < c->key_count; k++)
			if (is_digest(c->keys[k].commitment, commitment) &&
			    !(c->keys[k].vkey.purpose == n->purpose &&
				ac_str_eq(c->members[c->keys[k].member].name, n->member)))
				return ac_fail(
				    err, ACCORD_EDENIED, "the successor of %.*s is another's key", AC_FMT(n->key.name));
	}
	return 0;
}

/* Who may make changes, and has signed one. */
typedef struct authority {
	bool root;      /* the member's root key; his sign key for logs and witnesses where he has none */
	bool old, next; /* the key, and its successor */
	bool quorum;    /* members that meet the quorum for charters, without the key */
} authority;

/* Keys of the version, and the successor that is not one yet, behind them. */
static int
find_authority(ac_chain *chain, const ac_charter *c, const ac_key_note *n, const ac_note *note, ac_chain_key *keys,
    size_t count, authority *out, accord_err *err)
{
	bool *voices = ac_arena_zalloc(chain->arena, c->member_count + 1, sizeof(*voices));
	bool by_sign = n->purpose == AC_PURPOSE_LOG || n->purpose == AC_PURPOSE_WITNESS;
	bool is_new = n->change == AC_KEY_ROTATE;
	ac_note_verdict verdict;
	int rc;

	if (!voices)
		return ac_arena_check(chain->arena, err);
	for (size_t i = 0; is_new && i < count; i++)
		is_new = !ac_vkey_eq(&keys[i].key.vkey, &n->successor);
	if (is_new)
		keys[count] = (ac_chain_key){ .key = { .vkey = n->successor } };
	rc = ac_chain_verify(note, keys, count + is_new, chain->arena, &verdict, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < count + is_new; i++) {
		const ac_charter_key *key = &keys[i].key;
		bool is_old = ac_vkey_eq(&key->vkey, &n->key), mine;

		if (!verdict.signed_by[i])
			continue;
		if (is_old || (n->change == AC_KEY_ROTATE && ac_vkey_eq(&key->vkey, &n->successor))) {
			*(is_old ? &out->old : &out->next) = true;
			continue;
		}
		if (keys[i].compromised || !ac_charter_key_counts(c, key, AC_PURPOSE_ROOT))
			continue;
		voices[key->member] = true;
		mine = ac_str_eq(c->members[key->member].name, n->member);
		if (mine && (key->vkey.purpose == AC_PURPOSE_ROOT || by_sign))
			out->root = true;
	}
	return ac_charter_is_met(c, c->for_charter, voices, chain->arena, &out->quorum, err);
}

/* The key that a change is about, among those of the version it cites. */
static int
find_key(const ac_charter *c, const ac_key_note *n, const ac_chain_key *keys, size_t count, const ac_chain_key **out,
    accord_err *err)
{
	for (size_t i = 0; i < count; i++)
		if (ac_vkey_eq(&keys[i].key.vkey, &n->key)) {
			if (keys[i].key.vkey.purpose != n->purpose ||
			    !ac_str_eq(c->members[keys[i].key.member].name, n->member))
				return ac_fail(err, ACCORD_EDENIED, "%.*s is not the %s key of %.*s",
				    AC_FMT(n->key.name), ac_purpose_name(n->purpose), AC_FMT(n->member));
			*out = &keys[i];
			return 0;
		}
	return ac_fail(err, ACCORD_EDENIED, "version %llu of the charter has no key %.*s+%08x",
	    (unsigned long long)c->version, AC_FMT(n->key.name), n->key.id);
}

static int
judge_change(ac_chain *chain, const ac_key_note *n, const ac_note *note, bool *out_by_quorum, accord_err *err)
{
	const ac_chain_key *key = NULL;
	const ac_charter *c = NULL;
	ac_chain_key *keys = NULL;
	authority by = { 0 };
	size_t count = 0;
	int rc = ac_chain_cited(chain, n->charter_version, n->charter, &c, err);

	if (!rc && !ac_str_eq(c->coalition, n->coalition))
		rc = ac_fail(err, ACCORD_EDENIED, "want a change of keys of %.*s, got one of %.*s",
		    AC_FMT(c->coalition), AC_FMT(n->coalition));
	if (!rc)
		rc = ac_chain_keys(chain, c, chain->arena, &keys, &count, err);
	if (!rc)
		rc = find_key(c, n, keys, count, &key, err);
	if (!rc)
		rc = check_logs(c, n, err);
	if (!rc && n->change == AC_KEY_ROTATE)
		rc = check_successor(chain, n, key, err);
	if (!rc)
		rc = find_authority(chain, c, n, note, keys, count, &by, err);
	if (rc == ACCORD_ENOTFOUND)
		rc = 0; /* nobody has signed: said below */
	if (rc)
		return rc;
	*out_by_quorum = by.quorum;
	if (n->change == AC_KEY_ROTATE && !by.root && !(by.old && by.next))
		return ac_fail(err, ACCORD_EDENIED, "want a rotation that %.*s signed with %s", AC_FMT(n->member),
		    n->purpose == AC_PURPOSE_LOG || n->purpose == AC_PURPOSE_WITNESS
			? "its root key, or its sign key where it has none"
			: "its root key, or with both the old key and the new");
	if (n->change == AC_KEY_COMPROMISED && !by.root && !by.quorum)
		return ac_fail(err, ACCORD_EDENIED,
		    "want a compromise that a quorum for charters has signed (without that key), or the root key of "
		    "%.*s",
		    AC_FMT(n->member));
	return 0;
}

/* With a compromise in it, would each version that was accepted by a quorum be accepted still? */
static int
check_versions(ac_chain *chain, uint64_t from_version, accord_err *err)
{
	for (unsigned i = chain->begun + 1; i < chain->count; i++) {
		const ac_charter *before = &chain->versions[i - 1]->charter;
		ac_note note;
		int rc;

		if (before->version < from_version)
			continue;
		rc = ac_note_parse(chain->versions[i]->bytes, chain->arena, &note, err);
		if (!rc)
			rc = check_quorum(chain, before, before->version, &note, err);
		if (!rc)
			rc = check_quorum(chain, &chain->versions[i]->charter, before->version, &note, err);
		if (rc)
			return err ? ac_fail_context(
					 err, AC_S("the compromise comes too late, it would undo a charter"))
				   : rc;
	}
	return 0;
}

/* Is it one that is accepted? Whatever that takes lives in the chain's arena, which is a trial's. */
static int
try_change(ac_chain *trial, ac_str bytes, bool only_quorum, bool *out_known, bool *out_by_quorum, accord_err *err)
{
	ac_key_note n;
	ac_note note;
	int rc = ac_note_parse(bytes, trial->arena, &note, err);

	if (!rc)
		rc = ac_key_note_parse(note.text, trial->arena, &n, err);
	for (unsigned i = 0; !rc && i < trial->change_count && !*out_known; i++)
		*out_known = is_digest(trial->changes[i].note.digest, n.digest);
	if (rc || *out_known)
		return rc;
	rc = judge_change(trial, &n, &note, out_by_quorum, err);
	if (!rc && only_quorum && !*out_by_quorum)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "no quorum has signed the change");
	return rc;
}

int
ac_chain_add_one(ac_chain *chain, ac_str bytes, bool only_quorum, accord_err *err)
{
	ac_chain_change change = { 0 }, *changes;
	ac_chain trial = *chain;
	bool known = false;
	ac_arena scratch;
	ac_note note;
	int rc;

	/* Hostile folders hold many changes that are refused: they must not fill the arena of the chain. */
	ac_arena_init(&scratch, AC_CHAIN_ARENA_MAX);
	trial.arena = &scratch;
	rc = try_change(&trial, bytes, only_quorum, &known, &change.by_quorum, err);
	ac_arena_done(&scratch);
	if (rc || known)
		return rc;
	if (chain->change_count == AC_CHAIN_CHANGES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d changes of keys", AC_CHAIN_CHANGES_MAX);
	changes = ac_text_grow(chain->arena, chain->changes, chain->change_count, sizeof(*changes));
	change.bytes = ac_arena_str(chain->arena, bytes);
	if (!changes || !change.bytes.p)
		return ac_arena_check(chain->arena, err);
	chain->changes = changes;
	rc = ac_note_parse(change.bytes, chain->arena, &note, err);
	if (!rc)
		rc = ac_key_note_parse(note.text, chain->arena, &change.note, err);
	if (rc)
		return rc;
	changes[chain->change_count++] = change;
	if (change.note.change == AC_KEY_COMPROMISED)
		rc = check_versions(chain, change.note.charter_version, err);
	if (rc)
		chain->change_count--;
	return rc;
}

int
ac_chain_add_change(ac_chain *chain, ac_str bytes, accord_err *err)
{
	return ac_chain_add_one(chain, bytes, false, err);
}
