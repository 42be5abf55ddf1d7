/* SPDX-License-Identifier: Apache-2.0 */
/* One comparison of a pattern, made ready, against one value (STIX 2.1 s9.6). Private to match/. */
#ifndef AC_MATCH_ATOM_H
#define AC_MATCH_ATOM_H

#include "match/regex.h"
#include "match/scan.h"
#include "match/value.h"
#include "stix/pattern.h"
#include "values/value.h"

typedef struct ac_constant {
	ac_match_value value;
	ac_str octets; /* what it says as octets: p NULL when it says none (s9.6.4) */
	uint64_t octets_hash;
} ac_constant;

/* MATCHES in the two forms that a path may need. */
typedef struct ac_atom_regex {
	ac_regex *text;   /* NULL: no value of the path is a string */
	ac_regex *octets; /* NULL: none is octets, or the constant cannot be taken as octets */
	uint32_t number;  /* among the set's regexes */
} ac_atom_regex;

typedef struct ac_atom {
	ac_pattern_comparator comparator;
	bool is_exists;
	bool negated;
	bool by_hash;                 /* IN: constants are in the order of their hashes */
	uint32_t path;                /* of the set's */
	const ac_constant *constants; /* = != < > <= >=: one; IN: any number */
	uint32_t constant_count;
	ac_network network;       /* ISSUBSET, ISSUPERSET */
	ac_str like, like_octets; /* LIKE; like_octets.p NULL: cannot be octets */
	ac_atom_regex *regex;     /* MATCHES; in the set's arena */
} ac_atom;

/* What testing needs of its thread. */
typedef struct ac_tester {
	ac_regex_runner *runner;
	ac_scanner *scanner;
	ac_scan **scans;      /* by regex number: made when PCRE2 has been slow; a regex that has none runs there */
	bool *tried;          /* by regex number */
	uint64_t *spent;      /* by regex number: steps in PCRE2 */
	uint64_t scan_weight; /* of them */
	uint64_t steps;       /* what is left of the run's budget */
	uint64_t undecided;   /* comparisons that ended by a budget */
} ac_tester;

/*
 * Make a comparison ready. octets: values of the path may be octets. Texts live in arena. ACCORD_EINPUT: a constant is unusable (s9.4), with what was wanted; out->path and regex numbers are the
 * caller's.
 */
int ac_atom_make(const ac_pattern_node *node, bool octets, ac_hash_seed seed, ac_arena *arena, ac_atom *out,
    accord_err *err) AC_CHECKED;
/* Gives back what the arena does not hold. */
void ac_atom_done(ac_atom *atom);

/* Is the comparison true of a value that its path leads to? */
ac_truth ac_atom_test(const ac_atom *atom, const ac_match_value *value, ac_tester *tester);

#endif
