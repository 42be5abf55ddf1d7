/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hits kept as STIX sightings: one object per indicator, input and day, with an id derived from them, so that watching an input again changes
 * nothing. An input is known by the beginning of its content and its inode, not by its name.
 */
#ifndef AC_WATCH_SIGHTING_H
#define AC_WATCH_SIGHTING_H

#include "crypto/digest.h"
#include "store/store.h"
#include "watch/sighting_memory.h"
#include "watch/watch.h"

/* Beginning of the content that tells inputs apart. Comment lines are the same in all files of a sensor, so it ends with the first line that is none:
   a log that grows keeps its identity. */
#define AC_SIGHTING_PREFIX_MAX (4 * AC_KIB)
/* Digest of the prefix, and the inode, in hexadecimal digits. */
#define AC_SIGHTING_IDENTITY_SIZE (2 * AC_SHA256_SIZE + 24)

typedef struct ac_sightings ac_sightings;

typedef struct ac_sighting_counts {
	uint64_t made, changed, unchanged;
	uint64_t dropped; /* hits beyond AC_SIGHTINGS_MAX indicators and days of one input */
} ac_sighting_counts;

ac_sightings *ac_sightings_open(ac_hash_seed seed); /* NULL without memory */
/*
 * Call first, for an input that has no end and whose hits may come again: lines grow, and hits at or before the last line that a stored sighting counts (x_accord_through) are known and change nothing;
 * others are added to it.
 */
void ac_sightings_by_place(ac_sightings *s);
/*
 * Call first, for an input that goes on and whose hits come in pieces, each once: they are added to what is stored of it, but for those before the byte up to which a run over the whole
 * input has counted them (x_accord_place).
 */
void ac_sightings_by_offset(ac_sightings *s);
size_t ac_sightings_hits(const ac_sightings *s); /* that are held one by one, for these */
/* The input has ended, and had so many bytes: whoever follows it later is told so by x_accord_place. */
void ac_sightings_see_end(ac_sightings *s, uint64_t bytes);
/* Content of the input at hand, from its first byte on, in pieces of any size: what its identity needs is kept. */
void ac_sightings_see(ac_sightings *s, ac_str bytes);
/* Note a hit in the input at hand. */
int ac_sightings_add(ac_sightings *s, const ac_hit *hit, accord_err *err) AC_CHECKED;
/* The identity of an input: of its first AC_SIGHTING_PREFIX_MAX bytes (or all), and its inode (0: a pipe). */
int ac_sighting_identity(
    ac_str prefix, uint64_t inode, char out[static AC_SIGHTING_IDENTITY_SIZE], accord_err *err) AC_CHECKED;

typedef struct ac_sighting_input {
	ac_str file; /* its name as given */
	char identity[AC_SIGHTING_IDENTITY_SIZE];
} ac_sighting_input;
/* Write them in the store's open batch; they are kept here, for another try. Adds to *counts. */
int ac_sightings_put(ac_sightings *s, ac_store *store, const ac_sighting_input *input, ac_time now,
    ac_sighting_counts *counts, accord_err *err) AC_CHECKED;
void ac_sightings_forget(ac_sightings *s);
/*
 * Something that the memory of observables has found (--retro). It is told but for what inputs have sighted of it; and when an input tells it later, the memory's sighting gives it up: one event is counted once. A day and an indicator
 * may come in pieces (r->day is not looked at). Such sightings alone, under AC_SIGHTING_MEMORY.
 */
int ac_sightings_add_remembered(ac_sightings *s, const ac_remembered *r, accord_err *err) AC_CHECKED;
/* The content that stands for the memory, as an input (inode 0). */
#define AC_SIGHTING_MEMORY AC_S("accord watch --retro\n")
/*
 * The input has ended: write its sightings in one batch and forget them. file: its name as given; inode 0 for pipes; now: for created and modified.
 * Adds to *counts.
 */
int ac_sightings_store(ac_sightings *s, ac_store *store, ac_str file, uint64_t inode, ac_time now,
    ac_sighting_counts *counts, accord_err *err) AC_CHECKED;
/* The same, but the input goes on: nothing is forgotten. */
int ac_sightings_keep(ac_sightings *s, ac_store *store, ac_str file, uint64_t inode, ac_time now,
    ac_sighting_counts *counts, accord_err *err) AC_CHECKED;
ac_sightings *ac_sightings_close(ac_sightings *s); /* takes NULL, returns NULL */

#endif
