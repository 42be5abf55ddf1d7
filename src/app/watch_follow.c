/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord watch --follow: hits are shown as they come, and what is learned meanwhile is watched too (watch_keeper.h): the follower takes the index that is current at each block.
 */
#include "app/app.h"
#include "app/watch_command.h"
#include "app/watch_keeper.h"
#include "sys/file.h"
#include "sys/log.h"
#include "watch/follow.h"

static ac_time
now_of(void *payload)
{
	return ac_app_now(((ac_watching *)payload)->app);
}

static void
on_block(void *payload)
{
	ac_app_flush(((ac_watching *)payload)->app);
}

static void
on_awaited(void *payload, const char *path)
{
	(void)payload;
	ac_log("%s: is not there yet", path);
}

static const ac_index *
index_now(void *payload, size_t bytes, const ac_index **out_coming)
{
	return ac_keeper_go_on(((ac_watching *)payload)->keeper, bytes, out_coming);
}

/* Two followers that keep their places in one store would count each line twice. */
static int
lock_places(ac_watching *w, int *out, accord_err *err)
{
	const char *folder = ac_app_state_dir(w->app, err), *path;
	bool is_busy;
	int fd;

	*out = -1;
	if (!w->run.store)
		return 0;
	path = folder ? ac_arena_printf(&w->app->arena, "%s/follow.lock", folder).p : NULL;
	if (!path)
		return folder ? ac_arena_check(&w->app->arena, err) : ACCORD_EUSAGE;
	fd = ac_file_try_lock(path, &is_busy, err);
	if (fd < 0 && is_busy)
		return ac_fail(err, ACCORD_EIO,
		    "another accord watch --follow keeps its places in %s: give all inputs to one, or --no-record to "
		    "this one",
		    folder);
	if (fd >= 0)
		*out = fd;
	return fd < 0 ? fd : 0;
}

int
ac_watching_follow(ac_watching *w, accord_err *err)
{
	ac_follow_options options = { .run = &w->run,
		.now = now_of,
		.index = index_now,
		.on_block = on_block,
		.on_awaited = on_awaited,
		.line_wait_s = w->line_wait_s };
	const char *index_path = NULL;
	int lock, rc = lock_places(w, &lock, err);

	if (rc)
		return rc;
	if (ac_arg_given(w->args, "jobs"))
		ac_log("one job: what is followed is read by one thread");
	options.patterns = &w->run.patterns;
	options.pattern_options = &w->patterns;
	if (w->run.store)
		options.patterns_path = ac_watching_patterns_path(w, "follow", err);
	if (!w->run.store || options.patterns_path)
		index_path = ac_watching_index_path(w, err);
	ac_watching_connect(w);
	rc = index_path ? ac_keeper_start(w->app, &w->index, index_path, &w->keeper, err) : err->code;
	if (!rc) {
		rc = ac_watch_follow(ac_keeper_index(w->keeper), w->args->operands, (size_t)w->args->operand_count,
		    &options, &w->totals, err);
		/* The index of the end is the command's again. */
		w->index = ac_keeper_close(w->keeper);
		w->keeper = NULL;
	}
	if (lock >= 0)
		ac_file_unlock(lock);
	return rc;
}
