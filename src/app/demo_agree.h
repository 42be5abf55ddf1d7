/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration's last part by itself: five members, a statement, an outsider. Knows nothing of logs and leads. */
#ifndef AC_APP_DEMO_AGREE_H
#define AC_APP_DEMO_AGREE_H

#include "base/arena.h"
#include "store/store.h"

#define AC_DEMO_CLAIMS 3

/* A claim that members agreed on, or did not. */
typedef struct ac_demo_claim {
	ac_str id, text;
	unsigned joined;
	bool is_joint;
	ac_str least; /* the words of the least sure of them */
} ac_demo_claim;

typedef struct ac_demo_agreed {
	const char *folder; /* for outsiders */
	ac_str charter;     /* sha256:HEX */
	unsigned members;
	const char *dissenter;
	ac_demo_claim claims[AC_DEMO_CLAIMS];
	size_t joint, files;
	uint64_t objects; /* new in the store */
	bool is_proved;   /* to an outsider, and as it should be: two claims joint, the last one not */
} ac_demo_agreed;

/*
 * Below dir: agree/MEMBER (keys, charter, notes, bundle; the convener's log) and published/. evidence: a STIX bundle that everybody may read. Texts in *out live in arena. What is there of a former run with the same evidence stays.
 */
int ac_demo_agree(const char *dir, ac_store *store, ac_str evidence, ac_arena *arena, ac_demo_agreed *out,
    accord_err *err) AC_CHECKED;

#endif
