/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a version as bytes in the database: references with numbers for ids and kinds, names, values. The indexes are made from them, and can be
 * made again at any time; what an old version brought into the indexes is known exactly when a newer one takes its place.
 */
#ifndef AC_STORE_FACTS_H
#define AC_STORE_FACTS_H

#include "store/pack.h"
#include "store/sqlite.h"

typedef struct ac_facts_edge {
	int64_t kind, source, target;
} ac_facts_edge;
typedef struct ac_facts_name {
	ac_name_kind kind;
	ac_str text, namer;
} ac_facts_name;
typedef struct ac_facts_value {
	ac_value_role role;
	ac_value_type type;
	ac_str text;
} ac_facts_value;

/* Numbers for all ids and kinds, made when new; bytes go to store->facts. */
int ac_facts_make(ac_store *store, int64_t object, const ac_record *record, accord_err *err) AC_CHECKED;

/*
 * Read them back: begin, edges until false, names until false, values until false, in this order. `failed` of the unpacker tells of damage (ask ac_facts_check).
 */
typedef struct ac_facts {
	ac_unpacker u;
	uint64_t left;
	int part;
} ac_facts;
ac_facts ac_facts_begin(ac_str bytes);
bool ac_facts_next_edge(ac_facts *facts, ac_facts_edge *out);
bool ac_facts_next_name(ac_facts *facts, ac_facts_name *out);
bool ac_facts_next_value(ac_facts *facts, ac_facts_value *out);
int ac_facts_check(const ac_facts *facts, accord_err *err) AC_CHECKED;

#endif
