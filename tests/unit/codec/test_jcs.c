/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical form: the RFC's own examples, the published vectors, order of keys, refusals. */
#include "test.h"

#include <stdio.h>

#include "codec/json_write.h"
#include "fail_malloc.h"

/* Canonical form of text into buf; the first error on the way. */
static int
canonicalize(ac_str text, ac_buf *buf, accord_err *err)
{
	const ac_json *v = NULL;
	ac_arena arena;
	int status;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	status = ac_json_parse(text, (ac_json_limits){ 200, 1000 }, &arena, &v, err);
	if (!status)
		status = ac_jcs(v, buf, &arena, err);
	ac_arena_done(&arena);
	return status;
}

static void
jcs__gives_the_canonical_form(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		/* RFC 8785 s3.2.2 and s3.2.3 */
		{ "{\n  \"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],\n"
		  "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n  \"literals\": [null, "
		  "true, false]\n}",
		    "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
		    "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}" },
		{ "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With "
		  "Dagesh\",\"1\":\"One\","
		  "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small "
		  "Letter O With Diaeresis\"}",
		    "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin Small "
		    "Letter O With Diaeresis\","
		    "\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning "
		    "Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}" },
		{ " [ ] ", "[]" },
		{ "{ }", "{}" },
		{ "[[],{},[{}]]", "[[],{},[{}]]" },
		{ "-0", "0" },
		{ "1.0e2", "100" },
		{ "9007199254740993", "9007199254740992" },
		{ "\"a\\/b\"", "\"a/b\"" },
		/* Prefixes come first; empty keys before all; nested objects are sorted too. */
		{ "{\"ab\":{\"z\":1,\"y\":2},\"a\":[{\"d\":0,\"c\":0}],\"\":0,\"aa\":0}",
		    "{\"\":0,\"a\":[{\"c\":0,\"d\":0}],\"aa\":0,\"ab\":{\"y\":2,\"z\":1}}" },
		/* U+E000 and U+FFFD come after every surrogate pair, U+D7FF before. */
		{ "{\"\\ue000\":1,\"\\ufffd\":2,\"\\ud800\\udc00\":3,\"\\udbff\\udfff\":4,\"\\ud7ff\":5,\"x\\ue000\":6,"
		  "\"x\\ud800\\udc00\":7}",
		    "{\"x\xf0\x90\x80\x80\":7,\"x\xee\x80\x80\":6,\"\xed\x9f\xbf\":5,\"\xf0\x90\x80\x80\":3,"
		    "\"\xf4\x8f\xbf\xbf\":4,"
		    "\"\xee\x80\x80\":1,\"\xef\xbf\xbd\":2}" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf, again;
		accord_err err = { 0 };

		ac_buf_init(&buf, 1 << 20);
		ac_buf_init(&again, 1 << 20);
		if (canonicalize(ac_str_from(rows[i].text), &buf, &err))
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].want));
		assert_int_equal(canonicalize(ac_buf_view(&buf), &again, &err), 0);
		assert_str(ac_buf_view(&again), ac_buf_view(&buf));
		ac_buf_done(&again);
		ac_buf_done(&buf);
	}
}

static void
jcs__sorts_many_keys(void **state)
{
	ac_buf text, buf, want;
	accord_err err = { 0 };

	(void)state;
	for (unsigned n = 0; n < 130; n++) {
		ac_buf_init(&text, 1 << 16);
		ac_buf_init(&buf, 1 << 16);
		ac_buf_init(&want, 1 << 16);
		ac_buf_add_byte(&text, '{');
		ac_buf_add_byte(&want, '{');
		/* 7 has no common divisor with 131, so every number comes once. */
		for (unsigned i = 0; i < n; i++) {
			ac_buf_printf(&text, "%s\"%03u\":0", i ? "," : "", (i * 7 + 3) % 131);
		}
		for (unsigned key = 0, count = 0; key < 131; key++)
			for (unsigned i = 0; i < n; i++)
				if ((i * 7 + 3) % 131 == key)
					ac_buf_printf(&want, "%s\"%03u\":0", count++ ? "," : "", key);
		ac_buf_add_byte(&text, '}');
		ac_buf_add_byte(&want, '}');
		assert_int_equal(canonicalize(ac_buf_view(&text), &buf, &err), 0);
		assert_str(ac_buf_view(&buf), ac_buf_view(&want));
		ac_buf_done(&text);
		ac_buf_done(&buf);
		ac_buf_done(&want);
	}
}

static void
jcs__refuses_what_has_no_canonical_form(void **state)
{
	char deep[200];
	ac_buf buf;
	accord_err err = { 0 };

	(void)state;
	ac_buf_init(&buf, 1 << 16);
	assert_int_equal(canonicalize(AC_S("{\"a\":[1e400]}"), &buf, &err), ACCORD_EINPUT);
	assert_string_equal(err.text, "want a number within the range of doubles, got 1e400");
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_int_equal(canonicalize((ac_str){ deep, 200 }, &buf, &err), ACCORD_ELIMIT);
	ac_buf_reset(&buf);
	assert_int_equal(
	    canonicalize((ac_str){ deep + 100 - AC_JSON_DEPTH_MAX, 2 * AC_JSON_DEPTH_MAX }, &buf, &err), 0);
	ac_buf_done(&buf);
	ac_buf_init(&buf, 3);
	assert_int_equal(canonicalize(AC_S("[1,2]"), &buf, &err), ACCORD_ELIMIT);
	ac_buf_done(&buf);
}

static void
jcs__survives_every_allocation_failure(void **state)
{
	unsigned long n = 1;

	(void)state;
	for (;; n++) {
		ac_buf buf;
		accord_err err = { 0 };
		int status;

		ac_buf_init(&buf, 1 << 16);
		fail_malloc_at(n);
		status =
		    canonicalize(AC_S("{\"b\":{\"d\":[1.5,\"\\n\"],\"c\":{}},\"a\":{\"x\":{\"y\":0}}}"), &buf, &err);
		ac_buf_done(&buf);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
	}
	assert_true(n > 1);
}

static void
read_vector(const char *folder, const char *name, ac_buf *buf)
{
	char path[4096];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/agree/vectors/jcs/testdata/%s/%s.json", shared_data(), folder, name);
	file = fopen(path, "rb");
	if (!file)
		return;
	while ((n = fread(ac_buf_reserve(buf, 4096), 1, 4096, file)) > 0)
		ac_buf_commit(buf, n);
	(void)fclose(file);
}

static void
jcs__agrees_with_the_published_vectors(void **state)
{
	static const char *const names[] = { "arrays", "french", "structures", "unicode", "values", "weird" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		ac_buf input, output, buf;
		accord_err err = { 0 };

		ac_buf_init(&input, 1 << 20);
		ac_buf_init(&output, 1 << 20);
		ac_buf_init(&buf, 1 << 20);
		if (shared_data()) {
			read_vector("input", names[i], &input);
			read_vector("output", names[i], &output);
		}
		if (input.n == 0) {
			print_message("# the vectors of RFC 8785 are not here\n");
			skip();
		}
		if (canonicalize(ac_buf_view(&input), &buf, &err))
			fail_msg("%s: %s", names[i], err.text);
		assert_str(ac_buf_view(&buf), ac_buf_view(&output));
		ac_buf_done(&input);
		ac_buf_done(&output);
		ac_buf_done(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jcs__gives_the_canonical_form),
		cmocka_unit_test(jcs__sorts_many_keys),
		cmocka_unit_test(jcs__refuses_what_has_no_canonical_form),
		cmocka_unit_test(jcs__survives_every_allocation_failure),
		cmocka_unit_test(jcs__agrees_with_the_published_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
