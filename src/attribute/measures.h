/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer is worth, over many incidents of which the truth is known. */
#ifndef AC_ATTRIBUTE_MEASURES_H
#define AC_ATTRIBUTE_MEASURES_H

#include "base/arena.h"
#include "base/err.h"

/* One answered incident. */
typedef struct ac_trial {
	double rank;   /* of the best of the truths among the actors, ties at their middle; HUGE_VAL: none is known */
	double p;      /* of the first name */
	bool is_right; /* the first name is true */
	bool is_known; /* some truth has a profile left */
} ac_trial;

/* Rank the actors by p; truths are actors. */
ac_trial ac_trial_of(const double *p, size_t actor_count, const uint32_t *truths, size_t truth_count);

/* Bands of the first name's probability, highest first: the words of ICD 203 from "almost certain" down. */
#define AC_BANDS 6
extern const double ac_band_edges[AC_BANDS]; /* lower edges */

typedef struct ac_band {
	size_t count, right;
} ac_band;

typedef struct ac_measures {
	size_t count, known;
	double top1, top3, top5, top10, mrr;
	double top1_low, top1_high, mrr_low, mrr_high; /* 2.5th and 97.5th percentile over resampled incidents */
	double brier;
	double ece; /* over ten bins of equal count, five below a hundred incidents */
	ac_band bands[AC_BANDS];
} ac_measures;

/* Measure. seed makes the resampling the same each time. */
int ac_measures_of(const ac_trial *trials, size_t count, uint64_t seed, ac_arena *scratch, ac_measures *out,
    accord_err *err) AC_CHECKED;

/* A small generator (SplitMix64, Steele and others 2014): the same numbers for the same seed. */
uint64_t ac_splitmix(uint64_t *state);

#endif
