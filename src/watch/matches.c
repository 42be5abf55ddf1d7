/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner finds one kind of value after the other, each nearly in the order of the text: matches are a few sorted runs, which are merged until one is left. Knows nothing of what a match means.
 */
#include "watch/matches.h"

static bool
is_behind(const ac_match *a, const ac_match *b)
{
	if (a->offset != b->offset)
		return a->offset > b->offset;
	if (a->length != b->length)
		return a->length > b->length;
	return a->type != b->type ? a->type > b->type : a->record > b->record;
}

/* Behind the sorted run that begins at `from`, which is below n. */
static size_t
run_end(const ac_match *all, size_t from, size_t n)
{
	while (++from < n && !is_behind(&all[from - 1], &all[from]))
		;
	return from;
}

/* Runs [from, middle) and [middle, end) to the same places of `out`. */
static void
merge(const ac_match *all, size_t from, size_t middle, size_t end, ac_match *out)
{
	size_t a = from, b = middle;

	out += from;
	while (a < middle && b < end) {
		bool takes_b = is_behind(&all[a], &all[b]);

		*out++ = all[takes_b ? b : a];
		a += !takes_b;
		b += takes_b;
	}
	memcpy(out, all + a, (middle - a) * sizeof(*all));
	memcpy(out + (middle - a), all + b, (end - b) * sizeof(*all));
}

int
ac_matches_sort(ac_vec *all, ac_vec *scratch, accord_err *err)
{
	size_t n = all->n;

	if (n < 2 || run_end(all->p, 0, n) == n)
		return 0;
	for (scratch->n = 0; scratch->n < n;)
		if (!ac_vec_add(scratch))
			return ac_vec_check(scratch, "matches of one block, to be sorted", err);
	for (size_t first_end = 0; first_end < n;) {
		ac_vec swap = *all;
		size_t at = 0;

		while (at < n) {
			size_t middle = run_end(all->p, at, n), end = middle < n ? run_end(all->p, middle, n) : n;

			merge(all->p, at, middle, end, scratch->p);
			first_end = at == 0 ? end : first_end;
			at = end;
		}
		*all = *scratch;
		*scratch = swap;
	}
	return 0;
}
