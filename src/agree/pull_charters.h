/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charters and changes of keys out of another member's folder: the versions that follow those that are held, by the same rule as any other (agree/chain.h). The first version comes from nobody's folder: whom one believes
 * is one's own to say.
 */
#ifndef AC_AGREE_PULL_CHARTERS_H
#define AC_AGREE_PULL_CHARTERS_H

#include "agree/chain.h"

typedef struct ac_pulled_charters {
	uint64_t versions, changes; /* that were not there */
	uint64_t
	    refused; /* another text of a version that is held, one that does not follow, what is no charter; and changes over the ceiling */
	char reason[200]; /* of the last refused one, with its name */
} ac_pulled_charters;

/*
 * Take them into dir, and grow chain, which is that of dir (ac_chain_load, not empty). His folder is hostile (sys/inside.h). What is written is accepted once more by whoever loads dir: versions and changes together are tried
 * before anything is kept, changes first, each on disk. Changes that are not accepted (yet) stay where they are. Errors are those of the machine and of one's own folder; ACCORD_ELIMIT: over AC_HELD_MAX files of notes/.
 */
int ac_pull_charters(
    ac_chain *chain, const char *dir, const char *from, ac_pulled_charters *out, accord_err *err) AC_CHECKED;

#endif
