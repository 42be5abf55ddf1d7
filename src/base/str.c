/* SPDX-License-Identifier: Apache-2.0 */
/* Text views. Knows ASCII only: what a byte above 0x7f means is utf8.c's business. */
#include "base/str.h"

ac_str
ac_str_from(const char *cstr)
{
	return cstr ? (ac_str){ cstr, strlen(cstr) } : (ac_str){ "", 0 };
}

bool
ac_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
ac_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
ac_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
ac_is_alnum(char c)
{
	return ac_is_alpha(c) || ac_is_digit(c);
}

char
ac_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

#define NONE_16 -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
#define LETTERS_16 -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1

/* A row has what begins with one digit of a byte. */
const int8_t ac_hex_values[256] = { NONE_16, NONE_16, NONE_16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1,
	LETTERS_16, NONE_16, LETTERS_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16, NONE_16,
	NONE_16 };

#undef NONE_16
#undef LETTERS_16

bool
ac_str_is_ascii(ac_str s)
{
	uint64_t all = 0, word;
	size_t at = 0;

	for (; at + sizeof(word) <= s.n; at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		all |= word;
	}
	for (; at < s.n; at++)
		all |= (unsigned char)s.p[at];
	return !(all & 0x8080808080808080U);
}

bool
ac_str_eq_fold(ac_str a, ac_str b)
{
	return a.n == b.n && ac_str_starts_fold(a, b);
}

int
ac_str_cmp(ac_str a, ac_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool
ac_str_starts(ac_str s, ac_str prefix)
{
	/* Mostly the first byte tells. */
	return s.n >= prefix.n && (prefix.n == 0 || (s.p[0] == prefix.p[0] && memcmp(s.p, prefix.p, prefix.n) == 0));
}

bool
ac_str_ends(ac_str s, ac_str suffix)
{
	return s.n >= suffix.n && ac_str_starts((ac_str){ s.p + (s.n - suffix.n), suffix.n }, suffix);
}

bool
ac_str_starts_fold(ac_str s, ac_str prefix)
{
	if (s.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (ac_lower(s.p[i]) != ac_lower(prefix.p[i]))
			return false;
	return true;
}

size_t
ac_str_find_byte(ac_str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
ac_str_find(ac_str s, ac_str needle)
{
	const char *hit = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
ac_str_find_fold(ac_str s, ac_str needle)
{
	char first = needle.n ? ac_lower(needle.p[0]) : '\0';

	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (needle.n == 0 ||
		    (ac_lower(s.p[i]) == first && ac_str_starts_fold((ac_str){ s.p + i, s.n - i }, needle)))
			return i;
	return s.n;
}

ac_str
ac_str_slice(ac_str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (ac_str){ s.p ? s.p + from : NULL, to - from };
}

ac_str
ac_str_trim(ac_str s)
{
	while (s.n && ac_is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n && ac_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

bool
ac_str_cut(ac_str *rest, char sep, ac_str *out_head)
{
	size_t at = ac_str_find_byte(*rest, sep);

	if (at == rest->n)
		return false;
	*out_head = (ac_str){ rest->p, at };
	*rest = (ac_str){ rest->p + at + 1, rest->n - at - 1 };
	return true;
}

bool
ac_str_next_field(ac_str *rest, char sep, ac_str *out_field)
{
	if (!rest->p)
		return false;
	if (!ac_str_cut(rest, sep, out_field)) {
		*out_field = *rest;
		*rest = (ac_str){ NULL, 0 };
	}
	return true;
}

bool
ac_str_to_u64(ac_str s, uint64_t *out_value)
{
	uint64_t value = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ac_is_digit(s.p[i]) || __builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value))
			return false;
	}
	*out_value = value;
	return true;
}

bool
ac_str_to_i64(ac_str s, int64_t *out_value)
{
	uint64_t value;
	bool negative = s.n && s.p[0] == '-';

	if (!ac_str_to_u64(negative ? ac_str_slice(s, 1, s.n) : s, &value))
		return false;
	if (value > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return false;
	*out_value = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

size_t
ac_u64_digits(uint64_t value, char *out)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	memcpy(out, digits + at, sizeof(digits) - at);
	return sizeof(digits) - at;
}
