/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file holds which log. A log is found again by device and inode when its file was renamed; by its content when it was copied (copytruncate) or compressed, among files whose
 * names rotation could have made of its own. A file that nobody knows is a new log.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/os.h"
#include "watch/followed.h"

/* A file that may be a copy being made is left alone until it has not changed for so long. */
#define SETTLE_S 2
/* Clocks of file systems are coarse. */
#define CLOCK_SLACK_S 2

void
ac_follow_problem(ac_follower *f, const char *path, const accord_err *what)
{
	f->totals->problems++;
	if (f->run->on_problem)
		f->run->on_problem(f->run->sink.payload, path, what);
}

void
ac_followed_free(ac_followed *log)
{
	if (log->fd >= 0)
		(void)close(log->fd);
	ac_sightings_close(log->sightings);
	free(log->path);
	free(log->proven_path);
	free(log->copy_path);
	free(log->begin);
	free(log);
}

static int
no_memory(accord_err *err)
{
	return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
}

ac_followed *
ac_follow_add_log(ac_follower *f, const char *path)
{
	ac_followed *log = calloc(1, sizeof(*log)), **slot;

	if (!log)
		return NULL;
	log->fd = -1;
	log->path = strdup(path);
	slot = log->path ? ac_vec_add(&f->logs) : NULL;
	if (!slot) {
		ac_followed_free(log);
		return NULL;
	}
	*slot = log;
	return log;
}

void
ac_follow_prove(ac_followed *log)
{
	free(log->proven_path);
	log->proven_path = NULL;
}

const char *
ac_follow_proven_path(const ac_followed *log)
{
	return log->proven_path ? log->proven_path : log->path;
}

/* The path before is kept until the map of paths is made anew. */
static bool
rename_log(ac_follower *f, ac_followed *log, const char *path)
{
	char *copy = strdup(path), **retired = copy ? ac_vec_add(&f->retired) : NULL;

	if (!retired) {
		free(copy);
		return false;
	}
	*retired = log->path;
	log->path = copy;
	return true;
}

static void
put_key(char key[static 16], uint64_t device, uint64_t inode)
{
	memcpy(key, &device, sizeof(device));
	memcpy(key + sizeof(device), &inode, sizeof(inode));
}

/* The map has no removal. */
int
ac_follow_map_files(ac_follower *f, accord_err *err)
{
	ac_map_clear(&f->by_file);
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);
		uint64_t *slot = NULL;

		if (log->cursor.inode) {
			put_key(log->key, log->cursor.device, log->cursor.inode);
			slot = ac_map_put(&f->by_file, (ac_str){ log->key, sizeof(log->key) }, NULL);
			if (!slot)
				return no_memory(err);
			*slot = i;
		}
		if (log->copy_path) {
			put_key(log->copy_key, log->copy_device, log->copy_inode);
			slot = ac_map_put(&f->by_file, (ac_str){ log->copy_key, sizeof(log->copy_key) }, NULL);
			if (!slot)
				return no_memory(err);
			*slot = i;
		}
	}
	return 0;
}

int
ac_follow_map_paths(ac_follower *f, accord_err *err)
{
	ac_map_clear(&f->by_path);
	for (size_t i = 0; i < f->retired.n; i++)
		free(((char **)f->retired.p)[i]);
	f->retired.n = 0;
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);
		uint64_t *slot;

		if (!log->has_file)
			continue;
		slot = ac_map_put(&f->by_path, ac_str_from(log->path), NULL);
		if (!slot)
			return no_memory(err);
		*slot = i;
	}
	return 0;
}

ac_followed *
ac_follow_by_path(const ac_follower *f, const char *path)
{
	const uint64_t *slot = ac_map_get(&f->by_path, ac_str_from(path));

	return slot ? ac_follow_log_at(f, *slot) : NULL;
}

ac_followed *
ac_follow_by_file(const ac_follower *f, const ac_file_id *id)
{
	const uint64_t *slot;
	char key[16];

	put_key(key, id->device, id->inode);
	slot = ac_map_get(&f->by_file, (ac_str){ key, sizeof(key) });
	return slot ? ac_follow_log_at(f, *slot) : NULL;
}

/* ---- files ---- */

void
ac_follow_shut(ac_follower *f, ac_followed *log)
{
	if (log->fd < 0)
		return;
	(void)close(log->fd);
	log->fd = -1;
	f->open_count--;
}

/* Room for one more: shut the one whose turn was longest ago, if it can be opened again. */
static void
make_room(ac_follower *f)
{
	ac_followed *oldest = NULL;

	if (f->open_count < f->open_max)
		return;
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (log->fd >= 0 && log->is_there && (!oldest || log->used < oldest->used))
			oldest = log;
	}
	if (oldest)
		ac_follow_shut(f, oldest);
}

bool
ac_follow_open(ac_follower *f, ac_followed *log)
{
	accord_err problem = { 0 };
	ac_file_id id;

	if (log->fd >= 0)
		return true;
	if (!log->has_file)
		return false;
	/* Looked at before it is opened: a FIFO in its place would not come back. */
	if (!ac_file_look(log->path, &id) || !id.is_regular || id.device != log->cursor.device ||
	    id.inode != log->cursor.inode) {
		f->look_wanted = true;
		return false;
	}
	make_room(f);
	log->fd = ac_file_open(log->path, &problem);
	if (log->fd < 0 && !ac_file_look(log->path, &id)) {
		f->look_wanted = true;
		return false;
	}
	if (log->fd < 0) {
		if (!log->failed_size)
			ac_follow_problem(f, log->path, &problem);
		log->failed_size = 1;
		return false;
	}
	f->open_count++;
	if (ac_file_identify(log->fd, &id, &problem) || id.device != log->cursor.device ||
	    id.inode != log->cursor.inode) {
		ac_follow_shut(f, log);
		f->look_wanted = true;
		return false;
	}
	return true;
}

static void
lose_file(ac_followed *log)
{
	log->cursor.inode = 0;
	log->has_file = log->is_there = log->is_queued = false;
	log->is_changed = true;
}

/* The log has the file from now on. Inodes are used again: whoever had it before has lost it. */
static void
hold_file(const ac_follower *f, ac_followed *log, const ac_file_id *id)
{
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *other = ac_follow_log_at(f, i);

		if (other == log || other->cursor.inode != id->inode || other->cursor.device != id->device)
			continue;
		lose_file(other);
	}
	log->cursor.device = id->device;
	log->cursor.inode = id->inode;
	log->has_file = log->is_there = log->is_queued = log->is_changed = true;
	log->rest = 0;
	log->rest_since = ac_clock_monotonic();
}

/* What was taken for the log's file is another. */
static bool
go_back(ac_follower *f, ac_followed *log)
{
	if (log->proven_path && !rename_log(f, log, log->proven_path))
		return false;
	ac_follow_prove(log);
	return true;
}

int
ac_follow_cut(ac_follower *f, ac_followed *log, accord_err *err)
{
	ac_follow_shut(f, log);
	f->look_wanted = f->has_cut = true;
	if (!go_back(f, log))
		return no_memory(err);
	lose_file(log);
	log->rest = 0;
	if (log->copy_path) {
		if (!rename_log(f, log, log->copy_path))
			return no_memory(err);
		free(log->copy_path);
		log->copy_path = NULL;
		hold_file(f, log, &(ac_file_id){ .device = log->copy_device, .inode = log->copy_inode });
	}
	return ac_follow_map_files(f, err);
}

/* ---- logs that are packed ---- */

bool
ac_follow_may_become(const ac_followed *log, const ac_followed *packed)
{
	return log != packed && !log->cursor.is_packed && log->cursor.head.n > 0 &&
	       ac_cursor_same_log(ac_str_from(log->path), ac_str_from(packed->path));
}

void
ac_follow_take_place(ac_followed *packed, const ac_followed *log)
{
	uint64_t device = packed->cursor.device, inode = packed->cursor.inode, size = packed->cursor.size;

	packed->cursor = log ? log->cursor : (ac_cursor){ 0 };
	packed->cursor.is_packed = true;
	packed->cursor.size = size;
	packed->cursor.device = device;
	packed->cursor.inode = inode;
}

void
ac_follow_has_become(ac_followed *log)
{
	/* What it has found is kept under its own number. */
	log->cursor.head.n = 0;
	log->is_changed = true;
}

bool
ac_follow_is_awaited(const ac_follower *f, const ac_followed *packed)
{
	if (f->has_cut)
		return true;
	for (size_t i = 0; i < f->awaited.n; i++)
		if (ac_cursor_same_log(ac_str_from(((char **)f->awaited.p)[i]), ac_str_from(packed->path)))
			return true;
	return false;
}

/* ---- the look ---- */

/* A packed file is read once it has come to rest, and nobody reads its content elsewhere. One that could not be read is tried again when it has changed. */
static bool
is_packed_due(const ac_follower *f, const ac_followed *log)
{
	double rests = ac_clock_monotonic() - log->size_since;

	if (log->waits_for && log->waits_for->has_file)
		return false;
	if (log->failed_size == log->cursor.size)
		return !log->cursor.is_finished && rests > f->options->line_wait_s;
	return (!log->cursor.is_finished || log->failed_size) && rests > SETTLE_S / 2.0;
}

/* Inodes are used again: that an open file has moved is sure, of others the next read says whether their content stands there. */
static bool
keep_proven(ac_followed *log)
{
	if (log->proven_path || log->fd >= 0 || log->cursor.is_packed || log->cursor.is_finished ||
	    log->cursor.at.offset == 0)
		return true;
	log->proven_path = strdup(log->path);
	return log->proven_path;
}

static int
on_known(ac_follower *f, ac_followed *log, const char *path, const ac_file_id *id, accord_err *err)
{
	uint64_t seen = log->cursor.at.offset + log->rest;
	bool is_renamed = strcmp(log->path, path) != 0;

	if (log->copy_path && log->copy_device == id->device && log->copy_inode == id->inode)
		return 0;
	if (!log->has_file)
		log->rest = 0;
	log->is_there = log->has_file = true;
	log->is_changed |= log->cursor.gone_s != 0;
	log->cursor.gone_s = 0;
	if (is_renamed) {
		if (!keep_proven(log) || !rename_log(f, log, path))
			return no_memory(err);
		log->is_changed = true;
	}
	if (log->cursor.is_packed) {
		if (id->size != log->cursor.size) {
			log->cursor.size = id->size;
			log->size_since = ac_clock_monotonic();
		}
		log->is_queued |= is_packed_due(f, log);
	} else {
		/* A log that was cut and filled to the same size again is told by its time. */
		log->is_queued |= (id->size != seen || id->stamp != log->stamp) && !log->cursor.is_finished;
		log->stamp = id->stamp;
	}
	return 0;
}

/* Inodes are used again: is what was read to its end still the same? */
static bool
is_still_finished(ac_follower *f, ac_followed *log, const char *path, const ac_file_id *id)
{
	const ac_cursor_mark *tail = &log->cursor.tail;
	accord_err ignored = { 0 };
	bool same = log->cursor.size == id->size;
	size_t got = 0;
	int fd;

	if (!same || log->stamp == id->stamp)
		return same;
	fd = ac_file_open(path, &ignored);
	if (fd < 0)
		return true;
	same = tail->n <= id->size &&
	       ac_file_read_at(fd, id->size - tail->n, f->block[0], tail->n, &got, &ignored) == 0 &&
	       ac_cursor_mark_fits(tail, (ac_str){ f->block[0], got });
	(void)close(fd);
	if (same)
		log->stamp = id->stamp;
	return same;
}

/* Inodes are used again: what a log without content was found by says nothing of a file with some, unless the log has kept it open. Under its own name it is a new log in any case. */
static bool
may_be_another(const ac_followed *log, const char *path, const ac_file_id *id)
{
	return log->cursor.at.offset == 0 && !log->cursor.is_packed && !log->cursor.is_finished && log->fd < 0 &&
	       id->size > 0 && ac_cursor_is_rotated(ac_str_from(path));
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	ac_follower *f = payload;
	ac_followed *log;
	ac_file_id id;
	char **newcomer;

	if (!ac_file_look(path, &id) || !id.is_regular)
		return 0;
	log = ac_follow_by_file(f, &id);
	if (log && (may_be_another(log, path, &id) ||
		       (log->cursor.is_finished && !log->failed_size && !is_still_finished(f, log, path, &id)))) {
		lose_file(log);
		log = NULL;
	}
	if (log)
		return on_known(f, log, path, &id, err);
	newcomer = ac_vec_add(&f->newcomers);
	if (!newcomer)
		return f->newcomers.failed == ACCORD_ELIMIT ? 0 : no_memory(err);
	*newcomer = strdup(path);
	return *newcomer ? 0 : no_memory(err);
}

static void
on_walk_problem(void *payload, const char *path, const accord_err *what)
{
	ac_follower *f = payload;

	/* Files come and go while they are followed: only what is wrong at the beginning is told, and rotation may have been faster. */
	if (f->looked == 0 && ac_file_has_name(path))
		ac_follow_problem(f, path, what);
}

/*
 * A file beside one that is followed by its name is none of ours unless rotation made it of that one: a later generation than the last that was seen.
 */
bool
ac_follow_is_wanted(const ac_follower *f, const char *path, const ac_file_id *id)
{
	bool is_generation = false;

	for (size_t i = 0; i < f->roots.n; i++) {
		const ac_follow_root *root = (const ac_follow_root *)f->roots.p + i;
		size_t n = strlen(root->path);

		if (strcmp(root->path, path) == 0 ||
		    (root->inode && root->inode == id->inode && root->device == id->device))
			return true;
		if (!root->is_file && strncmp(path, root->path, n) == 0 &&
		    (path[n] == '/' || (n && path[n - 1] == '/')))
			return true;
		is_generation |= root->is_file && ac_cursor_same_log(ac_str_from(root->path), ac_str_from(path));
	}
	if (!is_generation)
		return false;
	for (size_t i = 0; i < f->logs.n; i++) {
		const ac_followed *log = ac_follow_log_at(f, i);

		if (log->is_old && log->number && id->changed_s >= log->cursor.seen_s - CLOCK_SLACK_S &&
		    ac_cursor_same_log(ac_str_from(log->path), ac_str_from(path)))
			return true;
	}
	return false;
}

static int
take_new(ac_follower *f, const char *path, const ac_file_id *id, bool packed, accord_err *err)
{
	ac_followed *log;

	if (f->logs.n >= AC_FOLLOW_FILES_MAX) {
		accord_err problem = { 0 };

		(void)ac_fail(&problem, ACCORD_ELIMIT, "want at most %u files to follow", AC_FOLLOW_FILES_MAX);
		if (!f->is_full)
			ac_follow_problem(f, path, &problem);
		f->is_full = true;
		return 0;
	}
	log = ac_follow_add_log(f, path);
	if (!log)
		return no_memory(err);
	hold_file(f, log, id);
	log->cursor.is_packed = packed;
	if (packed) {
		log->is_queued = false;
		log->cursor.size = id->size;
		log->size_since = ac_clock_monotonic();
		/* What has come to rest before the beginning is read at the second look: what the first one missed may hold the same. */
		if (f->looked == 0 && f->options->now(f->run->sink.payload).seconds - id->changed_s > SETTLE_S) {
			log->size_since -= SETTLE_S;
			f->look_wanted = true;
		}
	}
	f->totals->files++;
	return 0;
}

/* A copy of what was watched already, and no more: it is known by its end, should it grow. */
static int
take_part(ac_follower *f, const char *path, int fd, const ac_file_id *id, accord_err *err)
{
	ac_followed *log;
	int rc = take_new(f, path, id, false, err);

	log = rc || f->is_full ? NULL : ac_follow_log_at(f, f->logs.n - 1);
	if (!log)
		return rc;
	f->totals->files--;
	log->is_queued = false;
	log->stamp = id->stamp;
	return ac_follow_finish(f, log, fd, id->size, err);
}

/* The copy that the log had is none of a rotation: it was not cut then. What it holds was watched. */
static int
leave_copy(ac_follower *f, ac_followed *log, accord_err *err)
{
	char *path = log->copy_path;
	accord_err ignored = { 0 };
	ac_file_id id;
	int fd = ac_file_open(path, &ignored), rc = 0;

	log->copy_path = NULL;
	/* Elsewhere it is seen as what it is by another look. */
	if (fd >= 0 && ac_file_identify(fd, &id, &ignored) == 0 && id.device == log->copy_device &&
	    id.inode == log->copy_inode)
		rc = take_part(f, path, fd, &id, err);
	if (fd >= 0)
		(void)close(fd);
	free(path);
	return rc;
}

static int
take_copy(ac_follower *f, ac_followed *log, const char *path, const ac_file_id *id, accord_err *err)
{
	int rc = 0;

	if (!log->has_file || !log->is_there) {
		ac_follow_shut(f, log);
		hold_file(f, log, id);
		ac_follow_prove(log);
		return rename_log(f, log, path) ? 0 : no_memory(err);
	}
	if (log->copy_path)
		rc = leave_copy(f, log, err);
	log->copy_path = strdup(path);
	log->copy_device = id->device;
	log->copy_inode = id->inode;
	return log->copy_path || rc ? rc : no_memory(err);
}

/* It may be a copy that is being made. A time that is yet to come is from before the clock went back. */
static bool
is_settling(const ac_follower *f, const ac_file_id *id)
{
	int64_t age = f->options->now(f->run->sink.payload).seconds - id->changed_s;

	return age <= SETTLE_S && age >= -CLOCK_SLACK_S;
}

static int
leave_for_later(ac_follower *f, const char *path, accord_err *err)
{
	char *copy = strdup(path), **slot = copy ? ac_vec_add(&f->awaited) : NULL;

	f->look_wanted = true;
	if (!slot) {
		free(copy);
		return no_memory(err);
	}
	*slot = copy;
	return 0;
}

static int
welcome_file(ac_follower *f, const char *path, int fd, const ac_file_id *id, accord_err *err)
{
	bool packed = ac_follow_is_packed(f, fd);
	ac_likeness like = AC_LIKE_ANOTHER;
	ac_followed *log = NULL;

	/* The first moment of a copy says nothing, and nothing is lost by waiting for its first byte. */
	if (id->size == 0 && ac_cursor_is_rotated(ac_str_from(path)))
		return 0;
	if (!packed)
		log = ac_follow_copied_from(f, path, fd, id, &like);
	/* What is gone is read to its end where it is open: the copy may have less. */
	if (log && !log->is_there && log->fd >= 0 && log->is_queued)
		return leave_for_later(f, path, err);
	if (log)
		return take_copy(f, log, path, id, err);
	if ((like != AC_LIKE_ANOTHER && is_settling(f, id)) || (!packed && ac_follow_may_copy_unread(f, path, fd, id)))
		return leave_for_later(f, path, err);
	if (!ac_follow_is_wanted(f, path, id))
		return 0;
	return like == AC_LIKE_A_PART ? take_part(f, path, fd, id, err) : take_new(f, path, id, packed, err);
}

static int
welcome(ac_follower *f, const char *path, accord_err *err)
{
	accord_err problem = { 0 };
	ac_file_id id;
	int fd, rc = 0;

	if (!ac_file_look(path, &id) || !id.is_regular)
		return 0;
	fd = ac_file_open(path, &problem);
	if (fd < 0) {
		/* Rotation may have been faster. */
		f->look_wanted |= !ac_file_look(path, &id);
		if (!f->look_wanted && (f->looked == 0 || problem.code != ACCORD_EIO))
			ac_follow_problem(f, path, &problem);
		return 0;
	}
	if (ac_file_identify(fd, &id, &problem) == 0 && id.is_regular && !ac_follow_by_file(f, &id))
		rc = welcome_file(f, path, fd, &id, err);
	(void)close(fd);
	return rc ? rc : ac_follow_map_files(f, err);
}

static int
look_at_roots(ac_follower *f, accord_err *err)
{
	ac_walk_sink sink = { on_file, on_walk_problem, f };
	int rc = 0;

	for (size_t i = 0; i < f->roots.n; i++) {
		ac_follow_root *root = (ac_follow_root *)f->roots.p + i;
		ac_file_id id = { 0 };

		if (root->is_file && !ac_file_look(root->path, &id))
			id.inode = 0;
		root->device = id.device;
		root->inode = id.inode;
		root->is_awaited = root->is_awaited && root->inode == 0;
	}
	for (size_t i = 0; !rc && i < f->roots.n; i++) {
		const ac_follow_root *root = (const ac_follow_root *)f->roots.p + i;
		const char *slash = strrchr(root->path, '/');

		if (!root->is_file)
			rc = ac_walk(root->path, &sink, err);
		else if (root->walks)
			rc = ac_walk_siblings(root->path, &sink, err);
		/* A walk passes over such names. */
		if (!rc && root->is_file && (slash ? slash[1] : root->path[0]) == '.')
			rc = on_file(f, root->path, err);
	}
	return rc;
}

/* Logs whose file is nowhere any more: an open one is read to its end. */
static void
miss(ac_follower *f)
{
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (!log->has_file || log->is_there)
			continue;
		f->commit_wanted |= log->is_changed || log->fd >= 0;
		if (log->fd < 0)
			log->has_file = !go_back(f, log);
		else
			log->is_queued = true;
	}
}

static void
forget_awaited(ac_follower *f)
{
	for (size_t i = 0; i < f->awaited.n; i++)
		free(((char **)f->awaited.p)[i]);
	f->awaited.n = 0;
}

static void
forget_newcomers(ac_follower *f)
{
	for (size_t i = 0; i < f->newcomers.n; i++)
		free(((char **)f->newcomers.p)[i]);
	f->newcomers.n = 0;
}

int
ac_follow_look(ac_follower *f, accord_err *err)
{
	double began = ac_clock_monotonic(), paused;
	int rc;

	f->look_wanted = f->has_cut = false;
	ac_follow_tidy_begins(f);
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_follow_log_at(f, i)->is_there = false;
		ac_follow_log_at(f, i)->is_old = true;
	}
	rc = ac_follow_map_files(f, err);
	if (!rc)
		rc = look_at_roots(f, err);
	miss(f);
	/* Places are as far as they can be before anybody is compared with them. */
	if (!rc && f->newcomers.n > 0) {
		paused = ac_clock_monotonic();
		rc = ac_follow_drain(f, false, err);
		/* What reading takes is none of the look's. */
		began += ac_clock_monotonic() - paused;
		/* Some may have lost theirs in this look. */
		if (!rc)
			rc = ac_follow_map_files(f, err);
	}
	forget_awaited(f);
	if (!rc && f->newcomers.n > 0)
		rc = ac_follow_name_files(f, err);
	for (size_t i = 0; !rc && i < f->newcomers.n; i++)
		rc = welcome(f, ((char **)f->newcomers.p)[i], err);
	forget_newcomers(f);
	if (!rc)
		rc = ac_follow_prune(f, err);
	if (!rc)
		rc = ac_follow_map_paths(f, err);
	f->looked = ac_clock_monotonic();
	f->look_cost = f->looked - began;
	return rc;
}

int
ac_follow_listen(ac_follower *f, const char *folder, size_t n, accord_err *err)
{
	ac_str path = { folder, n };
	const char **slot;
	int number;

	if (n == 0 || ac_map_get(&f->heard, path))
		return 0;
	path = ac_arena_str(&f->arena, path);
	if (!path.p || !ac_map_put(&f->heard, path, NULL))
		return no_memory(err);
	number = ac_notify_add(f->notify, path.p);
	if (number < 0 || (size_t)number < f->folders.n)
		return 0;
	slot = ac_vec_add(&f->folders);
	if (!slot)
		return no_memory(err);
	*slot = path.p;
	return 0;
}
