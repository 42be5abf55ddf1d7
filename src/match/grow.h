/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays that grow: private to match/. */
#ifndef AC_MATCH_GROW_H
#define AC_MATCH_GROW_H

#include <stdlib.h>

#include "base/err.h"

/*
 * Make room for `need` items of `size` bytes in *items (heap, *capacity of them), doubling, never above `limit`. 0, ACCORD_ELIMIT or ACCORD_ENOMEM; on failure all is as before.
 */
static inline int
ac_grow(void **items, size_t *capacity, size_t need, size_t size, size_t limit)
{
	size_t wanted = *capacity ? *capacity : 16, bytes;
	void *bigger;

	if (need <= *capacity)
		return 0;
	if (need > limit)
		return ACCORD_ELIMIT;
	while (wanted < need)
		wanted *= 2;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return ACCORD_ELIMIT;
	bigger = realloc(*items, bytes);
	if (!bigger)
		return ACCORD_ENOMEM;
	*items = bigger;
	*capacity = wanted;
	return 0;
}

/* The same for a typed array with its count and capacity: AC_GROW(&set->atoms, set->atom_count + 1, set->atom_capacity, LIMIT). */
#define AC_GROW(items, need, capacity, limit) ac_grow((void **)(items), &(capacity), (need), sizeof(**(items)), (limit))

/* For qsort: numbers, ascending. */
static inline int
ac_compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

#endif
