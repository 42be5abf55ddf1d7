/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk over the structural index of one line: the grammar of RFC 8259 token by token, and the values at the places asked for. Knows nothing of
 * windows, and reads of the bytes only those that tokens begin with, keys that may be wanted, numbers, literals and escapes.
 */
#include "codec/json_pick_walk.h"

#include <stdlib.h>

#include "codec/json_escape.h"
#include "codec/json_scan.h"

#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#define FIRST_PICKS 64
/* Keys with escapes are compared when their raw form is at most this: six bytes for one. */
#define ESCAPED_KEY_MAX 1536

typedef struct level {
	const ac_json_pick_place *place; /* of the container, or NULL: nothing in it is wanted */
	uint32_t pick_1;                 /* one more than the place of the container's own pick; 0: none */
	bool is_array;
} level;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define FIRST_BYTES(n) (~(uint64_t)0 << (8 * (8 - (n))))
#else
#define FIRST_BYTES(n) (~(uint64_t)0 >> (8 * (8 - (n))))
#endif
/* A table, because a shift and a comparison would be a branch on the length of keys and numbers. */
const uint64_t ac_json_pick_masks[9] = { 0, FIRST_BYTES(1), FIRST_BYTES(2), FIRST_BYTES(3), FIRST_BYTES(4),
	FIRST_BYTES(5), FIRST_BYTES(6), FIRST_BYTES(7), FIRST_BYTES(8) };

/* What is in registers while a line is gone through. */
typedef struct cursor {
	const char *text;
	const uint32_t *at;   /* the next token */
	const uint32_t *last; /* NULL, a constant where this is inlined: as in ac_json_pick_walk */
} cursor;

/* The byte at an entry; the end of a text that has no line feed counts as one. */
INLINE char
byte_at(const cursor *c, const uint32_t *entry)
{
	return !c->last || entry < c->last ? c->text[*entry] : '\n';
}

APART bool
fail(ac_json_pick_walk *w, uint32_t at, const char *wanted)
{
	w->wanted = wanted;
	w->bad_at = at;
	return false;
}

/* ---- picks ---- */

APART bool
grow(ac_json_pick_walk *w)
{
	/* One for two bytes of a line of limited length, at most. */
	size_t capacity = w->capacity ? w->capacity * 2 : FIRST_PICKS;
	ac_json_pick *picks = realloc(w->picks, capacity * sizeof(*picks));

	if (!picks) {
		w->no_memory = true;
		return fail(w, 0, "memory");
	}
	w->picks = picks;
	w->capacity = capacity;
	return true;
}

INLINE bool
add(ac_json_pick_walk *w, const ac_json_pick_place *place, const char *p, size_t n, ac_json_type type, bool has_escapes)
{
	if (__builtin_expect(w->count == w->capacity, 0) && !grow(w))
		return false;
	w->picks[w->count++] = (ac_json_pick){ { p, n }, (uint16_t)(place->path_1 - 1), (uint8_t)type, has_escapes };
	return true;
}

/* ---- strings ---- */

/*
 * c->at stands behind the opening quote: go to the closing one, past escapes, which are checked, and bidi controls. False when the
 * line ends before.
 */
APART bool
string_end(ac_json_pick_walk *w, cursor *c, bool *out_escapes)
{
	char byte;

	for (; (byte = byte_at(c, c->at)) != '"'; c->at++) {
		const char *p = c->text + *c->at;

		if (byte == '\n')
			return fail(w, *c->at, "'\"' behind a string");
		if (byte != '\\')
			continue;
		*out_escapes = true;
		if (!ac_json_escape_size(p, c->last ? c->text + *c->last : p + AC_JSON_PICK_SLACK))
			return fail(w, *c->at, "an escape: one of \"\\/bfnrt or u and four hexadecimal digits");
	}
	return true;
}

/* c->at stands on the opening quote; ends behind the closing one. *out are the bytes between. */
INLINE bool
read_string(ac_json_pick_walk *w, cursor *c, ac_str *out, bool *out_escapes)
{
	uint32_t begin = *c->at + 1;

	c->at++;
	*out_escapes = false;
	if (__builtin_expect(byte_at(c, c->at) != '"', 0)) {
		cursor slow = *c;
		bool good = string_end(w, &slow, out_escapes);

		c->at = slow.at;
		if (!good)
			return false;
	}
	*out = (ac_str){ c->text + begin, *c->at - begin };
	c->at++;
	return true;
}

/* The key where few bytes may be read around it, or with escapes. */
APART const ac_json_pick_place *
find_copied(const ac_json_picker *picker, const ac_json_pick_place *place, ac_str raw, bool has_escapes)
{
	char key[ESCAPED_KEY_MAX + 8] = { 0 };
	size_t n = raw.n;

	if (raw.n > ESCAPED_KEY_MAX || (!has_escapes && raw.n > picker->longest))
		return NULL;
	if (has_escapes)
		n = ac_json_unescape(raw, key);
	else if (n)
		memcpy(key, raw.p, n);
	return ac_json_pick_find(place, ac_json_pick_key_of(key, n), key);
}

INLINE const ac_json_pick_place *
find(const ac_json_pick_place *place, ac_str key)
{
	unsigned guess = AC_JSON_PICK_GUESS_MANY;

	/* The quotes count too, so that keys of two bytes have the four that are read. */
	if (__builtin_expect(key.n >= 2, 1))
		guess = place->guesses[ac_json_pick_guess(key.p - 1, key.p + key.n - 3)];
	if (guess == 0)
		return NULL;
	if (__builtin_expect(guess < AC_JSON_PICK_GUESS_MANY, 1)) {
		const ac_json_pick_slot *slot = &place->slots[guess - 1];

		return ac_json_pick_is(slot, ac_json_pick_key_of(key.p, key.n), key.p) ? slot->place : NULL;
	}
	return ac_json_pick_find(place, ac_json_pick_key_of(key.p, key.n), key.p);
}

/* c->at stands on what should be a key of an object at `place`; ends behind the colon. *out_place is what the key leads to. */
INLINE bool
read_key(ac_json_pick_walk *w, cursor *c, const ac_json_pick_place *place, const ac_json_pick_place **out_place)
{
	ac_str key;
	bool has_escapes;

	if (__builtin_expect(byte_at(c, c->at) != '"', 0))
		return fail(w, *c->at, "a key");
	if (!read_string(w, c, &key, &has_escapes))
		return false;
	if (__builtin_expect(byte_at(c, c->at) != ':', 0))
		return fail(w, *c->at, "':'");
	c->at++;
	*out_place = NULL;
	if (place)
		*out_place =
		    !c->last && !has_escapes ? find(place, key) : find_copied(w->picker, place, key, has_escapes);
	return true;
}

/* ---- numbers and literals ---- */

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && ac_scan_is_digit(*p))
		p++;
	return p;
}

APART bool
is_number(const char *p, const char *end)
{
	const char *digits;

	if (p < end && *p == '-')
		p++;
	digits = p;
	p = skip_digits(p, end);
	if (p == digits || (*digits == '0' && p > digits + 1))
		return false;
	if (p < end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, end);
		if (p == digits)
			return false;
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(p, end);
		if (p == digits)
			return false;
	}
	return p == end;
}

INLINE bool
is_literal(ac_str text, ac_json_type *out_type)
{
	if (text.n == 4 && memcmp(text.p, "true", 4) == 0)
		*out_type = AC_JSON_TRUE;
	else if (text.n == 5 && memcmp(text.p, "false", 5) == 0)
		*out_type = AC_JSON_FALSE;
	else if (text.n == 4 && memcmp(text.p, "null", 4) == 0)
		*out_type = AC_JSON_NULL;
	else
		return false;
	return true;
}

/* High bits set in the bytes that are no digits, at least in the lowest such. */
INLINE uint64_t
no_digits(uint64_t word)
{
	uint64_t value = word ^ AC_SCAN_ONES * '0';

	return (value | (value + AC_SCAN_ONES * 0x76)) & AC_SCAN_HIGHS;
}

/* Up to 16 digits, as most numbers are. 8 bytes are readable. */
INLINE bool
is_short_integer(const char *p, size_t n)
{
	uint64_t bad;

	if (n > 16 || (*p == '0' && n > 1))
		return false;
	bad = no_digits(ac_json_pick_load(p)) & ac_json_pick_masks[n < 8 ? n : 8];
	if (n > 8)
		bad |= no_digits(ac_json_pick_load(p + n - 8));
	return bad == 0;
}

/* c->at stands on the first byte of a number, a literal, or what should be one; ends behind it. */
INLINE bool
read_scalar(ac_json_pick_walk *w, cursor *c, const ac_json_pick_place *place)
{
	const char *begin = c->text + *c->at, *end = c->text + c->at[1];
	ac_json_type type = AC_JSON_NUMBER;
	ac_str text;

	while (ac_scan_is_space(end[-1]))
		end--;
	text = (ac_str){ begin, (size_t)(end - begin) };
	if (!(!c->last && is_short_integer(text.p, text.n)) && !is_literal(text, &type) && !is_number(begin, end))
		return fail(w, *c->at, "a value");
	c->at++;
	return !place || !place->path_1 || add(w, place, text.p, text.n, type, false);
}

/* ---- containers ---- */

/* The container at c->at begins; its content is at place, too when it is an array. */
INLINE bool
open_container(ac_json_pick_walk *w, cursor *c, level *levels, unsigned *depth, const ac_json_pick_place *place)
{
	bool is_array = c->text[*c->at] == '[';
	level *l = &levels[*depth];

	if (__builtin_expect(*depth == AC_JSON_DEPTH_MAX, 0))
		return fail(w, *c->at, "less nesting");
	*l = (level){ place, 0, is_array };
	if (place && place->path_1) {
		/* The length is set when it is closed. */
		if (!add(w, place, c->text + *c->at, 0, is_array ? AC_JSON_ARRAY : AC_JSON_OBJECT, false))
			return false;
		l->pick_1 = (uint32_t)w->count;
	}
	(*depth)++;
	c->at++;
	return true;
}

/*
 * Behind a value, or behind the bracket that opens: close what is closed here. True when a value comes next, in *out_level; false at the
 * line's end and on errors.
 */
INLINE bool
read_next(ac_json_pick_walk *w, cursor *c, level *levels, unsigned *depth, bool is_first, level **out_level)
{
	while (*depth > 0) {
		level *l = &levels[*depth - 1];
		char byte = byte_at(c, c->at);

		*out_level = l;
		if (!is_first && __builtin_expect(byte == ',', 1)) {
			c->at++;
			return true;
		}
		if (byte != (l->is_array ? ']' : '}'))
			return is_first || fail(w, *c->at, l->is_array ? "',' or ']'" : "',' or '}'");
		if (l->pick_1) {
			ac_json_pick *pick = &w->picks[l->pick_1 - 1];

			pick->raw.n = (size_t)(c->text + *c->at + 1 - pick->raw.p);
		}
		c->at++;
		(*depth)--;
		is_first = false;
	}
	return byte_at(c, c->at) == '\n' ? false : fail(w, *c->at, "the end of the line");
}

/*
 * Members as most programs write them, without white space: "key":"text"," or "key":123,". Bytes that are tokens outside of strings have
 * entries, so that a few bytes read at once stand for as many entries that need not be read. c->at stands where a key may be, and still does when
 * this ends; whatever is not of this form is left as it is. The line has no flaw, so what begins also ends. False without memory.
 */
INLINE bool
read_plain_members(ac_json_pick_walk *w, cursor *c, const ac_json_pick_place *place)
{
	while (c->text[*c->at] == '"') {
		ac_str key = { c->text + *c->at + 1, c->at[1] - *c->at - 1 }, value;
		const char *behind = key.p + key.n;
		const ac_json_pick_place *to;
		bool is_string = memcmp(behind, "\":\"", 3) == 0;

		if (is_string) {
			value = (ac_str){ behind + 3, c->at[4] - c->at[1] - 3 };
			if (memcmp(value.p + value.n, "\",\"", 3) != 0)
				return true;
		} else {
			if (memcmp(behind, "\":", 2) != 0 || !ac_scan_is_digit(behind[2]))
				return true;
			value = (ac_str){ behind + 2, c->at[4] - c->at[1] - 2 };
			if (memcmp(value.p + value.n, ",\"", 2) != 0 || !is_short_integer(value.p, value.n))
				return true;
		}
		to = place ? find(place, key) : NULL;
		if (to && to->path_1 &&
		    !add(w, to, value.p, value.n, is_string ? AC_JSON_STRING : AC_JSON_NUMBER, false))
			return false;
		c->at += is_string ? 6 : 5;
	}
	return true;
}

/* Returns the entry at which it ended. */
INLINE const uint32_t *
walk(ac_json_pick_walk *w, cursor c)
{
	level levels[AC_JSON_DEPTH_MAX], *l = NULL;
	const ac_json_pick_place *place = w->picker->root;
	unsigned depth = 0;
	bool is_first, good;

	for (;;) {
		char byte = byte_at(&c, c.at);

		is_first = false;
		if (byte == '"') {
			ac_str text;
			bool has_escapes;

			good = read_string(w, &c, &text, &has_escapes) &&
			       (!place || !place->path_1 || add(w, place, text.p, text.n, AC_JSON_STRING, has_escapes));
		} else if (byte == '{' || byte == '[') {
			good = open_container(w, &c, levels, &depth, place);
			is_first = true;
		} else if (__builtin_expect(byte != '\n', 1)) {
			good = read_scalar(w, &c, place);
		} else {
			good = fail(w, *c.at, "a value");
		}
		if (!good || !read_next(w, &c, levels, &depth, is_first, &l))
			return c.at;
		place = l->place;
		if (l->is_array)
			continue;
		if ((!c.last && !read_plain_members(w, &c, l->place)) || !read_key(w, &c, l->place, &place))
			return c.at;
	}
}

APART const uint32_t *
walk_fast(ac_json_pick_walk *w)
{
	return walk(w, (cursor){ w->text, w->entries, NULL });
}

APART const uint32_t *
walk_careful(ac_json_pick_walk *w)
{
	return walk(w, (cursor){ w->text, w->entries, w->last });
}

/* In a line that ends early: containers that were never closed go, and a number or literal that its end may have cut. */
static void
drop_cut(ac_json_pick_walk *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->count; i++) {
		const ac_json_pick *pick = &w->picks[i];
		bool is_scalar = pick->type != AC_JSON_ARRAY && pick->type != AC_JSON_OBJECT;

		if (pick->type == AC_JSON_STRING ||
		    (pick->raw.n > 0 && !(is_scalar && pick->raw.p + pick->raw.n == w->text + *w->last)))
			w->picks[kept++] = *pick;
	}
	w->count = kept;
}

void
ac_json_pick_line(ac_json_pick_walk *w)
{
	w->count = 0;
	w->wanted = NULL;
	if (w->last) {
		(void)walk_careful(w);
	} else {
		w->last = walk_fast(w);
		while (w->text[*w->last] != '\n')
			w->last++;
	}
	if (w->wanted)
		drop_cut(w);
}
