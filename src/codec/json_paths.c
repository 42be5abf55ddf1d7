/* SPDX-License-Identifier: Apache-2.0 */
/* A path table as a tree of components, in one block. Knows no JSON. */
#include "codec/json_paths.h"

#include <assert.h>
#include <stdlib.h>

#include "codec/json_stream.h"

static ac_json_path *
find_below(const ac_json_path *node, ac_str key)
{
	const ac_json_path *child = node->child;

	while (child && !ac_str_eq(child->key, key))
		child = child->next;
	/* All nodes belong to the block that is being built. */
	return (ac_json_path *)(uintptr_t)child;
}

/* Add a path's components below root, with nodes from *free_nodes on. */
static void
add_path(ac_json_path *root, ac_json_path **free_nodes, ac_str path, size_t index)
{
	ac_json_path *at = root, *below;
	ac_str rest = path, key;
	unsigned depth = 0;

	while (ac_str_next_field(&rest, '.', &key)) {
		below = find_below(at, key);
		if (!below) {
			below = (*free_nodes)++;
			*below = (ac_json_path){ .key = key,
				.full = { path.p, (size_t)(key.p + key.n - path.p) },
				.index = AC_JSON_PATH_NONE,
				.next = at->child };
			at->child = below;
		}
		at = below;
		depth++;
	}
	assert(depth <= AC_JSON_PATH_DEPTH_MAX);
	at->index = index;
}

ac_json_path *
ac_json_paths_open(const char *const *table)
{
	ac_json_path *root, *next;
	size_t count = 1;

	for (const char *const *path = table; *path; path++) {
		count++;
		for (const char *c = *path; *c; c++)
			count += *c == '.';
	}
	root = calloc(count, sizeof(*root));
	if (!root)
		return NULL;
	root->index = AC_JSON_PATH_NONE;
	next = root + 1;
	for (size_t i = 0; table[i]; i++)
		add_path(root, &next, ac_str_from(table[i]), i);
	return root;
}

const ac_json_path *
ac_json_path_child(const ac_json_path *node, ac_str key)
{
	return node && key.n > 0 ? find_below(node, key) : NULL;
}

const ac_json_path *
ac_json_path_top_array(const ac_json_path *root)
{
	return find_below(root, AC_S(""));
}
