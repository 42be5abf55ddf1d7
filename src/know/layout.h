/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laying out text for a terminal: words wrapped to a width, columns cut or padded by what they occupy on the screen (wide scripts take two columns), and nothing
 * that could move the cursor. The verbs that show answers to people use it.
 */
#ifndef AC_KNOW_LAYOUT_H
#define AC_KNOW_LAYOUT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

typedef struct ac_layout {
	ac_buf *buf;
	unsigned width; /* of a line */
	bool colour;
	unsigned column; /* where the line stands */
	unsigned indent; /* of lines that a wrap begins */
	bool need_space;
} ac_layout;

/* Columns that a code point takes: 0 combining marks, 2 East Asian wide and emoji (Unicode TR 11), else 1. */
unsigned ac_layout_columns(uint32_t code_point);
unsigned ac_layout_width(ac_str text);

void ac_layout_init(ac_layout *layout, ac_buf *buf, unsigned width, bool colour);
/* End the line, if one was begun. */
void ac_layout_break(ac_layout *layout);
void ac_layout_blank(ac_layout *layout);
/* A heading of a section, on a line of its own after a blank line. */
void ac_layout_heading(ac_layout *layout, const char *text);
/* The page's title, underlined. */
void ac_layout_title(ac_layout *layout, ac_str text);
/* Begin a line at `column`; what wraps goes on at `indent`. */
void ac_layout_line(ac_layout *layout, unsigned column, unsigned indent);
/* Words, wrapped. White space in the text is one space. */
void ac_layout_words(ac_layout *layout, ac_str text);
/* printf of words. */
void ac_layout_printf(ac_layout *layout, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text cut to `columns` (with "..."), padded with spaces to it, and a space behind. */
void ac_layout_cell(ac_layout *layout, ac_str text, unsigned columns);
/* Words separated by ", ", the first `most` of them, then "and N more". */
void ac_layout_list(ac_layout *layout, const ac_str *items, size_t count, size_t most);

/* Prose of ATT&CK and other catalogues without its markup: "(Citation: X)", "[Name](link)", "<sup>...</sup>" and tags. Lives in arena. */
ac_str ac_layout_plain(ac_str prose, ac_arena *arena);

#endif
