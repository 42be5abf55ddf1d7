/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/checkpoint.h"
#include "agree/cosignature.h"

/* 32 zero bytes, and the shape of them. */
#define ROOT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void
checkpoint__is_three_lines(void **state)
{
	ac_checkpoint c;
	accord_err err = { 0 };
	ac_buf buf;

	(void)state;
	assert_int_equal(ac_checkpoint_parse(AC_S("log.example/a\n18446744073709551615\n" ROOT "\n"), &c, &err), 0);
	assert_str(c.origin, AC_S("log.example/a"));
	assert_true(c.size == UINT64_MAX && c.extension.n == 0 && c.root[31] == 0);
	assert_int_equal(ac_checkpoint_parse(AC_S("o\n0\n" ROOT "\nmore\nof it\n"), &c, &err), 0);
	assert_str(c.extension, AC_S("more\nof it\n"));
	ac_buf_init(&buf, 200);
	ac_checkpoint_add(&buf, &c);
	assert_str(ac_buf_view(&buf), AC_S("o\n0\n" ROOT "\n"));
	ac_buf_done(&buf);
}

static void
checkpoint__has_one_text_only(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "", 1 },
		{ "\n1\n" ROOT "\n", 1 },
		{ "o", 1 },
		{ "o\n", 2 },
		{ "o\n01\n" ROOT "\n", 2 },
		{ "o\n+1\n" ROOT "\n", 2 },
		{ "o\n1 \n" ROOT "\n", 2 },
		{ "o\n18446744073709551616\n" ROOT "\n", 2 },
		{ "o\n1\n" ROOT, 3 },
		{ "o\n1\nAAAA\n", 3 },
		{ "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n", 3 },
		{ "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n", 3 },
		{ "o\n1\n" ROOT "\n\n", 4 },
		{ "o\n1\n" ROOT "\nx\n\ny\n", 5 },
		{ "o\n1\n" ROOT "\nx", 4 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		ac_checkpoint c = { .size = 77 };
		accord_err err = { 0 };

		if (ac_checkpoint_parse(ac_str_from(wrong[i].text), &c, &err) != ACCORD_EINPUT ||
		    err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
		assert_true(c.size == 77);
	}
}

static void
cosignature__is_of_that_text_and_time(void **state)
{
	static const uint8_t seed[32] = { 7 };
	ac_str text = AC_S("o\n1\n" ROOT "\n"), other = AC_S("o\n2\n" ROOT "\n");
	uint8_t out[AC_COSIGNATURE_SIZE];
	ac_str bytes = { (const char *)out, sizeof(out) };
	ac_ed25519_key key;
	uint64_t time = 0;

	(void)state;
	ac_ed25519_from_seed(seed, &key);
	assert_int_equal(ac_cosign(&key, text, 1626688800, out, NULL), 0);
	assert_true(ac_cosignature_verify(ac_ed25519_public(&key), text, bytes, &time));
	assert_true(time == 1626688800);
	assert_false(ac_cosignature_verify(ac_ed25519_public(&key), other, bytes, &time));
	out[7] ^= 1;
	assert_false(ac_cosignature_verify(ac_ed25519_public(&key), text, bytes, &time));
	out[7] ^= 1;
	bytes.n--;
	assert_false(ac_cosignature_verify(ac_ed25519_public(&key), text, bytes, &time));
}

static void
cosignature__takes_no_other_text_and_no_other_time(void **state)
{
	static const uint8_t seed[32] = { 7 };
	uint8_t out[AC_COSIGNATURE_SIZE];
	ac_ed25519_key key;

	(void)state;
	ac_ed25519_from_seed(seed, &key);
	assert_int_equal(ac_cosign(&key, AC_S("accord/statement/v1\nversion 1\n"), 1, out, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_cosign(&key, AC_S("o\n1\n" ROOT "\n"), 0, out, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_cosign(&key, AC_S("o\n1\n" ROOT "\n"), (uint64_t)1 << 63, out, NULL), ACCORD_EINPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checkpoint__is_three_lines),
		cmocka_unit_test(checkpoint__has_one_text_only),
		cmocka_unit_test(cosignature__is_of_that_text_and_time),
		cmocka_unit_test(cosignature__takes_no_other_text_and_no_other_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
