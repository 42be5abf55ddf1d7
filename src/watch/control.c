/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/control.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* What is looked at around a letter behind a backslash, on both sides. */
#define AROUND 128

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

size_t
ac_control_find(ac_str text, size_t from)
{
	if (from >= text.n)
		return text.n;
	return __builtin_cpu_supports("avx2") ? find_avx2(text, from) : find_from(text, from, text.n);
}

#else

size_t
ac_control_find(ac_str text, size_t from)
{
	return ac_control_find_portable(text, from);
}

#endif

/* ---- letters behind backslashes ---- */

static bool
is_one_of(char c, ac_str set)
{
	return ac_str_find_byte(set, c) < set.n;
}

/* "\t", whatever it means there. */
static bool
is_letter(ac_str line, size_t at)
{
	static const ac_str letters = AC_S_INIT("tnr");

	return at + 1 < line.n && line.p[at] == '\\' && is_one_of(line.p[at + 1], letters);
}

/* The backslash at line[at] is what no escape has: a path's, or behind the name of a domain. */
static bool
is_of_path(ac_str line, size_t at)
{
	static const ac_str others = AC_S_INIT("\"'\\/ux0");

	return line.p[at] == '\\' && at + 1 < line.n && !is_letter(line, at) && !is_one_of(line.p[at + 1], others);
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
	static const ac_str ends = AC_S_INIT("\"'<>|,;");

	return (unsigned char)c <= ' ' || is_one_of(c, ends);
}

/* Of backslashes behind `at` in the same run: how many are letters' up to the first that is a path's, or *out_is_path. A drive begins something else. */
static unsigned
letters_ahead(ac_str line, size_t at, bool *out_is_path)
{
	unsigned letters = 0;

	*out_is_path = false;
	for (size_t i = at; i < line.n && i - at < AROUND && !ends_run(line.p[i]); i++) {
		if (line.p[i] != '\\')
			continue;
		if (is_drive(line, i))
			break;
		*out_is_path = is_of_path(line, i);
		if (*out_is_path)
			break;
		letters += is_letter(line, i);
		i++;
	}
	return letters;
}

/* The same of those before it. */
static unsigned
letters_before(ac_str line, size_t at, bool *out_is_path)
{
	static const ac_str begins = AC_S_INIT(".%~\\");
	unsigned letters = 0;
	size_t i = at;

	*out_is_path = false;
	while (i > 0 && at - i < AROUND && !ends_run(line.p[i - 1]) && !*out_is_path) {
		i--;
		*out_is_path = is_of_path(line, i) || is_drive(line, i) ||
			       (line.p[i] == '=' && i + 1 < at && is_one_of(line.p[i + 1], begins));
		letters += is_letter(line, i);
	}
	*out_is_path |= i < at && is_one_of(line.p[i], begins);
	return letters;
}

/* No name stands before line[at], behind which a backslash could begin the next one. */
static bool
stands_alone(ac_str line, size_t at)
{
	static const ac_str befores = AC_S_INIT(" \t\"',=;:([<>|]!?");

	return at == 0 || is_one_of(line.p[at - 1], befores);
}

size_t
ac_control_letter_at(ac_str line, size_t at)
{
	size_t first = at, end = at;
	bool is_path_before, is_path;
	unsigned letters;

	if (!is_letter(line, at))
		return 0;
	/* Several behind one another are judged together. */
	while (first >= 2 && is_letter(line, first - 2) && at - first < AROUND)
		first -= 2;
	while (is_letter(line, end) && end - at < AROUND)
		end += 2;
	if (first > 0 && line.p[first - 1] == '\\')
		return 0;
	/* the end of a line */
	if (ac_str_find(ac_str_slice(line, first, end), AC_S("\\r\\n")) < end - first)
		return end - at;
	letters = letters_ahead(line, first, &is_path);
	if (is_path || is_drive(line, first))
		return 0;
	if (stands_alone(line, first))
		return end - at;
	/* "CORP\nick" is somebody's name; "a\tb\tc" is nobody's. */
	letters += letters_before(line, first, &is_path_before);
	return letters >= 2 && !is_path_before ? end - at : 0;
}

size_t
ac_control_find_letter(ac_str line, size_t from)
{
	while ((from += ac_str_find_byte(ac_str_slice(line, from, line.n), '\\')) < line.n &&
	       !ac_control_letter_at(line, from))
		from++;
	return from;
}
