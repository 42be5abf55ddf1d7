/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields whose format had to escape something in them: "request=http://evil.example/a?b\=c" (CEF), "www.b\xc3\xbccher.example" (Zeek). The scanner sees the bytes of the line; what it finds only in
 * the values as they were is found here, in two steps. All lines of a piece that may hold escapes are scanned at once without them, as a whole, whatever their format: a cheap question. Where that finds
 * something at an escape, the line's fields are read, when its format is known, and each is scanned by itself. Knows nothing of indicators. Private to watch.c.
 */
#ifndef AC_WATCH_DECODE_H
#define AC_WATCH_DECODE_H

#include "watch/watch_copy.h"

typedef struct ac_decode {
	ac_watch_copy roughly; /* lines of the piece, as wholes */
	ac_vec lines;          /* those of them that have escapes, in order */
	ac_vec coded;          /* size_t: where those of them begin whose fields are to be read, in order */
	ac_watch_copy copy;    /* their parts that are surely fields; then values of one line */
	ac_vec matches;        /* ac_match, of one line ... */
	ac_vec unsorted;       /* ... and what sorting them needs */
	ac_arena arena;        /* of one line */
} ac_decode;

void ac_decode_init(ac_decode *decode);
void ac_decode_done(ac_decode *decode);
/* A piece of text begins. */
void ac_decode_begin(ac_decode *decode);
/* A line of the piece, text[begin, end), which is no JSON where its first backslash stands. In the order of the text; failures show in ac_decode_look. */
void ac_decode_note(ac_decode *decode, ac_str text, size_t begin, size_t end);
/*
 * The same for a line that holds JSON, in which backslashes are escaped, or what is escaped without them: there may be documents in its strings, with escapes of their own, and, when something stands behind a
 * backslash that may be escaped by it, or there are entities of XML, messages of other formats.
 */
void ac_decode_note_json(ac_decode *decode, ac_str text, size_t begin, size_t end, bool has_messages);
/* Which of the lines are to be read: decode->coded. matches: those of the piece as it stands, in no order. */
int ac_decode_look(ac_decode *decode, ac_scan *scan, const ac_vec *matches, accord_err *err) AC_CHECKED;
/* Whether a line that the state has seen may hold escapes without a backslash: quotes that CSV doubles, entities of XML. */
bool ac_decode_may_be_coded(const ac_log_state *state, ac_str line);
/*
 * The matches of text[begin, end), a line that the state has seen: the `count` that were found in it as it stands and those that its values without escapes have. They are in
 * decode->matches, in the order of their places and each once, until the next line; false in *out_any: no field has escapes, and nothing changes.
 */
int ac_decode_line(ac_decode *decode, ac_scan *scan, const ac_log_state *state, ac_str text, size_t begin, size_t end,
    const ac_match *matches, size_t count, bool *out_any, accord_err *err) AC_CHECKED;
/* How the values of a line are escaped that is too long to be read as a record, by its beginning; AC_LOG_AS_IS: not at all, or nobody knows. */
ac_log_escapes ac_decode_kind(ac_decode *decode, const ac_log_state *state, ac_str beginning);
/*
 * The same of JSON, whose documents in strings have more than one unescaping leaves. *in_document: the piece goes on with one; then whether what begins at `next` does. *out_depth: how many strings are around
 * what is unescaped.
 */
int ac_decode_documents(ac_decode *decode, ac_scan *scan, ac_str piece, size_t next, bool *in_document,
    unsigned *out_depth, ac_vec *matches, accord_err *err) AC_CHECKED;
/* Add what a piece of such a line has without its escapes to its matches; they are then in the order of their places, each once. */
int ac_decode_piece(ac_decode *decode, ac_scan *scan, ac_log_escapes escapes, ac_str piece, ac_vec *matches,
    accord_err *err) AC_CHECKED;

#endif
