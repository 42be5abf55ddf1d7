/* SPDX-License-Identifier: Apache-2.0 */
/* Frames from a role that has been taken over: any bytes, in pieces, into the parent's inbox. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "sys/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of all frames that the inbox gives for data in pieces; SIZE_MAX when it refuses. */
static size_t
run(const uint8_t *data, size_t size, size_t piece)
{
	ac_frame_inbox in = { 0 };
	size_t total = 0, at = 0;
	int rc = 1;

	for (;;) {
		ac_frame frame;

		while ((rc = in.p ? ac_frame_take(&in, &frame, NULL) : 1) == 0) {
			if (frame.bytes.n > AC_FRAME_MAX)
				abort();
			total += frame.bytes.n + frame.kind % 3;
			if (frame.bytes.n)
				total += (unsigned char)frame.bytes.p[frame.bytes.n - 1] & 1;
		}
		if (rc < 0 || at == size || ac_frame_make_room(&in, NULL) != 0)
			break;
		if (in.end >= in.capacity)
			abort();
		size_t n = in.capacity - in.end < piece ? in.capacity - in.end : piece;
		if (n > size - at)
			n = size - at;
		memcpy(in.p + in.end, data + at, n);
		in.end += n;
		at += n;
	}
	ac_frame_inbox_done(&in);
	return rc < 0 ? SIZE_MAX : total;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A refusal comes at the same place whatever the pieces. */
	if (run(data, size, size + 1) != run(data, size, size % 13 + 1))
		abort();
	return 0;
}
