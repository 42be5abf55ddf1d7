/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of JSON lines: programs write the same few again and again, and only the values differ. A line whose bytes between its values are those of an earlier one has the same fields, with other
 * values: it needs no index and no keys. Private to the reader of JSON (json_fast.c).
 */
#ifndef AC_WATCH_LOGS_JSON_SHAPE_H
#define AC_WATCH_LOGS_JSON_SHAPE_H

#include "watch/logs/logs.h"

typedef struct ac_log_shapes ac_log_shapes;

ac_log_shapes *ac_log_shapes_open(void); /* NULL without memory */
/* Forget all, before the names of their fields go. */
void ac_log_shapes_forget(ac_log_shapes *shapes);
/*
 * The fields of a line of a known shape, added to the record. False: it has none (or its values are not plain, or there is no memory), and the record may have some of its fields: the caller takes
 * them away and reads the line.
 */
bool ac_log_shapes_read(ac_log_shapes *shapes, ac_str line, ac_log_record *record);
/* Whether the line that was tried last is worth learning. */
bool ac_log_shapes_may_learn(const ac_log_shapes *shapes);
/* That line, read otherwise, with all its fields, whose names live until they are forgotten. */
void ac_log_shapes_learn(ac_log_shapes *shapes, ac_str line, const ac_log_field *fields, size_t count);
ac_log_shapes *ac_log_shapes_close(ac_log_shapes *shapes); /* takes NULL, returns NULL */

#endif
