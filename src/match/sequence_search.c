/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact search where parts of an expression contest for observations. It does not try instances. It narrows bounds:
 *	a FOLLOWEDBY b has a boundary t: all of a end at t or before, all of b start at t or after;
 *	WITHIN w has a beginning t: all start at t or after, all end before t + w;
 *	OR has a side.
 * With a range for every bound, each leaf has a window, and what is left is a matching (sequence_flow.c), which is polynomial and takes all
 * counts at once. No matching: the ranges hold no solution. A matching that happens to keep every bound is a solution. Otherwise it breaks some
 * bound, and the range of that bound is cut between the two instances that break it: each half forbids one of them. Mostly one half has no
 * matching, and then nothing needs to be remembered. The two halves never overlap, so no state is met twice.
 * Copies of a REPEATS are alike; the ranges of their first bounds are kept in order.
 */
#include "match/sequence_plan.h"

typedef struct branch branch;
struct branch {
	const ac_sequence_node *node;
	branch **children; /* COPIES: all copies */
	size_t child_count;
	size_t bound;  /* first of its own: CHAIN one less than children, WINDOW and ANY one */
	size_t need;   /* of the present matching; a slot */
	bool is_whole; /* a solved expression that nothing outside contests: a leaf with points for items */
	ac_sequence_point point;
};

/* low <= bound <= high; and bound <= those behind, >= those before. */
typedef struct bound {
	ac_instant low, high;
	size_t behind[2], before[2]; /* SIZE_MAX: none. [0] in a chain, [1] in the next copy */
} bound;

typedef struct change {
	size_t bound;
	ac_instant low, high;
} change;

/* A cut whose second half is still to be tried. */
typedef struct choice {
	size_t changes; /* undo to here */
	size_t bound;
	ac_instant low, high;
} choice;

typedef struct searcher {
	ac_sequence_plan *plan;
	ac_sequence_ways ways;
	branch *root;
	bound *bounds;
	size_t bound_count, bound_capacity;
	change *changes;
	size_t change_count, change_capacity;
	choice *choices;
	size_t choice_count, choice_capacity;
	ac_sequence_need *needs;
	size_t need_count, need_capacity;
} searcher;

/* What the present matching breaks first, seen from the leaves. */
typedef struct breach {
	size_t bound; /* SIZE_MAX: nothing */
	ac_instant cut;
} breach;

/* Room for one more at the end of a list. */
static void *
one_more(ac_sequence_plan *plan, void *p, size_t n, size_t *capacity, size_t size)
{
	size_t bigger = *capacity ? 2 * *capacity : 16;

	if (n < *capacity)
		return p;
	p = ac_arena_resize(&plan->memory, p, *capacity * size, bigger * size);
	if (p)
		*capacity = bigger;
	return p;
}

/* is_side: which child of an OR, from 0 to high; else a time. */
static size_t
new_bound(searcher *s, bool is_side, ac_instant high)
{
	bound *more = one_more(s->plan, s->bounds, s->bound_count, &s->bound_capacity, sizeof(*s->bounds));

	if (!more)
		return 0;
	s->bounds = more;
	s->bounds[s->bound_count] = (bound){ .low = is_side ? 0 : AC_INSTANT_MIN,
		.high = is_side ? high : AC_INSTANT_MAX,
		.behind = { SIZE_MAX, SIZE_MAX },
		.before = { SIZE_MAX, SIZE_MAX } };
	return s->bound_count++;
}

static void
put_in_order(searcher *s, size_t first, size_t second, size_t kind)
{
	s->bounds[first].behind[kind] = second;
	s->bounds[second].before[kind] = first;
}

static void
add_bounds(searcher *s, branch *b)
{
	size_t n = b->node->kind == AC_SEQUENCE_CHAIN ? b->child_count - 1 : 1;

	for (size_t i = 0; i < n && !s->plan->memory.failed; i++) {
		size_t which = new_bound(s, b->node->kind == AC_SEQUENCE_ANY, (ac_instant)b->child_count - 1);

		if (i == 0)
			b->bound = which;
		else
			put_in_order(s, which - 1, which, 0);
	}
}

static bool
add_need(searcher *s, const ac_sequence_node *slot, ac_sequence_point window, size_t *out)
{
	ac_sequence_need *more = one_more(s->plan, s->needs, s->need_count, &s->need_capacity, sizeof(*s->needs));

	if (!more)
		return false;
	s->needs = more;
	*out = s->need_count++;
	s->needs[*out] = (ac_sequence_need){ .slot = slot, .window = window };
	return true;
}

/* Where an expression stands. */
typedef struct place {
	bool is_copied;   /* among copies, which all want the same observations */
	bool is_ordered;  /* something above looks at its instants */
	ac_instant limit; /* the narrowest window above */
} place;

/* It can be used as it is; then all its points are there, if they matter. */
static bool
make_whole(searcher *s, ac_sequence_node *node, place at)
{
	if (s->ways == AC_SEQUENCE_SEARCH_ONLY || at.is_copied || !node->is_solved || node->top < node->depth)
		return false;
	if (at.is_ordered && !node->is_complete)
		ac_sequence_solve(
		    s->plan, node, (ac_sequence_want){ AC_SEQUENCE_WANT_FRONT, AC_INSTANT_MIN, at.limit });
	return node->is_solved;
}

/* The tree that is searched. */
static branch *
expand(searcher *s, ac_sequence_node *node, place at)
{
	branch *b = ac_arena_zalloc(&s->plan->memory, 1, sizeof(*b));
	bool copies = node->kind == AC_SEQUENCE_COPIES;

	if (!b)
		return NULL;
	b->node = node;
	b->is_whole = make_whole(s, node, at);
	if (b->is_whole || node->kind == AC_SEQUENCE_SLOT)
		return b;
	b->child_count = node->child_count;
	if (copies)
		b->child_count = node->copies < SIZE_MAX ? (size_t)node->copies : SIZE_MAX;
	b->children = ac_sequence_alloc(s->plan, b->child_count, sizeof(branch *));
	if (!b->children)
		return NULL;
	at.is_copied |= copies;
	at.is_ordered |= node->kind == AC_SEQUENCE_CHAIN || node->kind == AC_SEQUENCE_WINDOW;
	if (node->kind == AC_SEQUENCE_WINDOW && node->within < at.limit)
		at.limit = node->within;
	if (node->kind == AC_SEQUENCE_CHAIN || node->kind == AC_SEQUENCE_WINDOW || node->kind == AC_SEQUENCE_ANY)
		add_bounds(s, b);
	for (size_t i = 0; i < b->child_count; i++) {
		b->children[i] = expand(s, node->children[copies ? 0 : i], at);
		if (!b->children[i])
			return NULL;
		if (copies && i > 0)
			put_in_order(s, b->children[i - 1]->bound, b->children[i]->bound, 1);
	}
	return b;
}

static bool
set(searcher *s, size_t which, ac_instant low, ac_instant high)
{
	change *more = one_more(s->plan, s->changes, s->change_count, &s->change_capacity, sizeof(*s->changes));
	bound *at = &s->bounds[which];

	if (!more)
		return false;
	s->changes = more;
	s->changes[s->change_count++] = (change){ which, at->low, at->high };
	at->low = low;
	at->high = high;
	return low <= high;
}

/*
 * Raise the low end of a bound, and of all that must not be below it. A bound has two that follow it at most; those of the same kind are gone along in
 * the loop, the others by recursion, which is one deep because only the first bound of a copy has both.
 */
static bool
raise_low(searcher *s, size_t which, ac_instant low)
{
	for (; which != SIZE_MAX && s->bounds[which].low < low; which = s->bounds[which].behind[0]) {
		if (!set(s, which, low, s->bounds[which].high))
			return false;
		for (size_t copy = s->bounds[which].behind[1]; copy != SIZE_MAX && s->bounds[copy].low < low;
		     copy = s->bounds[copy].behind[1]) {
			if (!set(s, copy, low, s->bounds[copy].high))
				return false;
			if (s->bounds[copy].behind[0] != SIZE_MAX && !raise_low(s, s->bounds[copy].behind[0], low))
				return false;
		}
	}
	return true;
}

static bool
lower_high(searcher *s, size_t which, ac_instant high)
{
	for (; which != SIZE_MAX && s->bounds[which].high > high; which = s->bounds[which].before[0]) {
		if (!set(s, which, s->bounds[which].low, high))
			return false;
		for (size_t copy = s->bounds[which].before[1]; copy != SIZE_MAX && s->bounds[copy].high > high;
		     copy = s->bounds[copy].before[1])
			if (!set(s, copy, s->bounds[copy].low, high))
				return false;
	}
	return true;
}

static bool
narrow(searcher *s, size_t which, ac_instant low, ac_instant high)
{
	return raise_low(s, which, low) && lower_high(s, which, high);
}

static void
undo(searcher *s, size_t changes)
{
	while (s->change_count > changes) {
		const change *last = &s->changes[--s->change_count];

		s->bounds[last->bound].low = last->low;
		s->bounds[last->bound].high = last->high;
	}
}

/* The needs of all leaves that are wanted for certain, with the windows that the bounds leave them. False when one has nothing. */
static bool
gather(searcher *s, branch *b, ac_sequence_point window)
{
	const bound *own = s->bound_count ? &s->bounds[b->bound] : NULL;

	if (b->is_whole) {
		const ac_sequence_point *point = ac_sequence_front_at(&b->node->front, window.start);

		if (!point || point->end > window.end)
			return false;
		b->point = *point;
		return true;
	}
	switch (b->node->kind) {
	case AC_SEQUENCE_SLOT:
		return add_need(s, b->node, window, &b->need);
	case AC_SEQUENCE_ANY:
		return own->low < own->high || gather(s, b->children[own->low], window);
	case AC_SEQUENCE_WINDOW:
		if (own->low > window.start)
			window.start = own->low;
		if (own->high + b->node->within - 1 < window.end)
			window.end = own->high + b->node->within - 1;
		return gather(s, b->children[0], window);
	case AC_SEQUENCE_CHAIN:
		for (size_t i = 0; i < b->child_count; i++) {
			ac_sequence_point part = window;

			if (i > 0 && own[i - 1].low > part.start)
				part.start = own[i - 1].low;
			if (i + 1 < b->child_count && own[i].high < part.end)
				part.end = own[i].high;
			if (!gather(s, b->children[i], part))
				return false;
		}
		return true;
	case AC_SEQUENCE_ALL:
	case AC_SEQUENCE_COPIES:
		break;
	}
	for (size_t i = 0; i < b->child_count; i++)
		if (!gather(s, b->children[i], window))
			return false;
	return true;
}

static bool
match(searcher *s)
{
	s->need_count = 0;
	s->plan->steps += 1 + s->bound_count;
	return gather(s, s->root, (ac_sequence_point){ AC_INSTANT_MAX, AC_INSTANT_MIN }) &&
	       ac_sequence_flow_run(s->plan, s->needs, s->need_count);
}

/* What the matching gives a branch; the first breach that is met goes into *out. */
static ac_sequence_point
weigh(const searcher *s, const branch *b, breach *out)
{
	ac_sequence_point all = { AC_INSTANT_MIN, AC_INSTANT_MAX };

	if (b->is_whole)
		return b->point;
	if (b->node->kind == AC_SEQUENCE_SLOT)
		return s->needs[b->need].got;
	if (b->node->kind == AC_SEQUENCE_ANY) {
		const bound *side = &s->bounds[b->bound];

		return side->low < side->high ? all : weigh(s, b->children[side->low], out);
	}
	for (size_t i = 0; i < b->child_count && out->bound == SIZE_MAX; i++) {
		ac_sequence_point part = weigh(s, b->children[i], out);

		/* s9.5.2: b's timestamp is greater than or equal to a's. */
		if (out->bound == SIZE_MAX && i > 0 && b->node->kind == AC_SEQUENCE_CHAIN && all.end > part.start)
			*out = (breach){ b->bound + i - 1, all.end - 1 };
		if (part.end > all.end)
			all.end = part.end;
		if (part.start < all.start)
			all.start = part.start;
	}
	/* s9.5.1: the latest must not be equal to or later than the earliest plus the window. */
	if (out->bound == SIZE_MAX && b->node->kind == AC_SEQUENCE_WINDOW && all.end - all.start >= b->node->within)
		*out = (breach){ b->bound, all.end - b->node->within };
	return all;
}

/* The first OR in use whose side is open. */
static size_t
open_side(const searcher *s, const branch *b)
{
	if (b->is_whole)
		return SIZE_MAX;
	if (b->node->kind == AC_SEQUENCE_ANY) {
		const bound *side = &s->bounds[b->bound];

		return side->low < side->high ? b->bound : open_side(s, b->children[side->low]);
	}
	for (size_t i = 0; i < b->child_count; i++) {
		size_t found = open_side(s, b->children[i]);

		if (found != SIZE_MAX)
			return found;
	}
	return SIZE_MAX;
}

static bool
remember(searcher *s, size_t which, ac_instant low, ac_instant high)
{
	choice *more = one_more(s->plan, s->choices, s->choice_count, &s->choice_capacity, sizeof(*s->choices));

	if (!more)
		return false;
	s->choices = more;
	s->choices[s->choice_count++] = (choice){ s->change_count, which, low, high };
	return true;
}

/* Take the second half of the last choice that leaves any. False when there is none: all has been tried. */
static bool
back_up(searcher *s)
{
	while (s->choice_count && !s->plan->memory.failed) {
		choice last = s->choices[--s->choice_count];

		undo(s, last.changes);
		if (narrow(s, last.bound, last.low, last.high))
			return true;
	}
	return false;
}

/* Go on to the later half of the bound's range; the earlier one is remembered if it has a matching at all. */
static bool
split(searcher *s, breach at)
{
	size_t changes = s->change_count;
	ac_instant low = s->bounds[at.bound].low, high = s->bounds[at.bound].high;
	bool earlier = narrow(s, at.bound, low, at.cut) && match(s);

	undo(s, changes);
	if (earlier && !remember(s, at.bound, low, at.cut))
		return false;
	return narrow(s, at.bound, at.cut + 1, high);
}

static bool
choose_side(searcher *s, size_t which)
{
	ac_instant low = s->bounds[which].low, high = s->bounds[which].high;

	return remember(s, which, low + 1, high) && narrow(s, which, low, low);
}

static void
tell(const searcher *s, const branch *b)
{
	if (b->is_whole) {
		ac_sequence_tell(s->plan, b->node, b->point);
		return;
	}
	if (b->node->kind == AC_SEQUENCE_ANY) {
		tell(s, b->children[s->bounds[b->bound].low]);
		return;
	}
	for (size_t i = 0; i < b->child_count; i++)
		tell(s, b->children[i]);
}

ac_sequence_verdict
ac_sequence_search(ac_sequence_plan *plan, ac_sequence_ways ways)
{
	searcher s = { .plan = plan, .ways = ways };

	s.root = expand(&s, plan->root, (place){ .limit = AC_INSTANT_MAX });
	while (!plan->memory.failed && !ac_sequence_exhausted(plan)) {
		breach at = { SIZE_MAX, 0 };
		bool good = match(&s);

		if (good) {
			(void)weigh(&s, s.root, &at);
			if (at.bound != SIZE_MAX) {
				good = split(&s, at);
			} else {
				size_t side = open_side(&s, s.root);

				if (side == SIZE_MAX) {
					ac_sequence_flow_tell(plan, s.needs, s.need_count);
					tell(&s, s.root);
					return AC_SEQUENCE_YES;
				}
				good = choose_side(&s, side);
			}
		}
		if (!good && (ac_sequence_exhausted(plan) || plan->memory.failed || !back_up(&s)))
			break;
	}
	return plan->memory.failed || ac_sequence_exhausted(plan) ? AC_SEQUENCE_UNDECIDED : AC_SEQUENCE_NO;
}
