/* SPDX-License-Identifier: Apache-2.0 */
/* A witness: what it answers, and that it never cosigns two trees of one size, whatever crashes, runs beside it, or is put back. */
#include "agree_data.h"

#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree/check.h"
#include "agree/folder.h"
#include "agree/log.h"
#include "agree/witness.h"
#include "base/limits.h"
#include "crash.h"
#include "fail_malloc.h"
#include "sys/file.h"
#include "sys/inside.h"

#define NOW 1626688800

/* A log, another one with the same key that goes on differently after five leaves, and their witness. */
typedef struct fixture {
	char folder[64], path[5][128];
	ac_ed25519_key log_key, key;
	ac_vkey log, vkey;
	ac_log *logs[2];
	ac_witness witness;
	ac_arena arena;
	accord_err err;
} fixture;

static void
append(fixture *f, unsigned which, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t size = ac_log_head(f->logs[which])->size;
		ac_log_place place;
		char text[32];
		int n = snprintf(text, sizeof(text), "leaf %u of %u", (unsigned)size, size < 5 ? 0 : which);

		assert_int_equal(ac_log_append(f->logs[which], &(ac_str){ text, (size_t)n }, 1, &place, &f->err), 0);
	}
}

static void
fixture_open(fixture *f)
{
	static const uint8_t log_seed[32] = { 5 }, seed[32] = { 6 };

	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	ac_ed25519_from_seed(log_seed, &f->log_key);
	ac_ed25519_from_seed(seed, &f->key);
	assert_int_equal(
	    ac_vkey_make(AC_S("a.example/log"), AC_NOTE_ED25519, ac_ed25519_public(&f->log_key), &f->log, NULL), 0);
	assert_int_equal(
	    ac_vkey_make(AC_S("b.example/witness"), AC_NOTE_COSIGNATURE, ac_ed25519_public(&f->key), &f->vkey, NULL),
	    0);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(f->path[i], sizeof(f->path[i]), "%s/log%u", f->folder, i);
		assert_int_equal(ac_log_create(f->path[i], &f->log, &f->log_key, &f->err), 0);
		assert_int_equal(ac_log_open(f->path[i], &f->log, &f->log_key, &f->logs[i], &f->err), 0);
		append(f, i, 5);
	}
	(void)snprintf(f->path[2], sizeof(f->path[2]), "%s/b", f->folder);
	f->witness = (ac_witness){ f->path[2], &f->log, 1, &f->vkey, &f->key, NOW };
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void
fixture_close(fixture *f)
{
	for (unsigned i = 0; i < 2; i++)
		f->logs[i] = ac_log_close(f->logs[i]);
	(void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ac_arena_done(&f->arena);
}

/* The body of add-checkpoint from old_size to what the log is now. */
static ac_str
body(fixture *f, unsigned which, uint64_t old_size)
{
	ac_str kept;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	if (ac_log_prove_growth(f->logs[which], old_size, &buf, &f->err))
		fail_msg("%s", f->err.text);
	kept = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return kept;
}

/* The status; what is answered in *out_text. */
static unsigned
ask(fixture *f, ac_str question, ac_witness_answer *out, ac_str *out_text)
{
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	if (ac_witness_add_checkpoint(&f->witness, question, &buf, out, &f->err))
		fail_msg("%s", f->err.text);
	*out_text = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	assert_true((out->status == 200) == (out->reason[0] == '\0'));
	return out->status;
}

static unsigned
status(fixture *f, ac_str question)
{
	ac_witness_answer answer;
	ac_str text;

	return ask(f, question, &answer, &text);
}

/* Path of what is kept of the log in a part of the witness's folder. */
static const char *
kept_path(fixture *f, const char *part, const char *file)
{
	static char path[512];
	char name[AC_FOLDER_NAME_MAX];

	assert_int_equal(ac_folder_of_origin(part, f->log.name, name, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/%s%s", f->path[2], name, file);
	return path;
}

static ac_str
load(fixture *f, const char *path)
{
	ac_str kept;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_file_load(path, AC_MIB, &buf, &f->err), 0);
	kept = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return kept;
}

static void
put(const char *path, ac_str bytes)
{
	char parent[512];

	(void)snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	assert_int_equal(ac_dir_make(parent, NULL), 0);
	assert_int_equal(ac_file_replace(path, bytes, 0644, NULL), 0);
}

static void
witness__cosigns_a_log_that_has_only_grown(void **state)
{
	static const unsigned steps[] = { 0, 1, 3, 250, 300 };
	uint64_t old_size = 0;
	fixture f;

	(void)state;
	fixture_open(&f);
	for (size_t i = 0; i < AC_COUNT(steps); i++) {
		ac_witness_answer answer;
		ac_note_verdict verdict;
		ac_note note;
		ac_str line, whole;

		append(&f, 0, steps[i]);
		f.witness.now = NOW + i;
		assert_int_equal(ask(&f, body(&f, 0, old_size), &answer, &line), 200);
		assert_true(answer.size == ac_log_head(f.logs[0])->size && !answer.has_caught_up);
		/* The line makes the log's note one that the witness has cosigned. */
		whole = ac_arena_join(&f.arena, (ac_str[]){ ac_log_note(f.logs[0]), line }, 2);
		assert_int_equal(ac_note_parse(whole, &f.arena, &note, &f.err), 0);
		assert_int_equal(ac_note_verify(&note, &f.vkey, 1, &f.arena, &verdict, &f.err), 0);
		assert_int_equal(verdict.times[0], NOW + i);
		assert_str(load(&f, kept_path(&f, "witness", "/checkpoint")), whole);
		assert_str(load(&f, kept_path(&f, "secret/witness", "")), whole);
		old_size = answer.size;
	}
	/* The same tree once more is cosigned at a later time: growth by nothing. */
	f.witness.now = NOW + 100;
	assert_int_equal(status(&f, body(&f, 0, old_size)), 200);
	fixture_close(&f);
}

static void
witness__answers_as_tlog_witness_says(void **state)
{
	ac_witness_answer answer;
	ac_vkey other = { 0 };
	ac_str text, right, wrong;
	fixture f;
	char *bytes;

	(void)state;
	fixture_open(&f);
	assert_int_equal(status(&f, AC_S("")), 400);
	assert_int_equal(status(&f, AC_S("old 0\nx\n\n")), 400);
	/* Neither an unknown log nor an unsigned checkpoint leaves anything behind. */
	f.witness.log_count = 0;
	assert_int_equal(status(&f, body(&f, 0, 0)), 404);
	f.witness.log_count = 1;
	other = f.log;
	other.public_key[0] ^= 1;
	f.witness.logs = &other;
	assert_int_equal(status(&f, body(&f, 0, 0)), 403);
	other.id ^= 1;
	assert_int_equal(status(&f, body(&f, 0, 0)), 403);
	f.witness.logs = &f.log;
	assert_int_equal(access(f.path[2], F_OK), -1);
	/* Never cosigned: the size is 0. */
	append(&f, 0, 2);
	assert_int_equal(ask(&f, body(&f, 0, 5), &answer, &text), 409);
	assert_str(text, AC_S("0\n"));
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	append(&f, 0, 4);
	assert_int_equal(ask(&f, body(&f, 0, 0), &answer, &text), 409);
	assert_str(text, AC_S("7\n"));
	assert_true(answer.size == 7);
	/* A hash of the proof is another. */
	right = body(&f, 0, 7);
	bytes = ac_arena_alloc(&f.arena, right.n);
	memcpy(bytes, right.p, right.n);
	bytes[6] = bytes[6] == 'A' ? 'B' : 'A';
	assert_int_equal(ask(&f, (ac_str){ bytes, right.n }, &answer, &text), 422);
	assert_int_equal(text.n, 0);
	/* An old size beyond the new one. */
	wrong = ac_arena_join(&f.arena,
	    (ac_str[]){ AC_S("old 12\n"), ac_str_slice(right, ac_str_find(right, AC_S("\n\n")) + 1, right.n) }, 2);
	assert_int_equal(status(&f, wrong), 400);
	assert_int_equal(status(&f, right), 200);
	fixture_close(&f);
}

typedef struct listing {
	char name[128];
	unsigned count;
} listing;

static int
list_one(void *payload, const char *name, accord_err *err)
{
	listing *l = payload;

	(void)err;
	(void)snprintf(l->name, sizeof(l->name), "misbehaviour/%s", name);
	l->count++;
	return 0;
}

static void
witness__makes_a_proof_of_two_trees_of_one_size(void **state)
{
	ac_witness_answer answer;
	ac_digester *d = ac_digester_open();
	ac_trust trust = { 0 };
	listing found = { 0 };
	ac_check check;
	ac_str text;
	ac_buf proof;
	fixture f;

	(void)state;
	fixture_open(&f);
	append(&f, 0, 3);
	append(&f, 1, 3);
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ask(&f, body(&f, 1, i ? 8 : 0), &answer, &text), 409);
		assert_true(answer.has_misbehaved);
		assert_str(text, AC_S("8\n"));
	}
	assert_int_equal(ac_inside_list(f.path[2], "misbehaviour", 100, list_one, &found, &f.err), 0);
	assert_int_equal(found.count, 1);
	/* It convinces whoever has the log's key. */
	ac_buf_init(&proof, AC_MIB);
	assert_int_equal(ac_inside_load(f.path[2], found.name, AC_MIB, &proof, &f.err), 0);
	text = ac_buf_view(&proof);
	trust = (ac_trust){ .keys = &f.log, .count = 1 };
	assert_int_equal(ac_check_file(&text, 1, 0, &trust, d, &f.arena, &check, &f.err), 0);
	assert_true(check.kind == AC_CHECK_MISBEHAVIOUR && check.is_proved);
	ac_buf_done(&proof);
	d = ac_digester_close(d);
	fixture_close(&f);
}

/* Whatever it shows next, until somebody has looked into it. */
static void
witness__cosigns_no_log_that_has_shown_two_trees(void **state)
{
	char path[512];
	fixture f;

	(void)state;
	fixture_open(&f);
	append(&f, 0, 3);
	append(&f, 1, 3);
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	assert_int_equal(status(&f, body(&f, 1, 0)), 409);
	append(&f, 0, 3);
	assert_int_equal(status(&f, body(&f, 0, 8)), 403);
	(void)snprintf(path, sizeof(path), "cd '%s' && mkdir settled && mv misbehaviour/*.proof settled", f.path[2]);
	assert_int_equal(system(path), 0);
	assert_int_equal(status(&f, body(&f, 0, 8)), 200);
	fixture_close(&f);
}

/* An old copy is put back in place of one file, of both, of the whole folder: then only what comes back from others tells. */
static void
witness__that_is_rolled_back_notices(void **state)
{
	ac_str old_note, line, cosigned;
	ac_witness_answer answer;
	ac_str text;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	old_note = load(&f, kept_path(&f, "witness", "/checkpoint"));
	append(&f, 0, 5);
	assert_int_equal(ask(&f, body(&f, 0, 5), &answer, &line), 200);
	cosigned = ac_arena_join(&f.arena, (ac_str[]){ ac_log_note(f.logs[0]), line }, 2);
	append(&f, 1, 3);
	/* One of the two. */
	put(kept_path(&f, "witness", "/checkpoint"), old_note);
	assert_int_equal(ask(&f, body(&f, 1, 5), &answer, &text), 409);
	assert_true(answer.has_caught_up && answer.size == 10);
	assert_int_equal(remove(kept_path(&f, "secret/witness", "")), 0);
	put(kept_path(&f, "witness", "/checkpoint"), cosigned);
	assert_int_equal(ask(&f, body(&f, 1, 5), &answer, &text), 409);
	assert_true(answer.size == 10);
	/* Both, while a copy of the log with the cosignature was pulled. */
	put(kept_path(&f, "witness", "/checkpoint"), old_note);
	put(kept_path(&f, "secret/witness", ""), old_note);
	put(kept_path(&f, "peers", "/checkpoint"), cosigned);
	assert_int_equal(ask(&f, body(&f, 1, 5), &answer, &text), 409);
	assert_true(answer.has_caught_up && answer.size == 10);
	/* Others' bytes in that place say nothing. */
	put(kept_path(&f, "peers", "/checkpoint"), ac_log_note(f.logs[0]));
	/* The log comes with our own cosignature of what we do not know of. */
	text = body(&f, 0, 5);
	text = ac_arena_join(&f.arena, (ac_str[]){ text, line }, 2);
	assert_int_equal(ask(&f, text, &answer, &line), 200);
	assert_true(answer.has_caught_up && answer.size == 10);
	fixture_close(&f);
}

static void
witness__does_not_go_on_from_what_it_did_not_write(void **state)
{
	ac_str note, changed, other;
	char *bytes;
	ac_buf buf;
	fixture f;

	(void)state;
	fixture_open(&f);
	append(&f, 0, 1);
	append(&f, 1, 1);
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	note = load(&f, kept_path(&f, "witness", "/checkpoint"));
	bytes = ac_arena_alloc(&f.arena, note.n);
	memcpy(bytes, note.p, note.n);
	bytes[ac_str_find_byte(note, '\n') + 1] = '5';
	changed = (ac_str){ bytes, note.n };
	put(kept_path(&f, "witness", "/checkpoint"), changed);
	ac_buf_init(&buf, AC_MIB);
	{
		ac_witness_answer answer;

		assert_int_equal(
		    ac_witness_add_checkpoint(&f.witness, body(&f, 0, 6), &buf, &answer, &f.err), ACCORD_EDENIED);
		/* Two trees of one size in the two places, both cosigned: by whoever has copied a folder and run it twice. */
		put(kept_path(&f, "witness", "/checkpoint"), note);
		f.path[2][strlen(f.path[2]) - 1] = 'c';
		assert_int_equal(status(&f, body(&f, 1, 0)), 200);
		other = load(&f, kept_path(&f, "witness", "/checkpoint"));
		f.path[2][strlen(f.path[2]) - 1] = 'b';
		put(kept_path(&f, "secret/witness", ""), other);
		assert_int_equal(
		    ac_witness_add_checkpoint(&f.witness, body(&f, 0, 6), &buf, &answer, &f.err), ACCORD_EDENIED);
	}
	assert_int_equal(buf.n, 0);
	ac_buf_done(&buf);
	fixture_close(&f);
}

/* In a process of its own: 200 is exit status 0. */
static int
ask_in_child(fixture *f, ac_str question, unsigned long crash)
{
	pid_t pid = fork();
	int code;

	if (pid == 0) {
		ac_witness_answer answer;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		crash_at(crash);
		if (ac_witness_add_checkpoint(&f->witness, question, &buf, &answer, &f->err))
			_exit(1);
		_exit(answer.status == 200 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &code, 0), pid);
	return WEXITSTATUS(code);
}

static void
witness__crashed_at_any_moment_has_cosigned_one_tree_at_most(void **state)
{
	bool ended = false;

	(void)state;
	for (unsigned long n = 1; !ended; n++) {
		ac_witness_answer answer;
		ac_str text;
		fixture f;
		int code;

		fixture_open(&f);
		append(&f, 0, 3);
		append(&f, 1, 3);
		code = ask_in_child(&f, body(&f, 0, 0), n);
		ended = code == 0;
		assert_true(ended || code == CRASH_STATUS);
		/* The other tree may be cosigned only if nothing is kept of the first one; then that one never is. */
		if (ask(&f, body(&f, 1, 0), &answer, &text) == 200) {
			assert_false(ended);
			assert_int_equal(status(&f, body(&f, 0, 0)), 409);
			assert_int_equal(status(&f, body(&f, 0, 8)), 409);
		} else {
			assert_true(answer.status == 409 && answer.size == 8);
			assert_int_equal(status(&f, body(&f, 0, 8)), 200);
		}
		fixture_close(&f);
		assert_true(n < 100);
	}
}

static void
witness__asked_by_two_at_once_cosigns_one(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		pid_t pids[2];
		unsigned cosigned = 0;
		fixture f;

		fixture_open(&f);
		append(&f, 0, 3);
		append(&f, 1, 3);
		for (unsigned i = 0; i < 2; i++) {
			ac_str question = body(&f, i, 0);

			pids[i] = fork();
			if (pids[i] == 0)
				_exit(ask_in_child(&f, question, 0));
		}
		for (unsigned i = 0; i < 2; i++) {
			int code;

			assert_int_equal(waitpid(pids[i], &code, 0), pids[i]);
			cosigned += WEXITSTATUS(code) == 0;
		}
		assert_int_equal(cosigned, 1);
		fixture_close(&f);
	}
}

static void
witness__survives_every_allocation_failure(void **state)
{
	ac_str question;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(status(&f, body(&f, 0, 0)), 200);
	append(&f, 0, 3);
	question = body(&f, 0, 5);
	for (unsigned long n = 1;; n++) {
		ac_witness_answer answer;
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		fail_malloc_at(n);
		rc = ac_witness_add_checkpoint(&f.witness, question, &buf, &answer, &f.err);
		if (!fail_malloc_done()) {
			/* It is on disk already where only the answer could not be made. */
			assert_true(rc == 0 && (answer.status == 200 || answer.size == 8));
			ac_buf_done(&buf);
			break;
		}
		if (rc == 0)
			assert_true(answer.status == 409 || buf.failed);
		else
			assert_int_equal(rc, ACCORD_ENOMEM);
		ac_buf_done(&buf);
	}
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(witness__cosigns_a_log_that_has_only_grown),
		cmocka_unit_test(witness__answers_as_tlog_witness_says),
		cmocka_unit_test(witness__makes_a_proof_of_two_trees_of_one_size),
		cmocka_unit_test(witness__cosigns_no_log_that_has_shown_two_trees),
		cmocka_unit_test(witness__that_is_rolled_back_notices),
		cmocka_unit_test(witness__does_not_go_on_from_what_it_did_not_write),
		cmocka_unit_test(witness__crashed_at_any_moment_has_cosigned_one_tree_at_most),
		cmocka_unit_test(witness__asked_by_two_at_once_cosigns_one),
		cmocka_unit_test(witness__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
