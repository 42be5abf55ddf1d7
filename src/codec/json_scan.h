/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two inner loops of the JSON reader: running through plain string bytes and through white space. Each has a portable form and,
 * where the compiler targets SSE2 (every x86-64), a form of 16 bytes a step; tests hold them against each other. Private to codec/.
 */
#ifndef AC_CODEC_JSON_SCAN_H
#define AC_CODEC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define AC_SCAN_ONES 0x0101010101010101u
#define AC_SCAN_HIGHS 0x8080808080808080u

/* A byte that a string may hold and that means itself: not '"', not '\\', no control, ASCII. */
static inline bool
ac_scan_is_plain(char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && !((unsigned char)c & 0x80);
}

static inline bool
ac_scan_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline bool
ac_scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* High bits set where a byte of the word is zero (and perhaps above such a byte). */
static inline uint64_t
ac_scan_zeros(uint64_t word)
{
	return (word - AC_SCAN_ONES) & ~word & AC_SCAN_HIGHS;
}

/* The first byte of [at, end) that is not plain, or end. */
static inline const char *
ac_scan_plain_portable(const char *at, const char *end)
{
	uint64_t word, stops;

	for (; end - at >= (ptrdiff_t)sizeof(word); at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		stops = ac_scan_zeros(word ^ AC_SCAN_ONES * '"') | ac_scan_zeros(word ^ AC_SCAN_ONES * '\\') |
			((word - AC_SCAN_ONES * 0x20) & ~word & AC_SCAN_HIGHS) | (word & AC_SCAN_HIGHS);
		if (stops)
			break;
	}
	while (at < end && ac_scan_is_plain(*at))
		at++;
	return at;
}

/* The first byte of [at, end) that is not JSON white space, or end. */
static inline const char *
ac_scan_space_portable(const char *at, const char *end)
{
	uint64_t word;

	for (;; at++) {
		/* Indentation is mostly blanks. */
		for (; end - at >= (ptrdiff_t)sizeof(word); at += sizeof(word)) {
			memcpy(&word, at, sizeof(word));
			if (word != AC_SCAN_ONES * ' ')
				break;
		}
		if (at >= end || !ac_scan_is_space(*at))
			return at;
	}
}

#ifdef __SSE2__
static inline const char *
ac_scan_plain_sse2(const char *at, const char *end)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');

	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		/* Signed: controls and everything above 0x7f are both less than a space. */
		__m128i stops = _mm_or_si128(_mm_cmplt_epi8(bytes, space),
		    _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(stops);

		if (mask)
			return at + __builtin_ctz(mask);
	}
	return ac_scan_plain_portable(at, end);
}

static inline const char *
ac_scan_space_sse2(const char *at, const char *end)
{
	const __m128i space = _mm_set1_epi8(' '), feed = _mm_set1_epi8('\n'), back = _mm_set1_epi8('\r'),
		      tab = _mm_set1_epi8('\t');

	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i white = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, space), _mm_cmpeq_epi8(bytes, feed)),
		    _mm_or_si128(_mm_cmpeq_epi8(bytes, back), _mm_cmpeq_epi8(bytes, tab)));
		unsigned mask = ~(unsigned)_mm_movemask_epi8(white) & 0xffff;

		if (mask)
			return at + __builtin_ctz(mask);
	}
	return ac_scan_space_portable(at, end);
}
#define ac_scan_plain ac_scan_plain_sse2
#define ac_scan_space ac_scan_space_sse2
#else
#define ac_scan_plain ac_scan_plain_portable
#define ac_scan_space ac_scan_space_portable
#endif

#endif
