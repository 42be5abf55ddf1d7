/* SPDX-License-Identifier: Apache-2.0 */
/*
 * W3C extended log files (WD-logfile-960323; IIS, CloudFront): '#Fields:' names the columns, white space separates values, "-" is nothing, text with white space stands in double
 * quotes. A record with a time of day only is of the day that '#Date:' named last.
 */
#include "watch/logs/logs.h"

/* "1996-01-12", or "12-Jan-1996" as in the draft's own example, as the former. */
static void
take_date(ac_log_state *state, ac_str text)
{
	char *date = state->date;
	unsigned month;

	date[0] = '\0';
	if (text.n >= sizeof(state->date) && text.p[4] == '-') {
		memcpy(date, text.p, sizeof(state->date));
	} else if (text.n >= 11 && text.p[2] == '-' && text.p[6] == '-') {
		month = ac_log_month(ac_str_slice(text, 3, 6));
		if (!month)
			return;
		memcpy(date, text.p + 7, 4);
		date[4] = date[7] = '-';
		date[5] = (char)('0' + month / 10);
		date[6] = (char)('0' + month % 10);
		memcpy(date + 8, text.p, 2);
	}
}

static bool
header_w3c(ac_log_state *state, ac_str line)
{
	static const ac_str fields = AC_S_INIT("#Fields:"), date = AC_S_INIT("#Date:");
	ac_str rest;

	if (ac_str_starts_fold(line, date)) {
		take_date(state, ac_str_trim(ac_str_slice(line, date.n, line.n)));
		return true;
	}
	rest = ac_str_trim(ac_str_slice(line, fields.n, line.n));
	/* Names with commas are Exchange's. */
	if (!ac_str_starts_fold(line, fields) ||
	    (ac_str_find_byte(rest, ' ') == rest.n && ac_str_find_byte(rest, ',') < rest.n))
		return false;
	(void)ac_log_set_columns(state, &ac_log_w3c, rest, ac_str_find_byte(rest, '\t') < rest.n ? '\t' : ' ');
	return true;
}

static bool
fits_w3c(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_w3c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* CloudFront: blanks between the names, tabs between the values, which may then hold blanks. */
static bool
is_tabbed(const ac_log_state *state, ac_str line)
{
	size_t tabs = 0;

	for (const char *p = line.p, *end = line.p + line.n; p < end; p++) {
		p = memchr(p, '\t', (size_t)(end - p));
		if (!p)
			break;
		tabs++;
	}
	return tabs > 0 && tabs + 1 == state->column_count;
}

/* The value up to the next tab. */
static ac_str
next_tabbed(ac_str line, size_t *at)
{
	size_t begin = *at, n = ac_str_find_byte(ac_str_slice(line, begin, line.n), '\t');

	*at = begin + n + 1;
	return ac_str_slice(line, begin, begin + n);
}

/* The value at *at; *at goes behind the blank that follows it. */
static ac_str
next_value(ac_str line, size_t *at, ac_log_escapes *escapes)
{
	size_t begin = *at, end = begin;

	*escapes = AC_LOG_AS_IS;
	if (begin < line.n && line.p[begin] == '"') {
		/* s "Entries": a quote in a text is doubled. A quote that is never closed is a value's own. */
		for (end = begin + 1; end < line.n; end++) {
			if (line.p[end] != '"')
				continue;
			if (end + 1 < line.n && line.p[end + 1] == '"')
				end++;
			else
				break;
		}
		if (end < line.n && (end + 1 == line.n || is_blank(line.p[end + 1]))) {
			*at = end + 2;
			*escapes = AC_LOG_QUOTES;
			return ac_str_slice(line, begin + 1, end);
		}
		end = begin;
	}
	while (end < line.n && !is_blank(line.p[end]))
		end++;
	*at = end + 1;
	return ac_str_slice(line, begin, end);
}

static void
read_w3c(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	bool tabbed = is_tabbed(state, line);
	size_t at = 0, column = 0;

	while (at <= line.n && column <= AC_CSV_COLUMNS_MAX) {
		ac_log_escapes escapes = AC_LOG_AS_IS;
		ac_str value = tabbed ? next_tabbed(line, &at) : next_value(line, &at, &escapes);

		if (ac_str_eq(value, AC_S("-")))
			value.n = 0;
		ac_log_add_column(state, record, column++, value, escapes);
	}
	if (column != state->column_count)
		record->malformed = true;
}

const ac_log_format ac_log_w3c = {
	.name = "w3c", .is_strict = true, .header = header_w3c, .fits = fits_w3c, .read = read_w3c
};
