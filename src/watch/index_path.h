/* SPDX-License-Identifier: Apache-2.0 */
/* Object paths of patterns that stand for values, and comparisons with them. Shared by index_pattern.c and index_gate.c. Private to this room. */
#ifndef AC_WATCH_INDEX_PATH_H
#define AC_WATCH_INDEX_PATH_H

#include "watch/index_build.h"

/* What is known of a comparison's object path. Names joined by '.', lists as "[*]". */
typedef enum ac_path_kind {
	AC_PATH_VALUE,     /* compared with a value of `type`; NONE: an address or domain, told by the constant */
	AC_PATH_HASH,      /* type by the algorithm that follows */
	AC_PATH_TYPE_TEST, /* the type of the object that `role` refers to */
	AC_PATH_SOURCE_PORT,
	AC_PATH_DESTINATION_PORT,
	AC_PATH_PROTOCOL
} ac_path_kind;

typedef struct ac_path_row {
	ac_str object, path;
	ac_path_kind kind;
	ac_value_type type;
	ac_term_role role;
	bool is_file;
} ac_path_row;

/* One comparison with one constant. */
typedef struct ac_path_literal {
	const ac_path_row *row;
	ac_value value; /* AC_PATH_VALUE, AC_PATH_HASH */
	ac_str text;    /* the constant as written */
	bool is_subset;
} ac_path_literal;

typedef struct ac_expansion {
	ac_arena *arena;
	const char *reason; /* first thing that is not understood */
	int failed;
} ac_expansion;

/* Note the first thing that is not understood. False. */
bool ac_expansion_stop(ac_expansion *x, const char *reason);
/* "refs[*].value" of the first steps; {NULL,0} when a list index is a number: the place in a list is not told by logs. */
ac_str ac_path_text(ac_expansion *x, const ac_pattern_node *node, size_t steps);
/* The row of a comparison's path, or NULL. */
const ac_path_row *ac_path_find(ac_expansion *x, const ac_pattern_node *node);
/* A text as a value of a type; false when it is none. */
bool ac_path_value(ac_expansion *x, ac_value_type type, ac_str text, ac_value *out);
/* A comparison with one constant; false when it is not understood. */
bool ac_path_literal_of(ac_expansion *x, const ac_pattern_node *node, const ac_path_row *row,
    const ac_pattern_constant *constant, ac_path_literal *out);

/* ---- index_gate.c ---- */

/* How the records for which a pattern may hold can be told. */
typedef enum ac_gate_kind {
	AC_GATE_OPEN,   /* any record may be one */
	AC_GATE_VALUES, /* one of a few values stands in it */
	AC_GATE_NEVER   /* none: it asks for what no telemetry tells */
} ac_gate_kind;
typedef struct ac_pattern_gate {
	ac_gate_kind kind;
	const ac_value **values; /* in the arena */
	size_t n;
	unsigned rank; /* of the worst value: lower ones are rarer */
} ac_pattern_gate;
/* Of a pattern in canonical form. Every bracket of it has to be found: a record counts for each alone. */
int ac_pattern_gate_of(const ac_pattern_node *root, ac_arena *arena, ac_pattern_gate *out, accord_err *err) AC_CHECKED;

#endif
