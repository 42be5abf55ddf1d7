/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "match/sequence_plan.h"
#include "sequence_case.h"
#include "sequence_oracle.h"
#include "test.h"

static void
sequence__equals_the_oracle_on_random_cases(void **state)
{
	const char *asked = getenv("ACCORD_SEQUENCE_CASES");
	uint64_t cases = 100000, counts[3] = { 0 };
	sequence_case c = { 0 };

	if (asked)
		assert_true(ac_str_to_u64(ac_str_from(asked), &cases));
	ac_arena_init(&c.arena, AC_MIB);
	for (uint64_t i = 1; i <= cases; i++) {
		case_source source = { .seed = i * 0x9e3779b97f4a7c15 };
		ac_sequence_verdict verdict;
		const char *wrong;

		ac_arena_reset(&c.arena);
		assert_true(case_make(&c, &source));
		wrong = case_check(&c, &verdict);
		if (wrong)
			fail_msg("case %llu: %s\n%.*s", (unsigned long long)i, wrong, AC_FMT(case_text(&c)));
		counts[verdict]++;
	}
	ac_arena_done(&c.arena);
	print_message("# %llu no, %llu yes\n", (unsigned long long)counts[0], (unsigned long long)counts[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence__equals_the_oracle_on_random_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
