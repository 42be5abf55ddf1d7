/* SPDX-License-Identifier: Apache-2.0 */
/* The model's terms. BM25 over counts of independent reports, as in Robertson and Zaragoza: The Probabilistic Relevance Framework (2009). */
#include "attribute/score.h"

#include <math.h>

#include "base/limits.h"

#define SATURATION 1.2 /* k1 */
#define LENGTH_NORM 0.75
#define STALE_YEARS_MAX 12
#define EXCLUSIVE_MAX 2 /* near-exclusive tools that count, and actors that may share one */
#define UNKNOWN_SOFTWARE_MAX 3

typedef struct taker {
	ac_score *score;
	const ac_evidence *evidence;
	ac_arena *arena;
	size_t room;
	accord_err *err;
} taker;

static void
note(taker *t, ac_note_kind kind, ac_str text, uint32_t feature)
{
	const ac_knowledge *k = t->score->view->k;

	t->score->notes[t->score->note_count++] =
	    (ac_note){ kind, text, feature == AC_FEATURE_NONE ? NULL : &k->features[feature] };
}

static bool
was_taken(const ac_score *score, uint32_t feature, ac_str text)
{
	for (size_t i = 0; i < score->item_count; i++)
		if (feature == AC_FEATURE_NONE ? ac_str_eq(score->items[i].text, text)
					       : score->items[i].feature == feature)
			return true;
	return false;
}

static void
take(taker *t, const ac_evidence_item *item, ac_weight_kind kind)
{
	ac_score *score = t->score;
	const ac_knowledge *k = score->view->k;
	const ac_feature_alias *alias = ac_knowledge_find(k, item->text);
	uint32_t feature = alias ? alias->feature : AC_FEATURE_NONE;
	size_t source = item->source < t->evidence->source_count ? item->source : AC_EVIDENCE_NO_SOURCE;

	if (was_taken(score, feature, item->text)) {
		note(t, AC_NOTE_TWICE, item->text, feature);
		return;
	}
	if (!alias)
		note(t, AC_NOTE_UNKNOWN, item->text, AC_FEATURE_NONE);
	else if (alias->is_revoked)
		note(t, feature == AC_FEATURE_NONE ? AC_NOTE_REVOKED : AC_NOTE_SUCCESSOR, item->text, feature);
	else if (k->is_deprecated[feature])
		note(t, AC_NOTE_DEPRECATED, item->text, feature);
	if (feature != AC_FEATURE_NONE)
		kind = k->features[feature].kind == AC_FEATURE_TECHNIQUE ? AC_WEIGHT_TECHNIQUE : AC_WEIGHT_SOFTWARE;
	score->items[score->item_count++] = (ac_scored){ kind, item->text, feature, source, 0, false,
		ac_arena_zalloc(t->arena, k->actor_count + 1, sizeof(double)) };
}

int
ac_score_make(const ac_view *view, const ac_evidence *evidence, const ac_weights *weights, double unknown_odds,
    ac_arena *arena, ac_score *out, accord_err *err)
{
	taker t = { out, evidence, arena, evidence->techniques.count + evidence->software.count, err };

	if (evidence->techniques.count > AC_EVIDENCE_ITEMS_MAX || evidence->software.count > AC_EVIDENCE_ITEMS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d techniques and software each, got %zu and %zu",
		    AC_EVIDENCE_ITEMS_MAX, evidence->techniques.count, evidence->software.count);
	*out = (ac_score){ .view = view, .weights = weights, .unknown_odds = log(unknown_odds) };
	out->items = ac_arena_zalloc(arena, t.room + 1, sizeof(*out->items));
	out->notes = ac_arena_zalloc(arena, t.room + 1, sizeof(*out->notes));
	if (!out->items || !out->notes)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < evidence->techniques.count; i++)
		take(&t, &evidence->techniques.items[i], AC_WEIGHT_TECHNIQUE);
	for (size_t i = 0; i < evidence->software.count; i++)
		take(&t, &evidence->software.items[i], AC_WEIGHT_SOFTWARE);
	if (ac_arena_check(arena, err) < 0)
		return arena->failed;
	out->now = ac_view_year(view->k->newest);
	ac_score_fill(out);
	return 0;
}

static void
fill_technique(const ac_score *score, ac_scored *item)
{
	const ac_view *view = score->view;
	const ac_span *span = &view->k->feature_pairs[item->feature];
	double df = view->shared_by[item->feature];
	double idf = log(1 + ((double)view->profiles - df + 0.5) / (df + 0.5));

	for (uint32_t i = 0; i < span->count; i++) {
		const ac_pair *pair = &view->k->pairs[span->first + i];
		double c = view->count[span->first + i];
		double norm = 1 - LENGTH_NORM + LENGTH_NORM * view->length[pair->actor] / view->mean_length;

		item->raw[pair->actor] = c > 0 ? idf * (SATURATION + 1) * c / (c + SATURATION * norm) : 0;
	}
}

static void
fill_software(const ac_score *score, ac_scored *item)
{
	const ac_view *view = score->view;
	const ac_span *span = &view->k->feature_pairs[item->feature];
	double idf = log(((double)view->profiles + 0.5) / ((double)view->shared_by[item->feature] + 0.5));

	for (uint32_t i = 0; i < span->count; i++)
		item->raw[view->k->pairs[span->first + i].actor] = view->count[span->first + i] > 0 ? idf : 0;
}

void
ac_score_fill(ac_score *score)
{
	for (size_t i = 0; i < score->item_count; i++) {
		ac_scored *item = &score->items[i];

		if (item->feature == AC_FEATURE_NONE)
			continue;
		item->shared_by = score->view->shared_by[item->feature];
		item->is_near_exclusive =
		    item->kind == AC_WEIGHT_SOFTWARE && item->shared_by > 0 && item->shared_by <= EXCLUSIVE_MAX;
		if (item->kind == AC_WEIGHT_TECHNIQUE)
			fill_technique(score, item);
		else
			fill_software(score, item);
	}
}

double
ac_score_item(const ac_score *score, size_t item, size_t actor, size_t of_its_kind)
{
	const ac_scored *s = &score->items[item];
	double raw = s->raw[actor];

	if (s->kind == AC_WEIGHT_TECHNIQUE)
		return score->weights->technique * raw / sqrt((double)(of_its_kind ? of_its_kind : 1));
	return score->weights->software * raw + (s->is_near_exclusive && raw > 0 ? score->weights->exclusive : 0);
}

double
ac_score_prior(const ac_score *score, size_t actor)
{
	double years = score->now - score->view->last[actor];

	years = years < 0 ? 0 : years > STALE_YEARS_MAX ? STALE_YEARS_MAX : years;
	return score->weights->stale * years;
}

double
ac_score_count(const ac_score *score, size_t actor)
{
	return score->weights->described * log1p(score->view->clusters[actor]);
}

double
ac_score_cap(const ac_score *score, size_t actor)
{
	size_t tools = 0;

	for (size_t i = 0; i < score->item_count; i++)
		tools += score->items[i].is_near_exclusive && score->items[i].raw[actor] > 0;
	return tools > EXCLUSIVE_MAX ? -score->weights->exclusive * (double)(tools - EXCLUSIVE_MAX) : 0;
}

double
ac_score_unknown_prior(const ac_score *score)
{
	return score->weights->unknown + score->unknown_odds;
}

double
ac_score_unknown_count(const ac_score *score, size_t techniques, size_t software)
{
	const ac_weights *w = score->weights;

	return w->unknown_techniques * log1p((double)techniques) +
	       w->unknown_software * (double)(software > UNKNOWN_SOFTWARE_MAX ? UNKNOWN_SOFTWARE_MAX : software);
}

void
ac_score_utilities(const ac_score *score, const bool *without, ac_utilities *out)
{
	size_t n = score->view->k->actor_count;

	out->techniques = out->software = 0;
	for (size_t i = 0; i < score->item_count; i++)
		if (!without || !without[i])
			*(score->items[i].kind == AC_WEIGHT_TECHNIQUE ? &out->techniques : &out->software) += 1;
	for (size_t a = 0; a < n; a++) {
		double sum = ac_score_prior(score, a) + ac_score_count(score, a);
		size_t tools = 0;

		for (size_t i = 0; i < score->item_count; i++) {
			if (without && without[i])
				continue;
			sum += ac_score_item(score, i, a, out->techniques);
			tools += score->items[i].is_near_exclusive && score->items[i].raw[a] > 0;
		}
		if (tools > EXCLUSIVE_MAX)
			sum -= score->weights->exclusive * (double)(tools - EXCLUSIVE_MAX);
		out->actors[a] = score->view->clusters[a] > 0 ? sum : -HUGE_VAL;
	}
	out->unknown = ac_score_unknown_prior(score) + ac_score_unknown_count(score, out->techniques, out->software);
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
