/* SPDX-License-Identifier: Apache-2.0 */
/* What STIX 2.1 section 9 says, clause by clause; expected values are worked out from its words. In JSON below, apostrophes stand for quotation marks. */
#include "test.h"

#include <stdio.h>

#include "match_case.h"

/* One object, one pattern. */
typedef struct row {
	const char *type, *members, *pattern, *want;
} row;

static void
check_rows(const row *rows, size_t n)
{
	unsigned failed = 0;

	for (size_t i = 0; i < n; i++) {
		const char *got = case_object(rows[i].pattern, rows[i].type, rows[i].members);

		if (strcmp(got, rows[i].want) == 0)
			continue;
		print_error("%s on {%s}: want %s, got %s\n", rows[i].pattern, rows[i].members, rows[i].want, got);
		failed++;
	}
	assert_int_equal(failed, 0);
}
#define CHECK_ROWS(rows) check_rows((rows), AC_COUNT(rows))

/* A list of observed-data and objects; apostrophes become quotation marks. */
static const char *
ask(const char *pattern, const char *json)
{
	char *copy = strdup(json);
	const char *got;

	assert_non_null(copy);
	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	got = case_match(pattern, copy);
	free(copy);
	return got;
}

#define OBSERVED(id, first, last, count, refs)                                                                         \
	"{'type':'observed-data','id':'" id "','first_observed':'2020-01-01T00:00:" first                              \
	"Z','last_observed':'2020-01-01T00:00:" last "Z','number_observed':" count ",'object_refs':[" refs "]}"

static void
s9_6_1__exists_asks_for_the_property_whatever_it_holds(void **state)
{
	static const row rows[] = {
		{ "windows-registry-key", "'values':[]", "[EXISTS windows-registry-key:values]", "match" },
		{ "file", "'name':'a'", "[EXISTS file:name]", "match" },
		{ "file", "'name':'a'", "[EXISTS file:size]", "nomatch" },
		{ "file", "'hashes':{'MD5':'x'}", "[EXISTS file:hashes.MD5]", "match" },
		{ "file", "'hashes':{'MD5':'x'}", "[EXISTS file:hashes.'SHA-1']", "nomatch" },
		{ "file", "'magic_number_hex':'zz'", "[EXISTS file:magic_number_hex]", "match" },
		{ "x-t", "'l':[1]", "[EXISTS x-t:l[0]]", "match" },
		{ "x-t", "'l':[1]", "[EXISTS x-t:l[1]]", "nomatch" },
		{ "x-t", "'l':[]", "[EXISTS x-t:l[*]]", "nomatch" },
		{ "x-t", "'n':null", "[EXISTS x-t:n]", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_1__not_exists_asks_for_an_object_without_it(void **state)
{
	static const row rows[] = {
		{ "file", "'name':'a'", "[NOT EXISTS file:size]", "match" },
		{ "file", "'name':'a'", "[NOT EXISTS file:name]", "nomatch" },
		{ "file", "'name':'a'", "[NOT EXISTS directory:path]", "nomatch" },
		{ "file", "'name':'a'", "[EXISTS file:name AND NOT EXISTS file:size]", "match" },
		{ "file", "'name':'a','size':1", "[EXISTS file:name AND NOT EXISTS file:size]", "nomatch" },
		{ "file", "'name':'a'", "[EXISTS file:name AND file:name = 'a']", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_5__all_comparisons_of_a_bracket_are_about_one_object(void **state)
{
	static const char json[] =
	    "{'type':'observed-data','id':'o','first_observed':'2019-10-20T00:12:01.000000Z','last_observed':'2019-10-"
	    "20T00:51:02.000000Z',"
	    "'number_observed':1,'objects':{'0':{'type':'network-traffic','src_ref':'1'},'1':{'type':'ipv4-addr','"
	    "value':'203.0.113.10'},"
	    "'2':{'type':'network-traffic','dst_ref':'3'},'3':{'type':'ipv4-addr','value':'198.51.100.58'}}}";

	/* the example of s9.5 */
	assert_string_equal(
	    ask("[network-traffic:src_ref.value = '203.0.113.10' AND network-traffic:dst_ref.value = '198.51.100.58']",
		json),
	    "nomatch");
	assert_string_equal(
	    ask("[network-traffic:src_ref.value = '203.0.113.10' OR network-traffic:dst_ref.value = '198.51.100.58']",
		json),
	    "match");
	assert_string_equal(
	    ask("[ipv4-addr:value = '203.0.113.10' AND ipv4-addr:value = '198.51.100.58']", json), "nomatch");
	assert_string_equal(
	    ask("[ipv4-addr:value = '203.0.113.10' AND network-traffic:src_ref.value = '203.0.113.10']", json),
	    "nomatch");
	assert_string_equal(ask("[ipv4-addr:value = '203.0.113.10' OR domain-name:value = 'x']", json), "match");
}

static void
s9_7_4__references_lead_only_to_objects_of_the_observation(void **state)
{
	static const char beside[] =
	    ",{'type':'network-traffic','id':'n','src_ref':'a'},{'type':'ipv4-addr','id':'a','value':'10.0.0.1'}]";
	char json[1024];

	(void)strcpy(json, "[" OBSERVED("o", "00", "00", "1", "'n','a'"));
	assert_string_equal(ask("[network-traffic:src_ref.value = '10.0.0.1']", strcat(json, beside)), "match");
	(void)strcpy(json, "[" OBSERVED("o", "00", "00", "1", "'n'"));
	strcat(json, beside);
	assert_string_equal(ask("[network-traffic:src_ref.value = '10.0.0.1']", json), "nomatch");
	assert_string_equal(ask("[network-traffic:src_ref.value != '10.0.0.1']", json), "nomatch");
	assert_string_equal(ask("[network-traffic:src_ref = 'a']", json), "match");
	assert_string_equal(ask("[ipv4-addr:value = '10.0.0.1']", json), "nomatch");
}

static void
s9_7_4__references_go_through_lists_extensions_and_each_other(void **state)
{
	static const char json[] = "[" OBSERVED("o", "00", "00", "1",
	    "'m','f','d','p'") ",{'type':'email-message','id':'m','is_multipart':true,'body_multipart':[{'body':'x'},{'"
			       "body_raw_ref':'f'}]},"
			       "{'type':'file','id':'f','name':'Final Report 2.exe','parent_directory_ref':'d',"
			       "'extensions':{'x-e':{'y':1},'archive-ext':{'contains_refs':['d','f']}}},"
			       "{'type':'directory','id':'d','path':'C:\\\\x','contains_refs':['f']},{'type':'process',"
			       "'id':'p','image_ref':'f'}]";

	assert_string_equal(
	    ask("[email-message:body_multipart[*].body_raw_ref.name MATCHES '^Final Report.+\\\\.exe$']", json),
	    "match");
	assert_string_equal(
	    ask("[email-message:body_multipart[1].body_raw_ref.name = 'Final Report 2.exe']", json), "match");
	assert_string_equal(
	    ask("[email-message:body_multipart[0].body_raw_ref.name = 'Final Report 2.exe']", json), "nomatch");
	assert_string_equal(ask("[process:image_ref.parent_directory_ref.path = 'C:\\\\x']", json), "match");
	assert_string_equal(ask("[process:image_ref.parent_directory_ref.contains_refs[*].parent_directory_ref."
				"contains_refs[0].name LIKE 'Final%']",
				json),
	    "match");
	assert_string_equal(ask("[process:image_ref.type = 'file']", json), "match");
	assert_string_equal(ask("[file:extensions.'archive-ext'.contains_refs[1].name LIKE '%.exe']", json), "match");
	assert_string_equal(ask("[file:extensions.'archive-ext'.contains_refs[*].path = 'C:\\\\x']", json), "match");
	assert_string_equal(ask("[file:extensions.'x-e'.y = 1]", json), "match");
	assert_string_equal(ask("[file:extensions.'x-e'.z = 1]", json), "nomatch");
}

static void
s4_14__number_observed_counts(void **state)
{
	static const char two[] = "[" OBSERVED("o", "00", "09", "2", "'a'") ",{'type':'x-t','id':'a','v':1}]";
	static const char one[] = "[" OBSERVED("o", "00", "09", "1", "'a'") ",{'type':'x-t','id':'a','v':1}]";

	assert_string_equal(ask("[x-t:v = 1] REPEATS 2 TIMES", two), "match");
	assert_string_equal(ask("[x-t:v = 1] REPEATS 3 TIMES", two), "nomatch");
	assert_string_equal(ask("[x-t:v = 1] AND [x-t:v = 1]", two), "match");
	assert_string_equal(ask("[x-t:v = 1] AND [x-t:v = 1]", one), "nomatch");
}

static void
s9_5_1__within_is_exclusive(void **state)
{
	static const char json[] = "[" OBSERVED("o", "00", "00", "1", "'a'") "," OBSERVED(
	    "p", "05", "05", "1", "'b'") ",{'type':'x-t','id':'a','v':1},{'type':'x-t','id':'b','v':2}]";

	assert_string_equal(ask("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 5 SECONDS", json), "nomatch");
	assert_string_equal(ask("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 5.000000001 SECONDS", json), "match");
	assert_string_equal(ask("[x-t:v = 1] FOLLOWEDBY [x-t:v = 2]", json), "match");
	assert_string_equal(ask("[x-t:v = 2] FOLLOWEDBY [x-t:v = 1]", json), "nomatch");
	assert_string_equal(
	    ask("[x-t:v = 1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:01Z'", json), "match");
	assert_string_equal(
	    ask("[x-t:v = 2] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:05Z'", json), "nomatch");
}

static void
s9_5_2__and_wants_different_observations(void **state)
{
	static const char json[] = "[" OBSERVED(
	    "o", "00", "00", "1", "'a','b'") ",{'type':'x-t','id':'a','v':1},{'type':'x-t','id':'b','v':2}]";

	assert_string_equal(ask("[x-t:v = 1] AND [x-t:v = 2]", json), "nomatch");
	assert_string_equal(ask("[x-t:v = 1] OR [x-t:v = 2]", json), "match");
	assert_string_equal(ask("[x-t:v = 1] REPEATS 2 TIMES", json), "nomatch");
}

static void
s9_5_1__a_qualifier_stands_once(void **state)
{
	static const char json[] = "[" OBSERVED("o", "00", "00", "9", "'a'") ",{'type':'x-t','id':'a','v':1}]";

	assert_string_equal(ask("[x-t:v = 1] REPEATS 2 TIMES REPEATS 3 TIMES", json), "refused");
	assert_string_equal(ask("([x-t:v = 1] REPEATS 2 TIMES) REPEATS 3 TIMES", json), "match");
	assert_string_equal(ask("([x-t:v = 1] REPEATS 2 TIMES) REPEATS 5 TIMES", json), "nomatch");
}

static void
s9_6__an_absent_path_is_false_under_not_and_unequal(void **state)
{
	static const row rows[] = {
		{ "file", "'name':'a'", "[file:size != 1]", "nomatch" },
		{ "file", "'name':'a'", "[file:size NOT = 1]", "nomatch" },
		{ "file", "'name':'a'", "[file:size NOT IN (1, 2)]", "nomatch" },
		{ "file", "'name':'a'", "[file:hashes.MD5 NOT LIKE '%']", "nomatch" },
		{ "file", "'name':'a'", "[file:parent_directory_ref.path NOT MATCHES 'x']", "nomatch" },
		{ "x-t", "'l':[]", "[x-t:l[*] != 1]", "nomatch" },
		{ "x-t", "'l':[1]", "[x-t:l[1] != 1]", "nomatch" },
		{ "x-t", "'s':'text'", "[x-t:s.deeper != 1]", "nomatch" },
		{ "x-t", "'s':'text'", "[x-t:s[*] != 1]", "nomatch" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6__unusable_data_is_false_and_no_error(void **state)
{
	static const row rows[] = {
		{ "x-t", "'when':'2010-05-21T13:21Z'", "[x-t:when = t'2010-05-21T13:21:00Z']", "nomatch" },
		{ "x-t", "'when':'2010-05-21T13:21Z'", "[x-t:when != t'2010-05-21T13:21:00Z']", "nomatch" },
		{ "x-t", "'when':'2010-05-21T13:21Z'", "[x-t:when NOT = t'2010-05-21T13:21:00Z']", "nomatch" },
		{ "file", "'ctime':'yesterday'", "[file:ctime != t'2010-05-21T13:21:00Z']", "nomatch" },
		{ "ipv4-addr", "'value':'300.1.1.1'", "[ipv4-addr:value ISSUBSET '0.0.0.0/0']", "nomatch" },
		{ "ipv4-addr", "'value':'300.1.1.1'", "[ipv4-addr:value NOT ISSUBSET '10.0.0.0/8']", "nomatch" },
		{ "file", "'magic_number_hex':'f'", "[file:magic_number_hex != h'ff']", "nomatch" },
		{ "artifact", "'payload_bin':'!'", "[artifact:payload_bin NOT LIKE 'x']", "nomatch" },
		{ "x-t", "'n':1e400", "[x-t:n != 1]", "nomatch" },
	};

	CHECK_ROWS(rows);
}

static void
s4_14__an_unusable_observation_is_left_out_and_counted(void **state)
{
	static const char *const heads[] = {
		"'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z','number_observed':0",
		"'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z','number_observed':1.5",
		"'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z','number_observed':"
		"1000000000",
		"'first_observed':'2020-01-01T00:00:01Z','last_observed':'2020-01-01T00:00:00Z','number_observed':1",
		"'first_observed':'2020-01-01','last_observed':'2020-01-01T00:00:00Z','number_observed':1",
		"'last_observed':'2020-01-01T00:00:00Z','number_observed':1",
	};

	for (size_t i = 0; i < AC_COUNT(heads); i++) {
		char json[512];
		ac_observations *o;
		const ac_json *value;
		ac_arena arena;

		(void)snprintf(
		    json, sizeof(json), "{'type':'observed-data',%s,'objects':{'0':{'type':'x-t','v':1}}}", heads[i]);
		assert_string_equal(ask("[x-t:v = 1]", json), "nomatch");
		for (char *p = json; *p; p++)
			*p = *p == '\'' ? '"' : *p;
		ac_arena_init(&arena, 1 << 20);
		assert_int_equal(ac_json_parse(ac_str_from(json), AC_JSON_LIMITS, &arena, &value, NULL), 0);
		assert_int_equal(ac_observations_new(CASE_SEED, 1 << 20, &o, NULL), 0);
		assert_int_equal(ac_observations_add_json(o, value, NULL), 0);
		assert_int_equal(ac_observations_seal(o, NULL), 0);
		assert_int_equal(ac_observations_tell(o).unusable, 1);
		assert_int_equal(ac_observations_tell(o).observations, 1);
		assert_int_equal(ac_observations_count(o), 0);
		o = ac_observations_free(o);
		ac_arena_done(&arena);
	}
}

static void
s9_6_1__incompatible_types_are_unequal_and_nothing_else(void **state)
{
	static const row rows[] = {
		{ "file", "'size':1", "[file:size != 'x']", "match" },
		{ "file", "'size':1", "[file:size = '1']", "nomatch" },
		{ "file", "'size':1", "[file:size > '0']", "nomatch" },
		{ "file", "'size':1", "[file:size NOT > '0']", "match" },
		{ "file", "'size':1", "[file:size NOT LIKE '1']", "match" },
		{ "file", "'size':1", "[file:size NOT ISSUBSET '10.0.0.0/8']", "match" },
		{ "x-t", "'b':true", "[x-t:b = 1]", "nomatch" },
		{ "x-t", "'b':true", "[x-t:b != 1]", "match" },
		{ "x-t", "'b':true", "[x-t:b = true]", "match" },
		{ "x-t", "'n':1", "[x-t:n = true]", "nomatch" },
		{ "x-t", "'n':null", "[x-t:n != 'x']", "match" },
		{ "x-t", "'d':{'k':1}", "[x-t:d != 1]", "match" },
		{ "file", "'name':'2020-01-01T00:00:00Z'", "[file:name = t'2020-01-01T00:00:00Z']", "nomatch" },
		{ "file", "'name':'x'", "[file:name != t'2020-01-01T00:00:00Z']", "match" },
		{ "file", "'ctime':'2020-01-01T00:00:00Z'", "[file:ctime = '2020-01-01T00:00:00Z']", "nomatch" },
	};

	CHECK_ROWS(rows);
}

static void
s9_2__integers_and_floats_are_compared_in_full(void **state)
{
	static const row rows[] = {
		{ "x-t", "'n':1", "[x-t:n = 1.0]", "match" },
		{ "x-t", "'n':1.0", "[x-t:n = 1]", "match" },
		{ "x-t", "'n':1.5", "[x-t:n = 1]", "nomatch" },
		{ "x-t", "'n':1e2", "[x-t:n = 100]", "match" },
		{ "x-t", "'n':-0.0", "[x-t:n = 0]", "match" },
		{ "x-t", "'n':0.1", "[x-t:n = 0.10]", "match" },
		{ "x-t", "'n':9007199254740993", "[x-t:n = 9007199254740992]", "nomatch" },
		{ "x-t", "'n':9007199254740993", "[x-t:n = 9007199254740992.0]", "nomatch" },
		{ "x-t", "'n':9007199254740993", "[x-t:n > 9007199254740992.0]", "match" },
		{ "x-t", "'n':9007199254740992.0", "[x-t:n = 9007199254740992]", "match" },
		{ "x-t", "'n':9223372036854775808", "[x-t:n > 9223372036854775807]", "match" },
		{ "x-t", "'n':9223372036854775808", "[x-t:n = 9223372036854775808.0]", "match" },
		{ "x-t", "'n':-9223372036854775809", "[x-t:n < -9223372036854775808]", "match" },
		{ "x-t", "'n':1180591620717411303424", "[x-t:n = 1180591620717411303424.0]", "match" },
		{ "x-t", "'n':1180591620717411303425", "[x-t:n > 1180591620717411303424.0]", "match" },
		{ "x-t", "'n':100000000000000000000000", "[x-t:n IN (1, 100000000000000000000000)]", "match" },
		{ "x-t", "'n':2.5", "[x-t:n IN (1, 2.5)]", "match" },
		{ "x-t", "'n':-3", "[x-t:n > -3.5 AND x-t:n < -2.5]", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_1__a_set_has_constants_of_one_type(void **state)
{
	static const row rows[] = {
		{ "x-t", "'n':1", "[x-t:n IN (1, true)]", "unusable" },
		{ "x-t", "'n':1", "[x-t:n NOT IN (1, 'a')]", "unusable" },
		{ "x-t", "'n':1", "[x-t:n = 1 OR x-t:n IN (1, true)]", "unusable" },
		{ "x-t", "'n':1", "[x-t:n IN ()]", "nomatch" },
		{ "x-t", "'n':1", "[x-t:n NOT IN ()]", "match" },
		{ "file", "'magic_number_hex':'61'", "[file:magic_number_hex IN (h'62', b'YQ==')]", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_2__strings_are_compared_by_code_points(void **state)
{
	/* the order that s9.6.2 gives: o, oz, o with a combining grave accent, z, the composed letter */
	static const row rows[] = {
		{ "x-t", "'s':'o'", "[x-t:s < 'oz']", "match" },
		{ "x-t", "'s':'oz'", "[x-t:s < 'o\xcc\x80']", "match" },
		{ "x-t", "'s':'o\xcc\x80'", "[x-t:s < 'z']", "match" },
		{ "x-t", "'s':'z'", "[x-t:s < '\xc3\xb2']", "match" },
		{ "x-t", "'s':'o\xcc\x80'", "[x-t:s = '\xc3\xb2']", "nomatch" },
		{ "x-t", "'s':'o\xcc\x80'", "[x-t:s != '\xc3\xb2']", "match" },
		{ "x-t", "'s':'\xf0\x9f\x98\x80'", "[x-t:s > '\xef\xbf\xbd']", "match" }, /* U+1F600 is behind U+FFFD */
		{ "x-t", "'s':'abc'", "[x-t:s > 'ab']", "match" },
		{ "x-t", "'s':'A'", "[x-t:s = 'a']", "nomatch" },
		{ "ipv4-addr", "'value':'10.1.2.3'", "[ipv4-addr:value = '10.1.2.3/32']", "nomatch" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_1__like_matches_the_whole_value_across_lines_in_normal_form_c(void **state)
{
	static const row rows[] = {
		{ "x-t", "'s':'a\\nb'", "[x-t:s LIKE 'a%b']", "match" },
		{ "x-t", "'s':'a\\nb'", "[x-t:s LIKE 'a_b']", "match" },
		{ "x-t", "'s':'a\\nb'", "[x-t:s LIKE '%']", "match" },
		{ "x-t", "'s':'\\n'", "[x-t:s LIKE '_']", "match" },
		{ "x-t", "'s':'xab'", "[x-t:s LIKE 'ab']", "nomatch" },
		{ "x-t", "'s':'ab'", "[x-t:s LIKE 'AB']", "nomatch" },
		{ "x-t", "'s':''", "[x-t:s LIKE '%']", "match" },
		{ "x-t", "'s':''", "[x-t:s LIKE '_']", "nomatch" },
		{ "x-t", "'s':'e\xcc\x81x'", "[x-t:s LIKE '\xc3\xa9%']", "match" },
		{ "x-t", "'s':'\xc3\xa9'", "[x-t:s LIKE 'e\xcc\x81']", "match" },
		{ "x-t", "'s':'e\xcc\x81'", "[x-t:s LIKE '_']", "match" },
		{ "x-t", "'s':'aXbXc'", "[x-t:s LIKE 'a%X%c']", "match" },
		{ "x-t", "'s':'aXbXc'", "[x-t:s LIKE '%X']", "nomatch" },
		{ "x-t", "'s':'a.c'", "[x-t:s LIKE 'a.c']", "match" },
		{ "x-t", "'s':'abc'", "[x-t:s LIKE 'a.c']", "nomatch" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_1__matches_searches_with_dotall_and_unicode_in_normal_form_c(void **state)
{
	static const row rows[] = {
		{ "x-t", "'s':'a\\nb'", "[x-t:s MATCHES 'a.b']", "match" },
		{ "x-t", "'s':'xxabxx'", "[x-t:s MATCHES 'ab']", "match" },
		{ "x-t", "'s':'xxabxx'", "[x-t:s MATCHES '^ab']", "nomatch" },
		{ "x-t", "'s':'ab\\n'", "[x-t:s MATCHES 'ab$']", "match" },
		{ "x-t", "'s':'e\xcc\x81'", "[x-t:s MATCHES '^\xc3\xa9$']", "match" },
		{ "x-t", "'s':'\xc3\xa9'", "[x-t:s MATCHES '^.$']", "match" },
		{ "x-t", "'s':'\xc3\x89'", "[x-t:s MATCHES '^\\\\p{Lu}$']", "match" },
		{ "x-t", "'s':'7'", "[x-t:s MATCHES '^[[:digit:]]$']", "match" },
		{ "x-t", "'s':'\xc3\xa9'", "[x-t:s MATCHES '^\\\\w$']", "match" },
		{ "x-t", "'s':'aa'", "[x-t:s MATCHES '^(a)\\\\1$']", "match" },
		{ "x-t", "'s':'ab'", "[x-t:s MATCHES 'a(?!b)']", "nomatch" },
		{ "x-t", "'s':'x'", "[x-t:s MATCHES '']", "match" },
		{ "x-t", "'s':''", "[x-t:s MATCHES '^$']", "match" },
		{ "x-t", "'s':'x'", "[x-t:s MATCHES '(']", "unusable" },
		{ "x-t", "'s':'x'", "[x-t:s NOT MATCHES '(']", "unusable" },
		{ "x-t", "'s':'x'", "[x-t:s NOT MATCHES 'y']", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_4__hex_and_binary_are_octets(void **state)
{
	static const row rows[] = {
		{ "artifact", "'payload_bin':'dGhpcyBpcyBhIHRlc3Q='", "[artifact:payload_bin = 'dGhpcyBpcyBhIHRlc3Q=']",
		    "nomatch" },
		{ "artifact", "'payload_bin':'dGhpcyBpcyBhIHRlc3Q='", "[artifact:payload_bin = 'this is a test']",
		    "match" },
		{ "artifact", "'payload_bin':'dGhpcyBpcyBhIHRlc3Q='",
		    "[artifact:payload_bin = b'dGhpcyBpcyBhIHRlc3Q=']", "match" },
		{ "artifact", "'payload_bin':'dGhpcyBpcyBhIHRlc3Q='",
		    "[artifact:payload_bin = h'7468697320697320612074657374']", "match" },
		{ "file", "'magic_number_hex':'ffd8'", "[file:magic_number_hex = h'ffd8']", "match" },
		{ "file", "'magic_number_hex':'ffd8'", "[file:magic_number_hex = b'/9g=']", "match" },
		{ "file", "'magic_number_hex':'ffd8'", "[file:magic_number_hex = '\xc3\xbf\xc3\x98']", "match" },
		{ "file", "'magic_number_hex':'ffd8'", "[file:magic_number_hex = 'ffd8']", "nomatch" },
		/* s9.6.3: unsigned, the longer of two is greater */
		{ "file", "'magic_number_hex':'ff'", "[file:magic_number_hex > h'00']", "match" },
		{ "file", "'magic_number_hex':'ff00'", "[file:magic_number_hex > h'ff']", "match" },
		/* U+0103 is no octet: false, and != is true */
		{ "file", "'magic_number_hex':'61'", "[file:magic_number_hex = '\xc4\x83']", "nomatch" },
		{ "file", "'magic_number_hex':'61'", "[file:magic_number_hex != '\xc4\x83']", "match" },
		{ "file", "'magic_number_hex':'61'", "[file:magic_number_hex MATCHES '\xc4\x83']", "nomatch" },
		{ "file", "'magic_number_hex':'61'", "[file:magic_number_hex NOT MATCHES '\xc4\x83']", "match" },
		{ "artifact", "'payload_bin':'1MOyoQIABAA='",
		    "[artifact:payload_bin MATCHES '\\\\xd4\\\\xc3\\\\xb2\\\\xa1\\\\x02\\\\x00\\\\x04\\\\x00']",
		    "match" },
		{ "file", "'magic_number_hex':'c3a9'", "[file:magic_number_hex MATCHES '^..$']", "match" },
		{ "file", "'magic_number_hex':'c3a9'", "[file:magic_number_hex LIKE '__']", "match" },
		{ "file", "'magic_number_hex':'c3a9'", "[file:magic_number_hex MATCHES '(*UTF)^.$']", "unusable" },
		/* s9.2: a string property against octets */
		{ "x-t", "'s':'alice'", "[x-t:s = h'616c696365']", "match" },
		{ "x-t", "'s':'\xc3\xa9'", "[x-t:s = h'e9']", "match" },
		{ "x-t", "'s':'\xc4\x83'", "[x-t:s = h'0103']", "nomatch" },
		{ "x-t", "'s':'\xc4\x83'", "[x-t:s != h'0103']", "match" },
		{ "x-t", "'s':'bob'", "[x-t:s > b'YWxpY2U=']", "match" },
		{ "process", "'environment_variables':{'KEY_hex':'61'}",
		    "[process:environment_variables.KEY_hex = '61']", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_6_1__subset_and_superset_of_ipv4_and_ipv6(void **state)
{
	static const row rows[] = {
		{ "ipv4-addr", "'value':'198.51.100.0/27'", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.0/24'", "[ipv4-addr:value ISSUPERSET '198.51.100.0/27']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.0/24'", "[ipv4-addr:value ISSUBSET '198.51.100.0/27']", "nomatch" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value ISSUBSET '198.51.100.7']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value ISSUPERSET '198.51.100.7']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value ISSUBSET '198.51.100.7/32']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value ISSUBSET '0.0.0.0/0']", "match" },
		{ "ipv4-addr", "'value':'0.0.0.0/0'", "[ipv4-addr:value ISSUPERSET '198.51.100.7']", "match" },
		{ "ipv4-addr", "'value':'0.0.0.0/0'", "[ipv4-addr:value ISSUBSET '0.0.0.0/0']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value NOT ISSUBSET '10.0.0.0/8']", "match" },
		{ "ipv4-addr", "'value':'198.51.100.7'", "[ipv4-addr:value ISSUBSET '198.51.100.99/24']", "match" },
		{ "ipv6-addr", "'value':'2001:db8::1'",
		    "[ipv6-addr:value ISSUBSET '2001:0db8:0000:0000:0000:0000:0000:0000/64']", "match" },
		{ "ipv6-addr", "'value':'2001:db8:0:1::1'", "[ipv6-addr:value ISSUBSET '2001:db8::/64']", "nomatch" },
		{ "ipv6-addr", "'value':'2001:db8::/32'", "[ipv6-addr:value ISSUPERSET '2001:db8:1::/48']", "match" },
		{ "ipv6-addr", "'value':'2001:db8::1'", "[ipv6-addr:value ISSUBSET '2001:DB8:0::1/128']", "match" },
		{ "ipv6-addr", "'value':'2001:db8::1'", "[ipv6-addr:value ISSUBSET '::/0']", "match" },
		{ "ipv6-addr", "'value':'::ffff:10.0.0.1'", "[ipv6-addr:value ISSUBSET '::ffff:0:0/96']", "match" },
		{ "ipv6-addr", "'value':'2001:db8::1'", "[ipv6-addr:value ISSUBSET '0.0.0.0/0']", "nomatch" },
		{ "ipv4-addr", "'value':'10.0.0.1'", "[ipv4-addr:value ISSUBSET '::/0']", "nomatch" },
		{ "ipv4-addr", "'value':'10.0.0.1'", "[ipv4-addr:value ISSUBSET '10.0.0.0/33']", "unusable" },
		{ "ipv4-addr", "'value':'10.0.0.1'", "[ipv4-addr:value ISSUBSET 'all']", "unusable" },
	};

	CHECK_ROWS(rows);
}

static void
s2_16__times_have_leap_seconds_and_any_number_of_digits(void **state)
{
	static const row rows[] = {
		{ "x-t", "'when':'2016-12-31T23:59:60Z'", "[x-t:when = t'2016-12-31T23:59:60Z']", "match" },
		{ "x-t", "'when':'2016-12-31T23:59:60Z'", "[x-t:when > t'2016-12-31T23:59:59.999999999999Z']",
		    "match" },
		{ "x-t", "'when':'2016-12-31T23:59:60.5Z'", "[x-t:when > t'2016-12-31T23:59:60.4999999999999Z']",
		    "match" },
		{ "x-t", "'when':'2016-12-31T23:59:60.5Z'", "[x-t:when < t'2017-01-01T00:00:00Z']", "match" },
		{ "x-t", "'when':'2016-12-31T23:59:60Z'", "[x-t:when = t'2016-12-31T23:59:59.999999999Z']", "nomatch" },
		{ "file", "'ctime':'2020-01-01T00:00:00.0000000000000000001Z'",
		    "[file:ctime > t'2020-01-01T00:00:00Z']", "match" },
		{ "file", "'ctime':'2020-01-01T00:00:00.0000000000000000001Z'",
		    "[file:ctime = t'2020-01-01T00:00:00.00000000000000000010Z']", "match" },
		{ "file", "'ctime':'2020-01-01T00:00:00.0000000000000000001Z'",
		    "[file:ctime < t'2020-01-01T00:00:00.0000000000000000002Z']", "match" },
		{ "file", "'ctime':'2020-01-01T00:00:00.500Z'", "[file:ctime = t'2020-01-01T00:00:00.5Z']", "match" },
		{ "file", "'ctime':'1969-12-31T23:59:59Z'", "[file:ctime < t'1970-01-01T00:00:00Z']", "match" },
		{ "file", "'ctime':'2020-01-01T00:00:00Z'",
		    "[file:ctime IN (t'2019-01-01T00:00:00Z', t'2020-01-01T00:00:00.0Z')]", "match" },
		{ "x-t", "'when':'2020-01-01T00:00:00Z'", "[x-t:when = t'2020-02-30T00:00:00Z']", "unusable" },
	};

	CHECK_ROWS(rows);
}

static void
s9_7_2__any_item_of_a_list_may_make_it_true(void **state)
{
	static const row rows[] = {
		{ "x-t", "'l':[1,2]", "[x-t:l[*] != 1]", "match" },
		{ "x-t", "'l':[1,1]", "[x-t:l[*] != 1]", "nomatch" },
		{ "x-t", "'l':[1,2]", "[x-t:l[*] NOT = 1]", "match" },
		{ "x-t", "'l':[1,2]", "[x-t:l[*] = 1 AND x-t:l[*] = 2]", "match" },
		{ "x-t", "'l':[1,2]", "[x-t:l[0] = 1 AND x-t:l[1] = 2]", "match" },
		{ "x-t", "'l':[1,2]", "[x-t:l[1] = 1]", "nomatch" },
		{ "x-t", "'l':[[1],[2,3]]", "[x-t:l[*][1] = 3]", "match" },
		{ "x-t", "'l':[[1],[2,3]]", "[x-t:l[0][*] = 3]", "nomatch" },
		{ "x-t", "'l':[1,2]", "[x-t:l = 1]", "nomatch" },
		{ "x-t", "'l':[1,2]", "[x-t:l[18446744073709551616] != 1]", "nomatch" },
		{ "file",
		    "'extensions':{'windows-pebinary-ext':{'pe_type':'exe','sections':[{'name':'a','entropy':1.5},{'"
		    "name':'b','entropy':7.5}]}}",
		    "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]", "match" },
		{ "x-t", "'has-hyphen':1,'has.dot':2,'a\\\\b':3",
		    "[x-t:'has-hyphen' = 1 AND x-t:'has.dot' = 2 AND x-t:'a\\\\b' = 3]", "match" },
	};

	CHECK_ROWS(rows);
}

static void
s9_7__only_observables_are_looked_at(void **state)
{
	static const char json[] = "[" OBSERVED("o", "00", "00", "1",
	    "'i','x'") ",{'type':'identity','id':'i','name':'n'},{'type':'x-t','id':'x','r_ref':'i'}]";

	assert_string_equal(ask("[identity:name = 'n']", json), "nomatch");
	assert_string_equal(ask("[x-t:r_ref.name = 'n']", json), "nomatch");
	assert_string_equal(ask("[observed-data:number_observed = 1]", json), "nomatch");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(s9_6_1__exists_asks_for_the_property_whatever_it_holds),
		cmocka_unit_test(s9_6_1__not_exists_asks_for_an_object_without_it),
		cmocka_unit_test(s9_5__all_comparisons_of_a_bracket_are_about_one_object),
		cmocka_unit_test(s9_7_4__references_lead_only_to_objects_of_the_observation),
		cmocka_unit_test(s9_7_4__references_go_through_lists_extensions_and_each_other),
		cmocka_unit_test(s4_14__number_observed_counts),
		cmocka_unit_test(s9_5_1__within_is_exclusive),
		cmocka_unit_test(s9_5_2__and_wants_different_observations),
		cmocka_unit_test(s9_5_1__a_qualifier_stands_once),
		cmocka_unit_test(s9_6__an_absent_path_is_false_under_not_and_unequal),
		cmocka_unit_test(s9_6__unusable_data_is_false_and_no_error),
		cmocka_unit_test(s4_14__an_unusable_observation_is_left_out_and_counted),
		cmocka_unit_test(s9_6_1__incompatible_types_are_unequal_and_nothing_else),
		cmocka_unit_test(s9_2__integers_and_floats_are_compared_in_full),
		cmocka_unit_test(s9_6_1__a_set_has_constants_of_one_type),
		cmocka_unit_test(s9_6_2__strings_are_compared_by_code_points),
		cmocka_unit_test(s9_6_1__like_matches_the_whole_value_across_lines_in_normal_form_c),
		cmocka_unit_test(s9_6_1__matches_searches_with_dotall_and_unicode_in_normal_form_c),
		cmocka_unit_test(s9_6_4__hex_and_binary_are_octets),
		cmocka_unit_test(s9_6_1__subset_and_superset_of_ipv4_and_ipv6),
		cmocka_unit_test(s2_16__times_have_leap_seconds_and_any_number_of_digits),
		cmocka_unit_test(s9_7_2__any_item_of_a_list_may_make_it_true),
		cmocka_unit_test(s9_7__only_observables_are_looked_at),
	};

	return cmocka_run_group_tests_name("match/semantics", tests, NULL, NULL);
}
