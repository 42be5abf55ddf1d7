/* SPDX-License-Identifier: Apache-2.0 */
/* Bitmaps to lists of places, and lists of keys through a gate, compiled with each kernel's instructions: TARGET is set by the file that includes this, and GATE_PASS when it has a pass of its own. */
#include "watch/scan_parts.h"

#ifndef LIST_WORD
/* The places of one word. Most words with bits have one or two: two are taken without asking. */
TARGET static inline size_t
list_word(uint64_t bits, uint32_t at, uint32_t *out)
{
	size_t n = 2;

	out[0] = at + (uint32_t)__builtin_ctzll(bits);
	bits &= bits - 1;
	if (!(bits & (bits - 1))) {
		out[1] = at + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
		return 1 + (bits != 0);
	}
	out[1] = at + (uint32_t)__builtin_ctzll(bits);
	for (bits &= bits - 1; bits; bits &= bits - 1)
		out[n++] = at + (uint32_t)__builtin_ctzll(bits);
	return n;
}
#endif

#ifndef LIST_PLACES
/* The places of words 1 to `words`, as ac_scan_kernel has it. */
TARGET static size_t
list_places(const ac_places_map *map, size_t words, size_t base, uint32_t *out)
{
	size_t steps = (words + STEP - 1) / STEP, n = 0;

	for (size_t step = 0; step < steps; step += AC_FULL_AT_ONCE) {
		uint64_t full = ac_load64(map->full + step);

		for (; full; full &= full - 1) {
			/* a byte is a step, its lowest bits are the words */
			size_t bit = (size_t)__builtin_ctzll(full);
			size_t word = STEP * (step + bit / 8) + bit % 8;

			n += list_word(map->bits[1 + word], (uint32_t)(base + 64 * word), out + n);
		}
	}
	return n;
}
#endif

#ifndef GATE_PASS
/* Of n keys, the numbers of those that a gate has, in order; `out` has room for n. Returns how many. */
TARGET static size_t
pass(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n, uint32_t *out)
{
	size_t passed = 0;

	for (size_t i = 0; i < n; i++) {
		out[passed] = (uint32_t)i;
		passed += ac_gate_has(gate, blocks, keys[i]);
	}
	return passed;
}
#endif

/*
 * Memory is asked for the blocks of n keys, one right behind the other: each look through the page tables keeps what comes behind it waiting, and the more are begun together the less.
 */
TARGET static inline void
ask_gate(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ac_ask_line(ac_gate_block_of(gate, blocks, keys[i]));
}

/* Of the keys from number `from` on, those that gate 2 has move to `kept`. How many there are then. */
TARGET static size_t
keep_passed(ac_scan *s, ac_asked *asked, size_t kept, size_t from)
{
	const ac_index *ix = s->index;
	uint32_t *which = s->places->passed2;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, asked->keys + from, asked->n - from, which);

	for (size_t i = 0; i < passed; i++, kept++) {
		asked->keys[kept] = asked->keys[from + which[i]];
		asked->owners[kept] = asked->owners[from + which[i]];
		asked->kinds[kept] = asked->kinds[from + which[i]];
	}
	return kept;
}
