/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of MISP warning lists on any bytes. */
#include "reader_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&ac_reader_misp_warning, data, size);
}
