/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where objects live: one interface, sqlite.c behind it (PostgreSQL later). All versions of all objects are kept with their exact bytes, producers and times of arrival;
 * edges, names and observable values are indexed; lists are compact rows.
 *
 * Writing happens in a batch: begin, put..., commit. What commit has acknowledged survives kill -9 and power loss. One writer at a time; any number of readers.
 */
#ifndef AC_STORE_STORE_H
#define AC_STORE_STORE_H

#include "base/map.h"
#include "crypto/digest.h"
#include "store/record.h"

typedef struct ac_store ac_store;

typedef enum ac_store_mode { AC_STORE_READ, AC_STORE_WRITE } ac_store_mode;

typedef struct ac_store_options {
	ac_store_mode mode;
	bool create;            /* make it when it is not there */
	ac_time (*now)(void *); /* clock for arrival times */
	void *now_payload;
	ac_hash_seed seed;
} ac_store_options;

/*
 * Open the store at a URI: "sqlite:PATH" (a file) or a bare path of a directory (that is there), in which accord.db lies. ACCORD_EVERSION for a database of a newer program; migrates an
 * older one (in READ mode too, where it may be written). ACCORD_ENOTFOUND when there is none and it is not to be made.
 */
int ac_store_open(const char *uri, const ac_store_options *options, ac_store **out, accord_err *err) AC_CHECKED;
ac_store *ac_store_close(ac_store *store); /* takes NULL, returns NULL; an open batch is rolled back */

/* Producer by name; made when new. Inside a batch. Returns its number. */
int ac_store_source(ac_store *store, ac_str name, int64_t *out_source, accord_err *err) AC_CHECKED;
/* The TLP that holds for what a producer sends without one. NONE: none is set, or no such producer is known. Setting it: inside a batch. */
int ac_store_source_tlp(ac_store *store, ac_str name, ac_tlp *out_tlp, accord_err *err) AC_CHECKED;
int ac_store_source_set_tlp(ac_store *store, int64_t source, ac_tlp tlp, accord_err *err) AC_CHECKED;

int ac_store_begin(ac_store *store, accord_err *err) AC_CHECKED;
int ac_store_commit(ac_store *store, accord_err *err) AC_CHECKED;
void ac_store_rollback(ac_store *store);

typedef enum ac_put_result {
	AC_PUT_NEW,       /* the id was not here */
	AC_PUT_NEWER,     /* a later version than the current one, now current */
	AC_PUT_OLDER,     /* a late arrival: kept, not current */
	AC_PUT_UNCHANGED, /* the same bytes from the same producer: nothing was written */
	AC_PUT_SEEN,      /* the same bytes from another producer: its arrival was noted */
	AC_PUT_FORBIDDEN, /* a later version of a revoked object, which revokes it no more (STIX 2.1 s3.6): kept, not current */
	AC_PUT_CONFLICT /* same id and modified, other bytes: kept, the first stays current */
} ac_put_result;
int ac_store_put(
    ac_store *store, int64_t source, const ac_record *record, ac_put_result *out, accord_err *err) AC_CHECKED;
/* NEW, NEWER (dates, confidence or comment changed) or UNCHANGED. */
int ac_store_put_row(
    ac_store *store, int64_t source, const ac_row *row, ac_put_result *out, accord_err *err) AC_CHECKED;

/*
 * Make the indexes of edges, names and values again from the stored versions. Inside a batch.
 */
int ac_store_reindex(ac_store *store, accord_err *err) AC_CHECKED;

/* A stored version; texts live in the caller's arena. */
typedef struct ac_stored {
	int64_t sequence;
	ac_str id;
	ac_str type;
	ac_time modified;
	int64_t arrival_us; /* strictly increasing over all versions; 0 before the batch is committed */
	bool revoked;       /* some version of the id is: it covers all of them */
	bool abridged;
	bool is_current;
	ac_form form;
	ac_tlp tlp;
	ac_str exact;
	ac_str object;   /* STIX 2.1 JSON: exact, lifted or derived */
	ac_str producer; /* of the first arrival */
} ac_stored;
/* The current version of an id. ACCORD_ENOTFOUND (err untouched) when it is not here. */
int ac_store_get(ac_store *store, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err) AC_CHECKED;

typedef int (*ac_on_stored)(void *payload, const ac_stored *stored, accord_err *err);
/* All versions of an id, newest first. A negative return of the callback stops, 1 stops without error. */
int ac_store_versions(
    ac_store *store, ac_str id, ac_arena *arena, ac_on_stored on, void *payload, accord_err *err) AC_CHECKED;
/* All current versions of a type (empty: all types) with sequence > after, in order of sequence. arena is reset between calls. */
int ac_store_each(ac_store *store, ac_str type, int64_t after, ac_arena *arena, ac_on_stored on, void *payload,
    accord_err *err) AC_CHECKED;
/* The current versions of the objects of a type of which any version has come since (sequence > after), in order of sequence. */
int ac_store_each_since(ac_store *store, ac_str type, int64_t after, ac_arena *arena, ac_on_stored on, void *payload,
    accord_err *err) AC_CHECKED;
/* Producers of a version with their arrival times. */
typedef int (*ac_on_arrival)(void *payload, ac_str producer, int64_t arrival_us, accord_err *err);
int ac_store_arrivals(ac_store *store, int64_t sequence, ac_on_arrival on, void *payload, accord_err *err) AC_CHECKED;

/*
 * Edges of current, unrevoked objects. A relationship's edge goes from its source_ref to its target_ref and `via` is the relationship's id; for references via is empty.
 * kind empty: all kinds. The other end may be unknown here (dangling): then other_type is its id's type.
 */
typedef struct ac_edge {
	ac_str kind;
	ac_str other_id;
	ac_str via_id;
} ac_edge;
typedef int (*ac_on_edge)(void *payload, const ac_edge *edge, accord_err *err);
int ac_store_edges_from(
    ac_store *store, ac_str id, ac_str kind, ac_on_edge on, void *payload, accord_err *err) AC_CHECKED;
int ac_store_edges_to(
    ac_store *store, ac_str id, ac_str kind, ac_on_edge on, void *payload, accord_err *err) AC_CHECKED;

/* The number of an edge's kind, for ac_store_relations: 0 when nothing here is of that kind. It stays the same while the store is open. */
int ac_store_kind(ac_store *store, ac_str kind, int64_t *out, accord_err *err) AC_CHECKED;
/*
 * Relationships of an object of these kinds (numbers; 0 is passed over), from it and to it; not its references. kind: index into kinds; is_to: it leads to the object.
 */
typedef int (*ac_on_relation)(void *payload, size_t kind, bool is_to, const ac_edge *edge, accord_err *err);
int ac_store_relations(ac_store *store, ac_str id, const int64_t *kinds, size_t count, ac_on_relation on, void *payload,
    accord_err *err) AC_CHECKED;

/* Names. Keys are normalised by ac_name_key: NFKC, case folded, punctuation and white space dropped, every script kept. */
typedef struct ac_name_hit {
	ac_str text;
	ac_name_kind kind;
	ac_str namer; /* who calls it so */
	ac_str object_id;
} ac_name_hit;
typedef int (*ac_on_name)(void *payload, const ac_name_hit *hit, accord_err *err);
ac_str ac_name_key(ac_str name, ac_arena *arena);
int ac_store_find_name(ac_store *store, ac_str name, ac_on_name on, void *payload, accord_err *err) AC_CHECKED;
int ac_store_names_of(ac_store *store, ac_str id, ac_on_name on, void *payload, accord_err *err) AC_CHECKED;
/* Names that are nearly `name` (edit distance), best first, at most `most`. */
int ac_store_near_names(
    ac_store *store, ac_str name, size_t most, ac_on_name on, void *payload, accord_err *err) AC_CHECKED;

/* Objects about an observable. For addresses also CIDR ranges that hold it; for domains also listed parents. */
typedef struct ac_value_hit {
	ac_value_type type;
	ac_str text; /* the stored canonical value */
	ac_value_role role;
	ac_str object_id; /* for rows: the deterministic indicator id */
	bool is_row;
} ac_value_hit;
typedef int (*ac_on_value)(void *payload, const ac_value_hit *hit, accord_err *err);
int ac_store_find_value(
    ac_store *store, const ac_value *value, ac_on_value on, void *payload, accord_err *err) AC_CHECKED;

/* Rows of lists, all of them, in order of their number. */
typedef struct ac_stored_row {
	int64_t number;
	ac_row row;
	ac_str producer;
	ac_str indicator_id; /* deterministic: UUIDv5 of type, value and producer */
	int64_t arrival_us;  /* of its first commit */
	int64_t changed_us;  /* of the commit of its last change; arrival_us when there was none */
} ac_stored_row;
typedef int (*ac_on_row)(void *payload, const ac_stored_row *row, accord_err *err);
/*
 * Rows whose number is higher, for who reads millions: exact, comment and indicator_id are empty (ac_row_id derives the id), arrival_us is 0, and so is changed_us of a row that never
 * changed.
 */
int ac_store_each_brief_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
/* The same of rows of warning lists only; nothing is read when there are none. */
int ac_store_warning_lists(ac_store *store, int64_t *out, accord_err *err) AC_CHECKED; /* how many there are */
int ac_store_each_warning(ac_store *store, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
/* Rows of exactly this value, of all producers, in no order. */
int ac_store_each_row_of(
    ac_store *store, const ac_value *value, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
int ac_store_each_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
/* Rows up to a number that have changed after a generation (ac_store_generation). */
int ac_store_each_changed_row(
    ac_store *store, int64_t generation, int64_t last, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
/* The deterministic id of a row's indicator: UUIDv5 of type, producer and canonical text. Not terminated. */
#define AC_ROW_ID_SIZE (sizeof("indicator--") - 1 + AC_UUID_TEXT_SIZE)
int ac_row_id(ac_digester *digester, ac_value_type type, ac_str text, ac_str producer, char out[static AC_ROW_ID_SIZE],
    accord_err *err) AC_CHECKED;
/* The STIX 2.1 indicator of a row, made now. ac_store_get finds it by its id too. */
int ac_row_indicator(const ac_stored_row *row, ac_arena *arena, ac_str *out_json, accord_err *err) AC_CHECKED;

/* Full text over names, descriptions and values of current objects; brings its index up to date first (in READ mode too: it keeps its own writer). Best first; a callback that returns more than 0 ends it. */
typedef struct ac_search_hit {
	ac_str id;
	ac_str type;
	ac_str name;
	ac_str snippet;
} ac_search_hit;
typedef int (*ac_on_search)(void *payload, const ac_search_hit *hit, accord_err *err);
int ac_store_search(
    ac_store *store, ac_str words, size_t most, ac_on_search on, void *payload, accord_err *err) AC_CHECKED;

/* A number that changes whenever anything that the watch index is built from changes. */
int ac_store_generation(ac_store *store, int64_t *out_generation, accord_err *err) AC_CHECKED;
/* Counts for `accord version` and reports. */
typedef struct ac_store_counts {
	int64_t objects, versions, edges, names, values, rows, sources;
} ac_store_counts;
int ac_store_count(ac_store *store, ac_store_counts *out, accord_err *err) AC_CHECKED;
/* Small named texts that travel in the same transaction as the objects: cursors, settings. Empty text when absent. */
int ac_store_setting_get(ac_store *store, ac_str name, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_store_setting_put(ac_store *store, ac_str name, ac_str text, accord_err *err) AC_CHECKED;

/*
 * Cursors: where readers of growing inputs stand, as texts that only their owner understands. Put and delete are steps of the open batch, so that a place and what came of the bytes before it
 * are kept together or not at all. *number 0: a new one, whose number it gets.
 */
int ac_store_cursor_put(ac_store *store, int64_t *number, ac_str state, accord_err *err) AC_CHECKED;
int ac_store_cursor_delete(ac_store *store, int64_t number, accord_err *err) AC_CHECKED;
/* All of them, oldest first; state views the row and ends with the callback. The callback must not write. */
typedef int (*ac_on_cursor)(void *payload, int64_t number, ac_str state, accord_err *err);
int ac_store_cursors(ac_store *store, ac_on_cursor on, void *payload, accord_err *err) AC_CHECKED;

#endif
