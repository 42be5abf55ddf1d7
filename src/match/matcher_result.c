/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From brackets to patterns. One bracket alone holds where it has a hit. Everything else is asked of sequence.c: with the sure hits; and when that says no, with those too of which a budget
 * left open whether they are hits: if even that says no, the answer is no, else it is undecided.
 */
#include "match/grow.h"
#include "match/visit.h"

/* Hits by bracket, and the patterns that they may make true. */
typedef struct grouped {
	const ac_matcher *m;
	ac_arena *arena;
	ac_arena scratch; /* of one pattern */
	ac_sequence_budget budget;
	uint64_t steps;    /* that are left for all patterns */
	uint32_t *touched; /* brackets with hits */
	size_t touched_count;
	uint32_t *all; /* observations, by bracket */
	bool *sure;    /* beside `all` */
	uint32_t *patterns;
	size_t pattern_count, pattern_capacity;
	ac_match *matches;
	size_t count;
	size_t undecided;
} grouped;

static int
group_hits(ac_matcher *m, grouped *g, accord_err *err)
{
	uint32_t first = 0;

	g->touched = ac_arena_alloc(g->arena, m->hit_count * sizeof(*g->touched));
	g->all = ac_arena_alloc(g->arena, m->hit_count * sizeof(*g->all));
	g->sure = ac_arena_alloc(g->arena, m->hit_count * sizeof(*g->sure));
	if (!g->touched || !g->all || !g->sure)
		return ac_arena_check(g->arena, err);
	for (size_t i = 0; i < m->hit_count; i++) {
		ac_leaf_run *run = &m->leaf_runs[m->hits[i].leaf];

		if (run->stamp != m->run) {
			*run = (ac_leaf_run){ .stamp = m->run };
			g->touched[g->touched_count++] = m->hits[i].leaf;
		}
		run->n++;
	}
	for (size_t i = 0; i < g->touched_count; i++) {
		ac_leaf_run *run = &m->leaf_runs[g->touched[i]];

		run->first = first;
		first += run->n;
		run->n = 0;
	}
	for (size_t i = 0; i < m->hit_count; i++) {
		ac_leaf_run *run = &m->leaf_runs[m->hits[i].leaf];

		g->all[run->first + run->n] = m->hits[i].observation;
		g->sure[run->first + run->n++] = m->hits[i].sure;
		run->unsure += !m->hits[i].sure;
	}
	return 0;
}

static int
add_pattern(ac_matcher *m, grouped *g, uint32_t pattern)
{
	int rc;

	if (m->pattern_runs[pattern] == m->run)
		return 0;
	rc = AC_GROW(&g->patterns, g->pattern_count + 1, g->pattern_capacity, AC_MATCH_PATTERNS_MAX);
	if (rc)
		return rc;
	m->pattern_runs[pattern] = m->run;
	g->patterns[g->pattern_count++] = pattern;
	return 0;
}

/* Patterns of the brackets that have hits; all that can match, when the run was not finished. */
static int
gather_patterns(ac_matcher *m, grouped *g, bool exhausted)
{
	const ac_pattern_set *set = m->set;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && exhausted && i < set->pattern_count; i++)
		if (!set->patterns[i].problem.p)
			rc = add_pattern(m, g, i);
	for (size_t i = 0; rc == 0 && i < g->touched_count; i++) {
		const ac_leaf *leaf = &set->leaves[g->touched[i]];

		for (uint32_t k = 0; rc == 0 && k < leaf->pattern_count; k++)
			rc = add_pattern(m, g, set->lists[leaf->first_pattern + k]);
	}
	if (g->pattern_count)
		qsort(g->patterns, g->pattern_count, sizeof(*g->patterns), ac_compare_u32);
	return rc;
}

/* A bracket's observations: all, or the sure ones. */
static bool
hits_of(grouped *g, uint32_t leaf, bool only_sure, ac_leaf_hits *out)
{
	const ac_leaf_run *run = &g->m->leaf_runs[leaf];
	uint32_t *kept;
	size_t n = 0;

	*out = (ac_leaf_hits){ NULL, 0 };
	if (run->stamp != g->m->run)
		return true;
	*out = (ac_leaf_hits){ g->all + run->first, run->n };
	if (!only_sure || run->unsure == 0)
		return true;
	kept = ac_arena_alloc(&g->scratch, run->n * sizeof(*kept));
	for (uint32_t i = 0; kept && i < run->n; i++)
		if (g->sure[run->first + i])
			kept[n++] = g->all[run->first + i];
	*out = (ac_leaf_hits){ kept, n };
	return kept != NULL;
}

/* Steps of a run for one of a sequence, and for each hit that it begins with. */
enum { STEPS_PER_STEP = 4, STEPS_PER_HIT = 16 };

static void
pay(grouped *g, uint64_t steps)
{
	g->steps -= steps < g->steps ? steps : g->steps;
}

static int
ask(grouped *g, const ac_set_pattern *pattern, bool only_sure, ac_sequence_result *out, accord_err *err)
{
	const ac_observations *o = g->m->batch;
	ac_sequence_budget budget = g->budget;
	ac_leaf_hits *hits;
	bool fine;
	int rc;

	ac_arena_reset(&g->scratch);
	hits = ac_arena_zalloc(&g->scratch, pattern->leaf_count, sizeof(*hits));
	fine = hits != NULL;
	pay(g, STEPS_PER_HIT);
	for (uint32_t i = 0; fine && i < pattern->leaf_count; i++) {
		fine = hits_of(g, g->m->set->lists[pattern->first_leaf + i], only_sure, &hits[i]);
		pay(g, STEPS_PER_HIT * (uint64_t)hits[i].n);
	}
	if (!fine)
		return ac_arena_check(&g->scratch, err);
	if (g->steps == 0) {
		*out = (ac_sequence_result){ .verdict = AC_SEQUENCE_UNDECIDED };
		return 0;
	}
	budget.steps = budget.steps < g->steps / STEPS_PER_STEP ? budget.steps : g->steps / STEPS_PER_STEP;
	rc = ac_sequence_match(
	    pattern->tree, o->observed, o->count, hits, pattern->leaf_count, &budget, g->arena, out, err);
	if (rc == 0)
		pay(g, STEPS_PER_STEP * (out->steps < budget.steps ? out->steps : budget.steps));
	return rc;
}

/* A pattern that is more than a bracket. */
static int
decide_tree(grouped *g, const ac_set_pattern *pattern, bool exhausted, ac_match *match, bool *out_keep, accord_err *err)
{
	ac_sequence_result result = { .verdict = AC_SEQUENCE_NO };
	bool unsure = false;
	int rc = ask(g, pattern, true, &result, err);

	for (uint32_t i = 0; i < pattern->leaf_count; i++) {
		const ac_leaf_run *run = &g->m->leaf_runs[g->m->set->lists[pattern->first_leaf + i]];

		unsure |= run->stamp == g->m->run && run->unsure > 0;
	}
	match->witness = result.witness;
	match->witness_count = result.witness_count;
	*out_keep = result.verdict == AC_SEQUENCE_YES;
	if (rc || *out_keep)
		return rc;
	match->undecided = exhausted || result.verdict == AC_SEQUENCE_UNDECIDED;
	if (!match->undecided && unsure) {
		rc = ask(g, pattern, false, &result, err);
		match->undecided = result.verdict != AC_SEQUENCE_NO;
	}
	match->witness = NULL;
	match->witness_count = 0;
	*out_keep = match->undecided;
	return rc;
}

/* s9.4: one bracket, and one observation for which it holds. */
static int
decide_bracket(
    const grouped *g, const ac_set_pattern *pattern, bool exhausted, ac_match *match, bool *out_keep, accord_err *err)
{
	const ac_leaf_run *run = &g->m->leaf_runs[g->m->set->lists[pattern->first_leaf]];
	ac_sequence_witness *witness;
	uint32_t n = run->stamp == g->m->run ? run->n : 0, i = 0;

	while (i < n && !g->sure[run->first + i])
		i++;
	*out_keep = true;
	if (i == n) {
		*out_keep = match->undecided = exhausted || n > 0;
		return 0;
	}
	witness = ac_arena_alloc(g->arena, sizeof(*witness));
	if (!witness)
		return ac_arena_check(g->arena, err);
	*witness = (ac_sequence_witness){ .leaf = 0, .observation = g->all[run->first + i], .instances = 1 };
	match->witness = witness;
	match->witness_count = 1;
	return 0;
}

static int
decide(grouped *g, bool exhausted, accord_err *err)
{
	int rc = 0;

	g->matches = ac_arena_zalloc(g->arena, g->pattern_count + 1, sizeof(*g->matches));
	if (!g->matches)
		return ac_arena_check(g->arena, err);
	for (size_t i = 0; rc == 0 && i < g->pattern_count; i++) {
		const ac_set_pattern *pattern = &g->m->set->patterns[g->patterns[i]];
		ac_match match = { .pattern = g->patterns[i] };
		bool keep = false;

		rc = pattern->tree ? decide_tree(g, pattern, exhausted, &match, &keep, err)
				   : decide_bracket(g, pattern, exhausted, &match, &keep, err);
		if (rc == 0 && keep) {
			g->matches[g->count++] = match;
			g->undecided += match.undecided;
		}
	}
	return rc;
}

int
ac_matcher_decide(ac_matcher *m, const ac_matcher_budget *budget, bool exhausted, ac_arena *arena, ac_match_result *out,
    accord_err *err)
{
	grouped g = { .m = m, .arena = arena, .budget = budget->sequence, .steps = budget->steps };
	int rc = group_hits(m, &g, err);

	if (rc)
		return rc;
	ac_arena_init(&g.scratch, AC_MATCH_BATCH_MAX);
	rc = gather_patterns(m, &g, exhausted);
	rc = rc ? ac_set_failed(rc, err) : decide(&g, exhausted, err);
	ac_arena_done(&g.scratch);
	free(g.patterns);
	if (rc)
		return rc;
	*out = (ac_match_result){ .matches = g.matches,
		.count = g.count,
		.undecided = g.undecided,
		.comparisons_undecided = m->tester.undecided,
		.steps = m->steps_given - m->tester.steps,
		.exhausted = exhausted };
	return 0;
}
