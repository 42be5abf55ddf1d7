/* SPDX-License-Identifier: Apache-2.0 */
/* Both ends' view of the wire between roles: heads of frames, and bytes becoming frames. Private to sys/. */
#ifndef AC_SYS_FRAME_H
#define AC_SYS_FRAME_H

#include "sys/role.h"

#define AC_FRAME_HEAD_SIZE 8

/* Bytes [start, end) of p have come and were not handed out. */
typedef struct ac_frame_inbox {
	char *p; /* heap */
	size_t start, end, capacity;
} ac_frame_inbox;

void ac_frame_put_head(char out[static AC_FRAME_HEAD_SIZE], ac_frame frame);
/* ACCORD_ELIMIT when a frame may not be sent. */
int ac_frame_check(ac_frame frame, accord_err *err) AC_CHECKED;

/* The next whole frame, viewing the inbox: 0; 1 when more bytes are wanted; ACCORD_ELIMIT for a head over AC_FRAME_MAX. */
int ac_frame_take(ac_frame_inbox *inbox, ac_frame *out, accord_err *err) AC_CHECKED;
/* Room behind `end` for what the frame in hand still wants (ends the views handed out before). ACCORD_ENOMEM. */
int ac_frame_make_room(ac_frame_inbox *inbox, accord_err *err) AC_CHECKED;
void ac_frame_inbox_done(ac_frame_inbox *inbox); /* takes a zeroed one */

#endif
