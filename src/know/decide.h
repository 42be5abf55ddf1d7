/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The member's own decisions about actors: that two records are one, or that they are two. Each is a relationship of this node (same-as, distinct-from) kept as every other claim and exported as one; taking it back
 * revokes it, so that all versions stay. The newest decision about a pair takes the place of an older one.
 */
#ifndef AC_KNOW_DECIDE_H
#define AC_KNOW_DECIDE_H

#include "know/know.h"

/*
 * The actor record that a text names: an id, a number or a name in any script. Of several with a name first the one whose own name it is, then the one with a number of its own, then by id. ACCORD_ENOTFOUND (err untouched):
 * nothing here that is an actor is called so.
 */
int ac_know_record_called(ac_know *know, ac_str text, const ac_actor_record **out, accord_err *err) AC_CHECKED;

/* A decision that stands. Seen from the record that it was made about first. */
typedef struct ac_decision {
	const ac_actor_record *a, *b;
	const ac_actor_link *link; /* of a */
} ac_decision;
typedef struct ac_decisions {
	ac_decision *items;
	size_t count;
} ac_decisions;
/* All that stand, in order of date; of a and b only when they are given. */
int ac_know_decisions(
    ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_decisions *out, accord_err *err) AC_CHECKED;

/* What a decision of this kind changes in the store, as relationships: made in a session, written when it is closed. */
typedef struct ac_decision_change {
	ac_str id; /* of the relationship that is revoked; empty: a new one */
	ac_str json;
} ac_decision_change;
typedef struct ac_decision_changes {
	ac_decision_change *items;
	size_t count;
	ac_str made; /* id of the new one; empty when it was made before, or taken back */
} ac_decision_changes;

/*
 * That a and b are one (AC_LINK_SAME) or two (AC_LINK_DISTINCT). ACCORD_EUSAGE when they are one record, or when other decisions that stand say the contrary: it names one of these. Everything lives in the session's arena.
 */
int ac_know_decide(ac_know *know, ac_link_kind kind, const ac_actor_record *a, const ac_actor_record *b, ac_time now,
    ac_decision_changes *out, accord_err *err) AC_CHECKED;
/* Take back what was decided about a and b; count 0: nothing was. */
int ac_know_undo(ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_time now,
    ac_decision_changes *out, accord_err *err) AC_CHECKED;
/* Write them in a batch of its own. The session that made them sees nothing of it. */
int ac_know_write(ac_store *store, const ac_decision_changes *changes, accord_err *err) AC_CHECKED;

#endif
