/* SPDX-License-Identifier: Apache-2.0 */
/* Ends of words through their filter, and lists of places, with AVX-512: for scan_words.h, scan_lists.h and scan_split.h. */
#include "watch/scan_parts.h"

#define EIGHT_WORD_ENDS

/* ac_word_end: where the last byte that is no word's stands (from 0x80 on they are), it and what is before it goes. */
TARGET static inline __m512i
word_ends_of(__m512i last8)
{
	const class_table table = { _mm512_loadu_si512((const void *)class_of),
		_mm512_loadu_si512((const void *)(class_of + 64)) };
	__m512i class = _mm512_permutex2var_epi8(table.first, last8, table.second);
	__m512i others = _mm512_maskz_set1_epi8(
	    ~(_mm512_test_epi8_mask(class, _mm512_set1_epi8(WORD)) | _mm512_movepi8_mask(last8)), -1);
	__m512i before = _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(others));

	return _mm512_and_si512(last8, _mm512_sllv_epi64(_mm512_set1_epi64(-1), before));
}

/* The hashes of eight ends of words; has_short: the words may be shorter than what the filter reads of them. */
TARGET static inline void
hash_eight_word_ends(const ac_scan *s, const uint32_t *ends, bool has_short, uint32_t *hashes)
{
	const char *begin = s->begin - AC_WORD_END;
	const ac_hash_seed *salt = &s->index->salt;
	__m512i hash;

#define LAST_BYTES(i) ac_load64(begin + ends[i])
	hash = EIGHT_OF(LAST_BYTES);
#undef LAST_BYTES
	if (has_short)
		hash = word_ends_of(hash);
	/* ac_word_end_hash */
	hash = _mm512_or_si512(hash, _mm512_set1_epi64((int64_t)AC_NO_CASE));
	hash = _mm512_xor_si512(hash, _mm512_set1_epi64((int64_t)salt->word[0]));
	hash = _mm512_mullo_epi64(hash, _mm512_set1_epi64((int64_t)(salt->word[1] | 1)));
	_mm256_storeu_si256((__m256i *)(void *)hashes, _mm512_cvtepi64_epi32(_mm512_srli_epi64(hash, 32)));
}

/* Of eight ends of words with these hashes those that ac_word_may_end lets pass: eight are written. */
TARGET static inline size_t
keep_eight_word_ends(const ac_index *ix, const uint32_t *ends, const uint32_t *hashes, uint32_t *kept)
{
	const __m512i low = _mm512_set1_epi64(63);
	const uint64_t *filter = ix->word_ends;
	const unsigned shift = ix->word_end_shift;
	__m512i hash = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(const void *)hashes)), words;
	uint8_t passed;

#define FILTER_WORD(i) filter[(hashes[i] >> shift) / 64]
	words = EIGHT_OF(FILTER_WORD);
#undef FILTER_WORD
	/* the counts of shifts are those of 64 bits */
	words = _mm512_and_si512(_mm512_and_si512(_mm512_srlv_epi64(words, _mm512_and_si512(hash, low)),
				     _mm512_srlv_epi64(words, _mm512_and_si512(_mm512_srli_epi64(hash, 6), low))),
	    _mm512_srlv_epi64(words, _mm512_and_si512(_mm512_srl_epi64(hash, _mm_cvtsi32_si128((int)shift)), low)));
	passed = _mm512_test_epi64_mask(words, _mm512_set1_epi64(1));
	_mm256_storeu_si256((__m256i *)(void *)kept,
	    _mm256_maskz_compress_epi32(passed, _mm256_loadu_si256((const __m256i *)(const void *)ends)));
	return (size_t)__builtin_popcount(passed);
}

#define PASS_PLACES

/* As in scan_split.h: mostly one step, and no guess where it ends. */
TARGET static inline size_t
pass_places(const uint32_t *places, size_t at, size_t end, uint32_t until)
{
	const __m512i limit = _mm512_set1_epi32((int)until);
	unsigned before;

	/* a place is below 2^31 */
	do {
		before = _mm512_cmpgt_epi32_mask(limit, _mm512_loadu_si512((const void *)(places + at)));
		at += (size_t)__builtin_ctz(~before);
	} while (before == 0xffff && at < end);
	return at < end ? at : end;
}

#ifndef AC_SCAN_SIMDE
#define LIST_WORD

static const uint8_t numbers_to_64[64] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49,
	50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };

/* As in scan_lists.h: sixteen are put there, however many there are. */
TARGET static inline size_t
list_word(uint64_t bits, uint32_t at, uint32_t *out)
{
	__m512i places = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512((const void *)numbers_to_64));
	__m512i from = _mm512_set1_epi32((int)at);
	size_t n = (size_t)__builtin_popcountll(bits);

	_mm512_storeu_si512((void *)out, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
	if (n > 16) {
		_mm512_storeu_si512((void *)(out + 16),
		    _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
		_mm512_storeu_si512((void *)(out + 32),
		    _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 2))));
		_mm512_storeu_si512((void *)(out + 48),
		    _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 3))));
	}
	return n;
}

/* The places of n words, at most eight, of those that have some: `full` says which. Most have one or two, which takes no guess; else word by word. Room for eight more at `full`. */
TARGET static inline size_t
list_words(const uint64_t *bits, const uint16_t *full, size_t n, uint32_t base, uint32_t *out)
{
	const __m512i one = _mm512_set1_epi64(1), last = _mm512_set1_epi64(63);
	const __m512i by_turns = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
	uint8_t real = (uint8_t)((1U << n) - 1);
	__m512i which = _mm512_cvtepu16_epi64(_mm_loadu_si128((const __m128i *)(const void *)full));
#define BITS(i) bits[full[i]]
	__m512i all = _mm512_maskz_mov_epi64(real, EIGHT_OF(BITS));
#undef BITS
	__m512i behind = _mm512_and_si512(all, _mm512_sub_epi64(all, one)), from, first, second;
	uint32_t filled;

	if (_mm512_test_epi64_mask(behind, _mm512_sub_epi64(behind, one))) {
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += list_word(bits[full[i]], base + 64 * (uint32_t)full[i], out + count);
		return count;
	}
	from = _mm512_add_epi64(_mm512_add_epi64(_mm512_slli_epi64(which, 6), _mm512_set1_epi64((int64_t)base)), last);
	first = _mm512_sub_epi64(from, _mm512_lzcnt_epi64(_mm512_andnot_si512(behind, all)));
	second = _mm512_sub_epi64(from, _mm512_lzcnt_epi64(behind));
	filled = _pdep_u32(real, 0x5555) | _pdep_u32(_mm512_test_epi64_mask(behind, behind), 0xaaaa);
	_mm512_storeu_si512(
	    (void *)out, _mm512_maskz_compress_epi32((uint16_t)filled,
			     _mm512_permutex2var_epi32(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(first)), by_turns,
				 _mm512_castsi256_si512(_mm512_cvtepi64_epi32(second)))));
	return (size_t)__builtin_popcount(filled);
}

#define LIST_PLACES
#define LIST_WORD_ENDS

/*
 * First which words have places, so that nothing is left to be guessed at but where that list ends. Where more than `most` of eight words have some, so many have more than two that
 * each is listed by itself.
 */
TARGET static inline size_t
list_by_words(const ac_places_map *map, size_t words, size_t base, size_t most, uint32_t *out)
{
	const __m512i numbers = _mm512_loadu_si512((const void *)numbers_to_64);
	uint16_t full[AC_REGION_WORDS + 64];
	size_t count = 0, n = 0;

	for (size_t w = 0; w < words; w += 64) {
		uint64_t some = ac_load64(map->full + w / 8);
		__m512i packed = _mm512_maskz_compress_epi8(some, numbers), from = _mm512_set1_epi16((short)w);

		_mm512_storeu_si512((void *)(full + count),
		    _mm512_add_epi16(from, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(packed))));
		_mm512_storeu_si512((void *)(full + count + 32),
		    _mm512_add_epi16(from, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(packed, 1))));
		count += (size_t)__builtin_popcountll(some);
	}
	/* some word, for those that are read with the last ones */
	_mm_storeu_si128((__m128i *)(void *)(full + count), _mm_setzero_si128());
	if (8 * count > most * words) {
		for (size_t i = 0; i < count; i++)
			n += list_word(map->bits[1 + full[i]], (uint32_t)(base + 64 * (size_t)full[i]), out + n);
		return n;
	}
	for (size_t i = 0; i < count; i += 8)
		n += list_words(map->bits + 1, full + i, count - i < 8 ? count - i : 8, (uint32_t)base, out + n);
	return n;
}

/* As ac_scan_kernel has it: most places are a few bytes apart at least. */
TARGET static size_t
list_places(const ac_places_map *map, size_t words, size_t base, uint32_t *out)
{
	return list_by_words(map, words, base, 7, out);
}

/* Ends of words are close to each other where there are many. */
TARGET static size_t
list_word_ends(const ac_places_map *map, size_t words, size_t base, uint32_t *out)
{
	return list_by_words(map, words, base, 7, out);
}
#endif
