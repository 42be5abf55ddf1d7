/* SPDX-License-Identifier: Apache-2.0 */
/* Civil time and its texts. Proleptic Gregorian calendar; knows no time zones but offsets. */
#include "base/time.h"

#define NS_PER_SECOND 1000000000u
#define SECONDS_PER_DAY 86400

int
ac_time_cmp(ac_time a, ac_time b)
{
	if (a.seconds != b.seconds)
		return a.seconds < b.seconds ? -1 : 1;
	return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}

int64_t
ac_time_to_us(ac_time t)
{
	int64_t us;

	if (__builtin_mul_overflow(t.seconds, (int64_t)1000000, &us) ||
	    __builtin_add_overflow(us, (int64_t)(t.nanoseconds / 1000), &us))
		return t.seconds < 0 ? INT64_MIN : INT64_MAX;
	return us;
}

ac_time
ac_time_from_us(int64_t us)
{
	int64_t seconds = us / 1000000, rest = us % 1000000;

	if (rest < 0) {
		rest += 1000000;
		seconds--;
	}
	return (ac_time){ seconds, (uint32_t)rest * 1000 };
}

static bool
is_leap_year(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned
days_in_month(int64_t year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01 (Howard Hinnant's days_from_civil: years start in March, eras are 400 years). */
static int64_t
days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned year_of_era = (unsigned)(y - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + (int64_t)day_of_era - 719468;
}

bool
ac_time_from_civil(
    int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second, ac_time *out)
{
	bool leap = second == 60;

	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
	    hour > 23 || minute > 59 || second > 60)
		return false;
	out->seconds = days_from_civil(year, month, day) * SECONDS_PER_DAY + (int64_t)hour * 3600 + minute * 60 +
		       (leap ? 59 : second);
	out->nanoseconds = leap ? NS_PER_SECOND - 1 : 0;
	return true;
}

void
ac_time_to_civil(ac_time t, int64_t *out_year, unsigned *out_month, unsigned *out_day)
{
	int64_t days = t.seconds / SECONDS_PER_DAY - (t.seconds % SECONDS_PER_DAY < 0);
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned day_of_era = (unsigned)(shifted - era * 146097);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned month_from_march = (5 * day_of_year + 2) / 153;

	*out_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	*out_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	*out_year = (int64_t)year_of_era + era * 400 + (*out_month <= 2);
}

/* A cursor over the text that remembers its first failure. */
typedef struct cursor {
	ac_str rest;
	bool failed;
} cursor;

static unsigned
take_digits(cursor *c, unsigned count)
{
	unsigned value = 0;

	if (c->rest.n < count) {
		c->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!ac_is_digit(c->rest.p[i]))
			c->failed = true;
		value = value * 10 + (unsigned)(c->rest.p[i] - '0');
	}
	c->rest = ac_str_slice(c->rest, count, c->rest.n);
	return value;
}

static bool
take_byte(cursor *c, char want)
{
	if (c->rest.n == 0 || c->rest.p[0] != want)
		return false;
	c->rest = ac_str_slice(c->rest, 1, c->rest.n);
	return true;
}

static void
want_byte(cursor *c, char want)
{
	if (!take_byte(c, want))
		c->failed = true;
}

/* Fraction digits behind the dot: nine count, more are only checked. */
static uint32_t
take_fraction(cursor *c)
{
	uint32_t ns = 0, unit = NS_PER_SECOND / 10;
	size_t i = 0;

	for (; i < c->rest.n && ac_is_digit(c->rest.p[i]); i++) {
		ns += unit * (uint32_t)(c->rest.p[i] - '0');
		unit /= 10;
	}
	if (i == 0)
		c->failed = true;
	c->rest = ac_str_slice(c->rest, i, c->rest.n);
	return ns;
}

typedef struct civil {
	unsigned year, month, day, hour, minute, second;
	uint32_t nanoseconds;
} civil;

static void
take_date(cursor *c, civil *f)
{
	f->year = take_digits(c, 4);
	want_byte(c, '-');
	f->month = take_digits(c, 2);
	want_byte(c, '-');
	f->day = take_digits(c, 2);
}

static void
take_clock(cursor *c, civil *f)
{
	f->hour = take_digits(c, 2);
	want_byte(c, ':');
	f->minute = take_digits(c, 2);
	want_byte(c, ':');
	f->second = take_digits(c, 2);
	if (take_byte(c, '.'))
		f->nanoseconds = take_fraction(c);
}

static bool
civil_to_time(const civil *f, ac_time *out)
{
	if (!ac_time_from_civil(f->year, f->month, f->day, f->hour, f->minute, f->second, out))
		return false;
	if (f->second != 60)
		out->nanoseconds = f->nanoseconds;
	return true;
}

int
ac_time_parse_stix(ac_str text, ac_time *out, accord_err *err)
{
	cursor c = { text, false };
	civil f = { 0 };
	ac_time t;

	take_date(&c, &f);
	want_byte(&c, 'T');
	take_clock(&c, &f);
	want_byte(&c, 'Z');
	if (c.failed || c.rest.n != 0 || !civil_to_time(&f, &t))
		return ac_fail(err, ACCORD_EINPUT, "want a timestamp like 2021-07-19T10:00:00.000Z, got '%.*s'",
		    AC_FMT(ac_str_slice(text, 0, 64)));
	*out = t;
	return 0;
}

/* "Z", "+02:00", "+0200", "+02" or nothing. */
static int64_t
take_offset(cursor *c)
{
	unsigned hours, minutes = 0;
	bool negative;

	if (c->rest.n == 0 || take_byte(c, 'Z') || take_byte(c, 'z'))
		return 0;
	negative = c->rest.p[0] == '-';
	if (!take_byte(c, '+') && !take_byte(c, '-')) {
		c->failed = true;
		return 0;
	}
	hours = take_digits(c, 2);
	if (take_byte(c, ':') || c->rest.n)
		minutes = take_digits(c, 2);
	if (hours > 23 || minutes > 59)
		c->failed = true;
	return (negative ? -1 : 1) * ((int64_t)hours * 3600 + minutes * 60);
}

bool
ac_time_parse_unix(ac_str text, ac_time *out)
{
	cursor c = { text, false };
	uint64_t seconds;
	uint32_t nanoseconds = 0;
	size_t dot = ac_str_find_byte(text, '.');

	if (!ac_str_to_u64(ac_str_slice(text, 0, dot), &seconds) || seconds > (uint64_t)1 << 40)
		return false;
	if (dot < text.n) {
		c.rest = ac_str_slice(text, dot + 1, text.n);
		nanoseconds = take_fraction(&c);
		if (c.failed || c.rest.n != 0)
			return false;
	}
	*out = (ac_time){ (int64_t)seconds, nanoseconds };
	return true;
}

bool
ac_time_parse_loose(ac_str text, ac_time *out)
{
	cursor c = { text, false };
	civil f = { 0 };
	ac_time t;

	if (text.n < 10 || text.p[4] != '-')
		return ac_time_parse_unix(text, out);
	take_date(&c, &f);
	if (c.rest.n) {
		if (!take_byte(&c, 'T') && !take_byte(&c, 't'))
			want_byte(&c, ' ');
		take_clock(&c, &f);
		if (c.failed || !civil_to_time(&f, &t))
			return false;
		t.seconds -= take_offset(&c);
	} else if (!civil_to_time(&f, &t)) {
		return false;
	}
	if (c.failed || c.rest.n != 0)
		return false;
	*out = t;
	return true;
}

/* Two digits of a number below 100. */
static char *
put_two(char *to, unsigned value)
{
	*to++ = (char)('0' + value / 10);
	*to++ = (char)('0' + value % 10);
	return to;
}

#define DATE_SIZE 10

/* "2021-07-19" of a year of four digits; false for any other. */
static bool
put_date(char *to, ac_time t)
{
	int64_t year;
	unsigned month, day;

	ac_time_to_civil(t, &year, &month, &day);
	if (year < 0 || year > 9999)
		return false;
	to = put_two(put_two(to, (unsigned)year / 100), (unsigned)year % 100);
	*to++ = '-';
	to = put_two(to, month);
	*to++ = '-';
	(void)put_two(to, day);
	return true;
}

void
ac_time_add_date(ac_buf *buf, ac_time t)
{
	int64_t year;
	unsigned month, day;
	char text[DATE_SIZE];

	if (put_date(text, t)) {
		ac_buf_add(buf, (ac_str){ text, sizeof(text) });
		return;
	}
	ac_time_to_civil(t, &year, &month, &day);
	ac_buf_printf(buf, "%04lld-%02u-%02u", (long long)year, month, day);
}

ac_str
ac_time_significant(ac_str timestamp)
{
	size_t n = timestamp.n && timestamp.p[timestamp.n - 1] == 'Z' ? timestamp.n - 1 : timestamp.n;

	if (ac_str_find_byte(timestamp, '.') >= n)
		return ac_str_slice(timestamp, 0, n);
	while (n > 0 && timestamp.p[n - 1] == '0')
		n--;
	return ac_str_slice(timestamp, 0, n > 0 && timestamp.p[n - 1] == '.' ? n - 1 : n);
}

enum { SECONDS_AT = 17, FRACTION_AT = 20 }; /* 2021-07-19T10:00:SS.f */

/* The digits of a timestamp that an ac_time does not hold, without zeros at their end. */
static ac_str
digits_left(ac_str timestamp, bool is_leap)
{
	ac_str all = ac_time_significant(timestamp);

	return ac_str_slice(all, is_leap ? FRACTION_AT : FRACTION_AT + 9, all.n);
}

bool
ac_time_cmp_stix(ac_str a, ac_str b, int *out_order)
{
	bool a_leaps, b_leaps;
	ac_time x, y;

	if (ac_time_parse_stix(a, &x, NULL) || ac_time_parse_stix(b, &y, NULL))
		return false;
	a_leaps = a.p[SECONDS_AT] == '6';
	b_leaps = b.p[SECONDS_AT] == '6';
	*out_order = ac_time_cmp(x, y);
	/* Of :59.9999999995 and :60, only the texts tell which is later. */
	if (*out_order == 0)
		*out_order = a_leaps - b_leaps;
	if (*out_order == 0)
		*out_order = ac_str_cmp(digits_left(a, a_leaps), digits_left(b, b_leaps));
	return true;
}

void
ac_time_add(ac_buf *buf, ac_time t, unsigned min_digits)
{
	int64_t in_day = t.seconds % SECONDS_PER_DAY;
	char text[sizeof("THH:MM:SS.123456789Z")], *to = text, *digits;
	uint32_t rest = t.nanoseconds;
	unsigned count = 9;

	if (in_day < 0)
		in_day += SECONDS_PER_DAY;
	*to++ = 'T';
	to = put_two(to, (unsigned)(in_day / 3600));
	*to++ = ':';
	to = put_two(to, (unsigned)(in_day / 60 % 60));
	*to++ = ':';
	to = put_two(to, (unsigned)(in_day % 60));
	digits = to + 1;
	for (int i = 8; i >= 0; i--) {
		digits[i] = (char)('0' + rest % 10);
		rest /= 10;
	}
	while (count > min_digits && digits[count - 1] == '0')
		count--;
	if (count) {
		*to = '.';
		to = digits + count;
	}
	*to++ = 'Z';
	ac_time_add_date(buf, t);
	ac_buf_add(buf, (ac_str){ text, (size_t)(to - text) });
}
