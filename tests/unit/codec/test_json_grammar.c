/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is JSON and what is not: one row a rule of RFC 8259, RFC 3629 and of the house (no NUL, no doubled key, no lone surrogate). Each row is
 * also read as a prefix, where an unfinished text must be told from a wrong one.
 */
#include "test.h"

#include "codec/json.h"

/* Good: yes. Bad: no continuation can make it right. Short: right so far, but not finished. */
typedef enum verdict { GOOD, BAD, SHORT } verdict;

static const struct {
	verdict verdict;
	ac_str text;
} rows[] = {
	/* RFC 8259 s2, s3: any value alone, white space around it. */
	{ GOOD, AC_S_INIT("null") },
	{ GOOD, AC_S_INIT("true") },
	{ GOOD, AC_S_INIT("false") },
	{ GOOD, AC_S_INIT("0") },
	{ GOOD, AC_S_INIT("\"\"") },
	{ GOOD, AC_S_INIT("[]") },
	{ GOOD, AC_S_INIT("{}") },
	{ GOOD, AC_S_INIT(" \t\r\n[ \t\r\n] \t\r\n") },
	{ GOOD, AC_S_INIT("\n\n\n                                  {\n}\n") },
	{ GOOD, AC_S_INIT("[true,false,null]") },
	{ GOOD, AC_S_INIT("[ 1 , 2 ]") },
	{ GOOD, AC_S_INIT("{ \"a\" : 1 , \"b\" : 2 }") },
	{ GOOD, AC_S_INIT("[[[[[[[[]]]]]]]]") },
	{ GOOD, AC_S_INIT("[[],[[]],{}]") },
	{ GOOD, AC_S_INIT("{\"a\":{\"a\":{\"a\":{}}}}") },
	{ SHORT, AC_S_INIT("") },
	{ SHORT, AC_S_INIT("   ") },
	{ SHORT, AC_S_INIT("\n") },
	{ BAD, AC_S_INIT("\v1") },
	{ BAD, AC_S_INIT("\f1") },
	{ BAD, AC_S_INIT("[1,\v2]") },
	{ BAD, AC_S_INIT("\xc2\xa0[]") },     /* no-break space is no white space */
	{ BAD, AC_S_INIT("[\xe2\x80\xa8]") }, /* nor is a line separator */
	{ BAD, AC_S_INIT("\0") },
	{ BAD, AC_S_INIT("[\0]") },
	{ BAD, AC_S_INIT("// note\n1") },
	{ BAD, AC_S_INIT("[1 /* note */]") },
	{ BAD, AC_S_INIT("[1 # note\n]") },
	/* Byte order marks: RFC 8259 s8.1 lets a reader refuse them. */
	{ BAD, AC_S_INIT("\xef\xbb\xbf{}") },
	{ BAD, AC_S_INIT("\xef\xbb\xbf") },
	{ BAD, AC_S_INIT("\xff\xfe[\0]\0") },
	{ BAD, AC_S_INIT("\xfe\xff\0[\0]") },
	{ BAD, AC_S_INIT("\xef") },
	/* Literals: lower case and whole. */
	{ BAD, AC_S_INIT("True") },
	{ BAD, AC_S_INIT("NULL") },
	{ BAD, AC_S_INIT("nul1") },
	{ BAD, AC_S_INIT("tru e") },
	{ BAD, AC_S_INIT("fals\0") },
	{ BAD, AC_S_INIT("[nulll]") },
	{ BAD, AC_S_INIT("[truefalse]") },
	{ BAD, AC_S_INIT("undefined") },
	{ BAD, AC_S_INIT("NaN") },
	{ BAD, AC_S_INIT("nan") },
	{ BAD, AC_S_INIT("Infinity") },
	{ BAD, AC_S_INIT("-Infinity") },
	{ BAD, AC_S_INIT("[-NaN]") },
	{ BAD, AC_S_INIT("[+Inf]") },
	{ SHORT, AC_S_INIT("t") },
	{ SHORT, AC_S_INIT("tru") },
	{ SHORT, AC_S_INIT("fals") },
	{ SHORT, AC_S_INIT("n") },
	{ SHORT, AC_S_INIT("[nul") },
	/* RFC 8259 s6: numbers. */
	{ GOOD, AC_S_INIT("-0") },
	{ GOOD, AC_S_INIT("[-0.0]") },
	{ GOOD, AC_S_INIT("10") },
	{ GOOD, AC_S_INIT("-12") },
	{ GOOD, AC_S_INIT("[0.5]") },
	{ GOOD, AC_S_INIT("[1e5]") },
	{ GOOD, AC_S_INIT("[1E5]") },
	{ GOOD, AC_S_INIT("[1e+5]") },
	{ GOOD, AC_S_INIT("[1e-5]") },
	{ GOOD, AC_S_INIT("[0e0]") },
	{ GOOD, AC_S_INIT("[0e+01]") },
	{ GOOD, AC_S_INIT("[1.5e00]") },
	{ GOOD, AC_S_INIT("[123.456e78]") },
	{ GOOD, AC_S_INIT("[1e400]") },
	{ GOOD, AC_S_INIT("[123456789012345678901234567890]") },
	{ GOOD, AC_S_INIT("1 ") },
	{ BAD, AC_S_INIT("+1") },
	{ BAD, AC_S_INIT("[+1]") },
	{ BAD, AC_S_INIT("01") },
	{ BAD, AC_S_INIT("[-01]") },
	{ BAD, AC_S_INIT("[00]") },
	{ BAD, AC_S_INIT("[-]") },
	{ BAD, AC_S_INIT("[--1]") },
	{ BAD, AC_S_INIT("[.5]") },
	{ BAD, AC_S_INIT("[-.5]") },
	{ BAD, AC_S_INIT("[5.]") },
	{ BAD, AC_S_INIT("[5.e1]") },
	{ BAD, AC_S_INIT("[1e]") },
	{ BAD, AC_S_INIT("[1e+]") },
	{ BAD, AC_S_INIT("[1e1.5]") },
	{ BAD, AC_S_INIT("[1.2.3]") },
	{ BAD, AC_S_INIT("[1e1e1]") },
	{ BAD, AC_S_INIT("[0x1F]") },
	{ BAD, AC_S_INIT("[1 000]") },
	{ BAD, AC_S_INIT("[1_000]") },
	{ BAD, AC_S_INIT("[1,000.0") }, /* 000 */
	{ BAD, AC_S_INIT("[1-1]") },
	{ BAD, AC_S_INIT("[1f]") },
	{ BAD, AC_S_INIT("[\xef\xbc\x91]") }, /* a full-width digit */
	{ SHORT, AC_S_INIT("-") },
	{ SHORT, AC_S_INIT("[1.") },
	{ SHORT, AC_S_INIT("[1e") },
	{ SHORT, AC_S_INIT("[1e+") },
	{ SHORT, AC_S_INIT("[12") },
	{ SHORT, AC_S_INIT("[0") },
	/* RFC 8259 s7: strings and escapes. */
	{ GOOD, AC_S_INIT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]") },
	{ GOOD, AC_S_INIT("\"\\u0041\\u00e9\\u20ac\\uFFFF\"") },
	{ GOOD, AC_S_INIT("\"\\uD83D\\uDE00\"") },
	{ GOOD, AC_S_INIT("\"\\ud800\\udc00\\udbff\\udfff\"") },
	{ GOOD, AC_S_INIT("\"\\u001f\"") },
	{ GOOD, AC_S_INIT("\"\\\\u0000\"") }, /* a backslash, then text */
	{ GOOD, AC_S_INIT("\"\x7f\"") },
	{ GOOD, AC_S_INIT("\"/\"") },
	{ GOOD, AC_S_INIT("\"# // not a comment\"") },
	{ GOOD, AC_S_INIT("\"\\uFDD0\\uFFFE\"") }, /* noncharacters are characters here */
	{ BAD, AC_S_INIT("'a'") },
	{ BAD, AC_S_INIT("[`a`]") },
	{ BAD, AC_S_INIT("[\xe2\x80\x9c"
			 "a\xe2\x80\x9d]") }, /* curly quotes */
	{ BAD, AC_S_INIT("[abc]") },
	{ BAD, AC_S_INIT("\"a\nb\"") },
	{ BAD, AC_S_INIT("\"a\tb\"") },
	{ BAD, AC_S_INIT("\"a\0b\"") },
	{ BAD, AC_S_INIT("\"\x1f\"") },
	{ BAD, AC_S_INIT("\"\x1f and more than sixteen bytes\"") },
	{ BAD, AC_S_INIT("\"more than sixteen bytes and \x01\"") },
	{ BAD, AC_S_INIT("\"\\x41\"") },
	{ BAD, AC_S_INIT("\"\\a\"") },
	{ BAD, AC_S_INIT("\"\\'\"") },
	{ BAD, AC_S_INIT("\"\\0\"") },
	{ BAD, AC_S_INIT("\"\\N\"") },
	{ BAD, AC_S_INIT("\"\\\n\"") },
	{ BAD, AC_S_INIT("\"\\\xc3\xa9\"") },
	{ BAD, AC_S_INIT("\"\\U0041\"") },
	{ BAD, AC_S_INIT("\"\\u004\"") },
	{ BAD, AC_S_INIT("\"\\u00g1\"") },
	{ BAD, AC_S_INIT("\"\\u-041\"") },
	{ BAD, AC_S_INIT("\"\\u 041\"") },
	{ BAD, AC_S_INIT("\"\\u0000\"") }, /* house rule: no NULs */
	{ BAD, AC_S_INIT("{\"a\\u0000\":1}") },
	{ BAD, AC_S_INIT("\"\\uD800\"") },
	{ BAD, AC_S_INIT("\"\\uDC00\"") },
	{ BAD, AC_S_INIT("\"\\uDE00\\uD83D\"") },
	{ BAD, AC_S_INIT("\"\\uD83Dx\"") },
	{ BAD, AC_S_INIT("\"\\uD83D\\n\"") },
	{ BAD, AC_S_INIT("\"\\uD83D\\uD83D\"") },
	{ BAD, AC_S_INIT("\"\\uD83D\\u0041\"") },
	{ BAD, AC_S_INIT("\"\\uD83D\\uDE0\"") },
	{ BAD, AC_S_INIT("[\"a\" \"b\"]") },
	{ SHORT, AC_S_INIT("\"") },
	{ SHORT, AC_S_INIT("\"abc") },
	{ SHORT, AC_S_INIT("\"abc\\") },
	{ SHORT, AC_S_INIT("\"abc\\\"") },
	{ SHORT, AC_S_INIT("\"\\u") },
	{ SHORT, AC_S_INIT("\"\\u00") },
	{ SHORT, AC_S_INIT("\"\\uD83D") },
	{ SHORT, AC_S_INIT("\"\\uD83D\\") },
	{ SHORT, AC_S_INIT("\"\\uD83D\\u") },
	{ SHORT, AC_S_INIT("\"\\uD83D\\uDE") },
	{ SHORT, AC_S_INIT("{\"abc") },
	/* RFC 3629: UTF-8. */
	{ GOOD, AC_S_INIT("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f"
			  "\xbf\xbf\"") },
	{ GOOD, AC_S_INIT("{\"cl\xc3\xa9\":\"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80 text\"}") },
	{ GOOD, AC_S_INIT("\"\xef\xbb\xbf\"") }, /* U+FEFF inside is a character */
	{ GOOD, AC_S_INIT("\"\xe2\x80\xa8\xe2\x80\xa9\"") },
	{ GOOD, AC_S_INIT("\"\xe2\x80\xae\"") }, /* bidi controls pass here; see has_bidi */
	{ BAD, AC_S_INIT("\"\x80\"") },
	{ BAD, AC_S_INIT("\"\xbf\"") },
	{ BAD, AC_S_INIT("\"\xc0\xaf\"") },
	{ BAD, AC_S_INIT("\"\xc1\xbf\"") },
	{ BAD, AC_S_INIT("\"\xe0\x9f\xbf\"") },
	{ BAD, AC_S_INIT("\"\xe0\x80\xaf\"") },
	{ BAD, AC_S_INIT("\"\xed\xa0\x80\"") },
	{ BAD, AC_S_INIT("\"\xed\xbf\xbf\"") },
	{ BAD, AC_S_INIT("\"\xf0\x8f\xbf\xbf\"") },
	{ BAD, AC_S_INIT("\"\xf4\x90\x80\x80\"") },
	{ BAD, AC_S_INIT("\"\xf5\x80\x80\x80\"") },
	{ BAD, AC_S_INIT("\"\xf8\x88\x80\x80\x80\"") },
	{ BAD, AC_S_INIT("\"\xfe\"") },
	{ BAD, AC_S_INIT("\"\xff\"") },
	{ BAD, AC_S_INIT("\"\xc3\"") },
	{ BAD, AC_S_INIT("\"\xe2\x82\"") },
	{ BAD, AC_S_INIT("\"\xf0\x9f\x98\"") },
	{ BAD, AC_S_INIT("\"\xe2x\x82\"") },
	{ BAD, AC_S_INIT("\"caf\xe9 in latin-1\"") },
	{ BAD, AC_S_INIT("{\"\xff\":1}") },
	{ BAD, AC_S_INIT("[\xc3\xa9]") },
	{ SHORT, AC_S_INIT("\"\xc3") },
	{ SHORT, AC_S_INIT("\"\xe2") },
	{ SHORT, AC_S_INIT("\"\xe2\x82") },
	{ SHORT, AC_S_INIT("\"\xf0\x9f\x98") },
	/* RFC 8259 s4, s5: structure. */
	{ BAD, AC_S_INIT("]") },
	{ BAD, AC_S_INIT("}") },
	{ BAD, AC_S_INIT(",") },
	{ BAD, AC_S_INIT(":") },
	{ BAD, AC_S_INIT("[1,]") },
	{ BAD, AC_S_INIT("[,1]") },
	{ BAD, AC_S_INIT("[1,,2]") },
	{ BAD, AC_S_INIT("[,]") },
	{ BAD, AC_S_INIT("[1;2]") },
	{ BAD, AC_S_INIT("[1:2]") },
	{ BAD, AC_S_INIT("[1 2]") },
	{ BAD, AC_S_INIT("[\"a\":1]") },
	{ BAD, AC_S_INIT("[1}") },
	{ BAD, AC_S_INIT("[}") },
	{ BAD, AC_S_INIT("{]") },
	{ BAD, AC_S_INIT("{\"a\":1]") },
	{ BAD, AC_S_INIT("{\"a\":1,}") },
	{ BAD, AC_S_INIT("{,\"a\":1}") },
	{ BAD, AC_S_INIT("{\"a\":1,,\"b\":2}") },
	{ BAD, AC_S_INIT("{\"a\"}") },
	{ BAD, AC_S_INIT("{\"a\",1}") },
	{ BAD, AC_S_INIT("{\"a\":}") },
	{ BAD, AC_S_INIT("{\"a\"::1}") },
	{ BAD, AC_S_INIT("{\"a\" 1}") },
	{ BAD, AC_S_INIT("{\"a\":1 \"b\":2}") },
	{ BAD, AC_S_INIT("{\"a\":1:2}") },
	{ BAD, AC_S_INIT("{a:1}") },
	{ BAD, AC_S_INIT("{'a':1}") },
	{ BAD, AC_S_INIT("{1:1}") },
	{ BAD, AC_S_INIT("{null:1}") },
	{ BAD, AC_S_INIT("{[]:1}") },
	{ BAD, AC_S_INIT("{{}:1}") },
	{ BAD, AC_S_INIT("{\"a\"=1}") },
	{ BAD, AC_S_INIT("({})") },
	{ BAD, AC_S_INIT("<html>") },
	{ SHORT, AC_S_INIT("[") },
	{ SHORT, AC_S_INIT("{") },
	{ SHORT, AC_S_INIT("[1") },
	{ SHORT, AC_S_INIT("[1,") },
	{ SHORT, AC_S_INIT("[[]") },
	{ SHORT, AC_S_INIT("[{}") },
	{ SHORT, AC_S_INIT("{\"a\"") },
	{ SHORT, AC_S_INIT("{\"a\":") },
	{ SHORT, AC_S_INIT("{\"a\":1") },
	{ SHORT, AC_S_INIT("{\"a\":1,") },
	{ SHORT, AC_S_INIT("{\"a\":1, ") },
	{ SHORT, AC_S_INIT("{\"a\":1,\"b\"") },
	/* I-JSON (RFC 7493 s2.3): a key once, compared unescaped. */
	{ GOOD, AC_S_INIT("{\"a\":1,\"A\":2}") },
	{ GOOD, AC_S_INIT("{\"a\":{\"a\":1},\"b\":{\"a\":1}}") },
	{ GOOD, AC_S_INIT("{\"\":1,\" \":2}") },
	{ GOOD, AC_S_INIT("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}") }, /* not normalised: two keys */
	{ BAD, AC_S_INIT("{\"a\":1,\"a\":1}") },
	{ BAD, AC_S_INIT("{\"\":1,\"\":2}") },
	{ BAD, AC_S_INIT("{\"a\":1,\"\\u0061\":2}") },
	{ BAD, AC_S_INIT("{\"\\u00e9\":1,\"\xc3\xa9\":2}") },
	{ BAD, AC_S_INIT("{\"\\uD83D\\uDE00\":1,\"\xf0\x9f\x98\x80\":2}") },
	{ BAD, AC_S_INIT("{\"\\/\":1,\"/\":2}") },
	{ BAD, AC_S_INIT("[{\"x\":{\"type\":1,\"id\":2,\"type\":3}}]") },
	{ BAD, AC_S_INIT("{\"type\":[{\"deep\":[1,2,3]}],\"id\":{\"type\":1},\"type\":0}") },
};

/* Something behind the value: the whole text is refused, the value in front of it is not. */
static const ac_str followed[] = { AC_S_INIT("{} x"), AC_S_INIT("[][]"), AC_S_INIT("\"a\" \"b\""), AC_S_INIT("{}{}"),
	AC_S_INIT("1 2"), AC_S_INIT("\"a\"]"), AC_S_INIT("[1]]"), AC_S_INIT("{}}"), AC_S_INIT("null,"),
	AC_S_INIT("truex"), AC_S_INIT("1x"), AC_S_INIT("0x10"), AC_S_INIT("1.5.5"), AC_S_INIT("{}\0"),
	AC_S_INIT("[]\n//"), AC_S_INIT("nullnull"), AC_S_INIT("{}\xff") };

static void
fail_row(ac_str text, const char *how, int status, const accord_err *err)
{
	fail_msg("%s '%.*s': %d %s (%d:%d)", how, AC_FMT(text), status, err->text, (int)err->line, (int)err->column);
}

static void
json__accepts_and_refuses_whole_texts(void **state)
{
	(void)state;
	assert_true(AC_COUNT(rows) >= 150);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_arena arena;
		accord_err err = { 0 };
		const ac_json *value = NULL;
		int status;
		/* An exact copy on the heap: one byte too far is then seen. */
		char *copy = malloc(rows[i].text.n + 1);

		memcpy(copy, rows[i].text.p, rows[i].text.n);
		copy = realloc(copy, rows[i].text.n ? rows[i].text.n : 1);
		ac_arena_init(&arena, 1 << 20);
		status = ac_json_parse((ac_str){ copy, rows[i].text.n }, AC_JSON_LIMITS, &arena, &value, &err);
		if (status != (rows[i].verdict == GOOD ? 0 : ACCORD_EINPUT))
			fail_row(rows[i].text, "whole", status, &err);
		assert_int_equal(value != NULL, rows[i].verdict == GOOD);
		assert_int_equal(err.code, status);
		if (rows[i].verdict == SHORT && strncmp(err.text, "truncated JSON: want ", 21) != 0)
			fail_row(rows[i].text, "truncated", status, &err);
		ac_arena_done(&arena);
		free(copy);
	}
}

static void
json__tells_unfinished_from_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_arena arena;
		accord_err err = { 0 };
		const ac_json *value = NULL;
		size_t used = 0;
		char last = rows[i].text.n ? rows[i].text.p[rows[i].text.n - 1] : ' ';
		bool number_at_end = rows[i].verdict == GOOD && ac_is_digit(last);
		int status, want = rows[i].verdict == BAD ? ACCORD_EINPUT : rows[i].verdict == SHORT || number_at_end;

		ac_arena_init(&arena, 1 << 20);
		status = ac_json_parse_prefix(rows[i].text, false, AC_JSON_LIMITS, &arena, &value, &used, &err);
		if (status != want)
			fail_row(rows[i].text, "prefix", status, &err);
		status = ac_json_parse_prefix(rows[i].text, true, AC_JSON_LIMITS, &arena, &value, &used, &err);
		if (status != (rows[i].verdict == GOOD ? 0 : ACCORD_EINPUT))
			fail_row(rows[i].text, "final prefix", status, &err);
		ac_arena_done(&arena);
	}
}

static void
json__what_follows_a_value_is_the_callers(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(followed); i++) {
		ac_arena arena;
		accord_err err = { 0 };
		const ac_json *value = NULL;
		size_t used = 0;
		int status;

		ac_arena_init(&arena, 1 << 20);
		status = ac_json_parse(followed[i], AC_JSON_LIMITS, &arena, &value, &err);
		if (status != ACCORD_EINPUT || !strstr(err.text, "want the end of the text"))
			fail_row(followed[i], "whole", status, &err);
		for (int final = 0; final < 2; final++) {
			status = ac_json_parse_prefix(followed[i], final, AC_JSON_LIMITS, &arena, &value, &used, &err);
			if (status != 0 || used >= followed[i].n)
				fail_row(followed[i], "prefix", status, &err);
		}
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json__accepts_and_refuses_whole_texts),
		cmocka_unit_test(json__tells_unfinished_from_wrong),
		cmocka_unit_test(json__what_follows_a_value_is_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
