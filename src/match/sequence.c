/* SPDX-License-Identifier: Apache-2.0 */
/* The question from its plan to its answer: the polynomial ways first, the search for the rest; the witness in order. */
#include "match/sequence.h"

#include <stdlib.h>

#include "match/sequence_plan.h"

void
ac_sequence_add(ac_sequence_plan *plan, const ac_sequence_item *item, uint64_t instances)
{
	if (plan->witness_count == plan->witness_capacity) {
		size_t capacity = plan->witness_capacity ? 2 * plan->witness_capacity : 8;
		ac_sequence_witness *more = ac_arena_resize(
		    plan->arena, plan->witness, plan->witness_capacity * sizeof(*more), capacity * sizeof(*more));

		if (!more)
			return;
		plan->witness = more;
		plan->witness_capacity = capacity;
	}
	plan->witness[plan->witness_count++] =
	    (ac_sequence_witness){ item->leaf, ac_sequence_observation(plan, item->observation), instances };
}

static int
compare_witnesses(const void *a, const void *b)
{
	const ac_sequence_witness *x = a, *y = b;

	if (x->leaf != y->leaf)
		return x->leaf < y->leaf ? -1 : 1;
	return (x->observation > y->observation) - (x->observation < y->observation);
}

/* By leaf, then observation, each pair once: copies of one leaf may have taken from one observation several times. */
static void
order_witness(ac_sequence_plan *plan)
{
	ac_sequence_witness *all = plan->witness;
	size_t n = 0;

	if (plan->witness_count)
		qsort(all, plan->witness_count, sizeof(*all), compare_witnesses);
	for (size_t i = 0; i < plan->witness_count; i++) {
		if (n && compare_witnesses(&all[n - 1], &all[i]) == 0)
			all[n - 1].instances += all[i].instances;
		else
			all[n++] = all[i];
	}
	plan->witness_count = n;
}

/* Every leaf that is needed has what it needs, were it alone. */
static bool
is_possible(const ac_sequence_node *node)
{
	bool any = node->kind == AC_SEQUENCE_ANY;

	if (node->kind == AC_SEQUENCE_SLOT)
		return node->item_count > 0;
	for (size_t i = 0; i < node->child_count; i++)
		if (is_possible(node->children[i]) == any)
			return any;
	return !any;
}

static ac_sequence_verdict
decide(ac_sequence_plan *plan, const ac_pattern_node *pattern, ac_sequence_ways ways)
{
	ac_sequence_verdict verdict;

	ac_sequence_build(plan, pattern);
	if (!plan->memory.failed && !is_possible(plan->root))
		return AC_SEQUENCE_NO;
	if (!plan->memory.failed)
		ac_sequence_find_contests(plan);
	if (!plan->memory.failed && ways == AC_SEQUENCE_ALL_WAYS)
		ac_sequence_solve(
		    plan, plan->root, (ac_sequence_want){ AC_SEQUENCE_WANT_ANY, AC_INSTANT_MIN, AC_INSTANT_MAX });
	if (plan->memory.failed)
		return AC_SEQUENCE_UNDECIDED;
	if (!plan->root->is_solved)
		return ac_sequence_search(plan, ways);
	verdict = plan->root->front.n ? AC_SEQUENCE_YES : AC_SEQUENCE_NO;
	if (verdict == AC_SEQUENCE_YES) {
		/* The budget was for finding it; telling it runs the last step of that once more. */
		plan->steps_max = UINT64_MAX;
		ac_sequence_tell(plan, plan->root, plan->root->front.points[0]);
	}
	return verdict;
}

int
ac_sequence_match_by(ac_sequence_ways ways, const ac_pattern_node *root, const ac_observed *observed, size_t n,
    const ac_leaf_hits *hits, size_t leaf_count, const ac_sequence_budget *budget, ac_arena *arena,
    ac_sequence_result *out, accord_err *err)
{
	ac_sequence_plan plan = {
		.observed = observed,
		.observed_count = n,
		.hits = hits,
		.leaf_count = leaf_count,
		.steps_max = budget->steps,
		.arena = arena,
	};
	ac_sequence_verdict verdict = AC_SEQUENCE_NO;
	int rc;

	ac_arena_init(&plan.memory, budget->bytes);
	if (!root->unusable)
		verdict = decide(&plan, root, ways);
	/* Too little memory in the machine is an error; in the budget it is no answer. */
	rc = plan.memory.failed && plan.memory.failed != ACCORD_ELIMIT ? ac_arena_check(&plan.memory, err) : 0;
	if (plan.memory.failed)
		verdict = AC_SEQUENCE_UNDECIDED;
	ac_arena_done(&plan.memory);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc)
		return rc;
	if (verdict == AC_SEQUENCE_YES)
		order_witness(&plan);
	else
		plan.witness_count = 0;
	*out = (ac_sequence_result){ verdict, plan.witness, plan.witness_count, plan.steps };
	return 0;
}

int
ac_sequence_match(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits,
    size_t leaf_count, const ac_sequence_budget *budget, ac_arena *arena, ac_sequence_result *out, accord_err *err)
{
	return ac_sequence_match_by(AC_SEQUENCE_ALL_WAYS, root, observed, n, hits, leaf_count, budget, arena, out, err);
}
