/* SPDX-License-Identifier: Apache-2.0 */
#include "match_oracle.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <uninorm.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/octets.h"
#include "match/sequence.h"
#include "stix/types.h"

typedef enum answer { NO, MAYBE, YES, UNUSABLE } answer;

/* What is being asked, and of what. */
typedef struct question {
	const ac_json *all;      /* the list of bundles */
	const ac_json *observed; /* the observation */
	const ac_pattern_node *node;
	ac_arena *arena;
} question;

/* What the standard says of the place where a value stands. */
typedef struct place {
	const ac_stix_type *type; /* at an object's root */
	const ac_stix_property *property;
	const ac_stix_struct *structure;
	bool is_root, is_extensions;
	bool is_list_of_references, is_reference;
	enum { PLACE_UNKNOWN, PLACE_STRING, PLACE_TIME, PLACE_HEX, PLACE_BINARY } reading;
} place;

/* A value as octets, or as text. */
typedef struct bytes {
	ac_str text;
	bool is_octets;
} bytes;

static place
root_place(const ac_json *object)
{
	return (place){ .is_root = true, .type = ac_stix_type_find(ac_json_get_string(object, AC_S("type"))) };
}

static place
member_place(const place *parent, ac_str name)
{
	place p = { .reading = PLACE_UNKNOWN };

	if (ac_str_ends(name, AC_S("_hex")))
		p.reading = PLACE_HEX;
	if (ac_str_ends(name, AC_S("_bin")))
		p.reading = PLACE_BINARY;
	p.is_reference = ac_str_ends(name, AC_S("_ref"));
	p.is_list_of_references = ac_str_ends(name, AC_S("_refs"));
	p.is_extensions = parent->is_root && ac_str_eq(name, AC_S("extensions"));
	if (parent->is_extensions) {
		const ac_stix_extension *extension = ac_stix_extension_find(name);

		p.structure = extension ? &extension->structure : NULL;
		p.reading = PLACE_STRING;
		return p;
	}
	if (parent->is_root && parent->type)
		p.property = ac_stix_property_find(parent->type, name);
	else if (parent->structure)
		p.property = ac_stix_struct_find(parent->structure, name);
	else if (parent->property &&
		 (parent->property->kind == AC_STIX_HASHES ||
		     (parent->property->kind == AC_STIX_DICTIONARY && parent->property->values != AC_STIX_VALUES_ANY)))
		p.reading = PLACE_STRING;
	if (p.property) {
		p.structure = p.property->nested;
		if (p.property->kind == AC_STIX_TIMESTAMP)
			p.reading = PLACE_TIME;
		else if (p.property->kind == AC_STIX_HEX)
			p.reading = PLACE_HEX;
		else if (p.property->kind == AC_STIX_BINARY)
			p.reading = PLACE_BINARY;
		else if (p.property->kind == AC_STIX_RESERVED)
			p.reading = PLACE_UNKNOWN;
		else if (p.property->kind != AC_STIX_ANY)
			p.reading = PLACE_STRING;
	}
	return p;
}

static place
item_place(const place *parent)
{
	place p = *parent;

	p.is_root = p.is_extensions = p.is_list_of_references = false;
	p.is_reference = parent->is_list_of_references;
	return p;
}

static bool
is_observable(const ac_json *object)
{
	ac_str name = ac_json_get_string(object, AC_S("type"));
	const ac_stix_type *type = ac_stix_type_find(name);

	return ac_json_is(object, AC_JSON_OBJECT) && name.p && (!type || type->class == AC_STIX_SCO);
}

/* The last object with an id, in a list of objects. */
static const ac_json *
find_in(const ac_json *objects, ac_str id)
{
	const ac_json *found = NULL;
	ac_json_iter it = ac_json_iter_of(objects);

	while (!it.is_object && ac_json_next(&it))
		if (is_observable(it.value) && ac_json_get_string(it.value, AC_S("id")).p &&
		    ac_str_eq(ac_json_get_string(it.value, AC_S("id")), id))
			found = it.value;
	return found;
}

static bool
is_bundle(const ac_json *value)
{
	return ac_str_eq(ac_json_get_string(value, AC_S("type")), AC_S("bundle"));
}

/* The last one in all bundles, and beside them. */
static const ac_json *
find_shared(const ac_json *all, ac_str id)
{
	const ac_json *found;
	ac_json_iter it = ac_json_iter_of(all);

	if (is_bundle(all))
		return find_in(ac_json_get(all, AC_S("objects")), id);
	for (found = NULL; !it.is_object && ac_json_next(&it);) {
		bool is_it = is_observable(it.value) && ac_json_get_string(it.value, AC_S("id")).p &&
			     ac_str_eq(ac_json_get_string(it.value, AC_S("id")), id);
		const ac_json *one = is_bundle(it.value) ? find_in(ac_json_get(it.value, AC_S("objects")), id)
				     : is_it             ? it.value
							 : NULL;

		found = one ? one : found;
	}
	return found;
}

/* The object that a reference leads to from within the observation. *inside: the referring object is the observation's own; then whether this one is. */
static const ac_json *
dereference(const question *q, ac_str id, bool *inside)
{
	ac_json_iter refs = ac_json_iter_of(ac_json_get(q->observed, AC_S("object_refs")));
	const ac_json *own = ac_json_get(ac_json_get(q->observed, AC_S("objects")), id);

	if (*inside && own && is_observable(own))
		return own;
	*inside = false;
	while (!refs.is_object && ac_json_next(&refs))
		if (ac_json_is(refs.value, AC_JSON_STRING) && ac_str_eq(ac_json_string(refs.value), id))
			return find_shared(q->all, id);
	return NULL;
}

static ac_str
latin1(const question *q, ac_str text)
{
	char *out = ac_arena_alloc(q->arena, text.n + 1);
	size_t at = 0, n = 0;

	while (at < text.n) {
		uint32_t c = ac_utf8_next(text, &at, NULL);

		if (c > 0xff)
			return (ac_str){ NULL, 0 };
		out[n++] = (char)c;
	}
	return (ac_str){ out, n };
}

static ac_str
nfc(const question *q, ac_str text)
{
	size_t n = 0;
	uint8_t *normal = u8_normalize(UNINORM_NFC, (const uint8_t *)(text.p ? text.p : ""), text.n, NULL, &n);
	ac_str copy = ac_arena_str(q->arena, (ac_str){ (const char *)normal, n });

	free(normal);
	return copy;
}

/* Which places of the subject a beginning of the pattern can reach, one sign of the pattern after another. */
static answer
like(const question *q, ac_str pattern, ac_str subject, bool octets)
{
	bool *here = ac_arena_zalloc(q->arena, subject.n + 1, sizeof(*here));

	here[0] = true;
	for (size_t p = 0; p < pattern.n; p++) {
		bool *next = ac_arena_zalloc(q->arena, subject.n + 1, sizeof(*next));

		for (size_t i = 0; i <= subject.n; i++) {
			size_t step = 1;

			if (pattern.p[p] == '%') {
				next[i] = here[i] || (i > 0 && next[i - 1]);
				continue;
			}
			if (!here[i] || i == subject.n)
				continue;
			if (pattern.p[p] == '_')
				while (!octets && i + step < subject.n &&
				       ((unsigned char)subject.p[i + step] & 0xc0) == 0x80)
					step++;
			else if (pattern.p[p] != subject.p[i])
				continue;
			next[i + step] = true;
		}
		here = next;
	}
	return here[subject.n] ? YES : NO;
}

static pcre2_code *
compile(ac_str regex, bool octets)
{
	int code;
	size_t where;

	return pcre2_compile((PCRE2_SPTR)(regex.p ? regex.p : ""), regex.n,
	    PCRE2_DOTALL |
		(octets ? PCRE2_NEVER_UTF | PCRE2_NEVER_UCP : PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C),
	    &code, &where, NULL);
}

static answer
search(ac_str regex, ac_str subject, bool octets)
{
	pcre2_code *code = compile(regex, octets);
	pcre2_match_data *data = code ? pcre2_match_data_create_from_pattern(code, NULL) : NULL;
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	int rc;

	if (!code)
		return NO;
	(void)pcre2_set_match_limit(context, 100000);
	rc = pcre2_match(code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, 0, 0, data, context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return rc >= 0 ? YES : rc == PCRE2_ERROR_NOMATCH ? NO : MAYBE;
}

/* An address or network: family, bytes, bits. */
static bool
network(ac_str text, int *out_family, unsigned char out[16], unsigned *out_bits)
{
	char host[64];
	ac_str rest = text, head = text;
	uint64_t bits;
	bool has_bits = ac_str_cut(&rest, '/', &head);

	/* inet_pton would read up to a NUL. */
	if (head.n >= sizeof(host) || ac_str_find_byte(head, '\0') < head.n)
		return false;
	memcpy(host, head.p, head.n);
	host[head.n] = '\0';
	*out_family = inet_pton(AF_INET, host, out) == 1 ? AF_INET : inet_pton(AF_INET6, host, out) == 1 ? AF_INET6 : 0;
	*out_bits = *out_family == AF_INET ? 32 : 128;
	if (has_bits) {
		if (!ac_str_to_u64(rest, &bits) || bits > *out_bits || rest.n > 3 || (rest.n > 1 && rest.p[0] == '0'))
			return false;
		*out_bits = (unsigned)bits;
	}
	return *out_family != 0;
}

/* Is a, of which the first a_bits count, all of b's network? */
static bool
same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	for (unsigned i = 0; i < bits; i++)
		if ((a[i / 8] >> (7 - i % 8) & 1) != (b[i / 8] >> (7 - i % 8) & 1))
			return false;
	return true;
}

static answer
subset(ac_str value, ac_str constant, bool turned)
{
	unsigned char a[16], b[16];
	unsigned a_bits, b_bits;
	int a_family, b_family;

	if (!network(value, &a_family, a, &a_bits))
		return UNUSABLE;
	(void)network(constant, &b_family, b, &b_bits);
	if (a_family != b_family)
		return NO;
	if (turned)
		return a_bits <= b_bits && same_bits(a, b, a_bits) ? YES : NO;
	return b_bits <= a_bits && same_bits(a, b, b_bits) ? YES : NO;
}

/* "YYYY-MM-DDTHH:MM:SS" and the digits behind, whose order is that of time. */
static bool
time_order(const question *q, ac_str a, ac_str b, int *out)
{
	ac_str texts[2] = { a, b }, keys[2];
	ac_time ignored;

	for (int i = 0; i < 2; i++) {
		size_t n = texts[i].n - 1;
		char *key;

		if (ac_time_parse_stix(texts[i], &ignored, NULL))
			return false;
		key = ac_arena_alloc(q->arena, texts[i].n);
		memcpy(key, texts[i].p, n);
		while (n > 19 && (key[n - 1] == '0' || key[n - 1] == '.'))
			n--;
		keys[i] = (ac_str){ key, n };
	}
	*out = ac_str_cmp(keys[0], keys[1]);
	return true;
}

/* Numbers of at most 64 bits and doubles are exact in a long double. */
static bool
number_of(const question *q, ac_str text, long double *out)
{
	bool integral = ac_str_find_byte(text, '.') == text.n && ac_str_find_byte(text, 'e') == text.n &&
			ac_str_find_byte(text, 'E') == text.n;
	ac_str copy = ac_arena_str(q->arena, text);

	*out = integral ? strtold(copy.p, NULL) : (long double)strtod(copy.p, NULL);
	return *out - *out == 0;
}

/* The value of a string's place: octets where it is such; false: unusable. */
static bool
read_string(const question *q, const ac_json *value, const place *p, bytes *out)
{
	char *decoded = ac_arena_alloc(q->arena, ac_json_string(value).n + 1);
	size_t n = ac_json_string(value).n / 2;

	*out = (bytes){ ac_json_string(value), false };
	if (p->reading != PLACE_HEX && p->reading != PLACE_BINARY)
		return true;
	if (p->reading == PLACE_HEX ? !ac_hex_decode(out->text, decoded) : !ac_base64_decode(out->text, decoded, &n))
		return false;
	*out = (bytes){ { decoded, n }, true };
	return true;
}

/* Order of a value and a constant; NO: they cannot be compared. */
static answer
order_of(const question *q, const ac_json *value, const place *p, const ac_pattern_constant *constant, int *out)
{
	ac_json_type type = ac_json_type_of(value);
	bool is_string = type == AC_JSON_STRING,
	     constant_is_octets = constant->kind == AC_PATTERN_HEX || constant->kind == AC_PATTERN_BINARY;
	long double a, b;
	bytes v;
	ac_str c = constant->text;

	if (type == AC_JSON_NUMBER && !number_of(q, ac_json_text(value), &a))
		return UNUSABLE;
	if (is_string && p->reading == PLACE_TIME && ac_time_parse_stix(ac_json_string(value), &(ac_time){ 0 }, NULL))
		return UNUSABLE;
	if (is_string && !read_string(q, value, p, &v))
		return UNUSABLE;
	switch (constant->kind) {
	case AC_PATTERN_INTEGER:
	case AC_PATTERN_FLOAT:
		if (type != AC_JSON_NUMBER || !number_of(q, c, &b))
			return NO;
		*out = (a > b) - (a < b);
		return YES;
	case AC_PATTERN_BOOLEAN:
		if (type != AC_JSON_TRUE && type != AC_JSON_FALSE)
			return NO;
		*out = (int)(type == AC_JSON_TRUE) - (int)constant->boolean;
		return YES;
	case AC_PATTERN_TIMESTAMP:
		if (!is_string || v.is_octets || p->reading == PLACE_STRING)
			return NO;
		return time_order(q, v.text, c, out) ? YES : UNUSABLE;
	case AC_PATTERN_STRING:
	case AC_PATTERN_HEX:
	case AC_PATTERN_BINARY:
		if (!is_string || (p->reading == PLACE_TIME))
			return NO;
		if (v.is_octets && !constant_is_octets)
			c = latin1(q, c);
		if (!v.is_octets && constant_is_octets)
			v.text = latin1(q, v.text);
		if (!v.text.p || !c.p)
			return NO;
		*out = ac_str_cmp(v.text, c);
		return YES;
	}
	return NO;
}

static answer
compare_with(const question *q, const ac_json *value, const place *p, const ac_pattern_constant *constant)
{
	int order = 0;
	answer can = order_of(q, value, p, constant, &order);
	bool comparable = can == YES, holds = false;

	if (can == UNUSABLE)
		return UNUSABLE;
	switch (q->node->comparator) {
	case AC_PATTERN_EQ:
	case AC_PATTERN_IN:
		holds = comparable && order == 0;
		break;
	case AC_PATTERN_NE:
		holds = !comparable || order != 0;
		break;
	case AC_PATTERN_GT:
		holds = comparable && order > 0;
		break;
	case AC_PATTERN_LT:
		holds = comparable && order < 0;
		break;
	case AC_PATTERN_GE:
		holds = comparable && order >= 0;
		break;
	case AC_PATTERN_LE:
		holds = comparable && order <= 0;
		break;
	case AC_PATTERN_LIKE:
	case AC_PATTERN_MATCHES:
	case AC_PATTERN_ISSUBSET:
	case AC_PATTERN_ISSUPERSET:
		break;
	}
	return holds ? YES : NO;
}

/* LIKE, MATCHES and the set operators. */
static answer
compare_text(const question *q, const ac_json *value, const place *p)
{
	const ac_pattern_node *node = q->node;
	ac_str constant = node->constants[0].text;
	bytes v;

	if (ac_json_is(value, AC_JSON_NUMBER) && !number_of(q, ac_json_text(value), &(long double){ 0 }))
		return UNUSABLE;
	if (!ac_json_is(value, AC_JSON_STRING))
		return NO;
	if (p->reading == PLACE_TIME)
		return ac_time_parse_stix(ac_json_string(value), &(ac_time){ 0 }, NULL) ? UNUSABLE : NO;
	if (!read_string(q, value, p, &v))
		return UNUSABLE;
	if (node->comparator == AC_PATTERN_ISSUBSET || node->comparator == AC_PATTERN_ISSUPERSET)
		return v.is_octets ? NO : subset(v.text, constant, node->comparator == AC_PATTERN_ISSUPERSET);
	if (v.is_octets) {
		constant = latin1(q, node->comparator == AC_PATTERN_LIKE ? nfc(q, constant) : constant);
		if (!constant.p)
			return NO;
	} else {
		constant = nfc(q, constant);
		v.text = nfc(q, v.text);
	}
	return node->comparator == AC_PATTERN_LIKE ? like(q, constant, v.text, v.is_octets)
						   : search(constant, v.text, v.is_octets);
}

static answer
compare(const question *q, const ac_json *value, const place *p)
{
	const ac_pattern_node *node = q->node;
	answer a = NO;

	if (node->op == AC_PATTERN_EXISTS)
		return YES;
	if (node->comparator > AC_PATTERN_IN) {
		a = compare_text(q, value, p);
	} else {
		/* An IN of nothing: the value may still be unusable. */
		if (node->constant_count == 0)
			a = order_of(q, value, p, &(ac_pattern_constant){ .kind = AC_PATTERN_BOOLEAN }, &(int){ 0 }) ==
				    UNUSABLE
				? UNUSABLE
				: NO;
		for (size_t i = 0; i < node->constant_count && a == NO; i++)
			a = compare_with(q, value, p, &node->constants[i]);
	}
	if (a == UNUSABLE)
		return NO;
	if (a == MAYBE)
		return MAYBE;
	return (a == YES) != node->negated ? YES : NO;
}

/* Take the steps from `at` on; the best answer of all values that they lead to. */
static answer
reach(const question *q, const ac_json *value, place p, size_t at, bool inside)
{
	const ac_pattern_step *step = &q->node->steps[at];
	ac_json_iter it;
	answer best = NO;

	if (at == q->node->step_count)
		return compare(q, value, &p);
	if (step->kind == AC_PATTERN_STEP_NAME) {
		const ac_json *member;

		if (at > 0 && p.is_reference) {
			value =
			    ac_json_is(value, AC_JSON_STRING) ? dereference(q, ac_json_string(value), &inside) : NULL;
			p = root_place(value);
		}
		member = ac_json_get(value, step->name);
		return member ? reach(q, member, member_place(&p, step->name), at + 1, inside) : NO;
	}
	it = ac_json_iter_of(value);
	if (!ac_json_is(value, AC_JSON_ARRAY))
		return NO;
	for (uint64_t i = 0; ac_json_next(&it); i++) {
		answer one;

		if (step->kind == AC_PATTERN_STEP_INDEX && step->index != i)
			continue;
		one = reach(q, it.value, item_place(&p), at + 1, inside);
		best = one > best ? one : best;
	}
	return best;
}

/* A comparison, or comparisons, of one object. */
static answer
ask_object(question *q, const ac_pattern_node *node, const ac_json *object, bool inside)
{
	answer a, b;

	if (node->op == AC_PATTERN_AND || node->op == AC_PATTERN_OR) {
		a = ask_object(q, node->left, object, inside);
		b = ask_object(q, node->right, object, inside);
		return node->op == AC_PATTERN_AND ? (a < b ? a : b) : (a > b ? a : b);
	}
	if (!ac_str_eq(node->object_type, ac_json_get_string(object, AC_S("type"))))
		return NO;
	q->node = node;
	a = reach(q, object, root_place(object), 0, inside);
	return node->op == AC_PATTERN_EXISTS && node->negated ? (a == YES ? NO : YES) : a;
}

static answer
ask_observation(question *q, const ac_pattern_node *bracket)
{
	ac_json_iter refs = ac_json_iter_of(ac_json_get(q->observed, AC_S("object_refs")));
	ac_json_iter own = ac_json_iter_of(ac_json_get(q->observed, AC_S("objects")));
	answer best = NO;

	while (!refs.is_object && ac_json_next(&refs)) {
		const ac_json *object =
		    ac_json_is(refs.value, AC_JSON_STRING) ? find_shared(q->all, ac_json_string(refs.value)) : NULL;
		answer one = object ? ask_object(q, bracket->left, object, false) : NO;

		best = one > best ? one : best;
	}
	while (own.is_object && ac_json_next(&own)) {
		answer one = is_observable(own.value) ? ask_object(q, bracket->left, own.value, true) : NO;

		best = one > best ? one : best;
	}
	return best;
}

/* Usable observations, in their order. */
typedef struct observation {
	const ac_json *json;
	ac_observed when;
} observation;

typedef struct observations {
	observation *p;
	size_t n;
} observations;

static void
add_observation(observations *list, const ac_json *value)
{
	observation o = { .json = value };
	int64_t count;

	if (!ac_str_eq(ac_json_get_string(value, AC_S("type")), AC_S("observed-data")) ||
	    ac_time_parse_stix(ac_json_get_string(value, AC_S("first_observed")), &o.when.first, NULL) ||
	    ac_time_parse_stix(ac_json_get_string(value, AC_S("last_observed")), &o.when.last, NULL) ||
	    ac_time_cmp(o.when.first, o.when.last) > 0)
		return;
	if (!ac_json_i64(ac_json_get(value, AC_S("number_observed")), &count) || count < 1 || count > 999999999)
		return;
	if (!ac_json_is(ac_json_get(value, AC_S("object_refs")), AC_JSON_ARRAY) &&
	    !ac_json_is(ac_json_get(value, AC_S("objects")), AC_JSON_OBJECT))
		return;
	o.when.count = (uint64_t)count;
	list->p = realloc(list->p, (list->n + 1) * sizeof(*list->p));
	list->p[list->n++] = o;
}

static void
add_bundle(observations *list, const ac_json *bundle)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));

	while (!it.is_object && ac_json_next(&it))
		add_observation(list, it.value);
}

static void
gather(observations *list, const ac_json *all)
{
	ac_json_iter it = ac_json_iter_of(all);

	if (is_bundle(all))
		add_bundle(list, all);
	else if (it.is_object)
		add_observation(list, all);
	while (!it.is_object && ac_json_next(&it)) {
		if (is_bundle(it.value))
			add_bundle(list, it.value);
		else
			add_observation(list, it.value);
	}
}

/* Brackets in the order of the text. */
static size_t
brackets_of(const ac_pattern_node *node, const ac_pattern_node **out, size_t n)
{
	if (node->op == AC_PATTERN_OBSERVATION) {
		out[n] = node;
		return n + 1;
	}
	n = brackets_of(node->left, out, n);
	return node->right ? brackets_of(node->right, out, n) : n;
}

static size_t
count_brackets(const ac_pattern_node *node)
{
	if (node->op == AC_PATTERN_OBSERVATION)
		return 1;
	return count_brackets(node->left) + (node->right ? count_brackets(node->right) : 0);
}

/* s9.4: constants that the grammar takes and that are none. */
static bool
is_unusable(const question *q, const ac_pattern_node *node)
{
	const ac_pattern_constant *first = node->constants;
	bool octets = false;

	if (node->unusable)
		return true;
	if (node->op != AC_PATTERN_COMPARE)
		return (node->left && is_unusable(q, node->left)) || (node->right && is_unusable(q, node->right));
	for (size_t i = 0; i < node->step_count; i++)
		if (node->steps[i].kind == AC_PATTERN_STEP_NAME)
			octets = ac_str_ends(node->steps[i].name, AC_S("_hex")) ||
				 ac_str_ends(node->steps[i].name, AC_S("_bin"));
	if (node->comparator == AC_PATTERN_MATCHES) {
		ac_str regex = octets ? latin1(q, first->text) : (ac_str){ NULL, 0 };
		pcre2_code *code = compile(regex.p ? regex : nfc(q, first->text), regex.p != NULL);

		pcre2_code_free(code);
		return code == NULL;
	}
	if (node->comparator == AC_PATTERN_ISSUBSET || node->comparator == AC_PATTERN_ISSUPERSET)
		return !network(first->text, &(int){ 0 }, (unsigned char[16]){ 0 }, &(unsigned){ 0 });
	for (size_t i = 0; i < node->constant_count && node->comparator <= AC_PATTERN_IN; i++) {
		const ac_pattern_constant *c = &node->constants[i];
		bool numbers = (c->kind == AC_PATTERN_INTEGER || c->kind == AC_PATTERN_FLOAT) &&
			       (first->kind == AC_PATTERN_INTEGER || first->kind == AC_PATTERN_FLOAT);
		bool both_octets = (c->kind == AC_PATTERN_HEX || c->kind == AC_PATTERN_BINARY) &&
				   (first->kind == AC_PATTERN_HEX || first->kind == AC_PATTERN_BINARY);

		if (c->kind != first->kind && !numbers && !both_octets)
			return true;
		if ((c->kind == AC_PATTERN_INTEGER || c->kind == AC_PATTERN_FLOAT) &&
		    !number_of(q, c->text, &(long double){ 0 }))
			return true;
	}
	return false;
}

static ac_sequence_verdict
decide(question *q, const ac_pattern_node *root, const observations *list, answer least)
{
	const observation *items = list->p;
	size_t n = list->n;
	size_t leaves = count_brackets(root);
	const ac_pattern_node **brackets = ac_arena_zalloc(q->arena, leaves, sizeof(*brackets));
	ac_leaf_hits *hits = ac_arena_zalloc(q->arena, leaves, sizeof(*hits));
	ac_observed *observed = ac_arena_zalloc(q->arena, n + 1, sizeof(*observed));
	ac_sequence_result result = { .verdict = AC_SEQUENCE_UNDECIDED };

	(void)brackets_of(root, brackets, 0);
	for (size_t i = 0; i < n; i++)
		observed[i] = items[i].when;
	for (size_t b = 0; b < leaves; b++) {
		uint32_t *held = ac_arena_zalloc(q->arena, n + 1, sizeof(*held));

		for (size_t i = 0; i < n; i++) {
			q->observed = items[i].json;
			if (ask_observation(q, brackets[b]) >= least)
				held[hits[b].n++] = (uint32_t)i;
		}
		hits[b].observations = held;
	}
	if (ac_sequence_match(root, observed, n, hits, leaves, &AC_SEQUENCE_BUDGET, q->arena, &result, NULL))
		return AC_SEQUENCE_UNDECIDED;
	return result.verdict;
}

const char *
oracle_result(ac_str pattern, unsigned dialect, const ac_json *all)
{
	const ac_pattern_node *root;
	ac_sequence_verdict sure, perhaps;
	const char *text = "nomatch";
	observations list = { 0 };
	question q = { .all = all };
	ac_arena arena;

	ac_arena_init(&arena, (size_t)1 << 30);
	q.arena = &arena;
	if (ac_pattern_parse_dialect(pattern, dialect, &arena, &root, NULL)) {
		ac_arena_done(&arena);
		return "refused";
	}
	if (is_unusable(&q, root)) {
		ac_arena_done(&arena);
		return "unusable";
	}
	gather(&list, all);
	sure = decide(&q, root, &list, YES);
	perhaps = decide(&q, root, &list, MAYBE);
	free(list.p);
	if (sure == AC_SEQUENCE_YES)
		text = "match";
	else if (sure == AC_SEQUENCE_UNDECIDED || perhaps != AC_SEQUENCE_NO)
		text = "undecided";
	ac_arena_done(&arena);
	return text;
}
