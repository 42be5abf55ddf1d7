/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: this test program is executed again as each of the small roles below. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "sys/os.h"
#include "sys/role.h"

enum { KIND_DATA = 7, KIND_DONE = 8, KIND_OTHER = 9 };

/* ---- roles ---- */

static int
role_echo(ac_role_link *link)
{
	ac_frame frame;
	int rc;

	while ((rc = ac_role_link_next(link, &frame, NULL)) == 0)
		if (ac_role_link_send(link, frame, NULL) != 0)
			return 3;
	return rc == 1 ? 0 : 4;
}

/* Answers the first frame and ends. */
static int
role_exit7(ac_role_link *link)
{
	ac_frame frame;

	if (ac_role_link_next(link, &frame, NULL) != 0)
		return 1;
	if (ac_role_link_send(link, (ac_frame){ KIND_DATA, AC_S("last words") }, NULL) != 0 ||
	    ac_role_link_flush(link, NULL) != 0)
		return 1;
	return 7;
}

static int
role_sleep(ac_role_link *link)
{
	(void)link;
	(void)pause();
	return 0;
}

/* Says which descriptors are open, what its environment and limits are. */
static int
role_look(ac_role_link *link)
{
	char text[256];
	int n, open_fds = 0, others = 0;
	char target[64] = { 0 };

	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0) {
			open_fds++;
			others += fd > AC_ROLE_FD;
		}
	(void)!readlink("/proc/self/fd/0", target, sizeof(target) - 1);
	n = snprintf(text, sizeof(text), "fds=%d others=%d stdin=%s home=%s", open_fds, others, target,
	    getenv("HOME") ? "set" : "unset");
	if (ac_role_link_send(link, (ac_frame){ KIND_DONE, { text, (size_t)n } }, NULL) != 0)
		return 1;
	return role_echo(link);
}

/* A head that claims more than a frame may have. */
static int
role_toolarge(ac_role_link *link)
{
	static const unsigned char head[8] = { 0x01, 0x00, 0x00, 0x04, KIND_DATA, 0, 0, 0 };

	(void)link;
	(void)!write(AC_ROLE_FD, head, sizeof(head));
	return role_sleep(link);
}

static int
role_sandboxed(ac_role_link *link)
{
	if (ac_sandbox_enter(AC_SANDBOX_PARSE, NULL) != 0)
		return 5;
	return role_echo(link);
}

static const struct {
	const char *name;
	int (*run)(ac_role_link *link);
} roles[] = {
	{ "echo", role_echo },
	{ "exit7", role_exit7 },
	{ "sleep", role_sleep },
	{ "look", role_look },
	{ "toolarge", role_toolarge },
	{ "sandboxed", role_sandboxed },
};

static int
run_role(const char *name)
{
	ac_role_link *link = ac_role_link_open(AC_ROLE_FD);
	int rc = 99;

	for (size_t i = 0; link && i < AC_COUNT(roles); i++)
		if (strcmp(roles[i].name, name) == 0)
			rc = roles[i].run(link);
	ac_role_link_close(link);
	return rc;
}

/* ---- what the parent hears ---- */

typedef struct heard {
	size_t frames, bytes;
	uint32_t last_kind;
	uint64_t sum;
	char text[256];
	int fail_with;
	ac_role *reenter;
	int reentered;
} heard;

static int
hear(void *payload, ac_frame frame, accord_err *err)
{
	heard *h = payload;

	(void)err;
	h->frames++;
	h->bytes += frame.bytes.n;
	h->last_kind = frame.kind;
	if (frame.bytes.n)
		h->sum += (unsigned char)frame.bytes.p[0] + (unsigned char)frame.bytes.p[frame.bytes.n - 1];
	(void)snprintf(h->text, sizeof(h->text), "%.*s", AC_FMT(ac_str_slice(frame.bytes, 0, 200)));
	if (h->reenter)
		h->reentered = ac_role_send(h->reenter, frame, hear, payload, err);
	return h->fail_with;
}

static ac_role *
start(const char *name)
{
	accord_err err = { 0 };
	ac_role *role = NULL;

	if (ac_role_start(name, false, &role, &err) != 0)
		fail_msg("%s", err.text);
	return role;
}

static void
role__echoes_frames_of_every_size_in_order(void **state)
{
	static const size_t sizes[] = { 0, 1, 8, 4095, 16384, 65536, 131072 - 8, 131073, 524288 - 8, 524288, 1048577 };
	ac_role *role = start("echo");
	char *bytes = malloc(1048577);

	(void)state;
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		heard h = { 0 };

		memset(bytes, (int)i + 1, sizes[i]);
		assert_int_equal(ac_role_send(role, (ac_frame){ (uint32_t)i, { bytes, sizes[i] } }, hear, &h, NULL), 0);
		assert_int_equal(ac_role_wait(role, (uint32_t)i, hear, &h, NULL), 0);
		assert_int_equal(h.frames, 1);
		assert_int_equal(h.bytes, sizes[i]);
		assert_int_equal(h.last_kind, i);
		assert_int_equal(h.sum, sizes[i] ? 2 * (i + 1) : 0);
	}
	free(bytes);
	assert_null(ac_role_stop(role));
}

static void
role__neither_side_blocks_the_other_for_ever(void **state)
{
	enum { PIECE = 256 * 1024, PIECES = 256 }; /* 64 MiB each way */
	ac_role *role = start("echo");
	char *bytes = calloc(1, PIECE);
	heard h = { 0 };

	(void)state;
	for (int i = 0; i < PIECES; i++)
		assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DATA, { bytes, PIECE } }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DONE, AC_S("") }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, NULL), 0);
	assert_int_equal(h.frames, PIECES + 1);
	assert_int_equal(h.bytes, (size_t)PIECE * PIECES);
	free(bytes);
	ac_role_stop(role);
}

static void
role__carries_the_largest_frame_and_refuses_a_larger_one(void **state)
{
	ac_role *role = start("echo");
	char *bytes = calloc(1, AC_FRAME_MAX + 1);
	heard h = { 0 };

	(void)state;
	assert_int_equal(
	    ac_role_send(role, (ac_frame){ KIND_DATA, { bytes, AC_FRAME_MAX + 1 } }, hear, &h, NULL), ACCORD_ELIMIT);
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DATA, { bytes, AC_FRAME_MAX } }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DATA, hear, &h, NULL), 0);
	assert_int_equal(h.bytes, AC_FRAME_MAX);
	free(bytes);
	ac_role_stop(role);
}

static void
role__that_claims_too_large_a_frame_is_refused(void **state)
{
	ac_role *role = start("toolarge");
	accord_err err = { 0 };
	heard h = { 0 };

	(void)state;
	assert_int_equal(ac_role_wait(role, KIND_DATA, hear, &h, &err), ACCORD_ELIMIT);
	assert_string_equal(err.text, "want frames of at most 67108864 bytes between roles, got 67108865");
	assert_int_equal(h.frames, 0);
	assert_int_equal(ac_role_wait(role, KIND_DATA, hear, &h, &err), ACCORD_EIO);
	ac_role_stop(role);
}

static void
wait__leaves_frames_behind_the_awaited_one(void **state)
{
	ac_role *role = start("echo");
	heard h = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(ac_role_send(role, (ac_frame){ i, AC_S("x") }, hear, &h, NULL), 0);
	for (uint32_t i = 0; i < 5; i += 2) {
		assert_int_equal(ac_role_wait(role, i, hear, &h, NULL), 0);
		assert_int_equal(h.frames, i + 1);
	}
	ac_role_stop(role);
}

static void
role__that_exits_is_heard_to_the_end_and_then_named(void **state)
{
	ac_role *role = start("exit7");
	accord_err err = { 0 };
	heard h = { 0 };

	(void)state;
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DATA, AC_S("go") }, hear, &h, &err), 0);
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, &err), ACCORD_EIO);
	assert_string_equal(err.text, "the exit7 role ended: exit status 7");
	assert_string_equal(h.text, "last words");
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DATA, AC_S("go") }, hear, &h, &err), ACCORD_EIO);
	assert_string_equal(err.text, "the exit7 role ended: exit status 7");
	ac_role_stop(role);
}

static void
role__that_is_killed_is_named_with_its_signal(void **state)
{
	ac_role *role = start("sleep");
	accord_err err = { 0 };
	heard h = { 0 };

	(void)state;
	assert_int_equal(kill(ac_role_pid(role), SIGKILL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, &err), ACCORD_EIO);
	assert_string_equal(err.text, "the sleep role ended: signal 9 (Killed)");
	ac_role_stop(role);
}

static void
send__to_a_dead_role_is_an_error_not_a_signal(void **state)
{
	ac_role *role = start("sleep");
	char *bytes = calloc(1, 8 * AC_MIB);
	accord_err err = { 0 };
	heard h = { 0 };

	(void)state;
	assert_int_equal(kill(ac_role_pid(role), SIGKILL), 0);
	/* More than the socket holds: is written to after the end in any case. */
	assert_int_equal(
	    ac_role_send(role, (ac_frame){ KIND_DATA, { bytes, 8 * AC_MIB } }, hear, &h, &err), ACCORD_EIO);
	assert_string_equal(err.text, "the sleep role ended: signal 9 (Killed)");
	free(bytes);
	ac_role_stop(role);
}

static void
stop__kills_a_role_that_does_not_listen(void **state)
{
	ac_role *role = start("sleep");
	pid_t pid = ac_role_pid(role);
	double began = ac_clock_monotonic();

	(void)state;
	assert_null(ac_role_stop(role));
	assert_int_equal(kill(pid, 0), -1);
	assert_true(ac_clock_monotonic() - began < 5);
	assert_null(ac_role_stop(NULL));
}

static void
role__dies_with_its_parent(void **state)
{
	pid_t parent, role_pid = 0;
	int ends[2], status = 0;

	(void)state;
	/* Orphans come to us, not to init. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (parent == 0) {
		ac_role *role = NULL;

		if (ac_role_start("sleep", false, &role, NULL) != 0)
			_exit(1);
		role_pid = ac_role_pid(role);
		(void)!write(ends[1], &role_pid, sizeof(role_pid));
		_exit(0);
	}
	assert_int_equal(read(ends[0], &role_pid, sizeof(role_pid)), sizeof(role_pid));
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(waitpid(role_pid, &status, 0), role_pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void
role__inherits_one_socket_and_nothing_else(void **state)
{
	int extra = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, on purpose */
	ac_role *role;
	heard h = { 0 };

	(void)state;
	assert_int_equal(dup2(extra, 77), 77);
	role = start("look");
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, NULL), 0);
	assert_string_equal(h.text, "fds=4 others=0 stdin=/dev/null home=unset");
	(void)close(extra);
	(void)close(77);
	ac_role_stop(role);
}

static void
role__starts_when_low_descriptors_are_closed(void **state)
{
	int saved_in = fcntl(0, F_DUPFD_CLOEXEC, 20);
	ac_role *role;
	heard h = { 0 };

	(void)state;
	/* Now the socket pair gets number 0. */
	(void)close(0);
	role = start("look");
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, NULL), 0);
	assert_string_equal(h.text, "fds=4 others=0 stdin=/dev/null home=unset");
	ac_role_stop(role);
	if (saved_in >= 0) {
		(void)dup2(saved_in, 0);
		(void)close(saved_in);
	}
}

static void
callback__stops_with_its_code_and_may_not_use_the_role(void **state)
{
	ac_role *role = start("echo");
	heard h = { .fail_with = ACCORD_ELIMIT, .reenter = role };

	(void)state;
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DATA, AC_S("a") }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DATA, hear, &h, NULL), ACCORD_ELIMIT);
	assert_int_equal(h.reentered, ACCORD_EINTERNAL);
	/* The stream is whole: it goes on. */
	h = (heard){ 0 };
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DONE, AC_S("b") }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, NULL), 0);
	assert_string_equal(h.text, "b");
	ac_role_stop(role);
}

static void
role__works_inside_the_sandbox(void **state)
{
	ac_role *role = start("sandboxed");
	heard h = { 0 };
	accord_err err = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(ac_role_send(role, (ac_frame){ i, AC_S("payload") }, hear, &h, &err), 0);
	if (ac_role_wait(role, 99, hear, &h, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(h.frames, 100);
	ac_role_stop(role);
}

/* ---- the role's end, in this process ---- */

static void
link__tells_a_closed_parent_from_a_cut_frame(void **state)
{
	static const struct {
		ac_str bytes;
		int want; /* of the next frame after those that are whole */
	} rows[] = {
		{ AC_S_INIT(""), 1 },
		{ AC_S_INIT("\x02\0\0\0\x07\0\0\0hi"), 1 },
		{ AC_S_INIT("\x02\0\0\0\x07\0\0\0h"), ACCORD_EIO },
		{ AC_S_INIT("\x02\0\0"), ACCORD_EIO },
		{ AC_S_INIT("\x01\0\0\x04\x07\0\0\0h"), ACCORD_ELIMIT },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		int pair[2], rc;
		ac_role_link *link;
		ac_frame frame;

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		link = ac_role_link_open(pair[1]);
		assert_int_equal(write(pair[0], rows[i].bytes.p, rows[i].bytes.n), rows[i].bytes.n);
		(void)close(pair[0]);
		while ((rc = ac_role_link_next(link, &frame, NULL)) == 0) {
			assert_int_equal(frame.kind, 7);
			assert_str(frame.bytes, AC_S("hi"));
		}
		assert_int_equal(rc, rows[i].want);
		assert_null(ac_role_link_close(link));
	}
	assert_null(ac_role_link_close(NULL));
}

static void
link__gathers_small_frames_and_says_when_nobody_listens(void **state)
{
	ac_role_link *link;
	accord_err err = { 0 };
	char *bytes = calloc(1, AC_FRAME_MAX + 1);
	int pair[2];
	char c;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	link = ac_role_link_open(pair[1]);
	assert_int_equal(ac_role_link_send(link, (ac_frame){ 1, AC_S("gathered") }, NULL), 0);
	assert_int_equal(recv(pair[0], &c, 1, MSG_DONTWAIT), -1);
	assert_int_equal(ac_role_link_flush(link, NULL), 0);
	assert_int_equal(recv(pair[0], &c, 1, MSG_DONTWAIT), 1);
	assert_int_equal(c, 8);
	assert_int_equal(ac_role_link_send(link, (ac_frame){ 1, { bytes, AC_FRAME_MAX + 1 } }, NULL), ACCORD_ELIMIT);
	(void)close(pair[0]);
	assert_int_equal(ac_role_link_send(link, (ac_frame){ 1, { bytes, AC_MIB } }, &err), ACCORD_EIO);
	assert_string_equal(err.text, "cannot send to the parent: Broken pipe");
	assert_int_equal(ac_role_link_send(link, (ac_frame){ 1, AC_S("small") }, &err), 0);
	assert_int_equal(ac_role_link_flush(link, &err), ACCORD_EIO);
	ac_role_link_close(link);
	fail_malloc_at(1);
	assert_null(ac_role_link_open(3));
	assert_true(fail_malloc_done());
	free(bytes);
}

/* Many small frames in one direction only: the gathered ones go out when there is no more room for them. */
static void
role__answers_with_many_small_frames(void **state)
{
	ac_role *role = start("echo");
	heard h = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(ac_role_send(role,
				     (ac_frame){ KIND_DATA, AC_S("a frame of about one hundred bytes, of which there "
								 "are so many that they do not fit at once") },
				     hear, &h, NULL),
		    0);
	assert_int_equal(ac_role_send(role, (ac_frame){ KIND_DONE, AC_S("") }, hear, &h, NULL), 0);
	assert_int_equal(ac_role_wait(role, KIND_DONE, hear, &h, NULL), 0);
	assert_int_equal(h.frames, 5001);
	ac_role_stop(role);
}

static void
start__refuses_a_name_that_is_too_long(void **state)
{
	ac_role *role = NULL;

	(void)state;
	assert_int_equal(ac_role_start("a-name-of-more-than-thirty-one-bytes", true, &role, NULL), ACCORD_EUSAGE);
	assert_null(role);
}

static void
start__without_processes_is_an_error(void **state)
{
	struct rlimit old, none;
	accord_err err = { 0 };
	ac_role *role = NULL;
	int rc;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){ 4, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	rc = ac_role_start("echo", false, &role, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(rc, ACCORD_EIO);
	assert_null(role);
}

static void
role__survives_every_allocation_failure(void **state)
{
	ac_role *role = NULL;
	int rc = -1;

	(void)state;
	fail_malloc_at(1);
	rc = ac_role_start("echo", false, &role, NULL);
	assert_true(fail_malloc_done());
	assert_int_equal(rc, ACCORD_ENOMEM);
	assert_null(role);
	/* Not over the start itself: in coverage builds fork and execve allocate, and do not survive. */
	for (unsigned long n = 1; n < 100; n++) {
		heard h = { 0 };

		role = start("echo");
		fail_malloc_at(n);
		rc = ac_role_send(role, (ac_frame){ KIND_DONE, AC_S("x") }, hear, &h, NULL);
		if (!rc)
			rc = ac_role_wait(role, KIND_DONE, hear, &h, NULL);
		ac_role_stop(role);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(role__echoes_frames_of_every_size_in_order),
		cmocka_unit_test(role__neither_side_blocks_the_other_for_ever),
		cmocka_unit_test(role__carries_the_largest_frame_and_refuses_a_larger_one),
		cmocka_unit_test(role__that_claims_too_large_a_frame_is_refused),
		cmocka_unit_test(wait__leaves_frames_behind_the_awaited_one),
		cmocka_unit_test(role__that_exits_is_heard_to_the_end_and_then_named),
		cmocka_unit_test(role__that_is_killed_is_named_with_its_signal),
		cmocka_unit_test(send__to_a_dead_role_is_an_error_not_a_signal),
		cmocka_unit_test(stop__kills_a_role_that_does_not_listen),
		cmocka_unit_test(role__dies_with_its_parent),
		cmocka_unit_test(role__inherits_one_socket_and_nothing_else),
		cmocka_unit_test(role__starts_when_low_descriptors_are_closed),
		cmocka_unit_test(callback__stops_with_its_code_and_may_not_use_the_role),
		cmocka_unit_test(role__works_inside_the_sandbox),
		cmocka_unit_test(link__tells_a_closed_parent_from_a_cut_frame),
		cmocka_unit_test(link__gathers_small_frames_and_says_when_nobody_listens),
		cmocka_unit_test(role__answers_with_many_small_frames),
		cmocka_unit_test(start__refuses_a_name_that_is_too_long),
		cmocka_unit_test(start__without_processes_is_an_error),
		cmocka_unit_test(role__survives_every_allocation_failure),
	};

	if (argc >= 3 && strcmp(argv[1], "--role") == 0)
		return run_role(argv[2]);
	/* There /proc/self/exe is valgrind, which does not execute itself. */
	if (getenv("LD_PRELOAD") && strstr(getenv("LD_PRELOAD"), "vgpreload")) {
		printf("1..0 # SKIP roles cannot be started under valgrind\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
