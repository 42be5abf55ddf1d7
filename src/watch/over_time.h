/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What patterns over time remember: for each pattern and scope (a host, a user) the records that one of its brackets held for and that may still matter. The judgement is match/sequence's, asked
 * whenever something new has come, over all that is remembered; so the order in which records arrive does not matter, as long as they are late by no more than allowed.
 *
 * What is forgotten, and why nothing is lost by it:
 *	- under a WITHIN around the whole pattern: what is further behind than the window (and the lateness) reaches;
 *	- of records in a row for which the same brackets hold, all but as many of the last as the pattern can use (not with a WITHIN or START inside).
 * What is forgotten because room ran out (one scope's records, all scopes' together) is counted in `evicted`: a pattern may then miss.
 *
 * After a pattern has fired in a scope, its witnesses and what is not later than the last of them are forgotten: the same records fire once. Not for threads: the caller has the lock.
 */
#ifndef AC_WATCH_OVER_TIME_H
#define AC_WATCH_OVER_TIME_H

#include "base/buf.h"
#include "base/map.h"
#include "stix/pattern.h"

typedef struct ac_over_time ac_over_time;

/* A record that is a witness. */
typedef struct ac_witness {
	uint32_t bracket; /* of the pattern, in the order of the text */
	ac_str file;
	uint64_t line;
	uint64_t offset; /* of the line, in the uncompressed input */
	ac_time time;
} ac_witness;

typedef struct ac_over_time_counts {
	uint64_t states;  /* of patterns and scopes, now */
	uint64_t bytes;   /* that they take, now */
	uint64_t evicted; /* records that were forgotten for want of room */
	uint64_t
	    ahead; /* records whose time is further ahead of what came lately than AC_PATTERN_AHEAD_MAX: they count, and make nothing else old */
	uint64_t again; /* records that came a second time: they count once */
	uint64_t
	    late; /* records that came later than allowed; they count all the same, where what they belong to is still known */
	uint64_t undecided;         /* questions that a budget left open */
	uint64_t restored, dropped; /* states of a checkpoint; dropped: their pattern is gone */
} ac_over_time_counts;

typedef struct ac_over_time_limits {
	uint64_t late_seconds;
	size_t states, bytes; /* 0: AC_PATTERN_STATES_MAX, AC_PATTERN_STATE_BYTES_MAX */
} ac_over_time_limits;

/* A pattern. tree NULL: it is decided by one record, and never asked for here. */
typedef struct ac_over_time_pattern {
	const ac_pattern_node *tree; /* as ac_sequence_match wants it */
	size_t brackets;
	ac_str text; /* by which a checkpoint knows it; not needed after ac_over_time_new */
} ac_over_time_pattern;

/* Patterns by number; they and their trees must outlive it. */
int ac_over_time_new(const ac_over_time_pattern *patterns, size_t n, ac_hash_seed seed, ac_over_time_limits limits,
    ac_over_time **out, accord_err *err) AC_CHECKED;
ac_over_time *ac_over_time_free(ac_over_time *t); /* takes NULL, returns NULL */
/* Of how many brackets such a pattern may consist. */
#define AC_OVER_TIME_BRACKETS_MAX 64
/*
 * A record for which brackets (a bit each) of a pattern hold. Fired: *out_n > 0 witnesses, by bracket, in arena; their texts live until the next call.
 */
int ac_over_time_add(ac_over_time *t, uint32_t pattern, ac_str scope, uint64_t brackets, const ac_witness *record,
    ac_arena *arena, const ac_witness **out, size_t *out_n, accord_err *err) AC_CHECKED;
ac_over_time_counts ac_over_time_count(const ac_over_time *t);
/* Count on from where another one has come to. */
void ac_over_time_go_on(ac_over_time *t, const ac_over_time *from);

/* All that is remembered, as bytes with a checksum, added to buf. */
int ac_over_time_save(const ac_over_time *t, ac_buf *buf, accord_err *err) AC_CHECKED;
/* Add what was saved; ACCORD_EINPUT: the bytes are not as they were written, and nothing was added. */
int ac_over_time_load(ac_over_time *t, ac_str bytes, accord_err *err) AC_CHECKED;

#endif
