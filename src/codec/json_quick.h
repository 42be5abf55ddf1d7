/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quick way through JSON that is right: from token to token of a structural index (json_index.h), made a window ahead. It knows no errors: where
 * anything is not as it must be, it stops, and the careful parser (json_read.c) reads the value from its start and says what is wrong, or
 * that nothing is. Both give the same nodes. Private to codec/.
 */
#ifndef AC_CODEC_JSON_QUICK_H
#define AC_CODEC_JSON_QUICK_H

#include "codec/json_index.h"
#include "codec/json_parser.h"

/*
 * Bytes indexed at once: for short texts, for any text, and for a stream, whose entries are not on the stack. Text, entries and nodes of a window stay in
 * the first two caches.
 */
#define AC_JSON_WINDOW_SMALL 2048
#define AC_JSON_WINDOW 8192
#define AC_JSON_WINDOW_LARGE 16384
/* The first window where the text may go on behind the value. Windows double from there. */
#define AC_JSON_WINDOW_FIRST 512
/* Entries of one window that may wait for the next. */
#define AC_JSON_WAITING 8
/* Entries that a reader with such windows needs. */
#define AC_JSON_READER_ROOM(window) (AC_JSON_WAITING + AC_JSON_INDEX_ROOM(window))

/* The index of some text, as far as it was made, and how far it was walked: values that stand behind one another in the same text share the work. */
typedef struct ac_json_reader {
	ac_json_index index;
	const char *base; /* the text with entries; NULL: none */
	const char *end;
	const char *text_end; /* as it was given; the index may end before */
	size_t indexed;       /* bytes of it that have been indexed */
	size_t window;
	size_t window_most;
	uint32_t first; /* entries [first, last) have not been walked */
	uint32_t last;
	uint32_t *entries; /* AC_JSON_READER_ROOM(window_most), the caller's */
} ac_json_reader;

/* kernel NULL: the careful parser only. */
void ac_json_reader_init(ac_json_reader *r, const ac_json_kernel *kernel, uint32_t *entries, size_t window_most);
/* The text that was indexed may be gone. */
void ac_json_reader_forget(ac_json_reader *r);
/*
 * ac_json_parse_prefix with a reader. The text may end anywhere before reader_end, up to which the index may be made: so a caller
 * that limits a value's length shares one index too. Nothing behind reader_end is looked at.
 */
int ac_json_reader_parse(ac_json_reader *r, const char *reader_end, ac_str text, bool final, ac_json_limits limits,
    ac_arena *arena, const ac_json **out_value, size_t *out_used, accord_err *err) AC_CHECKED;

/* ac_json_parse with this kernel. */
int ac_json_parse_with(const ac_json_kernel *kernel, ac_str text, ac_json_limits limits, ac_arena *arena,
    const ac_json **out_value, accord_err *err) AC_CHECKED;

/* ---- json_quick.c ---- */

/*
 * Parse the value at ps->at and move ps->at behind it. True when that was possible; else ps holds no nodes (their memory stays), and r has
 * forgotten its text.
 */
bool ac_json_quick(ac_json_parser *ps, ac_json_reader *r, const char *reader_end);
/* Is there nothing but white space between ps->at and the end of the text? */
bool ac_json_quick_is_last(const ac_json_parser *ps, ac_json_reader *r);

#endif
