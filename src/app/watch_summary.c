/* SPDX-License-Identifier: Apache-2.0 */
/* Counting of hits as they come. What indicators indicate is asked at the end, in one look at the store: each read alone costs more than a hit. */
#include "app/watch_summary.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "codec/json_write.h"
#include "know/trace.h"
#include "store/snapshot.h"
#include "sys/log.h"

/* Counted one by one; hits of others are counted, their names are lost. */
#define INDICATORS_MAX ((size_t)100000)
#define PRODUCERS_MAX ((size_t)10000)
#define ACTORS_MAX ((size_t)10000)
#define REASONS_MAX ((size_t)1000)
#define TOGETHER_MAX ((size_t)100000)
/* Of one hit that are counted as one group. */
#define GROUP_MAX 64
/* Of one hit whose entries are asked of memory ahead. */
#define EXPECTED_MAX 8
/* Actors of one indicator: a tool that is sold has hundreds of users, and then says nothing. */
#define ACTORS_OF_ONE ((size_t)256)
#define TOP_SHOWN 10
#define JSON_SHOWN 1000
#define NAME_MAX_BYTES 160

/* Rows of a table that are in order at the end. */
#define SORTED_MAX JSON_SHOWN

/* What is counted: an indicator, a producer, an actor, a reason. */
typedef struct counted {
	ac_str key;
	ac_str name;
	ac_str producer; /* of an indicator */
	uint64_t hits;
	uint64_t alone;      /* of an indicator: hits of no other one */
	uint64_t indicators; /* different ones that led here */
	uint64_t last;       /* number of the hit that was counted last */
	size_t number;       /* place in its table, from 0 */
	size_t by;           /* of an indicator: its producer's number + 1; 0: none */
	const size_t *actors;
	size_t actor_count;
} counted;

typedef struct table {
	ac_map map;     /* key -> number */
	ac_arena arena; /* of the items, which are alone in it: then growing moves no bytes */
	counted *items;
	size_t n, capacity, most;
	uint64_t lost; /* hits that found no room */
} table;

struct ac_watch_summary {
	ac_store *store;
	ac_hash_seed seed;
	ac_arena arena;
	table indicators, producers, actors, reasons;
	table together; /* indicators of one hit, when they are several: their numbers, as bytes */
	uint64_t hit;   /* number of the one at hand */
	bool actors_cut;
	size_t last_producer;            /* its number */
	uint64_t expected[EXPECTED_MAX]; /* indicators of the hit that comes, asked of their map */
	unsigned asked;                  /* steps of whose kind the store has any edge, as bits */
};

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
open_table(ac_watch_summary *s, table *t, size_t most)
{
	t->most = most;
	ac_arena_init(&t->arena, 256 * AC_MIB);
	ac_map_init(&t->map, s->seed, most);
}

static void
close_table(table *t)
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
static counted *
entry_asked(ac_watch_summary *s, table *t, ac_str key, uint64_t asked, bool *out_new)
{
	uint64_t *slot = ac_map_get_asked(&t->map, key, asked);
	counted *items;

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
	t->items[t->n] = (counted){ .key = key, .name = key, .number = t->n };
	return &t->items[t->n++];
}

static counted *
entry_of(ac_watch_summary *s, table *t, ac_str key, bool *out_new)
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
	counted *actor;
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
count(const ac_watch_summary *s, counted *e)
{
	e->hits += e->last != s->hit;
	e->last = s->hit;
}

static void
first_hit_of(ac_watch_summary *s, counted *indicator, const ac_hit_indicator *who)
{
	counted *producer;
	ac_str name;
	bool is_new;

	indicator->name = ac_arena_str(&s->arena, ac_str_slice(who->name, 0, NAME_MAX_BYTES));
	name = ac_str_slice(who->producer, 0, NAME_MAX_BYTES);
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
	counted *together;
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
	for (size_t i = 0; i < hit->indicator_count && i < EXPECTED_MAX; i++)
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
		uint64_t asked = i < EXPECTED_MAX ? s->expected[i] : ac_map_ask(&s->indicators.map, id);
		counted *indicator = entry_asked(s, &s->indicators, id, asked, &is_new);

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
	counted *reason = entry_of(s, &s->reasons, ac_str_slice(ac_str_from(held->reason), 0, NAME_MAX_BYTES), &is_new);

	if (reason)
		reason->hits++;
	else
		s->reasons.lost++;
}

/* ---- the end ---- */

static int
by_hits(const void *a, const void *b)
{
	const counted *x = a, *y = b;
	int order;

	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	order = ac_str_cmp(x->name, y->name);
	return order ? order : ac_str_cmp(x->key, y->key);
}

/* Let the item that stands first of a heap, in which each is behind its two children, sink to its place. */
static void
sink(const counted **heap, size_t n)
{
	const counted *item = heap[0];
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
	return by_hits(*(const counted *const *)a, *(const counted *const *)b);
}

/* The first `n` of a table's rows, which has more: `heap` has room for them. */
static void
choose(const table *t, const counted **heap, size_t n)
{
	for (size_t i = 0; i < n; i++)
		heap[i] = &t->items[i];
	/* In falling order it is a heap. */
	qsort(heap, n, sizeof(*heap), by_hits_of);
	for (size_t i = 0; i < n / 2; i++) {
		const counted *swap = heap[i];

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

/* No more than SORTED_MAX rows are ever shown: of large tables the others are left where they are, and the rows are copied. */
static void
sort(ac_watch_summary *s, table *t)
{
	const counted **first;
	counted *rows;

	if (t->n <= SORTED_MAX) {
		if (t->n > 1)
			qsort(t->items, t->n, sizeof(*t->items), by_hits);
		return;
	}
	first = ac_arena_alloc(&s->arena, SORTED_MAX * sizeof(*first));
	rows = ac_arena_alloc(&s->arena, SORTED_MAX * sizeof(*rows));
	if (!first || !rows) {
		qsort(t->items, t->n, sizeof(*t->items), by_hits);
		return;
	}
	choose(t, first, SORTED_MAX);
	for (size_t i = 0; i < SORTED_MAX; i++)
		rows[i] = *first[i];
	t->items = rows;
}

static int
name_actors(ac_watch_summary *s, ac_know *know, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->actors.n; i++) {
		counted *actor = &s->actors.items[i];
		const ac_know_ref *ref;

		rc = ac_know_label(know, actor->key, &ref, err);
		if (!rc && ref->name.n) {
			ac_str name = ac_arena_str(&s->arena, ac_str_slice(ref->name, 0, NAME_MAX_BYTES));

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
		counted *indicator = &s->indicators.items[i];

		rc = find_actors(s, indicator->key, &indicator->actors, &indicator->actor_count, err);
		for (size_t k = 0; k < indicator->actor_count; k++)
			s->actors.items[indicator->actors[k]].hits += indicator->alone;
	}
	for (size_t i = 0; !rc && i < s->together.n; i++) {
		const counted *group = &s->together.items[i];

		s->hit++;
		for (size_t at = 0; at + sizeof(uint32_t) <= group->key.n; at += sizeof(uint32_t)) {
			const counted *indicator;
			uint32_t number;

			memcpy(&number, group->key.p + at, sizeof(number));
			indicator = &s->indicators.items[number];
			for (size_t k = 0; k < indicator->actor_count; k++) {
				counted *actor = &s->actors.items[indicator->actors[k]];

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

/* ---- for people ---- */

static double
speed(const ac_watch_ended *ended)
{
	return ended->seconds > 0 ? (double)ended->totals->counts.bytes / ended->seconds / 1e9 : 0;
}

/* "  3 hits of NAME (WHO)" for the first of a table; names come from outside. */
static void
log_table(const table *t, const char *verb, const char *what, ac_str (*who)(const counted *))
{
	ac_buf line;

	ac_buf_init(&line, 8 * AC_KIB);
	for (size_t i = 0; i < t->n && i < TOP_SHOWN; i++) {
		ac_str beside = who(&t->items[i]);

		ac_buf_reset(&line);
		ac_utf8_add_visible(&line, t->items[i].name, NAME_MAX_BYTES);
		if (beside.n) {
			ac_buf_add_cstr(&line, " (");
			ac_utf8_add_visible(&line, beside, NAME_MAX_BYTES);
			ac_buf_add_byte(&line, ')');
		}
		ac_log("  %llu %s %s %.*s", (unsigned long long)t->items[i].hits,
		    t->items[i].hits == 1 ? "hit" : "hits", verb, AC_FMT(ac_buf_view(&line)));
	}
	if (t->n > TOP_SHOWN)
		ac_log("  ... and %s %zu more %s", verb, t->n - TOP_SHOWN, what);
	ac_buf_done(&line);
}

static ac_str
producer_of(const counted *e)
{
	return e->producer;
}

static ac_str
type_of(const counted *e)
{
	return ac_know_type(e->key);
}

static ac_str
nothing_of(const counted *e)
{
	(void)e;
	return AC_S("");
}

static void
log_hits(const ac_watch_summary *s)
{
	log_table(&s->indicators, "of", "indicators", producer_of);
	if (s->indicators.lost)
		ac_log("  %llu of indicators that were too many to count one by one",
		    (unsigned long long)s->indicators.lost);
	if (s->producers.n)
		ac_log("by producer:");
	log_table(&s->producers, "from", "producers", nothing_of);
	if (s->actors.n)
		ac_log("by what the indicators indicate (claims of their producers, not an attribution):");
	log_table(&s->actors, "towards", "actors, campaigns and malware", type_of);
	if (s->actors_cut)
		ac_log("  some indicate more than is counted");
}

static void
log_held(const ac_watch_summary *s, const ac_watch_ended *ended)
{
	if (!ended->totals->counts.held_back)
		return;
	ac_log("%llu matches held back%s", (unsigned long long)ended->totals->counts.held_back,
	    ended->show_held ? "" : " (accord watch --held-back lists them)");
	for (size_t i = 0; i < s->reasons.n; i++)
		ac_log("  %llu %.*s", (unsigned long long)s->reasons.items[i].hits, AC_FMT(s->reasons.items[i].name));
	if (s->reasons.lost)
		ac_log("  %llu for other reasons", (unsigned long long)s->reasons.lost);
}

static void
log_patterns(ac_patterns *patterns)
{
	ac_patterns_counts c;

	if (!patterns)
		return;
	c = ac_patterns_count(patterns);
	ac_log("%llu patterns (%llu over time) evaluated on %llu records", (unsigned long long)c.patterns,
	    (unsigned long long)c.over_time, (unsigned long long)c.records);
	if (c.open)
		ac_log("  %llu of them have no value that could be looked for: every record was read for them",
		    (unsigned long long)c.open);
	if (c.refused)
		ac_log("  %llu patterns do not compile and match nothing", (unsigned long long)c.refused);
	if (c.undecided)
		ac_log("  %llu left undecided: a budget ran out", (unsigned long long)c.undecided);
	if (c.time.late)
		ac_log("  %llu records came later than --late allows", (unsigned long long)c.time.late);
	if (c.time.ahead)
		ac_log(
		    "  %llu records were more than a day ahead of those around them", (unsigned long long)c.time.ahead);
	if (c.time.again)
		ac_log("  %llu records came again, and count once", (unsigned long long)c.time.again);
	if (c.time.evicted)
		ac_log("  %llu records of patterns over time were forgotten for want of room",
		    (unsigned long long)c.time.evicted);
}

static void
log_left_out(const ac_watch_counts *c, uint64_t problems, bool has_patterns)
{
	if (c->malformed)
		ac_log("%llu malformed lines, matched as bytes", (unsigned long long)c->malformed);
	if (c->overlong)
		ac_log("  %llu of them over 1 MiB, matched in pieces%s", (unsigned long long)c->overlong,
		    has_patterns
			? ": patterns see no fields of them, and those without a value to look for nothing at all"
			: "");
	if (problems)
		ac_log("%llu %s with inputs, told above", (unsigned long long)problems,
		    problems == 1 ? "problem" : "problems");
	if (c->not_where)
		ac_log(
		    "%llu records with matches are not of those asked for (--where)", (unsigned long long)c->not_where);
	if (c->not_since)
		ac_log("%llu records with matches are before --since", (unsigned long long)c->not_since);
}

void
ac_watch_summary_log(const ac_watch_summary *s, const ac_watch_ended *ended)
{
	const ac_watch_totals *t = ended->totals;
	uint64_t unwatched = ac_index_unwatched_count(ended->index);

	ac_log("%llu %s, %llu lines, %llu bytes in %.2f s (%.2f GB/s), %llu indicators watched",
	    (unsigned long long)t->files, t->files == 1 ? "file" : "files", (unsigned long long)t->counts.lines,
	    (unsigned long long)t->counts.bytes, ended->seconds, speed(ended),
	    (unsigned long long)ac_index_indicator_count(ended->index));
	log_left_out(&t->counts, t->problems, ended->patterns != NULL);
	ac_log("%llu %s", (unsigned long long)t->counts.hits, t->counts.hits == 1 ? "hit" : "hits");
	log_hits(s);
	log_held(s, ended);
	log_patterns(ended->patterns);
	if (unwatched)
		ac_log("not watched: %llu (accord watch --not-watched lists them)", (unsigned long long)unwatched);
	if (ended->recorded && t->counts.hits)
		ac_log("sightings: %llu new, %llu changed, %llu unchanged", (unsigned long long)t->sightings.made,
		    (unsigned long long)t->sightings.changed, (unsigned long long)t->sightings.unchanged);
	if (t->sightings.dropped)
		ac_log("%llu hits were not kept as sightings: one input has too many indicators and days",
		    (unsigned long long)t->sightings.dropped);
}

/* ---- JSON ---- */

static void
put_rows(ac_json_writer *w, ac_str key, const table *t, void (*put)(ac_json_writer *w, const counted *e))
{
	ac_jw_key(w, key);
	ac_jw_array(w);
	for (size_t i = 0; i < t->n && i < JSON_SHOWN; i++) {
		ac_jw_object(w);
		put(w, &t->items[i]);
		ac_jw_key_u64(w, AC_S("hits"), t->items[i].hits);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_indicator(ac_json_writer *w, const counted *e)
{
	ac_jw_key_string(w, AC_S("id"), e->key);
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_string(w, AC_S("producer"), e->producer);
}

static void
put_producer(ac_json_writer *w, const counted *e)
{
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_u64(w, AC_S("indicators"), e->indicators);
}

static void
put_actor(ac_json_writer *w, const counted *e)
{
	ac_jw_key_string(w, AC_S("id"), e->key);
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_u64(w, AC_S("indicators"), e->indicators);
}

static void
put_reason(ac_json_writer *w, const counted *e)
{
	ac_jw_key_string(w, AC_S("reason"), e->name);
}

/* Six digits are what a clock is worth. */
static double
to_micro(double x)
{
	return (double)(uint64_t)(x * 1e6 + 0.5) / 1e6;
}

static void
put_counts(ac_json_writer *w, const ac_watch_ended *ended)
{
	const ac_watch_totals *t = ended->totals;

	ac_jw_key_u64(w, AC_S("files"), t->files);
	ac_jw_key_u64(w, AC_S("problems"), t->problems);
	ac_jw_key_u64(w, AC_S("lines"), t->counts.lines);
	ac_jw_key_u64(w, AC_S("bytes"), t->counts.bytes);
	ac_jw_key(w, AC_S("seconds"));
	ac_jw_double(w, to_micro(ended->seconds));
	ac_jw_key(w, AC_S("gigabytes_per_second"));
	ac_jw_double(w, to_micro(speed(ended)));
	ac_jw_key_u64(w, AC_S("malformed"), t->counts.malformed);
	ac_jw_key_u64(w, AC_S("overlong"), t->counts.overlong);
	ac_jw_key_u64(w, AC_S("not_where"), t->counts.not_where);
	ac_jw_key_u64(w, AC_S("not_since"), t->counts.not_since);
	ac_jw_key_u64(w, AC_S("watched"), ac_index_indicator_count(ended->index));
	ac_jw_key_u64(w, AC_S("not_watched"), ac_index_unwatched_count(ended->index));
	ac_jw_key_u64(w, AC_S("hits"), t->counts.hits);
	ac_jw_key_u64(w, AC_S("held_back"), t->counts.held_back);
}

void
ac_watch_summary_json(const ac_watch_summary *s, const ac_watch_ended *ended, ac_buf *out)
{
	const ac_sighting_counts *kept = &ended->totals->sightings;
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.watch-summary/1"));
	put_counts(&w, ended);
	put_rows(&w, AC_S("indicators"), &s->indicators, put_indicator);
	put_rows(&w, AC_S("producers"), &s->producers, put_producer);
	put_rows(&w, AC_S("actors"), &s->actors, put_actor);
	put_rows(&w, AC_S("reasons"), &s->reasons, put_reason);
	if (s->indicators.n > JSON_SHOWN || s->indicators.lost || s->producers.n > JSON_SHOWN || s->actors_cut ||
	    s->actors.n > JSON_SHOWN || s->reasons.lost)
		ac_jw_key_bool(&w, AC_S("is_cut"), true);
	if (ended->recorded) {
		ac_jw_key(&w, AC_S("sightings"));
		ac_jw_object(&w);
		ac_jw_key_u64(&w, AC_S("new"), kept->made);
		ac_jw_key_u64(&w, AC_S("changed"), kept->changed);
		ac_jw_key_u64(&w, AC_S("unchanged"), kept->unchanged);
		ac_jw_key_u64(&w, AC_S("not_kept"), kept->dropped);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}
