/* SPDX-License-Identifier: Apache-2.0 */
/* Two checkpoints that contradict each other: what proves it to a third party, and what does not. */
#include "agree_data.h"

#include "agree/check.h"
#include "agree/misbehaviour.h"
#include "base/limits.h"
#include "fail_malloc.h"

#define LEAVES 20

/* A log's key, another's, and trees whose leaf `changed` is not what it was. */
typedef struct fixture {
	ac_digester *d;
	ac_arena arena;
	ac_ed25519_key key, other_key;
	ac_vkey vkey, other;
	ac_hash leaves[LEAVES];
} fixture;

static void
fixture_open(fixture *f)
{
	static const uint8_t seed[32] = { 5 }, other_seed[32] = { 6 };

	f->d = ac_digester_open();
	assert_non_null(f->d);
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_ed25519_from_seed(seed, &f->key);
	ac_ed25519_from_seed(other_seed, &f->other_key);
	assert_int_equal(
	    ac_vkey_make(AC_S("a.example/log"), AC_NOTE_ED25519, ac_ed25519_public(&f->key), &f->vkey, NULL), 0);
	assert_int_equal(
	    ac_vkey_make(AC_S("b.example"), AC_NOTE_ED25519, ac_ed25519_public(&f->other_key), &f->other, NULL), 0);
}

static void
fixture_close(fixture *f)
{
	ac_arena_done(&f->arena);
	f->d = ac_digester_close(f->d);
}

static void
grow(fixture *f, int changed)
{
	for (int i = 0; i < LEAVES; i++) {
		char leaf[16];
		int n = snprintf(leaf, sizeof(leaf), "leaf %d", i == changed ? 1000 : i);

		assert_int_equal(ac_tlog_leaf(f->d, (ac_str){ leaf, (size_t)n }, &f->leaves[i], NULL), 0);
	}
}

static int
node(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err)
{
	fixture *f = payload;
	ac_hash left, right;
	int rc;

	if (level == 0) {
		*out = f->leaves[index];
		return 0;
	}
	rc = node(f, level - 1, 2 * index, &left, err);
	if (!rc)
		rc = node(f, level - 1, 2 * index + 1, &right, err);
	return rc ? rc : ac_tlog_node(f->d, &left, &right, out, err);
}

static ac_hash
root_of(fixture *f, uint64_t size)
{
	ac_tlog_nodes nodes = { node, f };
	ac_hash root;

	assert_int_equal(ac_tlog_root(f->d, &nodes, size, &root, NULL), 0);
	return root;
}

/* A checkpoint of the present tree, signed. */
static ac_str
sign(fixture *f, ac_str origin, uint64_t size, const ac_vkey *vkey, const ac_ed25519_key *key)
{
	ac_checkpoint c = { .origin = origin, .size = size };
	ac_hash root = root_of(f, size);
	accord_err err = { 0 };
	ac_buf text, note;
	ac_str kept;

	memcpy(c.root, root.bytes, sizeof(c.root));
	ac_buf_init(&text, AC_MIB);
	ac_buf_init(&note, AC_MIB);
	ac_checkpoint_add(&text, &c);
	ac_buf_add(&note, ac_buf_view(&text));
	ac_buf_add_byte(&note, '\n');
	if (ac_note_sign(&note, ac_buf_view(&text), vkey, key, 0, &err))
		fail_msg("%s", err.text);
	kept = ac_arena_str(&f->arena, ac_buf_view(&note));
	ac_buf_done(&text);
	ac_buf_done(&note);
	return kept;
}

static ac_str
checkpoint(fixture *f, uint64_t size)
{
	return sign(f, f->vkey.name, size, &f->vkey, &f->key);
}

static ac_str
text_of(fixture *f, const ac_misbehaviour *m)
{
	ac_str kept;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_misbehaviour_add(&buf, m);
	kept = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return kept;
}

/* What a third party with the log's key says of the bytes. */
static int
judge(fixture *f, ac_str bytes)
{
	accord_err err = { 0 };
	ac_misbehaviour m;
	size_t keys[2];
	int rc = ac_misbehaviour_parse(bytes, &f->arena, &m, &err);

	return rc ? rc : ac_misbehaviour_check(f->d, &m, &f->vkey, 1, &f->arena, keys, &err);
}

static void
equivocation__is_proved_by_two_roots_of_one_size(void **state)
{
	ac_misbehaviour m, again;
	ac_str a, b, text;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, -1);
	a = checkpoint(&f, 10);
	grow(&f, 3);
	b = checkpoint(&f, 10);
	assert_int_equal(ac_misbehaviour_make(a, b, &f.arena, &m, NULL), 0);
	assert_int_equal(m.kind, AC_MISBEHAVIOUR_EQUIVOCATION);
	text = text_of(&f, &m);
	assert_int_equal(judge(&f, text), 0);
	/* Whoever had which first: one text. */
	assert_int_equal(ac_misbehaviour_make(b, a, &f.arena, &again, NULL), 0);
	assert_str(text_of(&f, &again), text);
	/* One checkpoint twice says nothing, however it comes. */
	assert_int_equal(ac_misbehaviour_make(a, a, &f.arena, &again, NULL), ACCORD_ENOTFOUND);
	m.signed_checkpoints[1] = m.signed_checkpoints[0];
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
	fixture_close(&f);
}

/* A newer tree that does not begin with the older one, whatever their sizes: its first leaves give another root. */
static void
inconsistency__is_proved_by_the_root_of_the_first_leaves(void **state)
{
	(void)state;
	for (uint64_t old_size = 1; old_size < LEAVES; old_size++)
		for (uint64_t size = old_size + 1; size <= LEAVES; size++) {
			ac_tlog_nodes nodes;
			ac_misbehaviour m;
			ac_str older, newer;
			fixture f;

			fixture_open(&f);
			grow(&f, -1);
			older = checkpoint(&f, old_size);
			grow(&f, 0);
			newer = checkpoint(&f, size);
			assert_int_equal(ac_misbehaviour_make(newer, older, &f.arena, &m, NULL), 0);
			assert_int_equal(m.kind, AC_MISBEHAVIOUR_INCONSISTENCY);
			nodes = (ac_tlog_nodes){ node, &f };
			m.root = root_of(&f, old_size);
			assert_int_equal(
			    ac_tlog_prove_consistency(f.d, &nodes, old_size, size, m.hashes, &m.count, NULL), 0);
			assert_int_equal(judge(&f, text_of(&f, &m)), 0);
			/* Another root does not lead to the newer checkpoint's. */
			m.root.bytes[5] ^= 1;
			assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
			fixture_close(&f);
		}
}

/* Nobody can accuse a log that has only grown: the root of its first leaves is the older checkpoint's. */
static void
growth__is_no_misbehaviour(void **state)
{
	ac_tlog_nodes nodes;
	ac_misbehaviour m;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, -1);
	assert_int_equal(ac_misbehaviour_make(checkpoint(&f, 10), checkpoint(&f, 17), &f.arena, &m, NULL), 0);
	nodes = (ac_tlog_nodes){ node, &f };
	m.root = root_of(&f, 10);
	assert_int_equal(ac_tlog_prove_consistency(f.d, &nodes, 10, 17, m.hashes, &m.count, NULL), 0);
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
	m.root.bytes[0] ^= 1;
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
	m.count = 0;
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
	/* The empty tree is every log's beginning. */
	assert_int_equal(ac_misbehaviour_make(checkpoint(&f, 0), checkpoint(&f, 17), &f.arena, &m, NULL), 0);
	m.root.bytes[0] = 1;
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_EDENIED);
	fixture_close(&f);
}

/* Only the log's own key counts: somebody else who signs checkpoints in its name accuses himself. */
static void
misbehaviour__needs_both_signatures_of_the_logs_own_key(void **state)
{
	accord_err err = { 0 };
	ac_misbehaviour m;
	ac_vkey keys[2];
	size_t places[2];
	ac_str a, b;
	fixture f;

	(void)state;
	fixture_open(&f);
	keys[0] = f.other;
	keys[1] = f.vkey;
	grow(&f, -1);
	a = checkpoint(&f, 10);
	grow(&f, 3);
	b = sign(&f, f.vkey.name, 10, &f.other, &f.other_key);
	assert_int_equal(ac_misbehaviour_make(a, b, &f.arena, &m, NULL), 0);
	assert_int_equal(judge(&f, text_of(&f, &m)), ACCORD_ENOTFOUND);
	assert_int_equal(ac_misbehaviour_check(f.d, &m, keys, 2, &f.arena, places, &err), ACCORD_ENOTFOUND);
	assert_int_equal(ac_misbehaviour_check(f.d, &m, keys, 0, &f.arena, places, &err), ACCORD_ENOTFOUND);
	b = checkpoint(&f, 10);
	assert_int_equal(ac_misbehaviour_make(a, b, &f.arena, &m, NULL), 0);
	assert_int_equal(ac_misbehaviour_check(f.d, &m, keys, 2, &f.arena, places, &err), 0);
	assert_true(places[0] == 1 && places[1] == 1);
	fixture_close(&f);
}

/* One byte, anywhere: then it is refused, or proves what it proved (as a line by another key may say what it likes). */
static void
misbehaviour__with_any_byte_changed_proves_nothing(void **state)
{
	ac_misbehaviour m;
	ac_str a, text;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, -1);
	a = checkpoint(&f, 10);
	grow(&f, 3);
	assert_int_equal(ac_misbehaviour_make(a, checkpoint(&f, 10), &f.arena, &m, NULL), 0);
	text = text_of(&f, &m);
	for (size_t i = 0; i < text.n; i++) {
		char *changed = ac_arena_alloc(&f.arena, text.n);

		assert_non_null(changed);
		memcpy(changed, text.p, text.n);
		changed[i] ^= 1;
		if (judge(&f, (ac_str){ changed, text.n }) == 0)
			fail_msg("byte %zu may be another", i);
	}
	for (size_t n = 0; n < text.n; n++)
		assert_int_not_equal(judge(&f, ac_str_slice(text, 0, n)), 0);
	fixture_close(&f);
}

#define ROOT_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define ROOT_B "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define NOTE_A "o\n1\n" ROOT_A "\n\xe2\x80\x94 k AAAAAAA=\n"
#define NOTE_B "o\n1\n" ROOT_B "\n\xe2\x80\x94 k AAAAAAA=\n"
#define NOTE_2 "o\n2\n" ROOT_B "\n\xe2\x80\x94 k AAAAAAA=\n"

static void
misbehaviour__has_one_form(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} texts[] = {
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A "\n" NOTE_B, 0 },
		{ "accord/misbehaviour/v1\nkind inconsistency\norigin o\nold 1\nsize 2\nroot " ROOT_B "hash " ROOT_A
		  "\n" NOTE_A "\n" NOTE_2,
		    0 },
		{ "accord/misbehaviour/v2\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A "\n" NOTE_B,
		    ACCORD_EVERSION },
		{ "accord/misbehaviour/v1\nkind theft\norigin o\nsize 1\n\n" NOTE_A "\n" NOTE_B, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin p\nsize 1\n\n" NOTE_A "\n" NOTE_B, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 2\n\n" NOTE_A "\n" NOTE_B, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 01\n\n" NOTE_A "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A "\n" NOTE_2, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\norigin o\nkind equivocation\nsize 1\n\n" NOTE_A "\n" NOTE_B, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nold 1\nsize 1\n\n" NOTE_A "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\nhash " ROOT_A "\n" NOTE_A "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind inconsistency\norigin o\nold 1\nsize 2\nhash " ROOT_A "\n" NOTE_A
		  "\n" NOTE_2,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind inconsistency\norigin o\nold 2\nsize 1\nroot " ROOT_B "\n" NOTE_2
		  "\n" NOTE_A,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind inconsistency\norigin o\nold 1\nsize 1\nroot " ROOT_B "\n" NOTE_A
		  "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A NOTE_B, ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A "\n" NOTE_B "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\nx\n\n" NOTE_A "\n" NOTE_B,
		    ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n", ACCORD_EINPUT },
		{ "accord/misbehaviour/v1\n", ACCORD_EINPUT },
		{ "", ACCORD_EINPUT },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		accord_err err = { 0 };
		ac_misbehaviour m;
		int rc = ac_misbehaviour_parse(ac_str_from(texts[i].text), &arena, &m, &err);

		if (rc != texts[i].rc)
			fail_msg("%zu: want %d, got %d: %s", i, texts[i].rc, rc, err.text);
	}
	ac_arena_done(&arena);
}

/* A line in the second checkpoint is told by its place in the file. */
static void
misbehaviour__tells_the_line(void **state)
{
	accord_err err = { 0 };
	ac_arena arena;
	ac_misbehaviour m;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_misbehaviour_parse(AC_S("accord/misbehaviour/v1\nkind equivocation\norigin o\nsize 1\n\n" NOTE_A
				       "\no\n01\n" ROOT_B "\n\xe2\x80\x94 k AAAAAAA=\n"),
		&arena, &m, &err),
	    ACCORD_EINPUT);
	assert_int_equal(err.line, 13);
	ac_arena_done(&arena);
}

/* The worked example's, made by another program, with its keys; and without the log's among them. */
static void
example__convinces_an_outsider_with_only_the_vkey(void **state)
{
	ac_digester *d = ac_digester_open();
	ac_trust all = { 0 }, log = { 0 };
	ac_str bytes, keys;
	ac_arena arena;
	ac_check c;
	bool here;

	(void)state;
	ac_arena_init(&arena, 64 * AC_MIB);
	here =
	    agree_load(&arena, "example/equivocation.proof", &bytes) && agree_load(&arena, "example/keys.txt", &keys);
	if (here) {
		accord_err err = { 0 };

		assert_int_equal(ac_trust_add(&all, keys, &arena, &err), 0);
		for (size_t i = 0; i < all.count; i++) {
			bool is_log = ac_str_eq(all.keys[i].name, AC_S("us.accord.example/log"));

			log = (ac_trust){ .keys = &all.keys[i], .count = 1 };
			assert_int_equal(ac_check_file(&bytes, 1, 0, &log, d, &arena, &c, &err), 0);
			assert_true(c.kind == AC_CHECK_MISBEHAVIOUR && c.is_proved == is_log);
			assert_true(is_log || c.reason.n > 0);
		}
		assert_int_equal(ac_check_file(&bytes, 1, 0, &all, d, &arena, &c, &err), 0);
		assert_true(c.is_proved);
	}
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	if (!here)
		skip();
}

static void
misbehaviour__survives_every_allocation_failure(void **state)
{
	ac_misbehaviour m;
	ac_str a, text;
	fixture f;

	(void)state;
	fixture_open(&f);
	grow(&f, -1);
	a = checkpoint(&f, 10);
	grow(&f, 3);
	assert_int_equal(ac_misbehaviour_make(a, checkpoint(&f, 10), &f.arena, &m, NULL), 0);
	text = text_of(&f, &m);
	for (unsigned long n = 1;; n++) {
		ac_trust trust = { .keys = &f.vkey, .count = 1 };
		ac_arena arena;
		ac_check c;
		int rc;

		ac_arena_init(&arena, 4 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_check_file(&text, 1, 0, &trust, f.d, &arena, &c, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_true(rc == 0 && c.is_proved);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equivocation__is_proved_by_two_roots_of_one_size),
		cmocka_unit_test(inconsistency__is_proved_by_the_root_of_the_first_leaves),
		cmocka_unit_test(growth__is_no_misbehaviour),
		cmocka_unit_test(misbehaviour__needs_both_signatures_of_the_logs_own_key),
		cmocka_unit_test(misbehaviour__with_any_byte_changed_proves_nothing),
		cmocka_unit_test(misbehaviour__has_one_form),
		cmocka_unit_test(misbehaviour__tells_the_line),
		cmocka_unit_test(example__convinces_an_outsider_with_only_the_vkey),
		cmocka_unit_test(misbehaviour__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
