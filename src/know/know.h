/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups over the store: objects as pages name them, the edges between them, and which records speak of one actor. Everything here is a view: nothing
 * is written, nothing merged for good; when the store changes, the next view differs.
 *
 * An ac_know is one reader's session: what it returns lives until it is closed. On a store in READ mode it sees one state of it (a snapshot); in WRITE mode nothing may be written
 * while it is open and asked again.
 */
#ifndef AC_KNOW_KNOW_H
#define AC_KNOW_KNOW_H

#include "know/group.h"
#include "stix/language.h"
#include "store/store.h"

typedef struct ac_know ac_know;

int ac_know_open(ac_store *store, ac_hash_seed seed, ac_know **out, accord_err *err) AC_CHECKED;
/*
 * From here on names and texts are shown in this language (RFC 5646), where a language-content of the store has them; else as they came. ACCORD_EUSAGE for a tag that is none.
 */
int ac_know_set_language(ac_know *know, ac_str tag, accord_err *err) AC_CHECKED;
/* Language contents that could not be used for what was loaded, and why: the first AC_REPORT_PLACES_MAX. */
const ac_stix_ignored *ac_know_ignored(const ac_know *know, size_t *out_count);
ac_know *ac_know_close(ac_know *know); /* takes NULL, returns NULL */
ac_store *ac_know_store(const ac_know *know);
ac_arena *ac_know_arena(ac_know *know);
ac_hash_seed ac_know_seed(const ac_know *know);
/* The type part of an id, or empty. */
ac_str ac_know_type(ac_str id);
/*
 * Room for one more element behind `count` of them in an array of the session's arena that grows only through this function (it doubles). NULL on failure of the arena.
 */
void *ac_know_grow(ac_arena *arena, void *items, size_t count, size_t size);

/* An object as others name it. */
typedef struct ac_know_ref {
	ac_str id;
	ac_str type;
	ac_str name;        /* its primary name; empty when it has none or is not here */
	ac_str external_id; /* "T1190", "G0065", "CVE-2021-26855"; or empty */
} ac_know_ref;

/* An object with its content. */
typedef struct ac_know_object {
	ac_know_ref ref;
	ac_str producer; /* of the first arrival */
	ac_str
	    catalogue; /* the list that it is an entry of: a galaxy's type, else its author's id, else the producer */
	ac_time modified;
	int64_t sequence;
	bool is_here; /* false: only its id is known */
	bool revoked;
	bool abridged;
	const ac_json *json; /* in the session's language; NULL when it is not here */
	const ac_json
	    *original; /* as it is stored; what decides (markings) is read from it, never from a translation */
	ac_str text;   /* the stored 2.1 object, byte for byte */
} ac_know_object;

/* How an object is called, from the index of names alone. Never ACCORD_ENOTFOUND: of a dangling id only id and type are known. */
int ac_know_label(ac_know *know, ac_str id, const ac_know_ref **out, accord_err *err) AC_CHECKED;
/* The object. Never ACCORD_ENOTFOUND: see is_here. Objects are kept for the session: at most some ten thousand should be asked for. */
int ac_know_load(ac_know *know, ac_str id, const ac_know_object **out, accord_err *err) AC_CHECKED;

typedef enum ac_know_direction { AC_KNOW_FROM, AC_KNOW_TO } ac_know_direction;
typedef struct ac_know_edges {
	ac_edge *items;
	size_t count;
	bool is_cut; /* there are more than `most` */
} ac_know_edges;
/* Edges of an object, the first `most` of them. kind empty: all. */
int ac_know_edges_of(ac_know *know, ac_str id, ac_know_direction direction, ac_str kind, size_t most,
    ac_know_edges *out, accord_err *err) AC_CHECKED;

/* Revoked, or marked as deprecated by its author: shown last, and said to be so. */
bool ac_know_is_outdated(const ac_know_object *object);

/* intrusion-set or threat-actor: what actor pages group. */
bool ac_know_is_actor(ac_str type);

/* All actor records that are here and not revoked, in order of id, and their groups. */
typedef struct ac_know_actors {
	const ac_actor_record *records;
	size_t count;
	bool is_cut; /* there are more records than AC_KNOW_RECORDS_MAX, or more is shared than is looked at */
	ac_grouping grouping;
	size_t derived; /* cards that were made anew for it */
} ac_know_actors;
/*
 * All actors, grouped: from the cards that the store keeps (store/card.h), of which those are derived again that a change has touched. The same records give the same groups in
 * whatever order they came. Once a session; some ten milliseconds for 2,000 records, and 0.04 for each that is new.
 */
int ac_know_actors_all(ac_know *know, const ac_know_actors **out, accord_err *err) AC_CHECKED;

/* One actor: the records of one group. */
typedef struct ac_know_actor {
	ac_str id;   /* of the leading record: the group's id in answers, and its place among equals */
	ac_str name; /* of the leading record */
	ac_str external_id;
	const size_t *members; /* indexes into actors->records; the leading one first */
	size_t member_count;
	const ac_know_actors *actors;
} ac_know_actor;
/*
 * The actor that a record belongs to. Two records of one group give the same pointer. ACCORD_EINPUT when the id is no actor record that is here.
 */
int ac_know_actor_of(ac_know *know, ac_str id, const ac_know_actor **out, accord_err *err) AC_CHECKED;

/* A part of the tactics of a matrix, in the order in which the data has them. */
typedef struct ac_know_tactic {
	ac_str shortname; /* phase_name of kill_chain_phases */
	ac_know_ref ref;
} ac_know_tactic;
/* All tactics known here: matrices in order of their name, in each the order of its tactic_refs. */
int ac_know_tactics(ac_know *know, const ac_know_tactic **out, size_t *out_count, accord_err *err) AC_CHECKED;

/* Ceilings of one view. */
enum {
	AC_KNOW_RECORDS_MAX = 65536, /* actor records; all public catalogues together have 2,500 */
	AC_KNOW_EDGES_MAX = 20000    /* edges looked at for one section; more are said to be more */
};

#endif
