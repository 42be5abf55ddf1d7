/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/note.h"
#include "base/limits.h"
#include "fail_malloc.h"

/* The example of C2SP signed-note, and its key. */
static const ac_str example =
    AC_S_INIT("This is an example message.\n\n"
	      "\xe2\x80\x94 example.com/foo "
	      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
static const ac_str example_key = AC_S_INIT("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");

/* A key with its private half. */
typedef struct signer {
	ac_vkey vkey;
	ac_ed25519_key key;
} signer;

static signer
make_signer(const char *name, ac_note_type type, uint8_t number)
{
	uint8_t seed[32] = { number };
	signer s;

	ac_ed25519_from_seed(seed, &s.key);
	assert_int_equal(ac_vkey_make(ac_str_from(name), type, ac_ed25519_public(&s.key), &s.vkey, NULL), 0);
	return s;
}

static void
add_signature(ac_buf *buf, ac_str text, const signer *s)
{
	accord_err err = { 0 };

	if (ac_note_sign(buf, text, &s->vkey, &s->key, 1626688800, &err))
		fail_msg("sign: %s", err.text);
}

static void
note__of_the_specification_is_verified(void **state)
{
	accord_err err = { 0 };
	ac_note_verdict verdict;
	ac_arena arena;
	ac_vkey key;
	ac_note note;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_vkey_parse(example_key, &key, &err), 0);
	assert_int_equal(ac_note_parse(example, &arena, &note, &err), 0);
	assert_str(note.text, AC_S("This is an example message.\n"));
	assert_int_equal(note.count, 1);
	assert_int_equal(ac_note_verify(&note, &key, 1, &arena, &verdict, &err), 0);
	assert_true(verdict.signed_by[0] && verdict.signers == 1 && verdict.unknown == 0);
	ac_arena_done(&arena);
}

static void
note__has_its_text_before_the_last_blank_line(void **state)
{
	ac_arena arena;
	ac_note note;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_note_parse(AC_S("a\n\nb\n\n\xe2\x80\x94 k AAAAAAA=\n"), &arena, &note, NULL), 0);
	assert_str(note.text, AC_S("a\n\nb\n"));
	assert_int_equal(note.signatures[0].number, 5);
	assert_str(note.signatures[0].line, AC_S("\xe2\x80\x94 k AAAAAAA=\n"));
	ac_arena_done(&arena);
}

static void
note__refuses_other_bytes_and_names_their_line(void **state)
{
	static const struct {
		ac_str bytes;
		unsigned line;
	} wrong[] = {
		{ AC_S_INIT(""), 0 },
		{ AC_S_INIT("a"), 0 },
		{ AC_S_INIT("a\n"), 0 },
		{ AC_S_INIT("a\n\n"), 3 },
		{ AC_S_INIT("\n\xe2\x80\x94 k AAAAAAA=\n"), 0 },
		{ AC_S_INIT("a\n\xe2\x80\x94 k AAAAAAA=\n"), 0 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k AAAAAAA="), 0 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k AAAAAAA=\nx\n"), 4 },
		{ AC_S_INIT("a\n\n- k AAAAAAA=\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94  AAAAAAA=\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k+ AAAAAAA=\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k\xe3\x80\x80 AAAAAAA=\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k AAAAAA==\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k AAAAAAB=\n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k AAAAAAA= \n"), 3 },
		{ AC_S_INIT("a\n\n\xe2\x80\x94 k\n"), 3 },
		{ AC_S_INIT("a\r\n\r\n\xe2\x80\x94 k AAAAAAA=\r\n"), 1 },
		{ AC_S_INIT("a\n\tb\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\n\x7f\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\n\xc2\x85\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\n\xff\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\nb\xe2\x80\xae\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\nb\xe2\x80\x8b\n\n\xe2\x80\x94 k AAAAAAA=\n"), 2 },
		{ AC_S_INIT("a\nb\n\n\xe2\x80\x94 k\xe2\x80\x8d AAAAAAA=\n"), 4 },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_note note = { .count = 77 };

		if (ac_note_parse(wrong[i].bytes, &arena, &note, &err) != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
		assert_int_equal(note.count, 77);
	}
	ac_arena_done(&arena);
}

static void
note__has_ceilings(void **state)
{
	ac_arena arena;
	ac_note note;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	ac_buf_init(&buf, 4 * AC_MIB);
	ac_buf_add(&buf, AC_S("a\n\n"));
	for (unsigned i = 0; i < AC_NOTE_SIGNATURES_MAX; i++)
		ac_buf_add(&buf, AC_S("\xe2\x80\x94 k AAAAAAA=\n"));
	assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), 0);
	ac_buf_add(&buf, AC_S("\xe2\x80\x94 k AAAAAAA=\n"));
	assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), ACCORD_ELIMIT);
	ac_buf_reset(&buf);
	ac_buf_add(&buf, AC_S("a\n\n\xe2\x80\x94 k "));
	for (size_t i = 0; i <= AC_NOTE_SIGNATURE_MAX / 3; i++)
		ac_buf_add(&buf, AC_S("AAAA"));
	ac_buf_add_byte(&buf, '\n');
	assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), ACCORD_ELIMIT);
	ac_buf_reset(&buf);
	while (buf.n <= AC_NOTE_MAX)
		ac_buf_add(
		    &buf, AC_S("0123456789012345678901234567890123456789012345678901234567890123456789012345678\n"));
	assert_int_equal(ac_note_check_text(ac_buf_view(&buf), NULL), ACCORD_ELIMIT);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
note__counts_a_signer_once_and_passes_over_strangers(void **state)
{
	signer a = make_signer("a.example/sign", AC_NOTE_ED25519, 1),
	       b = make_signer("b.example/sign", AC_NOTE_ED25519, 2),
	       stranger = make_signer("c.example/sign", AC_NOTE_ED25519, 3);
	/* The same name as a's, another key. */
	signer other = make_signer("a.example/sign", AC_NOTE_ED25519, 4);
	ac_vkey keys[2];
	ac_str text = AC_S("accord/statement/v1\n");
	ac_note_verdict verdict;
	ac_arena arena;
	ac_note note;
	ac_buf buf;

	(void)state;
	keys[0] = a.vkey;
	keys[1] = b.vkey;
	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf, text);
	ac_buf_add_byte(&buf, '\n');
	add_signature(&buf, text, &stranger);
	assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), 0);
	assert_int_equal(ac_note_verify(&note, keys, 2, &arena, &verdict, NULL), ACCORD_ENOTFOUND);
	add_signature(&buf, text, &b);
	add_signature(&buf, text, &other);
	add_signature(&buf, text, &b);
	assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), 0);
	assert_int_equal(ac_note_verify(&note, keys, 2, &arena, &verdict, NULL), 0);
	assert_true(!verdict.signed_by[0] && verdict.signed_by[1] && verdict.signers == 1 && verdict.unknown == 2);
	keys[0] = b.vkey;
	assert_int_equal(ac_note_verify(&note, keys, 2, &arena, &verdict, NULL), ACCORD_EUSAGE);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

/* One wrong signature of a known key refuses the note, also behind a good one of another, or of itself. */
static void
note__with_one_wrong_signature_is_refused(void **state)
{
	signer a = make_signer("a.example/sign", AC_NOTE_ED25519, 1),
	       b = make_signer("b.example/sign", AC_NOTE_ED25519, 2);
	const signer *orders[][2] = { { &a, &b }, { &b, &a }, { &b, &b } };
	ac_str text = AC_S("accord/statement/v1\n"), other = AC_S("accord/statement/v2\n");
	ac_vkey keys[2];
	ac_arena arena;

	(void)state;
	keys[0] = a.vkey;
	keys[1] = b.vkey;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(orders); i++) {
		ac_note_verdict verdict;
		accord_err err = { 0 };
		ac_note note;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_add(&buf, text);
		ac_buf_add_byte(&buf, '\n');
		add_signature(&buf, text, orders[i][0]);
		add_signature(&buf, other, orders[i][1]);
		assert_int_equal(ac_note_parse(ac_buf_view(&buf), &arena, &note, NULL), 0);
		assert_int_equal(ac_note_verify(&note, keys, 2, &arena, &verdict, &err), ACCORD_EDENIED);
		assert_int_equal(err.line, 4);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

/* 32 zero bytes as a root. */
#define CHECKPOINT(origin) origin "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static void
key__signs_and_verifies_texts_of_its_purpose_only(void **state)
{
	static const struct {
		const char *name;
		ac_note_type type;
		ac_str good, bad[3];
	} rows[] = {
		{ "a.example/sign", AC_NOTE_ED25519, AC_S_INIT("accord/statement/v1\n"),
		    { AC_S_INIT(CHECKPOINT("a.example/sign")), AC_S_INIT("accord\n"), AC_S_INIT("any text\n") } },
		{ "a.example/root", AC_NOTE_ED25519, AC_S_INIT("accord/charter/v1\n"),
		    { AC_S_INIT(CHECKPOINT("a.example/root")), AC_S_INIT("accord/statement/v1\n"),
			AC_S_INIT("any text\n") } },
		{ "a.example/log", AC_NOTE_ED25519, AC_S_INIT(CHECKPOINT("a.example/log")),
		    { AC_S_INIT(CHECKPOINT("b.example/log")), AC_S_INIT("accord/charter/v1\n"),
			AC_S_INIT("any text\n") } },
		{ "a.example/witness", AC_NOTE_COSIGNATURE, AC_S_INIT(CHECKPOINT("b.example/log")),
		    { AC_S_INIT("accord/endorsement/v1\n"), AC_S_INIT("accord/charter/v1\n"),
			AC_S_INIT("any text\n") } },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		signer s = make_signer(rows[i].name, rows[i].type, 9), careless;
		ac_note_verdict verdict;
		ac_note note;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		add_signature(&buf, rows[i].good, &s);
		assert_int_equal(ac_note_parse_signatures(ac_buf_view(&buf), &arena, &note, NULL), 0);
		note.text = rows[i].good;
		assert_int_equal(ac_note_verify(&note, &s.vkey, 1, &arena, &verdict, NULL), 0);
		assert_int_equal(verdict.times[0], rows[i].type == AC_NOTE_COSIGNATURE ? 1626688800 : 0);
		for (size_t k = 0; k < 3; k++) {
			ac_buf_reset(&buf);
			assert_int_equal(ac_note_sign(&buf, rows[i].bad[k], &s.vkey, &s.key, 1, NULL), ACCORD_EDENIED);
			assert_int_equal(buf.n, 0);
			/* Somebody else's program signs anything. */
			careless = s;
			careless.vkey.purpose = AC_PURPOSE_ANY;
			if (rows[i].type != AC_NOTE_ED25519)
				continue;
			add_signature(&buf, rows[i].bad[k], &careless);
			assert_int_equal(ac_note_parse_signatures(ac_buf_view(&buf), &arena, &note, NULL), 0);
			note.text = rows[i].bad[k];
			assert_int_equal(ac_note_verify(&note, &careless.vkey, 1, &arena, &verdict, NULL), 0);
			assert_int_equal(ac_note_verify(&note, &s.vkey, 1, &arena, &verdict, NULL), ACCORD_EDENIED);
		}
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static void
note__survives_every_allocation_failure(void **state)
{
	ac_vkey key;

	(void)state;
	assert_int_equal(ac_vkey_parse(example_key, &key, NULL), 0);
	for (unsigned long n = 1;; n++) {
		ac_note_verdict verdict;
		ac_arena arena;
		ac_note note;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_note_parse(example, &arena, &note, NULL);
		if (!rc)
			rc = ac_note_verify(&note, &key, 1, &arena, &verdict, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note__of_the_specification_is_verified),
		cmocka_unit_test(note__has_its_text_before_the_last_blank_line),
		cmocka_unit_test(note__refuses_other_bytes_and_names_their_line),
		cmocka_unit_test(note__has_ceilings),
		cmocka_unit_test(note__counts_a_signer_once_and_passes_over_strangers),
		cmocka_unit_test(note__with_one_wrong_signature_is_refused),
		cmocka_unit_test(key__signs_and_verifies_texts_of_its_purpose_only),
		cmocka_unit_test(note__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
