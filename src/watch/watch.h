/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching: scan telemetry for what the index holds. Lines are matched as bytes first; only records that hit are parsed.
 */
#ifndef AC_WATCH_WATCH_H
#define AC_WATCH_WATCH_H

#include "watch/index.h"
#include "watch/never_list.h"
#include "watch/patterns.h"
#include "watch/where.h"

typedef struct ac_hit_indicator {
	ac_str id;
	ac_str name;
	ac_str producer;
	bool before_valid_from;
	ac_pap pap; /* what its producer lets be done with it */
} ac_hit_indicator;
/* The strictest of some. */
ac_pap ac_hit_pap(const ac_hit_indicator *indicators, size_t count);

/*
 * One hit: one distinct (offset, length) with all its indicators; a URL put together from several fields is one beside that of its host,
 * whose place it has. Lives until the callback returns.
 */
typedef struct ac_hit {
	ac_str file;
	uint64_t line;   /* from 1 */
	uint64_t offset; /* of the raw token in the uncompressed input */
	uint64_t length;
	ac_value_type type;
	ac_str value; /* canonical */
	const char
	    *match; /* "exact", "subdomain", "cidr" or "url": the most exact one of all indicators; or "pattern" */
	const ac_hit_indicator *indicators;
	size_t indicator_count;
	ac_str text;          /* the raw line, uncut; of a line over AC_WATCH_LINE_MAX the piece */
	uint64_t text_offset; /* of text in the input */
	bool malformed;       /* the line's format could not be parsed; it was matched as bytes */
	bool has_time;
	ac_time time; /* of the record */
	/* match "pattern": the records that make it hold, by bracket (type AC_VALUE_NONE; value: the scope of a pattern over time; offset and length: the whole line). Else none. */
	const ac_witness *witnesses;
	size_t witness_count;
} ac_hit;

/*
 * A match that was held back, with its reason: "revoked", "expired", "version-number" (an address in a version or user agent), "low-confidence", "never-list" (the operator's own), "other-field" (a
 * TLS fingerprint or user agent in a field of another meaning), and for composite
 * patterns "not-all-values", "other-object", "other-port", "no-port" (the record tells none), "other-protocol".
 */
typedef struct ac_held_back {
	ac_str file;
	uint64_t line;
	uint64_t offset;
	ac_str value;
	ac_str indicator_id;
	const char *reason;
} ac_held_back;

typedef struct ac_watch_sink {
	int (*on_hit)(void *payload, const ac_hit *hit, accord_err *err);
	int (*on_held_back)(void *payload, const ac_held_back *held, accord_err *err); /* may be NULL */
	void *payload;
	/* The time of a record that carries none, which stands at that byte of the input. May be NULL: as_of. */
	ac_time (*time_of)(void *payload, uint64_t offset);
	/* What a witness calls the line that begins at that byte: its number and its place. May be NULL: those in the input. */
	void (*place_of)(void *payload, uint64_t text_offset, uint64_t *line, uint64_t *offset);
} ac_watch_sink;

typedef struct ac_watch_counts {
	uint64_t bytes, lines, malformed, hits, held_back;
	/* records with matches that were not selected: by a condition, or by their time */
	uint64_t not_where, not_since;
	/* lines over AC_WATCH_LINE_MAX, also among malformed: matched in pieces, whose fields nobody reads. Open patterns see nothing of them */
	uint64_t overlong;
} ac_watch_counts;

/* What else holds a match back. All zero: nothing. */
typedef struct ac_watch_rules {
	unsigned
	    min_confidence; /* indicators that say a lower one: "low-confidence". What says none is kept: nobody has called it doubtful. */
	bool no_warning_lists; /* what stands on a warning list is a hit like any other; else "warning-list: NAME" */
	const ac_never_list *never; /* the operator's own, outlives the watch: "never-list"; NULL: there is none */
} ac_watch_rules;
/*
 * Where a scan stands in its input, and the places of the lines that the meaning of the rest rests on: enough to go on there, in this process or another.
 */
typedef struct ac_watch_position {
	uint64_t
	    offset;     /* of the first byte that was not scanned: the begin of a line, or a place in an overlong one */
	uint64_t lines; /* that begin before it */
	uint64_t header_begin, header_end; /* lines that speak about later ones; equal: there are none */
	uint64_t first_begin, first_end;   /* the first line with content; equal: none, or it was overlong */
	bool has_content;
	bool in_long_line, long_is_json;
	uint32_t long_escapes; /* ac_log_escapes */
	uint32_t long_skip;
	uint32_t long_in_document; /* what comes goes on with JSON in a string of JSON */
	ac_log_csv_rest csv;       /* a record of CSV that goes on behind the place */
} ac_watch_position;

/* A scan of one input. as_of is the time of records that carry none. */
typedef struct ac_watch ac_watch;
ac_watch *ac_watch_open(const ac_index *index, ac_str file, ac_time as_of, const ac_watch_sink *sink);
/* Before the first byte: only records that `where` selects are reported (NULL: all), and all lines are of one format (NULL: each its own). Both are constant and outlive watch. */
void ac_watch_select(ac_watch *watch, const ac_where *where, const ac_log_format *format);
/* From the next bytes on, scan with another index (live.h), and expect none: between calls of feed nothing depends on the one before, which may then be closed. */
void ac_watch_use(ac_watch *watch, const ac_index *index);
/*
 * Until ac_watch_use is called again, look at a part of the bytes with this index too, which will be used then (NULL: none will): the first block with it takes no longer than others then. Nothing
 * that it finds is reported. It lives as long as the one that is used.
 */
void ac_watch_expect(ac_watch *watch, const ac_index *coming);
/* Scan with a kernel of one's choice (scan_kernel.h), to compare them. */
typedef struct ac_scan_kernel ac_scan_kernel;
void ac_watch_use_kernel(ac_watch *watch, const ac_scan_kernel *kernel);
int ac_watch_feed(ac_watch *watch, ac_str chunk, accord_err *err) AC_CHECKED;
int ac_watch_end(ac_watch *watch, accord_err *err) AC_CHECKED;
/* Before the first bytes. */
void ac_watch_set_rules(ac_watch *watch, const ac_watch_rules *rules);
/*
 * From the next bytes on, evaluate the patterns of its index too (NULL: none): before the first byte, and when ac_watch_use has brought an index with others. Shared by any number of inputs and
 * threads; they outlive watch, or the next such call.
 */
int ac_watch_set_patterns(ac_watch *watch, ac_patterns *patterns, accord_err *err) AC_CHECKED;
/* The same: the values of all records are remembered, under the file's name. */
struct ac_retro;
int ac_watch_remember(ac_watch *watch, struct ac_retro *retro, accord_err *err) AC_CHECKED;
void ac_watch_count(const ac_watch *watch, ac_watch_counts *out);
void ac_watch_counts_add(ac_watch_counts *to, const ac_watch_counts *more);
void ac_watch_add_counts(const ac_watch *watch, ac_watch_counts *to);
/* Scan all whole lines that were fed, and say where the scan stands: what is fed behind that place is the unfinished line. */
int ac_watch_pause(ac_watch *watch, ac_watch_position *out, accord_err *err) AC_CHECKED;
/*
 * Forget the input at hand, without its unfinished line, and go on with another (or the same) at a place. header and first: the bytes of the input that the position names so, empty
 * when it names none. Counts go on. Bytes are to be fed from at->offset on.
 */
int ac_watch_resume(
    ac_watch *watch, ac_str file, const ac_watch_position *at, ac_str header, ac_str first, accord_err *err) AC_CHECKED;
/* Bytes that were fed and not scanned yet. */
size_t ac_watch_rest(const ac_watch *watch);
ac_watch *ac_watch_close(ac_watch *watch); /* takes NULL, returns NULL */

#endif
