/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing through libsodium. Knows nothing of files or of what is sealed. */
#include "crypto/seal.h"

#include <sodium.h>

#include "base/limits.h"

#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES

_Static_assert(AC_SEAL_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES &&
		   AC_SEAL_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
		   AC_SEAL_TAG_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES,
    "libsodium's sizes");

static const uint8_t *
octets(ac_str s)
{
	return (const uint8_t *)(s.p ? s.p : "");
}

int
ac_seal_check_cost(ac_seal_cost cost, accord_err *err)
{
	if (cost.passes < 1 || cost.passes > AC_SEAL_PASSES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want 1 to %llu passes of Argon2id, got %llu",
		    (unsigned long long)AC_SEAL_PASSES_MAX, (unsigned long long)cost.passes);
	if (cost.memory_kib < 8 || cost.memory_kib > AC_SEAL_MEMORY_KIB_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want 8 to %llu KiB of memory for Argon2id, got %llu",
		    (unsigned long long)AC_SEAL_MEMORY_KIB_MAX, (unsigned long long)cost.memory_kib);
	return 0;
}

static int
make_key(
    ac_str passphrase, ac_seal_cost cost, const ac_seal_random *random, uint8_t key[static KEY_SIZE], accord_err *err)
{
	int rc = ac_seal_check_cost(cost, err);

	if (!rc && passphrase.n > AC_SEAL_PASSPHRASE_MAX)
		rc = ac_fail(err, ACCORD_ELIMIT, "want a passphrase of at most %zu bytes, got %zu",
		    (size_t)AC_SEAL_PASSPHRASE_MAX, passphrase.n);
	if (rc)
		return rc;
	if (crypto_pwhash_argon2id(key, KEY_SIZE, (const char *)octets(passphrase), passphrase.n, random->salt,
		cost.passes, (size_t)cost.memory_kib * AC_KIB, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the %llu KiB that this key's cost asks for",
		    (unsigned long long)cost.memory_kib);
	return 0;
}

int
ac_seal(ac_str passphrase, ac_seal_cost cost, const ac_seal_random *random, ac_str beside, ac_str secret, uint8_t *out,
    accord_err *err)
{
	uint8_t key[KEY_SIZE];
	int rc = make_key(passphrase, cost, random, key, err);

	if (rc)
		return rc;
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
	    out, NULL, octets(secret), secret.n, octets(beside), beside.n, NULL, random->nonce, key);
	sodium_memzero(key, sizeof(key));
	return 0;
}

int
ac_unseal(ac_str passphrase, ac_seal_cost cost, const ac_seal_random *random, ac_str beside, ac_str sealed,
    uint8_t *out, accord_err *err)
{
	uint8_t key[KEY_SIZE];
	int rc;

	if (sealed.n < AC_SEAL_TAG_SIZE)
		return ac_fail(
		    err, ACCORD_EINPUT, "want at least %d sealed bytes, got %zu", AC_SEAL_TAG_SIZE, sealed.n);
	rc = make_key(passphrase, cost, random, key, err);
	if (rc)
		return rc;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		out, NULL, NULL, octets(sealed), sealed.n, octets(beside), beside.n, random->nonce, key) != 0)
		rc = ac_fail(err, ACCORD_EDENIED,
		    "the passphrase is not the one that this was sealed with, or it was changed since");
	sodium_memzero(key, sizeof(key));
	return rc;
}
