/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "test.h"

#include "crypto/digest.h"
#include "fail_malloc.h"

#define TEXT_448 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TEXT_896                                                                                                       \
	"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"     \
	"nopqrstu"

/* FIPS 180-2 appendix B and the NIST example values for SHA-256. */
static const struct {
	ac_str text;
	const char *want;
} sha256_vectors[] = {
	{ AC_S_INIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ AC_S_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ AC_S_INIT(TEXT_448), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ AC_S_INIT(TEXT_896), "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	{ AC_S_INIT("\xbd"), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b" },
};
/* One million times 'a'. */
static const char million_a[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void
assert_digest(const uint8_t got[AC_SHA256_SIZE], const char *want)
{
	char text[2 * AC_SHA256_SIZE];

	ac_hex(got, AC_SHA256_SIZE, text);
	assert_str(((ac_str){ text, sizeof(text) }), ac_str_from(want));
}

static void
sha256__gives_the_nist_vectors(void **state)
{
	ac_digester *d = ac_digester_open();
	uint8_t out[AC_SHA256_SIZE];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(sha256_vectors); i++) {
		assert_int_equal(ac_sha256(sha256_vectors[i].text, out, NULL), 0);
		assert_digest(out, sha256_vectors[i].want);
		assert_int_equal(ac_digester_sha256(d, sha256_vectors[i].text, out, NULL), 0);
		assert_digest(out, sha256_vectors[i].want);
	}
	assert_int_equal(ac_sha256((ac_str){ NULL, 0 }, out, NULL), 0);
	assert_digest(out, sha256_vectors[0].want);
	assert_null(ac_digester_close(d));
	assert_null(ac_digester_close(NULL));
}

static void
sha256_stream__does_not_see_the_pieces(void **state)
{
	static const size_t pieces[] = { 1, 7, 63, 64, 65, 1000, 65536, 1000000 };
	ac_sha256_stream *s = ac_sha256_open();
	uint8_t out[AC_SHA256_SIZE];
	char *text = malloc(1000000);

	(void)state;
	memset(text, 'a', 1000000);
	for (size_t i = 0; i < AC_COUNT(pieces); i++) {
		for (size_t at = 0; at < 1000000; at += pieces[i]) {
			size_t n = 1000000 - at < pieces[i] ? 1000000 - at : pieces[i];

			assert_int_equal(ac_sha256_feed(s, (ac_str){ text + at, n }, NULL), 0);
		}
		assert_int_equal(ac_sha256_end(s, out, NULL), 0);
		assert_digest(out, million_a);
	}
	assert_int_equal(ac_sha256_end(s, out, NULL), 0);
	assert_digest(out, sha256_vectors[0].want);
	free(text);
	assert_null(ac_sha256_close(s));
	assert_null(ac_sha256_close(NULL));
}

static void
uuid5__gives_the_vector_of_the_rfc(void **state)
{
	/* RFC 9562 appendix A.4: www.example.com in the DNS namespace of s6.6. */
	static const ac_str dns = AC_S_INIT("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
	static const ac_str want = AC_S_INIT("2ed6657d-e927-568b-95e1-2665a8aea6a2");
	ac_digester *d = ac_digester_open();
	char out[AC_UUID_TEXT_SIZE];
	uint8_t space[16];

	(void)state;
	assert_true(ac_uuid_parse(dns, space));
	assert_int_equal(ac_uuid5(space, AC_S("www.example.com"), out, NULL), 0);
	assert_str(((ac_str){ out, sizeof(out) }), want);
	memset(out, 0, sizeof(out));
	assert_int_equal(ac_digester_uuid5(d, space, AC_S("www.example.com"), out, NULL), 0);
	assert_str(((ac_str){ out, sizeof(out) }), want);
	ac_digester_close(d);
}

/* All bytes, in runs of every length up to 37: by sixteens, by fours, and what is left. */
static void
hex__has_two_lower_case_digits_a_byte(void **state)
{
	char want[3], got[80];

	(void)state;
	for (unsigned first = 0; first < 256; first++)
		for (size_t n = 0; n < 38; n++) {
			uint8_t bytes[37];

			for (size_t i = 0; i < n; i++)
				bytes[i] = (uint8_t)(first + 37 * i);
			memset(got, '!', sizeof(got));
			ac_hex(bytes, n, got);
			for (size_t i = 0; i < n; i++) {
				(void)snprintf(want, sizeof(want), "%02x", bytes[i]);
				assert_memory_equal(got + 2 * i, want, 2);
			}
			assert_int_equal(got[2 * n], '!');
		}
}

static void
uuid_format__is_what_parse_takes(void **state)
{
	char text[AC_UUID_TEXT_SIZE];
	uint8_t uuid[16];

	(void)state;
	assert_true(ac_uuid_parse(AC_S("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), uuid));
	ac_uuid_format(uuid, text);
	assert_memory_equal(text, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", sizeof(text));
}

static void
uuid_parse__takes_only_the_one_form(void **state)
{
	static const ac_str wrong[] = {
		AC_S_INIT(""),
		AC_S_INIT("6ba7b810-9dad-11d1-80b4-00c04fd430c"),
		AC_S_INIT("6ba7b810-9dad-11d1-80b4-00c04fd430c80"),
		AC_S_INIT("6ba7b810x9dad-11d1-80b4-00c04fd430c8"),
		AC_S_INIT("6ba7b8109-dad-11d1-80b4-00c04fd430c8"),
		AC_S_INIT("6ba7b810-9dad-11d1-80b4-00c04fd430cg"),
		AC_S_INIT("{6ba7b810-9dad-11d1-80b4-00c04fd430}"),
		AC_S_INIT("------------------------------------"),
	};
	static const uint8_t want[16] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f,
		0xd4, 0x30, 0xc8 };
	uint8_t out[16] = { 0 }, untouched[16] = { 0 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++)
		if (ac_uuid_parse(wrong[i], out))
			fail_msg("taken: %.*s", AC_FMT(wrong[i]));
	assert_memory_equal(out, untouched, 16);
	assert_true(ac_uuid_parse(AC_S("6BA7B810-9dad-11D1-80b4-00c04fd430C8"), out));
	assert_memory_equal(out, want, 16);
}

static void
digester__without_memory_is_null(void **state)
{
	(void)state;
	fail_malloc_at(1);
	assert_null(ac_digester_open());
	assert_true(fail_malloc_done());
	fail_malloc_at(1);
	assert_null(ac_sha256_open());
	assert_true(fail_malloc_done());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256__gives_the_nist_vectors),
		cmocka_unit_test(sha256_stream__does_not_see_the_pieces),
		cmocka_unit_test(uuid5__gives_the_vector_of_the_rfc),
		cmocka_unit_test(hex__has_two_lower_case_digits_a_byte),
		cmocka_unit_test(uuid_format__is_what_parse_takes),
		cmocka_unit_test(uuid_parse__takes_only_the_one_form),
		cmocka_unit_test(digester__without_memory_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
