/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of telemetry as STIX observations: which object path a field's role is, and one observation for each record (first = last = its time, count 1).
 *
 * Values are compared in canonical form (values/value.h): "Evil.Example." in a log is domain-name:value = 'evil.example', and so are the constants of =, !=, IN on such paths. Names of
 * files, keys of the registry and paths of Windows have no case. ac_events_canonical brings a pattern into that form; MATCHES sees canonical values, its regex stays as it is written.
 */
#ifndef AC_WATCH_EVENTS_H
#define AC_WATCH_EVENTS_H

#include "base/buf.h"
#include "match/observations.h"
#include "match/pattern_set.h"
#include "watch/logs/logs.h"

/* Where the value of a field of this role stands. */
typedef struct ac_event_place {
	ac_field_role role;
	const char *path; /* "network-traffic:dst_ref.value" */
	const char *note; /* on what it depends: "of the first such field"; or NULL */
} ac_event_place;

/* The rows of one role, all beside each other; *out_n 0 when patterns cannot ask for it. Static. */
const ac_event_place *ac_event_places(ac_field_role role, size_t *out_n);

/* The text of a pattern with the constants that events are compared with, into buf. */
int ac_events_canonical(const ac_pattern_node *root, ac_arena *arena, ac_buf *buf, accord_err *err) AC_CHECKED;

/* Makes observations for one set of patterns; one for each thread. */
typedef struct ac_events ac_events;
/* The set (finished) must outlive it. */
int ac_events_new(const ac_pattern_set *set, ac_hash_seed seed, ac_events **out, accord_err *err) AC_CHECKED;
ac_events *ac_events_free(ac_events *e); /* takes NULL, returns NULL */
/* Roles that some pattern asks for (AC_ROLE_BIT): others need not be read. */
uint64_t ac_events_roles(const ac_events *e);
/*
 * Add the record as an observation. False: nothing was added, because no pattern can hold for what its fields say; known from earlier records (ac_events_learn). arena: of the record. Failure is
 * in the batch (ac_observations_seal).
 */
bool ac_events_add(ac_events *e, ac_observations *o, const ac_log_record *record, ac_time time, ac_arena *arena);
/* What was added last opened no gate of any bracket: neither will records all of whose values have been in such a one. */
void ac_events_learn(ac_events *e, size_t observation);
/* All observations of the batch have been learned from or forgotten: numbers begin at 0 again. */
void ac_events_reset(ac_events *e);

#endif
