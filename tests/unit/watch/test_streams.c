/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of messages: hits tell their message, whatever is scanned together; no allocation failure leaves anything behind. */
#include <unistd.h>

#include "store_fixture.h"
#include "watch_test.h"

#include "fail_malloc.h"
#include "sys/file.h"
#include "watch/streams.h"

static ac_index *
index_with(const char *domain)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 1, 2 } }, 1);
	ac_index_indicator who = { .id = AC_S("indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"),
		.valid_from = AC_TIME_MIN,
		.valid_until = { 1600000000, 0 } };
	ac_value value = { .type = AC_VALUE_DOMAIN, .text = ac_str_from(domain) };
	ac_index *index = NULL;
	accord_err err = { 0 };

	assert_non_null(b);
	assert_int_equal(ac_index_add_value(b, &who, &value, &err), 0);
	assert_int_equal(ac_index_finish(b, &index, &err), 0);
	ac_index_builder_close(b);
	return index;
}

static ac_index *
index_of(void)
{
	return index_with("evil.example");
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "%.*s:%llu+%llu%s;", AC_FMT(hit->file), (unsigned long long)hit->line,
	    (unsigned long long)hit->offset, hit->has_time ? " timed" : "");
	assert_str(ac_str_slice(hit->text, (size_t)(hit->offset - hit->text_offset),
		       (size_t)(hit->offset - hit->text_offset + hit->length)),
	    hit->value);
	return 0;
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "-%.*s:%llu+%llu;", AC_FMT(held->file), (unsigned long long)held->line,
	    (unsigned long long)held->offset);
	return 0;
}

static int
feed(ac_streams *s, int32_t partition, int64_t offset, const char *text, int64_t seconds, accord_err *err)
{
	ac_stream_message m = { AC_S("t"), partition, offset, ac_str_from(text), seconds > 0, { seconds, 0 } };

	return ac_streams_feed(s, &m, err);
}

static void
hits__tell_their_message(void **state)
{
	ac_index *index = index_of(), *again = index_of();
	ac_buf seen;
	ac_watch_run_options options = { .as_of = { 1500000000, 0 },
		.sink = { .on_hit = on_hit, .on_held_back = on_held_back, .payload = &seen } };
	ac_streams *s;
	ac_watch_counts counts;
	accord_err err = { 0 };

	(void)state;
	ac_buf_init(&seen, AC_MIB);
	s = ac_streams_open(index, &options);
	assert_non_null(s);
	assert_int_equal(feed(s, 0, 7, "x evil.example", 1599999999, &err), 0);
	assert_int_equal(feed(s, 0, 8, "", 0, &err), 0);
	assert_int_equal(feed(s, 0, 9, "two\n\nevil.example\n", 0, &err), 0);
	/* The instant at which the indicator holds no more is this message's. */
	assert_int_equal(feed(s, 0, 12, "a evil.example", 1600000000, &err), 0);
	assert_int_equal(feed(s, 1, 3, "other", 0, &err), 0);
	assert_int_equal(feed(s, 1, 4, "evil.example", 0, &err), 0);
	assert_int_equal(ac_streams_scan(s, &err), 0);
	assert_str(
	    ac_buf_view(&seen), AC_S("kafka:t/0/7:1+2 timed;kafka:t/0/9:3+5;-kafka:t/0/12:1+2;kafka:t/1/4:1+0;"));
	ac_buf_reset(&seen);
	assert_int_equal(ac_streams_swap(s, again, NULL, &err), 0);
	index = ac_index_close(index);
	assert_int_equal(feed(s, 1, 5, "evil.example", 0, &err), 0);
	/* What was not scanned goes with its stream. */
	assert_int_equal(feed(s, 0, 13, "evil.example", 0, &err), 0);
	ac_streams_end(s, AC_S("t"), 0);
	ac_streams_end(s, AC_S("u"), 0);
	assert_int_equal(ac_streams_scan(s, &err), 0);
	assert_str(ac_buf_view(&seen), AC_S("kafka:t/1/5:1+0;"));
	ac_streams_count(s, &counts);
	assert_int_equal(counts.hits, 4);
	assert_int_equal(counts.held_back, 1);
	assert_null(ac_streams_close(s));
	ac_index_close(again);
	ac_buf_done(&seen);
}

/* Each message is judged by one index, also while parts of it are looked at with the one that comes. */
static void
index__that_comes_says_nothing_until_it_is_taken(void **state)
{
	ac_index *index = index_of(), *coming = index_with("new.example");
	ac_buf seen;
	ac_watch_run_options options = { .as_of = { 1500000000, 0 },
		.sink = { .on_hit = on_hit, .on_held_back = on_held_back, .payload = &seen } };
	ac_streams *s = ac_streams_open(index, &options);
	static char long_text[AC_WATCH_BLOCK];
	accord_err err = { 0 };

	(void)state;
	ac_buf_init(&seen, AC_MIB);
	memset(long_text, '.', sizeof(long_text) - 1);
	memcpy(long_text, AC_S("new.example evil.example ").p, 25);
	assert_non_null(s);
	assert_int_equal(feed(s, 0, 7, "new.example", 0, &err), 0);
	ac_streams_expect(s, coming);
	assert_int_equal(feed(s, 0, 8, long_text, 0, &err), 0);
	assert_int_equal(feed(s, 1, 9, long_text, 0, &err), 0);
	assert_int_equal(ac_streams_scan(s, &err), 0);
	assert_str(ac_buf_view(&seen), AC_S("kafka:t/0/8:1+12;kafka:t/1/9:1+12;"));
	ac_buf_reset(&seen);
	assert_int_equal(ac_streams_swap(s, coming, NULL, &err), 0);
	index = ac_index_close(index);
	assert_int_equal(feed(s, 0, 10, long_text, 0, &err), 0);
	assert_int_equal(ac_streams_scan(s, &err), 0);
	assert_str(ac_buf_view(&seen), AC_S("kafka:t/0/10:1+0;"));
	ac_streams_close(s);
	ac_index_close(coming);
	ac_buf_done(&seen);
}

static void
streams__survive_every_allocation_failure(void **state)
{
	ac_index *index = index_of();

	(void)state;
	for (unsigned long n = 1;; n++) {
		char room[1024];
		ac_buf seen = { .p = room, .capacity = sizeof(room), .limit = sizeof(room) };
		ac_watch_run_options options = { .as_of = { 1500000000, 0 },
			.sink = { .on_hit = on_hit, .payload = &seen } };
		accord_err err = { 0 };
		ac_streams *s;
		int rc = ACCORD_ENOMEM;

		fail_malloc_at(n);
		s = ac_streams_open(index, &options);
		if (s)
			rc = feed(s, 0, 1, "evil.example", 0, &err);
		if (s && !rc)
			rc = ac_streams_scan(s, &err);
		ac_streams_close(s);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		if (rc)
			assert_int_equal(rc, ACCORD_ENOMEM);
	}
	ac_index_close(index);
}

/* A run over messages 1 to 3, which may be the second that sees them. */
static int
run_and_keep(const ac_index *index, fixture *f, accord_err *err)
{
	char room[1024];
	ac_buf seen = { .p = room, .capacity = sizeof(room), .limit = sizeof(room) };
	ac_watch_run_options options = {
		.as_of = { 1500000000, 0 }, .sink = { .on_hit = on_hit, .payload = &seen }, .store = f->store
	};
	ac_sighting_counts counts = { 0 };
	ac_streams *s = ac_streams_open(index, &options);
	int rc = s ? 0 : ACCORD_ENOMEM;

	for (int64_t offset = 1; !rc && offset <= 3; offset++)
		rc = feed(s, 0, offset, "evil.example", 1599990000, err);
	if (!rc)
		rc = ac_streams_scan(s, err);
	if (!rc)
		rc = ac_streams_keep(s, (ac_time){ 1600000000, 0 }, &counts, err);
	ac_streams_close(s);
	return rc;
}

static int
add_count(void *payload, const ac_stored *stored, accord_err *err)
{
	const ac_json *object;
	ac_arena arena;
	int64_t n = 0;
	int rc;

	ac_arena_init(&arena, AC_MIB);
	rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &arena, &object, err);
	if (!rc && ac_str_to_i64(ac_json_text(ac_json_get(object, AC_S("count"))), &n))
		*(int64_t *)payload += n;
	ac_arena_done(&arena);
	return rc;
}

static int64_t
sighted(fixture *f)
{
	ac_arena arena;
	int64_t total = 0;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_store_each(f->store, AC_S("sighting"), 0, &arena, add_count, &total, &f->err), 0);
	ac_arena_done(&arena);
	return total;
}

/* Whatever fails while sightings are kept: all of them or none are, and messages that come again count once. */
static void
sightings__are_kept_whole_or_come_again(void **state)
{
	ac_index *index = index_of();
	unsigned long n;

	(void)state;
	for (n = 1;; n++) {
		bool failed;
		fixture f;
		int rc;

		fixture_open(&f);
		fail_malloc_at(n);
		rc = run_and_keep(index, &f, &f.err);
		failed = fail_malloc_done();
		assert_true(rc == 0 || (failed && rc == ACCORD_ENOMEM));
		assert_true(sighted(&f) == (rc ? 0 : 3));
		assert_int_equal(run_and_keep(index, &f, &f.err), 0);
		assert_int_equal(sighted(&f), 3);
		fixture_close(&f);
		if (!failed)
			break;
	}
	assert_true(n > 20);
	ac_index_close(index);
}

static int
on_answer(void *payload, const ac_retro_answer *a, accord_err *err)
{
	(void)err;
	ac_buf_printf(
	    payload, "%lld-%lld x%llu;", (long long)a->first, (long long)a->last, (unsigned long long)a->count);
	return 0;
}

static bool
wants_name(void *payload, ac_str key)
{
	(void)payload;
	return ac_str_eq(ac_str_slice(key, 1, key.n), AC_S("example.evil"));
}

static int
remove_one(void *payload, const char *path, accord_err *err)
{
	(void)payload;
	(void)err;
	return unlink(path);
}

/* Records without a time are of that of their message. */
static void
streams__are_remembered_at_the_time_of_their_messages(void **state)
{
	static const ac_retro_limits limits = { 4000, 0, 1000 };
	char folder[] = "/tmp/accord-streams-XXXXXX";
	ac_index *index = index_of();
	ac_buf seen, told;
	ac_watch_run_options options = { .as_of = { 1500000000, 0 },
		.sink = { .on_hit = on_hit, .on_held_back = on_held_back, .payload = &seen } };
	ac_retro_sink sink = { wants_name, on_answer, NULL, &told };
	ac_walk_sink removal = { remove_one, NULL, NULL };
	ac_sighting_counts counts = { 0 };
	ac_retro_asked asked;
	ac_streams *s;
	accord_err err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	ac_buf_init(&seen, AC_MIB);
	ac_buf_init(&told, AC_MIB);
	options.retro = ac_retro_open(folder, &limits, (ac_time){ 1600000000, 0 }, (ac_hash_seed){ { 1, 2 } });
	assert_non_null(options.retro);
	s = ac_streams_open(index, &options);
	assert_non_null(s);
	assert_int_equal(feed(s, 0, 7, "x evil.example", 1599990000, &err), 0);
	assert_int_equal(feed(s, 0, 8, "evil.example", 1599990020, &err), 0);
	assert_int_equal(feed(s, 0, 9, "evil.example", 0, &err), 0);
	assert_int_equal(ac_streams_scan(s, &err), 0);
	assert_int_equal(ac_streams_keep(s, (ac_time){ 1600000000, 0 }, &counts, &err), 0);
	assert_int_equal(ac_retro_ask(folder, 0, 20000, &sink, &asked, &err), 0);
	assert_str(ac_buf_view(&told), AC_S("1500000000-1500000000 x1;1599990000-1599990020 x2;"));
	ac_streams_close(s);
	ac_retro_close(options.retro);
	ac_index_close(index);
	assert_int_equal(ac_walk(folder, &removal, &err), 0);
	(void)rmdir(folder);
	ac_buf_done(&seen);
	ac_buf_done(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams__are_remembered_at_the_time_of_their_messages),
		cmocka_unit_test(hits__tell_their_message),
		cmocka_unit_test(index__that_comes_says_nothing_until_it_is_taken),
		cmocka_unit_test(streams__survive_every_allocation_failure),
		cmocka_unit_test(sightings__are_kept_whole_or_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
