/* SPDX-License-Identifier: Apache-2.0 */
/* Consultation before a statement is opened (accord/comment/v1): what a member would have otherwise. Comments are among members and are never public, whatever becomes of the statement. */
#ifndef AC_AGREE_COMMENT_H
#define AC_AGREE_COMMENT_H

#include "agree/parts.h"

typedef struct ac_comment {
	ac_about about; /* statement: the digest of the draft */
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of text */
	ac_str draft;                   /* the statement's name */
	uint64_t round;                 /* from 1 */
	ac_str claim;                   /* empty: the whole */
	bool has_judgement;
	ac_claim_judgement judgement; /* proposed for the claim */
	ac_str wording[AC_TONGUES];
	ac_str remark[AC_TONGUES];
} ac_comment;

/*
 * Views into text, which comes from a verified note. ACCORD_EINPUT with the line or what is wrong: nothing is said, or a likelihood is proposed of no claim. Words may be in one language only.
 */
int ac_comment_parse(ac_str text, ac_comment *out, accord_err *err) AC_CHECKED;
void ac_comment_add(ac_buf *buf, const ac_comment *comment);

#endif
