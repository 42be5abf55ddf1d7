/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repairs of received STIX by the table of types. One walk both counts what there is to repair and, when there is something, writes the object anew; what is not touched keeps its spelling.
 * It knows no stores and keeps nothing but the ids that it was given.
 */
#include "learn/stix_repair.h"

#include "base/time.h"
#include "codec/json_write.h"
#include "stix/hash_name.h"
#include "stix/id.h"
#include "stix/marking.h"
#include "stix/object.h"
#include "stix/pattern.h"
#include "stix/pattern_edit.h"
#include "stix/selector.h"

const ac_repair_row ac_repair_rows[AC_REPAIR_COUNT] = {
	[AC_REPAIR_QUOTED_INTEGERS] = { "quoted-integers", "integers written as strings, in patterns and properties",
	    "MISP" },
	[AC_REPAIR_QUOTED_BOOLEANS] = { "quoted-booleans",
	    "true and false written as strings, in patterns and properties", "MISP (is_multipart)" },
	[AC_REPAIR_ATTRIBUTE_UUID_IDS] = { "attribute-uuid-ids",
	    "ids of observables that are no deterministic ones get them; references in the same input follow",
	    "MISP (ids from attributes' UUIDs)" },
	[AC_REPAIR_HASH_NAMES] = { "hash-names", "names of hash algorithms in the vocabulary's spelling",
	    "MISP, OpenCTI, many scripts" },
	[AC_REPAIR_OLD_TLP_IDS] = { "old-tlp-ids", "ids of others' own TLP markings become those of TLP 2.0",
	    "OpenCTI" },
	[AC_REPAIR_VALUES_DATA_STEP] = { "values-data-step",
	    "steps into lists that a pattern leaves out: values.data is values[*].data", "MISP" },
	[AC_REPAIR_MISSING_PATTERN_TYPE] = { "missing-pattern-type",
	    "an indicator without pattern_type whose pattern is one of STIX", "scripts that were written for 2.0" },
	[AC_REPAIR_TIMESTAMPS] = { "timestamps",
	    "timestamps with an offset, without a zone (UTC is meant), or with a space", "Python's isoformat()" },
	[AC_REPAIR_SPEC_VERSION] = { "spec-version-number", "spec_version written as a number", "scripts" },
	[AC_REPAIR_EMPTY_VALUES] = { "empty-values",
	    "properties that are null, an empty list or an empty object are left out",
	    "serialisers that write every field" },
	[AC_REPAIR_SINGLE_VALUES] = { "single-values", "one value where a list is wanted becomes a list of one",
	    "scripts" },
	[AC_REPAIR_LABEL_OBJECTS] = { "label-objects", "labels that are objects become their texts",
	    "OpenCTI's own API" },
};

/* Structures in structures: deeper than anything that the standard defines. */
#define DEPTH_MAX 12
/* Ids of one input that are written anew: observables of the largest event seen are 200,000. */
#define IDS_MAX ((size_t)1 << 20)
#define IDS_BYTES_MAX (128 * AC_MIB)
#define UUID_TEXT 36

typedef struct repairer {
	const ac_repairing *how;
	const ac_json *object;
	const ac_stix_type *type;
	ac_arena *arena;
	ac_buf *out; /* NULL: count only */
	unsigned *counts;
	bool has_granular;
	bool is_20; /* "ssdeep" is spelled right */
	ac_str top; /* name of the top-level property at hand */
	/* A granular marking selects it, so its shape must stay: looked up once, when it matters. */
	enum { SELECTED_UNKNOWN, SELECTED_NO, SELECTED_YES } selected;
	unsigned depth;
	int failed;
	accord_err *err;
} repairer;

/* ---- the table ---- */

int
ac_repair_names_read(ac_str names, uint32_t *out_bits, accord_err *err)
{
	ac_str rest = names, name;
	uint32_t bits = 0;

	while (names.n && ac_str_next_field(&rest, ',', &name)) {
		size_t i = 0;

		name = ac_str_trim(name);
		if (ac_str_eq(name, AC_S("all"))) {
			bits = (1U << AC_REPAIR_COUNT) - 1;
			continue;
		}
		while (i < AC_REPAIR_COUNT && !ac_str_eq(ac_str_from(ac_repair_rows[i].name), name))
			i++;
		if (i == AC_REPAIR_COUNT)
			return ac_fail(err, ACCORD_EUSAGE, "want repairs such as %s or all, got '%.*s'",
			    ac_repair_rows[0].name, AC_FMT(name));
		bits |= 1U << i;
	}
	*out_bits = bits;
	return 0;
}

static bool
is_on(const repairer *r, ac_repair kind)
{
	return !(r->how->off & 1U << kind);
}

/* May this repair be made? Then it is counted. */
static bool
repairs(repairer *r, ac_repair kind)
{
	if (!is_on(r, kind))
		return false;
	r->counts[kind]++;
	return true;
}

/* The same, for one that changes the shape of a property. */
static bool
reshapes(repairer *r, ac_repair kind)
{
	if (!is_on(r, kind))
		return false;
	if (r->selected == SELECTED_UNKNOWN)
		r->selected = r->has_granular && ac_stix_is_selected(r->object, r->top) ? SELECTED_YES : SELECTED_NO;
	return r->selected == SELECTED_NO && repairs(r, kind);
}

static void
add(repairer *r, ac_str text)
{
	if (r->out)
		ac_buf_add(r->out, text);
}

static void
add_string(repairer *r, ac_str text)
{
	if (r->out)
		ac_json_add_string(r->out, text);
}

static void
add_raw(repairer *r, const ac_json *value)
{
	add(r, ac_json_raw(value));
}

/* ---- ids ---- */

void
ac_repair_ids_init(ac_repair_ids *ids, ac_hash_seed seed)
{
	ac_map_init(&ids->map, seed, IDS_MAX);
	ac_arena_init(&ids->arena, IDS_BYTES_MAX);
}

void
ac_repair_ids_done(ac_repair_ids *ids)
{
	ac_map_done(&ids->map);
	ac_arena_done(&ids->arena);
}

bool
ac_repair_is_foreign_id(ac_str id)
{
	const ac_stix_type *type;

	if (id.n < UUID_TEXT + 2 || id.p[id.n - UUID_TEXT + 14] == '5')
		return false;
	/* Most ids are those of other types: these cost the least. */
	type = ac_stix_type_find(ac_stix_id_type(id));
	return type && type->class == AC_STIX_SCO && ac_stix_id_check(id, NULL, NULL) == 0;
}

static const ac_str *
known_id(const ac_repairing *how, ac_str id)
{
	const uint64_t *slot = how->ids ? ac_map_get(&how->ids->map, id) : NULL;

	return slot ? (const ac_str *)(uintptr_t)*slot : NULL;
}

/* Without room the id is not remembered: then it stays as it is, and so do references to it. */
static bool
remember_id(ac_repair_ids *ids, ac_str old, ac_str new)
{
	ac_str *pair = ac_arena_zalloc(&ids->arena, 2, sizeof(*pair));
	uint64_t *slot;

	if (!pair)
		return false;
	pair[0] = ac_arena_str(&ids->arena, old);
	pair[1] = ac_arena_str(&ids->arena, new);
	slot = pair[0].p && pair[1].p ? ac_map_put(&ids->map, pair[0], NULL) : NULL;
	if (!slot)
		return false;
	*slot = (uint64_t)(uintptr_t)&pair[1];
	return true;
}

int
ac_repair_id(const ac_json *object, const ac_repairing *how, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	ac_str id = ac_json_get_string(object, AC_S("id")), due;
	int rc;

	*out_id = (ac_str){ NULL, 0 };
	if (!how->ids || how->off & 1U << AC_REPAIR_ATTRIBUTE_UUID_IDS || !ac_repair_is_foreign_id(id))
		return 0;
	rc = ac_stix_sco_id(object, arena, &due, NULL, err);
	/* What has no canonical form keeps its id. Who gives an observable versions has left the standard's ids on purpose (s3.6). */
	if (rc == ACCORD_ENOMEM)
		return rc;
	if (rc < 0 || !due.p || ac_json_get(object, AC_S("modified")))
		due = id;
	if (!known_id(how, id) && !remember_id(how->ids, id, due))
		return 0;
	if (!ac_str_eq(due, id))
		*out_id = due;
	return 0;
}

static bool
is_reference_name(ac_str key)
{
	return ac_str_ends(key, AC_S("_ref")) || ac_str_ends(key, AC_S("_refs"));
}

static bool
waits_for(ac_str id, const ac_repairing *how)
{
	return ac_repair_is_foreign_id(id) && !known_id(how, id);
}

/* The value of a member named key, and whatever is below it. */
static bool
value_waits(ac_str key, const ac_json *value, const ac_repairing *how, unsigned depth)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_STRING))
		return is_reference_name(key) && waits_for(ac_json_string(value), how);
	while (depth < DEPTH_MAX && ac_json_next(&it))
		if (value_waits(it.is_object ? it.key : key, it.value, how, depth + 1))
			return true;
	return false;
}

bool
ac_repair_waits(const ac_json *object, const ac_repairing *how)
{
	if (!how->ids || how->off & 1U << AC_REPAIR_ATTRIBUTE_UUID_IDS || !ac_json_is(object, AC_JSON_OBJECT))
		return false;
	return value_waits(AC_S(""), object, how, 0);
}

/* ---- values ---- */

static void put_members(repairer *r, const ac_json *object, const ac_stix_type *type, const ac_stix_struct *structure);

/* A structure, or an object in a container. */
static void
put_inner(repairer *r, const ac_json *object, const ac_stix_type *type, const ac_stix_struct *structure)
{
	put_members(r, object, type, structure);
	add(r, AC_S("}"));
}

/* A custom value: its own business, except that references go where their observables have gone. */
static void
put_custom(repairer *r, ac_str key, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);
	bool is_reference = is_reference_name(key) && ac_json_is(value, AC_JSON_STRING), first = true;
	const ac_str *new = is_reference ? known_id(r->how, ac_json_string(value)) : NULL;

	if (new && !ac_str_eq(*new, ac_json_string(value))) {
		r->counts[AC_REPAIR_ATTRIBUTE_UUID_IDS]++;
		add_string(r, *new);
		return;
	}
	if (!r->how->ids || r->how->ids->map.count == 0 || r->depth >= DEPTH_MAX || ac_json_count(value) == 0) {
		add_raw(r, value);
		return;
	}
	r->depth++;
	add(r, it.is_object ? AC_S("{") : AC_S("["));
	while (ac_json_next(&it)) {
		add(r, first ? AC_S("") : AC_S(","));
		first = false;
		if (it.is_object) {
			add_string(r, it.key);
			add(r, AC_S(":"));
		}
		put_custom(r, it.is_object ? it.key : key, it.value);
	}
	add(r, ac_json_is(value, AC_JSON_OBJECT) ? AC_S("}") : AC_S("]"));
	r->depth--;
}

/* "2021-03-04T08:00:00+01:00", "2021-03-04 08:00:00": a date and a time in one of the forms that leave no doubt (s2.16 wants UTC). */
static bool
read_timestamp(ac_str text, ac_time *out)
{
	return text.n >= 16 && text.p[4] == '-' && text.p[7] == '-' &&
	       (text.p[10] == 'T' || text.p[10] == 't' || text.p[10] == ' ') &&
	       ac_time_parse_stix(text, out, NULL) < 0 && ac_time_parse_loose(text, out);
}

static void
put_timestamp(repairer *r, const ac_stix_property *property, const ac_json *value)
{
	ac_time t;

	if (!read_timestamp(ac_json_string(value), &t) || !repairs(r, AC_REPAIR_TIMESTAMPS)) {
		add_raw(r, value);
		return;
	}
	if (!r->out)
		return;
	ac_buf_add_byte(r->out, '"');
	ac_time_add(r->out, t, property->format == AC_STIX_FORMAT_MILLISECOND ? 3 : 0);
	ac_buf_add_byte(r->out, '"');
}

static bool
is_marking_name(ac_str key)
{
	return ac_str_eq(key, AC_S("object_marking_refs")) || ac_str_eq(key, AC_S("marking_ref"));
}

static void
put_identifier(repairer *r, ac_str key, const ac_json *value)
{
	ac_str id = ac_json_string(value), standard = { NULL, 0 };
	const ac_str *new = known_id(r->how, id);

	if (is_marking_name(key))
		standard = ac_tlp_standard_id(id);
	if (standard.p && repairs(r, AC_REPAIR_OLD_TLP_IDS)) {
		add_string(r, standard);
	} else if (new && !ac_str_eq(*new, id)) {
		r->counts[AC_REPAIR_ATTRIBUTE_UUID_IDS]++;
		add_string(r, *new);
	} else {
		add_raw(r, value);
	}
}

/* The term for a key of `hashes`, when its value fits the term and the term is not there already. */
static ac_str
hash_key(const repairer *r, const ac_json *hashes, ac_str key, const ac_json *value)
{
	ac_str term = ac_stix_hash_name(key);

	if (!term.p || (r->is_20 && ac_str_eq(key, AC_S("ssdeep"))) || ac_json_get(hashes, term) ||
	    !ac_stix_hash_fits(term, ac_json_string(value)))
		return key;
	return term;
}

static void
put_hashes(repairer *r, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);
	ac_str done[16];
	size_t n = 0;

	if (!ac_json_is(value, AC_JSON_OBJECT)) {
		add_raw(r, value);
		return;
	}
	add(r, AC_S("{"));
	for (bool first = true; ac_json_next(&it); first = false) {
		ac_str key = hash_key(r, value, it.key, it.value);

		/* Two spellings of one name: the first gets it. */
		for (size_t i = 0; i < n; i++)
			if (ac_str_eq(done[i], key))
				key = it.key;
		if (!ac_str_eq(key, it.key) && (n == AC_COUNT(done) || !reshapes(r, AC_REPAIR_HASH_NAMES)))
			key = it.key;
		if (!ac_str_eq(key, it.key))
			done[n++] = key;
		add(r, first ? AC_S("") : AC_S(","));
		add_string(r, key);
		add(r, AC_S(":"));
		add_raw(r, it.value);
	}
	add(r, AC_S("}"));
}

static void
put_extensions(repairer *r, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);

	add(r, AC_S("{"));
	for (bool first = true; ac_json_next(&it); first = false) {
		const ac_stix_extension *known = ac_stix_extension_find(it.key);

		add(r, first ? AC_S("") : AC_S(","));
		add_string(r, it.key);
		add(r, AC_S(":"));
		if (known && r->type && ac_str_eq(known->host, r->type->name) && ac_json_is(it.value, AC_JSON_OBJECT))
			put_inner(r, it.value, NULL, &known->structure);
		else
			put_custom(r, it.key, it.value);
	}
	add(r, AC_S("}"));
}

/* s2.13: the observables of a 2.0 observed-data, each by its own type. */
static void
put_container(repairer *r, const ac_json *value)
{
	const ac_stix_type *outer = r->type;
	ac_json_iter it = ac_json_iter_of(value);

	add(r, AC_S("{"));
	for (bool first = true; ac_json_next(&it); first = false) {
		add(r, first ? AC_S("") : AC_S(","));
		add_string(r, it.key);
		add(r, AC_S(":"));
		r->type = ac_stix_type_find(ac_json_get_string(it.value, AC_S("type")));
		if (r->type && r->type->class == AC_STIX_SCO)
			put_inner(r, it.value, r->type, NULL);
		else
			add_raw(r, it.value);
	}
	r->type = outer;
	add(r, AC_S("}"));
}

static void
put_scalar(repairer *r, ac_str key, const ac_stix_property *property, const ac_json *value)
{
	ac_str text = ac_json_string(value);

	if (property->kind == AC_STIX_INTEGER && ac_stix_is_integer_text(text) && repairs(r, AC_REPAIR_QUOTED_INTEGERS))
		add(r, text);
	else if (property->kind == AC_STIX_BOOLEAN && ac_str_eq_fold(text, AC_S("true")) &&
		 repairs(r, AC_REPAIR_QUOTED_BOOLEANS))
		add(r, AC_S("true"));
	else if (property->kind == AC_STIX_BOOLEAN && ac_str_eq_fold(text, AC_S("false")) &&
		 repairs(r, AC_REPAIR_QUOTED_BOOLEANS))
		add(r, AC_S("false"));
	else if (property->kind == AC_STIX_TIMESTAMP)
		put_timestamp(r, property, value);
	else if (property->kind == AC_STIX_IDENTIFIER && !ac_str_eq(key, AC_S("id")))
		put_identifier(r, key, value);
	else
		add_raw(r, value);
}

/* One value of a property; of a list, one of its values. */
static void
put_one(repairer *r, ac_str key, const ac_stix_property *property, const ac_json *value)
{
	bool is_object = ac_json_is(value, AC_JSON_OBJECT);

	if (property->kind == AC_STIX_HASHES)
		put_hashes(r, value);
	else if (is_object && ac_str_eq(key, AC_S("extensions")))
		put_extensions(r, value);
	else if (is_object && property->kind == AC_STIX_CONTAINER)
		put_container(r, value);
	else if (is_object && property->nested)
		put_inner(r, value, NULL, property->nested);
	else if (ac_json_is(value, AC_JSON_STRING))
		put_scalar(r, key, property, value);
	else
		put_custom(r, key, value);
}

/* OpenCTI's labels: {"value":"x","color":"#..."}. {NULL, 0} when value is none. */
static ac_str
label_text(const ac_json *value)
{
	ac_str text = ac_json_get_string(value, AC_S("value"));

	return text.n ? text : ac_json_get_string(value, AC_S("name"));
}

/* A level that stands in the list twice, once by the standard's id, is not said twice; in a list that nobody would write, it may be. */
static bool
repeats_standard(const ac_json *list, ac_str key, const ac_json *value)
{
	ac_str standard = is_marking_name(key) ? ac_tlp_standard_id(ac_json_string(value)) : (ac_str){ NULL, 0 };
	ac_json_iter it = ac_json_iter_of(list);

	if (ac_json_count(list) > AC_MARKING_REFS_MAX)
		return false;
	while (standard.p && ac_json_next(&it) && it.value != value) {
		ac_str other = ac_json_string(it.value);

		if (ac_str_eq(other, standard) || ac_str_eq(ac_tlp_standard_id(other), standard))
			return true;
	}
	while (standard.p && ac_json_next(&it))
		if (ac_str_eq(ac_json_string(it.value), standard))
			return true;
	return false;
}

static void
put_list(repairer *r, ac_str key, const ac_stix_property *property, const ac_json *list)
{
	ac_json_iter it = ac_json_iter_of(list);
	bool first = true, is_labels = ac_str_eq(key, AC_S("labels"));

	add(r, AC_S("["));
	while (ac_json_next(&it)) {
		ac_str label = is_labels ? label_text(it.value) : (ac_str){ NULL, 0 };

		if (repeats_standard(list, key, it.value) && reshapes(r, AC_REPAIR_OLD_TLP_IDS))
			continue;
		add(r, first ? AC_S("") : AC_S(","));
		first = false;
		if (label.n && reshapes(r, AC_REPAIR_LABEL_OBJECTS))
			add_string(r, label);
		else
			put_one(r, key, property, it.value);
	}
	add(r, AC_S("]"));
}

static void
put_value(repairer *r, ac_str key, const ac_stix_property *property, const ac_json *value)
{
	bool is_container = ac_json_is(value, AC_JSON_ARRAY) || ac_json_is(value, AC_JSON_OBJECT);

	if (!property || r->depth >= DEPTH_MAX) {
		put_custom(r, key, value);
	} else if (property->is_list && ac_json_is(value, AC_JSON_ARRAY)) {
		put_list(r, key, property, value);
	} else if (property->is_list &&
		   ((ac_json_is(value, AC_JSON_STRING) && !property->nested) ||
		       (ac_json_is(value, AC_JSON_OBJECT) && property->nested)) &&
		   reshapes(r, AC_REPAIR_SINGLE_VALUES)) {
		add(r, AC_S("["));
		put_one(r, key, property, value);
		add(r, AC_S("]"));
	} else if (property->is_list && is_container) {
		put_custom(r, key, value);
	} else {
		put_one(r, key, property, value);
	}
}

static bool
is_empty(const ac_json *value)
{
	return ac_json_is(value, AC_JSON_NULL) ||
	       ((ac_json_is(value, AC_JSON_ARRAY) || ac_json_is(value, AC_JSON_OBJECT)) && ac_json_count(value) == 0);
}

/* A property of an object or structure that the tables know; of a custom type, the common ones. */
static const ac_stix_property *
property_of(const ac_stix_type *type, const ac_stix_struct *structure, ac_str key)
{
	const ac_stix_property *common;
	size_t n;

	if (structure)
		return ac_stix_struct_find(structure, key);
	if (type)
		return ac_stix_property_find(type, key);
	common = ac_stix_common(AC_STIX_SDO, &n);
	for (size_t i = 0; i < n; i++)
		if (ac_str_eq(common[i].name, key))
			return &common[i];
	return NULL;
}

/* ---- the object's own ---- */

/* Which repair an edit of a pattern is. */
static const ac_repair edit_repairs[AC_PATTERN_EDIT_COUNT] = { [AC_PATTERN_EDIT_INTEGERS] = AC_REPAIR_QUOTED_INTEGERS,
	[AC_PATTERN_EDIT_BOOLEANS] = AC_REPAIR_QUOTED_BOOLEANS,
	[AC_PATTERN_EDIT_HASHES] = AC_REPAIR_HASH_NAMES,
	[AC_PATTERN_EDIT_LISTS] = AC_REPAIR_VALUES_DATA_STEP,
	[AC_PATTERN_EDIT_NAMES] = AC_REPAIR_COUNT };

static void
put_pattern(repairer *r, const ac_json *value)
{
	const ac_json *language = ac_json_get(r->object, AC_S("pattern_type"));
	ac_pattern_edits edits = { 0 };
	ac_str text = ac_json_string(value), edited = text;
	int rc = 0;

	for (size_t i = 0; i < AC_PATTERN_EDIT_COUNT; i++)
		if (edit_repairs[i] < AC_REPAIR_COUNT && is_on(r, edit_repairs[i]))
			edits.wanted |= 1U << i;
	if (text.n && (!language || ac_str_eq(ac_json_string(language), AC_S("stix"))))
		rc = ac_pattern_edit_text(text, &edits, r->arena, &edited, r->err);
	if (rc < 0)
		r->failed = rc;
	if (rc < 0 || edited.p == text.p) {
		add_raw(r, value);
		return;
	}
	for (size_t i = 0; i < AC_PATTERN_EDIT_COUNT; i++)
		if (edit_repairs[i] < AC_REPAIR_COUNT)
			r->counts[edit_repairs[i]] += edits.counts[i];
	add_string(r, edited);
}

/* 2.1 as a number. */
static bool
is_version_number(const ac_json *value)
{
	return ac_json_is(value, AC_JSON_NUMBER) &&
	       (ac_str_eq(ac_json_text(value), AC_S("2.1")) || ac_str_eq(ac_json_text(value), AC_S("2.0")));
}

/* Members that are put right by what they are to the whole object. False: as any other. */
static bool
put_own(repairer *r, ac_str key, const ac_json *value)
{
	if (ac_str_eq(key, AC_S("id")) && r->how->own_id.p) {
		r->counts[AC_REPAIR_ATTRIBUTE_UUID_IDS]++;
		add_string(r, r->how->own_id);
		return true;
	}
	if (ac_str_eq(key, AC_S("spec_version")) && is_version_number(value) && repairs(r, AC_REPAIR_SPEC_VERSION)) {
		add_string(r, ac_json_text(value));
		return true;
	}
	if (ac_str_eq(key, AC_S("pattern")) && r->type && ac_str_eq(r->type->name, AC_S("indicator")) &&
	    ac_json_is(value, AC_JSON_STRING)) {
		put_pattern(r, value);
		return true;
	}
	return false;
}

/* Without the brace that ends it: the object itself may get a member more. */
static void
put_members(repairer *r, const ac_json *object, const ac_stix_type *type, const ac_stix_struct *structure)
{
	bool is_top = object == r->object, first = true;
	ac_json_iter it = ac_json_iter_of(object);

	r->depth++;
	add(r, AC_S("{"));
	while (ac_json_next(&it)) {
		const ac_stix_property *property = property_of(type, structure, it.key);

		if (is_top) {
			r->top = it.key;
			r->selected = SELECTED_UNKNOWN;
		}
		if (property && is_empty(it.value) && reshapes(r, AC_REPAIR_EMPTY_VALUES))
			continue;
		add(r, first ? AC_S("") : AC_S(","));
		first = false;
		add_string(r, it.key);
		add(r, AC_S(":"));
		if (!is_top || !put_own(r, it.key, it.value))
			put_value(r, it.key, property, it.value);
	}
	r->depth--;
}

/* 2.1 wants pattern_type (s4.7); a 2.0 object has none by right, and gets it when it is lifted. */
static void
put_pattern_type(repairer *r)
{
	ac_str pattern = ac_json_get_string(r->object, AC_S("pattern"));
	const ac_json *version = ac_json_get(r->object, AC_S("spec_version"));
	const ac_pattern_node *unused;

	if (!r->type || !ac_str_eq(r->type->name, AC_S("indicator")) || !pattern.n || !version ||
	    ac_str_eq(ac_json_text(version), AC_S("2.0")) || ac_json_get(r->object, AC_S("pattern_type")) ||
	    !is_on(r, AC_REPAIR_MISSING_PATTERN_TYPE) || ac_pattern_parse(pattern, r->arena, &unused, NULL) < 0)
		return;
	(void)repairs(r, AC_REPAIR_MISSING_PATTERN_TYPE);
	add(r, AC_S(",\"pattern_type\":\"stix\""));
}

static void
put_object(repairer *r)
{
	put_members(r, r->object, r->type, NULL);
	put_pattern_type(r);
	add(r, AC_S("}"));
}

static int
write_object(repairer *r, ac_str *out_text, accord_err *err)
{
	unsigned again[AC_REPAIR_COUNT] = { 0 };
	ac_str text;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	r->out = &buf;
	r->counts = again; /* what was counted is counted */
	put_object(r);
	rc = r->failed ? r->failed : ac_buf_finish(&buf, &text, err);
	if (rc == 0) {
		text = ac_arena_str(r->arena, text);
		rc = ac_arena_check(r->arena, err);
	}
	ac_buf_done(&buf);
	if (rc == 0)
		*out_text = text;
	return rc;
}

static int
repair_once(const ac_json *object, const ac_repairing *how, ac_arena *arena, ac_str *out_text, unsigned *counts,
    accord_err *err)
{
	repairer r = { .how = how, .object = object, .arena = arena, .counts = counts, .err = err };
	unsigned total = 0;

	memset(counts, 0, AC_REPAIR_COUNT * sizeof(*counts));
	*out_text = (ac_str){ NULL, 0 };
	r.type = ac_stix_type_find(ac_json_get_string(object, AC_S("type")));
	r.has_granular = ac_json_get(object, AC_S("granular_markings")) != NULL;
	/* An observable of its own is one of 2.1, which need not say so. */
	r.is_20 = !ac_json_get(object, AC_S("spec_version")) && !(r.type && r.type->class == AC_STIX_SCO);
	put_object(&r);
	for (size_t i = 0; i < AC_REPAIR_COUNT; i++)
		total += counts[i];
	if (r.failed || total == 0)
		return r.failed;
	return write_object(&r, out_text, err);
}

/* Repairs that can bring to light what nobody looked at before (a value that is a list now has values of its own): all but those that put one id in place of another. */
#define REVEALING (((1U << AC_REPAIR_COUNT) - 1) & ~(1U << AC_REPAIR_ATTRIBUTE_UUID_IDS | 1U << AC_REPAIR_OLD_TLP_IDS))

static bool
may_reveal(const unsigned *counts)
{
	for (size_t i = 0; i < AC_REPAIR_COUNT; i++)
		if (counts[i] && REVEALING & 1U << i)
			return true;
	return false;
}

/* Has the repaired text more errors than the object that came? */
static int
is_worse(const ac_json *object, ac_str text, ac_arena *arena, bool *out, accord_err *err)
{
	const ac_json *repaired;
	int before, after, rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &repaired, err);

	if (rc < 0)
		return rc;
	before = ac_stix_validate_as(object, AC_STIX_ELEMENT, (ac_stix_checks){ 0 }, arena, NULL, NULL, err);
	after = before < 0
		    ? before
		    : ac_stix_validate_as(repaired, AC_STIX_ELEMENT, (ac_stix_checks){ 0 }, arena, NULL, NULL, err);
	*out = after > before;
	return after < 0 ? after : 0;
}

int
ac_stix_repair(const ac_json *object, const ac_repairing *how, ac_arena *arena, ac_str *out_text,
    unsigned counts[static AC_REPAIR_COUNT], accord_err *err)
{
	const ac_repairing careful = { .off = how->off | REVEALING, .ids = how->ids, .own_id = how->own_id };
	bool worse = false;
	int rc;

	memset(counts, 0, AC_REPAIR_COUNT * sizeof(*counts));
	*out_text = (ac_str){ NULL, 0 };
	if (!ac_json_is(object, AC_JSON_OBJECT))
		return 0;
	rc = repair_once(object, how, arena, out_text, counts, err);
	if (rc < 0 || !out_text->p || !may_reveal(counts))
		return rc;
	rc = is_worse(object, *out_text, arena, &worse, err);
	return rc < 0 || !worse ? rc : repair_once(object, &careful, arena, out_text, counts, err);
}
