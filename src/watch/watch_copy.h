/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as they were meant: without JSON's escapes, or also refanged ("evil[.]example"), or the values of their fields as they were before their format wrote them. They are scanned instead of the
 * lines that hold such spellings, or beside them; a copy knows where each of its bytes stands in the line. Private to watch.c and decode.c.
 */
#ifndef AC_WATCH_COPY_H
#define AC_WATCH_COPY_H

#include "watch/control.h"
#include "watch/logs/logs.h"
#include "watch/scan.h"

/*
 * What a copy is for. Beside a line that is scanned itself only matches count that hold a spelling or touch one: "gov.example[.]org" is no name below gov.example, and its
 * copy is the judge.
 */
typedef enum ac_watch_copy_kind {
	AC_WATCH_COPY_PLAIN,    /* instead of the line */
	AC_WATCH_COPY_REFANGED, /* beside it; spellings that count are the defanged ones */
	AC_WATCH_COPY_DECODED,  /* beside it, or beside its copy without JSON's escapes; escapes of fields */
	AC_WATCH_COPY_CONTROLS /* beside it; control characters and typographic signs, which are of no value, but stand around them */
} ac_watch_copy_kind;

typedef struct ac_watch_copy {
	ac_buf text;
	ac_vec origins, found;
	ac_watch_copy_kind kind;
	ac_control_letters letters; /* of the line that is copied, with those that come next: */
	size_t letter, letter_n;
	unsigned depth;   /* of the line that is copied: strings of JSON around what is unescaped */
	bool has_slashes; /* some escape was of a backslash; the caller's to forget */
	bool has_deep;    /* some of those, what stands behind it may be escaped by it; the same */
	bool has_letters; /* the line that was copied last has 't', 'n' or 'r' behind an escaped backslash */
	size_t line_text, line_origin; /* where that begins */
	bool has_events; /* the line that was copied last has events of Windows as XML with entities, perhaps */
	bool
	    has_signs; /* the line that was copied last has typographic signs beside what may be values, and escapes for some */
	bool is_json; /* the caller's: a line has no control characters but JSON's escapes */
} ac_watch_copy;

/* A copy of at most `limit` bytes at a time. */
void ac_watch_copy_init(ac_watch_copy *copy, ac_watch_copy_kind kind, size_t limit);
void ac_watch_copy_done(ac_watch_copy *copy);
/* Where JSON begins in a line that holds a backslash: such a line is scanned unescaped from there. line.n when there is none. */
size_t ac_watch_json_begin(ac_str line);
/*
 * Append text[begin, end), unescaped from `json` on (a place in the text), and a newline. Failures show in ac_watch_copy_scan. Of a copy that is refanged, slashes that strings of JSON in strings of JSON
 * have escaped are unescaped, too.
 */
void ac_watch_copy_line(ac_watch_copy *copy, ac_str text, size_t begin, size_t end, size_t json);
/* Append the line that was copied last by `unescaped`, without control characters that are letters behind backslashes in it ("\\t" in JSON), if there are any; else false. */
bool ac_watch_copy_letters(ac_watch_copy *copy, const ac_watch_copy *unescaped);
/*
 * Append raw, which stands in the text, without a format's escapes, and a newline. That stands for each byte `split`, too, which is not escaped; '\n': for none. depth: as ac_log_escape_at has it; of JSON the
 * escapes for which the copy is made are those that one unescaping leaves.
 */
void ac_watch_copy_escaped(
    ac_watch_copy *copy, ac_str text, ac_str raw, ac_log_escapes escapes, unsigned depth, char split);
/*
 * Of `count` matches that were found in the text itself, drop those of names, addresses and URLs (of control characters: of all) that end at a spelling of the copy, or begin behind one. Returns how many are left.
 * Before the copy is scanned.
 */
size_t ac_watch_copy_judge(const ac_watch_copy *copy, ac_match *matches, size_t count);
/* Whether it would drop that match. */
bool ac_watch_copy_judges(const ac_watch_copy *copy, const ac_match *match);
/* Scan what was appended, add the matches as places in that text, and begin anew. */
int ac_watch_copy_scan(ac_watch_copy *copy, ac_scan *scan, ac_vec *matches, accord_err *err) AC_CHECKED;

#endif
