/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was seen: sightings of a page's records and of the indicators that point to them; and the listings of an observable, which are how a value leads into the
 * knowledge.
 */
#include "know/page_build.h"

#include <stdlib.h>

#define SIGHTINGS_MAX 1000       /* of one page; a sighting is an input and a day */
#define SEEN_INDICATORS_MAX 2000 /* indicators of one page whose sightings are looked for */
#define LISTINGS_MAX 1000
#define POINTS_TO_MAX 64

static ac_str
where_of(const ac_json *sighting)
{
	static const ac_str properties[] = { AC_S_INIT("input"), AC_S_INIT("file"), AC_S_INIT("where"),
		AC_S_INIT("description"), AC_S_INIT("summary") };
	ac_str text = { 0 };

	for (size_t i = 0; i < AC_COUNT(properties) && text.n == 0; i++)
		text = ac_json_string(ac_know_property(sighting, properties[i]));
	return text;
}

static int
add_sighting(ac_page_builder *b, const ac_know_object *object, const ac_know_ref *of, accord_err *err)
{
	ac_page *page = b->page;
	ac_page_sighting *sightings;
	int64_t count = 1;

	if (!ac_json_i64(ac_json_get(object->json, AC_S("count")), &count) || count < 0)
		count = 1;
	page->sighting_total += (uint64_t)count;
	if (page->sighting_count >= SIGHTINGS_MAX)
		return 0;
	sightings = ac_know_grow(&b->know->arena, page->sightings, page->sighting_count, sizeof(*sightings));
	if (!sightings)
		return ac_arena_check(&b->know->arena, err);
	page->sightings = sightings;
	sightings[page->sighting_count++] = (ac_page_sighting){ .id = object->ref.id,
		.of = *of,
		.count = (uint64_t)count,
		.first_seen = ac_json_get_string(object->json, AC_S("first_seen")),
		.last_seen = ac_json_get_string(object->json, AC_S("last_seen")),
		.where = where_of(object->json),
		.producer = object->producer };
	return 0;
}

int
ac_page_sightings_of(ac_page_builder *b, ac_str id, uint64_t *out_count, accord_err *err)
{
	const ac_know_object *object;
	const ac_know_ref *of;
	ac_know_edges edges;
	uint64_t before = b->page->sighting_total;
	int rc = ac_know_edges_of(b->know, id, AC_KNOW_TO, AC_S("sighting_of_ref"), SIGHTINGS_MAX, &edges, err);

	if (rc == 0 && edges.count)
		rc = ac_know_label(b->know, id, &of, err);
	for (size_t i = 0; rc == 0 && i < edges.count; i++) {
		/* The sighting is the relationship, or the object that has the reference: the store says one or the other. */
		ac_str sighting = edges.items[i].via_id.n ? edges.items[i].via_id : edges.items[i].other_id;

		rc = ac_know_load(b->know, sighting, &object, err);
		if (rc == 0)
			rc = add_sighting(b, object, of, err);
	}
	b->page->is_cut |= rc == 0 && edges.is_cut;
	if (rc == 0 && out_count)
		*out_count = b->page->sighting_total - before;
	return rc;
}

/* Latest first. */
static int
compare_sightings(const void *x, const void *y)
{
	const ac_page_sighting *a = x, *b = y;
	int c = ac_str_cmp(b->last_seen, a->last_seen);

	return c ? c : ac_str_cmp(a->id, b->id);
}

int
ac_page_sightings(ac_page_builder *b, accord_err *err)
{
	ac_page *page = b->page;
	ac_page_section *indicators = &page->sections[AC_SECTION_INDICATORS];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < page->record_count; i++)
		rc = ac_page_sightings_of(b, page->records[i].object->ref.id, NULL, err);
	for (size_t i = 0; rc == 0 && i < indicators->count && i < SEEN_INDICATORS_MAX; i++)
		rc = ac_page_sightings_of(b, indicators->items[i].ref.id, NULL, err);
	page->is_cut |= indicators->count > SEEN_INDICATORS_MAX;
	if (rc == 0 && page->sighting_count)
		qsort(page->sightings, page->sighting_count, sizeof(*page->sightings), compare_sightings);
	return rc;
}

typedef struct value_collector {
	ac_arena *arena;
	ac_value_hit *hits;
	size_t count;
	bool is_cut;
} value_collector;

static int
on_value(void *payload, const ac_value_hit *hit, accord_err *err)
{
	value_collector *c = payload;
	ac_value_hit *hits;

	if (c->count == LISTINGS_MAX) {
		c->is_cut = true;
		return 1;
	}
	hits = ac_know_grow(c->arena, c->hits, c->count, sizeof(*hits));
	if (!hits)
		return ac_arena_check(c->arena, err);
	c->hits = hits;
	hits[c->count] = *hit;
	hits[c->count].text = ac_arena_str(c->arena, hit->text);
	hits[c->count++].object_id = ac_arena_str(c->arena, hit->object_id);
	return ac_arena_check(c->arena, err);
}

static int
add_ref(ac_page_builder *b, const ac_know_ref ***list, size_t *count, ac_str id, accord_err *err)
{
	const ac_know_ref **grown, *ref;
	int rc;

	if (*count == POINTS_TO_MAX)
		return 0;
	rc = ac_know_label(b->know, id, &ref, err);
	if (rc < 0)
		return rc;
	grown = ac_know_grow(&b->know->arena, *list, *count, sizeof(const ac_know_ref *));
	if (!grown)
		return ac_arena_check(&b->know->arena, err);
	*list = grown;
	grown[(*count)++] = ref;
	return 0;
}

static int
read_paths(ac_page_builder *b, ac_page_listing *listing, accord_err *err)
{
	static const ac_str towards[] = { AC_S_INIT("indicates"), AC_S_INIT("related-to") };
	ac_know_edges edges;
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < AC_COUNT(towards); k++) {
		rc = ac_know_edges_of(b->know, listing->id, AC_KNOW_FROM, towards[k], POINTS_TO_MAX, &edges, err);
		for (size_t i = 0; rc == 0 && i < edges.count; i++)
			rc = add_ref(b, &listing->points_to, &listing->points_to_count, edges.items[i].other_id, err);
	}
	if (rc == 0)
		rc =
		    ac_know_edges_of(b->know, listing->id, AC_KNOW_TO, AC_S("object_refs"), POINTS_TO_MAX, &edges, err);
	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		rc = add_ref(b, &listing->reports, &listing->report_count, edges.items[i].other_id, err);
	return rc < 0 ? rc : ac_page_sightings_of(b, listing->id, &listing->sightings, err);
}

/* A range that covers the address, a parent of the domain, or the value itself. */
static const char *
match_of(const ac_value *asked, const ac_value_hit *hit)
{
	if (hit->type == asked->type && ac_str_eq(hit->text, asked->text))
		return "exact";
	return hit->type == AC_VALUE_IPV4 || hit->type == AC_VALUE_IPV6 ? "cidr" : "parent";
}

static int
add_listing(ac_page_builder *b, const ac_value_hit *hit, accord_err *err)
{
	ac_page *page = b->page;
	const ac_know_object *object;
	ac_page_listing *listings;
	ac_page_texts producers = { 0 };
	int rc = ac_know_load(b->know, hit->object_id, &object, err);

	if (rc < 0)
		return rc;
	listings = ac_know_grow(&b->know->arena, page->listings, page->listing_count, sizeof(*listings));
	if (!listings)
		return ac_arena_check(&b->know->arena, err);
	page->listings = listings;
	listings += page->listing_count++;
	*listings = (ac_page_listing){ .id = object->ref.id,
		.type = object->ref.type,
		.name = object->ref.name,
		.is_row = hit->is_row,
		.match = match_of(&page->value, hit),
		.value_type = hit->type,
		.value = hit->text,
		.producer = object->producer,
		.valid_from = ac_json_get_string(object->json, AC_S("valid_from")),
		.valid_until = ac_json_get_string(object->json, AC_S("valid_until")),
		.revoked = object->revoked,
		.comment = ac_json_get_string(object->json, AC_S("description")) };
	if (!ac_json_i64(ac_json_get(object->json, AC_S("confidence")), &listings->confidence))
		listings->confidence = -1;
	rc = ac_page_producers_of(b, object, &producers, err);
	if (rc == 0)
		rc = ac_page_marking_of(b, object, &producers, &listings->marking, err);
	return rc < 0 ? rc : read_paths(b, listings, err);
}

/* Exact ones first, then by producer. */
static int
compare_listings(const void *x, const void *y)
{
	const ac_page_listing *a = x, *b = y;
	int c = strcmp(b->match, a->match) < 0 ? -1 : strcmp(b->match, a->match) > 0;

	if (strcmp(a->match, "exact") == 0 || strcmp(b->match, "exact") == 0)
		c = (strcmp(b->match, "exact") == 0) - (strcmp(a->match, "exact") == 0);
	if (c == 0)
		c = ac_str_cmp(a->producer, b->producer);
	return c ? c : ac_str_cmp(a->id, b->id);
}

int
ac_page_listings(ac_page_builder *b, accord_err *err)
{
	value_collector c = { .arena = &b->know->arena };
	ac_page *page = b->page;
	int rc = ac_store_find_value(b->know->store, &page->value, on_value, &c, err);

	if (rc < 0)
		return rc;
	if (c.count == 0)
		return ACCORD_ENOTFOUND;
	page->is_cut |= c.is_cut;
	for (size_t i = 0; rc == 0 && i < c.count; i++)
		rc = add_listing(b, &c.hits[i], err);
	if (rc == 0 && page->listing_count)
		qsort(page->listings, page->listing_count, sizeof(*page->listings), compare_listings);
	if (rc == 0 && page->sighting_count)
		qsort(page->sightings, page->sighting_count, sizeof(*page->sightings), compare_sightings);
	return rc;
}
