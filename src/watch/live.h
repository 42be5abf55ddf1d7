/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index that is replaced while others scan with it. Readers take it for one block at a time, without a lock and without waiting; the writer publishes a new one that is checked and
 * warm, and closes the old one when the last reader has left it.
 *
 * Each reader has a slot that says which index it is in (hazard pointers: M. Michael, IEEE TPDS 15(6), 2004).
 */
#ifndef AC_WATCH_LIVE_H
#define AC_WATCH_LIVE_H

#include "watch/build.h"

typedef struct ac_live_index ac_live_index;
/* For so many readers, numbered from 0. Takes `first`; NULL without memory (first is then still the caller's). */
ac_live_index *ac_live_open(ac_index *first, unsigned readers);
/* When no reader is inside. Takes NULL, returns NULL. */
ac_live_index *ac_live_close(ac_live_index *live);
/* The same, but the current index is the caller's from then on. */
ac_index *ac_live_take(ac_live_index *live);

/* The reader leaves its index. One reader, one thread at a time. */
void ac_live_leave(ac_live_index *live, unsigned reader);
/* Whether a reader that is inside would come to another index if it left and asked again. */
bool ac_live_has_new(const ac_live_index *live, unsigned reader);
/*
 * The index for a reader's next `bytes`, its own until it asks again or leaves: the current one for who is in none. `now` is any clock, in seconds. An index that memory has not
 * been read of makes the first block with it take half as long again, and more. So a reader of large blocks stays with the one that it has for some more of them, but not longer than
 * AC_LIVE_WARM_S, and lets the one that comes look at them too: *out_coming (for ac_watch_expect), held for it as well; else NULL. For a block below AC_LIVE_SMALL the new one is taken at once.
 */
#define AC_LIVE_SMALL (32 * AC_KIB)
#define AC_LIVE_WARM_BYTES (3 * AC_MIB)
#define AC_LIVE_WARM_S 0.03
const ac_index *ac_live_go_on(
    ac_live_index *live, unsigned reader, size_t bytes, double now, const ac_index **out_coming);

/* ---- the writer's: one thread ---- */

/* The current index; only the writer may keep it. */
const ac_index *ac_live_current(const ac_live_index *live);
/* Make `next` the current index and take it. The one before is closed as soon as no reader is in it: now, or in a later call. */
void ac_live_publish(ac_live_index *live, ac_index *next);
/* Indexes that wait for a reader to leave. Closes those that none is in any more. */
size_t ac_live_retired(ac_live_index *live);
/*
 * Bring it up to the store's generation, by an overlay or as ac_watch_index does, when that has moved on (one look at a number of the store). *out_changed: there is a new one. On failure the current one stays.
 */
int ac_live_refresh(ac_live_index *live, ac_store *store, const char *path, ac_hash_seed salt, bool *out_changed,
    accord_err *err) AC_CHECKED;

#endif
