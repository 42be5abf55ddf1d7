/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a matcher: matcher.c runs it, matcher_visit.c takes an object through the indexes, matcher_result.c makes patterns of brackets. Private to match/. */
#ifndef AC_MATCH_VISIT_H
#define AC_MATCH_VISIT_H

#include "match/batch.h"
#include "match/index.h"
#include "match/matcher.h"

/* A bracket that holds for an observation. */
typedef struct ac_hit {
	uint32_t leaf;
	uint32_t observation;
	bool sure; /* else a budget ran out */
} ac_hit;

/* A reference that has been followed for the present object. */
typedef struct ac_visited {
	uint64_t key; /* context and object */
	uint32_t epoch;
} ac_visited;

/* A bracket of a pattern. */
typedef struct ac_bracket_of {
	uint32_t pattern, bracket;
} ac_bracket_of;

/* A bracket's hits of the run. */
typedef struct ac_leaf_run {
	uint32_t stamp; /* of the run; else there are none */
	uint32_t first; /* among the grouped hits */
	uint32_t n, unsure;
	uint32_t settled; /* stamp of the run in which it has a sure hit, and that is enough */
} ac_leaf_run;

struct ac_matcher {
	const ac_pattern_set *set;
	ac_tester tester;
	/* of the batch: symbols to what the set calls them */
	const ac_observations *batch;
	uint32_t *shapes, *contexts; /* AC_NONE: the set does not ask for it */
	size_t symbol_count, shape_capacity, context_capacity;
	uint32_t generation;
	/* of the present observation and object; a stamp that is not the present one means: nothing known */
	uint32_t observation, observation_stamp;
	uint32_t root; /* context of its type */
	uint32_t epoch;
	uint32_t *atom_epochs;
	uint8_t *atom_truths;  /* ac_truth */
	uint32_t *leaf_epochs; /* is it among the candidates? */
	uint32_t *leaf_stamps; /* has it a hit in this observation? */
	uint32_t *leaf_hits;   /* which */
	uint32_t *candidates;
	size_t candidate_count; /* at most the set's leaves */
	uint32_t *found;        /* atoms that a scan found */
	size_t found_count, found_capacity;
	ac_visited *visited;
	size_t visited_slots, visited_count;
	uint32_t *frontier, *next_frontier;
	size_t frontier_capacity, next_capacity;
	uint32_t *object_epochs; /* by object of the batch */
	size_t object_capacity;
	uint32_t walk_epoch;
	/* of the run */
	uint32_t run;
	ac_hit *hits;
	size_t hit_count, hit_capacity;
	uint64_t steps_given;
	size_t hits_max;
	bool is_full; /* no room for more hits */
	int failed;
	bool every;           /* all hits are asked for: one is not enough */
	bool probing, probed; /* a value is only asked whether it opens a gate; it does */
	/* who holds a bracket, when it has been asked: pairs [firsts[leaf], firsts[leaf + 1]) */
	uint32_t *firsts;
	ac_bracket_of *pairs;
	ac_leaf_run *leaf_runs;
	uint32_t *pattern_runs; /* stamps */
};

/* Ask for one more object of an observation: the brackets that hold for it become hits. */
void ac_matcher_visit(ac_matcher *m, uint32_t context, const ac_fact_object *object);
/* What holds, from the hits of the run. */
int ac_matcher_decide(ac_matcher *m, const ac_matcher_budget *budget, bool exhausted, ac_arena *arena,
    ac_match_result *out, accord_err *err);

#endif
