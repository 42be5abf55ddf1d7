/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorted runs of 64-bit keys: an index over millions of rows whose keys come in no order. Each batch appends one run, which is what a disk likes; runs of one level are
 * merged into one of the next, so that there are few (a log-structured merge tree). A B-tree of random keys would rewrite most of its pages for every batch.
 * Keys are hashes, so a run needs no directory: the highest bits of a key say which of its chunks has it.
 */
#ifndef AC_STORE_RUNS_H
#define AC_STORE_RUNS_H

#include "store/sqlite.h"

/* Stored: never renumber. */
typedef enum ac_run_kind {
	AC_RUN_VALUE = 0, /* keyed hash of a row's type and value */
	AC_RUN_ID = 1     /* first half of the UUID of a row's indicator */
} ac_run_kind;

/* Sort keys (in place) and append them as a run; merges when it is time. Inside a transaction. */
int ac_runs_add(ac_store *store, ac_run_kind kind, ac_list_key *keys, size_t n, accord_err *err) AC_CHECKED;

/* Call `on` for the numbers with this hash; a return other than 0 stops and is returned. */
typedef int (*ac_on_number)(void *payload, ac_store *store, int64_t num, accord_err *err);
int ac_runs_find(
    ac_store *store, ac_run_kind kind, uint64_t hash, ac_on_number on, void *payload, accord_err *err) AC_CHECKED;

/* All keys of a kind, in no order. */
typedef void (*ac_on_key)(void *payload, ac_list_key key);
int ac_runs_each(ac_store *store, ac_run_kind kind, ac_on_key on, void *payload, accord_err *err) AC_CHECKED;

#endif
