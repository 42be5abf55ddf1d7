/* SPDX-License-Identifier: Apache-2.0 */
/* Any other text: a leading date in the forms that programs have, or the bracketed one of web servers, if there is one, and a message of another format behind other words. */
#include "watch/logs/logs.h"

/* A message of another format is looked for in so many bytes. */
#define MESSAGE_LOOK ((size_t)512)

/* "2021-07-19 10:00:00,123 ...": the time of day ends at the first byte that is none of its own. */
static bool
date_and_clock(ac_str date, ac_str rest, ac_time *out)
{
	size_t n = 0;

	if (date.n != 10 || rest.n < 8)
		return false;
	while (n < rest.n && n < 18 && (ac_is_digit(rest.p[n]) || memchr(":.+Z-", rest.p[n], 5)))
		n++;
	return ac_time_parse_loose((ac_str){ date.p, date.n + 1 + n }, out);
}

/* A time of day with its fraction, at the beginning. */
static ac_str
leading_clock(ac_str text)
{
	size_t n = 0;

	while (n < text.n && n < 18 && (ac_is_digit(text.p[n]) || text.p[n] == ':' || text.p[n] == '.'))
		n++;
	return ac_str_slice(text, 0, n);
}

static bool
from_parts(ac_arena *arena, ac_str year, unsigned month, ac_str day, ac_str clock, ac_time *out)
{
	ac_str text;

	if (month == 0 || month > 12 || clock.n < 8)
		return false;
	text = ac_arena_printf(arena, "%.*s-%02u-%.*sT%.*sZ", AC_FMT(year), month, AC_FMT(day), AC_FMT(clock));
	return text.p && ac_time_parse_loose(text, out);
}

static unsigned
month_number(ac_str digits)
{
	uint64_t number;

	return ac_str_to_u64(digits, &number) && number <= 12 ? (unsigned)number : 0;
}

/*
 * As programs of one kind begin their lines: "2024/03/04 05:49:28" (nginx), "01-Mar-2024 10:00:00.123" (BIND), "03/01/2024-10:00:00.123456" (Suricata's and Snort's fast logs, month first),
 * "[Sat Mar 09 19:26:56.150387 2024]" (Apache).
 */
static bool
program_time(ac_str t, ac_arena *arena, ac_time *out)
{
	ac_str clock;

	if (t.n >= 19 && t.p[4] == '/' && t.p[7] == '/' && t.p[10] == ' ')
		return from_parts(arena, ac_str_slice(t, 0, 4), month_number(ac_str_slice(t, 5, 7)),
		    ac_str_slice(t, 8, 10), leading_clock(ac_str_slice(t, 11, t.n)), out);
	if (t.n >= 20 && t.p[2] == '-' && t.p[6] == '-' && t.p[11] == ' ')
		return from_parts(arena, ac_str_slice(t, 7, 11), ac_log_month(ac_str_slice(t, 3, 6)), ac_str_slice(t, 0, 2),
		    leading_clock(ac_str_slice(t, 12, t.n)), out);
	if (t.n >= 19 && t.p[2] == '/' && t.p[5] == '/' && t.p[10] == '-')
		return from_parts(arena, ac_str_slice(t, 6, 10), month_number(ac_str_slice(t, 0, 2)),
		    ac_str_slice(t, 3, 5), leading_clock(ac_str_slice(t, 11, t.n)), out);
	if (t.n < 26 || t.p[0] != '[' || t.p[4] != ' ' || t.p[8] != ' ' || t.p[11] != ' ')
		return false;
	clock = leading_clock(ac_str_slice(t, 12, t.n));
	t = ac_str_slice(t, 0, 12 + clock.n + 6);
	if (t.n < 26 || t.p[t.n - 1] != ']' || t.p[t.n - 6] != ' ')
		return false;
	return from_parts(arena, ac_str_slice(t, t.n - 5, t.n - 1), ac_log_month(ac_str_slice(t, 5, 8)),
	    ac_str_slice(t, 9, 11), clock, out);
}

static size_t
leading_digits(ac_str text)
{
	size_t n = 0;

	while (n < text.n && ac_is_digit(text.p[n]))
		n++;
	return n;
}

/* "2021-07-19T10:00:00Z ...", date and clock, or "1626688800.123 ..."; a bracket may stand before. */
static bool
leading_time(ac_str line, ac_time *out)
{
	ac_str rest, first = { NULL, 0 };
	size_t digits;

	if (line.n > 0 && line.p[0] == '[')
		line = ac_str_slice(line, 1, line.n);
	rest = line;
	if (!ac_str_cut(&rest, ' ', &first)) {
		first = line;
		rest.n = 0;
	}
	digits = leading_digits(first);
	if (first.n > 40)
		return false;
	if ((digits == 9 || digits == 10) && (digits == first.n || first.p[digits] == '.'))
		return ac_time_parse_unix(first, out);
	if (digits != 4 || first.n < 10 || first.p[4] != '-')
		return false;
	if (date_and_clock(first, rest, out))
		return true;
	while (first.n > 10 && !ac_is_alnum(first.p[first.n - 1]))
		first.n--;
	return ac_time_parse_loose(first, out);
}

/* "[19/Jul/2021:10:00:00 +0200]": made into RFC 3339. */
bool
ac_log_bracket_time(ac_str line, ac_arena *arena, ac_time *out)
{
	size_t open = ac_str_find_byte(line, '[');
	unsigned month;
	ac_str t = ac_str_slice(line, open + 1, line.n), text;

	if (t.n < 26 || t.p[2] != '/' || t.p[6] != '/' || t.p[11] != ':' || t.p[20] != ' ')
		return false;
	month = ac_log_month(ac_str_slice(t, 3, 6));
	if (month == 0)
		return false;
	text = ac_arena_printf(arena, "%.4s-%02u-%.2sT%.8s%.5s", t.p + 7, month, t.p, t.p + 12, t.p + 21);
	return text.p && ac_time_parse_loose(text, out);
}

static bool
fits_text(const ac_log_state *state, ac_str line)
{
	(void)state;
	(void)line;
	return true;
}

/* The first such byte from `at` on; text.n when there is none. */
static size_t
next_byte(ac_str text, char c, size_t at)
{
	return at + ac_str_find_byte(ac_str_slice(text, at, text.n), c);
}

/* Where a message begins that says what it is, behind whatever a collector put before it; line.n when there is none. */
static size_t
message_begin(ac_str line)
{
	static const ac_str names[] = { AC_S_INIT("LEEF"), AC_S_INIT("CEF") };
	ac_str look = ac_str_slice(line, 0, MESSAGE_LOOK);
	size_t first = look.n, at;

	for (at = 0; (at = next_byte(look, '{', at)) < look.n; at++)
		if (at + 1 < look.n && look.p[at + 1] == '"') {
			first = at;
			break;
		}
	for (at = 0; (at = next_byte(look, ':', at)) < look.n; at++)
		for (size_t i = 0; i < AC_COUNT(names) && at > 0 && look.p[at - 1] == 'F'; i++) {
			size_t n = names[i].n;

			if (at >= n && memcmp(look.p + at - n, names[i].p, n) == 0)
				return at - n < first ? at - n : first;
		}
	return first < look.n ? first : line.n;
}

static void
read_text(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t message = message_begin(line);

	record->has_time = leading_time(line, &record->time) || program_time(line, record->arena, &record->time) ||
			   ac_log_bracket_time(line, record->arena, &record->time);
	if (message >= line.n)
		return;
	ac_log_read_message(state, ac_str_slice(line, message, line.n), record);
	/* It was text that looked like one. */
	record->malformed = false;
}

const ac_log_format ac_log_text = { .name = "text", .fits = fits_text, .read = read_text };
