/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run of accord watch comes to: hits by indicator, by producer, and by what the store says the indicators indicate; matches held back, by reason. For people on stderr, and as one JSON object
 * (accord.watch-summary/1; of the memory of observables accord.retro-summary/1). A hit counts once for each producer and each actor, however many of its indicators lead there.
 */
#ifndef AC_APP_WATCH_SUMMARY_H
#define AC_APP_WATCH_SUMMARY_H

#include "app/command.h"
#include "watch/retro.h"
#include "watch/run.h"

typedef struct ac_watch_summary ac_watch_summary;

/* How the run ended. */
typedef struct ac_watch_ended {
	const ac_index *index;
	ac_patterns *patterns; /* that were evaluated; NULL: none */
	const ac_watch_totals *totals;
	const ac_retro_asked *asked; /* of the memory of observables; NULL: inputs were read */
	bool recorded;               /* sightings were kept */
	bool show_held;
	double seconds;
} ac_watch_ended;

ac_watch_summary *ac_watch_summary_open(ac_store *store, ac_hash_seed seed); /* NULL without memory */
/* Before a hit is counted, better some time before: its entries are asked of memory, which many indicators let wait. */
void ac_watch_summary_expect(ac_watch_summary *summary, const ac_hit *hit);
/* What finds no room is counted as lost. */
void ac_watch_summary_hit(ac_watch_summary *summary, const ac_hit *hit);
void ac_watch_summary_held(ac_watch_summary *summary, const ac_held_back *held);
/* The end of a run: all of the following, on stderr, and with --json as the last line of standard output. */
int ac_watch_summary_tell(
    ac_watch_summary *summary, const ac_watch_ended *ended, ac_app *app, accord_err *err) AC_CHECKED;
/* Once, at the end: asks the store what the indicators indicate, and for names, and sorts the counts. */
int ac_watch_summary_finish(ac_watch_summary *summary, accord_err *err) AC_CHECKED;
void ac_watch_summary_log(const ac_watch_summary *summary, const ac_watch_ended *ended);
void ac_watch_summary_json(const ac_watch_summary *summary, const ac_watch_ended *ended, ac_buf *out);
ac_watch_summary *ac_watch_summary_close(ac_watch_summary *summary); /* takes NULL, returns NULL */

#endif
