/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets sealed by a passphrase: Argon2id 1.3 (RFC 9106) makes the key, XChaCha20-Poly1305 seals. What stands beside the secret in clear is bound to it: nobody
 * can change it without the passphrase. Random bytes come from outside.
 */
#ifndef AC_CRYPTO_SEAL_H
#define AC_CRYPTO_SEAL_H

#include "base/err.h"
#include "base/str.h"

#define AC_SEAL_SALT_SIZE 16
#define AC_SEAL_NONCE_SIZE 24
/* A sealed secret is so much longer. */
#define AC_SEAL_TAG_SIZE 16

/* What guessing one passphrase costs. */
typedef struct ac_seal_cost {
	uint64_t passes;     /* 1 .. AC_SEAL_PASSES_MAX */
	uint64_t memory_kib; /* 8 .. AC_SEAL_MEMORY_KIB_MAX */
} ac_seal_cost;

/* Chosen anew, at random, for every sealing. */
typedef struct ac_seal_random {
	uint8_t salt[AC_SEAL_SALT_SIZE];
	uint8_t nonce[AC_SEAL_NONCE_SIZE];
} ac_seal_random;

/* Is it within the ceilings? Otherwise ACCORD_ELIMIT, which names the one that is not. */
int ac_seal_check_cost(ac_seal_cost cost, accord_err *err) AC_CHECKED;
/* out has room for secret.n + AC_SEAL_TAG_SIZE bytes. ACCORD_ENOMEM without the memory that the cost asks for. */
int ac_seal(ac_str passphrase, ac_seal_cost cost, const ac_seal_random *random, ac_str beside, ac_str secret,
    uint8_t *out, accord_err *err) AC_CHECKED;
/*
 * out has room for sealed.n - AC_SEAL_TAG_SIZE bytes, and is untouched on failure. ACCORD_EDENIED: the passphrase is another one, or something was
 * changed; which of them cannot be told.
 */
int ac_unseal(ac_str passphrase, ac_seal_cost cost, const ac_seal_random *random, ac_str beside, ac_str sealed,
    uint8_t *out, accord_err *err) AC_CHECKED;

#endif
