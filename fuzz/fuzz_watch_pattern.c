/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a STIX pattern: into the index or onto the list of what is not watched; the index stays sound either way. */
#include "watch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 1, 2 } }, 1);
	ac_index_indicator who = { .id = AC_S("indicator--x"), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
	const char *reason = NULL;
	ac_index *index = NULL;
	accord_err err = { 0 };
	char *image = NULL;
	size_t n;

	if (!b)
		return 0;
	if (ac_index_add_pattern(b, &who, (ac_str){ (const char *)data, size }, &reason, &err) == 0) {
		if (ac_index_image(b, &image, &n, &err) || ac_index_open_bytes((ac_str){ image, n }, &index, &err))
			abort();
		if (ac_index_indicator_count(index) + ac_index_unwatched_count(index) != 1 ||
		    (ac_index_unwatched_count(index) == 1) != (reason != NULL))
			abort();
	}
	index = ac_index_close(index);
	free(image);
	ac_index_builder_close(b);
	return 0;
}
