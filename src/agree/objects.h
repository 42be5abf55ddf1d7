/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published statement as STIX 2.1: the coalition and its members are identities, the statement a report (its French is a language-content), each member's word an opinion on it, what follows courses of action, and the standing of
 * claims that are not joint a note. What STIX has no place for is in one property extension, which the bundle defines. Ids are derived from what was signed, times are those that members signed, so that everybody who holds the
 * same notes makes the same bytes.
 */
#ifndef AC_AGREE_OBJECTS_H
#define AC_AGREE_OBJECTS_H

#include "agree/account.h"
#include "codec/json_write.h"
#include "store/store.h"

/*
 * The bundle, valid by itself. evidence: the bytes of the statement's bundle, whose objects the report refers to (they are not copied), or empty. The account must have been published.
 */
int ac_objects_of_statement(
    const ac_account *account, ac_str evidence, ac_json_writer *w, ac_arena *arena, accord_err *err) AC_CHECKED;
/*
 * The same put into a store, in one batch, with the coalition's name as producer; the evidence's own objects too. *out_new: objects or versions that were not there.
 */
int ac_objects_put(ac_store *store, const ac_account *account, ac_str evidence, ac_arena *arena, uint64_t *out_new,
    accord_err *err) AC_CHECKED;

#endif
