/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the answer together: posterior, table of weights, gate. What the numbers are is score.c's. */
#include "attribute/judge.h"

#include <math.h>
#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/chain.h"
#include "attribute/judge_inside.h"
#include "attribute/ties.h"
#include "attribute/told.h"
#include "attribute/victims.h"

#define SHOWN_P 0.001
#define ROW_REPORTS_MAX 32 /* shown behind a value or a victim */

static const char *const kind_names[AC_WEIGHT_KINDS] = { "technique", "software", "indicator", "victim", "text",
	"prior", "count", "square-root", "cap" };
static const char *const note_names[] = { "unknown", "successor", "revoked", "deprecated", "twice", "weightless",
	"graded" };
static const char *const when_names[] = { "unsaid", "dates", "text", "source", "hidden" };
static const char *const imitation_names[] = { "none", "possible", "indicated" };
static const char *const gate_names[AC_GATE_REASONS] = { "fragile", "one-kind", "one-publisher", "conflict" };

const char *
ac_weight_kind_name(ac_weight_kind kind)
{
	return kind_names[kind];
}

const char *
ac_note_kind_name(ac_note_kind kind)
{
	return note_names[kind];
}

const char *
ac_when_from_name(ac_when_from from)
{
	return when_names[from];
}

const char *
ac_imitation_name(ac_imitation imitation)
{
	return imitation_names[imitation];
}

const char *
ac_gate_reason_name(unsigned bit)
{
	return gate_names[bit];
}

/* Best first; actors stand in order of their ids, so equals stay in it. */
static int
compare_p(const void *x, const void *y, void *payload)
{
	const double *p = payload;
	size_t a = *(const size_t *)x, b = *(const size_t *)y;

	if (p[a] != p[b])
		return p[a] > p[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/*
 * What is ranked and the unknown are all of it together: the mass of those below a thousandth goes to who stands behind the first, in proportion. The first keeps its calibrated probability, so that
 * the odds between it and the others change, which its row of calibration takes up. A first that is not the calibrated one takes its share like the others.
 */
static void
fold_tail(ac_judging *j)
{
	ac_judgement *out = j->out;
	bool keeps_first = out->ranking_count && j->order[0] == j->first && j->added != 0;
	double fixed = keeps_first ? out->ranking[0].p : 0, listed = out->unknown, scale;

	for (size_t i = keeps_first; i < out->ranking_count; i++)
		if (out->ranking[i].p >= SHOWN_P)
			listed += out->ranking[i].p;
	if (out->ranking_count == 0 || listed <= 0 || fixed >= 1)
		return;
	scale = (1 - fixed) / listed;
	for (size_t i = keeps_first; i < out->ranking_count; i++)
		out->ranking[i].p *= scale;
	out->unknown *= scale;
	if (keeps_first) {
		j->added -= log(scale);
		out->ranking[0].utility -= log(scale);
	}
}

typedef struct placed {
	ac_hypothesis hypothesis;
	size_t actor;
	double key;
} placed;

static int
compare_placed(const void *x, const void *y)
{
	const placed *a = x, *b = y;

	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return a->actor < b->actor ? -1 : a->actor > b->actor;
}

/* Best first by the four decimals that are told, and equals in order of their ids: nobody could follow an order by more. */
static int
order_as_told(ac_judging *j, accord_err *err)
{
	ac_judgement *out = j->out;
	size_t n = out->ranking_count, listed = 0;
	placed *all = ac_arena_zalloc(j->arena, n + 1, sizeof(*all));
	double *values = ac_arena_zalloc(j->arena, n + 1, sizeof(*values));
	int64_t *units = ac_arena_zalloc(j->arena, n + 1, sizeof(*units));
	int rc = ac_arena_check(j->arena, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		all[i] = (placed){ out->ranking[i], j->order[i], out->ranking[i].p };
	qsort(all, n, sizeof(*all), compare_placed);
	for (; listed < n && all[listed].key >= SHOWN_P; listed++)
		values[listed] = all[listed].key;
	values[listed] = out->unknown;
	rc = ac_chain_shares(values, listed + 1, AC_CHAIN_UNITS, 1, units, j->arena, err);
	for (size_t i = 0; i < n; i++)
		all[i].key = i < listed ? (double)units[i] : fmax(1, round(all[i].key * AC_CHAIN_UNITS));
	qsort(all, listed, sizeof(*all), compare_placed);
	qsort(all + listed, n - listed, sizeof(*all), compare_placed);
	for (size_t i = 0; i < n; i++) {
		out->ranking[i] = all[i].hypothesis;
		j->order[i] = all[i].actor;
	}
	return rc;
}

static int
rank(ac_judging *j, accord_err *err)
{
	size_t n = j->k->actor_count, columns = j->options->most ? j->options->most : AC_JUDGE_SHOWN;
	int rc;

	j->utilities.actors = ac_arena_zalloc(j->arena, n + 1, sizeof(double));
	j->posterior.actors = ac_arena_zalloc(j->arena, n + 1, sizeof(double));
	j->order = ac_arena_zalloc(j->arena, n + 1, sizeof(*j->order));
	j->out->ranking = ac_arena_zalloc(j->arena, n + 1, sizeof(*j->out->ranking));
	if (ac_arena_check(j->arena, err) < 0)
		return j->arena->failed;
	ac_score_utilities(&j->score, NULL, &j->utilities);
	memcpy(j->posterior.actors, j->utilities.actors, n * sizeof(double));
	j->posterior.unknown = j->utilities.unknown;
	j->posterior.counts = j->utilities.counts;
	j->added = ac_score_posterior(&j->score, &j->posterior, &j->first);
	for (size_t a = 0; a < n; a++)
		j->order[a] = a;
	qsort_r(j->order, n, sizeof(*j->order), compare_p, j->posterior.actors);
	columns = columns > AC_JUDGE_SHOWN_MAX ? AC_JUDGE_SHOWN_MAX : columns;
	for (size_t i = 0; i < n && (i < columns || j->posterior.actors[j->order[i]] >= SHOWN_P); i++) {
		double p = j->posterior.actors[j->order[i]];

		if (p <= 0)
			break; /* all of its reports are hidden */
		j->out->ranking[j->out->ranking_count++] = (ac_hypothesis){ &j->k->actors[j->order[i]], p, p, p,
			j->utilities.actors[j->order[i]] + (j->order[i] == j->first ? j->added : 0) };
	}
	j->out->unknown = j->posterior.unknown;
	fold_tail(j);
	rc = order_as_told(j, err);
	j->out->unknown_low = j->out->unknown_high = j->out->unknown;
	for (size_t i = 0; i < j->out->ranking_count; i++)
		j->out->ranking[i].low = j->out->ranking[i].high = j->out->ranking[i].p;
	j->out->unknown_utility = j->utilities.unknown;
	j->out->column_count = (j->out->ranking_count < columns ? j->out->ranking_count : columns) + 1;
	return rc;
}

static ac_weight *
add_row(ac_judging *j, ac_weight_kind kind, ac_str text)
{
	ac_weight *w = &j->out->weights[j->out->weight_count++];

	*w = (ac_weight){ .kind = kind,
		.text = text,
		.source = AC_EVIDENCE_NO_SOURCE,
		.nats = ac_arena_zalloc(j->arena, j->out->column_count, sizeof(double)) };
	return w;
}

/* The visible reports of the leader's profile behind a feature. */
static void
find_reports(ac_judging *j, uint32_t feature, ac_weight *w)
{
	const ac_knowledge *k = j->k;
	const ac_span *span = &k->feature_pairs[feature];
	size_t leader = j->order[0];

	for (uint32_t i = 0; i < span->count; i++) {
		const ac_pair *pair = &k->pairs[span->first + i];
		uint32_t *reports, cluster = UINT32_MAX;

		if (pair->actor != leader)
			continue;
		reports = ac_arena_zalloc(j->arena, pair->cite_count + 1, sizeof(*reports));
		for (uint32_t c = 0; reports && c < pair->cite_count; c++) {
			const ac_cite *cite = &k->pair_cites[pair->first_cite + c];

			if (!ac_view_sees(&j->view, cite) ||
			    (w->report_count && reports[w->report_count - 1] == cite->report))
				continue;
			reports[w->report_count++] = cite->report;
			w->clusters += k->reports[cite->report].cluster != cluster;
			cluster = k->reports[cite->report].cluster;
		}
		w->reports = reports;
	}
}

/* What stands behind the leader's prose with words of the incident that few have. */
static size_t
text_reports(const ac_judging *j, uint32_t leader, uint32_t *out)
{
	const ac_knowledge *k = j->k;
	size_t n = 0;

	for (size_t w = 0; w < j->score.telling_count; w++) {
		const ac_span *span = &k->word_postings[j->score.telling[w]];

		for (uint32_t i = 0; i < span->count; i++) {
			const ac_posting *posting = &k->postings[span->first + i];
			const ac_claim *claim = &k->claims[posting->claim];

			if (posting->actor != leader || j->view.prose_hidden[posting->claim])
				continue;
			for (uint32_t c = 0; c < claim->cite_count; c++)
				n = ac_reports_add(out, n, ROW_REPORTS_MAX, k->cites[claim->first_cite + c].report);
		}
	}
	return n;
}

/* What stands behind any technique of the leader's of a family. */
static size_t
family_reports(const ac_judging *j, uint32_t parent, uint32_t leader, uint32_t *out)
{
	const ac_knowledge *k = j->k;
	const ac_span *family = &k->families[parent];
	size_t n = 0;

	for (uint32_t f = family->first; f < family->first + family->count; f++) {
		const ac_span *span = &k->feature_pairs[k->family_features[f]];

		for (uint32_t p = span->first; p < span->first + span->count; p++) {
			const ac_cite *cites = k->pair_cites + k->pairs[p].first_cite;

			for (uint32_t c = 0; k->pairs[p].actor == leader && c < k->pairs[p].cite_count; c++)
				if (ac_view_sees(&j->view, &cites[c]))
					n = ac_reports_add(out, n, ROW_REPORTS_MAX, cites[c].report);
		}
	}
	return n;
}

/* Reports that tie a value to the leader, name a victim of its, are worded like the incident, tell of any technique of a family, or of a tool and of the leader. */
static void
find_other_reports(ac_judging *j, const ac_scored *item, ac_weight *w)
{
	uint32_t *reports = ac_arena_zalloc(j->arena, ROW_REPORTS_MAX, sizeof(*reports)),
		 leader = (uint32_t)j->order[0];

	if (!reports || (item->raw[leader] <= 0 && !w->is_told_with))
		return;
	w->reports = reports;
	if (w->is_told_with)
		w->report_count =
		    ac_told_reports(&j->view, item->feature, leader, reports, w->report_count, ROW_REPORTS_MAX);
	else if (item->is_coarse)
		w->report_count = family_reports(j, item->feature, leader, reports);
	else if (item->kind == AC_WEIGHT_INDICATOR)
		w->report_count = ac_ties_reports(&j->view, item, leader, reports, ROW_REPORTS_MAX);
	else if (item->kind == AC_WEIGHT_VICTIM)
		w->report_count =
		    ac_victims_reports(&j->view, item->code, item->is_sector, leader, reports, ROW_REPORTS_MAX);
	else
		w->report_count = text_reports(j, leader, reports);
	for (size_t i = 0; i < w->report_count; i++) {
		size_t same = 0;

		while (j->k->reports[reports[same]].cluster != j->k->reports[reports[i]].cluster)
			same++;
		w->clusters += same == i;
	}
}

static int
compare_weights(const void *x, const void *y)
{
	const ac_weight *a = x, *b = y;
	double left = a->nats[0] - a->nats[1], right = b->nats[0] - b->nats[1];

	if (left != right)
		return left > right ? -1 : 1;
	return ac_str_cmp(a->text, b->text);
}

static void
fill_model_rows(ac_judging *j)
{
	size_t unknown = j->out->column_count - 1;
	ac_weight *calibration = add_row(j, AC_WEIGHT_PRIOR, AC_S("calibration")),
		  *prior = add_row(j, AC_WEIGHT_PRIOR, AC_S("prior")),
		  *count = add_row(j, AC_WEIGHT_COUNT, AC_S("count")),
		  *overlap = add_row(j, AC_WEIGHT_SQUARE_ROOT, AC_S("square-root")),
		  *cap = add_row(j, AC_WEIGHT_CAP, AC_S("cap"));

	if (j->arena->failed)
		return;
	for (size_t h = 0; h < unknown; h++) {
		for (size_t i = 0; i < j->score.item_count; i++)
			overlap->nats[h] += ac_score_item(&j->score, &j->utilities.counts, i, j->order[h]) -
					    ac_score_alone(&j->score, i, j->order[h]);
		calibration->nats[h] = j->order[h] == j->first ? j->added : 0;
		prior->nats[h] = ac_score_prior(&j->score, j->order[h]);
		cap->nats[h] = ac_score_cap(&j->score, j->order[h]);
	}
	prior->nats[unknown] = ac_score_unknown_prior(&j->score, &j->utilities.counts);
	count->nats[unknown] = ac_score_unknown_count(&j->score, &j->utilities.counts);
}

typedef struct told {
	ac_weight row;
	int64_t nats;
} told;

static int
compare_told(const void *x, const void *y)
{
	const told *a = x, *b = y;

	if (a->nats != b->nats)
		return a->nats > b->nats ? -1 : 1;
	return ac_str_cmp(a->row.text, b->row.text);
}

/* Rows of evidence in order of the weights that are told, and equals in order of their ids. */
static int
order_rows_as_told(ac_judging *j, size_t evidence, accord_err *err)
{
	ac_weight *rows = j->out->weights;
	size_t n = j->out->weight_count;
	told *all = ac_arena_zalloc(j->arena, evidence + 1, sizeof(*all));
	double *nats = ac_arena_zalloc(j->arena, n + 1, sizeof(*nats));
	int64_t *rounded = ac_arena_zalloc(j->arena, n + 1, sizeof(*rounded));
	int rc = ac_arena_check(j->arena, err);

	if (rc < 0 || j->out->column_count < 2)
		return rc;
	for (size_t i = 0; i < n; i++)
		nats[i] = rows[i].nats[0] - rows[i].nats[1];
	rc = ac_chain_round(nats, n, AC_CHAIN_UNITS, rounded, j->arena, err);
	for (size_t i = 0; i < evidence; i++)
		all[i] = (told){ rows[i], rounded[i] };
	qsort(all, evidence, sizeof(*all), compare_told);
	for (size_t i = 0; i < evidence; i++)
		rows[i] = all[i].row;
	return rc;
}

static int
weigh(ac_judging *j, accord_err *err)
{
	const ac_score *score = &j->score;

	j->out->weights = ac_arena_zalloc(j->arena, score->item_count + AC_WEIGHT_KINDS + 1, sizeof(*j->out->weights));
	if (!j->out->weights)
		return ac_arena_check(j->arena, err);
	if (j->out->ranking_count && score->tool[j->order[0]] != AC_FEATURE_NONE && j->utilities.counts.rarity > 0)
		j->out->tool = &j->k->features[score->tool[j->order[0]]];
	for (size_t i = 0; i < score->item_count; i++) {
		const ac_scored *item = &score->items[i];
		ac_weight *w = add_row(j, item->kind, item->text);

		if (j->arena->failed)
			return ac_arena_check(j->arena, err);
		w->source = item->source;
		w->shared_by = item->shared_by;
		w->feature = item->feature == AC_FEATURE_NONE ? NULL : &j->k->features[item->feature];
		if (j->out->tool && ac_abilities_part(score, item, j->utilities.counts.rarity, j->order[0]) > 0)
			w->tool = j->out->tool;
		for (size_t h = 0; h + 1 < j->out->column_count; h++)
			w->nats[h] = ac_score_alone(score, i, j->order[h]);
		w->is_named = item->is_named;
		w->is_told_with = item->told && j->out->ranking_count && item->told[j->order[0]] > 0;
		if (w->feature && !item->is_coarse && !w->is_told_with && j->out->ranking_count)
			find_reports(j, item->feature, w);
		else if (j->out->ranking_count)
			find_other_reports(j, item, w);
	}
	if (j->out->weight_count && j->out->column_count > 1)
		qsort(j->out->weights, j->out->weight_count, sizeof(*j->out->weights), compare_weights);
	fill_model_rows(j);
	return j->arena->failed ? ac_arena_check(j->arena, err) : order_rows_as_told(j, score->item_count, err);
}

static int
compare_nexus(const void *x, const void *y)
{
	const ac_nexus *a = x, *b = y;

	if (a->p != b->p)
		return a->p > b->p ? -1 : 1;
	return ac_str_cmp(a->country, b->country);
}

/* The first country that is one, by its own calibration; the order may change by it. */
static void
calibrate_nexus(ac_judging *j)
{
	ac_judgement *out = j->out;
	size_t first = 0;
	double p, factor;

	while (first < out->nexus_count && out->nexus[first].country.n == 0)
		first++;
	/* Nothing was seen: what others claim of all actors stays as it is. */
	if (first == out->nexus_count || j->utilities.counts.speaking == 0)
		return;
	p = out->nexus[first].p;
	factor = exp(ac_calibrated(&j->score.weights->nexus, p, j->score.is_young, j->utilities.counts.has_text));
	for (size_t i = 0; i < out->nexus_count; i++)
		out->nexus[i].p *= (i == first ? factor : 1) / (1 + p * (factor - 1));
	qsort(out->nexus, out->nexus_count, sizeof(*out->nexus), compare_nexus);
}

static int
sum_countries(ac_judging *j, accord_err *err)
{
	ac_judgement *out = j->out;
	size_t room = 1;

	for (size_t a = 0; a < j->k->actor_count; a++)
		room += j->k->actors[a].country_count;
	out->nexus = ac_arena_zalloc(j->arena, room, sizeof(*out->nexus));
	if (!out->nexus)
		return ac_arena_check(j->arena, err);
	out->nexus[out->nexus_count++].p = j->posterior.unknown;
	for (size_t a = 0; a < j->k->actor_count; a++) {
		const ac_judged_actor *actor = &j->k->actors[a];
		/* Said to be of two countries: half to each. */
		double share = j->posterior.actors[a] / (double)(actor->country_count ? actor->country_count : 1);

		for (size_t c = 0; c < (actor->country_count ? actor->country_count : 1); c++) {
			ac_str country = actor->country_count ? actor->countries[c] : (ac_str){ 0 };
			size_t at = 0;

			while (at < out->nexus_count && !ac_str_eq(out->nexus[at].country, country))
				at++;
			if (at == out->nexus_count)
				out->nexus[out->nexus_count++].country = country;
			out->nexus[at].p += share;
		}
	}
	qsort(out->nexus, out->nexus_count, sizeof(*out->nexus), compare_nexus);
	calibrate_nexus(j);
	return 0;
}

static ac_time
newest_of(const ac_view *view)
{
	ac_time newest = AC_TIME_MIN;

	for (size_t i = 0; i < view->k->report_count; i++) {
		ac_time first = view->k->reports[i].first;

		if (!view->report_hidden[i] && ac_time_cmp(view->k->reports[i].last, AC_TIME_MAX) < 0 &&
		    ac_time_cmp(first, newest) > 0)
			newest = first;
	}
	return newest;
}

int
ac_judge_with(const ac_knowledge *k, const ac_evidence *evidence, const ac_judge_options *options,
    const ac_judge_as *as, ac_arena *arena, ac_judgement *out, accord_err *err)
{
	ac_judging j = { .k = k, .evidence = evidence, .options = options, .arena = arena, .out = out };
	int rc;

	*out = (ac_judgement){ 0 };
	rc = ac_view_make(k, &evidence->hide, as->change, arena, &j.view, err);
	if (rc == 0)
		rc = ac_score_make(&j.view, evidence, as->weights, options->unknown_odds, arena, &j.score, err);
	if (rc == 0)
		rc = rank(&j, err);
	if (rc == 0)
		rc = weigh(&j, err);
	if (rc == 0)
		rc = ac_judge_gate(&j, err);
	if (rc == 0)
		rc = sum_countries(&j, err);
	if (rc == 0 && !options->ranking_only)
		rc = ac_judge_sensitivity(&j, err);
	if (rc < 0)
		return rc;
	out->posterior = j.posterior.actors;
	out->notes = j.score.notes;
	out->note_count = j.score.note_count;
	out->hidden_claims = j.view.hidden_claims;
	out->profiles = j.view.profiles;
	out->when_from = j.score.when_from;
	out->when = j.score.when > 0 ? ac_view_time(j.score.when) : AC_TIME_MIN;
	out->newest = newest_of(&j.view);
	out->has_prose = j.view.mean_words > 0;
	return 0;
}

int
ac_judge(const ac_knowledge *k, const ac_evidence *evidence, const ac_judge_options *options, ac_arena *arena,
    ac_judgement *out, accord_err *err)
{
	const ac_judge_as as = { &k->weights, AC_VIEW_NO_CHANGE };

	return ac_judge_with(k, evidence, options, &as, arena, out, err);
}
