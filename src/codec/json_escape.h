/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes in JSON strings (RFC 8259 s7): their form, and what they stand for. */
#ifndef AC_CODEC_JSON_ESCAPE_H
#define AC_CODEC_JSON_ESCAPE_H

#include "base/str.h"

/* p stands on a backslash, before end. Bytes of the escape when its form is right (2, or 6 for \uXXXX), else 0. */
size_t ac_json_escape_size(const char *p, const char *end);

/*
 * What the escape at `at`, of the right form and before end, stands for: writes up to 4 bytes, and moves *out behind those that count, which are fewer than the
 * escape has. Returns the place behind it (behind both halves of a surrogate pair).
 */
const char *ac_json_take_escape(const char *at, const char *end, char **out);

/*
 * What `raw` (the bytes between a string's quotes, all escapes of the right form) stands for, into out, which has room for raw.n + 4
 * bytes. Returns the length, at most raw.n. Surrogate escapes that are not a pair become U+FFFD; \u0000 becomes a NUL.
 */
size_t ac_json_unescape(ac_str raw, char *out);

#endif
