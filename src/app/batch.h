/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch modes (--jsonl): one JSON request a line, one JSON answer a line with the request's "id". A line that is no request, or that cannot be
 * answered, gets {"id": ..., "error": "..."} ("id": null where there is none; of a line that is no JSON it is read when it is a text or number and stands first), and the batch goes on. Knows nothing of what is asked.
 */
#ifndef AC_APP_BATCH_H
#define AC_APP_BATCH_H

#include "app/command.h"

/* One request: an object (the largest that the program takes) and what stands around it. */
#define AC_BATCH_REQUEST_MAX (AC_JSON_VALUE_MAX + AC_MIB)
/* One answer; a longer one becomes an error. */
#define AC_BATCH_ANSWER_MAX (2 * AC_BATCH_REQUEST_MAX)

/*
 * Answer a request, which is a JSON object: add members to the answer's object, in which "id" stands already (nothing else may be left open). A negative
 * code with err instead throws away what was added and answers with "error". arena is the request's own; both end with the call.
 */
typedef int (*ac_batch_answer)(
    void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *answer, accord_err *err);
/* An answer with its line feed; ends with the call. */
typedef void (*ac_batch_emit)(void *payload, ac_str line);

/*
 * A push reader of requests. However the input is cut, the answers are the same, and each comes as soon as the line feed behind its request is there. Empty
 * lines are passed over; a line longer than AC_BATCH_REQUEST_MAX gets an error and is not kept. Memory: one request with its tree, and one answer.
 */
typedef struct ac_batch ac_batch;
ac_batch *ac_batch_open(
    ac_batch_answer answer, void *answer_payload, ac_batch_emit emit, void *emit_payload); /* NULL without memory */
void ac_batch_feed(ac_batch *b, ac_str bytes);
/* No more bytes: what is left is a line too. Returns 0, or the code of the gravest bad line (as ac_exit_worse orders their exit statuses). */
int ac_batch_end(ac_batch *b);
ac_batch *ac_batch_close(ac_batch *b); /* takes NULL, returns NULL */

/*
 * The whole of a command's batch mode: requests from standard input, answers to standard output, written out whenever the input pauses. Returns the exit
 * status: 0, 3 with bad lines, 4 when the input could not be read.
 */
int ac_batch_run(ac_app *app, ac_batch_answer answer, void *payload);
/*
 * The same for a command that has other ways to be called: --jsonl wants no operands, without it min_operands are wanted. 0: go on; else the exit
 * status of the usage error, which has been printed. `wanted` names the operands.
 */
int ac_batch_check_usage(ac_app *app, const ac_args *args, const char *wanted);

#endif
