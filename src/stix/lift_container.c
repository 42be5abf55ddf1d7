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
	{ AC_S_INIT("network-traffic"), AC_S_INIT("encapsulates_by_ref"), AC_S_INIT("encapsulated_by_ref") },
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

/* Dictionaries whose values were texts (or lists, in mails) in 2.0 and are lists of texts in 2.1 (s6.6.1, s6.12.2). */
static const struct {
	ac_str type;
	ac_str dictionary;
} header_lists[] = {
	{ AC_S_INIT("email-message"), AC_S_INIT("additional_header_fields") },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("request_header") },
};

static bool
is_header_list(ac_str type, ac_str dictionary)
{
	for (size_t i = 0; i < AC_COUNT(header_lists); i++)
		if (ac_str_eq(header_lists[i].type, type) && ac_str_eq(header_lists[i].dictionary, dictionary))
			return true;
	return false;
}

/* 2.0's vocabulary has one algorithm in small letters (2.0 s6.1.1, 2.1 s10.7). */
static ac_str
new_key(const ac_json *object, ac_str name, ac_str key)
{
	return ac_str_eq(name, AC_S("hashes")) && ac_str_eq(key, AC_S("ssdeep")) && !ac_json_get(object, AC_S("SSDEEP"))
		   ? AC_S("SSDEEP")
		   : key;
}

/* What a value is written in: the container, the observable's type, and whether changes are told (not while an id is worked out). */
typedef struct writing {
	const ac_lift_container *c;
	ac_str type;
	bool tells;
	ac_buf *out;
} writing;

static void
tell(const writing *w, ac_str rule, const ac_lift_place *place, ac_str was, ac_str is)
{
	if (w->tells)
		ac_lift_tell(w->c->teller, rule, place, was, is);
}

static ac_str
quote(const writing *w, ac_str text)
{
	return w->tells ? ac_lift_quoted(w->c->teller, text) : (ac_str){ "", 0 };
}

/* Is there something to change in value, or below it? name: the member that it is the value of, or is in. */
static bool
needs_change(const writing *w, ac_str name, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_STRING))
		return is_reference(name) && find_entry(w->c, ac_json_string(value));
	while (ac_json_next(&it)) {
		if (it.is_object && !ac_str_eq(new_key(value, name, it.key), it.key))
			return true;
		if (it.is_object && is_header_list(w->type, name) && ac_json_is(it.value, AC_JSON_STRING))
			return true;
		if (needs_change(w, it.is_object ? it.key : name, it.value))
			return true;
	}
	return false;
}

static void add_changed(const writing *w, const ac_lift_place *place, ac_str name, const ac_json *value);

static void
add_header(const writing *w, const ac_lift_place *place, const ac_json *value)
{
	ac_str raw = ac_json_raw(value);

	if (w->tells)
		tell(w, AC_S("header-list"), place, raw, ac_arena_printf(w->c->teller->arena, "[%.*s]", AC_FMT(raw)));
	ac_buf_add_byte(w->out, '[');
	ac_buf_add(w->out, raw);
	ac_buf_add_byte(w->out, ']');
}

static void
add_changed_member(
    const writing *w, const ac_lift_place *up, ac_str name, const ac_json *object, const ac_json_iter *it)
{
	const ac_lift_place place = { up, it->key };
	ac_str key = new_key(object, name, it->key);

	if (!ac_str_eq(key, it->key))
		tell(w, AC_S("hash-name"), &place, quote(w, it->key), quote(w, key));
	ac_json_add_string(w->out, key);
	ac_buf_add_byte(w->out, ':');
	if (is_header_list(w->type, name) && ac_json_is(it->value, AC_JSON_STRING))
		add_header(w, &place, it->value);
	else
		add_changed(w, &place, it->key, it->value);
}

/* An element of a list: its place is its index. */
static void
add_changed_element(const writing *w, const ac_lift_place *up, ac_str name, size_t index, const ac_json *value)
{
	ac_buf text;

	ac_buf_init(&text, 24);
	if (w->tells)
		ac_buf_add_u64(&text, index);
	add_changed(w, &(ac_lift_place){ up, ac_buf_view(&text) }, name, value);
	ac_buf_done(&text);
}

/* The value as 2.1 has it. Recursion is as deep as the JSON, which is limited. */
static void
add_changed(const writing *w, const ac_lift_place *place, ac_str name, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);
	const ac_lift_entry *target = is_reference(name) ? find_entry(w->c, ac_json_string(value)) : NULL;
	size_t n = 0;

	if (target) {
		tell(w, AC_S("reference"), place, ac_json_raw(value), quote(w, target->id));
		ac_json_add_string(w->out, target->id);
		return;
	}
	if (!ac_json_is(value, AC_JSON_OBJECT) && !ac_json_is(value, AC_JSON_ARRAY)) {
		ac_buf_add(w->out, ac_json_raw(value));
		return;
	}
	ac_buf_add_byte(w->out, it.is_object ? '{' : '[');
	for (; ac_json_next(&it); n++) {
		if (n > 0)
			ac_buf_add_byte(w->out, ',');
		if (it.is_object)
			add_changed_member(w, place, name, value, &it);
		else
			add_changed_element(w, place, name, n, it.value);
	}
	ac_buf_add_byte(w->out, ac_json_is(value, AC_JSON_OBJECT) ? '}' : ']');
}

/* The same, but the source's bytes where there is nothing to change. */
static void
add_value(const writing *w, const ac_lift_place *place, ac_str name, const ac_json *value)
{
	if (needs_change(w, name, value))
		add_changed(w, place, name, value);
	else
		ac_buf_add(w->out, ac_json_raw(value));
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
	const writing w = { c, entry->type, false, out };
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
		add_value(&w, NULL, name, it.value);
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

static size_t
count_references(const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(object);
	size_t n = 0;

	while (ac_json_next(&it))
		if (ac_json_is(it.value, AC_JSON_ARRAY) && ac_str_ends(it.key, AC_S("_refs")))
			n += ac_json_count(it.value);
	return n;
}

/* A container that can be taken apart: objects with types that are names, none of them with an id of its own. */
static bool
fits(const ac_json *objects)
{
	ac_json_iter it = ac_json_iter_of(objects);
	size_t references = 0;

	if (!it.is_object || ac_json_count(objects) == 0 || ac_json_count(objects) > AC_STIX_CONTAINER_MAX)
		return false;
	while (ac_json_next(&it)) {
		ac_str type = ac_json_get_string(it.value, AC_S("type"));

		if (!ac_stix_type_name_is_valid(type) || ac_json_get(it.value, AC_S("id")) ||
		    ac_json_get(it.value, AC_S("spec_version")) || !has_usable_times(it.value, type))
			return false;
		references += count_references(it.value);
	}
	return references <= AC_STIX_CONTAINER_REFERENCES_MAX;
}

int
ac_lift_container_open(const ac_json *objects, ac_str owner, const ac_lift_teller *teller, ac_arena *arena,
    ac_lift_container *out, bool *out_fits, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(objects);
	ac_lift_container c = { .owner = owner, .arena = arena, .teller = teller };
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

/* What 2.0 had and 2.1 has not. It stays under its name, as a custom property (s11.1), so that nothing is lost. */
static const struct {
	ac_str type;
	ac_str extension; /* empty: of the object itself */
	ac_str property;
} no_homes[] = {
	{ AC_S_INIT("file"), AC_S_INIT(""), AC_S_INIT("is_encrypted") },
	{ AC_S_INIT("file"), AC_S_INIT(""), AC_S_INIT("encryption_algorithm") },
	{ AC_S_INIT("file"), AC_S_INIT(""), AC_S_INIT("decryption_key") },
	{ AC_S_INIT("file"), AC_S_INIT("archive-ext"), AC_S_INIT("version") },
	{ AC_S_INIT("file"), AC_S_INIT("raster-image-ext"), AC_S_INIT("image_compression_algorithm") },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("socket-ext"), AC_S_INIT("protocol_family") },
	{ AC_S_INIT("process"), AC_S_INIT(""), AC_S_INIT("name") },
	{ AC_S_INIT("process"), AC_S_INIT(""), AC_S_INIT("arguments") },
};

static void
tell_homeless(const writing *w, const ac_lift_place *up, const ac_json *object)
{
	const ac_lift_place extensions = { up, AC_S("extensions") };

	for (size_t i = 0; i < AC_COUNT(no_homes); i++) {
		ac_str extension = no_homes[i].extension;
		const ac_lift_place at = { &extensions, extension };
		const ac_lift_place place = { extension.n ? &at : up, no_homes[i].property };
		const ac_json *in = object, *value;

		if (!ac_str_eq(no_homes[i].type, w->type))
			continue;
		if (extension.n)
			in = ac_json_get(ac_json_get(object, extensions.key), extension);
		value = ac_json_get(in, no_homes[i].property);
		if (value)
			tell(w, AC_S("no-home"), &place, ac_json_raw(value), ac_json_raw(value));
	}
}

void
ac_lift_container_object(const ac_lift_container *c, size_t index, ac_buf *out)
{
	const ac_lift_entry *entry = &c->entries[index];
	const writing w = { c, entry->type, c->teller->on_change != NULL, out };
	const ac_lift_place objects = { NULL, AC_S("objects") }, here = { &objects, entry->key };
	ac_json_iter it = ac_json_iter_of(entry->object);

	tell(&w, AC_S("observable"), &here, quote(&w, entry->key), quote(&w, entry->id));
	ac_buf_add(out, AC_S("{\"type\":"));
	ac_json_add_string(out, entry->type);
	ac_buf_add(out, AC_S(",\"spec_version\":\"2.1\",\"id\":"));
	ac_json_add_string(out, entry->id);
	while (ac_json_next(&it)) {
		ac_str name = new_name(entry, it.key);
		const ac_lift_place place = { &here, it.key };

		if (ac_str_eq(name, AC_S("type")))
			continue;
		if (!ac_str_eq(name, it.key))
			tell(&w, AC_S("renamed"), &place, quote(&w, it.key), quote(&w, name));
		ac_buf_add_byte(out, ',');
		ac_json_add_string(out, name);
		ac_buf_add_byte(out, ':');
		add_value(&w, &place, name, it.value);
	}
	tell_homeless(&w, &here, entry->object);
	ac_buf_add_byte(out, '}');
}
