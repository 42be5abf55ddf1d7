/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only what stands around it tells: MAC addresses with dots; and AS numbers: "AS64496" anywhere, plain ones where something that may name a field of them stands before them in their text, or behind
 * them in their line, as labels do. All other numbers, of which telemetry is full, are never looked at.
 */
#include "watch/match.h"
#include "watch/scan_parts.h"

/* Ends of digits that no word goes on with, at `from` and behind it. */
TARGET static void
match_numbers(ac_scan *s, const char *from, size_t words, size_t base)
{
	const ac_scan_maps *m = s->maps;
	size_t skip = from > s->begin + base ? (size_t)(from - s->begin) - base : 0;

	for (size_t w = 1 + skip / 64; w <= words; w++) {
		uint64_t ends = (m->digit[w] << 1 | m->digit[w - 1] >> 63) & ~m->word[w];

		for (; ends; ends &= ends - 1) {
			const char *end = s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(ends);

			if (end >= from && end <= s->end)
				ac_match_as_number(s, end);
		}
	}
}

/* The same in regions before, of a line of several. */
TARGET static void
match_numbers_between(ac_scan *s, const char *from, const char *until)
{
	for (const char *end = from + 1; end < until; end++)
		if (ac_is_decimal(end[-1]) && !ac_is_word(*end))
			ac_match_as_number(s, end);
}

TARGET static const char *
begin_of_line(const ac_scan *s, const char *p)
{
	while (p > s->begin && p[-1] != '\n')
		p--;
	return p;
}

/* What begins there may name a field of AS numbers, or be one itself. */
TARGET static void
look_at_as_name(ac_scan *s, const char *p, size_t base)
{
	ac_as_name name = ac_as_name_at((ac_str){ s->begin, (size_t)(s->end - s->begin) }, p);

	if (name == AC_AS_NUMBER)
		ac_match_as_name(s, p);
	else if (name == AC_AS_FIELD && !s->as_numbers_from) {
		s->as_numbers_from = begin_of_line(s, p);
		match_numbers_between(s, s->as_numbers_from, s->begin + base);
	}
}

TARGET static void
look_at_rare(ac_scan *s, size_t words, size_t base, unsigned want)
{
	bool has_pairs = s->index->flags & AC_INDEX_HAS_PAIRS;
	uint32_t *list = s->places->list;
	size_t n = list_places(&s->maps->rare, words, base, list);

	for (size_t i = 0; i < n; i++) {
		const char *p = s->begin + list[i];

		if (*p != '.')
			look_at_as_name(s, p - 1, base);
		else if (has_pairs)
			ac_match_dotted_mac(s, p - 5);
	}
	if ((want & AC_WANT_AS_NUMBERS) && s->as_numbers_from)
		match_numbers(s, s->as_numbers_from, words, base);
}
