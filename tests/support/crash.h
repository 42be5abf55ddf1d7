/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends of the process at chosen moments of what it does to files, for tests that fork. A moment is a call of fsync, syncfs or rename: the process ends before
 * it. What has been synced so far is known by inode, so that a test can ask whether a rename comes too early for a power loss.
 */
#ifndef AC_CRASH_H
#define AC_CRASH_H

#include <stdbool.h>
#include <sys/types.h>

#define CRASH_STATUS 77

/* The n-th moment from now on (1 is the next) ends the process with CRASH_STATUS; 0: none does. */
void crash_at(unsigned long n);
/* Called before each rename with the new name; NULL: nothing is. */
void crash_on_rename(void (*on_rename)(const char *to));
/* Has a file or folder of that inode been synced since crash_forget? */
bool crash_was_synced(ino_t inode);
void crash_forget(void);

#endif
