/* SPDX-License-Identifier: Apache-2.0 */
#include "sequence_oracle.h"

#include <assert.h>
#include <stdlib.h>

#define ANY_LEAF UINT32_MAX
#define MASKS (1u << ORACLE_INSTANCES_MAX)

typedef struct instance {
	uint32_t observation;
	uint32_t only_for; /* a leaf, or ANY_LEAF */
	int first, last;   /* ticks */
} instance;

/* One way to match: these instances, and the earliest and latest of their instants. */
typedef struct way {
	uint16_t mask;
	uint8_t earliest, latest;
} way;

typedef struct ways {
	way *p;
	size_t n, capacity;
} ways;

typedef struct oracle {
	instance instances[ORACLE_INSTANCES_MAX];
	size_t instance_count;
	ac_time origin; /* tick 0 */
	const ac_leaf_hits *hits;
	uint32_t leaf; /* the next one, in the text's order */
	bool *listed;  /* ways that the list being made has */
} oracle;

static bool *
listed(const oracle *o, way w)
{
	return &o->listed[((size_t)w.mask * ORACLE_TICKS_MAX + w.earliest) * ORACLE_TICKS_MAX + w.latest];
}

static void
add(oracle *o, ways *list, way w)
{
	if (*listed(o, w))
		return;
	*listed(o, w) = true;
	if (list->n == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->p = realloc(list->p, list->capacity * sizeof(*list->p));
		assert(list->p);
	}
	list->p[list->n++] = w;
}

static void
end_list(oracle *o, const ways *list)
{
	for (size_t i = 0; i < list->n; i++)
		*listed(o, list->p[i]) = false;
}

/* Nanoseconds from the origin, saturated far outside of all ticks. */
static int
tick(const oracle *o, ac_time t)
{
	int64_t seconds = t.seconds - o->origin.seconds;

	if (seconds > 1 || seconds < -1)
		return seconds > 0 ? 2000000000 : -2000000000;
	return (int)(seconds * 1000000000 + (int64_t)t.nanoseconds - (int64_t)o->origin.nanoseconds);
}

static bool
leaf_holds(const ac_leaf_hits *hits, uint32_t observation)
{
	for (size_t i = 0; i < hits->n; i++)
		if (hits->observations[i] == observation)
			return true;
	return false;
}

/* s9.5: [ ] matches one observation. It was made at some instant between first_observed and last_observed. */
static ways
one_observation(oracle *o)
{
	ways list = { 0 };
	uint32_t leaf = o->leaf++;

	for (size_t i = 0; i < o->instance_count; i++) {
		const instance *it = &o->instances[i];

		if (!leaf_holds(&o->hits[leaf], it->observation) || (it->only_for != ANY_LEAF && it->only_for != leaf))
			continue;
		for (int t = it->first; t <= it->last; t++)
			add(o, &list, (way){ (uint16_t)(1u << i), (uint8_t)t, (uint8_t)t });
	}
	end_list(o, &list);
	return list;
}

/* s9.5.2: AND and FOLLOWEDBY want different observations; FOLLOWEDBY wants all of b at or after all of a. */
static ways
join(oracle *o, ways a, ways b, bool followed)
{
	ways list = { 0 };

	for (size_t i = 0; i < a.n; i++) {
		for (size_t k = 0; k < b.n; k++) {
			way x = a.p[i], y = b.p[k];

			if ((x.mask & y.mask) || (followed && x.latest > y.earliest))
				continue;
			add(o, &list,
			    (way){ x.mask | y.mask, x.earliest < y.earliest ? x.earliest : y.earliest,
				x.latest > y.latest ? x.latest : y.latest });
		}
	}
	end_list(o, &list);
	return list;
}

/* s9.5.2: OR is satisfied by one side. */
static ways
either(oracle *o, ways a, ways b)
{
	ways list = { 0 };

	for (size_t i = 0; i < a.n; i++)
		add(o, &list, a.p[i]);
	for (size_t i = 0; i < b.n; i++)
		add(o, &list, b.p[i]);
	end_list(o, &list);
	return list;
}

/* s9.5.1 WITHIN: the latest must not be equal to or later than the earliest plus the window. */
static ways
within(ways a, ac_time window)
{
	size_t n = 0;

	for (size_t i = 0; i < a.n; i++)
		if (window.seconds > 0 || a.p[i].latest - a.p[i].earliest < (int)window.nanoseconds)
			a.p[n++] = a.p[i];
	a.n = n;
	return a;
}

/* s9.5.1 START STOP: every observation time is >= x and < y. */
static ways
between(ways a, int start, int stop)
{
	size_t n = 0;

	for (size_t i = 0; i < a.n; i++)
		if (a.p[i].earliest >= start && a.p[i].latest < stop)
			a.p[n++] = a.p[i];
	a.n = n;
	return a;
}

/* s9.5.1 REPEATS: shorthand for a AND a AND a ... */
static ways
repeat(oracle *o, ways a, uint64_t times)
{
	ways all = { 0 };

	for (size_t i = 0; i < a.n; i++)
		add(o, &all, a.p[i]);
	end_list(o, &all);
	for (uint64_t i = 1; i < times && all.n; i++) {
		ways more = join(o, all, a, false);

		free(all.p);
		all = more;
	}
	return all;
}

static ways
evaluate(oracle *o, const ac_pattern_node *node)
{
	ways a = { 0 }, b = { 0 }, result = { 0 };

	if (node->op == AC_PATTERN_OBSERVATION)
		return one_observation(o);
	a = evaluate(o, node->left);
	switch ((int)node->op) {
	case AC_PATTERN_OBS_AND:
	case AC_PATTERN_FOLLOWEDBY:
		b = evaluate(o, node->right);
		result = join(o, a, b, node->op == AC_PATTERN_FOLLOWEDBY);
		break;
	case AC_PATTERN_OBS_OR:
		b = evaluate(o, node->right);
		result = either(o, a, b);
		break;
	case AC_PATTERN_REPEATS:
		result = repeat(o, a, node->repeats);
		break;
	case AC_PATTERN_WITHIN:
		return within(a, node->within);
	case AC_PATTERN_START_STOP:
		return between(a, tick(o, node->start), tick(o, node->stop));
	default:
		assert(!"an observation expression");
	}
	free(a.p);
	free(b.p);
	return result;
}

static void
add_instances(oracle *o, const ac_observed *observed, uint32_t which, uint32_t leaf, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		instance it = { which, leaf, tick(o, observed[which].first), tick(o, observed[which].last) };

		assert(o->instance_count < ORACLE_INSTANCES_MAX);
		assert(it.first >= 0 && it.last < ORACLE_TICKS_MAX);
		o->instances[o->instance_count++] = it;
	}
}

static void
begin(oracle *o, const ac_observed *observed, size_t n, const ac_leaf_hits *hits)
{
	static bool table[MASKS * ORACLE_TICKS_MAX * ORACLE_TICKS_MAX]; /* all false between two lists */

	*o = (oracle){ .hits = hits, .listed = table, .origin = n ? observed[0].first : (ac_time){ 0, 0 } };
	for (size_t i = 1; i < n; i++)
		if (ac_time_cmp(observed[i].first, o->origin) < 0)
			o->origin = observed[i].first;
}

bool
oracle_says(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits)
{
	oracle o;
	ways all;

	begin(&o, observed, n, hits);
	for (size_t i = 0; i < n; i++)
		add_instances(&o, observed, (uint32_t)i, ANY_LEAF, observed[i].count);
	all = evaluate(&o, root);
	free(all.p);
	return all.n > 0 && !root->unusable;
}

bool
oracle_confirms(const ac_pattern_node *root, const ac_observed *observed, size_t n, const ac_leaf_hits *hits,
    const ac_sequence_witness *witness, size_t witness_count)
{
	uint64_t used[ORACLE_INSTANCES_MAX] = { 0 };
	bool found = false;
	oracle o;
	ways all;

	begin(&o, observed, n, hits);
	for (size_t i = 0; i < witness_count; i++) {
		uint32_t which = witness[i].observation;

		if (which >= n || witness[i].instances == 0 || !leaf_holds(&hits[witness[i].leaf], which))
			return false;
		used[which] += witness[i].instances;
		if (used[which] > observed[which].count)
			return false;
		add_instances(&o, observed, which, witness[i].leaf, witness[i].instances);
	}
	all = evaluate(&o, root);
	for (size_t i = 0; i < all.n; i++)
		found |= all.p[i].mask == (1u << o.instance_count) - 1;
	free(all.p);
	return found;
}
