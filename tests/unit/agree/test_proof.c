/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs as files: the worked example's, and bytes that are none. */
#include "agree_data.h"

#include "agree/proof.h"
#include "base/limits.h"

/* 32 zero bytes, and a checkpoint of one leaf with a signature by nobody. */
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define NOTE "o\n1\n" HASH "\n\xe2\x80\x94 k AAAAAAA=\n"

static void
proof__is_written_as_it_was_read(void **state)
{
	static const char *const texts[] = {
		"c2sp.org/tlog-proof@v1\nindex 0\n\n" NOTE,
		"c2sp.org/tlog-proof@v1\nextra \nindex 12\n" HASH HASH "\n" NOTE,
		"c2sp.org/tlog-proof@v1\nextra Zm9v\nindex 18446744073709551615\n" HASH "\n" NOTE,
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		accord_err err = { 0 };
		ac_proof p;
		ac_buf buf;

		if (ac_proof_parse(ac_str_from(texts[i]), &arena, &p, &err))
			fail_msg("%zu: %s", i, err.text);
		ac_buf_init(&buf, AC_MIB);
		ac_proof_add(&buf, &p);
		assert_str(ac_buf_view(&buf), ac_str_from(texts[i]));
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static void
proof__refuses_other_lines_and_names_them(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "", 1 },
		{ "c2sp.org/tlog-proof@v2\nindex 0\n\n" NOTE, 1 },
		{ "c2sp.org/tlog-proof@v1\n", 2 },
		{ "c2sp.org/tlog-proof@v1\nindex\n\n" NOTE, 2 },
		{ "c2sp.org/tlog-proof@v1\nindex 01\n\n" NOTE, 2 },
		{ "c2sp.org/tlog-proof@v1\nindex  1\n\n" NOTE, 2 },
		{ "c2sp.org/tlog-proof@v1\nextra x\nindex 1\n\n" NOTE, 2 },
		{ "c2sp.org/tlog-proof@v1\nextra Zm9v\nextra Zm9v\nindex 1\n\n" NOTE, 3 },
		{ "c2sp.org/tlog-proof@v1\nindex 1\nx\n\n" NOTE, 3 },
		{ "c2sp.org/tlog-proof@v1\nindex 1\n" HASH, 4 },
		{ "c2sp.org/tlog-proof@v1\nindex 1\n\n\n" NOTE, 4 },
		{ "c2sp.org/tlog-proof@v1\nindex 1\n\no\n01\n" HASH "\n\xe2\x80\x94 k AAAAAAA=\n", 5 },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_proof p;

		if (ac_proof_parse(ac_str_from(wrong[i].text), &arena, &p, &err) != ACCORD_EINPUT ||
		    err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

static void
proof__has_at_most_63_hashes(void **state)
{
	ac_arena arena;
	ac_proof p;
	ac_growth g;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (unsigned n = AC_TLOG_PROOF_MAX; n <= AC_TLOG_PROOF_MAX + 1; n++) {
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_buf_add(&buf, AC_S("c2sp.org/tlog-proof@v1\nindex 0\n"));
		for (unsigned i = 0; i < n; i++)
			ac_buf_add(&buf, AC_S(HASH));
		ac_buf_add(&buf, AC_S("\n" NOTE));
		assert_int_equal(
		    ac_proof_parse(ac_buf_view(&buf), &arena, &p, NULL), n > AC_TLOG_PROOF_MAX ? ACCORD_ELIMIT : 0);
		ac_buf_consume(&buf, strlen("c2sp.org/tlog-proof@v1\nindex "));
		/* "0\n..." behind "old ". */
		assert_int_equal(ac_growth_parse(ac_buf_view(&buf), &arena, &g, NULL), ACCORD_EINPUT);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
}

static void
example__leaves_are_proved(void **state)
{
	static const struct {
		const char *proof, *leaf, *other;
		uint64_t index;
	} rows[] = {
		{ "example/statement.tlog-proof", "example/statement.note", "example/publication.note", 1 },
		{ "example/publication.tlog-proof", "example/publication.note", "example/statement.note", 9 },
		{ "example/withdrawal-jp.tlog-proof", "example/withdrawal-jp.note", "example/endorsement-jp.note", 10 },
	};
	ac_digester *d = ac_digester_open();
	bool here = true;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; here && i < AC_COUNT(rows); i++) {
		ac_str bytes, leaf, other;
		ac_proof p;

		here = agree_load(&arena, rows[i].proof, &bytes);
		if (!here)
			break;
		assert_true(agree_load(&arena, rows[i].leaf, &leaf) && agree_load(&arena, rows[i].other, &other));
		assert_int_equal(ac_proof_parse(bytes, &arena, &p, NULL), 0);
		assert_true(p.index == rows[i].index);
		assert_int_equal(ac_proof_check(d, &p, leaf, NULL), 0);
		assert_int_equal(ac_proof_check(d, &p, other, NULL), ACCORD_EDENIED);
		p.index ^= 1;
		assert_int_equal(ac_proof_check(d, &p, leaf, NULL), ACCORD_EDENIED);
	}
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	if (!here)
		skip();
}

static void
example__log_has_only_grown(void **state)
{
	ac_digester *d = ac_digester_open();
	ac_arena arena;
	ac_str body, old;
	ac_growth g;
	ac_note note;
	ac_checkpoint before;
	ac_hash old_root, new_root;
	bool here;

	(void)state;
	ac_arena_init(&arena, 16 * AC_MIB);
	here = agree_load(&arena, "example/consistency-10-11.txt", &body);
	if (here) {
		ac_buf buf;

		assert_true(agree_load(&arena, "example/log/checkpoint.published", &old));
		assert_int_equal(ac_note_parse(old, &arena, &note, NULL), 0);
		assert_int_equal(ac_checkpoint_parse(note.text, &before, NULL), 0);
		assert_int_equal(ac_growth_parse(body, &arena, &g, NULL), 0);
		assert_true(g.old_size == 10 && before.size == 10 && g.checkpoint.size == 11);
		memcpy(old_root.bytes, before.root, 32);
		memcpy(new_root.bytes, g.checkpoint.root, 32);
		assert_int_equal(
		    ac_tlog_check_consistency(d, 10, 11, &old_root, &new_root, g.hashes, g.count, NULL), 0);
		old_root.bytes[0] ^= 1;
		assert_int_equal(ac_tlog_check_consistency(d, 10, 11, &old_root, &new_root, g.hashes, g.count, NULL),
		    ACCORD_EDENIED);
		ac_buf_init(&buf, AC_MIB);
		ac_growth_add(&buf, &g);
		assert_str(ac_buf_view(&buf), body);
		ac_buf_done(&buf);
	}
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	if (!here)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proof__is_written_as_it_was_read),
		cmocka_unit_test(proof__refuses_other_lines_and_names_them),
		cmocka_unit_test(proof__has_at_most_63_hashes),
		cmocka_unit_test(example__leaves_are_proved),
		cmocka_unit_test(example__log_has_only_grown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
