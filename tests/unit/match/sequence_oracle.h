/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Observation expressions by the letter of STIX 2.1 s9.5, for a handful of observations: all ways to match every part of the expression are listed
 * (which instances, earliest and latest instant), and joined as the text says. Slow, and as plain as can be; nothing of it is shared with
 * src/match.
 */
#ifndef AC_SEQUENCE_ORACLE_H
#define AC_SEQUENCE_ORACLE_H

#include "match/sequence.h"

/* Instances of all observations together, and nanoseconds from the first instant to the last. */
#define ORACLE_INSTANCES_MAX 10
#define ORACLE_TICKS_MAX 16

/* Is the pattern satisfied? */
bool oracle_says(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits);
/* Do exactly these instances, each for its leaf, satisfy it, and are there so many of them? */
bool oracle_confirms(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits,
    const ac_sequence_witness *witness, size_t witness_count);

#endif
