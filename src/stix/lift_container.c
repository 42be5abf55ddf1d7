/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the observable container of a 2.0 observed-data apart: each observable gets its id, references by key become references by id, and properties
 * that 2.1 renamed get their new names. A container that does not hold together is left alone: 2.1 still allows it (s2.13).
 */
#include "base/limits.h"
#include "codec/json_write.h"
#include "stix/id.h"
#include "stix/lift.h"

/* Ids that depend on other ids: a file's folder, a message's sender. Longer chains are made up by an attacker. */
enum { CHAIN_MAX = 16 };

/* Properties that 2.1 renamed. */
static const struct {
	ac_str type;
	ac_str from;
	ac_str to;
} renames[] = {
	{ AC_S_INIT("directory"), AC_S_INIT("created"), AC_S_INIT("ctime") },
	{ AC_S_INIT("directory"), AC_S_INIT("modified"), AC_S_INIT("mtime") },
	{ AC_S_INIT("directory"), AC_S_INIT("accessed"), AC_S_INIT("atime") },
	{ AC_S_INIT("file"), AC_S_INIT("created"), AC_S_INIT("ctime") },
	{ AC_S_INIT("file"), AC_S_INIT("modified"), AC_S_INIT("mtime") },
	{ AC_S_INIT("file"), AC_S_INIT("accessed"), AC_S_INIT("atime") },
	{ AC_S_INIT("process"), AC_S_INIT("created"), AC_S_INIT("created_time") },
	{ AC_S_INIT("process"), AC_S_INIT("binary_ref"), AC_S_INIT("image_ref") },
	{ AC_S_INIT("user-account"), AC_S_INIT("password_last_changed"), AC_S_INIT("credential_last_changed") },
	{ AC_S_INIT("windows-registry-key"), AC_S_INIT("modified"), AC_S_INIT("modified_time") },
};

ac_str
ac_lift_renamed(ac_str type, ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(renames); i++)
		if (ac_str_eq(renames[i].from, name) && ac_str_eq(renames[i].type, type))
			return renames[i].to;
	return name;
}

/* A name that is taken already is not given twice. */
static ac_str
new_name(const ac_lift_entry *entry, ac_str name)
{
	ac_str renamed = ac_lift_renamed(entry->type, name);

	return ac_json_get(entry->object, renamed) ? name : renamed;
}

/* Where key stands among the sorted entries, or would stand. */
static size_t
place_of(const ac_lift_container *c, size_t sorted, ac_str key)
{
	size_t low = 0, high = sorted;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ac_str_cmp(c->by_key[middle]->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static ac_lift_entry *
find_entry(const ac_lift_container *c, ac_str key)
{
	size_t place = place_of(c, c->count, key);

	return place < c->count && ac_str_eq(c->by_key[place]->key, key) ? c->by_key[place] : NULL;
}

static bool
is_reference(ac_str name)
{
	return ac_str_ends(name, AC_S("_ref")) || ac_str_ends(name, AC_S("_refs"));
}

/* Is there a reference to a key of the container in value, or below it? */
static bool
has_references(const ac_lift_container *c, ac_str name, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_STRING))
		return is_reference(name) && find_entry(c, ac_json_string(value));
	while (ac_json_next(&it))
		if (has_references(c, it.is_object ? it.key : name, it.value))
			return true;
	return false;
}

/* The value with its references by id. Recursion is as deep as the JSON, which is limited. */
static void
add_rewritten(const ac_lift_container *c, ac_str name, const ac_json *value, ac_buf *out)
{
	ac_json_iter it = ac_json_iter_of(value);
	const ac_lift_entry *target = is_reference(name) ? find_entry(c, ac_json_string(value)) : NULL;
	bool first = true;

	if (target) {
		ac_json_add_string(out, target->id);
		return;
	}
	if (!ac_json_is(value, AC_JSON_OBJECT) && !ac_json_is(value, AC_JSON_ARRAY)) {
		ac_buf_add(out, ac_json_raw(value));
		return;
	}
	ac_buf_add_byte(out, it.is_object ? '{' : '[');
	while (ac_json_next(&it)) {
		if (!first)
			ac_buf_add_byte(out, ',');
		first = false;
		if (it.is_object) {
			ac_json_add_string(out, it.key);
			ac_buf_add_byte(out, ':');
		}
		add_rewritten(c, it.is_object ? it.key : name, it.value, out);
	}
	ac_buf_add_byte(out, ac_json_is(value, AC_JSON_OBJECT) ? '}' : ']');
}

/* The same, but the source's bytes where there is nothing to rewrite. */
static void
add_value(const ac_lift_container *c, ac_str name, const ac_json *value, ac_buf *out)
{
	if (has_references(c, name, value))
		add_rewritten(c, name, value, out);
	else
		ac_buf_add(out, ac_json_raw(value));
}

static int resolve(ac_lift_container *c, ac_lift_entry *entry, unsigned depth, accord_err *err);

/* Make sure that whatever value refers to has its id. */
static int
resolve_references(ac_lift_container *c, ac_str name, const ac_json *value, unsigned depth, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(value);
	ac_lift_entry *target;
	int rc = 0;

	if (ac_json_is(value, AC_JSON_STRING)) {
		target = is_reference(name) ? find_entry(c, ac_json_string(value)) : NULL;
		return target ? resolve(c, target, depth + 1, err) : 0;
	}
	while (rc == 0 && ac_json_next(&it))
		rc = resolve_references(c, it.is_object ? it.key : name, it.value, depth, err);
	return rc;
}

/*
 * An id for what has no deterministic one (s2.9: a UUIDv4 is due): derived from the observed-data's id and the key, so that lifting again gives the
 * same, and written as version 4, which the standard demands here.
 */
static int
keyed_id(ac_lift_container *c, ac_lift_entry *entry, accord_err *err)
{
	ac_str name = ac_arena_printf(c->arena, "%.*s\n%.*s", AC_FMT(c->owner), AC_FMT(entry->key)), id;
	char *text;
	int rc = ac_arena_check(c->arena, err);

	if (rc == 0)
		rc = ac_stix_derived_id(entry->type, name, c->arena, &id, err);
	if (rc)
		return rc;
	text = ac_arena_alloc(c->arena, id.n);
	if (!text)
		return ac_arena_check(c->arena, err);
	memcpy(text, id.p, id.n);
	text[id.n - 36 + 14] = '4'; /* the version's digit */
	entry->id = (ac_str){ text, id.n };
	return 0;
}

/* The object with its type and its contributing properties only, in their 2.1 names: enough for its id. */
static void
add_contributing(const ac_lift_container *c, const ac_lift_entry *entry, const ac_stix_type *type, ac_buf *out)
{
	ac_json_iter it = ac_json_iter_of(entry->object);

	ac_buf_add(out, AC_S("{\"type\":"));
	ac_json_add_string(out, entry->type);
	while (ac_json_next(&it)) {
		ac_str name = new_name(entry, it.key);
		const ac_stix_property *property = ac_stix_property_find(type, name);

		if (!property || !property->contributes_to_id)
			continue;
		ac_buf_add_byte(out, ',');
		ac_json_add_string(out, name);
		ac_buf_add_byte(out, ':');
		add_value(c, name, it.value, out);
	}
	ac_buf_add_byte(out, '}');
}

static int
content_id(ac_lift_container *c, ac_lift_entry *entry, const ac_stix_type *type, accord_err *err)
{
	const ac_json *json;
	ac_str text;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, 2 * AC_OBJECT_MAX);
	add_contributing(c, entry, type, &buf);
	rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0) {
		text = ac_arena_str(c->arena, text);
		rc = ac_arena_check(c->arena, err);
	}
	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, c->arena, &json, err);
	if (rc == 0)
		rc = ac_stix_sco_id(json, c->arena, &entry->id, NULL, err);
	ac_buf_done(&buf);
	return rc;
}

/* The entry's id; before it the ids of what contributes to it. A circle, or a chain that is too long, falls back on the key. */
static int
resolve(ac_lift_container *c, ac_lift_entry *entry, unsigned depth, accord_err *err)
{
	const ac_stix_type *type = ac_stix_type_find(entry->type);
	int rc = 0;

	if (entry->state == AC_LIFT_DONE)
		return 0;
	if (entry->state == AC_LIFT_OPEN && depth < CHAIN_MAX && type && type->class == AC_STIX_SCO) {
		entry->state = AC_LIFT_BUSY;
		for (size_t i = 0; rc == 0 && i < type->property_count; i++)
			if (type->properties[i].contributes_to_id)
				rc = resolve_references(c, type->properties[i].name,
				    ac_json_get(entry->object, type->properties[i].name), depth, err);
		/* Reached again on the way: then it has its id from its key. */
		if (rc == 0 && entry->state == AC_LIFT_BUSY)
			rc = content_id(c, entry, type, err);
	}
	if (rc == 0 && !entry->id.p)
		rc = keyed_id(c, entry, err);
	entry->state = AC_LIFT_DONE;
	return rc;
}

/* Would the observable have a readable head? `created` and `modified` are renamed, or (of a custom type) timestamps. */
static bool
has_usable_times(const ac_json *object, ac_str type)
{
	static const ac_str names[] = { AC_S_INIT("created"), AC_S_INIT("modified") };
	const ac_lift_entry entry = { .object = object, .type = type };

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		const ac_json *value = ac_json_get(object, names[i]);
		ac_time unused;

		if (value && ac_str_eq(new_name(&entry, names[i]), names[i]) &&
		    ac_time_parse_stix(ac_json_string(value), &unused, NULL))
			return false;
	}
	return true;
}

/* A container that can be taken apart: objects with types that are names, none of them with an id of its own. */
static bool
fits(const ac_json *objects)
{
	ac_json_iter it = ac_json_iter_of(objects);

	if (!it.is_object || ac_json_count(objects) == 0 || ac_json_count(objects) > AC_STIX_CONTAINER_MAX)
		return false;
	while (ac_json_next(&it)) {
		ac_str type = ac_json_get_string(it.value, AC_S("type"));

		if (!ac_stix_type_name_is_valid(type) || ac_json_get(it.value, AC_S("id")) ||
		    ac_json_get(it.value, AC_S("spec_version")) || !has_usable_times(it.value, type))
			return false;
	}
	return true;
}

int
ac_lift_container_open(
    const ac_json *objects, ac_str owner, ac_arena *arena, ac_lift_container *out, bool *out_fits, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(objects);
	ac_lift_container c = { .owner = owner, .arena = arena };
	int rc = 0;

	*out_fits = false;
	if (!fits(objects))
		return 0;
	c.entries = ac_arena_zalloc(arena, ac_json_count(objects), sizeof(*c.entries));
	c.by_key = ac_arena_zalloc(arena, ac_json_count(objects), sizeof(*c.by_key));
	if (!c.entries || !c.by_key)
		return ac_arena_check(arena, err);
	while (ac_json_next(&it)) {
		size_t place = place_of(&c, c.count, it.key);
		ac_lift_entry *entry = &c.entries[c.count];

		entry->key = it.key;
		entry->object = it.value;
		entry->type = ac_json_get_string(it.value, AC_S("type"));
		memmove(c.by_key + place + 1, c.by_key + place, (c.count++ - place) * sizeof(ac_lift_entry *));
		c.by_key[place] = entry;
	}
	for (size_t i = 0; rc == 0 && i < c.count; i++)
		rc = resolve(&c, &c.entries[i], 0, err);
	if (rc)
		return rc;
	*out = c;
	*out_fits = true;
	return 0;
}

void
ac_lift_container_refs(const ac_lift_container *c, ac_buf *out)
{
	ac_buf_add(out, AC_S("\"object_refs\":["));
	for (size_t i = 0; i < c->count; i++) {
		size_t earlier = 0;

		while (earlier < i && !ac_str_eq(c->entries[earlier].id, c->entries[i].id))
			earlier++;
		if (earlier < i)
			continue;
		if (i > 0)
			ac_buf_add_byte(out, ',');
		ac_json_add_string(out, c->entries[i].id);
	}
	ac_buf_add_byte(out, ']');
}

void
ac_lift_container_object(const ac_lift_container *c, size_t index, ac_buf *out)
{
	const ac_lift_entry *entry = &c->entries[index];
	ac_json_iter it = ac_json_iter_of(entry->object);

	ac_buf_add(out, AC_S("{\"type\":"));
	ac_json_add_string(out, entry->type);
	ac_buf_add(out, AC_S(",\"spec_version\":\"2.1\",\"id\":"));
	ac_json_add_string(out, entry->id);
	while (ac_json_next(&it)) {
		ac_str name = new_name(entry, it.key);

		if (ac_str_eq(name, AC_S("type")))
			continue;
		ac_buf_add_byte(out, ',');
		ac_json_add_string(out, name);
		ac_buf_add_byte(out, ':');
		add_value(c, name, it.value, out);
	}
	ac_buf_add_byte(out, '}');
}
