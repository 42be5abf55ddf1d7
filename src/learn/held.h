/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slices that wait for what stands behind them: nothing may depend on the order of keys, so the elements of an array are held as they came, up to AC_READER_HELD_MAX bytes,
 * until their document's own members are known.
 */
#ifndef AC_LEARN_HELD_H
#define AC_LEARN_HELD_H

#include "learn/reader.h"

typedef struct ac_held {
	ac_buf bytes;
	uint64_t count;
} ac_held;

void ac_held_init(ac_held *held);
void ac_held_done(ac_held *held);
/* Keep a copy of raw, the element of array number `path`. ACCORD_ELIMIT over the ceiling. */
int ac_held_add(ac_held *held, size_t path, ac_str raw, ac_place place, accord_err *err) AC_CHECKED;
/* Parse and hand over all that is held, in order, and forget it. arena is reset between elements. */
typedef int (*ac_on_held)(void *payload, size_t path, const ac_json *value, ac_place place, accord_err *err);
int ac_held_release(ac_held *held, ac_arena *arena, ac_on_held on, void *payload, accord_err *err) AC_CHECKED;

#endif
