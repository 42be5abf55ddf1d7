/* SPDX-License-Identifier: Apache-2.0 */
/* Brackets to expressions over comparisons, each kept once: the same words in other patterns, or in another order of AND and OR, are the same bracket. */
#include "match/grow.h"
#include "match/set.h"

#include <stdlib.h>

#include "base/limits.h"

typedef struct bracket {
	ac_pattern_set *set;
	uint32_t number;
	accord_err *err;
} bracket;

int
ac_set_list(ac_pattern_set *set, const uint32_t *numbers, size_t n, uint32_t *out_first, accord_err *err)
{
	int rc = AC_GROW(&set->lists, set->list_count + n, set->list_capacity, UINT32_MAX);

	if (rc)
		return ac_set_failed(rc, err);
	*out_first = (uint32_t)set->list_count;
	if (n)
		memcpy(set->lists + set->list_count, numbers, n * sizeof(*numbers));
	set->list_count += n;
	return 0;
}

static void
key_u32(ac_buf *key, uint32_t n)
{
	ac_buf_add(key, (ac_str){ (const char *)&n, sizeof(n) });
}

/* What a comparison says, as bytes: equal bytes, equal comparisons. */
static int
atom_key(const ac_pattern_node *node, uint32_t path, ac_buf *key, accord_err *err)
{
	ac_str view;

	ac_buf_add_byte(key, (char)(node->op == AC_PATTERN_EXISTS));
	ac_buf_add_byte(key, (char)node->negated);
	ac_buf_add_byte(key, (char)node->comparator);
	key_u32(key, path);
	for (size_t i = 0; i < node->constant_count; i++) {
		const ac_pattern_constant *constant = &node->constants[i];

		ac_buf_add_byte(key, (char)constant->kind);
		if (constant->kind == AC_PATTERN_BOOLEAN) {
			ac_buf_add_byte(key, (char)constant->boolean);
			continue;
		}
		key_u32(key, (uint32_t)constant->text.n);
		ac_buf_add(key, constant->text);
	}
	return ac_buf_finish(key, &view, err);
}

static int
new_atom(ac_pattern_set *set, const ac_pattern_node *node, uint32_t path, ac_str key, uint32_t *out, accord_err *err)
{
	ac_atom atom;
	uint64_t *known;
	int rc = AC_GROW(&set->atoms, set->atom_count + 1, set->atom_capacity, AC_MATCH_PATTERNS_MAX);

	if (rc == 0)
		rc = AC_GROW(&set->uses, set->atom_count + 1, set->use_capacity, AC_MATCH_PATTERNS_MAX);
	if (rc)
		return ac_set_failed(rc, err);
	rc = ac_atom_make(node, set->paths[path].octets, set->seed, &set->arena, &atom, err);
	if (rc)
		return rc;
	atom.path = path;
	if (atom.regex)
		set->regex_bytes += ac_regex_bytes(atom.regex->text) + ac_regex_bytes(atom.regex->octets);
	if (set->regex_bytes > AC_MATCH_REGEXES_BYTES_MAX) {
		ac_atom_done(&atom);
		return ac_set_failed(ACCORD_ELIMIT, err);
	}
	key = ac_arena_str(&set->arena, key);
	known = key.p ? ac_map_put(&set->known_atoms, key, NULL) : NULL;
	if (!known) {
		ac_atom_done(&atom);
		return ac_set_failed(set->arena.failed ? set->arena.failed : ACCORD_ENOMEM, err);
	}
	if (atom.regex)
		atom.regex->number = set->regex_count++;
	*out = (uint32_t)set->atom_count;
	*known = (uint64_t)*out + 1;
	set->uses[*out] = (ac_atom_use){ .node = AC_NONE };
	set->atoms[set->atom_count++] = atom;
	return 0;
}

/* The expression of an operator over operands, which are sorted and told once each. */
static int
find_node(ac_pattern_set *set, ac_node_op op, const uint32_t *operands, size_t n, uint32_t *out, accord_err *err)
{
	ac_node node = { .op = op, .count = (uint32_t)n, .leaf = AC_NONE };
	ac_str key = { NULL, 0 };
	uint64_t *known;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, SIZE_MAX);
	ac_buf_add_byte(&buf, (char)op);
	ac_buf_add(&buf, (ac_str){ (const char *)operands, n * sizeof(*operands) });
	rc = ac_buf_finish(&buf, &key, err);
	known = rc == 0 ? ac_map_get(&set->known_nodes, key) : NULL;
	if (known) {
		*out = (uint32_t)*known - 1;
		ac_buf_done(&buf);
		return 0;
	}
	if (rc == 0)
		key = ac_arena_str(&set->arena, key);
	ac_buf_done(&buf);
	if (rc == 0 && !key.p)
		rc = ac_arena_check(&set->arena, err);
	if (rc == 0)
		rc = ac_set_list(set, operands, n, &node.first, err);
	if (rc)
		return rc;
	rc = AC_GROW(&set->nodes, set->node_count + 1, set->node_capacity, AC_MATCH_PATTERNS_MAX);
	known = rc == 0 ? ac_map_put(&set->known_nodes, key, NULL) : NULL;
	if (!known)
		return ac_set_failed(rc ? rc : ACCORD_ENOMEM, err);
	*out = (uint32_t)set->node_count;
	*known = (uint64_t)*out + 1;
	set->nodes[set->node_count++] = node;
	return 0;
}

/* The expression that is one comparison. */
static int
atom_node(ac_pattern_set *set, uint32_t atom, uint32_t *out, accord_err *err)
{
	int rc;

	*out = set->uses[atom].node;
	if (*out != AC_NONE)
		return 0;
	rc = AC_GROW(&set->nodes, set->node_count + 1, set->node_capacity, AC_MATCH_PATTERNS_MAX);
	if (rc)
		return ac_set_failed(rc, err);
	*out = set->uses[atom].node = (uint32_t)set->node_count;
	set->nodes[set->node_count++] = (ac_node){ .op = AC_NODE_ATOM, .first = atom, .count = 1, .leaf = AC_NONE };
	return 0;
}

static int
compile_atom(bracket *b, const ac_pattern_node *node, uint32_t *out)
{
	ac_pattern_set *set = b->set;
	uint32_t path, atom = AC_NONE;
	uint64_t *known = NULL;
	ac_buf key;
	int rc = ac_set_path(set, node, &path, b->err);

	if (rc)
		return rc;
	ac_buf_init(&key, SIZE_MAX);
	rc = atom_key(node, path, &key, b->err);
	if (rc == 0)
		known = ac_map_get(&set->known_atoms, ac_buf_view(&key));
	if (known)
		atom = (uint32_t)*known - 1;
	else if (rc == 0)
		rc = new_atom(set, node, path, ac_buf_view(&key), &atom, b->err);
	ac_buf_done(&key);
	if (rc)
		return rc;
	rc = AC_GROW(&set->rows, set->row_count + 1, set->row_capacity, UINT32_MAX);
	if (rc)
		return ac_set_failed(rc, b->err);
	set->rows[set->row_count++] = (ac_set_row){ .atom = atom, .bracket = b->number, .byte = (uint32_t)node->byte };
	return atom_node(set, atom, out, b->err);
}

/* Numbers that are being gathered, on the heap. */
typedef struct numbers {
	uint32_t *p;
	size_t n, capacity;
} numbers;

static int compile(bracket *b, const ac_pattern_node *node, uint32_t *out);

/* All operands of a chain of one operator; the tree is as deep as the logarithm of its length. */
static int
gather(bracket *b, const ac_pattern_node *node, ac_pattern_op op, numbers *out)
{
	uint32_t operand;
	int rc;

	if (node->op == op) {
		rc = gather(b, node->left, op, out);
		return rc ? rc : gather(b, node->right, op, out);
	}
	rc = compile(b, node, &operand);
	if (rc)
		return rc;
	rc = AC_GROW(&out->p, out->n + 1, out->capacity, UINT32_MAX);
	if (rc)
		return ac_set_failed(rc, b->err);
	out->p[out->n++] = operand;
	return 0;
}

static int
compile(bracket *b, const ac_pattern_node *node, uint32_t *out)
{
	numbers operands = { 0 };
	size_t kept = 0;
	int rc;

	if (node->op != AC_PATTERN_AND && node->op != AC_PATTERN_OR)
		return compile_atom(b, node, out);
	rc = gather(b, node, node->op, &operands);
	if (rc == 0) {
		qsort(operands.p, operands.n, sizeof(*operands.p), ac_compare_u32);
		for (size_t i = 0; i < operands.n; i++)
			if (kept == 0 || operands.p[kept - 1] != operands.p[i])
				operands.p[kept++] = operands.p[i];
		*out = operands.p[0];
		if (kept > 1)
			rc = find_node(b->set, node->op == AC_PATTERN_AND ? AC_NODE_AND : AC_NODE_OR, operands.p, kept,
			    out, b->err);
	}
	free(operands.p);
	return rc;
}

int
ac_set_bracket(
    ac_pattern_set *set, const ac_pattern_node *observation, uint32_t number, uint32_t *out_leaf, accord_err *err)
{
	bracket b = { .set = set, .number = number, .err = err };
	uint32_t node;
	int rc = compile(&b, observation->left, &node);

	if (rc)
		return rc;
	if (set->nodes[node].leaf == AC_NONE) {
		rc = AC_GROW(&set->leaves, set->leaf_count + 1, set->leaf_capacity, AC_MATCH_PATTERNS_MAX);
		if (rc)
			return ac_set_failed(rc, err);
		set->nodes[node].leaf = (uint32_t)set->leaf_count;
		set->leaves[set->leaf_count++] = (ac_leaf){ .node = node };
	}
	*out_leaf = set->nodes[node].leaf;
	return 0;
}
