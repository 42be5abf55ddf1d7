/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the log: where leaves are, by the first bytes of their hashes. What is found is a place to look at, not an answer. */
#ifndef AC_AGREE_LOG_KNOWN_H
#define AC_AGREE_LOG_KNOWN_H

#include "agree/tlog.h"

typedef struct ac_known_slot {
	uint64_t print; /* of the hash */
	uint64_t place; /* index + 1; 0: free */
} ac_known_slot;

/* Zeroed: empty. */
typedef struct ac_known {
	ac_known_slot *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
} ac_known;

int ac_known_add(ac_known *known, const ac_hash *hash, uint64_t index, accord_err *err) AC_CHECKED;
/* The next place with the hash's print, from *cursor (0 at first) on; false: no more. */
bool ac_known_find(const ac_known *known, const ac_hash *hash, size_t *cursor, uint64_t *out_index);
void ac_known_done(ac_known *known);

#endif
