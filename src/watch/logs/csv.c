/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV with a header (RFC 4180, with ',', ';', tab, '|' or, of eight columns and more, a blank). A header is a first line of names, one of which is known here, or a later one, also below lines of other formats, that begins as the first did or
 * has three that are known and no more that are not. A value in quotes may go over several lines: each gives the fields that stand in it, by the column in which the one before it broke off, so that nothing is gathered. A quote that is never closed hides
 * nothing: a whole record ends it, a line of another format, or AC_LOG_CSV_LINES_MAX; and no line of another format opens one. A line that does not have the header's columns is malformed, and matched.
 */
#include "watch/logs/json_inner.h"

#define NAME_MAX_BYTES 64
/* "Jul 19 2021 10:00:00.123456" */
#define DATE_MAX 28
#define KNOWN_NAMES_LATER 3
/* Flow logs of clouds have blanks between their columns. */
#define WORDS_MIN 8

static bool
is_name(ac_str text)
{
	text = ac_str_trim(text);
	if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
		text = ac_str_slice(text, 1, text.n - 1);
	if (text.n == 0 || text.n > NAME_MAX_BYTES)
		return false;
	if (!ac_is_alpha(text.p[0]) && !memchr("_@#", text.p[0], 3))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!ac_is_alnum(text.p[i]) && !memchr("_-. @#()/", text.p[i], 9))
			return false;
	return true;
}

bool
ac_log_begins_as_header(const ac_log_state *state, ac_str line)
{
	return state->columns_of == &ac_log_csv && ac_str_starts(line, state->columns[0]);
}

/* All fields are names, and enough of them are known: where records stand already, as many as no record has by chance. */
static bool
is_header(const ac_log_state *state, ac_str line, char separator)
{
	/* Columns without a role that headers of telemetry have. */
	static const ac_str plain[] = { AC_S_INIT("ip"), AC_S_INIT("email"), AC_S_INIT("message"), AC_S_INIT("event"),
		AC_S_INIT("action") };
	ac_str rest = line, name;
	size_t count = 0, known = 0;
	bool is_plain = state->forced != NULL;

	while (ac_str_next_field(&rest, separator, &name)) {
		/* SiLK ends its lines so */
		if (name.n == 0 && separator == '|' && name.p == line.p + line.n && count > 0)
			break;
		if (!is_name(name))
			return false;
		name = ac_str_trim(name);
		if (name.p[0] == '"')
			name = ac_str_slice(name, 1, name.n - 1);
		known += ac_log_role(state, name) != AC_FIELD_OTHER;
		for (size_t i = 0; i < AC_COUNT(plain); i++)
			is_plain |= ac_str_eq_fold(plain[i], name);
		count++;
	}
	/* Words of a sentence are names, too. */
	if (separator == ' ')
		return count >= WORDS_MIN && 2 * known >= count;
	if (state->has_content && !ac_log_begins_as_header(state, line))
		return known >= KNOWN_NAMES_LATER && 2 * known >= count;
	return (known || is_plain) && count >= 2;
}

static bool
header_csv(ac_log_state *state, ac_str line)
{
	static const char separators[] = { ',', ';', '\t', '|', ' ' };

	if (line.p[0] == '#' || line.p[0] == '{')
		return false;
	for (size_t i = 0; i < sizeof(separators); i++)
		if (is_header(state, line, separators[i]) &&
		    ac_log_set_columns(state, &ac_log_csv, line, separators[i])) {
			state->has_content = true;
			return true;
		}
	return false;
}

static bool
fits_csv(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_csv;
}

bool
ac_log_has_csv(const ac_log_state *state)
{
	return state->columns_of == &ac_log_csv || state->columns_of == &ac_log_exchange;
}

ac_str
ac_log_csv_value(ac_str line, char separator, size_t *at, bool *in_quotes)
{
	size_t begin = *at, end = begin;

	if (*in_quotes || (begin < line.n && line.p[begin] == '"')) {
		begin += !*in_quotes;
		*in_quotes = true;
		for (end = begin; end < line.n && *in_quotes; end++) {
			if (line.p[end] != '"')
				continue;
			if (end + 1 < line.n && line.p[end + 1] == '"')
				end++;
			else
				*in_quotes = false;
		}
		*at = end;
		end -= !*in_quotes;
		while (*at < line.n && line.p[*at] != separator)
			++*at;
	} else {
		while (end < line.n && line.p[end] != separator)
			end++;
		*at = end;
	}
	++*at;
	return ac_str_slice(line, begin, end);
}

/* Columns that have the time of an event; "time" may be one of day alone. */
static bool
has_time_role(const ac_log_state *state, size_t column)
{
	ac_field_role role = column < state->column_count ? state->roles[column] : AC_FIELD_OTHER;

	return role == AC_FIELD_TIME || role == AC_FIELD_CLOCK || role == AC_FIELD_DATE;
}

/* Behind a line that begins at `place`: where the next one does, and in *out_columns how many there were by then. */
static ac_log_csv_place
walk_values(const ac_log_state *state, ac_str line, ac_log_csv_place place, size_t *out_columns, ac_time *out_time)
{
	bool in_quotes = place.in_quotes, has_time = false;
	size_t at = 0, column = place.column;

	while (at <= line.n && column <= AC_CSV_COLUMNS_MAX) {
		ac_str value = ac_log_csv_value(line, state->separator, &at, &in_quotes);

		if (out_time && !has_time && has_time_role(state, column))
			has_time = ac_log_time(value, out_time);
		column++;
	}
	*out_columns = column;
	if (out_time && !has_time)
		*out_time = AC_TIME_MIN;
	return in_quotes ? (ac_log_csv_place){ column - 1, true } : (ac_log_csv_place){ 0, false };
}

/* As prose has blanks behind its commas, and tables hardly do. */
static bool
has_blanks_at_ends(ac_str line, char separator)
{
	ac_str rest = line, value;

	while (ac_str_next_field(&rest, separator, &value))
		if (value.n > 0 && (value.p[0] == ' ' || value.p[value.n - 1] == ' '))
			return true;
	return false;
}

/* A line behind an open quote is a record of its own when it has all the columns, and a time where that belongs, or so many columns that it is no chance, or no blanks as prose has them: the quote was no RFC's. */
static bool
is_whole(const ac_log_state *state, ac_str line)
{
	size_t columns;
	ac_time time;
	ac_log_csv_place next = walk_values(state, line, (ac_log_csv_place){ 0, false }, &columns, &time);

	return !next.in_quotes && columns == state->column_count &&
	       (columns > 4 || ac_time_cmp(time, AC_TIME_MIN) != 0 || !has_blanks_at_ends(line, state->separator));
}

/* A line that says itself that it is of another format. A first column may have dates as syslog does, and nothing behind them. */
static bool
is_of_another(const ac_log_state *state, ac_str line)
{
	static const ac_log_format *const others[] = { &ac_log_syslog, &ac_log_httpd, &ac_log_cef, &ac_log_leef };
	size_t first = ac_str_find_byte(line, state->separator);

	if (line.n > 1 && line.p[0] == '{')
		return line.p[line.n - 1] == '}';
	for (size_t i = 0; i < AC_COUNT(others); i++)
		if (others[i]->fits(state, line))
			return first > DATE_MAX;
	return false;
}

void
ac_log_see_csv(ac_log_state *state, ac_str line)
{
	bool has_quote = memchr(line.p, '"', line.n) != NULL;
	size_t columns;
	ac_time time;

	state->csv_now = state->csv_next;
	if (state->csv_now.in_quotes && (++state->csv_lines > AC_LOG_CSV_LINES_MAX || is_whole(state, line) ||
					    is_of_another(state, ac_log_trim(line))))
		state->csv_now = (ac_log_csv_place){ 0, false };
	if (!has_quote || (!state->csv_now.in_quotes && is_of_another(state, ac_log_trim(line)))) {
		state->csv_next = state->csv_now;
		return;
	}
	state->csv_next = walk_values(state, line, state->csv_now, &columns, &time);
	if (!state->csv_now.in_quotes && state->csv_next.in_quotes) {
		state->csv_lines = 0;
		state->csv_has_time = ac_time_cmp(time, AC_TIME_MIN) != 0;
		state->csv_time = time;
	}
}

ac_log_csv_rest
ac_log_csv_rest_of(const ac_log_state *state)
{
	if (!state->csv_next.in_quotes)
		return (ac_log_csv_rest){ .lines = 0 };
	return (ac_log_csv_rest){ state->csv_next, state->csv_lines, state->csv_has_time,
		state->csv_has_time ? state->csv_time : (ac_time){ 0, 0 } };
}

void
ac_log_csv_go_on(ac_log_state *state, const ac_log_csv_rest *rest)
{
	state->csv_next = rest->next;
	state->csv_lines = rest->lines;
	state->csv_has_time = rest->has_time;
	state->csv_time = rest->time;
}

/* As exports of a SIEM have the whole message in a column. Where a column's name means something, the text is what it means. */
static bool
may_be_message(const ac_log_state *state, size_t column, ac_str value)
{
	return column < state->column_count && state->roles[column] == AC_FIELD_OTHER && ac_log_may_be_message(value);
}

void
ac_log_read_csv(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	bool in_quotes = state->csv_now.in_quotes;
	size_t at = 0, column = state->csv_now.column;

	record->has_time = in_quotes && state->csv_has_time;
	record->time = state->csv_time;
	while (at <= line.n && column <= AC_CSV_COLUMNS_MAX) {
		ac_str value = ac_log_csv_value(line, state->separator, &at, &in_quotes);

		ac_log_add_column(state, record, column++, value, AC_LOG_QUOTES);
		if (ac_log_is_document(value, AC_LOG_QUOTES))
			ac_log_read_document(state, record, value, AC_LOG_QUOTES, (uint64_t)(value.p - line.p) + 1);
		else if (may_be_message(state, column - 1, value))
			ac_log_read_wrapped(state, record, value, AC_LOG_QUOTES, (uint64_t)(value.p - line.p) + 1);
	}
	if (column > state->column_count || (column < state->column_count && !in_quotes))
		record->malformed = true;
}

const ac_log_format ac_log_csv = { .name = "csv", .header = header_csv, .fits = fits_csv, .read = ac_log_read_csv };
