/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a follower stands in one log, apart from the file that holds it now: logs are renamed, copied and truncated, and compressed, and go on elsewhere. A log is known again by
 * what stands at its beginning and just before the place; by device and inode first. Private to this room.
 */
#ifndef AC_WATCH_CURSOR_H
#define AC_WATCH_CURSOR_H

#include "base/buf.h"
#include "watch/sighting.h"

/* Bytes at the beginning and before the place that tell a log from others. */
#define AC_CURSOR_MARK_MAX (4 * AC_KIB)
/* Less than some line with a time says nothing of whose beginning it is. */
#define AC_CURSOR_BEGIN_LEAST 64
/* Beginnings that are kept: as many as there are such lines. */
#define AC_CURSOR_BEGINS_MAX (AC_CURSOR_MARK_MAX / AC_CURSOR_BEGIN_LEAST)
/* Bytes of a file's name that are looked at. */
#define AC_CURSOR_NAME_MAX 256

/* A piece of the log's content: its first n bytes, or the n bytes before a place. */
typedef struct ac_cursor_mark {
	uint32_t n;
	uint8_t digest[AC_SHA256_SIZE];
} ac_cursor_mark;

/* A beginning of the log that ends with a line: its digest is of the line, behind that of the beginning before it. */
typedef struct ac_cursor_begin {
	uint16_t n;
	uint8_t digest[8];
} ac_cursor_begin;

typedef struct ac_cursor {
	uint64_t device, inode; /* of the file that held the log last */
	ac_watch_position at;
	ac_cursor_mark head, tail;                /* of a finished one: of the file's own bytes, packed or not */
	char identity[AC_SIGHTING_IDENTITY_SIZE]; /* for sightings; empty: none yet */
	uint64_t size;                            /* of the file, when it is packed or finished */
	bool is_packed;                           /* compressed: places are those of the content */
	bool is_finished;                         /* nothing more is read of it */
	int64_t seen_s;                           /* when it was written, Unix seconds */
	int64_t gone_s;                           /* when its file was missed first; 0: it is there */
	/* Of a small log, which may be cut when a copy has been made of less than was read: what the copy may be. The longest ones, in order. */
	ac_cursor_begin begins[AC_CURSOR_BEGINS_MAX];
	size_t begin_count;
} ac_cursor;

int ac_cursor_mark_of(ac_str bytes, ac_cursor_mark *out, accord_err *err) AC_CHECKED;
/* Are these the mark's bytes? An empty mark fits everything. */
bool ac_cursor_mark_fits(const ac_cursor_mark *mark, ac_str bytes);

/* Beginnings that end with a line in the log's first bytes take the place of those that the cursor has. */
int ac_cursor_keep_begins(ac_cursor *cursor, ac_str bytes, accord_err *err) AC_CHECKED;
/* Are these bytes, whole lines, one of them? */
bool ac_cursor_has_begin(const ac_cursor *cursor, ac_str bytes);

/* As one line of JSON, with the path that the log had last. */
void ac_cursor_write(const ac_cursor *cursor, ac_str path, ac_buf *out);
/* The path lives in the arena. ACCORD_EINPUT: not what ac_cursor_write wrote. */
int ac_cursor_read(ac_str text, ac_arena *arena, ac_cursor *out, ac_str *out_path, accord_err *err) AC_CHECKED;

/*
 * Whether two names can be those of one log before and after rotation: "eve.json" and "eve.json.1", "eve.json-20260101.gz", "eve-20260101.json.zst", "eve.json.old".
 */
bool ac_cursor_same_log(ac_str path, ac_str other);
/* Whether rotation has been at the name: "eve.json.1", not "eve.json". */
bool ac_cursor_is_rotated(ac_str path);
/* The name, without folders, that the log has as long as it is written to: "eve.json" for all of the above. In text, or of path. */
ac_str ac_cursor_live_name(ac_str path, char text[static AC_CURSOR_NAME_MAX]);

#endif
