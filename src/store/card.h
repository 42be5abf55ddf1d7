/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards: what a verb derives of each actor record (intrusion-set, threat-actor), its links and the places that it is linked to, kept beside the record until something that it was
 * derived from changes. The store knows what a card depends on and nothing of what stands in it. So a view over all actors reads small rows instead of objects, and after a
 * feed only what the feed touched is derived again.
 */
#ifndef AC_STORE_CARD_H
#define AC_STORE_CARD_H

#include "store/store.h"

typedef struct ac_card {
	int64_t object;
	int64_t mark; /* of the state that it was derived from */
	ac_str id;
	ac_str bytes; /* empty: to be derived */
} ac_card;
typedef int (*ac_on_card)(void *payload, const ac_card *card, accord_err *err);

/* All cards, in the order in which their records came. Texts end with the callback, which may read the store; a negative return stops, 1 stops without error. */
int ac_store_cards(ac_store *store, ac_on_card on, void *payload, accord_err *err) AC_CHECKED;
/*
 * Keep cards that were derived, in a transaction of its own (READ mode too). One whose record has changed since is not taken; a store that cannot be written now keeps none: they are
 * derived again, which is no error.
 */
void ac_store_cards_keep(ac_store *store, const ac_card *cards, size_t count);

/* Inside of the store. */

/* A card to be derived for every actor record. */
#define AC_CARD_FILL                                                                                                   \
	"INSERT INTO card SELECT v.object, 0, NULL FROM version v JOIN word w ON w.num = v.type"                       \
	" WHERE v.is_current = 1 AND w.text IN ('intrusion-set', 'threat-actor');"
/* A version of an object was put: cards that depend on it are to be derived again. before: facts of the version that was current, or empty. */
int ac_cards_note(ac_store *store, int64_t object, const ac_record *record, ac_str before, accord_err *err) AC_CHECKED;

#endif
