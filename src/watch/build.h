/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a store: all its current indicators and rows, kept in a file beside it and rebuilt when the store has moved on. */
#ifndef AC_WATCH_BUILD_H
#define AC_WATCH_BUILD_H

#include "store/store.h"
#include "watch/index.h"

/*
 * Open the index at path when it is sound and of the store's generation; else build it from the store, write it, and open that. A folder that cannot be written
 * is no failure: the index then lives in memory. salt is used for a new one: it should be random. *out_built says which it was (may be NULL).
 */
int ac_watch_index(
    ac_store *store, const char *path, ac_hash_seed salt, ac_index **out, bool *out_built, accord_err *err) AC_CHECKED;

/*
 * The base of an index with all that the store has got since that base was made, as an overlay: what is new, what has changed, what is hidden by it. Written to "PATH.over" (in memory when that cannot be),
 * whatever overlay `base` already has. 1: more than a fiftieth of the base has changed, or the base is of no store; make it anew. base stays the caller's.
 */
int ac_index_overlay(
    ac_store *store, const ac_index *base, const char *path, ac_index **out, accord_err *err) AC_CHECKED;

/* How far a store has been read: the newest object and row, and when a row last changed. */
typedef struct ac_watch_since {
	int64_t version, row;
	int64_t changed_us;
} ac_watch_since;
/*
 * An index in memory of the indicators and rows that came or changed after *since (all zero: of all), and what is on warning lists. *since is moved to what it has.
 */
int ac_watch_index_since(
    ac_store *store, ac_watch_since *since, ac_hash_seed salt, ac_index **out, accord_err *err) AC_CHECKED;

#endif
