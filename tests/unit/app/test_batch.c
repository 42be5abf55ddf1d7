/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of requests. */
#include "test.h"

#include <stdio.h>

#include "app/batch.h"
#include "base/limits.h"
#include "fail_malloc.h"

/* Doubles "n"; refuses what has none, behind a member that must not be seen. */
static int
double_it(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *answer, accord_err *err)
{
	int64_t n;

	ac_jw_key_bool(answer, AC_S("seen"), true);
	if (!ac_json_i64(ac_json_get(request, AC_S("n")), &n))
		return ac_fail(err, ACCORD_EINPUT, "want a number \"n\"");
	ac_jw_key(answer, AC_S("twice"));
	ac_jw_i64(answer, 2 * n);
	if (!ac_arena_alloc(arena, 1000))
		return ac_arena_check(arena, err);
	return 0;
}

static void
collect(void *payload, ac_str line)
{
	ac_buf_add(payload, line);
}

/* All answers to text that comes in pieces of `step` bytes; the code of the end. */
static int
answers(ac_str text, size_t step, ac_buf *out)
{
	ac_batch *b = ac_batch_open(double_it, NULL, collect, out);
	int rc;

	if (!b)
		return ACCORD_ENOMEM;
	for (size_t i = 0; i < text.n; i += step)
		ac_batch_feed(b, ac_str_slice(text, i, i + step));
	rc = ac_batch_end(b);
	assert_null(ac_batch_close(b));
	return rc;
}

#define REQUESTS                                                                                                       \
	"{\"id\":\"a\",\"n\":4}\n\n  \r\n{\"n\":1}\nno "                                                               \
	"JSON\n[1]\n{\"id\":{\"x\":[1]}}\n{\"id\":7,\"n\":-1}\r\n{\"id\":null,\"n\":0}"
#define ANSWERS                                                                                                        \
	"{\"id\":\"a\",\"seen\":true,\"twice\":8}\n{\"id\":null,\"seen\":true,\"twice\":2}\n"                          \
	"{\"id\":null,\"error\":\"not JSON: want 'null', got 'o'\"}\n"                                                 \
	"{\"id\":null,\"error\":\"a request is a JSON object, got another value\"}\n"                                  \
	"{\"id\":{\"x\":[1]},\"error\":\"want a number \\\"n\\\"\"}\n"                                                 \
	"{\"id\":7,\"seen\":true,\"twice\":-2}\n{\"id\":null,\"seen\":true,\"twice\":0}\n"

/* The id of a line that is no JSON is read where it stands first, and never made up. */
static void
batch__broken_lines_keep_their_id(void **state)
{
	static const struct {
		const char *line, *id;
	} rows[] = {
		{ "{\"id\":\"a\",\"n\":1,\"n\":2}", "\"a\"" },
		{ " { \"id\" : -7.5e1 , \"n\":}", "-7.5e1" },
		{ "{\"id\":\"a\\\"b\\\\\",nothing", "\"a\\\"b\\\\\"" },
		{ "{\"id\":null,", "null" },
		{ "{\"id\":\"no end", "null" },
		{ "{\"id\":\"bad \\q\",", "null" },
		{ "{\"id\":[1],", "null" },
		{ "{\"id\":01,", "null" },
		{ "{\"id\"", "null" },
		{ "{\"n\":1,\"id\":\"late\",", "null" },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str want = { NULL, 0 }, got;
		char begin[64];
		ac_buf out;

		ac_buf_init(&out, AC_MIB);
		(void)snprintf(begin, sizeof(begin), "{\"id\":%s,\"error\":\"", rows[i].id);
		want = ac_str_from(begin);
		assert_int_equal(answers(ac_str_from(rows[i].line), 100, &out), ACCORD_EINPUT);
		got = ac_buf_view(&out);
		if (!ac_str_starts(got, want))
			fail_msg("%s: want %s, got %.*s", rows[i].line, begin, AC_FMT(got));
		ac_buf_done(&out);
	}
}

static void
batch__answers_do_not_depend_on_the_cut(void **state)
{
	for (size_t step = 1; step < sizeof(REQUESTS) + 1; step++) {
		ac_buf out;

		ac_buf_init(&out, AC_MIB);
		assert_int_equal(answers(AC_S(REQUESTS), step, &out), ACCORD_EINPUT);
		assert_str(ac_buf_view(&out), AC_S(ANSWERS));
		ac_buf_done(&out);
	}
}

static void
batch__answers_as_soon_as_the_line_ends(void **state)
{
	ac_buf out;
	ac_batch *b;

	ac_buf_init(&out, AC_MIB);
	b = ac_batch_open(double_it, NULL, collect, &out);
	ac_batch_feed(b, AC_S("{\"id\":1,\"n\""));
	assert_int_equal(out.n, 0);
	ac_batch_feed(b, AC_S(":2}\n{\"id\":2"));
	assert_str(ac_buf_view(&out), AC_S("{\"id\":1,\"seen\":true,\"twice\":4}\n"));
	b = ac_batch_close(b);
	ac_buf_done(&out);
}

static void
batch__no_bad_line_means_0(void **state)
{
	ac_buf out;

	ac_buf_init(&out, AC_MIB);
	assert_int_equal(answers(AC_S("{\"id\":1,\"n\":1}\n"), 4, &out), 0);
	assert_int_equal(answers(AC_S(""), 4, &out), 0);
	assert_str(ac_buf_view(&out), AC_S("{\"id\":1,\"seen\":true,\"twice\":2}\n"));
	ac_buf_done(&out);
	assert_null(ac_batch_close(NULL));
}

/* A line over the limit is refused, whether its end comes or not, and the next one is answered. */
static void
batch__refuses_a_line_over_the_limit(void **state)
{
	static const char error[] =
	    "{\"id\":null,\"error\":\"a request is longer than the limit of 17825792 bytes\"}\n";
	size_t n = AC_BATCH_REQUEST_MAX + 1;
	char *text = malloc(n + 32);
	ac_buf out, want;

	assert_non_null(text);
	memset(text, ' ', n);
	memcpy(text + n, "\n{\"id\":1,\"n\":1}\n", 16);
	ac_buf_init(&want, AC_MIB);
	ac_buf_add_cstr(&want, error);
	ac_buf_add_cstr(&want, "{\"id\":1,\"seen\":true,\"twice\":2}\n");
	for (size_t step = n / 5; step < 2 * n; step += n) {
		ac_buf_init(&out, AC_MIB);
		assert_int_equal(answers((ac_str){ text, n + 16 }, step, &out), ACCORD_ELIMIT);
		assert_str(ac_buf_view(&out), ac_buf_view(&want));
		ac_buf_done(&out);
	}
	ac_buf_init(&out, AC_MIB);
	assert_int_equal(answers((ac_str){ text, n }, AC_MIB, &out), ACCORD_ELIMIT);
	assert_str(ac_buf_view(&out), ac_str_from(error));
	ac_buf_done(&out);
	/* One byte less is a line of white space. */
	ac_buf_init(&out, AC_MIB);
	assert_int_equal(answers((ac_str){ text, n - 1 }, AC_MIB, &out), 0);
	assert_int_equal(out.n, 0);
	ac_buf_done(&out);
	ac_buf_done(&want);
	free(text);
}

static void
batch__survives_every_allocation_failure(void **state)
{
	for (unsigned long n = 1;; n++) {
		ac_buf out;
		bool failed;
		int rc;

		ac_buf_init(&out, AC_MIB);
		assert_non_null(ac_buf_reserve(&out, 4096));
		fail_malloc_at(n);
		rc = answers(AC_S("{\"id\":1,\"n\":1}\n{\"id\":2,\"n\":2}\n"), 5, &out);
		failed = fail_malloc_done();
		if (failed)
			assert_int_equal(rc, ACCORD_ENOMEM);
		else
			assert_str(ac_buf_view(&out),
			    AC_S("{\"id\":1,\"seen\":true,\"twice\":2}\n{\"id\":2,\"seen\":true,\"twice\":4}\n"));
		ac_buf_done(&out);
		if (!failed)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batch__answers_do_not_depend_on_the_cut),
		cmocka_unit_test(batch__broken_lines_keep_their_id),
		cmocka_unit_test(batch__answers_as_soon_as_the_line_ends),
		cmocka_unit_test(batch__no_bad_line_means_0),
		cmocka_unit_test(batch__refuses_a_line_over_the_limit),
		cmocka_unit_test(batch__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
