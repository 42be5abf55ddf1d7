/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a set of observations satisfy the observation expressions of a pattern (STIX 2.1 s9.5)? One witness, never an enumeration. What the
 * brackets mean is decided before: each `[ ]` comes with the observations that it holds for. Knows no objects and no comparisons.
 *
 * The meaning, in one sentence: there is a choice of observation instances for the leaves, and of an instant (a whole nanosecond) within
 * [first, last] for each instance, so that all constraints hold together:
 *	an observation with number_observed n gives n instances, each with an instant of its own;
 *	AND, FOLLOWEDBY, REPEATS: different instances for every leaf occurrence (s9.5.2: different observations);
 *	OR: one side, and nothing for the other;
 *	a FOLLOWEDBY b: every instant of a <= every instant of b (equal counts);
 *	WITHIN w: latest instant < earliest instant + w (exclusive, s9.5.1); one instance alone always fits;
 *	START x STOP y: every instant in [x, y);
 *	e REPEATS k TIMES: e AND e AND ... k times.
 */
#ifndef AC_MATCH_SEQUENCE_H
#define AC_MATCH_SEQUENCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "stix/pattern.h"

/* When an observation was made, and how often. */
typedef struct ac_observed {
	ac_time first, last; /* first <= last; otherwise it is never used */
	uint64_t count;      /* number_observed, at least 1 */
} ac_observed;

/* What a leaf holds for: indexes of observations, ascending, each once. Leaves are numbered in the text's order from 0. */
typedef struct ac_leaf_hits {
	const uint32_t *observations;
	size_t n;
} ac_leaf_hits;

/* What one question may cost; AC_SEQUENCE_BUDGET (limits.h) is a good one. */
typedef struct ac_sequence_budget {
	uint64_t steps; /* looks at an item, a bound, an edge: three to thirty nanoseconds each */
	size_t bytes;   /* of working memory, given back before the answer */
} ac_sequence_budget;

#define AC_SEQUENCE_BUDGET ((ac_sequence_budget){ AC_SEQUENCE_STEPS_MAX, AC_SEQUENCE_BYTES_MAX })

typedef enum ac_sequence_verdict {
	AC_SEQUENCE_NO,
	AC_SEQUENCE_YES,
	AC_SEQUENCE_UNDECIDED /* the budget ran out */
} ac_sequence_verdict;

typedef struct ac_sequence_witness {
	uint32_t leaf;
	uint32_t observation;
	uint64_t instances; /* of this observation for this leaf */
} ac_sequence_witness;

typedef struct ac_sequence_result {
	ac_sequence_verdict verdict;
	const ac_sequence_witness *witness; /* YES: by leaf, then observation, each pair once */
	size_t witness_count;
	uint64_t steps; /* of the budget that were used */
} ac_sequence_result;

/*
 * Decide it. root is a whole pattern of ac_pattern_parse; hits has one entry for each `[ ]` of it. The witness lives in arena.
 *
 * Exact always. Polynomial where leaves cannot take an observation from each other (which is decided on the hits: an observation whose count suffices
 * for all that hold for it is not contested):
 *	leaves, REPEATS of a leaf, AND, OR, FOLLOWEDBY and all qualifiers around them, in any nesting: n log n in the hits;
 *	REPEATS k of a composite of leaves that are joined by AND, FOLLOWEDBY and WITHIN, when no observation of a leaf lies inside another one of the same
 *	leaf (instants never do): n log n at the root or under WITHIN alone, else up to n k;
 *	REPEATS k of two leaves with any intervals: n log n at the root, else a matching a window;
 * and where they can: AND of leaves (and of REPEATS of leaves) with what is around it: n log n at the root, a small matching a window under WITHIN.
 * Everything else is searched under the budget, and is AC_SEQUENCE_UNDECIDED when it runs out: never a silent no. The budget holds for the polynomial ways
 * that are not n log n, too.
 *
 * An unusable pattern (root->unusable) matches nothing, s9.4. ACCORD_ENOMEM, or ACCORD_ELIMIT of arena; *out is then untouched.
 */
int ac_sequence_match(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits,
    size_t leaf_count, const ac_sequence_budget *budget, ac_arena *arena, ac_sequence_result *out,
    accord_err *err) AC_CHECKED;

#endif
