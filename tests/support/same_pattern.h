/* SPDX-License-Identifier: Apache-2.0 */
/* Are two syntax trees one pattern? For tests and fuzz targets. */
#ifndef AC_SAME_PATTERN_H
#define AC_SAME_PATTERN_H

#include "stix/pattern_tree.h"

/* The same pattern up to the nesting of AND in AND and of OR in OR: chains are laid flat. */
static inline bool
same_tree(ac_arena *arena, const ac_pattern_node *a, const ac_pattern_node *b)
{
	ac_pattern_list x = { 0 }, y = { 0 };

	if (a->op != b->op || a->unusable != b->unusable)
		return false;
	if (a->op == AC_PATTERN_COMPARE || a->op == AC_PATTERN_EXISTS)
		return ac_pattern_cmp(a, b) == 0;
	if (a->op == AC_PATTERN_AND || a->op == AC_PATTERN_OR || a->op == AC_PATTERN_OBS_AND ||
	    a->op == AC_PATTERN_OBS_OR) {
		if (!ac_pattern_list_add_chain(arena, &x, a->op, a) || !ac_pattern_list_add_chain(arena, &y, a->op, b))
			return false;
		for (size_t i = 0; i < x.n && i < y.n; i++)
			if (!same_tree(arena, x.p[i], y.p[i]))
				return false;
		return x.n == y.n;
	}
	if (a->repeats != b->repeats || !ac_str_eq(a->qualifier_text[0], b->qualifier_text[0]) ||
	    !ac_str_eq(a->qualifier_text[1], b->qualifier_text[1]))
		return false;
	return same_tree(arena, a->left, b->left) && (!a->right || same_tree(arena, a->right, b->right));
}

#endif
