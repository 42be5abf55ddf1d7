/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/incidents.h"

#include <stdlib.h>

#include "attribute/campaign_victims.h"
#include "attribute/sentences.h"

#define VICTIMS_MAX 64 /* of one report: more is a list of everybody */

typedef struct builder {
	const ac_knowledge *k;
	ac_arena *arena;
	uint32_t *claims; /* of one incident */
	size_t claim_count;
} builder;

static int
compare_numbers(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* Sorted, each once. */
static size_t
distinct(uint32_t *items, size_t count)
{
	size_t n = 0;

	if (count)
		qsort(items, count, sizeof(*items), compare_numbers);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || items[n - 1] != items[i])
			items[n++] = items[i];
	return n;
}

/* Techniques, software and prose of the builder's claims, which are in order of feature; description: of a campaign, empty for a report. */
static void
fill_evidence(builder *b, ac_str description, ac_evidence *e)
{
	const ac_knowledge *k = b->k;
	ac_use_sentence *sentences = ac_arena_zalloc(b->arena, b->claim_count + 1, sizeof(*sentences));

	e->techniques.items = ac_arena_zalloc(b->arena, b->claim_count + 1, sizeof(ac_evidence_item));
	e->software.items = ac_arena_zalloc(b->arena, b->claim_count + 1, sizeof(ac_evidence_item));
	if (b->arena->failed)
		return;
	for (size_t i = 0; i < b->claim_count; i++) {
		const ac_claim *claim = &k->claims[b->claims[i]];
		const ac_feature *f = &k->features[claim->feature];
		ac_evidence_items *items = f->kind == AC_FEATURE_TECHNIQUE ? &e->techniques : &e->software;

		if (i == 0 || k->claims[b->claims[i - 1]].feature != claim->feature)
			items->items[items->count++] =
			    (ac_evidence_item){ f->external_id.n ? f->external_id : f->id, AC_EVIDENCE_NO_SOURCE };
		sentences[i] = (ac_use_sentence){ f->external_id.n ? f->external_id : f->id, claim->id, claim->prose };
	}
	e->text = ac_use_sentences_join(b->arena, description, sentences, b->claim_count);
}

/* Every name and address of these reports. */
static void
hide_reports(builder *b, const uint32_t *reports, size_t count, ac_evidence *e)
{
	const ac_knowledge *k = b->k;
	size_t n = 0;

	for (size_t i = 0; i < k->report_name_count; i++)
		n += bsearch(&k->report_names[i].report, reports, count, sizeof(*reports), compare_numbers) != NULL;
	e->hide.reports = ac_arena_zalloc(b->arena, n + 1, sizeof(ac_str));
	for (size_t i = 0; e->hide.reports && i < k->report_name_count; i++)
		if (bsearch(&k->report_names[i].report, reports, count, sizeof(*reports), compare_numbers))
			e->hide.reports[e->hide.report_count++] = k->report_names[i].text;
}

/* The earliest day on which one of the reports, that is not over before this day, may have been published; AC_TIME_MAX. */
static ac_time
first_published(const ac_knowledge *k, const uint32_t *reports, size_t count, ac_time from)
{
	ac_time first = AC_TIME_MAX;

	for (size_t i = 0; i < count; i++) {
		const ac_report *report = &k->reports[reports[i]];

		if (ac_time_cmp(report->first, AC_TIME_MIN) > 0 && ac_time_cmp(report->last, from) >= 0 &&
		    ac_time_cmp(report->first, first) < 0)
			first = report->first;
	}
	return first;
}

static void
date_incident(const ac_knowledge *k, const uint32_t *reports, size_t count, ac_incident *incident)
{
	/* What was published before it began tells of something else: of a tool that it used. Unless all was, so that it cannot have begun then. */
	incident->published = first_published(k, reports, count, incident->first);
	if (ac_time_cmp(incident->published, AC_TIME_MAX) == 0)
		incident->published = first_published(k, reports, count, AC_TIME_MIN);
	if (ac_time_cmp(incident->published, AC_TIME_MAX) < 0)
		incident->evidence.first = incident->evidence.last = incident->published;
}

/* Claims by report, in order of (report, claim): only what names the actor itself. */
static ac_cite *
cites_by_report(const ac_knowledge *k, ac_arena *arena, size_t *out_count)
{
	size_t *first = ac_arena_zalloc(arena, k->report_count + 2, sizeof(*first)), n = 0;
	ac_cite *cites = ac_arena_zalloc(arena, k->cite_count + 1, sizeof(*cites));

	if (!first || !cites)
		return NULL;
	for (size_t i = 0; i < k->cite_count; i++)
		if (k->claims[k->cites[i].claim].attribution.n == 0) {
			first[k->cites[i].report + 1]++;
			n++;
		}
	for (size_t r = 0; r < k->report_count; r++)
		first[r + 1] += first[r];
	for (size_t i = 0; i < k->cite_count; i++)
		if (k->claims[k->cites[i].claim].attribution.n == 0)
			cites[first[k->cites[i].report]++] = k->cites[i];
	*out_count = n;
	return cites;
}

static bool
is_incident(const builder *b)
{
	const ac_claim *claims = b->k->claims;
	size_t techniques = 0;

	for (size_t i = 0; i < b->claim_count; i++) {
		const ac_claim *claim = &claims[b->claims[i]];

		if (claim->actor != claims[b->claims[0]].actor)
			return false;
		techniques += b->k->features[claim->feature].kind == AC_FEATURE_TECHNIQUE &&
			      (i == 0 || claims[b->claims[i - 1]].feature != claim->feature);
	}
	return techniques >= AC_INCIDENT_TECHNIQUES;
}

/*
 * Whom the report's actor is said to have attacked with this report as the only source. What a sentence tells of two reports may be the other's; and it stays on the actor's list when this one is hidden,
 * so that the truth would always have it.
 */
static void
take_reported_victims(builder *b, uint32_t report, ac_incident *incident)
{
	const ac_knowledge *k = b->k;
	ac_evidence *e = &incident->evidence;

	e->countries.items = ac_arena_zalloc(b->arena, VICTIMS_MAX, sizeof(ac_evidence_item));
	e->sectors.items = ac_arena_zalloc(b->arena, VICTIMS_MAX, sizeof(ac_evidence_item));
	for (size_t i = 0; !b->arena->failed && i < k->victim_count; i++) {
		const ac_victim *victim = &k->victims[i];
		ac_evidence_items *items = victim->is_sector ? &e->sectors : &e->countries;

		if (victim->cite_count != 1 || victim->actor != incident->truths[0])
			continue;
		/* They are in order of code. */
		if (k->victim_cites[victim->first_cite] == report && items->count < VICTIMS_MAX &&
		    (items->count == 0 || !ac_str_eq(items->items[items->count - 1].text, victim->code)))
			items->items[items->count++] = (ac_evidence_item){ victim->code, AC_EVIDENCE_NO_SOURCE };
	}
}

int
ac_incidents_of_reports(const ac_knowledge *k, ac_arena *arena, ac_incidents *out, accord_err *err)
{
	builder b = { k, arena, ac_arena_zalloc(arena, k->cite_count + 1, sizeof(uint32_t)), 0 };
	size_t count = 0;
	ac_cite *cites = cites_by_report(k, arena, &count);

	*out = (ac_incidents){ ac_arena_zalloc(arena, k->report_count + 1, sizeof(*out->items)), 0 };
	if (!b.claims || !cites || !out->items)
		return ac_arena_check(arena, err);
	for (size_t i = 0, end; i < count; i = end) {
		ac_incident *incident = &out->items[out->count];
		uint32_t report = cites[i].report;

		b.claim_count = 0;
		for (end = i; end < count && cites[end].report == report; end++)
			b.claims[b.claim_count++] = cites[end].claim;
		if (!is_incident(&b))
			continue;
		*incident = (ac_incident){ k->reports[report].name, AC_EVIDENCE_NONE, AC_TIME_MAX, AC_TIME_MIN,
			AC_TIME_MIN, ac_arena_zalloc(arena, 1, sizeof(uint32_t)), 1 };
		if (!incident->truths)
			break;
		incident->truths[0] = k->claims[b.claims[0]].actor;
		incident->evidence.id = incident->name;
		fill_evidence(&b, (ac_str){ 0 }, &incident->evidence);
		hide_reports(&b, &report, 1, &incident->evidence);
		date_incident(k, &report, 1, incident);
		take_reported_victims(&b, report, incident);
		out->count++;
	}
	return ac_arena_check(arena, err);
}

/* The claims of one campaign (through any of its attributions), once each, its reports, and all relationships that make them. */
static void
take_campaign(builder *b, const ac_campaign *campaign, ac_incident *incident)
{
	const ac_knowledge *k = b->k;
	uint32_t *reports;
	size_t n = 0, cited = campaign->cite_count;

	b->claim_count = 0;
	for (size_t i = 0; i < k->claim_count; i++)
		if (k->claims[i].campaign == campaign->number) {
			b->claims[b->claim_count++] = (uint32_t)i;
			cited += k->claims[i].cite_count;
		}
	incident->evidence.hide.relationships = ac_arena_zalloc(b->arena, 2 * b->claim_count + 1, sizeof(ac_str));
	incident->truths = ac_arena_zalloc(b->arena, b->claim_count + 1, sizeof(uint32_t));
	reports = ac_arena_zalloc(b->arena, cited + 1, sizeof(*reports));
	if (b->arena->failed)
		return;
	for (uint32_t i = 0; i < campaign->cite_count; i++)
		reports[n++] = k->campaign_cites[campaign->first_cite + i];
	for (size_t i = 0; i < b->claim_count; i++) {
		const ac_claim *claim = &k->claims[b->claims[i]];
		ac_evidence_hide *hide = &incident->evidence.hide;

		incident->truths[incident->truth_count++] = claim->actor;
		hide->relationships[hide->relationship_count++] = claim->id;
		hide->relationships[hide->relationship_count++] = claim->attribution;
		for (uint32_t c = 0; c < claim->cite_count; c++)
			reports[n++] = k->cites[claim->first_cite + c].report;
	}
	incident->truth_count = distinct(incident->truths, incident->truth_count);
	n = distinct(reports, n);
	fill_evidence(b, campaign->description, &incident->evidence);
	hide_reports(b, reports, n, &incident->evidence);
	incident->first = campaign->first_seen;
	incident->last = campaign->last_seen;
	date_incident(k, reports, n, incident);
}

static int
take_texts(const ac_json *list, ac_evidence_items *out, ac_arena *arena, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(list);

	out->items = ac_arena_zalloc(arena, ac_json_count(list) + 1, sizeof(*out->items));
	if (!out->items)
		return ac_arena_check(arena, err);
	while (ac_json_next(&it))
		out->items[out->count++] = (ac_evidence_item){ ac_json_string(it.value), AC_EVIDENCE_NO_SOURCE };
	return 0;
}

/* What its description says of whom it attacked (data/campaign_victims.json). */
static int
add_victims(const ac_json *annotated, ac_incident *incident, ac_arena *arena, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(annotated, AC_S("campaigns")));

	while (ac_json_next(&it)) {
		if (!ac_str_eq(ac_json_get_string(it.value, AC_S("campaign")), incident->name))
			continue;
		if (take_texts(ac_json_get(it.value, AC_S("countries")), &incident->evidence.countries, arena, err) < 0)
			return ACCORD_ENOMEM;
		return take_texts(ac_json_get(it.value, AC_S("sectors")), &incident->evidence.sectors, arena, err);
	}
	return 0;
}

int
ac_incidents_of_campaigns(const ac_knowledge *k, ac_arena *arena, ac_incidents *out, accord_err *err)
{
	const ac_json *annotated;
	builder b = { k, arena, ac_arena_zalloc(arena, k->claim_count + 1, sizeof(uint32_t)), 0 };

	*out = (ac_incidents){ ac_arena_zalloc(arena, k->campaign_count + 1, sizeof(*out->items)), 0 };
	if (!b.claims || !out->items)
		return ac_arena_check(arena, err);
	if (ac_json_parse((ac_str){ (const char *)campaign_victims, sizeof(campaign_victims) }, AC_JSON_LIMITS, arena,
		&annotated, err) < 0)
		return ACCORD_EINPUT;
	for (size_t i = 0; i < k->campaign_count; i++) {
		ac_incident *incident = &out->items[out->count];

		*incident = (ac_incident){ .name = k->campaigns[i].external_id, .evidence = AC_EVIDENCE_NONE };
		take_campaign(&b, &k->campaigns[i], incident);
		if (arena->failed)
			break;
		incident->evidence.id = incident->name;
		if (add_victims(annotated, incident, arena, err) < 0)
			return ACCORD_ENOMEM;
		out->count += incident->evidence.techniques.count > 0 && incident->truth_count > 0;
	}
	return ac_arena_check(arena, err);
}

ac_evidence
ac_incident_evidence(const ac_incident *incident, int level)
{
	ac_evidence e = incident->evidence;

	if (level == 2)
		e.hide.from = incident->published;
	return e;
}
