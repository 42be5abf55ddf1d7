/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a JSON stream, shared by its parts: json_stream.c (feeding, recovery), json_walk.c (token by token through what is too
 * large to hold), json_tree.c (small documents that were parsed whole). Private to codec/.
 *
 * Nothing here may depend on where the input was cut into chunks: what a document's size decides is decided by its size, never by how much of
 * it has come.
 */
#ifndef AC_CODEC_JSON_WALK_H
#define AC_CODEC_JSON_WALK_H

#include "base/map.h"
#include "codec/json_paths.h"
#include "codec/json_quick.h"
#include "codec/json_stream.h"

/* Documents up to this size are parsed whole first. */
#define AC_STREAM_WHOLE_MAX (64 * AC_KIB)
/* An object and an array for each component of a path, and the top-level object. */
#define AC_STREAM_FRAMES_MAX (2 * AC_JSON_PATH_DEPTH_MAX + 2)

/* Beside 0 and negative codes. */
enum { AC_STREAM_MORE = 1, AC_STREAM_TOO_LARGE = 2 };

typedef enum ac_stream_state {
	AC_STREAM_TOP, /* between documents */
	AC_STREAM_KEY_OR_END,
	AC_STREAM_KEY,
	AC_STREAM_COLON,
	AC_STREAM_VALUE,
	AC_STREAM_MEMBER_NEXT,
	AC_STREAM_ELEMENT_OR_END,
	AC_STREAM_ELEMENT,
	AC_STREAM_ELEMENT_NEXT,
	AC_STREAM_SKIP_ELEMENT, /* to the end of a bad element */
	AC_STREAM_SKIP_LINE     /* to the end of a bad line */
} ac_stream_state;

/* An open container that is walked through. */
typedef struct ac_stream_frame {
	bool is_array;
	bool is_document;
	const ac_json_path *node; /* its place; never NULL */
	/* a document: */
	bool streamed;
	size_t path;
	size_t rest_start; /* of its text without arrays, in `rest` */
	ac_place place;
	/* an object: */
	ac_map keys;
	ac_arena key_texts;
} ac_stream_frame;

struct ac_json_stream {
	ac_json_stream_sink sink;
	size_t value_max;
	size_t whole_max;
	ac_json_path *root;
	/* the window: bytes in hand, and whether no more will come */
	const char *at;
	const char *end;
	bool final;
	bool one_line; /* the window is one line of NDJSON */
	accord_err *err;
	/* where `seen` is: it never goes back */
	const char *seen;
	uint64_t seen_byte;
	uint64_t line;
	uint64_t line_start; /* byte of the line's first character */
	/* the walk */
	ac_stream_state state;
	unsigned depth;
	ac_stream_frame frames[AC_STREAM_FRAMES_MAX];
	const ac_json_path *member; /* place of the member in hand, or NULL */
	ac_str key;                 /* its key, in the frame's key_texts */
	ac_buf rest;                /* exact text of open documents, "[]" for streamed arrays */
	ac_buf key_path;
	ac_arena arena;
	ac_json_reader reader; /* of the window */
	uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW_LARGE)];
	/* between feeds */
	ac_buf carry;
	size_t need; /* bytes in hand before another try makes sense */
	bool begun;
	bool long_line;    /* the top-level document may be one line: bytes enough without a line end */
	uint64_t top_line; /* where it started */
	/* errors */
	bool is_bad;     /* the last error is of the text, and in `what` */
	accord_err what; /* with its place in the whole input */
	size_t skip_depth;
	bool skip_in_string;
	bool skip_escaped;
	int ended; /* the error that ended the stream */
};

/* ---- json_walk.c ---- */

/* The place of p, which is not before any place asked for earlier. */
ac_place ac_stream_place(ac_json_stream *s, const char *p);
/* An error of the text at s->at: "not JSON: want ..., got ...". */
int ac_stream_bad(ac_json_stream *s, const char *want);
/*
 * Parse one value of at most `most` bytes at s->at into s->arena. 0; AC_STREAM_MORE; AC_STREAM_TOO_LARGE; negative: s->is_bad for an
 * error of the text.
 */
int ac_stream_parse(ac_json_stream *s, size_t most, const ac_json **out_value);
/* One token or value on. 0; AC_STREAM_MORE; negative as above. */
int ac_stream_step(ac_json_stream *s);
/* Drop the frames from `depth` on, and what was kept for them. */
void ac_stream_drop(ac_json_stream *s, unsigned depth);
/* Begin the value at s->at as a document in pieces (or as a leaf when it is not walked). */
int ac_stream_open_document(ac_json_stream *s, const ac_json_path *node, size_t path);
/* What the state wants, in words. */
const char *ac_stream_wanted(ac_stream_state state);

/* ---- json_tree.c ---- */

/* The callbacks of a document that was parsed whole. `value` views the window. */
int ac_stream_tree_document(ac_json_stream *s, const ac_json *value, const ac_json_path *node, size_t path);
/* on_member, if anybody listens. */
int ac_stream_tell_member(
    ac_json_stream *s, const ac_json_path *node, ac_str key, const ac_json *value, const char *begin);
int ac_stream_tell_element(ac_json_stream *s, const ac_json_path *node, const ac_json *value);
int ac_stream_tell_document(ac_json_stream *s, size_t path, const ac_json *value, bool streamed, ac_place place);
/* Is an array (an object) at this place gone through? node may be NULL. */
bool ac_stream_walks_array(const ac_json_path *node);
bool ac_stream_walks_object(const ac_json_stream *s, const ac_json_path *node);
/* Limits for a value inside `depth` open containers. */
ac_json_limits ac_stream_limits(unsigned depth);

/* ---- json_stream.c ---- */

/* The top-level document at s->at could not be parsed whole, being bad or large: go through it in pieces. */
int ac_stream_refused_whole(ac_json_stream *s, bool is_bad);

#endif
