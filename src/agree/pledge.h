/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How members keep what the charter pledges: accord/pledge/v1, evidence of one pledge of one member, by the member or by another who reviewed it; and what all of them come to at some time.
 *
 *   coalition NAME | charter N sha256:HEX | member NAME | pledge ID | reviewer NAME | status kept|at-risk|broken | at TIME
 *   review TIME | evidence REFERENCE | note en|fr TEXT
 */
#ifndef AC_AGREE_PLEDGE_H
#define AC_AGREE_PLEDGE_H

#include "agree/chain.h"

typedef enum ac_pledge_status { AC_PLEDGE_KEPT, AC_PLEDGE_AT_RISK, AC_PLEDGE_BROKEN } ac_pledge_status;
const char *ac_pledge_status_name(ac_pledge_status status); /* "kept", "at-risk", "broken" */
bool ac_pledge_status_parse(ac_str word, ac_pledge_status *out);

typedef struct ac_pledge_note {
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of the text */
	ac_str coalition;
	uint64_t charter_version;
	uint8_t charter[AC_SHA256_SIZE];
	ac_str member, pledge;
	ac_str reviewer; /* a member, who signs: often the same */
	ac_pledge_status status;
	ac_time at, review;     /* by `review` there is to be another one */
	const ac_str *evidence; /* a URL, a digest, a document's name */
	unsigned evidence_count;
	ac_str note[AC_TONGUES];
} ac_pledge_note;

/* Views into text and the arena. ACCORD_EINPUT with the line. ACCORD_ELIMIT over AC_PLEDGE_EVIDENCE_MAX. */
int ac_pledge_note_parse(ac_str text, ac_arena *arena, ac_pledge_note *out, accord_err *err) AC_CHECKED;
/* Its one text. Looks at neither text nor digest. */
void ac_pledge_note_add(ac_buf *buf, const ac_pledge_note *note);
/*
 * Is it of a member and a pledge of the version that it cites, by its reviewer? signers: members of that version who signed it where it stands (ac_chain_signers). ACCORD_EDENIED: it is not.
 */
int ac_pledge_note_check(
    const ac_charter *charter, const ac_pledge_note *note, const bool *signers, accord_err *err) AC_CHECKED;
/* Does it say the same, but for when it was said? */
bool ac_pledge_note_is_same(const ac_pledge_note *a, const ac_pledge_note *b);

/* One pledge of one member, as of some time. */
typedef struct ac_pledge_state {
	unsigned member, pledge;    /* places in the latest charter */
	const ac_pledge_note *last; /* by `at`; NULL: nothing was told */
	unsigned told;              /* how many notes there are */
	bool has_due, overdue;
	ac_time due; /* of the last note, else what the charter says */
} ac_pledge_state;

/* All pledges of all members of the latest charter, pledge by pledge, in the arena. Notes must live as long. */
int ac_pledge_judge(const ac_chain *chain, const ac_pledge_note *notes, size_t count, ac_time now, ac_arena *arena,
    ac_pledge_state **out, size_t *out_count, accord_err *err) AC_CHECKED;

#endif
