/* SPDX-License-Identifier: Apache-2.0 */
/* Charters out of another member's folder: those that a quorum wants, and no other. */
#include "coalition.h"

#include <ftw.h>
#include <unistd.h>

#include "agree/pull_charters.h"
#include "fail_malloc.h"
#include "sys/file.h"

#define A "alpha.example/sign"
#define B "bravo.example/sign"
#define D "delta.example/sign"

typedef struct fixture {
	char root[64], dir[80], from[80];
	ac_arena arena, chain_arena;
	ac_chain chain;
	ac_str one, two, three; /* texts of versions: two of alpha, bravo, charlie; then delta joins */
	ac_pulled_charters pulled;
	accord_err err;
} fixture;

static void
put(fixture *f, const char *folder, const char *name, ac_str bytes)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(ac_file_replace(path, bytes, 0600, &f->err), 0);
}

static ac_str
version(fixture *f, unsigned number, ac_str previous)
{
	return coalition_charter_text(&f->arena, &(coalition_charter){ .version = number,
						     .previous = previous,
						     .members = { "alpha", "bravo", "charlie", "delta" },
						     .needed = 2 });
}

/* Both have the first version. */
static void
fixture_open(fixture *f)
{
	static const char *const parts[] = { "charter", "notes" };
	static const coalition_charter first = { .members = { "alpha", "bravo", "charlie" }, .needed = 2 };
	ac_str note;
	char path[200];

	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_arena_init(&f->chain_arena, 64 * AC_MIB);
	(void)snprintf(f->root, sizeof(f->root), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	(void)snprintf(f->dir, sizeof(f->dir), "%s/own", f->root);
	(void)snprintf(f->from, sizeof(f->from), "%s/other", f->root);
	for (size_t i = 0; i < 2 * AC_COUNT(parts); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", i < 2 ? f->dir : f->from, parts[i % 2]);
		assert_int_equal(ac_dir_make(path, NULL), 0);
	}
	f->one = coalition_charter_text(&f->arena, &first);
	f->two = version(f, 2, f->one);
	f->three = version(f, 3, f->two);
	note = COALITION_SIGN(&f->arena, f->one, { A, 0 }, { B, 0 });
	put(f, f->dir, "charter/1.note", note);
	put(f, f->from, "charter/1.note", note);
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
	ac_arena_done(&f->chain_arena);
}

static int
pull(fixture *f)
{
	int rc;

	ac_chain_init(&f->chain, &f->chain_arena);
	rc = ac_chain_load(&f->chain, f->dir, NULL, &f->err);
	return rc ? rc : ac_pull_charters(&f->chain, f->dir, f->from, &f->pulled, &f->err);
}

/* What whoever comes next finds in the folder. */
static unsigned
versions_on_disk(fixture *f)
{
	ac_chain chain;

	ac_chain_init(&chain, &f->arena);
	assert_int_equal(ac_chain_load(&chain, f->dir, NULL, NULL), 0);
	return chain.count;
}

#define assert_pulled(f, v, c, r)                                                                                      \
	do {                                                                                                           \
		assert_int_equal(pull(f), 0);                                                                          \
		if ((f)->pulled.versions != (v) || (f)->pulled.changes != (c) || (f)->pulled.refused != (r))           \
			fail_msg("%u versions, %u changes, %u refused: %s", (unsigned)(f)->pulled.versions,            \
			    (unsigned)(f)->pulled.changes, (unsigned)(f)->pulled.refused, (f)->pulled.reason);         \
	} while (0)

static void
pull__takes_versions_that_follow(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_pulled(&f, 0, 0, 0);
	put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.two, { A, 0 }, { B, 0 }));
	put(&f, f.from, "charter/3.note", COALITION_SIGN(&f.arena, f.three, { A, 0 }, { B, 0 }));
	assert_pulled(&f, 2, 0, 0);
	assert_true(f.chain.count == 3 && versions_on_disk(&f) == 3);
	assert_pulled(&f, 0, 0, 0);
	/* He who is behind has nothing to say. */
	(void)unlink(ac_arena_printf(&f.arena, "%s/charter/3.note", f.from).p);
	(void)unlink(ac_arena_printf(&f.arena, "%s/charter/1.note", f.from).p);
	assert_pulled(&f, 0, 0, 0);
	fixture_close(&f);
}

static void
pull__refuses_versions_that_no_quorum_wants(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	/* The new member and one old one; then a version that skips one; a text that is no charter. */
	put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.two, { A, 0 }, { D, 0 }));
	put(&f, f.from, "charter/3.note", COALITION_SIGN(&f.arena, f.three, { A, 0 }, { B, 0 }));
	assert_pulled(&f, 0, 0, 1);
	assert_non_null(strstr(f.pulled.reason, "charter/2.note: the quorum of version 1"));
	put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.three, { A, 0 }, { B, 0 }));
	assert_pulled(&f, 0, 0, 1);
	assert_non_null(strstr(f.pulled.reason, "want version 2 of the charter, got version 3"));
	put(&f, f.from, "charter/2.note", AC_S("hello\n"));
	assert_pulled(&f, 0, 0, 1);
	assert_int_equal(symlink("1.note", ac_arena_printf(&f.arena, "%s/charter/4.note", f.from).p), 0);
	(void)unlink(ac_arena_printf(&f.arena, "%s/charter/2.note", f.from).p);
	assert_pulled(&f, 0, 0, 0);
	assert_true(f.chain.count == 1 && versions_on_disk(&f) == 1);
	fixture_close(&f);
}

static void
pull__tells_that_another_text_has_the_number_of_a_version(void **state)
{
	ac_str other;
	fixture f;

	(void)state;
	fixture_open(&f);
	other = coalition_charter_text(
	    &f.arena, &(coalition_charter){
			  .expires = "2031-01-01T00:00:00Z", .members = { "alpha", "bravo", "charlie" }, .needed = 2 });
	put(&f, f.from, "charter/1.note", COALITION_SIGN(&f.arena, other, { A, 0 }, { B, 0 }));
	put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.two, { A, 0 }, { B, 0 }));
	assert_pulled(&f, 1, 0, 1);
	assert_non_null(strstr(f.pulled.reason, "version 1 of the charter is another one here"));
	assert_int_equal(versions_on_disk(&f), 2);
	fixture_close(&f);
}

/* Bravo's key goes on, and signs version 2: one is nothing without the other. */
static void
pull__takes_the_changes_of_keys_that_versions_rest_on(void **state)
{
	ac_str rotation, junk;
	fixture f;

	(void)state;
	fixture_open(&f);
	rotation = coalition_change_text(&f.arena, f.one,
	    &(coalition_change){ .change = AC_KEY_ROTATE,
		.member = "bravo",
		.purpose = AC_PURPOSE_SIGN,
		.key = { B, 0 },
		.successor = 1 });
	put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.two, { A, 0 }, { B, 1 }));
	assert_pulled(&f, 0, 0, 1);
	put(&f, f.from, "notes/a.note", COALITION_SIGN(&f.arena, rotation, { B, 0 }, { B, 1 }));
	assert_pulled(&f, 1, 1, 0);
	assert_int_equal(versions_on_disk(&f), 2);
	assert_pulled(&f, 0, 0, 0);
	/* What is not accepted is not kept: a folder takes a bounded number of changes. */
	junk = coalition_change_text(&f.arena, f.one,
	    &(coalition_change){ .change = AC_KEY_ROTATE,
		.member = "alpha",
		.purpose = AC_PURPOSE_SIGN,
		.key = { A, 0 },
		.successor = 2 });
	put(&f, f.from, "notes/b.note", COALITION_SIGN(&f.arena, junk, { A, 0 }, { A, 2 }));
	assert_pulled(&f, 0, 0, 0);
	assert_int_equal(f.chain.change_count, 1);
	fixture_close(&f);
}

static void
pull__of_charters_survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		bool done;
		fixture f;
		int rc;

		fixture_open(&f);
		put(&f, f.from, "charter/2.note", COALITION_SIGN(&f.arena, f.two, { A, 0 }, { B, 0 }));
		fail_malloc_at(n);
		rc = pull(&f);
		done = !fail_malloc_done();
		if (done)
			assert_true(rc == 0 && f.pulled.versions == 1);
		else if (rc != ACCORD_ENOMEM && !(rc == 0 && f.pulled.versions == 1))
			fail_msg("%lu: %d %s %s", n, rc, f.err.text, f.pulled.reason);
		assert_int_equal(versions_on_disk(&f), rc == 0 ? 2 : 1);
		fixture_close(&f);
		if (done)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pull__takes_versions_that_follow),
		cmocka_unit_test(pull__refuses_versions_that_no_quorum_wants),
		cmocka_unit_test(pull__tells_that_another_text_has_the_number_of_a_version),
		cmocka_unit_test(pull__takes_the_changes_of_keys_that_versions_rest_on),
		cmocka_unit_test(pull__of_charters_survives_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
