/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codec/csv.h"
#include "fail_malloc.h"

typedef struct split_row {
	const char *record;
	char separator;
	const char *want; /* fields with '|' behind each */
} split_row;

static const split_row split_rows[] = {
	{ "", ',', "|" },
	{ "a", ',', "a|" },
	{ "aaa,bbb,ccc", ',', "aaa|bbb|ccc|" },
	{ ",", ',', "||" },
	{ "a,,", ',', "a|||" },
	/* line ends belong to no field */
	{ "a,b\r\n", ',', "a|b|" },
	{ "a,b\n", ',', "a|b|" },
	{ "\r\n", ',', "|" },
	/* RFC 4180 s2.5 to s2.7 */
	{ "\"aaa\",\"bbb\",\"ccc\"", ',', "aaa|bbb|ccc|" },
	{ "\"aaa\",\"b\r\nbb\",\"ccc\"\r\n", ',', "aaa|b\r\nbb|ccc|" },
	{ "\"aaa\",\"b\"\"bb\",\"ccc\"", ',', "aaa|b\"bb|ccc|" },
	{ "\"\",\"\"\"\",\"\"\"\"\"\"", ',', "|\"|\"\"|" },
	{ "\"a,b\",c", ',', "a,b|c|" },
	/* s2.4: blanks are part of a field; around a quoted one they are not */
	{ " a , b ", ',', " a | b |" },
	{ "\"a\", \"b\" ,c", ',', "a|b|c|" },
	/* other separators */
	{ "a;b,c;\"d;e\"", ';', "a|b,c|d;e|" },
	{ "a\tb c\t\"d\te\"\t", '\t', "a|b c|d\te||" },
	/* a quote inside an unquoted field is text */
	{ "5\" disk,it's \"x\"", ',', "5\" disk|it's \"x\"|" },
};

static void
split__gives_the_fields(void **state)
{
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 100000);
	for (size_t i = 0; i < AC_COUNT(split_rows); i++) {
		const split_row *row = &split_rows[i];
		ac_buf got;
		ac_str *fields = NULL;
		size_t count = 0;

		ac_buf_init(&got, 1000);
		assert_int_equal(
		    ac_csv_split(ac_str_from(row->record), row->separator, &arena, &fields, &count, NULL), 0);
		for (size_t k = 0; k < count; k++) {
			ac_buf_add(&got, fields[k]);
			ac_buf_add_byte(&got, '|');
		}
		assert_str(ac_buf_view(&got), ac_str_from(row->want));
		ac_buf_done(&got);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

static void
split__refuses_open_quotes_and_text_behind_them(void **state)
{
	static const struct {
		const char *record;
		int line, column;
		const char *want;
	} rows[] = {
		{ "a,\"b", 1, 3, "not CSV: want a closing '\"', got the end of the record" },
		{ "\"", 1, 1, "not CSV: want a closing '\"', got the end of the record" },
		{ "a,\"b\"\"", 1, 3, "not CSV: want a closing '\"', got the end of the record" },
		{ "\"a\"b,c", 1, 4, "not CSV: want a separator behind a quoted field, got other text" },
		{ "\"a\nb\" x", 2, 4, "not CSV: want a separator behind a quoted field, got other text" },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 100000);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		accord_err err = { 0 };
		ac_str *fields = NULL;
		size_t count = 77;

		assert_int_equal(
		    ac_csv_split(ac_str_from(rows[i].record), ',', &arena, &fields, &count, &err), ACCORD_EINPUT);
		assert_string_equal(err.text, rows[i].want);
		assert_int_equal(err.line, rows[i].line);
		assert_int_equal(err.column, rows[i].column);
		assert_null(fields);
		assert_int_equal(count, 77);
	}
	ac_arena_done(&arena);
}

static void
split__holds_the_ceiling_of_columns(void **state)
{
	char record[AC_CSV_COLUMNS_MAX];
	ac_arena arena;
	ac_str *fields;
	size_t count = 0;

	(void)state;
	memset(record, ',', sizeof(record));
	ac_arena_init(&arena, 100000);
	assert_int_equal(ac_csv_split((ac_str){ record, sizeof(record) - 1 }, ',', &arena, &fields, &count, NULL), 0);
	assert_int_equal(count, AC_CSV_COLUMNS_MAX);
	assert_int_equal(
	    ac_csv_split((ac_str){ record, sizeof(record) }, ',', &arena, &fields, &count, NULL), ACCORD_ELIMIT);
	ac_arena_done(&arena);
}

static void
split__survives_every_allocation_failure(void **state)
{
	int rc = -1;

	(void)state;
	for (unsigned long n = 1; n < 20; n++) {
		ac_arena arena;
		ac_str *fields;
		size_t count;

		ac_arena_init(&arena, 100000);
		fail_malloc_at(n);
		rc = ac_csv_split(AC_S("a,\"b\"\"c\""), ',', &arena, &fields, &count, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
}

static void
record_length__ends_at_a_line_end_outside_of_quotes(void **state)
{
	static const struct {
		const char *text;
		size_t open, final; /* what it gives when more may come, and when not */
	} rows[] = {
		{ "", 0, 0 },
		{ "a,b", 0, 3 },
		{ "a,b\nc", 4, 4 },
		{ "a,b\r\nc", 5, 5 },
		{ "\n", 1, 1 },
		{ "\"a\nb\",c\nd", 8, 8 },
		{ "x,\"a\nb", 0, 6 },
		{ "x;\"a\nb\"\ny", 8, 8 },
		{ "x\t \"a\nb\"\ny", 9, 9 },
		{ "\"a\"\"\nb\"\n", 8, 8 },
		/* more text could double the quote */
		{ "\"a\"", 0, 3 },
		/* no field begins here */
		{ "a\"b\nc\"", 4, 4 },
		{ "\"a\" \"b\nc", 7, 7 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str text = ac_str_from(rows[i].text);

		if (ac_csv_record_length(text, false) != rows[i].open ||
		    ac_csv_record_length(text, true) != rows[i].final)
			print_error("row %zu\n", i);
		assert_int_equal(ac_csv_record_length(text, false), rows[i].open);
		assert_int_equal(ac_csv_record_length(text, true), rows[i].final);
	}
}

static void
detect_separator__takes_the_most_frequent_one(void **state)
{
	(void)state;
	assert_int_equal(ac_csv_detect_separator(AC_S("value,type,date")), ',');
	assert_int_equal(ac_csv_detect_separator(AC_S("value;type;comment, free")), ';');
	assert_int_equal(ac_csv_detect_separator(AC_S("value\ttype")), '\t');
	assert_int_equal(ac_csv_detect_separator(AC_S("\"a;b;c\",d")), ',');
	assert_int_equal(ac_csv_detect_separator(AC_S("value")), ',');
	assert_int_equal(ac_csv_detect_separator(AC_S("a,b\nx;y;z;w")), ',');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split__gives_the_fields),
		cmocka_unit_test(split__refuses_open_quotes_and_text_behind_them),
		cmocka_unit_test(split__holds_the_ceiling_of_columns),
		cmocka_unit_test(split__survives_every_allocation_failure),
		cmocka_unit_test(record_length__ends_at_a_line_end_outside_of_quotes),
		cmocka_unit_test(detect_separator__takes_the_most_frequent_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
