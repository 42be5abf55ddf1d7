/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which brackets make a pattern worth asking about. Like the gate of a bracket, for whole patterns: of AND and FOLLOWEDBY either side must have a hit, and the one that fewer patterns hold is taken; of OR both
 * sides are. A pattern is decided only when one of these has a hit, so that a bracket that thousands of patterns share does not cost thousands of decisions.
 */
#include "match/grow.h"
#include "match/set.h"

#include "base/limits.h"

typedef struct chooser {
	ac_pattern_set *set;
	const ac_set_pattern *pattern;
	uint32_t next;    /* bracket, in the order of the text */
	uint32_t *chosen; /* brackets of the set; room for all of the pattern's */
	size_t n;
} chooser;

/* Patterns that hold a bracket, counted before lists are made. */
static uint64_t
cost_of(const ac_pattern_set *set, uint32_t leaf)
{
	return 1 + (uint64_t)set->leaves[leaf].pattern_count;
}

/* Adds the choice for node to `chosen`; its cost. Recursion is bounded by pattern.h. */
static uint64_t
choose(chooser *c, const ac_pattern_node *node)
{
	size_t before = c->n, middle;
	uint64_t left, right;

	if (node->op == AC_PATTERN_OBSERVATION) {
		uint32_t leaf = c->set->lists[c->pattern->first_leaf + c->next++];

		c->chosen[c->n++] = leaf;
		return cost_of(c->set, leaf);
	}
	left = choose(c, node->left);
	if (!node->right)
		return left;
	middle = c->n;
	right = choose(c, node->right);
	if (node->op == AC_PATTERN_OBS_OR)
		return left + right;
	if (left <= right) {
		c->n = middle;
		return left;
	}
	memmove(c->chosen + before, c->chosen + middle, (c->n - middle) * sizeof(*c->chosen));
	c->n -= middle - before;
	return right;
}

/* The chosen brackets of a pattern, each once, in chosen[0, n). */
static size_t
choose_for(ac_pattern_set *set, const ac_set_pattern *pattern, uint32_t *chosen)
{
	chooser c = { .set = set, .pattern = pattern, .chosen = chosen };
	size_t kept = 0;

	if (pattern->leaf_count == 0)
		return 0;
	if (!pattern->tree) {
		chosen[0] = set->lists[pattern->first_leaf];
		return 1;
	}
	(void)choose(&c, pattern->tree);
	qsort(chosen, c.n, sizeof(*chosen), ac_compare_u32);
	for (size_t i = 0; i < c.n; i++)
		if (kept == 0 || chosen[kept - 1] != chosen[i])
			chosen[kept++] = chosen[i];
	return kept;
}

/* A bracket and a pattern that waits for it. */
typedef struct pair {
	uint32_t leaf, pattern;
} pair;

static int
compare_pairs(const void *a, const void *b)
{
	const pair *x = a, *y = b;

	if (x->leaf != y->leaf)
		return x->leaf < y->leaf ? -1 : 1;
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

static int
keep_pairs(ac_pattern_set *set, const pair *pairs, size_t n, accord_err *err)
{
	int rc = AC_GROW(&set->lists, set->list_count + n, set->list_capacity, UINT32_MAX);

	if (rc)
		return ac_set_failed(rc, err);
	for (size_t i = 0; i < set->leaf_count; i++)
		set->leaves[i].pattern_count = 0;
	for (size_t i = 0; i < n; i++) {
		ac_leaf *leaf = &set->leaves[pairs[i].leaf];

		if (leaf->pattern_count++ == 0)
			leaf->first_pattern = (uint32_t)set->list_count;
		set->lists[set->list_count++] = pairs[i].pattern;
	}
	return 0;
}

int
ac_set_list_patterns(ac_pattern_set *set, accord_err *err)
{
	uint32_t *chosen = malloc(AC_PATTERN_COMPARISONS_MAX * sizeof(*chosen));
	size_t n = 0, capacity = 0;
	pair *pairs = NULL;
	int rc = chosen ? 0 : ACCORD_ENOMEM;

	for (size_t p = 0; p < set->pattern_count; p++)
		for (uint32_t i = 0; i < set->patterns[p].leaf_count; i++)
			set->leaves[set->lists[set->patterns[p].first_leaf + i]].pattern_count++;
	for (uint32_t p = 0; rc == 0 && p < set->pattern_count; p++) {
		size_t count = choose_for(set, &set->patterns[p], chosen);

		rc = AC_GROW(&pairs, n + count, capacity, UINT32_MAX);
		for (size_t i = 0; rc == 0 && i < count; i++)
			pairs[n++] = (pair){ chosen[i], p };
	}
	if (rc == 0 && n)
		qsort(pairs, n, sizeof(*pairs), compare_pairs);
	/* Brackets that no pattern waits for still need their gates: others wait, and ask for all hits. */
	for (size_t i = 0; rc == 0 && i < set->leaf_count; i++)
		set->leaves[i].once = set->leaves[i].is_used = set->leaves[i].pattern_count > 0;
	for (size_t p = 0; rc == 0 && p < set->pattern_count; p++)
		for (uint32_t i = 0; set->patterns[p].tree && i < set->patterns[p].leaf_count; i++)
			set->leaves[set->lists[set->patterns[p].first_leaf + i]].once = false;
	rc = rc ? ac_set_failed(rc, err) : keep_pairs(set, pairs, n, err);
	free(pairs);
	free(chosen);
	return rc;
}
