/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8032 s7.1; public edge cases (CCTV, Wycheproof) where ACCORD_SHARED_DATA has them. */
#include "test.h"

#include <stdio.h>

#include "codec/octets.h"
#include "crypto/ed25519.h"

static const struct {
	ac_str seed, public_key, message, signature;
} rfc_vectors[] = {
	{ AC_S_INIT("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
	    AC_S_INIT("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), AC_S_INIT(""),
	    AC_S_INIT(
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5"
		"f0595bbe24655141438e7a100b") },
	{ AC_S_INIT("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
	    AC_S_INIT("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), AC_S_INIT("72"),
	    AC_S_INIT(
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
		"aeb4302aeeb00d291612bb0c00") },
	{ AC_S_INIT("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"),
	    AC_S_INIT("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"), AC_S_INIT("af82"),
	    AC_S_INIT(
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15"
		"e9716ed28dc027beceea1ec40a") },
};

static void
ed25519__gives_the_vectors_of_the_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(rfc_vectors); i++) {
		uint8_t seed[32], public_key[32], message[2], want[64], got[64];
		ac_str text = { (const char *)message, rfc_vectors[i].message.n / 2 };
		ac_ed25519_key key;

		assert_true(ac_hex_decode(rfc_vectors[i].seed, (char *)seed) &&
			    ac_hex_decode(rfc_vectors[i].message, (char *)message));
		assert_true(ac_hex_decode(rfc_vectors[i].public_key, (char *)public_key));
		assert_true(ac_hex_decode(rfc_vectors[i].signature, (char *)want));
		ac_ed25519_from_seed(seed, &key);
		assert_memory_equal(ac_ed25519_public(&key), public_key, 32);
		ac_ed25519_sign(&key, text, got);
		assert_memory_equal(got, want, 64);
		assert_true(ac_ed25519_verify(public_key, text, got));
		for (size_t bit = 0; bit < 512; bit++) {
			got[bit / 8] ^= (uint8_t)(1U << bit % 8);
			assert_false(ac_ed25519_verify(public_key, text, got));
			got[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
	}
}

/* A line "PUBLIC MESSAGE|- SIGNATURE REST", all in hexadecimal. False: its signature is not of 64 bytes. */
static bool
verify_line(ac_str line, ac_str *out_rest, bool *out_accepted)
{
	ac_str key, message, signature;
	uint8_t public_key[32], bytes[1024], sig[64];

	assert_true(ac_str_next_field(&line, ' ', &key) && ac_str_next_field(&line, ' ', &message));
	assert_true(ac_str_next_field(&line, ' ', &signature));
	*out_rest = line;
	if (ac_str_eq(message, AC_S("-")))
		message.n = 0;
	assert_true(key.n == 64 && message.n <= 2048 && ac_hex_decode(key, (char *)public_key));
	assert_true(ac_hex_decode(message, (char *)bytes));
	if (signature.n != 128 || !ac_hex_decode(signature, (char *)sig))
		return false;
	*out_accepted = ac_ed25519_verify(public_key, (ac_str){ (const char *)bytes, message.n / 2 }, sig);
	return true;
}

/* The shared file, or NULL. The caller frees it. */
static char *
load(const char *name, ac_str *out)
{
	const char *folder = shared_data();
	char path[4096], *text;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/agree/vectors/ed25519/%s", folder ? folder : "", name);
	file = fopen(path, "rb");
	if (!file)
		return NULL;
	text = malloc(1 << 20);
	*out = (ac_str){ text, fread(text, 1, 1 << 20, file) };
	(void)fclose(file);
	return text;
}

static void
ed25519__agrees_with_wycheproof(void **state)
{
	ac_str rest, line;
	char *text = load("wycheproof.txt", &rest);
	unsigned valid = 0, invalid = 0;

	(void)state;
	if (!text)
		skip();
	while (ac_str_next_field(&rest, '\n', &line) && line.n) {
		bool accepted = false;
		ac_str verdict;
		bool whole = verify_line(line, &verdict, &accepted);

		assert_int_equal(whole && accepted, ac_str_starts(verdict, AC_S("valid:")));
		*(accepted ? &valid : &invalid) += 1;
	}
	assert_int_equal(valid, 88);
	assert_int_equal(invalid, 63);
	free(text);
}

static void
ed25519__takes_no_low_order_and_nothing_that_is_not_canonical(void **state)
{
	static const ac_str refused[] = { AC_S_INIT("low_order_R"), AC_S_INIT("low_order_A"),
		AC_S_INIT("non_canonical_R"), AC_S_INIT("non_canonical_A"), AC_S_INIT("low_order_residue") };
	ac_str rest, line, flags, flag;
	char *text = load("cctv.txt", &rest);
	unsigned taken = 0, all = 0;

	(void)state;
	if (!text)
		skip();
	while (ac_str_next_field(&rest, '\n', &line) && line.n) {
		bool accepted = false, want = true;

		assert_true(verify_line(line, &flags, &accepted));
		while (ac_str_next_field(&flags, ',', &flag))
			for (size_t i = 0; i < AC_COUNT(refused); i++)
				want = want && !ac_str_eq(flag, refused[i]);
		assert_int_equal(accepted, want);
		taken += accepted;
		all++;
	}
	assert_int_equal(all, 914);
	assert_int_equal(taken, 43);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ed25519__gives_the_vectors_of_the_rfc),
		cmocka_unit_test(ed25519__agrees_with_wycheproof),
		cmocka_unit_test(ed25519__takes_no_low_order_and_nothing_that_is_not_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
