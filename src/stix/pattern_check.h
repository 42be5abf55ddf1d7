/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is odd about a pattern that the grammar takes: mistakes by the types table (a property that the type does not have, a list without its step, a constant of the wrong
 * kind ...), parts that match nothing, and the SHOULDs of section 9. Nothing here makes a pattern invalid.
 */
#ifndef AC_STIX_PATTERN_CHECK_H
#define AC_STIX_PATTERN_CHECK_H

#include "base/arena.h"
#include "stix/pattern.h"

/* One note. Its texts end with the arena. */
typedef struct ac_pattern_note {
	ac_str code;          /* "unknown-property": docs/stix.md lists them */
	ac_str section;       /* of STIX 2.1 */
	bool matches_nothing; /* the part cannot match valid data */
	size_t byte;          /* of the comparison or expression in the pattern's text */
	ac_str text;
} ac_pattern_note;
typedef void (*ac_pattern_on_note)(void *payload, const ac_pattern_note *note);

/* When the indicator that holds the pattern is valid (s9.5.1); AC_TIME_MIN, AC_TIME_MAX: not said. */
typedef struct ac_pattern_validity {
	ac_time from, until;
} ac_pattern_validity;

/*
 * Tell what is odd, from left to right; at most AC_STIX_FINDINGS_MAX notes with text. Returns how many there are, or ACCORD_ENOMEM, ACCORD_ELIMIT of the arena.
 * validity and on_note may be NULL. Linear in the tree.
 */
int ac_pattern_check(const ac_pattern_node *root, const ac_pattern_validity *validity, ac_arena *arena,
    ac_pattern_on_note on_note, void *payload, accord_err *err) AC_CHECKED;

#endif
