/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text with AVX2: 32 bytes at a time, UTF-8 by table look-ups. */
#include "codec/json_kernel.h"

#ifdef __SSE2__
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,popcnt,pclmul")))

typedef struct block {
	__m256i low;
	__m256i high;
} block;

TARGET AC_JSON_INLINE block
block_load(const char *p)
{
	return (block){ _mm256_loadu_si256((const __m256i *)(const void *)p),
		_mm256_loadu_si256((const __m256i *)(const void *)(p + 32)) };
}

TARGET AC_JSON_INLINE bool
block_is_ascii(const block *b)
{
	return !_mm256_movemask_epi8(_mm256_or_si256(b->low, b->high));
}

TARGET AC_JSON_INLINE uint64_t
mask(__m256i low, __m256i high)
{
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

TARGET AC_JSON_INLINE uint64_t
equal(const block *b, char c)
{
	__m256i wanted = _mm256_set1_epi8(c);

	return mask(_mm256_cmpeq_epi8(b->low, wanted), _mm256_cmpeq_epi8(b->high, wanted));
}

/* A table of 16 bytes in both halves. */
TARGET AC_JSON_INLINE __m256i
table(const void *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128(row));
}

/*
 * The shuffle gives for each ASCII byte the one member of the class that has its low nibble, and 0 for others. No ASCII byte is 0xff, and none
 * with the blank's bit is 0.
 */
TARGET AC_JSON_INLINE __m256i
is_space(__m256i bytes)
{
	static const uint8_t members[16] = { ' ', 255, 255, 255, 255, 255, 255, 255, 255, '\t', '\n', 255, 255, '\r',
		255, 255 };

	return _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(table(members), bytes));
}

/* Brackets become braces by the blank's bit (and the controls 0x0c and 0x1a a comma and a colon). */
TARGET AC_JSON_INLINE __m256i
is_op_or_control(__m256i bytes)
{
	static const uint8_t members[16] = { [10] = ':', [11] = '{', [12] = ',', [13] = '}' };

	return _mm256_cmpeq_epi8(
	    _mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), _mm256_shuffle_epi8(table(members), bytes));
}

TARGET AC_JSON_INLINE __m256i
is_control(__m256i bytes)
{
	/* The lesser of 0x1f and the byte is the byte. */
	return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
}

TARGET AC_JSON_INLINE ac_json_bits
block_bits(const block *b, bool lines)
{
	uint64_t control = mask(is_control(b->low), is_control(b->high));

	return (ac_json_bits){ .quote = equal(b, '"'),
		.backslash = equal(b, '\\'),
		.op = mask(is_op_or_control(b->low), is_op_or_control(b->high)) & ~control,
		.space = mask(is_space(b->low), is_space(b->high)),
		.control = control,
		.feed = lines ? equal(b, '\n') : 0 };
}

/* Bytes of UTF-8 with those before them: nonzero where a byte cannot be there. See json_kernel.h. */
TARGET AC_JSON_INLINE __m256i
utf8_errors(__m256i before, __m256i bytes)
{
	const __m256i first_high = table(ac_utf8_first_high), first_low = table(ac_utf8_first_low),
		      second_high = table(ac_utf8_second_high), nibble = _mm256_set1_epi8(0x0f);
	__m256i middle = _mm256_permute2x128_si256(before, bytes, 0x21);
	__m256i back1 = _mm256_alignr_epi8(bytes, middle, 15), back2 = _mm256_alignr_epi8(bytes, middle, 14),
		back3 = _mm256_alignr_epi8(bytes, middle, 13);
	__m256i pairs = _mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(back1, 4), nibble));
	__m256i third;

	pairs = _mm256_and_si256(pairs, _mm256_shuffle_epi8(first_low, _mm256_and_si256(back1, nibble)));
	pairs = _mm256_and_si256(
	    pairs, _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)));
	/* The third byte behind e0..ff and the fourth behind f0..ff: a second continuation is due, and nothing else. */
	third = _mm256_or_si256(_mm256_subs_epu8(back2, _mm256_set1_epi8(0xe0 - 0x80)),
	    _mm256_subs_epu8(back3, _mm256_set1_epi8((char)(0xf0 - 0x80))));
	return _mm256_xor_si256(_mm256_and_si256(third, _mm256_set1_epi8((char)0x80)), pairs);
}

/* Of each byte: is it between first and first + more? */
TARGET AC_JSON_INLINE __m256i
is_between(__m256i bytes, unsigned first, unsigned more)
{
	__m256i above = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)first));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(above, _mm256_set1_epi8((char)more)), above);
}

/* Last bytes of U+200E, U+200F, U+202A..202E, U+2066..2069 and U+061C. */
TARGET AC_JSON_INLINE __m256i
is_bidi(__m256i before, __m256i bytes)
{
	__m256i middle = _mm256_permute2x128_si256(before, bytes, 0x21);
	__m256i back1 = _mm256_alignr_epi8(bytes, middle, 15), back2 = _mm256_alignr_epi8(bytes, middle, 14);
	__m256i of_80 = _mm256_and_si256(_mm256_cmpeq_epi8(back1, _mm256_set1_epi8((char)0x80)),
	    _mm256_or_si256(is_between(bytes, 0x8e, 1), is_between(bytes, 0xaa, 4)));
	__m256i of_81 =
	    _mm256_and_si256(_mm256_cmpeq_epi8(back1, _mm256_set1_epi8((char)0x81)), is_between(bytes, 0xa6, 3));
	__m256i of_d8 = _mm256_and_si256(_mm256_cmpeq_epi8(back1, _mm256_set1_epi8((char)0xd8)),
	    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0x9c)));

	return _mm256_or_si256(of_d8,
	    _mm256_and_si256(_mm256_cmpeq_epi8(back2, _mm256_set1_epi8((char)0xe2)), _mm256_or_si256(of_80, of_81)));
}

TARGET AC_JSON_INLINE uint64_t
block_utf8(const block *b, const char *p, unsigned n, uint32_t tail, uint64_t *out_bidi)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i before = _mm256_set_epi32((int)tail, 0, 0, 0, 0, 0, 0, 0);

	(void)p;
	(void)n;
	*out_bidi = mask(is_bidi(before, b->low), is_bidi(b->low, b->high));
	return ~mask(_mm256_cmpeq_epi8(utf8_errors(before, b->low), zero),
	    _mm256_cmpeq_epi8(utf8_errors(b->low, b->high), zero));
}

TARGET AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	/* A product without carries with all ones. */
	return (uint64_t)_mm_cvtsi128_si64(
	    _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xff), 0));
}

TARGET AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	unsigned count = (unsigned)__builtin_popcountll(bits);

	/* Eight at a time without asking, since asking for each costs more; what is too much is written over. */
	for (unsigned i = 0; i < 8; i++, bits &= bits - 1)
		out[i] = at + (uint32_t)_tzcnt_u64(bits);
	if (__builtin_expect(count > 8, 0)) {
		for (unsigned i = 8; i < 16; i++, bits &= bits - 1)
			out[i] = at + (uint32_t)_tzcnt_u64(bits);
		if (__builtin_expect(count > 16, 0))
			for (unsigned i = 16; i < count; i++, bits &= bits - 1)
				out[i] = at + (uint32_t)_tzcnt_u64(bits);
	}
	return out + count;
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_avx2 = { "avx2", run_text, run_lines };
#endif
