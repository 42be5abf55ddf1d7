/* SPDX-License-Identifier: Apache-2.0 */
/* accord attribute's question: where the evidence comes from, what is hidden, in which words the answer is given. Shared by the command, its batch and what writes STIX. */
#ifndef AC_APP_ATTRIBUTE_ASK_H
#define AC_APP_ATTRIBUTE_ASK_H

#include "app/command.h"
#include "attribute/answer.h"

typedef struct ac_ask {
	ac_app *app;
	ac_arena arena; /* of the options */
	ac_know *know;
	ac_knowledge *knowledge;
	const ac_scale *scale;
	ac_lang lang;
	ac_evidence_hide hide; /* of --hide-reports and --as-of, added to what evidence hides itself */
	bool is_brief;         /* ranking and term only */
} ac_ask;

/* Read the options, open the store, gather what it knows. Nothing is printed. *out_path: the file that an error is about, or NULL. */
int ac_ask_open(ac_app *app, const ac_args *args, ac_ask *out, const char **out_path, accord_err *err) AC_CHECKED;
void ac_ask_close(ac_ask *ask);

/* Evidence as --evidence names it: a file, "-", an id of the store; NULL: what was sighted. */
int ac_ask_evidence(ac_ask *ask, const char *from, ac_arena *arena, ac_evidence *out, ac_remarks *remarks,
    ac_answer_origin *origin, accord_err *err) AC_CHECKED;
/* Judge it, and make the answer ready; all of it lives in arena. evidence gets what is hidden for all. */
int ac_ask_answer(ac_ask *ask, ac_evidence *evidence, const ac_remarks *remarks, const ac_answer_origin *origin,
    ac_arena *arena, ac_answer *out, accord_err *err) AC_CHECKED;

/* accord attribute --jsonl. Returns the exit status. */
int ac_ask_batch(ac_ask *ask);

#endif
