/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that gather signatures until enough have signed: charters, and changes of keys. And what was accepted, in a member's folder. */
#ifndef AC_AGREE_PROPOSAL_H
#define AC_AGREE_PROPOSAL_H

#include "agree/chain.h"

/* A note; or, before the first signature, its text and the blank line alone (count is 0 then). Views. Errors of ac_note_parse. */
int ac_proposal_parse(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err) AC_CHECKED;
/* The text of `a`, and the signatures of both, each line once; added to buf. ACCORD_EUSAGE: they are not of one text. */
int ac_proposal_merge(ac_buf *buf, const ac_note *a, const ac_note *b, accord_err *err) AC_CHECKED;

/* Write the versions that dir/charter/ does not have, durably, in order. What is there is never written over. */
int ac_chain_save(const ac_chain *chain, const char *dir, accord_err *err) AC_CHECKED;

#endif
