/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof that whoever runs a log has signed two trees of which one cannot be the other's beginning: "accord/misbehaviour/v1", a few lines, a blank line, and both signed checkpoints with a
 * blank line between. Equivocation: one size, two roots. Inconsistency: an older and a newer checkpoint, the root that the first leaves of the newer one's tree give (another than the older
 * one's), and the hashes that show it (RFC 6962 s2.1.2): they lead from that root to the newer checkpoint's. A third party needs the log's key, and nothing else.
 */
#ifndef AC_AGREE_MISBEHAVIOUR_H
#define AC_AGREE_MISBEHAVIOUR_H

#include "agree/checkpoint.h"
#include "agree/note.h"
#include "agree/tlog.h"

typedef enum ac_misbehaviour_kind {
	AC_MISBEHAVIOUR_EQUIVOCATION,
	AC_MISBEHAVIOUR_INCONSISTENCY,
} ac_misbehaviour_kind;
const char *ac_misbehaviour_kind_name(ac_misbehaviour_kind kind); /* "equivocation", "inconsistency" */

typedef struct ac_misbehaviour {
	ac_misbehaviour_kind kind;
	ac_str origin;
	uint64_t old_size, size; /* of the checkpoints; the same for equivocation */
	/* Of inconsistency: root of the first old_size leaves of the newer tree, and the proof from it to the newer root. */
	ac_hash root;
	ac_hash hashes[AC_TLOG_PROOF_MAX];
	size_t count;
	ac_str signed_checkpoints[2];
	ac_note notes[2];
	ac_checkpoint checkpoints[2];
} ac_misbehaviour;

/* Is it one by its first line? */
bool ac_misbehaviour_is(ac_str bytes);
/* Views into bytes and the arena; nothing is verified. ACCORD_EINPUT: not of that form, or not in the one order of its lines. */
int ac_misbehaviour_parse(ac_str bytes, ac_arena *arena, ac_misbehaviour *out, accord_err *err) AC_CHECKED;
/*
 * Of two signed checkpoints of one log, in any order; the kind follows from their sizes. Of inconsistency the caller fills in root, hashes and count. Views into both and the arena. ACCORD_ENOTFOUND: they do
 * not contradict each other by themselves: two logs, or one size and root. Nothing is verified.
 */
int ac_misbehaviour_make(ac_str a, ac_str b, ac_arena *arena, ac_misbehaviour *out, accord_err *err) AC_CHECKED;
/* Its text. */
void ac_misbehaviour_add(ac_buf *buf, const ac_misbehaviour *misbehaviour);

/*
 * Is it proved to somebody who has these keys: has a key that bears the log's name signed each of the two, and do they contradict each other? out_keys: place of the key that signed each.
 * ACCORD_EDENIED: it is not, or a signature is wrong; ACCORD_ENOTFOUND: none of the keys is the log's, or signed both.
 */
int ac_misbehaviour_check(ac_digester *d, const ac_misbehaviour *misbehaviour, const ac_vkey *keys, size_t count,
    ac_arena *arena, size_t out_keys[static 2], accord_err *err) AC_CHECKED;

#endif
