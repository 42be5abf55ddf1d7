/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning: bytes of a source go to the parse role, records come back and are stored. The import report says what became of every record.
 */
#ifndef AC_LEARN_LEARN_H
#define AC_LEARN_LEARN_H

#include "learn/reader.h"
#include "store/store.h"

typedef struct ac_learn ac_learn;

typedef struct ac_learn_options {
	ac_str producer; /* --from; empty: the source's own name (identity in the data), else the file's name */
	ac_str kind;     /* --as; empty: detect */
	bool dry_run;
	bool strict; /* stop at the first refused record */
	bool sandbox;
	ac_time now;
} ac_learn_options;

/* A counted word and its number. */
typedef struct ac_learn_count {
	const char *word;
	uint64_t count;
} ac_learn_count;
/* A refused record and its place. */
typedef struct ac_learn_refusal {
	const char *reason;
	const char *path;
	accord_err what;
} ac_learn_refusal;

typedef struct ac_learn_report {
	uint64_t inputs;
	uint64_t bytes;
	uint64_t put[AC_PUT_CONFLICT + 1]; /* objects by ac_put_result */
	uint64_t rows_put[AC_PUT_CONFLICT + 1];
	const ac_learn_count *repaired;
	size_t repaired_count;
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
/* Learn bytes in memory as a source of this name (the knowledge pack). */
int ac_learn_bytes(ac_learn *learn, const char *name, ac_str bytes, accord_err *err) AC_CHECKED;
/* Views live until close. */
void ac_learn_report_get(const ac_learn *learn, ac_learn_report *out);
/* The gravest outcome so far: 0, ACCORD_EINPUT / ELIMIT, or ACCORD_EIO. */
int ac_learn_outcome(const ac_learn *learn);
ac_learn *ac_learn_close(ac_learn *learn); /* takes NULL, returns NULL */

/* The parse role's main loop on its link (called by the program when it is started as a role). Returns an exit status. */
int ac_parse_role_main(int fd, bool with_sandbox);

#endif
