/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX patterns into the index. The comparisons of a pattern are brought into disjunctive form: alternatives, each a set of terms that must hold together. A pattern that is not
 * understood to the last comparison is not watched at all: half a pattern would claim what its author did not.
 */
#include "match/pattern_set.h"
#include "stix/pattern_write.h"
#include "watch/events.h"
#include "watch/index_path.h"
#include "watch/over_time.h"

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

/* A set of literals that must hold together. */
typedef struct alternative {
	const ac_path_literal **literals;
	size_t n;
} alternative;

typedef struct alternatives {
	alternative *all;
	size_t n;
} alternatives;

static void *
take(ac_expansion *x, size_t count, size_t size)
{
	void *p = ac_arena_zalloc(x->arena, count ? count : 1, size);

	if (!p)
		x->failed = ACCORD_ENOMEM;
	return p;
}

/* A comparison: one alternative a constant. */
static bool
expand_compare(ac_expansion *x, const ac_pattern_node *node, alternatives *out)
{
	const ac_path_row *row;

	if (node->negated)
		return ac_expansion_stop(x, "NOT");
	if (node->comparator != AC_PATTERN_EQ && node->comparator != AC_PATTERN_IN &&
	    node->comparator != AC_PATTERN_ISSUBSET)
		return ac_expansion_stop(x, comparator_reasons[node->comparator]);
	row = ac_path_find(x, node);
	if (!row)
		return ac_expansion_stop(x, "an object path that watch does not know yet");
	if (node->constant_count > AC_PATTERN_ALTERNATIVES_MAX)
		return ac_expansion_stop(x, "too many alternatives");
	out->n = node->constant_count;
	out->all = take(x, out->n, sizeof(*out->all));
	for (size_t i = 0; out->all && i < out->n; i++) {
		ac_path_literal *l = take(x, 1, sizeof(*l));

		out->all[i].literals = take(x, 1, sizeof(*out->all[i].literals));
		if (!l || !out->all[i].literals || !ac_path_literal_of(x, node, row, &node->constants[i], l))
			return false;
		out->all[i].literals[0] = l;
		out->all[i].n = 1;
	}
	return out->all != NULL;
}

static bool
join_or(ac_expansion *x, const alternatives *a, const alternatives *b, alternatives *out)
{
	out->n = a->n + b->n;
	if (out->n > AC_PATTERN_ALTERNATIVES_MAX)
		return ac_expansion_stop(x, "too many alternatives");
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
join_and(ac_expansion *x, const alternatives *a, const alternatives *b, alternatives *out)
{
	size_t at = 0;

	if (a->n * b->n > AC_PATTERN_ALTERNATIVES_MAX)
		return ac_expansion_stop(x, "too many alternatives");
	out->n = a->n * b->n;
	out->all = take(x, out->n, sizeof(*out->all));
	for (size_t i = 0; out->all && i < a->n; i++)
		for (size_t j = 0; j < b->n; j++, at++) {
			const alternative *p = &a->all[i], *q = &b->all[j];
			alternative *both = &out->all[at];

			both->n = p->n + q->n;
			if (both->n > AC_PATTERN_TERMS_MAX)
				return ac_expansion_stop(x, "too many terms in one AND");
			both->literals = take(x, both->n, sizeof(*both->literals));
			if (!both->literals)
				return false;
			memcpy(both->literals, p->literals, p->n * sizeof(*p->literals));
			memcpy(both->literals + p->n, q->literals, q->n * sizeof(*q->literals));
		}
	return out->all != NULL;
}

static bool
expand(ac_expansion *x, const ac_pattern_node *node, unsigned depth, alternatives *out)
{
	alternatives left = { 0 }, right = { 0 };

	if (depth > AC_PATTERN_DEPTH_MAX)
		return ac_expansion_stop(x, "a pattern nested too deeply");
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
		return ac_expansion_stop(x, not_understood[node->op]);
	}
	return ac_expansion_stop(x, "an unknown operator");
}

/* ---- from alternatives to terms ---- */

static bool
is_value(const ac_path_literal *l)
{
	return l->row->kind == AC_PATH_VALUE || l->row->kind == AC_PATH_HASH;
}

/* The type test is implied by a value of the same role; 1 it holds, 0 it cannot hold, -1 there is no such value. */
static int
type_test(const alternative *a, const ac_path_literal *test)
{
	for (size_t i = 0; i < a->n; i++) {
		const ac_path_literal *l = a->literals[i];

		if (is_value(l) && l->row->role == test->row->role)
			return ac_str_eq(test->text, ac_value_type_name(l->value.type));
	}
	return -1;
}

/* Remove implied type tests and repeated literals. False when something is left that cannot be watched; n is 0 then for an alternative that can never hold. */
static bool
simplify(ac_expansion *x, alternative *a)
{
	size_t kept = 0, values = 0;

	for (size_t i = 0; i < a->n; i++)
		if (a->literals[i]->row->kind == AC_PATH_TYPE_TEST) {
			int holds = type_test(a, a->literals[i]);

			if (holds < 0)
				return ac_expansion_stop(x, "a type test without a value");
			if (holds == 0) {
				a->n = 0;
				return true;
			}
		}
	for (size_t i = 0; i < a->n; i++) {
		const ac_path_literal *l = a->literals[i];
		bool again = l->row->kind == AC_PATH_TYPE_TEST;

		for (size_t j = 0; j < kept; j++)
			again |= a->literals[j]->row == l->row && a->literals[j]->is_subset == l->is_subset &&
				 ac_str_eq(a->literals[j]->text, l->text);
		if (again)
			continue;
		values += is_value(l);
		a->literals[kept++] = l;
	}
	a->n = kept;
	return values > 0 || ac_expansion_stop(x, "no value to look for");
}

static int
add_term(ac_index_builder *b, const ac_path_literal *l, uint32_t indicator, uint32_t conjunction, accord_err *err)
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
		const ac_path_literal *l = a->literals[i];

		if (is_value(l)) {
			c.term_count++;
			rc = add_term(b, l, indicator, number, err);
		} else if (l->row->kind == AC_PATH_PROTOCOL) {
			rc = add_protocol(b, &c, l->text, err);
		} else if (ac_str_to_u64(l->text, &port)) {
			*(l->row->kind == AC_PATH_SOURCE_PORT ? &c.source_port : &c.destination_port) = (int32_t)port;
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
composite_refusal(const ac_path_literal *l)
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
	unsigned seen[AC_PATH_PROTOCOL + 1] = { 0 };

	for (size_t i = 0; i < a->n; i++)
		if (!is_value(a->literals[i]) && ++seen[a->literals[i]->row->kind] > 1)
			return true;
	return false;
}

static bool
check_all(ac_expansion *x, alternatives *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++) {
		alternative *a = &set->all[i];

		if (!simplify(x, a))
			return false;
		if (is_ambiguous(a))
			return ac_expansion_stop(x, "two ports or protocols of one connection");
		if (a->n > 0)
			set->all[kept++] = *a;
	}
	set->n = kept;
	return kept > 0 || ac_expansion_stop(x, "a pattern that can never hold");
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
			const ac_path_literal *l = set->all[i].literals[j];
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
file_string(ac_expansion *x, const ac_pattern_node *node, const char *path)
{
	ac_str text;

	if (node->op != AC_PATTERN_COMPARE || node->negated || node->comparator != AC_PATTERN_EQ ||
	    node->constant_count != 1 || node->constants[0].kind != AC_PATTERN_STRING ||
	    !ac_str_eq(node->object_type, AC_S("file")))
		return NULL;
	text = ac_path_text(x, node, node->step_count);
	return text.p && ac_str_eq(text, ac_str_from(path)) ? &node->constants[0].text : NULL;
}

/* "[file:parent_directory_ref.path = D AND file:name = N]" is one value: the path of a file. */
static bool
is_file_path(ac_expansion *x, const ac_pattern_node *root, ac_value *out)
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
	return path.p && ac_str_find_byte(*name, separator) == name->n &&
	       ac_path_value(x, AC_VALUE_FILE_PATH, path, out);
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
add_text(ac_index_builder *b, const ac_index_indicator *who, ac_str text, const ac_pattern_gate *gate, accord_err *err)
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
	for (size_t i = 0; !rc && i < gate->n; i++)
		rc = ac_build_post(b, gate->values[i], 0, AC_TERM_GATE, err);
	if (rc)
		return rc;
	if (gate->kind == AC_GATE_VALUES) {
		row.is_gated = 1;
		b->flags |= AC_INDEX_HAS_PATTERN_GATES;
	}
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
	const ac_pattern_node *canonical = NULL;
	ac_pattern_gate gate = { .kind = AC_GATE_OPEN };
	ac_buf text;
	int rc;

	if (count_observations(root) > AC_OVER_TIME_BRACKETS_MAX) {
		*out_reason = "a pattern of more than 64 observations";
		return 0;
	}
	ac_buf_init(&text, AC_PATTERN_TEXT_MAX);
	rc = ac_events_canonical(root, arena, &canonical, err);
	if (!rc)
		rc = ac_pattern_write(canonical, &text, err);
	if (!rc)
		rc = check_compiles(ac_buf_view(&text), out_reason, err);
	if (!rc && !*out_reason)
		rc = ac_pattern_gate_of(canonical, arena, &gate, err);
	if (!rc && !*out_reason && gate.kind == AC_GATE_NEVER)
		*out_reason = "an object path that no field of telemetry tells";
	if (!rc && !*out_reason)
		rc = add_text(b, who, ac_buf_view(&text), &gate, err);
	ac_buf_done(&text);
	return rc;
}

/* Everything of a pattern that may fail for its own sake; the reason says so, the return value is about memory and limits. */
static int
add_parsed(ac_index_builder *b, const ac_index_indicator *who, ac_str pattern, ac_arena *arena, const char **out_reason,
    accord_err *err)
{
	ac_expansion x = { .arena = arena };
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
