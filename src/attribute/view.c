/* SPDX-License-Identifier: Apache-2.0 */
/* Hiding, and counting what is left. Counting goes over all citations: some ten thousand, a fraction of a millisecond, and no book-keeping that could forget something. */
#include "attribute/view.h"

#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/ties.h"

#define SECONDS_OF_YEAR 31556952.0 /* of the Gregorian calendar's mean */

double
ac_view_year(ac_time t)
{
	return 1970 + (double)t.seconds / SECONDS_OF_YEAR;
}

bool
ac_view_sees(const ac_view *view, const ac_cite *cite)
{
	return !view->report_hidden[cite->report] && !view->claim_hidden[cite->claim];
}

size_t
ac_reports_add(uint32_t *reports, size_t n, size_t most, uint32_t report)
{
	size_t at = n;

	while (at > 0 && reports[at - 1] > report)
		at--;
	if (n >= most || (at > 0 && reports[at - 1] == report))
		return n;
	memmove(reports + at + 1, reports + at, (n - at) * sizeof(*reports));
	reports[at] = report;
	return n + 1;
}

static void
hide_named(ac_view *view, ac_str text)
{
	const ac_knowledge *k = view->k;
	size_t low = 0, high = k->report_name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ac_str_cmp(k->report_names[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; text.n && low < k->report_name_count && ac_str_eq(k->report_names[low].text, text); low++)
		view->report_hidden[k->report_names[low].report] = true;
}

/* A copy of a hidden report says what the report says. */
static int
hide_copies(ac_view *view, ac_arena *arena, accord_err *err)
{
	const ac_knowledge *k = view->k;
	bool *cluster_hidden = ac_arena_zalloc(arena, k->cluster_count + 1, sizeof(bool));

	if (!cluster_hidden)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < k->report_count; i++)
		cluster_hidden[k->reports[i].cluster] |= view->report_hidden[i];
	for (size_t i = 0; i < k->report_count; i++)
		view->report_hidden[i] = cluster_hidden[k->reports[i].cluster];
	return 0;
}

static int
compare_ids(const void *x, const void *y)
{
	return ac_str_cmp(*(const ac_str *)x, *(const ac_str *)y);
}

static bool
holds(const ac_str *ids, size_t count, ac_str id)
{
	return id.n && count && bsearch(&id, ids, count, sizeof(id), compare_ids);
}

static int
hide_relationships(ac_view *view, const ac_evidence_hide *hide, ac_arena *arena, accord_err *err)
{
	const ac_knowledge *k = view->k;
	ac_str *ids;

	for (size_t i = 0; view->change.without != AC_VIEW_NOBODY && i < k->claim_count; i++)
		view->claim_hidden[i] = k->claims[i].actor == view->change.without;
	if (hide->relationship_count == 0)
		return 0;
	ids = ac_arena_zalloc(arena, hide->relationship_count, sizeof(*ids));
	if (!ids)
		return ac_arena_check(arena, err);
	memcpy(ids, hide->relationships, hide->relationship_count * sizeof(*ids));
	qsort(ids, hide->relationship_count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < k->claim_count; i++)
		view->claim_hidden[i] |= holds(ids, hide->relationship_count, k->claims[i].id) ||
					 holds(ids, hide->relationship_count, k->claims[i].attribution);
	for (size_t i = 0; i < k->victim_count; i++)
		view->victim_hidden[i] = holds(ids, hide->relationship_count, k->victims[i].id) ||
					 holds(ids, hide->relationship_count, k->victims[i].attribution);
	for (size_t i = 0; i < k->ability_count; i++)
		view->ability_hidden[i] = holds(ids, hide->relationship_count, k->abilities[i].id);
	for (size_t i = 0; i < k->tie_count; i++) {
		const ac_tie *tie = &k->ties[i];
		bool is_hidden = holds(ids, hide->relationship_count, tie->attribution);

		for (uint32_t l = 0; l < tie->link_count; l++)
			is_hidden |= holds(ids, hide->relationship_count, tie->links[l].id);
		view->claim_hidden[k->claim_count + i] |= is_hidden;
	}
	return 0;
}

/* The reports of a path of which some step is hidden tell nothing of the actor. */
static void
hide_broken_ties(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->tie_count; i++)
		view->claim_hidden[k->claim_count + i] =
		    (k->ties[i].actor != AC_TIE_NOBODY && k->ties[i].actor == view->change.without) ||
		    !ac_ties_sees(view, &k->ties[i]);
}

static int
hide_all(ac_view *view, const ac_evidence_hide *hide, ac_arena *arena, accord_err *err)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < hide->report_count; i++) {
		ac_str address = ac_citation_address(hide->reports[i], arena);

		if (!address.p)
			return ac_arena_check(arena, err);
		hide_named(view, hide->reports[i]);
		hide_named(view, address);
	}
	if (hide_copies(view, arena, err) < 0 || hide_relationships(view, hide, arena, err) < 0)
		return ACCORD_ENOMEM;
	/* A report of which only the month or the year is known may be of its last day. What was copied later was there before. */
	for (size_t i = 0; i < k->report_count && ac_time_cmp(hide->from, AC_TIME_MAX) < 0; i++)
		view->report_hidden[i] |= ac_time_cmp(k->reports[i].last, hide->from) >= 0;
	for (size_t i = 0; i < k->report_count; i++)
		view->report_part[i] = view->report_hidden[i] ? 0 : ac_admiralty_part(k->reports[i].grade);
	hide_broken_ties(view);
	for (size_t i = 0; i < k->claim_count + k->tie_count; i++)
		view->claim_part[i] = view->claim_hidden[i] ? 0 : i < k->claim_count ? k->claims[i].part : 1;
	return 0;
}

/* What a report's and the claim's own grade leave of a citation; 0 when it is hidden. */
static double
part_of(const ac_view *view, const ac_cite *cite)
{
	return view->claim_part[cite->claim] * view->report_part[cite->report];
}

/* The weight of the distinct clusters among cites, which are in order of cluster: each counts by its best citation. */
static double
weigh(const ac_view *view, const ac_cite *cites, uint32_t count, const double *weights)
{
	const uint32_t *clusters = view->k->clusters;
	double sum = 0;

	for (uint32_t i = 0; i < count;) {
		uint32_t cluster = clusters[cites[i].report];
		double best = 0;

		for (; i < count && clusters[cites[i].report] == cluster; i++) {
			double part = part_of(view, &cites[i]);

			best = part > best ? part : best;
		}
		sum += best * (weights ? weights[cluster] : 1);
	}
	return sum;
}

static bool
is_earlier(const ac_knowledge *k, uint32_t a, uint32_t b)
{
	int order = ac_time_cmp(k->reports[a].last, k->reports[b].last);

	return order ? order < 0 : a < b;
}

static void
weigh_docs(ac_view *view, const double *weights)
{
	const ac_knowledge *k = view->k;

	for (size_t d = 0; d < k->doc_count; d++) {
		const ac_doc *doc = &k->docs[d];
		bool seen = false;

		for (uint32_t i = 0; !seen && i < doc->count; i++) {
			const ac_doc_entry *entry = &k->doc_entries[doc->first + i];

			seen = view->report_part[entry->report] > 0 && !view->claim_hidden[entry->claim];
		}
		view->doc_weight[d] = !seen ? 0 : weights ? weights[doc->cluster] : 1;
	}
}

/* The one report that a claim's visible sources are, when they are one; UINT32_MAX. */
static uint32_t
only_report(const ac_view *view, const ac_claim *claim)
{
	uint32_t only = UINT32_MAX;

	for (uint32_t c = 0; c < claim->cite_count; c++) {
		const ac_cite *cite = &view->k->cites[claim->first_cite + c];

		if (!ac_view_sees(view, cite) || cite->report == only)
			continue;
		if (only != UINT32_MAX)
			return UINT32_MAX;
		only = cite->report;
	}
	return only;
}

/* What copies of one report say of one thing was said once: the words of the earliest count. first has room for all clusters. */
static void
hide_repeated(ac_view *view, uint32_t *first)
{
	const ac_knowledge *k = view->k;

	for (size_t p = 0, claim = 0, end; p < k->pair_count; p++, claim = end) {
		for (end = claim; end < k->claim_count && k->claims[end].actor == k->pairs[p].actor &&
				  k->claims[end].feature == k->pairs[p].feature;
		     end++)
			;
		if (end - claim < 2)
			continue; /* mostly: who says it once repeats nothing */
		for (size_t i = claim; i < end; i++) {
			uint32_t report = only_report(view, &k->claims[i]), *known;

			if (report == UINT32_MAX)
				continue;
			known = &first[k->reports[report].cluster];
			if (*known == UINT32_MAX || is_earlier(k, report, *known))
				*known = report;
		}
		for (size_t i = claim; i < end; i++) {
			uint32_t report = only_report(view, &k->claims[i]);

			if (report != UINT32_MAX)
				view->prose_hidden[i] |= first[k->reports[report].cluster] != report;
		}
		for (size_t i = claim; i < end; i++) {
			uint32_t report = only_report(view, &k->claims[i]);

			if (report != UINT32_MAX)
				first[k->reports[report].cluster] = UINT32_MAX;
		}
	}
}

static void
hide_prose(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->claim_count; i++) {
		const ac_claim *claim = &k->claims[i];

		view->prose_hidden[i] = view->claim_hidden[i];
		for (uint32_t c = 0; c < claim->cite_count; c++)
			view->prose_hidden[i] |= view->report_hidden[k->cites[claim->first_cite + c].report];
	}
}

void
ac_view_count(ac_view *view, const double *cluster_weights)
{
	const ac_knowledge *k = view->k;
	double sum = 0, software = 0;

	view->weights = cluster_weights;
	memset(view->shared_by, 0, k->feature_count * sizeof(*view->shared_by));
	memset(view->length, 0, k->actor_count * sizeof(*view->length));
	memset(view->software_length, 0, k->actor_count * sizeof(*view->software_length));
	view->profiles = 0;
	for (size_t p = 0; p < k->pair_count; p++) {
		const ac_pair *pair = &k->pairs[p];
		double c = weigh(view, k->pair_cites + pair->first_cite, pair->cite_count, cluster_weights);

		c *= pair->actor == view->change.copied ? view->change.copies : 1;

		view->count[p] = c;
		if (c <= 0)
			continue;
		view->shared_by[pair->feature]++;
		if (k->features[pair->feature].kind == AC_FEATURE_TECHNIQUE)
			view->length[pair->actor] += c;
		else
			view->software_length[pair->actor] += c;
	}
	for (size_t a = 0; a < k->actor_count; a++) {
		const ac_span *span = &k->actor_spans[a];

		view->clusters[a] = weigh(view, k->actor_cites + span->first, span->count, cluster_weights);
		view->clusters[a] *= a == view->change.copied ? view->change.copies : 1;
		view->profiles += view->clusters[a] > 0;
		sum += view->length[a];
		software += view->software_length[a];
	}
	weigh_docs(view, cluster_weights);
	view->mean_length = view->profiles ? sum / (double)view->profiles : 0;
	view->mean_software_length = view->profiles ? software / (double)view->profiles : 0;
}

static void
count_words(ac_view *view)
{
	const ac_knowledge *k = view->k;
	double sum = 0;
	size_t with_prose = 0;

	for (size_t i = 0; i < k->claim_count; i++)
		view->words[k->claims[i].actor] += view->prose_hidden[i] ? 0 : k->claim_words[i];
	for (size_t a = 0; a < k->actor_count; a++) {
		sum += view->words[a];
		with_prose += view->words[a] > 0;
	}
	view->mean_words = with_prose ? sum / (double)with_prose : 0;
}

static void
date_clusters(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->report_count; i++) {
		const ac_report *report = &k->reports[i];
		ac_told *told = &view->told[report->cluster];
		double last = ac_view_year(report->last);

		if (!view->report_hidden[i] && (told->last <= 0 || last < told->last))
			*told = (ac_told){ ac_view_year(report->first), last };
	}
}

static void
date_actors(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t a = 0; a < k->actor_count; a++) {
		const ac_span *span = &k->actor_spans[a];

		view->last[a] = 0;
		for (uint32_t i = 0; i < span->count; i++) {
			const ac_cite *cite = &k->actor_cites[span->first + i];
			double year = view->told[k->reports[cite->report].cluster].first;

			if (ac_view_sees(view, cite) && year > view->last[a])
				view->last[a] = year;
		}
	}
}

static void
count_hidden(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->claim_count; i++) {
		const ac_claim *claim = &k->claims[i];
		bool seen = false;

		for (uint32_t c = 0; !seen && c < claim->cite_count; c++)
			seen = ac_view_sees(view, &k->cites[claim->first_cite + c]);
		view->hidden_claims += !seen;
	}
	for (size_t i = 0; i < k->tie_count; i++)
		view->hidden_claims += view->claim_hidden[k->claim_count + i];
}

int
ac_view_make(const ac_knowledge *k, const ac_evidence_hide *hide, ac_view_change change, ac_arena *arena, ac_view *out,
    accord_err *err)
{
	uint32_t *first;

	*out = (ac_view){ .k = k, .change = change };
	out->report_hidden = ac_arena_zalloc(arena, k->report_count + 1, sizeof(bool));
	out->told = ac_arena_zalloc(arena, k->cluster_count + 1, sizeof(*out->told));
	out->report_part = ac_arena_zalloc(arena, k->report_count + 1, sizeof(double));
	out->claim_hidden = ac_arena_zalloc(arena, k->claim_count + k->tie_count + 1, sizeof(bool));
	out->claim_part = ac_arena_zalloc(arena, k->claim_count + k->tie_count + 1, sizeof(double));
	out->victim_hidden = ac_arena_zalloc(arena, k->victim_count + 1, sizeof(bool));
	out->ability_hidden = ac_arena_zalloc(arena, k->ability_count + 1, sizeof(bool));
	out->ability_seen = ac_arena_zalloc(arena, k->ability_count + 1, sizeof(bool));
	out->prose_hidden = ac_arena_zalloc(arena, k->claim_count + 1, sizeof(bool));
	out->doc_weight = ac_arena_zalloc(arena, k->doc_count + 1, sizeof(double));
	out->words = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->count = ac_arena_zalloc(arena, k->pair_count + 1, sizeof(double));
	out->shared_by = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(uint32_t));
	out->length = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->software_length = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->clusters = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	out->last = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	if (ac_arena_check(arena, err) < 0 || hide_all(out, hide, arena, err) < 0)
		return arena->failed ? arena->failed : ACCORD_ENOMEM;
	first = ac_arena_alloc(arena, (k->cluster_count + 1) * sizeof(*first));
	if (!first)
		return ac_arena_check(arena, err);
	memset(first, 0xff, (k->cluster_count + 1) * sizeof(*first));
	ac_view_count(out, NULL);
	ac_abilities_find(out);
	hide_prose(out);
	hide_repeated(out, first);
	count_words(out);
	date_clusters(out);
	date_actors(out);
	count_hidden(out);
	return 0;
}
