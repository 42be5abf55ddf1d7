/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor over the text takes one part after the other; what does not fit fails once, and is asked for at the end. */
#include "watch/logs/when.h"

#include "watch/logs/logs.h"

typedef struct parts {
	ac_str text;
	size_t at;
	unsigned year, month, day, hour, minute, second, nanoseconds;
	int east; /* seconds */
} parts;

static char
peek(const parts *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool
take(parts *p, char c)
{
	if (peek(p) != c)
		return false;
	p->at++;
	return true;
}

/* A number of `least` to `most` digits. */
static bool
number(parts *p, unsigned least, unsigned most, unsigned *out)
{
	unsigned n = 0, value = 0;

	for (; n < most && ac_is_digit(peek(p)); n++)
		value = 10 * value + (unsigned)(p->text.p[p->at++] - '0');
	*out = value;
	return n >= least && !ac_is_digit(peek(p));
}

static bool
month_name(parts *p)
{
	p->month = ac_log_month(ac_str_slice(p->text, p->at, p->text.n));
	p->at += 3;
	return p->month && !ac_is_alpha(peek(p));
}

/* "Mon ", "Mon, ": said twice. */
static void
skip_weekday(parts *p)
{
	static const ac_str days = AC_S_INIT("sunmontuewedthufrisat");
	size_t at = 0;

	while (at < days.n && !ac_str_starts_fold(p->text, (ac_str){ days.p + at, 3 }))
		at += 3;
	if (at == days.n)
		return;
	p->at = 3;
	(void)take(p, ',');
	if (!take(p, ' '))
		p->at = 0;
}

/* "10:00:00", with a fraction behind '.' or ','. */
static bool
clock_of_day(parts *p)
{
	unsigned scale = 100000000;

	if (!number(p, 1, 2, &p->hour) || !take(p, ':') || !number(p, 2, 2, &p->minute) || !take(p, ':') ||
	    !number(p, 2, 2, &p->second))
		return false;
	if ((peek(p) != '.' && peek(p) != ',') || p->at + 1 >= p->text.n || !ac_is_digit(p->text.p[p->at + 1]))
		return true;
	for (p->at++; ac_is_digit(peek(p)); p->at++, scale /= 10)
		p->nanoseconds += scale * (unsigned)(peek(p) - '0');
	return true;
}

/* " AM", " PM" behind hours of twelve. */
static bool
half_of_day(parts *p)
{
	size_t blank = peek(p) == ' ';
	ac_str word = ac_str_slice(p->text, p->at + blank, p->at + blank + 2);
	bool is_pm = ac_str_eq_fold(word, AC_S("PM"));

	if (p->hour == 0 || p->hour > 12 || !(is_pm || ac_str_eq_fold(word, AC_S("AM"))))
		return false;
	p->at += blank + 2;
	p->hour = p->hour % 12 + (is_pm ? 12 : 0);
	return true;
}

bool
ac_log_zone(ac_str text, size_t *out_n, int *out_seconds)
{
	static const ac_str names[] = { AC_S_INIT("UTC"), AC_S_INIT("GMT"), AC_S_INIT("Z") };
	parts p = { .text = text };
	unsigned hours, minutes = 0, digits;
	bool has_name = false, is_west;

	for (size_t i = 0; i < AC_COUNT(names) && !has_name; i++)
		if (ac_str_starts(text, names[i])) {
			has_name = true;
			p.at = names[i].n;
		}
	*out_n = p.at;
	*out_seconds = 0;
	if (peek(&p) != '+' && peek(&p) != '-')
		return has_name && !ac_is_alnum(peek(&p));
	is_west = p.text.p[p.at++] == '-';
	digits = (unsigned)p.at;
	if (!number(&p, 1, 4, &hours))
		return false;
	digits = (unsigned)p.at - digits;
	if (digits > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (take(&p, ':') && !number(&p, 2, 2, &minutes)) {
		return false;
	}
	if (hours > 14 || minutes > 59)
		return false;
	*out_n = p.at;
	*out_seconds = (int)(hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
	return true;
}

/* A zone behind blanks, or none. */
static void
zone(parts *p)
{
	size_t blank = peek(p) == ' ', n;
	int east;

	if (!ac_log_zone(ac_str_slice(p->text, p->at + blank, p->text.n), &n, &east))
		return;
	p->at += blank + n;
	p->east = east;
}

/* "Jul 19 2021 10:00:00", "Jul 19, 2021 @ 10:00:00", "Jul 19 10:00:00 2021", "Jul 19 10:00:00 CEST 2021" */
static bool
month_first(parts *p)
{
	size_t letters;

	if (!month_name(p) || !take(p, ' '))
		return false;
	(void)take(p, ' ');
	if (!number(p, 1, 2, &p->day))
		return false;
	(void)take(p, ',');
	if (!take(p, ' '))
		return false;
	if (p->at + 4 < p->text.n && ac_is_digit(p->text.p[p->at + 2]) && ac_is_digit(p->text.p[p->at + 3])) {
		if (!number(p, 4, 4, &p->year))
			return false;
		(void)take(p, ',');
		if (!take(p, ' ') || (take(p, '@') && !take(p, ' ')) || !clock_of_day(p))
			return false;
		(void)half_of_day(p);
		zone(p);
		return true;
	}
	if (!clock_of_day(p))
		return false;
	letters = p->at;
	zone(p);
	if (p->at == letters && peek(p) == ' ') {
		for (letters++; letters < p->text.n && p->text.p[letters] >= 'A' && p->text.p[letters] <= 'Z';
		     letters++)
			;
		if (letters > p->at + 1)
			p->at = letters;
	}
	return take(p, ' ') && number(p, 4, 4, &p->year) && (zone(p), true);
}

/* "19 Jul 2021 10:00:00", "19-Jul-2021 10:00:00", "19/Jul/2021:10:00:00" */
static bool
day_first(parts *p)
{
	char joint;

	if (!number(p, 1, 2, &p->day))
		return false;
	joint = peek(p);
	if ((joint != ' ' && joint != '-' && joint != '/') || !take(p, joint) || !month_name(p) || !take(p, joint) ||
	    !number(p, 4, 4, &p->year) || !(take(p, ':') || take(p, ' ')) || !clock_of_day(p))
		return false;
	zone(p);
	return true;
}

/* "2021/07/19 10:00:00", "07/19/2021-10:00:00", "7/19/2021 10:00:00 AM" */
static bool
figures(parts *p)
{
	unsigned first;

	if (!number(p, 1, 4, &first) || !take(p, '/'))
		return false;
	if (first > 31) {
		p->year = first;
		if (!number(p, 2, 2, &p->month) || !take(p, '/') || !number(p, 2, 2, &p->day) ||
		    !(take(p, ' ') || take(p, 'T')) || !clock_of_day(p))
			return false;
		zone(p);
		return true;
	}
	p->month = first;
	if (!number(p, 1, 2, &p->day) || !take(p, '/') || !number(p, 4, 4, &p->year))
		return false;
	if (take(p, '-'))
		return clock_of_day(p);
	(void)take(p, ',');
	return take(p, ' ') && clock_of_day(p) && half_of_day(p);
}

bool
ac_log_words_time(ac_str text, size_t *out_n, ac_time *out)
{
	parts p = { .text = text };
	bool good;
	char c;

	skip_weekday(&p);
	c = peek(&p);
	if (ac_is_alpha(c)) {
		good = month_first(&p);
	} else if (ac_is_digit(c)) {
		size_t at = p.at;

		while (ac_is_digit(peek(&p)))
			p.at++;
		c = p.at + 1 < text.n ? text.p[p.at + 1] : '\0';
		p.at = at;
		good = ac_is_alpha(c) ? day_first(&p) : figures(&p);
	} else {
		return false;
	}
	if (!good || ac_is_alnum(peek(&p)) || p.second > 60 ||
	    !ac_time_from_civil(p.year, p.month, p.day, p.hour, p.minute, p.second == 60 ? 59 : p.second, out))
		return false;
	out->seconds -= p.east;
	out->nanoseconds = p.nanoseconds;
	*out_n = p.at;
	return true;
}
