/* SPDX-License-Identifier: Apache-2.0 */
/* Ends of names, hosts of URLs and digests, eight at once, for the kernel with AVX-512: a lane each. TARGET is set by the file that includes this. */
#include "values/value.h"
#include "watch/scan_parts.h"

#define KEEP_LAST_LABELS
#define RUNS_AT

/* Eight words of 64 bits, the first to the eighth of what `at` tells: loads of their own are faster than one that gathers. */
#define EIGHT_OF(at)                                                                                                   \
	_mm512_set_epi64((int64_t)at(7), (int64_t)at(6), (int64_t)at(5), (int64_t)at(4), (int64_t)at(3),               \
	    (int64_t)at(2), (int64_t)at(1), (int64_t)at(0))

/* The lanes of those that are left, eight at most. */
static inline uint8_t
first_lanes(size_t left)
{
	return (uint8_t)(left < 8 ? (1U << left) - 1 : 255);
}

/* ac_last_label of the last eight bytes. */
TARGET static inline __m512i
last_labels(__m512i last, ac_hash_seed salt)
{
	const __m512i ones = _mm512_set1_epi8(1), highs = _mm512_set1_epi8((char)0x80);
	__m512i folded = _mm512_or_si512(last, _mm512_set1_epi64((int64_t)AC_NO_CASE));
	__m512i x = _mm512_xor_si512(folded, _mm512_set1_epi8('.'));
	__m512i dots = _mm512_and_si512(_mm512_andnot_si512(x, _mm512_sub_epi64(x, ones)), highs);
	/* no more than the last label; a count of 64 leaves nothing */
	__m512i label = _mm512_srlv_epi64(folded, _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(dots)));

	return _mm512_srli_epi64(_mm512_mullo_epi64(_mm512_xor_si512(label, _mm512_set1_epi64((int64_t)salt.word[1])),
				     _mm512_set1_epi64((int64_t)(salt.word[0] | 1))),
	    48);
}

static void look_exactly(ac_scan *s, const char *end);

/* Names of these lanes that end in a dash: it is of an arrow, or they are none. */
TARGET static __attribute__((noinline)) void
look_before_arrows(ac_scan *s, const uint32_t *ends, uint8_t lanes)
{
	for (; lanes; lanes &= (uint8_t)(lanes - 1)) {
		const char *end = s->begin + ends[__builtin_ctz(lanes)];

		if (end < s->end && *end == '>')
			look_exactly(s, end);
	}
}

/* As in scan_names.h: room for eight more. */
TARGET static size_t
keep_last_labels(ac_scan *s, const uint32_t *ends, size_t n, uint32_t *kept)
{
	const ac_index *ix = s->index;
	size_t count = 0;

	for (size_t i = 0; i < n; i += 8) {
		uint8_t real = first_lanes(n - i), passed, dashes;
#define LAST_BYTES(k) ac_load64(s->begin + ends[i + (k)] - 8)
		__m512i last = EIGHT_OF(LAST_BYTES), hash = last_labels(last, ix->salt), words;
		uint64_t at[8];
#undef LAST_BYTES

		dashes = real & _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(last, 56), _mm512_set1_epi64('-'));
		if (__builtin_expect(dashes, 0))
			look_before_arrows(s, ends + i, dashes);
		ac_ask_ahead(s, 8);
		_mm512_storeu_si512((void *)at, _mm512_srli_epi64(hash, 6));
#define LABELS(k) ix->last_labels[at[k]]
		words = _mm512_srlv_epi64(EIGHT_OF(LABELS), _mm512_and_si512(hash, _mm512_set1_epi64(63)));
#undef LABELS
		passed = real & _mm512_test_epi64_mask(words, _mm512_set1_epi64(1));
		_mm256_storeu_si256((__m256i *)(void *)(kept + count),
		    _mm256_maskz_compress_epi32(passed, _mm256_loadu_si256((const __m256i *)(const void *)(ends + i))));
		count += (size_t)__builtin_popcount(passed);
	}
	return count;
}

/* The windows of a map at eight places; bit `first` of the map is at place 0. The bit at the place is the lowest, AC_NAME_WINDOW and perhaps more are there. */
TARGET static inline __m512i
windows_from(const uint64_t *map, const uint32_t *places, uint32_t first)
{
	__m256i bits =
	    _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(const void *)places), _mm256_set1_epi32((int)first));
#define WORD_AT(i) ac_load64((const char *)map + (places[i] + first) / 8)
	__m512i words = EIGHT_OF(WORD_AT);
#undef WORD_AT

	return _mm512_srlv_epi64(words, _mm512_cvtepu32_epi64(_mm256_and_si256(bits, _mm256_set1_epi32(7))));
}

/* Those before the places: the bit before is the highest, zeros are behind AC_NAME_WINDOW. */
TARGET static inline __m512i
windows_before(const uint64_t *map, const uint32_t *places, uint32_t first)
{
	return _mm512_slli_epi64(windows_from(map, places, first - AC_NAME_WINDOW), 64 - AC_NAME_WINDOW);
}

/* ac_name_run_at of n ends; there are seven places more to be read, and `out` has room for as many. */
TARGET static void
runs_at(const ac_scan_maps *m, const uint32_t *ends, size_t n, size_t base, ac_name_run *out)
{
	const __m512i one = _mm512_set1_epi64(1), all = _mm512_set1_epi64(-1);
	const __m512i first = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0),
		      second = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);

	_Static_assert(sizeof(ac_name_run) == 16 && offsetof(ac_name_run, dots) == 8, "two lanes");
	for (size_t i = 0; i < n; i += 8) {
		__m512i dots = windows_before(m->dot, ends + i, 64 - (uint32_t)base);
		__m512i word = windows_before(m->word, ends + i, 64 - (uint32_t)base);
		__m512i length = _mm512_lzcnt_epi64(_mm512_xor_si512(_mm512_or_si512(word, dots), all));
		__m512i last = _mm512_lzcnt_epi64(_mm512_or_si512(dots, one));
		__m512i before = _mm512_or_si512(_mm512_slli_epi64(_mm512_sllv_epi64(dots, last), 1), one);
		__m512i suffix = _mm512_add_epi64(_mm512_add_epi64(last, one), _mm512_lzcnt_epi64(before));

		suffix = _mm512_min_epu64(_mm512_min_epu64(suffix, length), _mm512_set1_epi64(AC_SUFFIX_MAX));
		dots = _mm512_andnot_si512(_mm512_srlv_epi64(all, length), dots);
		length = _mm512_or_si512(length, _mm512_slli_epi64(suffix, 32));
		_mm512_storeu_si512((void *)(out + i), _mm512_permutex2var_epi64(length, first, dots));
		_mm512_storeu_si512((void *)(out + i + 4), _mm512_permutex2var_epi64(length, second, dots));
	}
}

#define SUFFIX_KEY

/* ac_suffix_key_at */
TARGET static inline uint64_t
suffix_key_at(const char *end, unsigned n, ac_hash_seed salt)
{
	const __m256i salts = _mm256_set_epi64x(
	    (int64_t)~salt.word[0], (int64_t)~salt.word[1], (int64_t)salt.word[1], (int64_t)salt.word[0]);
	__m256i last = _mm256_loadu_si256((const __m256i *)(const void *)(end - AC_SUFFIX_MAX)), x, products;
	__m128i sum;

	last = _mm256_maskz_mov_epi8(
	    (uint32_t) ~(UINT64_C(0xffffffff) >> n), _mm256_or_si256(last, _mm256_set1_epi64x((int64_t)AC_NO_CASE)));
	x = _mm256_add_epi64(last, salts);
	products = _mm256_mul_epu32(x, _mm256_srli_epi64(x, 32));
	sum = _mm_add_epi64(_mm256_castsi256_si128(products), _mm256_extracti128_si256(products, 1));
	sum = _mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum));
	return ac_kind_key((uint64_t)_mm_cvtsi128_si64(sum), salt, AC_KEY_SUFFIX2);
}

#define LIST_EIGHT_DIGESTS
/* So many bits from a place on may be looked at. */
#define DIGEST_WINDOW 192

/* Of each lane, how many bits are set from the lowest on. */
TARGET static inline __m512i
trailing_ones(__m512i x)
{
	__m512i ones = _mm512_andnot_si512(_mm512_add_epi64(x, _mm512_set1_epi64(1)), x);

	return _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(ones));
}

/* Of eight words in the maps, as list_digests of scan_digests.h. Their places are multiples of 16: a window is whole bytes of a map. Eight are written. */
TARGET static size_t
list_eight_digests(const ac_scan_maps *m, const uint32_t *lanes, size_t base, uint32_t *out_ends, uint32_t *out_lengths)
{
	const __m512i all = _mm512_set1_epi64(-1);
	const uint32_t bit = 64 - (uint32_t)base;
	__m256i at = _mm256_loadu_si256((const __m256i *)(const void *)lanes), ends, lengths;
	__m512i first = windows_from(m->word, lanes, bit), last = windows_from(m->word, lanes, bit - 64);
	__m512i before = _mm512_lzcnt_epi64(_mm512_xor_si512(last, all)), behind = trailing_ones(first), digits;
	uint8_t full = _mm512_cmpeq_epi64_mask(first, all), is_digest;

	for (unsigned i = 1; full && i < DIGEST_WINDOW / 64; i++) {
		first = windows_from(m->word + i, lanes, bit);
		behind = _mm512_mask_add_epi64(behind, full, behind, trailing_ones(first));
		full &= _mm512_cmpeq_epi64_mask(first, all);
	}
	digits = _mm512_add_epi64(before, behind);
	is_digest = _mm512_testn_epi64_mask(digits, _mm512_set1_epi64(7)) &
		    _mm512_test_epi64_mask(
			_mm512_srlv_epi64(_mm512_set1_epi64(AC_DIGEST_EIGHTHS), _mm512_srli_epi64(digits, 3)),
			_mm512_set1_epi64(1));
	ends = _mm256_add_epi32(at, _mm512_cvtepi64_epi32(behind));
	lengths = _mm512_cvtepi64_epi32(digits);
	_mm256_storeu_si256((__m256i *)(void *)out_ends, _mm256_maskz_compress_epi32(is_digest, ends));
	_mm256_storeu_si256((__m256i *)(void *)out_lengths, _mm256_maskz_compress_epi32(is_digest, lengths));
	return (size_t)__builtin_popcount(is_digest);
}

#define KEEP_EIGHT_OTHERS

/* Of eight URLs those whose hosts are not found as names, as is_found_as_name of scan_urls.h tells of one whose window is in the maps. Eight are written. */
TARGET static size_t
keep_eight_others(const ac_scan_maps *m, const uint32_t *colons, size_t base, bool has_high, uint32_t *kept)
{
	const __m512i one = _mm512_set1_epi64(1), none = _mm512_setzero_si512();
	__m256i at = _mm256_loadu_si256((const __m256i *)(const void *)colons);
	const uint32_t first = 3 + 64 - (uint32_t)base;
	__m512i dots = windows_from(m->dot, colons, first), others, behind, host, last, odd;
	uint8_t found;

	others = _mm512_xor_si512(_mm512_or_si512(windows_from(m->word, colons, first), dots), _mm512_set1_epi64(-1));
	others = _mm512_or_si512(others, _mm512_set1_epi64((int64_t)(UINT64_C(1) << AC_NAME_WINDOW)));
	if (has_high)
		others = _mm512_or_si512(others, windows_from(m->high, colons, first));
	/* bits of the byte behind the host, of the host, of its last byte */
	behind = _mm512_and_si512(others, _mm512_sub_epi64(none, others));
	host = _mm512_sub_epi64(behind, one);
	last = _mm512_srli_epi64(behind, 1);
	dots = _mm512_and_si512(dots, host);
	/* dots that are doubled, or at an end; a digit at the end */
	odd = _mm512_and_si512(dots, _mm512_or_si512(_mm512_or_si512(_mm512_slli_epi64(dots, 1), one), last));
	odd = _mm512_or_si512(odd, _mm512_and_si512(windows_from(m->digit, colons, first), last));
	found = _mm512_test_epi64_mask(dots, dots) &
		_mm512_test_epi64_mask(windows_from(m->slash, colons, first), behind) &
		(uint8_t)~_mm512_test_epi64_mask(odd, odd);
	/* more dots than a name has */
	for (unsigned i = 0; i < AC_PARENTS_MAX; i++)
		dots = _mm512_and_si512(dots, _mm512_sub_epi64(dots, one));
	found &= _mm512_cmpeq_epi64_mask(dots, none) &
		 _mm512_cmpgt_epi64_mask(_mm512_set1_epi64((int64_t)(UINT64_C(1) << AC_NAME_WINDOW)), behind);
	_mm256_storeu_si256((__m256i *)(void *)kept, _mm256_maskz_compress_epi32((uint8_t)~found, at));
	return (size_t)__builtin_popcount((uint8_t)~found);
}
