/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every STIX object: the fields that decide identity and version, checking, markings, lifting 2.0 to 2.1. */
#ifndef AC_STIX_OBJECT_H
#define AC_STIX_OBJECT_H

#include "base/arena.h"
#include "base/time.h"
#include "codec/json.h"
#include "stix/types.h"

/* The head of an object; texts view the JSON. */
typedef struct ac_stix_head {
	const ac_json *json;
	const ac_stix_type *type; /* NULL for a custom type */
	ac_str type_name;
	ac_str id;
	ac_time created;  /* AC_TIME_MIN when absent (SCOs) */
	ac_time modified; /* version: modified, else created, else AC_TIME_MIN */
	bool revoked;
	bool is_20; /* STIX 2.0: no spec_version on an object that must have one, or "2.0" */
} ac_stix_head;

/*
 * Read the head of a 2.0 or 2.1 object: ACCORD_EINPUT when it has no usable type or id, the id's type differs, or a
 * timestamp that decides its version is unusable. Enough to store it; ac_stix_validate tells the rest.
 */
int ac_stix_head_read(const ac_json *json, ac_stix_head *out, accord_err *err) AC_CHECKED;

typedef enum ac_stix_level { AC_STIX_ERROR, AC_STIX_WARNING } ac_stix_level;

/* One finding. All texts live until the next call of the sink's owner; pointer is a JSON pointer (RFC 6901). */
typedef struct ac_stix_finding {
	ac_stix_level level;
	ac_str section; /* of STIX 2.1, "3.2" */
	ac_str code;    /* code of the OASIS validator for SHOULDs ("103"), or empty */
	ac_str pointer;
	ac_str text; /* what was wanted, what came */
} ac_stix_finding;
typedef void (*ac_stix_on_finding)(void *payload, const ac_stix_finding *finding);

/* What is looked at beyond the standard's own demands. */
typedef struct ac_stix_checks {
	bool prefixes; /* {101}, {102}: names of one's own begin with x_ or x- (s11), for who uses no extensions */
	bool interop;  /* what the interoperability document asks of producers: errors of sections "interop ..." */
} ac_stix_checks;

/* What is checked. */
typedef enum ac_stix_scope {
	AC_STIX_WHOLE,   /* an object, or a bundle with all its objects */
	AC_STIX_ELEMENT, /* an object out of a bundle's `objects` */
	AC_STIX_ENVELOPE, /* a bundle's own members only, for who streams its objects; whether `objects` is empty is not looked at */
} ac_stix_scope;

/*
 * Check against STIX 2.1. Returns the number of errors, or a negative code (ACCORD_ENOMEM, ACCORD_ELIMIT of the arena). on_finding NULL only counts. Texts of at
 * most AC_STIX_FINDINGS_MAX findings an object are told; all errors count.
 */
int ac_stix_validate_as(const ac_json *json, ac_stix_scope scope, ac_stix_checks checks, ac_arena *arena,
    ac_stix_on_finding on_finding, void *payload, accord_err *err) AC_CHECKED;
/* AC_STIX_WHOLE, the standard only. */
int ac_stix_validate(
    const ac_json *json, ac_arena *arena, ac_stix_on_finding on_finding, void *payload, accord_err *err) AC_CHECKED;

/*
 * STIX 2.0 to 2.1 (pure and deterministic: the same input gives the same bytes): spec_version, indicator pattern_type, malware is_family, observed-data's objects to SCOs with
 * object_refs, labels to *_types ... The object's members that need no change are copied byte for byte. on_object gets each resulting object's JSON text,
 * the lifted object first, then SCOs taken out of an observed-data.
 */
typedef int (*ac_stix_on_lifted)(void *payload, ac_str json, accord_err *err);
int ac_stix_lift(
    const ac_json *json, ac_arena *arena, ac_stix_on_lifted on_object, void *payload, accord_err *err) AC_CHECKED;

/* One thing that lifting changed, or found no place for. All texts live in the lift's arena or view the 2.0 object. */
typedef struct ac_stix_change {
	ac_str rule;    /* "labels", "container" ...; see docs/stix.md */
	ac_str pointer; /* JSON pointer into the 2.0 object */
	ac_str was;     /* JSON: the value, or for a renamed property its name; empty: nothing was there */
	ac_str is;      /* JSON: what is there now; equal to `was` under the rule "no-home": kept under its old name */
} ac_stix_change;
typedef void (*ac_stix_on_change)(void *payload, const ac_stix_change *change);
/* Lifting changes nothing in objects of this type but their spec_version: there is nothing to tell of it. */
bool ac_stix_lift_is_plain(ac_str type);
/* The same, and on_change (may be NULL) gets each change, in the order in which they are made. on_object NULL: only the changes are wanted. */
int ac_stix_lift_told(const ac_json *json, ac_arena *arena, ac_stix_on_lifted on_object, ac_stix_on_change on_change,
    void *payload, accord_err *err) AC_CHECKED;

#endif
