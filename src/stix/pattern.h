/* SPDX-License-Identifier: Apache-2.0 */
/* STIX patterns: text to syntax tree (STIX 2.1 section 9). Evaluating them is the watch engine's business. */
#ifndef AC_STIX_PATTERN_H
#define AC_STIX_PATTERN_H

#include "base/arena.h"
#include "base/time.h"

typedef enum ac_pattern_op {
	/* observation expressions */
	AC_PATTERN_FOLLOWEDBY,
	AC_PATTERN_OBS_OR,
	AC_PATTERN_OBS_AND,
	AC_PATTERN_OBSERVATION,
	AC_PATTERN_WITHIN,
	AC_PATTERN_REPEATS,
	AC_PATTERN_START_STOP,
	/* comparison expressions inside [ ] */
	AC_PATTERN_AND,
	AC_PATTERN_OR,
	AC_PATTERN_COMPARE,
	AC_PATTERN_EXISTS
} ac_pattern_op;

typedef enum ac_pattern_comparator {
	AC_PATTERN_EQ,
	AC_PATTERN_NE,
	AC_PATTERN_GT,
	AC_PATTERN_LT,
	AC_PATTERN_GE,
	AC_PATTERN_LE,
	AC_PATTERN_IN,
	AC_PATTERN_LIKE,
	AC_PATTERN_MATCHES,
	AC_PATTERN_ISSUBSET,
	AC_PATTERN_ISSUPERSET
} ac_pattern_comparator;

typedef enum ac_pattern_constant_kind {
	AC_PATTERN_STRING,
	AC_PATTERN_INTEGER,
	AC_PATTERN_FLOAT,
	AC_PATTERN_BOOLEAN,
	AC_PATTERN_TIMESTAMP,
	AC_PATTERN_HEX,
	AC_PATTERN_BINARY
} ac_pattern_constant_kind;

typedef struct ac_pattern_constant {
	ac_pattern_constant_kind kind;
	ac_str text; /* unescaped string; number text; decoded bytes of hex and binary; timestamp text */
	ac_time time;
	bool boolean;
	bool unusable; /* the grammar takes it, the standard does not: 30 February, a number beyond a double */
} ac_pattern_constant;

typedef enum ac_pattern_step_kind {
	AC_PATTERN_STEP_NAME,
	AC_PATTERN_STEP_INDEX,
	AC_PATTERN_STEP_ANY
} ac_pattern_step_kind;
typedef struct ac_pattern_step {
	ac_pattern_step_kind kind;
	ac_str name;    /* NAME; {NULL, 0} for others */
	uint64_t index; /* INDEX; saturates */
} ac_pattern_step;

typedef struct ac_pattern_node ac_pattern_node;
struct ac_pattern_node {
	ac_pattern_op op;
	const ac_pattern_node *left; /* OBSERVATION: its comparison; WITHIN, REPEATS, START_STOP: what they qualify */
	const ac_pattern_node *right;
	/* COMPARE, EXISTS */
	bool negated;
	ac_pattern_comparator comparator;
	ac_str object_type;
	const ac_pattern_step *steps;
	size_t step_count;
	const ac_pattern_constant *constants; /* one; for IN any number */
	size_t constant_count;
	/* qualifiers */
	double within_seconds;
	ac_time within;   /* the same window to the nanosecond: more digits round up, whole seconds saturate */
	uint64_t repeats; /* saturates */
	ac_time start, stop;
	ac_str qualifier_text[2]; /* WITHIN: its number as written; START, STOP: the texts of the instants */
	/*
	 * Here or below stands a constant that the grammar takes and the standard makes unusable (30 February; WITHIN 0; REPEATS 0). With it in
	 * the root, the whole pattern matches nothing (s9.4).
	 */
	bool unusable;
	size_t byte; /* where it begins in the text */
};

/*
 * Parse; the tree lives in arena and views text. ACCORD_EINPUT with the byte (err->byte, column) and what was wanted; ACCORD_ELIMIT over a
 * ceiling of limits.h. A hash constant of the wrong form for its algorithm (file:hashes.MD5 = 'f00') is refused too.
 *
 * Chains of AND and of OR become balanced trees with the operands in the text's order, so that a thousand of them are ten levels deep; both are
 * associative. FOLLOWEDBY leans left, as s9.5.3 says; a pattern has fewer than AC_PATTERN_SEQUENCE_MAX of them. Around a
 * group stand at most AC_PATTERN_NESTING_MAX qualifiers. So no tree is deeper than AC_PATTERN_SEQUENCE_MAX + AC_PATTERN_NESTING_MAX * (AC_PATTERN_NESTING_MAX + 32), and walking it by
 * recursion is safe. Linear time and memory.
 */
int ac_pattern_parse(ac_str text, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err) AC_CHECKED;

/* What an older dialect allows beyond STIX 2.1, as a set. */
enum {
	AC_PATTERN_REPEATED_QUALIFIERS = 1, /* 2.0: REPEATS 2 TIMES REPEATS 3 TIMES */
	AC_PATTERN_STRING_TIMES = 2,        /* early 2.0: START '2017-...' without the t */
	/*
	 * REPEATS 2 TIMES REPEATS 2 TIMES: s9.5.1 forbids it, and OASIS' own matcher has it among its 2.1 cases. For evaluating patterns only; two different values stay
	 * refused.
	 */
	AC_PATTERN_SAME_QUALIFIERS = 4
};
int ac_pattern_parse_dialect(
    ac_str text, unsigned dialect, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err) AC_CHECKED;

/* "AND", "FOLLOWEDBY", "WITHIN" ...; "=", "LIKE" ... */
ac_str ac_pattern_op_name(ac_pattern_op op);
ac_str ac_pattern_comparator_name(ac_pattern_comparator comparator);

#endif
