/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file that nobody knows is, by its content: packed, or a copy of a log, which programs make before they cut it (copytruncate). Says so only: who then holds which file is follow_files.c's.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "codec/inflate.h"
#include "codec/utf16.h"
#include "sys/os.h"
#include "watch/followed.h"
#include "watch/input.h"

/* Bytes before the place that no two logs have alike. */
#define OVERLAP_SURE AC_CURSOR_MARK_MAX
/* A copy whose log has not been cut so long after it was made is no step of a rotation. */
#define UNCUT_S 60
/* Beginnings of logs, which may be cut before their copies are looked at, are remembered for so long, up to so many bytes. */
#define BEGIN_KEEP_S 60.0
#define BEGINS_MAX ((size_t)64 * AC_MIB)

/* So many logs of one name in other folders are asked whether a file is a copy of them. */
#define SAME_NAME_MAX 64

/* ---- packed files ---- */

/* So much of a file says what it is: the first header of an archive, be it compressed. */
#define LOOKED_AT ((size_t)16 * AC_KIB)

static int
stop_here(void *payload, ac_str bytes, accord_err *err)
{
	(void)payload;
	(void)bytes;
	(void)err;
	return -1;
}

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	(void)err;
	*(bool *)payload |= member.p != NULL;
	return -1;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	(void)payload;
	(void)problem;
	(void)err;
	return -1;
}

bool
ac_follow_is_archive(ac_follower *f, int fd)
{
	bool is = false;
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, stop_here, on_end, &is });
	accord_err ignored = { 0 };
	size_t got = 0;

	/* Of less than a header it is the end that tells. */
	if (input && ac_file_read_at(fd, 0, f->block[0], LOOKED_AT, &got, &ignored) == 0 && got > 0 &&
	    ac_input_feed(input, (ac_str){ f->block[0], got }, &ignored) == 0)
		(void)!ac_input_end(input, &ignored);
	ac_input_close(input);
	return is || ac_utf16_begins((ac_str){ f->block[0], got });
}

bool
ac_follow_is_packed(ac_follower *f, int fd)
{
	ac_inflate *z = ac_inflate_open(stop_here, NULL);
	accord_err ignored = { 0 };
	size_t got = 0;
	bool packed = false;

	if (z && ac_file_read_at(fd, 0, f->block[0], 64, &got, &ignored) == 0 && got >= 4) {
		if (ac_inflate_feed(z, (ac_str){ f->block[0], got }, &ignored) == 0)
			ignored.code = 0;
		packed = strcmp(ac_inflate_format(z), "plain") != 0;
	}
	ac_inflate_close(z);
	return packed || ac_follow_is_archive(f, fd);
}

/* ---- beginnings ---- */

void
ac_follow_keep_begin(ac_follower *f, ac_followed *log, ac_str begin)
{
	char *p;

	log->begin_since = ac_clock_monotonic();
	if (begin.n <= log->begin_n || begin.n > AC_CURSOR_MARK_MAX || f->begin_bytes > BEGINS_MAX)
		return;
	p = realloc(log->begin, begin.n);
	/* Without memory it is read where it stands, as long as it stands there. */
	if (!p)
		return;
	memcpy(p, begin.p, begin.n);
	f->begin_bytes += begin.n - log->begin_n;
	log->begin = p;
	log->begin_n = begin.n;
}

void
ac_follow_tidy_begins(ac_follower *f)
{
	double now = ac_clock_monotonic();

	f->begin_bytes = 0;
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (log->begin && now - log->begin_since > BEGIN_KEEP_S) {
			free(log->begin);
			log->begin = NULL;
			log->begin_n = 0;
		}
		f->begin_bytes += log->begin_n;
	}
}

/* The first n bytes of the log's file. */
static bool
read_begin(ac_follower *f, ac_followed *log, char own[static AC_CURSOR_MARK_MAX], size_t n)
{
	accord_err ignored = { 0 };
	size_t got = 0;

	return log->has_file && ac_follow_open(f, log) && ac_file_read_at(log->fd, 0, own, n, &got, &ignored) == 0 &&
	       got == n;
}

/* How bytes, less than what is known of the log, are its own beginning. Needs more than a word, or logs of one program would be taken for each other. */
static ac_likeness
begin_likeness(ac_follower *f, ac_followed *log, ac_str head)
{
	char own[AC_CURSOR_MARK_MAX];
	bool is_known = log->begin_n >= head.n;

	if (!is_known && ac_cursor_has_begin(&log->cursor, head))
		return AC_LIKE_A_PART;
	if (head.n == 0 || (!is_known && !read_begin(f, log, own, head.n)))
		return AC_LIKE_TOO_EARLY;
	if (memcmp(is_known ? log->begin : own, head.p, head.n) != 0)
		/* The file may have been cut since. */
		return is_known ? AC_LIKE_ANOTHER : AC_LIKE_TOO_EARLY;
	return head.n < AC_CURSOR_BEGIN_LEAST ? AC_LIKE_TOO_EARLY : AC_LIKE_A_PART;
}

bool
ac_follow_begins_like(ac_follower *f, ac_followed *log, ac_str head)
{
	return begin_likeness(f, log, ac_str_slice(head, 0, AC_CURSOR_MARK_MAX)) == AC_LIKE_A_PART;
}

/* ---- copies of what is known ---- */

/* The log's own mark covers more than the file has. */
static ac_likeness
compare_short(ac_follower *f, ac_followed *log, int fd, const ac_file_id *id)
{
	accord_err ignored = { 0 };
	size_t got = 0;

	if (ac_file_read_at(fd, 0, f->block[0], (size_t)id->size, &got, &ignored))
		return AC_LIKE_ANOTHER;
	return begin_likeness(f, log, (ac_str){ f->block[0], got });
}

/* What is known of the log is what its file has: whoever was compared with it was compared with all of it. */
static bool
is_read(ac_follower *f, const ac_followed *log, int fd)
{
	const ac_cursor_mark *tail = &log->cursor.tail;
	accord_err ignored = { 0 };
	size_t got = 0;

	if (log->cursor.is_packed || log->cursor.is_finished)
		return true;
	return log->cursor.at.offset > 0 &&
	       ac_file_read_at(fd, log->cursor.at.offset - tail->n, f->block[0], tail->n, &got, &ignored) == 0 &&
	       ac_cursor_mark_fits(tail, (ac_str){ f->block[0], got });
}

/* A log that has its file still has all that a copy of it can have; one that was cut since the look came by has not, and then its copy is the log. */
static bool
has_as_much(ac_follower *f, ac_followed *log, const ac_file_id *id)
{
	ac_file_id own;

	return !log->has_file || !ac_file_look(log->path, &own) || own.device != log->cursor.device ||
	       own.inode != log->cursor.inode || own.size >= id->size || !ac_follow_open(f, log) ||
	       !is_read(f, log, log->fd);
}

/* Is the file a copy of the log, or of its first part? */
static ac_likeness
compare(ac_follower *f, ac_followed *log, int fd, const ac_file_id *id)
{
	const ac_cursor *c = &log->cursor;
	const ac_cursor_mark *mark = id->size >= c->at.offset ? &c->tail : &c->head;
	uint64_t at = mark == &c->tail ? c->at.offset - c->tail.n : 0;
	accord_err ignored = { 0 };
	size_t got = 0;

	if (c->at.offset == 0 || mark->n == 0)
		return AC_LIKE_ANOTHER;
	if (id->size < c->head.n)
		return compare_short(f, log, fd, id);
	if (ac_file_read_at(fd, at, f->block[0], mark->n, &got, &ignored))
		return AC_LIKE_ANOTHER;
	if (!ac_cursor_mark_fits(mark, (ac_str){ f->block[0], got }))
		return AC_LIKE_ANOTHER;
	/* A log of a header only begins as others do. */
	if (mark == &c->tail)
		return has_as_much(f, log, id) ? AC_LIKE_THE_SAME : AC_LIKE_ANOTHER;
	/* A mark of less than its most would have been all of the log. */
	return mark->n == AC_CURSOR_MARK_MAX ? AC_LIKE_A_PART : AC_LIKE_ANOTHER;
}

/* The log was replaced by a file of the same name with its content and more, as programs do that copy logs from elsewhere. Short logs may begin alike and be others. */
static ac_followed *
replaced(ac_follower *f, const char *path, int fd, const ac_file_id *id)
{
	ac_followed *log = ac_follow_by_path(f, path);

	if (!log || log->is_there || log->cursor.is_packed || log->cursor.tail.n < OVERLAP_SURE ||
	    id->size < log->cursor.at.offset || strcmp(log->path, path) != 0)
		return NULL;
	return compare(f, log, fd, id) == AC_LIKE_THE_SAME ? log : NULL;
}

ac_followed *
ac_follow_copied_from(ac_follower *f, const char *path, int fd, const ac_file_id *id, ac_likeness *out_likeness)
{
	const ac_followed *before = ac_follow_by_path(f, path);
	ac_followed *found = NULL;

	*out_likeness = AC_LIKE_ANOTHER;
	if (!ac_cursor_is_rotated(ac_str_from(path)))
		return replaced(f, path, fd, id);
	for (size_t i = f->logs.n; i-- > 0 && !(found && !found->has_file);) {
		ac_followed *log = ac_follow_log_at(f, i);
		ac_likeness like;

		/* What stands where the log stood is what came after it. */
		if (!log->is_old || log->cursor.is_packed || log == before || (found && log->has_file) ||
		    !ac_cursor_same_log(ac_str_from(log->path), ac_str_from(path)))
			continue;
		like = compare(f, log, fd, id);
		if (like == AC_LIKE_THE_SAME)
			found = log;
		else if (like == AC_LIKE_A_PART || (like == AC_LIKE_TOO_EARLY && *out_likeness == AC_LIKE_ANOTHER))
			*out_likeness = like;
	}
	return found;
}

/* ---- copies of what is not read yet ---- */

/* Where the log is as long as it is written to, beside the path. */
static bool
live_path(const char *path, char out[static AC_PATH_MAX])
{
	char text[AC_CURSOR_NAME_MAX];
	ac_str name = ac_cursor_live_name(ac_str_from(path), text);
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;

	if (n + name.n >= AC_PATH_MAX)
		return false;
	memcpy(out, path, n);
	memcpy(out + n, name.p, name.n);
	out[n + name.n] = '\0';
	return true;
}

/* Both begin alike: all that one has, or as much as marks cover. */
static bool
begins_as(ac_follower *f, int fd, uint64_t size, int live)
{
	size_t n = size < AC_CURSOR_MARK_MAX ? (size_t)size : AC_CURSOR_MARK_MAX, got = 0, got_live = 0;
	accord_err ignored = { 0 };

	return ac_file_read_at(fd, 0, f->block[0], n, &got, &ignored) == 0 &&
	       ac_file_read_at(live, 0, f->block[1], n, &got_live, &ignored) == 0 && got == n && got_live == n &&
	       memcmp(f->block[0], f->block[1], n) == 0;
}

/* Whether the unknown file may be a copy of what is written to at this path, which was not read since. */
static bool
may_copy_from(ac_follower *f, const char *at, int fd, const ac_file_id *id)
{
	accord_err ignored = { 0 };
	const ac_followed *log;
	ac_file_id live;
	bool may = false;
	int live_fd;

	if (!ac_file_look(at, &live) || !live.is_regular || !ac_follow_is_wanted(f, at, &live))
		return false;
	live_fd = ac_file_open(at, &ignored);
	if (live_fd < 0)
		return false;
	if (ac_file_identify(live_fd, &live, &ignored) == 0 && live.is_regular &&
	    (live.inode != id->inode || live.device != id->device)) {
		log = ac_follow_by_file(f, &live);
		may = begins_as(f, fd, id->size, live_fd) && !(log ? is_read(f, log, live_fd) : f->is_full);
	}
	(void)close(live_fd);
	return may;
}

static int
compare_named(const void *a, const void *b)
{
	return strcmp(((const ac_named_file *)a)->name, ((const ac_named_file *)b)->name);
}

static int
add_named(ac_follower *f, const char *path, accord_err *err)
{
	const char *slash = strrchr(path, '/');
	ac_named_file *slot = ac_vec_add(&f->named);

	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "follow: no memory");
	*slot = (ac_named_file){ slash ? slash + 1 : path, path };
	return 0;
}

int
ac_follow_name_files(ac_follower *f, accord_err *err)
{
	int rc = 0;

	f->named.n = 0;
	for (size_t i = 0; !rc && i < f->logs.n; i++)
		rc = add_named(f, ac_follow_log_at(f, i)->path, err);
	for (size_t i = 0; !rc && i < f->newcomers.n; i++)
		rc = add_named(f, ((char **)f->newcomers.p)[i], err);
	if (f->named.n > 0)
		qsort(f->named.p, f->named.n, sizeof(ac_named_file), compare_named);
	return rc;
}

/* The first file whose name is not before this one. */
static size_t
first_named(const ac_follower *f, const char *name)
{
	const ac_named_file *all = f->named.p;
	size_t from = 0, until = f->named.n;

	while (from < until) {
		size_t middle = from + (until - from) / 2;

		if (strcmp(all[middle].name, name) < 0)
			from = middle + 1;
		else
			until = middle;
	}
	return from;
}

/* Whether it is one of a log in another folder: of those that are known, or that the look at hand has found. */
static bool
may_copy_from_afar(ac_follower *f, const char *live, int fd, const ac_file_id *id)
{
	const ac_named_file *all = f->named.p;
	const char *slash = strrchr(live, '/'), *name = slash ? slash + 1 : live;
	size_t first = first_named(f, name);

	for (size_t i = first; i < f->named.n && i - first < SAME_NAME_MAX && strcmp(all[i].name, name) == 0; i++)
		if (may_copy_from(f, all[i].path, fd, id))
			return true;
	return false;
}

bool
ac_follow_may_copy_unread(ac_follower *f, const char *path, int fd, const ac_file_id *id)
{
	int64_t age = f->options->now(f->run->sink.payload).seconds - (int64_t)(id->stamp / 1000000000U);
	char live[AC_PATH_MAX];
	ac_file_id found;

	if (id->size == 0 || age > UNCUT_S || age < -UNCUT_S || !ac_cursor_is_rotated(ac_str_from(path)) ||
	    !live_path(path, live))
		return false;
	return ac_file_look(live, &found) ? may_copy_from(f, live, fd, id) : may_copy_from_afar(f, live, fd, id);
}
