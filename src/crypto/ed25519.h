/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 (RFC 8032, the pure form). One rule decides what a signature is, for all members alike: it is accepted exactly when libsodium's
 * crypto_sign_verify_detached accepts it. Libraries differ on keys and points of low order and on encodings that are not canonical; libsodium refuses those.
 */
#ifndef AC_CRYPTO_ED25519_H
#define AC_CRYPTO_ED25519_H

#include "base/err.h"
#include "base/str.h"

#define AC_ED25519_SEED_SIZE 32
#define AC_ED25519_PUBLIC_SIZE 32
#define AC_ED25519_SIGNATURE_SIZE 64

/* A private key as libsodium keeps it: the seed, then the public key. Wipe it with ac_wipe when it is no longer needed. */
typedef struct ac_ed25519_key {
	uint8_t secret[AC_ED25519_SEED_SIZE + AC_ED25519_PUBLIC_SIZE];
} ac_ed25519_key;

void ac_ed25519_from_seed(const uint8_t seed[static AC_ED25519_SEED_SIZE], ac_ed25519_key *out);
/* The public half, valid as long as the key. */
const uint8_t *ac_ed25519_public(const ac_ed25519_key *key);
void ac_ed25519_sign(const ac_ed25519_key *key, ac_str message, uint8_t out[static AC_ED25519_SIGNATURE_SIZE]);
bool ac_ed25519_verify(const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_str message,
    const uint8_t signature[static AC_ED25519_SIGNATURE_SIZE]);

#endif
