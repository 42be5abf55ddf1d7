/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a value of a path finds the comparisons that may be true of it, without asking each. Every atom that an index gives is then tested on the value. Private to match/.
 */
#ifndef AC_MATCH_INDEX_H
#define AC_MATCH_INDEX_H

#include "match/set.h"

/* What a key stands for; mixed into its hash. */
typedef enum ac_key_tag {
	AC_KEY_TEXT = 1, /* = of strings */
	AC_KEY_BYTES,    /* = of octets */
	AC_KEY_NUMBER,
	AC_KEY_BOOLEAN,
	AC_KEY_TIME,
	AC_KEY_NORMAL, /* LIKE without wildcards: normal form C */
	AC_KEY_PREFIX, /* LIKE: the first bytes */
	AC_KEY_SUFFIX,
	AC_KEY_NETWORK
} ac_key_tag;

/* Lengths at which the affixes of LIKE are cut, so that a value is probed so often at most. */
#define AC_AFFIX_LENGTHS                                                                                               \
	{                                                                                                              \
		3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64                                                          \
	}
enum { AC_AFFIX_COUNT = 13, AC_AFFIX_MIN = 3 };

/* A constant of < > <= >=, and its atom. */
typedef struct ac_range {
	const ac_match_value *constant;
	uint32_t atom;
	bool strict;
} ac_range;

typedef struct ac_ranges {
	ac_range *items; /* heap */
	size_t n;
} ac_ranges;

typedef struct ac_inside {
	ac_network network;
	uint32_t atom;
} ac_inside;

/* A run of numbers in the set's lists. */
typedef struct ac_run {
	uint32_t first, count;
} ac_run;

struct ac_path_index {
	uint32_t tags;               /* set of 1 << ac_key_tag */
	uint32_t prefixes, suffixes; /* sets of 1 << place in AC_AFFIX_LENGTHS */
	uint64_t networks4;          /* set of 1 << prefix length; 32 too */
	uint64_t networks6[3];
	ac_run all;  /* atoms that every value is tested with */
	ac_run text; /* atoms of affixes and scans: octets, and what Vectorscan may not decide, are tested with them */
	ac_ranges rising_numbers,
	    falling_numbers; /* > and >=, ascending; < and <=, descending: true ones stand in front */
	ac_ranges rising_times, falling_times;
	ac_inside *inside; /* ISSUPERSET: by family, address, length */
	size_t inside_count;
	ac_scan *literals;
	ac_run *literal_atoms; /* by number of the literal */
	ac_scan *regexes;
	uint32_t *regex_atoms; /* by number of the regex */
	bool has_octets;       /* an octets constant may equal a string */
	ac_run sensitive;      /* atoms of regexes that the scan decides on ASCII only */
};

ac_path_index *ac_path_index_free(ac_path_index *index);

static inline uint64_t
ac_key_hash(uint32_t path, ac_key_tag tag, uint64_t hash)
{
	hash ^= ((uint64_t)path << 8 | (uint64_t)tag) * 0x9e3779b97f4a7c15U;
	hash *= 0xd6e8feb86659fd93U;
	return hash ^ hash >> 32;
}

/* Atoms of a key; count 0 when there are none. */
static inline ac_run
ac_key_find(const ac_pattern_set *set, uint64_t hash)
{
	size_t at = hash & (set->key_slot_count - 1);

	/* Nearly all values are in no pattern: they are told here. */
	if (!(set->key_filter[hash >> 38 & (set->key_filter_words - 1)] >> (hash >> 32 & 63) & 1))
		return (ac_run){ 0, 0 };
	for (; set->key_slots[at]; at = (at + 1) & (set->key_slot_count - 1)) {
		const ac_key *key;

		if ((set->key_slots[at] ^ hash) >> 32)
			continue;
		key = &set->keys[(uint32_t)set->key_slots[at] - 1];
		if (key->hash == hash)
			return (ac_run){ key->first, key->count };
	}
	return (ac_run){ 0, 0 };
}

/* The hash of a network's first `bits` bits. */
uint64_t ac_network_hash(ac_hash_seed seed, const ac_network *network, unsigned bits);

/* set_gate.c: how an atom can be a gate. */
ac_match_index ac_gate_index(const ac_atom *atom);

#endif
