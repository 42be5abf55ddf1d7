/* SPDX-License-Identifier: Apache-2.0 */
/* The AVX-512 kernel of the structural index, carried out by SIMDe in plain C. */
#ifndef AC_TEST_JSON_INDEX_SIMDE_H
#define AC_TEST_JSON_INDEX_SIMDE_H

#include "codec/json_index.h"

/* NULL where SIMDe was not there to build it. */
const ac_json_kernel *json_index_simde(void);

#endif
