/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charters that somebody holds, in chains, and whether he has a reason to believe one: he trusts a version by its digest, or the keys of all who signed it. A chain that rests on nothing but itself is
 * consistent at best: a folder that brings its own charter proves only itself.
 */
#ifndef AC_AGREE_ANCHOR_H
#define AC_AGREE_ANCHOR_H

#include "agree/chain.h"
#include "agree/check.h"
#include "agree/held.h"

/* Charters that nobody vouches for, and that are signed by their own quorums: each note is tried under each, so that a folder of thousands would keep its reader for hours. */
#define AC_ANCHORS_OTHER_MAX 64

typedef enum ac_anchor_kind {
	AC_ANCHOR_NONE,   /* nobody vouches for it here */
	AC_ANCHOR_DIGEST, /* one of its versions is trusted by digest */
	AC_ANCHOR_KEYS,   /* one was signed by all trusted keys, and they are a quorum of it */
} ac_anchor_kind;

typedef struct ac_anchor {
	ac_anchor_kind kind;
	ac_chain chain;
	uint64_t version; /* of the chain, where it was begun: the trusted one, or the lowest that is here */
	bool is_forked;   /* two versions follow its last one: no later one counts */
	ac_warnings warnings;
	const ac_trust *trust;
} ac_anchor;

typedef struct ac_anchors {
	ac_anchor **items; /* trusted ones first */
	size_t count;
	ac_str missing; /* a trusted digest whose charter is not held, or is not accepted: why; empty: none */
} ac_anchors;

/* All chains of the charters that are held. trust->digests first, then trust->keys, then what is left. Errors are the machine's only. */
int ac_anchors_make(
    const ac_holding *holding, const ac_trust *trust, ac_arena *arena, ac_anchors *out, accord_err *err) AC_CHECKED;
/* The chain with that version in it; NULL: none. */
const ac_anchor *ac_anchors_find(const ac_anchors *anchors, const uint8_t digest[static AC_SHA256_SIZE]);

/*
 * Members of a version that a member's voice may be counted for: all, but under AC_ANCHOR_KEYS only those whose sign key is a trusted one (other members' keys are known from a charter whose signers could have
 * invented them). member_count of them, in the arena.
 */
int ac_anchor_voices(
    const ac_anchor *anchor, const ac_charter *charter, ac_arena *arena, bool **out, accord_err *err) AC_CHECKED;

#endif
