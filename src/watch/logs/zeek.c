/* SPDX-License-Identifier: Apache-2.0 */
/* Zeek's own log format: tab-separated, with '#fields' naming the columns. (Zeek as JSON is json.c's.) */
#include "watch/logs/logs.h"

static bool
header_zeek(ac_log_state *state, ac_str line)
{
	static const ac_str fields = AC_S_INIT("#fields");

	if (!ac_str_starts(line, fields) || line.n == fields.n)
		return false;
	/* The byte behind "#fields" is the separator, whatever "#separator" spelled it as. */
	(void)ac_log_set_columns(state, &ac_log_zeek, ac_str_slice(line, fields.n + 1, line.n), line.p[fields.n]);
	return true;
}

static bool
fits_zeek(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_zeek;
}

static void
read_zeek(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str rest = line, value;
	size_t column = 0;

	/* "-" is unset, "(empty)" an empty set; neither can hit, and neither is worth a branch. */
	while (ac_str_next_field(&rest, state->separator, &value))
		ac_log_add_column(state, record, column++, value);
	if (column != state->column_count)
		record->malformed = true;
}

const ac_log_format ac_log_zeek = {
	.name = "zeek", .is_strict = true, .header = header_zeek, .fits = fits_zeek, .read = read_zeek
};
