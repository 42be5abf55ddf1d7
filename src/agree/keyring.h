/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose keys somebody believes about logs: keys that he was given one by one, which count everywhere, and those of charters that he trusts, each only where the charter and the changes of keys say that it counts.
 */
#ifndef AC_AGREE_KEYRING_H
#define AC_AGREE_KEYRING_H

#include "agree/anchor.h"

typedef struct ac_keyring {
	const ac_vkey *given;
	size_t given_count;
	const ac_chain *const *chains;
	size_t chain_count;
} ac_keyring;

typedef enum ac_keyring_reach {
	AC_KEYRING_LATEST, /* what counts now: the latest version of each charter */
	AC_KEYRING_EVER,   /* every version: for what was signed under an older one */
} ac_keyring_reach;

/*
 * The given keys, and those that may sign or cosign a checkpoint of so many leaves of that log (ac_chain_log_keys), in the arena, each once. ACCORD_EINPUT: two keys have one name and id; ACCORD_ELIMIT over AC_NOTE_KEYS_MAX.
 */
int ac_keyring_for_log(const ac_keyring *ring, ac_keyring_reach reach, ac_str origin, uint64_t size, ac_arena *arena,
    ac_vkey **out, size_t *out_count, accord_err *err) AC_CHECKED;
/* All keys, for all purposes, that ever counted anywhere. Errors as above. */
int ac_keyring_all(
    const ac_keyring *ring, ac_arena *arena, ac_vkey **out, size_t *out_count, accord_err *err) AC_CHECKED;

#endif
