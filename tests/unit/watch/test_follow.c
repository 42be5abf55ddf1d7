/* SPDX-License-Identifier: Apache-2.0 */
/* A follower in a process of its own, which a signal ends as it ends the real one: each line is told and counted once over stops, kills, halves of lines and files that go. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "watch_test.h"

#include "base/limits.h"
#include "watch/follow.h"
#include "watch/live.h"

typedef struct world {
	wt t;
	char folder[64], logs[80], log[96], rotated[112];
	ac_time now;
	unsigned line_wait_s;
	/* of a session */
	unsigned hits, wanted;
	int signal;
	const ac_index *coming; /* that large blocks are to warm, and small ones scanned with; or NULL */
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
	static const char *const names[] = { "logs/app.log", "logs/app.log.1", "accord.db", "accord.db-wal",
		"accord.db-shm", "text.db", "text.db-wal", "text.db-shm" };
	world *w = *state;
	char path[128];

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->logs);
	(void)rmdir(w->folder);
	wt_close(&w->t);
	free(w);
	return 0;
}

static void
append(world *w, const char *text)
{
	int fd = open(w->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
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

	*out_coming = is_large ? w->coming : NULL;
	return is_large || !w->coming ? w->t.index : w->coming;
}

/* In the child. */
static _Noreturn void
follow(world *w, const char *path)
{
	ac_watch_run_options run = {
		.as_of = w->now, .store = open_store(w), .seed = { { 5, 6 } }, .sink = { on_hit, NULL, w }
	};
	ac_follow_options options = { .run = &run, .now = clock_of, .index = index_for, .line_wait_s = w->line_wait_s };
	ac_watch_totals totals = { 0 };
	accord_err err = { 0 };
	int rc;

	(void)signal(SIGALRM, on_alarm);
	(void)alarm(2);
	rc = ac_watch_follow(w->t.index, &path, 1, &options, &totals, &err);
	ac_store_close(run.store);
	_exit(rc ? 255 : (int)w->hits);
}

/* Until so many hits were told (0: for two seconds); then the signal. Returns how many were, -1 when it was killed. */
static int
session(world *w, const char *path, unsigned wanted, int number)
{
	pid_t child;
	int status;

	w->hits = 0;
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(follower__goes_on_where_it_stopped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kill__repeats_what_was_told_but_counts_it_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_line__waits_as_long_as_is_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(index__that_comes_is_taken_for_what_trickles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cursors__of_files_that_are_gone_go_after_a_week, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
