/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch index as bytes: one immutable little-endian file, mapped read-only. Private to this room: index_write.c makes it, index_open.c checks it, index_find.c asks it.
 *
 *	header (4096 bytes), then sections, each aligned to 4 KiB and with a checksum of its own:
 *	gate 1, gate 2   split-block Bloom filters (Putze, Sanders, Singler: Cache-, hash- and space-efficient Bloom filters, 2007), 32-byte blocks
 *	buckets          64 bytes each: eight pairs of fingerprint and record number; a full bucket goes on in the next one
 *	records          one a distinct value; its canonical text or bytes in the pool; its postings
 *	postings         which indicator, and which term of a composite pattern (none: a list entry)
 *	indicators       UUID and meta; metas (name, producer, validity, revocation) are shared by many
 *	terms, conjunctions  composite patterns in disjunctive form: a conjunction holds when all its terms do
 *	unwatched        indicators that are not watched, with the reason
 *	cidr16           a bit per /16 that touches an IPv4 range wider than /24
 *	plain ends       a bit per pair of last bytes of a short anchor without a dot: most words of a log end otherwise
 *	word ends        a bitmap, a power of two in size, by ac_word_end_hash of the long anchors without a dot
 *	pool             bytes
 */
#ifndef AC_WATCH_INDEX_FORMAT_H
#define AC_WATCH_INDEX_FORMAT_H

#include "sys/file.h"
#include "watch/hash.h"
#include "watch/index.h"

#define AC_INDEX_MAGIC 0x1a0a0d5844495741U /* "AWIDX\r\n\x1a" */
#define AC_INDEX_VERSION 2
#define AC_INDEX_HEADER_SIZE 4096
#define AC_INDEX_ALIGN 4096
#define AC_NONE32 UINT32_MAX

typedef enum ac_section_kind {
	AC_SECTION_GATE1,
	AC_SECTION_GATE2,
	AC_SECTION_BUCKETS,
	AC_SECTION_RECORDS,
	AC_SECTION_POSTINGS,
	AC_SECTION_INDICATORS,
	AC_SECTION_METAS,
	AC_SECTION_TERMS,
	AC_SECTION_CONJUNCTIONS,
	AC_SECTION_UNWATCHED,
	AC_SECTION_CIDR16,
	AC_SECTION_PLAIN_ENDS,
	AC_SECTION_WORD_ENDS,
	AC_SECTION_POOL,
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
	AC_INDEX_HAS_URL_ADDRESSES = 32, /* URLs whose host is an address */
	AC_INDEX_HAS_LONG_WORDS = 64,    /* texts whose anchor is a word of AC_WORD_END bytes and more */
	AC_INDEX_HAS_PAIRS = 128         /* values that may be written as pairs of digits joined by colons */
};

typedef struct ac_index_header {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;
	uint64_t file_size;
	int64_t generation;
	ac_hash_seed salt;
	uint64_t ipv4_prefixes;    /* bit n: ranges of /n are here (0..32) */
	uint64_t ipv6_prefixes[3]; /* bit n of 129 */
	uint32_t plain_name_min, plain_name_max;
	uint64_t indicator_count; /* watched ones */
	uint64_t unwatched_count;
	uint32_t section_count;
	uint32_t url_max; /* bytes of the longest URL */
	ac_section sections[AC_SECTION_COUNT];
	uint64_t checksum; /* of everything above */
} ac_index_header;

typedef struct ac_gate_block {
	uint32_t word[8];
} ac_gate_block;

typedef struct ac_bucket_slot {
	uint32_t fingerprint;
	uint32_t record; /* AC_NONE32: empty */
} ac_bucket_slot;
#define AC_BUCKET_SLOTS 8
typedef struct ac_bucket {
	ac_bucket_slot slot[AC_BUCKET_SLOTS];
} ac_bucket;

typedef struct ac_index_record {
	uint64_t text_at; /* pool */
	uint32_t text_n;
	uint8_t type; /* ac_value_type */
	uint8_t prefix_bits;
	uint16_t anchor_at; /* texts: where the anchor begins */
	uint32_t first_posting;
	uint32_t posting_count;
} ac_index_record;

typedef struct ac_index_posting {
	uint32_t indicator;
	uint32_t term; /* AC_NONE32: a list entry */
} ac_index_posting;

typedef struct ac_index_id {
	uint8_t uuid[16];
	uint32_t meta;
	uint32_t
	    id_n; /* not 0: the id is not "indicator--UUID"; its text is in the pool at the first eight bytes of uuid */
} ac_index_id;

/* Flags of a meta: revoked, then a confidence and 1 in eight bits. */
enum { AC_META_REVOKED = 1, AC_META_CONFIDENCE_SHIFT = 8 };
typedef struct ac_index_meta {
	int64_t valid_from_us;
	int64_t valid_until_us;
	uint64_t name_at, producer_at;
	uint32_t name_n, producer_n;
	uint32_t flags;
	uint32_t reserved;
} ac_index_meta;

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
	uint64_t reason_at;
} ac_index_unwatched;

struct ac_index {
	ac_map_file map; /* zeroed when the bytes are the caller's */
	char *owned;     /* bytes on the heap that end with the index; or NULL */
	const ac_index_header *header;
	ac_hash_seed salt;
	uint32_t flags;
	const ac_gate_block *gate1, *gate2;
	uint64_t gate1_blocks, gate2_blocks;
	const ac_bucket *buckets;
	uint64_t bucket_mask;
	const ac_index_record *records;
	uint64_t record_count;
	const ac_index_posting *postings;
	uint64_t posting_count;
	const ac_index_id *ids;
	uint64_t id_count;
	const ac_index_meta *metas;
	uint64_t meta_count;
	const ac_index_term *terms;
	uint64_t term_count;
	const ac_index_conjunction *conjunctions;
	uint64_t conjunction_count;
	const ac_index_unwatched *unwatched;
	uint64_t unwatched_count;
	const uint64_t *cidr16;
	const uint64_t *plain_ends;
	const uint64_t *word_ends;
	unsigned word_end_shift; /* of a hash, to its bit */
	ac_str pool;
};

#define AC_PAIRS 65536 /* of two bytes; also of two octets */
/* The pair of the last bytes of a word, in lower case, that ends at `end`. */
static inline unsigned
ac_plain_end(const unsigned char *fold, const char *end)
{
	return (unsigned)fold[(unsigned char)end[-1]] << 8 | fold[(unsigned char)end[-2]];
}

/* Whether a long anchor may end in a word whose last bytes have this hash. */
static inline bool
ac_word_may_end(const ac_index *index, uint32_t hash)
{
	uint32_t bit = hash >> index->word_end_shift;

	return index->word_ends[bit / 64] >> (bit % 64) & 1;
}

/* Checksum of a section: four independent lanes, each step a bijection, so that any change of one word is seen. For accidents, not forgers. */
uint64_t ac_index_checksum(ac_str bytes);
/* The same checks as ac_index_open on bytes that outlive the index; 8-byte aligned. */
int ac_index_open_bytes(ac_str bytes, ac_index **out, accord_err *err) AC_CHECKED;

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

/* Walk the records whose key is (probably) `key`: start with *at = 0; false at the end. The caller compares the value. */
typedef struct ac_find {
	uint64_t bucket;
	unsigned slot;
	uint64_t left; /* buckets that may still be looked at */
} ac_find;
static inline ac_find
ac_find_start(const ac_index *index, uint64_t key)
{
	return (ac_find){ key & index->bucket_mask, 0, index->bucket_mask + 1 };
}
bool ac_find_next(const ac_index *index, ac_find *find, uint64_t key, uint32_t *out_record);

/* Canonical text or bytes of a record. */
static inline ac_str
ac_index_text(const ac_index *index, uint64_t at, uint32_t n)
{
	return (ac_str){ index->pool.p + at, n };
}

/* "indicator--" and the text of a UUID: 47 characters. */
void ac_index_id_format(const uint8_t uuid[static 16], char out[static 48]);
/* STIX id of an indicator; a view of out or of the pool. */
ac_str ac_index_id_text(const ac_index *index, uint32_t indicator, char out[static 48]);

#endif
