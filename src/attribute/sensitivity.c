/* SPDX-License-Identifier: Apache-2.0 */
/* What the answer stands on, how far it might move, and what would move it most. */
#include <math.h>
#include <stdlib.h>

#include "attribute/bm25.h"
#include "attribute/chain.h"
#include "attribute/judge_inside.h"
#include "attribute/measures.h"

#define SEED 0x6163636f7264u /* fixed: the same evidence gives the same intervals */
#define CHANCE_MAX 0.95      /* of a finding: even what every report tells may stay hidden */

/* A Poisson number with mean 1 by inversion: how often a report is drawn when as many are drawn as there are. */
static double
draw(uint64_t *seed)
{
	double u = (double)(ac_splitmix(seed) >> 11) * 0x1p-53, p = 0.36787944117144233, sum = p;
	int n = 0;

	while (u >= sum && n < 12) {
		p /= ++n;
		sum += p;
	}
	return n;
}

static int
compare_doubles(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

/* The 5th and 95th percentile; what was said lies between them. */
static void
bound(double *drawn, double p, double *low, double *high)
{
	qsort(drawn, AC_JUDGE_RESAMPLES, sizeof(*drawn), compare_doubles);
	*low = drawn[AC_JUDGE_RESAMPLES / 20];
	*high = drawn[AC_JUDGE_RESAMPLES - 1 - AC_JUDGE_RESAMPLES / 20];
	*low = *low < p ? *low : p;
	*high = *high > p ? *high : p;
}

/* Draw reports anew, count, and judge; the view is as it was afterwards. */
static int
resample(ac_judging *j, ac_utilities *p, accord_err *err)
{
	size_t columns = j->out->column_count;
	double *drawn = ac_arena_zalloc(j->arena, columns * AC_JUDGE_RESAMPLES, sizeof(double));
	double *weights = ac_arena_zalloc(j->arena, j->k->cluster_count + 1, sizeof(double));
	uint64_t seed = SEED;

	if (ac_arena_check(j->arena, err) < 0)
		return j->arena->failed;
	for (size_t r = 0; r < AC_JUDGE_RESAMPLES; r++) {
		for (size_t c = 0; c < j->k->cluster_count; c++)
			weights[c] = draw(&seed);
		ac_view_count(&j->view, weights);
		ac_score_fill(&j->score);
		(void)ac_judge_without(j, NULL, p);
		for (size_t h = 0; h + 1 < columns; h++)
			drawn[h * AC_JUDGE_RESAMPLES + r] = p->actors[j->order[h]];
		drawn[(columns - 1) * AC_JUDGE_RESAMPLES + r] = p->unknown;
	}
	ac_view_count(&j->view, NULL);
	ac_score_fill(&j->score);
	for (size_t h = 0; h + 1 < columns; h++) {
		ac_hypothesis *hypothesis = &j->out->ranking[h];

		bound(drawn + h * AC_JUDGE_RESAMPLES, hypothesis->p, &hypothesis->low, &hypothesis->high);
	}
	bound(drawn + (columns - 1) * AC_JUDGE_RESAMPLES, j->out->unknown, &j->out->unknown_low, &j->out->unknown_high);
	return 0;
}

/* The answer without what `without` leaves out, as a row; nothing when that is nothing, or everything. */
static void
leave_out(ac_judging *j, const bool *without, ac_utilities *p, ac_sensitivity row)
{
	const ac_hypothesis *leader = &j->out->ranking[0];
	size_t left = 0, out = 0, first;

	for (size_t i = 0; i < j->score.item_count; i++) {
		left += !without[i];
		out += without[i];
	}
	if (out == 0)
		return;
	first = ac_judge_without(j, without, p);
	row.p = p->actors[j->order[0]];
	row.leader_p = p->unknown;
	if (first < j->k->actor_count && p->actors[first] >= p->unknown) {
		row.leader = &j->k->actors[first];
		row.leader_p = p->actors[first];
	}
	row.is_single_point =
	    left > 0 && leader->p > j->out->unknown && (row.leader != leader->actor || row.p < leader->p / 2);
	j->out->sensitivities[j->out->sensitivity_count++] = row;
}

/* The item of a row of the table of weights: rows were sorted, items were not. */
static size_t
item_of(const ac_judging *j, const ac_weight *row)
{
	for (size_t i = 0; i < j->score.item_count; i++)
		if (j->score.items[i].kind == row->kind && ac_str_eq(j->score.items[i].text, row->text))
			return i;
	return SIZE_MAX;
}

static int
leave_out_each(ac_judging *j, ac_utilities *p, accord_err *err)
{
	const ac_score *score = &j->score;
	size_t room = score->item_count + j->evidence->source_count + AC_WEIGHT_EVIDENCE_KINDS;
	bool *without = ac_arena_zalloc(j->arena, score->item_count + 1, sizeof(bool));

	j->out->sensitivities = ac_arena_zalloc(j->arena, room + 1, sizeof(*j->out->sensitivities));
	if (ac_arena_check(j->arena, err) < 0)
		return j->arena->failed;
	for (size_t w = 0; w < score->item_count; w++) {
		size_t item = item_of(j, &j->out->weights[w]);

		if (item == SIZE_MAX)
			continue;
		without[item] = true;
		leave_out(j, without, p, (ac_sensitivity){ .what = AC_WITHOUT_ITEM, .index = w });
		without[item] = false;
	}
	for (size_t s = 0; s < j->evidence->source_count; s++) {
		for (size_t i = 0; i < score->item_count; i++)
			without[i] = score->items[i].source == s;
		leave_out(j, without, p, (ac_sensitivity){ .what = AC_WITHOUT_SOURCE, .index = s });
	}
	for (size_t kind = 0; kind < AC_WEIGHT_EVIDENCE_KINDS; kind++) {
		for (size_t i = 0; i < score->item_count; i++)
			without[i] = (size_t)score->items[i].kind == kind;
		leave_out(j, without, p, (ac_sensitivity){ .what = AC_WITHOUT_KIND, .index = kind });
	}
	return 0;
}

/* What finding a feature would add to an actor's utility beside what was found. */
static double
worth(const ac_judging *j, uint32_t feature, size_t actor, double count)
{
	const ac_view *view = &j->view;
	const double *w = j->score.weights->actor;
	size_t shared_by = view->shared_by[feature];

	if (j->k->features[feature].kind == AC_FEATURE_SOFTWARE)
		return w[AC_TERM_SOFTWARE] * j->score.idf[feature] *
			   ac_bm25(count, view->software_length[actor], view->mean_software_length) +
		       w[AC_TERM_EXCLUSIVE] * (shared_by == 1      ? 1
						  : shared_by == 2 ? 0.5
								   : 0);
	return w[AC_TERM_TECHNIQUE] * j->score.idf[feature] * ac_bm25(count, view->length[actor], view->mean_length) /
	       sqrt((double)j->utilities.counts.techniques + 1);
}

/*
 * The expected information of looking for a feature: the chance to find it, by how often reports of each actor tell it, times the divergence of what would then be known from what is. Not finding it says
 * nothing, as absence of a claim is no evidence.
 */
static bool
expect(const ac_judging *j, uint32_t feature, double *added, ac_next_finding *out)
{
	const ac_knowledge *k = j->k;
	const ac_span *span = &k->feature_pairs[feature];
	double chance = 0, sum = 0, gain = 0, best;
	const double *p = j->posterior.actors;

	for (uint32_t i = 0; i < span->count; i++) {
		size_t actor = k->pairs[span->first + i].actor;
		double count = j->view.count[span->first + i], seen = count / (j->view.clusters[actor] + 1);

		if (count <= 0)
			continue;
		added[actor] = worth(j, feature, actor, count);
		chance += p[actor] * (seen < CHANCE_MAX ? seen : CHANCE_MAX);
		sum += p[actor] * (exp(added[actor]) - 1);
	}
	chance += j->posterior.unknown * (double)j->view.shared_by[feature] / (2 * (double)j->view.profiles + 1);
	*out = (ac_next_finding){ .feature = &k->features[feature], .chance = chance };
	out->leader_p = best = j->posterior.unknown / (1 + sum);
	for (size_t h = 0; h < j->out->ranking_count; h++) {
		size_t actor = j->order[h];
		double then = p[actor] * exp(added[actor]) / (1 + sum);

		gain += p[actor] > 0 ? then * added[actor] : 0;
		if (then > best) {
			best = then;
			out->leader = &k->actors[actor];
			out->leader_p = then;
		}
		if (h == 0)
			out->p = then;
	}
	out->gain = chance * (gain - log(1 + sum));
	for (uint32_t i = 0; i < span->count; i++)
		added[k->pairs[span->first + i].actor] = 0;
	return out->gain > 0;
}

static bool
is_seen(const ac_judging *j, uint32_t feature)
{
	for (size_t i = 0; i < j->score.item_count; i++)
		if (j->score.items[i].feature == feature)
			return true;
	return false;
}

/* Only what one of the first two is said to use can part them from each other, or from the rest. */
static bool
is_of_the_first(const ac_judging *j, uint32_t feature)
{
	const ac_span *span = &j->k->feature_pairs[feature];

	for (uint32_t i = 0; i < span->count; i++) {
		uint32_t actor = j->k->pairs[span->first + i].actor;

		if (j->view.count[span->first + i] > 0 &&
		    (actor == j->order[0] || (j->out->ranking_count > 1 && actor == j->order[1])))
			return true;
	}
	return false;
}

/* Findings stand in order of what is told of them, equals in that of their ids. */
static int64_t
told(double gain)
{
	return llround(gain * AC_CHAIN_UNITS);
}

static int
look_ahead(ac_judging *j, accord_err *err)
{
	double *added = ac_arena_zalloc(j->arena, j->k->actor_count + 1, sizeof(double));
	ac_judgement *out = j->out;

	out->next = ac_arena_zalloc(j->arena, AC_JUDGE_NEXT_MAX + 1, sizeof(*out->next));
	if (ac_arena_check(j->arena, err) < 0)
		return j->arena->failed;
	for (uint32_t f = 0; f < j->k->feature_count; f++) {
		ac_next_finding finding;
		size_t at = out->next_count;

		if (j->view.shared_by[f] == 0 || !is_of_the_first(j, f) || is_seen(j, f) ||
		    !expect(j, f, added, &finding))
			continue;
		for (; at > 0 && told(out->next[at - 1].gain) < told(finding.gain); at--)
			out->next[at] = out->next[at - 1];
		if (at < AC_JUDGE_NEXT_MAX)
			out->next[at] = finding;
		out->next_count += out->next_count < AC_JUDGE_NEXT_MAX;
	}
	return 0;
}

int
ac_judge_sensitivity(ac_judging *j, accord_err *err)
{
	ac_utilities p = { .actors = ac_arena_zalloc(j->arena, j->k->actor_count + 1, sizeof(double)) };
	int rc = ac_arena_check(j->arena, err);

	if (rc < 0 || j->out->ranking_count == 0)
		return rc;
	rc = leave_out_each(j, &p, err);
	if (rc == 0)
		rc = look_ahead(j, err);
	/* Last: it counts anew, with other numbers. */
	return rc < 0 ? rc : resample(j, &p, err);
}
