/* SPDX-License-Identifier: Apache-2.0 */
/* What files prove. Each answer is one of: proved; not proved, with the reason; malformed. Knows nothing of where files and keys come from. */
#include "agree/check.h"

#include "agree/text.h"
#include "base/limits.h"

static const char *const kind_names[] = {
	[AC_CHECK_NOTE] = "note",
	[AC_CHECK_CHECKPOINT] = "checkpoint",
	[AC_CHECK_PROOF] = "proof",
	[AC_CHECK_GROWTH] = "growth",
	[AC_CHECK_MISBEHAVIOUR] = "misbehaviour",
};

const char *
ac_check_kind_name(ac_check_kind kind)
{
	return kind_names[kind];
}

static bool
is_among(const ac_vkey *keys, size_t count, const ac_vkey *key)
{
	size_t i = 0;

	while (i < count && !ac_vkey_eq(&keys[i], key))
		i++;
	return i < count;
}

static int
add_key(ac_trust *trust, ac_str text, ac_arena *arena, accord_err *err)
{
	ac_vkey key, *keys;
	int rc = ac_vkey_parse(text, &key, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < trust->count; i++) {
		if (ac_vkey_eq(&trust->keys[i], &key))
			return 0;
		if (trust->keys[i].id == key.id && ac_str_eq(trust->keys[i].name, key.name))
			return ac_fail(err, ACCORD_EINPUT, "%.*s: two keys have this name and the id %08x",
			    AC_FMT(key.name), key.id);
	}
	if (trust->count == AC_NOTE_KEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d trusted keys", AC_NOTE_KEYS_MAX);
	keys = ac_arena_resize(arena, trust->keys, trust->count * sizeof(*keys), (trust->count + 1) * sizeof(*keys));
	if (!keys)
		return ac_arena_check(arena, err);
	trust->keys = keys;
	keys[trust->count++] = key;
	return 0;
}

int
ac_trust_add_digest(ac_trust *trust, const uint8_t digest[static AC_SHA256_SIZE], ac_arena *arena, accord_err *err)
{
	uint8_t(*grown)[AC_SHA256_SIZE];

	for (size_t i = 0; i < trust->digest_count; i++)
		if (memcmp(trust->digests[i], digest, AC_SHA256_SIZE) == 0)
			return 0;
	if (trust->digest_count == AC_NOTE_KEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d trusted charters", AC_NOTE_KEYS_MAX);
	grown = ac_arena_resize(
	    arena, trust->digests, trust->digest_count * sizeof(*grown), (trust->digest_count + 1) * sizeof(*grown));
	if (!grown)
		return ac_arena_check(arena, err);
	trust->digests = grown;
	memcpy(grown[trust->digest_count++], digest, AC_SHA256_SIZE);
	return 0;
}

static int
add_line(ac_trust *trust, ac_str text, ac_arena *arena, accord_err *err)
{
	ac_line line = { .rest = text };
	ac_str rest = text, key;
	uint8_t digest[AC_SHA256_SIZE];
	int rc;

	/* As accord agree key show --public prints it: with the hash of the key that will follow, which says nothing here. */
	if (ac_str_cut(&rest, ' ', &key) && ac_str_starts(rest, AC_S("next "))) {
		line.rest = ac_str_slice(rest, sizeof("next ") - 1, rest.n);
		rc = ac_line_hash(&line, "the hash of the key that follows", digest, err);
		if (!rc && !ac_line_at_end(&line))
			rc = ac_fail(err, ACCORD_EINPUT, "want nothing behind the hash of the key that follows");
		return rc ? rc : add_key(trust, key, arena, err);
	}
	if (!ac_str_starts(text, AC_S("sha256:")))
		return add_key(trust, text, arena, err);
	rc = ac_line_digest(&line, "the digest of a charter", digest, err);
	if (!rc && !ac_line_at_end(&line))
		rc = ac_fail(err, ACCORD_EINPUT, "want nothing behind the digest of a charter");
	return rc ? rc : ac_trust_add_digest(trust, digest, arena, err);
}

int
ac_trust_add(ac_trust *trust, ac_str text, ac_arena *arena, accord_err *err)
{
	ac_str line;

	for (uint64_t number = 1; ac_str_next_field(&text, '\n', &line); number++) {
		int rc;

		line = ac_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		rc = add_line(trust, line, arena, err);
		if (rc) {
			if (err)
				err->line = number;
			return rc;
		}
	}
	return 0;
}

/* Not proved: what the error says, for the answer. Errors of the machine stay errors. */
static int
not_proved(ac_check *c, int rc, const accord_err *why, ac_arena *arena, accord_err *err)
{
	if (rc != ACCORD_EDENIED && rc != ACCORD_ENOTFOUND) {
		if (err)
			*err = *why;
		return rc;
	}
	c->reason = ac_arena_str(arena, ac_str_from(why->text));
	return 0;
}

/* Signed by the log's own key: that of its name, or somebody else's key that is no witness's. */
static bool
log_signed(const ac_check *c)
{
	for (size_t i = 0; i < c->key_count; i++)
		if (c->verdict.signed_by[i] && c->keys[i].type == AC_NOTE_ED25519)
			return true;
	return false;
}

static int
judge_by_policy(ac_check *c, const ac_policy *policy, ac_arena *arena, accord_err *why)
{
	ac_policy_verdict v;
	int rc;

	c->keys = policy->keys;
	c->key_count = policy->log_count + policy->witness_count;
	rc = ac_note_verify(&c->note, c->keys, c->key_count, arena, &c->verdict, why);
	if (!rc)
		rc = ac_policy_judge(policy, &c->note, arena, &v, why);
	if (!rc && !v.is_met)
		rc = ac_fail(why, ACCORD_EDENIED,
		    "the quorum of the policy is not met: %u of its witnesses have cosigned", v.witnesses);
	return rc;
}

/* The signatures of the note, and of a checkpoint that its log's is among them. */
static int
judge_note(ac_check *c, const ac_trust *trust, ac_arena *arena, accord_err *why)
{
	int rc;

	if (c->kind != AC_CHECK_NOTE && trust->policy)
		return judge_by_policy(c, trust->policy, arena, why);
	c->keys = trust->keys;
	c->key_count = trust->count;
	if (trust->count == 0)
		return ac_fail(why, ACCORD_ENOTFOUND, "no key is trusted");
	rc = ac_note_verify(&c->note, trust->keys, trust->count, arena, &c->verdict, why);
	if (!rc && c->kind != AC_CHECK_NOTE && !log_signed(c))
		rc = ac_fail(
		    why, ACCORD_ENOTFOUND, "witnesses have cosigned the checkpoint, its log's key is not trusted");
	return rc;
}

/* The other file that is the leaf. */
static int
find_leaf(
    const ac_str *files, size_t count, size_t at, ac_digester *d, const ac_proof *proof, ac_check *c, accord_err *why)
{
	size_t others = 0;
	int rc;

	for (size_t i = 0; i < count; i++) {
		if (i == at || !files[i].p || ac_proof_is(files[i]))
			continue;
		others++;
		rc = ac_proof_check(d, proof, files[i], why);
		if (rc != ACCORD_EDENIED) {
			c->partner = i;
			return rc;
		}
	}
	return ac_fail(why, ACCORD_EDENIED,
	    others == 0 ? "the leaf that it proves is not among the files"
			: "none of the other files is leaf %llu of the log",
	    (unsigned long long)proof->index);
}

/* The other file that is the old checkpoint, as well proved as the new one. */
static int
find_old(const ac_str *files, size_t count, size_t at, const ac_trust *trust, ac_digester *d, const ac_growth *growth,
    ac_check *c, ac_arena *arena, accord_err *why)
{
	ac_hash old_root, new_root;

	memcpy(new_root.bytes, growth->checkpoint.root, sizeof(new_root.bytes));
	for (size_t i = 0; i < count; i++) {
		ac_check old = { .kind = AC_CHECK_CHECKPOINT };
		int rc;

		if (i == at || !files[i].p || ac_note_parse(files[i], arena, &old.note, NULL) ||
		    ac_checkpoint_parse(old.note.text, &old.checkpoint, NULL) ||
		    old.checkpoint.size != growth->old_size ||
		    !ac_str_eq(old.checkpoint.origin, growth->checkpoint.origin))
			continue;
		rc = judge_note(&old, trust, arena, why);
		if (rc)
			return rc;
		c->partner = i;
		memcpy(old_root.bytes, old.checkpoint.root, sizeof(old_root.bytes));
		return ac_tlog_check_consistency(d, growth->old_size, growth->checkpoint.size, &old_root, &new_root,
		    growth->hashes, growth->count, why);
	}
	return ac_fail(why, ACCORD_EDENIED, "the checkpoint of %llu leaves that it goes on from is not among the files",
	    (unsigned long long)growth->old_size);
}

/* Whoever is trusted, for whatever: what is asked is only whether the log's own key signed both. */
static int
judge_misbehaviour(
    ac_digester *d, const ac_misbehaviour *m, const ac_trust *trust, ac_arena *arena, ac_check *c, accord_err *why)
{
	size_t logs = trust->policy ? trust->policy->log_count : 0, signers[2];
	ac_vkey *keys = ac_arena_zalloc(arena, trust->count + logs + 1, sizeof(*keys));
	int rc;

	c->verdict.signed_by = ac_arena_zalloc(arena, trust->count + logs + 1, sizeof(bool));
	c->verdict.times = ac_arena_zalloc(arena, trust->count + logs + 1, sizeof(uint64_t));
	if (!keys || !c->verdict.signed_by || !c->verdict.times)
		return ac_arena_check(arena, why);
	for (size_t i = 0; i < trust->count; i++)
		keys[c->key_count++] = trust->keys[i];
	for (size_t i = 0; i < logs; i++)
		if (!is_among(keys, c->key_count, &trust->policy->keys[i]))
			keys[c->key_count++] = trust->policy->keys[i];
	c->keys = keys;
	rc = ac_misbehaviour_check(d, m, keys, c->key_count, arena, signers, why);
	for (unsigned i = 0; i < 2 && !rc; i++) {
		c->verdict.signers += !c->verdict.signed_by[signers[i]];
		c->verdict.signed_by[signers[i]] = true;
	}
	return rc;
}

/* What one file is read into. */
typedef struct parsed {
	ac_proof proof;
	ac_growth growth;
	ac_misbehaviour misbehaviour;
} parsed;

/* By its first line; what is no kind of proof must be a note. */
static int
parse(ac_str bytes, ac_arena *arena, ac_check *c, parsed *p, accord_err *err)
{
	ac_proof *proof = &p->proof;
	ac_growth *growth = &p->growth;
	const ac_misbehaviour *m = &p->misbehaviour;
	int rc;

	if (ac_misbehaviour_is(bytes)) {
		rc = ac_misbehaviour_parse(bytes, arena, &p->misbehaviour, err);
		c->kind = AC_CHECK_MISBEHAVIOUR;
		c->misbehaviour = m->kind;
		c->note = m->notes[1];
		c->checkpoint = m->checkpoints[1];
		c->index = m->old_size;
		return rc;
	}
	if (ac_proof_is(bytes)) {
		rc = ac_proof_parse(bytes, arena, proof, err);
		c->kind = AC_CHECK_PROOF;
		c->note = proof->note;
		c->checkpoint = proof->checkpoint;
		c->index = proof->index;
		return rc;
	}
	if (ac_str_starts(bytes, AC_S("old "))) {
		rc = ac_growth_parse(bytes, arena, growth, err);
		c->kind = AC_CHECK_GROWTH;
		c->note = growth->note;
		c->checkpoint = growth->checkpoint;
		c->index = growth->old_size;
		return rc;
	}
	rc = ac_note_parse(bytes, arena, &c->note, err);
	if (!rc && ac_checkpoint_parse(c->note.text, &c->checkpoint, NULL) == 0)
		c->kind = AC_CHECK_CHECKPOINT;
	return rc;
}

int
ac_check_file(const ac_str *files, size_t file_count, size_t at, const ac_trust *trust, ac_digester *digester,
    ac_arena *arena, ac_check *out, accord_err *err)
{
	ac_check c = { .partner = file_count };
	parsed *p = ac_arena_zalloc(arena, 1, sizeof(*p));
	accord_err why = { 0 };
	int rc;

	if (!p)
		return ac_arena_check(arena, err);
	rc = parse(files[at], arena, &c, p, err);
	if (rc)
		return rc;
	rc = c.kind == AC_CHECK_MISBEHAVIOUR ? judge_misbehaviour(digester, &p->misbehaviour, trust, arena, &c, &why)
					     : judge_note(&c, trust, arena, &why);
	if (!rc && c.kind == AC_CHECK_PROOF)
		rc = find_leaf(files, file_count, at, digester, &p->proof, &c, &why);
	else if (!rc && c.kind == AC_CHECK_GROWTH)
		rc = find_old(files, file_count, at, trust, digester, &p->growth, &c, arena, &why);
	c.is_proved = rc == 0;
	if (rc)
		rc = not_proved(&c, rc, &why, arena, err);
	if (!rc)
		*out = c;
	return rc;
}
