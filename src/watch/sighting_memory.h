/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs over inputs have already sighted, asked before the memory of observables tells of it too: one event makes one sighting, whichever of both finds it. Private to this room.
 */
#ifndef AC_WATCH_SIGHTING_MEMORY_H
#define AC_WATCH_SIGHTING_MEMORY_H

#include "store/store.h"
#include "watch/vec.h"

/* Who writes sightings; others' never take anything from what is found here. */
#define AC_SIGHTING_PRODUCER "accord watch"
#define AC_SIGHTING_UNDATED AC_S("undated")

/* The sightings of one indicator after the other. */
typedef struct ac_sighted_inputs {
	ac_store *store;
	ac_str indicator; /* that is held; p NULL: none */
	ac_vec inputs;
	ac_arena arena;   /* of the indicator */
	ac_arena scratch; /* of one object */
} ac_sighted_inputs;

void ac_sighted_inputs_open(ac_sighted_inputs *s, ac_store *store);
void ac_sighted_inputs_done(ac_sighted_inputs *s);

/* What the memory has of an indicator and a day. */
typedef struct ac_remembered {
	ac_str indicator;
	ac_str day;     /* "2026-01-31" */
	ac_str sources; /* names (ac_retro_name), ", " between them; "..." at the end: others, too */
	ac_time first, last;
	uint64_t count;
} ac_remembered;

/*
 * How many of them are in sightings of inputs of these sources: the sum of those of the day (and of such without a day, whose records carry no time); all, when what was sighted of each source reaches from the first to the
 * last: an input that was watched twice is remembered twice.
 */
int ac_sighted_inputs_of(ac_sighted_inputs *s, const ac_remembered *r, uint64_t *out_count, accord_err *err) AC_CHECKED;
/* Whether sources (as above) have an input of this path. */
bool ac_sources_have(ac_str sources, ac_str path);
/* sources with what is new in more, in arena; over AC_SOURCES_MAX it ends in "...". */
#define AC_SOURCES_MAX ((size_t)16 * AC_KIB)
ac_str ac_sources_join(ac_str sources, ac_str more, ac_arena *arena);

#endif
