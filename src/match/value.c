/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, timestamps and strings in the form in which they are compared. Knows no paths and no operators. */
#include "match/value.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <uninorm.h>

#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"

/* Longest text of an integral double: 309 digits and the sign. */
enum { DOUBLE_TEXT_MAX = 320, TIME_HEAD = 9 };

uint64_t
ac_match_hash(ac_hash_seed seed, const ac_match_value *value)
{
	char bytes[8] = { 0 };

	switch ((ac_match_kind)value->kind) {
	case AC_MATCH_INTEGER:
		memcpy(bytes, &value->integer, 8);
		return ac_siphash(seed, (ac_str){ bytes, 8 });
	case AC_MATCH_FLOAT:
		memcpy(bytes, &value->number, 8);
		return ac_siphash(seed, (ac_str){ bytes, 8 });
	case AC_MATCH_BOOLEAN:
		bytes[0] = (char)value->boolean;
		return ac_siphash(seed, (ac_str){ bytes, 1 });
	case AC_MATCH_BIG:
	case AC_MATCH_STRING:
	case AC_MATCH_BYTES:
	case AC_MATCH_TIME:
		return ac_siphash(seed, value->text);
	case AC_MATCH_NULL:
	case AC_MATCH_CONTAINER:
	case AC_MATCH_UNUSABLE:
		break;
	}
	return 0;
}

/* Digits with their sign, without leading zeros, in arena. */
static bool
set_integer(ac_str text, ac_arena *arena, ac_match_value *out)
{
	bool negative = text.n > 0 && text.p[0] == '-';
	size_t at = text.n > 0 && (text.p[0] == '-' || text.p[0] == '+');
	char *digits;

	while (at + 1 < text.n && text.p[at] == '0')
		at++;
	text = ac_str_slice(text, at, text.n);
	digits = ac_arena_alloc(arena, text.n + 1);
	if (!digits)
		return false;
	digits[0] = '-';
	memcpy(digits + 1, text.p, text.n);
	out->text = negative ? (ac_str){ digits, text.n + 1 } : (ac_str){ digits + 1, text.n };
	out->kind = AC_MATCH_BIG;
	if (ac_str_to_i64(out->text, &out->integer))
		out->kind = AC_MATCH_INTEGER;
	else
		out->integer = 0;
	return true;
}

/* A double: an integer when it is one, so that 12.0 is 12. */
static bool
set_double(double number, ac_arena *arena, ac_match_value *out)
{
	char text[DOUBLE_TEXT_MAX];
	int n;

	if (!isfinite(number)) {
		out->kind = AC_MATCH_UNUSABLE;
		return true;
	}
	if (number != floor(number)) {
		out->kind = AC_MATCH_FLOAT;
		out->number = number;
		return true;
	}
	if (number >= -0x1p63 && number < 0x1p63) {
		out->kind = AC_MATCH_INTEGER;
		out->integer = (int64_t)number;
		return true;
	}
	/* All digits: glibc and musl print doubles exactly. */
	n = snprintf(text, sizeof(text), "%.0f", number);
	return set_integer((ac_str){ text, (size_t)n }, arena, out);
}

/* Text of a number of JSON or of a pattern to a double, correctly rounded. */
static bool
to_double(ac_str text, ac_arena *arena, double *out)
{
	ac_str terminated = ac_arena_str(arena, text);
	locale_t c_locale;

	if (!terminated.p)
		return false;
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!c_locale)
		return false;
	*out = strtod_l(terminated.p, NULL, c_locale);
	freelocale(c_locale);
	return true;
}

bool
ac_match_number(ac_str text, ac_arena *arena, ac_match_value *out)
{
	double number = 0;
	bool integral = true;

	*out = (ac_match_value){ .kind = AC_MATCH_UNUSABLE };
	if (text.n == 0 || text.n > AC_JSON_NUMBER_MAX)
		return true;
	for (size_t i = 0; i < text.n; i++)
		integral &= ac_is_digit(text.p[i]) || (i == 0 && (text.p[i] == '-' || text.p[i] == '+'));
	if (integral && ac_str_to_i64(text, &out->integer)) {
		out->kind = AC_MATCH_INTEGER;
		return true;
	}
	if (integral)
		return set_integer(text, arena, out);
	return to_double(text, arena, &number) && set_double(number, arena, out);
}

/* Order of two integers by their digits. */
static int
digits_cmp(ac_str a, ac_str b)
{
	bool a_negative = a.p[0] == '-', b_negative = b.p[0] == '-';
	int order;

	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	if (a.n != b.n)
		order = a.n < b.n ? -1 : 1;
	else
		order = ac_str_cmp(a, b);
	return a_negative ? -order : order;
}

/* An integer of int64 against a double that is no integer. */
static int
integer_cmp_double(int64_t a, double b)
{
	if (b >= 0x1p63)
		return -1;
	if (b < -0x1p63)
		return 1;
	/* b is between floor(b) and floor(b) + 1, and not at either. */
	return a <= (int64_t)floor(b) ? -1 : 1;
}

int
ac_match_number_cmp(const ac_match_value *a, const ac_match_value *b)
{
	if (a->kind == AC_MATCH_INTEGER && b->kind == AC_MATCH_INTEGER)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->kind == AC_MATCH_FLOAT && b->kind == AC_MATCH_FLOAT)
		return (a->number > b->number) - (a->number < b->number);
	if (a->kind == AC_MATCH_BIG && b->kind == AC_MATCH_BIG)
		return digits_cmp(a->text, b->text);
	/* A double that is no integer is below 2^53, and an integer of more than 64 bits is beyond both. */
	if (a->kind == AC_MATCH_BIG)
		return a->text.p[0] == '-' ? -1 : 1;
	if (b->kind == AC_MATCH_BIG)
		return b->text.p[0] == '-' ? 1 : -1;
	return a->kind == AC_MATCH_INTEGER ? integer_cmp_double(a->integer, b->number)
					   : -integer_cmp_double(b->integer, a->number);
}

/* The key into a buffer of at least text.n + TIME_HEAD bytes. Returns its length, 0 when text is no timestamp. */
static size_t
time_key(ac_str text, char *out)
{
	ac_time time;
	uint64_t seconds;
	size_t digits;

	if (ac_time_parse_stix(text, &time, NULL))
		return 0;
	/* "YYYY-MM-DDTHH:MM:SS", a fraction or none, "Z": the form has been checked. A leap second follows all of second 59. */
	seconds = (uint64_t)time.seconds ^ (uint64_t)1 << 63;
	for (size_t i = 0; i < 8; i++)
		out[i] = (char)(seconds >> (56 - 8 * i) & 0xff);
	out[8] = text.p[17] == '6';
	digits = text.n > 20 ? text.n - 21 : 0;
	while (digits > 0 && text.p[20 + digits - 1] == '0')
		digits--;
	memcpy(out + TIME_HEAD, text.p + 20, digits);
	return TIME_HEAD + digits;
}

bool
ac_match_time(ac_str text, ac_arena *arena, ac_match_value *out)
{
	char *key = ac_arena_alloc(arena, text.n + TIME_HEAD);
	size_t n;

	if (!key)
		return false;
	n = time_key(text, key);
	*out = (ac_match_value){ .kind = n ? AC_MATCH_TIME : AC_MATCH_UNUSABLE, .text = { key, n } };
	return true;
}

/* Text that is not UTF-8, with U+FFFD for what is not. */
static ac_str
mended(ac_str text, ac_arena *arena)
{
	/* The longest subpart that becomes U+FFFD (3 bytes) is one byte at the least. */
	char *out = text.n <= SIZE_MAX / 3 ? ac_arena_alloc(arena, 3 * text.n) : NULL;
	size_t at = 0, n = 0;

	if (!out)
		return (ac_str){ NULL, 0 };
	while (at < text.n)
		n += ac_utf8_put(out + n, ac_utf8_next(text, &at, NULL));
	return (ac_str){ out, n };
}

bool
ac_match_string(ac_str text, ac_arena *arena, ac_match_value *out)
{
	ac_str valid = text, copy;
	uint8_t *normal;
	ac_str *view;
	size_t n = 0;

	*out = (ac_match_value){ .kind = AC_MATCH_STRING, .text = text, .is_ascii = ac_str_is_ascii(text) };
	if (out->is_ascii)
		return true;
	if (!ac_utf8_is_valid(text))
		valid = mended(text, arena);
	if (!valid.p)
		return false;
	normal = u8_normalize(UNINORM_NFC, (const uint8_t *)valid.p, valid.n, NULL, &n);
	if (!normal)
		return false;
	copy = (ac_str){ (const char *)normal, n };
	if (ac_str_eq(copy, text)) {
		free(normal);
		return true;
	}
	view = ac_arena_alloc(arena, sizeof(*view));
	if (view)
		*view = ac_arena_str(arena, copy);
	free(normal);
	out->nfc = view;
	return view && view->p;
}

bool
ac_match_latin1(ac_str text, char *out, size_t *out_n)
{
	size_t at = 0, n = 0;

	while (at < text.n) {
		bool valid;
		uint32_t c = ac_utf8_next(text, &at, &valid);

		if (c > 0xff || !valid)
			return false;
		out[n++] = (char)c;
	}
	*out_n = n;
	return true;
}

bool
ac_match_latin1_cmp(ac_str text, ac_str bytes, int *out)
{
	size_t at = 0, n = 0;
	int order = 0;

	while (at < text.n) {
		bool valid;
		uint32_t c = ac_utf8_next(text, &at, &valid);

		if (c > 0xff || !valid)
			return false;
		if (order == 0)
			order = n >= bytes.n ? 1 : (int)c - (int)(unsigned char)bytes.p[n];
		n++;
	}
	*out = order ? order : n < bytes.n ? -1 : 0;
	return true;
}
