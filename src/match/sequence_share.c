/* SPDX-License-Identifier: Apache-2.0 */
/* Which parts of a plan can take an observation from each other, decided on the observations that are there. */
#include "match/sequence_plan.h"

/* Which slots an observation stands in, ascending. */
typedef struct sharing {
	ac_sequence_plan *plan;
	const uint32_t *slots;
	size_t n;
	size_t number; /* of the observation, from 1 */
} sharing;

static ac_sequence_node *
common(ac_sequence_node *a, ac_sequence_node *b)
{
	while (a->depth > b->depth)
		a = a->parent;
	while (b->depth > a->depth)
		b = b->parent;
	while (a != b) {
		a = a->parent;
		b = b->parent;
	}
	return a;
}

static ac_sequence_node *
child_above(const ac_sequence_node *node, ac_sequence_node *slot)
{
	while (slot->parent != node)
		slot = slot->parent;
	return slot;
}

static size_t
group_of(const ac_sequence_node *node, size_t child)
{
	while (node->children[child]->group != child) {
		ac_sequence_node *at = node->children[child];

		at->group = node->children[at->group]->group; /* half the way for the next one */
		child = at->group;
	}
	return child;
}

/* Two children of one node contest. */
static void
join(const ac_sequence_node *node, ac_sequence_node *a, ac_sequence_node *b)
{
	size_t x = group_of(node, child_above(node, a)->group), y = group_of(node, child_above(node, b)->group);

	/* The smaller number leads, so that a group is named by its first child. */
	node->children[x > y ? x : y]->group = x < y ? x : y;
}

static void
lower_top(const sharing *s, size_t hit, const ac_sequence_node *node)
{
	ac_sequence_node *slot = s->plan->slots[s->slots[hit]];

	if (slot->top > node->depth)
		slot->top = node->depth;
}

/* Two that hold one observation, with none between them that does. */
static void
contest(const sharing *s, size_t pair)
{
	ac_sequence_node *a = s->plan->slots[s->slots[pair]], *b = s->plan->slots[s->slots[pair + 1]];
	ac_sequence_node *node = common(a, b);

	/* Of an OR only one side is used; copies of an OR may use both, and are searched anyway. */
	if (node->kind == AC_SEQUENCE_ANY || node->kind == AC_SEQUENCE_SLOT)
		return;
	node->is_contested = true;
	if (node->kind == AC_SEQUENCE_ALL)
		join(node, a, b);
	if (node->last_contest == s->number)
		return;
	node->last_contest = s->number;
	/* All that hold the observation below are in it. */
	for (size_t i = pair + 1; i-- > 0 && s->slots[i] >= node->slot_from;)
		lower_top(s, i, node);
	for (size_t i = pair + 1; i < s->n && s->slots[i] < node->slot_to; i++)
		lower_top(s, i, node);
}

/* Enough instances for every occurrence that could want one: nothing to contest. */
static bool
suffices(const sharing *s, uint64_t count)
{
	uint64_t wanted = 0;

	for (size_t i = 0; i < s->n; i++)
		if (__builtin_add_overflow(wanted, s->plan->slots[s->slots[i]]->occurrences, &wanted))
			return false;
	return count >= wanted;
}

/* The slots of every observation: begins[o] .. begins[o + 1] of the result. */
static uint32_t *
list_slots(ac_sequence_plan *plan, size_t *begins)
{
	uint32_t *slots;

	for (size_t i = 0; i < plan->slot_count; i++)
		for (size_t k = 0; k < plan->slots[i]->item_count; k++)
			begins[plan->slots[i]->items[k].observation + 2]++;
	for (size_t o = 2; o < plan->observed_count + 2; o++)
		begins[o] += begins[o - 1];
	slots = ac_sequence_alloc(plan, begins[plan->observed_count + 1], sizeof(*slots));
	for (size_t i = 0; slots && i < plan->slot_count; i++)
		for (size_t k = 0; k < plan->slots[i]->item_count; k++)
			slots[begins[plan->slots[i]->items[k].observation + 1]++] = (uint32_t)i;
	return slots;
}

/* From slots up: the highest place where any below is contested. */
static void
lift_tops(ac_sequence_node *node)
{
	for (size_t i = 0; i < node->child_count; i++) {
		lift_tops(node->children[i]);
		if (node->children[i]->top < node->top)
			node->top = node->children[i]->top;
	}
}

static void
name_groups(ac_sequence_node *node)
{
	for (size_t i = 0; i < node->child_count; i++) {
		node->children[i]->group = group_of(node, i);
		name_groups(node->children[i]);
	}
}

void
ac_sequence_find_contests(ac_sequence_plan *plan)
{
	size_t *begins = ac_arena_zalloc(&plan->memory, plan->observed_count + 2, sizeof(*begins));
	uint32_t *slots = begins ? list_slots(plan, begins) : NULL;
	sharing before = { .n = 0 };

	if (!slots)
		return;
	for (size_t o = 0; o < plan->observed_count; o++) {
		sharing s = { plan, slots + begins[o], begins[o + 1] - begins[o], o + 1 };

		/* Often one observation is shared like the last one. */
		if (s.n < 2 || suffices(&s, plan->observed[ac_sequence_observation(plan, (uint32_t)o)].count) ||
		    (s.n == before.n && memcmp(s.slots, before.slots, s.n * sizeof(*s.slots)) == 0))
			continue;
		for (size_t pair = 0; pair + 1 < s.n; pair++)
			contest(&s, pair);
		before = s;
	}
	name_groups(plan->root);
	lift_tops(plan->root);
}
