/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord watch --follow: hits are shown as they come, and what is learned meanwhile is watched too. A thread beside the follower asks the store whether it has moved on, makes the new index (an
 * overlay, when little has changed) and publishes it; the follower takes what is current at each block and never waits.
 */
#include <pthread.h>
#include <stdio.h>

#include "app/app.h"
#include "app/watch_command.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/os.h"
#include "watch/follow.h"
#include "watch/live.h"

/* How often the store is asked whether it has moved on, in nanoseconds: a look at one number. */
#define ASK_EVERY_NS 50000000L
/* After a failure, how many times it is not asked. */
#define PASS_AFTER_FAILURE 100

typedef struct keeper {
	ac_watching *w;
	ac_store *store; /* the thread's own connection */
	ac_live_index *live;
	const char *index_path;
	bool is_inside; /* the follower has an index */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over;
} keeper;

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

/* The follower goes from the index that it had to the current one. */
static const ac_index *
index_now(void *payload)
{
	keeper *k = ((ac_watching *)payload)->keeper;

	if (k->is_inside)
		ac_live_leave(k->live, 0);
	k->is_inside = true;
	return ac_live_enter(k->live, 0);
}

/* False: it is over. */
static bool
sleep_on(keeper *k)
{
	struct timespec until;
	bool is_over;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += ASK_EVERY_NS;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	(void)pthread_mutex_lock(&k->lock);
	while (!k->is_over && pthread_cond_timedwait(&k->over, &k->lock, &until) == 0)
		continue;
	is_over = k->is_over;
	(void)pthread_mutex_unlock(&k->lock);
	return !is_over;
}

static void *
keep_index(void *payload)
{
	keeper *k = payload;
	unsigned pass = 0;

	while (sleep_on(k)) {
		accord_err trouble = { 0 };
		bool is_new;

		if (pass > 0) {
			pass--;
			continue;
		}
		/* When a new one cannot be made, the one before stays. */
		if (ac_live_refresh(k->live, k->store, k->index_path, ac_random_seed(), &is_new, &trouble)) {
			ac_log_error(NULL, &trouble);
			pass = PASS_AFTER_FAILURE;
		}
	}
	return NULL;
}

static int
start(keeper *k, accord_err *err)
{
	pthread_condattr_t monotonic;
	int rc = ac_app_store_beside(k->w->app, &k->store, err);

	if (rc)
		return rc;
	k->live = ac_live_open(k->w->index, 1);
	if (!k->live)
		return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
	k->w->index = NULL;
	if (pthread_condattr_init(&monotonic))
		return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&k->lock, NULL);
	(void)pthread_cond_init(&k->over, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	if (pthread_create(&k->thread, NULL, keep_index, k) == 0)
		return 0;
	(void)pthread_cond_destroy(&k->over);
	(void)pthread_mutex_destroy(&k->lock);
	return ac_fail(err, ACCORD_ENOMEM, "follow: no thread for the index");
}

static void
stop(keeper *k)
{
	(void)pthread_mutex_lock(&k->lock);
	k->is_over = true;
	(void)pthread_cond_signal(&k->over);
	(void)pthread_mutex_unlock(&k->lock);
	(void)pthread_join(k->thread, NULL);
	(void)pthread_cond_destroy(&k->over);
	(void)pthread_mutex_destroy(&k->lock);
}

/* The index of the end is the command's again. */
static void
finish(keeper *k)
{
	if (k->is_inside)
		ac_live_leave(k->live, 0);
	if (k->live)
		k->w->index = ac_live_take(k->live);
	ac_store_close(k->store);
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
	keeper k = { .w = w };
	ac_follow_options options = {
		.run = &w->run, .now = now_of, .index = index_now, .on_block = on_block, .line_wait_s = w->line_wait_s
	};
	int lock, rc = lock_places(w, &lock, err);

	if (rc)
		return rc;
	options.patterns = &w->run.patterns;
	options.pattern_options = &w->patterns;
	if (w->run.store)
		options.patterns_path = ac_watching_patterns_path(w, "follow", err);
	if (w->run.store && !options.patterns_path)
		return err->code;
	ac_watching_connect(w);
	k.index_path = ac_watching_index_path(w, err);
	rc = k.index_path ? start(&k, err) : err->code;
	w->keeper = &k;
	if (!rc) {
		rc = ac_watch_follow(
		    index_now(w), w->args->operands, (size_t)w->args->operand_count, &options, &w->totals, err);
		stop(&k);
	}
	finish(&k);
	if (lock >= 0)
		ac_file_unlock(lock);
	return rc;
}
