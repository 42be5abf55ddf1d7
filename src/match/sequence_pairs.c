/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REPEATS of two leaves whose observations are any intervals: (a FOLLOWEDBY b), (a AND b) WITHIN w, (a FOLLOWEDBY b) WITHIN w. A pair fits when
 *	a.end <= b.start + before	and	b.end <= a.start + behind
 * so copies are a matching between points in the plane, each below its mate in both coordinates. It is largest when the b are gone through by start,
 * and each takes, of the a that end early enough, the one with the earliest start that is late enough: all that it leaves serve every later b better.
 */
#include <stdlib.h>

#include "match/sequence_plan.h"

#define NONE SIZE_MAX

typedef struct pairing {
	ac_sequence_plan *plan;
	const ac_sequence_node *node; /* COPIES */
	const ac_sequence_node *a, *b;
	ac_instant before, behind;
	uint32_t *a_by_start, *b_by_start; /* items */
	ac_instant *b_soonest;             /* b_soonest[i]: earliest end of b_by_start[i] and those behind */
	uint32_t *a_place;                 /* item: where it is in a_by_start */
	uint64_t *a_left, *b_left;         /* instances, by item */
	/* Which places of a_by_start can be taken: a binary tree, leaves from `leaves` on. */
	bool *can;
	size_t leaves;
	ac_sequence_point window, dealt;
	bool is_told;
} pairing;

static const ac_sequence_node *
pair_of(const ac_sequence_node *node, ac_instant *within)
{
	const ac_sequence_node *child = node->children[0];

	*within = AC_INSTANT_MAX;
	if (child->kind == AC_SEQUENCE_WINDOW) {
		*within = child->within;
		child = child->children[0];
	}
	return child;
}

bool
ac_sequence_pairs_fit(const ac_sequence_node *node)
{
	ac_instant within;
	const ac_sequence_node *pair = pair_of(node, &within);

	if ((pair->kind != AC_SEQUENCE_CHAIN && pair->kind != AC_SEQUENCE_ALL) || pair->child_count != 2 ||
	    pair->is_contested)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (pair->children[i]->kind != AC_SEQUENCE_SLOT || pair->children[i]->demand != 1 ||
		    pair->children[i]->is_doubled)
			return false;
	return true;
}

static int
compare_starts(const void *x, const void *y, void *payload)
{
	const ac_sequence_item *items = payload;
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;

	if (items[i].at.start != items[k].at.start)
		return items[i].at.start < items[k].at.start ? -1 : 1;
	return (i > k) - (i < k);
}

static uint32_t *
by_start(ac_sequence_plan *plan, const ac_sequence_node *slot)
{
	uint32_t *order = ac_sequence_alloc(plan, slot->item_count, sizeof(*order));

	for (size_t i = 0; order && i < slot->item_count; i++)
		order[i] = (uint32_t)i;
	if (order && slot->item_count)
		qsort_r(order, slot->item_count, sizeof(*order), compare_starts, slot->items);
	return order;
}

static bool
begin(ac_sequence_plan *plan, const ac_sequence_node *node, pairing *p)
{
	ac_instant within, soonest = AC_INSTANT_MAX;
	const ac_sequence_node *pair = pair_of(node, &within);

	*p = (pairing){ .plan = plan, .node = node, .a = pair->children[0], .b = pair->children[1], .leaves = 1 };
	p->before = pair->kind == AC_SEQUENCE_CHAIN ? 0 : within - 1;
	p->behind = within - 1;
	while (p->leaves < p->a->item_count)
		p->leaves *= 2;
	p->a_by_start = by_start(plan, p->a);
	p->b_by_start = by_start(plan, p->b);
	p->a_place = ac_sequence_alloc(plan, p->a->item_count, sizeof(*p->a_place));
	p->a_left = ac_sequence_alloc(plan, p->a->item_count, sizeof(*p->a_left));
	p->b_left = ac_sequence_alloc(plan, p->b->item_count, sizeof(*p->b_left));
	p->b_soonest = ac_sequence_alloc(plan, p->b->item_count, sizeof(*p->b_soonest));
	p->can = ac_arena_zalloc(&plan->memory, 2 * p->leaves, sizeof(*p->can));
	if (plan->memory.failed)
		return false;
	for (size_t i = 0; i < p->a->item_count; i++)
		p->a_place[p->a_by_start[i]] = (uint32_t)i;
	for (size_t i = p->b->item_count; i-- > 0; soonest = p->b_soonest[i]) {
		ac_instant end = p->b->items[p->b_by_start[i]].at.end;

		p->b_soonest[i] = end < soonest ? end : soonest;
	}
	return true;
}

static void
set(pairing *p, size_t place, bool can)
{
	size_t i = place + p->leaves;

	p->can[i] = can;
	for (i /= 2; i > 0; i /= 2)
		p->can[i] = p->can[2 * i] || p->can[2 * i + 1];
}

/* The first place from `place` on that can be taken, or NONE. */
static size_t
next(const pairing *p, size_t place)
{
	size_t i = place + p->leaves;

	if (place >= p->leaves)
		return NONE;
	if (p->can[i])
		return place;
	for (;; i /= 2) {
		if (i == 1)
			return NONE;
		if (i % 2 == 0 && p->can[i + 1])
			break;
	}
	for (i++; i < p->leaves;)
		i = 2 * i + !p->can[2 * i];
	return i - p->leaves;
}

/* The first of the items in this order that starts at s or later. */
static size_t
place_from(const ac_sequence_node *slot, const uint32_t *order, ac_instant s)
{
	size_t low = 0, high = slot->item_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slot->items[order[middle]].at.start < s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
take(pairing *p, uint32_t a, uint32_t b, uint64_t copies)
{
	const ac_sequence_item *mates[2] = { &p->a->items[a], &p->b->items[b] };

	p->a_left[a] -= copies;
	p->b_left[b] -= copies;
	if (p->a_left[a] == 0)
		set(p, p->a_place[a], false);
	for (size_t i = 0; i < 2; i++) {
		if (mates[i]->at.end > p->dealt.end)
			p->dealt.end = mates[i]->at.end;
		if (mates[i]->at.start < p->dealt.start)
			p->dealt.start = mates[i]->at.start;
		if (p->is_told)
			ac_sequence_add(p->plan, mates[i], copies);
	}
}

/* Copies for one b; returns how many are still wanted. */
static uint64_t
serve(pairing *p, uint32_t b, uint64_t wanted)
{
	const ac_sequence_item *item = &p->b->items[b];

	p->b_left[b] = item->count;
	while (wanted && p->b_left[b]) {
		size_t place = next(p, place_from(p->a, p->a_by_start, item->at.end - p->behind));
		uint64_t copies;
		uint32_t a;

		p->plan->steps += 16; /* a few walks up and down trees */
		if (place == NONE)
			break;
		a = p->a_by_start[place];
		copies = p->a_left[a] < p->b_left[b] ? p->a_left[a] : p->b_left[b];
		if (copies > wanted)
			copies = wanted;
		take(p, a, b, copies);
		wanted -= copies;
	}
	return wanted;
}

/* All copies inside the window? */
static bool
deal(pairing *p)
{
	size_t first = ac_sequence_first_reaching(p->a, p->window.start), a = first, n = p->a->item_count;
	uint64_t wanted = p->node->copies;

	p->dealt = (ac_sequence_point){ AC_INSTANT_MIN, AC_INSTANT_MAX };
	for (size_t i = place_from(p->b, p->b_by_start, p->window.start); wanted && i < p->b->item_count; i++) {
		const ac_sequence_item *item = &p->b->items[p->b_by_start[i]];

		p->plan->steps++;
		if (p->b_soonest[i] > p->window.end)
			break;
		if (item->at.end > p->window.end)
			continue;
		for (; a < n && p->a->items[a].at.end <= p->window.end &&
		       p->a->items[a].at.end <= item->at.start + p->before;
		     a++) {
			p->plan->steps++;
			p->a_left[a] = p->a->items[a].count;
			if (p->a->items[a].at.start >= p->window.start)
				set(p, p->a_place[a], true);
		}
		wanted = serve(p, p->b_by_start[i], wanted);
	}
	for (; first < a; first++)
		if (p->can[p->a_place[first] + p->leaves])
			set(p, p->a_place[first], false);
	return wanted == 0;
}

static bool
fits(void *payload, ac_sequence_point window, ac_sequence_point *out)
{
	pairing *p = payload;

	p->window = window;
	if (!deal(p))
		return false;
	*out = p->dealt;
	return true;
}

void
ac_sequence_pairs_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	pairing p;

	if (begin(plan, node, &p))
		ac_sequence_sweep(plan, plan->slots + node->slot_from, 2, want, fits, &p, &node->front);
}

void
ac_sequence_pairs_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point)
{
	pairing p;

	if (!begin(plan, node, &p))
		return;
	p.window = point;
	p.is_told = true;
	(void)deal(&p);
}
