/* SPDX-License-Identifier: Apache-2.0 */
/* Hiding, and counting what is left. Counting goes over all citations: some ten thousand, a fraction of a millisecond, and no book-keeping that could forget something. */
#include "attribute/view.h"

#include <math.h>
#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/ties.h"

#define SECONDS_OF_YEAR 31556952.0 /* of the Gregorian calendar's mean */

double
ac_view_year(ac_time t)
{
	return 1970 + (double)t.seconds / SECONDS_OF_YEAR;
}

ac_time
ac_view_time(double year)
{
	return (ac_time){ (int64_t)round((year - 1970) * SECONDS_OF_YEAR), 0 };
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
	view->hides_claims = view->change.without != AC_VIEW_NOBODY || hide->relationship_count;
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
		view->report_part[i] = view->report_hidden[i] ? 0
				       : k->plain             ? k->plain->report_part[i]
							      : ac_admiralty_part(k->reports[i].grade);
	hide_broken_ties(view);
	for (size_t i = 0; i < k->claim_count && (!k->plain || view->hides_claims); i++)
		view->claim_part[i] = view->claim_hidden[i] ? 0 : k->claims[i].part;
	for (size_t i = k->claim_count; i < k->claim_count + k->tie_count; i++)
		view->claim_part[i] = view->claim_hidden[i] ? 0 : 1;
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

/* Which entries of docs are visible, and which docs. */
static void
find_docs(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t d = 0; d < k->doc_count; d++) {
		const ac_doc *doc = &k->docs[d];
		bool seen = false;

		for (uint32_t i = doc->first; i < doc->first + doc->count; i++) {
			const ac_doc_entry *entry = &k->doc_entries[i];

			view->entry_seen[i] = !view->report_hidden[entry->report] &&
					      !(view->hides_claims && view->claim_hidden[entry->claim]);
			seen |= view->entry_seen[i] && view->report_part[entry->report] > 0;
		}
		view->doc_seen[d] = seen;
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

/* What copies of one report say of one thing was said once: the words of the earliest count. first has room for all clusters, and UINT32_MAX in each. */
static void
hide_repeated(ac_view *view, const ac_span *claims, uint32_t *first)
{
	const ac_knowledge *k = view->k;
	size_t end = (size_t)claims->first + claims->count;

	if (claims->count < 2)
		return; /* mostly: who says it once repeats nothing */
	for (size_t i = claims->first; i < end; i++) {
		uint32_t report = only_report(view, &k->claims[i]), *known;

		if (report == UINT32_MAX)
			continue;
		known = &first[k->clusters[report]];
		if (*known == UINT32_MAX || is_earlier(k, report, *known))
			*known = report;
	}
	for (size_t i = claims->first; i < end; i++) {
		uint32_t report = only_report(view, &k->claims[i]);

		if (report != UINT32_MAX)
			view->prose_hidden[i] |= first[k->clusters[report]] != report;
	}
	for (size_t i = claims->first; i < end; i++) {
		uint32_t report = only_report(view, &k->claims[i]);

		if (report != UINT32_MAX)
			first[k->clusters[report]] = UINT32_MAX;
	}
}

/* One claim's prose is hidden with any of its reports; the claim is when all are. */
static void
look_at_claim(ac_view *view, size_t i, const ac_cite *cites, uint32_t count)
{
	bool seen = false;

	view->prose_hidden[i] = view->claim_hidden[i];
	for (uint32_t c = 0; c < count; c++) {
		view->prose_hidden[i] |= view->report_hidden[cites[c].report];
		seen |= ac_view_sees(view, &cites[c]);
	}
	view->hidden_claims += !seen;
}

/* Prose and words of what hiding touched; words are counts, so that nothing is lost by taking away and adding. */
static void
look_at_claims(ac_view *view, uint32_t *first)
{
	const ac_knowledge *k = view->k;
	double sum = 0;
	size_t with_prose = 0;

	for (size_t p = 0; p < k->pair_count; p++) {
		const ac_span *claims = &k->pair_claims[p];
		double *words = &view->words[k->pairs[p].actor];

		if (!view->pair_touched[p])
			continue;
		for (size_t i = claims->first; i < (size_t)claims->first + claims->count; i++) {
			*words -= view->prose_hidden[i] ? 0 : k->claim_words[i];
			if (claims->count == 1) /* mostly; then it need not be looked up what it cites */
				look_at_claim(view, i, k->pair_cites + k->pairs[p].first_cite, k->pairs[p].cite_count);
			else
				look_at_claim(view, i, k->cites + k->claims[i].first_cite, k->claims[i].cite_count);
		}
		hide_repeated(view, claims, first);
		for (size_t i = claims->first; i < (size_t)claims->first + claims->count; i++)
			*words += view->prose_hidden[i] ? 0 : k->claim_words[i];
	}
	for (size_t a = 0; a < k->actor_count; a++) {
		sum += view->words[a];
		with_prose += view->words[a] > 0;
	}
	view->mean_words = with_prose ? sum / (double)with_prose : 0;
	for (size_t i = 0; i < k->tie_count; i++)
		view->hidden_claims += view->claim_hidden[k->claim_count + i];
}

static double
count_pair(const ac_view *view, const ac_pair *pair, const double *weights)
{
	double c = weigh(view, view->k->pair_cites + pair->first_cite, pair->cite_count, weights);

	return c * (pair->actor == view->change.copied ? view->change.copies : 1);
}

static double
count_clusters(const ac_view *view, size_t actor, const double *weights)
{
	const ac_span *span = &view->k->actor_spans[actor];
	double c = weigh(view, view->k->actor_cites + span->first, span->count, weights);

	return c * (actor == view->change.copied ? view->change.copies : 1);
}

/* plain: what was not touched is counted as there; NULL: nothing is. */
static void
count_all(ac_view *view, const double *weights, const ac_view *plain)
{
	const ac_knowledge *k = view->k;
	double sum = 0, software = 0;

	view->weights = weights;
	memset(view->shared_by, 0, k->feature_count * sizeof(*view->shared_by));
	memset(view->length, 0, k->actor_count * sizeof(*view->length));
	memset(view->software_length, 0, k->actor_count * sizeof(*view->software_length));
	view->profiles = 0;
	for (uint32_t f = 0; f < k->feature_count; f++) {
		const ac_span *span = &k->feature_pairs[f];
		double *lengths = k->features[f].kind == AC_FEATURE_TECHNIQUE ? view->length : view->software_length;

		for (uint32_t p = span->first; p < span->first + span->count; p++) {
			double c =
			    plain && !view->pair_touched[p] ? plain->count[p] : count_pair(view, &k->pairs[p], weights);

			view->count[p] = c;
			if (c <= 0)
				continue;
			view->shared_by[f]++;
			lengths[k->pairs[p].actor] += c;
		}
	}
	for (size_t a = 0; a < k->actor_count; a++) {
		view->clusters[a] =
		    plain && !view->actor_touched[a] ? plain->clusters[a] : count_clusters(view, a, weights);
		view->profiles += view->clusters[a] > 0;
		sum += view->length[a];
		software += view->software_length[a];
	}
	for (size_t d = 0; d < k->doc_count; d++)
		view->doc_weight[d] = !view->doc_seen[d] ? 0 : weights ? weights[k->docs[d].cluster] : 1;
	view->mean_length = view->profiles ? sum / (double)view->profiles : 0;
	view->mean_software_length = view->profiles ? software / (double)view->profiles : 0;
}

void
ac_view_count(ac_view *view, const double *cluster_weights)
{
	count_all(view, cluster_weights, NULL);
}

static void
date_clusters(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->report_count; i++) {
		ac_told *told = &view->told[k->clusters[i]];

		if (!view->report_hidden[i] && (told->last <= 0 || k->report_told[i].last < told->last))
			*told = k->report_told[i];
	}
}

static void
date_actors(ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t a = 0; a < k->actor_count; a++) {
		const ac_span *span = &k->actor_spans[a];

		view->last[a] = k->plain ? k->plain->last[a] : 0;
		if (!view->actor_touched[a])
			continue;
		view->last[a] = 0;
		for (uint32_t i = 0; i < span->count; i++) {
			const ac_cite *cite = &k->actor_cites[span->first + i];
			double year = view->told[k->clusters[cite->report]].first;

			if (ac_view_sees(view, cite) && year > view->last[a])
				view->last[a] = year;
		}
	}
}

/* Does a report tell less than with nothing hidden, or at another time? */
static void
find_changed(const ac_view *view, bool *changed)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0; i < k->report_count; i++) {
		const ac_told *now = &view->told[k->clusters[i]], *plain = &k->plain->told[k->clusters[i]];

		changed[i] = view->report_hidden[i] || now->first != plain->first || now->last != plain->last;
	}
}

/* What hiding touched must be counted anew; all else is as the knowledge has it with nothing hidden, to the last bit. */
static void
find_touched(ac_view *view, const bool *changed)
{
	const ac_knowledge *k = view->k;

	if (!k->plain) {
		memset(view->pair_touched, true, k->pair_count * sizeof(bool));
		memset(view->actor_touched, true, k->actor_count * sizeof(bool));
		return;
	}
	for (size_t p = 0; p < k->pair_count; p++) {
		const ac_cite *cites = k->pair_cites + k->pairs[p].first_cite;
		bool touched = k->pairs[p].actor == view->change.copied;

		for (uint32_t i = 0; i < k->pairs[p].cite_count; i++)
			touched |=
			    changed[cites[i].report] || (view->hides_claims && view->claim_hidden[cites[i].claim]);
		view->pair_touched[p] = touched;
		view->actor_touched[k->pairs[p].actor] |= touched;
	}
	for (size_t t = 0; t < k->tie_count; t++) {
		const ac_tie *tie = &k->ties[t];

		for (uint32_t c = 0; tie->actor != AC_TIE_NOBODY && c < tie->links[0].cite_count; c++)
			view->actor_touched[tie->actor] |= changed[k->tie_cites[tie->links[0].first_cite + c]] ||
							   view->claim_hidden[k->claim_count + t];
	}
	if (view->change.copied != AC_VIEW_NOBODY)
		view->actor_touched[view->change.copied] = true;
}

/* Room for a view, with what it starts from. */
static void
make_room(ac_view *view, ac_arena *arena)
{
	const ac_knowledge *k = view->k;
	const ac_view *plain = k->plain;

	view->report_hidden = ac_arena_zalloc(arena, k->report_count + 1, sizeof(bool));
	view->told = ac_arena_zalloc(arena, k->cluster_count + 1, sizeof(*view->told));
	view->report_part = ac_arena_zalloc(arena, k->report_count + 1, sizeof(double));
	view->claim_hidden = ac_arena_zalloc(arena, k->claim_count + k->tie_count + 1, sizeof(bool));
	view->claim_part = ac_arena_alloc(arena, (k->claim_count + k->tie_count + 1) * sizeof(double));
	view->victim_hidden = ac_arena_zalloc(arena, k->victim_count + 1, sizeof(bool));
	view->ability_hidden = ac_arena_zalloc(arena, k->ability_count + 1, sizeof(bool));
	view->prose_hidden = ac_arena_alloc(arena, (k->claim_count + 1) * sizeof(bool));
	view->doc_weight = ac_arena_zalloc(arena, k->doc_count + 1, sizeof(double));
	view->doc_seen = ac_arena_zalloc(arena, k->doc_count + 1, sizeof(bool));
	view->entry_seen = ac_arena_zalloc(arena, k->doc_entry_count + 1, sizeof(bool));
	view->words = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	view->count = ac_arena_alloc(arena, (k->pair_count + 1) * sizeof(double));
	view->pair_touched = ac_arena_zalloc(arena, k->pair_count + 1, sizeof(bool));
	view->actor_touched = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(bool));
	view->shared_by = ac_arena_zalloc(arena, k->feature_count + 1, sizeof(uint32_t));
	view->length = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	view->software_length = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	view->clusters = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	view->last = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(double));
	if (arena->failed)
		return;
	if (plain) {
		memcpy(view->claim_part, plain->claim_part, k->claim_count * sizeof(double));
		memcpy(view->prose_hidden, plain->prose_hidden, k->claim_count * sizeof(bool));
		memcpy(view->words, plain->words, k->actor_count * sizeof(double));
	} else {
		memset(view->prose_hidden, true, k->claim_count * sizeof(bool));
	}
}

int
ac_view_make(const ac_knowledge *k, const ac_evidence_hide *hide, ac_view_change change, ac_arena *arena, ac_view *out,
    accord_err *err)
{
	uint32_t *first = ac_arena_alloc(arena, (k->cluster_count + 1) * sizeof(*first));
	bool *changed = ac_arena_zalloc(arena, k->report_count + 1, sizeof(bool));

	*out = (ac_view){ .k = k, .change = change };
	make_room(out, arena);
	if (ac_arena_check(arena, err) < 0 || hide_all(out, hide, arena, err) < 0)
		return arena->failed ? arena->failed : ACCORD_ENOMEM;
	memset(first, 0xff, (k->cluster_count + 1) * sizeof(*first));
	date_clusters(out);
	if (k->plain)
		find_changed(out, changed);
	find_touched(out, changed);
	find_docs(out);
	count_all(out, NULL, k->plain);
	look_at_claims(out, first);
	date_actors(out);
	return ac_abilities_find(out, arena, err);
}
