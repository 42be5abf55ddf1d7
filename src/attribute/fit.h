/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fitting the weights: maximum likelihood of who did the incidents of reports, each with what comes from its report hidden, with and without its prose and its date, and once more with the actor taken
 * out, where "not known here" is true. The likelihood is concave in the weights (a softmax of sums), so Newton's steps end at the one best place.
 */
#ifndef AC_ATTRIBUTE_FIT_H
#define AC_ATTRIBUTE_FIT_H

#include "attribute/incidents.h"
#include "attribute/score.h"
#include "codec/json_write.h"

/* The terms of one incident, for all actors. */
typedef struct ac_sample {
	uint32_t truth;
	double *terms;    /* AC_TERM_COUNT by actor */
	bool *is_visible; /* by actor: something of it is left */
	double unknown[AC_UNKNOWN_COUNT];
	bool has_prose, has_victims; /* it is given a text, victims */
	bool is_dated;               /* at level 2 */
} ac_sample;

typedef struct ac_samples {
	ac_sample *items;
	size_t count;
	size_t actor_count;
} ac_samples;

/* The terms of incidents, at both levels (incidents.h), with and without their text and their victims. */
int ac_samples_make(
    const ac_knowledge *k, const ac_incidents *incidents, ac_arena *arena, ac_samples *out, accord_err *err) AC_CHECKED;

/* Folds are by actor, so that no actor is in what its incidents are judged by. */
#define AC_FIT_FOLDS 5
unsigned ac_fit_fold(const ac_knowledge *k, uint32_t actor);
/* Weights from all samples but those of one fold (AC_FIT_FOLDS: from all). */
int ac_fit_weights(const ac_knowledge *k, const ac_samples *samples, unsigned without_fold, ac_weights *out,
    accord_err *err) AC_CHECKED;

/* The weights with how they were obtained, as the file that ships (data/attribution_weights.json). */
int ac_fit(const ac_knowledge *k, ac_json_writer *w, accord_err *err) AC_CHECKED;

#endif
