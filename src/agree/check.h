/* SPDX-License-Identifier: Apache-2.0 */
/* What a file of a coalition proves to somebody who has only it, other files, and keys that he trusts. No network, no store, no clock. */
#ifndef AC_AGREE_CHECK_H
#define AC_AGREE_CHECK_H

#include "agree/misbehaviour.h"
#include "agree/policy.h"
#include "agree/proof.h"

/* What somebody trusts. */
typedef struct ac_trust {
	ac_vkey *keys;
	size_t count;
	uint8_t (*digests)[AC_SHA256_SIZE]; /* of charters' texts */
	size_t digest_count;
	const ac_policy *policy; /* for checkpoints, in place of the keys; may be NULL */
} ac_trust;

/*
 * Keys, and digests of charters ("sha256:HEX"), from text: one, or one a line ('#' begins a comment). Views into text; what is there is not added again. ACCORD_EINPUT with the line: no vkey, or another key of the same name and id; ACCORD_ELIMIT
 * over AC_NOTE_KEYS_MAX.
 */
int ac_trust_add(ac_trust *trust, ac_str text, ac_arena *arena, accord_err *err) AC_CHECKED;
/* A charter by the digest of its text. */
int ac_trust_add_digest(
    ac_trust *trust, const uint8_t digest[static AC_SHA256_SIZE], ac_arena *arena, accord_err *err) AC_CHECKED;

typedef enum ac_check_kind {
	AC_CHECK_NOTE,         /* a signed text */
	AC_CHECK_CHECKPOINT,   /* a note whose text is a tree head */
	AC_CHECK_PROOF,        /* that a leaf is in a log */
	AC_CHECK_GROWTH,       /* that a log has only grown */
	AC_CHECK_MISBEHAVIOUR, /* that a log's operator signed two trees that contradict each other */
} ac_check_kind;
const char *ac_check_kind_name(ac_check_kind kind); /* "note", "checkpoint", "proof", "growth", "misbehaviour" */

typedef struct ac_check {
	ac_check_kind kind;
	ac_note note;             /* of misbehaviour: the second checkpoint's */
	ac_checkpoint checkpoint; /* of all but notes */
	uint64_t index;           /* of a proof: the leaf's; of growth and misbehaviour: the old size */
	ac_misbehaviour_kind misbehaviour;
	ac_note_verdict verdict; /* over `keys` */
	const ac_vkey *keys;
	size_t key_count;
	size_t partner; /* place of the file that is the proved leaf, or the old checkpoint; file_count: none */
	bool is_proved;
	ac_str reason; /* when it is not */
} ac_check;

/*
 * Check file `at` of some (one without bytes, p NULL, could not be read and proves nothing). Proved: a note by at least one trusted key and no wrong signature of one; a checkpoint by its log's key (by the policy with its quorum); a proof by
 * such a checkpoint and a leaf among the other files; growth by it and a proved old checkpoint among them; misbehaviour by the log's key, which signed both of its checkpoints. Returns 0 also when it is not proved; ACCORD_EINPUT or ACCORD_ELIMIT: the file is none of these, with
 * its line.
 */
int ac_check_file(const ac_str *files, size_t file_count, size_t at, const ac_trust *trust, ac_digester *digester,
    ac_arena *arena, ac_check *out, accord_err *err) AC_CHECKED;

#endif
