/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence against a view: what each item weighs for each actor, and the utilities that come of it. Items may be left out without scoring anew, which is what the gate and the sensitivities ask for.
 */
#ifndef AC_ATTRIBUTE_SCORE_H
#define AC_ATTRIBUTE_SCORE_H

#include "attribute/judge.h"
#include "attribute/view.h"
#include "attribute/weights.h"

/* An item of the evidence that is scored, once each, in the order of the evidence. */
typedef struct ac_scored {
	ac_weight_kind kind;
	ac_str text;
	uint32_t feature; /* AC_FEATURE_NONE: not known here */
	size_t source;
	size_t shared_by;
	bool is_near_exclusive; /* software of one or two actors */
	double *raw;            /* by actor, before the weights */
} ac_scored;

typedef struct ac_score {
	const ac_view *view;
	const ac_weights *weights;
	ac_scored *items;
	size_t item_count;
	ac_note *notes;
	size_t note_count;
	double now;          /* the year against which reports are stale */
	double unknown_odds; /* logarithm */
} ac_score;

int ac_score_make(const ac_view *view, const ac_evidence *evidence, const ac_weights *weights, double unknown_odds,
    ac_arena *arena, ac_score *out, accord_err *err) AC_CHECKED;
/* Fill the raw weights again after the view has been counted anew. */
void ac_score_fill(ac_score *score);

/* What the utilities are summed from; scratch of one actor or of all. */
typedef struct ac_utilities {
	double *actors; /* by actor */
	double unknown;
	size_t techniques; /* items that were counted */
	size_t software;
} ac_utilities;
/* without: by item, true leaves it out; NULL: none. actors has room for all actors. */
void ac_score_utilities(const ac_score *score, const bool *without, ac_utilities *out);
/* Softmax in place: utilities become probabilities, the unknown's with them. */
void ac_score_softmax(ac_utilities *u, size_t actor_count);
/* The terms of one actor's utility that are no items. */
double ac_score_prior(const ac_score *score, size_t actor);
double ac_score_count(const ac_score *score, size_t actor);
/* The nats of an item for an actor, given how many items of its kind are counted. */
double ac_score_item(const ac_score *score, size_t item, size_t actor, size_t of_its_kind);
/* What the ceiling takes from near-exclusive software. */
double ac_score_cap(const ac_score *score, size_t actor);
/* The unknown's terms. */
double ac_score_unknown_prior(const ac_score *score);
double ac_score_unknown_count(const ac_score *score, size_t techniques, size_t software);

#endif
