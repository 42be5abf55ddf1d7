/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/kinds.h"
#include "learn/lines.h"

typedef struct line_row {
	const char *line;
	ac_value_type type;
	const char *value;
} line_row;

/* What a line means; refanged forms as feeds write them. */
static const line_row lines[] = {
	{ "203.0.113.7", AC_VALUE_IPV4, "203.0.113.7" },
	{ "203.0.113[.]7", AC_VALUE_IPV4, "203.0.113.7" },
	{ "198.51.100.0/24", AC_VALUE_IPV4, "198.51.100.0/24" },
	{ "2001:DB8::1", AC_VALUE_IPV6, "2001:db8::1" },
	{ "  EVIL[.]example. ", AC_VALUE_DOMAIN, "evil.example" },
	{ "hxxp://Evil[.]example/A?b#c", AC_VALUE_URL, "http://evil.example/A?b#c" },
	{ "evil.example # first seen in May", AC_VALUE_DOMAIN, "evil.example" },
	{ "D41D8CD98F00B204E9800998ECF8427E", AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
	{ "bad[at]evil[.]example", AC_VALUE_EMAIL, "bad@evil.example" },
	{ "0.0.0.0 evil.example", AC_VALUE_DOMAIN, "evil.example" },
	{ "127.0.0.1\tevil.example", AC_VALUE_DOMAIN, "evil.example" },
	{ "CVE-2021-26855", AC_VALUE_CVE, "CVE-2021-26855" },
};

static void
list__takes_one_value_a_line(void **state)
{
	for (size_t i = 0; i < AC_COUNT(lines); i++) {
		got *g = read_text(&ac_reader_list, lines[i].line);

		assert_int_equal(g->end_rc, 0);
		if (g->row_count != 1)
			print_error("row %zu: '%s'\n", i, lines[i].line);
		assert_int_equal(g->row_count, 1);
		assert_int_equal(g->rows[0].value.type, lines[i].type);
		assert_str(g->rows[0].value.text, ac_str_from(lines[i].value));
		assert_str(g->rows[0].exact, ac_str_from(lines[i].line));
		assert_int_equal(g->rows[0].confidence, -1);
		got_free(g);
	}
}

static void
list__passes_over_comments_and_empty_lines(void **state)
{
	got *g =
	    read_text(&ac_reader_list, "\xEF\xBB\xBF# list\r\n\r\n; old comment\r\n// also\r\n203.0.113.7\r\n   \r\n");

	assert_int_equal(g->row_count, 1);
	assert_int_equal(g->refusal_count, 0);
	got_free(g);
}

static void
list__keeps_a_comment_behind_a_value(void **state)
{
	got *g = read_text(&ac_reader_list, "http://evil.example/#top # seen in May\n");

	assert_str(g->rows[0].value.text, AC_S("http://evil.example/#top"));
	assert_str(g->rows[0].comment, AC_S("seen in May"));
	got_free(g);
}

static void
list__refuses_what_is_no_value_and_goes_on(void **state)
{
	got *g = read_text(&ac_reader_list, "203.0.113.7\n(nothing at all)\n\xff\xfe\n203.0.113.8\n");

	assert_int_equal(g->row_count, 2);
	assert_int_equal(g->refusal_count, 2);
	assert_string_equal(g->refusals[0].reason, "not-a-value");
	assert_int_equal(g->refusals[0].what.line, 2);
	assert_int_equal(g->refusals[0].what.byte, 12);
	assert_string_equal(g->refusals[1].reason, "bad-utf8");
	assert_int_equal(g->refusals[1].what.line, 3);
	got_free(g);
}

static void
list__counts_hosts_lines(void **state)
{
	got *g = read_text(&ac_reader_list, "0.0.0.0 evil.example\n::1 worse.example\n");

	assert_int_equal(got_repaired(g, "hosts-line"), 2);
	got_free(g);
}

/* A line of 1 GB: one refusal, little memory, and the lines around it are learned. The reader is fed pieces, as from a pipe. */
static void
list__refuses_a_line_of_one_gigabyte_in_bounded_memory(void **state)
{
	const size_t piece = 1 << 20;
	got *g = got_new();
	ac_reader_options options = { .input_name = AC_S("test") };
	ac_reader_sink sink = got_sink(g);
	ac_reader *reader = ac_reader_list.open(&options, &sink);
	char *a = malloc(piece);
	accord_err err = { 0 };

	assert_non_null(a);
	memset(a, 'a', piece);
	assert_int_equal(ac_reader_list.feed(reader, AC_S("203.0.113.7\n"), &err), 0);
	for (int i = 0; i < 1024; i++)
		assert_int_equal(ac_reader_list.feed(reader, (ac_str){ a, piece }, &err), 0);
	assert_int_equal(ac_reader_list.feed(reader, AC_S("\n203.0.113.8\n"), &err), 0);
	assert_int_equal(ac_reader_list.end(reader, &err), 0);
	(void)ac_reader_list.close(reader);
	free(a);
	assert_int_equal(g->row_count, 2);
	assert_int_equal(g->refusal_count, 1);
	assert_string_equal(g->refusals[0].reason, "over-limit");
	assert_int_equal(g->refusals[0].what.line, 2);
	got_free(g);
}

static void
list__says_the_same_in_any_pieces(void **state)
{
	const char *text =
	    "# c\r\n203.0.113.7\nnot a value at all\n\nevil.example # x\nhxxp://evil.example/a\n203.0.113.9";

	for (size_t piece = 1; piece < 40; piece++) {
		got *g = got_new();

		got_feed(g, &ac_reader_list, ac_str_from(text), piece);
		assert_int_equal(g->row_count, 4);
		assert_int_equal(g->refusal_count, 1);
		assert_int_equal(g->refusals[0].what.line, 3);
		assert_int_equal(g->refusals[0].what.byte, 17);
		got_free(g);
	}
}

static int
count_line(void *payload, ac_str line, ac_place place, accord_err *err)
{
	size_t *longest = payload;

	if (line.n > *longest)
		*longest = line.n;
	return 0;
}

/* Ceiling exactly met, and exceeded by one, for every way a line can be cut. */
static void
lines__hold_their_ceiling_to_the_byte(void **state)
{
	for (size_t n = 15; n <= 18; n++)
		for (size_t piece = 1; piece <= 20; piece++) {
			got *g = got_new();
			ac_reader_sink sink = got_sink(g);
			char text[] = "ab\nxxxxxxxxxxxxxxxxxxxxxxxx\ncd\n";
			size_t longest = 0, at = 0;
			accord_err err = { 0 };
			ac_lines l;

			memmove(text + 3 + n, "\ncd\n", 5);
			ac_lines_init(&l, &sink, 16, count_line, &longest);
			for (size_t total = strlen(text); at < total; at += piece)
				assert_int_equal(
				    ac_lines_feed(&l, ac_str_slice((ac_str){ text, total }, at, at + piece), &err), 0);
			assert_int_equal(ac_lines_end(&l, &err), 0);
			ac_lines_done(&l);
			assert_int_equal(g->refusal_count, n > 16);
			assert_int_equal(longest, n > 16 ? 2 : n);
			got_free(g);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list__takes_one_value_a_line),
		cmocka_unit_test(list__passes_over_comments_and_empty_lines),
		cmocka_unit_test(list__keeps_a_comment_behind_a_value),
		cmocka_unit_test(list__refuses_what_is_no_value_and_goes_on),
		cmocka_unit_test(list__counts_hosts_lines),
		cmocka_unit_test(list__refuses_a_line_of_one_gigabyte_in_bounded_memory),
		cmocka_unit_test(list__says_the_same_in_any_pieces),
		cmocka_unit_test(lines__hold_their_ceiling_to_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
