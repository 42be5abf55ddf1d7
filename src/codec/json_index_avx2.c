/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text with AVX2: 32 bytes at a time. */
#include "codec/json_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,popcnt,pclmul")))
#define WIDTH 32
typedef __m256i vec;
typedef __m256i truth;

TARGET AC_JSON_INLINE vec
load(const char *p)
{
	return _mm256_loadu_si256((const vec *)(const void *)p);
}

TARGET AC_JSON_INLINE vec
all(unsigned c)
{
	return _mm256_set1_epi8((char)c);
}

TARGET AC_JSON_INLINE vec
table(const uint8_t *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

TARGET AC_JSON_INLINE vec
look_up(vec row, vec v)
{
	return _mm256_shuffle_epi8(row, v);
}

TARGET AC_JSON_INLINE vec
both(vec a, vec b)
{
	return _mm256_and_si256(a, b);
}

TARGET AC_JSON_INLINE vec
either(vec a, vec b)
{
	return _mm256_or_si256(a, b);
}

TARGET AC_JSON_INLINE vec
high_nibbles(vec v)
{
	return both(_mm256_srli_epi16(v, 4), all(0x0f));
}

TARGET AC_JSON_INLINE vec
minus(vec a, vec b)
{
	return _mm256_sub_epi8(a, b);
}

TARGET AC_JSON_INLINE vec
minus_to_0(vec a, vec b)
{
	return _mm256_subs_epu8(a, b);
}

TARGET AC_JSON_INLINE vec
lesser(vec a, vec b)
{
	return _mm256_min_epu8(a, b);
}

#define back(before, v, n) _mm256_alignr_epi8(v, _mm256_permute2x128_si256(before, v, 0x21), 16 - (n))

TARGET AC_JSON_INLINE vec
tail_vec(uint32_t tail)
{
	return _mm256_set_epi32((int)tail, 0, 0, 0, 0, 0, 0, 0);
}

TARGET AC_JSON_INLINE truth
equal(vec a, vec b)
{
	return _mm256_cmpeq_epi8(a, b);
}

#define truth_both both
#define truth_either either

TARGET AC_JSON_INLINE uint64_t
bits_of(truth t)
{
	return (uint32_t)_mm256_movemask_epi8(t);
}

TARGET AC_JSON_INLINE bool
is_ascii(vec v)
{
	return !_mm256_movemask_epi8(v);
}

#include "codec/json_index_vector.h"

TARGET AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	/* A product without carries with all ones. */
	return (uint64_t)_mm_cvtsi128_si64(
	    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xff), 0));
}

/* The places of the bits of a byte, a byte each, the lowest bit's first: a row of 8 bytes for each byte. */
#define PLACE(m, bit)                                                                                                  \
	((m) >> (bit)&1 ? (uint64_t)(bit) << (8 * __builtin_popcount((unsigned)(m) & ((1u << (bit)) - 1))) : 0)
#define ROW(m) (PLACE(m, 1) | PLACE(m, 2) | PLACE(m, 3) | PLACE(m, 4) | PLACE(m, 5) | PLACE(m, 6) | PLACE(m, 7))
#define ROWS_4(m) ROW(m), ROW((m) + 1), ROW((m) + 2), ROW((m) + 3)
#define ROWS_16(m) ROWS_4(m), ROWS_4((m) + 4), ROWS_4((m) + 8), ROWS_4((m) + 12)
#define ROWS_64(m) ROWS_16(m), ROWS_16((m) + 16), ROWS_16((m) + 32), ROWS_16((m) + 48)
static const uint64_t places[256] = { ROWS_64(0), ROWS_64(64), ROWS_64(128), ROWS_64(192) };

/*
 * Few entries one by one, many from the table, both without asking how many exactly (a branch that goes either way costs more than what is
 * written in vain, and written over).
 */
TARGET AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	unsigned count = (unsigned)__builtin_popcountll(bits);
	__m256i base;

	if (count <= 8) {
#pragma GCC unroll 8
		for (unsigned i = 0; i < 8; i++, bits &= bits - 1)
			out[i] = at + (uint32_t)_tzcnt_u64(bits);
		return out + count;
	}
	base = _mm256_set1_epi32((int)at);
#pragma GCC unroll 8
	for (unsigned i = 0; i < 8; i++) {
		unsigned byte = (unsigned)(bits >> (8 * i) & 0xff);
		__m128i row = _mm_loadl_epi64((const __m128i *)(const void *)&places[byte]);

		_mm256_storeu_si256((__m256i *)(void *)out, _mm256_add_epi32(_mm256_cvtepu8_epi32(row), base));
		base = _mm256_add_epi32(base, _mm256_set1_epi32(8));
		out += __builtin_popcount(byte);
	}
	return out;
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_avx2 = { "avx2", run_text, run_lines };
#endif
