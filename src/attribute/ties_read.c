/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads which values are said to be whose: indicators that indicate an actor, a campaign, software or infrastructure, what infrastructure consists of, and who uses it. Every step keeps its relationship
 * and what that cites.
 */
#include "attribute/reported.h"
#include "attribute/ties.h"
#include "base/limits.h"
#include "know/session.h"
#include "store/record.h"

/* A value and the relationship that leads from it to an object. */
typedef struct found {
	ac_value_type type;
	ac_str value;
	ac_raw_link link;
} found;

/* Whose the object is: an actor, as itself or through a campaign, or a software. */
typedef struct owner {
	uint32_t subject; /* UINT32_MAX: it is the feature's */
	uint32_t feature;
	ac_str attribution;
	ac_raw_link link; /* of infrastructure; without id: none */
} owner;

typedef struct reader {
	ac_build *b;
	found *founds;
	size_t found_count;
	owner *owners;
	size_t owner_count;
	bool is_relay;
	bool has_warnings;
	ac_str *infrastructure; /* ids */
	bool *relays;
	size_t infrastructure_count, relay_count;
} reader;

/* A relationship's sources, and those of the object that it comes from where they say where it was seen. */
static int
read_link(reader *r, const ac_edge_said *edge, ac_raw_link *out, bool *out_usable, accord_err *err)
{
	const ac_json *json;
	int rc = ac_build_load(r->b, edge->id, &json, err);

	*out_usable = rc == 0 && json;
	if (!*out_usable)
		return rc;
	out->id = edge->id;
	return ac_build_sources(r->b, json, edge, &out->cites, err);
}

/* The values that an indicator compares with or an observable is; the former's own sources are the link's, too. */
static int
read_values(reader *r, ac_str holder, const ac_raw_link *link, accord_err *err)
{
	ac_build *b = r->b;
	ac_raw_link sourced = *link;
	ac_record record;
	const ac_json *json;
	ac_span more;
	int rc = ac_build_load(b, holder, &json, err);

	if (rc < 0 || !json)
		return rc;
	rc = ac_build_cites(b, json, &more, err);
	sourced.cites.count += more.count;
	if (rc < 0 || sourced.cites.count == 0)
		return rc;
	/* What does not read any more had no values when it was learned either. */
	if (ac_record_from_object(json, &b->object, &record, NULL) < 0)
		return ac_arena_check(&b->object, err);
	for (size_t i = 0; rc == 0 && i < record.value_count; i++) {
		const ac_value *value = &record.values[i].value;

		rc = ac_build_push(b, &r->founds, &r->found_count, sizeof(*r->founds), err);
		if (rc == 0)
			r->founds[r->found_count - 1] =
			    (found){ value->type, ac_arena_str(&b->scratch, value->text), sourced };
	}
	return rc < 0 ? rc : ac_arena_check(&b->scratch, err);
}

/* Values on the other side of an object's relationships of one kind. */
static int
find_values(reader *r, ac_str id, ac_know_direction direction, const char *kind, accord_err *err)
{
	ac_build *b = r->b;
	int rc = ac_build_edges(b, id, direction, kind, err);
	const ac_raw_edge *edges = b->edges;
	size_t count = b->edge_count;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		bool is_from = direction == AC_KNOW_FROM, is_usable;
		ac_edge_said said = { edges[i].via, is_from ? id : edges[i].other, is_from ? edges[i].other : id };
		ac_raw_link link = { 0 };

		if (b->tie_count + r->found_count >= AC_TIES_MAX) {
			b->k->counts.indicators_cut += count - i;
			break;
		}
		rc = read_link(r, &said, &link, &is_usable, err);
		if (rc == 0 && is_usable)
			rc = read_values(r, edges[i].other, &link, err);
	}
	return rc;
}

static int
add_owner(reader *r, owner whose, accord_err *err)
{
	int rc = ac_build_push(r->b, &r->owners, &r->owner_count, sizeof(*r->owners), err);

	if (rc == 0)
		r->owners[r->owner_count - 1] = whose;
	return rc;
}

/* An actor owns what is its own, or its campaigns'. */
static int
add_owners(reader *r, ac_str id, const ac_raw_link *link, accord_err *err)
{
	ac_build *b = r->b;
	uint32_t subject = ac_build_subject(b, id);
	const ac_raw_feature *f = subject == UINT32_MAX ? ac_build_feature(b, id) : NULL;
	int rc = 0;

	if (f && f->feature != AC_FEATURE_NONE && f->kind == AC_FEATURE_SOFTWARE)
		return add_owner(r, (owner){ UINT32_MAX, f->feature, { 0 }, *link }, err);
	if (subject == UINT32_MAX)
		return 0;
	if (!b->subjects[subject].is_campaign)
		return add_owner(r, (owner){ subject, AC_FEATURE_NONE, { 0 }, *link }, err);
	rc = ac_build_attributions(b, id, AC_KNOW_FROM, err);
	for (size_t i = 0; rc == 0 && i < b->edge_count; i++) {
		uint32_t actor = ac_build_subject(b, b->edges[i].other);

		if (actor != UINT32_MAX && !b->subjects[actor].is_campaign)
			rc = add_owner(r, (owner){ actor, AC_FEATURE_NONE, b->edges[i].via, *link }, err);
	}
	return rc;
}

/* Whose infrastructure is: of who uses, owns, hosts or took it, and of the software that it serves. */
static int
find_owners(reader *r, ac_str id, accord_err *err)
{
	static const struct {
		ac_know_direction direction;
		const char *kind;
	} steps[] = { { AC_KNOW_TO, "uses" }, { AC_KNOW_TO, "owns" }, { AC_KNOW_TO, "hosts" },
		{ AC_KNOW_TO, "compromises" }, { AC_KNOW_TO, "beacons-to" }, { AC_KNOW_TO, "exfiltrates-to" },
		{ AC_KNOW_FROM, "controls" }, { AC_KNOW_FROM, "delivers" } };
	ac_build *b = r->b;
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < AC_COUNT(steps); s++) {
		const ac_raw_edge *edges;
		size_t count;

		rc = ac_build_edges(b, id, steps[s].direction, steps[s].kind, err);
		edges = b->edges;
		count = b->edge_count;
		for (size_t i = 0; rc == 0 && i < count; i++) {
			bool is_from = steps[s].direction == AC_KNOW_FROM, is_usable;
			ac_edge_said said = { edges[i].via, is_from ? id : edges[i].other,
				is_from ? edges[i].other : id };
			ac_raw_link link = { 0 };

			rc = read_link(r, &said, &link, &is_usable, err);
			if (rc == 0 && is_usable && link.cites.count)
				rc = add_owners(r, edges[i].other, &link, err);
		}
	}
	return rc;
}

typedef struct listing {
	ac_arena *arena;
	ac_value hits[8]; /* the value itself, ranges around it, domains above it */
	size_t count;
	bool is_listed;
} listing;

static int
on_hit(void *payload, const ac_value_hit *hit, accord_err *err)
{
	listing *l = payload;

	if (hit->is_row && l->count < AC_COUNT(l->hits))
		l->hits[l->count++] = (ac_value){ .type = hit->type, .text = ac_arena_str(l->arena, hit->text) };
	return ac_arena_check(l->arena, err);
}

static int
on_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	listing *l = payload;

	(void)err;
	l->is_listed |= ac_str_starts(row->producer, AC_S(AC_WARNING_PRODUCER));
	return 0;
}

/* On a warning list: harmless, or everybody's. */
static int
is_listed(reader *r, const found *f, bool *out, accord_err *err)
{
	ac_build *b = r->b;
	listing l = { .arena = &b->object };
	ac_value value = { .type = f->type, .text = f->value };
	int rc;

	*out = false;
	if (!r->has_warnings)
		return 0;
	ac_arena_reset(&b->object);
	(void)ac_value_read_address(&value);
	rc = ac_store_find_value(b->store, &value, on_hit, &l, err);
	for (size_t i = 0; rc == 0 && i < l.count; i++)
		rc = ac_store_each_row_of(b->store, &l.hits[i], on_row, &l, err);
	*out = l.is_listed;
	return rc;
}

/* Tie each value that was found to each owner. */
static int
tie(reader *r, accord_err *err)
{
	ac_build *b = r->b;
	int rc = 0;

	for (size_t i = 0; rc == 0 && r->owner_count && i < r->found_count; i++) {
		const found *f = &r->founds[i];
		bool is_harmless;

		rc = is_listed(r, f, &is_harmless, err);
		for (size_t o = 0; rc == 0 && o < r->owner_count; o++) {
			const owner *whose = &r->owners[o];
			ac_raw_tie *t;

			if (b->tie_count >= AC_TIES_MAX) {
				b->k->counts.indicators_cut++;
				continue;
			}
			rc = ac_build_push(b, &b->ties, &b->tie_count, sizeof(*b->ties), err);
			if (rc < 0)
				break;
			t = &b->ties[b->tie_count - 1];
			*t = (ac_raw_tie){ f->type, f->value, whose->subject, whose->feature, { f->link, whose->link },
				whose->link.id.n ? 2 : 1, whose->attribution, is_harmless || r->is_relay };
		}
	}
	r->founds = NULL;
	r->owners = NULL;
	r->found_count = r->owner_count = 0;
	r->is_relay = false;
	return rc;
}

static int
read_indicated(reader *r, ac_str id, accord_err *err)
{
	static const ac_raw_link none;
	int rc = find_values(r, id, AC_KNOW_TO, "indicates", err);

	if (rc == 0 && r->found_count)
		rc = add_owners(r, id, &none, err);
	return rc < 0 ? rc : tie(r, err);
}

static int
on_infrastructure(void *payload, const ac_stored *stored, accord_err *err)
{
	/* Networks that many rent or pass through say nothing of who came through them. */
	static const ac_str shared[] = { AC_S_INIT("anonymization"), AC_S_INIT("botnet") };
	reader *r = payload;
	const ac_json *json;
	ac_json_iter it;
	bool is_relay = false;
	int rc;

	if (stored->revoked || ac_json_parse(stored->object, AC_JSON_LIMITS, &r->b->object, &json, NULL) < 0)
		return 0;
	it = ac_json_iter_of(ac_json_get(json, AC_S("infrastructure_types")));
	while (ac_json_next(&it))
		for (size_t i = 0; i < AC_COUNT(shared); i++)
			is_relay |= ac_str_eq(ac_json_string(it.value), shared[i]);
	rc = ac_build_push(r->b, &r->infrastructure, &r->infrastructure_count, sizeof(*r->infrastructure), err);
	if (rc == 0)
		rc = ac_build_push(r->b, &r->relays, &r->relay_count, sizeof(*r->relays), err);
	if (rc < 0)
		return rc;
	r->infrastructure[r->infrastructure_count - 1] = ac_arena_str(&r->b->scratch, stored->id);
	r->relays[r->relay_count - 1] = is_relay;
	return ac_arena_check(&r->b->scratch, err);
}

static int
read_infrastructure(reader *r, accord_err *err)
{
	int rc = ac_store_each(r->b->store, AC_S("infrastructure"), 0, &r->b->object, on_infrastructure, r, err);

	for (size_t i = 0; rc == 0 && i < r->infrastructure_count; i++) {
		ac_str id = r->infrastructure[i];

		r->is_relay = r->relays[i];
		rc = find_values(r, id, AC_KNOW_TO, "indicates", err);
		if (rc == 0)
			rc = find_values(r, id, AC_KNOW_FROM, "consists-of", err);
		if (rc == 0 && r->found_count)
			rc = find_owners(r, id, err);
		if (rc == 0)
			rc = tie(r, err);
	}
	return rc;
}

int
ac_ties_read(ac_build *b, accord_err *err)
{
	reader r = { .b = b };
	int64_t kind, lists;
	int rc = ac_store_warning_lists(b->store, &lists, err);

	r.has_warnings = lists > 0;
	if (rc == 0)
		rc = ac_store_kind(b->store, AC_S("indicates"), &kind, err);
	for (size_t s = 0; rc == 0 && kind && s < b->subject_count; s++)
		rc = read_indicated(&r, b->subjects[s].id, err);
	for (size_t f = 0; rc == 0 && kind && f < b->feature_count; f++)
		if (b->features[f].kind == AC_FEATURE_SOFTWARE)
			rc = read_indicated(&r, b->features[f].id, err);
	return rc < 0 ? rc : read_infrastructure(&r, err);
}
