/* SPDX-License-Identifier: Apache-2.0 */
/* Syslog: RFC 5424 and the older form that RFC 3164 describes. Only the time is taken; the message is text. */
#include "watch/logs/logs.h"

#define TWO_DAYS 172800

/* Behind "<134>"; the whole line when it has none. */
static ac_str
skip_priority(ac_str line)
{
	size_t i = 1;

	if (line.n < 3 || line.p[0] != '<')
		return line;
	while (i < line.n && i < 4 && ac_is_digit(line.p[i]))
		i++;
	return i > 1 && i < line.n && line.p[i] == '>' ? ac_str_slice(line, i + 1, line.n) : line;
}

static unsigned
month_of(ac_str text)
{
	static const ac_str months = AC_S_INIT("JanFebMarAprMayJunJulAugSepOctNovDec");
	size_t at = text.n < 3 ? months.n : ac_str_find(months, ac_str_slice(text, 0, 3));

	return at < months.n && at % 3 == 0 ? (unsigned)at / 3 + 1 : 0;
}

static bool
two_digits(ac_str text, size_t at, unsigned *out)
{
	if (at + 2 > text.n || !ac_is_digit(text.p[at + 1]) || (!ac_is_digit(text.p[at]) && text.p[at] != ' '))
		return false;
	*out = (text.p[at] == ' ' ? 0 : (unsigned)(text.p[at] - '0') * 10) + (unsigned)(text.p[at + 1] - '0');
	return true;
}

/* "Jul 19 10:00:00": RFC 3164 has no year. The one of as_of, unless that lay in the future. */
static bool
time_3164(ac_str text, ac_time as_of, ac_time *out)
{
	unsigned month = month_of(text), day, hour, minute, second, unused_month, unused_day;
	int64_t year;
	ac_time t;

	if (!month || text.n < 15 || text.p[3] != ' ' || !two_digits(text, 4, &day) || text.p[6] != ' ' ||
	    !two_digits(text, 7, &hour) || !two_digits(text, 10, &minute) || !two_digits(text, 13, &second))
		return false;
	ac_time_to_civil(as_of, &year, &unused_month, &unused_day);
	/* 29 February exists in some years only: look back as far as a leap year can be. */
	for (unsigned back = 0; back < 9; back++)
		if (ac_time_from_civil(year - back, month, day, hour, minute, second, &t) &&
		    t.seconds <= as_of.seconds + TWO_DAYS) {
			*out = t;
			return true;
		}
	return false;
}

/* "1 2021-07-19T10:00:00.123Z host ..." */
static bool
time_5424(ac_str text, ac_time *out)
{
	ac_str word;

	return ac_str_starts(text, AC_S("1 ")) &&
	       (text = ac_str_slice(text, 2, text.n), ac_str_cut(&text, ' ', &word)) && ac_time_parse_loose(word, out);
}

static bool
fits_syslog(const ac_log_state *state, ac_str line)
{
	ac_str text = skip_priority(line);

	(void)state;
	return text.p != line.p || (month_of(text) && text.n >= 15 && text.p[3] == ' ' && text.p[9] == ':');
}

static void
read_syslog(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str text = skip_priority(line), word = { NULL, 0 };

	record->has_time = time_5424(text, &record->time) || time_3164(text, state->as_of, &record->time);
	if (record->has_time)
		return;
	/* rsyslog's own form: the priority, then RFC 3339. */
	if (ac_str_cut(&text, ' ', &word))
		record->has_time = word.n >= 19 && ac_time_parse_loose(word, &record->time);
	record->malformed = !record->has_time;
}

const ac_log_format ac_log_syslog = { .name = "syslog", .fits = fits_syslog, .read = read_syslog };
