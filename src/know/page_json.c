/* SPDX-License-Identifier: Apache-2.0 */
/* A page as one JSON object (docs/json.md). The same members for every kind of page; those that a kind has no use for are left out. */
#include "know/page.h"

void
ac_know_ref_json(const ac_know_ref *ref, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), ref->id);
	ac_jw_key_string(w, AC_S("type"), ref->type);
	if (ref->name.n)
		ac_jw_key_string(w, AC_S("name"), ref->name);
	if (ref->external_id.n)
		ac_jw_key_string(w, AC_S("external_id"), ref->external_id);
	ac_jw_end(w);
}

void
ac_know_texts_json(ac_json_writer *w, const char *key, const ac_page_texts *texts)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_array(w);
	for (size_t i = 0; i < texts->count; i++)
		ac_jw_string(w, texts->items[i]);
	ac_jw_end(w);
}

static void
optional(ac_json_writer *w, const char *key, ac_str text)
{
	if (text.n)
		ac_jw_key_string(w, ac_str_from(key), text);
}

static void
put_refs(ac_json_writer *w, const char *key, const ac_know_ref *const *refs, size_t count)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_array(w);
	for (size_t i = 0; i < count; i++)
		ac_know_ref_json(refs[i], w);
	ac_jw_end(w);
}

static void
put_sources(ac_json_writer *w, const ac_page_sources *sources)
{
	ac_jw_key(w, AC_S("sources"));
	ac_jw_array(w);
	for (size_t i = 0; i < sources->count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), sources->items[i].name);
		optional(w, "text", sources->items[i].text);
		optional(w, "url", sources->items[i].url);
		optional(w, "date", sources->items[i].date);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_records(const ac_page *page, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("records"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->record_count; i++) {
		const ac_know_object *o = page->records[i].object;

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), o->ref.id);
		optional(w, "name", o->ref.name);
		optional(w, "external_id", o->ref.external_id);
		ac_jw_key_string(w, AC_S("catalogue"), o->catalogue);
		ac_know_texts_json(w, "producers", &page->records[i].producers);
		optional(w, "modified", ac_json_get_string(o->json, AC_S("modified")));
		ac_jw_key_bool(w, AC_S("revoked"), o->revoked);
		ac_jw_key_bool(w, AC_S("abridged"), o->abridged);
		ac_jw_key(w, AC_S("marking"));
		ac_page_marking_json(&page->records[i].marking, w);
		ac_jw_key(w, AC_S("object"));
		ac_jw_raw(w, o->text);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_name_claims(const ac_page_name *name, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < name->claim_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("namer"), name->claims[i].namer);
		ac_jw_key_string(w, AC_S("source"), name->claims[i].producer);
		ac_jw_key_string(w, AC_S("record"), name->claims[i].record);
		optional(w, "date", name->claims[i].date);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_names(const ac_page *page, ac_json_writer *w)
{
	static const char *const kinds[] = {
		[AC_NAME_PRIMARY] = "primary",
		[AC_NAME_ALIAS] = "alias",
		[AC_NAME_EXTERNAL_ID] = "number",
		[AC_NAME_UUID] = "uuid",
	};

	ac_jw_key(w, AC_S("names"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->name_count; i++) {
		const ac_page_name *n = &page->names[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), n->text);
		ac_jw_key_string(w, AC_S("kind"), ac_str_from(kinds[n->kind]));
		ac_know_texts_json(w, "namers", &n->namers);
		put_name_claims(n, w);
		if (n->citations.count)
			ac_know_texts_json(w, "citations", &n->citations);
		if (n->also_count)
			put_refs(w, "also_used_for", n->also, n->also_count);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_claims(const ac_page *page, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->claim_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("kind"), ac_str_from(page->claims[i].what));
		ac_jw_key_string(w, AC_S("text"), page->claims[i].text);
		ac_know_texts_json(w, "claimants", &page->claims[i].claimants);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_item(const ac_page_item *item, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), item->ref.id);
	ac_jw_key_string(w, AC_S("type"), item->ref.type);
	optional(w, "name", item->ref.name);
	optional(w, "external_id", item->ref.external_id);
	ac_jw_key_string(w, AC_S("relation"), item->relation);
	ac_jw_key_string(w, AC_S("direction"), item->direction == AC_KNOW_FROM ? AC_S("from") : AC_S("to"));
	optional(w, "first_seen", item->first_seen);
	optional(w, "last_seen", item->last_seen);
	if (item->is_outdated)
		ac_jw_key_bool(w, AC_S("outdated"), true);
	if (item->tactics.count)
		ac_know_texts_json(w, "tactics", &item->tactics);
	if (item->of.count)
		ac_know_texts_json(w, "techniques", &item->of);
	if (item->has_detail) {
		ac_know_texts_json(w, "claimants", &item->claimants);
		put_sources(w, &item->sources);
	}
	ac_jw_end(w);
}

static void
put_sections(const ac_page *page, ac_json_writer *w)
{
	for (size_t s = 0; s < AC_SECTION_COUNT; s++) {
		const ac_page_section *section = &page->sections[s];

		if (section->count == 0)
			continue;
		ac_jw_key(w, ac_str_from(ac_page_section_key((ac_page_section_kind)s)));
		ac_jw_array(w);
		for (size_t i = 0; i < section->count; i++)
			put_item(&section->items[i], w);
		ac_jw_end(w);
	}
}

static void
put_tactics(const ac_page *page, ac_json_writer *w)
{
	if (page->tactic_count == 0)
		return;
	ac_jw_key(w, AC_S("tactics"));
	ac_jw_array(w);
	for (size_t t = 0; t < page->tactic_count; t++) {
		const ac_page_tactic *tactic = &page->tactics[t];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("shortname"), tactic->tactic.shortname);
		optional(w, "name", tactic->tactic.ref.name);
		optional(w, "external_id", tactic->tactic.ref.external_id);
		if (tactic->count) {
			ac_jw_key(w, AC_S("techniques"));
			ac_jw_array(w);
			for (size_t i = 0; i < tactic->count; i++)
				ac_jw_string(w, tactic->items[i]->key);
			ac_jw_end(w);
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_listing(const ac_page_listing *x, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), x->id);
	ac_jw_key_string(w, AC_S("type"), x->type);
	optional(w, "name", x->name);
	ac_jw_key_bool(w, AC_S("list_entry"), x->is_row);
	ac_jw_key_string(w, AC_S("match"), ac_str_from(x->match));
	ac_jw_key_string(w, AC_S("value_type"), ac_value_type_name(x->value_type));
	ac_jw_key_string(w, AC_S("value"), x->value);
	ac_jw_key_string(w, AC_S("producer"), x->producer);
	optional(w, "valid_from", x->valid_from);
	optional(w, "valid_until", x->valid_until);
	if (x->confidence >= 0)
		ac_jw_key_u64(w, AC_S("confidence"), (uint64_t)x->confidence);
	ac_jw_key_bool(w, AC_S("revoked"), x->revoked);
	optional(w, "comment", x->comment);
	ac_jw_key(w, AC_S("marking"));
	ac_page_marking_json(&x->marking, w);
	put_refs(w, "points_to", x->points_to, x->points_to_count);
	put_refs(w, "reports", x->reports, x->report_count);
	ac_jw_key_u64(w, AC_S("sightings"), x->sightings);
	ac_jw_end(w);
}

static void
put_listings(const ac_page *page, ac_json_writer *w)
{
	if (page->kind != AC_PAGE_OBSERVABLE)
		return;
	ac_jw_key(w, AC_S("listings"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->listing_count; i++)
		put_listing(&page->listings[i], w);
	ac_jw_end(w);
}

static void
put_sightings(const ac_page *page, ac_json_writer *w)
{
	ac_jw_key_u64(w, AC_S("sighting_count"), page->sighting_total);
	ac_jw_key(w, AC_S("sightings"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->sighting_count; i++) {
		const ac_page_sighting *s = &page->sightings[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), s->id);
		ac_jw_key(w, AC_S("of"));
		ac_know_ref_json(&s->of, w);
		ac_jw_key_u64(w, AC_S("count"), s->count);
		optional(w, "first_seen", s->first_seen);
		optional(w, "last_seen", s->last_seen);
		optional(w, "where", s->where);
		ac_jw_key_string(w, AC_S("producer"), s->producer);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_overlaps(const ac_page *page, ac_json_writer *w)
{
	if (page->kind != AC_PAGE_ACTOR)
		return;
	ac_jw_key(w, AC_S("overlaps"));
	ac_jw_array(w);
	for (size_t i = 0; i < page->overlap_count; i++) {
		const ac_page_overlap *o = &page->overlaps[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), o->actor->id);
		ac_jw_key_string(w, AC_S("name"), o->actor->name);
		optional(w, "external_id", o->actor->external_id);
		ac_jw_key_string(w, AC_S("kept_apart"), ac_str_from(ac_group_refusal_name(o->refusal)));
		ac_jw_key_bool(w, AC_S("stated_similar"), o->is_stated);
		ac_know_texts_json(w, "shared", &o->shared);
		ac_know_texts_json(w, "said", &o->relations);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_subject(const ac_page *page, ac_json_writer *w)
{
	ac_jw_key_string(w, AC_S("query"), page->query);
	if (page->kind == AC_PAGE_OBSERVABLE) {
		ac_jw_key_string(w, AC_S("type"), page->subject.type);
		ac_jw_key_string(w, AC_S("value"), page->value.text);
		return;
	}
	ac_jw_key_string(w, AC_S("id"), page->subject.id);
	ac_jw_key_string(w, AC_S("type"), page->subject.type);
	optional(w, "name", page->subject.name);
	optional(w, "external_id", page->subject.external_id);
	optional(w, "description", page->description);
	optional(w, "description_by", page->description_by);
}

/* Of the page: the strictest of its records. */
static void
put_tlp(const ac_page *page, ac_json_writer *w)
{
	const ac_page_record *strictest = ac_page_strictest(page);

	if (strictest)
		ac_jw_key_string(w, AC_S("tlp"), ac_tlp_name(strictest->marking.m.level));
}

void
ac_page_json(const ac_page *page, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), ac_str_from(ac_page_schema(page->kind)));
	put_subject(page, w);
	put_tlp(page, w);
	put_records(page, w);
	if (page->kind != AC_PAGE_OBSERVABLE) {
		put_names(page, w);
		put_claims(page, w);
		put_tactics(page, w);
	}
	put_listings(page, w);
	put_sightings(page, w);
	put_sections(page, w);
	put_overlaps(page, w);
	put_refs(w, "same_name", page->same_name, page->same_name_count);
	put_sources(w, &page->sources);
	ac_jw_key_bool(w, AC_S("complete"), !page->is_cut);
	ac_jw_end(w);
}
