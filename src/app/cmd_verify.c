/* SPDX-License-Identifier: Apache-2.0 */
/* accord verify: what files of a coalition prove, offline. What a proof is, is in agree/check.c. */
#include "agree/check.h"
#include "app/agree.h"
#include "app/agree_keys.h"
#include "app/verify.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sys/file.h"

/* Text of a file that is shown, and memory for all files of one call with their signatures. */
enum { SHOWN_MAX = 200 };
#define VERIFY_ARENA_MAX (256 * AC_MIB)
#define FILES_MAX 1024

static const ac_option options[] = {
	{ "trust", 0, "WHOM", AC_AGREE_WHOM },
	{ "policy", 0, "FILE", "logs, witnesses and quorum for checkpoints (C2SP tlog-policy)" },
	{ "as-of", 0, "TIME", "judge expiry and staleness as of then (default: now)" },
	{ 0 },
};

typedef struct verify {
	ac_app *app;
	ac_arena arena;
	ac_whom whom;
	ac_policy policy;
	const char *const *paths;
	ac_str *files;
	size_t count;
	ac_digester *digester;
	int status;
} verify;

static int
take_options(verify *v, const ac_args *args)
{
	const char *path = ac_arg(args, "policy", NULL);
	accord_err err = { 0 };
	ac_str bytes;
	int rc = ac_agree_whom(args, "trust", &v->arena, &v->whom, &err);

	if (rc)
		return ac_app_fail(v->app, NULL, &err);
	if (!path)
		return 0;
	rc = ac_file_load_text(path, AC_NOTE_MAX, &v->arena, &bytes, &err);
	if (!rc)
		rc = ac_policy_parse(bytes, &v->arena, &v->policy, &err);
	if (rc)
		return ac_app_fail(v->app, path, &err);
	v->whom.trust.policy = &v->policy;
	return 0;
}

static ac_str
first_line(ac_str text)
{
	return ac_str_slice(text, 0, ac_str_find_byte(text, '\n'));
}

static void
print_time(ac_buf *out, uint64_t seconds)
{
	ac_time_add(out, (ac_time){ (int64_t)seconds, 0 }, 0);
}

static void
print_signers(ac_buf *out, const ac_check *c)
{
	for (size_t i = 0; c->verdict.signed_by && i < c->key_count; i++) {
		if (!c->verdict.signed_by[i])
			continue;
		ac_buf_printf(out, "  %s ", c->keys[i].type == AC_NOTE_COSIGNATURE ? "cosigned by" : "signed by");
		ac_buf_add(out, c->keys[i].name);
		if (c->verdict.times[i]) {
			ac_buf_add(out, AC_S(" at "));
			print_time(out, c->verdict.times[i]);
		}
		ac_buf_add_byte(out, '\n');
	}
	if (c->verdict.signed_by && c->verdict.unknown)
		ac_buf_printf(out, "  by keys that are not trusted, and say nothing: %zu\n", c->verdict.unknown);
}

static void
print_misbehaviour(ac_buf *out, const ac_check *c)
{
	switch (c->misbehaviour) {
	case AC_MISBEHAVIOUR_EQUIVOCATION:
		ac_buf_printf(out, ": misbehaviour, two different trees of %llu leaves of ",
		    (unsigned long long)c->checkpoint.size);
		break;
	case AC_MISBEHAVIOUR_INCONSISTENCY:
		ac_buf_printf(out, ": misbehaviour, a tree of %llu leaves that does not begin with that of %llu, of ",
		    (unsigned long long)c->checkpoint.size, (unsigned long long)c->index);
		break;
	}
}

static void
print_text(const verify *v, size_t at, const ac_check *c)
{
	ac_buf *out = ac_app_out(v->app);

	ac_utf8_add_visible(out, ac_str_from(v->paths[at]), SHOWN_MAX);
	switch (c->kind) {
	case AC_CHECK_NOTE:
		ac_buf_add(out, AC_S(": a signed note, "));
		ac_utf8_add_visible(out, first_line(c->note.text), SHOWN_MAX);
		break;
	case AC_CHECK_CHECKPOINT:
		ac_buf_printf(out, ": a checkpoint of %llu leaves of ", (unsigned long long)c->checkpoint.size);
		break;
	case AC_CHECK_PROOF:
		ac_buf_printf(out, ": a proof of leaf %llu of ", (unsigned long long)c->index);
		break;
	case AC_CHECK_GROWTH:
		ac_buf_printf(out, ": a proof of growth from %llu to %llu leaves of ", (unsigned long long)c->index,
		    (unsigned long long)c->checkpoint.size);
		break;
	case AC_CHECK_MISBEHAVIOUR:
		print_misbehaviour(out, c);
		break;
	}
	if (c->kind != AC_CHECK_NOTE)
		ac_utf8_add_visible(out, c->checkpoint.origin, SHOWN_MAX);
	ac_buf_add_byte(out, '\n');
	print_signers(out, c);
	if (c->is_proved && c->partner < v->count) {
		ac_buf_add(out, c->kind == AC_CHECK_PROOF ? AC_S("  the leaf is ") : AC_S("  it goes on from "));
		ac_utf8_add_visible(out, ac_str_from(v->paths[c->partner]), SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
	if (c->is_proved && c->kind == AC_CHECK_MISBEHAVIOUR)
		ac_buf_add(out, AC_S("  proved: whoever holds the log's key has signed both\n"));
	else if (c->is_proved)
		ac_buf_add(out, AC_S("  proved\n"));
	else
		ac_buf_printf(out, "  not proved: %.*s\n", AC_FMT(c->reason));
}

static void
write_signers(ac_json_writer *w, const ac_check *c)
{
	ac_jw_key(w, AC_S("signers"));
	ac_jw_array(w);
	for (size_t i = 0; c->verdict.signed_by && i < c->key_count; i++) {
		if (!c->verdict.signed_by[i])
			continue;
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), c->keys[i].name);
		ac_jw_key_string(w, AC_S("purpose"), ac_str_from(ac_purpose_name(c->keys[i].purpose)));
		if (c->verdict.times[i])
			ac_jw_key_u64(w, AC_S("time"), c->verdict.times[i]);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key_u64(w, AC_S("unknown"), c->verdict.unknown);
}

static void
print_json(const verify *v, size_t at, const ac_check *c)
{
	ac_buf *out = ac_app_out(v->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.verify/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(v->paths[at]));
	ac_jw_key_string(&w, AC_S("kind"), ac_str_from(ac_check_kind_name(c->kind)));
	ac_jw_key_bool(&w, AC_S("proved"), c->is_proved);
	if (!c->is_proved)
		ac_jw_key_string(&w, AC_S("reason"), c->reason);
	if (c->kind == AC_CHECK_NOTE) {
		ac_jw_key_string(&w, AC_S("text"), first_line(c->note.text));
	} else {
		ac_jw_key_string(&w, AC_S("origin"), c->checkpoint.origin);
		ac_jw_key_u64(&w, AC_S("size"), c->checkpoint.size);
	}
	if (c->kind == AC_CHECK_PROOF)
		ac_jw_key_u64(&w, AC_S("index"), c->index);
	if (c->kind == AC_CHECK_GROWTH || c->kind == AC_CHECK_MISBEHAVIOUR)
		ac_jw_key_u64(&w, AC_S("old_size"), c->index);
	if (c->kind == AC_CHECK_MISBEHAVIOUR)
		ac_jw_key_string(&w, AC_S("misbehaviour"), ac_str_from(ac_misbehaviour_kind_name(c->misbehaviour)));
	if (c->is_proved && c->partner < v->count)
		ac_jw_key_string(&w, AC_S("with"), ac_str_from(v->paths[c->partner]));
	write_signers(&w, c);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
check_one(verify *v, size_t at)
{
	accord_err err = { 0 };
	ac_check c;

	if (ac_check_file(v->files, v->count, at, &v->whom.trust, v->digester, &v->arena, &c, &err))
		return ac_app_fail(v->app, v->paths[at], &err);
	if (ac_app_json(v->app))
		print_json(v, at, &c);
	else
		print_text(v, at, &c);
	return c.is_proved ? AC_EXIT_OK : AC_EXIT_NO;
}

/* Files that cannot be read are told, and prove nothing to the others. */
static int
check_all(verify *v)
{
	bool *readable = ac_arena_zalloc(&v->arena, v->count, sizeof(*readable));

	v->files = ac_arena_zalloc(&v->arena, v->count, sizeof(*v->files));
	if (!v->files || !readable)
		return AC_EXIT_INTERNAL;
	for (size_t i = 0; i < v->count; i++) {
		accord_err err = { 0 };

		readable[i] = ac_file_load_text(v->paths[i], AC_NOTE_MAX, &v->arena, &v->files[i], &err) == 0;
		if (!readable[i])
			v->status = ac_exit_worse(v->status, ac_app_fail(v->app, NULL, &err));
	}
	for (size_t i = 0; i < v->count; i++)
		if (readable[i])
			v->status = ac_exit_worse(v->status, check_one(v, i));
	return v->status;
}

/* Is there a charter to judge by, or a folder, which brings its own? */
static bool
has_charter(verify *v)
{
	if (v->whom.trust.digest_count > 0)
		return true;
	for (size_t i = 0; i < v->count; i++) {
		ac_file_id id;
		ac_str bytes;

		if (!ac_file_look(v->paths[i], &id))
			continue;
		if (id.is_folder)
			return true;
		if (id.is_regular && ac_file_load_text(v->paths[i], AC_NOTE_MAX, &v->arena, &bytes, NULL) == 0 &&
		    ac_str_starts(bytes, AC_S("accord/charter/")))
			return true;
	}
	return false;
}

static int
check_accounts(verify *v, const ac_args *args)
{
	const char *text = ac_arg(args, "as-of", NULL);
	ac_time as_of = ac_app_now(v->app);
	accord_err err = { 0 };

	if (text && ac_time_parse_stix(ac_str_from(text), &as_of, &err))
		return ac_app_fail(v->app, "--as-of", &err);
	return ac_verify_accounts(v->app, v->paths, v->count, v->whom.charters, v->whom.charter_count, &v->whom.trust,
	    as_of, v->digester, &v->arena);
}

static int
run(ac_app *app, const ac_args *args)
{
	verify v = { .app = app, .paths = args->operands, .count = (size_t)args->operand_count };
	int status;

	ac_arena_init(&v.arena, VERIFY_ARENA_MAX);
	v.digester = ac_digester_open();
	status = v.digester ? take_options(&v, args) : AC_EXIT_INTERNAL;
	if (!status)
		status = has_charter(&v) ? check_accounts(&v, args) : check_all(&v);
	v.digester = ac_digester_close(v.digester);
	ac_arena_done(&v.arena);
	return status;
}

const ac_command ac_command_verify = {
	.name = "verify",
	.operands = "FILE|FOLDER...",
	.summary = "say what signed files prove, without a network",
	.details =
	    "Files are signed notes, checkpoints of logs, proofs that a text is in a log (tlog-proof), and proofs "
	    "that a log has only grown (\"old N\", as witnesses are asked), as the C2SP specifications write "
	    "them, and proofs of a log's misbehaviour; or whole folders, as accord agree export writes them.\n\n"
	    "Under a charter each statement gets an account: who signed it, whether the convener's publication says "
	    "what its entries give and leaves out no word that is among the files, who joins which claim and how "
	    "surely, and what has changed since. --trust says whom to believe: a charter (its file, or its digest "
	    "sha256:HEX), or keys. A later charter counts only in the chain from the trusted one. Keys vouch for a "
	    "charter that all of them signed and of which they are a quorum, and for the words of their own members. "
	    "Without --trust a folder is consistent at best: it brings its own charter, which must be compared by "
	    "another channel. A folder that lacks its publication, an entry of it or the bundle of evidence is not "
	    "proved, nor is one whose charter has expired or whose log no witness has seen for a week: --as-of asks "
	    "how it stood at another time, and what is of a later one is not counted. What cannot be judged because a "
	    "key is not trusted or a log is not cosigned stays open, and so does what hangs on it: nothing is proved "
	    "then, and nobody accused.",
	.more =
	    "Without any charter, files are taken one by one. A note is proved when a trusted key signed it and no "
	    "trusted key's signature on it is wrong; a checkpoint, when its log's key did; with --policy, when a log "
	    "of the policy signed it and its quorum of witnesses cosigned. A proof needs such a checkpoint, and the "
	    "text that it proves among the other files; growth needs the old checkpoint among them. Misbehaviour (two "
	    "checkpoints of one log that contradict each other) is proved when the log's own key signed both.\n\n"
	    "Nothing is proved without --trust or --policy: files cannot vouch for themselves. A key whose name "
	    "ends in /root, /sign, /log or /witness is trusted for texts of that purpose only; its signature on "
	    "another text refuses the note. Texts with control characters, or characters that hide or reorder "
	    "others, are refused. Links in folders are not followed.\n\n"
	    "Exit status: 0 all that was asked for is proved, 1 something is not, 3 a file is malformed, 4 a file "
	    "cannot be read.",
	.examples = "accord verify --trust keys.txt statement.note\n"
		    "accord verify --trust keys.txt --policy policy.txt statement.*\n",
	.options = options,
	.min_operands = 1,
	.max_operands = FILES_MAX,
	.run = run,
};
