/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of private keys: one key of one purpose, and the one that will follow it, sealed by a passphrase. The name, the purpose, both public keys and the cost stand in clear, and are bound to the seal. The hash of the next
 * key is what a charter commits to: SHA-256 of its 32 bytes. Whoever steals the key in use today cannot choose its successor.
 */
#ifndef AC_AGREE_KEYFILE_H
#define AC_AGREE_KEYFILE_H

#include "agree/note.h"
#include "base/arena.h"
#include "crypto/digest.h"
#include "crypto/seal.h"

/* What stands in clear. */
typedef struct ac_keyfile {
	ac_vkey vkey;                                /* its purpose is one of the four */
	uint8_t next_public[AC_ED25519_PUBLIC_SIZE]; /* of the key that will follow */
	ac_seal_cost cost;
	ac_seal_random random;
	ac_str sealed; /* both seeds */
	ac_str beside; /* the lines that are bound to the seal */
} ac_keyfile;

/* Chosen at random for a new file. Wipe it when the file is made. */
typedef struct ac_keyfile_seeds {
	uint8_t now[AC_ED25519_SEED_SIZE];
	uint8_t next[AC_ED25519_SEED_SIZE];
} ac_keyfile_seeds;

/*
 * The text of a new file, added to buf. name: of a member, "us.example"; the key's name is NAME/PURPOSE. Errors of ac_vkey_make and ac_seal.
 */
int ac_keyfile_add(ac_buf *buf, ac_str name, ac_purpose purpose, const ac_keyfile_seeds *seeds, ac_seal_cost cost,
    const ac_seal_random *random, ac_str passphrase, accord_err *err) AC_CHECKED;
/* Views into text and the arena. ACCORD_EINPUT with the line; ACCORD_ELIMIT: a cost over the ceilings; ACCORD_EVERSION: a later form. */
int ac_keyfile_parse(ac_str text, ac_arena *arena, ac_keyfile *out, accord_err *err) AC_CHECKED;
/* Both private keys. ACCORD_EDENIED: not this passphrase, or the file was changed. Wipe both when they are no longer needed. */
int ac_keyfile_open(const ac_keyfile *file, ac_str passphrase, ac_ed25519_key *out_now, ac_ed25519_key *out_next,
    accord_err *err) AC_CHECKED;
/* The hash by which a charter commits to a next key. */
int ac_keyfile_commitment(const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], uint8_t out[static AC_SHA256_SIZE],
    accord_err *err) AC_CHECKED;

#endif
