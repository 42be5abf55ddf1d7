/* SPDX-License-Identifier: Apache-2.0 */
/* What inputs say is shown and kept, in their order; files are read one after another, or by several threads (run_jobs.c). */
#include "watch/run.h"

#include <string.h>

#include "base/limits.h"
#include "sys/file.h"
#include "watch/run_input.h"
#include "watch/vec.h"

#define PROGRESS_EVERY ((uint64_t)8 * AC_MIB)

typedef struct run {
	const ac_watch_run_options *options;
	ac_watch_totals *totals;
	ac_sightings *sightings;
	ac_vec files;         /* ac_run_file */
	ac_arena arena;       /* their paths and problems */
	uint64_t size;        /* of all inputs; 0: not known of each */
	const char *path;     /* of the input at hand, as it stands in files */
	uint64_t before, now; /* bytes read: of the inputs before it, and of it */
	uint64_t shown;       /* of all of them, when progress was told last */
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
on_problem(void *payload, const char *path, const accord_err *what, accord_err *err)
{
	run *r = payload;

	(void)err;
	r->totals->problems++;
	if (r->options->on_problem)
		r->options->on_problem(r->options->sink.payload, path, what);
	return 0;
}

static int
on_text(void *payload, const ac_run_text *text, accord_err *err)
{
	run *r = payload;

	ac_watch_counts_add(&r->totals->counts, &text->counts);
	r->totals->files++;
	if (!r->sightings)
		return 0;
	ac_sightings_see(r->sightings, text->prefix);
	ac_sightings_see_end(r->sightings, text->counts.bytes);
	return ac_sightings_store(
	    r->sightings, r->options->store, text->name, text->inode, r->options->now, &r->totals->sightings, err);
}

static int
on_block(void *payload, const char *path, uint64_t done, accord_err *err)
{
	run *r = payload;

	(void)err;
	if (path != r->path) {
		r->before += r->now;
		r->path = path;
	}
	r->now = done;
	if (r->options->on_progress && r->before + done >= r->shown + PROGRESS_EVERY) {
		r->shown = r->before + done;
		r->options->on_progress(r->options->sink.payload, path, r->shown, r->size);
	}
	return 0;
}

/* ---- files ---- */

static int
add_file(run *r, const char *path, const accord_err *problem, accord_err *err)
{
	ac_run_file *file = ac_vec_add(&r->files);
	accord_err *kept = problem ? ac_arena_alloc(&r->arena, sizeof(*kept)) : NULL;
	ac_str copy = ac_arena_printf(&r->arena, "%s", path);
	ac_file_id id = { 0 };

	if (!file)
		return ac_vec_check(&r->files, "inputs", err);
	if (!copy.p || (problem && !kept))
		return ac_arena_check(&r->arena, err);
	if (kept)
		*kept = *problem;
	*file = (ac_run_file){ .path = copy.p, .problem = kept };
	file->is_plain = strcmp(path, "-") != 0 && ac_file_look(path, &id) && id.is_regular;
	file->size = id.size;
	return 0;
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	return add_file(payload, path, NULL, err);
}

/* A problem that finds no room is told at once: too early, but told. */
static void
on_walk_problem(void *payload, const char *path, const accord_err *what)
{
	accord_err unused = { 0 };

	if (add_file(payload, path, what, &unused))
		(void)on_problem(payload, path, what, &unused);
}

static uint64_t
size_of(const ac_run_file *files, size_t count)
{
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++) {
		if (!files[i].is_plain && !files[i].problem)
			return 0;
		size += files[i].problem ? 0 : files[i].size;
	}
	return size;
}

static int
read_in_turn(run *r, const ac_index *index, const ac_run_sink *sink, accord_err *err)
{
	ac_run_reader *reader = ac_run_reader_open(index, r->options, sink);
	const ac_run_file *files = r->files.p;
	int rc = reader ? 0 : ac_fail(err, ACCORD_ENOMEM, "watch: no memory");

	for (size_t i = 0; !rc && i < r->files.n; i++)
		rc = files[i].problem ? on_problem(r, files[i].path, files[i].problem, err)
				      : ac_run_reader_file(reader, files[i].path, err);
	ac_run_reader_close(reader);
	return rc;
}

int
ac_watch_run(const ac_index *index, const char *const *paths, size_t count, const ac_watch_run_options *options,
    ac_watch_totals *totals, accord_err *err)
{
	run r = { .options = options, .totals = totals };
	ac_run_sink sink = { on_hit, on_held_back, on_problem, on_text, on_block, &r };
	ac_walk_sink walk = { on_file, on_walk_problem, &r };
	int rc = 0;

	r.files = ac_vec_of(sizeof(ac_run_file), AC_WATCH_FILES_MAX);
	ac_arena_init(&r.arena, (size_t)AC_WATCH_FILES_MAX * 256);
	if (options->store)
		r.sightings = ac_sightings_open(options->seed);
	if (options->store && !r.sightings)
		rc = ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	for (size_t i = 0; !rc && i < count; i++)
		rc = ac_walk(paths[i], &walk, err);
	r.size = size_of(r.files.p, r.files.n);
	if (!rc)
		rc = options->jobs > 1 && r.files.n > 0
			 ? ac_run_jobs(index, r.files.p, r.files.n, options->jobs, options, &sink, err)
			 : read_in_turn(&r, index, &sink, err);
	ac_sightings_close(r.sightings);
	ac_vec_done(&r.files);
	ac_arena_done(&r.arena);
	return rc;
}
