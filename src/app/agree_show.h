/* SPDX-License-Identifier: Apache-2.0 */
/* What commands about statements say: texts for people in both languages, and JSON (docs/json.md). */
#ifndef AC_APP_AGREE_SHOW_H
#define AC_APP_AGREE_SHOW_H

#include "agree/evidence.h"
#include "app/agree_room.h"
#include "stix/scale.h"

/* A draft that was written, and where. */
void ac_agree_show_draft(
    ac_app *app, const ac_statement *draft, ac_str path, ac_str evidence_path, const ac_evidence *evidence);
/* What was signed and kept; place NULL: nothing is said of the log. */
int ac_agree_show_signed(
    ac_room *room, const char *did, ac_str note, bool is_sealed, const ac_log_place *place, accord_err *err) AC_CHECKED;
/* The text that was signed, and who signed it. */
int ac_agree_show_statement(ac_room *room, const ac_account *account, accord_err *err) AC_CHECKED;
/* A draft with the comments on it that members have signed. */
int ac_agree_show_comments(ac_room *room, const ac_statement *draft, accord_err *err) AC_CHECKED;
/* Who stands behind what. */
int ac_agree_show_status(ac_room *room, const ac_account *account, ac_lang lang, accord_err *err) AC_CHECKED;
/* How far its follow-ups have come, with what is overdue. */
void ac_agree_show_progress(ac_buf *out, const ac_account *account, ac_lang lang);
void ac_agree_write_progress(ac_json_writer *writer, const ac_account *account);
/* Norms and pledges that it cites, with their words in both languages where their vocabulary ships. */
int ac_agree_show_norms(ac_buf *out, const ac_statement *statement, ac_arena *arena, accord_err *err) AC_CHECKED;
int ac_agree_write_norms(
    ac_json_writer *writer, const ac_statement *statement, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
