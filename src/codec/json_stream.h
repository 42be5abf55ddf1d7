/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of any length in bounded memory: a stream of documents (one value, NDJSON, or values behind one another, with a byte order mark at the very start or
 * none), in which chosen arrays are handed out element by element. Order of keys does not matter: what stands beside the arrays is
 * collected and handed out at the end of its document. Callbacks do not depend on how the input is cut into chunks.
 *
 * Which arrays: a static table of dotted paths, such as { "objects", "response", "Event.Attribute", "response.Event.Attribute", "" }. "" is a
 * top-level array, and ".Event.Attribute" an array inside its elements. An array on the way to a longer path is walked through (so
 * "response.Event.Attribute" reaches every element of response[].Event.Attribute[]); such an element is then itself a nested document
 * with its own on_document. A listed path that holds no array is a member like others.
 *
 * Errors of the text (ACCORD_EINPUT, ACCORD_ELIMIT) go to on_bad first, each once. Then
 *	in an array that is being handed out: the bad element (or the nested document that holds it) is left out, and the next one comes;
 *	in a document of one line (NDJSON): the rest of the line is left out. A line is taken for a document when it is bad as a whole and
 *	the next line does not look like its continuation (it does not end in ',' or '[', or the next one's first byte is the error; and
 *	the next one does not begin with white space, '"', a closing bracket, ',' or ':'), or when it is longer than 64 KiB;
 *	elsewhere: the stream ends, and the call returns the error as well. So does input that ends inside a value.
 */
#ifndef AC_CODEC_JSON_STREAM_H
#define AC_CODEC_JSON_STREAM_H

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"

/* Index of a top-level document, and of a nested one whose array is on the way to a path but not listed itself. */
#define AC_JSON_PATH_TOP SIZE_MAX
#define AC_JSON_PATH_NONE (SIZE_MAX - 1)

/* Where in the input a value starts: line and column from 1, byte from 0. A byte order mark counts as bytes, not as columns. */
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
	 * path is AC_JSON_PATH_TOP for a top-level document; nested documents (elements of arrays that were walked through) come before
	 * theirs, with path their array's, or AC_JSON_PATH_NONE when that is not in the table.
	 */
	int (*on_document)(void *payload, size_t path, const ac_json *value, bool streamed, ac_place place,
	    ac_arena *arena, accord_err *err);
	/*
	 * A member beside the arrays has become known, while its document is still open (may be NULL): readers that need context early
	 * (a MISP event's uuid) take it here. key_path is dotted and begins at the top-level document, as in the table: "Event.uuid", "response.Event.uuid",
	 * ".Event.uuid". Members of objects on the way to a path and of top-level objects are told; keys with a dot in them are not.
	 */
	int (*on_member)(
	    void *payload, ac_str key_path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err);
	/* An error of the text, with its place in the input. 0 goes on where that is possible, negative stops. NULL: every error stops. */
	int (*on_bad)(void *payload, const accord_err *what);
	/*
	 * A document of which members or elements may have been told will not be ended: on_bad said why (may be NULL). Innermost first.
	 */
	void (*on_lost)(void *payload, size_t path);
	void *payload;
} ac_json_stream_sink;

typedef struct ac_json_stream ac_json_stream;

/*
 * paths is a NULL-terminated static table. value_max: bytes of one element, of one member beside the arrays, and of what stands beside the arrays of
 * all open documents. Memory stays under three times that and 1 MiB, and the arena of one value (AC_JSON_ARENA_MAX). NULL without memory.
 */
ac_json_stream *ac_json_stream_open(const char *const *paths, size_t value_max, const ac_json_stream_sink *sink);
/* Feed the next bytes; calls the sink. 0, or the error that ended the stream (sticky). Takes linear time. */
int ac_json_stream_feed(ac_json_stream *s, ac_str chunk, accord_err *err) AC_CHECKED;
/* No more bytes: an unfinished value is an error ("truncated"). Call once. */
int ac_json_stream_end(ac_json_stream *s, accord_err *err) AC_CHECKED;
/* Takes NULL; returns NULL. */
ac_json_stream *ac_json_stream_close(ac_json_stream *s);

#endif
