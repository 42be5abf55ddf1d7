/* SPDX-License-Identifier: Apache-2.0 */
/* The map and its hash. */
#include "test.h"

#include <stdio.h>

#include "base/map.h"
#include "fail_malloc.h"

static void
siphash__agrees_with_other_implementations(void **state)
{
	/* First row: the reference key 00..0f. The others: CPython's hash of bytes (SipHash-1-3) under PYTHONHASHSEED=0, a zero key. */
	static const struct {
		uint64_t seed[2];
		ac_str bytes;
		uint64_t hash;
	} rows[] = {
		{ { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u }, AC_S_INIT(""), 0xabac0158050fc4dcu },
		{ { 0, 0 }, AC_S_INIT("a"), 0x407448d2b89b1813u },
		{ { 0, 0 }, AC_S_INIT("abcdefg"), 0x6db12aae9070f506u },
		{ { 0, 0 }, AC_S_INIT("abcdefgh"), 0x3f7b849c0b8e35eau },
		{ { 0, 0 }, AC_S_INIT("intrusion-set"), 0xfe1af92e1f0f27d7u },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(
		    ac_siphash((ac_hash_seed){ { rows[i].seed[0], rows[i].seed[1] } }, rows[i].bytes), rows[i].hash);
}

static void
map__finds_what_was_put(void **state)
{
	static char names[1000][8];
	ac_map map;
	bool is_new;

	(void)state;
	ac_map_init(&map, (ac_hash_seed){ { 1, 2 } }, 1000);
	assert_null(ac_map_get(&map, AC_S("nothing yet")));
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t *value;

		(void)snprintf(names[i], sizeof(names[i]), "T%04u", (unsigned)i);
		value = ac_map_put(&map, ac_str_from(names[i]), &is_new);
		assert_non_null(value);
		assert_true(is_new);
		assert_int_equal(*value, 0);
		*value = i;
	}
	assert_int_equal(map.count, 1000);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(*ac_map_get(&map, ac_str_from(names[i])), i);
	assert_null(ac_map_get(&map, AC_S("T1000")));
	assert_int_equal(*ac_map_put(&map, AC_S("T0007"), &is_new), 7);
	assert_false(is_new);
	assert_null(ac_map_put(&map, AC_S("one too many"), &is_new));
	ac_map_done(&map);
}

/* What was asked of a map holds while it grows. */
static void
map__gives_what_was_asked_before_it_grew(void **state)
{
	static char names[500][8];
	uint64_t asked[500];
	ac_map map;

	(void)state;
	ac_map_init(&map, (ac_hash_seed){ { 1, 2 } }, 500);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "T%04u", (unsigned)i);
		asked[i] = ac_map_ask(&map, ac_str_from(names[i]));
		assert_null(ac_map_get_asked(&map, ac_str_from(names[i]), asked[i]));
	}
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		bool is_new;
		uint64_t *value = ac_map_put_asked(&map, ac_str_from(names[i]), asked[i], &is_new);

		assert_true(value && is_new);
		*value = i;
		assert_int_equal(ac_map_ask(&map, ac_str_from(names[i])), asked[i]);
	}
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		assert_int_equal(*ac_map_get_asked(&map, ac_str_from(names[i]), asked[i]), i);
		assert_int_equal(*ac_map_get(&map, ac_str_from(names[i])), i);
	}
	ac_map_done(&map);
}

static void
map__walks_every_entry_once(void **state)
{
	static const ac_str names[] = { AC_S_INIT("a"), AC_S_INIT("b"), AC_S_INIT("c") };
	ac_map map;
	ac_str key;
	uint64_t value, sum = 0;
	size_t at = 0, count = 0;

	(void)state;
	ac_map_init(&map, (ac_hash_seed){ { 0, 0 } }, 10);
	assert_false(ac_map_next(&map, &at, &key, &value));
	for (size_t i = 0; i < AC_COUNT(names); i++)
		*ac_map_put(&map, names[i], NULL) = 1u << i;
	while (ac_map_next(&map, &at, &key, &value)) {
		assert_str(key, names[value == 1 ? 0 : value == 2 ? 1 : 2]);
		sum += value;
		count++;
	}
	assert_int_equal(count, 3);
	assert_int_equal(sum, 7);
	ac_map_clear(&map);
	at = 0;
	assert_false(ac_map_next(&map, &at, &key, &value));
	assert_null(ac_map_get(&map, names[0]));
	ac_map_done(&map);
	ac_map_clear(&map); /* of an empty one */
	ac_map_done(&map);
}

static void
map__takes_empty_keys(void **state)
{
	ac_map map;

	(void)state;
	ac_map_init(&map, (ac_hash_seed){ { 0, 0 } }, 10);
	*ac_map_put(&map, (ac_str){ NULL, 0 }, NULL) = 5;
	assert_int_equal(*ac_map_get(&map, AC_S("")), 5);
	assert_int_equal(map.count, 1);
	ac_map_done(&map);
}

static void
map__survives_every_allocation_failure(void **state)
{
	static char names[200][8];
	unsigned long n = 1;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		(void)snprintf(names[i], sizeof(names[i]), "%u", (unsigned)i);
	for (;; n++) {
		ac_map map;
		size_t put = 0;
		bool all;

		ac_map_init(&map, (ac_hash_seed){ { 3, 4 } }, 1000);
		fail_malloc_at(n);
		while (put < 200 && ac_map_put(&map, ac_str_from(names[put]), NULL))
			put++;
		all = !fail_malloc_done();
		for (size_t i = 0; i < put; i++)
			assert_non_null(ac_map_get(&map, ac_str_from(names[i])));
		ac_map_done(&map);
		if (all)
			break;
		assert_true(put < 200);
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash__agrees_with_other_implementations),
		cmocka_unit_test(map__finds_what_was_put),
		cmocka_unit_test(map__gives_what_was_asked_before_it_grew),
		cmocka_unit_test(map__walks_every_entry_once),
		cmocka_unit_test(map__takes_empty_keys),
		cmocka_unit_test(map__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
