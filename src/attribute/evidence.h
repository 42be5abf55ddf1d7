/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence of one incident, as an evidence file (accord.evidence/1) or the node's own sightings give it: a plain struct, filled by whoever read it. Nothing in it has been checked
 * against what is known here: unknown or revoked ids are judge.h's to report.
 */
#ifndef AC_ATTRIBUTE_EVIDENCE_H
#define AC_ATTRIBUTE_EVIDENCE_H

#include "base/str.h"
#include "base/time.h"

/* Who saw it, or says so. */
typedef struct ac_evidence_source {
	ac_str name;
	ac_str url;
	ac_time date;     /* AC_TIME_MIN: not said */
	char reliability; /* Admiralty 'A'..'F'; 0: not said */
	char credibility; /* Admiralty '1'..'6'; 0: not said */
} ac_evidence_source;

#define AC_EVIDENCE_NO_SOURCE SIZE_MAX

/* One thing seen: an ATT&CK id, a country, a sector, the plain value of an indicator. */
typedef struct ac_evidence_item {
	ac_str text;
	size_t source; /* index into sources, or AC_EVIDENCE_NO_SOURCE */
} ac_evidence_item;

typedef struct ac_evidence_items {
	ac_evidence_item *items;
	size_t count;
} ac_evidence_items;

/* What is taken out of the knowledge before it judges, so that an answer may be tested honestly. */
typedef struct ac_evidence_hide {
	ac_str *relationships; /* STIX ids of relationships (also of attributed-to of campaigns) */
	size_t relationship_count;
	ac_str *reports; /* names of sources, or URLs */
	size_t report_count;
	ac_time from; /* what was published on or after it; AC_TIME_MAX: nothing */
} ac_evidence_hide;

typedef struct ac_evidence {
	ac_str id;
	ac_evidence_items techniques; /* "T1059.001" */
	ac_evidence_items software;   /* "S0154" */
	ac_evidence_items countries;  /* of victims: ISO 3166-1 alpha-2, upper case */
	ac_evidence_items sectors;    /* of victims: industry-sector-ov */
	ac_evidence_items indicators; /* plain values */
	ac_str text;                  /* prose about what was done; names of actors in it are masked, not used */
	ac_evidence_source *sources;
	size_t source_count;
	ac_time first; /* of the incident; AC_TIME_MIN: not said */
	ac_time last;
	ac_evidence_hide hide;
} ac_evidence;

/* Nothing seen, nothing hidden. */
#define AC_EVIDENCE_NONE ((ac_evidence){ .first = AC_TIME_MIN, .last = AC_TIME_MIN, .hide = { .from = AC_TIME_MAX } })

#endif
