/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where notes that somebody holds stand in the logs of a coalition: which checkpoints are those of a member's log, cosigned as the charter asks, and which leaves they vouch for, by proofs and by logs that are held whole.
 */
#ifndef AC_AGREE_PLACES_H
#define AC_AGREE_PLACES_H

#include "agree/anchor.h"

/* A checkpoint that is held: alone, in a proof, or at the head of a log. */
typedef struct ac_known_head {
	size_t item;      /* of the holding */
	ac_held_log *log; /* whose head it is, or NULL */
	ac_checkpoint checkpoint;
	const ac_anchor *anchor; /* whose keys they are; NULL: of nobody's log */
	uint64_t version;        /* the latest of the chain by which it is accepted */
	ac_str member;           /* whose log it is */
	bool is_signed;          /* by its log's key */
	bool is_accepted;        /* and cosigned by a quorum of the charter, or of the policy that is trusted */
	uint64_t oldest; /* time of the oldest cosignature that was counted, Unix seconds; 0: none was asked for */
	uint64_t newest; /* of the newest by a witness of the charter; 0: none */
	ac_str reason;   /* when it is not accepted */
} ac_known_head;

/* A note that is a leaf. */
typedef struct ac_known_leaf {
	size_t item;
	ac_leaf_place place;
	const ac_known_head *head;
} ac_known_leaf;

typedef struct ac_places {
	const ac_known_head *heads;
	size_t head_count;
	const ac_known_leaf *leaves; /* under accepted heads only */
	size_t leaf_count;
	const ac_known_leaf *
	    own; /* notes that are held, in logs whose checkpoint their key has signed and no quorum has cosigned: where a member's own word stands among his own, and no more (is_own) */
	size_t own_count;
	ac_str
	    contradiction; /* what cannot both be so: two trees of one size, two leaves of one place, a log that does not begin as it did; empty: none */
} ac_places;

/*
 * All that is held. Leaves of accepted logs that are texts of Accord are added to the holding (once: `with_leaves`); a log whose tiles are damaged is a problem of its checkpoint and adds none. ACCORD_ELIMIT: more
 * than the holding's ceiling.
 */
int ac_places_make(ac_holding *holding, const ac_anchors *anchors, const ac_trust *trust, ac_digester *digester,
    bool with_leaves, ac_arena *arena, ac_places *out, accord_err *err) AC_CHECKED;

/* The head of the file of that place in the holding; NULL: it has none. */
const ac_known_head *ac_places_head(const ac_places *places, size_t item);
/* The item that is leaf `index` of that member's logs, under a chain and version; NULL: none of those that are held. */
const ac_known_leaf *ac_places_leaf(
    const ac_places *places, const ac_anchor *anchor, ac_str member, uint64_t version, uint64_t index);

#endif
