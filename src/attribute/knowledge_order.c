/* SPDX-License-Identifier: Apache-2.0 */
/* Puts what was read into the arrays of the knowledge, in orders that only the content decides. */
#include <stdlib.h>

#include "attribute/abilities.h"
#include "attribute/copies.h"
#include "attribute/knowledge_build.h"
#include "attribute/told.h"
#include "attribute/view.h"
#include "know/countries.h"

#define MAP_MAX ((size_t)1 << 24)

static int
no_memory(accord_err *err)
{
	return ac_fail(err, ACCORD_ENOMEM, "no memory for knowledge");
}

static ac_str
key_of(const ac_raw_feature *f)
{
	return f->external_id.n ? f->external_id : f->id;
}

/* Of records with one number the one that stands: not revoked, not deprecated, then the smaller id. */
static int
compare_raw(const void *x, const void *y)
{
	const ac_raw_feature *a = *(const ac_raw_feature *const *)x, *b = *(const ac_raw_feature *const *)y;
	int order = ac_str_cmp(key_of(a), key_of(b));

	if (order)
		return order;
	if (a->is_revoked != b->is_revoked)
		return a->is_revoked ? 1 : -1;
	if (a->is_deprecated != b->is_deprecated)
		return a->is_deprecated ? 1 : -1;
	return ac_str_cmp(a->id, b->id);
}

static int
compare_aliases(const void *x, const void *y)
{
	const ac_feature_alias *a = x, *b = y;
	int order = ac_str_cmp(a->id, b->id);

	/* A number that was given again is not revoked. */
	return order ? order : (int)a->is_revoked - (int)b->is_revoked;
}

const ac_feature_alias *
ac_knowledge_find(const ac_knowledge *k, ac_str id)
{
	ac_feature_alias key = { .id = id };
	size_t low = 0, high = k->alias_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_aliases(&k->aliases[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < k->alias_count && ac_str_eq(k->aliases[low].id, id) ? &k->aliases[low] : NULL;
}

const ac_raw_feature *
ac_build_feature(const ac_build *b, ac_str id)
{
	const uint64_t *slot = ac_map_get(&b->by_id, id);

	return slot ? &b->features[*slot - 1] : NULL;
}

/* Revoked records take what their successor stands for, however many steps away it is. */
static uint32_t
follow(const ac_build *b, const ac_raw_feature *f)
{
	for (int steps = 0; f && f->is_revoked && steps < 8; steps++)
		f = f->successor.n ? ac_build_feature(b, f->successor) : NULL;
	return f && !f->is_revoked ? f->feature : AC_FEATURE_NONE;
}

static int
add_aliases(ac_build *b, accord_err *err)
{
	ac_knowledge *k = b->k;

	k->aliases = ac_arena_zalloc(&k->arena, 2 * b->feature_count + 1, sizeof(*k->aliases));
	if (!k->aliases)
		return no_memory(err);
	for (size_t i = 0; i < b->feature_count; i++) {
		const ac_raw_feature *f = &b->features[i];
		const ac_str ids[] = { f->id, f->external_id };

		for (size_t n = 0; n < AC_COUNT(ids); n++)
			if (ids[n].n)
				k->aliases[k->alias_count++] =
				    (ac_feature_alias){ ac_arena_str(&k->arena, ids[n]), f->feature, f->is_revoked };
	}
	if (k->alias_count)
		qsort(k->aliases, k->alias_count, sizeof(*k->aliases), compare_aliases);
	return ac_arena_check(&k->arena, err);
}

static void
find_parents(ac_knowledge *k)
{
	for (size_t i = 0; i < k->feature_count; i++) {
		ac_feature *f = &k->features[i];
		size_t dot = ac_str_find_byte(f->external_id, '.');
		const ac_feature_alias *parent = f->kind == AC_FEATURE_TECHNIQUE && dot < f->external_id.n
						     ? ac_knowledge_find(k, ac_str_slice(f->external_id, 0, dot))
						     : NULL;

		f->parent = parent && !parent->is_revoked ? parent->feature : AC_FEATURE_NONE;
	}
}

/* What a text may call software by. */
static int
call_software(ac_build *b, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->feature_count; i++) {
		const ac_raw_feature *f = &b->features[i];

		for (size_t n = 0; rc == 0 && n < f->alias_count; n++)
			/* "Cuba" is who was attacked. */
			if (ac_country_code(f->aliases[n]).n == 0)
				rc = ac_words_call(&b->k->words, f->aliases[n], f->feature, err);
	}
	return rc;
}

int
ac_build_features(ac_build *b, accord_err *err)
{
	ac_raw_feature **order = ac_arena_zalloc(&b->scratch, b->feature_count + 1, sizeof(ac_raw_feature *));
	ac_knowledge *k = b->k;

	k->features = ac_arena_zalloc(&k->arena, b->feature_count + 1, sizeof(*k->features));
	k->is_deprecated = ac_arena_zalloc(&k->arena, b->feature_count + 1, sizeof(*k->is_deprecated));
	if (!order || !k->features || !k->is_deprecated)
		return no_memory(err);
	for (size_t i = 0; i < b->feature_count; i++) {
		uint64_t *slot = ac_map_put(&b->by_id, b->features[i].id, NULL);

		if (!slot)
			return no_memory(err);
		*slot = i + 1;
		order[i] = &b->features[i];
	}
	if (b->feature_count)
		qsort(order, b->feature_count, sizeof(ac_raw_feature *), compare_raw);
	for (size_t i = 0; i < b->feature_count; i++) {
		ac_raw_feature *f = order[i];

		if (f->is_revoked) {
			f->feature = AC_FEATURE_NONE;
		} else if (i > 0 && !order[i - 1]->is_revoked && ac_str_eq(key_of(f), key_of(order[i - 1]))) {
			f->feature = order[i - 1]->feature;
		} else {
			f->feature = (uint32_t)k->feature_count;
			k->is_deprecated[k->feature_count] = f->is_deprecated;
			k->features[k->feature_count++] = (ac_feature){ f->kind, ac_arena_str(&k->arena, f->id),
				ac_arena_str(&k->arena, f->external_id), ac_arena_str(&k->arena, f->name),
				AC_FEATURE_NONE };
		}
	}
	for (size_t i = 0; i < b->feature_count; i++)
		if (b->features[i].is_revoked)
			b->features[i].feature = follow(b, &b->features[i]);
	if (add_aliases(b, err) < 0)
		return ACCORD_ENOMEM;
	find_parents(k);
	return call_software(b, err);
}

/* An actor that claims are about. */
typedef struct draft {
	ac_judged_actor actor;
	const ac_know_actor *view;
} draft;

static ac_str
shown_id(const ac_judged_actor *a)
{
	return a->external_id.n ? a->external_id : a->id;
}

static int
compare_drafts(const void *x, const void *y)
{
	const draft *a = x, *b = y;
	int order = ac_str_cmp(shown_id(&a->actor), shown_id(&b->actor));

	return order ? order : ac_str_cmp(a->actor.id, b->actor.id);
}

static int
add_countries(ac_knowledge *k, const ac_know_actor *view, ac_judged_actor *actor, accord_err *err)
{
	size_t room = 0;
	ac_str *countries;

	for (size_t m = 0; m < view->member_count; m++)
		room += view->actors->records[view->members[m]].country_count;
	countries = ac_arena_zalloc(&k->arena, room + 1, sizeof(*countries));
	if (!countries)
		return no_memory(err);
	for (size_t m = 0; m < view->member_count; m++) {
		const ac_actor_record *record = &view->actors->records[view->members[m]];

		for (size_t c = 0; c < record->country_count; c++) {
			size_t seen = 0;

			while (seen < actor->country_count && !ac_str_eq(countries[seen], record->countries[c]))
				seen++;
			if (seen == actor->country_count)
				countries[actor->country_count++] = ac_arena_str(&k->arena, record->countries[c]);
		}
	}
	actor->countries = countries;
	return ac_arena_check(&k->arena, err);
}

/* The leading record, but one with a number of ATT&CK's where another leads. */
static int
draft_of(ac_knowledge *k, const ac_know_actor *view, draft *out, accord_err *err)
{
	ac_judged_actor *a = &out->actor;
	ac_str id = view->id, name = view->name,
	       number = ac_is_group_id(view->external_id) ? view->external_id : (ac_str){ 0 };

	for (size_t m = 0; number.n == 0 && m < view->member_count; m++) {
		const ac_actor_record *record = &view->actors->records[view->members[m]];

		if (record->is_authored && record->group_id_count == 1) {
			number = record->group_ids[0];
			id = record->id;
			name = record->name;
		}
	}
	*a = (ac_judged_actor){ ac_arena_str(&k->arena, id), ac_arena_str(&k->arena, number),
		ac_arena_str(&k->arena, name), NULL, 0, view->member_count };
	out->view = view;
	return add_countries(k, view, a, err);
}

typedef struct ordering {
	ac_build *b;
	ac_map actors; /* address of the view as text -> actor + 1 */
	draft *drafts;
	const uint32_t *report_of; /* by citation */
} ordering;

static ac_str
view_key(const ac_know_actor *const *view)
{
	return (ac_str){ (const char *)view, sizeof(*view) };
}

/* A report without a date cannot be hidden by one, so no claim counts by it. */
static bool
is_dated(const ordering *o, uint32_t report)
{
	return ac_time_cmp(o->b->k->reports[report].last, AC_TIME_MAX) < 0;
}

static bool
has_dated_cite(const ordering *o, ac_span cites)
{
	for (uint32_t i = 0; i < cites.count; i++)
		if (is_dated(o, o->report_of[o->b->cites[cites.first + i]]))
			return true;
	return false;
}

static bool
has_dated_links(const ordering *o, const ac_raw_tie *tie)
{
	for (uint32_t l = 0; l < tie->link_count; l++)
		if (!has_dated_cite(o, tie->links[l].cites))
			return false;
	return true;
}

static const ac_know_actor *const *
view_of(const ordering *o, const ac_raw_claim *claim)
{
	const ac_subject *s = &o->b->subjects[claim->subject];

	return s->view && has_dated_cite(o, claim->cites) ? &s->view : NULL;
}

/* A path counts when each of its relationships has a dated source. */
static const ac_know_actor *const *
owner_of(const ordering *o, const ac_raw_tie *tie)
{
	return tie->subject != UINT32_MAX && o->b->subjects[tie->subject].view && has_dated_links(o, tie)
		   ? &o->b->subjects[tie->subject].view
		   : NULL;
}

static int
draft_actor(ordering *o, const ac_know_actor *const *view, accord_err *err)
{
	ac_knowledge *k = o->b->k;
	uint32_t leading;
	uint64_t *slot = view ? ac_map_put(&o->actors, view_key(view), NULL) : NULL;
	draft *d = &o->drafts[k->actor_count];

	if (view && !slot)
		return no_memory(err);
	if (!slot || *slot)
		return 0;
	*slot = 1;
	k->actor_count++;
	if (draft_of(k, *view, d, err) < 0)
		return ACCORD_ENOMEM;
	/* A name that a group's own record bears is the group's, though a person's record beside it may bear it, too. */
	leading = ac_build_subject(o->b, d->actor.id);
	d->actor.is_individual = leading != UINT32_MAX && o->b->subjects[leading].is_individual;
	return 0;
}

static int
order_actors(ordering *o, accord_err *err)
{
	const ac_build *b = o->b;
	ac_knowledge *k = b->k;
	int rc = 0;

	o->drafts = ac_arena_zalloc(&o->b->scratch, o->b->subject_count + 1, sizeof(*o->drafts));
	if (!o->drafts)
		return no_memory(err);
	for (size_t i = 0; rc == 0 && i < b->claim_count; i++)
		rc = draft_actor(o, view_of(o, &b->claims[i]), err);
	for (size_t i = 0; rc == 0 && i < b->tie_count; i++) {
		const ac_know_actor *const *view = owner_of(o, &b->ties[i]);

		rc = view ? draft_actor(o, view, err) : 0;
	}
	if (rc < 0)
		return rc;
	if (k->actor_count)
		qsort(o->drafts, k->actor_count, sizeof(*o->drafts), compare_drafts);
	k->actors = ac_arena_zalloc(&k->arena, k->actor_count + 1, sizeof(*k->actors));
	if (!k->actors)
		return no_memory(err);
	for (size_t i = 0; i < k->actor_count; i++) {
		k->actors[i] = o->drafts[i].actor;
		*ac_map_get(&o->actors, view_key(&o->drafts[i].view)) = i + 1;
	}
	return 0;
}

static int
compare_claims(const void *x, const void *y)
{
	const ac_claim *a = x, *b = y;
	int order;

	if (a->feature != b->feature)
		return a->feature < b->feature ? -1 : 1;
	if (a->actor != b->actor)
		return a->actor < b->actor ? -1 : 1;
	order = ac_str_cmp(a->id, b->id);
	return order ? order : ac_str_cmp(a->attribution, b->attribution);
}

static int
order_claims(ordering *o, accord_err *err)
{
	ac_build *b = o->b;
	ac_knowledge *k = b->k;

	k->claims = ac_arena_zalloc(&k->arena, b->claim_count + 1, sizeof(*k->claims));
	if (!k->claims)
		return no_memory(err);
	for (size_t i = 0; i < b->claim_count; i++) {
		const ac_raw_claim *raw = &b->claims[i];
		const ac_know_actor *const *view = view_of(o, raw);

		if (!view) {
			k->counts.claims_undated += !b->subjects[raw->subject].is_campaign;
			continue;
		}
		k->claims[k->claim_count++] = (ac_claim){ (uint32_t)*ac_map_get(&o->actors, view_key(view)) - 1,
			raw->feature, ac_arena_str(&k->arena, raw->id), ac_arena_str(&k->arena, raw->attribution),
			raw->prose, raw->campaign, raw->cites.first, raw->cites.count, raw->part };
		k->counts.sentences += raw->prose.n > 0;
	}
	if (k->claim_count)
		qsort(k->claims, k->claim_count, sizeof(*k->claims), compare_claims);
	k->counts.claims = k->claim_count;
	return ac_arena_check(&k->arena, err);
}

/* From citations by claim to reports by claim; undated ones fall out. */
static int
order_cites(ordering *o, accord_err *err)
{
	ac_knowledge *k = o->b->k;
	size_t room = 0;

	for (size_t i = 0; i < k->claim_count; i++)
		room += k->claims[i].cite_count;
	k->cites = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->cites));
	if (!k->cites)
		return no_memory(err);
	for (size_t i = 0; i < k->claim_count; i++) {
		ac_claim *claim = &k->claims[i];
		uint32_t first = (uint32_t)k->cite_count;

		for (uint32_t c = 0; c < claim->cite_count; c++) {
			uint32_t report = o->report_of[o->b->cites[claim->first_cite + c]];

			if (is_dated(o, report))
				k->cites[k->cite_count++] = (ac_cite){ report, (uint32_t)i };
		}
		claim->first_cite = first;
		claim->cite_count = (uint32_t)k->cite_count - first;
	}
	return 0;
}

static int
order_campaigns(ordering *o, accord_err *err)
{
	const ac_build *b = o->b;
	ac_knowledge *k = b->k;
	bool *has_claim = ac_arena_zalloc(&o->b->scratch, b->subject_count + 1, sizeof(bool));
	size_t room = 0, n = 0;

	for (size_t i = 0; has_claim && i < k->claim_count; i++)
		if (k->claims[i].campaign != AC_CAMPAIGN_NONE)
			has_claim[k->claims[i].campaign] = true;
	for (size_t s = 0; s < b->subject_count; s++)
		room += b->subjects[s].cites.count;
	k->campaigns = ac_arena_zalloc(&k->arena, b->subject_count + 1, sizeof(*k->campaigns));
	k->campaign_cites = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->campaign_cites));
	if (!has_claim || !k->campaigns || !k->campaign_cites)
		return no_memory(err);
	for (size_t s = 0; s < b->subject_count; s++) {
		const ac_subject *subject = &b->subjects[s];
		ac_campaign *campaign = &k->campaigns[k->campaign_count];

		if (!has_claim[s])
			continue;
		*campaign = (ac_campaign){ (uint32_t)s, ac_arena_str(&k->arena, subject->id),
			ac_arena_str(&k->arena, subject->external_id), (uint32_t)n, 0, subject->first_seen,
			subject->last_seen, subject->description };
		for (uint32_t c = 0; c < subject->cites.count; c++) {
			uint32_t report = o->report_of[b->cites[subject->cites.first + c]];

			k->campaign_cites[n++] = report;
		}
		campaign->cite_count = (uint32_t)n - campaign->first_cite;
		k->campaign_count++;
	}
	return ac_arena_check(&k->arena, err);
}

static int
compare_victims(const void *x, const void *y)
{
	const ac_victim *a = x, *b = y;
	int order;

	if (a->actor != b->actor)
		return a->actor < b->actor ? -1 : 1;
	order = ac_str_cmp(a->code, b->code);
	return order ? order : a->first_cite < b->first_cite ? -1 : a->first_cite > b->first_cite;
}

static int
order_victims(ordering *o, accord_err *err)
{
	const ac_build *b = o->b;
	ac_knowledge *k = b->k;
	size_t n = 0;

	k->victims = ac_arena_zalloc(&k->arena, b->victim_count + 1, sizeof(*k->victims));
	/* Stretches are shared by the victims of one entry. */
	k->victim_cites = ac_arena_zalloc(&k->arena, b->cite_count + 1, sizeof(*k->victim_cites));
	if (!k->victims || !k->victim_cites)
		return no_memory(err);
	for (size_t i = 0; i < b->cite_count; i++)
		k->victim_cites[i] = o->report_of[b->cites[i]];
	for (size_t i = 0; i < b->victim_count; i++) {
		const ac_raw_victim *raw = &b->victims[i];
		const uint64_t *actor = ac_map_get(&o->actors, view_key(&raw->view));

		/* Relationships, as all others, need a date; catalogues rarely date what they list. */
		if (actor && *actor && (raw->id.n == 0 || has_dated_cite(o, raw->cites)))
			k->victims[n++] = (ac_victim){ (uint32_t)*actor - 1, ac_arena_str(&k->arena, raw->code),
				raw->is_sector, ac_arena_str(&k->arena, raw->id),
				ac_arena_str(&k->arena, raw->attribution), raw->cites.first, raw->cites.count };
	}
	if (n)
		qsort(k->victims, n, sizeof(*k->victims), compare_victims);
	k->victim_count = k->counts.victims = n;
	return ac_arena_check(&k->arena, err);
}

static int
compare_ties(const void *x, const void *y)
{
	const ac_tie *a = x, *b = y;
	int order = ac_str_cmp(a->value, b->value);

	if (order == 0 && a->actor != b->actor)
		order = a->actor < b->actor ? -1 : 1;
	if (order == 0 && a->feature != b->feature)
		order = a->feature < b->feature ? -1 : 1;
	for (size_t l = 0; order == 0 && l < AC_TIE_LINKS; l++)
		order = ac_str_cmp(a->links[l].id, b->links[l].id);
	return order ? order : ac_str_cmp(a->attribution, b->attribution);
}

static void
order_link(ordering *o, const ac_raw_link *raw, size_t *at, ac_tie_link *out)
{
	ac_knowledge *k = o->b->k;

	*out = (ac_tie_link){ ac_arena_str(&k->arena, raw->id), (uint32_t)*at, 0 };
	for (uint32_t c = 0; c < raw->cites.count; c++) {
		uint32_t report = o->report_of[o->b->cites[raw->cites.first + c]];

		if (is_dated(o, report))
			k->tie_cites[(*at)++] = report;
	}
	out->cite_count = (uint32_t)*at - out->first_cite;
}

static int
order_ties(ordering *o, accord_err *err)
{
	const ac_build *b = o->b;
	ac_knowledge *k = b->k;
	size_t room = 0, at = 0;

	for (size_t i = 0; i < b->tie_count; i++)
		for (uint32_t l = 0; l < b->ties[i].link_count; l++)
			room += b->ties[i].links[l].cites.count;
	k->ties = ac_arena_zalloc(&k->arena, b->tie_count + 1, sizeof(*k->ties));
	k->tie_cites = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->tie_cites));
	if (!k->ties || !k->tie_cites)
		return no_memory(err);
	for (size_t i = 0; i < b->tie_count; i++) {
		const ac_raw_tie *raw = &b->ties[i];
		const ac_know_actor *const *view = owner_of(o, raw);
		ac_tie *t = &k->ties[k->tie_count];

		if (!view && (raw->feature == AC_FEATURE_NONE || !has_dated_links(o, raw)))
			continue;
		*t = (ac_tie){ ac_arena_str(&k->arena, raw->value), raw->type,
			view ? (uint32_t)*ac_map_get(&o->actors, view_key(view)) - 1 : AC_TIE_NOBODY, raw->feature,
			{ { { 0 }, 0, 0 } }, raw->link_count, ac_arena_str(&k->arena, raw->attribution),
			raw->is_weightless };
		for (uint32_t l = 0; l < raw->link_count; l++)
			order_link(o, &raw->links[l], &at, &t->links[l]);
		k->tie_count++;
	}
	if (k->tie_count)
		qsort(k->ties, k->tie_count, sizeof(*k->ties), compare_ties);
	k->counts.indicators = k->tie_count;
	return ac_arena_check(&k->arena, err);
}

/* Whose records they are. */
static void
find_mentioned(const ordering *o)
{
	for (size_t i = 0; i < o->b->mention_count; i++) {
		const uint64_t *actor = ac_map_get(&o->actors, view_key(&o->b->mentions[i].view));

		o->b->mentions[i].actor = actor && *actor ? (uint32_t)*actor - 1 : UINT32_MAX;
	}
}

static int
compare_cites(const void *x, const void *y, void *payload)
{
	const ac_report *reports = payload;
	const ac_cite *a = x, *b = y;
	uint32_t left = reports[a->report].cluster, right = reports[b->report].cluster;

	if (left != right)
		return left < right ? -1 : 1;
	if (a->report != b->report)
		return a->report < b->report ? -1 : 1;
	return a->claim < b->claim ? -1 : a->claim > b->claim;
}

static int
order_pairs(ac_knowledge *k, accord_err *err)
{
	k->pairs = ac_arena_zalloc(&k->arena, k->claim_count + 1, sizeof(*k->pairs));
	k->pair_cites = ac_arena_zalloc(&k->arena, k->cite_count + 1, sizeof(*k->pair_cites));
	k->feature_pairs = ac_arena_zalloc(&k->arena, k->feature_count + 1, sizeof(*k->feature_pairs));
	k->pair_claims = ac_arena_zalloc(&k->arena, k->claim_count + 1, sizeof(*k->pair_claims));
	if (!k->pairs || !k->pair_cites || !k->feature_pairs || !k->pair_claims)
		return no_memory(err);
	if (k->cite_count)
		memcpy(k->pair_cites, k->cites, k->cite_count * sizeof(*k->cites));
	for (size_t i = 0, end; i < k->claim_count; i = end) {
		const ac_claim *first = &k->claims[i];
		ac_pair *pair = &k->pairs[k->pair_count];

		*pair = (ac_pair){ first->actor, first->feature, first->first_cite, 0 };
		for (end = i; end < k->claim_count && k->claims[end].actor == first->actor &&
			      k->claims[end].feature == first->feature;
		     end++)
			pair->cite_count += k->claims[end].cite_count;
		k->pair_claims[k->pair_count] = (ac_span){ (uint32_t)i, (uint32_t)(end - i) };
		qsort_r(k->pair_cites + pair->first_cite, pair->cite_count, sizeof(*k->pair_cites), compare_cites,
		    k->reports);
		if (k->feature_pairs[pair->feature].count++ == 0)
			k->feature_pairs[pair->feature].first = (uint32_t)k->pair_count;
		k->pair_count++;
	}
	return 0;
}

static size_t
count_tie_cites(const ac_knowledge *k)
{
	size_t count = 0;

	for (size_t t = 0; t < k->tie_count; t++)
		count += k->ties[t].actor == AC_TIE_NOBODY ? 0 : k->ties[t].links[0].cite_count;
	return count;
}

/* Reports of an actor: of its claims, and of where its values were seen. */
static int
order_actor_cites(ac_knowledge *k, accord_err *err)
{
	uint32_t at = 0;

	k->actor_cites = ac_arena_zalloc(&k->arena, k->cite_count + count_tie_cites(k) + 1, sizeof(*k->actor_cites));
	k->actor_spans = ac_arena_zalloc(&k->arena, k->actor_count + 1, sizeof(*k->actor_spans));
	if (!k->actor_cites || !k->actor_spans)
		return no_memory(err);
	for (size_t i = 0; i < k->cite_count; i++)
		k->actor_spans[k->claims[k->cites[i].claim].actor].count++;
	for (size_t t = 0; t < k->tie_count; t++)
		if (k->ties[t].actor != AC_TIE_NOBODY)
			k->actor_spans[k->ties[t].actor].count += k->ties[t].links[0].cite_count;
	for (size_t a = 0; a < k->actor_count; a++) {
		k->actor_spans[a].first = at;
		at += k->actor_spans[a].count;
		k->actor_spans[a].count = 0;
	}
	for (size_t i = 0; i < k->cite_count; i++) {
		ac_span *span = &k->actor_spans[k->claims[k->cites[i].claim].actor];

		k->actor_cites[span->first + span->count++] = k->cites[i];
	}
	for (size_t t = 0; t < k->tie_count; t++) {
		const ac_tie *tie = &k->ties[t];

		for (uint32_t c = 0; tie->actor != AC_TIE_NOBODY && c < tie->links[0].cite_count; c++) {
			ac_span *span = &k->actor_spans[tie->actor];

			k->actor_cites[span->first + span->count++] =
			    (ac_cite){ k->tie_cites[tie->links[0].first_cite + c], (uint32_t)(k->claim_count + t) };
		}
	}
	for (size_t a = 0; a < k->actor_count; a++)
		qsort_r(k->actor_cites + k->actor_spans[a].first, k->actor_spans[a].count, sizeof(*k->actor_cites),
		    compare_cites, k->reports);
	return 0;
}

static int
copy_reports(ac_knowledge *k, accord_err *err)
{
	k->clusters = ac_arena_zalloc(&k->arena, k->report_count + 1, sizeof(*k->clusters));
	k->report_told = ac_arena_zalloc(&k->arena, k->report_count + 1, sizeof(*k->report_told));
	if (!k->clusters || !k->report_told)
		return no_memory(err);
	for (size_t i = 0; i < k->report_count; i++) {
		const ac_report *report = &k->reports[i];

		k->clusters[i] = report->cluster;
		k->report_told[i] = (ac_told){ ac_view_year(report->first), ac_view_year(report->last) };
	}
	return 0;
}

static int
make_families(ac_knowledge *k, accord_err *err)
{
	uint32_t at = 0;

	k->families = ac_arena_zalloc(&k->arena, k->feature_count + 1, sizeof(*k->families));
	k->family_features = ac_arena_zalloc(&k->arena, 2 * k->feature_count + 1, sizeof(*k->family_features));
	if (!k->families || !k->family_features)
		return no_memory(err);
	for (size_t f = 0; f < k->feature_count; f++) {
		k->families[f].count++;
		if (k->features[f].parent != AC_FEATURE_NONE)
			k->families[k->features[f].parent].count++;
	}
	for (size_t f = 0; f < k->feature_count; f++) {
		k->families[f].first = at;
		at += k->families[f].count;
		k->families[f].count = 0;
	}
	for (uint32_t f = 0; f < k->feature_count; f++) {
		uint32_t parent = k->features[f].parent;
		ac_span *own = &k->families[f];

		k->family_features[own->first + own->count++] = f;
		if (parent != AC_FEATURE_NONE)
			k->family_features[k->families[parent].first + k->families[parent].count++] = f;
	}
	return 0;
}

/* With nothing hidden. */
static int
make_plain(ac_knowledge *k, accord_err *err)
{
	ac_view *plain = ac_arena_zalloc(&k->arena, 1, sizeof(*plain));
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	int rc = plain ? ac_view_make(k, &nothing, AC_VIEW_NO_CHANGE, &k->arena, plain, err) : no_memory(err);

	k->plain = rc == 0 ? plain : NULL;
	return rc;
}

int
ac_build_order(ac_build *b, accord_err *err)
{
	ordering o = { .b = b };
	uint32_t *report_of;
	int rc = ac_citations_finish(&b->citations, b->k, &report_of, err);

	o.report_of = report_of;
	ac_map_init(&o.actors, b->k->seed, MAP_MAX);
	if (rc == 0)
		rc = order_actors(&o, err);
	if (rc == 0)
		rc = order_claims(&o, err);
	if (rc == 0)
		rc = order_cites(&o, err);
	if (rc == 0)
		rc = ac_copies_join(b, report_of, err);
	if (rc == 0)
		rc = copy_reports(b->k, err);
	if (rc == 0)
		rc = order_campaigns(&o, err);
	if (rc == 0)
		rc = order_victims(&o, err);
	if (rc == 0)
		rc = order_ties(&o, err);
	if (rc == 0)
		rc = ac_abilities_order(b, report_of, err);
	find_mentioned(&o);
	if (rc == 0)
		rc = ac_told_order(b, report_of, err);
	if (rc == 0)
		rc = order_pairs(b->k, err);
	if (rc == 0)
		rc = order_actor_cites(b->k, err);
	if (rc == 0)
		rc = ac_knowledge_docs(b->k, err);
	if (rc == 0)
		rc = make_families(b->k, err);
	if (rc == 0)
		rc = make_plain(b->k, err);
	ac_map_done(&o.actors);
	return rc;
}
