/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed hashes, and the comparing and wiping that goes with secrets. */
#ifndef AC_CRYPTO_MAC_H
#define AC_CRYPTO_MAC_H

#include "base/err.h"
#include "base/str.h"

#define AC_HMAC_SIZE 32

/* HMAC-SHA-256 (RFC 2104, FIPS 180-4). */
void ac_hmac_sha256(ac_str key, ac_str bytes, uint8_t out[static AC_HMAC_SIZE]);
/* Equal, in a time that does not tell where two texts of n bytes differ. */
bool ac_same_secret(const void *a, const void *b, size_t n);
/* Zeros, which no compiler leaves out. */
void ac_wipe(void *p, size_t n);

#endif
