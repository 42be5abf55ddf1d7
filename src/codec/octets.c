/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal and base64 to octets, strictly. */
#include "codec/octets.h"

bool
ac_hex_decode(ac_str text, char *out)
{
	if (text.n % 2)
		return false;
	for (size_t i = 0; i < text.n / 2; i++) {
		int high = ac_hex_value(text.p[2 * i]), low = ac_hex_value(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (char)(high << 4 | low);
	}
	return true;
}

/* Value of a base64 digit, or -1. */
static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ac_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
ac_base64_decode(ac_str text, char *out, size_t *out_n)
{
	unsigned bits = 0, have = 0;
	size_t n = 0, digits = 0, padding = 0;

	for (size_t i = 0; i < text.n; i++) {
		int value;

		if (text.p[i] == '\n')
			continue;
		if (text.p[i] == '=') {
			padding++;
			continue;
		}
		value = digit_value(text.p[i]);
		if (value < 0 || padding > 0)
			return false;
		digits++;
		bits = bits << 6 | (unsigned)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 0xff);
		}
	}
	if (padding > 2 || (digits + padding) % 4 != 0)
		return false;
	*out_n = n;
	return true;
}

bool
ac_base64_decode_exact(ac_str text, char *out, size_t *out_n)
{
	size_t last;

	if (text.n % 4 || ac_str_find_byte(text, '\n') < text.n || !ac_base64_decode(text, out, out_n))
		return false;
	last = ac_str_find_byte(text, '=');
	/* The digit before the padding holds two or four bits that belong to no octet. */
	return last == text.n || (digit_value(text.p[last - 1]) & (text.n - last == 1 ? 3 : 15)) == 0;
}

void
ac_base64_add(ac_buf *buf, ac_str octets)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < octets.n; i += 3) {
		size_t n = octets.n - i < 3 ? octets.n - i : 3;
		unsigned bits = 0;
		char out[4];

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (unsigned char)octets.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			out[k] = k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=';
		ac_buf_add(buf, (ac_str){ out, sizeof(out) });
	}
}
