/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel for AVX2: a byte's class is the intersection of what its two halves allow for (two table look-ups), a block of a gate is one register.
 */
#include "watch/scan_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#include "watch/scan_places.h"

/* Rectangles of high and low halves. */
enum { DIGIT = 1, UPPER_ROW = 2, LOWER_ROW = 4, UNDERSCORE = 8, HYPHEN = 16, HEX_LETTER = 32 };
#define WORD (DIGIT | UPPER_ROW | LOWER_ROW | UNDERSCORE | HYPHEN)

/* By the low half: digits 0-9; letters 1-f of 4x and 6x, 0-a of 5x and 7x; 5f; 2d; a-f are 1-6. */
static const uint8_t by_low[16] = { DIGIT | LOWER_ROW, DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER,
	DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER, DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER,
	DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER, DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER,
	DIGIT | UPPER_ROW | LOWER_ROW | HEX_LETTER, DIGIT | UPPER_ROW | LOWER_ROW, DIGIT | UPPER_ROW | LOWER_ROW,
	DIGIT | UPPER_ROW | LOWER_ROW, UPPER_ROW | LOWER_ROW, UPPER_ROW, UPPER_ROW, UPPER_ROW | HYPHEN, UPPER_ROW,
	UPPER_ROW | UNDERSCORE };
static const uint8_t by_high[16] = { [2] = HYPHEN,
	[3] = DIGIT,
	[4] = UPPER_ROW | HEX_LETTER,
	[5] = LOWER_ROW | UNDERSCORE,
	[6] = UPPER_ROW | HEX_LETTER,
	[7] = LOWER_ROW };

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

TARGET static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const __m256i low_row = table(by_low), high_row = table(by_high), half = _mm256_set1_epi8(0x0f);
	const __m256i dots = _mm256_set1_epi8('.'), colons = _mm256_set1_epi8(':'), slashes = _mm256_set1_epi8('/');
	uint64_t any = 0;

	for (size_t w = at; w < at + words; w++, p += 64) {
		uint64_t word = 0, hex = 0, digit = 0, dot = 0, colon = 0, slash = 0, high = 0;

		for (unsigned i = 0; i < 64; i += 32) {
			__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
			__m256i low = _mm256_shuffle_epi8(low_row, _mm256_and_si256(bytes, half));
			__m256i top =
			    _mm256_shuffle_epi8(high_row, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
			__m256i class = _mm256_and_si256(low, top);

			word |= bits_of(_mm256_or_si256(share(class, WORD), bytes)) << i;
			hex |= bits_of(share(class, DIGIT | HEX_LETTER)) << i;
			digit |= bits_of(_mm256_slli_epi16(class, 7)) << i;
			dot |= bits_of(_mm256_cmpeq_epi8(bytes, dots)) << i;
			colon |= bits_of(_mm256_cmpeq_epi8(bytes, colons)) << i;
			slash |= bits_of(_mm256_cmpeq_epi8(bytes, slashes)) << i;
			high |= bits_of(bytes) << i;
		}
		m->word[w] = word;
		m->hex[w] = hex;
		m->digit[w] = digit;
		m->dot[w] = dot;
		m->colon[w] = colon;
		m->slash[w] = slash;
		m->high[w] = high;
		any |= high;
	}
	return any;
}

TARGET static size_t
pass(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n, uint32_t *out)
{
	const __m256i odd = _mm256_loadu_si256((const __m256i *)(const void *)ac_gate_odd), one = _mm256_set1_epi32(1);
	size_t passed = 0;

	for (size_t i = 0; i < n; i++) {
		__m256i block =
		    _mm256_loadu_si256((const __m256i *)(const void *)ac_gate_block_of(gate, blocks, keys[i]));
		__m256i at = _mm256_srli_epi32(_mm256_mullo_epi32(_mm256_set1_epi32((int)(uint32_t)keys[i]), odd), 27);

		out[passed] = (uint32_t)i;
		passed += (size_t)_mm256_testc_si256(block, _mm256_sllv_epi32(one, at));
	}
	return passed;
}

/* Line feeds of 64 bytes, and of those the ones at which a line that is not plain ends or behind which one begins. */
typedef struct feeds {
	uint64_t all, odd_begin, odd_end;
} feeds;

TARGET static inline feeds
feeds_of(const char *p, ac_plain_lines which)
{
	feeds out = { 0, 0, 0 };

	for (unsigned i = 0; i < 64; i += 32) {
		__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
		__m256i begin = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(which.is_json ? '{' : '#')), end;

		out.all |= bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'))) << i;
		if (which.is_json) {
			end = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('}'));
			out.odd_begin |= (uint64_t)(uint32_t)~bits_of(begin) << i;
			out.odd_end |= (uint64_t)(uint32_t)~bits_of(end) << i;
		} else {
			/* signed: bytes from 0x80 on are below ' ' */
			begin = _mm256_or_si256(begin, _mm256_cmpgt_epi8(_mm256_set1_epi8(' ' + 1), bytes));
			begin = _mm256_or_si256(begin, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(which.avoid)));
			out.odd_begin |= bits_of(begin) << i;
		}
	}
	return out;
}

TARGET static size_t
plain_lines(const char *p, size_t n, ac_plain_lines which, uint64_t *out_lines)
{
	uint64_t lines = 0, begins = 1, before = 0, rest;
	size_t whole = 0;

	for (size_t at = 0; at + 64 <= n; at += 64) {
		feeds f = feeds_of(p + at, which);
		/* A line begins behind each line feed; the byte before a line feed ends one. */
		uint64_t odd = ((f.all << 1 | begins) & f.odd_begin) | (f.all & (f.odd_end << 1 | before));

		if (odd)
			f.all &= (odd & -odd) - 1;
		lines += (uint64_t)__builtin_popcountll(f.all);
		if (f.all)
			whole = at + 64 - (size_t)__builtin_clzll(f.all);
		if (odd) {
			*out_lines = lines;
			return whole;
		}
		begins = f.all >> 63;
		before = f.odd_end >> 63;
	}
	n = whole + ac_scan_plain_lines(p + whole, n - whole, which, &rest);
	*out_lines = lines + rest;
	return n;
}

const ac_scan_kernel ac_scan_kernel_avx2 = { "avx2", classes, find_places, pass, plain_lines };
#else
typedef int ac_scan_avx2_is_for_x86;
#endif
