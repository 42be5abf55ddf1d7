/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors as text, marks of content, and names that rotation makes. */
#include <stdio.h>

#include "fail_malloc.h"
#include "test.h"

#include "base/limits.h"
#include "watch/cursor.h"

/* Two digests: of nothing but zeros and of "abc" (FIPS 180-4, example). */
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define CURSOR(DEVICE, OFFSET, HEADER_END, TAIL, FLAG, DIGEST)                                                         \
	"{\"path\":\"/var/log/a.log\",\"device\":" DEVICE ",\"inode\":7,\"offset\":" OFFSET ",\"lines\":3,"            \
	"\"header_begin\":2,\"header_end\":" HEADER_END ",\"first_begin\":0,\"first_end\":0,\"has_content\":" FLAG     \
	",\"in_long_line\":0,\"long_is_json\":0,\"long_escapes\":5,\"long_in_document\":0,\"long_skip\":0,\"head_"     \
	"bytes\":3,\"tail_"                                                                                            \
	"bytes\":" TAIL                                                                                                \
	",\"size\":0,\"is_packed\":0,\"is_finished\":0,\"seen\":1700000000,\"csv_column\":0,\"csv_in_quotes\":0,"      \
	"\"csv_lines\":0,\"csv_has_time\":0,\"csv_seconds\":0,\"csv_nanoseconds\":0,\"gone\":0,\"head\":\"" OF_ABC     \
	"\",\"tail\":\"" DIGEST "\",\"identity\":\"x\"}"
#define GOOD CURSOR("18446744073709551615", "10", "4", "3", "1", ZEROS)

static int
read_text(const char *text, ac_cursor *out, ac_str *out_path, ac_arena *arena)
{
	accord_err err = { 0 };

	return ac_cursor_read(ac_str_from(text), arena, out, out_path, &err);
}

static void
cursor__is_read_as_it_was_written(void **state)
{
	accord_err err = { 0 };
	ac_arena arena;
	ac_cursor c = { 0 };
	ac_str path = { 0 }, text;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(read_text(GOOD, &c, &path, &arena), 0);
	assert_true(ac_str_eq(path, AC_S("/var/log/a.log")));
	assert_true(c.device == UINT64_MAX && c.inode == 7 && c.at.offset == 10 && c.at.lines == 3);
	assert_true(c.at.has_content && c.head.n == 3 && c.seen_s == 1700000000);
	assert_true(ac_cursor_mark_fits(&c.head, AC_S("abc")));
	ac_buf_init(&buf, AC_MIB);
	ac_cursor_write(&c, path, &buf);
	assert_int_equal(ac_buf_finish(&buf, &text, &err), 0);
	assert_true(ac_str_eq(text, AC_S(GOOD)));
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
cursor__of_an_older_version_is_taken(void **state)
{
	static const char good[] = GOOD, word[] = "\"long_escapes\":5,";
	char text[sizeof(good)];
	const char *at = strstr(good, word);
	ac_cursor c = { 0 };
	ac_str path;
	ac_arena arena;

	(void)state;
	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s", (int)(at - good), good, at + sizeof(word) - 1);
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(read_text(text, &c, &path, &arena), 0);
	assert_int_equal(c.at.long_escapes, 0);
	assert_int_equal(c.at.offset, 10);
	ac_arena_done(&arena);
}

/* Lines of 40 bytes: the first alone says nothing. */
static void
cursor__knows_beginnings_of_whole_lines(void **state)
{
	char lines[AC_CURSOR_MARK_MAX + 41];
	ac_str path = AC_S("/var/log/a.log"), text;
	accord_err err = { 0 };
	ac_cursor c = { 0 }, again;
	ac_arena arena;
	ac_buf buf;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / 40; i++)
		(void)snprintf(lines + i * 40, 41, "2023-11-14T00:00:00Z host app: line %3zu\n", i % 1000);
	assert_int_equal(ac_cursor_keep_begins(&c, (ac_str){ lines, 1000 }, &err), 0);
	assert_int_equal(c.begin_count, 24);
	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	ac_cursor_write(&c, path, &buf);
	assert_int_equal(ac_buf_finish(&buf, &text, &err), 0);
	assert_int_equal(ac_cursor_read(text, &arena, &again, &path, &err), 0);
	for (size_t n = 0; n <= 1040; n++)
		if (ac_cursor_has_begin(&again, (ac_str){ lines, n }) != (n >= 80 && n <= 1000 && n % 40 == 0))
			fail_msg("%zu bytes", n);
	lines[10] = '9';
	assert_false(ac_cursor_has_begin(&again, (ac_str){ lines, 400 }));
	/* Of more than there is room for, the longest. */
	assert_int_equal(ac_cursor_keep_begins(&c, (ac_str){ lines, sizeof(lines) - 1 }, &err), 0);
	assert_int_equal(c.begin_count, AC_CURSOR_BEGINS_MAX);
	assert_int_equal(c.begins[AC_CURSOR_BEGINS_MAX - 1].n, AC_CURSOR_MARK_MAX / 40 * 40);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
cursor__with_beginnings_that_cannot_be_is_refused(void **state)
{
#define BEGIN(N) N "0123456789abcdef"
	static const char *const bad[] = { "1", "\"0\"", "\"" BEGIN("1001") "\"", "\"" BEGIN("0050") BEGIN("0050") "\"",
		"\"" BEGIN("00x0") "\"", "\"" BEGIN("0050") "0\"" };
	static const char good[] = GOOD;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i <= AC_COUNT(bad); i++) {
		const char *begins = i < AC_COUNT(bad) ? bad[i] : "\"" BEGIN("0050") BEGIN("1000") "\"";
		char text[sizeof(good) + 128];
		ac_cursor c;
		ac_str path;

		(void)snprintf(text, sizeof(text), "%.*s,\"begins\":%s}", (int)sizeof(good) - 2, good, begins);
		if (read_text(text, &c, &path, &arena) != (i < AC_COUNT(bad) ? ACCORD_EINPUT : 0))
			fail_msg("%s", begins);
	}
	ac_arena_done(&arena);
}

static void
cursor__that_cannot_be_is_refused(void **state)
{
	static const char *const bad[] = { "", "{}", "[]", "{\"path\":1}",
		CURSOR("-1", "10", "4", "3", "1", ZEROS),                   /* no number below zero */
		CURSOR("18446744073709551616", "10", "4", "3", "1", ZEROS), /* 2^64 */
		CURSOR("1", "10", "11", "3", "1", ZEROS),                   /* a header behind the place */
		CURSOR("1", "10", "1", "3", "1", ZEROS),                    /* that ends before it begins */
		CURSOR("1", "2", "2", "3", "1", ZEROS),                     /* a mark that begins before the file */
		CURSOR("1", "10", "4", "4097", "1", ZEROS),                 /* longer than marks are */
		CURSOR("1", "10", "4", "4294967299", "1", ZEROS),           /* 2^32 + 3 */
		CURSOR("1", "10", "4", "3", "2", ZEROS),                    /* neither true nor false */
		CURSOR("1", "10", "4", "3", "1", "00"), CURSOR("1", "10", "4", "3", "1", "x" OF_ABC) };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(bad); i++) {
		ac_cursor c = { .inode = 5 };
		ac_str path;

		if (read_text(bad[i], &c, &path, &arena) != ACCORD_EINPUT)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(c.inode, 5);
	}
	ac_arena_done(&arena);
}

static void
cursor__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_cursor c;
		ac_arena arena;
		ac_str path;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = read_text(GOOD, &c, &path, &arena);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			return;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

static void
mark__fits_its_own_bytes_only(void **state)
{
	ac_cursor_mark mark;
	accord_err err = { 0 };

	(void)state;
	assert_int_equal(ac_cursor_mark_of(AC_S("abc"), &mark, &err), 0);
	assert_true(ac_cursor_mark_fits(&mark, AC_S("abc")));
	assert_false(ac_cursor_mark_fits(&mark, AC_S("abd")));
	assert_false(ac_cursor_mark_fits(&mark, AC_S("abcd")));
	assert_false(ac_cursor_mark_fits(&mark, AC_S("ab")));
	/* None was made: there is nothing to compare. */
	assert_true(ac_cursor_mark_fits(&(ac_cursor_mark){ 0 }, AC_S("abc")));
	/* What a follower sets when the bytes are lost. */
	assert_false(ac_cursor_mark_fits(&(ac_cursor_mark){ .n = 1 }, AC_S("a")));
}

static void
names__of_one_log_are_known(void **state)
{
	static const struct {
		const char *name, *other;
		bool same;
	} rows[] = {
		{ "eve.json", "eve.json.1", true }, { "logs/eve.json", "old/eve.json.12.gz", true },
		{ "eve.json", "eve.json-20260101.gz", true }, { "eve.json", "eve-20260101.json.zst", true },
		{ "eve.json", "eve.json.old", true }, { "app.log-2026-01-02T03:04:05Z", "app.log", true },
		{ "app.log.1.xz", "app.log.2.bak", true }, { "eve.json", "eve2.json", false },
		{ "host1.log", "host2.log", false }, { "eve.json", "evejson", false }, { "a.log", "b.log.1", false },
		{ "", "a", false }, { "", "", true }, { "1", "2", false }, /* a number alone is a name */
	};
	char text[AC_CURSOR_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_cursor_same_log(ac_str_from(rows[i].name), ac_str_from(rows[i].other)) != rows[i].same)
			fail_msg("%s and %s", rows[i].name, rows[i].other);
	assert_true(ac_cursor_is_rotated(AC_S("eve.json.1")));
	assert_true(ac_cursor_is_rotated(AC_S("eve-20260101.json")));
	assert_false(ac_cursor_is_rotated(AC_S("eve.json")));
	assert_false(ac_cursor_is_rotated(AC_S("host1.log")));
	assert_true(ac_str_eq(ac_cursor_live_name(AC_S("/var/log/eve-20260101.json.2.gz"), text), AC_S("eve.json")));
	assert_true(ac_str_eq(ac_cursor_live_name(AC_S("app.log.old"), text), AC_S("app.log")));
	assert_true(ac_str_eq(ac_cursor_live_name(AC_S("logs/host1.log"), text), AC_S("host1.log")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cursor__is_read_as_it_was_written),
		cmocka_unit_test(cursor__of_an_older_version_is_taken),
		cmocka_unit_test(cursor__knows_beginnings_of_whole_lines),
		cmocka_unit_test(cursor__with_beginnings_that_cannot_be_is_refused),
		cmocka_unit_test(cursor__that_cannot_be_is_refused),
		cmocka_unit_test(cursor__survives_every_allocation_failure),
		cmocka_unit_test(mark__fits_its_own_bytes_only),
		cmocka_unit_test(names__of_one_log_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
