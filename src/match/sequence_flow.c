/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances for slots that share observations: a maximum flow from slots (each wants its demand) to observations (each has its count), with
 * shortest augmenting paths. A slot looks at no more items than could be wanted in all: whoever has that many always gets enough. On top of it,
 * the fronts of groups of slots that contest under one AND.
 */
#include "match/sequence_plan.h"

#define NONE UINT32_MAX

/* A slot may take an item. */
typedef struct edge {
	const ac_sequence_item *item;
	uint32_t need;
	uint32_t place; /* of the observation in `places` */
	uint32_t next;  /* edge of the same observation */
	uint64_t used;
} edge;

/* An observation that some slot looks at. */
typedef struct place {
	uint64_t left;
	uint32_t edges;
	bool seen; /* by the present search for a path */
} place;

/* How a path came to a need: the need before takes `taker`, which is freed by `giver`. */
typedef struct visit {
	uint32_t taker, giver;
	bool seen;
} visit;

typedef struct ac_sequence_flow {
	uint32_t *place_of; /* by observation, where stamp has this run's number */
	uint32_t *stamp;
	uint32_t run;
	edge *edges;
	size_t edge_count, edge_capacity;
	place *places;
	size_t place_count, place_capacity;
	visit *visits;
	uint32_t *queue;
	size_t need_capacity;
} flow;

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Room for n things of this size, by doubling; what was there stays. */
static void *
room(ac_sequence_plan *plan, void *p, size_t *capacity, size_t n, size_t size)
{
	size_t bigger = *capacity ? *capacity : 64;

	while (bigger < n)
		bigger *= 2;
	if (bigger == *capacity)
		return p;
	p = ac_arena_resize(&plan->memory, p, *capacity * size, bigger * size);
	if (p)
		*capacity = bigger;
	return p;
}

static flow *
begin(ac_sequence_plan *plan, size_t needs)
{
	flow *f = plan->flow;

	if (!f) {
		f = ac_arena_zalloc(&plan->memory, 1, sizeof(*f));
		if (!f)
			return NULL;
		f->place_of = ac_sequence_alloc(plan, plan->observed_count, sizeof(*f->place_of));
		f->stamp = ac_arena_zalloc(&plan->memory, plan->observed_count, sizeof(*f->stamp));
		if (plan->memory.failed)
			return NULL;
		plan->flow = f;
	}
	if (f->need_capacity < needs) {
		f->visits = ac_sequence_alloc(plan, needs, sizeof(*f->visits));
		f->queue = ac_sequence_alloc(plan, needs, sizeof(*f->queue));
		f->need_capacity = needs;
	}
	if (plan->memory.failed)
		return NULL;
	if (++f->run == 0) {
		memset(f->stamp, 0, plan->observed_count * sizeof(*f->stamp));
		f->run = 1;
	}
	f->edge_count = f->place_count = 0;
	return f;
}

static bool
add_edge(ac_sequence_plan *plan, flow *f, size_t need, const ac_sequence_item *item)
{
	uint32_t o = item->observation;
	edge *bigger = room(plan, f->edges, &f->edge_capacity, f->edge_count + 1, sizeof(*f->edges));
	place *more = room(plan, f->places, &f->place_capacity, f->place_count + 1, sizeof(*f->places));

	if (!bigger || !more)
		return false;
	f->edges = bigger;
	f->places = more;
	if (f->stamp[o] != f->run) {
		f->stamp[o] = f->run;
		f->place_of[o] = (uint32_t)f->place_count;
		f->places[f->place_count++] = (place){ item->count, NONE, false };
	}
	f->edges[f->edge_count] = (edge){ item, (uint32_t)need, f->place_of[o], f->places[f->place_of[o]].edges, 0 };
	f->places[f->place_of[o]].edges = (uint32_t)f->edge_count++;
	return true;
}

/* Edges of one need, earliest ends first, up to `enough` instances. False when there are fewer than it needs. */
static bool
look(ac_sequence_plan *plan, flow *f, ac_sequence_need *needs, size_t i, uint64_t enough)
{
	ac_sequence_need *need = &needs[i];
	const ac_sequence_node *slot = need->slot;
	size_t at = ac_sequence_first_reaching(slot, need->window.start);
	uint64_t found = 0;

	need->edge_from = f->edge_count;
	for (; at < slot->item_count && (found < enough || slot->is_doubled); at++) {
		if (slot->items[at].at.end > need->window.end)
			break;
		plan->steps++;
		if (slot->items[at].at.start < need->window.start)
			continue;
		if (!add_edge(plan, f, i, &slot->items[at]))
			return false;
		found += slot->items[at].count;
	}
	need->edge_to = f->edge_count;
	return found >= slot->demand;
}

static void
take_free(flow *f, ac_sequence_need *need)
{
	for (size_t e = need->edge_from; e < need->edge_to && need->missing; e++) {
		place *at = &f->places[f->edges[e].place];
		uint64_t taken = least(need->missing, at->left);

		at->left -= taken;
		need->missing -= taken;
		f->edges[e].used += taken;
	}
}

/* Move instances along the path that ends with `last`. */
static void
shift(flow *f, ac_sequence_need *needs, uint32_t from, uint32_t last)
{
	uint64_t amount = least(needs[from].missing, f->places[f->edges[last].place].left);

	for (uint32_t at = f->edges[last].need; at != from; at = f->edges[f->visits[at].taker].need)
		amount = least(amount, f->edges[f->visits[at].giver].used);
	f->places[f->edges[last].place].left -= amount;
	f->edges[last].used += amount;
	for (uint32_t at = f->edges[last].need; at != from; at = f->edges[f->visits[at].taker].need) {
		f->edges[f->visits[at].giver].used -= amount;
		f->edges[f->visits[at].taker].used += amount;
	}
	needs[from].missing -= amount;
}

/* Whoever uses this edge's observation, and is not queued yet, could look for another. */
static size_t
ask_users(ac_sequence_plan *plan, flow *f, uint32_t taker, size_t queued)
{
	place *at = &f->places[f->edges[taker].place];

	if (at->seen)
		return queued;
	at->seen = true;
	for (uint32_t e = at->edges; e != NONE; e = f->edges[e].next) {
		plan->steps++;
		if (f->edges[e].used == 0 || f->visits[f->edges[e].need].seen)
			continue;
		f->visits[f->edges[e].need] = (visit){ taker, e, true };
		f->queue[queued++] = f->edges[e].need;
	}
	return queued;
}

/* One shortest path from a need that lacks instances to an observation that has some left. */
static bool
augment(ac_sequence_plan *plan, flow *f, ac_sequence_need *needs, size_t n, uint32_t from)
{
	size_t queued = 1;

	memset(f->visits, 0, n * sizeof(*f->visits));
	for (size_t i = 0; i < f->place_count; i++)
		f->places[i].seen = false;
	plan->steps += n + f->place_count;
	f->visits[from].seen = true;
	f->queue[0] = from;
	for (size_t head = 0; head < queued; head++) {
		const ac_sequence_need *need = &needs[f->queue[head]];

		for (size_t e = need->edge_from; e < need->edge_to; e++) {
			plan->steps++;
			if (f->places[f->edges[e].place].left) {
				shift(f, needs, from, (uint32_t)e);
				return true;
			}
		}
		for (size_t e = need->edge_from; e < need->edge_to; e++)
			queued = ask_users(plan, f, (uint32_t)e, queued);
	}
	return false;
}

static void
sum_up(const flow *f, ac_sequence_need *need)
{
	need->got = (ac_sequence_point){ AC_INSTANT_MIN, AC_INSTANT_MAX };
	for (size_t e = need->edge_from; e < need->edge_to; e++) {
		const ac_sequence_point *at = &f->edges[e].item->at;

		if (f->edges[e].used == 0)
			continue;
		if (at->end > need->got.end)
			need->got.end = at->end;
		if (at->start < need->got.start)
			need->got.start = at->start;
	}
}

bool
ac_sequence_flow_run(ac_sequence_plan *plan, ac_sequence_need *needs, size_t n)
{
	flow *f = begin(plan, n);
	uint64_t enough = 0;

	if (!f)
		return false;
	for (size_t i = 0; i < n; i++)
		if (__builtin_add_overflow(enough, needs[i].slot->demand, &enough))
			enough = UINT64_MAX;
	for (size_t i = 0; i < n; i++) {
		needs[i].missing = needs[i].slot->demand;
		if (!look(plan, f, needs, i, enough))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		take_free(f, &needs[i]);
	for (size_t i = 0; i < n; i++)
		while (needs[i].missing)
			if (ac_sequence_exhausted(plan) || !augment(plan, f, needs, n, (uint32_t)i))
				return false;
	for (size_t i = 0; i < n; i++)
		sum_up(f, &needs[i]);
	return true;
}

void
ac_sequence_flow_tell(ac_sequence_plan *plan, const ac_sequence_need *needs, size_t n)
{
	const flow *f = plan->flow;

	for (size_t i = 0; i < n; i++)
		for (size_t e = needs[i].edge_from; e < needs[i].edge_to; e++)
			if (f->edges[e].used)
				ac_sequence_add(plan, f->edges[e].item, f->edges[e].used);
}

static ac_sequence_need *
group_needs(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n)
{
	ac_sequence_need *needs = ac_sequence_alloc(plan, n, sizeof(*needs));

	for (size_t i = 0; needs && i < n; i++)
		needs[i] = (ac_sequence_need){ .slot = slots[i] };
	return needs;
}

static bool
run_window(ac_sequence_plan *plan, ac_sequence_need *needs, size_t n, ac_sequence_point window)
{
	for (size_t i = 0; i < n; i++)
		needs[i].window = window;
	return ac_sequence_flow_run(plan, needs, n);
}

/* What the slots together got. */
static ac_sequence_point
reached(const ac_sequence_need *needs, size_t n)
{
	ac_sequence_point all = { AC_INSTANT_MIN, AC_INSTANT_MAX };

	for (size_t i = 0; i < n; i++) {
		if (needs[i].got.end > all.end)
			all.end = needs[i].got.end;
		if (needs[i].got.start < all.start)
			all.start = needs[i].got.start;
	}
	return all;
}

typedef struct group {
	ac_sequence_plan *plan;
	ac_sequence_need *needs;
	size_t n;
} group;

static bool
fits(void *payload, ac_sequence_point window, ac_sequence_point *out)
{
	group *g = payload;

	if (!run_window(g->plan, g->needs, g->n, window))
		return false;
	*out = reached(g->needs, g->n);
	return true;
}

void
ac_sequence_group_solve(
    ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_want want, ac_sequence_front *out)
{
	group g = { plan, group_needs(plan, slots, n), n };

	if (g.needs)
		ac_sequence_sweep(plan, slots, n, want, fits, &g, out);
}

void
ac_sequence_group_tell(ac_sequence_plan *plan, ac_sequence_node *const *slots, size_t n, ac_sequence_point point)
{
	ac_sequence_need *needs = group_needs(plan, slots, n);

	if (needs && run_window(plan, needs, n, point))
		ac_sequence_flow_tell(plan, needs, n);
}
