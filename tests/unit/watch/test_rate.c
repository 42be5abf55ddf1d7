/* SPDX-License-Identifier: Apache-2.0 */
/* A rate is kept over time, by all threads together, and never in one long sleep. */
#include <pthread.h>

#include "test.h"

#include "base/limits.h"
#include "sys/os.h"
#include "watch/rate.h"

static void
blocks__are_a_share_of_a_second(void **state)
{
	ac_rate *fast = ac_rate_open((uint64_t)1 << 30), *slow = ac_rate_open(1024), *middle = ac_rate_open(80000);

	(void)state;
	assert_non_null(fast);
	assert_non_null(slow);
	assert_non_null(middle);
	assert_int_equal(ac_rate_block(NULL, 5000), 5000);
	assert_int_equal(ac_rate_block(fast, 5000), 5000);
	assert_int_equal(ac_rate_block(middle, 256 * AC_KIB), 10000);
	assert_int_equal(ac_rate_block(slow, 256 * AC_KIB), 512);
	assert_null(ac_rate_close(fast));
	assert_null(ac_rate_close(slow));
	assert_null(ac_rate_close(middle));
	assert_null(ac_rate_close(NULL));
}

static void
spending__takes_its_time(void **state)
{
	ac_rate *rate = ac_rate_open(1000000);
	double began = ac_clock_monotonic(), took;

	(void)state;
	assert_non_null(rate);
	ac_rate_spend(NULL, (size_t)1 << 40);
	/* The first eighth of a second is free: 500,000 bytes take at least 0.375 s. */
	for (unsigned i = 0; i < 5; i++)
		ac_rate_spend(rate, 100000);
	took = ac_clock_monotonic() - began;
	assert_true(took > 0.37);
	/* What was not used before is not saved up. */
	ac_sleep(0.3);
	began = ac_clock_monotonic();
	ac_rate_spend(rate, 300000);
	assert_true(ac_clock_monotonic() - began > 0.17);
	ac_rate_close(rate);
}

static void *
spend(void *payload)
{
	for (unsigned i = 0; i < 5; i++)
		ac_rate_spend(payload, 25000);
	return NULL;
}

static void
threads__share_one_rate(void **state)
{
	ac_rate *rate = ac_rate_open(1000000);
	double began = ac_clock_monotonic();
	pthread_t threads[4];

	(void)state;
	assert_non_null(rate);
	for (size_t i = 0; i < AC_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, spend, rate), 0);
	for (size_t i = 0; i < AC_COUNT(threads); i++)
		(void)pthread_join(threads[i], NULL);
	assert_true(ac_clock_monotonic() - began > 0.37);
	ac_rate_close(rate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks__are_a_share_of_a_second),
		cmocka_unit_test(spending__takes_its_time),
		cmocka_unit_test(threads__share_one_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
