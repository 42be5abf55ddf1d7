/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text with SSE4.2, for processors without AVX2: 16 bytes at a time. */
#include "codec/json_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("sse4.2,popcnt,pclmul")))
#define WIDTH 16
typedef __m128i vec;
typedef __m128i truth;

TARGET AC_JSON_INLINE vec
load(const char *p)
{
	return _mm_loadu_si128((const vec *)(const void *)p);
}

TARGET AC_JSON_INLINE vec
all(unsigned c)
{
	return _mm_set1_epi8((char)c);
}

TARGET AC_JSON_INLINE vec
table(const uint8_t *row)
{
	return _mm_loadu_si128((const vec *)(const void *)row);
}

TARGET AC_JSON_INLINE vec
look_up(vec row, vec v)
{
	return _mm_shuffle_epi8(row, v);
}

TARGET AC_JSON_INLINE vec
both(vec a, vec b)
{
	return _mm_and_si128(a, b);
}

TARGET AC_JSON_INLINE vec
either(vec a, vec b)
{
	return _mm_or_si128(a, b);
}

TARGET AC_JSON_INLINE vec
high_nibbles(vec v)
{
	return both(_mm_srli_epi16(v, 4), all(0x0f));
}

TARGET AC_JSON_INLINE vec
minus(vec a, vec b)
{
	return _mm_sub_epi8(a, b);
}

TARGET AC_JSON_INLINE vec
minus_to_0(vec a, vec b)
{
	return _mm_subs_epu8(a, b);
}

TARGET AC_JSON_INLINE vec
lesser(vec a, vec b)
{
	return _mm_min_epu8(a, b);
}

#define back(before, v, n) _mm_alignr_epi8(v, before, 16 - (n))

TARGET AC_JSON_INLINE vec
tail_vec(uint32_t tail)
{
	return _mm_set_epi32((int)tail, 0, 0, 0);
}

TARGET AC_JSON_INLINE truth
equal(vec a, vec b)
{
	return _mm_cmpeq_epi8(a, b);
}

#define truth_both both
#define truth_either either

TARGET AC_JSON_INLINE uint64_t
bits_of(truth t)
{
	return (uint32_t)_mm_movemask_epi8(t);
}

TARGET AC_JSON_INLINE bool
is_ascii(vec v)
{
	return !_mm_movemask_epi8(v);
}

#include "codec/json_index_vector.h"

TARGET AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	/* A product without carries with all ones. */
	return (uint64_t)_mm_cvtsi128_si64(
	    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xff), 0));
}

TARGET AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	return ac_json_put(out, at, bits);
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_sse4 = { "sse4", run_text, run_lines };
#endif
