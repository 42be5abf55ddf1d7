/* SPDX-License-Identifier: Apache-2.0 */
/* Watching files and folders: opening, decompressing, scanning and recording, one input after another. A trouble with one input is reported and the next one is taken. */
#ifndef AC_WATCH_RUN_H
#define AC_WATCH_RUN_H

#include "watch/rate.h"
#include "watch/retro.h"
#include "watch/sighting.h"

typedef struct ac_watch_run_options {
	ac_time as_of;   /* of records that carry no time */
	ac_time now;     /* for sightings */
	ac_store *store; /* opened for writing; NULL: no sightings are kept */
	ac_hash_seed seed;
	const ac_where *where;       /* which records are reported; NULL: all */
	const ac_log_format *format; /* of all inputs; NULL: each line's own */
	ac_watch_sink sink;
	ac_watch_rules rules;
	unsigned jobs;     /* threads that scan files, and parts of big ones, at the same time; up to 1: the caller's */
	size_t part_bytes; /* of big files that are cut for jobs; 0: the usual */
	ac_rate *rate;     /* ceiling on what is read; NULL: none */
	ac_patterns *patterns; /* evaluated on all inputs; or NULL */
	ac_retro *retro;       /* remembers what is watched; NULL: nothing. Whoever opened it flushes it */
	/* With the sink's payload. An input that could not be opened, read to its end, or decompressed. May be NULL. */
	void (*on_problem)(void *payload, const char *path, const accord_err *what);
	/* Bytes read of all inputs, and their size (0: unknown), now and then; path: of the one at hand. May be NULL. */
	void (*on_progress)(void *payload, const char *path, uint64_t done, uint64_t total);
} ac_watch_run_options;

typedef struct ac_watch_totals {
	uint64_t files, problems;
	ac_watch_counts counts;
	ac_sighting_counts sightings;
} ac_watch_totals;

/*
 * Watch paths: files, folders, or "-". What is found comes in the order of the paths and of the lines in them, on the thread of the caller, whatever jobs is. With patterns over time jobs must be 1: their state is shared, and would
 * see records in any order. Adds to *totals. Fails only when the sink, the store or memory does.
 */
int ac_watch_run(const ac_index *index, const char *const *paths, size_t count, const ac_watch_run_options *options,
    ac_watch_totals *totals, accord_err *err) AC_CHECKED;

#endif
