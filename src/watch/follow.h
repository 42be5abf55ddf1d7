/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following logs: what is written to files and folders is watched as it comes, each line once, over rotation, truncation, compression and restarts.
 *
 * The place in each log is kept in the store, in the same batch as the sightings that came of what stands before it: whatever ends the process, no line is lost and no sighting doubled. Hits are shown before that batch,
 * so those of the last one may be shown again after a crash. Without a store places are kept in memory only. A line that has no end yet waits.
 * At a stop it waits for the next run where places are kept; without a store, and in pipes, it is taken as it is.
 */
#ifndef AC_WATCH_FOLLOW_H
#define AC_WATCH_FOLLOW_H

#include "watch/run.h"

typedef struct ac_follow_options {
	const ac_watch_run_options *run; /* its now is not used */
	ac_time (*now)(void *payload);   /* for sightings */
	/*
	 * The index to go on with, asked for before each block of so many bytes; *out_coming: the one to look at them with too (ac_watch_expect), or NULL. Both that were given last must live until
	 * then. May be NULL: it stays the same.
	 */
	const ac_index *(*index)(void *payload, size_t bytes, const ac_index **out_coming);
	/* The patterns of the index at hand (NULL: it has none); whoever comes with another index takes their place, and they are freed. */
	ac_patterns **patterns;
	const ac_patterns_options *pattern_options;
	const char *
	    patterns_path; /* where they are kept with the places: what they remember is read from there first. NULL: nowhere */
	void (*on_block)(
	    void *payload); /* with the sink's payload: a block is done, its hits are to be shown. May be NULL */
	/* With the sink's payload: a file that is not there yet. One that never comes is a problem at the end. May be NULL. */
	void (*on_awaited)(void *payload, const char *path);
	bool without_inotify; /* look for changes by the clock alone */
	unsigned line_wait_s; /* a line that has no end for so long is taken as it is */
} ac_follow_options;

/*
 * Follow paths (files, folders, FIFOs, "-") until SIGINT or SIGTERM, or, when all are pipes, their end. What was written until then is watched before it returns. Adds to *totals.
 * Fails when the sink, the store or memory does.
 */
int ac_watch_follow(const ac_index *index, const char *const *paths, size_t count, const ac_follow_options *options,
    ac_watch_totals *totals, accord_err *err) AC_CHECKED;

#endif
