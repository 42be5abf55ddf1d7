/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of the scanner for other processors, carried out by SIMDe in plain C: what is proved is the kernels' logic. */
#ifndef AC_TEST_SCAN_SIMDE_H
#define AC_TEST_SCAN_SIMDE_H

#include "watch/scan_kernel.h"

/* NULL where SIMDe was not there to build them. */
const ac_scan_kernel *scan_simde_avx512(void);
const ac_scan_kernel *scan_simde_neon(void);

#endif
