/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indicators and infrastructure as evidence: which plain value is said to be whose, by a path of relationships each of which a dated source says. A value of one actor weighs what a tool of one actor
 * does, less the longer ago it was told, and little when it is several actors'.
 */
#ifndef AC_ATTRIBUTE_TIES_H
#define AC_ATTRIBUTE_TIES_H

#include "attribute/knowledge_build.h"
#include "attribute/score.h"

/* Read them: indicators of actors, campaigns, software and infrastructure, what infrastructure consists of, and whose it is. */
int ac_ties_read(ac_build *b, accord_err *err) AC_CHECKED;

/* A value of the evidence in the one form that it has here, and what else would be about it: the host of a URL, a domain above, a network. Its ties in k->ties. */
typedef struct ac_tie_match {
	ac_span ties;
	double part; /* 1: the value itself */
} ac_tie_match;
int ac_ties_find(const ac_knowledge *k, ac_str text, ac_arena *arena, ac_str *out_canonical, ac_tie_match **out,
    size_t *out_count, accord_err *err) AC_CHECKED;

/* Whether a tie is to be seen: no relationship of its path is hidden, and each has a visible source. */
bool ac_ties_sees(const ac_view *view, const ac_tie *tie);
/* Are there visible ties, and does one of them say anything? */
bool ac_ties_any(const ac_view *view, const ac_scored *item, bool *out_weightless);
/* What item->raw gets: 0 to 1 by actor; item->shared_by. */
void ac_ties_weigh(const ac_score *score, ac_scored *item);
/* The visible reports that tie a value to an actor, in order of number, at most `most`. */
size_t ac_ties_reports(const ac_view *view, const ac_scored *item, uint32_t actor, uint32_t *out, size_t most);

#endif
