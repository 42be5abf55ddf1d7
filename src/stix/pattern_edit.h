/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of pattern text where the standard's tables leave no doubt what was meant. Words are found by the lexer and looked up in the table of types, so nothing inside a
 * constant or a comment is ever touched, and every other byte stays as it is.
 */
#ifndef AC_STIX_PATTERN_EDIT_H
#define AC_STIX_PATTERN_EDIT_H

#include "base/arena.h"

typedef enum ac_pattern_edit {
	AC_PATTERN_EDIT_INTEGERS, /* network-traffic:dst_port = '8443' -> 8443 (s9.6.4: a string never equals an integer) */
	AC_PATTERN_EDIT_BOOLEANS, /* process:is_hidden = 'True' -> true */
	AC_PATTERN_EDIT_HASHES,   /* file:hashes.SHA256 -> file:hashes.'SHA-256' (s10.7) */
	AC_PATTERN_EDIT_LISTS,    /* windows-registry-key:values.data -> values[*].data (s9.7.2) */
	AC_PATTERN_EDIT_NAMES,    /* names of STIX 2.0: file:created -> file:ctime, hashes.ssdeep -> hashes.SSDEEP */
	AC_PATTERN_EDIT_COUNT
} ac_pattern_edit;

typedef struct ac_pattern_edits {
	unsigned wanted;                        /* in: a bit (1 << ac_pattern_edit) for each kind that may be made */
	unsigned counts[AC_PATTERN_EDIT_COUNT]; /* out: how many of each were made */
} ac_pattern_edits;

/* Is text an integer as JSON (RFC 8259) and patterns (s9.2) write it, within s2.10? */
bool ac_stix_is_integer_text(ac_str text);

/*
 * *out is pattern itself when there is nothing to edit, or when the edited text would be no pattern of STIX 2.1; else the edited text in the arena. ACCORD_ENOMEM and
 * ACCORD_ELIMIT of the arena. Linear.
 */
int ac_pattern_edit_text(
    ac_str pattern, ac_pattern_edits *edits, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;

#endif
