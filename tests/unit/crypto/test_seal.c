/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/limits.h"
#include "crypto/seal.h"

static const ac_seal_cost low = { 1, 8 };
static const ac_seal_random chosen = { { 1, 2, 3 }, { 4, 5, 6 } };

static void
seal__opens_with_its_own_passphrase_only(void **state)
{
	uint8_t sealed[6 + AC_SEAL_TAG_SIZE], out[6] = { 0 };
	accord_err err = { 0 };
	ac_str bytes = { (const char *)sealed, sizeof(sealed) };

	(void)state;
	assert_int_equal(ac_seal(AC_S("open"), low, &chosen, AC_S("beside"), AC_S("secret"), sealed, &err), 0);
	assert_int_equal(ac_unseal(AC_S("open"), low, &chosen, AC_S("beside"), bytes, out, &err), 0);
	assert_memory_equal(out, "secret", 6);
	memset(out, 0, sizeof(out));
	assert_int_equal(ac_unseal(AC_S("Open"), low, &chosen, AC_S("beside"), bytes, out, &err), ACCORD_EDENIED);
	assert_memory_equal(out, "\0\0\0\0\0\0", 6);
}

static void
seal__binds_what_stands_beside_it(void **state)
{
	uint8_t sealed[6 + AC_SEAL_TAG_SIZE], out[6];
	ac_seal_random other = chosen;
	ac_seal_cost cost = low;
	ac_str bytes = { (const char *)sealed, sizeof(sealed) };

	(void)state;
	assert_int_equal(ac_seal(AC_S("p"), low, &chosen, AC_S("beside"), AC_S("secret"), sealed, NULL), 0);
	assert_int_equal(ac_unseal(AC_S("p"), low, &chosen, AC_S("besidf"), bytes, out, NULL), ACCORD_EDENIED);
	cost.passes = 2;
	assert_int_equal(ac_unseal(AC_S("p"), cost, &chosen, AC_S("beside"), bytes, out, NULL), ACCORD_EDENIED);
	other.nonce[23] ^= 1;
	assert_int_equal(ac_unseal(AC_S("p"), low, &other, AC_S("beside"), bytes, out, NULL), ACCORD_EDENIED);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 0x80;
		assert_int_equal(ac_unseal(AC_S("p"), low, &chosen, AC_S("beside"), bytes, out, NULL), ACCORD_EDENIED);
		sealed[i] ^= 0x80;
	}
	bytes.n = AC_SEAL_TAG_SIZE - 1;
	assert_int_equal(ac_unseal(AC_S("p"), low, &chosen, AC_S("beside"), bytes, out, NULL), ACCORD_EINPUT);
}

static void
seal__refuses_costs_over_its_ceilings(void **state)
{
	static const ac_seal_cost wrong[] = { { 0, 8 }, { AC_SEAL_PASSES_MAX + 1, 8 }, { 1, 7 },
		{ 1, AC_SEAL_MEMORY_KIB_MAX + 1 }, { 1, UINT64_MAX } };
	uint8_t out[32];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++)
		assert_int_equal(ac_seal(AC_S("p"), wrong[i], &chosen, AC_S(""), AC_S("s"), out, NULL), ACCORD_ELIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seal__opens_with_its_own_passphrase_only),
		cmocka_unit_test(seal__binds_what_stands_beside_it),
		cmocka_unit_test(seal__refuses_costs_over_its_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
