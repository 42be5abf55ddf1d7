/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a draft: the statement's fields, and the objects that it is about. */
#ifndef AC_APP_AGREE_DRAFT_H
#define AC_APP_AGREE_DRAFT_H

#include "agree/draft.h"
#include "app/agree_room.h"

/* The statement's fields that options say. ACCORD_EUSAGE names the option, ACCORD_EINPUT a norm that is none. */
int ac_agree_draft_options(ac_room *room, ac_statement *statement, accord_err *err) AC_CHECKED;
/* The follow-ups of --action, in the order of their names' first places. ACCORD_EUSAGE: one without a time or words in both languages. */
int ac_agree_draft_actions(ac_room *room, ac_statement *statement, accord_err *err) AC_CHECKED;
/* What --from names, one after the other, and what --unmarked says of objects. ACCORD_EUSAGE: nothing is named; other errors with the name. */
int ac_agree_draft_sources(ac_room *room, ac_draft *draft, accord_err *err) AC_CHECKED;

#endif
