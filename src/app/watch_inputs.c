/* SPDX-License-Identifier: Apache-2.0 */
/* The usual run of accord watch: the store and its index, each input in turn, and what the engine says on the way handed to the report. */
#include "app/app.h"
#include "app/watch_command.h"
#include "sys/log.h"
#include "sys/os.h"
#include "sys/role.h"
#include "watch/build.h"

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_watching *w = payload;

	return ac_watch_report_hit(w->report, hit, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	ac_watching *w = payload;

	return ac_watch_report_held(w->report, held, err);
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	ac_watching *w = payload;

	ac_app_progress_end(w->app);
	w->status = ac_exit_worse(w->status, ac_app_fail(w->app, path, what));
}

static void
on_progress(void *payload, const char *path, uint64_t done, uint64_t total)
{
	ac_watching *w = payload;

	ac_app_progress(w->app, path, done, total);
}

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	ac_watching *w = payload;

	(void)err;
	ac_watch_report_unwatched(w->report, id, name, reason);
	return 0;
}

const char *
ac_watching_patterns_path(ac_watching *w, const char *kind, accord_err *err)
{
	const char *folder = ac_app_state_dir(w->app, err), *path;

	path = folder ? ac_arena_printf(&w->app->arena, "%s/patterns-%s.state", folder, kind).p : NULL;
	if (folder && !path && ac_arena_check(&w->app->arena, err))
		return NULL;
	return path;
}

const char *
ac_watching_index_path(ac_watching *w, accord_err *err)
{
	const char *folder = ac_app_state_dir(w->app, err), *path;

	if (!folder) {
		err->code = err->code ? err->code : ACCORD_EUSAGE;
		return NULL;
	}
	path = ac_arena_printf(&w->app->arena, "%s/watch.index", folder).p;
	if (!path)
		err->code = ac_arena_check(&w->app->arena, err);
	return path;
}

int
ac_watching_load_index(ac_watching *w, ac_index **out, accord_err *err)
{
	const char *path = ac_watching_index_path(w, err);

	return path ? ac_watch_index(w->store, path, ac_random_seed(), out, NULL, err) : err->code;
}

int
ac_watching_open_index(ac_watching *w, accord_err *err)
{
	bool record = !ac_arg_given(w->args, "no-record") && w->app->config.watch_record && w->args->operand_count > 0;
	int rc = ac_app_store(w->app, record ? AC_STORE_WRITE : AC_STORE_READ, &w->store, err);

	if (rc)
		return rc;
	w->run.store = record ? w->store : NULL;
	w->run.seed = ac_app_seed(w->app);
	return ac_watching_load_index(w, &w->index, err);
}

void
ac_watching_connect(ac_watching *w)
{
	w->run.sink = (ac_watch_sink){ on_hit, on_held_back, w };
	w->run.on_problem = on_problem;
	w->run.on_progress = on_progress;
}

/* Patterns over time see records in the order in which they come. */
static bool
has_order(const ac_watching *w)
{
	return w->run.patterns && ac_patterns_count(w->run.patterns).over_time > 0;
}

static int
watch_all(ac_watching *w, accord_err *err)
{
	int rc = ac_patterns_new(w->index, &w->patterns, &w->run.patterns, err);

	ac_watching_connect(w);
	if (!rc && w->run.jobs > 1 && has_order(w)) {
		w->run.jobs = 1;
		if (ac_arg_given(w->args, "jobs"))
			ac_log("one job: there are patterns over time, and they follow the order of the inputs");
	}
	if (!rc)
		rc =
		    ac_watch_run(w->index, w->args->operands, (size_t)w->args->operand_count, &w->run, &w->totals, err);
	ac_app_progress_end(w->app);
	return rc;
}

void
ac_watching_give_up_rights(ac_watching *w)
{
	accord_err why = { 0 };
	const char *folder = ac_app_state_dir(w->app, &why);

	if (!folder || ac_sandbox_keep_files(folder, &why))
		ac_log("watching with all rights: %s", why.text);
}

int
ac_watching_inputs(ac_watching *w, accord_err *err)
{
	double start = ac_clock_monotonic();
	int rc = ac_watching_remember(w, err);

	w->patterns.seed = ac_random_seed();
	ac_watching_give_up_rights(w);

	if (!rc)
		rc = w->follows ? ac_watching_follow(w, err) : watch_all(w, err);
	if (!rc)
		rc = ac_watching_remembered(w, err);
	w->run.retro = ac_retro_close(w->run.retro);
	if (!rc)
		rc = ac_watch_report_summary(w->report, w->index, w->run.patterns, &w->totals, w->run.store != NULL,
		    ac_clock_monotonic() - start, err);
	return rc;
}

int
ac_watching_list_unwatched(ac_watching *w, accord_err *err)
{
	return ac_index_each_unwatched(w->index, on_unwatched, w, err);
}
