/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fronts, from the leaves up. Where the parts of an expression cannot take observations from each other, its best points are had from theirs by
 * merging sorted lists: linear in the hits for each level, and no point has numbers that no item has.
 */
#include <stdlib.h>

#include "match/sequence_plan.h"

typedef void combination(const ac_sequence_front *a, const ac_sequence_front *b, ac_sequence_front *out);

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

void
ac_sequence_front_push(ac_sequence_front *front, ac_sequence_point point)
{
	if (front->n && front->points[front->n - 1].start >= point.start &&
	    front->points[front->n - 1].end <= point.end)
		return;
	while (front->n && front->points[front->n - 1].end >= point.end)
		front->n--;
	front->points[front->n++] = point;
}

const ac_sequence_point *
ac_sequence_front_at(const ac_sequence_front *front, ac_instant s)
{
	size_t low = 0, high = front->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (front->points[middle].start < s)
			low = middle + 1;
		else
			high = middle;
	}
	return low < front->n ? &front->points[low] : NULL;
}

/* a AND b: both at s or later are done when the later of them is. */
static void
both(const ac_sequence_front *a, const ac_sequence_front *b, ac_sequence_front *out)
{
	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		ac_sequence_point x = a->points[i], y = b->points[k];

		ac_sequence_front_push(out, (ac_sequence_point){ later(x.end, y.end), earlier(x.start, y.start) });
		i += x.start <= y.start;
		k += y.start <= x.start;
	}
}

/* a OR b */
static void
either(const ac_sequence_front *a, const ac_sequence_front *b, ac_sequence_front *out)
{
	for (size_t i = 0, k = 0; i < a->n || k < b->n;) {
		bool from_a = k == b->n || (i < a->n && a->points[i].start <= b->points[k].start);

		ac_sequence_front_push(out, from_a ? a->points[i++] : b->points[k++]);
	}
}

/*
 * a FOLLOWEDBY b: b begins at the end of a, or at any later instant that a can still wait for (when it is made of intervals). s9.5.2: equal
 * instants follow.
 */
static void
in_turn(const ac_sequence_front *a, const ac_sequence_front *b, ac_sequence_front *out)
{
	size_t k = 0;

	for (size_t i = 0; i < a->n; i++) {
		ac_sequence_point x = a->points[i];

		while (k < b->n && b->points[k].start < x.end)
			k++;
		for (; k < b->n; k++) {
			ac_sequence_point y = b->points[k];

			ac_sequence_front_push(
			    out, (ac_sequence_point){ later(x.end, y.end), earlier(x.start, y.start) });
			if (y.start >= x.start)
				break;
		}
	}
}

/* Combine the children's fronts two by two, then the results: each level is linear. */
static void
combine(ac_sequence_plan *plan, ac_sequence_node *const *children, size_t n, combination *two, ac_sequence_front *out)
{
	ac_sequence_front *fronts = ac_sequence_alloc(plan, n, sizeof(*fronts));
	ac_sequence_point *free_points[2];
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += children[i]->front.n;
	for (size_t i = 0; i < 2; i++)
		free_points[i] = ac_sequence_alloc(plan, total, sizeof(*free_points[i]));
	if (plan->memory.failed)
		return;
	for (size_t i = 0; i < n; i++)
		fronts[i] = children[i]->front;
	for (size_t level = 0; n > 1; level++) {
		ac_sequence_point *next = free_points[level % 2];

		for (size_t i = 0; i + 1 < n; i += 2) {
			ac_sequence_front joined = { next, 0 };

			two(&fronts[i], &fronts[i + 1], &joined);
			next += fronts[i].n + fronts[i + 1].n;
			plan->steps += fronts[i].n + fronts[i + 1].n;
			fronts[i / 2] = joined;
		}
		if (n % 2) {
			ac_sequence_front last = { next, fronts[n - 1].n };

			if (last.n)
				memcpy(next, fronts[n - 1].points, last.n * sizeof(*next));
			fronts[n / 2] = last;
		}
		n = n / 2 + n % 2;
	}
	*out = fronts[0];
}

/* Points that no WITHIN above leaves room for. */
static void
drop_wide(ac_sequence_front *front, ac_instant limit)
{
	size_t n = 0;

	for (size_t i = 0; i < front->n; i++)
		if (front->points[i].end - front->points[i].start < limit)
			front->points[n++] = front->points[i];
	front->n = n;
}

/* A heap of items with the latest end on top; the items' numbers are in the order of their ends. */
typedef struct heap {
	uint32_t *p;
	size_t n;
	uint64_t held; /* instances */
} heap;

static void
heap_push(heap *h, uint32_t item)
{
	size_t at = h->n++;

	for (; at > 0 && h->p[(at - 1) / 2] < item; at = (at - 1) / 2)
		h->p[at] = h->p[(at - 1) / 2];
	h->p[at] = item;
}

static void
heap_pop(heap *h)
{
	uint32_t last = h->p[--h->n];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= h->n)
			break;
		child += child + 1 < h->n && h->p[child + 1] > h->p[child];
		if (h->p[child] <= last)
			break;
		h->p[at] = h->p[child];
		at = child;
	}
	h->p[at] = last;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int
compare_starts(const void *a, const void *b, void *payload)
{
	const ac_sequence_item *items = payload;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (items[x].at.start != items[y].at.start)
		return items[x].at.start < items[y].at.start ? -1 : 1;
	return (x > y) - (x < y);
}

/*
 * REPEATS of a leaf: with the start going back from the last item to the first, the `demand` instances that end earliest. An item counts for
 * at most `demand`, so a number_observed of many millions is one entry.
 */
static void
solve_repeated(ac_sequence_plan *plan, ac_sequence_node *slot)
{
	size_t n = slot->item_count;
	uint32_t *order = ac_sequence_alloc(plan, n, sizeof(*order));
	heap h = { ac_sequence_alloc(plan, n, sizeof(*h.p)), 0, 0 };
	ac_sequence_point *points = ac_sequence_alloc(plan, n, sizeof(*points));
	size_t from = n;

	if (plan->memory.failed)
		return;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	if (!slot->is_proper)
		qsort_r(order, n, sizeof(*order), compare_starts, slot->items);
	for (size_t i = n; i-- > 0;) {
		uint32_t item = order[i];
		ac_sequence_point point;

		heap_push(&h, item);
		h.held += least(slot->items[item].count, slot->demand);
		while (h.held - least(slot->items[h.p[0]].count, slot->demand) >= slot->demand) {
			h.held -= least(slot->items[h.p[0]].count, slot->demand);
			heap_pop(&h);
		}
		if (h.held < slot->demand)
			continue;
		point = (ac_sequence_point){ slot->items[h.p[0]].at.end, slot->items[item].at.start };
		/* Going back in both numbers: what starts earlier is worth it only when it ends earlier. */
		if (from == n || point.end < points[from].end)
			points[--from] = point;
	}
	slot->front = (ac_sequence_front){ points + from, n - from };
}

/* The `demand` instances that end earliest of those that start at s or later. */
static void
solve_first(ac_sequence_plan *plan, ac_sequence_node *slot, ac_instant s)
{
	ac_sequence_point point = { AC_INSTANT_MIN, AC_INSTANT_MAX };
	uint64_t missing = slot->demand;

	slot->front.points = ac_sequence_alloc(plan, 1, sizeof(*slot->front.points));
	if (!slot->front.points)
		return;
	for (size_t i = ac_sequence_first_reaching(slot, s); i < slot->item_count && missing; i++) {
		plan->steps++;
		if (slot->items[i].at.start < s)
			continue;
		point.end = slot->items[i].at.end;
		point.start = earlier(point.start, slot->items[i].at.start);
		missing -= least(missing, slot->items[i].count);
	}
	if (missing == 0)
		slot->front.points[slot->front.n++] = point;
}

static bool
solve_slot(ac_sequence_plan *plan, ac_sequence_node *slot, ac_sequence_want want)
{
	if (slot->demand > 1 && slot->is_doubled) {
		ac_sequence_group_solve(plan, &slot, 1, want, &slot->front);
		return !ac_sequence_exhausted(plan);
	}
	if (want.what != AC_SEQUENCE_WANT_FRONT && (slot->demand == 1 || want.limit == AC_INSTANT_MAX)) {
		solve_first(plan, slot, want.from);
		return true;
	}
	plan->steps += slot->item_count;
	if (slot->demand > 1) {
		solve_repeated(plan, slot);
		return true;
	}
	slot->front.points = ac_sequence_alloc(plan, slot->item_count, sizeof(*slot->front.points));
	for (size_t i = 0; slot->front.points && i < slot->item_count; i++)
		if (slot->front.n == 0 || slot->items[i].at.start > slot->front.points[slot->front.n - 1].start)
			ac_sequence_front_push(&slot->front, slot->items[i].at);
	return true;
}

/* The members of the group of children[first], in order, all of them slots when *all_slots. Returns their number. */
static size_t
members(const ac_sequence_node *node, size_t first, ac_sequence_node **out, bool *all_slots)
{
	size_t n = 0;

	*all_slots = true;
	for (size_t i = first; i < node->child_count; i++) {
		if (node->children[i]->group != first)
			continue;
		*all_slots &= node->children[i]->kind == AC_SEQUENCE_SLOT;
		out[n++] = node->children[i];
	}
	return n;
}

/* AND with children that contest: a group of slots is matched, and stands for one child of its own. */
static bool
solve_groups(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	ac_sequence_node **parts = ac_sequence_alloc(plan, node->child_count, sizeof(*parts));
	ac_sequence_node **slots = ac_sequence_alloc(plan, node->child_count, sizeof(*slots));
	size_t part_count = 0;

	for (size_t i = 0; !plan->memory.failed && i < node->child_count; i++) {
		ac_sequence_node *child = node->children[i];
		bool all_slots;
		size_t n;

		if (child->group != i)
			continue;
		n = members(node, i, slots, &all_slots);
		if (n > 1) {
			if (!all_slots)
				return false;
			child = ac_arena_zalloc(&plan->memory, 1, sizeof(*child));
			if (!child)
				return false;
			ac_sequence_group_solve(plan, slots, n, want, &child->front);
		} else if (!child->is_solved) {
			return false;
		}
		parts[part_count++] = child;
	}
	if (plan->memory.failed || ac_sequence_exhausted(plan))
		return false;
	combine(plan, parts, part_count, both, &node->front);
	return true;
}

static bool
children_are_solved(const ac_sequence_node *node)
{
	for (size_t i = 0; i < node->child_count; i++)
		if (!node->children[i]->is_solved)
			return false;
	return true;
}

static void
solve_children(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_want want)
{
	for (size_t i = 0; i < node->child_count && !plan->memory.failed; i++)
		ac_sequence_solve(plan, node->children[i], want);
}

/*
 * AND: no child's earliest end suffices where a window must hold them all, and then all points are needed; without a window it does. A group
 * that contests is solved as one.
 */
static bool
solve_all(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	if (want.limit < AC_INSTANT_MAX)
		want.what = AC_SEQUENCE_WANT_FRONT;
	solve_children(plan, node, want);
	if (plan->memory.failed)
		return false;
	if (node->is_contested)
		return solve_groups(plan, node, want);
	if (!children_are_solved(node))
		return false;
	combine(plan, node->children, node->child_count, both, &node->front);
	return true;
}

static bool
solve_any(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	solve_children(plan, node, want);
	if (plan->memory.failed || !children_are_solved(node))
		return false;
	combine(plan, node->children, node->child_count, either, &node->front);
	return true;
}

/* Each part as early as the end of the one before allows. */
static bool
solve_chain_first(ac_sequence_plan *plan, ac_sequence_node *node, ac_instant from)
{
	ac_sequence_want want = { AC_SEQUENCE_WANT_FIRST, from, AC_INSTANT_MAX };
	ac_sequence_point all = { AC_INSTANT_MIN, AC_INSTANT_MAX };
	bool is_solved = true, is_there = true;

	node->front.points = ac_sequence_alloc(plan, 1, sizeof(*node->front.points));
	for (size_t i = 0; i < node->child_count && !plan->memory.failed; i++) {
		const ac_sequence_point *point;

		ac_sequence_solve(plan, node->children[i], want);
		is_solved &= node->children[i]->is_solved;
		point = ac_sequence_front_at(&node->children[i]->front, want.from);
		is_there &= point != NULL;
		if (!is_solved || !is_there)
			continue;
		want.from = later(want.from, point->end);
		all = (ac_sequence_point){ later(all.end, point->end), earlier(all.start, point->start) };
	}
	if (plan->memory.failed)
		return false;
	if (is_there)
		node->front.points[node->front.n++] = all;
	return is_solved;
}

static bool
solve_chain(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	if (!node->is_contested && want.what != AC_SEQUENCE_WANT_FRONT && want.limit == AC_INSTANT_MAX)
		return solve_chain_first(plan, node, want.from);
	want.what = AC_SEQUENCE_WANT_FRONT;
	solve_children(plan, node, want);
	if (plan->memory.failed || node->is_contested || !children_are_solved(node))
		return false;
	combine(plan, node->children, node->child_count, in_turn, &node->front);
	return true;
}

static bool
solve_copies(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	if (ac_sequence_copies_fit(node))
		ac_sequence_copies_solve(plan, node, want);
	else if (ac_sequence_pairs_fit(node))
		ac_sequence_pairs_solve(plan, node, want);
	else
		return false;
	return !ac_sequence_exhausted(plan);
}

void
ac_sequence_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	node->front = (ac_sequence_front){ NULL, 0 };
	node->is_complete = want.what == AC_SEQUENCE_WANT_FRONT;
	switch (node->kind) {
	case AC_SEQUENCE_SLOT:
		node->is_solved = solve_slot(plan, node, want);
		break;
	case AC_SEQUENCE_ALL:
		node->is_solved = solve_all(plan, node, want);
		break;
	case AC_SEQUENCE_ANY:
		node->is_solved = solve_any(plan, node, want);
		break;
	case AC_SEQUENCE_CHAIN:
		node->is_solved = solve_chain(plan, node, want);
		break;
	case AC_SEQUENCE_WINDOW:
		want.limit = earlier(want.limit, node->within);
		if (want.what == AC_SEQUENCE_WANT_ANY)
			want.what = AC_SEQUENCE_WANT_FIRST;
		ac_sequence_solve(plan, node->children[0], want);
		node->is_solved = node->children[0]->is_solved;
		node->front = node->children[0]->front;
		break;
	case AC_SEQUENCE_COPIES:
		node->is_solved = solve_copies(plan, node, want);
		break;
	}
	node->is_solved &= !plan->memory.failed;
	if (node->is_solved)
		drop_wide(&node->front, want.limit);
}

static void
tell_slot(ac_sequence_plan *plan, const ac_sequence_node *slot, ac_sequence_point point)
{
	uint64_t missing = slot->demand;
	ac_sequence_node *one = plan->slots[slot->slot_from];

	if (slot->demand > 1 && slot->is_doubled) {
		ac_sequence_group_tell(plan, &one, 1, point);
		return;
	}
	for (size_t i = 0; i < slot->item_count && missing; i++) {
		const ac_sequence_item *item = &slot->items[i];
		uint64_t taken = least(missing, item->count);

		if (item->at.start < point.start || item->at.end > point.end)
			continue;
		ac_sequence_add(plan, item, taken);
		missing -= taken;
	}
}

static void
tell_all(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point)
{
	ac_sequence_node **slots = ac_sequence_alloc(plan, node->child_count, sizeof(*slots));

	for (size_t i = 0; slots && i < node->child_count; i++) {
		bool all_slots;

		if (node->children[i]->group != i)
			continue;
		if (members(node, i, slots, &all_slots) > 1)
			ac_sequence_group_tell(plan, slots, members(node, i, slots, &all_slots), point);
		else
			ac_sequence_tell(plan, node->children[i], point);
	}
}

static void
tell_chain(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point)
{
	ac_instant begin = point.start;

	for (size_t i = 0; i < node->child_count; i++) {
		const ac_sequence_point *next = ac_sequence_front_at(&node->children[i]->front, begin);

		ac_sequence_tell(plan, node->children[i], (ac_sequence_point){ next->end, begin });
		begin = later(begin, next->end);
	}
}

void
ac_sequence_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point)
{
	/* The node's own point inside these bounds: what it keeps apart (WITHIN, FOLLOWEDBY) holds for that one. */
	const ac_sequence_point *own = ac_sequence_front_at(&node->front, point.start);

	switch (node->kind) {
	case AC_SEQUENCE_SLOT:
		tell_slot(plan, node, *own);
		break;
	case AC_SEQUENCE_ALL:
		tell_all(plan, node, *own);
		break;
	case AC_SEQUENCE_ANY:
		for (size_t i = 0; i < node->child_count; i++) {
			const ac_sequence_point *at = ac_sequence_front_at(&node->children[i]->front, own->start);

			if (at && at->end <= own->end) {
				ac_sequence_tell(plan, node->children[i], *own);
				break;
			}
		}
		break;
	case AC_SEQUENCE_CHAIN:
		tell_chain(plan, node, *own);
		break;
	case AC_SEQUENCE_WINDOW:
		ac_sequence_tell(plan, node->children[0], *own);
		break;
	case AC_SEQUENCE_COPIES:
		if (ac_sequence_copies_fit(node))
			ac_sequence_copies_tell(plan, node, *own);
		else
			ac_sequence_pairs_tell(plan, node, *own);
		break;
	}
}
