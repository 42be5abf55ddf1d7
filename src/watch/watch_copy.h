/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as they were meant: without JSON's escapes, or also refanged ("evil[.]example"). They are scanned instead of the lines that hold such spellings, or beside them; a copy
 * knows where each of its bytes stands in the line. Private to watch.c.
 */
#ifndef AC_WATCH_COPY_H
#define AC_WATCH_COPY_H

#include "watch/scan.h"

typedef struct ac_watch_copy {
	ac_buf text;
	ac_vec origins, found;
	bool refangs; /* only matches that need it count: the others stand in the line itself */
} ac_watch_copy;

/* A copy of at most `limit` bytes at a time. */
void ac_watch_copy_init(ac_watch_copy *copy, bool refangs, size_t limit);
void ac_watch_copy_done(ac_watch_copy *copy);
/* Where JSON begins in a line that holds a backslash: such a line is scanned unescaped from there. line.n when there is none. */
size_t ac_watch_json_begin(ac_str line);
/* Append text[begin, end), unescaped from `json` on (a place in the text), and a newline. Failures show in ac_watch_copy_scan. */
void ac_watch_copy_line(ac_watch_copy *copy, ac_str text, size_t begin, size_t end, size_t json);
/* Scan what was appended, add the matches as places in that text, and begin anew. */
int ac_watch_copy_scan(ac_watch_copy *copy, ac_scan *scan, ac_vec *matches, accord_err *err) AC_CHECKED;

#endif
