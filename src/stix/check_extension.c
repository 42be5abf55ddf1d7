/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions (STIX 2.1 s3.2, s3.10, s7.3, s11.3) and granular markings (s7.2.3) of one object. It looks into no extension's own schema. */
#include "stix/check.h"
#include "stix/format.h"
#include "stix/id.h"
#include "stix/selector.h"

bool
ac_check_uses_extension(const ac_json *object, ac_str extension_type)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("extensions")));

	while (it.is_object && ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("extension_type")), extension_type))
			return true;
	return false;
}

/* s3.2: its extension_type, which an extension under a definition's id must have. */
static void
check_extension_type(ac_check *c, const ac_json *extension, bool is_required, const ac_where *where)
{
	const ac_stix_vocabulary *types = ac_stix_vocabulary_find(AC_S("extension-type-enum"));
	const ac_json *value = ac_json_get(extension, AC_S("extension_type"));
	const ac_where here = { where, AC_S("extension_type"), 0 };

	if (!value && is_required)
		AC_CHECK_ERROR(
		    c, AC_S("3.2"), where, AC_S("want 'extension_type' in an extension with a definition, got none"));
	if (value && !ac_stix_vocabulary_has(types, ac_json_string(value)))
		AC_CHECK_ERROR(c, types->section, &here, AC_S("want a term of extension-type-enum, got '"),
		    ac_check_shown(ac_json_string(value)), AC_S("'"));
}

/* s7.3.2, s11.3.1: the names of its properties, and no nulls or empty things inside. */
static void
check_members(ac_check *c, const ac_json *extension, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(extension);

	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };

		ac_check_custom_name(c, it.key, false, &here);
		ac_check_any(c, it.value, &here);
	}
}

/* s11.3.1: a custom extension of an SCO: a-z, 0-9 and hyphens, ending in "-ext". */
static bool
is_custom_key(ac_str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!ac_is_digit(key.p[i]) && key.p[i] != '-' && !(key.p[i] >= 'a' && key.p[i] <= 'z'))
			return false;
	return key.n >= 5 && key.n <= 250 && ac_str_ends(key, AC_S("-ext"));
}

/* An extension under a key that is no id. */
static void
check_named(ac_check *c, ac_str key, const ac_json *extension, const ac_where *where)
{
	const ac_stix_extension *known = ac_stix_extension_find(key);

	if (known && c->type && ac_str_eq(known->host, c->type->name)) {
		ac_check_struct(c, &known->structure, extension, where);
		return;
	}
	if (known && c->type)
		AC_CHECK_ERROR(c, known->structure.section, where, AC_S("want '"), key, AC_S("' on "), known->host,
		    AC_S(" only, got it on "), ac_check_shown(c->type_name));
	if (c->class != AC_STIX_SCO || !is_custom_key(key))
		AC_CHECK_ERROR(c, AC_S("11.3.1"), where,
		    AC_S("want the id of an extension definition, or on a cyber-observable a name that ends in -ext, "
			 "got '"),
		    ac_check_shown(key), AC_S("'"));
	else if (!known && !ac_check_uses_extension(c->root, AC_S("property-extension")))
		AC_CHECK_WARNING(c, AC_S("11.3"), AC_S("401"), where, AC_S("'"), ac_check_shown(key),
		    AC_S("' should be a property-extension with a definition"));
	if (!known)
		ac_check_prefix(c, key, '-', AC_S("11.3.1"), where);
	check_extension_type(c, extension, false, where);
	check_members(c, extension, where);
}

void
ac_check_extensions(ac_check *c, const ac_json *extensions, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(extensions);
	ac_str type_name;

	if (!ac_json_is(extensions, AC_JSON_OBJECT) || ac_json_count(extensions) == 0) {
		AC_CHECK_ERROR(
		    c, AC_S("3.2"), where, AC_S("want an object of extensions, got "), ac_check_kind_of(extensions));
		return;
	}
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };

		if (!ac_json_is(it.value, AC_JSON_OBJECT) || ac_json_count(it.value) == 0) {
			AC_CHECK_ERROR(c, AC_S("3.2"), &here,
			    AC_S("want the contents of the extension as an object, got "), ac_check_kind_of(it.value));
		} else if (ac_stix_id_check(it.key, &type_name, NULL) == 0 &&
			   ac_str_eq(type_name, AC_S("extension-definition"))) {
			check_extension_type(c, it.value, true, &here);
			check_members(c, it.value, &here);
		} else {
			check_named(c, it.key, it.value, &here);
		}
	}
}

void
ac_check_granular(ac_check *c, const ac_json *marking, const ac_where *where)
{
	const ac_json *selectors = ac_json_get(marking, AC_S("selectors"));
	ac_json_iter it = ac_json_iter_of(selectors);
	const ac_where list = { where, AC_S("selectors"), 0 };

	/* s3.2: a marking definition does not mark itself. */
	if (c->type && ac_str_eq(c->type_name, AC_S("marking-definition")) &&
	    ac_str_eq(ac_json_get_string(marking, AC_S("marking_ref")), ac_json_get_string(c->root, AC_S("id"))))
		AC_CHECK_ERROR(
		    c, AC_S("3.2"), where, AC_S("want no reference of a marking definition to itself, got one"));
	if (it.is_object)
		return;
	for (size_t i = 0; !c->is_over && ac_json_next(&it); i++) {
		const ac_where here = { &list, { NULL, 0 }, i };
		const ac_json *unused;
		accord_err err = { 0 };
		int rc = ac_json_is(it.value, AC_JSON_STRING)
			     ? ac_stix_select(c->root, ac_json_string(it.value), &c->steps, &unused, &err)
			     : 0;

		if (rc == ACCORD_ELIMIT)
			ac_check_over(c, &here);
		else if (rc)
			AC_CHECK_ERROR(c, AC_S("7.2.3"), &here,
			    AC_S("want a selector of something on the object, got '"),
			    ac_check_shown(ac_json_string(it.value)), AC_S("': "), ac_str_from(err.text));
	}
}
