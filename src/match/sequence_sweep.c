/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front of anything that can be asked whether it fits into a window. With the start at s, the earliest end for which it fits never goes back when
 * s goes on, so that both ends of the window pass each item once.
 */
#include <stdlib.h>

#include "match/sequence_plan.h"

static int
compare_instants(const void *a, const void *b)
{
	ac_instant x = *(const ac_instant *)a, y = *(const ac_instant *)b;

	return (x > y) - (x < y);
}

/* All ends of the group's items, ascending. */
static ac_instant *
list_ends(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, size_t *out_n)
{
	size_t total = 0;
	ac_instant *ends;

	for (size_t i = 0; i < n; i++)
		total += slots[i]->item_count;
	ends = ac_sequence_alloc(plan, total, sizeof(*ends));
	*out_n = 0;
	for (size_t i = 0; ends && i < n; i++)
		for (size_t k = 0; k < slots[i]->item_count; k++)
			ends[(*out_n)++] = slots[i]->items[k].at.end;
	if (ends && total)
		qsort(ends, total, sizeof(*ends), compare_instants);
	return ends;
}

/* The first of the ends up to which it fits, with the window's start; end_count when there is none. */
static size_t
first_fit(ac_sequence_plan *plan, const ac_instant *ends, size_t end_count,
    bool (*fits)(void *payload, ac_sequence_point window, ac_sequence_point *out), void *payload, ac_instant from)
{
	ac_sequence_point point;
	size_t low = 0, high = end_count;

	while (low < high && !ac_sequence_exhausted(plan)) {
		size_t middle = low + (high - low) / 2;

		if (fits(payload, (ac_sequence_point){ ends[middle], from }, &point))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void
ac_sequence_sweep(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_want want,
    bool (*fits)(void *payload, ac_sequence_point window, ac_sequence_point *out), void *payload,
    ac_sequence_front *out)
{
	bool is_any = want.what == AC_SEQUENCE_WANT_ANY, is_front = want.what == AC_SEQUENCE_WANT_FRONT;
	ac_sequence_point window = { AC_INSTANT_MAX, is_front ? AC_INSTANT_MIN : want.from }, point;
	ac_instant *ends = NULL;
	size_t end_count = 0, at;

	if (!is_any)
		ends = list_ends(plan, slots, n, &end_count);
	out->points = ac_sequence_alloc(plan, is_front ? end_count : 1, sizeof(*out->points));
	if (plan->memory.failed)
		return;
	if (is_any && fits(payload, window, &point))
		ac_sequence_front_push(out, point);
	at = first_fit(plan, ends, end_count, fits, payload, window.start);
	while (at < end_count && !ac_sequence_exhausted(plan)) {
		plan->steps++;
		window.end = ends[at];
		if (!fits(payload, window, &point)) {
			at++;
			while (at < end_count && ends[at] == ends[at - 1])
				at++;
			continue;
		}
		if (point.end - point.start < want.limit) {
			ac_sequence_front_push(out, point);
			if (!is_front)
				break;
		}
		window.start = point.start + 1;
		if (point.end - want.limit + 1 > window.start)
			window.start = point.end - want.limit + 1;
	}
}
