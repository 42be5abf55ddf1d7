/* SPDX-License-Identifier: Apache-2.0 */
/* Several threads say what one says, byte for byte and in the same order, however files are cut. */
#include <unistd.h>

#include "fail_malloc.h"
#include "watch_test.h"

#include "base/limits.h"
#include "sys/file.h"
#include "watch/run.h"

#define PART AC_WATCH_BLOCK

typedef struct world {
	wt t;
	char folder[64];
	char paths[3][96];
	const char *operands[3];
	unsigned long random;
	unsigned problems;
	ac_watch_totals totals;
} world;

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	wt_open(&w->t);
	wt_value(&w->t, "indicator--1", AC_VALUE_DOMAIN, "evil.example");
	wt_value(&w->t, "indicator--2", AC_VALUE_IPV4, "198.51.100.7");
	{
		/* valid for a while: what is said of it depends on the records' times, which depend on headers */
		ac_index_indicator who = wt_who("indicator--3");
		accord_err err = { 0 };
		ac_value value;

		who.valid_from = (ac_time){ 1767312000, 0 };  /* 2026-01-02 */
		who.valid_until = (ac_time){ 1767398400, 0 }; /* 2026-01-03 */
		assert_int_equal(ac_value_parse(AC_VALUE_DOMAIN, AC_S("brief.example"), &w->t.arena, &value, &err), 0);
		assert_int_equal(ac_index_add_value(w->t.builder, &who, &value, &err), 0);
	}
	wt_build(&w->t);
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-jobs-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	for (size_t i = 0; i < AC_COUNT(w->paths); i++) {
		(void)snprintf(w->paths[i], sizeof(w->paths[i]), "%s/%zu.log", w->folder, i);
		w->operands[i] = w->paths[i];
	}
	w->random = 1;
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	world *w = *state;

	for (size_t i = 0; i < AC_COUNT(w->paths); i++)
		(void)unlink(w->paths[i]);
	(void)rmdir(w->folder);
	wt_close(&w->t);
	free(w);
	return 0;
}

static unsigned long
chance(world *w, unsigned long below)
{
	w->random = w->random * 6364136223846793005UL + 1442695040888963407UL;
	return (w->random >> 33) % below;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	world *w = payload;

	ac_buf_printf(&w->t.report, "problem %s: %s\n", strrchr(path, '/'), what->text);
	w->problems++;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	world *w = payload;

	ac_buf_printf(&w->t.report, "%.*s ", AC_FMT(hit->file));
	return wt_on_hit(&w->t, hit, err);
}

static int
on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	world *w = payload;

	(void)err;
	ac_buf_printf(&w->t.report, "held %.*s %llu+%llu %s\n", AC_FMT(held->file), (unsigned long long)held->line,
	    (unsigned long long)held->offset, held->reason);
	return 0;
}

static int
run(world *w, unsigned files, unsigned jobs, accord_err *err)
{
	ac_watch_run_options options = { .as_of = w->t.as_of,
		.now = w->t.as_of,
		.seed = { { 5, 6 } },
		.sink = { on_hit, on_held, w },
		.jobs = jobs,
		.part_bytes = PART,
		.on_problem = on_problem };

	ac_buf_reset(&w->t.report);
	w->problems = 0;
	w->totals = (ac_watch_totals){ 0 };
	return ac_watch_run(w->t.index, w->operands, files, &options, &w->totals, err);
}

/* The same from one thread and from several. Returns the hits. */
static uint64_t
same(world *w, unsigned files)
{
	ac_watch_totals one;
	accord_err err = { 0 };
	ac_str text, kept;

	assert_int_equal(run(w, files, 1, &err), 0);
	assert_int_equal(ac_buf_finish(&w->t.report, &text, &err), 0);
	kept = ac_arena_str(&w->t.arena, text);
	one = w->totals;
	for (unsigned jobs = 2; jobs <= 4; jobs++) {
		assert_int_equal(run(w, files, jobs, &err), 0);
		assert_true(ac_str_eq(ac_buf_view(&w->t.report), kept));
		assert_int_equal(w->totals.files, one.files);
		assert_memory_equal(&w->totals.counts, &one.counts, sizeof(one.counts));
	}
	return one.counts.hits;
}

static void
write_file(world *w, unsigned number, ac_buf *text)
{
	accord_err err = { 0 };
	ac_str bytes;

	assert_int_equal(ac_buf_finish(text, &bytes, &err), 0);
	assert_int_equal(ac_file_replace(w->paths[number], bytes, 0600, &err), 0);
	ac_buf_done(text);
}

static void
put_filler(world *w, ac_buf *text, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz 0123456789 ";

	for (size_t i = 0; i < n; i++)
		ac_buf_add_byte(text, letters[chance(w, sizeof(letters) - 1)]);
}

/* Lines of all lengths, some as long as parts and longer than what counts as a line. */
static void
put_lines(world *w, ac_buf *text, size_t bytes, size_t longest)
{
	size_t end = text->n + bytes;

	while (text->n < end) {
		size_t n = chance(w, 50) ? chance(w, 200) : chance(w, longest);

		put_filler(w, text, n);
		if (chance(w, 4) == 0)
			ac_buf_add_cstr(text, chance(w, 2) ? " evil.example " : " x.evil[.]example 198.51.100.7");
		put_filler(w, text, chance(w, 30));
		ac_buf_add_cstr(text, chance(w, 20) ? "\n" : "\r\n");
	}
}

static void
cut_files__say_what_whole_ones_say(void **state)
{
	world *w = *state;

	for (unsigned turn = 0; turn < 6; turn++) {
		ac_buf text;

		ac_buf_init(&text, (size_t)64 << 20);
		put_lines(w, &text, ((size_t)1 + turn) << 20, turn % 2 ? (size_t)3 << 20 : 2000);
		if (turn % 3 == 0)
			ac_buf_add_cstr(&text, "the last line has no end evil.example");
		write_file(w, 0, &text);
		assert_true(same(w, 1) > 0);
	}
}

static void
cut_files__know_the_headers_before(void **state)
{
	world *w = *state;
	ac_buf text;

	/* Times of day whose date the headers change, and fields in another order. */
	ac_buf_init(&text, (size_t)64 << 20);
	for (unsigned i = 0; text.n < ((size_t)3 << 20); i++) {
		if (i % 9000 == 0)
			ac_buf_printf(&text, "#Software: x\n#Date: 2026-01-0%lu 00:00:00\n#Fields: %s\n",
			    1 + chance(w, 4), chance(w, 2) ? "time c-ip cs-host" : "c-ip time cs-host");
		ac_buf_printf(&text, "10:00:%02u 198.51.100.%lu %s\n", i % 60, chance(w, 256),
		    chance(w, 10) ? "good.example" : "brief.example");
	}
	write_file(w, 0, &text);
	assert_true(same(w, 1) > 0);
	/* A header at the beginning only: no part is read twice, and all know it. */
	ac_buf_init(&text, (size_t)64 << 20);
	ac_buf_add_cstr(&text, "#separator \\x09\n#fields\tts\tid.orig_h\tquery\n");
	for (unsigned i = 0; text.n < ((size_t)2 << 20); i++)
		ac_buf_printf(&text, "17673%05lu.0\t10.0.0.1\t%s\n", chance(w, 100000),
		    chance(w, 10) ? "good.example" : "brief.example");
	write_file(w, 1, &text);
	/* The first line names the columns. */
	ac_buf_init(&text, (size_t)64 << 20);
	ac_buf_add_cstr(&text, "timestamp,src,host\n");
	for (unsigned i = 0; text.n < ((size_t)2 << 20); i++)
		ac_buf_printf(&text,
		    chance(w, 4) ? "2026-01-0%luT00:00:00Z,10.0.0.1,%s\n"
				 : "2026-01-0%luT00:00:00Z,\"10.0.0.1\n\n10.0.0.2\n\",%s\n",
		    1 + chance(w, 4), chance(w, 10) ? "good.example" : "brief.example");
	write_file(w, 2, &text);
	assert_true(same(w, 3) > 0);
}

static void
files_that_cannot_be_cut__are_read_whole(void **state)
{
	world *w = *state;
	ac_buf text;

	/* one line without an end, zeros, UTF-16 */
	ac_buf_init(&text, (size_t)64 << 20);
	put_filler(w, &text, (size_t)3 << 20);
	ac_buf_add_cstr(&text, " evil.example");
	write_file(w, 0, &text);
	ac_buf_init(&text, (size_t)64 << 20);
	for (size_t i = 0; i < (size_t)2 << 20; i++)
		ac_buf_add_byte(&text, '\0');
	ac_buf_add_cstr(&text, "\nevil.example\n");
	write_file(w, 1, &text);
	ac_buf_init(&text, (size_t)64 << 20);
	ac_buf_add_cstr(&text, "\xff\xfe");
	for (unsigned i = 0; i < 100000; i++)
		for (const char *p = i % 1000 ? "good\n" : "evil.example\n"; *p; p++) {
			ac_buf_add_byte(&text, *p);
			ac_buf_add_byte(&text, '\0');
		}
	write_file(w, 2, &text);
	assert_int_equal(same(w, 3), 1 + 1 + 100);
}

/* Whatever allocation fails: an error, and every thread has ended. */
static void
jobs__survive_every_allocation_failure(void **state)
{
	world *w = *state;
	unsigned long step = 1;
	ac_buf text;

	ac_buf_init(&text, (size_t)64 << 20);
	put_lines(w, &text, 900000, 1000);
	write_file(w, 0, &text);
	for (unsigned long n = 1;; n += step) {
		accord_err err = { 0 };
		int rc;

		/* Not the report's own memory. */
		ac_buf_reset(&w->t.report);
		assert_non_null(ac_buf_reserve(&w->t.report, (size_t)4 << 20));
		fail_malloc_at(n);
		rc = run(w, 1, 3, &err);
		if (!fail_malloc_done())
			break;
		/* What a thread cannot be given, another does; a probe without memory cuts nothing. */
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
		step = n < 200 ? 1 : 1 + n / 20;
	}
}

static void
files_that_vanish__are_told_once(void **state)
{
	world *w = *state;
	accord_err err = { 0 };
	ac_buf text;

	ac_buf_init(&text, (size_t)64 << 20);
	put_lines(w, &text, (size_t)1 << 20, 1000);
	write_file(w, 0, &text);
	assert_int_equal(run(w, 2, 2, &err), 0);
	assert_int_equal(w->problems, 1);
	assert_int_equal(w->totals.files, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cut_files__say_what_whole_ones_say, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_files__know_the_headers_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_that_cannot_be_cut__are_read_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_that_vanish__are_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(jobs__survive_every_allocation_failure, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
