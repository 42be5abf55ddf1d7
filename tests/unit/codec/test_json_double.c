/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles in ECMAScript's form: the table of RFC 8785 appendix B, and the properties that define the form, checked against the C
 * library: reads back equal, no shorter text does, no text of this length is nearer.
 */
#include "test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "codec/json_write.h"

static void
double__agrees_with_rfc8785_appendix_b(void **state)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} rows[] = {
		{ 0x0000000000000000u, "0" }, { 0x8000000000000000u, "0" }, { 0x0000000000000001u, "5e-324" },
		{ 0x8000000000000001u, "-5e-324" }, { 0x7fefffffffffffffu, "1.7976931348623157e+308" },
		{ 0xffefffffffffffffu, "-1.7976931348623157e+308" }, { 0x4340000000000000u, "9007199254740992" },
		{ 0xc340000000000000u, "-9007199254740992" }, { 0x4430000000000000u, "295147905179352830000" },
		{ 0x7fffffffffffffffu, "null" }, /* NaN: an error in the RFC, null in our writer */
		{ 0x7ff0000000000000u, "null" }, { 0x44b52d02c7e14af5u, "9.999999999999997e+22" },
		{ 0x44b52d02c7e14af6u, "1e+23" }, { 0x44b52d02c7e14af7u, "1.0000000000000001e+23" },
		{ 0x444b1ae4d6e2ef4eu, "999999999999999700000" }, { 0x444b1ae4d6e2ef4fu, "999999999999999900000" },
		{ 0x444b1ae4d6e2ef50u, "1e+21" }, { 0x3eb0c6f7a0b5ed8cu, "9.999999999999997e-7" },
		{ 0x3eb0c6f7a0b5ed8du, "0.000001" }, { 0x41b3de4355555553u, "333333333.3333332" },
		{ 0x41b3de4355555554u, "333333333.33333325" }, { 0x41b3de4355555555u, "333333333.3333333" },
		{ 0x41b3de4355555556u, "333333333.3333334" }, { 0x41b3de4355555557u, "333333333.33333343" },
		{ 0xbecbf647612f3696u, "-0.0000033333333333333333" },
		{ 0x43143ff3c1cb0959u, "1424953923781206.2" }, /* round to even */
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		double value;
		ac_buf buf;

		memcpy(&value, &rows[i].bits, sizeof(value));
		ac_buf_init(&buf, 100);
		ac_json_add_double(&buf, value);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].text));
		ac_buf_done(&buf);
	}
}

static void
double__layout_changes_where_ecmascript_says(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = { { 1, "1" }, { -1.5, "-1.5" }, { 100, "100" }, { 0.5, "0.5" }, { 0.00001, "0.00001" },
		{ 1e-6, "0.000001" }, { 1e-7, "1e-7" }, { 1.5e-7, "1.5e-7" }, { 1e20, "100000000000000000000" },
		{ 123456789012345680000.0, "123456789012345680000" }, { 1e21, "1e+21" }, { 1.25e22, "1.25e+22" },
		{ 4.5, "4.5" }, { 2e-3, "0.002" }, { 1e-27, "1e-27" }, { 123.456, "123.456" } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;

		ac_buf_init(&buf, 100);
		ac_json_add_double(&buf, rows[i].value);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].text));
		ac_buf_done(&buf);
	}
}

/* xorshift64*: the same numbers in every run. */
static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1du;
}

/* The significant digits of a number's text, without zeros at the ends; how many. */
static size_t
digits_of(const char *text, char out[static 40])
{
	size_t n = 0;

	for (; *text && *text != 'e'; text++)
		if (ac_is_digit(*text) && (n > 0 || *text != '0'))
			out[n++] = *text;
	while (n > 0 && out[n - 1] == '0')
		n--;
	return n;
}

static void
check_double(double value)
{
	char ours[41] = { 0 }, theirs[41] = { 0 }, text[64] = { 0 };
	size_t n, precision;
	ac_buf buf;

	if (!isfinite(value) || value == 0)
		return;
	ac_buf_init(&buf, 100);
	ac_json_add_double(&buf, value);
	memcpy(text, buf.p, buf.n);
	ac_buf_done(&buf);
	if (strtod(text, NULL) != value)
		fail_msg("%a reads back otherwise: %s", value, text);
	n = digits_of(text, ours);
	/* Correctly rounded to n digits is the nearest of that length: we may only differ where it does not read back. */
	(void)snprintf(text, sizeof(text), "%.*e", (int)n - 1, value);
	if (strtod(text, NULL) == value && (digits_of(text, theirs) != n || memcmp(ours, theirs, n) != 0))
		fail_msg("%a: %s is nearer than %s", value, text, ours);
	/* Shorter ones that read back. */
	for (precision = 1; precision < n; precision++) {
		(void)snprintf(text, sizeof(text), "%.*e", (int)precision - 1, value);
		if (strtod(text, NULL) == value)
			fail_msg("%a: %s is shorter than %s", value, text, ours);
	}
}

static void
double__is_shortest_and_nearest(void **state)
{
	uint64_t seed = 20210719;

	(void)state;
	for (int e = -1074; e < 1024; e++) {
		double power = ldexp(1, e);
		uint64_t bits;

		memcpy(&bits, &power, sizeof(bits));
		/* And the doubles beside it. */
		for (uint64_t near = bits - 1; near <= bits + 1; near++) {
			memcpy(&power, &near, sizeof(power));
			check_double(power);
		}
	}
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&seed);
		double value;

		memcpy(&value, &bits, sizeof(value));
		check_double(value);
		check_double((double)(int64_t)(bits % 2000000000000u) / 1000);
		check_double((double)(bits >> 20) * 1e-9);
		bits &= ~(((uint64_t)1 << (i % 52)) - 1); /* short mantissas */
		memcpy(&value, &bits, sizeof(value));
		check_double(value);
	}
}

static void
double__does_not_follow_the_locale(void **state)
{
	const ac_json *v = NULL;
	ac_arena arena;
	ac_buf buf;
	double value = 0;

	(void)state;
	/* Any locale with a decimal comma; the test says nothing where none is installed. */
	if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) {
		print_message("# no locale with a decimal comma is installed\n");
		skip();
	}
	ac_buf_init(&buf, 100);
	ac_arena_init(&arena, 1 << 20);
	ac_json_add_double(&buf, 333333333.33333325);
	assert_str(ac_buf_view(&buf), AC_S("333333333.33333325"));
	assert_int_equal(ac_json_parse(ac_buf_view(&buf), AC_JSON_LIMITS, &arena, &v, NULL), 0);
	assert_true(ac_json_double(v, &value) && value == 333333333.33333325);
	(void)setlocale(LC_ALL, "C");
	ac_arena_done(&arena);
	ac_buf_done(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(double__agrees_with_rfc8785_appendix_b),
		cmocka_unit_test(double__layout_changes_where_ecmascript_says),
		cmocka_unit_test(double__is_shortest_and_nearest),
		cmocka_unit_test(double__does_not_follow_the_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
