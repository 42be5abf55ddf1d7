/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Diamond Model's view of an intrusion (Caltagirone, Pendergast and Betz 2013): of a campaign, an incident, a report or grouping of one, or an actor, its page laid out by the four vertices
 * (adversary, capability, infrastructure, victim) and the meta-features that are stated. For people and as accord.diamond/1 (docs/json.md).
 */
#ifndef AC_KNOW_DIAMOND_H
#define AC_KNOW_DIAMOND_H

#include "know/page.h"

void ac_diamond_text(const ac_page *page, const ac_page_style *style, ac_buf *buf);
void ac_diamond_json(const ac_page *page, ac_json_writer *w);
/* Types that are an intrusion, or a set of them. */
bool ac_diamond_takes(ac_str type);

#endif
