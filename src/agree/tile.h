/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles of logs: their paths and bytes (C2SP tlog-tiles). A tile of hashes is 256 hashes of 32 bytes of every eighth level, a tile of entries 256 leaves; the last of each may be narrower. */
#ifndef AC_AGREE_TILE_H
#define AC_AGREE_TILE_H

#include "agree/tlog.h"

/* Levels of tiles: 8 levels of a tree of 2^62 leaves each. */
#define AC_TILE_LEVELS 8
/* The level of tiles of entries, in ac_tile. */
#define AC_TILE_ENTRIES (-1)
/* Longest path: "tile/entries/", seven parts of "x000/", ".p/256", NUL. */
#define AC_TILE_PATH_MAX 64

typedef struct ac_tile {
	int level; /* AC_TILE_ENTRIES, or 0 .. AC_TILE_LEVELS - 1 */
	uint64_t number;
	unsigned width; /* 1 .. 256; 256 is a whole one */
} ac_tile;

/* "tile/0/x001/234" or "tile/entries/000.p/11", with a NUL. */
void ac_tile_path(ac_tile tile, char out[static AC_TILE_PATH_MAX]);
/* The one path of a tile, and nothing else: false for "..", zeros too many, a width of 0 or of 256 written out. */
bool ac_tile_path_parse(ac_str path, ac_tile *out);
/* Width of a tile in a tree of `size` leaves: 0 when it has none of it. */
unsigned ac_tile_width(int level, uint64_t number, uint64_t size);

/* One leaf of a tile of entries: its length in two bytes, big end first, and its bytes. ACCORD_ELIMIT over AC_LEAF_MAX. */
int ac_entry_add(ac_buf *buf, ac_str leaf, accord_err *err) AC_CHECKED;
/* The next leaf of *rest. ACCORD_EINPUT: the bytes end in its middle. ACCORD_ELIMIT over AC_LEAF_MAX. */
int ac_entry_next(ac_str *rest, ac_str *out, accord_err *err) AC_CHECKED;

/* Tiles by name: bytes valid until the next call. Used to read one's own log, another's, or a bundle of proofs. */
typedef struct ac_tile_source {
	int (*read)(void *payload, ac_tile tile, ac_str *out, accord_err *err);
	void *payload;
} ac_tile_source;

/* Nodes of the tree of `size` leaves out of its tiles, the last of which is kept. */
typedef struct ac_tile_nodes {
	ac_tile_source source;
	ac_digester *digester;
	uint64_t size;
	ac_tile have; /* width 0: none */
	ac_hash hashes[AC_TILE_WIDTH];
} ac_tile_nodes;
void ac_tile_nodes_init(ac_tile_nodes *nodes, ac_tile_source source, ac_digester *digester, uint64_t size);
/* For ac_tlog_root and the provers. ACCORD_EINPUT: a tile is of another size than its name says. */
ac_tlog_nodes ac_tile_nodes_of(ac_tile_nodes *nodes);

#endif
