/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting many items that begin with a 64-bit hash: one scatter by its highest bits that differ leaves a few each, which are put in order where they stand. */
#ifndef AC_BASE_HASH_SORT_H
#define AC_BASE_HASH_SORT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AC_HASH_SORT_BITS 12
#define AC_HASH_SORT_SLOTS ((size_t)1 << AC_HASH_SORT_BITS)
/* Items of one slot that are put in order by insertion; equal or chosen hashes may leave more. */
#define AC_HASH_SORT_FEW 64
/* Largest item. */
#define AC_HASH_SORT_SIZE 32

typedef int (*ac_hash_sort_order)(const void *a, const void *b);

static inline size_t
ac_hash_sort_slot(const char *item, unsigned shift)
{
	uint64_t hash;

	memcpy(&hash, item, sizeof(hash));
	return hash >> shift & (AC_HASH_SORT_SLOTS - 1);
}

static inline void
ac_hash_sort_few(char *items, size_t n, size_t size, ac_hash_sort_order order)
{
	for (size_t i = 1; i < n; i++) {
		char item[AC_HASH_SORT_SIZE];
		size_t k = i;

		memcpy(item, items + i * size, size);
		for (; k > 0 && order(item, items + (k - 1) * size) < 0; k--)
			memcpy(items + k * size, items + (k - 1) * size, size);
		memcpy(items + k * size, item, size);
	}
}

/*
 * n items of `size` bytes (a constant, at most AC_HASH_SORT_SIZE; n below 2^32) of `from`, sorted into `to` by order, which goes by their hashes first. The highest same_bits (at most 52) of all
 * hashes are the same.
 */
static inline void
ac_hash_sort_into(void *into, const void *of, size_t n, size_t size, unsigned same_bits, ac_hash_sort_order order)
{
	unsigned shift = 64 - same_bits - AC_HASH_SORT_BITS;
	uint32_t at[AC_HASH_SORT_SLOTS + 1] = { 0 };
	const char *from = of;
	char *to = into;

	if (n < AC_HASH_SORT_SLOTS / 4) {
		memcpy(to, from, n * size);
		if (n > 1)
			qsort(to, n, size, order);
		return;
	}
	for (size_t i = 0; i < n; i++)
		at[ac_hash_sort_slot(from + i * size, shift) + 1]++;
	for (size_t s = 1; s <= AC_HASH_SORT_SLOTS; s++)
		at[s] += at[s - 1];
	for (size_t i = 0; i < n; i++)
		memcpy(to + at[ac_hash_sort_slot(from + i * size, shift)]++ * size, from + i * size, size);
	/* at[s] is now where s ends */
	for (size_t s = 0, begin = 0; s < AC_HASH_SORT_SLOTS; begin = at[s++]) {
		size_t count = at[s] - begin;

		if (count > AC_HASH_SORT_FEW)
			qsort(to + begin * size, count, size, order);
		else if (count > 1)
			ac_hash_sort_few(to + begin * size, count, size, order);
	}
}

/* The same where they stand. other: room for as many items. */
static inline void
ac_hash_sort(void *items, void *other, size_t n, size_t size, unsigned same_bits, ac_hash_sort_order order)
{
	if (n > 1) {
		memcpy(other, items, n * size);
		ac_hash_sort_into(items, other, n, size, same_bits, order);
	}
}

#endif
