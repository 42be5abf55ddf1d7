/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to lines, for the readers of plain text. A line over its ceiling is refused once and skipped without being held. */
#ifndef AC_LEARN_LINES_H
#define AC_LEARN_LINES_H

#include "learn/reader.h"

/* Called with each line, without its line end. Negative stops. */
typedef int (*ac_on_line)(void *payload, ac_str line, ac_place place, accord_err *err);
/*
 * Tells where a record ends, for formats whose records may hold line ends (CSV): length of the first record of text with its line end, 0 when text ends inside it. NULL: at
 * each '\n'.
 */
typedef size_t (*ac_record_length)(ac_str text, bool final);

typedef struct ac_lines {
	const ac_reader_sink *sink;
	ac_on_line on_line;
	void *payload;
	ac_record_length record_length;
	size_t max;
	ac_buf held; /* the beginning of a line whose end has not come */
	uint64_t line, byte;
	bool skipping; /* inside a line that was refused for its length */
	bool started;  /* the byte order mark has been looked for */
} ac_lines;

void ac_lines_init(ac_lines *lines, const ac_reader_sink *sink, size_t line_max, ac_on_line on_line, void *payload);
int ac_lines_feed(ac_lines *lines, ac_str chunk, accord_err *err) AC_CHECKED;
int ac_lines_end(ac_lines *lines, accord_err *err) AC_CHECKED;
void ac_lines_done(ac_lines *lines);

#endif
