/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of the store as sources: a dated report that refers to a relationship, or to both of its ends, says what the relationship says. Producers that write no references into relationships write
 * reports around them.
 */
#include "attribute/reported.h"

#include <stdlib.h>

#include "know/session.h"

#define TEXT_MAX 16384 /* of a description: the beginning tells copies apart */

/* What edges lie between or are. */
static const ac_str referred_types[] = { AC_S_INIT("relationship"), AC_S_INIT("indicator"), AC_S_INIT("infrastructure"),
	AC_S_INIT("intrusion-set"), AC_S_INIT("threat-actor"), AC_S_INIT("campaign"), AC_S_INIT("malware"),
	AC_S_INIT("tool"), AC_S_INIT("attack-pattern"), AC_S_INIT("location"), AC_S_INIT("identity") };

static bool
is_referred(ac_str id)
{
	ac_str type = ac_know_type(id);

	for (size_t i = 0; i < AC_COUNT(referred_types); i++)
		if (ac_str_eq(type, referred_types[i]))
			return true;
	return false;
}

static int
refer(ac_build *b, ac_str id, uint32_t citation, accord_err *err)
{
	uint64_t *slot = ac_map_get(&b->reported.ids, id);
	ac_reference *items;
	int rc;

	if (!slot) {
		ac_str copy = ac_arena_str(&b->scratch, id);

		slot = copy.p ? ac_map_put(&b->reported.ids, copy, NULL) : NULL;
		if (!slot)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for the references of reports");
		*slot = b->reported.ids.count;
	}
	rc = ac_build_push(b, &b->reported.items, &b->reported.count, sizeof(*items), err);
	if (rc == 0)
		b->reported.items[b->reported.count - 1] = (ac_reference){ (uint32_t)*slot - 1, citation };
	return rc;
}

/* As catalogues write references: the publisher, the day, the title. */
static ac_str
describe(ac_arena *arena, const ac_json *report, ac_str producer)
{
	ac_str day = ac_str_slice(ac_json_get_string(report, AC_S("published")), 0, 10),
	       name = ac_json_get_string(report, AC_S("name"));

	return ac_arena_printf(arena, "%.*s. (%.*s). %.*s.", AC_FMT(producer), AC_FMT(day), AC_FMT(name));
}

static ac_str
address_of(const ac_json *report)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(report, AC_S("external_references")));

	while (ac_json_next(&it)) {
		ac_str url = ac_json_get_string(it.value, AC_S("url"));

		if (url.n && ac_json_get_string(it.value, AC_S("external_id")).n == 0)
			return url;
	}
	return (ac_str){ 0 };
}

static int
on_report(void *payload, const ac_stored *stored, accord_err *err)
{
	ac_build *b = payload;
	ac_json_iter it;
	const ac_json *json;
	ac_citation c;
	uint32_t citation;
	int rc;

	if (stored->revoked || ac_json_parse(stored->object, AC_JSON_LIMITS, &b->object, &json, NULL) < 0)
		return 0;
	c = (ac_citation){ ac_json_get_string(json, AC_S("name")), address_of(json),
		describe(&b->object, json, stored->producer), ac_admiralty_of(json),
		ac_str_slice(ac_json_get_string(json, AC_S("description")), 0, TEXT_MAX) };
	if (c.name.n == 0)
		return 0;
	rc = ac_citations_add(&b->citations, c, &citation, err);
	it = ac_json_iter_of(ac_json_get(json, AC_S("object_refs")));
	while (rc == 0 && ac_json_next(&it)) {
		ac_str id = ac_json_string(it.value);

		if (is_referred(id))
			rc = refer(b, id, citation, err);
	}
	return rc;
}

static int
compare_references(const void *x, const void *y)
{
	const ac_reference *a = x, *b = y;

	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	return a->citation < b->citation ? -1 : a->citation > b->citation;
}

int
ac_reported_read(ac_build *b, accord_err *err)
{
	ac_reported *r = &b->reported;
	int rc = ac_store_each(b->store, AC_S("report"), 0, &b->object, on_report, b, err);

	r->spans = ac_arena_zalloc(&b->scratch, r->ids.count + 1, sizeof(*r->spans));
	if (rc < 0 || !r->spans)
		return rc < 0 ? rc : ac_arena_check(&b->scratch, err);
	if (r->count)
		qsort(r->items, r->count, sizeof(*r->items), compare_references);
	for (size_t i = 0; i < r->count; i++) {
		ac_span *span = &r->spans[r->items[i].object];

		if (span->count++ == 0)
			span->first = (uint32_t)i;
	}
	return 0;
}

static ac_span
references_to(const ac_build *b, ac_str id)
{
	const uint64_t *slot = ac_map_get(&b->reported.ids, id);

	return slot ? b->reported.spans[*slot - 1] : (ac_span){ 0 };
}

static bool
refers(const ac_build *b, ac_span span, uint32_t citation)
{
	size_t low = span.first, high = (size_t)span.first + span.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->reported.items[middle].citation < citation)
			low = middle + 1;
		else
			high = middle;
	}
	return low < (size_t)span.first + span.count && b->reported.items[low].citation == citation;
}

static int
cite(ac_build *b, uint32_t citation, ac_span *cites, accord_err *err)
{
	int rc = ac_build_push(b, &b->cites, &b->cite_count, sizeof(*b->cites), err);

	if (rc == 0) {
		b->cites[b->cite_count - 1] = citation;
		cites->count++;
	}
	return rc;
}

int
ac_reported_cite(ac_build *b, const ac_edge_said *edge, ac_span *cites, accord_err *err)
{
	ac_span own = references_to(b, edge->id), source = references_to(b, edge->source),
		target = references_to(b, edge->target);
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < own.count; i++)
		rc = cite(b, b->reported.items[own.first + i].citation, cites, err);
	for (uint32_t i = 0; rc == 0 && i < source.count; i++) {
		uint32_t citation = b->reported.items[source.first + i].citation;

		if (refers(b, target, citation) && !refers(b, own, citation))
			rc = cite(b, citation, cites, err);
	}
	return rc;
}
