/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for changes in folders (inotify) and for the wish to stop. What is told may be late, doubled or lost (other hosts' writes on network file systems): whoever waits looks at
 * everything now and then, too.
 */
#ifndef AC_SYS_NOTIFY_H
#define AC_SYS_NOTIFY_H

#include "base/err.h"

typedef struct ac_notify ac_notify;

/* Without inotify, or when it is not wanted, waiting is sleeping. NULL without memory. */
ac_notify *ac_notify_open(bool with_inotify);
/* Tell changes of the folder's entries from now on. A number from 0, the same for the same folder; negative: it cannot be watched. */
int ac_notify_add(ac_notify *n, const char *folder);

/* What happened in a folder. */
typedef enum ac_change {
	AC_CHANGE_CONTENT, /* an entry was written to */
	AC_CHANGE_ENTRIES, /* an entry came, went, or was named otherwise */
	AC_CHANGE_LOST     /* too much happened to tell it: folder is -1 */
} ac_change;
typedef void (*ac_on_change)(void *payload, int folder, const char *name, ac_change what);
/*
 * Wait until something happens, a pipe of fds[0, count) can be read or has ended, a stop is asked for, or timeout_ms have passed. out_ready[i] says which pipes.
 */
void ac_notify_wait(
    ac_notify *n, const int *fds, size_t count, bool *out_ready, int timeout_ms, ac_on_change on, void *payload);
ac_notify *ac_notify_close(ac_notify *n); /* takes NULL, returns NULL */

/* From now on SIGINT and SIGTERM ask for a stop, once each: a second one ends the process. */
void ac_stop_catch(void);
bool ac_stop_asked(void);

#endif
