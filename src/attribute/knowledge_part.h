/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the knowledge, shared by the files of this room. Arrays that point at each other by number, in an order that only the content decides: features and actors by their ids, reports by
 * address, pairs by (feature, actor). Nothing here depends on the order in which the store gives things, or on a hash.
 */
#ifndef AC_ATTRIBUTE_KNOWLEDGE_PART_H
#define AC_ATTRIBUTE_KNOWLEDGE_PART_H

#include "attribute/knowledge.h"
#include "attribute/text.h"
#include "attribute/weights.h"
#include "know/citation.h"
#include "values/value.h"

/* A report that a claim cites. */
typedef struct ac_cite {
	uint32_t report;
	uint32_t claim;
} ac_cite;

/* "Actor uses feature", as one relationship says it, or a campaign's relationship together with the one that attributes the campaign. */
typedef struct ac_claim {
	uint32_t actor;
	uint32_t feature;
	ac_str id;                       /* of the relationship */
	ac_str attribution;              /* of the campaign's attributed-to; empty: the claim names the actor itself */
	ac_str prose;                    /* the relationship's description as it stands */
	uint32_t campaign;               /* AC_CAMPAIGN_NONE: the claim names the actor itself */
	uint32_t first_cite, cite_count; /* into cites, which are then in order of claim */
	double part;                     /* what its grade leaves of it */
} ac_claim;

#define AC_CAMPAIGN_NONE UINT32_MAX

/* A campaign that is attributed to an actor and of which some claim counts. */
typedef struct ac_campaign {
	uint32_t number; /* as its claims have it */
	ac_str id;
	ac_str external_id;
	uint32_t first_cite, cite_count; /* reports that its own description cites: into campaign_cites */
	ac_time first_seen, last_seen;   /* AC_TIME_MIN: not said */
	ac_str
	    description; /* as it stands: evidence of what was done, never knowledge of whoever is said to have done it */
} ac_campaign;

/* All claims about one actor and one feature, and what they cite in order of (cluster, report, claim). */
typedef struct ac_pair {
	uint32_t actor;
	uint32_t feature;
	uint32_t first_cite, cite_count; /* into pair_cites */
} ac_pair;

/* A stretch of an array. */
typedef struct ac_span {
	uint32_t first, count;
} ac_span;

/* One independent report (cluster) as it speaks of one actor: what is said to be used, in order of (feature, claim, report). */
typedef struct ac_doc {
	uint32_t actor;
	uint32_t cluster;
	uint32_t first, count; /* into doc_entries */
} ac_doc;

typedef struct ac_doc_entry {
	uint32_t feature;
	uint32_t claim;
	uint32_t report;
} ac_doc_entry;

/* A word in the prose of a claim. */
typedef struct ac_posting {
	uint32_t actor;
	uint32_t claim;
	uint32_t times;
} ac_posting;

/* Another id of a feature: a revoked number, a STIX id. */
typedef struct ac_feature_alias {
	ac_str id;
	uint32_t feature; /* AC_FEATURE_NONE: revoked, and its successor is not here */
	bool is_revoked;
} ac_feature_alias;

/* What a report may be called by: each citation's source name, and the address (ac_citation_address). */
typedef struct ac_report_name {
	ac_str text;
	uint32_t report;
} ac_report_name;

/* An actor is said to attack a country or a sector. */
typedef struct ac_victim {
	uint32_t actor;
	ac_str code;
	bool is_sector;
	ac_str id;          /* of the relationship; empty: an entry of a catalogue or a description says it */
	ac_str attribution; /* of the campaign's attributed-to; empty */
	uint32_t first_cite, cite_count; /* into victim_cites: reports, undated ones too */
} ac_victim;

/* A relationship on the way from a value to whose it is, and the dated reports that say it. */
typedef struct ac_tie_link {
	ac_str id;
	uint32_t first_cite, cite_count; /* into tie_cites */
} ac_tie_link;
#define AC_TIE_LINKS 2 /* a value is infrastructure's, which is somebody's */

/* A plain value is said to be an actor's, or a software's. In views its number as a claim is claim_count more than its number here. */
typedef struct ac_tie {
	ac_str value; /* canonical */
	ac_value_type type;
	uint32_t actor;   /* AC_TIE_NOBODY: the feature's */
	uint32_t feature; /* AC_FEATURE_NONE: the actor's */
	ac_tie_link links[AC_TIE_LINKS];
	uint32_t link_count;
	ac_str attribution; /* of the campaign's attributed-to; empty: there is none on the way */
	bool is_weightless; /* on a warning list, or of a network that many use */
} ac_tie;
#define AC_TIE_NOBODY UINT32_MAX

/* Software can be used for a technique, as one relationship says it. */
typedef struct ac_ability {
	uint32_t software, technique; /* features */
	ac_str id;
	uint32_t first_cite, cite_count; /* into ability_cites: dated reports */
} ac_ability;

/* A dated report tells of a tool, or of an actor (told.h). */
typedef struct ac_mention {
	uint32_t of; /* feature, or actor */
	uint32_t cluster;
	uint32_t report;
	uint32_t by; /* ability, or claim, that cites the report; AC_MENTION_RECORD: the record itself does */
} ac_mention;
#define AC_MENTION_RECORD UINT32_MAX

/* An entry of a doc, as the list of a feature has it. */
typedef struct ac_listed {
	uint32_t doc, entry;
} ac_listed;

/* When a report was published, as years: a copy is later than what it copies, and must not make it younger. */
typedef struct ac_told {
	double first, last;
} ac_told;

struct ac_knowledge {
	ac_arena arena;
	ac_hash_seed seed;
	ac_judged_actor *actors;
	size_t actor_count;
	ac_feature *features;
	bool *is_deprecated; /* by feature */
	size_t feature_count;
	ac_feature_alias *aliases; /* in order of id */
	size_t alias_count;
	ac_report *reports;
	size_t report_count;
	size_t cluster_count;
	uint32_t *clusters;           /* by report, once more: counting asks for nothing else of it */
	ac_told *report_told;         /* by report */
	ac_report_name *report_names; /* in order of text */
	size_t report_name_count;
	ac_claim *claims; /* in order of (feature, actor, id, attribution) */
	size_t claim_count;
	ac_cite *cites;
	size_t cite_count;
	ac_campaign *campaigns; /* in order of id */
	size_t campaign_count;
	uint32_t *campaign_cites; /* reports */
	ac_victim *victims;       /* in order of (actor, code) */
	size_t victim_count;
	uint32_t *victim_cites;
	ac_tie *ties; /* in order of value, then whose it is */
	size_t tie_count;
	uint32_t *tie_cites;   /* reports */
	ac_ability *abilities; /* in order of (technique, software, id) */
	size_t ability_count;
	uint32_t *ability_cites; /* reports */
	size_t ability_cite_count;
	ac_span *technique_abilities; /* by feature */
	ac_mention *tool_mentions;    /* in order of (tool, cluster, report, ability) */
	ac_span *mentioned_tools;     /* by feature */
	ac_mention *actor_mentions;   /* in order of (cluster, actor, report, claim) */
	ac_span *cluster_mentions;    /* by cluster */
	ac_pair *pairs;
	size_t pair_count;
	ac_cite *pair_cites;
	ac_span *pair_claims;   /* by pair */
	ac_span *feature_pairs; /* by feature: its pairs */
	ac_cite *actor_cites;   /* by actor, in order of (cluster, report, claim) */
	ac_span *actor_spans;
	ac_doc *docs; /* in order of (actor, cluster) */
	size_t doc_count;
	ac_span *actor_docs; /* by actor */
	ac_doc_entry *doc_entries;
	size_t doc_entry_count;
	ac_listed *listed;         /* all entries, in order of (feature, doc, claim, report) */
	ac_span *feature_listed;   /* by feature */
	uint32_t *family_features; /* techniques with their sub-techniques */
	ac_span *families;         /* by feature: itself and what it is the parent of, in order */
	ac_words words;
	uint32_t *claim_words;  /* by claim: words of its prose, each time it stands there */
	ac_posting *postings;   /* in order of (word, actor, claim) */
	ac_span *word_postings; /* by word */
	ac_weights weights;     /* as shipped */
	ac_knowledge_counts counts;
	ac_time newest;
	const struct ac_view *plain; /* with nothing hidden, from which all others are made */
};

/* What a citation says, before equal ones are one report. */
typedef struct ac_citation {
	ac_str name;
	ac_str url;
	ac_str description;
	ac_admiralty grade;
	ac_str text; /* what a report of the store says of itself */
} ac_citation;

/* Collects citations while claims are read, and makes reports of them. */
typedef struct ac_citations {
	ac_citation *items;
	size_t count;
	ac_map known; /* name, NUL, url -> index + 1 */
	ac_arena *arena;
} ac_citations;
/* The number of a citation. */
int ac_citations_add(ac_citations *c, ac_citation citation, uint32_t *out, accord_err *err) AC_CHECKED;
/* Fill k->reports; *out_report_of gives each citation's report, or UINT32_MAX where it has no date. */
int ac_citations_finish(ac_citations *c, ac_knowledge *k, uint32_t **out_report_of, accord_err *err) AC_CHECKED;
/* The address without scheme, "www.", port, query of trackers, fragment, last slash; of an archived page the page's own. Empty for none. */
ac_str ac_citation_address(ac_str url, ac_arena *arena);

/* k->docs and the postings of their words from the claims (knowledge_docs.c). */
int ac_knowledge_docs(ac_knowledge *k, accord_err *err) AC_CHECKED;

/* What the actors of a country have of p, a number by actor; who is said to be of several countries gives each an equal part. */
double ac_country_share(const ac_knowledge *k, const double *p, ac_str country);

/* The feature of an id (ATT&CK number or STIX id); NULL when it is not known. */
const ac_feature_alias *ac_knowledge_find(const ac_knowledge *k, ac_str id);

#endif
