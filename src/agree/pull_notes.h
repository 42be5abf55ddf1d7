/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes and bundles out of another member's folder: what of notes/ the coalition's members have signed (changes of keys come in with the charters, pull_charters.h), and of bundles/ what such a statement cites. Whether a note counts is judged when it is read
 * (agree/account.h); here it is only that nobody else's bytes come in.
 */
#ifndef AC_AGREE_PULL_NOTES_H
#define AC_AGREE_PULL_NOTES_H

#include "agree/note.h"

typedef struct ac_pulled_notes {
	uint64_t notes, bundles; /* that were not there, or have new signatures */
	uint64_t refused; /* files of notes/ that no member has signed, with a wrong signature, or that are no notes */
	char reason[200]; /* of the last refused one, with its name */
} ac_pulled_notes;

/*
 * Take them in. keys: of all members, for all purposes, old ones as well. His folder is hostile (sys/inside.h). Errors are those of the machine and of one's own folder; ACCORD_ELIMIT: over AC_HELD_MAX files.
 */
int ac_pull_notes(const char *dir, const char *from, const ac_vkey *keys, size_t count, ac_pulled_notes *out,
    accord_err *err) AC_CHECKED;

#endif
