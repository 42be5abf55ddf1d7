/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Follows sightings to actors and collects, for each actor, the chains that lead there. Several records of one actor are one lead. Refuses to weigh: a chain over a tool
 * that fifty actors use is listed with that number beside it.
 */
#include "attribute/attribute.h"

#include <stdlib.h>

#define CHAINS_MAX 1000 /* kept of one lead */

static const char *const evidence_names[AC_EVIDENCE_KINDS] = { "actor", "malware", "tool", "campaign", "infrastructure",
	"report" };

/*
 * Steps that lead towards an actor. Techniques are no step: any technique is used by dozens of actors. From a report only what is named as actor or campaign: a report
 * that mentions a tool says nothing about who else uses that tool.
 */
static const ac_trace_rule rules[] = {
	{ AC_TRACE_INDICATOR, AC_KNOW_FROM, AC_S_INIT("indicates"),
	    AC_TRACE_SOFTWARE | AC_TRACE_CAMPAIGN | AC_TRACE_ACTOR | AC_TRACE_INFRASTRUCTURE },
	{ AC_TRACE_SOFTWARE | AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("uses"),
	    AC_TRACE_ACTOR | AC_TRACE_CAMPAIGN },
	{ AC_TRACE_SOFTWARE, AC_KNOW_FROM, AC_S_INIT("authored-by"), AC_TRACE_ACTOR },
	{ AC_TRACE_SOFTWARE, AC_KNOW_FROM, AC_S_INIT("used-by"), AC_TRACE_ACTOR | AC_TRACE_CAMPAIGN },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("beacons-to"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("exfiltrates-to"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("communicates-with"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_FROM, AC_S_INIT("delivers"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_FROM, AC_S_INIT("controls"), AC_TRACE_MALWARE },
	{ AC_TRACE_CAMPAIGN, AC_KNOW_FROM, AC_S_INIT("attributed-to"), AC_TRACE_ACTOR },
	{ AC_TRACE_ACTOR, AC_KNOW_FROM, AC_S_INIT("attributed-to"), AC_TRACE_ACTOR },
	{ AC_TRACE_INDICATOR, AC_KNOW_TO, AC_S_INIT("object_refs"), AC_TRACE_REPORT },
	{ AC_TRACE_REPORT, AC_KNOW_FROM, AC_S_INIT("object_refs"), AC_TRACE_ACTOR | AC_TRACE_CAMPAIGN },
};
static const ac_trace_rules towards_actors = { rules, AC_COUNT(rules), AC_TRACE_ACTOR, false };

static const struct {
	unsigned class;
	ac_evidence_kind kind;
} first_hops[] = {
	{ AC_TRACE_ACTOR, AC_EVIDENCE_ACTOR },
	{ AC_TRACE_MALWARE, AC_EVIDENCE_MALWARE },
	{ AC_TRACE_TOOL, AC_EVIDENCE_TOOL },
	{ AC_TRACE_CAMPAIGN, AC_EVIDENCE_CAMPAIGN },
	{ AC_TRACE_INFRASTRUCTURE, AC_EVIDENCE_INFRASTRUCTURE },
	{ AC_TRACE_REPORT, AC_EVIDENCE_REPORT },
};

typedef struct follower {
	ac_know *know;
	ac_leads *out;
	const ac_sighted *sighted;
	ac_map by_actor;  /* actor id -> index + 1 */
	ac_map shared_by; /* id of malware, tool, infrastructure -> actors + 1 */
	bool reached;
} follower;

const char *
ac_evidence_name(unsigned bit)
{
	return evidence_names[bit];
}

static int
grow_failed(follower *f, accord_err *err)
{
	return ac_arena_check(ac_know_arena(f->know), err);
}

static void *
grow(follower *f, void *items, size_t count, size_t size)
{
	return ac_know_grow(ac_know_arena(f->know), items, count, size);
}

static int
lead_of(follower *f, const ac_know_actor *actor, ac_lead **out, accord_err *err)
{
	uint64_t *slot = ac_map_put(&f->by_actor, actor->id, NULL);
	ac_lead **items, *lead;

	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for leads");
	if (*slot == 0) {
		items = grow(f, f->out->items, f->out->count, sizeof(*items));
		lead = ac_arena_zalloc(ac_know_arena(f->know), 1, sizeof(*lead));
		if (!items || !lead)
			return grow_failed(f, err);
		lead->actor = actor;
		f->out->items = items;
		items[f->out->count++] = lead;
		*slot = f->out->count;
	}
	*out = f->out->items[*slot - 1];
	return 0;
}

static int
count_users(follower *f, const ac_know_ref *thing, size_t *out, accord_err *err)
{
	uint64_t *slot = ac_map_put(&f->shared_by, thing->id, NULL);
	ac_know_edges edges;
	int rc = 0;

	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for leads");
	if (*slot == 0) {
		rc = ac_know_edges_of(f->know, thing->id, AC_KNOW_TO, AC_S("uses"), AC_KNOW_EDGES_MAX, &edges, err);
		*slot = 1;
		for (size_t i = 0; rc == 0 && i < edges.count; i++)
			*slot += ac_trace_class_of(ac_know_type(edges.items[i].other_id)) == AC_TRACE_ACTOR;
	}
	*out = (size_t)*slot - 1;
	return rc;
}

static int
describe_chain(follower *f, ac_lead_chain *chain, accord_err *err)
{
	ac_trace_class first = ac_trace_class_of(chain->chain.hops[0].to->type);
	int rc = 0;

	for (size_t i = 0; i < AC_COUNT(first_hops); i++)
		if (first_hops[i].class == first)
			chain->kind = first_hops[i].kind;
	for (size_t i = 0; rc == 0 && i < chain->chain.hop_count; i++) {
		const ac_know_ref *to = chain->chain.hops[i].to;
		size_t users = 0;

		if (!(ac_trace_class_of(to->type) & (AC_TRACE_SOFTWARE | AC_TRACE_INFRASTRUCTURE)))
			continue;
		rc = count_users(f, to, &users, err);
		if (rc == 0 && users > chain->shared_by)
			chain->shared_by = users;
	}
	return rc;
}

/* A lead sees its chains indicator by indicator: the last one tells whether this one is new. */
static int
count_indicator(follower *f, ac_lead *lead, accord_err *err)
{
	const ac_sighted **items;
	int rc = 0;

	if (lead->indicator_count && lead->indicators[lead->indicator_count - 1] == f->sighted)
		return 0;
	items = grow(f, lead->indicators, lead->indicator_count, sizeof(const ac_sighted *));
	if (!items)
		return grow_failed(f, err);
	lead->indicators = items;
	items[lead->indicator_count++] = f->sighted;
	lead->sightings += f->sighted->sighting_total;
	lead->seen += f->sighted->seen;
	for (size_t i = 0; rc == 0 && i < f->sighted->producers.count; i++)
		rc = ac_page_texts_add(ac_know_arena(f->know), &lead->producers, f->sighted->producers.items[i], err);
	return rc;
}

static int
on_chain(void *payload, const ac_know_ref *end, const ac_trace_chain *chain, accord_err *err)
{
	follower *f = payload;
	ac_lead_chain described = { .chain = *chain }, *chains;
	const ac_know_actor *actor;
	ac_lead *lead = NULL;
	int rc = ac_know_actor_of(f->know, end->id, &actor, err);

	/* An actor that is only referred to, or was revoked, has no page that a reader could go to. */
	if (rc == ACCORD_EINPUT)
		return 0;
	if (rc == 0)
		rc = lead_of(f, actor, &lead, err);
	if (rc == 0)
		rc = describe_chain(f, &described, err);
	if (rc == 0)
		rc = count_indicator(f, lead, err);
	if (rc < 0)
		return rc;
	f->reached = true;
	lead->kinds |= described.kind;
	lead->is_stated |= !chain->is_weak;
	for (size_t i = 0; rc == 0 && i < chain->hop_count; i++)
		rc = ac_page_texts_add(ac_know_arena(f->know), &lead->claimants, chain->hops[i].claimant, err);
	if (rc < 0 || lead->chain_count == CHAINS_MAX)
		return rc;
	chains = grow(f, lead->chains, lead->chain_count, sizeof(*chains));
	if (!chains)
		return grow_failed(f, err);
	lead->chains = chains;
	chains[lead->chain_count++] = described;
	return 0;
}

static int
follow_one(follower *f, const ac_sighted *sighted, accord_err *err)
{
	const ac_sighted **without;
	int rc;

	f->sighted = sighted;
	f->reached = false;
	rc = ac_trace_follow(f->know, sighted, &towards_actors, on_chain, f, err);
	if (rc < 0 || f->reached)
		return rc;
	without = grow(f, f->out->without, f->out->without_count, sizeof(const ac_sighted *));
	if (!without)
		return grow_failed(f, err);
	f->out->without = without;
	without[f->out->without_count++] = sighted;
	return 0;
}

/* Stated before weak; then the chain whose evidence fewest others share. */
static int
compare_chains(const void *x, const void *y)
{
	const ac_lead_chain *a = x, *b = y;

	if (a->chain.is_weak != b->chain.is_weak)
		return a->chain.is_weak ? 1 : -1;
	if (a->shared_by != b->shared_by)
		return a->shared_by < b->shared_by ? -1 : 1;
	if (a->chain.hop_count != b->chain.hop_count)
		return a->chain.hop_count < b->chain.hop_count ? -1 : 1;
	return ac_str_cmp(a->chain.sighted->indicator->ref.id, b->chain.sighted->indicator->ref.id);
}

static int
compare_leads(const void *x, const void *y)
{
	const ac_lead *a = *(const ac_lead *const *)x, *b = *(const ac_lead *const *)y;

	if (a->indicator_count != b->indicator_count)
		return a->indicator_count > b->indicator_count ? -1 : 1;
	if (a->sightings != b->sightings)
		return a->sightings > b->sightings ? -1 : 1;
	if (a->is_stated != b->is_stated)
		return a->is_stated ? -1 : 1;
	if (a->chains[0].shared_by != b->chains[0].shared_by)
		return a->chains[0].shared_by < b->chains[0].shared_by ? -1 : 1;
	return ac_str_cmp(a->actor->id, b->actor->id);
}

static void
order(ac_leads *leads)
{
	for (size_t i = 0; i < leads->count; i++)
		qsort(leads->items[i]->chains, leads->items[i]->chain_count, sizeof(ac_lead_chain), compare_chains);
	if (leads->count)
		qsort(leads->items, leads->count, sizeof(*leads->items), compare_leads);
}

int
ac_attribute(ac_know *know, ac_leads *out, accord_err *err)
{
	follower f = { .know = know, .out = out };
	int rc;

	*out = (ac_leads){ 0 };
	ac_map_init(&f.by_actor, ac_know_seed(know), AC_TRACE_SIGHTED_MAX);
	ac_map_init(&f.shared_by, ac_know_seed(know), AC_TRACE_SIGHTED_MAX);
	rc = ac_trace_sighted(know, &out->trace, err);
	for (size_t i = 0; rc == 0 && i < out->trace.count; i++)
		rc = follow_one(&f, out->trace.items[i], err);
	ac_map_done(&f.by_actor);
	ac_map_done(&f.shared_by);
	if (rc == 0)
		order(out);
	return rc;
}
