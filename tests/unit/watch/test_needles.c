/* SPDX-License-Identifier: Apache-2.0 */
/* Needles in texts: none is missed wherever it stands, and texts without one are mostly refused. */
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "fail_malloc.h"
#include "watch/needles.h"

static uint32_t
next_random(uint64_t *random)
{
	*random = *random * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*random >> 33);
}

static void
needles__are_never_missed(void **state)
{
	static const char letters[] = "abcdABCD/.-019";
	uint64_t at = 1, *random = &at;
	size_t refused = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char words[4][24], text[40];
		ac_needles *needles = NULL;
		accord_err err = { 0 };
		ac_str list[4], whole = { text, next_random(random) % sizeof(text) };
		size_t n = 1 + next_random(random) % 4;
		bool stands = false;

		for (size_t i = 0; i < n; i++) {
			list[i] = (ac_str){ words[i], AC_NEEDLE_MIN + next_random(random) % 20 };
			for (size_t k = 0; k < list[i].n; k++)
				words[i][k] = letters[next_random(random) % (sizeof(letters) - 1)];
		}
		for (size_t k = 0; k < whole.n; k++)
			text[k] = letters[next_random(random) % (sizeof(letters) - 1)];
		if (round % 2 && list[0].n <= whole.n)
			memcpy(text + next_random(random) % (whole.n - list[0].n + 1), words[0], list[0].n);
		for (size_t i = 0; i < n; i++)
			stands |= ac_str_find_fold(whole, list[i]) < whole.n;
		assert_int_equal(ac_needles_new(list, n, &needles, &err), 0);
		assert_non_null(needles);
		if (stands)
			assert_true(ac_needles_may_stand_in(needles, whole));
		refused += !ac_needles_may_stand_in(needles, whole);
		free(needles);
	}
	assert_true(refused > 10000);
}

static void
needles__that_differ_too_much_are_none(void **state)
{
	enum { COUNT = 20000 };
	static char words[COUNT][16];
	static ac_str list[COUNT];
	ac_needles *needles = NULL;
	accord_err err = { 0 };
	uint64_t at = 1, *random = &at;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t k = 0; k < 8; k++)
			words[i][k] = (char)('a' + next_random(random) % 26);
		list[i] = (ac_str){ words[i], 8 };
	}
	assert_int_equal(ac_needles_new(list, COUNT, &needles, &err), 0);
	assert_null(needles);
	/* Of one campaign are many more, and they are known by what they share. */
	for (size_t i = 0; i < COUNT; i++)
		list[i].n = (size_t)snprintf(words[i], sizeof(words[i]), "/gate%zu.php", i);
	assert_int_equal(ac_needles_new(list, COUNT, &needles, &err), 0);
	assert_non_null(needles);
	assert_true(ac_needles_may_stand_in(needles, AC_S("http://evil.example/GATE7.php?id=1")));
	assert_false(ac_needles_may_stand_in(needles, AC_S("http://good.example/index.html")));
	free(needles);
}

static void
needles__survive_every_allocation_failure(void **state)
{
	ac_str text = AC_S("needle");

	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_needles *needles = NULL;
		accord_err err = { 0 };
		int rc;

		fail_malloc_at(n);
		rc = ac_needles_new(&text, 1, &needles, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			free(needles);
			return;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(needles);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needles__are_never_missed),
		cmocka_unit_test(needles__that_differ_too_much_are_none),
		cmocka_unit_test(needles__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
