/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptor, decompressor, engine. Knows nothing of how hits are shown or kept. */
#include "watch/run_input.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "watch/input_read.h"

#define READ_SIZE AC_WATCH_BLOCK
#define FIRST_SIZE 512
#define MAGIC_SIZE 4

struct ac_run_reader {
	const ac_index *index;
	const ac_watch_run_options *options;
	ac_run_sink sink;
	const char *path;   /* of the input at hand */
	uint64_t inode;     /* 0: none */
	atomic_uint *spare; /* processors that nobody uses; NULL: none */
	ac_watch *watch;    /* of the text at hand: the input, or a member of it */
	ac_buf name;        /* of the text, NUL-terminated */
	char prefix[AC_SIGHTING_PREFIX_MAX];
	size_t prefix_n;
	char chunk[READ_SIZE];
};

ac_run_reader *
ac_run_reader_open(const ac_index *index, const ac_watch_run_options *options, const ac_run_sink *sink)
{
	ac_run_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->index = index;
	r->options = options;
	r->sink = *sink;
	ac_buf_init(&r->name, 3 * AC_PATH_MAX);
	return r;
}

void
ac_run_reader_use_spare(ac_run_reader *r, atomic_uint *spare)
{
	r->spare = spare;
}

ac_run_reader *
ac_run_reader_close(ac_run_reader *r)
{
	if (r)
		ac_buf_done(&r->name);
	free(r);
	return NULL;
}

/* ---- texts of an input ---- */

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	ac_run_reader *r = payload;
	ac_watch_sink sink = { r->sink.on_hit, r->sink.on_held_back, r->sink.payload };
	ac_str name;
	int rc;

	ac_buf_reset(&r->name);
	ac_buf_add_cstr(&r->name, r->path);
	if (member.p) {
		ac_buf_add_byte(&r->name, '!');
		ac_buf_add(&r->name, ac_str_slice(member, 0, AC_PATH_MAX));
	}
	name = ac_buf_view(&r->name);
	ac_buf_add_byte(&r->name, '\0');
	rc = ac_buf_finish(&r->name, &(ac_str){ NULL, 0 }, err);
	if (rc)
		return rc;
	r->prefix_n = 0;
	r->watch = ac_watch_open(r->index, name, r->options->as_of, &sink);
	if (!r->watch)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", r->path);
	ac_watch_set_rules(r->watch, &r->options->rules);
	ac_watch_select(r->watch, r->options->where, r->options->format);
	if (r->options->retro)
		rc = ac_watch_remember(r->watch, r->options->retro, err);
	return rc ? rc : ac_watch_set_patterns(r->watch, r->options->patterns, err);
}

/* Telemetry is never refused: what fails here is ours. */
static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_run_reader *r = payload;
	ac_str part = ac_str_slice(bytes, 0, sizeof(r->prefix) - r->prefix_n);

	if (part.n)
		memcpy(r->prefix + r->prefix_n, part.p, part.n);
	r->prefix_n += part.n;
	return ac_watch_feed(r->watch, bytes, err);
}

/* A broken end is reported after what stood before it was matched, and kept all the same. */
static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	ac_run_reader *r = payload;
	ac_run_text text = { .name = ac_str_from(r->name.p), .inode = r->inode, .prefix = { r->prefix, r->prefix_n } };
	int rc = problem ? r->sink.on_problem(r->sink.payload, r->name.p, problem, err) : 0;

	if (!rc)
		rc = ac_watch_end(r->watch, err);
	ac_watch_count(r->watch, &text.counts);
	if (!rc)
		rc = r->sink.on_text(r->sink.payload, &text, err);
	r->watch = ac_watch_close(r->watch);
	return rc;
}

static int
on_problem(void *payload, const accord_err *what, accord_err *err)
{
	ac_run_reader *r = payload;

	return r->sink.on_problem(r->sink.payload, r->path, what, err);
}

static int
on_block(void *payload, uint64_t done, accord_err *err)
{
	ac_run_reader *r = payload;

	return r->sink.on_block(r->sink.payload, r->path, done, err);
}

/* Whether a thread beside this one is to decompress: there is something to decompress, and a processor that nobody uses. */
static bool
take_spare(ac_run_reader *r, int fd)
{
	char begin[MAGIC_SIZE];
	accord_err unused = { 0 };
	unsigned spare = r->spare ? atomic_load(r->spare) : 0;
	size_t n;

	if (!spare || !r->inode || ac_file_read_at(fd, 0, begin, sizeof(begin), &n, &unused) ||
	    !ac_input_is_packed((ac_str){ begin, n }))
		return false;
	while (spare && !atomic_compare_exchange_weak(r->spare, &spare, spare - 1))
		;
	return spare > 0;
}

/* All of an open input. */
static int
watch_fd(ac_run_reader *r, const char *path, int fd, accord_err *err)
{
	ac_read_sink sink = { { on_begin, on_bytes, on_end, r }, on_problem, on_block };
	accord_err problem = { 0 };
	ac_file_id id = { 0 };
	int rc;

	if (ac_file_identify(fd, &id, &problem))
		id = (ac_file_id){ 0 };
	r->path = path;
	r->inode = id.is_regular ? id.inode : 0;
	if (take_spare(r, fd)) {
		rc = ac_read_input_ahead(fd, r->options->rate, r->chunk, &sink, err);
		(void)atomic_fetch_add(r->spare, 1);
	} else {
		rc = ac_read_input(fd, r->options->rate, r->chunk, &sink, err);
	}
	r->watch = ac_watch_close(r->watch);
	return rc;
}

int
ac_run_reader_file(ac_run_reader *r, const char *path, accord_err *err)
{
	accord_err problem = { 0 };
	int fd = ac_file_open(path, &problem), rc;

	if (fd < 0)
		return r->sink.on_problem(r->sink.payload, path, &problem, err);
	rc = watch_fd(r, path, fd, err);
	(void)close(fd);
	return rc;
}

/* ---- parts ---- */

/* Bytes [part->begin, part->end), up to the places where a reader of the whole file would read too. */
static int
read_part(ac_run_reader *r, const ac_run_part *part, int fd, accord_err *problem, accord_err *err)
{
	uint64_t at = part->begin;
	int rc = 0;

	while (!rc && at < part->end) {
		uint64_t next = (at / READ_SIZE + 1) * READ_SIZE;
		size_t n = 0;

		if (next > part->end)
			next = part->end;
		/* What the filters of a whole file hand on first: all that they look at. */
		if (at == 0)
			next = FIRST_SIZE;
		if (ac_file_read_at(fd, at, r->chunk, (size_t)(next - at), &n, problem) || n == 0)
			break;
		at += n;
		rc = on_bytes(r, (ac_str){ r->chunk, n }, err);
		if (!rc)
			rc = r->sink.on_block(r->sink.payload, r->path, at, err);
	}
	return rc;
}

static int
watch_part(ac_run_reader *r, const ac_run_part *part, int fd, accord_err *err)
{
	accord_err problem = { 0 };
	ac_watch_position at;
	ac_file_id id = { 0 };
	int rc;

	if (ac_file_identify(fd, &id, &problem))
		id = (ac_file_id){ 0 };
	problem = (accord_err){ 0 };
	r->inode = id.inode;
	rc = on_begin(r, (ac_str){ NULL, 0 }, err);
	if (!rc && part->before)
		rc = ac_run_state_resume(r->watch, ac_str_from(r->name.p), part->before, err);
	if (!rc)
		rc = read_part(r, part, fd, &problem, err);
	if (!rc && part->after && !problem.code) {
		rc = ac_watch_pause(r->watch, &at, err);
		if (!rc && ac_run_state_read(fd, &at, part->after, &problem) == ACCORD_ENOMEM) {
			*err = problem;
			rc = ACCORD_ENOMEM;
		}
	}
	if (!rc)
		rc = on_end(r, problem.code ? &problem : NULL, err);
	r->watch = ac_watch_close(r->watch);
	return rc;
}

int
ac_run_reader_part(ac_run_reader *r, const char *path, const ac_run_part *part, accord_err *err)
{
	accord_err problem = { 0 };
	int fd = ac_file_open(path, &problem), rc;

	if (fd < 0)
		return r->sink.on_problem(r->sink.payload, path, &problem, err);
	r->path = path;
	rc = watch_part(r, part, fd, err);
	(void)close(fd);
	return rc;
}
