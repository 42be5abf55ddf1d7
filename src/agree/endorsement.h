/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Endorsements (accord/endorsement/v1): where one member stands on a statement as a whole and on each of its claims. His latest one, by its number, is what counts (agree/standing.h).
 */
#ifndef AC_AGREE_ENDORSEMENT_H
#define AC_AGREE_ENDORSEMENT_H

#include "agree/statement.h"

/* On the whole. The first four are what a claim can have, too. */
typedef enum ac_stance {
	AC_STANCE_JOINS,
	AC_STANCE_ABSTAINS,
	AC_STANCE_DISSENTS,
	AC_STANCE_NOTES, /* of a claim only */
	AC_STANCE_JOINS_IN_PART,
	AC_STANCE_ACKNOWLEDGES,
	AC_STANCE_WITHDRAWS,
} ac_stance;
/* "joins", "joins-in-part" ... */
const char *ac_stance_name(ac_stance stance);
/* One of the six of a whole statement, or of the four of a claim. */
bool ac_stance_of_whole(ac_str word, ac_stance *out);
bool ac_stance_of_claim(ac_str word, ac_stance *out);

typedef struct ac_endorsed_claim {
	ac_str id;
	ac_stance stance;
	ac_claim_judgement judgement; /* of who joins: his own, which need not be the statement's */
} ac_endorsed_claim;

typedef struct ac_endorsement {
	ac_about about;
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of text */
	ac_stance stance;
	const ac_endorsed_claim *claims; /* none: the stance is that on each (abstains, dissents, withdraws) */
	size_t claim_count;
	ac_str caveat[AC_TONGUES]; /* in both languages or in none */
	ac_str reason[AC_TONGUES]; /* of who dissents or withdraws */
} ac_endorsement;

/*
 * Views into text and the arena; the text comes from a verified note. ACCORD_EINPUT with the line or the name of what is wrong: see ac_text_read; a claim twice, words in one language only, or stances that contradict
 * each other: who joins joins or abstains from each claim; who joins in part joins one and not all; who acknowledges notes one and joins none; who abstains does so from all; who dissents joins none; who
 * withdraws says nothing of claims.
 */
int ac_endorsement_parse(ac_str text, ac_arena *arena, ac_endorsement *out, accord_err *err) AC_CHECKED;
/* The text, from all fields but `text` and `digest`. */
void ac_endorsement_add(ac_buf *buf, const ac_endorsement *endorsement);
/* Do its stances on claims fit its stance on the whole (as above)? For whoever writes one. */
int ac_endorsement_check_stance(const ac_endorsement *endorsement, accord_err *err) AC_CHECKED;
/* Is it about that statement: its coalition, its digest, and all of its claims in their order, or none? ACCORD_EINPUT: no. */
int ac_endorsement_check(const ac_endorsement *endorsement, const ac_statement *statement, accord_err *err) AC_CHECKED;

#endif
