/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a batch of observations: what the builder leaves, and the matcher walks. Private to match/. */
#ifndef AC_MATCH_BATCH_H
#define AC_MATCH_BATCH_H

#include "base/limits.h"
#include "match/observations.h"
#include "match/sequence.h"
#include "match/symbols.h"
#include "match/value.h"
#include "stix/types.h"

#define AC_NO_OBJECT UINT32_MAX
/* Scope of objects that every observation may refer to. */
#define AC_SCOPE_SHARED UINT32_MAX

/* One value of an object. A cache line. */
typedef struct ac_fact {
	uint32_t symbol;  /* path from the type */
	uint32_t target;  /* of a reference: the object, or AC_NO_OBJECT */
	uint32_t indexes; /* places in the lists on its path: [indexes, indexes + symbol's lists) of the batch's */
	bool is_reference;
	ac_match_value value;
} ac_fact;

typedef struct ac_fact_object {
	uint32_t type; /* the symbol of its type */
	uint32_t first_fact, fact_count;
	uint32_t scope; /* the observation that alone knows it, or AC_SCOPE_SHARED */
	ac_str id;
} ac_fact_object;

typedef struct ac_observation {
	ac_str id;
	uint32_t first_member, member_count; /* ascending, each once; made by sealing */
	uint32_t first_name, name_count;     /* what it refers to */
	uint32_t first_object, object_count; /* its own */
} ac_observation;

/* How the text of a property is read. */
typedef enum ac_reading {
	AC_READ_UNKNOWN, /* by its name's suffix; else a string that may be a timestamp */
	AC_READ_STRING,
	AC_READ_TIME,
	AC_READ_HEX,
	AC_READ_BINARY
} ac_reading;

/* What the tables of types say of a symbol. */
typedef struct ac_reading_of {
	const ac_stix_type *type;         /* of a type's own symbol, when it is in the table */
	const ac_stix_property *property; /* NULL: not in the tables */
	const ac_stix_struct *structure;  /* what the members below are, when known */
	ac_reading reading;
	bool is_extensions; /* its keys are names of extensions */
	bool is_reference;  /* ends in _ref, or an item of one that ends in _refs */
} ac_reading_of;

/* A step of the builder's way into an object. */
typedef struct ac_builder_step {
	uint32_t symbol;
	uint32_t index;     /* of a list's item: its place */
	uint32_t next_item; /* of a list: items so far */
	bool is_item;
} ac_builder_step;

struct ac_observations {
	ac_hash_seed seed;
	ac_arena texts;
	size_t limit;
	int failed;
	ac_symbols symbols;
	ac_reading_of *readings; /* by symbol */
	size_t reading_count, reading_capacity;
	uint32_t generation; /* of the symbols */
	ac_fact *facts;
	size_t fact_count, fact_capacity;
	uint32_t *indexes;
	size_t index_count, index_capacity;
	ac_fact_object *objects;
	size_t object_count, object_capacity;
	ac_observation *items;
	ac_observed *observed; /* beside items */
	size_t count, capacity, observed_capacity;
	uint32_t *members;
	size_t member_count, member_capacity;
	ac_str *names; /* that observations refer to */
	size_t name_count, name_capacity;
	uint32_t *slots; /* objects by scope and id */
	size_t slot_count;
	size_t slotted; /* objects that are in the table */
	size_t sealed_observations, sealed_objects;
	bool in_observation, in_object;
	/* The place of the builder in the open object: a step each. */
	ac_builder_step steps[AC_MATCH_DEPTH_MAX];
	size_t depth;
	uint32_t lists; /* list steps among them */
	ac_observations_tally tally;
};

/* The object that `id` means to objects of a scope, or AC_NO_OBJECT. */
uint32_t ac_batch_find(const ac_observations *o, uint32_t scope, ac_str id);
/* May an observation follow a reference to an object (s9.7.4: only to objects that it refers to itself)? */
bool ac_batch_has(const ac_observations *o, uint32_t observation, uint32_t object);
/* A type's own symbol, or AC_SYMBOL_NONE when the batch has no object of it. */
uint32_t ac_batch_type(const ac_observations *o, ac_str type);

#endif
