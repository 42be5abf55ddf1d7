/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON builder and its escapes. Puts commas, colons and indentation; asserts that its caller nests rightly (calls come from code, never
 * from input). Text may be anything: what is no UTF-8 is replaced, so that the output always is JSON.
 */
#include "codec/json_write.h"

#include <assert.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

/* One bit of is_array a level. */
#define LEVELS_MAX 64

/* Bytes of text that are written at a time; each takes six at most, and a character may begin with the last. */
#define PIECE ((size_t)512)
#define ROOM(n) (6 * (n) + 32)

/* RFC 8785 s3.2.2.2: the two-character forms where JSON has them, else \u00xx in lower case. DEL is no control of JSON's. */
static char *
put_escape(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };

	*to++ = '\\';
	if (c >= 0x20 || shorts[c]) {
		*to++ = c < 0x20 ? shorts[c] : (char)c;
		return to;
	}
	*to++ = 'u';
	*to++ = '0';
	*to++ = '0';
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

/* Eight bytes with the first of them lowest. */
static inline uint64_t
first_lowest(uint64_t eight)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return eight;
#else
	return __builtin_bswap64(eight);
#endif
}

/* The high bit of each byte that is zero. */
static inline uint64_t
zeros(uint64_t eight)
{
	const uint64_t lows = 0x7f7f7f7f7f7f7f7fU;

	return ~(((eight & lows) + lows) | eight | lows);
}

/* Eight bytes with a backslash before each quote and backslash. NULL: one is a control or beyond ASCII. Writes up to 23 bytes, of which those behind the returned place do not count. */
static inline char *
put_eight(char *to, const char *from)
{
	const uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
	uint64_t eight, specials;
	unsigned done = 0;

	memcpy(&eight, from, sizeof(eight));
	if ((eight | (eight - ones * 0x20)) & highs)
		return NULL;
	eight = first_lowest(eight);
	specials = zeros(eight ^ ones * '"') | zeros(eight ^ ones * '\\');
	for (; specials; specials &= specials - 1) {
		unsigned at = (unsigned)__builtin_ctzll(specials) / 8;
		uint64_t rest = first_lowest(eight >> 8 * done);

		memcpy(to, &rest, sizeof(rest));
		to += at - done;
		*to++ = '\\';
		done = at;
	}
	eight = first_lowest(eight >> 8 * done);
	memcpy(to, &eight, sizeof(eight));
	return to + sizeof(eight) - done;
}

#ifdef __SSE2__
/* The same with sixteen bytes, of which sixteen more follow that can be read. Writes up to 47 bytes. */
static inline char *
put_sixteen(char *to, const char *from)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
	unsigned specials, done = 0;

	/* Compared as signed numbers, bytes beyond ASCII are the smallest. */
	if (_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20))))
		return NULL;
	specials = (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
	for (; specials; specials &= specials - 1) {
		unsigned at = (unsigned)__builtin_ctz(specials);

		memcpy(to, from + done, 16);
		to += at - done;
		*to++ = '\\';
		done = at;
	}
	memcpy(to, from + done, 16);
	return to + 16 - done;
}
#endif

/* A character that is not ASCII, or what replaces it. */
static char *
put_wide(char *to, ac_str text, size_t *at)
{
	ac_utf8_part part = ac_utf8_look(text.p + *at, text.n - *at);

	if (part.want > 0 && part.have >= part.want) {
		memcpy(to, text.p + *at, part.want);
		*at += part.want;
		return to + part.want;
	}
	(void)ac_utf8_next(text, at, NULL);
	memcpy(to, "\xef\xbf\xbd", 3);
	return to + 3;
}

/* Text from *at on, up to a piece of it. Returns the end of what was written. */
static char *
put_piece(char *to, ac_str text, size_t *at)
{
	size_t end = text.n - *at > PIECE ? *at + PIECE : text.n, i = *at;

	while (i < end) {
		unsigned char c;
		char *next;

#ifdef __SSE2__
		while (end - i >= 32 && (next = put_sixteen(to, text.p + i))) {
			to = next;
			i += 16;
		}
#endif
		next = end - i >= sizeof(uint64_t) ? put_eight(to, text.p + i) : NULL;
		if (next) {
			to = next;
			i += sizeof(uint64_t);
			continue;
		}
		c = (unsigned char)text.p[i];
		if (c >= 0x80) {
			to = put_wide(to, text, &i);
			continue;
		}
		if (c < 0x20 || c == '"' || c == '\\')
			to = put_escape(to, c);
		else
			*to++ = (char)c;
		i++;
	}
	*at = i;
	return to;
}

void
ac_json_add_string(ac_buf *buf, ac_str text)
{
	size_t at = 0;

	ac_buf_add_byte(buf, '"');
	while (text.p && at < text.n) {
		size_t room = text.n - at < PIECE ? ROOM(text.n - at) : ROOM(PIECE);
		char piece[ROOM(PIECE)], *to;

		/* Near its ceiling the buffer may still have room for what is really written. */
		if (buf->failed || buf->limit - buf->n < room) {
			ac_buf_add(buf, (ac_str){ piece, (size_t)(put_piece(piece, text, &at) - piece) });
		} else {
			to = ac_buf_reserve(buf, room);
			ac_buf_commit(buf, to ? (size_t)(put_piece(to, text, &at) - to) : 0);
		}
		if (buf->failed)
			return;
	}
	ac_buf_add_byte(buf, '"');
}

void
ac_json_writer_init(ac_json_writer *w, ac_buf *buf)
{
	*w = (ac_json_writer){ .buf = buf };
}

static bool
in_array(const ac_json_writer *w)
{
	return w->depth > 0 && (w->is_array >> (w->depth - 1) & 1);
}

static void
new_line(ac_json_writer *w)
{
	if (!w->pretty)
		return;
	ac_buf_add_byte(w->buf, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		ac_buf_add(w->buf, AC_S("  "));
}

/* What stands before a key, or before an element. */
static void
separate(ac_json_writer *w)
{
	if (w->need_comma)
		ac_buf_add_byte(w->buf, ',');
	new_line(w);
}

static void
before_value(ac_json_writer *w)
{
	assert(w->depth == 0 || in_array(w) != w->after_key); /* a value in an object needs its key */
	if (in_array(w))
		separate(w);
	w->after_key = false;
	w->need_comma = w->depth > 0;
}

static void
open_level(ac_json_writer *w, bool is_array)
{
	if (w->depth == LEVELS_MAX) {
		if (!w->buf->failed)
			w->buf->failed = ACCORD_ELIMIT;
		w->too_deep++;
		return;
	}
	before_value(w);
	ac_buf_add_byte(w->buf, is_array ? '[' : '{');
	w->is_array &= ~((uint64_t)1 << w->depth);
	w->is_array |= (uint64_t)is_array << w->depth;
	w->depth++;
	w->need_comma = false;
}

void
ac_jw_object(ac_json_writer *w)
{
	open_level(w, false);
}

void
ac_jw_array(ac_json_writer *w)
{
	open_level(w, true);
}

void
ac_jw_end(ac_json_writer *w)
{
	bool is_array = in_array(w);

	if (w->too_deep > 0) {
		w->too_deep--;
		return;
	}
	assert(w->depth > 0 && !w->after_key);
	w->depth--;
	if (w->need_comma)
		new_line(w);
	ac_buf_add_byte(w->buf, is_array ? ']' : '}');
	w->need_comma = w->depth > 0;
}

void
ac_jw_key(ac_json_writer *w, ac_str key)
{
	if (w->too_deep > 0)
		return;
	assert(w->depth > 0 && !in_array(w) && !w->after_key);
	separate(w);
	ac_json_add_string(w->buf, key);
	ac_buf_add(w->buf, w->pretty ? AC_S(": ") : AC_S(":"));
	w->after_key = true;
}

void
ac_jw_raw(ac_json_writer *w, ac_str json)
{
	if (w->too_deep > 0)
		return;
	before_value(w);
	ac_buf_add(w->buf, json);
}

void
ac_jw_raw_line(ac_json_writer *w, ac_str json)
{
	bool in_string = false;
	size_t from = 0;

	ac_jw_raw(w, (ac_str){ NULL, 0 });
	for (size_t i = 0; i < json.n; i++) {
		if (in_string && json.p[i] == '\\')
			i++;
		else if (json.p[i] == '"')
			in_string = !in_string;
		else if (!in_string && ac_is_space(json.p[i])) {
			ac_buf_add(w->buf, ac_str_slice(json, from, i));
			from = i + 1;
		}
	}
	ac_buf_add(w->buf, ac_str_slice(json, from, json.n));
}

void
ac_jw_string(ac_json_writer *w, ac_str text)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_json_add_string(w->buf, text);
}

void
ac_jw_i64(ac_json_writer *w, int64_t value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_buf_add_i64(w->buf, value);
}

void
ac_jw_u64(ac_json_writer *w, uint64_t value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_buf_add_u64(w->buf, value);
}

void
ac_jw_double(ac_json_writer *w, double value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_json_add_double(w->buf, value);
}

void
ac_jw_bool(ac_json_writer *w, bool value)
{
	ac_jw_raw(w, value ? AC_S("true") : AC_S("false"));
}

void
ac_jw_null(ac_json_writer *w)
{
	ac_jw_raw(w, AC_S("null"));
}

void
ac_jw_key_string(ac_json_writer *w, ac_str key, ac_str text)
{
	ac_jw_key(w, key);
	ac_jw_string(w, text);
}

void
ac_jw_key_time(ac_json_writer *w, ac_str key, ac_time time, unsigned min_digits)
{
	ac_buf text;

	ac_buf_init(&text, 64);
	ac_time_add(&text, time, min_digits);
	ac_jw_key_string(w, key, ac_buf_view(&text));
	/* A time that could not be written must not pass for an empty one. */
	if (text.failed && !w->buf->failed)
		w->buf->failed = text.failed;
	ac_buf_done(&text);
}

void
ac_jw_key_u64(ac_json_writer *w, ac_str key, uint64_t value)
{
	ac_jw_key(w, key);
	ac_jw_u64(w, value);
}

void
ac_jw_key_bool(ac_json_writer *w, ac_str key, bool value)
{
	ac_jw_key(w, key);
	ac_jw_bool(w, value);
}
