/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/detect.h"
#include "learn/kinds.h"

typedef struct detect_row {
	const char *kind; /* NULL: none */
	const char *text;
} detect_row;

static const detect_row rows[] = {
	{ "stix", "{\"type\": \"bundle\", \"id\": \"bundle--1\"," },
	{ "stix", "\xEF\xBB\xBF\n { \"objects\" : [ {\"id\":\"malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc\", "
		  "\"type\":\"malware\"" },
	{ "stix", "[{\"type\":\"malware\",\"id\":\"malware--31b940d4" },
	{ "stix", "{\"more\": false, \"objects\": []}" },
	{ "misp", "{\"Event\": {\"uuid\":" },
	{ "misp", "{\"response\":[{\"Event\":{\"id\":\"1\"" },
	{ "misp", "{\"response\": {\"Attribute\": [{\"id\"" },
	{ "misp", "{\"info\":\"x\",\"Orgc\":{\"name\":\"a\"}" },
	{ "misp-galaxy", "{\"authors\":[\"a\"],\"category\":\"actor\",\"description\":\"the \\\"Event\\\": "
			 "none\",\"name\":\"n\",\"source\":\"s\",\"type\":\"threat-actor\"" },
	{ "misp-galaxy", "{\"values\":[{\"uuid\":\"u\",\"value\":\"v\"" },
	{ "misp-galaxy", "{\"description\":\"d\",\"icon\":\"i\",\"name\":\"n\",\"namespace\":\"misp\",\"type\":\"t\","
			 "\"uuid\":\"u\",\"version\":3}" },
	{ "misp-feed", "{\"6a19e663-6488-4188-979c-ee98dd8f05d7\":{\"Orgc\":{\"name\":\"a\"},\"info\":\"x\"" },
	{ "pack", "accord.pack/1\t2026-08-06\n" },
	{ "csv", "value,type,comment\n203.0.113.7,ip,x\n" },
	{ "csv", "# a feed\n# first_seen,ip,port\n2021-01-01,203.0.113.7,443\n" },
	{ "csv", "uuid;domain\n1;evil.example\n" },
	{ "list", "# a list\n203.0.113.7\nevil[.]example\nhxxp://evil.example/a\n" },
	{ "list", "203.0.113.7\n" },
	{ NULL, "" },
	{ NULL, "A report about an intrusion. It has words in lines.\nAnd more words.\n" },
	{ NULL, "# Readme\n\nSome prose about a feed, and where to get it.\n" },
	{ NULL, "{\"a\":1}" },
	{ NULL, "\x7f"
		"ELF\x02\x01\x01" },
	{ NULL, "colour,size\nred,1\n" },
};

static void
detect__knows_each_kind_by_its_first_bytes(void **state)
{
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_reader_kind *kind = ac_reader_detect(ac_str_from(rows[i].text));

		if ((kind == NULL) != (rows[i].kind == NULL) || (kind && strcmp(kind->name, rows[i].kind) != 0))
			print_error("row %zu: got %s\n", i, kind ? kind->name : "none");
		if (rows[i].kind) {
			assert_non_null(kind);
			assert_string_equal(kind->name, rows[i].kind);
		} else {
			assert_null(kind);
		}
	}
}

static void
detect__finds_kinds_by_name(void **state)
{
	for (size_t i = 0; ac_reader_kinds[i]; i++)
		assert_ptr_equal(ac_reader_find(ac_str_from(ac_reader_kinds[i]->name)), ac_reader_kinds[i]);
	assert_null(ac_reader_find(AC_S("pdf")));
	assert_null(ac_reader_find(AC_S("")));
}

static void
detect__keys_are_keys(void **state)
{
	assert_true(ac_head_has_key(AC_S("{\"a\" :1}"), "a"));
	assert_false(ac_head_has_key(AC_S("{\"b\":\"a\"}"), "a"));
	assert_false(ac_head_has_key(AC_S("{\"ba\":1}"), "a"));
	assert_true(ac_head_says(AC_S("{\"a\":1,\"a\":\"x\"}"), "a", "x"));
	assert_false(ac_head_says(AC_S("{\"a\":\"xy\"}"), "a", "x"));
	assert_int_equal(ac_head_opens(AC_S("{\"a\":\n["), "a"), '[');
	assert_int_equal(ac_head_opens(AC_S("{\"a\":"), "a"), '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detect__knows_each_kind_by_its_first_bytes),
		cmocka_unit_test(detect__finds_kinds_by_name),
		cmocka_unit_test(detect__keys_are_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
