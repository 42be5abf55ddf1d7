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

void
ac_sequence_sweep(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_instant limit, bool in_order,
    bool (*fits)(void *payload, ac_sequence_point window, ac_sequence_point *out), void *payload,
    ac_sequence_front *out)
{
	ac_sequence_point window = { AC_INSTANT_MAX, AC_INSTANT_MIN }, point;
	ac_instant *ends = NULL;
	size_t end_count = 0, at = 0;

	if (in_order)
		ends = list_ends(plan, slots, n, &end_count);
	out->points = ac_sequence_alloc(plan, in_order ? end_count : 1, sizeof(*out->points));
	if (plan->memory.failed)
		return;
	if (!in_order && fits(payload, window, &point))
		ac_sequence_front_push(out, point);
	while (at < end_count && !ac_sequence_exhausted(plan)) {
		plan->steps++;
		window.end = ends[at];
		if (!fits(payload, window, &point)) {
			at++;
			while (at < end_count && ends[at] == ends[at - 1])
				at++;
			continue;
		}
		if (point.end - point.start < limit)
			ac_sequence_front_push(out, point);
		window.start = point.start + 1;
		if (point.end - limit + 1 > window.start)
			window.start = point.end - limit + 1;
	}
}
