/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering what is kept of each object that is held against others. It judges nothing. */
#include <math.h>

#include "base/limits.h"
#include "stix/check.h"
#include "stix/cross_state.h"
#include "stix/id.h"

enum { BLOCK_ITEMS = 1024, UUID_TEXT = 36, NAME_MAX_BYTES = 64 };

/* ---- lists ---- */

static bool
pool_init(ac_pool *pool, ac_arena *arena, size_t item_size, size_t limit)
{
	*pool = (ac_pool){ .item_size = item_size, .limit = limit };
	pool->blocks = ac_arena_zalloc(arena, limit / BLOCK_ITEMS, sizeof(*pool->blocks));
	return pool->blocks != NULL;
}

/* A place for one more, or NULL. */
static void *
pool_add(ac_pool *pool, ac_arena *arena)
{
	size_t block = pool->count / BLOCK_ITEMS;

	if (pool->count == pool->limit)
		return NULL;
	if (!pool->blocks[block])
		pool->blocks[block] = ac_arena_alloc(arena, BLOCK_ITEMS * pool->item_size);
	if (!pool->blocks[block])
		return NULL;
	return (char *)pool->blocks[block] + (pool->count++ % BLOCK_ITEMS) * pool->item_size;
}

void *
ac_pool_at(const ac_pool *pool, size_t index)
{
	return (char *)pool->blocks[index / BLOCK_ITEMS] + (index % BLOCK_ITEMS) * pool->item_size;
}

ac_cross_node *
ac_cross_node_at(const ac_cross *cross, uint32_t index)
{
	return ac_pool_at(&cross->nodes, index);
}

ac_cross_reference *
ac_cross_reference_at(const ac_cross *cross, uint32_t index)
{
	return ac_pool_at(&cross->references, index);
}

ac_str
ac_cross_word(const ac_cross *cross, uint32_t word)
{
	return *(const ac_str *)ac_pool_at(&cross->texts, word);
}

uint32_t
ac_cross_first(const ac_cross *cross, const ac_cross_id *id)
{
	const uint64_t *first = ac_map_get(&cross->uuids, (ac_str){ (const char *)id->uuid, sizeof(id->uuid) });

	return first ? (uint32_t)*first : AC_CROSS_NONE;
}

/* The number of a text. */
static bool
intern(ac_cross *cross, ac_str text, uint32_t *out)
{
	const uint64_t *found = ac_map_get(&cross->words, text);
	uint64_t *slot;
	ac_str *kept;

	if (found) {
		*out = (uint32_t)*found;
		return true;
	}
	kept = pool_add(&cross->texts, &cross->arena);
	if (!kept)
		return false;
	*kept = ac_arena_str(&cross->arena, text);
	slot = kept->p ? ac_map_put(&cross->words, *kept, NULL) : NULL;
	if (!slot) {
		cross->texts.count--;
		return false;
	}
	*slot = cross->texts.count - 1;
	*out = (uint32_t)*slot;
	return true;
}

/* The words of a row of the types table, or NULL without room. */
static const ac_cross_row *
row_words(ac_cross *cross, const ac_stix_property *row)
{
	ac_cross_row *cached = &cross->rows[(uintptr_t)row / sizeof(*row) % AC_CROSS_ROWS];
	char path[NAME_MAX_BYTES + 1] = "/";

	if (cached->row == row)
		return cached;
	if (row->name.n > NAME_MAX_BYTES)
		return NULL;
	memcpy(path + 1, row->name.p, row->name.n);
	if (!intern(cross, row->name, &cached->name) ||
	    !intern(cross, (ac_str){ path, row->name.n + 1 }, &cached->path)) {
		cached->row = NULL;
		return NULL;
	}
	cached->row = row;
	return cached;
}

/* ---- ids ---- */

/* Of a digit that has been checked. */
static unsigned
hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c | 0x20) - 'a' + 10;
}

/* False when text is no id; *out_full: or there was no room for the name of its type. */
static bool
read_id(ac_cross *cross, ac_str text, ac_cross_id *out, bool *out_full)
{
	ac_str type_name, uuid;
	size_t n = 0;

	*out_full = false;
	if (ac_stix_id_check(text, &type_name, NULL))
		return false;
	uuid = ac_str_slice(text, text.n - UUID_TEXT, text.n);
	for (size_t i = 0; n < sizeof(out->uuid); i += uuid.p[i] == '-' ? 1 : 2)
		if (uuid.p[i] != '-')
			out->uuid[n++] = (uint8_t)(hex_digit(uuid.p[i]) * 16 + hex_digit(uuid.p[i + 1]));
	*out_full = !intern(cross, type_name, &out->type);
	return !*out_full;
}

/* ---- content ---- */

static uint64_t
mixed(uint64_t x)
{
	/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* Two spellings of one number are one number: 1, 1.0, 1e0. */
static uint64_t
number_digest(ac_hash_seed seed, const ac_json *value)
{
	int64_t i;
	double d;

	if (!ac_json_i64(value, &i)) {
		if (!ac_json_double(value, &d))
			return ac_siphash(seed, ac_json_text(value));
		if (d != floor(d) || fabs(d) > 9e15)
			return ac_siphash(seed, (ac_str){ (const char *)&d, sizeof(d) });
		i = (int64_t)d;
	}
	return mixed((uint64_t)i ^ seed.word[0]);
}

/* s3.6: a property that has its default value may be left out, and that is no change. */
static bool
is_default(ac_str key, const ac_json *value)
{
	return ac_json_is(value, AC_JSON_FALSE) &&
	       (ac_str_eq(key, AC_S("revoked")) || ac_str_eq(key, AC_S("defanged")));
}

/* Of the content: neither the order of members nor white space counts. Depth is that of the JSON reader. */
static uint64_t
content_digest(ac_hash_seed seed, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);
	ac_json_type type = ac_json_type_of(value);
	uint64_t sum = seed.word[1] + (uint64_t)type;

	if (type == AC_JSON_NUMBER)
		return number_digest(seed, value);
	if (type == AC_JSON_STRING)
		return ac_siphash(seed, ac_json_string(value));
	while (ac_json_next(&it)) {
		uint64_t child = content_digest(seed, it.value);

		if (it.is_object)
			sum += mixed(ac_siphash(seed, it.key) ^ mixed(child + 1));
		else
			sum = mixed(sum) + child;
	}
	return mixed(sum);
}

static uint64_t
object_digest(ac_hash_seed seed, const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(object);
	uint64_t sum = 0;

	while (ac_json_next(&it))
		if (!is_default(it.key, it.value))
			sum += mixed(ac_siphash(seed, it.key) ^ mixed(content_digest(seed, it.value) + 1));
	return sum ? sum : 1; /* 0: not known */
}

/* ---- references ---- */

/* An object that is being taken. */
typedef struct taking {
	ac_cross *cross;
	ac_cross_node *node;
	const ac_stix_type *type;
	bool full; /* something had no room */
} taking;

/* The word of a place; row: of the property at the top that stands there, or NULL. */
static bool
path_word(taking *t, const ac_where *where, const ac_stix_property *row, uint32_t *out)
{
	const ac_cross_row *words = row ? row_words(t->cross, row) : NULL;
	ac_str path;

	if (row) {
		*out = words ? words->path : 0;
		return words != NULL;
	}
	ac_arena_reset(&t->cross->scratch);
	path = ac_check_pointer(&t->cross->scratch, where);
	return path.p && intern(t->cross, path, out);
}

static void
add_reference(taking *t, ac_str text, const ac_where *where, const ac_stix_property *row, uint32_t index)
{
	ac_cross *cross = t->cross;
	ac_cross_reference *reference;
	ac_cross_id id;
	bool full;

	if (!read_id(cross, text, &id, &full)) {
		t->full |= full;
		return;
	}
	reference = pool_add(&cross->references, &cross->arena);
	if (!reference || !path_word(t, where, row, &reference->path)) {
		t->full = true;
		return;
	}
	reference->to = id;
	reference->row = row && row->kind == AC_STIX_IDENTIFIER ? row : NULL;
	reference->index = index;
	t->node->reference_count++;
}

static void
find_references(taking *t, ac_str key, const ac_json *value, const ac_where *where, const ac_stix_property *row)
{
	ac_json_iter it = ac_json_iter_of(value);
	bool is_list = !it.is_object && ac_str_ends(key, AC_S("_refs"));

	if (ac_str_ends(key, AC_S("_ref")))
		add_reference(t, ac_json_string(value), where, row, AC_CROSS_NONE);
	for (size_t i = 0; ac_json_next(&it); i++) {
		const ac_where here = { where, it.key, i };

		if (is_list)
			add_reference(t, ac_json_string(it.value), where, row, (uint32_t)i);
		else if (ac_json_is(it.value, AC_JSON_OBJECT) || ac_json_is(it.value, AC_JSON_ARRAY) ||
			 (it.key.p && ac_str_ends(it.key, AC_S("_ref"))))
			find_references(t, it.key, it.value, &here, NULL);
	}
}

/* ---- extensions ---- */

static uint8_t
extension_bit(ac_str term)
{
	const ac_stix_vocabulary *types = ac_stix_vocabulary_find(AC_S("extension-type-enum"));

	for (unsigned i = 0; types->terms[i].p; i++)
		if (ac_str_eq(types->terms[i], term))
			return (uint8_t)(1U << i);
	return 0;
}

static void
add_use(taking *t, uint32_t reference, uint32_t name, uint8_t types)
{
	ac_cross_use *use = pool_add(&t->cross->uses, &t->cross->arena);

	if (!use) {
		t->full = true;
		return;
	}
	*use = (ac_cross_use){ reference, name, types };
	t->node->use_count++;
}

static void
find_uses(taking *t, const ac_json *extensions, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(extensions);

	while (it.is_object && ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };
		size_t before = t->cross->references.count;

		if (!ac_str_eq(ac_stix_id_type(it.key), AC_S("extension-definition")))
			continue;
		add_reference(t, it.key, &here, NULL, AC_CROSS_NONE);
		if (t->cross->references.count == before || t->full)
			continue;
		add_use(t, (uint32_t)before, AC_CROSS_NONE,
		    extension_bit(ac_json_get_string(it.value, AC_S("extension_type"))));
	}
}

static void
find_definition(taking *t, const ac_json *object)
{
	ac_json_iter types = ac_json_iter_of(ac_json_get(object, AC_S("extension_types")));
	ac_json_iter names = ac_json_iter_of(ac_json_get(object, AC_S("extension_properties")));
	uint8_t set = 0;
	uint32_t name;

	while (!types.is_object && ac_json_next(&types))
		set |= extension_bit(ac_json_string(types.value));
	add_use(t, AC_CROSS_NONE, AC_CROSS_NONE, set);
	while (!names.is_object && ac_json_next(&names)) {
		if (!ac_json_string(names.value).p)
			continue;
		if (!intern(t->cross, ac_json_string(names.value), &name)) {
			t->full = true;
			return;
		}
		add_use(t, AC_CROSS_NONE, name, set);
	}
}

/* ---- properties ---- */

static uint32_t
shape_of(const ac_json *value)
{
	size_t n = ac_json_count(value);

	if (ac_json_is(value, AC_JSON_STRING))
		return AC_CROSS_SHAPE_TEXT;
	if (ac_json_is(value, AC_JSON_OBJECT))
		return AC_CROSS_SHAPE_OBJECT;
	if (!ac_json_is(value, AC_JSON_ARRAY))
		return AC_CROSS_SHAPE_OTHER;
	return n < AC_CROSS_SHAPE_OWN ? (uint32_t)n : AC_CROSS_SHAPE_OTHER;
}

static void
add_property(taking *t, ac_str name, const ac_stix_property *row, uint32_t language, uint32_t shape)
{
	ac_cross_property *property = pool_add(&t->cross->properties, &t->cross->arena);
	const ac_cross_row *words = row ? row_words(t->cross, row) : NULL;

	if (!property || (row ? !words : !intern(t->cross, name, &property->name))) {
		t->full = true;
		return;
	}
	if (words)
		property->name = words->name;
	property->language = language;
	property->shape = shape;
	t->node->property_count++;
}

/* Is it one of the properties that the type shares with others? */
static bool
is_common(const taking *t, const ac_stix_property *row, ac_str name)
{
	if (row)
		return row >= t->type->common && row < t->type->common + t->type->common_count;
	return ac_stix_is_common_name(name);
}

static void
find_translations(taking *t, const ac_json *contents)
{
	ac_json_iter languages = ac_json_iter_of(contents);
	uint32_t language;

	while (languages.is_object && ac_json_next(&languages)) {
		ac_json_iter it = ac_json_iter_of(languages.value);

		if (!intern(t->cross, languages.key, &language)) {
			t->full = true;
			return;
		}
		while (it.is_object && ac_json_next(&it))
			if (!ac_stix_is_common_name(it.key))
				add_property(t, it.key, NULL, language, shape_of(it.value));
	}
}

/* ---- objects ---- */

static ac_time
time_of(const ac_json *object, ac_str name)
{
	ac_time time;

	return ac_time_parse_stix(ac_json_get_string(object, name), &time, NULL) ? AC_TIME_MIN : time;
}

static uint8_t
flags_of(const ac_cross *cross, const ac_json *object, ac_str type_name)
{
	const ac_json *is_family = ac_json_get(object, AC_S("is_family"));
	uint8_t flags = cross->what & AC_CROSS_ADD_KNOWN ? AC_CROSS_KNOWN : 0;

	if (ac_json_is_true(ac_json_get(object, AC_S("revoked"))))
		flags |= AC_CROSS_REVOKED;
	if (ac_str_eq(type_name, AC_S("malware")) && is_family)
		flags |= ac_json_is_true(is_family) ? AC_CROSS_FAMILY : AC_CROSS_NO_FAMILY;
	if (ac_str_eq(ac_json_get_string(object, AC_S("relationship_type")), AC_S("variant-of")))
		flags |= AC_CROSS_VARIANT_OF;
	if (ac_str_eq(type_name, AC_S("language-content")))
		flags |= AC_CROSS_TRANSLATES;
	return flags;
}

static void
take_members(taking *t, const ac_json *object)
{
	static const ac_where root = { NULL, { NULL, 0 }, 0 };
	ac_json_iter it = ac_json_iter_of(object);
	bool translates = t->node->flags & AC_CROSS_TRANSLATES;

	while (!t->full && ac_json_next(&it)) {
		const ac_where here = { &root, it.key, 0 };
		const ac_stix_property *row = t->type ? ac_stix_property_find(t->type, it.key) : NULL;
		size_t before = t->cross->references.count;

		if (ac_str_eq(it.key, AC_S("extensions"))) {
			find_uses(t, it.value, &here);
		} else if (translates && ac_str_eq(it.key, AC_S("contents"))) {
			find_translations(t, it.value);
			continue;
		}
		find_references(t, it.key, it.value, &here, row);
		if (ac_str_eq(it.key, AC_S("created_by_ref")) && t->cross->references.count > before)
			t->node->creator = (uint32_t)before;
		if (!translates && !is_common(t, row, it.key))
			add_property(
			    t, it.key, row, AC_CROSS_NONE, t->type && !row ? AC_CROSS_SHAPE_OWN : shape_of(it.value));
	}
	if (ac_str_eq(ac_json_get_string(object, AC_S("type")), AC_S("extension-definition")))
		find_definition(t, object);
}

/* Into the chain of its UUID, behind those that came before: the map knows the first, which knows the last. */
static bool
link_node(ac_cross *cross, ac_cross_node *node, uint32_t index)
{
	bool is_new = false;
	uint64_t *slot =
	    ac_map_put(&cross->uuids, (ac_str){ (const char *)node->id.uuid, sizeof(node->id.uuid) }, &is_new);
	ac_cross_node *first;

	if (!slot)
		return false;
	if (is_new || *slot == AC_CROSS_NONE) {
		*slot = index;
		node->next_type = index; /* the last of the chain, until it is judged */
		return true;
	}
	first = ac_cross_node_at(cross, (uint32_t)*slot);
	ac_cross_node_at(cross, first->next_type)->next = index;
	first->next_type = index;
	return true;
}

static ac_cross_node
node_of(const ac_cross *cross, const ac_json *object, const taking *t, ac_cross_id id, ac_str type_name)
{
	ac_cross_node node = { .id = id,
		.next = AC_CROSS_NONE,
		.next_type = AC_CROSS_NONE,
		.created = time_of(object, AC_S("created")),
		.modified = time_of(object, AC_S("modified")),
		.translated = time_of(object, AC_S("object_modified")),
		.digest = cross->what & AC_CROSS_ADD_REMADE ? 0 : object_digest(cross->seed, object),
		.creator = AC_CROSS_NONE,
		.first_reference = (uint32_t)cross->references.count,
		.first_property = (uint32_t)cross->properties.count,
		.first_use = (uint32_t)cross->uses.count,
		.class = (uint8_t)(t->type ? t->type->class : ac_check_custom_class(object)),
		.flags = flags_of(cross, object, type_name) };

	if (node.modified.seconds != INT64_MIN)
		node.flags |= AC_CROSS_HAS_VERSION;
	return node;
}

int
ac_cross_add(ac_cross *cross, const ac_json *object, ac_cross_place place, unsigned what, accord_err *err)
{
	ac_str type_name = ac_json_get_string(object, AC_S("type")), id_text = ac_json_get_string(object, AC_S("id"));
	size_t references = cross->references.count, properties = cross->properties.count, uses = cross->uses.count;
	taking t = { .cross = cross };
	ac_cross_id id;

	if (!type_name.p || !ac_str_eq(ac_stix_id_type(id_text), type_name) || ac_str_eq(type_name, AC_S("bundle")))
		return 0;
	if (!read_id(cross, id_text, &id, &t.full) && !t.full)
		return 0;
	t.node = t.full ? NULL : pool_add(&cross->nodes, &cross->arena);
	if (t.node) {
		t.type = ac_stix_type_find(type_name);
		cross->what = what;
		*t.node = node_of(cross, object, &t, id, type_name);
		t.node->place = place;
		take_members(&t, object);
		if (!t.full && link_node(cross, t.node, (uint32_t)(cross->nodes.count - 1)))
			return 0;
		cross->nodes.count--;
	}
	cross->references.count = references;
	cross->properties.count = properties;
	cross->uses.count = uses;
	cross->left_out++;
	return cross->arena.failed == ACCORD_ENOMEM ? ac_arena_check(&cross->arena, err) : 0;
}

ac_cross *
ac_cross_open(ac_hash_seed seed)
{
	ac_arena arena;
	ac_cross *cross;

	ac_arena_init(&arena, AC_CROSS_BYTES_MAX);
	cross = ac_arena_zalloc(&arena, 1, sizeof(*cross));
	if (!cross) {
		ac_arena_done(&arena);
		return NULL;
	}
	cross->arena = arena;
	cross->seed = seed;
	ac_arena_init(&cross->scratch, AC_MIB);
	ac_map_init(&cross->uuids, seed, AC_CROSS_OBJECTS_MAX);
	ac_map_init(&cross->words, seed, AC_CROSS_WORDS_MAX);
	if (!pool_init(&cross->nodes, &cross->arena, sizeof(ac_cross_node), AC_CROSS_OBJECTS_MAX) ||
	    !pool_init(&cross->references, &cross->arena, sizeof(ac_cross_reference), AC_CROSS_REFERENCES_MAX) ||
	    !pool_init(&cross->properties, &cross->arena, sizeof(ac_cross_property), AC_CROSS_PROPERTIES_MAX) ||
	    !pool_init(&cross->uses, &cross->arena, sizeof(ac_cross_use), AC_CROSS_USES_MAX) ||
	    !pool_init(&cross->texts, &cross->arena, sizeof(ac_str), AC_CROSS_WORDS_MAX))
		return ac_cross_close(cross);
	return cross;
}

ac_cross *
ac_cross_close(ac_cross *cross)
{
	ac_arena arena;

	if (!cross)
		return NULL;
	ac_map_done(&cross->uuids);
	ac_map_done(&cross->words);
	ac_arena_done(&cross->scratch);
	arena = cross->arena;
	ac_arena_done(&arena);
	return NULL;
}
