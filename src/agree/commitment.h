/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in a public log for a note that the public must not read yet, or ever: a commitment (accord/commitment/v1), which is a keyed hash of the note's bytes. The key is random, so that nobody can try
 * guesses; who has the note and the key can show that the note was there at that place. When an embargo ends, the note becomes a leaf, and so does the key (accord/opening/v1).
 */
#ifndef AC_AGREE_COMMITMENT_H
#define AC_AGREE_COMMITMENT_H

#include "agree/text.h"
#include "crypto/mac.h"

#define AC_NONCE_SIZE 32

typedef struct ac_commitment {
	ac_str text;
	ac_str kind; /* of the note: "statement", "endorsement" ... */
	ac_time at;  /* the hour in which it was made: finer times would tell who worked together */
	uint8_t commit[AC_HMAC_SIZE];
} ac_commitment;

/* Views into text, which comes from a verified note. ACCORD_EINPUT with the line: a time that is not a whole hour, too. */
int ac_commitment_parse(ac_str text, ac_commitment *out, accord_err *err) AC_CHECKED;
void ac_commitment_add(ac_buf *buf, const ac_commitment *commitment);
/* Of a note, whole: its kind, the hour of `now`, and the keyed hash. ACCORD_EINPUT: no text of Accord. */
int ac_commitment_make(ac_str note, const uint8_t nonce[static AC_NONCE_SIZE], ac_time now, ac_commitment *out,
    accord_err *err) AC_CHECKED;

typedef struct ac_opening {
	ac_str text;
	uint8_t commit[AC_HMAC_SIZE]; /* which commitment */
	uint8_t note[AC_SHA256_SIZE]; /* digest of the note's text */
	uint8_t nonce[AC_NONCE_SIZE];
} ac_opening;

int ac_opening_parse(ac_str text, ac_opening *out, accord_err *err) AC_CHECKED;
void ac_opening_add(ac_buf *buf, const ac_opening *opening);
/* Was it that note, byte for byte, that the commitment stood for? ACCORD_EDENIED: no. */
int ac_commitment_check(const ac_commitment *commitment, const uint8_t nonce[static AC_NONCE_SIZE], ac_str note,
    accord_err *err) AC_CHECKED;

#endif
