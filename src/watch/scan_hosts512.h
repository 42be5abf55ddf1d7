/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that were seen before, for the kernel with AVX-512: a register each. TARGET is set by the file that includes this. */
#include "watch/scan_parts.h"

#define HOST_TEXT

_Static_assert(sizeof(ac_seen_host) == 64 && offsetof(ac_seen_host, text) == 64 - 8 * AC_SEEN_WORDS, "one register");
typedef __m512i host_text;

/* As in scan_names.h. */
TARGET static inline host_text
host_text_of(const char *end, unsigned n)
{
	return _mm512_maskz_mov_epi8(~(UINT64_MAX >> n), _mm512_loadu_si512(end - 64));
}

/* The sum of products of halves of words (NH of Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, 1999). */
TARGET static inline uint64_t
sum_of_halves(__m512i x)
{
	__m512i products = _mm512_mul_epu32(x, _mm512_srli_epi64(x, 32));
	__m256i four = _mm256_add_epi64(_mm512_castsi512_si256(products), _mm512_extracti64x4_epi64(products, 1));
	__m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));

	two = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
	return (uint64_t)_mm_cvtsi128_si64(two);
}

TARGET static inline uint32_t
host_hash(host_text text, ac_hash_seed salt)
{
	return (
	    uint32_t)(sum_of_halves(_mm512_add_epi32(text, _mm512_set1_epi64((long long)salt.word[0]))) * AC_KEY_ODD >>
		      32);
}

TARGET static inline bool
is_seen(const ac_seen_host *seen, host_text text)
{
	return (_mm512_cmpeq_epi64_mask(_mm512_loadu_si512(seen), text) & 0xfc) == 0xfc;
}

TARGET static inline void
put_seen(ac_seen_host *seen, host_text text)
{
	_mm512_storeu_si512(seen, text);
}
