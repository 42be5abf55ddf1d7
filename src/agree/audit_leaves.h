/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signatures of all leaves of a log, by several threads: leaves come in order from one thread, are gathered in blocks, and are verified by whichever thread is free. Memory for two blocks more than there are threads.
 */
#ifndef AC_AGREE_AUDIT_LEAVES_H
#define AC_AGREE_AUDIT_LEAVES_H

#include "agree/note.h"

/* What was found; a leaf is in one of the four counts. */
typedef struct ac_leaf_counts {
	uint64_t verified;   /* signed by a trusted key at least, and no trusted key's signature is wrong */
	uint64_t unknown;    /* a signed note by none of the trusted keys */
	uint64_t wrong;      /* a trusted key's signature is wrong, or on a text that is not of its purpose */
	uint64_t no_note;    /* not a signed note at all */
	uint64_t signatures; /* of trusted keys that are right */
	/* The first leaf that is not verified, and why; without one all are. */
	bool has_first;
	uint64_t first;
	char reason[ACCORD_ERR_TEXT_SIZE];
} ac_leaf_counts;

typedef struct ac_leaf_checker ac_leaf_checker;
/* jobs threads, 1 .. AC_AUDIT_JOBS_MAX. keys must live as long. */
int ac_leaf_checker_open(
    const ac_vkey *keys, size_t count, unsigned jobs, ac_leaf_checker **out, accord_err *err) AC_CHECKED;
/* The next leaf: for ac_audit_sink, with the checker as its payload. Waits while all threads are busy. Errors are the machine's, perhaps of an earlier leaf. */
int ac_leaf_checker_take(void *checker, uint64_t index, ac_str leaf, accord_err *err) AC_CHECKED;
/* All that were taken have been verified. */
int ac_leaf_checker_end(ac_leaf_checker *checker, ac_leaf_counts *out, accord_err *err) AC_CHECKED;
ac_leaf_checker *ac_leaf_checker_close(ac_leaf_checker *checker); /* takes NULL, returns NULL; ends the threads */

#endif
