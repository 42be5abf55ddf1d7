/* SPDX-License-Identifier: Apache-2.0 */
/* Text views. */
#include "test.h"

#include <ctype.h>

#include "base/str.h"

static const ac_str none = { NULL, 0 };

static void
str__classes_are_ascii_only(void **state)
{
	(void)state;
	/* The "C" locale's classes are the standard's ASCII ones (C17 s7.4). */
	for (int c = 0; c < 256; c++) {
		bool ascii = c < 0x80;

		assert_int_equal(ac_is_space((char)c), ascii && isspace(c) != 0);
		assert_int_equal(ac_is_digit((char)c), ascii && isdigit(c) != 0);
		assert_int_equal(ac_is_alpha((char)c), ascii && isalpha(c) != 0);
		assert_int_equal(ac_is_alnum((char)c), ascii && isalnum(c) != 0);
		assert_int_equal((unsigned char)ac_lower((char)c), ascii ? tolower(c) : c);
		assert_int_equal(ac_hex_value((char)c) >= 0, ascii && isxdigit(c) != 0);
	}
	assert_int_equal(ac_hex_value('0'), 0);
	assert_int_equal(ac_hex_value('9'), 9);
	assert_int_equal(ac_hex_value('a'), 10);
	assert_int_equal(ac_hex_value('F'), 15);
}

static void
str__compares(void **state)
{
	(void)state;
	assert_str(ac_str_from(NULL), AC_S(""));
	assert_str(ac_str_from("abc"), AC_S("abc"));
	assert_true(ac_str_eq(none, AC_S("")));
	assert_false(ac_str_eq(AC_S("a"), AC_S("b")));
	assert_true(ac_str_eq_fold(AC_S("Example.ORG"), AC_S("eXAMPLE.org")));
	assert_false(ac_str_eq_fold(AC_S("example"), AC_S("example.org")));
	assert_false(ac_str_eq_fold(AC_S("\xc3\x84"), AC_S("\xc3\xa4"))); /* only ASCII folds */
	assert_true(ac_str_cmp(AC_S("a"), AC_S("b")) < 0);
	assert_true(ac_str_cmp(AC_S("b"), AC_S("ab")) > 0);
	assert_true(ac_str_cmp(AC_S("a"), AC_S("ab")) < 0);
	assert_true(ac_str_cmp(AC_S("ab"), AC_S("a")) > 0);
	assert_int_equal(ac_str_cmp(none, none), 0);
	assert_true(ac_str_cmp(AC_S("\xff"), AC_S("a")) > 0); /* bytes are unsigned */
}

static void
str__knows_its_ends(void **state)
{
	(void)state;
	assert_true(ac_str_starts(AC_S("indicator--x"), AC_S("indicator--")));
	assert_true(ac_str_starts(AC_S("x"), AC_S("")));
	assert_true(ac_str_starts(none, none));
	assert_false(ac_str_starts(AC_S("in"), AC_S("indicator")));
	assert_true(ac_str_ends(AC_S("mail.evil.example"), AC_S(".example")));
	assert_false(ac_str_ends(AC_S("example"), AC_S(".example")));
	assert_false(ac_str_ends(AC_S("notexample"), AC_S(".example")));
	assert_true(ac_str_starts_fold(AC_S("HTTPS://x"), AC_S("https:")));
	assert_false(ac_str_starts_fold(AC_S("HTTP"), AC_S("https:")));
	assert_false(ac_str_starts_fold(AC_S("ftp://x"), AC_S("http")));
}

static void
str__finds(void **state)
{
	static const struct {
		ac_str text, needle;
		size_t exact, folded;
	} rows[] = {
		{ AC_S_INIT("a.b.c"), AC_S_INIT("."), 1, 1 },
		{ AC_S_INIT("abcABC"), AC_S_INIT("AB"), 3, 0 },
		{ AC_S_INIT("abc"), AC_S_INIT("abcd"), 3, 3 },
		{ AC_S_INIT("abc"), AC_S_INIT("c"), 2, 2 },
		{ AC_S_INIT("abc"), AC_S_INIT("x"), 3, 3 },
		{ AC_S_INIT("abc"), AC_S_INIT(""), 0, 0 },
		{ { NULL, 0 }, AC_S_INIT("x"), 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		assert_int_equal(ac_str_find(rows[i].text, rows[i].needle), rows[i].exact);
		assert_int_equal(ac_str_find_fold(rows[i].text, rows[i].needle), rows[i].folded);
	}
	assert_int_equal(ac_str_find_byte(AC_S("a=b=c"), '='), 1);
	assert_int_equal(ac_str_find_byte(AC_S("abc"), '='), 3);
	assert_int_equal(ac_str_find_byte(none, '='), 0);
}

static void
str__slices_and_trims(void **state)
{
	(void)state;
	assert_str(ac_str_slice(AC_S("abcdef"), 2, 4), AC_S("cd"));
	assert_str(ac_str_slice(AC_S("abc"), 2, 100), AC_S("c"));
	assert_str(ac_str_slice(AC_S("abc"), 100, 200), AC_S(""));
	assert_str(ac_str_slice(AC_S("abc"), 2, 1), AC_S(""));
	assert_str(ac_str_slice(none, 0, 5), AC_S(""));
	assert_str(ac_str_trim(AC_S(" \t a b \r\n")), AC_S("a b"));
	assert_str(ac_str_trim(AC_S(" \v\f ")), AC_S(""));
	assert_str(ac_str_trim(none), AC_S(""));
}

static void
str__cuts_fields(void **state)
{
	ac_str rest = AC_S("key=value=more"), head = none;
	static const ac_str wanted[] = { AC_S_INIT("a"), AC_S_INIT(""), AC_S_INIT("b"), AC_S_INIT("") };
	size_t count = 0;

	(void)state;
	assert_true(ac_str_cut(&rest, '=', &head));
	assert_str(head, AC_S("key"));
	assert_str(rest, AC_S("value=more"));
	assert_false(ac_str_cut(&rest, ';', &head));
	assert_str(head, AC_S("key"));
	assert_str(rest, AC_S("value=more"));
	rest = AC_S("a,,b,");
	while (ac_str_next_field(&rest, ',', &head)) {
		assert_true(count < AC_COUNT(wanted));
		assert_str(head, wanted[count]);
		count++;
	}
	assert_int_equal(count, AC_COUNT(wanted));
	assert_false(ac_str_next_field(&rest, ',', &head));
}

static void
str__reads_whole_numbers_only(void **state)
{
	static const struct {
		ac_str text;
		bool is_u64, is_i64;
		uint64_t u64;
		int64_t i64;
	} rows[] = {
		{ AC_S_INIT("0"), true, true, 0, 0 },
		{ AC_S_INIT("007"), true, true, 7, 7 },
		{ AC_S_INIT("9223372036854775807"), true, true, INT64_MAX, INT64_MAX },
		{ AC_S_INIT("9223372036854775808"), true, false, (uint64_t)1 << 63, 0 },
		{ AC_S_INIT("18446744073709551615"), true, false, UINT64_MAX, 0 },
		{ AC_S_INIT("18446744073709551616"), false, false, 0, 0 },
		{ AC_S_INIT("99999999999999999999999"), false, false, 0, 0 },
		{ AC_S_INIT("-1"), false, true, 0, -1 },
		{ AC_S_INIT("-0"), false, true, 0, 0 },
		{ AC_S_INIT("-9223372036854775808"), false, true, 0, INT64_MIN },
		{ AC_S_INIT("-9223372036854775809"), false, false, 0, 0 },
		{ AC_S_INIT(""), false, false, 0, 0 },
		{ AC_S_INIT("-"), false, false, 0, 0 },
		{ AC_S_INIT("+1"), false, false, 0, 0 },
		{ AC_S_INIT(" 1"), false, false, 0, 0 },
		{ AC_S_INIT("1 "), false, false, 0, 0 },
		{ AC_S_INIT("1.0"), false, false, 0, 0 },
		{ AC_S_INIT("0x10"), false, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		uint64_t u64 = 12345;
		int64_t i64 = 12345;

		if (ac_str_to_u64(rows[i].text, &u64) != rows[i].is_u64 ||
		    ac_str_to_i64(rows[i].text, &i64) != rows[i].is_i64)
			fail_msg("'%.*s'", AC_FMT(rows[i].text));
		assert_int_equal(u64, rows[i].is_u64 ? rows[i].u64 : 12345);
		assert_int_equal(i64, rows[i].is_i64 ? rows[i].i64 : 12345);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(str__classes_are_ascii_only),
		cmocka_unit_test(str__compares),
		cmocka_unit_test(str__knows_its_ends),
		cmocka_unit_test(str__finds),
		cmocka_unit_test(str__slices_and_trims),
		cmocka_unit_test(str__cuts_fields),
		cmocka_unit_test(str__reads_whole_numbers_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
