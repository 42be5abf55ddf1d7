/* SPDX-License-Identifier: Apache-2.0 */
/* What the sandbox lets live and what it kills: each act runs in a forked child. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sys/role.h"

static void
act_open(void)
{
	(void)open("/etc/hostname", O_RDONLY);
}

static void
act_openat_write(void)
{
	(void)openat(AT_FDCWD, "accord-sandbox-test", O_WRONLY | O_CREAT, 0600);
}

static void
act_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void
act_execve(void)
{
	char *arguments[] = { (char[]){ "true" }, NULL };

	(void)execve("/bin/true", arguments, NULL);
}

static void
act_fork(void)
{
	(void)fork();
}

static void
act_kill_parent(void)
{
	(void)syscall(SYS_kill, getppid(), SIGTERM);
}

static void
act_tgkill_parent(void)
{
	(void)syscall(SYS_tgkill, 1, 1, 0);
}

static void
act_ptrace(void)
{
	(void)syscall(SYS_ptrace, 0, 0, 0, 0);
}

static void
act_executable_memory(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
act_make_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void
act_stat(void)
{
	(void)access("/etc/passwd", F_OK);
}

static void
act_memory(void)
{
	char *p = malloc(3000000), *q;

	memset(p, 1, 3000000);
	q = realloc(p, 9000000);
	q[8999999] = 2;
	free(q);
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
act_qsort(void)
{
	static int numbers[100000];

	for (int i = 0; i < 100000; i++)
		numbers[i] = (i * 7919) % 100003;
	qsort(numbers, 100000, sizeof(numbers[0]), compare_ints);
}

static void
act_write_stderr(void)
{
	(void)!write(2, "", 0);
	(void)fprintf(stderr, "%s", "");
}

static void
act_abort(void)
{
	abort();
}

static void
act_open_null(void)
{
	/* Not even what is harmless. */
	(void)open("/dev/null", O_RDONLY);
}

#define LIVES 0
static const struct {
	const char *name;
	void (*act)(void);
	int signal; /* LIVES, or what must end the child */
} acts[] = {
	{ "memory", act_memory, LIVES },
	{ "qsort", act_qsort, LIVES },
	{ "stderr", act_write_stderr, LIVES },
	{ "abort", act_abort, SIGABRT },
	{ "open", act_open, SIGSYS },
	{ "open null", act_open_null, SIGSYS },
	{ "create", act_openat_write, SIGSYS },
	{ "socket", act_socket, SIGSYS },
	{ "execve", act_execve, SIGSYS },
	{ "fork", act_fork, SIGSYS },
	{ "kill", act_kill_parent, SIGSYS },
	{ "tgkill", act_tgkill_parent, SIGSYS },
	{ "ptrace", act_ptrace, SIGSYS },
	{ "mmap exec", act_executable_memory, SIGSYS },
	{ "mprotect exec", act_make_executable, SIGSYS },
	{ "access", act_stat, SIGSYS },
};

static bool
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

/* True (and says so) when there is no sandbox to look at. */
static bool
cannot_look(void)
{
	if (under_valgrind())
		print_message("# valgrind does not run seccomp filters: skipped\n");
	if (!ac_sandbox_is_built())
		print_message("# coverage build without a sandbox: skipped\n");
	return under_valgrind() || !ac_sandbox_is_built();
}

/* The wait status of a child that enters the sandbox and acts. 42 means that the sandbox could not be entered. */
static int
run_in_sandbox(void (*act)(void))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		(void)prctl(PR_SET_DUMPABLE, 0);
		if (ac_sandbox_enter(AC_SANDBOX_PARSE, NULL) != 0)
			_exit(42);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
sandbox__kills_what_a_parser_never_needs(void **state)
{
	(void)state;
	if (cannot_look())
		skip();
	for (size_t i = 0; i < AC_COUNT(acts); i++) {
		int status = run_in_sandbox(acts[i].act);

		if (WIFSIGNALED(status) ? WTERMSIG(status) != acts[i].signal
					: acts[i].signal != LIVES || WEXITSTATUS(status) != 0) {
			print_error(
			    "'%s': wait status 0x%x, want signal %d\n", acts[i].name, (unsigned)status, acts[i].signal);
			fail();
		}
	}
}

/* A child inside the sandbox that waits; *out_end is closed to let it go. */
static pid_t
start_waiting_child(int *out_end)
{
	int up[2], down[2];
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(down[1]);
		if (ac_sandbox_enter(AC_SANDBOX_PARSE, NULL) == 0)
			c = 1;
		(void)!write(up[1], &c, 1);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)close(up[1]);
	(void)close(down[0]);
	assert_int_equal(read(up[0], &c, 1), 1);
	(void)close(up[0]);
	assert_int_equal(c, 1);
	*out_end = down[1];
	return pid;
}

/* Whether /proc/PID/status has this line. */
static bool
status_has(pid_t pid, const char *wanted)
{
	char text[256];
	FILE *file;
	bool found = false;

	(void)snprintf(text, sizeof(text), "/proc/%d/status", (int)pid);
	file = fopen(text, "r");
	while (file && fgets(text, sizeof(text), file))
		found |= strcmp(text, wanted) == 0;
	if (file)
		(void)fclose(file);
	return found;
}

static void
sandbox__lowers_the_limits_for_good(void **state)
{
	struct rlimit files = { 9, 9 }, core = { 9, 9 };
	bool has_no_new_privs, has_filter;
	int end, status;
	pid_t pid;

	(void)state;
	if (cannot_look())
		skip();
	pid = start_waiting_child(&end);
	(void)prlimit(pid, RLIMIT_NOFILE, NULL, &files);
	(void)prlimit(pid, RLIMIT_CORE, NULL, &core);
	has_no_new_privs = status_has(pid, "NoNewPrivs:\t1\n");
	has_filter = status_has(pid, "Seccomp:\t2\n");
	(void)close(end);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(files.rlim_max, 4);
	assert_int_equal(core.rlim_max, 0);
	assert_true(has_no_new_privs);
	assert_true(has_filter);
}

/* A kernel without seccomp, as far as the code under test can see. */
static int
forbid_seccomp(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = -1;

	if (!filter)
		return -1;
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0) == 0 &&
	    seccomp_rule_add(
		filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) == 0 &&
	    seccomp_rule_add(
		filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_GET_SECCOMP)) == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

static void
sandbox__fails_closed_without_seccomp(void **state)
{
	accord_err err = { 0 };
	int status, ends[2];
	pid_t pid;

	(void)state;
	if (cannot_look())
		skip();
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (forbid_seccomp() != 0)
			_exit(41);
		err.code = ac_sandbox_enter(AC_SANDBOX_PARSE, &err);
		(void)!write(ends[1], &err, sizeof(err));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(read(ends[0], &err, sizeof(err)), sizeof(err));
	assert_int_equal(err.code, ACCORD_EIO);
	assert_non_null(strstr(err.text, "cannot give up rights: want"));
	assert_non_null(strstr(err.text, "seccomp"));
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* ---- a process that keeps its files ---- */

static void *
return_it(void *payload)
{
	return payload;
}

/* Numbers of what is not as it should be, 0: all is. */
static int
check_kept(const char *folder, const char *elsewhere)
{
	char path[128], other[160], *arguments[] = { (char[]){ "true" }, NULL };
	accord_err err = { 0 };
	pthread_t thread;
	void *back = NULL;
	int fd;

	if (ac_sandbox_keep_files(folder, &err))
		return 1;
	(void)snprintf(path, sizeof(path), "%s/inside", folder);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	(void)snprintf(other, sizeof(other), "%s2", path);
	if (fd < 0 || write(fd, "x", 1) != 1 || rename(path, other) != 0)
		return 2;
	(void)close(fd);
	fd = open("/etc/passwd", O_RDONLY);
	if (fd < 0)
		return 3;
	(void)close(fd);
	if (pthread_create(&thread, NULL, return_it, &fd) || pthread_join(thread, &back) || back != &fd)
		return 4;
	if (execve("/bin/true", arguments, NULL) == 0 || errno != EPERM)
		return 5;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 6;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED || errno != EPERM)
		return 7;
	if (kill(getppid(), 0) == 0 || errno != EPERM || kill(getpid(), 0) != 0)
		return 8;
	/* Landlock may not be there. */
	(void)snprintf(path, sizeof(path), "%s/outside", elsewhere);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 && errno != EACCES)
		return 9;
	return fd < 0 || syscall(444, NULL, (size_t)0, 1u) < 1 ? 0 : 10;
}

static void
who_keeps_files__writes_in_one_folder_and_starts_nothing(void **state)
{
	char folder[] = "/tmp/accord-sandbox-XXXXXX", elsewhere[] = "/tmp/accord-elsewhere-XXXXXX", path[128];
	int status;
	pid_t child;

	(void)state;
	if (!ac_sandbox_is_built())
		skip();
	assert_non_null(mkdtemp(folder));
	assert_non_null(mkdtemp(elsewhere));
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(check_kept(folder, elsewhere));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/inside%s", folder, i ? "2" : "");
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/outside", elsewhere);
	(void)unlink(path);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(rmdir(elsewhere), 0);
}

static void
folder_that_is_not_there__is_told(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (!ac_sandbox_is_built() || syscall(444, NULL, (size_t)0, 1u) < 1)
		skip();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		accord_err err = { 0 };

		_exit(ac_sandbox_keep_files("/tmp/accord-is-not-there", &err) == ACCORD_EIO && err.text[0] ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sandbox__kills_what_a_parser_never_needs),
		cmocka_unit_test(sandbox__lowers_the_limits_for_good),
		cmocka_unit_test(sandbox__fails_closed_without_seccomp),
		cmocka_unit_test(who_keeps_files__writes_in_one_folder_and_starts_nothing),
		cmocka_unit_test(folder_that_is_not_there__is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
