/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of objects that are held against each other, private to stix/: cross.c gathers it, cross_judge.c judges it. */
#ifndef AC_STIX_CROSS_STATE_H
#define AC_STIX_CROSS_STATE_H

#include "stix/cross.h"

#define AC_CROSS_NONE UINT32_MAX

/* A growing list of items that never move, in blocks. */
typedef struct ac_pool {
	void **blocks;
	size_t item_size;
	size_t count, limit;
} ac_pool;

typedef struct ac_cross_id {
	uint8_t uuid[16];
	uint32_t type; /* number of its name */
} ac_cross_id;

enum {
	AC_CROSS_REVOKED = 1,
	AC_CROSS_FAMILY = 2,     /* malware: is_family is true */
	AC_CROSS_NO_FAMILY = 4,  /* false */
	AC_CROSS_VARIANT_OF = 8, /* a relationship of that type */
	AC_CROSS_KNOWN = 16,     /* nothing is told about it by itself */
	AC_CROSS_HAS_VERSION = 32,
	AC_CROSS_TRANSLATES = 64, /* language-content */
	AC_CROSS_JUDGED = 128     /* with all others of its UUID */
};

/* One object. Ranges [first, first + count) go into the other lists. */
typedef struct ac_cross_node {
	ac_cross_id id;
	uint32_t next; /* of the same UUID; once judged: the next older version of the same type */
	uint32_t
	    next_type; /* once judged, on the newest version of a type: the newest of another type with that UUID */
	ac_cross_place place;
	ac_time created, modified; /* AC_TIME_MIN: none */
	ac_time translated;        /* object_modified of language-content */
	uint64_t digest;           /* of the content, however it is written */
	uint32_t creator;          /* reference, or none */
	uint32_t first_reference, reference_count;
	uint32_t first_property, property_count;
	uint32_t first_use, use_count;
	uint8_t class; /* ac_stix_class */
	uint8_t flags;
} ac_cross_node;

typedef struct ac_cross_reference {
	ac_cross_id to;
	uint32_t path;               /* word: JSON pointer without the index */
	uint32_t index;              /* in a list, or none */
	const ac_stix_property *row; /* what may stand there; NULL: anything */
} ac_cross_reference;

/* A property at the top of an object, or a translation of one. */
typedef struct ac_cross_property {
	uint32_t name;
	uint32_t language; /* translations: word; else AC_CROSS_NONE */
	uint32_t shape;    /* AC_CROSS_SHAPE_... or the length of a list */
} ac_cross_property;
#define AC_CROSS_SHAPE_TEXT (UINT32_MAX - 1)
#define AC_CROSS_SHAPE_OBJECT (UINT32_MAX - 2)
#define AC_CROSS_SHAPE_OTHER (UINT32_MAX - 3)
#define AC_CROSS_SHAPE_OWN (UINT32_MAX - 4) /* a name that the object's type does not define */

/*
 * The use of an extension by an object (`reference` leads to its definition), or what a definition says: `reference` is none, `name` a property that it allows
 * (none: only the set of types counts).
 */
typedef struct ac_cross_use {
	uint32_t reference;
	uint32_t name;
	uint8_t types; /* set of terms of extension-type-enum, by place */
} ac_cross_use;

/* The words of a property's row: its name, and the place of it at the top of an object. */
typedef struct ac_cross_row {
	const ac_stix_property *row;
	uint32_t name, path;
} ac_cross_row;
enum { AC_CROSS_ROWS = 1024 };

struct ac_cross {
	ac_arena arena;
	ac_arena scratch; /* of one text */
	ac_map uuids;     /* 16 bytes -> number of the first node */
	ac_map words;
	ac_pool nodes, references, properties, uses, texts; /* texts: ac_str of each word */
	ac_cross_row rows[AC_CROSS_ROWS];                   /* a cache: most names are the standard's own */
	uint64_t left_out;
	ac_hash_seed seed;
	unsigned what; /* is being added */
};

void *ac_pool_at(const ac_pool *pool, size_t index);
ac_cross_node *ac_cross_node_at(const ac_cross *cross, uint32_t index);
ac_cross_reference *ac_cross_reference_at(const ac_cross *cross, uint32_t index);
ac_str ac_cross_word(const ac_cross *cross, uint32_t word);
/* The first node with the UUID, or AC_CROSS_NONE. */
uint32_t ac_cross_first(const ac_cross *cross, const ac_cross_id *id);

#endif
