/* SPDX-License-Identifier: Apache-2.0 */
/* W3C extended log files (IIS): '#Fields:' names the columns, blanks separate values, "-" is nothing. */
#include "watch/logs/logs.h"

static bool
header_w3c(ac_log_state *state, ac_str line)
{
	static const ac_str fields = AC_S_INIT("#Fields:");
	ac_str names = ac_str_trim(ac_str_slice(line, fields.n, line.n));

	if (!ac_str_starts(line, fields))
		return false;
	/* Exchange writes the same line with commas, above CSV. */
	if (ac_str_find_byte(names, ' ') == names.n && ac_str_find_byte(names, ',') < names.n)
		(void)ac_log_set_columns(state, &ac_log_csv, names, ',');
	else
		(void)ac_log_set_columns(state, &ac_log_w3c, names, ' ');
	return true;
}

static bool
fits_w3c(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_w3c;
}

static void
read_w3c(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str rest = line, value;
	size_t column = 0;

	while (ac_str_next_field(&rest, ' ', &value))
		ac_log_add_column(state, record, column++, value);
	if (column != state->column_count)
		record->malformed = true;
}

const ac_log_format ac_log_w3c = {
	.name = "w3c", .is_strict = true, .header = header_w3c, .fits = fits_w3c, .read = read_w3c
};
