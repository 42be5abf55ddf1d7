/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of what patterns over time remember: over_time.c keeps it, over_time_file.c writes and reads it. */
#ifndef AC_WATCH_OVER_TIME_STATE_H
#define AC_WATCH_OVER_TIME_STATE_H

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "crypto/digest.h"
#include "match/sequence.h"
#include "watch/over_time.h"

/* Of so many records the median time is what is thought to be now. */
#define AC_OVER_TIME_RECENT 63

/* A record for which some brackets hold. */
typedef struct ac_time_hit {
	uint64_t brackets;
	ac_time time;
	uint64_t line, offset;
	uint32_t file; /* UINT32_MAX: its name is not known any more */
} ac_time_hit;

typedef struct ac_time_state {
	uint64_t hash;
	char *scope;
	ac_time_hit *hits;   /* by time */
	ac_time newest_time; /* of all records that came, forgotten ones too */
	uint32_t pattern, scope_n;
	uint32_t hit_count, capacity;
	uint32_t next;         /* of the same bucket, or of the free ones */
	uint32_t newer, older; /* by use */
} ac_time_state;

/* What is known of a pattern beforehand. */
typedef struct ac_time_rule {
	const ac_pattern_node *tree;
	uint64_t demand;                /* records that it can use at most */
	uint64_t hits_max;              /* records that are remembered of a scope */
	uint8_t digest[AC_SHA256_SIZE]; /* of its text */
	bool has_window;                /* WITHIN around all of it */
	bool is_plain;                  /* no other WITHIN, no START: only the order of records counts */
} ac_time_rule;

struct ac_over_time {
	const ac_over_time_pattern *patterns;
	size_t pattern_count;
	ac_hash_seed seed;
	/* times of the records that came last, sorted, and in the order in which they came */
	ac_time recent[AC_OVER_TIME_RECENT], arrived[AC_OVER_TIME_RECENT];
	size_t recent_count, next_arrival;
	uint64_t late_seconds;
	size_t states_max, bytes_max;
	ac_time_rule *rules; /* by pattern */
	ac_time_state *states;
	size_t state_count, state_capacity; /* free ones too */
	size_t used, bytes;
	uint32_t *buckets;
	size_t bucket_count;
	uint32_t free, newest, oldest;
	ac_map files; /* name -> number */
	ac_str *file_names;
	size_t file_count, file_capacity;
	ac_arena file_texts;
	ac_arena scratch; /* of one question */
	ac_over_time_counts counts;
};

/* The state of a pattern and scope, made when there is none. 0 or ACCORD_ENOMEM. */
int ac_over_time_state(ac_over_time *t, uint32_t pattern, ac_str scope, uint32_t *out) AC_CHECKED;
/* Put a record into a state, in the order of time. 0 or ACCORD_ENOMEM. */
int ac_over_time_put(ac_over_time *t, uint32_t state, uint64_t brackets, const ac_witness *record) AC_CHECKED;

#endif
