/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes of JSON lines with AVX2: 32 bytes at a time. */
#include "watch/logs/json_shape_tree.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi")))
#define READ_LINE ac_shape_read_avx2

TARGET AC_SHAPE_INLINE __m256i
load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

TARGET AC_SHAPE_INLINE __m256i
table(const char *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

TARGET AC_SHAPE_INLINE bool
is_piece(const ac_shape_node *k, const char *p)
{
	uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(p), load(k->piece)));

	return !(~same & k->bits);
}

/* Bits of bytes that no plain text has. */
TARGET AC_SHAPE_INLINE uint32_t
specials(const char *p)
{
	__m256i bytes = load(p), other = _mm256_cmpgt_epi8(load(ac_shape_blanks), bytes);

	return (uint32_t)_mm256_movemask_epi8(
	    _mm256_or_si256(other, _mm256_or_si256(_mm256_cmpeq_epi8(bytes, load(ac_shape_quotes)),
				       _mm256_cmpeq_epi8(bytes, load(ac_shape_slashes)))));
}

/* Bits of a byte's two halves meet in the bytes of scalars: "+-.", digits, letters of odd and of even rows. */
static const char lows[16] = { 10, 14, 14, 14, 14, 14, 14, 14, 14, 14, 12, 5, 4, 5, 5, 4 };
static const char highs[16] = { 0, 0, 1, 2, 4, 8, 4, 8 };

/* Bits of bytes that no scalar has. */
TARGET AC_SHAPE_INLINE uint32_t
others(const char *p)
{
	__m256i bytes = load(p), high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
	__m256i both =
	    _mm256_and_si256(_mm256_shuffle_epi8(table(lows), bytes), _mm256_shuffle_epi8(table(highs), high));

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(both, _mm256_setzero_si256()));
}

/* The first byte from p on of which `bits` says so; the last ones are looked at with those before them. */
#define FIND(bits, p, until)                                                                                           \
	do {                                                                                                           \
		uint32_t found;                                                                                        \
                                                                                                                       \
		for (; until - p >= 32; p += 32) {                                                                     \
			found = bits(p);                                                                               \
			if (found)                                                                                     \
				return p + _tzcnt_u32(found);                                                          \
		}                                                                                                      \
		if (p >= until)                                                                                        \
			return until;                                                                                  \
		found = bits(until - 32) >> (32 - (until - p));                                                        \
		return found ? p + _tzcnt_u32(found) : until;                                                          \
	} while (0)

TARGET AC_SHAPE_INLINE const char *
find_special(const char *p, const char *until)
{
	FIND(specials, p, until);
}

TARGET AC_SHAPE_INLINE const char *
scalar_end(const char *p, const char *until)
{
	FIND(others, p, until);
}

#include "watch/logs/json_shape_loop.h"
#endif
