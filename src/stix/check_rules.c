/* SPDX-License-Identifier: Apache-2.0 */
/* What holds between the properties of one object: a table of rules, and one function for each type whose rules no row can say. */
#include "stix/check.h"
#include "stix/format.h"
#include "stix/id.h"
#include "stix/pattern.h"

typedef enum rule_kind {
	ONE_OF,       /* at least one of the names */
	EXACTLY_ONE,  /* one and no more */
	NEEDS,        /* the first needs all others */
	SHOULD_NEED,  /* the same as advice */
	SHOULD_HAVE,  /* all names, as advice */
	AFTER,        /* the second is later than the first */
	NOT_BEFORE,   /* the second is not earlier than the first */
	SOME_PROPERTY /* anything beside the common properties and the names */
} rule_kind;

enum { NAMES_MAX = 3 };

typedef struct rule {
	ac_str name; /* of the type or structure */
	rule_kind kind;
	ac_str section;
	ac_str code;
	ac_str names[NAMES_MAX];
} rule;

#define RULE(n, k, s, code, ...)                                                                                       \
	{                                                                                                              \
		AC_S_INIT(n), k, AC_S_INIT(s), AC_S_INIT(code),                                                        \
		{                                                                                                      \
			__VA_ARGS__                                                                                    \
		}                                                                                                      \
	}
#define N(n) AC_S_INIT(n)
#define NO_NAME                                                                                                        \
	{                                                                                                              \
		NULL, 0                                                                                                \
	}
/* Sorted by name. */
static const rule rules[] = {
	RULE("artifact", EXACTLY_ONE, "6.1", "", N("payload_bin"), N("url")),
	RULE("artifact", NEEDS, "6.1", "", N("url"), N("hashes")),
	RULE("artifact", NEEDS, "6.1", "", N("decryption_key"), N("encryption_algorithm")),
	RULE("campaign", NOT_BEFORE, "4.2", "", N("first_seen"), N("last_seen")),
	RULE("directory", NEEDS, "3.1", "", N("path_enc"), N("path")),
	RULE("email-mime-part-type", ONE_OF, "6.6.2", "", N("body"), N("body_raw_ref")),
	RULE("extension-definition", SHOULD_HAVE, "7.3", "305", N("description")),
	RULE("external-reference", ONE_OF, "2.5.2", "", N("description"), N("url"), N("external_id")),
	RULE("external-reference", SHOULD_NEED, "2.5.1", "302", N("url"), N("hashes")),
	RULE("file", ONE_OF, "6.7", "", N("hashes"), N("name")),
	RULE("file", NEEDS, "3.1", "", N("name_enc"), N("name")),
	RULE("granular-marking", EXACTLY_ONE, "7.2.3", "", N("lang"), N("marking_ref")),
	RULE("indicator", AFTER, "4.7", "", N("valid_from"), N("valid_until")),
	RULE("indicator", SHOULD_HAVE, "4.7", "303", N("name"), N("description")),
	RULE("infrastructure", NOT_BEFORE, "4.8", "", N("first_seen"), N("last_seen")),
	RULE("intrusion-set", NOT_BEFORE, "4.9", "", N("first_seen"), N("last_seen")),
	RULE("location", ONE_OF, "4.10", "", N("region"), N("country"), N("latitude")),
	RULE("location", NEEDS, "4.10", "", N("latitude"), N("longitude")),
	RULE("location", NEEDS, "4.10", "", N("longitude"), N("latitude")),
	RULE("location", NEEDS, "4.10", "", N("precision"), N("latitude"), N("longitude")),
	RULE("malware", NOT_BEFORE, "4.11", "", N("first_seen"), N("last_seen")),
	RULE("malware-analysis", ONE_OF, "4.12", "", N("result"), N("analysis_sco_refs")),
	RULE("network-traffic", ONE_OF, "6.12", "", N("src_ref"), N("dst_ref")),
	RULE("network-traffic", NOT_BEFORE, "6.12", "", N("start"), N("end")),
	RULE("network-traffic", SHOULD_HAVE, "6.12", "301", N("src_port"), N("dst_port")),
	RULE("observed-data", NOT_BEFORE, "4.14", "", N("first_observed"), N("last_observed")),
	RULE("observed-data", EXACTLY_ONE, "4.14", "", N("objects"), N("object_refs")),
	RULE("process", SOME_PROPERTY, "6.13", "", NO_NAME),
	RULE("relationship", AFTER, "5.1", "", N("start_time"), N("stop_time")),
	RULE("sighting", NOT_BEFORE, "5.2", "", N("first_seen"), N("last_seen")),
	RULE("threat-actor", NOT_BEFORE, "4.17", "", N("first_seen"), N("last_seen")),
	RULE("user-account", SOME_PROPERTY, "6.16", "", NO_NAME),
	RULE("windows-pebinary-ext", SOME_PROPERTY, "6.7.6", "", N("pe_type")),
	RULE("windows-registry-key", SOME_PROPERTY, "6.17", "", NO_NAME),
	RULE("x509-certificate", SOME_PROPERTY, "6.18", "", NO_NAME),
};

/* How many of the rule's names, from the first-th on, the object has. */
static unsigned
count_names(const rule *r, const ac_json *object, size_t first, unsigned *out_of)
{
	unsigned present = 0;

	*out_of = 0;
	for (size_t i = first; i < NAMES_MAX && r->names[i].p; i++) {
		present += ac_json_get(object, r->names[i]) != NULL;
		(*out_of)++;
	}
	return present;
}

/* "a", "a or b", "a, b or c" of the rule's names. */
static ac_str
name_list(ac_check *c, const rule *r, size_t first)
{
	const ac_str *n = r->names + first;
	size_t count = 0;

	while (first + count < NAMES_MAX && n[count].p)
		count++;
	if (count == 3)
		return ac_arena_printf(c->arena, "%.*s, %.*s, %.*s", AC_FMT(n[0]), AC_FMT(n[1]), AC_FMT(n[2]));
	if (count == 2)
		return ac_arena_printf(c->arena, "%.*s, %.*s", AC_FMT(n[0]), AC_FMT(n[1]));
	return count ? n[0] : AC_S("");
}

static void
check_order(ac_check *c, const rule *r, const ac_json *object, const ac_where *where)
{
	const ac_where here = { where, r->names[1], 0 };
	int order;

	if (!ac_time_cmp_stix(ac_json_get_string(object, r->names[1]), ac_json_get_string(object, r->names[0]), &order))
		return; /* absent, or told already */
	if (order < 0 || (order == 0 && r->kind == AFTER))
		AC_CHECK_ERROR(c, r->section, &here, AC_S("want a time "),
		    r->kind == AFTER ? AC_S("later than ") : AC_S("not before "), r->names[0], AC_S(" ("),
		    ac_check_shown(ac_json_get_string(object, r->names[0])), AC_S("), got "),
		    ac_check_shown(ac_json_get_string(object, r->names[1])));
}

/* s6.13, s6.16 ...: a property that the type or extension itself defines, beside r's name; what others have added does not count. */
static void
check_some_property(ac_check *c, const rule *r, const ac_json *object, const ac_where *where)
{
	const ac_stix_extension *extension = ac_stix_extension_find(r->name);
	ac_json_iter it = ac_json_iter_of(object);

	while (ac_json_next(&it)) {
		bool is_own = extension ? ac_stix_struct_find(&extension->structure, it.key) != NULL
					: ac_stix_property_find(c->type, it.key) && !ac_stix_is_common_name(it.key);

		if ((is_own || ac_str_eq(it.key, AC_S("extensions"))) &&
		    !(r->names[0].p && ac_str_eq(it.key, r->names[0])))
			return;
	}
	AC_CHECK_ERROR(c, r->section, where, AC_S("want at least one property of '"), r->name, AC_S("', got none"));
}

static void
check_rule(ac_check *c, const rule *r, const ac_json *object, const ac_where *where)
{
	unsigned of, present;

	switch (r->kind) {
	case ONE_OF:
		if (count_names(r, object, 0, &of) == 0)
			AC_CHECK_ERROR(c, r->section, where, AC_S("want at least one of "), name_list(c, r, 0),
			    AC_S("; got none"));
		break;
	case EXACTLY_ONE:
		present = count_names(r, object, 0, &of);
		if (present != 1)
			AC_CHECK_ERROR(c, r->section, where, AC_S("want exactly one of "), name_list(c, r, 0),
			    present ? AC_S("; got more") : AC_S("; got none"));
		break;
	case NEEDS:
		if (ac_json_get(object, r->names[0]) && count_names(r, object, 1, &of) < of)
			AC_CHECK_ERROR(c, r->section, where, AC_S("'"), r->names[0], AC_S("' wants with it: "),
			    name_list(c, r, 1));
		break;
	case SHOULD_NEED:
		if (ac_json_get(object, r->names[0]) && count_names(r, object, 1, &of) < of)
			AC_CHECK_WARNING(c, r->section, r->code, where, AC_S("'"), r->names[0],
			    AC_S("' should come with "), name_list(c, r, 1));
		break;
	case SHOULD_HAVE:
		if (count_names(r, object, 0, &of) < of)
			AC_CHECK_WARNING(c, r->section, r->code, where, AC_S("should have "), name_list(c, r, 0));
		break;
	case AFTER:
	case NOT_BEFORE:
		check_order(c, r, object, where);
		break;
	case SOME_PROPERTY:
		check_some_property(c, r, object, where);
		break;
	}
}

void
ac_check_rules(ac_check *c, ac_str name, const ac_json *object, const ac_where *where)
{
	size_t low = 0, high = AC_COUNT(rules);

	/* The first row of that name. */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ac_str_cmp(rules[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < AC_COUNT(rules) && ac_str_eq(rules[low].name, name); low++)
		check_rule(c, &rules[low], object, where);
}

/*
 * Does text begin with prefix, and go on with digits: one group ("CAPEC-163"), or a year and a number of four digits, or of more that do not begin with 0
 * ("CVE-2021-26855")?
 */
static bool
is_numbered(ac_str text, ac_str prefix, unsigned groups)
{
	ac_str rest = ac_str_slice(text, prefix.n, text.n), group;
	unsigned n = 0;

	if (!ac_str_starts(text, prefix))
		return false;
	while (ac_str_next_field(&rest, '-', &group)) {
		for (size_t i = 0; i < group.n; i++)
			if (!ac_is_digit(group.p[i]))
				return false;
		if (group.n == 0 || (groups == 2 && n == 0 && group.n != 4))
			return false;
		if (n == 1 && (group.n < 4 || (group.n > 4 && group.p[0] == '0')))
			return false;
		n++;
	}
	return n == groups;
}

/* s4.1, s4.19: an id of that catalogue stands under its name, and under its name stands an id of its form. */
static void
check_catalogue(ac_check *c, const ac_json *object, const ac_where *where, ac_str source, ac_str prefix,
    unsigned groups, bool both_ways)
{
	const ac_where list = { where, AC_S("external_references"), 0 };
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));

	for (size_t i = 0; !it.is_object && ac_json_next(&it); i++) {
		const ac_where here = { &list, { NULL, 0 }, i };
		ac_str name = ac_json_get_string(it.value, AC_S("source_name"));
		ac_str id = ac_json_get_string(it.value, AC_S("external_id"));
		bool is_source = ac_str_eq(name, source), is_id = id.p && is_numbered(id, prefix, groups);

		if (is_source && id.p && !is_id)
			AC_CHECK_ERROR(c, c->type->section, &here, AC_S("want an external_id that begins with "),
			    prefix, AC_S(", got '"), ac_check_shown(id), AC_S("'"));
		if (both_ways && is_id && !is_source)
			AC_CHECK_ERROR(c, c->type->section, &here, AC_S("want source_name '"), source, AC_S("' for "),
			    ac_check_shown(id), AC_S(", got '"), ac_check_shown(name), AC_S("'"));
	}
}

static void
check_attack_pattern(ac_check *c, const ac_json *object, const ac_where *where)
{
	check_catalogue(c, object, where, AC_S("capec"), AC_S("CAPEC-"), 1, true);
}

static void
check_vulnerability(ac_check *c, const ac_json *object, const ac_where *where)
{
	check_catalogue(c, object, where, AC_S("cve"), AC_S("CVE-"), 2, true);
}

/* Types and first properties that a pattern names are names as everywhere (s3.1); walked with its left side in a loop, as chains lean left. */
static void
check_pattern_names(ac_check *c, const ac_pattern_node *node, const ac_where *where)
{
	for (; node; node = node->left) {
		if (node->op != AC_PATTERN_COMPARE && node->op != AC_PATTERN_EXISTS) {
			if (node->right)
				check_pattern_names(c, node->right, where);
			continue;
		}
		if (!ac_stix_type_name_is_valid(node->object_type))
			AC_CHECK_ERROR(c, AC_S("9.7"), where,
			    AC_S("want the name of an object type in the pattern, got '"),
			    ac_check_shown(node->object_type), AC_S("'"));
		if (!ac_format_property_name(node->steps[0].name))
			AC_CHECK_ERROR(c, AC_S("9.7"), where, AC_S("want the name of a property in the pattern, got '"),
			    ac_check_shown(node->steps[0].name), AC_S("'"));
		return;
	}
}

static void
check_indicator(ac_check *c, const ac_json *object, const ac_where *where)
{
	ac_str text = ac_json_get_string(object, AC_S("pattern"));
	bool is_20 = ac_str_eq(ac_json_get_string(object, AC_S("pattern_version")), AC_S("2.0"));
	const ac_where here = { where, AC_S("pattern"), 0 };
	const ac_pattern_node *root = NULL;
	accord_err err = { 0 };
	int rc;

	if (!text.p || !ac_str_eq(ac_json_get_string(object, AC_S("pattern_type")), AC_S("stix")))
		return;
	rc = ac_pattern_parse_dialect(
	    text, is_20 ? AC_PATTERN_REPEATED_QUALIFIERS | AC_PATTERN_STRING_TIMES : 0, c->arena, &root, &err);
	if (rc == ACCORD_ENOMEM) {
		c->failed = rc;
	} else if (rc) {
		ac_str column = ac_arena_printf(c->arena, " (byte %llu)", (unsigned long long)err.byte);

		AC_CHECK_ERROR(
		    c, AC_S("9"), &here, AC_S("want a STIX pattern; "), ac_str_from(err.text), ac_check_shown(column));
	} else {
		check_pattern_names(c, root, &here);
		if (root->unusable)
			AC_CHECK_ERROR(
			    c, AC_S("9.4"), &here, AC_S("want usable constants, got one that can match nothing"));
	}
}

static void
check_relationship(ac_check *c, const ac_json *object, const ac_where *where)
{
	static const ac_str missing[] = { [1] = AC_S_INIT("source type"),
		[2] = AC_S_INIT("relationship type for its source"),
		[3] = AC_S_INIT("target type for it") };
	ac_str source = ac_stix_id_type(ac_json_get_string(object, AC_S("source_ref")));
	ac_str target = ac_stix_id_type(ac_json_get_string(object, AC_S("target_ref")));
	ac_str kind = ac_json_get_string(object, AC_S("relationship_type"));
	int which;

	if (!source.p || !target.p || !kind.p)
		return;
	which = ac_stix_relationship_suggested(source, kind, target);
	if (which)
		AC_CHECK_WARNING(c, AC_S("5.1.1"), AC_S("202"), where, ac_check_shown(source), AC_S(" "),
		    ac_check_shown(kind), AC_S(" "), ac_check_shown(target),
		    AC_S(" is allowed, but the standard suggests no such "), missing[which]);
}

/* s7.2.1.4: the only TLP 1 markings are these four, as they are. */
static void
check_tlp(ac_check *c, const ac_json *object, const ac_where *where)
{
	static const struct {
		ac_str level;
		ac_str id;
	} tlp[] = {
		{ AC_S_INIT("white"), AC_S_INIT("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9") },
		{ AC_S_INIT("green"), AC_S_INIT("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da") },
		{ AC_S_INIT("amber"), AC_S_INIT("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82") },
		{ AC_S_INIT("red"), AC_S_INIT("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed") },
	};
	ac_str level = ac_json_get_string(ac_json_get(object, AC_S("definition")), AC_S("tlp"));
	ac_time created, wanted;

	for (size_t i = 0; i < AC_COUNT(tlp); i++) {
		if (!ac_str_eq(tlp[i].level, level))
			continue;
		if (!ac_str_eq(tlp[i].id, ac_json_get_string(object, AC_S("id"))) ||
		    ac_time_parse_stix(ac_json_get_string(object, AC_S("created")), &created, NULL) ||
		    ac_time_parse_stix(AC_S("2017-01-20T00:00:00.000Z"), &wanted, NULL) || ac_time_cmp(created, wanted))
			AC_CHECK_ERROR(c, AC_S("7.2.1"), where, AC_S("want the standard's own TLP marking "), tlp[i].id,
			    AC_S(" of 2017-01-20, got another instance"));
		return;
	}
	AC_CHECK_ERROR(c, AC_S("7.2.1"), where,
	    AC_S("want the tlp white, green, amber or red in the definition, got '"), ac_check_shown(level), AC_S("'"));
}

static void
check_marking_definition(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_json *definition = ac_json_get(object, AC_S("definition"));
	ac_str kind = ac_json_get_string(object, AC_S("definition_type")), id = ac_json_get_string(object, AC_S("id"));
	bool has_extensions = ac_json_get(object, AC_S("extensions")) != NULL;
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("object_marking_refs")));

	if (!has_extensions && (!definition || !ac_json_get(object, AC_S("definition_type"))))
		AC_CHECK_ERROR(c, AC_S("7.2.1"), where,
		    AC_S("want definition_type and definition, or extensions, in a marking definition; got neither"));
	if (ac_str_eq(kind, AC_S("tlp"))) {
		check_tlp(c, object, where);
	} else if (ac_str_eq(kind, AC_S("statement"))) {
		if (definition && !ac_json_get_string(definition, AC_S("statement")).p)
			AC_CHECK_ERROR(
			    c, AC_S("7.2.1"), where, AC_S("want 'statement' (a string) in the definition, got none"));
	} else if (kind.p) {
		if (!ac_format_is_lower_hyphen(kind))
			AC_CHECK_WARNING(c, AC_S("2.14"), AC_S("111"), where,
			    AC_S("a definition_type of one's own should be lower case with hyphens, got '"),
			    ac_check_shown(kind), AC_S("'"));
		AC_CHECK_WARNING(c, AC_S("7.2.1"), AC_S("201"), where,
		    AC_S("definition_type should be statement or tlp, got '"), ac_check_shown(kind), AC_S("'"));
		if (!has_extensions)
			AC_CHECK_WARNING(c, AC_S("7.2.1"), AC_S("401"), where,
			    AC_S("a marking of one's own should be an extension"));
	}
	while (!it.is_object && ac_json_next(&it))
		if (id.p && ac_str_eq(ac_json_string(it.value), id))
			AC_CHECK_ERROR(c, AC_S("3.2"), where,
			    AC_S("want no reference of a marking definition to itself, got one"));
}

/* s7.1.1: language codes, each with an object of translated properties. */
static void
check_language_content(ac_check *c, const ac_json *object, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("contents")));
	const ac_where contents = { where, AC_S("contents"), 0 };

	while (it.is_object && ac_json_next(&it)) {
		const ac_where here = { &contents, it.key, 0 };
		ac_json_iter inner = ac_json_iter_of(it.value);

		if (ac_format_wanted(AC_STIX_FORMAT_LANGUAGE, it.key))
			AC_CHECK_ERROR(c, AC_S("7.1"), &here,
			    AC_S("want a language code of RFC 5646 as the key, got '"), ac_check_shown(it.key),
			    AC_S("'"));
		if (!ac_json_is(it.value, AC_JSON_OBJECT))
			AC_CHECK_ERROR(c, AC_S("7.1"), &here, AC_S("want an object of translated properties, got "),
			    ac_check_kind_of(it.value));
		while (inner.is_object && ac_json_next(&inner))
			if (!ac_format_property_name(inner.key))
				AC_CHECK_ERROR(c, AC_S("7.1"), &here, AC_S("want the name of a property, got '"),
				    ac_check_shown(inner.key), AC_S("'"));
	}
}

static bool
list_has(const ac_json *list, ac_str text)
{
	ac_json_iter it = ac_json_iter_of(list);

	while (!it.is_object && ac_json_next(&it))
		if (ac_str_eq(ac_json_string(it.value), text))
			return true;
	return false;
}

static void
check_extension_definition(ac_check *c, const ac_json *object, const ac_where *where)
{
	bool is_toplevel = list_has(ac_json_get(object, AC_S("extension_types")), AC_S("toplevel-property-extension"));
	bool has_names = ac_json_get(object, AC_S("extension_properties")) != NULL;

	if (has_names && !is_toplevel)
		AC_CHECK_ERROR(c, AC_S("7.3"), where,
		    AC_S("want extension_properties with toplevel-property-extension only, got it without"));
	if (is_toplevel && !has_names)
		AC_CHECK_WARNING(c, AC_S("7.3"), AC_S("306"), where,
		    AC_S("a toplevel-property-extension should name its extension_properties"));
}

/* s4.11: a family has a name. */
static void
check_malware(ac_check *c, const ac_json *object, const ac_where *where)
{
	if (ac_json_is_true(ac_json_get(object, AC_S("is_family"))) && !ac_json_get(object, AC_S("name")))
		AC_CHECK_ERROR(c, AC_S("4.11"), where, AC_S("want a name for a malware family, got none"));
}

/* s4.14: among what is referred to is at least one observable. */
static void
check_observed_data(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_json *refs = ac_json_get(object, AC_S("object_refs"));
	ac_json_iter it = ac_json_iter_of(refs);

	if (!ac_json_is(refs, AC_JSON_ARRAY))
		return;
	while (ac_json_next(&it)) {
		const ac_stix_type *type = ac_stix_type_find(ac_stix_id_type(ac_json_string(it.value)));

		if (!type || type->class == AC_STIX_SCO)
			return;
	}
	AC_CHECK_ERROR(c, AC_S("4.14"), where, AC_S("want a reference to at least one cyber-observable, got none"));
}

static void
check_email_message(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_json *is_multipart = ac_json_get(object, AC_S("is_multipart"));

	if (ac_json_is(is_multipart, AC_JSON_TRUE) && ac_json_get(object, AC_S("body")))
		AC_CHECK_ERROR(c, AC_S("6.6"), where, AC_S("want no body when is_multipart is true, got one"));
	if (ac_json_is(is_multipart, AC_JSON_FALSE) && ac_json_get(object, AC_S("body_multipart")))
		AC_CHECK_ERROR(
		    c, AC_S("6.6"), where, AC_S("want no body_multipart when is_multipart is false, got one"));
}

/* s6.12.1: what an extension tells of is one of the protocols. */
static void
check_protocols(ac_check *c, const ac_json *object, const ac_where *where)
{
	static const struct {
		ac_str extension, protocol;
	} rows[] = {
		{ AC_S_INIT("http-request-ext"), AC_S_INIT("http") },
		{ AC_S_INIT("icmp-ext"), AC_S_INIT("icmp") },
		{ AC_S_INIT("tcp-ext"), AC_S_INIT("tcp") },
	};
	const ac_json *extensions = ac_json_get(object, AC_S("extensions"));
	const ac_where here = { where, AC_S("protocols"), 0 };

	for (size_t i = 0; extensions && i < AC_COUNT(rows); i++)
		if (ac_json_get(extensions, rows[i].extension) &&
		    !list_has(ac_json_get(object, AC_S("protocols")), rows[i].protocol))
			AC_CHECK_WARNING(c, AC_S("6.12.1"), AC_S(""), &here, AC_S("should name '"), rows[i].protocol,
			    AC_S("', of which "), rows[i].extension, AC_S(" tells"));
}

static void
check_network_traffic(ac_check *c, const ac_json *object, const ac_where *where)
{
	check_protocols(c, object, where);
	if (ac_json_is_true(ac_json_get(object, AC_S("is_active"))) && ac_json_get(object, AC_S("end")))
		AC_CHECK_ERROR(c, AC_S("6.12"), where, AC_S("want no end while is_active is true, got one"));
}

void
ac_check_special(ac_check *c, const ac_json *object, const ac_where *where)
{
	static const struct {
		ac_str type;
		void (*check)(ac_check *c, const ac_json *object, const ac_where *where);
	} specials[] = {
		{ AC_S_INIT("relationship"), check_relationship },
		{ AC_S_INIT("indicator"), check_indicator },
		{ AC_S_INIT("attack-pattern"), check_attack_pattern },
		{ AC_S_INIT("malware"), check_malware },
		{ AC_S_INIT("observed-data"), check_observed_data },
		{ AC_S_INIT("vulnerability"), check_vulnerability },
		{ AC_S_INIT("network-traffic"), check_network_traffic },
		{ AC_S_INIT("email-message"), check_email_message },
		{ AC_S_INIT("marking-definition"), check_marking_definition },
		{ AC_S_INIT("language-content"), check_language_content },
		{ AC_S_INIT("extension-definition"), check_extension_definition },
	};

	for (size_t i = 0; i < AC_COUNT(specials); i++)
		if (ac_str_eq(specials[i].type, c->type_name))
			specials[i].check(c, object, where);
}
