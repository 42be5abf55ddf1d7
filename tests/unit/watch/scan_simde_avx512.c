/* SPDX-License-Identifier: Apache-2.0 */
/* See scan_simde.h. */
#include "scan_simde.h"

#ifdef HAVE_SIMDE
/* In plain C, whatever this processor has. */
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

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
