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
