/* SPDX-License-Identifier: Apache-2.0 */
/* The order of matches: against the C library's sort, and without memory. */
#include "test.h"

#include "fail_malloc.h"
#include "watch/matches.h"

static uint64_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 33;
}

static int
by_place(const void *a, const void *b)
{
	const ac_match *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return x->type != y->type ? x->type - y->type : x->record < y->record ? -1 : x->record > y->record;
}

static void
put(ac_vec *all, size_t offset, uint32_t length, uint8_t type, uint32_t record)
{
	ac_match *m = ac_vec_add(all);

	assert_non_null(m);
	*m = (ac_match){ .offset = offset, .length = length, .type = type, .record = record };
}

static void
order__is_by_place_length_type_and_record(void **state)
{
	ac_vec all = ac_vec_of(sizeof(ac_match), 100), scratch = all;
	const ac_match *m;

	(void)state;
	put(&all, 7, 3, 2, 9);
	put(&all, 7, 3, 1, 9);
	put(&all, 5, 9, 9, 9);
	put(&all, 7, 2, 9, 9);
	put(&all, 7, 3, 1, 8);
	assert_int_equal(ac_matches_sort(&all, &scratch, NULL), 0);
	assert_int_equal(all.n, 5);
	m = all.p;
	assert_int_equal(m[0].offset, 5);
	assert_int_equal(m[1].length, 2);
	assert_int_equal(m[2].record, 8);
	assert_int_equal(m[3].record, 9);
	assert_int_equal(m[4].type, 2);
	ac_vec_done(&all);
	ac_vec_done(&scratch);
}

static void
runs_of_any_kind__become_what_the_library_s_sort_makes(void **state)
{
	ac_vec all = ac_vec_of(sizeof(ac_match), 4000), scratch = all, want = all;
	uint64_t seed = 5;

	(void)state;
	for (size_t round = 0; round < 400; round++) {
		size_t n = draw(&seed) % (round % 2 ? 40 : 1000), run = 1 + draw(&seed) % 90, at = 0;
		uint64_t places = 1U << draw(&seed) % 22;

		all.n = want.n = 0;
		for (size_t i = 0; i < n; i++) {
			at = i % run ? at + draw(&seed) % 3 : draw(&seed) % places;
			put(&all, at, (uint32_t)(draw(&seed) % 2), (uint8_t)(draw(&seed) % 2),
			    (uint32_t)(draw(&seed) % 3));
			put(&want, 0, 0, 0, 0);
		}
		if (n) {
			memcpy(want.p, all.p, n * sizeof(ac_match));
			qsort(want.p, n, sizeof(ac_match), by_place);
		}
		assert_int_equal(ac_matches_sort(&all, &scratch, NULL), 0);
		assert_int_equal(all.n, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(by_place((ac_match *)all.p + i, (ac_match *)want.p + i), 0);
	}
	ac_vec_done(&all);
	ac_vec_done(&scratch);
	ac_vec_done(&want);
}

static void
no_memory__is_an_error_and_loses_no_match(void **state)
{
	ac_vec all = ac_vec_of(sizeof(ac_match), 100), scratch = all, other = all;
	accord_err err = { 0 };

	(void)state;
	for (size_t i = 100; i > 0; i--)
		put(&all, i, 1, 1, 1);
	fail_malloc_at(1);
	assert_int_equal(ac_matches_sort(&all, &scratch, &err), ACCORD_ENOMEM);
	assert_true(fail_malloc_done());
	assert_int_equal(all.n, 100);
	assert_int_equal(ac_matches_sort(&all, &other, &err), 0);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(((ac_match *)all.p)[i].offset, i + 1);
	ac_vec_done(&all);
	ac_vec_done(&scratch);
	ac_vec_done(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order__is_by_place_length_type_and_record),
		cmocka_unit_test(runs_of_any_kind__become_what_the_library_s_sort_makes),
		cmocka_unit_test(no_memory__is_an_error_and_loses_no_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
