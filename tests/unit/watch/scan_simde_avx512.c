/* SPDX-License-Identifier: Apache-2.0 */
/* See scan_simde.h. */
#include "scan_simde.h"

#ifdef HAVE_SIMDE
/* In plain C, whatever this processor has. */
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/gfni.h>

/* SIMDe lacks this one: the higher word of a pair, shifted left with the lower behind it. */
#define _mm512_shldi_epi64(high, low, by)                                                                              \
	_mm512_or_si512(_mm512_slli_epi64(high, by), _mm512_srli_epi64(low, 64 - (by)))

/* Nor this: two lanes of `a` and two of `b`. */
#define FROM_LANE(imm, i) (((imm) >> 2 * (i)&3) * 2 + ((i) > 1 ? 8 : 0))
#define _mm512_shuffle_i64x2(a, b, imm)                                                                                \
	_mm512_permutex2var_epi64(a,                                                                                   \
	    _mm512_set_epi64(FROM_LANE(imm, 3) + 1, FROM_LANE(imm, 3), FROM_LANE(imm, 2) + 1, FROM_LANE(imm, 2),       \
		FROM_LANE(imm, 1) + 1, FROM_LANE(imm, 1), FROM_LANE(imm, 0) + 1, FROM_LANE(imm, 0)),                   \
	    b)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What SIMDe lacks, or has wrong, in the version that Debian 12 has. */
static simde__m512i
lzcnt_epi32(simde__m512i x)
{
	uint32_t lanes[16];

	memcpy(lanes, &x, sizeof(lanes));
	for (unsigned i = 0; i < 16; i++)
		lanes[i] = lanes[i] ? (uint32_t)__builtin_clz(lanes[i]) : 32;
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
maskz_loadu_epi32(uint16_t which, const uint32_t *p)
{
	uint32_t lanes[16];
	simde__m512i x;

	for (unsigned i = 0; i < 16; i++)
		lanes[i] = which >> i & 1 ? p[i] : 0;
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
maskz_loadu_epi64(uint8_t which, const uint64_t *p)
{
	uint64_t lanes[8];
	simde__m512i x;

	for (unsigned i = 0; i < 8; i++)
		lanes[i] = which >> i & 1 ? p[i] : 0;
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m256i
maskz_loadu_8(uint8_t which, const uint32_t *p)
{
	uint32_t lanes[8];
	simde__m256i x;

	for (unsigned i = 0; i < 8; i++)
		lanes[i] = which >> i & 1 ? p[i] : 0;
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
cvtepu32_epi64(simde__m256i x)
{
	uint32_t lanes[8];
	uint64_t wide[8];
	simde__m512i out;

	memcpy(lanes, &x, sizeof(lanes));
	for (unsigned i = 0; i < 8; i++)
		wide[i] = lanes[i];
	memcpy(&out, wide, sizeof(wide));
	return out;
}

static simde__m512i
lzcnt_epi64(simde__m512i x)
{
	uint64_t lanes[8];

	memcpy(lanes, &x, sizeof(lanes));
	for (unsigned i = 0; i < 8; i++)
		lanes[i] = lanes[i] ? (uint64_t)__builtin_clzll(lanes[i]) : 64;
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
mask_i32gather_epi64(simde__m512i x, uint8_t which, simde__m256i at, const void *from, int scale)
{
	uint64_t lanes[8];
	int32_t places[8];

	memcpy(lanes, &x, sizeof(lanes));
	memcpy(places, &at, sizeof(places));
	for (unsigned i = 0; i < 8; i++)
		if (which >> i & 1)
			memcpy(&lanes[i], (const char *)from + (ptrdiff_t)places[i] * scale, sizeof(lanes[i]));
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
i32gather_epi32(simde__m512i at, const void *from, int scale)
{
	uint32_t lanes[16];
	int32_t places[16];

	memcpy(places, &at, sizeof(places));
	for (unsigned i = 0; i < 16; i++)
		memcpy(&lanes[i], (const char *)from + (ptrdiff_t)places[i] * scale, sizeof(lanes[i]));
	memcpy(&at, lanes, sizeof(lanes));
	return at;
}

static simde__m256i
mask_i64gather_epi32(simde__m256i x, uint8_t which, simde__m512i at, const void *from, int scale)
{
	uint32_t lanes[8];
	int64_t places[8];

	memcpy(lanes, &x, sizeof(lanes));
	memcpy(places, &at, sizeof(places));
	for (unsigned i = 0; i < 8; i++)
		if (which >> i & 1)
			memcpy(&lanes[i], (const char *)from + places[i] * scale, sizeof(lanes[i]));
	memcpy(&x, lanes, sizeof(lanes));
	return x;
}

static simde__m512i
madd_epi16(simde__m512i a, simde__m512i b)
{
	int16_t x[32], y[32];
	int32_t sums[16];

	memcpy(x, &a, sizeof(x));
	memcpy(y, &b, sizeof(y));
	for (unsigned i = 0; i < 16; i++)
		sums[i] = x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1];
	memcpy(&a, sums, sizeof(sums));
	return a;
}

#undef _mm512_lzcnt_epi32
#define _mm512_lzcnt_epi32 lzcnt_epi32
#undef _mm512_maskz_loadu_epi32
#define _mm512_maskz_loadu_epi32 maskz_loadu_epi32
#undef _mm512_maskz_loadu_epi64
#define _mm512_maskz_loadu_epi64 maskz_loadu_epi64
#undef _mm256_maskz_loadu_epi32
#define _mm256_maskz_loadu_epi32 maskz_loadu_8
#undef _mm512_cvtepu32_epi64
#define _mm512_cvtepu32_epi64 cvtepu32_epi64
#undef _mm512_lzcnt_epi64
#define _mm512_lzcnt_epi64 lzcnt_epi64
#undef _mm512_mask_i32gather_epi64
#define _mm512_mask_i32gather_epi64 mask_i32gather_epi64
#undef _mm512_i32gather_epi32
#define _mm512_i32gather_epi32 i32gather_epi32
#undef _mm512_mask_i64gather_epi32
#define _mm512_mask_i64gather_epi32 mask_i64gather_epi32
#undef _mm512_madd_epi16
#define _mm512_madd_epi16 madd_epi16

#define AC_SCAN_SIMDE "avx512 by SIMDe"
#define ac_scan_kernel_avx512 scan_kernel_avx512_by_simde
extern const ac_scan_kernel scan_kernel_avx512_by_simde;
#include "watch/scan_avx512.c"
#endif

const ac_scan_kernel *
scan_simde_avx512(void)
{
#ifdef HAVE_SIMDE
	return &scan_kernel_avx512_by_simde;
#else
	return NULL;
#endif
}
