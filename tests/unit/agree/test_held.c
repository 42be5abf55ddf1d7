/* SPDX-License-Identifier: Apache-2.0 */
/* Files are known by what is in them; links are not followed; nothing of one file harms another. */
#include "agree_data.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agree/held.h"
#include "agree/log.h"
#include "base/limits.h"
#include "fail_malloc.h"
#include "sys/file.h"

#define NOTE "accord/statement/v1\ntitle en x\n\n\xe2\x80\x94 a.example/sign AAAAAAAA\n"

typedef struct fixture {
	char folder[128];
	ac_arena arena;
	ac_holding held;
	char told[600]; /* of the last problem */
} fixture;

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	fixture *f = payload;

	(void)path;
	(void)snprintf(f->told, sizeof(f->told), "%s", what->text);
}

static void
start(fixture *f)
{
	const char *folder = getenv("TMPDIR");

	*f = (fixture){ 0 };
	(void)snprintf(
	    f->folder, sizeof(f->folder), "%s/accord-held-XXXXXX", folder && strlen(folder) < 90 ? folder : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_holding_init(&f->held, &f->arena);
	f->held.on_problem = on_problem;
	f->held.payload = f;
}

static void
finish(fixture *f)
{
	ac_arena_done(&f->arena);
	assert_int_equal(nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static const char *
in(fixture *f, const char *name)
{
	return ac_arena_printf(&f->arena, "%s/%s", f->folder, name).p;
}

static void
put(fixture *f, const char *name, ac_str bytes)
{
	assert_int_equal(ac_file_replace(in(f, name), bytes, 0600, NULL), 0);
}

static void
held__knows_files_by_their_bytes(void **state)
{
	static const struct {
		ac_str bytes;
		ac_held_kind kind;
		const char *text_kind;
	} rows[] = {
		{ AC_S_INIT(NOTE), AC_HELD_NOTE, "statement" },
		{ AC_S_INIT("a text\n\n\xe2\x80\x94 a.example AAAAAAAA\n"), AC_HELD_NOTE, "" },
		{ AC_S_INIT("a.example/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 "
			    "a.example/log AAAAAAAA\n"),
		    AC_HELD_CHECKPOINT, "" },
		{ AC_S_INIT("c2sp.org/tlog-proof@v1\nindex 00\n"), AC_HELD_BROKEN, "" },
		{ AC_S_INIT("old x\n"), AC_HELD_BROKEN, "" },
		{ AC_S_INIT("accord/statement/v1\nno signature\n"), AC_HELD_OTHER, "" },
		{ AC_S_INIT("accord/statement/v1\n\n\xe2\x80\x94 a.example/sign ?\n"), AC_HELD_BROKEN, "" },
		{ AC_S_INIT("{\"type\":\"bundle\"}"), AC_HELD_OTHER, "" },
		{ AC_S_INIT(""), AC_HELD_OTHER, "" },
	};
	fixture f;

	(void)state;
	start(&f);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_held *item;
		size_t at = SIZE_MAX;

		assert_int_equal(ac_holding_add(&f.held, "x", rows[i].bytes, &at, NULL), 0);
		item = &f.held.items[at];
		if (item->kind != rows[i].kind || !ac_str_eq(item->text_kind, ac_str_from(rows[i].text_kind)))
			fail_msg("row %zu: kind %d, text '%.*s'", i, (int)item->kind, AC_FMT(item->text_kind));
	}
	finish(&f);
}

static void
held__cites_notes_by_their_text_alone(void **state)
{
	uint8_t digest[AC_SHA256_SIZE];
	size_t at;
	fixture f;

	(void)state;
	start(&f);
	assert_int_equal(ac_sha256(AC_S("accord/statement/v1\ntitle en x\n"), digest, NULL), 0);
	assert_int_equal(ac_holding_find(&f.held, AC_S("statement"), digest), 0);
	assert_int_equal(ac_holding_add(&f.held, "a", AC_S("other"), NULL, NULL), 0);
	assert_int_equal(ac_holding_add(&f.held, "b", AC_S(NOTE), NULL, NULL), 0);
	/* The same text with more signatures is the better copy. */
	assert_int_equal(
	    ac_holding_add(&f.held, "c", AC_S(NOTE "\xe2\x80\x94 b.example/sign AAAAAAAB\n"), &at, NULL), 0);
	assert_int_equal(ac_holding_find(&f.held, AC_S("statement"), digest), at);
	assert_int_equal(ac_holding_find(&f.held, AC_S("charter"), digest), f.held.count);
	/* Bytes that are no note are cited by all of them. */
	assert_int_equal(ac_sha256(AC_S("other"), digest, NULL), 0);
	assert_int_equal(ac_holding_find(&f.held, (ac_str){ 0 }, digest), 0);
	finish(&f);
}

static void
folder__is_read_whole_but_for_tiles_and_links(void **state)
{
	fixture f;

	(void)state;
	start(&f);
	assert_int_equal(mkdir(in(&f, "log"), 0700), 0);
	assert_int_equal(mkdir(in(&f, "log/tile"), 0700), 0);
	assert_int_equal(mkdir(in(&f, "log/tile/0"), 0700), 0);
	put(&f, "log/tile/0/000.p", AC_S("no tile's path"));
	put(&f, "log/tile/0/000", AC_S("a tile"));
	put(&f, "log/checkpoint",
	    AC_S("a.example/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 a.example/log "
		 "AAAAAAAA\n"));
	put(&f, "statement.note", AC_S(NOTE));
	assert_int_equal(symlink("statement.note", in(&f, "link.note")), 0);
	assert_int_equal(ac_holding_add_path(&f.held, f.folder, NULL), 0);
	assert_int_equal(f.held.count, 3);
	assert_int_equal(f.held.log_count, 1);
	assert_string_equal(f.held.logs[0].folder, in(&f, "log"));
	assert_int_equal(f.held.logs[0].head.size, 1);
	assert_int_equal(f.held.problems, 1);
	assert_non_null(strstr(f.told, "link.note: want a file or a folder, got a link"));
	assert_true(f.held.has_folder);
	assert_false(f.held.items[0].is_named);
	finish(&f);
}

static void
file__that_is_absent_is_a_problem_of_that_file(void **state)
{
	fixture f;

	(void)state;
	start(&f);
	put(&f, "a", AC_S("x"));
	assert_int_equal(ac_holding_add_path(&f.held, in(&f, "absent"), NULL), 0);
	assert_int_equal(ac_holding_add_path(&f.held, in(&f, "a"), NULL), 0);
	assert_int_equal(f.held.problems, 1);
	assert_int_equal(f.held.count, 1);
	assert_true(f.held.items[0].is_named);
	finish(&f);
}

static void
file__over_the_size_of_notes_is_known_by_its_digest(void **state)
{
	size_t n = AC_NOTE_MAX + 300000;
	char *bytes = malloc(n);
	uint8_t digest[AC_SHA256_SIZE];
	fixture f;

	(void)state;
	start(&f);
	assert_non_null(bytes);
	memset(bytes, 'x', n);
	assert_int_equal(ac_sha256((ac_str){ bytes, n }, digest, NULL), 0);
	put(&f, "large", (ac_str){ bytes, n });
	assert_int_equal(ac_holding_add_path(&f.held, in(&f, "large"), NULL), 0);
	assert_int_equal(f.held.items[0].kind, AC_HELD_OTHER);
	assert_int_equal(f.held.items[0].size, n);
	assert_int_equal(f.held.items[0].bytes.n, 0);
	assert_int_equal(ac_holding_find(&f.held, (ac_str){ 0 }, digest), 0);
	free(bytes);
	finish(&f);
}

/* Sparse files cost whoever sends them nothing: what is read of all together has an end, which is no file's own problem. */
static void
files__together_have_a_ceiling(void **state)
{
	accord_err err = { 0 };
	fixture f;

	(void)state;
	start(&f);
	put(&f, "a", AC_S("0123456789"));
	put(&f, "b", AC_S("0123456789"));
	f.held.bytes = AC_HELD_BYTES_MAX - 15;
	assert_int_equal(ac_holding_add_path(&f.held, in(&f, "a"), &err), 0);
	assert_int_equal(ac_holding_add_path(&f.held, in(&f, "b"), &err), ACCORD_ELIMIT);
	assert_non_null(strstr(err.text, "bytes of files at once"));
	assert_true(f.held.count == 1 && f.held.problems == 0);
	finish(&f);
}

static void
held__survives_every_allocation_failure(void **state)
{
	fixture f;

	(void)state;
	start(&f);
	put(&f, "a.note", AC_S(NOTE));
	put(&f, "b.json", AC_S("{}"));
	for (unsigned long n = 1;; n++) {
		ac_holding held;
		ac_arena arena;
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&arena, AC_MIB * 16);
		ac_holding_init(&held, &arena);
		fail_malloc_at(n);
		rc = ac_holding_add_path(&held, f.folder, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_int_equal(held.count, 2);
			ac_arena_done(&arena);
			break;
		}
		/* A folder or file that there is no memory to open is a problem of it, and counted. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && held.problems > 0));
		ac_arena_done(&arena);
	}
	finish(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(held__knows_files_by_their_bytes),
		cmocka_unit_test(held__cites_notes_by_their_text_alone),
		cmocka_unit_test(folder__is_read_whole_but_for_tiles_and_links),
		cmocka_unit_test(file__that_is_absent_is_a_problem_of_that_file),
		cmocka_unit_test(file__over_the_size_of_notes_is_known_by_its_digest),
		cmocka_unit_test(files__together_have_a_ceiling),
		cmocka_unit_test(held__survives_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
