/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a summary: of many more indicators than are shown, the first ones in the order of hits, names and ids. */
#include "app/watch_summary.h"

#include <unistd.h>

#include "../watch/watch_test.h"
#include "codec/json.h"

#define SHOWN 1000

typedef struct indicator {
	char id[64], name[16];
	unsigned hits;
} indicator;

static int
by_hits(const void *a, const void *b)
{
	const indicator *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	return order ? order : strcmp(x->id, y->id);
}

static void
see(ac_watch_summary *s, const indicator *one)
{
	ac_hit_indicator who = {
		.id = ac_str_from(one->id), .name = ac_str_from(one->name), .producer = AC_S("ally.example")
	};
	ac_hit hit = { .indicators = &who, .indicator_count = 1 };

	for (unsigned i = 0; i < one->hits; i++) {
		ac_watch_summary_expect(s, &hit);
		ac_watch_summary_hit(s, &hit);
	}
}

static ac_store *
open_store(char *folder)
{
	ac_store_options options = { .mode = AC_STORE_WRITE, .create = true };
	accord_err err = { 0 };
	ac_store *store;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(ac_store_open(folder, &options, &store, &err), 0);
	return store;
}

static void
remove_store(ac_store *store, const char *folder)
{
	static const char *const names[] = { "accord.db", "accord.db-wal", "accord.db-shm" };

	ac_store_close(store);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

/* The rows of `count` indicators with hits from 1 to `most`, few different names among them. */
static void
check_rows(size_t count, unsigned most)
{
	char folder[] = "/tmp/accord-summary-XXXXXX";
	ac_store *store = open_store(folder);
	ac_watch_summary *s = ac_watch_summary_open(store, (ac_hash_seed){ { 1, 2 } });
	indicator *all = calloc(count, sizeof(*all));
	ac_watch_totals totals = { 0 };
	ac_watch_ended ended = { .totals = &totals };
	const ac_json *read, *rows;
	accord_err err = { 0 };
	uint64_t seed = count;
	ac_json_iter row;
	ac_buf out;
	wt t;

	assert_true(s && all);
	wt_open(&t);
	wt_build(&t);
	ended.index = t.index;
	for (size_t i = 0; i < count; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		all[i].hits = 1 + (unsigned)(seed >> 40) % most;
		(void)snprintf(all[i].name, sizeof(all[i].name), "name %u", (unsigned)(seed >> 33) % 500);
		(void)snprintf(all[i].id, sizeof(all[i].id), "indicator--%016llx", (unsigned long long)seed);
		see(s, &all[i]);
	}
	assert_int_equal(ac_watch_summary_finish(s, &err), 0);
	ac_buf_init(&out, 1 << 24);
	ac_watch_summary_json(s, &ended, &out);
	assert_int_equal(ac_json_parse(ac_buf_view(&out), AC_JSON_LIMITS, &t.arena, &read, &err), 0);
	rows = ac_json_get(read, AC_S("indicators"));
	qsort(all, count, sizeof(*all), by_hits);
	assert_int_equal(ac_json_count(rows), count < SHOWN ? count : SHOWN);
	row = ac_json_iter_of(rows);
	for (size_t i = 0; ac_json_next(&row); i++) {
		assert_str(ac_json_get_string(row.value, AC_S("id")), ac_str_from(all[i].id));
		assert_str(ac_json_get_string(row.value, AC_S("name")), ac_str_from(all[i].name));
	}
	ac_buf_done(&out);
	ac_watch_summary_close(s);
	remove_store(store, folder);
	free(all);
	wt_close(&t);
}

static void
rows__are_the_first_of_all_in_their_order(void **state)
{
	static const size_t counts[] = { 1, 2, 999, 1000, 1001, 1500, 4000 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(counts); i++) {
		check_rows(counts[i], 1);
		check_rows(counts[i], 3);
		check_rows(counts[i], 50);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows__are_the_first_of_all_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
