/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QRadar's Log Event Extended Format: "LEEF:1.0|vendor|product|version|event|" and key=value with tabs between; in 2.0 a further part of the header may name the byte between them, as itself or
 * as "0x5e" or "x5e".
 */
#include "watch/logs/logs.h"

static bool
fits_leef(const ac_log_state *state, ac_str line)
{
	static const ac_str begin = AC_S_INIT("LEEF:");

	(void)state;
	return ac_str_starts(line, begin) && line.n > begin.n && ac_is_digit(line.p[begin.n]);
}

/* The byte that a part of the header names; false when it is no such part. */
static bool
delimiter_of(ac_str part, char *out)
{
	unsigned value = 0;

	if (part.n == 1) {
		*out = part.p[0];
		return true;
	}
	if (part.n > 1 && part.p[0] == '0')
		part = ac_str_slice(part, 1, part.n);
	if (part.n < 2 || part.n > 5 || ac_lower(part.p[0]) != 'x')
		return false;
	for (size_t i = 1; i < part.n; i++) {
		int digit = ac_hex_value(part.p[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*out = (char)value;
	return value > 0 && value < 256;
}

static void
read_leef(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	static const char *const names[] = { "leef.version", "leef.vendor", "leef.product", "leef.product_version",
		"leef.event" };
	/* When the format is forced, a collector's words may stand before it. */
	size_t begin = ac_str_find(line, AC_S("LEEF:"));
	ac_str rest = ac_str_slice(line, begin + 5, line.n), part, tail;
	bool is_2 = ac_str_starts(rest, AC_S("2"));
	char delimiter = '\t';

	if (begin == line.n) {
		record->malformed = true;
		return;
	}
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		if (!ac_str_cut(&rest, '|', &part)) {
			record->malformed = true;
			part = rest;
			rest.n = 0;
		}
		ac_log_add_named(state, record, ac_str_from(names[i]), part, AC_LOG_AS_IS);
	}
	tail = rest;
	/* The part may be empty (the delimiter is a tab), and some leave it out. */
	if (is_2 && ac_str_cut(&tail, '|', &part) && (part.n == 0 || delimiter_of(part, &delimiter)))
		rest = tail;
	while (rest.n > 0 && ac_str_next_field(&rest, delimiter, &part)) {
		ac_str key;

		if (ac_str_trim(part).n == 0)
			continue;
		if (!ac_str_cut(&part, '=', &key)) {
			record->malformed = true;
			continue;
		}
		ac_log_add_named(state, record, ac_str_trim(key), part, AC_LOG_AS_IS);
	}
}

const ac_log_format ac_log_leef = { .name = "leef", .fits = fits_leef, .read = read_leef };
