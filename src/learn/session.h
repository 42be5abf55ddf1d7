/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the learning parent: what learn.c (inputs, folders, feeds), frames.c (what the role says) and tally.c (the report) share. */
#ifndef AC_LEARN_SESSION_H
#define AC_LEARN_SESSION_H

#include "learn/learn.h"
#include "learn/wire.h"
#include "sys/role.h"

/* Words and paths of the report. */
#define AC_LEARN_ARENA_MAX (64 * AC_MIB)
#define AC_LEARN_WORDS_MAX 128
#define AC_LEARN_WORD_MAX 64
#define AC_LEARN_ID_MAX 300
#define AC_LEARN_LISTED_MAX 1000000
#define AC_LEARN_SOURCES_MAX 100000

typedef struct ac_learn_listed {
	char uuid[36];
	int64_t timestamp;
} ac_learn_listed;

/* Counts of one batch: they hold when it is committed. */
typedef struct ac_learn_batch {
	bool open;
	uint64_t fill; /* of AC_LEARN_BATCH_ROWS */
	uint64_t bytes;
	uint64_t put[AC_PUT_CONFLICT + 1], rows_put[AC_PUT_CONFLICT + 1];
} ac_learn_batch;

struct ac_learn {
	ac_store *store; /* NULL: nothing is stored and nothing is known */
	ac_learn_options options;
	ac_arena arena;  /* of the run: words, paths, options */
	ac_arena record; /* of one record */
	ac_role *role;   /* NULL until needed, and after it died */
	ac_learn_batch batch;
	ac_map sources; /* name -> number, of this batch */
	/* the input at hand */
	const char *path;
	ac_str stem;     /* the producer where neither option nor data says one */
	ac_buf producer; /* whose records come */
	int64_t source;
	bool source_known;
	bool is_file; /* it is a regular one */
	bool ended;   /* the role has said that it is done */
	bool wanted;  /* the role wants it once more */
	bool is_feed; /* it is a feed's manifest */
	uint64_t input_refused;
	ac_learn_listed *listed; /* heap */
	size_t listed_count, listed_capacity;
	/* the run */
	ac_map folders; /* folder -> 1 a feed, 2 not */
	bool stopped;   /* --strict */
	bool finished;
	bool store_failed; /* the run cannot go on; else a failure is the input's or the role's */
	bool galaxies;     /* the role may hold relations */
	int outcome;
	ac_learn_report report;
	ac_learn_count repaired[AC_LEARN_WORDS_MAX], refused[AC_LEARN_WORDS_MAX];
	ac_learn_repair *repairs;   /* arena, AC_REPORT_PLACES_MAX */
	ac_learn_refusal *refusals; /* arena, AC_REPORT_PLACES_MAX */
};

/* tally.c */
void ac_learn_count_repair(ac_learn *learn, ac_str word, uint64_t count);
/* Keep the place of a repaired object. */
void ac_learn_note_repair(ac_learn *learn, const ac_wire_repaired *repaired);
/* Count a refusal, keep its place, and set the outcome. */
void ac_learn_refuse(ac_learn *learn, ac_str reason, const accord_err *what);
const char *ac_learn_keep(ac_learn *learn, const char *text); /* a copy for the run; "" without memory */

/* frames.c */
int ac_learn_on_frame(void *payload, ac_frame frame, accord_err *err);
int ac_learn_begin(ac_learn *learn, accord_err *err) AC_CHECKED;
int ac_learn_commit(ac_learn *learn, accord_err *err) AC_CHECKED;
void ac_learn_rollback(ac_learn *learn);
void ac_learn_set_producer(ac_learn *learn, ac_str name);
/* The name comes from the input: a name that this program has for itself is marked as what the input says. */
void ac_learn_set_told_producer(ac_learn *learn, ac_str name);

#endif
