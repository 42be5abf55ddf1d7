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
#include "values/value.h"
#include "watch/logs/logs.h"

/* Where the value of a field of this role stands. */
typedef struct ac_event_place {
	ac_field_role role;
	const char *path; /* "network-traffic:dst_ref.value" */
	const char *note; /* on what it depends: "of the first such field"; or NULL */
} ac_event_place;

/* The rows of one role, all beside each other; *out_n 0 when patterns cannot ask for it. Static. */
const ac_event_place *ac_event_places(ac_field_role role, size_t *out_n);

/* How a path that a pattern asks for lies to a place; lists' places and quotes aside. */
typedef enum ac_event_relation {
	AC_EVENT_APART,
	AC_EVENT_SAME,
	AC_EVENT_TYPE,  /* it asks for the type of the object whose value the place is */
	AC_EVENT_AROUND /* one lies in the other */
} ac_event_relation;
ac_event_relation ac_event_relate(ac_str asked, ac_str place);
/* Whether some role's value stands at a path, in it or around it ("file:hashes.MD5"): comparisons of other paths can never hold. */
bool ac_events_tell(ac_str path);
/* The pattern with the constants that events are compared with, and one spelling of each path; in arena. */
int ac_events_canonical(
    const ac_pattern_node *root, ac_arena *arena, const ac_pattern_node **out, accord_err *err) AC_CHECKED;

/* What a set of patterns (finished; it must outlive this) asks of records; for all threads. */
typedef struct ac_event_plan ac_event_plan;
int ac_event_plan_new(const ac_pattern_set *set, ac_event_plan **out, accord_err *err) AC_CHECKED;
ac_event_plan *ac_event_plan_free(ac_event_plan *p); /* takes NULL, returns NULL */
/* Roles that some pattern asks for (AC_ROLE_BIT): others need not be read. */
uint64_t ac_event_plan_roles(const ac_event_plan *p);
/* Whether lines of JSON can be told at all, and whether a line may have a value that opens a bracket: told from its bytes, before any field is read. */
bool ac_event_plan_tells_lines(const ac_event_plan *p);
bool ac_event_plan_may_open(const ac_event_plan *p, ac_str line);

/* Makes observations for one set of patterns; one for each thread. */
typedef struct ac_events ac_events;
struct ac_matcher; /* match/matcher.h; a scan has an ac_match of its own */
/* The plan and a matcher of its set must outlive it. */
int ac_events_new(const ac_event_plan *plan, struct ac_matcher *matcher, ac_hash_seed seed, ac_events **out,
    accord_err *err) AC_CHECKED;
ac_events *ac_events_free(ac_events *e); /* takes NULL, returns NULL */
/* Make observations of all records, whatever their values: what tests hold the others against. */
void ac_events_take_all(ac_events *e);
/* Whether some value of the record opens a gate: without one no pattern can hold. arena: of the record. */
bool ac_events_may_hold(ac_events *e, const ac_log_record *record, ac_arena *arena);
/*
 * Add the record as an observation. False: nothing was added, because none of its values opens a gate, so that no pattern can hold. arena: of the record. Failure is in the batch
 * (ac_observations_seal).
 */
bool ac_events_add(ac_events *e, ac_observations *o, const ac_log_record *record, ac_time time, ac_arena *arena);

/* A value that stands in a record where no field tells what it is. */
typedef struct ac_event_found {
	ac_value_type type;
	ac_str text; /* canonical */
} ac_event_found;
/* Add the record whatever it holds, with values that were found in it. */
void ac_events_put(ac_observations *o, const ac_log_record *record, const ac_event_found *found, size_t found_count,
    ac_time time, ac_arena *arena);

#endif
