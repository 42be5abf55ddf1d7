/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that rows of the knowledge pack become, and what a pack must remember: keys, references, sources. Rows are read by pack.c. */
#ifndef AC_LEARN_PACK_OBJECT_H
#define AC_LEARN_PACK_OBJECT_H

#include "learn/make.h"

/* Ceilings: the pack of 2026 has 1,800 keys, 1,400 references, 150 names of one object. */
#define AC_PACK_KEYS_MAX 1000000
#define AC_PACK_NUMBERS_MAX 1000000
#define AC_PACK_PARTS_MAX 4096

typedef enum ac_pack_claim_kind { AC_PACK_COUNTRY, AC_PACK_SPONSOR, AC_PACK_VICTIM, AC_PACK_SECTOR } ac_pack_claim_kind;

typedef struct ac_pack_claim {
	ac_pack_claim_kind kind;
	ac_str text, claimant, code;
	int confidence; /* -1: not said */
} ac_pack_claim;

typedef struct ac_pack_reference {
	ac_str date, publisher, name, url;
} ac_pack_reference;

typedef struct ac_pack_source {
	ac_str name;
	ac_time date;
} ac_pack_source;

typedef struct ac_pack_object {
	ac_str type, id, key, name, tactics, shortname, order;
	ac_str galaxy, uuid; /* clusters */
	ac_str source;       /* who lists it */
	ac_time created, modified, first_seen, last_seen;
	ac_place place;
} ac_pack_object;

typedef struct ac_pack_relation {
	ac_str kind, source_id, target_id;
	ac_str references; /* numbers, separated by ',' */
	ac_time created, modified;
	ac_place place;
} ac_pack_relation;

/* A growing array on the heap. */
typedef struct ac_pack_list {
	void *items;
	size_t count, capacity;
} ac_pack_list;

typedef struct ac_pack {
	ac_make make;
	ac_arena kept;                    /* of the pack */
	ac_arena object;                  /* of the object being built */
	ac_map keys;                      /* key -> ac_str * of its id */
	ac_map made;                      /* ids of places and sectors that were handed over */
	ac_pack_list references, sources; /* by number */
	ac_tlp tlp;
	bool has_object;
	ac_pack_object current;
	ac_pack_list names;   /* ac_fact_name */
	ac_pack_list claims;  /* ac_pack_claim */
	ac_pack_list numbers; /* ac_fact_name: system, id */
	ac_pack_list cited;   /* uint64_t: reference numbers */
} ac_pack;

void ac_pack_init(ac_pack *pack, const ac_reader_sink *sink, ac_hash_seed seed);
void ac_pack_done(ac_pack *pack);
int ac_pack_add_reference(
    ac_pack *pack, uint64_t number, ac_str date, ac_str publisher, ac_str name, ac_str url, accord_err *err);
int ac_pack_add_source(ac_pack *pack, uint64_t number, ac_str name, ac_str date, accord_err *err);

/* Begin an object; sub-rows follow. An ATT&CK object has `type`, `key` and times filled in. */
int ac_pack_begin_attack(ac_pack *pack, const ac_pack_object *object, ac_str uuid, accord_err *err);
int ac_pack_begin_cluster(
    ac_pack *pack, ac_str galaxy, ac_str uuid, uint64_t source, ac_str name, ac_place place, accord_err *err);
bool ac_pack_has_object(const ac_pack *pack);
int ac_pack_add_name(ac_pack *pack, ac_str text, ac_str namer, ac_str references, accord_err *err);
int ac_pack_add_id(ac_pack *pack, ac_str system, ac_str id, accord_err *err);
int ac_pack_add_claim(ac_pack *pack, const ac_pack_claim *claim, accord_err *err);
/* Hand the object over, with its claims. Nothing when none was begun. */
int ac_pack_end_object(ac_pack *pack, accord_err *err);

/* STIX id of a key; {NULL, 0} when it is not known. */
ac_str ac_pack_id_of(const ac_pack *pack, ac_str key);
int ac_pack_make_relation(ac_pack *pack, const ac_pack_relation *relation, ac_str uuid, accord_err *err);
int ac_pack_make_similar(ac_pack *pack, ac_str type, ac_str uuid, ac_str other_type, ac_str other_uuid,
    ac_str likelihood, uint64_t source, ac_place place, accord_err *err);

#endif
