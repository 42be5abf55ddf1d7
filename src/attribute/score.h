/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence against a view: what each item weighs for each actor, and the utilities that come of it. Items may be left out without reading the evidence again, which is what the gate and the
 * sensitivities ask for.
 */
#ifndef AC_ATTRIBUTE_SCORE_H
#define AC_ATTRIBUTE_SCORE_H

#include "attribute/judge.h"
#include "attribute/view.h"
#include "attribute/weights.h"

/* A technique with its sub-techniques, of which the evidence has some. */
typedef struct ac_family {
	uint32_t parent; /* feature */
	double *raw;     /* by actor */
} ac_family;
#define AC_NO_FAMILY UINT32_MAX

/* An item of the evidence that is scored, once each, in the order of the evidence. */
typedef struct ac_scored {
	ac_weight_kind kind;
	ac_str text;
	uint32_t feature; /* AC_FEATURE_NONE: not known here, or no feature */
	uint32_t family;  /* of a technique: into families; AC_NO_FAMILY */
	size_t source;
	size_t shared_by;
	double part;                        /* what its source's grade leaves of it: 1 when it has none */
	double exclusive;                   /* software of one actor 1, of two a half, else 0 */
	double nearness;                    /* what it adds to the likeness to a report that has it */
	double *raw;                        /* by actor, before the weights */
	double *told;                       /* by actor: its share of a tool by being told of with it; NULL: no tool */
	const struct ac_tie_match *matches; /* of an indicator (ties.h) */
	size_t match_count;
	ac_str code; /* of a victim */
	bool is_sector;
	bool is_named;  /* software or a victim that only the text names */
	bool is_coarse; /* a technique that in part stands for its sub-techniques */
} ac_scored;

/* How many items of a kind are counted. */
typedef struct ac_item_counts {
	size_t techniques, families, software, victims;
	size_t speaking; /* items of which anything is known here: none, and only the prior is left */
	bool has_text;
	double nearness;           /* of all of them */
	const uint32_t *in_family; /* by family: items; the score's own, until it counts again. NULL: one each */
	const bool *explained;     /* by item: software of the evidence can do it anyway; the same. NULL: none is */
	double rarity;             /* among software, of all techniques */
} ac_item_counts;

typedef struct ac_score {
	const ac_view *view;
	const ac_weights *weights;
	ac_scored *items;
	size_t item_count;
	ac_note *notes;
	size_t note_count;
	ac_family *families; /* once each, in order of the items */
	size_t family_count;
	uint32_t *telling; /* words of the text that few actors have */
	size_t telling_count;
	uint32_t *in_family;   /* by family: items of it */
	uint32_t *left_family; /* by family: items that are not left out */
	bool *explained;       /* by item */
	bool *left_explained;  /* by item, of those that are not left out */
	double now;            /* the year against which reports are stale */
	double when;           /* the incident's year; 0: no date */
	ac_when_from when_from;
	bool is_young;         /* every visible report is older than the incident */
	double unknown_odds;   /* logarithm */
	double *idf;           /* by feature */
	double *doc_norm;      /* by doc: length of its vector of features */
	double *nearness;      /* by feature: what it adds to such a length */
	double *overlap;       /* by doc: scratch of a likeness */
	size_t *by_feature;    /* items in order of their features */
	double *active;        /* by actor */
	double *likeness;      /* by actor: scratch */
	double *tool_overlap;  /* by software: scratch of a likeness, all 0 */
	double *tool_likeness; /* by actor: scratch */
	uint32_t *tool;    /* by actor: its software that is most like all techniques together, or AC_FEATURE_NONE */
	uint32_t *nearest; /* by actor: the doc that is most like all items together, or UINT32_MAX */
} ac_score;

int ac_score_make(const ac_view *view, const ac_evidence *evidence, const ac_weights *weights, double unknown_odds,
    ac_arena *arena, ac_score *out, accord_err *err) AC_CHECKED;
/* Weigh again after the view has been counted anew. Text keeps its weights. */
void ac_score_fill(ac_score *score);

typedef struct ac_utilities {
	double *actors; /* by actor; -HUGE_VAL: nothing of it is visible */
	double unknown;
	ac_item_counts counts;
} ac_utilities;
/* without: by item, true leaves it out; NULL: none. out->actors has room for all actors. */
void ac_score_utilities(const ac_score *score, const bool *without, ac_utilities *out);
/* The unweighted terms of all actors, AC_TERM_COUNT each, and of the unknown: what weights are fitted on. */
void ac_score_terms(const ac_score *score, const bool *without, double *out, ac_item_counts *counts);
void ac_score_unknown_terms(const ac_score *score, const ac_item_counts *counts, double out[static AC_UNKNOWN_COUNT]);
/* Softmax in place: utilities become probabilities, the unknown's with them. */
void ac_score_softmax(ac_utilities *u, size_t actor_count);
/*
 * The same with the first name calibrated, unless nothing speaks for it more than for the second: a tie is none of the names that the calibration was fitted on. Returns what was added to its utility;
 * *out_first is its number, or actor_count.
 */
double ac_score_posterior(const ac_score *score, ac_utilities *u, size_t *out_first);

/* An actor's utility with all items, part by part: what an item adds among so many of its kind ... */
double ac_score_item(const ac_score *score, const ac_item_counts *counts, size_t item, size_t actor);
/* What the item would say were it the only one: its part above and what its company takes from it, or adds. */
double ac_score_alone(const ac_score *score, size_t item, size_t actor);
double ac_score_prior(const ac_score *score, size_t actor);
/* What ceilings take away. */
double ac_score_cap(const ac_score *score, size_t actor);
double ac_score_unknown_prior(const ac_score *score, const ac_item_counts *counts);
double ac_score_unknown_count(const ac_score *score, const ac_item_counts *counts);

#endif
