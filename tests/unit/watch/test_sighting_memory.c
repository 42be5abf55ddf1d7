/* SPDX-License-Identifier: Apache-2.0 */
/* What runs over inputs have sighted, against what the memory of observables finds of the same day. */
#include <stdio.h>
#include <unistd.h>

#include "fail_malloc.h"
#include "test.h"

#include "watch/sighting_memory.h"

#define INDICATOR "indicator--00000001-0000-4000-8000-000000000000"

static ac_time
clock_of(void *payload)
{
	(void)payload;
	return (ac_time){ 1700000000, 0 };
}

typedef struct world {
	char folder[64];
	ac_store *store;
	ac_arena arena;
	accord_err err;
	unsigned n;
} world;

static world *
open_world(void)
{
	static world w;
	ac_store_options options = { .mode = AC_STORE_WRITE, .create = true, .now = clock_of, .seed = { { 1, 2 } } };

	w = (world){ .folder = "/tmp/accord-sighted-XXXXXX" };
	assert_non_null(mkdtemp(w.folder));
	ac_arena_init(&w.arena, (size_t)256 << 20);
	assert_int_equal(ac_store_open(w.folder, &options, &w.store, &w.err), 0);
	return &w;
}

static void
close_world(world *w)
{
	static const char *const names[] = { "accord.db", "accord.db-wal", "accord.db-shm" };
	char path[128];

	ac_store_close(w->store);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(w->folder), 0);
	ac_arena_done(&w->arena);
}

/* A sighting by `producer` of an input, between two hours of a day (from < 0: undated). */
static void
put(world *w, const char *producer, const char *path, int from, int to, unsigned count)
{
	char text[1024], times[128] = "";
	const ac_json *object;
	ac_put_result result;
	ac_record record;
	int64_t source;

	if (from >= 0)
		(void)snprintf(times, sizeof(times),
		    ",\"first_seen\":\"2026-11-20T%02d:00:00.500Z\",\"last_seen\":\"2026-11-20T%02d:00:00.900Z\"", from,
		    to);
	(void)snprintf(text, sizeof(text),
	    "{\"type\":\"sighting\",\"spec_version\":\"2.1\",\"id\":\"sighting--%08x-0000-4000-8000-000000000000\","
	    "\"created\":\"2026-11-20T00:00:00.000Z\",\"modified\":\"2026-11-20T00:00:00.000Z\"%s,\"count\":%u,"
	    "\"sighting_of_ref\":\"" INDICATOR "\",\"x_accord_day\":\"%s\",\"x_accord_input\":\"%s\"}",
	    ++w->n, times, count, from >= 0 ? "2026-11-20" : "undated", path);
	assert_int_equal(ac_json_parse(ac_str_from(text), AC_JSON_LIMITS, &w->arena, &object, &w->err), 0);
	assert_int_equal(ac_record_from_object(object, &w->arena, &record, &w->err), 0);
	assert_int_equal(ac_store_begin(w->store, &w->err), 0);
	assert_int_equal(ac_store_source(w->store, ac_str_from(producer), &source, &w->err), 0);
	assert_int_equal(ac_store_put(w->store, source, &record, &result, &w->err), 0);
	assert_int_equal(ac_store_commit(w->store, &w->err), 0);
}

/* How many of ten, seen between ten and twelve, are known. */
static unsigned
known(world *w, const char *sources)
{
	ac_remembered r = { AC_S(INDICATOR), AC_S("2026-11-20"), ac_str_from(sources), { 0 }, { 0 }, 10 };
	ac_sighted_inputs inputs;
	uint64_t count = 99;

	assert_true(ac_time_parse_loose(AC_S("2026-11-20T10:00:00Z"), &r.first));
	assert_true(ac_time_parse_loose(AC_S("2026-11-20T12:00:00Z"), &r.last));
	ac_sighted_inputs_open(&inputs, w->store);
	assert_int_equal(ac_sighted_inputs_of(&inputs, &r, &count, &w->err), 0);
	ac_sighted_inputs_done(&inputs);
	return (unsigned)count;
}

static void
inputs__take_what_they_have_sighted_of_their_sources(void **state)
{
	world *w = open_world();

	(void)state;
	assert_int_equal(known(w, "a/x.log"), 0);
	put(w, "accord watch", "logs/a/x.1.log.gz", 11, 12, 3);
	assert_int_equal(known(w, "a/x.log"), 3);
	assert_int_equal(known(w, "a/y.log"), 0);
	assert_int_equal(known(w, "b/z.log, a/x.log"), 3);
	assert_int_equal(known(w, "b/z.log, ..."), 3);
	put(w, "accord watch", "a/x.2.log", 11, 12, 2);
	assert_int_equal(known(w, "a/x.log"), 5);
	/* Records without a time may be of any day. */
	put(w, "accord watch", "a/x.3.log", -1, 0, 2);
	assert_int_equal(known(w, "a/x.log"), 7);
	put(w, "accord watch", "a/x.4.log", 11, 12, 2000);
	assert_int_equal(known(w, "a/x.log"), 10);
	close_world(w);
}

/* A file that is watched twice is remembered twice, and sighted once. */
static void
source_sighted_from_first_to_last__leaves_nothing(void **state)
{
	world *w = open_world();

	(void)state;
	put(w, "accord watch", "a/x.log", 10, 12, 1);
	assert_int_equal(known(w, "a/x.log"), 10);
	assert_int_equal(known(w, "a/x.log, a/y.log"), 1);
	assert_int_equal(known(w, "a/x.log, ..."), 1);
	put(w, "accord watch", "a/y.log", 9, 13, 1);
	assert_int_equal(known(w, "a/x.log, a/y.log"), 10);
	close_world(w);
}

static void
sightings_of_others__take_nothing(void **state)
{
	world *w = open_world();

	(void)state;
	put(w, "ally.example", "a/x.log", 10, 12, 10);
	assert_int_equal(known(w, "a/x.log"), 0);
	close_world(w);
}

static void
names_of_sources__are_joined_once_and_bounded(void **state)
{
	ac_arena arena;
	ac_str joined = AC_S("");
	char name[64];

	(void)state;
	ac_arena_init(&arena, (size_t)64 << 20);
	joined = ac_sources_join(joined, AC_S("a/x.log, b/y.log"), &arena);
	joined = ac_sources_join(joined, AC_S("b/y.log, c.log"), &arena);
	assert_str(joined, AC_S("a/x.log, b/y.log, c.log"));
	assert_true(ac_sources_have(joined, AC_S("logs/2026/b/y.3.log")));
	assert_false(ac_sources_have(joined, AC_S("y.log")));
	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof(name), "a/n%cx%c%c.log", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
		joined = ac_sources_join(joined, ac_str_from(name), &arena);
	}
	assert_true(joined.n < AC_SOURCES_MAX + 8);
	assert_true(ac_sources_have(joined, AC_S("any/other.log")));
	ac_arena_done(&arena);
}

static void
asking__survives_every_allocation_failure(void **state)
{
	world *w = open_world();
	ac_remembered r = { AC_S(INDICATOR), AC_S("2026-11-20"), AC_S("a/x.log"), { 0 }, { 0 }, 10 };

	(void)state;
	put(w, "accord watch", "a/x.log", 11, 12, 3);
	assert_int_equal(known(w, "a/x.log"), 3);
	for (unsigned long n = 1;; n++) {
		ac_sighted_inputs inputs;
		uint64_t count = 99;
		int rc;

		ac_sighted_inputs_open(&inputs, w->store);
		fail_malloc_at(n);
		rc = ac_sighted_inputs_of(&inputs, &r, &count, &w->err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			ac_sighted_inputs_done(&inputs);
			break;
		}
		/* SQLite goes on without some of what it would like to have. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && count == 3));
		ac_sighted_inputs_done(&inputs);
	}
	close_world(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inputs__take_what_they_have_sighted_of_their_sources),
		cmocka_unit_test(source_sighted_from_first_to_last__leaves_nothing),
		cmocka_unit_test(sightings_of_others__take_nothing),
		cmocka_unit_test(names_of_sources__are_joined_once_and_bounded),
		cmocka_unit_test(asking__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
