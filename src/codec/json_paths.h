/* SPDX-License-Identifier: Apache-2.0 */
/* The path table of a JSON stream as a tree, so that a key is looked up among the few that may come at its place. Private to codec/. */
#ifndef AC_CODEC_JSON_PATHS_H
#define AC_CODEC_JSON_PATHS_H

#include "base/str.h"

/* Components of one path. */
#define AC_JSON_PATH_DEPTH_MAX 16

typedef struct ac_json_path {
	ac_str key;   /* last component; "" is a top-level array */
	ac_str full;  /* dotted, from the top; views the table */
	size_t index; /* in the table, or AC_JSON_PATH_NONE */
	const struct ac_json_path *child;
	const struct ac_json_path *next; /* beside this one */
} ac_json_path;

/* The root of the tree of a NULL-terminated table; free() ends it. NULL without memory. */
ac_json_path *ac_json_paths_open(const char *const *table);
/* The place of member `key` below `node` (may be NULL), or NULL. An empty key is at no place. */
const ac_json_path *ac_json_path_child(const ac_json_path *node, ac_str key);
/* The place of a top-level array, or NULL when it is not handed out by elements. */
const ac_json_path *ac_json_path_top_array(const ac_json_path *root);

#endif
