/* SPDX-License-Identifier: Apache-2.0 */
/* Found by one byte that they have, mostly refused by the next. */
#include "watch/retro_words.h"

#include "watch/control.h"
#include "watch/defang.h"
#include "watch/typography.h"
#include "watch/token.h"

/* Most fingerprints of the family have such a part, behind '_'; what others are written like, '0' for any number: JA4SSH, JA4T and JA4TS, whose options are numbers, too. */
#define JA4_PART 12
static const char *const ja4_forms[] = { "c0s0_c0s0_c0s0", "0_0_0_0" };
#define JA4_MAX 64
/* Fewer digits are words and counters of any line. */
#define SERIAL_MIN 4
#define SERIAL_MAX 96
#define AS_DIGITS_MAX 10

static bool
goes_on(const char *p, const char *end, ac_str lower)
{
	return (size_t)(end - p) >= lower.n && ac_str_eq_fold((ac_str){ p, lower.n }, lower);
}

/* The hints have an 's' in common. */
static void
look_at(ac_str line, const char *s, ac_retro_hints *hints)
{
	const char *next = s + 1, *end = line.p + line.n;
	char c = next < end ? ac_lower(*next) : '\0';

	if (c == 'e')
		hints->serial |= goes_on(next, end, AC_S("erial"));
	if (s == line.p || ac_lower(s[-1]) != 'a')
		return;
	hints->as_sign |= ac_is_decimal(c);
	hints->as |= c == 'n' || (c == '_' && goes_on(next, end, AC_S("_number")));
}

ac_retro_hints
ac_retro_hints_of(ac_str line)
{
	ac_retro_hints hints = { .pairs = ac_str_find(line, AC_S("alue\"")) < line.n };
	const char *end = line.p + line.n;

	for (unsigned upper = 0; upper < 2; upper++)
		for (const char *p = line.p; p < end; p++) {
			p = memchr(p, upper ? 'S' : 's', (size_t)(end - p));
			if (!p)
				break;
			look_at(line, p, &hints);
		}
	return hints;
}

static bool
is_hex_run(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ac_is_hex(text.p[i]))
			return false;
	return text.n > 0;
}

/* The word around `at`, which is of it; n 0 when it is too long to be a fingerprint. */
static ac_str
word_around(ac_str line, const char *at)
{
	const char *begin = at, *end = at, *limit = line.p + line.n;

	while (begin > line.p && ac_is_word(begin[-1]) && at - begin <= JA4_MAX)
		begin--;
	while (end < limit && ac_is_word(*end) && end - at <= JA4_MAX)
		end++;
	return (ac_str){ begin, end - begin <= JA4_MAX ? (size_t)(end - begin) : 0 };
}

static bool
has_form(ac_str word, const char *form)
{
	size_t at = 0;

	for (; *form; form++) {
		if (*form != '0') {
			if (at == word.n || ac_lower(word.p[at++]) != *form)
				return false;
			continue;
		}
		if (at == word.n || !ac_is_decimal(word.p[at]))
			return false;
		while (at < word.n && (ac_is_decimal(word.p[at]) || (word.p[at] == '-' && form[1] == '_')))
			at++;
	}
	return at == word.n;
}

/* The whole word around a '_' is a fingerprint that has no part of JA4_PART digits. */
static bool
is_other_ja4(ac_str line, const char *sign, ac_str *out)
{
	const char *end = line.p + line.n;

	if (sign == line.p || sign + 1 == end || !ac_is_decimal(sign[-1]) ||
	    (!ac_is_decimal(sign[1]) && ac_lower(sign[1]) != 'c'))
		return false;
	*out = word_around(line, sign);
	for (size_t i = 0; i < AC_COUNT(ja4_forms); i++)
		if (has_form(*out, ja4_forms[i]))
			return true;
	return false;
}

static int
find_ja4(ac_str line, ac_on_word on_word, void *payload, accord_err *err)
{
	const char *end = line.p + line.n;
	int rc = 0;

	for (const char *p = line.p; !rc && p < end; p++) {
		const char *behind;
		ac_str word;

		p = memchr(p, '_', (size_t)(end - p));
		if (!p)
			return 0;
		if (is_other_ja4(line, p, &word)) {
			rc = on_word(payload, AC_VALUE_JA4, word, err);
			p = word.p + word.n - 1;
			continue;
		}
		behind = p + 1 + JA4_PART;
		if (behind > end || !is_hex_run((ac_str){ p + 1, JA4_PART }) ||
		    (behind < end && ac_is_word(*behind) && *behind != '_'))
			continue;
		word = word_around(line, p);
		if (word.n)
			rc = on_word(payload, AC_VALUE_JA4, word, err);
		p = word.p + word.n > behind ? word.p + word.n - 1 : behind - 1;
	}
	return rc;
}

/* "AS64496", and nothing of a longer word. */
static int
find_as(ac_str line, char s, ac_on_word on_word, void *payload, accord_err *err)
{
	const char *end = line.p + line.n;
	int rc = 0;

	for (const char *p = line.p; !rc && p < end; p++) {
		const char *behind;

		p = memchr(p, s, (size_t)(end - p));
		if (!p || p + 1 >= end)
			return 0;
		if (!ac_is_decimal(p[1]) || p == line.p || ac_lower(p[-1]) != 'a' ||
		    (p - 1 > line.p && ac_is_word(p[-2])))
			continue;
		for (behind = p + 1; behind < end && ac_is_decimal(*behind); behind++)
			;
		if ((behind < end && ac_is_word(*behind)) || behind - p - 1 > AS_DIGITS_MAX)
			continue;
		rc = on_word(payload, AC_VALUE_AS_NUMBER, (ac_str){ p + 1, (size_t)(behind - p - 1) }, err);
	}
	return rc;
}

/* Runs of hexadecimal digits, with colons between pairs or without. */
static int
find_serials(ac_str line, ac_on_word on_word, void *payload, accord_err *err)
{
	size_t begin, end;
	int rc = 0;

	for (begin = 0; !rc && begin < line.n; begin = end + 1) {
		for (end = begin;
		     end < line.n && (ac_is_hex(line.p[end]) || (line.p[end] == ':' && end > begin &&
								    end + 1 < line.n && ac_is_hex(line.p[end + 1])));)
			end++;
		if (end - begin >= SERIAL_MIN && end - begin <= SERIAL_MAX &&
		    (begin == 0 || !ac_is_word(line.p[begin - 1])) && (end == line.n || !ac_is_word(line.p[end])))
			rc = on_word(payload, AC_VALUE_CERT_SERIAL, ac_str_slice(line, begin, end), err);
	}
	return rc;
}

int
ac_retro_words(ac_str line, const ac_retro_hints *hints, ac_on_word on_word, void *payload, accord_err *err)
{
	int rc = find_ja4(line, on_word, payload, err);

	if (!rc && hints->as_sign)
		rc = find_as(line, 'S', on_word, payload, err);
	if (!rc && hints->as_sign)
		rc = find_as(line, 's', on_word, payload, err);
	return rc || !hints->serial ? rc : find_serials(line, on_word, payload, err);
}

/* Spellings that stand for something else, and which letters behind backslashes come next. */
typedef struct spellings {
	ac_control_letters letters;
	size_t letter, letter_n, sign;
	bool may_have_controls;
} spellings;

/* The next one from `from` on: where it begins, its bytes and what is meant; the text's length when there is none. */
static size_t
next_spelling(spellings *s, size_t from, size_t *out_n, ac_str *out_meant)
{
	ac_str text = s->letters.line;
	size_t control = s->may_have_controls ? ac_control_find(text, from) : text.n, next, defanged;

	while (s->letter < from)
		s->letter = ac_control_next_letter(&s->letters, &s->letter_n);
	if (s->sign < from || from == 0)
		s->sign = ac_typography_find(text, from);
	next = s->letter < control ? s->letter : control;
	if (s->sign < next) {
		control = text.n;
		next = s->sign;
	}
	defanged = ac_defang_find(ac_str_slice(text, 0, next), from);
	if (defanged < next) {
		*out_n = ac_value_refang_at(text, defanged, out_meant);
		return defanged;
	}
	if (next == s->sign && next < text.n) {
		*out_n = ac_typography_at(text, next, out_meant);
		return next;
	}
	*out_meant = AC_S("\n");
	*out_n = next < control ? s->letter_n : ac_control_at(text, control);
	return next;
}

ac_str
ac_retro_meant(ac_str text, bool may_have_controls, ac_arena *arena)
{
	spellings s = { .letters = { .line = text }, .may_have_controls = may_have_controls };
	size_t spelled, at, from = 0, n = 0;
	ac_str meant;
	char *out;

	s.letter = ac_control_next_letter(&s.letters, &s.letter_n);
	at = next_spelling(&s, 0, &spelled, &meant);
	out = at < text.n ? ac_arena_alloc(arena, text.n) : NULL;
	if (!out)
		return text;
	for (; at < text.n; at = next_spelling(&s, from, &spelled, &meant)) {
		memcpy(out + n, text.p + from, at - from);
		n += at - from;
		from = at + spelled;
		memcpy(out + n, meant.p, meant.n);
		n += meant.n;
	}
	memcpy(out + n, text.p + from, text.n - from);
	return (ac_str){ out, n + text.n - from };
}
