/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of the structural index for other processors, carried out by SIMDe in plain C: what is proved is the kernels' logic. */
#ifndef AC_TEST_JSON_INDEX_SIMDE_H
#define AC_TEST_JSON_INDEX_SIMDE_H

#include "codec/json_index.h"

/* NULL where SIMDe was not there to build them. */
const ac_json_kernel *json_index_simde_avx512(void);
const ac_json_kernel *json_index_simde_neon(void);

#endif
