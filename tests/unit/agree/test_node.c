/* SPDX-License-Identifier: Apache-2.0 */
/* A member's folder: notes are kept whole and once, sealed notes open to what they were, and a crash at any moment loses and doubles nothing. */
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree_texts.h"

#include "agree/commitment.h"
#include "agree/node.h"
#include "crash.h"
#include "fail_malloc.h"
#include "sys/file.h"

typedef struct fixture {
	char dir[64];
	ac_arena arena;
	ac_ed25519_key keys[2];
	ac_vkey vkeys[2];
	ac_sealer sealer;
	ac_str notes[2]; /* one text, signed by the first and by the second */
	uint8_t digest[AC_SHA256_SIZE];
	accord_err err;
} fixture;

static ac_str
sign(fixture *f, const char *text, unsigned who)
{
	ac_str note;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_buf_printf(&buf, "%s\n", text);
	assert_int_equal(ac_note_sign(&buf, ac_str_from(text), &f->vkeys[who], &f->keys[who], 0, NULL), 0);
	note = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return note;
}

static void
fixture_open(fixture *f)
{
	static const char *const names[] = { "alba.example/sign", "bora.example/sign" };

	memset(f, 0, sizeof(*f));
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	ac_arena_init(&f->arena, 16 * AC_MIB);
	for (unsigned i = 0; i < 2; i++) {
		uint8_t seed[AC_ED25519_SEED_SIZE] = { (uint8_t)(i + 1) };

		ac_ed25519_from_seed(seed, &f->keys[i]);
		assert_int_equal(ac_vkey_make(ac_str_from(names[i]), AC_NOTE_ED25519, ac_ed25519_public(&f->keys[i]),
				     &f->vkeys[i], NULL),
		    0);
		f->notes[i] = sign(f, STATEMENT, i);
	}
	assert_int_equal(ac_sha256(AC_S(STATEMENT), f->digest, NULL), 0);
	f->sealer = (ac_sealer){ .vkey = &f->vkeys[0], .key = &f->keys[0], .now = { 1930128127, 0 }, .nonce = { 7 } };
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
	(void)nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ac_arena_done(&f->arena);
}

static ac_str
loaded(fixture *f)
{
	ac_str bytes = { 0 };

	if (ac_node_load(f->dir, f->digest, &f->arena, &bytes, &f->err))
		fail_msg("load: %s", f->err.text);
	return bytes;
}

static void
note__is_kept_with_the_signatures_of_all_copies(void **state)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_note note;
	fixture f;
	ac_str none;

	(void)state;
	fixture_open(&f);
	assert_int_equal(ac_node_load(f.dir, f.digest, &f.arena, &none, NULL), ACCORD_ENOTFOUND);
	assert_int_equal(ac_node_keep(f.dir, f.notes[0], digest, &f.err), 0);
	assert_memory_equal(digest, f.digest, sizeof(digest));
	assert_str(loaded(&f), f.notes[0]);
	assert_int_equal(ac_node_keep(f.dir, f.notes[0], NULL, &f.err), 0);
	assert_str(loaded(&f), f.notes[0]);
	assert_int_equal(ac_node_keep(f.dir, f.notes[1], NULL, &f.err), 0);
	assert_int_equal(ac_note_parse(loaded(&f), &f.arena, &note, NULL), 0);
	assert_int_equal(note.count, 2);
	/* What lacks one takes none away. */
	assert_int_equal(ac_node_keep(f.dir, f.notes[0], NULL, &f.err), 0);
	assert_int_equal(ac_note_parse(loaded(&f), &f.arena, &note, NULL), 0);
	assert_int_equal(note.count, 2);
	fixture_close(&f);
}

static void
note__over_32_kib_is_not_kept(void **state)
{
	fixture f;
	ac_buf buf;

	(void)state;
	fixture_open(&f);
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf, AC_S("accord/x/v1\nwords "));
	while (buf.n < AC_LEAF_MAX)
		ac_buf_add_byte(&buf, 'x');
	ac_buf_add(&buf, AC_S("\n\n\xe2\x80\x94 a AAAAAAAA\n"));
	assert_int_equal(ac_node_keep(f.dir, ac_buf_view(&buf), NULL, &f.err), ACCORD_ELIMIT);
	ac_buf_done(&buf);
	assert_int_equal(ac_node_keep(f.dir, AC_S("accord/x/v1\n"), NULL, &f.err), ACCORD_EINPUT);
	fixture_close(&f);
}

static void
note__whose_file_was_changed_is_refused(void **state)
{
	ac_buf path;
	ac_str out;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(ac_node_keep(f.dir, f.notes[0], NULL, &f.err), 0);
	ac_buf_init(&path, AC_MIB);
	assert_int_equal(ac_node_path(f.dir, "notes", f.digest, ".note", &path, NULL), 0);
	assert_int_equal(ac_file_replace(path.p, sign(&f, ENDORSEMENT, 0), 0644, NULL), 0);
	assert_int_equal(ac_node_load(f.dir, f.digest, &f.arena, &out, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_node_keep(f.dir, f.notes[1], NULL, NULL), ACCORD_EINPUT);
	ac_buf_done(&path);
	fixture_close(&f);
}

static void
bundle__is_kept_by_its_bytes(void **state)
{
	uint8_t digest[AC_SHA256_SIZE], want[AC_SHA256_SIZE];
	ac_buf path, bytes;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(ac_node_keep_bundle(f.dir, AC_S("{}"), digest, &f.err), 0);
	assert_int_equal(ac_node_keep_bundle(f.dir, AC_S("{}"), digest, &f.err), 0);
	assert_int_equal(ac_sha256(AC_S("{}"), want, NULL), 0);
	assert_memory_equal(digest, want, sizeof(want));
	ac_buf_init(&path, AC_MIB);
	ac_buf_init(&bytes, AC_MIB);
	assert_int_equal(ac_node_path(f.dir, "bundles", digest, ".json", &path, NULL), 0);
	assert_int_equal(ac_file_load(path.p, AC_MIB, &bytes, NULL), 0);
	assert_str(ac_buf_view(&bytes), AC_S("{}"));
	ac_buf_done(&bytes);
	ac_buf_done(&path);
	fixture_close(&f);
}

/* The text of a note. */
static ac_str
text_of(fixture *f, ac_str bytes)
{
	ac_note note;

	assert_int_equal(ac_note_parse(bytes, &f->arena, &note, NULL), 0);
	return note.text;
}

static void
sealed_note__opens_to_what_it_was(void **state)
{
	ac_str leaf, again, note, opening;
	ac_node_sealed *all = NULL;
	size_t count = 0;
	ac_commitment c;
	ac_opening o;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_int_equal(ac_node_list_sealed(f.dir, &f.arena, &all, &count, &f.err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(ac_node_open(f.dir, f.digest, &f.sealer, &f.arena, &note, &opening, NULL), ACCORD_ENOTFOUND);
	assert_int_equal(ac_node_keep(f.dir, f.notes[0], NULL, &f.err), 0);
	assert_int_equal(ac_node_seal(f.dir, f.notes[0], &f.sealer, &f.arena, &leaf, &f.err), 0);
	assert_int_equal(ac_commitment_parse(text_of(&f, leaf), &c, &f.err), 0);
	assert_str(c.kind, AC_S("statement"));
	/* Once more, at another time and with another nonce: it is sealed already. */
	f.sealer.now.seconds += 86400;
	f.sealer.nonce[0]++;
	assert_int_equal(ac_node_seal(f.dir, f.notes[0], &f.sealer, &f.arena, &again, &f.err), 0);
	assert_str(again, leaf);
	/* Whatever signatures came since. */
	assert_int_equal(ac_node_keep(f.dir, f.notes[1], NULL, &f.err), 0);
	assert_int_equal(ac_node_open(f.dir, f.digest, &f.sealer, &f.arena, &note, &opening, &f.err), 0);
	assert_str(note, f.notes[0]);
	assert_int_equal(ac_opening_parse(text_of(&f, opening), &o, &f.err), 0);
	assert_memory_equal(o.commit, c.commit, sizeof(c.commit));
	assert_memory_equal(o.note, f.digest, sizeof(f.digest));
	assert_int_equal(ac_commitment_check(&c, o.nonce, note, NULL), 0);
	/* Another's key has no commitment of this text. */
	assert_int_equal(ac_commitment_check(&c, o.nonce, f.notes[1], NULL), ACCORD_EDENIED);
	assert_int_equal(ac_node_list_sealed(f.dir, &f.arena, &all, &count, &f.err), 0);
	assert_int_equal(count, 1);
	assert_str(all[0].note, f.notes[0]);
	assert_memory_equal(all[0].opening.nonce, o.nonce, sizeof(o.nonce));
	fixture_close(&f);
}

/* What a member does with a note that is under embargo, in a child that ends at the n-th moment. True: it came to its end. */
static bool
keep_and_crash(fixture *f, unsigned long n)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		uint8_t digest[AC_SHA256_SIZE];
		ac_str leaf;
		int rc;

		crash_at(n);
		rc = ac_node_keep_bundle(f->dir, AC_S("{}"), digest, NULL);
		if (!rc)
			rc = ac_node_keep(f->dir, f->notes[0], NULL, NULL);
		if (!rc)
			rc = ac_node_keep(f->dir, f->notes[1], NULL, NULL);
		if (!rc)
			rc = ac_node_seal(f->dir, f->notes[0], &f->sealer, &f->arena, &leaf, NULL);
		_exit(rc ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CRASH_STATUS));
	return WEXITSTATUS(status) == 0;
}

static unsigned files;

/* Whole ones: what a crash left behind of another has no name that anybody reads. */
static int
count_files(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	ac_str name = ac_str_from(path);

	(void)st;
	(void)where;
	files += kind == FTW_F && (ac_str_ends(name, AC_S(".note")) || ac_str_ends(name, AC_S(".json")) ||
				      ac_str_ends(name, AC_S(".nonce")));
	return 0;
}

static void
crash__at_any_moment_loses_and_doubles_nothing(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		bool came_through;
		ac_str first = { 0 }, leaf, note, opening;
		uint8_t digest[AC_SHA256_SIZE];
		ac_commitment c;
		ac_note whole;
		fixture f;

		fixture_open(&f);
		came_through = keep_and_crash(&f, n);
		/* What is there is whole. */
		if (ac_node_load(f.dir, f.digest, &f.arena, &first, NULL) == 0)
			assert_true(ac_note_parse(first, &f.arena, &whole, NULL) == 0 && whole.count >= 1);
		/* Done once more, with another nonce, it comes to the same files. */
		f.sealer.nonce[0]++;
		assert_int_equal(ac_node_keep_bundle(f.dir, AC_S("{}"), digest, &f.err), 0);
		assert_int_equal(ac_node_keep(f.dir, f.notes[0], NULL, &f.err), 0);
		assert_int_equal(ac_node_keep(f.dir, f.notes[1], NULL, &f.err), 0);
		assert_int_equal(ac_node_seal(f.dir, f.notes[0], &f.sealer, &f.arena, &leaf, &f.err), 0);
		assert_int_equal(ac_node_open(f.dir, f.digest, &f.sealer, &f.arena, &note, &opening, &f.err), 0);
		assert_str(note, f.notes[0]);
		assert_int_equal(ac_commitment_parse(text_of(&f, leaf), &c, &f.err), 0);
		files = 0;
		(void)nftw(f.dir, count_files, 16, FTW_PHYS);
		/* The bundle, the statement, the commitment, its opening, and the nonce. */
		assert_int_equal(files, 5);
		fixture_close(&f);
		if (came_through) {
			assert_true(n > 12);
			break;
		}
	}
}

static void
folder__survives_every_allocation_failure(void **state)
{
	fixture f;

	(void)state;
	fixture_open(&f);
	for (unsigned long n = 1;; n++) {
		ac_str leaf, note, opening;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, 16 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_node_keep(f.dir, f.notes[0], NULL, NULL);
		if (!rc)
			rc = ac_node_keep(f.dir, f.notes[1], NULL, NULL);
		if (!rc)
			rc = ac_node_seal(f.dir, f.notes[0], &f.sealer, &arena, &leaf, NULL);
		if (!rc)
			rc = ac_node_open(f.dir, f.digest, &f.sealer, &arena, &note, &opening, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note__is_kept_with_the_signatures_of_all_copies),
		cmocka_unit_test(note__over_32_kib_is_not_kept),
		cmocka_unit_test(note__whose_file_was_changed_is_refused),
		cmocka_unit_test(bundle__is_kept_by_its_bytes),
		cmocka_unit_test(sealed_note__opens_to_what_it_was),
		cmocka_unit_test(crash__at_any_moment_loses_and_doubles_nothing),
		cmocka_unit_test(folder__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
