/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabularies that ship, against the public lists where they are at hand; and files that are none. */
#include "agree_data.h"

#include "agree/vocabulary.h"
#include "base/limits.h"
#include "codec/json.h"
#include "fail_malloc.h"

static void
vocabularies__are_the_four_principles_and_the_eleven_norms(void **state)
{
	const ac_vocabulary *list = NULL;
	size_t count = 0;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_vocabularies(&arena, &list, &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_str(list[0].id, AC_S("cta-2018"));
	assert_int_equal(list[0].count, 4);
	assert_str(list[1].id, AC_S("un-gge-2015"));
	assert_int_equal(list[1].count, 11);
	for (size_t i = 0; i < list[1].count; i++) {
		char id[] = "un-gge-2015/?", reference[] = "13(?)";

		id[12] = (char)('a' + i);
		reference[3] = (char)('a' + i);
		assert_str(list[1].items[i].id, ac_str_from(id));
		assert_str(list[1].items[i].reference, ac_str_from(reference));
	}
	assert_ptr_equal(ac_vocabulary_find(list, count, AC_S("un-gge-2015/c")), &list[1].items[2]);
	assert_ptr_equal(ac_vocabulary_find(list, count, AC_S("cta-2018/4")), &list[0].items[3]);
	assert_null(ac_vocabulary_find(list, count, AC_S("cta-2018/5")));
	assert_null(ac_vocabulary_find(list, count, AC_S("un-gge-2015")));
	/* Whoever reads it is told whose words these are. */
	assert_true(ac_str_find(list[1].note, AC_S("French ones are Accord's translation")) < list[1].note.n);
	ac_arena_done(&arena);
}

static void
norms__have_the_ids_of_the_public_list(void **state)
{
	const ac_vocabulary *list = NULL;
	const ac_json *json = NULL;
	ac_json_iter it;
	size_t count = 0, seen = 0;
	ac_arena arena;
	ac_str text;

	(void)state;
	ac_arena_init(&arena, 4 * AC_MIB);
	if (!agree_load(&arena, "norms.json", &text)) {
		ac_arena_done(&arena);
		skip();
	}
	assert_int_equal(ac_vocabularies(&arena, &list, &count, NULL), 0);
	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, &arena, &json, NULL), 0);
	for (it = ac_json_iter_of(ac_json_get(json, AC_S("norms"))); ac_json_next(&it); seen++) {
		const ac_vocabulary_item *item =
		    ac_vocabulary_find(list, count, ac_json_get_string(it.value, AC_S("id")));

		assert_non_null(item);
		assert_str(item->reference, ac_json_get_string(it.value, AC_S("para")));
	}
	assert_int_equal(seen, 11);
	ac_arena_done(&arena);
}

#define FILE_OF(items)                                                                                                 \
	"{\"schema\":\"accord.vocabulary/1\",\"vocabulary\":\"v\",\"kind\":\"norms\",\"items\":[" items "]}"
#define ITEM(id) "{\"id\":\"" id "\",\"reference\":\"1\",\"en\":\"one\",\"fr\":\"un\"}"

static void
vocabulary__refuses_what_is_none(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"{\"schema\":\"accord.vocabulary/2\",\"vocabulary\":\"v\",\"kind\":\"norms\",\"items\":[]}",
		"{\"schema\":\"accord.vocabulary/1\",\"vocabulary\":\"v/w\",\"kind\":\"norms\",\"items\":[]}",
		FILE_OF(ITEM("w/1")),
		FILE_OF(ITEM("v/")),
		FILE_OF(ITEM("v/1") "," ITEM("v/1")),
		FILE_OF("{\"id\":\"v/1\",\"reference\":\"1\",\"en\":\"one\"}"),
		FILE_OF("1"),
	};
	ac_vocabulary v;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++)
		assert_int_equal(ac_vocabulary_read(ac_str_from(wrong[i]), &arena, &v, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_vocabulary_read(AC_S(FILE_OF(ITEM("v/1"))), &arena, &v, NULL), 0);
	assert_int_equal(v.count, 1);
	ac_arena_done(&arena);
}

static void
vocabularies__survive_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		const ac_vocabulary *list = NULL;
		size_t count = 0;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_vocabularies(&arena, &list, &count, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vocabularies__are_the_four_principles_and_the_eleven_norms),
		cmocka_unit_test(norms__have_the_ids_of_the_public_list),
		cmocka_unit_test(vocabulary__refuses_what_is_none),
		cmocka_unit_test(vocabularies__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
