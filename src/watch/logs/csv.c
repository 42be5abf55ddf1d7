/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV with a header (RFC 4180, with ',', ';', tab or '|'). A header is a first line of names, one of which is known here, or later one that begins as the first did. Line breaks inside quotes are
 * not followed: each line is a record, because a quote that is never closed would hide all that comes behind it; a line that does not have the header's columns is malformed, and matched.
 */
#include "watch/logs/logs.h"

#define NAME_MAX_BYTES 64

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

/* All fields are names and one of them is known. */
static bool
is_header(const ac_log_state *state, ac_str line, char separator)
{
	/* Columns without a role that headers of telemetry have. */
	static const ac_str plain[] = { AC_S_INIT("ip"), AC_S_INIT("email"), AC_S_INIT("message"), AC_S_INIT("event"),
		AC_S_INIT("action") };
	ac_str rest = line, name;
	size_t count = 0;
	bool known = state->forced != NULL;

	while (ac_str_next_field(&rest, separator, &name)) {
		if (!is_name(name))
			return false;
		name = ac_str_trim(name);
		if (name.p[0] == '"')
			name = ac_str_slice(name, 1, name.n - 1);
		known |= ac_log_role(state, name) != AC_FIELD_OTHER;
		for (size_t i = 0; i < AC_COUNT(plain); i++)
			known |= ac_str_eq_fold(plain[i], name);
		count++;
	}
	return known && count >= 2;
}

static bool
header_csv(ac_log_state *state, ac_str line)
{
	static const char separators[] = { ',', ';', '\t', '|' };

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

/* The raw value at *at, without its quotes; *at goes behind the separator. */
static ac_str
next_value(ac_str line, char separator, size_t *at)
{
	size_t begin = *at, end = begin;

	if (begin < line.n && line.p[begin] == '"') {
		for (end = ++begin; end < line.n; end++) {
			if (line.p[end] != '"')
				continue;
			if (end + 1 < line.n && line.p[end + 1] == '"')
				end++;
			else
				break;
		}
		*at = end;
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

void
ac_log_read_csv(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t at = 0, column = 0;

	while (at <= line.n && column <= AC_CSV_COLUMNS_MAX)
		ac_log_add_column(state, record, column++, next_value(line, state->separator, &at), AC_LOG_QUOTES);
	if (column != state->column_count)
		record->malformed = true;
}

const ac_log_format ac_log_csv = { .name = "csv", .header = header_csv, .fits = fits_csv, .read = ac_log_read_csv };
