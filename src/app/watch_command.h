/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of accord watch: one run of the command, and its parts, one file each. cmd_watch.c has the option table, the help and the order of the parts; an option is read by the part that it
 * is for (watch_options.c when it says how inputs are read or matched). A mode that does not read inputs as they come (--explain-fields, --retro) is a file of its own and a row of modes[] in cmd_watch.c.
 */
#ifndef AC_APP_WATCH_COMMAND_H
#define AC_APP_WATCH_COMMAND_H

#include "app/watch_report.h"

typedef struct ac_watching {
	ac_app *app;
	const ac_args *args;
	ac_store *store; /* the app's */
	ac_index *index;
	ac_watch_report *report;
	ac_watch_run_options run;
	ac_where where;       /* of run */
	ac_never_list *never; /* of run.rules */
	ac_patterns_options patterns;
	ac_watch_totals totals;
	bool follows;
	unsigned line_wait_s;
	struct ac_keeper *keeper; /* of a follower: keeps its index */
	int status;               /* exit status of what was reported so far */
} ac_watching;

/* Options into w->run: times, and how inputs are read and matched. (watch_options.c) */
int ac_watching_options(ac_watching *w, accord_err *err) AC_CHECKED;
/* Opens the store and the index of it. (watch_inputs.c) */
int ac_watching_open_index(ac_watching *w, accord_err *err) AC_CHECKED;
/* Before the first byte of telemetry, with the store open: no programs, no network, no writing but in the state folder. Where the kernel cannot, it is told. (watch_inputs.c) */
void ac_watching_give_up_rights(ac_watching *w);
/* All operands, then the summary. (watch_inputs.c) */
int ac_watching_inputs(ac_watching *w, accord_err *err) AC_CHECKED;
/* --follow: until it is told to stop. (watch_follow.c) */
int ac_watching_follow(ac_watching *w, accord_err *err) AC_CHECKED;
/* Where the index lies; in the app's arena. NULL with err->code. (watch_inputs.c) */
const char *ac_watching_index_path(ac_watching *w, accord_err *err);
/* Where patterns over time keep what they remember between runs of a kind; in the app's arena. NULL with err->code. (watch_inputs.c) */
const char *ac_watching_patterns_path(ac_watching *w, const char *kind, accord_err *err);
/* The store's index as it is now. (watch_inputs.c) */
int ac_watching_load_index(ac_watching *w, ac_index **out, accord_err *err) AC_CHECKED;
/* What the engine says, handed to the report: the sink and on_problem of w->run; their payload is the ac_watching. (watch_inputs.c) */
void ac_watching_connect(ac_watching *w);
/* --remember: opens the memory of observables into w->run.retro when it is wanted; remembered flushes and closes it, with a word of what it kept. (watch_retro.c) */
int ac_watching_remember(ac_watching *w, accord_err *err) AC_CHECKED;
int ac_watching_remembered(ac_watching *w, accord_err *err) AC_CHECKED;
/* --retro. (watch_retro.c) */
int ac_watching_retro(ac_watching *w, accord_err *err) AC_CHECKED;
/* Whether an operand is a place on a bus. (watch_bus.c) */
bool ac_watching_is_bus(const ac_watching *w);
/* kafka://...: the whole run. (watch_bus.c) */
int ac_watching_bus(ac_watching *w, accord_err *err) AC_CHECKED;
/* --not-watched. (watch_inputs.c) */
int ac_watching_list_unwatched(ac_watching *w, accord_err *err) AC_CHECKED;
/* --explain-fields. (watch_explain.c) */
int ac_watching_explain(ac_watching *w, accord_err *err) AC_CHECKED;

#endif
