/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel for AVX-512 (F, BW, CD, DQ, VL, VBMI, VBMI2, GFNI: Ice Lake, Zen 4 and later): one look-up in a table of 128 entries gives the class of 64 bytes, a matrix of bits turned gives eight maps at a time.
 */
#include "watch/scan_kernel.h"

#ifdef __SSE2__
/* A test builds this file a second time, for processors that lack the instructions. */
#ifdef AC_SCAN_SIMDE
#define NAME AC_SCAN_SIMDE
#define TARGET
#else
#include <immintrin.h>
#define NAME "avx512"
#define TARGET                                                                                                         \
	__attribute__((target(                                                                                         \
	    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,avx2,bmi,bmi2,lzcnt,popcnt")))
#endif

#define STEP 8
#define FULL_LANES(x) full_lanes((__m512i)(x))
#define ANY_LANE(x) (FULL_LANES(x) != 0)
#define ADD_WORDS
#define SHIFT_PAIR(high, low, by) _mm512_shldi_epi64((__m512i)(high), (__m512i)(low), by)

TARGET static inline unsigned
full_lanes(__m512i eight)
{
	return _mm512_test_epi64_mask(eight, eight);
}

/* As in scan_places.h, without a branch: a lane that overflows carries to the next, and one that is full passes a carry on. */
TARGET static inline void
add_words(const void *at, const void *begins, uint64_t *carry, void *out)
{
	const __m512i full = _mm512_set1_epi64(-1);
	__m512i word = _mm512_loadu_si512(at), sum = _mm512_add_epi64(word, _mm512_loadu_si512(begins));
	unsigned overflow = _mm512_cmple_epu64_mask(word, sum) ^ 255, passes = _mm512_cmpeq_epi64_mask(sum, full);
	unsigned into = ((overflow << 1 | (unsigned)(*carry & 1)) + passes) ^ passes;

	*carry = 0 - (uint64_t)(into >> 8 & 1);
	_mm512_storeu_si512(out, _mm512_mask_sub_epi64(sum, (uint8_t)into, sum, full));
}

/* A bit a map; what opens a spelling has two that exclude each other, and so have '#' and '^', the quote and two letters. */
enum {
	WORD = 1,
	DIGIT = 2,
	DOT = 4,
	COLON = 8,
	SLASH = 16,
	FEED = 32,
	ESCAPE = 64,
	FOLLOW = 128,
	OPEN = DOT | COLON,
	SIGN = SLASH | FEED,
	QUOTE = FEED | ESCAPE,
	LETTER_S = WORD | SLASH,
	LETTER_N = WORD | FEED
};
#define W WORD
#define G (WORD | FOLLOW)
#define D (WORD | DIGIT)
/* From '@' or '`' on, to the letter z. */
#define ROW_LETTERS                                                                                                    \
	FOLLOW, G, W, W, G, W, W, W, W, W, W, W, W, W, LETTER_N, W, W, W, W, LETTER_S, W, W, W, W, W, W, W, OPEN

static const uint8_t class_of[128] = { ['\n'] = FEED,
	['"'] = QUOTE,
	['#'] = SIGN,
	['('] = OPEN,
	['-'] = W,
	['.'] = DOT | FOLLOW,
	['/'] = SLASH | FOLLOW,
	D,
	D,
	D,
	D,
	D,
	D,
	D,
	D,
	D,
	D,
	COLON | FOLLOW,
	['@'] = ROW_LETTERS,
	ESCAPE,
	['^'] = SIGN,
	['_'] = W,
	['`'] = ROW_LETTERS };

typedef struct class_table {
	__m512i first, second;
} class_table;

#include "watch/scan_x86.h"
#include "watch/scan_hosts512.h"
#include "watch/scan_names512.h"
#include "watch/scan_paths512.h"
#include "watch/scan_places.h"
#include "watch/scan_words512.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads512.h"
#include "watch/scan_quads.h"

/* One word, with bytes from 0x80 on or not. Returns those. */
TARGET static inline uint64_t
classes_of_word(__m512i bytes, class_table table, ac_scan_maps *m, size_t w)
{
	/* the highest bit of an index is not looked at */
	__m512i class = _mm512_permutex2var_epi8(table.first, bytes, table.second);
	uint64_t high = _mm512_movepi8_mask(bytes);
	uint64_t dot = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DOT)) & ~high;
	uint64_t colon = _mm512_test_epi8_mask(class, _mm512_set1_epi8(COLON)) & ~high;
	uint64_t slash = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SLASH)) & ~high;
	uint64_t word = _mm512_test_epi8_mask(class, _mm512_set1_epi8(WORD)) & ~high;
	uint64_t feed = _mm512_test_epi8_mask(class, _mm512_set1_epi8(FEED)) & ~high;
	uint64_t escape = _mm512_test_epi8_mask(class, _mm512_set1_epi8(ESCAPE)) & ~high;

	m->high[w] = high;
	m->word[w] = word | high;
	m->digit[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DIGIT)) & ~high;
	m->dot[w] = dot & ~colon;
	m->colon[w] = colon & ~dot;
	m->open[w] = dot & colon;
	m->slash[w] = slash & ~(feed | word);
	m->feed.bits[w] = feed & ~(slash | escape | word);
	m->letter_n[w] = feed & word;
	m->has_signs |= (slash & feed) != 0;
	m->escape[w] = escape & ~feed;
	m->quote_or_s[w] = (escape & feed) | (slash & word);
	m->follow[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8((char)FOLLOW)) & ~high;
	return high;
}

/* Byte k of each eight: bit k of the classes of eight bytes. (A matrix has its first row in the highest byte.) */
TARGET static inline __m512i
bits_of_eights(__m512i bytes, class_table table)
{
	const __m512i backwards = _mm512_broadcast_i32x4(_mm_set_epi64x(0x08090a0b0c0d0e0fLL, 0x0001020304050607LL));
	__m512i class = _mm512_permutex2var_epi8(table.first, _mm512_shuffle_epi8(bytes, backwards), table.second);

	return _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((int64_t)0x8040201008040201ULL), class, 0);
}

/* Of two words in eights, the maps k to k + 3, two words each. */
#define ROW_OF_EIGHTS(word, k)                                                                                         \
	word + (k), word + 8 + (k), word + 16 + (k), word + 24 + (k), word + 32 + (k), word + 40 + (k),                \
	    word + 48 + (k), word + 56 + (k)
#define MAP_OF_EIGHTS(k) ROW_OF_EIGHTS(0, k), ROW_OF_EIGHTS(64, k)
static const uint8_t low_maps[64] = { MAP_OF_EIGHTS(0), MAP_OF_EIGHTS(1), MAP_OF_EIGHTS(2), MAP_OF_EIGHTS(3) };
static const uint8_t high_maps[64] = { MAP_OF_EIGHTS(4), MAP_OF_EIGHTS(5), MAP_OF_EIGHTS(6), MAP_OF_EIGHTS(7) };

/* Four vectors of four maps, two words each, to four vectors of one map. */
TARGET static inline void
turn_lanes(__m512i v[static 4])
{
	__m512i a = _mm512_shuffle_i64x2(v[0], v[1], 0x44), b = _mm512_shuffle_i64x2(v[0], v[1], 0xee);
	__m512i c = _mm512_shuffle_i64x2(v[2], v[3], 0x44), d = _mm512_shuffle_i64x2(v[2], v[3], 0xee);

	v[0] = _mm512_shuffle_i64x2(a, c, 0x88);
	v[1] = _mm512_shuffle_i64x2(a, c, 0xdd);
	v[2] = _mm512_shuffle_i64x2(b, d, 0x88);
	v[3] = _mm512_shuffle_i64x2(b, d, 0xdd);
}

#define PUT8(map, w, x) _mm512_storeu_si512((void *)((map) + (w)), x)

/* Eight words of bytes below 0x80: their classes are bits of one byte each, turned to words of one bit. */
TARGET static inline void
classes_of_eight(const __m512i bytes[static 8], class_table table, ac_scan_maps *m, size_t w)
{
	const __m512i low_row = _mm512_loadu_si512((const void *)low_maps),
		      high_row = _mm512_loadu_si512((const void *)high_maps);
	__m512i low[4], high[4], open, sign;

	for (size_t i = 0; i < 4; i++) {
		__m512i a = bits_of_eights(bytes[2 * i], table), b = bits_of_eights(bytes[2 * i + 1], table);

		low[i] = _mm512_permutex2var_epi8(a, low_row, b);
		high[i] = _mm512_permutex2var_epi8(a, high_row, b);
	}
	turn_lanes(low);
	turn_lanes(high);
	open = _mm512_and_si512(low[2], low[3]);
	sign = _mm512_and_si512(high[0], high[1]);
	PUT8(m->high, w, _mm512_setzero_si512());
	PUT8(m->word, w, low[0]);
	PUT8(m->digit, w, low[1]);
	PUT8(m->dot, w, _mm512_andnot_si512(open, low[2]));
	PUT8(m->colon, w, _mm512_andnot_si512(open, low[3]));
	PUT8(m->open, w, open);
	PUT8(m->slash, w, _mm512_andnot_si512(_mm512_or_si512(high[1], low[0]), high[0]));
	PUT8(m->feed.bits, w, _mm512_andnot_si512(_mm512_or_si512(_mm512_or_si512(high[0], high[2]), low[0]), high[1]));
	m->has_signs |= _mm512_test_epi64_mask(sign, sign) != 0;
	PUT8(m->escape, w, _mm512_andnot_si512(high[1], high[2]));
	PUT8(m->follow, w, high[3]);
	if (!m->wants_words)
		return;
	PUT8(m->quote_or_s, w, _mm512_or_si512(_mm512_and_si512(high[1], high[2]), _mm512_and_si512(high[0], low[0])));
	PUT8(m->letter_n, w, _mm512_and_si512(high[1], low[0]));
}

/* So many bytes ahead the text is asked for: ac_ask_ahead has brought it no nearer than the second-level cache, and the core itself would see too late that it is read. */
#define TEXT_AHEAD 3072

TARGET static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const class_table table = { _mm512_loadu_si512((const void *)class_of),
		_mm512_loadu_si512((const void *)(class_of + 64)) };
	size_t w = at, end = at + words;
	uint64_t any = 0;

	for (; w + 8 <= end; w += 8, p += 512) {
		__m512i bytes[8], all = _mm512_setzero_si512();

		for (size_t i = 0; i < 8; i++) {
			__builtin_prefetch(p + TEXT_AHEAD + 64 * i);
			bytes[i] = _mm512_loadu_si512((const void *)(p + 64 * i));
			all = _mm512_or_si512(all, bytes[i]);
		}
		if (!_mm512_movepi8_mask(all))
			classes_of_eight(bytes, table, m, w);
		else
			for (size_t i = 0; i < 8; i++)
				any |= classes_of_word(bytes[i], table, m, w + i);
	}
	for (; w < end; w++, p += 64)
		any |= classes_of_word(_mm512_loadu_si512((const void *)p), table, m, w);
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_avx512 = { NAME, classes, find_spellings, list_places, find_places, pass,
	look_at_region };
#else
typedef int ac_scan_avx512_is_for_x86;
#endif
