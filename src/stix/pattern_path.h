/* SPDX-License-Identifier: Apache-2.0 */
/* Where an object path leads by the types table (STIX 2.1 s9.7), private to stix/. Knows no constants and no data. */
#ifndef AC_STIX_PATTERN_PATH_H
#define AC_STIX_PATTERN_PATH_H

#include "stix/pattern.h"
#include "stix/types.h"

typedef enum ac_path_place_kind {
	AC_PATH_UNKNOWN, /* custom types and properties, values of which the standard says nothing */
	AC_PATH_OBJECT,  /* of `type` */
	AC_PATH_STRUCT,  /* of `structure` */
	AC_PATH_LIST,    /* of elements as `property` says */
	AC_PATH_REFERENCE,
	AC_PATH_DICTIONARY,
	AC_PATH_HASHES,
	AC_PATH_EXTENSIONS, /* of an object of `type` */
	AC_PATH_VALUE
} ac_path_place_kind;

typedef struct ac_path_place {
	ac_path_place_kind kind;
	const ac_stix_type *type;
	const ac_stix_struct *structure;
	const ac_stix_property *property; /* LIST, REFERENCE, DICTIONARY, HASHES, VALUE */
	bool is_one_of;                   /* of several types' properties of that name: `property` is the first one's */
	bool is_address;                  /* `value` of an ipv4-addr or ipv6-addr, or of a reference that may be one */
} ac_path_place;

typedef enum ac_path_problem {
	AC_PATH_FINE,
	AC_PATH_UNKNOWN_TYPE,    /* the standard has no object of that type: a custom one, or a mistake */
	AC_PATH_NO_OBSERVABLE,   /* the type is none of a cyber-observable */
	AC_PATH_NO_PROPERTY,     /* the object or structure has no property of that name */
	AC_PATH_MISSING_STEP,    /* a list without [n] or [*] */
	AC_PATH_NO_LIST,         /* [n] or [*] behind what is no list */
	AC_PATH_NOTHING_INSIDE,  /* a name behind a plain value */
	AC_PATH_HASH_NAME,       /* not in hash-algorithm-ov */
	AC_PATH_OTHERS_EXTENSION /* a predefined extension of another type */
} ac_path_problem;

/* The object that a path begins at. */
ac_path_problem ac_path_begin(const ac_pattern_node *test, ac_path_place *out);
/* One step on. After a problem the place is the most probable one, or UNKNOWN; it is never told twice of one step. */
ac_path_problem ac_path_step(ac_path_place *place, const ac_pattern_step *step);

#endif
