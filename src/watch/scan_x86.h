/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernels with AVX2 share, for scan_lists.h, scan_quads.h, scan_places.h and scan_region.h. TARGET is set by the file that includes this.
 */

/* ---- numbers of a dotted quad ---- */

/*
 * By one shuffle (after Lemire: Parsing IP addresses crazily fast, 2023): what stands where depends on the four numbers of digits, of which there are 81 choices.
 */
#define QUAD_VALUE

/* The digits of a number of n digits at `at`, as hundreds, tens, ones. */
#define LANE(at, n) (n) > 2 ? (at) : 0x80, (n) > 1 ? (at) + (n)-2 : 0x80, (at) + (n)-1, 0x80
#define SHUFFLE(a, b, c, d)                                                                                            \
	{                                                                                                              \
		LANE(0, a), LANE((a) + 1, b), LANE((a) + (b) + 2, c), LANE((a) + (b) + (c) + 3, d)                     \
	}
/* The least number of so many digits. */
#define LEAST(n) (n) > 2 ? 100 : (n) > 1 ? 10 : 0
#define LEASTS(a, b, c, d)                                                                                             \
	{                                                                                                              \
		LEAST(a), LEAST(b), LEAST(c), LEAST(d)                                                                 \
	}
#define THREE(row, b, c, d) row(1, b, c, d), row(2, b, c, d), row(3, b, c, d)
#define NINE(row, c, d) THREE(row, 1, c, d), THREE(row, 2, c, d), THREE(row, 3, c, d)
#define ALL_OF(row, d) NINE(row, 1, d), NINE(row, 2, d), NINE(row, 3, d)
#define ALL(row) ALL_OF(row, 1), ALL_OF(row, 2), ALL_OF(row, 3)

static const uint8_t quad_shuffles[81][16] = { ALL(SHUFFLE) };
static const uint8_t quad_leasts[81][4] = { ALL(LEASTS) };

/* As in scan_quads.h; 16 bytes are read. */
TARGET static inline bool
quad_value(const char *p, const unsigned digits[static 4], uint32_t *out)
{
	unsigned which = digits[0] + 3 * digits[1] + 9 * digits[2] + 27 * digits[3] - 40;
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i lanes =
	    _mm_and_si128(_mm_shuffle_epi8(bytes, _mm_loadu_si128((const __m128i *)(const void *)quad_shuffles[which])),
		_mm_set1_epi8(0x0f));
	__m128i pairs = _mm_maddubs_epi16(lanes, _mm_set1_epi32(0x00010a64));
	__m128i numbers = _mm_madd_epi16(pairs, _mm_set1_epi16(1));
	__m128i leasts = _mm_cvtepu8_epi32(_mm_cvtsi32_si128((int)ac_load32(quad_leasts[which])));
	__m128i bad = _mm_or_si128(_mm_cmpgt_epi32(leasts, numbers), _mm_cmpgt_epi32(numbers, _mm_set1_epi32(255)));
	__m128i low = _mm_shuffle_epi8(numbers, _mm_set1_epi32(0x0004080c));

	*out = (uint32_t)_mm_cvtsi128_si32(low);
	return _mm_testz_si128(bad, bad);
}

#undef LANE
#undef SHUFFLE
#undef LEAST
#undef LEASTS
#undef THREE
#undef NINE
#undef ALL_OF
#undef ALL

/* ---- digests ---- */

#define HEX_BYTES

/* As in scan_region.h. */
TARGET static inline void
hex_bytes(const char *digits, uint64_t out[static 2])
{
	__m256i c = _mm256_loadu_si256((const __m256i *)(const void *)digits);
	__m256i letter = _mm256_and_si256(_mm256_srli_epi16(c, 6), _mm256_set1_epi8(1));
	/* of a letter the low half is one to six, for ten to fifteen */
	__m256i digit = _mm256_add_epi8(
	    _mm256_and_si256(c, _mm256_set1_epi8(0x0f)), _mm256_add_epi8(letter, _mm256_slli_epi16(letter, 3)));
	__m256i pairs = _mm256_maddubs_epi16(digit, _mm256_set1_epi16(0x0110));
	__m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(pairs, pairs), 0x08);

	_mm_storeu_si128((__m128i *)(void *)out, _mm256_castsi256_si128(bytes));
}

#ifndef FULL_LANES
/* ---- four words ---- */

#define FULL_LANES(x) full_lanes((__m256i)(x))
#define ANY_LANE(x) any_lane((__m256i)(x))

TARGET static inline unsigned
full_lanes(__m256i four)
{
	__m256i empty = _mm256_cmpeq_epi64(four, _mm256_setzero_si256());

	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(empty)) ^ 15;
}

TARGET static inline bool
any_lane(__m256i four)
{
	return !_mm256_testz_si256(four, four);
}
#endif

/* ---- gates ---- */

#define GATE_PASS

/* As in scan_lists.h: a block is one register. */
TARGET static size_t
pass(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n, uint32_t *out)
{
	const __m256i odd = _mm256_loadu_si256((const __m256i *)(const void *)ac_gate_odd), one = _mm256_set1_epi32(1);
	size_t passed = 0;

	for (size_t i = 0; i < n; i++) {
		__m256i block =
		    _mm256_loadu_si256((const __m256i *)(const void *)ac_gate_block_of(gate, blocks, keys[i]));
		__m256i at = _mm256_srli_epi32(_mm256_mullo_epi32(_mm256_set1_epi32((int)(uint32_t)keys[i]), odd), 27);

		out[passed] = (uint32_t)i;
		passed += (size_t)_mm256_testc_si256(block, _mm256_sllv_epi32(one, at));
	}
	return passed;
}
