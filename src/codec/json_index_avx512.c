/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON text with AVX-512 (F, BW, VBMI: Ice Lake, Zen 4 and later): a block in one register, truths in mask registers.
 * Earlier processors with AVX-512 slow down for it, and are served by AVX2.
 */
#include "codec/json_kernel.h"

#ifdef __SSE2__
/* A test builds this file a second time, for processors that lack the instructions. */
#ifdef AC_JSON_INDEX_SIMDE
#define NAME AC_JSON_INDEX_SIMDE
#define TARGET
#else
#include <immintrin.h>
#define NAME "avx512"
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vbmi,bmi,popcnt,pclmul")))
#endif

#define WIDTH 64
typedef __m512i vec;
typedef uint64_t truth;

TARGET AC_JSON_INLINE vec
load(const char *p)
{
	return _mm512_loadu_si512((const void *)p);
}

TARGET AC_JSON_INLINE vec
all(unsigned c)
{
	return _mm512_set1_epi8((char)c);
}

TARGET AC_JSON_INLINE vec
table(const uint8_t *row)
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)row));
}

TARGET AC_JSON_INLINE vec
look_up(vec row, vec v)
{
	return _mm512_shuffle_epi8(row, v);
}

TARGET AC_JSON_INLINE vec
both(vec a, vec b)
{
	return _mm512_and_si512(a, b);
}

TARGET AC_JSON_INLINE vec
either(vec a, vec b)
{
	return _mm512_or_si512(a, b);
}

TARGET AC_JSON_INLINE vec
high_nibbles(vec v)
{
	return both(_mm512_srli_epi16(v, 4), all(0x0f));
}

TARGET AC_JSON_INLINE vec
minus(vec a, vec b)
{
	return _mm512_sub_epi8(a, b);
}

TARGET AC_JSON_INLINE vec
minus_to_0(vec a, vec b)
{
	return _mm512_subs_epu8(a, b);
}

TARGET AC_JSON_INLINE vec
lesser(vec a, vec b)
{
	return _mm512_min_epu8(a, b);
}

TARGET AC_JSON_INLINE vec
back(vec before, vec v, unsigned n)
{
	/* Places in the two put together, from the 62nd byte of `before` on. */
	static const uint8_t places[] = { 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79,
		80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104,
		105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125,
		126, 127 };

	return _mm512_permutex2var_epi8(before, _mm512_loadu_si512((const void *)(places + 3 - n)), v);
}

TARGET AC_JSON_INLINE vec
tail_vec(uint32_t tail)
{
	return _mm512_inserti32x4(_mm512_setzero_si512(), _mm_set_epi32((int)tail, 0, 0, 0), 3);
}

TARGET AC_JSON_INLINE truth
equal(vec a, vec b)
{
	return _mm512_cmpeq_epi8_mask(a, b);
}

TARGET AC_JSON_INLINE truth
truth_both(truth a, truth b)
{
	return a & b;
}

TARGET AC_JSON_INLINE truth
truth_either(truth a, truth b)
{
	return a | b;
}

TARGET AC_JSON_INLINE uint64_t
bits_of(truth t)
{
	return t;
}

TARGET AC_JSON_INLINE bool
is_ascii(vec v)
{
	return !_mm512_movepi8_mask(v);
}

#include "codec/json_index_vector.h"

TARGET AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	/* A product without carries with all ones. */
	return (uint64_t)_mm_cvtsi128_si64(
	    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xff), 0));
}

/* Sixteen bits at a time: of their places those that are set, moved together. */
TARGET AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	const vec first = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	vec places = _mm512_add_epi32(first, _mm512_set1_epi32((int)at));

	for (unsigned i = 0; i < 4; i++, bits >>= 16) {
		uint16_t some = (uint16_t)bits;

		_mm512_storeu_si512((void *)out, _mm512_maskz_compress_epi32(some, places));
		places = _mm512_add_epi32(places, _mm512_set1_epi32(16));
		out += __builtin_popcount(some);
	}
	return out;
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_avx512 = { NAME, run_text, run_lines };
#endif
