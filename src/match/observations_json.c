/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles to observations: STIX 2.1 (object_refs) and 2.0 (objects). Knows nothing of patterns. */
#include "match/observations.h"
#include "match/batch.h"

/* s4.14: number_observed is 1 to 999,999,999. */
#define NUMBER_OBSERVED_MAX 999999999

/* Value and all below it, where the builder is. Recursion is as deep as the JSON, which is limited. */
static void
add_value(ac_observations *o, const ac_json *value)
{
	ac_json_iter it;

	switch (ac_json_type_of(value)) {
	case AC_JSON_NULL:
		ac_object_null(o);
		break;
	case AC_JSON_FALSE:
	case AC_JSON_TRUE:
		ac_object_boolean(o, ac_json_is_true(value));
		break;
	case AC_JSON_NUMBER:
		ac_object_number(o, ac_json_text(value));
		break;
	case AC_JSON_STRING:
		ac_object_text(o, ac_json_string(value));
		break;
	case AC_JSON_ARRAY:
		ac_object_container(o);
		it = ac_json_iter_of(value);
		while (ac_json_next(&it)) {
			ac_object_item(o);
			add_value(o, it.value);
			ac_object_leave(o);
		}
		break;
	case AC_JSON_OBJECT:
		ac_object_container(o);
		it = ac_json_iter_of(value);
		while (ac_json_next(&it)) {
			ac_object_enter(o, it.key);
			add_value(o, it.value);
			ac_object_leave(o);
		}
		break;
	}
}

static void
add_object(ac_observations *o, const ac_json *object, ac_str id)
{
	ac_json_iter it = ac_json_iter_of(object);

	ac_object_begin(o, ac_json_get_string(object, AC_S("type")), id);
	while (ac_json_next(&it)) {
		/* The builder has said the type. */
		if (ac_str_eq(it.key, AC_S("type")))
			continue;
		ac_object_enter(o, it.key);
		add_value(o, it.value);
		ac_object_leave(o);
	}
	ac_object_end(o);
}

/* s9.7: patterns are about SCOs. Types that the standard does not know may be such. */
static bool
is_observable(const ac_json *object)
{
	ac_str name = ac_json_get_string(object, AC_S("type"));
	const ac_stix_type *type = ac_stix_type_find(name);

	return name.p && (!type || type->class == AC_STIX_SCO);
}

/* What decides whether an observed-data can match at all. */
static bool
read_head(const ac_json *observed, ac_time *out_first, ac_time *out_last, uint64_t *out_count)
{
	const ac_json *refs = ac_json_get(observed, AC_S("object_refs"));
	const ac_json *container = ac_json_get(observed, AC_S("objects"));
	int64_t count;

	if (ac_time_parse_stix(ac_json_get_string(observed, AC_S("first_observed")), out_first, NULL) ||
	    ac_time_parse_stix(ac_json_get_string(observed, AC_S("last_observed")), out_last, NULL) ||
	    ac_time_cmp(*out_last, *out_first) < 0)
		return false;
	if (!ac_json_i64(ac_json_get(observed, AC_S("number_observed")), &count) || count < 1 ||
	    count > NUMBER_OBSERVED_MAX)
		return false;
	*out_count = (uint64_t)count;
	return ac_json_is(refs, AC_JSON_ARRAY) || ac_json_is(container, AC_JSON_OBJECT);
}

/* s4.14 wants one of object_refs and objects; where both are, both count (files have an empty `objects` beside). */
static void
add_observed(ac_observations *o, const ac_json *observed)
{
	ac_json_iter refs = ac_json_iter_of(ac_json_get(observed, AC_S("object_refs")));
	ac_json_iter container = ac_json_iter_of(ac_json_get(observed, AC_S("objects")));
	ac_time first, last;
	uint64_t count;

	if (!read_head(observed, &first, &last, &count)) {
		ac_observations_skip(o);
		return;
	}
	ac_observations_begin(o, ac_json_get_string(observed, AC_S("id")), first, last, count);
	while (!refs.is_object && ac_json_next(&refs))
		if (ac_json_is(refs.value, AC_JSON_STRING))
			ac_observations_refer(o, ac_json_string(refs.value));
	while (container.is_object && ac_json_next(&container))
		if (is_observable(container.value))
			add_object(o, container.value, container.key);
	ac_observations_end(o);
}

static void
add_any(ac_observations *o, const ac_json *object)
{
	ac_str type = ac_json_get_string(object, AC_S("type"));
	ac_str id = ac_json_get_string(object, AC_S("id"));

	if (ac_str_eq(type, AC_S("observed-data")))
		add_observed(o, object);
	else if (id.p && is_observable(object))
		add_object(o, object, id);
}

static void
add_bundle(ac_observations *o, const ac_json *bundle)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));

	while (!it.is_object && ac_json_next(&it))
		add_any(o, it.value);
}

int
ac_observations_add_json(ac_observations *o, const ac_json *value, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_OBJECT)) {
		if (ac_str_eq(ac_json_get_string(value, AC_S("type")), AC_S("bundle")))
			add_bundle(o, value);
		else
			add_any(o, value);
		return 0;
	}
	if (!ac_json_is(value, AC_JSON_ARRAY))
		return ac_fail(err, ACCORD_EINPUT, "want a bundle, an object or a list of these");
	while (ac_json_next(&it)) {
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("type")), AC_S("bundle")))
			add_bundle(o, it.value);
		else
			add_any(o, it.value);
	}
	return 0;
}
