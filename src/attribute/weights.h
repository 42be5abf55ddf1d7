/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the model. They are fitted (fit.h), never set by hand, and ship as data with how they were obtained. */
#ifndef AC_ATTRIBUTE_WEIGHTS_H
#define AC_ATTRIBUTE_WEIGHTS_H

typedef struct ac_weights {
	double technique;          /* of S_T, BM25 over techniques by the root of their number */
	double software;           /* of S_S, inverse document frequencies of software */
	double exclusive;          /* of E_S, near-exclusive software */
	double described;          /* of ln(1 + reports of the actor) */
	double stale;              /* a year since the actor's last report */
	double unknown;            /* constant of the actor not known here */
	double unknown_techniques; /* of ln(1 + techniques) */
	double unknown_software;   /* of min(3, software) */
} ac_weights;

const ac_weights *ac_weights_shipped(void);

#endif
