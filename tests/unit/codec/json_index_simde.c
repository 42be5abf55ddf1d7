/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The AVX-512 kernel once more, with each instruction carried out by SIMDe in plain C whatever the processor has: what is proved is the
 * kernel's logic. Without SIMDe, nothing.
 */
#include "json_index_simde.h"

#ifdef HAVE_SIMDE
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/clmul.h>

#define AC_JSON_INDEX_SIMDE "avx512 by SIMDe"
#define ac_json_kernel_avx512 json_kernel_simde
#include "codec/json_index_avx512.c"

const ac_json_kernel *
json_index_simde(void)
{
	return &json_kernel_simde;
}
#else
const ac_json_kernel *
json_index_simde(void)
{
	return NULL;
}
#endif
