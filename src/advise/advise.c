/* SPDX-License-Identifier: Apache-2.0 */
/* From sightings to techniques to mitigations. Knows nothing of how the advice looks. */
#include "advise/advise.h"

#include <stdlib.h>

/*
 * Steps that lead to techniques: those that the indicator is said to show, and those of the malware, campaign or actor that it is said to belong to. From malware no step leads
 * on to its users: what else they do was not seen.
 */
static const ac_trace_rule rules[] = {
	{ AC_TRACE_INDICATOR, AC_KNOW_FROM, AC_S_INIT("indicates"),
	    AC_TRACE_SOFTWARE | AC_TRACE_CAMPAIGN | AC_TRACE_ACTOR | AC_TRACE_INFRASTRUCTURE | AC_TRACE_TECHNIQUE },
	{ AC_TRACE_SOFTWARE | AC_TRACE_CAMPAIGN | AC_TRACE_ACTOR, AC_KNOW_FROM, AC_S_INIT("uses"), AC_TRACE_TECHNIQUE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("beacons-to"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_TO, AC_S_INIT("exfiltrates-to"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_FROM, AC_S_INIT("delivers"), AC_TRACE_MALWARE },
	{ AC_TRACE_INFRASTRUCTURE, AC_KNOW_FROM, AC_S_INIT("controls"), AC_TRACE_MALWARE },
	{ AC_TRACE_INDICATOR, AC_KNOW_TO, AC_S_INIT("object_refs"), AC_TRACE_REPORT },
	{ AC_TRACE_REPORT, AC_KNOW_FROM, AC_S_INIT("object_refs"),
	    AC_TRACE_TECHNIQUE | AC_TRACE_SOFTWARE | AC_TRACE_CAMPAIGN | AC_TRACE_ACTOR },
};
/* Reports only for indicators about which nobody says more. */
static const ac_trace_rules towards_techniques = { rules, AC_COUNT(rules), AC_TRACE_TECHNIQUE, true };

#define TECHNIQUES_MAX 20000
#define MITIGATIONS_OF_ONE_MAX 1000

typedef struct adviser {
	ac_know *know;
	ac_advice *out;
	ac_map techniques;  /* number or id -> index + 1 */
	ac_map mitigations; /* number or id -> index + 1 */
} adviser;

/* A technique that two catalogues list under one number is one technique; the same for mitigations. */
static ac_str
key_of(const ac_know_ref *ref)
{
	return ref->external_id.n ? ref->external_id : ref->id;
}

/* The thing of a key in a list of pointers, made when it is new; *out_new says so. NULL on failure. */
static void *
thing_of(adviser *a, ac_map *map, ac_str key, void ***list, size_t *count, size_t size, bool *out_new)
{
	ac_arena *arena = ac_know_arena(a->know);
	uint64_t *slot = ac_map_put(map, key, NULL);
	void **items, *thing;

	*out_new = false;
	if (!slot)
		return NULL;
	if (*slot)
		return (*list)[*slot - 1];
	items = ac_know_grow(arena, *list, *count, sizeof(*items));
	thing = ac_arena_zalloc(arena, 1, size);
	if (!items || !thing)
		return NULL;
	*list = items;
	items[(*count)++] = thing;
	*slot = *count;
	*out_new = true;
	return thing;
}

static int
no_room(adviser *a, accord_err *err)
{
	return ac_know_arena(a->know)->failed ? ac_arena_check(ac_know_arena(a->know), err)
					      : ac_fail(err, ACCORD_ENOMEM, "no memory for advice");
}

static int
on_chain(void *payload, const ac_know_ref *end, const ac_trace_chain *chain, accord_err *err)
{
	adviser *a = payload;
	ac_advice *out = a->out;
	ac_advice_technique *technique;
	ac_trace_chain *chains;
	bool is_new;

	if (out->technique_count == TECHNIQUES_MAX)
		return 0;
	technique = thing_of(a, &a->techniques, key_of(end), (void ***)&out->techniques, &out->technique_count,
	    sizeof(*technique), &is_new);
	if (!technique)
		return no_room(a, err);
	if (is_new)
		technique->technique = end;
	technique->is_stated |= !chain->is_weak;
	technique->indicator_count += technique->last != chain->sighted;
	technique->last = chain->sighted;
	if (technique->chain_count == AC_ADVICE_CHAINS_MAX) {
		ac_trace_chain *last = &technique->chains[AC_ADVICE_CHAINS_MAX - 1];

		/* A full list still lets a stated chain in for a weak one. */
		if (last->is_weak && !chain->is_weak)
			*last = *chain;
		return 0;
	}
	chains = ac_know_grow(ac_know_arena(a->know), technique->chains, technique->chain_count, sizeof(*chains));
	if (!chains)
		return no_room(a, err);
	technique->chains = chains;
	chains[technique->chain_count++] = *chain;
	return 0;
}

static int
add_claimant(adviser *a, ac_advice_mitigation *mitigation, const ac_edge *edge, accord_err *err)
{
	ac_page_texts *list = &mitigation->claimants;
	const ac_know_object *relationship;
	ac_str *items;
	int rc = edge->via_id.n ? ac_know_load(a->know, edge->via_id, &relationship, err) : 1;

	if (rc != 0)
		return rc < 0 ? rc : 0;
	for (size_t i = 0; i < list->count; i++)
		if (ac_str_eq(list->items[i], relationship->producer))
			return 0;
	items = ac_know_grow(ac_know_arena(a->know), list->items, list->count, sizeof(*items));
	if (!items)
		return no_room(a, err);
	list->items = items;
	items[list->count++] = relationship->producer;
	return 0;
}

static int
take_mitigation(adviser *a, ac_advice_technique *technique, const ac_edge *edge, accord_err *err)
{
	ac_advice *out = a->out;
	const ac_know_ref *ref;
	ac_advice_mitigation *mitigation;
	const ac_advice_technique **techniques;
	bool is_new;
	int rc = ac_know_label(a->know, edge->other_id, &ref, err);

	if (rc < 0)
		return rc;
	mitigation = thing_of(a, &a->mitigations, key_of(ref), (void ***)&out->mitigations, &out->mitigation_count,
	    sizeof(*mitigation), &is_new);
	if (!mitigation)
		return no_room(a, err);
	if (is_new) {
		const ac_know_object *object;

		rc = ac_know_load(a->know, ref->id, &object, err);
		if (rc < 0)
			return rc;
		mitigation->mitigation = ref;
		mitigation->is_outdated = ac_know_is_outdated(object);
	}
	if (mitigation->technique_count == 0 || mitigation->techniques[mitigation->technique_count - 1] != technique) {
		techniques = ac_know_grow(ac_know_arena(a->know), mitigation->techniques, mitigation->technique_count,
		    sizeof(const ac_advice_technique *));
		if (!techniques)
			return no_room(a, err);
		mitigation->techniques = techniques;
		techniques[mitigation->technique_count++] = technique;
		technique->mitigation_count++;
	}
	return add_claimant(a, mitigation, edge, err);
}

static int
mitigate(adviser *a, ac_advice_technique *technique, accord_err *err)
{
	ac_know_edges edges;
	int rc = ac_know_edges_of(
	    a->know, technique->technique->id, AC_KNOW_TO, AC_S("mitigates"), MITIGATIONS_OF_ONE_MAX, &edges, err);

	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		rc = take_mitigation(a, technique, &edges.items[i], err);
	return rc;
}

/* The first chain is the one that is told: stated before weak, then the shortest. */
static int
compare_chains(const void *x, const void *y)
{
	const ac_trace_chain *a = x, *b = y;

	if (a->is_weak != b->is_weak)
		return a->is_weak ? 1 : -1;
	if (a->hop_count != b->hop_count)
		return a->hop_count < b->hop_count ? -1 : 1;
	return ac_str_cmp(a->sighted->indicator->ref.id, b->sighted->indicator->ref.id);
}

static int
compare_techniques(const void *x, const void *y)
{
	const ac_advice_technique *a = *(const ac_advice_technique *const *)x,
				  *b = *(const ac_advice_technique *const *)y;

	return ac_str_cmp(key_of(a->technique), key_of(b->technique));
}

static int
compare_mitigations(const void *x, const void *y)
{
	const ac_advice_mitigation *a = *(const ac_advice_mitigation *const *)x,
				   *b = *(const ac_advice_mitigation *const *)y;

	if (a->is_outdated != b->is_outdated)
		return a->is_outdated ? 1 : -1;
	if (a->technique_count != b->technique_count)
		return a->technique_count > b->technique_count ? -1 : 1;
	return ac_str_cmp(key_of(a->mitigation), key_of(b->mitigation));
}

static int
advise(adviser *a, accord_err *err)
{
	ac_advice *out = a->out;
	int rc = ac_trace_sighted(a->know, &out->trace, err);

	for (size_t i = 0; rc == 0 && i < out->trace.count; i++)
		rc = ac_trace_follow(a->know, out->trace.items[i], &towards_techniques, on_chain, a, err);
	/* In order before mitigations list them, so that each list is in order too. */
	if (rc == 0 && out->technique_count)
		qsort(out->techniques, out->technique_count, sizeof(*out->techniques), compare_techniques);
	for (size_t i = 0; rc == 0 && i < out->technique_count; i++)
		qsort(out->techniques[i]->chains, out->techniques[i]->chain_count, sizeof(ac_trace_chain),
		    compare_chains);
	for (size_t i = 0; rc == 0 && i < out->technique_count; i++)
		rc = mitigate(a, out->techniques[i], err);
	if (rc == 0 && out->mitigation_count)
		qsort(out->mitigations, out->mitigation_count, sizeof(*out->mitigations), compare_mitigations);
	return rc;
}

int
ac_advise(ac_know *know, ac_advice *out, accord_err *err)
{
	adviser a = { .know = know, .out = out };
	int rc;

	*out = (ac_advice){ 0 };
	ac_map_init(&a.techniques, ac_know_seed(know), TECHNIQUES_MAX);
	ac_map_init(&a.mitigations, ac_know_seed(know), TECHNIQUES_MAX);
	rc = advise(&a, err);
	ac_map_done(&a.techniques);
	ac_map_done(&a.mitigations);
	return rc;
}
