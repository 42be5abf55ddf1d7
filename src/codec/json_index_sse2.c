/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text with SSE2, which every x86-64 has: 16 bytes at a time, UTF-8 without vectors. */
#include "codec/json_kernel.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define TARGET
#define PARTS (AC_JSON_INDEX_BLOCK / 16)

typedef struct block {
	__m128i part[PARTS];
} block;

AC_JSON_INLINE block
block_load(const char *p)
{
	block b;

	for (unsigned i = 0; i < PARTS; i++)
		b.part[i] = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
	return b;
}

AC_JSON_INLINE bool
block_is_ascii(const block *b)
{
	return !_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(b->part[0], b->part[1]), _mm_or_si128(b->part[2], b->part[3])));
}

AC_JSON_INLINE __m128i
is(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

AC_JSON_INLINE uint64_t
mask(__m128i is_set, unsigned part)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(is_set) << (16 * part);
}

AC_JSON_INLINE ac_json_bits
block_bits(const block *b, bool lines)
{
	ac_json_bits bits = { 0 };

	for (unsigned i = 0; i < PARTS; i++) {
		__m128i bytes = b->part[i], folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20)), feed = is(bytes, '\n');
		__m128i op = _mm_or_si128(
		    _mm_or_si128(is(folded, '{'), is(folded, '}')), _mm_or_si128(is(bytes, ':'), is(bytes, ',')));
		__m128i space =
		    _mm_or_si128(_mm_or_si128(is(bytes, ' '), feed), _mm_or_si128(is(bytes, '\r'), is(bytes, '\t')));

		bits.quote |= mask(is(bytes, '"'), i);
		bits.backslash |= mask(is(bytes, '\\'), i);
		bits.op |= mask(op, i);
		bits.space |= mask(space, i);
		/* The lesser of 0x1f and the byte is the byte. */
		bits.control |= mask(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes), i);
		if (lines)
			bits.feed |= mask(feed, i);
	}
	return bits;
}

AC_JSON_INLINE uint64_t
block_utf8(const block *b, const char *p, unsigned n, uint32_t tail, uint64_t *out_bidi)
{
	int bad = ac_json_utf8_look(tail, p, n, out_bidi);

	(void)b;
	return bad < (int)n ? ~ac_json_below(bad > 0 ? (unsigned)bad : 0) : 0;
}

AC_JSON_INLINE uint64_t
prefix_xor(uint64_t bits)
{
	return ac_json_prefix_xor(bits);
}

AC_JSON_INLINE uint32_t *
put(uint32_t *out, uint32_t at, uint64_t bits)
{
	for (; bits; bits &= bits - 1)
		*out++ = at + (uint32_t)__builtin_ctzll(bits);
	return out;
}

#include "codec/json_index_loop.h"

const ac_json_kernel ac_json_kernel_sse2 = { "sse2", run_text, run_lines };
#endif
