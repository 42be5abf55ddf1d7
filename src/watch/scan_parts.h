/* SPDX-License-Identifier: Apache-2.0 */
/* Between scan.c and the parts of scan_region.h: lists, batches, and windows of bitmaps. Private to the scanner. */
#ifndef AC_WATCH_SCAN_PARTS_H
#define AC_WATCH_SCAN_PARTS_H

#include "watch/percent.h"
#include "watch/scan.h"

/* Tokens whose keys are made before the first is looked up. */
#define AC_SCAN_BATCH 256
/* Keys at gate 2 of one token: networks of an address. */
#define AC_KEYS_EACH 36
/* The same of a name: its parents, and what else it may be. */
#define AC_PARENTS_MAX 8
#define AC_NAME_KEYS (AC_PARENTS_MAX + 4)
#define AC_DIGEST_DIGITS_MAX 128
/* Hosts of URLs of one region that wait for the paths of their lines; more are looked at one by one. */
#define AC_HOSTS_WAITING 1024

/* Third dots that are looked at together. */
#define AC_QUADS_AT_ONCE 64
/* Dotted quads: four numbers to 255 without leading zeros, no word and no fifth number at either end. A vector of them is written at a time. */
typedef struct ac_quads {
	uint32_t at[AC_SCAN_BATCH + 16], n[AC_SCAN_BATCH + 16]; /* in the text */
	uint32_t address[AC_SCAN_BATCH + 16];
} ac_quads;

/* A dotted quad in a network that holds something, or that is near a wide range. */
typedef struct ac_address4 {
	uint32_t at, n; /* in the text */
	uint32_t address;
	bool is_open;  /* its /24 holds something */
	bool is_wide;  /* its /16 touches a range wider than /24 */
	bool is_known; /* somebody's, or that of some URL */
	bool is_asked; /* what stands around it is known: */
	bool is_part;  /* of an IPv6 address */
	unsigned flags;
} ac_address4;

/* An IPv6 address; is_mapped: it stands for an IPv4 address. */
#define AC_ADDRESSES6 32
typedef struct ac_address6 {
	uint8_t address[16];
	uint32_t at, n; /* in the text */
	bool is_mapped;
} ac_address6;

/* Keys at gate 2, whose blocks are on their way. */
typedef struct ac_asked {
	uint64_t keys[AC_SCAN_BATCH * AC_KEYS_EACH];
	uint32_t owners[AC_SCAN_BATCH * AC_KEYS_EACH]; /* what they are of */
	uint8_t kinds[AC_SCAN_BATCH * AC_KEYS_EACH];   /* see who puts them there */
	size_t n;
} ac_asked;

/* A name or host that gate 1 let pass. */
typedef struct ac_name_try {
	uint32_t end, n;
	uint32_t key_count; /* in name_keys, behind those of the ones before; the last is that of a URL's host */
} ac_name_try;

/* A name at its `end` in the bitmaps: a window of so many bits is one load. */
#define AC_NAME_WINDOW 57
typedef struct ac_name_run {
	unsigned n;      /* word bytes and dots before the end; AC_NAME_WINDOW: perhaps more */
	unsigned suffix; /* bytes of the last two labels, AC_SUFFIX_MAX at most */
	uint64_t dots;   /* of those, the nearest to the end highest */
} ac_name_run;

/* A name that was seen before as the host of some URL, whose key is `key`. */
typedef struct ac_seen_name {
	uint64_t key;
	uint32_t end, n;
} ac_seen_name;

/* A host of some URL, in the text. */
typedef struct ac_host_wait {
	uint64_t key;
	uint32_t at, n;
	ac_value_type type;
} ac_host_wait;

/* A plain host of some URL, in a URL or alone. */
typedef struct ac_url_wait {
	uint64_t key;   /* of its host */
	uint32_t at, n; /* its host in the text */
} ac_url_wait;

/* Places of a region, of which those before `at` are done with; no two are next to each other. */
typedef struct ac_list {
	uint32_t places[AC_REGION_WORDS * 32 + 64];
	size_t n, at;
} ac_list;

struct ac_places {
	ac_host_wait hosts[AC_HOSTS_WAITING];
	size_t host_count;
	uint32_t list[AC_REGION_WORDS * 64 + 64];
	/* what of a region is looked at by batches of all three, so that memory is asked for what one needs while another is worked on */
	ac_list thirds, names, lanes;
	uint32_t passed[AC_SCAN_BATCH + 16], passed2[AC_SCAN_BATCH * AC_KEYS_EACH];
	ac_quads quads;
	ac_address4 near[AC_SCAN_BATCH + 1];
	ac_address6 addresses6[AC_ADDRESSES6];
	size_t near_count;
	ac_asked networks, networks6, paths;
	size_t first_count,
	    second_at;   /* of networks: those that passed of the first ones; where the second ones begin */
	size_t waiting6; /* of addresses6: those whose keys are in networks6 */
	ac_name_run runs[AC_SCAN_BATCH + 8];
	ac_seen_name seen[AC_SCAN_BATCH + 1];
	uint64_t keys[AC_SCAN_BATCH + 1];
	size_t seen_count;
	ac_name_try tries[AC_SCAN_BATCH + 1];
	size_t try_count;
	uint64_t name_keys[AC_SCAN_BATCH * AC_NAME_KEYS];
	uint8_t name_kinds[AC_SCAN_BATCH * AC_NAME_KEYS];
	uint32_t name_passed[AC_SCAN_BATCH * AC_NAME_KEYS];
	size_t name_key_count;
	/* keys of names whose records are walked, with their numbers in `tries`, and kinds */
	uint64_t walked[AC_SCAN_BATCH * AC_NAME_KEYS];
	uint32_t walked_tries[AC_SCAN_BATCH * AC_NAME_KEYS];
	uint8_t walked_kinds[AC_SCAN_BATCH * AC_NAME_KEYS];
	size_t walk_count;
	uint64_t digest_keys[AC_SCAN_BATCH + 1];
	uint32_t digest_ends[AC_SCAN_BATCH + 8], digest_lengths[AC_SCAN_BATCH + 8];
	ac_url_wait urls[AC_SCAN_BATCH + 1];
	uint64_t url_keys[AC_SCAN_BATCH + 1]; /* of their paths; of likely URLs */
	size_t url_count;
	uint32_t colons[AC_SCAN_BATCH]; /* of those whose path gate 2 let pass */
	ac_str likely[AC_SCAN_BATCH];
	/* words that the filter of their ends let pass, and their keys */
	ac_name_try words[AC_SCAN_BATCH];
	uint64_t word_keys[AC_SCAN_BATCH];
	size_t word_count;
};

/* The places of a region are in the text; their bits are at place - base + 64: word 0 of the maps is the one before. */

/*
 * Ask for so many more cache lines of what comes behind the text: a region takes longer than the processor's own prefetching looks ahead, and all at once they would keep others
 * waiting. Nothing is read, so that it does not matter what stands there.
 */
static inline void
ac_ask_ahead(ac_scan *s, unsigned lines)
{
	uintptr_t at = s->ahead, end = at + 64 * (uintptr_t)lines;

	s->ahead = end = end < s->ahead_end ? end : s->ahead_end;
	for (; at < end; at += 64)
		ac_ask_line((const void *)at);
}

/* The 64 bits before `bit`, the nearest one highest. */
static inline uint64_t
ac_bits_before(const uint64_t *map, size_t bit)
{
	return map[bit / 64] << 1 << (63 - bit % 64) | map[bit / 64 - 1] >> (bit % 64);
}

static inline ac_name_run
ac_name_run_at(const ac_scan_maps *m, size_t end)
{
	uint64_t dots = ac_bits_at(m->dot, end - AC_NAME_WINDOW) << (64 - AC_NAME_WINDOW);
	uint64_t others = ~(ac_bits_at(m->word, end - AC_NAME_WINDOW) << (64 - AC_NAME_WINDOW) | dots);
	unsigned n = (unsigned)__builtin_clzll(others), last = (unsigned)__builtin_clzll(dots | 1);
	/* without a second dot more than there are bytes */
	unsigned suffix = last + 1 + (unsigned)__builtin_clzll(dots << last << 1 | 1);

	suffix = suffix < n ? suffix : n;
	return (ac_name_run){ n, suffix < AC_SUFFIX_MAX ? suffix : AC_SUFFIX_MAX, dots & ~(UINT64_MAX >> n) };
}

/* Before a third dot whose numbers are no address: whether the first of them stands behind a percent-encoded byte, perhaps ("%2F192.0.2.1", "%20192.0.2.1"). AC_PERCENT_LOOK bytes before it are read. */
#define AC_PERCENT_LOOK 32
static inline bool
ac_may_be_behind_percent(const char *third)
{
	const char *p = third;

	while (third - p < 16 && (ac_is_decimal(p[-1]) || p[-1] == '.'))
		p--;
	for (unsigned i = 1; i <= 2 * AC_PERCENT_LAYERS + 1; i += 2)
		if (p[-(ptrdiff_t)i] == '%')
			return true;
	return false;
}

#define AC_ONES 255, 255, 255, 255, 255, 255, 255, 255

/* What stays of one of AC_SEEN_WORDS words before a place, the last being 0, when n bytes before it do. */
static inline uint64_t
ac_keep_last(unsigned word, unsigned n)
{
	static const uint8_t keep[16 * AC_SEEN_WORDS] = {
		[8 * AC_SEEN_WORDS] = AC_ONES, AC_ONES, AC_ONES, AC_ONES, AC_ONES, AC_ONES
	};

	return ac_load64(keep + 8 * (AC_SEEN_WORDS - 1 - word) + n);
}

/* Gate key of the last n bytes before `end`, in any case; AC_SUFFIX_MAX bytes are read. */
static inline uint64_t
ac_suffix_key_at(const char *end, unsigned n, ac_hash_seed salt)
{
	uint64_t last[4];

	for (unsigned i = 0; i < 4; i++)
		last[i] = (ac_load64(end - AC_SUFFIX_MAX + 8 * (size_t)i) | AC_NO_CASE) & ac_keep_last(3 - i, n);
	return ac_suffix_words_key(last, salt);
}

/* Put a key of an address behind `count` others. Returns how many there are then. */
static inline size_t
ac_ask_for(ac_asked *asked, size_t count, uint32_t owner, unsigned kind, uint64_t key)
{
	asked->keys[count] = key;
	asked->owners[count] = owner;
	asked->kinds[count] = (uint8_t)kind;
	return count + 1;
}

static inline uint32_t
ac_stranger_slot(uint32_t address)
{
	return address * 0x9e3779b1U >> (32 - AC_STRANGERS_BITS);
}

#endif
