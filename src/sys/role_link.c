/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The role's own end of the socket. Small frames are gathered, large ones go out from where they are. Only system calls that the sandbox
 * leaves: recv, sendmsg, close. Knows nothing of what frames mean.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "sys/frame.h"

#define GATHERED_MAX (128 * AC_KIB)
/* From here on copying costs more than a system call. */
#define GATHER_BELOW (16 * AC_KIB)

struct ac_role_link {
	int fd;
	ac_frame_inbox inbox;
	size_t gathered;
	char out[GATHERED_MAX];
};

ac_role_link *
ac_role_link_open(int fd)
{
	ac_role_link *link = malloc(sizeof(*link));

	if (!link)
		return NULL;
	link->fd = fd;
	link->inbox = (ac_frame_inbox){ 0 };
	link->gathered = 0;
	return link;
}

/* Send all parts, blocking. */
static int
send_parts(int fd, struct iovec *parts, size_t count, accord_err *err)
{
	while (count > 0) {
		struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
		ssize_t put = sendmsg(fd, &message, MSG_NOSIGNAL);
		size_t left;

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return ac_fail(err, ACCORD_EIO, "cannot send to the parent: %s", ac_errno_text(errno));
		for (left = (size_t)put; count > 0 && left >= parts->iov_len; count--)
			left -= parts++->iov_len;
		if (count > 0) {
			parts->iov_base = (char *)parts->iov_base + left;
			parts->iov_len -= left;
		}
	}
	return 0;
}

int
ac_role_link_flush(ac_role_link *link, accord_err *err)
{
	struct iovec part = { link->out, link->gathered };

	link->gathered = 0;
	return part.iov_len ? send_parts(link->fd, &part, 1, err) : 0;
}

int
ac_role_link_send(ac_role_link *link, ac_frame frame, accord_err *err)
{
	char head[AC_FRAME_HEAD_SIZE];
	struct iovec parts[3];
	int rc = ac_frame_check(frame, err);

	if (rc)
		return rc;
	ac_frame_put_head(head, frame);
	if (frame.bytes.n < GATHER_BELOW) {
		if (sizeof(link->out) - link->gathered < sizeof(head) + frame.bytes.n)
			rc = ac_role_link_flush(link, err);
		if (rc)
			return rc;
		memcpy(link->out + link->gathered, head, sizeof(head));
		if (frame.bytes.n)
			memcpy(link->out + link->gathered + sizeof(head), frame.bytes.p, frame.bytes.n);
		link->gathered += sizeof(head) + frame.bytes.n;
		return 0;
	}
	parts[0] = (struct iovec){ link->out, link->gathered };
	parts[1] = (struct iovec){ head, sizeof(head) };
	parts[2] = (struct iovec){ (char *)(uintptr_t)frame.bytes.p, frame.bytes.n };
	link->gathered = 0;
	return send_parts(link->fd, parts, AC_COUNT(parts), err);
}

/* More bytes into the inbox: 0, or 1 when the parent has closed between two frames. */
static int
receive(ac_role_link *link, accord_err *err)
{
	ac_frame_inbox *in = &link->inbox;
	ssize_t got;
	int rc = ac_frame_make_room(in, err);

	if (rc)
		return rc;
	do
		got = recv(link->fd, in->p + in->end, in->capacity - in->end, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		in->end += (size_t)got;
		return 0;
	}
	/* A parent that closes with our frames unread resets the connection: it does not want us any more. */
	if (got < 0 && errno != ECONNRESET)
		return ac_fail(err, ACCORD_EIO, "cannot receive from the parent: %s", ac_errno_text(errno));
	if (in->end > in->start)
		return ac_fail(err, ACCORD_EIO, "want the rest of a frame, the parent has closed");
	return 1;
}

int
ac_role_link_next(ac_role_link *link, ac_frame *out, accord_err *err)
{
	int rc;

	for (;;) {
		rc = ac_frame_take(&link->inbox, out, err);
		if (rc <= 0)
			return rc;
		rc = ac_role_link_flush(link, err);
		if (!rc)
			rc = receive(link, err);
		if (rc)
			return rc;
	}
}

ac_role_link *
ac_role_link_close(ac_role_link *link)
{
	if (!link)
		return NULL;
	(void)close(link->fd);
	ac_frame_inbox_done(&link->inbox);
	free(link);
	return NULL;
}
