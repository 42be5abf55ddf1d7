/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of what a statement said would follow (accord/action/v1): a member's word on one action. His latest, by its number, is what holds. */
#ifndef AC_AGREE_ACTION_H
#define AC_AGREE_ACTION_H

#include "agree/statement.h"

typedef enum ac_action_status {
	AC_ACTION_OPEN,
	AC_ACTION_UNDERWAY,
	AC_ACTION_DONE,
	AC_ACTION_DROPPED,
} ac_action_status;
const char *ac_action_status_name(ac_action_status status); /* "open", "underway", "done", "dropped" */
bool ac_action_status_parse(ac_str word, ac_action_status *out);

typedef struct ac_action {
	ac_about about;
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of text */
	ac_str action;                  /* its name in the statement */
	ac_action_status status;
	bool has_due;
	ac_time due; /* in place of the statement's, when it moved */
	bool has_proof;
	uint8_t proof[AC_SHA256_SIZE]; /* digest of what shows it, a report for instance */
	uint64_t proof_size;           /* bytes */
	ac_str remark[AC_TONGUES];     /* in both languages or in none */
} ac_action;

/* Views into text, which comes from a verified note. ACCORD_EINPUT with the line or what is wrong. */
int ac_action_parse(ac_str text, ac_action *out, accord_err *err) AC_CHECKED;
/* Do two say the same of one action, whatever their number and time? */
bool ac_action_is_same(const ac_action *a, const ac_action *b);
void ac_action_add(ac_buf *buf, const ac_action *action);
/* Is it about that statement and one of its actions, by its owner if it has one, and from after its opening? ACCORD_EINPUT: no. */
int ac_action_check(const ac_action *action, const ac_statement *statement, accord_err *err) AC_CHECKED;

#endif
