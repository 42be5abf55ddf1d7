/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values on their way to the memory of observables, many at a time, so that their places in it are at hand when they are looked at; and the spellings that were seen last, of which the value and its place are known. Most
 * values of a log are of few hosts: they cost a comparison and an addition. Counts are exact. Private to this room.
 */
#ifndef AC_WATCH_RETRO_BATCH_H
#define AC_WATCH_RETRO_BATCH_H

#include "base/limits.h"
#include "watch/retro.h"

/* A spelling, and what it stands for. */
typedef struct ac_retro_recent {
	ac_retro_place place;
	uint32_t number;
	uint16_t pending; /* its sight in the batch, plus one; 0: none */
	uint8_t n;        /* bytes of text; 0: none */
	uint8_t kind;     /* the caller's; never 0 when n is not */
	char text[];
} ac_retro_recent;

/* The key of a spelling that was given a key before. Returns its bytes; 0 would be a fault. */
typedef size_t (*ac_on_retro_spelling)(void *payload, unsigned kind, ac_str text, char out[static AC_RETRO_KEY_MAX]);

typedef struct ac_retro_batch ac_retro_batch;
ac_retro_batch *ac_retro_batch_open(
    ac_retro *retro, ac_on_retro_spelling key_of, void *payload); /* NULL without memory */
ac_retro_batch *ac_retro_batch_close(ac_retro_batch *b);          /* takes NULL; what is not settled is lost */
/* What comes is of this source, and of this time. The first after settling only. */
void ac_retro_batch_source(ac_retro_batch *b, uint64_t source);
void ac_retro_batch_time(ac_retro_batch *b, ac_time t);
/* Ask memory for what is known of a spelling, which is at hand some steps later. Returns its hash. */
uint64_t ac_retro_batch_ask(const ac_retro_batch *b, ac_str text);
/*
 * The spelling's own; or one that the caller may make its own (n 0) by ac_retro_batch_learn; NULL: it cannot be kept. kind is part of the spelling: tokens (0), or a kind of texts of fields. hash: of
 * ac_retro_batch_ask.
 */
ac_retro_recent *ac_retro_batch_recent(ac_retro_batch *b, ac_str text, unsigned kind, uint64_t hash);
void ac_retro_batch_learn(ac_retro_recent *recent, ac_str text, unsigned kind);
/* Its value was seen again. */
int ac_retro_batch_again(ac_retro_batch *b, ac_retro_recent *recent, accord_err *err) AC_CHECKED;
/* A key was seen, as a spelling or (NULL) not. */
int ac_retro_batch_put(ac_retro_batch *b, ac_str key, ac_retro_recent *recent, accord_err *err) AC_CHECKED;
/* All that was put is in the memory afterwards. */
int ac_retro_batch_settle(ac_retro_batch *b, accord_err *err) AC_CHECKED;

#endif
