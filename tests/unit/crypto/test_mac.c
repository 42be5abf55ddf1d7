/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "crypto/digest.h"
#include "crypto/mac.h"

static void
assert_mac(ac_str key, ac_str bytes, const char *want)
{
	uint8_t out[AC_HMAC_SIZE];
	char text[2 * AC_HMAC_SIZE];

	ac_hmac_sha256(key, bytes, out);
	ac_hex(out, sizeof(out), text);
	assert_str(((ac_str){ text, sizeof(text) }), ac_str_from(want));
}

/* RFC 4231 s4.2, s4.3, s4.7 (a key longer than a block). */
static void
hmac__gives_the_vectors_of_the_rfc(void **state)
{
	char key[131];

	(void)state;
	memset(key, 0x0b, 20);
	assert_mac(
	    (ac_str){ key, 20 }, AC_S("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_mac(AC_S("Jefe"), AC_S("what do ya want for nothing?"),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	assert_mac((ac_str){ key, sizeof(key) }, AC_S("Test Using Larger Than Block-Size Key - Hash Key First"),
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
secrets__are_compared_whole_and_wiped(void **state)
{
	char a[3] = "abc", b[3] = "abd";

	(void)state;
	assert_true(ac_same_secret(a, b, 2));
	assert_false(ac_same_secret(a, b, 3));
	ac_wipe(a, sizeof(a));
	assert_memory_equal(a, "\0\0\0", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac__gives_the_vectors_of_the_rfc),
		cmocka_unit_test(secrets__are_compared_whole_and_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
