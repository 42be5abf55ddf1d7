/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel for AVX-512 (F, BW, VBMI: Ice Lake, Zen 4 and later): one look-up in a table of 128 entries gives the class of 64 bytes, masks are registers.
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
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi,bmi2,lzcnt,popcnt")))
#endif

#include "watch/scan_x86.h"
#include "watch/scan_lists.h"
#include "watch/scan_places.h"
#include "watch/scan_quads.h"

enum { WORD = 1, DIGIT = 2, DOT = 4, COLON = 8, SLASH = 16, OPEN = 32, FOLLOW = 64 };
#define W WORD
#define G (WORD | FOLLOW)
#define D (WORD | DIGIT)
/* From '@' or '`' on. */
#define ROW_LETTERS FOLLOW, G, W, W, G, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, OPEN, 0, 0, 0

static const uint8_t class_of[128] = { ['('] = OPEN,
	['-'] = W,
	['.'] = DOT,
	['/'] = SLASH,
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
	COLON,
	['@'] = ROW_LETTERS,
	['_'] = W,
	['`'] = ROW_LETTERS };

TARGET static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const __m512i first = _mm512_loadu_si512((const void *)class_of);
	const __m512i second = _mm512_loadu_si512((const void *)(class_of + 64));
	uint64_t any = 0;

	for (size_t w = at; w < at + words; w++, p += 64) {
		__m512i bytes = _mm512_loadu_si512((const void *)p);
		/* the highest bit of an index is not looked at */
		__m512i class = _mm512_permutex2var_epi8(first, bytes, second);
		uint64_t high = _mm512_movepi8_mask(bytes);

		m->high[w] = high;
		m->word[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(WORD)) | high;
		m->digit[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DIGIT)) & ~high;
		m->dot[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DOT)) & ~high;
		m->colon[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(COLON)) & ~high;
		m->slash[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SLASH)) & ~high;
		m->open[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(OPEN)) & ~high;
		m->follow[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(FOLLOW)) & ~high;
		m->feed[w] = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
		m->escape[w] = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
		any |= high;
	}
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_avx512 = { NAME, classes, find_spellings, find_places, pass, look_at_region,
	split_urls };
#else
typedef int ac_scan_avx512_is_for_x86;
#endif
