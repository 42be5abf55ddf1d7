/* SPDX-License-Identifier: Apache-2.0 */
/* One pattern against observations, in a line: for the tests of the room. */
#ifndef AC_MATCH_CASE_H
#define AC_MATCH_CASE_H

#include "match/matcher.h"

#define CASE_SEED ((ac_hash_seed){ { 0x0123456789abcdef, 0xfedcba9876543210 } })

/* "match", "nomatch", "undecided", "unusable" (the pattern matches nothing, s9.4), "refused" (it does not parse); "error" without memory. */
const char *case_result(ac_str pattern, unsigned dialect, const ac_json *observations);
/* The same; json is the text of a bundle or of a list. */
const char *case_match(const char *pattern, const char *json);
/*
 * The same for one object: "file" and the members behind its type: case_object("[file:size = 1]", "file", "'size': 1"). Apostrophes stand for quotation marks.
 */
const char *case_object(const char *pattern, const char *type, const char *members);
/* A batch of one object from its members. Free with ac_observations_free. */
ac_observations *case_batch(const char *json);

#endif
