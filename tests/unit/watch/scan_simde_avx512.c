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
