/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's end of a role: starting it, talking to it, and knowing why it ended. Never blocks on writing alone: a role that is
 * busy sending would wait for us while we wait for it. Knows nothing of what frames mean.
 */
#include "sys/role.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "sys/frame.h"
#include "sys/spawn.h"

#define NAME_SIZE 32
#define REASON_SIZE 64

struct ac_role {
	char name[NAME_SIZE];
	char reason[REASON_SIZE]; /* why it ended, once it has */
	pid_t pid;                /* -1 when it has been waited for */
	int fd;
	ac_frame_inbox inbox;
	bool in_callback;
	bool broken; /* a frame was cut: nothing more can be said */
};

/* Set when a frame of the awaited kind has been handed over. */
typedef struct wait_for {
	bool any; /* false: nothing in particular is awaited */
	uint32_t kind;
	bool seen;
} wait_for;

typedef struct receiver {
	ac_on_frame on_frame;
	void *payload;
	wait_for wait;
} receiver;

int
ac_role_start(const char *name, bool with_sandbox, ac_role **out_role, accord_err *err)
{
	ac_role *role;
	int rc;

	if (strlen(name) >= NAME_SIZE)
		return ac_fail(err, ACCORD_EUSAGE, "want a role's name under %d bytes, got '%s'", NAME_SIZE, name);
	role = calloc(1, sizeof(*role));
	if (!role)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	memcpy(role->name, name, strlen(name) + 1);
	rc = ac_spawn_role(role->name, with_sandbox, &role->pid, &role->fd, err);
	if (rc) {
		free(role);
		return rc;
	}
	*out_role = role;
	return 0;
}

static void
describe_end(ac_role *role, int status, bool killed)
{
	const char *words;

	if (killed) {
		(void)snprintf(role->reason, sizeof(role->reason), "closed its socket, was killed");
	} else if (WIFSIGNALED(status)) {
		words = sigdescr_np(WTERMSIG(status));
		(void)snprintf(
		    role->reason, sizeof(role->reason), "signal %d (%s)", WTERMSIG(status), words ? words : "unknown");
	} else {
		(void)snprintf(role->reason, sizeof(role->reason), "exit status %d", WEXITSTATUS(status));
	}
}

/* waitpid, over and over until the process has ended or the time is up: 0 then. */
static pid_t
wait_a_while(pid_t pid, int *out_status)
{
	static const struct timespec pause = { 0, 1000000 };
	pid_t got = 0;

	for (int ms = 0; ms < AC_ROLE_END_MS && got == 0; ms++) {
		got = waitpid(pid, out_status, WNOHANG);
		if (got == 0)
			(void)nanosleep(&pause, NULL);
	}
	return got;
}

/* Wait for the process, kill it when it takes too long, and keep the reason of its end. */
static void
reap(ac_role *role)
{
	bool killed = false;
	int status = 0;
	pid_t got;

	if (role->pid < 0)
		return;
	got = wait_a_while(role->pid, &status);
	if (got == 0) {
		killed = kill(role->pid, SIGKILL) == 0;
		do
			got = waitpid(role->pid, &status, 0);
		while (got < 0 && errno == EINTR);
	}
	/* Someone else may have waited for it (SIGCHLD ignored): then nobody knows why. */
	if (got == role->pid)
		describe_end(role, status, killed);
	else
		(void)snprintf(role->reason, sizeof(role->reason), "for an unknown reason");
	role->pid = -1;
}

static int
fail_ended(ac_role *role, accord_err *err)
{
	role->broken = true;
	reap(role);
	return ac_fail(err, ACCORD_EIO, "the %s role ended: %s", role->name, role->reason);
}

/* Hand over whole frames of the inbox; 0 when it has none left, 1 when the awaited one was among them. */
static int
dispatch(ac_role *role, receiver *to, accord_err *err)
{
	ac_frame frame;
	int rc;

	while (!to->wait.seen) {
		rc = ac_frame_take(&role->inbox, &frame, err);
		if (rc < 0)
			role->broken = true;
		if (rc)
			return rc < 0 ? rc : 0;
		role->in_callback = true;
		rc = to->on_frame(to->payload, frame, err);
		role->in_callback = false;
		if (rc < 0)
			return rc;
		to->wait.seen = to->wait.any && frame.kind == to->wait.kind;
	}
	return 0;
}

/* What has come, into the inbox: 0, 1 when nothing has, ACCORD_EIO at the end. */
static int
receive(ac_role *role, accord_err *err)
{
	ac_frame_inbox *in = &role->inbox;
	ssize_t got;
	int rc = ac_frame_make_room(in, err);

	if (rc)
		return rc;
	do
		got = recv(role->fd, in->p + in->end, in->capacity - in->end, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return 1;
	if (got <= 0)
		return fail_ended(role, err);
	in->end += (size_t)got;
	return 0;
}

/* Receive and hand over until nothing more is there (or the awaited frame came). */
static int
drain(ac_role *role, receiver *to, accord_err *err)
{
	int rc = dispatch(role, to, err);

	while (!rc && !to->wait.seen) {
		rc = receive(role, err);
		if (rc)
			break;
		rc = dispatch(role, to, err);
	}
	return rc < 0 ? rc : 0;
}

/* Wait until the socket can be read (or written, when wanted). */
static int
wait_ready(ac_role *role, short events, short *out_ready, accord_err *err)
{
	struct pollfd p = { .fd = role->fd, .events = events };
	int n, silences = 0;

	do {
		n = poll(&p, 1, AC_ROLE_SILENCE_MS);
		silences += n == 0;
	} while ((n < 0 && errno == EINTR) || (n == 0 && silences < 2));
	if (n > 0) {
		*out_ready = p.revents;
		return 0;
	}
	(void)kill(role->pid, SIGKILL);
	reap(role);
	role->broken = true;
	return ac_fail(err, ACCORD_EIO, "the %s role was silent for %d seconds and was ended", role->name,
	    2 * AC_ROLE_SILENCE_MS / 1000);
}

/* Write what the socket takes of head and bytes, beginning at `at`. Returns bytes, 0 when it is full, -1 when it is closed. */
static ssize_t
write_part(const ac_role *role, const char *head, ac_str bytes, size_t at)
{
	size_t head_done = at < AC_FRAME_HEAD_SIZE ? at : AC_FRAME_HEAD_SIZE, body_done = at - head_done;
	struct iovec parts[2] = { { (char *)(uintptr_t)head + head_done, AC_FRAME_HEAD_SIZE - head_done },
		{ bytes.n ? (char *)(uintptr_t)bytes.p + body_done : NULL, bytes.n - body_done } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t put;

	do
		put = sendmsg(role->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (put < 0 && errno == EINTR);
	if (put < 0)
		return errno == EAGAIN ? 0 : -1;
	return put;
}

/* Nothing may be said from inside a callback, nor after a frame was cut. */
static int
check_usable(ac_role *role, accord_err *err)
{
	if (role->in_callback)
		return ac_fail(err, ACCORD_EINTERNAL, "the %s role was used from its own callback", role->name);
	if (role->pid < 0)
		return ac_fail(err, ACCORD_EIO, "the %s role ended: %s", role->name, role->reason);
	if (role->broken)
		return ac_fail(err, ACCORD_EIO, "the %s role cannot be used after a frame that was cut", role->name);
	return 0;
}

/* The role has closed: what it said before that is still worth hearing. */
static int
hear_last_words(ac_role *role, receiver *to, accord_err *err)
{
	int rc = drain(role, to, err);

	return rc ? rc : fail_ended(role, err);
}

static int
send_all(ac_role *role, ac_frame frame, receiver *to, accord_err *err)
{
	char head[AC_FRAME_HEAD_SIZE];
	size_t at = 0, total = AC_FRAME_HEAD_SIZE + frame.bytes.n;
	short ready = 0;
	int rc = 0;

	ac_frame_put_head(head, frame);
	while (at < total) {
		ssize_t put = write_part(role, head, frame.bytes, at);

		if (put < 0)
			return hear_last_words(role, to, err);
		at += (size_t)put;
		if (put == 0)
			rc = wait_ready(role, POLLIN | POLLOUT, &ready, err);
		if (!rc && put == 0 && (ready & (POLLIN | POLLHUP)))
			rc = drain(role, to, err);
		if (rc) {
			role->broken |= at > 0;
			return rc;
		}
	}
	return 0;
}

int
ac_role_send(ac_role *role, ac_frame frame, ac_on_frame on_frame, void *payload, accord_err *err)
{
	receiver to = { .on_frame = on_frame, .payload = payload };
	int rc = check_usable(role, err);

	if (!rc)
		rc = ac_frame_check(frame, err);
	return rc ? rc : send_all(role, frame, &to, err);
}

int
ac_role_wait(ac_role *role, uint32_t until_kind, ac_on_frame on_frame, void *payload, accord_err *err)
{
	receiver to = { .on_frame = on_frame, .payload = payload, .wait = { .any = true, .kind = until_kind } };
	short ready;
	int rc = check_usable(role, err);

	while (!rc) {
		rc = drain(role, &to, err);
		if (rc || to.wait.seen)
			break;
		rc = wait_ready(role, POLLIN, &ready, err);
	}
	return rc;
}

pid_t
ac_role_pid(const ac_role *role)
{
	return role->pid;
}

ac_role *
ac_role_stop(ac_role *role)
{
	if (!role)
		return NULL;
	(void)close(role->fd);
	reap(role);
	ac_frame_inbox_done(&role->inbox);
	free(role);
	return NULL;
}
