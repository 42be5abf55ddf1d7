/* SPDX-License-Identifier: Apache-2.0 */
/* What TLP holds for an object before it goes into a statement: as it is marked, as the store's copy of it is, and by the defaults of those who sent it. */
#ifndef AC_AGREE_EFFECTIVE_H
#define AC_AGREE_EFFECTIVE_H

#include "stix/marking.h"
#include "store/store.h"

/*
 * The strictest of the object's own markings (and those of its parts), of its copy in the store, and of the defaults of all producers of that copy. Definitions of markings are looked for among "objects" of `beside`, then in the store; one
 * that is nowhere is RED. NONE: nobody says anything, and no producer has a default. store, beside: NULL for none. Errors are the store's and the machine's.
 */
int ac_effective_tlp(ac_store *store, const ac_json *object, const ac_json *beside, ac_arena *arena, ac_tlp *out,
    accord_err *err) AC_CHECKED;
/* The stricter of two such levels, where NONE is as strict as AMBER+STRICT. */
ac_tlp ac_effective_stricter(ac_tlp a, ac_tlp b);

#endif
