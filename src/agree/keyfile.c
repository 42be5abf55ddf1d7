/* SPDX-License-Identifier: Apache-2.0 */
/* The text of key files: lines of words, of which all but the last are bound to the seal. Knows nothing of where they lie, nor of who typed the passphrase. */
#include "agree/keyfile.h"

#include "base/limits.h"
#include "codec/octets.h"
#include "crypto/mac.h"

#define FIRST_LINE AC_S("accord/key-file/v1")
/* Everything but a name of AC_NOTE_NAME_MAX twice is short. */
#define KEYFILE_MAX (4 * AC_KIB)

/* The sealed part, and its lines in order. */
#define SEEDS_SIZE (2 * AC_ED25519_SEED_SIZE)

int
ac_keyfile_commitment(
    const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	return ac_sha256((ac_str){ (const char *)public_key, AC_ED25519_PUBLIC_SIZE }, out, err);
}

static void
add_line(ac_buf *buf, ac_str word, ac_str octets)
{
	ac_buf_add(buf, word);
	ac_buf_add_byte(buf, ' ');
	ac_base64_add(buf, octets);
	ac_buf_add_byte(buf, '\n');
}

/* All lines but the last. */
static void
add_beside(
    ac_buf *buf, const ac_vkey *vkey, const uint8_t *next_public, ac_seal_cost cost, const ac_seal_random *random)
{
	ac_buf_add(buf, FIRST_LINE);
	ac_buf_printf(buf, "\npurpose %s\nvkey ", ac_purpose_name(vkey->purpose));
	ac_vkey_add(buf, vkey);
	ac_buf_add_byte(buf, '\n');
	add_line(buf, AC_S("next"), (ac_str){ (const char *)next_public, AC_ED25519_PUBLIC_SIZE });
	ac_buf_printf(
	    buf, "argon2id %llu %llu\n", (unsigned long long)cost.passes, (unsigned long long)cost.memory_kib);
	add_line(buf, AC_S("salt"), (ac_str){ (const char *)random->salt, sizeof(random->salt) });
	add_line(buf, AC_S("nonce"), (ac_str){ (const char *)random->nonce, sizeof(random->nonce) });
}

int
ac_keyfile_add(ac_buf *buf, ac_str name, ac_purpose purpose, const ac_keyfile_seeds *seeds, ac_seal_cost cost,
    const ac_seal_random *random, ac_str passphrase, accord_err *err)
{
	uint8_t secret[SEEDS_SIZE], sealed[SEEDS_SIZE + AC_SEAL_TAG_SIZE];
	ac_ed25519_key now, next;
	ac_buf full_name, text;
	ac_str key_name, beside;
	ac_vkey vkey;
	int rc;

	/* "/sign" would be a name, and nobody's. */
	if (!name.n || name.p[0] == '/' || name.p[name.n - 1] == '/')
		return ac_fail(err, ACCORD_EINPUT, "want the name of a member, such as us.example, got '%.*s'",
		    AC_FMT(ac_str_slice(name, 0, AC_NOTE_NAME_MAX)));
	ac_buf_init(&full_name, 2 * AC_NOTE_NAME_MAX);
	ac_buf_init(&text, KEYFILE_MAX);
	ac_buf_add(&full_name, name);
	ac_buf_add_byte(&full_name, '/');
	ac_buf_add_cstr(&full_name, ac_purpose_name(purpose));
	ac_ed25519_from_seed(seeds->now, &now);
	ac_ed25519_from_seed(seeds->next, &next);
	memcpy(secret, seeds->now, AC_ED25519_SEED_SIZE);
	memcpy(secret + AC_ED25519_SEED_SIZE, seeds->next, AC_ED25519_SEED_SIZE);
	rc = ac_buf_finish(&full_name, &key_name, err);
	if (!rc)
		rc = ac_vkey_make(key_name, purpose == AC_PURPOSE_WITNESS ? AC_NOTE_COSIGNATURE : AC_NOTE_ED25519,
		    ac_ed25519_public(&now), &vkey, err);
	if (!rc) {
		add_beside(&text, &vkey, ac_ed25519_public(&next), cost, random);
		rc = ac_buf_finish(&text, &beside, err);
	}
	if (!rc)
		rc = ac_seal(
		    passphrase, cost, random, beside, (ac_str){ (const char *)secret, sizeof(secret) }, sealed, err);
	if (!rc) {
		ac_buf_add(buf, beside);
		add_line(buf, AC_S("sealed"), (ac_str){ (const char *)sealed, sizeof(sealed) });
	}
	ac_wipe(secret, sizeof(secret));
	ac_wipe(&now, sizeof(now));
	ac_wipe(&next, sizeof(next));
	ac_buf_done(&text);
	ac_buf_done(&full_name);
	return rc;
}

/* Reading line by line. */
typedef struct lines {
	ac_str rest;
	uint64_t number; /* of the last one taken */
} lines;

static int
fail_line(const lines *l, ac_str word, const char *what, accord_err *err)
{
	return ac_fail_at(err, ACCORD_EINPUT, l->number, 1, 0, "want '%.*s' and %s as line %llu of a key file",
	    AC_FMT(word), what, (unsigned long long)l->number);
}

/* What stands behind the word that begins the next line. */
static int
take(lines *l, ac_str word, const char *what, ac_str *out, accord_err *err)
{
	ac_str line;

	l->number++;
	if (!ac_str_cut(&l->rest, '\n', &line) || !ac_str_starts(line, word) || line.n <= word.n ||
	    line.p[word.n] != ' ')
		return fail_line(l, word, what, err);
	*out = ac_str_slice(line, word.n + 1, line.n);
	return 0;
}

/* n bytes in their one base64 text. */
static int
take_octets(lines *l, ac_str word, const char *what, uint8_t *out, size_t n, accord_err *err)
{
	char bytes[SEEDS_SIZE + AC_SEAL_TAG_SIZE + 4];
	ac_str text;
	size_t got = 0;
	int rc = take(l, word, what, &text, err);

	if (rc)
		return rc;
	if (text.n / 4 * 3 > sizeof(bytes) || !ac_base64_decode_exact(text, bytes, &got) || got != n)
		return fail_line(l, word, what, err);
	memcpy(out, bytes, n);
	return 0;
}

static int
take_cost(lines *l, ac_seal_cost *out, accord_err *err)
{
	ac_str rest, passes = { 0 };
	int rc = take(l, AC_S("argon2id"), "passes and KiB of memory", &rest, err);

	if (rc)
		return rc;
	if (!ac_str_cut(&rest, ' ', &passes) || !ac_str_to_u64(passes, &out->passes) ||
	    !ac_str_to_u64(rest, &out->memory_kib))
		return fail_line(l, AC_S("argon2id"), "passes and KiB of memory", err);
	return ac_seal_check_cost(*out, err);
}

/* The key, with the purpose that the file gives it. */
static int
take_vkey(lines *l, ac_vkey *out, accord_err *err)
{
	ac_purpose purpose;
	ac_str text;
	int rc = take(l, AC_S("purpose"), "root, sign, log or witness", &text, err);

	if (rc)
		return rc;
	if (!ac_purpose_parse(text, &purpose))
		return fail_line(l, AC_S("purpose"), "root, sign, log or witness", err);
	rc = take(l, AC_S("vkey"), "a key", &text, err);
	if (!rc)
		rc = ac_vkey_parse(text, out, err);
	if (!rc && out->purpose != purpose)
		rc = fail_line(l, AC_S("vkey"), "a key whose name ends in its purpose", err);
	return rc;
}

int
ac_keyfile_parse(ac_str text, ac_arena *arena, ac_keyfile *out, accord_err *err)
{
	lines l = { text, 1 };
	uint8_t *sealed = ac_arena_alloc(arena, SEEDS_SIZE + AC_SEAL_TAG_SIZE);
	ac_keyfile f = { 0 };
	ac_str first;
	int rc;

	if (!sealed)
		return ac_arena_check(arena, err);
	if (text.n > KEYFILE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a key file of at most %zu bytes, got %zu", (size_t)KEYFILE_MAX, text.n);
	if (!ac_str_cut(&l.rest, '\n', &first) || !ac_str_eq(first, FIRST_LINE))
		return ac_fail_at(err, ac_str_starts(text, AC_S("accord/key-file/")) ? ACCORD_EVERSION : ACCORD_EINPUT,
		    1, 1, 0, "want 'accord/key-file/v1' as the first line");
	rc = take_vkey(&l, &f.vkey, err);
	if (!rc)
		rc = take_octets(
		    &l, AC_S("next"), "the public key that follows", f.next_public, sizeof(f.next_public), err);
	if (!rc)
		rc = take_cost(&l, &f.cost, err);
	if (!rc)
		rc = take_octets(&l, AC_S("salt"), "16 bytes", f.random.salt, sizeof(f.random.salt), err);
	if (!rc)
		rc = take_octets(&l, AC_S("nonce"), "24 bytes", f.random.nonce, sizeof(f.random.nonce), err);
	f.beside = ac_str_slice(text, 0, text.n - l.rest.n);
	if (!rc)
		rc = take_octets(&l, AC_S("sealed"), "two sealed keys", sealed, SEEDS_SIZE + AC_SEAL_TAG_SIZE, err);
	if (!rc && l.rest.n)
		rc = ac_fail_at(err, ACCORD_EINPUT, l.number + 1, 1, 0, "want the end of the key file behind line %llu",
		    (unsigned long long)l.number);
	if (rc)
		return rc;
	f.sealed = (ac_str){ (const char *)sealed, SEEDS_SIZE + AC_SEAL_TAG_SIZE };
	*out = f;
	return 0;
}

int
ac_keyfile_open(
    const ac_keyfile *f, ac_str passphrase, ac_ed25519_key *out_now, ac_ed25519_key *out_next, accord_err *err)
{
	uint8_t seeds[SEEDS_SIZE];
	ac_ed25519_key now, next;
	int rc = ac_unseal(passphrase, f->cost, &f->random, f->beside, f->sealed, seeds, err);

	if (rc)
		return rc;
	ac_ed25519_from_seed(seeds, &now);
	ac_ed25519_from_seed(seeds + AC_ED25519_SEED_SIZE, &next);
	/* The seal binds the lines; a writer that put other keys there would be caught here. */
	if (memcmp(ac_ed25519_public(&now), f->vkey.public_key, AC_ED25519_PUBLIC_SIZE) != 0 ||
	    memcmp(ac_ed25519_public(&next), f->next_public, AC_ED25519_PUBLIC_SIZE) != 0) {
		rc = ac_fail(err, ACCORD_EINPUT, "the sealed keys are not those that the file names");
	} else {
		*out_now = now;
		*out_next = next;
	}
	ac_wipe(seeds, sizeof(seeds));
	ac_wipe(&now, sizeof(now));
	ac_wipe(&next, sizeof(next));
	return rc;
}
