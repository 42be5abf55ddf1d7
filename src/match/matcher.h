/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matching a batch of observations against a set of patterns (STIX 2.1 s9): which patterns hold, and one choice of observations for each. One matcher for each thread; it belongs to its set.
 */
#ifndef AC_MATCH_MATCHER_H
#define AC_MATCH_MATCHER_H

#include "match/observations.h"
#include "match/pattern_set.h"
#include "match/sequence.h"

typedef struct ac_matcher ac_matcher;

/* What one run may cost; AC_MATCHER_BUDGET (limits.h) is a good one. */
typedef struct ac_matcher_budget {
	uint64_t steps;              /* of looking at facts and comparing: some nanoseconds each */
	size_t hits;                 /* of brackets, 21 bytes each; of one that is a whole pattern one is kept */
	ac_sequence_budget sequence; /* of each pattern's temporal part; all of them together have `steps` once more */
} ac_matcher_budget;
#define AC_MATCHER_BUDGET ((ac_matcher_budget){ AC_MATCH_STEPS_MAX, AC_MATCH_HITS_MAX, AC_SEQUENCE_BUDGET })

/* A pattern that holds, or of which it could not be decided whether it does. */
typedef struct ac_match {
	uint32_t pattern;
	bool undecided;                     /* a budget ran out before the answer was sure; no witness then */
	const ac_sequence_witness *witness; /* by bracket, then observation */
	size_t witness_count;
} ac_match;

typedef struct ac_match_result {
	const ac_match *matches; /* by pattern, ascending; patterns that are not here do not hold */
	size_t count;
	size_t undecided;               /* of them */
	uint64_t comparisons_undecided; /* that a budget ended */
	uint64_t steps;                 /* of looking at facts and comparing that were used */
	bool
	    exhausted; /* the run's steps, or its room for hits, ran out: every pattern that is not sure to hold is undecided */
} ac_match_result;

/* The set must be finished, and must outlive it. */
int ac_matcher_new(const ac_pattern_set *set, ac_matcher **out, accord_err *err) AC_CHECKED;
/* Takes NULL; returns NULL. */
ac_matcher *ac_matcher_free(ac_matcher *m);
/*
 * Match all observations of a sealed batch, which has the set's seed. The result lives in arena. Time: linear in the facts of the observations, and in what holds; it does not depend on the
 * number of patterns. ACCORD_ENOMEM, or ACCORD_ELIMIT of the arena.
 */
int ac_matcher_run(ac_matcher *m, const ac_observations *observations, const ac_matcher_budget *budget, ac_arena *arena,
    ac_match_result *out, accord_err *err) AC_CHECKED;

/* A bracket of a pattern that holds for an observation. */
typedef struct ac_bracket_hit {
	uint32_t pattern;
	uint32_t bracket; /* of the pattern, in the order of the text */
	uint32_t observation;
	bool sure; /* else a budget ran out before it was */
} ac_bracket_hit;

typedef struct ac_bracket_result {
	const ac_bracket_hit *hits; /* by observation, then pattern, then bracket */
	size_t count;
	bool exhausted; /* the run's steps, or its room for hits, ran out: more brackets may hold */
	uint64_t comparisons_undecided;
} ac_bracket_result;

/*
 * The same without a judgement over time: every bracket of every pattern that holds, for each observation of its own. For whoever keeps what happened before. budget->sequence is not used.
 */
int ac_matcher_brackets(ac_matcher *m, const ac_observations *observations, const ac_matcher_budget *budget,
    ac_arena *arena, ac_bracket_result *out, accord_err *err) AC_CHECKED;

/*
 * Whether a value at a path (its number: ac_pattern_set_path) opens a gate of some bracket, or may: without such a value, and without objects of a type that opens one
 * (ac_pattern_set_sizes.by_type), no bracket holds for an observation. The text as ac_object_text takes it, or ac_object_number. Scratch in arena.
 */
bool ac_matcher_may_open(ac_matcher *m, uint32_t path, ac_str text, bool is_number, ac_arena *arena);
/* Whether a text may be compared as a time: what is known of texts alone says nothing of it then. */
static inline bool
ac_matcher_may_be_time(ac_str text)
{
	/* What ac_match_time reads begins with a digit and ends in 'Z'. */
	return text.n && (unsigned char)(text.p[0] - '0') < 10 && text.p[text.n - 1] == 'Z';
}
/* The same of an integer. */
bool ac_matcher_may_open_integer(ac_matcher *m, uint32_t path, int64_t number);

#endif
