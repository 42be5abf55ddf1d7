/* SPDX-License-Identifier: Apache-2.0 */
/* Odd things in patterns, found by one walk over the tree. Where a path leads is pattern_path.c's business; nothing is evaluated. */
#include "stix/pattern_check.h"

#include "base/limits.h"
#include "stix/check.h"
#include "stix/format.h"
#include "stix/pattern_path.h"
#include "stix/pattern_tree.h"
#include "stix/pattern_write.h"
#include "stix/types_table.h"

/* Shown of a name or constant. */
enum { SHOWN_MAX = 80, TYPES_MAX = 8 };

typedef struct checker {
	ac_arena *arena;
	const ac_pattern_validity *validity;
	ac_pattern_on_note on_note;
	void *payload;
	size_t notes;
	/* Of the [ ] that is being walked: the type of its first comparison, and whether another one came. */
	ac_str type_name;
	ac_path_place type_place;
	ac_path_problem type_problem;
	bool has_types;
} checker;

/* What a note says beside its text. */
typedef struct kind_of_note {
	ac_str code;
	ac_str section;
	bool matches_nothing;
} kind_of_note;

static const kind_of_note unknown_type = { AC_S_INIT("unknown-type"), AC_S_INIT("9.7"), false },
			  no_observable = { AC_S_INIT("no-observable"), AC_S_INIT("9.7"), true },
			  unknown_property = { AC_S_INIT("unknown-property"), AC_S_INIT("9.7"), true },
			  missing_step = { AC_S_INIT("missing-list-step"), AC_S_INIT("9.7.2"), true },
			  no_list = { AC_S_INIT("no-list"), AC_S_INIT("9.7.2"), true },
			  nothing_inside = { AC_S_INIT("nothing-inside"), AC_S_INIT("9.7.1"), true },
			  hash_name = { AC_S_INIT("hash-name"), AC_S_INIT("10.7"), false },
			  others_extension = { AC_S_INIT("others-extension"), AC_S_INIT("3.10"), true },
			  no_single_value = { AC_S_INIT("no-single-value"), AC_S_INIT("9.6.1"), true },
			  wrong_kind = { AC_S_INIT("wrong-constant"), AC_S_INIT("9.2"), true },
			  no_text = { AC_S_INIT("no-text"), AC_S_INIT("9.6.1"), true },
			  id_compared = { AC_S_INIT("id-compared"), AC_S_INIT("9.7.4"), true },
			  no_term = { AC_S_INIT("no-term"), AC_S_INIT("10"), true },
			  no_address = { AC_S_INIT("no-address"), AC_S_INIT("9.6.1"), true },
			  wrong_form = { AC_S_INIT("wrong-form"), AC_S_INIT("6"), true },
			  out_of_range = { AC_S_INIT("out-of-range"), AC_S_INIT("6"), true },
			  empty_set = { AC_S_INIT("empty-set"), AC_S_INIT("9.6.1"), true },
			  unusable = { AC_S_INIT("unusable"), AC_S_INIT("9.4"), true },
			  types_differ = { AC_S_INIT("types-differ"), AC_S_INIT("9.5"), true },
			  empty_window = { AC_S_INIT("empty-window"), AC_S_INIT("9.5.1"), true },
			  idle_within = { AC_S_INIT("idle-within"), AC_S_INIT("9.5.1"), false },
			  before_valid = { AC_S_INIT("before-valid-from"), AC_S_INIT("9.5.1"), false },
			  after_valid = { AC_S_INIT("after-valid-until"), AC_S_INIT("9.5.1"), false };

/* The text is the parts behind one another. */
static void
note(checker *c, const kind_of_note *kind, const ac_pattern_node *node, const ac_str *parts, size_t part_count)
{
	/* What is negated may hold because of the mistake: s9.6.1, incompatible types are != each other. */
	bool holds = node->negated || (node->op == AC_PATTERN_COMPARE && node->comparator == AC_PATTERN_NE);
	ac_pattern_note n = { kind->code, kind->section, kind->matches_nothing && !holds, node->byte, { NULL, 0 } };
	size_t total = 0, at = 0;
	char *text;

	if (++c->notes > AC_STIX_FINDINGS_MAX || !c->on_note)
		return;
	for (size_t i = 0; i < part_count; i++)
		total += parts[i].n;
	text = ac_arena_alloc(c->arena, total + 1);
	if (!text)
		return;
	for (size_t i = 0; i < part_count; i++) {
		memcpy(text + at, parts[i].n ? parts[i].p : "", parts[i].n);
		at += parts[i].n;
	}
	n.text = (ac_str){ text, total };
	c->on_note(c->payload, &n);
}

#define NOTE(c, kind, node, ...) note(c, &(kind), node, AC_CHECK_PARTS(__VA_ARGS__))

/* ---- paths ---- */

/* "name" of the standard's own spelling for a hash that is written another way: SHA256, sha1, sha-512. */
static ac_str
meant_hash(ac_str name)
{
	for (const ac_str *term = ac_stix_vocabularies[AC_VOCAB_HASH_ALGORITHM_OV].terms; term->p; term++) {
		size_t i = 0, k = 0;

		while (i < name.n && k < term->n) {
			if (name.p[i] == '-' || name.p[i] == '_')
				i++;
			else if (term->p[k] == '-')
				k++;
			else if (ac_lower(name.p[i]) == ac_lower(term->p[k]))
				i++, k++;
			else
				break;
		}
		if (i == name.n && k == term->n)
			return *term;
	}
	return (ac_str){ NULL, 0 };
}

static void
note_hash(checker *c, const ac_pattern_node *node, ac_str name)
{
	ac_str meant = meant_hash(name);

	if (meant.p)
		NOTE(c, hash_name, node, AC_S("want the hash name '"), meant, AC_S("', got '"), ac_check_shown(name),
		    AC_S("'"));
	else
		NOTE(c, hash_name, node, AC_S("want a hash name of hash-algorithm-ov, got '"), ac_check_shown(name),
		    AC_S("'"));
}

/* The last name of the path before step n. */
static ac_str
name_before(const ac_pattern_node *node, size_t n)
{
	while (n > 0 && node->steps[n - 1].kind != AC_PATTERN_STEP_NAME)
		n--;
	return n > 0 ? node->steps[n - 1].name : node->object_type;
}

/* What the path goes through before step n: "file", "windows-pe-section-type", "sections". */
static ac_str
name_of_place(const ac_path_place *place, const ac_pattern_node *node, size_t n)
{
	switch (place->kind) {
	case AC_PATH_OBJECT:
		return place->type->name;
	case AC_PATH_STRUCT:
		return place->structure->name;
	case AC_PATH_LIST:
	case AC_PATH_REFERENCE:
	case AC_PATH_DICTIONARY:
	case AC_PATH_HASHES:
	case AC_PATH_VALUE:
	case AC_PATH_EXTENSIONS:
	case AC_PATH_UNKNOWN:
		break;
	}
	return ac_check_shown(name_before(node, n));
}

/* A problem of step n, or of the type (its name is `name`, n is 0). */
static void
note_path(checker *c, const ac_pattern_node *node, ac_path_problem problem, const ac_path_place *before, size_t n,
    ac_str name)
{
	ac_str place, shown;

	if (problem == AC_PATH_FINE)
		return;
	place = name_of_place(before, node, n);
	shown = name.p ? ac_check_shown(name) : AC_S("");
	switch (problem) {
	case AC_PATH_FINE:
		return;
	case AC_PATH_UNKNOWN_TYPE:
		NOTE(c, unknown_type, node, AC_S("STIX 2.1 has no '"), shown,
		    AC_S("': want one of its observables, or x-... for an own one"));
		return;
	case AC_PATH_NO_OBSERVABLE:
		NOTE(c, no_observable, node, AC_S("patterns are about observables, '"), shown, AC_S("' is none"));
		return;
	case AC_PATH_NO_PROPERTY:
		NOTE(c, unknown_property, node, place, AC_S(" has no property '"), shown, AC_S("' in STIX 2.1"));
		return;
	case AC_PATH_MISSING_STEP:
		NOTE(c, missing_step, node, place, AC_S(" is a list: want "), place, AC_S("[*] or "), place,
		    AC_S("[0] before '."), shown, AC_S("'"));
		return;
	case AC_PATH_NO_LIST:
		NOTE(c, no_list, node, place, AC_S(" is no list: want no [ ] behind it"));
		return;
	case AC_PATH_NOTHING_INSIDE:
		NOTE(c, nothing_inside, node, place, AC_S(" is a plain value: nothing of the name '"), shown,
		    AC_S("' is inside"));
		return;
	case AC_PATH_HASH_NAME:
		note_hash(c, node, name);
		return;
	case AC_PATH_OTHERS_EXTENSION:
		NOTE(c, others_extension, node, AC_S("'"), shown, AC_S("' extends "),
		    ac_stix_extension_find(name)->host, AC_S(", not "), before->type->name);
		return;
	}
}

/* The place at which the path begins. Comparisons of one bracket mostly have one type, which is looked up once. */
static ac_path_problem
begin(checker *c, const ac_pattern_node *node, ac_path_place *place)
{
	if (!ac_str_eq(node->object_type, c->type_name)) {
		c->has_types |= c->type_name.n > 0;
		c->type_name = node->object_type;
		c->type_problem = ac_path_begin(node, &c->type_place);
	}
	*place = c->type_place;
	return c->type_problem;
}

/* Follow the path of a comparison; true when its end is known. */
static bool
follow(checker *c, const ac_pattern_node *node, ac_path_place *place)
{
	ac_path_problem problem = begin(c, node, place);

	if (problem && !ac_str_starts(node->object_type, AC_S("x-")))
		note_path(c, node, problem, place, 0, node->object_type);
	for (size_t i = 0; i < node->step_count && place->kind != AC_PATH_UNKNOWN; i++) {
		const ac_path_place before = *place;

		problem = ac_path_step(place, &node->steps[i]);
		note_path(c, node, problem, &before, i, node->steps[i].name);
	}
	return place->kind != AC_PATH_UNKNOWN;
}

/* ---- constants ---- */

/* s9.2: which kinds of properties a constant is compared with. */
static bool
is_comparable(ac_pattern_constant_kind constant, ac_stix_kind property)
{
	bool is_bytes = property == AC_STIX_HEX || property == AC_STIX_BINARY;
	bool is_number = property == AC_STIX_INTEGER || property == AC_STIX_FLOAT;

	switch (constant) {
	case AC_PATTERN_STRING:
		return !is_number && property != AC_STIX_BOOLEAN && property != AC_STIX_TIMESTAMP;
	case AC_PATTERN_INTEGER:
	case AC_PATTERN_FLOAT:
		return is_number;
	case AC_PATTERN_BOOLEAN:
		return property == AC_STIX_BOOLEAN;
	case AC_PATTERN_TIMESTAMP:
		return property == AC_STIX_TIMESTAMP;
	case AC_PATTERN_HEX:
	case AC_PATTERN_BINARY:
		return is_bytes || property == AC_STIX_STRING;
	}
	return true;
}

/* How a constant for the property is written. */
static ac_str
wanted_constant(ac_stix_kind property)
{
	switch ((int)property) {
	case AC_STIX_INTEGER:
	case AC_STIX_FLOAT:
		return AC_S("a number");
	case AC_STIX_BOOLEAN:
		return AC_S("true or false");
	case AC_STIX_TIMESTAMP:
		return AC_S("a timestamp (t'...')");
	case AC_STIX_HEX:
	case AC_STIX_BINARY:
		return AC_S("h'...', b'...' or a string of its bytes");
	default:
		return AC_S("a string");
	}
}

static ac_str
constant_text(checker *c, const ac_pattern_constant *constant)
{
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_pattern_write_constant(constant, &buf);
	text = ac_arena_str(c->arena, ac_check_shown(ac_buf_view(&buf)));
	if (buf.failed)
		c->arena->failed = buf.failed;
	ac_buf_done(&buf);
	return text;
}

static bool
is_equality(ac_pattern_comparator comparator)
{
	return comparator == AC_PATTERN_EQ || comparator == AC_PATTERN_NE || comparator == AC_PATTERN_IN;
}

/* A number for a property that has a range (s2.10 for all integers). */
static void
check_range(
    checker *c, const ac_pattern_node *node, const ac_stix_property *property, const ac_pattern_constant *constant)
{
	ac_buf text;

	if (!property->has_range || constant->kind != AC_PATTERN_INTEGER || !is_equality(node->comparator))
		return;
	ac_buf_init(&text, 64);
	ac_buf_add_i64(&text, property->min);
	if (ac_pattern_decimal_cmp(constant->text, ac_buf_view(&text)) < 0) {
		NOTE(c, out_of_range, node, property->name, AC_S(" is at least "), ac_buf_view(&text), AC_S(", got "),
		    ac_check_shown(constant->text));
	} else {
		ac_buf_reset(&text);
		ac_buf_add_i64(&text, property->max);
		if (ac_pattern_decimal_cmp(constant->text, ac_buf_view(&text)) > 0)
			NOTE(c, out_of_range, node, property->name, AC_S(" is at most "), ac_buf_view(&text),
			    AC_S(", got "), ac_check_shown(constant->text));
	}
	ac_buf_done(&text);
}

/* A string for a property whose values have a form or are terms of an enumeration. */
static void
check_string(checker *c, const ac_pattern_node *node, const ac_path_place *place, const ac_pattern_constant *constant)
{
	const ac_stix_property *property = place->property;
	const char *wanted;

	if (constant->kind != AC_PATTERN_STRING || !is_equality(node->comparator) || place->is_one_of)
		return;
	if (property->kind == AC_STIX_ENUM && property->vocabulary &&
	    !ac_stix_vocabulary_has(property->vocabulary, constant->text)) {
		NOTE(c, no_term, node, AC_S("want a term of "), property->vocabulary->name, AC_S(", got "),
		    constant_text(c, constant));
		return;
	}
	wanted = property->format == AC_STIX_FORMAT_NONE || ac_format_warning_code(property->format).p
		     ? NULL
		     : ac_format_wanted(property->format, constant->text);
	if (wanted)
		NOTE(c, wrong_form, node, AC_S("want "), ac_str_from(wanted), AC_S(", got "),
		    constant_text(c, constant));
}

static void
check_constant(checker *c, const ac_pattern_node *node, const ac_path_place *place, const ac_pattern_constant *constant)
{
	const ac_stix_property *property = place->property;

	if (constant->unusable) {
		NOTE(c, unusable, node, AC_S("there is no instant "), constant_text(c, constant),
		    AC_S(": the whole pattern matches nothing"));
	} else if (place->kind == AC_PATH_REFERENCE) {
		if (constant->kind != AC_PATTERN_STRING || ac_str_find(constant->text, AC_S("--")) == constant->text.n)
			NOTE(c, id_compared, node, property->name,
			    AC_S(" is the id of another object: want its property ("), property->name,
			    AC_S(".PROPERTY), got "), constant_text(c, constant));
	} else if (place->kind == AC_PATH_VALUE && !is_comparable(constant->kind, property->kind)) {
		NOTE(c, wrong_kind, node, AC_S("want "), wanted_constant(property->kind), AC_S(" for "), property->name,
		    AC_S(", got "), constant_text(c, constant));
	} else if (place->kind == AC_PATH_VALUE) {
		check_range(c, node, property, constant);
		check_string(c, node, place, constant);
	}
}

/* ISSUBSET, ISSUPERSET: addresses and networks, of the path and of the constant. */
static void
check_set(checker *c, const ac_pattern_node *node, const ac_path_place *place, bool is_known)
{
	const ac_pattern_constant *constant = node->constants;

	if (is_known && !place->is_address)
		NOTE(c, no_address, node, AC_S("want the value of an ipv4-addr or ipv6-addr before "),
		    ac_pattern_comparator_name(node->comparator));
	if (ac_format_wanted(AC_STIX_FORMAT_IPV4, constant->text) &&
	    ac_format_wanted(AC_STIX_FORMAT_IPV6, constant->text))
		NOTE(c, no_address, node, AC_S("want an address or a network behind "),
		    ac_pattern_comparator_name(node->comparator), AC_S(", got "), constant_text(c, constant));
}

/* The end of a path that must be one value. */
static void
check_end(checker *c, const ac_pattern_node *node, const ac_path_place *place)
{
	ac_str name = name_of_place(place, node, node->step_count);

	switch (place->kind) {
	case AC_PATH_LIST:
		NOTE(c, missing_step, node, name, AC_S(" is a list: want "), name, AC_S("[*] or "), name,
		    AC_S("[0] to compare its elements"));
		return;
	case AC_PATH_OBJECT:
	case AC_PATH_STRUCT:
	case AC_PATH_DICTIONARY:
	case AC_PATH_HASHES:
	case AC_PATH_EXTENSIONS:
		NOTE(c, no_single_value, node, name, AC_S(" is no single value: want the name of one inside"));
		return;
	case AC_PATH_UNKNOWN:
	case AC_PATH_REFERENCE:
	case AC_PATH_VALUE:
		return;
	}
}

static void
check_test(checker *c, const ac_pattern_node *node)
{
	ac_path_place place;
	bool is_known = follow(c, node, &place), is_text;

	if (node->op == AC_PATTERN_EXISTS)
		return;
	if (node->comparator == AC_PATTERN_ISSUBSET || node->comparator == AC_PATTERN_ISSUPERSET) {
		check_set(c, node, &place, is_known);
		return;
	}
	if (node->comparator == AC_PATTERN_IN && node->constant_count == 0)
		NOTE(c, empty_set, node, AC_S("nothing is IN an empty set"));
	if (is_known)
		check_end(c, node, &place);
	is_text = place.kind != AC_PATH_VALUE || is_comparable(AC_PATTERN_STRING, place.property->kind);
	if (node->comparator == AC_PATTERN_LIKE || node->comparator == AC_PATTERN_MATCHES) {
		if (!is_text)
			NOTE(c, no_text, node, ac_pattern_comparator_name(node->comparator), AC_S(" is for text, "),
			    place.property->name, AC_S(" is none"));
		return;
	}
	for (size_t i = 0; i < node->constant_count; i++)
		check_constant(c, node, &place, &node->constants[i]);
}

/* ---- types of objects in one bracket ---- */

/* Types that an object may have for an expression to hold; `many`: more than are counted here. */
typedef struct type_set {
	ac_str types[TYPES_MAX];
	size_t n;
	bool many;
} type_set;

static bool
set_has(const type_set *set, ac_str type)
{
	for (size_t i = 0; i < set->n; i++)
		if (ac_str_eq(set->types[i], type))
			return true;
	return false;
}

static type_set
set_union(type_set a, const type_set *b)
{
	for (size_t i = 0; i < b->n && !a.many; i++) {
		if (set_has(&a, b->types[i]))
			continue;
		if (a.n == TYPES_MAX)
			a.many = true;
		else
			a.types[a.n++] = b->types[i];
	}
	a.many |= b->many;
	return a;
}

static type_set
set_intersection(const type_set *a, const type_set *b)
{
	type_set both = { .n = 0 };

	if (a->many)
		return *b;
	if (b->many)
		return *a;
	for (size_t i = 0; i < a->n; i++)
		if (set_has(b, a->types[i]))
			both.types[both.n++] = a->types[i];
	return both;
}

/* s9.5: the operands of AND must hold for one object, so it must be able to have the type of each. */
static type_set
check_types(checker *c, const ac_pattern_node *node)
{
	type_set left, right, both;

	if (node->op != AC_PATTERN_AND && node->op != AC_PATTERN_OR)
		return (type_set){ .types = { node->object_type }, .n = 1 };
	left = check_types(c, node->left);
	right = check_types(c, node->right);
	if (node->op == AC_PATTERN_OR)
		return set_union(left, &right);
	both = set_intersection(&left, &right);
	if (both.n > 0 || both.many)
		return both;
	NOTE(c, types_differ, node, AC_S("AND in [ ] is about one object, which cannot be a "),
	    ac_check_shown(left.types[0]), AC_S(" and a "), ac_check_shown(right.types[0]),
	    AC_S(" (want [...] AND [...], or a reference)"));
	return (type_set){ .many = true };
}

static void
check_tests(checker *c, const ac_pattern_node *node)
{
	if (node->op != AC_PATTERN_AND && node->op != AC_PATTERN_OR) {
		check_test(c, node);
		return;
	}
	check_tests(c, node->left);
	check_tests(c, node->right);
}

static void
check_bracket(checker *c, const ac_pattern_node *comparisons)
{
	c->type_name = (ac_str){ NULL, 0 };
	c->has_types = false;
	check_tests(c, comparisons);
	if (c->has_types)
		(void)check_types(c, comparisons);
}

/* ---- observations ---- */

static void
check_window(checker *c, const ac_pattern_node *node)
{
	ac_time unused;

	for (unsigned i = 0; i < 2 && node->unusable; i++) {
		if (ac_time_parse_stix(node->qualifier_text[i], &unused, NULL) == 0)
			continue;
		NOTE(c, unusable, node, AC_S("there is no instant t'"), node->qualifier_text[i],
		    AC_S("': the whole pattern matches nothing"));
		return;
	}
	if (ac_time_cmp(node->start, node->stop) >= 0)
		NOTE(c, empty_window, node, AC_S("no instant is from "), node->qualifier_text[0],
		    AC_S(" on and before "), node->qualifier_text[1]);
	if (!c->validity)
		return;
	if (ac_time_cmp(node->start, c->validity->from) < 0)
		NOTE(c, before_valid, node, AC_S("START should not be before the indicator's valid_from, got "),
		    node->qualifier_text[0]);
	if (ac_time_cmp(node->stop, c->validity->until) > 0)
		NOTE(c, after_valid, node, AC_S("STOP should not be behind the indicator's valid_until, got "),
		    node->qualifier_text[1]);
}

static void
check_observations(checker *c, const ac_pattern_node *node)
{
	switch (node->op) {
	case AC_PATTERN_OBSERVATION:
		check_bracket(c, node->left);
		return;
	case AC_PATTERN_FOLLOWEDBY:
	case AC_PATTERN_OBS_OR:
	case AC_PATTERN_OBS_AND:
		check_observations(c, node->left);
		check_observations(c, node->right);
		return;
	case AC_PATTERN_WITHIN:
		check_observations(c, node->left);
		if (!(node->within_seconds > 0))
			NOTE(c, unusable, node,
			    AC_S("WITHIN wants more than 0 seconds: the whole pattern matches nothing"));
		else if (node->left->op == AC_PATTERN_OBSERVATION)
			NOTE(c, idle_within, node,
			    AC_S("one observation is always WITHIN its time: want REPEATS before it, or more "
				 "observations "
				 "in ( )"));
		return;
	case AC_PATTERN_REPEATS:
		check_observations(c, node->left);
		if (node->repeats == 0)
			NOTE(c, unusable, node,
			    AC_S("REPEATS wants at least 1 TIMES: the whole pattern matches nothing"));
		return;
	case AC_PATTERN_START_STOP:
		check_observations(c, node->left);
		check_window(c, node);
		return;
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
	case AC_PATTERN_COMPARE:
	case AC_PATTERN_EXISTS:
		return;
	}
}

int
ac_pattern_check(const ac_pattern_node *root, const ac_pattern_validity *validity, ac_arena *arena,
    ac_pattern_on_note on_note, void *payload, accord_err *err)
{
	checker c = { .arena = arena, .validity = validity, .on_note = on_note, .payload = payload };
	int rc;

	check_observations(&c, root);
	rc = ac_arena_check(arena, err);
	return rc ? rc : (int)c.notes;
}
