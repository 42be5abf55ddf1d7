/* SPDX-License-Identifier: Apache-2.0 */
/* Changes in folders are told with their folder and name, pipes that can be read too, and a stop ends the waiting. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail_malloc.h"
#include "test.h"

#include "sys/file.h"
#include "sys/notify.h"
#include "sys/os.h"

typedef struct world {
	char folder[64], other[80], file[96];
	ac_notify *notify;
	/* the last that was told */
	int where;
	char name[64];
	unsigned content, entries, lost;
} world;

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-notify-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	(void)snprintf(w->other, sizeof(w->other), "%s/other", w->folder);
	(void)snprintf(w->file, sizeof(w->file), "%s/a.log", w->other);
	assert_int_equal(mkdir(w->other, 0700), 0);
	w->notify = ac_notify_open(true);
	assert_non_null(w->notify);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	world *w = *state;

	assert_null(ac_notify_close(w->notify));
	(void)unlink(w->file);
	(void)rmdir(w->other);
	(void)rmdir(w->folder);
	free(w);
	return 0;
}

static void
on_change(void *payload, int folder, const char *name, ac_change what)
{
	world *w = payload;

	w->where = folder;
	(void)snprintf(w->name, sizeof(w->name), "%s", name);
	w->content += what == AC_CHANGE_CONTENT;
	w->entries += what == AC_CHANGE_ENTRIES;
	w->lost += what == AC_CHANGE_LOST;
}

static void
wait_for(world *w)
{
	w->content = w->entries = w->lost = 0;
	ac_notify_wait(w->notify, NULL, 0, NULL, 2000, on_change, w);
}

static void
write_to(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x\n", 2), 2);
	(void)close(fd);
}

static void
changes__are_told_with_folder_and_name(void **state)
{
	world *w = *state;
	int folder = ac_notify_add(w->notify, w->folder), other = ac_notify_add(w->notify, w->other);

	assert_int_equal(folder, 0);
	assert_int_equal(other, 1);
	/* The same for the same folder, however it is called. */
	assert_int_equal(ac_notify_add(w->notify, w->other), 1);
	write_to(w->file);
	wait_for(w);
	assert_true(w->entries >= 1 && w->content >= 1);
	assert_int_equal(w->where, other);
	assert_string_equal(w->name, "a.log");
	write_to(w->file);
	wait_for(w);
	assert_true(w->content >= 1);
	assert_int_equal(w->entries, 0);
	assert_int_equal(unlink(w->file), 0);
	wait_for(w);
	assert_true(w->entries >= 1);
	/* What is not there, or no folder, cannot be heard of. */
	assert_true(ac_notify_add(w->notify, w->file) < 0);
	write_to(w->file);
	assert_true(ac_notify_add(w->notify, w->file) < 0);
}

static void
waiting__ends_when_its_time_is_over(void **state)
{
	world *w = *state;
	double began = ac_clock_monotonic(), took;
	ac_notify *blind = ac_notify_open(false);

	ac_notify_wait(w->notify, NULL, 0, NULL, 60, on_change, w);
	assert_non_null(blind);
	/* Without inotify nothing is told, and waiting is sleeping. */
	assert_true(ac_notify_add(blind, w->folder) < 0);
	write_to(w->file);
	ac_notify_wait(blind, NULL, 0, NULL, 60, on_change, w);
	took = ac_clock_monotonic() - began;
	assert_true(took > 0.11 && took < 1.5);
	assert_int_equal(w->content + w->entries + w->lost, 0);
	ac_notify_close(blind);
}

static void
pipes__that_can_be_read_are_told(void **state)
{
	world *w = *state;
	int one[2], two[2], fds[3];
	bool ready[3];

	assert_int_equal(pipe(one), 0);
	assert_int_equal(pipe(two), 0);
	fds[0] = one[0];
	fds[1] = -1; /* it has ended */
	fds[2] = two[0];
	assert_int_equal(write(two[1], "x", 1), 1);
	ac_notify_wait(w->notify, fds, 3, ready, 2000, on_change, w);
	assert_true(!ready[0] && !ready[1] && ready[2]);
	/* The end of a pipe is something to read, too. */
	(void)close(one[1]);
	ac_notify_wait(w->notify, fds, 3, ready, 2000, on_change, w);
	assert_true(ready[0] && !ready[1] && ready[2]);
	(void)close(one[0]);
	(void)close(two[0]);
	(void)close(two[1]);
}

static void
missing_memory__costs_notice_only(void **state)
{
	world *w = *state;
	bool ready[1] = { true };
	int fds[1] = { -1 };

	fail_malloc_at(1);
	assert_null(ac_notify_open(true));
	assert_true(fail_malloc_done());
	fail_malloc_at(1);
	assert_true(ac_notify_add(w->notify, w->folder) < 0);
	assert_true(fail_malloc_done());
	assert_int_equal(ac_notify_add(w->notify, w->folder), 0);
	fail_malloc_at(1);
	ac_notify_wait(w->notify, fds, 1, ready, 10, on_change, w);
	assert_true(fail_malloc_done());
	assert_false(ready[0]);
}

/* Last: there is no way back. */
static void
stop__ends_the_waiting(void **state)
{
	world *w = *state;
	double began = ac_clock_monotonic();

	assert_false(ac_stop_asked());
	ac_stop_catch();
	assert_int_equal(raise(SIGTERM), 0);
	assert_true(ac_stop_asked());
	while (!ac_stop_asked())
		ac_notify_wait(w->notify, NULL, 0, NULL, 5000, on_change, w);
	assert_true(ac_clock_monotonic() - began < 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(changes__are_told_with_folder_and_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waiting__ends_when_its_time_is_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pipes__that_can_be_read_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_memory__costs_notice_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stop__ends_the_waiting, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
