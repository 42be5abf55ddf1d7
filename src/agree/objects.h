/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published statement as STIX 2.1: the coalition and its members are identities, the statement a report (its French is a language-content), each member's word an opinion on it, what follows courses of action (with how far they
 * have come, and a note of each member who has said so), and the standing of claims that are not joint a note; evidence of pledges is notes on members. What STIX has no place for is in one property extension, which the bundle defines. Ids are derived from what was signed, times are those that members signed, so that everybody who holds the
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
/*
 * Evidence of pledges that counts, under the charter whose members are its identities; of members whom it does not have, nothing. Notes that stand in no log are not for everybody to read: do not pass them.
 */
int ac_objects_of_pledges(const ac_charter *charter, const ac_pledge_note *notes, size_t count, ac_json_writer *w,
    ac_arena *arena, accord_err *err) AC_CHECKED;
int ac_objects_put_pledges(ac_store *store, const ac_charter *charter, const ac_pledge_note *notes, size_t count,
    ac_arena *arena, uint64_t *out_new, accord_err *err) AC_CHECKED;

#endif
