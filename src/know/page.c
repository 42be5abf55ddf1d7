/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a query to a page: what the words name (an id, a name, an observable), which of several things of that name comes first, and the building of its page
 * part by part. Knows nothing of how pages look.
 */
#include "know/page_build.h"

#include <stdlib.h>

#define USES_MAX 1024 /* uses of the asked name that are looked at */
#define NEAR_MAX 8
#define SAME_NAME_MAX 16

/* Page kind by type, and which of several things of one name a reader means first. */
static const struct {
	ac_str type;
	ac_page_kind kind;
	int rank;
} kinds[] = {
	{ AC_S_INIT("intrusion-set"), AC_PAGE_ACTOR, 0 },
	{ AC_S_INIT("threat-actor"), AC_PAGE_ACTOR, 0 },
	{ AC_S_INIT("attack-pattern"), AC_PAGE_TECHNIQUE, 1 },
	{ AC_S_INIT("malware"), AC_PAGE_SOFTWARE, 2 },
	{ AC_S_INIT("tool"), AC_PAGE_SOFTWARE, 2 },
	{ AC_S_INIT("vulnerability"), AC_PAGE_VULNERABILITY, 3 },
	{ AC_S_INIT("campaign"), AC_PAGE_OBJECT, 4 },
	{ AC_S_INIT("course-of-action"), AC_PAGE_OBJECT, 5 },
	{ AC_S_INIT("infrastructure"), AC_PAGE_OBJECT, 6 },
	{ AC_S_INIT("report"), AC_PAGE_OBJECT, 8 },
	{ AC_S_INIT("grouping"), AC_PAGE_OBJECT, 8 },
	{ AC_S_INIT("indicator"), AC_PAGE_INDICATOR, 20 },
};
#define OTHER_RANK 7
/* From here on a name is a label that somebody gave to a value, and the value's own page tells more. */
#define LABEL_RANK 20

static const struct {
	const char *schema;
	bool techniques;  /* by tactic */
	bool mitigations; /* derived from the techniques */
	bool by_name;     /* records of other lists that have its name are about it ... */
	bool by_number;   /* ... or its number */
} parts[] = {
	[AC_PAGE_ACTOR] = { "accord.actor/1", true, true, false, false },
	[AC_PAGE_TECHNIQUE] = { "accord.technique/1", true, false, false, true },
	[AC_PAGE_SOFTWARE] = { "accord.software/1", true, true, true, true },
	[AC_PAGE_VULNERABILITY] = { "accord.vulnerability/1", true, false, true, true },
	[AC_PAGE_INDICATOR] = { "accord.indicator/1", true, false, false, false },
	[AC_PAGE_OBSERVABLE] = { "accord.observable/1", false, false, false, false },
	[AC_PAGE_OBJECT] = { "accord.object/1", true, false, false, false },
};

const char *
ac_page_schema(ac_page_kind kind)
{
	return parts[kind].schema;
}

static ac_page_kind
kind_of(ac_str type)
{
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(kinds[i].type, type))
			return kinds[i].kind;
	return AC_PAGE_OBJECT;
}

static int
rank_of(ac_str type)
{
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(kinds[i].type, type))
			return kinds[i].rank;
	return OTHER_RANK;
}

typedef struct producer_collector {
	ac_page_builder *b;
	ac_page_texts *producers;
} producer_collector;

static int
on_arrival(void *payload, ac_str producer, int64_t arrival_us, accord_err *err)
{
	producer_collector *c = payload;

	return ac_page_add_text(c->b, c->producers, ac_arena_str(&c->b->know->arena, producer), err);
}

int
ac_page_producers_of(ac_page_builder *b, const ac_know_object *object, ac_page_texts *out, accord_err *err)
{
	producer_collector c = { b, out };
	int rc = ac_store_arrivals(b->know->store, object->sequence, on_arrival, &c, err);

	/* Entries of lists have no versions, and one producer. */
	return rc < 0 ? rc : ac_page_add_text(b, out, object->producer, err);
}

static int
add_record(ac_page_builder *b, ac_str id, accord_err *err)
{
	ac_page *page = b->page;
	const ac_know_object *object;
	ac_page_record *records;
	int rc = ac_know_load(b->know, id, &object, err);

	if (rc < 0 || !object->is_here)
		return rc;
	records = ac_know_grow(&b->know->arena, page->records, page->record_count, sizeof(*records));
	if (!records)
		return ac_arena_check(&b->know->arena, err);
	page->records = records;
	records += page->record_count++;
	*records = (ac_page_record){ .object = object };
	rc = ac_page_producers_of(b, object, &records->producers, err);
	return rc < 0 ? rc : ac_page_marking_of(b, object, &records->producers, &records->marking, err);
}

/* "B overlaps A, says Reed, 2021-07-20": by records, since a page has several. */
static ac_str
relation_said(ac_page_builder *b, const ac_group_pair *pair, const ac_actor_link *link)
{
	const ac_actor_record *records = b->page->actor->actors->records, *other = &records[pair->a];
	const ac_actor_record *from = ac_str_eq(link->other_id, other->id) ? &records[pair->b] : other;

	other = from == other ? &records[pair->b] : other;
	if (link->is_to) {
		const ac_actor_record *swap = from;

		from = other;
		other = swap;
	}
	return ac_arena_printf(&b->know->arena, "%.*s %.*s %.*s (%.*s, %.*s)", AC_FMT(from->name),
	    AC_FMT(link->relation), AC_FMT(other->name), AC_FMT(link->is_own ? AC_S("decided here") : link->claimant),
	    AC_FMT(ac_str_slice(link->date, 0, 10)));
}

static bool
says_something(const ac_group_pair *pair)
{
	for (size_t i = 0; i < pair->evidence_count; i++)
		if (pair->evidence[i].link)
			return true;
	return false;
}

static int
add_overlap(ac_page_builder *b, const ac_group_pair *pair, const ac_know_actor *other, accord_err *err)
{
	ac_page *page = b->page;
	ac_page_overlap *overlap = NULL, *overlaps;
	int rc = 0;

	for (size_t i = 0; i < page->overlap_count && !overlap; i++)
		if (page->overlaps[i].actor == other)
			overlap = &page->overlaps[i];
	if (!overlap) {
		overlaps = ac_know_grow(&b->know->arena, page->overlaps, page->overlap_count, sizeof(*overlaps));
		if (!overlaps)
			return ac_arena_check(&b->know->arena, err);
		page->overlaps = overlaps;
		overlap = &overlaps[page->overlap_count++];
		*overlap = (ac_page_overlap){ .actor = other, .refusal = pair->refusal, .weight = pair->weight };
	}
	for (size_t i = 0; rc == 0 && i < pair->evidence_count; i++) {
		const ac_actor_link *link = pair->evidence[i].link;

		overlap->is_stated |= pair->evidence[i].reason == AC_GROUP_STATED;
		rc = ac_page_add_text(b, &overlap->shared, pair->evidence[i].text, err);
		if (rc == 0 && link)
			rc = ac_page_add_text(b, &overlap->relations, relation_said(b, pair, link), err);
	}
	return rc;
}

/* Pairs between a member and another group that were heavy enough and refused, or of which somebody says something. */
static int
find_overlaps(ac_page_builder *b, accord_err *err)
{
	const ac_know_actor *actor = b->page->actor, *other;
	const ac_know_actors *all = actor->actors;
	size_t own = all->grouping.group_of[actor->members[0]];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < all->grouping.pair_count; i++) {
		const ac_group_pair *pair = &all->grouping.pairs[i];
		size_t ga = all->grouping.group_of[pair->a], gb = all->grouping.group_of[pair->b];

		if (pair->refusal == AC_GROUP_JOINED || (ga == own) == (gb == own) ||
		    (pair->refusal == AC_GROUP_TOO_LIGHT && !says_something(pair)))
			continue;
		rc = ac_know_actor_of(b->know, all->records[ga == own ? pair->b : pair->a].id, &other, err);
		if (rc == 0)
			rc = add_overlap(b, pair, other, err);
	}
	return rc;
}

static bool
has_catalogue(const ac_page *page, ac_str catalogue)
{
	for (size_t i = 0; i < page->record_count; i++)
		if (ac_str_eq(page->records[i].object->catalogue, catalogue))
			return true;
	return false;
}

/* Two entries of one list are two things, whatever they are called. */
static int
add_twins_called(ac_page_builder *b, ac_str name, accord_err *err)
{
	ac_page *page = b->page;
	const ac_know_object *object;
	ac_know_names uses;
	int rc = name.n ? ac_know_find_name(b->know, name, USES_MAX, &uses, err) : 1;

	for (size_t i = 0; rc == 0 && i < uses.count; i++) {
		const ac_name_hit *use = &uses.items[i];

		if ((use->kind != AC_NAME_PRIMARY && use->kind != AC_NAME_EXTERNAL_ID) ||
		    kind_of(ac_know_type(use->object_id)) != page->kind)
			continue;
		rc = ac_know_load(b->know, use->object_id, &object, err);
		if (rc == 0 && object->is_here && !object->revoked && !has_catalogue(page, object->catalogue))
			rc = add_record(b, use->object_id, err);
	}
	return rc < 0 ? rc : 0;
}

/* Software and vulnerabilities that several lists have under one name, techniques under one number. */
static int
add_twins(ac_page_builder *b, accord_err *err)
{
	const ac_know_ref *subject = &b->page->subject;
	int rc = 0;

	if (parts[b->page->kind].by_number)
		rc = add_twins_called(b, subject->external_id, err);
	if (rc == 0 && parts[b->page->kind].by_name)
		rc = add_twins_called(b, subject->name, err);
	return rc;
}

/* An actor page rests on all records of its group; another page on the one object and its twins in other lists. */
static int
choose_records(ac_page_builder *b, const ac_know_object *object, accord_err *err)
{
	ac_page *page = b->page;
	int rc = 0;

	page->subject = object->ref;
	page->kind = kind_of(object->ref.type);
	if (page->kind != AC_PAGE_ACTOR || object->revoked) {
		rc = add_record(b, object->ref.id, err);
		return rc < 0 || object->revoked ? rc : add_twins(b, err);
	}
	rc = ac_know_actor_of(b->know, object->ref.id, &page->actor, err);
	for (size_t i = 0; rc == 0 && i < page->actor->member_count; i++)
		rc = add_record(b, page->actor->actors->records[page->actor->members[i]].id, err);
	if (rc == 0)
		page->subject = page->records[0].object->ref;
	return rc < 0 ? rc : find_overlaps(b, err);
}

static int
build_object(ac_page_builder *b, ac_str id, accord_err *err)
{
	const ac_know_object *object;
	int rc = ac_know_load(b->know, id, &object, err);

	if (rc == 0)
		rc = choose_records(b, object, err);
	if (rc == 0)
		rc = ac_page_names(b, err);
	if (rc == 0)
		rc = ac_page_properties(b, err);
	if (rc == 0)
		rc = ac_page_sections(b, err);
	if (rc == 0 && parts[b->page->kind].mitigations)
		rc = ac_page_mitigations(b, err);
	if (rc == 0)
		rc = ac_page_mark_mitigations(b, err);
	if (rc == 0)
		rc = ac_page_date_campaigns(b, err);
	if (rc < 0)
		return rc;
	ac_page_sort_claims(b->page);
	ac_page_sort_sections(b->page);
	if (parts[b->page->kind].techniques)
		rc = ac_page_tactics(b, err);
	return rc < 0 ? rc : ac_page_sightings(b, err);
}

/* Observables: the listings, and what the observable objects themselves are related to. */
static int
build_value(ac_page_builder *b, accord_err *err)
{
	ac_page *page = b->page;
	int rc = ac_page_listings(b, err);

	if (rc < 0)
		return rc;
	page->kind = AC_PAGE_OBSERVABLE;
	page->subject = (ac_know_ref){ .type = ac_value_type_name(page->value.type), .name = page->value.text };
	for (size_t i = 0; rc == 0 && i < page->listing_count; i++) {
		const ac_page_listing *listing = &page->listings[i];

		if (strcmp(listing->match, "exact") == 0 && !ac_str_eq(listing->type, AC_S("indicator")))
			rc = add_record(b, listing->id, err);
	}
	if (rc == 0)
		rc = ac_page_sections(b, err);
	ac_page_sort_sections(page);
	return rc;
}

typedef struct candidate {
	ac_str id;
	ac_str type;
	ac_name_kind kind;
	int rank;
	bool is_own;      /* the number that was asked for is its own, not one that it is said to have, too */
	bool is_numbered; /* in a catalogue that numbers its entries: it tells most */
	bool is_authored; /* by the catalogue's own author */
} candidate;

/* Called so outright before called so by somebody; among those the thing that a reader means first. */
static int
compare_candidates(const void *x, const void *y)
{
	const candidate *a = x, *b = y;
	bool a_label = a->rank >= LABEL_RANK, b_label = b->rank >= LABEL_RANK;
	bool a_alias = a->kind == AC_NAME_ALIAS, b_alias = b->kind == AC_NAME_ALIAS;

	if (a_label != b_label)
		return a_label ? 1 : -1;
	if (a_alias != b_alias)
		return a_alias ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank - b->rank;
	if (a->is_own != b->is_own)
		return a->is_own ? -1 : 1;
	if (a->is_numbered != b->is_numbered)
		return a->is_numbered ? -1 : 1;
	if (a->is_authored != b->is_authored)
		return a->is_authored ? -1 : 1;
	return ac_str_cmp(a->id, b->id);
}

/* Live objects that are called so, of the wanted type, best first. */
static int
find_candidates(ac_know *know, ac_str query, ac_str type, candidate **out, size_t *out_count, accord_err *err)
{
	ac_know_names uses;
	int rc = ac_know_find_name(know, query, USES_MAX, &uses, err);

	if (rc < 0)
		return rc;
	*out_count = 0;
	*out = ac_arena_zalloc(&know->arena, uses.count + 1, sizeof(**out));
	if (!*out)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; rc == 0 && i < uses.count; i++) {
		const ac_know_object *object;

		rc = ac_know_load(know, uses.items[i].object_id, &object, err);
		if (rc < 0 || !object->is_here || (type.n && !ac_str_eq(type, object->ref.type)))
			continue;
		(*out)[(*out_count)++] = (candidate){ .id = object->ref.id,
			.type = object->ref.type,
			.kind = uses.items[i].kind,
			.rank = rank_of(object->ref.type) + (object->revoked ? LABEL_RANK * 2 : 0),
			.is_own =
			    uses.items[i].kind == AC_NAME_EXTERNAL_ID && ac_str_eq_fold(object->ref.external_id, query),
			.is_numbered = object->ref.external_id.n > 0,
			.is_authored =
			    ac_str_eq(object->catalogue, ac_json_get_string(object->json, AC_S("created_by_ref"))) };
	}
	if (*out_count)
		qsort(*out, *out_count, sizeof(**out), compare_candidates);
	return rc;
}

/* Of other things that have the name, those that the page does not speak of. */
static int
add_same_names(ac_page_builder *b, const candidate *candidates, size_t count, accord_err *err)
{
	ac_page *page = b->page;
	int rc = 0;

	page->same_name = ac_arena_zalloc(&b->know->arena, SAME_NAME_MAX, sizeof(const ac_know_ref *));
	if (!page->same_name)
		return ac_arena_check(&b->know->arena, err);
	for (size_t i = 0; rc == 0 && i < count && page->same_name_count < SAME_NAME_MAX; i++) {
		bool known = false;

		for (size_t r = 0; r < page->record_count; r++)
			known |= ac_str_eq(page->records[r].object->ref.id, candidates[i].id);
		for (size_t s = 0; s < page->same_name_count; s++)
			known |= ac_str_eq(page->same_name[s]->id, candidates[i].id);
		if (!known)
			rc = ac_know_label(b->know, candidates[i].id, &page->same_name[page->same_name_count++], err);
	}
	return rc;
}

static int
on_near(void *payload, const ac_name_hit *hit, accord_err *err)
{
	ac_page_builder *b = payload;

	return ac_page_add_text(b, &b->page->near, ac_arena_str(&b->know->arena, hit->text), err);
}

static int
find_near(ac_page_builder *b, accord_err *err)
{
	int rc = ac_store_near_names(b->know->store, b->page->query, NEAR_MAX, on_near, b, err);

	return rc < 0 ? rc : ACCORD_ENOTFOUND;
}

/* A value that is written like a name (a file name, "TEMP.Periscope") is a name first: names are asked before. */
static int
find_in_order(ac_page_builder *b, ac_str type, accord_err *err)
{
	ac_page *page = b->page;
	candidate *candidates;
	size_t count;
	int rc = find_candidates(b->know, page->query, type, &candidates, &count, err);

	if (rc == 0 && type.n == 0)
		rc = ac_value_guess(page->query, &b->know->arena, &page->value, err);
	if (rc < 0)
		return rc;
	if (count && (candidates[0].rank < LABEL_RANK || page->value.type == AC_VALUE_NONE)) {
		page->value = (ac_value){ 0 };
		rc = build_object(b, candidates[0].id, err);
		return rc < 0 ? rc : add_same_names(b, candidates, count, err);
	}
	rc = page->value.type == AC_VALUE_NONE ? ACCORD_ENOTFOUND : build_value(b, err);
	if (rc == ACCORD_ENOTFOUND && count)
		return build_object(b, candidates[0].id, err);
	return rc == ACCORD_ENOTFOUND ? find_near(b, err) : rc;
}

int
ac_page_find(ac_know *know, ac_str query, ac_str type, ac_page *out, accord_err *err)
{
	ac_page_builder b = { know, out, AC_PAGE_DETAIL_MAX };
	const ac_know_object *object;
	ac_str id_type;
	int rc;

	*out = (ac_page){ .query = ac_str_trim(query), .wanted_type = type };
	if (out->query.n == 0)
		return ac_fail(err, ACCORD_EUSAGE, "want a name or a value, got nothing");
	if (ac_stix_id_check(out->query, &id_type, NULL) < 0) {
		rc = find_in_order(&b, type, err);
	} else {
		rc = ac_know_load(know, out->query, &object, err);
		if (rc == 0)
			rc = object->is_here ? build_object(&b, out->query, err) : ACCORD_ENOTFOUND;
	}
	for (size_t i = 0; i < AC_SECTION_COUNT; i++)
		ac_map_done(&out->sections[i].index);
	return rc < 0 ? rc : ac_arena_check(&know->arena, err);
}
