/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others state of a state's part in an actor: quoted with who states it, the level, the day and the citation. The answer itself never says it, and a claim without a citation is not quoted.
 */
#ifndef AC_ATTRIBUTE_STATES_H
#define AC_ATTRIBUTE_STATES_H

#include "attribute/evidence.h"
#include "attribute/words.h"
#include "know/know.h"

/* Healey's levels (Beyond Attribution, 2012), as MISP's taxonomy state-responsibility has them. */
typedef struct ac_state_level {
	ac_str code; /* "state-coordinated" */
	ac_str en, fr;
} ac_state_level;

typedef struct ac_state_claim {
	ac_str id; /* of the relationship */
	const ac_state_level *level;
	ac_str claimant;
	ac_str sponsor; /* whom it names; empty: nobody in particular */
	ac_str name;    /* of the citation */
	ac_str url;
	ac_time day; /* the first on which it may have been published */
} ac_state_claim;

typedef struct ac_state_claims {
	ac_state_claim *items; /* in order of id */
	size_t count;
	size_t uncited; /* claims that cite nothing with a date, and are not quoted */
} ac_state_claims;

/*
 * Of the actor's relationships "attributed-to" those that carry a level; what the evidence hides is not there: the relationship, its citations by name or address, and what was published on or after
 * hide->from. Lives in arena or views the session.
 */
int ac_states_find(ac_know *know, const ac_know_actor *actor, const ac_evidence_hide *hide, ac_arena *arena,
    ac_state_claims *out, accord_err *err) AC_CHECKED;

/* "coordinated by the state" */
ac_str ac_state_level_word(const ac_state_level *level, ac_lang lang);

#endif
