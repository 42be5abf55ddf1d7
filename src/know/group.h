/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which records speak of one actor: a weight for each pair of records from the names, group numbers and explicit links that they share, joined
 * from the heaviest pair down unless something forbids it. Joining on any shared name instead would glue half of all actors into a few heaps
 * (the largest of 53 records), since producers reuse each other's names for different sets of activity.
 *
 * Pure: records in, groups out. It knows neither store nor pages; what calls it decides how many records there are (one neighbourhood, or all).
 */
#ifndef AC_KNOW_GROUP_H
#define AC_KNOW_GROUP_H

#include "base/arena.h"
#include "base/map.h"

/* A name that a record's producer, or somebody whom it quotes, uses. */
typedef struct ac_actor_name {
	ac_str text;
	ac_str key; /* ac_name_key of text */
	bool is_primary;
	ac_str namer;
} ac_actor_name;

/* What a relationship between two records says of them. */
typedef enum ac_link_kind {
	AC_LINK_SAME,     /* they are one: similar, duplicate-of, same-as, merged-into */
	AC_LINK_OVERLAPS, /* they have to do with each other */
	AC_LINK_SUBGROUP, /* the record is a part of the other: each keeps its page */
	AC_LINK_DISTINCT, /* they are two */
	AC_LINK_COUNT
} ac_link_kind;

/* One statement about another record, kept at each of its ends. */
typedef struct ac_actor_link {
	ac_str other_id;
	double weight; /* SAME only */
	ac_link_kind kind;
	bool is_own;     /* the member's own decision, which goes before everything else */
	bool is_to;      /* the relationship leads from the other record to this one */
	ac_str relation; /* relationship_type as it was said */
	ac_str claimant;
	ac_str date;   /* modified */
	ac_str via_id; /* the relationship */
} ac_actor_link;

/* An intrusion-set or threat-actor as far as grouping looks at it. */
typedef struct ac_actor_record {
	ac_str id;
	ac_str type;
	ac_str name;
	ac_str producer;
	ac_str catalogue;     /* the list that it is an entry of: two entries of one list are two actors */
	bool is_authored;     /* by the catalogue's own author: no entry of a list that gathers others' */
	bool renames;         /* the catalogue keeps former names as entries of their own */
	ac_actor_name *names; /* without group numbers */
	size_t name_count;
	ac_str *group_ids; /* "G0065": numbers of ATT&CK groups, revoked ones followed to their successor */
	size_t group_id_count;
	ac_str
	    main_id; /* of several numbers the one whose own record has this record's name: the others are overlaps; empty: none */
	ac_str own_number;   /* the one that it has as its own: what another's number leads to when it is revoked */
	ac_str successor_id; /* of a revoked record */
	bool is_revoked;
	ac_str *countries; /* ISO 3166 alpha-2, upper case */
	size_t country_count;
	ac_actor_link *links;
	size_t link_count;
} ac_actor_record;

typedef enum ac_group_reason {
	AC_GROUP_SHARED_NAME,
	AC_GROUP_SHARED_STEM, /* equal without a word such as "group" or "team" */
	AC_GROUP_SHARED_ID,
	AC_GROUP_STATED, /* somebody says that they are one */
	AC_GROUP_SAID_OVERLAPS,
	AC_GROUP_SAID_SUBGROUP,
	AC_GROUP_SAID_DISTINCT,
	AC_GROUP_COUNTRY_CLASH,
	AC_GROUP_ID_CLASH
} ac_group_reason;

/* One reason for or against a pair. */
typedef struct ac_group_evidence {
	size_t a, b; /* indexes of records, a < b */
	double weight;
	ac_group_reason reason;
	ac_str text;               /* the shared name or number; empty for clashes and statements */
	const ac_actor_link *link; /* of a statement */
} ac_group_evidence;

/* Why a pair that weighs enough was not joined. */
typedef enum ac_group_refusal {
	AC_GROUP_JOINED,        /* it was */
	AC_GROUP_TOO_LIGHT,     /* it shares something, not enough */
	AC_GROUP_SAME_LIST,     /* the groups hold two entries of one catalogue */
	AC_GROUP_OTHER_ID,      /* ... records with different group numbers */
	AC_GROUP_OTHER_COUNTRY, /* ... records said to be of different countries */
	AC_GROUP_SUBGROUP,      /* ... a record and what is said to be a part of it */
	AC_GROUP_DISTINCT,      /* ... records that somebody says are two */
	AC_GROUP_OWN_DISTINCT,  /* ... records that the member keeps apart */
	AC_GROUP_TOO_LARGE
} ac_group_refusal;

typedef struct ac_group_pair {
	size_t a, b;
	double weight;
	ac_group_refusal refusal;
	bool is_own;                       /* joined or kept apart by the member's own decision */
	size_t bar_a, bar_b;               /* refused: the members of the two groups that may not stand together */
	const ac_group_evidence *evidence; /* of this pair, name order */
	size_t evidence_count;
} ac_group_pair;

typedef struct ac_grouping {
	size_t *group_of; /* by record: the smallest record index of its group */
	size_t *next;     /* by record: the next member of its group, count at the last: a group begins at group_of */
	size_t count;     /* records */
	ac_group_pair *pairs; /* every pair that shares something, heaviest first */
	size_t pair_count;
	bool is_cut; /* more is shared than is looked at (AC_GROUP_EVIDENCE_MAX) */
} ac_grouping;

/* Type of the ids by which a galaxy's links lead to entries of galaxies that were not there when it was learned. */
#define AC_GROUP_UNRESOLVED "x-misp-galaxy-cluster"

/* Joined from this weight on. */
#define AC_GROUP_WEIGHT 1.5
enum {
	AC_GROUP_MAX = 24,              /* far above the largest true group seen (7): a heap is an error of the data */
	AC_GROUP_SHARED_BY_MAX = 64,    /* a name or number of more records says nothing about any pair of them */
	AC_GROUP_EVIDENCE_MAX = 1 << 20 /* ATT&CK and five galaxies give 12,000; 64 bytes each */
};

/* "two-entries-of-one-list", "shared-name" ...: for pages and JSON. */
const char *ac_group_refusal_name(ac_group_refusal refusal);
const char *ac_group_reason_name(ac_group_reason reason);
/* "G" and four digits. */
bool ac_is_group_id(ac_str text);

/*
 * Group count records. The result lives in arena and views the records; it does not depend on their order, except that ties in weight go by it.
 * O(p log p) for p pairs that share something.
 */
int ac_group_records(
    const ac_actor_record *records, size_t count, ac_arena *arena, ac_grouping *out, accord_err *err) AC_CHECKED;

#endif
