/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 by table 3-7 of the Unicode standard. Knows code points and the few that reorder or break a line; knows no other
 * properties of characters (no case, no width, no normalisation).
 */
#include "base/utf8.h"

#define REPLACEMENT 0xfffd
#define HIGH_BITS 0x8080808080808080u

/* Place of the first byte above 0x7f, from `at` on. */
static size_t
skip_ascii(ac_str s, size_t at)
{
	uint64_t word, all;

	for (; s.n - at >= 4 * sizeof(word); at += 4 * sizeof(word)) {
		all = 0;
		for (size_t i = 0; i < 4; i++) {
			memcpy(&word, s.p + at + i * sizeof(word), sizeof(word));
			all |= word;
		}
		if (all & HIGH_BITS)
			break;
	}
	for (; s.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (at < s.n && !((unsigned char)s.p[at] & 0x80))
		at++;
	return at;
}

size_t
ac_utf8_valid_prefix(ac_str s)
{
	for (size_t at = 0; (at = skip_ascii(s, at)) < s.n;) {
		ac_utf8_part part = ac_utf8_look(s.p + at, s.n - at);

		if (part.want == 0 || part.have < part.want)
			return at;
		at += part.want;
	}
	return s.n;
}

uint32_t
ac_utf8_next(ac_str s, size_t *at, bool *out_valid)
{
	static const uint8_t lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *u = (const unsigned char *)s.p + *at;
	ac_utf8_part part = ac_utf8_look(s.p + *at, s.n - *at);
	bool valid = part.want && part.have == part.want;
	uint32_t code_point;

	if (out_valid)
		*out_valid = valid;
	if (!valid) {
		*at += part.have ? part.have : 1;
		return REPLACEMENT;
	}
	code_point = u[0] & lead_bits[part.want];
	for (unsigned i = 1; i < part.want; i++)
		code_point = code_point << 6 | (u[i] & 0x3f);
	*at += part.want;
	return code_point;
}

size_t
ac_utf8_put(char out[static 4], uint32_t code_point)
{
	static const uint8_t marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n;

	if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
		code_point = REPLACEMENT;
	n = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code_point & 0x3f));
		code_point >>= 6;
	}
	out[0] = (char)(marks[n] | code_point);
	return n;
}

ac_str
ac_skip_bom(ac_str text)
{
	return ac_str_starts(text, AC_S("\xef\xbb\xbf")) ? ac_str_slice(text, 3, text.n) : text;
}

bool
ac_is_bidi_control(uint32_t code_point)
{
	return (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069) ||
	       code_point == 0x200e || code_point == 0x200f || code_point == 0x061c;
}

bool
ac_is_invisible(uint32_t code_point)
{
	/* DerivedCoreProperties.txt of Unicode 15, with what stands between two of its ranges where that is a control of layout as well. */
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff } };

	for (size_t i = 0; i < AC_COUNT(ranges); i++)
		if (code_point <= ranges[i].last)
			return code_point >= ranges[i].first;
	return false;
}

size_t
ac_utf8_find_bidi(ac_str s)
{
	for (size_t at = 0; (at = skip_ascii(s, at)) < s.n;) {
		size_t start = at;

		if (ac_is_bidi_control(ac_utf8_next(s, &at, NULL)))
			return start;
	}
	return s.n;
}

bool
ac_utf8_add_lossy(ac_buf *buf, ac_str s, size_t max_bytes)
{
	bool lossy = false;

	while (s.n && max_bytes) {
		/* No further than is asked: what is shown of a line of megabytes is a few thousand bytes. */
		size_t run = ac_utf8_valid_prefix(ac_str_slice(s, 0, max_bytes + 4)), skipped = 0;

		if (run > max_bytes) {
			/* A character that straddles the ceiling stays out whole. */
			for (run = max_bytes; ((unsigned char)s.p[run] & 0xc0) == 0x80; run--)
				;
			ac_buf_add(buf, (ac_str){ s.p, run });
			return lossy;
		}
		ac_buf_add(buf, (ac_str){ s.p, run });
		max_bytes -= run;
		s = ac_str_slice(s, run, s.n);
		if (s.n == 0 || max_bytes < 3)
			break;
		(void)ac_utf8_next(s, &skipped, NULL);
		ac_buf_add(buf, AC_S("\xef\xbf\xbd"));
		max_bytes -= 3;
		s = ac_str_slice(s, skipped, s.n);
		lossy = true;
	}
	return lossy;
}

static bool
is_safe_to_show(uint32_t code_point)
{
	return code_point >= 0x20 && !(code_point >= 0x7f && code_point <= 0x9f) && code_point != 0x2028 &&
	       code_point != 0x2029 && !ac_is_bidi_control(code_point);
}

/* The visible form of one character, in out; its length. */
static size_t
make_visible(char out[static 16], ac_str raw, uint32_t code_point, bool valid)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	if (valid && is_safe_to_show(code_point)) {
		memcpy(out, raw.p, raw.n);
		return raw.n;
	}
	if (valid && code_point >= 0x80) {
		memcpy(out, "\\u{", 3);
		n = 3;
		for (int shift = 12; shift >= 0; shift -= 4)
			out[n++] = digits[code_point >> shift & 15];
		out[n++] = '}';
		return n;
	}
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char byte = (unsigned char)raw.p[i];

		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = digits[byte >> 4];
		out[n++] = digits[byte & 15];
	}
	return n;
}

/* Behind the printable ASCII that begins at `at`. */
static size_t
skip_printable(ac_str s, size_t at)
{
	while (at < s.n && (unsigned char)(s.p[at] - ' ') < 0x5f)
		at++;
	return at;
}

void
ac_utf8_add_visible(ac_buf *buf, ac_str s, size_t max_bytes)
{
	for (size_t at = 0; at < s.n;) {
		size_t start = at, n;
		uint32_t code_point;
		char out[16];
		bool valid;

		/* Mostly there is nothing else. */
		at = skip_printable(s, at);
		n = at - start < max_bytes ? at - start : max_bytes;
		ac_buf_add(buf, (ac_str){ s.p + start, n });
		max_bytes -= n;
		if (at == s.n || n < at - start)
			return;
		start = at;
		code_point = ac_utf8_next(s, &at, &valid);

		n = make_visible(out, ac_str_slice(s, start, at), code_point, valid);
		if (n > max_bytes)
			return;
		ac_buf_add(buf, (ac_str){ out, n });
		max_bytes -= n;
	}
}
