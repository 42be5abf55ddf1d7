/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Witnessing other members' logs (C2SP tlog-witness): a log's checkpoint is cosigned when the log has only grown since the last one that was. What was cosigned last is kept in the member's folder, twice:
 * witness/SHA256(origin)/checkpoint, which others may see, and secret/witness/SHA256(origin), and is on disk before a cosignature leaves. So never two trees of one size are cosigned, and never a
 * smaller one than before, whatever happens to one of the files. When the whole folder is put back to an old copy, what cosignatures of its own come back with checkpoints still tell.
 */
#ifndef AC_AGREE_WITNESS_H
#define AC_AGREE_WITNESS_H

#include "agree/checkpoint.h"
#include "agree/note.h"
#include "crypto/digest.h"

typedef struct ac_witness {
	const char *dir;     /* the member's folder */
	const ac_vkey *logs; /* that are witnessed; a log's key bears its origin as its name */
	size_t log_count;
	const ac_vkey *vkey; /* of purpose witness */
	const ac_ed25519_key *key;
	uint64_t now; /* Unix seconds */
} ac_witness;

/* An answer of tlog-witness. */
typedef struct ac_witness_answer {
	/*
	 * As of HTTP: 200 cosigned; 400 no such body, or the old size is beyond the new one; 403 the log's key has not signed, or misbehaviour/ holds a proof against the log; 404 a log that is not witnessed; 409 not from the last size that was
	 * cosigned, or another tree of that size; 422 the proof does not show growth.
	 */
	unsigned status;
	char reason[240]; /* in words; empty for 200 */
	uint64_t size;    /* leaves of the last tree that was cosigned, with this answer; of 200 and 409 */
	bool
	    has_caught_up; /* one of the two files, or both, were older than what this witness has cosigned: an old copy was put back, or a crash came between them */
	bool has_misbehaved; /* the log signed two trees of one size; the proof is in misbehaviour/ */
} ac_witness_answer;

/*
 * Answer the body of add-checkpoint. out_body gets the answer's body: the line of the cosignature, or of 409 the size. Every verdict about the body is an answer, with 0 returned; an error is the
 * machine's, or ACCORD_EDENIED: what is kept is not what this witness wrote.
 */
int ac_witness_add_checkpoint(
    const ac_witness *witness, ac_str body, ac_buf *out_body, ac_witness_answer *out, accord_err *err) AC_CHECKED;

/* What was cosigned last of one log. */
typedef struct ac_witnessed {
	bool is_there;
	ac_str bytes; /* the note, in the arena, as all of this */
	ac_note note;
	ac_checkpoint checkpoint;
} ac_witnessed;
/* The larger of what both files, and the copy in peers/ with a cosignature of vkey on it, hold. Errors as above. */
int ac_witness_last(const char *dir, const ac_vkey *vkey, ac_str origin, ac_arena *arena, ac_witnessed *out,
    bool *out_has_caught_up, accord_err *err) AC_CHECKED;

#endif
