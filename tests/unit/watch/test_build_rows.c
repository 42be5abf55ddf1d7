/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that a thread reads ahead come as they would come without it: all of them, in order, with their texts; and so do failures of either side. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fail_malloc.h"
#include "test.h"

#include "base/limits.h"
#include "watch/build_rows.h"

/* Several batches, some of long texts only. */
#define ROWS 9000

typedef struct world {
	char folder[64];
	ac_store *store;
} world;

static ac_time
now(void *payload)
{
	(void)payload;
	return (ac_time){ 1700000000, 0 };
}

static void
text_of(size_t i, ac_buf *out)
{
	ac_buf_reset(out);
	ac_buf_printf(out, "n%zu.example", i);
	if (i / 1000 == 4)
		for (size_t k = 0; k < 40 * (i % 100); k++)
			ac_buf_add_cstr(out, ".label");
}

static ac_str
producer_of(size_t i)
{
	return i % 3000 < 2000 ? AC_S("one.example") : i % 2 ? AC_S("two.example") : AC_S("");
}

static void
put_rows(ac_store *store)
{
	accord_err err = { 0 };
	ac_buf text;

	ac_buf_init(&text, AC_MIB);
	assert_int_equal(ac_store_begin(store, &err), 0);
	for (size_t i = 0; i < ROWS; i++) {
		ac_row row = {
			.valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = i % 2 ? -1 : (int)(i % 101)
		};
		ac_put_result result;
		int64_t source;

		text_of(i, &text);
		row.value = (ac_value){ .type = AC_VALUE_DOMAIN, .text = ac_buf_view(&text) };
		row.exact = row.value.text;
		assert_int_equal(ac_store_source(store, producer_of(i), &source, &err), 0);
		assert_int_equal(ac_store_put_row(store, source, &row, &result, &err), 0);
	}
	assert_int_equal(ac_store_commit(store, &err), 0);
	ac_buf_done(&text);
}

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));
	ac_store_options options = { .mode = AC_STORE_WRITE, .create = true, .now = now, .seed = { { 1, 2 } } };
	accord_err err = { 0 };

	assert_non_null(w);
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-rows-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	assert_int_equal(ac_store_open(w->folder, &options, &w->store, &err), 0);
	put_rows(w->store);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	world *w = *state;
	DIR *dir = opendir(w->folder);
	struct dirent *entry;
	char path[512];

	ac_store_close(w->store);
	while (dir && (entry = readdir(dir)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(w->folder);
	free(w);
	return 0;
}

typedef struct seen {
	size_t n, wrong, stop_at;
	ac_buf text;
} seen;

static int
on_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	seen *s = payload;
	size_t i = (size_t)row->number - 1;

	text_of(i, &s->text);
	s->wrong += s->text.failed || i != s->n || !ac_str_eq(row->row.value.text, ac_buf_view(&s->text)) ||
		    !ac_str_eq(row->producer, producer_of(i)) || row->row.confidence != (i % 2 ? -1 : (int)(i % 101));
	return ++s->n == s->stop_at ? ac_fail(err, ACCORD_ELIMIT, "enough") : 0;
}

static void
rows__come_in_order_and_whole(void **state)
{
	ac_store *store = ((world *)*state)->store;
	seen s = { .n = 0 };
	accord_err err = { 0 };

	ac_buf_init(&s.text, AC_MIB);
	assert_int_equal(ac_build_each_row(store, 0, on_row, &s, &err), 0);
	assert_int_equal(s.n, ROWS);
	assert_int_equal(s.wrong, 0);
	/* from somewhere on, and from the end on */
	s.n = ROWS - 5;
	assert_int_equal(ac_build_each_row(store, ROWS - 5, on_row, &s, &err), 0);
	assert_int_equal(s.n, ROWS);
	assert_int_equal(ac_build_each_row(store, ROWS, on_row, &s, &err), 0);
	assert_int_equal(s.n, ROWS);
	assert_int_equal(s.wrong, 0);
	ac_buf_done(&s.text);
}

/* At once, in the middle of a batch, at its end, at the last row: the thread is ahead, waits, or has ended. */
static void
rows__end_where_who_takes_them_fails(void **state)
{
	static const size_t ends[] = { 1, 500, 1024, 1025, 5000, ROWS };
	ac_store *store = ((world *)*state)->store;
	accord_err err = { 0 };

	for (size_t i = 0; i < AC_COUNT(ends); i++) {
		seen s = { .stop_at = ends[i] };

		ac_buf_init(&s.text, AC_MIB);
		assert_int_equal(ac_build_each_row(store, 0, on_row, &s, &err), ACCORD_ELIMIT);
		assert_string_equal(err.text, "enough");
		assert_int_equal(s.n, ends[i]);
		assert_int_equal(s.wrong, 0);
		ac_buf_done(&s.text);
	}
}

/* Of the ring, the thread, the copies, and the store's own. */
static void
rows__survive_every_allocation_failure(void **state)
{
	ac_store *store = ((world *)*state)->store;
	bool has_failed = true;

	for (unsigned long n = 1; has_failed; n += 1 + n / 16) {
		seen s = { .n = 0 };
		accord_err err = { 0 };
		int rc;

		ac_buf_init(&s.text, AC_MIB);
		text_of(4999, &s.text); /* the longest: later ones need no memory */
		fail_malloc_at(n);
		rc = ac_build_each_row(store, 0, on_row, &s, &err);
		has_failed = fail_malloc_done();
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
		assert_int_equal(s.wrong, 0);
		/* Without a ring or a thread it goes on without them. */
		assert_true(rc != 0 || s.n == ROWS);
		ac_buf_done(&s.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows__come_in_order_and_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows__end_where_who_takes_them_fails, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows__survive_every_allocation_failure, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
