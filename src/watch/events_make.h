/* SPDX-License-Identifier: Apache-2.0 */
/* From the fields of a record to the objects of its observation. Between events.c and events_make.c. */
#ifndef AC_WATCH_EVENTS_MAKE_H
#define AC_WATCH_EVENTS_MAKE_H

#include "watch/events.h"

/* The URL that stands in several fields of the record; {NULL, 0}: there is none. In arena. */
ac_str ac_events_joined_url(const ac_log_record *record, ac_arena *arena);
/* All objects, into the observation that has begun. joined: of ac_events_joined_url, or {NULL, 0}. */
void ac_events_make(ac_observations *o, const ac_log_record *record, ac_str joined, ac_arena *arena);

/* Values that no field tells the meaning of, each an object; what may belong together is one object. */
void ac_events_make_found(ac_observations *o, const ac_event_found *found, size_t n, ac_arena *arena);
/* The path of the record's request with its query; {NULL, 0}: none. In arena. */
ac_str ac_events_request(const ac_log_record *record, ac_arena *arena);

#endif
