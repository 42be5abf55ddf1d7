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
	ac_str successor; /* STIX id; of revoked ones */
	bool is_revoked;
	bool is_deprecated;
	uint32_t feature; /* set by ac_build_features; AC_FEATURE_NONE: stands for none */
} ac_raw_feature;

/* An actor record or a campaign. */
typedef struct ac_subject {
	ac_str id;
	bool is_campaign;
	ac_str external_id;                /* of a campaign: "C0017" */
	ac_span cites;                     /* of a campaign's own description */
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
} ac_raw_claim;

typedef struct ac_raw_victim {
	const ac_know_actor *view;
	ac_str code; /* static */
	bool is_sector;
	ac_span cites;
} ac_raw_victim;

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
} ac_build;

/* The citations of an object, as a stretch of b->cites: references with a name or an address that are not the object's own number in a catalogue. */
int ac_build_cites(ac_build *b, const ac_json *object, ac_span *out, accord_err *err) AC_CHECKED;
/* Make k->features and k->aliases of the raw ones. */
int ac_build_features(ac_build *b, accord_err *err) AC_CHECKED;
const ac_raw_feature *ac_build_feature(const ac_build *b, ac_str id);
/* Everything else of k from the raw claims. */
int ac_build_order(ac_build *b, accord_err *err) AC_CHECKED;

#endif
