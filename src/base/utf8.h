/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): checking, decoding, encoding, and making hostile text fit to be shown. */
#ifndef AC_BASE_UTF8_H
#define AC_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

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

/* U+202A..202E, 2066..2069, 200E, 200F, 061C: characters that reorder what a reader sees. */
bool ac_is_bidi_control(uint32_t code_point);
/* Place of the first bidi control in valid UTF-8, or s.n. */
size_t ac_utf8_find_bidi(ac_str s);

/*
 * Text for a person or for JSON output: at most max_bytes of s are added to buf, cut at a character; invalid bytes become
 * U+FFFD. Returns true when anything was replaced (lossy).
 */
bool ac_utf8_add_lossy(ac_buf *buf, ac_str s, size_t max_bytes);
/*
 * The same for a terminal: control characters, bidi controls and ESC are written as \xNN or \u{NNNN},
 * so that hostile text cannot move the cursor or reorder a line.
 */
void ac_utf8_add_visible(ac_buf *buf, ac_str s, size_t max_bytes);

#endif
