/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the log: its files, and tiles that come to disk together. */
#ifndef AC_AGREE_LOG_FILES_H
#define AC_AGREE_LOG_FILES_H

#include "agree/log.h"
#include "base/limits.h"
#include "sys/file.h"

/* Tiles of a batch: whole ones of entries and of hashes, and one that is not whole for each level. */
#define AC_LOG_BATCH_FILES (2 * (AC_LOG_BATCH_MAX / AC_TILE_WIDTH + 2) + AC_TILE_LEVELS)

typedef struct ac_log_batch {
	const char *folder;
	ac_new_file *files[AC_LOG_BATCH_FILES];
	char names[AC_LOG_BATCH_FILES][AC_TILE_PATH_MAX];
	size_t count;
} ac_log_batch;

/* "folder/name". */
int ac_log_path(const char *folder, const char *name, char out[static AC_PATH_MAX], accord_err *err) AC_CHECKED;
/* Wait for the right to change the log; end it by ac_file_unlock. A folder that is not there is ACCORD_EIO. */
int ac_log_lock(const char *folder, int *out, accord_err *err) AC_CHECKED;
/* The most bytes that a tile may have. */
size_t ac_log_tile_max(ac_tile tile);
void ac_log_batch_begin(ac_log_batch *batch, const char *folder);
/*
 * FOLDER.seen: the largest checkpoint of one's own log that others have shown, where the log itself is smaller (agree/pull.h); it says so until the log is whole again. Size 0: there is none.
 */
int ac_log_keep_seen(const char *folder, ac_str note, accord_err *err) AC_CHECKED;
int ac_log_read_seen(const char *folder, uint64_t *out_size, accord_err *err) AC_CHECKED;
/* Remove what a batch that was cut short by a crash has left beside the tiles of a log of so many leaves, and beside its checkpoint. With the lock held: nobody else writes there. */
int ac_log_sweep(const char *folder, uint64_t size, accord_err *err) AC_CHECKED;
/* Written beside its name; nobody sees it yet. */
int ac_log_batch_add(ac_log_batch *batch, ac_tile tile, ac_str bytes, accord_err *err) AC_CHECKED;
/* All tiles and the folders they are in are on disk, by one sync of the file system. Ends the batch, also on failure. */
int ac_log_batch_commit(ac_log_batch *batch, accord_err *err) AC_CHECKED;
void ac_log_batch_abandon(ac_log_batch *batch);

#endif
