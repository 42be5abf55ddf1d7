/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of an object: what the indexes need to know about it, read from its JSON once. Which property says what is in the tables below; which properties are references follows from
 * their names. Knows nothing of databases.
 */
#include "store/record.h"

#include "base/limits.h"
#include "crypto/digest.h"
#include "stix/object.h"
#include "stix/pattern.h"

/* Containers inside containers in which references are looked for: deeper than anything the standard defines (extensions, body_multipart). */
#define REFERENCE_DEPTH 6
#define UUID_TEXT 36

/* Facts grow in the arena. */
typedef struct collector {
	ac_arena *arena;
	ac_record *record;
	size_t edge_capacity, name_capacity, value_capacity;
	int failed;
} collector;

static void *
grow(collector *c, void *items, size_t count, size_t *capacity, size_t size)
{
	size_t bigger = *capacity ? *capacity * 2 : 8;
	void *p;

	if (count < *capacity)
		return items;
	if (count >= AC_OBJECT_FACTS_MAX) {
		c->failed = ACCORD_ELIMIT;
		return NULL;
	}
	p = ac_arena_resize(c->arena, items, *capacity * size, bigger * size);
	if (!p) {
		c->failed = c->arena->failed;
		return NULL;
	}
	*capacity = bigger;
	return p;
}

static void
add_edge(collector *c, ac_str kind, ac_str source, ac_str target)
{
	ac_record *r = c->record;
	ac_fact_edge *edges = grow(c, r->edges, r->edge_count, &c->edge_capacity, sizeof(*edges));

	if (!edges)
		return;
	r->edges = edges;
	edges[r->edge_count++] = (ac_fact_edge){ kind, source, target };
}

static void
add_name(collector *c, ac_name_kind kind, ac_str text, ac_str namer)
{
	ac_record *r = c->record;
	ac_fact_name *names;

	if (text.n == 0)
		return;
	/* ATT&CK repeats the name among the aliases */
	for (size_t i = 0; i < r->name_count && i < 256; i++)
		if (ac_str_eq(r->names[i].text, text) && ac_str_eq(r->names[i].namer, namer))
			return;
	names = grow(c, r->names, r->name_count, &c->name_capacity, sizeof(*names));
	if (!names)
		return;
	r->names = names;
	names[r->name_count++] = (ac_fact_name){ kind, text, namer };
}

static void
add_value(collector *c, ac_value_role role, const ac_value *value)
{
	ac_record *r = c->record;
	ac_fact_value *values = grow(c, r->values, r->value_count, &c->value_capacity, sizeof(*values));

	if (!values)
		return;
	r->values = values;
	values[r->value_count++] = (ac_fact_value){ role, *value };
}

/* What cannot be made canonical is not an observable: it stays in the object, out of the index. */
static void
add_text_value(collector *c, ac_value_role role, ac_value_type type, ac_str text)
{
	ac_value value = { 0 };
	accord_err ignored;
	int rc;

	if (text.n == 0)
		return;
	rc = type == AC_VALUE_NONE ? ac_value_guess(text, c->arena, &value, &ignored)
				   : ac_value_parse(type, text, c->arena, &value, &ignored);
	if (rc == 0 && value.type != AC_VALUE_NONE)
		add_value(c, role, &value);
	else if (rc < 0 && rc != ACCORD_EINPUT)
		c->failed = rc;
}

/* --- references --- */

static bool
is_identifier(ac_str text)
{
	uint8_t uuid[16];

	return text.n > UUID_TEXT + 2 && text.p[text.n - UUID_TEXT - 1] == '-' &&
	       text.p[text.n - UUID_TEXT - 2] == '-' &&
	       ac_uuid_parse(ac_str_slice(text, text.n - UUID_TEXT, text.n), uuid);
}

/* STIX 2.1 s3.1 and s3.7: identifier properties are named *_ref and *_refs, custom ones too. */
static void
add_references(collector *c, ac_str kind, const ac_json *value)
{
	ac_json_iter it;

	if (ac_json_is(value, AC_JSON_STRING)) {
		if (is_identifier(ac_json_string(value)))
			add_edge(c, kind, c->record->id, ac_json_string(value));
		return;
	}
	it = ac_json_iter_of(value);
	while (ac_json_next(&it))
		if (is_identifier(ac_json_string(it.value)))
			add_edge(c, kind, c->record->id, ac_json_string(it.value));
}

static void
find_references(collector *c, const ac_json *container, unsigned depth)
{
	ac_json_iter it = ac_json_iter_of(container);

	while (ac_json_next(&it) && !c->failed) {
		if (it.is_object && (ac_str_ends(it.key, AC_S("_ref")) || ac_str_ends(it.key, AC_S("_refs"))))
			add_references(c, it.key, it.value);
		else if (depth > 0 && ac_json_count(it.value) > 0)
			find_references(c, it.value, depth - 1);
	}
}

/* A relationship's ends are one edge between two other objects; its own references are edges as anywhere. */
static void
read_edges(collector *c, const ac_json *object)
{
	bool is_relationship = ac_str_eq(c->record->type, AC_S("relationship"));
	ac_str source = ac_json_get_string(object, AC_S("source_ref"));
	ac_str target = ac_json_get_string(object, AC_S("target_ref"));
	ac_str kind = ac_json_get_string(object, AC_S("relationship_type"));
	ac_json_iter it = ac_json_iter_of(object);

	if (is_relationship && kind.n > 0 && is_identifier(source) && is_identifier(target))
		add_edge(c, kind, source, target);
	while (ac_json_next(&it) && !c->failed) {
		if (is_relationship && (ac_str_eq(it.key, AC_S("source_ref")) || ac_str_eq(it.key, AC_S("target_ref"))))
			continue;
		if (ac_str_ends(it.key, AC_S("_ref")) || ac_str_ends(it.key, AC_S("_refs")))
			add_references(c, it.key, it.value);
		else if (ac_str_eq(it.key, AC_S("extensions")) || ac_str_eq(it.key, AC_S("body_multipart")))
			find_references(c, it.value, REFERENCE_DEPTH);
	}
}

/* --- names --- */

static const ac_str alias_properties[] = { AC_S_INIT("aliases"), AC_S_INIT("x_mitre_aliases"),
	AC_S_INIT("x_opencti_aliases") };

static void
read_names(collector *c, const ac_json *object)
{
	ac_json_iter it;

	add_name(c, AC_NAME_PRIMARY, ac_json_get_string(object, AC_S("name")), AC_S(""));
	for (size_t i = 0; i < AC_COUNT(alias_properties); i++) {
		it = ac_json_iter_of(ac_json_get(object, alias_properties[i]));
		while (ac_json_next(&it) && !c->failed)
			add_name(c, AC_NAME_ALIAS, ac_json_string(it.value), AC_S(""));
	}
	/* The catalogue that numbers it is who calls it so: "mitre-attack" says G0065, "cve" says CVE-2021-26855. */
	it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));
	while (ac_json_next(&it) && !c->failed)
		add_name(c, AC_NAME_EXTERNAL_ID, ac_json_get_string(it.value, AC_S("external_id")),
		    ac_json_get_string(it.value, AC_S("source_name")));
}

/* --- values --- */

typedef struct value_property {
	ac_str type;
	ac_str property;
	ac_value_type value;
} value_property;

/* The property of an object that is an observable. Patterns name the same properties: "domain-name:value". */
static const value_property value_properties[] = {
	{ AC_S_INIT("ipv4-addr"), AC_S_INIT("value"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ipv6-addr"), AC_S_INIT("value"), AC_VALUE_IPV6 },
	{ AC_S_INIT("domain-name"), AC_S_INIT("value"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("url"), AC_S_INIT("value"), AC_VALUE_URL },
	{ AC_S_INIT("email-addr"), AC_S_INIT("value"), AC_VALUE_EMAIL },
	{ AC_S_INIT("file"), AC_S_INIT("name"), AC_VALUE_FILE_NAME },
	{ AC_S_INIT("mutex"), AC_S_INIT("name"), AC_VALUE_MUTEX },
	{ AC_S_INIT("windows-registry-key"), AC_S_INIT("key"), AC_VALUE_REGISTRY_KEY },
	{ AC_S_INIT("autonomous-system"), AC_S_INIT("number"), AC_VALUE_AS_NUMBER },
	{ AC_S_INIT("mac-addr"), AC_S_INIT("value"), AC_VALUE_MAC },
	{ AC_S_INIT("x509-certificate"), AC_S_INIT("serial_number"), AC_VALUE_CERT_SERIAL },
	{ AC_S_INIT("vulnerability"), AC_S_INIT("name"), AC_VALUE_CVE },
};

typedef struct hash_name {
	ac_str name; /* STIX 2.1 s10.9, and what others write */
	ac_value_type value;
} hash_name;

static const hash_name hash_names[] = {
	{ AC_S_INIT("MD5"), AC_VALUE_MD5 },
	{ AC_S_INIT("SHA-1"), AC_VALUE_SHA1 },
	{ AC_S_INIT("SHA-256"), AC_VALUE_SHA256 },
	{ AC_S_INIT("SHA-512"), AC_VALUE_SHA512 },
	{ AC_S_INIT("SHA1"), AC_VALUE_SHA1 },
	{ AC_S_INIT("SHA256"), AC_VALUE_SHA256 },
	{ AC_S_INIT("SHA512"), AC_VALUE_SHA512 },
	{ AC_S_INIT("SHA-224"), AC_VALUE_SHA224 },
	{ AC_S_INIT("SHA224"), AC_VALUE_SHA224 },
	{ AC_S_INIT("SHA-384"), AC_VALUE_SHA384 },
	{ AC_S_INIT("SHA384"), AC_VALUE_SHA384 },
	{ AC_S_INIT("SSDEEP"), AC_VALUE_SSDEEP },
	{ AC_S_INIT("TLSH"), AC_VALUE_TLSH },
};

static ac_value_type
property_value_type(ac_str type, ac_str property)
{
	for (size_t i = 0; i < AC_COUNT(value_properties); i++)
		if (ac_str_eq(value_properties[i].type, type) && ac_str_eq(value_properties[i].property, property))
			return value_properties[i].value;
	return AC_VALUE_NONE;
}

/* A certificate's digests are fingerprints: pairs joined by colons are one of their spellings. */
static ac_value_type
hash_value_type(ac_str object_type, ac_str name)
{
	bool is_certificate = ac_str_eq(object_type, AC_S("x509-certificate"));

	for (size_t i = 0; i < AC_COUNT(hash_names); i++)
		if (ac_str_eq_fold(hash_names[i].name, name))
			return is_certificate && hash_names[i].value == AC_VALUE_SHA1     ? AC_VALUE_CERT_SHA1
			       : is_certificate && hash_names[i].value == AC_VALUE_SHA256 ? AC_VALUE_CERT_SHA256
											  : hash_names[i].value;
	return AC_VALUE_NONE;
}

static void
read_own_values(collector *c, const ac_json *object)
{
	ac_json_iter it;

	for (size_t i = 0; i < AC_COUNT(value_properties); i++)
		if (ac_str_eq(value_properties[i].type, c->record->type))
			add_text_value(c, AC_ROLE_SELF, value_properties[i].value,
			    ac_json_text(ac_json_get(object, value_properties[i].property)));
	it = ac_json_iter_of(ac_json_get(object, AC_S("hashes")));
	while (ac_json_next(&it) && !c->failed)
		if (hash_value_type(c->record->type, it.key) != AC_VALUE_NONE)
			add_text_value(
			    c, AC_ROLE_SELF, hash_value_type(c->record->type, it.key), ac_json_string(it.value));
}

static const ac_pattern_step *
step_from_end(const ac_pattern_node *node, size_t back)
{
	const ac_pattern_step *step = node->step_count > back ? &node->steps[node->step_count - 1 - back] : NULL;

	return step && step->kind == AC_PATTERN_STEP_NAME ? step : NULL;
}

/*
 * What an object path compares: "file:hashes.'SHA-256'", "network-traffic:dst_ref.value", "domain-name:resolves_to_refs[*].value". Behind a reference
 * the value says itself what it is. False when the path is no observable.
 */
static bool
path_value_type(const ac_pattern_node *node, ac_value_type *out)
{
	const ac_pattern_step *last = step_from_end(node, 0), *before = step_from_end(node, 1);

	if (!last)
		return false;
	*out = AC_VALUE_NONE;
	if (node->step_count == 1) {
		*out = property_value_type(node->object_type, last->name);
		return *out != AC_VALUE_NONE;
	}
	if (ac_str_eq(last->name, AC_S("value")))
		return true;
	if (before && ac_str_eq(before->name, AC_S("hashes")))
		*out = hash_value_type(node->object_type, last->name);
	else if (before && ac_str_eq(before->name, AC_S("request_header")) &&
		 ac_str_eq_fold(last->name, AC_S("User-Agent")))
		*out = AC_VALUE_USER_AGENT;
	else if (ac_str_eq(last->name, AC_S("name")) && ac_str_ends(node->steps[0].name, AC_S("_ref")))
		*out = AC_VALUE_FILE_NAME;
	return *out != AC_VALUE_NONE;
}

static void
read_comparison(collector *c, const ac_pattern_node *node)
{
	bool equals = node->comparator == AC_PATTERN_EQ || node->comparator == AC_PATTERN_IN ||
		      node->comparator == AC_PATTERN_ISSUBSET; /* of a CIDR range */
	ac_value_type type;

	if (node->negated || !equals || !path_value_type(node, &type))
		return;
	for (size_t i = node->constant_count; i-- > 0 && !c->failed;) {
		ac_pattern_constant_kind kind = node->constants[i].kind;

		if (kind == AC_PATTERN_STRING || (kind == AC_PATTERN_INTEGER && type == AC_VALUE_AS_NUMBER))
			add_text_value(c, AC_ROLE_PATTERN, type, node->constants[i].text);
	}
}

/* The tree leans to the left ("a OR b OR c" is "(a OR b) OR c"): recursion goes right, the loop left. So all comes last first. */
static void
read_pattern_node(collector *c, const ac_pattern_node *node)
{
	for (; node && !c->failed; node = node->left) {
		if (node->op == AC_PATTERN_COMPARE)
			read_comparison(c, node);
		if (node->right)
			read_pattern_node(c, node->right);
	}
}

static void
read_pattern(collector *c, const ac_json *object)
{
	ac_str pattern = ac_json_get_string(object, AC_S("pattern"));
	const ac_json *pattern_type = ac_json_get(object, AC_S("pattern_type"));
	const ac_pattern_node *root;
	accord_err ignored;
	int rc;

	if (pattern.n == 0 || (pattern_type && !ac_str_eq(ac_json_string(pattern_type), AC_S("stix"))))
		return;
	rc = ac_pattern_parse(pattern, c->arena, &root, &ignored);
	if (rc == 0) {
		read_pattern_node(c, root);
		for (size_t i = 0, j = c->record->value_count; i + 1 < j; i++, j--) {
			ac_fact_value last = c->record->values[j - 1];

			c->record->values[j - 1] = c->record->values[i];
			c->record->values[i] = last;
		}
	} else if (rc == ACCORD_ENOMEM) {
		c->failed = rc; /* a pattern that cannot be read is validate's to report */
	}
}

static int
finish(const collector *c, accord_err *err)
{
	if (c->failed == ACCORD_ELIMIT && !c->arena->failed)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d references, names or values in one object",
		    AC_OBJECT_FACTS_MAX);
	if (c->failed == ACCORD_ENOMEM)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the record of an object");
	return ac_arena_check(c->arena, err);
}

int
ac_record_from_object(const ac_json *object, ac_arena *arena, ac_record *out, accord_err *err)
{
	ac_record record = { 0 };
	collector c = { .arena = arena, .record = &record };
	ac_stix_head head;
	bool has_names;
	int rc = ac_stix_head_read(object, &head, err);

	if (rc < 0)
		return rc;
	record.id = head.id;
	record.type = head.type_name;
	record.created = head.created;
	record.modified = head.modified;
	record.revoked = head.revoked;
	record.form = AC_FORM_STIX21;
	record.tlp = ac_tlp_of(object, NULL);
	record.exact = ac_json_raw(object);
	/* A file's or a mutex' name is an observable, not what somebody calls it. */
	has_names = !head.type || (head.type->class != AC_STIX_SCO && head.type->class != AC_STIX_SRO);
	read_edges(&c, object);
	if (has_names)
		read_names(&c, object);
	read_own_values(&c, object);
	if (ac_str_eq(record.type, AC_S("indicator")))
		read_pattern(&c, object);
	rc = finish(&c, err);
	if (rc == 0)
		*out = record;
	return rc;
}
