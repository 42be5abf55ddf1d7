/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of competing hypotheses. */
#include "attribute/ach.h"

#include <math.h>
#include <stdlib.h>

#include "attribute/chain.h"

/* Nats from the row's mean at which a cell is consistent, and very consistent. */
#define SPEAKS .5
#define SPEAKS_LOUD 1.5

static const char *const cell_names[] = {
	[AC_ACH_CC] = "CC", [AC_ACH_C] = "C", [AC_ACH_N] = "N", [AC_ACH_I] = "I", [AC_ACH_II] = "II"
};

const char *
ac_ach_cell_name(ac_ach_cell cell)
{
	return cell_names[cell];
}

static ac_ach_cell
cell_of(double from_mean)
{
	if (from_mean >= SPEAKS)
		return from_mean >= SPEAKS_LOUD ? AC_ACH_CC : AC_ACH_C;
	if (from_mean <= -SPEAKS)
		return from_mean <= -SPEAKS_LOUD ? AC_ACH_II : AC_ACH_I;
	return AC_ACH_N;
}

static void
fill_row(ac_ach *ach, const ac_weight *weight, ac_ach_row *row)
{
	double mean = 0;

	for (size_t c = 0; c < ach->column_count; c++)
		mean += weight->nats[c] / (double)ach->column_count;
	for (size_t c = 0; c < ach->column_count; c++) {
		double off = weight->nats[c] - mean;

		row->cells[c] = cell_of(off);
		row->diagnosticity += off * off / (double)ach->column_count;
		ach->inconsistent[c] += row->cells[c] == AC_ACH_I || row->cells[c] == AC_ACH_II;
	}
}

static int
compare_rows(const void *x, const void *y)
{
	const ac_ach_row *a = x, *b = y;

	/* By what is told of it. */
	int64_t left = llround(a->diagnosticity * AC_CHAIN_UNITS), right = llround(b->diagnosticity * AC_CHAIN_UNITS);

	if (left != right)
		return left > right ? -1 : 1;
	return a->weight < b->weight ? -1 : a->weight > b->weight;
}

int
ac_ach_make(const ac_judgement *j, ac_arena *arena, ac_ach *out, accord_err *err)
{
	ac_ach ach = { .column_count = j->column_count < 3 ? 0 : j->column_count - 1 };
	int rc;

	*out = (ac_ach){ 0 };
	if (ach.column_count == 0)
		return 0;
	ach.rows = ac_arena_zalloc(arena, j->weight_count + 1, sizeof(*ach.rows));
	ach.inconsistent = ac_arena_zalloc(arena, ach.column_count, sizeof(*ach.inconsistent));
	for (size_t i = 0; ach.rows && ach.inconsistent && i < j->weight_count; i++) {
		ac_ach_row *row = &ach.rows[ach.row_count];

		if (j->weights[i].kind >= AC_WEIGHT_EVIDENCE_KINDS)
			continue;
		row->weight = i;
		row->cells = ac_arena_zalloc(arena, ach.column_count, sizeof(*row->cells));
		if (!row->cells)
			break;
		fill_row(&ach, &j->weights[i], row);
		ach.row_count++;
	}
	rc = ac_arena_check(arena, err);
	if (rc < 0)
		return rc;
	qsort(ach.rows, ach.row_count, sizeof(*ach.rows), compare_rows);
	*out = ach;
	return 0;
}
