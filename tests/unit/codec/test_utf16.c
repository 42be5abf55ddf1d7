/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16 by its mark, in pieces of every size. */
#include "test.h"

#include "base/buf.h"
#include "codec/utf16.h"

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	(void)err;
	ac_buf_add(payload, bytes);
	return 0;
}

/* Fed so many bytes at a time; ac_buf_done of `got` is the caller's. */
static void
feed(ac_str in, size_t step, ac_buf *got)
{
	ac_utf16 u;

	ac_buf_init(got, 1000);
	ac_utf16_init(&u, on_bytes, got);
	for (size_t at = 0; at < in.n; at += step)
		assert_int_equal(ac_utf16_feed(&u, ac_str_slice(in, at, at + step), NULL), 0);
	assert_int_equal(ac_utf16_end(&u, NULL), 0);
}

static void
assert_becomes(ac_str in, ac_str want, size_t step)
{
	ac_buf got;

	feed(in, step, &got);
	assert_str(ac_buf_view(&got), want);
	ac_buf_done(&got);
}

static void
utf16__becomes_utf8_whatever_the_cuts(void **state)
{
	static const struct {
		ac_str in, want;
	} rows[] = {
		{ AC_S_INIT(""), AC_S_INIT("") },
		{ AC_S_INIT("a"), AC_S_INIT("a") },
		{ AC_S_INIT("\xff"), AC_S_INIT("\xff") },
		{ AC_S_INIT("\xff\x41"), AC_S_INIT("\xff\x41") },
		{ AC_S_INIT("\xef\xbb\xbf"
			    "a"),
		    AC_S_INIT("\xef\xbb\xbf"
			      "a") },
		/* the mark stays a mark; U+00E9, U+20AC */
		{ AC_S_INIT("\xff\xfe"
			    "a\0\xe9\0\xac\x20"),
		    AC_S_INIT("\xef\xbb\xbf"
			      "a\xc3\xa9\xe2\x82\xac") },
		{ AC_S_INIT("\xfe\xff"
			    "\0a\0\xe9\x20\xac"),
		    AC_S_INIT("\xef\xbb\xbf"
			      "a\xc3\xa9\xe2\x82\xac") },
		/* U+1F600 (Unicode 15 table 3-5), then halves alone, then half a unit */
		{ AC_S_INIT("\xff\xfe\x3d\xd8\x00\xde"), AC_S_INIT("\xef\xbb\xbf\xf0\x9f\x98\x80") },
		{ AC_S_INIT("\xff\xfe\x3d\xd8"
			    "a\0"),
		    AC_S_INIT("\xef\xbb\xbf\xef\xbf\xbd"
			      "a") },
		{ AC_S_INIT("\xff\xfe\x00\xde"
			    "a\0"),
		    AC_S_INIT("\xef\xbb\xbf\xef\xbf\xbd"
			      "a") },
		{ AC_S_INIT("\xff\xfe"
			    "a\0\x3d\xd8"),
		    AC_S_INIT("\xef\xbb\xbf"
			      "a\xef\xbf\xbd") },
		{ AC_S_INIT("\xff\xfe"
			    "a\0b"),
		    AC_S_INIT("\xef\xbb\xbf"
			      "a\xef\xbf\xbd") },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		for (size_t step = 1; step < 8; step++)
			assert_becomes(rows[i].in, rows[i].want, step);
}

#define UNITS_16                                                                                                       \
	"2\0"                                                                                                          \
	"0\0"                                                                                                          \
	"2\0"                                                                                                          \
	"1\0"                                                                                                          \
	"-\0"                                                                                                          \
	"0\0"                                                                                                          \
	"7\0"                                                                                                          \
	"-\0"                                                                                                          \
	"1\0"                                                                                                          \
	"9\0"                                                                                                          \
	" \0"                                                                                                          \
	"1\0"                                                                                                          \
	"0\0"                                                                                                          \
	":\0"                                                                                                          \
	"0\0"                                                                                                          \
	"0\0"
#define TEXT_16 "2021-07-19 10:00"

static void
utf16__without_its_mark_is_known_by_its_content(void **state)
{
	static const struct {
		ac_str in, want;
	} rows[] = {
		{ AC_S_INIT(UNITS_16 "\xe9\0"
				     "\n\0"),
		    AC_S_INIT(TEXT_16 "\xc3\xa9\n") },
		{ AC_S_INIT("\0" UNITS_16 "\n"), AC_S_INIT(TEXT_16 "\n") },
		/* a short one, whole; one that is too short */
		{ AC_S_INIT("a\0b\0c\0d\0"), AC_S_INIT("abcd") },
		{ AC_S_INIT("a\0b\0c\0"), AC_S_INIT("a\0b\0c\0") },
		/* zeros in a text of bytes */
		{ AC_S_INIT("a\0b\0cd\0\0e\0f\0"), AC_S_INIT("a\0b\0cd\0\0e\0f\0") },
		{ AC_S_INIT("\0\0\0\0\0\0\0\0"), AC_S_INIT("\0\0\0\0\0\0\0\0") },
		{ AC_S_INIT("\1\0\1\0\1\0\1\0\1\0"), AC_S_INIT("\1\0\1\0\1\0\1\0\1\0") },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		for (size_t step = 1; step < 40; step++)
			assert_becomes(rows[i].in, rows[i].want, step);
}

/* A first line that looks like it hides nothing of what stands below. */
static void
utf16__that_was_guessed_is_given_up_where_other_text_stands(void **state)
{
	static const ac_str in = AC_S_INIT(UNITS_16 "\n\0"
						    "2021-07-19 10:00:01 connection to 203.0.113.9\n"),
			    tail = AC_S_INIT("\n2021-07-19 10:00:01 connection to 203.0.113.9\n");

	(void)state;
	for (size_t step = 1; step < 100; step++) {
		ac_buf got;

		feed(in, step, &got);
		assert_true(ac_str_ends(ac_buf_view(&got), tail));
		ac_buf_done(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf16__becomes_utf8_whatever_the_cuts),
		cmocka_unit_test(utf16__without_its_mark_is_known_by_its_content),
		cmocka_unit_test(utf16__that_was_guessed_is_given_up_where_other_text_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
