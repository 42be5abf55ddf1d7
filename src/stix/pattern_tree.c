/* SPDX-License-Identifier: Apache-2.0 */
/* Chains and order of pattern trees. Knows nothing of what a pattern means. */
#include "stix/pattern_tree.h"

bool
ac_pattern_list_add(ac_arena *arena, ac_pattern_list *list, const ac_pattern_node *node)
{
	if (!node)
		return false;
	if (list->n == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 8;
		const ac_pattern_node **bigger =
		    ac_arena_resize(arena, list->p, list->capacity * sizeof(*list->p), capacity * sizeof(*list->p));

		if (!bigger)
			return false;
		list->p = bigger;
		list->capacity = capacity;
	}
	list->p[list->n++] = node;
	return true;
}

bool
ac_pattern_list_add_chain(ac_arena *arena, ac_pattern_list *list, ac_pattern_op op, const ac_pattern_node *node)
{
	if (!node || node->op != op)
		return ac_pattern_list_add(arena, list, node);
	return ac_pattern_list_add_chain(arena, list, op, node->left) &&
	       ac_pattern_list_add_chain(arena, list, op, node->right);
}

const ac_pattern_node *
ac_pattern_join(ac_arena *arena, ac_pattern_op op, const ac_pattern_node *left, const ac_pattern_node *right)
{
	ac_pattern_node *node;

	if (!left || !right || !(node = ac_arena_zalloc(arena, 1, sizeof(*node))))
		return NULL;
	node->op = op;
	node->byte = left->byte;
	node->left = left;
	node->right = right;
	node->unusable = left->unusable || right->unusable;
	return node;
}

const ac_pattern_node *
ac_pattern_balance(ac_arena *arena, ac_pattern_op op, const ac_pattern_node *const *nodes, size_t n)
{
	size_t half = (n + 1) / 2;

	if (n == 1)
		return nodes[0];
	return ac_pattern_join(arena, op, ac_pattern_balance(arena, op, nodes, half),
	    ac_pattern_balance(arena, op, nodes + half, n - half));
}

static int
cmp_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

bool
ac_pattern_decimal_split(ac_str text, ac_str *out_whole, ac_str *out_fraction)
{
	bool negative = text.n && text.p[0] == '-';
	size_t from = negative || (text.n && text.p[0] == '+'), dot = ac_str_find_byte(text, '.'), end = text.n;

	while (from < dot && text.p[from] == '0')
		from++;
	while (end > dot + 1 && text.p[end - 1] == '0')
		end--;
	*out_whole = ac_str_slice(text, from, dot);
	*out_fraction = ac_str_slice(text, dot + 1, end > dot ? end : dot + 1);
	return negative && (out_whole->n || out_fraction->n);
}

int
ac_pattern_decimal_cmp(ac_str a, ac_str b)
{
	ac_str whole_a, fraction_a, whole_b, fraction_b;
	bool negative_a = ac_pattern_decimal_split(a, &whole_a, &fraction_a),
	     negative_b = ac_pattern_decimal_split(b, &whole_b, &fraction_b);
	int order = cmp_numbers(whole_a.n, whole_b.n);

	if (negative_a != negative_b)
		return negative_a ? -1 : 1;
	if (order == 0)
		order = ac_str_cmp(whole_a, whole_b);
	if (order == 0)
		order = ac_str_cmp(fraction_a, fraction_b);
	return negative_a ? -order : order;
}

static bool
is_number(const ac_pattern_constant *c)
{
	return c->kind == AC_PATTERN_INTEGER || c->kind == AC_PATTERN_FLOAT;
}

int
ac_pattern_constant_cmp(const ac_pattern_constant *a, const ac_pattern_constant *b)
{
	int order = 0;

	if (is_number(a) && is_number(b))
		order = ac_pattern_decimal_cmp(a->text, b->text);
	if (order == 0)
		order = cmp_numbers(a->kind, b->kind);
	if (order == 0)
		order = cmp_numbers(a->boolean, b->boolean);
	return order ? order : ac_str_cmp(a->text, b->text);
}

int
ac_pattern_path_cmp(const ac_pattern_node *a, const ac_pattern_node *b)
{
	size_t n = a->step_count < b->step_count ? a->step_count : b->step_count;
	int order = ac_str_cmp(a->object_type, b->object_type);

	for (size_t i = 0; i < n && order == 0; i++) {
		const ac_pattern_step *x = &a->steps[i], *y = &b->steps[i];

		order = cmp_numbers(x->kind, y->kind);
		if (order == 0 && x->kind == AC_PATTERN_STEP_NAME)
			order = ac_str_cmp(x->name, y->name);
		if (order == 0 && x->kind == AC_PATTERN_STEP_INDEX)
			order = cmp_numbers(x->index, y->index);
	}
	return order ? order : cmp_numbers(a->step_count, b->step_count);
}

static int
cmp_tests(const ac_pattern_node *a, const ac_pattern_node *b)
{
	int order = ac_pattern_path_cmp(a, b);

	if (order == 0)
		order = cmp_numbers(a->negated, b->negated);
	if (order == 0)
		order = cmp_numbers(a->comparator, b->comparator);
	for (size_t i = 0; order == 0 && i < a->constant_count && i < b->constant_count; i++)
		order = ac_pattern_constant_cmp(&a->constants[i], &b->constants[i]);
	return order ? order : cmp_numbers(a->constant_count, b->constant_count);
}

static int
cmp_qualifiers(const ac_pattern_node *a, const ac_pattern_node *b)
{
	int order = cmp_numbers(a->repeats, b->repeats);

	if (order == 0)
		order = ac_str_cmp(a->qualifier_text[0], b->qualifier_text[0]);
	return order ? order : ac_str_cmp(a->qualifier_text[1], b->qualifier_text[1]);
}

int
ac_pattern_cmp(const ac_pattern_node *a, const ac_pattern_node *b)
{
	int order = cmp_numbers(a->op, b->op);

	if (order || a == b)
		return order;
	if (a->op == AC_PATTERN_COMPARE || a->op == AC_PATTERN_EXISTS)
		return cmp_tests(a, b);
	order = ac_pattern_cmp(a->left, b->left);
	if (order == 0 && a->right)
		order = ac_pattern_cmp(a->right, b->right);
	return order ? order : cmp_qualifiers(a, b);
}
