/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of the memory of observables as bytes: values that were seen on the days of one span of 16, sorted, each with its days. Private to this room: retro_write.c makes parts,
 * retro_part.c checks and reads them, retro_merge.c reads several as one.
 *
 * Why so: every value is kept itself (nothing false: a digest of it would have to be trusted, and could answer neither for ranges nor for subdomains). Values come back: of a day's
 * values more than half were seen the day before, so a span keeps each once and, for each day, three bytes and a little (times to the second, count, sources). Sixteen days take
 * most of what there is to gain (a value of half-life one day is kept 0.44 times a day; 0.42 with 32), and a span ends whole when its last day does. Sorted order makes front coding
 * work, and makes the addresses of a network and the subdomains of a domain one run. Blocks of 2 KiB have their own checksums: a damaged one is refused and counted, and the rest still answers.
 *
 *	blocks     entries: a byte of two nibbles (bytes shared with the key before, bytes of its own; 15: a varint goes on), the own bytes, then its days:
 *	           a byte (day 0-15 | last of the entry 16 | seen once 32 | sources are set 0 64 | bit 16 of the first second 128), 16 bits of the first second of
 *	           the day; unless set 0 the number of the set; unless seen once count - 1 and last - first (varints)
 *	index      of each block its place and checksum
 *	sets       combinations of sources: a bit for each name, the highest one for names that had no room
 *	names      of sources: a length byte and the text, each
 *	footer     512 bytes
 *
 * A key is a byte of its kind (an ac_value_type) and the value: addresses as numbers, most significant byte first; dotted names (domains, and file names with an extension: telemetry seldom
 * says which) by their labels in reverse, so that "evil.example" is "example.evil"; digests as bytes; the rest as its canonical text.
 */
#ifndef AC_WATCH_RETRO_PART_H
#define AC_WATCH_RETRO_PART_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "sys/file.h"
#include "watch/hash.h"

#define AC_RETRO_MAGIC 0x1a0a0d5352545257U /* "WRTRS\r\n\x1a" */
#define AC_RETRO_VERSION 1
#define AC_RETRO_SPAN 16
#define AC_RETRO_BLOCK ((size_t)2048)
#define AC_RETRO_FOOTER_SIZE 512
#define AC_RETRO_NAMES 63
#define AC_RETRO_OTHERS ((uint64_t)1 << 63)
#define AC_RETRO_DAY_SECONDS 86400

/* Kinds of keys that are no ac_value_type. Stored. */
enum { AC_RETRO_NAME = 200 };

/* What one day says of a value. Seconds of the day. */
typedef struct ac_retro_seen {
	uint64_t sources; /* a bit for each name */
	uint32_t first, last;
	uint32_t count;
} ac_retro_seen;

typedef struct ac_retro_footer {
	uint64_t magic;
	uint32_t version;
	int32_t first_day;  /* since 1970-01-01, a multiple of AC_RETRO_SPAN */
	uint64_t low, high; /* the flushes that it holds, see retro.c */
	uint64_t file_size;
	uint64_t values;
	uint64_t blocks;
	uint64_t index_at, sets_at, names_at;
	uint32_t set_count, name_count;
	uint64_t names_n;
	uint64_t day_values[AC_RETRO_SPAN];
	uint64_t day_surplus[AC_RETRO_SPAN]; /* values left out, over the limit of a day */
	uint64_t tail_checksum;              /* of index, sets and names */
	uint64_t checksum;                   /* of all above */
} ac_retro_footer;

typedef struct ac_retro_block {
	uint64_t offset;
	uint64_t checksum;
} ac_retro_block;

/* ---- reading ---- */

typedef struct ac_retro_part {
	ac_map_file map; /* zeroed when the bytes are the caller's */
	ac_str bytes;
	const ac_retro_footer *footer;
	const ac_retro_block *index;
	const uint64_t *sets;
	ac_str names[AC_RETRO_NAMES];
} ac_retro_part;

/* Check everything but the blocks; ACCORD_EINPUT when it is not as written. bytes outlive the part, 8-byte aligned. */
int ac_retro_part_open_bytes(ac_str bytes, ac_retro_part *out, accord_err *err) AC_CHECKED;
int ac_retro_part_open(const char *path, ac_retro_part *out, accord_err *err) AC_CHECKED;
void ac_retro_part_close(ac_retro_part *part); /* takes a zeroed one */

typedef struct ac_retro_bytes {
	const uint8_t *p, *end;
} ac_retro_bytes;

/* A place in a part. */
typedef struct ac_retro_cursor {
	const ac_retro_part *part;
	uint64_t block;    /* at hand */
	ac_retro_bytes in; /* what is left of it */
	uint64_t damaged;  /* blocks that were passed over: their checksum differs, or their content is none */
	bool is_damaged;   /* the one at hand is counted */
	bool at_end;
	bool has_value;         /* it stands at one */
	const uint8_t *days_at; /* of the value: its days in the block */
	/* After ac_retro_cursor_days: */
	uint16_t days; /* a bit for each day of the value */
	ac_retro_seen seen[AC_RETRO_SPAN];
	uint32_t sets[AC_RETRO_SPAN];
	size_t key_n;
	char key[AC_RETRO_KEY_MAX];
} ac_retro_cursor;

void ac_retro_cursor_open(ac_retro_cursor *c, const ac_retro_part *part);
/* The next value; false at the end. */
bool ac_retro_cursor_next(ac_retro_cursor *c);
/* Read the days of the value at hand, of which only the key was read so far. False: they are none (c->damaged). */
bool ac_retro_cursor_days(ac_retro_cursor *c);
static inline ac_str
ac_retro_cursor_key(const ac_retro_cursor *c)
{
	return (ac_str){ c->key, c->key_n };
}

/* Whether a key is wanted at all. */
typedef bool (*ac_retro_wants)(void *payload, ac_str key);

/* Several parts of one span as one. */
typedef struct ac_retro_merge {
	ac_retro_cursor **cursors;
	uint64_t **sets; /* of each part, in the names of all */
	size_t count;
	ac_str names[AC_RETRO_NAMES];
	unsigned name_count;
	ac_retro_wants wants; /* NULL: all keys */
	void *payload;
	size_t first; /* of the cursors that stand at the key: the lowest */
	bool started, at_end;
	ac_str key;
	/* After ac_retro_merge_days: */
	uint16_t days;
	uint16_t first_days; /* of them, those that parts[0] has */
	ac_retro_seen seen[AC_RETRO_SPAN];
} ac_retro_merge;

/* The parts outlive it. wants: asked once a key and part; NULL: all keys. */
int ac_retro_merge_open(ac_retro_merge *m, const ac_retro_part *parts, size_t count, ac_retro_wants wants,
    void *payload, accord_err *err) AC_CHECKED;
bool ac_retro_merge_next(ac_retro_merge *m);
/* What all parts say of the days of the value at hand. False: nothing that could be read. */
bool ac_retro_merge_days(ac_retro_merge *m);
/* Damaged blocks met so far. */
uint64_t ac_retro_merge_damaged(const ac_retro_merge *m);
void ac_retro_merge_close(ac_retro_merge *m); /* takes a zeroed one */

/* The number of a name in a table of so many, added while there is room; its bit, or AC_RETRO_OTHERS. The name is not copied. */
uint64_t ac_retro_name_bit(ac_str names[static AC_RETRO_NAMES], unsigned *count, ac_str name);
/* Put what `from` says of a day to what *to says of it; *to holds nothing when its count is 0. */
void ac_retro_seen_add(ac_retro_seen *to, const ac_retro_seen *from);

/* ---- writing ---- */

typedef struct ac_retro_writer {
	ac_new_file *file;
	ac_buf block, index, sets, names;
	uint64_t at;     /* bytes that are in the file */
	size_t block_at; /* where the block at hand begins in `block` */
	ac_retro_footer footer;
	uint64_t last_sets; /* what the last entry's set was, and its number: mostly the same again */
	uint32_t last_set;
	size_t key_n;
	char key[AC_RETRO_KEY_MAX];
} ac_retro_writer;

/* names: of the bits of sources. */
int ac_retro_writer_open(ac_retro_writer *w, const char *path, const ac_retro_footer *about, const ac_str *names,
    unsigned name_count, accord_err *err) AC_CHECKED;
/* Values in ascending order, with the days of the bits of `days`. */
int ac_retro_writer_add(
    ac_retro_writer *w, ac_str key, uint16_t days, const ac_retro_seen *seen, accord_err *err) AC_CHECKED;
/* Whoever opens the path sees nothing or all of it. The writer is closed, whatever happens. */
int ac_retro_writer_finish(ac_retro_writer *w, uint64_t *out_size, accord_err *err) AC_CHECKED;
void ac_retro_writer_abort(ac_retro_writer *w);

#endif
