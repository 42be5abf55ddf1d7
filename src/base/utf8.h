/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): checking, decoding, encoding, and making hostile text fit to be shown. */
#ifndef AC_BASE_UTF8_H
#define AC_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

/* What stands at the start of some bytes. */
typedef struct ac_utf8_part {
	unsigned want; /* bytes of the character that the first byte begins, 1..4; 0: no character begins so */
	unsigned have; /* of these, how many are there and right: valid when have == want */
} ac_utf8_part;

/*
 * Look at one character, n >= 1 (Unicode 15 table 3-7: no surrogates, no overlong forms, <= U+10FFFF). have < want
 * and have == n: the bytes end inside a character. have < want otherwise: the byte at `have` cannot continue it.
 * Inline, because the JSON reader asks for every character beyond ASCII.
 */
static inline ac_utf8_part
ac_utf8_look(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned lead = u[0], low = 0x80, high = 0xbf;
	ac_utf8_part part = { 0, 0 };

	if (lead < 0x80)
		return (ac_utf8_part){ 1, 1 };
	if (lead < 0xc2 || lead > 0xf4)
		return part;
	part.want = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	part.have = 1;
	if (n < 2 || u[1] < low || u[1] > high)
		return part;
	for (part.have = 2; part.have < part.want && part.have < n; part.have++)
		if ((u[part.have] & 0xc0) != 0x80)
			break;
	return part;
}

/* Length of the longest valid prefix: s.n when all of s is valid (no surrogates, no overlong forms, <= U+10FFFF). */
size_t ac_utf8_valid_prefix(ac_str s);
static inline bool
ac_utf8_is_valid(ac_str s)
{
	return ac_utf8_valid_prefix(s) == s.n;
}

/*
 * Decode the character at *at and move *at behind it. An invalid byte gives U+FFFD and moves by the
 * length of the longest part that could have begun a character (Unicode 3.9, "maximal subpart"). *at < s.n required.
 * *out_valid (may be NULL) says whether the bytes were valid.
 */
uint32_t ac_utf8_next(ac_str s, size_t *at, bool *out_valid);
/* Encode; writes 1 to 4 bytes and returns how many. Code points that are not scalar values become U+FFFD. */
size_t ac_utf8_put(char out[static 4], uint32_t code_point);

/* Text without a byte order mark (EF BB BF) in front. */
ac_str ac_skip_bom(ac_str text);

/* U+202A..202E, 2066..2069, 200E, 200F, 061C: characters that reorder what a reader sees. */
bool ac_is_bidi_control(uint32_t code_point);
/*
 * Characters that show nothing, or reorder what is shown, so that two texts that differ may look alike: Default_Ignorable_Code_Point of Unicode 15, bidi
 * controls, line and paragraph separators, and interlinear annotation.
 */
bool ac_is_invisible(uint32_t code_point);
/* Place of the first bidi control in valid UTF-8, or s.n. */
size_t ac_utf8_find_bidi(ac_str s);

/*
 * Text for a person or for JSON output: s is added to buf, up to max_bytes of output, cut at a character; invalid bytes become
 * U+FFFD (one for each maximal subpart). Returns true when anything was replaced (lossy); a cut is not a replacement.
 */
bool ac_utf8_add_lossy(ac_buf *buf, ac_str s, size_t max_bytes);
/*
 * The same for a terminal: control characters, bidi controls, line separators and invalid bytes are written as \xNN or
 * \u{NNNN}, so that hostile text cannot move the cursor or reorder a line. A backslash stays as it is (paths are common).
 */
void ac_utf8_add_visible(ac_buf *buf, ac_str s, size_t max_bytes);

#endif
