/* SPDX-License-Identifier: Apache-2.0 */
/* One input after another: descriptor, decompressor, engine, sightings. Knows nothing of how hits are shown. */
#include "watch/run.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "watch/input.h"

#define READ_SIZE AC_WATCH_BLOCK
#define PROGRESS_EVERY ((uint64_t)8 * AC_MIB)

typedef struct run {
	const ac_index *index;
	const ac_watch_run_options *options;
	ac_watch_totals *totals;
	ac_sightings *sightings;
	char *chunk;
	const char *path; /* of the input at hand */
	uint64_t inode;   /* 0: none */
	ac_watch *watch;  /* of the text at hand: the input, or a member of it */
	ac_buf name;      /* of the text: "logs.tar!eve.json", NUL-terminated */
} run;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	run *r = payload;
	int rc = r->options->sink.on_hit(r->options->sink.payload, hit, err);

	if (!rc && r->sightings)
		rc = ac_sightings_add(r->sightings, hit, err);
	return rc;
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	run *r = payload;

	return r->options->sink.on_held_back ? r->options->sink.on_held_back(r->options->sink.payload, held, err) : 0;
}

static int
read_all(run *r, const char *path, int fd, ac_input *input, uint64_t total, accord_err *err)
{
	uint64_t done = 0, shown = 0;
	size_t n;
	int rc = 0;

	while (!rc) {
		rc = ac_file_read(fd, r->chunk, READ_SIZE, &n, err);
		if (rc || n == 0)
			break;
		done += n;
		rc = ac_input_feed(input, (ac_str){ r->chunk, n }, err);
		if (!rc && r->options->on_progress && done - shown >= PROGRESS_EVERY) {
			r->options->on_progress(r->options->sink.payload, path, done, total);
			shown = done;
		}
	}
	return rc;
}

static void
report_problem(run *r, const char *path, const accord_err *what)
{
	r->totals->problems++;
	if (r->totals->gravest != ACCORD_EIO)
		r->totals->gravest = what->code;
	if (r->options->on_problem)
		r->options->on_problem(r->options->sink.payload, path, what);
}

/* ---- texts of an input ---- */

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	run *r = payload;
	ac_watch_sink sink = { on_hit, on_held_back, r };
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
	r->watch = ac_watch_open(r->index, name, r->options->as_of, &sink);
	if (!r->watch)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", r->path);
	ac_watch_set_rules(r->watch, &r->options->rules);
	ac_watch_select(r->watch, r->options->where, r->options->format);
	if (r->options->retro) {
		rc = ac_watch_remember(r->watch, r->options->retro, err);
		if (rc)
			return rc;
	}
	return ac_watch_set_patterns(r->watch, r->options->patterns, err);
}

/* Telemetry is never refused: what fails here is ours. */
static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	run *r = payload;

	if (r->sightings)
		ac_sightings_see(r->sightings, bytes);
	return ac_watch_feed(r->watch, bytes, err);
}

/* A broken end is reported after what stood before it was matched, and kept all the same. */
static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	run *r = payload;
	int rc;

	if (problem)
		report_problem(r, r->name.p, problem);
	rc = ac_watch_end(r->watch, err);
	ac_watch_add_counts(r->watch, &r->totals->counts);
	if (!rc && r->sightings)
		rc = ac_sightings_store(r->sightings, r->options->store, ac_str_from(r->name.p), r->inode,
		    r->options->now, &r->totals->sightings, err);
	r->watch = ac_watch_close(r->watch);
	r->totals->files++;
	return rc;
}

/* All of an open input. */
static int
watch_fd(run *r, const char *path, int fd, accord_err *err)
{
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, r });
	accord_err problem = { 0 };
	ac_file_id id = { 0 };
	int rc = 0;

	if (!input)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	if (ac_file_identify(fd, &id, &problem))
		id = (ac_file_id){ 0 };
	r->path = path;
	r->inode = id.is_regular ? id.inode : 0;
	/* The first failure, then what ending has to say. */
	for (unsigned step = 0; !rc && step < 2; step++) {
		int failed = step ? ac_input_end(input, &problem)
				  : read_all(r, path, fd, input, id.is_regular ? id.size : 0, &problem);

		if (failed && (ac_input_sink_failed(input) || failed == ACCORD_ENOMEM)) {
			*err = problem;
			rc = failed;
		} else if (failed) {
			report_problem(r, path, &problem);
		}
	}
	ac_input_close(input);
	r->watch = ac_watch_close(r->watch);
	return rc;
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	run *r = payload;
	accord_err problem = { 0 };
	int fd = ac_file_open(path, &problem), rc;

	if (fd < 0) {
		report_problem(r, path, &problem);
		return 0;
	}
	rc = watch_fd(r, path, fd, err);
	(void)close(fd);
	return rc;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	report_problem(payload, path, what);
}

int
ac_watch_run(const ac_index *index, const char *path, const ac_watch_run_options *options, ac_watch_totals *totals,
    accord_err *err)
{
	run r = { .index = index, .options = options, .totals = totals };
	ac_walk_sink walk = { on_file, on_problem, &r };
	int rc = 0;

	ac_buf_init(&r.name, 3 * AC_PATH_MAX);
	r.chunk = malloc(READ_SIZE);
	if (options->store)
		r.sightings = ac_sightings_open(options->seed);
	if (!r.chunk || (options->store && !r.sightings))
		rc = ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	else
		rc = ac_walk(path, &walk, err);
	ac_sightings_close(r.sightings);
	ac_buf_done(&r.name);
	free(r.chunk);
	return rc;
}
