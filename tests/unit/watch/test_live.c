/* SPDX-License-Identifier: Apache-2.0 */
/* Overlays say what an index made anew would say, and an index is replaced under readers without a record lost. */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

#include "base/limits.h"
#include "watch/index_build.h"
#include "watch/live.h"
#include "watch/watch.h"

#define VALUES 600
#define READERS 3
#define SWAPS 200

typedef struct world {
	char folder[64], path[96];
	ac_store *store;
	int64_t source;
	ac_time now;
	accord_err err;
} world;

static const ac_hash_seed salt = { { 5, 6 } };

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
	w->now = (ac_time){ 1700000000, 0 };
	options.now_payload = &w->now;
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-live-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	(void)snprintf(w->path, sizeof(w->path), "%s/watch.index", w->folder);
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

	ac_store_close(w->store);
	while (dir && (entry = readdir(dir)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(w->folder);
	free(w);
	return 0;
}

/* Rows "hostN.example", from `from` on. */
static void
put_rows(world *w, unsigned from, unsigned to, ac_time until)
{
	ac_put_result result;

	assert_int_equal(ac_store_begin(w->store, &w->err), 0);
	assert_int_equal(ac_store_source(w->store, AC_S("ally.example"), &w->source, &w->err), 0);
	for (unsigned i = from; i < to; i++) {
		char text[64];
		ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = until, .confidence = -1 };

		(void)snprintf(text, sizeof(text), "host%u.example", i);
		row.value = (ac_value){ .type = AC_VALUE_DOMAIN, .text = ac_str_from(text) };
		row.exact = row.value.text;
		assert_int_equal(ac_store_put_row(w->store, w->source, &row, &result, &w->err), 0);
	}
	assert_int_equal(ac_store_commit(w->store, &w->err), 0);
}

typedef struct seen {
	unsigned hits, held;
	uint64_t ids; /* sum of the characters of all ids */
} seen;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	seen *s = payload;

	(void)err;
	s->hits++;
	for (size_t i = 0; i < hit->indicator_count; i++)
		for (size_t c = 0; c < hit->indicators[i].id.n; c++)
			s->ids = s->ids * 31 + (unsigned char)hit->indicators[i].id.p[c];
	return 0;
}

static int
on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	(void)held;
	(void)err;
	((seen *)payload)->held++;
	return 0;
}

static seen
scan(const ac_index *index, unsigned to)
{
	seen s = { 0 };
	ac_watch_sink sink = { on_hit, on_held, &s };
	ac_watch *watch = ac_watch_open(index, AC_S("x"), (ac_time){ 1700000000, 0 }, &sink);
	accord_err err = { 0 };
	char line[64];

	assert_non_null(watch);
	for (unsigned i = 0; i < to; i++) {
		(void)snprintf(line, sizeof(line), "x host%u.example y\n", i);
		assert_int_equal(ac_watch_feed(watch, ac_str_from(line), &err), 0);
	}
	assert_int_equal(ac_watch_end(watch, &err), 0);
	ac_watch_close(watch);
	return s;
}

static void
overlay__says_what_a_new_index_says(void **state)
{
	world *w = *state;
	ac_index *base = NULL, *both = NULL, *again = NULL, *whole = NULL;
	bool built;
	seen a, b;

	put_rows(w, 0, VALUES, AC_TIME_MAX);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &base, &built, &w->err), 0);
	assert_true(built && !base->overlay.header);
	put_rows(w, VALUES, VALUES + 5, AC_TIME_MAX);
	put_rows(w, 3, 6, (ac_time){ 1600000000, 0 });
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &both, &built, &w->err), 0);
	assert_true(built && both->overlay.header);
	assert_int_equal(both->overlay.tomb_count, 3);
	assert_int_equal(ac_index_indicator_count(both), VALUES + 5);
	/* The base may go first. */
	base = ac_index_close(base);
	a = scan(both, VALUES + 9);
	assert_int_equal(a.hits, VALUES + 2);
	assert_int_equal(a.held, 3);
	/* The overlay's file is found again. */
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &again, &built, &w->err), 0);
	assert_true(!built && again->overlay.header);
	again = ac_index_close(again);
	(void)unlink(w->path);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &whole, &built, &w->err), 0);
	assert_true(built && !whole->overlay.header);
	b = scan(whole, VALUES + 9);
	assert_int_equal(b.hits, a.hits);
	assert_int_equal(b.held, a.held);
	assert_true(a.ids == b.ids);
	assert_int_equal(ac_index_indicator_count(whole), VALUES + 5);
	ac_index_close(both);
	ac_index_close(whole);
}

static void
much_that_is_new__makes_the_index_anew(void **state)
{
	world *w = *state;
	ac_index *index = NULL;

	put_rows(w, 0, VALUES, AC_TIME_MAX);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &index, NULL, &w->err), 0);
	index = ac_index_close(index);
	put_rows(w, VALUES, VALUES + VALUES / 10, AC_TIME_MAX);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &index, NULL, &w->err), 0);
	assert_null(index->overlay.header);
	assert_int_equal(ac_index_indicator_count(index), VALUES + VALUES / 10);
	ac_index_close(index);
}

static void
overlay__of_another_base_or_altered_is_refused(void **state)
{
	world *w = *state;
	ac_index *base = NULL, *other = NULL, *both = NULL;
	ac_index_builder *b;
	char *image, *copy;
	size_t n;

	put_rows(w, 0, VALUES, AC_TIME_MAX);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &base, NULL, &w->err), 0);
	b = ac_index_builder_open(salt, 9);
	assert_non_null(b);
	assert_int_equal(ac_index_finish(b, &other, &w->err), 0);
	b = ac_index_builder_close(b);
	b = ac_index_builder_open(salt, 10);
	assert_non_null(b);
	ac_index_build_over(b, other);
	assert_int_equal(ac_index_add_tomb(b, AC_S("x"), false, &w->err), 0);
	assert_int_equal(ac_index_image(b, &image, &n, &w->err), 0);
	assert_int_equal(ac_index_lay_over_owned(base, image, n, &both, &w->err), ACCORD_EINPUT);
	for (size_t at = 0; at < n; at++) {
		copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, image, n);
		copy[at] ^= 0x10;
		assert_int_equal(ac_index_lay_over_owned(other, copy, n, &both, &w->err), ACCORD_EINPUT);
		free(copy);
	}
	assert_int_equal(ac_index_lay_over_owned(other, image, n, &both, &w->err), 0);
	ac_index_close(both);
	ac_index_close(other);
	ac_index_close(base);
	ac_index_builder_close(b);
}

/* An index in memory of one domain, "GENERATION.example". */
static ac_index *
index_of(int64_t generation)
{
	ac_index_indicator who = {
		.id = AC_S("x"), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .producer = AC_S("ally.example")
	};
	ac_index_builder *b = ac_index_builder_open(salt, generation);
	ac_value value = { .type = AC_VALUE_DOMAIN };
	ac_index *index = NULL;
	accord_err err = { 0 };
	char text[32];

	assert_non_null(b);
	(void)snprintf(text, sizeof(text), "g%lld.example", (long long)generation);
	value.text = ac_str_from(text);
	assert_int_equal(ac_index_add_value(b, &who, &value, &err), 0);
	assert_int_equal(ac_index_finish(b, &index, &err), 0);
	ac_index_builder_close(b);
	return index;
}

static void
large_blocks__warm_an_index_before_they_are_scanned_with_it(void **state)
{
	const ac_index *first, *index, *coming;
	ac_live_index *live = ac_live_open(index_of(1), 1);
	size_t warmed = 0;

	(void)state;
	assert_non_null(live);
	first = ac_live_go_on(live, 0, AC_WATCH_BLOCK, 1, &coming);
	assert_true(first == ac_live_current(live) && !coming);
	ac_live_publish(live, index_of(2));
	while ((index = ac_live_go_on(live, 0, AC_LIVE_SMALL, 2, &coming)) == first) {
		assert_true(coming == ac_live_current(live));
		/* Both are held. */
		assert_int_equal(ac_live_retired(live), 1);
		warmed += AC_LIVE_SMALL;
	}
	assert_int_equal(warmed, AC_LIVE_WARM_BYTES);
	assert_true(index == ac_live_current(live) && !coming);
	assert_int_equal(ac_live_retired(live), 0);
	ac_live_leave(live, 0);
	ac_live_close(live);
}

static void
small_blocks__are_scanned_with_a_new_index_at_once(void **state)
{
	const ac_index *first, *coming;
	ac_live_index *live = ac_live_open(index_of(1), 1);

	(void)state;
	assert_non_null(live);
	first = ac_live_go_on(live, 0, 100, 1, &coming);
	ac_live_publish(live, index_of(2));
	assert_true(ac_live_go_on(live, 0, AC_LIVE_SMALL - 1, 1, &coming) == ac_live_current(live));
	assert_null(coming);
	/* Also while large ones warm it. */
	ac_live_publish(live, index_of(3));
	first = ac_live_go_on(live, 0, AC_WATCH_BLOCK, 1, &coming);
	assert_true(first != ac_live_current(live) && coming == ac_live_current(live));
	assert_true(ac_live_go_on(live, 0, 100, 1, &coming) == ac_live_current(live));
	assert_null(coming);
	assert_int_equal(ac_live_retired(live), 0);
	ac_live_leave(live, 0);
	ac_live_close(live);
}

static void
a_new_index__waits_no_longer_than_it_may(void **state)
{
	const ac_index *first, *coming;
	ac_live_index *live = ac_live_open(index_of(1), 1);

	(void)state;
	assert_non_null(live);
	first = ac_live_go_on(live, 0, AC_WATCH_BLOCK, 1, &coming);
	ac_live_publish(live, index_of(2));
	assert_true(ac_live_go_on(live, 0, AC_WATCH_BLOCK, 10, &coming) == first);
	/* Others that come meanwhile make it wait no longer. Those that are not warmed any more go, when the reader has asked again. */
	ac_live_publish(live, index_of(3));
	assert_int_equal(ac_live_retired(live), 2);
	assert_true(ac_live_go_on(live, 0, AC_WATCH_BLOCK, 10 + AC_LIVE_WARM_S / 2, &coming) == first);
	assert_true(coming == ac_live_current(live));
	assert_int_equal(ac_live_retired(live), 1);
	assert_true(
	    ac_live_go_on(live, 0, AC_WATCH_BLOCK, 10 + AC_LIVE_WARM_S * 1.01, &coming) == ac_live_current(live));
	assert_null(coming);
	assert_int_equal(ac_live_retired(live), 0);
	/* Who leaves holds nothing. */
	ac_live_publish(live, index_of(4));
	(void)ac_live_go_on(live, 0, AC_WATCH_BLOCK, 20, &coming);
	ac_live_leave(live, 0);
	ac_live_publish(live, index_of(5));
	assert_int_equal(ac_live_retired(live), 0);
	ac_live_close(live);
}

typedef struct reader {
	ac_live_index *live;
	unsigned number;
	atomic_bool *stop;
	uint64_t rounds, lost;
	uint64_t warmed; /* rounds with an index that comes */
} reader;

static const ac_index *
enter(ac_live_index *live, unsigned number)
{
	const ac_index *coming;

	return ac_live_go_on(live, number, 1, 0, &coming);
}

/* The same as read_on, in blocks that are large enough for an index to be warmed with them; the clock is one of rounds. */
static void *
read_much(void *payload)
{
	enum { LINES = 2 * AC_LIVE_SMALL / 16, HOSTS = 10 };
	reader *r = payload;
	seen s = { 0 };
	ac_watch_sink sink = { on_hit, on_held, &s };
	const ac_index *coming;
	ac_watch *watch = ac_watch_open(enter(r->live, r->number), AC_S("x"), (ac_time){ 1700000000, 0 }, &sink);
	accord_err err = { 0 };
	char *text = malloc(32 * LINES);
	size_t n = 0;

	for (unsigned i = 0; i < LINES; i++)
		n += (size_t)snprintf(text + n, 32, "x host%u.example y\n", i % HOSTS);
	while (!atomic_load(r->stop)) {
		unsigned before = s.hits;

		ac_watch_use(
		    watch, ac_live_go_on(r->live, r->number, n, (double)r->rounds * AC_LIVE_WARM_S / 4, &coming));
		ac_watch_expect(watch, coming);
		if (ac_watch_feed(watch, (ac_str){ text, n }, &err) || ac_watch_end(watch, &err))
			r->lost++;
		r->lost += s.hits - before != LINES;
		r->warmed += coming != NULL;
		r->rounds++;
	}
	ac_live_leave(r->live, r->number);
	ac_watch_close(watch);
	free(text);
	return NULL;
}

/* Every index that is published finds host0 to host9. */
static void *
read_on(void *payload)
{
	reader *r = payload;
	seen s = { 0 };
	ac_watch_sink sink = { on_hit, on_held, &s };
	ac_watch *watch = ac_watch_open(enter(r->live, r->number), AC_S("x"), (ac_time){ 1700000000, 0 }, &sink);
	accord_err err = { 0 };
	char text[512];
	size_t n = 0;

	ac_live_leave(r->live, r->number);
	for (unsigned i = 0; i < 10; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "x host%u.example y\n", i);
	while (!atomic_load(r->stop)) {
		unsigned before = s.hits;

		ac_watch_use(watch, enter(r->live, r->number));
		if (ac_watch_feed(watch, (ac_str){ text, n }, &err) || ac_watch_end(watch, &err))
			r->lost++;
		ac_live_leave(r->live, r->number);
		r->lost += 10 - (s.hits - before);
		r->rounds++;
	}
	ac_watch_close(watch);
	return NULL;
}

static void
swapping__loses_nothing(void **state)
{
	world *w = *state;
	reader readers[READERS];
	pthread_t threads[READERS];
	atomic_bool stop = false;
	ac_index *first = NULL;
	ac_live_index *live;
	unsigned swaps = 0;

	put_rows(w, 0, VALUES, AC_TIME_MAX);
	assert_int_equal(ac_watch_index(w->store, w->path, salt, &first, NULL, &w->err), 0);
	live = ac_live_open(first, READERS);
	assert_non_null(live);
	for (unsigned i = 0; i < READERS; i++) {
		readers[i] = (reader){ live, i, &stop, 0, 0, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, i ? read_on : read_much, &readers[i]), 0);
	}
	for (unsigned i = 0; i < SWAPS; i++) {
		bool changed = false;

		if (i % 2 == 0)
			put_rows(w, VALUES + i, VALUES + i + 1, AC_TIME_MAX);
		assert_int_equal(ac_live_refresh(live, w->store, w->path, salt, &changed, &w->err), 0);
		assert_int_equal(changed, i % 2 == 0);
		swaps += changed;
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(readers[i].lost, 0);
		assert_true(readers[i].rounds > 0);
	}
	assert_true(readers[0].warmed > 0);
	assert_int_equal(swaps, SWAPS / 2);
	assert_int_equal(ac_live_retired(live), 0);
	assert_int_equal(scan(ac_live_current(live), VALUES + SWAPS).hits, VALUES + SWAPS / 2);
	ac_live_close(live);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(overlay__says_what_a_new_index_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(much_that_is_new__makes_the_index_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlay__of_another_base_or_altered_is_refused, set_up, tear_down),
		cmocka_unit_test(large_blocks__warm_an_index_before_they_are_scanned_with_it),
		cmocka_unit_test(small_blocks__are_scanned_with_a_new_index_at_once),
		cmocka_unit_test(a_new_index__waits_no_longer_than_it_may),
		cmocka_unit_test_setup_teardown(swapping__loses_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
