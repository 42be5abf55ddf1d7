/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas: alignment, growth in place, ceilings, failing memory. */
#include "test.h"

#include "base/arena.h"
#include "fail_malloc.h"

static void
arena__gives_aligned_memory_that_does_not_overlap(void **state)
{
	ac_arena arena;
	char *before = NULL;

	(void)state;
	ac_arena_init(&arena, 1 << 20);
	for (size_t n = 0; n < 200; n++) {
		char *p = ac_arena_alloc(&arena, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		memset(p, (int)n, n);
		if (before && n > 1)
			assert_int_equal((unsigned char)before[n - 2], n - 1); /* the last byte of the one before */
		before = p;
	}
	ac_arena_done(&arena);
}

static void
arena__stops_at_its_limit_and_says_so(void **state)
{
	ac_arena arena;
	accord_err err = { 0 };

	(void)state;
	ac_arena_init(&arena, 10000);
	assert_non_null(ac_arena_alloc(&arena, 5000));
	assert_int_equal(ac_arena_check(&arena, &err), 0);
	assert_null(ac_arena_alloc(&arena, 9000));
	assert_true(arena.used <= 10000);
	assert_int_equal(ac_arena_check(&arena, &err), ACCORD_ELIMIT);
	assert_non_null(strstr(err.text, "10000"));
	ac_arena_done(&arena);
}

static void
arena__refuses_sizes_that_overflow(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, SIZE_MAX);
	assert_null(ac_arena_alloc(&arena, SIZE_MAX));
	assert_null(ac_arena_alloc(&arena, SIZE_MAX - 20));
	assert_null(ac_arena_zalloc(&arena, SIZE_MAX / 2, 3));
	assert_null(ac_arena_str(&arena, (ac_str){ "", SIZE_MAX }).p);
	assert_int_equal(arena.failed, ACCORD_ELIMIT);
	assert_null(ac_arena_resize(&arena, ac_arena_alloc(&arena, 16), 16, SIZE_MAX));
	ac_arena_done(&arena);
}

static void
arena__zalloc_clears_what_was_used_before(void **state)
{
	ac_arena arena;
	char *p;

	(void)state;
	ac_arena_init(&arena, 1 << 20);
	memset(ac_arena_alloc(&arena, 1000), 0xff, 1000);
	ac_arena_reset(&arena);
	p = ac_arena_zalloc(&arena, 100, 10);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	ac_arena_done(&arena);
}

static void
arena__resize_grows_and_shrinks_the_newest_in_place(void **state)
{
	ac_arena arena;
	char *p, *q;

	(void)state;
	ac_arena_init(&arena, 1 << 20);
	p = ac_arena_resize(&arena, NULL, 0, 100);
	memcpy(p, "kept", 4);
	assert_ptr_equal(ac_arena_resize(&arena, p, 100, 1000), p);
	assert_ptr_equal(ac_arena_resize(&arena, p, 1000, 16), p);
	q = ac_arena_alloc(&arena, 16);
	assert_ptr_equal(q, p + 16); /* the rest was given back */
	/* No longer the newest: shrinking stays, growing moves. */
	assert_ptr_equal(ac_arena_resize(&arena, p, 16, 8), p);
	q = ac_arena_resize(&arena, p, 16, 200);
	assert_ptr_not_equal(q, p);
	assert_memory_equal(q, "kept", 4);
	/* Larger than the block: moves too. */
	p = ac_arena_resize(&arena, q, 200, 100000);
	assert_memory_equal(p, "kept", 4);
	/* To nothing: the memory is free again. */
	q = ac_arena_alloc(&arena, 64);
	assert_ptr_equal(ac_arena_resize(&arena, q, 64, 0), q);
	assert_ptr_equal(ac_arena_alloc(&arena, 64), q);
	ac_arena_done(&arena);
}

static void
arena__reset_keeps_one_block_and_forgets_the_failure(void **state)
{
	ac_arena arena;
	size_t largest;

	(void)state;
	ac_arena_init(&arena, 1 << 20);
	ac_arena_reset(&arena); /* of an empty one */
	assert_int_equal(arena.used, 0);
	for (int i = 0; i < 20; i++)
		(void)ac_arena_alloc(&arena, 20000);
	assert_null(ac_arena_alloc(&arena, 1 << 20));
	largest = arena.used;
	ac_arena_reset(&arena);
	assert_int_equal(arena.failed, 0);
	assert_true(arena.used > 0 && arena.used < largest);
	assert_non_null(ac_arena_alloc(&arena, 20000));
	ac_arena_done(&arena);
	ac_arena_done(&arena);
	assert_int_equal(arena.used, 0);
	assert_int_equal(arena.limit, 1 << 20);
}

static void
arena__copies_and_prints_text_with_a_nul_behind(void **state)
{
	ac_arena arena;
	ac_str s;

	(void)state;
	ac_arena_init(&arena, 1 << 20);
	s = ac_arena_str(&arena, AC_S("example.org"));
	assert_string_equal(s.p, "example.org");
	assert_int_equal(s.n, 11);
	s = ac_arena_str(&arena, (ac_str){ NULL, 0 });
	assert_string_equal(s.p, "");
	s = ac_arena_printf(&arena, "%s-%d", "T1505.003", 7);
	assert_str(s, AC_S("T1505.003-7"));
	assert_int_equal(s.p[s.n], 0);
	ac_arena_done(&arena);
	ac_arena_init(&arena, 10);
	assert_null(ac_arena_printf(&arena, "%s", "more than ten bytes").p);
	assert_null(ac_arena_str(&arena, AC_S("x")).p);
	assert_int_equal(arena.failed, ACCORD_ELIMIT);
	ac_arena_done(&arena);
}

static int
use_arena(ac_arena *arena, accord_err *err)
{
	void *p = ac_arena_alloc(arena, 3000);

	(void)ac_arena_str(arena, AC_S("text"));
	if (p)
		p = ac_arena_resize(arena, p, 3000, 6000);
	(void)ac_arena_zalloc(arena, 30, 1000);
	(void)ac_arena_printf(arena, "%d", 1);
	return ac_arena_check(arena, err);
}

static void
arena__survives_every_allocation_failure(void **state)
{
	unsigned long n = 1;

	(void)state;
	for (;; n++) {
		ac_arena arena;
		accord_err err = { 0 };
		int status;

		ac_arena_init(&arena, 1 << 20);
		fail_malloc_at(n);
		status = use_arena(&arena, &err);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
		assert_string_equal(err.text, "out of memory");
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena__gives_aligned_memory_that_does_not_overlap),
		cmocka_unit_test(arena__stops_at_its_limit_and_says_so),
		cmocka_unit_test(arena__refuses_sizes_that_overflow),
		cmocka_unit_test(arena__zalloc_clears_what_was_used_before),
		cmocka_unit_test(arena__resize_grows_and_shrinks_the_newest_in_place),
		cmocka_unit_test(arena__reset_keeps_one_block_and_forgets_the_failure),
		cmocka_unit_test(arena__copies_and_prints_text_with_a_nul_behind),
		cmocka_unit_test(arena__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
