/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REPEATS of a composite (STIX 2.1 s9.5.1) whose leaves cannot take observations from each other, and of whose observations none lies inside
 * another of the same leaf. Then the instances of a leaf have one order by first and last alike, and copies can be sorted: if k copies fit, they fit
 * also with each leaf's instances dealt out in that order, because every constraint says that some `first` is not far above some `last`.
 * For the same reason the instances that fit one copy have an earliest choice, which is had by only ever moving forward. So the copies are
 * taken one after the other, each as early as can be.
 */
#include "match/sequence_plan.h"

/* Composites of more leaves do not remember where their rows stood: it would be more than the items themselves. */
#define ROW_SLOTS_MAX 8

/* Where a slot stands: instances are numbered through all of its items. */
typedef struct hand {
	const ac_sequence_node *slot;
	const uint64_t *sums; /* sums[i]: instances of items before i; one more than items */
	uint64_t at;          /* first instance of the present copy */
	size_t item;          /* it lies here */
	size_t last;          /* and the copy's last instance here */
} hand;

/* Copies dealt from the first instance on, as long as there are any: equal ones together. */
typedef struct row {
	struct {
		uint64_t copies; /* up to here */
		ac_instant end, latest_start;
	} * p;
	uint64_t *at; /* of every slot, behind each entry; NULL when that would be too much */
	size_t n;
} row;

typedef struct dealer {
	ac_sequence_plan *plan;
	const ac_sequence_node *node; /* COPIES */
	hand *hands;                  /* by slot, from node->slot_from */
	ac_sequence_point window;     /* all instances end and start inside it */
	ac_sequence_point dealt;      /* what the copies so far reach */
	bool is_told;                 /* goes into the witness */
	const row *row;               /* NULL, or to be joined */
	size_t row_from;              /* entries that lie before window.start */
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

static void
shuffle(dealer *d, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		hand *h = &d->hands[i];

		h->item = h->last = item_from(h->slot, 0, d->window.start);
		h->at = h->sums[h->item];
	}
	d->dealt = (ac_sequence_point){ AC_INSTANT_MIN, AC_INSTANT_MAX };
}

/* The next copy, and more of them if they are equal, but no more than `most`. Returns how many; 0 when there is no room. */
static uint64_t
deal_next(dealer *d, size_t n, uint64_t most, ac_instant *out_latest_start)
{
	ac_instant end;
	uint64_t equal;

	*out_latest_start = AC_INSTANT_MIN;
	if (ac_sequence_exhausted(d->plan) || !settle(d, d->node->children[0], d->window.start, &end))
		return 0;
	if (end > d->dealt.end)
		d->dealt.end = end;
	equal = equal_copies(d, n, most);
	for (size_t i = 0; i < n; i++) {
		hand *h = &d->hands[i];
		const ac_sequence_item *items = h->slot->items;

		if (items[h->item].at.start < d->dealt.start)
			d->dealt.start = items[h->item].at.start;
		if (items[h->last].at.start > *out_latest_start)
			*out_latest_start = items[h->last].at.start;
		if (d->is_told)
			tell_hand(d, h, equal * h->slot->demand);
		h->at += equal * h->slot->demand;
		if (h->at < h->sums[h->slot->item_count])
			h->item = item_of(h, h->item, h->at);
		else
			h->item = h->slot->item_count;
	}
	return equal;
}

/* From here on it goes as in the row, because all slots stand where they stood there: the end of the copies that are missing is known. */
static bool
joins_row(const dealer *d, size_t n, size_t *entry)
{
	const row *r = d->row;

	while (*entry < r->n && r->at[*entry * n] < d->hands[0].at)
		++*entry;
	if (*entry == r->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (r->at[*entry * n + i] != d->hands[i].at)
			return false;
	return true;
}

/* The entry that the copies-th copy of the row lies in; r->n when there are not so many. */
static size_t
entry_of(const row *r, size_t from, uint64_t copies)
{
	size_t low = from, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->p[middle].copies < copies)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All copies inside d->window, as early as can be. */
static bool
deal(dealer *d)
{
	size_t n = d->node->slot_to - d->node->slot_from, entry = d->row_from;
	ac_instant latest_start;
	uint64_t missing = d->node->copies;

	shuffle(d, n);
	while (missing) {
		uint64_t dealt = deal_next(d, n, missing, &latest_start);

		if (dealt == 0)
			return false;
		missing -= dealt;
		if (missing && d->row && d->row->at && joins_row(d, n, &entry)) {
			entry = entry_of(d->row, entry, d->row->p[entry].copies + missing);
			if (entry == d->row->n)
				return false;
			d->dealt.end = d->row->p[entry].end;
			break;
		}
	}
	return true;
}

static bool
deal_row(dealer *d, row *r, size_t most)
{
	size_t n = d->node->slot_to - d->node->slot_from;
	uint64_t copies = 0, dealt;
	ac_instant latest_start;

	/* Every entry takes the last instance of some item. */
	r->p = ac_sequence_alloc(d->plan, most, sizeof(*r->p));
	if (n <= ROW_SLOTS_MAX)
		r->at = ac_sequence_alloc(d->plan, most, n * sizeof(*r->at));
	if (d->plan->memory.failed)
		return false;
	shuffle(d, n);
	while (r->n < most && (dealt = deal_next(d, n, UINT32_MAX, &latest_start)) != 0) {
		copies += dealt;
		r->p[r->n].copies = copies;
		r->p[r->n].end = d->dealt.end;
		r->p[r->n].latest_start = latest_start;
		for (size_t i = 0; r->at && i < n; i++)
			r->at[r->n * n + i] = d->hands[i].at;
		r->n++;
	}
	return !ac_sequence_exhausted(d->plan);
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

/*
 * Going on with the start, skip what cannot be narrow enough. Let the copies be dealt once from the very first instance on, without end: what is
 * dealt from a later start s never overtakes that row. So when i copies of the row lie before s, k copies from s on end no earlier than the
 * (i + k)-th of the row.
 */
static bool
skip_wide(dealer *d, size_t *after, ac_instant limit)
{
	const row *r = d->row;

	for (;;) {
		uint64_t wanted = d->node->copies;

		while (d->row_from < r->n && r->p[d->row_from].latest_start < d->window.start)
			d->row_from++;
		if (d->row_from)
			wanted += r->p[d->row_from - 1].copies;
		while (*after < r->n && r->p[*after].copies < wanted)
			++*after;
		if (*after == r->n)
			return false; /* never so many */
		if (r->p[*after].end - d->window.start < limit)
			return true;
		d->window.start = r->p[*after].end - limit + 1;
	}
}

/* From each start on, the earliest end of all copies; later starts never end earlier. */
void
ac_sequence_copies_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want)
{
	bool is_front = want.what == AC_SEQUENCE_WANT_FRONT;
	size_t most = 1, after = 0;
	row r = { 0 };
	dealer d;

	for (size_t i = node->slot_from; i < node->slot_to; i++)
		most += plan->slots[i]->item_count;
	node->front.points = ac_sequence_alloc(plan, is_front ? most : 1, sizeof(*node->front.points));
	if (!node->front.points || !sit_down(plan, node, &d))
		return;
	d.window = (ac_sequence_point){ AC_INSTANT_MAX, AC_INSTANT_MIN };
	if (is_front || want.limit < AC_INSTANT_MAX) {
		if (!deal_row(&d, &r, most))
			return;
		d.row = &r;
	}
	if (!is_front)
		d.window.start = want.from;
	while ((!d.row || skip_wide(&d, &after, want.limit)) && deal(&d)) {
		if (d.dealt.end - d.dealt.start < want.limit) {
			ac_sequence_front_push(&node->front, d.dealt);
			if (!is_front)
				break;
		}
		d.window.start = d.dealt.start + 1;
		if (d.dealt.end - want.limit + 1 > d.window.start)
			d.window.start = d.dealt.end - want.limit + 1;
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
