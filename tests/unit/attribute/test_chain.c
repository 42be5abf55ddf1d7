/* SPDX-License-Identifier: Apache-2.0 */
/* Sums that survive rounding, and the matrix of competing hypotheses worked out by hand. */
#include "test.h"

#include "attribute/ach.h"
#include "attribute/chain.h"
#include "base/limits.h"

#include <math.h>

static void
rounded_rows__sum_to_the_rounded_sum(void **state)
{
	/* Thirds never round to their sum by themselves: .3333 * 3 is not 1. */
	static const double values[] = { 1 / 3., 1 / 3., 1 / 3., -.00004, -.00004, 2.5 };
	int64_t rows[AC_COUNT(values)], sum = 0;
	accord_err err = { 0 };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_chain_round(values, AC_COUNT(values), AC_CHAIN_UNITS, rows, &arena, &err), 0);
	for (size_t i = 0; i < AC_COUNT(values); i++) {
		sum += rows[i];
		assert_true(fabs((double)rows[i] - values[i] * AC_CHAIN_UNITS) < 1);
	}
	assert_int_equal(sum, 34999);
	/* Equals before the others stay equal; the sum's missing unit goes to the one that lost most. */
	assert_int_equal(rows[0], 3333);
	assert_int_equal(rows[1], 3333);
	assert_int_equal(rows[2], 3333);
	ac_arena_done(&arena);
}

static void
shares__are_all_of_it_together(void **state)
{
	static const struct {
		double values[4];
		int64_t want[4];
	} rows[] = {
		{ { 1, 1, 1, 0 }, { 3333, 3333, 3333, 1 } }, /* nothing is never nothing */
		{ { .7, .2, .1, 0 }, { 6999, 2000, 1000, 1 } },
		{ { 1, 0, 0, 0 }, { 9997, 1, 1, 1 } },
		{ { 0, 0, 0, 0 }, { 2500, 2500, 2500, 2500 } },
		{ { .00004, .99992, .00002, .00002 }, { 1, 9997, 1, 1 } },
	};
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		int64_t got[4], sum = 0;

		assert_int_equal(ac_chain_shares(rows[i].values, 4, AC_CHAIN_UNITS, 1, got, &arena, &err), 0);
		for (size_t k = 0; k < 4; k++) {
			assert_int_equal(got[k], rows[i].want[k]);
			sum += got[k];
		}
		assert_int_equal(sum, AC_CHAIN_UNITS);
	}
	assert_int_equal(ac_chain_shares(rows[0].values, 4, 3, 1, (int64_t[4]){ 0 }, &arena, &err), ACCORD_ELIMIT);
	ac_arena_done(&arena);
}

/* Three hypotheses and the unknown; two items and the prior. */
static ac_judgement
by_hand(void)
{
	static double first[] = { 2.4, 0, 0, 0 }, second[] = { 0, .9, 0, 0 }, same[] = { 1, 1, 1, 0 },
		      prior[] = { .5, .2, .1, 1.5 };
	static ac_weight weights[] = {
		{ .kind = AC_WEIGHT_TECHNIQUE, .text = AC_S_INIT("T1002"), .nats = second },
		{ .kind = AC_WEIGHT_SOFTWARE, .text = AC_S_INIT("S0001"), .nats = first },
		{ .kind = AC_WEIGHT_VICTIM, .text = AC_S_INIT("AU"), .nats = same },
		{ .kind = AC_WEIGHT_PRIOR, .text = AC_S_INIT("prior"), .nats = prior },
	};

	return (ac_judgement){ .column_count = 4, .weights = weights, .weight_count = AC_COUNT(weights) };
}

static void
chain__is_the_leader_against_the_others(void **state)
{
	ac_judgement j = by_hand();
	ac_chain chain;
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_chain_make(&j, &arena, &chain, &err), 0);
	assert_int_equal(chain.against_runner_up[0], -9000);
	assert_int_equal(chain.against_runner_up[1], 24000);
	assert_int_equal(chain.against_runner_up[2], 0);
	assert_int_equal(chain.against_runner_up[3], 3000);
	assert_int_equal(chain.odds_runner_up, 18000);
	assert_int_equal(chain.against_unknown[2], 10000);
	assert_int_equal(chain.odds_unknown, 24000);
	/* One actor only: nobody to compare with but the unknown. No actor: nothing. */
	j.column_count = 2;
	assert_int_equal(ac_chain_make(&j, &arena, &chain, &err), 0);
	assert_null(chain.against_runner_up);
	assert_int_equal(chain.odds_unknown, 18000); /* the column behind the only actor */
	j.column_count = 1;
	assert_int_equal(ac_chain_make(&j, &arena, &chain, &err), 0);
	assert_null(chain.against_unknown);
	ac_arena_done(&arena);
}

static void
matrix__orders_by_diagnosticity_and_counts_what_speaks_against(void **state)
{
	ac_judgement j = by_hand();
	ac_arena arena;
	accord_err err;
	ac_ach ach;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_ach_make(&j, &arena, &ach, &err), 0);
	/* The prior is no evidence. S0001: mean .8, so +1.6 -.8 -.8; T1002: mean .3, so -.3 +.6 -.3; AU: nothing. */
	assert_int_equal(ach.row_count, 3);
	assert_int_equal(ach.column_count, 3);
	assert_int_equal(ach.rows[0].weight, 1);
	assert_true(fabs(ach.rows[0].diagnosticity - 1.28) < 1e-9);
	assert_int_equal(ach.rows[0].cells[0], AC_ACH_CC);
	assert_int_equal(ach.rows[0].cells[1], AC_ACH_I);
	assert_int_equal(ach.rows[0].cells[2], AC_ACH_I);
	assert_int_equal(ach.rows[1].weight, 0);
	assert_int_equal(ach.rows[1].cells[0], AC_ACH_N);
	assert_int_equal(ach.rows[1].cells[1], AC_ACH_C);
	assert_int_equal(ach.rows[2].weight, 2);
	assert_int_equal(ach.rows[2].cells[0], AC_ACH_N);
	assert_int_equal(ach.inconsistent[0], 0);
	assert_int_equal(ach.inconsistent[1], 1);
	assert_int_equal(ach.inconsistent[2], 1);
	assert_string_equal(ac_ach_cell_name(AC_ACH_II), "II");
	/* One hypothesis competes with nobody. */
	j.column_count = 2;
	assert_int_equal(ac_ach_make(&j, &arena, &ach, &err), 0);
	assert_int_equal(ach.row_count, 0);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounded_rows__sum_to_the_rounded_sum),
		cmocka_unit_test(shares__are_all_of_it_together),
		cmocka_unit_test(chain__is_the_leader_against_the_others),
		cmocka_unit_test(matrix__orders_by_diagnosticity_and_counts_what_speaks_against),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
