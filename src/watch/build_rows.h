/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a store while a thread reads on ahead of them. Private to this room. */
#ifndef AC_WATCH_BUILD_ROWS_H
#define AC_WATCH_BUILD_ROWS_H

#include "store/store.h"

/*
 * ac_store_each_brief_row, whose rows come to `on` on the caller's thread in their order, with a thread that reads the next ones meanwhile; without one, if none can be had or there is but one processor. `on` must not
 * use the store.
 */
int ac_build_each_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;

#endif
