/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to class bitmaps: bit i of a mask is byte i. The portable path is comparisons that a compiler turns into whatever vectors the machine has; one
 * multiplication then gathers eight flags into eight bits. x86-64 always has SSE2, whose movemask gathers sixteen at once. Both give the same bits
 * (tests/unit/watch/test_masks.c); wider machines add their own here.
 */
#include "watch/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { IS_WORD = 1, IS_DOT = 2, IS_HEX = 4, IS_COLON = 8, IS_SLASH = 16 };

/* Bit `shift` of each of 64 bytes. */
static inline uint64_t
gather(const unsigned char flags[static 64], unsigned shift)
{
	uint64_t out = 0;

	for (unsigned i = 0; i < 8; i++) {
		uint64_t eight = ac_load64(flags + 8 * (size_t)i) >> shift & 0x0101010101010101U;

		out |= (eight * 0x0102040810204080U >> 56) << (8 * i);
	}
	return out;
}

static void
portable_word(const char *p, ac_masks *out)
{
	unsigned char bytes[64], flags[64];

	memcpy(bytes, p, sizeof(bytes));
	for (unsigned i = 0; i < 64; i++) {
		unsigned char c = bytes[i], lower = c | 0x20;
		unsigned char digit = (unsigned char)(c - '0') <= 9 ? IS_WORD | IS_HEX : 0;
		unsigned char letter = (unsigned char)(lower - 'a') <= 25 ? IS_WORD : 0;
		unsigned char hex = (unsigned char)(lower - 'a') <= 5 ? IS_HEX : 0;
		unsigned char other = c == '_' || c == '-' || c >= 0x80 ? IS_WORD : 0;
		unsigned char dot = c == '.' ? IS_DOT : 0;
		unsigned char colon = c == ':' ? IS_COLON : 0;
		unsigned char slash = c == '/' ? IS_SLASH : 0;

		flags[i] = digit | letter | hex | other | dot | colon | slash;
	}
	out->word = gather(flags, 0);
	out->dot = gather(flags, 1);
	out->hex = gather(flags, 2);
	out->colon = gather(flags, 3);
	out->slash = gather(flags, 4);
}

void
ac_masks_portable(const char *p, size_t words, ac_masks *out)
{
	for (size_t i = 0; i < words; i++)
		portable_word(p + 64 * i, &out[i]);
}

#ifdef __SSE2__

static inline uint64_t
bits_of(__m128i flags)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(flags);
}

static inline __m128i
equals(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* first <= byte <= first + span, unsigned. */
static inline __m128i
in_range(__m128i bytes, char first, char span)
{
	__m128i distance = _mm_sub_epi8(bytes, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8(span)), distance);
}

static inline ac_masks
sse2_word(const char *p)
{
	ac_masks m = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * (size_t)i));
		__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
		__m128i digit = in_range(bytes, '0', 9);
		__m128i word = _mm_or_si128(_mm_or_si128(digit, in_range(lower, 'a', 25)),
		    _mm_or_si128(equals(bytes, '_'), equals(bytes, '-')));

		/* movemask looks at the highest bit: bytes from 0x80 on bring their own */
		m.word |= bits_of(_mm_or_si128(word, bytes)) << (16 * i);
		m.hex |= bits_of(_mm_or_si128(digit, in_range(lower, 'a', 5))) << (16 * i);
		m.dot |= bits_of(equals(bytes, '.')) << (16 * i);
		m.colon |= bits_of(equals(bytes, ':')) << (16 * i);
		m.slash |= bits_of(equals(bytes, '/')) << (16 * i);
	}
	return m;
}

void
ac_masks_of(const char *p, size_t words, ac_masks *out)
{
	for (size_t i = 0; i < words; i++)
		out[i] = sse2_word(p + 64 * i);
}

#else

void
ac_masks_of(const char *p, size_t words, ac_masks *out)
{
	ac_masks_portable(p, words, out);
}

#endif
