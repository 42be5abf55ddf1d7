/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch index as bytes: one immutable little-endian file, mapped read-only. Private to this room: index_write.c makes it, index_open.c checks it, index_find.c reads it.
 *
 *	header (4096 bytes), then the sections in the order of ac_section_kind, each from the next multiple of 4 KiB on, with zeros between, and a checksum of its own:
 *	metas            what many indicators share: name, producer, validity, revocation, PAP
 *	terms, conjunctions  composite patterns in disjunctive form: a conjunction holds when all its terms do
 *	unwatched        indicators that are not watched, with the reason
 *	patterns         indicators whose pattern is evaluated on events (patterns.h), with its text in canonical form
 *	cidr16           a bit per /16 that touches an IPv4 range wider than /24
 *	networks         a bitmap, a power of two in size, by ac_network_bit of the /24s that hold an address, a range of /24 and smaller, or a URL's host; exact when it has a bit for each /24
 *	last labels      a bit per ac_last_label of a name or dotted anchor: most dotted tokens of a log end in none of them
 *	word ends        a bitmap, a power of two in size, with three bits of one word by ac_word_end_hash of each anchor without a dot (ac_word_end_set)
 *	tombs            overlays only: indicators of the base that are withdrawn or said anew here
 *	pool             texts, indicators that several values share, and then the records, bucket by bucket
 *	directory        where in the pool each bucket's records begin, and behind the last one where they end
 *	gate 1, gate 2   split-block Bloom filters (Putze, Sanders, Singler: Cache-, hash- and space-efficient Bloom filters, 2007), 32-byte blocks; the keys of one text, and of
 *	                 one address, are in one block
 *
 * A record is one distinct value and stands with its bytes and its postings in one place, so that finding it is two far accesses, and a list's entry costs five bytes beside its value:
 *
 *	1 byte   fingerprint: the lowest byte of the key
 *	1 byte   ac_value_type; | 0x80: a number follows the length; | 0x40: several postings
 *	varint   length of the bytes, unless the type has one (addresses, digests)
 *	varint   with 0x80: the prefix length of a range, or where a text's anchor begins
 *	bytes    canonical text; addresses and digests in binary
 *	varint   with 0x40: length of the postings
 *	postings
 *
 * A posting says who lists the value. Its place in the pool is the number of its indicator:
 *
 *	1 byte   kind; | 0x40: a term's number follows; | 0x80: the last one
 *	row      varint: meta. The id is derived from producer, type and value (ac_row_id)
 *	uuid     16 bytes, varint: meta. The id is "indicator--" and the UUID
 *	text     varint: length, the id, varint: meta
 *	shared   varint: place in the pool of an indicator of the kinds uuid or text
 *	gate     varint: 0. Nobody lists the value: records that hold it are read for the patterns (index_gate.c)
 *	varint   with 0x40: term of a composite pattern
 *
 * An overlay is a file of the same form on top of a base. Where a base has filters (gates, word ends, networks), an overlay has their keys, which are put into the process's own copy of the
 * base's. Numbers of places go on from those of the base: see ac_index_part.
 *
 * Everything that is read as a place is bounded where it is read (records, postings), or checked when the file is opened (all else).
 */
#ifndef AC_WATCH_INDEX_FORMAT_H
#define AC_WATCH_INDEX_FORMAT_H

#include <assert.h>
#include <stdatomic.h>

#include "crypto/digest.h"
#include "sys/file.h"
#include "watch/hash.h"
#include "watch/index.h"

#define AC_INDEX_MAGIC 0x1a0a0d5844495741U /* "AWIDX\r\n\x1a" */
#define AC_INDEX_VERSION 17
#define AC_INDEX_HEADER_SIZE 4096
#define AC_INDEX_ALIGN 4096
#define AC_NONE32 UINT32_MAX

typedef enum ac_section_kind {
	AC_SECTION_METAS,
	AC_SECTION_TERMS,
	AC_SECTION_CONJUNCTIONS,
	AC_SECTION_UNWATCHED,
	AC_SECTION_PATTERNS,
	AC_SECTION_CIDR16,
	AC_SECTION_NETWORKS,
	AC_SECTION_LAST_LABELS,
	AC_SECTION_WORD_ENDS,
	AC_SECTION_TOMBS,
	AC_SECTION_POOL,
	AC_SECTION_DIRECTORY,
	AC_SECTION_GATE1,
	AC_SECTION_GATE2,
	AC_SECTION_COUNT
} ac_section_kind;

typedef struct ac_section {
	uint64_t offset;
	uint64_t length; /* bytes */
	uint64_t checksum;
} ac_section;

/* What kinds of values there are: a scan leaves out the passes that cannot find anything. */
enum {
	AC_INDEX_HAS_IDN = 1,          /* a domain with a punycode label */
	AC_INDEX_HAS_PLAIN_NAMES = 2,  /* texts whose anchor is a short word */
	AC_INDEX_HAS_NUMERIC_ENDS = 4, /* texts whose anchor ends in a label of digits */
	AC_INDEX_HAS_URLS = 8,
	AC_INDEX_HAS_IPV6 = 16,
	AC_INDEX_HAS_URL_ADDRESSES = 32,  /* URLs whose host is an address */
	AC_INDEX_HAS_LONG_WORDS = 64,     /* texts whose anchor is a word of AC_WORD_END bytes and more */
	AC_INDEX_HAS_PAIRS = 128,         /* values that may be written as pairs of digits joined by colons */
	AC_INDEX_HAS_PATTERN_GATES = 512, /* postings of the kind gate */
	AC_INDEX_HAS_SLASH_WORDS = 1024,  /* texts whose anchor is a short word behind a backslash */
	AC_INDEX_HAS_URL_IPV6 = 2048,     /* URLs whose host is an IPv6 address */
	AC_INDEX_HAS_DIGIT_ENDS = 256,    /* names that end in a digit, also where the last label is not all digits */
	AC_INDEX_HAS_AS_NUMBERS = 4096
};

typedef struct ac_index_header {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;
	uint64_t file_size;
	int64_t generation;
	int64_t built_us; /* 0: not told */
	/* Of an overlay: its base's, so that it is never laid on another one; else 0. */
	int64_t base_generation;
	uint64_t base_checksum;         /* of the base's header */
	int64_t last_version, last_row; /* newest object and row of the store that is here; 0: not from a store */
	ac_hash_seed salt;
	uint64_t ipv4_prefixes;    /* bit n: ranges of /n are here (0..32) */
	uint64_t ipv6_prefixes[3]; /* bit n of 129 */
	uint32_t plain_name_min, plain_name_max;
	uint64_t indicator_count; /* watched ones; of an overlay: of base and overlay together */
	uint64_t unwatched_count; /* in this file */
	uint32_t section_count;
	uint32_t url_max; /* bytes of the longest URL */
	ac_section sections[AC_SECTION_COUNT];
	uint64_t checksum; /* of everything above */
} ac_index_header;

/*
 * Memory is asked for a line that will be looked at soon, into the second-level cache: that keeps twice as many lines on their way as the first, which has room for some twenty and
 * lets nothing pass when it is full.
 */
static inline void
ac_ask_line(const void *p)
{
	__builtin_prefetch(p, 0, 2);
}

typedef struct ac_gate_block {
	uint32_t word[8];
} ac_gate_block;

/* On average: fewer bytes of a directory would be more records to step over, and more lines of the cache. */
#define AC_BUCKET_RECORDS 1

enum { AC_RECORD_NUMBER = 0x80, AC_RECORD_MANY = 0x40, AC_RECORD_TYPE = 0x3f };
static_assert(AC_VALUE_TYPE_COUNT <= 64, "types fit in six bits of a record");

enum {
	AC_POSTING_ROW = 1,
	AC_POSTING_UUID = 2,
	AC_POSTING_TEXT = 3,
	AC_POSTING_SHARED = 4,
	AC_POSTING_GATE = 5,
	AC_POSTING_SPELLED = 6 /* shared, and the record is the value as URLs and W3C logs spell it */
};
enum { AC_POSTING_KIND = 0x3f, AC_POSTING_TERM = 0x40, AC_POSTING_LAST = 0x80 };

/* A record as it is read. */
typedef struct ac_index_record {
	ac_str text;
	uint8_t type; /* ac_value_type; AC_VALUE_NONE: there is none at that place */
	uint8_t fingerprint;
	uint8_t prefix_bits; /* of addresses */
	uint16_t anchor_at;  /* texts: where the anchor begins */
	ac_str postings;
	uint32_t place;            /* its own */
	uint32_t postings_at;      /* theirs */
	uint32_t from, first_term; /* of its part */
	uint32_t term_limit;       /* behind the last term */
} ac_index_record;

typedef struct ac_index_posting {
	uint32_t indicator; /* its place */
	uint32_t term;      /* AC_NONE32: a list entry; AC_TERM_GATE: nobody's */
	bool is_spelled;    /* the record is the value as URLs and W3C logs spell it */
	uint32_t meta;      /* of its part; AC_NONE32: the indicator that it leads to says which */
} ac_index_posting;
#define AC_TERM_GATE (UINT32_MAX - 1)

/* Flags of a meta: revoked, ac_pap in three bits, then from the ninth bit on a confidence and 1 in eight bits, then the length of a warning list's name. */
enum {
	AC_META_REVOKED = 1,
	AC_META_PAP_SHIFT = 1,
	AC_META_PAP = 7,
	AC_META_CONFIDENCE_SHIFT = 8,
	AC_META_WARNING_SHIFT = 16
};
typedef struct ac_index_meta {
	int64_t valid_from_us;
	int64_t valid_until_us;
	uint32_t name_at, name_n;
	uint32_t producer_at, producer_n;
	uint32_t flags;
	uint32_t warning_at;
} ac_index_meta;

/* It says nothing that could hold a match back. */
static inline bool
ac_meta_is_plain(const ac_index_meta *meta)
{
	return !(meta->flags & ~((uint32_t)AC_META_PAP << AC_META_PAP_SHIFT)) && meta->valid_until_us == INT64_MAX;
}

/* An indicator as it is read; texts view the index. */
typedef struct ac_index_who {
	bool is_row;         /* its id is derived */
	const uint8_t *uuid; /* or NULL */
	ac_str id_text;      /* when it is neither */
	ac_str name, producer;
	ac_str warning;                        /* the warning list that its value is on; empty: none */
	int64_t valid_from_us, valid_until_us; /* INT64_MIN, INT64_MAX: not said */
	uint32_t flags;
} ac_index_who;

/* By the flags of a meta. What is no level, from a damaged file that was taken, is the strictest. */
static inline ac_pap
ac_index_pap(uint32_t flags)
{
	unsigned pap = flags >> AC_META_PAP_SHIFT & AC_META_PAP;

	return pap <= AC_PAP_RED ? (ac_pap)pap : AC_PAP_RED;
}

/* An indicator of the base that an overlay hides: two keyed hashes of its id. */
typedef struct ac_index_tomb {
	uint64_t word[2];
} ac_index_tomb;

/* Which end of a connection or message a term speaks of. Stored. */
typedef enum ac_term_role { AC_TERM_ANY = 0, AC_TERM_SOURCE = 1, AC_TERM_DESTINATION = 2 } ac_term_role;

typedef struct ac_index_term {
	uint64_t text_at; /* the constant as the pattern spells it */
	uint32_t text_n;
	uint32_t conjunction;
	uint8_t role;
	uint8_t is_file;   /* of one file object with the other such terms */
	uint8_t is_subset; /* ISSUBSET: members of the range; else exact text */
	uint8_t reserved[5];
} ac_index_term;

typedef struct ac_index_conjunction {
	uint32_t first_term;
	uint32_t term_count;
	int32_t source_port; /* -1: not asked */
	int32_t destination_port;
	uint64_t protocol_at; /* lower case */
	uint32_t protocol_n;  /* 0: not asked */
	uint32_t reserved;
} ac_index_conjunction;

typedef struct ac_index_unwatched {
	uint32_t indicator;
	uint32_t reason_n;
	uint32_t reason_at;
	uint32_t reserved;
} ac_index_unwatched;

typedef struct ac_index_pattern {
	uint32_t indicator;
	uint32_t text_n;
	uint32_t text_at;
	uint32_t is_gated; /* 1: only records with a value that has a posting of the kind gate can be its; 0: any */
} ac_index_pattern;

/* Bytes that several indexes may share: those of an index, and of the same with another overlay. */
typedef struct ac_index_bytes {
	atomic_uint users;
	ac_map_file map;     /* zeroed when the bytes are not a file's */
	char *owned;         /* bytes on the heap; or NULL */
	uint32_t *directory; /* its copy in huge pages; or NULL */
} ac_index_bytes;

/* One file of an index. */
typedef struct ac_index_part {
	ac_index_bytes *bytes;
	const ac_index_header *header;
	const ac_index_meta *metas;
	uint64_t meta_count;
	const ac_index_unwatched *unwatched;
	uint64_t unwatched_count;
	const ac_index_pattern *patterns;
	uint64_t pattern_count;
	const ac_index_tomb *tombs; /* sorted */
	uint64_t tomb_count;
	ac_str pool;
	const uint32_t *directory;
	uint64_t bucket_count;
	/* Added to places in this part's pool, and to its terms: 0 in the base, in an overlay what the base has. */
	uint32_t from, first_term;
} ac_index_part;

/* A bit for each /24. */
#define AC_NETWORKS ((uint64_t)1 << 24)
/* A bitmap of AC_NETWORKS >> shift: which /24s hold something. Of AC_NETWORKS each has its own, of fewer some share one by chance. */
typedef struct ac_networks {
	const uint64_t *bits;
	uint32_t odd; /* of the salt */
	unsigned shift;
} ac_networks;

static inline ac_networks
ac_networks_of(const uint64_t *bits, ac_hash_seed salt, unsigned shift)
{
	return (ac_networks){ bits, (uint32_t)salt.word[0] | 1, shift };
}

/* The bit of a /24, which is an address without its last octet. */
static inline uint32_t
ac_network_bit(const ac_networks *networks, uint32_t top)
{
	return (top * networks->odd & (uint32_t)(AC_NETWORKS - 1)) >> networks->shift;
}

/* Whether the /24 of an address may hold something. */
static inline bool
ac_network_is_open(const ac_networks *networks, uint32_t address)
{
	uint32_t bit = ac_network_bit(networks, address >> 8);

	return networks->bits[bit / 64] >> (bit % 64) & 1;
}

struct ac_index {
	ac_index_part base, overlay; /* overlay.header NULL: there is none */
	/* What a scan looks at: the base's (of large gates, copies in huge pages), or, under an overlay, copies with the keys of both. */
	ac_hash_seed salt;
	uint32_t flags;
	uint32_t plain_name_min, plain_name_max, url_max;
	uint64_t ipv4_prefixes, ipv6_prefixes[3];
	const ac_gate_block *gate1, *gate2;
	uint64_t gate1_blocks, gate2_blocks;
	const uint64_t *cidr16;
	ac_networks networks;
	const uint64_t *last_labels;
	const uint64_t *word_ends;
	unsigned word_end_shift; /* of a hash, to its bit */
	const ac_index_term *terms;
	uint64_t term_count;
	const ac_index_conjunction *conjunctions;
	uint64_t conjunction_count;
	char *copies; /* one block that holds all copies; or NULL */
};

#define AC_PAIRS 65536 /* of two octets; also what 16 bits of a hash tell apart */
/* Three bits of one word of a map of 2^(32 - shift) bits: of other words one in eleven to a hundred passes, where with a single bit one in five to ten would. */
static inline void
ac_word_end_set(uint64_t *map, unsigned shift, uint32_t hash)
{
	uint32_t bit = hash >> shift;

	map[bit / 64] |= (uint64_t)1 << (bit % 64) | (uint64_t)1 << (hash % 64) | (uint64_t)1 << (hash / 64 % 64);
}

/* Whether an anchor may end as a word whose last bytes have this hash. */
static inline bool
ac_word_may_end(const ac_index *index, uint32_t hash)
{
	uint32_t bit = hash >> index->word_end_shift;
	uint64_t word = index->word_ends[bit / 64];

	return word >> (bit % 64) & word >> (hash % 64) & word >> (hash / 64 % 64) & 1;
}

/* "Prefix lengths" at gate 2 only: of an address that is the host of some URL; of a /24 that holds ranges, itself or smaller ones. */
#define AC_ADDRESS_URL_HOST 33
#define AC_ADDRESS_HAS_RANGES 34
/* The key of the network of `bits` that holds an address. */
static inline uint64_t
ac_ipv4_key(uint32_t address, unsigned bits, ac_hash_seed salt)
{
	uint32_t mask = bits == 0 ? 0 : bits < 32 ? UINT32_MAX << (32 - bits) : UINT32_MAX, network = address & mask;

	/* an address and the host of some URL in one block */
	return ac_key_beside(
	    ac_words_key(network, bits, salt, AC_KEY_IPV4), ac_words_key(network, 32, salt, AC_KEY_IPV4));
}

/* The same of an IPv6 address, its first eight bytes as a number and its last ones. */
static inline uint64_t
ac_ipv6_key(uint64_t high, uint64_t low, unsigned bits, ac_hash_seed salt)
{
	uint64_t top = bits >= 64 ? high : bits ? high & UINT64_MAX << (64 - bits) : 0;
	uint64_t rest = bits >= 128 ? low : bits > 64 ? low & UINT64_MAX << (128 - bits) : 0;

	return ac_words_key(top, rest ^ ((uint64_t)bits * 0x9e3779b97f4a7c15U), salt, AC_KEY_IPV6);
}

/* Checksum of a section: independent lanes, each step a bijection, so that any change of one word is seen. For accidents, not forgers. */
#define AC_CHECKSUM_LANES 8
typedef struct ac_checksum {
	uint64_t lane[AC_CHECKSUM_LANES];
	uint64_t n;
} ac_checksum;
void ac_checksum_start(ac_checksum *sum);
/* All calls but the last with a multiple of 64 bytes. */
void ac_checksum_add(ac_checksum *sum, ac_str bytes);
uint64_t ac_checksum_end(const ac_checksum *sum);
uint64_t ac_index_checksum(ac_str bytes);
/* The same checks as ac_index_open on bytes that outlive the index; 8-byte aligned. */
int ac_index_open_bytes(ac_str bytes, ac_index **out, accord_err *err) AC_CHECKED;
/* The same with bytes from malloc, which end with the index; they stay the caller's when it fails. */
int ac_index_open_owned(char *bytes, size_t n, ac_index **out, accord_err *err) AC_CHECKED;
/* ac_index_lay_over with bytes from malloc, as above. */
int ac_index_lay_over_owned(const ac_index *base, char *bytes, size_t n, ac_index **out, accord_err *err) AC_CHECKED;

static inline const ac_gate_block *
ac_gate_block_of(const ac_gate_block *gate, uint64_t blocks, uint64_t key)
{
	return gate + (((key >> 32) * blocks) >> 32);
}

/* Odd multipliers, one a word of a block. */
#define AC_GATE_BIT(key, i) (1U << (((uint32_t)(key)*ac_gate_odd[i]) >> 27))
static const uint32_t ac_gate_odd[8] = { 0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU, 0x705495c7U, 0x2df1424bU,
	0x9efc4947U, 0x5c6bfb31U };

static inline bool
ac_gate_has(const ac_gate_block *gate, uint64_t blocks, uint64_t key)
{
	const ac_gate_block *block = ac_gate_block_of(gate, blocks, key);
	uint32_t missing = 0;

	for (unsigned i = 0; i < 8; i++)
		missing |= ~block->word[i] & AC_GATE_BIT(key, i);
	return missing == 0;
}

/* Put a key in; whether it was (surely) new. */
static inline bool
ac_gate_add(ac_gate_block *gate, uint64_t blocks, uint64_t key)
{
	ac_gate_block *block = gate + (((key >> 32) * blocks) >> 32);
	uint32_t missing = 0;

	for (unsigned i = 0; i < 8; i++) {
		missing |= ~block->word[i] & AC_GATE_BIT(key, i);
		block->word[i] |= AC_GATE_BIT(key, i);
	}
	return missing != 0;
}

/*
 * Before the records of key number `at` of n are walked, for each from 0 on: memory is asked for those of some that follow, which is answered while those before are compared. In two steps, so that
 * neither the places of buckets nor their records are waited for one after the other.
 */
void ac_find_ahead(const ac_index *index, const uint64_t *keys, size_t n, size_t at);

static inline uint64_t
ac_bucket_of(const ac_index_part *part, uint64_t key)
{
	return (key >> 32) * part->bucket_count >> 32;
}

/* Where the records of the first of n keys are will be asked: something else can be done before ac_find_ahead is. */
static inline void
ac_find_ask(const ac_index *index, const uint64_t *keys, size_t n)
{
	for (size_t i = 0; i < n && i < 16; i++) {
		ac_ask_line(&index->base.directory[ac_bucket_of(&index->base, keys[i])]);
		if (index->overlay.header)
			ac_ask_line(&index->overlay.directory[ac_bucket_of(&index->overlay, keys[i])]);
	}
}

/* Walk the records whose key is (probably) `key`, base before overlay; false at the end. The caller compares the value. */
typedef struct ac_find {
	uint32_t at, end; /* in the pool of the part */
	bool in_overlay;
} ac_find;
ac_find ac_find_start(const ac_index *index, uint64_t key);
bool ac_find_next(const ac_index *index, ac_find *find, uint64_t key, ac_index_record *out);

/*
 * For finders that stop at the first equal value: the overlay's record of a value of the base; AC_NONE32: none. Of domains, e-mail addresses, URLs, and texts that are their own
 * anchor.
 */
uint32_t ac_index_twin(const ac_index *index, uint32_t place);
/* All records of the base and then of the overlay: start with *place = 0; false at the end. */
bool ac_index_each_record(const ac_index *index, uint32_t *place, ac_index_record *out);
/* The record at a place; of type AC_VALUE_NONE, without postings, when none is there. */
ac_index_record ac_index_record_at(const ac_index *index, uint32_t place);
/*
 * The same of a record that one list has, as most are. False: it may be any, ac_index_record_at and ac_posting_next tell. What an overlay says of a record of its base is not looked at.
 */
typedef struct ac_index_lone {
	ac_str text;
	const ac_index_meta *meta;
	const uint8_t *uuid; /* NULL: the id is derived */
	uint32_t indicator;
	uint8_t type;
} ac_index_lone;
bool ac_index_lone_at(const ac_index *index, uint32_t place, ac_index_lone *out);
/* The record at a place will be read; or there is none (AC_NONE32). */
void ac_index_prefetch(const ac_index *index, uint32_t place);
/* One record from *p on, not beyond end; *p is then behind it. False when the bytes are none. */
bool ac_record_read(const char **p, const char *end, ac_index_record *out);
/* Walk a record's postings: start with *at = 0; false at the end. */
bool ac_posting_next(const ac_index_record *record, size_t *at, ac_index_posting *out);
/* Whether a posting's indicator says nothing of itself that could hold a match back. False: it may. */
bool ac_posting_is_plain(const ac_index *index, const ac_index_posting *posting);
/* Who an indicator is; a nameless one, when none is at that place. */
ac_index_who ac_index_who_at(const ac_index *index, uint32_t indicator);
/* All patterns of the section, but those that are withdrawn; indicator as for ac_index_who_at. Texts view the index. */
typedef int (*ac_on_pattern)(void *payload, uint32_t indicator, ac_str text, bool is_gated, accord_err *err);
int ac_index_each_pattern(const ac_index *index, ac_on_pattern on, void *payload, accord_err *err) AC_CHECKED;
/* Whether the overlay withdraws an indicator of the base or says it anew. */
bool ac_index_is_hidden(const ac_index *index, uint32_t indicator, ac_str id);
ac_index_tomb ac_index_tomb_of(ac_hash_seed salt, ac_str id);
int ac_index_tomb_cmp(const void *a, const void *b);

/* A text at a place; the place and the length were checked. */
static inline ac_str
ac_index_text(const ac_index *index, uint64_t place, uint32_t n)
{
	return place < index->base.pool.n ? (ac_str){ index->base.pool.p + place, n }
					  : (ac_str){ index->overlay.pool.p + (place - index->base.pool.n), n };
}

/* Numbers of seven bits a byte, lowest first. False when it is none below 2^32. */
static inline bool
ac_varint_read(const char **p, const char *end, uint32_t *out)
{
	uint64_t value = 0;

	if (*p < end && (unsigned char)**p < 0x80) {
		*out = (unsigned char)*(*p)++;
		return true;
	}
	for (unsigned shift = 0; shift < 35; shift += 7) {
		unsigned char c;

		if (*p >= end)
			return false;
		c = (unsigned char)*(*p)++;
		value |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			*out = (uint32_t)value;
			return value <= UINT32_MAX;
		}
	}
	return false;
}

#define AC_VARINT_MAX 5
static inline size_t
ac_varint_write(char out[static AC_VARINT_MAX], uint32_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		out[n++] = (char)(value | 0x80);
	out[n++] = (char)value;
	return n;
}

/* Bytes of a value of this type in a record; 0: as many as the record says. */
uint32_t ac_record_fixed_size(ac_value_type type);

/* "indicator--" and the text of a UUID: 47 characters in out. */
ac_str ac_index_id_format(const uint8_t uuid[static 16], char out[static 48]);
/* The text that an id is derived from, and that stands for an indicator without a name; in arena, or a view of the index. */
ac_str ac_index_value_text(const ac_index_record *record, ac_arena *arena);
/* STIX id of an indicator that lists `record`, in arena or a view of the index. {NULL,0} without memory. */
ac_str ac_index_id_text(
    const ac_index *index, const ac_index_record *record, uint32_t indicator, ac_digester *digester, ac_arena *arena);
/* The same of an indicator that was read. */
ac_str ac_index_id_of(const ac_index_who *who, const ac_index_record *record, ac_digester *digester, ac_arena *arena);

#endif
