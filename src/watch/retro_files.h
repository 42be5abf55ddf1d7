/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of the memory: which parts there are. A part's name is its first day and the first and last of the flushes that it holds: "20448-3-7.retro". A part that holds what another holds too (it was
 * merged into that one, and a crash came before it was removed) is no part any more. Private to this room.
 */
#ifndef AC_WATCH_RETRO_FILES_H
#define AC_WATCH_RETRO_FILES_H

#include "watch/retro_part.h"
#include "watch/vec.h"

typedef struct ac_retro_file {
	int64_t first_day;
	uint64_t low, high;
} ac_retro_file;

typedef struct ac_retro_files {
	ac_vec all;       /* ac_retro_file, by span and flush */
	uint64_t damaged; /* parts that were set aside earlier */
} ac_retro_files;

void ac_retro_files_init(ac_retro_files *files);
void ac_retro_files_done(ac_retro_files *files);
/* What lies in the folder. remove: what a crash left behind is removed; the caller has the lock. */
int ac_retro_files_list(ac_retro_files *files, const char *folder, bool remove, accord_err *err) AC_CHECKED;
void ac_retro_file_path(const char *folder, const ac_retro_file *file, char out[static AC_PATH_MAX]);
/* Set a damaged part aside: it keeps its bytes and is read no more. */
int ac_retro_file_set_aside(const char *folder, const ac_retro_file *file, accord_err *err) AC_CHECKED;
/* Waits for the folder's lock. Returns a descriptor for ac_file_unlock, or a negative code. */
int ac_retro_lock(const char *folder, accord_err *err);

#endif
