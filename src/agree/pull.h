/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking in another member's folder: copies of logs (his own, and those that he holds of others) into peers/SHA256(origin)/ of one's own, and every checkpoint that he holds compared with what one holds. His folder is hostile
 * (sys/inside.h). A copy only grows: what comes must be a log's own signed growth of what is there, with leaves that give the checkpoint's root. Two signed trees that contradict each
 * other become a proof in misbehaviour/, whoever showed them.
 */
#ifndef AC_AGREE_PULL_H
#define AC_AGREE_PULL_H

#include "agree/keyring.h"

typedef enum ac_pull_result {
	AC_PULL_SAME,  /* nothing that was not known */
	AC_PULL_GROWN, /* the copy has grown */
	AC_PULL_REFUSED, /* what came is not signed by the log, or its tiles do not give what it says; nothing was taken */
	/* It is one's own log, and somebody holds a larger tree that its key has signed: nothing is appended until it is whole again. Or it is the other's, and is shorter than when it was last taken in. */
	AC_PULL_ROLLED_BACK,
	AC_PULL_MISBEHAVED, /* the log's key has signed two trees that contradict each other; the proof is kept */
} ac_pull_result;
const char *ac_pull_result_name(ac_pull_result result); /* "same", "grown", "refused", "rolled-back", "misbehaved" */

/* What was found of one log in one place of the other's folder. */
typedef struct ac_pulled {
	ac_str origin;
	const char *place; /* "log", "peers/HEX", "witness/HEX"; of one's own folder "own witness/HEX" */
	ac_pull_result result;
	uint64_t old_size, size; /* of one's own copy, before and after */
	const char *reason;      /* in words, of what is refused or worse; else empty */
} ac_pulled;

typedef struct ac_pull {
	const char *dir;  /* the member's own folder */
	const char *from; /* the other's */
	const ac_vkey
	    *keys; /* of logs, whose names are their origins, and of witnesses, whose lines are kept with copies */
	size_t key_count;
	const ac_keyring
	    *ring;          /* which of them count at which place: copies grow by these only. NULL: all, everywhere */
	const ac_vkey *own; /* of the member's own log, which is only compared; may be NULL */
	/* Told of each; negative ends. */
	int (*on_pulled)(void *payload, const ac_pulled *pulled, accord_err *err);
	void *payload;
} ac_pull;

/* Errors are those of the machine and of one's own folder; what is wrong with the other's is told to on_pulled. */
int ac_pull_folder(const ac_pull *pull, accord_err *err) AC_CHECKED;

#endif
