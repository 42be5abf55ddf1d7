/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of a set of patterns. Private to match/.
 *
 * A path is (context, shape, places): the context is where it begins (a type's objects, or the objects that another path refers to), the shape its names without places in lists ("hashes" >
 * "MD5"), and places says which items of its lists are meant. So "network-traffic:src_ref.value" is the path "value" in the context of what the path "src_ref" of network-traffic refers to.
 *
 * Comparisons (atoms) are the leaves of expressions, expressions those of brackets. All are kept once each. Lists of numbers stand in one array, `lists`, and are named by (first, count).
 */
#ifndef AC_MATCH_SET_H
#define AC_MATCH_SET_H

#include "match/atom.h"
#include "match/pattern_set.h"
#include "match/symbols.h"

#define AC_NONE UINT32_MAX
/* Place in a list: any item. */
#define AC_PLACE_ANY UINT32_MAX

typedef struct ac_context {
	uint32_t path;                   /* whose references lead here; AC_NONE: the objects of a type */
	uint32_t root;                   /* the context of the type where it all began: itself for a type's */
	ac_str type;                     /* of a type's */
	uint32_t first_leaf, leaf_count; /* of a type's: brackets that every object of it opens, in lists */
} ac_context;

typedef struct ac_path_index ac_path_index;

typedef struct ac_path {
	uint32_t context, shape;
	uint32_t places;            /* first of its places in `places`; as many as the shape has lists */
	uint32_t next;              /* path of the same context and shape, or AC_NONE */
	uint32_t child;             /* context of what it refers to, or AC_NONE */
	bool any_place;             /* all places are any */
	bool octets;                /* its name ends in _hex or _bin */
	const ac_path_index *index; /* NULL: no gate is on it */
} ac_path;

typedef enum ac_node_op { AC_NODE_ATOM, AC_NODE_AND, AC_NODE_OR } ac_node_op;
typedef struct ac_node {
	ac_node_op op;
	uint32_t first; /* ATOM: the atom; else of its operands in lists */
	uint32_t count;
	uint32_t leaf; /* the bracket that consists of it, or AC_NONE */
} ac_node;

/* What the set knows of an atom beside what it says. */
typedef struct ac_atom_use {
	uint32_t node;
	uint32_t patterns;               /* that hold it */
	uint32_t last_pattern;           /* the last of them, and 1 */
	uint32_t leaves;                 /* brackets that hold it */
	ac_match_index index;            /* as a gate; NONE: it is none */
	uint32_t first_leaf, leaf_count; /* brackets whose gate it is, in lists */
} ac_atom_use;

typedef struct ac_leaf {
	uint32_t node;
	uint32_t first_pattern, pattern_count; /* that its hits make worth asking about; in lists, made by finish */
	bool is_used;                          /* some pattern holds it */
	bool once;                             /* and all that do consist of it: one sure hit of a run is enough */
	bool direct;                           /* it is one comparison */
	bool always;                           /* every object of the type, or with the path, opens it */
} ac_leaf;

typedef struct ac_set_pattern {
	const ac_pattern_node *tree; /* NULL: one bracket without qualifiers */
	ac_str problem;
	uint32_t first_leaf, leaf_count; /* in lists; in the order of the text */
	uint32_t first_row, row_count;
} ac_set_pattern;

/* A comparison of a pattern, as explain tells it. */
typedef struct ac_set_row {
	uint32_t atom;
	uint32_t bracket;
	uint32_t byte;
} ac_set_row;

/* (context, shape) -> first path; open addressing. */
typedef struct ac_group_slot {
	uint32_t context, shape;
	uint32_t path; /* AC_NONE: empty */
} ac_group_slot;

/* What the value's hash leads to: atoms that are true, or have to be looked at. */
typedef struct ac_key {
	uint64_t hash;
	uint32_t first, count; /* atoms, in lists */
} ac_key;

struct ac_pattern_set {
	ac_hash_seed seed;
	ac_arena arena;   /* what lives as long as the set */
	ac_arena scratch; /* the tree of the pattern that is being added */
	bool finished;
	ac_symbols shapes;
	ac_map types;       /* name -> context + 1 */
	ac_map known_paths; /* bytes of (context, shape, places) -> path + 1 */
	ac_map known_atoms; /* bytes of what it says -> atom + 1 */
	ac_map known_nodes; /* bytes of operator and operands -> node + 1 */
	ac_context *contexts;
	size_t context_count, context_capacity;
	ac_path *paths;
	size_t path_count, path_capacity;
	uint32_t *places;
	size_t place_count, place_capacity;
	ac_atom *atoms;
	ac_atom_use *uses; /* by atom */
	size_t atom_count, atom_capacity, use_capacity;
	ac_node *nodes;
	size_t node_count, node_capacity;
	ac_leaf *leaves;
	size_t leaf_count, leaf_capacity;
	ac_set_pattern *patterns;
	size_t pattern_count, pattern_capacity;
	ac_set_row *rows;
	size_t row_count, row_capacity;
	uint32_t *lists;
	size_t list_count, list_capacity;
	uint32_t regex_count;
	size_t regex_bytes; /* of PCRE2 */
	size_t unusable, always;
	/* made by finish */
	ac_group_slot *groups;
	size_t group_count; /* slots, a power of two */
	ac_key *keys;
	uint64_t *key_slots; /* high half: of the hash; low half: key + 1; 0: empty */
	size_t key_count, key_capacity, key_slot_count;
	uint64_t *key_filter; /* a bit for each hash, 16 to 32 times as many as keys: small enough for a near cache */
	size_t key_filter_words;
	ac_path_index **indexes;
	size_t index_count, index_capacity;
};

/* A hash of two numbers that the makers of patterns and data choose, under the set's seed: they cannot make them collide. */
static inline size_t
ac_set_mix(const ac_pattern_set *set, uint64_t key)
{
	uint64_t h = (key ^ set->seed.word[0]) * (set->seed.word[1] | 1);

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93U;
	return (size_t)(h ^ h >> 32);
}

/* The path of a (context, shape), or AC_NONE; the others follow by `next`. */
static inline uint32_t
ac_set_group(const ac_pattern_set *set, uint32_t context, uint32_t shape)
{
	size_t at = ac_set_mix(set, (uint64_t)context << 32 | shape) & (set->group_count - 1);

	for (; set->groups[at].path != AC_NONE; at = (at + 1) & (set->group_count - 1))
		if (set->groups[at].context == context && set->groups[at].shape == shape)
			return set->groups[at].path;
	return AC_NONE;
}

/* set_path.c: the path of a comparison; *out is made when it is new. */
int ac_set_path(ac_pattern_set *set, const ac_pattern_node *node, uint32_t *out, accord_err *err) AC_CHECKED;
/* As a pattern writes it, in arena. */
ac_str ac_set_path_text(const ac_pattern_set *set, uint32_t path, ac_arena *arena);
/* set_expression.c: the bracket of an observation expression; *out_leaf is made when it is new. Its comparisons become rows. ACCORD_EINPUT: a constant is unusable. */
int ac_set_bracket(ac_pattern_set *set, const ac_pattern_node *observation, uint32_t bracket, uint32_t *out_leaf,
    accord_err *err) AC_CHECKED;
/* Put numbers behind `lists`. */
int ac_set_list(
    ac_pattern_set *set, const uint32_t *numbers, size_t n, uint32_t *out_first, accord_err *err) AC_CHECKED;
/* set_patterns.c: which patterns to ask about when a bracket has hits. */
int ac_set_list_patterns(ac_pattern_set *set, accord_err *err) AC_CHECKED;
/* set_gate.c: choose the gates of all brackets. */
int ac_set_choose_gates(ac_pattern_set *set, accord_err *err) AC_CHECKED;
/* set_index.c: make the indexes of all gates. */
int ac_set_build_indexes(ac_pattern_set *set, accord_err *err) AC_CHECKED;
int ac_set_failed(int rc, accord_err *err);

#endif
