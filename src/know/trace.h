/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what was sighted into the graph: each sighted indicator, and the chains of claims that lead from it to other things. Which steps are allowed is the caller's table; each hop keeps
 * who claims it. Attribute and advise stand on this.
 */
#ifndef AC_KNOW_TRACE_H
#define AC_KNOW_TRACE_H

#include "know/page.h"

/* Classes of objects that steps go between; bits. */
typedef enum ac_trace_class {
	AC_TRACE_NONE = 0,
	AC_TRACE_INDICATOR = 1,
	AC_TRACE_MALWARE = 2,
	AC_TRACE_TOOL = 4,
	AC_TRACE_CAMPAIGN = 8,
	AC_TRACE_ACTOR = 16,
	AC_TRACE_INFRASTRUCTURE = 32,
	AC_TRACE_TECHNIQUE = 64,
	AC_TRACE_REPORT = 128, /* report, grouping */
	AC_TRACE_SOFTWARE = AC_TRACE_MALWARE | AC_TRACE_TOOL
} ac_trace_class;
ac_trace_class ac_trace_class_of(ac_str type);

/* A step that may be taken. */
typedef struct ac_trace_rule {
	unsigned from; /* classes */
	ac_know_direction direction;
	ac_str kind; /* of the edge */
	unsigned to; /* classes */
} ac_trace_rule;

typedef struct ac_trace_rules {
	const ac_trace_rule *rules;
	size_t count;
	unsigned ends;                 /* classes that are looked for; a chain may go on behind one */
	bool weak_only_without_stated; /* chains over a report only for indicators that have no other */
} ac_trace_rules;

typedef struct ac_trace_sighting {
	ac_str id;
	uint64_t count;
	ac_str first_seen;
	ac_str last_seen;
	ac_str where; /* input */
	ac_str lines; /* what the sighting says about the place in it, or empty */
	ac_str producer;
} ac_trace_sighting;

/* An indicator that was sighted. */
typedef struct ac_sighted {
	const ac_know_object *indicator;
	ac_str shown;   /* its name, value or pattern */
	ac_str pattern; /* where `shown` does not say it already; else empty */
	ac_page_texts producers;
	ac_trace_sighting *sightings; /* the first AC_TRACE_SIGHTINGS_MAX */
	size_t sighting_count;
	uint64_t sighting_total; /* sightings */
	uint64_t seen;           /* sum of their counts */
} ac_sighted;

typedef struct ac_trace_hop {
	const ac_know_ref *from;
	const ac_know_ref *to;
	ac_str kind;
	ac_know_direction direction; /* FROM: the edge goes from -> to; TO: against it */
	ac_str via_id;
	ac_str claimant;
} ac_trace_hop;

typedef struct ac_trace_chain {
	const ac_sighted *sighted;
	const ac_trace_hop *hops;
	size_t hop_count;
	bool is_weak; /* leads over a report: named together, no more */
} ac_trace_chain;

typedef struct ac_trace {
	ac_sighted **items; /* in order of id */
	size_t count;
	uint64_t sightings;
	uint64_t seen;
	bool is_cut;
} ac_trace;

/* All sighted indicators. Sightings of other things, and those that say "not seen" (count 0), are left out. One pass over the sightings. */
int ac_trace_sighted(ac_know *know, ac_trace *out, accord_err *err) AC_CHECKED;

/* A chain that ends at an object of a wanted class; the shortest one for each object. Negative stops. */
typedef int (*ac_on_chain)(void *payload, const ac_know_ref *end, const ac_trace_chain *chain, accord_err *err);
int ac_trace_follow(ac_know *know, const ac_sighted *sighted, const ac_trace_rules *rules, ac_on_chain on,
    void *payload, accord_err *err) AC_CHECKED;

/* A chain and a sighted indicator in JSON: the same in every verb's answer. */
void ac_trace_chain_json(const ac_trace_chain *chain, ac_json_writer *w);
void ac_sighted_json(const ac_sighted *sighted, ac_json_writer *w);

enum {
	AC_TRACE_SIGHTED_MAX = 50000, /* indicators */
	AC_TRACE_SIGHTINGS_MAX = 20,  /* kept of one indicator; the rest is counted */
	AC_TRACE_REACHED_MAX = 5000,  /* objects reached from one indicator */
	AC_TRACE_DEPTH_MAX = 5
};

#endif
