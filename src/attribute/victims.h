/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom actors are said to attack: from what catalogues list of them, resting on the reports that the entry cites, and from sentences of descriptions, resting on the reports that the sentence cites.
 */
#ifndef AC_ATTRIBUTE_VICTIMS_H
#define AC_ATTRIBUTE_VICTIMS_H

#include "attribute/knowledge_build.h"
#include "attribute/score.h"

/* Victims in an actor's record; cites are the record's own, with their names. */
int ac_victims_read(ac_build *b, const ac_know_actor *view, const ac_json *record, accord_err *err) AC_CHECKED;

/* Victims in the relationships "targets" of an actor's record, and of the campaigns that are attributed to it. */
int ac_victims_read_targets(ac_build *b, const ac_know_actor *view, ac_str record, accord_err *err) AC_CHECKED;

/* Countries, or sectors, that sentences of a text as a reader sees it (text.h) say are attacked; once each, static. Returns how many. */
size_t ac_victims_told(ac_str shown, bool is_sector, ac_str *out, size_t most);

/* The log-likelihood ratio of each actor for one victim against the base rate: what item->raw gets. Actors of whom no victim is known get 0. */
void ac_victims_weigh(const ac_view *view, ac_str code, bool is_sector, double *raw, size_t *out_shared_by);
/* The visible reports that say so of one actor, in order of number, at most `most`. */
size_t ac_victims_reports(const ac_view *view, ac_str code, bool is_sector, uint32_t actor, uint32_t *out, size_t most);

#endif
