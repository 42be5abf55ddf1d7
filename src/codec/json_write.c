/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON builder and its escapes. Puts commas, colons and indentation; asserts that its caller nests rightly (calls come from code, never
 * from input). Text may be anything: what is no UTF-8 is replaced, so that the output always is JSON.
 */
#include "codec/json_write.h"

#include <assert.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "base/utf8.h"

/* One bit of is_array a level. */
#define LEVELS_MAX 64

/* Bytes of text that are written at a time; each takes six at most, and a character may begin with the last; two quotes. */
#define PIECE ((size_t)512)
#define ROOM(n) (6 * (n) + 34)
/* Text for which there is room in any case, before it is written. */
#define AT_ONCE (32 * PIECE)

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

/* Eight bytes, or the last few of a text. Returns how many; 0: one is a control or beyond ASCII. */
static inline size_t
put_eights(char **to, const char *from, size_t n)
{
	char last[sizeof(uint64_t)] = "        ", *end;

	if (n < sizeof(last)) {
		for (size_t i = 0; i < n; i++)
			last[i] = from[i];
		from = last;
	}
	end = put_eight(*to, from);
	if (!end)
		return 0;
	n = n < sizeof(last) ? n : sizeof(last);
	*to = end - (sizeof(last) - n);
	return n;
}

#ifdef __SSE2__
/*
 * How eight bytes move apart for backslashes, a row for each set of those that want one (bit i: byte i): byte k of what is written is byte ROW(set)[k] of the eight, 8 for a backslash. Of
 * byte i, PLACE is where it comes to stand; behind the last one any byte may.
 */
#define WANTS(set, i) ((set) >> (i)&1)
#define BEFORE(set, i)                                                                                                 \
	(((i) > 0 && WANTS(set, 0)) + ((i) > 1 && WANTS(set, 1)) + ((i) > 2 && WANTS(set, 2)) +                        \
	    ((i) > 3 && WANTS(set, 3)) + ((i) > 4 && WANTS(set, 4)) + ((i) > 5 && WANTS(set, 5)) +                     \
	    ((i) > 6 && WANTS(set, 6)))
#define PLACE(set, i) ((i) + BEFORE(set, i) + WANTS(set, i))
#define BYTE(set, i, k) ((PLACE(set, i) == (k)) * (i) + (WANTS(set, i) && PLACE(set, i) == (k) + 1) * 8)
#define AT(set, k)                                                                                                     \
	(BYTE(set, 0, k) + BYTE(set, 1, k) + BYTE(set, 2, k) + BYTE(set, 3, k) + BYTE(set, 4, k) + BYTE(set, 5, k) +   \
	    BYTE(set, 6, k) + BYTE(set, 7, k))
#define ROW(set)                                                                                                       \
	{                                                                                                              \
		AT(set, 0), AT(set, 1), AT(set, 2), AT(set, 3), AT(set, 4), AT(set, 5), AT(set, 6), AT(set, 7),        \
		    AT(set, 8), AT(set, 9), AT(set, 10), AT(set, 11), AT(set, 12), AT(set, 13), AT(set, 14),           \
		    AT(set, 15)                                                                                        \
	}
#define ROWS_4(set) ROW(set), ROW((set) + 1), ROW((set) + 2), ROW((set) + 3)
#define ROWS_16(set) ROWS_4(set), ROWS_4((set) + 4), ROWS_4((set) + 8), ROWS_4((set) + 12)
#define ROWS_64(set) ROWS_16(set), ROWS_16((set) + 16), ROWS_16((set) + 32), ROWS_16((set) + 48)

static const uint8_t apart[256][16] = { ROWS_64(0), ROWS_64(64), ROWS_64(128), ROWS_64(192) };

/* Sixteen bytes with a backslash before each quote and backslash. NULL: one is a control or beyond ASCII. Writes up to 32 bytes, of which those behind the returned place do not count. */
static inline __attribute__((target("ssse3,popcnt"), always_inline)) char *
put_sixteen(char *to, const char *from)
{
	const __m128i slashes = _mm_set1_epi8('\\');
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from), row;
	unsigned specials, low, high;

	/* Compared as signed numbers, bytes beyond ASCII are the smallest. */
	if (_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20))))
		return NULL;
	specials = (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, slashes)));
	low = specials & 0xff;
	high = specials >> 8;
	row = _mm_loadu_si128((const __m128i *)(const void *)apart[low]);
	_mm_storeu_si128((__m128i *)(void *)to, _mm_shuffle_epi8(_mm_unpacklo_epi64(bytes, slashes), row));
	to += 8 + __builtin_popcount(low);
	row = _mm_loadu_si128((const __m128i *)(const void *)apart[high]);
	_mm_storeu_si128((__m128i *)(void *)to, _mm_shuffle_epi8(_mm_unpackhi_epi64(bytes, slashes), row));
	return to + 8 + __builtin_popcount(high);
}

/* Text from *at to `end`, up to a control or a byte beyond ASCII, or less than sixteen bytes before one. */
static __attribute__((target("ssse3,popcnt"))) char *
put_plain(char *to, const char *p, size_t *at, size_t end)
{
	size_t i = *at;
	char *next;

	while (end - i >= 16 && (next = put_sixteen(to, p + i))) {
		to = next;
		i += 16;
	}
	if (i < end && end - i < 16) {
		char last[16] = "                ";

		memcpy(last, p + i, end - i);
		next = put_sixteen(to, last);
		if (next) {
			to = next - (16 - (end - i));
			i = end;
		}
	}
	*at = i;
	return to;
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
#ifdef __SSE2__
	bool is_quick = __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("popcnt");
#endif

	while (i < end) {
		unsigned char c;
		size_t n;

#ifdef __SSE2__
		if (is_quick)
			to = put_plain(to, text.p, &i, end);
#endif
		n = put_eights(&to, text.p + i, end - i);
		i += n;
		if (n || i == end)
			continue;
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

/* Room for the longest form of the text is there. */
static char *
put_string(char *to, ac_str text)
{
	size_t at = 0;

	*to++ = '"';
	while (text.p && at < text.n)
		to = put_piece(to, text, &at);
	*to++ = '"';
	return to;
}

/* Near its ceiling the buffer may still have room for what is really written; and long text need not have six times its room. */
static void
add_pieces(ac_buf *buf, ac_str text)
{
	size_t at = 0;

	ac_buf_add_byte(buf, '"');
	while (text.p && at < text.n && !buf->failed) {
		char piece[ROOM(PIECE)];

		ac_buf_add(buf, (ac_str){ piece, (size_t)(put_piece(piece, text, &at) - piece) });
	}
	ac_buf_add_byte(buf, '"');
}

void
ac_json_add_string(ac_buf *buf, ac_str text)
{
	char *to = NULL;

	if (!buf->failed && text.n <= AT_ONCE && buf->limit - buf->n >= ROOM(text.n))
		to = ac_buf_reserve(buf, ROOM(text.n));
	if (to)
		ac_buf_commit(buf, (size_t)(put_string(to, text) - to));
	else
		add_pieces(buf, text);
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
