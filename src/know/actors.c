/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All actor records of the store, from their cards, and the actors that they make. Whatever is asked of one actor is answered from the groups of all, so that nothing depends on where one began or on what was
 * learned first. Leaves judging to group.c.
 */
#include <stdlib.h>

#include "know/card.h"
#include "know/session.h"
#include "store/card.h"

#define SUCCESSIONS_MAX 8 /* of one number to the next; a circle ends there */

typedef struct census {
	ac_know *know;
	ac_actor_record *records;
	size_t count;
	ac_card *stale; /* to be derived */
	size_t stale_count;
	ac_card_numbers numbers;
	bool is_cut;
} census;

static int
add_record(census *c, const ac_actor_record *record, accord_err *err)
{
	ac_actor_record *records = ac_know_grow(&c->know->arena, c->records, c->count, sizeof(*records));

	if (!records)
		return ac_arena_check(&c->know->arena, err);
	c->records = records;
	records[c->count++] = *record;
	return 0;
}

static int
add_stale(census *c, const ac_card *card, accord_err *err)
{
	ac_card *stale = ac_know_grow(&c->know->arena, c->stale, c->stale_count, sizeof(*stale));

	if (!stale)
		return ac_arena_check(&c->know->arena, err);
	c->stale = stale;
	stale[c->stale_count++] = (ac_card){ card->object, card->mark, ac_arena_str(&c->know->arena, card->id), { 0 } };
	return ac_arena_check(&c->know->arena, err);
}

static int
on_card(void *payload, const ac_card *card, accord_err *err)
{
	census *c = payload;
	ac_actor_record record;
	ac_str bytes;

	if (c->count + c->stale_count == AC_KNOW_RECORDS_MAX) {
		c->is_cut = true;
		return 1;
	}
	if (card->bytes.n == 0)
		return add_stale(c, card, err);
	bytes = ac_arena_str(&c->know->arena, card->bytes);
	if (!bytes.p)
		return ac_arena_check(&c->know->arena, err);
	if (!ac_card_unpack(bytes, &c->know->arena, &record))
		return c->know->arena.failed ? ac_arena_check(&c->know->arena, err) : add_stale(c, card, err);
	return add_record(c, &record, err);
}

static int
derive_one(census *c, ac_card *card, ac_arena *scratch, ac_buf *buf, accord_err *err)
{
	ac_actor_record record;
	int rc = ac_card_derive(c->know->store, &c->numbers, card->id, &c->know->arena, scratch, &record, err);

	/* The object has gone between its card and it only where no snapshot is held; then it is no actor. */
	if (rc < 0)
		return rc == ACCORD_ENOTFOUND ? 0 : rc;
	ac_buf_reset(buf);
	rc = ac_card_pack(&record, buf, err);
	if (rc == 0)
		card->bytes = ac_arena_str(&c->know->arena, ac_buf_view(buf));
	return rc < 0 ? rc : add_record(c, &record, err);
}

static int
derive_stale(census *c, accord_err *err)
{
	ac_arena scratch;
	ac_buf buf;
	int rc = c->stale_count ? ac_card_kinds(c->know->store, &c->numbers, err) : 0;

	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	ac_buf_init(&buf, AC_FRAME_MAX);
	for (size_t i = 0; rc == 0 && i < c->stale_count; i++)
		rc = derive_one(c, &c->stale[i], &scratch, &buf, err);
	ac_buf_done(&buf);
	ac_arena_done(&scratch);
	if (rc == 0)
		rc = ac_arena_check(&c->know->arena, err);
	if (rc == 0)
		ac_store_cards_keep(c->know->store, c->stale, c->stale_count);
	return rc;
}

static int
compare_records(const void *x, const void *y)
{
	return ac_str_cmp(((const ac_actor_record *)x)->id, ((const ac_actor_record *)y)->id);
}

const ac_actor_record *
ac_know_record_in(const ac_actor_record *records, size_t count, ac_str id)
{
	ac_actor_record want = { .id = id };

	return count ? bsearch(&want, records, count, sizeof(want), compare_records) : NULL;
}

/* Whose own a number is: by number, the record's place + 1, of live and of revoked records. */
typedef struct owners {
	ac_map live, revoked;
} owners;

static int
add_owner(ac_map *map, const census *c, size_t index, accord_err *err)
{
	uint64_t *slot = ac_map_put(map, c->records[index].own_number, NULL);

	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the numbers of actors");
	/* The catalogue's own author before who copies it. */
	if (*slot == 0 || (c->records[index].is_authored && !c->records[*slot - 1].is_authored))
		*slot = index + 1;
	return 0;
}

static int
collect_owners(const census *c, owners *out, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->count; i++)
		if (c->records[i].own_number.n)
			rc = add_owner(c->records[i].is_revoked ? &out->revoked : &out->live, c, i, err);
	return rc;
}

static const ac_actor_record *
owner_of(const census *c, const ac_map *map, ac_str number)
{
	const uint64_t *slot = ac_map_get(map, number);

	return slot ? &c->records[*slot - 1] : NULL;
}

/* ATT&CK renumbers: a revoked group's number stands for that of its successor. One that its catalogue's author still uses for a live record leads nowhere. */
static ac_str
current_number(const census *c, const owners *o, ac_str number)
{
	for (size_t step = 0; step < SUCCESSIONS_MAX; step++) {
		const ac_actor_record *live = owner_of(c, &o->live, number);
		const ac_actor_record *revoked = owner_of(c, &o->revoked, number);
		const ac_actor_record *next = revoked && revoked->successor_id.n
						  ? ac_know_record_in(c->records, c->count, revoked->successor_id)
						  : NULL;

		if ((live && live->is_authored) || !next || next->own_number.n == 0 ||
		    ac_str_eq(next->own_number, number))
			break;
		number = next->own_number;
	}
	return number;
}

static bool
is_among(const ac_str *texts, size_t count, ac_str text)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(texts[i], text))
			return true;
	return false;
}

static bool
share_primary_name(const ac_actor_record *a, const ac_actor_record *b)
{
	for (size_t i = 0; i < a->name_count; i++)
		for (size_t j = 0; j < b->name_count; j++)
			if (a->names[i].is_primary && b->names[j].is_primary &&
			    ac_str_eq(a->names[i].key, b->names[j].key))
				return true;
	return false;
}

/* An entry of a list that carries the numbers of two groups, and the name of one of them, is that one. */
static ac_str
main_number(const census *c, const owners *o, const ac_actor_record *record)
{
	ac_str found = { 0 };

	for (size_t i = 0; record->group_id_count > 1 && i < record->group_id_count; i++) {
		const ac_actor_record *owner = owner_of(c, &o->live, record->group_ids[i]);

		if (!owner || !share_primary_name(owner, record))
			continue;
		if (found.n)
			return (ac_str){ 0 };
		found = record->group_ids[i];
	}
	return found;
}

static void
settle_numbers(const census *c, const owners *o, ac_actor_record *record)
{
	size_t kept = 0;

	for (size_t i = 0; i < record->group_id_count; i++) {
		ac_str number = current_number(c, o, record->group_ids[i]);

		if (!is_among(record->group_ids, kept, number))
			record->group_ids[kept++] = number;
	}
	record->group_id_count = kept;
	record->main_id = main_number(c, o, record);
}

static int
follow_numbers(census *c, accord_err *err)
{
	owners o;
	int rc;

	ac_map_init(&o.live, c->know->seed, AC_KNOW_RECORDS_MAX);
	ac_map_init(&o.revoked, c->know->seed, AC_KNOW_RECORDS_MAX);
	rc = collect_owners(c, &o, err);
	for (size_t i = 0; rc == 0 && i < c->count; i++)
		settle_numbers(c, &o, &c->records[i]);
	ac_map_done(&o.live);
	ac_map_done(&o.revoked);
	return rc;
}

static void
drop_revoked(census *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++)
		if (!c->records[i].is_revoked)
			c->records[kept++] = c->records[i];
	c->count = kept;
}

int
ac_know_actors_all(ac_know *know, const ac_know_actors **out, accord_err *err)
{
	census c = { .know = know };
	ac_know_actors *all;
	int rc;

	if (know->all) {
		*out = know->all;
		return 0;
	}
	rc = ac_store_cards(know->store, on_card, &c, err);
	if (rc == 0)
		rc = derive_stale(&c, err);
	if (rc < 0)
		return rc;
	/* By id: ties between pairs do not depend on what came first. */
	if (c.count)
		qsort(c.records, c.count, sizeof(*c.records), compare_records);
	rc = follow_numbers(&c, err);
	drop_revoked(&c);
	all = ac_arena_zalloc(&know->arena, 1, sizeof(*all));
	if (rc == 0 && !all)
		rc = ac_arena_check(&know->arena, err);
	if (rc == 0)
		rc = ac_group_records(c.records, c.count, &know->arena, &all->grouping, err);
	if (rc < 0)
		return rc;
	all->records = c.records;
	all->count = c.count;
	all->is_cut = c.is_cut || all->grouping.is_cut;
	all->derived = c.stale_count;
	*out = know->all = all;
	return 0;
}

/* The record that the group number is of leads, then another with one number, then the one with the most names. */
static bool
leads(const ac_actor_record *a, const ac_actor_record *b)
{
	int rank_a = (a->group_id_count == 1) + (a->group_id_count == 1 && a->is_authored);
	int rank_b = (b->group_id_count == 1) + (b->group_id_count == 1 && b->is_authored);

	if (rank_a != rank_b)
		return rank_a > rank_b;
	return a->name_count > b->name_count;
}

static int
make_actor(ac_know *know, const ac_know_actors *actors, size_t group, accord_err *err)
{
	const ac_grouping *g = &actors->grouping;
	ac_know_actor *actor = ac_arena_zalloc(&know->arena, 1, sizeof(*actor));
	size_t *members, count = 0;
	const ac_know_object *object;
	int rc = 0;

	for (size_t i = group; i < g->count; i = g->next[i])
		count++;
	members = ac_arena_zalloc(&know->arena, count, sizeof(*members));
	if (!actor || !members)
		return ac_arena_check(&know->arena, err);
	count = 0;
	for (size_t i = group; i < g->count; i = g->next[i]) {
		members[count++] = i;
		if (leads(&actors->records[i], &actors->records[members[0]])) {
			members[count - 1] = members[0];
			members[0] = i;
		}
	}
	rc = ac_know_load(know, actors->records[members[0]].id, &object, err);
	if (rc < 0)
		return rc;
	*actor = (ac_know_actor){ object->ref.id, object->ref.name, object->ref.external_id, members, count, actors };
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = ac_know_remember(know, &know->actors, actors->records[members[i]].id, actor, err);
	return rc;
}

/* The place of a record among all, or count. */
static size_t
index_of(const ac_know_actors *all, ac_str id)
{
	const ac_actor_record *found = ac_know_record_in(all->records, all->count, id);

	return found ? (size_t)(found - all->records) : all->count;
}

int
ac_know_actor_of(ac_know *know, ac_str id, const ac_know_actor **out, accord_err *err)
{
	const ac_know_actor *known = ac_know_recall(&know->actors, id);
	const ac_know_actors *all;
	size_t index;
	int rc = known ? 0 : ac_know_actors_all(know, &all, err);

	if (rc == 0 && !known) {
		index = index_of(all, id);
		if (index == all->count)
			return ac_fail(
			    err, ACCORD_EINPUT, "want the id of an actor that is here, got %.*s", AC_FMT(id));
		rc = make_actor(know, all, all->grouping.group_of[index], err);
		known = ac_know_recall(&know->actors, id);
	}
	if (rc == 0)
		*out = known;
	return rc;
}
