/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash map from text to a 64-bit number, open addressing, for keys that an attacker may choose:
 * the hash is SipHash-1-3 under the seed that the map is given. Keys are not copied: they must outlive the map
 * (put them into an arena).
 */
#ifndef AC_BASE_MAP_H
#define AC_BASE_MAP_H

#include "base/err.h"
#include "base/str.h"

typedef struct ac_map_slot {
	ac_str key; /* p NULL: empty */
	uint64_t hash;
	uint64_t value;
} ac_map_slot;

typedef struct ac_map {
	ac_map_slot *slots; /* heap */
	size_t capacity;    /* power of two, or 0 */
	size_t count;
	size_t limit; /* entries at most */
	uint64_t seed[2];
} ac_map;

typedef struct ac_hash_seed {
	uint64_t word[2];
} ac_hash_seed;

/* SipHash-1-3 (Aumasson, Bernstein: SipHash, 2012). */
uint64_t ac_siphash(ac_hash_seed seed, ac_str bytes);

void ac_map_init(ac_map *map, ac_hash_seed seed, size_t limit_entries);
/* The value slot of key, or NULL. Valid until the next put. */
uint64_t *ac_map_get(const ac_map *map, ac_str key);
/*
 * The value slot of key, made with value 0 when it was not there; *out_new (may be NULL) says which.
 * NULL over the limit or without memory.
 */
uint64_t *ac_map_put(ac_map *map, ac_str key, bool *out_new);
/*
 * The same in two steps, for a map that is larger than the caches: ask, do something else while the memory comes, then look with what asking gave. The answer to asking holds as long as the map does.
 */
uint64_t ac_map_ask(const ac_map *map, ac_str key);
uint64_t *ac_map_get_asked(const ac_map *map, ac_str key, uint64_t asked);
uint64_t *ac_map_put_asked(ac_map *map, ac_str key, uint64_t asked, bool *out_new);
/* Walk all entries in no order: start with *at = 0; false at the end. */
bool ac_map_next(const ac_map *map, size_t *at, ac_str *out_key, uint64_t *out_value);
void ac_map_clear(ac_map *map);
void ac_map_done(ac_map *map);

#endif
