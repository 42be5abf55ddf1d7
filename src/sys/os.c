/* SPDX-License-Identifier: Apache-2.0 */
/* Clock, random bytes and terminal of the machine. Knows nothing of what they are used for. */
#include "sys/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "sys/file.h"

#define COLUMNS_UNKNOWN 80
/* /proc/self/status is about 1.5 KiB. */
#define STATUS_MAX (64 * (size_t)1024)

ac_time
ac_clock_now(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (ac_time){ now.tv_sec, (uint32_t)now.tv_nsec };
}

static double
clock_seconds(clockid_t clock)
{
	struct timespec now = { 0 };

	(void)clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double
ac_clock_monotonic(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

void
ac_sleep(double seconds)
{
	struct timespec t = { .tv_sec = (time_t)seconds };

	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	(void)nanosleep(&t, NULL);
}

unsigned
ac_cpu_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 1 ? (unsigned)n : 1;
}

double
ac_clock_cpu(void)
{
	return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

/* "VmHWM:\t   1234 kB\n" in the text of /proc/self/status. */
static bool
find_high_water(ac_str status, uint64_t *out_bytes)
{
	ac_str label = AC_S("\nVmHWM:"), rest;
	size_t at = ac_str_find(status, label);

	if (at == status.n)
		return false;
	rest = ac_str_slice(status, at + label.n, status.n);
	rest = ac_str_trim(ac_str_slice(rest, 0, ac_str_find_byte(rest, '\n')));
	if (!ac_str_to_u64(ac_str_slice(rest, 0, ac_str_find_byte(rest, ' ')), out_bytes))
		return false;
	return !__builtin_mul_overflow(*out_bytes, (uint64_t)1024, out_bytes);
}

uint64_t
ac_peak_rss(void)
{
	struct rusage usage = { 0 };
	ac_buf status;
	uint64_t bytes = 0;
	bool found;

	/* ru_maxrss survives execve, so that a role would report its parent's size: ask /proc first. */
	ac_buf_init(&status, STATUS_MAX);
	found = ac_file_load("/proc/self/status", STATUS_MAX, &status, NULL) == 0 &&
		find_high_water(ac_buf_view(&status), &bytes);
	ac_buf_done(&status);
	if (found)
		return bytes;
	(void)getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_maxrss * 1024;
}

int
ac_random(void *p, size_t n, accord_err *err)
{
	char *at = p;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ac_fail(err, ACCORD_EIO, "cannot get random bytes: %s", ac_errno_text(errno));
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

ac_hash_seed
ac_random_seed(void)
{
	ac_hash_seed seed;
	ac_time now;

	if (ac_random(&seed, sizeof(seed), NULL) == 0)
		return seed;
	now = ac_clock_now();
	seed.word[0] = (uint64_t)now.seconds ^ (uint64_t)now.nanoseconds << 32;
	seed.word[1] = (uint64_t)getpid() ^ (uint64_t)(ac_clock_cpu() * 1e9) << 20;
	return seed;
}

#define HUGE_PAGE ((size_t)2 << 20)

void *
ac_alloc_table(size_t n)
{
	size_t unit = n < HUGE_PAGE ? 64 : HUGE_PAGE;
	void *p = n > SIZE_MAX - unit ? NULL : aligned_alloc(unit, (n + unit - 1) / unit * unit);

#ifdef MADV_HUGEPAGE
	/* Small pages do as well, only slower. */
	if (p && unit == HUGE_PAGE)
		(void)madvise(p, (n + unit - 1) / unit * unit, MADV_HUGEPAGE);
#endif
	return p;
}

bool
ac_is_terminal(int fd)
{
	return isatty(fd) == 1;
}

int
ac_terminal_passphrase(const char *prompt, ac_buf *buf, accord_err *err)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios shown, hidden;
	ssize_t n;
	char c;

	if (fd < 0 || tcgetattr(fd, &shown) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return ac_fail(err, ACCORD_EIO, "there is no terminal to type a passphrase at");
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	/* Flushing drops what was typed before anything was asked. */
	if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0 || dprintf(fd, "%s", prompt) < 0) {
		(void)tcsetattr(fd, TCSAFLUSH, &shown);
		(void)close(fd);
		return ac_fail(err, ACCORD_EIO, "the terminal cannot hide what is typed");
	}
	do {
		n = read(fd, &c, 1);
		if (n == 1 && c != '\n')
			ac_buf_add_byte(buf, c);
	} while ((n == 1 && c != '\n') || (n < 0 && errno == EINTR));
	(void)tcsetattr(fd, TCSAFLUSH, &shown);
	(void)dprintf(fd, "\n");
	(void)close(fd);
	return n == 1 ? 0 : ac_fail(err, ACCORD_EIO, "the terminal ended before the passphrase did");
}

unsigned
ac_terminal_columns(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return COLUMNS_UNKNOWN;
}
