/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The neighbourhood of an actor record: every record that shares a name, a group number or an explicit link with it, and with those in turn, so that a
 * group comes out the same whichever of its records was asked for. Reads the store; leaves judging to group.c.
 */
#include "know/session.h"
#include "stix/id.h"

#include <stdlib.h>

#define CLAIMS_MAX 4096 /* uses of one name, or links of one record, that are looked at */

/* Relationship types by which a producer says that two records are one actor, and how much that weighs when it does not say how likely. */
static const struct {
	ac_str kind;
	double weight;
} links_that_equate[] = {
	{ AC_S_INIT("similar"), 1.0 },
	{ AC_S_INIT("related-to"), 1.0 },
	{ AC_S_INIT("duplicate-of"), 2.5 },
};

/* Words of the MISP taxonomy estimative-language that weigh full; any other weighs little. */
static const ac_str likely_words[] = { AC_S_INIT("likely"), AC_S_INIT("very-likely"), AC_S_INIT("almost-certain") };
#define LIKELY_WEIGHT 2.5
#define UNLIKELY_WEIGHT 0.3
#define ESTIMATE "estimative-language:likelihood-probability="

/* Lists that keep an actor's former name as an entry of its own. */
static const ac_str lists_with_renames[] = { AC_S_INIT("microsoft-activity-group") };

/* Words that producers add to a name or leave out. */
static const char *const name_tails[] = { "Group", "Team", "Gang" };

typedef struct neighbourhood {
	ac_know *know;
	ac_actor_record *records;
	size_t count;
	ac_map known; /* record id -> 1 */
	bool is_cut;
} neighbourhood;

static int
add_text(ac_know *know, ac_str **list, size_t *count, ac_str text, accord_err *err)
{
	ac_str *items;

	for (size_t i = 0; i < *count; i++)
		if (ac_str_eq((*list)[i], text))
			return 0;
	items = ac_know_grow(&know->arena, *list, *count, sizeof(*items));
	if (!items)
		return ac_arena_check(&know->arena, err);
	*list = items;
	items[(*count)++] = text;
	return 0;
}

/* ATT&CK renumbers: a revoked group's number stands for that of its successor. */
static int
successor_of(ac_know *know, ac_str group_id, ac_str *out, accord_err *err)
{
	ac_know_names uses;
	const ac_know_object *object;
	const ac_know_ref *successor;
	ac_know_edges edges;
	int rc = ac_know_find_name(know, group_id, CLAIMS_MAX, &uses, err);

	*out = group_id;
	for (size_t i = 0; rc == 0 && i < uses.count; i++) {
		if (uses.items[i].kind != AC_NAME_EXTERNAL_ID ||
		    !ac_know_is_actor(ac_stix_id_type(uses.items[i].object_id)))
			continue;
		rc = ac_know_edges_of(know, uses.items[i].object_id, AC_KNOW_FROM, AC_S("revoked-by"), 1, &edges, err);
		if (rc < 0 || edges.count == 0)
			continue;
		rc = ac_know_load(know, uses.items[i].object_id, &object, err);
		if (rc == 0 && object->revoked)
			rc = ac_know_label(know, edges.items[0].other_id, &successor, err);
		else
			continue;
		if (rc == 0 && ac_is_group_id(successor->external_id))
			*out = successor->external_id;
		return rc;
	}
	return rc;
}

static int
add_group_id(ac_know *know, ac_actor_record *record, ac_str text, accord_err *err)
{
	ac_str current;
	int rc = successor_of(know, text, &current, err);

	return rc < 0 ? rc : add_text(know, &record->group_ids, &record->group_id_count, current, err);
}

static int
read_names(ac_know *know, ac_actor_record *record, accord_err *err)
{
	ac_know_names names;
	int rc = ac_know_names_of(know, record->id, &names, err);

	if (rc < 0)
		return rc;
	record->names = ac_arena_zalloc(&know->arena, names.count + 1, sizeof(*record->names));
	if (!record->names)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; rc == 0 && i < names.count; i++) {
		const ac_name_hit *n = &names.items[i];

		if (ac_is_group_id(n->text))
			rc = add_group_id(know, record, n->text, err);
		else if (n->kind == AC_NAME_PRIMARY || n->kind == AC_NAME_ALIAS)
			record->names[record->name_count++] = (ac_actor_name){ n->text,
				ac_name_key(n->text, &know->arena), n->kind == AC_NAME_PRIMARY, n->namer };
	}
	return rc < 0 ? rc : ac_arena_check(&know->arena, err);
}

/* What is no country code ("Korea") is a claim for the page and no ground for a clash. */
static int
add_country(ac_know *know, ac_actor_record *record, ac_str text, accord_err *err)
{
	char code[2];

	text = ac_str_trim(text);
	if (text.n != 2 || !ac_is_alpha(text.p[0]) || !ac_is_alpha(text.p[1]))
		return 0;
	for (size_t i = 0; i < 2; i++)
		code[i] = (char)(ac_lower(text.p[i]) - 'a' + 'A');
	text = ac_arena_str(&know->arena, (ac_str){ code, 2 });
	return add_text(know, &record->countries, &record->country_count, text, err);
}

typedef struct country_reader {
	ac_know *know;
	ac_actor_record *record;
	accord_err *err;
	int rc;
} country_reader;

static void
on_country(void *payload, ac_str text)
{
	country_reader *r = payload;

	if (r->rc == 0)
		r->rc = add_country(r->know, r->record, text, r->err);
}

static int
read_countries(ac_know *know, ac_actor_record *record, const ac_json *json, accord_err *err)
{
	country_reader r = { know, record, err, 0 };
	ac_know_edges edges;
	const ac_know_object *place;
	int rc;

	ac_know_each_text(ac_know_property(json, AC_S("country")), on_country, &r);
	rc = r.rc ? r.rc
		  : ac_know_edges_of(know, record->id, AC_KNOW_FROM, AC_S("originates-from"), CLAIMS_MAX, &edges, err);
	for (size_t i = 0; rc == 0 && i < edges.count; i++) {
		rc = ac_know_load(know, edges.items[i].other_id, &place, err);
		if (rc == 0)
			rc = add_country(know, record, ac_json_get_string(place->json, AC_S("country")), err);
	}
	return rc;
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

static int
link_weight(ac_know *know, ac_str via_id, double unstated, double *out, accord_err *err)
{
	static const ac_str properties[] = { AC_S_INIT("labels"), AC_S_INIT("tags"), AC_S_INIT("likelihood") };
	const ac_know_object *relationship;
	estimate e = { 0 };
	int rc = ac_know_load(know, via_id, &relationship, err);

	for (size_t i = 0; rc == 0 && i < AC_COUNT(properties); i++)
		ac_know_each_text(ac_know_property(relationship->json, properties[i]), on_label, &e);
	*out = e.is_stated ? e.weight : unstated;
	return rc;
}

static int
read_links(ac_know *know, ac_actor_record *record, accord_err *err)
{
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < 2 * AC_COUNT(links_that_equate); k++) {
		const double unstated = links_that_equate[k / 2].weight;
		ac_know_edges edges;

		rc = ac_know_edges_of(know, record->id, k % 2 ? AC_KNOW_TO : AC_KNOW_FROM,
		    links_that_equate[k / 2].kind, CLAIMS_MAX, &edges, err);
		for (size_t i = 0; rc == 0 && i < edges.count; i++) {
			ac_actor_link link = { edges.items[i].other_id, 0 }, *links;

			if (!ac_know_is_actor(ac_stix_id_type(link.other_id)) || edges.items[i].via_id.n == 0)
				continue;
			rc = link_weight(know, edges.items[i].via_id, unstated, &link.weight, err);
			links = ac_know_grow(&know->arena, record->links, record->link_count, sizeof(link));
			if (!links)
				return ac_arena_check(&know->arena, err);
			record->links = links;
			links[record->link_count++] = link;
		}
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

/* Read a record and put it into the neighbourhood; what is no actor, revoked or not here stays out. */
static int
take_record(neighbourhood *n, ac_str id, accord_err *err)
{
	const ac_know_object *object;
	ac_actor_record record = { 0 }, *records;
	bool is_new;
	uint64_t *slot;
	int rc;

	if (!ac_know_is_actor(ac_stix_id_type(id)))
		return 0;
	rc = ac_know_load(n->know, id, &object, err);
	if (rc < 0 || !object->is_here || object->revoked)
		return rc;
	slot = ac_map_get(&n->known, id);
	if (slot)
		return 0;
	if (n->count == AC_KNOW_RECORDS_MAX) {
		n->is_cut = true;
		return 0;
	}
	slot = ac_map_put(&n->known, object->ref.id, &is_new);
	records = ac_know_grow(&n->know->arena, n->records, n->count, sizeof(*records));
	if (!slot || !records)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the records of an actor");
	n->records = records;
	record.id = object->ref.id;
	record.type = object->ref.type;
	record.name = object->ref.name;
	record.producer = object->producer;
	record.catalogue = object->catalogue;
	record.is_authored = ac_str_eq(record.catalogue, ac_json_get_string(object->json, AC_S("created_by_ref")));
	record.renames = keeps_renames(record.catalogue);
	rc = read_names(n->know, &record, err);
	if (rc == 0)
		rc = read_countries(n->know, &record, object->json, err);
	if (rc == 0)
		rc = read_links(n->know, &record, err);
	if (rc == 0)
		n->records[n->count++] = record;
	return rc;
}

static int
take_users_of(neighbourhood *n, ac_str name, accord_err *err)
{
	ac_know_names uses;
	int rc = ac_know_find_name(n->know, name, CLAIMS_MAX, &uses, err);

	for (size_t i = 0; rc == 0 && i < uses.count; i++)
		if (uses.items[i].kind != AC_NAME_UUID)
			rc = take_record(n, uses.items[i].object_id, err);
	return rc;
}

/* "Lazarus" for "Lazarus Group", and the other way round. */
static int
take_users_of_stem(neighbourhood *n, ac_str name, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_COUNT(name_tails); i++) {
		ac_str tail = ac_str_from(name_tails[i]);
		size_t head = name.n > tail.n ? name.n - tail.n : 0;

		if (head > 2 && ac_str_eq_fold(ac_str_slice(name, head, name.n), tail))
			return take_users_of(n, ac_str_slice(name, 0, head), err);
		rc = take_users_of(n, ac_arena_printf(&n->know->arena, "%.*s %s", AC_FMT(name), name_tails[i]), err);
	}
	return rc;
}

static int
expand(neighbourhood *n, size_t index, accord_err *err)
{
	/* A copy: the array moves as it grows. */
	const ac_actor_record record = n->records[index];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < record.name_count; i++) {
		rc = take_users_of(n, record.names[i].text, err);
		if (rc == 0 && record.names[i].is_primary)
			rc = take_users_of_stem(n, record.names[i].text, err);
	}
	for (size_t i = 0; rc == 0 && i < record.group_id_count; i++)
		rc = take_users_of(n, record.group_ids[i], err);
	for (size_t i = 0; rc == 0 && i < record.link_count; i++)
		rc = take_record(n, record.links[i].other_id, err);
	return rc;
}

static int
compare_records(const void *x, const void *y)
{
	return ac_str_cmp(((const ac_actor_record *)x)->id, ((const ac_actor_record *)y)->id);
}

static int
gather(neighbourhood *n, ac_str seed_id, accord_err *err)
{
	int rc = take_record(n, seed_id, err);

	for (size_t i = 0; rc == 0 && i < n->count; i++)
		rc = expand(n, i, err);
	/* By id: ties between pairs then do not depend on where the walk began. */
	if (rc == 0 && n->count)
		qsort(n->records, n->count, sizeof(*n->records), compare_records);
	return rc;
}

/* The record that the group number is of leads, then another with one number, then the one with the most names. */
static bool
leads(const ac_actor_record *a, const ac_actor_record *b)
{
	int rank_a = (a->group_id_count == 1) + (a->group_id_count == 1 && a->is_authored);
	int rank_b = (b->group_id_count == 1) + (b->group_id_count == 1 && b->is_authored);

	if (rank_a != rank_b)
		return rank_a > rank_b;
	return a->name_count > b->name_count;
}

static int
make_actor(ac_know *know, const ac_know_actors *actors, size_t group, accord_err *err)
{
	ac_know_actor *actor = ac_arena_zalloc(&know->arena, 1, sizeof(*actor));
	size_t *members = ac_arena_zalloc(&know->arena, actors->count, sizeof(*members)), count = 0;
	const ac_know_object *object;
	int rc = 0;

	if (!actor || !members)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; i < actors->count; i++) {
		if (actors->grouping.group_of[i] != group)
			continue;
		members[count++] = i;
		if (leads(&actors->records[i], &actors->records[members[0]])) {
			members[count - 1] = members[0];
			members[0] = i;
		}
	}
	rc = ac_know_load(know, actors->records[members[0]].id, &object, err);
	if (rc < 0)
		return rc;
	*actor = (ac_know_actor){ object->ref.id, object->ref.name, object->ref.external_id, members, count, actors };
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = ac_know_remember(know, &know->actors, actors->records[members[i]].id, actor, err);
	return rc;
}

static int
make_actors(ac_know *know, const neighbourhood *n, accord_err *err)
{
	ac_know_actors *actors = ac_arena_zalloc(&know->arena, 1, sizeof(*actors));
	int rc;

	if (!actors)
		return ac_arena_check(&know->arena, err);
	actors->records = n->records;
	actors->count = n->count;
	actors->is_cut = n->is_cut;
	rc = ac_group_records(n->records, n->count, &know->arena, &actors->grouping, err);
	for (size_t i = 0; rc == 0 && i < n->count; i++)
		if (actors->grouping.group_of[i] == i)
			rc = make_actor(know, actors, i, err);
	return rc;
}

int
ac_know_actor_of(ac_know *know, ac_str id, const ac_know_actor **out, accord_err *err)
{
	const ac_know_actor *known = ac_know_recall(&know->actors, id);
	neighbourhood n = { .know = know };
	int rc;

	if (known) {
		*out = known;
		return 0;
	}
	ac_map_init(&n.known, know->seed, AC_KNOW_RECORDS_MAX);
	rc = gather(&n, id, err);
	if (rc == 0 && n.count == 0)
		rc = ac_fail(err, ACCORD_EINPUT, "want the id of an actor that is here, got %.*s", AC_FMT(id));
	if (rc == 0)
		rc = make_actors(know, &n, err);
	ac_map_done(&n.known);
	if (rc == 0)
		*out = ac_know_recall(&know->actors, id);
	return rc;
}
