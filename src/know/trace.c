/* SPDX-License-Identifier: Apache-2.0 */
/* Walks along claims, breadth first, so that the shortest chain is the one that is told. Knows nothing of what the chains are used for. */
#include "know/trace.h"

#include <stdlib.h>

#include "know/session.h"
#include "stix/id.h"

#define STEP_EDGES_MAX 2000 /* edges of one object that one rule looks at */

static const struct {
	ac_str type;
	ac_trace_class class;
} classes[] = {
	{ AC_S_INIT("indicator"), AC_TRACE_INDICATOR },
	{ AC_S_INIT("malware"), AC_TRACE_MALWARE },
	{ AC_S_INIT("tool"), AC_TRACE_TOOL },
	{ AC_S_INIT("campaign"), AC_TRACE_CAMPAIGN },
	{ AC_S_INIT("intrusion-set"), AC_TRACE_ACTOR },
	{ AC_S_INIT("threat-actor"), AC_TRACE_ACTOR },
	{ AC_S_INIT("infrastructure"), AC_TRACE_INFRASTRUCTURE },
	{ AC_S_INIT("attack-pattern"), AC_TRACE_TECHNIQUE },
	{ AC_S_INIT("report"), AC_TRACE_REPORT },
	{ AC_S_INIT("grouping"), AC_TRACE_REPORT },
};

ac_trace_class
ac_trace_class_of(ac_str type)
{
	for (size_t i = 0; i < AC_COUNT(classes); i++)
		if (ac_str_eq(classes[i].type, type))
			return classes[i].class;
	return AC_TRACE_NONE;
}

typedef struct gatherer {
	ac_know *know;
	ac_trace *trace;
	ac_map by_id; /* indicator id -> index + 1 */
} gatherer;

static int
sighted_of(gatherer *g, ac_str id, ac_sighted **out, accord_err *err)
{
	ac_arena *arena = &g->know->arena;
	ac_str key = ac_arena_str(arena, id);
	uint64_t *slot = key.p ? ac_map_put(&g->by_id, key, NULL) : NULL;
	ac_sighted **items, *sighted;

	*out = NULL;
	if (!slot && g->by_id.count >= g->by_id.limit) {
		g->trace->is_cut = true;
		return 0;
	}
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the sighted indicators");
	if (*slot == 0) {
		items = ac_know_grow(arena, g->trace->items, g->trace->count, sizeof(*items));
		sighted = ac_arena_zalloc(arena, 1, sizeof(*sighted));
		if (!items || !sighted)
			return ac_arena_check(arena, err);
		sighted->shown = key; /* the id, until `describe` knows better */
		g->trace->items = items;
		items[g->trace->count++] = sighted;
		*slot = g->trace->count;
	}
	*out = g->trace->items[*slot - 1];
	return 0;
}

/* A property as text: a text as it is, a list as its JSON. */
static ac_str
as_text(ac_arena *arena, const ac_json *value)
{
	return ac_arena_str(arena, ac_json_is(value, AC_JSON_STRING) ? ac_json_string(value) : ac_json_raw(value));
}

static int
keep_sighting(gatherer *g, const ac_stored *stored, const ac_json *json, ac_sighted *sighted, accord_err *err)
{
	static const ac_str places[] = { AC_S_INIT("input"), AC_S_INIT("file"), AC_S_INIT("description") };
	ac_arena *arena = &g->know->arena;
	ac_trace_sighting *s, *grown;

	if (sighted->sighting_count == AC_TRACE_SIGHTINGS_MAX)
		return 0;
	grown = ac_know_grow(arena, sighted->sightings, sighted->sighting_count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(arena, err);
	sighted->sightings = grown;
	s = &grown[sighted->sighting_count++];
	*s = (ac_trace_sighting){ .id = ac_arena_str(arena, stored->id),
		.first_seen = as_text(arena, ac_json_get(json, AC_S("first_seen"))),
		.last_seen = as_text(arena, ac_json_get(json, AC_S("last_seen"))),
		.lines = as_text(arena, ac_know_property(json, AC_S("lines"))),
		.producer = ac_arena_str(arena, stored->producer) };
	for (size_t i = 0; i < AC_COUNT(places) && s->where.n == 0; i++)
		s->where = ac_arena_str(arena, ac_json_string(ac_know_property(json, places[i])));
	return ac_arena_check(arena, err);
}

static int
take_sighting(gatherer *g, const ac_stored *stored, const ac_json *json, accord_err *err)
{
	ac_str of = ac_json_get_string(json, AC_S("sighting_of_ref"));
	ac_sighted *sighted;
	int64_t count = 1;
	int rc;

	if (!ac_str_eq(ac_stix_id_type(of), AC_S("indicator")))
		return 0;
	/* STIX 2.1 s5.2: a count of 0 says that it was looked for and not seen. */
	if (ac_json_i64(ac_json_get(json, AC_S("count")), &count) && count <= 0)
		return 0;
	rc = sighted_of(g, of, &sighted, err);
	if (rc < 0 || !sighted)
		return rc;
	rc = keep_sighting(g, stored, json, sighted, err);
	if (rc == 0 && sighted->sighting_count && sighted->sighting_total == sighted->sighting_count - 1)
		sighted->sightings[sighted->sighting_count - 1].count = (uint64_t)count;
	sighted->sighting_total++;
	sighted->seen += (uint64_t)count;
	g->trace->sightings++;
	g->trace->seen += (uint64_t)count;
	return rc;
}

static int
on_sighting(void *payload, const ac_stored *stored, accord_err *err)
{
	gatherer *g = payload;
	const ac_json *json;
	ac_arena scratch;
	int rc;

	if (stored->revoked)
		return 0;
	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &scratch, &json, err);
	if (rc == 0)
		rc = take_sighting(g, stored, json, err);
	ac_arena_done(&scratch);
	return rc;
}

typedef struct producer_collector {
	ac_arena *arena;
	ac_page_texts *producers;
} producer_collector;

static int
on_producer(void *payload, ac_str producer, int64_t arrival_us, accord_err *err)
{
	producer_collector *c = payload;
	ac_str *items = ac_know_grow(c->arena, c->producers->items, c->producers->count, sizeof(*items));

	if (!items)
		return ac_arena_check(c->arena, err);
	c->producers->items = items;
	items[c->producers->count++] = ac_arena_str(c->arena, producer);
	return 0;
}

/* Name, else the value that a list row or a simple pattern names, else the pattern. */
static ac_str
shown_of(const ac_know_object *indicator, ac_str id)
{
	ac_str pattern = ac_json_get_string(indicator->json, AC_S("pattern"));

	if (indicator->ref.name.n)
		return indicator->ref.name;
	return pattern.n ? pattern : id;
}

static int
describe(ac_know *know, ac_sighted *sighted, accord_err *err)
{
	producer_collector c = { &know->arena, &sighted->producers };
	int rc = ac_know_load(know, sighted->shown, &sighted->indicator, err);

	if (rc < 0)
		return rc;
	if (sighted->indicator->is_here && sighted->indicator->sequence)
		rc = ac_store_arrivals(know->store, sighted->indicator->sequence, on_producer, &c, err);
	/* A list row's indicator is made when it is asked for: it has no version, and one producer. */
	if (rc >= 0 && sighted->producers.count == 0 && sighted->indicator->producer.n)
		rc = on_producer(&c, sighted->indicator->producer, 0, err);
	sighted->shown = shown_of(sighted->indicator, sighted->shown);
	sighted->pattern = ac_json_get_string(sighted->indicator->json, AC_S("pattern"));
	if (ac_str_find(sighted->pattern, sighted->shown) < sighted->pattern.n)
		sighted->pattern = (ac_str){ 0 };
	return rc < 0 ? rc : 0;
}

static int
compare_sighted(const void *x, const void *y)
{
	const ac_sighted *const *a = x, *const *b = y;

	return ac_str_cmp((*a)->indicator->ref.id, (*b)->indicator->ref.id);
}

int
ac_trace_sighted(ac_know *know, ac_trace *out, accord_err *err)
{
	gatherer g = { .know = know, .trace = out };
	ac_arena scratch;
	int rc;

	*out = (ac_trace){ 0 };
	ac_map_init(&g.by_id, know->seed, AC_TRACE_SIGHTED_MAX);
	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = ac_store_each(know->store, AC_S("sighting"), 0, &scratch, on_sighting, &g, err);
	ac_arena_done(&scratch);
	ac_map_done(&g.by_id);
	for (size_t i = 0; rc >= 0 && i < out->count; i++)
		rc = describe(know, out->items[i], err);
	if (rc >= 0 && out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_sighted);
	return rc < 0 ? rc : 0;
}

/* One walk from one indicator. Nodes are numbered in the order in which they are reached; each knows the node that it came from. */
typedef struct node {
	ac_trace_hop hop; /* into it */
	const ac_know_ref *ref;
	size_t parent;
	size_t depth;
	bool is_weak;
} node;

typedef struct walk {
	ac_know *know;
	const ac_sighted *sighted;
	const ac_trace_rules *rules;
	ac_arena arena;
	node *nodes;
	size_t count;
	ac_map reached; /* id -> 1 */
} walk;

static int
add_node(walk *w, node n, accord_err *err)
{
	bool is_new;
	node *nodes;

	if (w->count == AC_TRACE_REACHED_MAX)
		return 0;
	if (!ac_map_put(&w->reached, n.ref->id, &is_new))
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a walk");
	if (!is_new)
		return 0;
	nodes = ac_know_grow(&w->arena, w->nodes, w->count, sizeof(*nodes));
	if (!nodes)
		return ac_arena_check(&w->arena, err);
	w->nodes = nodes;
	nodes[w->count++] = n;
	return 0;
}

/* Who makes the claim: the relationship's producer; of a report's contents, the report's. */
static int
claimant_of(ac_know *know, const ac_edge *edge, const ac_know_ref *from, ac_know_direction direction, ac_str *out,
    accord_err *err)
{
	ac_str holder = edge->via_id.n ? edge->via_id : direction == AC_KNOW_FROM ? from->id : edge->other_id;
	const ac_know_object *object;
	int rc = ac_know_load(know, holder, &object, err);

	if (rc == 0)
		*out = object->producer;
	return rc;
}

static int
take_step(walk *w, size_t at, const ac_trace_rule *rule, const ac_edge *edge, accord_err *err)
{
	ac_trace_class class = ac_trace_class_of(ac_stix_id_type(edge->other_id));
	node next = { .parent = at, .depth = w->nodes[at].depth + 1 };
	int rc;

	if (!(class & rule->to) || ac_map_get(&w->reached, edge->other_id))
		return 0;
	rc = ac_know_label(w->know, edge->other_id, &next.ref, err);
	if (rc < 0)
		return rc;
	next.is_weak = w->nodes[at].is_weak || class == AC_TRACE_REPORT;
	next.hop = (ac_trace_hop){ w->nodes[at].ref, next.ref, edge->kind, rule->direction, edge->via_id, { 0 } };
	rc = claimant_of(w->know, edge, next.hop.from, rule->direction, &next.hop.claimant, err);
	return rc < 0 ? rc : add_node(w, next, err);
}

/* Reports are stepped over only in the second round, when all that is stated has been walked. */
static int
expand_node(walk *w, size_t at, bool weak, accord_err *err)
{
	ac_trace_class class = ac_trace_class_of(w->nodes[at].ref->type);
	int rc = 0;

	if (w->nodes[at].depth == AC_TRACE_DEPTH_MAX)
		return 0;
	for (size_t r = 0; rc == 0 && r < w->rules->count; r++) {
		const ac_trace_rule *rule = &w->rules->rules[r];
		ac_know_edges edges;

		if (!(rule->from & class) || ((rule->to & AC_TRACE_REPORT) && !weak))
			continue;
		rc = ac_know_edges_of(
		    w->know, w->nodes[at].ref->id, rule->direction, rule->kind, STEP_EDGES_MAX, &edges, err);
		for (size_t i = 0; rc == 0 && i < edges.count; i++)
			rc = take_step(w, at, rule, &edges.items[i], err);
	}
	return rc;
}

static int
tell_chain(walk *w, size_t at, ac_on_chain on, void *payload, accord_err *err)
{
	ac_trace_chain chain = {
		.sighted = w->sighted, .hop_count = w->nodes[at].depth, .is_weak = w->nodes[at].is_weak
	};
	ac_trace_hop *hops = ac_arena_zalloc(&w->know->arena, chain.hop_count, sizeof(*hops));

	if (!hops)
		return ac_arena_check(&w->know->arena, err);
	for (size_t i = chain.hop_count, n = at; i > 0; i--, n = w->nodes[n].parent)
		hops[i - 1] = w->nodes[n].hop;
	chain.hops = hops;
	return on(payload, w->nodes[at].ref, &chain, err);
}

static int
tell_from(walk *w, size_t from, ac_on_chain on, void *payload, size_t *out_told, accord_err *err)
{
	int rc = 0;

	for (size_t i = from; rc >= 0 && i < w->count; i++) {
		if (i == 0 || !(ac_trace_class_of(w->nodes[i].ref->type) & w->rules->ends))
			continue;
		(*out_told)++;
		rc = tell_chain(w, i, on, payload, err);
	}
	return rc < 0 ? rc : 0;
}

static int
walk_all(walk *w, ac_on_chain on, void *payload, accord_err *err)
{
	size_t told = 0, stated;
	int rc = add_node(w, (node){ .ref = &w->sighted->indicator->ref }, err);

	for (size_t i = 0; rc == 0 && i < w->count; i++)
		rc = expand_node(w, i, false, err);
	if (rc == 0)
		rc = tell_from(w, 1, on, payload, &told, err);
	if (rc < 0 || (told && w->rules->weak_only_without_stated))
		return rc;
	/* Only the indicator's own reports count: those of a malware would be anybody's. */
	stated = w->count;
	rc = expand_node(w, 0, true, err);
	for (size_t i = stated; rc == 0 && i < w->count; i++)
		rc = expand_node(w, i, false, err);
	return rc < 0 ? rc : tell_from(w, stated, on, payload, &told, err);
}

int
ac_trace_follow(ac_know *know, const ac_sighted *sighted, const ac_trace_rules *rules, ac_on_chain on, void *payload,
    accord_err *err)
{
	walk w = { .know = know, .sighted = sighted, .rules = rules };
	int rc;

	ac_arena_init(&w.arena, AC_REPORT_MAX);
	ac_map_init(&w.reached, know->seed, AC_TRACE_REACHED_MAX + 1);
	rc = walk_all(&w, on, payload, err);
	ac_map_done(&w.reached);
	ac_arena_done(&w.arena);
	return rc;
}

void
ac_trace_chain_json(const ac_trace_chain *chain, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("indicator"), chain->sighted->indicator->ref.id);
	ac_jw_key_string(w, AC_S("strength"), chain->is_weak ? AC_S("named-together") : AC_S("stated"));
	ac_jw_key(w, AC_S("hops"));
	ac_jw_array(w);
	for (size_t i = 0; i < chain->hop_count; i++) {
		const ac_trace_hop *hop = &chain->hops[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("from"), hop->from->id);
		ac_jw_key_string(w, AC_S("relation"), hop->kind);
		ac_jw_key_string(w, AC_S("direction"), hop->direction == AC_KNOW_FROM ? AC_S("from") : AC_S("to"));
		ac_jw_key(w, AC_S("to"));
		ac_know_ref_json(hop->to, w);
		if (hop->via_id.n)
			ac_jw_key_string(w, AC_S("via"), hop->via_id);
		ac_jw_key_string(w, AC_S("claimant"), hop->claimant);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_end(w);
}

static void
sighting_json(const ac_trace_sighting *s, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), s->id);
	ac_jw_key_u64(w, AC_S("count"), s->count);
	if (s->first_seen.n)
		ac_jw_key_string(w, AC_S("first_seen"), s->first_seen);
	if (s->last_seen.n)
		ac_jw_key_string(w, AC_S("last_seen"), s->last_seen);
	if (s->where.n)
		ac_jw_key_string(w, AC_S("where"), s->where);
	if (s->lines.n)
		ac_jw_key_string(w, AC_S("lines"), s->lines);
	ac_jw_key_string(w, AC_S("producer"), s->producer);
	ac_jw_end(w);
}

void
ac_sighted_json(const ac_sighted *sighted, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), sighted->indicator->ref.id);
	ac_jw_key_string(w, AC_S("shown"), sighted->shown);
	if (sighted->pattern.n)
		ac_jw_key_string(w, AC_S("pattern"), sighted->pattern);
	ac_know_texts_json(w, "producers", &sighted->producers);
	ac_jw_key_u64(w, AC_S("sightings"), sighted->sighting_total);
	ac_jw_key_u64(w, AC_S("seen"), sighted->seen);
	ac_jw_key(w, AC_S("first_sightings"));
	ac_jw_array(w);
	for (size_t i = 0; i < sighted->sighting_count; i++)
		sighting_json(&sighted->sightings[i], w);
	ac_jw_end(w);
	ac_jw_end(w);
}
