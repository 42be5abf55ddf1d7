/* SPDX-License-Identifier: Apache-2.0 */
/* A table of SHA-256's own bytes: nobody chooses them, so they need no further hashing. */
#include "agree/log_known.h"

#include <stdlib.h>

static uint64_t
print_of(const ac_hash *hash)
{
	uint64_t print;

	memcpy(&print, hash->bytes, sizeof(print));
	return print;
}

static void
put(ac_known_slot *slots, size_t capacity, ac_known_slot slot)
{
	size_t at = slot.print & (capacity - 1);

	while (slots[at].place)
		at = (at + 1) & (capacity - 1);
	slots[at] = slot;
}

int
ac_known_add(ac_known *known, const ac_hash *hash, uint64_t index, accord_err *err)
{
	if (2 * known->count >= known->capacity) {
		size_t capacity = known->capacity ? 2 * known->capacity : 1024;
		ac_known_slot *slots = calloc(capacity, sizeof(*slots));

		if (!slots)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for the places of %zu leaves", known->count);
		for (size_t i = 0; i < known->capacity; i++)
			if (known->slots[i].place)
				put(slots, capacity, known->slots[i]);
		free(known->slots);
		known->slots = slots;
		known->capacity = capacity;
	}
	put(known->slots, known->capacity, (ac_known_slot){ print_of(hash), index + 1 });
	known->count++;
	return 0;
}

bool
ac_known_find(const ac_known *known, const ac_hash *hash, size_t *cursor, uint64_t *out_index)
{
	uint64_t print = print_of(hash);

	if (known->capacity == 0)
		return false;
	for (size_t step = *cursor;; step++) {
		const ac_known_slot *slot = &known->slots[(print + step) & (known->capacity - 1)];

		if (slot->place == 0)
			return false;
		if (slot->print != print)
			continue;
		*cursor = step + 1;
		*out_index = slot->place - 1;
		return true;
	}
}

void
ac_known_done(ac_known *known)
{
	free(known->slots);
	*known = (ac_known){ 0 };
}
