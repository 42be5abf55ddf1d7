/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the knowledge out of the store: features and actor records in one pass each, then the "uses" relationships of actors and of campaigns that are attributed to one. A claim counts when it cites a
 * report that has a date; copies in galaxies cite nothing, and so add nothing. What it holds is put in an order of its own at the end (knowledge_order.c).
 */
#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/knowledge_build.h"
#include "attribute/reported.h"
#include "attribute/ties.h"
#include "attribute/told.h"
#include "attribute/victims.h"
#include "base/limits.h"
#include "know/session.h"
#include "stix/id.h"

#define RAW_MAX ((size_t)1 << 22) /* records of one kind: a hundred times ATT&CK */

int
ac_build_push(ac_build *b, void *list, size_t *count, size_t size, accord_err *err)
{
	void **items = list, *grown = ac_know_grow(&b->scratch, *items, *count, size);

	if (!grown || *count >= RAW_MAX)
		return grown ? ac_fail(err, ACCORD_ELIMIT, "more than %zu records of one kind", RAW_MAX)
			     : ac_arena_check(&b->scratch, err);
	*items = grown;
	memset((char *)grown + *count * size, 0, size);
	(*count)++;
	return 0;
}

/* "T1059", "T1059.001", "S0154": a number of ATT&CK's. */
static bool
is_number(ac_str text, char letter)
{
	size_t at = 1;

	if (text.n < 5 || text.p[0] != letter)
		return false;
	while (at < text.n && ac_is_digit(text.p[at]))
		at++;
	return at == 5 && (at == text.n || (letter == 'T' && text.n == 9 && text.p[5] == '.'));
}

static ac_str
number_of(const ac_json *object, char letter)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));

	while (ac_json_next(&it)) {
		ac_str id = ac_json_get_string(it.value, AC_S("external_id"));

		if (is_number(id, letter))
			return id;
	}
	return (ac_str){ 0 };
}

static const ac_json *
parse(ac_str text, ac_arena *arena)
{
	const ac_json *json = NULL;

	/* It was parsed when it was learned: what does not parse now is passed over as if it were not here. */
	return ac_json_parse(text, AC_JSON_LIMITS, arena, &json, NULL) < 0 ? NULL : json;
}

typedef struct alias_taker {
	ac_build *b;
	ac_raw_feature *feature;
} alias_taker;

static void
on_alias(void *payload, ac_str name)
{
	alias_taker *t = payload;
	ac_raw_feature *f = t->feature;
	ac_str *grown = ac_know_grow(&t->b->scratch, f->aliases, f->alias_count, sizeof(*grown));

	if (!grown)
		return; /* the arena remembers */
	f->aliases = grown;
	grown[f->alias_count++] = ac_arena_str(&t->b->scratch, name);
}

static void
take_aliases(ac_build *b, const ac_json *json, ac_raw_feature *f)
{
	static const ac_str properties[] = { AC_S_INIT("name"), AC_S_INIT("aliases"), AC_S_INIT("x_mitre_aliases") };
	alias_taker t = { b, f };

	for (size_t i = 0; i < AC_COUNT(properties); i++)
		ac_know_each_text(ac_json_get(json, properties[i]), on_alias, &t);
}

static int
on_feature(void *payload, const ac_stored *stored, accord_err *err)
{
	ac_build *b = payload;
	bool is_technique = ac_str_eq(stored->type, AC_S("attack-pattern"));
	const ac_json *json = parse(stored->object, &b->object);
	ac_raw_feature *f;
	int rc = json ? ac_build_push(b, &b->features, &b->feature_count, sizeof(*f), err) : 0;

	if (rc < 0 || !json)
		return rc;
	f = &b->features[b->feature_count - 1];
	f->kind = is_technique ? AC_FEATURE_TECHNIQUE : AC_FEATURE_SOFTWARE;
	f->id = ac_arena_str(&b->scratch, stored->id);
	f->external_id = ac_arena_str(&b->scratch, number_of(json, is_technique ? 'T' : 'S'));
	f->name = ac_arena_str(&b->scratch, ac_json_get_string(json, AC_S("name")));
	f->is_revoked = stored->revoked;
	f->is_deprecated = ac_json_is_true(ac_know_property(json, AC_S("deprecated")));
	if (!is_technique && !f->is_revoked && !f->is_deprecated)
		take_aliases(b, json, f);
	rc = ac_words_usual(&b->k->words, ac_json_get_string(json, AC_S("description")), &b->object, err);
	if (rc == 0 && !is_technique && !f->is_revoked)
		rc = ac_build_cites(b, json, &f->cites, err);
	return rc < 0 ? rc : ac_arena_check(&b->scratch, err);
}

int
ac_build_cites(ac_build *b, const ac_json *json, ac_span *out, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("external_references")));

	out->first = (uint32_t)b->cite_count;
	out->count = 0;
	while (ac_json_next(&it)) {
		ac_citation c = { ac_json_get_string(it.value, AC_S("source_name")),
			ac_json_get_string(it.value, AC_S("url")), ac_json_get_string(it.value, AC_S("description")),
			{ 0 }, { 0 } };
		uint32_t number;
		int rc;

		if (ac_json_get_string(it.value, AC_S("external_id")).n || (c.name.n == 0 && c.url.n == 0))
			continue;
		rc = ac_citations_add(&b->citations, c, &number, err);
		if (rc == 0)
			rc = ac_build_push(b, &b->cites, &b->cite_count, sizeof(*b->cites), err);
		if (rc < 0)
			return rc;
		b->cites[b->cite_count - 1] = number;
		out->count++;
	}
	return 0;
}

int
ac_build_sources(ac_build *b, const ac_json *relationship, const ac_edge_said *edge, ac_span *out, accord_err *err)
{
	int rc = ac_build_cites(b, relationship, out, err);

	return rc < 0 ? rc : ac_reported_cite(b, edge, out, err);
}

typedef struct name_taker {
	ac_build *b;
	accord_err *err;
	int rc;
} name_taker;

static void
on_name(void *payload, ac_str name)
{
	name_taker *t = payload;

	if (t->rc == 0)
		t->rc = ac_words_mask(&t->b->k->words, name, t->err);
}

/* Every name of an actor or a campaign, of revoked records too, is nothing that an incident's text may be known by. */
static int
mask_names(ac_build *b, const ac_json *json, accord_err *err)
{
	static const ac_str properties[] = { AC_S_INIT("name"), AC_S_INIT("aliases"), AC_S_INIT("x_mitre_aliases") };
	name_taker t = { b, err, 0 };

	for (size_t i = 0; i < AC_COUNT(properties); i++)
		ac_know_each_text(ac_json_get(json, properties[i]), on_name, &t);
	return t.rc;
}

static ac_time
time_of(const ac_json *json, ac_str member)
{
	accord_err ignored = { 0 };
	ac_time t;

	return ac_time_parse_stix(ac_json_get_string(json, member), &t, &ignored) == 0 ? t : AC_TIME_MIN;
}

static int
on_subject(void *payload, const ac_stored *stored, accord_err *err)
{
	ac_build *b = payload;
	bool is_campaign = ac_str_eq(stored->type, AC_S("campaign"));
	const ac_json *json = parse(stored->object, &b->object);
	ac_subject *s;
	int rc = mask_names(b, json, err);

	if (rc < 0)
		return rc;
	if (!json || stored->revoked || ac_json_is_true(ac_know_property(json, AC_S("deprecated"))))
		return 0;
	rc = ac_build_push(b, &b->subjects, &b->subject_count, sizeof(*s), err);
	if (rc < 0)
		return rc;
	s = &b->subjects[b->subject_count - 1];
	s->id = ac_arena_str(&b->scratch, stored->id);
	s->is_campaign = is_campaign;
	s->is_individual = ac_str_eq(stored->type, AC_S("threat-actor")) &&
			   ac_str_eq(ac_json_get_string(json, AC_S("resource_level")), AC_S("individual"));
	if (is_campaign) {
		s->external_id = ac_arena_str(&b->scratch, number_of(json, 'C'));
		s->first_seen = time_of(json, AC_S("first_seen"));
		s->last_seen = time_of(json, AC_S("last_seen"));
		s->description = ac_arena_str(&b->k->arena, ac_json_get_string(json, AC_S("description")));
		rc = ac_build_cites(b, json, &s->cites, err);
	}
	return rc < 0 ? rc : ac_arena_check(&b->scratch, err);
}

static int
each(ac_build *b, const char *type, ac_on_stored on, accord_err *err)
{
	return ac_store_each(b->store, ac_str_from(type), 0, &b->object, on, b, err);
}

/* Edges of one subject, collected before anything else is asked of the store. */
static int
on_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	ac_build *b = payload;
	int rc;

	if (edge->via_id.n == 0)
		return 0;
	rc = ac_build_push(b, &b->edges, &b->edge_count, sizeof(*b->edges), err);
	if (rc < 0)
		return rc;
	b->edges[b->edge_count - 1] =
	    (ac_raw_edge){ ac_arena_str(&b->scratch, edge->other_id), ac_arena_str(&b->scratch, edge->via_id) };
	return ac_arena_check(&b->scratch, err);
}

int
ac_build_edges(ac_build *b, ac_str id, ac_know_direction direction, const char *kind, accord_err *err)
{
	b->edges = NULL;
	b->edge_count = 0;
	return (direction == AC_KNOW_FROM ? ac_store_edges_from : ac_store_edges_to)(
	    b->store, id, ac_str_from(kind), on_edge, b, err);
}

int
ac_build_load(ac_build *b, ac_str via, const ac_json **out, accord_err *err)
{
	ac_stored stored;
	int rc;

	*out = NULL;
	ac_arena_reset(&b->object);
	rc = ac_store_get(b->store, via, &b->object, &stored, err);
	if (rc < 0)
		return rc == ACCORD_ENOTFOUND ? 0 : rc;
	*out = stored.revoked ? NULL : parse(stored.object, &b->object);
	if (*out && ac_json_is_true(ac_know_property(*out, AC_S("deprecated"))))
		*out = NULL;
	return 0;
}

bool
ac_knowledge_is_answer(const ac_json *relationship)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(relationship, AC_S("extensions")));

	while (ac_json_next(&it))
		if (ac_str_starts(ac_json_get_string(ac_json_get(it.value, AC_S("answer")), AC_S("schema")),
			AC_S("accord.attribution/")))
			return true;
	return false;
}

int
ac_build_attributions(ac_build *b, ac_str id, ac_know_direction direction, accord_err *err)
{
	int rc = ac_build_edges(b, id, direction, "attributed-to", err);
	size_t n = 0;

	for (size_t i = 0; rc == 0 && i < b->edge_count; i++) {
		const ac_json *json;

		rc = ac_build_load(b, b->edges[i].via, &json, err);
		if (rc == 0 && json && !ac_knowledge_is_answer(json))
			b->edges[n++] = b->edges[i];
	}
	b->edge_count = n;
	return rc;
}

static int
read_claim(ac_build *b, const ac_raw_edge *edge, uint32_t subject, accord_err *err)
{
	const ac_raw_feature *f = ac_build_feature(b, edge->other);
	const ac_json *json;
	ac_edge_said said = { edge->via, b->subjects[subject].id, edge->other };
	ac_raw_claim *claim;
	ac_span cites;
	int rc;

	if (!f || f->feature == AC_FEATURE_NONE)
		return 0;
	rc = ac_build_load(b, edge->via, &json, err);
	if (rc < 0 || !json)
		return rc;
	rc = ac_build_sources(b, json, &said, &cites, err);
	if (rc < 0)
		return rc;
	if (cites.count == 0) {
		b->k->counts.claims_uncited++;
		return 0;
	}
	rc = ac_build_push(b, &b->claims, &b->claim_count, sizeof(*claim), err);
	if (rc < 0)
		return rc;
	claim = &b->claims[b->claim_count - 1];
	*claim = (ac_raw_claim){ subject, f->feature, edge->via, { 0 }, UINT32_MAX, { 0 }, cites,
		ac_admiralty_part(ac_admiralty_of(json)) };
	claim->prose = ac_arena_str(&b->k->arena, ac_json_get_string(json, AC_S("description")));
	return ac_arena_check(&b->k->arena, err);
}

static int
read_claims(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < b->subject_count; s++) {
		b->subjects[s].first_claim = (uint32_t)b->claim_count;
		rc = ac_build_edges(b, b->subjects[s].id, AC_KNOW_FROM, "uses", err);
		for (size_t i = 0; rc == 0 && i < b->edge_count; i++)
			rc = read_claim(b, &b->edges[i], (uint32_t)s, err);
		b->subjects[s].claim_count = (uint32_t)(b->claim_count - b->subjects[s].first_claim);
	}
	return rc;
}

static int
compare_subjects(const void *x, const void *y)
{
	const ac_subject *a = x, *b = y;

	return ac_str_cmp(a->id, b->id);
}

uint32_t
ac_build_subject(const ac_build *b, ac_str id)
{
	ac_subject key = { .id = id };
	const ac_subject *s =
	    b->subject_count ? bsearch(&key, b->subjects, b->subject_count, sizeof(key), compare_subjects) : NULL;

	return s ? (uint32_t)(s - b->subjects) : UINT32_MAX;
}

/* What a campaign used is claimed of whom it is attributed to, as long as the attribution stands. */
static int
copy_claims(ac_build *b, const ac_subject *campaign, uint32_t actor, ac_str attribution, accord_err *err)
{
	for (uint32_t i = 0; i < campaign->claim_count; i++) {
		int rc = ac_build_push(b, &b->claims, &b->claim_count, sizeof(*b->claims), err);

		if (rc < 0)
			return rc;
		b->claims[b->claim_count - 1] = b->claims[campaign->first_claim + i];
		b->claims[b->claim_count - 1].subject = actor;
		b->claims[b->claim_count - 1].attribution = attribution;
		b->claims[b->claim_count - 1].campaign = (uint32_t)(campaign - b->subjects);
	}
	return 0;
}

static int
read_attributions(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < b->subject_count; s++) {
		if (!b->subjects[s].is_campaign || b->subjects[s].claim_count == 0)
			continue;
		rc = ac_build_attributions(b, b->subjects[s].id, AC_KNOW_FROM, err);
		for (size_t i = 0; rc == 0 && i < b->edge_count; i++) {
			uint32_t actor = ac_build_subject(b, b->edges[i].other);

			if (actor != UINT32_MAX && !b->subjects[actor].is_campaign)
				rc = copy_claims(b, &b->subjects[s], actor, b->edges[i].via, err);
		}
	}
	return rc;
}

/* A revoked feature's successor, as far as the chain of successors goes. */
static int
read_successors(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->feature_count; i++) {
		if (!b->features[i].is_revoked)
			continue;
		rc = ac_build_edges(b, b->features[i].id, AC_KNOW_FROM, "revoked-by", err);
		if (rc == 0 && b->edge_count)
			b->features[i].successor = b->edges[0].other;
	}
	return rc;
}

static int
read_store(ac_build *b, accord_err *err)
{
	static const char *const feature_types[] = { "attack-pattern", "malware", "tool" };
	static const char *const subject_types[] = { "intrusion-set", "threat-actor", "campaign" };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_COUNT(feature_types); i++)
		rc = each(b, feature_types[i], on_feature, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(subject_types); i++)
		rc = each(b, subject_types[i], on_subject, err);
	if (rc == 0)
		rc = read_successors(b, err);
	if (rc < 0)
		return rc;
	if (b->subject_count)
		qsort(b->subjects, b->subject_count, sizeof(*b->subjects), compare_subjects);
	rc = ac_build_features(b, err);
	if (rc == 0)
		rc = ac_reported_read(b, err);
	if (rc == 0)
		rc = read_claims(b, err);
	if (rc == 0)
		rc = read_attributions(b, err);
	if (rc == 0)
		rc = ac_ties_read(b, err);
	if (rc == 0)
		rc = ac_abilities_read(b, err);
	return rc;
}

/* Whom all records of an actor are said to have attacked. */
static int
read_victims(ac_build *b, const ac_know_actor *view, accord_err *err)
{
	int rc = 0;

	for (size_t m = 0; rc == 0 && m < view->member_count; m++) {
		ac_str id = view->actors->records[view->members[m]].id;
		const ac_json *json;

		rc = ac_build_load(b, id, &json, err);
		if (rc == 0 && json)
			rc = ac_victims_read(b, view, json, err);
		if (rc == 0 && json)
			rc = ac_told_read(b, view, json, err);
		if (rc == 0)
			rc = ac_victims_read_targets(b, view, id, err);
	}
	return rc;
}

static bool
is_read(const ac_build *b, const ac_subject *subject)
{
	for (size_t i = 0; i < b->subject_count; i++)
		if (&b->subjects[i] != subject && b->subjects[i].view == subject->view)
			return true;
	return false;
}

static int
read_actor(ac_build *b, ac_subject *s, accord_err *err)
{
	int rc;

	if (s->is_campaign || s->view)
		return 0;
	rc = ac_know_actor_of(b->know, s->id, &s->view, err);
	if (rc == ACCORD_EINPUT)
		return 0;
	return rc == 0 && !is_read(b, s) ? read_victims(b, s->view, err) : rc;
}

/* Whom the records with claims are records of: the view's leading record, unless only another of them has a number of ATT&CK's. */
static int
read_actors(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->claim_count; i++)
		rc = read_actor(b, &b->subjects[b->claims[i].subject], err);
	for (size_t i = 0; rc == 0 && i < b->tie_count; i++)
		if (b->ties[i].subject != UINT32_MAX)
			rc = read_actor(b, &b->subjects[b->ties[i].subject], err);
	return rc;
}

int
ac_knowledge_make(ac_know *know, ac_knowledge **out, accord_err *err)
{
	ac_knowledge *k = calloc(1, sizeof(*k));
	ac_build b = { .know = know, .store = ac_know_store(know), .k = k };
	int rc;

	if (!k)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for knowledge");
	ac_arena_init(&k->arena, AC_KNOWLEDGE_MAX);
	ac_arena_init(&b.scratch, AC_KNOWLEDGE_MAX);
	ac_arena_init(&b.object, AC_STORE_ARENA_MAX);
	k->seed = ac_know_seed(know);
	k->newest = AC_TIME_MIN;
	ac_words_init(&k->words, k->seed, &k->arena);
	b.citations.arena = &b.scratch;
	ac_map_init(&b.citations.known, k->seed, RAW_MAX);
	ac_map_init(&b.by_id, k->seed, RAW_MAX);
	ac_map_init(&b.reported.ids, k->seed, RAW_MAX);
	rc = ac_weights_shipped(&k->weights, err);
	if (rc == 0)
		rc = read_store(&b, err);
	if (rc == 0)
		rc = read_actors(&b, err);
	if (rc == 0)
		rc = ac_build_order(&b, err);
	ac_map_done(&b.citations.known);
	ac_map_done(&b.by_id);
	ac_map_done(&b.reported.ids);
	ac_arena_done(&b.object);
	ac_arena_done(&b.scratch);
	if (rc < 0)
		k = ac_knowledge_free(k);
	else
		*out = k;
	return rc;
}

ac_knowledge *
ac_knowledge_free(ac_knowledge *k)
{
	if (k) {
		ac_words_done(&k->words);
		ac_arena_done(&k->arena);
		free(k);
	}
	return NULL;
}

size_t
ac_knowledge_actor_count(const ac_knowledge *k)
{
	return k->actor_count;
}

const ac_judged_actor *
ac_knowledge_actor(const ac_knowledge *k, size_t index)
{
	return &k->actors[index];
}

size_t
ac_knowledge_report_count(const ac_knowledge *k)
{
	return k->report_count;
}

const ac_report *
ac_knowledge_report(const ac_knowledge *k, size_t index)
{
	return &k->reports[index];
}

const ac_knowledge_counts *
ac_knowledge_counted(const ac_knowledge *k)
{
	return &k->counts;
}

ac_time
ac_knowledge_newest(const ac_knowledge *k)
{
	return k->newest;
}

double
ac_country_share(const ac_knowledge *k, const double *p, ac_str country)
{
	double sum = 0;

	for (size_t a = 0; a < k->actor_count; a++)
		for (size_t c = 0; c < k->actors[a].country_count; c++)
			if (ac_str_eq(k->actors[a].countries[c], country))
				sum += p[a] / (double)k->actors[a].country_count;
	return sum;
}
