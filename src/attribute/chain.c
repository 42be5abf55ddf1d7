/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding that keeps sums. */
#include "attribute/chain.h"

#include <math.h>
#include <stdlib.h>

typedef struct leftover {
	double left;
	size_t index;
} leftover;

/* The largest first; of equals the earlier one. */
static int
compare_leftovers(const void *x, const void *y)
{
	const leftover *a = x, *b = y;

	if (a->left < b->left || a->left > b->left)
		return a->left > b->left ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

int
ac_chain_round(const double *values, size_t count, double units, int64_t *out, ac_arena *arena, accord_err *err)
{
	leftover *left = ac_arena_zalloc(arena, count + 1, sizeof(*left));
	int64_t given = 0, wanted;
	double sum = 0;

	if (!left)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++) {
		sum += values[i];
		out[i] = llround(values[i] * units);
		left[i] = (leftover){ values[i] * units - (double)out[i], i };
		given += out[i];
	}
	wanted = llround(sum * units);
	/* What rounding left over goes to those that were rounded most the other way. */
	qsort(left, count, sizeof(*left), compare_leftovers);
	for (size_t i = 0; i < count && given < wanted; i++, given++)
		out[left[i].index]++;
	for (size_t i = count; i > 0 && given > wanted; i--, given--)
		out[left[i - 1].index]--;
	return 0;
}

static int
add_column(
    const ac_judgement *j, size_t column, ac_arena *arena, int64_t **out_rows, int64_t *out_odds, accord_err *err)
{
	double *weights = ac_arena_zalloc(arena, j->weight_count + 1, sizeof(*weights));
	int64_t *rows = ac_arena_zalloc(arena, j->weight_count + 1, sizeof(*rows));
	int rc;

	if (!weights || !rows)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < j->weight_count; i++)
		weights[i] = j->weights[i].nats[0] - j->weights[i].nats[column];
	rc = ac_chain_round(weights, j->weight_count, AC_CHAIN_UNITS, rows, arena, err);
	*out_odds = 0;
	for (size_t i = 0; i < j->weight_count; i++)
		*out_odds += rows[i];
	*out_rows = rows;
	return rc;
}

int
ac_chain_make(const ac_judgement *j, ac_arena *arena, ac_chain *out, accord_err *err)
{
	int rc = 0;

	*out = (ac_chain){ 0 };
	/* Columns: actors, and the unknown last. */
	if (j->column_count < 2)
		return 0;
	out->row_count = j->weight_count;
	if (j->column_count > 2)
		rc = add_column(j, 1, arena, &out->against_runner_up, &out->odds_runner_up, err);
	if (rc == 0)
		rc = add_column(j, j->column_count - 1, arena, &out->against_unknown, &out->odds_unknown, err);
	return rc;
}

static size_t
largest_of(const int64_t *shares, size_t count)
{
	size_t largest = 0;

	for (size_t i = 1; i < count; i++)
		if (shares[i] > shares[largest])
			largest = i;
	return largest;
}

int
ac_chain_shares(
    const double *values, size_t count, int64_t total, int64_t least, int64_t *out, ac_arena *arena, accord_err *err)
{
	leftover *left = ac_arena_zalloc(arena, count + 1, sizeof(*left));
	int64_t given = 0;
	double sum = 0;

	if (!left)
		return ac_arena_check(arena, err);
	if (count == 0 || least * (int64_t)count > total)
		return ac_fail(err, ACCORD_ELIMIT, "%zu shares of at least %lld make more than %lld", count,
		    (long long)least, (long long)total);
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	for (size_t i = 0; i < count; i++) {
		double exact = sum > 0 ? values[i] / sum * (double)total : (double)total / (double)count;

		out[i] = (int64_t)floor(exact);
		left[i] = (leftover){ exact - (double)out[i], i };
		given += out[i];
	}
	qsort(left, count, sizeof(*left), compare_leftovers);
	for (size_t i = 0; given < total; i = (i + 1) % count, given++)
		out[left[i].index]++;
	for (size_t i = 0; i < count; i++)
		while (out[i] < least) {
			out[largest_of(out, count)]--;
			out[i]++;
		}
	return 0;
}
