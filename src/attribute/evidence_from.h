/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence out of the store: what was sighted here, or what a report, incident or campaign holds. What such an object itself says about who did it is hidden from the knowledge that judges it: its
 * citations and its relationships, or it would prove itself.
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
 * description and, of an incident or campaign, the descriptions of its "uses" relationships (sentences.h), without those of relationships that hidden names; what these cite is hidden like its own citations. A
 * relationship that was revoked says nothing. ACCORD_EINPUT for an object of another type, an actor for example; ACCORD_ENOTFOUND when it is not here.
 */
int ac_evidence_from_object(ac_know *know, ac_str id, const ac_evidence_hide *hidden, ac_arena *arena, ac_evidence *out,
    ac_answer_origin *out_origin, bool *out_cut, accord_err *err) AC_CHECKED;

#endif
