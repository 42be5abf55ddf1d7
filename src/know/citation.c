/* SPDX-License-Identifier: Apache-2.0 */
/* When a cited work was published, as references of catalogues write it: "Publisher. (2021, July 14). Title. Retrieved ...". Knows nothing of what cites it. */
#include "know/citation.h"

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
	"dec" };

/* Digits at the front of *rest as a number; false for none. */
static bool
take_number(ac_str *rest, unsigned *out, size_t most)
{
	size_t n = 0;

	for (*out = 0; n < rest->n && n < most && ac_is_digit(rest->p[n]); n++)
		*out = *out * 10 + (unsigned)(rest->p[n] - '0');
	*rest = ac_str_slice(*rest, n, rest->n);
	return n > 0;
}

static unsigned
take_month(ac_str *rest)
{
	unsigned number;

	for (unsigned m = 0; m < AC_COUNT(months); m++)
		if (ac_str_starts_fold(*rest, ac_str_from(months[m]))) {
			while (rest->n && ac_is_alpha(rest->p[0]))
				*rest = ac_str_slice(*rest, 1, rest->n);
			return m + 1;
		}
	return take_number(rest, &number, 2) && number >= 1 && number <= 12 ? number : 0;
}

static void
skip_separators(ac_str *rest)
{
	while (rest->n && (rest->p[0] == ',' || rest->p[0] == ' ' || rest->p[0] == '-' || rest->p[0] == '.'))
		*rest = ac_str_slice(*rest, 1, rest->n);
}

/* The last second before the period's successor begins. */
static ac_time
end_of(unsigned year, unsigned month, unsigned day)
{
	ac_time next = AC_TIME_MAX;

	if (day) {
		(void)ac_time_from_civil(year, month, day, 23, 59, 59, &next);
		return next;
	}
	if (month == 0 || month == 12)
		(void)ac_time_from_civil(year + 1, 1, 1, 0, 0, 0, &next);
	else
		(void)ac_time_from_civil(year, month + 1, 1, 0, 0, 0, &next);
	next.seconds--;
	return next;
}

/* What stands in the parentheses: "2021, July 14", "2021, July", "2021", "2021-07-14". */
static bool
read_date(ac_str text, ac_time *out_first, ac_time *out_last)
{
	unsigned year, month, day = 0;
	ac_time first;

	if (!take_number(&text, &year, 4) || year < 1990 || year > 2200)
		return false;
	if (text.n && !ac_is_space(text.p[0]) && text.p[0] != ',' && text.p[0] != '-' && text.p[0] != '.')
		return false;
	skip_separators(&text);
	month = take_month(&text);
	skip_separators(&text);
	if (month && (!take_number(&text, &day, 2) || day > 31))
		day = 0;
	if (!ac_time_from_civil(year, month ? month : 1, day ? day : 1, 0, 0, 0, &first)) {
		day = 0;
		(void)ac_time_from_civil(year, month ? month : 1, 1, 0, 0, 0, &first);
	}
	*out_first = first;
	*out_last = end_of(year, month, day);
	return true;
}

bool
ac_citation_date(ac_str description, ac_time *out_first, ac_time *out_last)
{
	for (size_t at; (at = ac_str_find_byte(description, '(')) < description.n;) {
		ac_str inside = ac_str_slice(description, at + 1, description.n);
		size_t end = ac_str_find_byte(inside, ')');

		description = inside;
		if (read_date(ac_str_trim(ac_str_slice(inside, 0, end)), out_first, out_last))
			return true;
	}
	return false;
}
