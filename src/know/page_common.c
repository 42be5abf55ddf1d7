/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every page has: names with who uses them, claims that stand in the records' own properties, cited works. Knows nothing of edges.
 */
#include "know/citation.h"
#include "know/page_build.h"

#include <stdlib.h>

#define NAMES_CHECKED_MAX 128 /* names of one page that are looked up for other uses */
#define USES_MAX 256          /* uses of one name that are looked at */

/* Properties that are claims: STIX's own ones and what catalogues keep beside them. */
static const struct {
	ac_str property;
	const char *what;
} claim_properties[] = {
	{ AC_S_INIT("country"), "country" },
	{ AC_S_INIT("cfr_suspected_state_sponsor"), "sponsor" },
	{ AC_S_INIT("suspected_state_sponsor"), "sponsor" },
	{ AC_S_INIT("sponsor"), "sponsor" },
	{ AC_S_INIT("state_responsibility"), "state-responsibility" },
	{ AC_S_INIT("cfr_suspected_victims"), "victim" },
	{ AC_S_INIT("suspected_victims"), "victim" },
	{ AC_S_INIT("victims"), "victim" },
	{ AC_S_INIT("observed_countries"), "victim" },
	{ AC_S_INIT("cfr_target_category"), "sector" },
	{ AC_S_INIT("target_category"), "sector" },
	{ AC_S_INIT("target_categories"), "sector" },
	{ AC_S_INIT("targeted_sector"), "sector" },
	{ AC_S_INIT("sectors"), "sector" },
	{ AC_S_INIT("cfr_type_of_incident"), "incident" },
	{ AC_S_INIT("primary_motivation"), "motivation" },
	{ AC_S_INIT("secondary_motivations"), "motivation" },
	{ AC_S_INIT("observed_motivations"), "motivation" },
	{ AC_S_INIT("motive"), "motivation" },
	{ AC_S_INIT("goals"), "goal" },
	{ AC_S_INIT("sophistication"), "sophistication" },
	{ AC_S_INIT("resource_level"), "resources" },
	{ AC_S_INIT("threat_actor_types"), "actor-type" },
	{ AC_S_INIT("malware_types"), "malware-type" },
	{ AC_S_INIT("tool_types"), "tool-type" },
	{ AC_S_INIT("indicator_types"), "indicator-type" },
	{ AC_S_INIT("report_types"), "report-type" },
	{ AC_S_INIT("platforms"), "platform" },
	{ AC_S_INIT("first_seen"), "first-seen" },
	{ AC_S_INIT("last_seen"), "last-seen" },
	{ AC_S_INIT("published"), "published" },
	{ AC_S_INIT("pattern"), "pattern" },
	{ AC_S_INIT("valid_from"), "valid-from" },
	{ AC_S_INIT("valid_until"), "valid-until" },
	{ AC_S_INIT("identity_class"), "class" },
	{ AC_S_INIT("contact_information"), "contact" },
};

static const struct {
	const char *what;
	const char *label;
} claim_labels[] = {
	{ "country", "Country" },
	{ "sponsor", "Sponsor" },
	{ "state-responsibility", "State's part" },
	{ "victim", "Victims" },
	{ "target", "Targets" },
	{ "sector", "Sectors" },
	{ "incident", "Incidents" },
	{ "motivation", "Motivation" },
	{ "goal", "Goals" },
	{ "sophistication", "Sophistication" },
	{ "resources", "Resources" },
	{ "actor-type", "Kind of actor" },
	{ "malware-type", "Kind of malware" },
	{ "tool-type", "Kind of tool" },
	{ "indicator-type", "Kind" },
	{ "report-type", "Kind of report" },
	{ "platform", "Platforms" },
	{ "first-seen", "First seen" },
	{ "last-seen", "Last seen" },
	{ "published", "Published" },
	{ "pattern", "Pattern" },
	{ "valid-from", "Valid from" },
	{ "valid-until", "Valid until" },
	{ "class", "Class" },
	{ "contact", "Contact" },
};

const char *
ac_page_claim_label(const char *what)
{
	for (size_t i = 0; i < AC_COUNT(claim_labels); i++)
		if (strcmp(claim_labels[i].what, what) == 0)
			return claim_labels[i].label;
	return what;
}

int
ac_page_texts_add(ac_arena *arena, ac_page_texts *list, ac_str text, accord_err *err)
{
	ac_str *items;

	if (text.n == 0)
		return 0;
	for (size_t i = 0; i < list->count; i++)
		if (ac_str_eq(list->items[i], text))
			return 0;
	items = ac_know_grow(arena, list->items, list->count, sizeof(*items));
	if (!items)
		return ac_arena_check(arena, err);
	list->items = items;
	items[list->count++] = text;
	return 0;
}

int
ac_page_add_text(ac_page_builder *b, ac_page_texts *list, ac_str text, accord_err *err)
{
	return ac_page_texts_add(&b->know->arena, list, text, err);
}

int
ac_page_add_claim(ac_page_builder *b, const char *what, ac_str text, ac_str claimant, accord_err *err)
{
	ac_page *page = b->page;
	ac_page_claim *claims;
	size_t i = 0;

	while (i < page->claim_count &&
	       !(strcmp(page->claims[i].what, what) == 0 && ac_str_eq_fold(page->claims[i].text, text)))
		i++;
	if (i == page->claim_count) {
		claims = ac_know_grow(&b->know->arena, page->claims, i, sizeof(*claims));
		if (!claims)
			return ac_arena_check(&b->know->arena, err);
		page->claims = claims;
		claims[page->claim_count++] = (ac_page_claim){ .what = what, .text = text };
	}
	return ac_page_add_text(b, &page->claims[i].claimants, claimant, err);
}

/* A work: it has a link or a text. What only repeats the object's own number is none. */
static bool
is_citation(const ac_json *reference)
{
	return ac_json_get_string(reference, AC_S("source_name")).n &&
	       ac_json_get_string(reference, AC_S("external_id")).n == 0 &&
	       (ac_json_get_string(reference, AC_S("url")).n || ac_json_get_string(reference, AC_S("description")).n) &&
	       !ac_str_starts(ac_json_get_string(reference, AC_S("description")), AC_S("(Citation:"));
}

static int
add_source(ac_page_builder *b, ac_page_sources *list, ac_page_source source, accord_err *err)
{
	ac_page_source *items;

	for (size_t i = 0; i < list->count; i++)
		if (ac_str_eq(list->items[i].name, source.name) && ac_str_eq(list->items[i].url, source.url))
			return 0;
	items = ac_know_grow(&b->know->arena, list->items, list->count, sizeof(*items));
	if (!items)
		return ac_arena_check(&b->know->arena, err);
	list->items = items;
	items[list->count++] = source;
	return 0;
}

/* As exact as it is said: the day, the month or the year. */
static ac_str
date_said(ac_page_builder *b, ac_str description)
{
	ac_time first, last;
	ac_str date;
	ac_buf text;

	if (!ac_citation_date(description, &first, &last))
		return (ac_str){ 0 };
	ac_buf_init(&text, 64);
	ac_time_add_date(&text, first);
	date = ac_buf_view(&text);
	if (last.seconds - first.seconds > 31 * 86400)
		date = ac_str_slice(date, 0, 4);
	else if (last.seconds - first.seconds >= 86400)
		date = ac_str_slice(date, 0, 7);
	date = ac_arena_str(&b->know->arena, date);
	ac_buf_done(&text);
	return date;
}

int
ac_page_add_sources(ac_page_builder *b, ac_page_sources *list, const ac_json *object, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it))
		if (is_citation(it.value))
			rc = add_source(b, list,
			    (ac_page_source){ ac_json_get_string(it.value, AC_S("source_name")),
				ac_json_get_string(it.value, AC_S("description")),
				ac_json_get_string(it.value, AC_S("url")),
				date_said(b, ac_json_get_string(it.value, AC_S("description"))) },
			    err);
	return rc;
}

static ac_page_name *
name_of_key(ac_page *page, ac_str key)
{
	for (size_t i = 0; i < page->name_count; i++)
		if (ac_str_eq(page->names[i].key, key))
			return &page->names[i];
	return NULL;
}

/* ATT&CK says in the reference that has the alias's name which works use the alias: "(Citation: A)(Citation: B)". */
static int
add_alias_citations(ac_page_builder *b, const ac_json *object, ac_page_name *name, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		ac_str rest = ac_json_get_string(it.value, AC_S("description"));
		size_t at;

		if (!ac_str_eq_fold(ac_json_get_string(it.value, AC_S("source_name")), name->text))
			continue;
		while (rc == 0 && (at = ac_str_find(rest, AC_S("(Citation: "))) < rest.n) {
			rest = ac_str_slice(rest, at + sizeof("(Citation: ") - 1, rest.n);
			at = ac_str_find_byte(rest, ')');
			rc = ac_page_add_text(b, &name->citations, ac_str_trim(ac_str_slice(rest, 0, at)), err);
			rest = ac_str_slice(rest, at, rest.n);
		}
	}
	return rc;
}

static int
add_name_claim(
    ac_page_builder *b, const ac_page_record *record, const ac_name_hit *hit, ac_page_name *name, accord_err *err)
{
	const ac_know_object *object = record->object;
	ac_page_name_claim claim = { hit->namer.n ? hit->namer : object->producer, object->producer, object->ref.id,
		ac_json_get_string(object->original, AC_S("modified")) };
	ac_page_name_claim *claims;

	for (size_t i = 0; i < name->claim_count; i++)
		if (ac_str_eq(name->claims[i].record, claim.record) && ac_str_eq(name->claims[i].namer, claim.namer))
			return 0;
	claims = ac_know_grow(&b->know->arena, name->claims, name->claim_count, sizeof(*claims));
	if (!claims)
		return ac_arena_check(&b->know->arena, err);
	name->claims = claims;
	claims[name->claim_count++] = claim;
	return 0;
}

static int
add_name(ac_page_builder *b, const ac_page_record *record, const ac_name_hit *hit, accord_err *err)
{
	ac_page *page = b->page;
	ac_arena *arena = &b->know->arena;
	ac_str key = ac_name_key(hit->text, arena);
	ac_page_name *name = name_of_key(page, key), *names;
	int rc;

	if (!name) {
		names = ac_know_grow(arena, page->names, page->name_count, sizeof(*names));
		if (!names)
			return ac_arena_check(arena, err);
		page->names = names;
		name = &names[page->name_count++];
		*name = (ac_page_name){ .text = hit->text, .key = key, .kind = hit->kind };
	}
	if (hit->kind < name->kind) {
		name->kind = hit->kind;
		name->text = hit->text;
	}
	/* A number that some list gives as an alias is a number still. */
	if (ac_is_group_id(hit->text))
		name->kind = AC_NAME_EXTERNAL_ID;
	rc = ac_page_add_text(b, &name->namers, hit->namer.n ? hit->namer : record->object->producer, err);
	if (rc == 0)
		rc = add_name_claim(b, record, hit, name, err);
	return rc < 0 ? rc : add_alias_citations(b, record->object->json, name, err);
}

/* Actors compare with actors, malware with tools: intrusion sets and threat actors are one kind of thing on pages. */
static bool
same_kind_of_thing(ac_str a, ac_str b)
{
	return (ac_know_is_actor(a) && ac_know_is_actor(b)) ||
	       (ac_page_section_of(a) == ac_page_section_of(b) && ac_page_section_of(a) != AC_SECTION_RELATED) ||
	       ac_str_eq(a, b);
}

static bool
is_on_page(const ac_page *page, ac_str id)
{
	for (size_t i = 0; i < page->record_count; i++)
		if (ac_str_eq(page->records[i].object->ref.id, id))
			return true;
	return false;
}

/* Of an actor record that is on another page: that page's subject. */
static int
subject_of(ac_page_builder *b, ac_str id, const ac_know_ref **out, accord_err *err)
{
	const ac_know_actor *actor;
	const ac_know_object *object;
	int rc = ac_know_load(b->know, id, &object, err);

	if (rc == 0 && object->is_here && !object->revoked && ac_know_is_actor(object->ref.type)) {
		rc = ac_know_actor_of(b->know, id, &actor, err);
		if (rc == 0)
			rc = ac_know_label(b->know, actor->id, out, err);
		return rc;
	}
	*out = rc == 0 && object->is_here && !object->revoked ? &object->ref : NULL;
	return rc;
}

static int
add_also(ac_page_builder *b, ac_page_name *name, const ac_know_ref *ref, accord_err *err)
{
	const ac_know_ref **also;

	if (!ref || is_on_page(b->page, ref->id))
		return 0;
	for (size_t i = 0; i < name->also_count; i++)
		if (ac_str_eq(name->also[i]->id, ref->id))
			return 0;
	also = ac_know_grow(&b->know->arena, name->also, name->also_count, sizeof(const ac_know_ref *));
	if (!also)
		return ac_arena_check(&b->know->arena, err);
	name->also = also;
	also[name->also_count++] = ref;
	return 0;
}

static int
find_other_uses(ac_page_builder *b, ac_page_name *name, accord_err *err)
{
	ac_know_names uses;
	const ac_know_ref *ref;
	int rc = ac_know_find_name(b->know, name->text, USES_MAX, &uses, err);

	for (size_t i = 0; rc == 0 && i < uses.count; i++) {
		const ac_name_hit *use = &uses.items[i];

		if (is_on_page(b->page, use->object_id) ||
		    !same_kind_of_thing(b->page->subject.type, ac_stix_id_type(use->object_id)))
			continue;
		rc = subject_of(b, use->object_id, &ref, err);
		if (rc == 0)
			rc = add_also(b, name, ref, err);
	}
	return rc;
}

static int
compare_names(const void *x, const void *y)
{
	const ac_page_name *a = x, *b = y;

	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->namers.count != b->namers.count)
		return a->namers.count > b->namers.count ? -1 : 1;
	return ac_str_cmp(a->key, b->key);
}

int
ac_page_names(ac_page_builder *b, accord_err *err)
{
	ac_page *page = b->page;
	ac_know_names names;
	int rc = 0;

	for (size_t r = 0; rc == 0 && r < page->record_count; r++) {
		rc = ac_know_names_of(b->know, page->records[r].object->ref.id, &names, err);
		for (size_t i = 0; rc == 0 && i < names.count; i++)
			if (names.items[i].kind != AC_NAME_UUID)
				rc = add_name(b, &page->records[r], &names.items[i], err);
	}
	for (size_t i = 0; rc == 0 && i < page->name_count && i < NAMES_CHECKED_MAX; i++)
		rc = find_other_uses(b, &page->names[i], err);
	if (rc == 0 && page->name_count)
		qsort(page->names, page->name_count, sizeof(*page->names), compare_names);
	return rc;
}

static size_t
label_index(const char *what)
{
	size_t i = 0;

	while (i < AC_COUNT(claim_labels) && strcmp(claim_labels[i].what, what) != 0)
		i++;
	return i;
}

/* Kinds in the order of their table; what most claim first. */
static int
compare_claims(const void *x, const void *y)
{
	const ac_page_claim *a = x, *b = y;
	size_t ka = label_index(a->what), kb = label_index(b->what);

	if (ka != kb)
		return ka < kb ? -1 : 1;
	if (a->claimants.count != b->claimants.count)
		return a->claimants.count > b->claimants.count ? -1 : 1;
	return ac_str_cmp(a->text, b->text);
}

void
ac_page_sort_claims(ac_page *page)
{
	if (page->claim_count)
		qsort(page->claims, page->claim_count, sizeof(*page->claims), compare_claims);
}

typedef struct claim_reader {
	ac_page_builder *b;
	const char *what;
	ac_str claimant;
	accord_err *err;
	int rc;
} claim_reader;

static void
on_claim(void *payload, ac_str text)
{
	claim_reader *r = payload;

	if (r->rc == 0 && text.n)
		r->rc = ac_page_add_claim(r->b, r->what, text, r->claimant, r->err);
}

/*
 * MISP's taxonomy state-responsibility (Healey's ten levels, from state-prohibited to state-integrated), as a tag on a record or on a relationship that names a sponsor. Some of its values end in a full
 * stop.
 */
#define RESPONSIBILITY "state-responsibility:"

static void
on_responsibility(void *payload, ac_str text)
{
	claim_reader *r = payload;

	if (!ac_str_starts(text, AC_S(RESPONSIBILITY)))
		return;
	text = ac_str_slice(text, sizeof(RESPONSIBILITY) - 1, text.n);
	while (text.n && (text.p[0] == '"' || text.p[0] == '\''))
		text = ac_str_slice(text, 1, text.n);
	while (text.n && (text.p[text.n - 1] == '"' || text.p[text.n - 1] == '\'' || text.p[text.n - 1] == '.'))
		text.n--;
	on_claim(r, text);
}

int
ac_page_responsibility(ac_page_builder *b, const ac_json *object, ac_str claimant, accord_err *err)
{
	static const ac_str places[] = { AC_S_INIT("labels"), AC_S_INIT("tags") };
	claim_reader r = { b, "state-responsibility", claimant, err, 0 };

	for (size_t i = 0; i < AC_COUNT(places); i++)
		ac_know_each_text(ac_know_property(object, places[i]), on_responsibility, &r);
	return r.rc;
}

static int
record_properties(ac_page_builder *b, const ac_know_object *object, accord_err *err)
{
	claim_reader r = { .b = b, .claimant = object->producer, .err = err };
	ac_str description = ac_json_get_string(object->json, AC_S("description"));

	for (size_t i = 0; r.rc == 0 && i < AC_COUNT(claim_properties); i++) {
		r.what = claim_properties[i].what;
		ac_know_each_text(ac_know_property(object->json, claim_properties[i].property), on_claim, &r);
	}
	if (b->page->description.n == 0 && description.n) {
		b->page->description = description;
		b->page->description_by = object->producer;
	}
	if (r.rc == 0)
		r.rc = ac_page_responsibility(b, object->json, object->producer, err);
	return r.rc ? r.rc : ac_page_add_sources(b, &b->page->sources, object->json, err);
}

int
ac_page_properties(ac_page_builder *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->page->record_count; i++)
		rc = record_properties(b, b->page->records[i].object, err);
	return rc;
}
