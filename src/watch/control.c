/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/control.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

size_t
ac_control_at(ac_str text, size_t at)
{
	const char *p = text.p + at;

	/* Three digits behind '#' may be anything. */
	if (text.n - at >= 4 && p[0] == '#' && p[1] == '0' && p[2] == '1')
		return p[3] == '1' || p[3] == '2' || p[3] == '5' ? 4 : 0;
	return text.n - at >= 2 && p[0] == '^' && (p[1] == 'I' || p[1] == 'J' || p[1] == 'M') ? 2 : 0;
}

static size_t
find_from(ac_str text, size_t from, size_t end)
{
	while (from < end && !ac_control_at(text, from))
		from++;
	return from;
}

size_t
ac_control_find_portable(ac_str text, size_t from)
{
	return from < text.n ? find_from(text, from, text.n) : text.n;
}

#if defined(__x86_64__)

/* Which of 32 bytes are '#' or '^': what a table has for the lower half of each byte is then the byte itself. */
__attribute__((target("avx2"))) static inline __m256i
signs_of(const char *p)
{
	const __m256i table = _mm256_setr_epi8(
	    1, 0, 0, '#', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '^', 0, 1, 0, 0, '#', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '^', 0);
	__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);

	return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes), bytes);
}

__attribute__((target("avx2"))) static size_t
find_avx2(ac_str text, size_t from)
{
	while (from + 128 <= text.n) {
		const char *p = text.p + from;
		__m256i first = _mm256_or_si256(signs_of(p), signs_of(p + 32));
		__m256i second = _mm256_or_si256(signs_of(p + 64), signs_of(p + 96));
		size_t end = from + 128;

		first = _mm256_or_si256(first, second);
		if (!_mm256_testz_si256(first, first)) {
			from = find_from(text, from, end);
			if (from < end)
				return from;
		}
		from = end;
	}
	return find_from(text, from, text.n);
}

#endif

size_t
ac_control_find(ac_str text, size_t from)
{
#if defined(__x86_64__)
	if (from < text.n && __builtin_cpu_supports("avx2"))
		return find_avx2(text, from);
#endif
	return ac_control_find_portable(text, from);
}

/* ---- letters behind backslashes ---- */

/* A bit for each byte of a set, below 64 or from there to 127. */
#define BIT(c) (UINT64_C(1) << ((c)&63))

static inline bool
is_one_of(char c, uint64_t low, uint64_t high)
{
	unsigned char u = (unsigned char)c;

	return (u < 64 ? low : u < 128 ? high : 0) >> (u & 63) & 1;
}

/* "\t", whatever it means there. */
static bool
is_letter(ac_str line, size_t at)
{
	char c = at + 1 < line.n && line.p[at] == '\\' ? line.p[at + 1] : '\0';

	return c == 't' || c == 'n' || c == 'r';
}

/* The backslash at line[at] is what no escape has: a path's, or behind the name of a domain. */
static bool
is_of_path(ac_str line, size_t at)
{
	const uint64_t low = BIT('"') | BIT('\'') | BIT('/') | BIT('0'), high = BIT('\\') | BIT('u') | BIT('x');

	return line.p[at] == '\\' && at + 1 < line.n && !is_letter(line, at) && !is_one_of(line.p[at + 1], low, high);
}

/* "C:" before line[at], or behind the letter of an escape. */
static bool
is_drive(ac_str line, size_t at)
{
	return line.p[at] == '\\' && at >= 2 && line.p[at - 1] == ':' && ac_is_alpha(line.p[at - 2]) &&
	       (at == 2 || !ac_is_alnum(line.p[at - 3]) || (at > 3 && line.p[at - 4] == '\\'));
}

static bool
ends_run(char c)
{
	const uint64_t low = BIT('"') | BIT('\'') | BIT('<') | BIT('>') | BIT(',') | BIT(';');

	return (unsigned char)c <= ' ' || is_one_of(c, low, BIT('|'));
}

static bool
begins_path(char c)
{
	return c == '.' || c == '%' || c == '~' || c == '\\';
}

/* No name stands before line[at], behind which a backslash could begin the next one. */
static bool
stands_alone(ac_str line, size_t at)
{
	const uint64_t low = BIT(' ') | BIT('\t') | BIT('"') | BIT('\'') | BIT(',') | BIT('=') | BIT(';') | BIT(':') |
			     BIT('(') | BIT('<') | BIT('>') | BIT('!') | BIT('?');

	return at == 0 || is_one_of(line.p[at - 1], low, BIT('[') | BIT('|') | BIT(']'));
}

/* The next backslash of the run that goes on at line[at]; line.n when there is none. */
static size_t
backslash_ahead(ac_str line, size_t at)
{
	while (at < line.n && line.p[at] != '\\' && !ends_run(line.p[at]))
		at++;
	return at < line.n && line.p[at] == '\\' ? at : line.n;
}

static bool
is_line_end(ac_str line, size_t at)
{
	return ac_str_starts(ac_str_slice(line, at, line.n), AC_S("\\r\\n"));
}

/* Letters at line[begin, end), several behind one another perhaps: whether they are control characters, by what stands before and behind them. */
static bool
are_controls(const ac_control_letters *l, size_t begin, size_t end)
{
	ac_str line = l->line;
	size_t next = backslash_ahead(line, end);
	bool is_letter_ahead = next < line.n && is_letter(line, next) && !is_drive(line, next);

	if (next < line.n && is_of_path(line, next) && !is_drive(line, next))
		return false;
	if (stands_alone(line, begin))
		return true;
	/* "CORP\nick" is somebody's name; "a\tb\tc" is nobody's. */
	return l->has_letters || end - begin > 2 || is_letter_ahead;
}

/* The next letter behind a backslash from `at` on; line.n when there is none. */
static size_t
next_letter(ac_str line, size_t at)
{
	while ((at += ac_str_find_byte(ac_str_slice(line, at, line.n), '\\')) < line.n && !is_letter(line, at))
		at += at + 1 < line.n && line.p[at + 1] == '\\' ? 2 : 1;
	return at < line.n ? at : line.n;
}

/* Up to `at`: what is known of the run that goes on there. */
static void
pass_bytes(ac_control_letters *l, size_t at)
{
	const char *p = l->line.p;
	size_t i = at;

	while (i > l->at && !ends_run(p[i - 1]))
		i--;
	/* another run, or the line's first */
	if (i > l->at || i == 0) {
		l->is_path = i < at && begins_path(p[i]);
		l->has_letters = false;
	}
	for (; i < at; i++) {
		if (p[i] == '=')
			l->is_path |= i + 1 < at && begins_path(p[i + 1]);
		if (p[i] != '\\')
			continue;
		l->is_path |= is_of_path(l->line, i) || is_drive(l->line, i);
		/* a backslash that is escaped escapes nothing */
		i += p[i + 1] == '\\';
	}
	l->at = at;
}

size_t
ac_control_next_letter(ac_control_letters *l, size_t *out_n)
{
	ac_str line = l->line;

	while (l->at < line.n) {
		size_t begin = next_letter(line, l->at), end = begin;

		if (begin == line.n)
			break;
		pass_bytes(l, begin);
		while (is_letter(line, end))
			end += 2;
		l->is_path |= is_drive(line, begin);
		/* in a path only the end of a line is none of its names */
		while (l->is_path && begin < end && !is_line_end(line, begin))
			begin += 2;
		l->at = end;
		if (begin == end || (!l->is_path && !is_line_end(line, begin) && !are_controls(l, begin, end))) {
			l->has_letters |= !l->is_path;
			continue;
		}
		l->is_path = false;
		l->has_letters = true;
		*out_n = end - begin;
		return begin;
	}
	l->at = line.n;
	return line.n;
}
