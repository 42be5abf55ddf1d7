/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers evidence from objects of the store. Steps over one relationship only: what an indicator's malware is said to use elsewhere was not seen here. */
#include "attribute/evidence_from.h"

#include "attribute/evidence_read.h"
#include "attribute/sentences.h"
#include "base/limits.h"
#include "stix/id.h"
#include "store/record.h"

typedef struct gatherer {
	ac_know *know;
	ac_arena *arena;
	ac_evidence *out;
	ac_map seen;                    /* "number of list:text" -> 1 */
	size_t source;                  /* of what is gathered now */
	const ac_evidence_hide *hidden; /* what was asked to be hidden, beside what the object hides itself */
	ac_use_sentence *sentences;
	size_t sentence_count;
	bool is_cut;
} gatherer;

static int
add(gatherer *g, ac_evidence_items *items, ac_str text, accord_err *err)
{
	ac_str key =
	    ac_arena_printf(g->arena, "%zu:%.*s", (size_t)((const char *)items - (const char *)g->out), AC_FMT(text));
	ac_evidence_item *grown;
	bool is_new;

	if (text.n == 0)
		return 0;
	if (!key.p)
		return ac_arena_check(g->arena, err);
	if (items->count == AC_EVIDENCE_ITEMS_MAX) {
		g->is_cut = true;
		return 0;
	}
	if (!ac_map_put(&g->seen, key, &is_new))
		return ac_fail(err, ACCORD_ENOMEM, "no memory for evidence");
	if (!is_new)
		return 0;
	grown = ac_know_grow(g->arena, items->items, items->count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(g->arena, err);
	items->items = grown;
	grown[items->count++] = (ac_evidence_item){ text, g->source };
	return 0;
}

/* Its number in ATT&CK, else its id. */
static int
add_feature(gatherer *g, ac_evidence_items *items, ac_str id, accord_err *err)
{
	const ac_know_ref *ref;
	int rc = ac_know_label(g->know, id, &ref, err);

	return rc < 0 ? rc : add(g, items, ref->external_id.n ? ref->external_id : ref->id, err);
}

static size_t
source_of(gatherer *g, ac_str name)
{
	ac_evidence *e = g->out;
	ac_evidence_source *grown;

	for (size_t i = 0; i < e->source_count; i++)
		if (ac_str_eq(e->sources[i].name, name))
			return i;
	grown = name.n ? ac_know_grow(g->arena, e->sources, e->source_count, sizeof(*grown)) : NULL;
	if (!grown)
		return AC_EVIDENCE_NO_SOURCE;
	e->sources = grown;
	grown[e->source_count] = (ac_evidence_source){ .name = name, .date = AC_TIME_MIN };
	return e->source_count++;
}

/* The values that an indicator's pattern compares with, or that an observable is. */
static int
add_values(gatherer *g, const ac_know_object *object, accord_err *err)
{
	ac_record record;
	int rc = 0;

	/* What no longer reads was repaired when it was learned, or never had values. */
	if (!object->is_here || ac_record_from_object(object->original, g->arena, &record, NULL) < 0)
		return ac_arena_check(g->arena, err);
	for (size_t i = 0; rc == 0 && i < record.value_count; i++)
		rc = add(g, &g->out->indicators, record.values[i].value.text, err);
	return rc;
}

/* A victim: an identity with sectors, a location with a country. */
static int
add_victim(gatherer *g, const ac_know_object *object, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object->json, AC_S("sectors")));
	ac_str country = ac_json_get_string(object->json, AC_S("country"));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it))
		rc = add(g, &g->out->sectors, ac_json_string(it.value), err);
	/* STIX 2.1 s4.9: ISO 3166-1 alpha-2. */
	return rc == 0 && country.n == 2 ? add(g, &g->out->countries, country, err) : rc;
}

/* Anything that a report refers to, an incident targets or uses, an indicator indicates. */
static int
add_object(gatherer *g, ac_str id, bool is_victim, accord_err *err)
{
	ac_str type = ac_know_type(id);
	const ac_know_object *object;
	int rc;

	switch (ac_trace_class_of(type)) {
	case AC_TRACE_TECHNIQUE:
		return add_feature(g, &g->out->techniques, id, err);
	case AC_TRACE_MALWARE:
	case AC_TRACE_TOOL:
		return add_feature(g, &g->out->software, id, err);
	case AC_TRACE_ACTOR:
	case AC_TRACE_CAMPAIGN:
	case AC_TRACE_REPORT:
		return 0; /* what somebody says about who it was is no evidence */
	case AC_TRACE_NONE:
	case AC_TRACE_INDICATOR:
	case AC_TRACE_INFRASTRUCTURE:
	case AC_TRACE_SOFTWARE:
		break;
	}
	rc = ac_know_load(g->know, id, &object, err);
	if (rc < 0 || !object->is_here)
		return rc;
	if (is_victim)
		return add_victim(g, object, err);
	return add_values(g, object, err);
}

static int
hide_name(gatherer *g, ac_str name, accord_err *err)
{
	ac_evidence_hide *hide = &g->out->hide;
	ac_str *grown;

	if (name.n == 0)
		return 0;
	grown = ac_know_grow(g->arena, hide->reports, hide->report_count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(g->arena, err);
	hide->reports = grown;
	grown[hide->report_count++] = name;
	return 0;
}

/* What a citation may be known by is hidden. */
static int
hide_citations(gatherer *g, const ac_json *object, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		/* A number in a catalogue is no report. */
		if (ac_json_get_string(it.value, AC_S("external_id")).n)
			continue;
		rc = hide_name(g, ac_json_get_string(it.value, AC_S("source_name")), err);
		if (rc == 0)
			rc = hide_name(g, ac_json_get_string(it.value, AC_S("url")), err);
	}
	return rc;
}

/* A report of the store is known by its name where it has no address (reported.h). */
static int
hide_report(gatherer *g, const ac_json *report, accord_err *err)
{
	int rc = hide_name(g, ac_json_get_string(report, AC_S("name")), err);

	return rc < 0 ? rc : hide_citations(g, report, err);
}

/* The store's reports that refer to an object tell of it: what they say of an actor is from the very report that the object is from. */
static int
hide_tellers(gatherer *g, ac_str id, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(g->know, id, AC_KNOW_TO, AC_S("object_refs"), AC_EVIDENCE_TELLERS_MAX, &edges, err);

	if (rc == 0 && edges.is_cut)
		rc = ac_fail(
		    err, ACCORD_ELIMIT, "more than %d objects refer to %.*s", AC_EVIDENCE_TELLERS_MAX, AC_FMT(id));
	for (size_t i = 0; rc == 0 && i < edges.count; i++) {
		const ac_know_object *report;

		if (ac_trace_class_of(ac_know_type(edges.items[i].other_id)) != AC_TRACE_REPORT)
			continue;
		rc = ac_know_load(g->know, edges.items[i].other_id, &report, err);
		if (rc == 0 && report->is_here)
			rc = hide_report(g, report->original, err);
	}
	return rc;
}

/* Whoever tells that a relationship is so: itself, and the reports that refer to it. */
static int
hide_sources(gatherer *g, const ac_know_object *relationship, accord_err *err)
{
	int rc = hide_citations(g, relationship->original, err);

	return rc < 0 ? rc : hide_tellers(g, relationship->ref.id, err);
}

static bool
is_hidden(const gatherer *g, ac_str relationship)
{
	for (size_t i = 0; i < g->hidden->relationship_count; i++)
		if (ac_str_eq(g->hidden->relationships[i], relationship))
			return true;
	return false;
}

/* What a relationship says of the use. */
static int
add_sentence(gatherer *g, const ac_edge *edge, const ac_know_object *relationship, accord_err *err)
{
	ac_str text = ac_json_get_string(relationship->original, AC_S("description"));
	const ac_know_ref *used;
	ac_use_sentence *grown;
	int rc;

	if (text.n == 0 || is_hidden(g, edge->via_id))
		return 0;
	rc = ac_know_label(g->know, edge->other_id, &used, err);
	if (rc < 0)
		return rc;
	grown = ac_know_grow(g->arena, g->sentences, g->sentence_count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(g->arena, err);
	g->sentences = grown;
	grown[g->sentence_count++] =
	    (ac_use_sentence){ used->external_id.n ? used->external_id : used->id, edge->via_id, text };
	return 0;
}

/* One step from the object that is asked about. The reports that tell it are the object's own: knowledge from them would be the same report once more. */
static int
add_step(gatherer *g, const ac_edge *edge, const char *kind, accord_err *err)
{
	bool is_indicated = strcmp(kind, "indicates") == 0;
	const ac_know_object *relationship, *indicator;
	int rc = ac_know_load(g->know, edge->via_id, &relationship, err);

	if (rc < 0 || !relationship->is_here || ac_know_is_outdated(relationship))
		return rc;
	rc = add_object(g, edge->other_id, strcmp(kind, "targets") == 0, err);
	if (rc == 0 && strcmp(kind, "uses") == 0)
		rc = add_sentence(g, edge, relationship, err);
	if (rc == 0)
		rc = hide_sources(g, relationship, err);
	if (rc == 0 && is_indicated)
		rc = ac_know_load(g->know, edge->other_id, &indicator, err);
	return rc == 0 && is_indicated && indicator->is_here ? hide_citations(g, indicator->original, err) : rc;
}

static int
add_steps(gatherer *g, ac_str id, ac_know_direction direction, const char *kind, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(g->know, id, direction, ac_str_from(kind), AC_EVIDENCE_ITEMS_MAX, &edges, err);

	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		rc = add_step(g, &edges.items[i], kind, err);
	g->is_cut |= rc == 0 && edges.is_cut;
	return rc;
}

/* What a sighted indicator indicates: others' knowledge, of which nothing is hidden. */
static int
add_indicated(gatherer *g, ac_str indicator, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(g->know, indicator, AC_KNOW_FROM, AC_S("indicates"), AC_KNOW_EDGES_MAX, &edges, err);

	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		rc = add_object(g, edges.items[i].other_id, false, err);
	return rc;
}

static void
widen(ac_evidence *e, ac_str first, ac_str last)
{
	ac_time t;

	if (ac_time_parse_stix(first, &t, NULL) == 0 &&
	    (ac_time_cmp(e->first, AC_TIME_MIN) == 0 || ac_time_cmp(t, e->first) < 0))
		e->first = t;
	if (ac_time_parse_stix(last, &t, NULL) == 0 && ac_time_cmp(t, e->last) > 0)
		e->last = t;
}

static int
add_sighted(gatherer *g, const ac_sighted *sighted, accord_err *err)
{
	int rc;

	g->source = AC_EVIDENCE_NO_SOURCE;
	if (sighted->producers.count)
		g->source = source_of(g, sighted->producers.items[0]);
	for (size_t i = 0; i < sighted->sighting_count; i++)
		widen(g->out, sighted->sightings[i].first_seen, sighted->sightings[i].last_seen);
	rc = add_values(g, sighted->indicator, err);
	return rc < 0 ? rc : add_indicated(g, sighted->indicator->ref.id, err);
}

static void
begin(gatherer *g, ac_know *know, ac_arena *arena, ac_evidence *out)
{
	*g = (gatherer){ .know = know, .arena = arena, .out = out, .source = AC_EVIDENCE_NO_SOURCE };
	*out = AC_EVIDENCE_NONE;
	ac_map_init(&g->seen, ac_know_seed(know), 5 * AC_EVIDENCE_ITEMS_MAX);
}

int
ac_evidence_from_sightings(
    ac_know *know, ac_arena *arena, ac_evidence *out, ac_answer_origin *out_origin, bool *out_cut, accord_err *err)
{
	ac_trace trace;
	gatherer g;
	int rc;

	begin(&g, know, arena, out);
	rc = ac_trace_sighted(know, &trace, err);
	for (size_t i = 0; rc == 0 && i < trace.count; i++)
		rc = add_sighted(&g, trace.items[i], err);
	ac_map_done(&g.seen);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc < 0)
		return rc;
	*out_cut = g.is_cut || trace.is_cut;
	*out_origin = (ac_answer_origin){
		.name = { "", 0 }, .is_seen = true, .indicators = trace.count, .sightings = trace.sightings
	};
	return 0;
}

/* The object's own sources, and what it says about who did it, are hidden. */
static int
hide_own(gatherer *g, const ac_know_object *object, accord_err *err)
{
	ac_evidence_hide *hide = &g->out->hide;
	ac_know_edges edges;
	int rc = ac_know_edges_of(
	    g->know, object->ref.id, AC_KNOW_FROM, AC_S("attributed-to"), AC_ANSWER_CLAIMS_MAX, &edges, err);

	if (rc < 0)
		return rc;
	hide->relationships = ac_arena_zalloc(g->arena, edges.count + 1, sizeof(*hide->relationships));
	if (!hide->relationships)
		return ac_arena_check(g->arena, err);
	for (size_t i = 0; i < edges.count; i++)
		hide->relationships[hide->relationship_count++] = edges.items[i].via_id;
	rc = hide_citations(g, object->original, err);
	return rc < 0 ? rc : hide_tellers(g, object->ref.id, err);
}

static int
add_report(gatherer *g, const ac_know_object *object, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object->original, AC_S("object_refs")));
	ac_time published;
	int rc = hide_name(g, ac_json_get_string(object->original, AC_S("name")), err);

	while (rc == 0 && ac_json_next(&it)) {
		ac_str type = ac_know_type(ac_json_string(it.value));

		rc = add_object(g, ac_json_string(it.value),
		    ac_str_eq(type, AC_S("identity")) || ac_str_eq(type, AC_S("location")), err);
	}
	if (g->source != AC_EVIDENCE_NO_SOURCE &&
	    ac_time_parse_stix(ac_json_get_string(object->original, AC_S("published")), &published, NULL) == 0)
		g->out->sources[g->source].date = published;
	return rc;
}

static int
add_incident(gatherer *g, const ac_know_object *object, accord_err *err)
{
	static const struct {
		ac_know_direction direction;
		const char *kind;
	} steps[] = { { AC_KNOW_FROM, "uses" }, { AC_KNOW_FROM, "targets" }, { AC_KNOW_TO, "indicates" },
		{ AC_KNOW_FROM, "related-to" } };
	int rc = 0;

	widen(g->out, ac_json_get_string(object->original, AC_S("first_seen")),
	    ac_json_get_string(object->original, AC_S("last_seen")));
	for (size_t i = 0; rc == 0 && i < AC_COUNT(steps); i++)
		rc = add_steps(g, object->ref.id, steps[i].direction, steps[i].kind, err);
	return rc;
}

static int
add_all(gatherer *g, const ac_know_object *object, accord_err *err)
{
	bool is_report = ac_trace_class_of(object->ref.type) == AC_TRACE_REPORT;
	int rc = hide_own(g, object, err);

	g->source = source_of(g, object->producer);
	g->out->id = object->ref.id;
	if (rc == 0)
		rc = is_report ? add_report(g, object, err) : add_incident(g, object, err);
	g->out->text = ac_use_sentences_join(
	    g->arena, ac_json_get_string(object->original, AC_S("description")), g->sentences, g->sentence_count);
	return rc;
}

int
ac_evidence_from_object(ac_know *know, ac_str id, const ac_evidence_hide *hidden, ac_arena *arena, ac_evidence *out,
    ac_answer_origin *out_origin, bool *out_cut, accord_err *err)
{
	static const ac_str types[] = { AC_S_INIT("report"), AC_S_INIT("grouping"), AC_S_INIT("incident"),
		AC_S_INIT("campaign") };
	const ac_know_object *object;
	bool is_one = false;
	gatherer g;
	int rc;

	for (size_t i = 0; i < AC_COUNT(types); i++)
		is_one |= ac_str_eq(ac_know_type(id), types[i]);
	if (!is_one)
		return ac_fail(err, ACCORD_EINPUT, "want the id of a report, grouping, incident or campaign, got %.*s",
		    AC_FMT(id));
	rc = ac_know_load(know, id, &object, err);
	if (rc == 0 && !object->is_here)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "%.*s is not here", AC_FMT(id));
	if (rc < 0)
		return rc;
	begin(&g, know, arena, out);
	g.hidden = hidden;
	rc = add_all(&g, object, err);
	ac_map_done(&g.seen);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc < 0)
		return rc;
	*out_cut = g.is_cut;
	*out_origin = (ac_answer_origin){ .object_id = object->ref.id,
		.name = object->ref.name.n ? object->ref.name : object->ref.id };
	return 0;
}
