/* SPDX-License-Identifier: Apache-2.0 */
/* Whose keys are believed about a log: given ones everywhere, a charter's where it and its changes say so. */
#include "agree/keyring.h"

#include "coalition.h"
#include "fail_malloc.h"

#define A "alpha.example/sign"
#define B "bravo.example/sign"
#define ALPHA_LOG "alpha.example/log"
#define BRAVO_LOG "bravo.example/log"
#define BRAVO_WITNESS "bravo.example/witness"

static const coalition_charter first = { .members = { "alpha", "bravo", "charlie" }, .needed = 2 };

typedef struct fixture {
	ac_arena arena;
	ac_chain chain;
	const ac_chain *chains[1];
	ac_keyring ring;
	ac_str one;
} fixture;

static void
begin(fixture *f)
{
	*f = (fixture){ 0 };
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_chain_init(&f->chain, &f->arena);
	f->one = coalition_charter_text(&f->arena, &first);
	assert_int_equal(ac_chain_add(&f->chain, COALITION_SIGN(&f->arena, f->one, { A, 0 }, { B, 0 }), NULL), 0);
	f->chains[0] = &f->chain;
	f->ring = (ac_keyring){ .chains = f->chains, .chain_count = 1 };
}

/* Is that key among those for a log of that name and size? */
static bool
counts(fixture *f, ac_keyring_reach reach, const char *origin, uint64_t size, coalition_key which)
{
	ac_ed25519_key key;
	ac_vkey want, *keys = NULL;
	size_t count = 0;
	bool found = false;

	coalition_make_key(&f->arena, which, &want, &key);
	assert_int_equal(
	    ac_keyring_for_log(&f->ring, reach, ac_str_from(origin), size, &f->arena, &keys, &count, NULL), 0);
	for (size_t i = 0; i < count; i++)
		found = found || ac_vkey_eq(&keys[i], &want);
	return found;
}

#define COUNTS(f, reach, origin, size, ...)                                                                            \
	counts((f), AC_KEYRING_##reach, (origin), (size), (coalition_key)__VA_ARGS__)

static void
log__is_signed_by_its_own_key_and_cosigned_by_witnesses_only(void **state)
{
	fixture f;

	(void)state;
	begin(&f);
	assert_true(COUNTS(&f, LATEST, ALPHA_LOG, 9, { ALPHA_LOG, 0 }));
	assert_true(COUNTS(&f, LATEST, ALPHA_LOG, 9, { BRAVO_WITNESS, 0 }));
	assert_false(COUNTS(&f, LATEST, ALPHA_LOG, 9, { BRAVO_LOG, 0 }));
	assert_false(COUNTS(&f, LATEST, ALPHA_LOG, 9, { A, 0 }));
	assert_false(COUNTS(&f, LATEST, "delta.example/log", 9, { "delta.example/log", 0 }));
	ac_arena_done(&f.arena);
}

static void
key__that_was_rotated_or_stolen_counts_for_as_many_leaves_as_its_change_says(void **state)
{
	fixture f;
	ac_str text;

	(void)state;
	begin(&f);
	text = coalition_change_text(&f.arena, f.one,
	    &(coalition_change){ AC_KEY_ROTATE, "alpha", AC_PURPOSE_LOG, { ALPHA_LOG, 0 }, 1, 5, NULL, 0 });
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), NULL), 0);
	text = coalition_change_text(&f.arena, f.one,
	    &(coalition_change){
		AC_KEY_COMPROMISED, "bravo", AC_PURPOSE_WITNESS, { BRAVO_WITNESS, 0 }, 1, 7, NULL, 0 });
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }), NULL), 0);
	assert_true(COUNTS(&f, LATEST, ALPHA_LOG, 5, { ALPHA_LOG, 0 }));
	assert_false(COUNTS(&f, LATEST, ALPHA_LOG, 6, { ALPHA_LOG, 0 }));
	assert_false(COUNTS(&f, EVER, ALPHA_LOG, 6, { ALPHA_LOG, 0 }));
	assert_true(COUNTS(&f, LATEST, ALPHA_LOG, 6, { ALPHA_LOG, 1 }));
	assert_true(COUNTS(&f, LATEST, ALPHA_LOG, 7, { BRAVO_WITNESS, 0 }));
	assert_false(COUNTS(&f, LATEST, ALPHA_LOG, 8, { BRAVO_WITNESS, 0 }));
	/* In a log that the change does not name nothing shows that it was before. */
	assert_false(COUNTS(&f, LATEST, "delta.example/log", 1, { BRAVO_WITNESS, 0 }));
	ac_arena_done(&f.arena);
}

static void
member__that_left_is_witnessed_no_more_and_was_one_for_what_there_is(void **state)
{
	coalition_charter next = { .version = 2, .members = { "bravo", "charlie" }, .needed = 2 };
	fixture f;

	(void)state;
	begin(&f);
	next.previous = f.one;
	assert_int_equal(ac_chain_add(&f.chain,
			     COALITION_SIGN(&f.arena, coalition_charter_text(&f.arena, &next), { B, 0 },
				 { "charlie.example/sign", 0 }),
			     NULL),
	    0);
	assert_false(COUNTS(&f, LATEST, ALPHA_LOG, 3, { ALPHA_LOG, 0 }));
	assert_true(COUNTS(&f, EVER, ALPHA_LOG, 3, { ALPHA_LOG, 0 }));
	ac_arena_done(&f.arena);
}

static void
given__keys_count_everywhere_and_once(void **state)
{
	ac_vkey given[2], *keys = NULL;
	ac_ed25519_key key;
	size_t count = 0, all;
	fixture f;

	(void)state;
	begin(&f);
	coalition_make_key(&f.arena, (coalition_key){ "delta.example/log", 0 }, &given[0], &key);
	coalition_make_key(&f.arena, (coalition_key){ ALPHA_LOG, 0 }, &given[1], &key);
	assert_int_equal(ac_keyring_all(&f.ring, &f.arena, &keys, &all, NULL), 0);
	assert_int_equal(all, 9);
	f.ring.given = given;
	f.ring.given_count = 2;
	assert_int_equal(ac_keyring_all(&f.ring, &f.arena, &keys, &count, NULL), 0);
	assert_int_equal(count, 10);
	assert_true(COUNTS(&f, LATEST, BRAVO_LOG, 3, { "delta.example/log", 0 }));
	/* Two keys that nobody could tell apart in a note. */
	given[0] = given[1];
	given[0].public_key[0] ^= 1;
	assert_int_equal(ac_keyring_all(&f.ring, &f.arena, &keys, &count, NULL), ACCORD_EINPUT);
	ac_arena_done(&f.arena);
}

static void
ring__survives_every_allocation_failure(void **state)
{
	ac_vkey *keys = NULL;
	fixture f;

	(void)state;
	begin(&f);
	for (unsigned long n = 1;; n++) {
		size_t count = 0;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, 64 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_keyring_for_log(&f.ring, AC_KEYRING_EVER, AC_S(ALPHA_LOG), 3, &arena, &keys, &count, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_true(rc == 0 && count == 4);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	ac_arena_done(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log__is_signed_by_its_own_key_and_cosigned_by_witnesses_only),
		cmocka_unit_test(key__that_was_rotated_or_stolen_counts_for_as_many_leaves_as_its_change_says),
		cmocka_unit_test(member__that_left_is_witnessed_no_more_and_was_one_for_what_there_is),
		cmocka_unit_test(given__keys_count_everywhere_and_once),
		cmocka_unit_test(ring__survives_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
