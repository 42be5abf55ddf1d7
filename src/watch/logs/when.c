/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor over the text takes one part after the other; what does not fit fails once, and is asked for at the end. */
#include "watch/logs/when.h"

#include "watch/logs/logs.h"

/* Clocks of sensors may be ahead of ours. */
#define AHEAD_S 172800

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

typedef struct zone_name {
	ac_str letters;
	int minutes; /* east; UNSURE: the letters are several zones' */
} zone_name;

#define UNSURE INT_MIN
/* RFC 5322 s4.3 (obs-zone), and what stands for one zone only (IANA's time zone database; "MEZ" is CET in German). */
static const zone_name zone_names[] = { { AC_S_INIT("UTC"), 0 }, { AC_S_INIT("GMT"), 0 }, { AC_S_INIT("UT"), 0 },
	{ AC_S_INIT("Z"), 0 }, { AC_S_INIT("EST"), -300 }, { AC_S_INIT("EDT"), -240 }, { AC_S_INIT("CST"), -360 },
	{ AC_S_INIT("CDT"), -300 }, { AC_S_INIT("MST"), -420 }, { AC_S_INIT("MDT"), -360 }, { AC_S_INIT("PST"), -480 },
	{ AC_S_INIT("PDT"), -420 }, { AC_S_INIT("WET"), 0 }, { AC_S_INIT("WEST"), 60 }, { AC_S_INIT("CET"), 60 },
	{ AC_S_INIT("CEST"), 120 }, { AC_S_INIT("MEZ"), 60 }, { AC_S_INIT("MESZ"), 120 }, { AC_S_INIT("EET"), 120 },
	{ AC_S_INIT("EEST"), 180 }, { AC_S_INIT("MSK"), 180 }, { AC_S_INIT("SAST"), 120 }, { AC_S_INIT("HKT"), 480 },
	{ AC_S_INIT("JST"), 540 }, { AC_S_INIT("KST"), 540 }, { AC_S_INIT("AEST"), 600 }, { AC_S_INIT("AEDT"), 660 },
	{ AC_S_INIT("NZST"), 720 }, { AC_S_INIT("NZDT"), 780 }, { AC_S_INIT("AKST"), -540 },
	{ AC_S_INIT("AKDT"), -480 }, { AC_S_INIT("HST"), -600 }, { AC_S_INIT("BST"), UNSURE },
	{ AC_S_INIT("IST"), UNSURE }, { AC_S_INIT("AST"), UNSURE }, { AC_S_INIT("ADT"), UNSURE },
	{ AC_S_INIT("SST"), UNSURE }, { AC_S_INIT("GST"), UNSURE }, { AC_S_INIT("AMT"), UNSURE },
	{ AC_S_INIT("WST"), UNSURE } };

/* Capitals at the beginning that name a zone; NULL: they name none, or there are none. */
static const zone_name *
find_zone(ac_str text)
{
	size_t n = 0;

	while (n < text.n && text.p[n] >= 'A' && text.p[n] <= 'Z')
		n++;
	for (size_t i = 0; i < AC_COUNT(zone_names); i++)
		if (ac_str_eq(ac_str_slice(text, 0, n), zone_names[i].letters))
			return &zone_names[i];
	return NULL;
}

bool
ac_log_zone(ac_str text, size_t *out_n, int *out_seconds)
{
	const zone_name *name = find_zone(text);
	parts p = { .text = text, .at = name ? name->letters.n : 0 };
	unsigned hours, minutes = 0, digits;
	bool is_west;

	*out_n = p.at;
	*out_seconds = 0;
	if (name)
		*out_seconds = name->minutes == UNSURE ? AC_ZONE_UNKNOWN : name->minutes * 60;
	if ((peek(&p) != '+' && peek(&p) != '-') || (name && name->minutes != 0))
		return name && !ac_is_alnum(peek(&p));
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
		/* What stands there is a zone, known or not. */
		if (letters > p->at + 1) {
			p->at = letters;
			p->east = AC_ZONE_UNKNOWN;
		}
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
	if (!good || p.east == AC_ZONE_UNKNOWN || ac_is_alnum(peek(&p)) || p.second > 60 ||
	    !ac_time_from_civil(p.year, p.month, p.day, p.hour, p.minute, p.second == 60 ? 59 : p.second, out))
		return false;
	out->seconds -= p.east;
	out->nanoseconds = p.nanoseconds;
	*out_n = p.at;
	return true;
}

bool
ac_log_time_before(ac_time as_of, const ac_log_day_time *t, ac_time *out)
{
	unsigned unused_month, unused_day;
	int64_t year;
	ac_time found;

	ac_time_to_civil(as_of, &year, &unused_month, &unused_day);
	/* 29 February exists in some years only: look back as far as a leap year can be. */
	for (unsigned back = 0; back < 9; back++)
		if (ac_time_from_civil(year - back, t->month, t->day, t->hour, t->minute, t->second, &found) &&
		    found.seconds <= as_of.seconds + AHEAD_S) {
			*out = found;
			return true;
		}
	return false;
}

bool
ac_log_klog_time(ac_str text, ac_time as_of, ac_time *out)
{
	parts p = { .text = text, .at = 1 };
	unsigned date;

	if (text.n < 21 || !memchr("IWEF", text.p[0], 4) || !number(&p, 4, 4, &date) || !take(&p, ' ') ||
	    !clock_of_day(&p) || p.at != 21 || p.second > 59)
		return false;
	if (!ac_log_time_before(as_of, &(ac_log_day_time){ date / 100, date % 100, p.hour, p.minute, p.second }, out))
		return false;
	out->nanoseconds = p.nanoseconds;
	return true;
}
