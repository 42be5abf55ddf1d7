/* SPDX-License-Identifier: Apache-2.0 */
/* Class bitmaps: the portable path by its definition, and the machine's own path by the portable one. */
#include "test.h"

#include "watch/scan.h"

static void
portable_masks__follow_the_definition(void **state)
{
	char bytes[64];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned at = 0; at < 64; at += 9) {
			bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
			uint64_t bit = (uint64_t)1 << at;
			ac_masks m;

			memset(bytes, ' ', sizeof(bytes));
			bytes[at] = (char)c;
			ac_masks_portable(bytes, 1, &m);
			assert_int_equal(m.word, digit || letter || c == '_' || c == '-' || c >= 128 ? bit : 0);
			assert_int_equal(m.hex, digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ? bit : 0);
			assert_int_equal(m.dot, c == '.' ? bit : 0);
			assert_int_equal(m.colon, c == ':' ? bit : 0);
			assert_int_equal(m.slash, c == '/' ? bit : 0);
		}
}

static void
machines_masks__are_the_portable_ones(void **state)
{
	uint32_t seed = 1;
	char bytes[64];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		ac_masks want, got;

		for (unsigned i = 0; i < 64; i++) {
			seed = seed * 1664525U + 1013904223U;
			bytes[i] = (char)(seed >> 24);
		}
		ac_masks_portable(bytes, 1, &want);
		ac_masks_of(bytes, 1, &got);
		assert_memory_equal(&want, &got, sizeof(want));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portable_masks__follow_the_definition),
		cmocka_unit_test(machines_masks__are_the_portable_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
