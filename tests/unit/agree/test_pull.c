/* SPDX-License-Identifier: Apache-2.0 */
/* Another member's folder taken in: only growth, only what is whole, and two trees that contradict each other become a proof. */
#include "agree_data.h"

#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree/check.h"
#include "agree/folder.h"
#include "agree/log.h"
#include "agree/pull.h"
#include "agree/witness.h"
#include "base/limits.h"
#include "crash.h"
#include "fail_malloc.h"
#include "sys/file.h"
#include "sys/inside.h"

/* Folders: a has the log, f a fork of it by the same key that differs from leaf 5 on; b, c and d pull. */
typedef struct fixture {
	char root[64];
	ac_ed25519_key log_key, witness_key;
	ac_vkey keys[2]; /* the log's, the witness's */
	ac_arena arena;
	accord_err err;
	/* What on_pulled was told: how often each result, and the last words. */
	unsigned results[5];
	char reason[600];
	const ac_keyring *ring; /* what pulls go by; NULL: every key counts */
} fixture;

static const char *
path_of(fixture *f, const char *name)
{
	static char paths[4][400];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", f->root, name);
	return path;
}

static void
fixture_open(fixture *f)
{
	static const uint8_t seed[32] = { 5 }, witness_seed[32] = { 6 };
	static const char *const logs[] = { "a/log", "f/log" };

	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	(void)snprintf(f->root, sizeof(f->root), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	ac_ed25519_from_seed(seed, &f->log_key);
	ac_ed25519_from_seed(witness_seed, &f->witness_key);
	assert_int_equal(
	    ac_vkey_make(AC_S("a.example/log"), AC_NOTE_ED25519, ac_ed25519_public(&f->log_key), &f->keys[0], NULL), 0);
	assert_int_equal(ac_vkey_make(AC_S("b.example/witness"), AC_NOTE_COSIGNATURE,
			     ac_ed25519_public(&f->witness_key), &f->keys[1], NULL),
	    0);
	for (size_t i = 0; i < AC_COUNT(logs); i++)
		assert_int_equal(ac_log_create(path_of(f, logs[i]), &f->keys[0], &f->log_key, &f->err), 0);
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
	(void)nftw(f->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ac_arena_done(&f->arena);
}

/* Let the log of a member grow to `size`. */
static void
grow(fixture *f, const char *member, unsigned size)
{
	static char text[6000][32];
	static ac_str leaves[6000];
	static ac_log_place places[6000];
	char folder[16];
	ac_log *log = NULL;
	unsigned from;

	(void)snprintf(folder, sizeof(folder), "%s/log", member);
	assert_int_equal(ac_log_open(path_of(f, folder), &f->keys[0], &f->log_key, &log, &f->err), 0);
	from = (unsigned)ac_log_head(log)->size;
	for (unsigned i = from; i < size; i++) {
		int n = snprintf(text[i], sizeof(text[i]), "leaf %u of %s", i, i < 5 ? "both" : member);

		leaves[i] = (ac_str){ text[i], (size_t)n };
	}
	assert_int_equal(ac_log_append(log, leaves + from, size - from, places, &f->err), 0);
	log = ac_log_close(log);
}

static int
on_pulled(void *payload, const ac_pulled *pulled, accord_err *err)
{
	fixture *f = payload;

	(void)err;
	f->results[pulled->result]++;
	if (*pulled->reason)
		(void)snprintf(f->reason, sizeof(f->reason), "%s", pulled->reason);
	return 0;
}

static int
try_pull(fixture *f, const char *into, const char *from, bool is_own)
{
	char dirs[2][400];
	ac_pull p = { .dir = dirs[0],
		.from = dirs[1],
		.keys = f->keys,
		.key_count = 2,
		.ring = f->ring,
		.own = is_own ? &f->keys[0] : NULL,
		.on_pulled = on_pulled,
		.payload = f };

	(void)snprintf(dirs[0], sizeof(dirs[0]), "%s", path_of(f, into));
	(void)snprintf(dirs[1], sizeof(dirs[1]), "%s", path_of(f, from));
	memset(f->results, 0, sizeof(f->results));
	f->reason[0] = '\0';
	return ac_pull_folder(&p, &f->err);
}

static void
pull(fixture *f, const char *into, const char *from)
{
	if (try_pull(f, into, from, false))
		fail_msg("%s", f->err.text);
}

/* Where a member has his copy of the log. */
static const char *
copy_of(fixture *f, const char *member)
{
	char name[AC_FOLDER_NAME_MAX], whole[AC_FOLDER_NAME_MAX + 16];

	assert_int_equal(ac_folder_of_origin("peers", f->keys[0].name, name, NULL), 0);
	(void)snprintf(whole, sizeof(whole), "%s/%s", member, name);
	return path_of(f, whole);
}

/* The copy is whole; its size, or 0 where there is none. */
static uint64_t
audit(fixture *f, const char *member)
{
	char folder[400];
	ac_log *log = NULL;
	ac_audit found = { 0 };

	(void)snprintf(folder, sizeof(folder), "%s", copy_of(f, member));
	if (ac_log_open(folder, &f->keys[0], NULL, &log, &f->err) == ACCORD_ENOTFOUND)
		return 0;
	assert_non_null(log);
	if (ac_log_audit(folder, ac_log_head(log), NULL, &found, &f->err))
		fail_msg("audit: %s", f->err.text);
	log = ac_log_close(log);
	return found.leaves;
}

static int
shell(fixture *f, const char *words)
{
	char command[1200];

	(void)snprintf(command, sizeof(command), "cd '%s' && %s", f->root, words);
	return system(command);
}

static void
pull__takes_what_a_log_has_grown_by(void **state)
{
	static const unsigned sizes[] = { 0, 1, 5, 256, 300, 5000 };
	fixture f;

	(void)state;
	fixture_open(&f);
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		grow(&f, "a", sizes[i]);
		pull(&f, "b", "a");
		assert_int_equal(f.results[AC_PULL_GROWN], i > 0);
		assert_int_equal(audit(&f, "b"), sizes[i]);
		assert_string_equal(f.reason, "");
	}
	/* Once more, and by way of somebody who has only a copy. */
	pull(&f, "b", "a");
	assert_int_equal(f.results[AC_PULL_GROWN], 0);
	pull(&f, "c", "b");
	assert_int_equal(audit(&f, "c"), 5000);
	/* Somebody who is behind takes nothing from nobody. */
	pull(&f, "d", "nobody");
	assert_int_equal(audit(&f, "d"), 0);
	grow(&f, "a", 5001);
	pull(&f, "b", "a");
	pull(&f, "b", "c");
	assert_int_equal(audit(&f, "b"), 5001);
	assert_string_equal(f.reason, "");
	fixture_close(&f);
}

static int
load_proof(void *payload, const char *name, accord_err *err)
{
	(void)err;
	(void)snprintf(payload, 200, "misbehaviour/%s", name);
	return 0;
}

/* The member has a proof that convinces whoever has the log's key. */
static void
check_proof(fixture *f, const char *member, ac_misbehaviour_kind kind)
{
	ac_digester *d = ac_digester_open();
	ac_trust trust = { .keys = f->keys, .count = 1 };
	char name[200] = "";
	ac_check check;
	ac_str proof;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_inside_list(path_of(f, member), "misbehaviour", 10, load_proof, name, &f->err), 0);
	assert_int_equal(ac_inside_load(path_of(f, member), name, AC_MIB, &buf, &f->err), 0);
	proof = ac_buf_view(&buf);
	assert_int_equal(ac_check_file(&proof, 1, 0, &trust, d, &f->arena, &check, &f->err), 0);
	assert_true(check.kind == AC_CHECK_MISBEHAVIOUR && check.is_proved && check.misbehaviour == kind);
	ac_buf_done(&buf);
	d = ac_digester_close(d);
}

static void
pull__makes_a_proof_of_a_split_view(void **state)
{
	static const struct {
		unsigned ours, theirs;
		ac_misbehaviour_kind kind;
	} rows[] = {
		{ 10, 10, AC_MISBEHAVIOUR_EQUIVOCATION },
		{ 10, 11, AC_MISBEHAVIOUR_INCONSISTENCY },
		{ 8, 300, AC_MISBEHAVIOUR_INCONSISTENCY },
		{ 300, 6, AC_MISBEHAVIOUR_INCONSISTENCY },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		fixture f;

		fixture_open(&f);
		grow(&f, "a", rows[i].ours);
		grow(&f, "f", rows[i].theirs);
		pull(&f, "b", "a");
		pull(&f, "b", "f");
		assert_int_equal(f.results[AC_PULL_MISBEHAVED], 1);
		assert_int_equal(f.results[AC_PULL_GROWN] + f.results[AC_PULL_REFUSED], 0);
		assert_int_equal(audit(&f, "b"), rows[i].ours);
		check_proof(&f, "b", rows[i].kind);
		fixture_close(&f);
	}
}

/* What is wrong with the other's folder; each time nothing is taken, and nobody is accused. */
static void
pull__refuses_a_folder_that_is_not_whole(void **state)
{
	static const char *const damages[] = {
		"printf x | dd of=a/log/tile/entries/001 bs=1 seek=100 conv=notrunc 2>/dev/null",
		"printf x >> a/log/tile/entries/001",
		"printf x | dd of=a/log/tile/0/000 bs=1 seek=100 conv=notrunc 2>/dev/null",
		"rm a/log/tile/entries/001",
		"rm a/log/tile/0/000",
		"rm a/log/tile/entries/001 && mkfifo a/log/tile/entries/001",
		"mv a/log/tile/entries/001 elsewhere && ln -s ../../../../elsewhere a/log/tile/entries/001",
		"mv a/log/tile elsewhere && ln -s ../../elsewhere a/log/tile",
		"rm a/log/tile/entries/001 && ln -s /dev/zero a/log/tile/entries/001",
		"truncate -s 1G a/log/tile/entries/001",
		"rm a/log/tile/entries/001 && mkdir a/log/tile/entries/001",
		"sed -i s/600/601/ a/log/checkpoint",
		"truncate -s 1G a/log/checkpoint",
		"rm a/log/checkpoint && mkfifo a/log/checkpoint",
		"mv a/log elsewhere && ln -s ../elsewhere a/log",
		": > a/log/checkpoint",
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(damages); i++) {
		fixture f;

		fixture_open(&f);
		grow(&f, "a", 200);
		pull(&f, "b", "a");
		grow(&f, "a", 600);
		assert_int_equal(shell(&f, damages[i]), 0);
		pull(&f, "b", "a");
		if (f.results[AC_PULL_REFUSED] != 1 || f.results[AC_PULL_MISBEHAVED] || audit(&f, "b") != 200)
			fail_msg("%s: %s", damages[i], f.reason);
		assert_true(*f.reason);
		assert_int_equal(shell(&f, "! ls b/misbehaviour 2>/dev/null"), 0);
		fixture_close(&f);
	}
}

/* A checkpoint that somebody has cosigned is compared, too; and so is one's own. */
static void
pull__compares_what_others_have_cosigned(void **state)
{
	char dir[400];
	ac_witness w;
	ac_witness_answer answer;
	ac_log *log = NULL;
	ac_buf question, body;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, "a", 10);
	grow(&f, "f", 8);
	ac_buf_init(&question, AC_MIB);
	ac_buf_init(&body, AC_MIB);
	assert_int_equal(ac_log_open(path_of(&f, "f/log"), &f.keys[0], NULL, &log, &f.err), 0);
	assert_int_equal(ac_log_prove_growth(log, 0, &question, &f.err), 0);
	log = ac_log_close(log);
	(void)snprintf(dir, sizeof(dir), "%s", path_of(&f, "c"));
	w = (ac_witness){ dir, f.keys, 1, &f.keys[1], &f.witness_key, 1626688800 };
	assert_int_equal(ac_witness_add_checkpoint(&w, ac_buf_view(&question), &body, &answer, &f.err), 0);
	assert_int_equal(answer.status, 200);
	/* c has no copy of the log, only what it cosigned. */
	pull(&f, "b", "a");
	pull(&f, "b", "c");
	assert_int_equal(f.results[AC_PULL_MISBEHAVED], 1);
	check_proof(&f, "b", AC_MISBEHAVIOUR_INCONSISTENCY);
	/* c itself finds out from the log. */
	pull(&f, "c", "a");
	assert_int_equal(f.results[AC_PULL_MISBEHAVED], 1);
	check_proof(&f, "c", AC_MISBEHAVIOUR_INCONSISTENCY);
	ac_buf_done(&body);
	ac_buf_done(&question);
	fixture_close(&f);
}

/* One more leaf. */
static int
try_append(fixture *f, const char *member)
{
	const ac_str leaf = AC_S("one more");
	char folder[16];
	ac_log_place place;
	ac_log *log = NULL;
	int rc;

	(void)snprintf(folder, sizeof(folder), "%s/log", member);
	assert_int_equal(ac_log_open(path_of(f, folder), &f->keys[0], &f->log_key, &log, &f->err), 0);
	rc = ac_log_append(log, &leaf, 1, &place, &f->err);
	log = ac_log_close(log);
	return rc;
}

static void
pull__says_that_a_log_is_shorter_than_it_was(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(shell(&f, "cp -r a empty"), 0);
	grow(&f, "a", 10);
	assert_int_equal(shell(&f, "cp -r a old"), 0);
	grow(&f, "a", 20);
	pull(&f, "b", "a");
	pull(&f, "b", "old");
	assert_int_equal(f.results[AC_PULL_ROLLED_BACK], 1);
	assert_non_null(strstr(f.reason, "has 10 leaves there, and had 20"));
	pull(&f, "b", "empty");
	assert_int_equal(f.results[AC_PULL_ROLLED_BACK], 1);
	assert_int_equal(audit(&f, "b"), 20);
	/* Somebody else's copy may well be older. */
	pull(&f, "c", "old");
	pull(&f, "b", "c");
	assert_string_equal(f.reason, "");
	fixture_close(&f);
}

static void
pull__notices_that_the_own_log_was_rolled_back(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, "a", 10);
	assert_int_equal(shell(&f, "cp -r a old"), 0);
	grow(&f, "a", 20);
	pull(&f, "b", "a");
	/* What b has is what a has. */
	assert_int_equal(try_pull(&f, "a", "b", true), 0);
	assert_string_equal(f.reason, "");
	assert_int_equal(try_pull(&f, "old", "b", true), 0);
	assert_int_equal(f.results[AC_PULL_ROLLED_BACK], 1);
	/* Nothing is appended to it, unless somebody takes away what has been seen. */
	assert_int_equal(try_append(&f, "old"), ACCORD_EDENIED);
	assert_non_null(strstr(f.err.text, "has 10 leaves, and others hold a tree of 20"));
	assert_int_equal(try_append(&f, "a"), 0);
	assert_int_equal(shell(&f, "rm old/log.seen"), 0);
	/* The old copy goes its own way: then its key has signed two trees. */
	grow(&f, "old", 12);
	assert_int_equal(shell(&f, "mv old older && cp -r f old"), 0);
	grow(&f, "old", 30);
	assert_int_equal(try_pull(&f, "old", "b", true), 0);
	assert_int_equal(f.results[AC_PULL_MISBEHAVED], 1);
	fixture_close(&f);
}

/* The same tree with a witness's line under it. */
static void
pull__takes_cosignatures_that_are_new(void **state)
{
	ac_buf text, lines;
	ac_checkpoint head;
	ac_log *log = NULL;
	size_t count;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, "a", 10);
	pull(&f, "b", "a");
	assert_int_equal(ac_log_open(path_of(&f, "a/log"), &f.keys[0], NULL, &log, &f.err), 0);
	head = *ac_log_head(log);
	head.origin = f.keys[0].name;
	log = ac_log_close(log);
	ac_buf_init(&text, AC_MIB);
	ac_buf_init(&lines, AC_MIB);
	ac_checkpoint_add(&text, &head);
	assert_int_equal(ac_note_sign(&lines, ac_buf_view(&text), &f.keys[1], &f.witness_key, 1000, &f.err), 0);
	assert_int_equal(
	    ac_log_take_cosignatures(path_of(&f, "a/log"), f.keys, f.keys + 1, 1, ac_buf_view(&lines), &count, &f.err),
	    0);
	pull(&f, "b", "a");
	assert_int_equal(shell(&f, "cmp -s a/log/checkpoint b/peers/*/checkpoint"), 0);
	/* And they are not lost to somebody who has none. */
	grow(&f, "f", 5);
	pull(&f, "b", "f");
	assert_int_equal(shell(&f, "cmp -s a/log/checkpoint b/peers/*/checkpoint"), 0);
	ac_buf_done(&lines);
	ac_buf_done(&text);
	fixture_close(&f);
}

static void
pull__crashed_at_any_moment_leaves_a_whole_copy(void **state)
{
	bool ended = false;

	(void)state;
	for (unsigned long n = 1; !ended; n++) {
		uint64_t size;
		fixture f;
		pid_t pid;
		int status;

		fixture_open(&f);
		grow(&f, "a", 250);
		pull(&f, "b", "a");
		grow(&f, "a", 520);
		pid = fork();
		if (pid == 0) {
			crash_at(n);
			_exit(try_pull(&f, "b", "a", false) ? 1 : 0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ended = WEXITSTATUS(status) == 0;
		assert_true(ended || WEXITSTATUS(status) == CRASH_STATUS);
		size = audit(&f, "b");
		assert_true(size == 520 || (size == 250 && !ended));
		pull(&f, "b", "a");
		assert_int_equal(audit(&f, "b"), 520);
		fixture_close(&f);
		assert_true(n < 100);
	}
}

static void
pull__survives_every_allocation_failure(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, "a", 3);
	for (unsigned long n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = try_pull(&f, "b", "a", false);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		if (rc != ACCORD_ENOMEM)
			fail_msg("%lu: %d %s %s", n, rc, f.err.text, f.reason);
		assert_int_equal(shell(&f, "rm -rf b"), 0);
	}
	assert_int_equal(audit(&f, "b"), 3);
	fixture_close(&f);
}

/* Which keys count where is the keyring's to say (test_keyring.c): a log's key may be known and count no more. */
static void
growth__is_taken_of_a_key_that_counts_there_only(void **state)
{
	fixture f;
	ac_keyring none, with_log;

	(void)state;
	fixture_open(&f);
	none = (ac_keyring){ .given = &f.keys[1], .given_count = 1 };
	with_log = (ac_keyring){ .given = f.keys, .given_count = 2 };
	grow(&f, "a", 3);
	f.ring = &none;
	pull(&f, "b", "a");
	assert_int_equal(f.results[AC_PULL_REFUSED], 1);
	assert_string_equal(f.reason, "no key that counts at 3 leaves has signed its checkpoint");
	f.ring = &with_log;
	pull(&f, "b", "a");
	assert_int_equal(f.results[AC_PULL_GROWN], 1);
	assert_int_equal(audit(&f, "b"), 3);
	/* What a key signed that counts no more is held against its log all the same. */
	grow(&f, "a", 7);
	pull(&f, "b", "a");
	grow(&f, "f", 9);
	f.ring = &none;
	pull(&f, "b", "f");
	assert_int_equal(f.results[AC_PULL_MISBEHAVED], 1);
	assert_int_equal(audit(&f, "b"), 7);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth__is_taken_of_a_key_that_counts_there_only),
		cmocka_unit_test(pull__takes_what_a_log_has_grown_by),
		cmocka_unit_test(pull__makes_a_proof_of_a_split_view),
		cmocka_unit_test(pull__refuses_a_folder_that_is_not_whole),
		cmocka_unit_test(pull__compares_what_others_have_cosigned),
		cmocka_unit_test(pull__says_that_a_log_is_shorter_than_it_was),
		cmocka_unit_test(pull__notices_that_the_own_log_was_rolled_back),
		cmocka_unit_test(pull__takes_cosignatures_that_are_new),
		cmocka_unit_test(pull__crashed_at_any_moment_leaves_a_whole_copy),
		cmocka_unit_test(pull__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
