/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few matches are put in order one by one, many by the digits of their offsets, from the lowest on (a radix sort: two passes for a region, three for a piece of an overlong line), after which
 * those of one place stand together. Knows nothing of what a match means.
 */
#include "watch/matches.h"

/* So many are put in order faster one by one. */
#define FEW 32
#define DIGITS 256

static bool
is_behind(const ac_match *a, const ac_match *b)
{
	if (a->offset != b->offset)
		return a->offset > b->offset;
	if (a->length != b->length)
		return a->length > b->length;
	return a->type != b->type ? a->type > b->type : a->record > b->record;
}

static int
by_place(const void *a, const void *b)
{
	return is_behind(a, b) ? 1 : is_behind(b, a) ? -1 : 0;
}

static void
put_few_in_order(ac_match *all, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		ac_match one = all[i];
		size_t at = i;

		for (; at > 0 && is_behind(&all[at - 1], &one); at--)
			all[at] = all[at - 1];
		all[at] = one;
	}
}

/* To `out`, by one digit of their offsets; those that share it stay in their order. */
static void
move_by_digit(const ac_match *all, size_t n, unsigned shift, ac_match *out)
{
	uint32_t ends[DIGITS] = { 0 }, begin = 0;

	for (size_t i = 0; i < n; i++)
		ends[all[i].offset >> shift & (DIGITS - 1)]++;
	for (size_t digit = 0; digit < DIGITS; digit++) {
		uint32_t count = ends[digit];

		ends[digit] = begin;
		begin += count;
	}
	for (size_t i = 0; i < n; i++)
		out[ends[all[i].offset >> shift & (DIGITS - 1)]++] = all[i];
}

/* Those of one place, which stand together. A name has as many as it has parents that somebody lists. */
static void
put_places_in_order(ac_match *all, size_t n)
{
	for (size_t at = 1; at < n; at++) {
		size_t begin = at - 1;

		while (at < n && all[at].offset == all[begin].offset)
			at++;
		if (at - begin == 1)
			continue;
		if (at - begin <= FEW)
			put_few_in_order(all + begin, at - begin);
		else
			qsort(all + begin, at - begin, sizeof(*all), by_place);
	}
}

int
ac_matches_sort(ac_vec *all, ac_vec *scratch, accord_err *err)
{
	const ac_match *m = ac_vec_items(all);
	size_t n = all->n, farthest = 0, i = 1;

	while (i < n && !is_behind(&m[i - 1], &m[i]))
		i++;
	if (i >= n)
		return 0;
	if (n <= FEW) {
		put_few_in_order(all->p, n);
		return 0;
	}
	for (scratch->n = 0; scratch->n < n;)
		if (!ac_vec_add(scratch))
			return ac_vec_check(scratch, "matches of one block, to be sorted", err);
	for (i = 0; i < n; i++)
		farthest |= m[i].offset;
	for (unsigned shift = 0; shift < 64 && farthest >> shift; shift += 8) {
		ac_vec swap = *all;

		move_by_digit(all->p, n, shift, scratch->p);
		*all = *scratch;
		*scratch = swap;
	}
	put_places_in_order(all->p, n);
	return 0;
}
