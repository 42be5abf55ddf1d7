/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether one of many texts may stand in another, told by a few looks: no text that holds one is missed, and most others are refused. A text is looked at every few bytes, four bytes at a time; of
 * each needle so many windows behind one another are known that one of them is met wherever it stands. Letters have no case.
 */
#ifndef AC_WATCH_NEEDLES_H
#define AC_WATCH_NEEDLES_H

#include "base/err.h"
#include "base/str.h"
#include "watch/hash.h"

/* A needle is at least so long. */
#define AC_NEEDLE_MIN 4
#define AC_NEEDLES_BITS 15
typedef struct ac_needles {
	size_t stride; /* bytes from one look to the next */
	uint64_t windows[(1 << AC_NEEDLES_BITS) / 64];
} ac_needles;

/*
 * Of n texts of at least AC_NEEDLE_MIN bytes each. *out NULL: their windows are so many that looking would tell little. ACCORD_ENOMEM. Heap; free() ends it.
 */
int ac_needles_new(const ac_str *texts, size_t n, ac_needles **out, accord_err *err) AC_CHECKED;

static inline uint32_t
ac_needles_slot(const char *window)
{
	return (ac_load32(window) | 0x20202020U) * 0x9e3779b1U >> (32 - AC_NEEDLES_BITS);
}

static inline bool
ac_needles_may_stand_in(const ac_needles *needles, ac_str text)
{
	uint64_t found = 0;

	for (size_t at = 0; at + AC_NEEDLE_MIN <= text.n; at += needles->stride) {
		uint32_t slot = ac_needles_slot(text.p + at);

		found |= needles->windows[slot / 64] >> (slot % 64);
	}
	return found & 1;
}

#endif
