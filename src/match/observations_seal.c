/* SPDX-License-Identifier: Apache-2.0 */
/* Names to objects: what observations and references point to, once all of a batch is there. */
#include "match/batch.h"
#include "match/grow.h"

static uint64_t
hash_of(const ac_observations *o, uint32_t scope, ac_str id)
{
	uint64_t h = (ac_siphash(o->seed, id) ^ scope) * 0x9e3779b97f4a7c15U;

	return h ^ h >> 32;
}

/* The slot of a name, or the empty one where it belongs. */
static size_t
slot_of(const ac_observations *o, uint32_t scope, ac_str id)
{
	size_t at = hash_of(o, scope, id) & (o->slot_count - 1);

	for (; o->slots[at] != AC_NO_OBJECT; at = (at + 1) & (o->slot_count - 1)) {
		const ac_fact_object *object = &o->objects[o->slots[at]];

		if (object->scope == scope && ac_str_eq(object->id, id))
			break;
	}
	return at;
}

uint32_t
ac_batch_find(const ac_observations *o, uint32_t scope, ac_str id)
{
	return o->slot_count ? o->slots[slot_of(o, scope, id)] : AC_NO_OBJECT;
}

uint32_t
ac_batch_type(const ac_observations *o, ac_str type)
{
	return ac_symbols_find(&o->symbols, AC_SYMBOL_NONE, type);
}

bool
ac_batch_has(const ac_observations *o, uint32_t observation, uint32_t object)
{
	const ac_observation *item = &o->items[observation];
	const uint32_t *members = o->members + item->first_member;
	size_t low = 0, high = item->member_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (members[middle] < object)
			low = middle + 1;
		else
			high = middle;
	}
	return low < item->member_count && members[low] == object;
}

/* Put the objects that are new into the table, at most half full. Of two with one name the later one counts. */
static int
index_objects(ac_observations *o)
{
	size_t wanted = o->slot_count ? o->slot_count : 64;

	while (wanted < 2 * (o->object_count + 1))
		wanted *= 2;
	if (wanted > o->slot_count) {
		uint32_t *slots = malloc(wanted * sizeof(*slots));

		if (!slots)
			return ACCORD_ENOMEM;
		memset(slots, 0xff, wanted * sizeof(*slots));
		free(o->slots);
		o->slots = slots;
		o->slot_count = wanted;
		o->slotted = 0;
	}
	for (; o->slotted < o->object_count; o->slotted++) {
		const ac_fact_object *object = &o->objects[o->slotted];

		o->slots[slot_of(o, object->scope, object->id)] = (uint32_t)o->slotted;
	}
	return 0;
}

/* The members of an observation: its own objects, and those that it names. */
static int
gather_members(ac_observations *o, ac_observation *item)
{
	size_t most = (size_t)item->object_count + item->name_count, n = 0, kept = 0;
	uint32_t *members;
	int rc;

	item->first_member = (uint32_t)o->member_count;
	item->member_count = 0;
	if (most == 0)
		return 0;
	rc = AC_GROW(&o->members, o->member_count + most, o->member_capacity, o->limit / sizeof(*o->members));
	if (rc)
		return rc;
	members = o->members + o->member_count;
	for (uint32_t i = 0; i < item->object_count; i++)
		members[n++] = item->first_object + i;
	for (uint32_t i = 0; i < item->name_count; i++) {
		uint32_t object = ac_batch_find(o, AC_SCOPE_SHARED, o->names[item->first_name + i]);

		if (object == AC_NO_OBJECT)
			o->tally.missing_objects++;
		else
			members[n++] = object;
	}
	if (item->name_count)
		qsort(members, n, sizeof(*members), ac_compare_u32);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || members[kept - 1] != members[i])
			members[kept++] = members[i];
	item->member_count = (uint32_t)kept;
	o->member_count += kept;
	return 0;
}

/* References of the facts of one object. */
static void
resolve_references(ac_observations *o, const ac_fact_object *object)
{
	for (uint32_t i = 0; i < object->fact_count; i++) {
		ac_fact *fact = &o->facts[object->first_fact + i];

		if (!fact->is_reference)
			continue;
		fact->target = ac_batch_find(o, object->scope, fact->value.text);
		if (fact->target == AC_NO_OBJECT)
			fact->target = ac_batch_find(o, AC_SCOPE_SHARED, fact->value.text);
	}
}

int
ac_observations_seal(ac_observations *o, accord_err *err)
{
	int rc = o->failed ? o->failed : index_objects(o);

	for (size_t i = o->sealed_observations; rc == 0 && i < o->count; i++)
		rc = gather_members(o, &o->items[i]);
	if (rc) {
		o->failed = rc;
		return rc == ACCORD_ELIMIT ? ac_fail(err, rc, "observations: more than the limit of memory or of paths")
					   : ac_fail(err, rc, "observations: no memory");
	}
	o->sealed_observations = o->count;
	for (; o->sealed_objects < o->object_count; o->sealed_objects++)
		resolve_references(o, &o->objects[o->sealed_objects]);
	return 0;
}
