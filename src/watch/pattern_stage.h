/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns of one input: its lines read into fields, given to patterns.h, and what holds told as hits. Private to this room. */
#ifndef AC_WATCH_PATTERN_STAGE_H
#define AC_WATCH_PATTERN_STAGE_H

#include "watch/evaluate.h"

typedef struct ac_pattern_stage ac_pattern_stage;

int ac_pattern_stage_open(ac_patterns *patterns, ac_str file, ac_pattern_stage **out, accord_err *err) AC_CHECKED;
ac_pattern_stage *ac_pattern_stage_close(ac_pattern_stage *s); /* takes NULL, returns NULL */
/* From the next line on: other patterns (NULL: none), as the scan has another index. Everything is flushed. */
int ac_pattern_stage_use(ac_pattern_stage **s, ac_patterns *patterns, ac_str file, accord_err *err) AC_CHECKED;
/* From the next line on: another file. Everything is flushed. */
int ac_pattern_stage_rename(ac_pattern_stage *s, ac_str file, accord_err *err) AC_CHECKED;
/* Whether every line has to be seen; else only those are needed that ac_evaluate reports. */
bool ac_pattern_stage_wants_all(const ac_pattern_stage *s);
/* A line; it must stay where it is until the next flush. e: where hits go, and what else decides about them. */
int ac_pattern_stage_see(ac_pattern_stage *s, ac_evaluation *e, ac_log_state *state, ac_str line, uint64_t number,
    uint64_t offset, ac_time as_of, accord_err *err) AC_CHECKED;
/* Tell what holds so far. */
int ac_pattern_stage_flush(ac_pattern_stage *s, ac_evaluation *e, accord_err *err) AC_CHECKED;

#endif
