/* SPDX-License-Identifier: Apache-2.0 */
/* fsync, syncfs and rename of the program under test, by the linker's --wrap. */
#include "crash.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYNCED_MAX 100000

int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __real_syncfs(int fd);
int __wrap_fsync(int fd);
int __wrap_syncfs(int fd);
int __wrap_rename(const char *from, const char *to);

static unsigned long countdown;
static void (*rename_watcher)(const char *to);
static ino_t synced[SYNCED_MAX];
static size_t synced_count;
static bool all_synced; /* and no name has changed since */

void
crash_at(unsigned long n)
{
	countdown = n;
}

void
crash_on_rename(void (*on_rename)(const char *to))
{
	rename_watcher = on_rename;
}

bool
crash_was_synced(ino_t inode)
{
	if (all_synced)
		return true;
	for (size_t i = 0; i < synced_count; i++)
		if (synced[i] == inode)
			return true;
	return false;
}

void
crash_forget(void)
{
	synced_count = 0;
	all_synced = false;
}

static void
moment(void)
{
	if (countdown && --countdown == 0)
		_exit(CRASH_STATUS);
}

int
__wrap_fsync(int fd)
{
	struct stat st;
	int rc;

	moment();
	rc = __real_fsync(fd);
	if (rc == 0 && fstat(fd, &st) == 0 && synced_count < SYNCED_MAX)
		synced[synced_count++] = st.st_ino;
	return rc;
}

int
__wrap_syncfs(int fd)
{
	int rc;

	moment();
	rc = __real_syncfs(fd);
	all_synced = rc == 0;
	return rc;
}

int
__wrap_rename(const char *from, const char *to)
{
	moment();
	if (rename_watcher)
		rename_watcher(to);
	all_synced = false;
	return __real_rename(from, to);
}
