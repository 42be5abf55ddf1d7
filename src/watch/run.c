/* SPDX-License-Identifier: Apache-2.0 */
/* One input after another: descriptor, decompressor, engine, sightings. Knows nothing of how hits are shown. */
#include "watch/run.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "codec/inflate.h"
#include "sys/file.h"

#define READ_SIZE AC_WATCH_BLOCK
#define PROGRESS_EVERY ((uint64_t)8 * AC_MIB)

typedef struct run {
	const ac_index *index;
	const ac_watch_run_options *options;
	ac_watch_totals *totals;
	ac_sightings *sightings;
	char *chunk;
	ac_watch *watch; /* of the input at hand */
	bool broken;     /* the error came from the sink, the store or memory: no input is to blame */
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
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	run *r = payload;
	int rc;

	if (r->sightings)
		ac_sightings_see(r->sightings, bytes);
	rc = ac_watch_feed(r->watch, bytes, err);
	/* Telemetry is never refused: what fails here is ours. */
	r->broken |= rc != 0;
	return rc;
}

static int
read_all(run *r, const char *path, int fd, ac_inflate *z, uint64_t total, accord_err *err)
{
	uint64_t done = 0, shown = 0;
	size_t n;
	int rc = 0;

	while (!rc) {
		rc = ac_file_read(fd, r->chunk, READ_SIZE, &n, err);
		if (rc || n == 0)
			break;
		done += n;
		rc = ac_inflate_feed(z, (ac_str){ r->chunk, n }, err);
		if (!rc && r->options->on_progress && done - shown >= PROGRESS_EVERY) {
			r->options->on_progress(r->options->sink.payload, path, done, total);
			shown = done;
		}
	}
	return rc ? rc : ac_inflate_end(z, err);
}

static void
add_counts(ac_watch_counts *to, const ac_watch *watch)
{
	ac_watch_counts c;

	ac_watch_count(watch, &c);
	to->bytes += c.bytes;
	to->lines += c.lines;
	to->malformed += c.malformed;
	to->hits += c.hits;
	to->held_back += c.held_back;
	to->not_where += c.not_where;
	to->not_since += c.not_since;
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

/* All of an open input. A broken end is reported after what stood before it was matched, and kept all the same. */
static int
watch_fd(run *r, const char *path, int fd, accord_err *err)
{
	ac_file_id id = { 0 };
	ac_inflate *z = ac_inflate_open(on_bytes, r);
	ac_watch_sink sink = { on_hit, on_held_back, r };
	accord_err problem = { 0 };
	int rc = 0;

	if (ac_file_identify(fd, &id, &problem))
		id = (ac_file_id){ 0 };
	r->watch = ac_watch_open(r->index, ac_str_from(path), r->options->as_of, &sink);
	if (!z || !r->watch)
		rc = ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	if (r->watch)
		ac_watch_set_rules(r->watch, &r->options->rules);
	if (!rc)
		ac_watch_select(r->watch, r->options->where, r->options->format);
	if (!rc && read_all(r, path, fd, z, id.is_regular ? id.size : 0, &problem)) {
		if (r->broken || problem.code == ACCORD_ENOMEM) {
			*err = problem;
			rc = problem.code;
		} else {
			report_problem(r, path, &problem);
		}
	}
	if (!rc)
		rc = ac_watch_end(r->watch, err);
	if (r->watch)
		add_counts(&r->totals->counts, r->watch);
	if (!rc && r->sightings)
		rc = ac_sightings_store(r->sightings, r->options->store, ac_str_from(path),
		    id.is_regular ? id.inode : 0, r->options->now, &r->totals->sightings, err);
	ac_inflate_close(z);
	r->watch = ac_watch_close(r->watch);
	r->totals->files++;
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

	r.chunk = malloc(READ_SIZE);
	if (options->store)
		r.sightings = ac_sightings_open(options->seed);
	if (!r.chunk || (options->store && !r.sightings))
		rc = ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	else
		rc = ac_walk(path, &walk, err);
	ac_sightings_close(r.sightings);
	free(r.chunk);
	return rc;
}
