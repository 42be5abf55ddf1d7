/* SPDX-License-Identifier: Apache-2.0 */
/* The options of accord watch that say how inputs are read and matched. */
#include "app/app.h"
#include "app/watch_command.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/os.h"

/* A writer that stops in the middle of a line for so long does not come back to it. */
#define LINE_WAIT_S 30
#define LINE_WAIT_MOST_S 86400U
/* Bytes a second. Below, a line may take minutes. */
#define RATE_LEAST ((uint64_t)1024)
#define RATE_MOST ((uint64_t)1024 << 30)

/* --as-of, or now. */
static int
take_times(ac_watching *w, accord_err *err)
{
	const char *as_of = ac_arg(w->args, "as-of", NULL);

	w->run.now = ac_app_now(w->app);
	w->run.as_of = w->run.now;
	if (as_of && !ac_time_parse_loose(ac_str_from(as_of), &w->run.as_of))
		return ac_fail(err, ACCORD_EUSAGE, "--as-of wants a time (2021-07-19T10:00:00Z), got '%s'", as_of);
	return 0;
}

/* --min-confidence, else watch.min-confidence. */
static int
take_rules(ac_watching *w, accord_err *err)
{
	const char *set = w->app->config.watch_min_confidence;
	const char *text = ac_arg(w->args, "min-confidence", set ? set : "0");
	uint64_t least;

	if (!ac_str_to_u64(ac_str_from(text), &least) || least > 100)
		return ac_fail(err, ACCORD_EUSAGE, "a confidence floor wants a number from 0 to 100, got '%s'", text);
	w->run.rules.min_confidence = (unsigned)least;
	w->run.rules.no_warning_lists = ac_arg_given(w->args, "no-warning-lists");
	return 0;
}

/* --never, else watch.never. */
static int
take_never(ac_watching *w, accord_err *err)
{
	const char *path = ac_arg(w->args, "never", w->app->config.watch_never);
	accord_err what = { 0 };
	ac_buf text;
	int rc;

	if (!path)
		return 0;
	ac_buf_init(&text, AC_NEVER_BYTES_MAX);
	rc = ac_file_load(path, AC_NEVER_BYTES_MAX, &text, err);
	if (!rc) {
		rc = ac_never_list_read(ac_buf_view(&text), ac_app_seed(w->app), &w->never, &what);
		/* A list that cannot be used is a setting that cannot be: silence about a value must be meant. */
		if (rc == ACCORD_EINPUT)
			rc = ac_fail(err, ACCORD_EUSAGE, "%s:%llu: %s", path, (unsigned long long)what.line, what.text);
		else if (rc)
			*err = what;
	}
	ac_buf_done(&text);
	w->run.rules.never = w->never;
	return rc;
}

/* --scope and --late, for patterns over time. */
static int
take_scope(ac_watching *w, accord_err *err)
{
	const char *scope = ac_arg(w->args, "scope", "host"), *late = ac_arg(w->args, "late", "300");

	if (!ac_scope_from_name(ac_str_from(scope), &w->patterns.scope))
		return ac_fail(err, ACCORD_EUSAGE, "--scope wants host, sensor, user, source or none, got '%s'", scope);
	if (!ac_str_to_u64(ac_str_from(late), &w->patterns.limits.late_seconds) ||
	    w->patterns.limits.late_seconds > AC_PATTERN_LATE_MAX)
		return ac_fail(
		    err, ACCORD_EUSAGE, "--late wants seconds, at most %d, got '%s'", AC_PATTERN_LATE_MAX, late);
	return 0;
}

/* --where, as often as given, and --since. */
static int
take_selection(ac_watching *w, accord_err *err)
{
	const char *since = ac_arg(w->args, "since", NULL), *condition;
	size_t at = 0;
	int rc = 0;

	while (!rc && (condition = ac_arg_next(w->args, "where", &at)))
		rc = ac_where_add(&w->where, ac_str_from(condition), err);
	if (!rc && since && !ac_time_parse_loose(ac_str_from(since), &w->where.since))
		return ac_fail(err, ACCORD_EUSAGE, "--since wants a time (2021-07-19T10:00:00Z), got '%s'", since);
	w->where.has_since = since != NULL;
	if (w->where.count || since)
		w->run.where = &w->where;
	return rc;
}

/* --format: a row of the table of formats. */
static int
take_format(ac_watching *w, accord_err *err)
{
	const char *name = ac_arg(w->args, "format", NULL);
	ac_buf names;
	int rc;

	if (!name)
		return 0;
	w->run.format = ac_log_format_named(ac_str_from(name));
	if (w->run.format)
		return 0;
	ac_buf_init(&names, AC_KIB);
	for (size_t i = 0; ac_log_formats[i]; i++)
		ac_buf_printf(&names, "%s%s", i ? ", " : "", ac_log_formats[i]->name);
	rc = ac_fail(err, ACCORD_EUSAGE, "--format wants one of %.*s, got '%s'", AC_FMT(ac_buf_view(&names)), name);
	ac_buf_done(&names);
	return rc;
}

/* --follow and --line-wait. */
static int
take_follow(ac_watching *w, accord_err *err)
{
	const char *wait = ac_arg(w->args, "line-wait", NULL);
	uint64_t seconds = LINE_WAIT_S;

	if (wait && (!ac_str_to_u64(ac_str_from(wait), &seconds) || seconds > LINE_WAIT_MOST_S))
		return ac_fail(
		    err, ACCORD_EUSAGE, "--line-wait wants seconds (0 to %u), got '%s'", LINE_WAIT_MOST_S, wait);
	w->follows = ac_arg_given(w->args, "follow");
	w->line_wait_s = (unsigned)seconds;
	return 0;
}

/* --jobs. Following is done by one thread. */
static int
take_jobs(ac_watching *w, accord_err *err)
{
	const char *text = ac_arg(w->args, "jobs", NULL);
	uint64_t jobs = ac_cpu_count();

	if (text && (!ac_str_to_u64(ac_str_from(text), &jobs) || jobs == 0 || jobs > AC_WATCH_JOBS_MAX))
		return ac_fail(
		    err, ACCORD_EUSAGE, "--jobs wants a number from 1 to %d, got '%s'", AC_WATCH_JOBS_MAX, text);
	w->run.jobs = jobs < AC_WATCH_JOBS_MAX ? (unsigned)jobs : AC_WATCH_JOBS_MAX;
	return 0;
}

/* --rate: a number, and K, M or G. */
static int
take_rate(ac_watching *w, accord_err *err)
{
	static const char suffixes[] = "KMG";
	const char *text = ac_arg(w->args, "rate", NULL), *suffix;
	ac_str number = ac_str_from(text ? text : "");
	unsigned shift = 0;
	uint64_t bytes;

	if (!text)
		return 0;
	suffix = number.n ? memchr(suffixes, number.p[number.n - 1], sizeof(suffixes) - 1) : NULL;
	if (suffix) {
		shift = 10 * (unsigned)(suffix - suffixes + 1);
		number.n--;
	}
	if (!ac_str_to_u64(number, &bytes) || bytes > RATE_MOST >> shift || bytes << shift < RATE_LEAST)
		return ac_fail(
		    err, ACCORD_EUSAGE, "--rate wants bytes a second (1K to 1024G, as 500K, 10M), got '%s'", text);
	w->run.rate = ac_rate_open(bytes << shift);
	return w->run.rate ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory for --rate");
}

int
ac_watching_options(ac_watching *w, accord_err *err)
{
	int rc = take_times(w, err);

	if (!rc)
		rc = take_rules(w, err);
	if (!rc)
		rc = take_never(w, err);
	if (!rc)
		rc = take_scope(w, err);
	if (!rc)
		rc = take_selection(w, err);
	if (!rc)
		rc = take_format(w, err);
	if (!rc)
		rc = take_jobs(w, err);
	if (!rc)
		rc = take_rate(w, err);
	return rc ? rc : take_follow(w, err);
}
