/* SPDX-License-Identifier: Apache-2.0 */
/* From a real store to sightings in it: the index of the store, inputs of all kinds, and what watching again changes. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "watch/build.h"
#include "watch/run.h"

#define NOW 1700000000

typedef struct world {
	char folder[64], index_path[96], log_path[96];
	ac_store *store;
	ac_arena arena;
	accord_err err;
	ac_index *index;
	bool built;
	ac_time now;
	unsigned hits, problems;
	int problem; /* code of the last one */
	ac_watch_totals totals;
} world;

static ac_time
clock_of(void *payload)
{
	return *(const ac_time *)payload;
}

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));
	ac_store_options options = { .mode = AC_STORE_WRITE, .create = true, .now = clock_of, .seed = { { 1, 2 } } };

	assert_non_null(w);
	w->now = (ac_time){ NOW, 0 };
	options.now_payload = &w->now;
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-watch-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	(void)snprintf(w->index_path, sizeof(w->index_path), "%s/watch.index", w->folder);
	(void)snprintf(w->log_path, sizeof(w->log_path), "%s/x.log", w->folder);
	ac_arena_init(&w->arena, (size_t)256 << 20);
	assert_int_equal(ac_store_open(w->folder, &options, &w->store, &w->err), 0);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	world *w = *state;
	DIR *dir = opendir(w->folder);
	struct dirent *entry;
	char path[512];

	ac_index_close(w->index);
	ac_store_close(w->store);
	while (dir && (entry = readdir(dir))) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(w->folder);
	ac_arena_done(&w->arena);
	free(w);
	return 0;
}

static void
put_row(world *w, ac_value_type type, const char *text)
{
	ac_row row = {
		.exact = ac_str_from(text), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1
	};
	ac_put_result result;
	int64_t source;

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &w->arena, &row.value, &w->err), 0);
	assert_int_equal(ac_store_begin(w->store, &w->err), 0);
	assert_int_equal(ac_store_source(w->store, AC_S("ally.example"), &source, &w->err), 0);
	assert_int_equal(ac_store_put_row(w->store, source, &row, &result, &w->err), 0);
	assert_int_equal(ac_store_commit(w->store, &w->err), 0);
}

static void
put_object(world *w, const char *json)
{
	const ac_json *object;
	ac_put_result result;
	ac_record record;
	int64_t source;

	assert_int_equal(ac_json_parse(ac_str_from(json), AC_JSON_LIMITS, &w->arena, &object, &w->err), 0);
	assert_int_equal(ac_record_from_object(object, &w->arena, &record, &w->err), 0);
	assert_int_equal(ac_store_begin(w->store, &w->err), 0);
	assert_int_equal(ac_store_source(w->store, AC_S("cert.example"), &source, &w->err), 0);
	assert_int_equal(ac_store_put(w->store, source, &record, &result, &w->err), 0);
	assert_int_equal(ac_store_commit(w->store, &w->err), 0);
}

static void
open_index(world *w)
{
	w->index = ac_index_close(w->index);
	if (ac_watch_index(w->store, w->index_path, (ac_hash_seed){ { 3, 4 } }, &w->index, &w->built, &w->err))
		fail_msg("%s", w->err.text);
}

static void
write_file(const char *path, ac_str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	(void)close(fd);
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)err;
	assert_true(hit->indicator_count > 0 && hit->indicators[0].name.n > 0);
	((world *)payload)->hits++;
	return 0;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	(void)path;
	assert_true(strlen(what->text) > 0);
	((world *)payload)->problems++;
	((world *)payload)->problem = what->code;
}

static void
watch(world *w, const char *path)
{
	ac_watch_run_options options = { .as_of = { NOW, 0 },
		.now = w->now,
		.store = w->store,
		.seed = { { 5, 6 } },
		.sink = { on_hit, NULL, w },
		.on_problem = on_problem };

	w->hits = w->problems = 0;
	w->totals = (ac_watch_totals){ 0 };
	if (ac_watch_run(w->index, &path, 1, &options, &w->totals, &w->err))
		fail_msg("%s", w->err.text);
	assert_int_equal(w->hits, w->totals.counts.hits);
	assert_int_equal(w->problems, w->totals.problems);
}

/* Ids of the stored sightings, and the sum of their counts. */
typedef struct sighted {
	world *w;
	unsigned objects;
	int64_t count;
	ac_str last_seen;
} sighted;

static int
on_sighting(void *payload, const ac_stored *stored, accord_err *err)
{
	sighted *s = payload;
	const ac_json *object;
	int64_t count;

	assert_int_equal(ac_json_parse(stored->object, AC_JSON_LIMITS, &s->w->arena, &object, err), 0);
	assert_true(ac_json_i64(ac_json_get(object, AC_S("count")), &count));
	assert_true(ac_str_starts(ac_json_get_string(object, AC_S("sighting_of_ref")), AC_S("indicator--")));
	s->last_seen = ac_json_get_string(object, AC_S("last_seen"));
	s->objects++;
	s->count += count;
	return 0;
}

static sighted
sightings_of(world *w)
{
	sighted s = { .w = w };
	ac_arena *arena = calloc(1, sizeof(*arena));

	ac_arena_init(arena, (size_t)64 << 20);
	assert_int_equal(ac_store_each(w->store, AC_S("sighting"), 0, arena, on_sighting, &s, &w->err), 0);
	if (s.last_seen.p)
		s.last_seen = ac_arena_str(&w->arena, s.last_seen);
	ac_arena_done(arena);
	free(arena);
	return s;
}

static void
index__is_built_once_and_again_when_the_store_has_moved_on(void **state)
{
	world *w = *state;

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	assert_true(w->built);
	assert_int_equal(ac_index_indicator_count(w->index), 1);
	open_index(w);
	assert_false(w->built);
	put_row(w, AC_VALUE_IPV4, "192.0.2.7");
	put_object(w,
	    "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000001-0000-4000-8000-"
	    "000000000000\","
	    "\"created\":\"2021-01-01T00:00:00.000Z\",\"modified\":\"2021-01-01T00:00:00.000Z\",\"name\":\"range\","
	    "\"pattern\":\"[ipv4-addr:value = '198.51.100.0/24']\",\"pattern_type\":\"stix\","
	    "\"valid_from\":\"2021-01-01T00:00:00Z\"}");
	put_object(w,
	    "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000002-0000-4000-8000-"
	    "000000000000\","
	    "\"created\":\"2021-01-01T00:00:00.000Z\",\"modified\":\"2021-01-01T00:00:00.000Z\",\"name\":\"rule\","
	    "\"pattern\":\"alert tcp any any\",\"pattern_type\":\"snort\",\"valid_from\":\"2021-01-01T00:00:00Z\"}");
	open_index(w);
	assert_true(w->built);
	assert_int_equal(ac_index_indicator_count(w->index), 3);
	assert_int_equal(ac_index_unwatched_count(w->index), 1);
	/* A file cut short is made anew. */
	w->index = ac_index_close(w->index);
	assert_int_equal(truncate(w->index_path, 5000), 0);
	open_index(w);
	assert_true(w->built);
	assert_int_equal(ac_index_indicator_count(w->index), 3);
}

static void
index__lives_in_memory_where_it_cannot_be_written(void **state)
{
	world *w = *state;

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	(void)snprintf(w->index_path, sizeof(w->index_path), "/proc/no-such-folder/watch.index");
	open_index(w);
	assert_true(w->built);
	write_file(w->log_path, AC_S("evil.example\n"));
	watch(w, w->log_path);
	assert_int_equal(w->hits, 1);
}

static void
watching_again__changes_nothing(void **state)
{
	static const ac_str log =
	    AC_S_INIT("2020-09-13T10:00:00Z evil.example\n2020-09-13T12:00:00Z a.evil.example evil.example\n"
		      "2020-09-14T00:00:00Z evil.example\nundated evil.example\n");
	world *w = *state;
	sighted s;

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	write_file(w->log_path, log);
	watch(w, w->log_path);
	assert_int_equal(w->hits, 5);
	assert_int_equal(w->totals.sightings.made, 3);
	s = sightings_of(w);
	assert_int_equal(s.objects, 3);
	assert_int_equal(s.count, 5);
	w->now.seconds += 3600;
	watch(w, w->log_path);
	assert_int_equal(w->totals.sightings.made, 0);
	assert_int_equal(w->totals.sightings.changed, 0);
	assert_int_equal(w->totals.sightings.unchanged, 3);
	/* The sightings are no indicators: the index is not stale because of them. */
	open_index(w);
	assert_false(w->built);
}

static void
log_that_grew__updates_its_sightings(void **state)
{
	world *w = *state;
	sighted s;
	int fd;

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	write_file(w->log_path, AC_S("#comment\n2020-09-13T10:00:00Z evil.example\n"));
	watch(w, w->log_path);
	fd = open(w->log_path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "2020-09-13T11:00:00Z evil.example\n", 34), 34);
	(void)close(fd);
	watch(w, w->log_path);
	assert_int_equal(w->totals.sightings.made, 0);
	assert_int_equal(w->totals.sightings.changed, 1);
	s = sightings_of(w);
	assert_int_equal(s.objects, 1);
	assert_int_equal(s.count, 2);
	assert_str(s.last_seen, AC_S("2020-09-13T11:00:00.000Z"));
}

static void
same_content_in_another_file__is_another_input(void **state)
{
	world *w = *state;
	char other[128];

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	write_file(w->log_path, AC_S("evil.example\n"));
	(void)snprintf(other, sizeof(other), "%s/y.log", w->folder);
	write_file(other, AC_S("evil.example\n"));
	watch(w, w->log_path);
	watch(w, other);
	assert_int_equal(w->totals.sightings.made, 1);
	assert_int_equal(sightings_of(w).objects, 2);
}

static void
troubles__are_reported_and_the_rest_is_watched(void **state)
{
	/* gzip of "evil.example\n" 40 times would need a tool; a cut header is enough of a trouble */
	static const char cut_gzip[] = { 0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b };
	world *w = *state;
	char path[128];

	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	(void)snprintf(path, sizeof(path), "%s/absent", w->folder);
	watch(w, path);
	assert_int_equal(w->problems, 1);
	assert_int_equal(w->problem, ACCORD_EIO);
	(void)snprintf(path, sizeof(path), "%s/a.gz", w->folder);
	write_file(path, (ac_str){ cut_gzip, sizeof(cut_gzip) });
	write_file(w->log_path, AC_S("evil.example\n"));
	watch(w, w->folder);
	assert_int_equal(w->problems, 1);
	assert_int_equal(w->problem, ACCORD_EINPUT);
	assert_true(w->hits >= 1);
}

typedef struct progress {
	unsigned told;
	uint64_t done;
	uint64_t total;
} progress;

static void
on_progress(void *payload, const char *path, uint64_t done, uint64_t total)
{
	progress *p = payload;

	(void)path;
	assert_true(done > p->done && done <= total);
	p->done = done;
	p->total = total;
	p->told++;
}

/* Files that are each too small to be told of, and one that is cut for several threads. */
static void
progress__is_of_all_inputs_together(void **state)
{
	static const size_t mib = (size_t)1 << 20, sizes[] = { 6, 6, 6, 18 };
	world *w = *state;
	const char *paths[AC_COUNT(sizes)];
	char *text = malloc(18 * mib), names[AC_COUNT(sizes)][128];

	assert_non_null(text);
	memset(text, '\n', 18 * mib);
	put_row(w, AC_VALUE_DOMAIN, "evil.example");
	open_index(w);
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%s/%zu.log", w->folder, i);
		write_file(names[i], (ac_str){ text, sizes[i] * mib });
		paths[i] = names[i];
	}
	for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
		progress p = { 0 };
		ac_watch_run_options options = {
			.jobs = jobs, .part_bytes = mib, .sink = { on_hit, NULL, &p }, .on_progress = on_progress
		};

		assert_int_equal(ac_watch_run(w->index, paths, AC_COUNT(sizes), &options, &w->totals, &w->err), 0);
		assert_int_equal(p.told, 4); /* each 8 MiB of 36 */
		assert_int_equal(p.total, 36 * mib);
		assert_true(p.done >= 32 * mib);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    index__is_built_once_and_again_when_the_store_has_moved_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(index__lives_in_memory_where_it_cannot_be_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(watching_again__changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(log_that_grew__updates_its_sightings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(same_content_in_another_file__is_another_input, set_up, tear_down),
		cmocka_unit_test_setup_teardown(troubles__are_reported_and_the_rest_is_watched, set_up, tear_down),
		cmocka_unit_test_setup_teardown(progress__is_of_all_inputs_together, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
