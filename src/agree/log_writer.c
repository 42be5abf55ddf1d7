/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles of a tree that grows. Knows nothing of checkpoints. */
#include "agree/log_writer.h"

#include <stdlib.h>

#define TILE_BUF_MAX (16 * AC_MIB)

int
ac_log_writer_open(ac_digester *digester, ac_log_writer **out, accord_err *err)
{
	ac_log_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for writing a log");
	w->digester = digester;
	ac_buf_init(&w->entries, TILE_BUF_MAX);
	for (unsigned i = 0; i < AC_TILE_LEVELS; i++)
		ac_buf_init(&w->levels[i], (AC_TILE_WIDTH + 1) * sizeof(ac_hash));
	*out = w;
	return 0;
}

ac_log_writer *
ac_log_writer_close(ac_log_writer *w)
{
	if (!w)
		return NULL;
	ac_log_writer_abandon(w);
	for (unsigned i = 0; i < AC_TILE_LEVELS; i++)
		ac_buf_done(&w->levels[i]);
	ac_buf_done(&w->entries);
	free(w);
	return NULL;
}

/* Bytes of the last tile of a level, unless the tree fills it. */
static int
load_last(ac_log_files *files, uint64_t size, int level, ac_buf *into, accord_err *err)
{
	uint64_t nodes = level > 0 ? size >> (AC_TILE_HEIGHT * level) : size;
	ac_tile tile = { level, nodes / AC_TILE_WIDTH, (unsigned)(nodes % AC_TILE_WIDTH) };
	ac_str bytes;
	int rc;

	ac_buf_reset(into);
	if (tile.width == 0)
		return 0;
	rc = ac_log_read_tile(files, tile, &bytes, err);
	if (!rc && level != AC_TILE_ENTRIES && bytes.n != tile.width * sizeof(ac_hash))
		rc = ac_fail(err, ACCORD_EINPUT, "the last tile of level %d has %zu bytes, want %zu", level, bytes.n,
		    tile.width * sizeof(ac_hash));
	if (!rc)
		ac_buf_add(into, bytes);
	return rc;
}

/* The roots of the whole subtrees of the tree, which together give its root. */
static int
load_edge(ac_log_writer *w, const char *folder, const ac_tlog_nodes *nodes, const ac_hash *want, accord_err *err)
{
	uint64_t size = w->edge.size;
	ac_hash root;
	int rc = 0;

	for (unsigned level = 0; level < 63 && !rc; level++)
		if (size >> level & 1)
			rc = nodes->get(nodes->payload, level, (size >> level) - 1, &w->edge.nodes[level], err);
	if (!rc)
		rc = ac_tlog_edge_root(w->digester, &w->edge, &root, err);
	if (!rc && !ac_hash_eq(&root, want))
		rc = ac_fail(err, ACCORD_EINPUT, "%s: the tiles do not give the root of the checkpoint of %llu leaves",
		    folder, (unsigned long long)size);
	return rc;
}

int
ac_log_writer_load(ac_log_writer *w, ac_log_files *files, const ac_tlog_nodes *nodes, uint64_t size,
    const ac_hash *root, accord_err *err)
{
	int rc;

	w->edge = (ac_tlog_edge){ .size = size };
	w->before = size;
	rc = load_edge(w, files->folder, nodes, root, err);
	if (!rc)
		rc = load_last(files, size, AC_TILE_ENTRIES, &w->entries, err);
	for (int level = 0; level < AC_TILE_LEVELS && !rc; level++)
		rc = load_last(files, size, level, &w->levels[level], err);
	return rc;
}

void
ac_log_writer_begin(ac_log_writer *w, const char *folder)
{
	ac_log_batch_begin(&w->batch, folder);
}

/* A subtree is whole: every eighth level is a hash in a tile, and a tile that is whole is written. */
static int
on_node(void *payload, unsigned level, uint64_t index, const ac_hash *node, accord_err *err)
{
	ac_log_writer *w = payload;
	ac_buf *tile = &w->levels[level / AC_TILE_HEIGHT];
	int rc = 0;

	if (level % AC_TILE_HEIGHT)
		return 0;
	ac_buf_add(tile, (ac_str){ (const char *)node->bytes, sizeof(node->bytes) });
	if (tile->n == AC_TILE_WIDTH * sizeof(*node)) {
		rc = ac_log_batch_add(&w->batch,
		    (ac_tile){ (int)(level / AC_TILE_HEIGHT), index / AC_TILE_WIDTH, AC_TILE_WIDTH }, ac_buf_view(tile),
		    err);
		ac_buf_reset(tile);
	}
	return rc;
}

int
ac_log_writer_add(ac_log_writer *w, ac_str leaf, const ac_hash *hash, accord_err *err)
{
	uint64_t index = w->edge.size;
	int rc = ac_entry_add(&w->entries, leaf, err);

	if (!rc && (index + 1) % AC_TILE_WIDTH == 0) {
		ac_str bytes;

		rc = ac_buf_finish(&w->entries, &bytes, err);
		if (!rc)
			rc = ac_log_batch_add(
			    &w->batch, (ac_tile){ AC_TILE_ENTRIES, index / AC_TILE_WIDTH, AC_TILE_WIDTH }, bytes, err);
		ac_buf_reset(&w->entries);
	}
	return rc ? rc : ac_tlog_edge_add(w->digester, &w->edge, hash, on_node, w, err);
}

/* The tiles at the end that are not whole. A level that has not grown keeps the tile it has. */
static int
add_last(ac_log_writer *w, accord_err *err)
{
	uint64_t size = w->edge.size;
	ac_str bytes;
	int rc = 0;

	if (size % AC_TILE_WIDTH) {
		rc = ac_buf_finish(&w->entries, &bytes, err);
		if (!rc)
			rc = ac_log_batch_add(&w->batch,
			    (ac_tile){ AC_TILE_ENTRIES, size / AC_TILE_WIDTH, (unsigned)(size % AC_TILE_WIDTH) }, bytes,
			    err);
	}
	for (int level = 0; level < AC_TILE_LEVELS && !rc; level++) {
		uint64_t nodes = level ? size >> (AC_TILE_HEIGHT * level) : size;
		uint64_t before = level ? w->before >> (AC_TILE_HEIGHT * level) : w->before;

		if (nodes % AC_TILE_WIDTH == 0 || nodes == before)
			continue;
		rc = ac_buf_finish(&w->levels[level], &bytes, err);
		if (!rc)
			rc = ac_log_batch_add(&w->batch,
			    (ac_tile){ level, nodes / AC_TILE_WIDTH, (unsigned)(nodes % AC_TILE_WIDTH) }, bytes, err);
	}
	return rc;
}

int
ac_log_writer_commit(ac_log_writer *w, accord_err *err)
{
	int rc = w->edge.size > w->before ? add_last(w, err) : 0;

	if (!rc)
		rc = ac_log_batch_commit(&w->batch, err);
	if (rc)
		ac_log_writer_abandon(w);
	else
		w->before = w->edge.size;
	return rc;
}

void
ac_log_writer_abandon(ac_log_writer *w)
{
	ac_log_batch_abandon(&w->batch);
}
