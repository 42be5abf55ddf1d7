/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal and base64 to octets; examples of RFC 4648 section 10. */
#include "test.h"

#include "codec/octets.h"

static void
octets__are_read_from_hex(void **state)
{
	char out[8];

	assert_true(ac_hex_decode(AC_S("00fFa9"), out));
	assert_memory_equal(out, "\x00\xff\xa9", 3);
	assert_true(ac_hex_decode(AC_S(""), out));
	assert_false(ac_hex_decode(AC_S("0"), out));
	assert_false(ac_hex_decode(AC_S("0g"), out));
}

static void
octets__are_read_from_base64(void **state)
{
	static const struct {
		const char *text, *octets; /* NULL: none */
	} rows[] = {
		{ "", "" },
		{ "Zg==", "f" },
		{ "Zm8=", "fo" },
		{ "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" },
		{ "Zm\n9v\n", "foo" },
		{ "+/+/", "\xfb\xff\xbf" },
		{ "Zg", NULL },
		{ "Zg=", NULL },
		{ "Zg===", NULL },
		{ "=Zg=", NULL },
		{ "Zg==Zg==", NULL },
		{ "Zm9-", NULL },
		{ "Z g=", NULL },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		char out[16];
		size_t n = 99;
		bool fine = ac_base64_decode(ac_str_from(rows[i].text), out, &n);

		assert_int_equal(fine, rows[i].octets != NULL);
		if (fine)
			assert_str(((ac_str){ out, n }), ac_str_from(rows[i].octets));
	}
}

/* RFC 4648 section 10. */
static void
octets__are_written_as_base64(void **state)
{
	static const struct {
		const char *octets, *text;
	} rows[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xfb\xff\xfe", "+//+" } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		char back[8];
		size_t n = 99;
		ac_buf buf;

		ac_buf_init(&buf, 64);
		ac_base64_add(&buf, ac_str_from(rows[i].octets));
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].text));
		assert_true(ac_base64_decode_exact(ac_buf_view(&buf), back, &n));
		assert_str(((ac_str){ back, n }), ac_str_from(rows[i].octets));
		ac_buf_done(&buf);
	}
}

static void
octets__have_one_exact_base64_text(void **state)
{
	/* The last digits before the padding hold bits of no octet (Zh, Zm9); line feeds; no padding. */
	static const char *const wrong[] = { "Zh==", "Zm9=", "Zg", "Zg=", "Zg==\n", "Z\ng==", "Zg=a",
		"====", "Z===", "Zm9v====", "Zm8=Zm8=" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		char out[16];
		size_t n;

		if (ac_base64_decode_exact(ac_str_from(wrong[i]), out, &n))
			fail_msg("taken: %s", wrong[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets__are_read_from_hex),
		cmocka_unit_test(octets__are_read_from_base64),
		cmocka_unit_test(octets__are_written_as_base64),
		cmocka_unit_test(octets__have_one_exact_base64_text),
	};

	return cmocka_run_group_tests_name("codec/octets", tests, NULL, NULL);
}
