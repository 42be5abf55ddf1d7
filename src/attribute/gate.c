/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps a name from being said too surely: it must hold without its best evidence, on two kinds of evidence and two publishers, and nothing that it leaves unexplained may name another. Planted
 * evidence is cheap for whoever plants it only as long as a few rare pieces are enough.
 */
#include "attribute/judge_inside.h"

#define TECHNIQUES_MIN 4 /* fewer, and nothing telling: insufficient */
#define GATE_TECHNIQUES 3
#define TELLING_VALUE 0.25 /* of 1: two actors share a half, and that is half gone with age */
#define SPEAKS 0.5         /* nats for the leader against the mean of the actors: a kind of evidence speaks for it */

size_t
ac_judge_without(const ac_judging *j, const bool *without, ac_utilities *p)
{
	size_t first;

	ac_score_utilities(&j->score, without, p);
	(void)ac_score_posterior(&j->score, p, &first);
	return first;
}

/* A tool, or a value, of this actor and at most one other; the value not so old that it says less than half. */
static bool
is_telling(const ac_judging *j, size_t leader)
{
	for (size_t i = 0; i < j->score.item_count; i++) {
		const ac_scored *item = &j->score.items[i];

		/* That a text names a tool does not say that it was used. */
		if ((item->exclusive > 0 && item->raw[leader] > 0 && !item->is_named) ||
		    (item->kind == AC_WEIGHT_INDICATOR && item->raw[leader] >= TELLING_VALUE))
			return true;
	}
	return false;
}

/* A planted address does what a planted tool does. */
static bool
is_droppable(ac_weight_kind kind, bool is_technique)
{
	return is_technique ? kind == AC_WEIGHT_TECHNIQUE : kind == AC_WEIGHT_SOFTWARE || kind == AC_WEIGHT_INDICATOR;
}

/* Leave out the leader's three strongest techniques and its best tool or value. */
static void
drop_best(const ac_judging *j, size_t leader, bool *without)
{
	const ac_score *score = &j->score;

	for (int round = 0; round < GATE_TECHNIQUES + 1; round++) {
		size_t best = SIZE_MAX;
		double most = 0;

		for (size_t i = 0; i < score->item_count; i++) {
			double nats = ac_score_item(score, &j->utilities.counts, i, leader);

			if (is_droppable(score->items[i].kind, round < GATE_TECHNIQUES) && !without[i] && nats > most) {
				best = i;
				most = nats;
			}
		}
		if (best != SIZE_MAX)
			without[best] = true;
	}
}

static void
count_kinds(ac_judging *j, size_t leader)
{
	const ac_score *score = &j->score;
	ac_gate *gate = &j->out->gate;
	double by_kind[AC_WEIGHT_EVIDENCE_KINDS] = { 0 };

	for (size_t i = 0; i < score->item_count; i++) {
		double mean = 0;

		for (size_t h = 0; h < j->out->ranking_count; h++)
			mean += ac_score_item(score, &j->utilities.counts, i, j->order[h]);
		mean /= (double)j->out->ranking_count;
		by_kind[score->items[i].kind] += ac_score_item(score, &j->utilities.counts, i, leader) - mean;
	}
	for (size_t kind = 0; kind < AC_WEIGHT_EVIDENCE_KINDS; kind++)
		gate->kinds += by_kind[kind] >= SPEAKS;
}

static void
count_publishers(ac_judging *j)
{
	ac_gate *gate = &j->out->gate;
	const ac_report *first = NULL;

	for (size_t i = 0; gate->publishers < 2 && i < j->out->weight_count; i++) {
		const ac_weight *w = &j->out->weights[i];

		for (size_t r = 0; r < w->report_count; r++) {
			const ac_report *report = &j->k->reports[w->reports[r]];

			if (!first || !ac_str_eq(first->publisher, report->publisher)) {
				gate->publishers += gate->publishers < 2;
				first = first ? first : report;
			}
		}
	}
}

/* What the leader does not explain, taken alone: does it name somebody else? */
static void
test_conflict(ac_judging *j, size_t leader, bool *without, ac_utilities *rest)
{
	const ac_score *score = &j->score;
	ac_gate *gate = &j->out->gate;
	size_t left = 0, first;

	for (size_t i = 0; i < score->item_count; i++) {
		without[i] = score->items[i].raw[leader] > 0 || score->items[i].kind == AC_WEIGHT_TEXT;
		left += !without[i];
	}
	if (left == 0)
		return;
	first = ac_judge_without(j, without, rest);
	if (first == j->k->actor_count || first == leader)
		return;
	gate->rival = &j->k->actors[first];
	gate->rival_p = rest->actors[first];
	if (gate->rival_p >= AC_JUDGE_LIKELY)
		gate->reasons |= AC_GATE_CONFLICT;
}

int
ac_judge_gate(ac_judging *j, accord_err *err)
{
	size_t n = j->k->actor_count, leader = j->order[0];
	bool *without = ac_arena_zalloc(j->arena, j->score.item_count + 1, sizeof(bool));
	ac_utilities rest = { .actors = ac_arena_zalloc(j->arena, n + 1, sizeof(double)) };
	ac_gate *gate = &j->out->gate;

	if (ac_arena_check(j->arena, err) < 0)
		return j->arena->failed;
	j->out->techniques = j->utilities.counts.techniques;
	j->out->is_prior_only = j->utilities.counts.speaking == 0;
	if (j->out->ranking_count == 0) {
		j->out->insufficient = true;
		return 0;
	}
	drop_best(j, leader, without);
	(void)ac_judge_without(j, without, &rest);
	gate->p_without = rest.actors[leader];
	count_kinds(j, leader);
	count_publishers(j);
	gate->reasons |= gate->p_without < AC_JUDGE_LIKELY ? AC_GATE_FRAGILE : 0;
	gate->reasons |= gate->kinds < 2 ? AC_GATE_ONE_KIND : 0;
	gate->reasons |= gate->publishers < 2 ? AC_GATE_ONE_PUBLISHER : 0;
	test_conflict(j, leader, without, &rest);
	gate->passes = gate->reasons == 0;
	if (gate->reasons & AC_GATE_CONFLICT)
		j->out->imitation = AC_IMITATION_INDICATED;
	else if (j->posterior.actors[leader] >= AC_JUDGE_LIKELY && gate->reasons & AC_GATE_FRAGILE)
		j->out->imitation = AC_IMITATION_POSSIBLE;
	j->out->insufficient = j->utilities.counts.techniques < TECHNIQUES_MIN && !is_telling(j, leader);
	return 0;
}
