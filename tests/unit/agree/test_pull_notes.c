/* SPDX-License-Identifier: Apache-2.0 */
/* Notes out of another member's folder: what members signed, and nothing else. */
#include "coalition.h"

#include <ftw.h>
#include <unistd.h>

#include "agree/node.h"
#include "agree/pull_notes.h"
#include "agree/statement.h"
#include "agree_texts.h"
#include "fail_malloc.h"
#include "sys/file.h"

typedef struct fixture {
	char root[64], dir[80], from[80];
	ac_arena arena;
	ac_vkey keys[2]; /* alpha's and beta's sign keys; gamma is nobody here */
	ac_pulled_notes pulled;
	accord_err err;
} fixture;

static void
put(fixture *f, const char *name, ac_str bytes)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", f->from, name);
	assert_int_equal(ac_file_replace(path, bytes, 0600, &f->err), 0);
}

static void
fixture_open(fixture *f)
{
	static const char *const names[] = { "alpha.example/sign", "beta.example/sign" };
	char path[200];

	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	(void)snprintf(f->root, sizeof(f->root), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	(void)snprintf(f->dir, sizeof(f->dir), "%s/own", f->root);
	(void)snprintf(f->from, sizeof(f->from), "%s/other", f->root);
	assert_int_equal(ac_dir_make(f->dir, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/notes", f->from);
	assert_int_equal(ac_dir_make(path, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/bundles", f->from);
	assert_int_equal(ac_dir_make(path, NULL), 0);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		ac_ed25519_key key;

		coalition_make_key(&f->arena, (coalition_key){ names[i], 0 }, &f->keys[i], &key);
		f->keys[i].purpose = AC_PURPOSE_SIGN;
	}
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

static int
pull(fixture *f)
{
	return ac_pull_notes(f->dir, f->from, f->keys, AC_COUNT(f->keys), &f->pulled, &f->err);
}

/* A statement whose bundle is the text "{}". */
static ac_str
statement(fixture *f, const char *bytes)
{
	ac_statement s;
	ac_str text;
	ac_buf buf;

	assert_int_equal(ac_statement_parse(AC_S(STATEMENT), &f->arena, &s, &f->err), 0);
	assert_int_equal(ac_sha256(ac_str_from(bytes), s.bundle, NULL), 0);
	s.bundle_size = strlen(bytes);
	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_statement_add(&buf, &s);
	text = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static void
put_bundle(fixture *f, const char *of, const char *bytes)
{
	char name[100] = "bundles/";
	uint8_t digest[AC_SHA256_SIZE];

	assert_int_equal(ac_sha256(ac_str_from(of), digest, NULL), 0);
	ac_hex(digest, sizeof(digest), name + 8);
	memcpy(name + 8 + sizeof(digest) * 2, ".json", 6);
	put(f, name, ac_str_from(bytes));
}

static void
pull__takes_what_members_signed_and_the_evidence_they_cite(void **state)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_str text, note;
	fixture f;

	(void)state;
	fixture_open(&f);
	text = statement(&f, "{}");
	put(&f, "notes/one.note", COALITION_SIGN(&f.arena, text, { "alpha.example/sign", 0 }));
	put(&f, "notes/readme.txt", AC_S("no note"));
	put_bundle(&f, "{}", "{}");
	put_bundle(&f, "nobody cites it", "nobody cites it");
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 1 && f.pulled.bundles == 1 && f.pulled.refused == 0);
	assert_int_equal(ac_sha256(text, digest, NULL), 0);
	assert_int_equal(ac_node_load(f.dir, digest, &f.arena, &note, &f.err), 0);
	assert_true(ac_str_starts(note, text));
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 0 && f.pulled.bundles == 0 && f.pulled.refused == 0);
	/* A signature more. */
	put(&f, "notes/two.note", COALITION_SIGN(&f.arena, text, { "beta.example/sign", 0 }));
	assert_int_equal(pull(&f), 0);
	assert_int_equal(ac_node_load(f.dir, digest, &f.arena, &note, &f.err), 0);
	assert_true(ac_str_find(note, AC_S("alpha.example/sign")) < note.n &&
		    ac_str_find(note, AC_S("beta.example/sign")) < note.n);
	fixture_close(&f);
}

static void
pull__refuses_what_no_member_signed(void **state)
{
	ac_str text, good, bad;
	char path[200];
	fixture f;

	(void)state;
	fixture_open(&f);
	text = statement(&f, "{}");
	good = COALITION_SIGN(&f.arena, text, { "alpha.example/sign", 0 });
	bad = ac_arena_str(&f.arena, good);
	((char *)(uintptr_t)bad.p)[ac_str_find(bad, AC_S("title en ")) + 9] ^= 1;
	put(&f, "notes/altered.note", bad);
	put(&f, "notes/nobody.note", COALITION_SIGN(&f.arena, text, { "gamma.example/sign", 0 }));
	put(&f, "notes/other.note", COALITION_SIGN(&f.arena, AC_S("hello\n"), { "alpha.example/sign", 0 }));
	put(&f, "notes/cut.note", ac_str_slice(good, 0, good.n - 9));
	put(&f, "out", good);
	(void)snprintf(path, sizeof(path), "%s/notes/link.note", f.from);
	assert_int_equal(symlink("../out", path), 0);
	assert_int_equal(pull(&f), 0);
	if (f.pulled.notes != 0 || f.pulled.refused != 5)
		fail_msg(
		    "%u taken, %u refused: %s", (unsigned)f.pulled.notes, (unsigned)f.pulled.refused, f.pulled.reason);
	/* The note is good, the bundle is another one's bytes. */
	put(&f, "notes/good.note", good);
	put_bundle(&f, "{}", "[]");
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 1 && f.pulled.bundles == 0 && f.pulled.refused == 6);
	fixture_close(&f);
}

static void
pull__takes_evidence_that_comes_later_than_its_statement(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	put(&f, "notes/one.note", COALITION_SIGN(&f.arena, statement(&f, "{}"), { "alpha.example/sign", 0 }));
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 1 && f.pulled.bundles == 0);
	put_bundle(&f, "{}", "{}");
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 0 && f.pulled.bundles == 1 && f.pulled.refused == 0);
	assert_int_equal(pull(&f), 0);
	assert_true(f.pulled.notes == 0 && f.pulled.bundles == 0);
	fixture_close(&f);
}

static void
pull__of_notes_survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		fixture f;
		bool done;
		int rc;

		fixture_open(&f);
		put(&f, "notes/one.note", COALITION_SIGN(&f.arena, statement(&f, "{}"), { "alpha.example/sign", 0 }));
		put_bundle(&f, "{}", "{}");
		fail_malloc_at(n);
		rc = pull(&f);
		done = !fail_malloc_done();
		if (done)
			assert_true(rc == 0 && f.pulled.notes == 1 && f.pulled.bundles == 1);
		else if (rc != ACCORD_ENOMEM && !(rc == 0 && f.pulled.notes == 1))
			fail_msg("%lu: %d %s %s", n, rc, f.err.text, f.pulled.reason);
		fixture_close(&f);
		if (done)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pull__takes_what_members_signed_and_the_evidence_they_cite),
		cmocka_unit_test(pull__refuses_what_no_member_signed),
		cmocka_unit_test(pull__takes_evidence_that_comes_later_than_its_statement),
		cmocka_unit_test(pull__of_notes_survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
