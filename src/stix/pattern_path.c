/* SPDX-License-Identifier: Apache-2.0 */
/* Object paths of patterns, step by step through the rows of the types table. */
#include "stix/pattern_path.h"

#include "stix/types_table.h"

/* What stands in dictionaries of which the table says more than "anything". */
static const ac_stix_property string_value = { .name = AC_S_INIT("value"), .kind = AC_STIX_STRING },
			      strings_value = { .name = AC_S_INIT("value"), .kind = AC_STIX_STRING, .is_list = true },
			      integer_value = { .name = AC_S_INIT("value"), .kind = AC_STIX_INTEGER };

static bool
is_type_of_address(ac_str type)
{
	return ac_str_eq(type, AC_S("ipv4-addr")) || ac_str_eq(type, AC_S("ipv6-addr"));
}

ac_path_problem
ac_path_begin(const ac_pattern_node *test, ac_path_place *out)
{
	/* Lengths differ mostly: faster than a search in order. */
	for (size_t i = 0; i < ac_stix_types_sco_count; i++) {
		if (!ac_str_eq(ac_stix_types_sco[i].name, test->object_type))
			continue;
		*out = (ac_path_place){ .kind = AC_PATH_OBJECT, .type = &ac_stix_types_sco[i] };
		return AC_PATH_FINE;
	}
	*out = (ac_path_place){ .kind = AC_PATH_UNKNOWN };
	return ac_stix_type_find(test->object_type) ? AC_PATH_NO_OBSERVABLE : AC_PATH_UNKNOWN_TYPE;
}

/* The place that a property, or an element of its list, is. */
static void
enter(ac_path_place *place, const ac_stix_property *property, bool is_element)
{
	place->property = property;
	if (property->is_list && !is_element)
		place->kind = AC_PATH_LIST;
	else if (property->kind == AC_STIX_IDENTIFIER)
		place->kind = AC_PATH_REFERENCE;
	else if (property->kind == AC_STIX_HASHES)
		place->kind = AC_PATH_HASHES;
	else if (property->kind == AC_STIX_DICTIONARY)
		place->kind = ac_str_eq(property->name, AC_S("extensions")) ? AC_PATH_EXTENSIONS : AC_PATH_DICTIONARY;
	else if (property->nested)
		place->kind = AC_PATH_STRUCT;
	else if (property->kind == AC_STIX_OBJECT || property->kind == AC_STIX_ANY)
		place->kind = AC_PATH_UNKNOWN;
	else
		place->kind = AC_PATH_VALUE;
	if (place->kind == AC_PATH_STRUCT)
		place->structure = property->nested;
}

/* A property that no row has: custom ones are named x_ by custom (s11.1). */
static ac_path_problem
no_property(ac_path_place *place, ac_str name)
{
	place->kind = AC_PATH_UNKNOWN;
	return ac_str_starts(name, AC_S("x_")) ? AC_PATH_FINE : AC_PATH_NO_PROPERTY;
}

static ac_path_problem
step_into_object(ac_path_place *place, ac_str name)
{
	const ac_stix_property *property = ac_stix_property_find(place->type, name);

	if (!property)
		return no_property(place, name);
	place->is_address = ac_str_eq(name, AC_S("value")) && is_type_of_address(place->type->name);
	enter(place, property, false);
	return AC_PATH_FINE;
}

/* s9.7.4: the object that is referred to, which may be of several types. */
static ac_path_problem
step_into_reference(ac_path_place *place, ac_str name)
{
	const ac_stix_property *reference = place->property, *found = NULL;
	bool any_type = reference->ref_class || !reference->ref_types, is_address = false;
	size_t owners = 0, count = any_type ? ac_stix_type_count() : 0;

	for (size_t i = 0; any_type ? i < count : reference->ref_types[i].p != NULL; i++) {
		const ac_stix_type *type = any_type ? ac_stix_type_at(i) : ac_stix_type_find(reference->ref_types[i]);
		const ac_stix_property *property =
		    type && type->class == AC_STIX_SCO ? ac_stix_property_find(type, name) : NULL;

		if (!property)
			continue;
		owners++;
		is_address |= ac_str_eq(name, AC_S("value")) && is_type_of_address(type->name);
		if (!found) {
			found = property;
			place->type = type;
		}
	}
	if (!found)
		return no_property(place, name);
	place->is_address = is_address;
	place->is_one_of = owners > 1;
	enter(place, found, false);
	return AC_PATH_FINE;
}

static ac_path_problem
step_into_dictionary(ac_path_place *place)
{
	switch (place->property->values) {
	case AC_STIX_VALUES_STRING:
		enter(place, &string_value, false);
		return AC_PATH_FINE;
	case AC_STIX_VALUES_STRINGS:
		enter(place, &strings_value, false);
		return AC_PATH_FINE;
	case AC_STIX_VALUES_INTEGER:
		enter(place, &integer_value, false);
		return AC_PATH_FINE;
	case AC_STIX_VALUES_ANY:
	case AC_STIX_VALUES_INTEGER_OR_STRING:
		break;
	}
	place->kind = AC_PATH_UNKNOWN;
	return AC_PATH_FINE;
}

static ac_path_problem
step_into_extensions(ac_path_place *place, ac_str name)
{
	const ac_stix_extension *extension = ac_stix_extension_find(name);

	place->kind = AC_PATH_UNKNOWN;
	if (!extension)
		return AC_PATH_FINE;
	place->kind = AC_PATH_STRUCT;
	place->structure = &extension->structure;
	return ac_str_eq(extension->host, place->type->name) ? AC_PATH_FINE : AC_PATH_OTHERS_EXTENSION;
}

static ac_path_problem
step_name(ac_path_place *place, ac_str name)
{
	const ac_stix_property *property;
	ac_path_problem problem;

	switch (place->kind) {
	case AC_PATH_UNKNOWN:
		return AC_PATH_FINE;
	case AC_PATH_OBJECT:
		return step_into_object(place, name);
	case AC_PATH_STRUCT:
		property = ac_stix_struct_find(place->structure, name);
		if (!property)
			return no_property(place, name);
		enter(place, property, false);
		return AC_PATH_FINE;
	case AC_PATH_LIST:
		/* What stands inside is still looked at, but only one problem is told of a step. */
		enter(place, place->property, true);
		problem = step_name(place, name);
		return problem == AC_PATH_NOTHING_INSIDE ? problem : AC_PATH_MISSING_STEP;
	case AC_PATH_REFERENCE:
		return step_into_reference(place, name);
	case AC_PATH_DICTIONARY:
		return step_into_dictionary(place);
	case AC_PATH_HASHES:
		enter(place, &string_value, false);
		return ac_stix_vocabulary_has(&ac_stix_vocabularies[AC_VOCAB_HASH_ALGORITHM_OV], name)
			   ? AC_PATH_FINE
			   : AC_PATH_HASH_NAME;
	case AC_PATH_EXTENSIONS:
		return step_into_extensions(place, name);
	case AC_PATH_VALUE:
		break;
	}
	place->kind = AC_PATH_UNKNOWN;
	return AC_PATH_NOTHING_INSIDE;
}

ac_path_problem
ac_path_step(ac_path_place *place, const ac_pattern_step *step)
{
	if (step->kind == AC_PATTERN_STEP_NAME)
		return step_name(place, step->name);
	if (place->kind == AC_PATH_LIST) {
		enter(place, place->property, true);
		return AC_PATH_FINE;
	}
	if (place->kind == AC_PATH_UNKNOWN)
		return AC_PATH_FINE;
	place->kind = AC_PATH_UNKNOWN;
	return AC_PATH_NO_LIST;
}
