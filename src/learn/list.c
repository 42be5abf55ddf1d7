/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of plain lists: one value a line, defanged or not, '#' comments (whole lines, or behind white space). Lines of a hosts file ("0.0.0.0 name") are taken too. A list
 * of millions makes millions of rows, not documents.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "learn/detect.h"
#include "learn/kinds.h"
#include "learn/lines.h"
#include "learn/make.h"

#define LINE_ARENA_MAX (1 * AC_MIB)
/* Lines that are looked at before an unknown text is called a list, and how many of them must be values, in percent. */
#define SCORED_LINES 32
#define SCORED_PERCENT 60

struct ac_reader {
	ac_reader_sink sink;
	ac_lines lines;
	ac_arena arena; /* of one line */
};

/* Addresses that hosts files send unwanted names to. */
static const ac_str sinkholes[] = {
	AC_S_INIT("0.0.0.0"),
	AC_S_INIT("127.0.0.1"),
	AC_S_INIT("::1"),
	AC_S_INIT("::"),
};

/* The name of "0.0.0.0 name", else the text itself. */
static ac_str
hosts_name(ac_str text, bool *out_is_hosts)
{
	size_t end = 0;
	ac_str name;

	*out_is_hosts = false;
	while (end < text.n && !ac_is_space(text.p[end]))
		end++;
	name = ac_str_trim(ac_str_slice(text, end, text.n));
	for (size_t i = 0; name.n && i < AC_COUNT(sinkholes); i++)
		if (ac_str_eq(ac_str_slice(text, 0, end), sinkholes[i])) {
			*out_is_hosts = true;
			return name;
		}
	return text;
}

static int
take_value(ac_reader *reader, ac_str line, ac_str text, ac_str comment, ac_place place, accord_err *err)
{
	ac_row row = { .exact = line,
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX,
		.confidence = -1,
		.comment = comment };
	accord_err what = { 0 };
	bool is_hosts;
	int rc;

	text = hosts_name(text, &is_hosts);
	rc = ac_value_guess(text, &reader->arena, &row.value, &what);
	if (rc == ACCORD_ENOMEM) {
		*err = what;
		return rc;
	}
	if (rc < 0 || row.value.type == AC_VALUE_NONE)
		return ac_refuse_text(&reader->sink, AC_REFUSED_NOT_VALUE, place,
		    "want an address, domain, URL, hash or file name, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	if (is_hosts)
		reader->sink.on_repair(reader->sink.payload, "hosts-line", NULL);
	return reader->sink.on_row(reader->sink.payload, &row, place, err);
}

static int
on_line(void *payload, ac_str line, ac_place place, accord_err *err)
{
	ac_reader *reader = payload;
	ac_str comment, text = ac_value_line(line, &comment);
	int rc;

	if (text.n == 0)
		return 0;
	if (!ac_utf8_is_valid(line))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_UTF8, place, "want UTF-8, got a line that is not");
	rc = take_value(reader, line, text, comment, place, err);
	ac_arena_reset(&reader->arena);
	return rc;
}

static ac_reader *
list_close(ac_reader *reader)
{
	if (reader) {
		ac_lines_done(&reader->lines);
		ac_arena_done(&reader->arena);
		free(reader);
	}
	return NULL;
}

static ac_reader *
list_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	ac_lines_init(&reader->lines, &reader->sink, AC_LIST_LINE_MAX, on_line, reader);
	ac_arena_init(&reader->arena, LINE_ARENA_MAX);
	return reader;
}

static int
list_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ac_lines_feed(&reader->lines, chunk, err);
}

static int
list_end(ac_reader *reader, accord_err *err)
{
	return ac_lines_end(&reader->lines, err);
}

/* Prose is no list: most lines must be one value. A file name is too weak a sign, any word with a dot could be one. */
static int
list_score(ac_str head)
{
	size_t seen = 0, good = 0;
	ac_arena arena;
	ac_str line;

	ac_arena_init(&arena, LINE_ARENA_MAX);
	for (ac_str rest = ac_skip_bom(head); seen < SCORED_LINES && ac_str_next_field(&rest, '\n', &line);) {
		ac_value value = { 0 };
		ac_str comment, text = ac_value_line(ac_str_slice(line, 0, AC_LIST_LINE_MAX), &comment);
		accord_err err = { 0 };
		bool is_hosts;

		if (text.n == 0)
			continue;
		seen++;
		text = hosts_name(text, &is_hosts);
		if (ac_utf8_is_valid(text) && ac_value_guess(text, &arena, &value, &err) == 0 &&
		    value.type != AC_VALUE_NONE && value.type != AC_VALUE_FILE_NAME)
			good++;
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
	return seen && good * 100 >= seen * SCORED_PERCENT ? 30 : 0;
}

const ac_reader_kind ac_reader_list = {
	.name = "list",
	.help = "plain list: one value a line, # comments",
	.score = list_score,
	.open = list_open,
	.feed = list_feed,
	.end = list_end,
	.close = list_close,
};
