/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the chain of charters. */
#ifndef AC_AGREE_CHAIN_PART_H
#define AC_AGREE_CHAIN_PART_H

#include "agree/chain.h"

/* Which of the keys signed: as ac_note_verify. */
int ac_chain_verify(const ac_note *note, const ac_chain_key *keys, size_t count, ac_arena *arena, ac_note_verdict *out,
    accord_err *err) AC_CHECKED;
/* As ac_chain_add_change; with only_quorum, what no quorum has signed is ACCORD_ENOTFOUND. */
int ac_chain_add_one(ac_chain *chain, ac_str bytes, bool only_quorum, accord_err *err) AC_CHECKED;

#endif
