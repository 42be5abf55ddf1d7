/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One big plain file cut into parts for several threads. A part begins at a line, and its reader is told what the lines before have taught (headers, the first line). That is a guess, since they
 * may not have been read yet: whoever puts the parts together compares it with what the part before has found, and has a part read again that was guessed wrong. Private to this room.
 *
 * Parts are cut where one reader's blocks would end, so that all blocks, and what depends on them, are the same.
 */
#ifndef AC_WATCH_RUN_CUT_H
#define AC_WATCH_RUN_CUT_H

#include "watch/watch.h"

/* Where a reader stands and what it has been taught: the lines themselves. Owned. */
typedef struct ac_run_state {
	ac_watch_position at;
	char *header,
	    *first; /* of at.header_end - at.header_begin bytes, and of the first line; may be NULL when empty */
} ac_run_state;

/* The lines that *at names, read from the file. ACCORD_EIO also when the file has changed. */
int ac_run_state_read(int fd, const ac_watch_position *at, ac_run_state *out, accord_err *err) AC_CHECKED;
int ac_run_state_copy(const ac_run_state *from, ac_run_state *out, accord_err *err) AC_CHECKED;
/* Whether a reader that was taught one goes on as one that was taught the other. Places count for nothing, but where they go on. */
bool ac_run_state_is_same(const ac_run_state *a, const ac_run_state *b);
int ac_run_state_resume(ac_watch *watch, ac_str file, const ac_run_state *state, accord_err *err) AC_CHECKED;
void ac_run_state_done(ac_run_state *state); /* takes a zeroed one */

/* How a file is cut: parts 0 and 1 mean that it is not. */
typedef struct ac_run_cut {
	unsigned parts;
	uint64_t stride;      /* of places where to cut: a multiple of AC_WATCH_BLOCK */
	ac_run_state guessed; /* what its first block has taught */
} ac_run_cut;
/* Only plain files are cut (not compressed, no archive, not UTF-16), of two strides and more. part_bytes 0: the usual stride. What cannot be looked at is not cut. */
int ac_run_cut_plan(const ac_index *index, const char *path, uint64_t size, size_t part_bytes,
    const ac_log_format *format, ac_run_cut *out, accord_err *err) AC_CHECKED;
/* Begin of part `number`: the first byte behind the last line end before its place; UINT64_MAX when there is none within half a block, and the part is empty. 0 for part 0. */
int ac_run_cut_begin(int fd, const ac_run_cut *cut, unsigned number, uint64_t *out, accord_err *err) AC_CHECKED;
/* Its end: the begin of the next part that has one, or UINT64_MAX: the file's. */
int ac_run_cut_end(int fd, const ac_run_cut *cut, unsigned number, uint64_t *out, accord_err *err) AC_CHECKED;

#endif
