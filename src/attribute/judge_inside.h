/* SPDX-License-Identifier: Apache-2.0 */
/* A judgement in the making, shared by judge.c, gate.c and sensitivity.c. */
#ifndef AC_ATTRIBUTE_JUDGE_INSIDE_H
#define AC_ATTRIBUTE_JUDGE_INSIDE_H

#include "attribute/judge_part.h"
#include "attribute/score.h"

typedef struct ac_judging {
	const ac_knowledge *k;
	const ac_evidence *evidence;
	const ac_judge_options *options;
	ac_arena *arena;
	ac_view view;
	ac_score score;
	ac_utilities utilities; /* as they are */
	ac_utilities posterior;
	size_t *order; /* actors, best first */
	size_t first;  /* the calibrated one */
	double added;  /* to its utility */
	ac_judgement *out;
} ac_judging;

/* Gate, conflict test, imitation, and whether there is enough to say a name at all. */
int ac_judge_gate(ac_judging *j, accord_err *err) AC_CHECKED;
/* Intervals, what each piece of the evidence does, and what is worth looking for. */
int ac_judge_sensitivity(ac_judging *j, accord_err *err) AC_CHECKED;
/* The calibrated posterior without some items (NULL: with all); p has room for all actors. Returns the first actor, or the number of actors. */
size_t ac_judge_without(const ac_judging *j, const bool *without, ac_utilities *p);

#endif
