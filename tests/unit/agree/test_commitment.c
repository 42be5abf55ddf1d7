/* SPDX-License-Identifier: Apache-2.0 */
/* Commitments: what stands in a log for a note that is not for all. */
#include "agree_texts.h"

#include "agree/commitment.h"

#define NOTE ENDORSEMENT "\n\xe2\x80\x94 bora.example/sign AAAAAAAA\n"
static const uint8_t nonce[AC_NONCE_SIZE] = { 1, 2, 3 };

static ac_commitment
made(void)
{
	ac_commitment c;

	/* 2031-03-01T10:42:07Z */
	assert_int_equal(ac_commitment_make(AC_S(NOTE), nonce, (ac_time){ 1930128127, 5 }, &c, NULL), 0);
	return c;
}

static void
commitment__is_to_one_note_and_tells_nothing_of_it(void **state)
{
	static const char *const words[] = { "harbour", "bora", "2031-03-01T10:42", HASH_A, "joins" };
	ac_commitment c = made(), again;
	uint8_t other[AC_NONCE_SIZE] = { 1, 2, 4 };
	ac_str text;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, AC_MIB);
	ac_commitment_add(&buf, &c);
	text = ac_buf_view(&buf);
	for (size_t i = 0; i < AC_COUNT(words); i++)
		assert_int_equal(ac_str_find(text, ac_str_from(words[i])), text.n);
	assert_true(
	    ac_str_starts(text, AC_S("accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:00Z\ncommit ")));
	assert_int_equal(ac_commitment_parse(text, &again, NULL), 0);
	assert_int_equal(again.at.seconds, 1930128127 - 1930128127 % 3600);
	assert_int_equal(ac_commitment_check(&again, nonce, AC_S(NOTE), NULL), 0);
	assert_int_equal(ac_commitment_check(&again, other, AC_S(NOTE), NULL), ACCORD_EDENIED);
	assert_int_equal(ac_commitment_check(&again, nonce, AC_S(NOTE "\n"), NULL), ACCORD_EDENIED);
	assert_int_equal(ac_commitment_check(&again, nonce, AC_S(STATEMENT), NULL), ACCORD_EDENIED);
	again.kind = AC_S("statement");
	assert_int_equal(ac_commitment_check(&again, nonce, AC_S(NOTE), NULL), ACCORD_EDENIED);
	ac_buf_done(&buf);
}

/* RFC 2104 with SHA-256: the key is 32 bytes, "\x01\x02\x03" and zeros; computed with Python's hmac. */
static void
commitment__is_the_hmac_of_the_whole_note(void **state)
{
	ac_commitment c;

	(void)state;
	assert_int_equal(ac_commitment_make(AC_S("accord/x/v1\n"), nonce, (ac_time){ -1, 0 }, &c, NULL), 0);
	assert_str(c.kind, AC_S("x"));
	/* The hour before the epoch. */
	assert_int_equal(c.at.seconds, -3600);
	assert_memory_equal(c.commit,
	    "\xbe\x7b\x2f\xcd\xe1\x6f\x93\x1d\xb2\xb2\x5e\x45\x2c\xb7\x1f\x08"
	    "\xc7\x6b\xb2\xba\x20\x75\x57\x64\x80\x68\x72\xf6\x54\xcb\xa2\xe4",
	    AC_HMAC_SIZE);
	assert_int_equal(
	    ac_commitment_make(AC_S("log.example\n1\n"), nonce, (ac_time){ 0, 0 }, &c, NULL), ACCORD_EINPUT);
}

static const wrong_text wrong[] = {
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:00Z\n", 3 },
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:42:00Z\ncommit hmac-sha256:" HASH_A "\n", 3 },
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:01Z\ncommit hmac-sha256:" HASH_A "\n", 3 },
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:00Z\ncommit sha256:" HASH_A "\n", 4 },
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:00Z\ncommit hmac-sha256:\n", 4 },
	{ "accord/commitment/v1\nkind endorsement\nat 2031-03-01T10:00:00Z\ncommit hmac-sha256:" HASH_A " x\n", 4 },
	{ "accord/commitment/v1\nat 2031-03-01T10:00:00Z\nkind endorsement\ncommit hmac-sha256:" HASH_A "\n", 2 },
	{ "accord/commitment/v1\nkind a/b\nat 2031-03-01T10:00:00Z\ncommit hmac-sha256:" HASH_A "\n", 2 },
	{ "accord/opening/v1\ncommit hmac-sha256:" HASH_A "\nnote sha256:" HASH_B "\n", 3 },
	{ "accord/opening/v1\ncommit hmac-sha256:" HASH_A "\nnote sha256:" HASH_B "\nnonce sha256:" HASH_B "\n", 4 },
	{ "accord/opening/v1\nnote sha256:" HASH_B "\ncommit hmac-sha256:" HASH_A "\nnonce " HASH_B "\n", 2 },
};

static void
commitment__that_is_wrong_is_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		ac_str text = ac_str_from(wrong[i].text);
		accord_err err = { 0 };
		ac_commitment c;
		ac_opening o;
		int rc = i < 8 ? ac_commitment_parse(text, &c, &err) : ac_opening_parse(text, &o, &err);

		if (rc != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
	}
}

static void
opening__is_written_as_it_was_read(void **state)
{
	ac_str text =
	    AC_S("accord/opening/v1\ncommit hmac-sha256:" HASH_A "\nnote sha256:" HASH_B "\nnonce " HASH_A "\n");
	ac_opening o;
	ac_buf buf;

	(void)state;
	assert_int_equal(ac_opening_parse(text, &o, NULL), 0);
	assert_true(o.commit[0] == 0x3c && o.note[0] == 0xcb && o.nonce[31] == 0x0e);
	ac_buf_init(&buf, AC_MIB);
	ac_opening_add(&buf, &o);
	assert_str(ac_buf_view(&buf), text);
	ac_buf_done(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commitment__is_to_one_note_and_tells_nothing_of_it),
		cmocka_unit_test(commitment__is_the_hmac_of_the_whole_note),
		cmocka_unit_test(commitment__that_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(opening__is_written_as_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
