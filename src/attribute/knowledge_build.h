/* SPDX-License-Identifier: Apache-2.0 */
/* What knowledge.c has read and knowledge_order.c puts in order: raw records in scratch memory. Private to these two. */
#ifndef AC_ATTRIBUTE_KNOWLEDGE_BUILD_H
#define AC_ATTRIBUTE_KNOWLEDGE_BUILD_H

#include "attribute/knowledge_part.h"

typedef struct ac_raw_feature {
	ac_feature_kind kind;
	ac_str id;
	ac_str external_id;
	ac_str name;
	ac_str *aliases; /* of software, its name too */
	size_t alias_count;
	ac_str successor; /* STIX id; of revoked ones */
	bool is_revoked;
	bool is_deprecated;
	ac_span cites;    /* of software that stands: what its own record cites */
	uint32_t feature; /* set by ac_build_features; AC_FEATURE_NONE: stands for none */
} ac_raw_feature;

/* An actor record or a campaign. */
typedef struct ac_subject {
	ac_str id;
	bool is_campaign;
	ac_str external_id;                /* of a campaign: "C0017" */
	ac_span cites;                     /* of a campaign's own description */
	ac_time first_seen, last_seen;     /* of a campaign; AC_TIME_MIN: not said */
	ac_str description;                /* of a campaign; in the knowledge's arena */
	bool is_individual;                /* a threat-actor that is said to be one person */
	uint32_t first_claim, claim_count; /* its own */
	const ac_know_actor *view;         /* of an actor record with claims */
} ac_subject;

typedef struct ac_raw_edge {
	ac_str other;
	ac_str via;
} ac_raw_edge;

typedef struct ac_raw_claim {
	uint32_t subject;
	uint32_t feature;
	ac_str id;
	ac_str attribution;
	uint32_t campaign; /* subject; UINT32_MAX: the actor's own */
	ac_str prose;      /* in the knowledge's arena */
	ac_span cites;
	double part; /* what its grade leaves of it */
} ac_raw_claim;

/* A relationship on the way from a value to whose it is. */
typedef struct ac_raw_link {
	ac_str id;
	ac_span cites;
} ac_raw_link;

typedef struct ac_raw_tie {
	ac_value_type type;
	ac_str value;
	uint32_t subject; /* an actor's; UINT32_MAX: the feature's */
	uint32_t feature;
	ac_raw_link links[AC_TIE_LINKS];
	uint32_t link_count;
	ac_str attribution;
	bool is_weightless;
} ac_raw_tie;

/* A report of the store refers to an object. */
typedef struct ac_reference {
	uint32_t object;
	uint32_t citation;
} ac_reference;

/* Reports of the store by what they refer to (reported.h). */
typedef struct ac_reported {
	ac_map ids;          /* of objects -> number + 1 */
	ac_reference *items; /* in order of (object, citation) */
	size_t count;
	ac_span *spans; /* by object */
} ac_reported;

/* A relationship as its ends have it. */
typedef struct ac_edge_said {
	ac_str id;
	ac_str source;
	ac_str target;
} ac_edge_said;

typedef struct ac_raw_victim {
	const ac_know_actor *view;
	ac_str code; /* static, or in scratch memory */
	bool is_sector;
	ac_str id;          /* of a relationship "targets"; empty: an entry or a description says it */
	ac_str attribution; /* of the campaign that targets */
	ac_span cites;
} ac_raw_victim;

/* A relationship of software to a technique. */
typedef struct ac_raw_ability {
	uint32_t software, technique; /* features */
	ac_str id;
	ac_span cites;
} ac_raw_ability;

/* What a record of an actor cites. */
typedef struct ac_raw_mention {
	const ac_know_actor *view;
	uint32_t actor; /* set when actors are in order; UINT32_MAX: no claim counts about it */
	ac_span cites;
} ac_raw_mention;

typedef struct ac_build {
	ac_know *know;
	ac_store *store;
	ac_knowledge *k;
	ac_arena scratch; /* until the knowledge is made */
	ac_arena object;  /* of one stored object */
	ac_raw_feature *features;
	size_t feature_count;
	ac_map by_id; /* STIX id -> index of raw feature + 1 */
	ac_subject *subjects;
	size_t subject_count;
	ac_raw_edge *edges;
	size_t edge_count;
	ac_citations citations;
	uint32_t *cites; /* citations by claim */
	size_t cite_count;
	ac_raw_claim *claims;
	size_t claim_count;
	ac_raw_victim *victims;
	size_t victim_count;
	ac_raw_tie *ties;
	size_t tie_count;
	ac_raw_ability *abilities;
	size_t ability_count;
	ac_raw_mention *mentions;
	size_t mention_count;
	ac_reported reported;
} ac_build;

/* One more element, all zero, in an array that grows only here. */
int ac_build_push(ac_build *b, void *list, size_t *count, size_t size, accord_err *err) AC_CHECKED;
/* The relationships of one kind from or to an object: in b->edges until the next call, in memory that stays. */
int ac_build_edges(ac_build *b, ac_str id, ac_know_direction direction, const char *kind, accord_err *err) AC_CHECKED;
/*
 * The same of "attributed-to", without those that carry an answer of this program: what it once concluded must not become a reason for concluding it again.
 */
int ac_build_attributions(ac_build *b, ac_str id, ac_know_direction direction, accord_err *err) AC_CHECKED;
/* An object in b->object until the next call; NULL when it is not here, revoked, deprecated, or does not read. */
int ac_build_load(ac_build *b, ac_str id, const ac_json **out, accord_err *err) AC_CHECKED;
/* The number of an actor record or a campaign, once they are in order; UINT32_MAX. */
uint32_t ac_build_subject(const ac_build *b, ac_str id);
/* What stands behind a relationship: its own citations, and the reports of the store that say it. */
int ac_build_sources(
    ac_build *b, const ac_json *relationship, const ac_edge_said *edge, ac_span *out, accord_err *err) AC_CHECKED;

/* The citations of an object, as a stretch of b->cites: references with a name or an address that are not the object's own number in a catalogue. */
int ac_build_cites(ac_build *b, const ac_json *object, ac_span *out, accord_err *err) AC_CHECKED;
/* Make k->features and k->aliases of the raw ones. */
int ac_build_features(ac_build *b, accord_err *err) AC_CHECKED;
const ac_raw_feature *ac_build_feature(const ac_build *b, ac_str id);
/* Everything else of k from the raw claims. */
int ac_build_order(ac_build *b, accord_err *err) AC_CHECKED;

#endif
