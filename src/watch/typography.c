/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/typography.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* So many bytes beside a sign are looked at. */
#define REACH 64
/* A word of so many bytes may be a digest, as it is. */
#define LONG_WORD 32

typedef struct range {
	uint16_t first, last;
	char meant;
} range;

/* By their first characters. */
static const range ranges[] = {
	{ 0x00a0, 0x00a0, ' ' },
	{ 0x00a1, 0x00a1, '*' },
	{ 0x00ab, 0x00ab, '"' },
	{ 0x00b4, 0x00b4, '"' },
	{ 0x00bb, 0x00bb, '"' },
	{ 0x00bf, 0x00bf, '*' },
	{ 0x2000, 0x200b, ' ' },
	{ 0x200e, 0x200f, ' ' }, /* directions */
	{ 0x2012, 0x2017, '*' }, /* dashes */
	{ 0x2018, 0x201f, '"' },
	{ 0x2020, 0x2023, '*' },
	{ 0x2026, 0x2026, '*' },
	{ 0x2028, 0x202f, ' ' },
	{ 0x2030, 0x2031, '*' },
	{ 0x2032, 0x2037, '"' },
	{ 0x2039, 0x203a, '"' },
	{ 0x203b, 0x203e, '*' },
	{ 0x2060, 0x2060, ' ' },
	{ 0x2066, 0x2069, ' ' },
	{ 0x2190, 0x21ff, '*' }, /* arrows */
	{ 0x3000, 0x3000, ' ' },
	{ 0x3001, 0x3002, ',' },
	{ 0x3008, 0x3011, '"' },
	{ 0x3014, 0x301b, '"' },
	{ 0x301d, 0x301f, '"' },
	{ 0xfeff, 0xfeff, ' ' },
	{ 0xff01, 0xff01, ',' },
	{ 0xff02, 0xff02, '"' },
	{ 0xff07, 0xff07, '"' },
	{ 0xff08, 0xff0a, ',' },
	{ 0xff0c, 0xff0c, ',' },
	{ 0xff1a, 0xff1f, ',' },
	{ 0xff3b, 0xff3b, ',' },
	{ 0xff3d, 0xff3d, ',' },
	{ 0xff5b, 0xff5d, ',' },
	{ 0xff5e, 0xff5e, '*' },
	{ 0xff5f, 0xff64, ',' },
};

/* The character of two or three bytes at p; 0: it is another. */
static unsigned
character_at(const unsigned char *p, size_t n)
{
	if (n >= 2 && p[0] == 0xc2 && (p[1] & 0xc0) == 0x80)
		return p[1];
	if (n < 3 || (p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return 0;
	return (p[0] & 15U) << 12 | (p[1] & 63U) << 6 | (p[2] & 63U);
}

/* What ASCII has for it; '\0': it is none of these. */
static char
meant_by(unsigned character)
{
	for (size_t i = 0; i < AC_COUNT(ranges) && ranges[i].first <= character; i++)
		if (character <= ranges[i].last)
			return ranges[i].meant;
	return '\0';
}

static size_t
sign_at(ac_str text, size_t at, char *out)
{
	const unsigned char *p = (const unsigned char *)text.p + at;
	unsigned character = p[0] < 0xc2 ? 0 : character_at(p, text.n - at);

	*out = character ? meant_by(character) : '\0';
	return !*out ? 0 : character < 0x800 ? 2 : 3;
}

size_t
ac_typography_at(ac_str text, size_t at, ac_str *out_meant)
{
	static const char all[] = " \"*,";
	char sign;
	size_t n = sign_at(text, at, &sign), i = 0;

	if (n == 0)
		return 0;
	while (all[i] != sign)
		i++;
	*out_meant = (ac_str){ all + i, 1 };
	/* "evil.example's": an apostrophe ends a name, and what stands behind it in a word begins none */
	if (n == 3 && memcmp(text.p + at, "\xe2\x80\x99", 3) == 0 && at > 0 && ac_is_alnum(text.p[at - 1]) &&
	    at + 3 < text.n && ac_is_alnum(text.p[at + 3]))
		*out_meant = AC_S("\"_");
	return n;
}

/* By its first two bytes text[at] may begin a sign: U+0080 to U+00BF, U+2000 to U+21FF, U+3000 to U+303F, U+FE00 to U+FFFF. Letters of most alphabets do not. */
static inline bool
may_begin_sign(ac_str text, size_t at)
{
	unsigned char first = (unsigned char)text.p[at], next = at + 1 < text.n ? (unsigned char)text.p[at + 1] : 0;

	return first == 0xc2 || (first == 0xe2 && (next & 0xf8) == 0x80) || (first == 0xe3 && next == 0x80) ||
	       (first == 0xef && (next & 0xf8) == 0xb8);
}

static inline bool
is_sign(ac_str text, size_t at, size_t n)
{
	char sign;

	return may_begin_sign(text, at) && sign_at(text, at, &sign) == n;
}

/* Neither white space nor a quote; another sign is looked at itself, so that a run of them costs what its bytes cost. */
static inline bool
is_of_run(ac_str text, size_t at)
{
	unsigned char c = (unsigned char)text.p[at];

	if (c >= 0x80)
		return !is_sign(text, at, 2) && !is_sign(text, at, 3);
	return c > ' ' && c != '"' && c != 0x7f;
}

/* The same of the byte before text[at], with which a sign may end. */
static inline bool
is_of_run_before(ac_str text, size_t at)
{
	if ((unsigned char)text.p[at - 1] < 0x80)
		return is_of_run(text, at - 1);
	return !(at >= 2 && is_sign(text, at - 2, 2)) && !(at >= 3 && is_sign(text, at - 3, 3));
}

/* What has a dot, a colon or an '@' inside. */
static bool
may_be_value(ac_str run)
{
	for (size_t i = 1; i + 1 < run.n; i++)
		if (run.p[i] == '.' || run.p[i] == ':' || run.p[i] == '@')
			return true;
	return false;
}

/* So many word bytes that a digest may be of. */
static bool
is_long_word(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ac_is_alnum(text.p[i]))
			return false;
	return text.n == LONG_WORD;
}

/* Whether what touches the sign text[at, end) may be a value. */
static bool
stands_beside_value(ac_str text, size_t at, size_t end)
{
	size_t begin = at, behind = end;

	while (begin > 0 && at - begin < REACH && is_of_run_before(text, begin))
		begin--;
	while (behind < text.n && behind - end < REACH && is_of_run(text, behind))
		behind++;
	return may_be_value(ac_str_slice(text, begin, at)) || may_be_value(ac_str_slice(text, end, behind)) ||
	       (at - begin >= LONG_WORD && is_long_word(ac_str_slice(text, at - LONG_WORD, at))) ||
	       is_long_word(ac_str_slice(text, end, end + LONG_WORD));
}

static bool
is_found(ac_str text, size_t at)
{
	char sign;
	size_t n = sign_at(text, at, &sign);

	return n > 0 && stands_beside_value(text, at, at + n);
}

static size_t
find_from(ac_str text, size_t from, size_t end)
{
	while (from < end && !((unsigned char)text.p[from] >= 0xc2 && is_found(text, from)))
		from++;
	return from;
}

size_t
ac_typography_find_portable(ac_str text, size_t from)
{
	return from < text.n ? find_from(text, from, text.n) : text.n;
}

#if defined(__x86_64__)

/* Bit i: byte i may begin a sign, by it and the one behind. Reads 33 bytes. */
__attribute__((target("avx2"))) static inline uint32_t
leads_of(const char *p)
{
	__m256i here = _mm256_loadu_si256((const __m256i *)(const void *)p), two, general, east, wide, last;
	__m256i next = _mm256_loadu_si256((const __m256i *)(const void *)(p + 1));
	__m256i group = _mm256_and_si256(next, _mm256_set1_epi8((char)0xf8));

	two = _mm256_cmpeq_epi8(here, _mm256_set1_epi8((char)0xc2));
	/* U+2000 to U+21FF, U+3000 to U+303F, U+FE00 to U+FFFF */
	general = _mm256_and_si256(_mm256_cmpeq_epi8(here, _mm256_set1_epi8((char)0xe2)),
	    _mm256_cmpeq_epi8(group, _mm256_set1_epi8((char)0x80)));
	east = _mm256_and_si256(_mm256_cmpeq_epi8(here, _mm256_set1_epi8((char)0xe3)),
	    _mm256_cmpeq_epi8(next, _mm256_set1_epi8((char)0x80)));
	wide = _mm256_and_si256(_mm256_cmpeq_epi8(here, _mm256_set1_epi8((char)0xef)),
	    _mm256_cmpeq_epi8(group, _mm256_set1_epi8((char)0xb8)));
	last = _mm256_or_si256(_mm256_or_si256(two, general), _mm256_or_si256(east, wide));
	return (uint32_t)_mm256_movemask_epi8(last);
}

__attribute__((target("avx2"))) static size_t
find_avx2(ac_str text, size_t from)
{
	size_t i = from;

	for (; i + 33 <= text.n; i += 32)
		for (uint32_t leads = leads_of(text.p + i); leads; leads &= leads - 1)
			if (is_found(text, i + (size_t)__builtin_ctz(leads)))
				return i + (size_t)__builtin_ctz(leads);
	return find_from(text, i, text.n);
}

#endif

size_t
ac_typography_find(ac_str text, size_t from)
{
#if defined(__x86_64__)
	if (from < text.n && __builtin_cpu_supports("avx2"))
		return find_avx2(text, from);
#endif
	return ac_typography_find_portable(text, from);
}
