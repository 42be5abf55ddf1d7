/* SPDX-License-Identifier: Apache-2.0 */
/* See json_index_simde.h. */
#include "json_index_simde.h"

#ifdef HAVE_SIMDE
/* In plain C, whatever this processor has. */
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>

#define AC_JSON_INDEX_SIMDE "neon by SIMDe"
#define ac_json_kernel_neon json_kernel_neon_by_simde
#include "codec/json_index_neon.c"
#endif

const ac_json_kernel *
json_index_simde_neon(void)
{
#ifdef HAVE_SIMDE
	return &json_kernel_neon_by_simde;
#else
	return NULL;
#endif
}
