/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain of evidence as numbers that add up: each row's weight for the leader against another hypothesis, rounded so that the rounded rows sum to the rounded log-odds. Knows no words.
 */
#ifndef AC_ATTRIBUTE_CHAIN_H
#define AC_ATTRIBUTE_CHAIN_H

#include "attribute/judge.h"

#define AC_CHAIN_UNITS 10000 /* of a nat, and of a probability: four decimals */

typedef struct ac_chain {
	int64_t *against_runner_up; /* by row of the judgement, in units; NULL when there is no second actor */
	int64_t *against_unknown;
	int64_t odds_runner_up; /* their sums: the log-odds */
	int64_t odds_unknown;
	size_t row_count;
} ac_chain;

/* Of the first hypothesis. Without one all is empty. */
int ac_chain_make(const ac_judgement *j, ac_arena *arena, ac_chain *out, accord_err *err) AC_CHECKED;
/* Round values to whole units so that together they are the rounded sum; each is off by less than one unit, and of two values the greater is never the lesser then. */
int ac_chain_round(
    const double *values, size_t count, double units, int64_t *out, ac_arena *arena, accord_err *err) AC_CHECKED;
/*
 * Probabilities as whole units of which each is at least `least` and which are `total` together: the largest remainders get what rounding leaves over. values need not sum to 1; none may be negative. Those below least are
 * raised at the cost of the largest. ACCORD_ELIMIT when least * count > total.
 */
int ac_chain_shares(const double *values, size_t count, int64_t total, int64_t least, int64_t *out, ac_arena *arena,
    accord_err *err) AC_CHECKED;

#endif
