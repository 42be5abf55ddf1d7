/* SPDX-License-Identifier: Apache-2.0 */
/* How far what a statement said would follow has come: out of members' words (agree/action.h), as of some time. Pure: whose words count is decided before. */
#ifndef AC_AGREE_PROGRESS_H
#define AC_AGREE_PROGRESS_H

#include "agree/action.h"
#include "agree/charter.h"

/* One action of one member who is to do it. */
typedef struct ac_step {
	unsigned action, member; /* places in the statement and in the charter */
	const ac_action *last;   /* his word of the highest number; NULL: none that counts */
	bool contradicts;        /* two of that number differ: neither counts, until he says a later one */
	ac_action_status status; /* open where nothing counts */
	ac_time due;             /* of the statement, or as he moved it */
	bool is_overdue;         /* due before that time, and neither done nor dropped */
} ac_step;

typedef struct ac_progress {
	const ac_step *
	    steps; /* by action: of its owner, or of each member in turn where it is everybody's; of an owner whom the charter does not have, none */
	size_t count;
	unsigned told; /* how many words there are, each text once */
	ac_time as_of;
} ac_progress;

/* actions: of this statement, checked (ac_action_check), by whoever they say, in any order, each text perhaps more than once; they must live as long. Into the arena. */
int ac_progress_judge(const ac_charter *charter, const ac_statement *statement, const ac_action *const *actions,
    size_t count, ac_time as_of, ac_arena *arena, ac_progress *out, accord_err *err) AC_CHECKED;
/* What all steps of an action come to: done or dropped when each is (done, if one is), underway when one is more than open, else open. */
ac_action_status ac_progress_of(const ac_progress *progress, unsigned action);

#endif
