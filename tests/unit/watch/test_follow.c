/* SPDX-License-Identifier: Apache-2.0 */
/* A follower in a process of its own, which a signal ends as it ends the real one: each line is told and counted once over stops, kills, halves of lines and files that go. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "watch_test.h"

#include "base/limits.h"
#include "watch/follow.h"
#include "watch/live.h"
#include "watch/rate.h"

typedef struct world {
	wt t;
	char folder[64], logs[80], log[96], rotated[112];
	ac_time now;
	unsigned line_wait_s;
	/* of a session */
	unsigned hits, wanted, alarm_s, calls;
	int signal;
	uint64_t rate; /* bytes a second; 0: no ceiling */
	bool has_no_store;
	void (*before_block)(struct world *w); /* what writers do meanwhile; or NULL */
	const ac_index *coming;                /* that large blocks are to warm, and small ones scanned with; or NULL */
} world;

static ac_time
clock_of(void *payload)
{
	return ((const world *)payload)->now;
}

static ac_store *
open_store(world *w)
{
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = clock_of, .now_payload = w, .seed = { { 1, 2 } }
	};
	accord_err err = { 0 };
	ac_store *store = NULL;

	if (ac_store_open(w->folder, &options, &store, &err))
		fail_msg("%s", err.text);
	return store;
}

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	wt_open(&w->t);
	wt_value(&w->t, "indicator--4c01e4a5-3a11-4d3c-8d3c-4a5a2a6d9a01", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&w->t);
	w->now = (ac_time){ 1700000000, 0 };
	w->line_wait_s = 30;
	w->alarm_s = 2;
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-follow-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	(void)snprintf(w->logs, sizeof(w->logs), "%s/logs", w->folder);
	(void)snprintf(w->log, sizeof(w->log), "%s/app.log", w->logs);
	(void)snprintf(w->rotated, sizeof(w->rotated), "%s.1", w->log);
	assert_int_equal(mkdir(w->logs, 0700), 0);
	ac_store_close(open_store(w));
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "logs/app.log", "logs/app.log.1", "logs/new.log", "logs/old/app.log.1",
		"accord.db", "accord.db-wal", "accord.db-shm", "text.db", "text.db-wal", "text.db-shm" };
	world *w = *state;
	char path[128];

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, names[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/old", w->logs);
	(void)rmdir(path);
	(void)rmdir(w->logs);
	(void)rmdir(w->folder);
	wt_close(&w->t);
	free(w);
	return 0;
}

static void
append_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void
append(world *w, const char *text)
{
	append_to(w->log, text);
}

/* Makes a copy of the log, as what rotates it does before it is cut. */
static void
copy_log(const world *w, const char *to)
{
	static char bytes[AC_MIB];
	int in = open(w->log, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	n = read(in, bytes, sizeof(bytes));
	assert_true(n > 0 && n < (ssize_t)sizeof(bytes));
	assert_int_equal(write(out, bytes, (size_t)n), n);
	(void)close(in);
	(void)close(out);
}

static void
append_lines(world *w, unsigned from, unsigned to)
{
	char line[96];

	for (unsigned i = from; i < to; i++) {
		(void)snprintf(line, sizeof(line), "2023-11-14T00:00:00Z host app: evil.example %u\n", i);
		append(w, line);
	}
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	world *w = payload;

	(void)hit;
	(void)err;
	if (++w->hits == w->wanted)
		(void)raise(w->signal);
	return 0;
}

static void
on_alarm(int number)
{
	(void)number;
	(void)raise(SIGTERM);
}

/* As ac_live_go_on, of which it is asked here whether the follower tells it what it must know. */
static const ac_index *
index_for(void *payload, size_t bytes, const ac_index **out_coming)
{
	world *w = payload;
	bool is_large = bytes >= AC_LIVE_SMALL;

	w->calls++;
	if (w->before_block)
		w->before_block(w);
	*out_coming = is_large ? w->coming : NULL;
	return is_large || !w->coming ? w->t.index : w->coming;
}

/* In the child. */
static _Noreturn void
follow(world *w, const char *path)
{
	ac_watch_run_options run = { .as_of = w->now,
		.store = w->has_no_store ? NULL : open_store(w),
		.seed = { { 5, 6 } },
		.sink = { on_hit, NULL, w } };
	ac_follow_options options = { .run = &run, .now = clock_of, .index = index_for, .line_wait_s = w->line_wait_s };
	ac_watch_totals totals = { 0 };
	accord_err err = { 0 };
	int rc;

	(void)signal(SIGALRM, on_alarm);
	(void)alarm(w->alarm_s);
	run.rate = w->rate ? ac_rate_open(w->rate) : NULL;
	rc = ac_watch_follow(w->t.index, &path, 1, &options, &totals, &err);
	ac_store_close(run.store);
	ac_rate_close(run.rate);
	_exit(rc ? 255 : (int)w->hits);
}

/* Until so many hits were told (0: for two seconds); then the signal. Returns how many were, -1 when it was killed. */
static int
session(world *w, const char *path, unsigned wanted, int number)
{
	pid_t child;
	int status;

	w->hits = w->calls = 0;
	w->wanted = wanted;
	w->signal = number;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		follow(w, path);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
on_sighting(void *payload, const ac_stored *stored, accord_err *err)
{
	const ac_json *object;
	ac_arena arena;
	int64_t count;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_json_parse(stored->object, AC_JSON_LIMITS, &arena, &object, err), 0);
	assert_true(ac_json_i64(ac_json_get(object, AC_S("count")), &count));
	*(int64_t *)payload += count;
	ac_arena_done(&arena);
	return 0;
}

static int
on_cursor(void *payload, int64_t number, ac_str state, accord_err *err)
{
	(void)number;
	(void)state;
	(void)err;
	(*(unsigned *)payload)++;
	return 0;
}

static int64_t
counted(world *w, unsigned *out_cursors)
{
	ac_store *store = open_store(w);
	unsigned cursors = 0;
	int64_t count = 0;
	accord_err err = { 0 };
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	assert_int_equal(ac_store_each(store, AC_S("sighting"), 0, &arena, on_sighting, &count, &err), 0);
	assert_int_equal(ac_store_cursors(store, on_cursor, &cursors, &err), 0);
	ac_arena_done(&arena);
	ac_store_close(store);
	if (out_cursors)
		*out_cursors = cursors;
	return count;
}

static void
follower__goes_on_where_it_stopped(void **state)
{
	world *w = *state;
	unsigned cursors;

	append_lines(w, 0, 10);
	assert_int_equal(session(w, w->log, 10, SIGTERM), 10);
	append_lines(w, 10, 15);
	assert_int_equal(session(w, w->log, 5, SIGTERM), 5);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 0);
	assert_int_equal(counted(w, &cursors), 15);
	assert_int_equal(cursors, 1);
}

static void
kill__repeats_what_was_told_but_counts_it_once(void **state)
{
	world *w = *state;

	append_lines(w, 0, 10);
	assert_int_equal(session(w, w->log, 4, SIGKILL), -1);
	append_lines(w, 10, 12);
	/* rotated while nobody looks */
	assert_int_equal(rename(w->log, w->rotated), 0);
	append_lines(w, 12, 20);
	assert_int_equal(session(w, w->logs, 20, SIGTERM), 20);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 0);
	assert_int_equal(counted(w, NULL), 20);
}

static void
half_a_line__waits_as_long_as_is_asked(void **state)
{
	world *w = *state;

	append(w, "2023-11-14T00:00:00Z host app: evil.example half");
	assert_int_equal(session(w, w->log, 0, SIGTERM), 0);
	w->line_wait_s = 0;
	assert_int_equal(session(w, w->log, 1, SIGTERM), 1);
	append(w, " a line\n2023-11-14T00:00:00Z evil.example\n");
	assert_int_equal(session(w, w->log, 1, SIGTERM), 1);
	assert_int_equal(counted(w, NULL), 2);
}

static void
cursors__of_files_that_are_gone_go_after_a_week(void **state)
{
	world *w = *state;
	unsigned cursors;

	append_lines(w, 0, 3);
	assert_int_equal(session(w, w->log, 3, SIGTERM), 3);
	assert_int_equal(unlink(w->log), 0);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 0);
	w->now.seconds += AC_FOLLOW_KEEP_S - 10;
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 0);
	(void)counted(w, &cursors);
	assert_int_equal(cursors, 1);
	w->now.seconds += 20;
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 0);
	assert_int_equal(counted(w, &cursors), 3);
	assert_int_equal(cursors, 0);
}

/* A log that grows slowly is scanned with what is new at once; of a large block nothing is told by the index that it only warms. */
static void
index__that_comes_is_taken_for_what_trickles(void **state)
{
	enum { LINES = 200, WIDTH = 2 * AC_LIVE_SMALL / LINES };
	static const char line[] = "2023-11-14T00:00:00Z host app: evil.example ";
	static char text[LINES * WIDTH + 1];
	world *w = *state;
	wt after;

	wt_open(&after);
	wt_value(&after, "indicator--4c01e4a5-3a11-4d3c-8d3c-4a5a2a6d9a02", AC_VALUE_DOMAIN, "new.example");
	wt_build(&after);
	w->coming = after.index;
	append(w, "2023-11-14T00:00:00Z host app: new.example\n");
	assert_int_equal(session(w, w->log, 1, SIGTERM), 1);
	memset(text, '.', sizeof(text) - 1);
	for (size_t i = 0; i < LINES; i++) {
		memcpy(text + i * WIDTH, line, sizeof(line) - 1);
		text[(i + 1) * WIDTH - 1] = '\n';
	}
	memcpy(text + sizeof(line) - 1, "new.example ", 12);
	append(w, text);
	assert_int_equal(session(w, w->log, LINES, SIGTERM), LINES);
	wt_close(&after);
}

/* ---- logs that grow faster than they are read ---- */

enum { GROWTHS = 100 };

/* More than is read between two calls; and something else happens after the first. */
static void
grow(world *w)
{
	static char text[40 * AC_KIB + 1];
	char path[112];

	if (w->calls == 1) {
		(void)snprintf(path, sizeof(path), "%s/new.log", w->logs);
		append_to(path, "2023-11-14T00:00:00Z host app: evil.example\n");
	}
	if (w->calls > GROWTHS)
		return;
	memset(text, '.', sizeof(text) - 1);
	for (size_t i = 63; i < sizeof(text) - 1; i += 64)
		text[i] = '\n';
	append(w, text);
	/* What is found from now on is found too late. */
	if (w->calls == GROWTHS && w->hits < 2)
		w->hits = 100;
}

static void
overload__keeps_nothing_from_being_seen(void **state)
{
	world *w = *state;

	w->alarm_s = 8;
	w->rate = 256 * AC_KIB;
	w->before_block = grow;
	append_lines(w, 0, 1);
	/* The first line's hit, then that of the file that came. */
	assert_int_equal(session(w, w->logs, 2, SIGTERM), 2);
}

/* A turn reads less than the line has. */
static void
long_line__is_read_at_a_low_rate(void **state)
{
	static char text[600 * AC_KIB];
	world *w = *state;

	memset(text, '.', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 16, " evil.example\n", 15);
	w->rate = 256 * AC_KIB;
	append(w, text);
	assert_int_equal(session(w, w->log, 0, SIGTERM), 1);
}

/* ---- lines that have no end when it is time to stop ---- */

static void
stop__takes_half_a_line_when_nobody_goes_on_behind_it(void **state)
{
	world *w = *state;

	w->has_no_store = true;
	append(w, "2023-11-14T00:00:00Z host app: evil.example half");
	assert_int_equal(session(w, w->log, 0, SIGTERM), 1);
}

static void
stop__takes_half_a_line_of_a_pipe(void **state)
{
	static const char half[] = "2023-11-14T00:00:00Z host app: evil.example half";
	world *w = *state;
	int fd;

	assert_int_equal(mkfifo(w->log, 0600), 0);
	fd = open(w->log, O_RDWR | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, half, sizeof(half) - 1), sizeof(half) - 1);
	assert_int_equal(session(w, w->log, 0, SIGTERM), 1);
	assert_int_equal(counted(w, NULL), 1);
	(void)close(fd);
}

/* ---- copies ---- */

static void
cut_at_second_block(world *w)
{
	if (w->calls != 2)
		return;
	copy_log(w, w->rotated);
	assert_int_equal(truncate(w->log, 0), 0);
}

/* The last whole line ends where the second window begins, and the log is cut before its place is marked. */
static void
log__that_is_cut_behind_a_window_is_known_in_its_copy(void **state)
{
	enum { WIDTH = 64, LINES = AC_WATCH_BLOCK / WIDTH - 1 };
	static const char line[] = "2023-11-14T00:00:00Z host app: evil.example ";
	static char text[AC_WATCH_BLOCK + 101];
	world *w = *state;

	memset(text, '.', sizeof(text) - 1);
	for (size_t i = 0; i < LINES; i++)
		text[(i + 1) * WIDTH - 1] = '\n';
	memcpy(text, line, sizeof(line) - 1);
	memcpy(text + (LINES - 1) * (size_t)WIDTH, line, sizeof(line) - 1);
	append(w, text);
	w->before_block = cut_at_second_block;
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 2);
	assert_int_equal(counted(w, NULL), 2);
}

/* As logrotate's olddir: neither was read, and the log is yet to be cut. */
static void
copy__in_another_folder_is_known_as_one(void **state)
{
	world *w = *state;
	char path[112];

	w->now.seconds = time(NULL);
	append_lines(w, 0, 30);
	(void)snprintf(path, sizeof(path), "%s/old", w->logs);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/old/app.log.1", w->logs);
	copy_log(w, path);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 30);
	assert_int_equal(truncate(w->log, 0), 0);
	append_lines(w, 30, 35);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 5);
	assert_int_equal(counted(w, NULL), 35);
}

/* The copy has less of the log than was read, and nobody has seen both. */
static void
copy__of_less_than_was_read_is_known_at_the_next_start(void **state)
{
	world *w = *state;
	char aside[112];

	(void)snprintf(aside, sizeof(aside), "%s/new.log", w->logs);
	append_lines(w, 0, 30);
	copy_log(w, aside);
	append_lines(w, 30, 33);
	assert_int_equal(session(w, w->log, 33, SIGTERM), 33);
	assert_int_equal(rename(aside, w->rotated), 0);
	assert_int_equal(truncate(w->log, 0), 0);
	append_lines(w, 33, 38);
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 5);
	assert_int_equal(counted(w, NULL), 38);
}

static void
cut_and_begin(world *w)
{
	w->before_block = NULL;
	assert_int_equal(truncate(w->log, 0), 0);
	append(w, "2023-11-14T00:00:00Z host app: evil.example\n");
}

/* The look has passed by the log before it is cut, and comes to its copy behind that: the log has less than its copy, and what it has is not what was read of it. */
static void
copy__of_a_log_that_was_cut_in_the_same_look_is_known(void **state)
{
	world *w = *state;
	char other[112];

	(void)snprintf(other, sizeof(other), "%s/new.log", w->logs);
	append_lines(w, 0, 30);
	append_to(other, "evil.example\n");
	assert_int_equal(session(w, w->logs, 31, SIGTERM), 31);
	copy_log(w, w->rotated);
	append_to(other, "evil.example\n");
	/* the other log is read in the midst of the look, as there is a file that nobody knows */
	w->before_block = cut_and_begin;
	assert_int_equal(session(w, w->logs, 0, SIGTERM), 2);
	assert_int_equal(counted(w, NULL), 33);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(follower__goes_on_where_it_stopped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kill__repeats_what_was_told_but_counts_it_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_line__waits_as_long_as_is_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(index__that_comes_is_taken_for_what_trickles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cursors__of_files_that_are_gone_go_after_a_week, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overload__keeps_nothing_from_being_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_line__is_read_at_a_low_rate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    stop__takes_half_a_line_when_nobody_goes_on_behind_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stop__takes_half_a_line_of_a_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    log__that_is_cut_behind_a_window_is_known_in_its_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(copy__in_another_folder_is_known_as_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    copy__of_less_than_was_read_is_known_at_the_next_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    copy__of_a_log_that_was_cut_in_the_same_look_is_known, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
