/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The beginning of a statement: claims made of the result of an attribution, or of STIX objects, with these as their evidence. What comes of it is a text for people to edit: it is a statement's text, in its one order, that
 * nobody has signed yet.
 */
#ifndef AC_AGREE_DRAFT_H
#define AC_AGREE_DRAFT_H

#include "agree/effective.h"
#include "agree/statement.h"
#include "store/store.h"

typedef struct ac_draft {
	ac_arena *arena;
	ac_store *store;  /* where objects are looked up; NULL: nowhere */
	ac_claim *claims; /* AC_STATEMENT_ITEMS_MAX of them */
	ac_str *about;    /* of each claim: the id of its object */
	size_t claim_count;
	ac_str *objects; /* JSON */
	ac_str *ids;
	ac_tlp *levels;  /* of each object (agree/effective.h); NONE: nobody says anything */
	ac_tlp unmarked; /* what whoever drafts says that these are; NONE: nothing */
	size_t object_count;
	size_t missing; /* references to objects that are nowhere */
	ac_str subject; /* what the first claim is about, for a title; empty: nothing has a name */
} ac_draft;

int ac_draft_init(ac_draft *draft, ac_arena *arena, ac_store *store, accord_err *err) AC_CHECKED;
/*
 * Take in JSON: accord.attribution/1 makes a claim of its first hypothesis (which must not be insufficient); a STIX bundle or object makes one of each attributed-to, and of each object where there is none of these. Texts live in the
 * arena. ACCORD_EINPUT: neither; ACCORD_ENOTFOUND: the actor that the attribution names is not in the store; ACCORD_ELIMIT over AC_STATEMENT_ITEMS_MAX claims or AC_DRAFT_OBJECTS_MAX objects.
 */
int ac_draft_take(ac_draft *draft, ac_str json, accord_err *err) AC_CHECKED;
/* The object of that id in the store makes a claim; of a relationship both ends are evidence, too. ACCORD_ENOTFOUND: not there. */
int ac_draft_take_id(ac_draft *draft, ac_str id, accord_err *err) AC_CHECKED;
/* What ac_evidence_compose reads, added to buf. */
void ac_draft_add_evidence(ac_buf *buf, const ac_draft *draft);

#endif
