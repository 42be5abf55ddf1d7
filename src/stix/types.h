/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of STIX 2.1 object types (OASIS STIX 2.1 with Errata 01): one row a type, one row a property. Reading, checking, printing and the store's indexes
 * follow from it.
 */
#ifndef AC_STIX_TYPES_H
#define AC_STIX_TYPES_H

#include "base/str.h"

typedef enum ac_stix_class {
	AC_STIX_SDO,
	AC_STIX_SRO,
	AC_STIX_SCO,
	AC_STIX_META, /* language-content, marking-definition, extension-definition */
	AC_STIX_BUNDLE
} ac_stix_class;

/* What a property's value is (STIX 2.1 section 2). */
typedef enum ac_stix_kind {
	AC_STIX_STRING,
	AC_STIX_INTEGER,
	AC_STIX_FLOAT,
	AC_STIX_BOOLEAN,
	AC_STIX_TIMESTAMP,
	AC_STIX_IDENTIFIER,
	AC_STIX_HEX,
	AC_STIX_BINARY,
	AC_STIX_HASHES,
	AC_STIX_DICTIONARY,
	AC_STIX_OPEN_VOCAB,
	AC_STIX_ENUM,
	AC_STIX_KILL_CHAIN_PHASE,
	AC_STIX_EXTERNAL_REFERENCE,
	AC_STIX_GRANULAR_MARKING,
	AC_STIX_OBJECT, /* a nested structure that has no row of its own */
	AC_STIX_ANY
} ac_stix_kind;

typedef struct ac_stix_property {
	ac_str name;
	ac_stix_kind kind;
	bool is_list;
	bool is_required;
	bool contributes_to_id;   /* SCO deterministic ids */
	const ac_str *vocabulary; /* AC_STIX_ENUM, AC_STIX_OPEN_VOCAB: terms, ended by {NULL,0}; else NULL */
	const ac_str *ref_types;  /* AC_STIX_IDENTIFIER: allowed target types, ended by {NULL,0}; NULL: any */
} ac_stix_property;

typedef struct ac_stix_type {
	ac_str name;
	ac_str section; /* of the standard, "4.7" */
	ac_stix_class class;
	const ac_stix_property *properties; /* type-specific ones */
	size_t property_count;
} ac_stix_type;

/* Row by name, or NULL (custom types have none). */
const ac_stix_type *ac_stix_type_find(ac_str name);
/* Row by index 0..count-1, for walking. */
size_t ac_stix_type_count(void);
const ac_stix_type *ac_stix_type_at(size_t index);
/* Property of a type, common properties included; NULL when the type has none of that name. */
const ac_stix_property *ac_stix_property_find(const ac_stix_type *type, ac_str name);
/* Common properties of a class, count in *out_count. */
const ac_stix_property *ac_stix_common(ac_stix_class class, size_t *out_count);

#endif
