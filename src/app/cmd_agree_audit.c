/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree audit: logs verified from their tiles. How, is in agree/audit.c and audit_leaves.c. */
#include <stdio.h>

#include "agree/audit_leaves.h"
#include "agree/folder.h"
#include "agree/log.h"
#include "agree/policy.h"
#include "app/agree.h"
#include "app/agree_keys.h"
#include "app/agree_log.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sys/file.h"
#include "sys/inside.h"
#include "sys/os.h"

#define AUDIT_ARENA_MAX (AC_CHAIN_ARENA_MAX + 64 * AC_MIB)

/* Checkpoints of a log beside that of its tiles: what the own witness cosigned last, in two places. */
#define EARLIER_MAX 2

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	{ "trust", 0, "WHOM", AC_AGREE_WHOM },
	AC_AGREE_CHARTER_OPTION,
	{ "policy", 0, "FILE", "logs, witnesses and quorum for the checkpoints (C2SP tlog-policy)" },
	{ "signatures", 0, NULL, "verify the signatures of every leaf, too, by all keys that are trusted" },
	{ "jobs", 'j', "N", "threads that verify signatures (default: as many as processors)" },
	{ 0 },
};

typedef struct auditing {
	ac_app *app;
	const ac_args *args;
	const char *dir; /* the member's folder that is audited; NULL: a log's alone */
	ac_arena arena;
	ac_whom whom;
	ac_keyring ring;
	ac_vkey *all; /* keys of the ring */
	size_t all_count;
	ac_policy policy;
	bool has_policy, with_signatures;
	unsigned jobs;
	ac_digester *digester;
	int status;
} auditing;

/* What was found of one log. */
typedef struct findings {
	const char *folder;
	ac_checkpoint head;
	ac_note_verdict verdict;
	const ac_vkey *keys;
	size_t key_count;
	ac_checkpoint earlier[EARLIER_MAX]; /* that its key has signed, too */
	size_t earlier_count;
	ac_audit audit;
	ac_leaf_counts leaves;
} findings;

/* The checkpoint's own signature, and its quorum. */
static int
check_head(auditing *a, findings *f, const ac_note *note, accord_err *err)
{
	ac_vkey *keys = NULL;
	bool by_log = false;
	int rc;

	if (a->has_policy) {
		ac_policy_verdict v;

		f->keys = a->policy.keys;
		f->key_count = a->policy.log_count + a->policy.witness_count;
		rc = ac_policy_judge(&a->policy, note, &a->arena, &v, err);
		if (!rc && !v.is_met)
			rc = ac_fail(err, ACCORD_EDENIED,
			    "the quorum of the policy is not met: %u of its witnesses have cosigned", v.witnesses);
		return rc ? rc : ac_note_verify(note, f->keys, f->key_count, &a->arena, &f->verdict, err);
	}
	rc = ac_keyring_for_log(
	    &a->ring, AC_KEYRING_EVER, f->head.origin, f->head.size, &a->arena, &keys, &f->key_count, err);
	f->keys = keys;
	if (!rc)
		rc = ac_note_verify(note, f->keys, f->key_count, &a->arena, &f->verdict, err);
	for (size_t i = 0; i < f->key_count && !rc; i++)
		by_log = by_log || (f->verdict.signed_by[i] && ac_str_eq(f->keys[i].name, f->head.origin));
	if (!rc && !by_log)
		rc = ac_fail(err, ACCORD_EDENIED, "no trusted key of the log has signed the checkpoint");
	return rc;
}

/* Leaves in, all hashes anew; with their signatures where that is asked for. */
static int
check_tiles(auditing *a, findings *f, accord_err *err)
{
	ac_leaf_checker *checker = NULL;
	ac_audit_sink sink = { .earlier = f->earlier, .earlier_count = f->earlier_count };
	int rc = 0;

	if (a->with_signatures) {
		rc = ac_leaf_checker_open(a->all, a->all_count, a->jobs, &checker, err);
		sink.on_leaf = ac_leaf_checker_take;
		sink.payload = checker;
	}
	if (!rc)
		rc = ac_log_audit(f->folder, &f->head, &sink, &f->audit, err);
	if (!rc && checker)
		rc = ac_leaf_checker_end(checker, &f->leaves, err);
	checker = ac_leaf_checker_close(checker);
	if (!rc && f->leaves.has_first)
		rc = ac_fail(err, ACCORD_EDENIED,
		    "leaf %llu: %s; of all leaves %llu are by no trusted key, %llu have a wrong signature, and %llu "
		    "are "
		    "no signed notes",
		    (unsigned long long)f->leaves.first, f->leaves.reason, (unsigned long long)f->leaves.unknown,
		    (unsigned long long)f->leaves.wrong, (unsigned long long)f->leaves.no_note);
	return rc;
}

static unsigned
witnesses(const findings *f)
{
	unsigned count = 0;

	for (size_t i = 0; i < f->key_count; i++)
		count += f->verdict.signed_by[i] && f->keys[i].type == AC_NOTE_COSIGNATURE;
	return count;
}

static void
show_text(auditing *a, const findings *f)
{
	ac_buf *out = ac_app_out(a->app);

	ac_utf8_add_visible(out, ac_str_from(f->folder), AC_PATH_MAX);
	ac_buf_add(out, AC_S(": the log "));
	ac_utf8_add_visible(out, f->head.origin, AC_NOTE_NAME_MAX);
	ac_buf_printf(out, " is whole: %llu leaves, %llu tiles, cosigned by %u", (unsigned long long)f->audit.leaves,
	    (unsigned long long)f->audit.tiles, witnesses(f));
	if (a->with_signatures)
		ac_buf_printf(out, ", every leaf signed (%llu signatures)", (unsigned long long)f->leaves.signatures);
	ac_buf_add_byte(out, '\n');
}

static void
show_json(auditing *a, const findings *f, const accord_err *why)
{
	ac_buf *out = ac_app_out(a->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.audit/1"));
	ac_jw_key_string(&w, AC_S("folder"), ac_str_from(f->folder));
	ac_jw_key_bool(&w, AC_S("whole"), why == NULL);
	if (why)
		ac_jw_key_string(&w, AC_S("reason"), ac_str_from(why->text));
	if (f->head.origin.n) {
		ac_jw_key_string(&w, AC_S("origin"), f->head.origin);
		ac_jw_key_u64(&w, AC_S("size"), f->head.size);
	}
	if (!why) {
		ac_jw_key_u64(&w, AC_S("tiles"), f->audit.tiles);
		ac_jw_key_u64(&w, AC_S("cosignatures"), witnesses(f));
	}
	if (a->with_signatures) {
		ac_jw_key_u64(&w, AC_S("verified"), f->leaves.verified);
		ac_jw_key_u64(&w, AC_S("unknown"), f->leaves.unknown);
		ac_jw_key_u64(&w, AC_S("wrong"), f->leaves.wrong);
		ac_jw_key_u64(&w, AC_S("no_note"), f->leaves.no_note);
		ac_jw_key_u64(&w, AC_S("signatures"), f->leaves.signatures);
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static void
tell(auditing *a, const findings *f, const accord_err *why)
{
	if (ac_app_json(a->app))
		show_json(a, f, why);
	else if (!why)
		show_text(a, f);
	if (!why)
		return;
	(void)ac_app_fail(a->app, f->folder, why);
	a->status = ac_exit_worse(a->status, AC_EXIT_NO);
}

/* What the member's own witness has cosigned of the log, where that was signed by the log; anything else is no business of an audit. */
static int
find_earlier(auditing *a, findings *f, accord_err *err)
{
	static const struct {
		const char *part, *file;
	} places[EARLIER_MAX] = { { "witness", "/checkpoint" }, { "secret/witness", "" } };

	for (size_t i = 0; a->dir && i < AC_COUNT(places); i++) {
		char folder[AC_FOLDER_NAME_MAX], name[AC_FOLDER_NAME_MAX + 16];
		ac_checkpoint *earlier = &f->earlier[f->earlier_count];
		ac_note_verdict verdict;
		ac_note note;
		ac_buf buf;
		int rc = ac_folder_of_origin(places[i].part, f->head.origin, folder, err);

		if (rc)
			return rc;
		(void)snprintf(name, sizeof(name), "%s%s", folder, places[i].file);
		ac_buf_init(&buf, 2 * AC_CHECKPOINT_MAX);
		rc = ac_inside_load(a->dir, name, AC_CHECKPOINT_MAX, &buf, err);
		if (!rc)
			rc = ac_note_parse(ac_arena_str(&a->arena, ac_buf_view(&buf)), &a->arena, &note, err);
		ac_buf_done(&buf);
		if (!rc)
			rc = ac_checkpoint_parse(note.text, earlier, err);
		if (!rc && ac_str_eq(earlier->origin, f->head.origin) &&
		    ac_note_verify(&note, f->keys, f->key_count, &a->arena, &verdict, NULL) == 0)
			f->earlier_count++;
		if (rc == ACCORD_EIO || rc == ACCORD_ENOMEM || ac_arena_check(&a->arena, err))
			return rc ? rc : err->code;
	}
	return 0;
}

/* A log that is not whole is an answer; a disk that cannot be read is not. */
static void
audit_log(auditing *a, const char *folder)
{
	findings f = { .folder = folder };
	accord_err err = { 0 };
	ac_note note;
	ac_str bytes;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	rc = ac_log_read_checkpoint(folder, &buf, &err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, &err);
	if (!rc)
		rc = ac_note_parse(bytes, &a->arena, &note, &err);
	if (!rc)
		rc = ac_checkpoint_parse(note.text, &f.head, &err);
	if (!rc)
		rc = check_head(a, &f, &note, &err);
	if (!rc)
		rc = find_earlier(a, &f, &err);
	if (!rc)
		rc = check_tiles(a, &f, &err);
	if (rc == ACCORD_EIO || rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL)
		a->status = ac_exit_worse(a->status, ac_app_fail(a->app, folder, &err));
	else
		tell(a, &f, rc ? &err : NULL);
	ac_buf_done(&buf);
}

/* One proof of misbehaviour that the member keeps. What proves nothing, by the keys that are known, is no alarm. */
static int
tell_misbehaviour(void *payload, const char *name, accord_err *err)
{
	auditing *a = payload;
	ac_misbehaviour *m = ac_arena_zalloc(&a->arena, 1, sizeof(*m));
	ac_str path = ac_arena_printf(&a->arena, "misbehaviour/%s", name), bytes;
	findings f = { .folder = ac_arena_printf(&a->arena, "%s/%.*s", a->dir, AC_FMT(path)).p };
	accord_err why = { 0 };
	size_t signers[2];
	ac_buf buf;
	int rc = ac_arena_check(&a->arena, err);

	if (rc)
		return rc;
	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = ac_inside_load(a->dir, path.p, AC_NOTE_MAX, &buf, &why);
	bytes = ac_arena_str(&a->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	if (!rc)
		rc = ac_misbehaviour_parse(bytes, &a->arena, m, &why);
	if (!rc)
		rc = ac_misbehaviour_check(a->digester, m, a->all, a->all_count, &a->arena, signers, &why);
	if (rc)
		return ac_arena_check(&a->arena, err);
	f.head = m->checkpoints[1];
	(void)ac_fail(&why, ACCORD_EDENIED, "%.*s has signed two trees that contradict each other", AC_FMT(m->origin));
	tell(a, &f, &why);
	return 0;
}

/* Keys that are given, and those of charters; the member's own folder is --dir, whatever is audited. */
static int
find_keys(auditing *a, accord_err *err)
{
	accord_err none = { 0 };
	int rc = ac_agree_keyring(a->args, ac_agree_dir(a->app, a->args, &none), &a->whom, &a->arena, &a->ring, err);

	return rc ? rc : ac_keyring_all(&a->ring, &a->arena, &a->all, &a->all_count, err);
}

/* Old and new keys of one log bear one name. */
static bool
was_audited(const auditing *a, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (a->all[i].type == AC_NOTE_ED25519 && ac_str_eq(a->all[i].name, a->all[at].name))
			return true;
	return false;
}

/* The member's own log, and the copies that he has of those whose keys are known. */
static int
audit_member(auditing *a, const char *dir, accord_err *err)
{
	char path[AC_PATH_MAX], name[AC_FOLDER_NAME_MAX];
	ac_vkey own = { 0 };
	ac_file_id id;
	bool has_own;
	int rc = ac_agree_own_log(dir, &a->arena, &own, err);

	a->dir = dir;
	has_own = rc == 0;
	if (rc && rc != ACCORD_ENOTFOUND)
		return rc;
	/* His own key is his own to trust. */
	rc = has_own ? ac_agree_trust_key(&a->whom.trust, &own, &a->arena, err) : 0;
	if (!rc)
		rc = find_keys(a, err);
	if (!rc)
		rc = ac_agree_path(dir, "log", path, err);
	if (rc)
		return rc;
	if (has_own)
		audit_log(a, ac_arena_str(&a->arena, ac_str_from(path)).p);
	for (size_t i = 0; i < a->all_count; i++) {
		const ac_vkey *key = &a->all[i];

		if (key->type != AC_NOTE_ED25519 || was_audited(a, i))
			continue;
		rc = ac_folder_of_origin("peers", key->name, name, err);
		if (!rc)
			rc = ac_agree_path(dir, name, path, err);
		if (rc)
			return rc;
		if (ac_file_look(path, &id))
			audit_log(a, ac_arena_str(&a->arena, ac_str_from(path)).p);
	}
	return ac_inside_list(dir, "misbehaviour", AC_MISBEHAVIOUR_FILES_MAX, tell_misbehaviour, a, err);
}

static int
take_options(auditing *a, const ac_args *args, accord_err *err)
{
	const char *path = ac_arg(args, "policy", NULL), *jobs = ac_arg(args, "jobs", NULL);
	uint64_t number = ac_cpu_count();
	ac_str text;
	int rc = ac_agree_whom(args, "trust", &a->arena, &a->whom, err);

	if (!rc && path) {
		rc = ac_file_load_text(path, AC_NOTE_MAX, &a->arena, &text, err);
		if (!rc) {
			rc = ac_policy_parse(text, &a->arena, &a->policy, err);
			if (rc)
				(void)ac_fail_context(err, ac_str_from(path));
		}
		a->has_policy = !rc;
	}
	if (!rc && jobs && (!ac_str_to_u64(ac_str_from(jobs), &number) || number == 0 || number > AC_AUDIT_JOBS_MAX))
		rc = ac_fail(
		    err, ACCORD_EUSAGE, "--jobs wants a number from 1 to %d, got '%s'", AC_AUDIT_JOBS_MAX, jobs);
	a->jobs = number < AC_AUDIT_JOBS_MAX ? (unsigned)number : AC_AUDIT_JOBS_MAX;
	a->with_signatures = ac_arg_given(args, "signatures");
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	auditing a = { .app = app, .args = args };
	char path[AC_PATH_MAX];
	accord_err err = { 0 };
	const char *dir;
	ac_file_id id;
	int rc;

	ac_arena_init(&a.arena, AUDIT_ARENA_MAX);
	a.digester = ac_digester_open();
	rc = a.digester ? take_options(&a, args, &err) : ac_fail(&err, ACCORD_ENOMEM, "no memory for an audit");
	dir = args->operand_count ? args->operands[0] : ac_agree_dir(app, args, &err);
	if (!rc && !dir)
		rc = err.code;
	if (!rc)
		rc = ac_agree_path(dir, "checkpoint", path, &err);
	if (!rc && ac_file_look(path, &id)) {
		rc = find_keys(&a, &err);
		if (!rc)
			audit_log(&a, dir);
	} else if (!rc) {
		rc = audit_member(&a, dir, &err);
	}
	a.digester = ac_digester_close(a.digester);
	ac_arena_done(&a.arena);
	return rc ? ac_app_fail(app, NULL, &err) : a.status;
}

const ac_command ac_command_agree_audit = {
	.name = "agree audit",
	.operands = "[DIR]",
	.summary = "verify logs from their tiles: every hash, checkpoint and cosignature",
	.details =
	    "DIR is a log's folder (with a checkpoint and tiles), or a member's, whose own log and copies of others' "
	    "logs are verified; without it the member's folder of --dir. All hashes are computed anew from the leaves "
	    "and compared with every tile of the tree that the checkpoint is of, and with its root; narrow tiles of "
	    "smaller "
	    "trees, which a writer leaves beside them, belong to earlier checkpoints and are not looked at. The "
	    "checkpoint must be signed by the log's "
	    "key, which is taken from the charters of the member's folder (of --dir), from those of --trust and, in "
	    "the "
	    "chain from a trusted one, of --charter; or it is a key of --trust that bears the log's name. A key that "
	    "was rotated or declared compromised counts for as many leaves as its change says. With --policy, a log of "
	    "the policy must have signed, and its quorum of witnesses. A member's own log is verified by its own "
	    "key. Copies of logs must begin with what the member's own witness has cosigned of them; and proofs of "
	    "misbehaviour that the member keeps are told.\n\n"
	    "With --signatures every leaf must be a signed note by a trusted key at least, without a wrong "
	    "signature; whether a signature counts at its place is what accord verify says.\n\n"
	    "Exit status: 0 all is as it should be, 1 something is not, 4 a file cannot be read (a tile that is not "
	    "there).",
	.examples = "accord agree audit copies/us --trust keys.txt --trust logs.txt --signatures\n",
	.options = options,
	.min_operands = 0,
	.max_operands = 1,
	.run = run,
};
