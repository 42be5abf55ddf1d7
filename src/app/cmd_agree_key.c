/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree key: files of private keys. Their form is agree/keyfile.c; this file makes them and writes what may be shown. */
#include "app/agree_key_change.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "sys/file.h"
#include "sys/os.h"

/* About a second and 256 MiB for each guess. */
static const ac_seal_cost usual_cost = { 4, 256 * 1024 };
/* For demonstrations and tests only: a guess costs nothing. */
static const ac_seal_cost low_cost = { 1, 8 };

#define KEY_ARENA_MAX (1 * AC_MIB)

static const ac_option options[] = {
	AC_AGREE_KEY_OPTIONS,
	AC_AGREE_LOG_KEY_OPTION,
	AC_AGREE_DIR_OPTION,
	{ "new-passphrase", 0, NULL, "rotate: seal the new file by another passphrase, asked for at the terminal" },
	{ "new-passphrase-fd", 0, "N", "rotate: another one from this descriptor, up to a line feed" },
	{ "new-passphrase-file", 0, "FILE", "rotate: another one from a file" },
	{ "by", 0, "FILE",
	    "rotate: the root key that signs, too; for logs and witnesses the sign key where there is none" },
	{ "from", 0, "LOG=ENTRY",
	    "rotate, compromised: the first entry of a log that does not count; repeatable (default: its next one, "
	    "where it is known here)" },
	{ "reason-en", 0, "WORDS", "rotate, compromised: why, in English" },
	{ "reason-fr", 0, "WORDS", "rotate, compromised: why, in French" },
	{ "public", 0, NULL,
	    "show: only the line that a charter takes: the key, and the hash of the one that follows" },
	{ "low-cost-for-tests", 0, NULL, "new: seal so that guessing costs nothing; never for real keys" },
	{ 0 },
};

/* What may be shown: nothing of the private keys. */
static int
show(ac_app *app, const char *path, const ac_keyfile *f, bool only_public, accord_err *err)
{
	uint8_t commitment[AC_SHA256_SIZE];
	char next[2 * AC_SHA256_SIZE];
	ac_buf *out = ac_app_out(app), vkey;
	ac_json_writer w;
	int rc = ac_keyfile_commitment(f->next_public, commitment, err);

	if (rc)
		return rc;
	ac_hex(commitment, sizeof(commitment), next);
	ac_buf_init(&vkey, AC_KIB);
	ac_vkey_add(&vkey, &f->vkey);
	if (only_public) {
		ac_buf_add(out, ac_buf_view(&vkey));
		ac_buf_printf(out, " next %.*s\n", (int)sizeof(next), next);
	} else if (ac_app_json(app)) {
		ac_json_writer_init(&w, out);
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.key/1"));
		ac_jw_key_string(&w, AC_S("file"), ac_str_from(path));
		ac_jw_key_string(&w, AC_S("purpose"), ac_str_from(ac_purpose_name(f->vkey.purpose)));
		ac_jw_key_string(&w, AC_S("vkey"), ac_buf_view(&vkey));
		ac_jw_key_string(&w, AC_S("next"), (ac_str){ next, sizeof(next) });
		ac_jw_key_u64(&w, AC_S("passes"), f->cost.passes);
		ac_jw_key_u64(&w, AC_S("memory_kib"), f->cost.memory_kib);
		ac_jw_end(&w);
		ac_buf_add_byte(out, '\n');
	} else {
		ac_buf_printf(out, "%s key\n  ", ac_purpose_name(f->vkey.purpose));
		ac_buf_add(out, ac_buf_view(&vkey));
		ac_buf_printf(out, "\n  next %.*s\n  sealed by Argon2id, %llu passes over %llu KiB%s\n",
		    (int)sizeof(next), next, (unsigned long long)f->cost.passes, (unsigned long long)f->cost.memory_kib,
		    f->cost.memory_kib < usual_cost.memory_kib ? ": a low cost, for tests only" : "");
	}
	ac_buf_done(&vkey);
	return 0;
}

static int
show_file(ac_app *app, const ac_args *args, const char *path, accord_err *err)
{
	ac_arena arena;
	ac_keyfile f;
	ac_str text;
	int rc;

	ac_arena_init(&arena, KEY_ARENA_MAX);
	rc = ac_file_load_text(path, 16 * AC_KIB, &arena, &text, err);
	if (!rc)
		rc = ac_keyfile_parse(text, &arena, &f, err);
	if (!rc)
		rc = show(app, path, &f, ac_arg_given(args, "public"), err);
	ac_arena_done(&arena);
	return rc;
}

static int
make(ac_app *app, const ac_args *args, accord_err *err)
{
	const char *path = args->operands[3];
	ac_seal_cost cost = ac_arg_given(args, "low-cost-for-tests") ? low_cost : usual_cost;
	ac_keyfile_seeds seeds;
	ac_seal_random random;
	ac_purpose purpose;
	ac_file_id id;
	ac_buf words, text;
	ac_str bytes;
	int rc;

	if (!ac_purpose_parse(ac_str_from(args->operands[2]), &purpose))
		return ac_fail(err, ACCORD_EUSAGE, "want root, sign, log or witness, got '%s'", args->operands[2]);
	/* Before somebody types a passphrase for nothing; ac_file_make decides. */
	if (ac_file_look(path, &id))
		return ac_fail(err, ACCORD_EUSAGE, "there is a file already; a key is never written over");
	ac_agree_passphrase_init(&words);
	ac_buf_init(&text, 16 * AC_KIB);
	rc = ac_agree_passphrase(args, true, &words, err);
	if (!rc)
		rc = ac_random(&seeds, sizeof(seeds), err);
	if (!rc)
		rc = ac_random(&random, sizeof(random), err);
	if (!rc)
		rc = ac_keyfile_add(
		    &text, ac_str_from(args->operands[1]), purpose, &seeds, cost, &random, ac_buf_view(&words), err);
	if (!rc)
		rc = ac_buf_finish(&text, &bytes, err);
	if (!rc)
		rc = ac_file_make(path, bytes, 0600, err);
	ac_wipe(&seeds, sizeof(seeds));
	ac_buf_done(&text);
	ac_agree_passphrase_done(&words);
	return rc ? rc : show_file(app, args, path, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_str word = ac_str_from(args->operands[0]);
	const char *path = args->operands[args->operand_count - 1];
	accord_err err = { 0 };
	int rc;

	if (ac_str_eq(word, AC_S("show")) && args->operand_count == 2)
		rc = show_file(app, args, path, &err);
	else if (ac_str_eq(word, AC_S("new")) && args->operand_count == 4)
		rc = make(app, args, &err);
	else if (ac_str_eq(word, AC_S("rotate")) && args->operand_count == 3)
		rc = ac_agree_key_rotate(app, args, &err);
	else if (ac_str_eq(word, AC_S("compromised")) && args->operand_count == 2)
		rc = ac_agree_key_compromised(app, args, &err);
	else if (ac_str_eq(word, AC_S("sign")) && args->operand_count == 2)
		rc = ac_agree_key_sign(app, args, &err);
	else
		rc = ac_fail(&err, ACCORD_EUSAGE,
		    "want 'new NAME PURPOSE FILE', 'show FILE', 'rotate FILE NEWFILE', 'compromised KEY' or 'sign "
		    "FILE'");
	return rc ? ac_app_fail(app, path, &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_key = {
	.name = "agree key",
	.operands = "new|show|rotate|compromised|sign ...",
	.summary = "make, show and rotate a member's keys, and declare one compromised",
	.details =
	    "new NAME PURPOSE FILE makes an Ed25519 key of the member NAME (such as us.example) for one purpose, "
	    "and the key that will follow it, and seals both in FILE by a passphrase. Purposes are root (charters and "
	    "changes of keys; keep its file off line), sign (statements and all other texts), log (checkpoints of the "
	    "member's own log) and witness (cosignatures of others' checkpoints). A key signs texts of its purpose "
	    "only. An existing file is never written over.\n\n"
	    "show FILE shows the public key and \"next\": the SHA-256 of the public key that follows, to which a "
	    "charter commits. It does not need the passphrase.\n\n"
	    "rotate FILE NEWFILE goes on to the key that follows: NEWFILE holds it, with a new one to follow it. The "
	    "change is a note that "
	    "both keys sign, or the root key (--by), kept among the notes of the member's folder; the old key does not "
	    "count from the named "
	    "entries of the coalition's logs on. Send it to the others, who take it in by pull, or by sign. The new "
	    "file is "
	    "sealed by the same passphrase, unless another one is asked for.\n\n"
	    "compromised KEY, such as us.example/sign, declares a key of the charter stolen or lost: what it signed "
	    "from the named entries of "
	    "all logs on is void, what stands before them stays, with a warning. A quorum of the charter signs it, "
	    "without that key, or the "
	    "member's root key. Until then it is a proposal in charter/change-DIGEST.note; sign FILE takes the copy of "
	    "another member in, "
	    "and signs it when --key is given. sign takes accepted changes of others in, too. What is accepted becomes "
	    "a "
	    "leaf of the member's own log where --log-key is given; else accord agree log append puts it there.\n\n"
	    "The passphrase is typed at the terminal, or comes by --passphrase-fd or --passphrase-file. It is "
	    "stretched by Argon2id; the cost stands in the file. One passphrase opens all the files of one command.",
	.examples = "accord agree key new us.example sign us.key --passphrase-file passphrase.txt\n",
	.options = options,
	.min_operands = 2,
	.max_operands = 4,
	.run = run,
};
