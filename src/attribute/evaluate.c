/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/evaluate.h"

#include <math.h>

#include "attribute/fit.h"
#include "attribute/judge_part.h"
#include "base/limits.h"

#define EVALUATION_MAX (1024 * AC_MIB)
#define SEED 20211119u
#define PLANTED_TECHNIQUES 5
#define COPIES 20
#define VERY_LIKELY 0.80

typedef struct evaluator {
	const ac_knowledge *k;
	ac_arena arena;   /* of the whole evaluation */
	ac_arena scratch; /* of one incident */
	ac_incidents reports, campaigns;
	ac_samples samples;                 /* of reports */
	ac_weights folds[AC_FIT_FOLDS + 1]; /* without each fold; the last from all */
	ac_evaluation *out;
} evaluator;

/* Days of an incident: none; when a campaign says itself that it was seen; that of its first report. */
typedef enum dates { NO_DATES, OWN_DATES, REPORTED_DATE } dates;

/* Which kinds of evidence are shown, and of which set. */
static const struct {
	bool text;
	dates dates;
	bool victims, of_reports, of_campaigns;
	const char *name;
} kinds[] = {
	{ false, NO_DATES, false, true, true, "techniques, software" },
	{ true, NO_DATES, false, true, true, "techniques, software, text" },
	{ true, REPORTED_DATE, false, true, false, "with text, its date" },
	{ true, NO_DATES, true, false, true, "with text, victims" },
	{ true, OWN_DATES, true, false, true, "text, victims, its own dates" },
	{ true, REPORTED_DATE, true, true, true, "all: text, victims, date" },
};

static const ac_weights *
weights_for(const evaluator *e, ac_evaluation_set set, uint32_t actor)
{
	/* Campaigns had no part in any fit. */
	return &e->folds[set == AC_SET_REPORTS ? ac_fit_fold(e->k, actor) : AC_FIT_FOLDS];
}

/* What is left of an incident's evidence without some kinds. */
static ac_evidence
evidence_of(const ac_incident *incident, int level, size_t kind)
{
	ac_evidence evidence = ac_incident_evidence(incident, level);

	if (!kinds[kind].text)
		evidence.text = (ac_str){ 0 };
	if (!kinds[kind].victims)
		evidence.countries.count = evidence.sectors.count = 0;
	if (kinds[kind].dates == NO_DATES)
		evidence.first = evidence.last = AC_TIME_MIN;
	if (kinds[kind].dates == OWN_DATES) {
		evidence.first = incident->first;
		evidence.last = incident->last;
	}
	return evidence;
}

static bool
has_country(const ac_judged_actor *actor, ac_str country)
{
	for (size_t i = 0; i < actor->country_count; i++)
		if (country.n && ac_str_eq(actor->countries[i], country))
			return true;
	return false;
}

typedef struct tally {
	size_t nexus_count, nexus_right;
} tally;

static int
judge_one(evaluator *e, const ac_evidence *evidence, const ac_judge_as *as, ac_judgement *out, accord_err *err)
{
	ac_judge_options options = AC_JUDGE_OPTIONS;

	options.ranking_only = true;
	options.most = AC_JUDGE_SHOWN_MAX;
	ac_arena_reset(&e->scratch);
	return ac_judge_with(e->k, evidence, &options, as, &e->scratch, out, err);
}

static int
try_incident(evaluator *e, const ac_incident *incident, ac_evaluation_set set, int level, size_t kind, ac_trial *trial,
    ac_judgement *a, tally *t, accord_err *err)
{
	ac_evidence evidence = evidence_of(incident, level, kind);
	ac_judge_as as = { weights_for(e, set, incident->truths[0]), AC_VIEW_NO_CHANGE };
	int rc = judge_one(e, &evidence, &as, a, err);

	if (rc < 0)
		return rc;

	*trial = ac_trial_of(a->posterior, e->k->actor_count, incident->truths, incident->truth_count);
	for (size_t i = 0; i < incident->truth_count; i++) {
		const ac_judged_actor *actor = &e->k->actors[incident->truths[i]];

		if (actor->country_count == 0 || i > 0)
			continue;
		t->nexus_count++;
		t->nexus_right += a->nexus_count && has_country(actor, a->nexus[0].country);
	}
	return 0;
}

static void
count_term(ac_evaluation_terms *terms, const ac_judgement *a, bool is_right)
{
	double p = a->ranking_count ? a->ranking[0].p : 0;

	if (a->insufficient) {
		terms->insufficient++;
		return;
	}
	if (p >= VERY_LIKELY && !a->gate.passes) {
		terms->capped++;
		p = ac_band_edges[2];
	}
	for (size_t b = 0; b < AC_BANDS; b++)
		if (p >= ac_band_edges[b]) {
			terms->bands[b].count++;
			terms->bands[b].right += is_right;
			break;
		}
}

static int
evaluate_set(evaluator *e, ac_evaluation_set set, int level, size_t kind, accord_err *err)
{
	const ac_incidents *incidents = set == AC_SET_REPORTS ? &e->reports : &e->campaigns;
	ac_evaluation_row *row = &e->out->rows[e->out->row_count++];
	ac_trial *trials = ac_arena_zalloc(&e->arena, incidents->count + 1, sizeof(*trials));
	tally t = { 0 };
	int rc = trials ? 0 : ac_arena_check(&e->arena, err);

	*row = (ac_evaluation_row){ .set = set, .level = level, .evidence = kinds[kind].name, .nexus = -1 };
	for (size_t i = 0; rc == 0 && i < incidents->count; i++) {
		ac_judgement a;

		rc = try_incident(e, &incidents->items[i], set, level, kind, &trials[i], &a, &t, err);
		if (rc == 0 && set == AC_SET_REPORTS && kind + 1 == AC_COUNT(kinds))
			count_term(&e->out->terms[level - 1], &a, trials[i].is_right);
	}
	if (rc == 0 && t.nexus_count)
		row->nexus = (double)t.nexus_right / (double)t.nexus_count;
	return rc < 0 ? rc : ac_measures_of(trials, incidents->count, SEED, &e->arena, &row->measures, err);
}

/* Somebody who did not do it, drawn among actors with a profile left. */
static uint32_t
draw_rival(const evaluator *e, const ac_incident *incident, uint64_t *seed)
{
	for (int tries = 0; tries < 100; tries++) {
		uint32_t actor = (uint32_t)(ac_splitmix(seed) % e->k->actor_count);
		bool is_truth = false;

		for (size_t i = 0; i < incident->truth_count; i++)
			is_truth |= incident->truths[i] == actor;
		if (!is_truth)
			return actor;
	}
	return incident->truths[0];
}

static bool
has_item(const ac_evidence_items *items, ac_str text)
{
	for (size_t i = 0; i < items->count; i++)
		if (ac_str_eq(items->items[i].text, text))
			return true;
	return false;
}

/* The rarest features of an actor that the evidence does not have yet. */
static int
plant(evaluator *e, uint32_t rival, ac_feature_kind kind, size_t most, ac_evidence_items *items, accord_err *err)
{
	const ac_knowledge *k = e->k;
	ac_evidence_items grown = { ac_arena_zalloc(&e->arena, items->count + most + 1, sizeof(ac_evidence_item)),
		items->count };

	if (!grown.items)
		return ac_arena_check(&e->arena, err);
	if (items->count)
		memcpy(grown.items, items->items, items->count * sizeof(*items->items));
	for (size_t n = 0; n < most; n++) {
		uint32_t best = AC_FEATURE_NONE;

		for (size_t p = 0; p < k->pair_count; p++) {
			const ac_pair *pair = &k->pairs[p];
			const ac_feature *f = &k->features[pair->feature];

			if (pair->actor != rival || f->kind != kind || f->external_id.n == 0 ||
			    has_item(&grown, f->external_id))
				continue;
			if (best == AC_FEATURE_NONE ||
			    k->feature_pairs[pair->feature].count < k->feature_pairs[best].count)
				best = pair->feature;
		}
		if (best != AC_FEATURE_NONE)
			grown.items[grown.count++] =
			    (ac_evidence_item){ k->features[best].external_id, AC_EVIDENCE_NO_SOURCE };
	}
	*items = grown;
	return 0;
}

typedef enum attack_kind { ATTACK_UNKNOWN, ATTACK_PLANTED, ATTACK_COPIED } attack_kind;

static int
attack_one(evaluator *e, const ac_incident *incident, attack_kind kind, int level, uint64_t *seed,
    ac_evaluation_attack *attack, accord_err *err)
{
	ac_evidence evidence = evidence_of(incident, level, AC_COUNT(kinds) - 1);
	ac_judge_as as = { weights_for(e, AC_SET_REPORTS, incident->truths[0]), AC_VIEW_NO_CHANGE };
	uint32_t rival = draw_rival(e, incident, seed);
	const ac_judged_actor *first;
	ac_judgement a;
	int rc = 0;

	if (kind == ATTACK_UNKNOWN)
		as.change.without = incident->truths[0];
	if (kind == ATTACK_COPIED)
		as.change = (ac_view_change){ AC_VIEW_NOBODY, rival, COPIES };
	if (kind == ATTACK_PLANTED) {
		rc = plant(e, rival, AC_FEATURE_TECHNIQUE, PLANTED_TECHNIQUES, &evidence.techniques, err);
		if (rc == 0)
			rc = plant(e, rival, AC_FEATURE_SOFTWARE, 1, &evidence.software, err);
	}
	if (rc == 0)
		rc = judge_one(e, &evidence, &as, &a, err);
	if (rc < 0)
		return rc;
	attack->count++;
	first = a.ranking_count ? a.ranking[0].actor : NULL;
	if (kind == ATTACK_COPIED) {
		bool wins = first == &e->k->actors[rival];

		attack->named += wins;
		attack->accepted += wins;
		return 0;
	}
	if (!first || a.ranking[0].p < VERY_LIKELY || (kind == ATTACK_PLANTED && first != &e->k->actors[rival]))
		return 0;
	attack->named++;
	attack->accepted += a.gate.passes && !a.insufficient;
	return 0;
}

static int
attack_all(evaluator *e, attack_kind kind, int level, const char *name, accord_err *err)
{
	ac_evaluation_attack *attack = &e->out->attacks[e->out->attack_count++];
	uint64_t seed = SEED;
	int rc = 0;

	*attack = (ac_evaluation_attack){ .name = name, .level = level };
	for (size_t i = 0; rc == 0 && i < e->reports.count; i++)
		rc = attack_one(e, &e->reports.items[i], kind, level, &seed, attack, err);
	return rc;
}

static int
prepare(evaluator *e, accord_err *err)
{
	int rc = ac_incidents_of_reports(e->k, &e->arena, &e->reports, err);

	if (rc == 0)
		rc = ac_incidents_of_campaigns(e->k, &e->arena, &e->campaigns, err);
	if (rc == 0)
		rc = ac_samples_make(e->k, &e->reports, &e->arena, &e->samples, err);
	for (unsigned fold = 0; rc == 0 && fold <= AC_FIT_FOLDS; fold++)
		rc = ac_fit_weights(e->k, &e->samples, fold, &e->folds[fold], err);
	e->out->reports = e->reports.count;
	e->out->campaigns = e->campaigns.count;
	e->out->terms[0].level = 1;
	e->out->terms[1].level = 2;
	return rc;
}

static int
run(evaluator *e, accord_err *err)
{
	int rc = prepare(e, err);

	for (int set = 0; rc == 0 && set < 2; set++)
		for (int level = 1; rc == 0 && level <= 2; level++)
			for (size_t kind = 0; rc == 0 && kind < AC_COUNT(kinds); kind++)
				if (set ? kinds[kind].of_campaigns : kinds[kind].of_reports)
					rc = evaluate_set(e, set ? AC_SET_CAMPAIGNS : AC_SET_REPORTS, level, kind, err);
	for (int level = 1; rc == 0 && level <= 2; level++)
		rc = attack_all(e, ATTACK_UNKNOWN, level, "actor not known", err);
	for (int level = 1; rc == 0 && level <= 2; level++)
		rc = attack_all(e, ATTACK_PLANTED, level, "planted techniques and tool", err);
	for (int level = 1; rc == 0 && level <= 2; level++)
		rc = attack_all(e, ATTACK_COPIED, level, "rival's reports copied", err);
	return rc;
}

int
ac_evaluation_make(const ac_knowledge *k, ac_evaluation *out, accord_err *err)
{
	evaluator e = { .k = k, .out = out };
	int rc;

	*out = (ac_evaluation){ .k = k };
	ac_arena_init(&e.arena, EVALUATION_MAX);
	ac_arena_init(&e.scratch, AC_REPORT_MAX);
	rc = k->actor_count ? run(&e, err) : 0;
	ac_arena_done(&e.scratch);
	ac_arena_done(&e.arena);
	return rc;
}
