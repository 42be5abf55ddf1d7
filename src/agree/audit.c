/* SPDX-License-Identifier: Apache-2.0 */
/* A log checked from its tiles alone: leaves in, every hash computed anew. */
#include "agree/log.h"
#include "base/limits.h"

/* One tile of entries, with room for what reading asks for. */
#define TILE_BUF_MAX (16 * AC_MIB)

typedef struct audit {
	ac_log_files files;
	ac_buf tile;
	ac_digester *digester;
	uint64_t size;
	ac_tlog_edge edge;
	ac_buf levels[AC_TILE_LEVELS]; /* hashes of each level that no tile has been compared with yet */
	const ac_audit_sink *sink;
	uint64_t tiles;
} audit;

static int
fail_tile(ac_tile tile, const char *what, accord_err *err)
{
	char path[AC_TILE_PATH_MAX];

	ac_tile_path(tile, path);
	return ac_fail(err, ACCORD_EINPUT, "%s: %s", path, what);
}

/* The hashes computed must be the tile's. */
static int
compare(audit *a, ac_tile tile, ac_buf *computed, accord_err *err)
{
	ac_log_files files = { a->files.folder, &a->tile };
	ac_str bytes, want;
	int rc = ac_buf_finish(computed, &want, err);

	if (!rc)
		rc = ac_log_read_tile(&files, tile, &bytes, err);
	if (rc)
		return rc;
	a->tiles++;
	if (!ac_str_eq(bytes, want))
		return fail_tile(tile, "its hashes are not those of the leaves", err);
	ac_buf_reset(computed);
	return 0;
}

static int
on_node(void *payload, unsigned level, uint64_t index, const ac_hash *node, accord_err *err)
{
	audit *a = payload;
	ac_buf *computed = &a->levels[level / AC_TILE_HEIGHT];

	if (level % AC_TILE_HEIGHT)
		return 0;
	ac_buf_add(computed, (ac_str){ (const char *)node->bytes, sizeof(node->bytes) });
	if (computed->n < AC_TILE_WIDTH * sizeof(*node))
		return 0;
	return compare(
	    a, (ac_tile){ (int)(level / AC_TILE_HEIGHT), index / AC_TILE_WIDTH, AC_TILE_WIDTH }, computed, err);
}

/* Is the tree of the leaves so far what it was when it was signed? */
static int
check_earlier(audit *a, accord_err *err)
{
	for (size_t i = 0; a->sink && i < a->sink->earlier_count; i++) {
		const ac_checkpoint *earlier = &a->sink->earlier[i];
		ac_hash root;
		int rc;

		if (earlier->size != a->edge.size)
			continue;
		rc = ac_tlog_edge_root(a->digester, &a->edge, &root, err);
		if (rc)
			return rc;
		if (memcmp(root.bytes, earlier->root, sizeof(root.bytes)) != 0)
			return ac_fail(err, ACCORD_EDENIED,
			    "the log does not begin with the tree of %llu leaves that its key has signed before",
			    (unsigned long long)earlier->size);
	}
	return 0;
}

/* All leaves of one tile. Its bytes are read again for none of them: `leaves` holds them while other tiles are read. */
static int
audit_entries(audit *a, ac_tile tile, ac_buf *leaves, accord_err *err)
{
	ac_log_files files = { a->files.folder, leaves };
	ac_str rest, leaf;
	ac_hash hash;
	int rc = ac_log_read_tile(&files, tile, &rest, err);

	a->tiles++;
	for (unsigned i = 0; i < tile.width && !rc; i++) {
		if (ac_entry_next(&rest, &leaf, NULL))
			return fail_tile(tile, "it ends in the middle of a leaf", err);
		rc = ac_tlog_leaf(a->digester, leaf, &hash, err);
		if (!rc && a->sink && a->sink->on_leaf)
			rc = a->sink->on_leaf(a->sink->payload, a->edge.size, leaf, err);
		if (!rc)
			rc = ac_tlog_edge_add(a->digester, &a->edge, &hash, on_node, a, err);
		if (!rc)
			rc = check_earlier(a, err);
	}
	if (!rc && rest.n)
		rc = fail_tile(tile, "bytes follow its last leaf", err);
	return rc;
}

static int
audit_all(audit *a, accord_err *err)
{
	uint64_t whole = a->size / AC_TILE_WIDTH;
	ac_buf leaves;
	int rc = 0;

	ac_buf_init(&leaves, TILE_BUF_MAX);
	for (uint64_t n = 0; n <= whole && !rc; n++) {
		ac_tile tile = { AC_TILE_ENTRIES, n, ac_tile_width(AC_TILE_ENTRIES, n, a->size) };

		if (tile.width)
			rc = audit_entries(a, tile, &leaves, err);
	}
	for (int level = 0; level < AC_TILE_LEVELS && !rc; level++) {
		uint64_t nodes = level ? a->size >> (AC_TILE_HEIGHT * level) : a->size;

		if (nodes % AC_TILE_WIDTH)
			rc = compare(a, (ac_tile){ level, nodes / AC_TILE_WIDTH, (unsigned)(nodes % AC_TILE_WIDTH) },
			    &a->levels[level], err);
	}
	ac_buf_done(&leaves);
	return rc;
}

int
ac_log_audit(const char *folder, const ac_checkpoint *head, const ac_audit_sink *sink, ac_audit *out, accord_err *err)
{
	audit a = { .files = { folder, NULL }, .size = head->size, .sink = sink };
	ac_hash root;
	int rc = 0;

	if (head->size > AC_TLOG_SIZE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a log of at most 2^62 leaves, got %llu", (unsigned long long)head->size);
	a.digester = ac_digester_open();
	ac_buf_init(&a.tile, TILE_BUF_MAX);
	for (unsigned i = 0; i < AC_TILE_LEVELS; i++)
		ac_buf_init(&a.levels[i], (AC_TILE_WIDTH + 1) * sizeof(ac_hash));
	rc = a.digester ? audit_all(&a, err) : ac_fail(err, ACCORD_ENOMEM, "no memory for an audit");
	if (!rc)
		rc = ac_tlog_edge_root(a.digester, &a.edge, &root, err);
	if (!rc && memcmp(root.bytes, head->root, sizeof(root.bytes)) != 0)
		rc = ac_fail(err, ACCORD_EDENIED, "the leaves give another root than the checkpoint of %llu leaves",
		    (unsigned long long)head->size);
	for (unsigned i = 0; i < AC_TILE_LEVELS; i++)
		ac_buf_done(&a.levels[i]);
	ac_buf_done(&a.tile);
	a.digester = ac_digester_close(a.digester);
	if (!rc)
		*out = (ac_audit){ a.edge.size, a.tiles, root };
	return rc;
}
