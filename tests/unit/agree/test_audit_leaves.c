/* SPDX-License-Identifier: Apache-2.0 */
/* The signatures of all leaves, by threads; and witnesses' lines under a checkpoint. */
#include "agree_data.h"

#include <ftw.h>
#include <unistd.h>

#include "agree/audit_leaves.h"
#include "agree/log.h"
#include "base/limits.h"
#include "fail_malloc.h"

#define LEAVES 1000

typedef struct fixture {
	ac_arena arena;
	ac_ed25519_key keys[2];
	ac_vkey vkeys[2]; /* a member's, and a witness's */
	ac_str leaves[LEAVES];
} fixture;

static void
fixture_open(fixture *f)
{
	accord_err err = { 0 };

	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	for (unsigned i = 0; i < 2; i++) {
		uint8_t seed[32] = { (uint8_t)(i + 1) };

		ac_ed25519_from_seed(seed, &f->keys[i]);
		assert_int_equal(
		    ac_vkey_make(i ? AC_S("b.example/witness") : AC_S("a.example/sign"),
			i ? AC_NOTE_COSIGNATURE : AC_NOTE_ED25519, ac_ed25519_public(&f->keys[i]), &f->vkeys[i], &err),
		    0);
	}
	for (unsigned i = 0; i < LEAVES; i++) {
		ac_str text = ac_arena_printf(&f->arena, "accord/test/v1\nnumber %u\n", i);
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_add(&buf, text);
		ac_buf_add_byte(&buf, '\n');
		assert_int_equal(ac_note_sign(&buf, text, &f->vkeys[0], &f->keys[0], 0, &err), 0);
		f->leaves[i] = ac_arena_str(&f->arena, ac_buf_view(&buf));
		ac_buf_done(&buf);
	}
}

static int
check(fixture *f, const ac_vkey *keys, size_t key_count, unsigned jobs, size_t count, ac_leaf_counts *out)
{
	ac_leaf_checker *checker = NULL;
	int rc = ac_leaf_checker_open(keys, key_count, jobs, &checker, NULL);

	for (size_t i = 0; i < count && !rc; i++)
		rc = ac_leaf_checker_take(checker, i, f->leaves[i], NULL);
	if (!rc)
		rc = ac_leaf_checker_end(checker, out, NULL);
	checker = ac_leaf_checker_close(checker);
	return rc;
}

static void
leaves__are_counted_by_what_their_signatures_are(void **state)
{
	static const unsigned jobs[] = { 1, 2, 7 };
	ac_leaf_counts counts;
	char *changed;
	fixture f;

	(void)state;
	fixture_open(&f);
	for (size_t i = 0; i < AC_COUNT(jobs); i++) {
		assert_int_equal(check(&f, f.vkeys, 1, jobs[i], LEAVES, &counts), 0);
		assert_true(counts.verified == LEAVES && counts.signatures == LEAVES && !counts.has_first);
		assert_int_equal(check(&f, &f.vkeys[1], 1, jobs[i], LEAVES, &counts), 0);
		assert_true(counts.unknown == LEAVES && counts.has_first && counts.first == 0);
	}
	assert_int_equal(check(&f, f.vkeys, 1, 2, 0, &counts), 0);
	assert_true(counts.verified == 0 && !counts.has_first);
	/* A digit of one text, and a leaf that is no note. */
	changed = ac_arena_alloc(&f.arena, f.leaves[700].n);
	memcpy(changed, f.leaves[700].p, f.leaves[700].n);
	changed[22] ^= 1;
	f.leaves[700].p = changed;
	f.leaves[900] = AC_S("nothing");
	for (size_t i = 0; i < AC_COUNT(jobs); i++) {
		assert_int_equal(check(&f, f.vkeys, 1, jobs[i], LEAVES, &counts), 0);
		assert_true(counts.wrong == 1 && counts.no_note == 1 && counts.verified == LEAVES - 2);
		assert_true(counts.first == 700 && strstr(counts.reason, "a.example/sign"));
	}
	ac_arena_done(&f.arena);
}

static void
checker__wants_one_thread_at_least(void **state)
{
	ac_leaf_checker *checker = NULL;

	(void)state;
	assert_int_equal(ac_leaf_checker_open(NULL, 0, 0, &checker, NULL), ACCORD_EUSAGE);
	assert_int_equal(ac_leaf_checker_open(NULL, 0, AC_AUDIT_JOBS_MAX + 1, &checker, NULL), ACCORD_EUSAGE);
}

static void
checker__survives_every_allocation_failure(void **state)
{
	ac_leaf_counts counts;
	fixture f;

	(void)state;
	fixture_open(&f);
	for (unsigned long n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = check(&f, f.vkeys, 1, 2, 200, &counts);
		if (!fail_malloc_done()) {
			assert_true(rc == 0 && counts.verified == 200);
			break;
		}
		/* A thread that could not be started is done without. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && counts.verified == 200));
	}
	ac_arena_done(&f.arena);
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
cosignatures__are_taken_all_or_none(void **state)
{
	static const uint8_t seed[32] = { 9 };
	char folder[] = "/tmp/accord-test-XXXXXX";
	ac_checkpoint head;
	ac_ed25519_key key;
	ac_log_place place;
	ac_log *log = NULL;
	ac_buf text, lines;
	size_t count = 0;
	ac_vkey vkey;
	fixture f;

	(void)state;
	fixture_open(&f);
	assert_non_null(mkdtemp(folder));
	ac_ed25519_from_seed(seed, &key);
	assert_int_equal(ac_vkey_make(AC_S("a.example/log"), AC_NOTE_ED25519, ac_ed25519_public(&key), &vkey, NULL), 0);
	assert_int_equal(ac_log_create(folder, &vkey, &key, NULL), 0);
	assert_int_equal(ac_log_open(folder, &vkey, &key, &log, NULL), 0);
	assert_int_equal(ac_log_append(log, f.leaves, 1, &place, NULL), 0);
	head = *ac_log_head(log);
	head.origin = vkey.name;
	log = ac_log_close(log);
	ac_buf_init(&text, AC_MIB);
	ac_buf_init(&lines, AC_MIB);
	ac_checkpoint_add(&text, &head);
	assert_int_equal(ac_note_sign(&lines, ac_buf_view(&text), &f.vkeys[1], &f.keys[1], 1000, NULL), 0);
	/* By nobody that is trusted; by a witness; at a later time, in the former's place. */
	assert_int_equal(
	    ac_log_take_cosignatures(folder, &vkey, f.vkeys, 1, ac_buf_view(&lines), &count, NULL), ACCORD_EDENIED);
	assert_int_equal(ac_log_take_cosignatures(folder, &vkey, f.vkeys, 2, ac_buf_view(&lines), &count, NULL), 0);
	assert_int_equal(count, 1);
	ac_buf_reset(&lines);
	assert_int_equal(ac_note_sign(&lines, ac_buf_view(&text), &f.vkeys[1], &f.keys[1], 2000, NULL), 0);
	assert_int_equal(ac_log_take_cosignatures(folder, &vkey, f.vkeys, 2, ac_buf_view(&lines), &count, NULL), 0);
	assert_int_equal(ac_log_take_cosignatures(folder, &vkey, f.vkeys, 0, AC_S(""), &count, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_log_open(folder, &vkey, &key, &log, NULL), 0);
	assert_true(ac_str_ends(ac_log_note(log), ac_buf_view(&lines)));
	assert_int_equal(ac_log_append(log, f.leaves + 1, 1, &place, NULL), 0);
	log = ac_log_close(log);
	ac_buf_reset(&lines);
	assert_int_equal(ac_note_sign(&lines, ac_buf_view(&text), &f.vkeys[1], &f.keys[1], 3000, NULL), 0);
	assert_int_equal(
	    ac_log_take_cosignatures(folder, &vkey, f.vkeys, 2, ac_buf_view(&lines), &count, NULL), ACCORD_EDENIED);
	ac_buf_done(&lines);
	ac_buf_done(&text);
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ac_arena_done(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves__are_counted_by_what_their_signatures_are),
		cmocka_unit_test(checker__wants_one_thread_at_least),
		cmocka_unit_test(checker__survives_every_allocation_failure),
		cmocka_unit_test(cosignatures__are_taken_all_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
