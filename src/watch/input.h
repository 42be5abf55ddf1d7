/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a file as texts: decompressed, archives taken apart (their members decompressed again), UTF-16 as UTF-8. A file that is no archive is one text. All texts together
 * keep AC_INFLATE_RATIO_MAX too: members behind that are broken. Knows nothing of lines.
 */
#ifndef AC_WATCH_INPUT_H
#define AC_WATCH_INPUT_H

#include "codec/inflate.h"

typedef struct ac_input_sink {
	/* A text begins; member {NULL, 0}: the file itself, else its name in the archive. Each stops with a negative code. */
	int (*on_begin)(void *payload, ac_str member, accord_err *err);
	int (*on_bytes)(void *payload, ac_str bytes, accord_err *err);
	/* The text is over; problem: why a member is not whole or could not be read, or NULL. */
	int (*on_end)(void *payload, const accord_err *problem, accord_err *err);
	void *payload;
} ac_input_sink;

typedef struct ac_input ac_input;

/* Whether an input that begins so (with at least 4 bytes, if it has them) is decompressed, whole or by members. */
bool ac_input_is_packed(ac_str begin);

ac_input *ac_input_open(const ac_input_sink *sink); /* NULL without memory */
/* Fails as ac_inflate_feed and ac_archive_feed do, and as the sink does (ac_input_sink_failed). What came out before has been handed on. */
int ac_input_feed(ac_input *input, ac_str bytes, accord_err *err) AC_CHECKED;
/* From inside the sink's on_bytes, as ac_inflate_take_room: the memory that these bytes have been decompressed into. */
bool ac_input_take_room(ac_input *input, ac_str bytes, char **room);
/* No more input, or none that can be read after a failure: what is open is ended. */
int ac_input_end(ac_input *input, accord_err *err) AC_CHECKED;
/* The error came from the sink: no input is to blame. */
bool ac_input_sink_failed(const ac_input *input);
ac_input *ac_input_close(ac_input *input); /* takes NULL, returns NULL */

#endif
