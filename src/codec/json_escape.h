/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes in JSON strings (RFC 8259 s7): their form, and what they stand for. */
#ifndef AC_CODEC_JSON_ESCAPE_H
#define AC_CODEC_JSON_ESCAPE_H

#include "base/str.h"

/* p stands on a backslash, before end. Bytes of the escape when its form is right (2, or 6 for \uXXXX), else 0. */
size_t ac_json_escape_size(const char *p, const char *end);

/*
 * What `raw` (the bytes between a string's quotes, all escapes of the right form) stands for, into out, which has room for raw.n + 4
 * bytes. Returns the length, at most raw.n. Surrogate escapes that are not a pair become U+FFFD; \u0000 becomes a NUL.
 */
size_t ac_json_unescape(ac_str raw, char *out);

#endif
