/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages: all that the store holds about one thing, each line with whose claim it is. A page is built from the store as it is now and shown as text for people or
 * as one JSON object (docs/json.md); neither form changes anything.
 */
#ifndef AC_KNOW_PAGE_H
#define AC_KNOW_PAGE_H

#include "codec/json_write.h"
#include "know/know.h"

typedef enum ac_page_kind {
	AC_PAGE_ACTOR,
	AC_PAGE_TECHNIQUE,
	AC_PAGE_SOFTWARE,
	AC_PAGE_VULNERABILITY,
	AC_PAGE_INDICATOR,
	AC_PAGE_OBSERVABLE,
	AC_PAGE_OBJECT /* anything else */
} ac_page_kind;

typedef struct ac_page_texts {
	ac_str *items;
	size_t count;
} ac_page_texts;

/* Add a text that stays, unless it is there (or empty). */
int ac_page_texts_add(ac_arena *arena, ac_page_texts *list, ac_str text, accord_err *err) AC_CHECKED;

/* A work that is cited. */
typedef struct ac_page_source {
	ac_str name;
	ac_str text;
	ac_str url;
	ac_str date; /* of publication, as the text says it: "2021-07-14", "2021-07", "2021"; or empty */
} ac_page_source;
typedef struct ac_page_sources {
	ac_page_source *items;
	size_t count;
} ac_page_sources;

/* What holds for an object that is shown, and why. */
typedef struct ac_page_marking {
	ac_marking m;
	ac_str source; /* BY_SOURCE, BY_DEFAULT: the producer whose default it is; else empty */
} ac_page_marking;

/* A record that the page rests on. */
typedef struct ac_page_record {
	const ac_know_object *object;
	ac_page_marking marking;
	ac_page_texts producers; /* of the current version */
} ac_page_record;

/* One use of a name: who calls it so, in which record, and as of when. */
typedef struct ac_page_name_claim {
	ac_str namer;    /* who uses it, or is quoted as using it */
	ac_str producer; /* whose record says so */
	ac_str record;   /* id */
	ac_str date;     /* modified of the record */
} ac_page_name_claim;

typedef struct ac_page_name {
	ac_str text;
	ac_str key;
	ac_name_kind kind;       /* the strongest of the claims */
	ac_page_texts namers;    /* who calls it so */
	ac_page_texts citations; /* works that a namer gives for it */
	ac_page_name_claim *claims;
	size_t claim_count;
	const ac_know_ref **also; /* others that this name is also used for */
	size_t also_count;
} ac_page_name;

/* Something said about the subject: country, sponsor, victims ... */
typedef struct ac_page_claim {
	const char *what; /* key of the claim's kind, see ac_page_claim_label */
	ac_str text;
	ac_page_texts claimants;
} ac_page_claim;

/* A thing that the subject is related to. */
typedef struct ac_page_item {
	ac_know_ref ref;
	ac_str key;      /* what makes two records of it one line */
	ac_str relation; /* relationship type, or name of the reference */
	ac_know_direction direction;
	ac_page_texts claimants;
	ac_page_texts tactics; /* short names; techniques only */
	ac_page_sources sources;
	ac_str first_seen, last_seen; /* campaigns: as they say it, or empty */
	ac_page_texts of;             /* mitigations of an actor or malware: the techniques that they answer */
	bool is_outdated;             /* revoked or deprecated; looked up for techniques and mitigations */
	bool has_detail;              /* claimants and sources were looked up */
} ac_page_item;

typedef enum ac_page_section_kind {
	AC_SECTION_PARENTS,
	AC_SECTION_SUBTECHNIQUES,
	AC_SECTION_TECHNIQUES,
	AC_SECTION_SOFTWARE,
	AC_SECTION_ACTORS,
	AC_SECTION_CAMPAIGNS,
	AC_SECTION_VULNERABILITIES,
	AC_SECTION_INFRASTRUCTURE,
	AC_SECTION_INDICATORS,
	AC_SECTION_OBSERVABLES,
	AC_SECTION_MITIGATIONS,
	AC_SECTION_DETECTIONS,
	AC_SECTION_REPORTS,
	AC_SECTION_RELATED,
	AC_SECTION_COUNT
} ac_page_section_kind;

typedef struct ac_page_section {
	ac_page_item *items;
	size_t count;
	ac_map index; /* key -> item number + 1, while the page is built */
} ac_page_section;

typedef struct ac_page_tactic {
	ac_know_tactic tactic; /* ref empty when no tactic object names the phase */
	const ac_page_item **items;
	size_t count;
} ac_page_tactic;

/* A group that was kept apart although it shares much with this one. */
typedef struct ac_page_overlap {
	const ac_know_actor *actor;
	ac_group_refusal refusal;
	double weight;
	bool is_stated;          /* somebody says that they are one, or alike */
	ac_page_texts relations; /* "overlaps by Reed" ...: what is said of the two, and by whom */
	ac_page_texts shared;
} ac_page_overlap;

typedef struct ac_page_sighting {
	ac_str id;
	ac_know_ref of;
	uint64_t count;
	ac_str first_seen;
	ac_str last_seen;
	ac_str where; /* input, place or words of the sighting */
	ac_str producer;
} ac_page_sighting;

/* One record or row about an observable. */
typedef struct ac_page_listing {
	ac_str id;
	ac_str type;
	ac_str name;
	bool is_row;
	const char *match; /* "exact", "cidr" or "parent" */
	ac_value_type value_type;
	ac_str value; /* as listed */
	ac_str producer;
	ac_str valid_from;
	ac_str valid_until;
	int64_t confidence; /* -1: not said */
	bool revoked;
	ac_str comment;
	ac_page_marking marking;
	const ac_know_ref **points_to; /* what it indicates */
	size_t points_to_count;
	const ac_know_ref **reports;
	size_t report_count;
	uint64_t sightings;
} ac_page_listing;

typedef struct ac_page {
	ac_page_kind kind;
	ac_str query;
	ac_str wanted_type; /* of what was asked for; empty: any */
	ac_know_ref subject;
	ac_value value;             /* observable pages */
	const ac_know_actor *actor; /* actor pages */
	ac_page_record *records;
	size_t record_count;
	ac_page_name *names;
	size_t name_count;
	ac_str description;
	ac_str description_by;
	ac_page_claim *claims;
	size_t claim_count;
	ac_page_tactic *tactics; /* of the techniques section, or of a technique */
	size_t tactic_count;
	ac_page_section sections[AC_SECTION_COUNT];
	bool is_cut; /* some section has more than was looked at */
	ac_page_listing *listings;
	size_t listing_count;
	ac_page_overlap *overlaps;
	size_t overlap_count;
	ac_page_sighting *sightings;
	size_t sighting_count;
	uint64_t sighting_total; /* sum of their counts */
	ac_page_sources sources;
	const ac_know_ref **same_name; /* other things that the query names */
	size_t same_name_count;
	ac_page_texts near; /* when nothing was found: names that are nearly the query */
} ac_page;

/*
 * The page of what `query` names: an id, a name in any script, a number such as T1190, or an observable in any spelling (defanged too). type: only objects of this STIX
 * type; empty: any. ACCORD_ENOTFOUND (err untouched, out->near and out->value filled) when nothing here is called so.
 */
int ac_page_find(ac_know *know, ac_str query, ac_str type, ac_page *out, accord_err *err) AC_CHECKED;

typedef struct ac_page_style {
	unsigned width; /* columns */
	size_t items;   /* lines of one section; more are counted */
	bool colour;
} ac_page_style;
#define AC_PAGE_STYLE ((ac_page_style){ 80, 30, false })
/* For people: no control characters whatever the content. */
void ac_page_text(const ac_page *page, const ac_page_style *style, ac_buf *buf);
/* One JSON object, with the schema of ac_page_schema. */
void ac_page_json(const ac_page *page, ac_json_writer *w);
/* "accord.actor/1" ... */
const char *ac_page_schema(ac_page_kind kind);
/* Key in JSON and title for people of a section. */
const char *ac_page_section_key(ac_page_section_kind section);
const char *ac_page_section_title(ac_page_section_kind section);
/* The record whose marking is the strictest, the first of equals; NULL on a page without records. */
const ac_page_record *ac_page_strictest(const ac_page *page);
/* A marking as a JSON object (docs/json.md). */
void ac_page_marking_json(const ac_page_marking *marking, ac_json_writer *w);
/* "Country" for "country" ...; the key itself when it has none. */
const char *ac_page_claim_label(const char *what);

/* A reference as a JSON object {"id","type","name","external_id"}, also for other verbs' answers. */
void ac_know_ref_json(const ac_know_ref *ref, ac_json_writer *w);
void ac_know_texts_json(ac_json_writer *w, const char *key, const ac_page_texts *texts);

#endif
