/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives as a push filter: tar (POSIX ustar and pax, GNU's long names) and zip (stored and deflated members, read in the order of their local headers), members handed out one after another as
 * they come. Bytes that are no archive go through as one member without a name.
 */
#ifndef AC_CODEC_ARCHIVE_H
#define AC_CODEC_ARCHIVE_H

#include "codec/inflate.h"

typedef struct ac_archive_sink {
	/* A member begins; name {NULL, 0}: the input is no archive. Any of them stops with a negative code. */
	int (*on_begin)(void *payload, ac_str name, accord_err *err);
	int (*on_bytes)(void *payload, ac_str bytes, accord_err *err);
	/* It is over; problem NULL, or why it is not whole or could not be read. */
	int (*on_end)(void *payload, const accord_err *problem, accord_err *err);
	void *payload;
} ac_archive_sink;

typedef struct ac_archive ac_archive;

ac_archive *ac_archive_open(const ac_archive_sink *sink); /* NULL without memory */
/*
 * Ceilings: AC_ARCHIVE_MEMBERS_MAX, and for zip AC_INFLATE_OUTPUT_MAX and AC_INFLATE_RATIO_MAX: ACCORD_ELIMIT. ACCORD_EINPUT when it cannot be followed any more. The member at hand has been ended
 * by then. Errors are sticky.
 */
int ac_archive_feed(ac_archive *a, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_archive_end(ac_archive *a, accord_err *err) AC_CHECKED;
ac_archive *ac_archive_close(ac_archive *a); /* takes NULL, returns NULL */

#endif
