/* SPDX-License-Identifier: Apache-2.0 */
/* The machine: clock, chance, terminal; and words on standard error. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "sys/log.h"
#include "sys/os.h"

static void
clock__agrees_with_the_system(void **state)
{
	time_t before = time(NULL);
	ac_time now = ac_clock_now();
	double from = ac_clock_monotonic();

	(void)state;
	/* time() reads the coarse clock, which may lag a tick behind. */
	assert_in_range(now.seconds, before, before + 2);
	assert_in_range(now.nanoseconds, 0, 999999999);
	assert_true(ac_clock_monotonic() >= from);
	assert_true(ac_clock_cpu() > 0);
}

static void
peak_rss__grows_with_what_is_touched(void **state)
{
	enum { SIZE = 64 * 1024 * 1024 };
	uint64_t before = ac_peak_rss();
	char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(before > 500000);
	assert_ptr_not_equal(p, MAP_FAILED);
	memset(p, 1, SIZE);
	assert_true(ac_peak_rss() >= before + SIZE / 2);
	(void)munmap(p, SIZE);
}

static void
random__fills_the_bytes(void **state)
{
	unsigned char bytes[4096] = { 0 };
	unsigned zeros = 0;
	ac_hash_seed a = ac_random_seed(), b = ac_random_seed();

	(void)state;
	assert_int_equal(ac_random(bytes, sizeof(bytes), NULL), 0);
	for (size_t i = 0; i < sizeof(bytes); i++)
		zeros += bytes[i] == 0;
	/* 16 expected; 100 has a probability under 1e-40. */
	assert_true(zeros < 100);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

static void
terminal__has_columns(void **state)
{
	struct winsize size = { .ws_col = 123, .ws_row = 20 };
	int fd = posix_openpt(O_RDWR | O_NOCTTY), file = open("/dev/null", O_RDONLY);

	(void)state;
	assert_false(ac_is_terminal(file));
	assert_int_equal(ac_terminal_columns(file), 80);
	(void)close(file);
	if (fd < 0) {
		print_message("# no pseudo-terminal: skipped\n");
		skip();
	}
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	assert_true(ac_is_terminal(fd));
	assert_int_equal(ac_terminal_columns(fd), 123);
	(void)close(fd);
}

/* ---- log ---- */

static char heard[200000];

static int saved_stderr;

/* Standard error goes to a file in memory from here ... */
static int
listen_to_stderr(void)
{
	int fd = memfd_create("stderr", MFD_CLOEXEC);

	saved_stderr = dup(2);
	assert_true(fd >= 0 && saved_stderr >= 0);
	assert_int_equal(dup2(fd, 2), 2);
	return fd;
}

/* ... to here, and is in `heard`. */
static void
stop_listening(int fd)
{
	ssize_t n;

	(void)dup2(saved_stderr, 2);
	(void)close(saved_stderr);
	n = pread(fd, heard, sizeof(heard) - 1, 0);
	(void)close(fd);
	assert_true(n >= 0);
	heard[n] = '\0';
}

static void
log__writes_the_name_and_a_line(void **state)
{
	int fd = listen_to_stderr();

	(void)state;
	ac_log("%d things", 3);
	ac_log_name("accord learn");
	ac_log("done");
	stop_listening(fd);
	assert_string_equal(heard, "accord: 3 things\naccord learn: done\n");
}

static void
log_error__says_the_place_as_far_as_it_is_known(void **state)
{
	accord_err bare = { .code = ACCORD_EIO, .text = "cannot read: Is a directory" };
	accord_err named = { .code = ACCORD_EIO, .text = "a.json: cannot open: Permission denied" };
	accord_err placed = { .code = ACCORD_EINPUT, .line = 812, .column = 17, .text = "not JSON: want ','" };
	int fd;

	(void)state;
	ac_log_name("accord watch");
	fd = listen_to_stderr();
	ac_log_error(NULL, &bare);
	ac_log_error("a.json", &bare);
	ac_log_error("a.json", &named); /* not twice */
	ac_log_error("eve.json", &placed);
	ac_log_error(NULL, &placed);
	stop_listening(fd);
	assert_string_equal(heard, "accord watch: cannot read: Is a directory\n"
				   "accord watch: a.json: cannot read: Is a directory\n"
				   "accord watch: a.json: cannot open: Permission denied\n"
				   "accord watch: eve.json:812:17: not JSON: want ','\n"
				   "accord watch: 812:17: not JSON: want ','\n");
}

static void
log__shows_hostile_bytes(void **state)
{
	int fd;

	(void)state;
	ac_log_name("accord");
	fd = listen_to_stderr();
	ac_log("%s", "a\x1b[31mred\nnext");
	stop_listening(fd);
	assert_null(strchr(heard, '\x1b'));
	/* One line, whatever was in the text. */
	assert_ptr_equal(strchr(heard, '\n'), heard + strlen(heard) - 1);
	assert_non_null(strcasestr(heard, "\\x1b[31mred"));
}

static void
log__cuts_long_messages(void **state)
{
	char *text = malloc(AC_LOG_LINE_MAX * 2 + 1);
	int fd;

	(void)state;
	memset(text, 1, AC_LOG_LINE_MAX * 2);
	text[AC_LOG_LINE_MAX * 2] = '\0';
	fd = listen_to_stderr();
	ac_log("%s", text);
	stop_listening(fd);
	free(text);
	assert_true(strlen(heard) > AC_LOG_LINE_MAX);
	assert_int_equal(heard[strlen(heard) - 1], '\n');
	assert_null(strstr(heard, "out of memory"));
}

static void
log__keeps_errno_and_survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1; n < 20; n++) {
		int fd = listen_to_stderr();
		bool failed;

		errno = EXDEV;
		fail_malloc_at(n);
		ac_log("text");
		failed = fail_malloc_done();
		assert_int_equal(errno, EXDEV);
		stop_listening(fd);
		assert_string_equal(strchr(heard, ':'), failed ? strchr(heard, ':') : ": text\n");
		assert_int_equal(heard[strlen(heard) - 1], '\n');
		if (!failed)
			return;
		assert_non_null(strstr(heard, "out of memory"));
	}
	fail();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock__agrees_with_the_system),
		cmocka_unit_test(peak_rss__grows_with_what_is_touched),
		cmocka_unit_test(random__fills_the_bytes),
		cmocka_unit_test(terminal__has_columns),
		cmocka_unit_test(log__writes_the_name_and_a_line),
		cmocka_unit_test(log_error__says_the_place_as_far_as_it_is_known),
		cmocka_unit_test(log__shows_hostile_bytes),
		cmocka_unit_test(log__cuts_long_messages),
		cmocka_unit_test(log__keeps_errno_and_survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
