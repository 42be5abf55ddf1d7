/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of estimative probability: which term of a national scale a probability has, in English and French, and which confidence a STIX object gets for it. The scales are data. Nothing is ever
 * converted from one scale to another by percentage: each term is had from the probability itself.
 *
 * Likelihood and analytic confidence are two axes (ICD 203 D.6.e.2.a): a sentence speaks of one of them. ac_scale_confidence is STIX's number for a likelihood, whatever its name.
 */
#ifndef AC_STIX_SCALE_H
#define AC_STIX_SCALE_H

#include "base/buf.h"

typedef enum ac_lang { AC_LANG_EN, AC_LANG_FR } ac_lang;
/* "en", "fr". False for anything else. */
bool ac_lang_of(ac_str tag, ac_lang *out);

typedef struct ac_scale_band {
	ac_str code; /* "very-likely" */
	double from; /* the band reaches from here, as the program cuts it ... */
	double to;   /* ... to the begin of the next */
	ac_str en;
	ac_str en_alt; /* the other row's word, or empty */
	ac_str fr;
	bool takes_end;      /* `to` itself is in this band, not in the next (NATO: [10-40], (40-60), [60-90]) */
	unsigned confidence; /* ICD 203 only: the value of the same term in STIX 2.1's scale "DNI" (Appendix A) */
} ac_scale_band;

typedef struct ac_scale {
	ac_str key; /* "icd203" */
	ac_str name;
	ac_str source;
	const ac_scale_band *bands; /* from the least likely */
	size_t count;
	size_t likely; /* the band at which words stop when the gate did not pass */
	bool
	    is_verified; /* the percentages were compared with a publication of who made the scale, or one that cites it */
} ac_scale;

/* icd203 (the first, and the default), phia, cccs, nato, stix-dni; NULL behind the last. */
const ac_scale *ac_scale_at(size_t number);
/* NULL when there is none of this name. */
const ac_scale *ac_scale_of(ac_str key);
/* The band of p, whatever p is: below 0 and NaN count as 0, above 1 as 1. */
const ac_scale_band *ac_scale_band_of(const ac_scale *scale, double p);
/* The band of that code; NULL: none. */
const ac_scale_band *ac_scale_band_by_code(const ac_scale *scale, ac_str code);
/* The band of p as above, at most "likely" when `cap`; *out_capped (may be NULL): the cap made a difference. */
const ac_scale_band *ac_scale_term(const ac_scale *scale, double p, bool cap, bool *out_capped);
ac_str ac_scale_word(const ac_scale_band *band, ac_lang lang);
/* A STIX confidence: the DNI value of the ICD 203 term of p: 5, 15, 30, 50, 70, 85 or 95. Never of a percentage: 57 is "roughly even" there and "likely" here. */
unsigned ac_scale_confidence(double p, bool cap);
/* Whole per cent for a reader: "71%", "71 %" (with a no-break space) in French; below one and above 99 per cent "<1%", ">99%": never 0 or 100, never decimals. */
void ac_scale_add_percent(ac_buf *buf, double p, ac_lang lang);

/* Analytic confidence (ICD 203, JP 2-0): how well the judgement is founded, not how likely it is. */
typedef enum ac_confidence_level { AC_CONFIDENCE_LOW, AC_CONFIDENCE_MODERATE, AC_CONFIDENCE_HIGH } ac_confidence_level;
ac_str ac_confidence_code(ac_confidence_level level);
ac_str ac_confidence_word(ac_confidence_level level, ac_lang lang); /* "low", "faible" (of «confiance», feminine) */

#endif
