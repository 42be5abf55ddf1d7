/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A spelling begins with a bracket or a backslash, and only a few bytes may follow: such pairs are rare in telemetry, and each is then looked at. The wide path finds pairs
 * in 32 bytes at a time; all paths give the same places (tests/unit/watch/test_defang.c).
 */
#include "watch/defang.h"

#include "values/value.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* What may follow the bracket, or the backslash. */
static bool
may_follow(char c)
{
	return c == '.' || c == '@' || c == ':' || c == '/' || ac_lower(c) == 'd' || ac_lower(c) == 'a' ||
	       ac_is_digit(c);
}

static bool
may_begin(char c)
{
	return c == '[' || c == '(' || c == '{' || c == '\\';
}

bool
ac_defang_is_at(ac_str text, size_t at)
{
	ac_str meant;

	return ac_value_refang_at(text, at, &meant) > 0;
}

static size_t
find_from(ac_str text, size_t from, size_t end)
{
	for (size_t i = from; i + 1 < text.n && i < end; i++)
		if (may_begin(text.p[i]) && may_follow(text.p[i + 1]) && ac_defang_is_at(text, i))
			return i;
	return end;
}

size_t
ac_defang_find_portable(ac_str text, size_t from)
{
	return from < text.n ? find_from(text, from, text.n) : text.n;
}

#if defined(__x86_64__)

/* Bit i: byte i may begin a spelling, and byte i + 1 go on with it. Reads 33 bytes. */
__attribute__((target("avx2"))) static inline uint32_t
pairs_of(const char *p)
{
	/* By the low four bits, which high four bits the byte may have: each bit of a row is one. Digits 30 to 39, '.' 2e, '/' 2f, ':' 3a, '@' 40, 'A' 41, 'D' 44, 'a' 61, 'd' 64. */
	const __m256i low = _mm256_setr_epi8(
	    12, 28, 8, 8, 28, 8, 8, 8, 8, 8, 2, 0, 0, 0, 1, 1, 12, 28, 8, 8, 28, 8, 8, 8, 8, 8, 2, 0, 0, 0, 1, 1);
	const __m256i high = _mm256_setr_epi8(
	    0, 0, 1, 10, 4, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 4, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	__m256i here = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i next = _mm256_loadu_si256((const __m256i *)(const void *)(p + 1));
	__m256i nibble = _mm256_and_si256(_mm256_srli_epi16(next, 4), _mm256_set1_epi8(15));
	__m256i follows = _mm256_and_si256(_mm256_shuffle_epi8(low, next), _mm256_shuffle_epi8(high, nibble));
	/* '[' and '{' differ in one bit, as do '\\' and '|' */
	__m256i folded = _mm256_or_si256(here, _mm256_set1_epi8(0x20));
	__m256i begins = _mm256_or_si256(_mm256_cmpeq_epi8(folded, _mm256_set1_epi8('{')),
	    _mm256_or_si256(
		_mm256_cmpeq_epi8(here, _mm256_set1_epi8('(')), _mm256_cmpeq_epi8(here, _mm256_set1_epi8('\\'))));

	return (uint32_t)_mm256_movemask_epi8(
	    _mm256_andnot_si256(_mm256_cmpeq_epi8(follows, _mm256_setzero_si256()), begins));
}

__attribute__((target("avx2"))) static size_t
find_avx2(ac_str text, size_t from)
{
	size_t i = from;

	for (; i + 33 <= text.n; i += 32)
		for (uint32_t pairs = pairs_of(text.p + i); pairs; pairs &= pairs - 1)
			if (ac_defang_is_at(text, i + (size_t)__builtin_ctz(pairs)))
				return i + (size_t)__builtin_ctz(pairs);
	return find_from(text, i, text.n);
}

#endif

size_t
ac_defang_find(ac_str text, size_t from)
{
#if defined(__x86_64__)
	if (from < text.n && __builtin_cpu_supports("avx2"))
		return find_avx2(text, from);
#endif
	return ac_defang_find_portable(text, from);
}
