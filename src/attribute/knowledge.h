/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store holds, as far as judging an incident goes: actors, what they are said to use, and which dated report says so. Made once a session, never changed: what an incident wants hidden is
 * laid over it (view.h). Only claims with a dated source that can be cited count; others are counted and left out.
 */
#ifndef AC_ATTRIBUTE_KNOWLEDGE_H
#define AC_ATTRIBUTE_KNOWLEDGE_H

#include "attribute/admiralty.h"
#include "base/time.h"
#include "know/know.h"

typedef struct ac_knowledge ac_knowledge;

/* An actor with a profile: some claim about it counts. Records of one actor (know's view) are one. */
typedef struct ac_judged_actor {
	ac_str id;          /* STIX id of the leading record */
	ac_str external_id; /* "G0065", or empty */
	ac_str name;
	const ac_str *countries; /* ISO 3166-1 alpha-2, said by somebody to be the actor's */
	size_t country_count;
	size_t record_count; /* records of the view */
	bool is_individual;  /* said to be one person: not to be named */
} ac_judged_actor;

typedef enum ac_feature_kind { AC_FEATURE_TECHNIQUE, AC_FEATURE_SOFTWARE } ac_feature_kind;

/* A technique or a software that is known here. */
typedef struct ac_feature {
	ac_feature_kind kind;
	ac_str id;          /* STIX id */
	ac_str external_id; /* "T1059.001", "S0154" */
	ac_str name;
	uint32_t parent; /* feature of the parent technique, or AC_FEATURE_NONE */
} ac_feature;
#define AC_FEATURE_NONE UINT32_MAX

/* A report that claims cite: one entry an address, whatever it is called. */
typedef struct ac_report {
	ac_str name; /* source_name of the first citation */
	ac_str url;
	ac_str publisher; /* in small letters: the address's domain, else the citation's first words */
	ac_time first;    /* it was published in [first, last]: a citation may say a month or a year only */
	ac_time last;
	uint32_t cluster;   /* copies and re-prints of one report share a number */
	ac_admiralty grade; /* as a report of the store states it of itself */
} ac_report;

/* What was left out or is missing, for the answer's gaps. */
typedef struct ac_knowledge_counts {
	size_t actors_without_profile; /* actor views about which no claim counts */
	size_t claims;                 /* that count */
	size_t claims_uncited;         /* that cite no source */
	size_t claims_undated;         /* whose sources have no date */
	size_t sentences;              /* of prose about claims: 0 where no full ATT&CK bundle was learned */
	size_t copies;                 /* reports that are re-prints or copies of others */
	size_t victims;                /* claims about victims that have a source */
	size_t indicators;             /* values tied to somebody by dated sources, each time they are */
	size_t indicators_cut;         /* over AC_TIES_MAX: not looked at */
} ac_knowledge_counts;

/* Read it all: one pass over relationships. It lives in an arena of its own and views nothing of the session's. */
int ac_knowledge_make(ac_know *know, ac_knowledge **out, accord_err *err) AC_CHECKED;
ac_knowledge *ac_knowledge_free(ac_knowledge *k); /* takes NULL, returns NULL */

size_t ac_knowledge_actor_count(const ac_knowledge *k);
const ac_judged_actor *ac_knowledge_actor(const ac_knowledge *k, size_t index);
size_t ac_knowledge_report_count(const ac_knowledge *k);
const ac_report *ac_knowledge_report(const ac_knowledge *k, size_t index);
const ac_knowledge_counts *ac_knowledge_counted(const ac_knowledge *k);
/* Does a relationship carry an answer of this program (result.h)? It is neither knowledge nor another's claim. */
bool ac_knowledge_is_answer(const ac_json *relationship);
/* Newest day on which a report that counts was published: "now" of the knowledge, where an incident has no date. */
ac_time ac_knowledge_newest(const ac_knowledge *k);

#endif
