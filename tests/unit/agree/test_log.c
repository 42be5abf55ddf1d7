/* SPDX-License-Identifier: Apache-2.0 */
/* A log on disk: what it proves, what an audit finds, and that a crash at any moment loses and doubles nothing. */
#include "agree_data.h"

#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree/log.h"
#include "base/limits.h"
#include "crash.h"
#include "fail_malloc.h"
#include "sys/file.h"

typedef struct fixture {
	char folder[64];
	ac_ed25519_key key;
	ac_vkey vkey;
	accord_err err;
} fixture;

static void
fixture_open(fixture *f)
{
	static const uint8_t seed[32] = { 5 };

	memset(f, 0, sizeof(*f));
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	ac_ed25519_from_seed(seed, &f->key);
	assert_int_equal(
	    ac_vkey_make(AC_S("a.example/log"), AC_NOTE_ED25519, ac_ed25519_public(&f->key), &f->vkey, NULL), 0);
	assert_int_equal(ac_log_create(f->folder, &f->vkey, &f->key, &f->err), 0);
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
	(void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static ac_log *
open_log(fixture *f, bool append)
{
	ac_log *log = NULL;

	if (ac_log_open(f->folder, &f->vkey, append ? &f->key : NULL, &log, &f->err))
		fail_msg("open: %s", f->err.text);
	return log;
}

/* Leaves "leaf N", from `first` on. */
static int
append(ac_log *log, unsigned first, unsigned count, ac_log_place *places, accord_err *err)
{
	static char text[10000][16];
	static ac_str leaves[10000];

	for (unsigned i = 0; i < count; i++) {
		int n = snprintf(text[i], sizeof(text[i]), "leaf %u", first + i);

		leaves[i] = (ac_str){ text[i], (size_t)n };
	}
	return ac_log_append(log, leaves, count, places, err);
}

/* Each leaf is "leaf N" with its own index: none is lost, none doubled, none out of order. */
static int
check_leaf(void *payload, uint64_t index, ac_str leaf, accord_err *err)
{
	char want[16];
	int n = snprintf(want, sizeof(want), "leaf %u", (unsigned)index);

	(void)payload;
	return ac_str_eq(leaf, (ac_str){ want, (size_t)n })
		   ? 0
		   : ac_fail(err, ACCORD_EINPUT, "leaf %u is '%.*s'", (unsigned)index, AC_FMT(leaf));
}

/* The log is whole; its size. */
static uint64_t
audit(fixture *f)
{
	ac_audit_sink sink = { check_leaf, NULL };
	ac_log *log = open_log(f, false);
	ac_audit found;

	if (ac_log_audit(f->folder, ac_log_head(log), &sink, &found, &f->err))
		fail_msg("audit: %s", f->err.text);
	assert_true(found.leaves == ac_log_head(log)->size);
	log = ac_log_close(log);
	return found.leaves;
}

/* A tree that the log's key signed before is what the log begins with; one that is larger says nothing about its tiles. */
static void
audit__holds_the_log_against_what_was_signed_before(void **state)
{
	ac_checkpoint earlier[2];
	ac_audit_sink sink = { .earlier = earlier, .earlier_count = 2 };
	ac_log_place places[10];
	ac_audit found;
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 3, places, &f.err), 0);
	earlier[0] = *ac_log_head(log);
	earlier[1] = (ac_checkpoint){ .size = 100 };
	assert_int_equal(append(log, 3, 4, places, &f.err), 0);
	assert_int_equal(ac_log_audit(f.folder, ac_log_head(log), &sink, &found, &f.err), 0);
	earlier[0].root[31] ^= 1;
	assert_int_equal(ac_log_audit(f.folder, ac_log_head(log), &sink, &found, &f.err), ACCORD_EDENIED);
	assert_non_null(strstr(f.err.text, "does not begin with the tree of 3 leaves"));
	log = ac_log_close(log);
	fixture_close(&f);
}

static void
log__grows_and_proves_what_it_holds(void **state)
{
	static const unsigned sizes[] = { 1, 10, 244, 1, 1, 255, 5000, 3 };
	static ac_log_place places[10000];
	ac_digester *d = ac_digester_open();
	unsigned size = 0;
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	assert_int_equal(audit(&f), 0);
	log = open_log(&f, true);
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		ac_checkpoint before = *ac_log_head(log);
		ac_hash old_root, new_root;
		ac_arena arena;
		ac_growth growth;
		ac_proof proof;
		ac_buf text;

		memcpy(old_root.bytes, before.root, 32);
		assert_int_equal(append(log, size, sizes[i], places, &f.err), 0);
		for (unsigned k = 0; k < sizes[i]; k++)
			assert_true(places[k].index == size + k && !places[k].was_there);
		assert_true(ac_log_head(log)->size == size + sizes[i]);
		ac_arena_init(&arena, 8 * AC_MIB);
		ac_buf_init(&text, AC_MIB);
		assert_int_equal(ac_log_prove_growth(log, size, &text, &f.err), 0);
		assert_int_equal(ac_growth_parse(ac_buf_view(&text), &arena, &growth, &f.err), 0);
		memcpy(new_root.bytes, growth.checkpoint.root, 32);
		assert_int_equal(ac_tlog_check_consistency(d, size, growth.checkpoint.size, &old_root, &new_root,
				     growth.hashes, growth.count, &f.err),
		    0);
		size += sizes[i];
		for (unsigned k = 0; k < size; k += 1 + size / 7) {
			char leaf[16];
			int n = snprintf(leaf, sizeof(leaf), "leaf %u", k);

			ac_buf_reset(&text);
			assert_int_equal(ac_log_prove(log, k, &text, &f.err), 0);
			assert_int_equal(ac_proof_parse(ac_buf_view(&text), &arena, &proof, &f.err), 0);
			assert_int_equal(ac_proof_check(d, &proof, (ac_str){ leaf, (size_t)n }, &f.err), 0);
			ac_buf_reset(&text);
			assert_int_equal(ac_log_leaf(log, k, &text, &f.err), 0);
			assert_str(ac_buf_view(&text), ((ac_str){ leaf, (size_t)n }));
		}
		ac_buf_reset(&text);
		assert_int_equal(ac_log_leaf(log, size, &text, &f.err), ACCORD_ENOTFOUND);
		ac_buf_done(&text);
		ac_arena_done(&arena);
		/* Another process goes on where this one ended. */
		if (i % 2) {
			log = ac_log_close(log);
			log = open_log(&f, true);
		}
	}
	log = ac_log_close(log);
	assert_int_equal(audit(&f), size);
	d = ac_digester_close(d);
	fixture_close(&f);
}

static void
log__takes_a_leaf_once(void **state)
{
	ac_log_place places[300];
	ac_str twice[2] = { AC_S("leaf 300"), AC_S("leaf 300") };
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 300, places, &f.err), 0);
	log = ac_log_close(log);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 300, places, &f.err), 0);
	for (unsigned i = 0; i < 300; i++)
		assert_true(places[i].was_there && places[i].index == i);
	assert_int_equal(ac_log_append(log, twice, 2, places, &f.err), 0);
	assert_true(!places[0].was_there && places[1].was_there && places[0].index == 300 && places[1].index == 300);
	log = ac_log_close(log);
	assert_int_equal(audit(&f), 301);
	fixture_close(&f);
}

/* The last byte of the last leaf of a batch is one too many: none of the batch is taken. */
static void
leaf__over_32_kib_is_refused_with_its_whole_batch(void **state)
{
	static char large[32 * 1024 + 1];
	ac_str leaves[] = { AC_S("leaf 0"), { large, sizeof(large) } };
	ac_log_place places[2];
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(ac_log_append(log, leaves, 2, places, &f.err), ACCORD_ELIMIT);
	assert_true(ac_log_head(log)->size == 0);
	leaves[1].n--;
	assert_int_equal(ac_log_append(log, leaves, 2, places, &f.err), 0);
	assert_true(ac_log_head(log)->size == 2);
	log = ac_log_close(log);
	fixture_close(&f);
}

static void
log__refuses_what_is_no_leaf_of_it(void **state)
{
	ac_str leaves[] = { AC_S("leaf 0") };
	ac_log_place places[1];
	fixture f;
	ac_log *log;
	ac_vkey other;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, false);
	assert_int_equal(ac_log_append(log, leaves, 1, places, &f.err), ACCORD_EUSAGE);
	log = ac_log_close(log);
	assert_int_equal(ac_log_create(f.folder, &f.vkey, &f.key, &f.err), ACCORD_EUSAGE);
	other = f.vkey;
	other.public_key[0] ^= 1;
	assert_int_equal(ac_log_open(f.folder, &other, NULL, &log, &f.err), ACCORD_EDENIED);
	assert_int_equal(ac_log_open("/tmp/accord-test-none", &f.vkey, &f.key, &log, &f.err), ACCORD_ENOTFOUND);
	fixture_close(&f);
}

/* Flip one bit of a file of the log. */
static void
flip(const fixture *f, const char *name, long at)
{
	char path[128];
	FILE *file;
	int c;

	(void)snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	c = fgetc(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 1, file), c ^ 1);
	assert_int_equal(fclose(file), 0);
}

static void
audit__finds_one_bit_in_any_tile(void **state)
{
	static const struct {
		const char *name;
		long at;
	} rows[] = { { "tile/entries/000", 5 }, { "tile/entries/000", 0 }, { "tile/entries/001.p/44", 400 },
		{ "tile/0/000", 8191 }, { "tile/0/001.p/44", 0 }, { "tile/1/000.p/1", 31 } };
	ac_log_place places[300];
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 300, places, &f.err), 0);
	log = ac_log_close(log);
	log = open_log(&f, false);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_checkpoint head = *ac_log_head(log);
		ac_audit found;

		flip(&f, rows[i].name, rows[i].at);
		assert_int_not_equal(ac_log_audit(f.folder, &head, NULL, &found, &f.err), 0);
		flip(&f, rows[i].name, rows[i].at);
		assert_int_equal(ac_log_audit(f.folder, &head, NULL, &found, &f.err), 0);
		assert_true(found.leaves == 300 && found.tiles == 5);
		head.root[3] ^= 1;
		assert_int_equal(ac_log_audit(f.folder, &head, NULL, &found, &f.err), ACCORD_EDENIED);
	}
	log = ac_log_close(log);
	fixture_close(&f);
}

/* Appending to tiles that somebody changed is refused: the edge no longer gives the checkpoint's root. */
static void
append__goes_on_only_from_the_root_that_was_signed(void **state)
{
	ac_log_place places[10];
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 9, places, &f.err), 0);
	log = ac_log_close(log);
	flip(&f, "tile/0/000.p/9", 40);
	log = open_log(&f, true);
	assert_int_equal(append(log, 9, 1, places, &f.err), ACCORD_EINPUT);
	flip(&f, "tile/0/000.p/9", 40);
	assert_int_equal(append(log, 9, 1, places, &f.err), 0);
	log = ac_log_close(log);
	assert_int_equal(audit(&f), 10);
	fixture_close(&f);
}

/* Before the checkpoint takes its name, all tiles and their folders must be on disk. */
static int
must_be_synced(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)kind;
	(void)where;
	if (!crash_was_synced(st->st_ino))
		fail_msg("%s is not on disk yet", path);
	return 0;
}

static int
tile_must_be_synced(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	/* The lock and the checkpoint itself stand beside the tiles. */
	return strstr(path, "/tile") ? must_be_synced(path, st, kind, where) : 0;
}

static unsigned checkpoints;

static void
on_rename(const char *to)
{
	char folder[128];
	const char *slash = strrchr(to, '/');

	if (strcmp(slash, "/checkpoint") != 0)
		return;
	checkpoints++;
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - to), to);
	(void)nftw(folder, tile_must_be_synced, 16, FTW_PHYS);
}

static void
append__has_all_tiles_on_disk_before_the_checkpoint(void **state)
{
	static ac_log_place places[6000];
	fixture f;
	ac_log *log;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	crash_forget();
	checkpoints = 0;
	crash_on_rename(on_rename);
	assert_int_equal(append(log, 0, 300, places, &f.err), 0);
	assert_int_equal(append(log, 300, 5000, places, &f.err), 0);
	assert_int_equal(append(log, 5300, 1, places, &f.err), 0);
	crash_on_rename(NULL);
	/* 5,000 are two batches. */
	assert_int_equal(checkpoints, 4);
	log = ac_log_close(log);
	fixture_close(&f);
}

/* A child that appends [first, first + count) and ends at the n-th moment. True: it came to its end. */
static bool
append_and_crash(fixture *f, unsigned first, unsigned count, unsigned long n)
{
	static ac_log_place places[10000];
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		ac_log *log = NULL;

		if (ac_log_open(f->folder, &f->vkey, &f->key, &log, &f->err))
			_exit(1);
		crash_at(n);
		_exit(append(log, first, count, places, &f->err) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CRASH_STATUS));
	return WEXITSTATUS(status) == 0;
}

static void
put_file(fixture *f, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	assert_int_equal(ac_file_replace(path, AC_S("x"), 0644, NULL), 0);
}

static bool
has_file(fixture *f, const char *name)
{
	char path[256];
	ac_file_id id;

	(void)snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	return ac_file_look(path, &id);
}

/* What a killed batch has left, wherever it was; nothing that is anybody else's. */
static void
append__removes_what_a_crash_has_left(void **state)
{
	static const char *const left[] = { "checkpoint.0123456789abcdef.tmp", "tile/0/000.p/6.00000000000000ff.tmp",
		"tile/entries/000.p/6.1111111111111111.tmp", "tile/0/000.aaaaaaaaaaaaaaaa.tmp",
		"tile/0/012.p/9.aaaaaaaaaaaaaaaa.tmp", "tile/1/000.p/1.bbbbbbbbbbbbbbbb.tmp" };
	static const char *const others[] = { "tile/0/000.p/mine.tmp", "tile/0/000.p/6.00000000000000FF.tmp",
		"tile/0/000.p/5.00000000000000ff.tmp.txt" };
	ac_log_place places[16];
	ac_log *log;
	fixture f;
	char path[256];

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 5, places, &f.err), 0);
	log = ac_log_close(log);
	(void)snprintf(path, sizeof(path), "mkdir -p '%s/tile/0/012.p' '%s/tile/1/000.p'", f.folder, f.folder);
	assert_int_equal(system(path), 0);
	for (size_t i = 0; i < AC_COUNT(left); i++)
		put_file(&f, left[i]);
	for (size_t i = 0; i < AC_COUNT(others); i++)
		put_file(&f, others[i]);
	log = open_log(&f, true);
	assert_int_equal(append(log, 5, 1, places, &f.err), 0);
	log = ac_log_close(log);
	for (size_t i = 0; i < AC_COUNT(left); i++)
		if (has_file(&f, left[i]))
			fail_msg("%s is still there", left[i]);
	for (size_t i = 0; i < AC_COUNT(others); i++)
		assert_true(has_file(&f, others[i]));
	assert_int_equal(audit(&f), 6);
	fixture_close(&f);
}

/* Whoever can write into a folder could have an auditor wait for ever. */
static void
log__with_a_pipe_in_place_of_a_file_is_refused(void **state)
{
	ac_log_place places[16];
	ac_checkpoint head;
	ac_log *log;
	fixture f;
	char path[256];
	ac_audit found;

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, 5, places, &f.err), 0);
	head = *ac_log_head(log);
	(void)snprintf(path, sizeof(path), "%s/tile/0/000.p/5", f.folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ac_log_audit(f.folder, &head, NULL, &found, &f.err), ACCORD_EINPUT);
	assert_non_null(strstr(f.err.text, "want a regular file"));
	log = ac_log_close(log);
	(void)snprintf(path, sizeof(path), "%s/checkpoint", f.folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ac_log_open(f.folder, &f.vkey, NULL, &log, &f.err), ACCORD_EINPUT);
	fixture_close(&f);
}

static void
crash__at_any_moment_loses_and_doubles_nothing(void **state)
{
	static const unsigned starts[] = { 0, 250, 256 };
	static ac_log_place places[1000];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(starts); i++) {
		unsigned start = starts[i];

		for (unsigned long n = 1;; n++) {
			fixture f;
			ac_log *log;
			uint64_t size;
			bool came_through;

			fixture_open(&f);
			log = open_log(&f, true);
			assert_int_equal(append(log, 0, start, places, &f.err), 0);
			log = ac_log_close(log);
			came_through = append_and_crash(&f, start, 10, n);
			size = audit(&f);
			assert_true(size == start || size == start + 10);
			/* Whoever does not know whether it came through does it again, with one more. */
			log = open_log(&f, true);
			assert_int_equal(append(log, start, 11, places, &f.err), 0);
			for (unsigned k = 0; k < 11; k++)
				assert_true(places[k].index == start + k && places[k].was_there == (start + k < size));
			log = ac_log_close(log);
			assert_int_equal(audit(&f), start + 11);
			fixture_close(&f);
			if (came_through) {
				/* Names of two tiles at least, the file system's sync; the checkpoint's bytes, name and folder. */
				assert_true(n > 6);
				break;
			}
		}
	}
}

static void
append__survives_every_allocation_failure(void **state)
{
	ac_log_place places[20];
	fixture f;
	ac_log *log;
	unsigned size = 250;
	static ac_log_place first[250];

	(void)state;
	fixture_open(&f);
	log = open_log(&f, true);
	assert_int_equal(append(log, 0, size, first, &f.err), 0);
	for (unsigned long n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = append(log, size, 10, places, &f.err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	log = ac_log_close(log);
	assert_int_equal(audit(&f), size + 10);
	for (unsigned long n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = ac_log_open(f.folder, &f.vkey, &f.key, &log, &f.err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	log = ac_log_close(log);
	fixture_close(&f);
}

/* The worked example's log: 11 leaves, each a note. */
static void
example__log_is_whole(void **state)
{
	ac_arena arena;
	ac_str keys, key, line;
	ac_vkey vkey = { 0 };
	ac_log *log = NULL;
	char folder[4096];
	ac_audit found;
	accord_err err = { 0 };
	bool here;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	here = agree_load(&arena, "example/keys.txt", &keys);
	while (here && ac_str_next_field(&keys, '\n', &line))
		if (ac_str_starts(line, AC_S("us.accord.example/log+"))) {
			key = line;
			assert_int_equal(ac_vkey_parse(key, &vkey, &err), 0);
		}
	if (here) {
		(void)snprintf(folder, sizeof(folder), "%s/agree/example/log", shared_data());
		assert_int_equal(ac_log_open(folder, &vkey, NULL, &log, &err), 0);
		assert_int_equal(ac_log_audit(folder, ac_log_head(log), NULL, &found, &err), 0);
		assert_true(found.leaves == 11 && found.tiles == 2);
		log = ac_log_close(log);
	}
	ac_arena_done(&arena);
	if (!here)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audit__holds_the_log_against_what_was_signed_before),
		cmocka_unit_test(log__grows_and_proves_what_it_holds),
		cmocka_unit_test(log__takes_a_leaf_once),
		cmocka_unit_test(leaf__over_32_kib_is_refused_with_its_whole_batch),
		cmocka_unit_test(log__refuses_what_is_no_leaf_of_it),
		cmocka_unit_test(audit__finds_one_bit_in_any_tile),
		cmocka_unit_test(append__goes_on_only_from_the_root_that_was_signed),
		cmocka_unit_test(append__has_all_tiles_on_disk_before_the_checkpoint),
		cmocka_unit_test(append__removes_what_a_crash_has_left),
		cmocka_unit_test(log__with_a_pipe_in_place_of_a_file_is_refused),
		cmocka_unit_test(crash__at_any_moment_loses_and_doubles_nothing),
		cmocka_unit_test(append__survives_every_allocation_failure),
		cmocka_unit_test(example__log_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
