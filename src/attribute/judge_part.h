/* SPDX-License-Identifier: Apache-2.0 */
/* Judging as if the knowledge or the weights were others: for fitting and evaluating. */
#ifndef AC_ATTRIBUTE_JUDGE_PART_H
#define AC_ATTRIBUTE_JUDGE_PART_H

#include "attribute/judge.h"
#include "attribute/view.h"
#include "attribute/weights.h"

typedef struct ac_judge_as {
	const ac_weights *weights;
	ac_view_change change;
} ac_judge_as;

int ac_judge_with(const ac_knowledge *k, const ac_evidence *evidence, const ac_judge_options *options,
    const ac_judge_as *as, ac_arena *arena, ac_judgement *out, accord_err *err) AC_CHECKED;

#endif
