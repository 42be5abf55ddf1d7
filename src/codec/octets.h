/* SPDX-License-Identifier: Apache-2.0 */
/* Octets written as text: hexadecimal and base64 (RFC 4648 section 4). */
#ifndef AC_CODEC_OCTETS_H
#define AC_CODEC_OCTETS_H

#include "base/buf.h"
#include "base/str.h"

/* Both cases of letters; an even number of digits. out has room for text.n / 2 bytes. False when text is none. */
bool ac_hex_decode(ac_str text, char *out);
/* With padding; line feeds are passed over. out has room for text.n / 4 * 3 bytes. *out_n is set. False when text is none. */
bool ac_base64_decode(ac_str text, char *out, size_t *out_n);
/* The only text that ac_base64_add gives for some octets: no line feeds, no bits behind the last octet. As above otherwise. */
bool ac_base64_decode_exact(ac_str text, char *out, size_t *out_n);
/* With padding, in one line. */
void ac_base64_add(ac_buf *buf, ac_str octets);

#endif
