/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of any length in bounded memory: a stream of documents (one value, NDJSON, or values behind one another), in which chosen arrays are handed
 * out element by element. Order of keys does not matter: what stands beside the arrays is collected and handed out at the end of its document.
 *
 * Which arrays: a static table of paths, such as { "objects", "response", "Event.Attribute", "response.Event.Attribute", "" }. "" is
 * a top-level array. An array on the way to a longer path is walked through (so "response.Event.Attribute" reaches every element of
 * response[].Event.Attribute[]); such an element is then itself a nested document with its own on_document.
 */
#ifndef AC_CODEC_JSON_STREAM_H
#define AC_CODEC_JSON_STREAM_H

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"

/* Where in the input a value starts: line and column from 1, byte from 0. */
typedef struct ac_place {
	uint64_t line;
	uint64_t column;
	uint64_t byte;
} ac_place;

typedef struct ac_json_stream_sink {
	/*
	 * An element of a listed array: index of the path in the table. value and its raw bytes end with the call; arena too.
	 * A negative return stops the stream with that code (err is the callback's to fill).
	 */
	int (*on_element)(
	    void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err);
	/*
	 * A document has ended: value is the document without its streamed arrays (in their place: empty arrays when `streamed`).
	 * For a document in which nothing was streamed, value is the whole document and ac_json_raw(value) its exact bytes.
	 * depth 0 is top level; nested documents (elements that were walked through) come before theirs, with path their array's.
	 */
	int (*on_document)(void *payload, size_t path, const ac_json *value, bool streamed, ac_place place,
	    ac_arena *arena, accord_err *err);
	/*
	 * A member beside the arrays has become known, while its document is still open (may be NULL): readers that need context early
	 * (a MISP event's uuid) take it here. key_path is dotted, e.g. "Event.uuid".
	 */
	int (*on_member)(
	    void *payload, ac_str key_path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err);
	/*
	 * A malformed element or document of NDJSON, from which the stream can go on (the next line, or the next element when the
	 * bad one's end could be found). 0 goes on, negative stops. NULL: every error stops.
	 */
	int (*on_bad)(void *payload, const accord_err *what);
	void *payload;
} ac_json_stream_sink;

typedef struct ac_json_stream ac_json_stream;

/* paths is a NULL-terminated static table. value_max: bytes of one element or one document's rest. NULL without memory. */
ac_json_stream *ac_json_stream_open(const char *const *paths, size_t value_max, const ac_json_stream_sink *sink);
/* Feed the next bytes; calls the sink. 0, or the error that ended the stream (sticky). */
int ac_json_stream_feed(ac_json_stream *s, ac_str chunk, accord_err *err) AC_CHECKED;
/* No more bytes: an unfinished value is an error ("truncated"). */
int ac_json_stream_end(ac_json_stream *s, accord_err *err) AC_CHECKED;
/* Takes NULL; returns NULL. */
ac_json_stream *ac_json_stream_close(ac_json_stream *s);

#endif
