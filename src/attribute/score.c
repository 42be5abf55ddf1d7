/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's terms. Counts of independent reports go through BM25 (Robertson and Zaragoza: The Probabilistic Relevance Framework, 2009), techniques and software against an actor's whole profile, and
 * everything once more against single reports of it.
 */
#include "attribute/score.h"

#include <math.h>
#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/bm25.h"
#include "attribute/items.h"
#include "attribute/text_when.h"
#include "attribute/ties.h"
#include "attribute/told.h"

#define EXCLUSIVE_MAX 2.0 /* what near-exclusive tools, or indicators, may be worth together */
#define UNKNOWN_SOFTWARE_MAX 3
#define SOFTWARE_NEARNESS                                                                                              \
	2.0 /* a tool says twice what a technique of the same rarity does about two operations being one actor's */
#define FINE_SHARE                                                                                                     \
	0.5 /* of techniques that have sub-techniques, named by one: from here on a bare one is meant as it stands */
#define AHEAD_YEARS 5    /* how far incidents may be ahead of what is known here */
#define ACTIVE_YEARS 1.5 /* reports fade with this distance from the incident */

static void
fill_feature(const ac_score *score, ac_scored *item)
{
	const ac_view *view = score->view;
	const ac_span *span = &view->k->feature_pairs[item->feature];
	bool is_software = item->kind == AC_WEIGHT_SOFTWARE;
	const double *lengths = is_software ? view->software_length : view->length;
	double mean = is_software ? view->mean_software_length : view->mean_length;

	if (item->is_coarse) /* filled before: others than whose it is have a part, too */
		memset(item->raw, 0, view->k->actor_count * sizeof(double));
	for (uint32_t i = 0; i < span->count; i++) {
		const ac_pair *pair = &view->k->pairs[span->first + i];

		item->raw[pair->actor] = item->part * score->idf[item->feature] *
					 ac_bm25(view->count[span->first + i], lengths[pair->actor], mean);
	}
	if (item->told)
		ac_told_weigh(view, item->feature, item->told);
	item->shared_by = view->shared_by[item->feature];
	item->exclusive = is_software && item->shared_by == 1 ? 1 : is_software && item->shared_by == 2 ? 0.5 : 0;
	item->exclusive *= item->part;
	item->nearness = item->part * score->idf[item->feature] * (is_software ? SOFTWARE_NEARNESS : 1);
}

/* What the actors have of any technique of a family. */
static void
fill_family(const ac_score *score, const ac_family *family)
{
	const ac_view *view = score->view;
	const ac_knowledge *k = view->k;
	size_t shared_by = 0;
	double idf;

	memset(family->raw, 0, k->actor_count * sizeof(double));
	for (uint32_t m = 0; m < k->families[family->parent].count; m++) {
		uint32_t f = k->family_features[k->families[family->parent].first + m];
		const ac_span *span = &k->feature_pairs[f];

		for (uint32_t i = 0; i < span->count; i++)
			family->raw[k->pairs[span->first + i].actor] += view->count[span->first + i];
	}
	for (size_t a = 0; a < k->actor_count; a++)
		shared_by += family->raw[a] > 0;
	idf = ac_idf(shared_by, view->profiles);
	for (size_t a = 0; a < k->actor_count; a++)
		family->raw[a] = idf * ac_bm25(family->raw[a], view->length[a], view->mean_length);
}

/* The length of each visible report's vector; a feature that several of its claims have counts once. */
static void
measure_docs(ac_score *score)
{
	const ac_view *view = score->view;
	const ac_knowledge *k = view->k;

	for (uint32_t f = 0; f < k->feature_count; f++)
		score->nearness[f] =
		    score->idf[f] * (k->features[f].kind == AC_FEATURE_SOFTWARE ? SOFTWARE_NEARNESS : 1);
	for (size_t d = 0; d < k->doc_count; d++) {
		const ac_doc *doc = &k->docs[d];
		uint32_t last = AC_FEATURE_NONE;
		double sum = 0;

		for (uint32_t i = doc->first; view->doc_weight[d] > 0 && i < doc->first + doc->count; i++) {
			if (k->doc_entries[i].feature == last || !view->entry_seen[i])
				continue;
			last = k->doc_entries[i].feature;
			sum += score->nearness[last];
		}
		score->doc_norm[d] = sqrt(sum);
	}
}

/* What each report has of the items, in score->overlap: in order of features, so that the sum is one whatever the evidence's order. */
static void
find_overlaps(const ac_score *score, const bool *without)
{
	const ac_view *view = score->view;
	const ac_knowledge *k = view->k;

	memset(score->overlap, 0, k->doc_count * sizeof(double));
	for (size_t i = 0; i < score->item_count; i++) {
		size_t item = score->by_feature[i];
		const ac_scored *s = &score->items[item];
		const ac_span *span;
		uint32_t last = UINT32_MAX;

		if (s->feature == AC_FEATURE_NONE || s->nearness <= 0 || (without && without[item]))
			continue;
		span = &k->feature_listed[s->feature];
		for (uint32_t e = span->first; e < span->first + span->count; e++) {
			if (k->listed[e].doc == last || !view->entry_seen[k->listed[e].entry])
				continue;
			last = k->listed[e].doc;
			score->overlap[last] += s->nearness;
		}
	}
}

/* For each actor how like the incident its most like report is: the cosine of their features. */
static void
find_nearest(const ac_score *score, const bool *without, double nearness, uint32_t *out_docs)
{
	const ac_knowledge *k = score->view->k;
	double norm = sqrt(nearness);

	memset(score->likeness, 0, k->actor_count * sizeof(double));
	for (size_t a = 0; out_docs && a < k->actor_count; a++)
		out_docs[a] = UINT32_MAX;
	if (nearness <= 0)
		return;
	find_overlaps(score, without);
	for (size_t d = 0; d < k->doc_count; d++) {
		double *best, like;

		if (score->overlap[d] <= 0 || score->doc_norm[d] <= 0)
			continue;
		best = &score->likeness[k->docs[d].actor];
		like = score->overlap[d] / (score->doc_norm[d] * norm);
		if (like > *best) {
			*best = like;
			if (out_docs)
				out_docs[k->docs[d].actor] = (uint32_t)d;
		}
	}
}

static void
count_items(const ac_score *score, const bool *without, ac_item_counts *out)
{
	uint32_t *in_family = without ? score->left_family : score->in_family;
	bool *explained = without ? score->left_explained : score->explained;

	*out = (ac_item_counts){ .in_family = in_family, .explained = explained };
	ac_abilities_explain(score, without, explained);
	memset(in_family, 0, score->family_count * sizeof(*in_family));
	for (size_t i = 0; i < score->item_count; i++) {
		const ac_scored *item = &score->items[i];

		/* What is not known here says nothing about anybody, so it must not water down what does; nor what its source's grade leaves nothing of. */
		if ((without && without[i]) || item->part <= 0)
			continue;
		out->techniques += item->kind == AC_WEIGHT_TECHNIQUE && item->feature != AC_FEATURE_NONE;
		out->families += item->family != AC_NO_FAMILY && in_family[item->family]++ == 0;
		out->software += item->kind == AC_WEIGHT_SOFTWARE && item->feature != AC_FEATURE_NONE;
		out->victims += item->kind == AC_WEIGHT_VICTIM && item->shared_by > 0;
		out->speaking += item->feature != AC_FEATURE_NONE || item->shared_by > 0;
		out->has_text |= item->kind == AC_WEIGHT_TEXT && score->view->mean_words > 0;
		out->nearness += item->nearness;
	}
}

/* A technique, not a sub-technique, that has some. */
static bool
is_bare(const ac_score *score, const ac_scored *item)
{
	const ac_knowledge *k = score->view->k;

	return item->kind == AC_WEIGHT_TECHNIQUE && item->feature != AC_FEATURE_NONE &&
	       k->features[item->feature].parent == AC_FEATURE_NONE && k->families[item->feature].count > 1;
}

/*
 * How much a bare technique means itself: who names sub-techniques where there are some, and a bare one beside them, means just that; who names few maps coarsely, and means any of the family. Few reports
 * cite a bare technique, so that it would else tell of whoever happens to have one.
 */
static double
fineness(const ac_score *score)
{
	size_t fine = 0, bare = 0;

	for (size_t i = 0; i < score->item_count; i++) {
		const ac_scored *item = &score->items[i];

		bare += is_bare(score, item);
		fine += item->kind == AC_WEIGHT_TECHNIQUE && item->feature != AC_FEATURE_NONE &&
			score->view->k->features[item->feature].parent != AC_FEATURE_NONE;
	}
	return bare ? fmin(1, (double)fine / (FINE_SHARE * (double)(fine + bare))) : 1;
}

/* The part of bare techniques that means their families. */
static void
blend_families(ac_score *score)
{
	double own = fineness(score);

	for (size_t i = 0; i < score->item_count; i++) {
		ac_scored *item = &score->items[i];
		const double *family;

		item->is_coarse = own < 1 && is_bare(score, item);
		if (!item->is_coarse)
			continue;
		family = score->families[item->family].raw;
		item->shared_by = 0;
		for (size_t a = 0; a < score->view->k->actor_count; a++) {
			item->raw[a] = own * item->raw[a] + (1 - own) * item->part * family[a];
			item->shared_by += family[a] > 0;
		}
		item->nearness =
		    own * item->nearness + (1 - own) * item->part * ac_idf(item->shared_by, score->view->profiles);
	}
}

void
ac_score_fill(ac_score *score)
{
	const ac_view *view = score->view;
	ac_item_counts counts;

	for (size_t f = 0; f < view->k->feature_count; f++)
		score->idf[f] = ac_idf(view->shared_by[f], view->profiles);
	for (size_t i = 0; i < score->item_count; i++) {
		ac_scored *item = &score->items[i];

		if (item->kind == AC_WEIGHT_INDICATOR)
			ac_ties_weigh(score, item);
		else if (item->feature != AC_FEATURE_NONE)
			fill_feature(score, item);
	}
	for (size_t i = 0; i < score->family_count; i++)
		fill_family(score, &score->families[i]);
	blend_families(score);
	measure_docs(score);
	count_items(score, NULL, &counts);
	find_nearest(score, NULL, counts.nearness, score->nearest);
	(void)ac_abilities_compare(score, NULL, score->tool_likeness, score->tool);
}

static double
active_of(const ac_score *score, size_t actor)
{
	const ac_view *view = score->view;
	const ac_span *span = &view->k->actor_spans[actor];
	uint32_t last = UINT32_MAX;
	double sum = 0;

	if (score->when <= 0)
		return 0;
	for (uint32_t i = 0; i < span->count; i++) {
		const ac_cite *cite = &view->k->actor_cites[span->first + i];
		const ac_report *report = &view->k->reports[cite->report];

		if (report->cluster == last || !ac_view_sees(view, cite))
			continue;
		last = report->cluster;
		sum += exp(-fabs(view->told[last].first - score->when) / ACTIVE_YEARS);
	}
	return log1p(sum) - log1p(view->clusters[actor]);
}

static double
stale_of(const ac_score *score, size_t actor)
{
	double years = score->when - score->view->last[actor];

	return score->when <= 0 || score->view->last[actor] <= 0 || years < 0 ? 0 : log1p(years);
}

double
ac_score_prior(const ac_score *score, size_t actor)
{
	const double *w = score->weights->actor;

	return w[AC_TERM_STALE] * stale_of(score, actor) + w[AC_TERM_ACTIVE] * score->active[actor];
}

static double
root(size_t n)
{
	return n > 1 ? sqrt((double)n) : 1;
}

/* An item's share of each term. */
static void
item_terms(const ac_score *score, const ac_item_counts *counts, const ac_scored *item, size_t actor, double *terms)
{
	double raw = item->raw[actor];
	uint32_t in_family;

	switch (item->kind) {
	case AC_WEIGHT_TECHNIQUE:
		terms[AC_TERM_TECHNIQUE] += raw / root(counts->techniques);
		if (counts->explained && counts->explained[item - score->items])
			terms[AC_TERM_EXPLAINED] += raw / root(counts->techniques);
		/* Sub-techniques of one technique have equal parts in it. */
		in_family = item->family == AC_NO_FAMILY ? 0 : counts->in_family ? counts->in_family[item->family] : 1;
		if (in_family)
			terms[AC_TERM_PARENT] += item->part * score->families[item->family].raw[actor] /
						 (in_family * root(counts->families));
		break;
	case AC_WEIGHT_SOFTWARE:
		terms[AC_TERM_SOFTWARE] += raw / root(counts->software);
		terms[AC_TERM_EXCLUSIVE] += raw > 0 ? item->exclusive : 0;
		terms[AC_TERM_TOLD] += item->told ? item->part * item->told[actor] : 0;
		break;
	case AC_WEIGHT_INDICATOR:
		terms[AC_TERM_INDICATOR] += raw;
		break;
	case AC_WEIGHT_VICTIM:
		terms[AC_TERM_VICTIM] += raw / root(counts->victims);
		break;
	case AC_WEIGHT_TEXT:
		terms[AC_TERM_TEXT] += raw;
		break;
	case AC_WEIGHT_PRIOR:
	case AC_WEIGHT_COUNT:
	case AC_WEIGHT_SQUARE_ROOT:
	case AC_WEIGHT_CAP:
		break;
	}
}

/* Does the report have the item? */
static bool
is_in_doc(const ac_score *score, const ac_scored *item, const ac_doc *doc)
{
	const ac_view *view = score->view;

	for (uint32_t i = doc->first; i < doc->first + doc->count; i++)
		if (view->k->doc_entries[i].feature == item->feature && view->entry_seen[i])
			return true;
	return false;
}

static double
weigh(const double *weights, const double *terms)
{
	double sum = 0;

	for (size_t t = 0; t < AC_TERM_COUNT; t++)
		sum += weights[t] * terms[t];
	return sum;
}

double
ac_score_item(const ac_score *score, const ac_item_counts *counts, size_t item, size_t actor)
{
	const ac_scored *s = &score->items[item];
	double terms[AC_TERM_COUNT] = { 0 };

	item_terms(score, counts, s, actor, terms);
	if (s->feature != AC_FEATURE_NONE && score->nearest[actor] != UINT32_MAX &&
	    is_in_doc(score, s, &score->view->k->docs[score->nearest[actor]]))
		terms[AC_TERM_NEAREST] =
		    s->nearness / (score->doc_norm[score->nearest[actor]] * sqrt(counts->nearness));
	terms[AC_TERM_TOOL] = ac_abilities_part(score, s, counts->rarity, actor);
	return weigh(score->weights->actor, terms);
}

double
ac_score_alone(const ac_score *score, size_t item, size_t actor)
{
	const ac_scored *s = &score->items[item];
	const ac_knowledge *k = score->view->k;
	const ac_item_counts one = { .techniques = 1, .families = 1, .software = 1, .victims = 1 };
	const ac_span *docs = &k->actor_docs[actor];
	double terms[AC_TERM_COUNT] = { 0 };

	item_terms(score, &one, s, actor, terms);
	/* The report that is most like it is the shortest one that has it. */
	for (uint32_t d = docs->first; s->feature != AC_FEATURE_NONE && d < docs->first + docs->count; d++)
		if (score->doc_norm[d] > 0 && is_in_doc(score, s, &k->docs[d]))
			terms[AC_TERM_NEAREST] = fmax(terms[AC_TERM_NEAREST], sqrt(s->nearness) / score->doc_norm[d]);
	terms[AC_TERM_TOOL] = ac_abilities_alone(score, s, actor);
	return weigh(score->weights->actor, terms);
}

static double
over(double value)
{
	return value > EXCLUSIVE_MAX ? value - EXCLUSIVE_MAX : 0;
}

double
ac_score_cap(const ac_score *score, size_t actor)
{
	double exclusive = 0, indicators = 0;

	for (size_t i = 0; i < score->item_count; i++) {
		exclusive += score->items[i].raw[actor] > 0 ? score->items[i].exclusive : 0;
		indicators += score->items[i].kind == AC_WEIGHT_INDICATOR ? score->items[i].raw[actor] : 0;
	}
	return -score->weights->actor[AC_TERM_EXCLUSIVE] * over(exclusive) -
	       score->weights->actor[AC_TERM_INDICATOR] * over(indicators);
}

static void
sum_terms(const ac_score *score, const bool *without, const ac_item_counts *counts, size_t actor, double *terms)
{
	memset(terms, 0, AC_TERM_COUNT * sizeof(*terms));
	for (size_t i = 0; i < score->item_count; i++)
		if (!without || !without[i])
			item_terms(score, counts, &score->items[i], actor, terms);
	terms[AC_TERM_EXCLUSIVE] -= over(terms[AC_TERM_EXCLUSIVE]);
	terms[AC_TERM_INDICATOR] -= over(terms[AC_TERM_INDICATOR]);
	terms[AC_TERM_ACTIVE] = score->active[actor];
	terms[AC_TERM_STALE] = stale_of(score, actor);
	terms[AC_TERM_NEAREST] = score->likeness[actor];
	terms[AC_TERM_TOOL] = score->tool_likeness[actor];
}

void
ac_score_terms(const ac_score *score, const bool *without, double *out, ac_item_counts *counts)
{
	count_items(score, without, counts);
	find_nearest(score, without, counts->nearness, NULL);
	counts->rarity = ac_abilities_compare(score, without, score->tool_likeness, NULL);
	for (size_t a = 0; a < score->view->k->actor_count; a++)
		sum_terms(score, without, counts, a, out + a * AC_TERM_COUNT);
}

void
ac_score_unknown_terms(const ac_score *score, const ac_item_counts *counts, double out[static AC_UNKNOWN_COUNT])
{
	size_t software = counts->software > UNKNOWN_SOFTWARE_MAX ? UNKNOWN_SOFTWARE_MAX : counts->software;

	out[AC_UNKNOWN_CONSTANT] = 1;
	out[AC_UNKNOWN_TECHNIQUES] = log1p((double)counts->techniques);
	out[AC_UNKNOWN_SOFTWARE] = (double)software;
	out[AC_UNKNOWN_TEXT] = counts->has_text;
	out[AC_UNKNOWN_DATE] = score->when > 0;
	out[AC_UNKNOWN_YOUNG] = score->is_young;
}

double
ac_score_unknown_prior(const ac_score *score, const ac_item_counts *counts)
{
	double terms[AC_UNKNOWN_COUNT];

	ac_score_unknown_terms(score, counts, terms);
	return score->weights->unknown[AC_UNKNOWN_CONSTANT] +
	       score->weights->unknown[AC_UNKNOWN_DATE] * terms[AC_UNKNOWN_DATE] +
	       score->weights->unknown[AC_UNKNOWN_YOUNG] * terms[AC_UNKNOWN_YOUNG] + score->unknown_odds;
}

double
ac_score_unknown_count(const ac_score *score, const ac_item_counts *counts)
{
	const double *w = score->weights->unknown;
	double terms[AC_UNKNOWN_COUNT];

	ac_score_unknown_terms(score, counts, terms);
	return w[AC_UNKNOWN_TECHNIQUES] * terms[AC_UNKNOWN_TECHNIQUES] +
	       w[AC_UNKNOWN_SOFTWARE] * terms[AC_UNKNOWN_SOFTWARE] + w[AC_UNKNOWN_TEXT] * terms[AC_UNKNOWN_TEXT];
}

void
ac_score_utilities(const ac_score *score, const bool *without, ac_utilities *out)
{
	double terms[AC_TERM_COUNT];

	count_items(score, without, &out->counts);
	find_nearest(score, without, out->counts.nearness, NULL);
	out->counts.rarity = ac_abilities_compare(score, without, score->tool_likeness, NULL);
	for (size_t a = 0; a < score->view->k->actor_count; a++) {
		if (score->view->clusters[a] <= 0) {
			out->actors[a] = -HUGE_VAL;
			continue;
		}
		sum_terms(score, without, &out->counts, a, terms);
		out->actors[a] = weigh(score->weights->actor, terms);
	}
	out->unknown = ac_score_unknown_prior(score, &out->counts) + ac_score_unknown_count(score, &out->counts);
}

void
ac_score_softmax(ac_utilities *u, size_t actor_count)
{
	double top = u->unknown, sum;

	for (size_t a = 0; a < actor_count; a++)
		top = u->actors[a] > top ? u->actors[a] : top;
	sum = u->unknown = exp(u->unknown - top);
	for (size_t a = 0; a < actor_count; a++)
		sum += u->actors[a] = exp(u->actors[a] - top);
	u->unknown /= sum;
	for (size_t a = 0; a < actor_count; a++)
		u->actors[a] /= sum;
}

double
ac_score_posterior(const ac_score *score, ac_utilities *u, size_t *out_first)
{
	size_t n = score->view->k->actor_count, first = 0;
	double p, added, factor;
	bool is_tied = u->counts.speaking == 0;

	ac_score_softmax(u, n);
	for (size_t a = 1; a < n; a++)
		first = u->actors[a] > u->actors[first] ? a : first;
	*out_first = n;
	if (n == 0 || u->actors[first] <= 0)
		return 0;
	*out_first = first;
	for (size_t a = first + 1; a < n; a++)
		is_tied |= u->actors[a] >= u->actors[first];
	if (is_tied)
		return 0;
	p = u->actors[first];
	added = ac_calibrated(&score->weights->name, p, score->is_young, u->counts.has_text);
	factor = exp(added);
	for (size_t a = 0; a < n; a++)
		u->actors[a] *= (a == first ? factor : 1) / (1 + p * (factor - 1));
	u->unknown /= 1 + p * (factor - 1);
	return added;
}

static bool
is_said(ac_time t)
{
	return ac_time_cmp(t, AC_TIME_MIN) > 0 && ac_time_cmp(t, AC_TIME_MAX) < 0;
}

/* The earliest that a source says; AC_TIME_MAX: none does. */
static ac_time
first_source(const ac_evidence *evidence)
{
	ac_time first = AC_TIME_MAX;

	for (size_t i = 0; i < evidence->source_count; i++)
		if (is_said(evidence->sources[i].date) && ac_time_cmp(evidence->sources[i].date, first) < 0)
			first = evidence->sources[i].date;
	return first;
}

/* What its text says: told on the day of its first source, or before that from which everything was hidden; else no later than this knowledge may be used. */
static int
read_when(const ac_score *score, const ac_evidence *evidence, ac_arena *arena, ac_time *out, accord_err *err)
{
	ac_time latest = first_source(evidence);
	bool is_told;

	if (ac_time_cmp(evidence->hide.from, latest) < 0)
		latest = evidence->hide.from;
	is_told = is_said(latest);
	if (!is_told)
		latest = ac_view_time(score->now + AHEAD_YEARS);
	return ac_text_when(evidence->text, latest, is_told, arena, out, err);
}

/* When it was, as the first says that says anything. */
static int
date_evidence(ac_score *score, const ac_evidence *evidence, ac_arena *arena, accord_err *err)
{
	ac_time says[] = { [AC_WHEN_UNSAID] = AC_TIME_MIN,
		[AC_WHEN_DATES] = is_said(evidence->first) ? evidence->first : evidence->last,
		[AC_WHEN_TEXT] = AC_TIME_MIN,
		[AC_WHEN_SOURCE] = first_source(evidence),
		[AC_WHEN_HIDDEN] = evidence->hide.from };
	int rc = is_said(says[AC_WHEN_DATES]) ? 0 : read_when(score, evidence, arena, &says[AC_WHEN_TEXT], err);

	for (ac_when_from from = AC_WHEN_DATES; score->when_from == AC_WHEN_UNSAID && from <= AC_WHEN_HIDDEN; from++)
		if (is_said(says[from])) {
			score->when_from = from;
			score->when = ac_view_year(says[from]);
		}
	/* What lasted was in the middle of its days. */
	if (is_said(evidence->first) && is_said(evidence->last))
		score->when = (ac_view_year(evidence->first) + ac_view_year(evidence->last)) / 2;
	return rc;
}

typedef struct placed {
	uint32_t feature;
	size_t item;
} placed;

static int
compare_placed(const void *x, const void *y)
{
	const placed *a = x, *b = y;

	if (a->feature != b->feature)
		return a->feature < b->feature ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static int
order_items(ac_score *score, ac_arena *arena, accord_err *err)
{
	placed *all = ac_arena_zalloc(arena, score->item_count + 1, sizeof(*all));

	score->by_feature = ac_arena_zalloc(arena, score->item_count + 1, sizeof(*score->by_feature));
	if (!all || !score->by_feature)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < score->item_count; i++)
		all[i] = (placed){ score->items[i].feature, i };
	if (score->item_count)
		qsort(all, score->item_count, sizeof(*all), compare_placed);
	for (size_t i = 0; i < score->item_count; i++)
		score->by_feature[i] = all[i].item;
	return 0;
}

int
ac_score_make(const ac_view *view, const ac_evidence *evidence, const ac_weights *weights, double unknown_odds,
    ac_arena *arena, ac_score *out, accord_err *err)
{
	const ac_knowledge *k = view->k;
	int rc;

	*out = (ac_score){ .view = view, .weights = weights, .unknown_odds = log(unknown_odds) };
	out->idf = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(double));
	out->doc_norm = ac_arena_zalloc(arena, k->doc_count + 1, sizeof(double));
	out->nearness = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(double));
	out->overlap = ac_arena_zalloc(arena, k->doc_count + 1, sizeof(double));
	out->likeness = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->active = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->nearest = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(uint32_t));
	rc = ac_abilities_room(out, arena, err);
	if (rc == 0)
		rc = ac_items_take(out, evidence, arena, err);
	if (rc == 0)
		rc = order_items(out, arena, err);
	/* Now is the newest report that is visible: a hidden one must not even say that time has passed. */
	for (size_t a = 0; a < k->actor_count; a++)
		out->now = view->last[a] > out->now ? view->last[a] : out->now;
	if (rc == 0)
		rc = date_evidence(out, evidence, arena, err);
	if (rc < 0)
		return rc;
	out->is_young = out->when > 0;
	for (size_t a = 0; a < k->actor_count; a++) {
		out->active[a] = active_of(out, a);
		out->is_young &= view->last[a] < out->when;
	}
	ac_score_fill(out);
	return 0;
}
