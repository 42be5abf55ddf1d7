/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compressed input as a push filter: gzip (all members, ISA-L), zstd (all frames), xz (all streams), or plain bytes, told apart by their magic. Bombs are ACCORD_ELIMIT; what is
 * neither a member nor a frame behind the first one, and a wrong checksum, are ACCORD_EINPUT.
 */
#ifndef AC_CODEC_INFLATE_H
#define AC_CODEC_INFLATE_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/* Largest piece that is decompressed at once. Each costs a copy of the window at its two ends (ISA-L), and has to stay in the second cache: measured best of 128 KiB to 1 MiB (bench_gzip). */
#define AC_INFLATE_ROOM (512 * AC_KIB)

typedef int (*ac_on_bytes)(void *payload, ac_str bytes, accord_err *err);
typedef struct ac_inflate ac_inflate;

ac_inflate *ac_inflate_open(ac_on_bytes on_bytes, void *payload); /* NULL without memory */
/*
 * Calls on_bytes with plain bytes (at least 4, or the end, must have come first); its negative return stops. Ceilings: AC_INFLATE_OUTPUT_MAX,
 * AC_INFLATE_RATIO_MAX, AC_INFLATE_WINDOW_LOG_MAX, AC_INFLATE_XZ_MEMORY_MAX. What came out before an error has been handed on. Errors are sticky.
 */
int ac_inflate_feed(ac_inflate *z, ac_str chunk, accord_err *err) AC_CHECKED;
/*
 * From inside on_bytes: keep the memory in which bytes, the end of what on_bytes was called with, have been decompressed, instead of copying them. *room, AC_INFLATE_ROOM bytes from malloc, takes its place, and what comes back in *room is the caller's to free.
 * False, and nothing changes, when bytes are not there: of plain input, or not its end.
 */
bool ac_inflate_take_room(ac_inflate *z, ac_str bytes, char **room);
/* No more input: a stream cut short is ACCORD_EINPUT. */
int ac_inflate_end(ac_inflate *z, accord_err *err) AC_CHECKED;
/* Whether an input that begins so (with at least 4 bytes, if it has them) would be decompressed. */
bool ac_inflate_is_packed(ac_str begin);
const char *ac_inflate_format(const ac_inflate *z); /* "gzip", "zstd", "xz", "plain" (also while undecided) */
ac_inflate *ac_inflate_close(ac_inflate *z);        /* takes NULL, returns NULL */

#endif
