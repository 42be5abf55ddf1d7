/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading on in one log. Each read begins with the bytes before the place, which must be those that were there: so a file that was cut and filled again behind our back is seen in the same read that
 * would have taken its bytes for the log's. Never mapped: a log may shrink at any time.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "codec/inflate.h"
#include "sys/os.h"
#include "watch/followed.h"

/* Blocks of one log before others have their turn. */
#define TURN_BLOCKS 16
/* Bytes that are read again when a turn goes on, to see that the file is still the same. */
#define OVERLAP ((size_t)256)
/* What a callback of the decompressor returns to end the turn; no accord_code. */
#define ENOUGH (-1000)

/* ---- the watch and its log ---- */

static int
read_range(const ac_followed *log, uint64_t begin, uint64_t end, char **out, size_t *out_n, accord_err *err)
{
	size_t n = (size_t)(end - begin), got = 0;
	int rc;

	*out = NULL;
	*out_n = 0;
	if (n == 0)
		return 0;
	*out = malloc(n);
	if (!*out)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", log->path);
	rc = ac_file_read_at(log->fd, begin, *out, n, &got, err);
	*out_n = got;
	return rc;
}

/* The watch goes on with this log at its place. Of a plain file, the lines that the rest rests on are read again; of a packed one they are given. */
static int
turn_to(ac_follower *f, ac_followed *log, ac_str header, ac_str first, accord_err *err)
{
	char *header_read = NULL, *first_read = NULL;
	int rc = 0;

	if (!log->cursor.is_packed) {
		rc = read_range(
		    log, log->cursor.at.header_begin, log->cursor.at.header_end, &header_read, &header.n, err);
		if (!rc)
			rc = read_range(
			    log, log->cursor.at.first_begin, log->cursor.at.first_end, &first_read, &first.n, err);
		header.p = header_read;
		first.p = first_read;
	}
	if (!rc) {
		rc = ac_watch_resume(f->watch, ac_str_from(log->path), &log->cursor.at, header, first, err);
		f->broken |= rc != 0;
	}
	free(header_read);
	free(first_read);
	f->reading = log;
	return rc;
}

/* All watches go on with other patterns. */
static int
use_patterns(ac_follower *f, ac_patterns *patterns, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < f->watches.n; i++)
		rc = ac_watch_set_patterns(((ac_watch **)f->watches.p)[i], patterns, err);
	ac_patterns_free(*f->options->patterns);
	*f->options->patterns = patterns;
	return rc;
}

/* The index for the next bytes of a watch, and for who has none. */
static int
use_index(ac_follower *f, ac_watch *watch, size_t bytes, const ac_index **out, accord_err *err)
{
	const ac_index *index, *coming;
	ac_patterns *patterns;
	int rc = 0;

	*out = f->index;
	if (!f->options->index)
		return 0;
	index = *out = f->options->index(f->run->sink.payload, bytes, &coming);
	ac_watch_use(watch, index);
	ac_watch_expect(watch, coming);
	if (!f->options->patterns)
		return 0;
	rc = ac_patterns_renew(
	    *f->options->patterns, &f->patterns_of, index, f->options->pattern_options, &patterns, err);
	if (!rc && patterns != *f->options->patterns)
		rc = use_patterns(f, patterns, err);
	f->broken |= rc != 0;
	return rc;
}

int
ac_follow_use_index(ac_follower *f, ac_watch *watch, size_t bytes, accord_err *err)
{
	const ac_index *index;

	return use_index(f, watch, bytes, &index, err);
}

static void
show_hits(const ac_follower *f)
{
	if (f->options->on_block)
		f->options->on_block(f->run->sink.payload);
}

static int
feed(ac_follower *f, ac_str bytes, accord_err *err)
{
	int rc = ac_follow_use_index(f, f->watch, bytes.n, err);

	if (!rc)
		rc = ac_watch_feed(f->watch, bytes, err);
	/* Telemetry is never refused: what fails here is ours. */
	f->broken |= rc != 0;
	f->uncommitted += bytes.n;
	show_hits(f);
	return rc;
}

/* ---- plain files ---- */

/* What was read last: bytes [at, at + n) of the log, in one of two blocks; the other has those before. */
typedef struct window {
	uint64_t at;
	size_t n;
	unsigned which;
	bool is_full; /* there may be more behind it */
	uint64_t before_at;
	size_t before_n; /* 0: the other block has nothing */
} window;

/* The file is as it was when the window was read, which may have been in the moment between a cut and its new lines: what stands at the window's begin still stands there. */
static bool
stands(const ac_followed *log, const char *p, uint64_t at, size_t n)
{
	char again[OVERLAP];
	accord_err ignored = { 0 };
	size_t got = 0;

	if (n > sizeof(again))
		n = sizeof(again);
	return ac_file_read_at(log->fd, at, again, n, &got, &ignored) == 0 && got == n && memcmp(again, p, n) == 0;
}

/* The bytes before a place, as many of those wanted as [at, at + n) has, if they are enough to tell. */
static bool
find_tail(const char *p, uint64_t at, size_t n, uint64_t place, size_t wanted, ac_str *out)
{
	if (place > at + n || place < at + (wanted < OVERLAP ? wanted : OVERLAP))
		return false;
	if (wanted > place - at)
		wanted = (size_t)(place - at);
	*out = (ac_str){ p + (place - at) - wanted, wanted };
	return true;
}

/* Bytes [place - mark, place) of the log, from the blocks when they have them: the log may have been cut since they were read. */
static int
mark_tail(ac_follower *f, ac_followed *log, const window *in, accord_err *err)
{
	uint64_t place = log->cursor.at.offset;
	size_t n = place < AC_CURSOR_MARK_MAX ? (size_t)place : AC_CURSOR_MARK_MAX, got = 0;
	char *other = f->block[!in->which];
	ac_str tail;
	int rc = 0;

	if (!find_tail(f->block[in->which], in->at, in->n, place, n, &tail) &&
	    !find_tail(other, in->before_at, in->before_n, place, n, &tail)) {
		tail = (ac_str){ other, n };
		rc = ac_file_read_at(log->fd, place - n, other, n, &got, err);
		if (!rc && (got < n || !stands(log, f->block[in->which], in->at, in->n))) {
			/* Cut meanwhile: a mark that fits nothing. */
			log->cursor.tail = (ac_cursor_mark){ .n = 1 };
			return 0;
		}
	}
	return rc ? rc : ac_cursor_mark_of(tail, &log->cursor.tail, err);
}

/* Whether there is a line that is none of a comment: what comes before is the same in all logs of a sensor. */
static bool
has_record(ac_str head)
{
	while (head.n && head.p[0] == '#') {
		const char *end = memchr(head.p, '\n', head.n);

		if (!end)
			return false;
		head = ac_str_slice(head, (size_t)(end - head.p) + 1, head.n);
	}
	return head.n && memchr(head.p, '\n', head.n);
}

/* The beginning, until there is enough of it; and the identity, once a record is known. */
static int
mark_head(ac_follower *f, ac_followed *log, const window *in, accord_err *err)
{
	uint64_t place = log->cursor.at.offset;
	size_t n = place < AC_CURSOR_MARK_MAX ? (size_t)place : AC_CURSOR_MARK_MAX, got = 0;
	ac_str head = { f->block[in->which], in->n };
	int rc = 0;

	if (log->cursor.head.n >= n && log->cursor.identity[0])
		return 0;
	if (in->at > 0 && log->begin_n >= n) {
		head = (ac_str){ log->begin, log->begin_n };
	} else if (in->at > 0) {
		head.p = f->block[!in->which];
		rc = ac_file_read_at(log->fd, 0, f->block[!in->which], n, &got, err);
		head.n = got;
		/* Cut meanwhile: the next turn sees it. */
		if (!rc && !stands(log, f->block[in->which], in->at, in->n))
			return 0;
	}
	if (!rc && head.n >= n && log->cursor.head.n < n) {
		rc = ac_cursor_mark_of(ac_str_slice(head, 0, n), &log->cursor.head, err);
		ac_follow_keep_begin(f, log, ac_str_slice(head, 0, n));
	}
	if (!rc && !log->cursor.identity[0] && (log->sightings || head.n >= AC_CURSOR_MARK_MAX || has_record(head)))
		rc = ac_sighting_identity(head, log->cursor.inode, log->cursor.identity, err);
	return rc;
}

/* The end of a turn: the place after all whole lines; bytes up to `next` were fed. */
static int
keep_place(ac_follower *f, ac_followed *log, const window *in, uint64_t next, accord_err *err)
{
	uint64_t before = log->cursor.at.offset, rest = log->rest;
	int rc = ac_watch_pause(f->watch, &log->cursor.at, err);

	show_hits(f);
	f->broken |= rc != 0;
	if (rc)
		return rc;
	log->rest = next - log->cursor.at.offset;
	if (log->cursor.at.offset != before || log->rest != rest)
		log->rest_since = ac_clock_monotonic();
	if (log->cursor.at.offset == before)
		return 0;
	log->is_changed = true;
	rc = mark_tail(f, log, in, err);
	return rc ? rc : mark_head(f, log, in, err);
}

/* What stands at the begin of the new window is what was there: the mark, or the end of the window before. */
static bool
goes_on(const ac_follower *f, const ac_followed *log, const window *before, const window *now, size_t overlap)
{
	const char *p = f->block[now->which];

	if (now->n < overlap)
		return false;
	if (!before->n)
		return ac_cursor_mark_fits(&log->cursor.tail, (ac_str){ p, overlap });
	return memcmp(p, f->block[before->which] + before->n - overlap, overlap) == 0;
}

/* The next window after `next`, which begins with the overlap; before the one before. *out_cut: it does not go on from there. */
static int
read_window(ac_follower *f, ac_followed *log, window *before, uint64_t next, size_t overlap, window *now, bool *out_cut,
    accord_err *err)
{
	size_t block = ac_rate_block(f->run->rate, AC_WATCH_BLOCK);
	char *p = f->block[!before->which];
	int rc;

	*now =
	    (window){ .at = next - overlap, .which = !before->which, .before_at = before->at, .before_n = before->n };
	before->before_n = 0;
	rc = ac_file_read_at(log->fd, now->at, p, overlap + block, &now->n, err);
	now->is_full = now->n == overlap + block;
	if (rc)
		return rc;
	*out_cut = !goes_on(f, log, before, now, overlap) || (now->n > overlap && !stands(log, p, now->at, now->n));
	/* The log may be cut before the turn ends. */
	if (!*out_cut && now->at == 0 && now->is_full) {
		/* What was there before a place was may have been cut. */
		f->begin_bytes -= log->begin_n;
		log->begin_n = 0;
		ac_follow_keep_begin(f, log, ac_str_slice((ac_str){ p, now->n }, 0, AC_CURSOR_MARK_MAX));
	}
	return 0;
}

/* What looks like a plain file may have been empty when it was seen first. */
static bool
is_packed_after_all(ac_follower *f, ac_followed *log)
{
	if (log->cursor.at.offset > 0 || !ac_follow_is_packed(f, log->fd))
		return false;
	log->cursor.is_packed = true;
	log->cursor.size = log->rest = 0;
	log->is_queued = false;
	log->is_changed = true;
	log->size_since = ac_clock_monotonic();
	return true;
}

static int
end_turn(ac_follower *f, ac_followed *log, const window *in, uint64_t next, bool with_rest, accord_err *err)
{
	int rc = 0;

	if (with_rest) {
		rc = ac_watch_end(f->watch, err);
		f->broken |= rc != 0;
	}
	return rc ? rc : keep_place(f, log, in, next, err);
}

/* Others are next: so many blocks were read, or it has taken long. Not before there is a place to go on from: a line that is longer than what a turn reads would be read from its begin for ever. */
static bool
has_had_turn(const ac_follower *f, const ac_followed *log, unsigned blocks, const window *in)
{
	uint64_t place = log->cursor.at.offset, from = in->at > place ? in->at : place;

	if (blocks == 0 || (blocks < TURN_BLOCKS && !ac_follow_must_pause(f)))
		return false;
	return in->at + in->n - place > AC_WATCH_LINE_MAX ||
	       memchr(f->block[in->which] + (from - in->at), '\n', in->n - (size_t)(from - in->at));
}

static int
read_plain(ac_follower *f, ac_followed *log, bool with_rest, accord_err *err)
{
	uint64_t next = log->cursor.at.offset;
	window in = { .which = 1 };
	size_t overlap = log->cursor.tail.n;
	accord_err later = { 0 };
	bool more = true, is_cut = false;
	int rc = 0, failed;

	if (is_packed_after_all(f, log))
		return 0;
	for (unsigned i = 0; !rc && more && !has_had_turn(f, log, i, &in); i++) {
		window now;

		rc = read_window(f, log, &in, next, overlap, &now, &is_cut, err);
		/* Cut while it was read: the next turn sees it. */
		if (rc || is_cut)
			break;
		ac_follow_prove(log);
		more = now.is_full;
		/* Nothing but the unfinished line that was seen before. */
		if (i == 0 && !more && !with_rest && now.n - overlap == log->rest)
			break;
		if (i == 0)
			rc = turn_to(f, log, (ac_str){ NULL, 0 }, (ac_str){ NULL, 0 }, err);
		if (!rc)
			rc = feed(f, (ac_str){ f->block[now.which] + overlap, now.n - overlap }, err);
		ac_rate_spend(f->run->rate, now.n - overlap);
		in = now;
		next = in.at + in.n;
		overlap = in.n < OVERLAP ? in.n : OVERLAP;
	}
	log->is_queued = !rc && more;
	if (f->reading != log)
		return rc || !is_cut ? rc : ac_follow_cut(f, log, err);
	if (f->broken)
		return rc;
	/* Whatever ended the turn: what was found belongs to the place that was reached. */
	failed = end_turn(f, log, &in, next, with_rest && !more && !rc, rc ? &later : err);
	return rc ? rc : failed;
}

/* ---- packed files ---- */

/* A range of the content that is gathered on the way to the place. */
typedef struct gathered {
	uint64_t begin;
	size_t n;
	char *p;
} gathered;

/* A packed file on its way through the decompressor, up to the place and then into the watch. */
typedef struct unpacking {
	ac_follower *f;
	ac_followed *log;
	uint64_t done; /* plain bytes */
	gathered head, tail, header, first;
	bool compares;    /* only to see whether it is the log of the marks */
	uint64_t most;    /* of which there is so much, then; 0: not known */
	bool has_arrived; /* at the place, and goes on to see whether there is more than that */
	bool is_other;    /* head or tail are not the marks' */
	bool has_stopped;
} unpacking;

static void
gather(gathered *to, uint64_t at, ac_str bytes)
{
	uint64_t end = to->begin + to->n, from = at > to->begin ? at : to->begin;
	uint64_t until = at + bytes.n < end ? at + bytes.n : end;

	if (from < until)
		memcpy(to->p + (from - to->begin), bytes.p + (from - at), (size_t)(until - from));
}

static ac_str
view_of(const gathered *g)
{
	return (ac_str){ g->p, g->n };
}

/* Past the place: a log that has nothing but a header so far begins as all of its name do, but has not what stands behind it in others. */
static int
go_past(unpacking *u)
{
	u->is_other = u->done > u->most;
	return u->is_other ? ENOUGH : 0;
}

/* The place is reached: is it the log that it was taken for? Then the watch goes on there. */
static int
arrive(unpacking *u, accord_err *err)
{
	const ac_cursor *c = &u->log->cursor;

	u->is_other = !ac_cursor_mark_fits(&c->tail, view_of(&u->tail));
	u->has_arrived = !u->is_other && u->compares && u->most;
	if (u->has_arrived)
		return go_past(u);
	if (u->is_other || u->compares)
		return ENOUGH;
	return turn_to(u->f, u->log, view_of(&u->header), view_of(&u->first), err);
}

/* A place on the way to keep, when much has come together. */
static int
keep_packed_place(unpacking *u, accord_err *err)
{
	int rc = ac_watch_pause(u->f->watch, &u->log->cursor.at, err);

	/* Device and inode are enough for a file that is never written to. */
	u->log->cursor.tail.n = 0;
	u->log->is_changed = true;
	return rc ? rc : ac_follow_commit(u->f, err);
}

static int
unpacked(void *payload, ac_str bytes, accord_err *err)
{
	unpacking *u = payload;
	ac_cursor *c = &u->log->cursor;
	uint64_t before = u->done, place = c->at.offset;
	int rc = 0;

	u->done += bytes.n;
	if (u->has_arrived)
		return go_past(u);
	if (u->f->reading != u->log) {
		gather(&u->head, before, bytes);
		gather(&u->tail, before, bytes);
		gather(&u->header, before, bytes);
		gather(&u->first, before, bytes);
		if (before < c->head.n && u->done >= c->head.n)
			u->is_other = !ac_cursor_mark_fits(&c->head, view_of(&u->head));
		if (u->is_other)
			return ENOUGH;
		if (u->done < place)
			return 0;
		rc = arrive(u, err);
		if (u->has_arrived)
			return rc;
		bytes = ac_str_slice(bytes, (size_t)(place - before), bytes.n);
	}
	if (!rc && !c->identity[0])
		rc = ac_sighting_identity(bytes, c->inode, c->identity, err);
	if (!rc)
		rc = feed(u->f, bytes, err);
	if (!rc && ac_follow_is_due(u->f)) {
		rc = keep_packed_place(u, err);
		u->f->broken |= rc != 0;
	}
	if (!rc && ac_stop_asked()) {
		u->has_stopped = true;
		rc = ENOUGH;
	}
	return rc;
}

static int
unpack_all(unpacking *u, accord_err *err)
{
	ac_inflate *z = ac_inflate_open(unpacked, u);
	char *block = u->f->block[0];
	size_t most = ac_rate_block(u->f->run->rate, AC_WATCH_BLOCK);
	uint64_t at = 0;
	size_t got = 1;
	int rc = z ? 0 : ac_fail(err, ACCORD_ENOMEM, "%s: no memory", u->log->path);

	while (!rc && got > 0) {
		rc = ac_file_read_at(u->log->fd, at, block, most, &got, err);
		if (!rc && got > 0)
			rc = ac_inflate_feed(z, (ac_str){ block, got }, err);
		ac_rate_spend(u->f->run->rate, got);
		at += got;
	}
	if (!rc)
		rc = ac_inflate_end(z, err);
	ac_inflate_close(z);
	return rc;
}

static bool
prepare(gathered *g, uint64_t begin, uint64_t end)
{
	*g = (gathered){ .begin = begin, .n = (size_t)(end - begin) };
	g->p = malloc(g->n + 1);
	return g->p;
}

/* What a packed file is of the log whose place it has. */
typedef enum kinship {
	NOT_IT,  /* nothing was done */
	A_PART,  /* it ends before the place: nothing was done */
	IT,      /* and is read, when it was to be read */
	STOPPED, /* and is read in part: a stop was asked for */
} kinship;

/* It ended before the place. */
static kinship
kin_of_short(const unpacking *u, ac_followed *before)
{
	const ac_cursor *c = &u->log->cursor;
	size_t n = u->done < u->head.n ? (size_t)u->done : u->head.n;

	if (u->is_other)
		return NOT_IT;
	/* The mark was reached. One of less than its most would have been all of the log. */
	if (u->done >= c->head.n && c->head.n == AC_CURSOR_MARK_MAX)
		return A_PART;
	return before && ac_follow_begins_like(u->f, before, (ac_str){ u->head.p, n }) ? A_PART : NOT_IT;
}

/* Bytes of the file that the log has; 0: it has none. */
static uint64_t
size_of(const ac_followed *log)
{
	accord_err ignored = { 0 };
	ac_file_id id;

	if (!log->has_file || (log->fd >= 0 ? ac_file_identify(log->fd, &id, &ignored) != 0
					    : !ac_file_look(log->path, &id) || id.device != log->cursor.device ||
						  id.inode != log->cursor.inode))
		return 0;
	return id.size;
}

/* From the beginning to the end in one go; places are plain bytes. before: only to see whether it is this log, whose place it has. */
static int
unpack(ac_follower *f, ac_followed *log, ac_followed *before, kinship *out, accord_err *err)
{
	unpacking u = { .f = f, .log = log, .compares = before, .most = before ? size_of(before) : 0 };
	const ac_cursor *c = &log->cursor;
	bool ok = prepare(&u.head, 0, c->head.n);
	int rc;

	ok &= prepare(&u.tail, c->at.offset - c->tail.n, c->at.offset);
	ok &= prepare(&u.header, c->at.header_begin, c->at.header_end);
	ok &= prepare(&u.first, c->at.first_begin, c->at.first_end);
	rc = ok ? unpack_all(&u, err) : ac_fail(err, ACCORD_ENOMEM, "%s: no memory", log->path);
	*out = u.has_stopped ? STOPPED : u.is_other ? NOT_IT : IT;
	if (!rc && f->reading != log && c->at.offset > 0 && !u.has_arrived)
		*out = kin_of_short(&u, before);
	free(u.head.p);
	free(u.tail.p);
	free(u.header.p);
	free(u.first.p);
	return rc == ENOUGH ? 0 : rc;
}

int
ac_follow_finish(ac_follower *f, ac_followed *log, int fd, uint64_t size, accord_err *err)
{
	size_t n = size < AC_CURSOR_MARK_MAX ? (size_t)size : AC_CURSOR_MARK_MAX, got = 0;
	int rc = ac_file_read_at(fd, size - n, f->block[0], n, &got, err);

	log->cursor.is_finished = true;
	log->cursor.size = size;
	log->is_changed = true;
	return rc ? rc : ac_cursor_mark_of((ac_str){ f->block[0], got }, &log->cursor.tail, err);
}

/* The end of a packed file: what stands there is a line. */
static int
finish_packed(ac_follower *f, ac_followed *log, bool is_whole, accord_err *err)
{
	int rc = 0;

	/* Of one that is cut off the last line may come whole yet: its place stays before it. */
	if (f->reading == log && !is_whole)
		rc = ac_watch_pause(f->watch, &log->cursor.at, err);
	if (!rc && f->reading == log)
		rc = ac_watch_end(f->watch, err);
	if (!rc && f->reading == log && is_whole)
		rc = ac_watch_pause(f->watch, &log->cursor.at, err);
	show_hits(f);
	f->broken |= rc != 0;
	return rc ? rc : ac_follow_finish(f, log, log->fd, log->cursor.size, err);
}

/* It cannot be read to its end. Whoever writes it may be slow: it is told, and its rest taken as it is, when nothing more has come for as long as lines are waited for. */
static int
fail_packed(ac_follower *f, ac_followed *log, const accord_err *problem, accord_err *err)
{
	int rc = 0;

	log->failed_size = log->cursor.size;
	if (ac_clock_monotonic() - log->size_since > f->options->line_wait_s) {
		ac_follow_problem(f, log->path, problem);
		return finish_packed(f, log, false, err);
	}
	if (f->reading != log)
		return 0;
	rc = ac_watch_pause(f->watch, &log->cursor.at, err);
	log->cursor.tail.n = 0;
	log->is_changed = true;
	show_hits(f);
	f->broken |= rc != 0;
	return rc;
}

/* The log that we know and that the packed file has become, whose place it then has; NULL when there is none, and it has its own. */
static int
find_kin(ac_follower *f, ac_followed *log, ac_followed **out, bool *out_part, accord_err *err)
{
	kinship kin = NOT_IT;
	int rc = 0;

	*out = NULL;
	for (size_t i = 0; !rc && kin != IT && i < f->logs.n; i++) {
		ac_followed *before = ac_follow_log_at(f, i);

		if (!ac_follow_may_become(before, log))
			continue;
		ac_follow_take_place(log, before);
		rc = unpack(f, log, before, &kin, err);
		*out_part |= kin == A_PART;
		if (!rc && kin == IT)
			*out = before;
	}
	if (!*out)
		ac_follow_take_place(log, NULL);
	return rc;
}

static int
unpack_and_finish(ac_follower *f, ac_followed *log, accord_err *err)
{
	accord_err problem = { 0 };
	kinship kin;
	int rc = unpack(f, log, NULL, &kin, &problem);

	if (f->broken || rc == ACCORD_ENOMEM) {
		*err = problem;
		return rc;
	}
	if (rc)
		return fail_packed(f, log, &problem, err);
	if (kin != STOPPED)
		return finish_packed(f, log, true, err);
	log->cursor.tail.n = 0;
	log->is_changed = true;
	return ac_watch_pause(f->watch, &log->cursor.at, err);
}

/* An archive is no log that goes on: it is read whole, as by a plain run, each member an input of its own. Whoever stops in the middle reads it again, and counts nothing twice. */
static int
read_archive(ac_follower *f, ac_followed *log, accord_err *err)
{
	ac_watch_run_options options = *f->run;
	ac_watch_totals totals = { 0 };
	const char *path = log->path;
	const ac_index *index;
	int rc = use_index(f, f->watch, 0, &index, err);

	options.jobs = 1;
	options.on_progress = NULL;
	options.patterns = f->options->patterns ? *f->options->patterns : NULL;
	if (!rc)
		rc = ac_watch_run(index, &path, 1, &options, &totals, err);
	f->broken |= rc != 0;
	if (totals.files > 0)
		f->totals->files += totals.files - 1;
	f->totals->problems += totals.problems;
	ac_watch_counts_add(&f->totals->counts, &totals.counts);
	ac_follow_add_sightings(f, &totals.sightings);
	f->uncommitted += totals.counts.bytes;
	show_hits(f);
	return rc ? rc : ac_follow_finish(f, log, log->fd, log->cursor.size, err);
}

static int
read_packed(ac_follower *f, ac_followed *log, accord_err *err)
{
	accord_err problem = { 0 };
	ac_followed *before = NULL;
	bool is_part = false;
	int rc = 0;

	log->is_queued = false;
	log->waits_for = NULL;
	/* Another file has its inode, or its name. */
	if (!ac_follow_is_packed(f, log->fd))
		return ac_follow_cut(f, log, err);
	if (log->cursor.at.offset == 0 && ac_follow_is_archive(f, log->fd))
		return read_archive(f, log, err);
	/* Whether it has a cursor says nothing: it gets one when it is seen, and is read when it has come to rest. */
	if (log->cursor.at.offset == 0)
		rc = find_kin(f, log, &before, &is_part, &problem);
	if (rc == ACCORD_ENOMEM) {
		*err = problem;
		return rc;
	}
	if (rc)
		return fail_packed(f, log, &problem, err);
	if (before && before->has_file) {
		/* It may still grow there; what it holds is read there. */
		log->waits_for = before;
		ac_follow_take_place(log, NULL);
		return 0;
	}
	if (before)
		ac_follow_has_become(before);
	if (!before && is_part)
		return ac_follow_finish(f, log, log->fd, log->cursor.size, err);
	return unpack_and_finish(f, log, err);
}

/* ---- all ---- */

int
ac_follow_read(ac_follower *f, ac_followed *log, bool with_rest, accord_err *err)
{
	accord_err problem = { 0 };
	int rc;

	log->used = ++f->turn;
	if (!ac_follow_open(f, log)) {
		log->is_queued = false;
		return 0;
	}
	f->reading = NULL;
	rc = log->cursor.is_packed ? read_packed(f, log, &problem) : read_plain(f, log, with_rest, &problem);
	if (rc && !f->broken && rc != ACCORD_ENOMEM) {
		/* The file could not be read (a disk's error): others can. */
		ac_follow_problem(f, log->path, &problem);
		ac_follow_shut(f, log);
		log->is_queued = false;
		return 0;
	}
	if (rc)
		*err = problem;
	return rc;
}
