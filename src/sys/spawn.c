/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executing this program again as a role: a fresh address space, one socket and nothing else inherited (after the way of OpenSMTPD's
 * roles). Knows nothing of frames.
 */
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "sys/role.h"

/* Beside the socket, the pipe on which a failed execve tells its errno; execve closes it. */
#define ERRNO_FD (AC_ROLE_FD + 1)
/* Above every descriptor that the child sets. */
#define SAFE_FD 10
/* Half a frame of the usual size stays under way while the other side works. */
#define SOCKET_BUFFER ((int)(1 * AC_MIB))

static const char program[] = "/proc/self/exe";

/* Sanitizers: no leak check (it needs ptrace) and no symbols (they need files) in a role. */
static const char *const role_environment[] = {
#if defined(__SANITIZE_ADDRESS__)
	"ASAN_OPTIONS=detect_leaks=0:symbolize=0",
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	"ASAN_OPTIONS=detect_leaks=0:symbolize=0",
#endif
#endif
	NULL
};

typedef struct channel {
	int ours, theirs;        /* the socketpair */
	int errno_in, errno_out; /* the pipe */
} channel;

static void
close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

static void
close_channel(const channel *c)
{
	close_fd(c->ours);
	close_fd(c->theirs);
	close_fd(c->errno_in);
	close_fd(c->errno_out);
}

/* As large as the system lets us; smaller buffers are only slower. */
static void
enlarge_buffers(int fd)
{
	int size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int
open_channel(channel *c, accord_err *err)
{
	int pair[2], ends[2];

	*c = (channel){ -1, -1, -1, -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return ac_fail(err, ACCORD_EIO, "cannot make a socket pair: %s", ac_errno_text(errno));
	c->ours = pair[0];
	c->theirs = pair[1];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		(void)ac_fail(err, ACCORD_EIO, "cannot make a pipe: %s", ac_errno_text(errno));
		close_channel(c);
		return ACCORD_EIO;
	}
	c->errno_in = ends[0];
	c->errno_out = ends[1];
	enlarge_buffers(c->ours);
	enlarge_buffers(c->theirs);
	return 0;
}

/* In the child, between fork and execve: only calls that are safe there. Leaves 0-2, the socket and the pipe. */
static bool
arrange_descriptors(const channel *c)
{
	int socket_fd = fcntl(c->theirs, F_DUPFD_CLOEXEC, SAFE_FD);
	int errno_fd = fcntl(c->errno_out, F_DUPFD_CLOEXEC, SAFE_FD);
	int null_fd = open("/dev/null", O_RDWR);

	if (socket_fd < 0 || errno_fd < 0 || null_fd < 0)
		return false;
	if (dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0)
		return false;
	if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(null_fd, STDERR_FILENO) < 0)
		return false;
	if (dup2(socket_fd, AC_ROLE_FD) < 0 || dup3(errno_fd, ERRNO_FD, O_CLOEXEC) < 0)
		return false;
	return close_range(ERRNO_FD + 1, ~0U, 0) == 0;
}

static bool
arrange_signals(pid_t parent)
{
	sigset_t none;

	/* Ctrl-C reaches the whole group: the parent decides what becomes of the role. */
	if (signal(SIGINT, SIG_IGN) == SIG_ERR || sigemptyset(&none) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return false;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return false;
	/* The parent may have ended before the line above. */
	return getppid() == parent;
}

__attribute__((noreturn)) static void
become_role(const channel *c, pid_t parent, char *const arguments[])
{
	int errno_fd = c->errno_out, number;

	errno = 0;
	if (arrange_descriptors(c)) {
		errno_fd = ERRNO_FD;
		if (arrange_signals(parent))
			(void)execve(program, arguments, (char *const *)(uintptr_t)role_environment);
	}
	number = errno;
	(void)!write(errno_fd, &number, sizeof(number));
	_exit(127);
}

/* The errno of a failed start; 0 when the program was executed. */
static int
start_errno(int fd)
{
	int number = 0;
	ssize_t got;

	do
		got = read(fd, &number, sizeof(number));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return 0;
	return got == sizeof(number) && number ? number : ECHILD;
}

int
ac_spawn_role(const char *name, bool with_sandbox, pid_t *out_pid, int *out_fd, accord_err *err)
{
	const char *arguments[] = { "accord", "--role", name, with_sandbox ? NULL : "--no-sandbox", NULL };
	pid_t parent = getpid(), pid;
	channel c;
	int rc = open_channel(&c, err), number;

	if (rc)
		return rc;
	pid = fork();
	if (pid == 0)
		become_role(&c, parent, (char *const *)(uintptr_t)arguments);
	number = errno;
	close_fd(c.theirs);
	close_fd(c.errno_out);
	c.theirs = c.errno_out = -1;
	if (pid > 0)
		number = start_errno(c.errno_in);
	close_fd(c.errno_in);
	if (pid > 0 && number == 0) {
		*out_pid = pid;
		*out_fd = c.ours;
		return 0;
	}
	close_fd(c.ours);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	return ac_fail(err, ACCORD_EIO, "cannot start the %s role: %s", name, ac_errno_text(number));
}
