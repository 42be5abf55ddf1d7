/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors of the store: they become logs when following begins, and go when their files have been gone for long. */
#include "base/limits.h"
#include "sys/os.h"
#include "watch/followed.h"

/* Cursors without a file are looked through so often, seconds. */
#define PRUNE_EVERY 3600.0

typedef struct loading {
	ac_follower *f;
	ac_arena arena;
} loading;

static int
on_cursor(void *payload, int64_t number, ac_str state, accord_err *err)
{
	loading *l = payload;
	accord_err problem = { 0 };
	ac_cursor cursor;
	ac_followed *log;
	ac_str path;

	ac_arena_reset(&l->arena);
	if (ac_cursor_read(state, &l->arena, &cursor, &path, &problem)) {
		ac_follow_problem(l->f, "the store", &problem);
		return 0;
	}
	log = ac_follow_add_log(l->f, path.p);
	if (!log)
		return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
	log->cursor = cursor;
	log->number = number;
	log->has_file = cursor.inode != 0;
	return 0;
}

int
ac_follow_load(ac_follower *f, accord_err *err)
{
	loading l = { .f = f };
	int rc = 0;

	ac_arena_init(&l.arena, AC_JSON_ARENA_MAX);
	if (f->run->store)
		rc = ac_store_cursors(f->run->store, on_cursor, &l, err);
	ac_arena_done(&l.arena);
	return rc ? rc : ac_follow_map_paths(f, err);
}

/* ---- what is gone ---- */

/* Whether the log's file is nowhere: what other inputs of other runs were is not below the roots, and there all the same. */
static bool
is_gone(const ac_followed *log)
{
	ac_file_id id;

	if (log->is_there || log->fd >= 0 || log->copy_path)
		return false;
	return !log->cursor.inode || !ac_file_look(log->path, &id) || id.inode != log->cursor.inode ||
	       id.device != log->cursor.device;
}

static bool
is_waited_for(const ac_follower *f, const ac_followed *log)
{
	for (size_t i = 0; i < f->logs.n; i++)
		if (ac_follow_log_at(f, i)->waits_for == log)
			return true;
	return false;
}

/* In a batch of its own: nothing that is not kept yet hangs on these. */
static int
forget(ac_follower *f, accord_err *err)
{
	size_t kept = 0;
	int rc = f->run->store ? ac_store_begin(f->run->store, err) : 0;

	f->broken |= rc != 0;
	if (rc)
		return rc;
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (!rc && log->is_forgotten) {
			rc = log->number && f->run->store ? ac_store_cursor_delete(f->run->store, log->number, err) : 0;
			ac_followed_free(log);
		} else {
			((ac_followed **)f->logs.p)[kept++] = log;
		}
	}
	f->logs.n = kept;
	f->reading = NULL;
	if (rc)
		ac_store_rollback(f->run->store);
	else if (f->run->store)
		rc = ac_store_commit(f->run->store, err);
	f->broken |= rc != 0;
	return rc ? rc : ac_follow_map_files(f, err);
}

int
ac_follow_prune(ac_follower *f, accord_err *err)
{
	double clock = ac_clock_monotonic();
	int64_t now = f->options->now(f->run->sink.payload).seconds;
	bool any = false;

	if (f->pruned > 0 && clock - f->pruned < PRUNE_EVERY)
		return 0;
	f->pruned = clock;
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (!is_gone(log))
			continue;
		if (!log->cursor.gone_s) {
			log->cursor.gone_s = now > 0 ? now : 1;
			log->is_changed = true;
		}
		log->is_forgotten =
		    !log->is_changed && now - log->cursor.gone_s > AC_FOLLOW_KEEP_S && !is_waited_for(f, log);
		any |= log->is_forgotten;
	}
	return any ? forget(f, err) : 0;
}
