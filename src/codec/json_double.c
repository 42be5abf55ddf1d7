/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles as ECMAScript writes them (RFC 8785 s3.2.2.3, ECMA-262 Number::toString): the fewest digits that read back equal, among these
 * the nearest, among these the even one. Most numbers are decided in machine words; the rest by the exact integer method of Burger and
 * Dybvig, "Printing Floating-Point Numbers Quickly and Accurately" (PLDI 1996). No printf: its radix follows the locale, and the usual loop
 * over "%.17g" is wrong next to powers of two.
 */
#include "codec/json_write.h"

#include <math.h>

/* The largest integers: 4 * 2^1024 for large doubles, 10 * 2^1076 for small ones; one word to spare. */
#define WORDS 36
#define DIGITS_MAX 17
/* Decimals of up to 15 digits that differ are different doubles (DBL_DIG). */
#define SAFE_DIGITS 1000000000000000u

/* 0.DIGITS * 10^point, without zeros at either end. */
typedef struct decimal {
	char digits[24];
	int count;
	int point;
} decimal;

/* ---- integers of up to WORDS * 32 bits, least word first, no leading zero words ---- */

typedef struct big {
	unsigned n;
	uint32_t word[WORDS];
} big;

static void
big_multiply(big *a, uint32_t factor)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < a->n; i++) {
		carry += (uint64_t)a->word[i] * factor;
		a->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		a->word[a->n++] = (uint32_t)carry;
}

static void
big_multiply_power10(big *a, int exponent)
{
	for (; exponent >= 9; exponent -= 9)
		big_multiply(a, 1000000000);
	for (; exponent > 0; exponent--)
		big_multiply(a, 10);
}

/* value * 2^bits, value not 0. */
static void
big_set(big *a, uint64_t value, int bits)
{
	*a = (big){ .n = (unsigned)bits / 32 };
	for (; value; value >>= 32)
		a->word[a->n++] = (uint32_t)value;
	big_multiply(a, (uint32_t)1 << bits % 32);
}

static int
big_compare(const big *a, const big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (unsigned i = a->n; i-- > 0;)
		if (a->word[i] != b->word[i])
			return a->word[i] < b->word[i] ? -1 : 1;
	return 0;
}

static void
big_add(big *a, const big *b)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < b->n || carry; i++) {
		if (i == a->n)
			a->word[a->n++] = 0;
		carry += (uint64_t)a->word[i] + (i < b->n ? b->word[i] : 0);
		a->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

/* a -= b, where a >= b. */
static void
big_subtract(big *a, const big *b)
{
	uint64_t borrow = 0;

	for (unsigned i = 0; i < a->n; i++) {
		uint64_t difference = (uint64_t)a->word[i] - (i < b->n ? b->word[i] : 0) - borrow;

		a->word[i] = (uint32_t)difference;
		borrow = difference >> 63;
	}
	while (a->n && a->word[a->n - 1] == 0)
		a->n--;
}

/* ---- the exact method ---- */

/*
 * The number is rest / unit; the doubles beside it are low and high units of twice the distance away, so that what lies between
 * reads back as the number; the ends too when the mantissa is even (ties round to even).
 */
typedef struct printer {
	big rest, unit, low, high;
	bool ends_count;
} printer;

/* rest + high against unit. */
static bool
reaches_above(const printer *p)
{
	big sum = p->rest;
	int order;

	big_add(&sum, &p->high);
	order = big_compare(&sum, &p->unit);
	return order > 0 || (order == 0 && p->ends_count);
}

static bool
reaches_below(const printer *p)
{
	int order = big_compare(&p->rest, &p->low);

	return order < 0 || (order == 0 && p->ends_count);
}

static void
start_printer(printer *p, uint64_t mantissa, int exponent)
{
	/* Below a power of two the doubles lie twice as close (but not below the smallest normal one). */
	int uneven = mantissa == (uint64_t)1 << 52 && exponent > -1074;
	int up = exponent > 0 ? exponent : 0, down = exponent < 0 ? -exponent : 0;

	big_set(&p->rest, mantissa, up + 1 + uneven);
	big_set(&p->unit, 1, down + 1 + uneven);
	big_set(&p->high, 1, up + uneven);
	big_set(&p->low, 1, up);
	p->ends_count = mantissa % 2 == 0;
}

/* Scale so that the first digit is the next one; returns where the point stands. */
static int
scale_printer(printer *p, uint64_t mantissa, int exponent)
{
	int log2 = exponent + 63 - __builtin_clzll(mantissa);
	/* Never too large, at most one too small: log10(2) = 0.30102999..., and no power of two that a double can be is nearer to a power of
	   ten than this product errs. */
	int point = log2 > 0 ? (log2 * 30103 + 99999) / 100000 : log2 * 30103 / 100000;

	if (point >= 0) {
		big_multiply_power10(&p->unit, point);
	} else {
		big_multiply_power10(&p->rest, -point);
		big_multiply_power10(&p->low, -point);
		big_multiply_power10(&p->high, -point);
	}
	if (reaches_above(p)) {
		big_multiply(&p->unit, 10);
		point++;
	}
	return point;
}

static void
exact_digits(uint64_t mantissa, int exponent, decimal *out)
{
	printer p;
	bool low, high;

	start_printer(&p, mantissa, exponent);
	out->point = scale_printer(&p, mantissa, exponent);
	out->count = 0;
	do {
		char digit = '0';

		big_multiply(&p.rest, 10);
		big_multiply(&p.low, 10);
		big_multiply(&p.high, 10);
		for (; big_compare(&p.rest, &p.unit) >= 0; digit++)
			big_subtract(&p.rest, &p.unit);
		low = reaches_below(&p);
		high = reaches_above(&p);
		out->digits[out->count++] = digit;
	} while (!low && !high && out->count < DIGITS_MAX);
	big_multiply(&p.rest, 2);
	if (high && low) {
		int order = big_compare(&p.rest, &p.unit);

		/* '0' is even, and so are the codes of the even digits. */
		high = order > 0 || (order == 0 && out->digits[out->count - 1] % 2 != 0);
	}
	if (high)
		out->digits[out->count - 1]++;
}

/* ---- the quick ways ---- */

static void
word_digits(uint64_t value, int fraction, decimal *out)
{
	char text[24];
	int at = (int)sizeof(text), last = at;

	for (; value; value /= 10)
		text[--at] = (char)('0' + value % 10);
	out->point = last - at - fraction;
	while (text[last - 1] == '0')
		last--;
	out->count = last - at;
	memcpy(out->digits, text + at, (size_t)out->count);
}

/*
 * value > 0 that is a short decimal: digits / 10^fraction with both exact doubles, so that the division rounds once and equality means
 * "reads back". With at most 15 digits no other decimal of 15 digits does, so the first that is found is the shortest.
 */
static bool
short_digits(double value, decimal *out)
{
	double power = 1;

	if (value < 1e-5 || value >= 9007199254740992.0)
		return false;
	if (value == (double)(uint64_t)value) {
		word_digits((uint64_t)value, 0, out);
		return true;
	}
	for (int fraction = 1; fraction <= 20; fraction++) {
		double scaled;

		power *= 10; /* exact up to 10^22 */
		scaled = value * power;
		if (scaled >= (double)(SAFE_DIGITS - 1))
			return false;
		if ((double)(uint64_t)(scaled + 0.5) / power == value) {
			word_digits((uint64_t)(scaled + 0.5), fraction, out);
			return true;
		}
	}
	return false;
}

/* ---- ECMAScript's layout (ECMA-262 Number::toString, steps 6 to 10) ---- */

static void
add_zeros(ac_buf *buf, int count)
{
	for (; count > 0; count--)
		ac_buf_add_byte(buf, '0');
}

static void
add_decimal(ac_buf *buf, const decimal *d)
{
	ac_str digits = { d->digits, (size_t)d->count };
	bool plain = d->point > -6 && d->point <= 21;
	int whole = !plain ? 1 : d->point > 0 ? d->point : 0;

	if (whole == 0) {
		ac_buf_add(buf, AC_S("0."));
		add_zeros(buf, -d->point);
		ac_buf_add(buf, digits);
		return;
	}
	ac_buf_add(buf, ac_str_slice(digits, 0, (size_t)whole));
	add_zeros(buf, whole - d->count);
	if (d->count > whole) {
		ac_buf_add_byte(buf, '.');
		ac_buf_add(buf, ac_str_slice(digits, (size_t)whole, digits.n));
	}
	if (!plain) {
		ac_buf_add(buf, d->point > 0 ? AC_S("e+") : AC_S("e"));
		ac_buf_add_i64(buf, d->point - 1);
	}
}

void
ac_json_add_double(ac_buf *buf, double value)
{
	decimal d;
	uint64_t bits, mantissa;
	int exponent;

	if (!isfinite(value)) {
		ac_buf_add(buf, AC_S("null"));
		return;
	}
	if (value == 0) {
		ac_buf_add_byte(buf, '0'); /* -0 too */
		return;
	}
	if (value < 0)
		ac_buf_add_byte(buf, '-');
	value = fabs(value);
	if (!short_digits(value, &d)) {
		memcpy(&bits, &value, sizeof(bits));
		mantissa = bits & (((uint64_t)1 << 52) - 1);
		exponent = (int)(bits >> 52);
		if (exponent > 0)
			mantissa |= (uint64_t)1 << 52;
		exact_digits(mantissa, (exponent > 0 ? exponent : 1) - 1075, &d);
	}
	add_decimal(buf, &d);
}
