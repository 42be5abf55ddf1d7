/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the JSON reader, shared by its parts: json_read.c (byte by byte, and every error), json_string.c (strings with their escapes),
 * json_keys.c (doubled keys), json_quick.c (from token to token of an index, for text that is right). Private to codec/.
 */
#ifndef AC_CODEC_JSON_PARSER_H
#define AC_CODEC_JSON_PARSER_H

#include "codec/json_node.h"

#define AC_JSON_NONE UINT32_MAX

/* What the careful parser wants next; results stand below. */
enum { AC_JSON_DONE = 0, AC_JSON_INCOMPLETE = 1 };

typedef struct ac_json_parser {
	const char *start;
	const char *at;
	const char *end;
	struct ac_json *nodes; /* in the arena */
	uint32_t count;
	uint32_t capacity;
	uint32_t open;      /* innermost open container, or AC_JSON_NONE */
	uint32_t last_bidi; /* newest node with a bidi control, or AC_JSON_NONE */
	size_t depth;
	bool final;
	bool no_room; /* no memory for nodes, or over the arena's limit, which the arena tells */
	ac_json_limits limits;
	ac_arena *arena;
	accord_err *err;
} ac_json_parser;

/* ---- json_read.c ---- */

/* `at` does not hold what it must: the error, or AC_JSON_INCOMPLETE where more text may mend it. */
int ac_json_fail_want(const ac_json_parser *ps, const char *at, const char *want);
int ac_json_fail_at(const ac_json_parser *ps, const char *at, accord_code code, const char *want, const char *got);
/* Room for n more slots, which may move all nodes. False: without memory or over the arena's limit. */
bool ac_json_grow(ac_json_parser *ps, size_t n);
static inline bool
ac_json_reserve(ac_json_parser *ps, size_t n)
{
	return __builtin_expect(ps->capacity - ps->count >= n, 1) || ac_json_grow(ps, n);
}
/*
 * The end of the number that begins at `at` (< end): behind its last byte, *out_want NULL; or where it breaks off, and what was wanted
 * there. It may go on behind `end` when that is where it ends.
 */
const char *ac_json_number_end(const char *at, const char *end, const char **out_want);

/* ---- json_string.c ---- */

/* Add the string at ps->at, which is an opening quote; ps->at is moved behind it. 0, AC_JSON_INCOMPLETE, or an error. */
int ac_json_read_string(ac_json_parser *ps);
/* Is the escape at *at, which is a backslash, right? Moves *at behind it (behind both halves of a pair). */
int ac_json_check_escape(ac_json_parser *ps, const char **at);
/*
 * A string with escapes of n source bytes between the quotes: make room, write its text there, and end it with how many bytes were written (at most n;
 * 4 more may be touched).
 */
bool ac_json_begin_string(ac_json_parser *ps, size_t n);
static inline char *
ac_json_string_room(const ac_json_parser *ps)
{
	return (char *)(ps->nodes + ps->count + 2);
}
void ac_json_end_string(ac_json_parser *ps, const char *begin, size_t n, size_t text_n);
/* A string without escapes; room for its slot is there. */
void ac_json_add_plain_string(ac_json_parser *ps, const char *begin, size_t n);

/* ---- json_keys.c ---- */

/* Objects up to this size are checked for doubled keys without a table. */
#define AC_JSON_SMALL_OBJECT 64

/*
 * A number that differs for most pairs of keys that people write, made of the length and the last seven bytes. `last` is in the byte order of the machine, which
 * must be little-endian: the bytes, then a quote, then zeros. The top bits are the best ones. A key's node holds ac_json_tag_of it.
 */
static inline uint64_t
ac_json_mix(uint64_t last, size_t n)
{
	return (last ^ n) * 0x9e3779b97f4a7c15u;
}

static inline uint16_t
ac_json_tag_of(uint64_t mix)
{
	return (uint16_t)(mix >> 32);
}

/* The same for any text, on any machine. */
uint64_t ac_json_mix_key(ac_str key);
/* The first key of the object that the key `last` (its newest) repeats; NULL when none. */
const ac_json *ac_json_find_doubled(const ac_json *object, const ac_json *last);
/* The object at this place is complete: is each of its keys there once? 0, or the error. May move all nodes. */
int ac_json_check_keys(ac_json_parser *ps, uint32_t object);

#endif
