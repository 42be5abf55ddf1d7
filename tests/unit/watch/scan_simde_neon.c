/* SPDX-License-Identifier: Apache-2.0 */
/* See scan_simde.h. */
#include "scan_simde.h"

#ifdef HAVE_SIMDE
/* In plain C, whatever this processor has. */
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>

#define AC_SCAN_SIMDE "neon by SIMDe"
#define ac_scan_kernel_neon scan_kernel_neon_by_simde
extern const ac_scan_kernel scan_kernel_neon_by_simde;
#include "watch/scan_neon.c"
#endif

const ac_scan_kernel *
scan_simde_neon(void)
{
#ifdef HAVE_SIMDE
	return &scan_kernel_neon_by_simde;
#else
	return NULL;
#endif
}
