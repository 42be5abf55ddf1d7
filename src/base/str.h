/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a view: pointer and length, never NUL-terminated, never owned. */
#ifndef AC_BASE_STR_H
#define AC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ac_str {
	const char *p;
	size_t n;
} ac_str;

/* A view of a string literal. */
#define AC_S(lit) ((ac_str){ "" lit, sizeof(lit) - 1 })
/* The same as a constant initialiser, for static tables. */
#define AC_S_INIT(lit)                                                                                                 \
	{                                                                                                              \
		"" lit, sizeof(lit) - 1                                                                                \
	}
/* printf: "%.*s", AC_FMT(text). Lengths over INT_MAX are cut. */
#define AC_FMT(s) (int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n), ((s).p ? (s).p : "")

#define AC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A view of a NUL-terminated string; NULL gives the empty view. */
ac_str ac_str_from(const char *cstr);

static inline bool
ac_str_eq(ac_str a, ac_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII classes and folding, independent of the locale. */
bool ac_is_space(char c);
bool ac_is_digit(char c);
bool ac_is_alpha(char c);
bool ac_is_alnum(char c);
char ac_lower(char c);
/* Value of a hexadecimal digit, or -1. */
extern const int8_t ac_hex_values[256];
static inline int
ac_hex_value(char c)
{
	return ac_hex_values[(unsigned char)c];
}

/* No byte above 0x7f. */
bool ac_str_is_ascii(ac_str s);
/* Equal when ASCII letters are folded. */
bool ac_str_eq_fold(ac_str a, ac_str b);
/* memcmp order, the shorter first when one is a prefix. */
int ac_str_cmp(ac_str a, ac_str b);
bool ac_str_starts(ac_str s, ac_str prefix);
bool ac_str_ends(ac_str s, ac_str suffix);
bool ac_str_starts_fold(ac_str s, ac_str prefix);

/* First place of a byte or of a text; s.n when it is not there. */
size_t ac_str_find_byte(ac_str s, char c);
size_t ac_str_find(ac_str s, ac_str needle);
size_t ac_str_find_fold(ac_str s, ac_str needle);

/* The part [from, to); both are clamped to the length. */
ac_str ac_str_slice(ac_str s, size_t from, size_t to);
/* Without ASCII white space at both ends. */
ac_str ac_str_trim(ac_str s);

/*
 * Cut *rest at the first `sep`: *out_head gets what stands before it and *rest what
 * stands after. Without a separator: false, both untouched.
 */
bool ac_str_cut(ac_str *rest, char sep, ac_str *out_head);

/*
 * The next field of *rest up to `sep` or the end. False when *rest is exhausted
 * (rest->p is NULL); an empty last field after a separator is returned.
 */
bool ac_str_next_field(ac_str *rest, char sep, ac_str *out_field);

/* Whole-text decimal numbers: no sign for u64, optional '-' for i64; false on anything else or overflow. */
bool ac_str_to_u64(ac_str s, uint64_t *out_value);
bool ac_str_to_i64(ac_str s, int64_t *out_value);
/* The digits of a number to `out`, which has room for 20. Returns how many. */
size_t ac_u64_digits(uint64_t value, char *out);

#endif
