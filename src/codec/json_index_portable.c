/* SPDX-License-Identifier: Apache-2.0 */
/* The structural index of JSON text in plain C: eight bytes in a word at a time. */
#include "codec/json_kernel.h"

#define TARGET
#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u
#define WORDS (AC_JSON_INDEX_BLOCK / 8)

typedef struct block {
	uint64_t word[WORDS];
	bool is_ascii;
} block;

AC_JSON_INLINE block
block_load(const char *p)
{
	block b;
	uint64_t all = 0;

	for (unsigned i = 0; i < WORDS; i++) {
		memcpy(&b.word[i], p + 8 * i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		b.word[i] = __builtin_bswap64(b.word[i]);
#endif
		all |= b.word[i];
	}
	b.is_ascii = !(all & HIGHS);
	return b;
}

AC_JSON_INLINE bool
block_is_ascii(const block *b)
{
	return b->is_ascii;
}

/* High bits set in the bytes that are not c; `low` are the low seven bits of each byte. */
AC_JSON_INLINE uint64_t
is_not(uint64_t low, char c)
{
	return (low ^ ONES * (unsigned char)c) + ~HIGHS;
}

/* The high bits of eight bytes as eight bits, the lowest byte lowest. */
AC_JSON_INLINE uint64_t
gather(uint64_t highs)
{
	return ((highs & HIGHS) >> 7) * 0x0102040810204080u >> 56;
}

AC_JSON_INLINE ac_json_bits
block_bits(const block *b, bool lines)
{
	ac_json_bits bits = { 0 };

	(void)lines;
	for (unsigned i = 0; i < WORDS; i++) {
		uint64_t word = b->word[i], low = word & ~HIGHS, folded = low | ONES * 0x20;
		uint64_t space = is_not(low, ' '), from_blank = (low + ONES * 0x60) | word;
		uint64_t op = is_not(folded, '{') & is_not(folded, '}') & is_not(low, ':') & is_not(low, ',');

		bits.quote |= gather(~(is_not(low, '"') | word)) << (8 * i);
		bits.backslash |= gather(~(is_not(low, '\\') | word)) << (8 * i);
		bits.op |= gather(~(op | word)) << (8 * i);
		/* Few words hold bytes below the blank. */
		if (~from_blank & HIGHS) {
			uint64_t feed = is_not(low, '\n');

			space &= feed & is_not(low, '\r') & is_not(low, '\t');
			bits.control |= gather(~from_blank) << (8 * i);
			bits.feed |= gather(~(feed | word)) << (8 * i);
		}
		bits.space |= gather(~(space | word)) << (8 * i);
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

const ac_json_kernel ac_json_kernel_portable = { "portable", run_text, run_lines };
