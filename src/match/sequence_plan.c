/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a pattern's observation expressions and their hits to a plan: START and STOP are cut into the leaves' intervals, chains become lists, and
 * REPEATS goes as far down as its meaning allows. Decides nothing.
 */
#include <assert.h>
#include <stdlib.h>

#include "match/grow.h"
#include "match/sequence_plan.h"

/* Of one observation; number_observed is at most 999,999,999 (s4.14). */
#define INSTANCES_MAX ((uint64_t)UINT32_MAX)

typedef struct nodes {
	ac_sequence_node **p;
	size_t n;
	size_t capacity;
} nodes;

/* START and STOP of all qualifiers above; both ends belong to it. */
typedef struct cut {
	ac_instant from, to;
} cut;

typedef struct builder {
	ac_sequence_plan *plan;
	size_t leaves; /* seen so far */
} builder;

void *
ac_sequence_alloc(ac_sequence_plan *plan, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX; /* over every limit */
	return ac_arena_alloc(&plan->memory, n);
}

bool
ac_sequence_exhausted(const ac_sequence_plan *plan)
{
	return plan->steps > plan->steps_max;
}

size_t
ac_sequence_first_reaching(const ac_sequence_node *slot, ac_instant s)
{
	size_t low = 0, high = slot->item_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slot->reach[middle] < s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static ac_instant
instant(ac_time t)
{
	return (ac_instant)t.seconds * 1000000000 + t.nanoseconds;
}

static ac_instant
later(ac_instant a, ac_instant b)
{
	return a > b ? a : b;
}

static ac_instant
earlier(ac_instant a, ac_instant b)
{
	return a < b ? a : b;
}

static uint64_t
saturating_mul(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static ac_sequence_node *
new_node(ac_sequence_plan *plan, ac_sequence_kind kind)
{
	ac_sequence_node *node = ac_arena_zalloc(&plan->memory, 1, sizeof(*node));

	if (node)
		node->kind = kind;
	return node;
}

static void
push(ac_sequence_plan *plan, nodes *list, ac_sequence_node *node)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 4;
		ac_sequence_node **bigger = ac_arena_resize(
		    &plan->memory, list->p, list->capacity * sizeof(*list->p), capacity * sizeof(*list->p));

		if (!bigger)
			return;
		list->p = bigger;
		list->capacity = capacity;
	}
	list->p[list->n++] = node;
}

static int
compare_items(const void *a, const void *b)
{
	const ac_sequence_item *x = a, *y = b;

	if (x->at.end != y->at.end)
		return x->at.end < y->at.end ? -1 : 1;
	if (x->at.start != y->at.start)
		return x->at.start < y->at.start ? -1 : 1;
	if (x->observation != y->observation)
		return x->observation < y->observation ? -1 : 1;
	return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

static int
compare_observations(const void *a, const void *b)
{
	const ac_sequence_item *x = a, *y = b;

	if (x->observation != y->observation)
		return x->observation < y->observation ? -1 : 1;
	return compare_items(a, b);
}

static void
sort_items(ac_sequence_node *slot)
{
	size_t i = 1;

	while (i < slot->item_count && compare_items(&slot->items[i - 1], &slot->items[i]) < 0)
		i++;
	if (i < slot->item_count)
		qsort(slot->items, slot->item_count, sizeof(*slot->items), compare_items);
}

/* The plan's number of an observation. */
static uint32_t
number_of(const ac_sequence_plan *plan, uint32_t which)
{
	size_t low = 0, high = plan->named ? plan->observed_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (plan->named[middle] < which)
			low = middle + 1;
		else
			high = middle;
	}
	return plan->named ? (uint32_t)low : which;
}

/* Fill `named`, when there are many more observations than hits. */
static void
name_observations(ac_sequence_plan *plan)
{
	size_t total = 0, n = 0, kept = 0;
	uint32_t *named;

	for (size_t i = 0; i < plan->leaf_count; i++)
		total += plan->hits[i].n;
	if (total >= plan->observed_count / 4)
		return;
	named = ac_sequence_alloc(plan, total, sizeof(*named));
	if (!named)
		return;
	for (size_t i = 0; i < plan->leaf_count; n += plan->hits[i++].n)
		if (plan->hits[i].n)
			memcpy(named + n, plan->hits[i].observations, plan->hits[i].n * sizeof(*named));
	if (n)
		qsort(named, n, sizeof(*named), ac_compare_u32);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || named[kept - 1] != named[i])
			named[kept++] = named[i];
	plan->named = named;
	plan->observed_count = kept;
}

static ac_sequence_node *
build_leaf(builder *b, cut at)
{
	ac_sequence_plan *plan = b->plan;
	size_t leaf = b->leaves++;
	ac_sequence_node *slot = new_node(plan, AC_SEQUENCE_SLOT);

	assert(leaf < plan->leaf_count);
	if (!slot)
		return NULL;
	slot->demand = 1;
	slot->items = ac_sequence_alloc(plan, plan->hits[leaf].n, sizeof(*slot->items));
	if (!slot->items)
		return NULL;
	for (size_t i = 0; i < plan->hits[leaf].n; i++) {
		uint32_t which = plan->hits[leaf].observations[i];
		const ac_observed *seen = &plan->observed[which];
		ac_sequence_item *item = &slot->items[slot->item_count];

		*item =
		    (ac_sequence_item){ { later(instant(seen->first), at.from), earlier(instant(seen->last), at.to) },
			    number_of(plan, which), (uint32_t)leaf,
			    seen->count < INSTANCES_MAX ? seen->count : INSTANCES_MAX };
		/* s9.5.1: no instant of it lies in [START, STOP). */
		slot->item_count += item->at.end <= item->at.start && item->count > 0;
	}
	return slot;
}

/*
 * One of these leaves: one leaf that holds for what any of them holds for. An observation that lies in several stays once, unless START and STOP cut
 * it differently and neither part holds the other.
 */
static ac_sequence_node *
unite(ac_sequence_plan *plan, const nodes *slots)
{
	ac_sequence_node *all = slots->p[0];
	size_t total = 0, n = 0;
	ac_sequence_item *items;

	for (size_t i = 0; i < slots->n; i++)
		total += slots->p[i]->item_count; /* as many as bytes of memory at most */
	items = ac_sequence_alloc(plan, total, sizeof(*items));
	if (!items)
		return NULL;
	for (size_t i = 0; i < slots->n; i++) {
		if (slots->p[i]->item_count)
			memcpy(items + n, slots->p[i]->items, slots->p[i]->item_count * sizeof(*items));
		n += slots->p[i]->item_count;
		all->is_doubled |= slots->p[i]->is_doubled;
	}
	qsort(items, n, sizeof(*items), compare_observations);
	all->items = items;
	all->item_count = 0;
	/* By observation and then by end: an item that lies within another comes after it, or begins with it. */
	for (size_t i = 0; i < n; i++) {
		ac_sequence_item *last = all->item_count ? &items[all->item_count - 1] : NULL;

		if (last && last->observation == items[i].observation) {
			if (items[i].at.start <= last->at.start)
				continue;
			if (items[i].at.end == last->at.end) {
				*last = items[i];
				continue;
			}
			all->is_doubled = true;
		}
		items[all->item_count++] = items[i];
	}
	return all;
}

/* Leaves among the sides of an OR, each wanted once, become one. */
static void
unite_leaves(ac_sequence_plan *plan, nodes *list)
{
	nodes leaves = { 0 };
	size_t n = 0, first = SIZE_MAX;

	for (size_t i = 0; i < list->n; i++) {
		if (list->p[i]->kind == AC_SEQUENCE_SLOT && list->p[i]->demand == 1) {
			push(plan, &leaves, list->p[i]);
			if (first != SIZE_MAX)
				continue;
			first = n;
		}
		list->p[n++] = list->p[i];
	}
	list->n = n;
	if (leaves.n > 1 && !plan->memory.failed)
		list->p[first] = unite(plan, &leaves);
}

static ac_sequence_node *build(builder *b, const ac_pattern_node *pattern, cut at);

/* The operands of one operator, in order, however its parentheses stand: all three are associative. */
static void
collect(builder *b, const ac_pattern_node *pattern, ac_pattern_op op, ac_sequence_kind kind, cut at, nodes *list)
{
	ac_sequence_node *node;

	if (pattern->op == op) {
		collect(b, pattern->left, op, kind, at, list);
		collect(b, pattern->right, op, kind, at, list);
		return;
	}
	node = build(b, pattern, at);
	if (!node)
		return;
	if (node->kind != kind) {
		push(b->plan, list, node);
		return;
	}
	for (size_t i = 0; i < node->child_count; i++)
		push(b->plan, list, node->children[i]);
}

static ac_sequence_node *
build_operator(builder *b, const ac_pattern_node *pattern, ac_sequence_kind kind, cut at)
{
	ac_sequence_plan *plan = b->plan;
	ac_sequence_node *node;
	nodes list = { 0 };

	collect(b, pattern, pattern->op, kind, at, &list);
	if (kind == AC_SEQUENCE_ANY && !plan->memory.failed)
		unite_leaves(plan, &list);
	if (plan->memory.failed)
		return NULL;
	if (list.n == 1)
		return list.p[0];
	node = new_node(plan, kind);
	if (!node)
		return NULL;
	node->children = list.p;
	node->child_count = list.n;
	return node;
}

static ac_sequence_node *
above(ac_sequence_plan *plan, ac_sequence_kind kind, ac_sequence_node *child)
{
	ac_sequence_node *node = new_node(plan, kind);

	if (!node)
		return NULL;
	node->children = ac_sequence_alloc(plan, 1, sizeof(*node->children));
	if (!node->children)
		return NULL;
	node->children[0] = child;
	node->child_count = 1;
	return node;
}

static ac_sequence_node *
within(ac_sequence_plan *plan, ac_sequence_node *child, ac_instant width)
{
	ac_sequence_node *node = child;

	if (!child || (child->kind == AC_SEQUENCE_SLOT && child->demand == 1))
		return child; /* one instance alone always fits */
	if (child->kind == AC_SEQUENCE_WINDOW) {
		child->within = earlier(child->within, width);
		return child;
	}
	node = above(plan, AC_SEQUENCE_WINDOW, child);
	if (node)
		node->within = width;
	return node;
}

/* k copies of child, s9.5.1: child AND child AND ... */
static ac_sequence_node *
repeat(ac_sequence_plan *plan, ac_sequence_node *child, uint64_t k)
{
	ac_sequence_node *node;

	if (!child || k == 1)
		return child;
	switch (child->kind) {
	case AC_SEQUENCE_SLOT:
		child->demand = saturating_mul(child->demand, k);
		return child;
	case AC_SEQUENCE_ALL:
		/* (a AND b) AND (a AND b) is (a AND a) AND (b AND b). */
		for (size_t i = 0; i < child->child_count; i++)
			child->children[i] = repeat(plan, child->children[i], k);
		return plan->memory.failed ? NULL : child;
	case AC_SEQUENCE_COPIES:
		child->copies = saturating_mul(child->copies, k);
		return child;
	case AC_SEQUENCE_ANY:
	case AC_SEQUENCE_CHAIN:
	case AC_SEQUENCE_WINDOW:
		break;
	}
	node = above(plan, AC_SEQUENCE_COPIES, child);
	if (node)
		node->copies = k;
	return node;
}

static ac_sequence_node *
build(builder *b, const ac_pattern_node *pattern, cut at)
{
	switch (pattern->op) {
	case AC_PATTERN_OBSERVATION:
		return build_leaf(b, at);
	case AC_PATTERN_OBS_AND:
		return build_operator(b, pattern, AC_SEQUENCE_ALL, at);
	case AC_PATTERN_OBS_OR:
		return build_operator(b, pattern, AC_SEQUENCE_ANY, at);
	case AC_PATTERN_FOLLOWEDBY:
		return build_operator(b, pattern, AC_SEQUENCE_CHAIN, at);
	case AC_PATTERN_WITHIN:
		return within(b->plan, build(b, pattern->left, at), instant(pattern->within));
	case AC_PATTERN_REPEATS:
		return repeat(b->plan, build(b, pattern->left, at), pattern->repeats);
	case AC_PATTERN_START_STOP:
		at.from = later(at.from, instant(pattern->start));
		at.to = earlier(at.to, instant(pattern->stop) - 1);
		return build(b, pattern->left, at);
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
	case AC_PATTERN_COMPARE:
	case AC_PATTERN_EXISTS:
		break;
	}
	assert(!"an observation expression");
	return NULL;
}

/* sure: instances that it needs for certain, if it is used at all. */
static void
finish_slot(ac_sequence_plan *plan, ac_sequence_node *slot, uint64_t sure)
{
	ac_instant reach = AC_INSTANT_MIN;
	uint64_t total = 0;

	for (size_t i = 0; i < slot->item_count; i++)
		total += slot->items[i].count;
	/* Not enough: none of it is of use. So many as the second number there never are, and smaller ones can be added without care. */
	if (total < sure || slot->occurrences >= UINT64_MAX / 4)
		slot->item_count = 0;
	sort_items(slot);
	slot->is_proper = true;
	slot->reach = ac_sequence_alloc(plan, slot->item_count, sizeof(*slot->reach));
	if (!slot->reach)
		return;
	for (size_t i = 0; i < slot->item_count; i++) {
		slot->is_proper &= slot->items[i].at.start >= reach;
		reach = later(reach, slot->items[i].at.start);
		slot->reach[i] = reach;
	}
}

/*
 * Depths, parents, ranges of slots; slots into plan->slots. copies: of all REPEATS above; sure: of those up to the next OR, whose copies may all go
 * another way.
 */
static void
number(ac_sequence_plan *plan, ac_sequence_node *node, uint64_t copies, uint64_t sure, nodes *slots)
{
	node->slot_from = slots->n;
	node->top = UINT32_MAX;
	if (node->kind == AC_SEQUENCE_SLOT) {
		push(plan, slots, node);
		node->occurrences = saturating_mul(copies, node->demand);
		finish_slot(plan, node, saturating_mul(sure, node->demand));
	}
	if (node->kind == AC_SEQUENCE_COPIES) {
		copies = saturating_mul(copies, node->copies);
		sure = saturating_mul(sure, node->copies);
	}
	if (node->kind == AC_SEQUENCE_ANY)
		sure = 1;
	for (size_t i = 0; i < node->child_count && !plan->memory.failed; i++) {
		node->children[i]->parent = node;
		node->children[i]->depth = node->depth + 1;
		node->children[i]->group = i;
		number(plan, node->children[i], copies, sure, slots);
	}
	node->slot_to = slots->n;
}

void
ac_sequence_build(ac_sequence_plan *plan, const ac_pattern_node *pattern)
{
	builder b = { .plan = plan };
	nodes slots = { 0 };

	name_observations(plan);
	if (plan->memory.failed)
		return;
	plan->root = build(&b, pattern, (cut){ AC_INSTANT_MIN, AC_INSTANT_MAX });
	if (plan->memory.failed)
		return;
	number(plan, plan->root, 1, 1, &slots);
	plan->slots = slots.p;
	plan->slot_count = slots.n;
}
