/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-16 text (Windows exports), as UTF-8: a push filter through which other bytes go as they are. It is known by its byte order mark, which becomes UTF-8's; without one, as a piece of a
 * log behind its beginning, by its content: units of ASCII to begin with, which no other text looks like. What was taken for UTF-16 so is given up where AC_UTF16_GUESS bytes in a row
 * are of another text, and these go on as they are: nobody hides a log behind its first line. A surrogate without its other half, and an odd byte at the end, become U+FFFD: nothing is refused.
 */
#ifndef AC_CODEC_UTF16_H
#define AC_CODEC_UTF16_H

#include "codec/inflate.h"

/* So many bytes are looked at where no mark stands: 16 units. A text that ends before is told by eight bytes and more. */
#define AC_UTF16_GUESS 32

typedef struct ac_utf16 {
	ac_on_bytes on_bytes;
	void *payload;
	uint8_t held[AC_UTF16_GUESS]; /* bytes that do not decide yet; then half a unit, a high surrogate */
	size_t held_n;
	uint8_t last[AC_UTF16_GUESS]; /* of a guess: bytes of another text, in a row */
	size_t last_n;
	bool is_decided, is_utf16, is_big_endian, is_guess;
} ac_utf16;

/* Whether a text that begins so is one. */
bool ac_utf16_begins(ac_str begin);
void ac_utf16_init(ac_utf16 *u, ac_on_bytes on_bytes, void *payload);
/* Calls on_bytes; its negative return stops. */
int ac_utf16_feed(ac_utf16 *u, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_utf16_end(ac_utf16 *u, accord_err *err) AC_CHECKED;

#endif
