/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The validator's walk: one object, or a bundle object by object, against STIX 2.1. It finds and tells; it repairs nothing, resolves no
 * references, and an object in one call knows nothing of others but those of its bundle.
 */
#include "base/limits.h"
#include "stix/check.h"
#include "stix/id.h"

/* A frame less than the deepest JSON, and a few that the validator puts between. */
enum { POINTER_MAX = AC_JSON_DEPTH_MAX + 8 };

static size_t
escaped_length(ac_str key)
{
	size_t n = key.n;

	for (size_t i = 0; i < key.n; i++)
		n += key.p[i] == '~' || key.p[i] == '/';
	return n;
}

/* RFC 6901: "~0" for '~', "~1" for '/'. */
static char *
put_escaped(char *out, ac_str key)
{
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] != '~' && key.p[i] != '/') {
			*out++ = key.p[i];
			continue;
		}
		*out++ = '~';
		*out++ = key.p[i] == '~' ? '0' : '1';
	}
	return out;
}

ac_str
ac_check_pointer(ac_arena *arena, const ac_where *where)
{
	const ac_where *path[POINTER_MAX];
	size_t depth = 0, n = 0;
	char *text, *at;

	for (; where && where->up && depth < POINTER_MAX; where = where->up)
		path[depth++] = where;
	for (size_t i = 0; i < depth; i++)
		n += 1 + (path[i]->key.p ? escaped_length(path[i]->key) : 20);
	text = at = ac_arena_alloc(arena, n + 1);
	if (!text)
		return (ac_str){ NULL, 0 };
	while (depth > 0) {
		const ac_where *step = path[--depth];

		*at++ = '/';
		at = step->key.p ? put_escaped(at, step->key) : at + ac_u64_digits(step->index, at);
	}
	return (ac_str){ text, (size_t)(at - text) };
}

void
ac_check_report(ac_check *c, ac_stix_level level, ac_str section, ac_str code, const ac_where *where,
    const ac_str *parts, size_t part_count)
{
	ac_stix_finding finding = { level, section, code, { NULL, 0 }, { NULL, 0 } };
	size_t n = 0;
	char *text;

	if (level == AC_STIX_ERROR)
		c->errors++;
	if (!c->on_finding || c->told >= AC_STIX_FINDINGS_MAX || c->told_bytes >= AC_STIX_FINDINGS_BYTES_MAX)
		return;
	for (size_t i = 0; i < part_count; i++)
		n += parts[i].n;
	text = ac_arena_alloc(c->arena, n + 1);
	finding.pointer = ac_check_pointer(c->arena, where);
	if (!text || !finding.pointer.p) {
		c->failed = c->arena->failed;
		return;
	}
	finding.text.p = text;
	for (size_t i = 0; i < part_count; i++) {
		memcpy(text + finding.text.n, parts[i].p ? parts[i].p : "", parts[i].n);
		finding.text.n += parts[i].n;
	}
	c->told++;
	c->told_bytes += finding.pointer.n + finding.text.n;
	c->on_finding(c->payload, &finding);
}

void
ac_check_over(ac_check *c, const ac_where *where)
{
	if (!c->is_over)
		AC_CHECK_ERROR(c, AC_S(""), where,
		    AC_S("want an object whose selectors and references can be followed within the program's limit, "
			 "got more of "
			 "them: the rest is not looked at"));
	c->is_over = true;
}

static ac_str
section_of(const ac_check *c)
{
	return c->type ? c->type->section : AC_S("11.2");
}

/* The common properties that hold for the object. */
static const ac_stix_property *
common_of(const ac_check *c, size_t *out_count)
{
	if (!c->type)
		return ac_stix_common(c->class, out_count);
	*out_count = c->type->common_count;
	return c->type->common;
}

static const ac_stix_property *
find_property(const ac_check *c, ac_str name)
{
	const ac_stix_property *rows;
	size_t count;

	if (c->type)
		return ac_stix_property_find(c->type, name);
	rows = common_of(c, &count);
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

ac_stix_class
ac_check_custom_class(const ac_json *object)
{
	static const ac_str versioned[] = { AC_S_INIT("created"), AC_S_INIT("modified"), AC_S_INIT("created_by_ref"),
		AC_S_INIT("revoked"), AC_S_INIT("labels"), AC_S_INIT("confidence"), AC_S_INIT("lang"),
		AC_S_INIT("external_references") };

	if (ac_check_uses_extension(object, AC_S("new-sdo")))
		return AC_STIX_SDO;
	if (ac_check_uses_extension(object, AC_S("new-sro")))
		return AC_STIX_SRO;
	if (ac_check_uses_extension(object, AC_S("new-sco")))
		return AC_STIX_SCO;
	for (size_t i = 0; i < AC_COUNT(versioned); i++)
		if (ac_json_get(object, versioned[i]))
			return AC_STIX_SDO;
	return AC_STIX_SCO;
}

/* s3.8, s3.2, s11.1: a name that the object's type does not define. */
static void
check_unknown_property(ac_check *c, ac_str name, const ac_json *value, const ac_where *where)
{
	static const ac_str reserved[] = { AC_S_INIT("severity"), AC_S_INIT("username"), AC_S_INIT("phone_number"),
		AC_S_INIT("action") };
	bool is_marking = c->type && ac_str_eq(c->type->name, AC_S("marking-definition"));

	for (size_t i = 0; i < AC_COUNT(reserved); i++)
		if (ac_str_eq(reserved[i], name))
			AC_CHECK_ERROR(
			    c, AC_S("3.8"), where, AC_S("'"), name, AC_S("' is a reserved name, want none of it"));
	if (ac_str_eq(name, AC_S("defanged")))
		AC_CHECK_ERROR(c, AC_S("3.2"), where, AC_S("want 'defanged' on cyber-observables only, got it on "),
		    ac_check_shown(c->type_name));
	else if (is_marking && ac_stix_is_common_name(name))
		AC_CHECK_ERROR(
		    c, AC_S("7.2.1"), where, AC_S("want no '"), name, AC_S("' on a marking definition, got one"));
	else
		ac_check_custom_name(c, name, c->type && !c->has_toplevel_extension, where);
	ac_check_any(c, value, where);
}

static bool
is_head_member(ac_str name)
{
	return ac_str_eq(name, AC_S("id")) || ac_str_eq(name, AC_S("type")) || ac_str_eq(name, AC_S("spec_version"));
}

static void
check_members(ac_check *c, const ac_json *object, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(object);

	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };
		const ac_stix_property *property = find_property(c, it.key);

		if (property && is_head_member(it.key))
			continue;
		if (!property)
			check_unknown_property(c, it.key, it.value, &here);
		else if (ac_str_eq(it.key, AC_S("extensions")))
			ac_check_extensions(c, it.value, &here);
		else
			ac_check_member(c, property, section_of(c), it.value, &here);
	}
}

static void
check_required_of(
    ac_check *c, const ac_stix_property *rows, size_t n, ac_str section, const ac_json *object, const ac_where *where)
{
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].is_required || is_head_member(rows[i].name) || ac_json_get(object, rows[i].name))
			continue;
		AC_CHECK_ERROR(
		    c, section, where, AC_S("want the required property '"), rows[i].name, AC_S("', got none"));
	}
}

/* Has the object a property that contributes to the id of its type? *out_any: does the type have such properties? */
static bool
has_contributing(const ac_check *c, const ac_json *object, bool *out_any)
{
	*out_any = false;
	for (size_t i = 0; i < c->type->property_count; i++) {
		if (!c->type->properties[i].contributes_to_id)
			continue;
		*out_any = true;
		if (ac_json_get(object, c->type->properties[i].name))
			return true;
	}
	return false;
}

/* s2.9, s3.4: which version of UUID the type asks for, and that a deterministic id is the one that follows from the content. */
static void
check_uuid(ac_check *c, const ac_json *object, ac_str id, const ac_where *where)
{
	unsigned version = ac_stix_id_version(id);
	bool any = false;
	ac_str computed = { NULL, 0 };

	if (c->class != AC_STIX_SCO) {
		if (version != 4)
			AC_CHECK_WARNING(c, AC_S("2.9"), AC_S("103"), where, AC_S("the UUID should be of version 4"));
		return;
	}
	if (c->type && !has_contributing(c, object, &any)) {
		if (version != 4)
			AC_CHECK_ERROR(c, any ? AC_S("2.9") : c->type->section, where,
			    AC_S("want a UUID of version 4, since nothing contributes to the id, got another"));
		return;
	}
	if (version != 5) {
		AC_CHECK_WARNING(c, AC_S("2.9"), AC_S("103"), where, AC_S("the UUID should be of version 5"));
		return;
	}
	if (c->type && ac_stix_sco_id(object, c->arena, &computed, NULL, NULL) == 0 && computed.p &&
	    !ac_str_eq(computed, id))
		AC_CHECK_WARNING(c, AC_S("2.9"), AC_S(""), where, AC_S("the id should be "), computed,
		    AC_S(", as it follows from the content"));
}

static void
check_id(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_json *value = ac_json_get(object, AC_S("id"));
	const ac_where here = { where, AC_S("id"), 0 };
	ac_str id = ac_json_string(value), type_name;
	accord_err err = { 0 };

	/* s2.9: in an observable container any string may be an id, and the key is enough. */
	if (c->container && (!value || id.p))
		return;
	if (!id.p) {
		AC_CHECK_ERROR(c, AC_S("3.2"), value ? &here : where, AC_S("want an 'id' (type--UUID), got "),
		    ac_check_kind_of(value));
	} else if (ac_stix_id_check(id, &type_name, &err)) {
		AC_CHECK_ERROR(
		    c, AC_S("2.9"), &here, ac_str_from(err.text), AC_S(": '"), ac_check_shown(id), AC_S("'"));
	} else if (!ac_str_eq(type_name, c->type_name)) {
		AC_CHECK_ERROR(c, AC_S("2.9"), &here, AC_S("want an id that begins with the object's type '"),
		    ac_check_shown(c->type_name), AC_S("', got '"), ac_check_shown(type_name), AC_S("'"));
	} else {
		check_uuid(c, object, id, &here);
	}
}

/*
 * s3.2: 2.1 says so on every object but observables. In a bundle, where objects of both versions may stand side by side (the standard's own s11.2 shows
 * one), an object without it is one of STIX 2.0: advice there, an error elsewhere.
 */
static void
check_spec_version(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_json *value = ac_json_get(object, AC_S("spec_version"));
	const ac_where here = { where, AC_S("spec_version"), 0 };
	ac_str text = ac_json_string(value);
	bool is_20 = !value || ac_str_eq(text, AC_S("2.0"));

	if (ac_str_eq(text, AC_S("2.1")) || (!value && c->class == AC_STIX_SCO))
		return;
	if (is_20 && c->is_in_bundle)
		AC_CHECK_WARNING(
		    c, AC_S("3.2"), AC_S(""), where, AC_S("is an object of STIX 2.0, and is judged by 2.1"));
	else if (!value)
		AC_CHECK_ERROR(c, AC_S("3.2"), where, AC_S("want the required property 'spec_version', got none"));
	else
		AC_CHECK_ERROR(c, AC_S("3.2"), &here, AC_S("want \"2.1\", got "), text.p ? AC_S("'") : AC_S(""),
		    text.p ? ac_check_shown(text) : ac_check_kind_of(value), text.p ? AC_S("'") : AC_S(""));
}

static void
check_versioning(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_where here = { where, AC_S("modified"), 0 };
	ac_str created = ac_json_get_string(object, AC_S("created")),
	       modified = ac_json_get_string(object, AC_S("modified"));
	int order;

	if (ac_time_cmp_stix(modified, created, &order) && order < 0)
		AC_CHECK_ERROR(c, AC_S("3.2"), &here, AC_S("want a time not before created ("), ac_check_shown(created),
		    AC_S("), got "), ac_check_shown(modified));
}

static void
check_type_name(ac_check *c, const ac_where *where)
{
	const ac_where here = { where, AC_S("type"), 0 };

	if (!ac_stix_type_name_is_valid(c->type_name))
		AC_CHECK_ERROR(c, AC_S("11.2.1"), &here,
		    AC_S("want a type of 3 to 250 of a-z, 0-9 and single hyphens, a letter first, got '"),
		    ac_check_shown(c->type_name), AC_S("'"));
	if (!c->type && !ac_check_uses_extension(c->root, AC_S("new-sdo")) &&
	    !ac_check_uses_extension(c->root, AC_S("new-sco")) && !ac_check_uses_extension(c->root, AC_S("new-sro")))
		AC_CHECK_WARNING(c, AC_S("11.2"), AC_S("401"), &here, AC_S("'"), ac_check_shown(c->type_name),
		    AC_S("' is no type of the standard, and should come with an extension"));
	if (!c->type)
		ac_check_prefix(c, c->type_name, '-', AC_S("11.2.1"), &here);
	else if (ac_check_uses_extension(c->root, AC_S("new-sdo")) ||
		 ac_check_uses_extension(c->root, AC_S("new-sco")) || ac_check_uses_extension(c->root, AC_S("new-sro")))
		AC_CHECK_WARNING(c, AC_S("7.3"), AC_S(""), &here, AC_S("an extension should not define '"),
		    c->type_name, AC_S("' again, which is a type of the standard"));
}

static void
check_required(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_stix_property *rows;
	size_t count;

	rows = common_of(c, &count);
	check_required_of(c, rows, count, AC_S("3.2"), object, where);
	if (c->type)
		check_required_of(c, c->type->properties, c->type->property_count, c->type->section, object, where);
}

void
ac_check_object(ac_check *c, const ac_json *object, const ac_where *where)
{
	ac_str type_name = ac_json_get_string(object, AC_S("type"));

	if (!ac_json_is(object, AC_JSON_OBJECT)) {
		AC_CHECK_ERROR(c, AC_S("3"), where, AC_S("want a STIX object, got "), ac_check_kind_of(object));
		return;
	}
	if (!type_name.p) {
		AC_CHECK_ERROR(c, AC_S("3.2"), where, AC_S("want a 'type' (a string), got "),
		    ac_check_kind_of(ac_json_get(object, AC_S("type"))));
		return;
	}
	c->root = object;
	c->type_name = type_name;
	c->type = ac_stix_type_find(type_name);
	if (c->type && c->type->class == AC_STIX_BUNDLE) {
		AC_CHECK_ERROR(c, AC_S("8"), where, AC_S("want a STIX object, got a bundle"));
		return;
	}
	c->class = c->type ? c->type->class : c->container ? AC_STIX_SCO : ac_check_custom_class(object);
	if (c->container && c->class != AC_STIX_SCO)
		AC_CHECK_ERROR(
		    c, AC_S("2.13"), where, AC_S("want a cyber-observable in the container, got "), type_name);
	c->has_toplevel_extension = ac_check_uses_extension(object, AC_S("toplevel-property-extension"));
	c->is_defanged = ac_json_is_true(ac_json_get(object, AC_S("defanged")));
	check_type_name(c, where);
	check_id(c, object, where);
	check_spec_version(c, object, where);
	check_members(c, object, where);
	check_required(c, object, where);
	check_versioning(c, object, where);
	ac_check_rules(c, type_name, object, where);
	ac_check_special(c, object, where);
	if (c->checks.interop && !c->container)
		ac_check_interop(c, object, where);
}

/* Order of two objects by id and modified. */
static int
compare_versions(const ac_json *a, const ac_json *b)
{
	int order = ac_str_cmp(ac_json_get_string(a, AC_S("id")), ac_json_get_string(b, AC_S("id")));

	return order ? order
		     : ac_str_cmp(ac_json_get_string(a, AC_S("modified")), ac_json_get_string(b, AC_S("modified")));
}

static void
sift(const ac_json **p, size_t root, size_t n)
{
	for (;;) {
		size_t child = 2 * root + 1;
		const ac_json *swap;

		if (child >= n)
			return;
		if (child + 1 < n && compare_versions(p[child], p[child + 1]) < 0)
			child++;
		if (compare_versions(p[root], p[child]) >= 0)
			return;
		swap = p[root];
		p[root] = p[child];
		p[child] = swap;
		root = child;
	}
}

/* Heap sort: n log n whatever comes, no memory. */
static void
sort_versions(const ac_json **p, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(p, i, n);
	for (size_t end = n; end > 1; end--) {
		const ac_json *last = p[end - 1];

		p[end - 1] = p[0];
		p[0] = last;
		sift(p, 0, end - 1);
	}
}

/* s3.6: one version of one object twice in a bundle. */
static void
check_duplicates(ac_check *c, const ac_json *objects, const ac_where *where)
{
	const ac_json **all = ac_arena_alloc(c->arena, (ac_json_count(objects) + 1) * sizeof(*all));
	ac_json_iter it = ac_json_iter_of(objects);
	size_t n = 0;

	if (!all) {
		c->failed = c->arena->failed;
		return;
	}
	while (ac_json_next(&it))
		if (ac_json_get_string(it.value, AC_S("id")).p && ac_json_get_string(it.value, AC_S("modified")).p)
			all[n++] = it.value;
	sort_versions(all, n);
	for (size_t i = 1; i < n; i++)
		if (compare_versions(all[i - 1], all[i]) == 0)
			AC_CHECK_WARNING(c, AC_S("3.6"), AC_S("203"), where,
			    AC_S("two versions of one object should differ in modified: "),
			    ac_check_shown(ac_json_get_string(all[i], AC_S("id"))));
}

static void
check_bundle_members(ac_check *c, const ac_json *bundle, const ac_where *where)
{
	const ac_stix_type *type = ac_stix_type_find(AC_S("bundle"));
	ac_json_iter it = ac_json_iter_of(bundle);

	c->root = bundle;
	c->type = type;
	c->type_name = type->name;
	c->class = AC_STIX_BUNDLE;
	check_id(c, bundle, where);
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };

		if (!ac_stix_property_find(type, it.key))
			ac_check_custom_name(c, it.key, true, &here);
	}
}

/* The ceilings hold for each object. */
static void
begin_object(ac_check *c)
{
	c->told = 0;
	c->steps = AC_STIX_STEPS_MAX;
	c->is_over = false;
}

static void
check_bundle(ac_check *c, const ac_json *bundle, const ac_where *where)
{
	const ac_json *objects = ac_json_get(bundle, AC_S("objects"));
	const ac_where list = { where, AC_S("objects"), 0 };
	ac_json_iter it = ac_json_iter_of(objects);

	check_bundle_members(c, bundle, where);
	if (!objects)
		return;
	if (!ac_json_is(objects, AC_JSON_ARRAY) || ac_json_count(objects) == 0) {
		AC_CHECK_ERROR(c, AC_S("2.12"), &list, AC_S("want a list of at least one object, got "),
		    ac_check_kind_of(objects));
		return;
	}
	check_duplicates(c, objects, &list);
	c->is_in_bundle = true;
	for (size_t i = 0; ac_json_next(&it); i++) {
		const ac_where here = { &list, { NULL, 0 }, i };

		begin_object(c);
		ac_check_object(c, it.value, &here);
	}
}

static bool
is_bundle(const ac_json *json)
{
	return ac_str_eq(ac_json_get_string(json, AC_S("type")), AC_S("bundle"));
}

static int
verdict(const ac_check *c, accord_err *err)
{
	if (c->failed)
		return ac_fail(err, (accord_code)c->failed, "not enough memory to check the object");
	return c->errors > INT32_MAX ? INT32_MAX : (int)c->errors;
}

/* What is wrong nowhere in particular, but wanted by nobody: characters that make a text read otherwise than it is. */
static void
check_hidden(ac_check *c, const ac_json *json, const ac_where *where)
{
	if (ac_json_has_bidi(json))
		AC_CHECK_WARNING(c, AC_S(""), AC_S(""), where,
		    AC_S("a text holds a bidi control character, which reorders what a reader sees: learning refuses "
			 "it"));
}

static const ac_where root = { NULL, { NULL, 0 }, 0 };

static void
check_envelope(ac_check *c, const ac_json *json)
{
	const ac_json *objects = ac_json_get(json, AC_S("objects"));

	if (!is_bundle(json))
		AC_CHECK_ERROR(c, AC_S("8"), &root, AC_S("want a bundle around a list of objects, got type '"),
		    ac_check_shown(ac_json_get_string(json, AC_S("type"))), AC_S("'"));
	else
		check_bundle_members(c, json, &root);
	if (objects && !ac_json_is(objects, AC_JSON_ARRAY))
		AC_CHECK_ERROR(c, AC_S("8"), &root, AC_S("want a list in 'objects', got "), ac_check_kind_of(objects));
}

int
ac_stix_validate_as(const ac_json *json, ac_stix_scope scope, ac_stix_checks checks, ac_arena *arena,
    ac_stix_on_finding on_finding, void *payload, accord_err *err)
{
	ac_check c = { .on_finding = on_finding, .payload = payload, .arena = arena, .checks = checks };

	begin_object(&c);
	switch (scope) {
	case AC_STIX_WHOLE:
		check_hidden(&c, json, &root);
		if (is_bundle(json))
			check_bundle(&c, json, &root);
		else
			ac_check_object(&c, json, &root);
		break;
	case AC_STIX_ELEMENT:
		c.is_in_bundle = true;
		check_hidden(&c, json, &root);
		ac_check_object(&c, json, &root);
		break;
	case AC_STIX_ENVELOPE:
		check_envelope(&c, json);
		break;
	}
	return verdict(&c, err);
}

int
ac_stix_validate(const ac_json *json, ac_arena *arena, ac_stix_on_finding on_finding, void *payload, accord_err *err)
{
	return ac_stix_validate_as(json, AC_STIX_WHOLE, (ac_stix_checks){ 0 }, arena, on_finding, payload, err);
}
