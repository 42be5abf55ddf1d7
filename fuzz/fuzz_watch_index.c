/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Index files altered by a forger who mends the checksums: refused, or harmless when scanned with. The input is a list of edits, five bytes each: a place
 * (32 bits, modulo the file) and a byte. Inputs that begin with the magic are taken as whole files.
 */
#include "watch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *good;
	static size_t good_n;
	ac_index *index = NULL;
	accord_err err = { 0 };
	char *image;
	size_t n;

	if (!good)
		good = watch_fuzz_image(&good_n);
	n = size >= 8 && memcmp(data, good, 8) == 0 ? size : good_n;
	image = malloc(n);
	if (!image)
		return 0;
	if (n == size && n != good_n) {
		memcpy(image, data, n);
	} else {
		memcpy(image, good, n);
		watch_fuzz_edit(image, n, data, size, 0);
		if (((const ac_index_header *)(const void *)image)->file_size == n)
			watch_fuzz_mend(image);
	}
	if (ac_index_open_bytes((ac_str){ image, n }, &index, &err) == 0) {
		(void)watch_fuzz_use(index);
		index = ac_index_close(index);
	}
	free(image);
	return 0;
}
