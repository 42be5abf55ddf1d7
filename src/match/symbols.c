/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of names, found through one hash table. */
#include "match/symbols.h"

#include "match/grow.h"

void
ac_symbols_init(ac_symbols *s, ac_hash_seed seed, size_t limit, size_t names_limit)
{
	*s = (ac_symbols){ .seed = seed, .limit = limit };
	ac_arena_init(&s->names, names_limit);
}

void
ac_symbols_done(ac_symbols *s)
{
	free(s->items);
	free(s->slots);
	ac_arena_done(&s->names);
	*s = (ac_symbols){ 0 };
}

void
ac_symbols_clear(ac_symbols *s)
{
	s->count = 0;
	s->failed = 0;
	if (s->slots)
		memset(s->slots, 0xff, s->slot_count * sizeof(*s->slots));
	ac_arena_reset(&s->names);
}

static uint64_t
hash_of(const ac_symbols *s, uint32_t parent, ac_str name)
{
	uint64_t h = name.p ? ac_siphash(s->seed, name) : s->seed.word[0];

	h ^= ((uint64_t)parent + 1) * 0x9e3779b97f4a7c15U;
	h *= 0xd6e8feb86659fd93U;
	return h ^ h >> 32;
}

/* The slot of the node, or the empty one in which it belongs. There is always an empty one. */
static size_t
slot_of(const ac_symbols *s, uint32_t parent, ac_str name)
{
	size_t at = hash_of(s, parent, name) & (s->slot_count - 1);

	for (; s->slots[at] != AC_SYMBOL_NONE; at = (at + 1) & (s->slot_count - 1)) {
		const ac_symbol *item = &s->items[s->slots[at]];

		if (item->parent == parent && !item->name.p == !name.p && ac_str_eq(item->name, name))
			break;
	}
	return at;
}

uint32_t
ac_symbols_find(const ac_symbols *s, uint32_t parent, ac_str name)
{
	return s->slot_count ? s->slots[slot_of(s, parent, name)] : AC_SYMBOL_NONE;
}

/* Keep the table at most half full. */
static int
make_room(ac_symbols *s)
{
	size_t wanted = s->slot_count ? 2 * s->slot_count : 64;
	uint32_t *old = s->slots, *slots;

	if (2 * (s->count + 1) <= s->slot_count)
		return 0;
	slots = malloc(wanted * sizeof(*slots));
	if (!slots)
		return ACCORD_ENOMEM;
	memset(slots, 0xff, wanted * sizeof(*slots));
	s->slots = slots;
	s->slot_count = wanted;
	for (size_t i = 0; i < s->count; i++)
		slots[slot_of(s, s->items[i].parent, s->items[i].name)] = (uint32_t)i;
	free(old);
	return 0;
}

uint32_t
ac_symbols_put(ac_symbols *s, uint32_t parent, ac_str name)
{
	uint32_t found = ac_symbols_find(s, parent, name), lists = 0;
	ac_str copy = { NULL, 0 };
	int rc;

	if (found != AC_SYMBOL_NONE)
		return found;
	rc = AC_GROW(&s->items, s->count + 1, s->capacity, s->limit);
	if (rc == 0)
		rc = make_room(s);
	if (rc == 0 && name.p) {
		copy = ac_arena_str(&s->names, name);
		rc = copy.p ? 0 : s->names.failed;
	}
	if (rc) {
		s->failed = s->failed ? s->failed : rc;
		return AC_SYMBOL_NONE;
	}
	if (parent != AC_SYMBOL_NONE)
		lists = s->items[parent].lists + (name.p == NULL);
	s->items[s->count] = (ac_symbol){ .parent = parent, .name = copy, .lists = lists };
	s->slots[slot_of(s, parent, name)] = (uint32_t)s->count;
	return (uint32_t)s->count++;
}
