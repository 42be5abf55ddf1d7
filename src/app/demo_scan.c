/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration's scan: the same index, engine and sightings as accord watch, file by file, so that each find is known by its place in the plan. */
#include "app/demo.h"

#include "sys/os.h"
#include "watch/build.h"
#include "watch/run.h"

#define INDEX_FILE "watch.index"

/* What the sink needs to know of the file at hand. */
typedef struct scan {
	ac_demo *demo;
	ac_demo_file file;
	accord_err problem; /* code 0: none so far */
} scan;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	scan *s = payload;

	return ac_demo_check_hit(&s->demo->check, s->file, hit, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	scan *s = payload;

	return ac_demo_check_held(&s->demo->check, s->file, held, err);
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	scan *s = payload;

	if (s->problem.code == 0)
		s->problem = *what;
}

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	ac_demo *demo = payload;
	size_t n = demo->not_watched_count;
	ac_demo_not_watched *grown =
	    ac_arena_resize(&demo->arena, demo->not_watched, n * sizeof(*grown), (n + 1) * sizeof(*grown));

	if (!grown)
		return ac_arena_check(&demo->arena, err);
	grown[n] = (ac_demo_not_watched){ ac_arena_str(&demo->arena, name), ac_arena_str(&demo->arena, reason) };
	demo->not_watched = grown;
	demo->not_watched_count = n + 1;
	return ac_arena_check(&demo->arena, err);
}

static int
scan_files(ac_demo *demo, const ac_index *index, accord_err *err)
{
	scan s = { .demo = demo };
	ac_watch_run_options options = { .as_of = ac_app_now(demo->app),
		.now = ac_app_now(demo->app),
		.store = demo->store,
		.seed = ac_app_seed(demo->app),
		.sink = { on_hit, on_held_back, &s },
		.on_problem = on_problem };
	ac_watch_totals totals = { 0 };
	int rc = 0;

	for (unsigned file = 0; rc == 0 && file < AC_DEMO_FILE_COUNT; file++) {
		const char *path =
		    ac_arena_printf(&demo->arena, "%s/%s", demo->logs_dir, ac_demo_file_path((ac_demo_file)file)).p;

		s.file = (ac_demo_file)file;
		rc = path ? ac_watch_run(index, &path, 1, &options, &totals, err) : ac_arena_check(&demo->arena, err);
		if (rc == 0 && s.problem.code) {
			*err = s.problem;
			rc = s.problem.code;
		}
	}
	demo->malformed = totals.counts.malformed;
	demo->sightings = totals.sightings;
	return rc;
}

int
ac_demo_scan(ac_demo *demo, accord_err *err)
{
	const char *path = ac_arena_printf(&demo->arena, "%s/%s", demo->state, INDEX_FILE).p;
	double start = ac_clock_monotonic();
	ac_index *index = NULL;
	int rc = path ? ac_watch_index(demo->store, path, ac_app_seed(demo->app), &index, NULL, err)
		      : ac_arena_check(&demo->arena, err);

	if (rc == 0) {
		demo->indicators = ac_index_indicator_count(index);
		rc = ac_index_each_unwatched(index, on_unwatched, demo, err);
	}
	if (rc == 0)
		rc = scan_files(demo, index, err);
	(void)ac_index_close(index);
	demo->seconds.scan = ac_clock_monotonic() - start;
	return rc;
}
