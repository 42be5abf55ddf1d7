/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of STIX 2.1 object types (OASIS STIX 2.1 with Errata 01): one row a type, one row a property, for nested structures and predefined
 * extensions too. Reading, checking, printing, deterministic ids and the store's indexes follow from it. It knows names and kinds, no values.
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
	AC_STIX_OBJECT, /* a nested structure: `nested`, or any object */
	AC_STIX_ANY,
	AC_STIX_CONTAINER, /* the deprecated observable container, s2.13 */
	AC_STIX_RESERVED   /* a name that must not be used, s3.8 */
} ac_stix_kind;

/* What text stands for beyond its kind, as far as it can be checked without a network. */
typedef enum ac_stix_format {
	AC_STIX_FORMAT_NONE,
	AC_STIX_FORMAT_CHARSET,     /* IANA character set, s3.9.1 */
	AC_STIX_FORMAT_COUNTRY,     /* ISO 3166-1 alpha-2, SHOULD */
	AC_STIX_FORMAT_CPE,         /* CPE 2.3 formatted string */
	AC_STIX_FORMAT_DOMAIN,      /* RFC 1034, RFC 5890 */
	AC_STIX_FORMAT_EMAIL,       /* RFC 5322 addr-spec without a display name */
	AC_STIX_FORMAT_HEADER_KEYS, /* HTTP header names, SHOULD */
	AC_STIX_FORMAT_IPFIX_KEYS,
	AC_STIX_FORMAT_IPV4, /* address or CIDR network */
	AC_STIX_FORMAT_IPV6,
	AC_STIX_FORMAT_KILL_CHAIN, /* lower case with hyphens, SHOULD */
	AC_STIX_FORMAT_LANGUAGE,   /* RFC 5646 */
	AC_STIX_FORMAT_MAC,
	AC_STIX_FORMAT_MILLISECOND, /* timestamp with at least three fraction digits, s3.2 */
	AC_STIX_FORMAT_MIME,
	AC_STIX_FORMAT_PDF_KEYS,
	AC_STIX_FORMAT_PRIORITY_CLASS,
	AC_STIX_FORMAT_PRODUCT,
	AC_STIX_FORMAT_PROPERTY_NAME,
	AC_STIX_FORMAT_PROTOCOL,
	AC_STIX_FORMAT_REGISTRY_KEY,
	AC_STIX_FORMAT_RELATIONSHIP_TYPE,
	AC_STIX_FORMAT_SOCKET_KEYS,
	AC_STIX_FORMAT_URL,         /* RFC 3986 */
	AC_STIX_FORMAT_WHOLE_SECOND /* timestamp without a fraction */
} ac_stix_format;

/* What the values of a dictionary are. */
typedef enum ac_stix_values {
	AC_STIX_VALUES_ANY,
	AC_STIX_VALUES_STRING,
	AC_STIX_VALUES_STRINGS, /* lists of strings */
	AC_STIX_VALUES_INTEGER,
	AC_STIX_VALUES_INTEGER_OR_STRING
} ac_stix_values;

/* Which classes of objects an identifier may point to, as a set; 0: ref_types decides. */
enum {
	AC_STIX_REF_SDO = 1,
	AC_STIX_REF_SRO = 2,
	AC_STIX_REF_SCO = 4,
	AC_STIX_REF_META = 8,
	AC_STIX_REF_CUSTOM = 16 /* types that the standard does not know */
};

typedef struct ac_stix_vocabulary {
	ac_str name;
	ac_str section;      /* "10.5" */
	ac_str code;         /* of the OASIS validator's warning, or empty */
	bool is_open;        /* else an enumeration */
	const ac_str *terms; /* ended by {NULL, 0} */
} ac_stix_vocabulary;

typedef struct ac_stix_struct ac_stix_struct;

typedef struct ac_stix_property {
	ac_str name;
	ac_stix_kind kind; /* of the elements when is_list */
	bool is_list;
	bool is_required;
	bool is_deprecated;
	bool contributes_to_id; /* SCO deterministic ids */
	bool has_range;         /* INTEGER and FLOAT: [min, max] */
	uint8_t ref_class;      /* AC_STIX_IDENTIFIER: set of AC_STIX_REF_ */
	ac_stix_format format;
	ac_stix_values values;                /* AC_STIX_DICTIONARY */
	const ac_stix_vocabulary *vocabulary; /* AC_STIX_ENUM, AC_STIX_OPEN_VOCAB; else NULL */
	const ac_str
	    *ref_types; /* AC_STIX_IDENTIFIER: allowed target types, ended by {NULL,0}; NULL: ref_class, or any */
	const ac_stix_struct *nested; /* structures; NULL: none known */
	int64_t min, max;
} ac_stix_property;

/* A structure inside an object: external-reference, kill-chain-phase, an extension ... Rows are sorted by name. */
struct ac_stix_struct {
	ac_str name;
	ac_str section;
	const ac_stix_property *properties;
	size_t property_count;
	bool needs_one; /* at least one property must be there */
};

typedef struct ac_stix_type {
	ac_str name;
	ac_str section; /* of the standard, "4.7" */
	ac_stix_class class;
	const ac_stix_property *properties; /* type-specific ones, sorted by name */
	size_t property_count;
	const ac_stix_property *common; /* the common ones that this type uses (s3.2), sorted by name */
	size_t common_count;
} ac_stix_type;

/* A predefined extension (s3.10): its key in `extensions` is its structure's name. */
typedef struct ac_stix_extension {
	ac_str host; /* type that it extends */
	ac_stix_struct structure;
} ac_stix_extension;

/* Row by name, or NULL (custom types have none). */
const ac_stix_type *ac_stix_type_find(ac_str name);
/* Row by index 0..count-1, for walking. */
size_t ac_stix_type_count(void);
const ac_stix_type *ac_stix_type_at(size_t index);
/* Property of a type, common properties included; NULL when the type has none of that name. */
const ac_stix_property *ac_stix_property_find(const ac_stix_type *type, ac_str name);
/* Property of a structure, or NULL. */
const ac_stix_property *ac_stix_struct_find(const ac_stix_struct *structure, ac_str name);
/* Common properties of a class, count in *out_count (META: those of language-content). */
const ac_stix_property *ac_stix_common(ac_stix_class class, size_t *out_count);
/* Is it the name of a common property of any type (s3.2)? */
bool ac_stix_is_common_name(ac_str name);
/* Predefined extension by its key, or NULL. */
const ac_stix_extension *ac_stix_extension_find(ac_str name);
/* Vocabulary by name ("malware-type-ov"), or NULL; and its terms. */
const ac_stix_vocabulary *ac_stix_vocabulary_find(ac_str name);
bool ac_stix_vocabulary_has(const ac_stix_vocabulary *vocabulary, ac_str term);
/*
 * Does the standard suggest this relationship (Appendix B and s3.7)? Any pair is allowed; 0: suggested (or an end is a custom type, of which the standard
 * says nothing); else what is not: 1 the source type, 2 the relationship type for it, 3 the target type.
 */
int ac_stix_relationship_suggested(ac_str source_type, ac_str relationship_type, ac_str target_type);

#endif
