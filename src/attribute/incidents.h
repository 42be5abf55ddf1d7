/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Incidents that the knowledge itself holds, with what is true of them: reports that are cited for one actor only, and campaigns that are attributed. Weights are fitted on the former; both are
 * judged with what comes from their own reports hidden.
 */
#ifndef AC_ATTRIBUTE_INCIDENTS_H
#define AC_ATTRIBUTE_INCIDENTS_H

#include "attribute/evidence.h"
#include "attribute/knowledge_part.h"

typedef struct ac_incident {
	ac_str name;
	ac_evidence evidence; /* hide: its own reports and relationships, no day */
	ac_time published;    /* day on which its first report may have been */
	ac_time first, last;  /* as a campaign says itself when it was seen; AC_TIME_MIN: it does not */
	uint32_t *truths;     /* actors; more than one where a campaign is attributed to several */
	size_t truth_count;
} ac_incident;

typedef struct ac_incidents {
	ac_incident *items;
	size_t count;
} ac_incidents;

/* Reports with AC_INCIDENT_TECHNIQUES techniques or more, all cited for one actor; in order of address. */
#define AC_INCIDENT_TECHNIQUES 5
int ac_incidents_of_reports(const ac_knowledge *k, ac_arena *arena, ac_incidents *out, accord_err *err) AC_CHECKED;
/* Campaigns with techniques that are attributed to an actor with a profile; in order of number. */
int ac_incidents_of_campaigns(const ac_knowledge *k, ac_arena *arena, ac_incidents *out, accord_err *err) AC_CHECKED;
/* The evidence at a level: 1 hides what comes from the incident's reports, 2 also what was published on or after the first of them. */
ac_evidence ac_incident_evidence(const ac_incident *incident, int level);

#endif
