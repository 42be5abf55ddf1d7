/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader: values, places of errors, prefixes, limits, failing memory. What is JSON at all is test_json_grammar.c's. */
#include "test.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "codec/json.h"
#include "codec/json_node.h"
#include "codec/json_scan.h"
#include "fail_malloc.h"

static ac_arena arena;

static int
setup(void **state)
{
	(void)state;
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ac_arena_done(&arena);
	return 0;
}

static const ac_json *
must_parse(ac_str text)
{
	const ac_json *v = NULL;
	accord_err err = { 0 };

	if (ac_json_parse(text, AC_JSON_LIMITS, &arena, &v, &err))
		fail_msg("'%.*s': %s", AC_FMT(text), err.text);
	return v;
}

static void
json__values_answer_what_they_are(void **state)
{
	const ac_json *v = must_parse(AC_S("{\"s\":\"text\",\"n\":-12.50,\"t\":true,\"f\":false,\"z\":null,"
					   "\"a\":[1,[],{}],\"o\":{\"k\":\"v\"},\"e\\u0301\":\"\\\"\\n\\u20ac\"}"));
	static const struct {
		const char *key;
		ac_json_type type;
		size_t count;
		const char *text, *string, *raw;
	} rows[] = {
		{ "s", AC_JSON_STRING, 0, "text", "text", "\"text\"" },
		{ "n", AC_JSON_NUMBER, 0, "-12.50", NULL, "-12.50" },
		{ "t", AC_JSON_TRUE, 0, NULL, NULL, "true" },
		{ "f", AC_JSON_FALSE, 0, NULL, NULL, "false" },
		{ "z", AC_JSON_NULL, 0, NULL, NULL, "null" },
		{ "a", AC_JSON_ARRAY, 3, NULL, NULL, "[1,[],{}]" },
		{ "o", AC_JSON_OBJECT, 1, NULL, NULL, "{\"k\":\"v\"}" },
		{ "e\xcc\x81", AC_JSON_STRING, 0, "\"\n\xe2\x82\xac", "\"\n\xe2\x82\xac", "\"\\\"\\n\\u20ac\"" },
	};

	(void)state;
	assert_int_equal(ac_json_count(v), AC_COUNT(rows));
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *m = ac_json_get(v, ac_str_from(rows[i].key));

		assert_non_null(m);
		assert_int_equal(ac_json_type_of(m), rows[i].type);
		assert_true(ac_json_is(m, rows[i].type));
		assert_false(ac_json_is(m, (ac_json_type)((rows[i].type + 1) % 7)));
		assert_int_equal(ac_json_count(m), rows[i].count);
		assert_int_equal(ac_json_text(m).p != NULL, rows[i].text != NULL);
		assert_str(ac_json_text(m), ac_str_from(rows[i].text));
		assert_int_equal(ac_json_string(m).p != NULL, rows[i].string != NULL);
		assert_str(ac_json_string(m), ac_str_from(rows[i].string));
		assert_str(ac_json_get_string(v, ac_str_from(rows[i].key)), ac_str_from(rows[i].string));
		assert_str(ac_json_raw(m), ac_str_from(rows[i].raw));
		assert_int_equal(ac_json_is_true(m), rows[i].type == AC_JSON_TRUE);
	}
	assert_null(ac_json_get(v, AC_S("absent")));
	assert_null(ac_json_get(v, AC_S("")));
	assert_null(ac_json_get(ac_json_get(v, AC_S("a")), AC_S("k")));
}

static void
json__absent_is_never_a_crash(void **state)
{
	int64_t i64;
	double number;
	ac_json_iter it = ac_json_iter_of(NULL);

	(void)state;
	assert_int_equal(ac_json_type_of(NULL), AC_JSON_NULL);
	assert_false(ac_json_is(NULL, AC_JSON_NULL));
	assert_null(ac_json_text(NULL).p);
	assert_null(ac_json_string(NULL).p);
	assert_null(ac_json_raw(NULL).p);
	assert_null(ac_json_get(NULL, AC_S("x")));
	assert_null(ac_json_get_string(NULL, AC_S("x")).p);
	assert_int_equal(ac_json_count(NULL), 0);
	assert_false(ac_json_i64(NULL, &i64));
	assert_false(ac_json_double(NULL, &number));
	assert_false(ac_json_is_true(NULL));
	assert_false(ac_json_has_bidi(NULL));
	assert_false(ac_json_next(&it));
	it = ac_json_iter_of(must_parse(AC_S("\"a string\"")));
	assert_false(ac_json_next(&it));
}

static void
json__iterates_in_document_order(void **state)
{
	static const char *const keys[] = { "z", "a", "\n", "m" };
	static const char *const raws[] = { "[1,[2,{\"q\":3}]]", "{}", "0", "{\"a\":[{}]}" };
	ac_json_iter it =
	    ac_json_iter_of(must_parse(AC_S("{\"z\":[1,[2,{\"q\":3}]],\"a\":{},\"\\n\":0 , \"m\" : {\"a\":[{}]} }")));
	size_t count = 0;

	(void)state;
	for (; ac_json_next(&it); count++) {
		assert_true(count < 4);
		assert_str(it.key, ac_str_from(keys[count]));
		assert_str(ac_json_raw(it.value), ac_str_from(raws[count]));
	}
	assert_int_equal(count, 4);
	it = ac_json_iter_of(must_parse(AC_S("[10,\"x\",[11,12],13]")));
	for (count = 0; ac_json_next(&it); count++) {
		assert_null(it.key.p);
		assert_str(ac_json_raw(it.value), count == 0   ? AC_S("10")
						  : count == 1 ? AC_S("\"x\"")
						  : count == 2 ? AC_S("[11,12]")
							       : AC_S("13"));
	}
	assert_int_equal(count, 4);
}

static void
json__unescapes(void **state)
{
	static const struct {
		ac_str text, want;
	} rows[] = {
		{ AC_S_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), AC_S_INIT("\"\\/\b\f\n\r\t") },
		{ AC_S_INIT("\"\\u0041\\u00e9\\u20AC\\uFFFF\""), AC_S_INIT("A\xc3\xa9\xe2\x82\xac\xef\xbf\xbf") },
		{ AC_S_INIT("\"a\\ud83d\\ude00b\\uDBFF\\uDFFF\""), AC_S_INIT("a\xf0\x9f\x98\x80"
									     "b\xf4\x8f\xbf\xbf") },
		{ AC_S_INIT("\"\\\\u0041\""), AC_S_INIT("\\u0041") },
		{ AC_S_INIT("\"a long run of plain text, then \\n and a long run of plain text again\""),
		    AC_S_INIT("a long run of plain text, then \n and a long run of plain text again") },
		{ AC_S_INIT("\"\\u0001\""), AC_S_INIT("\x01") },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		assert_str(ac_json_string(must_parse(rows[i].text)), rows[i].want);
		assert_str(ac_json_raw(must_parse(rows[i].text)), rows[i].text);
	}
}

static void
json__reads_numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_i64;
		int64_t i64;
		bool is_double;
		double number;
	} rows[] = {
		{ "0", true, 0, true, 0 },
		{ "-0", true, 0, true, -0.0 },
		{ "42", true, 42, true, 42 },
		{ "-12.5", false, 0, true, -12.5 },
		{ "1e2", false, 0, true, 100 },
		{ "1.0", false, 0, true, 1 },
		{ "9223372036854775807", true, INT64_MAX, true, 0x1p63 },
		{ "9223372036854775808", false, 0, true, 0x1p63 },
		{ "-9223372036854775808", true, INT64_MIN, true, -0x1p63 },
		{ "0.1", false, 0, true, 0.1 },
		{ "1234567890.12345", false, 0, true, 1234567890.12345 },
		/* Ties go to even (IEEE 754 s4.3.1), and digits beyond 17 decide. */
		{ "9007199254740993", true, 9007199254740993, true, 9007199254740992.0 },
		{ "9007199254740993.00000000000000000000000000000001", false, 0, true, 9007199254740994.0 },
		{ "2.2250738585072011e-308", false, 0, true, 0x0.fffffffffffffp-1022 },
		{ "4.9406564584124654e-324", false, 0, true, 0x1p-1074 },
		{ "1e-400", false, 0, true, 0 },
		{ "1.7976931348623157e308", false, 0, true, 0x1.fffffffffffffp1023 },
		{ "1e400", false, 0, false, 0 },
		{ "-1e400", false, 0, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *v = must_parse(ac_str_from(rows[i].text));
		int64_t i64 = 77;
		double number = 77;

		assert_str(ac_json_text(v), ac_str_from(rows[i].text));
		assert_int_equal(ac_json_i64(v, &i64), rows[i].is_i64);
		assert_int_equal(i64, rows[i].is_i64 ? rows[i].i64 : 77);
		if (ac_json_double(v, &number) != rows[i].is_double ||
		    number != (rows[i].is_double ? rows[i].number : 77) ||
		    signbit(number) != signbit(rows[i].is_double ? rows[i].number : 77))
			fail_msg("%s: %.17g", rows[i].text, number);
	}
	assert_false(ac_json_i64(must_parse(AC_S("\"42\"")), &(int64_t){ 0 }));
	assert_false(ac_json_double(must_parse(AC_S("\"42\"")), &(double){ 0 }));
}

static void
json__errors_say_what_and_where(void **state)
{
	static const struct {
		ac_str text;
		int code;
		unsigned line, column, byte;
		const char *want;
	} rows[] = {
		{ AC_S_INIT("{\"a\":1]"), ACCORD_EINPUT, 1, 7, 6, "not JSON: want ',' or '}', got ']'" },
		{ AC_S_INIT("[1,\n 2}"), ACCORD_EINPUT, 2, 3, 6, "not JSON: want ',' or ']', got '}'" },
		{ AC_S_INIT("[\n\n  x]"), ACCORD_EINPUT, 3, 3, 5, "not JSON: want a value or ']', got 'x'" },
		{ AC_S_INIT("[1,]"), ACCORD_EINPUT, 1, 4, 3, "not JSON: want a value, got ']'" },
		{ AC_S_INIT("{\"a\":1,}"), ACCORD_EINPUT, 1, 8, 7, "not JSON: want a key, got '}'" },
		{ AC_S_INIT("{1}"), ACCORD_EINPUT, 1, 2, 1, "not JSON: want a key or '}', got '1'" },
		{ AC_S_INIT("{\"a\" 1}"), ACCORD_EINPUT, 1, 6, 5, "not JSON: want ':', got '1'" },
		{ AC_S_INIT("\n\n["), ACCORD_EINPUT, 3, 2, 3,
		    "truncated JSON: want a value or ']', got the end of the text" },
		{ AC_S_INIT("{\"a\":\"b"), ACCORD_EINPUT, 1, 8, 7,
		    "truncated JSON: want '\"' behind a string, got the end of the text" },
		{ AC_S_INIT(""), ACCORD_EINPUT, 1, 1, 0, "truncated JSON: want a value, got the end of the text" },
		{ AC_S_INIT("\xef\xbb\xbf{}"), ACCORD_EINPUT, 1, 1, 0,
		    "not JSON: want a value, got a byte order mark (EF BB BF)" },
		{ AC_S_INIT("\"a\nb\""), ACCORD_EINPUT, 1, 3, 2,
		    "not JSON: want controls in a string escaped, got byte 0x0A" },
		{ AC_S_INIT("\"\xc3\xa9\xff\""), ACCORD_EINPUT, 1, 4, 3, "not JSON: want UTF-8, got byte 0xFF" },
		{ AC_S_INIT("\"\xe2\x82x\""), ACCORD_EINPUT, 1, 4, 3,
		    "not JSON: want the rest of a UTF-8 character, got 'x'" },
		{ AC_S_INIT("\"\\x\""), ACCORD_EINPUT, 1, 3, 2,
		    "not JSON: want one of \"\\/bfnrtu behind a backslash, got 'x'" },
		{ AC_S_INIT("\"\\u12g4\""), ACCORD_EINPUT, 1, 6, 5,
		    "not JSON: want four hexadecimal digits behind \\u, got 'g'" },
		{ AC_S_INIT("\"a\\u0000\""), ACCORD_EINPUT, 1, 3, 2, "not JSON: want no NUL in a string, got \\u0000" },
		{ AC_S_INIT("\"\\uDC00\""), ACCORD_EINPUT, 1, 2, 1,
		    "not JSON: want a high surrogate before a low one, got a low one alone" },
		{ AC_S_INIT("\"\\uD800x\""), ACCORD_EINPUT, 1, 8, 7,
		    "not JSON: want a low surrogate (\\uDC00 to \\uDFFF) behind a high one, got 'x'" },
		{ AC_S_INIT("\"\\uD800\\u0041\""), ACCORD_EINPUT, 1, 8, 7,
		    "not JSON: want a low surrogate (\\uDC00 to \\uDFFF) behind a high one, got another escape" },
		{ AC_S_INIT("[012]"), ACCORD_EINPUT, 1, 3, 2,
		    "not JSON: want no digit behind a leading zero, got '1'" },
		{ AC_S_INIT("[1.x]"), ACCORD_EINPUT, 1, 4, 3, "not JSON: want a digit, got 'x'" },
		{ AC_S_INIT("[trux]"), ACCORD_EINPUT, 1, 5, 4, "not JSON: want 'true', got 'x'" },
		{ AC_S_INIT("[fals]"), ACCORD_EINPUT, 1, 6, 5, "not JSON: want 'false', got ']'" },
		{ AC_S_INIT("[nul"), ACCORD_EINPUT, 1, 5, 4, "truncated JSON: want 'null', got the end of the text" },
		{ AC_S_INIT("{} {}"), ACCORD_EINPUT, 1, 4, 3, "not JSON: want the end of the text, got '{'" },
		{ AC_S_INIT("{\"id\":1,\n \"id\":2}"), ACCORD_EINPUT, 2, 2, 10,
		    "not JSON: want each key once in an object, got a second \"id\"" },
		{ AC_S_INIT("{\"\\u202e\":1,\"\xe2\x80\xae\":2}"), ACCORD_EINPUT, 1, 13, 12,
		    "not JSON: want each key once in an object, got a second \"\\u{202E}\"" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_json *v = NULL;
		accord_err err = { 0 };
		int status = ac_json_parse(rows[i].text, AC_JSON_LIMITS, &arena, &v, &err);

		if (status != rows[i].code || strcmp(err.text, rows[i].want) != 0)
			fail_msg("row %zu: got  %s\nwant %s", i, err.text, rows[i].want);
		assert_int_equal(err.line, rows[i].line);
		assert_int_equal(err.column, rows[i].column);
		assert_int_equal(err.byte, rows[i].byte);
		assert_null(v);
	}
	assert_int_equal(
	    ac_json_parse(AC_S("["), AC_JSON_LIMITS, &arena, &(const ac_json *){ NULL }, NULL), ACCORD_EINPUT);
	assert_int_equal(ac_json_parse((ac_str){ NULL, 0 }, AC_JSON_LIMITS, &arena, &(const ac_json *){ NULL }, NULL),
	    ACCORD_EINPUT);
}

static void
json__places_count_lines_and_bytes(void **state)
{
	static const struct {
		size_t byte;
		unsigned line, column;
	} rows[] = { { 0, 1, 1 }, { 2, 1, 3 }, { 3, 2, 1 }, { 4, 3, 1 }, { 6, 3, 3 }, { 100, 3, 3 } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		uint64_t line, column;

		ac_json_place(AC_S("ab\n\ncd"), rows[i].byte, &line, &column);
		assert_int_equal(line, rows[i].line);
		assert_int_equal(column, rows[i].column);
	}
}

/* Documents that are cut at every byte. None is a bare number, which has no end of its own. */
static const ac_str documents[] = {
	AC_S_INIT(
	    "{\"type\":\"indicator\",\"id\":\"x\",\"n\":[0,-1.5e+10,1E2],\"t\":true,\"f\":false,\"z\":null,\"o\":{}}"),
	AC_S_INIT(" \n[ \"caf\xc3\xa9\" , \"\xe2\x82\xac\" , \"\xf0\x9f\x98\x80\" , [ ] , { \"k\" : [ ] } ] "),
	AC_S_INIT(
	    "[\"\\u20ac\\uD83D\\uDE00\\n\\\\\",{\"\\u0061\":\"\\\"\"},[[[[]]]],0,00e]") /* cut before its error */,
	AC_S_INIT("\"a string alone, with an escape \\t in it, and more than two vectors long\""),
	AC_S_INIT("true"),
};

static void
json__is_unfinished_at_every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(documents); i++) {
		ac_str all = documents[i];
		const ac_json *v = NULL;
		size_t used = 0;
		accord_err err = { 0 };
		bool good = ac_json_parse(all, AC_JSON_LIMITS, &arena, &v, &err) == 0;
		/* The first byte at which there is a verdict: the value's end, or the byte behind the place of the error. */
		size_t end = good ? (size_t)(ac_json_raw(v).p + ac_json_raw(v).n - all.p) : (size_t)err.byte + 1;

		assert_int_equal(good, i != 2);
		for (size_t n = 0; n <= all.n; n++) {
			char *copy = malloc(n + 1);
			ac_str cut = { copy, n };
			int status;

			memcpy(copy, all.p, n);
			status = ac_json_parse_prefix(cut, false, AC_JSON_LIMITS, &arena, &v, &used, &err);
			if (status != (n < end ? 1 : good ? 0 : ACCORD_EINPUT))
				fail_msg("document %zu cut at %zu: %d %s", i, n, status, err.text);
			if (status == 0) {
				assert_int_equal(used, end);
				assert_str(
				    ac_json_raw(v), ac_str_slice(all, ac_json_raw(v).n > 4 && i == 1 ? 2 : 0, end));
			}
			if (n < end) {
				status = ac_json_parse_prefix(cut, true, AC_JSON_LIMITS, &arena, &v, &used, &err);
				assert_int_equal(status, ACCORD_EINPUT);
				assert_memory_equal(err.text, "truncated JSON", 14);
				assert_int_equal(err.byte, n);
			}
			free(copy);
		}
		ac_arena_reset(&arena);
	}
}

static void
json__limits_depth_at_once(void **state)
{
	static char text[200000];
	const ac_json *v = NULL;
	size_t used;
	accord_err err = { 0 };

	(void)state;
	memset(text, '[', 100000);
	memset(text + 100000, ']', 100000);
	assert_int_equal(ac_json_parse((ac_str){ text, 200000 }, AC_JSON_LIMITS, &arena, &v, &err), ACCORD_ELIMIT);
	assert_int_equal(err.byte, AC_JSON_DEPTH_MAX);
	assert_string_equal(err.text, "over a limit: want at most 64 levels of nesting, got more");
	/* Seen as soon as it is there, without waiting for the end. */
	assert_int_equal(ac_json_parse_prefix(
			     (ac_str){ text, AC_JSON_DEPTH_MAX + 1 }, false, AC_JSON_LIMITS, &arena, &v, &used, &err),
	    ACCORD_ELIMIT);
	assert_int_equal(
	    ac_json_parse_prefix((ac_str){ text, AC_JSON_DEPTH_MAX }, false, AC_JSON_LIMITS, &arena, &v, &used, &err),
	    1);
	/* Exactly at the limit is fine, for any limit: depth takes no stack. */
	(void)must_parse((ac_str){ text + 100000 - AC_JSON_DEPTH_MAX, 2 * AC_JSON_DEPTH_MAX });
	assert_int_equal(ac_json_parse((ac_str){ text, 200000 }, (ac_json_limits){ 100000, 10 }, &arena, &v, &err), 0);
	assert_int_equal(ac_json_parse(AC_S("{}"), (ac_json_limits){ 0, 10 }, &arena, &v, &err), ACCORD_ELIMIT);
	assert_int_equal(ac_json_parse(AC_S("7"), (ac_json_limits){ 0, 10 }, &arena, &v, &err), 0);
}

/* An object of `count` members, each parts[0] i parts[1] i parts[2], and one more with the key `last`. */
static void
add_members(ac_buf *buf, size_t count, const char *const parts[static 3], const char *last)
{
	ac_buf_add_byte(buf, '{');
	for (size_t i = 0; i < count; i++)
		ac_buf_printf(buf, "%s%zu%s%zu%s,", parts[0], i, parts[1], i, parts[2]);
	ac_buf_printf(buf, "\"%s\":0}", last);
}

static const char *const simple_member[] = { "\"k", "\":", "" };

static void
json__limits_members(void **state)
{
	ac_json_limits limits = { 3, 5 };
	const ac_json *v;
	accord_err err = { 0 };
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 20);
	add_members(&buf, 4, simple_member, "last");
	assert_int_equal(ac_json_parse(ac_buf_view(&buf), limits, &arena, &v, &err), 0);
	assert_int_equal(ac_json_count(v), 5);
	ac_buf_reset(&buf);
	add_members(&buf, 5, simple_member, "last");
	assert_int_equal(ac_json_parse(ac_buf_view(&buf), limits, &arena, &v, &err), ACCORD_ELIMIT);
	assert_string_equal(err.text, "over a limit: want at most 5 members in an object, got more");
	assert_int_equal(ac_json_parse(AC_S("[1,2,3,4,5,6,7]"), limits, &arena, &v, &err), 0);
	ac_buf_done(&buf);
}

/* Objects below, at and above the size where the way of looking changes. */
static void
json__finds_doubled_keys_in_objects_of_all_sizes(void **state)
{
	static const size_t sizes[] = { 1, 2, 15, 16, 63, 64, 65, 100, 255, 1000, 65535 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		static const struct {
			const char *parts[3];
			const char *repeated[2];
		} shapes[] = {
			{ { "\"key-", "\":[", ",{\"key-0\":0}]" }, { "\\u006bey-", "" } },
			{ { "\"", "\":", "" }, { "", "" } },
			{ { "\"a long common beginning ", " a long common end\":", "" },
			    { "\\u0061 long common beginning ", " a long common end" } },
		};
		for (size_t f = 0; f < AC_COUNT(shapes); f++) {
			const ac_json *v = NULL;
			accord_err err = { 0 };
			ac_buf buf;
			char last[80];

			ac_buf_init(&buf, 8 << 20);
			add_members(&buf, sizes[i], shapes[f].parts, "unique");
			assert_int_equal(ac_json_parse(ac_buf_view(&buf), AC_JSON_LIMITS, &arena, &v, &err), 0);
			assert_int_equal(ac_json_count(v), sizes[i] + 1);
			ac_buf_reset(&buf);
			/* The last member repeats the middle one, its first character escaped. */
			(void)snprintf(
			    last, sizeof(last), "%s%zu%s", shapes[f].repeated[0], sizes[i] / 2, shapes[f].repeated[1]);
			add_members(&buf, sizes[i], shapes[f].parts, last);
			assert_int_equal(
			    ac_json_parse(ac_buf_view(&buf), AC_JSON_LIMITS, &arena, &v, &err), ACCORD_EINPUT);
			assert_non_null(strstr(err.text, "want each key once"));
			assert_int_equal(err.byte, buf.n - strlen(last) - 5);
			ac_buf_done(&buf);
			ac_arena_reset(&arena);
		}
	}
}

static void
json__limits_numbers_and_memory(void **state)
{
	char digits[AC_JSON_NUMBER_MAX + 1];
	const ac_json *v = NULL;
	accord_err err = { 0 };
	ac_arena small;
	double number;

	(void)state;
	memset(digits, '1', sizeof(digits));
	digits[1] = '.';
	assert_true(ac_json_double(must_parse((ac_str){ digits, AC_JSON_NUMBER_MAX }), &number));
	assert_true(number == 10.0 / 9); /* 1.111... */
	assert_int_equal(
	    ac_json_parse((ac_str){ digits, sizeof(digits) }, AC_JSON_LIMITS, &arena, &v, &err), ACCORD_ELIMIT);
	assert_string_equal(err.text, "over a limit: want at most 1024 bytes of number, got more");
	assert_int_equal(
	    ac_json_parse((ac_str){ digits, UINT32_MAX }, AC_JSON_LIMITS, &arena, &v, &err), ACCORD_ELIMIT);
	ac_arena_init(&small, 2000);
	assert_int_equal(ac_json_parse(AC_S("[1,2,3,4]"), AC_JSON_LIMITS, &small, &v, &err), 0);
	ac_arena_reset(&small);
	for (int i = 0; i < 100; i++)
		if (ac_json_parse(AC_S("[1,2,3,4,\"\\n\"]"), AC_JSON_LIMITS, &small, &v, &err))
			break;
	assert_int_equal(err.code, ACCORD_ELIMIT);
	ac_arena_done(&small);
}

static void
json__notes_bidi_controls(void **state)
{
	static const struct {
		ac_str text;
		bool has;
	} rows[] = {
		{ AC_S_INIT("[\"plain\"]"), false },
		{ AC_S_INIT("\"\xe2\x80\xae\""), true },
		{ AC_S_INIT("\"\xd8\x9c\""), true },
		{ AC_S_INIT("\"\xe2\x81\xa6\""), true },
		{ AC_S_INIT("\"\xe2\x82\xac \xd8\xa7 \xe2\x80\xa8\"") /* euro, alef, line separator */, false },
		{ AC_S_INIT("\"\\u202E\""), true },
		{ AC_S_INIT("\"\\u200e\\n\""), true },
		{ AC_S_INIT("{\"a\":[1,{\"k\":\"x\xe2\x80\x8f\"}]}"), true },
		{ AC_S_INIT("{\"\\u061c\":1}"), true },
	};
	const ac_json *v;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(ac_json_has_bidi(must_parse(rows[i].text)), rows[i].has);
	/* Only the values around it. */
	v = must_parse(AC_S("{\"a\":[1],\"b\":[\"\\u202e\"],\"c\":[2]}"));
	assert_true(ac_json_has_bidi(v));
	assert_false(ac_json_has_bidi(ac_json_get(v, AC_S("a"))));
	assert_true(ac_json_has_bidi(ac_json_get(v, AC_S("b"))));
	assert_false(ac_json_has_bidi(ac_json_get(v, AC_S("c"))));
}

/* Both ways of scanning, at every alignment, with every byte at every place. */
static void
scan__all_variants_agree(void **state)
{
	char text[64];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t place = 0; place < 40; place++) {
			size_t from = place % 3, to = 40 + place % 5;
			const char *want_plain = text + to, *want_space = text + to;

			memset(text, 'x', sizeof(text));
			text[place] = (char)c;
			if (place >= from && !ac_scan_is_plain((char)c))
				want_plain = text + place;
			assert_ptr_equal(ac_scan_plain_portable(text + from, text + to), want_plain);
			assert_ptr_equal(ac_scan_plain(text + from, text + to), want_plain);
			for (size_t i = 0; i < sizeof(text); i++)
				text[i] = "     \n\t\r"[i % 8];
			text[place] = (char)c;
			if (place >= from && !ac_scan_is_space((char)c))
				want_space = text + place;
			assert_ptr_equal(ac_scan_space_portable(text + from, text + to), want_space);
			assert_ptr_equal(ac_scan_space(text + from, text + to), want_space);
		}
	/* RFC 8259 s7 and s2, written out. */
	for (unsigned c = 0; c < 256; c++) {
		assert_int_equal(ac_scan_is_plain((char)c), c >= 0x20 && c < 0x80 && c != 0x22 && c != 0x5c);
		assert_int_equal(ac_scan_is_space((char)c), c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09);
	}
}

static void
json__survives_every_allocation_failure(void **state)
{
	static const char *const escaped_member[] = { "\"k\\n", "\":[", ",\"\\u20ac\"]" };
	unsigned long n = 1;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 20);
	add_members(&buf, 3000, escaped_member, "last");
	for (;; n++) {
		ac_arena own;
		const ac_json *v = NULL;
		accord_err err = { 0 };
		size_t used;
		int status;

		ac_arena_init(&own, AC_JSON_ARENA_MAX);
		fail_malloc_at(n);
		status = ac_json_parse_prefix(ac_buf_view(&buf), false, AC_JSON_LIMITS, &own, &v, &used, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			assert_int_equal(ac_json_count(v), 3001);
			ac_arena_done(&own);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
		assert_null(v);
		ac_arena_done(&own);
	}
	assert_true(n > 5);
	ac_buf_done(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json__values_answer_what_they_are, setup, teardown),
		cmocka_unit_test_setup_teardown(json__absent_is_never_a_crash, setup, teardown),
		cmocka_unit_test_setup_teardown(json__iterates_in_document_order, setup, teardown),
		cmocka_unit_test_setup_teardown(json__unescapes, setup, teardown),
		cmocka_unit_test_setup_teardown(json__reads_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(json__errors_say_what_and_where, setup, teardown),
		cmocka_unit_test_setup_teardown(json__places_count_lines_and_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(json__is_unfinished_at_every_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(json__limits_depth_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(json__limits_members, setup, teardown),
		cmocka_unit_test_setup_teardown(json__finds_doubled_keys_in_objects_of_all_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(json__limits_numbers_and_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(json__notes_bidi_controls, setup, teardown),
		cmocka_unit_test(scan__all_variants_agree),
		cmocka_unit_test(json__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
