/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session over the store: labels and objects are read once and kept, edges are collected before anything else is asked of the store (a callback never
 * calls back into it). Knows nothing of pages.
 */
#include "know/session.h"
#include "stix/id.h"
#include "store/snapshot.h"

#include <stdlib.h>

#define SESSION_MAX (512 * AC_MIB) /* a page of the largest actor takes 3 MiB */
#define KEPT_MAX 1000000

/* Prefixes under which readers keep what STIX has no property for. */
static const ac_str custom_prefixes[] = { AC_S_INIT("x_accord_"), AC_S_INIT("x_misp_"), AC_S_INIT("x_mitre_"),
	AC_S_INIT("x_") };

int
ac_know_open(ac_store *store, ac_hash_seed seed, ac_know **out, accord_err *err)
{
	ac_know *know = calloc(1, sizeof(*know));
	int rc;

	if (!know)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a session");
	know->store = store;
	know->seed = seed;
	ac_arena_init(&know->arena, SESSION_MAX);
	ac_map_init(&know->labels, seed, KEPT_MAX);
	ac_map_init(&know->objects, seed, KEPT_MAX);
	ac_map_init(&know->actors, seed, KEPT_MAX);
	rc = ac_store_snapshot_begin(store, &know->has_snapshot, err);
	if (rc < 0)
		know = ac_know_close(know);
	else
		*out = know;
	return rc;
}

ac_know *
ac_know_close(ac_know *know)
{
	if (!know)
		return NULL;
	if (know->has_snapshot)
		ac_store_snapshot_end(know->store);
	ac_map_done(&know->labels);
	ac_map_done(&know->objects);
	ac_map_done(&know->actors);
	ac_arena_done(&know->arena);
	free(know);
	return NULL;
}

ac_store *
ac_know_store(const ac_know *know)
{
	return know->store;
}

ac_arena *
ac_know_arena(ac_know *know)
{
	return &know->arena;
}

ac_hash_seed
ac_know_seed(const ac_know *know)
{
	return know->seed;
}

ac_str
ac_know_type(ac_str id)
{
	return ac_stix_id_type(id);
}

void *
ac_know_grow(ac_arena *arena, void *items, size_t count, size_t size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return items;
	return ac_arena_resize(arena, items, count * size, (count ? count * 2 : 1) * size);
}

int
ac_know_remember(ac_know *know, ac_map *map, ac_str key, const void *p, accord_err *err)
{
	ac_str copy = ac_arena_str(&know->arena, key);
	uint64_t *slot = copy.p ? ac_map_put(map, copy, NULL) : NULL;

	if (!slot)
		return ac_fail(err, map->count >= map->limit ? ACCORD_ELIMIT : ACCORD_ENOMEM,
		    "no room for what %.*s is", AC_FMT(key));
	*slot = (uint64_t)(uintptr_t)p;
	return 0;
}

const void *
ac_know_recall(const ac_map *map, ac_str key)
{
	const uint64_t *slot = ac_map_get(map, key);

	return slot ? (const void *)(uintptr_t)*slot : NULL;
}

void
ac_know_each_text(const ac_json *value, ac_know_on_text on, void *payload)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_STRING)) {
		on(payload, ac_json_string(value));
		return;
	}
	while (ac_json_is(value, AC_JSON_ARRAY) && ac_json_next(&it))
		if (ac_json_is(it.value, AC_JSON_STRING))
			on(payload, ac_json_string(it.value));
}

/* "cfr-suspected-victims" and "cfr_suspected_victims" are one name. */
static bool
same_property(ac_str a, ac_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if ((a.p[i] == '-' ? '_' : a.p[i]) != b.p[i])
			return false;
	return true;
}

static bool
is_custom_property(ac_str key, ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(custom_prefixes); i++)
		if (ac_str_starts(key, custom_prefixes[i]) &&
		    same_property(ac_str_slice(key, custom_prefixes[i].n, key.n), name))
			return true;
	return same_property(key, name);
}

static const ac_json *
member_like(const ac_json *object, ac_str name)
{
	ac_json_iter it = ac_json_iter_of(object);

	while (ac_json_is(object, AC_JSON_OBJECT) && ac_json_next(&it))
		if (is_custom_property(it.key, name))
			return it.value;
	return NULL;
}

const ac_json *
ac_know_property(const ac_json *object, ac_str name)
{
	const ac_json *found = member_like(object, name);
	ac_json_iter it = ac_json_iter_of(object), extension;

	if (found)
		return found;
	while (ac_json_is(object, AC_JSON_OBJECT) && ac_json_next(&it)) {
		if (is_custom_property(it.key, AC_S("meta"))) {
			found = member_like(it.value, name);
		} else if (ac_str_eq(it.key, AC_S("extensions"))) {
			extension = ac_json_iter_of(it.value);
			while (!found && ac_json_next(&extension))
				found = member_like(extension.value, name);
		}
		if (found)
			return found;
	}
	return NULL;
}

typedef struct name_collector {
	ac_arena *arena;
	ac_know_names *out;
	size_t most;
} name_collector;

static int
on_name(void *payload, const ac_name_hit *hit, accord_err *err)
{
	name_collector *c = payload;
	ac_name_hit *items;

	if (c->out->count == c->most)
		return 1;
	items = ac_know_grow(c->arena, c->out->items, c->out->count, sizeof(*items));
	if (!items)
		return ac_arena_check(c->arena, err);
	c->out->items = items;
	items[c->out->count++] = (ac_name_hit){ .text = ac_arena_str(c->arena, hit->text),
		.kind = hit->kind,
		.namer = ac_arena_str(c->arena, hit->namer),
		.object_id = ac_arena_str(c->arena, hit->object_id) };
	return ac_arena_check(c->arena, err);
}

int
ac_know_names_of(ac_know *know, ac_str id, ac_know_names *out, accord_err *err)
{
	name_collector c = { &know->arena, out, AC_OBJECT_FACTS_MAX };
	int rc;

	*out = (ac_know_names){ 0 };
	rc = ac_store_names_of(know->store, id, on_name, &c, err);
	return rc < 0 ? rc : 0;
}

int
ac_know_find_name(ac_know *know, ac_str name, size_t most, ac_know_names *out, accord_err *err)
{
	name_collector c = { &know->arena, out, most };
	int rc;

	*out = (ac_know_names){ 0 };
	rc = ac_store_find_name(know->store, name, on_name, &c, err);
	return rc < 0 ? rc : 0;
}

/* Catalogue numbers have few letters and then digits (T1190, G0065, M1036, CVE-...); other external ids (CAPEC, NIST) are second choice. */
static bool
is_catalogue_number(ac_str text)
{
	size_t letters = 0;

	while (letters < text.n && ac_is_alpha(text.p[letters]))
		letters++;
	return letters > 0 && letters <= 2 && letters < text.n && ac_is_digit(text.p[letters]);
}

static void
take_label_name(ac_know_ref *ref, const ac_name_hit *name)
{
	if (name->kind == AC_NAME_PRIMARY && ref->name.n == 0)
		ref->name = name->text;
	if (name->kind != AC_NAME_EXTERNAL_ID)
		return;
	if (ref->external_id.n == 0 || (is_catalogue_number(name->text) && !is_catalogue_number(ref->external_id)))
		ref->external_id = name->text;
}

/*
 * The store makes the index of list rows' ids when somebody first asks for one, and a snapshot that was begun before does not see it: then one of now is taken, once.
 */
static int
get_stored(ac_know *know, ac_str id, ac_stored *out, accord_err *err)
{
	int rc = ac_store_get(know->store, id, &know->arena, out, err);

	if (rc != ACCORD_ENOTFOUND || !know->has_snapshot || know->was_renewed ||
	    !ac_str_eq(ac_stix_id_type(id), AC_S("indicator")))
		return rc;
	know->was_renewed = true;
	ac_store_snapshot_end(know->store);
	rc = ac_store_snapshot_begin(know->store, &know->has_snapshot, err);
	return rc < 0 ? rc : ac_store_get(know->store, id, &know->arena, out, err);
}

/* Indicators of list rows have no names in the index, and others may have none at all: then the pattern tells more than the id. */
static int
name_indicator(ac_know *know, ac_know_ref *ref, accord_err *err)
{
	const ac_json *json;
	ac_stored stored;
	int rc = get_stored(know, ref->id, &stored, err);

	if (rc == 0)
		rc = ac_json_parse(stored.object, AC_JSON_LIMITS, &know->arena, &json, err);
	if (rc == 0) {
		ref->name = ac_json_get_string(json, AC_S("name"));
		if (ref->name.n == 0)
			ref->name = ac_json_get_string(json, AC_S("pattern"));
	}
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

/* ---- languages ---- */

int
ac_know_set_language(ac_know *know, ac_str tag, accord_err *err)
{
	if (!ac_stix_is_language(tag))
		return ac_fail(err, ACCORD_EUSAGE, "want a language such as fr or fr-CA, got '%.*s'", AC_FMT(tag));
	know->language = ac_arena_str(&know->arena, tag);
	return ac_arena_check(&know->arena, err);
}

const ac_stix_ignored *
ac_know_ignored(const ac_know *know, size_t *out_count)
{
	*out_count = know->ignored_count;
	return know->ignored;
}

static int
note_ignored(ac_know *know, const ac_stix_translation *t, accord_err *err)
{
	for (size_t i = 0; i < t->ignored_count && know->ignored_count < AC_REPORT_PLACES_MAX; i++) {
		ac_stix_ignored *grown = ac_know_grow(&know->arena, know->ignored, know->ignored_count, sizeof(*grown));

		if (!grown)
			return ac_arena_check(&know->arena, err);
		know->ignored = grown;
		grown[know->ignored_count++] = t->ignored[i];
	}
	return 0;
}

/* The language contents of an object that are here, at most as many as are looked at. */
static int
contents_of(ac_know *know, ac_str id, const ac_json **contents, size_t *count, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(know, id, AC_KNOW_TO, AC_S("object_ref"), AC_LANGUAGE_CONTENTS_MAX, &edges, err);

	*count = 0;
	for (size_t i = 0; rc == 0 && i < edges.count; i++) {
		ac_stored stored;

		if (!ac_str_eq(ac_stix_id_type(edges.items[i].other_id), AC_S("language-content")))
			continue;
		rc = get_stored(know, edges.items[i].other_id, &stored, err);
		if (rc == 0)
			rc = ac_json_parse(stored.object, AC_JSON_LIMITS, &know->arena, &contents[*count], err);
		*count += rc == 0;
		rc = rc == ACCORD_ENOTFOUND ? 0 : rc;
	}
	return rc;
}

/* *json becomes the object in the session's language, if it is here in it. */
static int
translate(ac_know *know, ac_str id, const ac_json **json, accord_err *err)
{
	const ac_json *contents[AC_LANGUAGE_CONTENTS_MAX];
	ac_stix_translation t;
	size_t count = 0;
	int rc = know->language.n ? contents_of(know, id, contents, &count, err) : 0;

	if (rc < 0 || count == 0)
		return rc;
	rc = ac_stix_translate(*json, contents, count, know->language, &know->arena, &t, err);
	if (rc == 0)
		rc = note_ignored(know, &t, err);
	if (rc == 0 && t.json.p)
		rc = ac_json_parse(t.json, AC_JSON_LIMITS, &know->arena, json, err);
	return rc;
}

/* The index of names has what the author wrote. */
static int
translate_name(ac_know *know, ac_know_ref *ref, accord_err *err)
{
	const ac_json *json, *original;
	ac_know_edges edges;
	ac_stored stored;
	int rc;

	if (!know->language.n)
		return 0;
	rc = ac_know_edges_of(know, ref->id, AC_KNOW_TO, AC_S("object_ref"), 1, &edges, err);
	if (rc == 0 && edges.count)
		rc = get_stored(know, ref->id, &stored, err);
	if (rc < 0 || edges.count == 0)
		return rc == ACCORD_ENOTFOUND ? 0 : rc;
	rc = ac_json_parse(stored.object, AC_JSON_LIMITS, &know->arena, &original, err);
	json = original;
	if (rc == 0)
		rc = translate(know, ref->id, &json, err);
	if (rc == 0 && json != original && ac_json_get_string(json, AC_S("name")).n)
		ref->name = ac_json_get_string(json, AC_S("name"));
	return rc;
}

int
ac_know_label(ac_know *know, ac_str id, const ac_know_ref **out, accord_err *err)
{
	const ac_know_ref *known = ac_know_recall(&know->labels, id);
	ac_know_names names;
	ac_know_ref *ref;
	int rc;

	if (known) {
		*out = known;
		return 0;
	}
	rc = ac_know_names_of(know, id, &names, err);
	if (rc < 0)
		return rc;
	ref = ac_arena_zalloc(&know->arena, 1, sizeof(*ref));
	if (!ref)
		return ac_arena_check(&know->arena, err);
	ref->id = ac_arena_str(&know->arena, id);
	ref->type = ac_stix_id_type(ref->id);
	for (size_t i = 0; i < names.count; i++)
		take_label_name(ref, &names.items[i]);
	if (ref->name.n == 0 && ac_str_eq(ref->type, AC_S("indicator")))
		rc = name_indicator(know, ref, err);
	if (rc == 0 && ref->name.n)
		rc = translate_name(know, ref, err);
	if (rc == 0)
		rc = ac_know_remember(know, &know->labels, id, ref, err);
	if (rc == 0)
		*out = ref;
	return rc;
}

/*
 * Readers of several lists say which one an entry is of. Else the list is its author's: created_by_ref stays the same whoever passes the object on; the producer is the last
 * resort.
 */
ac_str
ac_know_catalogue(const ac_json *object, ac_str producer)
{
	static const ac_str properties[] = { AC_S_INIT("catalogue"), AC_S_INIT("galaxy"), AC_S_INIT("galaxy_type") };
	ac_str list = { 0 }, author = ac_json_get_string(object, AC_S("created_by_ref"));

	for (size_t i = 0; i < AC_COUNT(properties) && list.n == 0; i++)
		list = ac_json_string(ac_know_property(object, properties[i]));
	if (list.n == 0)
		list = author.n ? author : producer;
	return list;
}

ac_str
ac_know_claimant(const ac_json *relationship, ac_str producer)
{
	ac_str stated = ac_json_string(ac_know_property(relationship, AC_S("claimant")));

	return stated.n ? stated : producer;
}

/* Relationships and sightings have no names, and are no entries of a list: half of what a page loads. */
static bool
is_nameless(ac_str type)
{
	return ac_str_eq(type, AC_S("relationship")) || ac_str_eq(type, AC_S("sighting"));
}

static int
fill_object(ac_know *know, const ac_stored *stored, ac_know_object *object, accord_err *err)
{
	int rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &know->arena, &object->original, err);

	object->json = object->original;
	if (rc == 0)
		rc = translate(know, object->ref.id, &object->json, err);
	if (rc < 0)
		return rc;
	object->is_here = true;
	object->text = stored->object;
	object->producer = stored->producer;
	object->modified = stored->modified;
	object->sequence = stored->sequence;
	object->revoked = stored->revoked;
	object->abridged = stored->abridged;
	object->ref.type = stored->type;
	if (object->ref.name.n == 0)
		object->ref.name = ac_json_get_string(object->json, AC_S("name"));
	object->catalogue =
	    is_nameless(stored->type) ? object->producer : ac_know_catalogue(object->json, object->producer);
	return ac_arena_check(&know->arena, err);
}

static int
make_ref(ac_know *know, ac_str id, ac_know_ref *out, accord_err *err)
{
	const ac_know_ref *label;
	int rc;

	if (is_nameless(ac_stix_id_type(id))) {
		out->id = ac_arena_str(&know->arena, id);
		out->type = ac_stix_id_type(out->id);
		return ac_arena_check(&know->arena, err);
	}
	rc = ac_know_label(know, id, &label, err);
	if (rc == 0)
		*out = *label;
	return rc;
}

int
ac_know_load(ac_know *know, ac_str id, const ac_know_object **out, accord_err *err)
{
	const ac_know_object *known = ac_know_recall(&know->objects, id);
	ac_know_object *object;
	ac_stored stored;
	int rc;

	if (known) {
		*out = known;
		return 0;
	}
	object = ac_arena_zalloc(&know->arena, 1, sizeof(*object));
	if (!object)
		return ac_arena_check(&know->arena, err);
	rc = make_ref(know, id, &object->ref, err);
	if (rc < 0)
		return rc;
	rc = get_stored(know, object->ref.id, &stored, err);
	if (rc == 0)
		rc = fill_object(know, &stored, object, err);
	if (rc < 0 && rc != ACCORD_ENOTFOUND)
		return rc;
	rc = ac_know_remember(know, &know->objects, id, object, err);
	if (rc == 0)
		*out = object;
	return rc;
}

typedef struct edge_collector {
	ac_arena *arena;
	ac_know_edges *out;
	size_t most;
} edge_collector;

static int
on_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	edge_collector *c = payload;
	ac_edge *items;

	if (c->out->count == c->most) {
		c->out->is_cut = true;
		return 1;
	}
	items = ac_know_grow(c->arena, c->out->items, c->out->count, sizeof(*items));
	if (!items)
		return ac_arena_check(c->arena, err);
	c->out->items = items;
	items[c->out->count++] = (ac_edge){ .kind = ac_arena_str(c->arena, edge->kind),
		.other_id = ac_arena_str(c->arena, edge->other_id),
		.via_id = ac_arena_str(c->arena, edge->via_id) };
	return ac_arena_check(c->arena, err);
}

int
ac_know_edges_of(ac_know *know, ac_str id, ac_know_direction direction, ac_str kind, size_t most, ac_know_edges *out,
    accord_err *err)
{
	edge_collector c = { &know->arena, out, most };
	int rc;

	*out = (ac_know_edges){ 0 };
	if (direction == AC_KNOW_FROM)
		rc = ac_store_edges_from(know->store, id, kind, on_edge, &c, err);
	else
		rc = ac_store_edges_to(know->store, id, kind, on_edge, &c, err);
	return rc < 0 ? rc : 0;
}

bool
ac_know_is_outdated(const ac_know_object *object)
{
	return object->revoked || ac_json_is_true(ac_know_property(object->json, AC_S("deprecated")));
}

bool
ac_know_is_actor(ac_str type)
{
	return ac_str_eq(type, AC_S("intrusion-set")) || ac_str_eq(type, AC_S("threat-actor"));
}
