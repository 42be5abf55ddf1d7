/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The knowledge as one incident may see it: what its evidence hides is out, and everything that is counted (reports by actor and feature, actors by feature, lengths of profiles) is counted anew from
 * what is left. Nothing of a hidden report remains in any number.
 */
#ifndef AC_ATTRIBUTE_VIEW_H
#define AC_ATTRIBUTE_VIEW_H

#include "attribute/evidence.h"
#include "attribute/knowledge_part.h"

/* The knowledge as if it were another, for evaluating. */
#define AC_VIEW_NOBODY UINT32_MAX
typedef struct ac_view_change {
	uint32_t without; /* this actor is not known */
	uint32_t copied;  /* each report about this actor stands here in so many copies that nobody knew for copies */
	double copies;
} ac_view_change;
#define AC_VIEW_NO_CHANGE ((ac_view_change){ AC_VIEW_NOBODY, AC_VIEW_NOBODY, 1 })

/* What software can be used for, as far as it is to be seen. */
typedef struct ac_able {
	uint32_t *software; /* by technique: what can do it, once each, in order */
	ac_span *can;       /* by technique: into software */
	double *rarity;     /* by technique: among software */
	double *norm;       /* by software: length of its vector of techniques */
} ac_able;

typedef struct ac_view {
	const ac_knowledge *k;
	ac_view_change change;
	bool *report_hidden;
	ac_told *told;       /* by cluster: its first visible report */
	double *report_part; /* by report: what its grade leaves of it; 0 when it is hidden */
	bool *
	    claim_hidden; /* by claim and then by tie: by relationship id; a claim whose reports are all hidden is gone without this, a tie with it */
	double *claim_part;   /* by claim and then by tie: what its grade leaves of it; 0 when it is hidden */
	bool *victim_hidden;  /* by victim: by relationship id */
	bool *ability_hidden; /* by ability: by relationship id */
	const ac_able *able;
	bool *ability_seen;    /* by ability: some visible report says it */
	const double *weights; /* by cluster, while reports are drawn anew; else NULL */
	double *count;         /* by pair: independent clusters of visible reports */
	uint32_t *shared_by;   /* by feature: actors with a count */
	double *length;        /* by actor: counts over techniques */
	double *clusters;      /* by actor: independent clusters of visible reports */
	double *last;          /* by actor: year (with fraction) of the last visible report */
	bool *prose_hidden;    /* by claim: one of its reports is hidden, so its words may be that report's */
	bool hides_claims;     /* some may be hidden by relationship id, or with their actor */
	bool *entry_seen;      /* by entry of docs */
	bool *doc_seen;        /* by doc: something of it counts */
	bool *pair_touched;  /* by pair: something of it may be hidden, or stands otherwise than with nothing hidden */
	bool *actor_touched; /* by actor: the same */
	double *doc_weight;  /* by doc: 0 when nothing of it is visible; else 1, or the cluster's weight */
	double *words;       /* by actor: visible words of prose, each time one stands there */
	double mean_words;   /* over actors with prose; 0: no prose is visible */
	double *software_length; /* the same over software */
	double mean_length;      /* over profiles */
	double mean_software_length;
	size_t profiles;      /* actors with a count */
	size_t hidden_claims; /* claims none of whose reports is visible */
} ac_view;

/* A view after hiding; it lives in arena. */
int ac_view_make(const ac_knowledge *k, const ac_evidence_hide *hide, ac_view_change change, ac_arena *arena,
    ac_view *out, accord_err *err) AC_CHECKED;
/*
 * Count again, with a weight for each cluster of reports (NULL: 1 each), as resampling wants it. Times stay.
 */
void ac_view_count(ac_view *view, const double *cluster_weights);
bool ac_view_sees(const ac_view *view, const ac_cite *cite);
/* Put a report among n in order of number, once, while there are fewer than `most`. Returns how many there are. */
size_t ac_reports_add(uint32_t *reports, size_t n, size_t most, uint32_t report);
/* A day as a year with its fraction. */
double ac_view_year(ac_time t);
/* The other way round, to the second. */
ac_time ac_view_time(double year);

#endif
