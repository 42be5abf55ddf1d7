/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX patterns into the index. The comparisons of a pattern are brought into disjunctive form: alternatives, each a set of terms that must hold together. A pattern that is not
 * understood to the last comparison is not watched at all: half a pattern would claim what its author did not.
 */
#include "match/pattern_set.h"
#include "watch/events.h"
#include "watch/index_build.h"
#include "watch/over_time.h"

/* What is known of a comparison's object path. Names joined by '.', lists as "[*]". */
typedef enum path_kind {
	PATH_VALUE,     /* compared with a value of `type`; NONE: an address or domain, told by the constant */
	PATH_HASH,      /* type by the algorithm that follows */
	PATH_TYPE_TEST, /* the type of the object that `role` refers to */
	PATH_SOURCE_PORT,
	PATH_DESTINATION_PORT,
	PATH_PROTOCOL
} path_kind;

typedef struct path_row {
	ac_str object, path;
	path_kind kind;
	ac_value_type type;
	ac_term_role role;
	bool is_file;
} path_row;

static const path_row path_rows[] = {
	{ AC_S_INIT("ipv4-addr"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_IPV4, AC_TERM_ANY, false },
	{ AC_S_INIT("ipv6-addr"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_IPV6, AC_TERM_ANY, false },
	{ AC_S_INIT("domain-name"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_DOMAIN, AC_TERM_ANY, false },
	{ AC_S_INIT("domain-name"), AC_S_INIT("resolves_to_refs[*].value"), PATH_VALUE, AC_VALUE_NONE, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("url"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_URL, AC_TERM_ANY, false },
	{ AC_S_INIT("email-addr"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_ANY, false },
	{ AC_S_INIT("email-message"), AC_S_INIT("from_ref.value"), PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_SOURCE, false },
	{ AC_S_INIT("email-message"), AC_S_INIT("sender_ref.value"), PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("email-message"), AC_S_INIT("to_refs[*].value"), PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("email-message"), AC_S_INIT("cc_refs[*].value"), PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("file"), AC_S_INIT("name"), PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, true },
	{ AC_S_INIT("file"), AC_S_INIT("hashes"), PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, true },
	{ AC_S_INIT("artifact"), AC_S_INIT("hashes"), PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("x509-certificate"), AC_S_INIT("hashes"), PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("x509-certificate"), AC_S_INIT("serial_number"), PATH_VALUE, AC_VALUE_CERT_SERIAL, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("process"), AC_S_INIT("image_ref.name"), PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, false },
	{ AC_S_INIT("process"), AC_S_INIT("binary_ref.name"), PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, false },
	{ AC_S_INIT("file"), AC_S_INIT("x_pipe_name"), PATH_VALUE, AC_VALUE_NAMED_PIPE, AC_TERM_ANY, false },
	{ AC_S_INIT("mutex"), AC_S_INIT("name"), PATH_VALUE, AC_VALUE_MUTEX, AC_TERM_ANY, false },
	{ AC_S_INIT("windows-registry-key"), AC_S_INIT("key"), PATH_VALUE, AC_VALUE_REGISTRY_KEY, AC_TERM_ANY, false },
	{ AC_S_INIT("autonomous-system"), AC_S_INIT("number"), PATH_VALUE, AC_VALUE_AS_NUMBER, AC_TERM_ANY, false },
	{ AC_S_INIT("mac-addr"), AC_S_INIT("value"), PATH_VALUE, AC_VALUE_MAC, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("extensions.http-request-ext.request_header.user-agent"), PATH_VALUE,
	    AC_VALUE_USER_AGENT, AC_TERM_ANY, false },
	/* no standard has a property for these: whatever the extension's name */
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3"), PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3s"), PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3_hash"), PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3s_hash"), PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja4"), PATH_VALUE, AC_VALUE_JA4, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja4s"), PATH_VALUE, AC_VALUE_JA4, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_ref.value"), PATH_VALUE, AC_VALUE_NONE, AC_TERM_SOURCE, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_ref.value"), PATH_VALUE, AC_VALUE_NONE, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_ref.type"), PATH_TYPE_TEST, AC_VALUE_NONE, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_ref.type"), PATH_TYPE_TEST, AC_VALUE_NONE, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_port"), PATH_SOURCE_PORT, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_port"), PATH_DESTINATION_PORT, AC_VALUE_NONE, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("protocols[*]"), PATH_PROTOCOL, AC_VALUE_NONE, AC_TERM_ANY, false },
};

static const char *const not_understood[] = {
	[AC_PATTERN_FOLLOWEDBY] = "FOLLOWEDBY",
	[AC_PATTERN_OBS_AND] = "AND between observations",
	[AC_PATTERN_WITHIN] = "the qualifier WITHIN",
	[AC_PATTERN_REPEATS] = "the qualifier REPEATS",
	[AC_PATTERN_START_STOP] = "the qualifier START STOP",
	[AC_PATTERN_EXISTS] = "EXISTS",
};

static const char *const comparator_reasons[] = {
	[AC_PATTERN_NE] = "the comparison !=",
	[AC_PATTERN_GT] = "the comparison >",
	[AC_PATTERN_LT] = "the comparison <",
	[AC_PATTERN_GE] = "the comparison >=",
	[AC_PATTERN_LE] = "the comparison <=",
	[AC_PATTERN_LIKE] = "the comparison LIKE",
	[AC_PATTERN_MATCHES] = "the comparison MATCHES",
	[AC_PATTERN_ISSUPERSET] = "the comparison ISSUPERSET",
};

/* One comparison with one constant. */
typedef struct literal {
	const path_row *row;
	ac_value value; /* PATH_VALUE, PATH_HASH */
	ac_str text;    /* the constant as written */
	bool is_subset;
} literal;

/* A set of literals that must hold together. */
typedef struct alternative {
	const literal **literals;
	size_t n;
} alternative;

typedef struct alternatives {
	alternative *all;
	size_t n;
} alternatives;

typedef struct expansion {
	ac_arena *arena;
	const char *reason; /* first thing that is not understood */
	int failed;
} expansion;

static bool
give_up(expansion *x, const char *reason)
{
	if (!x->reason)
		x->reason = reason;
	return false;
}

static void *
take(expansion *x, size_t count, size_t size)
{
	void *p = ac_arena_zalloc(x->arena, count ? count : 1, size);

	if (!p)
		x->failed = ACCORD_ENOMEM;
	return p;
}

/* "refs[*].value"; for hashes the algorithm is left out. {NULL,0} when a list index is a number: the place in a list is not told by logs. */
static ac_str
path_text(expansion *x, const ac_pattern_node *node, size_t steps)
{
	ac_buf buf;
	ac_str text = { NULL, 0 };

	ac_buf_init(&buf, 4 * AC_KIB);
	for (size_t i = 0; i < steps; i++) {
		const ac_pattern_step *step = &node->steps[i];

		if (step->kind == AC_PATTERN_STEP_INDEX) {
			ac_buf_done(&buf);
			return text;
		}
		if (step->kind == AC_PATTERN_STEP_ANY) {
			ac_buf_add(&buf, AC_S("[*]"));
			continue;
		}
		if (i)
			ac_buf_add_byte(&buf, '.');
		ac_buf_add(&buf, step->name);
	}
	if (buf.failed)
		x->failed = buf.failed;
	else
		text = ac_arena_str(x->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

/* Header names have no case (RFC 9110 s5.1). A row's "*" is any beginning. */
static bool
same_path(ac_str row, ac_str path)
{
	if (row.p[0] != '*')
		return ac_str_eq_fold(row, path);
	row = ac_str_slice(row, 1, row.n);
	return path.n > row.n && ac_str_eq_fold(row, ac_str_slice(path, path.n - row.n, path.n));
}

static const path_row *
find_path(expansion *x, const ac_pattern_node *node)
{
	ac_str whole = path_text(x, node, node->step_count);
	ac_str head = path_text(x, node, node->step_count ? node->step_count - 1 : 0);

	for (size_t i = 0; whole.p && i < AC_COUNT(path_rows); i++) {
		const path_row *row = &path_rows[i];

		if (ac_str_eq(row->object, node->object_type) &&
		    same_path(row->path, row->kind == PATH_HASH ? head : whole))
			return row;
	}
	return NULL;
}

static ac_value_type
hash_type(ac_str object, ac_str algorithm)
{
	static const struct {
		ac_str name;
		ac_value_type type, of_certificate;
	} rows[] = { { AC_S_INIT("MD5"), AC_VALUE_MD5, AC_VALUE_MD5 },
		{ AC_S_INIT("SHA-1"), AC_VALUE_SHA1, AC_VALUE_CERT_SHA1 },
		{ AC_S_INIT("SHA1"), AC_VALUE_SHA1, AC_VALUE_CERT_SHA1 },
		{ AC_S_INIT("SHA-256"), AC_VALUE_SHA256, AC_VALUE_CERT_SHA256 },
		{ AC_S_INIT("SHA256"), AC_VALUE_SHA256, AC_VALUE_CERT_SHA256 },
		{ AC_S_INIT("SHA-512"), AC_VALUE_SHA512, AC_VALUE_SHA512 },
		{ AC_S_INIT("SHA512"), AC_VALUE_SHA512, AC_VALUE_SHA512 },
		{ AC_S_INIT("SHA-224"), AC_VALUE_SHA224, AC_VALUE_SHA224 },
		{ AC_S_INIT("SHA-384"), AC_VALUE_SHA384, AC_VALUE_SHA384 },
		{ AC_S_INIT("SSDEEP"), AC_VALUE_SSDEEP, AC_VALUE_NONE },
		{ AC_S_INIT("TLSH"), AC_VALUE_TLSH, AC_VALUE_NONE } };
	bool is_certificate = ac_str_eq(object, AC_S("x509-certificate"));

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_str_eq_fold(rows[i].name, algorithm))
			return is_certificate ? rows[i].of_certificate : rows[i].type;
	return AC_VALUE_NONE;
}

static bool
try_value(expansion *x, ac_value_type type, ac_str text, ac_value *out)
{
	int rc = ac_value_parse(type, text, x->arena, out, NULL);

	if (rc && rc != ACCORD_EINPUT)
		x->failed = rc;
	return rc == 0;
}

/* The constant as a value of the path's type; where the path does not say, of the type that the constant shows. */
static bool
parse_value(expansion *x, const path_row *row, ac_value_type type, ac_str text, ac_value *out)
{
	static const ac_value_type tries[] = { AC_VALUE_IPV4, AC_VALUE_IPV6, AC_VALUE_DOMAIN };

	if (row->kind == PATH_HASH && type == AC_VALUE_NONE)
		return give_up(x, "a hash of an algorithm that is not watched");
	if (type != AC_VALUE_NONE)
		return try_value(x, type, text, out) || give_up(x, "a constant that its object type does not allow");
	for (size_t i = 0; i < AC_COUNT(tries); i++)
		if (try_value(x, tries[i], text, out))
			return true;
	return give_up(x, "a constant that is neither an address nor a domain");
}

static bool
make_literal(
    expansion *x, const ac_pattern_node *node, const path_row *row, const ac_pattern_constant *constant, literal *out)
{
	ac_value_type type = row->type;
	uint64_t port;

	*out = (literal){ .row = row, .text = constant->text, .is_subset = node->comparator == AC_PATTERN_ISSUBSET };
	switch (row->kind) {
	case PATH_HASH:
		type = hash_type(node->object_type, node->steps[node->step_count - 1].name);
		__attribute__((fallthrough));
	case PATH_VALUE:
		if (constant->kind != AC_PATTERN_STRING &&
		    (constant->kind != AC_PATTERN_INTEGER || type != AC_VALUE_AS_NUMBER))
			return give_up(x, "a constant that is not a string");
		if (!parse_value(x, row, type, constant->text, &out->value))
			return false;
		if (out->is_subset && out->value.type != AC_VALUE_IPV4 && out->value.type != AC_VALUE_IPV6)
			return give_up(x, "ISSUBSET of something else than addresses");
		break;
	case PATH_TYPE_TEST:
	case PATH_PROTOCOL:
		if (constant->kind != AC_PATTERN_STRING || out->is_subset)
			return give_up(x, "a constant that is not a string");
		break;
	case PATH_SOURCE_PORT:
	case PATH_DESTINATION_PORT:
		/* MISP writes ports as strings: a repair that every importer makes. */
		if ((constant->kind != AC_PATTERN_INTEGER && constant->kind != AC_PATTERN_STRING) || out->is_subset ||
		    !ac_str_to_u64(constant->text, &port) || port > UINT16_MAX)
			return give_up(x, "a port that is not a number from 0 to 65535");
		break;
	}
	return true;
}

/* A comparison: one alternative a constant. */
static bool
expand_compare(expansion *x, const ac_pattern_node *node, alternatives *out)
{
	const path_row *row;

	if (node->negated)
		return give_up(x, "NOT");
	if (node->comparator != AC_PATTERN_EQ && node->comparator != AC_PATTERN_IN &&
	    node->comparator != AC_PATTERN_ISSUBSET)
		return give_up(x, comparator_reasons[node->comparator]);
	row = find_path(x, node);
	if (!row)
		return give_up(x, "an object path that watch does not know yet");
	if (node->constant_count > AC_PATTERN_ALTERNATIVES_MAX)
		return give_up(x, "too many alternatives");
	out->n = node->constant_count;
	out->all = take(x, out->n, sizeof(*out->all));
	for (size_t i = 0; out->all && i < out->n; i++) {
		literal *l = take(x, 1, sizeof(*l));

		out->all[i].literals = take(x, 1, sizeof(*out->all[i].literals));
		if (!l || !out->all[i].literals || !make_literal(x, node, row, &node->constants[i], l))
			return false;
		out->all[i].literals[0] = l;
		out->all[i].n = 1;
	}
	return out->all != NULL;
}

static bool
join_or(expansion *x, const alternatives *a, const alternatives *b, alternatives *out)
{
	out->n = a->n + b->n;
	if (out->n > AC_PATTERN_ALTERNATIVES_MAX)
		return give_up(x, "too many alternatives");
	out->all = take(x, out->n, sizeof(*out->all));
	if (!out->all)
		return false;
	if (a->n)
		memcpy(out->all, a->all, a->n * sizeof(*a->all));
	if (b->n)
		memcpy(out->all + a->n, b->all, b->n * sizeof(*b->all));
	return true;
}

static bool
join_and(expansion *x, const alternatives *a, const alternatives *b, alternatives *out)
{
	size_t at = 0;

	if (a->n * b->n > AC_PATTERN_ALTERNATIVES_MAX)
		return give_up(x, "too many alternatives");
	out->n = a->n * b->n;
	out->all = take(x, out->n, sizeof(*out->all));
	for (size_t i = 0; out->all && i < a->n; i++)
		for (size_t j = 0; j < b->n; j++, at++) {
			const alternative *p = &a->all[i], *q = &b->all[j];
			alternative *both = &out->all[at];

			both->n = p->n + q->n;
			if (both->n > AC_PATTERN_TERMS_MAX)
				return give_up(x, "too many terms in one AND");
			both->literals = take(x, both->n, sizeof(*both->literals));
			if (!both->literals)
				return false;
			memcpy(both->literals, p->literals, p->n * sizeof(*p->literals));
			memcpy(both->literals + p->n, q->literals, q->n * sizeof(*q->literals));
		}
	return out->all != NULL;
}

static bool
expand(expansion *x, const ac_pattern_node *node, unsigned depth, alternatives *out)
{
	alternatives left = { 0 }, right = { 0 };

	if (depth > AC_PATTERN_DEPTH_MAX)
		return give_up(x, "a pattern nested too deeply");
	switch (node->op) {
	case AC_PATTERN_OBSERVATION:
		return expand(x, node->left, depth + 1, out);
	case AC_PATTERN_COMPARE:
		return expand_compare(x, node, out);
	case AC_PATTERN_OBS_OR:
	case AC_PATTERN_OR:
		return expand(x, node->left, depth + 1, &left) && expand(x, node->right, depth + 1, &right) &&
		       join_or(x, &left, &right, out);
	case AC_PATTERN_AND:
		return expand(x, node->left, depth + 1, &left) && expand(x, node->right, depth + 1, &right) &&
		       join_and(x, &left, &right, out);
	case AC_PATTERN_FOLLOWEDBY:
	case AC_PATTERN_OBS_AND:
	case AC_PATTERN_WITHIN:
	case AC_PATTERN_REPEATS:
	case AC_PATTERN_START_STOP:
	case AC_PATTERN_EXISTS:
		return give_up(x, not_understood[node->op]);
	}
	return give_up(x, "an unknown operator");
}

/* ---- from alternatives to terms ---- */

static bool
is_value(const literal *l)
{
	return l->row->kind == PATH_VALUE || l->row->kind == PATH_HASH;
}

/* The type test is implied by a value of the same role; 1 it holds, 0 it cannot hold, -1 there is no such value. */
static int
type_test(const alternative *a, const literal *test)
{
	for (size_t i = 0; i < a->n; i++) {
		const literal *l = a->literals[i];

		if (is_value(l) && l->row->role == test->row->role)
			return ac_str_eq(test->text, ac_value_type_name(l->value.type));
	}
	return -1;
}

/* Remove implied type tests and repeated literals. False when something is left that cannot be watched; n is 0 then for an alternative that can never hold. */
static bool
simplify(expansion *x, alternative *a)
{
	size_t kept = 0, values = 0;

	for (size_t i = 0; i < a->n; i++)
		if (a->literals[i]->row->kind == PATH_TYPE_TEST) {
			int holds = type_test(a, a->literals[i]);

			if (holds < 0)
				return give_up(x, "a type test without a value");
			if (holds == 0) {
				a->n = 0;
				return true;
			}
		}
	for (size_t i = 0; i < a->n; i++) {
		const literal *l = a->literals[i];
		bool again = l->row->kind == PATH_TYPE_TEST;

		for (size_t j = 0; j < kept; j++)
			again |= a->literals[j]->row == l->row && a->literals[j]->is_subset == l->is_subset &&
				 ac_str_eq(a->literals[j]->text, l->text);
		if (again)
			continue;
		values += is_value(l);
		a->literals[kept++] = l;
	}
	a->n = kept;
	return values > 0 || give_up(x, "no value to look for");
}

static int
add_term(ac_index_builder *b, const literal *l, uint32_t indicator, uint32_t conjunction, accord_err *err)
{
	ac_index_term term = { .text_n = (uint32_t)l->text.n,
		.conjunction = conjunction,
		.role = (uint8_t)l->row->role,
		.is_file = l->row->is_file,
		.is_subset = l->is_subset };
	ac_index_term *added;
	int rc = ac_build_pool(b, l->text, &term.text_at, err);

	if (rc)
		return rc;
	added = ac_vec_add(&b->terms);
	if (!added)
		return ac_vec_check(&b->terms, "terms", err);
	*added = term;
	return ac_build_post(b, &l->value, indicator, (uint32_t)(b->terms.n - 1), err);
}

static int
add_protocol(ac_index_builder *b, ac_index_conjunction *c, ac_str name, accord_err *err)
{
	ac_buf lower;
	int rc;

	ac_buf_init(&lower, AC_KIB);
	for (size_t i = 0; i < name.n; i++)
		ac_buf_add_byte(&lower, ac_lower(name.p[i]));
	rc = ac_build_pool(b, ac_buf_view(&lower), &c->protocol_at, err);
	c->protocol_n = (uint32_t)lower.n;
	ac_buf_done(&lower);
	return rc;
}

static int
add_alternative(ac_index_builder *b, const alternative *a, uint32_t indicator, accord_err *err)
{
	ac_index_conjunction c = { .first_term = (uint32_t)b->terms.n, .source_port = -1, .destination_port = -1 };
	uint32_t number = (uint32_t)b->conjunctions.n;
	ac_index_conjunction *added;
	uint64_t port = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < a->n; i++) {
		const literal *l = a->literals[i];

		if (is_value(l)) {
			c.term_count++;
			rc = add_term(b, l, indicator, number, err);
		} else if (l->row->kind == PATH_PROTOCOL) {
			rc = add_protocol(b, &c, l->text, err);
		} else if (ac_str_to_u64(l->text, &port)) {
			*(l->row->kind == PATH_SOURCE_PORT ? &c.source_port : &c.destination_port) = (int32_t)port;
		}
	}
	if (rc)
		return rc;
	added = ac_vec_add(&b->conjunctions);
	if (!added)
		return ac_vec_check(&b->conjunctions, "conjunctions", err);
	*added = c;
	return 0;
}

/* Refusals that hold for a value inside a composite pattern. */
static const char *
composite_refusal(const literal *l)
{
	bool is_range = (l->value.type == AC_VALUE_IPV4 && l->value.prefix_bits < 32) ||
			(l->value.type == AC_VALUE_IPV6 && l->value.prefix_bits < 128);
	const char *refusal = ac_build_refusal(&l->value);

	if (!refusal && is_range && !l->is_subset)
		return "an address range compared by = inside a composite pattern";
	return refusal;
}

/* Two ports or two protocols asked of one connection: more than the table of requirements holds. */
static bool
is_ambiguous(const alternative *a)
{
	unsigned seen[PATH_PROTOCOL + 1] = { 0 };

	for (size_t i = 0; i < a->n; i++)
		if (!is_value(a->literals[i]) && ++seen[a->literals[i]->row->kind] > 1)
			return true;
	return false;
}

static bool
check_all(expansion *x, alternatives *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++) {
		alternative *a = &set->all[i];

		if (!simplify(x, a))
			return false;
		if (is_ambiguous(a))
			return give_up(x, "two ports or protocols of one connection");
		if (a->n > 0)
			set->all[kept++] = *a;
	}
	set->n = kept;
	return kept > 0 || give_up(x, "a pattern that can never hold");
}

static bool
is_single(const alternatives *set)
{
	return set->n == 1 && set->all[0].n == 1;
}

static int
add_composite(ac_index_builder *b, const ac_index_indicator *who, const alternatives *set, const char **out_reason,
    accord_err *err)
{
	uint32_t indicator;
	int rc;

	for (size_t i = 0; i < set->n; i++)
		for (size_t j = 0; j < set->all[i].n; j++) {
			const literal *l = set->all[i].literals[j];
			const char *refusal = is_value(l) ? composite_refusal(l) : NULL;

			if (refusal) {
				*out_reason = refusal;
				return 0;
			}
		}
	rc = ac_build_indicator(b, who, &indicator, err);
	for (size_t i = 0; !rc && i < set->n; i++)
		rc = add_alternative(b, &set->all[i], indicator, err);
	if (!rc)
		b->watched++;
	return rc;
}

/* An equality of one string of a file at a path of names; else NULL. */
static const ac_str *
file_string(expansion *x, const ac_pattern_node *node, const char *path)
{
	ac_str text;

	if (node->op != AC_PATTERN_COMPARE || node->negated || node->comparator != AC_PATTERN_EQ ||
	    node->constant_count != 1 || node->constants[0].kind != AC_PATTERN_STRING ||
	    !ac_str_eq(node->object_type, AC_S("file")))
		return NULL;
	text = path_text(x, node, node->step_count);
	return text.p && ac_str_eq(text, ac_str_from(path)) ? &node->constants[0].text : NULL;
}

/* "[file:parent_directory_ref.path = D AND file:name = N]" is one value: the path of a file. */
static bool
is_file_path(expansion *x, const ac_pattern_node *root, ac_value *out)
{
	const ac_pattern_node *both = root->op == AC_PATTERN_OBSERVATION ? root->left : root;
	const ac_str *directory, *name;
	char separator;
	ac_str path;

	if (!both || both->op != AC_PATTERN_AND)
		return false;
	directory = file_string(x, both->left, "parent_directory_ref.path");
	name = file_string(x, directory ? both->right : both->left, "name");
	if (!directory)
		directory = file_string(x, both->right, "parent_directory_ref.path");
	if (!directory || !name || directory->n == 0)
		return false;
	separator = directory->p[0] == '/' ? '/' : '\\';
	path = ac_arena_printf(x->arena, "%.*s%c%.*s", AC_FMT(*directory), separator, AC_FMT(*name));
	return path.p && ac_str_find_byte(*name, separator) == name->n && try_value(x, AC_VALUE_FILE_PATH, path, out);
}

/* Observations of a pattern. Recursion is bounded by pattern.h. */
static size_t
count_observations(const ac_pattern_node *node)
{
	if (!node || node->op == AC_PATTERN_OBSERVATION)
		return node != NULL;
	return count_observations(node->left) + count_observations(node->right);
}

/* Why the match room cannot take a pattern, in *out_reason; NULL when it can. */
static int
check_compiles(ac_str text, const char **out_reason, accord_err *err)
{
	ac_pattern_set *set = NULL;
	accord_err problem = { 0 };
	int rc = ac_pattern_set_new((ac_hash_seed){ { 0 } }, &set, err);

	if (rc)
		return rc;
	rc = ac_pattern_set_add(set, text, 0, NULL, &problem);
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT) {
		*out_reason = "not a valid STIX pattern";
		rc = 0;
	} else if (rc) {
		*err = problem;
	} else if (ac_pattern_set_problem(set, 0).p) {
		*out_reason = "a constant that the standard makes unusable";
	}
	ac_pattern_set_free(set);
	return rc;
}

/* A pattern in canonical form that is evaluated on events. */
static int
add_text(ac_index_builder *b, const ac_index_indicator *who, ac_str text, accord_err *err)
{
	ac_index_pattern row = { .text_n = (uint32_t)text.n };
	ac_index_pattern *added;
	uint64_t at = 0;
	int rc = ac_build_indicator(b, who, &row.indicator, err);

	if (!rc)
		rc = ac_build_pool(b, text, &at, err);
	if (rc)
		return rc;
	row.text_at = (uint32_t)at;
	added = ac_vec_add(&b->patterns);
	if (!added)
		return ac_vec_check(&b->patterns, "patterns", err);
	*added = row;
	b->watched++;
	return 0;
}

/* Everything that is not a value or a few of them is evaluated on events. */
static int
add_events_pattern(ac_index_builder *b, const ac_index_indicator *who, const ac_pattern_node *root, ac_arena *arena,
    const char **out_reason, accord_err *err)
{
	ac_buf text;
	int rc;

	if (count_observations(root) > AC_OVER_TIME_BRACKETS_MAX) {
		*out_reason = "a pattern of more than 64 observations";
		return 0;
	}
	ac_buf_init(&text, AC_PATTERN_TEXT_MAX);
	rc = ac_events_canonical(root, arena, &text, err);
	if (!rc)
		rc = check_compiles(ac_buf_view(&text), out_reason, err);
	if (!rc && !*out_reason)
		rc = add_text(b, who, ac_buf_view(&text), err);
	ac_buf_done(&text);
	return rc;
}

/* Everything of a pattern that may fail for its own sake; the reason says so, the return value is about memory and limits. */
static int
add_parsed(ac_index_builder *b, const ac_index_indicator *who, ac_str pattern, ac_arena *arena, const char **out_reason,
    accord_err *err)
{
	expansion x = { .arena = arena };
	const ac_pattern_node *root;
	alternatives set = { 0 };
	ac_value path;
	bool is_path;
	int rc = ac_pattern_parse(pattern, arena, &root, err);

	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT) {
		*out_reason = "not a valid STIX pattern";
		return 0;
	}
	if (rc)
		return rc;
	is_path = is_file_path(&x, root, &path);
	if (x.failed || ac_arena_check(arena, err))
		return ac_fail(err, ACCORD_ENOMEM, "pattern: no memory");
	if (is_path) {
		*out_reason = ac_build_refusal(&path);
		return *out_reason ? 0 : ac_index_add_value(b, who, &path, err);
	}
	if (!expand(&x, root, 0, &set) || !check_all(&x, &set)) {
		/* Without memory the reason may be a wrong one. */
		if (x.failed || ac_arena_check(arena, err))
			return ac_fail(
			    err, x.failed == ACCORD_ELIMIT ? ACCORD_ELIMIT : ACCORD_ENOMEM, "pattern: no memory");
		return add_events_pattern(b, who, root, arena, out_reason, err);
	}
	if (!is_single(&set))
		return add_composite(b, who, &set, out_reason, err);
	*out_reason = ac_build_refusal(&set.all[0].literals[0]->value);
	return *out_reason ? 0 : ac_index_add_value(b, who, &set.all[0].literals[0]->value, err);
}

int
ac_index_add_pattern(
    ac_index_builder *b, const ac_index_indicator *who, ac_str pattern, const char **out_unwatched, accord_err *err)
{
	const char *reason = NULL;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	rc = add_parsed(b, who, pattern, &arena, &reason, err);
	ac_arena_done(&arena);
	if (!rc && reason)
		rc = ac_build_unwatched(b, who, reason, err);
	if (!rc)
		*out_unwatched = reason;
	return rc;
}
