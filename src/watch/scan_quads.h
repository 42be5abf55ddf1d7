/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dotted quads by the maps, compiled with each kernel's instructions: TARGET is set by the file that includes this, and QUAD_VALUE or FIND_QUADS when it has a quad_value or a find_quads of its
 * own.
 */
#include "watch/scan_parts.h"

#ifndef FIND_QUADS

#ifndef QUAD_VALUE
/* One to three digits that end at `end`; four bytes are read. Over 255 or with a leading zero: over 255. */
static inline uint32_t
octet_before(const char *end, unsigned digits)
{
	uint32_t w = ac_load32(end - 4) & 0x0f0f0f0fU & (uint32_t)(UINT64_C(0xffffffff) << (8 * (4 - digits)));
	uint32_t value = (w >> 24) + (w >> 16 & 0xff) * 10 + (w >> 8 & 0xff) * 100;
	/* the first digit, of several, is 0 */
	uint32_t bad = digits > 1 && !(w >> (8 * (4 - digits)) & 0xff);

	return value | bad << 10;
}

/* Four numbers of so many digits each at p, with dots between them: the address; false when they are none. */
static inline bool
quad_value(const char *p, const unsigned digits[static 4], uint32_t *out)
{
	uint32_t any = 0, address = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint32_t octet = octet_before(p + digits[i], digits[i]);

		p += digits[i] + 1;
		any |= octet;
		address = address << 8 | (octet & 255);
	}
	*out = address;
	return any <= 255;
}
#endif

/*
 * Of n third dots, at most AC_QUADS_AT_ONCE, each with 64 bytes of the text on both sides, the dotted quads to `out`, behind `count` others; those about which the maps do not say
 * enough to `odd`. base: as ac_scan's, of the maps in the text. Returns how many quads there are then.
 */
TARGET static size_t
find_quads(const ac_scan_maps *m, const char *text, size_t base, const uint32_t *thirds, size_t n, ac_quads *out,
    size_t count, uint32_t *odd, size_t *out_odd)
{
	size_t odds = 0;

	for (size_t i = 0; i < n; i++) {
		/* bit 16 is the third dot's */
		size_t bit = thirds[i] - base + 64 - 16;
		uint64_t digit = ac_bits_at(m->digit, bit), dot = ac_bits_at(m->dot, bit),
			 word = ac_bits_at(m->word, bit);
		/* bytes before the dot that belong to no number */
		uint64_t others = ~(digit | dot) & 0xffff, dots, second, behind;
		unsigned begin = 64 - (unsigned)__builtin_clzll(others | 1), digits[4];

		dots = (dot & 0xffff) >> begin;
		second = dots & (dots - 1);
		if (!others || !second || (second & (second - 1))) {
			odd[odds++] = thirds[i];
			continue;
		}
		digits[0] = (unsigned)__builtin_ctzll(dots);
		digits[1] = (unsigned)__builtin_ctzll(second) - digits[0] - 1;
		digits[2] = 16 - begin - digits[0] - digits[1] - 2;
		digits[3] = (unsigned)__builtin_ctzll(~(digit >> 17) | 16); /* four are too many */
		behind = word >> (17 + digits[3]);
		/* numbers of one to three digits; neither does a word go on at an end, nor another number behind a dot */
		if (((1U << digits[0] | 1U << digits[1] | 1U << digits[2] | 1U << digits[3]) & ~14U) ||
		    (word >> (begin - 1) & 1) || (dot >> (17 + digits[3]) & behind >> 1 & 1)) {
			if (ac_may_be_behind_percent(text + thirds[i]))
				odd[odds++] = thirds[i];
			continue;
		}
		/* unless it is an arrow */
		if (behind & 1) {
			odd[odds++] = thirds[i];
			continue;
		}
		out->at[count] = thirds[i] - 16 + begin;
		out->n[count] = 16 - begin + 1 + digits[3];
		count += quad_value(text + thirds[i] - 16 + begin, digits, &out->address[count]);
	}
	*out_odd = odds;
	return count;
}
#endif
