/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of parsed JSON, private to codec/: one array of slots of 16 bytes in document order, so that it can grow and move as one piece of
 * memory. A value takes one slot, and more when it is AC_JSON_LONG:
 *   a container: its slot, one of counts, then its content; in objects a string (the key) stands before each value;
 *   a string with escapes: its slot, one of counts, then the unescaped text in as many slots as it needs.
 * All other texts view the source.
 */
#ifndef AC_CODEC_JSON_NODE_H
#define AC_CODEC_JSON_NODE_H

#include "codec/json.h"

enum {
	AC_JSON_LONG = 1, /* a slot of counts follows */
	AC_JSON_BIDI = 2  /* a bidi control stands in the value, or in something inside it */
};

struct ac_json {
	union {
		const char *text; /* string: behind the opening quote; else the first source byte */
		struct {          /* the slot of counts: */
			uint32_t
			    span; /* slots of the value with all that is in it (while a container is open: its parent's place) */
			uint32_t count; /* members or elements; bytes of the unescaped text */
		};
	};
	union {
		struct {
			uint32_t length; /* source bytes; of a string, those between the quotes */
			uint8_t type;
			uint8_t flags;
			uint16_t tag; /* of a key: ac_json_tag_of */
		};
		uint64_t head; /* all four, see ac_json_node_head */
	};
};

_Static_assert(sizeof(struct ac_json) == 16, "limits.h counts on 16 bytes a slot");

/* Length, type and tag in one word, for one store. */
static inline uint64_t
ac_json_node_head(uint32_t length, ac_json_type type, uint16_t tag)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return length | (uint64_t)type << 32 | (uint64_t)tag << 48;
#else
	return (uint64_t)length << 32 | (uint64_t)type << 24 | tag;
#endif
}

/* The text of a string, the source bytes of anything else. */
static inline ac_str
ac_json_node_text(const ac_json *v)
{
	if (v->type == AC_JSON_STRING && v->flags & AC_JSON_LONG)
		return (ac_str){ (const char *)(v + 2), v[1].count };
	return (ac_str){ v->text, v->length };
}

/* The first slot behind v and all that is in it. */
static inline const ac_json *
ac_json_node_behind(const ac_json *v)
{
	return v + (v->flags & AC_JSON_LONG ? v[1].span : 1);
}

/* From one key of an object to the next. */
static inline const ac_json *
ac_json_node_next_key(const ac_json *key)
{
	return ac_json_node_behind(ac_json_node_behind(key));
}

static inline bool
ac_json_node_is_container(const ac_json *v)
{
	return v->type >= AC_JSON_ARRAY;
}

_Static_assert(AC_JSON_ARRAY < AC_JSON_OBJECT && AC_JSON_STRING < AC_JSON_ARRAY, "containers come last");

#endif
