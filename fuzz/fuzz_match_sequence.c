/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes become a small pattern and a few observations; every way to decide it must give the oracle's answer and a witness that it confirms. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "sequence_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	case_source source = { .bytes = data, .n = size };
	sequence_case c = { 0 };
	ac_sequence_verdict verdict;

	ac_arena_init(&c.arena, AC_MIB);
	if (!case_make(&c, &source) || case_check(&c, &verdict))
		abort();
	ac_arena_done(&c.arena);
	return 0;
}
