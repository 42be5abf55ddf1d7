/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel for AVX2: whether a byte is in a set is told by its two halves (a table look-up each), a block of a gate is one register.
 */
#include "watch/scan_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#include "watch/scan_x86.h"
#include "watch/scan_hosts256.h"
#include "watch/scan_places.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads.h"

/*
 * Four sets of bytes below 0x80 tell the fourteen classes apart, so that four maps are made of the text and all others of those, 256 bytes at a time. A set is a table: by a byte's low half, the high
 * halves (a bit each) that make one of its bytes with it.
 */
#define ROW(high) (1 << (high))
#define DIGITS ROW(3)
#define ROWS_4567 (ROW(4) | ROW(5) | ROW(6) | ROW(7))
#define IN_4_AND_6 (ROW(4) | ROW(6))
#define IN_5_AND_7 (ROW(5) | ROW(7))
typedef struct byte_sets {
	uint8_t word[16], first[16], second[16], third[16];
} byte_sets;

static const byte_sets sets = {
	/* letters, digits, '_' and '-'; and the quote, which is in the third, too, as none of those */
	.word = { DIGITS | IN_5_AND_7, DIGITS | ROWS_4567, DIGITS | ROWS_4567 | ROW(2), DIGITS | ROWS_4567,
	    DIGITS | ROWS_4567, DIGITS | ROWS_4567, DIGITS | ROWS_4567, DIGITS | ROWS_4567, DIGITS | ROWS_4567,
	    DIGITS | ROWS_4567, ROWS_4567, IN_4_AND_6, IN_4_AND_6, IN_4_AND_6 | ROW(2), IN_4_AND_6,
	    IN_4_AND_6 | ROW(5) },
	/* digits, ".:/", "NSns" and line feeds */
	.first = { DIGITS, DIGITS, DIGITS, DIGITS | IN_5_AND_7, DIGITS, DIGITS, DIGITS, DIGITS, DIGITS,
	    DIGITS, [10] = ROW(3) | ROW(0), [14] = ROW(2) | IN_4_AND_6, [15] = ROW(2) },
	/* "@AD`ad:\\", "Nn" and line feeds */
	.second = { IN_4_AND_6,
	    IN_4_AND_6, [4] = IN_4_AND_6, [10] = ROW(3) | ROW(0), [12] = ROW(5), [14] = IN_4_AND_6 },
	/* "([{/\\", the quote, "Ss" and line feeds */
	.third = { [2] = ROW(2),
	    [3] = IN_5_AND_7,
	    [8] = ROW(2),
	    [10] = ROW(0),
	    [11] = IN_5_AND_7,
	    [12] = ROW(5),
	    [15] = ROW(2) }
};
static const uint8_t row_of[16] = { ROW(0), ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6), ROW(7), 1, 1, 1, 1, 1, 1, 1,
	1 };

/* Words whose sets are stored before the first is read again: a vector of them cannot be read while its halves of words are on their way. */
#define WORDS_AT_ONCE 32

TARGET static inline __m256i
load_bytes(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

TARGET static inline __m256i
table(const uint8_t *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

/* Half `i` of word w of a map. */
TARGET static inline void
put_half(uint64_t *map, size_t w, size_t i, __m256i flags)
{
	uint32_t bits = (uint32_t)_mm256_movemask_epi8(flags);

	memcpy((char *)(map + w) + 4 * i, &bits, sizeof(bits));
}

/* Which bytes, of such rows, are in a set. Of a byte from 0x80 on the look-up gives 0. */
TARGET static inline __m256i
in_set(__m256i set, __m256i bytes, __m256i rows)
{
	return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(set, bytes), rows), rows);
}

/* The sets of `words` words, to maps that classes_of_sets reads. Whether there are bytes from 0x80 on. */
TARGET static inline bool
put_sets(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const __m256i word = table(sets.word), first = table(sets.first), second = table(sets.second),
		      third = table(sets.third), row = table(row_of), half = _mm256_set1_epi8(0x0f);
	__m256i all = _mm256_setzero_si256();

	for (size_t w = at; w < at + words; w++, p += 64)
		for (size_t i = 0; i < 2; i++) {
			__m256i bytes = load_bytes(p + 32 * i);
			__m256i rows = _mm256_shuffle_epi8(row, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));

			all = _mm256_or_si256(all, bytes);
			put_half(m->word, w, i, in_set(word, bytes, rows));
			put_half(m->digit, w, i, in_set(first, bytes, rows));
			put_half(m->follow, w, i, in_set(second, bytes, rows));
			put_half(m->open, w, i, in_set(third, bytes, rows));
		}
	return _mm256_movemask_epi8(all) != 0;
}

/* All maps but `high` of `words` words, and of those behind them that make a vector full. */
TARGET static inline void
classes_of_sets(ac_scan_maps *m, size_t words, size_t at)
{
	for (size_t w = at; w < at + words; w += STEP) {
		__m256i word = load_bytes(m->word + w), first = load_bytes(m->digit + w),
			second = load_bytes(m->follow + w), third = load_bytes(m->open + w);
		__m256i both = _mm256_and_si256(second, third), only_second = _mm256_andnot_si256(third, second),
			only_third = _mm256_andnot_si256(second, third), any = _mm256_or_si256(second, third);
		__m256i words_first = _mm256_and_si256(word, first), only_first = _mm256_andnot_si256(word, first);
		__m256i quote = _mm256_andnot_si256(first, _mm256_and_si256(word, third));

#define PUT(map, x) _mm256_storeu_si256((__m256i *)(void *)((map) + w), x)
		PUT(m->word, _mm256_andnot_si256(quote, word));
		PUT(m->digit, _mm256_andnot_si256(any, words_first));
		PUT(m->dot, _mm256_andnot_si256(any, only_first));
		PUT(m->colon, _mm256_and_si256(only_first, only_second));
		PUT(m->slash, _mm256_and_si256(only_first, only_third));
		PUT(m->feed.bits, _mm256_and_si256(first, both));
		PUT(m->escape, _mm256_andnot_si256(first, both));
		PUT(m->open, _mm256_andnot_si256(_mm256_or_si256(first, word), only_third));
		PUT(m->follow,
		    _mm256_or_si256(_mm256_andnot_si256(first, only_second), _mm256_andnot_si256(both, only_first)));
		PUT(m->high, _mm256_setzero_si256());
		if (m->wants_words) {
			PUT(m->quote_or_s, _mm256_or_si256(quote, _mm256_and_si256(words_first, only_third)));
			PUT(m->letter_n, _mm256_and_si256(words_first, only_second));
		}
#undef PUT
	}
}

/* Bytes from 0x80 on, which are word bytes. Returns their union. */
TARGET static uint64_t
put_high(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	uint64_t any = 0;

	for (size_t w = at; w < at + words; w++, p += 64) {
		put_half(m->high, w, 0, load_bytes(p));
		put_half(m->high, w, 1, load_bytes(p + 32));
		m->word[w] |= m->high[w];
		any |= m->high[w];
	}
	return any;
}

TARGET static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	uint64_t any = 0;

	m->has_signs = true; /* not told */
	for (size_t n; words > 0; p += 64 * n, words -= n, at += n) {
		bool has_high;

		n = words < WORDS_AT_ONCE ? words : WORDS_AT_ONCE;
		has_high = put_sets(p, n, m, at);
		classes_of_sets(m, n, at);
		if (has_high)
			any |= put_high(p, n, m, at);
	}
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_avx2 = { "avx2", classes, find_spellings, list_places, find_places, pass,
	look_at_region };
#else
typedef int ac_scan_avx2_is_for_x86;
#endif
