/* SPDX-License-Identifier: Apache-2.0 */
/* PAP of the indicators that go into an index: their labels, and the marking definitions that they name, each looked up once. Private to this room. */
#ifndef AC_WATCH_BUILD_PAP_H
#define AC_WATCH_BUILD_PAP_H

#include "base/map.h"
#include "stix/pap.h"
#include "store/store.h"

typedef struct ac_pap_finder {
	ac_store *store;
	ac_map known; /* id of a definition -> ac_pap */
	ac_arena ids;
	ac_arena scratch; /* of one definition */
} ac_pap_finder;

void ac_pap_finder_open(ac_pap_finder *f, ac_store *store, ac_hash_seed seed);
void ac_pap_finder_done(ac_pap_finder *f);
/*
 * The strictest that the object is marked with; a marking of a part of it counts for all of it. NONE: none that is known here. A definition that comes later than what it marks makes no index stale: it holds from the next whole
 * one on.
 */
int ac_pap_find(ac_pap_finder *f, const ac_json *object, ac_pap *out, accord_err *err) AC_CHECKED;
#endif
