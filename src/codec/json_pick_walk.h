/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled paths, and the walk over the structural index of one line. Private to codec/json_pick*. */
#ifndef AC_CODEC_JSON_PICK_WALK_H
#define AC_CODEC_JSON_PICK_WALK_H

#include "base/arena.h"
#include "codec/json_pick.h"

/* Bytes behind the end of a line that may be read where the text goes on. */
#define AC_JSON_PICK_SLACK 16

/* A key as it is compared: up to 16 bytes are all in two words. */
typedef struct ac_json_pick_key {
	uint64_t first; /* its first 8 bytes, or what there is, then zeros */
	uint64_t last;  /* its last 8 bytes; the same as first when shorter */
	size_t n;
} ac_json_pick_key;

typedef struct ac_json_pick_slot {
	ac_json_pick_key key;
	const char *text;
	struct ac_json_pick_place *place; /* NULL: the slot is empty */
} ac_json_pick_slot;

/* Bits of a hash of the bytes around a key's quotes; see ac_json_pick_guess. */
#define AC_JSON_PICK_GUESS_BITS 10
/* A guess that stands for more than one slot, or for one too far up. */
#define AC_JSON_PICK_GUESS_MANY 255

/* Something that a path leads to or through: a table of the keys that lead on. */
typedef struct ac_json_pick_place {
	uint16_t path_1;          /* one more than the path's place in the table; 0: only on the way */
	uint8_t shift;            /* of the hash */
	ac_json_pick_slot *slots; /* a power of two, at most a quarter used; NULL: nothing leads on */
	size_t keys;
	struct ac_json_pick_place *next; /* all places, from the root on */
	/* By guess: 0: no key; else one more than the slot of the only one, or AC_JSON_PICK_GUESS_MANY. */
	uint8_t guesses[1 << AC_JSON_PICK_GUESS_BITS];
} ac_json_pick_place;

struct ac_json_picker {
	ac_arena arena;
	ac_json_pick_place *root;
	size_t longest; /* key */
};

/* By n <= 8: the first n bytes of a word, in the order of memory. */
extern const uint64_t ac_json_pick_masks[9];

/* 8 bytes are readable at p. */
static inline uint64_t
ac_json_pick_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* 8 bytes are readable at p even when n is less. */
static inline ac_json_pick_key
ac_json_pick_key_of(const char *p, size_t n)
{
	size_t back = n > 8 ? n - 8 : 0, most = n < 8 ? n : 8;

	uint64_t mask = ac_json_pick_masks[most];

	return (ac_json_pick_key){ ac_json_pick_load(p) & mask, ac_json_pick_load(p + back) & mask, n };
}

static inline size_t
ac_json_pick_hash(ac_json_pick_key key, unsigned shift)
{
	return (size_t)(((key.first ^ (key.last << 23 | key.last >> 41)) + key.n) * 0x9e3779b97f4a7c15u >> shift);
}

/* Is the slot's key this one, whose bytes are text? */
static inline bool
ac_json_pick_is(const ac_json_pick_slot *slot, ac_json_pick_key key, const char *text)
{
	return slot->key.first == key.first && slot->key.last == key.last && slot->key.n == key.n &&
	       (key.n <= 16 || memcmp(slot->text, text, key.n) == 0);
}

/* What the key leads to, or NULL. text are its bytes. */
static inline ac_json_pick_place *
ac_json_pick_find(const ac_json_pick_place *place, ac_json_pick_key key, const char *text)
{
	size_t mask, at;

	if (!place->slots)
		return NULL;
	mask = ((size_t)1 << (64 - place->shift)) - 1;
	for (at = ac_json_pick_hash(key, place->shift); place->slots[at].place; at = (at + 1) & mask) {
		if (ac_json_pick_is(&place->slots[at], key, text))
			return place->slots[at].place;
	}
	return NULL;
}

/*
 * The guess for a key of at least two bytes, by the first four and the last four with its quotes. Most keys of a line are not wanted, and are
 * known by it alone.
 */
static inline size_t
ac_json_pick_guess(const char *first_4, const char *last_4)
{
	uint32_t first, last;

	memcpy(&first, first_4, sizeof(first));
	memcpy(&last, last_4, sizeof(last));
	return (first * 0x9e3779b1u + last * 0x85ebca77u) >> (32 - AC_JSON_PICK_GUESS_BITS);
}

/* One line: in, the index; out, what was picked and what is wrong. */
typedef struct ac_json_pick_walk {
	const ac_json_picker *picker;
	const char *text;        /* entries count from here */
	const uint32_t *entries; /* of the line */
	/*
	 * The entry for the line feed or end. Or NULL: there is a line feed, and AC_JSON_PICK_SLACK bytes behind it; it is then set to
	 * the line feed's.
	 */
	const uint32_t *last;
	ac_json_pick *picks; /* kept from line to line; grown with realloc */
	size_t count;
	size_t capacity;
	const char *wanted; /* NULL: the line is right */
	uint32_t bad_at;
	bool no_memory;
} ac_json_pick_walk;

void ac_json_pick_line(ac_json_pick_walk *w);

#endif
