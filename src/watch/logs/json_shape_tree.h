/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of shapes, and the way of a line through it. Private to json_shape.c and its kernels. */
#ifndef AC_WATCH_LOGS_JSON_SHAPE_TREE_H
#define AC_WATCH_LOGS_JSON_SHAPE_TREE_H

#include "watch/logs/json_shape.h"

/* Some dozens of shapes with some dozens of members each. */
#define AC_SHAPE_NODES_MAX 2048
/* Bytes between two values: longer ones make a line of no shape. */
#define AC_SHAPE_PIECE_MAX 64
/* Bytes of a piece that are compared at once. */
#define AC_SHAPE_AT_ONCE 32

typedef enum ac_shape_kind { AC_SHAPE_TEXT, AC_SHAPE_SCALAR, AC_SHAPE_END } ac_shape_kind;

typedef struct ac_shape_node {
	char piece[AC_SHAPE_PIECE_MAX]; /* before the value, with a text's opening quote */
	ac_log_field field;             /* without its value */
	uint64_t role;                  /* AC_ROLE_BIT */
	uint64_t keep;                  /* wanted roles of which one suffices to keep it */
	struct ac_shape_node *likely;   /* what came behind it last, or NULL */
	uint32_t bits;                  /* of the first AC_SHAPE_AT_ONCE bytes, those that are the piece's */
	uint16_t n;                     /* bytes of the piece, at least one */
	uint16_t first;                 /* of those behind it; 0: none */
	uint16_t sibling;
	uint8_t kind;
	bool is_short; /* compared at once */
} ac_shape_node;

struct ac_log_shapes {
	ac_shape_node nodes[AC_SHAPE_NODES_MAX]; /* the first is the begin of a line */
	size_t count;
	unsigned served; /* lines since the tree was made anew */
	unsigned tried, fitted, to_pass;
	bool passes;  /* most lines have no shape that is known */
	bool tries;   /* the line at hand was tried */
	bool is_wide; /* the processor has AVX2 */
};

#define AC_SHAPE_INLINE static inline __attribute__((always_inline))

AC_SHAPE_INLINE bool
ac_shape_is_scalar(char c)
{
	return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 26 || c == '-' || c == '.' ||
	       c == '+';
}

/* A byte that texts may hold beside quotes and backslashes. */
AC_SHAPE_INLINE bool
ac_shape_is_plain(char c)
{
	return (unsigned char)(c - ' ') < 0x60;
}

/* What a kernel compares with, in memory so that it stays there. */
extern const char ac_shape_quotes[AC_SHAPE_AT_ONCE], ac_shape_slashes[AC_SHAPE_AT_ONCE],
    ac_shape_blanks[AC_SHAPE_AT_ONCE];

/* The node behind `at` that fits, where the likely one did not at once; NULL: there is none. */
ac_shape_node *ac_shape_find(ac_log_shapes *shapes, ac_shape_node *at, const char *p, size_t left);
/* The fields of a line, by a kernel. */
bool ac_shape_read(ac_log_shapes *shapes, ac_str line, ac_log_record *record);
bool ac_shape_read_avx2(ac_log_shapes *shapes, ac_str line, ac_log_record *record);

#endif
