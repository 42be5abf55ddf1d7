/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON: a builder over a buffer, and the canonical form of RFC 8785. */
#ifndef AC_CODEC_JSON_WRITE_H
#define AC_CODEC_JSON_WRITE_H

#include "base/buf.h"
#include "base/time.h"
#include "codec/json.h"

/*
 * The builder puts commas, asserts nesting (64 levels) and keeps its first error in the buffer:
 *	ac_json_writer w; ac_json_writer_init(&w, &buf);
 *	ac_jw_object(&w); ac_jw_key(&w, AC_S("id")); ac_jw_string(&w, id); ac_jw_end(&w);
 */
typedef struct ac_json_writer {
	ac_buf *buf;
	unsigned depth;
	bool need_comma;
	bool pretty; /* two spaces of indentation; set it after init */
	bool after_key;
	unsigned too_deep; /* levels opened beyond 64: the buffer has failed with ACCORD_ELIMIT */
	uint64_t is_array; /* a bit per level */
} ac_json_writer;

void ac_json_writer_init(ac_json_writer *w, ac_buf *buf);
void ac_jw_object(ac_json_writer *w);
void ac_jw_array(ac_json_writer *w);
void ac_jw_end(ac_json_writer *w); /* of the innermost object or array */
void ac_jw_key(ac_json_writer *w, ac_str key);
/* Invalid UTF-8 becomes U+FFFD. Escapes only what must be: '"', '\\' and controls. */
void ac_jw_string(ac_json_writer *w, ac_str text);
void ac_jw_i64(ac_json_writer *w, int64_t value);
void ac_jw_u64(ac_json_writer *w, uint64_t value);
/* Shortest text that reads back equal, in ECMAScript's form. NaN and infinities become null. */
void ac_jw_double(ac_json_writer *w, double value);
void ac_jw_bool(ac_json_writer *w, bool value);
void ac_jw_null(ac_json_writer *w);
/* Text that is JSON already, copied as it is. */
void ac_jw_raw(ac_json_writer *w, ac_str json);
/* The same without the white space between its words: on one line. */
void ac_jw_raw_line(ac_json_writer *w, ac_str json);
/* key and value in one step, for the commonest kinds. */
void ac_jw_key_string(ac_json_writer *w, ac_str key, ac_str text);
void ac_jw_key_u64(ac_json_writer *w, ac_str key, uint64_t value);
/* RFC 3339, with at least so many digits of a fraction. */
void ac_jw_key_time(ac_json_writer *w, ac_str key, ac_time time, unsigned min_digits);
void ac_jw_key_bool(ac_json_writer *w, ac_str key, bool value);

/* A string with its quotes, escaped as above, without a writer. */
void ac_json_add_string(ac_buf *buf, ac_str text);
/* A double in ECMAScript's shortest form (RFC 8785 s3.2.2.3). */
void ac_json_add_double(ac_buf *buf, double value);

/*
 * Canonical form (RFC 8785): keys sorted by UTF-16 units, shortest numbers, no white space; added to buf. arena is for scratch.
 * ACCORD_EINPUT for a number beyond the doubles; ACCORD_ELIMIT for more than AC_JSON_DEPTH_MAX levels or a full buffer; ACCORD_ENOMEM.
 * Integers beyond 2^53 are rounded, as the standard wants: keep such values in strings.
 */
int ac_jcs(const ac_json *v, ac_buf *buf, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
