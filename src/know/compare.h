/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two actors side by side: what is said of both, and of each alone, with how many actors here share it (what fifty share tells little). Made of their two pages; nothing is concluded from it. For people
 * and as accord.comparison/1 (docs/json.md).
 */
#ifndef AC_KNOW_COMPARE_H
#define AC_KNOW_COMPARE_H

#include "know/why.h"

typedef struct ac_compare_item {
	const ac_page_item *a, *b; /* one of them NULL: said of the other alone */
	size_t actors;             /* of both: actors here of which it is said */
} ac_compare_item;

typedef struct ac_compare_part {
	ac_page_section_kind section;
	ac_compare_item *items; /* of both first, those that fewest share before others; then a's, then b's */
	size_t count, both, only_a, only_b;
} ac_compare_part;

/* Claims of one kind that say the same; countries are the same by ISO 3166-1, however they are written. */
typedef struct ac_compare_claim {
	const char *what;
	ac_str country;      /* alpha-2, of what names a country; or empty */
	ac_page_texts texts; /* as they are published, each way once */
	bool of_a, of_b;
	ac_page_texts claimants_a, claimants_b;
} ac_compare_claim;

typedef struct ac_compare {
	ac_page a, b;
	ac_why why; /* between the records that lead them */
	ac_compare_part *parts;
	size_t part_count;
	ac_compare_claim *claims;
	size_t claim_count;
	ac_page_texts names;     /* that both are called */
	ac_page_sources sources; /* that both cite */
} ac_compare;

/* ACCORD_ENOTFOUND (err untouched): *out_missing is the page that was not found. ACCORD_EUSAGE: something that is no actor. */
int ac_compare_find(
    ac_know *know, ac_str a, ac_str b, ac_compare *out, const ac_page **out_missing, accord_err *err) AC_CHECKED;
void ac_compare_text(const ac_compare *compare, const ac_page_style *style, ac_buf *buf);
void ac_compare_json(const ac_compare *compare, ac_json_writer *w);

#endif
