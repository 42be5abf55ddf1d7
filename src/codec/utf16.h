/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that begins with UTF-16's byte order mark (Windows exports), as UTF-8: a push filter through which other bytes go as they are. The mark becomes UTF-8's. A surrogate without its other half,
 * and an odd byte at the end, become U+FFFD: nothing is refused.
 */
#ifndef AC_CODEC_UTF16_H
#define AC_CODEC_UTF16_H

#include "codec/inflate.h"

typedef struct ac_utf16 {
	ac_on_bytes on_bytes;
	void *payload;
	uint8_t held[4]; /* bytes that do not decide yet: the mark, half a unit, a high surrogate */
	size_t held_n;
	bool is_decided, is_utf16, is_big_endian;
} ac_utf16;

void ac_utf16_init(ac_utf16 *u, ac_on_bytes on_bytes, void *payload);
/* Calls on_bytes; its negative return stops. */
int ac_utf16_feed(ac_utf16 *u, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_utf16_end(ac_utf16 *u, accord_err *err) AC_CHECKED;

#endif
