/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers: every way to add, ceilings, the first error kept, failing memory. */
#include "test.h"

#include "base/buf.h"
#include "fail_malloc.h"

static void
buf__adds_what_it_is_given(void **state)
{
	ac_buf buf;
	ac_str all = { NULL, 0 };
	char *p;

	(void)state;
	ac_buf_init(&buf, 4096);
	assert_str(ac_buf_view(&buf), AC_S(""));
	ac_buf_add(&buf, AC_S("actor"));
	ac_buf_add_byte(&buf, ' ');
	ac_buf_add_cstr(&buf, "named ");
	ac_buf_add(&buf, (ac_str){ NULL, 0 });
	ac_buf_add_u64(&buf, 0);
	ac_buf_add_byte(&buf, ' ');
	ac_buf_add_u64(&buf, UINT64_MAX);
	ac_buf_add_byte(&buf, ' ');
	ac_buf_add_i64(&buf, INT64_MIN);
	ac_buf_add_byte(&buf, ' ');
	ac_buf_add_i64(&buf, 42);
	ac_buf_printf(&buf, " %s=%d ", "x", 7);
	p = ac_buf_reserve(&buf, 3);
	memcpy(p, "end", 3);
	ac_buf_commit(&buf, 3);
	assert_int_equal(ac_buf_finish(&buf, &all, NULL), 0);
	assert_str(all, AC_S("actor named 0 18446744073709551615 -9223372036854775808 42 x=7 end"));
	ac_buf_done(&buf);
}

static void
buf__consumes_from_the_front(void **state)
{
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 100);
	ac_buf_add(&buf, AC_S("line one\nline two\n"));
	ac_buf_consume(&buf, 9);
	assert_str(ac_buf_view(&buf), AC_S("line two\n"));
	ac_buf_consume(&buf, 0);
	assert_int_equal(buf.n, 9);
	ac_buf_consume(&buf, 1000);
	assert_int_equal(buf.n, 0);
	ac_buf_done(&buf);
}

static void
buf__never_holds_more_than_its_ceiling(void **state)
{
	static const size_t limits[] = { 0, 1, 10, 255, 256, 257, 5000 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(limits); i++) {
		ac_buf buf;
		ac_str all = AC_S("untouched");
		accord_err err = { 0 };

		ac_buf_init(&buf, limits[i]);
		for (size_t n = 0; n < limits[i]; n++)
			ac_buf_add_byte(&buf, 'x');
		assert_int_equal(buf.n, limits[i]);
		assert_int_equal(buf.failed, 0);
		ac_buf_add_byte(&buf, 'y');
		assert_int_equal(buf.failed, ACCORD_ELIMIT);
		assert_int_equal(buf.n, limits[i]);
		assert_int_equal(ac_buf_finish(&buf, &all, &err), ACCORD_ELIMIT);
		assert_str(all, AC_S("untouched"));
		ac_buf_done(&buf);
	}
}

static void
buf__keeps_its_first_error_until_it_is_reset(void **state)
{
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 8);
	ac_buf_add(&buf, AC_S("12345"));
	ac_buf_add(&buf, AC_S("678901"));
	ac_buf_add(&buf, AC_S("6"));
	assert_null(ac_buf_reserve(&buf, 1));
	ac_buf_printf(&buf, "%d", 1);
	assert_int_equal(buf.failed, ACCORD_ELIMIT);
	assert_str(ac_buf_view(&buf), AC_S("12345"));
	ac_buf_reset(&buf);
	ac_buf_add(&buf, AC_S("12345678"));
	assert_int_equal(buf.failed, 0);
	ac_buf_done(&buf);
	assert_int_equal(buf.limit, 8);
	ac_buf_init(&buf, SIZE_MAX);
	ac_buf_add_byte(&buf, 'x');
	assert_null(ac_buf_reserve(&buf, SIZE_MAX));
	assert_int_equal(buf.failed, ACCORD_ELIMIT);
	ac_buf_done(&buf);
}

static void
buf__survives_every_allocation_failure(void **state)
{
	unsigned long n = 1;

	(void)state;
	for (;; n++) {
		ac_buf buf;
		ac_str all;
		accord_err err = { 0 };
		int status;

		ac_buf_init(&buf, 1 << 20);
		fail_malloc_at(n);
		for (int i = 0; i < 1000; i++)
			ac_buf_add(&buf, AC_S("0123456789"));
		status = ac_buf_finish(&buf, &all, &err);
		ac_buf_done(&buf);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
		assert_int_equal(err.code, ACCORD_ENOMEM);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf__adds_what_it_is_given),
		cmocka_unit_test(buf__consumes_from_the_front),
		cmocka_unit_test(buf__never_holds_more_than_its_ceiling),
		cmocka_unit_test(buf__keeps_its_first_error_until_it_is_reset),
		cmocka_unit_test(buf__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
