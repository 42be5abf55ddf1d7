/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections of a page: every edge of the page's records is put into one by two small tables, and what is said by an edge (origin, target, sponsor) becomes a claim.
 * Two records of one thing, from two producers, are one line with two claimants.
 */
#include "know/card.h"
#include "know/page_build.h"

#include <stdlib.h>

static const struct {
	const char *key;
	const char *title;
} sections[AC_SECTION_COUNT] = {
	[AC_SECTION_PARENTS] = { "parent_techniques", "Part of" },
	[AC_SECTION_SUBTECHNIQUES] = { "subtechniques", "Sub-techniques" },
	[AC_SECTION_TECHNIQUES] = { "techniques", "Techniques" },
	[AC_SECTION_SOFTWARE] = { "software", "Malware and tools" },
	[AC_SECTION_ACTORS] = { "actors", "Actors" },
	[AC_SECTION_CAMPAIGNS] = { "campaigns", "Campaigns" },
	[AC_SECTION_VULNERABILITIES] = { "vulnerabilities", "Vulnerabilities" },
	[AC_SECTION_INFRASTRUCTURE] = { "infrastructure", "Infrastructure" },
	[AC_SECTION_INDICATORS] = { "indicators", "Indicators" },
	[AC_SECTION_OBSERVABLES] = { "observables", "Observables" },
	[AC_SECTION_MITIGATIONS] = { "mitigations", "Mitigations" },
	[AC_SECTION_DETECTIONS] = { "detections", "Detections" },
	[AC_SECTION_REPORTS] = { "reports", "Reports and groupings" },
	[AC_SECTION_RELATED] = { "related", "Related" },
};

/* Where an object of a type stands, whatever the relationship is. Types that are not here: observables by their class, else RELATED. */
static const struct {
	ac_str type;
	ac_page_section_kind section;
} types[] = {
	{ AC_S_INIT("attack-pattern"), AC_SECTION_TECHNIQUES },
	{ AC_S_INIT("malware"), AC_SECTION_SOFTWARE },
	{ AC_S_INIT("tool"), AC_SECTION_SOFTWARE },
	{ AC_S_INIT("intrusion-set"), AC_SECTION_ACTORS },
	{ AC_S_INIT("threat-actor"), AC_SECTION_ACTORS },
	{ AC_S_INIT("campaign"), AC_SECTION_CAMPAIGNS },
	{ AC_S_INIT("vulnerability"), AC_SECTION_VULNERABILITIES },
	{ AC_S_INIT("infrastructure"), AC_SECTION_INFRASTRUCTURE },
	{ AC_S_INIT("indicator"), AC_SECTION_INDICATORS },
	{ AC_S_INIT("observed-data"), AC_SECTION_OBSERVABLES },
	{ AC_S_INIT("course-of-action"), AC_SECTION_MITIGATIONS },
	{ AC_S_INIT("report"), AC_SECTION_REPORTS },
	{ AC_S_INIT("grouping"), AC_SECTION_REPORTS },
	{ AC_S_INIT("note"), AC_SECTION_REPORTS },
	{ AC_S_INIT("opinion"), AC_SECTION_REPORTS },
	{ AC_S_INIT("incident"), AC_SECTION_REPORTS },
	{ AC_S_INIT("x-mitre-detection-strategy"), AC_SECTION_DETECTIONS },
	{ AC_S_INIT("x-mitre-data-component"), AC_SECTION_DETECTIONS },
	{ AC_S_INIT("x-mitre-analytic"), AC_SECTION_DETECTIONS },
};

enum { FROM_BIT = 1 << AC_KNOW_FROM, TO_BIT = 1 << AC_KNOW_TO };

typedef enum rule_kind { RULE_SKIP, RULE_SECTION, RULE_CLAIM } rule_kind;

/*
 * What an edge kind means apart from the type at its other end: first match. Claims hold only for the classes of things that pages do not list (places, organisations).
 * Sightings have their own part; who made or marked an object is said elsewhere.
 */
static const struct {
	ac_str kind;
	unsigned directions;
	rule_kind rule;
	ac_page_section_kind section;
	const char *claim;
} rules[] = {
	{ AC_S_INIT("created_by_ref"), FROM_BIT | TO_BIT, RULE_SKIP, 0, NULL },
	{ AC_S_INIT("object_marking_refs"), FROM_BIT | TO_BIT, RULE_SKIP, 0, NULL },
	{ AC_S_INIT("x_mitre_modified_by_ref"), FROM_BIT | TO_BIT, RULE_SKIP, 0, NULL },
	/* Translations are shown as what they say, not as things beside it. */
	{ AC_S_INIT("object_ref"), TO_BIT, RULE_SKIP, 0, NULL },
	{ AC_S_INIT("sighting_of_ref"), FROM_BIT | TO_BIT, RULE_SKIP, 0, NULL },
	{ AC_S_INIT("revoked-by"), TO_BIT, RULE_SKIP, 0, NULL },
	{ AC_S_INIT("subtechnique-of"), FROM_BIT, RULE_SECTION, AC_SECTION_PARENTS, NULL },
	{ AC_S_INIT("subtechnique-of"), TO_BIT, RULE_SECTION, AC_SECTION_SUBTECHNIQUES, NULL },
	{ AC_S_INIT("originates-from"), FROM_BIT, RULE_CLAIM, 0, "country" },
	{ AC_S_INIT("located-at"), FROM_BIT, RULE_CLAIM, 0, "country" },
	{ AC_S_INIT("attributed-to"), FROM_BIT, RULE_CLAIM, 0, "sponsor" },
	{ AC_S_INIT("targets"), FROM_BIT, RULE_CLAIM, 0, "target" },
};

const char *
ac_page_section_key(ac_page_section_kind section)
{
	return sections[section].key;
}

const char *
ac_page_section_title(ac_page_section_kind section)
{
	return sections[section].title;
}

ac_page_section_kind
ac_page_section_of(ac_str type)
{
	const ac_stix_type *row;

	for (size_t i = 0; i < AC_COUNT(types); i++)
		if (ac_str_eq(types[i].type, type))
			return types[i].section;
	row = ac_stix_type_find(type);
	return row && row->class == AC_STIX_SCO ? AC_SECTION_OBSERVABLES : AC_SECTION_RELATED;
}

/*
 * Numbers name techniques, mitigations and actors better than their names; malware has one name and many lists. Actors are not grouped here: an actor that
 * several lists name differently is several lines, each leading to the same page.
 */
static ac_str
item_key(ac_page_builder *b, ac_page_section_kind section, const ac_know_ref *ref)
{
	bool by_number = section == AC_SECTION_TECHNIQUES || section == AC_SECTION_MITIGATIONS ||
			 section == AC_SECTION_PARENTS || section == AC_SECTION_SUBTECHNIQUES ||
			 section == AC_SECTION_VULNERABILITIES || section == AC_SECTION_ACTORS;
	bool by_name = by_number || section == AC_SECTION_SOFTWARE || section == AC_SECTION_CAMPAIGNS;
	ac_str key = { 0 };

	if (by_number && ref->external_id.n)
		return ref->external_id;
	if (by_name && ref->name.n)
		key = ac_name_key(ref->name, &b->know->arena);
	return key.n ? key : ref->id;
}

int
ac_page_item_of(
    ac_page_builder *b, ac_page_section_kind kind, const ac_know_ref *ref, ac_page_item **out, accord_err *err)
{
	ac_page_section *section = &b->page->sections[kind];
	ac_page_item *items;
	ac_str key = item_key(b, kind, ref);
	uint64_t *slot;

	if (section->index.limit == 0)
		ac_map_init(&section->index, b->know->seed, AC_KNOW_EDGES_MAX * 2);
	slot = ac_map_put(&section->index, key, NULL);
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a section");
	if (*slot == 0) {
		items = ac_know_grow(&b->know->arena, section->items, section->count, sizeof(*items));
		if (!items)
			return ac_arena_check(&b->know->arena, err);
		section->items = items;
		items[section->count++] = (ac_page_item){ .ref = *ref, .key = key };
		*slot = section->count;
	}
	*out = &section->items[*slot - 1];
	/* The record with a number speaks for its copies in lists without. */
	if ((*out)->ref.external_id.n == 0 && ref->external_id.n)
		(*out)->ref = *ref;
	return 0;
}

/* Who says it, on which grounds. */
static int
add_detail(ac_page_builder *b, ac_page_item *item, ac_str via_id, accord_err *err)
{
	const ac_know_object *relationship;
	int rc;

	if (via_id.n == 0 || b->detail_left == 0)
		return 0;
	b->detail_left--;
	rc = ac_know_load(b->know, via_id, &relationship, err);
	if (rc == 0)
		rc = ac_page_add_text(
		    b, &item->claimants, ac_know_claimant(relationship->json, relationship->producer), err);
	if (rc == 0)
		rc = ac_page_add_sources(b, &item->sources, relationship->json, err);
	item->has_detail = true;
	return rc;
}

static int
add_item(
    ac_page_builder *b, ac_page_section_kind section, const ac_edge *edge, ac_know_direction direction, accord_err *err)
{
	const ac_know_ref *ref;
	ac_page_item *item;
	int rc = ac_know_label(b->know, edge->other_id, &ref, err);

	if (rc == 0)
		rc = ac_page_item_of(b, section, ref, &item, err);
	if (rc < 0)
		return rc;
	if (item->relation.n == 0) {
		item->relation = edge->kind;
		item->direction = direction;
	}
	return add_detail(b, item, edge->via_id, err);
}

/* Places are told by their ISO code where they have one: the code is what two producers agree on. */
static int
add_claim_of_edge(ac_page_builder *b, const char *what, const ac_edge *edge, accord_err *err)
{
	const ac_know_object *other, *relationship;
	ac_str text, claimant = { 0 };
	int rc = ac_know_load(b->know, edge->other_id, &other, err);

	if (rc == 0 && edge->via_id.n) {
		rc = ac_know_load(b->know, edge->via_id, &relationship, err);
		if (rc == 0)
			claimant = ac_know_claimant(relationship->json, relationship->producer);
		if (rc == 0 && relationship->is_here)
			rc = ac_page_responsibility(b, relationship->json, claimant, err);
	}
	if (rc < 0)
		return rc;
	text = ac_json_get_string(other->json, AC_S("country"));
	if (text.n == 0 || strcmp(what, "country") != 0)
		text = other->ref.name.n ? other->ref.name : text;
	if (strcmp(what, "target") == 0 && ac_str_eq(other->ref.type, AC_S("identity")) &&
	    ac_str_eq(ac_json_get_string(other->json, AC_S("identity_class")), AC_S("class")))
		what = "sector";
	else if (strcmp(what, "target") == 0)
		what = "victim";
	return ac_page_add_claim(b, what, text.n ? text : edge->other_id, claimant, err);
}

/* Claims are about places and people; a campaign that is attributed to an actor, or a target that is a vulnerability, stands in a section. */
static bool
is_claim_end(ac_str type)
{
	return ac_str_eq(type, AC_S("location")) || ac_str_eq(type, AC_S("identity"));
}

static int
place_edge(ac_page_builder *b, const ac_edge *edge, ac_know_direction direction, accord_err *err)
{
	ac_str other_type = ac_stix_id_type(edge->other_id);
	ac_page_section_kind section = ac_page_section_of(other_type);
	ac_link_kind link;
	double weight;

	/* Grouping has looked at it; the page shows the outcome as records or overlaps. */
	if (b->page->kind == AC_PAGE_ACTOR && ac_know_is_actor(other_type) &&
	    ac_card_link_kind(edge->kind, &link, &weight))
		return 0;
	for (size_t i = 0; i < AC_COUNT(rules); i++) {
		if (!(rules[i].directions & (1u << direction)) || !ac_str_eq(rules[i].kind, edge->kind))
			continue;
		switch (rules[i].rule) {
		case RULE_SKIP:
			return 0;
		case RULE_SECTION:
			return add_item(b, rules[i].section, edge, direction, err);
		case RULE_CLAIM:
			if (is_claim_end(other_type))
				return add_claim_of_edge(b, rules[i].claim, edge, err);
			break;
		}
	}
	return add_item(b, section, edge, direction, err);
}

static int
place_edges(ac_page_builder *b, ac_str id, ac_know_direction direction, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(b->know, id, direction, (ac_str){ 0 }, AC_KNOW_EDGES_MAX, &edges, err);

	if (rc < 0)
		return rc;
	b->page->is_cut |= edges.is_cut;
	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		rc = place_edge(b, &edges.items[i], direction, err);
	return rc;
}

static int
compare_items(const void *x, const void *y)
{
	const ac_page_item *a = x, *b = y;
	int c;

	if (a->is_outdated != b->is_outdated)
		return a->is_outdated ? 1 : -1;
	if (a->of.count != b->of.count)
		return a->of.count > b->of.count ? -1 : 1;
	c = ac_str_cmp(a->ref.external_id.n && b->ref.external_id.n ? a->ref.external_id : a->ref.name,
	    a->ref.external_id.n && b->ref.external_id.n ? b->ref.external_id : b->ref.name);
	return c ? c : ac_str_cmp(a->ref.id, b->ref.id);
}

int
ac_page_sections(ac_page_builder *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->page->record_count; i++) {
		ac_str id = b->page->records[i].object->ref.id;

		rc = place_edges(b, id, AC_KNOW_FROM, err);
		if (rc == 0)
			rc = place_edges(b, id, AC_KNOW_TO, err);
	}
	return rc;
}

/* Techniques whose mitigations are looked up: all of the largest actor's (150) and more. */
#define MITIGATED_MAX 1000

int
ac_page_mitigations(ac_page_builder *b, accord_err *err)
{
	ac_page_section *techniques = &b->page->sections[AC_SECTION_TECHNIQUES];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < techniques->count && i < MITIGATED_MAX; i++) {
		const ac_know_ref *technique = &techniques->items[i].ref;
		ac_str shown = technique->external_id.n ? technique->external_id : technique->name;
		ac_know_edges edges;

		rc = ac_know_edges_of(
		    b->know, technique->id, AC_KNOW_TO, AC_S("mitigates"), AC_KNOW_EDGES_MAX, &edges, err);
		for (size_t e = 0; rc == 0 && e < edges.count; e++) {
			const ac_know_ref *ref;
			ac_page_item *item = NULL;

			rc = ac_know_label(b->know, edges.items[e].other_id, &ref, err);
			if (rc == 0)
				rc = ac_page_item_of(b, AC_SECTION_MITIGATIONS, ref, &item, err);
			if (rc == 0 && item) {
				item->relation = AC_S("mitigates");
				item->direction = AC_KNOW_TO;
				rc = ac_page_add_text(b, &item->of, shown, err);
			}
		}
	}
	return rc;
}

/* Revoked and deprecated mitigations go last: catalogues keep them for those who still refer to them. */
int
ac_page_mark_mitigations(ac_page_builder *b, accord_err *err)
{
	ac_page_section *mitigations = &b->page->sections[AC_SECTION_MITIGATIONS];
	const ac_know_object *object;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < mitigations->count && i < MITIGATED_MAX; i++) {
		rc = ac_know_load(b->know, mitigations->items[i].ref.id, &object, err);
		if (rc == 0)
			mitigations->items[i].is_outdated = ac_know_is_outdated(object);
	}
	return rc;
}

/* Campaigns stand in time: by the first day that is known of them, those without behind the others. */
static int
compare_campaigns(const void *x, const void *y)
{
	const ac_page_item *a = x, *b = y;
	int c = (a->first_seen.n == 0) - (b->first_seen.n == 0);

	if (c == 0)
		c = ac_str_cmp(a->first_seen, b->first_seen);
	if (c == 0)
		c = ac_str_cmp(a->last_seen, b->last_seen);
	return c ? c : compare_items(x, y);
}

int
ac_page_date_campaigns(ac_page_builder *b, accord_err *err)
{
	ac_page_section *campaigns = &b->page->sections[AC_SECTION_CAMPAIGNS];
	const ac_know_object *object;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < campaigns->count && i < MITIGATED_MAX; i++) {
		rc = ac_know_load(b->know, campaigns->items[i].ref.id, &object, err);
		if (rc < 0 || !object->is_here)
			continue;
		campaigns->items[i].first_seen = ac_json_get_string(object->json, AC_S("first_seen"));
		campaigns->items[i].last_seen = ac_json_get_string(object->json, AC_S("last_seen"));
		campaigns->items[i].is_outdated = ac_know_is_outdated(object);
	}
	return rc;
}

void
ac_page_sort_sections(ac_page *page)
{
	for (size_t i = 0; i < AC_SECTION_COUNT; i++)
		if (page->sections[i].count)
			qsort(page->sections[i].items, page->sections[i].count, sizeof(ac_page_item),
			    i == AC_SECTION_CAMPAIGNS ? compare_campaigns : compare_items);
}
