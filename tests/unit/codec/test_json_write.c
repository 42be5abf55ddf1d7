/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON builder: commas, escapes, indentation, ceilings. */
#include "test.h"

#include <math.h>

#include "codec/json_write.h"
#include "fail_malloc.h"

static void
build(ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), AC_S("indicator--1"));
	ac_jw_key_u64(w, AC_S("u"), UINT64_MAX);
	ac_jw_key_bool(w, AC_S("b"), true);
	ac_jw_key(w, AC_S("list"));
	ac_jw_array(w);
	ac_jw_i64(w, -1);
	ac_jw_u64(w, 2);
	ac_jw_double(w, 0.1);
	ac_jw_bool(w, false);
	ac_jw_null(w);
	ac_jw_string(w, AC_S("x"));
	ac_jw_raw(w, AC_S("{\"raw\":1}"));
	ac_jw_array(w);
	ac_jw_end(w);
	ac_jw_object(w);
	ac_jw_end(w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("o"));
	ac_jw_object(w);
	ac_jw_key(w, AC_S("n"));
	ac_jw_double(w, (double)NAN);
	ac_jw_end(w);
	ac_jw_end(w);
}

static void
writer__puts_commas_and_colons(void **state)
{
	ac_json_writer w;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 4096);
	ac_json_writer_init(&w, &buf);
	build(&w);
	assert_str(ac_buf_view(&buf),
	    AC_S("{\"id\":\"indicator--1\",\"u\":18446744073709551615,\"b\":true,\"list\":[-1,2,0.1,false,null,\"x\","
		 "{\"raw\":1},[],{}],\"o\":{\"n\":null}}"));
	/* The same writer goes on with the next document, as NDJSON wants. */
	ac_buf_reset(&buf);
	ac_jw_string(&w, AC_S("a"));
	ac_buf_add_byte(&buf, '\n');
	ac_jw_array(&w);
	ac_jw_end(&w);
	assert_str(ac_buf_view(&buf), AC_S("\"a\"\n[]"));
	ac_buf_done(&buf);
}

static void
writer__indents_when_pretty(void **state)
{
	ac_json_writer w;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 4096);
	ac_json_writer_init(&w, &buf);
	w.pretty = true;
	build(&w);
	assert_str(
	    ac_buf_view(&buf), AC_S("{\n  \"id\": \"indicator--1\",\n  \"u\": 18446744073709551615,\n  \"b\": true,\n"
				    "  \"list\": [\n    -1,\n    2,\n    0.1,\n    false,\n    null,\n    \"x\",\n"
				    "    {\"raw\":1},\n    [],\n    {}\n  ],\n  \"o\": {\n    \"n\": null\n  }\n}"));
	ac_buf_done(&buf);
}

static void
writer__escapes_what_must_be_and_nothing_else(void **state)
{
	static const struct {
		ac_str text, want;
	} rows[] = {
		{ { NULL, 0 }, AC_S_INIT("\"\"") },
		{ AC_S_INIT("plain / text \x7f"), AC_S_INIT("\"plain / text \x7f\"") },
		{ AC_S_INIT("\"\\"), AC_S_INIT("\"\\\"\\\\\"") },
		{ AC_S_INIT("\b\f\n\r\t"), AC_S_INIT("\"\\b\\f\\n\\r\\t\"") },
		{ AC_S_INIT("\0\x01\x0b\x1f"), AC_S_INIT("\"\\u0000\\u0001\\u000b\\u001f\"") },
		{ AC_S_INIT("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
		    AC_S_INIT("\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"") },
		{ AC_S_INIT("more than sixteen bytes\nand more than sixteen bytes"),
		    AC_S_INIT("\"more than sixteen bytes\\nand more than sixteen bytes\"") },
		{ AC_S_INIT("bad \xff\xe2\x82 \xed\xa0\x80"),
		    AC_S_INIT("\"bad \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"") },
		{ AC_S_INIT("cut \xf0\x9f\x98"), AC_S_INIT("\"cut \xef\xbf\xbd\"") },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;

		ac_buf_init(&buf, 4096);
		ac_json_add_string(&buf, rows[i].text);
		assert_str(ac_buf_view(&buf), rows[i].want);
		ac_buf_done(&buf);
	}
}

/* Every choice of places in ten bytes, at the begin of short and long texts and behind other bytes, in buffers that have room to spare and in ones that have just enough. */
static void
writer__escapes_wherever_quotes_and_backslashes_stand(void **state)
{
	static const size_t sizes[] = { 10, 16, 18, 50 }, begins[] = { 0, 7, 16, 21 };

	(void)state;
	for (unsigned places = 0; places < 1 << 10; places++)
		for (unsigned way = 0; way < 2 * AC_COUNT(sizes) * AC_COUNT(begins); way++) {
			size_t size = sizes[way / 2 % AC_COUNT(sizes)], begin = begins[way / 2 / AC_COUNT(sizes)];
			char text[71], want[96];
			size_t n = 0;
			ac_buf buf;

			want[n++] = '"';
			for (size_t i = 0; i < begin + size; i++) {
				bool is_special = i >= begin && i < begin + 10 && (places >> (i - begin) & 1);

				text[i] = !is_special ? (char)('a' + i % 26) : i % 3 ? '"' : '\\';
				if (is_special)
					want[n++] = '\\';
				want[n++] = text[i];
			}
			want[n++] = '"';
			ac_buf_init(&buf, way % 2 ? 4096 : n);
			ac_json_add_string(&buf, (ac_str){ text, begin + size });
			assert_str(ac_buf_view(&buf), ((ac_str){ want, n }));
			ac_buf_done(&buf);
		}
}

static void
writer__every_character_comes_back(void **state)
{
	ac_buf buf;
	ac_arena arena;
	const ac_json *v = NULL;

	(void)state;
	ac_buf_init(&buf, 4096);
	ac_arena_init(&arena, 1 << 20);
	/* From 1: the reader refuses NUL. */
	for (unsigned c = 1; c < 0x80; c++) {
		char text[3] = { 'x', (char)c, 'y' };

		ac_buf_reset(&buf);
		ac_arena_reset(&arena);
		ac_json_add_string(&buf, (ac_str){ text, 3 });
		assert_int_equal(ac_json_parse(ac_buf_view(&buf), AC_JSON_LIMITS, &arena, &v, NULL), 0);
		assert_str(ac_json_string(v), ((ac_str){ text, 3 }));
	}
	ac_arena_done(&arena);
	ac_buf_done(&buf);
}

static void
writer__stops_at_64_levels(void **state)
{
	ac_json_writer w;
	ac_buf buf;
	ac_str all;
	accord_err err = { 0 };

	(void)state;
	for (unsigned levels = 64; levels <= 70; levels++) {
		ac_buf_init(&buf, 4096);
		ac_json_writer_init(&w, &buf);
		for (unsigned i = 0; i < levels; i++) {
			/* object in array in object ... */
			if (i % 2) {
				ac_jw_key(&w, AC_S("k"));
				ac_jw_array(&w);
			} else {
				ac_jw_object(&w);
			}
		}
		/* What comes too deep is no crash, whatever it is. */
		if (levels > 64) {
			ac_jw_key_string(&w, AC_S("k"), AC_S("v"));
			ac_jw_array(&w);
			ac_jw_end(&w);
		}
		for (unsigned i = 0; i < levels; i++)
			ac_jw_end(&w);
		assert_int_equal(w.depth, 0);
		assert_int_equal(ac_buf_finish(&buf, &all, &err), levels == 64 ? 0 : ACCORD_ELIMIT);
		ac_buf_done(&buf);
	}
}

static void
writer__takes_json_on_one_line(void **state)
{
	ac_json_writer w;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 20);
	ac_json_writer_init(&w, &buf);
	ac_jw_array(&w);
	ac_jw_raw_line(&w, AC_S(" { \"a b\" :\n [ 1 ,\t\"x \\\" \\\\\" , {} ]\r\n}\n"));
	ac_jw_raw_line(&w, AC_S("\"\""));
	ac_jw_end(&w);
	assert_str(ac_buf_view(&buf), AC_S("[{\"a b\":[1,\"x \\\" \\\\\",{}]},\"\"]"));
	ac_buf_done(&buf);
}

static void
writer__survives_every_allocation_failure(void **state)
{
	unsigned long n = 1;

	(void)state;
	for (;; n++) {
		ac_json_writer w;
		ac_buf buf;
		ac_str all;
		int status;

		ac_buf_init(&buf, 1 << 20);
		ac_json_writer_init(&w, &buf);
		fail_malloc_at(n);
		ac_jw_array(&w);
		for (int i = 0; i < 20; i++)
			build(&w);
		ac_jw_end(&w);
		status = ac_buf_finish(&buf, &all, NULL);
		ac_buf_done(&buf);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writer__puts_commas_and_colons),
		cmocka_unit_test(writer__indents_when_pretty),
		cmocka_unit_test(writer__escapes_what_must_be_and_nothing_else),
		cmocka_unit_test(writer__escapes_wherever_quotes_and_backslashes_stand),
		cmocka_unit_test(writer__every_character_comes_back),
		cmocka_unit_test(writer__stops_at_64_levels),
		cmocka_unit_test(writer__takes_json_on_one_line),
		cmocka_unit_test(writer__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
