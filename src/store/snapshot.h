/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot: many reads that see one state of the store. A page that takes hundreds of reads is then of one moment, and faster, since each read alone takes and
 * gives back a lock.
 */
#ifndef AC_STORE_SNAPSHOT_H
#define AC_STORE_SNAPSHOT_H

#include "store/store.h"

/*
 * Begin, in READ mode only: a writer's own connection sees its batches, and needs none. *out_began says whether there is something to end. Not to be kept for long:
 * while it stands, the write-ahead log cannot be emptied, and what others commit is not seen.
 */
int ac_store_snapshot_begin(ac_store *store, bool *out_began, accord_err *err) AC_CHECKED;
void ac_store_snapshot_end(ac_store *store);

#endif
