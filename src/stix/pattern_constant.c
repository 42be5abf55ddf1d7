/* SPDX-License-Identifier: Apache-2.0 */
/* One form for each constant of a pattern. Doubles are read and written by codec/'s JSON functions. */
#include "stix/pattern_constant.h"

#include "codec/json_write.h"
#include "stix/pattern_tree.h"

/* A double with this absolute value or less is one integer only. */
#define EXACT_INTEGER_MAX 9007199254740991.0
/* The smallest double has 324 digits before its first one, the largest 309. */
enum { DOUBLE_TEXT_MAX = 400 };

static ac_str
joined(ac_arena *arena, bool negative, ac_str whole, ac_str fraction)
{
	size_t n = negative + (whole.n ? whole.n : 1) + (fraction.n ? 1 + fraction.n : 0), at = 0;
	char *p = ac_arena_alloc(arena, n);

	if (!p)
		return (ac_str){ NULL, 0 };
	if (negative)
		p[at++] = '-';
	if (whole.n)
		memcpy(p + at, whole.p, whole.n);
	else
		p[at] = '0';
	at += whole.n ? whole.n : 1;
	if (fraction.n) {
		p[at++] = '.';
		memcpy(p + at, fraction.p, fraction.n);
	}
	return (ac_str){ p, n };
}

bool
ac_pattern_decimal_normal(ac_str text, ac_arena *arena, ac_str *out)
{
	ac_str whole, fraction, normal;
	bool negative = ac_pattern_decimal_split(text, &whole, &fraction);

	normal = joined(arena, negative, whole, fraction);
	if (normal.p)
		*out = normal;
	return normal.p != NULL;
}

/* The double of a decimal in normal form, which is JSON too; false when it is beyond the doubles or too long to be read. */
static bool
double_of(ac_str decimal, ac_arena *arena, double *out)
{
	const ac_json *number;

	return ac_json_parse(decimal, AC_JSON_LIMITS, arena, &number, NULL) == 0 && ac_json_double(number, out);
}

/* "1.5e-7" as "0.00000015": the grammar has no exponents. text is ECMAScript's. */
static void
add_without_exponent(ac_buf *buf, ac_str text)
{
	size_t e = ac_str_find_byte(text, 'e'), dot;
	ac_str digits, shown = ac_str_slice(text, 0, e);
	uint64_t exponent = 0;
	bool is_small = e < text.n && text.p[e + 1] == '-';

	if (e == text.n || !ac_str_to_u64(ac_str_slice(text, e + 2, text.n), &exponent)) {
		ac_buf_add(buf, text);
		return;
	}
	if (shown.p[0] == '-') {
		ac_buf_add_byte(buf, '-');
		shown = ac_str_slice(shown, 1, shown.n);
	}
	dot = ac_str_find_byte(shown, '.');
	digits = ac_str_slice(shown, dot + 1, shown.n);
	/* One digit stands before the point. */
	if (is_small) {
		ac_buf_add(buf, AC_S("0."));
		for (uint64_t i = 1; i < exponent; i++)
			ac_buf_add_byte(buf, '0');
	}
	ac_buf_add(buf, ac_str_slice(shown, 0, 1));
	ac_buf_add(buf, digits);
	for (uint64_t i = digits.n; !is_small && i < exponent; i++)
		ac_buf_add_byte(buf, '0');
}

/* The shortest decimal that reads back as the same double. */
static ac_str
double_text(double value, ac_arena *arena)
{
	ac_buf shortest, plain;
	ac_str text;

	ac_buf_init(&shortest, DOUBLE_TEXT_MAX);
	ac_buf_init(&plain, DOUBLE_TEXT_MAX);
	ac_json_add_double(&shortest, value);
	add_without_exponent(&plain, ac_buf_view(&shortest));
	text = plain.failed || shortest.failed ? (ac_str){ NULL, 0 } : ac_arena_str(arena, ac_buf_view(&plain));
	if (plain.failed || shortest.failed)
		arena->failed = ACCORD_ENOMEM;
	ac_buf_done(&plain);
	ac_buf_done(&shortest);
	return text;
}

static bool
float_normal(ac_str text, ac_arena *arena, ac_pattern_constant *out)
{
	ac_str decimal;
	double value = 0;
	bool is_double;

	if (!ac_pattern_decimal_normal(text, arena, &decimal))
		return false;
	is_double = double_of(decimal, arena, &value);
	if (is_double)
		decimal = double_text(value, arena);
	if (!decimal.p)
		return false;
	out->text = decimal;
	if (ac_str_find_byte(decimal, '.') < decimal.n)
		return true;
	if (is_double && value >= -EXACT_INTEGER_MAX && value <= EXACT_INTEGER_MAX)
		out->kind = AC_PATTERN_INTEGER;
	else
		out->text = ac_arena_printf(arena, "%.*s.0", AC_FMT(decimal));
	return out->text.p != NULL;
}

ac_str
ac_pattern_timestamp_normal(ac_str text, ac_arena *arena)
{
	ac_str significant = ac_time_significant(text);
	char *p = ac_arena_alloc(arena, significant.n + 1);

	if (!p)
		return (ac_str){ NULL, 0 };
	memcpy(p, significant.p, significant.n);
	p[significant.n] = 'Z';
	return (ac_str){ p, significant.n + 1 };
}

bool
ac_pattern_constant_normal(const ac_pattern_constant *in, ac_arena *arena, ac_pattern_constant *out)
{
	*out = *in;
	switch (in->kind) {
	case AC_PATTERN_INTEGER:
		return ac_pattern_decimal_normal(in->text, arena, &out->text);
	case AC_PATTERN_FLOAT:
		return float_normal(in->text, arena, out);
	case AC_PATTERN_TIMESTAMP:
		out->text = ac_pattern_timestamp_normal(in->text, arena);
		return out->text.p != NULL;
	case AC_PATTERN_BINARY:
		out->kind = AC_PATTERN_HEX;
		return true;
	case AC_PATTERN_STRING:
	case AC_PATTERN_BOOLEAN:
	case AC_PATTERN_HEX:
		return true;
	}
	return false;
}
