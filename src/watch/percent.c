/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/percent.h"

#include "watch/token.h"

size_t
ac_percent_size(const char *begin, const char *end, char *out)
{
	const char *p = begin;

	for (unsigned layer = 0; layer < AC_PERCENT_LAYERS && end - p > 2; layer++) {
		int high = ac_hex_value(p[0]), low = high >= 0 ? ac_hex_value(p[1]) : -1;

		if (low < 0)
			return 0;
		*out = (char)((unsigned)high << 4 | (unsigned)low);
		p += 2;
		if (*out != '%')
			return ac_is_word(*out) ? 0 : (size_t)(p - begin);
	}
	return 0;
}

/* ---- e-mail ---- */

/* A percent-encoded byte at p, itself encoded or not ("%2B", "%252B"): how many bytes it takes; 0: there is none. */
static size_t
encoded_at(const char *p, const char *end, char *out)
{
	const char *digits = end - p > 5 && memcmp(p, "%25", 3) == 0 ? p + 3 : p + 1;
	int high, low;

	if (*p != '%' || end - digits < 2)
		return 0;
	high = ac_hex_value(digits[0]);
	low = ac_hex_value(digits[1]);
	*out = (char)((unsigned)high << 4 | (unsigned)low);
	return high < 0 || low < 0 ? 0 : (size_t)(digits + 2 - p);
}

ac_str
ac_percent_email(ac_str text, const char *at, ac_str host, char *buffer, size_t *out_n)
{
	const char *begin = ac_email_local_begin(text.p, at, at), *p = begin;
	size_t n = 0;

	/* it begins behind the last byte that is none of it */
	while (p < at) {
		char c = *p;
		size_t taken = encoded_at(p, at, &c);

		p += taken ? taken : 1;
		if (ac_is_common_local(c) && (n > 0 || c != '.')) {
			buffer[n++] = c;
			continue;
		}
		begin = p;
		n = 0;
	}
	*out_n = 0;
	if (n == 0 || n + 1 + host.n > AC_EMAIL_MAX)
		return (ac_str){ NULL, 0 };
	buffer[n] = '@';
	memcpy(buffer + n + 1, host.p, host.n);
	*out_n = n + 1 + host.n;
	return (ac_str){ begin, (size_t)(host.p + host.n - begin) };
}

/* ---- URLs ---- */

/* Where the percent-encoding of `c` begins that ends before `p`, itself encoded or not ("%2F", "%252F"); NULL: none ends there. */
static const char *
encoded_before(const char *floor, const char *p, char c)
{
	if (p - floor < 3 || ac_hex_value(p[-2]) < 0 || ac_hex_value(p[-1]) < 0 ||
	    (char)(ac_hex_value(p[-2]) << 4 | ac_hex_value(p[-1])) != c)
		return NULL;
	if (p[-3] == '%')
		return p - 3;
	return p - floor >= 5 && memcmp(p - 5, "%25", 3) == 0 ? p - 5 : NULL;
}

/* The bytes of [begin, end), which may be those of `out`, without one layer of percent-encoding; false when they are too many. */
static bool
take_layer(const char *begin, const char *end, char *out, size_t *n)
{
	const char *p = begin;

	for (*n = 0; p < end; ++*n) {
		int high = *p == '%' && end - p > 2 ? ac_hex_value(p[1]) : -1,
		    low = high >= 0 ? ac_hex_value(p[2]) : -1;

		if (*n == AC_URL_MAX)
			return false;
		out[*n] = low >= 0 ? (char)((unsigned)high << 4 | (unsigned)low) : *p;
		p += low >= 0 ? 3 : 1;
	}
	return true;
}

/* Where what goes on at `p` ends: at what is no part of a query, or at an encoded byte that is none of a URL, if that is not one of the URL's own encoding. */
static const char *
encoded_end(const char *p, const char *limit, size_t most, bool is_twice)
{
	for (size_t n = 0; n <= most && p < limit && !(ac_url_ends[(unsigned char)*p] & AC_URL_HARD_END) && *p != '&' &&
			   *p != '#' && *p != '+' && *p != '^' && *p != '|';
	     n++) {
		int high = *p == '%' && limit - p > 2 ? ac_hex_value(p[1]) : -1,
		    low = high >= 0 ? ac_hex_value(p[2]) : -1;

		if (!is_twice && low >= 0 && ac_url_ends[high << 4 | low] & AC_URL_HARD_END)
			break;
		p += low >= 0 ? 3 : 1;
	}
	return p;
}

/* The colon before "//", which queries need not encode. */
static const char *
colon_before(const char *floor, const char *p)
{
	return p > floor && p[-1] == ':' ? p - 1 : encoded_before(floor, p, ':');
}

ac_str
ac_percent_url(ac_str text, ac_str host, size_t most, char *buffer, size_t *out_n)
{
	const char *slash = encoded_before(text.p, host.p, '/'), *begin, *end, *colon, *form;
	bool is_twice = slash && host.p - slash > 3;

	*out_n = 0;
	slash = slash ? encoded_before(text.p, slash, '/') : NULL;
	colon = slash ? colon_before(text.p, slash) : NULL;
	begin = colon ? ac_url_scheme_begin(text.p, colon) : colon;
	if (begin == colon)
		return (ac_str){ NULL, 0 };
	/* a '+' of the scheme itself were encoded, too */
	form = ac_url_form_begin(begin, colon);
	begin = form ? form : begin;
	end = encoded_end(host.p + host.n, text.p + text.n, is_twice ? 3 * most : most, is_twice);
	while (end > host.p + host.n && (ac_url_ends[(unsigned char)end[-1]] & AC_URL_TRAILING))
		end--;
	if (!take_layer(begin, end, buffer, out_n) || (is_twice && !take_layer(buffer, buffer + *out_n, buffer, out_n)))
		return (ac_str){ NULL, *out_n = 0 };
	return (ac_str){ begin, (size_t)(end - begin) };
}
