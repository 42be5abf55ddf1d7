/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that were seen before, for the kernel with AVX2: a register and a half each. TARGET is set by the file that includes this. */
#include "watch/scan_parts.h"

#define HOST_TEXT

_Static_assert(AC_SEEN_WORDS == 6, "a register and a half");
typedef struct host_text {
	__m256i last;
	__m128i before;
} host_text;

/* As in scan_names.h. */
TARGET static inline host_text
host_text_of(const char *end, unsigned n)
{
	static const uint8_t keep[96] = { [48] = AC_ONES, AC_ONES, AC_ONES, AC_ONES, AC_ONES, AC_ONES };
	__m256i last = _mm256_loadu_si256((const __m256i *)(const void *)(end - 32));
	__m128i before = _mm_loadu_si128((const __m128i *)(const void *)(end - 48));

	return (host_text){ _mm256_and_si256(last, _mm256_loadu_si256((const __m256i *)(const void *)(keep + 16 + n))),
		_mm_and_si128(before, _mm_loadu_si128((const __m128i *)(const void *)(keep + n))) };
}

/* Sums of products of halves of words (NH of Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, 1999). */
TARGET static inline uint32_t
host_hash(host_text text, ac_hash_seed salt)
{
	__m256i x = _mm256_add_epi32(text.last, _mm256_set1_epi64x((long long)salt.word[0]));
	__m128i y = _mm_add_epi32(text.before, _mm_set1_epi64x((long long)salt.word[1]));
	__m256i four = _mm256_mul_epu32(x, _mm256_srli_epi64(x, 32));
	__m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));

	two = _mm_add_epi64(two, _mm_mul_epu32(y, _mm_srli_epi64(y, 32)));
	two = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
	return (uint32_t)((uint64_t)_mm_cvtsi128_si64(two) * 0x9e3779b97f4a7c15U >> 32);
}

TARGET static inline bool
is_seen(const ac_seen_host *seen, host_text text)
{
	__m256i last = _mm256_xor_si256(text.last, _mm256_loadu_si256((const __m256i *)(const void *)(seen->text + 2)));
	__m128i before = _mm_xor_si128(text.before, _mm_loadu_si128((const __m128i *)(const void *)seen->text));
	__m256i other = _mm256_or_si256(last, _mm256_zextsi128_si256(before));

	return _mm256_testz_si256(other, other);
}

TARGET static inline void
put_seen(ac_seen_host *seen, host_text text)
{
	_mm_storeu_si128((__m128i *)(void *)seen->text, text.before);
	_mm256_storeu_si256((__m256i *)(void *)(seen->text + 2), text.last);
}
