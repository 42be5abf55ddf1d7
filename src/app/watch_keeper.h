/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index of a run that goes on until it is told to stop. A thread beside it asks the store whether it has moved on, makes the new index (an overlay, when little has changed) and publishes it; the
 * run takes what is current when it suits it, and never waits.
 */
#ifndef AC_APP_WATCH_KEEPER_H
#define AC_APP_WATCH_KEEPER_H

#include "app/app.h"
#include "watch/index.h"

typedef struct ac_keeper ac_keeper;

/* Takes *index, which is of the app's store and lies at index_path, and sets it NULL; on failure it stays the caller's. app and index_path outlive the keeper. */
int ac_keeper_start(ac_app *app, ac_index **index, const char *index_path, ac_keeper **out, accord_err *err) AC_CHECKED;
/* The current index: the run's until it asks the next time. */
const ac_index *ac_keeper_index(ac_keeper *k);
/* The same for a run that reads on with blocks of so many bytes; *out_coming is what to look at them with too (ac_live_go_on), or NULL. */
const ac_index *ac_keeper_go_on(ac_keeper *k, size_t bytes, const ac_index **out_coming);
/* Whether that would be another one. */
bool ac_keeper_has_new(const ac_keeper *k);
/* Ends the thread and gives the last index to the caller. NULL for NULL. */
ac_index *ac_keeper_close(ac_keeper *k);

#endif
