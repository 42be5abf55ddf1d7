/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of members' keys between two versions of a charter: accord/key/v1. A key is rotated to the one that was committed to before, or declared compromised. Either way the text says, for each
 * log of the coalition, from which entry on the key does not count any more. What a change takes to be accepted is chain.h.
 *
 *   coalition NAME | charter N sha256:HEX | kind rotate|compromised | member NAME | purpose PURPOSE | at TIME
 *   key VKEY | successor VKEY next HEX (rotate) | log ORIGIN INDEX | reason en|fr TEXT
 */
#ifndef AC_AGREE_KEY_NOTE_H
#define AC_AGREE_KEY_NOTE_H

#include "agree/charter.h"

typedef enum ac_key_change { AC_KEY_ROTATE, AC_KEY_COMPROMISED } ac_key_change;
const char *ac_key_change_name(ac_key_change change); /* "rotate", "compromised" */

/* Of a leaf in a log. origin empty: of a note that is in no log. */
typedef struct ac_leaf_place {
	ac_str origin;
	uint64_t index;
	bool is_own; /* shown by nothing but the log's own signature: witnesses have not seen it */
} ac_leaf_place;

typedef struct ac_key_note {
	ac_str text;
	uint8_t digest[AC_SHA256_SIZE]; /* of the text */
	ac_str coalition;
	uint64_t charter_version; /* in force when it was written */
	uint8_t charter[AC_SHA256_SIZE];
	ac_key_change change;
	ac_str member;
	ac_purpose purpose;
	ac_time at;
	ac_vkey key;                  /* that does not count any more */
	ac_vkey successor;            /* rotate: the key that follows, under the same name */
	uint8_t next[AC_SHA256_SIZE]; /* rotate: of the one that will follow that */
	const ac_leaf_place *places;  /* for each log, the first entry from which on the key does not count */
	unsigned place_count;
	ac_str reason[AC_TONGUES]; /* empty where none is said */
} ac_key_note;

/* Views into text and the arena. ACCORD_EINPUT with the line. ACCORD_ELIMIT over AC_CHARTER_KEYS_MAX logs. */
int ac_key_note_parse(ac_str text, ac_arena *arena, ac_key_note *out, accord_err *err) AC_CHECKED;
/* Its one text. Looks at neither text nor digest. */
void ac_key_note_add(ac_buf *buf, const ac_key_note *note);

#endif
