/* SPDX-License-Identifier: Apache-2.0 */
/* The last look before a signature: what its own reader would not read, or would read as more lines than were meant, is not signed. */
#include "coalition.h"

#include "agree/endorsement.h"
#include "agree/written.h"
#include "fail_malloc.h"

#define SIGN "alpha.example/sign"

/* An endorsement with that reason in English. */
static void
write_endorsement(ac_buf *buf, const char *reason)
{
	ac_endorsement e = { .about = { .coalition = AC_S("quay.example"), .member = AC_S("alpha"), .seq = 1 },
		.stance = AC_STANCE_DISSENTS,
		.reason = { ac_str_from(reason), AC_S("non") } };

	e.about.at = (ac_time){ 1772355600, 0 };
	ac_endorsement_add(buf, &e);
}

static int
sign(ac_arena *arena, const ac_buf *text, ac_str *out, accord_err *err)
{
	ac_ed25519_key key;
	ac_vkey vkey;

	*err = (accord_err){ 0 };
	coalition_make_key(arena, (coalition_key){ SIGN, 0 }, &vkey, &key);
	return ac_written_sign(text, &vkey, &key, arena, out, err);
}

static void
words__of_two_lines_are_never_signed(void **state)
{
	static const char *const reasons[] = { "x\ny", "x\nclaim c1 dissents", "x\n", "\nx", "x\nreason fr y" };
	accord_err err;
	ac_arena arena;
	ac_str note;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	write_endorsement(&buf, "no");
	assert_int_equal(sign(&arena, &buf, &note, &err), 0);
	assert_true(ac_str_find(note, AC_S("\nreason en no\nreason fr non\n\n")) < note.n);
	for (size_t i = 0; i < AC_COUNT(reasons); i++) {
		ac_buf_reset(&buf);
		write_endorsement(&buf, reasons[i]);
		assert_int_equal(sign(&arena, &buf, &note, &err), ACCORD_EINPUT);
		assert_non_null(strstr(err.text, "one line"));
	}
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
text__that_its_reader_refuses_is_never_signed(void **state)
{
	static const char *const texts[] = { "", "accord/endorsement/v1", "accord/endorsement/v1\n",
		"accord/key/v1\nx\n", "accord/action/v1\n", "accord/charter/v1\n", "accord/comment/v1\n",
		"accord/commitment/v1\n", "accord/opening/v1\n", "accord/pledge/v1\n", "accord/publication/v1\n",
		"accord/statement/v1\n", "accord/withdrawal/v1\n", "accord/other/v1\n", "quay.example/log\n1\nAAAA\n",
		"accord/withdrawal/v1\ncoalition quay.example\n\xe2\x80\xae\n" };
	accord_err err;
	ac_arena arena;
	ac_str note;
	ac_buf buf;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		ac_buf_reset(&buf);
		ac_buf_add_cstr(&buf, texts[i]);
		assert_int_equal(sign(&arena, &buf, &note, &err), ACCORD_EINPUT);
	}
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
written__survives_every_allocation_failure(void **state)
{
	bool failed = true;

	(void)state;
	for (unsigned long n = 1; failed; n++) {
		ac_ed25519_key key;
		ac_arena arena;
		accord_err err = { 0 };
		ac_vkey vkey;
		ac_str note;
		ac_buf buf;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		ac_buf_init(&buf, AC_MIB);
		write_endorsement(&buf, "no");
		coalition_make_key(&arena, (coalition_key){ SIGN, 0 }, &vkey, &key);
		fail_malloc_at(n);
		rc = ac_written_sign(&buf, &vkey, &key, &arena, &note, &err);
		failed = fail_malloc_done();
		assert_int_equal(rc, failed ? ACCORD_ENOMEM : 0);
		ac_buf_done(&buf);
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words__of_two_lines_are_never_signed),
		cmocka_unit_test(text__that_its_reader_refuses_is_never_signed),
		cmocka_unit_test(written__survives_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
