/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which comparisons open a bracket. A gate is a set of comparisons of which one at least is true wherever the bracket is: of an AND any operand's gate will do, and the rarest is taken; of an OR
 * the gates of all operands together. How rare a comparison is, is guessed from its kind and from how many brackets hold it.
 */
#include "match/grow.h"
#include "match/index.h"

#include "base/limits.h"
#include "match/like.h"

/* What a kind of index lets through, roughly: relative, not measured. */
static const uint64_t base_costs[] = { [AC_MATCH_INDEX_NONE] = 0,
	[AC_MATCH_INDEX_HASH] = 1,
	[AC_MATCH_INDEX_NETWORK] = 4,
	[AC_MATCH_INDEX_AFFIX] = 4,
	[AC_MATCH_INDEX_LITERAL] = 8,
	[AC_MATCH_INDEX_SCAN] = 64,
	[AC_MATCH_INDEX_ORDER] = 256,
	[AC_MATCH_INDEX_PRESENCE] = 4096,
	[AC_MATCH_INDEX_TYPE] = (uint64_t)1 << 40 };

static ac_match_index
index_of_text(const ac_atom *atom)
{
	ac_like_parts parts;

	if (atom->comparator == AC_PATTERN_MATCHES) {
		const ac_regex_shape *shape = atom->regex->text ? ac_regex_shape_of(atom->regex->text) : NULL;

		if (shape && shape->literal.n >= AC_AFFIX_MIN)
			return AC_MATCH_INDEX_LITERAL;
		return shape && shape->is_portable ? AC_MATCH_INDEX_SCAN : AC_MATCH_INDEX_PRESENCE;
	}
	parts = ac_like_split(atom->like);
	if (parts.is_exact)
		return AC_MATCH_INDEX_HASH;
	if (parts.prefix.n >= AC_AFFIX_MIN || parts.suffix.n >= AC_AFFIX_MIN)
		return AC_MATCH_INDEX_AFFIX;
	return parts.inner.n >= AC_AFFIX_MIN ? AC_MATCH_INDEX_LITERAL : AC_MATCH_INDEX_PRESENCE;
}

ac_match_index
ac_gate_index(const ac_atom *atom)
{
	if (atom->is_exists)
		return atom->negated ? AC_MATCH_INDEX_TYPE : AC_MATCH_INDEX_PRESENCE;
	if (atom->negated)
		return AC_MATCH_INDEX_PRESENCE;
	switch (atom->comparator) {
	case AC_PATTERN_EQ:
	case AC_PATTERN_IN:
		return AC_MATCH_INDEX_HASH;
	case AC_PATTERN_NE:
		return AC_MATCH_INDEX_PRESENCE;
	case AC_PATTERN_GT:
	case AC_PATTERN_LT:
	case AC_PATTERN_GE:
	case AC_PATTERN_LE:
		return ac_match_is_number(&atom->constants[0].value) || atom->constants[0].value.kind == AC_MATCH_TIME
			   ? AC_MATCH_INDEX_ORDER
			   : AC_MATCH_INDEX_PRESENCE;
	case AC_PATTERN_LIKE:
	case AC_PATTERN_MATCHES:
		return index_of_text(atom);
	case AC_PATTERN_ISSUBSET:
	case AC_PATTERN_ISSUPERSET:
		return AC_MATCH_INDEX_NETWORK;
	}
	return AC_MATCH_INDEX_PRESENCE;
}

/* One gate of one bracket. */
typedef struct gate {
	uint32_t at; /* an atom; of a TYPE gate a context */
	uint32_t leaf;
	bool is_type;
} gate;

typedef struct chooser {
	ac_pattern_set *set;
	gate *gates;
	size_t n, capacity;
} chooser;

static void
count_leaves(ac_pattern_set *set, uint32_t number)
{
	const ac_node *node = &set->nodes[number];

	if (node->op == AC_NODE_ATOM) {
		set->uses[node->first].leaves++;
		return;
	}
	for (uint32_t i = 0; i < node->count; i++)
		count_leaves(set, set->lists[node->first + i]);
}

static uint64_t
cost_of_atom(const ac_pattern_set *set, uint32_t number)
{
	const ac_atom *atom = &set->atoms[number];
	uint64_t cost = base_costs[ac_gate_index(atom)];

	/* Truth and falsehood are never rare; wide networks seldom are. */
	if (cost == 1 && atom->constant_count && atom->constants[0].value.kind == AC_MATCH_BOOLEAN)
		cost = base_costs[AC_MATCH_INDEX_PRESENCE] / 2;
	if (atom->comparator == AC_PATTERN_ISSUBSET && cost == 4 && atom->network.bits < (atom->network.is_6 ? 32 : 16))
		cost = 64;
	return cost * (1 + set->uses[number].leaves);
}

static uint64_t
cost_of(const ac_pattern_set *set, uint32_t number)
{
	const ac_node *node = &set->nodes[number];
	uint64_t total = node->op == AC_NODE_AND ? UINT64_MAX : 0;

	if (node->op == AC_NODE_ATOM)
		return cost_of_atom(set, node->first);
	for (uint32_t i = 0; i < node->count; i++) {
		uint64_t cost = cost_of(set, set->lists[node->first + i]);

		if (node->op == AC_NODE_AND)
			total = cost < total ? cost : total;
		else if (__builtin_add_overflow(total, cost, &total))
			return UINT64_MAX;
	}
	return total;
}

static int
add_gate(chooser *c, uint32_t atom, uint32_t leaf)
{
	ac_pattern_set *set = c->set;
	ac_match_index index = ac_gate_index(&set->atoms[atom]);
	gate g = { .at = atom, .leaf = leaf, .is_type = index == AC_MATCH_INDEX_TYPE };
	int rc = AC_GROW(&c->gates, c->n + 1, c->capacity, UINT32_MAX);

	if (rc)
		return rc;
	set->uses[atom].index = index;
	if (g.is_type)
		g.at = set->contexts[set->paths[set->atoms[atom].path].context].root;
	c->gates[c->n++] = g;
	return 0;
}

static int
choose(chooser *c, uint32_t number, uint32_t leaf)
{
	const ac_pattern_set *set = c->set;
	const ac_node *node = &set->nodes[number];
	uint64_t best_cost = UINT64_MAX;
	uint32_t best = 0;
	int rc = 0;

	if (node->op == AC_NODE_ATOM)
		return add_gate(c, node->first, leaf);
	for (uint32_t i = 0; rc == 0 && i < node->count; i++) {
		uint64_t cost;

		if (node->op == AC_NODE_OR) {
			rc = choose(c, set->lists[node->first + i], leaf);
			continue;
		}
		cost = cost_of(set, set->lists[node->first + i]);
		if (cost < best_cost) {
			best_cost = cost;
			best = i;
		}
	}
	return node->op == AC_NODE_AND ? choose(c, set->lists[node->first + best], leaf) : rc;
}

static int
compare_gates(const void *a, const void *b)
{
	const gate *x = a, *y = b;

	if (x->is_type != y->is_type)
		return x->is_type ? 1 : -1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

/* Gates in order to the brackets that each atom, and each type, opens. */
static int
list_gates(chooser *c, accord_err *err)
{
	ac_pattern_set *set = c->set;
	int rc = AC_GROW(&set->lists, set->list_count + c->n, set->list_capacity, UINT32_MAX);

	if (rc)
		return ac_set_failed(rc, err);
	for (size_t i = 0; i < c->n; i++) {
		const gate *g = &c->gates[i];
		uint32_t *first = g->is_type ? &set->contexts[g->at].first_leaf : &set->uses[g->at].first_leaf;
		uint32_t *count = g->is_type ? &set->contexts[g->at].leaf_count : &set->uses[g->at].leaf_count;

		if (*count && set->lists[*first + *count - 1] == g->leaf)
			continue;
		if (*count == 0)
			*first = (uint32_t)set->list_count;
		set->lists[set->list_count++] = g->leaf;
		++*count;
		if (set->leaves[g->leaf].always == false &&
		    (g->is_type || set->uses[g->at].index == AC_MATCH_INDEX_PRESENCE)) {
			set->leaves[g->leaf].always = true;
			set->always++;
		}
	}
	return 0;
}

int
ac_set_choose_gates(ac_pattern_set *set, accord_err *err)
{
	chooser c = { .set = set };
	int rc = 0;

	for (uint32_t i = 0; i < set->leaf_count; i++)
		count_leaves(set, set->leaves[i].node);
	for (uint32_t i = 0; rc == 0 && i < set->leaf_count; i++) {
		set->leaves[i].direct = set->nodes[set->leaves[i].node].op == AC_NODE_ATOM;
		if (set->leaves[i].is_used)
			rc = choose(&c, set->leaves[i].node, i);
	}
	if (rc) {
		free(c.gates);
		return ac_set_failed(rc, err);
	}
	if (c.n)
		qsort(c.gates, c.n, sizeof(*c.gates), compare_gates);
	rc = list_gates(&c, err);
	free(c.gates);
	return rc;
}

/* Texts of one gate, as ac_pattern_set_gate_texts tells them. */
static bool
texts_of(const ac_atom *atom, ac_match_index index, ac_on_gate_text on_text, void *payload)
{
	ac_like_parts parts;

	switch (index) {
	case AC_MATCH_INDEX_HASH:
		if (atom->comparator == AC_PATTERN_LIKE)
			return on_text(payload, atom->like);
		for (uint32_t i = 0; i < atom->constant_count; i++) {
			const ac_match_value *constant = &atom->constants[i].value;

			if (constant->kind == AC_MATCH_STRING
				? !on_text(payload, constant->text)
				: !ac_match_is_number(constant) && constant->kind != AC_MATCH_BOOLEAN)
				return false;
		}
		return true;
	case AC_MATCH_INDEX_ORDER:
		return ac_match_is_number(&atom->constants[0].value);
	case AC_MATCH_INDEX_AFFIX:
		parts = ac_like_split(atom->like);
		return on_text(payload, parts.prefix.n >= parts.suffix.n ? parts.prefix : parts.suffix);
	case AC_MATCH_INDEX_LITERAL:
		parts = ac_like_split(atom->like);
		return on_text(payload, atom->regex ? ac_regex_shape_of(atom->regex->text)->literal : parts.inner);
	case AC_MATCH_INDEX_NONE:
	case AC_MATCH_INDEX_NETWORK:
	case AC_MATCH_INDEX_SCAN:
	case AC_MATCH_INDEX_PRESENCE:
	case AC_MATCH_INDEX_TYPE:
		break;
	}
	return false;
}

bool
ac_pattern_set_gate_texts(const ac_pattern_set *set, uint32_t path, ac_on_gate_text on_text, void *payload)
{
	for (size_t i = 0; i < set->atom_count; i++)
		if (set->atoms[i].path == path && set->uses[i].leaf_count &&
		    !texts_of(&set->atoms[i], set->uses[i].index, on_text, payload))
			return false;
	return true;
}

/* Integers of one gate. */
static bool
integers_of(const ac_atom *atom, ac_match_index index, ac_on_gate_integer on_integer, void *payload)
{
	if (index != AC_MATCH_INDEX_HASH)
		return false;
	for (uint32_t i = 0; i < atom->constant_count; i++) {
		const ac_match_value *constant = &atom->constants[i].value;

		if (constant->kind == AC_MATCH_INTEGER ? !on_integer(payload, constant->integer)
						       : ac_match_is_number(constant))
			return false;
	}
	return true;
}

bool
ac_pattern_set_gate_integers(const ac_pattern_set *set, uint32_t path, ac_on_gate_integer on_integer, void *payload)
{
	for (size_t i = 0; i < set->atom_count; i++)
		if (set->atoms[i].path == path && set->uses[i].leaf_count &&
		    !integers_of(&set->atoms[i], set->uses[i].index, on_integer, payload))
			return false;
	return true;
}
