/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths as numbers: a tree of names, in which each node is known by its parent and its name. "file", "hashes" below it, "SHA-256" below that; a list's items are a node without a name.
 * Private to match/.
 */
#ifndef AC_MATCH_SYMBOLS_H
#define AC_MATCH_SYMBOLS_H

#include "base/arena.h"
#include "base/map.h"

/* No such node; also the parent of nodes at the top. */
#define AC_SYMBOL_NONE UINT32_MAX

typedef struct ac_symbol {
	uint32_t parent;
	uint32_t lists; /* list steps on the way to it */
	ac_str name;    /* p NULL: the items of a list */
} ac_symbol;

typedef struct ac_symbols {
	ac_hash_seed seed;
	ac_arena names;
	ac_symbol *items; /* parents stand before their children */
	size_t count, capacity, limit;
	uint32_t *slots; /* AC_SYMBOL_NONE: empty */
	size_t slot_count;
	int failed; /* 0, ACCORD_ELIMIT or ACCORD_ENOMEM */
} ac_symbols;

void ac_symbols_init(ac_symbols *s, ac_hash_seed seed, size_t limit, size_t names_limit);
void ac_symbols_done(ac_symbols *s);
void ac_symbols_clear(ac_symbols *s);
/* The step to the items of a list. */
#define AC_SYMBOL_ITEMS ((ac_str){ NULL, 0 })
/* The node, or AC_SYMBOL_NONE. */
uint32_t ac_symbols_find(const ac_symbols *s, uint32_t parent, ac_str name);
/* The node, made when it was not there. AC_SYMBOL_NONE over the limit or without memory: `failed` says which. */
uint32_t ac_symbols_put(ac_symbols *s, uint32_t parent, ac_str name);

#endif
