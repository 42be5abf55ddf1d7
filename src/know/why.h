/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why two actor records are one page, or are not: the pairs that decide it, each with its reasons and what they weigh, what bars it, and who said what. For people and as accord.why/1 (docs/json.md).
 */
#ifndef AC_KNOW_WHY_H
#define AC_KNOW_WHY_H

#include "know/page.h"

typedef struct ac_why {
	const ac_actor_record *a, *b;
	const ac_know_actor *actor_a, *actor_b; /* the same: they are one page */
	const ac_know_actors *all;
	/* On one page: the pairs that lead from a to b, each joined; heaviest pairs preferred. Apart: the pair of a and b, if they share anything, then other pairs between the two pages, heaviest first. */
	const ac_group_pair **pairs;
	size_t pair_count;
	size_t pairs_left; /* that are not among them, beyond AC_WHY_PAIRS_MAX */
} ac_why;

enum { AC_WHY_PAIRS_MAX = 8 };

int ac_why_find(
    ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_why *out, accord_err *err) AC_CHECKED;
void ac_why_text(const ac_why *why, const ac_page_style *style, ac_buf *buf);
void ac_why_json(const ac_why *why, ac_json_writer *w);

/* A record as {"id","name","number","catalogue"}, where records of one page are told apart. */
void ac_actor_record_json(const ac_actor_record *record, ac_json_writer *w);

#endif
