/* SPDX-License-Identifier: Apache-2.0 */
#include "app/watch_keeper.h"

#include <pthread.h>
#include <stdlib.h>

#include "sys/log.h"
#include "sys/os.h"
#include "watch/live.h"

/* How often the store is asked whether it has moved on, in nanoseconds: a look at one number. */
#define ASK_EVERY_NS 50000000L
/* After a failure, how many times it is not asked. */
#define PASS_AFTER_FAILURE 100

struct ac_keeper {
	ac_store *store; /* the thread's own connection */
	ac_live_index *live;
	const char *index_path;
	bool is_inside; /* the run has an index */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over;
};

/* False: it is over. */
static bool
sleep_on(ac_keeper *k)
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
	ac_keeper *k = payload;
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
start_thread(ac_keeper *k, accord_err *err)
{
	pthread_condattr_t monotonic;

	if (pthread_condattr_init(&monotonic))
		return ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&k->lock, NULL);
	(void)pthread_cond_init(&k->over, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	if (pthread_create(&k->thread, NULL, keep_index, k) == 0)
		return 0;
	(void)pthread_cond_destroy(&k->over);
	(void)pthread_mutex_destroy(&k->lock);
	return ac_fail(err, ACCORD_ENOMEM, "watch: no thread for the index");
}

int
ac_keeper_start(ac_app *app, ac_index **index, const char *index_path, ac_keeper **out, accord_err *err)
{
	ac_keeper *k = calloc(1, sizeof(*k));
	int rc = k ? ac_app_store_beside(app, &k->store, err) : ac_fail(err, ACCORD_ENOMEM, "watch: no memory");

	if (!rc) {
		k->index_path = index_path;
		k->live = ac_live_open(*index, 1);
		rc = k->live ? start_thread(k, err) : ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	}
	if (rc) {
		if (k && k->live)
			*index = ac_live_take(k->live);
		if (k)
			ac_store_close(k->store);
		free(k);
		return rc;
	}
	*index = NULL;
	*out = k;
	return 0;
}

const ac_index *
ac_keeper_go_on(ac_keeper *k, size_t bytes, const ac_index **out_coming)
{
	k->is_inside = true;
	return ac_live_go_on(k->live, 0, bytes, ac_clock_monotonic(), out_coming);
}

const ac_index *
ac_keeper_index(ac_keeper *k)
{
	const ac_index *none;

	return ac_keeper_go_on(k, 0, &none);
}

bool
ac_keeper_has_new(const ac_keeper *k)
{
	return !k->is_inside || ac_live_has_new(k->live, 0);
}

ac_index *
ac_keeper_close(ac_keeper *k)
{
	ac_index *last;

	if (!k)
		return NULL;
	(void)pthread_mutex_lock(&k->lock);
	k->is_over = true;
	(void)pthread_cond_signal(&k->over);
	(void)pthread_mutex_unlock(&k->lock);
	(void)pthread_join(k->thread, NULL);
	(void)pthread_cond_destroy(&k->over);
	(void)pthread_mutex_destroy(&k->lock);
	if (k->is_inside)
		ac_live_leave(k->live, 0);
	last = ac_live_take(k->live);
	ac_store_close(k->store);
	free(k);
	return last;
}
