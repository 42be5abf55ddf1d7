/* SPDX-License-Identifier: Apache-2.0 */
/* How accord watch shows what it found: a table for people or a JSON line a hit, and a summary on stderr. Knows nothing of scanning. */
#ifndef AC_APP_WATCH_REPORT_H
#define AC_APP_WATCH_REPORT_H

#include "app/command.h"
#include "watch/run.h"

typedef struct ac_watch_report ac_watch_report;

/* store: where the summary looks up what indicators indicate. NULL without memory. */
ac_watch_report *ac_watch_report_open(ac_app *app, ac_store *store, bool show_held);
int ac_watch_report_hit(ac_watch_report *report, const ac_hit *hit, accord_err *err) AC_CHECKED;
int ac_watch_report_held(ac_watch_report *report, const ac_held_back *held, accord_err *err) AC_CHECKED;
void ac_watch_report_unwatched(ac_watch_report *report, ac_str id, ac_str name, ac_str reason);
/* What it comes to (watch_summary.h), on stderr; with --json also as the last line of standard output. patterns: that were evaluated, or NULL. */
int ac_watch_report_summary(ac_watch_report *report, const ac_index *index, ac_patterns *patterns,
    const ac_watch_totals *totals, bool recorded, double seconds, accord_err *err) AC_CHECKED;
ac_watch_report *ac_watch_report_close(ac_watch_report *report); /* takes NULL, returns NULL */

/* " [PAP:RED]", behind the indicator that says so; of NONE nothing. */
void ac_watch_report_pap(ac_buf *out, ac_pap pap);
/* One hit as a line of JSON (accord.hit/1) with its newline. */
void ac_watch_report_json(ac_buf *out, const ac_hit *hit);
/* The same of a match that was held back (accord.held-back/1). day: of what is remembered; else empty. */
void ac_watch_report_held_json(ac_buf *out, const ac_held_back *held, ac_str day);

#endif
