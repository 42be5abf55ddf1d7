/* SPDX-License-Identifier: Apache-2.0 */
/* Counting of hits as they come. What indicators indicate is asked at the end, in one look at the store: each read alone costs more than a hit. */
#include "app/watch_summary.h"

#include <stdlib.h>

#include "app/watch_summary_part.h"
#include "base/limits.h"
#include "know/trace.h"
#include "store/snapshot.h"

/* Counted one by one; hits of others are counted, their names are lost. */
#define INDICATORS_MAX ((size_t)100000)
#define PRODUCERS_MAX ((size_t)10000)
#define ACTORS_MAX ((size_t)10000)
#define REASONS_MAX ((size_t)1000)
#define TOGETHER_MAX ((size_t)100000)
/* Of one hit that are counted as one group. */
#define GROUP_MAX 64
/* Actors of one indicator: a tool that is sold has hundreds of users, and then says nothing. */
#define ACTORS_OF_ONE ((size_t)256)

/* Steps from an indicator: what it indicates, and one on from there. */
static const struct step {
	unsigned from;
	ac_know_direction direction;
	ac_str kind;
	unsigned to;
} steps[] = {
	{ AC_TRACE_INDICATOR, AC_KNOW_FROM, AC_S_INIT("indicates"),
	    AC_TRACE_ACTOR | AC_TRACE_CAMPAIGN | AC_TRACE_MALWARE },
	{ AC_TRACE_MALWARE, AC_KNOW_TO, AC_S_INIT("uses"), AC_TRACE_ACTOR | AC_TRACE_CAMPAIGN },
	{ AC_TRACE_MALWARE, AC_KNOW_FROM, AC_S_INIT("authored-by"), AC_TRACE_ACTOR },
	{ AC_TRACE_CAMPAIGN | AC_TRACE_ACTOR, AC_KNOW_FROM, AC_S_INIT("attributed-to"), AC_TRACE_ACTOR },
};

static void
open_table(ac_watch_summary *s, ac_counted_table *t, size_t most)
{
	t->most = most;
	ac_arena_init(&t->arena, 256 * AC_MIB);
	ac_map_init(&t->map, s->seed, most);
}

static void
close_table(ac_counted_table *t)
{
	ac_map_done(&t->map);
	ac_arena_done(&t->arena);
}

ac_watch_summary *
ac_watch_summary_open(ac_store *store, ac_hash_seed seed)
{
	ac_watch_summary *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->store = store;
	s->seed = seed;
	ac_arena_init(&s->arena, 256 * AC_MIB);
	open_table(s, &s->indicators, INDICATORS_MAX);
	open_table(s, &s->producers, PRODUCERS_MAX);
	open_table(s, &s->actors, ACTORS_MAX);
	open_table(s, &s->reasons, REASONS_MAX);
	open_table(s, &s->together, TOGETHER_MAX);
	return s;
}

ac_watch_summary *
ac_watch_summary_close(ac_watch_summary *s)
{
	if (!s)
		return NULL;
	close_table(&s->indicators);
	close_table(&s->producers);
	close_table(&s->actors);
	close_table(&s->reasons);
	close_table(&s->together);
	ac_arena_done(&s->arena);
	free(s);
	return NULL;
}

/* The entry of a key, made when it is new; NULL when there is no room. */
static ac_counted *
entry_asked(ac_watch_summary *s, ac_counted_table *t, ac_str key, uint64_t asked, bool *out_new)
{
	uint64_t *slot = ac_map_get_asked(&t->map, key, asked);
	ac_counted *items;

	*out_new = false;
	if (slot)
		return &t->items[*slot];
	if (t->n == t->most)
		return NULL;
	if (t->n == t->capacity) {
		size_t capacity = t->capacity ? 2 * t->capacity : 64;

		items = ac_arena_resize(&t->arena, t->items, t->capacity * sizeof(*items), capacity * sizeof(*items));
		if (!items)
			return NULL;
		t->items = items;
		t->capacity = capacity;
	}
	key = ac_arena_str(&s->arena, key);
	slot = key.p ? ac_map_put_asked(&t->map, key, asked, NULL) : NULL;
	if (!slot)
		return NULL;
	*slot = t->n;
	*out_new = true;
	t->items[t->n] = (ac_counted){ .key = key, .name = key, .number = t->n };
	return &t->items[t->n++];
}

static ac_counted *
entry_of(ac_watch_summary *s, ac_counted_table *t, ac_str key, bool *out_new)
{
	return entry_asked(s, t, key, ac_map_ask(&t->map, key), out_new);
}

/* ---- what an indicator indicates ---- */

typedef struct asking {
	ac_watch_summary *s;
	const struct step *step;
	size_t *found;
	size_t n;
} asking;

static int
on_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	asking *a = payload;
	ac_counted *actor;
	bool is_new;

	(void)err;
	if (!(ac_trace_class_of(ac_know_type(edge->other_id)) & a->step->to))
		return 0;
	actor = a->n < ACTORS_OF_ONE ? entry_of(a->s, &a->s->actors, edge->other_id, &is_new) : NULL;
	if (!actor) {
		a->s->actors_cut = true;
		return 1;
	}
	for (size_t i = 0; i < a->n; i++)
		if (a->found[i] == actor->number)
			return 0;
	a->found[a->n++] = actor->number;
	return 0;
}

static int
take_steps(asking *a, ac_str id, accord_err *err)
{
	unsigned class = ac_trace_class_of(ac_know_type(id));
	int rc = 0;

	for (size_t i = 0; !rc && i < AC_COUNT(steps); i++) {
		if (!(steps[i].from & class) || !(a->s->asked >> i & 1))
			continue;
		a->step = &steps[i];
		rc = steps[i].direction == AC_KNOW_FROM
			 ? ac_store_edges_from(a->s->store, id, steps[i].kind, on_edge, a, err)
			 : ac_store_edges_to(a->s->store, id, steps[i].kind, on_edge, a, err);
	}
	return rc;
}

/* Lists alone have no edges: then a hundred thousand indicators are not looked up. */
static int
find_kinds(ac_watch_summary *s, accord_err *err)
{
	int rc = 0;

	s->asked = 0;
	for (size_t i = 0; !rc && i < AC_COUNT(steps); i++) {
		int64_t kind = 0;

		rc = ac_store_kind(s->store, steps[i].kind, &kind, err);
		s->asked |= (unsigned)(kind != 0) << i;
	}
	return rc;
}

static int
find_actors(ac_watch_summary *s, ac_str indicator, const size_t **out, size_t *out_count, accord_err *err)
{
	size_t found[ACTORS_OF_ONE], direct, *kept;
	asking a = { .s = s, .found = found };
	int rc = take_steps(&a, indicator, err);

	direct = a.n;
	for (size_t i = 0; !rc && i < direct; i++)
		rc = take_steps(&a, s->actors.items[found[i]].key, err);
	if (rc || a.n == 0)
		return rc;
	kept = ac_arena_alloc(&s->arena, a.n * sizeof(*kept));
	if (!kept) {
		s->actors_cut = true;
		return 0;
	}
	memcpy(kept, found, a.n * sizeof(*kept));
	for (size_t i = 0; i < a.n; i++)
		s->actors.items[kept[i]].indicators++;
	*out = kept;
	*out_count = a.n;
	return 0;
}

/* ---- counting ---- */

/* Once a hit. */
static void
count(const ac_watch_summary *s, ac_counted *e)
{
	e->hits += e->last != s->hit;
	e->last = s->hit;
}

static void
first_hit_of(ac_watch_summary *s, ac_counted *indicator, const ac_hit_indicator *who)
{
	ac_counted *producer;
	ac_str name;
	bool is_new;

	indicator->name = ac_arena_str(&s->arena, ac_str_slice(who->name, 0, AC_SUMMARY_NAME_MAX));
	name = ac_str_slice(who->producer, 0, AC_SUMMARY_NAME_MAX);
	/* Mostly the one of the indicator before. */
	producer = s->last_producer < s->producers.n ? &s->producers.items[s->last_producer] : NULL;
	if (!producer || !ac_str_eq(producer->key, name))
		producer = entry_of(s, &s->producers, name, &is_new);
	if (!producer)
		return;
	s->last_producer = producer->number;
	indicator->producer = producer->key;
	indicator->by = producer->number + 1;
	producer->indicators++;
}

/* Whom a hit leads to is counted at the end: one indicator by itself, several as a group. */
static void
count_group(ac_watch_summary *s, const uint32_t *group, size_t n)
{
	ac_counted *together;
	bool is_new;

	if (n == 1)
		s->indicators.items[group[0]].alone++;
	if (n < 2)
		return;
	together = entry_of(s, &s->together, (ac_str){ (const char *)group, n * sizeof(*group) }, &is_new);
	if (together)
		together->hits++;
	else
		s->actors_cut = true;
}

void
ac_watch_summary_expect(ac_watch_summary *s, const ac_hit *hit)
{
	for (size_t i = 0; i < hit->indicator_count && i < AC_SUMMARY_EXPECTED_MAX; i++)
		s->expected[i] = ac_map_ask(&s->indicators.map, hit->indicators[i].id);
}

void
ac_watch_summary_hit(ac_watch_summary *s, const ac_hit *hit)
{
	uint32_t group[GROUP_MAX];
	size_t n = 0;

	s->hit++;
	for (size_t i = 0; i < hit->indicator_count; i++) {
		bool is_new;
		ac_str id = hit->indicators[i].id;
		uint64_t asked = i < AC_SUMMARY_EXPECTED_MAX ? s->expected[i] : ac_map_ask(&s->indicators.map, id);
		ac_counted *indicator = entry_asked(s, &s->indicators, id, asked, &is_new);

		if (!indicator) {
			s->indicators.lost++;
			continue;
		}
		if (is_new)
			first_hit_of(s, indicator, &hit->indicators[i]);
		count(s, indicator);
		if (indicator->by)
			count(s, &s->producers.items[indicator->by - 1]);
		if (n < GROUP_MAX)
			group[n++] = (uint32_t)indicator->number;
		else
			s->actors_cut = true;
	}
	count_group(s, group, n);
}

void
ac_watch_summary_held(ac_watch_summary *s, const ac_held_back *held)
{
	bool is_new;
	ac_counted *reason =
	    entry_of(s, &s->reasons, ac_str_slice(ac_str_from(held->reason), 0, AC_SUMMARY_NAME_MAX), &is_new);

	if (reason)
		reason->hits++;
	else
		s->reasons.lost++;
}

/* ---- the end ---- */

static int
by_hits(const void *a, const void *b)
{
	const ac_counted *x = a, *y = b;
	int order;

	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	order = ac_str_cmp(x->name, y->name);
	return order ? order : ac_str_cmp(x->key, y->key);
}

/* Let the item that stands first of a heap, in which each is behind its two children, sink to its place. */
static void
sink(const ac_counted **heap, size_t n)
{
	const ac_counted *item = heap[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && by_hits(heap[child], heap[child + 1]) < 0)
			child++;
		if (by_hits(item, heap[child]) >= 0)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = item;
}

static int
by_hits_of(const void *a, const void *b)
{
	return by_hits(*(const ac_counted *const *)a, *(const ac_counted *const *)b);
}

/* The first `n` of a table's rows, which has more: `heap` has room for them. */
static void
choose(const ac_counted_table *t, const ac_counted **heap, size_t n)
{
	for (size_t i = 0; i < n; i++)
		heap[i] = &t->items[i];
	/* In falling order it is a heap. */
	qsort(heap, n, sizeof(*heap), by_hits_of);
	for (size_t i = 0; i < n / 2; i++) {
		const ac_counted *swap = heap[i];

		heap[i] = heap[n - 1 - i];
		heap[n - 1 - i] = swap;
	}
	for (size_t i = n; i < t->n; i++)
		if (by_hits(&t->items[i], heap[0]) < 0) {
			heap[0] = &t->items[i];
			sink(heap, n);
		}
	qsort(heap, n, sizeof(*heap), by_hits_of);
}

/* No more than AC_SUMMARY_SHOWN rows are ever shown: of large tables the others are left where they are, and the rows are copied. */
static void
sort(ac_watch_summary *s, ac_counted_table *t)
{
	const ac_counted **first;
	ac_counted *rows;

	if (t->n <= AC_SUMMARY_SHOWN) {
		if (t->n > 1)
			qsort(t->items, t->n, sizeof(*t->items), by_hits);
		return;
	}
	first = ac_arena_alloc(&s->arena, AC_SUMMARY_SHOWN * sizeof(*first));
	rows = ac_arena_alloc(&s->arena, AC_SUMMARY_SHOWN * sizeof(*rows));
	if (!first || !rows) {
		qsort(t->items, t->n, sizeof(*t->items), by_hits);
		return;
	}
	choose(t, first, AC_SUMMARY_SHOWN);
	for (size_t i = 0; i < AC_SUMMARY_SHOWN; i++)
		rows[i] = *first[i];
	t->items = rows;
}

static int
name_actors(ac_watch_summary *s, ac_know *know, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->actors.n; i++) {
		ac_counted *actor = &s->actors.items[i];
		const ac_know_ref *ref;

		rc = ac_know_label(know, actor->key, &ref, err);
		if (!rc && ref->name.n) {
			ac_str name = ac_arena_str(&s->arena, ac_str_slice(ref->name, 0, AC_SUMMARY_NAME_MAX));

			actor->name = name.p ? name : actor->name;
		}
	}
	return rc;
}

/* Each hit once for each actor, however many of its indicators lead there. */
static int
count_actors(ac_watch_summary *s, accord_err *err)
{
	int rc = find_kinds(s, err);

	for (size_t i = 0; !rc && i < s->indicators.n; i++) {
		ac_counted *indicator = &s->indicators.items[i];

		rc = find_actors(s, indicator->key, &indicator->actors, &indicator->actor_count, err);
		for (size_t k = 0; k < indicator->actor_count; k++)
			s->actors.items[indicator->actors[k]].hits += indicator->alone;
	}
	for (size_t i = 0; !rc && i < s->together.n; i++) {
		const ac_counted *group = &s->together.items[i];

		s->hit++;
		for (size_t at = 0; at + sizeof(uint32_t) <= group->key.n; at += sizeof(uint32_t)) {
			const ac_counted *indicator;
			uint32_t number;

			memcpy(&number, group->key.p + at, sizeof(number));
			indicator = &s->indicators.items[number];
			for (size_t k = 0; k < indicator->actor_count; k++) {
				ac_counted *actor = &s->actors.items[indicator->actors[k]];

				actor->hits += actor->last != s->hit ? group->hits : 0;
				actor->last = s->hit;
			}
		}
	}
	return rc;
}

static int
ask_store(ac_watch_summary *s, accord_err *err)
{
	ac_know *know;
	bool began;
	int rc = ac_store_snapshot_begin(s->store, &began, err);

	if (rc)
		return rc;
	rc = count_actors(s, err);
	if (!rc && s->actors.n) {
		rc = ac_know_open(s->store, s->seed, &know, err);
		if (!rc) {
			rc = name_actors(s, know, err);
			ac_know_close(know);
		}
	}
	if (began)
		ac_store_snapshot_end(s->store);
	return rc;
}

int
ac_watch_summary_finish(ac_watch_summary *s, accord_err *err)
{
	int rc = s->indicators.n ? ask_store(s, err) : 0;

	if (rc)
		return rc;
	sort(s, &s->indicators);
	sort(s, &s->producers);
	sort(s, &s->actors);
	sort(s, &s->reasons);
	return 0;
}
