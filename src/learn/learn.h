/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning: bytes of a source go to the parse role, records come back and are stored. The import report says what became of every record.
 *
 * Whose records they are. One producer an input, by the first of these that holds:
 *	--from NAME, for everything;
 *	what the data says: in STIX, the identity that the first object with a created_by_ref names, if it stands within the first 8 MiB of records; in a MISP event, its Orgc; in a MISP
 *		galaxy, "MISP galaxy NAME";
 *	the file's name without folder and endings; "stdin".
 * The rule looks at the input's bytes and name alone, so that learning it again finds the same producer. Who calls a thing so may be said beside it (ac_fact_name.namer).
 *
 * Durability: records are committed in batches (AC_LEARN_BATCH_RECORDS, AC_LEARN_BATCH_BYTES), and at the end of each ac_learn_path. Interrupted and run again, what was committed is found
 * unchanged. The events of a MISP feed are remembered with their timestamps in the same transaction as their last records; an event that is not newer is not opened again.
 */
#ifndef AC_LEARN_LEARN_H
#define AC_LEARN_LEARN_H

#include "learn/reader.h"
#include "store/store.h"

typedef struct ac_learn ac_learn;

/* What holds for one producer, whatever the run. */
typedef struct ac_learn_source {
	ac_str producer;
	ac_tlp tlp;
} ac_learn_source;

typedef struct ac_learn_options {
	ac_str producer; /* --from; empty: the source's own name (identity in the data), else the file's name */
	ac_str kind;     /* --as; empty: detect */
	bool dry_run;
	uint32_t repairs_off; /* a bit for each repair of STIX that is left out (stix_repair.h) */
	bool strict;          /* stop at the first refused record */
	bool sandbox;
	/*
	 * The TLP of what a producer sends without one, kept in the store with the producer: `tlp` for every producer of the run, else that of `sources` (the caller's, until close), else
	 * `tlp_where_none` if it has none yet. NONE: leave it.
	 */
	ac_tlp tlp, tlp_where_none;
	const ac_learn_source *sources;
	size_t source_count;
	ac_time now;
	/* Bytes read of the input at hand; total 0: unknown. May be NULL. */
	void (*on_progress)(void *payload, const char *path, uint64_t done, uint64_t total);
	void *progress_payload;
} ac_learn_options;

/* One transaction: large enough that the disk is asked seldom, small enough that little is repeated after a kill. */
#define AC_LEARN_BATCH_RECORDS 8192
/* Of rows of lists, which are small: as many as the store writes in order at once. From a pipe only as many as records: it may be slow, and an open batch keeps other writers waiting. */
#define AC_LEARN_BATCH_ROWS AC_STORE_LIST_KEYS_MAX
#define AC_LEARN_BATCH_BYTES (32 * AC_MIB)

/* A counted word and its number. */
typedef struct ac_learn_count {
	const char *word;
	uint64_t count;
} ac_learn_count;
/* A refused record and its place. */
typedef struct ac_learn_refusal {
	const char *reason;
	const char *path;
	accord_err what; /* ACCORD_EIO: the input could not be read on; else EINPUT or ELIMIT */
} ac_learn_refusal;

/* A repaired object and its place. */
typedef struct ac_learn_repair {
	const char *repair;
	const char *path;
	const char *id; /* as it came */
	uint64_t line, column, byte;
} ac_learn_repair;

typedef struct ac_learn_report {
	uint64_t inputs;
	uint64_t bytes;                    /* as read, before decompression */
	uint64_t skipped;                  /* events of feeds that are no newer than what was learned before */
	uint64_t put[AC_PUT_CONFLICT + 1]; /* objects by ac_put_result */
	uint64_t rows_put[AC_PUT_CONFLICT + 1];
	const ac_learn_count *repaired;
	size_t repaired_count;
	const ac_learn_repair *repairs; /* the first AC_REPORT_PLACES_MAX places of repaired objects */
	size_t repair_count;
	const ac_learn_count *refused; /* by reason */
	size_t refused_count;
	const ac_learn_refusal *refusals; /* the first AC_REPORT_PLACES_MAX of them */
	size_t refusal_count;
	double seconds;
} ac_learn_report;

/* store NULL only with dry_run. */
int ac_learn_open(ac_store *store, const ac_learn_options *options, ac_learn **out, accord_err *err) AC_CHECKED;
/*
 * Learn a file, a folder (MISP feed directories are read by their manifest), or "-". Bad inputs and records are counted and the rest goes on; the return says
 * only whether learning itself broke (store full, ...).
 */
int ac_learn_path(ac_learn *learn, const char *path, accord_err *err) AC_CHECKED;
/*
 * No more inputs: what waited for other inputs (relations between galaxies) is stored. Without it close does so, unseen.
 */
int ac_learn_finish(ac_learn *learn, accord_err *err) AC_CHECKED;
/* Learn bytes in memory as a source of this name (the knowledge pack). */
int ac_learn_bytes(ac_learn *learn, const char *name, ac_str bytes, accord_err *err) AC_CHECKED;
/* End the parse role; the next input starts a new one. For who measures its time. */
void ac_learn_drop_role(ac_learn *learn);
/* Views live until close. */
void ac_learn_report_get(const ac_learn *learn, ac_learn_report *out);
/* The gravest outcome so far: 0, ACCORD_EINPUT / ELIMIT, or ACCORD_EIO. */
int ac_learn_outcome(const ac_learn *learn);
ac_learn *ac_learn_close(ac_learn *learn); /* takes NULL, returns NULL */

/* The parse role's main loop on its link (called by the program when it is started as a role). Returns an exit status. */
int ac_parse_role_main(int fd, bool with_sandbox);

#endif
