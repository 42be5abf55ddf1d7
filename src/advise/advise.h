/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice: the mitigations of the techniques that what was sighted points to, those first that answer most of them. Says why each technique is considered, and nothing about whether
 * a mitigation is in place already.
 */
#ifndef AC_ADVISE_ADVISE_H
#define AC_ADVISE_ADVISE_H

#include "know/trace.h"

/* A technique that a sighted indicator leads to. */
typedef struct ac_advice_technique {
	const ac_know_ref *technique;
	ac_trace_chain *chains; /* the first AC_ADVICE_CHAINS_MAX */
	size_t chain_count;
	size_t indicator_count; /* distinct indicators that lead to it */
	const ac_sighted *last; /* while counting */
	bool is_stated;         /* some chain does not lead over a report */
	size_t mitigation_count;
} ac_advice_technique;

typedef struct ac_advice_mitigation {
	const ac_know_ref *mitigation;
	const ac_advice_technique **techniques; /* that it is said to mitigate, in order of number */
	size_t technique_count;
	ac_page_texts claimants;
	bool is_outdated; /* revoked or deprecated: last */
} ac_advice_mitigation;

typedef struct ac_advice {
	ac_trace trace;
	ac_advice_technique **techniques; /* in order of number */
	size_t technique_count;
	ac_advice_mitigation **mitigations; /* those that answer most techniques first */
	size_t mitigation_count;
} ac_advice;

#define AC_ADVICE_CHAINS_MAX 20

/* The result lives as long as the session. */
int ac_advise(ac_know *know, ac_advice *out, accord_err *err) AC_CHECKED;

/* For people, and as one JSON object (accord.advice/1). */
void ac_advice_text(const ac_advice *advice, const ac_page_style *style, ac_buf *buf);
void ac_advice_json(const ac_advice *advice, ac_json_writer *w);

#endif
