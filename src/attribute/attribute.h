/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leads: from what was sighted along the graph of claims to actors. A list of leads with their evidence, and no more than that: nothing here says how likely it is that an actor did
 * anything.
 */
#ifndef AC_ATTRIBUTE_ATTRIBUTE_H
#define AC_ATTRIBUTE_ATTRIBUTE_H

#include "know/trace.h"

/* Kinds of evidence: what the first hop from the indicator leads to. Bits. */
typedef enum ac_evidence_kind {
	AC_EVIDENCE_ACTOR = 1,           /* an ally says that the indicator is the actor's */
	AC_EVIDENCE_MALWARE = 2,         /* ... of a malware that the actor is said to use */
	AC_EVIDENCE_TOOL = 4,            /* ... of a tool */
	AC_EVIDENCE_CAMPAIGN = 8,        /* ... of a campaign that is attributed to the actor */
	AC_EVIDENCE_INFRASTRUCTURE = 16, /* ... of infrastructure that the actor is said to use */
	AC_EVIDENCE_REPORT = 32          /* indicator and actor are named in one report: weaker */
} ac_evidence_kind;
/* "malware" ...; by bit number 0..AC_EVIDENCE_KINDS-1. */
#define AC_EVIDENCE_KINDS 6
const char *ac_evidence_name(unsigned bit);

typedef struct ac_lead_chain {
	ac_trace_chain chain;
	ac_evidence_kind kind;
	size_t
	    shared_by; /* actor records said to use the same malware, tool or infrastructure; 0 when there is none in the chain */
} ac_lead_chain;

typedef struct ac_lead {
	const ac_know_actor *actor;
	const ac_sighted **indicators; /* distinct ones */
	size_t indicator_count;
	uint64_t sightings;
	uint64_t seen;
	unsigned kinds;
	bool is_stated;          /* some chain does not lead over a report */
	ac_page_texts producers; /* of the indicators: who reported them */
	ac_page_texts claimants; /* of the hops: who says that they belong to the actor */
	ac_lead_chain *chains;
	size_t chain_count;
} ac_lead;

typedef struct ac_leads {
	ac_trace trace;
	ac_lead **
	    items; /* most distinct indicators first, then most sightings; then stated before weak, then fewest who share the evidence */
	size_t count;
	const ac_sighted **without; /* sighted, and no chain leads to an actor */
	size_t without_count;
} ac_leads;

/* Follow all stored sightings. The result lives as long as the session. */
int ac_attribute(ac_know *know, ac_leads *out, accord_err *err) AC_CHECKED;

/* For people, and as one JSON object (accord.leads/1). most: leads, and chains of a lead, that are shown to people. */
void ac_leads_text(const ac_leads *leads, const ac_page_style *style, ac_buf *buf);
void ac_leads_json(const ac_leads *leads, ac_json_writer *w);

#endif
