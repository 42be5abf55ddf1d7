/* SPDX-License-Identifier: Apache-2.0 */
/* Building and comparing the syntax trees of patterns, private to stix/: shared by the parser and by what rewrites its trees. */
#ifndef AC_STIX_PATTERN_TREE_H
#define AC_STIX_PATTERN_TREE_H

#include "stix/pattern.h"

/* Operands of one chain, in an arena. */
typedef struct ac_pattern_list {
	const ac_pattern_node **p;
	size_t n;
	size_t capacity;
} ac_pattern_list;

/* False without memory (the arena says why), and for a node that is NULL for want of it. */
bool ac_pattern_list_add(ac_arena *arena, ac_pattern_list *list, const ac_pattern_node *node);
/* Add the operands of a chain of op, in their order; a node that is none of op is one operand. */
bool ac_pattern_list_add_chain(ac_arena *arena, ac_pattern_list *list, ac_pattern_op op, const ac_pattern_node *node);

/* One node over two; NULL when one of them is, or without memory. */
const ac_pattern_node *ac_pattern_join(
    ac_arena *arena, ac_pattern_op op, const ac_pattern_node *left, const ac_pattern_node *right);
/* A balanced tree over n >= 1 operands, in their order; as deep as log2(n). */
const ac_pattern_node *ac_pattern_balance(
    ac_arena *arena, ac_pattern_op op, const ac_pattern_node *const *nodes, size_t n);

/*
 * A total order of trees: 0 for the same tree, wherever it stood in its text. Comparisons come first by path, then by operator and constants.
 * Recursion is as deep as the trees.
 */
int ac_pattern_cmp(const ac_pattern_node *a, const ac_pattern_node *b);
/* Of COMPARE and EXISTS: type, then steps. */
int ac_pattern_path_cmp(const ac_pattern_node *a, const ac_pattern_node *b);
/* Kind by kind, numbers by their value, then by their text. */
int ac_pattern_constant_cmp(const ac_pattern_constant *a, const ac_pattern_constant *b);
/*
 * The digits of a decimal number before and behind its point, without zeros that say nothing: views, either may be empty. True: it is negative
 * (zero never is).
 */
bool ac_pattern_decimal_split(ac_str text, ac_str *out_whole, ac_str *out_fraction);
/* Decimal numbers as text, without exponent: -1, 0, 1 by value. Leading and trailing zeros say nothing. */
int ac_pattern_decimal_cmp(ac_str a, ac_str b);

#endif
