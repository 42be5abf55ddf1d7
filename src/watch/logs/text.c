/* SPDX-License-Identifier: Apache-2.0 */
/* Any other text: a leading time, or the bracketed one of web servers, if there is one, and a message of another format behind other words. */
#include "watch/logs/logs.h"
#include "watch/logs/when.h"

/* A message of another format is looked for in so many bytes. */
#define MESSAGE_LOOK ((size_t)512)
/* A time has fewer bytes. */
#define TIME_LOOK ((size_t)64)
/* "https", "tls 1.0" */
#define KIND_MAX 6

/* A zone behind a clock and a blank: letters, or a sign and four digits; PostgreSQL has two before the bracket of its process. False: nobody knows which it is. */
static bool
take_zone(ac_str behind, ac_time *t)
{
	ac_str text = ac_str_slice(behind, 1, behind.n);
	int east;
	size_t n;

	if (text.n == 0 || behind.p[0] != ' ' || !ac_log_zone(text, &n, &east))
		return true;
	if (text.n > 1 && ac_is_digit(text.p[1]) && n < 5 &&
	    !(n == 3 && ac_str_starts(ac_str_slice(text, n, text.n), AC_S(" ["))))
		return true;
	if (east == AC_ZONE_UNKNOWN)
		return false;
	t->seconds -= east;
	return true;
}

/* "2021-07-19 10:00:00,123 CEST ...": the time of day ends at the first byte that is none of its own. *out_is_known: a zone behind it can be told. */
static bool
date_and_clock(ac_str date, ac_str rest, ac_time *out, bool *out_is_known)
{
	size_t n = 0;

	if (date.n != 10 || rest.n < 8)
		return false;
	while (n < rest.n && n < 18 && (ac_is_digit(rest.p[n]) || memchr(":.+Z-", rest.p[n], 5)))
		n++;
	if (!ac_time_parse_loose((ac_str){ date.p, date.n + 1 + n }, out))
		return false;
	if (n < rest.n && rest.p[n] == ',')
		for (n++; n < rest.n && ac_is_digit(rest.p[n]); n++)
			;
	*out_is_known = take_zone(ac_str_slice(rest, n, rest.n), out);
	return true;
}

static size_t
leading_digits(ac_str text)
{
	size_t n = 0;

	while (n < text.n && ac_is_digit(text.p[n]))
		n++;
	return n;
}

/* "2021-07-19T10:00:00Z ...", date and clock, or "1626688800.123 ...". */
static bool
figures_time(ac_str line, ac_time *out)
{
	ac_str rest = line, first = { NULL, 0 };
	bool is_known;
	size_t digits;

	if (!ac_str_cut(&rest, ' ', &first)) {
		first = line;
		rest.n = 0;
	}
	digits = leading_digits(first);
	if (first.n > 40)
		return false;
	if ((digits == 9 || digits == 10) && digits < first.n && first.p[digits] == ']')
		first.n = digits;
	if ((digits == 9 || digits == 10) && (digits == first.n || first.p[digits] == '.'))
		return ac_time_parse_unix(first, out);
	if (digits != 4 || first.n < 10 || first.p[4] != '-')
		return false;
	if (date_and_clock(first, rest, out, &is_known))
		return is_known;
	while (first.n > 10 && !ac_is_alnum(first.p[first.n - 1]))
		first.n--;
	return ac_time_parse_loose(first, out);
}

/* "2021-07-19T10:00:00" with a 'T': the second or third word, where others have what kind of line it is (Elastic Load Balancing). */
static bool
later_word_time(ac_str line, ac_time *out)
{
	ac_str rest = line, word;

	for (unsigned i = 0; i < 2 && ac_str_cut(&rest, ' ', &word) && word.n <= KIND_MAX; i++)
		if (rest.n > 19 && rest.p[4] == '-' && rest.p[10] == 'T')
			return figures_time(rest, out);
	return false;
}

bool
ac_log_leading_time(ac_str line, ac_time *out)
{
	size_t n;

	if (line.n > 0 && (line.p[0] == '[' || line.p[0] == '"'))
		line = ac_str_slice(line, 1, line.n);
	return figures_time(line, out) || ac_log_words_time(ac_str_slice(line, 0, TIME_LOOK), &n, out) ||
	       later_word_time(line, out);
}

/* "[19/Jul/2021:10:00:00 +0200]" */
bool
ac_log_bracket_time(ac_str line, ac_time *out)
{
	size_t open = ac_str_find_byte(line, '['), n;
	ac_str t = ac_str_slice(line, open + 1, line.n);

	return t.n >= 20 && t.p[2] == '/' && t.p[6] == '/' && t.p[11] == ':' &&
	       ac_log_words_time(ac_str_slice(t, 0, TIME_LOOK), &n, out);
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
	static const ac_str names[] = { AC_S_INIT("LEEF:"), AC_S_INIT("CEF:") };
	ac_str look = ac_str_slice(line, 0, MESSAGE_LOOK);
	size_t first = look.n, at;

	for (at = 0; (at = next_byte(look, '{', at)) < look.n; at++)
		if (at + 1 < look.n && look.p[at + 1] == '"') {
			first = at;
			break;
		}
	/* Fewer lines have an 'F' than a colon. */
	for (at = 1; (at = next_byte(look, 'F', at)) < look.n; at++)
		for (size_t i = 0; i < AC_COUNT(names); i++) {
			size_t begin = at + 2 - names[i].n;

			if (at + 2 >= names[i].n && ac_str_starts(ac_str_slice(look, begin, look.n), names[i]))
				return begin < first ? begin : first;
		}
	return first < look.n ? first : line.n;
}

static void
read_text(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t message = message_begin(line);

	record->has_time = ac_log_leading_time(line, &record->time) || ac_log_bracket_time(line, &record->time) ||
			   ac_log_klog_time(line, state->as_of, &record->time);
	if (message >= line.n)
		return;
	ac_log_read_message(state, ac_str_slice(line, message, line.n), record);
	/* It was text that looked like one. */
	record->malformed = false;
}

const ac_log_format ac_log_text = { .name = "text", .fits = fits_text, .read = read_text };
