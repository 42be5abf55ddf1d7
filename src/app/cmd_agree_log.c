/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree log: the member's own log. What a log is, is in agree/log.c. */
#include "agree/log.h"

#include <stdlib.h>

#include "agree/check.h"
#include "app/agree.h"
#include "app/agree_keys.h"
#include "app/agree_log.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/octets.h"
#include "sys/file.h"

/* Leaves of one call. */
#define FILES_MAX 4096
#define LOG_ARENA_MAX (256 * AC_MIB)

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	AC_AGREE_KEY_OPTIONS,
	{ "trust", 0, "WHOM", "cosign: whose witnesses: " AC_AGREE_WHOM },
	AC_AGREE_CHARTER_OPTION,
	{ 0 },
};

typedef struct logging {
	ac_app *app;
	const ac_args *args;
	const char *dir;
	char folder[AC_PATH_MAX];
	ac_arena arena;
} logging;

/* Make the log, and keep the key that others verify it with beside it. */
static int
init(logging *l, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_agree_key key;
	ac_str text;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_KIB);
	rc = ac_agree_key_open(l->args, AC_PURPOSE_LOG, &key, err);
	if (!rc)
		rc = ac_dir_make(l->dir, err);
	if (!rc) {
		ac_vkey_add(&buf, &key.file.vkey);
		ac_buf_add_byte(&buf, '\n');
		rc = ac_buf_finish(&buf, &text, err);
	}
	if (!rc)
		rc = ac_log_create(l->folder, &key.file.vkey, &key.now, err);
	if (!rc)
		rc = ac_agree_path(l->dir, AC_AGREE_LOG_VKEY, path, err);
	if (!rc)
		rc = ac_file_replace(path, text, 0644, err);
	if (!rc && !ac_app_json(l->app))
		ac_out(l->app, "a new log of %.*s in %s\n", AC_FMT(key.file.vkey.name), l->folder);
	ac_agree_key_close(&key);
	ac_buf_done(&buf);
	return rc;
}

/* Nothing waits for a writer that may never come. */
static int
load_leaf(logging *l, const char *path, ac_str *out, accord_err *err)
{
	ac_str bytes;
	ac_buf buf;
	int rc;

	if (strcmp(path, "-") == 0)
		return ac_file_load_text(path, AC_LEAF_MAX, &l->arena, out, err);
	ac_buf_init(&buf, AC_LEAF_MAX);
	rc = ac_file_load_regular(path, AC_LEAF_MAX, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		*out = ac_arena_str(&l->arena, bytes);
		rc = ac_arena_check(&l->arena, err);
	}
	ac_buf_done(&buf);
	return rc;
}

/* All files must be signed notes before one is appended. */
static int
load_leaves(logging *l, ac_str *leaves, accord_err *err)
{
	int rc = 0;

	for (int i = 1; i < l->args->operand_count && !rc; i++) {
		ac_arena arena;
		ac_note note;

		rc = load_leaf(l, l->args->operands[i], &leaves[i - 1], err);
		if (rc)
			break;
		ac_arena_init(&arena, 4 * AC_MIB);
		rc = ac_note_parse(leaves[i - 1], &arena, &note, err);
		if (rc)
			(void)ac_fail_context(err, ac_str_from(l->args->operands[i]));
		ac_arena_done(&arena);
	}
	return rc;
}

static void
show_place(logging *l, const char *path, const ac_log_place *place)
{
	ac_json_writer w;

	if (!ac_app_json(l->app)) {
		ac_utf8_add_visible(ac_app_out(l->app), ac_str_from(path), AC_PATH_MAX);
		ac_out(l->app, ": leaf %llu%s\n", (unsigned long long)place->index,
		    place->was_there ? ", which was there already" : "");
		return;
	}
	ac_json_writer_init(&w, ac_app_out(l->app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.leaf/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(path));
	ac_jw_key_u64(&w, AC_S("index"), place->index);
	ac_jw_key_bool(&w, AC_S("was_there"), place->was_there);
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(l->app), '\n');
}

static int
append(logging *l, accord_err *err)
{
	size_t count = (size_t)l->args->operand_count - 1;
	ac_str *leaves = ac_arena_zalloc(&l->arena, count, sizeof(*leaves));
	ac_log_place *places = ac_arena_zalloc(&l->arena, count, sizeof(*places));
	ac_agree_key key = { 0 };
	ac_log *log = NULL;
	int rc = ac_arena_check(&l->arena, err);

	if (!rc)
		rc = load_leaves(l, leaves, err);
	if (!rc)
		rc = ac_agree_key_open(l->args, AC_PURPOSE_LOG, &key, err);
	if (!rc)
		rc = ac_log_open(l->folder, &key.file.vkey, &key.now, &log, err);
	if (!rc)
		rc = ac_log_append(log, leaves, count, places, err);
	for (size_t i = 0; i < count && !rc; i++)
		show_place(l, l->args->operands[i + 1], &places[i]);
	log = ac_log_close(log);
	ac_agree_key_close(&key);
	return rc;
}

static int
open_own(logging *l, ac_vkey *vkey, ac_log **out, accord_err *err)
{
	int rc = ac_agree_own_log(l->dir, &l->arena, vkey, err);

	return rc ? rc : ac_log_open(l->folder, vkey, NULL, out, err);
}

/* A proof of a leaf, or of growth, as others want it. */
static int
prove(logging *l, bool of_growth, accord_err *err)
{
	ac_log *log = NULL;
	uint64_t number;
	ac_vkey vkey;
	ac_str text;
	ac_buf buf;
	int rc = 0;

	if (!ac_str_to_u64(ac_str_from(l->args->operands[1]), &number))
		return ac_fail(
		    err, ACCORD_EUSAGE, "want the number of a leaf or a size, got '%s'", l->args->operands[1]);
	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = open_own(l, &vkey, &log, err);
	if (!rc && !of_growth && number >= ac_log_head(log)->size)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "want a leaf below %llu, got %llu",
		    (unsigned long long)ac_log_head(log)->size, (unsigned long long)number);
	if (!rc)
		rc = of_growth ? ac_log_prove_growth(log, number, &buf, err) : ac_log_prove(log, number, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &text, err);
	if (!rc)
		ac_buf_add(ac_app_out(l->app), text);
	log = ac_log_close(log);
	ac_buf_done(&buf);
	return rc;
}

static int
show(logging *l, accord_err *err)
{
	ac_buf *out = ac_app_out(l->app);
	ac_log *log = NULL;
	ac_json_writer w;
	ac_note note;
	ac_vkey vkey;
	ac_buf root;
	int rc = open_own(l, &vkey, &log, err);

	if (!rc)
		rc = ac_note_parse(ac_log_note(log), &l->arena, &note, err);
	ac_buf_init(&root, AC_KIB);
	if (!rc)
		ac_tlog_hash_add(&root, ac_log_head(log)->root);
	if (!rc && !ac_app_json(l->app)) {
		ac_buf_add(out, vkey.name);
		ac_buf_printf(out, "\n  %llu leaves\n  root %.*s\n  cosignatures: %zu\n  ",
		    (unsigned long long)ac_log_head(log)->size, AC_FMT(ac_buf_view(&root)), note.count - 1);
		ac_vkey_add(out, &vkey);
		ac_buf_add_byte(out, '\n');
	} else if (!rc) {
		ac_json_writer_init(&w, out);
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.log/1"));
		ac_jw_key_string(&w, AC_S("origin"), vkey.name);
		ac_jw_key_u64(&w, AC_S("size"), ac_log_head(log)->size);
		ac_jw_key_string(&w, AC_S("root"), ac_buf_view(&root));
		ac_jw_key_u64(&w, AC_S("cosignatures"), note.count - 1);
		ac_jw_end(&w);
		ac_buf_add_byte(out, '\n');
	}
	ac_buf_done(&root);
	log = ac_log_close(log);
	return rc;
}

/* The witnesses that may cosign the log as it is now. */
static int
find_witnesses(logging *l, ac_vkey **out, size_t *out_count, accord_err *err)
{
	ac_whom whom = { 0 };
	ac_log *log = NULL;
	ac_keyring ring;
	ac_vkey vkey;
	int rc = ac_agree_whom(l->args, "trust", &l->arena, &whom, err);

	if (!rc)
		rc = ac_agree_keyring(l->args, l->dir, &whom, &l->arena, &ring, err);
	if (!rc)
		rc = open_own(l, &vkey, &log, err);
	if (!rc)
		rc = ac_keyring_for_log(
		    &ring, AC_KEYRING_LATEST, vkey.name, ac_log_head(log)->size, &l->arena, out, out_count, err);
	log = ac_log_close(log);
	return rc;
}

static int
cosign(logging *l, accord_err *err)
{
	ac_vkey vkey, *keys = NULL;
	size_t cosigned = 0, count = 0;
	ac_str lines;
	int rc = find_witnesses(l, &keys, &count, err);

	if (!rc)
		rc = ac_agree_own_log(l->dir, &l->arena, &vkey, err);
	if (!rc)
		rc = ac_file_load_text("-", AC_CHECKPOINT_MAX, &l->arena, &lines, err);
	if (!rc)
		rc = ac_log_take_cosignatures(l->folder, &vkey, keys, count, lines, &cosigned, err);
	if (!rc && !ac_app_json(l->app))
		ac_out(l->app, "witnesses that have cosigned: %zu\n", cosigned);
	return rc;
}

static int
dispatch(logging *l, accord_err *err)
{
	ac_str word = ac_str_from(l->args->operands[0]);
	int count = l->args->operand_count;

	if (ac_str_eq(word, AC_S("init")) && count == 1)
		return init(l, err);
	if (ac_str_eq(word, AC_S("append")) && count > 1)
		return append(l, err);
	if (ac_str_eq(word, AC_S("prove")) && count == 2)
		return prove(l, false, err);
	if (ac_str_eq(word, AC_S("growth")) && count == 2)
		return prove(l, true, err);
	if (ac_str_eq(word, AC_S("show")) && count == 1)
		return show(l, err);
	if (ac_str_eq(word, AC_S("cosign")) && count == 1)
		return cosign(l, err);
	return ac_fail(
	    err, ACCORD_EUSAGE, "want 'init', 'append FILE...', 'prove INDEX', 'growth OLD', 'show' or 'cosign'");
}

static int
run(ac_app *app, const ac_args *args)
{
	logging l = { .app = app, .args = args };
	accord_err err = { 0 };
	int rc = 0;

	ac_arena_init(&l.arena, LOG_ARENA_MAX);
	l.dir = ac_agree_dir(app, args, &err);
	if (!l.dir)
		rc = err.code;
	if (!rc)
		rc = ac_agree_path(l.dir, "log", l.folder, &err);
	if (!rc)
		rc = dispatch(&l, &err);
	ac_arena_done(&l.arena);
	return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_log = {
	.name = "agree log",
	.operands = "init|append|prove|growth|show|cosign ...",
	.summary = "the member's own log, which only grows: append notes, prove what is in it",
	.details =
	    "The log is the folder \"log\" of the member's folder: a checkpoint and tiles, as C2SP tlog-tiles lays "
	    "them out, so that anybody can serve or copy it as files.\n\n"
	    "init makes an empty log; its name is that of the key (--key, of the purpose log).\n"
	    "append FILE... appends signed notes of at most 32 KiB. They are on disk when it returns, and a note that "
	    "is there already is not appended again: after a crash, append once more. A log that is smaller than "
	    "accord agree pull has seen it with others is not appended to until the newest copy of it is back.\n"
	    "prove INDEX writes the proof (tlog-proof) that a leaf is in the log; growth OLD writes the question to a "
	    "witness (the body of tlog-witness's add-checkpoint): that the log has only grown since it had OLD "
	    "leaves.\n"
	    "cosign takes witnesses' answers on standard input, and puts their lines under the checkpoint when all of "
	    "them are right and by witnesses of the member's charter, or of --trust.\n\n"
	    "Exit status: 0 done, 1 there is no such leaf or log, 3 a note or line is malformed, 4 a file cannot be "
	    "read or written, 5 a line or the checkpoint is wrong.",
	.examples = "accord agree log init --key us-log.key --passphrase-file passphrase.txt\n",
	.options = options,
	.min_operands = 1,
	.max_operands = FILES_MAX + 1,
	.run = run,
};
