/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree witness: questions of tlog-witness on standard input, answers on standard output. What is cosigned, is decided in agree/witness.c. */
#include "agree/witness.h"

#include "agree/proof.h"
#include "app/agree.h"
#include "app/agree_keys.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/log.h"

/* A chain of charters, and one question. */
#define WITNESS_ARENA_MAX (AC_CHAIN_ARENA_MAX + 16 * AC_MIB)

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	{ "log", 0, "KEY", "a log to witness: its key as name+id+base64, or a file with one a line (again for more)" },
	{ "trust", 0, "WHOM", "whose logs to witness: " AC_AGREE_WHOM },
	AC_AGREE_CHARTER_OPTION,
	AC_AGREE_KEY_OPTIONS,
	{ 0 },
};

/* Exit statuses of answers. */
static int
status_of(const ac_witness_answer *a)
{
	switch (a->status) {
	case 200:
		return AC_EXIT_OK;
	case 400:
		return AC_EXIT_INPUT;
	case 403:
	case 404:
		return AC_EXIT_DENIED;
	}
	return AC_EXIT_NO;
}

static void
show_json(ac_app *app, const ac_witness_answer *a, ac_str body)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.witness/1"));
	ac_jw_key_u64(&w, AC_S("status"), a->status);
	ac_jw_key_string(&w, AC_S("body"), body);
	if (a->status != 200)
		ac_jw_key_string(&w, AC_S("reason"), ac_str_from(a->reason));
	if (a->status == 200 || a->status == 409)
		ac_jw_key_u64(&w, AC_S("size"), a->size);
	ac_jw_key_bool(&w, AC_S("caught_up"), a->has_caught_up);
	ac_jw_key_bool(&w, AC_S("misbehaved"), a->has_misbehaved);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/*
 * The keys of the log that is asked about: those that are given, and the charter's, as they count for a log of that size. What is no question has none, which the witness says.
 */
static int
find_logs(ac_app *app, const ac_args *args, ac_str question, ac_arena *arena, ac_witness *witness, accord_err *err)
{
	ac_whom whom = { 0 };
	ac_keyring ring;
	ac_growth growth;
	ac_vkey *keys = NULL;
	size_t count = 0;
	int rc;

	witness->dir = ac_agree_dir(app, args, err);
	if (!witness->dir)
		return err->code;
	rc = ac_agree_whom(args, "log", arena, &whom, err);
	if (!rc)
		rc = ac_agree_whom(args, "trust", arena, &whom, err);
	if (!rc)
		rc = ac_agree_keyring(args, witness->dir, &whom, arena, &ring, err);
	if (rc || ac_growth_parse(question, arena, &growth, NULL))
		return rc ? rc : ac_arena_check(arena, err);
	rc = ac_keyring_for_log(
	    &ring, AC_KEYRING_LATEST, growth.checkpoint.origin, growth.checkpoint.size, arena, &keys, &count, err);
	witness->logs = keys;
	witness->log_count = count;
	return rc;
}

static int
answer(ac_app *app, const ac_args *args, ac_arena *arena, ac_agree_key *key, ac_witness_answer *out, accord_err *err)
{
	ac_witness witness = { 0 };
	ac_str question, text;
	ac_buf body;
	int rc = ac_agree_key_open(args, AC_PURPOSE_WITNESS, key, err);

	if (!rc)
		rc = ac_file_load_text("-", AC_NOTE_MAX, arena, &question, err);
	if (!rc)
		rc = find_logs(app, args, question, arena, &witness, err);
	if (rc)
		return rc;
	witness.vkey = &key->file.vkey;
	witness.key = &key->now;
	witness.now = (uint64_t)ac_app_now(app).seconds;
	ac_buf_init(&body, AC_CHECKPOINT_MAX);
	rc = ac_witness_add_checkpoint(&witness, question, &body, out, err);
	if (!rc)
		rc = ac_buf_finish(&body, &text, err);
	if (!rc && ac_app_json(app))
		show_json(app, out, text);
	else if (!rc)
		ac_buf_add(ac_app_out(app), text);
	ac_buf_done(&body);
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_witness_answer a = { 0 };
	ac_agree_key key = { 0 };
	accord_err err = { 0 };
	ac_arena arena;
	int rc;

	if (!ac_str_eq(ac_str_from(args->operands[0]), AC_S("add-checkpoint"))) {
		(void)ac_fail(&err, ACCORD_EUSAGE, "want 'add-checkpoint', got '%s'", args->operands[0]);
		return ac_app_fail(app, NULL, &err);
	}
	ac_arena_init(&arena, WITNESS_ARENA_MAX);
	rc = answer(app, args, &arena, &key, &a, &err);
	ac_agree_key_close(&key);
	ac_arena_done(&arena);
	if (rc)
		return ac_app_fail(app, NULL, &err);
	ac_app_flush(app);
	if (a.status != 200)
		ac_log("%u: %s", a.status, a.reason);
	if (a.has_caught_up)
		ac_log("what was kept of this log was older than what this witness has cosigned: an old copy was put "
		       "back, "
		       "or a crash came between two files");
	if (a.has_misbehaved)
		ac_log("the log has signed two trees of one size: the proof is in misbehaviour/");
	return status_of(&a);
}

const ac_command ac_command_agree_witness = {
	.name = "agree witness",
	.operands = "add-checkpoint",
	.summary = "cosign another member's log, when it has only grown",
	.details =
	    "add-checkpoint reads a question on standard input, the body of C2SP tlog-witness's add-checkpoint as "
	    "\"accord agree log growth\" writes it, and writes the answer's body on standard output: the line of the "
	    "cosignature, or the size that was cosigned last when the question goes on from another one. The status "
	    "of HTTP and the reason go to standard error. Witnessed are the logs of the charter in force: of the one "
	    "in "
	    "the member's folder, or of one that --trust and --charter bring; and those of --log.\n\n"
	    "What was cosigned last is on disk before the line is written, in two places of the member's folder; so "
	    "never two trees of one size are cosigned, nor a smaller one than before. A log that has signed two trees "
	    "of one size is not cosigned any further than the one that is known: the proof of it is kept in the "
	    "folder \"misbehaviour\" for everybody (see accord verify), and the log is refused (403) as long as a "
	    "proof against "
	    "it is there. Whoever has looked into it moves the file out of that folder.\n\n"
	    "Exit status: 0 cosigned (200); 1 not from there, another tree, or no growth (409, 422); 3 no such body "
	    "(400); 4 a file cannot be read or written; 5 not witnessed, not signed by the log, or a log that has "
	    "misbehaved (404, 403), or what "
	    "is kept is not what this witness wrote.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
