/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deriving a card from the store, and its bytes. Names and texts are as they came, whatever the session's language is. Leaves judging to group.c.
 */
#include "know/card.h"

#include "know/session.h"
#include "stix/id.h"
#include "store/pack.h"

#define CARD_LAYOUT 1 /* of the bytes; changes with them */
#define TEXTS_MAX (AC_OBJECT_FACTS_MAX + AC_CARD_LINKS_MAX)

/* Relationship types by which somebody says whether two records are one actor, and how much that weighs when he does not say how likely. */
static const struct {
	ac_str relation;
	ac_link_kind kind;
	double weight;
} relations[] = {
	{ AC_S_INIT("similar"), AC_LINK_SAME, 1.0 },
	{ AC_S_INIT("related-to"), AC_LINK_SAME, 1.0 },
	{ AC_S_INIT("duplicate-of"), AC_LINK_SAME, 2.5 },
	{ AC_S_INIT("same-as"), AC_LINK_SAME, 2.5 },
	{ AC_S_INIT("merged-into"), AC_LINK_SAME, 2.5 },
	{ AC_S_INIT("overlaps"), AC_LINK_OVERLAPS, 0 },
	{ AC_S_INIT("subgroup-of"), AC_LINK_SUBGROUP, 0 },
	{ AC_S_INIT("subset-of"), AC_LINK_SUBGROUP, 0 },
	{ AC_S_INIT("part-of"), AC_LINK_SUBGROUP, 0 },
	{ AC_S_INIT("distinct-from"), AC_LINK_DISTINCT, 0 },
};

/* Words of the MISP taxonomy estimative-language that weigh full; any other weighs little. */
static const ac_str likely_words[] = { AC_S_INIT("likely"), AC_S_INIT("very-likely"), AC_S_INIT("almost-certain") };
#define LIKELY_WEIGHT 2.5
#define UNLIKELY_WEIGHT 0.3
#define ESTIMATE "estimative-language:likelihood-probability="

/* Lists that keep an actor's former name as an entry of its own. */
static const ac_str lists_with_renames[] = { AC_S_INIT("microsoft-activity-group") };

typedef struct deriver {
	ac_store *store;
	const ac_card_numbers *numbers;
	ac_arena *arena, *scratch;
	ac_actor_record *record;
} deriver;

bool
ac_card_link_kind(ac_str relationship_type, ac_link_kind *out_kind, double *out_weight)
{
	for (size_t i = 0; i < AC_COUNT(relations); i++)
		if (ac_str_eq(relations[i].relation, relationship_type)) {
			*out_kind = relations[i].kind;
			*out_weight = relations[i].weight;
			return true;
		}
	return false;
}

static int
add_text(ac_arena *arena, ac_str **list, size_t *count, ac_str text, accord_err *err)
{
	ac_str *items;

	for (size_t i = 0; i < *count; i++)
		if (ac_str_eq((*list)[i], text))
			return 0;
	items = ac_know_grow(arena, *list, *count, sizeof(*items));
	if (!items)
		return ac_arena_check(arena, err);
	*list = items;
	items[(*count)++] = ac_arena_str(arena, text);
	return ac_arena_check(arena, err);
}

static int
on_name(void *payload, const ac_name_hit *hit, accord_err *err)
{
	deriver *d = payload;
	ac_actor_record *r = d->record;
	ac_actor_name *names;

	if (ac_is_group_id(hit->text)) {
		int rc = add_text(d->arena, &r->group_ids, &r->group_id_count, hit->text, err);

		if (rc == 0 && hit->kind == AC_NAME_EXTERNAL_ID && r->own_number.n == 0)
			r->own_number = ac_arena_str(d->arena, hit->text);
		return rc < 0 ? rc : ac_arena_check(d->arena, err);
	}
	if (hit->kind != AC_NAME_PRIMARY && hit->kind != AC_NAME_ALIAS)
		return 0;
	names = ac_know_grow(d->arena, r->names, r->name_count, sizeof(*names));
	if (!names)
		return ac_arena_check(d->arena, err);
	r->names = names;
	names[r->name_count++] = (ac_actor_name){ ac_arena_str(d->arena, hit->text), ac_name_key(hit->text, d->arena),
		hit->kind == AC_NAME_PRIMARY, ac_arena_str(d->arena, hit->namer) };
	if (hit->kind == AC_NAME_PRIMARY && r->name.n == 0)
		r->name = names[r->name_count - 1].text;
	return ac_arena_check(d->arena, err);
}

/* What is no country code ("Korea") is a claim for the page and no ground for a clash. */
static int
add_country(deriver *d, ac_str text, accord_err *err)
{
	char code[2];

	text = ac_str_trim(text);
	if (text.n != 2 || !ac_is_alpha(text.p[0]) || !ac_is_alpha(text.p[1]))
		return 0;
	for (size_t i = 0; i < 2; i++)
		code[i] = (char)(ac_lower(text.p[i]) - 'a' + 'A');
	return add_text(d->arena, &d->record->countries, &d->record->country_count, (ac_str){ code, 2 }, err);
}

typedef struct country_reader {
	deriver *d;
	accord_err *err;
	int rc;
} country_reader;

static void
on_country(void *payload, ac_str text)
{
	country_reader *r = payload;

	if (r->rc == 0)
		r->rc = add_country(r->d, text, r->err);
}

/* An object that a link leads to or over, in scratch; *out NULL when it is not here. */
static int
load(deriver *d, ac_str id, ac_stored *stored, const ac_json **out, accord_err *err)
{
	int rc = ac_store_get(d->store, id, d->scratch, stored, err);

	*out = NULL;
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	return rc < 0 ? rc : ac_json_parse(stored->object, AC_JSON_LIMITS, d->scratch, out, err);
}

/* Relationship types that stand behind those of `relations` when the store is asked. */
enum { KIND_ORIGIN = AC_COUNT(relations), KIND_REVOKED_BY, KIND_COUNT };

/* Ends of links are kept aside: reading what they lead to asks the store again, and resets the scratch. */
typedef struct link_ends {
	size_t kind;
	bool is_to;
	ac_str other_id, via_id;
} link_ends;
typedef struct link_list {
	ac_arena *arena;
	link_ends *items;
	size_t count;
} link_list;

/* Whether the other end is of a type that this kind is looked at for. */
static bool
is_wanted(size_t kind, bool is_to, ac_str other_type)
{
	if (kind == KIND_ORIGIN)
		return !is_to && ac_str_eq(other_type, AC_S("location"));
	if (kind == KIND_REVOKED_BY)
		return !is_to && ac_know_is_actor(other_type);
	return ac_know_is_actor(other_type) || (!is_to && ac_str_eq(other_type, AC_S(AC_GROUP_UNRESOLVED)));
}

static int
on_relation(void *payload, size_t kind, bool is_to, const ac_edge *edge, accord_err *err)
{
	link_list *list = payload;
	link_ends *items;

	if (list->count == AC_CARD_LINKS_MAX)
		return 1;
	if (!is_wanted(kind, is_to, ac_stix_id_type(edge->other_id)))
		return 0;
	items = ac_know_grow(list->arena, list->items, list->count, sizeof(*items));
	if (!items)
		return ac_arena_check(list->arena, err);
	list->items = items;
	items[list->count++] = (link_ends){ kind, is_to, ac_arena_str(list->arena, edge->other_id),
		ac_arena_str(list->arena, edge->via_id) };
	return ac_arena_check(list->arena, err);
}

int
ac_card_kinds(ac_store *store, ac_card_numbers *out, accord_err *err)
{
	static const ac_str others[] = { [KIND_ORIGIN - AC_COUNT(relations)] = AC_S_INIT("originates-from"),
		[KIND_REVOKED_BY - AC_COUNT(relations)] = AC_S_INIT("revoked-by") };
	int rc = 0;

	_Static_assert(KIND_COUNT <= AC_CARD_KINDS, "numbers of all kinds");
	*out = (ac_card_numbers){ { 0 } };
	for (size_t i = 0; rc == 0 && i < KIND_COUNT; i++)
		rc = ac_store_kind(store,
		    i < AC_COUNT(relations) ? relations[i].relation : others[i - AC_COUNT(relations)], &out->kinds[i],
		    err);
	return rc;
}

static int
read_countries(deriver *d, const ac_json *json, accord_err *err)
{
	country_reader r = { d, err, 0 };

	ac_know_each_text(ac_know_property(json, AC_S("country")), on_country, &r);
	return r.rc;
}

static int
add_origin(deriver *d, const link_ends *ends, accord_err *err)
{
	const ac_json *place;
	ac_stored stored;
	int rc;

	ac_arena_reset(d->scratch);
	rc = load(d, ends->other_id, &stored, &place, err);
	return rc < 0 || !place ? rc : add_country(d, ac_json_get_string(place, AC_S("country")), err);
}

typedef struct estimate {
	bool is_stated;
	double weight;
} estimate;

/* A label or tag: estimative-language:likelihood-probability="likely", or the bare word. */
static void
on_label(void *payload, ac_str text)
{
	estimate *e = payload;
	bool is_tag = ac_str_starts(text, AC_S(ESTIMATE));

	if (is_tag)
		text = ac_str_slice(text, sizeof(ESTIMATE) - 1, text.n);
	while (text.n && text.p[0] == '"')
		text = ac_str_slice(text, 1, text.n);
	while (text.n && text.p[text.n - 1] == '"')
		text.n--;
	for (size_t i = 0; i < AC_COUNT(likely_words); i++)
		if (ac_str_eq(text, likely_words[i])) {
			*e = (estimate){ true, LIKELY_WEIGHT };
			return;
		}
	if (is_tag && !e->is_stated)
		*e = (estimate){ true, UNLIKELY_WEIGHT };
}

static double
weight_of(const ac_json *relationship, double unstated)
{
	static const ac_str properties[] = { AC_S_INIT("labels"), AC_S_INIT("tags"), AC_S_INIT("likelihood") };
	estimate e = { 0 };

	for (size_t i = 0; i < AC_COUNT(properties); i++)
		ac_know_each_text(ac_know_property(relationship, properties[i]), on_label, &e);
	return e.is_stated ? e.weight : unstated;
}

static int
add_link(deriver *d, const link_ends *ends, accord_err *err)
{
	ac_actor_record *r = d->record;
	const ac_json *relationship;
	ac_actor_link *links;
	ac_stored stored;
	int rc;

	ac_arena_reset(d->scratch);
	rc = load(d, ends->via_id, &stored, &relationship, err);
	if (rc < 0 || !relationship)
		return rc;
	links = ac_know_grow(d->arena, r->links, r->link_count, sizeof(*links));
	if (!links)
		return ac_arena_check(d->arena, err);
	r->links = links;
	links[r->link_count++] = (ac_actor_link){
		.other_id = ends->other_id,
		.weight = relations[ends->kind].kind == AC_LINK_SAME
			      ? weight_of(relationship, relations[ends->kind].weight)
			      : 0,
		.kind = relations[ends->kind].kind,
		.is_own = ac_str_eq(stored.producer, AC_S(AC_KNOW_PRODUCER)),
		.is_to = ends->is_to,
		.relation = relations[ends->kind].relation,
		.claimant = ac_arena_str(d->arena, ac_know_claimant(relationship, stored.producer)),
		.date = ac_arena_str(d->arena, ac_json_get_string(relationship, AC_S("modified"))),
		.via_id = ends->via_id,
	};
	return ac_arena_check(d->arena, err);
}

static int
read_links(deriver *d, accord_err *err)
{
	link_list list = { .arena = d->arena };
	int rc = ac_store_relations(d->store, d->record->id, d->numbers->kinds, KIND_COUNT, on_relation, &list, err);

	for (size_t i = 0; rc == 0 && i < list.count; i++) {
		const link_ends *ends = &list.items[i];

		if (ends->kind == KIND_ORIGIN)
			rc = add_origin(d, ends, err);
		else if (ends->kind < AC_COUNT(relations))
			rc = add_link(d, ends, err);
		else if (d->record->successor_id.n == 0)
			d->record->successor_id = ends->other_id;
	}
	return rc;
}

static bool
keeps_renames(ac_str catalogue)
{
	for (size_t i = 0; i < AC_COUNT(lists_with_renames); i++)
		if (ac_str_find(catalogue, lists_with_renames[i]) < catalogue.n)
			return true;
	return false;
}

int
ac_card_derive(ac_store *store, const ac_card_numbers *numbers, ac_str id, ac_arena *arena, ac_arena *scratch,
    ac_actor_record *out, accord_err *err)
{
	ac_actor_record record = { .id = ac_arena_str(arena, id) };
	deriver d = { store, numbers, arena, scratch, &record };
	const ac_json *json;
	ac_stored stored;
	int rc;

	ac_arena_reset(scratch);
	rc = ac_arena_check(arena, err);
	if (rc == 0)
		rc = ac_store_get(store, record.id, scratch, &stored, err);
	if (rc == 0)
		rc = ac_json_parse(stored.object, AC_JSON_LIMITS, scratch, &json, err);
	if (rc < 0)
		return rc;
	record.type = ac_stix_id_type(record.id);
	record.is_revoked = stored.revoked;
	record.producer = ac_arena_str(arena, stored.producer);
	record.catalogue = ac_arena_str(arena, ac_know_catalogue(json, stored.producer));
	record.is_authored = ac_str_eq(record.catalogue, ac_json_get_string(json, AC_S("created_by_ref")));
	record.renames = keeps_renames(record.catalogue);
	rc = ac_store_names_of(store, record.id, on_name, &d, err);
	if (rc >= 0)
		rc = read_countries(&d, json, err);
	if (rc == 0)
		rc = read_links(&d, err);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc == 0)
		*out = record;
	return rc;
}

/* ---- bytes ---- */

enum { FLAG_AUTHORED = 1, FLAG_RENAMES = 2, FLAG_REVOKED = 4 };
enum { LINK_OWN = 1, LINK_TO = 2, LINK_FLAGS = 4 };

static void
pack_texts(ac_buf *buf, const ac_str *texts, size_t count)
{
	ac_pack_varint(buf, count);
	for (size_t i = 0; i < count; i++)
		ac_pack_str(buf, texts[i]);
}

/* Weights are few and have one decimal. */
static void
pack_link(ac_buf *buf, const ac_actor_link *link)
{
	ac_pack_u8(buf, (uint8_t)((link->is_own ? LINK_OWN : 0) | (link->is_to ? LINK_TO : 0)));
	ac_pack_u8(buf, (uint8_t)link->kind);
	ac_pack_u8(buf, (uint8_t)(link->weight * 10 + 0.5));
	ac_pack_str(buf, link->other_id);
	ac_pack_str(buf, link->relation);
	ac_pack_str(buf, link->claimant);
	ac_pack_str(buf, link->date);
	ac_pack_str(buf, link->via_id);
}

int
ac_card_pack(const ac_actor_record *record, ac_buf *buf, accord_err *err)
{
	ac_str text;

	ac_pack_u8(buf, CARD_LAYOUT);
	ac_pack_u8(buf, (uint8_t)((record->is_authored ? FLAG_AUTHORED : 0) | (record->renames ? FLAG_RENAMES : 0) |
				  (record->is_revoked ? FLAG_REVOKED : 0)));
	ac_pack_str(buf, record->id);
	ac_pack_str(buf, record->name);
	ac_pack_str(buf, record->producer);
	ac_pack_str(buf, record->catalogue);
	ac_pack_str(buf, record->own_number);
	ac_pack_str(buf, record->successor_id);
	pack_texts(buf, record->group_ids, record->group_id_count);
	pack_texts(buf, record->countries, record->country_count);
	ac_pack_varint(buf, record->name_count);
	for (size_t i = 0; i < record->name_count; i++) {
		ac_pack_u8(buf, record->names[i].is_primary);
		ac_pack_str(buf, record->names[i].text);
		ac_pack_str(buf, record->names[i].key);
		ac_pack_str(buf, record->names[i].namer);
	}
	ac_pack_varint(buf, record->link_count);
	for (size_t i = 0; i < record->link_count; i++)
		pack_link(buf, &record->links[i]);
	return ac_buf_finish(buf, &text, err);
}

static size_t
unpack_texts(ac_unpacker *u, ac_arena *arena, ac_str **out)
{
	size_t count = ac_unpack_count(u, 1, TEXTS_MAX);

	*out = ac_arena_zalloc(arena, count + 1, sizeof(**out));
	for (size_t i = 0; *out && i < count; i++)
		(*out)[i] = ac_unpack_str(u);
	return count;
}

static ac_actor_link
unpack_link(ac_unpacker *u)
{
	unsigned flags = ac_unpack_enum(u, LINK_FLAGS);
	ac_actor_link link = { .kind = (ac_link_kind)ac_unpack_enum(u, AC_LINK_COUNT) };

	link.weight = ac_unpack_u8(u) / 10.0;
	link.is_own = flags & LINK_OWN;
	link.is_to = flags & LINK_TO;
	link.other_id = ac_unpack_str(u);
	link.relation = ac_unpack_str(u);
	link.claimant = ac_unpack_str(u);
	link.date = ac_unpack_str(u);
	link.via_id = ac_unpack_str(u);
	return link;
}

bool
ac_card_unpack(ac_str bytes, ac_arena *arena, ac_actor_record *out)
{
	ac_unpacker u = { .bytes = bytes };
	ac_actor_record r = { 0 };
	unsigned flags;

	if (ac_unpack_u8(&u) != CARD_LAYOUT)
		return false;
	flags = ac_unpack_enum(&u, 8);
	r.is_authored = flags & FLAG_AUTHORED;
	r.renames = flags & FLAG_RENAMES;
	r.is_revoked = flags & FLAG_REVOKED;
	r.id = ac_unpack_str(&u);
	r.type = ac_stix_id_type(r.id);
	r.name = ac_unpack_str(&u);
	r.producer = ac_unpack_str(&u);
	r.catalogue = ac_unpack_str(&u);
	r.own_number = ac_unpack_str(&u);
	r.successor_id = ac_unpack_str(&u);
	r.group_id_count = unpack_texts(&u, arena, &r.group_ids);
	r.country_count = unpack_texts(&u, arena, &r.countries);
	r.name_count = ac_unpack_count(&u, 4, TEXTS_MAX);
	r.names = ac_arena_zalloc(arena, r.name_count + 1, sizeof(*r.names));
	for (size_t i = 0; r.names && i < r.name_count; i++) {
		r.names[i].is_primary = ac_unpack_enum(&u, 2);
		r.names[i].text = ac_unpack_str(&u);
		r.names[i].key = ac_unpack_str(&u);
		r.names[i].namer = ac_unpack_str(&u);
	}
	r.link_count = ac_unpack_count(&u, 8, AC_CARD_LINKS_MAX);
	r.links = ac_arena_zalloc(arena, r.link_count + 1, sizeof(*r.links));
	for (size_t i = 0; r.links && i < r.link_count; i++)
		r.links[i] = unpack_link(&u);
	if (!ac_unpack_finished(&u) || arena->failed)
		return false;
	*out = r;
	return true;
}
