/* SPDX-License-Identifier: Apache-2.0 */
/* The options of accord watch that say how inputs are read and matched. */
#include "app/app.h"
#include "app/watch_command.h"

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
	return 0;
}

int
ac_watching_options(ac_watching *w, accord_err *err)
{
	int rc = take_times(w, err);

	return rc ? rc : take_rules(w, err);
}
