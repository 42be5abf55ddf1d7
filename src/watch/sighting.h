/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hits kept as STIX sightings: one object per indicator, input and day, with an id derived from them, so that watching an input again changes
 * nothing. An input is known by the beginning of its content and its inode, not by its name.
 */
#ifndef AC_WATCH_SIGHTING_H
#define AC_WATCH_SIGHTING_H

#include "store/store.h"
#include "watch/watch.h"

typedef struct ac_sightings ac_sightings;

typedef struct ac_sighting_counts {
	uint64_t made, changed, unchanged;
	uint64_t dropped; /* hits beyond AC_SIGHTINGS_MAX indicators and days of one input */
} ac_sighting_counts;

ac_sightings *ac_sightings_open(ac_hash_seed seed); /* NULL without memory */
/* Content of the input at hand, from its first byte on, in pieces of any size: what its identity needs is kept. */
void ac_sightings_see(ac_sightings *s, ac_str bytes);
/* Note a hit in the input at hand. */
int ac_sightings_add(ac_sightings *s, const ac_hit *hit, accord_err *err) AC_CHECKED;
/*
 * The input has ended: write its sightings in one batch and forget them. file: its name as given; inode 0 for pipes; now: for created and modified.
 * Adds to *counts.
 */
int ac_sightings_store(ac_sightings *s, ac_store *store, ac_str file, uint64_t inode, ac_time now,
    ac_sighting_counts *counts, accord_err *err) AC_CHECKED;
ac_sightings *ac_sightings_close(ac_sightings *s); /* takes NULL, returns NULL */

#endif
