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

#include "watch/scan_places.h"

enum { WORD = 1, DIGIT = 2, HEX = 4, DOT = 8, COLON = 16, SLASH = 32 };
#define W WORD
#define H (WORD | HEX)
#define D (WORD | HEX | DIGIT)
#define ROW_LETTERS 0, H, H, H, H, H, H, W, W, W, W, W, W, W, W, W

static const uint8_t class_of[128] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, W, DOT, SLASH, D, D, D, D, D, D, D, D, D, D, COLON, 0, 0,
	0, 0, 0, ROW_LETTERS, W, W, W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, W, ROW_LETTERS, W, W, W, W, W, W, W, W, W, W,
	W, 0, 0, 0, 0, 0 };

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
		m->hex[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(HEX)) & ~high;
		m->digit[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DIGIT)) & ~high;
		m->dot[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(DOT)) & ~high;
		m->colon[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(COLON)) & ~high;
		m->slash[w] = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SLASH)) & ~high;
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
	__m512i bytes = _mm512_loadu_si512((const void *)p);
	uint64_t all = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));

	if (which.is_json)
		return (feeds){ all, ~_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('{')),
			~_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('}')) };
	/* signed: bytes from 0x80 on are below ' ' */
	return (feeds){ all,
		_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('#')) |
		    _mm512_cmpgt_epi8_mask(_mm512_set1_epi8(' ' + 1), bytes) |
		    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(which.avoid)),
		0 };
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

const ac_scan_kernel ac_scan_kernel_avx512 = { NAME, classes, find_places, pass, plain_lines };
#else
typedef int ac_scan_avx512_is_for_x86;
#endif
