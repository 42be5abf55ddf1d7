/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From lines of telemetry to the memory of observables: every whole value of the kinds that the scanner finds anywhere (addresses, dotted names, e-mail addresses, digests, URLs), and texts that mean something in their own
 * field (paths, registry keys, mutexes, user agents, JA3 and JA4, certificates). Private to this room.
 */
#ifndef AC_WATCH_RETRO_TAKE_H
#define AC_WATCH_RETRO_TAKE_H

#include "watch/logs/logs.h"
#include "watch/retro.h"

typedef struct ac_retro_take ac_retro_take;
/* What is taken has the source that path names. NULL without memory. */
ac_retro_take *ac_retro_take_open(ac_retro *retro, ac_str path);
/* What comes from now on has another source. After settling only. */
void ac_retro_take_rename(ac_retro_take *take, ac_str path);
/* One line. state NULL: a piece of a line that is too long to be a record. is_json: it may hold JSON escapes. as_of: the time of records without one. */
int ac_retro_take_line(ac_retro_take *take, const ac_log_state *state, ac_str line, bool is_json, ac_time as_of,
    accord_err *err) AC_CHECKED;
/* All lines are in the memory afterwards. */
int ac_retro_take_settle(ac_retro_take *take, accord_err *err) AC_CHECKED;
ac_retro_take *ac_retro_take_close(ac_retro_take *take); /* takes NULL, returns NULL */

#endif
