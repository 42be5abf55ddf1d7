/* SPDX-License-Identifier: Apache-2.0 */
/* Text on a terminal: widths by Unicode TR 11, wrapping, cells, prose without markup. */
#include "test.h"

#include "fail_malloc.h"
#include "base/limits.h"
#include "know/layout.h"

static void
width__counts_columns_not_bytes(void **state)
{
	static const struct {
		const char *text;
		unsigned columns;
	} rows[] = { { "", 0 }, { "abc", 3 }, { "Größe", 5 }, { "海莲花", 6 }, { "e\xcc\x81", 1 }, { "Ж", 1 },
		{ "ａ", 2 }, { "한", 2 }, { "\xff", 1 } };

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(ac_layout_width(ac_str_from(rows[i].text)), rows[i].columns);
}

static void
words__wrap_at_the_width_and_go_on_at_the_indent(void **state)
{
	ac_layout l;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_layout_init(&l, &buf, 12, false);
	ac_layout_line(&l, 2, 4);
	/* "  one two" is 9 columns; "three" would end at 15. */
	ac_layout_words(&l, AC_S("one two three\n  four five"));
	ac_layout_break(&l);
	assert_str(ac_buf_view(&buf), AC_S("  one two\n    three\n    four\n    five\n"));
	ac_buf_done(&buf);
}

static void
word__longer_than_a_line_is_not_torn(void **state)
{
	ac_layout l;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_layout_init(&l, &buf, 10, false);
	ac_layout_line(&l, 0, 2);
	ac_layout_words(&l, AC_S("see https://example.org/a now"));
	ac_layout_break(&l);
	assert_str(ac_buf_view(&buf), AC_S("see\n  https://example.org/a\n  now\n"));
	ac_buf_done(&buf);
}

static void
cell__is_cut_and_padded_by_columns(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = { { "abc", "abc      |" }, { "abcdefghijk", "abcdef...|" }, { "海莲花海莲花", "海莲花...|" },
		{ "a海莲花海", "a海莲花海|" }, { "aa海莲花海", "aa海莲...|" } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_layout l;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_layout_init(&l, &buf, 80, false);
		ac_layout_cell(&l, ac_str_from(rows[i].text), 9);
		ac_buf_add_byte(&buf, '|');
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].want));
		ac_buf_done(&buf);
	}
}

static void
controls__are_made_visible(void **state)
{
	ac_layout l;
	ac_buf buf;
	ac_str text;

	ac_buf_init(&buf, AC_MIB);
	ac_layout_init(&l, &buf, 80, false);
	ac_layout_title(&l, AC_S("a\x1b[2Jb"));
	ac_layout_words(&l, AC_S("c\x07 \xe2\x80\xae"
				 "d \xff"));
	ac_layout_break(&l);
	text = ac_buf_view(&buf);
	assert_int_equal(ac_str_find_byte(text, '\x1b'), text.n);
	assert_int_equal(ac_str_find_byte(text, '\x07'), text.n);
	assert_int_equal(ac_utf8_find_bidi(text), text.n);
	assert_true(ac_utf8_is_valid(text));
	ac_buf_done(&buf);
}

static void
list__counts_what_it_leaves_out(void **state)
{
	static const ac_str items[] = { AC_S_INIT("a"), AC_S_INIT("b"), AC_S_INIT("c"), AC_S_INIT("d") };
	static const struct {
		size_t most;
		const char *want;
	} rows[] = { { 4, "a, b, c, d\n" }, { 9, "a, b, c, d\n" }, { 2, "a, b and 2 more\n" } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_layout l;
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_layout_init(&l, &buf, 80, false);
		ac_layout_list(&l, items, AC_COUNT(items), rows[i].most);
		ac_layout_break(&l);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].want));
		ac_buf_done(&buf);
	}
}

static void
prose__loses_its_markup(void **state)
{
	static const struct {
		const char *prose, *want;
	} rows[] = {
		{ "[Lake](https://example.org/a) uses a shell.(Citation: Example 2021)", "Lake uses a shell." },
		{ "Run <code>whoami</code>.<sup>[[x](y)]</sup> End", "Run whoami. End" },
		{ "unclosed [name(x) and (Citation: never ends", "unclosed [name(x) and (Citation: never ends" },
		{ "[a] (b) [c](d", "[a] (b) [c](d" },
		{ "<sup>open", "<sup>open" },
		{ "", "" },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_layout_plain(ac_str_from(rows[i].prose), &arena), ac_str_from(rows[i].want));
	ac_arena_done(&arena);
}

static void
layout__keeps_a_failure_of_its_buffer(void **state)
{
	bool failed = true;

	for (unsigned long n = 1; failed; n++) {
		accord_err err = { 0 };
		ac_layout l;
		ac_str text;
		ac_buf buf;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		ac_layout_init(&l, &buf, 20, false);
		fail_malloc_at(n);
		ac_layout_title(&l, AC_S("title"));
		ac_layout_words(&l, AC_S("some words"));
		ac_layout_printf(&l, "%d words", 2);
		ac_layout_cell(&l, AC_S("cell"), 8);
		ac_layout_break(&l);
		failed = fail_malloc_done();
		rc = ac_buf_finish(&buf, &text, &err);
		assert_int_equal(rc, failed ? ACCORD_ENOMEM : 0);
		ac_buf_done(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width__counts_columns_not_bytes),
		cmocka_unit_test(words__wrap_at_the_width_and_go_on_at_the_indent),
		cmocka_unit_test(word__longer_than_a_line_is_not_torn),
		cmocka_unit_test(cell__is_cut_and_padded_by_columns),
		cmocka_unit_test(controls__are_made_visible),
		cmocka_unit_test(list__counts_what_it_leaves_out),
		cmocka_unit_test(prose__loses_its_markup),
		cmocka_unit_test(layout__keeps_a_failure_of_its_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
