/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The normal form of a pattern. Patterns with the same normal form match the same observations (s9.5, s9.6); the reverse is not promised. These laws
 * are used, and docs/stix.md says why each holds:
 *
 * of constants: numbers in their shortest decimal form, a float that is a whole number below 2^53 as an integer; timestamps without zeros at the end; binary as hex;
 * of a comparison: IN with one constant is `=`; constants of IN sorted, each once; NOT = is != and NOT != is = (not with [*] in the path: whether some element
 *	differs is another question than whether none is equal);
 * in [ ]: AND and OR flat, their operands sorted, each once; OR of `=` and IN of one path and one kind of constant is one IN;
 * of observations: AND and OR flat and sorted; OR: each operand once, and [a] OR [b] is [a OR b]; AND: k equal operands are REPEATS k TIMES, as s9.5.1
 *	defines it, never one operand; FOLLOWEDBY flat, in its order (s9.5.2: every instant of the left before or at every instant of the right, which is associative);
 * of qualifiers: REPEATS 1 TIMES says nothing; REPEATS of REPEATS multiplies; REPEATS of AND is REPEATS of each; WITHIN of WITHIN is the shorter one; WITHIN of one observation
 *	says nothing; START STOP restricts each observation, so it goes to the [ ], and two of them intersect.
 *
 * A pattern that is unusable as a whole (s9.4) stays so.
 */
#ifndef AC_STIX_PATTERN_NORMAL_H
#define AC_STIX_PATTERN_NORMAL_H

#include "stix/pattern.h"

/*
 * The normal form of a tree, in arena (it shares what did not change with root). n log n comparisons of subtrees at each level of parentheses. ACCORD_ENOMEM,
 * ACCORD_ELIMIT of the arena.
 */
int ac_pattern_normalize(
    const ac_pattern_node *root, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err) AC_CHECKED;
/*
 * The same as text, which parses (in any dialect) to the normal form. ACCORD_ELIMIT also when it needs deeper parentheses than the grammar's ceiling: merging equal operands
 * of AND can add one level to the 64.
 */
int ac_pattern_normal_text(const ac_pattern_node *root, ac_arena *arena, ac_str *out_text, accord_err *err) AC_CHECKED;

#endif
