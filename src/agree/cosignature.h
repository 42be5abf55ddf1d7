/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamped cosignatures of checkpoints by Ed25519: C2SP tlog-cosignature, cosignature/v1. Eight bytes of time, big end first, and the signature. */
#ifndef AC_AGREE_COSIGNATURE_H
#define AC_AGREE_COSIGNATURE_H

#include "base/err.h"
#include "crypto/ed25519.h"

#define AC_COSIGNATURE_SIZE (8 + AC_ED25519_SIGNATURE_SIZE)

/* Cosign the text of a checkpoint, of at most AC_COSIGNATURE_TEXT_MAX bytes. Unix seconds, 1 .. 2^63 - 1. ACCORD_EINPUT: it is none, or the time is not. */
int ac_cosign(const ac_ed25519_key *key, ac_str checkpoint, uint64_t time, uint8_t out[static AC_COSIGNATURE_SIZE],
    accord_err *err) AC_CHECKED;
/* Is it the key's cosignature of that text? *out_time is what it says. False also when the text is no checkpoint. */
bool ac_cosignature_verify(
    const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_str checkpoint, ac_str signature, uint64_t *out_time);

#endif
