/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside sequence.c and its helpers: the plan that a pattern and its hits become, and the ways to decide it.
 *
 * The idea that all of it stands on. Take one choice of instances for an expression. Of its instants only the earliest and the latest matter
 * to what is around it, and all that can be had with this choice is described by two numbers:
 *	end	the earliest possible latest instant: the largest `first` of the instances;
 *	start	the latest possible earliest instant: the smallest `last`.
 * (s, t) can be earliest and latest instant, or bettered, exactly when s <= start, end <= t and s <= t. For a FOLLOWEDBY b this composes to
 * the largest end and the smallest start, and can be had when end(a) <= start(b); for WITHIN w when end - start < w; for AND always. So a
 * choice is good when a few differences of `first` and `last` are small enough, and no instants need be tried.
 */
#ifndef AC_MATCH_SEQUENCE_PLAN_H
#define AC_MATCH_SEQUENCE_PLAN_H

#include "match/sequence.h"

/* Nanoseconds since the epoch: ac_time has 96 bits. */
__extension__ typedef __int128 ac_instant;

/* Before and after all instants, far enough from the ends of the type that windows can be added. */
#define AC_INSTANT_MIN (-((ac_instant)1 << 110))
#define AC_INSTANT_MAX ((ac_instant)1 << 110)

/* What a choice allows; end > start when its instances lie apart. */
typedef struct ac_sequence_point {
	ac_instant end;
	ac_instant start;
} ac_sequence_point;

/*
 * The best points of an expression: ascending in both numbers, none as good as another in both. The earliest end with all instances at s or
 * later is that of the first point with start >= s (or s itself, if later).
 */
typedef struct ac_sequence_front {
	ac_sequence_point *points;
	size_t n;
} ac_sequence_front;

/* An observation that a leaf holds for, cut to START and STOP. */
typedef struct ac_sequence_item {
	ac_sequence_point at; /* end: first instant; start: last instant */
	uint32_t observation; /* of the plan */
	uint32_t leaf;
	uint64_t count;
} ac_sequence_item;

typedef enum ac_sequence_kind {
	AC_SEQUENCE_SLOT,   /* `demand` different instances of its items: a leaf, an OR of leaves, REPEATS of these */
	AC_SEQUENCE_ALL,    /* AND */
	AC_SEQUENCE_ANY,    /* OR */
	AC_SEQUENCE_CHAIN,  /* FOLLOWEDBY, any number */
	AC_SEQUENCE_WINDOW, /* WITHIN */
	AC_SEQUENCE_COPIES  /* REPEATS of what is no leaf: a CHAIN, WINDOW or ANY */
} ac_sequence_kind;

typedef struct ac_sequence_node ac_sequence_node;
struct ac_sequence_node {
	ac_sequence_kind kind;
	uint32_t depth;
	ac_sequence_node *parent;
	ac_sequence_node **children; /* none is of the same kind */
	size_t child_count;
	size_t slot_from, slot_to; /* plan->slots below */
	ac_instant within;         /* WINDOW */
	uint64_t copies;           /* COPIES: at least 2 */
	/* SLOT */
	ac_sequence_item *items; /* by end, then start, then observation */
	size_t item_count;
	ac_instant *reach;    /* reach[i]: latest start of items[0..i] */
	uint64_t demand;      /* at least 1 */
	uint64_t occurrences; /* demand times all copies above */
	bool is_proper;       /* starts ascend as well: instants, or no interval inside another */
	bool is_doubled;      /* an observation stands in two items (an OR of differently cut leaves) */
	uint32_t top; /* depth of the highest node at which its observations are contested; UINT32_MAX: nowhere */
	/* Children can take observations from each other, because their counts do not suffice for all. */
	bool is_contested;
	size_t last_contest; /* while they are found: the last observation that was contested here */
	size_t group;        /* ALL contested: children with one `group` contest */
	/* What ac_sequence_solve found */
	bool is_solved;
	bool is_complete; /* front is all of it, not one point */
	ac_sequence_front front;
};

/* What is asked of an expression. Points with end - start >= limit are of no use: some WITHIN above leaves them no room. */
typedef struct ac_sequence_want {
	enum { AC_SEQUENCE_WANT_ANY, AC_SEQUENCE_WANT_FIRST, AC_SEQUENCE_WANT_FRONT } what;
	ac_instant from; /* FIRST: the earliest end of what starts here or later. ANY: any point. FRONT: all */
	ac_instant limit;
} ac_sequence_want;

typedef struct ac_sequence_plan {
	const ac_observed *observed;
	size_t observed_count; /* of `named`, if there is one */
	/*
	 * Where most observations are in no leaf: those that are, ascending; the plan numbers them through, so that a question costs nothing for the others. NULL: it has their own numbers.
	 */
	const uint32_t *named;
	const ac_leaf_hits *hits;
	size_t leaf_count;
	ac_arena memory; /* everything here; fails at the budget's bytes */
	ac_sequence_node *root;
	ac_sequence_node **slots; /* in the text's order */
	size_t slot_count;
	uint64_t steps, steps_max;
	struct ac_sequence_flow *flow; /* made when first needed */
	ac_arena *arena;               /* the caller's: the witness */
	ac_sequence_witness *witness;
	size_t witness_count, witness_capacity;
} ac_sequence_plan;

/* Which ways may be gone; the tests hold them against each other. */
typedef enum ac_sequence_ways { AC_SEQUENCE_ALL_WAYS, AC_SEQUENCE_SEARCH_ONLY } ac_sequence_ways;

/* As ac_sequence_match. */
int ac_sequence_match_by(ac_sequence_ways ways, const ac_pattern_node *root, const ac_observed *observed, size_t n,
    const ac_leaf_hits *hits, size_t leaf_count, const ac_sequence_budget *budget, ac_arena *arena,
    ac_sequence_result *out, accord_err *err) AC_CHECKED;

/* count * size bytes of the plan's memory, not cleared; NULL sets memory.failed. */
void *ac_sequence_alloc(ac_sequence_plan *plan, size_t count, size_t size);
/* The budget's steps are used up. */
bool ac_sequence_exhausted(const ac_sequence_plan *plan);

/* The caller's number of an observation of the plan. */
static inline uint32_t
ac_sequence_observation(const ac_sequence_plan *plan, uint32_t observation)
{
	return plan->named ? plan->named[observation] : observation;
}

/* sequence_plan.c: root, slots, numbers of the nodes. Failure is in memory.failed, here and below. */
void ac_sequence_build(ac_sequence_plan *plan, const ac_pattern_node *pattern);
/* The first item of a slot from which on one starts at s or later; item_count when none does. */
size_t ac_sequence_first_reaching(const ac_sequence_node *slot, ac_instant s);
/* sequence_share.c: is_contested, group and top. */
void ac_sequence_find_contests(ac_sequence_plan *plan);

/* sequence_front.c */
/* Fill `front` of node and all below, where a polynomial way is known, with what is wanted. */
void ac_sequence_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want);
/* The first point that starts at s or later; NULL when there is none. */
const ac_sequence_point *ac_sequence_front_at(const ac_sequence_front *front, ac_instant s);
/* Add the instances of a solved node that make up a point of its front (or a better one) to the witness. */
void ac_sequence_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point);
/* Put a point behind a front that ascends; what it betters goes. */
void ac_sequence_front_push(ac_sequence_front *front, ac_sequence_point point);

/* sequence_repeat.c: REPEATS of a composite of uncontested slots with proper items. False when node is of another shape. */
bool ac_sequence_copies_fit(const ac_sequence_node *node);
void ac_sequence_copies_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want);
void ac_sequence_copies_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point);

/* sequence_pairs.c: the same of two uncontested leaves with any items. */
bool ac_sequence_pairs_fit(const ac_sequence_node *node);
void ac_sequence_pairs_solve(ac_sequence_plan *plan, ac_sequence_node *node, ac_sequence_want want);
void ac_sequence_pairs_tell(ac_sequence_plan *plan, const ac_sequence_node *node, ac_sequence_point point);

/*
 * sequence_sweep.c: the front of what can be asked whether it fits into a window (every item ends at window.end or before, starts at window.start
 * or later), and then gives its own point. slots: whose items may be in it.
 */
void ac_sequence_sweep(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_want want,
    bool (*fits)(void *payload, ac_sequence_point window, ac_sequence_point *out), void *payload,
    ac_sequence_front *out);

/* sequence_flow.c: instances for slots that share observations. */
typedef struct ac_sequence_need {
	const ac_sequence_node *slot;
	ac_sequence_point window; /* every item has end <= window.end, start >= window.start */
	ac_sequence_point got;    /* of the instances chosen */
	size_t edge_from, edge_to;
	uint64_t missing;
} ac_sequence_need;

/* Different instances for all needs, as early as their order allows? False also when memory fails. */
bool ac_sequence_flow_run(ac_sequence_plan *plan, ac_sequence_need *needs, size_t n);
/* Add what the last run chose to the witness. */
void ac_sequence_flow_tell(ac_sequence_plan *plan, const ac_sequence_need *needs, size_t n);
/* The front of slots that contest, and instances for a point of it. */
void ac_sequence_group_solve(
    ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_want want, ac_sequence_front *out);
void ac_sequence_group_tell(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_point point);

/* sequence.c: add to the witness. */
void ac_sequence_add(ac_sequence_plan *plan, const ac_sequence_item *item, uint64_t instances);

/* sequence_search.c: exact search over the whole plan; what is solved and uncontested from outside is used as it is. */
ac_sequence_verdict ac_sequence_search(ac_sequence_plan *plan, ac_sequence_ways ways);

#endif
