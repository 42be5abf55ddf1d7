/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit: every MUST of STIX 2.1 that one object can break (sections 2 to 8 and 11). First by the table, for each type: what is required, what kind each
 * property has, what a reference may lead to, what a vocabulary holds. Then clause by clause, in the order of the standard: the section and the place that must
 * be told, or none for what is right. What needs other objects is in test_cross.c.
 */
#include "base/buf.h"
#include "stix/object.h"
#include "stix_test.h"

#define ID(type) "'" type "--" UUID4 "'"
#define OBSERVED ",'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:01Z','number_observed':1"

/* The least that is valid, for each type. */
static const struct {
	const char *type;
	const char *json;
} least[] = {
	{ "attack-pattern", SDO("attack-pattern", ",'name':'x'") },
	{ "campaign", SDO("campaign", ",'name':'x'") },
	{ "course-of-action", SDO("course-of-action", ",'name':'x'") },
	{ "grouping", SDO("grouping", ",'context':'unspecified','object_refs':[" ID("tool") "]") },
	{ "identity", SDO("identity", ",'name':'x'") },
	{ "incident", SDO("incident", ",'name':'x'") },
	{ "indicator", SDO("indicator",
			   ",'pattern':'[file:size = 1]','pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z'") },
	{ "infrastructure", SDO("infrastructure", ",'name':'x'") },
	{ "intrusion-set", SDO("intrusion-set", ",'name':'x'") },
	{ "location", SDO("location", ",'region':'europe'") },
	{ "malware", SDO("malware", ",'is_family':false") },
	{ "malware-analysis", SDO("malware-analysis", ",'product':'x','result':'benign'") },
	{ "note", SDO("note", ",'content':'x','object_refs':[" ID("tool") "]") },
	{ "observed-data", SDO("observed-data", OBSERVED ",'object_refs':[" ID("file") "]") },
	{ "opinion", SDO("opinion", ",'opinion':'agree','object_refs':[" ID("tool") "]") },
	{ "report", SDO("report", ",'name':'x','published':'2020-01-01T00:00:00Z','object_refs':[" ID("tool") "]") },
	{ "threat-actor", SDO("threat-actor", ",'name':'x'") },
	{ "tool", SDO("tool", ",'name':'x'") },
	{ "vulnerability", SDO("vulnerability", ",'name':'x'") },
	{ "relationship", SDO("relationship",
			      ",'relationship_type':'uses','source_ref':" ID("malware") ",'target_ref':" ID("tool")) },
	{ "sighting", SDO("sighting", ",'sighting_of_ref':" ID("indicator")) },
	{ "language-content", SDO("language-content", ",'object_ref':" ID("tool") ",'contents':{'fr':{'name':'x'}}") },
	{ "extension-definition",
	    SDO("extension-definition",
		",'created_by_ref':" ID(
		    "identity") ",'name':'x','schema':'x','version':'1','extension_types':['new-sdo']") },
	{ "marking-definition",
	    "{'type':'marking-definition','spec_version':'2.1','id':" ID(
		"marking-definition") ",'created':'2020-01-01T00:00:"
				      "00.000Z','definition_type':'statement','definition':{'statement':'x'}}" },
	{ "artifact", SCO("artifact", ",'payload_bin':'AAAA'") },
	{ "autonomous-system", SCO("autonomous-system", ",'number':1") },
	{ "directory", SCO("directory", ",'path':'/'") },
	{ "domain-name", SCO("domain-name", ",'value':'a.example'") },
	{ "email-addr", SCO("email-addr", ",'value':'a@a.example'") },
	{ "email-message", SCO("email-message", ",'is_multipart':false,'subject':'x'") },
	{ "file", SCO("file", ",'name':'x'") },
	{ "ipv4-addr", SCO("ipv4-addr", ",'value':'198.51.100.1'") },
	{ "ipv6-addr", SCO("ipv6-addr", ",'value':'2001:db8::1'") },
	{ "mac-addr", SCO("mac-addr", ",'value':'00:00:ab:cd:ef:01'") },
	{ "mutex", SCO("mutex", ",'name':'x'") },
	{ "network-traffic", SCO("network-traffic", ",'protocols':['tcp'],'src_ref':" ID("ipv4-addr")) },
	{ "process", SCO4("process", ",'pid':1") },
	{ "software", SCO("software", ",'name':'x'") },
	{ "url", SCO("url", ",'value':'https://a.example/'") },
	{ "user-account", SCO("user-account", ",'user_id':'x'") },
	{ "windows-registry-key", SCO("windows-registry-key", ",'key':'HKEY_USERS\\\\x'") },
	{ "x509-certificate", SCO("x509-certificate", ",'serial_number':'1'") },
	{ "bundle", "{'type':'bundle','id':" ID("bundle") "}" },
};

/* The errors of one object: "4.7 /valid_until; ". */
static void
note_error(void *payload, const ac_stix_finding *f)
{
	if (f->level == AC_STIX_ERROR)
		ac_buf_printf(payload, "%.*s %.*s; ", AC_FMT(f->section), AC_FMT(f->pointer));
}

static ac_str
errors_of(ac_arena *arena, ac_str text, ac_buf *out)
{
	const ac_json *json = NULL;
	accord_err err = { 0 };
	int rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &json, &err);

	if (rc)
		fail_msg("the test's own JSON: %s: %.*s", err.text, AC_FMT(text));
	ac_buf_reset(out);
	assert_true(ac_stix_validate(json, arena, note_error, out, &err) >= 0);
	return ac_buf_view(out);
}

/* The object of `json` without `name`, or with another value for it (NULL: without). */
static ac_str
changed(ac_arena *arena, const char *text, ac_str name, ac_str value)
{
	const ac_json *json = json_of(arena, text);
	ac_json_iter it = ac_json_iter_of(json);
	ac_buf buf;
	ac_str copy;

	ac_buf_init(&buf, AC_MIB);
	ac_buf_add_byte(&buf, '{');
	while (ac_json_next(&it))
		if (!ac_str_eq(it.key, name))
			ac_buf_printf(&buf, "%s\"%.*s\":%.*s", buf.n > 1 ? "," : "", AC_FMT(it.key),
			    AC_FMT(ac_json_raw(it.value)));
	if (value.p)
		ac_buf_printf(&buf, "%s\"%.*s\":%.*s", buf.n > 1 ? "," : "", AC_FMT(name), AC_FMT(value));
	ac_buf_add_byte(&buf, '}');
	copy = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return copy;
}

typedef struct audit {
	ac_arena arena;
	ac_buf got;
	size_t wrong, looked;
} audit;

static void
audit_begin(audit *a)
{
	*a = (audit){ 0 };
	ac_arena_init(&a->arena, 64 * AC_MIB);
	ac_buf_init(&a->got, AC_MIB);
}

static void
audit_end(audit *a)
{
	ac_buf_done(&a->got);
	ac_arena_done(&a->arena);
	assert_true(a->looked > 0);
	assert_int_equal(a->wrong, 0);
}

/* An error that begins with `where` (a place, or "section place") must be among those of the text; wanted NULL: none at all. */
static void
expect(audit *a, ac_str text, const char *wanted)
{
	ac_str got = errors_of(&a->arena, text, &a->got);

	a->looked++;
	if (wanted ? ac_str_find(got, ac_str_from(wanted)) < got.n : got.n == 0)
		return;
	print_error("%.*s\n got  %.*s\n want %s\n", AC_FMT(text), AC_FMT(got), wanted ? wanted : "no error");
	a->wrong++;
}

typedef void (*on_property)(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property);

static void
each_property(audit *a, on_property on)
{
	for (size_t i = 0; i < AC_COUNT(least); i++) {
		const ac_stix_type *type = ac_stix_type_find(ac_str_from(least[i].type));

		assert_non_null(type);
		ac_arena_reset(&a->arena);
		for (size_t k = 0; k < type->property_count; k++)
			on(a, least[i].json, type, &type->properties[k]);
		for (size_t k = 0; k < type->common_count; k++)
			on(a, least[i].json, type, &type->common[k]);
	}
}

static void
least__is_valid_for_every_type(void **state)
{
	audit a;

	audit_begin(&a);
	assert_int_equal(AC_COUNT(least), ac_stix_type_count());
	for (size_t i = 0; i < AC_COUNT(least); i++)
		expect(&a, quoted(&a.arena, least[i].json), NULL);
	audit_end(&a);
}

static void
drop(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property)
{
	/* A bundle is told of its id in s8, everything else in s3.2 or in the type's own section. */
	if (property->is_required)
		expect(a, changed(&a->arena, json, property->name, (ac_str){ NULL, 0 }), " ; ");
}

static void
properties__that_are_required_are_missed(void **state)
{
	audit a;

	audit_begin(&a);
	each_property(&a, drop);
	audit_end(&a);
}

/* A value that no property of the kind may have. */
static const char *
wrong_value(ac_stix_kind kind)
{
	switch (kind) {
	case AC_STIX_STRING:
	case AC_STIX_TIMESTAMP:
	case AC_STIX_IDENTIFIER:
	case AC_STIX_HEX:
	case AC_STIX_BINARY:
	case AC_STIX_OPEN_VOCAB:
	case AC_STIX_ENUM:
	case AC_STIX_HASHES:
	case AC_STIX_DICTIONARY:
	case AC_STIX_KILL_CHAIN_PHASE:
	case AC_STIX_EXTERNAL_REFERENCE:
	case AC_STIX_GRANULAR_MARKING:
	case AC_STIX_OBJECT:
	case AC_STIX_CONTAINER:
		return "7";
	case AC_STIX_INTEGER:
	case AC_STIX_FLOAT:
	case AC_STIX_BOOLEAN:
		return "\"7\"";
	case AC_STIX_ANY:
	case AC_STIX_RESERVED:
		return "null";
	}
	return NULL;
}

static const char *
place_of(audit *a, ac_str name, const char *more)
{
	return ac_arena_printf(&a->arena, " /%.*s%s", AC_FMT(name), more).p;
}

static void
retype(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property)
{
	const char *wrong = wrong_value(property->kind);
	ac_str list = ac_arena_printf(&a->arena, "[%s]", wrong);

	/* What an object is cannot be asked of its type; a bundle's id and objects are told at the object. */
	if (ac_str_eq(property->name, AC_S("type")))
		return;
	if (property->is_list) {
		expect(a, changed(&a->arena, json, property->name, list), place_of(a, property->name, "/0;"));
		expect(a, changed(&a->arena, json, property->name, AC_S("[]")), place_of(a, property->name, ";"));
		expect(a, changed(&a->arena, json, property->name, AC_S("{}")), place_of(a, property->name, ";"));
	} else {
		expect(
		    a, changed(&a->arena, json, property->name, ac_str_from(wrong)), place_of(a, property->name, ";"));
		expect(a, changed(&a->arena, json, property->name, list), place_of(a, property->name, ";"));
	}
	expect(a, changed(&a->arena, json, property->name, AC_S("null")), place_of(a, property->name, ";"));
}

static void
properties__refuse_every_other_kind_null_and_emptiness(void **state)
{
	audit a;

	audit_begin(&a);
	each_property(&a, retype);
	audit_end(&a);
}

static bool
may_lead_to(const ac_stix_property *property, const ac_stix_type *target)
{
	static const unsigned bits[] = { [AC_STIX_SDO] = AC_STIX_REF_SDO,
		[AC_STIX_SRO] = AC_STIX_REF_SRO,
		[AC_STIX_SCO] = AC_STIX_REF_SCO,
		[AC_STIX_META] = AC_STIX_REF_META,
		[AC_STIX_BUNDLE] = 0 };

	if (!property->ref_types)
		return property->ref_class & bits[target->class];
	for (const ac_str *at = property->ref_types; at->p; at++)
		if (ac_str_eq(*at, target->name))
			return true;
	return false;
}

static void
point_elsewhere(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property)
{
	if (property->kind != AC_STIX_IDENTIFIER || ac_str_eq(property->name, AC_S("id")))
		return;
	for (size_t i = 0; i < ac_stix_type_count(); i++) {
		const ac_stix_type *target = ac_stix_type_at(i);
		ac_str id = ac_arena_printf(&a->arena,
		    property->is_list ? "[\"%.*s--" UUID4 "\"]" : "\"%.*s--" UUID4 "\"", AC_FMT(target->name));
		ac_str text = changed(&a->arena, json, property->name, id), got;
		bool is_told;

		/* A marking definition must not mark itself. */
		if (ac_str_eq(type->name, AC_S("marking-definition")) && ac_str_eq(type->name, target->name))
			continue;
		a->looked++;
		got = errors_of(&a->arena, text, &a->got);
		is_told =
		    ac_str_find(got, ac_str_from(place_of(a, property->name, property->is_list ? "/0;" : ";"))) < got.n;
		if (is_told == may_lead_to(property, target)) {
			print_error("%.*s.%.*s to %.*s: got %.*s\n", AC_FMT(type->name), AC_FMT(property->name),
			    AC_FMT(target->name), AC_FMT(got));
			a->wrong++;
		}
	}
	expect(a,
	    changed(&a->arena, json, property->name, property->is_list ? AC_S("[\"tool--1\"]") : AC_S("\"tool--1\"")),
	    place_of(a, property->name, property->is_list ? "/0;" : ";"));
}

static void
references__lead_to_their_types_only(void **state)
{
	audit a;

	audit_begin(&a);
	each_property(&a, point_elsewhere);
	audit_end(&a);
}

/* Terms beside an enumeration are errors; beside an open vocabulary they are none. */
static void
use_other_term(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property)
{
	bool is_enum = property->kind == AC_STIX_ENUM;
	ac_str value = property->is_list ? AC_S("[\"other-term\"]") : AC_S("\"other-term\"");
	ac_str text = changed(&a->arena, json, property->name, value), got;
	const char *where = place_of(a, property->name, property->is_list ? "/0;" : ";");

	if (!is_enum && property->kind != AC_STIX_OPEN_VOCAB)
		return;
	if (is_enum) {
		expect(a, text, where);
		return;
	}
	a->looked++;
	got = errors_of(&a->arena, text, &a->got);
	a->wrong += ac_str_find(got, ac_str_from(where)) < got.n;
}

static void
vocabularies__are_closed_where_they_are_enumerations(void **state)
{
	audit a;

	audit_begin(&a);
	each_property(&a, use_other_term);
	audit_end(&a);
}

static void
leave_range(audit *a, const char *json, const ac_stix_type *type, const ac_stix_property *property)
{
	bool is_integer = property->kind == AC_STIX_INTEGER;
	const char *where = place_of(a, property->name, ";");

	if (!is_integer && property->kind != AC_STIX_FLOAT)
		return;
	if (property->has_range) {
		expect(a,
		    changed(&a->arena, json, property->name,
			ac_arena_printf(&a->arena, "%lld", (long long)property->min - 1)),
		    where);
		expect(a,
		    changed(&a->arena, json, property->name,
			ac_arena_printf(&a->arena, "%lld", (long long)property->max + 1)),
		    where);
	}
	if (is_integer) {
		expect(a, changed(&a->arena, json, property->name, AC_S("9007199254740992")), where);
		expect(a, changed(&a->arena, json, property->name, AC_S("-9007199254740992")), where);
		expect(a, changed(&a->arena, json, property->name, AC_S("0.5")), where);
	}
}

static void
numbers__stay_in_their_range(void **state)
{
	audit a;

	audit_begin(&a);
	each_property(&a, leave_range);
	audit_end(&a);
}

typedef struct clause {
	const char *json;
	const char *errors; /* all of them: "4.7 /valid_until; " */
} clause;

static void
check_clauses(const clause *rows, size_t n)
{
	audit a;

	audit_begin(&a);
	for (size_t i = 0; i < n; i++) {
		ac_str text = quoted(&a.arena, rows[i].json), got = errors_of(&a.arena, text, &a.got);

		a.looked++;
		if (ac_str_eq(got, ac_str_from(rows[i].errors)))
			continue;
		print_error("%s\n got  %.*s\n want %s\n", rows[i].json, AC_FMT(got), rows[i].errors);
		a.wrong++;
	}
	audit_end(&a);
}

#define TOOL(more) SDO("tool", ",'name':'x'" more)
#define FILE_(more) SCO("file", ",'name':'x'" more)
#define A50 "a2345678901234567890123456789012345678901234567890"
#define A250 A50 A50 A50 A50 A50
#define EXTENSION(more)                                                                                                \
	TOOL(",'extensions':{" ID("extension-definition") ":{'extension_type':'property-extension'" more "}}")
#define EXTENSION_AT "/extensions/extension-definition--" UUID4

static void
clauses__of_section_2(void **state)
{
	static const clause rows[] = {
		/* 2.1 base64 of RFC 4648 */
		{ SCO("artifact", ",'payload_bin':'AA==' "), "" },
		{ SCO("artifact", ",'payload_bin':'A-_='"), "2.1 /payload_bin; " },
		/* 2.3 keys and emptiness */
		{ TOOL(",'x_dict':{}"), "2.3 /x_dict; " },
		{ SCO4("process", ",'environment_variables':{'a b':'x'}"), "2.3 /environment_variables/a b; " },
		{ SCO4("process", ",'environment_variables':{'" A250 "':'x'}"), "" },
		{ SCO4("process", ",'environment_variables':{'" A250 "b':'x'}"),
		    "2.3 /environment_variables/" A250 "b; " },
		/* 2.5 */
		{ TOOL(",'external_references':[{'description':'x'}]"), "2.5 /external_references/0; " },
		{ TOOL(",'external_references':[{'source_name':'x','hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427e'}}"
		       "]"),
		    "2.5.2 /external_references/0; " },
		{ TOOL(",'external_references':[{'source_name':'x','url':'no url'}]"),
		    "2.5 /external_references/0/url; " },
		/* 2.7 */
		{ FILE_(",'hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427'}"), "2.7 /hashes/MD5; " },
		{ FILE_(",'hashes':{'SHA-1':'da39a3ee5e6b4b0d3255bfef95601890afd80709'}"), "" },
		{ FILE_(",'hashes':{'SHA-1':'da39a3ee5e6b4b0d3255bfef95601890afd8070g'}"), "2.7 /hashes/SHA-1; " },
		{ FILE_(",'hashes':{'SHA-512':'00'}"), "2.7 /hashes/SHA-512; " },
		{ FILE_(",'hashes':{'SHA3-256':'00'}"), "2.7 /hashes/SHA3-256; " },
		{ FILE_(",'hashes':{'TLSH':'!'}"), "2.7 /hashes/TLSH; " },
		{ FILE_(",'hashes':{'ab':'x'}"), "2.7 /hashes/ab; " },
		{ FILE_(",'hashes':{'x_own':7}"), "2.7 /hashes/x_own; " },
		/* 2.8 */
		{ FILE_(",'magic_number_hex':'FF'"), "2.8 /magic_number_hex; " },
		{ FILE_(",'magic_number_hex':'fff'"), "2.8 /magic_number_hex; " },
		/* 2.9 */
		{ TOOL(",'created_by_ref':'identity--8e2e2d2b-17d4-4cbf-f38f-98ee46b3cd3f'"), "2.9 /created_by_ref; " },
		{ TOOL(",'created_by_ref':'identity-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f'"), "2.9 /created_by_ref; " },
		{ TOOL(",'created_by_ref':'Identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f'"), "2.9 /created_by_ref; " },
		{ SCO("artifact", ",'url':'https://a.example/','hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427e'}"),
		    "" },
		{ SCO("email-message", ",'is_multipart':false"), "2.9 /id; " },
		{ SCO("user-account", ",'display_name':'x'"), "2.9 /id; " },
		{ SCO("windows-registry-key", ",'number_of_subkeys':1"), "2.9 /id; " },
		{ SCO("x509-certificate", ",'subject':'x'"), "2.9 /id; " },
		/* 2.11 */
		{ TOOL(",'kill_chain_phases':[{'phase_name':'x'}]"), "2.11 /kill_chain_phases/0; " },
		/* 2.16 */
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01T00:00:00.123456789012Z'"), "" },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01T00:00:00.Z'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01T00:00:00'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01T00:00:00+00:00'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-13-01T00:00:00Z'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-02-30T00:00:00Z'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01t00:00:00z'"), "2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2016-12-31T23:59:60Z'"), "" },
	};

	check_clauses(rows, AC_COUNT(rows));
}

static void
clauses__of_section_3(void **state)
{
	static const clause rows[] = {
		/* 3.1 */
		{ FILE_(",'name_enc':'UTF-8'"), "" },
		{ SCO("file", ",'hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427e'},'name_enc':'UTF-8'"), "3.1 ; " },
		/* 3.2 */
		{ "{'type':'tool','spec_version':'2.1','id':" ID(
		      "tool") ",'name':'x','created':'2020-01-01T00:00:00.00Z','modified':"
			      "'2020-01-01T00:00:00.0000Z'}",
		    "3.2 /created; " },
		{ "{'type':'tool','spec_version':'2.1','id':" ID(
		      "tool") ",'name':'x','created':'2020-01-01T00:00:00.001Z','modified':"
			      "'2020-01-01T00:00:00.000Z'}",
		    "3.2 /modified; " },
		{ "{'type':'tool','spec_version':'2.0','id':" ID("tool") ",'name':'x'" TIMES "}",
		    "3.2 /spec_version; " },
		{ "{'type':'mutex','id':'mutex--" UUID5 "','name':'x','spec_version':'2.2'}", "3.2 /spec_version; " },
		{ TOOL(",'lang':'de-CH-1996'"), "" },
		{ TOOL(",'lang':'english'"), "4.18 /lang; " },
		{ TOOL(",'lang':'en_US'"), "4.18 /lang; " },
		{ TOOL(",'defanged':false"), "3.2 /defanged; " },
		{ TOOL(",'extensions':{" ID("extension-definition") ":{'extension_type':'other'}}"),
		    "10.5 " EXTENSION_AT "/extension_type; " },
		{ TOOL(",'extensions':{" ID("extension-definition") ":{'rank':5}}"), "3.2 " EXTENSION_AT "; " },
		/* 3.8 */
		{ TOOL(",'severity':1"), "3.8 /severity; " },
		{ TOOL(",'username':1"), "3.8 /username; " },
		{ TOOL(",'phone_number':1"), "3.8 /phone_number; " },
		{ TOOL(",'action':1"), "3.8 /action; " },
		{ SDO("course-of-action", ",'name':'x','action':{}"), "3.8 /action; " },
		/* 3.9.1 */
		{ FILE_(",'name_enc':'my-own'"), "6.7 /name_enc; " },
		{ SCO("directory", ",'path':'x','path_enc':'windows-1252'"), "" },
	};

	check_clauses(rows, AC_COUNT(rows));
}

#define SEEN(type) SDO(type, ",'name':'x','first_seen':'2020-01-01T00:00:00.1Z','last_seen':'2020-01-01T00:00:00Z'")
static void
clauses__of_sections_4_and_5(void **state)
{
	static const clause rows[] = {
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'capec','external_id':'CAPEC-1'}]"),
		    "" },
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'capec','external_id':'CAPEC-'}]"),
		    "4.1 /external_references/0; " },
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'CAPEC','external_id':'CAPEC-1'}]"),
		    "4.1 /external_references/0; " },
		{ SEEN("campaign"), "4.2 /last_seen; " },
		{ SEEN("infrastructure"), "4.8 /last_seen; " },
		{ SEEN("intrusion-set"), "4.9 /last_seen; " },
		{ SEEN("threat-actor"), "4.17 /last_seen; " },
		{ SDO("malware",
		      ",'is_family':false,'first_seen':'2020-01-01T00:00:00.1Z','last_seen':'2020-01-01T00:00:00Z'"),
		    "4.11 /last_seen; " },
		{ SDO("indicator",
		      ",'pattern':'[file:size = 1','pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z'"),
		    "9 /pattern; " },
		{ SDO("indicator", ",'pattern':'alert tcp','pattern_type':'snort','valid_from':'2020-01-01T00:00:00Z'"),
		    "" },
		{ SDO("indicator", ",'pattern':'[file:size = "
				   "1]','pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z','valid_until':"
				   "'2020-01-01T00:00:00Z'"),
		    "4.7 /valid_until; " },
		{ SDO("location", ""), "4.10 ; " },
		{ SDO("location", ",'name':'x','city':'y'"), "4.10 ; " },
		{ SDO("location", ",'latitude':1,'longitude':1"), "" },
		{ SDO("location", ",'latitude':1,'longitude':1,'precision':2.5"), "" },
		{ SDO("location", ",'country':'de','longitude':1"), "4.10 ; " },
		{ SDO("location", ",'country':'de','precision':1"), "4.10 ; " },
		{ SDO("malware", ",'is_family':true"), "4.11 ; " },
		{ SDO("malware-analysis", ",'product':'x'"), "4.12 ; " },
		{ SDO("malware-analysis", ",'product':'x','analysis_sco_refs':[" ID("file") "]"), "" },
		{ SDO("observed-data", OBSERVED), "4.14 ; " },
		{ SDO("observed-data", OBSERVED ",'object_refs':[" ID("sighting") "]"), "4.14 ; " },
		{ SDO("observed-data",
		      OBSERVED ",'object_refs':[" ID("file") "],'objects':{'0':{'type':'mutex','name':'x'}}"),
		    "4.14 ; " },
		{ SDO("observed-data", OBSERVED ",'objects':{'0':{'type':'mutex','name':'x'}}"), "" },
		{ SDO("observed-data", ",'first_observed':'2020-01-01T00:00:01Z','last_observed':'2020-01-01T00:00:00Z'"
				       ",'number_observed':"
				       "1,'object_refs':[" ID("file") "]"),
		    "4.14 /last_observed; " },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'CVE-2021-00123'}]"),
		    "4.19 /external_references/0; " },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'CVE-2021-123456'}]"),
		    "" },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'2021-1234'}]"),
		    "4.19 /external_references/0; " },
		{ SDO("relationship",
		      ",'relationship_type':'uses_it','source_ref':" ID("malware") ",'target_ref':" ID("tool")),
		    "5.1 /relationship_type; " },
		{ SDO("relationship",
		      ",'relationship_type':'uses','source_ref':" ID("malware") ",'target_ref':" ID(
			  "tool") ",'start_time':'2020-01-01T00:00:00Z','stop_time':'2020-01-01T00:00:00.0Z'"),
		    "5.1 /stop_time; " },
		{ SDO("sighting", ",'sighting_of_ref':" ID(
				      "indicator") ",'first_seen':'2020-01-01T00:00:00.1Z','last_seen':'2020-01-01T00:"
						   "00:00Z'"),
		    "5.2 /last_seen; " },
		{ SDO("sighting", ",'sighting_of_ref':" ID("file")), "5.2 /sighting_of_ref; " },
		{ SDO("sighting", ",'sighting_of_ref':" ID("x-own")), "" },
	};

	check_clauses(rows, AC_COUNT(rows));
}

#define TRAFFIC(more) SCO("network-traffic", ",'protocols':['tcp','http'],'src_ref':" ID("ipv4-addr") more)
#define FILE_EXT(name, more) FILE_(",'extensions':{'" name "':{" more "}}")
#define TRAFFIC_EXT(name, more) TRAFFIC(",'extensions':{'" name "':{" more "}}")
static void
clauses__of_section_6(void **state)
{
	static const clause rows[] = {
		{ SCO4("artifact", ",'mime_type':'text/plain'"), "6.1 ; " },
		{ SCO("artifact", ",'url':'https://a.example/"
				  "','payload_bin':'AAAA','hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427e'}"),
		    "6.1 ; " },
		{ SCO4("artifact", ",'url':'https://a.example/'"), "6.1 ; " },
		{ SCO("artifact", ",'url':'a.example','hashes':{'MD5':'d41d8cd98f00b204e9800998ecf8427e'}"),
		    "6.1 /url; " },
		{ SCO("artifact", ",'payload_bin':'AAAA','decryption_key':'x'"), "6.1 ; " },
		{ SCO("artifact",
		      ",'payload_bin':'AAAA','encryption_algorithm':'mime-type-indicated','decryption_key':'x'"),
		    "" },
		{ SCO("domain-name", ",'value':'-a.example'"), "6.4 /value; " },
		{ SCO("domain-name", ",'value':'a-.example'"), "6.4 /value; " },
		{ SCO("domain-name", ",'value':'xn--bcher-kva.example'"), "" },
		{ SCO("domain-name", ",'value':'" A50 "." A50 "." A50 "." A50 "." A50 ".example'"), "6.4 /value; " },
		{ SCO("email-addr", ",'value':'A <a@a.example>'"), "6.5 /value; " },
		{ SCO("email-addr", ",'value':'a@b@a.example'"), "6.5 /value; " },
		{ SCO("email-addr", ",'value':'a..b@a.example'"), "6.5 /value; " },
		{ SCO("email-addr", ",'value':'a.b+c@a.example'"), "" },
		{ SCO("email-addr", ",'value':'\\\"a b@c\\\"@a.example'"), "" },
		{ SCO("email-message", ",'is_multipart':true,'body':'x'"), "6.6 ; " },
		{ SCO("email-message", ",'is_multipart':false,'subject':'x','body_multipart':[{'body':'x'}]"),
		    "6.6 ; " },
		{ SCO("email-message",
		      ",'is_multipart':true,'subject':'x','body_multipart':[{'content_type':'text/plain'}]"),
		    "6.6.2 /body_multipart/0; " },
		{ SCO("email-message",
		      ",'is_multipart':false,'subject':'x','additional_header_fields':{'Reply-To':'x'}"),
		    "2.12 /additional_header_fields/Reply-To; " },
		{ SCO4("file", ",'size':1"), "6.7 ; " },
		{ FILE_EXT("archive-ext", "'comment':'x'"), "6.7.2 /extensions/archive-ext; " },
		{ FILE_EXT("archive-ext", "'contains_refs':[" ID("file") "," ID("directory") "," ID("url") "]"),
		    "6.7.2 /extensions/archive-ext/contains_refs/2; " },
		{ FILE_EXT("ntfs-ext", "'x_own':1"), "6.7.3 /extensions/ntfs-ext; " },
		{ FILE_EXT("ntfs-ext", "'alternate_data_streams':[{'name':'x','size':-1}]"),
		    "6.7.3 /extensions/ntfs-ext/alternate_data_streams/0/size; " },
		{ FILE_EXT("pdf-ext", "'x_own':1"), "6.7.4 /extensions/pdf-ext; " },
		{ FILE_EXT("pdf-ext", "'document_info_dict':{'Title':1}"),
		    "6.7.4 /extensions/pdf-ext/document_info_dict/Title; " },
		{ FILE_EXT("raster-image-ext", "'x_own':1"), "6.7.5 /extensions/raster-image-ext; " },
		{ FILE_EXT("raster-image-ext", "'exif_tags':{'Make':[1]}"),
		    "6.7.5 /extensions/raster-image-ext/exif_tags/Make; " },
		{ FILE_EXT("windows-pebinary-ext", "'imphash':'x'"), "6.7.6 /extensions/windows-pebinary-ext; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','x_own':1"),
		    "6.7.6 /extensions/windows-pebinary-ext; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','number_of_sections':-1"),
		    "6.7.6 /extensions/windows-pebinary-ext/number_of_sections; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','optional_header':{'x_own':1}"),
		    "6.7.6 /extensions/windows-pebinary-ext/optional_header; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','optional_header':{'size_of_code':-1}"),
		    "6.7.6 /extensions/windows-pebinary-ext/optional_header/size_of_code; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','sections':[{'size':1}]"),
		    "6.7.6 /extensions/windows-pebinary-ext/sections/0; " },
		{ FILE_EXT("windows-pebinary-ext", "'pe_type':'exe','time_date_stamp':'2020-01-01T00:00:00.1Z'"),
		    "6.7.6 /extensions/windows-pebinary-ext/time_date_stamp; " },
		{ FILE_EXT("tcp-ext", "'src_flags_hex':'00'"), "6.12.5 /extensions/tcp-ext; " },
		{ SCO("ipv4-addr", ",'value':'198.51.100.0/24'"), "" },
		{ SCO("ipv4-addr", ",'value':'198.51.100'"), "6.8 /value; " },
		{ SCO("ipv6-addr", ",'value':'2001:db8::/64'"), "" },
		{ SCO("ipv6-addr", ",'value':'198.51.100.1'"), "6.9 /value; " },
		{ SCO("mac-addr", ",'value':'d2:fb:49:24:37:1'"), "6.10 /value; " },
		{ SCO("mac-addr", ",'value':'D2:FB:49:24:37:18'"), "6.10 /value; " },
		{ SCO("mac-addr", ",'value':'d2-fb-49-24-37-18'"), "6.10 /value; " },
		{ SCO("network-traffic", ",'protocols':['tcp']"), "6.12 ; " },
		{ TRAFFIC(",'is_active':true,'end':'2020-01-01T00:00:00Z'"), "6.12 ; " },
		{ TRAFFIC(",'is_active':false,'end':'2020-01-01T00:00:00Z'"), "" },
		{ TRAFFIC(",'start':'2020-01-01T00:00:01Z','end':'2020-01-01T00:00:00Z'"), "6.12 /end; " },
		{ TRAFFIC(",'ipfix':{'octetDeltaCount':[1]}"), "6.12 /ipfix/octetDeltaCount; " },
		{ TRAFFIC_EXT("http-request-ext", "'request_method':'get'"), "6.12.2 /extensions/http-request-ext; " },
		{ TRAFFIC_EXT(
		      "http-request-ext", "'request_method':'get','request_value':'/','request_header':{'Host':'x'}"),
		    "2.12 /extensions/http-request-ext/request_header/Host; " },
		{ TRAFFIC_EXT("icmp-ext", "'icmp_type_hex':'08'"), "6.12.3 /extensions/icmp-ext; " },
		{ TRAFFIC_EXT("socket-ext", "'is_listening':true"), "6.12.4 /extensions/socket-ext; " },
		{ TRAFFIC_EXT("socket-ext", "'address_family':'AF_INET','options':{'SO_A':'1'}"),
		    "2.10 /extensions/socket-ext/options/SO_A; " },
		{ TRAFFIC_EXT(
		      "socket-ext", "'address_family':'AF_INET','socket_type':'SOCK_ANY','socket_descriptor':-1"),
		    "10.17 /extensions/socket-ext/socket_type; 6.12.4 /extensions/socket-ext/socket_descriptor; " },
		{ TRAFFIC_EXT("tcp-ext", "'x_own':1"), "6.12.5 /extensions/tcp-ext; " },
		{ SCO4("process", ""), "6.13 ; " },
		{ SCO4("process", ",'x_own':1"), "6.13 ; " },
		{ SCO4("process", ",'extensions':{'windows-process-ext':{'aslr_enabled':true}}"), "" },
		{ SCO("process", ",'pid':1"), "6.13 /id; " },
		{ SCO4("process", ",'extensions':{'windows-process-ext':{'x_own':1}}"),
		    "6.13.2 /extensions/windows-process-ext; " },
		{ SCO4("process", ",'extensions':{'windows-process-ext':{'integrity_level':'x'}}"),
		    "10.27 /extensions/windows-process-ext/integrity_level; " },
		{ SCO4("process", ",'extensions':{'windows-service-ext':{'start_type':'x','service_type':'x','service_"
				  "status':'x'}}"),
		    "10.30 /extensions/windows-service-ext/start_type; 10.31 "
		    "/extensions/windows-service-ext/service_type; 10.32 "
		    "/extensions/windows-service-ext/service_status; " },
		{ SCO4("process", ",'extensions':{'windows-service-ext':{'x_own':1}}"),
		    "6.13.3 /extensions/windows-service-ext; " },
		{ SCO("software", ",'name':'x','cpe':'cpe:/a:b:c'"), "6.14 /cpe; " },
		{ SCO("software", ",'name':'x','languages':['xx1']"), "6.14 /languages/0; " },
		{ SCO("url", ",'value':'a.example/x'"), "6.15 /value; " },
		{ SCO4("user-account", ""), "6.16 ; " },
		{ SCO4("user-account", ",'x_own':1"), "6.16 ; " },
		{ SCO4("user-account", ",'extensions':{'unix-account-ext':{'x_own':1}}"),
		    "6.16.2 /extensions/unix-account-ext; " },
		{ SCO4("windows-registry-key", ""), "6.17 ; " },
		{ SCO("windows-registry-key", ",'key':'HKLM\\\\x'"), "6.17 /key; " },
		{ SCO("windows-registry-key", ",'values':[{'x_own':1}]"), "6.17.2 /values/0; " },
		{ SCO("windows-registry-key", ",'values':[{'data_type':'REG_X'}]"), "10.29 /values/0/data_type; " },
		{ SCO4("x509-certificate", ""), "6.18 ; " },
		{ SCO4("x509-certificate", ",'x509_v3_extensions':{'x_own':'1'}"), "6.18.2 /x509_v3_extensions; " },
	};

	check_clauses(rows, AC_COUNT(rows));
}

#define MARKED(marking) TOOL(",'granular_markings':[" marking "]")
#define MARKING(more)                                                                                                  \
	"{'type':'marking-definition','spec_version':'2.1','id':" ID(                                                  \
	    "marking-definition") ",'created':'2020-01-01T00:00:00.000Z'" more "}"
#define STATEMENT ",'definition_type':'statement','definition':{'statement':'x'}"
#define DEFINITION(more)                                                                                               \
	SDO("extension-definition", ",'created_by_ref':" ID("identity") ",'name':'x','schema':'x','version':'1'" more)
static void
clauses__of_sections_7_and_8(void **state)
{
	static const clause rows[] = {
		{ SDO("language-content", ",'object_ref':" ID("bundle") ",'contents':{'fr':{'name':'x'}}"),
		    "7.1 /object_ref; " },
		{ SDO("language-content", ",'object_ref':" ID("tool") ",'contents':{'french':{'name':'x'}}"),
		    "7.1 /contents/french; " },
		{ SDO("language-content", ",'object_ref':" ID("tool") ",'contents':{'fr':'x'}"), "7.1 /contents/fr; " },
		{ SDO("language-content", ",'object_ref':" ID("tool") ",'contents':{'fr':{'Name':'x'}}"),
		    "7.1 /contents/fr; " },
		{ MARKING(""), "7.2.1 ; " },
		{ MARKING(",'definition_type':'statement'"), "7.2.1 ; " },
		{ MARKING(",'definition_type':'statement','definition':{'text':'x'}"), "7.2.1 ; " },
		{ MARKING(",'definition_type':'tlp','definition':{'tlp':'red'}"), "7.2.1 ; " },
		{ MARKING(STATEMENT ",'modified':'2020-01-01T00:00:00.000Z'"), "7.2.1 /modified; " },
		{ MARKING(STATEMENT ",'revoked':true"), "7.2.1 /revoked; " },
		{ MARKING(STATEMENT ",'labels':['x']"), "7.2.1 /labels; " },
		{ MARKING(STATEMENT ",'confidence':1"), "7.2.1 /confidence; " },
		{ MARKING(STATEMENT ",'lang':'en'"), "7.2.1 /lang; " },
		{ MARKING(STATEMENT ",'object_marking_refs':[" ID("marking-definition") "]"), "3.2 ; " },
		{ MARKED("{'lang':'en','selectors':['name']}"), "" },
		{ MARKED("{'selectors':['name']}"), "7.2.3 /granular_markings/0; " },
		{ MARKED("{'lang':'en','marking_ref':" ID("marking-definition") ",'selectors':['name']}"),
		    "7.2.3 /granular_markings/0; " },
		{ MARKED("{'lang':'en'}"), "7.2.3 /granular_markings/0; " },
		{ MARKED("{'lang':'xx1','selectors':['name']}"), "7.2.3 /granular_markings/0/lang; " },
		{ MARKED("{'lang':'en','selectors':['nothing']}"), "7.2.3 /granular_markings/0/selectors/0; " },
		{ MARKED("{'lang':'en','selectors':['name.[0]']}"), "7.2.3 /granular_markings/0/selectors/0; " },
		{ MARKED("{'lang':'en','selectors':['granular_markings.[0].lang']}"), "" },
		{ MARKED("{'lang':'en','selectors':['granular_markings[0]']}"),
		    "7.2.3 /granular_markings/0/selectors/0; " },
		{ MARKED("{'marking_ref':" ID("identity") ",'selectors':['name']}"),
		    "7.2.3 /granular_markings/0/marking_ref; " },
		{ DEFINITION(",'extension_types':['new-sdo'],'extension_properties':['rank']"), "7.3 ; " },
		{ DEFINITION(",'extension_types':['toplevel-property-extension'],'extension_properties':['ra']"),
		    "7.3 /extension_properties/0; " },
		{ DEFINITION(",'extension_types':['other']"), "10.5 /extension_types/0; " },
		{ SDO("extension-definition", ",'name':'x','schema':'x','version':'1','extension_types':['new-sdo']"),
		    "3.2 ; " },
		{ EXTENSION(",'rank':1"), "" },
		{ EXTENSION(",'ra':1"), "11.1.1 " EXTENSION_AT "/ra; " },
		{ EXTENSION(",'Rank':1"), "11.1.1 " EXTENSION_AT "/Rank; " },
		{ EXTENSION(",'" A250 "':1"), "" },
		{ EXTENSION(",'" A250 "b':1"), "11.1.1 " EXTENSION_AT "/" A250 "b; " },
		{ "{'type':'bundle','id':" ID("bundle") ",'objects':[7]}", "3 /objects/0; " },
		{ "{'type':'bundle','id':" ID("bundle") ",'objects':[{'type':'bundle','id':" ID("bundle") "}]}",
		    "8 /objects/0; " },
		{ SDO("report", ",'name':'x','published':'2020-01-01T00:00:00Z','object_refs':[" ID("bundle") "]"),
		    "4.16 /object_refs/0; " },
	};

	check_clauses(rows, AC_COUNT(rows));
}

static void
clauses__of_section_11(void **state)
{
	static const clause rows[] = {
		{ TOOL(",'x_example_com_own':1"), "" },
		{ TOOL(",'ab':1"), "11.1.1 /ab; " },
		{ TOOL(",'1ab':1"), "11.1.1 /1ab; " },
		{ TOOL(",'aB':1"), "11.1.1 /aB; " },
		{ TOOL(",'a-b':1"), "11.1.1 /a-b; " },
		{ TOOL(",'" A250 "':1"), "" },
		{ TOOL(",'" A250 "b':1"), "11.1.1 /" A250 "b; " },
		{ SDO("x-own", ",'name':'x'"), "" },
		{ SDO("x--own", ",'name':'x'"), "11.2.1 /type; 2.9 /id; " },
		{ SDO("x_own", ",'name':'x'"), "11.2.1 /type; 2.9 /id; " },
		{ SDO("xo", ",'name':'x'"), "11.2.1 /type; 2.9 /id; " },
		{ SDO("x-own", ",'na':'x'"), "11.1.1 /na; " },
		{ "{'type':'x-own','spec_version':'2.1','id':" ID(
		      "x-own") ",'created':'2020-01-01T00:00:00.000Z','abc':1}",
		    "3.2 ; " },
		{ FILE_EXT("x-example-com-own-ext", "'abc':1"), "" },
		{ FILE_EXT("x-example-com-own", "'abc':1"), "11.3.1 /extensions/x-example-com-own; " },
		{ FILE_EXT("x-own-ext", "'ab':1"), "11.1.1 /extensions/x-own-ext/ab; " },
		{ FILE_EXT("x-own-ext", ""), "3.2 /extensions/x-own-ext; " },
		{ TOOL(",'extensions':{'x-own-ext':{'abc':1}}"), "11.3.1 /extensions/x-own-ext; " },
	};

	check_clauses(rows, AC_COUNT(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(least__is_valid_for_every_type),
		cmocka_unit_test(properties__that_are_required_are_missed),
		cmocka_unit_test(properties__refuse_every_other_kind_null_and_emptiness),
		cmocka_unit_test(references__lead_to_their_types_only),
		cmocka_unit_test(vocabularies__are_closed_where_they_are_enumerations),
		cmocka_unit_test(numbers__stay_in_their_range),
		cmocka_unit_test(clauses__of_section_2),
		cmocka_unit_test(clauses__of_section_3),
		cmocka_unit_test(clauses__of_sections_4_and_5),
		cmocka_unit_test(clauses__of_section_6),
		cmocka_unit_test(clauses__of_sections_7_and_8),
		cmocka_unit_test(clauses__of_section_11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
