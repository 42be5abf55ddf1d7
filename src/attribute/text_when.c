/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in prose, English and French. Reads words and what stands between them; knows nothing of incidents. */
#include "attribute/text_when.h"

#include <stdlib.h>

#include "attribute/text.h"

#define YEAR_FIRST 1990 /* before it nobody was attacked over a network that reports tell of */
#define YEAR_LAST 2099

static const struct {
	ac_str name;
	unsigned month;
} months[] = {
	{ AC_S_INIT("january"), 1 },
	{ AC_S_INIT("february"), 2 },
	{ AC_S_INIT("march"), 3 },
	{ AC_S_INIT("april"), 4 },
	{ AC_S_INIT("may"), 5 },
	{ AC_S_INIT("june"), 6 },
	{ AC_S_INIT("july"), 7 },
	{ AC_S_INIT("august"), 8 },
	{ AC_S_INIT("september"), 9 },
	{ AC_S_INIT("october"), 10 },
	{ AC_S_INIT("november"), 11 },
	{ AC_S_INIT("december"), 12 },
	{ AC_S_INIT("jan"), 1 },
	{ AC_S_INIT("feb"), 2 },
	{ AC_S_INIT("mar"), 3 },
	{ AC_S_INIT("apr"), 4 },
	{ AC_S_INIT("jun"), 6 },
	{ AC_S_INIT("jul"), 7 },
	{ AC_S_INIT("aug"), 8 },
	{ AC_S_INIT("sep"), 9 },
	{ AC_S_INIT("sept"), 9 },
	{ AC_S_INIT("oct"), 10 },
	{ AC_S_INIT("nov"), 11 },
	{ AC_S_INIT("dec"), 12 },
	{ AC_S_INIT("janvier"), 1 },
	{ AC_S_INIT("février"), 2 },
	{ AC_S_INIT("mars"), 3 },
	{ AC_S_INIT("avril"), 4 },
	{ AC_S_INIT("mai"), 5 },
	{ AC_S_INIT("juin"), 6 },
	{ AC_S_INIT("juillet"), 7 },
	{ AC_S_INIT("août"), 8 },
	{ AC_S_INIT("septembre"), 9 },
	{ AC_S_INIT("octobre"), 10 },
	{ AC_S_INIT("novembre"), 11 },
	{ AC_S_INIT("décembre"), 12 },
};

/* Parts of a year: the month in their middle. */
static const struct {
	ac_str name;
	unsigned month;
} parts[] = { { AC_S_INIT("early"), 3 }, { AC_S_INIT("late"), 11 }, { AC_S_INIT("beginning"), 2 },
	{ AC_S_INIT("start"), 2 }, { AC_S_INIT("end"), 11 }, { AC_S_INIT("spring"), 4 }, { AC_S_INIT("summer"), 7 },
	{ AC_S_INIT("autumn"), 10 }, { AC_S_INIT("fall"), 10 }, { AC_S_INIT("q1"), 2 }, { AC_S_INIT("q2"), 5 },
	{ AC_S_INIT("q3"), 8 }, { AC_S_INIT("q4"), 11 }, { AC_S_INIT("début"), 2 }, { AC_S_INIT("fin"), 11 },
	{ AC_S_INIT("printemps"), 4 }, { AC_S_INIT("été"), 7 }, { AC_S_INIT("automne"), 10 } };

/* Words before a year that make it a date. */
static const ac_str at_words[] = { AC_S_INIT("in"), AC_S_INIT("during"), AC_S_INIT("throughout"), AC_S_INIT("from"),
	AC_S_INIT("between"), AC_S_INIT("until"), AC_S_INIT("till"), AC_S_INIT("by"), AC_S_INIT("around"),
	AC_S_INIT("circa"), AC_S_INIT("mid"), AC_S_INIT("winter"), AC_S_INIT("year"), AC_S_INIT("en"),
	AC_S_INIT("entre"), AC_S_INIT("courant"), AC_S_INIT("vers"), AC_S_INIT("mi"), AC_S_INIT("hiver"),
	AC_S_INIT("année") };
/* Those of them that may stand before a number of things, too. */
static const ac_str any_words[] = { AC_S_INIT("in"), AC_S_INIT("from"), AC_S_INIT("between"), AC_S_INIT("until"),
	AC_S_INIT("till"), AC_S_INIT("by"), AC_S_INIT("around"), AC_S_INIT("circa"), AC_S_INIT("en"),
	AC_S_INIT("entre"), AC_S_INIT("vers") };
/* ... and before "of" and a year. */
static const ac_str part_words[] = { AC_S_INIT("middle"), AC_S_INIT("half"), AC_S_INIT("quarter"), AC_S_INIT("part"),
	AC_S_INIT("winter"), AC_S_INIT("months") };
static const ac_str of_words[] = { AC_S_INIT("of"), AC_S_INIT("de") };
/* Between two years of one span. */
static const ac_str join_words[] = { AC_S_INIT("to"), AC_S_INIT("through"), AC_S_INIT("and"), AC_S_INIT("or"),
	AC_S_INIT("et"), AC_S_INIT("à"), AC_S_INIT("au") };
/* What is told behind them was at some other time. */
static const ac_str bound_words[] = { AC_S_INIT("since"), AC_S_INIT("before"), AC_S_INIT("after"), AC_S_INIT("prior"),
	AC_S_INIT("depuis"), AC_S_INIT("avant"), AC_S_INIT("après") };
/* Words that may stand between such a word and its date. */
static const ac_str hedges[] = { AC_S_INIT("at"), AC_S_INIT("least"), AC_S_INIT("about"), AC_S_INIT("early"),
	AC_S_INIT("mid"), AC_S_INIT("late"), AC_S_INIT("to"), AC_S_INIT("the"), AC_S_INIT("au"), AC_S_INIT("moins"),
	AC_S_INIT("début"), AC_S_INIT("mi"), AC_S_INIT("fin"), AC_S_INIT("le"), AC_S_INIT("end"),
	AC_S_INIT("beginning"), AC_S_INIT("start"), AC_S_INIT("of") };

/* A word or a number, and what stands between it and the one before. */
typedef struct token {
	ac_str text, gap;
	bool is_dated; /* it ends a date that counts */
} token;

typedef struct tokens {
	token *items;
	size_t count;
} tokens;

static bool
is_in(ac_str word, const ac_str *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq_fold(word, list[i]))
			return true;
	return false;
}
#define IS_IN(word, list) is_in(word, list, AC_COUNT(list))

static int
tokenize(ac_str text, ac_arena *arena, tokens *out, accord_err *err)
{
	size_t from = 0;

	*out = (tokens){ ac_arena_alloc(arena, (text.n / 2 + 2) * sizeof(token)), 0 };
	if (!out->items)
		return ac_arena_check(arena, err);
	for (size_t at = 0; at < text.n;) {
		size_t end = at, gap = ac_text_between(text, at);

		if (gap) {
			at += gap;
			continue;
		}
		while (end < text.n && ac_text_between(text, end) == 0)
			end++;
		out->items[out->count++] = (token){ ac_str_slice(text, at, end), ac_str_slice(text, from, at), false };
		from = at = end;
	}
	return 0;
}

static const token none = { { "", 0 }, { "", 0 }, false };

/* The token so many before the one at `at`, in the same sentence. */
static const token *
back(const tokens *t, size_t at, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		ac_str gap = t->items[at - i].gap;

		if (at - i == 0 || ac_str_find_byte(gap, ';') < gap.n || ac_str_find_byte(gap, '\n') < gap.n ||
		    ac_str_find(gap, AC_S(". ")) < gap.n)
			return &none;
	}
	return &t->items[at - steps];
}

static bool
read_number(ac_str text, size_t digits_min, size_t digits_max, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (!ac_is_digit(text.p[i]))
			return false;
		*out = *out * 10 + (unsigned)(text.p[i] - '0');
	}
	return text.n >= digits_min && text.n <= digits_max;
}

static bool
is_year(ac_str text, unsigned *out)
{
	return read_number(text, 4, 4, out) && *out >= YEAR_FIRST && *out <= YEAR_LAST;
}

/* "may" and "march" are months where they begin like a name. */
static unsigned
month_of(ac_str text)
{
	bool is_capital = text.n && text.p[0] != ac_lower(text.p[0]);

	for (size_t i = 0; i < AC_COUNT(months); i++)
		if (ac_str_eq_fold(text, months[i].name))
			return is_capital || (months[i].month != 3 && months[i].month != 5) ||
				       !ac_str_starts_fold(text, AC_S("ma")) || ac_str_eq(text, AC_S("mars")) ||
				       ac_str_eq(text, AC_S("mai"))
				   ? months[i].month
				   : 0;
	return 0;
}

static bool
is_dash(ac_str gap)
{
	return ac_str_eq(gap, AC_S("-")) || ac_str_eq(gap, AC_S("–"));
}

/* Blanks, which may have a comma or a bracket before them. */
static bool
is_blank(ac_str gap)
{
	for (size_t i = 0; i < gap.n; i++)
		if (!ac_is_space(gap.p[i]) && gap.p[i] != ',' && gap.p[i] != '(' && gap.p[i] != '\'' &&
		    (unsigned char)gap.p[i] < 0x80)
			return false;
	return gap.n > 0;
}

/* May the number end here as a year? Not before "-44228", ".1", "/07" or "R2". */
static bool
ends_as_year(const tokens *t, size_t at)
{
	const token *next = at + 1 < t->count ? &t->items[at + 1] : &none;
	unsigned year;

	if (next->text.n == 0)
		return true;
	if (next->gap.n == 1 && !ac_is_space(next->gap.p[0]) && next->gap.p[0] != ',' && next->gap.p[0] != ')')
		return is_dash(next->gap) && is_year(next->text, &year);
	return !ac_str_eq(next->gap, AC_S(" ")) || next->text.n != 2 || !ac_is_digit(next->text.p[1]) ||
	       ac_is_digit(next->text.p[0]);
}

/* "In 2000 organizations" tells how many, behind a word that may stand before anything. */
static bool
may_count(const tokens *t, size_t at)
{
	const token *next = at + 1 < t->count ? &t->items[at + 1] : &none;

	return IS_IN(back(t, at, 1)->text, any_words) && ac_str_eq(next->gap, AC_S(" ")) && next->text.n > 3 &&
	       next->text.p[next->text.n - 1] == 's' && next->text.p[0] == ac_lower(next->text.p[0]);
}

/* Is the date, whose first token is at `from`, only a bound of when something was? */
static bool
is_bound(const tokens *t, size_t from)
{
	for (size_t steps = 1; steps <= 4 && steps <= from; steps++) {
		ac_str word = back(t, from, steps)->text;

		if (IS_IN(word, bound_words))
			return true;
		if (!IS_IN(word, hedges))
			return false;
	}
	return false;
}

/* What stands before a year at `at` as its month, or the middle of a part of it, and day; *from: where the date begins. 0: none does. */
static unsigned
month_before(const tokens *t, size_t at, unsigned *day, size_t *from)
{
	size_t steps = 1;
	unsigned month;
	ac_str word = back(t, at, 1)->text;

	*day = 0;
	if (IS_IN(word, of_words) || read_number(word, 1, 2, day)) /* "December of 2022", "July 15, 2022" */
		steps = 2;
	word = at >= steps ? back(t, at, steps)->text : (ac_str){ 0 };
	month = month_of(word);
	*from = at - steps;
	for (size_t i = 0; !month && i < AC_COUNT(parts); i++)
		if (ac_str_eq_fold(word, parts[i].name))
			return *day ? 0 : parts[i].month;
	if (month && *from > 0 && steps == 1 && read_number(back(t, *from, 1)->text, 1, 2, day)) /* "15 July 2022" */
		(*from)--;
	return month;
}

/* Does the sentence use the bare year as a date? */
static bool
is_dated_by(const tokens *t, size_t at, size_t *from)
{
	const token *before = back(t, at, 1), *other = at >= 2 ? back(t, at, 2) : &none;

	*from = at - 1;
	if (before->is_dated && is_dash(t->items[at].gap))
		return true;
	if (!is_blank(t->items[at].gap) && !is_dash(t->items[at].gap))
		return false;
	if (IS_IN(before->text, at_words))
		return !may_count(t, at);
	*from = at >= 2 ? at - 2 : 0;
	if (is_dash(t->items[at].gap))
		return false;
	if (IS_IN(before->text, of_words))
		return IS_IN(other->text, part_words);
	return other->is_dated && IS_IN(before->text, join_words);
}

/* The middle of a day, a month or a year. */
static ac_time
middle_of(unsigned year, unsigned month, unsigned day)
{
	ac_time out = AC_TIME_MIN;

	if (!day || !ac_time_from_civil(year, month, day, 12, 0, 0, &out))
		(void)ac_time_from_civil(year, month ? month : 7, month ? 15 : 1, 12, 0, 0, &out);
	return out;
}

/* The date that ends with the year at `at`; AC_TIME_MIN when it is none. */
static ac_time
date_at(tokens *t, size_t at)
{
	unsigned year, month = 0, day = 0;
	size_t from = at;

	if (at == 0 || !is_year(t->items[at].text, &year))
		return AC_TIME_MIN;
	if (is_blank(t->items[at].gap) || is_dash(t->items[at].gap)) /* "late-2022" */
		month = month_before(t, at, &day, &from);
	if (!ends_as_year(t, at) || (!month && !is_dated_by(t, at, &from)))
		return AC_TIME_MIN;
	t->items[at].is_dated = true;
	return is_bound(t, from) ? AC_TIME_MIN : middle_of(year, month, day);
}

/* "2022-07-15" that begins at `at`. */
static ac_time
plain_date_at(const tokens *t, size_t at)
{
	const token *month = at + 1 < t->count ? &t->items[at + 1] : &none,
		    *day = at + 2 < t->count ? &t->items[at + 2] : &none,
		    *next = at + 3 < t->count ? &t->items[at + 3] : &none;
	unsigned y, m, d;
	ac_time out;

	if (!is_year(t->items[at].text, &y) || !ac_str_eq(month->gap, AC_S("-")) || !ac_str_eq(day->gap, AC_S("-")) ||
	    !read_number(month->text, 2, 2, &m) || !read_number(day->text, 2, 2, &d) || is_dash(next->gap) ||
	    (at > 0 && !is_blank(t->items[at].gap)) || !ac_time_from_civil(y, m, d, 12, 0, 0, &out))
		return AC_TIME_MIN;
	return out;
}

static int
compare_times(const void *x, const void *y)
{
	return ac_time_cmp(*(const ac_time *)x, *(const ac_time *)y);
}

int
ac_text_when(ac_str text, ac_time latest, bool is_told, ac_arena *arena, ac_time *out, accord_err *err)
{
	ac_time *all;
	size_t n = 0;
	tokens t;

	*out = AC_TIME_MIN;
	if (ac_text_shown(text, arena, &text, err) < 0 || tokenize(text, arena, &t, err) < 0)
		return arena->failed;
	all = ac_arena_alloc(arena, (t.count + 1) * sizeof(*all));
	if (!all)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < t.count; i++) {
		ac_time date = plain_date_at(&t, i);

		if (ac_time_cmp(date, AC_TIME_MIN) == 0)
			date = date_at(&t, i);
		if (ac_time_cmp(date, AC_TIME_MIN) > 0 && (is_told || ac_time_cmp(date, latest) <= 0))
			all[n++] = ac_time_cmp(date, latest) > 0 ? latest : date;
	}
	if (n == 0)
		return 0;
	qsort(all, n, sizeof(*all), compare_times);
	*out = all[n / 2];
	if (n % 2 == 0)
		out->seconds = all[n / 2 - 1].seconds + (all[n / 2].seconds - all[n / 2 - 1].seconds) / 2;
	return 0;
}
