/* SPDX-License-Identifier: Apache-2.0 */
/* A matcher's memory, and its way through a batch. */
#include "match/matcher.h"

#include "match/grow.h"
#include "match/visit.h"

ac_matcher *
ac_matcher_free(ac_matcher *m)
{
	if (!m)
		return NULL;
	for (size_t i = 0; m->tester.scans && i < 2 * (size_t)m->set->regex_count; i++)
		m->tester.scans[i] = ac_scan_free(m->tester.scans[i]);
	m->tester.runner = ac_regex_runner_free(m->tester.runner);
	m->tester.scanner = ac_scanner_free(m->tester.scanner);
	free(m->tester.scans);
	free(m->tester.tried);
	free(m->tester.spent);
	free(m->shapes);
	free(m->contexts);
	free(m->atom_epochs);
	free(m->atom_truths);
	free(m->leaf_epochs);
	free(m->leaf_stamps);
	free(m->leaf_hits);
	free(m->candidates);
	free(m->found);
	free(m->visited);
	free(m->frontier);
	free(m->next_frontier);
	free(m->object_epochs);
	free(m->hits);
	free(m->leaf_runs);
	free(m->pattern_runs);
	free(m->firsts);
	free(m->pairs);
	free(m);
	return NULL;
}

/* Scratch for the scans that the set has; each regex's own comes when it is needed. */
static int
prepare_scans(ac_matcher *m, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < m->set->index_count; i++) {
		const ac_path_index *index = m->set->indexes[i];

		if (index->literals)
			rc = ac_scanner_prepare(m->tester.scanner, index->literals, err);
		if (rc == 0 && index->regexes)
			rc = ac_scanner_prepare(m->tester.scanner, index->regexes, err);
	}
	return rc;
}

int
ac_matcher_new(const ac_pattern_set *set, ac_matcher **out, accord_err *err)
{
	ac_matcher *m = calloc(1, sizeof(*m));
	size_t atoms = set->atom_count + 1, leaves = set->leaf_count + 1, regexes = 2 * (size_t)set->regex_count + 1;
	int rc = 0;

	if (!m)
		return ac_fail(err, ACCORD_ENOMEM, "matcher: no memory");
	m->set = set;
	m->atom_epochs = calloc(atoms, sizeof(*m->atom_epochs));
	m->atom_truths = calloc(atoms, sizeof(*m->atom_truths));
	m->leaf_epochs = calloc(leaves, sizeof(*m->leaf_epochs));
	m->leaf_stamps = calloc(leaves, sizeof(*m->leaf_stamps));
	m->leaf_hits = calloc(leaves, sizeof(*m->leaf_hits));
	m->candidates = calloc(leaves, sizeof(*m->candidates));
	m->leaf_runs = calloc(leaves, sizeof(*m->leaf_runs));
	m->pattern_runs = calloc(set->pattern_count + 1, sizeof(*m->pattern_runs));
	m->tester.scans = calloc(regexes, sizeof(*m->tester.scans));
	m->tester.tried = calloc(regexes, sizeof(*m->tester.tried));
	m->tester.spent = calloc(regexes, sizeof(*m->tester.spent));
	if (!m->atom_epochs || !m->atom_truths || !m->leaf_epochs || !m->leaf_stamps || !m->leaf_hits ||
	    !m->candidates || !m->leaf_runs || !m->pattern_runs || !m->tester.scans || !m->tester.tried ||
	    !m->tester.spent)
		rc = ac_fail(err, ACCORD_ENOMEM, "matcher: no memory");
	if (rc == 0 && set->regex_count)
		rc = ac_regex_runner_new(&m->tester.runner, err);
	if (rc == 0)
		rc = ac_scanner_new(&m->tester.scanner, err);
	if (rc == 0)
		rc = prepare_scans(m, err);
	if (rc) {
		m = ac_matcher_free(m);
		return rc;
	}
	*out = m;
	return 0;
}

/* What the set calls the batch's paths; those that are known stay. */
static int
map_symbols(ac_matcher *m, const ac_observations *batch)
{
	const ac_symbols *symbols = &batch->symbols;
	const ac_pattern_set *set = m->set;
	int rc;

	if (m->batch != batch || m->generation != batch->generation)
		m->symbol_count = 0;
	m->batch = batch;
	m->generation = batch->generation;
	rc = AC_GROW(&m->shapes, symbols->count, m->shape_capacity, AC_MATCH_PATHS_MAX);
	if (rc == 0)
		rc = AC_GROW(&m->contexts, symbols->count, m->context_capacity, AC_MATCH_PATHS_MAX);
	for (size_t i = m->symbol_count; rc == 0 && i < symbols->count; i++) {
		const ac_symbol *symbol = &symbols->items[i];
		bool is_type = symbol->parent == AC_SYMBOL_NONE;
		bool is_top = !is_type && symbols->items[symbol->parent].parent == AC_SYMBOL_NONE;
		const uint64_t *context = is_type ? ac_map_get(&set->types, symbol->name) : NULL;

		m->contexts[i] = context ? (uint32_t)*context - 1 : AC_NONE;
		m->shapes[i] = AC_NONE;
		if (is_top)
			m->shapes[i] = ac_symbols_find(&set->shapes, AC_SYMBOL_NONE, symbol->name);
		else if (!is_type && m->shapes[symbol->parent] != AC_NONE)
			m->shapes[i] = ac_symbols_find(&set->shapes, m->shapes[symbol->parent], symbol->name);
		m->symbol_count = i + 1;
	}
	return rc;
}

/* A stamp for each object of the batch. */
static int
make_object_epochs(ac_matcher *m, const ac_observations *batch)
{
	size_t known = m->object_capacity;
	int rc = AC_GROW(&m->object_epochs, batch->object_count, m->object_capacity, UINT32_MAX);

	if (rc == 0 && m->object_capacity > known)
		memset(m->object_epochs + known, 0, (m->object_capacity - known) * sizeof(*m->object_epochs));
	if (rc == 0 && m->walk_epoch > UINT32_MAX / 2) {
		memset(m->object_epochs, 0, m->object_capacity * sizeof(*m->object_epochs));
		m->walk_epoch = 0;
	}
	return rc;
}

/* The next stamp of observations, and of runs; old ones never come again. */
static void
next_observation(ac_matcher *m, uint32_t observation)
{
	m->observation = observation;
	if (++m->observation_stamp)
		return;
	memset(m->leaf_stamps, 0, m->set->leaf_count * sizeof(*m->leaf_stamps));
	m->observation_stamp = 1;
}

static void
next_run(ac_matcher *m)
{
	m->hit_count = 0;
	m->failed = 0;
	m->is_full = false;
	if (++m->run)
		return;
	memset(m->leaf_runs, 0, m->set->leaf_count * sizeof(*m->leaf_runs));
	memset(m->pattern_runs, 0, m->set->pattern_count * sizeof(*m->pattern_runs));
	m->run = 1;
}

/* All observations through the indexes; hits are left in m->hits. */
static int
visit_all(ac_matcher *m, const ac_observations *o, const ac_matcher_budget *budget, accord_err *err)
{
	int rc = map_symbols(m, o);

	if (rc == 0)
		rc = make_object_epochs(m, o);
	next_run(m);
	m->tester.steps = m->steps_given = budget->steps;
	m->hits_max = budget->hits;
	m->tester.undecided = 0;
	for (uint32_t i = 0; rc == 0 && i < o->sealed_observations && m->tester.steps && !m->is_full; i++) {
		const ac_observation *item = &o->items[i];

		next_observation(m, i);
		for (uint32_t k = 0; k < item->member_count && m->tester.steps && !m->failed; k++) {
			const ac_fact_object *object = &o->objects[o->members[item->first_member + k]];

			if (m->contexts[object->type] != AC_NONE)
				ac_matcher_visit(m, m->contexts[object->type], object);
		}
		rc = m->failed;
	}
	if (rc)
		return ac_fail(
		    err, rc, rc == ACCORD_ELIMIT ? "matching: more than the limit of paths" : "matching: no memory");
	return 0;
}

int
ac_matcher_run(ac_matcher *m, const ac_observations *observations, const ac_matcher_budget *budget, ac_arena *arena,
    ac_match_result *out, accord_err *err)
{
	int rc = visit_all(m, observations, budget, err);

	return rc ? rc : ac_matcher_decide(m, budget, m->tester.steps == 0 || m->is_full, arena, out, err);
}

/* Which brackets of which patterns a bracket of the set is: counted, then placed. */
static int
list_brackets(ac_matcher *m)
{
	const ac_pattern_set *set = m->set;
	uint32_t *firsts = calloc(set->leaf_count + 2, sizeof(*firsts));
	size_t n = 0;

	for (size_t p = 0; p < set->pattern_count; p++)
		n += set->patterns[p].leaf_count;
	m->pairs = calloc(n + 1, sizeof(*m->pairs));
	m->firsts = firsts;
	if (!firsts || !m->pairs) {
		free(firsts);
		free(m->pairs);
		m->firsts = NULL;
		m->pairs = NULL;
		return ACCORD_ENOMEM;
	}
	/* firsts[leaf + 2] counts, then firsts[leaf + 1] walks from the begin of the leaf's pairs to their end. */
	for (size_t p = 0; p < set->pattern_count; p++)
		for (uint32_t i = 0; i < set->patterns[p].leaf_count; i++)
			firsts[set->lists[set->patterns[p].first_leaf + i] + 2]++;
	for (size_t i = 2; i < set->leaf_count + 2; i++)
		firsts[i] += firsts[i - 1];
	for (uint32_t p = 0; p < set->pattern_count; p++)
		for (uint32_t i = 0; i < set->patterns[p].leaf_count; i++)
			m->pairs[firsts[set->lists[set->patterns[p].first_leaf + i] + 1]++] = (ac_bracket_of){ p, i };
	return 0;
}

static int
compare_hits(const void *a, const void *b)
{
	const ac_bracket_hit *x = a, *y = b;

	if (x->observation != y->observation)
		return x->observation < y->observation ? -1 : 1;
	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	return (x->bracket > y->bracket) - (x->bracket < y->bracket);
}

/* The hits of the run for all that hold their brackets. */
static int
spread_hits(ac_matcher *m, ac_arena *arena, ac_bracket_result *out, accord_err *err)
{
	ac_bracket_hit *hits;
	size_t n = 0, told = 0;

	for (; told < m->hit_count && n <= m->hits_max; told++)
		n += m->firsts[m->hits[told].leaf + 1] - m->firsts[m->hits[told].leaf];
	out->exhausted |= told < m->hit_count;
	hits = ac_arena_zalloc(arena, n + 1, sizeof(*hits));
	if (!hits)
		return ac_arena_check(arena, err);
	n = 0;
	for (size_t i = 0; i < told; i++) {
		uint32_t leaf = m->hits[i].leaf;

		for (uint32_t k = m->firsts[leaf]; k < m->firsts[leaf + 1]; k++)
			if (!m->set->patterns[m->pairs[k].pattern].problem.p)
				hits[n++] = (ac_bracket_hit){ m->pairs[k].pattern, m->pairs[k].bracket,
					m->hits[i].observation, m->hits[i].sure };
	}
	if (n > 1)
		qsort(hits, n, sizeof(*hits), compare_hits);
	out->hits = hits;
	out->count = n;
	return 0;
}

int
ac_matcher_brackets(ac_matcher *m, const ac_observations *observations, const ac_matcher_budget *budget,
    ac_arena *arena, ac_bracket_result *out, accord_err *err)
{
	int rc = 0;

	if (!m->firsts && list_brackets(m))
		rc = ac_fail(err, ACCORD_ENOMEM, "matcher: no memory");
	if (rc)
		return rc;
	m->every = true;
	rc = visit_all(m, observations, budget, err);
	m->every = false;
	*out = (ac_bracket_result){ .exhausted = rc == 0 && (m->tester.steps == 0 || m->is_full),
		.comparisons_undecided = m->tester.undecided };
	return rc ? rc : spread_hits(m, arena, out, err);
}
