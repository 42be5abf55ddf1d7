/* SPDX-License-Identifier: Apache-2.0 */
/* Which logs and witnesses make a checkpoint valid: C2SP tlog-policy. */
#ifndef AC_AGREE_POLICY_H
#define AC_AGREE_POLICY_H

#include "agree/note.h"
#include "agree/quorum.h"

typedef struct ac_policy {
	ac_vkey *keys; /* logs first, then witnesses */
	unsigned log_count, witness_count;
	unsigned *places; /* of each witness in the quorum's names */
	ac_quorum quorum;
	bool needs_none; /* "quorum none" */
	unsigned needs;  /* place of the quorum's name */
} ac_policy;

/* Views into text and the arena. ACCORD_EINPUT with the line: an unknown word, a key of another kind, a key or name twice, no quorum or two. ACCORD_ELIMIT over AC_POLICY_KEYS_MAX. */
int ac_policy_parse(ac_str text, ac_arena *arena, ac_policy *out, accord_err *err) AC_CHECKED;

/* What a policy says of a checkpoint. */
typedef struct ac_policy_verdict {
	const ac_vkey *log;      /* that signed it */
	unsigned witnesses;      /* of the policy that cosigned it */
	uint64_t oldest, latest; /* times of their cosignatures, Unix seconds; 0 without witnesses */
	bool is_met;             /* the quorum */
} ac_policy_verdict;
/*
 * Verify a checkpoint's note. ACCORD_EDENIED: a wrong signature, or the note is no checkpoint; ACCORD_ENOTFOUND: no log of the policy signed it under its own
 * origin. A quorum that is not met is a verdict, not an error.
 */
int ac_policy_judge(
    const ac_policy *policy, const ac_note *note, ac_arena *arena, ac_policy_verdict *out, accord_err *err) AC_CHECKED;

#endif
