/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of the wire between roles. Bytes are received straight into the inbox and frames handed out as views of it; only the
 * part of a frame that the end of the inbox cut off is moved. Knows no sockets.
 */
#include "sys/frame.h"

#include <stdlib.h>

#include "base/limits.h"

/* Large enough that moved parts are few, small enough to stay in the second-level cache. */
#define INBOX_SIZE (512 * AC_KIB)
/* Less room than this is not worth a system call. */
#define ROOM_MIN (64 * AC_KIB)

static uint32_t
get_u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static void
put_u32(char *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (char)(value >> (8 * i));
}

void
ac_frame_put_head(char out[static AC_FRAME_HEAD_SIZE], ac_frame frame)
{
	put_u32(out, (uint32_t)frame.bytes.n);
	put_u32(out + 4, frame.kind);
}

static int
check_size(size_t n, accord_err *err)
{
	if (n <= AC_FRAME_MAX)
		return 0;
	return ac_fail(
	    err, ACCORD_ELIMIT, "want frames of at most %zu bytes between roles, got %zu", (size_t)AC_FRAME_MAX, n);
}

int
ac_frame_check(ac_frame frame, accord_err *err)
{
	return check_size(frame.bytes.n, err);
}

int
ac_frame_take(ac_frame_inbox *inbox, ac_frame *out, accord_err *err)
{
	size_t have = inbox->end - inbox->start, n;
	const char *head;
	int rc;

	if (have < AC_FRAME_HEAD_SIZE)
		return 1;
	head = inbox->p + inbox->start;
	n = get_u32(head);
	rc = check_size(n, err);
	if (rc)
		return rc;
	if (have - AC_FRAME_HEAD_SIZE < n)
		return 1;
	*out = (ac_frame){ .kind = get_u32(head + 4), .bytes = { head + AC_FRAME_HEAD_SIZE, n } };
	inbox->start += AC_FRAME_HEAD_SIZE + n;
	return 0;
}

/* Bytes that the frame in hand will take, head and all; its head was checked by ac_frame_take. */
static size_t
wanted(const ac_frame_inbox *inbox)
{
	if (inbox->end - inbox->start < AC_FRAME_HEAD_SIZE)
		return AC_FRAME_HEAD_SIZE;
	return AC_FRAME_HEAD_SIZE + (size_t)get_u32(inbox->p + inbox->start);
}

/* Another block for the inbox, of this capacity. */
static int
change_block(ac_frame_inbox *inbox, size_t capacity, accord_err *err)
{
	size_t have = inbox->end - inbox->start;
	char *p = malloc(capacity);

	if (!p)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	if (have)
		memcpy(p, inbox->p + inbox->start, have);
	free(inbox->p);
	*inbox = (ac_frame_inbox){ .p = p, .start = 0, .end = have, .capacity = capacity };
	return 0;
}

int
ac_frame_make_room(ac_frame_inbox *inbox, accord_err *err)
{
	size_t have = inbox->end - inbox->start, want = wanted(inbox);
	size_t capacity = want > INBOX_SIZE ? want : INBOX_SIZE;

	/* Also gives a large block back, once its large frame is done. */
	if (capacity > inbox->capacity || (inbox->capacity > INBOX_SIZE && have == 0))
		return change_block(inbox, capacity, err);
	if (have == 0) {
		inbox->start = inbox->end = 0;
	} else if (inbox->start + want > inbox->capacity || inbox->capacity - inbox->end < ROOM_MIN) {
		if (inbox->start > 0) {
			memmove(inbox->p, inbox->p + inbox->start, have);
			inbox->start = 0;
			inbox->end = have;
		}
	}
	return 0;
}

void
ac_frame_inbox_done(ac_frame_inbox *inbox)
{
	free(inbox->p);
	*inbox = (ac_frame_inbox){ 0 };
}
