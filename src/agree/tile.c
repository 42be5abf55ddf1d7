/* SPDX-License-Identifier: Apache-2.0 */
/* Names and bytes of tiles. Knows nothing of where they lie. */
#include "agree/tile.h"

#include "base/limits.h"

/* Three digits of a part of a path. */
static char *
put_part(char *out, unsigned part)
{
	*out++ = (char)('0' + part / 100);
	*out++ = (char)('0' + part / 10 % 10);
	*out++ = (char)('0' + part % 10);
	return out;
}

void
ac_tile_path(ac_tile tile, char out[static AC_TILE_PATH_MAX])
{
	uint64_t unit = 1;

	memcpy(out, "tile/", 5);
	out += 5;
	if (tile.level == AC_TILE_ENTRIES) {
		memcpy(out, "entries/", 8);
		out += 8;
	} else {
		*out++ = (char)('0' + tile.level);
		*out++ = '/';
	}
	while (tile.number / unit >= 1000)
		unit *= 1000;
	for (; unit > 1; unit /= 1000) {
		*out++ = 'x';
		out = put_part(out, (unsigned)(tile.number / unit % 1000));
		*out++ = '/';
	}
	out = put_part(out, (unsigned)(tile.number % 1000));
	if (tile.width < AC_TILE_WIDTH) {
		memcpy(out, ".p/", 3);
		out += 3;
		if (tile.width >= 100)
			*out++ = (char)('0' + tile.width / 100);
		if (tile.width >= 10)
			*out++ = (char)('0' + tile.width / 10 % 10);
		*out++ = (char)('0' + tile.width % 10);
	}
	*out = '\0';
}

/* What "/" separates, number by number; then the one path that this tile has must be the one that was given. */
bool
ac_tile_path_parse(ac_str path, ac_tile *out)
{
	ac_tile tile = { .width = AC_TILE_WIDTH };
	char own[AC_TILE_PATH_MAX];
	ac_str rest = path, part;
	uint64_t value;

	if (path.n >= AC_TILE_PATH_MAX || !ac_str_cut(&rest, '/', &part) || !ac_str_eq(part, AC_S("tile")) ||
	    !ac_str_cut(&rest, '/', &part))
		return false;
	if (ac_str_eq(part, AC_S("entries")))
		tile.level = AC_TILE_ENTRIES;
	else if (part.n == 1 && part.p[0] >= '0' && part.p[0] < '0' + AC_TILE_LEVELS)
		tile.level = part.p[0] - '0';
	else
		return false;
	while (ac_str_next_field(&rest, '/', &part)) {
		bool last;

		if (ac_str_starts(part, AC_S("x")))
			part = ac_str_slice(part, 1, part.n);
		last = ac_str_ends(part, AC_S(".p"));
		if (last)
			part.n -= 2;
		if (part.n != 3 || !ac_str_to_u64(part, &value) || tile.number > (AC_TLOG_SIZE_MAX - value) / 1000)
			return false;
		tile.number = tile.number * 1000 + value;
		if (!last)
			continue;
		if (!ac_str_to_u64(rest, &value) || value == 0 || value >= AC_TILE_WIDTH)
			return false;
		tile.width = (unsigned)value;
		break;
	}
	ac_tile_path(tile, own);
	if (!ac_str_eq(path, ac_str_from(own)))
		return false;
	*out = tile;
	return true;
}

unsigned
ac_tile_width(int level, uint64_t number, uint64_t size)
{
	uint64_t nodes = level > 0 ? size >> (AC_TILE_HEIGHT * level) : size;

	if (number > nodes / AC_TILE_WIDTH)
		return 0;
	nodes -= number * AC_TILE_WIDTH;
	return nodes < AC_TILE_WIDTH ? (unsigned)nodes : AC_TILE_WIDTH;
}

int
ac_entry_add(ac_buf *buf, ac_str leaf, accord_err *err)
{
	if (leaf.n > AC_LEAF_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a leaf of at most %zu bytes, got %zu", (size_t)AC_LEAF_MAX, leaf.n);
	ac_buf_add_byte(buf, (char)(leaf.n >> 8));
	ac_buf_add_byte(buf, (char)leaf.n);
	ac_buf_add(buf, leaf);
	return 0;
}

int
ac_entry_next(ac_str *rest, ac_str *out, accord_err *err)
{
	size_t n;

	if (rest->n < 2)
		return ac_fail(
		    err, ACCORD_EINPUT, "want a leaf, got %s", rest->n ? "half of its length" : "the end of the tile");
	n = (size_t)(unsigned char)rest->p[0] << 8 | (unsigned char)rest->p[1];
	if (n > AC_LEAF_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a leaf of at most %zu bytes, got %zu", (size_t)AC_LEAF_MAX, n);
	if (n > rest->n - 2)
		return ac_fail(err, ACCORD_EINPUT, "want a leaf of %zu bytes, got %zu", n, rest->n - 2);
	*out = (ac_str){ rest->p + 2, n };
	*rest = ac_str_slice(*rest, 2 + n, rest->n);
	return 0;
}

void
ac_tile_nodes_init(ac_tile_nodes *nodes, ac_tile_source source, ac_digester *digester, uint64_t size)
{
	nodes->source = source;
	nodes->digester = digester;
	nodes->size = size;
	nodes->have = (ac_tile){ .width = 0 };
}

static int
load(ac_tile_nodes *nodes, ac_tile tile, accord_err *err)
{
	ac_str bytes;
	int rc;

	if (nodes->have.width == tile.width && nodes->have.level == tile.level && nodes->have.number == tile.number)
		return 0;
	rc = nodes->source.read(nodes->source.payload, tile, &bytes, err);
	if (rc)
		return rc;
	if (bytes.n != (size_t)tile.width * AC_SHA256_SIZE) {
		char path[AC_TILE_PATH_MAX];

		ac_tile_path(tile, path);
		return ac_fail(err, ACCORD_EINPUT, "%s: want %u hashes, %zu bytes, got %zu", path, tile.width,
		    (size_t)tile.width * AC_SHA256_SIZE, bytes.n);
	}
	memcpy(nodes->hashes, bytes.p, bytes.n);
	nodes->have = tile;
	return 0;
}

static int
get_node(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err)
{
	ac_tile_nodes *nodes = payload;
	unsigned inside = level % AC_TILE_HEIGHT, count = 1U << inside;
	uint64_t first = index << inside;
	ac_tile tile = { .level = (int)(level / AC_TILE_HEIGHT), .number = first / AC_TILE_WIDTH };
	ac_hash part[AC_TILE_WIDTH];
	int rc;

	tile.width = ac_tile_width(tile.level, tile.number, nodes->size);
	if (first % AC_TILE_WIDTH + count > tile.width)
		return ac_fail(err, ACCORD_EINTERNAL, "node %u/%llu is not in a tree of %llu leaves", level,
		    (unsigned long long)index, (unsigned long long)nodes->size);
	rc = load(nodes, tile, err);
	if (rc)
		return rc;
	memcpy(part, nodes->hashes + first % AC_TILE_WIDTH, count * sizeof(*part));
	for (; count > 1 && !rc; count /= 2)
		for (unsigned i = 0; i < count / 2 && !rc; i++)
			rc = ac_tlog_node(nodes->digester, &part[2 * i], &part[2 * i + 1], &part[i], err);
	if (!rc)
		*out = part[0];
	return rc;
}

ac_tlog_nodes
ac_tile_nodes_of(ac_tile_nodes *nodes)
{
	return (ac_tlog_nodes){ get_node, nodes };
}
