/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: every code point, every pair of bytes, the replacement rules of the Unicode standard, text for terminals. */
#include "test.h"

#include "base/utf8.h"

/* Well-formed by table 3-7 of the Unicode standard, written down a second time: rows of ranges. */
static size_t
table_length(const unsigned char *u, size_t n)
{
	static const unsigned char rows[][9] = {
		{ 1, 0x00, 0x7f },
		{ 2, 0xc2, 0xdf, 0x80, 0xbf },
		{ 3, 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf },
		{ 3, 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf },
		{ 3, 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf },
		{ 3, 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		size_t k = 0;

		while (k < rows[i][0] && k < n && u[k] >= rows[i][1 + 2 * k] && u[k] <= rows[i][2 + 2 * k])
			k++;
		if (k == rows[i][0])
			return k;
	}
	return 0;
}

static void
utf8__every_code_point_comes_back(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		bool scalar = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff), valid = false;
		char bytes[4];
		size_t n = ac_utf8_put(bytes, c), at = 0;

		if (ac_utf8_next((ac_str){ bytes, n }, &at, &valid) != (scalar ? c : 0xfffd) || at != n || !valid ||
		    table_length((unsigned char *)bytes, n) != n)
			fail_msg("U+%04X", c);
	}
}

static void
utf8__accepts_exactly_the_table(void **state)
{
	static const unsigned char edges[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };
	unsigned char bytes[4];

	(void)state;
	for (unsigned lead = 0; lead < 256; lead++)
		for (size_t i = 0; i < 11 * 11 * 11; i++)
			for (size_t n = 1; n <= 4; n++) {
				ac_utf8_part part;
				size_t want;

				bytes[0] = (unsigned char)lead;
				bytes[1] = edges[i % 11];
				bytes[2] = edges[i / 11 % 11];
				bytes[3] = edges[i / 121];
				part = ac_utf8_look((char *)bytes, n);
				want = table_length(bytes, n);
				if (want ? part.want != want || part.have != want
					 : part.want != 0 && part.have == part.want)
					fail_msg(
					    "%02x %02x %02x %02x (%zu)", bytes[0], bytes[1], bytes[2], bytes[3], n);
			}
}

static void
utf8__finds_the_valid_prefix(void **state)
{
	static const struct {
		ac_str text;
		size_t valid;
	} rows[] = {
		{ AC_S_INIT(""), 0 },
		{ AC_S_INIT("plain ASCII text, longer than a word"), 36 },
		{ AC_S_INIT("caf\xc3\xa9"), 5 },
		{ AC_S_INIT("12345678\xe2\x82\xac!"), 12 },
		{ AC_S_INIT("caf\xc3"), 3 },
		{ AC_S_INIT("\xc0\x80"), 0 },         /* overlong NUL */
		{ AC_S_INIT("x\xe0\x80\xaf"), 1 },    /* overlong '/' */
		{ AC_S_INIT("x\xed\xa0\x80"), 1 },    /* surrogate */
		{ AC_S_INIT("\xf4\x90\x80\x80"), 0 }, /* U+110000 */
		{ AC_S_INIT("\xf0\x9f\x98\x80\xf0\x9f\x98"), 4 },
		{ AC_S_INIT("\x80"), 0 },
	};

	(void)state;
	assert_int_equal(ac_utf8_valid_prefix((ac_str){ NULL, 0 }), 0);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		assert_int_equal(ac_utf8_valid_prefix(rows[i].text), rows[i].valid);
		assert_int_equal(ac_utf8_is_valid(rows[i].text), rows[i].valid == rows[i].text.n);
	}
}

static void
utf8__replaces_maximal_subparts(void **state)
{
	static const struct {
		ac_str text, shown;
		bool lossy;
	} rows[] = {
		{ AC_S_INIT("clean \xc3\xa9"), AC_S_INIT("clean \xc3\xa9"), false },
		{ AC_S_INIT(""), AC_S_INIT(""), false },
		/* Unicode 15 s3.9, table 3-8: 61 F1 80 80 E1 80 C2 62 80 63 80 BF 64 */
		{ AC_S_INIT("a\xf1\x80\x80\xe1\x80\xc2"
			    "b\x80"
			    "c\x80\xbf"
			    "d"),
		    AC_S_INIT("a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			      "b\xef\xbf\xbd"
			      "c\xef\xbf\xbd\xef\xbf\xbd"
			      "d"),
		    true },
		/* Table 3-9 and 3-10: nothing of an overlong form or a surrogate can begin a character. */
		{ AC_S_INIT("\xc0\xafz"), AC_S_INIT("\xef\xbf\xbd\xef\xbf\xbdz"), true },
		{ AC_S_INIT("\xed\xa0\x80z"), AC_S_INIT("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"), true },
		{ AC_S_INIT("end\xe2\x82"), AC_S_INIT("end\xef\xbf\xbd"), true },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;

		ac_buf_init(&buf, 200);
		assert_int_equal(ac_utf8_add_lossy(&buf, rows[i].text, 100), rows[i].lossy);
		assert_str(ac_buf_view(&buf), rows[i].shown);
		ac_buf_done(&buf);
	}
}

static void
utf8__cuts_at_a_character(void **state)
{
	static const ac_str text = AC_S_INIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xff!");
	/* Output of at most 0, 1, 2 ... bytes: the lengths at which whole characters end. */
	static const size_t lengths[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10, 13, 14, 14 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(lengths); i++) {
		ac_buf buf;

		ac_buf_init(&buf, 200);
		assert_int_equal(ac_utf8_add_lossy(&buf, text, i), i >= 13);
		assert_int_equal(buf.n, lengths[i]);
		assert_true(ac_utf8_is_valid(ac_buf_view(&buf)));
		ac_buf_done(&buf);
	}
}

static void
utf8__shows_hostile_text_harmless(void **state)
{
	static const struct {
		ac_str text, shown;
	} rows[] = {
		{ AC_S_INIT("plain \\ text \xc3\xa9 \xf0\x9f\x98\x80"),
		    AC_S_INIT("plain \\ text \xc3\xa9 \xf0\x9f\x98\x80") },
		{ AC_S_INIT("\x1b[2Jgone"), AC_S_INIT("\\x1B[2Jgone") },
		{ AC_S_INIT("a\tb\nc\rd\x7f"), AC_S_INIT("a\\x09b\\x0Ac\\x0Dd\\x7F") },
		{ AC_S_INIT("\0"), AC_S_INIT("\\x00") },
		{ AC_S_INIT("\xc2\x9b"
			    "2J"),
		    AC_S_INIT("\\u{009B}2J") }, /* the one-character CSI */
		{ AC_S_INIT("exe.\xe2\x80\xaegnp"), AC_S_INIT("exe.\\u{202E}gnp") },
		{ AC_S_INIT("\xd8\x9c\xe2\x81\xa6\xe2\x80\x8e"), AC_S_INIT("\\u{061C}\\u{2066}\\u{200E}") },
		{ AC_S_INIT("\xe2\x80\xa8\xe2\x80\xa9"), AC_S_INIT("\\u{2028}\\u{2029}") },
		{ AC_S_INIT("bad \xff\xe2\x82."), AC_S_INIT("bad \\xFF\\xE2\\x82.") },
	};
	ac_buf buf;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf_init(&buf, 200);
		ac_utf8_add_visible(&buf, rows[i].text, 100);
		assert_str(ac_buf_view(&buf), rows[i].shown);
		ac_buf_done(&buf);
	}
	ac_buf_init(&buf, 200);
	ac_utf8_add_visible(&buf, AC_S("ab\x1b"), 5);
	assert_str(ac_buf_view(&buf), AC_S("ab"));
	ac_buf_reset(&buf);
	ac_utf8_add_visible(&buf, AC_S("abcdef\xc3\xa9"), 4);
	assert_str(ac_buf_view(&buf), AC_S("abcd"));
	ac_buf_reset(&buf);
	ac_utf8_add_visible(&buf,
	    AC_S("ab\xc3\xa9"
		 "cd"),
	    5);
	assert_str(ac_buf_view(&buf), AC_S("ab\xc3\xa9"
					   "c"));
	ac_buf_done(&buf);
}

static void
utf8__knows_bidi_controls(void **state)
{
	/* Bidi_Control=Yes in the Unicode character database. */
	static const uint32_t controls[] = { 0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066,
		0x2067, 0x2068, 0x2069 };
	size_t count = 0;

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++)
		count += ac_is_bidi_control(c);
	assert_int_equal(count, AC_COUNT(controls));
	for (size_t i = 0; i < AC_COUNT(controls); i++)
		assert_true(ac_is_bidi_control(controls[i]));
	assert_int_equal(ac_utf8_find_bidi(AC_S("a\xc3\xa9 b")), 5);
	assert_int_equal(ac_utf8_find_bidi(AC_S("a\xc3\xa9\xe2\x80\xae")), 3);
}

static void
utf8__knows_what_shows_nothing(void **state)
{
	static const uint32_t hidden[] = { 0xad, 0x200b, 0x200d, 0x202e, 0x2028, 0x2029, 0x2060, 0x2066, 0xfe0f, 0xfeff,
		0xfff9, 0xe0001 };
	static const uint32_t shown[] = { ' ', 'a', 0xe9, 0xa0, 0x2014, 0x2019, 0x202f, 0x3042, 0xfffd, 0x1f600 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(hidden); i++)
		assert_true(ac_is_invisible(hidden[i]));
	for (size_t i = 0; i < AC_COUNT(shown); i++)
		assert_false(ac_is_invisible(shown[i]));
	for (uint32_t c = 0; c < 0x110000; c++)
		assert_true(!ac_is_bidi_control(c) || ac_is_invisible(c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8__every_code_point_comes_back),
		cmocka_unit_test(utf8__accepts_exactly_the_table),
		cmocka_unit_test(utf8__finds_the_valid_prefix),
		cmocka_unit_test(utf8__replaces_maximal_subparts),
		cmocka_unit_test(utf8__cuts_at_a_character),
		cmocka_unit_test(utf8__shows_hostile_text_harmless),
		cmocka_unit_test(utf8__knows_bidi_controls),
		cmocka_unit_test(utf8__knows_what_shows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
