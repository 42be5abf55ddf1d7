/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan does to every byte, and to every key at gate 1: the part that each kind of processor does in its own way, one file each. All give the same bits.
 * Bitmaps have a bit a byte, bit i of word w for byte 64 * w + i. Private to the scanner.
 */
#ifndef AC_WATCH_SCAN_KERNEL_H
#define AC_WATCH_SCAN_KERNEL_H

#include "watch/index_format.h"

/* Words of a region; its maps stay in the second-level cache. */
#define AC_REGION_WORDS 1024
/* Words that one step of the logic takes at most; each kernel has its own, this or half of it. */
#define AC_SCAN_STEP_MAX 8
/* Word 0 of a map is the one before the region, the one behind it is looked at too. */
#define AC_MAP_WORDS (AC_REGION_WORDS + 2 * AC_SCAN_STEP_MAX)

/* Which places are wanted. */
enum {
	AC_WANT_ADDRESS6 = 1,
	AC_WANT_URL = 2,
	AC_WANT_DIGIT_ENDS = 4,  /* names that end in a digit too */
	AC_WANT_SHORT_WORDS = 8, /* ends of words of AC_WANT_LENGTHS, below eight bytes ... */
	AC_WANT_LONG_WORDS = 16, /* ... and of those of eight bytes and more */
	AC_WANT_AS_NUMBERS = 32,
	AC_WANT_RARE = AC_WANT_SHORT_WORDS | AC_WANT_LONG_WORDS | AC_WANT_AS_NUMBERS
};
/* What is wanted of short words: from so many bytes to so many, 1 to 7 each. */
#define AC_WANT_LENGTHS(from, to) ((unsigned)(from) << 8 | (unsigned)(to) << 12)
#define AC_WANT_SHORTEST(want) ((want) >> 8 & 7)
#define AC_WANT_LONGEST(want) ((want) >> 12 & 7)

/* Steps whose bits of `full` are read by one load. */
#define AC_FULL_AT_ONCE 8

/* Places, a bit each, and for each step a bit for each of its words that has some, so that empty ones need not be read again. */
typedef struct ac_places_map {
	uint64_t bits[AC_MAP_WORDS];
	uint8_t full[2 * AC_REGION_WORDS / AC_SCAN_STEP_MAX +
		     64]; /* AC_FULL_AT_ONCE more than there are steps, and whole cache lines */
} ac_places_map;

/* Word 1 of each map is the first that is looked at: it begins a cache line, so that no step's own words lie in two. */
typedef struct ac_scan_maps {
	_Alignas(64) bool wants_words; /* quote_or_s and letter_n are looked at: else a kernel need not tell them */
	uint64_t before[6];
	/* classes of bytes; high: from 0x80 on, which are in `word` too */
	uint64_t word[AC_MAP_WORDS], dot[AC_MAP_WORDS], digit[AC_MAP_WORDS], colon[AC_MAP_WORDS], slash[AC_MAP_WORDS],
	    high[AC_MAP_WORDS];
	/* backslashes; one of "([{"; one of "@AD`ad.:/", which may follow those two in a defanged spelling */
	uint64_t escape[AC_MAP_WORDS], open[AC_MAP_WORDS], follow[AC_MAP_WORDS];
	/* quotes, by which names of members are told, and 's' of either case, which is in `word` too; 'n'. By those two letters names of AS numbers are told from other words. */
	uint64_t quote_or_s[AC_MAP_WORDS], letter_n[AC_MAP_WORDS];
	/* where a defanged spelling may begin */
	uint64_t spelling[AC_MAP_WORDS];
	/* line feeds */
	ac_places_map feed;
	bool has_signs;  /* some byte is '#' or '^', perhaps; false: none is */
	bool has_escape; /* some byte is a backslash, perhaps; false: none is, nor is there a spelling */
	/* behind the last byte of a dotted token; third dot of four numbers; first of 16 word bytes at a place that 16 divides, and not behind such ones;
	 * colon inside what may be an IPv6 address; colon of "://"; behind the last byte of a word; where a path may begin, and line feeds, when the hosts of a region wait for such; rare
	 * ones: with ends of words, the second dot of what may be a MAC address; with AS numbers, the second letters of what ac_as_name_at may tell something of */
	ac_places_map name_end, third_dot, digest, address6, url, word_end, path, rare;
	/* of the word before the next region: dots between digits, second dots of a chain of those, dots behind four word bytes; all bits when a last label goes on, or what may be
	 * the name of a member */
	uint64_t last_number, last_chain, last_group, label_carry, member_carry;
} ac_scan_maps;

typedef struct ac_scan ac_scan;

typedef struct ac_scan_kernel {
	const char *name;
	/* Maps of classes of words * 64 bytes, from word `at` on; has_signs is only ever set. Returns the union of `high`. */
	uint64_t (*classes)(const char *p, size_t words, ac_scan_maps *maps, size_t at);
	/* The map of spellings of words 1 to `words`, from the classes of one more; line feeds may be listed then. False when they hold neither a spelling nor a backslash. */
	bool (*spellings)(ac_scan_maps *maps, size_t words);
	/* The places of words 1 to `words`, in order: bit 0 of word 1 is at `base`. `out` has room for 64 more. Returns how many. */
	size_t (*list)(const ac_places_map *map, size_t words, size_t base, uint32_t *out);
	/* Maps of places of words 1 to `words`, a multiple of AC_SCAN_STEP_MAX but for the last ones, from the classes of words 0 to words + 1 and what is told of the words before. */
	void (*places)(ac_scan_maps *maps, size_t words, unsigned want);
	/* Of n keys, the numbers of those that a gate has, in order; `out` has room for n. Returns how many. */
	size_t (*pass)(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n, uint32_t *out);
	/* All places of words 1 to `words`, which are wanted, through the gates; base: of bit 0 of word 1 in the text. Hosts of URLs wait for the paths of their lines when the scan asks for those. */
	void (*region)(ac_scan *scan, size_t words, size_t base, unsigned want);
} ac_scan_kernel;

/* The first bit from `at` on, below `end`; `end` when there is none. */
static inline size_t
ac_scan_next(const uint64_t *map, size_t at, size_t end)
{
	size_t word = at / 64, last;
	uint64_t bits;

	if (at >= end)
		return end;
	last = (end - 1) / 64;
	bits = map[word] & UINT64_MAX << (at % 64);
	for (unsigned near = 0; !bits; near++) {
		/* it is near, or there is none for long */
		while (near > 2 && word + 4 <= last && !(map[word + 1] | map[word + 2] | map[word + 3] | map[word + 4]))
			word += 4;
		if (word++ >= last)
			return end;
		bits = map[word];
	}
	at = word * 64 + (size_t)__builtin_ctzll(bits);
	return at < end ? at : end;
}

/* The 57 bits from `bit` on, it lowest, by one load. */
static inline uint64_t
ac_bits_at(const uint64_t *map, size_t bit)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return ac_load64((const char *)map + bit / 8) >> (bit % 8);
#else
	return map[bit / 64] >> (bit % 64) | map[bit / 64 + 1] << 1 << (63 - bit % 64);
#endif
}

extern const ac_scan_kernel ac_scan_kernel_portable, ac_scan_kernel_sse2, ac_scan_kernel_avx2, ac_scan_kernel_avx512,
    ac_scan_kernel_neon;

/* The i-th of those that this processor can run, the fastest first; NULL behind the last, which is the portable one. */
const ac_scan_kernel *ac_scan_kernel_at(size_t i);

#endif
