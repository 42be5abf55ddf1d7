/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/keyfile.h"
#include "base/limits.h"
#include "fail_malloc.h"

static const ac_keyfile_seeds seeds = { { 1 }, { 2 } };
/* As low as it goes: these seal nothing. */
static const ac_seal_cost low = { 1, 8 };
static const ac_seal_random chosen = { { 3 }, { 4 } };

static ac_str
make(ac_arena *arena, ac_purpose purpose)
{
	accord_err err = { 0 };
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	if (ac_keyfile_add(&buf, AC_S("alpha.example"), purpose, &seeds, low, &chosen, AC_S("open"), &err))
		fail_msg("add: %s", err.text);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static void
keyfile__opens_with_its_passphrase(void **state)
{
	ac_ed25519_key now, next, want;
	accord_err err = { 0 };
	ac_arena arena;
	ac_keyfile f;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (unsigned purpose = AC_PURPOSE_ROOT; purpose <= AC_PURPOSE_WITNESS; purpose++) {
		assert_int_equal(ac_keyfile_parse(make(&arena, (ac_purpose)purpose), &arena, &f, &err), 0);
		assert_int_equal(f.vkey.purpose, purpose);
		assert_true(ac_str_starts(f.vkey.name, AC_S("alpha.example/")));
		assert_true(f.cost.passes == 1 && f.cost.memory_kib == 8);
		assert_int_equal(ac_keyfile_open(&f, AC_S("open"), &now, &next, &err), 0);
		ac_ed25519_from_seed(seeds.now, &want);
		assert_memory_equal(now.secret, want.secret, sizeof(want.secret));
		ac_ed25519_from_seed(seeds.next, &want);
		assert_memory_equal(next.secret, want.secret, sizeof(want.secret));
		assert_int_equal(ac_keyfile_open(&f, AC_S("opens"), &now, &next, &err), ACCORD_EDENIED);
	}
	ac_arena_done(&arena);
}

/* No byte of either seed, nor of its base64 text, stands in the file. */
static void
keyfile__shows_no_private_key(void **state)
{
	ac_arena arena;
	ac_str text;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	text = make(&arena, AC_PURPOSE_SIGN);
	assert_true(ac_str_find(text, AC_S("AQAAAAAAAAAA")) == text.n);
	assert_true(ac_str_find(text, AC_S("AgAAAAAAAAAA")) == text.n);
	ac_arena_done(&arena);
}

/* Any other byte anywhere: it is not read, or not opened. */
static void
keyfile__that_was_changed_does_not_open(void **state)
{
	ac_ed25519_key now, next;
	ac_arena arena, own;
	ac_keyfile f;
	ac_str text;
	char *bytes;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	text = make(&arena, AC_PURPOSE_LOG);
	bytes = ac_arena_alloc(&arena, text.n);
	for (size_t i = 0; i < text.n; i++) {
		ac_arena_init(&own, AC_MIB);
		memcpy(bytes, text.p, text.n);
		bytes[i] ^= 1;
		/* A cost of more memory is possible, and too slow for a test of each digit. */
		if (ac_keyfile_parse((ac_str){ bytes, text.n }, &own, &f, NULL) == 0 && f.cost.passes <= 2 &&
		    f.cost.memory_kib <= 16)
			assert_int_not_equal(ac_keyfile_open(&f, AC_S("open"), &now, &next, NULL), 0);
		ac_arena_done(&own);
	}
	for (size_t n = 0; n < text.n; n++) {
		ac_arena_init(&own, AC_MIB);
		assert_int_not_equal(ac_keyfile_parse(ac_str_slice(text, 0, n), &own, &f, NULL), 0);
		ac_arena_done(&own);
	}
	ac_arena_done(&arena);
}

static void
keyfile__names_the_line_that_is_wrong(void **state)
{
	static const struct {
		const char *text;
		int rc;
		unsigned line;
	} wrong[] = {
		{ "", ACCORD_EINPUT, 1 },
		{ "accord/key-file/v2\n", ACCORD_EVERSION, 1 },
		{ "accord/key-file/v1\n", ACCORD_EINPUT, 2 },
		{ "accord/key-file/v1\npurpose any\n", ACCORD_EINPUT, 2 },
		{ "accord/key-file/v1\npurpose sign\nvkey\n", ACCORD_EINPUT, 3 },
		{ "accord/key-file/v1\npurpose sign\nvkey "
		  "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
		    ACCORD_EINPUT, 3 },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_keyfile f;

		if (ac_keyfile_parse(ac_str_from(wrong[i].text), &arena, &f, &err) != wrong[i].rc ||
		    err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

/* The worked example commits to its next keys so: the first member's, whose seed is SHA-256("accord-test-key:us.accord.example/sign-next"). */
static void
commitment__is_the_hash_of_the_public_key(void **state)
{
	uint8_t seed[32], out[32];
	ac_ed25519_key key;
	char text[64];

	(void)state;
	assert_int_equal(ac_sha256(AC_S("accord-test-key:us.accord.example/sign-next"), seed, NULL), 0);
	ac_ed25519_from_seed(seed, &key);
	assert_int_equal(ac_keyfile_commitment(ac_ed25519_public(&key), out, NULL), 0);
	ac_hex(out, 32, text);
	assert_str(((ac_str){ text, 64 }), AC_S("60a707b06a598810c7e1c016396259f9a2a56096d7eff69d7dfc0dd6a6cf1959"));
}

static void
keyfile__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		fail_malloc_at(n);
		rc = ac_keyfile_add(
		    &buf, AC_S("alpha.example"), AC_PURPOSE_SIGN, &seeds, low, &chosen, AC_S("open"), NULL);
		if (!rc) {
			ac_str text;

			rc = ac_buf_finish(&buf, &text, NULL);
		}
		ac_buf_done(&buf);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* OpenSSL has no word for it. */
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyfile__opens_with_its_passphrase),
		cmocka_unit_test(keyfile__shows_no_private_key),
		cmocka_unit_test(keyfile__that_was_changed_does_not_open),
		cmocka_unit_test(keyfile__names_the_line_that_is_wrong),
		cmocka_unit_test(commitment__is_the_hash_of_the_public_key),
		cmocka_unit_test(keyfile__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
