/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs that somebody can carry around: C2SP tlog-proof, which shows that a leaf is in a log, and the body of tlog-witness's add-checkpoint, which shows that a log has only grown. */
#ifndef AC_AGREE_PROOF_H
#define AC_AGREE_PROOF_H

#include "agree/checkpoint.h"
#include "agree/note.h"
#include "agree/tlog.h"

typedef struct ac_proof {
	bool has_extra;
	ac_str extra; /* decoded; signed by nobody */
	uint64_t index;
	ac_hash hashes[AC_TLOG_PROOF_MAX];
	size_t count;
	ac_str signed_checkpoint; /* the note, whole */
	ac_note note;
	ac_checkpoint checkpoint;
} ac_proof;

/* Is it a proof by its first line? */
bool ac_proof_is(ac_str bytes);
/* Views into bytes and the arena; nothing is verified. ACCORD_EINPUT with the line. */
int ac_proof_parse(ac_str bytes, ac_arena *arena, ac_proof *out, accord_err *err) AC_CHECKED;
/* The text of a proof; its note is p->signed_checkpoint. */
void ac_proof_add(ac_buf *buf, const ac_proof *proof);
/* Is the leaf where the proof says, in the tree of its checkpoint? Says nothing of who signed that. ACCORD_EDENIED: no. */
int ac_proof_check(ac_digester *d, const ac_proof *proof, ac_str leaf, accord_err *err) AC_CHECKED;

/* "old SIZE", hashes, a blank line, a checkpoint: what a witness is asked. */
typedef struct ac_growth {
	uint64_t old_size;
	ac_hash hashes[AC_TLOG_PROOF_MAX];
	size_t count;
	ac_str signed_checkpoint;
	ac_note note;
	ac_checkpoint checkpoint;
} ac_growth;

int ac_growth_parse(ac_str bytes, ac_arena *arena, ac_growth *out, accord_err *err) AC_CHECKED;
void ac_growth_add(ac_buf *buf, const ac_growth *growth);

#endif
