/* SPDX-License-Identifier: Apache-2.0 */
/* Between watch.c (bytes to lines and pieces) and watch_lines.c (lines to records). Private to both. */
#ifndef AC_WATCH_STATE_H
#define AC_WATCH_STATE_H

#include "watch/decode.h"
#include "watch/evaluate.h"
#include "watch/pattern_stage.h"
#include "watch/retro_take.h"
#include "watch/watch.h"

struct ac_watch {
	const ac_index *index, *coming; /* coming: what is warmed (ac_watch_expect); or NULL */
	ac_time as_of;
	ac_watch_sink sink;
	ac_watch_counts counts;
	char *file_text; /* of evaluation.file */
	ac_scan *scan;
	ac_evaluation evaluation;
	ac_pattern_stage *stage; /* NULL: no patterns */
	bool sees_all;           /* it wants every line */
	ac_retro_take *take;     /* NULL: nothing is remembered */
	ac_log_state state;
	ac_str text;        /* what is being taken: a chunk where it stands, or the buffer */
	ac_buf buffer;      /* what small chunks and the ends of large ones leave */
	uint64_t base;      /* offset of the text's first byte in the input; of the buffer's when nothing is taken */
	uint64_t line_base; /* a line's number in the input less its number in counts.lines, modulo 2^64 */
	/* places of the lines that taught the state, as in ac_watch_position */
	uint64_t header_begin, header_end, first_begin, first_end;
	bool in_header;     /* no line with content since header_end */
	bool is_mapped;     /* the piece has its maps in the scanner */
	bool has_backslash; /* the piece has */
	ac_vec matches;     /* of the piece, offsets in the text ... */
	ac_vec unsorted;    /* ... and what sorting them needs */
	ac_watch_copy plain, refanged, controls, letters;
	ac_vec signed_lines; /* where lines of the piece begin that have typographic signs as escapes of JSON */
	ac_decode decode;
	ac_scan_view view; /* of a mapped piece */
	size_t next_feed;  /* of the view's: those before are of lines that were passed */
	/* an overlong line whose pieces are being scanned */
	bool in_long_line;
	bool long_is_json;
	bool long_in_document;       /* the next piece begins in a string that holds JSON */
	ac_log_escapes long_escapes; /* of another format */
	size_t long_skip; /* matches that end at or before this place of the text belong to the piece before */
};

/* The end of the line that begins at `begin`: place of its newline, or `end`. */
static inline size_t
ac_watch_line_end(const ac_watch *w, size_t begin, size_t end)
{
	const char *p = memchr(w->text.p + begin, '\n', end - begin);

	return p ? (size_t)(p - w->text.p) : end;
}

/* Hand the matches, all in text[begin, end), to the evaluation. */
int ac_watch_evaluate_line(ac_watch *w, size_t begin, size_t end, ac_match *matches, size_t count,
    const ac_log_state *state, bool malformed, accord_err *err) AC_CHECKED;
/* Hand a line to the memory of observables. */
int ac_watch_remember_line(
    ac_watch *w, size_t begin, size_t end, const ac_log_state *state, accord_err *err) AC_CHECKED;
/* Whole lines text[0, end), scanned: show each to the formats, and evaluate those with matches. */
int ac_watch_walk_lines(ac_watch *w, size_t end, accord_err *err) AC_CHECKED;

#endif
