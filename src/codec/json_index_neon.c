/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text with NEON, which every AArch64 has: 16 bytes at a time. */
#include "codec/json_kernel.h"

/* A test builds this file with SIMDe, for other processors. */
#if defined(__aarch64__) || defined(AC_JSON_INDEX_SIMDE)
#ifdef AC_JSON_INDEX_SIMDE
#define NAME AC_JSON_INDEX_SIMDE
#else
#include <arm_neon.h>
#define NAME "neon"
#endif

#define TARGET
#define WIDTH 16
typedef uint8x16_t vec;
typedef uint8x16_t truth;

AC_JSON_INLINE vec
load(const char *p)
{
	return vld1q_u8((const uint8_t *)p);
}

AC_JSON_INLINE vec
all(unsigned c)
{
	return vdupq_n_u8((uint8_t)c);
}

AC_JSON_INLINE vec
table(const uint8_t *row)
{
	return vld1q_u8(row);
}

AC_JSON_INLINE vec
both(vec a, vec b)
{
	return vandq_u8(a, b);
}

AC_JSON_INLINE vec
either(vec a, vec b)
{
	return vorrq_u8(a, b);
}

AC_JSON_INLINE vec
look_up(vec row, vec v)
{
	return vqtbl1q_u8(row, both(v, all(0x0f)));
}

AC_JSON_INLINE vec
high_nibbles(vec v)
{
	return vshrq_n_u8(v, 4);
}

AC_JSON_INLINE vec
minus(vec a, vec b)
{
	return vsubq_u8(a, b);
}

AC_JSON_INLINE vec
minus_to_0(vec a, vec b)
{
	return vqsubq_u8(a, b);
}

AC_JSON_INLINE vec
lesser(vec a, vec b)
{
	return vminq_u8(a, b);
}

#define back(before, v, n) vextq_u8(before, v, 16 - (n))

AC_JSON_INLINE vec
tail_vec(uint32_t tail)
{
	return vreinterpretq_u8_u32(vsetq_lane_u32(tail, vdupq_n_u32(0), 3));
}

AC_JSON_INLINE truth
equal(vec a, vec b)
{
	return vceqq_u8(a, b);
}

#define truth_both both
#define truth_either either

/* One bit of each byte, then neighbours added up three times. */
AC_JSON_INLINE uint64_t
bits_of(truth t)
{
	static const uint8_t bits[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	vec sums = both(t, vld1q_u8(bits));

	sums = vpaddq_u8(sums, sums);
	sums = vpaddq_u8(sums, sums);
	sums = vpaddq_u8(sums, sums);
	return vgetq_lane_u16(vreinterpretq_u16_u8(sums), 0);
}

AC_JSON_INLINE bool
is_ascii(vec v)
{
	return vmaxvq_u8(v) < 0x80;
}

#include "codec/json_index_vector.h"

AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	return ac_json_prefix_xor(bits);
}

AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	return ac_json_put(out, at, bits);
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_neon = { NAME, run_text, run_lines };
#endif
