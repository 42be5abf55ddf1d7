/* SPDX-License-Identifier: Apache-2.0 */
/* A set of patterns from outside: adding, finishing, telling. */
#include "match/pattern_set.h"

#include "base/limits.h"
#include "match/grow.h"
#include "match/index.h"
#include "match/set.h"

int
ac_set_failed(int rc, accord_err *err)
{
	return rc == ACCORD_ELIMIT
		   ? ac_fail(err, rc, "patterns: more than the limit of memory, paths, comparisons or patterns")
		   : ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
}

int
ac_pattern_set_new(ac_hash_seed seed, ac_pattern_set **out, accord_err *err)
{
	ac_pattern_set *set = calloc(1, sizeof(*set));

	if (!set)
		return ac_set_failed(ACCORD_ENOMEM, err);
	set->seed = seed;
	ac_arena_init(&set->arena, AC_MATCH_SET_MAX);
	ac_arena_init(&set->scratch, AC_MATCH_SET_MAX);
	ac_symbols_init(&set->shapes, seed, AC_MATCH_PATHS_MAX, AC_MATCH_SET_MAX);
	ac_map_init(&set->types, seed, AC_MATCH_PATHS_MAX);
	ac_map_init(&set->known_paths, seed, AC_MATCH_PATHS_MAX);
	ac_map_init(&set->known_atoms, seed, AC_MATCH_PATTERNS_MAX);
	ac_map_init(&set->known_nodes, seed, AC_MATCH_PATTERNS_MAX);
	*out = set;
	return 0;
}

/* What only adding needs. */
static void
forget(ac_pattern_set *set)
{
	ac_arena_done(&set->scratch);
	ac_map_done(&set->known_paths);
	ac_map_done(&set->known_atoms);
	ac_map_done(&set->known_nodes);
}

ac_pattern_set *
ac_pattern_set_free(ac_pattern_set *set)
{
	if (!set)
		return NULL;
	for (size_t i = 0; i < set->atom_count; i++)
		ac_atom_done(&set->atoms[i]);
	for (size_t i = 0; i < set->index_count; i++)
		ac_path_index_free(set->indexes[i]);
	forget(set);
	ac_map_done(&set->types);
	ac_symbols_done(&set->shapes);
	ac_arena_done(&set->arena);
	free(set->contexts);
	free(set->paths);
	free(set->places);
	free(set->atoms);
	free(set->uses);
	free(set->nodes);
	free(set->leaves);
	free(set->patterns);
	free(set->rows);
	free(set->lists);
	free(set->groups);
	free(set->keys);
	free(set->key_slots);
	free(set->key_filter);
	free(set->indexes);
	free(set);
	return NULL;
}

/* Brackets of a tree, in the order of the text. Recursion is bounded by pattern.h. */
typedef struct gatherer {
	ac_pattern_set *set;
	uint32_t *leaves;
	size_t n, capacity;
	accord_err *err;
} gatherer;

static int
gather_leaves(gatherer *g, const ac_pattern_node *node)
{
	int rc;

	if (node->op == AC_PATTERN_OBSERVATION) {
		rc = AC_GROW(&g->leaves, g->n + 1, g->capacity, AC_PATTERN_COMPARISONS_MAX);
		if (rc)
			return ac_set_failed(rc, g->err);
		rc = ac_set_bracket(g->set, node, (uint32_t)g->n, &g->leaves[g->n], g->err);
		g->n += rc == 0;
		return rc;
	}
	rc = gather_leaves(g, node->left);
	return rc == 0 && node->right ? gather_leaves(g, node->right) : rc;
}

/* Count each of the pattern's comparisons once for it. */
static void
count_uses(ac_pattern_set *set, const ac_set_pattern *pattern, uint32_t number)
{
	for (uint32_t i = 0; i < pattern->row_count; i++) {
		ac_atom_use *use = &set->uses[set->rows[pattern->first_row + i].atom];

		if (use->last_pattern != number + 1)
			use->patterns++;
		use->last_pattern = number + 1;
	}
}

/* The pattern's brackets and comparisons; or why it matches nothing. */
static int
fill(ac_pattern_set *set, const ac_pattern_node *root, ac_set_pattern *pattern, accord_err *err)
{
	accord_err why = { 0 };
	gatherer g = { .set = set, .err = &why };
	int rc;

	pattern->first_row = (uint32_t)set->row_count;
	rc = gather_leaves(&g, root);
	if (rc == 0 && root->unusable) {
		rc = ac_fail(&why, ACCORD_EINPUT,
		    "a constant or qualifier is none that the standard allows: a date that is none, a number beyond a "
		    "double, 0 behind WITHIN or REPEATS");
	}
	if (rc == 0) {
		rc = ac_set_list(set, g.leaves, g.n, &pattern->first_leaf, &why);
		pattern->leaf_count = (uint32_t)g.n;
		pattern->row_count = (uint32_t)(set->row_count - pattern->first_row);
	}
	free(g.leaves);
	if (rc == ACCORD_EINPUT) {
		/* s9.4: an invalid constant, and the pattern MUST NOT match any observation. */
		set->row_count = pattern->first_row;
		pattern->leaf_count = 0;
		pattern->problem = ac_arena_str(&set->arena, ac_str_from(why.text));
		return pattern->problem.p ? 0 : ac_arena_check(&set->arena, err);
	}
	if (rc && err)
		*err = why;
	return rc;
}

int
ac_pattern_set_add(ac_pattern_set *set, ac_str text, unsigned dialect, uint32_t *out_pattern, accord_err *err)
{
	ac_set_pattern pattern = { .tree = NULL };
	const ac_pattern_node *root;
	int rc;

	ac_arena_reset(&set->scratch);
	rc = ac_pattern_parse_dialect(text, dialect, &set->scratch, &root, err);
	if (rc)
		return rc;
	rc = AC_GROW(&set->patterns, set->pattern_count + 1, set->pattern_capacity, AC_MATCH_PATTERNS_MAX);
	if (rc)
		return ac_set_failed(rc, err);
	rc = fill(set, root, &pattern, err);
	if (rc == 0 && !pattern.problem.p && root->op != AC_PATTERN_OBSERVATION) {
		/* The tree is needed for the temporal part: once more, in memory that stays. */
		text = ac_arena_str(&set->arena, text);
		rc = text.p ? ac_pattern_parse_dialect(text, dialect, &set->arena, &pattern.tree, err)
			    : ac_arena_check(&set->arena, err);
	}
	if (rc)
		return rc;
	count_uses(set, &pattern, (uint32_t)set->pattern_count);
	set->unusable += pattern.problem.p != NULL;
	if (out_pattern)
		*out_pattern = (uint32_t)set->pattern_count;
	set->patterns[set->pattern_count++] = pattern;
	return 0;
}

/* (context, shape) to paths. */
static int
build_groups(ac_pattern_set *set)
{
	size_t slots = 16;

	while (slots < 2 * (set->path_count + 1))
		slots *= 2;
	set->groups = malloc(slots * sizeof(*set->groups));
	if (!set->groups)
		return ACCORD_ENOMEM;
	set->group_count = slots;
	for (size_t i = 0; i < slots; i++)
		set->groups[i].path = AC_NONE;
	for (uint32_t i = 0; i < set->path_count; i++) {
		ac_path *path = &set->paths[i];
		size_t at = ac_set_mix(set, (uint64_t)path->context << 32 | path->shape) & (slots - 1);

		while (set->groups[at].path != AC_NONE &&
		       (set->groups[at].context != path->context || set->groups[at].shape != path->shape))
			at = (at + 1) & (slots - 1);
		path->next = set->groups[at].path;
		set->groups[at] = (ac_group_slot){ path->context, path->shape, i };
	}
	return 0;
}

int
ac_pattern_set_finish(ac_pattern_set *set, accord_err *err)
{
	int rc = build_groups(set);

	if (rc)
		return ac_set_failed(rc, err);
	rc = ac_set_list_patterns(set, err);
	if (rc == 0)
		rc = ac_set_choose_gates(set, err);
	if (rc == 0)
		rc = ac_set_build_indexes(set, err);
	if (rc)
		return rc;
	forget(set);
	set->finished = true;
	return 0;
}

size_t
ac_pattern_set_count(const ac_pattern_set *set)
{
	return set->pattern_count;
}

size_t
ac_pattern_set_leaves(const ac_pattern_set *set, uint32_t pattern)
{
	return pattern < set->pattern_count ? set->patterns[pattern].leaf_count : 0;
}

const ac_pattern_node *
ac_pattern_set_tree(const ac_pattern_set *set, uint32_t pattern)
{
	return pattern < set->pattern_count ? set->patterns[pattern].tree : NULL;
}

ac_str
ac_pattern_set_path(const ac_pattern_set *set, size_t path, ac_arena *arena)
{
	return path < set->path_count ? ac_set_path_text(set, (uint32_t)path, arena) : (ac_str){ NULL, 0 };
}

bool
ac_pattern_set_has_gate(const ac_pattern_set *set, uint32_t path)
{
	return path < set->path_count && set->paths[path].index != NULL;
}

ac_str
ac_pattern_set_problem(const ac_pattern_set *set, uint32_t pattern)
{
	return pattern < set->pattern_count ? set->patterns[pattern].problem : (ac_str){ NULL, 0 };
}

ac_pattern_set_sizes
ac_pattern_set_measure(const ac_pattern_set *set)
{
	size_t bytes =
	    set->arena.used + set->regex_bytes + set->shapes.names.used + set->path_capacity * sizeof(*set->paths) +
	    set->atom_capacity * (sizeof(*set->atoms) + sizeof(*set->uses)) + set->node_capacity * sizeof(*set->nodes) +
	    set->leaf_capacity * sizeof(*set->leaves) + set->pattern_capacity * sizeof(*set->patterns) +
	    set->row_capacity * sizeof(*set->rows) + set->list_capacity * sizeof(*set->lists) +
	    set->key_capacity * sizeof(*set->keys) + set->key_slot_count * sizeof(*set->key_slots);
	size_t by_type = 0;

	for (size_t i = 0; i < set->context_count; i++)
		by_type += set->contexts[i].leaf_count;
	return (ac_pattern_set_sizes){ .patterns = set->pattern_count,
		.unusable = set->unusable,
		.brackets = set->leaf_count,
		.comparisons = set->atom_count,
		.paths = set->path_count,
		.always = set->always,
		.by_type = by_type,
		.bytes = bytes };
}

ac_str
ac_match_index_name(ac_match_index index)
{
	static const ac_str names[] = { [AC_MATCH_INDEX_NONE] = AC_S_INIT("none"),
		[AC_MATCH_INDEX_HASH] = AC_S_INIT("hash"),
		[AC_MATCH_INDEX_ORDER] = AC_S_INIT("order"),
		[AC_MATCH_INDEX_NETWORK] = AC_S_INIT("network"),
		[AC_MATCH_INDEX_AFFIX] = AC_S_INIT("affix"),
		[AC_MATCH_INDEX_LITERAL] = AC_S_INIT("literal"),
		[AC_MATCH_INDEX_SCAN] = AC_S_INIT("scan"),
		[AC_MATCH_INDEX_PRESENCE] = AC_S_INIT("presence"),
		[AC_MATCH_INDEX_TYPE] = AC_S_INIT("type") };

	return (size_t)index < AC_COUNT(names) ? names[index] : (ac_str){ NULL, 0 };
}

/* Who runs a regex. */
static ac_str
engine_of(const ac_atom *atom)
{
	const ac_regex *regex = atom->regex ? (atom->regex->text ? atom->regex->text : atom->regex->octets) : NULL;
	const ac_regex_shape *shape = regex ? ac_regex_shape_of(regex) : NULL;

	if (!shape)
		return (ac_str){ NULL, 0 };
	if (!shape->is_portable)
		return AC_S("pcre2");
	return shape->is_sensitive ? AC_S("vectorscan or pcre2") : AC_S("vectorscan");
}

int
ac_pattern_set_explain(const ac_pattern_set *set, uint32_t pattern, ac_arena *arena,
    const ac_match_explained **out_rows, size_t *out_count, accord_err *err)
{
	const ac_set_pattern *p = &set->patterns[pattern];
	ac_match_explained *rows = ac_arena_zalloc(arena, p->row_count + 1, sizeof(*rows));

	for (uint32_t i = 0; rows && i < p->row_count; i++) {
		const ac_set_row *row = &set->rows[p->first_row + i];
		const ac_atom *atom = &set->atoms[row->atom];

		rows[i] = (ac_match_explained){ .bracket = row->bracket,
			.byte = row->byte,
			.path = ac_set_path_text(set, atom->path, arena),
			.index = set->uses[row->atom].index,
			.engine = engine_of(atom),
			.shared_by = set->uses[row->atom].patterns };
		if (!rows[i].path.p)
			return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	}
	if (!rows)
		return ac_arena_check(arena, err);
	*out_rows = rows;
	*out_count = p->row_count;
	return 0;
}
