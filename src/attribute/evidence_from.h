/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence out of the store: what was sighted here, or what a report, incident or campaign holds. Where that is from is hidden from the knowledge that judges it, and what it says about who did it, or it
 * would prove itself: its citations and those of its relationships, the store's reports that refer to it or to these, and its attributions.
 */
#ifndef AC_ATTRIBUTE_EVIDENCE_FROM_H
#define AC_ATTRIBUTE_EVIDENCE_FROM_H

#include "attribute/answer.h"
#include "know/trace.h"

/*
 * All stored sightings of indicators: the values of their patterns, and the techniques and software that producers say they indicate. The producers of the indicators are the sources. Lists longer than
 * AC_EVIDENCE_ITEMS_MAX are cut, and *out_cut says so.
 */
int ac_evidence_from_sightings(ac_know *know, ac_arena *arena, ac_evidence *out, ac_answer_origin *out_origin,
    bool *out_cut, accord_err *err) AC_CHECKED;
/*
 * A report or grouping (what it refers to), an incident or campaign (what it uses and targets, what indicates it): techniques, software, values of indicators and observables, victims' countries and sectors, its
 * description and, of an incident or campaign, the descriptions of its "uses" relationships (sentences.h), without those of relationships that hidden names. A relationship that was revoked says nothing.
 * Hidden from the knowledge are its attributions and, by name and address, every report that tells it: a report itself; what the object, the relationships on the way and the indicators cite; the reports of
 * the store that refer to the object or to one of these relationships. ACCORD_EINPUT for an object of another type, an actor for example; ACCORD_ENOTFOUND when it is not here;
 * ACCORD_ELIMIT when more than AC_EVIDENCE_TELLERS_MAX objects refer to one.
 */
int ac_evidence_from_object(ac_know *know, ac_str id, const ac_evidence_hide *hidden, ac_arena *arena, ac_evidence *out,
    ac_answer_origin *out_origin, bool *out_cut, accord_err *err) AC_CHECKED;

#endif
