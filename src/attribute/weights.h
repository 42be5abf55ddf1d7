/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the model. They are fitted (fit.h), never set by hand, and ship as data with how they were obtained. */
#ifndef AC_ATTRIBUTE_WEIGHTS_H
#define AC_ATTRIBUTE_WEIGHTS_H

#include "base/arena.h"
#include "codec/json_write.h"

/* What an actor's utility is the weighted sum of. */
typedef enum ac_term {
	AC_TERM_TECHNIQUE, /* BM25 over techniques, by the root of their number */
	AC_TERM_PARENT,    /* the same over techniques without their sub-techniques */
	AC_TERM_EXPLAINED, /* what of the first term is of techniques that software of the evidence can do anyway */
	AC_TERM_SOFTWARE,  /* BM25 over software, by the root of their number */
	AC_TERM_EXCLUSIVE, /* software of one actor (1) or two (a half), at most 2 */
	AC_TERM_NEAREST,   /* the report of the actor that is most like the incident, 0 to 1 */
	AC_TERM_TOOL, /* the software of the actor that is most like the incident by what it can do, by how many have it, 0 to 1 */
	AC_TERM_TOLD, /* who is told of together with the software of which nothing says that it is the actor's: shares */
	AC_TERM_TEXT,      /* BM25 over words that few actors have, by the root of their number */
	AC_TERM_ACTIVE,    /* reports around the incident's date, against all of the actor's; 0 when it has no date */
	AC_TERM_STALE,     /* ln(1 + years from the last report to the incident); 0 when it has no date */
	AC_TERM_VICTIM,    /* log-likelihood ratios of countries and sectors, by the root of their number */
	AC_TERM_INDICATOR, /* indicators of the actor's, with their age, at most 2 */
	AC_TERM_COUNT
} ac_term;

/* ... and that of the actor not known here. */
typedef enum ac_unknown_term {
	AC_UNKNOWN_CONSTANT,
	AC_UNKNOWN_TECHNIQUES, /* ln(1 + techniques) */
	AC_UNKNOWN_SOFTWARE,   /* software, at most 3 */
	AC_UNKNOWN_TEXT,       /* 1 when there is prose on both sides */
	AC_UNKNOWN_DATE,       /* 1 when the incident has a date */
	AC_UNKNOWN_YOUNG, /* 1 when every report that is visible is older than the incident: nobody may have told of its actor yet */
	AC_UNKNOWN_COUNT
} ac_unknown_term;

/*
 * What is added to the utility of a first name, so that it is right as often as it says: offset + slope * ln(p / (1 - p)) + young, the last for incidents younger than all reports; those with a text have an
 * offset and a slope more. Everything else keeps its odds against each other.
 */
typedef struct ac_calibration {
	double offset, slope, young, prose, prose_slope;
} ac_calibration;

typedef struct ac_weights {
	double actor[AC_TERM_COUNT];
	double unknown[AC_UNKNOWN_COUNT];
	ac_calibration name;  /* of the first actor */
	ac_calibration nexus; /* of the first country */
} ac_weights;

double ac_calibrated(const ac_calibration *calibration, double p, bool is_young, bool has_prose);

/* The weights that ship. */
int ac_weights_shipped(ac_weights *out, accord_err *err) AC_CHECKED;
/* From a file of weights (accord.attribution-weights/1). ACCORD_EINPUT when one is missing. */
int ac_weights_read(ac_str text, ac_weights *out, accord_err *err) AC_CHECKED;
/* Their members of an open object. */
void ac_weights_write(const ac_weights *weights, ac_json_writer *w);

#endif
