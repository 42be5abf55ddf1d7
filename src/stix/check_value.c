/* SPDX-License-Identifier: Apache-2.0 */
/* One value against its row in the types table: kind, range, vocabulary, format, reference, list, structure. It knows no object type by name. */
#include <math.h>

#include "base/utf8.h"
#include "stix/check.h"
#include "stix/format.h"
#include "stix/id.h"

#define INTEGER_MAX INT64_C(9007199254740991)

ac_str
ac_check_kind_of(const ac_json *value)
{
	if (!value)
		return AC_S("nothing");
	switch (ac_json_type_of(value)) {
	case AC_JSON_NULL:
		return AC_S("null");
	case AC_JSON_FALSE:
		return AC_S("false");
	case AC_JSON_TRUE:
		return AC_S("true");
	case AC_JSON_NUMBER:
		return AC_S("a number");
	case AC_JSON_STRING:
		return AC_S("a string");
	case AC_JSON_ARRAY:
		return ac_json_count(value) ? AC_S("a list") : AC_S("an empty list");
	case AC_JSON_OBJECT:
		return ac_json_count(value) ? AC_S("an object") : AC_S("an empty object");
	}
	return AC_S("a value of no known kind");
}

ac_str
ac_check_shown(ac_str text)
{
	if (text.n > 80)
		text.n = ac_utf8_valid_prefix(ac_str_slice(text, 0, 80));
	return text.p ? text : AC_S("");
}

static void
want(ac_check *c, ac_str section, ac_str wanted, const ac_json *value, const ac_where *where)
{
	AC_CHECK_ERROR(c, section, where, AC_S("want "), wanted, AC_S(", got "), ac_check_kind_of(value));
}

/* wanted, then the text that came. */
static void
want_text(ac_check *c, ac_str section, ac_str wanted, ac_str text, const ac_where *where)
{
	AC_CHECK_ERROR(c, section, where, AC_S("want "), wanted, AC_S(", got '"), ac_check_shown(text), AC_S("'"));
}

static void
check_format(ac_check *c, const ac_stix_property *property, ac_str section, ac_str text, const ac_where *where)
{
	static const bool is_defangable[] = { [AC_STIX_FORMAT_DOMAIN] = true,
		[AC_STIX_FORMAT_EMAIL] = true,
		[AC_STIX_FORMAT_IPV4] = true,
		[AC_STIX_FORMAT_IPV6] = true,
		[AC_STIX_FORMAT_URL] = true };
	const char *wanted = ac_format_wanted(property->format, text);
	ac_str code = ac_format_warning_code(property->format);

	if (!wanted)
		return;
	/* s3.2: defanged data is not in its own form. */
	if (c->is_defanged && (size_t)property->format < AC_COUNT(is_defangable) && is_defangable[property->format])
		return;
	if (code.n)
		AC_CHECK_WARNING(c, section, code, where, AC_S("should be "), ac_str_from(wanted), AC_S(", got '"),
		    ac_check_shown(text), AC_S("'"));
	else
		want_text(c, section, ac_str_from(wanted), text, where);
}

static bool
want_string(ac_check *c, const ac_json *value, const ac_where *where, ac_str section, ac_str *out)
{
	*out = ac_json_string(value);
	if (!ac_json_is(value, AC_JSON_STRING))
		want(c, section, AC_S("a string"), value, where);
	return ac_json_is(value, AC_JSON_STRING);
}

static void
check_string(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_str text;

	if (want_string(c, value, where, section, &text) && property->format)
		check_format(c, property, section, text, where);
}

/* The number as an integer: "8", and "8.0" or "8e0", which RFC 8259 calls the same number. */
static bool
integer_of(const ac_json *value, int64_t *out)
{
	double d;

	if (ac_json_i64(value, out))
		return true;
	if (!ac_json_double(value, &d) || !(fabs(d) <= (double)INTEGER_MAX) || d != floor(d))
		return false;
	*out = (int64_t)d;
	return true;
}

static void
want_range(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_str low = ac_arena_printf(c->arena, "%lld", (long long)property->min);
	ac_str high = ac_arena_printf(c->arena, "%lld", (long long)property->max);

	AC_CHECK_ERROR(c, section, where, AC_S("want "), low, AC_S(" to "), high, AC_S(", got "),
	    ac_check_shown(ac_json_text(value)));
}

static void
check_integer(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	int64_t i;

	if (!ac_json_is(value, AC_JSON_NUMBER))
		want(c, AC_S("2.10"), AC_S("an integer"), value, where);
	else if (!integer_of(value, &i) || i > INTEGER_MAX || i < -INTEGER_MAX)
		want_text(c, AC_S("2.10"), AC_S("an integer within 2^53-1"), ac_json_text(value), where);
	else if (property->has_range && (i < property->min || i > property->max))
		want_range(c, property, section, value, where);
}

static void
check_float(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	double d;

	if (!ac_json_is(value, AC_JSON_NUMBER))
		want(c, AC_S("2.6"), AC_S("a number"), value, where);
	else if (!ac_json_double(value, &d) || !isfinite(d))
		want_text(c, AC_S("2.6"), AC_S("a double-precision number"), ac_json_text(value), where);
	else if (property->has_range && (d < (double)property->min || d > (double)property->max))
		want_range(c, property, section, value, where);
}

static void
check_boolean(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	if (!ac_json_is(value, AC_JSON_TRUE) && !ac_json_is(value, AC_JSON_FALSE))
		want(c, AC_S("2.2"), AC_S("true or false"), value, where);
}

static void
check_timestamp(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_time unused;
	ac_str text;

	if (!want_string(c, value, where, AC_S("2.16"), &text))
		return;
	if (ac_time_parse_stix(text, &unused, NULL))
		want_text(c, AC_S("2.16"), AC_S("a timestamp YYYY-MM-DDTHH:mm:ss[.s+]Z"), text, where);
	else if (property->format)
		check_format(
		    c, property, property->format == AC_STIX_FORMAT_MILLISECOND ? AC_S("3.2") : section, text, where);
}

static unsigned
class_bit(ac_str type_name)
{
	static const unsigned bits[] = { [AC_STIX_SDO] = AC_STIX_REF_SDO,
		[AC_STIX_SRO] = AC_STIX_REF_SRO,
		[AC_STIX_SCO] = AC_STIX_REF_SCO,
		[AC_STIX_META] = AC_STIX_REF_META,
		[AC_STIX_BUNDLE] = 0 };
	const ac_stix_type *type = ac_stix_type_find(type_name);

	return type ? bits[type->class] : AC_STIX_REF_CUSTOM;
}

/* The classes of a set in words. */
static ac_str
class_words(ac_check *c, unsigned set)
{
	return ac_arena_printf(c->arena, "a reference to%s%s%s%s", set & AC_STIX_REF_SDO ? " a domain object," : "",
	    set & AC_STIX_REF_SRO ? " a relationship," : "", set & AC_STIX_REF_SCO ? " a cyber-observable," : "",
	    set & AC_STIX_REF_META ? " a meta object," : "");
}

static void
check_target(ac_check *c, const ac_stix_property *property, ac_str section, ac_str type_name, const ac_where *where)
{
	if (property->ref_types) {
		for (const ac_str *at = property->ref_types; at->p; at++)
			if (ac_str_eq(*at, type_name))
				return;
		AC_CHECK_ERROR(c, section, where, AC_S("want a reference to "), property->ref_types[0],
		    property->ref_types[1].p ? AC_S(" or ") : AC_S(""),
		    property->ref_types[1].p ? property->ref_types[1] : AC_S(""),
		    property->ref_types[1].p && property->ref_types[2].p ? AC_S(" ...") : AC_S(""),
		    AC_S(", got one to "), ac_check_shown(type_name));
	} else if (property->ref_class && !(property->ref_class & class_bit(type_name))) {
		ac_str words = class_words(c, property->ref_class);

		if (words.p)
			AC_CHECK_ERROR(
			    c, section, where, AC_S("want "), words, AC_S(" got one to "), ac_check_shown(type_name));
	}
}

/* s2.13: inside an observable container a reference is a key of the container. */
static void
check_local_reference(ac_check *c, const ac_stix_property *property, ac_str section, ac_str key, const ac_where *where)
{
	uint64_t cost = ac_json_count(c->container);
	const ac_json *target;
	ac_str type_name;

	if (c->is_over || c->steps < cost) {
		ac_check_over(c, where);
		return;
	}
	c->steps -= cost;
	target = ac_json_get(c->container, key);
	type_name = ac_json_get_string(target, AC_S("type"));
	if (!target)
		want_text(c, AC_S("2.9"), AC_S("the key of an object in the same container"), key, where);
	else if (type_name.p)
		check_target(c, property, section, type_name, where);
}

static void
check_identifier(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_str text, type_name;
	accord_err err = { 0 };

	if (!want_string(c, value, where, AC_S("2.9"), &text))
		return;
	/* Markings keep real ids inside a container too. */
	if (c->container && !(property->ref_types && ac_str_eq(property->ref_types[0], AC_S("marking-definition")))) {
		check_local_reference(c, property, section, text, where);
		return;
	}
	if (ac_stix_id_check(text, &type_name, &err)) {
		AC_CHECK_ERROR(
		    c, AC_S("2.9"), where, ac_str_from(err.text), AC_S(": '"), ac_check_shown(text), AC_S("'"));
		return;
	}
	check_target(c, property, section, type_name, where);
}

static void
check_hex(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_str text;

	if (want_string(c, value, where, AC_S("2.8"), &text) && !ac_format_hex(text))
		want_text(c, AC_S("2.8"), AC_S("an even number of 0-9, a-f"), text, where);
}

static void
check_binary(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_str text;

	if (want_string(c, value, where, AC_S("2.1"), &text) && !ac_format_base64(text))
		want_text(c, AC_S("2.1"), AC_S("padded base64 (RFC 4648)"), text, where);
}

static bool
want_object(ac_check *c, ac_str section, const ac_json *value, const ac_where *where)
{
	if (!ac_json_is(value, AC_JSON_OBJECT)) {
		want(c, section, AC_S("an object"), value, where);
		return false;
	}
	if (ac_json_count(value) == 0) {
		want(c, section, AC_S("at least one member"), value, where);
		return false;
	}
	return true;
}

static void
check_hashes(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	const ac_stix_vocabulary *names = ac_stix_vocabulary_find(AC_S("hash-algorithm-ov"));
	ac_json_iter it = ac_json_iter_of(value);

	if (!want_object(c, AC_S("2.7"), value, where))
		return;
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };
		ac_str text = ac_json_string(it.value);

		if (it.key.n < 3 || !ac_format_dictionary_key(it.key))
			want_text(c, AC_S("2.7"), AC_S("a hash name of 3 to 250 of a-z, A-Z, 0-9, '-' and '_'"), it.key,
			    &here);
		if (!ac_json_is(it.value, AC_JSON_STRING))
			want(c, AC_S("2.7"), AC_S("a string"), it.value, &here);
		else if (!ac_format_hash(it.key, text))
			AC_CHECK_ERROR(c, AC_S("2.7"), &here, AC_S("want a hash as "), ac_check_shown(it.key),
			    AC_S(" gives it, got '"), ac_check_shown(text), AC_S("'"));
		if (!ac_stix_vocabulary_has(names, it.key) && !ac_str_starts(it.key, AC_S("x_")))
			AC_CHECK_WARNING(c, AC_S("2.7"), names->code, &here,
			    AC_S("should be a name of hash-algorithm-ov, got '"), ac_check_shown(it.key), AC_S("'"));
		if (it.key.n > 30)
			AC_CHECK_WARNING(
			    c, AC_S("2.7"), AC_S("150"), &here, AC_S("the hash name is longer than 30 characters"));
	}
}

/* A list of strings, at least one. */
static void
check_strings(ac_check *c, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (!ac_json_is(value, AC_JSON_ARRAY) || ac_json_count(value) == 0)
		want(c, AC_S("2.12"), AC_S("a list of strings"), value, where);
	for (size_t i = 0; !it.is_object && ac_json_next(&it); i++) {
		const ac_where here = { where, { NULL, 0 }, i };

		if (!ac_json_is(it.value, AC_JSON_STRING))
			want(c, AC_S("2.12"), AC_S("a string"), it.value, &here);
	}
}

static void
check_dictionary_value(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	bool is_string = ac_json_is(value, AC_JSON_STRING), is_number = ac_json_is(value, AC_JSON_NUMBER);

	switch (property->values) {
	case AC_STIX_VALUES_ANY:
		ac_check_any(c, value, where);
		break;
	case AC_STIX_VALUES_STRING:
		if (!is_string)
			want(c, section, AC_S("a string"), value, where);
		break;
	case AC_STIX_VALUES_STRINGS:
		check_strings(c, value, where);
		break;
	case AC_STIX_VALUES_INTEGER:
		check_integer(c, property, section, value, where);
		break;
	case AC_STIX_VALUES_INTEGER_OR_STRING:
		if (!is_string && !is_number)
			want(c, section, AC_S("an integer or a string"), value, where);
		else if (is_number)
			check_integer(c, property, section, value, where);
		break;
	}
}

static void
check_dictionary(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (!want_object(c, AC_S("2.3"), value, where))
		return;
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };

		if (!ac_format_dictionary_key(it.key))
			want_text(
			    c, AC_S("2.3"), AC_S("a key of 1 to 250 of a-z, A-Z, 0-9, '-' and '_'"), it.key, &here);
		else if (property->format)
			check_format(c, property, section, it.key, &here);
		check_dictionary_value(c, property, section, it.value, &here);
	}
}

static void
check_open_vocab(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	const ac_stix_vocabulary *vocabulary = property->vocabulary;
	ac_str text;

	if (!want_string(c, value, where, AC_S("2.14"), &text) || !vocabulary ||
	    ac_stix_vocabulary_has(vocabulary, text))
		return;
	AC_CHECK_WARNING(c, AC_S("2.14"), vocabulary->code, where, AC_S("should be a term of "), vocabulary->name,
	    AC_S(", got '"), ac_check_shown(text), AC_S("'"));
	if (!ac_format_is_lower_hyphen(text))
		AC_CHECK_WARNING(c, AC_S("2.14"), AC_S("111"), where,
		    AC_S("a term of one's own should be lower case with hyphens, got '"), ac_check_shown(text),
		    AC_S("'"));
}

static void
check_enum(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	const ac_stix_vocabulary *vocabulary = property->vocabulary;
	ac_str text;

	if (want_string(c, value, where, AC_S("2.4"), &text) && vocabulary && !ac_stix_vocabulary_has(vocabulary, text))
		AC_CHECK_ERROR(c, vocabulary->section, where, AC_S("want a term of "), vocabulary->name,
		    AC_S(", got '"), ac_check_shown(text), AC_S("'"));
}

static void
check_structure(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	if (property->nested)
		ac_check_struct(c, property->nested, value, where);
	else if (!ac_json_is(value, AC_JSON_OBJECT))
		want(c, section, AC_S("an object"), value, where);
	else
		ac_check_any(c, value, where);
}

static void
check_granular(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	check_structure(c, property, section, value, where);
	ac_check_granular(c, value, where);
}

static void
check_any(ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_check_any(c, value, where);
}

/* s2.13, deprecated: a dictionary of observables that refer to each other by its keys. */
static void
check_container(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);
	const ac_check outer = *c;
	uint64_t unused;

	if (!want_object(c, AC_S("2.13"), value, where))
		return;
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };

		if (!ac_str_to_u64(it.key, &unused))
			AC_CHECK_WARNING(c, AC_S("2.9"), AC_S("141"), &here,
			    AC_S("a key of an observable container should be a non-negative integer, got '"),
			    ac_check_shown(it.key), AC_S("'"));
		c->container = value;
		ac_check_object(c, it.value, &here);
		c->root = outer.root;
		c->type = outer.type;
		c->type_name = outer.type_name;
		c->class = outer.class;
		c->container = outer.container;
		c->has_toplevel_extension = outer.has_toplevel_extension;
		c->is_defanged = outer.is_defanged;
	}
}

static void
check_reserved(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	AC_CHECK_ERROR(c, AC_S("3.8"), where, AC_S("'"), property->name, AC_S("' is a reserved name, want none of it"));
}

void
ac_check_value(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	typedef void checker(ac_check *, const ac_stix_property *, ac_str, const ac_json *, const ac_where *);
	static checker *const checkers[] = {
		[AC_STIX_STRING] = check_string,
		[AC_STIX_INTEGER] = check_integer,
		[AC_STIX_FLOAT] = check_float,
		[AC_STIX_BOOLEAN] = check_boolean,
		[AC_STIX_TIMESTAMP] = check_timestamp,
		[AC_STIX_IDENTIFIER] = check_identifier,
		[AC_STIX_HEX] = check_hex,
		[AC_STIX_BINARY] = check_binary,
		[AC_STIX_HASHES] = check_hashes,
		[AC_STIX_DICTIONARY] = check_dictionary,
		[AC_STIX_OPEN_VOCAB] = check_open_vocab,
		[AC_STIX_ENUM] = check_enum,
		[AC_STIX_KILL_CHAIN_PHASE] = check_structure,
		[AC_STIX_EXTERNAL_REFERENCE] = check_structure,
		[AC_STIX_GRANULAR_MARKING] = check_granular,
		[AC_STIX_OBJECT] = check_structure,
		[AC_STIX_ANY] = check_any,
		[AC_STIX_CONTAINER] = check_container,
		[AC_STIX_RESERVED] = check_reserved,
	};

	checkers[property->kind](c, property, section, value, where);
}

void
ac_check_member(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (property->is_deprecated)
		AC_CHECK_WARNING(c, section, AC_S("304"), where, AC_S("'"), property->name, AC_S("' is deprecated"));
	if (!property->is_list) {
		ac_check_value(c, property, section, value, where);
		return;
	}
	if (!ac_json_is(value, AC_JSON_ARRAY) || ac_json_count(value) == 0) {
		want(c, AC_S("2.12"), AC_S("a list of at least one value"), value, where);
		return;
	}
	for (size_t i = 0; ac_json_next(&it); i++) {
		const ac_where here = { where, { NULL, 0 }, i };

		ac_check_value(c, property, section, it.value, &here);
	}
}

static bool
has_capital(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'Z')
			return true;
	return false;
}

/* Dictionaries of the standard whose keys are names of others, as those write them: wherever they stand. */
static bool
keeps_case(ac_str dictionary)
{
	static const ac_str names[] = { AC_S_INIT("hashes"), AC_S_INIT("ipfix"), AC_S_INIT("request_header"),
		AC_S_INIT("options"), AC_S_INIT("document_info_dict"), AC_S_INIT("exif_tags"),
		AC_S_INIT("environment_variables"), AC_S_INIT("startup_info"), AC_S_INIT("additional_header_fields") };

	for (size_t i = 0; i < AC_COUNT(names); i++)
		if (ac_str_eq(names[i], dictionary))
			return true;
	return false;
}

void
ac_check_any(ac_check *c, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);

	if (ac_json_is(value, AC_JSON_NULL)) {
		/* s2: null is none of the data types. */
		want(c, AC_S("2"), AC_S("a value"), value, where);
		return;
	}
	if ((ac_json_is(value, AC_JSON_ARRAY) || ac_json_is(value, AC_JSON_OBJECT)) && ac_json_count(value) == 0) {
		want(c, ac_json_is(value, AC_JSON_ARRAY) ? AC_S("2.12") : AC_S("2.3"), AC_S("no empty list or object"),
		    value, where);
		return;
	}
	for (size_t i = 0; ac_json_next(&it); i++) {
		const ac_where here = { where, it.key, i };

		/* s2.3 */
		if (it.is_object && has_capital(it.key) && !keeps_case(where->key))
			AC_CHECK_WARNING(c, AC_S("2.3"), AC_S("142"), &here,
			    AC_S("a key of a dictionary should be in lower case, got '"), ac_check_shown(it.key),
			    AC_S("'"));
		ac_check_any(c, it.value, &here);
	}
}

void
ac_check_prefix(ac_check *c, ac_str name, char separator, ac_str section, const ac_where *where)
{
	const char begin[] = { 'x', separator };
	ac_str rest = ac_str_slice(name, sizeof(begin), name.n);
	size_t end = ac_str_find_byte(rest, separator);
	bool has_prefix = ac_str_starts(name, (ac_str){ begin, sizeof(begin) }) && rest.n > 0;

	if (!c->checks.prefixes)
		return;
	if (!has_prefix)
		AC_CHECK_WARNING(c, section, AC_S("102"), where, AC_S("a name of one's own should begin with '"),
		    (ac_str){ begin, sizeof(begin) }, AC_S("', got '"), ac_check_shown(name), AC_S("'"));
	if (!has_prefix || end == 0 || end + 1 >= rest.n)
		AC_CHECK_WARNING(c, section, AC_S("101"), where, AC_S("a name of one's own should begin with '"),
		    (ac_str){ begin, sizeof(begin) }, AC_S("' and the name of its source, got '"), ac_check_shown(name),
		    AC_S("'"));
}

void
ac_check_custom_name(ac_check *c, ac_str name, bool wants_extension, const ac_where *where)
{
	if (!ac_format_property_name(name))
		want_text(c, AC_S("11.1.1"), AC_S("a property name of 3 to 250 of a-z, 0-9 and '_', a letter first"),
		    name, where);
	if (wants_extension)
		AC_CHECK_WARNING(c, AC_S("11.1"), AC_S("401"), where, AC_S("'"), ac_check_shown(name),
		    AC_S("' is no property of the standard, and should come with an extension"));
	if (wants_extension)
		ac_check_prefix(c, name, '_', AC_S("11.1.1"), where);
}

/* A required property that is not there. */
static void
check_required(ac_check *c, const ac_stix_struct *structure, const ac_json *value, const ac_where *where)
{
	for (size_t i = 0; i < structure->property_count; i++)
		if (structure->properties[i].is_required && !ac_json_get(value, structure->properties[i].name))
			AC_CHECK_ERROR(c, structure->section, where, AC_S("want the required property '"),
			    structure->properties[i].name, AC_S("', got none"));
}

void
ac_check_struct(ac_check *c, const ac_stix_struct *structure, const ac_json *value, const ac_where *where)
{
	ac_json_iter it = ac_json_iter_of(value);
	bool has_own = false;

	if (!want_object(c, structure->section, value, where))
		return;
	while (ac_json_next(&it)) {
		const ac_where here = { where, it.key, 0 };
		const ac_stix_property *property = ac_stix_struct_find(structure, it.key);

		if (property) {
			has_own = true;
			ac_check_member(c, property, structure->section, it.value, &here);
		} else {
			ac_check_custom_name(c, it.key, true, &here);
			ac_check_any(c, it.value, &here);
		}
	}
	if (structure->needs_one && !has_own)
		AC_CHECK_ERROR(c, structure->section, where, AC_S("want at least one property of '"), structure->name,
		    AC_S("', got none"));
	check_required(c, structure, value, where);
	ac_check_rules(c, structure->name, value, where);
}
