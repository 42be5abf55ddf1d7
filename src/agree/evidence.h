/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle of evidence behind a statement: the STIX objects that its claims are about, and a report that says which claim is about which. A statement holds the digest of its exact bytes (RFC 8785).
 */
#ifndef AC_AGREE_EVIDENCE_H
#define AC_AGREE_EVIDENCE_H

#include "agree/statement.h"

/* The one extension by which objects about agreement say what STIX has no property for. */
#define AC_AGREE_EXTENSION "extension-definition--c06fc891-0e75-5451-9387-b5af747532a9"

/* What a composed bundle holds. */
typedef struct ac_evidence {
	size_t objects;  /* without the report */
	size_t unmarked; /* of them, that say nothing of TLP */
	size_t taken;    /* of these, that are of the level `as`, because whoever drafted said so */
	ac_tlp as;
} ac_evidence;

/*
 * evidence: {"claims": {"c1": ["campaign--..."]}, "objects": [...], "tlp": {"campaign--...": "green"}, "unmarked": "clear"}, as drafts keep it: "tlp" is what the store knows of objects, "unmarked" what whoever drafts says of those of which nobody says
 * anything; else they are AMBER+STRICT. Either may be absent. The bundle's bytes are added to buf. They depend on nothing but the evidence and the statement (whose bundle and its size are not looked
 * at). ACCORD_EINPUT: it is not of that form, no object is there, two have one id, or a claim is about one that is not there. ACCORD_EDENIED: an object's level is stricter than the statement's.
 */
int ac_evidence_compose(ac_str evidence, const ac_statement *statement, ac_arena *arena, ac_buf *buf, ac_evidence *out,
    accord_err *err) AC_CHECKED;
/* The evidence of a bundle that was composed so: for a statement that takes the place of another. Added to buf. ACCORD_EINPUT: no such bundle. */
int ac_evidence_of(ac_str bundle, ac_arena *arena, ac_buf *buf, accord_err *err) AC_CHECKED;

#endif
