/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers: one file per thing that allies publish. A reader is a push parser: it takes bytes as they come and gives records to its sink. It never
 * touches disk or network, which is what makes it fuzzable and sandboxable.
 */
#ifndef AC_LEARN_READER_H
#define AC_LEARN_READER_H

#include "base/map.h"
#include "codec/json_stream.h"
#include "store/record.h"

/* Where something was put right: the object's place, and its id as it came. */
typedef struct ac_repaired_at {
	ac_place place;
	ac_str id;
} ac_repaired_at;

/* What a reader gives. Everything lives until the call returns. A negative return stops the reader with that code. */
typedef struct ac_reader_sink {
	int (*on_record)(void *payload, const ac_record *record, ac_place place, accord_err *err);
	int (*on_row)(void *payload, const ac_row *row, ac_place place, accord_err *err);
	/* A record that was refused: counted, reported with its place, kept out. reason is a fixed word ("bad-id", "not-json", "over-limit" ...). */
	int (*on_refused)(void *payload, const char *reason, const accord_err *what);
	/* Something was put right or lifted on the way in: counted by kind ("stix20-lifted", "quoted-integers" ...). at NULL: the place is not told. */
	void (*on_repair)(void *payload, const char *kind, const ac_repaired_at *at);
	/* Whose records follow from here on, in the data's own words (see learn.h on producers); empty: it does not say. May be NULL. */
	int (*on_producer)(void *payload, ac_str name, accord_err *err);
	/* A MISP feed's manifest lists this event, last changed at `timestamp` (Unix seconds). uuid is 36 checked characters. May be NULL. */
	int (*on_listed)(void *payload, ac_str uuid, int64_t timestamp, accord_err *err);
	void *payload;
} ac_reader_sink;

typedef struct ac_galaxy_links ac_galaxy_links; /* learn/galaxy_links.h */

/* What a reader may know about its input. */
typedef struct ac_reader_options {
	ac_str producer;   /* --from, or empty */
	ac_str input_name; /* for texts only */
	ac_time now;
	ac_hash_seed seed;      /* of hash tables whose keys the input chooses */
	uint32_t repairs_off;   /* a bit for each repair of STIX that is left out (stix_repair.h) */
	ac_galaxy_links *links; /* relations between the galaxies of one run; NULL: each file for itself */
} ac_reader_options;

/*
 * One row of the table of readers. `score` looks at the first bytes (up to 64 KiB) and says how sure it is that they are its kind: 0 no, 100 certain; the highest wins.
 */
typedef struct ac_reader ac_reader; /* each reader's own state */
typedef struct ac_reader_kind {
	const char *name; /* --as NAME */
	const char *help;
	int (*score)(ac_str head);
	ac_reader *(*open)(const ac_reader_options *options, const ac_reader_sink *sink); /* NULL without memory */
	int (*feed)(ac_reader *reader, ac_str chunk, accord_err *err);
	int (*end)(ac_reader *reader, accord_err *err);
	ac_reader *(*close)(ac_reader *reader); /* takes NULL, returns NULL */
	/*
	 * May be NULL. Asked after end: does the reader need its input once more, from the start? It then has made itself ready to be fed again, and ended again.
	 */
	bool (*again)(ac_reader *reader);
	bool names_producer; /* calls on_producer, maybe after records: those wait (up to 8 MiB) until it does */
} ac_reader_kind;

/* The table, ended by a NULL. */
extern const ac_reader_kind *const ac_reader_kinds[];
const ac_reader_kind *ac_reader_find(ac_str name); /* NULL when unknown */
/* The best kind for these first bytes; NULL when none fits. */
const ac_reader_kind *ac_reader_detect(ac_str head);

#endif
