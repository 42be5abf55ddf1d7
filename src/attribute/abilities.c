/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/abilities.h"

#include <math.h>
#include <stdlib.h>

#include "attribute/bm25.h"

static int
read_ability(ac_build *b, uint32_t software, ac_str source, const ac_raw_edge *edge, accord_err *err)
{
	const ac_raw_feature *f = ac_build_feature(b, edge->other);
	ac_edge_said said = { edge->via, source, edge->other };
	const ac_json *json;
	ac_span cites;
	int rc;

	if (!f || f->feature == AC_FEATURE_NONE || f->kind != AC_FEATURE_TECHNIQUE)
		return 0;
	rc = ac_build_load(b, edge->via, &json, err);
	if (rc < 0 || !json || ac_admiralty_part(ac_admiralty_of(json)) <= 0)
		return rc;
	rc = ac_build_sources(b, json, &said, &cites, err);
	if (rc < 0 || cites.count == 0)
		return rc;
	rc = ac_build_push(b, &b->abilities, &b->ability_count, sizeof(*b->abilities), err);
	if (rc == 0)
		b->abilities[b->ability_count - 1] = (ac_raw_ability){ software, f->feature, edge->via, cites };
	return rc;
}

int
ac_abilities_read(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->feature_count; i++) {
		const ac_raw_feature *f = &b->features[i];
		const ac_raw_edge *edges;
		size_t count;

		if (f->kind != AC_FEATURE_SOFTWARE || f->is_revoked || f->feature == AC_FEATURE_NONE)
			continue;
		rc = ac_build_edges(b, f->id, AC_KNOW_FROM, "uses", err);
		edges = b->edges;
		count = b->edge_count;
		for (size_t e = 0; rc == 0 && e < count; e++)
			rc = read_ability(b, f->feature, f->id, &edges[e], err);
	}
	return rc;
}

static int
compare_abilities(const void *x, const void *y)
{
	const ac_ability *a = x, *b = y;

	if (a->technique != b->technique)
		return a->technique < b->technique ? -1 : 1;
	if (a->software != b->software)
		return a->software < b->software ? -1 : 1;
	return ac_str_cmp(a->id, b->id);
}

int
ac_abilities_order(ac_build *b, const uint32_t *report_of, accord_err *err)
{
	ac_knowledge *k = b->k;
	size_t room = 0, at = 0;

	for (size_t i = 0; i < b->ability_count; i++)
		room += b->abilities[i].cites.count;
	k->abilities = ac_arena_zalloc(&k->arena, b->ability_count + 1, sizeof(*k->abilities));
	k->ability_cites = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->ability_cites));
	k->technique_abilities = ac_arena_zalloc(&k->arena, k->feature_count + 1, sizeof(*k->technique_abilities));
	if (k->arena.failed)
		return ac_arena_check(&k->arena, err);
	for (size_t i = 0; i < b->ability_count; i++) {
		const ac_raw_ability *raw = &b->abilities[i];
		ac_ability *ability = &k->abilities[k->ability_count];

		*ability =
		    (ac_ability){ raw->software, raw->technique, ac_arena_str(&k->arena, raw->id), (uint32_t)at, 0 };
		for (uint32_t c = 0; c < raw->cites.count; c++) {
			uint32_t report = report_of[b->cites[raw->cites.first + c]];

			/* What has no date cannot be hidden by one. */
			if (ac_time_cmp(k->reports[report].last, AC_TIME_MAX) < 0)
				k->ability_cites[at++] = report;
		}
		ability->cite_count = (uint32_t)at - ability->first_cite;
		k->ability_count += ability->cite_count > 0;
	}
	k->ability_cite_count = at;
	if (k->ability_count)
		qsort(k->abilities, k->ability_count, sizeof(*k->abilities), compare_abilities);
	for (size_t i = 0; i < k->ability_count; i++) {
		ac_span *span = &k->technique_abilities[k->abilities[i].technique];

		if (span->count++ == 0)
			span->first = (uint32_t)i;
	}
	return ac_arena_check(&k->arena, err);
}

/* Is what software can do seen as with nothing hidden? */
static bool
is_plain(const ac_view *view)
{
	const ac_knowledge *k = view->k;

	if (!k->plain)
		return false;
	for (size_t i = 0; i < k->ability_count; i++)
		if (view->ability_hidden[i])
			return false;
	for (size_t c = 0; c < k->ability_cite_count; c++)
		if (view->report_hidden[k->ability_cites[c]])
			return false;
	return true;
}

static void
find_seen(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->ability_count; i++) {
		const ac_ability *ability = &k->abilities[i];
		bool seen = false;

		for (uint32_t c = 0; !seen && c < ability->cite_count; c++)
			seen = view->report_part[k->ability_cites[ability->first_cite + c]] > 0;
		view->ability_seen[i] = seen && !view->ability_hidden[i];
	}
}

/* For each technique the software that is to be seen, each once. Returns how many software there are. */
static size_t
list_able(const ac_view *view, ac_able *able)
{
	const ac_knowledge *k = view->k;
	size_t n = 0, tools = 0;

	for (uint32_t t = 0; t < k->feature_count; t++) {
		const ac_span *span = &k->technique_abilities[t];
		uint32_t last = AC_FEATURE_NONE;

		able->can[t].first = (uint32_t)n;
		for (uint32_t i = span->first; i < span->first + span->count; i++) {
			if (!view->ability_seen[i] || k->abilities[i].software == last)
				continue;
			last = able->software[n++] = k->abilities[i].software;
			tools += able->norm[last] <= 0;
			able->norm[last] = 1;
		}
		able->can[t].count = (uint32_t)n - able->can[t].first;
	}
	return tools;
}

int
ac_abilities_find(ac_view *view, ac_arena *arena, accord_err *err)
{
	const ac_knowledge *k = view->k;
	ac_able *able;
	size_t tools;

	if (is_plain(view)) {
		view->ability_seen = k->plain->ability_seen;
		view->able = k->plain->able;
		return 0;
	}
	view->able = able = ac_arena_zalloc(arena, 1, sizeof(*able));
	view->ability_seen = ac_arena_zalloc(arena, k->ability_count + 1, sizeof(bool));
	if (!able || !view->ability_seen)
		return ac_arena_check(arena, err);
	able->software = ac_arena_zalloc(arena, k->ability_count + 1, sizeof(uint32_t));
	able->can = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(*able->can));
	able->rarity = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(double));
	able->norm = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(double));
	if (arena->failed || k->ability_count == 0)
		return ac_arena_check(arena, err);
	find_seen(view);
	tools = list_able(view, able);
	memset(able->norm, 0, k->feature_count * sizeof(double));
	for (uint32_t t = 0; t < k->feature_count; t++) {
		const ac_span *can = &able->can[t];

		able->rarity[t] = ac_idf(can->count, tools);
		for (uint32_t i = can->first; i < can->first + can->count; i++)
			able->norm[able->software[i]] += able->rarity[t];
	}
	for (uint32_t f = 0; f < k->feature_count; f++)
		able->norm[f] = sqrt(able->norm[f]);
	return 0;
}

int
ac_abilities_room(ac_score *score, ac_arena *arena, accord_err *err)
{
	const ac_knowledge *k = score->view->k;

	score->tool_overlap = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(double));
	score->tool_likeness = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	score->tool = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(uint32_t));
	return ac_arena_check(arena, err);
}

static bool
is_counted(const ac_score *score, const bool *without, size_t item, ac_weight_kind kind)
{
	const ac_scored *s = &score->items[item];

	return s->kind == kind && s->feature != AC_FEATURE_NONE && s->part > 0 && !(without && without[item]);
}

void
ac_abilities_explain(const ac_score *score, const bool *without, bool *out)
{
	const ac_able *able = score->view->able;
	double *is_tool = score->tool_overlap;

	memset(out, 0, score->item_count * sizeof(bool));
	if (score->view->k->ability_count == 0)
		return;
	for (size_t i = 0; i < score->item_count; i++)
		if (is_counted(score, without, i, AC_WEIGHT_SOFTWARE))
			is_tool[score->items[i].feature] = 1;
	for (size_t i = 0; i < score->item_count; i++)
		if (is_counted(score, without, i, AC_WEIGHT_TECHNIQUE)) {
			const ac_span *can = &able->can[score->items[i].feature];

			for (uint32_t t = can->first; !out[i] && t < can->first + can->count; t++)
				out[i] = is_tool[able->software[t]] > 0;
		}
	for (size_t i = 0; i < score->item_count; i++)
		if (score->items[i].kind == AC_WEIGHT_SOFTWARE && score->items[i].feature != AC_FEATURE_NONE)
			is_tool[score->items[i].feature] = 0;
}

/* What a technique adds to the likeness to software that can do it. */
static double
rarity_of(const ac_score *score, const ac_scored *item)
{
	return item->part * score->view->able->rarity[item->feature];
}

static double
rarity(const ac_score *score, const bool *without)
{
	double sum = 0;

	for (size_t i = 0; i < score->item_count; i++)
		if (is_counted(score, without, i, AC_WEIGHT_TECHNIQUE))
			sum += rarity_of(score, &score->items[i]);
	return sum;
}

double
ac_abilities_compare(const ac_score *score, const bool *without, double *out, uint32_t *out_software)
{
	const ac_view *view = score->view;
	const ac_knowledge *k = view->k;
	const ac_able *able = view->able;
	double all = rarity(score, without);

	memset(out, 0, k->actor_count * sizeof(double));
	for (size_t a = 0; out_software && a < k->actor_count; a++)
		out_software[a] = AC_FEATURE_NONE;
	if (k->ability_count == 0 || all <= 0)
		return all;
	for (size_t i = 0; i < score->item_count; i++)
		if (is_counted(score, without, i, AC_WEIGHT_TECHNIQUE)) {
			const ac_span *can = &able->can[score->items[i].feature];
			double own = rarity_of(score, &score->items[i]);

			for (uint32_t t = can->first; t < can->first + can->count; t++)
				score->tool_overlap[able->software[t]] += own;
		}
	for (uint32_t f = 0; f < k->feature_count; f++) {
		const ac_span *span = &k->feature_pairs[f];
		double like = score->tool_overlap[f];

		score->tool_overlap[f] = 0;
		if (like <= 0 || view->shared_by[f] == 0)
			continue;
		like /= able->norm[f] * sqrt(all) * view->shared_by[f];
		for (uint32_t i = span->first; i < span->first + span->count; i++) {
			uint32_t actor = k->pairs[i].actor;

			if (view->count[i] <= 0 || like <= out[actor])
				continue;
			out[actor] = like;
			if (out_software)
				out_software[actor] = f;
		}
	}
	return all;
}

/* A technique's software stands in order. */
static bool
is_able(const ac_able *able, uint32_t tool, uint32_t technique)
{
	uint32_t low = able->can[technique].first, end = low + able->can[technique].count, high = end;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (able->software[middle] < tool)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && able->software[low] == tool;
}

double
ac_abilities_part(const ac_score *score, const ac_scored *item, double all, size_t actor)
{
	uint32_t tool = score->tool[actor];

	if (item->kind != AC_WEIGHT_TECHNIQUE || item->feature == AC_FEATURE_NONE || tool == AC_FEATURE_NONE ||
	    all <= 0 || !is_able(score->view->able, tool, item->feature))
		return 0;
	return rarity_of(score, item) / (score->view->able->norm[tool] * sqrt(all) * score->view->shared_by[tool]);
}

static bool
has(const ac_view *view, uint32_t feature, size_t actor)
{
	const ac_span *span = &view->k->feature_pairs[feature];
	uint32_t low = span->first, high = span->first + span->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (view->k->pairs[middle].actor < actor)
			low = middle + 1;
		else
			high = middle;
	}
	return low < span->first + span->count && view->k->pairs[low].actor == actor && view->count[low] > 0;
}

double
ac_abilities_alone(const ac_score *score, const ac_scored *item, size_t actor)
{
	const ac_able *able = score->view->able;
	const ac_span *can;
	double best = 0, own;

	if (item->kind != AC_WEIGHT_TECHNIQUE || item->feature == AC_FEATURE_NONE)
		return 0;
	own = sqrt(rarity_of(score, item));
	can = &able->can[item->feature];
	for (uint32_t t = can->first; t < can->first + can->count; t++) {
		uint32_t tool = able->software[t];

		if (has(score->view, tool, actor))
			best = fmax(best, own / (able->norm[tool] * score->view->shared_by[tool]));
	}
	return best;
}
