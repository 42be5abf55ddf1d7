/* SPDX-License-Identifier: Apache-2.0 */
/* The types table: its own order, and that it says what the standard says (the public table of facts, where it is at hand). */
#include <stdio.h>

#include "stix/types.h"
#include "stix_test.h"

static void
check_rows(ac_str owner, const ac_stix_property *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool is_vocabulary = rows[i].kind == AC_STIX_ENUM || rows[i].kind == AC_STIX_OPEN_VOCAB;

		if (i > 0 && ac_str_cmp(rows[i - 1].name, rows[i].name) >= 0)
			fail_msg("%.*s: %.*s is out of order", AC_FMT(owner), AC_FMT(rows[i].name));
		if (is_vocabulary != (rows[i].vocabulary != NULL))
			fail_msg("%.*s.%.*s: vocabulary", AC_FMT(owner), AC_FMT(rows[i].name));
		if (rows[i].vocabulary)
			assert_int_equal(rows[i].vocabulary->is_open, rows[i].kind == AC_STIX_OPEN_VOCAB);
	}
}

static void
types__rows_are_sorted_and_whole(void **state)
{
	assert_int_equal(ac_stix_type_count(), 43); /* 19 SDO with incident, 2 SRO, 18 SCO, 3 meta, the bundle */
	for (size_t i = 0; i < ac_stix_type_count(); i++) {
		const ac_stix_type *type = ac_stix_type_at(i);

		check_rows(type->name, type->properties, type->property_count);
		check_rows(type->name, type->common, type->common_count);
		assert_ptr_equal(ac_stix_type_find(type->name), type);
		assert_non_null(ac_stix_property_find(type, AC_S("id")));
	}
	assert_null(ac_stix_type_at(43));
	assert_null(ac_stix_type_find(AC_S("x-custom")));
	assert_null(ac_stix_type_find(AC_S("")));
}

static void
types__finds_specific_common_and_unknown_properties(void **state)
{
	const ac_stix_type *file = ac_stix_type_find(AC_S("file"));
	size_t count;

	assert_true(ac_stix_property_find(file, AC_S("hashes"))->contributes_to_id);
	assert_int_equal(ac_stix_property_find(file, AC_S("defanged"))->kind, AC_STIX_BOOLEAN);
	assert_null(ac_stix_property_find(file, AC_S("created_by_ref")));
	for (int class = AC_STIX_SDO; class <= AC_STIX_BUNDLE; class ++)
		assert_non_null(ac_stix_common((ac_stix_class) class, &count));
	assert_int_equal(count, 2); /* the bundle's: type and id */
	assert_null(ac_stix_common((ac_stix_class)99, &count));
	assert_true(ac_stix_is_common_name(AC_S("object_marking_refs")));
	assert_false(ac_stix_is_common_name(AC_S("name")));
}

static void
types__know_extensions_and_vocabularies(void **state)
{
	const ac_stix_extension *ntfs = ac_stix_extension_find(AC_S("ntfs-ext"));

	assert_str(ntfs->host, AC_S("file"));
	assert_non_null(ac_stix_struct_find(&ntfs->structure, AC_S("alternate_data_streams"))->nested);
	assert_null(ac_stix_extension_find(AC_S("x-ext")));
	assert_false(ac_stix_vocabulary_find(AC_S("opinion-enum"))->is_open);
	assert_true(ac_stix_vocabulary_has(ac_stix_vocabulary_find(AC_S("region-ov")), AC_S("europe")));
	assert_false(ac_stix_vocabulary_has(ac_stix_vocabulary_find(AC_S("region-ov")), AC_S("Europe")));
	assert_null(ac_stix_vocabulary_find(AC_S("no-ov")));
}

static void
relationships__are_suggested_as_in_appendix_b(void **state)
{
	static const struct {
		ac_str source, kind, target;
		int want;
	} rows[] = {
		{ AC_S_INIT("indicator"), AC_S_INIT("indicates"), AC_S_INIT("malware"), 0 },
		{ AC_S_INIT("malware"), AC_S_INIT("exfiltrates-to"), AC_S_INIT("infrastructure"), 0 },
		{ AC_S_INIT("infrastructure"), AC_S_INIT("consists-of"), AC_S_INIT("mutex"), 0 },
		{ AC_S_INIT("mutex"), AC_S_INIT("related-to"), AC_S_INIT("note"), 0 },
		{ AC_S_INIT("x-mitre-tactic"), AC_S_INIT("uses"), AC_S_INIT("malware"), 0 },
		{ AC_S_INIT("mutex"), AC_S_INIT("uses"), AC_S_INIT("malware"), 1 },
		{ AC_S_INIT("malware"), AC_S_INIT("indicates"), AC_S_INIT("malware"), 2 },
		{ AC_S_INIT("malware"), AC_S_INIT("exploits"), AC_S_INIT("tool"), 3 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(
		    ac_stix_relationship_suggested(rows[i].source, rows[i].kind, rows[i].target), rows[i].want);
}

/* The public facts, drawn from the text of the standard. */
static bool
load_facts(ac_arena *arena, const ac_json **out)
{
	char path[512];
	accord_err err = { 0 };
	char *bytes;
	size_t n;
	FILE *file;

	if (!shared_data())
		return false;
	(void)snprintf(path, sizeof(path), "%s/stix/types.json", shared_data());
	file = fopen(path, "rb");
	if (!file)
		return false;
	bytes = ac_arena_alloc(arena, 1 << 20);
	n = fread(bytes, 1, 1 << 20, file);
	(void)fclose(file);
	assert_int_equal(ac_json_parse((ac_str){ bytes, n }, AC_JSON_LIMITS, arena, out, &err), 0);
	return true;
}

static bool
list_has(const ac_json *list, ac_str text)
{
	ac_json_iter it = ac_json_iter_of(list);

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_string(it.value), text))
			return true;
	return false;
}

/* "list of type timestamp" against a row. */
static bool
is_kind(const ac_stix_property *row, ac_str kind)
{
	static const struct {
		ac_str name;
		ac_stix_kind kind;
	} kinds[] = {
		{ AC_S_INIT("string"), AC_STIX_STRING },
		{ AC_S_INIT("integer"), AC_STIX_INTEGER },
		{ AC_S_INIT("float"), AC_STIX_FLOAT },
		{ AC_S_INIT("boolean"), AC_STIX_BOOLEAN },
		{ AC_S_INIT("timestamp"), AC_STIX_TIMESTAMP },
		{ AC_S_INIT("identifier"), AC_STIX_IDENTIFIER },
		{ AC_S_INIT("hex"), AC_STIX_HEX },
		{ AC_S_INIT("binary"), AC_STIX_BINARY },
		{ AC_S_INIT("hashes"), AC_STIX_HASHES },
		{ AC_S_INIT("dictionary"), AC_STIX_DICTIONARY },
		{ AC_S_INIT("open-vocab"), AC_STIX_OPEN_VOCAB },
		{ AC_S_INIT("enum"), AC_STIX_ENUM },
		{ AC_S_INIT("kill-chain-phase"), AC_STIX_KILL_CHAIN_PHASE },
		{ AC_S_INIT("external-reference"), AC_STIX_EXTERNAL_REFERENCE },
		{ AC_S_INIT("observable-container"), AC_STIX_CONTAINER },
		{ AC_S_INIT("RESERVED"), AC_STIX_RESERVED },
	};
	bool is_list = ac_str_starts(kind, AC_S("list of type "));
	/*
	 * s7.2.1 calls it an open vocabulary and gives it none: two values in prose, checked with the definition. s5.2's table has summary as a string; its default is
	 * false, and s2.2 has `"summary": true`.
	 */
	bool is_exception = ac_str_eq(row->name, AC_S("definition_type")) || ac_str_eq(row->name, AC_S("summary"));

	if (is_list)
		kind = ac_str_slice(kind, AC_S("list of type ").n, kind.n);
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(kinds[i].name, kind))
			return is_list == row->is_list && (kinds[i].kind == row->kind || is_exception);
	return is_list == row->is_list && row->kind == AC_STIX_OBJECT;
}

static void
check_fact(const ac_stix_type *type, const ac_json *fact, const ac_json *property)
{
	ac_str name = ac_json_get_string(property, AC_S("name"));
	const ac_stix_property *row = ac_stix_property_find(type, name);
	const ac_json *vocab = ac_json_get(property, AC_S("vocab"));

	if (!row)
		fail_msg("%.*s has no %.*s", AC_FMT(type->name), AC_FMT(name));
	if (!is_kind(row, ac_json_get_string(property, AC_S("type"))))
		fail_msg("%.*s.%.*s has another kind", AC_FMT(type->name), AC_FMT(name));
	if (row->is_required != list_has(ac_json_get(fact, AC_S("effective_required")), name))
		fail_msg("%.*s.%.*s: required", AC_FMT(type->name), AC_FMT(name));
	if (row->contributes_to_id != list_has(ac_json_get(fact, AC_S("id_contributing")), name))
		fail_msg("%.*s.%.*s: contributes to the id", AC_FMT(type->name), AC_FMT(name));
	if (vocab && row->vocabulary && !list_has(vocab, row->vocabulary->name))
		fail_msg("%.*s.%.*s: vocabulary", AC_FMT(type->name), AC_FMT(name));
}

static void
types__say_what_the_standard_says(void **state)
{
	ac_arena arena;
	const ac_json *facts;
	ac_json_iter it;
	size_t properties = 0;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (!load_facts(&arena, &facts)) {
		ac_arena_done(&arena);
		print_message("the public facts are not at hand\n");
		skip();
	}
	it = ac_json_iter_of(ac_json_get(facts, AC_S("types")));
	while (ac_json_next(&it)) {
		const ac_stix_type *type = ac_stix_type_find(it.key);
		ac_json_iter rows = ac_json_iter_of(ac_json_get(it.value, AC_S("properties")));

		if (!type)
			fail_msg("no type %.*s", AC_FMT(it.key));
		while (ac_json_next(&rows)) {
			check_fact(type, it.value, rows.value);
			properties++;
		}
	}
	assert_true(properties > 250);
	it = ac_json_iter_of(ac_json_get(facts, AC_S("vocabularies")));
	while (ac_json_next(&it)) {
		const ac_stix_vocabulary *vocabulary = ac_stix_vocabulary_find(it.key);
		ac_json_iter terms = ac_json_iter_of(ac_json_get(it.value, AC_S("values")));

		assert_non_null(vocabulary);
		assert_str(vocabulary->section, ac_json_get_string(it.value, AC_S("section")));
		while (ac_json_next(&terms))
			assert_true(ac_stix_vocabulary_has(vocabulary, ac_json_string(terms.value)));
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types__rows_are_sorted_and_whole),
		cmocka_unit_test(types__finds_specific_common_and_unknown_properties),
		cmocka_unit_test(types__know_extensions_and_vocabularies),
		cmocka_unit_test(relationships__are_suggested_as_in_appendix_b),
		cmocka_unit_test(types__say_what_the_standard_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
