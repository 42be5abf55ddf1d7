/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many STIX patterns as one program (STIX 2.1 s9). Comparisons and brackets that say the same thing are kept once, whatever patterns they stand in. For each bracket one or more
 * comparisons are chosen as its gate: rare ones, that an index finds from the data. A bracket is evaluated only for objects that open its gate, so that the cost of an observation
 * does not grow with the number of patterns.
 *
 *	ac_pattern_set_new, ac_pattern_set_add for each pattern, ac_pattern_set_finish: from then on it does not change and threads may share it; each has its own ac_matcher.
 */
#ifndef AC_MATCH_PATTERN_SET_H
#define AC_MATCH_PATTERN_SET_H

#include "base/arena.h"
#include "base/map.h"
#include "stix/pattern.h"

typedef struct ac_pattern_set ac_pattern_set;

/* An empty set. Its memory has the ceiling AC_MATCH_SET_MAX. The observations that it is matched against must have the same seed. */
int ac_pattern_set_new(ac_hash_seed seed, ac_pattern_set **out, accord_err *err) AC_CHECKED;
/* Takes NULL and half-built sets; returns NULL. */
ac_pattern_set *ac_pattern_set_free(ac_pattern_set *set);
/*
 * Add a pattern; text is copied. dialect: as in ac_pattern_parse_dialect. *out_pattern (may be NULL) gets its number: 0, 1, 2 ... in the order of adding.
 * ACCORD_EINPUT: it does not parse, nothing was added, and the set is as before (err has the byte). A pattern that parses and has a constant that the standard makes unusable (30 February, a
 * regex that PCRE refuses, an IN of several kinds, a CIDR that is none) is added, matches nothing (s9.4), and ac_pattern_set_problem tells why.
 */
int ac_pattern_set_add(
    ac_pattern_set *set, ac_str text, unsigned dialect, uint32_t *out_pattern, accord_err *err) AC_CHECKED;
/* Choose the gates and build the indexes. Call once; nothing can be added afterwards. */
int ac_pattern_set_finish(ac_pattern_set *set, accord_err *err) AC_CHECKED;

size_t ac_pattern_set_count(const ac_pattern_set *set);
/* Brackets of a pattern, in the order of the text. */
size_t ac_pattern_set_leaves(const ac_pattern_set *set, uint32_t pattern);
/* Why a pattern matches nothing; {NULL, 0} for a pattern that can match. Lives as long as the set. */
ac_str ac_pattern_set_problem(const ac_pattern_set *set, uint32_t pattern);

/* The tree of a pattern's observation expressions, as ac_sequence_match wants it; NULL for one bracket without qualifiers, and for a pattern that matches nothing. Lives as long as the set. */
const ac_pattern_node *ac_pattern_set_tree(const ac_pattern_set *set, uint32_t pattern);
/* The object paths of all comparisons, as patterns write them, by number below ac_pattern_set_sizes.paths; in arena ({NULL, 0} without memory). */
ac_str ac_pattern_set_path(const ac_pattern_set *set, size_t path, ac_arena *arena);

/* Whether values at a path (by its number) can open brackets. The set must be finished. */
bool ac_pattern_set_has_gate(const ac_pattern_set *set, uint32_t path);

/*
 * The texts one of which stands in every string at a path (by its number) that opens a bracket, each told to on_text until that says false. Returns false when it did, or when something else than
 * such a text may open one (a range, a network, a regex of which no text is known ...). The set must be finished.
 */
typedef bool (*ac_on_gate_text)(void *payload, ac_str text);
bool ac_pattern_set_gate_texts(const ac_pattern_set *set, uint32_t path, ac_on_gate_text on_text, void *payload);
/* The same of numbers: every integer that opens a bracket. False when other numbers may open one, too. */
typedef bool (*ac_on_gate_integer)(void *payload, int64_t number);
bool ac_pattern_set_gate_integers(
    const ac_pattern_set *set, uint32_t path, ac_on_gate_integer on_integer, void *payload);

/* What the set holds, for reports and benchmarks. */
typedef struct ac_pattern_set_sizes {
	size_t patterns, unusable;
	size_t brackets;    /* different ones */
	size_t comparisons; /* different ones */
	size_t paths;       /* different object paths */
	size_t always;  /* brackets that are evaluated for every object of their type: nothing in them can be indexed */
	size_t by_type; /* of these, those that need no value: NOT EXISTS */
	size_t bytes;   /* memory, without Vectorscan's */
} ac_pattern_set_sizes;
ac_pattern_set_sizes ac_pattern_set_measure(const ac_pattern_set *set);

/* How a comparison is found from the data. */
typedef enum ac_match_index {
	AC_MATCH_INDEX_NONE,    /* not a gate: evaluated when the bracket's gate has opened */
	AC_MATCH_INDEX_HASH,    /* = and IN: the value's hash */
	AC_MATCH_INDEX_ORDER,   /* < > <= >=: binary search among constants */
	AC_MATCH_INDEX_NETWORK, /* ISSUBSET, ISSUPERSET: a probe for each prefix length, or binary search */
	AC_MATCH_INDEX_AFFIX,   /* LIKE: hash of the text before the first, or behind the last wildcard */
	AC_MATCH_INDEX_LITERAL, /* LIKE and MATCHES: a text that must stand in the value; one scan looks for all such texts */
	AC_MATCH_INDEX_SCAN,     /* MATCHES: one scan runs all regexes of the path */
	AC_MATCH_INDEX_PRESENCE, /* the path is there: nothing better is in the bracket */
	AC_MATCH_INDEX_TYPE      /* an object of the type is there: NOT EXISTS */
} ac_match_index;
/* "hash", "order" ... */
ac_str ac_match_index_name(ac_match_index index);

/* One comparison of a pattern, and what the program does with it. Texts live in the arena or the set. */
typedef struct ac_match_explained {
	uint32_t bracket; /* of the pattern, from 0 in the order of the text */
	size_t byte;      /* where the comparison begins in the pattern's text */
	ac_str path;      /* "file:hashes.'SHA-256'" */
	ac_match_index index;
	ac_str
	    engine; /* what evaluates a regex: "vectorscan", "vectorscan or pcre2" (by the value), "pcre2"; else empty */
	size_t shared_by; /* patterns that hold the same comparison, this one too */
} ac_match_explained;

/*
 * What is indexed by what, and what is evaluated plainly: a row for each comparison of the pattern, in the order of its text. The set must be finished. Rows live in arena.
 * A pattern that matches nothing has no rows: see ac_pattern_set_problem.
 */
int ac_pattern_set_explain(const ac_pattern_set *set, uint32_t pattern, ac_arena *arena,
    const ac_match_explained **out_rows, size_t *out_count, accord_err *err) AC_CHECKED;

#endif
