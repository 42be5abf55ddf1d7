/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of Exchange (HttpProxy, message tracking): CSV below '#Software:', '#Log-type:' and '#Fields:' lines; HttpProxy writes the names a first time without '#Fields:', which is then a header
 * of CSV. The columns of the last '#Fields:' count.
 */
#include "watch/logs/logs.h"

static bool
header_exchange(ac_log_state *state, ac_str line)
{
	static const ac_str fields = AC_S_INIT("#Fields:");
	ac_str names = ac_str_trim(ac_str_slice(line, fields.n, line.n));

	if (!ac_str_starts_fold(line, fields) || ac_str_find_byte(names, ' ') < names.n ||
	    ac_str_find_byte(names, ',') == names.n)
		return false;
	(void)ac_log_set_columns(state, &ac_log_exchange, names, ',');
	return true;
}

static bool
fits_exchange(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_exchange;
}

const ac_log_format ac_log_exchange = {
	.name = "exchange", .header = header_exchange, .fits = fits_exchange, .read = ac_log_read_csv
};
