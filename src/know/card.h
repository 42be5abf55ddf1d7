/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card of an actor record: all that grouping looks at, read out of the record, its links and the places that it is linked to, and kept as bytes by the store (store/card.h)
 * until one of these changes. Reading a card is thirty times faster than reading what it is made of.
 */
#ifndef AC_KNOW_CARD_H
#define AC_KNOW_CARD_H

#include "know/group.h"
#include "store/store.h"

/* Relationships of the member's own decisions come from this producer, and from no feed (learn refuses the name). */
#define AC_KNOW_PRODUCER "accord know"

/* Numbers of the kinds of links in one store, looked up once for many records. */
#define AC_CARD_KINDS 16
typedef struct ac_card_numbers {
	int64_t kinds[AC_CARD_KINDS];
} ac_card_numbers;
int ac_card_kinds(ac_store *store, ac_card_numbers *out, accord_err *err) AC_CHECKED;
/* Read the record of an id that is here out of the store. Its texts live in arena; scratch is reset on the way. */
int ac_card_derive(ac_store *store, const ac_card_numbers *numbers, ac_str id, ac_arena *arena, ac_arena *scratch,
    ac_actor_record *out, accord_err *err) AC_CHECKED;
int ac_card_pack(const ac_actor_record *record, ac_buf *buf, accord_err *err) AC_CHECKED;
/* Texts view bytes, arrays live in arena. False: damaged, or of another version of the program: it is to be derived again. */
bool ac_card_unpack(ac_str bytes, ac_arena *arena, ac_actor_record *out);

/* How a relationship type between two records is understood; false: it says nothing about whether they are one. */
bool ac_card_link_kind(ac_str relationship_type, ac_link_kind *out_kind, double *out_weight);

enum { AC_CARD_LINKS_MAX = 4096 }; /* of one record; the rest does not count */

#endif
