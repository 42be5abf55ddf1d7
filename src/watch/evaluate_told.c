/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the indicators that were told last are called. Telemetry hits the same few again and again, and the id of a list's row is a hash over its text. Knows nothing of why something is told.
 */
#include <stdlib.h>

#include "watch/evaluate.h"

#define SLOTS 512
/* Of an id and a name: longer ones are made each time. */
#define ROOM 160

typedef struct slot {
	uint16_t id_n, name_n;
	ac_str producer; /* in the index */
	char text[ROOM]; /* the id, then the name */
} slot;

/* Whose slot it is, apart from what it holds: mostly it is another's. */
#define NOBODY UINT64_MAX
struct ac_told {
	uint64_t whose[SLOTS];
	slot slots[SLOTS];
};

ac_told *
ac_told_open(void)
{
	ac_told *t = calloc(1, sizeof(*t));

	if (t)
		ac_told_forget(t);
	return t;
}

ac_told *
ac_told_close(ac_told *t)
{
	free(t);
	return NULL;
}

void
ac_told_forget(ac_told *t)
{
	for (size_t i = 0; i < SLOTS; i++)
		t->whose[i] = NOBODY;
}

/* Indicators and records are places in the index. */
static uint64_t
key_of(uint32_t indicator, uint32_t record)
{
	return (uint64_t)indicator << 32 | record;
}

static size_t
slot_of(uint32_t indicator, uint32_t record)
{
	return ((indicator ^ record << 16) * 2654435761U >> 16) % SLOTS;
}

bool
ac_told_get(ac_told *t, uint32_t indicator, uint32_t record, ac_arena *arena, ac_hit_indicator *out)
{
	size_t at = slot_of(indicator, record);
	const slot *s = &t->slots[at];
	ac_str both;

	if (t->whose[at] != key_of(indicator, record))
		return false;
	both = ac_arena_str(arena, (ac_str){ s->text, (size_t)s->id_n + s->name_n });
	if (!both.p)
		return false;
	out->id = ac_str_slice(both, 0, s->id_n);
	out->name = ac_str_slice(both, s->id_n, both.n);
	out->producer = s->producer;
	return true;
}

void
ac_told_put(ac_told *t, uint32_t indicator, uint32_t record, const ac_hit_indicator *told)
{
	size_t at = slot_of(indicator, record);
	slot *s = &t->slots[at];

	if (!told->id.p || !told->name.p || told->id.n > ROOM || told->name.n > ROOM - told->id.n)
		return;
	t->whose[at] = key_of(indicator, record);
	s->id_n = (uint16_t)told->id.n;
	s->name_n = (uint16_t)told->name.n;
	s->producer = told->producer;
	memcpy(s->text, told->id.p, told->id.n);
	memcpy(s->text + told->id.n, told->name.p, told->name.n);
}
