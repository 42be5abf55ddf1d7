/* SPDX-License-Identifier: Apache-2.0 */
/* The follower's day: wait for a change, look who is where, read what is new, keep it. Pipes are read as they come and have no places. */
#include "watch/follow.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/os.h"
#include "watch/followed.h"

/* Everything is looked at so often, in seconds, and takes at most a twentieth of the time. Without inotify it is all there is. */
#define LOOK_EVERY 1.0
#define LOOK_EVERY_BLIND 0.25
#define LOOK_SHARE 20
/* After a change of entries others often follow. */
#define LOOK_AGAIN 0.02
/* Versions of sightings are kept for good: under constant hits they come less often. */
#define COMMIT_WAIT 0.25
#define COMMIT_WAIT_MOST 4.0
/* What a stop waits for at most, seconds. */
#define STOP_WAIT 10.0
#define FILES_LEFT 64
#define LAST_LOOKS 3

/* A FIFO or standard input: nothing of it can be read again. */
typedef struct pipe_input {
	const char *path;
	int fd; /* -1: it has ended */
	ac_watch *watch;
	ac_sightings *sightings; /* all of it: its hits cannot be told to come on top of others */
	double rest_since;
	bool is_changed;
	ac_follower *f;
} pipe_input;

typedef struct pipes {
	pipe_input *all;
	int *fds;
	bool *ready;
	size_t count, open;
} pipes;

/* ---- hits ---- */

static int
note_hit(ac_follower *f, ac_sightings **sightings, const ac_hit *hit, accord_err *err)
{
	int rc = f->run->sink.on_hit(f->run->sink.payload, hit, err);

	f->uncommitted_hits++;
	if (rc || !f->run->store)
		return rc;
	if (!*sightings) {
		*sightings = ac_sightings_open(f->run->seed);
		if (*sightings)
			ac_sightings_by_offset(*sightings);
	}
	return *sightings ? ac_sightings_add(*sightings, hit, err) : ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_follower *f = payload;

	return note_hit(f, &f->reading->sightings, hit, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	ac_follower *f = payload;

	return f->run->sink.on_held_back ? f->run->sink.on_held_back(f->run->sink.payload, held, err) : 0;
}

static int
on_pipe_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	pipe_input *p = payload;

	p->is_changed = true;
	return note_hit(p->f, &p->sightings, hit, err);
}

static int
on_pipe_held(void *payload, const ac_held_back *held, accord_err *err)
{
	return on_held_back(((pipe_input *)payload)->f, held, err);
}

/* ---- pipes ---- */

/* A watch that has the patterns of the index at hand. */
static int
add_watch(ac_follower *f, ac_watch *watch, accord_err *err)
{
	ac_watch **added = ac_vec_add(&f->watches);

	if (!added)
		return ac_vec_check(&f->watches, "inputs to follow", err);
	*added = watch;
	return f->options->patterns ? ac_watch_set_patterns(watch, *f->options->patterns, err) : 0;
}

/* The patterns of the index, and what they remembered when they were kept last. A file that cannot be used is told, and all begins anew. */
static int
prepare_patterns(ac_follower *f, accord_err *err)
{
	const ac_follow_options *o = f->options;
	accord_err problem = { 0 };
	int rc;

	if (!o->patterns)
		return 0;
	rc = ac_patterns_renew(*o->patterns, &f->patterns_of, f->index, o->pattern_options, o->patterns, err);
	if (rc || !*o->patterns || !o->patterns_path)
		return rc;
	rc = ac_patterns_load(*o->patterns, o->patterns_path, &problem);
	if (rc == ACCORD_ENOMEM) {
		*err = problem;
		return rc;
	}
	if (rc)
		ac_follow_problem(f, o->patterns_path, &problem);
	return 0;
}

static int
open_pipe(ac_follower *f, pipes *all, const char *path, accord_err *err)
{
	pipe_input *p = &all->all[all->count];
	ac_watch_sink sink = { on_pipe_hit, on_pipe_held, p };
	accord_err problem = { 0 };

	*p = (pipe_input){ .path = path, .f = f };
	p->fd = ac_file_open(path, &problem);
	if (p->fd < 0) {
		ac_follow_problem(f, path, &problem);
		return 0;
	}
	p->watch = ac_watch_open(f->index, ac_str_from(path), f->run->as_of, &sink);
	if (f->run->store)
		p->sightings = ac_sightings_open(f->run->seed);
	if (!p->watch || (f->run->store && !p->sightings)) {
		ac_watch_close(p->watch);
		(void)close(p->fd);
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	}
	ac_watch_set_rules(p->watch, &f->run->rules);
	ac_watch_select(p->watch, f->run->where, f->run->format);
	if (add_watch(f, p->watch, err) || (f->run->retro && ac_watch_remember(p->watch, f->run->retro, err))) {
		ac_watch_close(p->watch);
		ac_sightings_close(p->sightings);
		(void)close(p->fd);
		return err->code;
	}
	all->count++;
	all->open++;
	f->totals->files++;
	return 0;
}

static void
end_pipe(pipes *all, pipe_input *p)
{
	(void)close(p->fd);
	p->fd = -1;
	all->open--;
}

/* What has come of a line that has no end. */
static int
end_line(ac_follower *f, pipe_input *p, accord_err *err)
{
	int rc = ac_follow_use_index(f, p->watch, 0, err);

	return rc ? rc : ac_watch_end(p->watch, err);
}

/* One read, whole lines at once. */
static int
read_pipe(ac_follower *f, pipes *all, pipe_input *p, accord_err *err)
{
	accord_err problem = { 0 };
	ac_watch_position unused;
	size_t got = 0;
	int rc = ac_file_read(p->fd, f->block[0], ac_rate_block(f->run->rate, AC_WATCH_BLOCK), &got, &problem);

	if (rc)
		ac_follow_problem(f, p->path, &problem);
	if (rc || got == 0) {
		end_pipe(all, p);
		return end_line(f, p, err);
	}
	if (p->sightings)
		ac_sightings_see(p->sightings, (ac_str){ f->block[0], got });
	rc = ac_follow_use_index(f, p->watch, got, err);
	if (!rc)
		rc = ac_watch_feed(p->watch, (ac_str){ f->block[0], got }, err);
	if (!rc)
		rc = ac_watch_pause(p->watch, &unused, err);
	p->rest_since = ac_clock_monotonic();
	f->uncommitted += got;
	ac_rate_spend(f->run->rate, got);
	return rc;
}

static int
read_pipes(ac_follower *f, pipes *all, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < all->count; i++) {
		pipe_input *p = &all->all[i];

		if (p->fd >= 0 && all->ready[i])
			rc = read_pipe(f, all, p, err);
		else if (p->fd >= 0 && ac_watch_rest(p->watch) &&
			 ac_clock_monotonic() - p->rest_since > f->options->line_wait_s)
			rc = end_line(f, p, err);
		if (!rc && f->options->on_block && (all->ready[i] || p->is_changed))
			f->options->on_block(f->run->sink.payload);
	}
	f->broken |= rc != 0;
	return rc;
}

/* At a stop nothing more comes of them, and nobody can read them again. */
static int
end_pipes(ac_follower *f, pipes *all, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < all->count; i++) {
		pipe_input *p = &all->all[i];

		if (p->fd < 0 || !ac_watch_rest(p->watch))
			continue;
		rc = end_line(f, p, err);
		if (!rc && f->options->on_block)
			f->options->on_block(f->run->sink.payload);
	}
	f->broken |= rc != 0;
	return rc;
}

static int
commit_pipes(ac_follower *f, pipes *all, accord_err *err)
{
	ac_time now = f->options->now(f->run->sink.payload);
	int rc = 0;

	for (size_t i = 0; !rc && i < all->count; i++) {
		pipe_input *p = &all->all[i];

		if (!p->is_changed || !p->sightings)
			continue;
		rc = ac_sightings_keep(
		    p->sightings, f->run->store, ac_str_from(p->path), 0, now, &f->totals->sightings, err);
		p->is_changed = false;
	}
	f->broken |= rc != 0;
	return rc;
}

static void
close_pipes(pipes *all, ac_watch_counts *counts)
{
	for (size_t i = 0; i < all->count; i++) {
		pipe_input *p = &all->all[i];

		ac_watch_add_counts(p->watch, counts);
		ac_watch_close(p->watch);
		ac_sightings_close(p->sightings);
		if (p->fd >= 0)
			(void)close(p->fd);
	}
	free(all->all);
	free(all->fds);
	free(all->ready);
}

/* ---- beginning and end ---- */

static bool
is_sibling(const ac_follow_root *root, const char *path)
{
	const char *slash = strrchr(path, '/'), *other = strrchr(root->path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0, m = other ? (size_t)(other - root->path) + 1 : 0;

	return root->walks && n == m && memcmp(path, root->path, n) == 0;
}

static int
add_root(ac_follower *f, const char *path, bool is_file, bool is_awaited, accord_err *err)
{
	ac_follow_root *root = ac_vec_add(&f->roots);

	if (!root)
		return ac_vec_check(&f->roots, "inputs to follow", err);
	*root = (ac_follow_root){ .path = path, .is_file = is_file, .walks = is_file, .is_awaited = is_awaited };
	/* One look at a folder is enough for all files in it. */
	for (size_t i = 0; i + 1 < f->roots.n && root->walks; i++)
		root->walks = !is_sibling((const ac_follow_root *)f->roots.p + i, path);
	return 0;
}

/* A file that is not there yet is followed from when it comes. */
static int
add_input(ac_follower *f, pipes *all, const char *path, accord_err *err)
{
	ac_file_id id = { 0 };
	bool there = ac_file_look(path, &id);

	if (strcmp(path, "-") == 0 || (there && !id.is_regular && !id.is_folder))
		return open_pipe(f, all, path, err);
	if (!there && f->options->on_awaited)
		f->options->on_awaited(f->run->sink.payload, path);
	return add_root(f, path, !id.is_folder, !there, err);
}

/* Files that were waited for in vain. */
static void
tell_awaited(ac_follower *f)
{
	for (size_t i = 0; i < f->roots.n; i++) {
		const ac_follow_root *root = (const ac_follow_root *)f->roots.p + i;
		accord_err problem = { 0 };

		if (!root->is_awaited)
			continue;
		(void)ac_fail(&problem, ACCORD_EIO, "%s: never came", root->path);
		ac_follow_problem(f, root->path, &problem);
	}
}

static int
prepare(ac_follower *f, pipes *all, const char *const *paths, size_t count, accord_err *err)
{
	ac_watch_sink sink = { on_hit, on_held_back, f };
	size_t files = ac_file_raise_limit();
	int rc = 0;

	f->roots = ac_vec_of(sizeof(ac_follow_root), AC_FOLLOW_FILES_MAX);
	f->logs = ac_vec_of(sizeof(ac_followed *), 2 * (size_t)AC_FOLLOW_FILES_MAX);
	f->newcomers = ac_vec_of(sizeof(char *), AC_FOLLOW_FILES_MAX);
	f->awaited = ac_vec_of(sizeof(char *), AC_FOLLOW_FILES_MAX);
	f->named = ac_vec_of(sizeof(ac_named_file), 3 * (size_t)AC_FOLLOW_FILES_MAX);
	f->retired = ac_vec_of(sizeof(char *), 4 * (size_t)AC_FOLLOW_FILES_MAX);
	f->watches = ac_vec_of(sizeof(ac_watch *), AC_FOLLOW_FILES_MAX);
	f->folders = ac_vec_of(sizeof(const char *), AC_FOLLOW_FILES_MAX);
	ac_map_init(&f->by_file, f->run->seed, 4 * (size_t)AC_FOLLOW_FILES_MAX);
	ac_map_init(&f->heard, f->run->seed, AC_FOLLOW_FILES_MAX);
	ac_map_init(&f->by_path, f->run->seed, 4 * (size_t)AC_FOLLOW_FILES_MAX);
	ac_arena_init(&f->arena, AC_WALK_NAMES_MAX);
	f->open_max = files > 2 * FILES_LEFT ? files - FILES_LEFT : files / 2;
	f->commit_wait = COMMIT_WAIT;
	for (size_t i = 0; i < 2; i++)
		f->block[i] = malloc(AC_CURSOR_MARK_MAX + AC_WATCH_BLOCK);
	f->notify = ac_notify_open(!f->options->without_inotify);
	f->watch = ac_watch_open(f->index, AC_S(""), f->run->as_of, &sink);
	all->all = calloc(count + 1, sizeof(*all->all));
	all->fds = calloc(count + 1, sizeof(*all->fds));
	all->ready = calloc(count + 1, sizeof(*all->ready));
	if (!f->block[0] || !f->block[1] || !f->notify || !f->watch || !all->all || !all->fds || !all->ready)
		return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
	ac_watch_set_rules(f->watch, &f->run->rules);
	ac_watch_select(f->watch, f->run->where, f->run->format);
	rc = prepare_patterns(f, err);
	if (!rc)
		rc = add_watch(f, f->watch, err);
	if (!rc && f->run->retro)
		rc = ac_watch_remember(f->watch, f->run->retro, err);
	for (size_t i = 0; !rc && i < count; i++)
		rc = add_input(f, all, paths[i], err);
	return rc;
}

static void
finish(ac_follower *f, pipes *all)
{
	if (f->watch)
		ac_watch_add_counts(f->watch, &f->totals->counts);
	ac_watch_close(f->watch);
	close_pipes(all, &f->totals->counts);
	for (size_t i = 0; i < f->logs.n; i++)
		ac_followed_free(((ac_followed **)f->logs.p)[i]);
	for (size_t i = 0; i < f->retired.n; i++)
		free(((char **)f->retired.p)[i]);
	for (size_t i = 0; i < f->awaited.n; i++)
		free(((char **)f->awaited.p)[i]);
	ac_vec_done(&f->roots);
	ac_vec_done(&f->logs);
	ac_vec_done(&f->newcomers);
	ac_vec_done(&f->awaited);
	ac_vec_done(&f->named);
	ac_vec_done(&f->retired);
	ac_vec_done(&f->folders);
	ac_vec_done(&f->watches);
	ac_map_done(&f->by_file);
	ac_map_done(&f->by_path);
	ac_map_done(&f->heard);
	ac_arena_done(&f->arena);
	ac_notify_close(f->notify);
	free(f->block[0]);
	free(f->block[1]);
}

/* ---- the day ---- */

/* Folders of what is followed, known to inotify by their numbers. Asked at each look: there may be new ones. */
static int
listen(ac_follower *f, accord_err *err)
{
	for (size_t i = 0; i < f->roots.n; i++) {
		const ac_follow_root *root = (const ac_follow_root *)f->roots.p + i;

		if (!root->is_file && ac_follow_listen(f, root->path, strlen(root->path), err))
			return err->code;
		if (root->is_file) {
			const char *slash = strrchr(root->path, '/');

			if (ac_follow_listen(
				f, slash ? root->path : ".", slash ? (size_t)(slash - root->path) : 1, err))
				return err->code;
		}
	}
	for (size_t i = 0; i < f->logs.n; i++) {
		const ac_followed *log = ac_follow_log_at(f, i);
		const char *slash = strrchr(log->path, '/');

		if (log->is_there && slash && ac_follow_listen(f, log->path, (size_t)(slash - log->path), err))
			return err->code;
	}
	return 0;
}

static void
on_change(void *payload, int folder, const char *name, ac_change what)
{
	ac_follower *f = payload;
	char path[AC_PATH_MAX];
	ac_followed *log = NULL;

	if (what == AC_CHANGE_CONTENT && folder >= 0 && (size_t)folder < f->folders.n) {
		const char *at = ((const char **)f->folders.p)[folder];
		size_t n = strlen(at), m = strlen(name);

		if (n + 1 + m < sizeof(path)) {
			memcpy(path, at, n);
			path[n] = '/';
			memcpy(path + n + 1, name, m + 1);
			log = ac_follow_by_path(f, path);
			if (!log && strcmp(at, ".") == 0)
				log = ac_follow_by_path(f, name);
		}
	}
	if (log && !log->cursor.is_packed && !log->cursor.is_finished)
		log->is_queued = true;
	else
		f->look_wanted = true;
}

/* Lines that have waited for their end, and open files that are nowhere any more. is_last: lines wait no longer, as nobody will go on behind them. */
static int
end_waiting(ac_follower *f, bool is_last, accord_err *err)
{
	double now = ac_clock_monotonic();
	int rc = 0;

	for (size_t i = 0; !rc && i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);
		bool is_due = is_last || now - log->rest_since > f->options->line_wait_s;

		if (log->cursor.is_packed || log->is_queued || !log->has_file)
			continue;
		if (log->rest > 0 && is_due && ac_follow_open(f, log))
			rc = ac_follow_read(f, log, true, err);
		else if (!log->is_there && is_due && log->rest == 0) {
			ac_follow_shut(f, log);
			log->has_file = false;
		}
	}
	return rc;
}

static int
look_when_due(ac_follower *f, accord_err *err)
{
	double now = ac_clock_monotonic(), every = f->options->without_inotify ? LOOK_EVERY_BLIND : LOOK_EVERY;
	int rc;

	if (f->look_wanted)
		every = LOOK_AGAIN;
	if (every < LOOK_SHARE * f->look_cost)
		every = LOOK_SHARE * f->look_cost;
	if (f->looked > 0 && now - f->looked < every)
		return 0;
	rc = ac_follow_look(f, err);
	return rc ? rc : listen(f, err);
}

/* A batch for each quarter of a second of quiet, up to one in four seconds when there is no quiet. */
static int
commit_when_due(ac_follower *f, pipes *all, bool now, accord_err *err)
{
	double since = ac_clock_monotonic() - f->committed;
	bool has_hits = f->uncommitted_hits > 0;
	int rc;

	if (!now && (since < f->commit_wait || !ac_follow_may_commit(f)))
		return 0;
	f->commit_wanted = false;
	rc = ac_follow_commit(f, err);
	if (!rc)
		rc = commit_pipes(f, all, err);
	if (has_hits && f->commit_wait < COMMIT_WAIT_MOST)
		f->commit_wait *= 2;
	else if (!has_hits)
		f->commit_wait = COMMIT_WAIT;
	return rc;
}

static void
wait_for_more(ac_follower *f, pipes *all)
{
	int timeout_ms = 250;

	for (size_t i = 0; i < all->count; i++)
		all->fds[i] = all->all[i].fd;
	if (f->has_more)
		timeout_ms = 0;
	else if (f->look_wanted)
		timeout_ms = 20;
	else if (f->options->without_inotify || f->uncommitted > 0)
		timeout_ms = 100;
	ac_notify_wait(f->notify, all->fds, all->count, all->ready, timeout_ms, on_change, f);
}

static int
one_round(ac_follower *f, pipes *all, accord_err *err)
{
	int rc = look_when_due(f, err);

	if (!rc)
		rc = ac_follow_drain(f, true, err);
	if (!rc)
		rc = read_pipes(f, all, err);
	if (!rc)
		rc = end_waiting(f, false, err);
	if (!rc)
		rc = commit_when_due(f, all, f->commit_wanted, err);
	return rc;
}

/* What was written until now, then the end. */
static int
last_round(ac_follower *f, pipes *all, accord_err *err)
{
	int rc = 0;

	f->stop_until = ac_clock_monotonic() + STOP_WAIT;
	/* A log that was cut is seen as what it is now by another look. */
	f->look_wanted = true;
	for (unsigned i = 0; !rc && f->look_wanted && i < LAST_LOOKS; i++) {
		rc = ac_follow_look(f, err);
		if (!rc)
			rc = ac_follow_drain(f, true, err);
	}
	/* Where places are kept, the next run takes a line whole that has no end yet. */
	if (!rc && !f->run->store)
		rc = end_waiting(f, true, err);
	if (!rc)
		rc = end_pipes(f, all, err);
	return rc ? rc : commit_when_due(f, all, true, err);
}

int
ac_watch_follow(const ac_index *index, const char *const *paths, size_t count, const ac_follow_options *options,
    ac_watch_totals *totals, accord_err *err)
{
	ac_follower f = { .options = options, .run = options->run, .totals = totals, .index = index };
	pipes all = { 0 };
	int rc;

	ac_stop_catch();
	rc = prepare(&f, &all, paths, count, err);
	if (!rc)
		rc = ac_follow_load(&f, err);
	while (!rc && !ac_stop_asked() && (f.roots.n > 0 || all.open > 0)) {
		rc = one_round(&f, &all, err);
		if (!rc && !ac_stop_asked())
			wait_for_more(&f, &all);
	}
	if (!rc)
		rc = last_round(&f, &all, err);
	if (!rc)
		tell_awaited(&f);
	finish(&f, &all);
	return rc;
}
