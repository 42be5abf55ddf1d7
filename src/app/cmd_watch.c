/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch: find known indicators in telemetry. Here: options, how hits are shown, and the closing summary. */
#include "app/app.h"
#include "app/watch_report.h"
#include "base/limits.h"
#include "sys/log.h"
#include "sys/os.h"
#include "watch/build.h"
#include "watch/run.h"

static const ac_option options[] = {
	{ "as-of", 0, "TIME", "the time of records that carry none (default: now)" },
	{ "no-record", 0, NULL, "keep no sightings" },
	{ "held-back", 0, NULL, "also list matches that were held back, with the reason" },
	{ "not-watched", 0, NULL, "list the indicators that are not watched, with the reason" },
	{ 0 },
};

typedef struct watching {
	ac_app *app;
	const ac_args *args;
	ac_store *store;
	ac_index *index;
	ac_watch_report *report;
	ac_watch_run_options run;
	ac_watch_totals totals;
	int status;
} watching;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	watching *w = payload;

	return ac_watch_report_hit(w->report, hit, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	watching *w = payload;

	return ac_watch_report_held(w->report, held, err);
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	watching *w = payload;

	ac_app_progress_end(w->app);
	w->status = ac_exit_worse(w->status, ac_app_fail(w->app, path, what));
}

static void
on_progress(void *payload, const char *path, uint64_t done, uint64_t total)
{
	watching *w = payload;

	ac_app_progress(w->app, path, done, total);
}

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	watching *w = payload;

	(void)err;
	ac_watch_report_unwatched(w->report, id, name, reason);
	return 0;
}

/* --as-of, or now. */
static int
take_times(watching *w, accord_err *err)
{
	const char *as_of = ac_arg(w->args, "as-of", NULL);

	w->run.now = ac_app_now(w->app);
	w->run.as_of = w->run.now;
	if (as_of && !ac_time_parse_loose(ac_str_from(as_of), &w->run.as_of))
		return ac_fail(err, ACCORD_EUSAGE, "--as-of wants a time (2021-07-19T10:00:00Z), got '%s'", as_of);
	return 0;
}

static int
open_index(watching *w, accord_err *err)
{
	bool record = !ac_arg_given(w->args, "no-record") && w->app->config.watch_record && w->args->operand_count > 0;
	const char *folder = ac_app_state_dir(w->app, err), *path;
	int rc;

	if (!folder)
		return err->code ? err->code : ACCORD_EUSAGE;
	path = ac_arena_printf(&w->app->arena, "%s/watch.index", folder).p;
	if (!path)
		return ac_arena_check(&w->app->arena, err);
	rc = ac_app_store(w->app, record ? AC_STORE_WRITE : AC_STORE_READ, &w->store, err);
	if (rc)
		return rc;
	w->run.store = record ? w->store : NULL;
	w->run.seed = ac_app_seed(w->app);
	return ac_watch_index(w->store, path, ac_random_seed(), &w->index, NULL, err);
}

static int
watch_all(watching *w, accord_err *err)
{
	int rc = 0;

	w->run.sink = (ac_watch_sink){ on_hit, on_held_back, w };
	w->run.on_problem = on_problem;
	w->run.on_progress = on_progress;
	for (int i = 0; !rc && i < w->args->operand_count; i++)
		rc = ac_watch_run(w->index, w->args->operands[i], &w->run, &w->totals, err);
	ac_app_progress_end(w->app);
	return rc;
}

static int
work(watching *w, accord_err *err)
{
	bool list_unwatched = ac_arg_given(w->args, "not-watched");
	double start;
	int rc = 0;

	if (w->args->operand_count == 0 && !list_unwatched)
		return ac_fail(err, ACCORD_EUSAGE, "want INPUT... or --not-watched; see accord watch --help");
	rc = take_times(w, err);
	if (!rc)
		rc = open_index(w, err);
	if (rc)
		return rc;
	w->report = ac_watch_report_open(w->app, ac_arg_given(w->args, "held-back"));
	if (!w->report)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the report");
	if (list_unwatched)
		rc = ac_index_each_unwatched(w->index, on_unwatched, w, err);
	start = ac_clock_monotonic();
	if (!rc)
		rc = watch_all(w, err);
	if (!rc && w->args->operand_count > 0)
		ac_watch_report_summary(
		    w->report, w->index, &w->totals, w->run.store != NULL, ac_clock_monotonic() - start);
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	watching w = { .app = app, .args = args };
	accord_err err = { 0 };
	int rc = work(&w, &err);

	ac_app_progress_end(app);
	if (rc < 0)
		w.status = ac_exit_worse(w.status, ac_app_fail(app, NULL, &err));
	if (w.totals.counts.hits)
		w.status = ac_exit_worse(w.status, AC_EXIT_NO);
	ac_watch_report_close(w.report);
	ac_index_close(w.index);
	return w.status;
}

const ac_command ac_command_watch = {
	.name = "watch",
	.operands = "INPUT...",
	.summary = "find known indicators in telemetry",
	.details =
	    "Scans files, folders and '-' (standard input), plain or compressed (gzip, zstd), for the indicators that "
	    "were "
	    "learned: Zeek (TSV and JSON), Suricata EVE, W3C (IIS), CSV with a header, NDJSON of any shape, syslog, "
	    "and any "
	    "other text. Matches IPv4 and IPv6 addresses and ranges, domains with their subdomains, URLs, e-mail "
	    "addresses, "
	    "MD5, SHA-1, SHA-256 and SHA-512 digests and file names, as whole values only.\n\n"
	    "An indicator that is revoked, or was no longer valid at the record's own time, is held back; --held-back "
	    "lists "
	    "such matches. Patterns that cannot be watched yet are counted, never half-matched; --not-watched lists "
	    "them.\n\n"
	    "Hits are kept as STIX sightings, one for each indicator, input and day; watching an input again changes "
	    "nothing. The compiled index lies beside the store (watch.index) and is rebuilt when it is stale.\n\n"
	    "Exit status: 0 no hit, 1 hits, 4 an input could not be read.",
	.examples = "accord watch eve.json\n"
		    "accord watch --json --no-record logs/\n"
		    "accord watch --as-of 2021-07-19T00:00:00Z --held-back access.log.gz\n"
		    "accord watch --not-watched\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
