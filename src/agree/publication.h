/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the convener says of a statement's end: publications (accord/publication/v1), with the places in the convener's log of all that was counted, and withdrawals of the whole (accord/withdrawal/v1). Who
 * stands behind what is never taken from here: it is counted anew (agree/standing.h).
 */
#ifndef AC_AGREE_PUBLICATION_H
#define AC_AGREE_PUBLICATION_H

#include "agree/statement.h"

typedef struct ac_publication {
	ac_about about; /* no member, no seq */
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of text */
	const uint64_t *
	    entries; /* places in the convener's log of the statement and the endorsements counted, each greater than the one before; at least one */
	size_t entry_count;
	const ac_str *joint; /* names of claims */
	size_t joint_count;
	const ac_str *not_joint;
	size_t not_joint_count;
} ac_publication;

/* Views into text and the arena; the text comes from a verified note. ACCORD_EINPUT with the line or what is wrong: entries that do not grow, a claim twice. ACCORD_ELIMIT over AC_PUBLICATION_ENTRIES_MAX, AC_STATEMENT_ITEMS_MAX. */
int ac_publication_parse(ac_str text, ac_arena *arena, ac_publication *out, accord_err *err) AC_CHECKED;
void ac_publication_add(ac_buf *buf, const ac_publication *publication);
/* Is it about that statement, and names each of its claims once, in their order? ACCORD_EINPUT: no. */
int ac_publication_check(const ac_publication *publication, const ac_statement *statement, accord_err *err) AC_CHECKED;

typedef struct ac_withdrawal {
	ac_about about; /* no member, no seq */
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE];
	ac_str reason[AC_TONGUES]; /* in both languages */
} ac_withdrawal;

int ac_withdrawal_parse(ac_str text, ac_withdrawal *out, accord_err *err) AC_CHECKED;
void ac_withdrawal_add(ac_buf *buf, const ac_withdrawal *withdrawal);

#endif
