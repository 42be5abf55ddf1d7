/* SPDX-License-Identifier: Apache-2.0 */
/* The builder of observations: objects to typed facts, names to objects. Knows the tables of types, no JSON and no patterns. */
#include "match/observations.h"

#include "codec/octets.h"
#include "match/batch.h"
#include "match/grow.h"

static void
fail(ac_observations *o, int rc)
{
	if (rc && !o->failed)
		o->failed = rc;
}

/* One ceiling for all that the batch holds. What an array has grown to is at most twice what is in it. */
static void
keep_ceiling(ac_observations *o)
{
	size_t bytes = o->texts.used + o->symbols.names.used + o->fact_count * sizeof(*o->facts) +
		       o->index_count * sizeof(*o->indexes) + o->object_count * sizeof(*o->objects) +
		       o->count * (sizeof(*o->items) + sizeof(*o->observed)) + o->name_count * sizeof(*o->names);

	if (bytes > o->limit)
		fail(o, ACCORD_ELIMIT);
}

int
ac_observations_new(ac_hash_seed seed, size_t limit_bytes, ac_observations **out, accord_err *err)
{
	ac_observations *o = calloc(1, sizeof(*o));

	if (!o)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for observations");
	o->seed = seed;
	o->limit = limit_bytes;
	ac_arena_init(&o->texts, limit_bytes);
	ac_symbols_init(&o->symbols, seed, AC_MATCH_PATHS_MAX, limit_bytes);
	*out = o;
	return 0;
}

ac_observations *
ac_observations_free(ac_observations *o)
{
	if (!o)
		return NULL;
	ac_arena_done(&o->texts);
	ac_symbols_done(&o->symbols);
	free(o->readings);
	free(o->facts);
	free(o->indexes);
	free(o->objects);
	free(o->items);
	free(o->observed);
	free(o->members);
	free(o->names);
	free(o->slots);
	free(o);
	return NULL;
}

void
ac_observations_reset(ac_observations *o)
{
	bool keep = o->symbols.count <= AC_MATCH_PATHS_KEPT_MAX && !o->symbols.failed;

	o->failed = 0;
	ac_arena_reset(&o->texts);
	o->fact_count = o->index_count = o->object_count = o->count = o->member_count = o->name_count = 0;
	o->slotted = o->sealed_observations = o->sealed_objects = 0;
	o->in_observation = o->in_object = false;
	o->depth = 0;
	o->lists = 0;
	o->tally = (ac_observations_tally){ 0 };
	if (o->slots)
		memset(o->slots, 0xff, o->slot_count * sizeof(*o->slots));
	if (!keep) {
		ac_symbols_clear(&o->symbols);
		o->reading_count = 0;
		o->generation++;
	}
}

/* How a text of a property's kind is read. */
static ac_reading
reading_of_kind(ac_stix_kind kind)
{
	switch (kind) {
	case AC_STIX_TIMESTAMP:
		return AC_READ_TIME;
	case AC_STIX_HEX:
		return AC_READ_HEX;
	case AC_STIX_BINARY:
		return AC_READ_BINARY;
	case AC_STIX_ANY:
	case AC_STIX_RESERVED:
		return AC_READ_UNKNOWN;
	case AC_STIX_STRING:
	case AC_STIX_INTEGER:
	case AC_STIX_FLOAT:
	case AC_STIX_BOOLEAN:
	case AC_STIX_IDENTIFIER:
	case AC_STIX_HASHES:
	case AC_STIX_DICTIONARY:
	case AC_STIX_OPEN_VOCAB:
	case AC_STIX_ENUM:
	case AC_STIX_KILL_CHAIN_PHASE:
	case AC_STIX_EXTERNAL_REFERENCE:
	case AC_STIX_GRANULAR_MARKING:
	case AC_STIX_OBJECT:
	case AC_STIX_CONTAINER:
		break;
	}
	return AC_READ_STRING;
}

/* s9.6.1, s9.6.4: where the tables say nothing, the name's end tells octets. */
static ac_reading
reading_of_name(ac_str name)
{
	if (ac_str_ends(name, AC_S("_hex")))
		return AC_READ_HEX;
	return ac_str_ends(name, AC_S("_bin")) ? AC_READ_BINARY : AC_READ_UNKNOWN;
}

/* What a member of a dictionary or structure is. */
static ac_reading_of
read_member(const ac_reading_of *parent, bool parent_is_type, ac_str name)
{
	ac_reading_of r = { .reading = reading_of_name(name) };
	const ac_stix_extension *extension;

	if (parent->is_extensions) {
		extension = ac_stix_extension_find(name);
		r.structure = extension ? &extension->structure : NULL;
		r.reading = AC_READ_STRING;
	} else if (parent_is_type && parent->type) {
		r.property = ac_stix_property_find(parent->type, name);
	} else if (parent->structure) {
		r.property = ac_stix_struct_find(parent->structure, name);
	} else if (parent->property && parent->property->kind == AC_STIX_HASHES) {
		r.reading = AC_READ_STRING;
	} else if (parent->property && parent->property->kind == AC_STIX_DICTIONARY &&
		   parent->property->values != AC_STIX_VALUES_ANY) {
		r.reading = AC_READ_STRING;
	}
	if (r.property) {
		r.structure = r.property->nested;
		if (r.property->kind != AC_STIX_ANY)
			r.reading = reading_of_kind(r.property->kind);
	}
	r.is_extensions = parent_is_type && ac_str_eq(name, AC_S("extensions"));
	r.is_reference = ac_str_ends(name, AC_S("_ref"));
	return r;
}

/* The name that a symbol has, or that the list has whose items it stands for. */
static ac_str
nearest_name(const ac_symbols *symbols, uint32_t symbol)
{
	while (symbol != AC_SYMBOL_NONE && !symbols->items[symbol].name.p)
		symbol = symbols->items[symbol].parent;
	return symbol == AC_SYMBOL_NONE ? (ac_str){ NULL, 0 } : symbols->items[symbol].name;
}

/* The child of a symbol, made when it is new, with what the tables say of it. */
static uint32_t
child_of(ac_observations *o, uint32_t parent, ac_str name)
{
	uint32_t symbol = ac_symbols_put(&o->symbols, parent, name);
	ac_reading_of r = { .reading = AC_READ_UNKNOWN };
	int rc;

	if (symbol == AC_SYMBOL_NONE) {
		fail(o, o->symbols.failed);
		return symbol;
	}
	if (symbol < o->reading_count)
		return symbol;
	rc = AC_GROW(&o->readings, o->reading_count + 1, o->reading_capacity, AC_MATCH_PATHS_MAX);
	if (rc) {
		/* The symbol stays without a reading: nothing may be added before the batch has forgotten its paths. */
		fail(o, rc);
		o->symbols.failed = rc;
		return AC_SYMBOL_NONE;
	}
	if (parent == AC_SYMBOL_NONE) {
		r.type = ac_stix_type_find(name);
	} else if (name.p) {
		r = read_member(&o->readings[parent], o->symbols.items[parent].parent == AC_SYMBOL_NONE, name);
	} else {
		r = o->readings[parent];
		r.is_extensions = false;
		r.is_reference = ac_str_ends(nearest_name(&o->symbols, parent), AC_S("_refs"));
	}
	o->readings[o->reading_count++] = r;
	return symbol;
}

/* Where the builder is. */
static ac_builder_step *
here(ac_observations *o)
{
	return o->depth ? &o->steps[o->depth - 1] : NULL;
}

static void
go(ac_observations *o, uint32_t symbol, bool is_item, uint32_t index)
{
	if (o->failed)
		return;
	if (o->depth == AC_MATCH_DEPTH_MAX) {
		fail(o, ACCORD_ELIMIT);
		return;
	}
	if (symbol == AC_SYMBOL_NONE)
		return;
	o->steps[o->depth++] = (ac_builder_step){ .symbol = symbol, .is_item = is_item, .index = index };
	o->lists += is_item;
}

void
ac_object_enter(ac_observations *o, ac_str name)
{
	if (!o->failed && o->depth)
		go(o, child_of(o, here(o)->symbol, name), false, 0);
}

void
ac_object_item(ac_observations *o)
{
	if (o->failed || !o->depth)
		return;
	go(o, child_of(o, here(o)->symbol, AC_SYMBOL_ITEMS), true, here(o)->next_item);
	if (!o->failed && o->depth > 1)
		o->steps[o->depth - 2].next_item++;
}

void
ac_object_leave(ac_observations *o)
{
	if (o->failed || o->depth < 2)
		return;
	o->depth--;
	o->lists -= o->steps[o->depth].is_item;
}

/* A fact where we are. */
static void
add_fact(ac_observations *o, ac_match_value value)
{
	const ac_builder_step *at = here(o);
	ac_fact fact;
	int rc;

	if (o->failed || !at)
		return;
	fact = (ac_fact){ .symbol = at->symbol, .target = AC_NO_OBJECT, .indexes = (uint32_t)o->index_count };
	rc = AC_GROW(&o->facts, o->fact_count + 1, o->fact_capacity, o->limit / sizeof(*o->facts));
	if (rc == 0)
		rc = AC_GROW(&o->indexes, o->index_count + o->lists, o->index_capacity, UINT32_MAX);
	if (rc) {
		fail(o, rc);
		return;
	}
	for (size_t i = 0; i < o->depth && o->lists; i++)
		if (o->steps[i].is_item)
			o->indexes[o->index_count++] = o->steps[i].index;
	o->tally.facts++;
	o->tally.unusable_values += value.kind == AC_MATCH_UNUSABLE;
	value.hash = ac_match_hash(o->seed, &value);
	fact.is_reference = o->readings[at->symbol].is_reference && value.kind == AC_MATCH_STRING;
	fact.value = value;
	o->facts[o->fact_count++] = fact;
}

/* The timestamp that a string reads as. */
static bool
read_time(ac_observations *o, ac_match_value *string)
{
	ac_match_value time, *kept;

	string->maybe_time = true;
	/* Nearly all strings are none: no memory for their keys. */
	if (string->text.n == 0 || !ac_is_digit(string->text.p[0]) || !ac_str_ends(string->text, AC_S("Z")))
		return true;
	if (!ac_match_time(string->text, &o->texts, &time))
		return false;
	if (time.kind == AC_MATCH_UNUSABLE)
		return true;
	kept = ac_arena_alloc(&o->texts, sizeof(*kept));
	if (!kept)
		return false;
	time.hash = ac_match_hash(o->seed, &time);
	*kept = time;
	string->time = kept;
	return true;
}

/* Octets from their text. */
static bool
read_octets(ac_observations *o, ac_str text, ac_reading reading, ac_match_value *out)
{
	char *bytes = ac_arena_alloc(&o->texts, text.n + 1);
	size_t n = text.n / 2;
	bool fine;

	if (!bytes)
		return false;
	fine = reading == AC_READ_HEX ? ac_hex_decode(text, bytes) : ac_base64_decode(text, bytes, &n);
	*out = (ac_match_value){ .kind = AC_MATCH_UNUSABLE };
	if (fine)
		*out = (ac_match_value){ .kind = AC_MATCH_BYTES, .text = { bytes, n } };
	return true;
}

static bool
read_text(ac_observations *o, ac_str text, ac_reading reading, ac_match_value *out)
{
	switch (reading) {
	case AC_READ_HEX:
	case AC_READ_BINARY:
		return read_octets(o, text, reading, out);
	case AC_READ_TIME:
		return ac_match_time(text, &o->texts, out);
	case AC_READ_STRING:
	case AC_READ_UNKNOWN:
		break;
	}
	text = ac_arena_str(&o->texts, text);
	if (!text.p || !ac_match_string(text, &o->texts, out))
		return false;
	return reading == AC_READ_STRING || read_time(o, out);
}

void
ac_object_text(ac_observations *o, ac_str text)
{
	ac_match_value value;

	if (o->failed || !o->depth)
		return;
	if (!read_text(o, text, o->readings[here(o)->symbol].reading, &value)) {
		fail(o, o->texts.failed ? o->texts.failed : ACCORD_ENOMEM);
		return;
	}
	add_fact(o, value);
}

void
ac_object_number(ac_observations *o, ac_str text)
{
	ac_match_value value;

	if (o->failed || !o->depth)
		return;
	if (!ac_match_number(text, &o->texts, &value)) {
		fail(o, o->texts.failed ? o->texts.failed : ACCORD_ENOMEM);
		return;
	}
	add_fact(o, value);
}

void
ac_object_boolean(ac_observations *o, bool value)
{
	add_fact(o, (ac_match_value){ .kind = AC_MATCH_BOOLEAN, .boolean = value });
}

void
ac_object_null(ac_observations *o)
{
	add_fact(o, (ac_match_value){ .kind = AC_MATCH_NULL });
}

void
ac_object_container(ac_observations *o)
{
	add_fact(o, (ac_match_value){ .kind = AC_MATCH_CONTAINER });
}

void
ac_object_begin(ac_observations *o, ac_str type, ac_str id)
{
	uint32_t symbol;
	int rc;

	if (o->failed)
		return;
	symbol = child_of(o, AC_SYMBOL_NONE, type);
	id = ac_arena_str(&o->texts, id);
	rc = AC_GROW(&o->objects, o->object_count + 1, o->object_capacity, o->limit / sizeof(*o->objects));
	if (rc || !id.p)
		fail(o, rc ? rc : o->texts.failed);
	if (o->failed)
		return;
	o->objects[o->object_count] = (ac_fact_object){ .type = symbol,
		.first_fact = (uint32_t)o->fact_count,
		.id = id,
		.scope = o->in_observation ? (uint32_t)o->count : AC_SCOPE_SHARED };
	o->in_object = true;
	o->depth = 0;
	o->lists = 0;
	go(o, symbol, false, 0);
	ac_object_enter(o, AC_S("type"));
	ac_object_text(o, type);
	ac_object_leave(o);
}

void
ac_object_end(ac_observations *o)
{
	ac_fact_object *object;

	if (o->failed || !o->in_object)
		return;
	object = &o->objects[o->object_count++];
	object->fact_count = (uint32_t)o->fact_count - object->first_fact;
	o->in_object = false;
	o->depth = 0;
	o->tally.objects++;
	keep_ceiling(o);
}

void
ac_observations_begin(ac_observations *o, ac_str id, ac_time first, ac_time last, uint64_t count)
{
	int rc;

	if (o->failed)
		return;
	rc = AC_GROW(&o->items, o->count + 1, o->capacity, o->limit / sizeof(*o->items));
	if (rc == 0)
		rc = AC_GROW(&o->observed, o->count + 1, o->observed_capacity, o->limit / sizeof(*o->observed));
	id = ac_arena_str(&o->texts, id);
	if (rc || !id.p) {
		fail(o, rc ? rc : o->texts.failed);
		return;
	}
	o->items[o->count] = (ac_observation){
		.id = id, .first_name = (uint32_t)o->name_count, .first_object = (uint32_t)o->object_count
	};
	o->observed[o->count] = (ac_observed){ .first = first, .last = last, .count = count };
	o->in_observation = true;
}

void
ac_observations_refer(ac_observations *o, ac_str id)
{
	int rc;

	if (o->failed || !o->in_observation)
		return;
	rc = AC_GROW(&o->names, o->name_count + 1, o->name_capacity, o->limit / sizeof(*o->names));
	id = ac_arena_str(&o->texts, id);
	if (rc || !id.p)
		fail(o, rc ? rc : o->texts.failed);
	else
		o->names[o->name_count++] = id;
}

void
ac_observations_end(ac_observations *o)
{
	ac_observation *item;

	if (o->failed || !o->in_observation)
		return;
	item = &o->items[o->count++];
	item->name_count = (uint32_t)o->name_count - item->first_name;
	item->object_count = (uint32_t)o->object_count - item->first_object;
	o->in_observation = false;
	o->tally.observations++;
	keep_ceiling(o);
}

void
ac_observations_skip(ac_observations *o)
{
	o->tally.observations++;
	o->tally.unusable++;
}

size_t
ac_observations_count(const ac_observations *o)
{
	return o->count;
}

ac_str
ac_observations_id(const ac_observations *o, uint32_t observation)
{
	return observation < o->count ? o->items[observation].id : (ac_str){ NULL, 0 };
}

ac_observations_tally
ac_observations_tell(const ac_observations *o)
{
	return o->tally;
}
