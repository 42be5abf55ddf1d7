/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Picking a fixed set of fields out of JSON lines (telemetry), at the speed of the structural index: every line is checked as a whole, but
 * only the values asked for are looked at.
 *
 * Paths are keys with dots between them: "http.hostname". A key that holds dots itself stands for as many steps ({"http.hostname":""} is the
 * same place as {"http":{"hostname":""}}). Arrays are gone through: an element stands at its array's own path. Everything that stands at a
 * path is handed out, in the order of the text: doubled keys each time, an array and then its elements.
 *
 * Checked in each line, whatever is asked for: UTF-8 (Unicode 15 table 3-7); the grammar of RFC 8259, exactly, with one value of any type in a
 * line: nesting, commas, colons, the form of numbers, literals and escapes, no controls in strings; at most AC_JSON_DEPTH_MAX levels;
 * at most AC_JSON_LINE_MAX bytes. Let through, as RFC 8259 does and ac_json_parse does not: doubled keys, \u0000, escapes of lone surrogates,
 * numbers and objects of any size. A line that fails is told as malformed, with what stood before the place and was complete.
 */
#ifndef AC_CODEC_JSON_PICK_H
#define AC_CODEC_JSON_PICK_H

#include "base/err.h"
#include "base/limits.h"
#include "codec/json.h"
#include "codec/json_index.h"

/* Compiled paths. Constant: any number of walks may share it. */
typedef struct ac_json_picker ac_json_picker;

/*
 * Compile count paths (views are copied). Errors: ACCORD_EINPUT for an empty key or a path given twice; ACCORD_ELIMIT for more than
 * AC_JSON_PICK_PATHS_MAX paths or AC_JSON_PICK_STEPS_MAX keys in one; ACCORD_ENOMEM.
 */
int ac_json_picker_open(const ac_str *paths, size_t count, ac_json_picker **out_picker, accord_err *err) AC_CHECKED;
ac_json_picker *ac_json_picker_close(ac_json_picker *picker);

/* One value at a path. */
typedef struct ac_json_pick {
	ac_str raw;       /* between the quotes of a string, else all bytes of the value; views the text */
	uint16_t path;    /* in the table given to ac_json_picker_open */
	uint8_t type;     /* ac_json_type */
	bool has_escapes; /* a string whose meaning is ac_json_unescape (json_escape.h) of raw */
} ac_json_pick;

typedef enum ac_json_line_state {
	AC_JSON_LINE_GOOD,
	AC_JSON_LINE_BLANK, /* nothing but white space */
	AC_JSON_LINE_MALFORMED,
	AC_JSON_LINE_TOO_LONG /* only its first AC_JSON_LINE_MAX bytes, about, were looked at */
} ac_json_line_state;

typedef struct ac_json_line {
	ac_str text; /* without the line feed */
	ac_json_line_state state;
	size_t bad_at;             /* malformed: the byte in text at which it is seen; text.n for its end */
	const char *wanted;        /* malformed: what should have been there, in words */
	const ac_json_pick *picks; /* until the next call */
	size_t count;
} ac_json_line;

/* A walk over text that comes in pieces. */
typedef struct ac_json_lines ac_json_lines;

/*
 * picker and kernel outlive the walk. mode AC_JSON_INDEX_LINES: each line is one text; AC_JSON_INDEX_TEXT: all of the text given is one
 * "line", line feeds being white space, so it must be given at once, as final. NULL without memory.
 */
ac_json_lines *ac_json_lines_open(const ac_json_picker *picker, const ac_json_kernel *kernel, ac_json_index_mode mode);
/*
 * Begin text, which stays as it is until its last line is done. A last line without a line feed is a line when is_final, and is left over
 * else: give it again, with more behind it (twice as much if it was all, or time is quadratic).
 */
void ac_json_lines_feed(ac_json_lines *lines, ac_str text, bool is_final);
/* The next line of what was fed: 1; 0 when there is none; ACCORD_ENOMEM: the walk is over. *out_line views the text, and lines until the next call. */
int ac_json_lines_next(ac_json_lines *lines, ac_json_line *out_line, accord_err *err) AC_CHECKED;
/* Bytes of the text fed that are in lines handed out. */
size_t ac_json_lines_used(const ac_json_lines *lines);
ac_json_lines *ac_json_lines_close(ac_json_lines *lines);

#endif
