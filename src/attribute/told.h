/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is told of in the same reports as a tool: a dated report that tells of the tool (its own record, or what it can do, cites it) and of the actor (a claim about it, or its own record, cites it) makes it
 * likelier that the tool is the actor's, where nothing says so outright.
 */
#ifndef AC_ATTRIBUTE_TOLD_H
#define AC_ATTRIBUTE_TOLD_H

#include "attribute/knowledge_build.h"
#include "attribute/view.h"

/* What a record of an actor cites. */
int ac_told_read(ac_build *b, const ac_know_actor *view, const ac_json *record, accord_err *err) AC_CHECKED;
/* k->tool_mentions and k->actor_mentions, once abilities and clusters are in order; report_of gives each citation's report. */
int ac_told_order(ac_build *b, const uint32_t *report_of, accord_err *err) AC_CHECKED;

/*
 * By actor, who is not said to use the tool: its share of those that may. Each report that tells of both counts one, divided among all actors that it tells of; whoever is said to use the tool counts
 * one, too. out has room for all actors.
 */
void ac_told_weigh(const ac_view *view, uint32_t tool, double *out);
/* Visible reports that tell of both, added to n in order, each once. Returns how many there are then. */
size_t ac_told_reports(const ac_view *view, uint32_t tool, uint32_t actor, uint32_t *out, size_t n, size_t most);

#endif
