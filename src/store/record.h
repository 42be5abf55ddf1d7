/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store takes: an object's exact bytes and what its indexes need to know about it. Records are made where the bytes are parsed
 * (in the parse role) and travel to the store role in frames; the store never parses an object to store it.
 */
#ifndef AC_STORE_RECORD_H
#define AC_STORE_RECORD_H

#include "base/arena.h"
#include "base/time.h"
#include "codec/json.h"
#include "stix/marking.h"
#include "values/value.h"

/* How the 2.1 object is had from the exact bytes. Stored: never renumber. */
typedef enum ac_form {
	AC_FORM_STIX21 = 0, /* the exact bytes are the object */
	AC_FORM_STIX20 = 1, /* ac_stix_lift of the exact bytes gives it (first object); nothing else is stored */
	AC_FORM_DERIVED = 2 /* a reader made it from something else: both are stored */
} ac_form;

/* An edge from the record's object to another: relationship_type for relationships (source_ref -> target_ref), property name for references. */
typedef struct ac_fact_edge {
	ac_str kind;      /* "uses", "attributed-to", "created_by_ref", "object_refs", "sighting_of_ref" ... */
	ac_str source_id; /* the object itself, except for a relationship: its source_ref */
	ac_str target_id;
} ac_fact_edge;

typedef enum ac_name_kind {
	AC_NAME_PRIMARY = 0,     /* name */
	AC_NAME_ALIAS = 1,       /* aliases, x_mitre_aliases, synonyms */
	AC_NAME_EXTERNAL_ID = 2, /* G0065, T1190, CVE-2021-26855 */
	AC_NAME_UUID = 3         /* id in the source's own catalogue */
} ac_name_kind;

/* A name claim: who calls it so. namer empty: the record's producer. */
typedef struct ac_fact_name {
	ac_name_kind kind;
	ac_str text;
	ac_str namer;
} ac_fact_name;

/* An observable that the object is about. role: how. */
typedef enum ac_value_role {
	AC_ROLE_SELF = 0,   /* the object is this observable (SCO) */
	AC_ROLE_PATTERN = 1 /* an indicator's pattern compares with it */
} ac_value_role;
typedef struct ac_fact_value {
	ac_value_role role;
	ac_value value;
} ac_fact_value;

typedef struct ac_record {
	ac_str id;
	ac_str type;
	ac_time created;
	ac_time modified; /* version */
	bool revoked;
	bool abridged; /* the knowledge pack's short form: any full version of the same id ranks above it */
	ac_form form;
	ac_tlp tlp;
	ac_str exact;   /* the source's slice */
	ac_str derived; /* AC_FORM_DERIVED: the 2.1 object, else empty */
	ac_fact_edge *edges;
	size_t edge_count;
	ac_fact_name *names;
	size_t name_count;
	ac_fact_value *values;
	size_t value_count;
} ac_record;

/*
 * The record of a 2.1 (or lifted) object: head, TLP, edges, names and values taken from the object by the type table. exact, form and abridged are the caller's to set
 * (set to raw / STIX21 / false here). All lives in arena or views the object.
 */
int ac_record_from_object(const ac_json *object, ac_arena *arena, ac_record *out, accord_err *err) AC_CHECKED;

/* A value of a list or feed that does not become a JSON document of its own until somebody asks. */
typedef struct ac_row {
	ac_value value;
	ac_str exact;        /* the source's line */
	ac_time valid_from;  /* AC_TIME_MIN: not said */
	ac_time valid_until; /* AC_TIME_MAX: not said */
	int confidence;      /* 0-100, -1: not said */
	ac_str comment;
} ac_row;

/*
 * Producers whose names begin so are warning lists (learn/misp_warning.c): their rows are values that are harmless, not indicators. Only a reader of such lists gives
 * the name, or the operator.
 */
#define AC_WARNING_PRODUCER "MISP warning list: "

/* Bytes of a record or row in a frame, and back (bounds checked; texts view bytes, arrays live in arena). */
int ac_record_pack(const ac_record *record, ac_buf *buf, accord_err *err) AC_CHECKED;
int ac_record_unpack(ac_str bytes, ac_arena *arena, ac_record *out, accord_err *err) AC_CHECKED;
int ac_row_pack(const ac_row *row, ac_buf *buf, accord_err *err) AC_CHECKED;
int ac_row_unpack(ac_str bytes, ac_arena *arena, ac_row *out, accord_err *err) AC_CHECKED;

#endif
