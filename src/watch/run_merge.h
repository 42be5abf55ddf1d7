/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a cut file as one text again: lines counted on, one end. Private to this room. */
#ifndef AC_WATCH_RUN_MERGE_H
#define AC_WATCH_RUN_MERGE_H

#include "watch/run_input.h"
#include "watch/vec.h"

typedef struct ac_run_merge {
	const ac_run_sink *to;
	ac_run_text text; /* of all parts so far; its texts are kept here */
	ac_buf name;
	char prefix[AC_SIGHTING_PREFIX_MAX];
	ac_vec witnesses; /* of one hit */
	bool has_text;
	bool has_failed; /* the file could not be read on: no more parts */
} ac_run_merge;

void ac_run_merge_init(ac_run_merge *merge, const ac_run_sink *to);
/* What parts say goes here, one after another, their lines numbered from 1. */
ac_run_sink ac_run_merge_sink(ac_run_merge *merge);
/* All parts have ended. */
int ac_run_merge_end(ac_run_merge *merge, accord_err *err) AC_CHECKED;
void ac_run_merge_done(ac_run_merge *merge);

#endif
