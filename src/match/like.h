/* SPDX-License-Identifier: Apache-2.0 */
/* LIKE (STIX 2.1 s9.6.1): '%' is any number of characters, '_' is one, line feeds too; everything else is itself, and there is no escape. Private to match/. */
#ifndef AC_MATCH_LIKE_H
#define AC_MATCH_LIKE_H

#include "match/value.h"

/*
 * Does the whole of subject match? Both are in normal form C, or both are octets (then '_' is one octet). *steps (what is left of a budget) goes down by the work, at most AC_MATCH_LIKE_STEPS_MAX
 * of it; UNKNOWN when either is used up.
 */
ac_truth ac_like(ac_str pattern, ac_str subject, bool octets, uint64_t *steps);

/* Parts of a pattern without wildcards, that every match has. */
typedef struct ac_like_parts {
	ac_str prefix; /* before the first wildcard; the whole pattern when it has none */
	ac_str suffix; /* behind the last wildcard */
	ac_str inner;  /* the longest run anywhere */
	bool is_exact; /* no wildcard */
} ac_like_parts;
ac_like_parts ac_like_split(ac_str pattern);

#endif
