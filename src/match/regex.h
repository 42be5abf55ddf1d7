/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MATCHES (STIX 2.1 s9.6.1): PCRE syntax, searching, DOTALL; on strings with Unicode, on octets without. PCRE2 says what a regex means and whether it is one. Vectorscan, which takes linear
 * time, runs the regexes of which it is known to mean the same (regex_shape.c); PCRE2 runs the others under a budget of steps. Private to match/.
 */
#ifndef AC_MATCH_REGEX_H
#define AC_MATCH_REGEX_H

#include "match/value.h"

/* What a regex's text shows before it is run. */
typedef struct ac_regex_shape {
	bool is_portable;  /* only constructs that Vectorscan and PCRE2 read alike */
	bool is_sensitive; /* has classes or cases whose Unicode tables may differ: alike on ASCII subjects only */
	uint32_t weight;   /* of its automaton, roughly; AC_MATCH_SCAN_WEIGHT_MAX is for many */
	ac_str literal;    /* stands in every subject that matches; empty: none is known. In arena */
} ac_regex_shape;
/* False without memory. */
bool ac_regex_look(ac_str text, bool octets, ac_arena *arena, ac_regex_shape *out);

typedef struct ac_regex ac_regex;
/*
 * Compile. text is in normal form C (strings) or octets, and must live as long. ACCORD_EINPUT: it is no PCRE regex, or one that has no meaning on strings (\C), with the place and PCRE2's word.
 */
int ac_regex_new(ac_str text, bool octets, ac_arena *arena, ac_regex **out, accord_err *err) AC_CHECKED;
ac_regex *ac_regex_free(ac_regex *regex);
const ac_regex_shape *ac_regex_shape_of(const ac_regex *regex);
ac_str ac_regex_text(const ac_regex *regex);
bool ac_regex_is_octets(const ac_regex *regex);
/* Bytes on the heap. Takes NULL. */
size_t ac_regex_bytes(const ac_regex *regex);
/* May Vectorscan decide on this subject? */
static inline bool
ac_regex_may_scan(const ac_regex_shape *shape, ac_str subject, bool is_ascii)
{
	return shape->is_portable && (is_ascii || !shape->is_sensitive);
}

/* What running needs: one for each thread. */
typedef struct ac_regex_runner ac_regex_runner;
int ac_regex_runner_new(ac_regex_runner **out, accord_err *err) AC_CHECKED;
ac_regex_runner *ac_regex_runner_free(ac_regex_runner *runner);
/*
 * Does the regex match somewhere in subject (valid UTF-8, unless octets)? By PCRE2; *steps, what is left of a budget, goes down by the work, at most AC_MATCH_REGEX_STEPS_MAX of it.
 * UNKNOWN when either is used up, or memory is.
 */
ac_truth ac_regex_run(ac_regex_runner *runner, const ac_regex *regex, ac_str subject, uint64_t *steps);

#endif
