/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards as a damaged or foreign database may hold them, and grouping of whatever they say: two bytes of length before each card. What unpacks must pack to the same bytes' meaning; groups
 * must hold what grouping promises.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "know/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CARDS_MAX 64

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
check_pack(const ac_actor_record *record, ac_arena *arena)
{
	ac_actor_record again;
	accord_err err = { 0 };
	ac_buf buf;

	ac_buf_init(&buf, AC_FRAME_MAX);
	must(ac_card_pack(record, &buf, &err) == 0);
	must(ac_card_unpack(ac_buf_view(&buf), arena, &again));
	must(again.name_count == record->name_count && again.link_count == record->link_count &&
	     again.group_id_count == record->group_id_count && again.country_count == record->country_count);
	for (size_t i = 0; i < record->link_count; i++)
		must(again.links[i].kind == record->links[i].kind && again.links[i].is_own == record->links[i].is_own &&
		     again.links[i].weight == record->links[i].weight);
	ac_buf_done(&buf);
}

/* A group begins at its smallest member, the chain of its members goes up and ends, and what the member keeps apart is apart. */
static void
check_groups(const ac_grouping *g)
{
	for (size_t i = 0; i < g->count; i++) {
		must(g->group_of[i] <= i && g->group_of[g->group_of[i]] == g->group_of[i]);
		must(g->next[i] > i && g->next[i] <= g->count);
		must(g->next[i] == g->count || g->group_of[g->next[i]] == g->group_of[i]);
	}
	for (size_t p = 0; p < g->pair_count; p++) {
		const ac_group_pair *pair = &g->pairs[p];
		bool together = g->group_of[pair->a] == g->group_of[pair->b];

		must(pair->a < pair->b && pair->b < g->count);
		must((pair->refusal == AC_GROUP_JOINED) == together);
		for (size_t e = 0; e < pair->evidence_count; e++)
			must(!together || pair->evidence[e].reason != AC_GROUP_SAID_DISTINCT ||
			     !pair->evidence[e].link->is_own);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str bytes = { (const char *)data, size };
	ac_actor_record records[CARDS_MAX];
	accord_err err = { 0 };
	size_t count = 0, at = 0;
	ac_grouping g;
	ac_arena arena;

	ac_arena_init(&arena, (size_t)256 << 20);
	while (at + 2 <= size && count < CARDS_MAX) {
		size_t n = data[at] | (size_t)data[at + 1] << 8;
		ac_str card = ac_str_slice(bytes, at + 2, at + 2 + n);

		at += 2 + n;
		if (!ac_card_unpack(card, &arena, &records[count]))
			continue;
		check_pack(&records[count], &arena);
		count++;
	}
	if (ac_group_records(records, count, &arena, &g, &err) == 0)
		check_groups(&g);
	ac_arena_done(&arena);
	return 0;
}
