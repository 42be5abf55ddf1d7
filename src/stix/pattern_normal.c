/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The normal form of a pattern's syntax tree, from the leaves up. Each step assumes operands in normal form and gives a tree in normal form, so that doing it twice changes
 * nothing. It evaluates nothing. Functions return NULL when the arena has failed.
 */
#include "stix/pattern_normal.h"

#include <stdlib.h>

#include "base/limits.h"
#include "stix/pattern_constant.h"
#include "stix/pattern_tree.h"
#include "stix/pattern_write.h"

static ac_pattern_node *
copy_node(ac_arena *arena, const ac_pattern_node *node)
{
	ac_pattern_node *copy = ac_arena_alloc(arena, sizeof(*copy));

	if (copy)
		*copy = *node;
	return copy;
}

static int
by_order(const void *a, const void *b)
{
	return ac_pattern_cmp(*(const ac_pattern_node *const *)a, *(const ac_pattern_node *const *)b);
}

static void
sort_list(ac_pattern_list *list)
{
	qsort(list->p, list->n, sizeof(*list->p), by_order);
}

/* Sorted operands, each once. */
static void
keep_each_once(ac_pattern_list *list)
{
	size_t kept = 0;

	sort_list(list);
	for (size_t i = 0; i < list->n; i++)
		if (kept == 0 || ac_pattern_cmp(list->p[kept - 1], list->p[i]) != 0)
			list->p[kept++] = list->p[i];
	list->n = kept;
}

/* ---- comparisons ---- */

static int
by_constant(const void *a, const void *b)
{
	return ac_pattern_constant_cmp(a, b);
}

/* Sorted constants, each once; returns how many. */
static size_t
sort_constants(ac_pattern_constant *constants, size_t n)
{
	size_t kept = 0;

	qsort(constants, n, sizeof(*constants), by_constant);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || ac_pattern_constant_cmp(&constants[kept - 1], &constants[i]) != 0)
			constants[kept++] = constants[i];
	return kept;
}

static bool
has_any_step(const ac_pattern_node *test)
{
	for (size_t i = 0; i < test->step_count; i++)
		if (test->steps[i].kind == AC_PATTERN_STEP_ANY)
			return true;
	return false;
}

static const ac_pattern_node *
normal_test(ac_arena *arena, const ac_pattern_node *node)
{
	ac_pattern_node *test = copy_node(arena, node);
	ac_pattern_constant *constants;

	if (!test || node->op == AC_PATTERN_EXISTS)
		return test;
	constants = ac_arena_zalloc(arena, node->constant_count + 1, sizeof(*constants));
	if (!constants)
		return NULL;
	for (size_t i = 0; i < node->constant_count; i++)
		if (!ac_pattern_constant_normal(&node->constants[i], arena, &constants[i]))
			return NULL;
	test->constants = constants;
	test->constant_count = sort_constants(constants, node->constant_count);
	if (test->comparator == AC_PATTERN_IN && test->constant_count == 1)
		test->comparator = AC_PATTERN_EQ;
	if (test->negated && test->comparator <= AC_PATTERN_NE && !has_any_step(test)) {
		test->negated = false;
		test->comparator = test->comparator == AC_PATTERN_EQ ? AC_PATTERN_NE : AC_PATTERN_EQ;
	}
	return test;
}

static bool
is_number(ac_pattern_constant_kind kind)
{
	return kind == AC_PATTERN_INTEGER || kind == AC_PATTERN_FLOAT;
}

/* "path = x" or "path IN (...)" whose constants are of one kind. */
static bool
is_choice(const ac_pattern_node *test)
{
	if (test->op != AC_PATTERN_COMPARE || test->negated ||
	    (test->comparator != AC_PATTERN_EQ && test->comparator != AC_PATTERN_IN) || test->constant_count == 0)
		return false;
	for (size_t i = 1; i < test->constant_count; i++)
		if (test->constants[i].kind != test->constants[0].kind &&
		    !(is_number(test->constants[i].kind) && is_number(test->constants[0].kind)))
			return false;
	return true;
}

/* Kinds whose constants are compared alike. */
static unsigned
kind_class(const ac_pattern_node *choice)
{
	ac_pattern_constant_kind kind = choice->constants[0].kind;

	return is_number(kind) ? AC_PATTERN_INTEGER : kind;
}

/* Choices of one path and of one kind of constant stand together; 0 for those. */
static int
cmp_choices(const ac_pattern_node *a, const ac_pattern_node *b)
{
	int order = ac_pattern_path_cmp(a, b);

	return order ? order : (kind_class(a) > kind_class(b)) - (kind_class(a) < kind_class(b));
}

static int
by_choice(const void *a, const void *b)
{
	return cmp_choices(*(const ac_pattern_node *const *)a, *(const ac_pattern_node *const *)b);
}

/* One IN of n choices of one path. More constants than a set may have: NULL without a failure of the arena. */
static const ac_pattern_node *
merge_choices(ac_arena *arena, const ac_pattern_node *const *choices, size_t n)
{
	ac_pattern_node *merged;
	ac_pattern_constant *constants;
	size_t total = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		total += choices[i]->constant_count;
	if (total > AC_PATTERN_SET_MAX)
		return NULL;
	merged = copy_node(arena, choices[0]);
	constants = ac_arena_zalloc(arena, total, sizeof(*constants));
	if (!merged || !constants)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		memcpy(constants + at, choices[i]->constants, choices[i]->constant_count * sizeof(*constants));
		at += choices[i]->constant_count;
		merged->unusable |= choices[i]->unusable;
	}
	merged->constants = constants;
	merged->constant_count = sort_constants(constants, total);
	merged->comparator = merged->constant_count == 1 ? AC_PATTERN_EQ : AC_PATTERN_IN;
	return merged;
}

/* Choices of one path and kind become one. All of them or, when they are too many for a set, none: so that the next time gives the same. */
static bool
merge_all_choices(ac_arena *arena, ac_pattern_list *list)
{
	ac_pattern_list choices = { 0 };
	size_t kept = 0, end;

	for (size_t i = 0; i < list->n; i++) {
		if (!is_choice(list->p[i]))
			list->p[kept++] = list->p[i];
		else if (!ac_pattern_list_add(arena, &choices, list->p[i]))
			return false;
	}
	if (choices.n)
		qsort(choices.p, choices.n, sizeof(*choices.p), by_choice);
	for (size_t i = 0; i < choices.n; i = end) {
		const ac_pattern_node *merged = NULL;

		for (end = i + 1; end < choices.n && cmp_choices(choices.p[i], choices.p[end]) == 0;)
			end++;
		if (end > i + 1)
			merged = merge_choices(arena, choices.p + i, end - i);
		if (merged) {
			list->p[kept++] = merged;
			continue;
		}
		if (arena->failed)
			return false;
		for (size_t k = i; k < end; k++)
			list->p[kept++] = choices.p[k];
	}
	list->n = kept;
	return true;
}

/* Operands in normal form, none of them of op. */
static const ac_pattern_node *
normal_chain(ac_arena *arena, ac_pattern_op op, ac_pattern_list *list)
{
	if (op == AC_PATTERN_OR && !merge_all_choices(arena, list))
		return NULL;
	keep_each_once(list);
	return ac_pattern_balance(arena, op, list->p, list->n);
}

static const ac_pattern_node *normal_comparisons(ac_arena *arena, const ac_pattern_node *node);

/* The operands of a chain, each in normal form; one that becomes a chain of op itself is taken apart. */
static bool
add_comparisons(ac_arena *arena, ac_pattern_list *list, ac_pattern_op op, const ac_pattern_node *node)
{
	if (node->op == op)
		return add_comparisons(arena, list, op, node->left) && add_comparisons(arena, list, op, node->right);
	return ac_pattern_list_add_chain(arena, list, op, normal_comparisons(arena, node));
}

static const ac_pattern_node *
normal_comparisons(ac_arena *arena, const ac_pattern_node *node)
{
	ac_pattern_list list = { 0 };

	if (node->op != AC_PATTERN_AND && node->op != AC_PATTERN_OR)
		return normal_test(arena, node);
	return add_comparisons(arena, &list, node->op, node) ? normal_chain(arena, node->op, &list) : NULL;
}

/* ---- observations ---- */

/* What START STOP around an expression ask of each observation in it: it goes down to the [ ]. */
typedef struct window {
	ac_str start_text, stop_text; /* in normal form */
	ac_time start, stop;
} window;

/* A qualifier like `like` around another expression. */
static ac_pattern_node *
qualifier_of(ac_arena *arena, const ac_pattern_node *like, const ac_pattern_node *inside)
{
	ac_pattern_node *node = inside ? copy_node(arena, like) : NULL;

	if (node) {
		node->left = inside;
		node->unusable = like->unusable || inside->unusable;
	}
	return node;
}

/* comparisons in brackets, inside a window if there is one. */
static const ac_pattern_node *
observation_of(ac_arena *arena, const ac_pattern_node *comparisons, const window *w)
{
	ac_pattern_node *node = comparisons ? ac_arena_zalloc(arena, 1, sizeof(*node)) : NULL, *around;

	if (!node)
		return NULL;
	node->op = AC_PATTERN_OBSERVATION;
	node->byte = comparisons->byte;
	node->left = comparisons;
	node->unusable = comparisons->unusable;
	around = w ? copy_node(arena, node) : NULL;
	if (around) {
		around->op = AC_PATTERN_START_STOP;
		around->left = node;
		around->qualifier_text[0] = w->start_text;
		around->qualifier_text[1] = w->stop_text;
		around->start = w->start;
		around->stop = w->stop;
	}
	return w ? around : node;
}

/* Qualifiers that the standard makes unusable stand as they are: no law holds for them. */
static bool
is_start_stop(const ac_pattern_node *node)
{
	ac_time unused;

	return node->op == AC_PATTERN_START_STOP && ac_time_parse_stix(node->qualifier_text[0], &unused, NULL) == 0 &&
	       ac_time_parse_stix(node->qualifier_text[1], &unused, NULL) == 0;
}

static bool
is_repeats(const ac_pattern_node *node)
{
	return node->op == AC_PATTERN_REPEATS && node->repeats > 0;
}

static bool
is_within(const ac_pattern_node *node)
{
	return node->op == AC_PATTERN_WITHIN && node->within_seconds > 0;
}

/* [ ] with or without its window. */
static bool
is_observation(const ac_pattern_node *node)
{
	return node->op == AC_PATTERN_OBSERVATION || (is_start_stop(node) && node->left->op == AC_PATTERN_OBSERVATION);
}

/* Operands of an observation AND with how often each is wanted. */
typedef struct repeated {
	const ac_pattern_node *node;
	uint64_t times;
} repeated;

static uint64_t
saturated_add(uint64_t a, uint64_t b)
{
	return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

static uint64_t
saturated_multiply(uint64_t a, uint64_t b)
{
	return __builtin_mul_overflow(a, b, &a) ? UINT64_MAX : a;
}

/* e REPEATS times TIMES, where e in normal form is neither AND nor REPEATS. */
static const ac_pattern_node *
repeat_one(ac_arena *arena, const ac_pattern_node *e, uint64_t times)
{
	ac_pattern_node *node;

	if (times == 1)
		return e;
	node = ac_arena_zalloc(arena, 1, sizeof(*node));
	if (node) {
		node->op = AC_PATTERN_REPEATS;
		node->repeats = times;
		node->byte = e->byte;
		node->left = e;
		node->unusable = e->unusable;
	}
	return node;
}

static int
by_repeated(const void *a, const void *b)
{
	return ac_pattern_cmp(((const repeated *)a)->node, ((const repeated *)b)->node);
}

/* AND of operands in normal form, all of them `times` times. s9.5.1: REPEATS is a shorthand of AND. */
static const ac_pattern_node *
normal_and(ac_arena *arena, const ac_pattern_list *list, uint64_t times)
{
	repeated *all = ac_arena_zalloc(arena, list->n, sizeof(*all));
	const ac_pattern_node **nodes = ac_arena_zalloc(arena, list->n, sizeof(*nodes));
	size_t kept = 0;

	if (!all || !nodes)
		return NULL;
	for (size_t i = 0; i < list->n; i++) {
		const ac_pattern_node *e = list->p[i];

		all[i] = is_repeats(e) ? (repeated){ e->left, e->repeats } : (repeated){ e, 1 };
	}
	qsort(all, list->n, sizeof(*all), by_repeated);
	for (size_t i = 0; i < list->n; i++) {
		uint64_t wanted = saturated_multiply(all[i].times, times);

		if (kept && ac_pattern_cmp(all[kept - 1].node, all[i].node) == 0)
			all[kept - 1].times = saturated_add(all[kept - 1].times, wanted);
		else
			all[kept++] = (repeated){ all[i].node, wanted };
	}
	for (size_t i = 0; i < kept; i++)
		if (!(nodes[i] = repeat_one(arena, all[i].node, all[i].times)))
			return NULL;
	return ac_pattern_balance(arena, AC_PATTERN_OBS_AND, nodes, kept);
}

static const ac_pattern_node *
normal_repeats(ac_arena *arena, const ac_pattern_node *like, const ac_pattern_node *e)
{
	ac_pattern_list list = { 0 };

	if (!e || !is_repeats(like))
		return qualifier_of(arena, like, e);
	if (!ac_pattern_list_add_chain(arena, &list, AC_PATTERN_OBS_AND, e))
		return NULL;
	return normal_and(arena, &list, like->repeats);
}

/* Does the expression match exactly one observation? */
static bool
is_single(const ac_pattern_node *e)
{
	if (e->op == AC_PATTERN_OBS_OR)
		return is_single(e->left) && is_single(e->right);
	return is_observation(e);
}

static const ac_pattern_node *
normal_within(ac_arena *arena, const ac_pattern_node *like, const ac_pattern_node *e)
{
	ac_pattern_node *node;

	if (!e)
		return NULL;
	if (is_within(like) && is_single(e))
		return e;
	if (is_within(like) && is_within(e) &&
	    ac_pattern_decimal_cmp(e->qualifier_text[0], like->qualifier_text[0]) <= 0)
		return e;
	node = qualifier_of(arena, like, is_within(like) && is_within(e) ? e->left : e);
	if (!node || !ac_pattern_decimal_normal(node->qualifier_text[0], arena, &node->qualifier_text[0]))
		return NULL;
	return node;
}

/* The order of instants that are in normal form: their texts have one form, up to the fraction. */
static int
cmp_instants(ac_str a, ac_str b)
{
	return ac_str_cmp(ac_str_slice(a, 0, a.n - 1), ac_str_slice(b, 0, b.n - 1));
}

/* START STOP in normal form, cut to the window outside (may be NULL). */
static bool
window_of(ac_arena *arena, const ac_pattern_node *node, const window *outside, window *out)
{
	*out = (window){ ac_pattern_timestamp_normal(node->qualifier_text[0], arena),
		ac_pattern_timestamp_normal(node->qualifier_text[1], arena), node->start, node->stop };
	if (!out->start_text.p || !out->stop_text.p)
		return false;
	if (outside && cmp_instants(out->start_text, outside->start_text) < 0) {
		out->start_text = outside->start_text;
		out->start = outside->start;
	}
	if (outside && cmp_instants(out->stop_text, outside->stop_text) > 0) {
		out->stop_text = outside->stop_text;
		out->stop = outside->stop;
	}
	return true;
}

static int
cmp_windows(const ac_pattern_node *a, const ac_pattern_node *b)
{
	int order = ac_str_cmp(a->qualifier_text[0], b->qualifier_text[0]);

	return order ? order : ac_str_cmp(a->qualifier_text[1], b->qualifier_text[1]);
}

static int
by_window(const void *a, const void *b)
{
	return cmp_windows(*(const ac_pattern_node *const *)a, *(const ac_pattern_node *const *)b);
}

/* n brackets in one window become one: one observation for which one of them holds. */
static const ac_pattern_node *
merge_observations(ac_arena *arena, const ac_pattern_node *const *nodes, size_t n)
{
	const ac_pattern_node *like = nodes[0];
	const window w = { like->qualifier_text[0], like->qualifier_text[1], like->start, like->stop };
	ac_pattern_list comparisons = { 0 };

	for (size_t i = 0; i < n; i++) {
		const ac_pattern_node *brackets = nodes[i]->op == AC_PATTERN_OBSERVATION ? nodes[i] : nodes[i]->left;

		if (!ac_pattern_list_add_chain(arena, &comparisons, AC_PATTERN_OR, brackets->left))
			return NULL;
	}
	return observation_of(
	    arena, normal_chain(arena, AC_PATTERN_OR, &comparisons), like->op == AC_PATTERN_OBSERVATION ? NULL : &w);
}

/* OR of operands in normal form. */
static const ac_pattern_node *
normal_or(ac_arena *arena, ac_pattern_list *list)
{
	ac_pattern_list brackets = { 0 };
	size_t kept = 0, end;

	for (size_t i = 0; i < list->n; i++) {
		if (!is_observation(list->p[i]))
			list->p[kept++] = list->p[i];
		else if (!ac_pattern_list_add(arena, &brackets, list->p[i]))
			return NULL;
	}
	if (brackets.n)
		qsort(brackets.p, brackets.n, sizeof(*brackets.p), by_window);
	for (size_t i = 0; i < brackets.n; i = end) {
		for (end = i + 1; end < brackets.n && cmp_windows(brackets.p[i], brackets.p[end]) == 0;)
			end++;
		if (!(list->p[kept++] = merge_observations(arena, brackets.p + i, end - i)))
			return NULL;
	}
	list->n = kept;
	keep_each_once(list);
	return ac_pattern_balance(arena, AC_PATTERN_OBS_OR, list->p, list->n);
}

static const ac_pattern_node *normal_observations(ac_arena *arena, const ac_pattern_node *node, const window *w);

static bool
add_observations(ac_arena *arena, ac_pattern_list *list, ac_pattern_op op, const ac_pattern_node *node, const window *w)
{
	if (node->op == op)
		return add_observations(arena, list, op, node->left, w) &&
		       add_observations(arena, list, op, node->right, w);
	return ac_pattern_list_add_chain(arena, list, op, normal_observations(arena, node, w));
}

/* Left to right, as the parser builds it. */
static const ac_pattern_node *
normal_sequence(ac_arena *arena, const ac_pattern_list *list)
{
	const ac_pattern_node *node = list->p[0];

	for (size_t i = 1; i < list->n; i++)
		node = ac_pattern_join(arena, AC_PATTERN_FOLLOWEDBY, node, list->p[i]);
	return node;
}

static const ac_pattern_node *
normal_start_stop(ac_arena *arena, const ac_pattern_node *node, const window *w)
{
	window inside;

	if (!is_start_stop(node))
		return qualifier_of(arena, node, normal_observations(arena, node->left, w));
	return window_of(arena, node, w, &inside) ? normal_observations(arena, node->left, &inside) : NULL;
}

static const ac_pattern_node *
normal_observations(ac_arena *arena, const ac_pattern_node *node, const window *w)
{
	ac_pattern_list list = { 0 };

	switch (node->op) {
	case AC_PATTERN_OBSERVATION:
		return observation_of(arena, normal_comparisons(arena, node->left), w);
	case AC_PATTERN_WITHIN:
		return normal_within(arena, node, normal_observations(arena, node->left, w));
	case AC_PATTERN_REPEATS:
		return normal_repeats(arena, node, normal_observations(arena, node->left, w));
	case AC_PATTERN_START_STOP:
		return normal_start_stop(arena, node, w);
	case AC_PATTERN_FOLLOWEDBY:
		return add_observations(arena, &list, node->op, node, w) ? normal_sequence(arena, &list) : NULL;
	case AC_PATTERN_OBS_OR:
		return add_observations(arena, &list, node->op, node, w) ? normal_or(arena, &list) : NULL;
	case AC_PATTERN_OBS_AND:
		return add_observations(arena, &list, node->op, node, w) ? normal_and(arena, &list, 1) : NULL;
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
	case AC_PATTERN_COMPARE:
	case AC_PATTERN_EXISTS:
		break;
	}
	return NULL;
}

int
ac_pattern_normalize(const ac_pattern_node *root, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err)
{
	const ac_pattern_node *normal = normal_observations(arena, root, NULL);
	int rc = ac_arena_check(arena, err);

	if (rc == 0)
		*out_root = normal;
	return rc;
}

int
ac_pattern_normal_text(const ac_pattern_node *root, ac_arena *arena, ac_str *out_text, accord_err *err)
{
	const ac_pattern_node *normal = NULL;
	ac_str text;
	ac_buf buf;
	int rc = ac_pattern_normalize(root, arena, &normal, err);

	ac_buf_init(&buf, AC_REPORT_MAX);
	if (rc == 0)
		rc = ac_pattern_write(normal, &buf, err);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0) {
		text = ac_arena_str(arena, text);
		rc = ac_arena_check(arena, err);
	}
	if (rc == 0)
		*out_text = text;
	ac_buf_done(&buf);
	return rc;
}
