/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REPEATS of a composite (STIX 2.1 s9.5.1) whose leaves cannot take observations from each other, and of whose observations none lies inside
 * another of the same leaf. Then the instances of a leaf have one order by first and last alike, and copies can be sorted: if k copies fit, they fit
 * also with each leaf's instances dealt out in that order, because every constraint says that some `first` is not far above some `last`.
 * For the same reason the instances that fit one copy have an earliest choice, which is had by only ever moving forward. So the copies are
 * taken one after the other, each as early as can be.
 */
#include "match/sequence_plan.h"

/* Where a slot stands: instances are numbered through all of its items. */
typedef struct hand {
	const ac_sequence_node *slot;
	const uint64_t *sums; /* sums[i]: instances of items before i; one more than items */
	uint64_t at;          /* first instance of the present copy */
	size_t item;          /* it lies here */
	size_t last;          /* and the copy's last instance here */
} hand;

typedef struct dealer {
	ac_sequence_plan *plan;
	const ac_sequence_node *node; /* COPIES */
	hand *hands;                  /* by slot, from node->slot_from */
	ac_sequence_point window;     /* all instances end and start inside it */
	ac_sequence_point dealt;      /* what the copies so far reach */
	bool is_told;                 /* goes into the witness */
} dealer;

static bool
parts_fit(const ac_sequence_node *node)
{
	if (node->is_contested)
		return false;
	switch (node->kind) {
	case AC_SEQUENCE_SLOT:
		return node->is_proper && !node->is_doubled;
	case AC_SEQUENCE_ALL:
	case AC_SEQUENCE_CHAIN:
	case AC_SEQUENCE_WINDOW:
		for (size_t i = 0; i < node->child_count; i++)
			if (!parts_fit(node->children[i]))
				return false;
		return true;
	case AC_SEQUENCE_ANY:
	case AC_SEQUENCE_COPIES:
		break;
	}
	return false;
}

bool
ac_sequence_copies_fit(const ac_sequence_node *node)
{
	return !node->is_contested && parts_fit(node->children[0]);
}

/* The first item from `at` on that starts at s or later: by steps that double, for it is mostly near. */
static size_t
item_from(const ac_sequence_node *slot, size_t at, ac_instant s)
{
	size_t low = at, step = 1, high;

	while (low + step < slot->item_count && slot->items[low + step].at.start < s) {
		low += step;
		step *= 2;
	}
	high = low + step < slot->item_count ? low + step : slot->item_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slot->items[middle].at.start < s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The item that instance number `at` lies in, from item `low` on. */
static size_t
item_of(const hand *h, size_t low, uint64_t at)
{
	size_t step = 1, high, n = h->slot->item_count;

	while (low + step < n && h->sums[low + step] <= at) {
		low += step;
		step *= 2;
	}
	high = low + step < n ? low + step : n;
	/* sums[low] <= at < sums[high] */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (h->sums[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Move a slot's part of the present copy to s or later. */
static bool
settle_slot(dealer *d, hand *h, ac_instant s, ac_instant *end)
{
	const ac_sequence_node *slot = h->slot;

	d->plan->steps++;
	if (h->item < slot->item_count && slot->items[h->item].at.start < s) {
		h->item = item_from(slot, h->item, s);
		h->at = h->sums[h->item];
	}
	if (h->at + slot->demand > h->sums[slot->item_count])
		return false;
	h->last = item_of(h, h->last > h->item ? h->last : h->item, h->at + slot->demand - 1);
	*end = slot->items[h->last].at.end;
	return *end <= d->window.end;
}

/* Move the present copy forward until node holds with all instances at s or later; *end: the latest of them. */
static bool
settle(dealer *d, const ac_sequence_node *node, ac_instant s, ac_instant *end)
{
	ac_instant one;

	*end = AC_INSTANT_MIN;
	if (node->kind == AC_SEQUENCE_SLOT)
		return settle_slot(d, &d->hands[node->slot_from - d->node->slot_from], s, end);
	if (node->kind == AC_SEQUENCE_WINDOW) {
		for (;; s = *end - node->within + 1) {
			if (!settle(d, node->children[0], s, end))
				return false;
			if (*end - node->within + 1 <= s)
				return true;
		}
	}
	for (size_t i = 0; i < node->child_count; i++) {
		if (!settle(d, node->children[i], s, &one))
			return false;
		if (one > *end)
			*end = one;
		if (node->kind == AC_SEQUENCE_CHAIN && *end > s)
			s = *end;
	}
	return true;
}

/* How many copies can be dealt at once, because each slot's instances lie in one observation. */
static uint64_t
equal_copies(const dealer *d, size_t n, uint64_t wanted)
{
	for (size_t i = 0; i < n; i++) {
		const hand *h = &d->hands[i];
		uint64_t fit = (h->sums[h->item + 1] - h->at) / h->slot->demand;

		if (fit < wanted)
			wanted = fit;
	}
	return wanted ? wanted : 1;
}

static void
tell_hand(dealer *d, const hand *h, uint64_t instances)
{
	uint64_t at = h->at;

	for (size_t i = h->item; instances; i++) {
		uint64_t taken = h->sums[i + 1] - at < instances ? h->sums[i + 1] - at : instances;

		ac_sequence_add(d->plan, &h->slot->items[i], taken);
		at += taken;
		instances -= taken;
	}
}

/* All copies inside d->window, as early as can be. */
static bool
deal(dealer *d)
{
	const ac_sequence_node *node = d->node;
	size_t n = node->slot_to - node->slot_from;
	uint64_t equal;

	for (size_t i = 0; i < n; i++) {
		hand *h = &d->hands[i];

		h->item = h->last = item_from(h->slot, 0, d->window.start);
		h->at = h->sums[h->item];
	}
	d->dealt = (ac_sequence_point){ AC_INSTANT_MIN, AC_INSTANT_MAX };
	for (uint64_t done = 0; done < node->copies; done += equal) {
		ac_instant end;

		if (ac_sequence_exhausted(d->plan) || !settle(d, node->children[0], d->window.start, &end))
			return false;
		if (end > d->dealt.end)
			d->dealt.end = end;
		equal = equal_copies(d, n, node->copies - done);
		for (size_t i = 0; i < n; i++) {
			hand *h = &d->hands[i];

			if (h->slot->items[h->item].at.start < d->dealt.start)
				d->dealt.start = h->slot->items[h->item].at.start;
			if (d->is_told)
				tell_hand(d, h, equal * h->slot->demand);
			h->at += equal * h->slot->demand;
			if (h->at < h->sums[h->slot->item_count])
				h->item = item_of(h, h->item, h->at);
			else
				h->item = h->slot->item_count;
		}
	}
	return true;
}

static bool
sit_down(ac_sequence_plan *plan, const ac_sequence_node *node, dealer *d)
{
	size_t n = node->slot_to - node->slot_from;

	*d = (dealer){ .plan = plan, .node = node, .hands = ac_sequence_alloc(plan, n, sizeof(*d->hands)) };
	for (size_t i = 0; d->hands && i < n; i++) {
		const ac_sequence_node *slot = plan->slots[node->slot_from + i];
		uint64_t *sums = ac_sequence_alloc(plan, slot->item_count + 1, sizeof(*sums));

		if (!sums)
			return false;
		sums[0] = 0;
		for (size_t k = 0; k < slot->item_count; k++)
			sums[k + 1] = sums[k] + slot->items[k].count;
		d->hands[i] = (hand){ .slot = slot, .sums = sums };
	}
	return d->hands != NULL;
}

/* From each start on, the earliest end of all copies; later starts never end earlier. */
void
ac_sequence_copies_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_instant limit, bool in_order)
{
	size_t most = 1;
	dealer d;

	for (size_t i = node->slot_from; in_order && i < node->slot_to; i++)
		most += plan->slots[i]->item_count;
	node->front.points = ac_sequence_alloc(plan, most, sizeof(*node->front.points));
	if (!node->front.points || !sit_down(plan, node, &d))
		return;
	d.window = (ac_sequence_point){ AC_INSTANT_MAX, AC_INSTANT_MIN };
	while (deal(&d)) {
		if (d.dealt.end - d.dealt.start < limit)
			ac_sequence_front_push(&node->front, d.dealt);
		if (!in_order)
			break;
		d.window.start = d.dealt.start + 1;
		if (d.dealt.end - limit + 1 > d.window.start)
			d.window.start = d.dealt.end - limit + 1;
	}
}

void
ac_sequence_copies_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point)
{
	dealer d;

	if (!sit_down(plan, node, &d))
		return;
	d.window = point;
	d.is_told = true;
	(void)deal(&d);
}
