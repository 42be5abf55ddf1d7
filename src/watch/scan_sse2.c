/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel for every x86-64: movemask gathers sixteen flags at once. */
#include "watch/scan_kernel.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define TARGET
#include "watch/scan_places.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads.h"

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

/* Bytes in [first, first + span], compared without sign. */
static inline __m128i
in_range(__m128i bytes, char first, char span)
{
	__m128i distance = _mm_sub_epi8(bytes, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8(span)), distance);
}

static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	uint64_t any = 0;

	m->has_signs = true; /* not told */
	for (size_t w = at; w < at + words; w++, p += 64) {
		uint64_t word = 0, digit = 0, dot = 0, colon = 0, slash = 0, high = 0;
		uint64_t feed = 0, escape = 0, open = 0, follow = 0, quote_or_s = 0, letter_n = 0;

		for (unsigned i = 0; i < 64; i += 16) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
			__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
			__m128i digits = in_range(bytes, '0', 9);
			__m128i all = _mm_or_si128(_mm_or_si128(digits, in_range(lower, 'a', 25)),
			    _mm_or_si128(equals(bytes, '_'), equals(bytes, '-')));

			/* movemask looks at the highest bit: bytes from 0x80 on bring their own */
			word |= bits_of(_mm_or_si128(all, bytes)) << i;
			digit |= bits_of(digits) << i;
			dot |= bits_of(equals(bytes, '.')) << i;
			colon |= bits_of(equals(bytes, ':')) << i;
			slash |= bits_of(equals(bytes, '/')) << i;
			high |= bits_of(bytes) << i;
			feed |= bits_of(equals(bytes, '\n')) << i;
			escape |= bits_of(equals(bytes, '\\')) << i;
			quote_or_s |= bits_of(_mm_or_si128(equals(bytes, '"'), equals(lower, 's'))) << i;
			letter_n |= bits_of(equals(lower, 'n')) << i;
			/* '[' and '{' differ in one bit */
			open |= bits_of(_mm_or_si128(equals(lower, '{'), equals(bytes, '('))) << i;
			follow |= bits_of(_mm_or_si128(
				      _mm_or_si128(equals(lower, 'a'), equals(lower, 'd')), equals(lower, '`')))
				  << i;
		}
		m->word[w] = word;
		m->digit[w] = digit;
		m->dot[w] = dot;
		m->colon[w] = colon;
		m->slash[w] = slash;
		m->high[w] = high;
		m->feed.bits[w] = feed;
		m->escape[w] = escape;
		m->open[w] = open;
		m->follow[w] = follow | dot | colon | slash;
		m->quote_or_s[w] = quote_or_s;
		m->letter_n[w] = letter_n;
		any |= high;
	}
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_sse2 = { "sse2", classes, find_spellings, list_places, find_places, pass,
	look_at_region };
#else
typedef int ac_scan_sse2_is_for_x86;
#endif
