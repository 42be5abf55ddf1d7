/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of building a page: what the page_*.c files share. */
#ifndef AC_KNOW_PAGE_BUILD_H
#define AC_KNOW_PAGE_BUILD_H

#include "know/page.h"
#include "know/session.h"
#include "stix/id.h"
#include "stix/types.h"

typedef struct ac_page_builder {
	ac_know *know;
	ac_page *page;
	size_t detail_left; /* relationships that may still be loaded for claimants and sources */
} ac_page_builder;

/* Relationships loaded for one page: the largest technique has some 700. */
#define AC_PAGE_DETAIL_MAX 1000

/* As ac_page_texts_add. */
int ac_page_add_text(ac_page_builder *b, ac_page_texts *list, ac_str text, accord_err *err) AC_CHECKED;
int ac_page_add_claim(ac_page_builder *b, const char *what, ac_str text, ac_str claimant, accord_err *err) AC_CHECKED;
/* Add the external references of an object that cite works. */
int ac_page_add_sources(ac_page_builder *b, ac_page_sources *list, const ac_json *object, accord_err *err) AC_CHECKED;

/* Who sent the current version of an object. */
int ac_page_producers_of(
    ac_page_builder *b, const ac_know_object *object, ac_page_texts *out, accord_err *err) AC_CHECKED;
/* What holds for an object that came from these producers. */
int ac_page_marking_of(ac_page_builder *b, const ac_know_object *object, const ac_page_texts *producers,
    ac_page_marking *out, accord_err *err) AC_CHECKED;
/* Names of all records, with what else they are used for. */
int ac_page_names(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* Claims that stand in the records' own properties, and their description. */
int ac_page_properties(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* State-responsibility levels that the labels or tags of an object state. */
int ac_page_responsibility(ac_page_builder *b, const ac_json *object, ac_str claimant, accord_err *err) AC_CHECKED;
/* When all claims are there, those of edges too. */
void ac_page_sort_claims(ac_page *page);
/* Sections from the edges of all records. */
int ac_page_sections(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* When campaigns were seen, before they are put in order of time. */
int ac_page_date_campaigns(ac_page_builder *b, accord_err *err) AC_CHECKED;
int ac_page_mark_mitigations(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* Sections in their final order; items may not be added afterwards. */
void ac_page_sort_sections(ac_page *page);
/* Techniques by tactic; after sorting. */
int ac_page_tactics(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* Mitigations of the techniques of a subject that uses techniques. */
int ac_page_mitigations(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* Sightings of the records and of the indicators that point to them. */
int ac_page_sightings(ac_page_builder *b, accord_err *err) AC_CHECKED;
int ac_page_sightings_of(ac_page_builder *b, ac_str id, uint64_t *out_count, accord_err *err) AC_CHECKED;
/* Listings of an observable (page->value). ACCORD_ENOTFOUND (err untouched) when nothing here is about it. */
int ac_page_listings(ac_page_builder *b, accord_err *err) AC_CHECKED;
/* Item of a key in a section, made when it is new. */
int ac_page_item_of(ac_page_builder *b, ac_page_section_kind section, const ac_know_ref *ref, ac_page_item **out,
    accord_err *err) AC_CHECKED;
/* Which section an object of a type stands in. */
ac_page_section_kind ac_page_section_of(ac_str type);

#endif
