/* SPDX-License-Identifier: Apache-2.0 */
/* The files of signify and of openssl, byte by byte. That those programs take them is for tests/interop. */
#include "test.h"

#include "agree/signify.h"
#include "codec/octets.h"

/* RFC 8032 s7.1, test 1: a public key, and the signature of the empty text. */
#define PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SIGNATURE                                                                                                      \
	"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b" \
	"be24655141438e7a100b"

static ac_vkey
make_key(void)
{
	uint8_t public_key[AC_ED25519_PUBLIC_SIZE];
	ac_vkey key;

	assert_true(ac_hex_decode(AC_S(PUBLIC), (char *)public_key));
	assert_int_equal(ac_vkey_make(AC_S("a.example/sign"), AC_NOTE_ED25519, public_key, &key, NULL), 0);
	return key;
}

/* The octets of the second line. */
static size_t
octets(ac_buf *buf, ac_str comment, char out[static 128])
{
	ac_str rest = ac_buf_view(buf), line;
	size_t n = 0;

	assert_true(ac_str_cut(&rest, '\n', &line));
	assert_str(line, comment);
	assert_true(ac_str_cut(&rest, '\n', &line) && rest.n == 0);
	assert_true(ac_base64_decode_exact(line, out, &n));
	return n;
}

static void
signify__files_are_the_plain_bytes_behind_one_number(void **state)
{
	ac_vkey key = make_key();
	char bytes[64], pub[128], sig[128];
	ac_note_signature signature = { .bytes = { bytes, 64 } };
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1000);
	assert_true(ac_hex_decode(AC_S(SIGNATURE), bytes));
	assert_int_equal(ac_signify_key_add(&buf, &key, NULL), 0);
	assert_int_equal(octets(&buf, AC_S("untrusted comment: a.example/sign public key"), pub), 42);
	assert_memory_equal(pub + 10, key.public_key, 32);
	ac_buf_reset(&buf);
	assert_int_equal(ac_signify_signature_add(&buf, &key, &signature, NULL), 0);
	assert_int_equal(octets(&buf, AC_S("untrusted comment: a.example/sign signature"), sig), 74);
	assert_memory_equal(sig + 10, bytes, 64);
	assert_memory_equal(sig, pub, 10);
	assert_memory_equal(sig, "Ed", 2);
	ac_buf_done(&buf);
}

static void
signify__pem_is_that_of_rfc_8410(void **state)
{
	/* The public key of RFC 8410 s10.1. */
	static const char want[] = "-----BEGIN PUBLIC KEY-----\n"
				   "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
				   "-----END PUBLIC KEY-----\n";
	uint8_t public_key[AC_ED25519_PUBLIC_SIZE];
	ac_vkey key;
	ac_buf buf;

	(void)state;
	assert_true(ac_hex_decode(
	    AC_S("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"), (char *)public_key));
	assert_int_equal(ac_vkey_make(AC_S("a.example/sign"), AC_NOTE_ED25519, public_key, &key, NULL), 0);
	ac_buf_init(&buf, 1000);
	assert_int_equal(ac_signify_pem_add(&buf, &key, NULL), 0);
	assert_str(ac_buf_view(&buf), ac_str_from(want));
	ac_buf_done(&buf);
}

static void
signify__refuses_what_other_programs_cannot_use(void **state)
{
	ac_vkey key = make_key(), witness;
	char bytes[72] = { 0 };
	ac_note_signature signature = { .bytes = { bytes, 72 } };
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1000);
	assert_int_equal(
	    ac_vkey_make(AC_S("a.example/witness"), AC_NOTE_COSIGNATURE, key.public_key, &witness, NULL), 0);
	assert_int_equal(ac_signify_key_add(&buf, &witness, NULL), ACCORD_EUSAGE);
	assert_int_equal(ac_signify_pem_add(&buf, &witness, NULL), ACCORD_EUSAGE);
	assert_int_equal(ac_signify_signature_add(&buf, &key, &signature, NULL), ACCORD_EINPUT);
	ac_buf_done(&buf);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(signify__files_are_the_plain_bytes_behind_one_number),
		cmocka_unit_test(signify__pem_is_that_of_rfc_8410),
		cmocka_unit_test(signify__refuses_what_other_programs_cannot_use),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
