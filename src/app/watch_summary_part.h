/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the summary of accord watch: what watch_summary.c counts and watch_summary_tell.c tells. */
#ifndef AC_APP_WATCH_SUMMARY_PART_H
#define AC_APP_WATCH_SUMMARY_PART_H

#include "app/watch_summary.h"
#include "base/map.h"

/* Rows of a table that are in order at the end: no more are ever told. */
#define AC_SUMMARY_SHOWN 1000
#define AC_SUMMARY_NAME_MAX 160
/* Indicators of one hit whose entries are asked of memory ahead. */
#define AC_SUMMARY_EXPECTED_MAX 8

/* What is counted: an indicator, a producer, an actor, a reason. */
typedef struct ac_counted {
	ac_str key;
	ac_str name;
	ac_str producer; /* of an indicator */
	uint64_t hits;
	uint64_t alone;      /* of an indicator: hits of no other one */
	uint64_t indicators; /* different ones that led here */
	uint64_t last;       /* number of the hit that was counted last */
	size_t number;       /* place in its table, from 0 */
	size_t by;           /* of an indicator: its producer's number + 1; 0: none */
	const size_t *actors;
	size_t actor_count;
} ac_counted;

typedef struct ac_counted_table {
	ac_map map;     /* key -> number */
	ac_arena arena; /* of the items, which are alone in it: then growing moves no bytes */
	ac_counted *items;
	size_t n, capacity, most;
	uint64_t lost; /* hits that found no room */
} ac_counted_table;

struct ac_watch_summary {
	ac_store *store;
	ac_hash_seed seed;
	ac_arena arena;
	ac_counted_table indicators, producers, actors, reasons;
	ac_counted_table together; /* indicators of one hit, when they are several: their numbers, as bytes */
	uint64_t hit;              /* number of the one at hand */
	bool actors_cut;
	size_t last_producer;                       /* its number */
	uint64_t expected[AC_SUMMARY_EXPECTED_MAX]; /* indicators of the hit that comes, asked of their map */
	unsigned asked;                             /* steps of whose kind the store has any edge, as bits */
};

#endif
