/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of accord agree charter, key and pledges: the coalition as a member's folder has it, and how charters are edited and shown. */
#ifndef AC_APP_AGREE_CHARTER_H
#define AC_APP_AGREE_CHARTER_H

#include "agree/proposal.h"
#include "agree/vocabulary.h"
#include "app/agree.h"

/* The folder of whoever asks. */
typedef struct ac_coalition {
	ac_arena arena;
	const char *dir;
	ac_chain chain; /* count 0: there is no charter yet */
	ac_warnings warnings;
	int lock; /* of the folder, where something is to be written; else -1 */
} ac_coalition;

/* Close it in any case. */
int ac_coalition_open(ac_app *app, const ac_args *args, bool to_write, ac_coalition *out, accord_err *err) AC_CHECKED;
/* The same; ACCORD_ENOTFOUND without a charter. */
int ac_coalition_open_chartered(
    ac_app *app, const ac_args *args, bool to_write, ac_coalition *out, accord_err *err) AC_CHECKED;
void ac_coalition_close(ac_coalition *coalition);
/* DIR/NAME in the arena. */
int ac_coalition_path(ac_coalition *coalition, const char *name, const char **out, accord_err *err) AC_CHECKED;
/* A signature of the text by the key, as a note of its own. */
int ac_coalition_sign(
    ac_coalition *coalition, ac_str text, const ac_agree_key *key, ac_note *out, accord_err *err) AC_CHECKED;
/* A word on stderr for each warning. */
void ac_coalition_warn(const ac_coalition *coalition);

/* The text of a new charter, or of the next version, by the options of the command line; in the coalition's arena. */
int ac_charter_edit(ac_app *app, const ac_args *args, ac_coalition *coalition, ac_str *out, accord_err *err) AC_CHECKED;

/* A charter, with who has signed it; proposed: it is not accepted yet. */
int ac_charter_show(ac_app *app, ac_coalition *coalition, const ac_charter *charter, const ac_note *note, bool proposed,
    accord_err *err) AC_CHECKED;
/* What changed from version to version. */
int ac_charter_history(ac_app *app, ac_coalition *coalition, accord_err *err) AC_CHECKED;
/* Names of members where flags say so, separated by ", "; "nobody". */
void ac_charter_add_members(ac_buf *buf, const ac_charter *charter, const bool *flags, bool when);

#endif
