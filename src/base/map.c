/* SPDX-License-Identifier: Apache-2.0 */
/* Open-addressing map, linear probing, at most three quarters full, no removal. */
#include "base/map.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

static inline uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t
ac_siphash(ac_hash_seed seed, ac_str bytes)
{
	uint64_t v[4] = { seed.word[0] ^ 0x736f6d6570736575u, seed.word[1] ^ 0x646f72616e646f6du,
		seed.word[0] ^ 0x6c7967656e657261u, seed.word[1] ^ 0x7465646279746573u };
	uint64_t word, last = (uint64_t)bytes.n << 56;
	size_t at = 0;

	for (; at + 8 <= bytes.n; at += 8) {
		memcpy(&word, bytes.p + at, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (unsigned shift = 0; at < bytes.n; at++, shift += 8)
		last |= (uint64_t)(unsigned char)bytes.p[at] << shift;
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
ac_map_init(ac_map *map, ac_hash_seed seed, size_t limit_entries)
{
	*map = (ac_map){ .limit = limit_entries, .seed = { seed.word[0], seed.word[1] } };
}

static ac_map_slot *
find_slot(const ac_map *map, ac_str key, uint64_t hash)
{
	size_t mask = map->capacity - 1, at = (size_t)hash & mask;

	while (map->slots[at].key.p && (map->slots[at].hash != hash || !ac_str_eq(map->slots[at].key, key)))
		at = (at + 1) & mask;
	return &map->slots[at];
}

static uint64_t
hash_key(const ac_map *map, ac_str key)
{
	return ac_siphash((ac_hash_seed){ { map->seed[0], map->seed[1] } }, key);
}

uint64_t
ac_map_ask(const ac_map *map, ac_str key)
{
	uint64_t hash = hash_key(map, key);

	if (map->capacity)
		__builtin_prefetch(&map->slots[(size_t)hash & (map->capacity - 1)]);
	return hash;
}

uint64_t *
ac_map_get_asked(const ac_map *map, ac_str key, uint64_t asked)
{
	ac_map_slot *slot;

	if (!map->capacity)
		return NULL;
	slot = find_slot(map, key, asked);
	return slot->key.p ? &slot->value : NULL;
}

uint64_t *
ac_map_get(const ac_map *map, ac_str key)
{
	return ac_map_get_asked(map, key, hash_key(map, key));
}

static bool
grow(ac_map *map)
{
	ac_map bigger = *map;

	bigger.capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
	bigger.slots = calloc(bigger.capacity, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->slots[i].key.p)
			*find_slot(&bigger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
	free(map->slots);
	*map = bigger;
	return true;
}

uint64_t *
ac_map_put_asked(ac_map *map, ac_str key, uint64_t hash, bool *out_new)
{
	ac_map_slot *slot = map->capacity ? find_slot(map, key, hash) : NULL;
	bool is_new = !slot || !slot->key.p;

	if (is_new) {
		if (map->count >= map->limit)
			return NULL;
		if (map->count + 1 > map->capacity / 4 * 3) {
			if (!grow(map))
				return NULL;
			slot = find_slot(map, key, hash);
		}
		*slot = (ac_map_slot){ .key = { key.p ? key.p : "", key.n }, .hash = hash };
		map->count++;
	}
	if (out_new)
		*out_new = is_new;
	return &slot->value;
}

uint64_t *
ac_map_put(ac_map *map, ac_str key, bool *out_new)
{
	return ac_map_put_asked(map, key, hash_key(map, key), out_new);
}

bool
ac_map_next(const ac_map *map, size_t *at, ac_str *out_key, uint64_t *out_value)
{
	while (*at < map->capacity) {
		const ac_map_slot *slot = &map->slots[(*at)++];

		if (slot->key.p) {
			*out_key = slot->key;
			*out_value = slot->value;
			return true;
		}
	}
	return false;
}

void
ac_map_clear(ac_map *map)
{
	if (map->capacity)
		memset(map->slots, 0, map->capacity * sizeof(*map->slots));
	map->count = 0;
}

void
ac_map_done(ac_map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->capacity = map->count = 0;
}
