/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX patterns over events. One ac_patterns for an index, shared by all threads: the compiled patterns, and what those over time remember (behind a lock that is taken only when a bracket
 * of such a pattern holds). One ac_pattern_work for each input: records are gathered as observations and matched many at a time.
 *
 * A pattern of one bracket, or of brackets joined by OR, is decided by each record alone. Every other one is decided within its scope: records of one host, sensor, user or source, whatever file
 * they come from. STIX has no join between observations; without a scope two hosts would make one story.
 */
#ifndef AC_WATCH_PATTERNS_H
#define AC_WATCH_PATTERNS_H

#include "watch/events.h"
#include "watch/index.h"
#include "watch/over_time.h"

typedef enum ac_scope {
	AC_SCOPE_HOST,   /* the host or sensor that the record names, else the source address */
	AC_SCOPE_SENSOR, /* the host or sensor alone */
	AC_SCOPE_USER,
	AC_SCOPE_SOURCE,
	AC_SCOPE_NONE /* all records together */
} ac_scope;
bool ac_scope_from_name(ac_str name, ac_scope *out);

/* Patterns of the two kinds are matched apart: those that a raw value gives away, on records in which the scan has found one (index_gate.c), the others on every record. */
typedef enum ac_pattern_kind { AC_PATTERNS_GATED, AC_PATTERNS_OPEN, AC_PATTERN_KINDS } ac_pattern_kind;

typedef struct ac_patterns_options {
	bool
	    take_all; /* all patterns are open, and all records are matched whole: the slow way, that tests hold the other against */
	ac_scope scope;
	ac_over_time_limits limits;
	ac_hash_seed seed; /* random */
} ac_patterns_options;

typedef struct ac_patterns ac_patterns;

typedef struct ac_patterns_counts {
	uint64_t patterns, over_time; /* in the index; of them, decided over time */
	uint64_t open;                /* of them, those for which every record is read */
	uint64_t refused;             /* that do not compile: they match nothing */
	uint64_t records, observed;   /* read for patterns; of them, those with a value that opens a bracket */
	uint64_t undecided;           /* comparisons and questions that a budget left open */
	ac_over_time_counts time;
} ac_patterns_counts;

/* Whether an index has patterns at all. */
bool ac_patterns_are_in(const ac_index *index);
/* *out NULL when the index has no patterns. The index must outlive it. */
int ac_patterns_new(
    const ac_index *index, const ac_patterns_options *options, ac_patterns **out, accord_err *err) AC_CHECKED;
ac_patterns *ac_patterns_free(ac_patterns *p); /* takes NULL, returns NULL */
ac_patterns_counts ac_patterns_count(ac_patterns *p);
/* Whether there are patterns of a kind. */
bool ac_patterns_has(const ac_patterns *p, ac_pattern_kind kind);
/*
 * The patterns of an index that has replaced another one, whose patterns `old` are (NULL: it had none). *out is old itself when they are the same; else others, which remember what those did, where
 * their texts are the same: the caller gives them to all watches, and frees the old. A look at two numbers when nothing has changed.
 */
typedef struct ac_patterns_version {
	uint64_t base, overlay; /* 0 both: of no index yet */
} ac_patterns_version;
int ac_patterns_renew(ac_patterns *old, ac_patterns_version *version, const ac_index *index,
    const ac_patterns_options *options, ac_patterns **out, accord_err *err) AC_CHECKED;
/* What patterns over time remember, to a file (sys/file.h: the old one or the new one, never half). */
int ac_patterns_save(ac_patterns *p, const char *path, accord_err *err) AC_CHECKED;
/* The same when something has come since the last time. */
int ac_patterns_keep(ac_patterns *p, const char *path, accord_err *err) AC_CHECKED;
/* Whether that would take no more than a twentieth of the time since. Until then places in the input may wait too, but they never move without what stands before them. */
bool ac_patterns_may_keep(const ac_patterns *p);
/* Add what was saved. No file is no failure; ACCORD_EINPUT: it is not as it was written, and nothing was added. States of patterns that are gone are counted (ac_over_time_counts.dropped). */
int ac_patterns_load(ac_patterns *p, const char *path, accord_err *err) AC_CHECKED;

/* A pattern that holds. Lives until the callback returns. */
typedef struct ac_pattern_hit {
	uint32_t indicator; /* of the index */
	uint32_t record;    /* as it was added: the one that made the pattern hold */
	const ac_witness *witnesses;
	size_t witness_count;
	ac_str scope; /* of a pattern over time; else empty */
} ac_pattern_hit;
typedef int (*ac_on_pattern_hit)(void *payload, const ac_pattern_hit *hit, accord_err *err);

/* The patterns of a kind for one input. There must be some. */
typedef struct ac_pattern_work ac_pattern_work;
int ac_pattern_work_new(
    ac_patterns *p, ac_pattern_kind kind, ac_str file, ac_pattern_work **out, accord_err *err) AC_CHECKED;
ac_pattern_work *ac_pattern_work_free(ac_pattern_work *w); /* takes NULL, returns NULL */
/* From the next record on, of another file. */
int ac_pattern_work_rename(ac_pattern_work *w, ac_str file, accord_err *err) AC_CHECKED;
/* Roles of fields that are asked for (ac_log_want). */
uint64_t ac_pattern_work_roles(const ac_pattern_work *w);

/* A record, and where it stands. */
typedef struct ac_pattern_record {
	const ac_log_record *record;
	ac_time time;
	uint64_t line, offset;
	uint32_t number;             /* of the caller, told by the hit */
	const ac_event_found *found; /* values that the scan has found and no field explains */
	size_t found_count;
} ac_pattern_record;
/* Whether a line that will be read in this state can be told to hold nothing of the kind AC_PATTERNS_OPEN, from its bytes alone: it need not be read, and is counted as a record that was. */
bool ac_pattern_work_refuses(ac_pattern_work *w, const ac_log_state *state, ac_str line);
/* Of the kind AC_PATTERNS_OPEN: whether a record has a value that opens a bracket, and should be added. The record is counted. arena: of the record. */
bool ac_pattern_work_wants(ac_pattern_work *w, const ac_log_record *record, ac_arena *arena);
/* Take in a record. Nothing is kept of it but what the patterns need. arena: of the record. True: flush soon. */
bool ac_pattern_work_add(ac_pattern_work *w, const ac_pattern_record *r, ac_arena *arena);
/* Match what was added; hits by record, then pattern. */
int ac_pattern_work_flush(ac_pattern_work *w, ac_on_pattern_hit on, void *payload, accord_err *err) AC_CHECKED;

#endif
