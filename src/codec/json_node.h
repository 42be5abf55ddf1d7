/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of parsed JSON, private to codec/: one array of nodes in document order. A container is followed by its content; in
 * objects a string node (the key) stands before each value. `span` leads over a value with all that is in it.
 */
#ifndef AC_CODEC_JSON_NODE_H
#define AC_CODEC_JSON_NODE_H

#include "codec/json.h"

enum {
	AC_JSON_ESCAPED = 1, /* string: text is an unescaped copy in the arena, behind an ac_json_source */
	AC_JSON_BIDI = 2     /* a bidi control stands in the value, or in something inside it */
};

struct ac_json {
	uint8_t type;
	uint8_t flags;
	uint16_t unused;
	uint32_t span; /* nodes of the value with itself (while a container is open: its parent's place in the array) */
	const char *text; /* string: behind the quote, or the unescaped copy; else the first source byte */
	uint32_t length;  /* of the string's text, else of the source bytes */
	uint32_t count;   /* container: members or elements; escaped string: source bytes with the quotes */
};

_Static_assert(sizeof(struct ac_json) == 24, "limits.h counts on 24 bytes a node");

/* Stands in the arena right before the copy of an escaped string. */
typedef struct ac_json_source {
	const char *raw; /* the opening quote */
} ac_json_source;

#endif
