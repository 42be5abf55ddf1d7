/* SPDX-License-Identifier: Apache-2.0 */
/* Reading all of an open input into its texts, on the caller's thread or with reading and decompressing on a thread beside it. Private to this room. */
#ifndef AC_WATCH_INPUT_READ_H
#define AC_WATCH_INPUT_READ_H

#include "base/limits.h"
#include "watch/input.h"
#include "watch/rate.h"

/* What an input says, in its order and on the caller's thread, with the payload of texts. Each stops with a negative code. */
typedef struct ac_read_sink {
	ac_input_sink texts;
	/* The input could not be read, or taken apart, any further. */
	int (*on_problem)(void *payload, const accord_err *what, accord_err *err);
	/* A block was read: bytes of the input so far. */
	int (*on_block)(void *payload, uint64_t done, accord_err *err);
} ac_read_sink;

/*
 * From where fd stands to its end, in blocks of up to AC_WATCH_BLOCK bytes into room. rate: NULL, or the ceiling on what is read. Fails only when the sink or memory does.
 */
int ac_read_input(
    int fd, ac_rate *rate, char room[static AC_WATCH_BLOCK], const ac_read_sink *sink, accord_err *err) AC_CHECKED;
/* The same to the sink, with a thread that reads and decompresses ahead by at most AC_INPUT_AHEAD bytes; without one, if none can be had. */
int ac_read_input_ahead(
    int fd, ac_rate *rate, char room[static AC_WATCH_BLOCK], const ac_read_sink *sink, accord_err *err) AC_CHECKED;

#endif
