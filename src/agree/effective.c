/* SPDX-License-Identifier: Apache-2.0 */
/* Levels of objects. Knows nothing of statements; what a level allows is agree/evidence.c's. */
#include "agree/effective.h"

#include "agree/text.h"
#include "base/limits.h"

typedef struct lookup {
	ac_store *store;
	const ac_json *beside;
	ac_arena *arena;
	ac_str *producers; /* of the copy in the store */
	unsigned producer_count;
} lookup;

static ac_tlp
held(ac_tlp tlp)
{
	return tlp == AC_TLP_NONE ? AC_TLP_AMBER_STRICT : tlp;
}

ac_tlp
ac_effective_stricter(ac_tlp a, ac_tlp b)
{
	/* Of two that are as strict, the one that somebody has said. */
	return held(a) > held(b) || (held(a) == held(b) && a != AC_TLP_NONE) ? a : b;
}

/* The store's copy; *out NULL: none. */
static int
find_stored(lookup *l, ac_str id, ac_stored *stored, const ac_json **out, accord_err *err)
{
	int rc = l->store && id.n ? ac_store_get(l->store, id, l->arena, stored, err) : ACCORD_ENOTFOUND;

	*out = NULL;
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	return rc ? rc : ac_json_parse(stored->object, AC_JSON_LIMITS, l->arena, out, err);
}

static int
find_definition(void *payload, ac_str id, const ac_json **out, accord_err *err)
{
	lookup *l = payload;
	ac_json_iter it = ac_json_iter_of(ac_json_get(l->beside, AC_S("objects")));
	ac_stored stored;

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("id")), id)) {
			*out = it.value;
			return 0;
		}
	return find_stored(l, id, &stored, out, err);
}

static int
on_arrival(void *payload, ac_str producer, int64_t arrival_us, accord_err *err)
{
	lookup *l = payload;

	(void)arrival_us;
	l->producers = ac_text_grow(l->arena, l->producers, l->producer_count, sizeof(*l->producers));
	if (!l->producers)
		return ac_arena_check(l->arena, err);
	l->producers[l->producer_count++] = ac_arena_str(l->arena, producer);
	return ac_arena_check(l->arena, err);
}

/* The strictest default of all who sent it; one without a default is as strict as AMBER+STRICT, and says nothing. */
static int
find_default(lookup *l, int64_t sequence, ac_tlp *out, accord_err *err)
{
	int rc = ac_store_arrivals(l->store, sequence, on_arrival, l, err);

	for (unsigned i = 0; rc == 0 && i < l->producer_count; i++) {
		ac_tlp tlp = AC_TLP_NONE;

		rc = ac_store_source_tlp(l->store, l->producers[i], &tlp, err);
		*out = i ? ac_effective_stricter(*out, tlp) : tlp;
	}
	return rc;
}

static int
level_of(lookup *l, const ac_json *object, ac_tlp source_default, ac_tlp *out, accord_err *err)
{
	ac_marking m;
	int rc = ac_marking_of(object, find_definition, l, source_default, l->arena, &m, err);

	if (rc)
		return rc;
	if (m.travels)
		*out = AC_TLP_CLEAR;
	else if (m.reason == AC_MARKING_BY_DEFAULT && m.highest <= AC_TLP_AMBER_STRICT)
		*out = AC_TLP_NONE;
	else
		*out = m.highest;
	return 0;
}

int
ac_effective_tlp(
    ac_store *store, const ac_json *object, const ac_json *beside, ac_arena *arena, ac_tlp *out, accord_err *err)
{
	lookup l = { .store = store, .beside = beside, .arena = arena };
	ac_tlp source_default = AC_TLP_NONE, own = AC_TLP_NONE, copy = AC_TLP_NONE;
	const ac_json *stored_object = NULL;
	ac_stored stored;
	int rc = find_stored(&l, ac_json_get_string(object, AC_S("id")), &stored, &stored_object, err);

	if (!rc && stored_object)
		rc = find_default(&l, stored.sequence, &source_default, err);
	if (!rc)
		rc = level_of(&l, object, source_default, &own, err);
	if (!rc && stored_object)
		rc = level_of(&l, stored_object, source_default, &copy, err);
	if (!rc)
		*out = stored_object ? ac_effective_stricter(own, copy) : own;
	return rc;
}
