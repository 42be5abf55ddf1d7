/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 through libsodium. Knows nothing of what is signed, nor of files. None of these calls needs sodium_init: they use no random bytes. */
#include "crypto/ed25519.h"

#include <sodium.h>

_Static_assert(AC_ED25519_SEED_SIZE == crypto_sign_SEEDBYTES && AC_ED25519_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES &&
		   AC_ED25519_SIGNATURE_SIZE == crypto_sign_BYTES &&
		   sizeof(((ac_ed25519_key *)0)->secret) == crypto_sign_SECRETKEYBYTES,
    "libsodium's sizes");

static const uint8_t *
octets(ac_str s)
{
	return (const uint8_t *)(s.p ? s.p : "");
}

void
ac_ed25519_from_seed(const uint8_t seed[static AC_ED25519_SEED_SIZE], ac_ed25519_key *out)
{
	uint8_t public_key[AC_ED25519_PUBLIC_SIZE];

	/* Cannot fail, and puts the public key behind the seed as well. */
	(void)crypto_sign_seed_keypair(public_key, out->secret, seed);
}

const uint8_t *
ac_ed25519_public(const ac_ed25519_key *key)
{
	return key->secret + AC_ED25519_SEED_SIZE;
}

void
ac_ed25519_sign(const ac_ed25519_key *key, ac_str message, uint8_t out[static AC_ED25519_SIGNATURE_SIZE])
{
	(void)crypto_sign_detached(out, NULL, octets(message), message.n, key->secret);
}

bool
ac_ed25519_verify(const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_str message,
    const uint8_t signature[static AC_ED25519_SIGNATURE_SIZE])
{
	return crypto_sign_verify_detached(signature, octets(message), message.n, public_key) == 0;
}
