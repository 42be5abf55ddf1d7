/* SPDX-License-Identifier: Apache-2.0 */
/* Small patterns and observations, made of random numbers or of a fuzzer's bytes, and one check of everything that can be said about one. */
#ifndef AC_SEQUENCE_CASE_H
#define AC_SEQUENCE_CASE_H

#include "base/buf.h"
#include "match/sequence.h"

/* Where decisions come from: bytes while there are some, then `seed` (0: always the first). */
typedef struct case_source {
	const uint8_t *bytes;
	size_t n;
	uint64_t seed;
} case_source;

enum { CASE_OBSERVED_MAX = 9, CASE_INSTANCES_MAX = 10, CASE_LEAVES_MAX = 8 };

typedef struct sequence_case {
	ac_arena arena;
	ac_str text;
	const ac_pattern_node *root;
	ac_observed observed[CASE_OBSERVED_MAX];
	size_t n;
	uint32_t indexes[CASE_LEAVES_MAX][CASE_OBSERVED_MAX];
	ac_leaf_hits hits[CASE_LEAVES_MAX];
	size_t leaf_count;
} sequence_case;

/* arena is empty and initialised. False without memory. */
bool case_make(sequence_case *c, case_source *source);
/* NULL, or what is wrong: a verdict that is not the oracle's, by any way, or a witness that it does not confirm. *out: the verdict. */
const char *case_check(const sequence_case *c, ac_sequence_verdict *out);
/* The whole case as text, for a message. */
ac_str case_text(sequence_case *c);

#endif
