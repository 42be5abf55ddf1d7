/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Analysis of competing hypotheses (Heuer, Psychology of Intelligence Analysis, 1999, chapter 8) from the table of weights: items in rows, actors in columns, and in each cell how the item sits with the hypothesis compared
 * with its mean over all of them. Hypotheses are refuted, not confirmed: the score counts what speaks against one. The unknown actor has no column: nothing can speak against whom nobody knows.
 */
#ifndef AC_ATTRIBUTE_ACH_H
#define AC_ATTRIBUTE_ACH_H

#include "attribute/judge.h"

/* >= +1.5, >= +0.5, in between, <= -0.5, <= -1.5 nats from the row's mean. */
typedef enum ac_ach_cell { AC_ACH_CC, AC_ACH_C, AC_ACH_N, AC_ACH_I, AC_ACH_II } ac_ach_cell;
const char *ac_ach_cell_name(ac_ach_cell cell); /* "CC" ... */

typedef struct ac_ach_row {
	size_t weight;        /* index of the judgement's row */
	double diagnosticity; /* variance over the hypotheses, nats squared */
	ac_ach_cell *cells;   /* by column */
} ac_ach_row;

typedef struct ac_ach {
	ac_ach_row *rows; /* the most diagnostic first; of equals as in the judgement */
	size_t row_count;
	size_t column_count;  /* the first hypotheses of the ranking */
	size_t *inconsistent; /* by column: cells I and II */
} ac_ach;

/* Empty when fewer than two actors have columns. */
int ac_ach_make(const ac_judgement *j, ac_arena *arena, ac_ach *out, accord_err *err) AC_CHECKED;

#endif
