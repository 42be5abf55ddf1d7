/* SPDX-License-Identifier: Apache-2.0 */
/* Tree heads of transparency logs as text: C2SP tlog-checkpoint, the text of a signed note. */
#ifndef AC_AGREE_CHECKPOINT_H
#define AC_AGREE_CHECKPOINT_H

#include "base/buf.h"
#include "crypto/digest.h"

typedef struct ac_checkpoint {
	ac_str origin; /* which log: its name, not empty */
	uint64_t size; /* leaves */
	uint8_t root[AC_SHA256_SIZE];
	ac_str extension; /* whole lines behind the third; opaque, and never written by Accord */
} ac_checkpoint;

/*
 * The text of a note as a checkpoint; views into text. ACCORD_EINPUT with the line: a size with zeros in front or beyond 64 bits, a root that is not 32 bytes in their
 * one base64 text, an empty line.
 */
int ac_checkpoint_parse(ac_str text, ac_checkpoint *out, accord_err *err) AC_CHECKED;
/* Its three lines, without extension. */
void ac_checkpoint_add(ac_buf *buf, const ac_checkpoint *checkpoint);

/* Decimal digits without zeros in front, at most 2^64 - 1: sizes, indexes and times in all of these formats. */
bool ac_tlog_number(ac_str text, uint64_t *out);
/* A hash in the one base64 text it has. */
bool ac_tlog_hash(ac_str text, uint8_t out[static AC_SHA256_SIZE]);
void ac_tlog_hash_add(ac_buf *buf, const uint8_t hash[static AC_SHA256_SIZE]);

#endif
