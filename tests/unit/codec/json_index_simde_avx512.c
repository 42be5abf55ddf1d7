/* SPDX-License-Identifier: Apache-2.0 */
/* See json_index_simde.h. */
#include "json_index_simde.h"

#ifdef HAVE_SIMDE
/* In plain C, whatever this processor has. */
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/clmul.h>

#define AC_JSON_INDEX_SIMDE "avx512 by SIMDe"
#define ac_json_kernel_avx512 json_kernel_avx512_by_simde
#include "codec/json_index_avx512.c"
#endif

const ac_json_kernel *
json_index_simde_avx512(void)
{
#ifdef HAVE_SIMDE
	return &json_kernel_avx512_by_simde;
#else
	return NULL;
#endif
}
