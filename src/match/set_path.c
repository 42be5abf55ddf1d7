/* SPDX-License-Identifier: Apache-2.0 */
/* Object paths (STIX 2.1 s9.7) to contexts, shapes and places. A name that ends in _ref or _refs, with more behind it, is followed to the object that it refers to. */
#include "match/grow.h"
#include "match/set.h"

#include "base/limits.h"

/* A place that no list has: indexes of the pattern beyond what can be counted. */
#define PLACE_NEVER (AC_PLACE_ANY - 1)

typedef struct path_key {
	uint32_t context, shape;
	uint32_t places[AC_PATTERN_STEPS_MAX];
} path_key;

static int
new_context(ac_pattern_set *set, ac_context context, uint32_t *out, accord_err *err)
{
	int rc = AC_GROW(&set->contexts, set->context_count + 1, set->context_capacity, AC_MATCH_PATHS_MAX);

	if (rc)
		return ac_set_failed(rc, err);
	*out = (uint32_t)set->context_count;
	if (context.path == AC_NONE)
		context.root = *out;
	set->contexts[set->context_count++] = context;
	return 0;
}

/* The context of a type's objects. */
static int
type_context(ac_pattern_set *set, ac_str type, uint32_t *out, accord_err *err)
{
	uint64_t *known = ac_map_get(&set->types, type);
	int rc;

	if (known) {
		*out = (uint32_t)*known - 1;
		return 0;
	}
	type = ac_arena_str(&set->arena, type);
	if (!type.p)
		return ac_arena_check(&set->arena, err);
	rc = new_context(set, (ac_context){ .path = AC_NONE, .type = type }, out, err);
	if (rc)
		return rc;
	known = ac_map_put(&set->types, type, NULL);
	if (!known)
		return ac_set_failed(ACCORD_ENOMEM, err);
	*known = (uint64_t)*out + 1;
	return 0;
}

static bool
is_octets(const ac_symbols *shapes, uint32_t shape)
{
	while (shape != AC_SYMBOL_NONE && !shapes->items[shape].name.p)
		shape = shapes->items[shape].parent;
	return shape != AC_SYMBOL_NONE && (ac_str_ends(shapes->items[shape].name, AC_S("_hex")) ||
					      ac_str_ends(shapes->items[shape].name, AC_S("_bin")));
}

/* The path of a key, made when it is new. */
static int
find_path(ac_pattern_set *set, const path_key *key, uint32_t *out, accord_err *err)
{
	size_t lists = set->shapes.items[key->shape].lists;
	ac_str bytes = { (const char *)key, 2 * sizeof(uint32_t) + lists * sizeof(uint32_t) };
	uint64_t *known = ac_map_get(&set->known_paths, bytes);
	ac_path path = {
		.context = key->context, .shape = key->shape, .next = AC_NONE, .child = AC_NONE, .any_place = true
	};
	int rc;

	if (known) {
		*out = (uint32_t)*known - 1;
		return 0;
	}
	bytes = ac_arena_str(&set->arena, bytes);
	if (!bytes.p)
		return ac_arena_check(&set->arena, err);
	rc = AC_GROW(&set->places, set->place_count + lists, set->place_capacity, AC_MATCH_PATHS_MAX);
	if (rc == 0)
		rc = AC_GROW(&set->paths, set->path_count + 1, set->path_capacity, AC_MATCH_PATHS_MAX);
	known = rc == 0 ? ac_map_put(&set->known_paths, bytes, NULL) : NULL;
	if (!known)
		return ac_set_failed(rc ? rc : ACCORD_ENOMEM, err);
	path.places = (uint32_t)set->place_count;
	path.octets = is_octets(&set->shapes, key->shape);
	for (size_t i = 0; i < lists; i++) {
		path.any_place &= key->places[i] == AC_PLACE_ANY;
		set->places[set->place_count++] = key->places[i];
	}
	*out = (uint32_t)set->path_count;
	*known = (uint64_t)*out + 1;
	set->paths[set->path_count++] = path;
	return 0;
}

/* Is what has been walked so far a reference that the next step follows? */
static bool
leads_on(const ac_pattern_node *node, size_t at)
{
	const ac_pattern_step *step = &node->steps[at];
	bool has_name_next = at + 1 < node->step_count && node->steps[at + 1].kind == AC_PATTERN_STEP_NAME;

	if (!has_name_next)
		return false;
	if (step->kind == AC_PATTERN_STEP_NAME)
		return ac_str_ends(step->name, AC_S("_ref"));
	return at > 0 && node->steps[at - 1].kind == AC_PATTERN_STEP_NAME &&
	       ac_str_ends(node->steps[at - 1].name, AC_S("_refs"));
}

int
ac_set_path(ac_pattern_set *set, const ac_pattern_node *node, uint32_t *out, accord_err *err)
{
	path_key key = { .shape = AC_SYMBOL_NONE };
	size_t lists = 0;
	int rc = type_context(set, node->object_type, &key.context, err);

	for (size_t i = 0; rc == 0 && i < node->step_count; i++) {
		const ac_pattern_step *step = &node->steps[i];
		bool is_name = step->kind == AC_PATTERN_STEP_NAME;

		key.shape = ac_symbols_put(&set->shapes, key.shape, is_name ? step->name : AC_SYMBOL_ITEMS);
		if (key.shape == AC_SYMBOL_NONE)
			return ac_set_failed(set->shapes.failed, err);
		if (!is_name)
			key.places[lists++] = step->kind == AC_PATTERN_STEP_ANY ? AC_PLACE_ANY
					      : step->index >= PLACE_NEVER      ? PLACE_NEVER
										: (uint32_t)step->index;
		if (i + 1 < node->step_count && !leads_on(node, i))
			continue;
		rc = find_path(set, &key, out, err);
		if (rc || i + 1 == node->step_count)
			break;
		if (set->paths[*out].child == AC_NONE) {
			uint32_t child;

			rc = new_context(
			    set, (ac_context){ .path = *out, .root = set->contexts[key.context].root }, &child, err);
			if (rc)
				break;
			set->paths[*out].child = child;
		}
		key.context = set->paths[*out].child;
		key.shape = AC_SYMBOL_NONE;
		lists = 0;
	}
	return rc;
}

/* A name as it must stand in a pattern: in apostrophes where it is no plain word. */
static void
add_name(ac_buf *buf, ac_str name)
{
	bool plain = name.n > 0 && !ac_is_digit(name.p[0]);

	for (size_t i = 0; i < name.n; i++)
		plain &= ac_is_alnum(name.p[i]) || name.p[i] == '_';
	if (plain) {
		ac_buf_add(buf, name);
		return;
	}
	ac_buf_add_byte(buf, '\'');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '\'' || name.p[i] == '\\')
			ac_buf_add_byte(buf, '\\');
		ac_buf_add_byte(buf, name.p[i]);
	}
	ac_buf_add_byte(buf, '\'');
}

static void
add_shape(const ac_pattern_set *set, const ac_path *path, uint32_t shape, bool first, ac_buf *buf)
{
	const ac_symbol *symbol = &set->shapes.items[shape];

	if (symbol->parent != AC_SYMBOL_NONE)
		add_shape(set, path, symbol->parent, first, buf);
	if (symbol->name.p) {
		ac_buf_add_byte(buf, symbol->parent == AC_SYMBOL_NONE && first ? ':' : '.');
		add_name(buf, symbol->name);
	} else {
		uint32_t place = set->places[path->places + symbol->lists - 1];

		ac_buf_add_byte(buf, '[');
		if (place == AC_PLACE_ANY)
			ac_buf_add_byte(buf, '*');
		else
			ac_buf_add_u64(buf, place);
		ac_buf_add_byte(buf, ']');
	}
}

static void
add_path(const ac_pattern_set *set, uint32_t number, ac_buf *buf)
{
	const ac_path *path = &set->paths[number];
	const ac_context *context = &set->contexts[path->context];

	if (context->path != AC_NONE)
		add_path(set, context->path, buf);
	else
		ac_buf_add(buf, context->type);
	add_shape(set, path, path->shape, context->path == AC_NONE, buf);
}

ac_str
ac_set_path_text(const ac_pattern_set *set, uint32_t path, ac_arena *arena)
{
	ac_str text = { NULL, 0 };
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	add_path(set, path, &buf);
	if (!buf.failed)
		text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}
