/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel for AVX2: a byte's class is the intersection of what its two halves allow for (two table look-ups), a block of a gate is one register.
 */
#include "watch/scan_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#include "watch/scan_x86.h"
#include "watch/scan_places.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads.h"

/* Rectangles of high and low halves. */
enum { DIGIT = 1, UPPER_ROW = 2, LOWER_ROW = 4, UNDERSCORE = 8, HYPHEN = 16, HIGH = 32, FOLLOW = 64, OPEN = 128 };
#define WORD (DIGIT | UPPER_ROW | LOWER_ROW | UNDERSCORE | HYPHEN | HIGH)
#define LETTERS (HIGH | UPPER_ROW | LOWER_ROW)

/* By the low half: digits 0-9; letters 1-f of 4x and 6x, 0-a of 5x and 7x; 5f; 2d; 0, 1 and 4 of 4x and 6x may follow; b of 5x and 7x opens; all of 8x to fx. */
static const uint8_t by_low[16] = { HIGH | DIGIT | LOWER_ROW | FOLLOW, DIGIT | LETTERS | FOLLOW, DIGIT | LETTERS,
	DIGIT | LETTERS, DIGIT | LETTERS | FOLLOW, DIGIT | LETTERS, DIGIT | LETTERS, DIGIT | LETTERS, DIGIT | LETTERS,
	DIGIT | LETTERS, LETTERS, HIGH | UPPER_ROW | OPEN, HIGH | UPPER_ROW, HIGH | UPPER_ROW | HYPHEN,
	HIGH | UPPER_ROW, HIGH | UPPER_ROW | UNDERSCORE };
static const uint8_t by_high[16] = { [2] = HYPHEN,
	[3] = DIGIT,
	[4] = UPPER_ROW | FOLLOW,
	[5] = LOWER_ROW | UNDERSCORE | OPEN,
	[6] = UPPER_ROW | FOLLOW,
	[7] = LOWER_ROW | OPEN,
	HIGH,
	HIGH,
	HIGH,
	HIGH,
	HIGH,
	HIGH,
	HIGH,
	HIGH };

TARGET static inline uint64_t
bits_of(__m256i flags)
{
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(flags);
}

TARGET static inline __m256i
table(const uint8_t *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

/* Bytes that share a bit with `bits`, as bytes with the highest bit. */
TARGET static inline __m256i
share(__m256i class, char bits)
{
	return _mm256_adds_epu8(_mm256_and_si256(class, _mm256_set1_epi8(bits)), _mm256_set1_epi8(0x7f));
}

/* Half `i` of word w of a map. */
TARGET static inline void
put_half(uint64_t *map, size_t w, size_t i, __m256i flags)
{
	uint32_t bits = (uint32_t)_mm256_movemask_epi8(flags);

	memcpy((char *)(map + w) + 4 * i, &bits, sizeof(bits));
}

TARGET static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const __m256i low_row = table(by_low), high_row = table(by_high), half = _mm256_set1_epi8(0x0f);
	const __m256i dots = _mm256_set1_epi8('.'), colons = _mm256_set1_epi8(':'), slashes = _mm256_set1_epi8('/');
	const __m256i round = _mm256_set1_epi8('('), feeds = _mm256_set1_epi8('\n'), escapes = _mm256_set1_epi8('\\');
	uint64_t any = 0;

	for (size_t w = at; w < at + words; w++, p += 64) {
		__m256i both[2];

		for (size_t i = 0; i < 2; i++) {
			__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32 * i));
			__m256i low = _mm256_shuffle_epi8(low_row, _mm256_and_si256(bytes, half));
			__m256i top =
			    _mm256_shuffle_epi8(high_row, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
			__m256i class = _mm256_and_si256(low, top);

			both[i] = bytes;
			put_half(m->word, w, i, share(class, WORD));
			put_half(m->digit, w, i, _mm256_slli_epi16(class, 7));
			put_half(m->dot, w, i, _mm256_cmpeq_epi8(bytes, dots));
			put_half(m->colon, w, i, _mm256_cmpeq_epi8(bytes, colons));
			put_half(m->slash, w, i, _mm256_cmpeq_epi8(bytes, slashes));
			put_half(m->feed.bits, w, i, _mm256_cmpeq_epi8(bytes, feeds));
			put_half(m->escape, w, i, _mm256_cmpeq_epi8(bytes, escapes));
			put_half(m->open, w, i, _mm256_or_si256(class, _mm256_cmpeq_epi8(bytes, round)));
			put_half(m->follow, w, i, _mm256_slli_epi16(class, 1));
		}
		m->high[w] = 0;
		if (bits_of(_mm256_or_si256(both[0], both[1]))) {
			m->high[w] = bits_of(both[0]) | bits_of(both[1]) << 32;
			any |= m->high[w];
		}
	}
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_avx2 = { "avx2", classes, find_spellings, list_places, find_places, pass, look_at_region,
	split_urls };
#else
typedef int ac_scan_avx2_is_for_x86;
#endif
